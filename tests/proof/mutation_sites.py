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
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from lxml import etree

__all__ = ["Kind", "Makers", "Site", "Unsilenceable", "find", "makers_in", "rules_in"]

_SCHEMATRON = "{http://purl.oclc.org/dsdl/schematron}"
_SEVERAL = re.compile(
    r"(?:tuple|list|Sequence|Iterable|Iterator|Generator)\[(\w+)(?:, (?:\.\.\.|None, None))?\]"
)
_TELLS = {"text", "where", "expected", "observed"}
"""The fields by which a class is known to tell a deviation, whatever it is called."""

_SAYS_WHAT_IS_WRONG = "Say what is wrong"
"""How the docstring of a function begins that gives a text, empty where all is well."""

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


# What gives deviations ---------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Makers:
    """The names of the classes that tell a deviation, and of what gives one or several of them."""

    classes: frozenset[str]
    one: frozenset[str]
    several: frozenset[str]

    def gives_perhaps(self, function: ast.FunctionDef) -> bool:
        """Tell whether a function gives a deviation or none, as a value or in words."""
        given = _annotation(function)
        in_words = (ast.get_docstring(function) or "").startswith(_SAYS_WHAT_IS_WRONG)
        return given in {f"{name} | None" for name in self.classes} or (given == "str" and in_words)


def makers_in(module: ast.Module, others: Iterable[ast.Module] = ()) -> Makers:
    """Tell from annotations which functions a module may call that give deviations.

    Shape: of the others, those that are not private to them.
    """
    given: dict[str, set[str]] = {}
    classes = {"Deviation"}
    for tree in (module, *others):
        for node in ast.walk(tree):
            if isinstance(node, ast.ClassDef) and _fields(node) >= _TELLS:
                classes.add(node.name)
            if not isinstance(node, ast.FunctionDef):
                continue
            if tree is module or not node.name.startswith("_"):
                given.setdefault(node.name, set()).add(_annotation(node))
    told = {*classes, "Finding"}
    return Makers(
        classes=frozenset(classes),
        one=frozenset({*classes, *(name for name, kinds in given.items() if classes & kinds)}),
        several=frozenset(
            name
            for name, kinds in given.items()
            if any((held := _SEVERAL.fullmatch(kind)) and held[1] in told for kind in kinds)
        ),
    )


def _fields(node: ast.ClassDef) -> set[str]:
    return {
        field.target.id
        for field in node.body
        if isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name)
    }


def _annotation(function: ast.FunctionDef) -> str:
    return ast.unparse(function.returns).strip("'\"") if function.returns is not None else ""


# Python ------------------------------------------------------------------------------------------


def find(file: str, tree: ast.Module, makers: Makers) -> Mapping[ast.AST, Site]:
    """Give the sites of a module, each by its node.

    Raises: Unsilenceable where a deviation is made that could not be left out.
    """
    parents = {child: node for node in ast.walk(tree) for child in ast.iter_child_nodes(node)}
    found: dict[ast.AST, Site] = {}
    for node in ast.walk(tree):
        if (kind := _kind_of(node, parents, makers, file)) is not None:
            found[node] = _site(file, node, kind, parents)
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef) and makers.gives_perhaps(node):
            for inner in ast.walk(node):
                if isinstance(inner, ast.Return) and _function_of(inner, parents) is node:
                    for value in _told_by(inner):
                        found[value] = _site(file, value, Kind.PERHAPS, parents)
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "judged":
            for argument in node.args:
                whole = argument.value if isinstance(argument, ast.Starred) else argument
                if not any(inner in found for inner in ast.walk(whole)):
                    if not isinstance(argument, ast.Starred):
                        raise Unsilenceable(f"{file}:{node.lineno}: one deviation from elsewhere")
                    found[whole] = _site(file, whole, Kind.SEVERAL, parents)
    return found


def _kind_of(
    node: ast.AST, parents: Mapping[ast.AST, ast.AST], makers: Makers, file: str
) -> Kind | None:
    match node:
        case ast.Call() if not isinstance(parents[node], ast.Attribute):
            return _of_call(node, parents, makers, file)
        case ast.Raise(exc=ast.Call(func=raised)):
            return Kind.RAISED if _last(raised) == "Deviates" else None
        case ast.Compare(left=left, ops=[op], comparators=[right]):
            same = isinstance(op, ast.Is | ast.Eq) and _is_verdict(right)
            return Kind.HOLDS if same or (isinstance(op, ast.In) and _is_verdict(left)) else None
        case ast.Constant(value=False):
            named = parents[node]
            invalid = isinstance(named, ast.keyword) and named.arg == "schema_valid"
            return Kind.SAID if invalid else None
        case ast.Attribute() if _is_verdict(node) and _is_said(node, parents):
            return Kind.SAID
    return None


def _of_call(
    node: ast.Call, parents: Mapping[ast.AST, ast.AST], makers: Makers, file: str
) -> Kind | None:
    name = _last(node.func)
    if name in makers.one:
        return _one(node, parents, makers, file)
    return Kind.SEVERAL if name in makers.several else None


def _one(
    node: ast.Call, parents: Mapping[ast.AST, ast.AST], makers: Makers, file: str
) -> Kind | None:
    """Tell how one deviation can be left out where it is made."""
    function = _function_of(node, parents)
    if function is not None:
        if makers.gives_perhaps(function):
            return None  # each return is a site
        if isinstance(parents[node], ast.Return) and _annotation(function) in makers.classes:
            return None  # whoever calls this one says it
    match parents[node]:
        case ast.Tuple() | ast.List() | ast.GeneratorExp() | ast.ListComp() | ast.Yield():
            return Kind.ONE
        case ast.Call(func=func) if _last(func) in _TAKE_SEVERAL:
            return Kind.ONE
    raise Unsilenceable(f"{file}:{node.lineno}: {ast.unparse(node)[:60]}")


def _told_by(node: ast.Return) -> list[ast.expr]:
    """Give what a return may tell: each side of a choice, but for nothing."""
    sides = (
        [node.value.body, node.value.orelse] if isinstance(node.value, ast.IfExp) else [node.value]
    )
    return [side for side in sides if side is not None and not _is_nothing(side)]


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
