"""How claim specifications that a system sent are judged: each judgement has one that is wrong."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from lxml import etree

from contracts.domains.financial_billing_claim.v1_1.kinds import (
    KINDS,
    Deal,
    credit,
    grown,
    valid,
)
from contracts.domains.financial_billing_claim.v1_1.messages import CLAIM, payload_of
from contracts.domains.financial_billing_claim.v1_1.single_faults import RULE_FAULTS, faulty
from contracts.envelope import envelope
from contracts.terms import SWEDISH_TIME
from features.inbox import Arrived
from features.suites import suite_for
from features.utomlansfakturering import form_verdicts as form
from features.utomlansfakturering import sequence_verdicts as sequence
from features.utomlansfakturering.around import answered
from features.utomlansfakturering.bills import IDENTITIES, Bill, a_bill
from features.utomlansfakturering.rule_subjects import SUBJECTS, has_subject
from features.utomlansfakturering.sent_claims import SentClaim
from features.utomlansfakturering.trigger import Settings
from features.verdicts import Judge
from reports.results import Deviation
from simulator.exchange import Exchange, Leg
from simulator.regions.directory import REGIONS

NOON = datetime(2026, 11, 22, 12, tzinfo=SWEDISH_TIME)
HOME = REGIONS["03"]
BILL = a_bill(HOME, NOON.date())
SUITE = suite_for("utomlansfakturering", "konsument")
CLAUSE = "FBC-ID"  # any requirement: what is judged is whether something deviates
SETTINGS = Settings(pause=1.0, attempts=3, timeout=2.0, factor=2.0)


@pytest.fixture(scope="module")
def judge() -> Judge:
    return Judge(SUITE.domain, SUITE.contract, SUITE.answering)


@pytest.fixture
def claim(deal: Deal) -> Callable[..., SentClaim]:
    """Make a claim specification that was sent: plain care, changed, at some second after noon."""

    def made(
        change: Callable[[etree._Element], None] = lambda _payload: None,
        *,
        payload: etree._Element | None = None,
        message: bytes = b"",
        after: float = 0.0,
        seconds: float = 0.0,
        receiver: str = HOME.organisation_number,
        answer: str = "",
        disturbed: str = "",
    ) -> SentClaim:
        sent = payload if payload is not None else valid("öppen vård", deal)
        change(sent)
        started = NOON + timedelta(seconds=after)
        leg = Leg(
            kind="in", url="/vp", started=started, seconds=seconds, status=200,
            request=message or envelope(sent, logical_address=receiver),
            response=envelope(etree.fromstring(answered(answer))) if answer else b"",
        )  # fmt: skip
        exchange = Exchange(
            correlation_id="1", started=started, seconds=seconds, decision="forwarded", status=200,
            legs=(leg,), receiver=receiver,
            disturbances=({"kind": disturbed},) if disturbed else (),
        )  # fmt: skip
        return SentClaim(Arrived(number=1, exchange=exchange))

    return made


MakeClaim = Callable[..., SentClaim]


def put(path: str, text: str) -> Callable[[etree._Element], None]:
    """Write a text in every element at a path of local names."""

    def change(payload: etree._Element) -> None:
        found = payload.findall(".//" + "/".join(f"{{{CLAIM}}}{step}" for step in path.split("/")))
        assert found
        for each in found:
            each.text = text

    return change


def all_of(*changes: Callable[[etree._Element], None]) -> Callable[[etree._Element], None]:
    def change(payload: etree._Element) -> None:
        for one in changes:
            one(payload)

    return change


def take_away(name: str) -> Callable[[etree._Element], None]:
    def change(payload: etree._Element) -> None:
        for found in [*payload.iter(f"{{{CLAIM}}}{name}")]:
            parent = found.getparent()
            assert parent is not None
            parent.remove(found)

    return change


def deviates(found: tuple[Deviation, ...] | None) -> bool:
    """Tell whether a judgement found anything; that it speaks of nothing is no answer here."""
    assert found is not None
    assert all(one.text and one.observed for one in found)
    return bool(found)


# Rules -------------------------------------------------------------------------------------------


def test_every_rule_has_a_subject() -> None:
    """All 49, so that none is held to be kept where it says nothing."""
    assert {f"FBC-{rule}" for rule in SUBJECTS} == {
        str(item.id) for item in SUITE.domain.requirements.rules()
    }


def test_every_rule_has_something_to_judge_in_some_kind(deal: Deal) -> None:
    """A run that sends all kinds tests all rules."""
    messages = [valid(kind, deal) for kind in KINDS]

    assert [rule for rule in SUBJECTS if not any(has_subject(one, rule) for one in messages)] == []


@pytest.mark.parametrize(
    ("rule", "kind"),
    [("R36", "öppen vård"), ("R43", "öppen vård"), ("R51", "öppen vård"), ("R23", "sluten vård")],
)
def test_a_rule_without_subject_is_not_judged(
    judge: Judge, claim: MakeClaim, deal: Deal, rule: str, kind: str
) -> None:
    """A rule on credits says nothing of a debit, one on several lines nothing of one."""
    assert form.keeps(judge, claim(payload=valid(kind, deal)), rule) is None


@pytest.mark.parametrize("name", RULE_FAULTS)
def test_a_broken_rule_is_found_and_no_other(
    judge: Judge, claim: MakeClaim, deal: Deal, name: str
) -> None:
    """Each rule turns red on the message that breaks it alone."""
    sent = claim(payload=faulty(name, deal))
    told = {rule: form.keeps(judge, sent, rule) for rule in SUBJECTS}

    broken = RULE_FAULTS[name].rule
    assert {rule for rule, found in told.items() if found} == {broken}
    assert {one.requirement for one in told[broken] or ()} == {f"FBC-{broken}"}


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_right_keeps_every_rule(
    judge: Judge, claim: MakeClaim, deal: Deal, kind: str
) -> None:
    """No false alarm in any valid kind."""
    sent = claim(payload=valid(kind, deal))

    assert not [rule for rule in (*SUBJECTS, "ÖR7") if form.keeps(judge, sent, rule)]
    assert form.valid(judge, sent, "FBC-VALIDERA-KONSUMENT") == ()


def test_rules_are_not_judged_in_what_the_schema_forbids(judge: Judge, claim: MakeClaim) -> None:
    """Such a message breaks the validation, and says nothing of rules."""
    sent = claim(take_away("customerParty"))

    assert form.keeps(judge, sent, "R5") is None
    assert deviates(form.valid(judge, sent, "FBC-VALIDERA-KONSUMENT"))


def test_two_identities_break_their_own_requirement(judge: Judge, claim: MakeClaim) -> None:
    """The schema forbids it, and FBC-ÖR7 says what was wrong."""

    def doubled(payload: etree._Element) -> None:
        found = payload.find(f".//{{{CLAIM}}}patientIdentity")
        assert found is not None
        found.addnext(etree.fromstring(etree.tostring(found)))

    found = form.keeps(judge, claim(doubled), "ÖR7")

    assert [one.requirement for one in found or ()] == ["FBC-ÖR7"]


def test_a_broken_rule_breaks_the_validation(judge: Judge, claim: MakeClaim) -> None:
    """What was not stopped before it was sent."""
    assert deviates(form.valid(judge, claim(put("gender/code", "3")), "FBC-VALIDERA-KONSUMENT"))


# One claim specification -------------------------------------------------------------------------


def header(*addresses: str) -> Callable[[Deal], bytes]:
    """Write plain care with these addresses in the header."""

    def made(deal: Deal) -> bytes:
        whole = envelope(valid("öppen vård", deal), logical_address="ADRESS").decode()
        opened = whole.rindex("<", 0, whole.index("ADRESS"))
        closed = whole.index(">", whole.index("ADRESS")) + 1
        one = whole[opened:closed]
        return (
            whole[:opened]
            + "".join(one.replace("ADRESS", each) for each in addresses)
            + whole[closed:]
        ).encode()

    return made


@pytest.mark.parametrize(
    ("addresses", "wrong"),
    [
        pytest.param(["2321000024"], False, id="once"),
        pytest.param([], True, id="not at all"),
        pytest.param(["2321000024", "2321000024"], True, id="twice"),
        pytest.param([""], True, id="empty"),
        pytest.param([" 2321000024"], True, id="a space before"),
    ],
)
def test_the_address_stands_once(
    judge: Judge, claim: MakeClaim, deal: Deal, addresses: list[str], wrong: bool
) -> None:
    """In the header, and as it is."""
    sent = claim(message=header(*addresses)(deal))

    assert deviates(form.addressed_once(judge, sent, CLAUSE)) is wrong


@pytest.mark.parametrize(
    ("receiver", "buyer", "wrong"),
    [
        pytest.param("2321000024", "2321000024", 0, id="home"),
        pytest.param("SE2321000024-X", "2321000024", 1, id="an HSA-id"),
        pytest.param("2321000016", "2321000016", 2, id="another region"),
        pytest.param("2321000024", "2321000016", 1, id="another buyer"),
    ],
)
def test_it_goes_to_the_home_region(
    judge: Judge, claim: MakeClaim, receiver: str, buyer: str, wrong: int
) -> None:
    """By organisation number, which is the buyer's."""
    sent = claim(put("customerParty/identification/extension", buyer), receiver=receiver)

    assert len(form.addressed_to(judge, sent, "2321000024", CLAUSE)) == wrong


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        pytest.param("ZVF23210000162611000001", False, id="right"),
        pytest.param("ZVF2321000016261100001", True, id="a digit short"),
        pytest.param("zvf23210000162611000001", True, id="small letters"),
        pytest.param("ZVF2321000016261100000A", True, id="a letter"),
        pytest.param("ZVF23210000242611000001", True, id="another organisation"),
        pytest.param("ZVF23210000162612000001", True, id="another month"),
        pytest.param("ZVF23210000161126000001", True, id="month before year"),
        pytest.param("", True, id="none"),
    ],
)
def test_an_id_has_its_parts(judge: Judge, claim: MakeClaim, text: str, wrong: bool) -> None:
    """ZVF, the seller, the month, six digits."""
    sent = claim()
    found = sent.payload.find(f"*/{{{CLAIM}}}id")
    assert found is not None
    found.text = text

    assert deviates(form.named(judge, sent, CLAUSE)) is wrong


