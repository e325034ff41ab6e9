"""The messages that suites send are what their names say: valid, or wrong in just one way."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from uuid import UUID

import pytest
from lxml import etree

from contracts.catalogue import Domain
from contracts.domains.financial_patientfees_exemption.v1_0.kinds import (
    DISCLOSURES,
    KINDS,
    PATIENTS,
    REQUESTS,
    Inquiry,
    a_year_from,
    valid,
)
from contracts.domains.financial_patientfees_exemption.v1_0.messages import (
    EXEMPTION,
    PROCESS,
    REQUEST,
    ActorType,
    Identity,
    text_of,
)
from contracts.domains.financial_patientfees_exemption.v1_0.single_faults import (
    RULE_FAULTS,
    SCHEMA_FAULTS,
    faults_of,
    faulty,
)
from contracts.judge import judge_payload
from contracts.terms import SWEDISH_TIME, luhn_digit

DAYS = [date(2026, 1, 2), date(2027, 2, 28), date(2028, 2, 29), date(2026, 12, 31)]


def names(payload: etree._Element) -> set[str]:
    """Give the local names that occur in a message."""
    return {etree.QName(element).localname for element in payload.iter("*")}


def texts(payload: etree._Element, name: str) -> list[str | None]:
    """Give the texts of the domain's elements of one name, in order."""
    return [element.text for element in payload.iter(f"{{{EXEMPTION}}}{name}")]


# Valid kinds --------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_is_valid(kind: str, inquiry: Inquiry, noon: datetime) -> None:
    """A suite may send any kind, with its actor, and expect it to be accepted."""
    judgement = judge_payload(
        valid(kind, inquiry), at=noon, context={"actor": KINDS[kind].actor.value}
    )

    assert judgement.accepted, judgement.findings


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("today", DAYS)
@pytest.mark.parametrize("clock", [(0, 0, 0), (23, 59, 59)])
def test_every_kind_is_valid_at_any_time(
    kind: str, today: date, clock: tuple[int, int, int], inquiry: Inquiry
) -> None:
    """Dates follow the day of the test, over turns of month and year, from its first second."""
    at = datetime(today.year, today.month, today.day, *clock, tzinfo=SWEDISH_TIME)

    judgement = judge_payload(
        valid(kind, replace(inquiry, today=today)),
        at=at,
        context={"actor": KINDS[kind].actor.value},
    )

    assert judgement.accepted, judgement.findings


def test_every_actor_asks_and_is_answered() -> None:
    """Requests and disclosures are there for the three types of actor."""
    for table in (REQUESTS, DISCLOSURES):
        assert {kind.actor for kind in table.values()} == set(ActorType)
    assert KINDS.keys() == REQUESTS.keys() | DISCLOSURES.keys()


@pytest.mark.parametrize(
    ("kind", "holds", "lacks"),
    [
        ("begäran från invånare", {"actorId"}, {"careGiverId"}),
        ("begäran från vårdnadshavare", {"actorId"}, {"careGiverId"}),
        ("begäran från vårdgivare", {"actorId", "careGiverId"}, set()),
        ("frikort och transaktioner till invånare", {"transactions", "exemptions"}, set()),
        ("frikort till invånare", {"exemptions"}, {"transactions"}),
        ("transaktioner till vårdnadshavare", {"careUnit", "careGiver"}, {"exemptions"}),
        ("transaktioner till vårdgivare", {"transactions"}, {"careUnit", "careGiver"}),
        ("frikort till vårdgivare", {"exemptions"}, {"transactions"}),
        ("ingenting till vårdgivare", {"requestId"}, {"feeExemption"}),
        ("transaktion utan belopp", {"transactions"}, {"fee"}),
    ],
)
def test_a_kind_holds_what_its_name_says(
    kind: str, holds: set[str], lacks: set[str], inquiry: Inquiry
) -> None:
    """The kinds differ in the elements that matter."""
    found = names(valid(kind, inquiry))

    assert holds <= found
    assert not lacks & found


