"""A region's system for patient fees: what it registers, discloses, asks and adds up."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, closing
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
import requests
from lxml import etree

from contracts.catalogue import bundled
from contracts.domains.financial_patientfees_exemption.v1_0.kinds import (
    COORDINATION_NUMBER,
    NATIONAL_RESERVE_ID,
    PATIENTS,
    PERSONAL_NUMBER,
)
from contracts.domains.financial_patientfees_exemption.v1_0.messages import (
    PROCESS,
    REQUEST,
    Actor,
    ActorType,
    Disclosure,
    Exemption,
    FeeExemption,
    Identity,
    StatusRequest,
    Transaction,
    payload_of,
)
from contracts.envelope import LOGICAL_ADDRESS, body_of, envelope
from contracts.judge import judge_payload
from contracts.terms import HsaId, LogicalAddress
from simulator.client import Raw
from simulator.faults import soap_fault
from simulator.regions.defect import FLAWLESS, Defect
from simulator.regions.directory import REGIONS
from simulator.regions.fee_register import Patient, born
from simulator.regions.index_update import UPDATE
from simulator.regions.inquiries import Inquiry
from simulator.regions.patient_fees import Bill, PatientFees
from simulator.regions.protection import FeeKind
from simulator.regions.surroundings import Resending, Surroundings

NOW = datetime(2026, 11, 23, 12, 0, 0).astimezone()
TODAY = NOW.date()
ANNA = Identity(root=PERSONAL_NUMBER, extension=PATIENTS[0])
CITIZEN = Actor(type=ActorType.CITIZEN, id=ANNA)
STAFF = Actor(
    type=ActorType.CAREGIVER,
    id=Identity(root="1.2.752.129.2.1.4.1", extension="SE5565594230-PROV1"),
    care_giver=HsaId("SE5565594230-PROV2"),
)
LOCAL = Identity(root="1.2.752.97.3.1.3", extension="19521234TA3C")
OTHER_NUMBER = Identity(root=COORDINATION_NUMBER, extension="191001809815")
RESERVE = Identity(root=NATIONAL_RESERVE_ID, extension="221001209A1B")


@dataclass(frozen=True, kw_only=True)
class Arrived:
    """A message as it came to the platform."""

    headers: Mapping[str, str]
    body: bytes
    at: float

    @property
    def payload(self) -> etree._Element:
        """Give the message in its envelope."""
        return body_of(etree.fromstring(self.body))

    @property
    def address(self) -> str | None:
        """Give the logical address."""
        return etree.fromstring(self.body).findtext(f".//{LOGICAL_ADDRESS}")

    def texts(self, name: str) -> list[str]:
        """Give the texts of all elements with a local name."""
        return [each.text or "" for each in self.payload.iter(f"{{*}}{name}")]


@dataclass
class Post:
    """A platform that takes everything, and answers as it is told to."""

    base_url: str = "http://platform"
    arrived: list[Arrived] = field(default_factory=list)
    answer: Callable[[int], Raw] = lambda _number: ok()
    news: threading.Condition = field(default_factory=threading.Condition)

    def send(
        self, method: str, path: str, *, headers: Mapping[str, str], body: bytes | None = None
    ) -> Raw:
        """Take a message."""
        assert (method, path[:4]) == ("POST", "/vp/")
        with self.news:
            self.arrived.append(Arrived(headers=headers, body=body or b"", at=time.monotonic()))
            number = len(self.arrived)
            self.news.notify_all()
        return self.answer(number)

    def wait_for(self, contract: str, count: int = 1) -> list[Arrived]:
        """Give the messages of a contract when there are so many."""
        with self.news:
            self.news.wait_for(lambda: len(self.of(contract)) >= count, timeout=60)
        return self.of(contract)

    def of(self, contract: str) -> list[Arrived]:
        """Give the messages of a contract."""
        return [each for each in self.arrived if etree.QName(each.payload).namespace == contract]


def ok() -> Raw:
    payload = etree.Element(f"{{{PROCESS}}}ProcessExemptionStatusesResponse")
    etree.SubElement(payload, f"{{{PROCESS}}}resultCode").text = "OK"
    return Raw(status=200, headers={}, body=envelope(payload))


@pytest.fixture
def post() -> Post:
    """Give the platform."""
    return Post()


@pytest.fixture
def region(post: Post) -> Iterator[Callable[..., PatientFees]]:
    """Give a maker of region systems; their platform is ``post``."""
    with ExitStack() as opened:

        def build(
            county: str = "03", *, led: bool = True, url: str = "sqlite://", **more: object
        ) -> PatientFees:
            around = Surroundings(
                clock=more.pop("clock", lambda: NOW),  # type: ignore[arg-type]
                resending=more.pop("resending", None),  # type: ignore[arg-type]
                transport=lambda _url, _patience: post,
            )
            fees = PatientFees(
                REGIONS[county],
                system="x",
                url=url,
                surroundings=around,
                **more,  # type: ignore[arg-type]
            )
            opened.enter_context(closing(fees))
            if led:
                around.lead_to(post.base_url, instance_id="provbank")
            return fees

        yield build


def a_bill(days_ago: int, fee: str, identity: Identity = ANNA, **more: object) -> Bill:
    """Make a fee of so many days ago, registered at nine that day."""
    day = TODAY - timedelta(days=days_ago)
    bill = Bill(
        identity=identity,
        day=day,
        fee=Decimal(fee),
        registered=datetime.fromisoformat(f"{day} 09:00:00"),
    )
    return replace(bill, **more)  # type: ignore[arg-type]


def asked(fees: PatientFees, actor: Actor = CITIZEN, identity: Identity = ANNA) -> str:
    """Have a request taken, from Region Stockholm, and give its id."""
    request_id = f"0b6a4f5e-9d3b-4b5f-8c53-{len(fees.requests_taken()):012}"
    fees.disclose(
        payload_of(
            StatusRequest(
                request_id=request_id,
                patient=identity,
                actor=actor,
                reply_to=LogicalAddress("SE2321000016-PROVBANK1"),
            )
        ),
        correlation_id="one-story",
    )
    return request_id


def disclosed(post: Post, actor: Actor = CITIZEN, count: int = 1) -> Arrived:
    """Give the latest disclosure, after seeing that schema and rules allow it."""
    found = post.wait_for(PROCESS, count)[-1]
    judgement = judge_payload(
        found.payload, at=NOW, context={"actor": actor.type.value}, catalogue=bundled()
    )
    assert judgement.findings == ()
    return found


# --- Disclosing ----------------------------------------------------------------------------------


def test_a_disclosure_answers_its_request(post: Post, region: Callable[..., PatientFees]) -> None:
    """To the address in the request, with its id, as part of the same story."""
    fees = region()
    fees.bill(a_bill(10, "300.00"))

    request_id = asked(fees)
    found = disclosed(post)

    assert found.texts("requestId") is not None
    assert found.payload.findtext("{*}requestId/{*}root") == request_id
    assert found.address == "SE2321000016-PROVBANK1"
    assert found.headers["x-skltp-correlation-id"] == "one-story"
    assert found.headers["x-vp-sender-id"] == REGIONS["03"].hsa_id
    assert found.texts("amount") == ["300.00"]


def test_a_resident_sees_fees_and_frikort_and_where(
    post: Post, region: Callable[..., PatientFees]
) -> None:
    """Rule 013 and 016."""
    fees = region()
    fees.bill(a_bill(20, "1000"), a_bill(10, "1000"))

    asked(fees)
    found = disclosed(post)

    assert found.texts("amount") == ["1000.00", "450.00"]
    assert len(found.texts("careUnit")) == len(found.texts("careGiver")) == 2
    assert found.payload.findtext(".//{*}exemptionPeriod/{*}start") == (
        f"{TODAY - timedelta(days=10):%Y%m%d}"
    )
    assert len(found.texts("exemptions")) == 1


def test_staff_see_a_frikort_alone(post: Post, region: Callable[..., PatientFees]) -> None:
    """Rule 018."""
    fees = region()
    fees.bill(a_bill(20, "1000"), a_bill(10, "1000"))

    asked(fees, STAFF)
    found = disclosed(post, STAFF)

    assert len(found.texts("exemptions")) == 1
    assert found.texts("transactions") == []


def test_staff_see_fees_without_where(post: Post, region: Callable[..., PatientFees]) -> None:
    """Rule 005 and 017."""
    fees = region()
    fees.bill(a_bill(20, "100"), a_bill(10, "200"))

    asked(fees, STAFF)
    found = disclosed(post, STAFF)

    assert found.texts("amount") == ["100.00", "200.00"]
    assert found.texts("careUnit") == found.texts("careGiver") == []


def test_nothing_held_is_disclosed_as_nothing(
    post: Post, region: Callable[..., PatientFees]
) -> None:
    """Every request is answered."""
    asked(region())

    assert disclosed(post).texts("feeExemption") == []


def test_fees_of_twelve_months_are_disclosed(
    post: Post, region: Callable[..., PatientFees]
) -> None:
    """The same day of last year included, the day before it left out."""
    edge = (TODAY - date(2025, 11, 23)).days
    fees = region()
    fees.bill(a_bill(edge + 1, "100"), a_bill(edge, "200"))

    asked(fees)

    assert disclosed(post).texts("dateOfVisit") == ["20251123"]


def test_cancelled_and_free_visits_are_not_disclosed(
    post: Post, region: Callable[..., PatientFees]
) -> None:
    """Nor is what is no visit; rule 015."""
    fees = region()
    bills = [a_bill(30, "100"), a_bill(20, "0"), a_bill(15, "300", kind=FeeKind.VACCINATION)]
    cancelled, *_ = fees.bill(*bills, a_bill(10, "200"))
    assert fees.cancel(cancelled.id)

    asked(fees)

    assert disclosed(post).texts("amount") == ["200.00"]


def test_what_stands_on_linked_identities_is_disclosed_each_under_its_own(
    post: Post, region: Callable[..., PatientFees]
) -> None:
    """A region's own reserve id is no id to disclose: its fees stand under a national one."""
    fees = region()
    fees.enter([Patient(identities=(ANNA, OTHER_NUMBER, RESERVE, LOCAL), born=born(ANNA))])
    fees.bill(
        *(
            a_bill(10, f"{n}00", each)
            for n, each in enumerate((ANNA, OTHER_NUMBER, RESERVE, LOCAL), 1)
        )
    )

    asked(fees, identity=OTHER_NUMBER)
    found = disclosed(post)

    held = {
        each.findtext("{*}patientId/{*}extension"): [
            amount.text for amount in sorted(each.iter("{*}amount"), key=lambda one: one.text or "")
        ]
        for each in found.payload.iterfind("{*}feeExemption")
    }
    assert held == {
        OTHER_NUMBER.extension: ["200.00", "400.00"],
        ANNA.extension: ["100.00"],
        RESERVE.extension: ["300.00"],
    }


