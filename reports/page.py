"""What the page for people shows, in the order it shows it, with an id for what is linked to."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from reports.bodies import ShownBody, href_of, shown_body
from reports.first_line import first_line, rerun_command
from reports.results import Outcome
from reports.summary import proof_line, verdict_line
from reports.waivers import is_waived, stale, waivers_for, waiving
from reports.words import MEANINGS, OUTCOMES, VERDICT_MEANINGS, VERDICT_TONES, WAIVERS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from reports.provenance import Waiver
    from reports.results import (
        Deviation,
        Exchange,
        RequirementResult,
        RunResult,
        ScenarioResult,
        StepResult,
        VariantResult,
    )

__all__ = ["Page"]


@dataclass(frozen=True, slots=True, kw_only=True)
class _ShownExchange:
    anchor: str
    exchange: Exchange
    request: ShownBody
    response: ShownBody | None


@dataclass(frozen=True, slots=True, kw_only=True)
class _ShownDeviation:
    """A deviation with its number in this report."""

    anchor: str
    number: int
    deviation: Deviation


@dataclass(frozen=True, slots=True, kw_only=True)
class _ShownVariant:
    """A variant, and where its messages are; a link is empty where no file may be linked."""

    variant: VariantResult
    request: str
    response: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _ShownStep:
    """A step; ``evidence`` is the id of the latest exchange up to it, or empty.

    Shape: variants that deviate come first.
    """

    step: StepResult
    evidence: str
    deviations: tuple[_ShownDeviation, ...]
    exchanges: tuple[_ShownExchange, ...]
    variants: tuple[_ShownVariant, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _ShownScenario:
    anchor: str
    scenario: ScenarioResult
    steps: tuple[_ShownStep, ...]

    @property
    def open(self) -> bool:
        """Tell whether the scenario lies open: people come for what went wrong."""
        return self.scenario.outcome in {Outcome.FAILED, Outcome.BROKEN}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Feature:
    anchor: str
    name: str
    scenarios: tuple[_ShownScenario, ...]

    def counted(self, outcome: Outcome) -> int:
        """Count the scenarios with an outcome."""
        return sum(1 for shown in self.scenarios if shown.scenario.outcome is outcome)


@dataclass(frozen=True, slots=True, kw_only=True)
class _SummaryRow:
    """One row of the summary: a deviation, or a failed scenario that names none."""

    number: int | None
    requirements: tuple[str, ...]
    where: str
    step: str
    cause: str
    anchor: str
    evidence: str
    shown: _ShownScenario
    waived: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class _Count:
    name: str
    outcomes: Counter[Outcome]


@dataclass(frozen=True, slots=True, kw_only=True)
class _ResponseTime:
    what: str
    calls: int
    unanswered: int
    mean: float
    longest: float


class Page:
    """Everything the template asks for: the run, with an id for each thing that is linked to."""

    def __init__(self, result: RunResult, folder: Path) -> None:
        self.result = result
        self.subject = result.subject
        self.words = {str(outcome): word.sv for outcome, word in OUTCOMES.items()}
        self.meanings = [(OUTCOMES[outcome].sv, text) for outcome, text in MEANINGS.items()]
        self.verdict = verdict_line(result).sv
        self.verdict_outcome = VERDICT_TONES[result.verdict]
        self.meaning = VERDICT_MEANINGS[result.verdict]
        self.proof = proof_line(result).sv
        self.stale = stale(result)
        self.waivers = [(WAIVERS[each.state].sv, each) for each in result.waivers]
        self._folder = folder
        self._anchors = _Anchors()
        self._deviations = 0
        self.requirements = [
            (self._anchors.take("krav", requirement.id), requirement)
            for requirement in result.requirements
        ]
        self.scenarios = [self._shown_scenario(scenario) for scenario in result.scenarios]
        self.features = self._grouped()
        self._requirement_anchors = {item.id: anchor for anchor, item in self.requirements}
        self._scenarios_by_id = {shown.scenario.id: shown for shown in reversed(self.scenarios)}

    def requirement_anchor(self, requirement: str) -> str:
        """Give the id of a requirement's row, or nothing where the catalogue lacks it."""
        return self._requirement_anchors.get(requirement, "")

    def requirement(self, requirement: str) -> RequirementResult | None:
        """Give a requirement of the catalogue."""
        return next((item for _, item in self.requirements if item.id == requirement), None)

    def scenario(self, scenario: str) -> _ShownScenario | None:
        """Give a scenario by its id, or nothing where the run lacks it."""
        return self._scenarios_by_id.get(scenario)

    @property
    def counts(self) -> list[_Count]:
        """Count requirements by level, and scenarios, by outcome."""
        levels = dict.fromkeys(requirement.level for _, requirement in self.requirements)
        rows = [
            _Count(
                name=f"{level}-krav",
                outcomes=Counter(
                    item.outcome for _, item in self.requirements if item.level == level
                ),
            )
            for level in levels
        ]
        scenarios = Counter(shown.scenario.outcome for shown in self.scenarios)
        return [*rows, _Count(name="Scenarier", outcomes=scenarios)]

    @property
    def deviations(self) -> list[_SummaryRow]:
        """List the deviations in the order of the run."""
        return [
            row for shown in self.scenarios for row in _summary_rows(shown, self.result.waivers)
        ]

    def waivers_of(self, requirement: str) -> list[tuple[str, Waiver]]:
        """Give the waivers of a requirement, each with the word for its state."""
        return [(WAIVERS[each.state].sv, each) for each in waivers_for(self.result, requirement)]

    def waiving(self, scenario: ScenarioResult) -> tuple[Waiver, ...]:
        """Give the waivers in force that cover a failure of a scenario."""
        return waiving(self.result.waivers, scenario)

    def command(self, scenario: ScenarioResult) -> str:
        """Give the command that runs a scenario again."""
        return rerun_command(self.result.run, scenario)

    def first_line(self, scenario: ScenarioResult) -> str:
        """Say in one line why a scenario is not well."""
        return first_line(scenario)

    @property
    def broken(self) -> list[_ShownScenario]:
        """List the scenarios that could not be carried out."""
        return [shown for shown in self.scenarios if shown.scenario.outcome is Outcome.BROKEN]

    @property
    def observations(self) -> list[tuple[str, _ShownScenario]]:
        """List the observations, each with its scenario."""
        return [(text, shown) for shown in self.scenarios for text in shown.scenario.observations]

    @property
    def response_times(self) -> list[_ResponseTime]:
        """Give mean and longest response time by kind of call."""
        exchanges = [exchange for shown in self.scenarios for exchange in _exchanges(shown)]
        return [
            _response_time(what, [exchange for exchange in exchanges if exchange.what == what])
            for what in dict.fromkeys(exchange.what for exchange in exchanges)
        ]

    def _grouped(self) -> list[_Feature]:
        names = dict.fromkeys(shown.scenario.feature for shown in self.scenarios)
        return [
            _Feature(
                anchor=self._anchors.take("egenskap", name),
                name=name,
                scenarios=tuple(s for s in self.scenarios if s.scenario.feature == name),
            )
            for name in names
        ]

    def _shown_scenario(self, scenario: ScenarioResult) -> _ShownScenario:
        anchor = self._anchors.take("scenario", scenario.id)
        steps: list[_ShownStep] = []
        latest = ""  # a deviation found in a Så belongs to the call of the När before it
        for step in scenario.steps:
            exchanges = tuple(self._shown_exchange(exchange, anchor) for exchange in step.exchanges)
            latest = exchanges[-1].anchor if exchanges else latest
            steps.append(
                _ShownStep(
                    step=step,
                    evidence=latest,
                    deviations=tuple(self._shown_deviation(found) for found in step.deviations),
                    exchanges=exchanges,
                    variants=tuple(
                        self._shown_variant(variant)
                        for variant in sorted(
                            step.variants, key=lambda one: one.outcome is not Outcome.FAILED
                        )
                    ),
                )
            )
        return _ShownScenario(anchor=anchor, scenario=scenario, steps=tuple(steps))

    def _shown_variant(self, variant: VariantResult) -> _ShownVariant:
        response = variant.exchange.response
        return _ShownVariant(
            variant=variant,
            request=href_of(variant.exchange.request, self._folder),
            response=href_of(response, self._folder) if response else "",
        )

    def _shown_deviation(self, deviation: Deviation) -> _ShownDeviation:
        self._deviations += 1
        return _ShownDeviation(
            anchor=self._anchors.take("avvikelse", str(self._deviations)),
            number=self._deviations,
            deviation=deviation,
        )

    def _shown_exchange(self, exchange: Exchange, scenario: str) -> _ShownExchange:
        name = exchange.correlation_id or f"{scenario} {exchange.started}"
        return _ShownExchange(
            anchor=self._anchors.take("anrop", name),
            exchange=exchange,
            request=shown_body(exchange.request, self._folder),
            response=shown_body(exchange.response, self._folder) if exchange.response else None,
        )


