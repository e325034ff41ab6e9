"""Givet: the requests and disclosures that a scenario starts from."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import cast
from uuid import uuid4

import pytest
from lxml import etree
from pytest_bdd import given, parsers

from contracts.domains.financial_patientfees_exemption.v1_0.kinds import valid
from contracts.domains.financial_patientfees_exemption.v1_0.messages import EXEMPTION, ActorType
from contracts.domains.financial_patientfees_exemption.v1_0.single_faults import (
    RULE_FAULTS,
    faulty,
)
from contracts.judge import swedish_now
from features.bench import Bench
from features.calling import Caller
from features.hogkostnadsskydd.disclosures import Disclosures
from features.hogkostnadsskydd.requests import Requests
from features.steps.inspect import SCHEMA
from reports.evidence import judged

_FOREIGN = "urn:exempel:tillagg:1"
_FRESH = timedelta(minutes=5)  # what two clocks may differ


@pytest.fixture
def requests(bench: Bench) -> Requests:
    """Give the requests to the tested discloser."""
    return cast("Requests", bench.messages)


@pytest.fixture
def disclosures(bench: Bench) -> Disclosures:
    """Give the disclosures to the tested requester."""
    return cast("Disclosures", bench.messages)


# --- Requests ------------------------------------------------------------------------------------


@given(parsers.parse("en giltig {kind}"), target_fixture="message")
def a_valid_request(requests: Requests, kind: str) -> etree._Element:
    return valid(kind, requests.inquiry)


@given(parsers.parse('en begäran med felet "{fault}"'), target_fixture="message")
def a_faulty_request(requests: Requests, fault: str) -> etree._Element:
    return faulty(fault, requests.inquiry)


@given("en begäran med tilläggselement i en främmande namnrymd", target_fixture="message")
def a_request_with_extensions(requests: Requests) -> etree._Element:
    message = requests.valid()
    for parent in (message, _only(message, "actor"), _only(message, "patientId")):
        _extend(parent, "ett tillägg som mottagaren inte känner till")
    return message


@given(parsers.parse('en begäran med texten "{text}" i ett tillägg'), target_fixture="message")
def a_request_with_text(requests: Requests, text: str) -> etree._Element:
    message = requests.valid()
    _extend(message, text)
    return message


@given(parsers.parse("{count:d} begäran"), target_fixture="batch")
def a_batch_of_requests(requests: Requests, count: int) -> list[tuple[etree._Element, str | None]]:
    return [(requests.valid(), None) for _ in range(count)]


@given(
    parsers.parse("{count:d} begäran, varannan giltig och varannan mot schemat"),
    target_fixture="batch",
)
def a_mixed_batch_of_requests(
    requests: Requests, count: int
) -> list[tuple[etree._Element, str | None]]:
    return [
        (requests.valid(), None)
        if number % 2 == 0
        else (faulty("begäran utan aktör", requests.inquiry), SCHEMA)
        for number in range(count)
    ]


# --- Disclosures ---------------------------------------------------------------------------------


@given("ett giltigt utlämnande", target_fixture="message")
def a_valid_disclosure(disclosures: Disclosures) -> etree._Element:
    return disclosures.valid()


@given(parsers.parse('ett giltigt utlämnande av slaget "{kind}"'), target_fixture="message")
def a_valid_disclosure_of_kind(disclosures: Disclosures, kind: str) -> etree._Element:
    return disclosures.of_kind(kind)


@given(parsers.parse('ett utlämnande med felet "{fault}"'), target_fixture="message")
def a_faulty_disclosure(disclosures: Disclosures, fault: str) -> etree._Element:
    return disclosures.with_fault(fault)


@given(parsers.parse('ett utlämnande med gränsfallet "{case}"'), target_fixture="message")
def a_disclosure_at_a_limit(disclosures: Disclosures, case: str) -> etree._Element:
    return disclosures.at_limit(case)


@given("ett utlämnande vars feeExemption bara har patientens id", target_fixture="message")
def a_disclosure_of_an_identity_alone(disclosures: Disclosures) -> etree._Element:
    message = disclosures.valid()
    holder = _only(message, "feeExemption")
    for found in holder.findall(f"{{{EXEMPTION}}}transactions"):
        holder.remove(found)
    return message


@given("ett utlämnande med ett requestId som systemet inte har sänt", target_fixture="message")
def an_unasked_disclosure(disclosures: Disclosures) -> etree._Element:
    message = disclosures.valid()
    _only(message, "requestId")[0].text = str(uuid4())
    return message


@given(parsers.parse("ett utlämnande vars belopp skrivs {form}"), target_fixture="message")
def a_disclosure_with_amounts_written(disclosures: Disclosures, form: str) -> etree._Element:
    message = disclosures.valid()
    decimals = {"utan decimaler": 0, "med en decimal": 1, "med två decimaler": 2}[form]
    for amount in message.iter(f"{{{EXEMPTION}}}amount"):
        amount.text = f"{Decimal(amount.text or '0'):.{decimals}f}"
    return message


@given("ett utlämnande med en avgift som just har registrerats", target_fixture="message")
def a_disclosure_of_a_fresh_fee(disclosures: Disclosures) -> etree._Element:
    message = disclosures.of_kind("besök i dag")
    registered: datetime = swedish_now() - _FRESH
    _only(message, "dateOfVisit").text = f"{registered:%Y%m%d}"
    _only(message, "timeOfRegistration").text = f"{registered:%Y%m%d%H%M%S}"
    return message


@given("ett utlämnande med tilläggselement i en främmande namnrymd", target_fixture="message")
def a_disclosure_with_extensions(disclosures: Disclosures) -> etree._Element:
    message = disclosures.valid()
    for parent in (message, *(_only(message, name) for name in ("feeExemption", "transactions"))):
        _extend(parent, "ett tillägg som mottagaren inte känner till")
    return message


@given(parsers.parse('ett utlämnande med frikortet "{number}"'), target_fixture="message")
def a_disclosure_of_a_card(disclosures: Disclosures, number: str) -> etree._Element:
    message = disclosures.of_kind("frikort till invånare")
    _only(message, "exemptions")[0].text = number
    return message


@given("att utlämnandet har tagits emot")
def the_disclosure_was_taken(caller: Caller, message: etree._Element, bench: Bench) -> None:
    judged(*bench.judge.accepted(caller.send(message)))


@given(parsers.parse("{count:d} utlämnanden på samma begäran"), target_fixture="batch")
def a_batch_for_one_request(
    disclosures: Disclosures, count: int
) -> list[tuple[etree._Element, str | None]]:
    return [(disclosures.valid(), None) for _ in range(count)]


@given(parsers.parse("utlämnanden från {count:d} källor på samma begäran"), target_fixture="batch")
def disclosures_of_several_sources(
    disclosures: Disclosures, bench: Bench, count: int
) -> list[tuple[etree._Element, str | None]]:
    inquiry = disclosures.inquiry(ActorType.CITIZEN)
    return [
        (valid("transaktioner till invånare", replace(inquiry, region=source)), None)
        for source in bench.senders[:count]
    ]


@given(
    parsers.parse("{count:d} utlämnanden, vartannat giltigt och vartannat med ett eget fel"),
    target_fixture="batch",
)
def a_mixed_batch_of_disclosures(
    disclosures: Disclosures, count: int
) -> list[tuple[etree._Element, str | None]]:
    faults = ("valuta EUR", "belopp noll", "avgift för sjukresa", "valuta med fel kodverk",
              "patient-id av okänt slag")  # fmt: skip
    batch: list[tuple[etree._Element, str | None]] = []
    for number in range(count):
        if number % 2 == 0:
            batch.append((disclosures.valid(), None))
        else:
            fault = faults[number // 2 % len(faults)]
            batch.append((disclosures.with_fault(fault), RULE_FAULTS[fault].rule))
    return batch


def _only(message: etree._Element, name: str) -> etree._Element:
    found = message.find(f".//{{*}}{name}")
    if found is None:
        raise LookupError(f"the message has no {name}")
    return found


def _extend(parent: etree._Element, text: str) -> None:
    extra = etree.SubElement(parent, f"{{{_FOREIGN}}}tillagg", nsmap={"t": _FOREIGN})
    extra.text = text
