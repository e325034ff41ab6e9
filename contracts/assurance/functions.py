"""What functions of XPath make of what they are given, where XPath 1.0 can promise the same."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Literal

from contracts.assurance.conditions import Conditions
from contracts.assurance.kinds import (
    NEVER,
    THE_NODE,
    Condition,
    Kronor,
    Nodes,
    Number,
    NumbersOf,
    Texts,
    Today,
    Unsure,
    Value,
    as_nodes,
    as_truth,
    quoted,
)
from contracts.assurance.look import DAY, MONTH, YEAR

__all__ = ["OF_TYPES", "OF_XPATH", "Function", "given_as", "taken_as"]

Function = Callable[..., Value]

_TWO = Number(("2",), "integer", plain=True, whole=True)


def _of_texts(name: str) -> Function:
    """Make a function of strings that is written alike in both."""

    def called(made: Conditions, *given: Value) -> Value:
        text = f"{name}({', '.join(made.text(each) for each in given or (THE_NODE,))})"
        match name:
            case "contains" | "starts-with":
                return Condition(text, f"not({text})")
            case "string-length":
                return Number((text,), "integer", plain=True, whole=True)
        return Texts((text,))

    return called


def _substring(made: Conditions, text: Value, *places: Value) -> Value:
    if not all(isinstance(place, Number) and place.whole for place in places):
        raise Unsure
    given = [made.text(text), *(made.number(place).terms[0] for place in places)]
    return Texts((f"substring({', '.join(given)})",))


def _tokenize(_: Conditions, text: Value, pattern: Value) -> Value:
    match text, pattern:
        case Texts(literal=(words,)), Texts(literal=(" ",)) if words:
            parts = tuple(words.split(" "))
            return Texts(tuple(map(quoted, parts)), parts)
    raise Unsure


def _number(made: Conditions, value: Value = THE_NODE) -> Value:
    read = made.single(value, or_none=True) if isinstance(value, Nodes) else made.text(value)
    return Number((f"number({read})",), plain=True)


def _count(_: Conditions, value: Value) -> Value:
    paths = as_nodes(value).paths
    if len(paths) != 1:
        raise Unsure
    return Number((f"count({paths[0]})",), "integer", plain=True, whole=True)


def _abs(made: Conditions, value: Value) -> Value:
    number = made.number(value)
    term = made.variable(made.measured(number))
    return Number((term, f"-{term}"), number.type, sums=number.sums)


def _rounded(made: Conditions, value: Value, places: Value) -> Value:
    if places != _TWO or made.number(value).type == "double":
        raise Unsure
    return Kronor(made.variable(made.measured(value)))


def _decimal(made: Conditions, value: Value) -> Value:
    """Give a decimal; of a node's text only where it is written as one."""
    if isinstance(value, Nodes):
        path = made.single(value, or_none=False)
        made.guards.append(f"translate({path}, '0123456789.-', '') = ''")
        value = Number((f"number({path})",), plain=True)
    return Number((made.measured(value),), "decimal", sums=made.number(value).sums)


def _part_of_today(parameter: str) -> Function:
    def called(_: Conditions, date: Value) -> Value:
        if not isinstance(date, Today):
            raise Unsure
        return Number((f"${parameter}",), "integer", plain=True, whole=True)

    return called


OF_XPATH: Mapping[str, Function] = {
    "not": lambda _, value: as_truth(value).opposite(),
    "boolean": lambda _, value: as_truth(value),
    "true": lambda _: Condition("true()", NEVER),
    "false": lambda _: Condition(NEVER, "true()"),
    "count": _count,
    "sum": Conditions.sum_of,
    "number": _number,
    "abs": _abs,
    "round-half-to-even": _rounded,
    "tokenize": _tokenize,
    "substring": _substring,
    "current-date": lambda _: Today(),
    "year-from-date": _part_of_today(YEAR),
    "month-from-date": _part_of_today(MONTH),
    "day-from-date": _part_of_today(DAY),
    **{name: _of_texts(name) for name in (
        "string", "normalize-space", "string-length", "contains", "starts-with", "concat",
    )},
}  # fmt: skip
"""Functions of XPath, by name."""

OF_TYPES: Mapping[str, Function] = {"decimal": _decimal}
"""Conversions to a type of XML Schema, by name."""

# A stylesheet's own functions --------------------------------------------------------------------

_TYPES: Mapping[str, frozenset[Literal["double", "decimal", "integer"]]] = {
    "xs:double": frozenset({"double", "decimal", "integer"}),
    "xs:decimal": frozenset({"decimal", "integer"}),
    "xs:integer": frozenset({"integer"}),
}
"""What is taken for each type without being converted by the caller."""


def taken_as(kind: str, value: Value, made: Conditions) -> Value:  # noqa: PLR0911 - a table
    """Give what a parameter of some type makes of a value; an empty type takes it as it is.

    Raises: Unsure where the call could fail, or convert.
    """
    or_none = kind.endswith("?")
    match kind.removesuffix("?"), value:
        case "", _:
            return value
        case "item()", Nodes():
            return Nodes((made.single(value, or_none=or_none),), one=not or_none)
        case "item()", Texts((_,)) | Number():
            return value
        case "xs:string", Nodes():
            return Texts((f"string({made.single(value, or_none=or_none)})",))
        case "xs:string", Texts((_,)):
            return value
        case "xs:date", Today():
            return value
        case name, Number() | NumbersOf() if name in _TYPES:
            return _of_type(name, made.number(value))
    raise Unsure


def given_as(kind: str, value: Value) -> Value:
    """Give what a function answers, where that is of its type; an empty one is any.

    Raises: Unsure where it could fail.
    """
    match kind.removesuffix("?"), value:
        case ("", _) | ("xs:boolean", Condition()) | ("xs:string", Texts((_,))):
            return value
        case "xs:decimal", Kronor():
            return value
        case name, Number() if name in _TYPES:
            return _of_type(name, value)
    raise Unsure


def _of_type(name: str, number: Number) -> Number:
    if number.type not in _TYPES[name]:
        raise Unsure
    return number
