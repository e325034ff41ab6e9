"""The steps that a discloser meets: each is given a disclosure that it alone must object to."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest
from lxml import etree

from contracts.domains.financial_patientfees_exemption.v1_0.kinds import (
    DISCLOSURES,
    Inquiry,
    valid,
)
from contracts.domains.financial_patientfees_exemption.v1_0.messages import EXEMPTION
from contracts.envelope import envelope
from contracts.judge import swedish_now
from contracts.terms import HsaId, LogicalAddress
from features.hogkostnadsskydd.case import Asked, Case, Registered
from features.hogkostnadsskydd.steps import disclosed, disclosing
from simulator.client import Answer
from simulator.faults import soap_fault
from simulator.regions.directory import REGIONS

REQUEST_ID = "7f0c0f8e-6d4e-4c55-9a43-0d6a5a7f2b10"
INQUIRY = Inquiry(
    reply_to=LogicalAddress(REGIONS["01"].hsa_id),
    region=HsaId(REGIONS["03"].hsa_id),
    today=swedish_now().date(),
    request_id=REQUEST_ID,
)
FEES, CARD, STAFF = (
    "transaktioner till invånare",
    "frikort till invånare",
    "frikort till vårdgivare",
)
BOTH, NOTHING = "frikort och transaktioner till invånare", "ingenting till invånare"
FEES_TO_STAFF = "transaktioner till vårdgivare"

Change = Callable[[etree._Element], None]


def found_in(payload: etree._Element, path: str) -> etree._Element:
    found = payload.find(".//" + "/".join(f"{{*}}{step}" for step in path.split("/")))
    assert found is not None, path
    return found


def put(path: str, text: str) -> Change:
    """Change the first element at a path."""

    def change(payload: etree._Element) -> None:
        found_in(payload, path).text = text

    return change


def take_away(path: str) -> Change:
    """Remove the first element at a path."""

    def change(payload: etree._Element) -> None:
        found = found_in(payload, path)
        found.getparent().remove(found)  # type: ignore[union-attr]

    return change


def double(path: str) -> Change:
    """Say the first element at a path twice."""

    def change(payload: etree._Element) -> None:
        found = found_in(payload, path)
        found.addnext(etree.fromstring(etree.tostring(found, with_tail=False)))

    return change


def as_it_is(_payload: etree._Element) -> None:
    """Change nothing."""


def registered_now(payload: etree._Element) -> None:
    """Register every visit a moment ago."""
    for node in payload.iter(f"{{{EXEMPTION}}}timeOfRegistration"):
        node.text = f"{swedish_now():%Y%m%d%H%M%S}"


def a_case(kind: str) -> Case:
    """Make the case that a disclosure of a kind is right in."""
    case = Case(patient=INQUIRY.patient, began=swedish_now(), today=INQUIRY.today)
    actor = DISCLOSURES[kind].actor
    case.asked = [Asked(id=REQUEST_ID, actor=actor, reply_to=INQUIRY.reply_to)]
    shown = [*valid(kind, INQUIRY).iter(f"{{{EXEMPTION}}}transactions")]
    for node in shown or valid(FEES, INQUIRY).iter(f"{{{EXEMPTION}}}transactions"):
        day = datetime.strptime(found_in(node, "dateOfVisit").text or "", "%Y%m%d").date()  # noqa: DTZ007
        fee = Decimal(found_in(node, "amount").text or "")
        case.visits.append(Registered(patient=INQUIRY.patient, day=day, fee=fee))
    return case


def with_surcharge(payload: etree._Element) -> None:
    put("amount", "301.00")(payload)


# What a disclosure holds -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("step", "requirement", "right", "kind", "change", "broken"),
    [
        (disclosed.it_is_valid, "", FEES, FEES, take_away("patientId/root"), "FPE-FORMAT-SCHEMA"),
        (
            disclosed.it_keeps_the_rule, "FPE-rule009",
            FEES, FEES, put("currency/code", "EUR"), "FPE-rule009",
        ),
        (
            disclosed.it_keeps_the_rule, "FPE-rule009",
            FEES, FEES, take_away("patientId/root"), "FPE-FORMAT-SCHEMA",
        ),
        (disclosed.it_has_a_card, "", CARD, FEES, as_it_is, "FPE-UTLAMNA-INVANARE"),
        (disclosed.it_has_a_card, "", STAFF, FEES_TO_STAFF, as_it_is, "FPE-UTLAMNA-VARDGIVARE"),
        (disclosed.it_has_transactions, "", FEES, CARD, as_it_is, "FPE-UTLAMNA-INVANARE"),
        (
            disclosed.all_visits_are_disclosed, "FPE-UTLAMNA-TOLV-MANADER",
            FEES, FEES, with_surcharge, "FPE-UTLAMNA-TOLV-MANADER",
        ),
        (
            disclosed.everything_is_disclosed, "FPE-UTLAMNA-INVANARE",
            BOTH, BOTH, take_away("exemptions"), "FPE-UTLAMNA-INVANARE",
        ),
        (
            disclosed.everything_is_disclosed, "FPE-UTLAMNA-INVANARE",
            BOTH, BOTH, take_away("careUnit"), "FPE-UTLAMNA-INVANARE",
        ),
        (
            disclosed.the_card_alone_is_disclosed, "FPE-UTLAMNA-VARDGIVARE",
            STAFF, FEES_TO_STAFF, as_it_is, "FPE-UTLAMNA-VARDGIVARE",
        ),
        (
            disclosed.visits_without_places_are_disclosed, "FPE-UTLAMNA-VARDGIVARE",
            FEES_TO_STAFF, STAFF, as_it_is, "FPE-UTLAMNA-VARDGIVARE",
        ),
        (
            disclosed.nothing_is_disclosed, "FPE-UTLAMNA-ALLT",
            NOTHING, FEES, as_it_is, "FPE-UTLAMNA-ALLT",
        ),
        (
            disclosed.one_card_is_disclosed, "FPE-UTLAMNA-ETT-FRIKORT",
            CARD, CARD, double("exemptions"), "FPE-UTLAMNA-ETT-FRIKORT",
        ),
        (
            disclosed.one_card_is_disclosed, "FPE-UTLAMNA-ETT-FRIKORT",
            CARD, FEES, as_it_is, "FPE-UTLAMNA-INVANARE",
        ),
        (
            disclosed.amounts_are_well_written, "FPE-FORMAT-BELOPP",
            FEES, FEES, put("amount", "300.000"), "FPE-FORMAT-BELOPP",
        ),
        (
            disclosed.identities_are_well_written, "FPE-PATIENT-FORM",
            FEES, FEES, put("patientId/extension", "19100120-9814"), "FPE-PATIENT-FORM",
        ),
    ],
)  # fmt: skip
def test_step_objects_to_one_disclosure(
    scene: Callable[..., Any], step: Callable[..., None], requirement: str, right: str,
    kind: str, change: Change, broken: str,
) -> None:  # fmt: skip
    """And takes the right one without a word."""
    for what, changed, expected in ((right, as_it_is, []), (kind, change, [broken])):
        discloser = scene("hogkostnadsskydd", "utlamnande")
        payload = valid(what, INQUIRY)
        changed(payload)
        discloser.sends(payload)
        found = discloser.deviations(step, case=a_case(right), requirement=requirement)
        assert found == expected


@pytest.mark.parametrize(
    ("change", "broken"),
    [
        pytest.param(registered_now, 0, id="now"),
        pytest.param(as_it_is, 2, id="long ago"),
        pytest.param(put("timeOfRegistration", "nu"), 2, id="no time"),
    ],
)
def test_registration_is_when_it_was_made(discloser: Any, change: Change, broken: int) -> None:
    """Neither before the case began, nor something that is no time."""
    payload = valid(FEES, INQUIRY)
    change(payload)
    discloser.sends(payload)

    found = discloser.deviations(
        disclosed.registrations_are_in_swedish_time, case=a_case(FEES), requirement="FPE-FORMAT-TID"
    )

    assert found == ["FPE-FORMAT-TID"] * broken


def test_cancelled_visit_is_not_disclosed(discloser: Any) -> None:
    """Neither with its fee, nor with another."""
    case, step = a_case(FEES), disclosed.the_cancelled_visit_is_not_disclosed
    discloser.sends(valid(FEES, INQUIRY))
    requirement = "FPE-UTLAMNA-MAKULERAD"
    assert discloser.deviations(step, case=case, requirement=requirement) == []

    case.cancelled = case.visits[:1]

    assert discloser.deviations(step, case=case, requirement=requirement) == [requirement]


# Which disclosures come --------------------------------------------------------------------------


def another(request_id: str = "1b9d6bcd-bbfd-4b2d-9b5d-ab8dfbbd4bed") -> etree._Element:
    """Make a disclosure on another request."""
    payload = valid(FEES, INQUIRY)
    put("requestId/root", request_id)(payload)
    return payload


def extended(payload: etree._Element) -> etree._Element:
    """Give the request id an extension."""
    found = payload.find("{*}requestId")
    assert found is not None
    etree.SubElement(found, f"{{{EXEMPTION}}}extension").text = "1"
    return payload


ONE, UNASKED = "FPE-UTLAMNANDE-ETT", "FPE-BEGARAN-FORST"
ADDRESS, ID, UUID = "FPE-UTLAMNANDE-ADRESS", "FPE-UTLAMNANDE-REQUESTID", "FPE-REQUESTID-FORM"


@pytest.mark.parametrize(
    ("step", "requirement", "sent", "broken"),
    [
        (disclosing.a_disclosure_comes, ONE, [valid(FEES, INQUIRY)], []),
        (disclosing.a_disclosure_comes, ONE, [another()], [ONE]),
        (disclosing.exactly_one_disclosure_comes, ONE, [valid(FEES, INQUIRY)], []),
        (disclosing.exactly_one_disclosure_comes, ONE, [], [ONE]),
        (disclosing.exactly_one_disclosure_comes, ONE, [valid(FEES, INQUIRY)] * 2, [ONE]),
        (disclosing.nothing_unasked_comes, UNASKED, [], []),
        (disclosing.nothing_unasked_comes, UNASKED, [another()], [UNASKED]),
        (disclosing.it_has_the_request_id, ID, [valid(FEES, INQUIRY)], []),
        (disclosing.it_has_the_request_id, ID, [another()], [ID]),
        (disclosing.it_has_the_request_id, ID, [], [ONE]),
        (disclosing.it_has_a_uuid_alone, UUID, [valid(FEES, INQUIRY)], []),
        (disclosing.it_has_a_uuid_alone, UUID, [extended(valid(FEES, INQUIRY))], [UUID]),
        (disclosing.each_goes_to_its_address, ADDRESS, [valid(FEES, INQUIRY)], []),
        (disclosing.each_goes_to_its_address, ADDRESS, [], [ONE]),
        (disclosed.it_has_transactions, "", [], [ONE]),
    ],
)  # fmt: skip
def test_step_objects_to_what_comes(
    discloser: Any, step: Callable[..., None], requirement: str,
    sent: list[etree._Element], broken: list[str],
) -> None:  # fmt: skip
    """One disclosure on each request, by its id, and no other."""
    case = a_case(FEES)
    for payload in sent:
        discloser.sends(payload, receiver=INQUIRY.reply_to)

    assert discloser.deviations(step, case=case, requirement=requirement) == broken


@pytest.mark.parametrize(
    ("step", "requirement"),
    [(disclosing.nothing_unasked_comes, UNASKED), (disclosing.it_has_the_request_id, ID)],
)
def test_a_late_disclosure_on_an_earlier_request_is_no_deviation(
    discloser: Any, an_answer: Callable[..., Answer], step: Callable[..., None], requirement: str
) -> None:
    """A slow system answers an earlier scenario while this one listens."""
    late = another()
    asked = (late.findtext("{*}requestId/{*}root") or "").encode()
    case = a_case(FEES)
    if step is disclosing.it_has_the_request_id:
        discloser.sends(valid(FEES, INQUIRY), receiver=INQUIRY.reply_to)
    discloser.sends(late, receiver=INQUIRY.reply_to)
    assert discloser.deviations(step, case=case, requirement=requirement) == [requirement]

    discloser.bench.sent.note(replace(an_answer(b"<a/>"), request=b"<id>" + asked + b"</id>"))

    assert discloser.deviations(step, case=case, requirement=requirement) == []


def test_disclosure_goes_to_the_address_of_its_request(discloser: Any) -> None:
    """Another address of the same region is another address."""
    discloser.sends(valid(FEES, INQUIRY), receiver=f"{INQUIRY.reply_to}B")

    found = discloser.deviations(
        disclosing.each_goes_to_its_address, case=a_case(FEES), requirement=ADDRESS
    )

    assert found == [ADDRESS]


# The requests that are made for it ---------------------------------------------------------------


@pytest.fixture
def empty(discloser: Any, an_answer: Callable[..., Answer]) -> Answer:
    """Give the empty response to a request."""
    return an_answer(envelope(etree.Element(discloser.bench.suite.contract.response)))


@pytest.mark.parametrize(
    ("step", "calls", "broken"),
    [
        pytest.param(disclosing.somebody_asks, 1, "FPE-KVITTENS", id="one"),
        pytest.param(disclosing.a_resident_asks_the_source_system, 1, "FPE-ADRESS-KALLA", id="own"),
        pytest.param(disclosing.ten_ask_at_once, 10, "FPE-SLA-SAMTIDIGA", id="ten"),
    ],
)
def test_request_that_is_not_taken_deviates(
    discloser: Any, empty: Answer, an_answer: Callable[..., Answer],
    step: Callable[..., None], calls: int, broken: str,
) -> None:  # fmt: skip
    """On the requirement that the request was made for."""
    case = a_case(FEES)
    refused = an_answer(soap_fault("nej"), status=500)
    discloser.answers(*[empty] * calls, *[empty] * (calls - 1), refused)

    assert discloser.deviations(step, case=case, who="en invånare") == []
    found = discloser.deviations(step, case=case, who="en invånare")

    assert found == [broken]
