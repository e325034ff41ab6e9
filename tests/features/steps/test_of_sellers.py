"""The steps on a system that sends claims: each meets what it must object to, and what is right."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from lxml import etree

from contracts.domains.financial_billing_claim.v1_1.kinds import KINDS, Deal, credit, valid
from contracts.domains.financial_billing_claim.v1_1.messages import CLAIM, RESPONDER, payload_of
from contracts.envelope import envelope
from contracts.judge import swedish_now
from contracts.terms import OrganisationNumber
from features.steps import entrance
from features.utomlansfakturering.around import answered
from features.utomlansfakturering.bills import Bill, a_bill
from features.utomlansfakturering.form_verdicts import LARGEST
from features.utomlansfakturering.sale import Gallery, Sale
from features.utomlansfakturering.sent_claims import SentClaim
from features.utomlansfakturering.steps import (
    billed,
    corrected,
    disturbed_claims,
    resending_claims,
    secured,
    selling,
    shown_claims,
)
from features.utomlansfakturering.trigger import Corrected, Settings, ShownClaim, State
from simulator.connections import Handshake
from simulator.exchange import Exchange, Leg
from simulator.regions.directory import REGIONS

HOME, OTHER = REGIONS["01"], REGIONS["12"]
SELLER = REGIONS["03"]
REQUIREMENT = "FBC-ID"  # each step is told which requirement it stands for
NOW = Settings(pause=0.01, attempts=2, timeout=29.0, factor=1.0)
BEGAN = swedish_now()


def deal_with(home: Any = HOME) -> Deal:
    return Deal(
        seller=OrganisationNumber(SELLER.organisation_number),
        buyer=OrganisationNumber(home.organisation_number),
        county=home.county,
        municipality=home.municipality,
        today=BEGAN.date(),
    )


def plain(home: Any = HOME) -> etree._Element:
    """Make a claim specification as the scenario's bill says."""
    payload = valid("öppen vård", deal_with(home))
    for node in payload.iter(f"{{{CLAIM}}}careVisitDate"):
        node.text = f"{BILL.visit:%Y%m%d}"
    return payload


BILL: Bill = replace(a_bill(HOME, BEGAN.date()), note="en notering på åäö")


def put(payload: etree._Element, name: str, text: str) -> etree._Element:
    """Write a text in every element of a name."""
    found = [*payload.iter(f"{{{CLAIM}}}{name}")]
    assert found
    for node in found:
        node.text = text
    return payload


def noted(payload: etree._Element) -> etree._Element:
    return put(payload, "careUnitName", BILL.note)


def id_of(payload: etree._Element) -> str:
    found: str | None = payload.findtext(f"*/{{{CLAIM}}}id")
    assert found is not None
    return found


@dataclass
class Screen:
    """What the system shows, in place of the way to make it act."""

    state: State = State.ACCEPTED
    comment: str = "R17"
    released: bool = True
    trigger: Any = None
    within: float = 0.02

    def shows(self, _claim: str, *_wanted: State) -> ShownClaim:
        """Show it as it stands."""
        return ShownClaim(
            state=self.state, attempts=1, released=self.released, comment=self.comment
        )

    def invoice(self, _claim: str, *, released: bool) -> bool:  # noqa: ARG002 - as asked
        """Tell whether it is let go."""
        return self.released

    def is_unreceived(self, _claim: str) -> bool:
        """Tell whether no answer has come."""
        return self.state in (State.WAITING, State.GIVEN_UP)


