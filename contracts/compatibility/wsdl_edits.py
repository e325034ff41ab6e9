"""Two versions of a contract's WSDL: root elements, SOAPAction, headers, operation, profile.

Source: RIV-TA Basic Profile 2.1 BP-7, BP-8, BP-14, BP-15.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from lxml import etree

from contracts.compatibility.rules import Direction, Verdict
from contracts.parsing import parse
from contracts.schema_parts import Where, split_name
from contracts.wsdl import ServiceContract

__all__ = ["WsdlEdit", "wsdl_edits"]

_WSDL = "{http://schemas.xmlsoap.org/wsdl/}"
_SOAP = "{http://schemas.xmlsoap.org/wsdl/soap/}"
_MEND = "keep it as it was, or take a new major version"


@dataclass(frozen=True, slots=True, kw_only=True)
class WsdlEdit:
    """One edit of a WSDL.

    Shape: ``lost`` says what an old message does that the new side refuses, ``gained`` what a new
           message does that the old side refuses; empty where nothing is refused.
    """

    kind: str
    what: str
    direction: Direction
    old: Where
    new: Where
    rule: str
    verdict: Verdict = Verdict.MAJOR
    lost: str = ""
    gained: str = ""
    mend: str = _MEND
    note: str = ""


def wsdl_edits(old: ServiceContract, new: ServiceContract) -> Iterator[WsdlEdit]:
    """Compare what two WSDL say of one contract."""
    before, after = _Page(old.wsdl), _Page(new.wsdl)
    yield from _roots(old, new, before, after)
    if old.soap_action != new.soap_action:
        yield WsdlEdit(
            kind="SOAPAction changed",
            what=f"the SOAPAction {old.soap_action!r} became {new.soap_action!r}",
            direction=Direction.REQUEST,
            old=before.of(f"{_SOAP}operation", "soapAction", old.soap_action),
            new=after.of(f"{_SOAP}operation", "soapAction", new.soap_action),
            rule="BP-15",
            lost="carry the old SOAPAction",
            gained="carry the new SOAPAction",
            note="the profile forbids relying on it, yet common stacks choose the operation by it",
        )
    yield from _headers(old, new, before, after)
    if old.profile.casefold() != new.profile.casefold():
        yield WsdlEdit(
            kind="profile changed",
            what=f"the profile {old.profile} became {new.profile}",
            direction=Direction.REQUEST,
            old=before.top,
            new=after.top,
            rule="BP-4",
            lost=f"follow the profile {old.profile}",
            gained=f"follow the profile {new.profile}",
            mend="keep the old profile's WSDL beside the new one",
        )
    for kind, was, now, tag in (
        ("operation renamed", old.interaction, new.interaction, "operation"),
        ("parts named otherwise", ", ".join(old.parts), ", ".join(new.parts), "message"),
    ):
        if was != now:
            yield WsdlEdit(
                kind=kind,
                what=f"{was} became {now}",
                direction=Direction.REQUEST,
                old=before.of(f"{_WSDL}{tag}"),
                new=after.of(f"{_WSDL}{tag}"),
                rule="BP-14" if tag == "operation" else "BP-7",
                verdict=Verdict.NONE,
                mend="",
                note="nothing on the wire; what is generated from the WSDL is called otherwise",
            )


def _roots(
    old: ServiceContract, new: ServiceContract, before: _Page, after: _Page
) -> Iterator[WsdlEdit]:
    for direction, was, now in (
        (Direction.REQUEST, old.request, new.request),
        (Direction.RESPONSE, old.response, new.response),
    ):
        if was != now:
            yield WsdlEdit(
                kind=f"{direction} root changed",
                what=f"the root {was} of the {direction} became {now}",
                direction=direction,
                old=before.of(f"{_WSDL}part", "element", split_name(was)[1]),
                new=after.of(f"{_WSDL}part", "element", split_name(now)[1]),
                rule="BP-7",
                lost=f"begin with {split_name(was)[1]}",
                gained=f"begin with {split_name(now)[1]}",
            )


def _headers(
    old: ServiceContract, new: ServiceContract, before: _Page, after: _Page
) -> Iterator[WsdlEdit]:
    for name in dict.fromkeys((*old.headers, *new.headers)):
        if (name in old.headers) == (name in new.headers):
            continue
        is_new = name in new.headers
        local = split_name(name)[1]
        lacking = f"lack the header {local}"
        yield WsdlEdit(
            kind="request header added" if is_new else "request header removed",
            what=f"the request header {name} was {'added' if is_new else 'removed'}",
            direction=Direction.REQUEST,
            old=before.of(f"{_SOAP}header"),
            new=after.of(f"{_SOAP}header"),
            rule="BP-8",
            lost=lacking if is_new else "",
            gained="" if is_new else lacking,
            note="a header that nobody declared is passed over, but a declared one may be demanded",
        )
    for name in dict.fromkeys((*old.response_headers, *new.response_headers)):
        if (name in old.response_headers) == (name in new.response_headers):
            continue
        is_new = name in new.response_headers
        lacking = f"lack the header {split_name(name)[1]}"
        yield WsdlEdit(
            kind="response header added" if is_new else "response header removed",
            what=f"the response header {name} was {'added' if is_new else 'removed'}",
            direction=Direction.RESPONSE,
            old=before.of(f"{_WSDL}output"),
            new=after.of(f"{_WSDL}output"),
            rule="BP-8",
            verdict=Verdict.TOLERABLE,
            lost=lacking if is_new else "",
            gained="" if is_new else lacking,
            mend="let no consumer depend on it",
            note="consumers must take response headers that no WSDL declares, and do without them",
        )


class _Page:
    """A WSDL and the lines in it."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._root = parse(path.read_bytes())

    @property
    def top(self) -> Where:
        return self._where(self._root)

    def of(self, tag: str, attribute: str = "", value: str = "") -> Where:
        """Give the place of the first element of a name, with a value that ends so."""
        for node in self._root.iter(tag):
            if (
                not attribute
                or node.get(attribute, "").rpartition(":")[2] == value.rpartition(":")[2]
            ):
                return self._where(node)
        return self.top

    def _where(self, node: etree._Element) -> Where:
        return Where(self._path, int(node.sourceline or 1))
