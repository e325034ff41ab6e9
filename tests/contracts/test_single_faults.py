"""The messages that suites send are what their names say: valid, or wrong in just one way."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal

import pytest
from lxml import etree

from contracts.catalogue import bundled
from contracts.domains.financial_billing_claim.v1_1.kinds import (
    KINDS,
    PATIENTS,
    Deal,
    coordination_number,
    credit,
    grown,
    new_id,
    valid,
)
from contracts.domains.financial_billing_claim.v1_1.messages import (
    CLAIM,
    RESPONDER,
    payload_of,
    text_of,
)
from contracts.domains.financial_billing_claim.v1_1.single_faults import (
    RULE_FAULTS,
    SCHEMA_FAULTS,
    faults_of,
    faulty,
)
from contracts.judge import judge_payload
from contracts.terms import is_organisation_number, luhn_digit

Maker = Callable[..., etree._Element]
Rules = Callable[[etree._Element], tuple[str, ...]]


def names(payload: etree._Element) -> set[str]:
    """Give the local names that occur in a message."""
    return {etree.QName(element).localname for element in payload.iter("*")}


# Valid kinds --------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_is_valid(kind: str, deal: Deal, noon: datetime) -> None:
    """A suite may send any kind and expect OK."""
    judgement = judge_payload(valid(kind, deal), at=noon)

    assert judgement.accepted, judgement.findings


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("today", [date(2026, 1, 2), date(2028, 2, 29), date(2026, 12, 31)])
def test_every_kind_is_valid_on_any_day(kind: str, today: date, deal: Deal, noon: datetime) -> None:
    """Dates follow the day of the test, over turns of month and year."""
    other = Deal(
        seller=deal.seller,
        buyer=deal.buyer,
        county=deal.county,
        municipality=deal.municipality,
        today=today,
    )

    judgement = judge_payload(
        valid(kind, other), at=noon.replace(today.year, today.month, today.day)
    )

    assert judgement.accepted, judgement.findings


@pytest.mark.parametrize(
    ("kind", "holds", "lacks"),
    [
        ("öppen vård", {"professionCodeForHealthcare", "outpatientCareDiagnosis"}, {"inCare"}),
        ("sluten vård", {"inCare", "inpatientCareDiagnosis"}, {"professionCodeForHealthcare"}),
        ("DRG", {"DRGCode", "extendedAllowanceCost"}, {"patientSpecificCare"}),
        ("patientspecifik vård", {"patientSpecificCare", "patientCareDiscount"}, {"DRGCost"}),
        ("delfakturering", {"invoicePeriod"}, {"careDischargeDate", "diagnosis"}),
        ("asylsökande", {"LMACardNumber"}, {"listingLocalAuthoritiesNumber"}),
        ("kredit", {"referenceToProcessClaimSpecificationId", "reasonForCredit"}, set()),
        ("betalningsförbindelse", {"paymentCommitment"}, set()),
        ("verksamhetsområde utan diagnos", set(), {"diagnosis", "treatment"}),
    ],
)
def test_a_kind_holds_what_its_name_says(
    kind: str, holds: set[str], lacks: set[str], deal: Deal
) -> None:
    """The kinds differ in the elements that matter."""
    found = names(valid(kind, deal))

    assert holds <= found
    assert not lacks & found


@pytest.mark.parametrize(
    ("kind", "root"),
    [
        ("öppen vård", "1.2.752.129.2.1.3.1"),
        ("samordningsnummer", "1.2.752.129.2.1.3.3"),
        ("lokalt reservnummer", "1.2.752.97.3.1.3"),
        ("nationellt reservnummer", "1.2.752.74.9.1"),
        ("asylsökande", "1.3.7.2321000016"),
    ],
)
def test_an_identity_is_of_the_kind_named(kind: str, root: str, deal: Deal) -> None:
    """Each kind of identity has the root of its series."""
    line = ("healthCareServicesSpecificationLine", "patientInformation", "patientIdentity", "root")

    assert text_of(valid(kind, deal), *line) == root


def test_a_claim_says_who_bills_whom(deal: Deal) -> None:
    """Seller, buyer and day come from the deal."""
    claim = valid("öppen vård", deal)

    assert text_of(claim, "supplierParty", "identification", "extension") == deal.seller
    assert text_of(claim, "customerParty", "identification", "extension") == deal.buyer
    assert text_of(claim, "issueDate") == "20261119"
    assert text_of(claim, "none") is None


def test_a_credit_names_its_original(deal: Deal) -> None:
    """A credit has an id of its own, and refers to claim, invoice and lines of the original."""
    original = KINDS["flera patienter och rader"](deal)

    payload = payload_of(credit(original, deal))

    assert text_of(payload, "typeOfInvoice") == "381"
    assert text_of(payload, "referenceToProcessClaimSpecificationId") == original.id
    assert text_of(payload, "referenceToInvoice") == original.invoice_id
    assert text_of(payload, "id") != original.id
    lines = [
        [element.text for element in payload.iter(f"{{{CLAIM}}}{name}")]
        for name in ("lineId", "referenceToLineId")
    ]
    assert lines[0] == lines[1] == ["1", "2", "3", "5", "7"]


def test_ids_are_unique_and_in_form(deal: Deal) -> None:
    """ZVF, the seller, year and month, six digits - and never twice."""
    ids = [new_id(deal) for _ in range(1_000)]
    ids += [text_of(valid(kind, deal), "id") or "" for kind in KINDS]
    ids += [text_of(faulty(name, deal), "id") or "" for name in SCHEMA_FAULTS]

    assert len(set(ids)) == len(ids)
    assert all(one.startswith(f"ZVF{deal.seller}2611") and len(one) == 23 for one in ids)


def test_people_are_published_test_identities() -> None:
    """Twelve digits with a right check digit, each once."""
    assert len(set(PATIENTS)) == len(PATIENTS)
    assert all(len(person) == 12 and luhn_digit(person[2:-1]) == person[-1] for person in PATIENTS)


def test_a_coordination_number_has_60_added_to_its_day() -> None:
    """The rest is that of a published identity, with a check digit of its own."""
    number = coordination_number()

    person = PATIENTS[0]
    assert number[:6] == person[:6]
    assert int(number[6:8]) == int(person[6:8]) + 60
    assert number[8:11] == person[8:11]
    assert is_organisation_number(number[2:])  # the same check digit


# Size ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["öppen vård", "flera patienter och rader", "kredit", "DRG"])
@pytest.mark.parametrize("size", [300_000, 1_000_000])
def test_a_message_grows_to_the_size_asked(
    kind: str, size: int, deal: Deal, noon: datetime
) -> None:
    """The size is between 97 and 100 % of what was asked, and the message is still valid."""
    claim = valid(kind, deal)
    before = etree.tostring(claim)

    large = grown(claim, to_bytes=size)

    assert 0.97 * size <= len(etree.tostring(large, encoding="UTF-8")) <= size
    assert judge_payload(large, at=noon).accepted
    assert etree.tostring(claim) == before


def test_a_message_grows_to_the_largest_that_may_be_sent(deal: Deal) -> None:
    """5 MB is the contract's limit; line ids stay unique and the sum right."""
    size = 5 * 1024 * 1024

    large = grown(valid("öppen vård", deal), to_bytes=size)

    assert 0.97 * size <= len(etree.tostring(large, encoding="UTF-8")) <= size
    ids = [element.text for element in large.iter(f"{{{CLAIM}}}lineId")]
    assert len(set(ids)) == len(ids)
    assert text_of(large, "payableAmount", "amount") == str(Decimal("1800.00") * len(ids))


