"""Builders for runs: each defaults all that a test is not about."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

import pytest

from reports.coverage import covered, verdict_of
from reports.provenance import Waiver, WaiverState
from reports.results import (
    Body,
    Deviation,
    Exchange,
    Outcome,
    QuestionResult,
    RequirementResult,
    RunResult,
    ScenarioResult,
    StepResult,
    Subject,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

REQUEST = b"<claim><amount>12.50</amount></claim>"
ANSWER = b"<answer><resultCode>OK</resultCode></answer>"


@pytest.fixture
def a_body(tmp_path: Path) -> Callable[..., Body]:
    """Give a maker of bodies that lie in the test's folder."""

    def build(data: bytes = REQUEST, *, file: str = "", content_type: str = "text/xml") -> Body:
        sha256 = hashlib.sha256(data).hexdigest()
        file = file or f"meddelanden/{sha256[:8]}.xml"
        path = tmp_path / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        return Body(file=file, bytes=len(data), sha256=sha256, content_type=content_type)

    return build


@pytest.fixture
def an_exchange(a_body: Callable[..., Body]) -> Callable[..., Exchange]:
    """Give a maker of answered calls."""

    def build(**values: Any) -> Exchange:
        if "request" not in values:
            values["request"] = a_body(REQUEST)
        if "response" not in values:
            values["response"] = a_body(ANSWER)
        defaults: dict[str, Any] = {
            "what": "ProcessClaimSpecification",
            "url": "https://platform.example/vp/claim/1/rivtabp21",
            "logical_address": "2321000016",
            "correlation_id": "7d0f6a52-1b0e-4c0e-9a55-0d3b6a1c2f10",
            "started": "2026-11-22T11:00:06+00:00",
            "seconds": 0.012,
            "status": 200,
        }
        return Exchange(**{**defaults, **values})

    return build


@pytest.fixture
def a_deviation() -> Callable[..., Deviation]:
    """Give a maker of deviations from FBC-R5."""

    def build(**values: Any) -> Deviation:
        defaults: dict[str, Any] = {
            "requirement": "FBC-R5",
            "text": "Underlaget togs emot fast summan är fel",
            "where": "/claim[1]/amount[1]",
            "expected": "resultCode ERROR",
            "observed": "resultCode OK",
            "mend": "Jämför med summan av alla rader",
            "source": "TKB 1.1, ÖR5",
        }
        return Deviation(**{**defaults, **values})

    return build


@pytest.fixture
def a_step() -> Callable[..., StepResult]:
    """Give a maker of steps that held."""

    def build(**values: Any) -> StepResult:
        defaults: dict[str, Any] = {
            "keyword": "Så",
            "text": "avvisas underlaget",
            "outcome": Outcome.PASSED,
            "seconds": 0.002,
        }
        return StepResult(**{**defaults, **values})

    return build


@pytest.fixture
def a_question() -> Callable[..., QuestionResult]:
    """Give a maker of questions that the tester answered with yes."""

    def build(**values: Any) -> QuestionResult:
        defaults: dict[str, Any] = {
            "id": "summa-1",
            "text": "Vilken summa visar systemet?",
            "expected": "850,00 kr",
            "outcome": Outcome.PASSED,
            "answer": "ja",
            "name": "Karin Berg",
            "time": "2026-11-22T12:00:30+01:00",
            "remark": "efter omladdning",
            "source": "terminal",
        }
        return QuestionResult(**{**defaults, **values})

    return build


@pytest.fixture
def a_scenario(
    a_step: Callable[..., StepResult],
    a_deviation: Callable[..., Deviation],
    an_exchange: Callable[..., Exchange],
) -> Callable[..., ScenarioResult]:
    """Give a maker of scenarios; one that failed holds a call and a deviation."""

    def build(outcome: Outcome = Outcome.PASSED, **values: Any) -> ScenarioResult:
        call = a_step(keyword="När", text="konsumenten anropar", exchanges=(an_exchange(),))
        deviations = (a_deviation(),) if outcome is Outcome.FAILED else ()
        defaults: dict[str, Any] = {
            "id": f"regler-{outcome}",
            "feature": "Affärsregler",
            "title": f"Fel summa avvisas ({outcome})",
            "file": "features/utomlansfakturering/regler.feature",
            "line": 12,
            "requirements": ("FBC-R5",),
            "seconds": 0.052,
            "steps": (call, a_step(outcome=outcome, deviations=deviations)),
            "reason": {
                Outcome.NOT_TESTED: "Systemet saknar läsning",
                Outcome.NOT_APPLICABLE: "Systemet har inga krediter",
                Outcome.BROKEN: "Certifikatet har gått ut",
            }.get(outcome, ""),
            "observations": ("Kommentaren är tom",) if outcome is Outcome.OBSERVATION else (),
        }
        return ScenarioResult(outcome=outcome, **{**defaults, **values})

    return build


