"""Two files that claim one namespace, made one for the contracts that reach both.

A validator reads the first file it meets for a namespace and silently drops the others. So the
files a contract reaches are copied beside the rest, and in the copies one file includes both. Other
contracts of the package keep what they have.
"""

from __future__ import annotations

import copy
import posixpath
from collections.abc import Iterable

from lxml import etree

from contracts.package_parts import (
    XS,
    Problem,
    ProblemKind,
    Repair,
    RepairKind,
    Source,
    location_to,
)
from contracts.repair import Package

__all__ = ["Merging", "closure"]

_IMPORT = f"{XS}import"
_COMPONENTS = {
    f"{XS}element": "element",
    f"{XS}attribute": "attribute",
    f"{XS}complexType": "type",
    f"{XS}simpleType": "type",
    f"{XS}group": "group",
    f"{XS}attributeGroup": "attribute group",
}
_Component = tuple[str, str]
_Roots = tuple[tuple[str, tuple[Source, ...]], ...]


def closure(package: Package, first: Source, *, imports: bool = True) -> list[Source]:
    """Give a file and all it leads to, each once, in the order they are met.

    Shape: round in a circle leads nowhere new; without ``imports`` includes alone are followed.
    """
    reached = {first.path: first}
    waiting = [first]
    while waiting:
        for node, path in waiting.pop(0).references():
            found = package.sources.get(path)
            if found is not None and path not in reached and (imports or node.tag != _IMPORT):
                reached[path] = found
                waiting.append(found)
    return list(reached.values())


class Merging:
    """Makes the merged copies of one package."""

    def __init__(self, package: Package) -> None:
        self._package = package
        self._folders: dict[_Roots, str] = {}

    def merged(self, schema: Source, wsdl: Source) -> tuple[Source, Source] | None:
        """Give copies of schema and WSDL that lead to one file a namespace, or None if they do."""
        reached = closure(self._package, schema)
        doubles = self._doubles(schema, reached)
        if not doubles:
            return None
        if doubles not in self._folders:
            self._folders[doubles] = self._free_folder()
            for namespace, roots in doubles:
                self._tell(namespace, roots, reached)
        folder = self._folders[doubles]
        reached += [one for one in closure(self._package, wsdl) if one not in reached]
        copies = {one.path: self._copied(one, folder) for one in reached}
        leads_to = {
            namespace: self._one_file(namespace, [copies[root.path] for root in roots])
            for namespace, roots in doubles
        }
        for one in copies.values():
            _lead_imports(one, leads_to)
        return leads_to.get(schema.namespace, copies[schema.path]), copies[wsdl.path]

    def _doubles(self, schema: Source, reached: list[Source]) -> _Roots:
        """Give the namespaces that several files are imported for, with those files."""
        roots: dict[str, dict[str, Source]] = {schema.namespace: {schema.path: schema}}
        for source in reached:
            for node, path in source.references():
                found = self._package.sources.get(path)
                if node.tag == _IMPORT and found is not None:
                    roots.setdefault(found.namespace, {})[path] = found
        found_twice = []
        for namespace, files in roots.items():
            below = {
                one.path: {other.path for other in closure(self._package, one, imports=False)}
                for one in files.values()
            }
            outermost = [
                one
                for path, one in files.items()
                if not any(path in below[other] and other not in below[path] for other in files)
            ]
            if len(outermost) > 1:
                outermost.sort(key=lambda one: one.version, reverse=True)
                found_twice.append((namespace, tuple(outermost)))
        return tuple(found_twice)

    def _free_folder(self) -> str:
        number = len(self._folders) + 1
        taken = {path.partition("/")[0] for path in self._package.sources}
        while f"merged-{number}" in taken:
            number += 1
        return f"merged-{number}"

    def _tell(self, namespace: str, roots: tuple[Source, ...], reached: list[Source]) -> None:
        """Report it once, at the import that a validator would drop."""
        names = " and ".join(root.origin for root in roots)
        places = [
            (source, node)
            for source in reached
            for node, path in source.references()
            if node.tag == _IMPORT and path in {root.path for root in roots}
        ]
        source, node = places[-1]
        repair = Repair(
            kind=RepairKind.TWO_FILES,
            file=source.origin,
            line=source.line(node),
            what=f"{namespace} is imported from {len(roots)} files, {names}; they are merged",
            advice="let one file include the other, and import that one everywhere",
        )
        if repair not in self._package.repairs:
            self._package.repairs.append(repair)

    def _copied(self, source: Source, folder: str) -> Source:
        path = f"{folder}/{source.path}"
        if path not in self._package.sources:
            self._package.sources[path] = Source(
                path=path,
                origin=source.origin,
                data=source.data,
                root=_copied_tree(source.root),
                touched=source.touched,
            )
        return self._package.sources[path]

    def _one_file(self, namespace: str, roots: list[Source]) -> Source:
        """Give one file for a namespace: the newest, or one that includes it and the rest."""
        first, *others = roots
        path = posixpath.join(posixpath.dirname(first.path), f"merged_{first.path.count('/')}_"
                              f"{posixpath.basename(first.path)}")  # fmt: skip
        if path in self._package.sources:
            return self._package.sources[path]
        members = closure(self._package, first, imports=False)
        declared = _declared(members)
        rest = []
        for other in others:
            added = [one for one in closure(self._package, other, imports=False)
                     if one not in members]  # fmt: skip
            left = [self._without(one, declared) for one in added]
            if any(left):
                rest.append(other)
            members += added
            declared |= _declared(added)
        if not rest:
            return first
        root = etree.Element(f"{XS}schema", nsmap={"xs": XS[1:-1]})
        if namespace:
            root.set("targetNamespace", namespace)
        for one in (first, *rest):
            etree.SubElement(root, f"{XS}include", schemaLocation=location_to(one.path, of=path))
        merged = Source(path=path, origin=first.origin, data=b"", root=root, touched=True)
        self._package.sources[path] = merged
        return merged

    def _without(self, source: Source, declared: dict[_Component, etree._Element]) -> bool:
        """Take away what another file declares already, and tell whether anything is left."""
        left = False
        for node in list(source.root):
            component = _component(node)
            if component is None:
                continue
            if component not in declared:
                left = True
                continue
            if _canonical(node) != _canonical(declared[component]):
                problem = Problem(
                    kind=ProblemKind.DIFFERENT_DECLARATIONS,
                    file=source.origin,
                    line=source.line(node),
                    what=f"two files declare the {component[0]} {component[1]} of "
                    f"{source.namespace} differently; the newer file's is taken",
                    advice="declare it once",
                )
                if problem not in self._package.problems:
                    self._package.problems.append(problem)
            source.root.remove(node)
            source.touched = True
        return left


