"""Person identities taken out of what is shown or exported; XML stays XML, and lines up as before.

Three nets, each for what slips through the one before: what the message itself declares to be a
person's id, whatever its shape; what has the shape of an identity in the text as written; and what
has it only once character references, CDATA and comments are taken away.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import fields, replace
from typing import TYPE_CHECKING, Any

from lxml import etree

from contracts.parsing import readable
from simulator.journal.charset import charset_of
from simulator.journal.identities import IsTestPerson, identities_in, nobody, normalised

if TYPE_CHECKING:
    from simulator.exchange import Exchange, Leg

__all__ = ["SECRET", "WITHHELD", "Masker"]

SECRET = "[secret]"  # noqa: S105 - what stands in place of one

WITHHELD = "<!-- withheld: a person identity stands in a name --><withheld/>"
"""What stands in place of a body that cannot be masked and stay XML."""

_SECRET_HEADERS = {"authorization", "proxy-authorization", "cookie", "set-cookie"}

_PERSON_ROOTS = {
    "1.2.752.129.2.1.3.1",  # personnummer
    "1.2.752.129.2.1.3.2",  # national reserve number in older contracts
    "1.2.752.129.2.1.3.3",  # samordningsnummer
    "1.2.752.74.9.1",  # national reserve number
    "1.2.752.97.3.1.3",  # Stockholm's reserve number
}
_PERSON_NAMES = {
    "patientid", "patientidentity", "patientidentification", "personid", "personidentity",
    "personnummer", "subjectofcare", "subjectofcareid", "registeredresidentidentification",
    "residentidentification", "citizenid",
}  # fmt: skip
"""Elements and attributes that hold a person's id, names in lower case (RIV-TA's contracts)."""

_ID_NAMES = {"extension", "id", "value"}
_OID = re.compile(r"[0-2](\.\d+)+")
_SHORTEST = 6
"""Characters; a shorter declared id is no id, and taking it out would spoil the rest."""

_REFERENCE = re.compile(r"&#(?:x([0-9a-fA-F]{1,6})|(\d{1,7}));")
_MOST_NUMBERED = 100_000
_NUMBER = 10  # characters that tell a person, however the century is written


class Masker:
    """Takes person identities out; the same person has the same placeholder all through.

    Shape: one masker for one export: ``[person 1]`` is the first person that it meets. Test
           persons are left in. Headers that carry a secret become ``[secret]``.
    """

    def __init__(self, is_test_person: IsTestPerson = nobody) -> None:
        self._is_test_person = is_test_person
        self._numbers: dict[str, int] = {}
        self._key = secrets.token_bytes(16)

    def exchange(self, exchange: Exchange) -> Exchange:
        """Give an exchange without identities, in bodies, headers and all other text."""
        declared: set[str] = set()
        for leg in exchange.legs:
            for body in (leg.request, leg.response):
                declared |= declared_in(readable(body))
        changed: dict[str, Any] = {
            field.name: self._values(getattr(exchange, field.name), declared)
            for field in fields(exchange)
            if field.name != "legs"
        }
        legs = tuple(self._leg(leg, declared) for leg in exchange.legs)
        return replace(exchange, **changed, legs=legs)

    def _leg(self, leg: Leg, declared: set[str]) -> Leg:
        return replace(
            leg,
            url=self._text(leg.url, declared),
            problem=self._text(leg.problem, declared),
            request_headers=self._headers(leg.request_headers, declared),
            response_headers=self._headers(leg.response_headers, declared),
            request=self._body(leg.request, leg.request_headers, declared),
            response=self._body(leg.response, leg.response_headers, declared),
        )

    def text(self, text: str) -> str:
        """Give a text without identities."""
        return self._text(text, ())

    def body(self, body: bytes, headers: Mapping[str, str]) -> bytes:
        """Give a body without identities, in its charset; XML stays well-formed."""
        return self._body(body, headers, declared_in(readable(body)))

    def values(self, value: Any) -> Any:
        """Give a JSON-like value without identities in its texts, keys included."""
        return self._values(value, ())

    def _values(self, value: Any, declared: Iterable[str]) -> Any:
        if isinstance(value, str):
            return self._text(value, declared)
        if isinstance(value, Mapping):
            return {
                self._values(key, declared): self._values(held, declared)
                for key, held in value.items()
            }
        if isinstance(value, (list, tuple)):
            return type(value)(self._values(one, declared) for one in value)
        return value

    def _headers(self, headers: Mapping[str, str], declared: set[str]) -> dict[str, str]:
        return {
            self._text(name, declared): SECRET
            if name.lower() in _SECRET_HEADERS
            else self._text(value, declared)
            for name, value in headers.items()
        }

    def _body(self, body: bytes, headers: Mapping[str, str], declared: set[str]) -> bytes:
        charset = charset_of(body, headers)
        text = body.decode(charset)
        was_xml = readable(body) is not None
        masked = self._text(text if was_xml else _without_references(text), declared)
        changed = masked.encode(charset) if masked != text else body
        if not was_xml:
            return changed
        root = readable(changed)
        if root is not None and not self._mask_tree(root, declared):
            return changed
        if root is None:  # an identity stood where XML wants a name
            return WITHHELD.encode(charset)
        tree = root.getroottree()
        declares = text.lstrip("\ufeff \t\r\n").startswith("<?xml")
        return etree.tostring(tree, encoding=tree.docinfo.encoding or "UTF-8",
                              xml_declaration=declares)  # fmt: skip

    def _mask_tree(self, root: etree._Element, declared: set[str]) -> bool:
        """Take out what shows only in the tree, and tell whether there was anything."""
        changed = False
        for node in root.getroottree().iter():
            for name, value in list(node.attrib.items()) if isinstance(node.tag, str) else ():
                if (masked := self._text(str(value), declared)) != value:
                    node.attrib[name] = masked
                    changed = True
            if not isinstance(node.tag, str):  # a comment or a processing instruction
                text = node.text or ""
                if (masked := self._text(text, declared)) != text:
                    node.text = masked
                    changed = True
            else:
                changed |= self._mask_runs(node, declared)
        return changed

    def _mask_runs(self, element: etree._Element, declared: set[str]) -> bool:
        """Mask the text of an element, read over the comments that stand in it."""
        changed = False
        run: list[tuple[etree._Element, str]] = [(element, "text")]
        for child in [*element, None]:
            if child is not None and not isinstance(child.tag, str):
                run.append((child, "tail"))
                continue
            text = "".join(getattr(node, where) or "" for node, where in run)
            if (masked := self._text(text, declared)) != text:
                for node, where in run[1:]:
                    setattr(node, where, None)
                setattr(*run[0], masked)
                changed = True
            if child is not None:
                run = [(child, "tail")]
        return changed

    def _text(self, text: str, declared: Iterable[str]) -> str:
        for identity in declared:
            if identity in text and not self._is_test_person(normalised(identity)):
                alone = rf"(?<![0-9A-Za-z]){re.escape(identity)}(?![0-9A-Za-z])"
                text = re.sub(alone, self._placeholder(identity), text)
        if not any(character.isdigit() for character in text):
            return text
        done, parts = 0, []
        for found in identities_in(text):
            identity = normalised(found[0])
            if not self._is_test_person(identity):
                parts += [text[done : found.start()], self._placeholder(identity)]
                done = found.end()
        return "".join([*parts, text[done:]]) if parts else text

    def _placeholder(self, identity: str) -> str:
        person = normalised(identity)[-_NUMBER:]
        number = self._numbers.get(person)
        if number is None and len(self._numbers) < _MOST_NUMBERED:
            number = self._numbers[person] = len(self._numbers) + 1
        if number is not None:
            return f"[person {number}]"
        told = hmac.new(self._key, person.encode(), hashlib.sha256).hexdigest()[:12]
        return f"[person #{told}]"  # memory is bounded; the same person is still the same


def declared_in(root: etree._Element | None) -> set[str]:
    """Give what a message itself says are ids of persons, whatever their shape."""
    found: set[str] = set()
    if root is None:
        return found
    for element in root.iter(etree.Element):
        leaves = {etree.QName(child).localname: (child.text or "").strip()
                  for child in element.iterchildren(etree.Element)}  # fmt: skip
        held = {**{str(etree.QName(name).localname): str(value).strip()
                   for name, value in element.attrib.items()}, **leaves}  # fmt: skip
        is_person = etree.QName(element).localname.lower() in _PERSON_NAMES
        if is_person or held.get("root") in _PERSON_ROOTS:
            found |= {value for name, value in held.items() if name in _ID_NAMES}
        if is_person:
            found.add((element.text or "").strip())
        found |= {value for name, value in held.items() if name.lower() in _PERSON_NAMES}
    return {one for one in found if len(one) >= _SHORTEST and not _OID.fullmatch(one)}


def _without_references(text: str) -> str:
    """Write letters, digits and signs out that a text which cannot be parsed refers to."""

    def written(found: re.Match[str]) -> str:
        code = int(found[1], 16) if found[1] else int(found[2])
        character = chr(code) if code < 0x80 else ""  # noqa: PLR2004 - the end of ASCII
        return character if character.isalnum() or character in {"-", "+"} else found[0]

    return _REFERENCE.sub(written, text)
