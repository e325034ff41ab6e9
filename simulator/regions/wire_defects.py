"""Known defects of how a system uses HTTP, XML and SOAP, whatever the contract: a table a side."""

from __future__ import annotations

import codecs
import gzip
import re
from dataclasses import replace
from typing import TYPE_CHECKING

from simulator.regions.defect import Defect, Reply
from simulator.regions.receiving import refusal
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
    from collections.abc import Callable, Mapping

__all__ = ["answering_wire_defects"]

_FAULT, _OK = 500, 200
_COOKIE = "session=1"
_DTD = re.compile(rb"<!DOCTYPE[^\[>]*(\[[^\]]*\])?\s*>")
_KNOWN_HEADERS = {
    "x-rivta-original-serviceconsumer-hsaid",
    "x-rivta-routing-history",
}


def answering_wire_defects() -> tuple[Defect, ...]:
    """Give the defects of a system that answers: of its answers, then of what it will not take."""
    answers = (
        Defect(
            name=name,
            says=says,
            breaks=breaks,
            also=_ALSO.get(name, frozenset()),
            on_reply=on_reply,
        )
        for name, breaks, says, on_reply in _OF_ANSWERS
    )
    requests = (
        Defect(name=name, says=says, breaks=breaks, on_request=_refusing(finds))
        for name, breaks, says, finds in _OF_REQUESTS
    )
    headers = (
        Defect(name=name, says=says, breaks=breaks, on_headers=on_headers)
        for name, breaks, says, on_headers in _OF_HEADERS
    )
    return (*answers, *requests, *headers, *_BY_HAND)


def _when(status: int, change: Callable[[Reply], Reply]) -> Callable[[Reply, bytes], Reply]:
    """Change the answers of one status: 500 is a fault, 200 anything else."""
    return lambda reply, _body: change(reply) if reply.status == status else reply


def _written(
    status: int, change: Callable[[bytes], bytes], **others: str
) -> Callable[[Reply, bytes], Reply]:
    """Write the bodies of one status otherwise, and say what else is to be said of them."""

    def hook(reply: Reply, _body: bytes) -> Reply:
        if reply.status != status:
            return reply
        return replace(reply, body=change(reply.body), **others)  # type: ignore[arg-type]

    return hook


def _multipart(reply: Reply) -> Reply:
    head = b"--del\r\nContent-Type: text/xml; charset=UTF-8\r\n\r\n"
    return replace(
        reply,
        body=head + reply.body + b"\r\n--del--\r\n",
        content_type='multipart/related; boundary=del; type="text/xml"',
    )


def _compressed(reply: Reply) -> Reply:
    return replace(
        reply,
        body=gzip.compress(reply.body),
        headers={**reply.headers, "Content-Encoding": "gzip"},
    )


def _elsewhere(reply: Reply) -> Reply:
    return replace(reply, status=302, body=b"", headers={"Location": "/error"})


_FAULTCODE = r"<faultcode>[^<]*</faultcode>"

_ALSO = {"answers-twice-in-body": frozenset({"*-SVAR-FORMAT"})}
"""What else a defect breaks: two elements are no answer of the contract's form either."""

