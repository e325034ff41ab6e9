"""The pytest plugin that turns a run into scenario results."""

from __future__ import annotations

import hashlib
import re
import time
import unicodedata
from collections.abc import Callable, Generator, Mapping
from pathlib import Path

import pytest
from pytest_bdd.parser import ScenarioTemplate, Step
from pytest_bdd.scenario import scenario_wrapper_template_registry

from contracts.errors import HarnessError
from reports.evidence import Evidence
from reports.results import Deviation, Outcome, ScenarioResult, StepResult

__all__ = [
    "EVIDENCE",
    "LEFT_OUT",
    "NOT_APPLICABLE",
    "REQUIREMENTS",
    "Collector",
    "example_of",
    "scenario_id",
    "steps_of",
    "template_of",
]

REQUIREMENTS = pytest.StashKey[tuple[str, ...]]()
"""On an item: the ids of the requirements its scenario checks."""

LEFT_OUT = pytest.StashKey[str]()
"""On an item that is not to run: why."""

NOT_APPLICABLE = pytest.StashKey[str]()
"""On an item that is not to run: why what it checks does not apply to the system."""

EVIDENCE = pytest.StashKey[Evidence]()
"""On an item that runs: what its steps show."""

_NOT_REACHED = "Steget nåddes inte."
_SAW_NOTHING = "Inget steg i scenariot iakttog något, så det kan inte visa något."
_SLUG_LENGTH = 48


