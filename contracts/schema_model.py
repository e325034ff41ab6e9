"""An XSD in, a model out: frozen values that say what its elements may hold.

Imports and includes are followed by relative path inside one folder, never over the network.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType

from contracts.schema_files import Files
from contracts.schema_parts import (
    AttributeDecl,
    ComplexType,
    Content,
    ElementDecl,
    Facet,
    FacetKind,
    Group,
    GroupKind,
    Particle,
    Process,
    SchemaModelError,
    SimpleType,
    Type,
    Variety,
    Where,
    Wildcard,
    clark,
)
from contracts.schema_reading import Reader

__all__ = [
    "AttributeDecl",
    "ComplexType",
    "Content",
    "ElementDecl",
    "Facet",
    "FacetKind",
    "Group",
    "GroupKind",
    "Particle",
    "Process",
    "Reached",
    "SchemaModel",
    "SchemaModelError",
    "SimpleType",
    "Type",
    "Variety",
    "Where",
    "Wildcard",
    "clark",
    "read_model",
]

_ROOT = "schemas"  # where RIV-TA packages keep WSDL and XSD, core_components beside interactions


@dataclass(frozen=True, slots=True, kw_only=True)
class Reached:
    """An element at one place below a root: its path, and the declarations it stands in.

    Shape: ``path`` is local names from the root, as in a finding but without positions;
           ``recursive`` tells that its type is open above it, so that nothing below is listed.
    """

    path: str
    element: ElementDecl
    above: tuple[ElementDecl, ...]
    recursive: bool = False


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SchemaModel:
    """What a schema file and all it imports declare.

    Shape: ``elements``, ``types`` and ``attributes`` are the global ones of ours, by
           ``{namespace}local``; ``files`` are in the order they were reached; ``namespace`` is
           the first file's. ``undeclared_encoding`` names files in Latin-1 that do not say so,
           ``identity_constraints`` where xs:unique, xs:key and xs:keyref stand, which the model
           holds nothing else of.
    """

    path: Path
    namespace: str
    files: tuple[Path, ...]
    elements: Mapping[str, ElementDecl]
    types: Mapping[str, Type]
    attributes: Mapping[str, AttributeDecl]
    namespaces: frozenset[str]
    undeclared_encoding: tuple[Path, ...] = ()
    identity_constraints: tuple[Where, ...] = ()
    _heads: frozenset[str] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        heads = frozenset(one.substitutes_for for one in self.elements.values())
        object.__setattr__(self, "_heads", heads - {""})

    def element(self, name: str) -> ElementDecl:
        """Give a global element by ``{namespace}local``.

        Raises: SchemaModelError where the schema does not declare it.
        """
        if name not in self.elements:
            raise SchemaModelError(
                f"the schema declares no global element {name}",
                where=str(self.path),
                mend=f"choose one of {', '.join(sorted(self.elements)) or 'none'}",
            )
        return self.elements[name]

    def standing_for(self, element: ElementDecl) -> tuple[ElementDecl, ...]:
        """Give the elements that may stand where this one is declared, by substitution too."""
        found = [] if element.abstract else [element]
        if element.qname not in self._heads:
            return tuple(found)
        if element.ref or self.elements.get(element.qname) == element:
            for other in self.elements.values():
                if other.substitutes_for == element.qname:
                    found += (
                        replace(one, min=element.min, max=element.max)
                        for one in self.standing_for(other)
                    )
        return tuple(found)

    def reachable(self, root: str) -> Iterator[Reached]:
        """Give every element that may stand at or below a global one, by place, in order."""
        yield from self._reachable(self.element(root), above=())

    def declarations(self, root: str) -> tuple[ElementDecl, ...]:
        """Give every declaration reachable from a global element once, wherever it stands."""
        return tuple(dict.fromkeys(reached.element for reached in self.reachable(root)))

    def _reachable(
        self, element: ElementDecl, *, above: tuple[ElementDecl, ...]
    ) -> Iterator[Reached]:
        path = "".join(f"/{one.name}" for one in (*above, element))
        recursive = any(one.type_key == element.type_key for one in above)
        recursive = recursive and isinstance(element.type, ComplexType)
        yield Reached(path=path, element=element, above=above, recursive=recursive)
        if isinstance(element.type, ComplexType) and not recursive:
            for child in element.type.elements:
                for one in self.standing_for(child) or (child,):
                    yield from self._reachable(one, above=(*above, element))


def read_model(path: Path, *, within: Path | None = None) -> SchemaModel:
    """Read a schema file and all it imports and includes.

    Shape:  imports may lead anywhere below ``within``: by default the nearest folder named
            ``schemas`` above the file, as RIV-TA packages have, or else the file's own folder.
    Raises: SchemaModelError, with file and line, for a file that is missing, unreadable or
            outside, for a second file that claims an imported namespace, for a name that nothing
            declares, and for what no schema of a service contract holds (``xs:redefine``,
            XML Schema 1.1).
    """
    path = path.resolve()
    if within is None:
        within = next((one for one in path.parents if one.name == _ROOT), path.parent)
    files = Files(within.resolve())
    first = files.load(path, asked_by=None)
    reader = Reader(files)
    reader.read()
    return SchemaModel(
        path=path,
        namespace=first.namespace,
        files=tuple(dict.fromkeys(file.path for file in files.loaded.values())),
        elements=MappingProxyType(reader.elements),
        types=MappingProxyType(reader.types),
        attributes=MappingProxyType(reader.attributes),
        namespaces=frozenset(file.namespace for file in files.loaded.values()),
        undeclared_encoding=tuple(dict.fromkeys(files.latin)),
        identity_constraints=tuple(files.constraints),
    )
