"""How a suite has a system bill: its trigger, its settings, and the tester in their place."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import requests
from flask import Flask, jsonify, request

from contracts.errors import HarnessError
from features.asking import Asking
from features.bench import bench_for, entrance_of, lead, reference_system
from features.entrance import Entrance
from features.json_interface import NotOffered
from features.reach import why_unreachable
from features.suites import suite_for
from features.target import RoleTarget
from features.target_file import example, read_target
from features.tester import Question, Told
from features.utomlansfakturering.acting import Patience, Selling
from features.utomlansfakturering.around import counties, homes
from features.utomlansfakturering.bills import a_bill
from features.utomlansfakturering.sale import Homes, Hope
from features.utomlansfakturering.sent_claims import any_claim
from features.utomlansfakturering.trigger import Settings, ShownClaim, State, Trigger
from reports.evidence import Evidence
from simulator.certificates.folder import CertificateFolder
from simulator.certificates.kinds import Kind
from simulator.regions.directory import REGIONS
from simulator.regions.surroundings import Resending, Surroundings
from simulator.server import Server
from simulator.simulation import Tls

SUITE = suite_for("utomlansfakturering", "konsument")
BILL = replace(a_bill(REGIONS["01"], date(2026, 11, 22)), fee=Decimal("1800.50"), lines=2)
SHOWN = {"id": "ZVF1", "state": "refused", "attempts": 2, "invoice": "held", "comment": "R27"}
SET = {"pauseMs": 5000, "attempts": 5, "timeoutMs": 29000, "backOff": 2.0}


class Double:
    """A system with a trigger: it keeps what it was asked, and answers as it is told."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, Any]] = []
        self.answer: tuple[Any, int] = ({}, 200)
        self.app = Flask(__name__)

        @self.app.route("/trigger/<path:operation>", methods=["GET", "POST", "DELETE"])
        def answered(operation: str) -> Any:
            self.asked.append((operation, request.get_json(silent=True)))
            document, status = self.answer
            return jsonify(document), status


@pytest.fixture(scope="module")
def system() -> Iterator[tuple[Double, Trigger]]:
    """A double behind HTTP, and the trigger that leads to it."""
    double = Double()
    with Server(double.app) as server:
        yield double, Trigger(f"{server.url}/trigger")


# The trigger -------------------------------------------------------------------------------------


def test_a_bill_says_whose_care_and_what_it_cost(system: tuple[Double, Trigger]) -> None:
    """What is not said is left out."""
    double, trigger = system
    double.answer = {"claimIds": ["ZVF1", "ZVF2"]}, 202

    assert trigger.bill(BILL) == ("ZVF1", "ZVF2")
    assert double.asked[-1] == (
        "bill",
        {
            "patientId": {"root": BILL.patient.root, "extension": BILL.patient.extension},
            "homeRegion": "01",
            "care": "öppen vård",
            "visit": "2026-10-23",
            "fee": "1800.50",
            "lines": 2,
        },
    )


def test_a_correction_gives_both_ids(system: tuple[Double, Trigger]) -> None:
    """Null where there is nothing to take back."""
    double, trigger = system
    double.answer = {"creditId": "ZVF2", "claimId": "ZVF3"}, 202
    assert trigger.correct("ZVF1", Decimal("1.50"), "2").credit == "ZVF2"
    assert double.asked[-1] == ("correct", {"claimId": "ZVF1", "fee": "1.50", "reason": "2"})

    double.answer = {"creditId": None, "claimId": "ZVF3"}, 202
    made = trigger.correct("ZVF1", Decimal(1), "2")
    assert (made.credit, made.claim) == ("", "ZVF3")


def test_what_shows_and_what_is_set_is_read(system: tuple[Double, Trigger]) -> None:
    """In seconds, whatever it is set in."""
    double, trigger = system
    double.answer = SHOWN, 200
    assert trigger.claim("ZVF1") == ShownClaim(
        state=State.REFUSED, attempts=2, released=False, comment="R27"
    )
    double.answer = SET, 200
    assert trigger.settings(pause=0.2) == Settings(pause=5.0, attempts=5, timeout=29.0, factor=2.0)
    assert double.asked[-1] == ("settings", {"pauseMs": 200})