@dataclass
class Play:
    """A scenario on a seller: what is sent in it, and what the steps are given beside."""

    scene: Any
    sale: Sale = field(default_factory=lambda: Sale(bill=BILL))
    given: dict[str, Any] = field(default_factory=dict)

    def sends(
        self,
        payload: etree._Element,
        *,
        after: float = 0.0,
        to: Any = HOME,
        answer: str = "OK",
        message: bytes = b"",
        known_by: str = "client certificate",
        own: bool = True,
    ) -> SentClaim:
        """Let a message come, of the scenario's own sale or beside it."""
        started = BEGAN + timedelta(seconds=after)
        request = message or envelope(payload, logical_address=to.organisation_number)
        leg = Leg(
            kind="in", url="/vp", started=started, seconds=0.0, request=request, status=200,
            response=envelope(etree.fromstring(answered(answer))) if answer else b"",
        )  # fmt: skip
        self.scene.bench.inbox.observe(
            Exchange(
                correlation_id="1", started=started, seconds=0.0, decision="forwarded",
                status=200, legs=(leg,), contract=RESPONDER, receiver=to.organisation_number,
                sender=self.scene.bench.target.hsa_id, sender_known_by=known_by,
            )
        )  # fmt: skip
        if own and id_of(payload) not in self.sale.ids:
            self.sale.ids = (*self.sale.ids, id_of(payload))
        return SentClaim(self.scene.bench.inbox.found(lambda _one: True)[-1])

    def deviations(self, step: Callable[..., object], **given: Any) -> list[str]:
        """Take a step, and give the requirements that it says are broken."""
        own = {
            "requirement": REQUIREMENT,
            "sale": self.sale,
            "sales": [self.sale],
            "selling": Screen(),
            "within": 0.02,
            "patience": SimpleNamespace(now=NOW, usual=NOW, is_set=True),
            "shown_kinds": Gallery(),
        }
        found: list[str] = self.scene.deviations(step, **{**own, **self.given, **given})
        return found


@pytest.fixture
def play(scene: Callable[..., Any]) -> Play:
    """Give a scenario of a system that only calls."""
    return Play(scene("utomlansfakturering", "konsument"))


ONE, TWO = [REQUIREMENT], [REQUIREMENT] * 2


# What is sent ------------------------------------------------------------------------------------

OF_FORM = {
    billed.the_header_is_there_once: lambda play: play.sends(
        plain(), message=envelope(plain()), own=True
    ),
    billed.the_id_is_formed: lambda play: play.sends(put_id(plain(), "ZVF1")),
    billed.the_amounts_are_right: lambda play: play.sends(put(plain(), "amount", "1800.000")),
    billed.the_patient_is_identified: lambda play: play.sends(
        put(plain(), "extension", "191001229812")
    ),
    billed.the_days_are_right: lambda play: play.sends(put(plain(), "careVisitDate", "20261301")),
    billed.the_note_is_unharmed: lambda play: play.sends(plain()),
}
"""Steps on the form of one message, and what sends one of a wrong form."""


def put_id(payload: etree._Element, text: str) -> etree._Element:
    found = payload.find(f"*/{{{CLAIM}}}id")
    assert found is not None
    found.text = text
    return payload


@pytest.mark.parametrize("step", OF_FORM, ids=lambda step: step.__name__)
def test_form_is_judged_in_every_message(play: Play, step: Callable[..., object]) -> None:
    """What is right passes; nothing at all deviates, and so does a message of a wrong form."""
    assert play.deviations(step) == ONE

    play.sends(noted(plain()))
    assert play.deviations(step) == []

    wrong = Play(play.scene, Sale(bill=BILL))
    OF_FORM[step](wrong)
    assert set(wrong.deviations(step)) == {REQUIREMENT}


def test_a_wrong_sum_deviates_though_it_is_well_written(play: Play) -> None:
    """The fee is the one registered."""
    play.sale.bill = replace(BILL, fee=Decimal(1))
    play.sends(plain())

    assert play.deviations(billed.the_amounts_are_right) == ONE


def test_every_kind_is_valid_or_told(play: Play) -> None:
    """A kind that came, one that came wrong, and one that never came."""
    right = play.sends(plain())
    wrong = play.sends(put(plain(), "careLevel", "7"), own=False)
    play.given["shown_kinds"] = Gallery(sent={"rätt": right, "fel": wrong, "borta": None})

    def told(kind: str) -> list[str]:
        return play.deviations(billed.a_valid_claim_is_sent, kind=kind)

    assert told("rätt") == []
    assert set(told("fel")) == {REQUIREMENT}
    assert told("borta") == ONE