class _Anchors:
    """Ids for the page: ASCII, unique, and the same in every run as far as the name is."""

    def __init__(self) -> None:
        self._taken: set[str] = set()

    def take(self, kind: str, name: str) -> str:
        """Give a free id for a thing of a kind."""
        plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
        slug = re.sub(r"[^A-Za-z0-9]+", "-", plain)[:80].strip("-")
        anchor = f"{kind}-{slug}" if slug else kind
        if anchor in self._taken:  # two names that look alike when written plainly
            anchor += f"-{hashlib.sha256(name.encode('utf-8', 'replace')).hexdigest()[:8]}"
        unique, count = anchor, 1
        while unique in self._taken:
            count += 1
            unique = f"{anchor}-{count}"
        self._taken.add(unique)
        return unique


def _summary_rows(shown: _ShownScenario, waivers: Sequence[Waiver]) -> Iterator[_SummaryRow]:
    found = [(step, each) for step in shown.steps for each in step.deviations]
    for step, each in found:
        yield _SummaryRow(
            number=each.number,
            requirements=(each.deviation.requirement,) if each.deviation.requirement else (),
            where=each.deviation.where,
            step=f"{step.step.keyword} {step.step.text}",
            cause=each.deviation.text,
            anchor=each.anchor,
            evidence=step.evidence,
            shown=shown,
            waived=is_waived(waivers, each.deviation.requirement, shown.scenario.id),
        )
    if shown.scenario.outcome is Outcome.FAILED and not found:
        failed = next((each for each in shown.steps if each.step.outcome is Outcome.FAILED), None)
        yield _SummaryRow(
            number=None,
            requirements=shown.scenario.requirements,
            where="",
            step=f"{failed.step.keyword} {failed.step.text}" if failed else "",
            cause=failed.step.error or failed.step.observed if failed else shown.scenario.reason,
            anchor=shown.anchor,
            evidence=failed.evidence if failed else "",
            shown=shown,
            waived=all(
                is_waived(waivers, requirement, shown.scenario.id)
                for requirement in shown.scenario.requirements or ("",)
            ),
        )


def _exchanges(shown: _ShownScenario) -> Iterator[Exchange]:
    """Give every call of a scenario once; one that shows a deviating variant stands twice in it."""
    for step in shown.steps:
        tried = [variant.exchange for variant in step.step.variants]
        yield from tried
        yield from (exchange for exchange in step.step.exchanges if exchange not in tried)


def _response_time(what: str, exchanges: list[Exchange]) -> _ResponseTime:
    answered = [exchange.seconds for exchange in exchanges if exchange.status is not None]
    return _ResponseTime(
        what=what,
        calls=len(exchanges),
        unanswered=len(exchanges) - len(answered),
        mean=sum(answered) / len(answered) if answered else 0.0,
        longest=max(answered, default=0.0),
    )