_OF_ANSWERS: tuple[tuple[str, str, str, Callable[[Reply, bytes], Reply]], ...] = (
    ("answers-without-content-type", "RIV-R9702", "answers without Content-Type",
     lambda reply, _body: replace(reply, content_type="")),
    ("answers-as-soap-1-2", "RIV-R9703", "says application/soap+xml of its answers",
     lambda reply, _body: replace(reply, content_type="application/soap+xml; charset=UTF-8")),
    ("answers-as-application-xml", "RIV-R9703", "says application/xml of its answers",
     lambda reply, _body: replace(reply, content_type="application/xml; charset=UTF-8")),
    ("faults-as-html", "RIV-R9703", "says text/html of its faults",
     _when(_FAULT, lambda reply: replace(reply, content_type="text/html; charset=UTF-8"))),
    ("says-another-charset", "RIV-R1018", "says UTF-16 of answers in UTF-8",
     lambda reply, _body: replace(reply, content_type="text/xml; charset=UTF-16")),
    ("says-an-unknown-charset", "RIV-R1018", "says a charset that does not exist",
     lambda reply, _body: replace(reply, content_type="text/xml; charset=utf8mb4")),
    ("declares-another-encoding", "RIV-R1018", "declares ISO-8859-1 in answers said to be UTF-8",
     _written(_FAULT, declaring("ISO-8859-1"))),
    ("answers-in-latin-1", "RIV-R1012", "answers in ISO-8859-1",
     _written(_OK, in_latin_1, content_type="text/xml; charset=ISO-8859-1")),
    ("faults-in-windows-1252", "RIV-R1012", "writes its faults in Windows-1252",
     _written(_FAULT, declaring("windows-1252"), content_type="text/xml; charset=windows-1252")),
    ("answers-in-parts", "RIV-R9700", "answers in MIME parts", _when(_OK, _multipart)),
    ("answers-in-soap-1-2", "RIV-R9700", "answers in an envelope of SOAP 1.2",
     _written(_OK, replacing_text("http://schemas.xmlsoap.org/soap/envelope/",
                                  "http://www.w3.org/2003/05/soap-envelope"))),
    ("answers-without-envelope", "RIV-R9700", "answers the contract's element without envelope",
     _written(_OK, replacing_text(r"(?s)^.*?<[\w.-]+:Body>(.*)</[\w.-]+:Body>.*$", r"\1"))),
    ("answers-in-xml-1-1", "RIV-R9701", "declares XML 1.1",
     _written(_FAULT, declaring("UTF-8", version="1.1"))),
    ("answers-with-doctype", "RIV-R1008", "has a document type declaration in its faults",
     _written(_FAULT, before_root("<!DOCTYPE {prefix}:Envelope>"))),
    ("answers-with-stylesheet", "RIV-R1009", "has a style sheet in its answers",
     _written(_OK, before_root('<?xml-stylesheet href="svar.xsl"?>'))),
    ("faults-with-instruction", "RIV-R1009", "has a processing instruction in its faults",
     _written(_FAULT, before_root("<?trace on?>"))),
    ("answers-after-body", "RIV-R1011", "puts an element after Body", _written(_OK, after_body)),
    ("faults-after-body", "RIV-R1011", "puts an element after Body in its faults",
     _written(_FAULT, after_body)),
    ("answers-twice-in-body", "RIV-R9981", "puts a second element in Body",
     _written(_OK, twice_in_body)),
    ("answers-without-namespace", "RIV-R1014", "answers with elements of no namespace",
     _written(_OK, without_namespace)),
    ("marks-body", "RIV-R1032", "puts an attribute of SOAP on Body",
     _written(_OK, on_element("Body", '{soap}:mustUnderstand="0"'))),
    ("marks-envelope", "RIV-R1032", "puts an attribute of SOAP on Envelope",
     _written(_FAULT, on_element("Envelope", '{soap}:actor="urn:example"'))),
    ("answers-encoded", "RIV-R1005", "puts encodingStyle on Envelope",
     _written(_OK, on_element(
         "Envelope", '{soap}:encodingStyle="http://schemas.xmlsoap.org/soap/encoding/"'))),
    ("faults-encoded", "RIV-R1005", "puts encodingStyle on its faults",
     _written(_FAULT, on_element(
         "Body", '{soap}:encodingStyle="http://schemas.xmlsoap.org/soap/encoding/"'))),
    ("demands-by-words", "RIV-R1013", "writes mustUnderstand as true",
     _written(_OK, in_header(
         '<x:log xmlns:x="urn:example:log" {soap}:mustUnderstand="true"/>'))),
    ("answers-the-operation", "RIV-R2712", "answers with the element of the request",
     _written(_OK, replacing_text(r"(</?(?:[\w.-]+:)?\w+)Response\b", r"\1"))),
    ("loses-characters", "RIV-TECKEN", "writes U+FFFD for letters it has lost",
     _written(_FAULT, replacing_text("<faultstring>", "<faultstring>F\ufffdrs\ufffdk igen: "))),
    ("encodes-twice", "RIV-TECKEN", "writes UTF-8 of what was UTF-8 already",
     _written(_FAULT, replacing_text("<faultstring>", "<faultstring>FÃ¶rsÃ¶k igen: "))),
    ("answers-all-as-failure", "RIV-R1124", "answers with HTTP status 500 whatever it says",
     _when(_OK, lambda reply: replace(reply, status=500))),
    ("answers-as-created", "RIV-R1111", "answers with HTTP status 201",
     _when(_OK, lambda reply: replace(reply, status=201))),
    ("answers-as-accepted", "RIV-R1111", "answers with HTTP status 202",
     _when(_OK, lambda reply: replace(reply, status=202))),
    ("faults-as-bad-request", "RIV-R1126", "answers SOAP faults with HTTP status 400",
     _when(_FAULT, lambda reply: replace(reply, status=400))),
    ("faults-as-unavailable", "RIV-R1126", "answers SOAP faults with HTTP status 503",
     _when(_FAULT, lambda reply: replace(reply, status=503))),
    ("redirects", "RIV-R1130", "redirects to a page of errors where a fault is due",
     _when(_FAULT, _elsewhere)),
    ("compresses-unasked", "RIV-HTTP-KOMPRIMERING", "compresses answers that nobody asked it to",
     _when(_OK, _compressed)),
    ("compresses-faults", "RIV-HTTP-KOMPRIMERING", "compresses its faults",
     _when(_FAULT, _compressed)),
    ("faults-with-an-element-more", "RIV-R1000", "puts an element of its own in Fault",
     _written(_FAULT, replacing_text("</faultstring>", "</faultstring><logId>17</logId>"))),
    ("faults-without-code", "RIV-R1000", "leaves faultcode out",
     _written(_FAULT, replacing_text(_FAULTCODE, ""))),
    ("faults-without-text", "RIV-R1000", "leaves faultstring out",
     _written(_FAULT, replacing_text("<faultstring>[^<]*</faultstring>", ""))),
    ("qualifies-its-faults", "RIV-R1001", "writes the children of Fault in SOAP's namespace",
     _written(_FAULT, replacing_text(r"(</?)(fault(?:code|string)|detail)>", r"\1SOAP-ENV:\2>"))),
    ("qualifies-detail", "RIV-R1001", "writes detail in SOAP's namespace",
     _written(_FAULT, replacing_text(r"(</?)detail>", r"\1SOAP-ENV:detail>"))),
    ("numbers-its-faults", "RIV-R1004", "writes a number as faultcode",
     _written(_FAULT, replacing_text(_FAULTCODE, "<faultcode>500</faultcode>"))),
    ("faults-of-soap-1-2", "RIV-R1004", "writes the codes of SOAP 1.2",
     _written(_FAULT, replacing_text(_FAULTCODE, "<faultcode>SOAP-ENV:Receiver</faultcode>"))),
    ("faults-by-unknown-prefix", "RIV-R1004", "writes faultcode with a prefix that means nothing",
     _written(_FAULT, replacing_text(_FAULTCODE, "<faultcode>ns1:Fel</faultcode>"))),
)  # fmt: skip
"""Name, requirement, what it says of itself, and the change of the answer."""