def test_the_month_of_sending_will_do(judge: Judge, claim: MakeClaim) -> None:
    """A document of the last day of October that is sent in November may have either."""
    sent = claim(all_of(put("id", "ZVF23210000162611000001"), put("issueDate", "20261031")))

    assert not deviates(form.named(judge, sent, CLAUSE))


def test_a_message_may_be_5_mb(judge: Judge, claim: MakeClaim, deal: Deal) -> None:
    """By the larger reading of the unit, and not a byte more."""
    empty = len(envelope(valid("öppen vård", deal), logical_address=HOME.organisation_number))
    room = form.LARGEST - empty

    def of(size: int) -> SentClaim:
        body = valid("öppen vård", deal)
        body.append(etree.Comment("x" * (size - len("<!---->"))))
        return claim(payload=body)

    assert len(of(room).arrived.body) == form.LARGEST
    assert not deviates(form.in_size(judge, of(room), CLAUSE))
    assert deviates(form.in_size(judge, of(room + 1), CLAUSE))


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("1800", False), ("1800.5", False), ("-1800.50", False), ("1800.505", True),
        ("1,800.00", True), ("1800,00", True), ("+1800.00", True), ("1.8E3", True), ("", True),
        ("1800.", True), (".50", True),
    ],
)  # fmt: skip
def test_amounts_have_two_decimals_at_most(
    judge: Judge, claim: MakeClaim, text: str, wrong: bool
) -> None:
    """With a dot, and nothing beside digits."""
    sent = claim(put("payableAmount/amount", text))

    assert deviates(form.amounts_written(judge, sent, CLAUSE)) is wrong


