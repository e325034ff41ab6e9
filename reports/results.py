"""RunResult > ScenarioResult > StepResult > Exchange: what a run showed, frozen, JSON in and out.

The JSON form is documented by ``result.schema.json`` beside this file. Instants are ISO 8601 with
offset, durations seconds, texts for people Swedish. Bodies of messages lie in files of their own
beside ``result.json``; here are their path, size and SHA-256.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

import cattrs

from reports.provenance import MadeWith, Proof, Waiver

__all__ = [
    "FORMAT",
    "Body",
    "Deviation",
    "Exchange",
    "Exercised",
    "Outcome",
    "QuestionResult",
    "RequirementResult",
    "RunResult",
    "ScenarioResult",
    "Share",
    "Sides",
    "StepResult",
    "Subject",
    "VariantResult",
    "Verdict",
    "read_result",
    "write_result",
]

FORMAT = "provbank-result/4"
_KEYWORDS: dict[str, Any] = {"frozen": True, "slots": True, "kw_only": True}


class Outcome(StrEnum):
    """How one requirement, scenario or step came out, in the order that every report has.

    Shape: an observation has passed, with remarks that do not fail the system; not_applicable is
           what the vendor has declared so. A step is never either.
    """

    PASSED = "passed"
    FAILED = "failed"
    OBSERVATION = "observation"
    NOT_TESTED = "not_tested"
    NOT_APPLICABLE = "not_applicable"
    BROKEN = "broken"

    @property
    def holds(self) -> bool:
        """Tell whether the system did as it should, with remarks or without."""
        return self in {Outcome.PASSED, Outcome.OBSERVATION}


class Verdict(StrEnum):
    """How a whole run came out: never an approval, which is for people to give."""

    NO_DEVIATIONS = "no_deviations"
    DEVIATIONS = "deviations"
    INCOMPLETE = "incomplete"
    BROKEN = "broken"


@dataclass(**_KEYWORDS)
class Body:
    """One body that went over the wire, kept whole in a file.

    Shape: ``file`` is relative to the folder of ``result.json``, with forward slashes.
    """

    file: str
    bytes: int
    sha256: str
    content_type: str


@dataclass(**_KEYWORDS)
class Exchange:
    """One call through the platform, as the caller saw it.

    Shape: ``status`` is None where no answer came; ``problem`` then says why.
    """

    what: str
    url: str
    logical_address: str
    correlation_id: str
    started: str
    seconds: float
    request: Body
    status: int | None = None
    response: Body | None = None
    problem: str = ""


@dataclass(**_KEYWORDS)
class Deviation:
    """One deviation of the tested system: which requirement, where, expected, observed, advice."""

    requirement: str
    text: str
    where: str = ""
    expected: str = ""
    observed: str = ""
    mend: str = ""
    source: str = ""


@dataclass(**_KEYWORDS)
class VariantResult:
    """One of many messages that a step tried, each changed at one place.

    Shape: ``where`` is the place of the change, as a path of local names.
    """

    name: str
    where: str
    outcome: Outcome
    expected: str
    observed: str
    exchange: Exchange


@dataclass(**_KEYWORDS)
class QuestionResult:
    """One question to the tester, of what can only be seen on the tested system's own screen.

    Shape: ``id`` is the same in every run. ``outcome`` is not_tested where nobody answered;
           ``answer``, ``name`` and ``time`` are then empty. ``source`` tells where the answer
           was given: ``terminal``, ``file`` or, where nobody did, empty.
    """

    id: str
    text: str
    expected: str
    outcome: Outcome
    answer: str = ""
    name: str = ""
    time: str = ""
    remark: str = ""
    source: str = ""


@dataclass(**_KEYWORDS)
class StepResult:
    """One step of a scenario.

    Shape: ``keyword`` is the Gherkin word (Givet, När, Så, Och, Men); a step that was never
           reached is not_tested. ``variants`` are the messages of a step that tries many; the
           exchange of the first that deviates from each requirement stands in ``exchanges`` too.
           ``questions`` are those that the step put to the tester.
    """

    keyword: str
    text: str
    outcome: Outcome
    seconds: float = 0.0
    expected: str = ""
    observed: str = ""
    deviations: tuple[Deviation, ...] = ()
    exchanges: tuple[Exchange, ...] = ()
    variants: tuple[VariantResult, ...] = ()
    questions: tuple[QuestionResult, ...] = ()
    error: str = ""


@dataclass(**_KEYWORDS)
class ScenarioResult:
    """One scenario, or one row of an outline.

    Shape: ``id`` is stable between runs; ``reason`` says why it was not tested, is not applicable
           or is broken; ``observations`` are remarks that do not fail the system.
    """

    id: str
    feature: str
    title: str
    file: str
    line: int
    requirements: tuple[str, ...]
    outcome: Outcome
    seconds: float
    steps: tuple[StepResult, ...]
    example: Mapping[str, str] = field(default_factory=dict)
    reason: str = ""
    observations: tuple[str, ...] = ()

    @property
    def deviations(self) -> tuple[Deviation, ...]:
        """Give the deviations of all steps."""
        return tuple(found for step in self.steps for found in step.deviations)

    @property
    def deviating_steps(self) -> tuple[tuple[StepResult, Deviation], ...]:
        """Give the deviations, each with the step that found it."""
        return tuple((step, found) for step in self.steps for found in step.deviations)

    @property
    def questions(self) -> tuple[QuestionResult, ...]:
        """Give the questions of all steps."""
        return tuple(asked for step in self.steps for asked in step.questions)


@dataclass(**_KEYWORDS)
class RequirementResult:
    """One requirement of the catalogue, and what the run showed of it.

    Shape: ``scenarios`` holds the ids of the scenarios that check it; ``reason`` says why it is
           not tested or not applicable, and of one that failed that it was declared so.
    """

    id: str
    level: str
    title: str
    text: str
    source: str
    outcome: Outcome
    scenarios: tuple[str, ...] = ()
    reason: str = ""


@dataclass(**_KEYWORDS)
class Subject:
    """What was tested: the system, its region, and the role it was tested in.

    Shape: ``platform`` is where the system called the platform of the run; empty where it calls
           nobody in its role.
    """

    system: str
    version: str
    vendor: str
    region: str
    county_code: str
    organisation_number: str
    hsa_id: str
    service: str
    contract: str
    contract_version: str
    role: str
    endpoint: str
    platform: str = ""


@dataclass(**_KEYWORDS)
class Share:
    """So many of so many."""

    done: int
    total: int


@dataclass(**_KEYWORDS)
class Sides:
    """A share of what there is to try by valid messages, and one of what by invalid ones."""

    valid: Share
    invalid: Share


@dataclass(**_KEYWORDS)
class Exercised:
    """What share of a contract's schema the messages of a run exercised, place by place.

    Shape: ``messages`` counts those that reached the tested system; ``missing`` names what was not
           exercised.
    """

    interaction: str
    contract: str
    contract_version: str
    messages: int
    elements: Sides
    facets: Sides
    bounds: Sides
    missing: tuple[str, ...] = ()


@dataclass(**_KEYWORDS)
class RunResult:
    """One whole run: what was tested, by what, when, and what it showed.

    Shape: ``suite_sha256`` is taken over the feature files, so that a reader can tell whether two
           runs used the same suite. ``selection`` says what was left out by choice; ``seed`` is
           what variants were chosen by, so that they can be made again. ``proof`` is None where
           nothing is recorded.
    """

    run: str
    started: str
    finished: str
    subject: Subject
    provbank_version: str
    suite: str
    suite_sha256: str
    environment: str
    verdict: Verdict
    scenarios: tuple[ScenarioResult, ...]
    requirements: tuple[RequirementResult, ...]
    exercised: tuple[Exercised, ...] = ()
    waivers: tuple[Waiver, ...] = ()
    made_with: MadeWith = field(default_factory=MadeWith)
    proof: Proof | None = None
    selection: str = ""
    seed: int = 0
    interrupted: bool = False
    format: str = FORMAT

    def counted(self, *outcomes: Outcome) -> int:
        """Count the scenarios with one of these outcomes."""
        return sum(1 for scenario in self.scenarios if scenario.outcome in outcomes)


def write_result(result: RunResult, path: Path) -> None:
    """Write a run as JSON, UTF-8."""
    document = cattrs.unstructure(result)
    path.write_text(json.dumps(document, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def read_result(path: Path) -> RunResult:
    """Read a run back.

    Raises: ValueError where the file is of another format.
    """
    document = json.loads(path.read_text(encoding="utf-8"))
    if document.get("format") != FORMAT:
        raise ValueError(f"{path}: the format is {document.get('format')!r}, not {FORMAT!r}")
    return cattrs.structure(document, RunResult)