def _refusing(finds: Callable[[bytes], bool]) -> Callable[[bytes], Reply | None]:
    def hook(body: bytes) -> Reply | None:
        return refusal("The message cannot be read", blames="Client") if finds(body) else None

    return hook


_OF_REQUESTS: tuple[tuple[str, str, str, Callable[[bytes], bool]], ...] = (
    ("refuses-byte-order-mark", "RIV-R4001", "cannot read what begins with a byte order mark",
     lambda body: body.startswith(codecs.BOM_UTF8)),
    ("wants-declaration", "RIV-R1010", "cannot read what has no XML declaration",
     lambda body: body.startswith(b"<") and not body.startswith(b"<?xml")),
    ("wants-encoding-declared", "RIV-R1010", "cannot read a declaration that names no encoding",
     lambda body: body.startswith(b"<?xml") and b"encoding" not in body[:60]),
    ("wants-encoding-in-capitals", "RIV-R1010", "cannot read a declaration in small letters",
     lambda body: body.startswith(b"<?xml") and b"utf-8" in body[:60]),
    ("refuses-cdata", "RIV-XML", "cannot read CDATA",
     lambda body: b"<![CDATA[" in body),
    ("looks-for-its-prefix", "RIV-XML", "finds the envelope by its prefix",
     lambda body: b"<?xml" in body[:5] and b"<soapenv:Body" not in body),
)  # fmt: skip
"""Name, requirement, what it says of itself, and what it will not read."""