def test_identities_that_are_linked_later_count_together(
    post: Post, region: Callable[..., PatientFees]
) -> None:
    """What was registered on each before is theirs."""
    fees = region()
    fees.bill(a_bill(20, "100", ANNA), a_bill(10, "200", OTHER_NUMBER))
    fees.enter([Patient(identities=(ANNA, OTHER_NUMBER), born=born(ANNA))])

    asked(fees)

    assert sorted(disclosed(post).texts("amount")) == ["100.00", "200.00"]


def test_the_same_request_again_is_not_disclosed_to_twice(
    post: Post, region: Callable[..., PatientFees]
) -> None:
    """Exactly one disclosure for each request."""
    fees = region()
    request = payload_of(
        StatusRequest(
            request_id="a", patient=ANNA, actor=CITIZEN, reply_to=LogicalAddress("SE2321000016-X")
        )
    )
    for _ in range(3):
        fees.disclose(request, correlation_id="")
    asked(fees)

    assert len(post.wait_for(PROCESS, 2)) == 2


def test_a_frikort_of_another_region_is_not_disclosed_here(
    post: Post, region: Callable[..., PatientFees]
) -> None:
    """The region that issued it does."""
    fees = region()
    inquiry = Inquiry(id="a", actor=ActorType.CITIZEN, patient=ANNA)
    fees.expect(inquiry)
    fees.receive(payload_of(from_stockholm("1450.00", card=True)), "a", source="01")
    fees.bill(a_bill(1, "200"))

    asked(fees)

    assert disclosed(post).texts("feeExemption") == []


