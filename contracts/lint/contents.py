"""A package as the linter looks at it: files, WSDL, schemas by kind, and what each declares.

The trees are those of the original files. What is mended, so that messages can be judged, is told
by loading alone.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from pathlib import Path

from lxml import etree

from contracts.lint.findings import Scope
from contracts.lint.names import (
    Clue,
    clue_of_domain,
    clue_of_service,
    is_called_release,
    most,
    schema_file,
)
from contracts.lint.wsdl_facts import Wsdl, folder_of_interaction
from contracts.merging import closure
from contracts.package_parts import XS, Source
from contracts.repair import Package

__all__ = ["Contents", "Kind", "Unpacking"]

_INCLUDES = (f"{XS}include", f"{XS}redefine")
_RELEASE_PARTS = {"docs", "test-suite", "code_gen"}
_SERVICE_FILE = ("Responder", "Initiator")


class Kind(StrEnum):
    """What a schema is in its package, and so which rules hold for it."""

    SERVICE = "service schema"
    DOMAIN = "domain schema"
    SERVICE_EXTENSION = "extension of a service schema"
    DOMAIN_EXTENSION = "extension of a domain schema"
    BORROWED = "schema of another domain, or a standard"


@dataclass(frozen=True, slots=True, kw_only=True)
class Unpacking:
    """How a package came: its name, its files by their paths, and what was left out of it."""

    name: str
    archived: bool
    files: tuple[str, ...]
    left_out: tuple[str, ...]


class Contents:
    """A package's files and what they are to each other.

    Shape: ``reached`` are the paths that some WSDL leads to, once what is wrong on the way is
           mended. ``base`` is the folder of interactions and core_components, with a slash.
    """

    def __init__(self, folder: Path, unpacking: Unpacking, reached: frozenset[str]) -> None:
        self.unpacking = unpacking
        self.package = Package(folder)
        self.reached = reached
        self.schemas: tuple[Source, ...] = tuple(
            source for source in self.package.sources.values() if source.root.tag == f"{XS}schema"
        )
        self.wsdls: tuple[Wsdl, ...] = tuple(
            Wsdl(source, interaction=folder_of_interaction(source.origin))
            for source in self.package.wsdls
        )
        inside = any(name.startswith("schemas/") for name in unpacking.files)
        self.base = "schemas/" if inside else ""
        self._closures: dict[str, list[Source]] = {}
        self._kinds: dict[str, Kind] = {}
        self._indices: dict[str, dict[tuple[str, str], etree._Element]] = {}

    @property
    def scope(self) -> Scope:
        """Tell a release from schemas alone: by its name, its parts, or that it is an archive."""
        tops = {name.partition("/")[0] for name in self.unpacking.files if "/" in name}
        if self.has_release_name or tops & _RELEASE_PARTS:
            return Scope.RELEASE
        return Scope.SCHEMAS

    @property
    def has_release_name(self) -> bool:
        """Tell whether the package's name is a release's: an archive's, or meant to be one."""
        return self.unpacking.archived or is_called_release(self.unpacking.name)

    @property
    def complete(self) -> bool:
        """Tell whether every WSDL and schema could be read."""
        return not self.package.problems

    @cached_property
    def identity(self) -> Clue:
        """Give the domain and prefix that most contracts have, or else most domain schemas."""
        of_wsdls = [(one.identity.prefix, one.identity.domain) for one in self.wsdls]
        said = [pair for pair in of_wsdls if pair[1] != "<domain>"] or [
            (clue.prefix, clue.domain)
            for schema in self.schemas
            if (clue := _clue(schema)).prefix and clue.domain
        ]
        prefix, domain = most(said) or ("", "")
        return Clue(prefix=prefix, domain=domain)

    @property
    def domain(self) -> str:
        """Give the service domain, empty where nothing tells it."""
        return self.identity.domain

    # Schemas -----------------------------------------------------------------------------------

    def kind(self, schema: Source) -> Kind:
        """Tell what a schema is."""
        if schema.path not in self._kinds:
            self._kinds[schema.path] = self._kind(schema)
        return self._kinds[schema.path]

    def of_kind(self, *kinds: Kind) -> list[Source]:
        """Give the schemas of some kinds."""
        return [schema for schema in self.schemas if self.kind(schema) in kinds]

    def _kind(self, schema: Source) -> Kind:
        name = posixpath.basename(schema.origin)
        stem, _, extension = schema_file(name) or (name.rpartition(".")[0], "", False)
        service = (
            bool(clue_of_service(schema.namespace).interaction)
            or stem.endswith(_SERVICE_FILE)
        )  # fmt: skip
        if self.wsdls_of(schema):
            return Kind.SERVICE
        if not (service or self._is_own(schema, stem)):
            return Kind.BORROWED
        if extension:
            return Kind.SERVICE_EXTENSION if service else Kind.DOMAIN_EXTENSION
        return Kind.SERVICE if service else Kind.DOMAIN

    def _is_own(self, schema: Source, stem: str) -> bool:
        """Tell a schema of this domain from a copy of another's, by namespace or file name."""
        if not schema.namespace:  # of whoever includes it
            return any(
                self._is_own(other, posixpath.basename(other.origin).rpartition("_")[0])
                for other in self.schemas
                if other.namespace and schema in self.included_by(other)
            )
        clue = clue_of_domain(schema.namespace)
        if self.domain and f"{clue.domain}:".startswith(f"{self.domain}:"):
            return True
        own = self.domain.replace(":", "_")
        return bool(own) and (stem == own or stem.startswith(f"{own}_"))

    def closure(self, source: Source) -> list[Source]:
        """Give a file and all it leads to."""
        if source.path not in self._closures:
            self._closures[source.path] = closure(self.package, source)
        return self._closures[source.path]

    def included_by(self, schema: Source) -> list[Source]:
        """Give a schema and the files it includes: what is one schema in several files."""
        return closure(self.package, schema, imports=False)

    def is_part(self, schema: Source) -> bool:
        """Tell whether another schema includes this one."""
        return schema.path in self._parts

    @cached_property
    def _parts(self) -> frozenset[str]:
        """Give the paths of the files that another one includes."""
        return frozenset(
            path
            for schema in self.schemas
            for node, path in schema.references()
            if node.tag in _INCLUDES and path != schema.path
        )

    def declared(
        self, tag: str, namespace: str, name: str, *, near: Source
    ) -> tuple[Source, etree._Element] | None:
        """Find a global declaration: in what a file leads to, or else wherever the package has it.

        Shape: an included file without namespace declares for that of ``near``.
        """
        for files in (self.closure(near), self.schemas):
            for source in files:
                if source.namespace != namespace and not (
                    not source.namespace and near.namespace == namespace
                ):
                    continue
                if (node := self._index(source).get((f"{XS}{tag}", name))) is not None:
                    return source, node
        return None

    def _index(self, source: Source) -> dict[tuple[str, str], etree._Element]:
        """Give the global declarations of a file, the first of each name."""
        if source.path not in self._indices:
            index: dict[tuple[str, str], etree._Element] = {}
            for node in source.root.iterchildren("*"):
                index.setdefault((str(node.tag), node.get("name", "")), node)
            self._indices[source.path] = index
        return self._indices[source.path]

    def has_file_for(self, namespace: str) -> bool:
        """Tell whether a schema of the package that could be read has a namespace."""
        return namespace in self._namespaces

    @cached_property
    def _namespaces(self) -> frozenset[str]:
        return frozenset(schema.namespace for schema in self.schemas)

    def wsdls_of(self, schema: Source) -> list[Wsdl]:
        """Give the WSDL whose messages are those of a service schema."""
        return self._wsdls_by_payload.get(schema.namespace, [])

    @cached_property
    def _wsdls_by_payload(self) -> dict[str, list[Wsdl]]:
        found: dict[str, list[Wsdl]] = {}
        for wsdl in self.wsdls:
            for payload in wsdl.payloads:
                found.setdefault(payload, []).append(wsdl)
        return found

    def is_extension(self, namespace: str) -> bool:
        """Tell whether a namespace is that of a minor version's additions."""
        return bool(clue_of_domain(namespace).minor) or namespace in self._extensions

    @cached_property
    def _extensions(self) -> frozenset[str]:
        kinds = Kind.SERVICE_EXTENSION, Kind.DOMAIN_EXTENSION
        return frozenset(schema.namespace for schema in self.of_kind(*kinds))

    def global_elements(self, schemas: Iterable[Source]) -> list[tuple[Source, etree._Element]]:
        """Give the global elements of some files."""
        return [
            (source, node)
            for source in schemas
            for node in source.root.iterchildren(f"{XS}element")
        ]


def _clue(schema: Source) -> Clue:
    service = clue_of_service(schema.namespace)
    return service if service.interaction else clue_of_domain(schema.namespace)