def test_a_rule_is_judged_where_it_has_something_to_judge(play: Play) -> None:
    """Kept, broken, and not spoken of: that is not tested."""
    play.given["shown_kinds"] = Gallery(sent={"rätt": play.sends(plain())})
    step = billed.the_claims_keep_the_rule
    assert play.deviations(step, requirement="FBC-R30") == []
    with pytest.raises(pytest.skip.Exception, match="R51"):
        play.deviations(step, requirement="FBC-R51")

    play.given["shown_kinds"] = Gallery(sent={"fel": play.sends(put(plain(), "careLevel", "7"))})
    assert play.deviations(step, requirement="FBC-R30") == ["FBC-R30"]


def test_the_version_shows(play: Play) -> None:
    """In what comes, whatever it is."""
    step = billed.the_version_is_right
    assert play.deviations(step) == ONE
    play.sends(plain())
    assert play.deviations(step) == []
    play.sends(plain(), message=envelope(plain()).replace(b"claim:1", b"claim:2"))
    assert play.deviations(step) == ONE


def test_each_goes_home(play: Play) -> None:
    """Nothing, right, and to another region than the buyer's."""
    step = billed.each_goes_home
    assert play.deviations(step) == ONE
    play.sends(plain())
    assert play.deviations(step) == []
    play.sends(plain(), to=OTHER)
    assert play.deviations(step) == ONE


def test_ids_differ(play: Play) -> None:
    """As many as there are bills, and none twice."""
    step = billed.the_ids_differ
    assert play.deviations(step) == ONE
    first = plain()
    play.sends(first)
    assert play.deviations(step) == []
    play.sends(put_id(noted(plain()), id_of(first)))
    assert play.deviations(step) == ONE


def test_what_is_large_is_divided(play: Play) -> None:
    """Nothing, all of it, too large, and with lines that are gone."""
    step = billed.it_is_divided
    assert play.deviations(step) == ONE
    body = plain()
    play.sends(body)
    assert play.deviations(step) == []
    play.sale.bill = replace(BILL, lines=2)
    assert play.deviations(step) == TWO
    body.append(etree.Comment("x" * LARGEST))
    large = Play(play.scene)
    large.sends(put_id(body, "ZVF23210000242611999999"))
    assert large.deviations(step) == ONE


# What shows --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sends", "state", "comment", "broken"),
    [
        pytest.param(False, State.STOPPED, "R17", [], id="stopped"),
        pytest.param(False, State.WAITING, "R17", ONE, id="waiting"),
        pytest.param(False, State.STOPPED, " ", ONE, id="without a reason"),
        pytest.param(True, State.STOPPED, "R17", ONE, id="sent"),
    ],
)
def test_wrong_data_is_stopped(
    play: Play, sends: bool, state: State, comment: str, broken: list[str]
) -> None:
    """Not sent, and with a reason."""
    play.sale.ids = ("ZVF1",)
    if sends:
        play.sends(plain())
    screen = Screen(state=state, comment=comment)

    assert play.deviations(shown_claims.it_is_stopped, selling=screen) == broken


@pytest.mark.parametrize(
    ("how", "released", "broken"),
    [
        ("frisläppt efter OK", True, []), ("frisläppt efter OK", False, ONE),
        ("hållen efter ERROR", False, []), ("hållen efter ERROR", True, ONE),
    ],
)  # fmt: skip
def test_the_invoice_is_held_or_goes(
    play: Play, how: str, released: bool, broken: list[str]
) -> None:
    """As the answer says; and where nothing was sent, that is told."""
    step, screen = shown_claims.the_invoice_is, Screen(released=released)
    assert play.deviations(step, how=how, selling=screen) == ONE

    play.sends(plain())
    assert play.deviations(step, how=how, selling=screen) == broken


# Corrections -------------------------------------------------------------------------------------


@dataclass
class Correction:
    """An original that was taken back, and what came of it."""

    play: Play
    original: Any = field(default_factory=lambda: KINDS["öppen vård"](deal_with()))

    def __post_init__(self) -> None:
        self.play.sends(payload_of(self.original))
        self.taken_back = payload_of(credit(self.original, deal_with()))
        self.new = plain()
        self.play.sale.corrected = Corrected(credit=id_of(self.taken_back), claim=id_of(self.new))
        for name in ("patientCareInvoiceNetAmount", "payableAmount"):
            for node in self.new.iterfind(f".//{{{CLAIM}}}{name}/{{{CLAIM}}}amount"):
                node.text = str(selling.RIGHT)

    def comes(self, *what: etree._Element) -> None:
        """Let messages of the correction come."""
        for one in what:
            self.play.sends(one, own=False)


