r"""The regular expressions of XML Schema: does a text match, and texts that do.

They are not Python's: always anchored, ``^`` and ``$`` stand for themselves, ``\i`` and ``\c``
name the letters of XML names, and a class may have another taken out of it.
"""

from __future__ import annotations

import string
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, reduce
from random import Random

__all__ = ["Either", "Letter", "Node", "Pattern", "PatternError", "Repeat", "Row", "pattern"]

_Test = Callable[[str], bool]

_COMMON = string.digits + string.ascii_letters
_ALPHABET = _COMMON + string.punctuation + " \t\n\råäöÅÄÖéüßæøñ§€Ωжא中"
"""Letters to choose from, where the expression leaves a choice."""

_BLOCKS = {
    "BasicLatin": (0x00, 0x7F),
    "Latin-1Supplement": (0x80, 0xFF),
    "LatinExtended-A": (0x100, 0x17F),
    "LatinExtended-B": (0x180, 0x24F),
    "Greek": (0x370, 0x3FF),
    "Cyrillic": (0x400, 0x4FF),
    "GeneralPunctuation": (0x2000, 0x206F),
    "CurrencySymbols": (0x20A0, 0x20CF),
}
_ESCAPES = {"n": "\n", "r": "\r", "t": "\t"}
_SPECIAL = "\\|.?*+(){}[]-^"
_CATEGORIES = ("L", "M", "N", "P", "Z", "S", "C")
_REPEATS: Mapping[str, tuple[int, int | None]] = {"?": (0, 1), "*": (0, None), "+": (1, None)}
_EXTRA = 2  # how often more than needed an unbounded part repeats at the most


class PatternError(ValueError):
    """A text that is no regular expression of XML Schema, or one beyond what is read here."""


@dataclass(frozen=True, slots=True)
class Letter:
    """One character of a set."""

    test: _Test
    written: str  # the letters that the expression itself names, ends of ranges among them


@dataclass(frozen=True, slots=True)
class Row:
    """Parts one after the other."""

    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Either:
    """One of several."""

    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Repeat:
    """A part several times."""

    part: Node
    least: int
    most: int | None


Node = Letter | Row | Either | Repeat


class Pattern:
    """A compiled expression.

    Raises: PatternError where the text is none.
    """

    def __init__(self, text: str) -> None:
        self.text = text
        self.node = _Parser(text).parsed()
        self._lengths: dict[tuple[int, int], int] = {}

    def matches(self, text: str) -> bool:
        """Tell whether the whole text matches."""
        return len(text) in _ends(self.node, text, {0})

    def sample(self, rng: Random, *, length: int | None = None) -> str | None:
        """Make a text that matches, of a length where one is asked for; None where none is."""
        if length is None:
            return "".join(_any(self.node, rng))
        if not self._possible(self.node, length) >> length & 1:
            return None
        return "".join(self._exactly(self.node, length, rng))

    def _possible(self, node: Node, cap: int) -> int:
        """Give the lengths up to ``cap`` that a part may have, one bit each."""
        key = id(node), cap
        if key not in self._lengths:
            match node:
                case Letter():
                    found = 0b10
                case Row(parts):
                    found = reduce(
                        lambda sums, part: _sums(sums, self._possible(part, cap), cap), parts, 1
                    )
                case Either(parts):
                    found = reduce(lambda one, part: one | self._possible(part, cap), parts, 0)
                case Repeat():
                    found = reduce(int.__or__, self._folds(node, cap).values(), 0)
            self._lengths[key] = found & ((1 << cap + 1) - 1)
        return self._lengths[key]

    def _folds(self, node: Repeat, cap: int) -> Mapping[int, int]:
        """Give, for each allowed number of repetitions, the lengths they may have."""
        once = self._possible(node.part, cap)
        most = max(node.least, cap) if node.most is None else node.most
        folds, sums = {}, 1
        for count in range(min(most, max(node.least, cap)) + 1):
            if count >= node.least:
                folds[count] = sums
            sums = _sums(sums, once, cap)
        return folds

    def _exactly(self, node: Node, length: int, rng: Random) -> Iterator[str]:
        match node:
            case Letter():
                yield _letter(node, rng)
            case Either(parts):
                fitting = [part for part in parts if self._possible(part, length) >> length & 1]
                yield from self._exactly(rng.choice(fitting), length, rng)
            case Row(parts):
                yield from self._row(parts, length, rng)
            case Repeat(part, _, _):
                folds = self._folds(node, length)
                count = rng.choice([n for n, sums in folds.items() if sums >> length & 1])
                yield from self._row((part,) * count, length, rng)

    def _row(self, parts: tuple[Node, ...], length: int, rng: Random) -> Iterator[str]:
        """Make parts that together have a length: each takes one that the rest can make up for."""
        rests = [1]
        for part in reversed(parts):
            rests.append(_sums(rests[-1], self._possible(part, length), length))
        for part, rest in zip(parts, reversed(rests[:-1]), strict=True):
            able = self._possible(part, length)
            share = rng.choice(
                [n for n in range(length + 1) if able >> n & 1 and rest >> length - n & 1]
            )
            yield from self._exactly(part, share, rng)
            length -= share


