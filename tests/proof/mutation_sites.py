"""Finding the fail sites: every place where a step, a judgement or a rule can say "deviates".

They are read out of the code, so a new one is there from the moment it is written:

======== ==========================================================================================
one      a call that makes a deviation; a function that gives one is told by its annotation, and
         its callers are the sites, not its own return
perhaps  a return of something in a function that gives a deviation or none, or says what is wrong
several  a call of a judgement, a function that gives deviations or the schema's findings; and an
         argument of ``judged`` that holds none of these
raised   ``raise Deviates``
said     ``Outcome.FAILED``, ``Verdict.DEVIATIONS`` or ``schema_valid=False`` as a value
holds    a comparison with one of the two
rule     an assert or report of a Schematron file
======== ==========================================================================================
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from lxml import etree
from mutation_makers import Gives, Makers

__all__ = ["Kind", "Site", "Unsilenceable", "find", "rules_in"]

_SCHEMATRON = "{http://purl.oclc.org/dsdl/schematron}"
_TAKE_SEVERAL = {"judged", "append", "tuple", "list"}
"""What takes deviations as arguments: a list's append is made an extend."""


class Kind(StrEnum):
    """How a place says "deviates", and so how it is silenced."""

    ONE = "one"
    PERHAPS = "perhaps"
    SEVERAL = "several"
    RAISED = "raised"
    SAID = "said"
    HOLDS = "holds"
    RULE = "rule"


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """One place: its file from the project's root, where in it, and what it says there."""

    file: str
    line: int
    column: int
    kind: Kind
    says: str

    @property
    def id(self) -> str:
        """Name it, the same in every run on the same code."""
        return f"{self.file}:{self.line}:{self.column}:{self.kind}"

    def __str__(self) -> str:
        """Give where it is, as an editor opens it."""
        return f"{self.file}:{self.line}"


class Unsilenceable(Exception):  # noqa: N818 - it says what the place is
    """A deviation is made where nothing can stand in its stead: the code is to be written plainer.

    Made so, it could not be told from a crash whether a test had noticed.
    """


# Python ------------------------------------------------------------------------------------------


def find(module: str, file: str, tree: ast.Module, makers: Makers) -> Mapping[ast.AST, Site]:
    """Give the sites of a module, each by its node.

    Raises: Unsilenceable where a deviation is made that could not be left out.
    """
    return _Looking(module, file, tree, makers).found()


