"""Masking: no identity is left in what is shown, XML stays XML, and a person stays one person."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from contracts.parsing import parse
from simulator.exchange import Exchange, Leg
from simulator.journal import masking
from simulator.journal.identities import identities_in, normalised, those_of
from simulator.journal.masking import SECRET, Masker

TOLVAN = "191212121212"
NINA = "201010102392"
RESERVE = "19521234TA3C"  # no date: only what declares it tells that it is a person's
XML = {"content-type": "text/xml; charset=UTF-8"}


@st.composite
def persons(draw: st.DrawFn) -> str:
    """Write a person's identity in twelve characters, without separator."""
    born = draw(st.dates(min_value=date(1900, 1, 1), max_value=date(2030, 12, 31)))
    day = born.day + 60 * draw(st.booleans())
    return f"{born.year}{born.month:02d}{day:02d}{draw(st.from_regex(r'[0-9]{4}', fullmatch=True))}"


def referred(identity: str) -> str:
    """Write each second character as a character reference."""
    return "".join(f"&#{ord(one)};" if place % 2 else one for place, one in enumerate(identity))


WAYS: dict[str, Callable[[str], str]] = {
    "text": lambda one: f"<id>{one}</id>",
    "text among words": lambda one: f"<note>om {one[:8]}-{one[8:]}, och</note>",
    "without century": lambda one: f"<id>{one[2:]}</id>",
    "attribute": lambda one: f'<person id="{one}"/>',
    "attribute in single quotes": lambda one: f"<person id='{one[2:8]}-{one[8:]}'/>",
    "CDATA": lambda one: f"<id><![CDATA[{one}]]></id>",
    "comment": lambda one: f"<a/><!-- {one} -->",
    "processing instruction": lambda one: f"<?note {one}?>",
    "character references": lambda one: f"<id>{referred(one)}</id>",
    "references in an attribute": lambda one: f'<person id="{referred(one)}"/>',
    "hexadecimal references": lambda one: f"<id>&#x31;{one[1:]}</id>"
    if one[0] == "1"
    else f"<id>&#x32;{one[1:]}</id>",
    "text with a comment in it": lambda one: f"<id>{one[:5]}<!-- x -->{one[5:]}</id>",
    "text in two CDATA": lambda one: f"<id><![CDATA[{one[:7]}]]><![CDATA[{one[7:]}]]></id>",
    "text after an element": lambda one: f"<p><b/>{one[:6]}<?x?>{one[6:]}<b/></p>",
    "root and extension": lambda one: "<who><root>1.2.752.129.2.1.3.1</root>"
    f"<extension>{one}</extension></who>",
}  # fmt: skip
ENCODINGS = ["UTF-8", "ISO-8859-1", "UTF-16"]


def document(parts: list[str], encoding: str = "UTF-8", *, declared: bool = True) -> bytes:
    """Put parts into a document, with letters that tell charsets apart."""
    head = f'<?xml version="1.0" encoding="{encoding}"?>' if declared else ""
    return f"{head}<å>{''.join(parts)}</å>".encode(encoding)


def everything_in(body: bytes) -> str:
    """Give all text of a document as a reader sees it, and as it is written."""
    root = parse(body)
    seen = [" ".join("".join(root.itertext(with_tail=False)).split())]
    for node in root.getroottree().iter():
        seen += [str(value) for value in node.attrib.values()] if node.tag is not etree.PI else []
        if isinstance(node.tag, str):
            seen.append("".join(node.xpath("text()")))
        else:
            seen.append(node.text or "")
    return "\n".join(seen)


@given(
    written=st.lists(st.tuples(persons(), st.sampled_from(sorted(WAYS))), min_size=1, max_size=5),
    encoding=st.sampled_from(ENCODINGS),
)
def test_no_identity_is_left_and_the_message_can_be_read(
    written: list[tuple[str, str]], encoding: str
) -> None:
    """However it is written, in whatever charset; and all that is no identity is as it was."""
    body = document([WAYS[way](person) for person, way in written], encoding)

    masked = Masker().body(body, {})

    left = everything_in(masked) + masked.decode(encoding)
    assert list(identities_in(left)) == []
    digits = re.sub(r"\D", "", re.sub(r"\[person \d+\]", "", everything_in(masked)))
    assert not any(person[2:] in digits for person, _ in written)
    before, after = parse(body), parse(masked)
    assert [node.tag for node in before.iter(etree.Element)] == [
        node.tag for node in after.iter(etree.Element)
    ]
    assert after.tag == "å"


@given(person=persons(), way=st.sampled_from(sorted(WAYS)))
def test_a_test_person_is_left_as_it_stands(person: str, way: str) -> None:
    """Byte by byte: what is no person's is not touched."""
    body = document([WAYS[way](person)])

    assert Masker(those_of([person])).body(body, XML) == body


@given(person=persons(), other=persons())
def test_a_person_has_one_placeholder_all_through(person: str, other: str) -> None:
    """So that it can be followed from message to message, and told from others."""
    masker = Masker()
    first = [masker.text(one) for one in (person, other, f"{person[2:8]}-{person[8:]}")]
    again = masker.body(document([f"<id>{person}</id>"], declared=False), {})

    assert first[0] == first[2] == "[person 1]"
    assert (first[1] == "[person 1]") is (person[2:] == other[2:])
    assert again == "<å><id>[person 1]</id></å>".encode()


