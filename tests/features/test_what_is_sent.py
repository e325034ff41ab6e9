"""How what a party sends is read: each question of a scenario has an answer that is wrong."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from lxml import etree

from contracts.domains.financial_patientfees_exemption.v1_0.kinds import Inquiry, a_year_from, valid
from contracts.domains.financial_patientfees_exemption.v1_0.messages import (
    EXEMPTION,
    ActorType,
    Identity,
    payload_of,
)
from contracts.envelope import envelope
from contracts.judge import judge_payload
from contracts.terms import SWEDISH_TIME, HsaId, LogicalAddress, luhn_digit
from features.bench import reference_system
from features.hogkostnadsskydd.around import DISCLOSURE, REQUEST, answered_with_status
from features.hogkostnadsskydd.case import HOLDINGS, Case, Registered
from features.hogkostnadsskydd.disclosed import Disclosed, answering
from features.hogkostnadsskydd.index_records import fixed_values, records_in, updates_on
from features.hogkostnadsskydd.persons import actor_for, coordinated, person, reserved
from features.hogkostnadsskydd.requested import Requested, requests_about
from features.hogkostnadsskydd.shares import SHARES, disclosed_by
from features.inbox import Arrived
from features.suites import suite_for
from simulator.exchange import Exchange, Leg
from simulator.regions.directory import REGIONS
from simulator.regions.fee_register import Patient
from simulator.regions.index_update import Event, updates_of
from simulator.regions.inquiries import sources_in

NOON = datetime(2026, 11, 22, 12, tzinfo=SWEDISH_TIME)
TODAY = NOON.date()
INQUIRY = Inquiry(
    reply_to=LogicalAddress(REGIONS["01"].hsa_id), region=HsaId(REGIONS["03"].hsa_id), today=TODAY
)


def arrived(payload: etree._Element, contract: str = "") -> Arrived:
    """Make a message as the platform met it."""
    leg = Leg(kind="in", url="/vp", started=NOON, seconds=0.1, request=envelope(payload))
    exchange = Exchange(
        correlation_id="1",
        started=NOON,
        seconds=0.1,
        decision="forwarded",
        status=200,
        legs=(leg,),
        contract=contract or None,
    )
    return Arrived(number=1, exchange=exchange)


def put(path: str, text: str) -> Callable[[etree._Element], None]:
    """Change the first element at a path of local names."""

    def change(payload: etree._Element) -> None:
        found = payload.find(".//" + "/".join(f"{{*}}{step}" for step in path.split("/")))
        assert found is not None
        found.text = text

    return change


def take_away(name: str) -> Callable[[etree._Element], None]:
    """Remove the first element of a name."""

    def change(payload: etree._Element) -> None:
        found = payload.find(f".//{{*}}{name}")
        assert found is not None
        parent = found.getparent()
        assert parent is not None
        parent.remove(found)

    return change


# Persons -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(50))
def test_test_persons_are_never_real(seed: int) -> None:
    """Published birth numbers, right check digits, and grown up."""
    identity = person(random.Random(seed))  # noqa: S311
    number = identity.extension
    other = coordinated(identity).extension

    assert 980 <= int(number[8:11]) <= 999
    assert number[-1] == luhn_digit(number[2:11])
    assert other[-1] == luhn_digit(other[2:11])
    assert int(other[6:8]) == int(number[6:8]) + 60
    assert date.fromisoformat(number[:8]) < a_year_from(TODAY, years=-18)
    child = person(random.Random(seed), child=True).extension  # noqa: S311
    assert date.fromisoformat(child[:8]) > a_year_from(TODAY, years=-18)


def test_reserve_numbers_are_twelve_characters_of_their_own_sort() -> None:
    """A region's own has another OID than the national ones."""
    national, local = (reserved(random.Random(1), local=own) for own in (False, True))  # noqa: S311

    assert len(national.extension) == len(local.extension) == 12
    assert national.root != local.root


# Disclosures -------------------------------------------------------------------------------------


def disclosed(change: Callable[[etree._Element], None] = lambda _payload: None) -> Disclosed:
    """Read a disclosure of two fees, changed."""
    payload = valid("transaktioner till invånare", INQUIRY)
    change(payload)
    return Disclosed(arrived(payload))


