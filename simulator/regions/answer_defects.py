"""Known defects of an answer's form, made from a right answer by one change; of any contract."""

from __future__ import annotations

import copy
from dataclasses import replace
from typing import TYPE_CHECKING

from lxml import etree

from contracts.envelope import body_of, envelope
from contracts.parsing import parse
from simulator.regions.defect import Defect, Reply

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    Hook = Callable[[Reply, bytes], Reply]
    Row = tuple[str, str, Hook]

__all__ = ["answer_defects"]

_OK = 200
_FAULT = 500
_SOAP_11, _SOAP_12 = (
    b"http://schemas.xmlsoap.org/soap/envelope/",
    b"http://www.w3.org/2003/05/soap-envelope",
)
_NIL = "{http://www.w3.org/2001/XMLSchema-instance}nil"


def answer_defects(
    breaks: str,
    *,
    own: str = "",
    also: Iterable[str] = (),
    code: str = "",
    code_breaks: str = "",
    remark: str = "",
) -> Iterable[Defect]:
    """Make the defects, which all break one requirement: that answers are as the contract says.

    Shape: ``own`` is the interaction itself, whose response is no other's. ``code`` and
           ``remark`` name the elements of the response that hold the outcome and what
           is said of it, if it has any; a code that is none breaks ``code_breaks``. ``also`` is
           what answers that nobody can read break beside that and the technical profile.
    """
    foreseen = frozenset({"RIV-*", *also, *([code_breaks] if code_breaks else ())})
    rows = [
        *_OF_ANY,
        *_of_others(own),
        *(_of_codes(code) if code else ()),
        *(_of_remarks(remark) if remark else ()),
    ]
    for name, says, hook in rows:
        silent = hook is _nothing  # which is wrong wherever an answer is looked at
        yield Defect(
            name=name,
            says=says,
            breaks=breaks,
            also=frozenset({"*"}) if silent else foreseen,
            on_reply=hook,
        )
    if code:
        yield Defect(
            name="leaves-the-code-empty",
            says=f"answers with an empty {code}",
            breaks=code_breaks,
            also=foreseen,
            on_reply=_on_answer(_emptying(code)),
        )


def _on_answer(change: Callable[[etree._Element], None]) -> Hook:
    """Change the response of what is no fault."""

    def hook(reply: Reply, _body: bytes) -> Reply:
        if reply.status != _OK:
            return reply
        payload = copy.deepcopy(body_of(parse(reply.body)))
        change(payload)
        return replace(reply, body=envelope(payload))

    return hook


def _rename(element: etree._Element, ending: str) -> None:
    element.tag = str(element.tag) + ending


def _renamed(payload: etree._Element) -> None:
    _rename(payload, "Type")


def _as_the_request(payload: etree._Element) -> None:
    payload.tag = str(payload.tag).removesuffix("Response")


def _without_namespace(reply: Reply, _body: bytes) -> Reply:
    if reply.status != _OK:
        return reply
    payload = body_of(parse(reply.body))
    bare = etree.Element(etree.QName(payload).localname)
    bare.extend([*payload])
    return replace(reply, body=envelope(bare))


def _with_more(payload: etree._Element) -> None:
    namespace = etree.QName(payload).namespace
    etree.SubElement(payload, f"{{{namespace}}}receiptId").text = "1"


def _with_attribute(payload: etree._Element) -> None:
    payload.set("version", "1.1")


def _with_text(payload: etree._Element) -> None:
    payload.text = "Mottaget"


def _nil(payload: etree._Element) -> None:
    for child in [*payload]:
        payload.remove(child)
    payload.set(_NIL, "true")


def _twice(reply: Reply, _body: bytes) -> Reply:
    if reply.status != _OK:
        return reply
    root = parse(reply.body)
    payload = body_of(root)
    payload.addnext(copy.deepcopy(payload))
    return replace(reply, body=etree.tostring(root, encoding="utf-8", xml_declaration=True))


def _bare(reply: Reply, _body: bytes) -> Reply:
    if reply.status != _OK:
        return reply
    return replace(reply, body=etree.tostring(body_of(parse(reply.body)), encoding="utf-8"))


def _empty_body(reply: Reply, _body: bytes) -> Reply:
    if reply.status != _OK:
        return reply
    root = parse(reply.body)
    payload = body_of(root)
    holder = payload.getparent()
    if holder is not None:
        holder.remove(payload)
    return replace(reply, body=etree.tostring(root, encoding="utf-8", xml_declaration=True))


def _in_soap_12(reply: Reply, _body: bytes) -> Reply:
    if reply.status != _OK:
        return reply
    return replace(reply, body=reply.body.replace(_SOAP_11, _SOAP_12))


def _nothing(reply: Reply, _body: bytes) -> Reply:
    return replace(reply, status=202, body=b"") if reply.status == _OK else reply


