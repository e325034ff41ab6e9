"""A WSDL or XSD file's bytes in, a tree out, with what its encoding needed mended on the way.

No byte reaches the XML parser before the encoding is known to be an ordinary one and the prolog to
hold no document type declaration: no entity is declared, so none is expanded or fetched.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable

from lxml import etree

from contracts.errors import MessageError
from contracts.package_parts import WSDL, XS, ProblemKind, Repair, RepairKind, Source
from contracts.parsing import parse

__all__ = ["SourceError", "read_source"]

_Told = Callable[[RepairKind, int, str, str], None]

_LARGEST = 20_000_000
_DECLARATION = re.compile(r"<\?xml\s[^>]*?\?>")
_ENCODING = re.compile(rb"""<\?xml\s[^>]*?encoding\s*=\s*["']([\w.:-]+)["']""")
_BLANKS = (" ", "\t", "\r", "\n")
_UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE, b"<\0", b"\0<")
_EIGHT_BITS = {"iso8859-1", "iso8859-15", "cp1252"}
_ROOTS = {".wsdl": (f"{WSDL}definitions", "WSDL"), ".xsd": (f"{XS}schema", "XML schema")}


class SourceError(MessageError):
    """A file that is XML perhaps, but none that a package may hold; ``kind`` says in what way."""

    def __init__(self, kind: ProblemKind, what: str, *, mend: str = "", line: int = 1) -> None:
        super().__init__(what, mend=mend, line=line)
        self.kind = kind


def read_source(path: str, data: bytes) -> tuple[Source, list[Repair]]:
    """Read one file of a package.

    Shape:  the source's data is UTF-8 without byte order mark, with the lines of the original.
    Raises: MessageError, with the line, for what is no WSDL or XML schema, is not well-formed,
            holds a document type declaration, or is in an encoding that no contract uses.
    """
    repairs: list[Repair] = []
    text, changed = _decoded(path, data, repairs)
    if (place := _document_type(text)) is not None:
        raise SourceError(
            ProblemKind.DOCUMENT_TYPE,
            "the file holds a document type declaration (DTD), which is never read",
            line=_line(text, place),
            mend="remove <!DOCTYPE ...>; neither WSDL nor schema needs one",
        )
    if changed:
        if declaration := _DECLARATION.match(text):
            text = _as_utf_8(declaration) + text[declaration.end() :]
        data = text.encode()
    root = parse(data, largest=_LARGEST)
    tag, kind = _ROOTS["." + path.rpartition(".")[2].casefold()]
    if root.tag != tag:
        raise SourceError(
            ProblemKind.WRONG_ROOT,
            f"the file is no {kind}: its root is {etree.QName(root).localname}",
            line=int(root.sourceline or 1),
            mend="name files by what they hold",
        )
    return Source(path=path, origin=path, data=data, root=root), repairs


def _decoded(path: str, data: bytes, repairs: list[Repair]) -> tuple[str, bool]:
    """Give the text, and whether it stands otherwise than as UTF-8 without mark."""

    def repaired(kind: RepairKind, line: int, what: str, advice: str) -> None:
        repairs.append(Repair(kind=kind, file=path, line=line, what=what, advice=advice))

    if data.startswith(codecs.BOM_UTF8):
        data = data.removeprefix(codecs.BOM_UTF8)
        repaired(RepairKind.BYTE_ORDER_MARK, 1, "the file begins with a byte order mark",
                 "save it as UTF-8 without byte order mark")  # fmt: skip
        return _utf_8(data, "utf-8", repaired), True
    declared = _declared(data)
    if data.startswith(_UTF_16):
        try:
            return data.decode("utf-16" if data[:1] in b"\xff\xfe" else _order(data)), True
        except UnicodeDecodeError as error:
            raise SourceError(
                ProblemKind.ENCODING, f"the bytes are no UTF-16: {error.reason}"
            ) from None
    if declared in _EIGHT_BITS:
        return data.decode(declared, errors="replace"), True
    text = _utf_8(data, declared, repaired)
    if declared not in ("utf-8", "ascii"):
        repaired(RepairKind.WRONG_ENCODING, 1, f"the file says {declared}, and is not",
                 "declare the encoding that the bytes are in")  # fmt: skip
        return text, True
    return text, any(repair.kind is RepairKind.WRONG_ENCODING for repair in repairs)


def _declared(data: bytes) -> str:
    """Give the encoding that the XML declaration names, by Python's name for it."""
    found = _ENCODING.match(data)
    name = found[1].decode("ascii", "replace") if found else "utf-8"
    try:
        known = codecs.lookup(name).name
    except LookupError:
        known = ""
    if known not in {"utf-8", "ascii", "utf-16", *_EIGHT_BITS}:
        raise SourceError(
            ProblemKind.ENCODING,
            f"the encoding {name[:40]} is not accepted",
            mend="save the file as UTF-8",
        )
    return known


def _utf_8(data: bytes, declared: str, repaired: _Told) -> str:
    """Decode UTF-8, or else what was written as if it were: Windows' own letters, or Latin-1."""
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        repaired(
            RepairKind.WRONG_ENCODING,
            data.count(b"\n", 0, error.start) + 1,
            f"the bytes are ISO-8859-1, though the file says {declared} or nothing",
            "save the file as UTF-8, or declare the encoding it is in",
        )
    try:
        return data.decode("cp1252")
    except UnicodeDecodeError:
        return data.decode("iso-8859-1")


def _order(data: bytes) -> str:
    return "utf-16-le" if data[:1] == b"<" else "utf-16-be"


def _as_utf_8(declaration: re.Match[str]) -> str:
    """Declare UTF-8, on as many lines as before."""
    return '<?xml version="1.0" encoding="UTF-8"' + "\n" * declaration[0].count("\n") + "?>"


def _document_type(text: str) -> int | None:
    """Give the place of a document type declaration, which can stand before the root alone."""
    place = 0
    while True:
        while text.startswith(_BLANKS, place):
            place += 1
        for opening, closing in (("<!--", "-->"), ("<?", "?>")):
            if text.startswith(opening, place):
                end = text.find(closing, place + len(opening))
                break
        else:
            return place if text.startswith("<!DOCTYPE", place) else None
        if end < 0:
            return None  # not well-formed, which the parser tells better
        place = end + len(closing)


def _line(text: str, place: int) -> int:
    return text.count("\n", 0, place) + 1