def test_an_accepted_claim_is_taken_back(play: Play) -> None:
    """Nothing, a right credit, and one of another type."""
    it = Correction(play)
    step = corrected.a_credit_is_sent
    assert play.deviations(step) == ONE
    it.comes(it.taken_back)
    assert play.deviations(step) == []

    other = Correction(Play(play.scene))
    other.comes(put(other.taken_back, "typeOfInvoice", "380"))
    assert other.play.deviations(step) == ONE


def test_a_new_claim_follows(play: Play) -> None:
    """Nothing, after the credit, before it, and of another sum."""
    it = Correction(play)
    step = corrected.a_new_claim_is_sent
    assert play.deviations(step) == ONE
    assert play.deviations(corrected.a_new_claim_alone_is_sent) == ONE
    it.comes(it.taken_back, it.new)
    assert play.deviations(step) == []

    before = Correction(Play(play.scene))
    before.comes(before.new, before.taken_back)
    assert before.play.deviations(step) == ONE
    wrong = Correction(Play(play.scene))
    wrong.comes(wrong.taken_back, put(wrong.new, "amount", "1.00"))
    assert wrong.play.deviations(step) == ONE


def test_a_credit_tells_what_it_takes_back(play: Play) -> None:
    """Nothing, all of it, and without reasons."""
    it = Correction(play)
    step = corrected.the_credit_is_itemised
    assert play.deviations(step) == ONE
    it.comes(it.taken_back)
    assert play.deviations(step) == []

    other = Correction(Play(play.scene))
    reason = other.taken_back.find(f".//{{{CLAIM}}}reasonForCredit")
    assert reason is not None
    parent = reason.getparent()
    assert parent is not None
    parent.remove(reason)
    other.comes(other.taken_back)
    assert other.play.deviations(step) == ONE


def test_a_refused_claim_is_not_taken_back(play: Play) -> None:
    """A new one alone."""
    it = Correction(play)
    it.comes(it.new)
    assert play.deviations(corrected.no_credit_is_sent) == []
    it.comes(it.taken_back)
    assert play.deviations(corrected.no_credit_is_sent) == ONE


def test_what_a_tester_corrects_is_found_by_its_type(play: Play) -> None:
    """Nobody knows the ids then."""
    it = Correction(play)
    play.sale.corrected = None
    it.comes(it.taken_back, it.new)

    assert play.deviations(corrected.a_credit_is_sent) == []
    assert play.deviations(corrected.a_new_claim_is_sent) == []


# Sent again --------------------------------------------------------------------------------------


def test_it_comes_again_unchanged(play: Play) -> None:
    """Once is too little, twice is right, and a changed one is another."""
    body, step = plain(), resending_claims.it_is_sent_again
    play.sends(body)
    assert play.deviations(step) == ONE
    play.sends(body, after=1.0)
    assert play.deviations(step) == []
    play.sends(noted(body), after=2.0)
    assert play.deviations(step) == ONE


def test_it_is_taken_at_last(play: Play) -> None:
    """By what the screen shows."""
    play.sends(plain())
    step = resending_claims.it_is_taken_at_last

    assert play.deviations(step) == []
    assert play.deviations(step, selling=Screen(state=State.GIVEN_UP)) == ONE


@pytest.mark.parametrize(("waited", "broken"), [(1.0, []), (0.2, ONE)])
def test_the_pause_is_kept(play: Play, waited: float, broken: list[str]) -> None:
    """Of a second; one message alone has no pause to measure."""
    body, now = plain(), replace(NOW, pause=1.0)
    patience = SimpleNamespace(now=now, usual=now, is_set=True)
    play.sends(body)
    with pytest.raises(pytest.skip.Exception):
        play.deviations(
            resending_claims.it_pauses, patience=SimpleNamespace(now=NOW, usual=NOW, is_set=True)
        )
    play.sends(body, after=waited)

    assert play.deviations(resending_claims.it_pauses, patience=patience) == broken


