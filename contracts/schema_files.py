"""The files of a schema: which belong together, and what each declares at its top."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from lxml import etree

from contracts.errors import MessageError
from contracts.parsing import parse
from contracts.schema_parts import XS, SchemaModelError, Where, clark

__all__ = ["SKIPPED", "XML", "Declared", "File", "Files"]

XML = "http://www.w3.org/XML/1998/namespace"
SKIPPED = {"annotation", "notation", "unique", "key", "keyref"}
"""Schema elements that say nothing about what a model holds."""


@dataclass(frozen=True, slots=True)
class Declared:
    """A global declaration: its node and the namespace its file is read for."""

    node: etree._Element
    file: File


@dataclass(frozen=True, slots=True, eq=False)
class File:
    """A schema file as it is read: for an included file without namespace, the includer's."""

    path: Path
    root: etree._Element
    namespace: str

    def where(self, node: etree._Element) -> Where:
        """Give the place of a node."""
        line: Any = node.sourceline  # the stubs of lxml give it no type
        return Where(self.path, line or 1)

    def wrong(self, node: etree._Element, what: str, mend: str = "") -> SchemaModelError:
        """Make the error that says what is wrong at a node."""
        return SchemaModelError(what, where=str(self.where(node)), mend=mend)

    def resolve(self, node: etree._Element, attribute: str, text: str | None = None) -> str:
        """Resolve the prefixed name in an attribute, or ``text``, one of several there.

        Shape: without prefix, an adopted file's names are its adopter's.
        """
        text = node.get(attribute, "") if text is None else text
        prefix, _, local = text.strip().rpartition(":")
        if prefix == "xml":
            return clark(XML, local)
        if prefix and prefix not in node.nsmap:
            raise self.wrong(node, f"{attribute}={text!r}: the prefix is not declared")
        namespace = node.nsmap.get(prefix or None, "")
        if not namespace and not self.root.get("targetNamespace"):
            namespace = self.namespace
        return clark(namespace, local)


class Files:
    """The schema files reached, and their global declarations."""

    def __init__(self, within: Path) -> None:
        self._within = within
        self.loaded: dict[tuple[Path, str], File] = {}
        self.globals: dict[tuple[str, str], Declared] = {}
        self.latin: list[Path] = []
        self.constraints: list[Where] = []
        self._imported: dict[str, Path] = {}

    def load(
        self,
        path: Path,
        *,
        asked_by: tuple[File, etree._Element] | None,
        expected: str | None = None,
        adopter: str = "",
    ) -> File:
        """Read a file and what it leads to, once; ``expected`` is the namespace it must have."""
        root = self._parsed(path, asked_by)
        own = root.get("targetNamespace", "")
        file = File(path, root, own or adopter)
        if expected is not None and own != expected and not (own == "" and adopter):
            asker, node = asked_by or (file, root)
            raise asker.wrong(
                node,
                f"{path.name} has the namespace {own or 'none'}, not {expected or 'none'}",
                "let the import and the file's targetNamespace agree",
            )
        if (path, file.namespace) in self.loaded:
            return self.loaded[path, file.namespace]
        self.loaded[path, file.namespace] = file
        if asked_by is None:
            self._imported[own] = path
        children = root.iterchildren(f"{{{XS}}}*")
        for child in sorted(children, key=lambda child: child.tag != f"{{{XS}}}include"):
            self._top(file, child)
        constraints = root.iter(*(f"{{{XS}}}{kind}" for kind in ("unique", "key", "keyref")))
        self.constraints += (file.where(node) for node in constraints)
        return file

    def _top(self, file: File, child: etree._Element) -> None:
        kind = etree.QName(child).localname
        match kind:
            case "import":
                self._import(file, child)
            case "include":
                path = self._led_to(file, child)
                self.load(
                    path,
                    asked_by=(file, child),
                    expected=file.namespace,
                    adopter=file.namespace,
                )
            case "element" | "group" | "attributeGroup" | "attribute":
                self._declare(kind, file, child)
            case "complexType" | "simpleType":
                self._declare("type", file, child)
            case _ if kind not in SKIPPED:
                raise file.wrong(child, f"xs:{kind} cannot be read", "write it out in the schema")

    def _declare(self, symbol: str, file: File, node: etree._Element) -> None:
        name = node.get("name", "")
        if not name:
            raise file.wrong(node, f"this xs:{etree.QName(node).localname} has no name")
        key = symbol, clark(file.namespace, name)
        known = self.globals.setdefault(key, Declared(node, file))
        if known.node is not node:
            raise file.wrong(
                node,
                f"{name} is declared twice in {file.namespace or 'no namespace'}",
                f"the other is at {known.file.where(known.node)}",
            )

    def _import(self, file: File, node: etree._Element) -> None:
        namespace = node.get("namespace", "")
        if namespace == file.namespace:
            raise file.wrong(node, "a schema cannot import its own namespace", "include the file")
        location = node.get("schemaLocation", "")
        if not location or (namespace == XML and ":" in location):
            return
        path = self._led_to(file, node)
        first = self._imported.setdefault(namespace, path)
        if first != path and (path, namespace) not in self.loaded:
            raise file.wrong(
                node,
                f"a second file claims the namespace {namespace}: {path.name} beside {first}",
                "let one file include the other; a validator would silently read only the first",
            )
        self.load(path, asked_by=(file, node), expected=namespace)

    def _led_to(self, file: File, node: etree._Element) -> Path:
        location = node.get("schemaLocation", "")
        if not location or ":" in location or location.startswith(("/", "\\")):
            raise file.wrong(
                node,
                f"schemaLocation {location!r} is no relative path",
                "give the path of a file in the package; nothing is fetched over the network",
            )
        path = (file.path.parent / unquote(location)).resolve()
        if not path.is_relative_to(self._within):
            raise file.wrong(
                node,
                f"schemaLocation {location!r} leads out of {self._within}",
                "keep the schemas of a package in one folder",
            )
        return path

    def _parsed(self, path: Path, asked_by: tuple[File, etree._Element] | None) -> etree._Element:
        for known in self.loaded.values():
            if known.path == path:
                return known.root
        try:
            data = path.read_bytes()
        except OSError as error:
            where = str(asked_by[0].where(asked_by[1])) if asked_by else str(path)
            raise SchemaModelError(
                f"{path} cannot be read: {error.strerror or error}",
                where=where,
                mend="name a schema file that is there",
            ) from None
        try:
            root = self._tree(data, path)
        except MessageError as error:
            raise SchemaModelError(
                error.what, where=f"{path}:{error.line or 1}", mend=error.mend
            ) from None
        if root.tag != f"{{{XS}}}schema":
            raise SchemaModelError(
                f"the file is no XML schema but a {etree.QName(root).localname}",
                where=str(File(path, root, "").where(root)),
            )
        return root

    def _tree(self, data: bytes, path: Path) -> etree._Element:
        """Parse; bytes that are no UTF-8 though the file says so are taken for Latin-1."""
        try:
            return parse(data)
        except MessageError:
            try:
                data.decode("utf-8")
            except UnicodeDecodeError:
                root = parse(data.decode("iso-8859-1").encode())
                self.latin.append(path)
                return root
            raise
