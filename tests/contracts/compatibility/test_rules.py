"""Each kind of edit, both ways, with the verdict in requests and responses, and with witnesses.

A case gives two versions of a schema, compared forth and back; messages have the last word: see
``contradictions`` in the file beside this one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import pytest

from contracts.compatibility.edits import HOLDS, Kind
from contracts.compatibility.rules import ROWS, Direction, Verdict, verdict

NONE, MINOR, TOLERABLE, MAJOR = Verdict.NONE, Verdict.MINOR, Verdict.TOLERABLE, Verdict.MAJOR
EXT_A = '<xs:element name="extra" type="xs:string"/>'
Given = str | Mapping[str, str]


def el(name: str, type_: str = "xs:string", occurs: str = "1..1", more: str = "") -> str:
    """Write an element; ``type_`` may be a type that stands inside it."""
    least, most = occurs.split("..")
    most = "unbounded" if most == "*" else most
    counts = f'minOccurs="{least}" maxOccurs="{most}"'
    if type_.startswith("<"):
        return f'<xs:element name="{name}" {counts} {more}>{type_}</xs:element>'
    return f'<xs:element name="{name}" type="{type_}" {counts} {more}/>'


def ref(name: str, occurs: str = "1..1") -> str:
    """Write a reference to an element of another namespace."""
    return el("", occurs=occurs).replace('name="" type="xs:string"', f'ref="{name}"')


def simple(base: str, *facets: tuple[str, str]) -> str:
    """Write a simple type."""
    told = "".join(f'<xs:{kind} value="{value}"/>' for kind, value in facets)
    return f'<xs:simpleType><xs:restriction base="{base}">{told}</xs:restriction></xs:simpleType>'


def of(base: str, *facets: tuple[str, str]) -> str:
    """Write an element ``a`` of a simple type."""
    return el("a", simple(base, *facets))


def values(*names: str) -> str:
    """Write an element ``a`` of some values."""
    return of("xs:string", *(("enumeration", name) for name in names))


def union(members: str) -> str:
    """Write an element ``a`` of one of several types."""
    return el("a", f'<xs:simpleType><xs:union memberTypes="{members}"/></xs:simpleType>')


def group(kind: str, *parts: str, occurs: str = "1..1") -> str:
    """Write a group of parts."""
    least, most = occurs.split("..")
    most = "unbounded" if most == "*" else most
    return f'<xs:{kind} minOccurs="{least}" maxOccurs="{most}">{"".join(parts)}</xs:{kind}>'


def attribute(name: str, more: str = "", type_: str = "xs:string") -> dict[str, str]:
    """Give a root type with an attribute."""
    return {"attributes": f'<xs:attribute name="{name}" type="{type_}" {more}/>'}


def fixed(value: str) -> str:
    return el("a", more=f'fixed="{value}"')


def wild(namespace: str = "##other", process: str = "lax", occurs: str = "0..*") -> dict[str, str]:
    """Give a root type with another wildcard."""
    least, most = occurs.split("..")
    most = "unbounded" if most == "*" else most
    return {
        "content": el("a"),
        "any": f'<xs:any namespace="{namespace}" processContents="{process}" '
        f'minOccurs="{least}" maxOccurs="{most}"/>',
    }


def derived(*names: str, abstract: bool = False) -> dict[str, str]:
    """Give a root that holds a base type, and types that derive from it."""
    types = "".join(
        f'<xs:complexType name="{name}"><xs:complexContent><xs:extension base="t:Base">'
        f"<xs:sequence>{el(name.lower())}</xs:sequence></xs:extension></xs:complexContent>"
        "</xs:complexType>"
        for name in names
    )
    is_abstract = ' abstract="true"' if abstract else ""
    held = f"<xs:sequence>{el('x')}</xs:sequence>"
    base = f'<xs:complexType name="Base"{is_abstract}>{held}</xs:complexType>'
    return {"content": el("a", "t:Base"), "more": base + types}


def substitutes(*names: str, abstract: bool = False) -> dict[str, str]:
    """Give a root that refers to a head element, and elements that substitute for it."""
    is_abstract = ' abstract="true"' if abstract else ""
    heads = f'<xs:element name="head" type="xs:string"{is_abstract}/>'
    return {
        "content": ref("t:head"),
        "more": heads
        + "".join(
            f'<xs:element name="{name}" type="xs:string" substitutionGroup="t:head"/>'
            for name in names
        ),
    }


def with_ext(content: str, **more: str) -> dict[str, str]:
    """Give a root whose extension namespace declares ``extra``."""
    return {"content": content, "ext": EXT_A, **more}


A, B, C = el("a"), el("b"), el("c")
NO_ANY = {"any": ""}

# old, new, kind; backward, forward; verdicts of the request and of the response
CASES: Mapping[str, tuple[Given, Given, Kind, bool, bool, Verdict, Verdict]] = {
    # The table of the rules, row by row
    "an optional extension, for the xs:any": (
        A, with_ext(A + ref("m1:extra", "0..1"), **NO_ANY), Kind.EXTENSION_ADDED,
        True, True, MINOR, MINOR),
    "an optional element of the same namespace": (
        A, A + el("b", occurs="0..1"), Kind.OPTIONAL_ADDED, True, False, MAJOR, MAJOR),
    "an optional element, with room for all": (
        {"content": A, "any": '<xs:any namespace="##targetNamespace" processContents="lax" '
         'minOccurs="0" maxOccurs="unbounded"/>'},
        {"content": A + el("b", occurs="0..1"), "any": ""}, Kind.OPTIONAL_ADDED,
        True, True, MINOR, MINOR),
    "an optional extension that has no room": (
        {"content": A, "any": ""}, with_ext(A + ref("m1:extra", "0..1"), **NO_ANY),
        Kind.EXTENSION_ADDED, True, False, MAJOR, MAJOR),
    "an optional extension elsewhere than at the end": (
        A + B, with_ext(A + ref("m1:extra", "0..1") + B), Kind.EXTENSION_ADDED,
        True, False, MAJOR, MAJOR),
    "a mandatory extension": (
        A, with_ext(A + ref("m1:extra")), Kind.MANDATORY_ADDED, False, True, MAJOR, MAJOR),
    "a mandatory element": (A, A + B, Kind.MANDATORY_ADDED, False, False, MAJOR, MAJOR),
    "an optional element removed": (
        A + el("b", occurs="0..1"), A, Kind.REMOVED, False, True, MAJOR, MAJOR),
    "an extension removed, where the xs:any takes it": (
        with_ext(A + ref("m1:extra")), with_ext(A), Kind.REMOVED, True, False, MAJOR, MAJOR),
    "an element renamed": (A + B, A + C, Kind.RENAMED, False, False, MAJOR, MAJOR),
    "an element moved": (A + B + C, B + A + C, Kind.MOVED, False, False, MAJOR, MAJOR),
    "an element made mandatory": (
        el("a", occurs="0..1"), A, Kind.MADE_MANDATORY, False, True, MAJOR, MAJOR),
    "an element made optional": (
        A, el("a", occurs="0..1"), Kind.MADE_OPTIONAL, True, False, TOLERABLE, MAJOR),
    "cardinality narrowed": (
        el("a", occurs="1..5"), el("a", occurs="1..3"), Kind.OCCURRENCE,
        False, True, MAJOR, TOLERABLE),
    "cardinality widened": (
        el("a", occurs="1..3"), el("a", occurs="1..*"), Kind.OCCURRENCE,
        True, False, TOLERABLE, MAJOR),
    "cardinality shifted": (
        el("a", occurs="1..3"), el("a", occurs="2..4"), Kind.OCCURRENCE,
        False, False, MAJOR, MAJOR),
    "a type changed": (el("a"), el("a", "xs:int"), Kind.TYPE, False, True, MAJOR, MAJOR),
    "a pattern tightened": (
        of("xs:string", ("pattern", "[0-9pP]{3}")), of("xs:string", ("pattern", "[0-9]{3}")),
        Kind.PATTERN, False, True, MAJOR, MAJOR),
    "a length tightened": (
        of("xs:string", ("maxLength", "9")), of("xs:string", ("maxLength", "5")), Kind.LENGTH,
        False, True, MAJOR, MAJOR),
    "an enumeration value removed": (
        values("A", "B"), values("A"), Kind.VALUE_REMOVED, False, True, MAJOR, MAJOR),
    "an enumeration value added": (
        values("A"), values("A", "B"), Kind.VALUE_ADDED, True, False, TOLERABLE, MAJOR),
    "the trap: an extension in place of the xs:any": (
        A, with_ext(A + ref("m1:extra", "0..1"), **NO_ANY), Kind.ANY_REPLACED,
        False, True, TOLERABLE, TOLERABLE),
    # Content
    "a branch of a choice added": (
        group("sequence", group("choice", A, B)), group("sequence", group("choice", A, B, C)),
        Kind.BRANCH_ADDED, True, False, TOLERABLE, MAJOR),
    "a branch of a choice removed": (
        group("sequence", group("choice", A, B, C)), group("sequence", group("choice", A, B)),
        Kind.BRANCH_REMOVED, False, True, MAJOR, MAJOR),
    "a mandatory choice of new elements": (
        A, A + group("choice", B, C), Kind.MANDATORY_ADDED, False, False, MAJOR, MAJOR),
    "an optional choice of new elements": (
        A, A + group("choice", B, C, occurs="0..1"), Kind.OPTIONAL_ADDED,
        True, False, MAJOR, MAJOR),
    "a sequence that became a choice": (
        group("sequence", A, B), group("choice", A, B), Kind.GROUPING, False, False, MAJOR, MAJOR),
    "a sequence that became all": (
        group("sequence", A, B), group("all", A, B), Kind.GROUPING, True, False, MAJOR, MAJOR),
    "all that was reordered": (
        group("all", A, B), group("all", B, A), Kind.MOVED, True, True, NONE, NONE),
    "a repeated sequence in place of repeated elements": (
        group("sequence", el("a", occurs="0..*"), el("b", occurs="0..*")),
        group("sequence", A, B, occurs="0..*"), Kind.GROUPING, False, False, MAJOR, MAJOR),
    "text between elements": (
        A, {"content": A, "mixed": ' mixed="true"'}, Kind.MIXED, True, False, TOLERABLE, MAJOR),
    "a value that became elements": (
        el("a"), el("a", f"<xs:complexType><xs:sequence>{B}</xs:sequence></xs:complexType>"),
        Kind.CONTENT, False, False, MAJOR, MAJOR),
    "a substitute": (
        substitutes("one"), substitutes("one", "two"), Kind.SUBSTITUTE_ADDED,
        True, False, TOLERABLE, MAJOR),
    "an element made abstract": (
        substitutes("one"), substitutes("one", abstract=True), Kind.ABSTRACT,
        False, True, MAJOR, MAJOR),
    "a type made abstract": (
        derived("One"), derived("One", abstract=True), Kind.ABSTRACT, False, True, MAJOR, MAJOR),
    "a type derived from an abstract one": (
        derived("One", abstract=True), derived("One", "Two", abstract=True), Kind.SUBTYPE_ADDED,
        True, False, TOLERABLE, MAJOR),
    "a type derived from one in use": (
        derived("One"), derived("One", "Two"), Kind.SUBTYPE_ALLOWED,
        True, False, TOLERABLE, TOLERABLE),
    "a derived type removed": (
        derived("One", "Two"), derived("One"), Kind.SUBTYPE_REMOVED, False, True, MAJOR, MAJOR),
    # Wildcards
    "an xs:any added": (
        {"content": A, "any": ""}, A, Kind.ANY_ADDED, True, False, TOLERABLE, TOLERABLE),
    "an xs:any removed": (
        A, {"content": A, "any": ""}, Kind.ANY_REMOVED, False, True, MAJOR, MAJOR),
    "an xs:any that became strict": (
        wild(), wild(process="strict"), Kind.ANY_CHANGED, False, True, MAJOR, MAJOR),
    "an xs:any for fewer namespaces": (
        wild(), wild("urn:other"), Kind.ANY_CHANGED, False, True, MAJOR, MAJOR),
    "an xs:any for more namespaces": (
        wild("urn:other"), wild(), Kind.ANY_CHANGED, True, False, TOLERABLE, MAJOR),
    "an xs:any for fewer elements": (
        wild(), wild(occurs="0..1"), Kind.ANY_CHANGED, False, True, MAJOR, MAJOR),
    "an xs:any that skips": (
        wild(), wild(process="skip"), Kind.ANY_CHANGED, True, True, NONE, NONE),
    # Elements
    "an element that may be nil": (
        A, el("a", more='nillable="true"'), Kind.NILLABLE, True, False, TOLERABLE, MAJOR),
    "a fixed value": (A, fixed("x"), Kind.FIXED, False, True, MAJOR, MAJOR),
    "another fixed value": (fixed("x"), fixed("y"), Kind.FIXED, False, False, MAJOR, MAJOR),
    "a default value": (
        A, el("a", more='default="x"'), Kind.DEFAULT, True, True, TOLERABLE, TOLERABLE),
    "a default value that lets an element be empty": (
        el("a", "xs:int"), el("a", "xs:int", more='default="1"'), Kind.DEFAULT,
        True, False, TOLERABLE, MAJOR),
    # Values
    "a pattern that says the same otherwise": (
        of("xs:string", ("pattern", "(A|B)[0-9]{2}")),
        of("xs:string", ("pattern", "A[0-9][0-9]|B[0-9]{2}")), Kind.PATTERN,
        True, True, NONE, NONE),
    "a pattern that overlaps": (
        of("xs:string", ("pattern", "[a-m]{2}")), of("xs:string", ("pattern", "[h-z]{2}")),
        Kind.PATTERN, False, False, MAJOR, MAJOR),
    "a pattern widened": (
        of("xs:string", ("pattern", "[0-9]{12}")),
        of("xs:string", ("pattern", "[0-9]{8}[0-9pPtTfF][0-9]{3}")), Kind.PATTERN,
        True, False, TOLERABLE, MAJOR),
    "a length that the pattern implies": (
        of("xs:string", ("pattern", "[0-9]{3}"), ("maxLength", "3")),
        of("xs:string", ("pattern", "[0-9]{3}")), Kind.LENGTH, True, True, NONE, NONE),
    "a least length": (
        el("a"), of("xs:string", ("minLength", "2")), Kind.LENGTH, False, True, MAJOR, MAJOR),
    "an exact length": (
        of("xs:string", ("minLength", "2"), ("maxLength", "4")), of("xs:string", ("length", "3")),
        Kind.LENGTH, False, True, MAJOR, MAJOR),
    "a range narrowed": (
        of("xs:int", ("maxInclusive", "100")), of("xs:int", ("maxInclusive", "99")), Kind.RANGE,
        False, True, MAJOR, MAJOR),
    "a range widened": (
        of("xs:decimal", ("minExclusive", "0")), of("xs:decimal", ("minInclusive", "0")),
        Kind.RANGE, True, False, TOLERABLE, MAJOR),
    "a range told otherwise": (
        of("xs:int", ("maxInclusive", "99")), of("xs:int", ("maxExclusive", "100")), Kind.RANGE,
        True, True, NONE, NONE),
    "a range of days": (
        of("xs:date", ("minInclusive", "2020-01-01")),
        of("xs:date", ("minInclusive", "2021-01-01")), Kind.RANGE, False, True, MAJOR, MAJOR),
    "fewer decimals": (
        of("xs:decimal", ("fractionDigits", "3")), of("xs:decimal", ("fractionDigits", "2")),
        Kind.DIGITS, False, True, MAJOR, MAJOR),
    "more digits": (
        of("xs:integer", ("totalDigits", "3")), of("xs:integer", ("totalDigits", "4")),
        Kind.DIGITS, True, False, TOLERABLE, MAJOR),
    "digits told as a range": (
        of("xs:integer", ("totalDigits", "2")),
        of("xs:integer", ("minInclusive", "-99"), ("maxInclusive", "99")), Kind.DIGITS,
        True, True, NONE, NONE),
    "a wider number": (
        el("a", "xs:int"), el("a", "xs:long"), Kind.BUILT_IN, True, False, TOLERABLE, MAJOR),
    "a number that is no more whole": (
        el("a", "xs:integer"), el("a", "xs:decimal"), Kind.BUILT_IN, True, False, TOLERABLE, MAJOR),
    "strings that are tokens now": (
        el("a"), el("a", "xs:token"), Kind.BUILT_IN, True, True, NONE, NONE),
    "tokens that may not be empty": (
        of("xs:string", ("minLength", "1")), of("xs:token", ("minLength", "1")), Kind.BUILT_IN,
        False, True, MAJOR, MAJOR),
    "white space that is not collapsed any more": (
        of("xs:string", ("maxLength", "3"), ("whiteSpace", "collapse")),
        of("xs:string", ("maxLength", "3")), Kind.WHITE_SPACE, False, True, MAJOR, MAJOR),
    "values in place of text": (
        el("a"), values("A", "B"), Kind.ENUMERATION, False, True, MAJOR, MAJOR),
    "values in place of a pattern": (
        of("xs:string", ("pattern", "A|B")), values("B", "A"), Kind.ENUMERATION,
        True, True, NONE, NONE),
    "a day that became a time": (
        el("a", "xs:date"), el("a", "xs:dateTime"), Kind.TYPE, False, False, MAJOR, MAJOR),
    "another member of a union": (
        union("xs:int xs:date"), union("xs:int xs:date xs:boolean"), Kind.UNION,
        True, False, TOLERABLE, MAJOR),
    "items of a list": (
        el("a", '<xs:simpleType><xs:list itemType="xs:int"/></xs:simpleType>'),
        el("a", '<xs:simpleType><xs:list itemType="xs:short"/></xs:simpleType>'),
        Kind.BUILT_IN, False, True, MAJOR, MAJOR),
    "a list in place of a value": (
        el("a", "xs:int"), el("a", '<xs:simpleType><xs:list itemType="xs:int"/></xs:simpleType>'),
        Kind.TYPE, True, False, MAJOR, MAJOR),
    # Attributes
    "an optional attribute": ({}, attribute("x"), Kind.ATTRIBUTE_ADDED, True, False, MAJOR, MAJOR),
    "a required attribute": (
        {}, attribute("x", 'use="required"'), Kind.REQUIRED_ATTRIBUTE_ADDED,
        False, False, MAJOR, MAJOR),
    "an attribute removed": (attribute("x"), {}, Kind.ATTRIBUTE_REMOVED, False, True, MAJOR, MAJOR),
    "an attribute that is required now": (
        attribute("x"), attribute("x", 'use="required"'), Kind.ATTRIBUTE_MADE_REQUIRED,
        False, True, MAJOR, MAJOR),
    "an attribute that is optional now": (
        attribute("x", 'use="required"'), attribute("x"), Kind.ATTRIBUTE_MADE_OPTIONAL,
        True, False, TOLERABLE, MAJOR),
    "an attribute of another type": (
        attribute("x"), attribute("x", type_="xs:int"), Kind.TYPE, False, True, MAJOR, MAJOR),
    "an attribute that is fixed": (
        attribute("x"), attribute("x", 'fixed="1"'), Kind.FIXED, False, True, MAJOR, MAJOR),
    "an attribute with another default": (
        attribute("x", 'default="1"'), attribute("x", 'default="2"'), Kind.DEFAULT,
        True, True, TOLERABLE, TOLERABLE),
    "an xs:anyAttribute": (
        {}, {"attributes": '<xs:anyAttribute namespace="##other" processContents="lax"/>'},
        Kind.ANY_ATTRIBUTE, True, False, TOLERABLE, MAJOR),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
def test_an_edit_is_judged_as_the_rules_say(
    case: tuple[Given, Given, Kind, bool, bool, Verdict, Verdict], compared: Callable[..., Any]
) -> None:
    """Kind, answers and verdicts are those of the table, and no message contradicts them."""
    old, new, kind, backward, forward, request, response = case

    found = compared(old, new)
    edits = [one.edit for one in found.met if one.edit.kind is kind]
    assert edits, found.kinds
    (edit,) = edits
    judged = [verdict_of(edit, direction) for direction in (Direction.REQUEST, Direction.RESPONSE)]

    assert (edit.backward.holds, edit.forward.holds) == (backward, forward)
    assert judged == [request, response]
    assert list(found.contradictions()) == []


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
def test_what_is_told_forth_is_told_back_the_other_way_round(
    case: tuple[Given, Given, Kind, bool, bool, Verdict, Verdict], compared: Callable[..., Any]
) -> None:
    """With old and new exchanged the answers are exchanged, and messages agree again."""
    old, new, *_ = case

    found = compared(new, old)

    assert list(found.contradictions()) == []


def verdict_of(edit: Any, direction: Direction) -> Verdict:
    return verdict(edit.kind, direction, backward=edit.backward.holds, forward=edit.forward.holds)


def test_each_kind_of_edit_has_a_rule_and_a_case() -> None:
    """No kind is without a row, and only what cannot be shown by a message is without a case."""
    tried = {case[2] for case in CASES.values()}

    assert set(ROWS) == set(Kind)
    assert set(Kind) - tried == {Kind.SUBSTITUTE_REMOVED, Kind.IDENTITY}


def test_a_lie_is_caught_by_messages(compared: Callable[..., Any]) -> None:
    """The judges above can turn red: an answer that is not true is contradicted."""
    found = compared(el("a", occurs="0..1"), A)
    (met,) = found.met
    said = replace(met, edit=replace(met.edit, backward=HOLDS, forward=met.edit.backward))

    found.met = [said]
    told = list(found.contradictions())

    assert [text.partition(":")[0] for text in told] == [
        "said to hold, and refused", "element made mandatory forward",
    ]  # fmt: skip


def test_several_edits_of_a_type_are_judged_each_by_itself(compared: Callable[..., Any]) -> None:
    """An edit that breaks nothing is not blamed for its neighbour."""
    found = compared(A + el("b", occurs="0..1"), with_ext(A + ref("m1:extra", "0..1"), **NO_ANY))
    judged = {one.edit.kind: (one.edit.backward.holds, one.edit.forward.holds) for one in found.met}

    assert judged == {
        Kind.EXTENSION_ADDED: (True, True),
        Kind.REMOVED: (False, True),
        Kind.ANY_REPLACED: (False, True),
    }
    assert list(found.contradictions()) == []
