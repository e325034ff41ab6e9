"""Every suite: complete against its tables and its catalogue, in Swedish, and found by name."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import features
from contracts.domains.financial_patientfees_exemption.v1_0.boundaries import BOUNDARIES
from contracts.domains.financial_patientfees_exemption.v1_0.kinds import DISCLOSURES, REQUESTS
from contracts.domains.financial_patientfees_exemption.v1_0.near_misses import NEAR_MISSES
from contracts.domains.financial_patientfees_exemption.v1_0.single_faults import (
    RULE_FAULTS,
    SCHEMA_FAULTS,
)
from contracts.errors import UsageError
from contracts.profile import LABEL, profile
from features.scenarios import scenarios_by_requirement
from features.suites import Suite, chosen_requirement, suite_for, suites
from features.unreadable import UNREADABLE
from simulator.regions.parts import parts

FEATURES = Path(features.__file__).parent
NAMES = [suite.name for suite in suites()]
ALL = pytest.mark.parametrize("suite", suites(), ids=NAMES)


def text_of(suite: Suite) -> str:
    return "\n".join(
        path.read_text(encoding="utf-8") for path in sorted(suite.folder.glob("*.feature"))
    )


def rows(text: str) -> set[str]:
    """Every cell of every table of examples."""
    return {
        cell.strip() for line in text.splitlines() if "|" in line for cell in line.split("|")[1:-1]
    }


def test_every_part_of_a_region_has_its_suite() -> None:
    """What is called of the bundled regions can be certified, and every suite has its part."""
    called = {part.name for part in parts() if part.called}
    assert called <= set(NAMES) <= {part.name for part in parts()}
    assert len(NAMES) >= 3


@ALL
def test_every_feature_file_is_swedish(suite: Suite) -> None:
    """Testers read the suites in Swedish."""
    for path in suite.feature_files:
        label = suite.label if path.parent == suite.folder else LABEL
        text = path.read_text(encoding="utf-8")
        assert text.startswith(f"# language: sv\n@{label}"), path.name


@ALL
def test_every_requirement_on_the_role_is_checked_or_says_why_not(suite: Suite) -> None:
    """A requirement without scenario carries its reason, and one with a scenario carries none."""
    checked = {
        requirement
        for requirement, scenarios in scenarios_by_requirement().items()
        if any((FEATURES / scenario.file) in suite.feature_files for scenario in scenarios)
    }
    for requirement in suite.requirements:
        assert (requirement.id in checked) != bool(suite.untested(requirement)), requirement.id


@ALL
def test_what_is_only_reported_has_a_scenario_and_no_defect(suite: Suite) -> None:
    """An observation fails nobody, so that no system could be caught by it."""
    reported = {item.id for item in suite.requirements if item.reported}

    assert reported <= set(scenarios_by_requirement())
    assert not reported & {defect.breaks for defect in suite.part.defects.values()}


@ALL
def test_the_profile_binds_a_system_by_what_it_does(suite: Suite) -> None:
    """What answers is bound as a producer, what calls as a consumer, whatever the domain."""
    of_profile = {item.id for item in suite.requirements if item.id in profile()}

    assert suite.part.called is ("producer" in suite.profile_roles)
    assert ("RIV-R1126" in of_profile) is ("producer" in suite.profile_roles)
    assert ("RIV-R1132" in of_profile) is ("consumer" in suite.profile_roles)


@ALL
def test_clauses_name_requirements_that_bind_the_role(suite: Suite) -> None:
    """No judgement stands on a requirement that is somebody else's, or nobody's."""
    clauses = suite.answering.clauses
    ids = {getattr(clauses, name) for name in clauses.__slots__} - {""}

    assert ids <= {requirement.id for requirement in suite.requirements}


@ALL
def test_every_requirement_with_a_scenario_has_a_defect_that_breaks_it(suite: Suite) -> None:
    """No scenario is taken on trust: for each requirement some system turns it red."""
    checked = {
        item.id for item in suite.requirements if not suite.untested(item) and not item.reported
    }

    assert {defect.breaks for defect in suite.part.defects.values()} == checked


@pytest.mark.parametrize("suite", [suite for suite in suites() if suite.called], ids=str)
def test_every_unreadable_call_is_sent(suite: Suite) -> None:
    """What can be made wrong in any message is tried in each suite."""
    text = text_of(suite)

    assert all(name in text for name in UNREADABLE)


def test_every_kind_and_fault_of_a_request_is_sent() -> None:
    """What can be made is sent to a discloser."""
    sent = rows(text_of(suite_for("hogkostnadsskydd", "utlamnande")))

    assert set(REQUESTS) <= sent
    assert {name for name, fault in SCHEMA_FAULTS.items() if fault.kind in REQUESTS} <= sent


def test_every_kind_and_fault_of_a_disclosure_is_sent_under_its_rule() -> None:
    """What can be made is sent to a requester, each fault beside the requirement it breaks."""
    text = text_of(suite_for("hogkostnadsskydd", "begarande"))
    by_rule = {
        (match[1], match[2].strip())
        for match in re.finditer(r"^ *\| FPE-(rule\d+) *\| (.+?) *\|$", text, re.MULTILINE)
    }

    faults = {**RULE_FAULTS, **NEAR_MISSES}
    at_limits = {(found.rule, name) for name, found in BOUNDARIES.items()}
    assert by_rule == {(fault.rule, name) for name, fault in faults.items()} | at_limits
    assert {name for name, fault in SCHEMA_FAULTS.items() if fault.kind in DISCLOSURES} <= rows(
        text
    )
    assert [kind for kind in DISCLOSURES if kind not in text] == []


@pytest.mark.parametrize(
    ("service", "role", "name"),
    [
        pytest.param("", "", "utomlansfakturering/producent", id="nothing chosen"),
        pytest.param("Utomläns", "", "utomlansfakturering/producent", id="the first service alone"),
        pytest.param("", "konsument", "utomlansfakturering/konsument", id="one that only calls"),
        pytest.param("", "producer", "utomlansfakturering/producent", id="the key of a role"),
        pytest.param("hogkostnad", "BEGÄRANDE", "hogkostnadsskydd/begarande", id="in capitals"),
        pytest.param("", "utlämnande part", "hogkostnadsskydd/utlamnande", id="the role alone"),
        pytest.param("patientfees", "utl", "hogkostnadsskydd/utlamnande", id="the domain"),
    ],
)
def test_a_suite_is_found_by_any_part_of_its_names(service: str, role: str, name: str) -> None:
    """Case, dots over letters and the rest of the word do not matter."""
    assert suite_for(service, role).name == name


@pytest.mark.parametrize(
    ("service", "role", "what", "mend"),
    [
        pytest.param("hogkostnad", "", "more than one", "--role begarande", id="two roles"),
        pytest.param("tandvård", "", "no suite for --service tandvård", "--service", id="unknown"),
        pytest.param("utomlans", "begarande", "no suite for", "--role producent", id="no role"),
    ],
)
def test_a_choice_that_means_none_or_many_is_told(
    service: str, role: str, what: str, mend: str
) -> None:
    """The message says what can be chosen."""
    with pytest.raises(UsageError, match=what) as caught:
        suite_for(service, role)

    assert mend in caught.value.mend


def test_what_a_target_file_claims_narrows_the_choice() -> None:
    """A file that claims one role needs no option; one that claims several does."""
    both = ("hogkostnadsskydd/begarande", "hogkostnadsskydd/utlamnande")

    assert suite_for(claimed=both[:1]).name == both[0]
    assert suite_for(role="utl", claimed=both).name == both[1]
    with pytest.raises(UsageError, match="the target file means more than one"):
        suite_for(claimed=both)
    with pytest.raises(UsageError, match="in the target file"):
        suite_for("utomlans", claimed=both)


@pytest.mark.parametrize("text", ["FPE-rule009", "rule009", "fpe-RULE009"])
def test_a_requirement_is_found_by_its_short_name(text: str) -> None:
    """--only takes what people write."""
    suite = suite_for("hogkostnadsskydd", "begarande")

    assert chosen_requirement(text, suite) == "FPE-rule009"


def test_a_requirement_that_only_the_other_role_is_tested_for_is_told() -> None:
    """What a source holds, rule017 speaks of, is not a requester's to see."""
    assert chosen_requirement("rule017", suite_for("hogkostnadsskydd", "utlamnande"))

    with pytest.raises(UsageError, match="no scenario checks rule017"):
        chosen_requirement("rule017", suite_for("hogkostnadsskydd", "begarande"))
