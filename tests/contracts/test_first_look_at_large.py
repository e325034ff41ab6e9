"""Rules and messages made by chance: a first look that is enough is right, whatever is asked."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from random import Random

import pytest
from lxml import etree

from contracts.errors import RulesError
from contracts.schematron import Outcome, RuleSet

NAMES = ("b", "c", "d")
TEXTS = ("", "x", "1", "2", " ", "1.0", "x y", "20261122")
VALUES = (
    "", "1", "2", "3", "x", " 1 ", "1.0", "0.1", "0.2", "0.3", "1.005", "2.5", "-1", "-0",
    "1e3", "+1", "x y", "NaN", "INF", "20261122", "999999999", "1234567890123456789", "5.",
    ".5",
)  # fmt: skip
OPERATORS = ("=", "!=", "&lt;", "&lt;=", ">", ">=", "eq", "ne", "lt", "le", "gt", "ge")
SEEDS = 60
MESSAGES = 20


class Chance:
    """A maker of tests and messages; the same seed makes the same."""

    def __init__(self, seed: int) -> None:
        self._random = Random(seed)  # noqa: S311 - repeatable, not secret

    def one(self, *makers: Callable[[], str] | str) -> str:
        """Give one of several, made."""
        chosen = self._random.choice(makers)
        return chosen if isinstance(chosen, str) else chosen()

    def path(self) -> str:
        """Make a path to nodes."""
        name = self._random.choice((*NAMES, "*"))
        return self.one(
            name, name, ".", f"../{name}", f"b/{name}", f"c//{name}", f"//{name}", f"(b | {name})",
            "ancestor::*", f"descendant::{name}", f"following-sibling::{name}", "$v",
        )  # fmt: skip

    def text(self) -> str:
        """Make a string."""
        literal = f"'{self._random.choice(TEXTS)}'"
        path = self.path()
        return self.one(
            literal, literal, f"string({path})", f"normalize-space({path})",
            f"concat({literal}, {path})", f"substring({path}, 1, {self._random.randint(0, 3)})",
        )  # fmt: skip

    def number(self, depth: int = 0) -> str:
        """Make a number."""
        path = self.path()
        makers: list[Callable[[], str] | str] = [
            str(self._random.choice((0, 1, 2, 3, 10, 1.5, 0.01))), f"count({path})",
            f"string-length({path})", f"number({path})", f"sum({path} ! number(.))",
            f"sum(({path}, {self.path()}) ! number(.))", f"xs:decimal({path})",
        ]  # fmt: skip
        if depth < 2:
            makers += [
                lambda: f"abs({self.number(depth + 1)} - {self.number(depth + 1)})",
                lambda: (
                    f"({self.number(depth + 1)} {self.one('+', '-', '*')} {self.number(depth + 1)})"
                ),
            ]
        return self.one(*makers)

    def truth(self, depth: int = 0) -> str:
        """Make a test."""
        path = self.path()
        makers: list[Callable[[], str] | str] = [
            path, "text()", "b/text()", f"contains({path}, 'x')", f"starts-with({path}, '1')",
            f"{path} = ('x', '1')",
            lambda: f"{path} {self.one('=', '!=', 'eq', 'ne')} {self.one(self.text, self.path)}",
            lambda: f"{self.number()} {self.one(*OPERATORS)} {self.number()}",
            lambda: f"round-half-to-even(xs:decimal({path}), 2) = "
                    f"round-half-to-even(xs:decimal({self.number()}), 2)",
        ]  # fmt: skip
        if depth < 3:
            makers += [
                lambda: (
                    f"({self.truth(depth + 1)} {self.one('and', 'or')} {self.truth(depth + 1)})"
                ),
                lambda: f"not({self.truth(depth + 1)})",
            ] * 2
        return self.one(*makers)

    def rule(self) -> str:
        """Make a rule with one test and a variable."""
        kind = self.one("assert", "report")
        return (
            f'<sch:pattern><sch:rule context="{self.one("/a", "a", "b", "*", "a/b | c")}">'
            f'<sch:let name="v" value="{self.one("b", "b/c", "../b", "count(b)", "number(c)")}"/>'
            f'<sch:{kind} id="r" test="{self.truth()}">r</sch:{kind}></sch:rule></sch:pattern>'
        )

    def message(self, name: str = "a", depth: int = 0) -> etree._Element:
        """Make a message, with mixed content here and there."""
        made = etree.Element(name)
        made.text = self._random.choice(VALUES)
        for _ in range(self._random.choice((0, 1, 2, 3)) if depth < 3 else 0):
            made.append(self.message(self._random.choice(NAMES), depth + 1))
            made[-1].tail = self._random.choice((None, None, None, "x"))
        return made


@pytest.mark.parametrize("seed", range(SEEDS))
def test_what_is_let_pass_breaks_no_rule(
    seed: int, a_rule_set: Callable[..., RuleSet], noon: datetime
) -> None:
    """The rule is run in full on all that the first look lets pass."""
    chance = Chance(seed)
    try:
        rules = a_rule_set(chance.rule())
    except RulesError:  # such as a path that goes on from a number
        pytest.skip("this is no rule")
    look = rules._first_look
    if look is None:
        pytest.skip("this rule has no first look")
    for message in (chance.message() for _ in range(MESSAGES)):
        if look.is_enough(message, at=noon):
            assert rules.judged_in_full(message, at=noon) == Outcome()


def test_chance_makes_rules_that_are_looked_at(
    a_rule_set: Callable[..., RuleSet], noon: datetime
) -> None:
    """Else the test above would show nothing: most have a first look, and it lets some pass."""
    looks, passed = 0, 0
    for seed in range(20):
        chance = Chance(seed)
        try:
            look = a_rule_set(chance.rule())._first_look
        except RulesError:
            continue
        looks += look is not None
        passed += look is not None and any(
            look.is_enough(chance.message(), at=noon) for _ in range(MESSAGES)
        )

    assert looks > 10
    assert passed > 5
