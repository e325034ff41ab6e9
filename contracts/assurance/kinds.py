"""What an expression can be, said in XPath 1.0."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

__all__ = [
    "NEVER",
    "THE_NODE",
    "Condition",
    "Kronor",
    "Nodes",
    "Number",
    "NumbersOf",
    "Texts",
    "Today",
    "Unsure",
    "Value",
    "as_nodes",
    "as_truth",
    "quoted",
]

NEVER = "false()"


class Unsure(Exception):  # noqa: N818 - no error: nothing is promised, that is all
    """An expression of which nothing can be promised in XPath 1.0."""


@dataclass(frozen=True, slots=True)
class Nodes:
    """Nodes, as location paths, one after the other; ``one`` is certainly one node and no more."""

    paths: tuple[str, ...]
    one: bool = False


THE_NODE = Nodes((".",), one=True)


@dataclass(frozen=True, slots=True)
class NumbersOf:
    """The numbers that nodes hold, one for each."""

    paths: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Texts:
    """So many strings; ``literal`` where they are known."""

    parts: tuple[str, ...]
    literal: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Number:
    """The largest of some numbers.

    Shape: a ``plain`` one was read or counted, and not computed; of a ``whole`` one it is known
           that it is. ``sums`` tells of how many it was made up; ``type`` is XPath 3's.
    """

    terms: tuple[str, ...]
    type: Literal["double", "decimal", "integer"] = "double"
    plain: bool = False
    whole: bool = False
    sums: int = 0


@dataclass(frozen=True, slots=True)
class Kronor:
    """A decimal number that is rounded to two decimals."""

    term: str


@dataclass(frozen=True, slots=True)
class Today:
    """The present date."""


@dataclass(frozen=True, slots=True)
class Condition:
    """A truth: what is enough for it, and what is enough for its opposite."""

    holds: str
    fails: str

    def opposite(self) -> Condition:
        """Give what holds where this fails."""
        return Condition(self.fails, self.holds)

    def joined(self, word: str, other: Condition) -> Condition:
        """Join two by ``and`` or ``or``."""
        turned = "or" if word == "and" else "and"
        return Condition(
            f"({self.holds} {word} {other.holds})", f"({self.fails} {turned} {other.fails})"
        )


Value: TypeAlias = Nodes | NumbersOf | Texts | Number | Kronor | Today | Condition


def as_nodes(value: Value) -> Nodes:
    """Give nodes as they are.

    Raises: Unsure for all else.
    """
    if not isinstance(value, Nodes):
        raise Unsure
    return value


def as_truth(value: Value) -> Condition:
    """Give the effective boolean value: nodes are true where there are any.

    Raises: Unsure for what is neither.
    """
    match value:
        case Condition():
            return value
        case Nodes(paths) if paths:
            there = " | ".join(paths)
            return Condition(f"boolean({there})", f"not({there})")
    raise Unsure


def quoted(text: str) -> str:
    """Write a string as XPath 1.0 can, which knows no quotes inside of quotes.

    Raises: Unsure where both kinds of quotes are in it.
    """
    if "'" not in text:
        return f"'{text}'"
    if '"' not in text:
        return f'"{text}"'
    raise Unsure
