"""Sets of texts told by patterns of XML Schema: is one inside another, and if not, which text.

Letters are far too many to try, so they are taken in classes: letters that no expression at hand
tells apart are one symbol, written as the plainest of them.
"""

from __future__ import annotations

import string
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache

from contracts import schema_patterns as patterns
from contracts.compatibility.languages import (
    Either,
    Expression,
    Language,
    One,
    Repeat,
    Row,
    words_beyond,
)
from contracts.schema_patterns import Letter, pattern

__all__ = ["any_length", "literal", "texts_beyond"]

_PLAIN = string.digits + string.ascii_lowercase + string.ascii_uppercase + string.punctuation + " "
_ALL_TRIED = 0x250  # letters below are each looked at; above, one of each run of a category
_HIGHEST = 0x110000
_BLOCK = 0x10  # the blocks of letters begin and end at multiples of this


def texts_beyond(of: Sequence[str], other: str) -> Iterator[str]:
    """Give texts that match all patterns ``of`` and not the other one, the shortest first.

    Shape:  none where every text that matches them matches the other too.
    Raises: TooLarge where the search takes too long, PatternError for what is no pattern.
    """
    trees = [pattern(text).node for text in (*of, other)]
    symbols = _symbols(trees, [*of, other])
    *ours, theirs = (Language(_expression(tree, symbols)) for tree in trees)
    for word in words_beyond(ours, theirs):
        yield "".join(word)


def literal(text: str) -> str:
    """Write the pattern that matches a text alone."""
    return "".join(f"\\{letter}" if letter in r"\|.?*+(){}[]-^" else letter for letter in text)


def any_length(least: int, most: int | None) -> str:
    """Write the pattern of all texts that are so long."""
    return rf"[\s\S]{{{least},{'' if most is None else most}}}"


def _expression(node: patterns.Node, symbols: Mapping[int, frozenset[str]]) -> Expression:
    match node:
        case Letter():
            return One(symbols[id(node)])
        case patterns.Row(parts):
            return Row(tuple(_expression(part, symbols) for part in parts))
        case patterns.Either(parts):
            return Either(tuple(_expression(part, symbols) for part in parts))
        case patterns.Repeat(part, least, most):
            return Repeat(_expression(part, symbols), least, most)


def _symbols(trees: Iterable[patterns.Node], texts: Iterable[str]) -> Mapping[int, frozenset[str]]:
    """Give, for each letter of the expressions, the classes it takes, by its identity."""
    letters = {id(letter): letter for tree in trees for letter in _letters(tree)}
    classes: dict[tuple[bool, ...], str] = {}
    for one in _to_look_at("".join(texts)):
        classes.setdefault(tuple(letter.test(one) for letter in letters.values()), one)
    found: dict[int, set[str]] = {key: set() for key in letters}
    for taken, symbol in classes.items():
        for key, is_taken in zip(letters, taken, strict=True):
            if is_taken:
                found[key].add(symbol)
    return {key: frozenset(symbols) for key, symbols in found.items()}


def _letters(node: patterns.Node) -> Iterator[Letter]:
    match node:
        case Letter():
            yield node
        case patterns.Row(parts) | patterns.Either(parts):
            for part in parts:
                yield from _letters(part)
        case patterns.Repeat(part, _, _):
            yield from _letters(part)


def _to_look_at(texts: str) -> Iterator[str]:
    """Give letters among which all classes have one, the plainest first.

    Shape: a class begins and ends where a category or block does, or at a letter of an expression.
    """
    yield from _PLAIN
    near = {ord(letter) + step for letter in texts for step in (-1, 0, 1)}
    for code in sorted(near | set(_edges())):
        if _is_xml(code):
            yield chr(code)


@cache
def _edges() -> tuple[int, ...]:
    edges = list(range(_ALL_TRIED))
    before = ""
    for code in range(_ALL_TRIED, _HIGHEST):
        category = unicodedata.category(chr(code))
        if category != before or (code <= 0x2100 and code % _BLOCK in {0, _BLOCK - 1}):  # noqa: PLR2004
            edges.append(code)
            before = category
    return tuple(edges)


def _is_xml(code: int) -> bool:
    """Tell whether a letter can stand in an XML document."""
    if code < ord(" "):
        return code in {0x9, 0xA, 0xD}
    return code < 0xD800 or 0xE000 <= code < 0xFFFE or 0x10000 <= code < _HIGHEST  # noqa: PLR2004
