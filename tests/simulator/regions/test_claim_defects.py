"""The known defects: each is what it says, and is seen at the buying system."""

from __future__ import annotations

import re
import threading
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import pytest
from lxml import etree

from contracts.catalogue import bundled
from contracts.domains.financial_billing_claim.v1_1.kinds import (
    KINDS,
    PATIENTS,
    credit,
    grown,
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
from contracts.envelope import body_of, envelope
from contracts.errors import UsageError
from simulator.regions.answer_defects import answer_defects
from simulator.regions.certificate_defects import without_certificates
from simulator.regions.claim_defects import DEFECTS
from simulator.regions.claim_limit_defects import limit_defects
from simulator.regions.claim_strictness_defects import strictness_defects
from simulator.regions.defect import FLAWLESS, Defect, defect_named
from simulator.regions.schema_defects import VALUES, schema_defects
from simulator.regions.system import OBSERVATION_PATH, regions_app
from simulator.regions.wire_defects import answering_wire_defects

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from contracts.domains.financial_billing_claim.v1_1.kinds import Deal
    from simulator.regions.buyer import Buyer
    from simulator.regions.defect import Reply

REQUIREMENTS = bundled().domain("financial:billing:claim", "1.1").requirements
RULES = tuple(requirement.rule for requirement in REQUIREMENTS.rules())
BY_RULE = {f"never-checks-{rule}": rule for rule in RULES}
WIRE = {defect.name for defect in answering_wire_defects()}
"""Of HTTP, XML and SOAP; see tests/features/plattform/test_wire_defects.py."""
BY_TABLE = WIRE | {
    defect.name
    for defect in (
        *limit_defects(),
        *strictness_defects(),
        *answer_defects("", code="resultCode", remark="comment"),
        *schema_defects("", values=VALUES),
    )
}
"""See test_claim_limits.py, test_answer_defects.py and test_schema_defects.py."""
BY_HAND = tuple(name for name in DEFECTS if name not in {*BY_RULE, *BY_TABLE})
CUT = b"</soapenv:Envelope>"


def code_of(reply: Reply) -> str | None:
    """Give resultCode, whatever its namespace; None where the answer has none."""
    return etree.fromstring(reply.body).findtext(".//{*}resultCode")


def comment_of(reply: Reply) -> str | None:
    """Give the comment; None where the answer has none."""
    return etree.fromstring(reply.body).findtext(".//{*}comment")


def named(reply: Reply) -> set[str]:
    """Give the rules that a comment names."""
    return set(re.findall(r"\bR\d+\b", comment_of(reply) or ""))


# --- The table ---


def test_defect_stands_under_its_own_name() -> None:
    """The name on the command line is the name in the report."""
    assert {name: defect.name for name, defect in DEFECTS.items()} == {
        name: name for name in DEFECTS
    }
    assert all(defect.says for defect in DEFECTS.values())


@pytest.mark.parametrize("name", sorted(set(DEFECTS) - WIRE))
def test_defect_breaks_a_requirement_that_binds_the_producer(name: str) -> None:
    """A suite can fail the system on just that requirement."""
    assert DEFECTS[name].breaks in {
        requirement.id for requirement in REQUIREMENTS.binding("producer")
    }


def test_every_rule_has_its_defect() -> None:
    """Forty-nine rules, and for each a system that never checks it."""
    assert len(BY_RULE) == 49
    assert {name: DEFECTS[name].breaks for name in BY_RULE} == {
        name: f"FBC-{rule}" for name, rule in BY_RULE.items()
    }


def test_defect_is_found_by_its_name() -> None:
    """The one asked for is given."""
    assert defect_named("keeps-refused", DEFECTS) is DEFECTS["keeps-refused"]
    assert defect_named("never-checks-R5", DEFECTS) is DEFECTS["never-checks-R5"]
    assert defect_named("", DEFECTS) is FLAWLESS


@pytest.mark.parametrize("name", ["never-checks-R6", "Keeps-Refused"])
def test_unknown_defect_is_told_with_the_known_ones(name: str) -> None:
    """The person sees what can be chosen."""
    with pytest.raises(UsageError, match=re.escape(repr(name))) as told:
        defect_named(name, DEFECTS)

    assert "keeps-refused" in told.value.mend
    assert "never-checks-R5" in told.value.mend


# --- Rules that are never checked ---


@pytest.mark.parametrize("name", BY_RULE)
def test_unchecked_rule_lets_its_faults_through_and_no_others(
    a_buyer: Callable[..., Buyer], deal: Deal, name: str
) -> None:
    """OK for every message that breaks this rule alone; the next rule is checked still."""
    system, rule = a_buyer(DEFECTS[name]), BY_RULE[name]
    own = faults_of(rule)
    another = RULES[(RULES.index(rule) + 1) % len(RULES)]
    assert own

    assert {code_of(system.receive(envelope(faulty(fault, deal)))) for fault in own} == {"OK"}

    refused = system.receive(envelope(faulty(faults_of(another)[0], deal)))
    assert code_of(refused) == "ERROR"
    assert named(refused) == {another}
    for schema_fault in ("radnummer noll", "obligatoriskt element saknas"):
        assert code_of(system.receive(envelope(faulty(schema_fault, deal)))) == "ERROR"


@pytest.mark.parametrize("name", BY_RULE)
def test_unchecked_rule_is_left_out_of_the_comment(
    a_buyer: Callable[..., Buyer], deal: Deal, name: str
) -> None:
    """A message that breaks two rules is refused for the other one alone."""
    rule = BY_RULE[name]
    payload = faulty(faults_of(rule)[0], deal)
    other, place, wrong = (
        ("R37", "id", "X" * 23) if rule != "R37" else ("R4", "typeOfInvoice", "382")
    )
    element = payload[0].find(f"{{{CLAIM}}}{place}")
    assert element is not None
    element.text = wrong
    assert named(a_buyer().receive(envelope(payload))) >= {rule, other}

    reply = a_buyer(DEFECTS[name]).receive(envelope(payload))

    assert code_of(reply) == "ERROR"
    assert other in named(reply)
    assert rule not in named(reply)


# --- Defects made by hand ---


@dataclass(frozen=True)
class Shown:
    """What to look at, and what a flawless and the defective system show there."""

    look: Callable[[Buyer, Deal], object]
    flawless: object
    defective: object


def _of_fault(name: str, tell: Callable[[Reply], object]) -> Callable[[Buyer, Deal], object]:
    return lambda system, deal: tell(system.receive(envelope(faulty(name, deal))))


def _comments(system: Buyer, deal: Deal) -> object:
    """Tell whether there is a comment on a broken rule, and one on a broken schema."""
    replies = (
        system.receive(envelope(faulty(name, deal)))
        for name in ("vårdnivå 5", "datum med bindestreck")
    )
    return [bool((comment_of(reply) or "").strip()) for reply in replies]


def _of_faults(*names: str) -> Callable[[Buyer, Deal], object]:
    return lambda system, deal: [
        code_of(system.receive(envelope(faulty(name, deal)))) for name in names
    ]


def _with_attribute(system: Buyer, deal: Deal) -> object:
    payload = valid("öppen vård", deal)
    payload[0].set("unknown", "x")
    return code_of(system.receive(envelope(payload)))


def _without_contact(system: Buyer, deal: Deal) -> object:
    payload = valid("öppen vård", deal)
    contact = payload.find(f".//{{{CLAIM}}}sellerContact")
    assert contact is not None
    holder = contact.getparent()
    assert holder is not None
    holder.remove(contact)
    return code_of(system.receive(envelope(payload)))


def _of_kinds(*kinds: str) -> Callable[[Buyer, Deal], object]:
    return lambda system, deal: [
        code_of(system.receive(envelope(valid(kind, deal)))) for kind in kinds
    ]


def _of_unreadable(tell: Callable[[Reply], object]) -> Callable[[Buyer, Deal], object]:
    def look(system: Buyer, deal: Deal) -> object:
        message = envelope(valid("öppen vård", deal))
        assert PATIENTS[0].encode() in message
        return tell(system.receive(message.removesuffix(CUT)))

    return look


def _says(text: bytes) -> Callable[[Reply], object]:
    return lambda reply: text in reply.body


def _copies(system: Buyer, payload: etree._Element) -> int:
    kept = system.ledger.find(text_of(payload, "id") or "")
    return 0 if kept is None else kept.copies


def _kept_of_refused(system: Buyer, deal: Deal) -> object:
    payloads = [faulty(name, deal) for name in ("vårdnivå 5", *SCHEMA_FAULTS)]
    answers = {code_of(system.receive(envelope(payload))) for payload in payloads}
    return answers, {_copies(system, payload) for payload in payloads}


def _kept_of_accepted(system: Buyer, deal: Deal) -> object:
    payload = valid("öppen vård", deal)
    return code_of(system.receive(envelope(payload))), _copies(system, payload)


def _kept_of_two(system: Buyer, deal: Deal) -> object:
    payload = valid("öppen vård", deal)
    message = envelope(payload)
    return [code_of(system.receive(message)) for _ in range(2)], _copies(system, payload)


def _credits(system: Buyer, deal: Deal) -> object:
    original = KINDS["öppen vård"](deal)
    for claim in (original, credit(original, deal)):
        assert code_of(system.receive(envelope(payload_of(claim)))) == "OK"
    observe = OBSERVATION_PATH.format(county="03")
    shown = (
        regions_app({("03", "claim"): system}).test_client().get(f"{observe}/claims/{original.id}")
    )
    return len(shown.get_json()["credits"])


def _matched(system: Buyer, deal: Deal) -> object:
    claim = KINDS["öppen vård"](deal)
    system.receive(envelope(payload_of(claim)))
    observe = OBSERVATION_PATH.format(county="03")
    http = regions_app({("03", "claim"): system}).test_client()
    return [
        http.post(
            f"{observe}/invoices", json={"claimSpecificationId": claim.id, "amount": str(amount)}
        ).get_json()["matched"]
        for amount in (claim.payable, claim.payable + 100)
    ]


def _one_krona_off(system: Buyer, deal: Deal) -> object:
    codes = []
    for kronor in (0, 1):
        payload = valid("öppen vård", deal)
        payable = payload[0].find(f"{{{CLAIM}}}payableAmount/{{{CLAIM}}}amount")
        assert payable is not None
        payable.text = f"{1800 + kronor}.00"
        codes.append(code_of(system.receive(envelope(payload))))
    return codes


def _extended(system: Buyer, deal: Deal) -> object:
    payload = valid("öppen vård", deal)
    activity = payload.find(f".//{{{CLAIM}}}activity")
    assert activity is not None
    etree.SubElement(activity, "{urn:provbank:extension}note").text = "tillägg"
    return code_of(system.receive(envelope(payload)))


def _of_sizes(*sizes: int) -> Callable[[Buyer, Deal], object]:
    return lambda system, deal: [
        system.receive(envelope(grown(valid("öppen vård", deal), to_bytes=size))).status
        for size in sizes
    ]


def _with_text(path: str, text: str) -> Callable[[Buyer, Deal], object]:
    """Look at the answer to a message that is as valid with another text."""

    def look(system: Buyer, deal: Deal) -> object:
        payload = valid("öppen vård", deal)
        element = payload.find(".//" + "/".join(f"{{{CLAIM}}}{step}" for step in path.split("/")))
        assert element is not None
        element.text = text
        reply = system.receive(envelope(payload))
        return reply.status, code_of(reply)

    return look


def _namespace(reply: Reply) -> object:
    return {
        etree.QName(element).namespace for element in body_of(etree.fromstring(reply.body)).iter()
    }


SHOWN = {
    "accepts-everything": Shown(_of_fault("vårdnivå 5", code_of), "ERROR", "OK"),
    "skips-schema": Shown(_of_fault("radnummer noll", code_of), "ERROR", "OK"),
    "ignores-order-and-number": Shown(
        _of_faults("element i fel ordning", "datum med bindestreck"),
        ["ERROR", "ERROR"],
        ["OK", "ERROR"],
    ),
    "ignores-formats": Shown(
        _of_faults("element i fel ordning", "datum med bindestreck"),
        ["ERROR", "ERROR"],
        ["ERROR", "OK"],
    ),
    "ignores-unknown-attributes": Shown(_with_attribute, "ERROR", "OK"),
    "wants-seller-contact": Shown(_without_contact, "OK", "ERROR"),
    "answers-fault-instead-of-error": Shown(
        _of_fault("vårdnivå 5", lambda reply: reply.status), 200, 500
    ),
    "gives-no-comment": Shown(
        _of_fault("vårdnivå 5", lambda reply: comment_of(reply) is None), False, True
    ),
    "leaves-comments-empty": Shown(_comments, [True, True], [False, False]),
    "leaves-comments-blank": Shown(_comments, [True, True], [False, False]),
    "leaves-comments-on-rules-empty": Shown(_comments, [True, True], [False, True]),
    "leaves-comments-on-the-schema-empty": Shown(_comments, [True, True], [True, False]),
    "names-no-rule": Shown(_of_fault("vårdnivå 5", named), {"R30"}, set()),
    "blames-wrong-rule": Shown(_of_fault("vårdnivå 5", named), {"R30"}, {"R31"}),
    "lists-every-rule": Shown(_of_fault("vårdnivå 5", named), {"R30"}, set(RULES)),
    "gives-no-place": Shown(_of_fault("vårdnivå 5", _says(b"/careLevel")), True, False),
    "answers-info": Shown(_of_kinds("öppen vård"), ["OK"], ["INFO"]),
    "answers-in-wrong-namespace": Shown(
        lambda system, deal: _namespace(system.receive(envelope(valid("öppen vård", deal)))),
        {RESPONDER},
        {CLAIM},
    ),
    "keeps-refused": Shown(_kept_of_refused, ({"ERROR"}, {0}), ({"ERROR"}, {1})),
    "keeps-nothing": Shown(_kept_of_accepted, ("OK", 1), ("OK", 0)),
    "keeps-duplicates": Shown(_kept_of_two, (["OK", "OK"], 1), (["OK", "OK"], 2)),
    "loses-credits": Shown(_credits, 1, 0),
    "refuses-credits": Shown(_of_kinds("öppen vård", "kredit"), ["OK", "OK"], ["OK", "ERROR"]),
    "matches-any-amount": Shown(_matched, [True, False], [True, True]),
    "refuses-coordination-numbers": Shown(
        _of_kinds("öppen vård", "samordningsnummer"), ["OK", "OK"], ["OK", "ERROR"]
    ),
    "refuses-reserve-numbers": Shown(
        _of_kinds("öppen vård", "lokalt reservnummer", "nationellt reservnummer"),
        ["OK", "OK", "OK"],
        ["OK", "ERROR", "ERROR"],
    ),
    "refuses-rounding": Shown(_one_krona_off, ["OK", "OK"], ["OK", "ERROR"]),
    "refuses-extensions": Shown(_extended, "OK", "ERROR"),
    "shows-stack-trace": Shown(_of_unreadable(_says(b"ClaimService.java:88")), False, True),
    "shows-patient": Shown(_of_unreadable(_says(PATIENTS[0].encode())), False, True),
    "answers-web-page": Shown(
        _of_unreadable(lambda reply: (reply.content_type, b"Envelope" in reply.body)),
        ("text/xml; charset=UTF-8", True),
        ("text/html", False),
    ),
    "answers-fault-as-success": Shown(_of_unreadable(lambda reply: reply.status), 500, 200),
    "accepts-unreadable": Shown(_of_unreadable(code_of), None, "OK"),
    "refuses-above-1-mb": Shown(_of_sizes(950_000, 1_200_000), [200, 200], [200, 413]),
    "refuses-above-2-mb": Shown(_of_sizes(1_950_000, 2_200_000), [200, 200], [200, 413]),
    "refuses-large": Shown(_of_sizes(3_500_000, 4_500_000), [200, 200], [200, 413]),
    "refuses-drg": Shown(_of_kinds("sluten vård", "DRG"), ["OK", "OK"], ["OK", "ERROR"]),
    "wants-two-decimals": Shown(
        _with_text("payableAmount/amount", "1800"), (200, "OK"), (200, "ERROR")
    ),
    "refuses-characters-beyond-bmp": Shown(
        _with_text("careUnitName", "Musikterapin 𝄞"), (200, "OK"), (500, None)
    ),
    "allows-two-identities": Shown(_of_fault("två patientidentiteter", code_of), "ERROR", "OK"),
}
LATE = {"slow-above-1-mb": 6.2, "slow-above-2-mb": 9.2, "slow-above-3-mb": 15.2}
BY_TIME = {"slow", *LATE, "falls-behind", "one-at-a-time", "mixes-up-answers"}
"""These show in time or under load, and have a test of their own below."""

BY_CERTIFICATE = {one.name for one in without_certificates("")}
"""These show before a message is read; see test_certificate_defects.py."""


def test_every_defect_made_by_hand_is_looked_at() -> None:
    """A new defect needs a place where it shows."""
    assert set(SHOWN) | BY_TIME | BY_CERTIFICATE == set(BY_HAND)


@pytest.mark.parametrize("name", SHOWN)
def test_defect_shows_where_the_flawless_system_is_right(
    a_buyer: Callable[..., Buyer], deal: Deal, name: str
) -> None:
    """The same messages, sent to both."""
    shown = SHOWN[name]
    assert shown.flawless != shown.defective

    assert shown.look(a_buyer(FLAWLESS), deal) == shown.flawless
    assert shown.look(a_buyer(DEFECTS[name]), deal) == shown.defective


@pytest.mark.parametrize(
    "name", [name for name in BY_HAND if "refuses" not in name and name != "answers-info"]
)
def test_defect_leaves_an_ordinary_valid_message_alone(
    a_buyer: Callable[..., Buyer], deal: Deal, name: str
) -> None:
    """A defective system is right in all else: it answers OK."""
    assert code_of(a_buyer(DEFECTS[name]).receive(envelope(valid("öppen vård", deal)))) == "OK"


@pytest.mark.parametrize(
    ("name", "rule"),
    [
        ("skips-schema", "R30"),
        ("gives-no-place", "R30"),
        ("keeps-refused", "R30"),
        ("allows-two-identities", "R30"),
    ],
)
def test_defect_elsewhere_leaves_the_rules_alone(
    a_buyer: Callable[..., Buyer], deal: Deal, name: str, rule: str
) -> None:
    """Broken rules are refused and named still."""
    reply = a_buyer(DEFECTS[name]).receive(envelope(faulty("vårdnivå 5", deal)))

    assert code_of(reply) == "ERROR"
    assert named(reply) == {rule}


@pytest.mark.parametrize("rule", RULES)
def test_wrong_rule_is_never_the_right_one(
    a_buyer: Callable[..., Buyer], deal: Deal, rule: str
) -> None:
    """Whichever rule is broken, the defective system blames another, and names it as a rule."""
    reply = a_buyer(DEFECTS["blames-wrong-rule"]).receive(
        envelope(faulty(faults_of(rule)[0], deal))
    )

    assert rule not in named(reply)
    assert len(named(reply)) == 1


@pytest.mark.parametrize("rule", RULES)
def test_comment_without_rule_names_is_without_them_for_every_rule(
    a_buyer: Callable[..., Buyer], deal: Deal, rule: str
) -> None:
    """No rule slips through in the text or the test."""
    reply = a_buyer(DEFECTS["names-no-rule"]).receive(envelope(faulty(faults_of(rule)[0], deal)))

    assert code_of(reply) == "ERROR"
    assert not re.search(r"R\d", comment_of(reply) or "")


@pytest.mark.parametrize("name", RULE_FAULTS)
def test_comment_without_places_is_without_them_for_every_fault(
    a_buyer: Callable[..., Buyer], deal: Deal, name: str
) -> None:
    """No XPath is left."""
    reply = a_buyer(DEFECTS["gives-no-place"]).receive(envelope(faulty(name, deal)))

    assert named(reply) == {RULE_FAULTS[name].rule}
    assert "/" not in (comment_of(reply) or "")


def test_flawless_system_has_no_name_and_breaks_nothing() -> None:
    """It is what a system is when no defect is chosen."""
    assert Defect(name="", says="has no known defect", breaks="") == FLAWLESS
    assert FLAWLESS.name not in DEFECTS


# --- Defects of time and load, without a clock ---


@pytest.fixture
def sleeps(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Give the pauses a system makes, none of which takes time."""
    made: list[float] = []
    monkeypatch.setattr("simulator.regions.flaws.time.sleep", made.append)
    return made


@pytest.mark.parametrize(
    ("size", "pauses"), [(100_000, []), (700_000, [3.2]), (950_000, [3.2]), (1_500_000, [])]
)
def test_slow_system_takes_too_long_for_small_messages_of_some_size(
    a_buyer: Callable[..., Buyer],
    deal: Deal,
    sleeps: list[float],
    size: int,
    pauses: list[float],
) -> None:
    """More than the three seconds that are allowed below 1 MB; the answer is right."""
    message = envelope(grown(valid("öppen vård", deal), to_bytes=size))

    assert code_of(a_buyer().receive(message)) == "OK"
    assert sleeps == []
    assert code_of(a_buyer(DEFECTS["slow"]).receive(message)) == "OK"
    assert sleeps == pauses


@pytest.mark.parametrize(("name", "seconds"), LATE.items())
def test_slow_system_takes_too_long_for_messages_of_its_size_alone(
    a_buyer: Callable[..., Buyer], deal: Deal, sleeps: list[float], name: str, seconds: float
) -> None:
    """Each limit of the contract has one that is late above it, and in time below."""
    system = a_buyer(DEFECTS[name])
    for size in (950_000, 1_950_000, 2_950_000, 4_950_000):
        system.receive(envelope(grown(valid("öppen vård", deal), to_bytes=size)))

    assert sleeps == [seconds]


def test_system_that_falls_behind_works_on_one_call_at_a_time(
    a_buyer: Callable[..., Buyer],
    deal: Deal,
    meet: Callable[..., list[Any]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Ten callers at once are answered one after the other, each after its pause, and rightly."""
    at_work, most, pauses = [0], [0], []
    wait_a_moment = threading.Event().wait

    def work(seconds: float) -> None:
        at_work[0] += 1
        most[0] = max(most[0], at_work[0])
        wait_a_moment(0.005)  # long enough for another to come in, were it let
        pauses.append(seconds)
        at_work[0] -= 1

    monkeypatch.setattr("simulator.regions.flaws.time.sleep", work)
    system = a_buyer(DEFECTS["falls-behind"])
    messages = [envelope(valid("öppen vård", deal)) for _ in range(10)]

    replies = meet([lambda each=each: system.receive(each) for each in messages])

    assert [code_of(reply) for reply in replies] == ["OK"] * 10
    assert most == [1]
    assert len(pauses) == 10
    assert all(seconds > 1 / 10 for seconds in pauses), "ten a second must be too many"


def test_system_that_allows_two_identities_keeps_the_rest_of_the_schema(
    a_buyer: Callable[..., Buyer], deal: Deal
) -> None:
    """Every other schema fault is refused still."""
    system = a_buyer(DEFECTS["allows-two-identities"])
    others = [name for name in SCHEMA_FAULTS if name != "två patientidentiteter"]

    codes = {name: code_of(system.receive(envelope(faulty(name, deal)))) for name in others}

    assert codes == dict.fromkeys(others, "ERROR")


def test_system_of_one_at_a_time_turns_away_who_comes_meanwhile(
    a_buyer: Callable[..., Buyer], deal: Deal, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second caller gets a fault, the first and the next an answer."""
    system = a_buyer(DEFECTS["one-at-a-time"])
    message = envelope(valid("öppen vård", deal))
    meanwhile: list[Reply] = []

    def call_while_busy(_seconds: float) -> None:
        meanwhile.append(system.receive(message))

    monkeypatch.setattr("simulator.regions.flaws.time.sleep", call_while_busy)
    first = system.receive(message)
    next_one = system.receive(message)

    assert (first.status, next_one.status) == (200, 200)
    assert [reply.status for reply in meanwhile] == [500, 500]
    assert b"Fault" in meanwhile[0].body


@pytest.mark.parametrize(("name", "mixed"), [("", False), ("mixes-up-answers", True)])
def test_mixed_up_system_hands_answers_to_the_wrong_callers(
    a_buyer: Callable[..., Buyer],
    deal: Deal,
    now: datetime,
    meet: Callable[..., list[Any]],
    name: str,
    mixed: bool,
) -> None:
    """All calls are under way at once; the flawless system keeps them apart."""
    rules = ["R30", "R25", "R16", "R15", "R10", "R22", "R24", "R29", "R4", "R49"]
    messages = [envelope(faulty(faults_of(rule)[0], deal)) for rule in rules]
    all_here = threading.Barrier(len(rules), timeout=30)

    def clock() -> datetime:
        all_here.wait()
        return now

    system = a_buyer(DEFECTS[name] if name else FLAWLESS, clock=clock)

    replies = meet([lambda each=each: system.receive(each) for each in messages])

    own = [named(reply) == {rule} for reply, rule in zip(replies, rules, strict=True)]
    assert all(own) is not mixed


def test_mixed_up_system_is_right_for_one_caller_at_a_time(
    a_buyer: Callable[..., Buyer], deal: Deal, sleeps: list[float]
) -> None:
    """The defect shows under load alone, call after call after call."""
    system = a_buyer(DEFECTS["mixes-up-answers"])

    for name in ("vårdnivå 5", "prislista 7", "vårdnivå 5"):
        assert named(system.receive(envelope(faulty(name, deal)))) == {RULE_FAULTS[name].rule}
    assert len(sleeps) == 3


def test_defect_can_be_made_for_a_test() -> None:
    """A hook not given changes nothing."""
    mute = replace(FLAWLESS, name="mute", on_comment=lambda _comment: None)

    assert mute.on_request(b"") is None
    assert mute.on_comment("anything") is None
    assert not mute.keeps_refused
