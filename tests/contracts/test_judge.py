"""A message gets one verdict, whatever it is and however it comes."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from contracts.catalogue import bundled
from contracts.domains.financial_billing_claim.v1_1.kinds import Deal, valid
from contracts.domains.financial_billing_claim.v1_1.messages import CLAIM, RESPONDER
from contracts.domains.financial_billing_claim.v1_1.single_faults import RULE_FAULTS
from contracts.envelope import SOAP_ENVELOPE, envelope
from contracts.judge import Judgement, judge, judge_payload, swedish_now
from contracts.terms import SWEDISH_TIME, OrganisationNumber

Maker = Callable[..., etree._Element]

AT = datetime(2026, 11, 22, 12, tzinfo=SWEDISH_TIME)
ANSWER = (
    f"<ProcessClaimSpecificationResponse xmlns='{RESPONDER}'><resultCode>{{}}</resultCode>"
    "</ProcessClaimSpecificationResponse>"
)
SOUND = etree.tostring(
    valid(
        "sluten vård",
        Deal(
            seller=OrganisationNumber("2321000016"),
            buyer=OrganisationNumber("2321000024"),
            county="03",
            municipality="0380",
            today=date(2026, 11, 22),
        ),
    ),
    encoding="UTF-8",
)


def fault(code: str) -> bytes:
    """Write a SOAP fault in its envelope."""
    return (
        f"<s:Envelope xmlns:s='{SOAP_ENVELOPE}'><s:Body><s:Fault><faultcode>{code}</faultcode>"
        "<faultstring>technical error</faultstring></s:Fault></s:Body></s:Envelope>"
    ).encode()


# What is judged -----------------------------------------------------------------------------


def test_a_right_message_is_accepted(a_claim: Maker, noon: datetime) -> None:
    """The judgement names the contract, and there is nothing to say."""
    judgement = judge(etree.tostring(a_claim()), at=noon)

    assert judgement.accepted
    (contract,) = bundled().domain("financial:billing:claim", "1.1").contracts
    assert judgement == Judgement(
        contract=contract, schema_valid=True, failed_rules=(), findings=()
    )


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({}, id="right"),
        pytest.param({"careLevel": "5", "gender/code": "3"}, id="rules broken"),
        pytest.param({"plannedHealthcare": "ja"}, id="schema broken"),
    ],
)
def test_an_envelope_changes_no_verdict(
    a_claim: Maker, noon: datetime, changes: dict[str, str]
) -> None:
    """A payload alone and the same payload in an envelope are judged alike, places and all."""
    claim = a_claim("öppen vård", changes)

    bare = judge(etree.tostring(claim, xml_declaration=True, encoding="UTF-8"), at=noon)
    wrapped = judge(envelope(claim, logical_address="2321000024"), at=noon)

    assert wrapped.to_json() == bare.to_json()


def test_an_empty_header_breaks_no_rule(a_claim: Maker, noon: datetime) -> None:
    """R1 forbids empty elements in the message, and the Header is not part of it."""
    assert judge(envelope(a_claim()), at=noon).accepted


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-8-sig"])
def test_the_encoding_changes_no_verdict(a_claim: Maker, noon: datetime, encoding: str) -> None:
    """Bytes are read as the message says."""
    text = etree.tostring(
        a_claim("öppen vård", {"careUnitName": "Åsö \U0001f691"}), encoding="unicode"
    )

    assert judge(text.encode(encoding), at=noon).accepted


@pytest.mark.parametrize("result", ["OK", "INFO", "ERROR"])
def test_a_response_is_judged_by_the_schema_alone(noon: datetime, result: str) -> None:
    """The rules are those of the request: an empty comment, say, is no breach of R1."""
    answer = ANSWER.format(result).replace("</resultCode>", "</resultCode><comment/>")

    judgement = judge(envelope(answer.encode()), at=noon)

    assert judgement.accepted
    assert judgement.contract is not None
    assert judgement.failed_rules == ()


def test_a_wrong_response_is_told(noon: datetime) -> None:
    """A result code that is none is a schema fault."""
    judgement = judge(ANSWER.format("WARN").encode(), at=noon)

    assert not judgement.schema_valid
    assert judgement.findings[0].where == "/ProcessClaimSpecificationResponse/resultCode"


@pytest.mark.parametrize(
    ("message", "said"),
    [
        pytest.param(b"<a/>", "(none)", id="no namespace"),
        pytest.param(b"<a xmlns='urn:riv:other:1'/>", "urn:riv:other:1", id="another contract"),
        pytest.param(envelope(b"<a xmlns='urn:x'/>"), "urn:x", id="in an envelope"),
        pytest.param(
            b"<Envelope xmlns='http://www.w3.org/2003/05/soap-envelope'/>", "2003/05", id="SOAP 1.2"
        ),
        pytest.param(f"<a xmlns='{CLAIM}'/>".encode(), CLAIM, id="the domain's own namespace"),
    ],
)
def test_an_unknown_namespace_is_told_with_the_known_ones(
    noon: datetime, message: bytes, said: str
) -> None:
    """The namespace of the payload says which contract it is, and nothing else does."""
    judgement = judge(message, at=noon)

    assert (judgement.contract, judgement.schema_valid, judgement.failed_rules) == (
        None,
        False,
        None,
    )
    (finding,) = judgement.findings
    assert said in finding.text
    assert RESPONDER in finding.mend
    assert finding.line


def test_an_unknown_element_of_a_known_contract_is_a_schema_fault(noon: datetime) -> None:
    """The namespace finds the contract; the finding tells which messages it has."""
    judgement = judge(f"<Cancel xmlns='{RESPONDER}'/>".encode(), at=noon)

    assert judgement.contract is not None
    (finding,) = judgement.findings
    assert finding.rule == "schema"
    assert finding.expected == ("ProcessClaimSpecification or ProcessClaimSpecificationResponse")


def test_a_soap_fault_is_no_message(noon: datetime) -> None:
    """A fault is told by its code; its text is not repeated."""
    judgement = judge(fault("soap:Server"), at=noon)

    (finding,) = judgement.findings
    assert not judgement.accepted
    assert finding.where == "/Envelope/Body/Fault"
    assert "soap:Server" in finding.text
    assert "technical error" not in finding.text


@pytest.mark.parametrize(
    ("message", "said"),
    [
        pytest.param(b"", "empty", id="empty"),
        pytest.param(b"<a", "not well-formed", id="not XML"),
        pytest.param(b"<!DOCTYPE a><a/>", "document type", id="DTD"),
        pytest.param(f"<s:Envelope xmlns:s='{SOAP_ENVELOPE}'/>".encode(), "no Body", id="no body"),
        pytest.param(
            f"<s:Envelope xmlns:s='{SOAP_ENVELOPE}'><s:Body/></s:Envelope>".encode(),
            "0 elements",
            id="empty body",
        ),
        pytest.param(b"<a>" * 300 + b"</a>" * 300, "nested", id="too deep"),
    ],
)
def test_what_cannot_be_read_is_a_finding(noon: datetime, message: bytes, said: str) -> None:
    """The judge answers with a finding where the parser gives up."""
    judgement = judge(message, at=noon)

    (finding,) = judgement.findings
    assert not judgement.accepted
    assert finding.rule == "xml"
    assert said in finding.text


def test_the_size_limit_is_the_callers(a_claim: Maker, noon: datetime) -> None:
    """A message of the limit is judged, one byte more is told to be too large."""
    message = etree.tostring(a_claim())

    assert judge(message, at=noon, largest=len(message)).accepted
    (finding,) = judge(message, at=noon, largest=len(message) - 1).findings
    assert "more than" in finding.text


# What is said -------------------------------------------------------------------------------


def test_failed_rules_stand_once_in_number_order(a_claim: Maker, noon: datetime) -> None:
    """R9 comes before R10, wherever they fail, and a rule broken twice is one rule."""
    changes = {"id": "x", "gender/code": "3", "municipality/code": "380"}
    claim = a_claim("flera patienter och rader", changes)
    for level in claim.iter(f"{{{CLAIM}}}careLevel"):
        level.text = "5"

    judgement = judge_payload(claim, at=noon)

    assert judgement.failed_rules == ("R9", "R10", "R30", "R37")
    rules = [finding.rule for finding in judgement.findings]
    assert rules[0] == "R37"
    assert rules.count("R30") == len(rules) - 3 > 1


def test_a_rule_is_told_with_its_requirement(a_claim: Maker, noon: datetime) -> None:
    """Place, line, test, what was expected, how to mend it and where that is written."""
    message = etree.tostring(a_claim("öppen vård", {"careLevel": "5"})).replace(
        b"<c:careL", b"\n<c:careL"
    )

    (finding,) = judge(message, at=noon).findings

    requirement = bundled().domain("financial:billing:claim", "1.1").requirements.of_rule("R30")
    assert finding.rule == "R30"
    assert finding.text.startswith("R30: ")
    assert finding.where.endswith("/healthcarePerformed/activity/careLevel")
    assert finding.line == 2
    assert finding.test == "own:among(., '1 2 3 4')"
    assert (finding.expected, finding.mend) == (requirement.text_en, requirement.mend)
    assert finding.source == "TKB financial:billing:claim 1.1, ÖR30"


def test_rules_are_not_run_on_what_is_not_schema_valid(a_claim: Maker, noon: datetime) -> None:
    """A message with both kinds of fault is told of the schema's alone."""
    judgement = judge_payload(a_claim("öppen vård", {"careLevel": "5", "lineId": "x"}), at=noon)

    assert judgement.failed_rules is None
    assert {finding.rule for finding in judgement.findings} == {"schema"}


