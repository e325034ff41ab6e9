"""The judges of the suites: each must be able to turn red, and only for the right reason."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from contracts.domains.financial_billing_claim.v1_1.kinds import Deal, valid
from contracts.domains.financial_billing_claim.v1_1.messages import CLAIM, RESPONDER
from contracts.domains.financial_billing_claim.v1_1.single_faults import faulty
from contracts.envelope import envelope
from features.answers import (
    http_refusal,
    leaks_in,
    never_reached,
    rules_named,
    stack_trace_in,
)
from features.suites import suite_for
from features.verdicts import Judge
from reports.results import Deviation
from simulator.client import Answer
from simulator.faults import fault, soap_fault
from simulator.mediation import Refusal
from simulator.regions.requester import answer as requester_answer

MakeAnswer = Callable[..., Answer]


def requirements(found: tuple[Deviation, ...]) -> list[str]:
    return [deviation.requirement for deviation in found]


@pytest.mark.parametrize(
    ("comment", "named"),
    [
        pytest.param("R5: beloppet stämmer inte", {"R5"}, id="the rule's own name"),
        pytest.param("ÖR5 bruten", {"R5"}, id="the description's name"),
        pytest.param("regel r05, R-27 och R_28", {"R5", "R27", "R28"}, id="other spellings"),
        pytest.param("[regel: R5; plats: /a/b[1]]", {"R5"}, id="within punctuation"),
        pytest.param("R5.", {"R5"}, id="at the end of a sentence"),
        pytest.param("OR5, regel 6, rule: 7", {"R5", "R6", "R7"}, id="without umlaut, in words"),
        pytest.param("affärsregel 5, regel nr 6, rules 7", {"R5", "R6", "R7"}, id="other words"),
        pytest.param("UTL_R5_FEL, FBC-R6", {"R5", "R6"}, id="within an id of the vendor's"),
        pytest.param("regel nr. 5, rule #6, rule no. 7", {"R5", "R6", "R7"}, id="as numbers"),
        pytest.param("R5.Beloppet, R6.", {"R5", "R6"}, id="with its text close on"),
        pytest.param("must be 0, 1 or 9; 01 or 02 or 99", set(), id="the English word or"),
        pytest.param("(R5)(R49)", {"R5", "R49"}, id="in brackets"),
        pytest.param("DRG 5 i DRGCost, SER5, R100 och R27.0", set(), id="what only looks like one"),
        pytest.param("Beloppet stämmer inte", set(), id="no rule"),
        pytest.param("", set(), id="nothing"),
    ],
)
def test_a_rule_is_found_however_a_comment_spells_it(comment: str, named: set[str]) -> None:
    """R5, ÖR5, R05 and R-5 name the same rule; codes and other words name none."""
    assert rules_named(comment) == named


def test_ok_is_accepted(judge: Judge, replied: MakeAnswer) -> None:
    """A valid claim answered with OK has no deviation."""
    assert judge.accepted(replied("OK")) == ()


@pytest.mark.parametrize(
    ("code", "requirement"),
    [("ERROR", "FBC-SVAR-OK"), ("INFO", "FBC-SVAR-KOD"), ("", "FBC-SVAR-KOD")],
)
def test_another_code_than_ok_is_a_deviation(
    judge: Judge, replied: MakeAnswer, code: str, requirement: str
) -> None:
    """ERROR breaks what was asked of the system, and any other code the contract's codes."""
    assert requirements(judge.accepted(replied(code))) == [requirement]


def test_a_named_requirement_is_the_one_that_breaks(judge: Judge, replied: MakeAnswer) -> None:
    """A scenario says which requirement an ERROR breaks."""
    assert requirements(judge.accepted(replied("ERROR"), "FBC-TILLAGG")) == ["FBC-TILLAGG"]


def test_a_fault_is_not_ok(judge: Judge, an_answer: MakeAnswer) -> None:
    """A SOAP fault to a valid claim is a deviation, also with status 200."""
    for status in (500, 200):
        found = judge.accepted(an_answer(soap_fault("trasigt"), status=status))
        assert requirements(found) == ["FBC-SVAR-OK"]


def test_what_the_platform_says_is_not_the_system_s_ok(judge: Judge, an_answer: MakeAnswer) -> None:
    """A fault of the platform tells what the producer did."""
    detail = (
        "Error connecting to service producer at address http://x. Exception information: "
        "(…: …)\nVP_PRODUCER_EXCEPTION_HTTP_STATUS=404"
    )
    body = fault(Refusal.PRODUCER_FAILED, detail, platform_name="PROVBANK")

    (found,) = judge.accepted(an_answer(body, status=500))

    assert "HTTP 404" in found.observed
    assert "VP009" in found.observed


