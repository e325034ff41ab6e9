"""Givet: the messages and circumstances that a scenario starts from."""

from __future__ import annotations

from decimal import Decimal

import pytest
from lxml import etree
from pytest_bdd import given, parsers

from contracts.domains.financial_billing_claim.v1_1.kinds import KINDS, credit, grown, valid
from contracts.domains.financial_billing_claim.v1_1.messages import CLAIM, payload_of
from contracts.domains.financial_billing_claim.v1_1.single_faults import faulty
from contracts.envelope import envelope
from features.bench import Bench
from features.calling import Caller
from features.differences import DIFFERENCES
from features.unreadable import UNREADABLE
from reports.evidence import Deviates

_MEGABYTE = 1_000_000


@given("ett giltigt fakturaunderlag", target_fixture="message")
def a_valid_claim(bench: Bench) -> etree._Element:
    return valid("öppen vård", bench.deal)


@given(parsers.parse('ett giltigt fakturaunderlag av slaget "{kind}"'), target_fixture="message")
def a_valid_claim_of_kind(bench: Bench, kind: str) -> etree._Element:
    return valid(kind, bench.deal)


@given(parsers.parse('ett fakturaunderlag med felet "{fault}"'), target_fixture="message")
def a_faulty_claim(bench: Bench, fault: str) -> etree._Element:
    return faulty(fault, bench.deal)


@given(
    parsers.parse("ett fakturaunderlag vars totalbelopp skiljer {kronor:d} krona från nettosumman"),
    target_fixture="message",
)
def a_rounded_claim(bench: Bench, kronor: int) -> etree._Element:
    message = valid("öppen vård", bench.deal)
    amount = _only(message, "payableAmount/amount")
    amount.text = f"{Decimal(amount.text or '0') + kronor:.2f}"
    return message


@given(
    parsers.parse("ett fakturaunderlag vars belopp skrivs {form}"),
    target_fixture="message",
)
def a_claim_with_amounts_written(bench: Bench, form: str) -> etree._Element:
    message = valid("öppen vård", bench.deal)
    decimals = {"utan decimaler": 0, "med en decimal": 1, "med två decimaler": 2}[form]
    for amount in message.iter(f"{{{CLAIM}}}amount"):
        amount.text = f"{Decimal(amount.text or '0'):.{decimals}f}"
    return message


@given("ett fakturaunderlag med tilläggselement i en främmande namnrymd", target_fixture="message")
def a_claim_with_extensions(bench: Bench) -> etree._Element:
    message = valid("öppen vård", bench.deal)
    for place in ("//activity", "//patientOtherInformation", "."):
        parent = message[0] if place == "." else _only(message, place)
        extra = etree.SubElement(
            parent, "{urn:exempel:tillagg:1}tillagg", nsmap={"t": "urn:exempel:tillagg:1"}
        )
        extra.text = "ett tillägg som mottagaren inte känner till"
    return message


@given(parsers.parse('ett fakturaunderlag med texten "{text}"'), target_fixture="message")
def a_claim_with_text(bench: Bench, text: str) -> etree._Element:
    message = valid("öppen vård", bench.deal)
    _only(message, "//careUnitName").text = text
    return message


@given(parsers.parse("ett giltigt fakturaunderlag på knappt {size:d} MB"), target_fixture="message")
def a_large_claim(bench: Bench, size: int) -> etree._Element:
    envelope_size = len(envelope(etree.Element("x"), logical_address="2321000024"))
    return grown(
        valid("flera patienter och rader", bench.deal), to_bytes=size * _MEGABYTE - envelope_size
    )


@given(
    parsers.parse("ett fakturaunderlag där {difference}"),
    target_fixture="message",
)
def a_claim_at_a_difference(bench: Bench, difference: str) -> etree._Element:
    return DIFFERENCES[difference].message(bench.deal)


@given(parsers.parse('ett anrop med felet "{fault}"'), target_fixture="raw_message")
def an_unreadable_call(bench: Bench, fault: str) -> bytes:
    payload = valid("öppen vård", bench.deal)
    whole = envelope(payload, logical_address=bench.target.region.logical_address)
    return UNREADABLE[fault](whole)


@given("att fakturaunderlaget har tagits emot")
def the_claim_was_received(caller: Caller, message: etree._Element, bench: Bench) -> None:
    found = bench.judge.accepted(caller.send(message))
    if found:
        raise Deviates(*found)


@given("att fakturaunderlaget har avvisats")
def the_claim_was_refused(caller: Caller, message: etree._Element, bench: Bench) -> None:
    found = bench.judge.refused(caller.send(message), "FBC-SVAR-ERROR")
    if found:
        raise Deviates(*found)


@given("en kredit av ett mottaget fakturaunderlag", target_fixture="message")
def a_credit_of_a_received_claim(caller: Caller, bench: Bench) -> etree._Element:
    original = KINDS["öppen vård"](bench.deal)
    found = bench.judge.accepted(caller.send(payload_of(original)))
    if found:
        raise Deviates(*found)
    return payload_of(credit(original, bench.deal))


@given("att systemet har en observationspunkt")
def the_system_can_be_observed(bench: Bench) -> None:
    if bench.observation is None:
        pytest.skip("Systemet har ingen observationspunkt, så det kan inte ses utifrån.")


@given(
    parsers.parse("{count:d} fakturaunderlag, vartannat giltigt och vartannat med ett eget fel"),
    target_fixture="batch",
)
def a_mixed_batch(bench: Bench, count: int) -> list[tuple[etree._Element, str | None]]:
    faults = (
        ("kön 3", "R10"),
        ("besökstyp 3", "R16"),
        ("prislista 7", "R25"),
        ("vårdnivå 5", "R30"),
        ("produktkategori 05", "R24"),
    )
    batch: list[tuple[etree._Element, str | None]] = []
    for number in range(count):
        if number % 2 == 0:
            batch.append((valid("öppen vård", bench.deal), None))
        else:
            name, rule = faults[number // 2 % len(faults)]
            batch.append((faulty(name, bench.deal), rule))
    return batch


@given(parsers.parse("{count:d} giltiga fakturaunderlag"), target_fixture="batch")
def a_valid_batch(bench: Bench, count: int) -> list[tuple[etree._Element, str | None]]:
    return [(valid("öppen vård", bench.deal), None) for _ in range(count)]


def _only(message: etree._Element, path: str) -> etree._Element:
    steps = "/".join(f"{{{CLAIM}}}{step}" for step in path.removeprefix("//").split("/"))
    found = message.find(f".//{steps}")
    if found is None:
        raise LookupError(f"the message has no {path}")
    return found