def _copied_tree(root: etree._Element) -> etree._Element:
    """Copy a tree; its elements keep their lines."""
    return copy.deepcopy(root.getroottree()).getroot()


def _lead_imports(source: Source, leads_to: dict[str, Source]) -> None:
    """Let the imports of some namespaces lead to one file each, and stand once."""
    for schema in source.schemas:
        met: set[str] = set()
        for node in list(schema.iterchildren(_IMPORT)):
            namespace = node.get("namespace", "")
            if namespace not in leads_to:
                continue
            source.touched = True
            if namespace in met:
                schema.remove(node)
                continue
            met.add(namespace)
            node.set("schemaLocation", location_to(leads_to[namespace].path, of=source.path))


def _declared(sources: Iterable[Source]) -> dict[_Component, etree._Element]:
    return {
        component: node
        for source in sources
        for node in source.root
        if (component := _component(node)) is not None
    }


def _component(node: etree._Element) -> _Component | None:
    kind = _COMPONENTS.get(node.tag) if isinstance(node.tag, str) else None
    return (kind, node.get("name", "")) if kind else None


def _canonical(node: etree._Element) -> bytes:
    """Write a declaration without annotations and blanks, to compare it."""
    plain = copy.deepcopy(node)
    plain.tail = None
    etree.strip_elements(plain, f"{XS}annotation", with_tail=False)
    etree.strip_tags(plain, etree.Comment)
    for one in plain.iter():
        one.text = one.tail = None
    return etree.tostring(plain, method="c14n", exclusive=True)