# --- The index -----------------------------------------------------------------------------------


def test_the_index_is_told_when_a_fee_is_registered(
    post: Post, region: Callable[..., PatientFees]
) -> None:
    """With the time of the latest event, valid by the contract."""
    region().bill(a_bill(10, "300"))

    (update,) = post.wait_for(UPDATE)

    assert judge_payload(update.payload, at=NOW, catalogue=bundled()).findings == ()
    assert update.address == "5565594230"
    told = {name: update.texts(name) for name in (
        "deleteFlag", "registeredResidentIdentification", "serviceDomain", "categorization",
        "logicalAddress", "businessObjectInstanceIdentifier", "clinicalProcessInterestId",
        "mostRecentContent", "sourceSystem", "dataController",
    )}  # fmt: skip
    assert told == {
        "deleteFlag": ["false"],
        "registeredResidentIdentification": [ANNA.extension],
        "serviceDomain": ["riv:financial:patientfees:exemption"],
        "categorization": ["fpe-es"],
        "logicalAddress": ["03"],
        "businessObjectInstanceIdentifier": ["NA"],
        "clinicalProcessInterestId": ["NA"],
        "mostRecentContent": ["20261113090000"],
        "sourceSystem": ["SE2321000024-PROVBANK1"],
        "dataController": ["03"],
    }


