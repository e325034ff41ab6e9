"""Which calls give deviations: told from annotations, and from where a name comes.

A function says by its annotation that it gives a deviation, one or none, or several. What is called
is looked up as Python does: a name where it is defined or imported from, an attribute of a module
there, and any other attribute among the methods of all classes.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum

__all__ = ["Gives", "Makers", "makers_in"]

_SEVERAL = re.compile(
    r"(?:tuple|list|Sequence|Iterable|Iterator|Generator)\[(\w+)(?:, (?:\.\.\.|None, None))?\]"
)
_TELLS = {"text", "where", "expected", "observed"}
"""The fields by which a class is known to tell a deviation, whatever it is called."""

_SAYS_WHAT_IS_WRONG = "Say what is wrong"
"""How the docstring of a function begins that gives a text, empty where all is well."""


class Gives(Enum):
    """What a call or a function gives."""

    ONE = "a deviation"
    PERHAPS = "a deviation or none, as a value or in words"
    SEVERAL = "any number of deviations or findings"


@dataclass(kw_only=True)
class _Module:
    """What a module defines: functions and methods by their annotations, and where names are from.

    Shape: ``names`` are ``module.name`` by the name they have here.
    """

    functions: dict[str, str] = field(default_factory=dict)
    methods: dict[str, str] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)


class Makers:
    """Tells what calls and functions give, in any of some modules."""

    def __init__(self, modules: Mapping[str, _Module], classes: frozenset[str]) -> None:
        self._modules = modules
        self._classes = classes
        self._methods: dict[str, set[str]] = {}
        for module in modules.values():
            for name, given in module.methods.items():
                if not name.startswith("_"):
                    self._methods.setdefault(name, set()).add(given)

    def of_call(self, node: ast.Call, module: str) -> Gives | None:
        """Tell what a call in a module gives."""
        here = self._modules[module]
        match node.func:
            case ast.Name(id=name) if name in self._classes:
                return Gives.ONE
            case ast.Name(id=name):
                return self._kind(self._function(name, here))
            case ast.Attribute(value=ast.Name(id=base), attr=name) if found := self._modules.get(
                here.names.get(base, "")
            ):
                return self._kind(found.functions.get(name, ""))
            case ast.Attribute(attr=name):
                own = here.methods.get(name)
                kinds = {
                    self._kind(each) for each in ({own} if own else self._methods.get(name, ()))
                }
                return next((kind for kind in Gives if kind in kinds), None)
        return None

    def of_function(self, node: ast.FunctionDef, module: str) -> Gives | None:
        """Tell what a function in a module gives."""
        here = self._modules[module]
        given = here.methods.get(node.name) or here.functions.get(node.name, "")
        if given == "str" and (ast.get_docstring(node) or "").startswith(_SAYS_WHAT_IS_WRONG):
            return Gives.PERHAPS
        return self._kind(given)

    def _function(self, name: str, here: _Module) -> str:
        if name in here.functions:
            return here.functions[name]
        module, _, known_as = here.names.get(name, "").rpartition(".")
        return self._modules[module].functions.get(known_as, "") if module in self._modules else ""

    def _kind(self, given: str) -> Gives | None:
        always, perhaps = given.removesuffix(" | None"), given.endswith(" | None")
        if always in self._classes:
            return Gives.PERHAPS if perhaps else Gives.ONE
        held = _SEVERAL.fullmatch(always)
        return Gives.SEVERAL if held and held[1] in {*self._classes, "Finding"} else None


def makers_in(trees: Mapping[str, ast.Module]) -> Makers:
    """Read modules, by their names: ``features.verdicts``."""
    classes = {"Deviation"} | {
        node.name
        for tree in trees.values()
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef) and _fields(node) >= _TELLS
    }
    return Makers({name: _read(tree) for name, tree in trees.items()}, frozenset(classes))


def _read(tree: ast.Module) -> _Module:
    aliases = {
        target.id: ast.unparse(node.value)
        for node in tree.body
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    module = _Module()
    for node in ast.walk(tree):
        match node:
            case ast.ClassDef(body=body):
                for method in body:
                    if isinstance(method, ast.FunctionDef):
                        module.methods[method.name] = _annotation(method, aliases)
            case ast.FunctionDef(name=name):
                module.functions[name] = _annotation(node, aliases)
            case ast.ImportFrom(module=source, names=names, level=0):
                for each in names:
                    module.names[each.asname or each.name] = f"{source}.{each.name}"
    for name in module.methods:
        module.functions.pop(name, None)
    return module


def _annotation(function: ast.FunctionDef, aliases: Mapping[str, str]) -> str:
    if function.returns is None:
        return ""
    text = ast.unparse(function.returns).strip("'\"")
    plain = text.removesuffix(" | None")
    return text.replace(plain, aliases.get(plain, plain), 1)


def _fields(node: ast.ClassDef) -> set[str]:
    return {
        field.target.id
        for field in node.body
        if isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name)
    }