@pytest.mark.parametrize(
    ("asks", "answer", "what"),
    [
        (lambda t: t.bill(BILL), ({"claimIds": []}, 202), "claimIds is missing"),
        (lambda t: t.bill(BILL), ({"claimIds": "ZVF1"}, 202), "claimIds is missing"),
        (lambda t: t.bill(BILL), ({"error": "nej"}, 400), r"status 400 \(nej\)"),
        (lambda t: t.correct("Z", Decimal(1), "1"), ({"creditId": 1}, 202), "neither text"),
        (lambda t: t.correct("Z", Decimal(1), "1"), ({"creditId": "Z"}, 202), "claimId is missing"),
        (lambda t: t.claim("Z"), ({**SHOWN, "state": "lost"}, 200), "ValueError"),
        (lambda t: t.claim("Z"), ({**SHOWN, "invoice": "gone"}, 200), "KeyError"),
        (lambda t: t.settings(), ({**SET, "pauseMs": None}, 200), "TypeError"),
    ],
)
def test_what_is_not_as_described_breaks_the_scenario(
    system: tuple[Double, Trigger], asks: Any, answer: tuple[Any, int], what: str
) -> None:
    """It says nothing of the system."""
    double, trigger = system
    double.answer = answer

    with pytest.raises(HarnessError, match=what):
        asks(trigger)


def test_what_a_system_cannot_do_is_told_apart(system: tuple[Double, Trigger]) -> None:
    """501 is no mistake: what needs it is not tested."""
    double, trigger = system
    double.answer = {"error": "no DRG here"}, 501

    with pytest.raises(NotOffered, match="no DRG here"):
        trigger.bill(BILL)


# Settings ----------------------------------------------------------------------------------------


class Remote:
    """A trigger that is set, and keeps how."""

    def __init__(self) -> None:
        self.own = self.now = Settings(pause=5.0, attempts=5, timeout=29.0, factor=2.0)

    def set_back(self) -> Settings | None:
        """Forget what has been set."""
        self.now = self.own
        return self.now

    def settings(self, **changes: Any) -> Settings:
        """Set what is given."""
        given = {name: value for name, value in changes.items() if value is not None}
        self.now = replace(self.now, **given)
        return self.now


BRISK = Settings(pause=0.2, attempts=5, timeout=29.0, factor=1.0)


def test_settings_are_short_for_a_run_and_set_back() -> None:
    """As they were before, also after a scenario has set its own."""
    remote = Remote()
    usual = remote.now
    patience = Patience(remote, usual, BRISK)  # type: ignore[arg-type]
    assert (patience.is_set, patience.usual, remote.now) == (True, usual, BRISK)

    with patience.of(pause=3.0, attempts=2) as now:
        assert (now.pause, now.attempts, now.timeout) == (3.0, 2, 29.0)
    assert remote.now == BRISK
    patience.close()
    assert remote.now == usual


class Forgetless(Remote):
    """A trigger of before there was DELETE /settings."""

    def set_back(self) -> Settings | None:
        """Have no such operation."""
        return None


def test_what_a_killed_run_left_is_forgotten() -> None:
    """The next run sets what it needs, judges what is delivered, and sets that back."""
    remote = Remote()
    usual = remote.now
    Patience(remote, usual, BRISK)  # type: ignore[arg-type] # and never closed
    assert remote.now == BRISK

    patience = Patience(remote, usual, BRISK)  # type: ignore[arg-type]

    assert (patience.usual, patience.is_left, remote.now) == (usual, False, BRISK)
    patience.close()
    assert remote.now == usual


