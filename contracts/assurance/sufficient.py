"""XPath 3 in, a condition of XPath 1.0 out that is enough: where it holds, the other does too.

The condition promises nothing where it does not hold. So it may be stricter than what it was made
of: it asks that a value which a function takes one of stands once, that amounts differ by more than
rounding could explain, and that nothing is there which could be an error. What cannot be promised
raises ``Unsure``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import partial
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from elementpath import ElementPathError
from elementpath.xpath31 import XPath31Parser
from lxml import etree

from contracts.assurance.comparisons import OPERATORS
from contracts.assurance.conditions import Conditions
from contracts.assurance.functions import OF_TYPES, OF_XPATH, given_as, taken_as
from contracts.assurance.kinds import (
    THE_NODE,
    Condition,
    Nodes,
    Number,
    NumbersOf,
    Texts,
    Unsure,
    Value,
    as_nodes,
    as_truth,
    quoted,
)
from contracts.schematron_files import XSL

if TYPE_CHECKING:
    from elementpath import XPathToken

__all__ = ["Known", "Sufficient"]

_FN = "http://www.w3.org/2005/xpath-functions"
_XS = "http://www.w3.org/2001/XMLSchema"
_KEY = f"{{{_FN}}}key"
_DEEPEST = 30
_AXES = frozenset({
    "child", "parent", "self", "ancestor", "descendant", "ancestor-or-self", "descendant-or-self",
    "following-sibling", "preceding-sibling",
})  # fmt: skip
_TYPES_OF_LITERALS: Mapping[str, Any] = {
    "(integer)": "integer",
    "(decimal)": "decimal",
    "(float)": "double",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What every expression of a rule file may use.

    Shape: ``prefixes`` are the rule file's, ``functions`` XSLT's by their expanded names, ``keys``
           tells that there are some; ``spelt`` gives a name of the stylesheet for a namespace and a
           local name.
    """

    prefixes: Mapping[str, str]
    functions: Mapping[str, etree._Element]
    keys: bool
    spelt: Callable[[str, str], str]
    _parsers: dict[frozenset[tuple[str, str]], XPath31Parser] = field(default_factory=dict)

    def parser(self, more: Mapping[str | None, str]) -> XPath31Parser:
        """Give a parser that knows the prefixes and functions of a place with ``more`` prefixes."""
        prefixes = dict(self.prefixes) | {prefix: uri for prefix, uri in more.items() if prefix}
        place = frozenset(prefixes.items())
        if place not in self._parsers:
            self._parsers[place] = _parser(self, prefixes)
        return self._parsers[place]