def test_the_index_is_told_when_a_fee_is_cancelled(
    post: Post, region: Callable[..., PatientFees]
) -> None:
    """The time is that of the cancelling; with the last fee the record goes."""
    fees = region()
    first, second = fees.bill(a_bill(10, "300"), a_bill(5, "300"))
    post.wait_for(UPDATE)

    fees.cancel(first.id)
    one = post.wait_for(UPDATE, 2)[-1]
    fees.cancel(second.id)
    other = post.wait_for(UPDATE, 3)[-1]

    assert one.texts("mostRecentContent") == [f"{NOW:%Y%m%d%H%M%S}"]
    assert (one.texts("deleteFlag"), other.texts("deleteFlag")) == (["false"], ["true"])


def test_every_number_of_a_person_is_in_the_index_and_no_reserve_id(
    post: Post, region: Callable[..., PatientFees]
) -> None:
    """The index knows personal and coordination numbers."""
    fees = region()
    fees.enter([Patient(identities=(ANNA, OTHER_NUMBER, RESERVE, LOCAL), born=born(ANNA))])
    fees.bill(a_bill(10, "300", LOCAL))

    (update,) = post.wait_for(UPDATE)

    assert update.texts("registeredResidentIdentification") == [
        ANNA.extension, OTHER_NUMBER.extension,
    ]  # fmt: skip


def test_whoever_has_reserve_ids_alone_is_not_in_the_index(
    post: Post, region: Callable[..., PatientFees]
) -> None:
    """There is nothing to send."""
    fees = region()

    fees.bill(a_bill(10, "300", RESERVE))

    assert (fees.waiting(), post.arrived) == (0, [])


# --- Resending -----------------------------------------------------------------------------------


def fault() -> Raw:
    return Raw(status=500, headers={}, body=soap_fault("VP009 Error"))


def silence() -> Raw:
    raise TimeoutError


def no_connection() -> Raw:
    raise requests.ConnectionError


def no_soap() -> Raw:
    return Raw(status=502, headers={}, body=b"<html>Bad gateway</html>")