def test_error_is_a_refusal(judge: Judge, replied: MakeAnswer) -> None:
    """A faulty claim answered with ERROR has no deviation."""
    assert judge.refused(replied("ERROR", "R5"), "FBC-R5") == ()


def test_ok_to_a_faulty_claim_breaks_the_rule_and_the_validation(
    judge: Judge, replied: MakeAnswer, deal: Deal
) -> None:
    """The deviation names the rule, and the place in the message that breaks it."""
    request = envelope(faulty("kön 3", deal), logical_address="2321000024")

    rule, validation = judge.refused(replied("OK", request=request), "FBC-R10")

    assert (rule.requirement, validation.requirement) == ("FBC-R10", "FBC-VALIDERA-PRODUCENT")
    assert rule.where.endswith("/patientOtherInformation/gender")
    assert rule.mend
    assert rule.source


def test_a_refusal_of_the_wrong_form_is_a_deviation(judge: Judge, replied: MakeAnswer) -> None:
    """ERROR does not make up for it."""
    assert requirements(judge.refused(replied("ERROR", "R5", status=404), "FBC-R5")) == [
        "FBC-SVAR-FORMAT"
    ]


@pytest.mark.parametrize(
    ("judgement", "given", "requirement"),
    [
        pytest.param("refused_by_rules", ["rule009"], "FPE-UTLAMNANDE-ERROR", id="without a word"),
        pytest.param("turned_away", [], "", id="what the schema forbids"),
    ],
)
def test_a_refusal_that_names_no_rule_tells_why(
    an_answer: MakeAnswer, judgement: str, given: list[str], requirement: str
) -> None:
    """A disclosure is refused by any text; what the schema forbids by a code alone."""
    suite = suite_for("hogkostnadsskydd", "begarande")
    judge = Judge(suite.domain, suite.contract, suite.answering)
    asked = getattr(judge, judgement)

    assert asked(an_answer(requester_answer("ERROR", "fel").body), *given) == ()
    found = asked(an_answer(requester_answer("ERROR").body), *given)
    assert requirements(found) == [requirement] * bool(requirement)


@pytest.mark.parametrize(
    ("answered", "requirement"),
    [
        pytest.param(("ERROR", 404), "FPE-FORMAT-SCHEMA", id="in the wrong form"),
        pytest.param(("OK", 200), "FPE-FORMAT-SCHEMA", id="not at all"),
        pytest.param(None, "FPE-FAULT", id="by the platform in its place"),
    ],
)
def test_what_the_schema_forbids_is_turned_away_by_the_system_itself(
    an_answer: MakeAnswer, answered: tuple[str, int] | None, requirement: str
) -> None:
    """By a fault of its own, or by ERROR in due form."""
    suite = suite_for("hogkostnadsskydd", "begarande")
    judge = Judge(suite.domain, suite.contract, suite.answering)
    if answered is None:
        platform_s = fault(Refusal.PRODUCER_FAILED, "", platform_name="PROVBANK")
        answer = an_answer(platform_s, status=500)
    else:
        answer = an_answer(requester_answer(answered[0], "fel").body, status=answered[1])

    assert requirements(judge.turned_away(answer)) == [requirement]


def test_a_fault_to_a_faulty_claim_breaks_the_form_of_refusal(
    judge: Judge, an_answer: MakeAnswer
) -> None:
    """ERROR in an ordinary answer is due; a SOAP fault is another thing."""
    answer = an_answer(soap_fault("fel"), status=500)

    assert requirements(judge.refused(answer, "FBC-R5")) == ["FBC-SVAR-ERROR"]
    assert requirements(judge.refused(answer, "FBC-SVAR-SCHEMA")) == ["FBC-SVAR-SCHEMA"]


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(b"<html/>", id="a web page"),
        pytest.param(b"not xml", id="no XML"),
        pytest.param(envelope(f'<x xmlns="{RESPONDER}"/>'.encode()), id="another element"),
        pytest.param(
            envelope(
                f'<r:ProcessClaimSpecificationResponse xmlns:r="{CLAIM}">'
                "<r:resultCode>OK</r:resultCode></r:ProcessClaimSpecificationResponse>".encode()
            ),
            id="the wrong namespace",
        ),
        pytest.param(
            envelope(
                f'<r:ProcessClaimSpecificationResponse xmlns:r="{RESPONDER}">'
                "<r:comment>x</r:comment><r:resultCode>OK</r:resultCode>"
                "</r:ProcessClaimSpecificationResponse>".encode()
            ),
            id="the wrong order",
        ),
        pytest.param(
            b'<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"><e:Body/></e:Envelope>',
            id="an empty body",
        ),
    ],
)
def test_an_answer_of_the_wrong_form_is_a_deviation(
    judge: Judge, an_answer: MakeAnswer, body: bytes
) -> None:
    """The answer is a SOAP 1.1 envelope with one schema-valid response."""
    assert set(requirements(judge.of_form(an_answer(body)))) == {"FBC-SVAR-FORMAT"}