@given(body=st.binary(max_size=300))
def test_any_bytes_can_be_masked(body: bytes) -> None:
    """What is no XML is text in some charset; nothing of it is lost."""
    if list(identities_in(body.decode("latin-1"))):
        return
    assert Masker().body(body, XML) == body or b"&#" in body


@given(person=persons(), cut=st.integers(min_value=0, max_value=30))
def test_a_message_that_cannot_be_read_is_masked_all_the_same(person: str, cut: int) -> None:
    """Cut off, or with a document type: by what is written, references resolved."""
    whole = f"<a><id>{person}</id><id>{referred(person)}</id>{'x' * 30}</a>".encode()
    for body in (whole[: len(whole) - 1 - cut], b'<!DOCTYPE a [<!ENTITY e "1">]>' + whole):
        masked = Masker().body(body, XML).decode()

        assert person not in masked
        assert referred(person) not in masked
        assert masked.count("[person 1]") == 2


@pytest.mark.parametrize(
    "message",
    [
        pytest.param(
            "<p><root>1.2.752.97.3.1.3</root><extension>{}</extension></p>", id="root of persons"
        ),
        pytest.param('<p root="1.2.752.74.9.1" extension="{}"/>', id="root in an attribute"),
        pytest.param(
            "<x:patientId xmlns:x='urn:x'><x:root>2321000016</x:root><x:extension>{}</x:extension>"
            "</x:patientId>",
            id="a patient by another root",
        ),
        pytest.param("<subjectOfCareId>{}</subjectOfCareId>", id="an element of its own"),
        pytest.param('<call patientId="{}"/>', id="an attribute of its own"),
    ],
)
def test_what_a_message_declares_to_be_a_person_is_masked_whatever_its_shape(
    message: str,
) -> None:
    """Local reserve numbers have many shapes."""
    body = f"<a>{message.format(RESERVE)}<note>om {RESERVE}</note></a>".encode()

    masked = Masker().body(body, XML).decode()

    assert RESERVE not in masked
    assert masked.count("[person 1]") == 2
    assert "1.2.752.97.3.1.3" in masked or "1.2.752.97.3.1.3" not in message
    assert ("2321000016" in masked) is ("2321000016" in message)


def test_an_exchange_is_masked_in_every_part(
    an_exchange: Callable[..., Exchange], a_leg: Callable[..., Leg]
) -> None:
    """Bodies of all legs, headers, addresses, explanations: a declared id is masked in all."""
    message = f"<patientId>{RESERVE}</patientId>".encode()
    masked = Masker().exchange(
        an_exchange(
            correlation_id=f"call for {TOLVAN}",
            receiver=NINA,
            detail=f"no {RESERVE} here",
            disturbances=({"name": f"for {TOLVAN}", "seconds": 1.5},),
            legs=(
                a_leg("in", request=message, url=f"http://x/?id={TOLVAN[:8]}%2D{TOLVAN[8:]}"),
                a_leg(
                    "out",
                    request_headers={"x-patient": TOLVAN, "Authorization": "Bearer x"},
                    response_headers={"Set-Cookie": "a=b"},
                    problem=f"{RESERVE} unknown",
                    response=f"<a>{RESERVE} {NINA}</a>".encode(),
                ),
            ),
        )
    )

    said = repr(masked)
    for identity in (TOLVAN, NINA, RESERVE, TOLVAN[:8], "Bearer x", "a=b"):
        assert identity not in said, identity
    assert masked.correlation_id == "call for [person 1]"
    assert masked.receiver == "[person 2]"
    assert masked.legs[0].url == "http://x/?id=[person 1]"
    assert masked.legs[1].request_headers == {"x-patient": "[person 1]", "Authorization": SECRET}
    assert masked.disturbances == ({"name": "for [person 1]", "seconds": 1.5},)
    assert masked.legs[1].response == b"<a>[person 3] [person 2]</a>"
    assert masked.legs[0].request_headers == {"content-type": "text/xml; charset=UTF-8"}


def test_an_identity_in_a_name_withholds_the_body() -> None:
    """A placeholder cannot stand there, and XML stays XML."""
    masked = Masker().body(f"<a><p{TOLVAN}/></a>".encode(), XML)

    assert TOLVAN.encode() not in masked
    assert parse(masked) is not None


def test_placeholders_stay_apart_when_there_are_very_many(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Memory is bounded; a person is still one person."""
    monkeypatch.setattr(masking, "_MOST_NUMBERED", 2)
    masker = Masker()
    people = [f"19{year:02d}01011234" for year in range(10, 20)]

    told = [masker.text(person) for person in people]

    assert told[:2] == ["[person 1]", "[person 2]"]
    assert len(set(told)) == len(people)
    assert [masker.text(person) for person in people] == told
    assert all(re.fullmatch(r"\[person #[0-9a-f]{12}\]", one) for one in told[2:])
    assert all(normalised(one) != normalised(other) for one, other in pairwise(told))
    assert Masker().text(people[5]) == "[person 1]"