@dataclass(slots=True)
class Sufficient:
    """The expressions of one rule on their way to conditions.

    Shape: ``made`` collects what must hold beside them, and what they use.
    """

    known: Known
    made: Conditions = field(default_factory=Conditions)
    _depth: int = 0

    def value(
        self,
        expression: str,
        scope: Mapping[str, Value] = MappingProxyType({}),
        prefixes: Mapping[str | None, str] = MappingProxyType({}),
    ) -> Value:
        """Give what an expression is; ``scope`` has the variables, ``prefixes`` more of them.

        Raises: Unsure.
        """
        try:
            token = self.known.parser(prefixes).parse(expression)
        except (ElementPathError, RecursionError) as error:
            raise Unsure(str(error)) from None
        return self._value(token, scope)

    def condition(self, expression: str, scope: Mapping[str, Value]) -> Condition:
        """Give when an expression holds, and when it does not.

        Raises: Unsure.
        """
        return as_truth(self.value(expression, scope))

    # Tokens -------------------------------------------------------------------------------------

    def _value(self, token: XPathToken, scope: Mapping[str, Value]) -> Value:  # noqa: PLR0911 - a table
        if (called := _called(token)) is not None:
            name, arguments = called
            return self._call(name, [self._value(one, scope) for one in arguments])
        if _is_text(token):
            return _text_in(("",))
        parts = list(token)
        match token.symbol, parts:
            case "(", []:
                return Nodes(())
            case "(", [one]:
                return self._value(one, scope)
            case "(string)", []:
                return Texts((quoted(str(token.value)),), (str(token.value),))
            case symbol, [] if symbol in _TYPES_OF_LITERALS:
                digits = f"{Decimal(str(token.value)):f}"
                return Number((digits,), _TYPES_OF_LITERALS[symbol], plain=True, whole=True)
            case "$", [variable] if str(variable.value) in scope:
                return scope[str(variable.value)]
            case "/" | "//", [one]:
                return Nodes(tuple(f"{token.symbol}{path}" for path in self._step(one).paths))
            case "if", [condition, then, _]:
                self.made.guards.append(as_truth(self._value(condition, scope)).holds)
                return self._value(then, scope)
            case symbol, [left, right] if symbol != ":":
                return self._of_two(symbol, left, right, scope)
        return self._step(token)

    def _of_two(  # noqa: PLR0911 - a table
        self, symbol: str, left: XPathToken, right: XPathToken, scope: Mapping[str, Value]
    ) -> Value:
        value = partial(self._value, scope=scope)
        match symbol:
            case "/" | "!" if _is_number_of_it(right):
                return NumbersOf(as_nodes(value(left)).paths)
            case "/" | "//":
                paths = as_nodes(value(left)).paths
                if _is_text(right):
                    return _text_in(tuple(f"{path}{symbol}" for path in paths))
                (after,) = self._step(right).paths
                return Nodes(tuple(f"{path}{symbol}{after}" for path in paths))
            case ",":
                return _one_after_the_other(value(left), value(right))
            case "|" | "union":
                both = [path for each in (left, right) for path in as_nodes(value(each)).paths]
                return Nodes((f"({' | '.join(both)})",))
            case "and" | "or":
                return as_truth(value(left)).joined(symbol, as_truth(value(right)))
            case "+" | "-" | "*":
                return self.made.computed(symbol, value(left), value(right))
            case _ if symbol in OPERATORS:
                return self.made.compared(symbol, value(left), value(right))
        raise Unsure

    def _step(self, token: XPathToken) -> Nodes:
        """Give a step of a path that stands by itself."""
        match token.symbol, list(token):
            case "(name)", []:
                return Nodes((str(token.value),))
            case ":", [_, name] if name.symbol == "(name)":
                space, _, local = str(name.name).removeprefix("{").partition("}")
                return Nodes((self.known.spelt(space, local),))
            case "*", []:
                return Nodes(("*",))
            case ".", []:
                return THE_NODE
            case "..", []:
                return Nodes(("..",))
            case axis, [test] if axis in _AXES:
                (path,) = self._step(test).paths
                return Nodes((f"{axis}::{path}",))
        raise Unsure

    # Functions ----------------------------------------------------------------------------------

    def _call(self, name: str, given: list[Value]) -> Value:
        if name in self.known.functions:
            return self._call_own(self.known.functions[name], given)
        match name, given:
            case key, [Texts(literal=(_,)) as which, value] if key == _KEY:
                return Nodes((f"key({which.parts[0]}, {self.made.text(value)})",))
        space, _, local = name.removeprefix("{").partition("}")
        called = {_FN: OF_XPATH, _XS: OF_TYPES}.get(space, {}).get(local)
        if called is None:
            raise Unsure
        try:
            return called(self.made, *given)
        except TypeError:  # more or fewer arguments than are known of
            raise Unsure from None

    def _call_own(self, function: etree._Element, given: list[Value]) -> Value:
        """Put a function's own expression in the place of the call."""
        *params, body = function.iterchildren("*")
        plain = body.tag == f"{XSL}sequence" and body.get("select") and not len(body)
        if not plain or self._depth > _DEEPEST:
            raise Unsure
        if [one.tag for one in params] != [f"{XSL}param"] * len(given):
            raise Unsure
        scope = {
            param.get("name", ""): taken_as(param.get("as", ""), value, self.made)
            for param, value in zip(params, given, strict=True)
        }
        self._depth += 1
        found = self.value(body.get("select", ""), scope, body.nsmap)
        self._depth -= 1
        return given_as(function.get("as", ""), found)


def _called(token: XPathToken) -> tuple[str, list[XPathToken]] | None:
    """Give the expanded name and the arguments of a call, None where it is none."""
    called = token[1] if token.symbol == ":" else token
    if "function" not in str(called.label):
        return None
    name = str(token.name) if token.symbol == ":" else f"{{{_FN}}}{token.symbol}"
    return name, list(called)


def _is_number_of_it(token: XPathToken) -> bool:
    name, arguments = _called(token) or ("", [])
    return name == f"{{{_FN}}}number" and [one.symbol for one in arguments] in ([], ["."])


def _is_text(token: XPathToken) -> bool:
    return token.symbol == "text" and str(token.label) == "kind test"


def _text_in(paths: tuple[str, ...]) -> Condition:
    """Tell whether there is text; a tree may hold it in pieces, or empty, as no document does."""
    there = " | ".join(f"{path}text()[. != '']" for path in paths)
    return Condition(f"boolean({there})", f"not({there})")


def _one_after_the_other(left: Value, right: Value) -> Value:
    match left, right:
        case Nodes(), Nodes():
            return Nodes(left.paths + right.paths)
        case Texts(literal=one), Texts(literal=other) if one is not None and other is not None:
            return Texts(left.parts + right.parts, one + other)
    raise Unsure


# The parser --------------------------------------------------------------------------------------

_STANDING_IN: tuple[Callable[..., object], ...] = (
    lambda: None,
    lambda _one: None,
    lambda _one, _two: None,
    lambda _one, _two, _three: None,
    lambda _one, _two, _three, _four: None,
)
"""Functions of so many arguments: the parser asks for one, and it is never called."""


def _parser(known: Known, prefixes: dict[str, str]) -> XPath31Parser:
    parser = XPath31Parser(namespaces=prefixes, default_namespace="")
    for expanded, function in known.functions.items():
        name = etree.QName(expanded)
        takes = len(function.findall(f"{XSL}param"))
        for prefix in (one for one, uri in prefixes.items() if uri == name.namespace):
            _declare(parser, name.localname, takes, prefix)
    if known.keys:
        _declare(parser, "key", 2)
    return parser


def _declare(parser: XPath31Parser, name: str, takes: int, prefix: str | None = None) -> None:
    if takes >= len(_STANDING_IN):
        raise Unsure
    kinds = ("item()*",) * (takes + 1)
    parser.external_function(_STANDING_IN[takes], name=name, prefix=prefix, sequence_types=kinds)
