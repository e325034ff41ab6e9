"""Schemas made at random, edited at random: messages never contradict what is told of them."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Any

import pytest
from lxml import etree

SCHEMAS = 50
TYPES = (
    "xs:string",
    "xs:int",
    "xs:date",
    "t:Code",
    "t:Number",
    "t:Kind",
    "t:Part",
)
MORE = """
<xs:simpleType name="Code"><xs:restriction base="xs:string">
  <xs:pattern value="{pattern}"/><xs:maxLength value="{length}"/></xs:restriction></xs:simpleType>
<xs:simpleType name="Number"><xs:restriction base="xs:decimal">
  <xs:minInclusive value="0"/><xs:maxInclusive value="{highest}"/>
  <xs:fractionDigits value="{digits}"/></xs:restriction></xs:simpleType>
<xs:simpleType name="Kind"><xs:restriction base="xs:string">{values}</xs:restriction>
</xs:simpleType>
<xs:complexType name="Part"><xs:sequence>{part}</xs:sequence>{attribute}</xs:complexType>
"""


def elements(rng: Random, names: str) -> str:
    """Write elements of random types and cardinalities."""
    told = []
    for name in names:
        least = rng.choice((0, 0, 1, 1, 2))
        most = rng.choice((max(least, 1), 3, "unbounded"))
        kind = rng.choice(TYPES[:6] if name == "z" else TYPES)
        nil = rng.choice(('nillable="true"', "", "", ""))
        counts = f'minOccurs="{least}" maxOccurs="{most}"'
        told.append(f'<xs:element name="{name}" type="{kind}" {counts} {nil}/>')
    return "".join(told)


def content(rng: Random) -> str:
    """Write a content model of a few elements, some in a choice."""
    names = rng.sample("abcdefg", rng.randint(2, 5))
    cut = rng.randrange(len(names) + 1)
    first, then = elements(rng, "".join(names[:cut])), elements(rng, "".join(names[cut:]))
    if rng.random() < 0.4 and then:
        counts = rng.choice(("", 'minOccurs="0"', 'maxOccurs="unbounded"'))
        then = f"<xs:choice {counts}>{then}</xs:choice>"
    return first + then


def schema(rng: Random, root: str) -> dict[str, str]:
    """Give the fields of a version whose root holds this."""
    chosen = rng.sample(("A", "B", "C", "D"), rng.randint(1, 4))
    more = MORE.format(
        pattern=rng.choice(("[A-Z]{2,4}", "[A-Z]+", "[A-Z0-9]{1,3}", "A[0-9]*|B")),
        length=rng.choice((2, 3, 5)),
        highest=rng.choice((9, 99, 100)),
        digits=rng.choice((0, 1, 2)),
        values="".join(f'<xs:enumeration value="{value}"/>' for value in chosen),
        part=elements(rng, rng.choice(("z", "xz", "zx")).replace("x", "y")).replace(
            "t:Part", "xs:int"
        ),
        attribute=rng.choice(
            (
                "",
                '<xs:attribute name="q" type="xs:int"/>',
                '<xs:attribute name="q" type="xs:int" use="required"/>',
            )
        ),
    )
    known = {"content": root, "more": more}
    return known | ({"any": ""} if rng.random() < 0.3 else {})


def edited(rng: Random, root: str) -> str:
    """Edit a content model in one to three places."""
    held = etree.fromstring(f'<c xmlns:xs="x">{root}</c>')
    for _ in range(rng.randint(1, 3)):
        every = list(held.iter("{x}element"))
        one = rng.choice(every)
        match rng.randrange(6):
            case 0 if len(every) > 2 and len(one.getparent()) > 1:
                one.getparent().remove(one)
            case 1:
                one.set("minOccurs", rng.choice("01"))
                one.set("maxOccurs", rng.choice(("1", "2", "unbounded")))
            case 2:
                new = etree.fromstring(
                    elements(rng, "h")
                    .replace("<xs:", "<xs:", 1)
                    .replace("<xs:element", '<xs:element xmlns:xs="x"')
                )
                if held.find(".//{x}element[@name='h']") is None:
                    one.addnext(new)
            case 3:
                other = rng.choice(every)
                if other is not one and one.getparent() is other.getparent():
                    other.addnext(one)
            case 4:
                one.set("type", rng.choice(TYPES))
            case 5:
                one.set("nillable", rng.choice(("true", "false")))
    text = "".join(etree.tostring(child, encoding="unicode") for child in held)
    return text.replace(' xmlns:xs="x"', "")


@pytest.mark.parametrize("seed", range(SCHEMAS))
def test_messages_agree_with_what_is_told(seed: int, compared: Callable[..., Any]) -> None:
    """Whatever is said to hold is taken, and what is said to break is shown by a message."""
    rng = Random(seed)  # noqa: S311 - repeatable, not secret
    root = content(rng)

    found = compared(schema(rng, root), schema(rng, edited(rng, root)))

    assert list(found.contradictions()) == []