def test_an_answer_with_another_status_is_a_deviation(judge: Judge, replied: MakeAnswer) -> None:
    """An ordinary answer has status 200."""
    assert requirements(judge.of_form(replied("OK", status=202))) == ["FBC-SVAR-FORMAT"]
    assert judge.of_form(replied("OK")) == ()


def test_a_comment_must_name_the_broken_rule(judge: Judge, replied: MakeAnswer) -> None:
    """No comment, no rule and another rule are deviations; the rule itself is not."""
    assert judge.names_rule(replied("ERROR", "R5: fel"), "R5") == ()
    for comment in (None, "Fel", "R6: fel", "R50"):
        found = judge.names_rule(replied("ERROR", comment), "R5")
        assert requirements(found) == ["FBC-SVAR-KOMMENTAR"], comment


def test_a_comment_that_names_all_rules_points_out_none(judge: Judge, replied: MakeAnswer) -> None:
    """Three rules beside the broken one are remarked on, four are a deviation."""
    three, four = "R5 R1 R2 R3", "R5 R1 R2 R3 R4"

    assert judge.names_rule(replied("ERROR", three), "R5") == ()
    assert judge.surplus(replied("ERROR", three), "R5") is not None
    assert judge.surplus(replied("ERROR", "R5"), "R5") is None
    assert requirements(judge.names_rule(replied("ERROR", four), "R5")) == ["FBC-SVAR-KOMMENTAR"]


def test_a_number_that_is_no_rule_is_not_held_against_a_comment(
    judge: Judge, replied: MakeAnswer
) -> None:
    """R6, R7 and R99 are no rules of the contract, so naming them blames nothing."""
    comment = "R24, R6, R7, R32, R60, R99"

    assert judge.names_rule(replied("ERROR", comment), "R24") == ()
    assert judge.surplus(replied("ERROR", comment), "R24") is None


def test_a_comment_must_give_the_place(judge: Judge, replied: MakeAnswer) -> None:
    """The place is an element's name in full, not a part of another name."""
    assert judge.gives_place(replied("ERROR", "R10 i /c:x[1]/c:gender[1]/c:code"), "gender") == ()
    for comment in (None, "R10", "R10 genderX"):
        found = judge.gives_place(replied("ERROR", comment), "gender")
        assert requirements(found) == ["FBC-SVAR-PLATS"], comment


def test_a_schema_fault_must_have_a_comment(judge: Judge, replied: MakeAnswer) -> None:
    """An empty comment is none."""
    assert judge.has_remark(replied("ERROR", "fel"), "FBC-SVAR-SCHEMA") == ()
    for comment in (None, "", "  "):
        found = judge.has_remark(replied("ERROR", comment), "FBC-SVAR-SCHEMA")
        assert requirements(found) == ["FBC-SVAR-SCHEMA"]


def test_a_fault_has_status_500_and_is_the_system_s_own(
    judge: Judge, an_answer: MakeAnswer, replied: MakeAnswer
) -> None:
    """Neither a fault with status 200, nor the platform's fault, nor an answer will do."""
    assert judge.faulted(an_answer(soap_fault("fel"), status=500)) == ()
    platform_s = fault(Refusal.PRODUCER_FAILED, "", platform_name="PROVBANK")
    for answer in (
        an_answer(soap_fault("fel"), status=200),
        an_answer(platform_s, status=500),
        replied("ERROR", "fel"),
        replied("OK"),
    ):
        assert requirements(judge.faulted(answer)) == ["FBC-SVAR-FAULT"]


