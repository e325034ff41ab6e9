"""The run as JUnit XML."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest
from lxml import etree

from reports.junit import write_junit
from reports.provenance import Waiver, WaiverState
from reports.results import (
    Deviation,
    Outcome,
    QuestionResult,
    RunResult,
    ScenarioResult,
    StepResult,
)
from reports.words import OUTCOMES

if TYPE_CHECKING:
    from pathlib import Path

Scenario = Callable[..., ScenarioResult]
Run = Callable[..., RunResult]


def written(run: RunResult, folder: Path) -> etree._Element:
    """Write a run and read it as a build server does."""
    path = write_junit(run, folder)
    assert path == folder / "junit.xml"
    return etree.parse(str(path)).getroot()


def text(element: etree._Element, path: str) -> str:
    """Give the one text or attribute at a path."""
    found: Any = element.xpath(path)
    assert len(found) == 1
    return str(found[0])


def test_suites_are_features_and_cases_scenarios(a_mixed_run: RunResult, tmp_path: Path) -> None:
    """Features come in the order of the run, each with its scenarios."""
    root = written(a_mixed_run, tmp_path)

    assert root.tag == "testsuites"
    assert root.xpath("testsuite/@name") == ["Affärsregler", "Fält och format"]
    (first, *_) = root.iterfind("testsuite/testcase")
    assert first.get("classname") == "Affärsregler"
    assert first.get("name") == "Fel summa avvisas (passed)"
    assert first.get("time") == "0.052"


def test_counts(a_mixed_run: RunResult, tmp_path: Path) -> None:
    """Totals and suites count what they hold."""
    root = written(a_mixed_run, tmp_path)
    names = ("tests", "failures", "errors", "skipped", "time")

    assert [root.get(name) for name in names] == ["7", "1", "1", "2", "0.364"]
    assert [root[0].get(name) for name in names] == ["6", "1", "1", "2", "0.312"]
    assert [root[1].get(name) for name in names] == ["1", "0", "0", "0", "0.052"]


def test_failure_tells_the_first_deviation_and_all_of_them(
    a_run: Run,
    a_scenario: Scenario,
    a_step: Callable[..., StepResult],
    a_deviation: Callable[..., Deviation],
    tmp_path: Path,
) -> None:
    """The message is the first line; the body repeats it, and has every deviation and step."""
    second = a_deviation(requirement="FBC-R8", text="Koden är för kort", where="/claim[1]/code[1]")
    step = a_step(outcome=Outcome.FAILED, deviations=(a_deviation(), second))
    missed = a_step(keyword="Och", text="nämns regeln", outcome=Outcome.NOT_TESTED)
    root = written(a_run(a_scenario(Outcome.FAILED, steps=(step, missed))), tmp_path)

    assert text(root, "//failure/@message") == (
        "FBC-R5: /claim[1]/amount[1]: Underlaget togs emot fast summan är fel (och 1 till)"
    )
    story = text(root, "//failure/text()").splitlines()
    assert story[0] == "provbank rerun 2026-11-22T120005-fakturanavet regler-failed"
    assert "FBC-R8: /claim[1]/code[1]: Koden är för kort" in story
    assert "  Förväntat: resultCode ERROR" in story
    assert "  Iakttaget: resultCode OK" in story
    assert "  Så åtgärdas det: Jämför med summan av alla rader" in story
    assert "Avviker: Så avvisas underlaget" in story
    assert "Ej prövat: Och nämns regeln" in story


def test_failure_without_deviation_tells_the_step(
    a_run: Run, a_scenario: Scenario, a_step: Callable[..., StepResult], tmp_path: Path
) -> None:
    """A step that failed by comparison alone still gives a message."""
    step = a_step(outcome=Outcome.FAILED, expected="Svar inom 15 s", observed="Inget svar")
    root = written(a_run(a_scenario(Outcome.FAILED, steps=(step,))), tmp_path)

    assert text(root, "//failure/@message") == "FBC-R5: Så avvisas underlaget: Inget svar"


def test_untested_and_broken_give_their_reasons(a_mixed_run: RunResult, tmp_path: Path) -> None:
    """A skip and an error say why."""
    root = written(a_mixed_run, tmp_path)

    assert root.xpath("//skipped/@message") == [
        "Ej prövat: Systemet saknar läsning",
        "Ej tillämpligt: Systemet har inga krediter",
    ]
    assert root.xpath("//error/@message") == [
        "FBC-ÖR6: Så avvisas underlaget: Certifikatet har gått ut"
    ]


def test_each_case_tells_its_outcome_in_the_words_of_every_report(
    a_mixed_run: RunResult, tmp_path: Path
) -> None:
    """Also those that JUnit cannot tell apart by its elements."""
    root = written(a_mixed_run, tmp_path)

    told = root.xpath("testsuite[1]/testcase/properties/property[@name='outcome']/@value")
    assert told == [word.sv for word in OUTCOMES.values()]


def test_a_waived_failure_is_still_a_failure_and_names_its_waiver(
    a_run: Run, a_scenario: Scenario, a_waiver: Callable[..., Waiver], tmp_path: Path
) -> None:
    """The waiver is a property of the case; one that has expired is not."""
    waivers = (a_waiver(), a_waiver(state=WaiverState.EXPIRED, owner="Nils Ek"))
    root = written(a_run(a_scenario(Outcome.FAILED), waivers=waivers), tmp_path)

    assert len(root.xpath("//failure")) == 1
    assert root.xpath("//property[@name='waiver']/@value") == [
        "FBC-R5: Rättas i nästa version (Karin Berg, t.o.m. 2026-12-31)"
    ]
    assert text(root, "//property[@name='verdict']/@value") == (
        "Avvikelser, alla med undantag (1 undantag)"
    )


def test_passed_case_holds_no_outcome(a_run: Run, tmp_path: Path) -> None:
    """What passed has neither failure, error nor skip."""
    root = written(a_run(), tmp_path)

    assert root.xpath("//failure | //error | //skipped") == []


def test_requirements_and_observations_are_kept(
    a_run: Run, a_scenario: Scenario, tmp_path: Path
) -> None:
    """Requirement ids are properties of the case; observations its output."""
    scenario = a_scenario(requirements=("FBC-R5", "FBC-R8"), observations=("Tom kommentar", "B"))
    root = written(a_run(scenario), tmp_path)

    properties = root.xpath("//testcase/properties/property[@name='requirement']/@value")
    assert properties == ["FBC-R5", "FBC-R8"]
    assert text(root, "//system-out/text()") == "Observation: Tom kommentar\nObservation: B"


def test_rows_of_an_outline_are_told_apart(
    a_run: Run, a_scenario: Scenario, tmp_path: Path
) -> None:
    """Cases that share a title get their values, others keep their title alone."""
    rows = [a_scenario(id=f"r{n}", title="Fel kod avvisas", example={"kod": n}) for n in ("1", "2")]
    alone = a_scenario(id="alone", title="Rätt kod godtas", example={"kod": "3"})
    root = written(a_run(*rows, alone), tmp_path)

    names = root.xpath("//testcase/@name")
    assert names == ["Fel kod avvisas [kod=1]", "Fel kod avvisas [kod=2]", "Rätt kod godtas"]


@pytest.mark.parametrize(
    ("hostile", "kept"),
    [
        pytest.param("<script>&\"'", "<script>&\"'", id="markup"),
        pytest.param("a]]>b", "a]]>b", id="end of CDATA"),
        pytest.param("a\x00\x08\x1bb", "a\ufffd\ufffd\ufffdb", id="control characters"),
        pytest.param("a\ud800\uffffb", "a\ufffd\ufffdb", id="what is no character"),
        pytest.param("ö😀" * 50_000, "ö😀" * 50_000, id="very long"),
    ],
)
def test_hostile_text_does_no_harm(
    a_run: Run,
    a_scenario: Scenario,
    a_step: Callable[..., StepResult],
    a_deviation: Callable[..., Deviation],
    tmp_path: Path,
    hostile: str,
    kept: str,
) -> None:
    """Whatever a system answers, the file is well-formed and tells it as far as XML can."""
    found = a_deviation(requirement=hostile, text=hostile, where=hostile, observed=hostile)
    step = a_step(outcome=Outcome.FAILED, text=hostile, deviations=(found,), error=hostile)
    names = {"feature": hostile, "title": hostile, "requirements": (hostile,), "file": hostile}
    scenarios = [
        a_scenario(outcome, id=outcome, reason=hostile, **names, observations=(hostile,))
        for outcome in (Outcome.NOT_TESTED, Outcome.BROKEN)
    ]
    failed = a_scenario(Outcome.FAILED, steps=(step,), **names, observations=(hostile,))
    root = written(a_run(*scenarios, failed, suite=hostile), tmp_path)

    assert root.xpath("//skipped/@message") == [f"Ej prövat: {kept}"]
    assert text(root, "//failure/@message") == f"{kept}: {kept}: {kept}"
    assert f"  Iakttaget: {kept}" in text(root, "//failure/text()")
    assert root.xpath("//script") == []


def test_questions_to_the_tester_are_kept_with_who_answered(
    a_run: Run,
    a_scenario: Callable[..., ScenarioResult],
    a_step: Callable[..., StepResult],
    a_question: Callable[..., QuestionResult],
    tmp_path: Path,
) -> None:
    """Also where the scenario passed: a reviewer sees what a person vouched for."""
    root = written(a_run(a_scenario(steps=(a_step(questions=(a_question(),)),))), tmp_path)

    assert text(root, "//system-out/text()") == (
        "Fråga: Vilken summa visar systemet? Förväntat: 850,00 kr "
        "Svar: ja (Karin Berg, 2026-11-22T12:00:30+01:00) Anmärkning: efter omladdning"
    )