@pytest.mark.parametrize(
    ("kind", "roots"),
    [
        ("transaktioner till invånare", {"1.2.752.129.2.1.3.1"}),
        ("samordningsnummer", {"1.2.752.129.2.1.3.3"}),
        ("nationellt reservnummer", {"1.2.752.74.9.1"}),
        ("länkade identiteter", {"1.2.752.129.2.1.3.1", "1.2.752.129.2.1.3.3"}),
        ("begäran om samordningsnummer", {"1.2.752.129.2.1.3.3"}),
        ("begäran om nationellt reservnummer", {"1.2.752.74.9.1"}),
        ("begäran om lokalt reservnummer", {"1.2.752.97.3.1.3"}),
    ],
)
def test_an_identity_is_of_the_kind_named(kind: str, roots: set[str], inquiry: Inquiry) -> None:
    """Each kind of identity has the root of its series, and twelve characters."""
    patients = list(valid(kind, inquiry).iterfind(".//{*}patientId"))

    assert {patient.findtext(f"{{{EXEMPTION}}}root") for patient in patients} == roots
    assert {len(patient.findtext(f"{{{EXEMPTION}}}extension") or "") for patient in patients} == {
        12
    }


def test_a_message_is_about_the_one_asked_about(inquiry: Inquiry) -> None:
    """Patient, request id and address of the answer come from the inquiry."""
    patient = Identity(root="1.2.752.129.2.1.3.1", extension=PATIENTS[3])
    asked = replace(inquiry, patient=patient, request_id="5b1c9f6e-6a3c-4a55-9a3a-6d3a4f0c9a11")

    request = valid("begäran från invånare", asked)
    disclosure = valid("transaktioner till invånare", asked)

    assert text_of(request, "responseLogicalAddress") == inquiry.reply_to
    assert text_of(request, "actor", "actorId", "extension") == PATIENTS[3]
    assert text_of(request, "patientId", "extension") == PATIENTS[3]
    assert text_of(disclosure, "feeExemption", "patientId", "extension") == PATIENTS[3]
    assert text_of(request, "requestId", "root") == asked.request_id
    assert text_of(disclosure, "requestId", "root") == asked.request_id
    assert text_of(request, "requestId", "extension") is None


def test_request_ids_are_unique_uuids(inquiry: Inquiry) -> None:
    """Every message has an id of its own where the inquiry gives none."""
    ids = [text_of(valid(kind, inquiry), "requestId", "root") or "" for kind in KINDS]
    ids += [text_of(valid("begäran från invånare", inquiry), "requestId", "root") or ""]

    assert len(set(ids)) == len(ids)
    assert all(str(UUID(one)) == one for one in ids)


def test_a_card_ends_the_day_before_the_anniversary(inquiry: Inquiry) -> None:
    """Twelve months from the first visit, that day included; both periods end together."""
    disclosure = valid("frikort och transaktioner till invånare", inquiry)

    first = inquiry.today - timedelta(days=200)
    assert texts(disclosure, "start")[0] == f"{first:%Y%m%d}" == texts(disclosure, "dateOfVisit")[0]
    assert texts(disclosure, "end") == [f"{a_year_from(first) - timedelta(days=1):%Y%m%d}"] * 2


@pytest.mark.parametrize(
    ("day", "years", "other"),
    [
        (date(2026, 11, 22), 1, date(2027, 11, 22)),
        (date(2028, 2, 29), -1, date(2027, 2, 28)),
        (date(2027, 2, 28), 1, date(2028, 2, 28)),
    ],
)
def test_a_year_from_a_day(day: date, years: int, other: date) -> None:
    """The same day of another year, or its last February day."""
    assert a_year_from(day, years=years) == other


def test_people_are_published_test_identities() -> None:
    """Twelve digits with a right check digit, each once."""
    assert len(set(PATIENTS)) == len(PATIENTS)
    assert all(len(person) == 12 and luhn_digit(person[2:-1]) == person[-1] for person in PATIENTS)


