"""The steps that a requester meets: its requests, its answers to disclosures, what it shows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pytest
from lxml import etree

from contracts.domains.financial_patientfees_exemption.v1_0.kinds import Inquiry, valid
from contracts.domains.financial_patientfees_exemption.v1_0.messages import EXEMPTION, ActorType
from contracts.envelope import envelope
from contracts.judge import swedish_now
from contracts.terms import HsaId, LogicalAddress
from features.asking import Asking
from features.hogkostnadsskydd.acting import Acting
from features.hogkostnadsskydd.case import Asked, Case
from features.hogkostnadsskydd.steps import arrange, inspect, interpreting, requesting
from features.hogkostnadsskydd.trigger import Protection
from features.tester import Nobody
from simulator.client import Answer
from simulator.faults import soap_fault
from simulator.regions.directory import REGIONS
from simulator.regions.requester import answer as requester_answer

MakeAnswer = Callable[..., Answer]
Step = Callable[..., None]
PAIR = "FPE-PAR"
RESIDENT, STAFF = "begäran från invånare", "begäran från vårdgivare"


def a_request(
    kind: str = RESIDENT, request_id: str = "7f0c0f8e-6d4e-4c55-9a43-0d6a5a7f2b10", **changed: str
) -> etree._Element:
    """Make a request of the region that is tested, some of its elements changed."""
    inquiry = Inquiry(
        reply_to=LogicalAddress(REGIONS["03"].hsa_id),
        region=HsaId(REGIONS["01"].hsa_id),
        today=swedish_now().date(),
        request_id=request_id,
    )
    payload = valid(kind, inquiry)
    for path, text in changed.items():
        steps = "/".join(f"{{*}}{step}" for step in path.split("__"))
        found = payload.find(f".//{steps}")
        assert found is not None
        found.text = text
    return payload


@pytest.fixture
def case() -> Case:
    """Give a case of the person whom the requests are about, who has been asked about."""
    now = swedish_now()
    patient = Inquiry(reply_to=LogicalAddress("x"), region=HsaId("x"), today=now.date()).patient
    asked = Asked(
        id="7f0c0f8e-6d4e-4c55-9a43-0d6a5a7f2b10",
        actor=ActorType.CITIZEN,
        reply_to=LogicalAddress(REGIONS["03"].hsa_id),
    )
    return Case(patient=patient, began=now, today=now.date(), asked=[asked])


# Requests ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("step", "requirement", "right", "wrong"),
    [
        (
            requesting.its_id_is_a_uuid, "FPE-REQUESTID-FORM",
            a_request(), a_request(requestId__root="1"),
        ),
        (
            requesting.its_patient_is_well_written, "FPE-PATIENT-FORM",
            a_request(), a_request(patientId__extension="19100120-9814"),
        ),
        (
            requesting.its_actor_is_a_person, "FPE-AKTOR-PERSON",
            a_request(), a_request(actorId__root="1.2"),
        ),
        (
            requesting.its_actor_is_staff, "FPE-AKTOR-VARDGIVARE",
            a_request(STAFF), a_request(STAFF, actorId__root="1.2"),
        ),
        (
            requesting.it_can_be_answered, "FPE-SVARSADRESS",
            a_request(), a_request(responseLogicalAddress="01"),
        ),
    ],
)  # fmt: skip
def test_step_objects_to_one_request(
    scene: Callable[..., Any], case: Case, step: Step, requirement: str,
    right: etree._Element, wrong: etree._Element,
) -> None:  # fmt: skip
    """A right one passes, a wrong one deviates, and that none came is a deviation of its own."""
    for payload, broken in ((right, []), (wrong, [requirement]), (None, [PAIR])):
        requester = scene("hogkostnadsskydd", "begarande")
        if payload is not None:
            requester.sends(payload)
        assert requester.deviations(step, case=case, requirement=requirement) == broken


def test_request_comes(requester: Any, case: Case) -> None:
    """About the person, to the platform."""
    step, requirement = requesting.the_request_comes, "FPE-BEGARAN-FORST"
    assert requester.deviations(step, case=case, requirement=requirement) == [requirement]

    requester.sends(a_request())

    assert requester.deviations(step, case=case, requirement=requirement) == []


@pytest.mark.parametrize(
    ("ids", "broken"),
    [
        pytest.param(["1", "2"], [], id="two"),
        pytest.param(["1", "1"], ["FPE-REQUESTID-UNIKT"], id="the same twice"),
        pytest.param(["1"], [PAIR], id="one request"),
    ],
)
def test_request_ids_differ(requester: Any, case: Case, ids: list[str], broken: list[str]) -> None:
    """Two requests are needed to tell."""
    for one in ids:
        requester.sends(a_request(request_id=one))

    found = requester.deviations(
        requesting.their_ids_differ, case=case, requirement="FPE-REQUESTID-UNIKT"
    )

    assert found == broken


def test_request_goes_to_whom_it_is_for(requester: Any, case: Case) -> None:
    """All sources by the national address, one by its own."""
    requester.sends(a_request(), receiver="01")

    def broken(step: Step, requirement: str) -> list[str]:
        found: list[str] = requester.deviations(step, case=case, requirement=requirement)
        return found

    assert broken(requesting.it_goes_to_one_region, "FPE-ADRESS-KALLA") == []
    assert broken(requesting.it_is_national, "FPE-ADRESS-NATIONELL") == ["FPE-ADRESS-NATIONELL"]


# Answers to disclosures, and to requests ---------------------------------------------------------


@pytest.fixture
def answer(an_answer: MakeAnswer) -> Callable[[str], Answer]:
    """Give an answer by what it is called."""
    response = "{urn:riv:financial:patientfees:exemption:RequestExemptionStatusesResponder:1}"

    def receipt(*held: str) -> bytes:
        whole = etree.Element(f"{response}RequestExemptionStatusesResponse")
        for name in held:
            etree.SubElement(whole, name)
        return envelope(whole)

    uuid = "1b9d6bcd-bbfd-4b2d-9b5d-ab8dfbbd4bed"
    kinds: dict[str, Callable[[], Answer]] = {
        "OK": lambda: an_answer(requester_answer("OK").body),
        "ERROR": lambda: an_answer(requester_answer("ERROR", "fel").body),
        "ERROR without a word": lambda: an_answer(requester_answer("ERROR").body),
        "a fault": lambda: an_answer(soap_fault("fel"), status=500),
        "a fault with an id": lambda: an_answer(soap_fault(f"fel {uuid}"), status=500),
        "a receipt": lambda: an_answer(receipt()),
        "a receipt that discloses": lambda: an_answer(receipt(f"{{{EXEMPTION}}}feeExemption")),
        "a receipt with an extension": lambda: an_answer(receipt("{urn:x}y")),
    }
    return lambda name: kinds[name]()


SCHEMA = "FPE-FORMAT-SCHEMA"


@pytest.mark.parametrize(
    ("step", "requirement", "right", "wrong", "broken"),
    [
        (inspect.it_is_turned_away, SCHEMA, "a fault", "OK", [SCHEMA]),
        (inspect.it_is_not_taken, "FPE-TA-EMOT-OKAND", "ERROR", "OK", ["FPE-TA-EMOT-OKAND"]),
        (
            inspect.the_fault_has_a_log_id, "FPE-FAULT-LOGGID",
            "a fault with an id", "a fault", ["FPE-FAULT-LOGGID"],
        ),
        (
            inspect.the_fault_has_a_log_id, "FPE-FAULT-LOGGID",
            "a fault with an id", "OK", ["FPE-FAULT"],
        ),
    ],
)  # fmt: skip
def test_step_objects_to_one_answer(
    requester: Any, answer: Callable[[str], Answer], step: Step,
    requirement: str, right: str, wrong: str, broken: list[str],
) -> None:  # fmt: skip
    """And takes the right one without a word."""
    for kind, expected in ((right, []), (wrong, broken)):
        found = requester.deviations(step, answer=answer(kind), requirement=requirement)
        assert found == expected


@pytest.mark.parametrize(
    ("kind", "broken"),
    [("ERROR", []), ("OK", ["FPE-rule009"]), ("ERROR without a word", ["FPE-UTLAMNANDE-ERROR"])],
)
def test_fault_of_a_disclosure_is_answered_error(
    requester: Any, answer: Callable[[str], Answer], kind: str, broken: list[str]
) -> None:
    """With a text that says why."""
    found = requester.deviations(
        inspect.the_fault_is_answered_error,
        disclosures=requester.bench.messages, answer=answer(kind),
        fault="valuta EUR", requirement="FPE-rule009",
    )  # fmt: skip

    assert found == broken


def test_each_of_many_is_answered_ok(requester: Any, answer: Callable[[str], Answer]) -> None:
    """One that is not deviates."""
    step, requirement = inspect.each_is_answered_ok, "FPE-TA-EMOT-FLERA"
    right, wrong = [answer("OK")] * 2, [answer("OK"), answer("ERROR")]

    assert requester.deviations(step, answers=right, requirement=requirement) == []
    assert requester.deviations(step, answers=wrong, requirement=requirement) == [requirement]


@pytest.mark.parametrize(
    ("kind", "broken"),
    [
        ("a receipt", []),
        ("a receipt with an extension", []),
        ("a fault", ["FPE-ADRESS-KALLA"]),
        ("a receipt that discloses", ["FPE-KVITTENS"]),
    ],
)
def test_request_is_answered_emptily(
    discloser: Any, answer: Callable[[str], Answer], kind: str, broken: list[str]
) -> None:
    """Disclosures come by themselves, never in the answer."""
    found = discloser.deviations(
        inspect.it_is_answered_emptily_by, answer=answer(kind), requirement="FPE-ADRESS-KALLA"
    )

    assert found == broken


def test_disclosure_that_must_be_taken_first_is_judged(
    requester: Any, case: Case, answer: Callable[[str], Answer]
) -> None:
    """In the beginning of a scenario, and as a region discloses."""
    message = etree.Element("x")
    given = {"message": message, "case": case, "what": "200,00 kr"}
    requester.answers(*[answer("OK"), answer("ERROR")] * 2)

    assert requester.deviations(arrange.the_disclosure_was_taken, **given) == []
    found = requester.deviations(arrange.the_disclosure_was_taken, **given)
    assert found == ["FPE-UTLAMNANDE-SVAR"]
    assert requester.deviations(interpreting.the_other_region_discloses, **given) == []
    found = requester.deviations(interpreting.the_other_region_discloses, **given)
    assert found == ["FPE-TA-EMOT-FLERA"]


# What it shows -----------------------------------------------------------------------------------


@dataclass
class Screen:
    """What the system shows of a person."""

    total: Decimal

    def protection(self, *_asked: object) -> Protection:
        """Show it."""
        return Protection(card=None, total=self.total, remains=Decimal(0))


@pytest.mark.parametrize(("total", "broken"), [("575.50", []), ("575.00", ["FPE-TOLKA-SUMMA"])])
def test_what_is_shown_follows_from_the_answers(
    requester: Any, case: Case, total: str, broken: list[str]
) -> None:
    """Another sum deviates."""
    asking = Asking(tester=Nobody(), evidence=requester.evidence)
    acting = Acting(trigger=Screen(Decimal(total)), asking=asking)  # type: ignore[arg-type]
    shown = interpreting.Shown(requester.bench, acting, asking, case, requester.evidence)

    found = requester.deviations(
        interpreting.the_sum_is_shown, shown=shown, amount="575,50", requirement="FPE-TOLKA-SUMMA"
    )

    assert found == broken