def _demands(
    holds: Callable[[Mapping[str, str]], bool], reply: Reply | None = None
) -> Callable[[Mapping[str, str]], Reply | None]:
    def hook(headers: Mapping[str, str]) -> Reply | None:
        if holds(headers):
            return None
        return reply or refusal("The call cannot be taken", blames="Client")

    return hook


def _of_profile(headers: Mapping[str, str]) -> set[str]:
    return {name for name in headers if name.startswith("x-rivta-")}


_OF_HEADERS: tuple[
    tuple[str, str, str, Callable[[Mapping[str, str]], Reply | None]], ...
] = (
    ("refuses-unknown-headers", "RIV-HEADER", "refuses headers that it does not know",
     _demands(lambda headers: _of_profile(headers) <= _KNOWN_HEADERS)),
    ("refuses-to-act-for-others", "RIV-HEADER", "refuses who says whom a call is made for",
     _demands(lambda headers: "x-rivta-acting-on-behalf-of-hsaid" not in headers)),
    ("compares-content-type", "RIV-HEADER", "compares Content-Type letter by letter",
     _demands(lambda headers: '"' not in headers.get("content-type", ""))),
    ("wants-cookie", "RIV-R1121", "demands the cookie that it sets",
     _demands(lambda headers: _COOKIE in headers.get("cookie", ""),
              Reply(status=403, body=b"no session", content_type="text/plain",
                    headers={"Set-Cookie": f"{_COOKIE}; Path=/"}))),
)  # fmt: skip
"""Name, requirement, what it says of itself, and what it answers by the headers alone."""


def _without_doctype(body: bytes) -> bytes:
    """Pass over a DTD, and put in what its entities stand for."""
    found = _DTD.search(body)
    if found is None:
        return body
    whole = body.replace(found[0], b"")
    for name, text in re.findall(rb'<!ENTITY (\w+) "([^"]*)">', found[0]):
        whole = whole.replace(b"&" + name + b";", text)
    return whole


class _Latest:
    """What a system reads where nothing comes: the latest message that came."""

    def __init__(self) -> None:
        self._body = b""

    def on_body(self, body: bytes) -> bytes:
        """Keep a message, and give the one kept in place of an empty one."""
        self._body = body or self._body
        return self._body


_BY_HAND = (
    Defect(
        name="takes-doctype",
        says="takes messages with a document type declaration, and expands entities",
        breaks="RIV-R1008",
        on_body=_without_doctype,
    ),
    Defect(
        name="answers-get",
        says="answers GET as if the latest message had come once more",
        breaks="RIV-R1114",
        methods=("POST", "GET"),
        on_body=_Latest().on_body,
    ),
)
