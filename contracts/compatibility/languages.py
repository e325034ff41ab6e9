"""Regular languages over any symbols: is each word of one a word of another, and if not, which.

A content model is one, its symbols the names of elements; so is a pattern, its symbols letters. An
expression is followed by partial derivatives (Antimirov 1996): what is left of it after a symbol.
Counters stay counters, so that 4000 letters are no larger than four until somebody counts them.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product

__all__ = [
    "EMPTY",
    "Either",
    "Expression",
    "Language",
    "One",
    "Repeat",
    "Row",
    "TooLarge",
    "Unordered",
    "words_beyond",
]

MOST_WORK = 4_000_000
"""Steps of a search, each counted for every state it looks at; about a second."""

_MOST_ALTERNATIVES = 512
Word = tuple[str, ...]


class TooLarge(Exception):  # noqa: N818 - a signal that ends the search, not an error
    """Raised where two languages cannot be compared within reason."""


@dataclass(frozen=True, slots=True)
class One:
    """Any one of these symbols."""

    symbols: frozenset[str]


@dataclass(frozen=True, slots=True)
class Row:
    """Parts one after the other."""

    parts: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Either:
    """One of several parts."""

    parts: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Repeat:
    """A part several times; ``most`` None is without bound."""

    part: Expression
    least: int
    most: int | None


@dataclass(frozen=True, slots=True)
class Unordered:
    """Each part once, in any order; those that may be empty may be absent."""

    parts: tuple[Expression, ...]


Expression = One | Row | Either | Repeat | Unordered
EMPTY = Row(())

# What is left to read is a row of items, the next one first: a part by its number, a counted part
# with the repetitions left, or the parts of an unordered one that have not stood yet.
_Item = tuple[int, int, int | None] | tuple[int, frozenset[int]] | int
_State = tuple[_Item, ...]
_Heads = tuple[tuple[frozenset[str], _State], ...]


class Language:
    """The words of one expression."""

    def __init__(self, expression: Expression) -> None:
        self._parts: list[Expression] = []
        self._below: list[tuple[int, ...]] = []
        self._heads: dict[_Item, _Heads] = {}
        self._empties: dict[_Item, bool] = {}
        self._steps: dict[tuple[_State, str], frozenset[_State]] = {}
        self.start: _State = (self._entered(expression),)

    def _entered(self, part: Expression) -> int:
        match part:
            case Row(parts) | Either(parts) | Unordered(parts):
                below = tuple(self._entered(one) for one in parts)
            case Repeat(one, _, _):
                below = (self._entered(one),)
            case One():
                below = ()
        self._parts.append(part)
        self._below.append(below)
        return len(self._parts) - 1

    def accepts(self, word: Sequence[str]) -> bool:
        """Tell whether a word belongs to the language."""
        states = frozenset({self.start})
        for symbol in word:
            states = self.after(states, symbol)
        return self.may_end(states)

    def may_end(self, states: frozenset[_State]) -> bool:
        """Tell whether a word may end in one of these states."""
        return any(self.is_end(state) for state in states)

    def is_end(self, state: _State) -> bool:
        """Tell whether nothing more need be read."""
        return all(self._is_empty(item) for item in state)

    def after(self, states: frozenset[_State], symbol: str) -> frozenset[_State]:
        """Give the states that a symbol leads to from any of several."""
        found: set[_State] = set()
        for state in states:
            key = state, symbol
            if key not in self._steps:
                self._steps[key] = frozenset(
                    rest for symbols, rest in self.heads(state) if symbol in symbols
                )
            found |= self._steps[key]
        if len(found) > _MOST_ALTERNATIVES:
            raise TooLarge
        return frozenset(found)

    def heads(self, state: _State) -> Iterator[tuple[frozenset[str], _State]]:
        """Give what may be read next, each with what is left then."""
        for place, item in enumerate(state):
            rest = state[place + 1 :]
            for symbols, left in self._heads_of(item):
                yield symbols, left + rest
            if not self._is_empty(item):
                return

    def _is_empty(self, item: _Item) -> bool:
        """Tell whether an item may be left out."""
        if item not in self._empties:
            self._empties[item] = self._may_be_empty(item)
        return self._empties[item]

    def _may_be_empty(self, item: _Item) -> bool:
        if isinstance(item, tuple):
            if isinstance(item[1], frozenset):
                return all(self._is_empty(one) for one in item[1])
            return item[1] == 0 or self._is_empty(self._below[item[0]][0])
        match self._parts[item]:
            case One():
                return False
            case Row() | Unordered():
                return all(self._is_empty(one) for one in self._below[item])
            case Either():
                return any(self._is_empty(one) for one in self._below[item])
            case Repeat(_, least, most):
                return most == 0 or least == 0 or self._is_empty(self._below[item][0])

    def _heads_of(self, item: _Item) -> _Heads:
        if item not in self._heads:
            self._heads[item] = tuple(self._found_heads(item))
        return self._heads[item]

    def _found_heads(self, item: _Item) -> Iterator[tuple[frozenset[str], _State]]:
        if isinstance(item, tuple):
            if len(item) == 2:  # noqa: PLR2004 - an unordered part and what has not stood
                yield from self._unordered(item[0], item[1])
            else:
                yield from self._counted(*item)
            return
        match self._parts[item]:
            case One(symbols):
                yield symbols, ()
            case Row():
                yield from self.heads(self._below[item])
            case Either():
                for one in self._below[item]:
                    yield from self._heads_of(one)
            case Repeat(_, least, most):
                yield from self._counted(item, least, most)
            case Unordered():
                yield from self._unordered(item, frozenset(self._below[item]))

    def _counted(
        self, repeat: int, least: int, most: int | None
    ) -> Iterator[tuple[frozenset[str], _State]]:
        if most == 0:
            return
        part = self._below[repeat][0]
        again: _State = ()
        if most is None or most > 1:
            again = ((repeat, max(least - 1, 0), None if most is None else most - 1),)
        for symbols, left in self._heads_of(part):
            yield symbols, left + again

    def _unordered(
        self, whole: int, waiting: frozenset[int]
    ) -> Iterator[tuple[frozenset[str], _State]]:
        for one in sorted(waiting):
            rest: _State = ((whole, waiting - {one}),)
            for symbols, left in self._heads_of(one):
                yield symbols, left + rest


def words_beyond(
    of: Sequence[Language],
    other: Language,
    *,
    among: frozenset[str] | None = None,
    ignoring: frozenset[str] = frozenset(),
) -> Iterator[Word]:
    """Give words that all the languages ``of`` have and the other has not, the shortest first.

    Shape:  none where the languages' common words are all words of the other. ``among`` are the
            symbols that the words are made of, all where it is None; ``ignoring`` are symbols that
            the other does not see.
    Raises: TooLarge where the search takes too long.
    """
    start = tuple(one.start for one in of), frozenset({other.start})
    came_from: dict[_Node, tuple[_Node, str] | None] = {start: None}
    smallest: dict[tuple[_State, ...], list[frozenset[_State]]] = {}
    waiting = deque([start])
    work = 0
    while waiting:
        node = waiting.popleft()
        ours, theirs = node
        ends = all(one.is_end(state) for one, state in zip(of, ours, strict=True))
        if ends and not other.may_end(theirs):
            yield _word(came_from, node)
        for nexts, symbols in _reads(of, ours):
            for symbol in sorted(symbols if among is None else symbols & among):
                after = theirs if symbol in ignoring else other.after(theirs, symbol)
                following = nexts, after
                if following in came_from:
                    continue
                known = smallest.setdefault(nexts, [])
                work += 1 + len(after) + len(known)
                if work > MOST_WORK:
                    raise TooLarge
                if any(fewer <= after for fewer in known):
                    continue  # whatever is beyond from here was beyond from there
                known.append(after)
                came_from[following] = node, symbol
                waiting.append(following)


_Node = tuple[tuple[_State, ...], frozenset[_State]]


def _reads(
    of: Sequence[Language], states: tuple[_State, ...]
) -> Iterator[tuple[tuple[_State, ...], frozenset[str]]]:
    """Give the symbols that all the languages can read next, with where each leads them."""
    heads = [tuple(one.heads(state)) for one, state in zip(of, states, strict=True)]
    for chosen in product(*heads):
        symbols = frozenset.intersection(*(symbols for symbols, _ in chosen))
        if symbols:
            yield tuple(rest for _, rest in chosen), symbols


def _word(came_from: dict[_Node, tuple[_Node, str] | None], node: _Node) -> Word:
    found: list[str] = []
    while (step := came_from[node]) is not None:
        node, symbol = step
        found.append(symbol)
    return tuple(reversed(found))
