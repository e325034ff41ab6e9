"""How large the content models of schemas are: a small file can hold a bomb.

A group may refer to groups, so that a page of schema unfolds to millions of particles, and so may
attribute groups and unions. The time to compile grows with the cube of a model's optional
particles, or of a pattern's quantifiers, and with the square of all declarations.
"""

from __future__ import annotations

from collections.abc import Iterable

from lxml import etree

from contracts.package_parts import XS, Problem, ProblemKind, Source

__all__ = ["MOST_DECLARATIONS", "MOST_WORK", "too_large"]

MOST_WORK = 2_000_000_000
"""Sum of the cubes of all model sizes. The largest model accepted has 1200 particles, which takes
seconds; the largest published ones have some hundred."""

MOST_DECLARATIONS = 10_000
"""Global ones, in all files of a contract; the largest published contracts have some hundred."""

_DEEPEST = 100
_LEAVES = {f"{XS}element", f"{XS}any", f"{XS}attribute"}
_INNER = {
    f"{XS}{name}"
    for name in ("sequence", "choice", "all", "complexContent", "extension", "restriction")
}
_NAMED = tuple(f"{XS}{name}" for name in ("group", "attributeGroup", "complexType", "simpleType"))
_MEASURED = (f"{XS}complexType", f"{XS}attributeGroup", f"{XS}union", f"{XS}pattern")
_Declared = tuple[Source, etree._Element]


class _TooDeep(Exception):  # noqa: N818 - a signal that stops the counting, not an error
    """Raised where groups and types refer to one another too many times over."""


def too_large(sources: Iterable[Source]) -> Problem | None:
    """Tell where schemas are too large to be compiled, or None where they are not."""
    sources = list(sources)
    declarations = sum(len(source.root) for source in sources)
    if declarations > MOST_DECLARATIONS:
        return Problem(
            kind=ProblemKind.TOO_LARGE,
            file=sources[0].origin,
            line=1,
            what=f"{declarations:,} declarations are more than the {MOST_DECLARATIONS:,} accepted",
            advice="no contract needs so many",
        )
    try:
        return _too_much_work(_Counting(sources))
    except _TooDeep:
        return Problem(
            kind=ProblemKind.TOO_LARGE,
            file=sources[0].origin,
            line=1,
            what=f"groups or types refer to one another more than {_DEEPEST} times over",
            advice="write flatter types",
        )


def _too_much_work(counting: _Counting) -> Problem | None:
    work = largest = 0
    place: tuple[Source, etree._Element] | None = None
    for source, node in counting.types():
        size = counting.size(source, node)
        work += size**3
        if size > largest:
            largest, place = size, (source, node)
    if work <= MOST_WORK or place is None:
        return None
    source, node = place
    return Problem(
        kind=ProblemKind.TOO_LARGE,
        file=source.origin,
        line=source.line(node),
        what=f"the models are too large to be compiled, this one has {largest:,} parts",
        advice="no message needs so many; write smaller types",
    )


class _Counting:
    """Counts particles, each declaration once."""

    def __init__(self, sources: list[Source]) -> None:
        self._sources = sources
        self._depth = 0
        self._sizes: dict[etree._Element, int] = {}
        self._declared: dict[tuple[str, str, str], _Declared] = {}
        for source in self._sources:
            for node in source.root.iterchildren(*_NAMED):
                key = str(node.tag), source.namespace, node.get("name", "")
                self._declared[key] = (source, node)

    def types(self) -> Iterable[_Declared]:
        """Give every complex type, attribute group, union and pattern, named or not."""
        for source in self._sources:
            for node in source.root.iter(*_MEASURED):
                yield source, node

    def size(self, source: Source, node: etree._Element) -> int:
        """Count the parts of a declaration, with groups, base and member types unfolded."""
        if node not in self._sizes:
            self._sizes[node] = 0  # round in a circle counts nothing; the compiler refuses it
            self._depth += 1
            if self._depth > _DEEPEST:
                raise _TooDeep
            self._sizes[node] = self._counted(source, node)
            self._depth -= 1
        return self._sizes[node]

    def _counted(self, source: Source, node: etree._Element) -> int:
        if node.tag == f"{XS}pattern":
            return sum(node.get("value", "").count(sign) for sign in "?*+{")
        size = sum(self._unfolded(source, child) for child in node)
        if node.tag == f"{XS}union":
            members = node.get("memberTypes", "").split()
            size += sum(1 + self._of(source, node, f"{XS}simpleType", name) for name in members)
        return size

    def _unfolded(self, source: Source, node: etree._Element) -> int:
        if node.tag in _LEAVES:
            return 1
        if node.tag == f"{XS}group":
            return self._of(source, node, f"{XS}group", node.get("ref", ""))
        if node.tag == f"{XS}attributeGroup":
            return 1 + self._of(source, node, f"{XS}attributeGroup", node.get("ref", ""))
        if node.tag in (f"{XS}union", f"{XS}simpleType"):
            return self.size(source, node)
        if node.tag not in _INNER:
            return 0
        size = sum(self._unfolded(source, child) for child in node)
        if node.tag == f"{XS}extension":
            size += self._of(source, node, f"{XS}complexType", node.get("base", ""))
        return size

    def _of(self, source: Source, node: etree._Element, tag: str, name: str) -> int:
        prefix, _, local = name.strip().rpartition(":")
        namespace = node.nsmap.get(prefix or None, "") or source.namespace
        declared = self._declared.get((tag, namespace, local))
        return self.size(*declared) if declared else 0