@pytest.mark.parametrize(
    ("fee", "lines", "wrong"),
    [("1800.00", 1, 0), ("1800", 1, 0), ("1800.01", 1, 1), ("900.00", 2, 1), ("1800.00", 2, 2)],
)
def test_what_was_registered_is_billed(
    judge: Judge, claim: MakeClaim, fee: str, lines: int, wrong: int
) -> None:
    """Its lines, and its sum."""
    bill = replace(BILL, fee=Decimal(fee), lines=lines)

    assert len(form.billed_as_given(judge, [claim()], bill, CLAUSE)) == wrong


def test_a_divided_bill_is_counted_together(judge: Judge, claim: MakeClaim, deal: Deal) -> None:
    """Several claim specifications hold the lines of one bill."""
    several = grown(valid("öppen vård", deal), to_bytes=20_000)
    parts = [claim(payload=several), claim()]
    lines = sum(len(part.lines) for part in parts)
    bill = replace(BILL, lines=lines)

    assert lines > 2
    assert not deviates(form.billed_as_given(judge, parts, bill, CLAUSE))
    assert deviates(form.billed_as_given(judge, parts[:1], bill, CLAUSE))


@pytest.mark.parametrize("sort", IDENTITIES)
def test_an_identity_of_its_sort_is_right(judge: Judge, claim: MakeClaim, sort: str) -> None:
    """Every sort in its own form."""
    bill = replace(BILL, patient=IDENTITIES[sort])
    sent = claim(
        all_of(
            put("patientIdentity/root", bill.patient.root),
            put("patientIdentity/extension", bill.patient.extension),
        )
    )

    assert not deviates(form.identified(judge, sent, bill, CLAUSE))