class Collector:
    """Listens to a run and gathers one ScenarioResult a scenario.

    Shape: ``folder`` is where bodies of messages go, and without one they are not kept;
           ``on_scenario`` is called as each scenario ends, with how many are done and how many
           there are.
    """

    def __init__(
        self,
        folder: Path | None,
        *,
        root: Path,
        on_scenario: Callable[[ScenarioResult, int, int], None] = lambda *_: None,
    ) -> None:
        self._folder = folder
        self._root = root
        self._on_scenario = on_scenario
        self._results: dict[str, ScenarioResult] = {}
        self._items: dict[str, pytest.Item] = {}
        self._steps: list[StepResult] = []
        self._step_started = 0.0
        self._current: Step | None = None
        self._to_run = 0
        self.problems: list[str] = []

    @property
    def scenarios(self) -> tuple[ScenarioResult, ...]:
        """Give the results in the order of the suite; what never ran is not tested."""
        return tuple(
            self._results.get(nodeid) or self._not_run(item) for nodeid, item in self._items.items()
        )

    @property
    def has_run(self) -> set[str]:
        """Give the ids of the scenarios that have run."""
        return {result.id for result in self._results.values()}

    def result_of(self, item: pytest.Item) -> ScenarioResult | None:
        """Give the result of an item that has run."""
        return self._results.get(item.nodeid)

    @property
    def interrupted(self) -> bool:
        """Tell whether the run ended before all that was to run had run."""
        return any(
            nodeid not in self._results and _is_to_run(item) for nodeid, item in self._items.items()
        )

    def _not_run(self, item: pytest.Item) -> ScenarioResult:
        if (declared := item.stash.get(NOT_APPLICABLE, None)) is not None:
            return self._result(item, Outcome.NOT_APPLICABLE, 0.0, reason=declared)
        reason = item.stash.get(LEFT_OUT, "Körningen avbröts innan scenariot kördes.")
        return self._result(item, Outcome.NOT_TESTED, 0.0, reason=reason)

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Note what there is to run, and take away what is left out by choice."""
        self._items = {item.nodeid: item for item in items}
        items[:] = [item for item in items if _is_to_run(item)]
        self._to_run = len(items)

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """Note a suite that cannot be read: the harness is broken, not the system."""
        if report.failed:
            self.problems.append(str(report.longrepr))

    def pytest_internalerror(self, excinfo: pytest.ExceptionInfo[BaseException]) -> None:
        """Note what broke the harness itself."""
        self.problems.append(str(excinfo.value))

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_setup(self, item: pytest.Item) -> None:
        """Make room for the evidence of a scenario."""
        item.stash[EVIDENCE] = Evidence(self._folder, scenario_id(item))
        self._steps = []
        self._current = None

    def pytest_bdd_before_step(self, request: pytest.FixtureRequest, step: Step) -> None:
        """Note that a step begins."""
        self._current = step
        self._step_started = time.perf_counter()
        request.node.stash[EVIDENCE].begin_step()

    def pytest_bdd_after_step(self, request: pytest.FixtureRequest, step: Step) -> None:
        """Note that a step held."""
        self._end_step(request.node, step, Outcome.PASSED)

    def pytest_bdd_step_error(
        self, request: pytest.FixtureRequest, step: Step, exception: Exception
    ) -> None:
        """Note that a step did not hold, or could not be carried out."""
        failed = isinstance(exception, AssertionError)
        self._end_step(
            request.node,
            step,
            Outcome.FAILED if failed else Outcome.BROKEN,
            deviations=getattr(exception, "deviations", ()),
            error=str(exception),
        )

    def pytest_bdd_step_func_lookup_error(self, request: pytest.FixtureRequest, step: Step) -> None:
        """Note a step that nobody has written: the suite is broken."""
        self._current = step
        request.node.stash[EVIDENCE].begin_step()
        text = f"Steget saknas i sviten: {step.keyword} {step.name}"
        self._end_step(request.node, step, Outcome.BROKEN, error=text)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[None]
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """Turn the end of a scenario into its result."""
        report = yield
        ended = call.when == "call" or (call.when == "setup" and not report.passed)
        broke_down = call.when == "teardown" and report.failed
        if ended or broke_down:
            outcome, reason = self._outcome(report, call)
            self._finish(item, outcome, call.duration, reason)
        return report

    def _outcome(
        self, report: pytest.TestReport, call: pytest.CallInfo[None]
    ) -> tuple[Outcome, str]:
        if report.passed:
            return Outcome.PASSED, ""
        error = call.excinfo.value if call.excinfo else None
        if report.skipped:
            return Outcome.NOT_TESTED, str(getattr(error, "msg", error))
        if isinstance(error, AssertionError) and call.when == "call":
            return Outcome.FAILED, ""
        kind = "" if isinstance(error, HarnessError) else f"{type(error).__name__}: "
        return Outcome.BROKEN, f"{kind}{error}"

    def _finish(self, item: pytest.Item, outcome: Outcome, seconds: float, reason: str) -> None:
        evidence = item.stash[EVIDENCE]
        if outcome is Outcome.PASSED:
            if not any(_observed(step) for step in self._steps):
                outcome, reason = Outcome.BROKEN, _SAW_NOTHING
            elif evidence.observations:
                outcome = Outcome.OBSERVATION
        if self._current is not None:  # a step that was left by a skip
            self._end_step(item, self._current, Outcome.NOT_TESTED, error=reason)
        result = self._result(item, outcome, seconds, reason=reason, evidence=evidence)
        self._results[item.nodeid] = result
        self._on_scenario(result, len(self._results), self._to_run)

    def _end_step(
        self,
        item: pytest.Item,
        step: Step,
        outcome: Outcome,
        *,
        deviations: tuple[Deviation, ...] = (),
        error: str = "",
    ) -> None:
        seen = item.stash[EVIDENCE].step
        self._steps.append(
            StepResult(
                keyword=step.keyword,
                text=step.name,
                outcome=outcome,
                seconds=round(time.perf_counter() - self._step_started, 6),
                expected=seen.expected,
                observed=seen.observed,
                deviations=deviations,
                exchanges=tuple(seen.exchanges),
                variants=tuple(seen.variants),
                questions=tuple(seen.questions),
                error=error,
            )
        )
        self._current = None

    def _result(
        self,
        item: pytest.Item,
        outcome: Outcome,
        seconds: float,
        *,
        reason: str = "",
        evidence: Evidence | None = None,
    ) -> ScenarioResult:
        scenario, example = template_of(item), example_of(item)
        done = tuple(self._steps) if evidence is not None else ()
        missed = tuple(
            StepResult(
                keyword=step.keyword,
                text=_filled(step.name, example),
                outcome=Outcome.NOT_TESTED,
                error=_NOT_REACHED,
            )
            for step in scenario.steps[len(done) :]
        )
        return ScenarioResult(
            id=scenario_id(item),
            feature=scenario.feature.name,
            title=_filled(scenario.name, example),
            file=Path(scenario.feature.filename).relative_to(self._root).as_posix(),
            line=scenario.line_number,
            requirements=item.stash.get(REQUIREMENTS, ()),
            outcome=outcome,
            seconds=round(seconds, 6),
            steps=done + missed,
            example=example,
            reason=reason,
            observations=tuple(evidence.observations) if evidence is not None else (),
        )


def _is_to_run(item: pytest.Item) -> bool:
    return LEFT_OUT not in item.stash and NOT_APPLICABLE not in item.stash


def _observed(step: StepResult) -> bool:
    """Tell whether a step saw or judged anything; a scenario in which none did shows nothing."""
    return bool(step.expected or step.observed or step.exchanges or step.variants or step.questions)


def template_of(item: pytest.Item) -> ScenarioTemplate:
    """Give the scenario that an item runs, as the feature file has it.

    Raises: HarnessError for an item that is no scenario; suites hold nothing else.
    """
    function = getattr(item, "obj", None)
    template = None if function is None else scenario_wrapper_template_registry.get(function)
    if template is None:
        raise HarnessError("the suite holds a test that is no scenario", where=item.nodeid)
    return template


def example_of(item: pytest.Item) -> Mapping[str, str]:
    """Give the row of an outline that an item runs, empty for a plain scenario."""
    callspec = getattr(item, "callspec", None)
    if callspec is None:
        return {}
    return {str(k): str(v) for k, v in callspec.params.get("_pytest_bdd_example", {}).items()}


def steps_of(item: pytest.Item) -> list[str]:
    """Give the texts of the steps that an item runs, filled in."""
    example = example_of(item)
    return [_filled(step.name, example) for step in template_of(item).steps]


def scenario_id(item: pytest.Item) -> str:
    """Make an id that is the same in every run, and fit for a file name everywhere."""
    scenario, example = template_of(item), example_of(item)
    feature = Path(scenario.feature.filename).stem
    words = f"{feature} {' '.join(example.values()) or scenario.name}"
    plain = unicodedata.normalize("NFKD", words).encode("ascii", "ignore").decode().lower()
    slug = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:_SLUG_LENGTH].rstrip("-")
    whole = f"{feature}|{scenario.name}|{sorted(example.items())}"
    return f"{slug}-{hashlib.sha256(whole.encode()).hexdigest()[:6]}"


def _filled(text: str, example: Mapping[str, str]) -> str:
    for name, value in example.items():
        text = text.replace(f"<{name}>", value)
    return text