class _Looking:
    """Looks through one module."""

    def __init__(self, module: str, file: str, tree: ast.Module, makers: Makers) -> None:
        self._module, self._file, self._tree, self._makers = module, file, tree, makers
        self._parents = {
            child: node for node in ast.walk(tree) for child in ast.iter_child_nodes(node)
        }

    def found(self) -> dict[ast.AST, Site]:
        """Give the sites; an argument of ``judged`` is one where it holds none."""
        found: dict[ast.AST, Site] = {}
        for node in ast.walk(self._tree):
            if (kind := self._kind_of(node)) is not None:
                found[node] = self._site(node, kind)
            if isinstance(node, ast.Return):
                for value in self._told_by(node):
                    found[value] = self._site(value, Kind.PERHAPS)
        for node in ast.walk(self._tree):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "judged":
                for argument in node.args:
                    whole = argument.value if isinstance(argument, ast.Starred) else argument
                    if not any(inner in found for inner in ast.walk(whole)):
                        if not isinstance(argument, ast.Starred):
                            raise self._unsilenceable(node)
                        found[whole] = self._site(whole, Kind.SEVERAL)
        return found

    def _kind_of(self, node: ast.AST) -> Kind | None:
        match node:
            case ast.Call() if not isinstance(self._parents[node], ast.Attribute):
                return self._of_call(node)
            case ast.Raise(exc=ast.Call(func=raised)):
                return Kind.RAISED if _last(raised) == "Deviates" else None
            case ast.Compare(left=left, ops=[op], comparators=[right]):
                same = isinstance(op, ast.Is | ast.Eq) and _is_verdict(right)
                within = isinstance(op, ast.In) and _is_verdict(left)
                return Kind.HOLDS if same or within else None
            case ast.Constant(value=False):
                named = self._parents[node]
                invalid = isinstance(named, ast.keyword) and named.arg == "schema_valid"
                return Kind.SAID if invalid else None
            case ast.Attribute() if _is_verdict(node) and _is_said(node, self._parents):
                return Kind.SAID
        return None

    def _of_call(self, node: ast.Call) -> Kind | None:
        match self._makers.of_call(node, self._module):
            case Gives.ONE:
                return self._one(node)
            case Gives.PERHAPS:
                return None if self._is_given_on(node, Gives.PERHAPS) else Kind.PERHAPS
            case Gives.SEVERAL:
                return Kind.SEVERAL
        return None

    def _one(self, node: ast.Call) -> Kind | None:
        """Tell how one deviation can be left out where it is made."""
        function = self._function_of(node)
        if function and self._makers.of_function(function, self._module) is Gives.PERHAPS:
            return None  # each return is a site
        if self._is_given_on(node, Gives.ONE):
            return None  # whoever calls this one says it
        match self._parents[node]:
            case ast.Tuple() | ast.List() | ast.GeneratorExp() | ast.ListComp() | ast.Yield():
                return Kind.ONE
            case ast.Call(func=func) if _last(func) in _TAKE_SEVERAL:
                return Kind.ONE
        raise self._unsilenceable(node)

    def _is_given_on(self, node: ast.AST, gives: Gives) -> bool:
        function = self._function_of(node)
        return (
            isinstance(self._parents[node], ast.Return)
            and function is not None
            and self._makers.of_function(function, self._module) is gives
        )

    def _told_by(self, node: ast.Return) -> list[ast.expr]:
        """Give what a return may tell where it may tell nothing: each side of a choice."""
        function = self._function_of(node)
        if function is None or node.value is None:
            return []
        if self._makers.of_function(function, self._module) is not Gives.PERHAPS:
            return []
        value = node.value
        sides = [value.body, value.orelse] if isinstance(value, ast.IfExp) else [value]
        return [side for side in sides if not _is_nothing(side)]

    def _site(self, node: ast.AST, kind: Kind) -> Site:
        assert isinstance(node, ast.expr | ast.stmt)
        function = self._function_of(node)
        return Site(
            file=self._file,
            line=node.lineno,
            column=node.col_offset,
            kind=kind,
            says=function.name if function else "(module)",
        )

    def _function_of(self, node: ast.AST) -> ast.FunctionDef | None:
        while (above := self._parents.get(node)) is not None:
            if isinstance(above, ast.FunctionDef):
                return above
            node = above
        return None

    def _unsilenceable(self, node: ast.expr) -> Unsilenceable:
        return Unsilenceable(f"{self._file}:{node.lineno}: {ast.unparse(node)[:60]}")


def _is_nothing(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value in (None, "")


def _site(file: str, node: ast.AST, kind: Kind, parents: Mapping[ast.AST, ast.AST]) -> Site:
    assert isinstance(node, ast.expr | ast.stmt)
    function = _function_of(node, parents)
    return Site(
        file=file,
        line=node.lineno,
        column=node.col_offset,
        kind=kind,
        says=function.name if function else "(module)",
    )


def _function_of(node: ast.AST, parents: Mapping[ast.AST, ast.AST]) -> ast.FunctionDef | None:
    while (above := parents.get(node)) is not None:
        if isinstance(above, ast.FunctionDef):
            return above
        node = above
    return None


def _is_said(node: ast.AST, parents: Mapping[ast.AST, ast.AST]) -> bool:
    """Tell whether a verdict is given, and not asked for or listed."""
    parent = parents[node]
    while isinstance(parent, ast.Tuple):
        parent = parents[parent]
    return isinstance(parent, ast.Return | ast.Assign | ast.IfExp | ast.keyword)


def _is_verdict(node: ast.AST) -> bool:
    return ast.unparse(node) in {"Outcome.FAILED", "Verdict.DEVIATIONS"}


def _last(node: ast.AST) -> str:
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


# Schematron --------------------------------------------------------------------------------------


def rules_in(file: str, path: Path) -> Iterator[Site]:
    """Give the assertions of a rule file."""
    root = etree.parse(str(path)).getroot()
    for node in root.iter(f"{_SCHEMATRON}assert", f"{_SCHEMATRON}report"):
        yield Site(
            file=file, line=node.sourceline or 0, column=0, kind=Kind.RULE, says=node.get("id", "")
        )