@pytest.mark.parametrize(
    ("changes", "valid", "failed"),
    [
        pytest.param({}, True, [], id="right"),
        pytest.param({"careLevel": "5"}, True, ["R30"], id="rule broken"),
        pytest.param({"lineId": "x"}, False, None, id="schema broken"),
    ],
)
def test_json_has_the_same_keys_always(
    a_claim: Maker, noon: datetime, changes: dict[str, str], valid: bool, failed: list[str] | None
) -> None:
    """A program reads contract, validity, rules and findings of any verdict."""
    judgement = judge_payload(a_claim("öppen vård", changes), at=noon)

    read = json.loads(json.dumps(judgement.to_json()))

    assert read == {
        "contract": "financial:billing:claim 1.1 ProcessClaimSpecification",
        "schema_valid": valid,
        "failed_rules": failed,
        "findings": [finding.to_json() for finding in judgement.findings],
    }
    assert judgement.accepted is (valid and not failed)


def test_json_of_an_unknown_message_names_no_contract(noon: datetime) -> None:
    """What is not known is null."""
    assert judge(b"<a/>", at=noon).to_json()["contract"] is None


# The clock ----------------------------------------------------------------------------------


def test_the_same_message_is_judged_by_the_clock_handed_in(a_claim: Maker, noon: datetime) -> None:
    """A document date is in the future until the day comes, by Swedish time."""
    claim = a_claim("öppen vård", {"issueDate": "20261122"})
    midnight = noon.replace(hour=0)

    assert judge_payload(claim, at=midnight).failed_rules == ()
    assert judge_payload(claim, at=midnight - timedelta(seconds=1)).failed_rules == ("R2",)
    assert judge_payload(claim, at=noon + timedelta(days=400)).failed_rules == ()


