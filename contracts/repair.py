"""A package's WSDL and schemas in; repaired copies, and a list of every repair, out.

Published packages are not clean (RIV-TA profile sheet §2.4), so they are read leniently: what is
wrong in a known way is put right in a copy. The originals stay as they are, and each repair is told
once, against the contract. A location that leads out of the package, or to a network, is never
followed: in the copies all locations are relative paths to files that are there.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from lxml import etree

from contracts.errors import MessageError, PackageError
from contracts.package_parts import (
    WSDL,
    XS,
    Problem,
    ProblemKind,
    Repair,
    RepairKind,
    Source,
    location_to,
)
from contracts.package_reading import SourceError, read_source
from contracts.parsing import parse

__all__ = ["Package", "Problem", "Repair", "RepairKind", "repair", "without_anchors"]

_XSD = "http://www.w3.org/2001/XMLSchema"
_XML_BASE = "{http://www.w3.org/XML/1998/namespace}base"
_XML = "http://www.w3.org/XML/1998/namespace"
_NAMES = ("type", "ref", "base", "itemType", "memberTypes", "substitutionGroup", "refer")
_ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:|//")
_IMPORT, _INCLUDE = f"{XS}import", f"{XS}include"
_TOP = "schemas/"
_MOST_BYTES = 40_000_000  # of all WSDL and schemas; as trees they take thirty times as much


@dataclass(frozen=True, slots=True)
class Astray:
    """Why a location does not lead exactly to a file that can be read."""

    kind: ProblemKind
    what: str


def repair(original: Path, into: Path) -> Package:
    """Read and mend the WSDL and schemas below a folder, and write the mended ones below another.

    Shape:  all of ``schemas/`` where there is such a folder, else of the whole package; files
            elsewhere come along where something in ``schemas/`` turns out to need them.
    """
    package = Package(original)
    package.mend()
    package.write(into)
    return package


class Package:
    """The WSDL and schemas of a package by path, with what was found wrong in them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.sources: dict[str, Source] = {}
        self.repairs: list[Repair] = []
        self.problems: list[Problem] = []
        self._unread: set[str] = set()
        found = sorted(
            path.relative_to(folder).as_posix()
            for path in folder.rglob("*.*")
            if path.suffix.casefold() in (".wsdl", ".xsd") and path.is_file()
        )
        size = sum((folder / name).stat().st_size for name in found)
        if size > _MOST_BYTES:
            raise PackageError(
                f"WSDL and schemas of {size:,} bytes are more than the {_MOST_BYTES:,} accepted",
                mend="no domain has so many; leave out what is none of its contracts",
            )
        inside = [name for name in found if name.startswith(_TOP)]
        self._outside = [name for name in found if inside and not name.startswith(_TOP)]
        self._known = set(found)
        self._by_name: dict[str, list[str]] = {}
        for name in found:
            if name.casefold().endswith(".xsd"):
                self._by_name.setdefault(posixpath.basename(name).casefold(), []).append(name)
        self._by_namespace: dict[str, list[Source]] = {}
        for name in inside or found:
            self.source(name)

    @property
    def wsdls(self) -> list[Source]:
        """Give the WSDL that were read."""
        return [one for one in self.sources.values() if one.root.tag == f"{WSDL}definitions"]

    def unread(self, path: str) -> Problem | None:
        """Tell why a file could not be read, or None where it could or is not there."""
        if path not in self._unread:
            return None
        return next(problem for problem in self.problems if problem.file == path)

    def source(self, path: str) -> Source | None:
        """Give one file, read when first asked for, or None where it cannot be read."""
        if path in self.sources or path in self._unread or path not in self._known:
            return self.sources.get(path)
        try:
            source, repairs = read_source(path, (self.folder / path).read_bytes())
        except MessageError as error:
            self._unread.add(path)
            kind = error.kind if isinstance(error, SourceError) else ProblemKind.NOT_WELL_FORMED
            self.problems.append(
                Problem(
                    kind=kind, file=path, line=error.line or 1, what=error.what, advice=error.mend
                )
            )
            return None
        self.repairs.extend(repairs)
        self.sources[path] = source
        if source.root.tag == f"{XS}schema":
            self._by_namespace.setdefault(source.namespace, []).append(source)
        return source

    def mend(self) -> None:
        """Put right what is wrong in each file by itself; what a file leads to comes along."""
        done: set[str] = set()
        while waiting := [source for path, source in self.sources.items() if path not in done]:
            for source in waiting:
                done.add(source.path)
                _Mender(self, source).mend()

    def write(self, into: Path) -> None:
        """Write every file, mended or not, below a folder."""
        for source in self.sources.values():
            self.write_one(source, into)

    def write_one(self, source: Source, into: Path) -> None:
        """Write one file below a folder, or write it anew."""
        path = into / source.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(source.rendered())

    def repaired(
        self, kind: RepairKind, source: Source, node: etree._Element, what: str, advice: str,
        *, was: str = "", now: str = "",
    ) -> None:  # fmt: skip
        """Keep a repair of one node, and that its file was touched."""
        source.touched = True
        line = source.line(node)
        self.repairs.append(
            Repair(
                kind=kind, file=source.origin, line=line, what=what, advice=advice, was=was, now=now
            )
        )

    def note(
        self, kind: ProblemKind, source: Source, node: etree._Element, what: str, advice: str
    ) -> None:
        """Keep a problem at one node."""
        self.problems.append(
            Problem(kind=kind, file=source.origin, line=source.line(node), what=what, advice=advice)
        )

    def with_namespace(self, namespace: str, *, near: str) -> Source | None:
        """Give another schema with a namespace; the nearest, then newest, among several."""
        if not self._by_namespace.get(namespace):
            for path in self._outside:
                self.source(path)
        return min(
            (one for one in self._by_namespace.get(namespace, []) if one.path != near),
            key=lambda one: (_distance(one.path, near), _newest_first(one), one.path),
            default=None,
        )

    def elsewhere(self, name: str, namespace: str | None, *, near: str) -> Source | None:
        """Give another schema by its file name wherever it lies, or else by the namespace."""
        paths = [path for path in self._by_name.get(name.casefold(), []) if path != near]
        found = [source for path in paths if (source := self.source(path)) is not None]
        right = [one for one in found if namespace is not None and one.namespace == namespace]
        if namespace and not right and (other := self.with_namespace(namespace, near=near)):
            return other
        return min(
            right or found, key=lambda one: (_distance(one.path, near), one.path), default=None
        )

    def led_to(self, source: Source, location: str) -> Source | Astray:
        """Follow a location exactly, or tell why that cannot be."""
        shown = repr(location[:200])
        if _ADDRESS.match(location):
            kind, what = ProblemKind.FOREIGN_LOCATION, "is an address, and nothing is fetched"
        elif location.startswith(("/", "\\")) or "\0" in location:
            kind, what = ProblemKind.FOREIGN_LOCATION, "is no relative path"
        elif (path := source.led_to(location)).startswith(("../", "/")):
            kind, what = ProblemKind.FOREIGN_LOCATION, "leads out of the package"
        elif path not in self._known:
            kind, what = ProblemKind.NO_FILE, "leads to no file"
        elif (found := self.source(path)) is not None:
            return found
        else:
            kind, what = ProblemKind.UNREADABLE_FILE, "leads to a file that cannot be read"
        return Astray(kind, f"{shown} {what}")