@pytest.fixture
def a_waiver() -> Callable[..., Waiver]:
    """Give a maker of waivers of FBC-R5, in force."""

    def build(**values: Any) -> Waiver:
        defaults: dict[str, Any] = {
            "requirement": "FBC-R5",
            "reason": "Rättas i nästa version",
            "owner": "Karin Berg",
            "expires": "2026-12-31",
            "state": WaiverState.IN_FORCE,
        }
        return Waiver(**{**defaults, **values})

    return build


@pytest.fixture
def a_requirement() -> Callable[..., RequirementResult]:
    """Give a maker of catalogue rows, as yet untested."""

    def build(name: str = "FBC-R5", **values: Any) -> RequirementResult:
        defaults: dict[str, Any] = {
            "level": "SKA",
            "title": "Beloppet stämmer med summan",
            "text": "Beloppet avviker med högst 1 från summan.",
            "source": "TKB 1.1, ÖR5",
            "outcome": Outcome.NOT_TESTED,
        }
        return RequirementResult(id=name, **{**defaults, **values})

    return build


@pytest.fixture
def a_run(
    a_scenario: Callable[..., ScenarioResult], a_requirement: Callable[..., RequirementResult]
) -> Callable[..., RunResult]:
    """Give a maker of runs: verdict and requirements follow from the scenarios."""

    def build(*scenarios: ScenarioResult, **values: Any) -> RunResult:
        scenarios = scenarios or (a_scenario(),)
        interrupted, selection = values.get("interrupted", False), values.get("selection", "")
        catalogue = values.pop("catalogue", (a_requirement(),))
        defaults: dict[str, Any] = {
            "run": "2026-11-22T120005-fakturanavet",
            "started": "2026-11-22T11:00:05+00:00",
            "finished": "2026-11-22T11:02:11+00:00",
            "subject": Subject(
                system="Fakturanavet",
                version="4.2.1",
                vendor="Exempelbolaget AB",
                region="Region Exempellän",
                county_code="98",
                organisation_number="2321000016",
                hsa_id="SE2321000016-1A2B",
                service="Utomlänsfakturering",
                contract="financial:billing:claim",
                contract_version="1.1",
                role="producent",
                endpoint="https://faktura.example/claim",
            ),
            "provbank_version": "0.1.0",
            "suite": "utomlansfakturering",
            "suite_sha256": hashlib.sha256(b"suite").hexdigest(),
            "environment": "Leverantörens testmiljö",
            "verdict": verdict_of(scenarios, interrupted=interrupted, selection=selection),
            "scenarios": scenarios,
            "requirements": covered(catalogue, scenarios),
        }
        return RunResult(**{**defaults, **values})

    return build


@pytest.fixture
def a_mixed_run(
    a_run: Callable[..., RunResult],
    a_scenario: Callable[..., ScenarioResult],
    a_requirement: Callable[..., RequirementResult],
) -> RunResult:
    """Give a run in which every outcome occurs, for scenarios and for requirements."""
    names = ("FBC-R1", "FBC-R5", "FBC-R7", "FBC-R8", "FBC-R9", "FBC-ÖR6")
    ids = dict(zip(Outcome, names, strict=True))
    scenarios = [a_scenario(each, requirements=(name,)) for each, name in ids.items()]
    row = a_scenario(
        id="regler-rad-2", feature="Fält och format", example={"element": "county/code"}
    )
    declared = {"outcome": Outcome.NOT_APPLICABLE, "reason": "Systemet har inga krediter"}
    catalogue = [
        a_requirement(name, **(declared if each is Outcome.NOT_APPLICABLE else {}))
        for each, name in ids.items()
    ]
    return a_run(*scenarios, row, catalogue=catalogue)
