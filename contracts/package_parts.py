"""What is said of a package and its files: repairs, problems, and a file as it was read."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import quote, unquote

from lxml import etree

__all__ = [
    "WSDL",
    "XS",
    "Problem",
    "ProblemKind",
    "Repair",
    "RepairKind",
    "Source",
    "location_to",
]

XS = "{http://www.w3.org/2001/XMLSchema}"
WSDL = "{http://schemas.xmlsoap.org/wsdl/}"
_REFERENCES = (f"{XS}import", f"{XS}include", f"{XS}redefine")


class RepairKind(StrEnum):
    """What published packages get wrong, and a loader can put right.

    Source: the habits of 348 published WSDL, RIV-TA profile sheet §2.4.
    """

    MISSING_IMPORT = "missing import"
    MISSING_FILE = "missing file"
    FOREIGN_LOCATION = "foreign location"
    WRONG_NAMESPACE = "wrong namespace"
    AMBIGUOUS_ANY = "ambiguous any"
    PATTERN_ANCHORS = "pattern anchors"
    BYTE_ORDER_MARK = "byte order mark"
    WRONG_ENCODING = "wrong encoding"
    TWO_FILES = "two files for a namespace"
    XML_BASE = "xml:base"


@dataclass(frozen=True, slots=True, kw_only=True)
class Repair:
    """One deviation of a contract that was put right in a copy; never one of a tested system.

    Shape: ``file`` is the path in the package and ``line`` a line of the original; ``advice`` is
           for the contract's author. Where a finding may speak of what was mended, ``was`` and
           ``now`` are that text as it was published and as it is used.
    """

    kind: RepairKind
    file: str
    line: int
    what: str
    advice: str
    was: str = ""
    now: str = ""

    def __str__(self) -> str:
        """Give the repair on one line: place, what is wrong, what the author should do."""
        return _on_one_line(f"{self.file}:{self.line}: {self.what} - {self.advice}")


class ProblemKind(StrEnum):
    """What in a package cannot be put right."""

    NOT_WELL_FORMED = "not well-formed"
    DOCUMENT_TYPE = "document type declaration"
    ENCODING = "unknown encoding"
    WRONG_ROOT = "wrong root"
    NO_FILE = "no such file"
    FOREIGN_LOCATION = "foreign location"
    UNREADABLE_FILE = "unreadable file"
    DIFFERENT_DECLARATIONS = "different declarations"
    CIRCLE = "circle of imports"
    TOO_LARGE = "too large"
    NOT_COMPILED = "not compiled"
    UNUSABLE_WSDL = "unusable WSDL"
    NO_SCHEMA = "no schema"
    UNDECLARED_MESSAGE = "undeclared message"


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Something in a package that could not be put right.

    Shape: ``lost`` names the interactions that cannot be used for it; empty for a mere note.
    """

    kind: ProblemKind
    file: str
    line: int
    what: str
    advice: str = ""
    lost: tuple[str, ...] = ()

    def __str__(self) -> str:
        """Give the problem on one line: place, cause, what it costs and how to mend it."""
        costs = f" (lost: {', '.join(self.lost)})" if self.lost else ""
        advice = f" - {self.advice}" if self.advice else ""
        return _on_one_line(f"{self.file}:{self.line}: {self.what}{costs}{advice}")


@dataclass(slots=True, eq=False)
class Source:
    """One WSDL or XSD of a package, as it was read and as it is mended.

    Shape: ``path`` is where the copy goes, ``origin`` the file it was read from; ``data`` is UTF-8
           and goes out as it is unless the tree was ``touched``. Elements know their original line.
    """

    path: str
    origin: str
    data: bytes
    root: etree._Element
    touched: bool = False

    @property
    def namespace(self) -> str:
        """Give the target namespace, empty where there is none."""
        return self.root.get("targetNamespace", "")

    @property
    def version(self) -> tuple[int, ...]:
        """Give the version that a schema states of itself, for comparison."""
        numbers = self.root.get("version", "").split(".")
        return tuple(int(number) for number in numbers if number.isdecimal())

    @property
    def schemas(self) -> list[etree._Element]:
        """Give the schema element, or those inside a WSDL."""
        if self.root.tag == f"{XS}schema":
            return [self.root]
        return list(self.root.iterfind(f"{WSDL}types/{XS}schema"))

    def references(self) -> Iterator[tuple[etree._Element, str]]:
        """Give each import and include that names a file, with the path it leads to."""
        for schema in self.schemas:
            for node in schema.iterchildren(*_REFERENCES):
                if location := node.get("schemaLocation", ""):
                    yield node, self.led_to(location)

    def led_to(self, location: str) -> str:
        """Resolve a relative location to a path in the package."""
        return posixpath.normpath(
            posixpath.join(posixpath.dirname(self.path), unquote(location.strip()))
        )

    def rendered(self) -> bytes:
        """Give the bytes of the mended file."""
        if not self.touched:
            return self.data
        return etree.tostring(self.root.getroottree(), xml_declaration=True, encoding="UTF-8")

    def line(self, node: etree._Element) -> int:
        """Give the original line of a node, or of what it was put into."""
        while node.sourceline is None and (parent := node.getparent()) is not None:
            node = parent
        return int(node.sourceline or 1)

    def nodes_at(self, line: int) -> list[etree._Element]:
        """Give the elements that stand on a line of the mended file."""
        again = etree.fromstring(self.rendered(), _plain_parser())
        pairs = zip(self.root.iter("*"), again.iter("*"), strict=True)
        return [node for node, copy in pairs if copy.sourceline == line]


def location_to(path: str, *, of: str) -> str:
    """Write the relative location that leads from one path in a package to another."""
    return quote(posixpath.relpath(path, posixpath.dirname(of) or "."))


def _on_one_line(text: str) -> str:
    """Write what a package says so that it cannot pass for something that we say."""
    return "".join(sign if sign.isprintable() else "\N{REPLACEMENT CHARACTER}" for sign in text)


def _plain_parser() -> etree.XMLParser[etree._Element]:
    return etree.XMLParser(no_network=True, resolve_entities=False, load_dtd=False, huge_tree=True)
