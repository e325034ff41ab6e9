"""Allure results with the Gherkin steps, the messages of each exchange, and our own outcomes.

allure-pytest writes one result a scenario but knows nothing of its steps, nor of how we judge;
this plugin tells it, through the hooks of pytest-bdd and Allure's own.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import allure
import allure_commons
import pytest
from allure_commons import plugin_manager
from allure_commons.logger import AllureFileLogger
from allure_commons.model2 import Label, Status, StatusDetails, TestResult, TestResultContainer
from allure_commons.types import AttachmentType
from allure_commons.utils import now, uuid4
from pytest_bdd.parser import Feature, Scenario, Step

from reports.collector import EVIDENCE, REQUIREMENTS, Collector
from reports.first_line import first_line, rerun_command
from reports.provenance import Waiver
from reports.results import Body, Outcome, ScenarioResult
from reports.waivers import waiving
from reports.words import OUTCOMES

__all__ = ["AllureSteps"]

_LARGEST_ATTACHMENT = 1_000_000
_STATUSES = {
    Outcome.PASSED: Status.PASSED,
    Outcome.FAILED: Status.FAILED,
    Outcome.OBSERVATION: Status.PASSED,
    Outcome.NOT_TESTED: Status.SKIPPED,
    Outcome.NOT_APPLICABLE: Status.SKIPPED,
    Outcome.BROKEN: Status.BROKEN,
}


class _ScenariosAlone(AllureFileLogger):
    """Writes results and attachments, and nothing of pytest's fixtures: a file for each step."""

    @allure_commons.hookimpl
    def report_container(self, container: TestResultContainer) -> None:
        """Leave out what pytest set up and took down."""


