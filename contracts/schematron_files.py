"""A rule file and all it includes, read as one tree that remembers where each element stood.

An include leads to a file below one folder, never out of it and never over the network: a rule file
may come from anybody.
"""

from __future__ import annotations

import copy
import hashlib
import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote

from lxml import etree

from contracts.errors import MessageError, RulesError
from contracts.lines import Lines
from contracts.parsing import parse

__all__ = ["SCH", "XSL", "Place", "RuleText", "place_of", "read_rule_file", "take_place"]

SCH = "{http://purl.oclc.org/dsdl/schematron}"
XSL = "{http://www.w3.org/1999/XSL/Transform}"

_AT = "{urn:provbank:schematron}at"
_LARGEST = 5_000_000
_MOST_INCLUDED = 1000
_ABSOLUTE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:|[/\\]")
_STYLESHEETS = (f"{XSL}stylesheet", f"{XSL}transform")
_REFERENCES = (f"{SCH}include", f"{SCH}extends", f"{XSL}include")


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """A line of a rule file."""

    file: str
    line: int

    def __str__(self) -> str:
        """Give it as ``file:line``."""
        return f"{self.file}:{self.line}"


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleText:
    """A rule file with everything it includes in its place.

    Shape: ``digest`` is taken over all files it was read from, which are in ``files``.
    """

    path: Path
    root: etree._Element
    files: tuple[Path, ...]
    digest: str


def read_rule_file(path: Path, *, within: Path | None = None) -> RuleText:
    """Read a Schematron file and put what it includes in the place of each include.

    Shape:  ``within`` is the folder that no include may leave; the file's own by default.
    Raises: RulesError, with file and line, for a file that is hostile or no Schematron schema, and
            for an include that leads out of the folder, nowhere, or round in a circle.
    """
    return _Reading(path, (within or path.parent).resolve()).text()


def place_of(element: etree._Element) -> Place:
    """Give where an element of a rule file stood, or the nearest one around it that is known."""
    node: etree._Element | None = element
    while node is not None:
        if told := node.get(_AT):
            file, _, line = told.rpartition(":")
            return Place(file, int(line))
        node = node.getparent()
    return Place("", 1)


def take_place(element: etree._Element) -> Place | None:
    """Give where an element stood, and take the mark away; None for one that has no mark."""
    told = element.attrib.pop(_AT, None)
    if told is None:
        return None
    file, _, line = str(told).rpartition(":")
    return Place(file, int(line))


@dataclass(slots=True)
class _File:
    """One file that was read: where it lies, how it is named, and its tree, only copied from."""

    path: Path
    shown: Path
    root: etree._Element


