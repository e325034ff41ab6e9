"""Known defects of how a system that calls uses HTTP, XML and SOAP, whatever the contract."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from simulator.headers import ROUTING_HISTORY
from simulator.regions.defect import Defect
from simulator.regions.wire_flaws import (
    after_body,
    before_root,
    declaring,
    in_header,
    in_latin_1,
    on_element,
    replacing_text,
    twice_in_body,
    without_namespace,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from simulator.regions.outbox import Wire

__all__ = ["sending_wire_defects"]

_ENCODING = '{soap}:encodingStyle="http://schemas.xmlsoap.org/soap/encoding/"'
_ADDRESS = r"(<riv:LogicalAddress[^>]*>)([^<]*)(</riv:LogicalAddress>)"
_PAYLOAD = r"(?s)(<[\w.-]+:Body>\s*</?(?:[\w.-]+:)?)(\w+)(.*)\2>(\s*</[\w.-]+:Body>)"
_LOG = '<x:log xmlns:x="urn:example:log" {soap}:mustUnderstand="true"/>'


def sending_wire_defects() -> tuple[Defect, ...]:
    """Give the defects of what a system sends, but for those that domains have names for."""
    return tuple(
        Defect(
            name=name,
            says=says,
            breaks=breaks,
            also=_ALSO.get(name, frozenset()),
            on_wire=on_wire,
        )
        for name, breaks, says, on_wire in _TABLE
    )


def _typed(content_type: str) -> Callable[[Wire], Wire]:
    return lambda wire: replace(wire, headers={**wire.headers, "Content-Type": content_type})


def _written(change: Callable[[bytes], bytes], content_type: str = "") -> Callable[[Wire], Wire]:
    def hook(wire: Wire) -> Wire:
        written = replace(wire, message=change(wire.message))
        return _typed(content_type)(written) if content_type else written

    return hook


def _in_parts(wire: Wire) -> Wire:
    head = b"--del\r\nContent-Type: text/xml; charset=UTF-8\r\n\r\n"
    multipart = replace(wire, message=head + wire.message + b"\r\n--del--\r\n")
    return _typed('multipart/related; boundary=del; type="text/xml"')(multipart)


_TABLE: tuple[tuple[str, str, str, Callable[[Wire], Wire]], ...] = (
    ("sends-with-put", "RIV-R1132", "calls with PUT", lambda wire: replace(wire, method="PUT")),
    ("sends-without-content-type", "RIV-R9702", "calls without Content-Type", _typed("")),
    ("sends-as-soap-1-2", "RIV-R9703", "says application/soap+xml of its calls",
     _typed("application/soap+xml; charset=UTF-8")),
    ("sends-as-application-xml", "RIV-R9703", "says application/xml of its calls",
     _typed("application/xml; charset=UTF-8")),
    ("sends-another-charset", "RIV-R1018", "says UTF-16 of calls in UTF-8",
     _typed("text/xml; charset=UTF-16")),
    ("sends-another-declaration", "RIV-R1018", "declares ISO-8859-1 in calls said to be UTF-8",
     _written(declaring("ISO-8859-1"))),
    ("sends-in-latin-1", "RIV-R1012", "writes its calls in ISO-8859-1",
     _written(in_latin_1, "text/xml; charset=ISO-8859-1")),
    ("sends-in-parts", "RIV-R9700", "calls in MIME parts", _in_parts),
    ("sends-in-soap-1-2", "RIV-R9700", "calls in an envelope of SOAP 1.2",
     _written(replacing_text("http://schemas.xmlsoap.org/soap/envelope/",
                             "http://www.w3.org/2003/05/soap-envelope"))),
    ("sends-in-xml-1-1", "RIV-R9701", "declares XML 1.1",
     _written(declaring("UTF-8", version="1.1"))),
    ("sends-doctype", "RIV-R1008", "sends a document type declaration",
     _written(before_root("<!DOCTYPE {prefix}:Envelope>"))),
    ("sends-instruction", "RIV-R1009", "sends a processing instruction",
     _written(before_root('<?xml-stylesheet href="anrop.xsl"?>'))),
    ("sends-after-body", "RIV-R1011", "puts an element after Body", _written(after_body)),
    ("sends-twice-in-body", "RIV-R9981", "puts a second element in Body",
     _written(twice_in_body)),
    ("sends-without-namespace", "RIV-R1014", "sends elements of no namespace",
     _written(without_namespace)),
    ("sends-marked-body", "RIV-R1032", "puts an attribute of SOAP on Body",
     _written(on_element("Body", '{soap}:mustUnderstand="0"'))),
    ("sends-encoded", "RIV-R1005", "puts encodingStyle on Envelope",
     _written(on_element("Envelope", _ENCODING))),
    ("sends-demands-by-words", "RIV-R1013", "writes mustUnderstand as true",
     _written(in_header(_LOG))),
    ("sends-another-element", "RIV-R2712", "sends the element by the name of its type",
     _written(replacing_text(_PAYLOAD, r"\1\2Type\3\2Type>\4"))),
    ("sends-characters-lost", "RIV-TECKEN", "writes U+FFFD for letters it has lost",
     _written(in_header('<x:av xmlns:x="urn:example:log">F\ufffdrvaltning</x:av>'))),
    ("sends-characters-twice", "RIV-TECKEN", "writes UTF-8 of what was UTF-8 already",
     _written(in_header('<x:av xmlns:x="urn:example:log">FÃ¶rvaltning</x:av>'))),
    ("sends-action-unquoted", "RIV-R1109", "writes SOAPAction without quotation marks",
     lambda wire: replace(wire, soap_action=wire.soap_action.strip('"'))),
    ("sends-no-action", "RIV-R1109", "leaves SOAPAction out",
     lambda wire: replace(wire, headers={**wire.headers, "SOAPAction": ""})),
    ("sends-action-of-its-own", "RIV-R2744", "writes the name of the operation as SOAPAction",
     lambda wire: replace(wire, soap_action=f'"{wire.soap_action.strip(chr(34)).split(":")[-1]}"')),
    ("sends-address-padded", "RIV-BP-8d", "writes blanks around LogicalAddress",
     _written(replacing_text(_ADDRESS, r"\1 \2 \3"))),
    ("sends-history", "RIV-RUTTHISTORIK", "sets x-rivta-routing-history",
     lambda wire: replace(wire, headers={**wire.headers, ROUTING_HISTORY: "SE2321000024-SYSTEM"})),
)  # fmt: skip
"""Name, requirement, what it says of itself, and the change of the call."""

_ALSO = dict.fromkeys(
    ("sends-action-unquoted", "sends-no-action", "sends-action-of-its-own"),
    frozenset({"*-SOAPACTION"}),
)
"""What else a defect breaks: a domain may ask for the header in a requirement of its own."""