@pytest.mark.parametrize(("status", "refusal"), [(400, 400), (404, None), (500, None), (302, None)])
def test_a_refusal_by_http_is_remarked_on_and_not_failed(
    judge: Judge, an_answer: MakeAnswer, status: int, refusal: int | None
) -> None:
    """WS-I asks for 400 to malformed XML; another status without SOAP is a deviation."""
    detail = f"...\nVP_PRODUCER_EXCEPTION_HTTP_STATUS={status}"
    body = fault(Refusal.PRODUCER_FAILED, detail, platform_name="PROVBANK")
    answer = an_answer(body, status=500)

    assert http_refusal(answer) == refusal
    assert requirements(judge.faulted(answer)) == ([] if refusal else ["FBC-SVAR-FAULT"])


@pytest.mark.parametrize(
    ("text", "platform"),
    [
        ("at se.region.Claim.receive(Claim.java:88)", "Java"),
        ("java.lang.NullPointerException", "Java"),
        ("   at Region.Claim.Receive(Message m) in C:\\src\\Claim.cs:line 12", ".NET"),
        ("System.InvalidOperationException: no", ".NET"),
        ("Traceback (most recent call last):", "Python"),
        ("    at receive (/srv/app/claim.js:10:5)", "Node"),
        ("#0 /var/www/claim.php(12): receive()", "PHP"),
        ("ORA-00942: table or view does not exist", "databas"),
    ],
)
def test_stack_traces_are_known(text: str, platform: str) -> None:
    """Every platform a region's system may be built on leaves its own kind of trace."""
    assert stack_trace_in(text) == platform


@pytest.mark.parametrize(
    "text",
    ["Technical error", "Felet har id 4711", "R5: /a/b[1] (se TKB 1.1)", "Line 12 is not valid"],
)
def test_ordinary_texts_are_no_stack_traces(text: str) -> None:
    """What a fault may say is not taken for a trace."""
    assert stack_trace_in(text) is None


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("191001209814", id="as sent"),
        pytest.param("1001209814", id="without century"),
        pytest.param("100120-9814", id="with hyphen"),
        pytest.param("19100120 9814", id="with blank"),
        pytest.param("id=191001209814;", id="within text"),
    ],
)
def test_a_patient_s_identity_is_seen_in_any_form(text: str) -> None:
    """The same number counts in each form that people write it."""
    assert leaks_in(text, ("191001209814",))
    assert not leaks_in(text, ("191001229812",))


def test_identities_are_read_from_unreadable_messages_too(judge: Judge, deal: Deal) -> None:
    """A call that was cut off has sent its patient's identity all the same."""
    whole = envelope(valid("flera patienter och rader", deal), logical_address="2321000024")

    assert len(judge.identities_in(whole)) == 3
    assert judge.identities_in(whole[: len(whole) // 2])
    assert judge.identities_in(b"<x/>") == ()


def test_secrets_in_a_fault_are_deviations(judge: Judge, an_answer: MakeAnswer) -> None:
    """A stack trace and a patient are two deviations; the patient is never named in them."""
    text = "java.lang.IllegalStateException for 19100120-9814"

    found = judge.keeps_secrets(an_answer(soap_fault(text), status=500))

    assert requirements(found) == ["FBC-SVAR-SEKRETESS"] * 2
    assert "9814" not in str(found)
    assert judge.keeps_secrets(an_answer(soap_fault("Technical error"), status=500)) == ()


def test_the_response_time_is_the_producer_s(judge: Judge, replied: MakeAnswer) -> None:
    """The platform tells the producer's time; its own does not count."""
    quick = replied("OK", headers={"x-skltp-prt": "2999"}, seconds=9.0)
    slow = replied("OK", headers={"x-skltp-prt": "3000"}, seconds=9.0)

    assert judge.in_time(quick, "FBC-SLA-1MB", 3) == ()
    assert requirements(judge.in_time(slow, "FBC-SLA-1MB", 3)) == ["FBC-SLA-1MB"]


def test_a_refused_connection_is_told_from_other_failures(an_answer: MakeAnswer) -> None:
    """Only a system that nobody can connect to, TLS and all, was never reached."""

    def platform_says(kind: str) -> Answer:
        text = f"Exception information: ({kind}: …)"
        return an_answer(fault(Refusal.PRODUCER_FAILED, text, platform_name="P"), status=500)

    assert never_reached(platform_says("java.net.ConnectException"))
    assert not never_reached(platform_says("io.netty.handler.timeout.ReadTimeoutException"))
    assert not never_reached(an_answer(soap_fault("java.net.ConnectException"), status=500))