class _Reading:
    """A rule file on its way to one tree."""

    def __init__(self, path: Path, within: Path) -> None:
        self._shown = path
        self._path = path.resolve()
        self._within = within
        self._files: dict[Path, _File] = {}
        self._digest = hashlib.sha256()
        self._included = 0

    def text(self) -> RuleText:
        """Read the file and all it includes."""
        main = self._file(self._path, self._shown, None)
        if main.root.tag != f"{SCH}schema":
            raise RulesError("this is not a Schematron schema", where=str(self._shown))
        root = copy.deepcopy(main.root)
        self._put_in_place(root, main, ((main.path, ""),))
        files = tuple(file.shown for file in self._files.values())
        return RuleText(path=self._shown, root=root, files=files, digest=self._digest.hexdigest())

    def _file(self, path: Path, shown: Path, asked_by: etree._Element | None) -> _File:
        """Read a file, once, and mark each element of rules with its place."""
        if path in self._files:
            return self._files[path]
        try:
            data = path.read_bytes()
        except OSError as error:
            if asked_by is None:
                raise
            why = f"{_label(asked_by)} {path.name} cannot be read: {error.strerror or error}"
            raise _error(why, asked_by) from None
        try:
            root = parse(data, largest=_LARGEST)
        except MessageError as error:
            raise RulesError(error.what, where=f"{shown}:{error.line or 1}") from None
        lines = Lines(data, root)
        for element in root.iter(f"{SCH}*", f"{XSL}*"):
            element.set(_AT, f"{shown}:{lines.of(element) or 1}")
        self._files[path] = _File(path, shown, root)
        named = posixpath.relpath(path.as_posix(), self._path.parent.as_posix())
        self._digest.update(f"{named}\0{len(data)}\0".encode() + data)
        return self._files[path]

    def _put_in_place(
        self, element: etree._Element, file: _File, within: tuple[tuple[Path, str], ...]
    ) -> None:
        """Put what each reference in an element leads to in its place, as often as it takes."""
        for reference in list(element.iter(*_REFERENCES)):
            href = reference.get("href", "")
            if reference.tag == f"{SCH}extends" and not href:
                continue  # it names an abstract rule
            self._included += 1
            if self._included > _MOST_INCLUDED:
                raise _error(f"there are more than {_MOST_INCLUDED} includes", reference)
            target, fragment = self._target(href, file, reference)
            if (target.path, fragment) in within:
                raise _error(f"{_label(reference)} {href!r} leads round in a circle", reference)
            brought = list(_brought(self._found(target, fragment, reference), reference))
            for one in brought:
                reference.addprevious(one)
            parent = reference.getparent()
            assert parent is not None  # noqa: S101 - the root is no reference
            parent.remove(reference)
            for one in brought:
                self._put_in_place(one, target, (*within, (target.path, fragment)))

    def _target(self, href: str, file: _File, reference: etree._Element) -> tuple[_File, str]:
        """Give the file and the fragment that an href names."""
        address, _, fragment = (unquote(part) for part in href.strip().partition("#"))
        if not address and not fragment:
            raise _error(f"{_label(reference)} without href", reference)
        if not address:
            return file, fragment
        if _ABSOLUTE.match(address) or "\\" in address or "\0" in address:
            raise _error(f"{_label(reference)} {href!r} leads out of the package", reference)
        path = (file.path.parent / address).resolve()
        if not path.is_relative_to(self._within):
            raise _error(f"{_label(reference)} {href!r} leads out of the package", reference)
        return self._file(path, path, reference), fragment

    @staticmethod
    def _found(file: _File, fragment: str, reference: etree._Element) -> etree._Element:
        if not fragment:
            return file.root
        names = ("id", "{http://www.w3.org/XML/1998/namespace}id")
        for element in file.root.iter("*"):
            if any(element.get(name) == fragment for name in names):
                return element
        raise _error(f"{file.shown.name} has no element with the id {fragment!r}", reference)


def _brought(found: etree._Element, reference: etree._Element) -> Iterator[etree._Element]:
    """Give copies of what stands in the place of a reference, with the prefixes they know."""
    parent = reference.getparent()
    assert parent is not None  # noqa: S101 - the root is no reference
    if reference.tag == f"{SCH}include":
        if found.tag == f"{SCH}schema":
            raise _error(
                "include names a whole schema",
                reference,
                mend="name an element of it with #id, or use extends with href",
            )
        yield _copied(found)
        return
    whole = _STYLESHEETS if reference.tag == f"{XSL}include" else (parent.tag,)
    if found.tag not in whole:
        wanted = etree.QName(str(whole[0])).localname
        raise _error(f"the {etree.QName(found).localname} it names is no {wanted}", reference)
    for child in found:
        if isinstance(child.tag, str):
            yield _copied(child)


def _copied(element: etree._Element) -> etree._Element:
    """Copy an element so that it keeps the prefixes that its expressions use."""
    copied = etree.Element(element.tag, dict(element.attrib), nsmap=element.nsmap)
    copied.text = element.text
    copied.extend(copy.deepcopy(child) for child in element)
    return copied


def _label(reference: etree._Element) -> str:
    name = etree.QName(reference).localname
    return f"xsl:{name}" if reference.tag == f"{XSL}include" else name


def _error(what: str, reference: etree._Element, *, mend: str = "") -> RulesError:
    return RulesError(what, where=str(place_of(reference)), mend=mend)
