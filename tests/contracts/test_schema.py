"""A schema fault is told by its place, and never by the value that stands there."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from lxml import etree

from contracts.catalogue import bundled
from contracts.domains.financial_billing_claim.v1_1.messages import CLAIM, RESPONDER
from contracts.envelope import body_of, envelope
from contracts.errors import HarnessError
from contracts.findings import Finding
from contracts.parsing import parse
from contracts.schema import Schema

Maker = Callable[..., etree._Element]
Change = Callable[[etree._Element], None]

PERSON = "191001209814"  # a published test identity
XSI = "http://www.w3.org/2001/XMLSchema-instance"
NIL, TYPE = f"{{{XSI}}}nil", f"{{{XSI}}}type"
ANSWER = (
    f"<r:ProcessClaimSpecificationResponse xmlns:r='{RESPONDER}' xmlns:xsi='{XSI}'>"
    "<r:resultCode{}>{}</r:resultCode></r:ProcessClaimSpecificationResponse>"
)
CARE = (
    "/ProcessClaimSpecification/claimSpecification/healthCareServicesSpecificationLine[{}]"
    "/healthcarePerformed[{}]"
)


@pytest.fixture(scope="module")
def schema() -> Schema:
    """Give the schema of the bundled contract."""
    domain = bundled().domain("financial:billing:claim", "1.1")
    return domain.schema_of(domain.contracts[0])


def every(payload: etree._Element, name: str) -> list[etree._Element]:
    """Find the elements of one name, in the order of the message."""
    return list(payload.iter(f"{{{CLAIM}}}{name}"))


# Compiling ----------------------------------------------------------------------------------


def test_schemas_are_compiled_one_at_a_time(
    schema: Schema, monkeypatch: pytest.MonkeyPatch
) -> None:
    """libxml2 makes its types ready in the first one; two at a time spoil them for good."""
    now, most = [], []
    compiling = etree.XMLSchema

    def watched(tree: etree._ElementTree) -> etree.XMLSchema:
        now.append(tree)
        most.append(len(now))
        time.sleep(0.02)
        made = compiling(tree)
        now.pop()
        return made

    monkeypatch.setattr(etree, "XMLSchema", watched)
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: Schema(schema.path), range(8)))

    assert len(most) == 8
    assert max(most) == 1


# Validity -----------------------------------------------------------------------------------


def test_a_valid_message_has_no_findings(schema: Schema, a_claim: Maker) -> None:
    """Nothing is said of what is right."""
    assert schema.findings(a_claim()) == ()


def test_every_fault_is_a_finding(schema: Schema, a_claim: Maker) -> None:
    """The validation does not stop at the first fault, and findings stand in message order."""
    claim = a_claim("öppen vård", {"issueDate": "x", "lineId": "x", "plannedHealthcare": "x"})

    places = [finding.where.rpartition("/")[2] for finding in schema.findings(claim)]

    assert places == ["issueDate", "lineId", "plannedHealthcare"]


def test_a_finding_says_what_was_expected_and_how_to_mend(schema: Schema, a_claim: Maker) -> None:
    """A schema finding is complete, and JSON-ready."""
    (finding,) = schema.findings(a_claim("öppen vård", {"plannedHealthcare": "ja"}))

    assert finding.rule == "schema"
    assert finding.text == "The value is not a valid value of the atomic type 'xs:boolean'."
    assert finding.expected
    assert "schema" in finding.mend
    assert set(finding.to_json()) == {
        *("rule", "text", "where", "line", "test", "expected", "actual", "mend", "source"),
        *("severity", "flag", "diagnostics"),
    }


def test_a_missing_element_is_told_by_the_names_expected(schema: Schema, a_claim: Maker) -> None:
    """Elements are named as people write them, without their namespaces."""
    (finding,) = schema.findings(a_claim("öppen vård", {"typeOfInvoice": None}))

    assert finding.where == "/ProcessClaimSpecification/claimSpecification/invoiceId"
    assert finding.text == "This element is not expected. Expected is ( typeOfInvoice )."


def test_a_message_is_judged_by_its_own_contract(schema: Schema) -> None:
    """An element that the schema does not declare is said to be that."""
    (finding,) = schema.findings(etree.fromstring(f"<Cancel xmlns='{RESPONDER}'/>"))

    assert finding.where == "/Cancel"
    assert "No matching global declaration" in finding.text


def test_a_message_cannot_bring_its_own_schema(
    schema: Schema, a_claim: Maker, tmp_path: Path
) -> None:
    """A schemaLocation in the message neither adds a declaration nor makes a file be read."""
    path = tmp_path / "own.xsd"
    path.write_text(
        "<xs:schema xmlns:xs='http://www.w3.org/2001/XMLSchema' targetNamespace='urn:own'>"
        "<xs:element name='note' type='xs:integer'/></xs:schema>"
    )
    assert not Schema(path).findings(etree.fromstring("<note xmlns='urn:own'>1</note>"))
    assert Schema(path).findings(etree.fromstring("<note xmlns='urn:own'>text</note>"))
    claim = a_claim()
    note = etree.SubElement(every(claim, "activity")[0], "{urn:own}note")
    note.text = "text"
    for element in (claim, note):
        element.set(f"{{{XSI}}}schemaLocation", f"urn:own {path.as_uri()}")

    assert schema.findings(claim) == ()


# Place and line -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "number", "place"),
    [
        pytest.param("plannedHealthcare", 0, CARE.format(1, 1), id="first"),
        pytest.param("plannedHealthcare", 1, CARE.format(1, 2), id="second care of a patient"),
        pytest.param("plannedHealthcare", 4, CARE.format(3, 2), id="third patient"),
    ],
)
def test_a_place_has_positions(
    schema: Schema, a_claim: Maker, name: str, number: int, place: str
) -> None:
    """The place leads to the one element that is wrong among those of its name."""
    claim = a_claim("flera patienter och rader")
    every(claim, name)[number].text = "ja"

    (finding,) = schema.findings(claim)

    assert finding.where == f"{place}/healthcareCategory/{name}"


@pytest.mark.parametrize(
    "message",
    [
        pytest.param(
            f"<r:ProcessClaimSpecification xmlns:r='{RESPONDER}' xmlns:c='{CLAIM}'>"
            "<r:claimSpecification>\n<c:id>1</c:id>\n<c:issueDate>x</c:issueDate>"
            "</r:claimSpecification></r:ProcessClaimSpecification>",
            id="prefixes",
        ),
        pytest.param(
            f"<ProcessClaimSpecification xmlns='{RESPONDER}'>"
            f"<claimSpecification>\n<id xmlns='{CLAIM}'>1</id>\n<issueDate xmlns='{CLAIM}'>x"
            "</issueDate></claimSpecification></ProcessClaimSpecification>",
            id="default namespaces",
        ),
        pytest.param(
            f"<p:ProcessClaimSpecification xmlns:p='{RESPONDER}'>"
            f"<p:claimSpecification>\n<p:id xmlns:p='{CLAIM}'>1</p:id>\n"
            f"<p:issueDate xmlns:p='{CLAIM}'>x</p:issueDate>"
            "</p:claimSpecification></p:ProcessClaimSpecification>",
            id="one prefix for both",
        ),
    ],
)
def test_place_and_line_do_not_hang_on_prefixes(schema: Schema, message: str) -> None:
    """The same fault has the same place and line, however namespaces are written."""
    wrong, missing = schema.findings(parse(message.encode()))

    claim = "/ProcessClaimSpecification/claimSpecification"
    assert (wrong.where, wrong.line) == (f"{claim}/issueDate", 3)
    assert (missing.where, missing.line) == (claim, 1)


def test_elements_that_share_a_name_but_no_namespace_are_kept_apart(schema: Schema) -> None:
    """The element without namespace is pointed out, not its neighbour that has one."""
    text = (
        f"<ProcessClaimSpecification xmlns='{RESPONDER}'><claimSpecification>\n"
        f"<id xmlns='{CLAIM}'>1</id>\n<id xmlns=''>2</id>\n</claimSpecification>"
        "</ProcessClaimSpecification>"
    )

    (finding,) = schema.findings(parse(text.encode()))

    assert finding.line == 3
    assert finding.where == "/ProcessClaimSpecification/claimSpecification/id[2]"


def test_a_place_inside_an_envelope_starts_at_the_payload(schema: Schema, a_claim: Maker) -> None:
    """Wrapping a message changes the lines of its faults, not their places."""
    claim = a_claim("flera patienter och rader")
    every(claim, "plannedHealthcare")[4].text = "ja"
    every(claim, "careUnitName")[1].set("note", "x")
    bare = schema.findings(claim)

    message = envelope(claim, logical_address="2321000024").replace(b"<c:", b"\n<c:")
    root = parse(message)
    wrapped = schema.findings(body_of(root))

    assert [finding.where for finding in wrapped] == [finding.where for finding in bare]
    assert wrapped[0].where.startswith("/ProcessClaimSpecification/")
    lines = message.split(b"\n")
    for finding, content in zip(
        wrapped, (b"<c:careUnitName note", b"plannedHealthcare>ja"), strict=True
    ):
        assert finding.line is not None
        assert content in lines[finding.line - 1]


def test_an_attribute_is_named_with_its_element(schema: Schema, a_claim: Maker) -> None:
    """The place is that of the element; the text says which attribute."""
    claim = a_claim()
    every(claim, "issueDate")[0].set("unit", PERSON)

    (finding,) = schema.findings(claim)

    assert finding.where == "/ProcessClaimSpecification/claimSpecification/issueDate"
    assert finding.text == "attribute 'unit': The attribute 'unit' is not allowed."


# No values ----------------------------------------------------------------------------------


def text_of(name: str, text: str) -> Change:
    """Put a text into the first element of a name."""

    def change(payload: etree._Element) -> None:
        every(payload, name)[0].text = text

    return change


def attribute_of(name: str, attribute: str, value: str) -> Change:
    """Put an attribute on the first element of a name."""

    def change(payload: etree._Element) -> None:
        every(payload, name)[0].set(attribute, value)

    return change


def child_of(name: str, child: str) -> Change:
    """Put an element into the first element of a name."""

    def change(payload: etree._Element) -> None:
        every(payload, name)[0].append(etree.fromstring(child))

    return change


@pytest.mark.parametrize(
    "value",
    [
        pytest.param(f"x{PERSON}", id="plain"),
        pytest.param(f"'{PERSON}'", id="in quotes"),
        pytest.param(f'"{PERSON}"', id="in double quotes"),
        pytest.param(f"x'{PERSON}'x", id="quotes inside"),
        pytest.param(f"x\n{PERSON}\nx", id="lines"),
        pytest.param(f"' is {PERSON}", id="the parser's own words before"),
        pytest.param(f"{PERSON}' is not a valid value of 'x", id="the parser's own words after"),
        pytest.param(f"'{PERSON}' has a '{PERSON}' must '{PERSON}' does ", id="more of them"),
        pytest.param(f"{{{PERSON}:x}}", id="in braces"),
    ],
)
@pytest.mark.parametrize(
    "name", ["issueDate", "issueTime", "amount", "lineId", "plannedHealthcare"]
)
def test_a_value_of_the_wrong_type_is_not_repeated(
    schema: Schema, a_claim: Maker, name: str, value: str
) -> None:
    """Patterns and built-in types are broken by a personal number, and none lets it out."""
    claim = a_claim()
    text_of(name, value)(claim)

    findings = schema.findings(claim)

    assert findings
    assert PERSON not in "".join(str(finding.to_json()) for finding in findings)


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(text_of("supplierParty", PERSON), id="text between elements"),
        pytest.param(attribute_of("issueDate", "note", PERSON), id="attribute unknown"),
        pytest.param(attribute_of("issueDate", NIL, PERSON), id="nil"),
        pytest.param(attribute_of("issueDate", TYPE, PERSON), id="type, no name"),
        pytest.param(attribute_of("issueDate", TYPE, f"c:p{PERSON}"), id="type unknown"),
        pytest.param(attribute_of("issueDate", TYPE, f"q:p{PERSON}"), id="type unbound"),
        pytest.param(child_of("issueDate", f"<x>{PERSON}</x>"), id="element in a date"),
        pytest.param(child_of("supplierParty", f"<x>{PERSON}</x>"), id="element unknown"),
        pytest.param(
            child_of("supplierParty", f"<id xmlns='{CLAIM}' note='{PERSON}'>{PERSON}</id>"),
            id="element in the wrong place",
        ),
        pytest.param(
            child_of("activity", ANSWER.format("", PERSON)), id="enumeration in an extension"
        ),
    ],
)
def test_no_kind_of_fault_repeats_a_value(schema: Schema, a_claim: Maker, change: Change) -> None:
    """Text where none belongs, attributes, type names and strange elements are told by place."""
    claim = a_claim()
    change(claim)

    findings = schema.findings(claim)

    assert findings
    assert PERSON not in "".join(str(finding.to_json()) for finding in findings)


@pytest.mark.parametrize("type_", ["", " xsi:type='r:ResultCodeEnum'"])
def test_an_enumeration_is_told_without_the_value(schema: Schema, type_: str) -> None:
    """The values allowed are the schema's, and are told."""
    (finding,) = schema.findings(parse(ANSWER.format(type_, PERSON).encode()))

    assert PERSON not in str(finding.to_json())
    assert "{'OK', 'INFO', 'ERROR'}" in finding.text