@pytest.mark.parametrize(
    ("problem", "pause"),
    [
        pytest.param(fault, 0.4, id="a SOAP fault"),
        pytest.param(silence, 0.2, id="a timeout"),
        pytest.param(no_soap, 0.2, id="no SOAP at all"),
    ],
)
def test_what_comes_to_nothing_is_sent_again_unchanged_after_a_pause(
    post: Post, region: Callable[..., PatientFees], problem: Callable[[], Raw], pause: float
) -> None:
    """Same bytes, same id; once it is answered, never more."""
    post.answer = lambda number: problem() if number < 3 else ok()
    resending = Resending(after_fault=0.4, after_silence=0.2)
    fees = region(resending=resending, clock=lambda: datetime.now().astimezone())

    asked(fees)
    found = post.wait_for(PROCESS, 3)
    settled(fees)

    assert len({each.body for each in found}) == 1
    assert len({each.headers["x-skltp-correlation-id"] for each in found}) == 1
    assert found[1].at - found[0].at >= pause
    assert len(post.of(PROCESS)) == 3


def test_the_index_is_told_in_the_order_things_happen(
    post: Post, region: Callable[..., PatientFees]
) -> None:
    """An earlier Update that has failed goes again before a later one: the last word counts."""
    post.answer = lambda number: no_soap() if number == 1 else ok()
    fees = region(resending=Resending(after_silence=0.2), clock=lambda: datetime.now().astimezone())

    visits = [fees.bill(a_bill(days, "100"))[0] for days in (9, 8, 7, 6)]
    for visit in visits:
        fees.cancel(visit.id)
    settled(fees)

    found = [each.texts("deleteFlag") for each in post.of(UPDATE)]
    assert len(found) == 9
    assert found[-1] == ["true"]
    assert ["true"] not in found[:-1]
    days = [each.texts("mostRecentContent")[0][:8] for each in post.of(UPDATE)]
    assert days[:2] == days[:1] * 2
    assert days == sorted(days)


def test_many_letters_that_fail_at_once_are_each_left_to_rest(
    post: Post, region: Callable[..., PatientFees]
) -> None:
    """However busy the outbox is, none goes again before its pause is over."""
    post.answer = lambda _number: fault()
    fees = region(clock=lambda: datetime.now().astimezone())

    for _ in range(40):
        fees.ask(ANNA, CITIZEN)
    found = post.wait_for(REQUEST, 40)
    time.sleep(1)

    assert len(post.of(REQUEST)) == 40
    assert len({each.headers["x-skltp-correlation-id"] for each in found}) == 40
    assert fees.waiting() == 40


def test_a_platform_that_takes_no_connection_has_not_been_called(
    post: Post, region: Callable[..., PatientFees]
) -> None:
    """It is tried again soon, as often as it takes."""
    post.answer = lambda number: no_connection() if number < 6 else ok()
    fees = region(
        resending=Resending(after_silence=300, after_no_connection=0.05, attempts=2),
        clock=lambda: datetime.now().astimezone(),
    )

    asked(fees)

    assert len(post.wait_for(PROCESS, 6)) == 6
    settled(fees)


def test_a_fault_is_followed_by_five_minutes_of_rest() -> None:
    """BP-22; as it is unless told otherwise."""
    assert Surroundings().resending.after_fault >= 300


def test_an_error_is_an_answer_and_is_not_resent(
    post: Post, region: Callable[..., PatientFees]
) -> None:
    """BP-22: only faults and timeouts are resent."""
    post.answer = lambda _number: replace(ok(), body=ok().body.replace(b">OK<", b">ERROR<"))
    fees = region(resending=Resending(after_fault=0, after_silence=0))

    asked(fees)
    post.wait_for(PROCESS)
    settled(fees)

    assert len(post.of(PROCESS)) == 1


def test_a_message_is_given_up_after_so_many_attempts(
    post: Post, region: Callable[..., PatientFees]
) -> None:
    """The number is a setting."""
    post.answer = lambda _number: fault()
    fees = region(resending=Resending(after_fault=0, attempts=3))

    asked(fees)
    settled(fees)

    assert len(post.of(PROCESS)) == 3


def test_what_waits_when_a_system_stops_is_sent_by_the_next(
    post: Post, region: Callable[..., PatientFees], tmp_path: Path
) -> None:
    """It is kept with the register."""
    url = f"sqlite:///{(tmp_path / 'regions.sqlite').as_posix()}"
    first = region(led=False, url=url)
    first.bill(a_bill(10, "300"))
    asked(first)
    first.close()
    assert post.arrived == []

    region(url=url)

    assert post.wait_for(UPDATE)
    assert disclosed(post).texts("amount") == ["300.00"]


