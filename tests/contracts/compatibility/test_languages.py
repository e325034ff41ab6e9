"""Languages compared: shortest words beyond, counters, and every answer tried by brute force."""

from __future__ import annotations

from itertools import product
from random import Random

import pytest

from contracts.compatibility.languages import (
    EMPTY,
    Either,
    Expression,
    Language,
    One,
    Repeat,
    Row,
    TooLarge,
    Unordered,
    words_beyond,
)
from contracts.compatibility.texts import any_length, literal, texts_beyond
from contracts.schema_patterns import pattern


def one(*symbols: str) -> One:
    return One(frozenset(symbols))


A, B, C = one("a"), one("b"), one("c")


def beyond(of: Expression, other: Expression) -> tuple[str, ...] | None:
    return next(words_beyond([Language(of)], Language(other)), None)


def test_the_shortest_word_beyond_is_given() -> None:
    """What the other refuses is shown by the shortest word there is."""
    assert beyond(Repeat(A, 0, None), Repeat(A, 0, 3)) == ("a",) * 4
    assert beyond(Row((A, B)), Row((A, Either((B, C))))) is None
    assert beyond(Row((A, Either((B, C)))), Row((A, B))) == ("a", "c")
    assert beyond(EMPTY, A) == ()


def test_parts_in_any_order_are_all_orders() -> None:
    """An xs:all takes each part once, in every order."""
    language = Language(Unordered((A, Repeat(B, 0, 1))))

    assert [word for word in ("a", "ab", "ba", "b", "aa", "") if language.accepts(word)] == [
        "a", "ab", "ba",
    ]  # fmt: skip


def test_what_is_ignored_is_not_seen() -> None:
    """Symbols that the other does not see change nothing for it."""
    of, other = Language(Row((A, B))), Language(A)

    assert list(words_beyond([of], other, ignoring=frozenset("b"))) == []
    assert next(words_beyond([of], other)) == ("a", "b")


def test_words_are_made_of_the_symbols_that_are_there() -> None:
    """A word of symbols that cannot stand in messages is no word."""
    of = Language(Either((A, B)))

    assert list(words_beyond([of], Language(A), among=frozenset("a"))) == []


def test_words_belong_to_all_of_several_languages() -> None:
    """What two demand at once is what counts."""
    of = [Language(Repeat(Either((A, B)), 0, None)), Language(Repeat(A, 2, 5))]

    assert list(words_beyond(of, Language(Repeat(A, 0, 5)))) == []
    assert next(words_beyond(of, Language(Repeat(A, 3, 5)))) == ("a", "a")


def test_large_counters_are_compared_all_the_same() -> None:
    """Four thousand letters are no harder than four."""
    assert list(texts_beyond([any_length(0, 4000)], any_length(0, 4001))) == []
    assert [len(text) for text in texts_beyond([any_length(0, 4001)], any_length(0, 4000))] == [
        4001
    ]


def test_a_search_without_end_is_given_up() -> None:
    """A comparison that would take too long is refused, not waited for."""
    with pytest.raises(TooLarge):
        list(texts_beyond(["[ab]*"], "[ab]{0,25}|[ab]*a[ab]{25}|[ab]*b[ab]{25}"))


def expression(rng: Random, depth: int) -> Expression:
    """Make an expression over three symbols."""
    if depth == 0 or rng.random() < 0.25:
        return one(*rng.sample("abc", rng.randint(1, 2)))
    parts = tuple(expression(rng, depth - 1) for _ in range(rng.randint(1, 3)))
    match rng.randrange(4):
        case 0:
            return Either(parts)
        case 1:
            least = rng.randint(0, 2)
            return Repeat(parts[0], least, rng.choice((None, least, least + 1)))
        case 2:
            names = rng.sample("abc", rng.randint(1, 3))
            return Unordered(tuple(Repeat(one(name), rng.randint(0, 1), 1) for name in names))
    return Row(parts)


def words(expression: Expression) -> set[str]:
    """Give the words of up to five letters that an expression has, by its definition."""
    match expression:
        case One(symbols):
            return set(symbols)
        case Row(parts):
            found = {""}
            for part in parts:
                found = joined(found, words(part))
            return found
        case Either(parts):
            return set().union(*map(words, parts))
        case Unordered(parts):
            return {
                word
                for chosen in product((0, 1), repeat=len(parts))
                if all(take or "" in words(part) for take, part in zip(chosen, parts, strict=True))
                for word in orders(
                    [words(p) - {""} for t, p in zip(chosen, parts, strict=True) if t]
                )
            }
        case Repeat(part, least, most):
            inner, found, total = words(part), {""}, set()
            for count in range(min(most if most is not None else 6, 6) + 1):
                if count >= least:
                    total |= found
                found = joined(found, inner)
            return total


def joined(first: set[str], then: set[str]) -> set[str]:
    return {one + other for one in first for other in then if len(one + other) <= 5}


def orders(parts: list[set[str]]) -> set[str]:
    if not parts:
        return {""}
    found: set[str] = set()
    for place, part in enumerate(parts):
        found |= joined(part, orders(parts[:place] + parts[place + 1 :]))
    return found


@pytest.mark.parametrize("seed", range(150))
def test_answers_agree_with_all_short_words(seed: int) -> None:
    """Each language takes the words of its definition, and inclusion is what they say."""
    rng = Random(seed)  # noqa: S311 - repeatable, not secret
    first, then = expression(rng, 3), expression(rng, 3)
    ours, theirs = words(first), words(then)
    language = Language(first)

    every = {"".join(word) for length in range(4) for word in product("abc", repeat=length)}
    assert {word for word in every if language.accepts(word)} == {
        word for word in ours if len(word) <= 3
    }
    shown = beyond(first, then)
    short = sorted((word for word in ours - theirs), key=len)
    if shown is None:
        assert short == []
    elif len(shown) <= 5:
        assert "".join(shown) in ours
        assert "".join(shown) not in theirs
        assert len(shown) == len(short[0])


@pytest.mark.parametrize(
    ("narrow", "wide"),
    [
        pytest.param("[0-9]{12}", "[0-9]{8}[0-9pPtTfF][0-9]{3}", id="reserve numbers"),
        pytest.param("(19|20)[0-9]{6}", "[0-9]{8}", id="days"),
        pytest.param("[0-9]{4}", r"\d{4}", id="digits of any script"),
        pytest.param("[a-z-[aeiou]]+", r"\w*", id="a class with another taken out"),
        pytest.param(r"\i\c*", r"\c+", id="names"),
        pytest.param("(a|ab)(c|bc)", "abc|ac|abbc", id="read in two ways"),
        pytest.param("[A-ZÅÄÖ]+", r"\p{Lu}+", id="a category"),
        pytest.param(literal("a.b*[c]-^"), r"[\s\S]{9}", id="letters that mean something"),
    ],
)
def test_patterns_are_compared_by_what_they_match(narrow: str, wide: str) -> None:
    """Of two patterns, the narrow one has nothing beyond; the wide one has, and shows it."""
    assert list(texts_beyond([narrow], wide)) == []

    for shown in list(texts_beyond([wide], narrow))[:5]:
        assert pattern(wide).matches(shown)
        assert not pattern(narrow).matches(shown)
    assert narrow == "(a|ab)(c|bc)" or list(texts_beyond([wide], narrow))
