"""Conditions in the making: what must hold beside them, and what is worked out but once."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

from contracts.assurance.comparisons import (
    OPERATORS,
    VALUE_COMPARISONS,
    any_pair,
    apart,
    same_kronor,
)
from contracts.assurance.kinds import (
    Condition,
    Kronor,
    Nodes,
    Number,
    NumbersOf,
    Texts,
    Unsure,
    Value,
)

__all__ = ["Conditions"]

_ONE_VARIABLE = re.compile(r"\$[\w-]+")
_MOST, _MOST_ITEMS, _MOST_SUMS = 100_000_000, 10_000, 10
"""Doubles of ten thousand amounts, a hundred million in all, are off by a hundredth of an öre."""

_MOST_WHOLE = 999_999_999_999_999


@dataclass(slots=True)
class Conditions:
    """What the expressions of one rule ask for on the way.

    Shape: ``guards`` is what must hold beside all conditions; ``variables`` what both use, by name,
           in the order they are made.
    """

    guards: list[str] = field(default_factory=list)
    variables: dict[str, str] = field(default_factory=dict)

    def variable(self, select: str) -> str:
        """Give a variable that holds what an expression is, unless that is as short."""
        if select == "." or _ONE_VARIABLE.fullmatch(select):
            return select
        known = {held: name for name, held in self.variables.items()}
        if select not in known:
            known[select] = f"provbank-{len(self.variables)}"
            self.variables[known[select]] = select
        return f"${known[select]}"

    def kept(self, value: Value) -> Value:
        """Give the same value by a variable, where one can hold it."""
        match value:
            case Nodes((path,)):
                return replace(value, paths=(self.variable(path),))
            case Number((term,)):
                return replace(value, terms=(self.variable(term),))
        return value

    def single(self, value: Nodes, *, or_none: bool) -> str:
        """Give the path of one node, and see to that there is but one.

        Raises: Unsure for several paths.
        """
        if len(value.paths) != 1:
            raise Unsure
        (path,) = value.paths
        if not value.one:
            path = self.variable(path)
            self.guards.append(f"count({path}) {'<=' if or_none else '='} 1")
        return path

    def text(self, value: Value) -> str:
        """Give one string, an empty one for no node.

        Raises: Unsure for what is no string.
        """
        match value:
            case Texts((text,)):
                return text
            case Nodes():
                return f"string({self.single(value, or_none=True)})"
        raise Unsure

    def number(self, value: Value) -> Number:
        """Give a number, or the one that a node holds.

        Raises: Unsure for what is none.
        """
        match value:
            case Number():
                return value
            case NumbersOf((path,)):
                single = self.single(Nodes((path,)), or_none=True)
                return Number((f"number({single})",), plain=True)
        raise Unsure

    def measured(self, value: Value) -> str:
        """Give a number to compute with, and see to that it is not so large that digits are lost.

        Raises: Unsure for the largest of several.
        """
        number = self.number(value)
        if len(number.terms) != 1:
            raise Unsure
        (term,) = number.terms
        return self._bounded(term) if number.plain and not number.whole else term

    def _bounded(self, term: str) -> str:
        term = self.variable(term)
        self.guards.append(f"{term} <= {_MOST} and {term} >= -{_MOST}")
        return term

    def sum_of(self, value: Value) -> Number:
        """Give the sum of what nodes hold, where none is below zero.

        Raises: Unsure for what nodes do not hold.
        """
        if not isinstance(value, NumbersOf) or not 0 < len(value.paths) <= _MOST_SUMS:
            raise Unsure
        sums = []
        for path in map(self.variable, value.paths):
            sums.append(self._bounded(f"sum({path})"))
            self.guards.append(f"count({path}) <= {_MOST_ITEMS} and not({path} < 0)")
        return Number((f"({' + '.join(sums)})",), sums=len(sums))

    def computed(self, operator: str, left: Value, right: Value) -> Number:
        """Add, subtract or multiply.

        Raises: Unsure for what are no numbers, or made up of too many sums.
        """
        one, other = self.number(left), self.number(right)
        whole = one.whole and other.whole
        term = f"({self.measured(one)} {operator} {self.measured(other)})"
        if operator == "*" and not whole:
            term = self._bounded(term)
        sums = one.sums + other.sums + (operator == "*")
        if sums > _MOST_SUMS:
            raise Unsure
        types = {one.type, other.type}
        kind = next(each for each in ("double", "decimal", "integer") if each in types)
        return Number((term,), kind, plain=whole, whole=whole, sums=sums)

    def compared(self, symbol: str, left: Value, right: Value) -> Condition:
        """Compare two values.

        Raises: Unsure where XPath 1.0 would do it otherwise.
        """
        operator = OPERATORS[symbol]
        left, right = (
            self.number(each) if isinstance(each, NumbersOf) else each for each in (left, right)
        )
        match left, right:
            case ((Nodes() | Texts()), (Nodes() | Texts())) if operator in {"=", "!="}:
                if symbol in VALUE_COMPARISONS:
                    for each in (left, right):
                        self.text(each)
                return any_pair(operator, left, right)
            case Kronor(one), Kronor(other) if operator == "=":
                return same_kronor(one, other)
            case Number(plain=True), Number(plain=True):
                test = f"{self._whole(left)} {operator} {self._whole(right)}"
                return Condition(f"({test})", f"not({test})")
            case Number(), Number():
                return apart(operator, left, right)
        raise Unsure

    def _whole(self, number: Number) -> str:
        """Give a number, and see to that it is one that doubles tell apart from all others."""
        (term,) = number.terms
        if number.whole:
            return term
        term = self.variable(term)
        self.guards.append(
            f"floor({term}) = {term} and {term} <= {_MOST_WHOLE} and {term} >= -{_MOST_WHOLE}"
        )
        return term
