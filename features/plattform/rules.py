"""What the profile says of any message, request or answer: a table of rules, a requirement each."""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable
from dataclasses import dataclass

from lxml import etree

from contracts.envelope import SOAP_ENVELOPE
from features.plattform.seen import Seen, soap

__all__ = ["OF_EVERY_MESSAGE", "Found", "Rule", "always", "judged_by"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """Something that a message does otherwise than the profile says.

    Shape: a ``remark`` is for a reviewer to see, and fails nobody.
    """

    text: str
    where: str = ""
    expected: str = ""
    observed: str = ""
    remark: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One requirement on a message: where it applies, and what is then wrong, if anything."""

    requirement: str
    wrong: Callable[[Seen], Found | None]
    applies: Callable[[Seen], bool]


def judged_by(rules: tuple[Rule, ...], seen: Seen) -> dict[str, Found | None]:
    """Give, for each requirement that applies to a message, what is wrong."""
    return {rule.requirement: rule.wrong(seen) for rule in rules if rule.applies(seen)}


def always(_seen: Seen) -> bool:
    """Apply to every message."""
    return True


def _is_soap(seen: Seen) -> bool:
    """Tell whether a message is, or has to be, a SOAP message: a request, a success, a fault."""
    return not seen.is_answer or seen.is_success or seen.envelope is not None


def _is_read(seen: Seen) -> bool:
    return _is_soap(seen) and seen.root is not None and not seen.is_encoded


def _has_envelope(seen: Seen) -> bool:
    return seen.envelope is not None


def _no_type(seen: Seen) -> Found | None:
    return None if seen.content_type else Found(text="Content-Type saknas", observed="inget huvud")


def _wrong_media_type(seen: Seen) -> Found | None:
    if seen.media_type == "text/xml":
        return None
    return Found(
        text="mediatypen är inte text/xml",
        where="Content-Type",
        expected="text/xml",
        observed=seen.media_type[:100],
    )


def _untrue_charset(seen: Seen) -> Found | None:
    """Compare what is said of the encoding with the bytes, and with what else is said of it."""
    said, declared = seen.charset, seen.declared
    if not said:
        return Found(
            text="Content-Type anger ingen charset",
            where="Content-Type",
            expected="charset=UTF-8",
            observed=seen.content_type[:100],
            remark=True,
        )
    wrong = Found(
        text="charset är inte den teckenkodning som kroppen har",
        where="Content-Type",
        expected="UTF-16" if seen.is_wide else declared or "UTF-8",
        observed=said[:40],
    )
    if _family(said) is None or (_family(said) == "utf-16") is not seen.is_wide:
        return wrong
    if declared and _family(declared) != _family(said):
        return wrong
    try:
        seen.body.decode(seen.encoding if seen.is_wide else said)
    except (UnicodeDecodeError, LookupError):
        return wrong
    return None


def _other_encoding(seen: Seen) -> Found | None:
    said = seen.charset or seen.declared
    if said and _family(said) not in {"utf-8", "utf-16", "ascii", None}:
        return Found(
            text="teckenkodningen är varken UTF-8 eller UTF-16",
            where="Content-Type" if seen.charset else "/",
            observed=said[:40],
        )
    try:
        seen.body.decode(seen.encoding)
    except UnicodeDecodeError as error:
        return Found(
            text="kroppen har byte som inte är tecken i dess teckenkodning",
            where=f"byte {error.start + 1}",
            observed=seen.encoding.upper(),
        )
    return None


def _family(name: str) -> str | None:
    """Give the usual name of an encoding, one for all kinds of UTF-16; None for an unknown."""
    try:
        known = codecs.lookup(name).name
    except LookupError:
        return None
    return "utf-16" if known.startswith("utf-16") else known.removesuffix("-sig")


def _no_envelope(seen: Seen) -> Found | None:
    if seen.media_type.startswith("multipart/"):
        return Found(text="kroppen är i MIME-delar", where="Content-Type", observed=seen.media_type)
    if seen.envelope is not None or seen.is_encoded:
        return None
    observed = "inget XML-dokument"
    if seen.root is not None:
        observed = f"ett XML-dokument med roten {etree.QName(seen.root).localname}"
        if etree.QName(seen.root).localname == "Envelope":
            observed = "ett kuvert i en annan namnrymd"
    return Found(
        text="kroppen är inget SOAP 1.1-kuvert",
        where="/",
        expected="ett SOAP 1.1-kuvert",
        observed=observed,
    )


def _other_version(seen: Seen) -> Found | None:
    if seen.version in {"", "1.0"}:
        return None
    return Found(text="XML-versionen är inte 1.0", where="/", observed=seen.version[:20])


def _dtd(seen: Seen) -> Found | None:
    if seen.root is None or not seen.root.getroottree().docinfo.doctype:
        return None
    return Found(text="meddelandet har en DTD", where="/", observed="<!DOCTYPE …>")


def _instruction(seen: Seen) -> Found | None:
    if seen.root is None:
        return None
    for node in seen.root.getroottree().xpath("//processing-instruction()"):
        return Found(
            text="meddelandet har en processinstruktion",
            where=f"rad {node.sourceline}" if node.sourceline else "/",
            observed=f"<?{node.target}…?>"[:60],
        )
    return None


def _structure(seen: Seen) -> Found | None:
    assert seen.envelope is not None  # noqa: S101 - it applies to envelopes
    tags = [child.tag for child in seen.envelope if isinstance(child.tag, str)]
    if tags in ([soap("Body")], [soap("Header"), soap("Body")]):
        return None
    return Found(
        text="kuvertets element är inte högst ett Header och sedan ett Body",
        where="/Envelope",
        expected="Header, Body",
        observed=", ".join(etree.QName(tag).localname for tag in tags[:6]) or "inga",
    )


def _several(seen: Seen) -> Found | None:
    if (count := len(seen.payloads)) <= 1:
        return None
    return Found(
        text="Body har flera element", where="/Envelope/Body", expected="ett", observed=str(count)
    )


def _unqualified(seen: Seen) -> Found | None:
    for child in seen.payloads:
        if etree.QName(child).namespace is None:
            name = etree.QName(child).localname
            return Found(
                text=f"{name} saknar namnrymd", where=f"/Envelope/Body/{name}", observed="ingen"
            )
    return None


def _soap_attribute(seen: Seen) -> Found | None:
    assert seen.envelope is not None  # noqa: S101 - it applies to envelopes
    for element in (seen.envelope, *seen.envelope):
        if not isinstance(element.tag, str) or etree.QName(element).namespace != SOAP_ENVELOPE:
            continue
        for name in element.attrib:
            if etree.QName(name).namespace == SOAP_ENVELOPE and name != soap("encodingStyle"):
                return Found(
                    text=f"{etree.QName(element).localname} har ett attribut i SOAP-namnrymden",
                    where=f"/{etree.QName(element).localname}",
                    observed=etree.QName(name).localname,
                )
    return None


def _encoding_style(seen: Seen) -> Found | None:
    assert seen.envelope is not None  # noqa: S101 - it applies to envelopes
    for element in (seen.envelope, *seen.envelope, *seen.payloads):
        if isinstance(element.tag, str) and element.get(soap("encodingStyle")) is not None:
            name = etree.QName(element).localname
            return Found(text=f"{name} har encodingStyle", where=f"//{name}")
    return None


def _must_understand(seen: Seen) -> Found | None:
    for block in seen.blocks:
        value = block.get(soap("mustUnderstand"))
        if value not in {None, "0", "1"}:
            return Found(
                text="mustUnderstand är varken 0 eller 1",
                where=f"/Envelope/Header/{etree.QName(block).localname}",
                observed=str(value)[:20],
            )
    return None


def _other_element(seen: Seen) -> Found | None:
    tag = str(seen.payloads[0].tag)
    if tag in seen.elements:
        return None
    return Found(
        text="elementet i Body är inte det som WSDL:en anger",
        where="/Envelope/Body",
        expected=" eller ".join(sorted(seen.elements)),
        observed=tag[:200],
    )


_LOST = "\ufffd"
_TWICE = re.compile("[\u00c2\u00c3][\u0080-\u00bf\u0152\u0153\u0160\u0161\u017d\u017e\u0178\u0192"
                    "\u02c6\u02dc\u2013\u2014\u2018-\u201e\u2020-\u2022\u2026\u2030\u2039\u203a"
                    "\u20ac\u2122]")  # fmt: skip
"""UTF-8 read as Latin-1 or Windows-1252, and written as UTF-8 once more."""


def _mangled(seen: Seen) -> Found | None:
    """Look for characters that were lost on the way, unless they were in what was asked."""
    assert seen.root is not None  # noqa: S101 - it applies to what can be read
    asked = seen.asked.decode("utf-8", "replace")
    for element in seen.root.iter():
        if not isinstance(element.tag, str):
            continue
        for text in (element.text, element.tail, *element.attrib.values()):
            if not text:
                continue
            if _LOST in text and _LOST not in asked:
                what = "ersättningstecknet U+FFFD"
            elif (twice := _TWICE.search(text)) and twice[0] not in asked:
                what = "UTF-8 som har kodats två gånger"
            else:
                continue
            name = etree.QName(element).localname
            return Found(text=f"{name} har {what}", where=f"//{name}", observed=what)
    return None


OF_EVERY_MESSAGE: tuple[Rule, ...] = (
    Rule(requirement="RIV-R9702", applies=_is_soap, wrong=_no_type),
    Rule(
        requirement="RIV-R9703",
        applies=lambda seen: _is_soap(seen) and bool(seen.content_type),
        wrong=_wrong_media_type,
    ),
    Rule(
        requirement="RIV-R1018",
        applies=lambda seen: _is_read(seen) and bool(seen.content_type),
        wrong=_untrue_charset,
    ),
    Rule(
        requirement="RIV-R1012",
        applies=lambda seen: _is_soap(seen) and not seen.is_encoded,
        wrong=_other_encoding,
    ),
    Rule(requirement="RIV-R9700", applies=_is_soap, wrong=_no_envelope),
    Rule(requirement="RIV-R9701", applies=_is_soap, wrong=_other_version),
    Rule(requirement="RIV-R1008", applies=_is_read, wrong=_dtd),
    Rule(requirement="RIV-R1009", applies=_is_read, wrong=_instruction),
    Rule(requirement="RIV-R1011", applies=_has_envelope, wrong=_structure),
    Rule(requirement="RIV-R9981", applies=_has_envelope, wrong=_several),
    Rule(requirement="RIV-R1014", applies=_has_envelope, wrong=_unqualified),
    Rule(requirement="RIV-R1032", applies=_has_envelope, wrong=_soap_attribute),
    Rule(requirement="RIV-R1005", applies=_has_envelope, wrong=_encoding_style),
    Rule(requirement="RIV-R1013", applies=_has_envelope, wrong=_must_understand),
    Rule(
        requirement="RIV-R2712",
        applies=lambda seen: bool(seen.elements) and bool(seen.payloads) and seen.fault is None,
        wrong=_other_element,
    ),
    Rule(requirement="RIV-TECKEN", applies=_is_read, wrong=_mangled),
)
"""The rules for consumers and producers alike."""
