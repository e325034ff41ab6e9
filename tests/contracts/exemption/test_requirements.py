"""The requirement catalogue of Högkostnadsskydd is complete and agrees with the rules."""

from __future__ import annotations

import pytest
from lxml import etree

from contracts.catalogue import Domain, bundled
from contracts.requirements import ROLES, Requirements
from contracts.terms import RequirementId


@pytest.fixture
def requirements(domain: Domain) -> Requirements:
    """Give the bundled catalogue."""
    return domain.requirements


def test_every_rule_has_a_requirement_and_the_other_way_round(
    domain: Domain, requirements: Requirements
) -> None:
    """The Schematron file and the catalogue name the same 17 rules."""
    root = etree.parse(str(domain.folder / "rules.sch"))
    asserted = [item.get("id") for item in root.iterfind(".//{*}assert")]

    catalogued = [requirement.rule for requirement in requirements.rules()]

    assert len(asserted) == len(set(asserted)) == 17
    assert catalogued == sorted(asserted)


def test_all_rules_of_the_tkb_are_there(requirements: Requirements) -> None:
    """rule001 to rule018, in order, each from its place in the TKB and binding both parties."""
    rules = [name for name in requirements if name.startswith("FPE-rule")]

    assert rules == [f"FPE-rule{number:03}" for number in range(1, 19)]
    for name in rules:
        rule = name.removeprefix("FPE-")
        requirement = requirements[name]
        assert requirement.source == f"TKB financial:patientfees:exemption 1.0, {rule}"
        assert requirement.rule == ("" if rule == "rule017" else rule)
        assert requirement.binds == ROLES
        assert requirement.level == "SKA"


def test_rule017_says_that_a_run_checks_it(requirements: Requirements) -> None:
    """It asks what the source holds, which no lone message tells."""
    rule = requirements[RequirementId("FPE-rule017")]

    assert "prövas i en körning mot kända testdata" in rule.text
    assert set(rule.untested) == {"producer"}  # the discloser is asked about known persons


def test_every_requirement_can_be_read(requirements: Requirements) -> None:
    """Texts are sentences in both languages, titles short, and ids have the domain's prefix."""
    titles = [requirement.title for requirement in requirements.values()]

    assert len(set(titles)) == len(titles)
    for requirement in requirements.values():
        assert requirement.id.startswith("FPE-")
        assert len(requirement.title) <= 70, requirement.id
        assert not requirement.title.endswith("."), requirement.id
        for text in (requirement.text, requirement.text_en, requirement.mend, requirement.mend_sv):
            assert text.endswith("."), requirement.id


@pytest.mark.parametrize(
    "subject",
    [
        "PAR",
        "KVITTENS",
        "UTLAMNANDE-",
        "REQUESTID-",
        "PATIENT-",
        "AKTOR-",
        "ADRESS-",
        "UTLAMNA-",
        "FORMAT-",
        "EI-",
        "TA-EMOT-",
        "TOLKA-",
        "FAULT",
        "OMSANDNING",
        "SLA-",
        "TLS",
        "HEADER",
    ],
)
def test_every_part_of_the_contract_description_is_there(
    requirements: Requirements, subject: str
) -> None:
    """From the pair of contracts to what the requester makes of the answers."""
    assert any(name.startswith(f"FPE-{subject}") for name in requirements)


def test_each_party_has_requirements_of_its_own(requirements: Requirements) -> None:
    """The discloser (consumer) keeps the index; the requester (producer) reads the answers."""
    for requirement in requirements.values():
        if requirement.id.startswith(("FPE-EI-", "FPE-UTLAMNA-")):
            assert requirement.binds == ("consumer",), requirement.id
        if requirement.id.startswith(("FPE-TOLKA-", "FPE-TA-EMOT-", "FPE-AKTOR-")):
            assert requirement.binds == ("producer",), requirement.id


def test_ids_are_of_one_domain_each() -> None:
    """A scenario tag leads to one requirement."""
    ids = [name for domain in bundled().domains for name in domain.requirements]

    assert len(set(ids)) == len(ids)


def test_the_domain_is_bundled_with_both_contracts(domain: Domain) -> None:
    """The catalogue finds both by the namespace of their messages."""
    assert domain in bundled().domains
    assert [contract.interaction for contract in domain.contracts] == [
        "ProcessExemptionStatuses",
        "RequestExemptionStatuses",
    ]
    for contract in domain.contracts:
        assert bundled().contract_for(contract.namespace) == (domain, contract)
        assert contract.soap_action == f"{contract.namespace}:{contract.interaction}"
        assert contract.profile == "rivtabp21"
