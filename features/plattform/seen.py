"""One message of the tested system as it stood on the wire: headers, bytes, encoding, tree."""

from __future__ import annotations

import codecs
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import urlsplit

from lxml import etree

from contracts.envelope import LOGICAL_ADDRESS, SOAP_ENVELOPE

__all__ = ["Seen"]

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_WIDE = {b"<\x00": "utf-16-le", b"\x00<": "utf-16-be"}
_DECLARATION = re.compile(
    r"""^\s*<\?xml\s+version\s*=\s*["']([^"']*)["'](?:\s+encoding\s*=\s*["']([^"']*)["'])?"""
)
_CHARSET = re.compile(r""";\s*charset\s*=\s*("?)([^";\s]+)\1""", re.IGNORECASE)
_HEAD = 400
_SUCCESS = range(200, 300)


@dataclass(frozen=True, kw_only=True)
class Seen:
    """A request or an answer of the tested system, to be judged by the profile.

    Shape: header names in lower case. ``status`` is None for a request, and ``asked`` what an
           answer is the answer to. ``elements`` are the ``{namespace}name`` that may stand in its
           Body, empty where that is not known, and ``soap_action`` what the WSDL gives.
    """

    headers: Mapping[str, str]
    body: bytes
    status: int | None = None
    method: str = "POST"
    url: str = ""
    asked: bytes = b""
    elements: frozenset[str] = frozenset()
    soap_action: str = ""
    sender: str = ""

    @property
    def is_answer(self) -> bool:
        """Tell whether it is an answer, and not a request."""
        return self.status is not None

    @property
    def is_success(self) -> bool:
        """Tell whether it is an answer with a status of success."""
        return self.status in _SUCCESS

    @property
    def is_encoded(self) -> bool:
        """Tell whether the body is compressed, so that it cannot be read as it is."""
        return self.headers.get("content-encoding", "identity").strip().lower() != "identity"

    @cached_property
    def content_type(self) -> str:
        """Give the header Content-Type as it was written, empty where there is none."""
        return self.headers.get("content-type", "")

    @cached_property
    def media_type(self) -> str:
        """Give the media type, in lower case and without parameters."""
        return self.content_type.partition(";")[0].strip().lower()

    @cached_property
    def charset(self) -> str:
        """Give the charset of Content-Type as it was written, empty where there is none."""
        found = _CHARSET.search(self.content_type)
        return found[2] if found else ""

    @cached_property
    def encoding(self) -> str:
        """Give the encoding that the bytes themselves tell: UTF-16 of either kind, else UTF-8."""
        for bom, name in _BOMS:
            if self.body.startswith(bom):
                return name
        return _WIDE.get(self.body[:2], "utf-8")

    @property
    def is_wide(self) -> bool:
        """Tell whether the bytes are UTF-16."""
        return self.encoding.startswith("utf-16")

    @cached_property
    def version(self) -> str:
        """Give the version in the XML declaration, empty where there is none."""
        return self._declaration[0]

    @cached_property
    def declared(self) -> str:
        """Give the encoding that the XML declaration names, empty where it names none."""
        return self._declaration[1]

    @cached_property
    def _declaration(self) -> tuple[str, str]:
        head = self.body[:_HEAD].decode(self.encoding, "replace").removeprefix("\ufeff")
        found = _DECLARATION.match(head)
        return (found[1], found[2] or "") if found else ("", "")

    @cached_property
    def root(self) -> etree._Element | None:
        """Give the document's root, None where it is no XML; no entity is expanded.

        Shape: read by the header's charset, and where that cannot be by what the document says.
        """
        said = [self.charset] if self.charset else []
        for encoding in (None, *said) if self.is_wide else (*said, None):
            try:
                parser = etree.XMLParser(
                    encoding=encoding,
                    resolve_entities=False,
                    load_dtd=False,
                    no_network=True,
                    huge_tree=True,
                )
                return etree.fromstring(self.body, parser)
            except (etree.XMLSyntaxError, LookupError, ValueError):
                continue
        return None

    @cached_property
    def envelope(self) -> etree._Element | None:
        """Give the SOAP 1.1 envelope, None where it is something else."""
        root = self.root
        return root if root is not None and root.tag == soap("Envelope") else None

    @cached_property
    def bodies(self) -> list[etree._Element]:
        """Give the envelope's Body elements; there is to be one."""
        return [] if self.envelope is None else self.envelope.findall(soap("Body"))

    @cached_property
    def blocks(self) -> list[etree._Element]:
        """Give the header blocks."""
        if self.envelope is None:
            return []
        return [
            block
            for header in self.envelope.iterfind(soap("Header"))
            for block in header
            if isinstance(block.tag, str)
        ]

    @cached_property
    def payloads(self) -> list[etree._Element]:
        """Give the elements in Body; there is to be one."""
        return [child for body in self.bodies for child in body if isinstance(child.tag, str)]

    @cached_property
    def fault(self) -> etree._Element | None:
        """Give the SOAP fault, None where there is none."""
        return next((one for one in self.payloads if one.tag == soap("Fault")), None)

    @property
    def addresses(self) -> list[str]:
        """Give the texts of the LogicalAddress headers, as they were written."""
        return [block.text or "" for block in self.blocks if block.tag == LOGICAL_ADDRESS]

    @property
    def place(self) -> str:
        """Give where it was sent, without what may stand in the query."""
        return urlsplit(self.url).path


def soap(name: str) -> str:
    """Give the ``{namespace}name`` of an element or attribute of SOAP 1.1."""
    return f"{{{SOAP_ENVELOPE}}}{name}"