def test_the_present_is_swedish_time() -> None:
    """A clock without a zone would be the machine's own."""
    now = swedish_now()

    assert now.tzinfo is SWEDISH_TIME
    assert abs(datetime.now(tz=now.tzinfo) - now) < timedelta(minutes=1)


# Never an exception -------------------------------------------------------------------------


@settings(max_examples=300, deadline=None)
@given(st.binary())
def test_bytes_of_any_kind_get_a_verdict(message: bytes) -> None:
    """Garbage is a finding."""
    judgement = judge(message, at=AT)

    assert judgement.findings
    assert not judgement.accepted
    json.dumps(judgement.to_json())


@settings(max_examples=150, deadline=None)
@given(place=st.integers(0, len(SOUND)), length=st.integers(0, 40), garbage=st.binary(max_size=20))
def test_a_message_with_a_piece_changed_gets_a_verdict(
    place: int, length: int, garbage: bytes
) -> None:
    """A message cut, lengthened or garbled anywhere is judged, and what is wrong is told."""
    judgement = judge(SOUND[:place] + garbage + SOUND[place + length :], at=AT)

    assert judgement.accepted is not bool(judgement.findings)


@settings(max_examples=150, deadline=None)
@given(
    number=st.integers(0, 60),
    text=st.text(st.characters(exclude_categories=["Cc", "Cs"], exclude_characters="\ufffe\uffff")),
)
def test_a_message_with_any_text_gets_a_verdict(number: int, text: str) -> None:
    """No value makes a rule stop the run: what a rule cannot compute with, the schema refuses."""
    claim = etree.fromstring(SOUND)
    leaves = [element for element in claim.iter("*") if len(element) == 0]
    leaves[number % len(leaves)].text = text

    judgement = judge_payload(claim, at=AT)

    assert judgement.schema_valid is (judgement.failed_rules is not None)
    assert judgement.accepted is not bool(judgement.findings)