@pytest.mark.parametrize(
    ("root", "extension", "what"),
    [
        pytest.param("", "20101220-9814", "har inte den form", id="a hyphen"),
        pytest.param("", "1012209814", "har inte den form", id="no century"),
        pytest.param("", "191013209814", "har inte den form", id="a month that is none"),
        pytest.param("1.2.752.129.2.1.3.3", "", "har inte den form", id="not a day plus 60"),
        pytest.param(
            "1.2.752.74.9.1", "22100120-9A1B", "har inte den form", id="a national one with hyphen"
        ),
        pytest.param("lokalt", "19521234TA3C", "har inte den form", id="a root that is no OID"),
        pytest.param("1.2.3", "", "annan identitet", id="another root"),
        pytest.param("", "191001229812", "annan identitet", id="another person"),
    ],
)
def test_an_identity_of_another_form_is_told(
    judge: Judge, claim: MakeClaim, root: str, extension: str, what: str
) -> None:
    """By its place and sort, never by itself."""
    own = BILL.patient
    sent = claim(
        all_of(
            put("patientIdentity/root", root or own.root),
            put("patientIdentity/extension", extension or own.extension),
        )
    )

    (found,) = form.identified(judge, sent, BILL, CLAUSE)

    assert what in found.text
    assert own.extension not in str(found)
    assert not extension or extension not in str(found)


def issued(moment: str) -> Callable[[etree._Element], None]:
    day, _, time = moment.partition(" ")
    return all_of(put("issueDate", day), put("issueTime", time))


@pytest.mark.parametrize(
    ("change", "wrong"),
    [
        pytest.param(issued("20261122 120000"), False, id="now"),
        pytest.param(issued("20261122 093000"), False, id="two hours and a half ago"),
        pytest.param(issued("20261119 120000"), False, id="three days ago"),
        pytest.param(take_away("issueTime"), False, id="no time"),
        pytest.param(issued("20261122 110000"), True, id="UTC in winter"),
        pytest.param(issued("20261122 100000"), True, id="UTC in summer"),
        pytest.param(issued("20261122 060000"), True, id="New York"),
        pytest.param(issued("20261122 130000"), True, id="Finland"),
        pytest.param(issued("20261122 12:00:00"), True, id="colons"),
        pytest.param(issued("20261122 120000+0100"), True, id="a zone"),
        pytest.param(issued("20261122 250000"), True, id="an hour that is none"),
        pytest.param(put("invoiceDateOfIssue", "20260231"), True, id="no such day"),
        pytest.param(put("invoiceDateOfIssue", "2026-10-01"), True, id="hyphens"),
        pytest.param(put("careVisitDate", "261023"), True, id="two digits of the year"),
        pytest.param(put("careVisitDate", "20261022"), True, id="the day before"),
    ],
)
def test_days_and_times_are_swedish(
    judge: Judge, claim: MakeClaim, change: Callable[[etree._Element], None], wrong: bool
) -> None:
    """Those registered, in the calendar, and by the clock here."""
    sent = claim(all_of(put("careVisitDate", f"{BILL.visit:%Y%m%d}"), change))

    assert deviates(form.dated(judge, sent, BILL, CLAUSE)) is wrong