@pytest.mark.parametrize(("usual", "broken"), [(5.0, []), (1.0, ONE)])
def test_the_pause_is_5000_ms_as_delivered(play: Play, usual: float, broken: list[str]) -> None:
    """Before the run set anything."""
    patience = SimpleNamespace(now=NOW, usual=replace(NOW, pause=usual), is_set=True, is_left=False)
    step = resending_claims.the_pause_was_the_usual_one

    assert play.deviations(step, patience=patience, usual=5000) == broken


def test_a_pause_that_a_killed_run_has_left_is_not_judged(play: Play) -> None:
    """Nobody can tell what the system is delivered with."""
    patience = SimpleNamespace(now=NOW, usual=NOW, is_set=True, is_left=True)
    step = resending_claims.the_pause_was_the_usual_one

    with pytest.raises(pytest.skip.Exception, match="ett avbrutet prov"):
        play.deviations(step, patience=patience, usual=5000)


@pytest.mark.parametrize(("starts", "broken"), [((0, 1, 3, 7), []), ((0, 1, 2, 3), ONE)])
def test_the_pause_grows(play: Play, starts: tuple[float, ...], broken: list[str]) -> None:
    """Doubled each time."""
    body, now = plain(), replace(NOW, pause=1.0, factor=2.0)
    for start in starts:
        play.sends(body, after=start)
    patience = SimpleNamespace(now=now, usual=now, is_set=True)

    assert play.deviations(resending_claims.the_pause_grows, patience=patience) == broken


@pytest.mark.parametrize(
    ("times", "state", "broken"),
    [
        (2, State.GIVEN_UP, []), (1, State.GIVEN_UP, ONE), (3, State.GIVEN_UP, ONE),
        (2, State.WAITING, ONE),
    ],
)  # fmt: skip
def test_it_gives_up(play: Play, times: int, state: State, broken: list[str]) -> None:
    """After two attempts, and says so."""
    body = plain()
    for turn in range(times):
        play.sends(body, after=turn)

    found = play.deviations(resending_claims.it_gives_up, selling=Screen(state=state))

    assert found == broken


def test_an_answer_is_waited_for(play: Play) -> None:
    """Nothing, as long as is set, and too short."""
    body, now = plain(), replace(NOW, timeout=1.0)
    patience = SimpleNamespace(now=now, usual=now, is_set=True)
    play.given["patience"] = SimpleNamespace(now=NOW, usual=NOW, is_set=True)
    step = resending_claims.it_waits_for_the_answer
    assert play.deviations(step) == ONE
    assert play.scene.told == ["systemet sände inget fakturaunderlag"]
    play.sends(body)
    play.sends(body, after=1.2)
    assert play.deviations(step, patience=patience) == []
    longer = replace(now, timeout=9.0)
    assert play.deviations(
        step, patience=SimpleNamespace(now=longer, usual=now, is_set=True)
    ) == ONE  # fmt: skip


def test_what_is_answered_is_not_sent_again(play: Play) -> None:
    """Once is right; nothing shows nothing."""
    body, step = plain(), resending_claims.it_is_not_sent_again
    with pytest.raises(pytest.skip.Exception):
        play.deviations(step)
    play.sends(body, answer="ERROR")
    assert play.deviations(step) == []
    play.sends(body)
    assert play.deviations(step) == ONE


def test_a_region_in_trouble_holds_up_nobody(play: Play) -> None:
    """The other comes before it is tried again."""
    stuck, body = plain(OTHER), plain()
    play.sends(stuck, to=OTHER, answer="", own=False)
    step = resending_claims.it_does_not_wait_for_the_other
    assert play.deviations(step) == ONE
    play.sends(stuck, to=OTHER, answer="", own=False)
    play.sends(body)
    assert play.deviations(step) == ONE

    good = Play(play.scene)
    play.scene.listening.begin_anew()
    good.sends(stuck, to=OTHER, answer="", own=False)
    good.sends(plain())
    good.sends(stuck, to=OTHER, answer="", own=False)
    assert good.deviations(step) == []


