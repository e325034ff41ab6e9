"""Givet: the claim specifications and circumstances that a scenario starts from."""

from __future__ import annotations

from decimal import Decimal

import pytest
from lxml import etree
from pytest_bdd import given, parsers

from contracts.domains.financial_billing_claim.v1_1.boundaries import just_right
from contracts.domains.financial_billing_claim.v1_1.kinds import KINDS, Deal, credit, grown, valid
from contracts.domains.financial_billing_claim.v1_1.messages import CLAIM, payload_of
from contracts.domains.financial_billing_claim.v1_1.near_misses import NEAR_MISSES, nearly_right
from contracts.domains.financial_billing_claim.v1_1.single_faults import faulty
from contracts.envelope import envelope
from features.bench import Bench
from features.calling import Caller
from features.utomlansfakturering.claims import deal_with
from features.utomlansfakturering.differences import DIFFERENCES
from features.utomlansfakturering.observation import ObservationPoint
from reports.evidence import judged

_MEGABYTE = 1_000_000


@pytest.fixture
def deal(bench: Bench) -> Deal:
    """Give who bills whom today."""
    return deal_with(bench.target)


@pytest.fixture
def observation(bench: Bench) -> ObservationPoint | None:
    """Give the tested system's observation point, None where it has none."""
    observe = bench.role.settings.get("observe")
    return ObservationPoint(observe, tls=bench.role.tls) if observe else None


@given("ett giltigt fakturaunderlag", target_fixture="message")
def a_valid_claim(deal: Deal) -> etree._Element:
    return valid("öppen vård", deal)


@given(parsers.parse('ett giltigt fakturaunderlag av slaget "{kind}"'), target_fixture="message")
def a_valid_claim_of_kind(deal: Deal, kind: str) -> etree._Element:
    return valid(kind, deal)


@given(parsers.parse('ett fakturaunderlag med felet "{fault}"'), target_fixture="message")
def a_faulty_claim(deal: Deal, fault: str) -> etree._Element:
    return nearly_right(fault, deal) if fault in NEAR_MISSES else faulty(fault, deal)


@given(parsers.parse('ett fakturaunderlag med gränsfallet "{case}"'), target_fixture="message")
def a_claim_at_a_limit(deal: Deal, case: str) -> etree._Element:
    return just_right(case, deal)


@given(
    parsers.parse("ett fakturaunderlag vars totalbelopp skiljer {kronor:d} krona från nettosumman"),
    target_fixture="message",
)
def a_rounded_claim(deal: Deal, kronor: int) -> etree._Element:
    message = valid("öppen vård", deal)
    amount = _only(message, "payableAmount/amount")
    amount.text = f"{Decimal(amount.text or '0') + kronor:.2f}"
    return message


@given(
    parsers.parse("ett fakturaunderlag vars belopp skrivs {form}"),
    target_fixture="message",
)
def a_claim_with_amounts_written(deal: Deal, form: str) -> etree._Element:
    message = valid("öppen vård", deal)
    decimals = {"utan decimaler": 0, "med en decimal": 1, "med två decimaler": 2}[form]
    for amount in message.iter(f"{{{CLAIM}}}amount"):
        amount.text = f"{Decimal(amount.text or '0'):.{decimals}f}"
    return message


@given("ett fakturaunderlag med tilläggselement i en främmande namnrymd", target_fixture="message")
def a_claim_with_extensions(deal: Deal) -> etree._Element:
    message = valid("öppen vård", deal)
    for place in ("//activity", "//patientOtherInformation", "."):
        parent = message[0] if place == "." else _only(message, place)
        extra = etree.SubElement(
            parent, "{urn:exempel:tillagg:1}tillagg", nsmap={"t": "urn:exempel:tillagg:1"}
        )
        extra.text = "ett tillägg som mottagaren inte känner till"
    return message


@given(parsers.parse('ett fakturaunderlag med texten "{text}"'), target_fixture="message")
def a_claim_with_text(deal: Deal, text: str) -> etree._Element:
    message = valid("öppen vård", deal)
    _only(message, "//careUnitName").text = text
    return message


@given(parsers.parse("ett giltigt fakturaunderlag på knappt {size:d} MB"), target_fixture="message")
def a_large_claim(deal: Deal, size: int) -> etree._Element:
    envelope_size = len(envelope(etree.Element("x"), logical_address="2321000024"))
    return grown(
        valid("flera patienter och rader", deal), to_bytes=size * _MEGABYTE - envelope_size
    )


@given(
    parsers.parse("ett fakturaunderlag där {difference}"),
    target_fixture="message",
)
def a_claim_at_a_difference(deal: Deal, difference: str) -> etree._Element:
    return DIFFERENCES[difference].message(deal)


@given("att fakturaunderlaget har tagits emot")
def the_claim_was_received(caller: Caller, message: etree._Element, bench: Bench) -> None:
    judged(*bench.judge.accepted(caller.send(message)))


@given("att fakturaunderlaget har avvisats")
def the_claim_was_refused(caller: Caller, message: etree._Element, bench: Bench) -> None:
    judged(*bench.judge.refused(caller.send(message), "FBC-SVAR-ERROR"))


@given("en kredit av ett mottaget fakturaunderlag", target_fixture="message")
def a_credit_of_a_received_claim(caller: Caller, bench: Bench, deal: Deal) -> etree._Element:
    original = KINDS["öppen vård"](deal)
    judged(*bench.judge.accepted(caller.send(payload_of(original))))
    return payload_of(credit(original, deal))


@given("att systemet har en observationspunkt")
def the_system_can_be_observed(observation: ObservationPoint | None) -> None:
    if observation is None:
        pytest.skip("Systemet har ingen observationspunkt, så det kan inte ses utifrån.")


@given(
    parsers.parse("{count:d} fakturaunderlag, vartannat giltigt och vartannat med ett eget fel"),
    target_fixture="batch",
)
def a_mixed_batch(deal: Deal, count: int) -> list[tuple[etree._Element, str | None]]:
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
            batch.append((valid("öppen vård", deal), None))
        else:
            name, rule = faults[number // 2 % len(faults)]
            batch.append((faulty(name, deal), rule))
    return batch


@given(parsers.parse("{count:d} giltiga fakturaunderlag"), target_fixture="batch")
def a_valid_batch(deal: Deal, count: int) -> list[tuple[etree._Element, str | None]]:
    return [(valid("öppen vård", deal), None) for _ in range(count)]


def _only(message: etree._Element, path: str) -> etree._Element:
    steps = "/".join(f"{{{CLAIM}}}{step}" for step in path.removeprefix("//").split("/"))
    found = message.find(f".//{steps}")
    if found is None:
        raise LookupError(f"the message has no {path}")
    return found
