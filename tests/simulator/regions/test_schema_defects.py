"""Systems that take one kind of schema fault: each takes its own, and refuses the others."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from lxml import etree

from contracts.domains.financial_billing_claim.v1_1 import single_faults as claims
from contracts.domains.financial_billing_claim.v1_1.kinds import Deal, valid
from contracts.domains.financial_billing_claim.v1_1.messages import CLAIM
from contracts.domains.financial_patientfees_exemption.v1_0 import single_faults as disclosures
from contracts.domains.financial_patientfees_exemption.v1_0.kinds import Inquiry
from contracts.judge import judge_payload, swedish_now
from contracts.terms import HsaId, LogicalAddress
from simulator.regions.defect import Defect
from simulator.regions.schema_defects import VALUES, schema_defects

NOW = swedish_now()
DEFECTS = {one.name: one for one in schema_defects("FORM", values=VALUES)}
DEAL = Deal(
    seller="2321000016", buyer="2321000024", county="03", municipality="0380", today=NOW.date()
)
INQUIRY = Inquiry(
    reply_to=LogicalAddress("SE2321000016-EXEMPEL"),
    region=HsaId("SE2321000024-EXEMPEL"),
    today=NOW.date(),
)
KIND_OF: Mapping[str, str] = {
    "obligatoriskt element saknas": "takes-what-is-incomplete",
    "två patientidentiteter": "takes-elements-once-more",
    "element i fel ordning": "takes-elements-in-any-order",
    "okänt element i domänens namnrymd": "takes-unknown-elements",
    "element utan namnrymd": "takes-elements-of-no-namespace",
    "datum med bindestreck": "takes-days-of-any-form",
    "klockslag 250000": "takes-times-of-any-form",
    "belopp med decimalkomma": "takes-decimals-of-any-form",
    "radnummer noll": "takes-numbers-of-any-form",
    "sanningsvärde på svenska": "takes-truth-of-any-form",
    "tre identifikationer av säljaren": "takes-elements-once-more",
    "begäran utan requestId": "takes-what-is-incomplete",
    "begäran utan aktör": "takes-what-is-incomplete",
    "begäran utan svarsadress": "takes-what-is-incomplete",
    "aktör av okänt slag": "takes-any-word",
    "begäran med element i fel ordning": "takes-elements-in-any-order",
    "utlämnande utan requestId": "takes-what-is-incomplete",
    "utlämnande utan patientens id": "takes-what-is-incomplete",
    "utlämnande med element i fel ordning": "takes-elements-in-any-order",
    "besöksdatum med bindestreck": "takes-days-of-any-form",
    "registreringstid utan klockslag": "takes-times-of-any-form",
    "belopp utan valuta": "takes-what-is-incomplete",
    "avgift av okänt slag": "takes-any-word",
    "frikort utan id": "takes-what-is-incomplete",
}
"""Which system takes each of the faults that the suites have by name."""


def with_child(place: str, name: str) -> etree._Element:
    message = a_claim()
    found = next(message.iter(f"{{{CLAIM}}}{place}"))
    child = etree.Element(name)
    child.text = "1"
    found.insert(0, child)
    return message


def with_text() -> etree._Element:
    message = a_claim()
    message[0].text = "text"
    return message


def nil() -> etree._Element:
    message = a_claim()
    issued = next(message.iter(f"{{{CLAIM}}}issueDate"))
    issued.set("{http://www.w3.org/2001/XMLSchema-instance}nil", "false")
    return message


def a_claim() -> etree._Element:
    return valid("öppen vård", DEAL)


OTHERS = {
    "takes-foreign-elements-anywhere": with_child("payableAmount", "{urn:example:other}x"),
    "takes-elements-within-values": with_child("issueDate", f"{{{CLAIM}}}amount"),
    "takes-text-between-elements": with_text(),
    "takes-what-is-nil": nil(),
}
"""A message for each system that takes a fault which no table names."""


def taking(message: etree._Element) -> set[str]:
    """Give the systems that take a message, which is not valid."""
    judgement = judge_payload(message, at=NOW)
    assert not judgement.schema_valid
    return {name for name, one in DEFECTS.items() if one.on_judgement(judgement, message).accepted}


@pytest.mark.parametrize("name", [*claims.SCHEMA_FAULTS, *disclosures.SCHEMA_FAULTS])
def test_a_fault_is_taken_by_the_system_of_its_kind_alone(name: str) -> None:
    """So that a suite that lacks the fault misses that system."""
    message = (
        claims.faulty(name, DEAL)
        if name in claims.SCHEMA_FAULTS
        else disclosures.faulty(name, INQUIRY)
    )

    assert taking(message) == {KIND_OF[name]}


@pytest.mark.parametrize("name", OTHERS)
def test_a_change_is_taken_by_the_system_of_its_kind_alone(name: str) -> None:
    """What the suites send among the variants made from the schema."""
    assert taking(OTHERS[name]) == {name}


def test_every_system_takes_something() -> None:
    """Else it would be a right one."""
    assert {*KIND_OF.values(), *OTHERS} == DEFECTS.keys()


@pytest.mark.parametrize("defect", [pytest.param(one, id=one.name) for one in DEFECTS.values()])
def test_a_valid_message_is_judged_as_ever(defect: Defect) -> None:
    """Also where a rule is broken."""
    for message in (a_claim(), claims.faulty("kön 3", DEAL)):
        judgement = judge_payload(message, at=NOW)
        assert defect.on_judgement(judgement, message) is judgement