class _Mender:
    """Puts one file right."""

    def __init__(self, package: Package, source: Source) -> None:
        self._package = package
        self._source = source

    def mend(self) -> None:
        self._trust_files()
        for node in self._source.root.iter("*"):
            if node.attrib.pop(_XML_BASE, None) is not None:
                self._package.repaired(
                    RepairKind.XML_BASE, self._source, node,
                    "xml:base would lead locations elsewhere, and is taken away",
                    "write locations relative to the file they stand in",
                )  # fmt: skip
        for schema in self._source.schemas:
            for node in list(schema.iterchildren(_IMPORT, _INCLUDE, f"{XS}redefine")):
                self._locate(schema, node)
        if self._source.root.tag == f"{XS}schema":
            self._add_imports()
            self._strip_anchors()

    def _references(self) -> Iterator[tuple[etree._Element, Source]]:
        """Give what names a file that can be found: the node, and the file."""
        for schema in self._source.schemas:
            for node in schema.iterchildren(_IMPORT, _INCLUDE, f"{XS}redefine"):
                found, _ = self._target(schema, node)
                if found is not None:
                    yield node, found

    def _target(
        self, schema: etree._Element, node: etree._Element
    ) -> tuple[Source | None, Astray | None]:
        """Find the file that an import or include means, and tell why not where it says."""
        imports = node.tag == _IMPORT
        namespace = node.get("namespace", "") if imports else schema.get("targetNamespace", "")
        location = node.get("schemaLocation", "").strip()
        if not location:
            found = None
            if imports and namespace:
                found = self._package.with_namespace(namespace, near=self._source.path)
            return found, Astray(ProblemKind.NO_FILE, "no file is named")
        plain = location.replace("\\", "/")
        led = self._package.led_to(self._source, plain)
        if isinstance(led, Astray):
            name = posixpath.basename(plain)
            return self._package.elsewhere(name, namespace or None, near=self._source.path), led
        if plain != location:
            what = f"{location[:200]!r} is a path of Windows, not a location"
            return led, Astray(ProblemKind.NO_FILE, what)
        return led, None

    def _trust_files(self) -> None:
        """Rename a namespace that this file gets wrong and no other has, where it is bound."""
        wrong: dict[str, str] = {}
        for node, found in self._references():
            said = node.get("namespace", "")
            if node.tag != _IMPORT or not said or found.namespace in ("", said):
                continue
            if self._package.with_namespace(said, near=self._source.path) is None:
                wrong[said] = found.namespace
        data = self._source.data
        for said, meant in wrong.items():
            for quote in (b'"', b"'"):
                bound = rb"(xmlns(?::[^\s=:]+)?\s*=\s*)" + re.escape(quote + said.encode() + quote)
                parts = re.split(bound, data)  # text, binding, text, binding, ... text
                parts[1::2] = [part + quote + meant.encode() + quote for part in parts[1::2]]
                data = b"".join(parts)
        if data != self._source.data and self._source.root.get("targetNamespace") not in wrong:
            with suppress(MessageError):  # a namespace that no parser takes is left as it is
                self._source.root = parse(data)
                self._source.data = data

    def _locate(self, schema: etree._Element, node: etree._Element) -> None:
        """Let an import or include lead to the right file, or nowhere."""
        location = node.get("schemaLocation", "").strip()
        found, why = self._target(schema, node)
        if found is None:
            self._lead_nowhere(node, location, why)
            return
        if why is not None:
            foreign = why.kind is ProblemKind.FOREIGN_LOCATION
            self._package.repaired(
                RepairKind.FOREIGN_LOCATION if foreign else RepairKind.MISSING_FILE,
                self._source, node,
                f"{why.what}; {found.origin} is taken", "let schemaLocation lead to the file",
            )  # fmt: skip
        self._trust_namespace(schema, node, found)
        right = location_to(found.path, of=self._source.path)
        if node.get("schemaLocation") != right:
            node.set("schemaLocation", right)
            self._source.touched = True

    def _lead_nowhere(self, node: etree._Element, location: str, why: Astray | None) -> None:
        if why is None or (node.tag == _IMPORT and not location):
            return  # says only that the namespace is used
        self._package.note(
            why.kind, self._source, node,
            f"{why.what}, and the package holds no such file elsewhere",
            "put the file into the package, and let schemaLocation lead to it",
        )  # fmt: skip
        if self._source.root.tag != f"{XS}schema" and not _ADDRESS.match(location):
            return  # nothing compiles a WSDL, and its contract is lost with the file it names
        self._source.touched = True
        if node.tag == _IMPORT:
            del node.attrib["schemaLocation"]
        elif (parent := node.getparent()) is not None:
            parent.remove(node)

    def _trust_namespace(
        self, schema: etree._Element, node: etree._Element, found: Source
    ) -> None:  # fmt: skip
        """Let an import name the namespace that its file has; an include has no choice."""
        own, theirs = schema.get("targetNamespace", ""), found.namespace
        in_wsdl = schema is not self._source.root
        if node.tag == _IMPORT:
            said = node.get("namespace", "")
            if said == theirs and (said != own or in_wsdl):
                return
            what = f"the import says {said or 'no namespace'}, its file {theirs or 'none'}"
            if said == theirs:
                what = f"a schema cannot import its own namespace {own}"
        elif theirs in ("", own):
            return
        else:
            what = f"an include cannot bring in another namespace, {theirs}"
        self._package.repaired(
            RepairKind.WRONG_NAMESPACE, self._source, node, what,
            "let namespace be the targetNamespace of the file",
        )  # fmt: skip
        node.tag = _INCLUDE if theirs == own and not in_wsdl else _IMPORT
        if node.tag == _INCLUDE or not theirs:
            node.attrib.pop("namespace", None)
        else:
            node.set("namespace", theirs)

    def _add_imports(self) -> None:
        """Import what is used without being imported, where the package has it."""
        schema = self._source.root
        if not schema.get("targetNamespace"):
            return  # a chameleon uses its includer's names too
        known = {node.get("namespace", "") for node in schema.iterchildren(_IMPORT)}
        known |= {schema.get("targetNamespace", ""), _XSD, ""}
        last = max(
            (schema.index(node) for node in schema.iterchildren(_IMPORT, _INCLUDE)), default=-1
        )
        for namespace, node in _namespaces_used(schema).items():
            if namespace in known:
                continue
            found = self._package.with_namespace(namespace, near=self._source.path)
            if found is None or found is self._source:
                continue
            self._package.repaired(
                RepairKind.MISSING_IMPORT, self._source, node,
                f"{namespace} is used and not imported; {found.origin} is imported",
                "add the xs:import",
            )  # fmt: skip
            last += 1
            location = location_to(found.path, of=self._source.path)
            schema.insert(
                last, schema.makeelement(_IMPORT, namespace=namespace, schemaLocation=location)
            )

    def _strip_anchors(self) -> None:
        for node in self._source.root.iter(f"{XS}pattern"):
            pattern = node.get("value", "")
            if (plain := without_anchors(pattern)) != pattern:
                node.set("value", plain)
                self._package.repaired(
                    RepairKind.PATTERN_ANCHORS, self._source, node,
                    f"the pattern {pattern!r} is anchored, and XML Schema takes ^ and $ literally",
                    f"write {plain!r}; a pattern always means the whole value",
                    was=pattern, now=plain,
                )  # fmt: skip