def test_a_message_does_not_shrink(deal: Deal) -> None:
    """A size below that of the message itself leaves it as it is."""
    claim = valid("öppen vård", deal)

    assert etree.tostring(grown(claim, to_bytes=10)) == etree.tostring(claim)


def test_only_a_claim_with_a_line_grows(a_claim: Maker) -> None:
    """There must be something to copy."""
    with pytest.raises(ValueError, match="line"):
        grown(a_claim("öppen vård", {"healthCareServicesSpecificationLine": None}), to_bytes=10**6)


# Faults -------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", RULE_FAULTS)
def test_a_rule_fault_breaks_its_rule_alone(name: str, deal: Deal, noon: datetime) -> None:
    """The message is schema-valid, one rule fails, and it fails at the place named."""
    fault = RULE_FAULTS[name]

    judgement = judge_payload(faulty(name, deal), at=noon)

    assert judgement.schema_valid, judgement.findings
    assert judgement.failed_rules == (fault.rule,)
    for finding in judgement.findings:
        steps = [step.partition("[")[0] for step in finding.where.split("/")]
        assert fault.place in steps[-2:], finding.where


def test_every_rule_has_a_fault() -> None:
    """All 49 rules can be shown to be kept, since each can be shown broken."""
    rules = {requirement.rule for requirement in requirements_with_rules()}

    assert len(rules) == 49
    assert {fault.rule for fault in RULE_FAULTS.values()} == rules
    assert all(faults_of(rule) for rule in rules)
    assert faults_of("R5") == ("totalbelopp två kronor för högt", "totalbelopp 250 kronor för lågt")


@pytest.mark.parametrize("name", SCHEMA_FAULTS)
def test_a_schema_fault_is_seen_by_the_schema(name: str, deal: Deal, noon: datetime) -> None:
    """The message is refused by the schema, before any rule is asked, near the place named."""
    fault = SCHEMA_FAULTS[name]
    assert fault.rule == "schema"

    judgement = judge_payload(faulty(name, deal), at=noon)

    assert judgement.contract is not None
    assert not judgement.schema_valid
    assert {finding.rule for finding in judgement.findings} == {"schema"}
    told = " ".join(f"{finding.where} {finding.text}" for finding in judgement.findings)
    assert fault.place in told


def test_no_name_is_in_both_tables() -> None:
    """A scenario names a fault, and gets the one it means."""
    assert not RULE_FAULTS.keys() & SCHEMA_FAULTS.keys()
    assert {fault.kind for fault in (*RULE_FAULTS.values(), *SCHEMA_FAULTS.values())} <= set(KINDS)


def test_a_name_that_is_none_is_a_key_error(deal: Deal) -> None:
    """A misspelt kind or fault is not taken for another."""
    with pytest.raises(KeyError):
        faulty("kön 4", deal)
    with pytest.raises(KeyError):
        valid("öppenvård", deal)


def test_messages_are_written_in_the_contracts_namespaces(deal: Deal) -> None:
    """The request is in the responder's namespace, all below the claim in the domain's."""
    claim = valid("flera patienter och rader", deal)

    assert claim.tag == f"{{{RESPONDER}}}ProcessClaimSpecification"
    assert [child.tag for child in claim] == [f"{{{RESPONDER}}}claimSpecification"]
    assert {etree.QName(element).namespace for element in claim[0].iterdescendants("*")} == {CLAIM}


def requirements_with_rules() -> tuple:  # type: ignore[type-arg]
    """Give the requirements of the bundled contract that are rules."""
    return bundled().domain("financial:billing:claim", "1.1").requirements.rules()