def test_what_a_system_cannot_forget_is_known_for_what_it_is() -> None:
    """Nobody knows what it was before; a pause of another length is the system's own."""
    remote = Forgetless()
    first = Patience(remote, remote.now, BRISK)  # type: ignore[arg-type]
    assert (first.is_left, first.usual.pause) == (False, 5.0)

    second = Patience(remote, remote.now, BRISK)  # type: ignore[arg-type]

    assert second.is_left
    second.close()
    first.close()
    assert remote.now.pause == 5.0


@pytest.mark.parametrize("status", [404, 405, 501])
def test_a_trigger_may_lack_what_is_new(system: tuple[Double, Trigger], status: int) -> None:
    """Any other failure is one."""
    double, trigger = system
    double.answer = SET, 200
    assert trigger.set_back() == Settings(pause=5.0, attempts=5, timeout=29.0, factor=2.0)
    double.answer = {"error": "no"}, status
    assert trigger.set_back() is None
    double.answer = {"error": "no"}, 500
    with pytest.raises(HarnessError, match="status 500"):
        trigger.set_back()


def test_what_cannot_be_set_is_as_the_target_file_says() -> None:
    """And stays so."""
    stated = Settings(pause=7.0, attempts=3, timeout=30.0, factor=1.0)
    patience = Patience(None, stated, BRISK)

    with patience.of(pause=3.0) as now:
        assert now == stated
    patience.close()
    assert (patience.is_set, patience.now) == (False, stated)


def test_hope_wanes_where_nothing_comes() -> None:
    """After two bills in vain, and is back at once."""
    hope = Hope(usual=60.0, short=1.0)
    hope.note(came=False)
    assert hope.within == 60.0
    hope.note(came=False)
    assert hope.within == 1.0
    hope.note(came=True)
    assert hope.within == 60.0


# The tester --------------------------------------------------------------------------------------


class Person:
    """A tester who does as asked, and answers as told."""

    absent = ""

    def __init__(self, answer: str) -> None:
        self.answer, self.asked = answer, list[str]()

    def do(self, what: str) -> bool:
        """Do it."""
        self.asked.append(what)
        return True

    def await_effect(self, what: str, *, seconds: float, happened: Any) -> bool:
        """Do it."""
        self.asked.append(what)
        return bool(happened(seconds))

    def ask(self, question: Question) -> Told:
        """Answer."""
        self.asked.append(question.text)
        return Told(answer=self.answer, name="P", time="", remark="", source="terminal")


@pytest.fixture
def by_hand(tmp_path: Path) -> Any:
    """Make the way to have a tester bill, who answers so."""

    def made(answer: str) -> tuple[Selling, Person]:
        person = Person(answer)
        asking = Asking(tester=person, evidence=Evidence(tmp_path, "one"))
        return Selling(
            trigger=None, asking=asking, within=0.1, sent=lambda _seconds, _count: ("ZVF1",)
        ), person

    return made


def test_a_tester_bills_and_corrects(by_hand: Any) -> None:
    """The ids are those of what came; of a correction nobody tells."""
    selling, person = by_hand("ja")

    assert selling.bill(BILL) == ("ZVF1",)
    assert selling.correct("ZVF1", Decimal(1), "2") is None
    assert "fakturera" in person.asked[0]
    assert "ZVF1" in person.asked[1]


@pytest.mark.parametrize(("answer", "state"), [("ja", State.REFUSED), ("nej", State.WAITING)])
def test_a_tester_tells_what_shows(by_hand: Any, answer: str, state: State) -> None:
    """As it should be, or otherwise."""
    selling, _ = by_hand(answer)
    seen = answer == "ja"

    assert selling.shows("ZVF1", State.REFUSED).state is state
    assert selling.invoice("ZVF1", released=True) is seen
    assert selling.invoice("ZVF1", released=False) is not seen
    assert selling.is_unreceived("ZVF1") is seen


# Around it ---------------------------------------------------------------------------------------