def without_anchors(pattern: str) -> str:
    r"""Take ``^`` and ``$`` away where a programmer means begin and end of the value.

    Shape: at the ends of the whole and of each alternative outside brackets; ``\$`` stays.
    """
    return "|".join(_bare(part) for part in _alternatives(pattern))


def _bare(alternative: str) -> str:
    bare = alternative.removeprefix("^")
    escapes = len(bare[:-1]) - len(bare[:-1].rstrip("\\"))
    return bare[:-1] if bare.endswith("$") and escapes % 2 == 0 else bare


def _alternatives(pattern: str) -> Iterable[str]:
    """Split a pattern at the bars that stand in no group, class or escape."""
    start = depth = 0
    in_class = False
    place = 0
    while place < len(pattern):
        sign = pattern[place]
        if sign == "\\":
            place += 1
        elif in_class:
            in_class = sign != "]"
        elif sign == "[":
            in_class = True
        elif sign in "()":
            depth += 1 if sign == "(" else -1
        elif sign == "|" and depth == 0:
            yield pattern[start:place]
            start = place + 1
        place += 1
    yield pattern[start:]


def _namespaces_used(schema: etree._Element) -> dict[str, etree._Element]:
    """Give each namespace that a name in a schema stands in, with the first place of it."""
    used: dict[str, etree._Element] = {}
    for node in schema.iter(f"{XS}*"):
        for attribute in _NAMES:
            for name in node.get(attribute, "").split():
                prefix = name.rpartition(":")[0]
                namespace = _XML if prefix == "xml" else node.nsmap.get(prefix or None, "")
                used.setdefault(namespace, node)
    return used


def _newest_first(source: Source) -> tuple[int, ...]:
    return tuple(-number for number in (*source.version, 0, 0, 0)[:3])


def _distance(path: str, near: str) -> int:
    """Count the folders from one file to another."""
    return len(posixpath.relpath(path, posixpath.dirname(near) or ".").split("/"))