def test_the_discharge_is_the_one_registered(judge: Judge, claim: MakeClaim, deal: Deal) -> None:
    """Of inpatient care, both days count."""
    bill = a_bill(HOME, NOON.date(), "sluten vård")
    sent = claim(payload=valid("sluten vård", deal))
    put("careVisitDate", f"{bill.visit:%Y%m%d}")(sent.payload)

    assert not deviates(form.dated(judge, sent, bill, CLAUSE))
    put("careDischargeDate", f"{bill.visit:%Y%m%d}")(sent.payload)
    assert deviates(form.dated(judge, sent, bill, CLAUSE))


@pytest.mark.parametrize(
    ("text", "told"),
    [
        pytest.param("Smärta <rehab> 😀", "", id="unharmed"),
        pytest.param("SmÃ¤rta <rehab> 😀", "dubbelkodad", id="encoded twice"),
        pytest.param("Sm\ufffdrta <rehab> 😀", "U+FFFD", id="replaced"),
        pytest.param("Smärta &lt;rehab&gt; 😀", "annan text", id="escaped twice"),
        pytest.param("Smärta <rehab> ", "annan text", id="cut"),
    ],
)
def test_text_comes_unharmed(judge: Judge, claim: MakeClaim, text: str, told: str) -> None:
    """Letter by letter, also where a comment stands within it."""
    sent = claim(put("careUnitName", text))

    found = form.holds_text(judge, sent, "Smärta <rehab> 😀", CLAUSE)

    assert deviates(found) is bool(told)
    assert all(told in one.observed for one in found)


@pytest.mark.parametrize(
    ("change", "wrong"),
    [
        pytest.param((b"", b""), False, id="as it is"),
        pytest.param((b'"%b"' % CLAIM.encode(), b'"urn:riv:financial:billing:claim:2"'), True,
                     id="another claim"),
        pytest.param((b"Responder:1", b"Responder:2"), True, id="another responder"),
    ],
)  # fmt: skip
def test_the_version_shows_in_the_namespaces(
    judge: Judge, deal: Deal, change: tuple[bytes, bytes], wrong: bool
) -> None:
    """Of the request, and of all below it."""
    body = envelope(valid("öppen vård", deal), logical_address="2321000024").replace(*change)
    leg = Leg(kind="in", url="/vp", started=NOON, seconds=0.0, request=body)
    exchange = Exchange(correlation_id="1", started=NOON, seconds=0.0, decision="forwarded",
                        status=200, legs=(leg,))  # fmt: skip

    found = form.of_version(judge, Arrived(number=1, exchange=exchange), CLAUSE)

    assert deviates(found) is wrong


# Several -----------------------------------------------------------------------------------------


def test_ids_are_unique(judge: Judge, claim: MakeClaim) -> None:
    """The same message twice has one id; two messages have two."""
    one, other = claim(), claim()
    same = claim(put("id", one.id))

    assert not deviates(sequence.unique(judge, [one, other, one], CLAUSE))
    assert deviates(sequence.unique(judge, [one, other, same], CLAUSE))


def test_what_is_sent_again_is_the_same(judge: Judge, claim: MakeClaim) -> None:
    """To the byte and to the address, and it does come."""
    one = claim()
    again = claim(payload=one.payload, after=1.0)
    changed = claim(put("id", one.id))
    elsewhere = claim(payload=one.payload, receiver="2321000016")

    assert not deviates(sequence.repeated_unchanged(judge, [one, again], CLAUSE))
    for wrong in ([one], [], [one, changed], [one, elsewhere], [one, again, changed]):
        assert deviates(sequence.repeated_unchanged(judge, wrong, CLAUSE))


@pytest.mark.parametrize(
    ("answer", "disturbed", "wrong"),
    [
        pytest.param("OK", "", True, id="OK"),
        pytest.param("ERROR", "", True, id="ERROR"),
        pytest.param("OK", "cdata", True, id="OK in another way"),
        pytest.param("", "", False, id="a fault"),
        pytest.param("OK", "reset-within", False, id="an OK that never came"),
    ],
)
def test_nothing_answered_comes_again(
    judge: Judge, claim: MakeClaim, answer: str, disturbed: str, wrong: bool
) -> None:
    """Only an answer that has come counts."""
    one = claim(answer=answer, disturbed=disturbed)
    again = claim(payload=one.payload)

    assert not deviates(sequence.never_again(judge, [one, claim()], CLAUSE))
    assert deviates(sequence.never_again(judge, [one, again], CLAUSE)) is wrong