def settled(fees: PatientFees) -> None:
    """Wait until nothing is to be sent."""
    deadline = time.monotonic() + 10
    while fees.waiting():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_the_register_is_kept_in_any_kind_of_database(
    post: Post, region: Callable[..., PatientFees], url: str
) -> None:
    """Fees, identities, requests, answers, and what is to be sent."""
    first = region(led=False, url=url)
    first.enter([Patient(identities=(ANNA, OTHER_NUMBER), born=born(ANNA))])
    one, other = first.bill(a_bill(20, "300"), a_bill(10, "200", OTHER_NUMBER))
    first.cancel(one.id)
    request_id = first.ask(ANNA, CITIZEN)
    first.receive(payload_of(from_stockholm("100", days_ago=5)), request_id, source="01")
    asked(first)
    first.close()

    second = region(url=url)

    assert disclosed(post).texts("amount") == ["200.00"]
    assert len(post.wait_for(UPDATE, 2)) == 2
    assert second.standing(ANNA).protection.paid == 300
    assert [visit.id for visit in second.everything() if not visit.cancelled] == [other.id]


# --- Asking and adding up ------------------------------------------------------------------------


def from_stockholm(fee: str, *, days_ago: int = 10, card: bool = False) -> Disclosure:
    """Make what Region Stockholm discloses: a fee, and a frikort that it has led to."""
    day = TODAY - timedelta(days=days_ago)
    held = FeeExemption(
        patient=ANNA,
        transactions=(
            Transaction(
                fee=Decimal(fee), visited=day, registered=datetime.fromisoformat(f"{day} 10:00:00")
            ),
        ),
        exemptions=(
            Exemption(
                id="FK", first_visit=day, valid_from=day, ends=date(2027, 11, 1),
                region=REGIONS["01"].hsa_id,
            ),
        )
        if card
        else (),
    )  # fmt: skip
    return Disclosure(request_id="a", fee_exemptions=(held,))


def aggregated(*statuses: tuple[str, str]) -> Raw:
    """Answer as the aggregating service does."""
    namespace = "urn:riv:interoperability:headers:1"
    header = etree.Element(f"{{{namespace}}}ProcessingStatus")
    for address, status in statuses:
        one = etree.SubElement(header, f"{{{namespace}}}ProcessingStatusList")
        etree.SubElement(one, f"{{{namespace}}}logicalAddress").text = address
        etree.SubElement(one, f"{{{namespace}}}statusCode").text = status
    response = etree.Element(f"{{{REQUEST}}}RequestExemptionStatusesResponse")
    return Raw(status=200, headers={}, body=envelope(response, headers=[header]))


def test_a_request_goes_to_the_national_address_with_an_id_of_its_own(
    post: Post, region: Callable[..., PatientFees]
) -> None:
    """And says where disclosures are to go."""
    fees = region()
    post.answer = lambda _number: aggregated()

    ids = {fees.ask(ANNA, CITIZEN), fees.ask(ANNA, STAFF)}
    found = post.wait_for(REQUEST, 2)

    assert len(ids) == 2
    assert {each.payload.findtext("{*}requestId/{*}root") for each in found} == ids
    assert {each.address for each in found} == {"5565594230"}
    assert found[0].texts("responseLogicalAddress") == [REGIONS["03"].hsa_id]
    for each in found:
        assert judge_payload(each.payload, at=NOW, catalogue=bundled()).findings == ()


