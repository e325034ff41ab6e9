"""The suites are tested themselves: the flawless systems pass, and each known defect is caught."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from features.suites import Suite, suite_for, suites
from reports.results import Outcome, RunResult, Verdict, read_result
from simulator.regions.disclosure_defects import disclosing_defects
from simulator.regions.index_defects import index_defects
from simulator.regions.reckoning_defects import reckoning_defects
from simulator.regions.request_defects import requesting_defects
from simulator.regions.sending_defects import sending_defects

CLAIMS = suite_for("utomlansfakturering")
SENT = {
    defect.name
    for defect in (
        *disclosing_defects(), *index_defects(), *requesting_defects(), *reckoning_defects(),
        *sending_defects(),
    )
}  # fmt: skip
"""Of what is sent, and worked out: each is tried on the scenarios of the requirement it breaks."""
IN_FULL = {
    "wants-seller-contact", "wants-start-of-period", "slow", "refuses-above-1-mb",
    "refuses-above-2-mb", "refuses-large", "one-at-a-time", "mixes-up-answers", "falls-behind",
}  # fmt: skip
BY_RULE = [
    (suite, name)
    for suite in suites()
    if suite.called
    for name in suite.part.defects
    if name.startswith("never-checks-")
]
BY_HAND = [
    (suite, name)
    for suite in suites()
    if suite.called
    for name in suite.part.defects
    if (suite, name) not in BY_RULE
]
ALSO = {
    "producent": {
        "accepts-everything": None,  # breaks all rules; told apart below
        "skips-schema": {"FBC-ÖR7", "FBC-SVAR-INGET-SPARAT", "FBC-VALIDERA-PRODUCENT"},
        "answers-fault-instead-of-error": {"FBC-SVAR-SCHEMA", "FBC-SVAR-FORMAT"},
        "ignores-order-and-number": {"FBC-VALIDERA-PRODUCENT", "FBC-ÖR7"},
        "ignores-unknown-attributes": {"FBC-VALIDERA-PRODUCENT"},
        "ignores-formats": {
            "FBC-VALIDERA-PRODUCENT",
            "FBC-SVAR-INGET-SPARAT",
            "FBC-SVAR-PLATS",
        },
        "gives-no-comment": {"FBC-SVAR-PLATS", "FBC-SVAR-SCHEMA"},
        "lists-every-rule": {"FBC-SVAR-PLATS"},
        "keeps-nothing": {"FBC-DUBBLETT", "FBC-KREDIT-EMOT"},
        "refuses-credits": {"FBC-SVAR-OK"},
        "wants-two-decimals": {"FBC-SVAR-OK"},
        "allows-two-identities": {"FBC-VALIDERA-PRODUCENT"},
        "refuses-extensions": {"FBC-SVAR-KOMMENTAR"},
    },
    "begarande part": {
        "accepts-everything": None,
        "answers-in-wrong-namespace": {"FPE-UTLAMNANDE-SVAR", "FPE-UTLAMNANDE-ERROR"},
        "answers-web-page": {"FPE-FAULT-LOGGID", "FPE-FAULT-SEKRETESS"},
        "accepts-unreadable": {"FPE-FORMAT-SCHEMA"},
        "refuses-extensions": {"FPE-UTLAMNANDE-ERROR"},
        "wants-two-decimals": {"FPE-UTLAMNANDE-SVAR"},
        "reads-times-as-utc": {"FPE-rule001"},  # in the first hour of a day
        "answers-fault-instead-of-error": {"FPE-FORMAT-SCHEMA"},
        "shows-patient": {"FPE-FAULT-LOGGID"},
    },
    "utlamnande part": {
        "refuses-extensions": {"FPE-FORMAT-TECKEN"},
        "shows-patient": {"FPE-FAULT-LOGGID"},
        "answers-web-page": {"FPE-FAULT-LOGGID", "FPE-FAULT-SEKRETESS"},
    },
}
"""What a defect breaks beside its own requirement, by its nature."""


def certify(folder: Path, *options: str) -> tuple[int, RunResult]:
    """Run the command line as its user does, and read the result back."""
    ended = subprocess.run(  # noqa: S603
        [sys.executable, "-m", "provbank", "certify", "--out", str(folder), *options],
        env={**os.environ, "PYTHONUTF8": "1"},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
        cwd=folder,
    )
    assert (folder / "result.json").exists(), ended.stderr
    return ended.returncode, read_result(folder / "result.json")


def failed(result: RunResult) -> set[str]:
    return {item.id for item in result.requirements if item.outcome is Outcome.FAILED}


def options_for(suite: Suite) -> list[str]:
    return ["--service", suite.service, "--role", suite.role]


def of(cases: list[tuple[Suite, str]]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize(
        ("suite", "name"),
        [pytest.param(suite, name, id=f"{suite.name}-{name}") for suite, name in cases],
    )


@pytest.mark.parametrize(
    ("suite", "least"),
    [
        pytest.param(suite_for("hogkostnad", "begarande"), 130, id="begarande"),
        pytest.param(suite_for("hogkostnad", "utlamnande"), 110, id="utlamnande"),
        pytest.param(CLAIMS, 125, id="claims"),
    ],
)
def test_a_flawless_system_passes_in_full(tmp_path: Path, suite: Suite, least: int) -> None:
    """Every scenario passes, load and all, and every report is there."""
    code, result = certify(tmp_path, *options_for(suite))

    assert code == 0
    assert result.verdict is Verdict.NO_DEVIATIONS
    assert (result.suite, result.subject.role) == (suite.name, suite.role)
    assert result.counted(Outcome.PASSED, Outcome.OBSERVATION) == len(result.scenarios) >= least
    assert all(item.outcome.holds or item.reason for item in result.requirements)
    assert {path.name for path in tmp_path.iterdir()} >= {
        "result.json", "rapport.html", "junit.xml", "allure-results", "meddelanden",
        "journal.sqlite",
    }  # fmt: skip


@of(BY_HAND)
def test_a_defect_is_caught_on_the_requirement_it_breaks(
    tmp_path: Path, suite: Suite, name: str
) -> None:
    """The run deviates from the broken requirement, and from nothing that is whole."""
    defect = suite.part.defects[name]
    alone = name in IN_FULL or name in SENT
    scope = [f"--only={defect.breaks}"] if alone else ["--quick"]

    code, result = certify(tmp_path, "--defect", name, *scope, *options_for(suite))

    assert code == 1
    assert result.verdict is Verdict.DEVIATIONS
    assert defect.breaks in failed(result)
    also = ALSO[suite.role.replace("ä", "a")].get(name, set())
    if also is not None:
        assert failed(result) <= {defect.breaks} | also


@of(BY_RULE)
def test_a_rule_that_is_never_checked_is_caught(tmp_path: Path, suite: Suite, name: str) -> None:
    """Each rule has a scenario that turns red when that rule alone is not checked."""
    defect = suite.part.defects[name]
    also = {suite.answering.clauses.validation} - {""}

    code, result = certify(
        tmp_path, "--defect", name, "--quick", f"--only={defect.breaks}", *options_for(suite)
    )

    assert code == 1
    assert failed(result) == {defect.breaks} | also


def test_a_rule_that_is_never_checked_fails_nothing_else(tmp_path: Path) -> None:
    """In the whole suite, one unchecked rule fails that rule and the validation alone."""
    code, result = certify(tmp_path, "--defect", "never-checks-R27", "--quick")

    assert code == 1
    assert failed(result) == {"FBC-R27", "FBC-VALIDERA-PRODUCENT"}


def test_a_system_that_accepts_everything_fails_every_rule(tmp_path: Path) -> None:
    """None of the 49 rules, nor the schema, is held by a system that never refuses."""
    _, result = certify(tmp_path, "--defect", "accepts-everything", "--quick")

    by_rule = {suite.part.defects[name].breaks for suite, name in BY_RULE if suite is CLAIMS}
    assert failed(result) >= by_rule | {"FBC-SVAR-SCHEMA"}


def test_no_deviation_ever_names_a_patient(tmp_path: Path) -> None:
    """A leak is told by its place; result and report text never repeat the identity."""
    _, result = certify(tmp_path, "--defect", "shows-patient", "--quick")

    assert failed(result) == {"FBC-SVAR-SEKRETESS"}
    assert "191001209814" not in str([scenario.deviations for scenario in result.scenarios])