@cache
def pattern(text: str) -> Pattern:
    """Compile an expression once."""
    return Pattern(text)


def _sums(left: int, right: int, cap: int) -> int:
    """Add every length of one set to every length of another."""
    found, place = 0, 0
    while right >> place:
        if right >> place & 1:
            found |= left << place
        place += 1
    return found & ((1 << cap + 1) - 1)


def _ends(node: Node, text: str, starts: set[int]) -> set[int]:
    """Give every place a part may end at, from any of the places it may start at."""
    match node:
        case Letter(test, _):
            return {at + 1 for at in starts if at < len(text) and test(text[at])}
        case Row(parts):
            for part in parts:
                starts = _ends(part, text, starts)
            return starts
        case Either(parts):
            return set().union(*(_ends(part, text, starts) for part in parts))
        case Repeat(part, least, most):
            for _ in range(least):
                starts = _ends(part, text, starts)
            found, fresh, count = set(starts), set(starts), least
            while fresh and (most is None or count < most):
                fresh = _ends(part, text, fresh) - found
                found |= fresh
                count += 1
            return found


def _any(node: Node, rng: Random) -> Iterator[str]:
    match node:
        case Letter():
            yield _letter(node, rng)
        case Row(parts):
            for part in parts:
                yield from _any(part, rng)
        case Either(parts):
            yield from _any(rng.choice(parts), rng)
        case Repeat(part, least, most):
            high = least + _EXTRA if most is None else min(most, max(least, 1) + _EXTRA)
            for _ in range(rng.randint(least, high)):
                yield from _any(part, rng)


def _letter(node: Letter, rng: Random) -> str:
    return rng.choice(_fitting(node))


@cache
def _fitting(node: Letter) -> str:
    """Give the letters of a class to choose from: common ones, where it has any."""
    named = "".join(letter for letter in node.written if letter.isalnum())
    for letters in (_COMMON + named, _ALPHABET, node.written, map(chr, range(0xA0, 0xD7FF))):
        if found := "".join(letter for letter in letters if node.test(letter)):
            return found
    raise PatternError("a class of the expression holds no letter")


# Reading ---------------------------------------------------------------------------------------