@pytest.mark.parametrize(
    ("content", "rules", "place"),
    [
        pytest.param(
            "<c:payableAmount><c:amount>much</c:amount></c:payableAmount>",
            ["R5"],
            "/note/payableAmount/amount",
            id="no number",
        ),
        pytest.param(
            "<c:gender><c:code>1</c:code><c:code>2</c:code></c:gender>",
            ["R10"],
            "/note/gender",
            id="two codes",
        ),
        pytest.param(
            "<c:issueDate>20261101</c:issueDate><c:issueDate>20261101</c:issueDate>"
            "<c:careVisitDate>20261101</c:careVisitDate>",
            ["R17"],
            "/note/careVisitDate",
            id="two document dates",
        ),
    ],
)
def test_a_rule_that_cannot_be_evaluated_is_told_and_blames_nobody(
    a_claim: Maker, noon: datetime, content: str, rules: list[str], place: str
) -> None:
    """Elements that only an extension can hold may break a computation: neither right nor wrong."""
    claim = a_claim()
    activity = next(claim.iter(f"{{{CLAIM}}}activity"))
    activity.append(etree.fromstring(f"<note xmlns='urn:note' xmlns:c='{CLAIM}'>{content}</note>"))

    judgement = judge_payload(claim, at=noon)

    unevaluated = [one for one in judgement.findings if one.rule == "rules"]
    assert (judgement.accepted, judgement.schema_valid, judgement.failed_rules) == (
        False,
        True,
        None,
    )
    assert [one.text.partition(" cannot be evaluated")[0] for one in unevaluated] == rules
    assert all(one.where.endswith(place) for one in unevaluated)
    assert not any(one.deviates for one in unevaluated)
    assert "much" not in str([one.to_json() for one in unevaluated])


def test_a_message_that_the_rules_cannot_read_is_told_and_blames_nobody(
    a_claim: Maker, noon: datetime
) -> None:
    """A name of an extension that only one of two parsers knows costs the rules, not the run."""
    claim = a_claim()
    activity = next(claim.iter(f"{{{CLAIM}}}activity"))
    activity.append(etree.fromstring("<note xmlns='urn:note'><\u2c30>much</\u2c30></note>"))

    judgement = judge_payload(claim, at=noon)

    (finding,) = judgement.findings
    assert (judgement.accepted, judgement.deviates, judgement.failed_rules) == (False, False, None)
    assert (finding.rule, finding.where) == ("rules", "/ProcessClaimSpecification")
    assert "much" not in str(finding.to_json())


def test_every_fault_of_the_tables_is_told_with_a_place(deal: Deal, noon: datetime) -> None:
    """No finding leaves the reader to search, and no two of them are the same."""
    for name, fault_ in RULE_FAULTS.items():
        claim = valid(fault_.kind, deal)
        fault_.change(claim[0], deal)
        findings = judge_payload(claim, at=noon).findings

        assert all(finding.where.startswith("/ProcessClaimSpecification/") for finding in findings)
        assert len({(finding.rule, finding.where) for finding in findings}) == len(findings), name