def test_an_answer_is_read_around_comments(claim: MakeClaim) -> None:
    """As any reader of XML does."""
    answer = claim(answer="O<!-- x -->K")

    assert answer.answer == "OK"


@pytest.mark.parametrize(
    ("waited", "is_set", "wrong"),
    [
        pytest.param(0.95, True, False, id="nearly"),
        pytest.param(0.5, True, True, id="too soon"),
        pytest.param(3.9, True, False, id="a busy machine"),
        pytest.param(4.1, True, True, id="too late"),
        pytest.param(4.1, False, False, id="longer than stated"),
        pytest.param(0.5, False, True, id="sooner than stated"),
    ],
)
def test_the_pause_is_the_one_set(judge: Judge, waited: float, is_set: bool, wrong: bool) -> None:
    """Where it is set, it is neither shorter nor much longer."""
    assert deviates(sequence.paused(judge, waited, 1.0, CLAUSE, is_set=is_set)) is wrong


@pytest.mark.parametrize(
    ("waited", "is_set", "wrong"),
    [
        pytest.param([1.0, 2.0, 4.0], True, False, id="doubled"),
        pytest.param([1.1, 2.2, 3.7], True, False, id="nearly"),
        pytest.param([1.0, 1.0, 1.0], True, True, id="equal"),
        pytest.param([1.0, 2.0, 3.0], True, True, id="linear"),
        pytest.param([1.0, 1.5, 2.2], False, False, id="by a factor that nobody knows"),
        pytest.param([1.0, 1.1, 1.2], False, True, id="hardly"),
        pytest.param([1.0, 3.0, 2.0], False, True, id="up and down"),
    ],
)
def test_the_pause_grows(judge: Judge, waited: list[float], is_set: bool, wrong: bool) -> None:
    """By the factor that is set or, where none is, clearly."""
    assert deviates(sequence.grows(judge, waited, SETTINGS, CLAUSE, is_set=is_set)) is wrong


def test_gaps_are_from_end_to_beginning(claim: MakeClaim) -> None:
    """What an attempt took is no part of the pause."""
    attempts = [claim(seconds=0.5), claim(after=2.0), claim(after=5.0)]

    assert sequence.gaps(attempts) == [1.5, 3.0]
    assert sequence.between_starts(attempts) == [2.0, 3.0]


@pytest.mark.parametrize(("count", "wrong"), [(3, False), (2, True), (4, True)])
def test_as_many_attempts_as_set(judge: Judge, count: int, wrong: bool) -> None:
    """No more, and no fewer."""
    assert deviates(sequence.attempted(judge, count, 3, CLAUSE)) is wrong


@pytest.mark.parametrize(
    ("waited", "wrong"),
    [([3.0], False), ([2.8], False), ([2.0], True), ([6.1], True), ([], True)],
)
def test_an_answer_is_waited_for_as_long_as_set(
    judge: Judge, waited: list[float], wrong: bool
) -> None:
    """Two seconds and a pause of one."""
    assert deviates(sequence.waited_for_answer(judge, waited, SETTINGS, CLAUSE)) is wrong


def test_one_queue_does_not_hold_up_another(judge: Judge, claim: MakeClaim) -> None:
    """What waits for the other's next attempt was held up."""

    def numbered(number: int) -> SentClaim:
        sent = claim()
        sent.arrived = replace(sent.arrived, number=number)
        return sent

    first, own, again, late = (numbered(number) for number in range(1, 5))

    assert not deviates(sequence.not_held_up(judge, [own], [first, again], CLAUSE))
    assert not deviates(sequence.not_held_up(judge, [own], [first], CLAUSE))
    assert deviates(sequence.not_held_up(judge, [late], [first, again], CLAUSE))
    assert deviates(sequence.not_held_up(judge, [], [first], CLAUSE))


# Corrections -------------------------------------------------------------------------------------


