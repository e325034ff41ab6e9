"""Numbers, nodes and texts beside each other, told for certain.

libxml2 knows doubles alone, and reads their last digit as it likes. So whole numbers are compared
as they are, and all others at a distance: what lies closer to a limit than any rounding could
explain is not certain, and amounts are the same where both are as good as the same whole öre.
"""

from __future__ import annotations

from collections.abc import Iterable

from contracts.assurance.kinds import NEVER, Condition, Nodes, Number, Texts, Unsure

__all__ = ["OPERATORS", "VALUE_COMPARISONS", "any_pair", "apart", "same_kronor"]

OPERATORS = {
    "=": "=", "eq": "=", "!=": "!=", "ne": "!=", "<": "<", "lt": "<", "<=": "<=", "le": "<=",
    ">": ">", "gt": ">", ">=": ">=", "ge": ">=",
}  # fmt: skip
VALUE_COMPARISONS = frozenset({"eq", "ne", "lt", "le", "gt", "ge"})

_OPPOSITE = {"=": "!=", "!=": "=", "<": ">=", "<=": ">", ">": "<=", ">=": "<"}
_TURNED = {"=": "=", "!=": "!=", "<": ">", "<=": ">=", ">": "<", ">=": "<="}
_MARGIN = 0.01
_MARGIN_OF_ORE = 0.3  # half an öre decides which way is rounded; a tenth is what sums may be off


def any_pair(operator: str, left: Nodes | Texts, right: Nodes | Texts) -> Condition:
    """Compare each with each, as the strings they hold.

    Raises: Unsure where there is nothing on one side.
    """
    tests = [f"{one} {operator} {other}" for one in _each(left) for other in _each(right)]
    if not tests:
        raise Unsure
    negated = " and ".join(f"not({test})" for test in tests)
    return Condition(f"({' or '.join(tests)})", f"({negated})")


def _each(value: Nodes | Texts) -> tuple[str, ...]:
    return value.paths if isinstance(value, Nodes) else value.parts


def apart(operator: str, left: Number, right: Number) -> Condition:
    """Compare numbers that are known but for their last digits.

    Raises: Unsure where both are the largest of several.
    """
    if len(right.terms) > 1:
        left, right, operator = right, left, _TURNED[operator]
    if len(right.terms) > 1:
        raise Unsure
    (limit,) = right.terms
    return Condition(
        _beyond(operator, left.terms, limit), _beyond(_OPPOSITE[operator], left.terms, limit)
    )


def _beyond(operator: str, terms: Iterable[str], limit: str) -> str:
    """Tell when the largest of some numbers is certainly on one side of a limit."""
    match operator:
        case "<" | "<=":
            return f"({' and '.join(f'{term} <= {limit} - {_MARGIN}' for term in terms)})"
        case ">" | ">=":
            return f"({' or '.join(f'{term} >= {limit} + {_MARGIN}' for term in terms)})"
    return NEVER


def same_kronor(one: str, other: str) -> Condition:
    """Tell when two numbers certainly round to the same öre; never that they do not."""
    tests = [f"round({one} * 100) = round({other} * 100)"]
    for term in (one, other):
        tests += [
            f"{term} * 100 - round({term} * 100) < {_MARGIN_OF_ORE}",
            f"round({term} * 100) - {term} * 100 < {_MARGIN_OF_ORE}",
        ]
    return Condition(f"({' and '.join(tests)})", NEVER)