def test_the_whole_run_is_looked_through(play: Play) -> None:
    """For what was answered and came again, and for ids that two have."""
    again, ids = (
        resending_claims.nothing_answered_was_sent_again,
        resending_claims.every_id_of_the_run_is_its_own,
    )
    with pytest.raises(pytest.skip.Exception):
        play.deviations(again)
    assert play.deviations(ids) == ONE
    body = plain()
    play.sends(body)
    assert play.deviations(again) == play.deviations(ids) == []
    play.sends(noted(body))
    assert play.deviations(again) == play.deviations(ids) == ONE


# Disturbed answers -------------------------------------------------------------------------------


def test_what_is_no_answer_is_taken_for_none(play: Play) -> None:
    """Nothing sent; left as it is; taken for an answer; another id."""
    step = disturbed_claims.it_is_neither_lost_nor_doubled
    waiting = Screen(state=State.WAITING)
    assert play.deviations(step, selling=waiting) == ONE
    play.sends(plain(), answer="")
    assert play.deviations(step, selling=waiting) == []
    assert play.deviations(step, selling=Screen(state=State.ACCEPTED)) == ONE
    play.sends(plain(), own=False)
    assert play.deviations(step, selling=waiting) == ONE


def test_what_is_sent_again_after_no_answer_is_taken(play: Play) -> None:
    """Unchanged, and received in the end."""
    step, body = disturbed_claims.it_is_neither_lost_nor_doubled, plain()
    play.sends(body, answer="")
    play.sends(body)
    assert play.deviations(step, selling=Screen(state=State.ACCEPTED)) == []
    assert play.deviations(step, selling=Screen(state=State.WAITING)) == ONE
    play.sends(noted(body))
    assert play.deviations(step, selling=Screen(state=State.ACCEPTED)) == ONE


def test_an_answer_is_read_however_it_is_written(play: Play) -> None:
    """Nothing sent; received; not received; sent once more."""
    step, body = disturbed_claims.the_answer_is_read, plain()
    assert play.deviations(step) == ONE
    play.sends(body)
    assert play.deviations(step) == []
    assert play.deviations(step, selling=Screen(state=State.GIVEN_UP)) == ONE
    play.sends(body)
    assert play.deviations(step) == ONE


# Certificates ------------------------------------------------------------------------------------


def listener(*handshakes: Handshake) -> Any:
    return SimpleNamespace(
        server=SimpleNamespace(handshakes=SimpleNamespace(all=lambda: handshakes))
    )


def test_the_certificate_is_shown(play: Play) -> None:
    """Nothing sent; by certificate; by a word of its own."""
    step = secured.it_presents_its_certificate
    assert play.deviations(step, secured=listener()) == ONE
    play.sends(plain())
    assert play.deviations(step, secured=listener()) == []
    play.sends(plain(), known_by="default sender")
    assert play.deviations(step, secured=listener()) == ONE


@pytest.mark.parametrize(
    ("requests", "problem", "broken"),
    [
        pytest.param(0, "TLSV1_ALERT_UNKNOWN_CA", [], id="broken off"),
        pytest.param(1, "", ONE, id="called"),
    ],
)
def test_a_bad_certificate_is_refused(
    play: Play, requests: int, problem: str, broken: list[str]
) -> None:
    """Before a byte of HTTP; who never called shows nothing."""
    met = entrance.Met(
        handshakes=(
            Handshake(at=datetime.now(UTC), peer="127.0.0.1", problem=problem, requests=requests),
        ),
        calls=0,
    )

    assert play.deviations(entrance.it_breaks_off, met=met) == broken
    assert play.deviations(entrance.it_is_noted_whether_it_breaks_off, met=met) == []
    with pytest.raises(pytest.skip.Exception):
        play.deviations(entrance.it_breaks_off, met=replace(met, handshakes=()))


def test_a_host_that_is_not_checked_is_noted(play: Play) -> None:
    """For the security review: it fails nothing."""
    met = entrance.Met(
        handshakes=(Handshake(at=datetime.now(UTC), peer="127.0.0.1", requests=1),), calls=0
    )

    play.deviations(entrance.it_is_noted_whether_it_breaks_off, met=met)

    assert "värdnamnet" in " ".join(play.scene.evidence.observations)