def _cut(reply: Reply, _body: bytes) -> Reply:
    return replace(reply, body=reply.body[:-20]) if reply.status == _OK else reply


def _as_failure(reply: Reply, _body: bytes) -> Reply:
    return replace(reply, status=_FAULT)


_OF_ANY: tuple[Row, ...] = (
    ("misnames-the-response", "answers with an element of another name", _on_answer(_renamed)),
    ("answers-with-the-request", "answers with an element named as the request",
     _on_answer(_as_the_request)),
    ("answers-without-a-namespace", "answers with an element of no namespace",
     _without_namespace),
    ("adds-an-element-to-answers", "answers with an element that the contract does not have",
     _on_answer(_with_more)),
    ("adds-an-attribute-to-answers", "answers with an attribute that the contract does not have",
     _on_answer(_with_attribute)),
    ("writes-text-between-elements", "answers with text between the elements",
     _on_answer(_with_text)),
    ("says-its-answer-is-nil", "answers with a response that is nil", _on_answer(_nil)),
    ("answers-twice-in-a-body", "answers with two responses in one body", _twice),
    ("answers-without-an-envelope", "answers with the response alone", _bare),
    ("answers-with-an-empty-body", "answers with an envelope that holds nothing", _empty_body),
    ("answers-in-soap-1.2", "answers in the envelope of SOAP 1.2", _in_soap_12),
    ("answers-nothing", "answers HTTP status 202 and nothing more", _nothing),
    ("cuts-its-answers", "leaves out the end of its answers", _cut),
    ("answers-as-failure", "answers right messages with HTTP status 500", _as_failure),
)  # fmt: skip


_OTHERS: tuple[tuple[str, str, str, str], ...] = (
    ("ProcessClaimSpecification", "urn:riv:financial:billing:claim", "resultCode", "OK"),
    ("ProcessExemptionStatuses", "urn:riv:financial:patientfees:exemption", "resultCode", "OK"),
    ("RequestExemptionStatuses", "urn:riv:financial:patientfees:exemption", "", ""),
    ("Update", "urn:riv:itintegration:engagementindex", "ResultCode", "OK"),
)  # fmt: skip
"""Interaction, service domain, and the element and text that a response of it may hold."""


def _of_others(own: str) -> Iterable[Row]:
    """Answer with another contract's response, right as it is."""
    for interaction, domain, name, text in _OTHERS:
        if interaction != own:
            namespace = f"{domain}:{interaction}Responder:1"
            response = etree.Element(f"{{{namespace}}}{interaction}Response")
            if name:
                etree.SubElement(response, f"{{{namespace}}}{name}").text = text
            yield (
                f"answers-as-{interaction}",
                f"answers with the response of {interaction}",
                _answering(envelope(response)),
            )
    yield "answers-as-the-next-version", "answers in the next version's namespace", _next_version


def _answering(body: bytes) -> Hook:
    return lambda reply, _body: replace(reply, body=body) if reply.status == _OK else reply


def _next_version(reply: Reply, _body: bytes) -> Reply:
    if reply.status != _OK:
        return reply
    return replace(reply, body=reply.body.replace(b'Responder:1"', b'Responder:2"'))


def _first(payload: etree._Element, name: str) -> etree._Element | None:
    return payload.find(f"{{*}}{name}")


def _of_codes(name: str) -> Iterable[Row]:
    def without(payload: etree._Element) -> None:
        if (found := _first(payload, name)) is not None:
            payload.remove(found)

    def doubled(payload: etree._Element) -> None:
        if (found := _first(payload, name)) is not None:
            found.addnext(copy.deepcopy(found))

    def misnamed(payload: etree._Element) -> None:
        if (found := _first(payload, name)) is not None:
            _rename(found, "Value")

    yield "leaves-out-the-code", f"answers without {name}", _on_answer(without)
    yield "writes-the-code-twice", f"answers with two {name}", _on_answer(doubled)
    yield "misnames-the-code", f"answers with another name for {name}", _on_answer(misnamed)


def _emptying(name: str) -> Callable[[etree._Element], None]:
    def change(payload: etree._Element) -> None:
        if (found := _first(payload, name)) is not None:
            found.text = None

    return change


def _of_remarks(name: str) -> Iterable[Row]:
    def doubled(payload: etree._Element) -> None:
        if (found := _first(payload, name)) is not None:
            found.addnext(copy.deepcopy(found))

    def before(payload: etree._Element) -> None:
        if (found := _first(payload, name)) is not None:
            payload.insert(0, found)

    def misnamed(payload: etree._Element) -> None:
        if (found := _first(payload, name)) is not None:
            _rename(found, "Text")

    yield "writes-the-remark-twice", f"answers ERROR with two {name}", _on_answer(doubled)
    yield "writes-the-remark-first", f"answers ERROR with {name} first", _on_answer(before)
    yield "misnames-the-remark", f"answers ERROR with another name for {name}", _on_answer(misnamed)