def visits(*fees: str) -> list[Registered]:
    """Give the visits behind that disclosure."""
    days = (200, 90)
    return [
        Registered(patient=INQUIRY.patient, day=TODAY - timedelta(days=back), fee=Decimal(fee))
        for back, fee in zip(days, fees, strict=False)
    ]


def test_fees_are_compared_by_day_and_amount() -> None:
    """What lacks and what is too much are counted apart; decimals do not matter."""
    both = disclosed()

    assert (both.missing(visits("300", "275.5")), both.surplus(visits("300", "275.5"))) == (0, 0)
    assert (both.missing(visits("300", "280")), both.surplus(visits("300", "280"))) == (1, 1)
    assert (both.missing(visits("300")), both.surplus(visits("300"))) == (0, 1)


@pytest.mark.parametrize(
    ("change", "read"),
    [
        pytest.param(put("requestId/root", "HKS-1"), lambda one: not one.has_plain_uuid, id="id"),
        pytest.param(take_away("careUnit"), lambda one: one.places == 3, id="a place less"),
        pytest.param(
            put("amount", "300.000"), lambda one: one.badly_written_amounts(), id="decimals"
        ),
        pytest.param(
            put("currency/code", "EUR"), lambda one: one.badly_written_amounts(), id="currency"
        ),
        pytest.param(
            put("patientId/extension", "19100120-9814"),
            lambda one: one.badly_written_identities(),
            id="hyphen",
        ),
        pytest.param(
            put("timeOfRegistration", "20260231000000"),
            lambda one: None in one.registrations(),
            id="no such day",
        ),
    ],
)
def test_what_is_wrong_in_a_disclosure_is_seen(
    change: Callable[[etree._Element], None], read: Callable[[Disclosed], object]
) -> None:
    """And a right one shows none of it."""
    assert read(disclosed(change))
    assert not read(disclosed())


def test_a_disclosure_is_known_by_the_request_it_answers() -> None:
    """Another one is not the same, nor is a message of another contract."""
    payload = valid("transaktioner till invånare", INQUIRY)
    mine = arrived(payload)

    assert answering(Disclosed(mine).request_id)(mine)
    assert not answering("another")(mine)
    assert not answering("")(arrived(valid("begäran från invånare", INQUIRY)))


# Requests ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "change", "read"),
    [
        pytest.param("invånare", put("requestId/root", "1"), "wrong_id", id="no UUID"),
        pytest.param(
            "invånare", put("patientId/root", "1.2.752.97.3.1.3"), "wrong_patient", id="local"
        ),
        pytest.param(
            "invånare", put("patientId/extension", "1910"), "wrong_patient", id="short identity"
        ),
        pytest.param("invånare", put("actorId/root", "1.2"), "wrong_person", id="no person"),
        pytest.param("vårdgivare", take_away("careGiverId"), "wrong_staff", id="no care giver"),
        pytest.param("vårdgivare", put("actorId/root", "1.2"), "wrong_staff", id="no HSA-id"),
    ],
)
def test_what_is_wrong_in_a_request_is_said(
    kind: str, change: Callable[[etree._Element], None], read: str
) -> None:
    """Without the identity itself; a right request says nothing."""
    payload = valid(f"begäran från {kind}", INQUIRY)
    assert getattr(Requested(arrived(payload)), read) == ""

    change(payload)

    told = getattr(Requested(arrived(payload)), read)
    assert told
    assert INQUIRY.patient.extension not in told


def test_a_care_giver_is_too_much_for_a_resident() -> None:
    """And an extension for a request id."""
    payload = valid("begäran från vårdgivare", INQUIRY)
    actor = payload.find(".//{*}actorId")
    assert actor is not None
    put("actorId/root", INQUIRY.patient.root)(payload)
    put("actorId/extension", INQUIRY.patient.extension)(payload)
    for found in payload.iterfind("{*}requestId"):
        etree.SubElement(found, f"{{{EXEMPTION}}}extension").text = "1"
    asked = Requested(arrived(payload))

    assert asked.wrong_person == "careGiverId är angiven"
    assert asked.wrong_id == "requestId har extension"


def test_a_request_is_found_by_its_person_however_written() -> None:
    """A hyphen is a deviation of its own, and no reason to miss the message."""
    payload = valid("begäran från invånare", INQUIRY)
    wanted = requests_about(INQUIRY.patient)
    assert wanted(arrived(payload))

    put("patientId/extension", "19100120-9814")(payload)
    assert wanted(arrived(payload))
    put("patientId/extension", "191001229812")(payload)
    assert not wanted(arrived(payload))