class _Parser:
    """Reads an expression by the grammar of XML Schema Part 2, appendix F."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0

    def parsed(self) -> Node:
        found = self._either()
        if self._at < len(self._text):
            raise self._wrong(f"{self._text[self._at]!r} has no meaning there")
        return found

    def _wrong(self, what: str) -> PatternError:
        return PatternError(f"{self._text!r}, letter {self._at + 1}: {what}")

    def _next(self) -> str:
        return self._text[self._at : self._at + 1]

    def _take(self, expected: str = "") -> str:
        letter = self._next()
        if not letter or (expected and letter != expected):
            raise self._wrong(f"expected {expected or 'more'!r}")
        self._at += 1
        return letter

    def _either(self) -> Node:
        parts = [self._row()]
        while self._next() == "|":
            self._take()
            parts.append(self._row())
        return parts[0] if len(parts) == 1 else Either(tuple(parts))

    def _row(self) -> Node:
        parts: list[Node] = []
        while self._next() not in {"", "|", ")"}:
            parts.append(self._quantified(self._atom()))
        return parts[0] if len(parts) == 1 else Row(tuple(parts))

    def _quantified(self, part: Node) -> Node:
        if self._next() == "{":
            return self._counted(part)
        if self._next() not in _REPEATS:
            return part
        least, most = _REPEATS[self._take()]
        return Repeat(part, least, most)

    def _counted(self, part: Node) -> Node:
        end = self._text.find("}", self._at)
        low, comma, high = self._text[self._at + 1 : end].partition(",")
        if end < 0 or not low.isdecimal() or (high and not high.isdecimal()):
            raise self._wrong("no number of repetitions")
        self._at = end + 1
        most = None if comma and not high else int(high or low)
        if most is not None and most < int(low):
            raise self._wrong("the most repetitions are fewer than the least")
        return Repeat(part, int(low), most)

    def _atom(self) -> Node:
        match letter := self._take():
            case "(":
                found = self._either()
                self._take(")")
                return found
            case "[":
                return self._class()
            case ".":
                return Letter(lambda one: one not in "\r\n", "")
            case "\\":
                return self._escape()
            case _ if letter in "?*+{}]":
                self._at -= 1
                raise self._wrong(f"{letter!r} has no meaning there")
        return _one(letter)

    def _class(self) -> Letter:
        """Read what stands after ``[``, to its ``]``."""
        negated = self._next() == "^"
        if negated:
            self._take()
        found: list[Letter] = []
        without: Letter | None = None
        while self._next() != "]" or not found:
            if self._next() == "-" and self._text[self._at + 1 : self._at + 2] == "[":
                self._at += 2
                without = self._class()
                break
            found.append(self._class_part())
        self._take("]")
        return _without(_not(_union(found)) if negated else _union(found), without)

    def _class_part(self) -> Letter:
        letter = self._take()
        if letter == "\\":
            first = self._escape()
            if len(first.written) != 1:
                return first
            letter = first.written
        elif letter == "[":
            raise self._wrong("a class inside a class must be taken out by -")
        following = self._text[self._at + 1 : self._at + 2]
        if self._next() != "-" or following in {"]", "["}:
            return _one(letter)
        self._take()
        last = self._take()
        if last == "\\":
            last = self._escape().written
        if len(last) != 1 or last < letter:
            raise self._wrong("a range that ends before it starts")
        low, high = letter, last
        return Letter(lambda one: low <= one <= high, low + high)

    def _escape(self) -> Letter:
        letter = self._take()
        if letter in _ESCAPES or letter in _SPECIAL:
            return _one(_ESCAPES.get(letter, letter))
        if letter in "pP":
            self._take("{")
            end = self._text.find("}", self._at)
            name, self._at = self._text[self._at : end], end + 1
            found = self._property(name)
        elif letter.lower() in _MULTI:
            found = Letter(_MULTI[letter.lower()], "")
        else:
            raise self._wrong(f"no escape \\{letter}")
        return _not(found) if letter.isupper() else found

    def _property(self, name: str) -> Letter:
        if name.startswith("Is") and name[2:] in _BLOCKS:
            low, high = _BLOCKS[name[2:]]
            return Letter(lambda one: low <= ord(one) <= high, "")
        if not name.startswith(_CATEGORIES):
            raise self._wrong(f"no category or block {name!r}")
        return Letter(lambda one: unicodedata.category(one).startswith(name), "")


def _one(letter: str) -> Letter:
    return Letter(lambda one: one == letter, letter)


def _union(letters: Iterable[Letter]) -> Letter:
    kept = tuple(letters)
    return Letter(
        lambda one: any(letter.test(one) for letter in kept),
        "".join(letter.written for letter in kept),
    )


def _not(letter: Letter) -> Letter:
    return Letter(lambda one: not letter.test(one), "")


def _without(letter: Letter, other: Letter | None) -> Letter:
    if other is None:
        return letter
    taken = other
    return Letter(lambda one: letter.test(one) and not taken.test(one), letter.written)


def _starts_name(letter: str) -> bool:
    return letter in "_:" or unicodedata.category(letter).startswith("L")


def _is_in_name(letter: str) -> bool:
    return letter in "-." or _starts_name(letter) or unicodedata.category(letter) in {"Nd", "Mn"}


_MULTI: Mapping[str, _Test] = {
    "s": lambda one: one in " \t\n\r",
    "d": lambda one: unicodedata.category(one) == "Nd",
    "w": lambda one: unicodedata.category(one)[0] not in "PZC",
    "i": _starts_name,
    "c": _is_in_name,
}