def test_answers_of_several_regions_are_added_up(
    post: Post, region: Callable[..., PatientFees]
) -> None:
    """With the region's own fees; who has not answered is named."""
    fees = region()
    post.answer = lambda _number: aggregated(
        ("SE2321000016-PROVBANK1", "DataFromSource"),
        ("SE2321000040-PROVBANK1", "DataFromSource"),
        ("SE2321000255-PROVBANK1", "NoDataSynchFailed"),
    )
    fees.bill(a_bill(5, "200"))
    request_id = fees.ask(ANNA, CITIZEN)
    settled(fees)

    fees.receive(payload_of(from_stockholm("300")), request_id, source="01")
    standing = fees.standing(ANNA)

    assert (standing.protection.paid, standing.protection.remains) == (500, 950)
    assert [each.visit.region for each in standing.protection.charged] == ["01", "03"]
    assert (standing.answered, standing.awaited, standing.missing) == (("01",), ("05",), ("12",))


def test_the_same_answer_again_counts_once_and_a_later_one_replaces_it(
    region: Callable[..., PatientFees],
) -> None:
    """Each source has one answer."""
    fees = region()
    fees.expect(Inquiry(id="a", actor=ActorType.CITIZEN, patient=ANNA))

    for fee in ("300", "300", "400"):
        fees.receive(payload_of(from_stockholm(fee)), "a", source="01")

    assert fees.standing(ANNA).protection.paid == 400
    assert fees.disclosures("a") == 2


def test_an_empty_answer_is_an_answer(region: Callable[..., PatientFees]) -> None:
    """The source holds nothing."""
    fees = region()
    fees.expect(Inquiry(id="a", actor=ActorType.CITIZEN, patient=ANNA))

    fees.receive(payload_of(Disclosure(request_id="a")), "a", source="05")

    assert fees.standing(ANNA).answered == ("05",)


def test_answers_belong_to_their_own_request(region: Callable[..., PatientFees]) -> None:
    """A late one to an earlier request does not count in the later."""
    fees = region()
    for inquiry in ("a", "b"):
        fees.expect(Inquiry(id=inquiry, actor=ActorType.CITIZEN, patient=ANNA))

    fees.receive(payload_of(from_stockholm("300")), "a", source="01")

    assert fees.standing(ANNA).protection.paid == 0
    assert fees.standing(ANNA, inquiry_id="a").protection.paid == 300


def test_a_frikort_of_any_region_is_valid_here_and_the_fee_is_nothing(
    region: Callable[..., PatientFees],
) -> None:
    """Whatever the region itself holds."""
    fees = region()
    fees.expect(Inquiry(id="a", actor=ActorType.CAREGIVER, patient=ANNA))
    fees.receive(payload_of(from_stockholm("1450", card=True)), "a", source="01")

    (visit,) = fees.bill(a_bill(1, "300"))
    standing = fees.standing(ANNA).protection

    assert visit.fee == 0
    assert standing.frikort is not None
    assert (standing.frikort.region, standing.remains) == ("01", 0)


def test_a_fee_is_cut_by_what_other_regions_have_answered(
    post: Post, region: Callable[..., PatientFees]
) -> None:
    """The region where the ceiling is reached issues the frikort, and discloses it."""
    fees = region()
    fees.expect(Inquiry(id="a", actor=ActorType.CAREGIVER, patient=ANNA))
    fees.receive(payload_of(from_stockholm("1400")), "a", source="01")

    (visit,) = fees.bill(a_bill(1, "300"))
    asked(fees)
    found = disclosed(post)

    assert visit.fee == 50
    assert found.texts("amount") == ["50.00"]
    assert found.payload.findtext(".//{*}highCostProtectionPeriod/{*}start") == "20261113"


def test_what_the_region_itself_answered_does_not_count_twice(
    region: Callable[..., PatientFees],
) -> None:
    """It is in the index like the others, and gets the request too."""
    fees = region("01")
    fees.bill(a_bill(10, "300"))
    fees.expect(Inquiry(id="a", actor=ActorType.CITIZEN, patient=ANNA))
    fees.receive(payload_of(from_stockholm("300")), "a", source="01")

    assert fees.standing(ANNA).protection.paid == 300


