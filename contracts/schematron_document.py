"""The document of a stylesheet in the making: one instruction a line, so that lines tell places.

What stands in the rule file as XSLT is copied; it prints nothing, and sees the time handed in.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from lxml import etree

from contracts.schematron_expressions import rewritten
from contracts.schematron_files import SCH, XSL, Place, place_of, take_place

__all__ = ["XS", "Document", "Mark", "expressions_in", "quoted", "xsl"]

XS = "Q{http://www.w3.org/2001/XMLSchema}"

_PREDECLARED = {
    "xs": "http://www.w3.org/2001/XMLSchema",
    "fn": "http://www.w3.org/2005/xpath-functions",
    "map": "http://www.w3.org/2005/xpath-functions/map",
    "array": "http://www.w3.org/2005/xpath-functions/array",
    "math": "http://www.w3.org/2005/xpath-functions/math",
}


@dataclass(frozen=True, slots=True)
class Mark:
    """What an instruction was made of: a place, and the number of its pattern if it is in one."""

    place: Place
    pattern: int | None


@dataclass(slots=True)
class Document:
    """A stylesheet in the making.

    Shape: ``old`` tells rules of XPath 1.0, whose expressions are run by its semantics; ``pattern``
           is the number of the pattern that is being written.
    """

    prefixes: Mapping[str, str]
    old: bool
    pattern: int | None = None
    root: etree._Element = field(init=False)
    _marks: dict[etree._Element, Mark] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Begin the stylesheet."""
        names = _PREDECLARED | dict(self.prefixes) | {"xsl": XSL[1:-1]}
        self.root = etree.Element(f"{XSL}stylesheet", nsmap=names)
        self.root.set("version", "3.0")
        self.root.set("exclude-result-prefixes", "#all")

    def of(
        self, source: etree._Element, parent: etree._Element, kind: str, /, **attributes: str
    ) -> etree._Element:
        """Write an instruction with an expression of the rule file, in that file's own XPath."""
        known = source.nsmap if str(source.tag).startswith(XSL) else None
        element = xsl(parent, kind, known, **attributes)
        element.set("version", "1.0" if self.old else "3.0")
        self._marks[element] = Mark(place_of(source), self.pattern)
        return element

    def declare(self, declaration: etree._Element) -> etree._Element:
        """Copy a declaration of XSLT with the prefixes it knows."""
        copied = xsl(self.root, etree.QName(declaration).localname, declaration.nsmap)
        copied.attrib.update(declaration.attrib)
        copied.text = declaration.text
        copied.extend(copy.deepcopy(child) for child in declaration)
        self._take_over(copied, {})
        return copied

    def fill(
        self, variable: etree._Element, source: etree._Element, names: Mapping[str, str]
    ) -> None:
        """Copy the content of a variable: data as it stands, or instructions of XSLT.

        Shape: ``names`` gives the full names of variables, but for those the content declares.
        """
        variable.text = source.text
        variable.extend(copy.deepcopy(child) for child in source)
        instructions = list(variable.iterdescendants(f"{XSL}*"))
        if not instructions and str(source.tag).startswith(SCH):
            for part in variable.iterdescendants("*"):
                for attribute, text in part.attrib.items():  # braces are braces, in data
                    part.set(attribute, str(text).replace("{", "{{").replace("}", "}}"))
        own = {one.get("name", "") for one in instructions}
        renamed = {name: full for name, full in names.items() if name not in own}
        for child in variable.iterchildren("*"):
            self._take_over(child, renamed)

    def _take_over(self, copied: etree._Element, names: Mapping[str, str]) -> None:
        """Mark what was copied, and let it print nothing and see the time handed in."""
        for message in list(copied.iter(f"{XSL}message")):
            stops = message.get("terminate", "no").strip() in ("yes", "true", "1")
            _replace(message, "error()" if stops else "()")
        for part in copied.iter("*"):
            if place := take_place(part):
                self._marks[part] = Mark(place, self.pattern)
            if str(part.tag).startswith(XSL):
                for attribute, text in part.attrib.items():
                    part.set(attribute, rewritten(str(text), names))
        if self.old and str(copied.tag).startswith(XSL):
            copied.set("version", "1.0")

    def text(self) -> str:
        """Give the document as text."""
        return etree.tostring(self.root, encoding="unicode")

    def marks(self) -> dict[int, Mark]:
        """Give what each line of the text was made of."""
        read = etree.fromstring(self.text().encode(), etree.XMLParser(huge_tree=True))
        found: dict[int, Mark] = {}
        for element, again in zip(self.root.iter("*"), read.iter("*"), strict=True):
            if element in self._marks:
                found.setdefault(int(again.sourceline or 0), self._marks[element])
        return found


def xsl(
    parent: etree._Element,
    instruction: str,
    known: Mapping[str | None, str] | None = None,
    /,
    **attributes: str,
) -> etree._Element:
    """Write an instruction on a line of its own; ``known`` are prefixes to declare with it."""
    if parent.text is None:
        parent.text = "\n"
    prefixes = dict(known) if known else None
    element = etree.SubElement(parent, f"{XSL}{instruction}", attributes, nsmap=prefixes)
    element.tail = "\n"
    return element


def expressions_in(element: etree._Element) -> Iterator[str]:
    """Give what stands in the attributes of instructions below an element: most is XPath."""
    for part in element.iterdescendants(f"{XSL}*"):
        yield from map(str, part.attrib.values())


def quoted(text: str) -> str:
    """Write a text as an XPath string literal."""
    return "'" + text.replace("'", "''") + "'"


def _replace(element: etree._Element, select: str) -> None:
    parent = element.getparent()
    assert parent is not None  # noqa: S101 - a message is no declaration
    instead = etree.Element(f"{XSL}sequence", {"select": select})
    instead.tail = element.tail
    parent.replace(element, instead)