@pytest.fixture
def pair(deal: Deal, claim: MakeClaim) -> Callable[..., tuple[SentClaim, SentClaim]]:
    """Make a claim specification and its credit, changed."""

    def made(
        change: Callable[[etree._Element], None] = lambda _payload: None, **how: str
    ) -> tuple[SentClaim, SentClaim]:
        original = KINDS["öppen vård"](deal)
        taken_back = claim(change, payload=payload_of(credit(original, deal)), **how)
        return claim(payload=payload_of(original)), taken_back

    return made


@pytest.mark.parametrize(
    ("change", "how", "wrong"),
    [
        pytest.param(lambda _: None, {}, 0, id="right"),
        pytest.param(put("payableAmount/amount", "-1800.00"), {}, 0, id="a negative sum"),
        pytest.param(put("typeOfInvoice", "380"), {}, 1, id="a debit"),
        pytest.param(put("referenceToProcessClaimSpecificationId", "ZVF"), {}, 1, id="of another"),
        pytest.param(put("payableAmount/amount", "1700.00"), {}, 1, id="another sum"),
        pytest.param(lambda _: None, {"receiver": "2321000016"}, 1, id="elsewhere"),
    ],
)
def test_a_credit_takes_its_original_back(
    judge: Judge,
    pair: Callable[..., tuple[SentClaim, SentClaim]],
    change: Callable[[etree._Element], None],
    how: dict[str, str],
    wrong: int,
) -> None:
    """Its type, its reference, its sum and its address."""
    original, taken_back = pair(change, **how)

    assert len(sequence.credited(judge, taken_back, original, CLAUSE)) == wrong


def test_a_credit_has_an_id_of_its_own(
    judge: Judge, pair: Callable[..., tuple[SentClaim, SentClaim]]
) -> None:
    """And not the one it refers to."""
    original, taken_back = pair()
    put("id", original.id)(taken_back.payload)

    assert len(sequence.credited(judge, taken_back, original, CLAUSE)) == 1


@pytest.mark.parametrize(
    ("change", "wrong"),
    [
        pytest.param(lambda _: None, 0, id="right"),
        pytest.param(take_away("referenceToInvoice"), 1, id="no invoice"),
        pytest.param(put("referenceToInvoice", "F0"), 1, id="another invoice"),
        pytest.param(take_away("referenceToLineId"), 1, id="no line"),
        pytest.param(put("referenceToLineId", "77"), 1, id="another line"),
        pytest.param(take_away("reasonForCredit"), 1, id="no reason"),
    ],
)
def test_a_credit_should_be_itemised(
    judge: Judge,
    pair: Callable[..., tuple[SentClaim, SentClaim]],
    change: Callable[[etree._Element], None],
    wrong: int,
) -> None:
    """Invoice, lines and reasons."""
    original, taken_back = pair(change)

    assert len(sequence.itemised(judge, taken_back, original, CLAUSE)) == wrong


@pytest.mark.parametrize(
    ("change", "wrong"),
    [
        pytest.param(lambda _: None, 0, id="right"),
        pytest.param(put("typeOfInvoice", "381"), 1, id="a credit"),
        pytest.param(put("payableAmount/amount", "1700.00"), 1, id="another sum"),
    ],
)
def test_what_is_billed_anew_is_right(
    judge: Judge,
    claim: MakeClaim,
    change: Callable[[etree._Element], None],
    wrong: int,
) -> None:
    """A debit of the right sum, under an id of its own."""
    new, earlier = claim(change), claim()
    right = Decimal("1800.00")

    assert len(sequence.replaced(judge, new, [earlier], right, CLAUSE)) == wrong
    put("id", earlier.id)(new.payload)
    assert len(sequence.replaced(judge, new, [earlier], right, CLAUSE)) == wrong + 1


# Bills -------------------------------------------------------------------------------------------


def test_a_tester_is_told_all_of_a_bill() -> None:
    """Who, when, where from, how much, and what to write."""
    bill: Bill = replace(a_bill(HOME, NOON.date(), "sluten vård"), lines=3, note="en anteckning")

    told = bill.told

    for word in (bill.patient.extension, HOME.name, str(bill.visit), str(bill.discharge),
                 "1800,00", "3 rader", "en anteckning", "sluten vård"):  # fmt: skip
        assert word in told