class AllureSteps:
    """Reports each Gherkin step to Allure, with what was sent and what came back.

    Shape: ``folder`` is the run's folder, where the bodies of messages are; ``collector`` has the
           outcome of each scenario, ``run`` is the run's id, and ``waive`` gives the waivers with
           their state for a scenario that failed.
    """

    def __init__(
        self,
        folder: Path,
        collector: Collector,
        *,
        run: str,
        waive: Callable[[ScenarioResult], Sequence[Waiver]] = lambda _scenario: (),
    ) -> None:
        self._folder = folder
        self._collector = collector
        self._run = run
        self._waive = waive
        self._item: pytest.Item | None = None
        self._step: str | None = None
        self._writers: list[AllureFileLogger] = []

    def pytest_sessionstart(self, session: pytest.Session) -> None:
        """Listen to what Allure writes, and write no more of it than the scenarios."""
        plugin_manager.register(self)
        *_, all_of_it = (
            each for _, each in plugin_manager.list_name_plugin() if type(each) is AllureFileLogger
        )
        plugin_manager.unregister(all_of_it)
        scenarios_alone = _ScenariosAlone(session.config.getoption("allure_report_dir"))
        plugin_manager.register(scenarios_alone)
        self._writers = [scenarios_alone, all_of_it]

    def pytest_sessionfinish(self) -> None:
        """Tell Allure of what was never run too, and stop listening."""
        self._item = None
        ran = self._collector.has_run
        for scenario in self._collector.scenarios:
            if scenario.id not in ran:
                labels = [
                    Label(name="feature", value=scenario.feature),
                    *(Label(name="tag", value=each) for each in scenario.requirements),
                ]
                told = TestResult(
                    uuid=uuid4(),
                    name=scenario.title,
                    fullName=f"{scenario.file}:{scenario.id}",
                    labels=labels,
                    start=now(),
                    stop=now(),
                )
                self._judge(told, scenario)
                plugin_manager.hook.report_result(result=told)
        plugin_manager.unregister(self)
        scenarios_alone, all_of_it = self._writers
        plugin_manager.unregister(scenarios_alone)
        plugin_manager.register(all_of_it)  # allure-pytest takes it away itself

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_setup(self, item: pytest.Item) -> None:
        """Note which scenario Allure is about to be told of."""
        self._item = item

    @allure_commons.hookimpl(tryfirst=True)
    def report_result(self, result: TestResult) -> None:
        """Give a result our outcome before Allure writes it."""
        scenario = self._collector.result_of(self._item) if self._item is not None else None
        if scenario is not None:
            self._judge(result, scenario)

    def _judge(self, result: TestResult, scenario: ScenarioResult) -> None:
        """Set status and first line as every report has them."""
        waivers = waiving(self._waive(scenario), scenario)
        lines = [first_line(scenario), *scenario.observations]
        if scenario.outcome in {Outcome.FAILED, Outcome.BROKEN}:
            lines.append(rerun_command(self._run, scenario))
        lines += [
            f"Undantag: {each.requirement}: {each.reason} ({each.owner}, t.o.m. {each.expires})"
            for each in waivers
        ]
        trace = result.statusDetails.trace if result.statusDetails else None
        result.status = _STATUSES[scenario.outcome]
        result.statusDetails = StatusDetails(
            message="\n".join(line for line in lines if line), trace=trace, known=bool(waivers)
        )
        result.labels.append(Label(name="utfall", value=OUTCOMES[scenario.outcome].sv))

    def pytest_bdd_before_scenario(
        self, request: pytest.FixtureRequest, feature: Feature, scenario: Scenario
    ) -> None:
        """Name the result after the scenario, and label it with feature and requirements."""
        allure.dynamic.title(scenario.name)
        allure.dynamic.feature(feature.name)
        marked = {mark.name for mark in request.node.iter_markers()}  # Allure tags these itself
        for requirement in request.node.stash.get(REQUIREMENTS, ()):
            if requirement not in marked:
                allure.dynamic.tag(requirement)

    @pytest.hookimpl(trylast=True)
    def pytest_bdd_before_step(self, step: Step) -> None:
        """Begin a step."""
        self._step = uuid4()
        plugin_manager.hook.start_step(
            uuid=self._step, title=f"{step.keyword} {step.name}", params={}
        )

    def pytest_bdd_after_step(self, request: pytest.FixtureRequest) -> None:
        """End a step that held."""
        self._end(request.node, None)

    def pytest_bdd_step_error(
        self, request: pytest.FixtureRequest, exception: BaseException
    ) -> None:
        """End a step that did not hold."""
        self._end(request.node, exception)

    def pytest_bdd_after_scenario(self, request: pytest.FixtureRequest) -> None:
        """End a step that was left by a skip."""
        if self._step is not None:
            self._end(request.node, None)

    def _end(self, node: pytest.Item, error: BaseException | None) -> None:
        seen = node.stash[EVIDENCE].step
        if seen.variants:
            lines = [
                f"{variant.outcome}\t{variant.name}\t{variant.where}\t{variant.expected}\t"
                f"{variant.observed}\t{variant.exchange.request.file}"
                for variant in seen.variants
            ]
            allure.attach("\n".join(lines), name="Varianter", attachment_type=AttachmentType.TSV)
        for question in seen.questions:
            lines = [question.text, question.expected, question.answer or "-", question.name,
                     question.time, question.remark]  # fmt: skip
            allure.attach("\n".join(lines), name="Fråga till provaren",
                          attachment_type=AttachmentType.TEXT)  # fmt: skip
        for exchange in seen.exchanges:
            self._attach("Begäran", exchange.request)
            if exchange.response is not None:
                self._attach(f"Svar, HTTP {exchange.status}", exchange.response)
        plugin_manager.hook.stop_step(
            uuid=self._step,
            exc_type=type(error) if error else None,
            exc_val=error,
            exc_tb=error.__traceback__ if error else None,
        )
        self._step = None

    def _attach(self, name: str, body: Body) -> None:
        if body.bytes <= _LARGEST_ATTACHMENT:
            content = (self._folder / body.file).read_bytes()
            allure.attach(content, name=name, attachment_type=AttachmentType.XML)
        else:
            told = f"{body.bytes} byte, sha256 {body.sha256}, {body.file}"
            allure.attach(told, name=name, attachment_type=AttachmentType.TEXT)