def test_children_of_the_same_guardians_have_one_ceiling(
    post: Post, region: Callable[..., PatientFees]
) -> None:
    """And one frikort each, from the same day."""
    children = [
        Identity(root=PERSONAL_NUMBER, extension=number)
        for number in ("201501019805", "201601019804")
    ]
    fees = region()
    fees.enter(
        Patient(identities=(child,), born=born(child), guardians=frozenset({ANNA.extension}))
        for child in children
    )
    fees.bill(a_bill(20, "1000", children[0]), a_bill(10, "1000", children[1]))

    guardian = Actor(type=ActorType.GUARDIAN, id=ANNA)
    asked(fees, guardian, children[0])
    found = disclosed(post, guardian)

    assert found.texts("amount") == ["1000.00"]
    assert found.payload.findtext(".//{*}exemptionPeriod/{*}start") == "20261113"
    assert fees.standing(children[1]).protection.paid == 1450


@pytest.mark.parametrize(
    ("identity", "day"),
    [
        (ANNA, date(1910, 1, 20)),
        (Identity(root=COORDINATION_NUMBER, extension="191001809815"), date(1910, 1, 20)),
        (RESERVE, date(1900, 1, 1)),
        (Identity(root=PERSONAL_NUMBER, extension="191013459815"), date(1900, 1, 1)),
    ],
)
def test_a_day_of_birth_is_read_out_of_numbers(identity: Identity, day: date) -> None:
    """Other ids, and numbers that are none, are grown-ups'."""
    assert born(identity) == day


def test_a_late_answer_is_known_by_the_next_process(
    region: Callable[..., PatientFees], tmp_path: Path
) -> None:
    """Requests and answers are kept with the register."""
    url = f"sqlite:///{(tmp_path / 'regions.sqlite').as_posix()}"
    first = region(led=False, url=url)
    request_id = first.ask(ANNA, CITIZEN)
    first.receive(payload_of(from_stockholm("300")), request_id, source="01")
    first.close()

    second = region(led=False, url=url)
    known = second.inquiry(request_id)
    second.receive(payload_of(from_stockholm("200", days_ago=5)), request_id, source="05")

    assert known is not None
    assert known.actor is ActorType.CITIZEN
    assert second.standing(ANNA).protection.paid == 500


def test_answers_count_in_whatever_order_they_come(region: Callable[..., PatientFees]) -> None:
    """What is paid and the frikort are the same."""
    standings = []
    for order in (("01", "05"), ("05", "01")):
        fees = region()
        fees.expect(Inquiry(id="a", actor=ActorType.CITIZEN, patient=ANNA))
        for source in order:
            fee, days = {"01": ("1000", 20), "05": ("700", 10)}[source]
            answer = from_stockholm(fee, days_ago=days)
            fees.receive(payload_of(answer), "a", source=source)
        standings.append(fees.standing(ANNA).protection)

    assert standings[0] == standings[1]
    assert standings[0].frikort is not None
    assert [each.paid for each in standings[0].charged] == [1000, 450]


# --- The hooks of defects ------------------------------------------------------------------------


def test_a_defect_can_change_whatever_passes(
    post: Post, region: Callable[..., PatientFees]
) -> None:
    """Letters, actors, holdings, answers and what is shown."""
    defect = replace(
        FLAWLESS,
        on_sending=lambda letter: [replace(letter, logical_address="elsewhere")] * 2,
        on_actor=lambda _actor: ActorType.CITIZEN,
        on_holding=lambda holding: replace(holding, fees=holding.fees[:1]),
        answers_repeats=True,
    )
    fees = region(defect=defect)
    fees.bill(a_bill(10, "100"), a_bill(5, "200"))

    asked(fees, STAFF)
    found = post.wait_for(PROCESS, 2)

    assert [each.address for each in found] == ["elsewhere"] * 2
    assert found[0].texts("amount") == ["100.00"]
    assert found[0].texts("careUnit") != []


def test_a_defect_can_lose_answers(region: Callable[..., PatientFees]) -> None:
    """And so come to another sum."""
    defect: Defect = replace(FLAWLESS, on_answers=lambda _answers: ())
    fees = region(defect=defect)
    fees.expect(Inquiry(id="a", actor=ActorType.CITIZEN, patient=ANNA))
    fees.receive(payload_of(from_stockholm("300")), "a", source="01")

    assert fees.standing(ANNA).protection.paid == 0