def test_messages_are_written_in_the_contracts_namespaces(inquiry: Inquiry) -> None:
    """A message and its children are in the contract's namespace, all below in the domain's."""
    for kind, namespace in (
        ("begäran från vårdgivare", REQUEST),
        ("frikort och transaktioner till invånare", PROCESS),
    ):
        payload = valid(kind, inquiry)

        found = {etree.QName(element).namespace for element in (payload, *payload)}
        assert found == {namespace}
        deeper = {etree.QName(node).namespace for child in payload for node in child.iter("*")}
        assert deeper == {namespace, EXEMPTION}


# Faults -------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", RULE_FAULTS)
@pytest.mark.parametrize("today", [date(2026, 11, 22), *DAYS])
def test_a_rule_fault_breaks_its_rule_alone(name: str, today: date, inquiry: Inquiry) -> None:
    """One rule fails, with those that must fail with it, and it fails at the place named."""
    fault = RULE_FAULTS[name]
    at = datetime(today.year, today.month, today.day, 12, tzinfo=SWEDISH_TIME)

    judgement = judge_payload(
        faulty(name, replace(inquiry, today=today)), at=at, context={"actor": fault.actor}
    )

    assert judgement.schema_valid, judgement.findings
    assert judgement.failed_rules == fault.breaks
    for finding in judgement.findings:
        if finding.rule == fault.rule:
            assert finding.where.split("/")[-1].partition("[")[0] == fault.place


@pytest.mark.parametrize("name", RULE_FAULTS)
def test_the_kind_of_a_rule_fault_was_right_before(
    name: str, inquiry: Inquiry, failed: Callable[..., tuple[str, ...]]
) -> None:
    """It is the change that breaks the rule, for the same actor."""
    fault = RULE_FAULTS[name]

    assert failed(valid(fault.kind, inquiry), fault.actor) == ()


def test_only_two_rules_never_break_alone() -> None:
    """rule001 takes rule006 with it, and rule016 takes rule013; every other stands alone."""
    company = {fault.rule: fault.with_it for fault in RULE_FAULTS.values() if fault.with_it}

    assert company == {"rule001": ("rule006",), "rule016": ("rule013",)}


def test_every_rule_has_a_fault(domain: Domain) -> None:
    """All 17 rules can be shown to be kept, since each can be shown broken."""
    rules = {requirement.rule for requirement in domain.requirements.rules()}

    assert len(rules) == 17
    assert {fault.rule for fault in RULE_FAULTS.values()} == rules
    assert faults_of("rule012") == ("besöksdatum saknas", "registreringstid saknas")


@pytest.mark.parametrize("name", SCHEMA_FAULTS)
def test_a_schema_fault_is_seen_by_the_schema(name: str, inquiry: Inquiry, noon: datetime) -> None:
    """The message is refused by the schema, before any rule is asked, near the place named."""
    fault = SCHEMA_FAULTS[name]
    assert fault.rule == "schema"

    judgement = judge_payload(faulty(name, inquiry), at=noon, context={"actor": fault.actor})

    assert judgement.contract is not None
    assert not judgement.schema_valid
    assert judgement.failed_rules is None
    told = " ".join(f"{finding.where} {finding.text}" for finding in judgement.findings)
    assert fault.place in told


def test_both_contracts_have_schema_faults() -> None:
    """A suite has something to send in either direction."""
    kinds = {fault.kind for fault in SCHEMA_FAULTS.values()}

    assert kinds & REQUESTS.keys()
    assert kinds & DISCLOSURES.keys()


def test_no_name_is_in_both_tables() -> None:
    """A scenario names a fault, and gets the one it means."""
    assert not RULE_FAULTS.keys() & SCHEMA_FAULTS.keys()
    assert {fault.kind for fault in (*RULE_FAULTS.values(), *SCHEMA_FAULTS.values())} <= set(KINDS)


def test_a_name_that_is_none_is_a_key_error(inquiry: Inquiry) -> None:
    """A misspelt kind or fault is not taken for another."""
    with pytest.raises(KeyError):
        faulty("belopp ett", inquiry)
    with pytest.raises(KeyError):
        valid("begäran", inquiry)