@settings(max_examples=150, deadline=None)
@given(
    before=st.text("'\" {}:.,[]\nabdehimnotsuv", max_size=12),
    after=st.text("'\" {}:.,[]\nabdehimnotsuv", max_size=12),
)
@example(before="' is '", after="' must ")
def test_no_text_around_a_value_lets_it_out(before: str, after: str) -> None:
    """However quotes and the parser's words are mixed into a value, it stays where it is."""
    domain = bundled().domain("financial:billing:claim", "1.1")
    answer = parse(ANSWER.format("", "OK").encode())
    answer[0].text = f"{before}x{PERSON}{after}"

    findings = domain.schema_of(domain.contracts[0]).findings(answer)

    assert findings
    assert PERSON not in str([finding.to_json() for finding in findings])


# Threads and set-up -------------------------------------------------------------------------


@pytest.fixture
def restless() -> Iterator[None]:
    """Let threads change places as often as Python can."""
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    yield
    sys.setswitchinterval(interval)


@pytest.mark.usefixtures("restless")
def test_threads_do_not_see_each_others_faults(schema: Schema, a_claim: Maker) -> None:
    """One schema serves many calls at once, and each gets the faults of its own message."""
    wrong = ["issueDate", "plannedHealthcare", "lineId"]
    messages = [etree.tostring(a_claim("öppen vård", {name: "x"})) for name in wrong]
    messages.append(etree.tostring(a_claim()))
    expected = [[name] for name in wrong] + [[]]

    def judge(number: int) -> list[str]:
        findings = schema.findings(etree.fromstring(messages[number % 4]))
        return [finding.where.rpartition("/")[2] for finding in findings]

    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(judge, range(800)))

    assert answers == expected * 200


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("<xs:schema", id="not XML"),
        pytest.param("<schema/>", id="not a schema"),
        pytest.param(
            "<xs:schema xmlns:xs='http://www.w3.org/2001/XMLSchema'>"
            "<xs:element name='a' type='none'/></xs:schema>",
            id="a type that is not there",
        ),
    ],
)
def test_a_schema_that_cannot_be_compiled_is_named(tmp_path: Path, text: str) -> None:
    """The error tells which file, and is the harness's own: the verdict is broken."""
    path = tmp_path / "wrong.xsd"
    path.write_text(text)

    with pytest.raises(HarnessError, match="cannot be compiled") as refused:
        Schema(path)

    assert refused.value.where == str(path)


def test_a_schema_that_is_not_there_is_named(tmp_path: Path) -> None:
    """A missing file is told like any other that cannot be compiled."""
    with pytest.raises(HarnessError, match=r"none\.xsd"):
        Schema(tmp_path / "none.xsd")


@pytest.mark.parametrize(
    ("finding", "line"),
    [
        pytest.param(Finding(rule="xml", text="empty"), "xml: empty", id="text alone"),
        pytest.param(Finding(rule="xml", text="no end", line=3), "xml (line 3): no end", id="line"),
        pytest.param(Finding(rule="R5", text="sum", where="/a"), "R5 at /a: sum", id="place"),
        pytest.param(
            Finding(rule="R5", text="sum", where="/a", line=3), "R5 at /a (line 3): sum", id="both"
        ),
    ],
)
def test_a_finding_is_told_on_one_line(finding: Finding, line: str) -> None:
    """Rule, place, line where known, then what is wrong."""
    assert str(finding) == line