def test_all_other_regions_are_billed_unless_some_are_chosen() -> None:
    """In turn, and one is left to be in trouble."""
    with reference_system(SUITE) as target:
        role = target.roles[SUITE.name]
        assert {one.county for one in homes(target, role)} == REGIONS.keys() - {"03"}
        chosen = replace(role, settings={**role.settings, "buyers": ("12", "03", "01")})
        tested = replace(target, roles={SUITE.name: chosen})
        with bench_for(tested, SUITE) as bench:
            turn = Homes(bench)
            assert [turn.next().county for _ in range(2)] == ["12", "12"]
            assert turn.left is not None
            assert turn.left.county == "01"


@pytest.mark.parametrize(
    ("value", "good"), [(["01", "12"], True), ([], False), ("01", False), (["99"], False)]
)
def test_buyers_are_counties(value: Any, good: bool) -> None:
    """Or it is said what they should be."""
    assert (counties(value) is None) is good


@pytest.mark.parametrize("wrong", ["attempts = 0", 'attempts = "5"', "attempts = true"])
def test_attempts_are_a_number(tmp_path: Path, wrong: str) -> None:
    """From 1 to 100."""
    file = tmp_path / "region.toml"
    text = example(SUITE).replace("# attempts = 5 ", f"{wrong} ")
    file.write_text(text, encoding="utf-8")

    with pytest.raises(HarnessError, match="attempts"):
        read_target(file)


def test_a_system_that_only_calls_has_no_endpoint(tmp_path: Path) -> None:
    """Neither in the file, nor to be reached at; its trigger is tried, if it has one."""
    file = tmp_path / "region.toml"
    file.write_text(example(SUITE), encoding="utf-8")
    role = read_target(file).roles[SUITE.name]

    assert (role.endpoint, role.reached_at, why_unreachable(role)) == ("", "", None)
    beside = RoleTarget(settings={"trigger": "http://127.0.0.1:9/trigger"})
    assert why_unreachable(beside) is not None

    text = example(SUITE).replace("# trigger = ", "endpoint = ", 1)
    file.write_text(text, encoding="utf-8")
    with pytest.raises(HarnessError, match="endpoint"):
        read_target(file)


def test_the_bundled_system_calls_over_mutual_tls() -> None:
    """With its own certificate, and what it sends counts as exercised."""
    around = Surroundings(resending=Resending())
    with (
        reference_system(SUITE, around=around) as target,
        bench_for(target, SUITE, entrance=entrance_of(SUITE)) as bench,
    ):
        lead(around, bench)
        Trigger(target.roles[SUITE.name].settings["trigger"]).bill(BILL)
        (came,) = bench.inbox.wait_for(any_claim, seconds=20)

        assert came.exchange.sender_known_by == "client certificate"
        assert came.exchange.sender == target.hsa_id
        assert bench.sent.exercised(SUITE.contract).messages == 1
        assert bench.url.startswith("https:")


def test_a_listener_presents_another_certificate_to_who_is_connected(tmp_path: Path) -> None:
    """An open connection is let go of, and the next handshake fails; afterwards all is well."""
    certificates = CertificateFolder(tmp_path / "certs")
    app = Flask(__name__)
    app.add_url_rule("/", "hej", lambda: "hej")
    tls = Tls(port=0, hosts=("127.0.0.1",), certificates=certificates)
    with Entrance(tls=tls).listening(app) as doors:
        assert doors.secured is not None
        material = doors.secured.material_of("SE2321000024-PROV")
        session = requests.Session()
        session.trust_env = False
        session.verify = material.authority
        session.cert = (str(material.certificate), str(material.key))
        url = doors.secured.server.url
        assert session.get(url, timeout=5).text == "hej"

        since = datetime.now(UTC)
        with doors.secured.presenting(Kind.SELF_SIGNED):
            for _ in range(2):
                with pytest.raises(requests.ConnectionError):
                    session.get(url, timeout=5)
            log = doors.secured.server.handshakes
            assert log.wait_for(lambda one: one.at >= since and bool(one.problem), seconds=5)
        assert session.get(url, timeout=5).text == "hej"
        session.close()