# The index ---------------------------------------------------------------------------------------


def an_update(gone: bool = False) -> Arrived:
    """Make an update on the person by the bundled system."""
    patient = Patient(identities=(INQUIRY.patient,), born=date(1910, 1, 20))
    event = Event(patient=patient, latest=NOON.replace(tzinfo=None), gone=gone)
    (payload,) = updates_of([event], REGIONS["03"])
    return arrived(payload)


def test_records_are_read_with_their_fixed_values() -> None:
    """Each of them as the description has it, and the time of the event."""
    suite = suite_for("hogkostnadsskydd", "utlamnande")
    with reference_system(suite) as target:
        wanted = fixed_values(target)
    (record,) = records_in(an_update())

    assert all(record.values[name] in values for name, values in wanted.items())
    assert (record.latest, record.deleted, record.is_well_named) == (NOON, False, True)
    assert records_in(an_update(gone=True))[0].deleted
    assert updates_on(INQUIRY.patient)(an_update())
    assert not updates_on(Identity(root="", extension="1"))(an_update())


@pytest.mark.parametrize(
    ("path", "text", "read"),
    [
        pytest.param(
            "registeredResidentIdentification", "19100120-9814", "is_well_named", id="hyphen"
        ),
        pytest.param("mostRecentContent", "2026-11-22", "latest", id="no time"),
    ],
)
def test_what_is_wrong_in_a_record_is_seen(path: str, text: str, read: str) -> None:
    """A record of another form tells so."""
    update = an_update()
    assert update.payload is not None
    put(path, text)(update.payload)

    (record,) = records_in(update)

    assert not getattr(record, read)


# Cases -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("what", HOLDINGS)
def test_every_holding_is_of_its_day_and_below_the_ceiling(what: str) -> None:
    """None lies in the future; what is to be disclosed is what was paid for in twelve months."""
    ceiling = Decimal(1450)
    case = Case(patient=INQUIRY.patient, began=NOON, today=TODAY)
    case.visits = [
        Registered(patient=INQUIRY.patient, day=day, fee=Decimal(fee))
        for day, fee in HOLDINGS[what](TODAY, ceiling)
    ]
    total = sum(visit.fee for visit in case.visits)

    assert all(visit.day <= TODAY for visit in case.visits)
    assert (total == ceiling) is (what == "med frikort")
    assert (total == ceiling - 1) is (what == "med en krona kvar till frikort")
    left_out = {"med ett besök för mer än tolv månader sedan", "med ett avgiftsfritt besök"}
    assert (len(case.to_disclose) < len(case.visits)) is (what in left_out)


@pytest.mark.parametrize("what", SHARES)
def test_every_share_is_a_right_disclosure(what: str) -> None:
    """What the suite sends as other regions is right by schema and rules, to a resident."""
    disclosure = disclosed_by(
        "01", what, request_id="7f0c0f8e-6d4e-4c55-9a43-0d6a5a7f2b10",
        patient=INQUIRY.patient, today=TODAY,
    )  # fmt: skip

    judgement = judge_payload(payload_of(disclosure), at=NOON, context={"actor": "CITIZEN"})

    assert judgement.accepted, judgement.findings


@pytest.mark.parametrize("kind", ActorType)
def test_staff_alone_have_a_care_giver(kind: ActorType) -> None:
    """A resident asks for herself."""
    actor = actor_for(kind, INQUIRY.patient)

    assert (actor.care_giver is not None) is (kind is ActorType.CAREGIVER)
    assert (actor.id == INQUIRY.patient) is (kind is ActorType.CITIZEN)


def test_the_aggregating_services_answer_tells_who_was_not_reached() -> None:
    """As the bundled requester reads it."""
    answer = answered_with_status(reached="01", missing="04")

    sources = sources_in(etree.fromstring(answer.encode("utf-8")))

    assert [(one.name, one.reached) for one in sources] == [("01", True), ("04", False)]


def test_the_contracts_are_those_of_the_domain() -> None:
    """Both directions, by their own names."""
    assert (REQUEST.interaction, DISCLOSURE.interaction) == (
        "RequestExemptionStatuses",
        "ProcessExemptionStatuses",
    )
