"""Which disturbances hit an exchange: by whom it concerns, by count, or by a seeded share."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from random import Random
from typing import Any

from lxml import etree

from contracts.errors import UsageError
from contracts.parsing import readable
from simulator.conditions import holds, problem_of
from simulator.disturbances.kinds import KINDS, Kind, KindOf, Leg

__all__ = ["Disturbance", "Facts", "chosen", "disturbance_from"]

_WHOM = ("logical_address", "contract", "sender", "xpath")
_WHEN = ("first", "after", "every", "share", "seed")


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What of an exchange decides whether it is disturbed; names are compared ignoring case."""

    logical_address: str | None = None
    contract: str | None = None
    sender: str = ""
    message: bytes = b""

    @cached_property
    def root(self) -> etree._Element | None:
        """Give the message's root, None where it is no XML."""
        return readable(self.message)


@dataclass(frozen=True, slots=True, kw_only=True)
class Disturbance:
    """One disturbance as it was arranged: what, whom it hits, and when.

    Shape: ``name`` is unique in its workspace. Of the exchanges that its facts fit, those are hit
           that come after the first ``after``, at most ``first`` of them, only every ``every``
           one, and of these the ``share`` that ``seed`` draws. The same seed and order of
           exchanges hit the same ones.
    """

    name: str
    kind: Kind
    leg: Leg
    logical_address: str | None = None
    contract: str | None = None
    sender: str | None = None
    xpath: str | None = None
    first: int | None = None
    after: int = 0
    every: int = 1
    share: float = 1.0
    seed: int = 0
    options: Mapping[str, Any] = field(default_factory=dict)

    @property
    def of(self) -> KindOf:
        """Give what the table says of the kind."""
        return KINDS[self.kind]

    def option(self, name: str) -> Any:
        """Give a figure: what was arranged, or what it is otherwise."""
        return self.options.get(name, self.of.options[name].default)

    @property
    def counts(self) -> bool:
        """Tell whether it matters how many exchanges went before."""
        return (
            self.first is not None
            or self.after > 0
            or self.every > 1
            or self.share < 1
            or self.option_draws
        )

    @property
    def option_draws(self) -> bool:
        """Tell whether a figure is drawn anew for each exchange."""
        return self.kind is Kind.DELAY and self.option("distribution") != "fixed"

    def concerns(self, facts: Facts) -> bool:
        """Tell whether the exchange is one of those it may hit."""
        return all(
            wanted is None or wanted.lower() == (given or "").lower()
            for wanted, given in (
                (self.logical_address, facts.logical_address),
                (self.contract, facts.contract),
                (self.sender, facts.sender),
            )
        ) and (self.xpath is None or holds(facts.root, self.xpath))

    def hits(self, number: int) -> bool:
        """Tell whether it hits the exchange that is the ``number``-th it concerns, from 1."""
        place = number - self.after
        if place < 1 or (place - 1) % self.every:
            return False
        if self.first is not None and (place - 1) // self.every >= self.first:
            return False
        return self.share >= 1 or self.draw(number, "share").random() < self.share

    def draw(self, number: int, purpose: str) -> Random:
        """Give the source of chance for one exchange: the same for the same seed and number."""
        return Random(f"{self.seed}/{self.name}/{number}/{purpose}")  # noqa: S311 - repeatable

    def to_json(self) -> dict[str, Any]:
        """Give the disturbance as JSON-ready values, as it was arranged."""
        told: dict[str, Any] = {"name": self.name, "kind": str(self.kind), "leg": str(self.leg)}
        told |= {name: getattr(self, name) for name in _WHOM if getattr(self, name) is not None}
        plain = Disturbance(name="", kind=self.kind, leg=self.leg)
        told |= {
            name: getattr(self, name)
            for name in _WHEN
            if getattr(self, name) != getattr(plain, name)
        }
        return told | dict(self.options)


def chosen(
    disturbances: Iterable[Disturbance], facts: Facts, count: Callable[[str], int]
) -> tuple[tuple[Disturbance, int], ...]:
    """Give the disturbances that hit an exchange, in the order they were arranged.

    Shape: each comes with the exchange's number among those it concerns, 1 where it does not
           count. ``count`` gives the next number of a disturbance by its name.
    """
    hit = []
    for one in disturbances:
        if one.concerns(facts):
            number = count(one.name) if one.counts else 1
            if one.hits(number):
                hit.append((one, number))
    return tuple(hit)


def disturbance_from(document: Mapping[str, Any]) -> Disturbance:
    """Read a disturbance as it is arranged.

    Raises: UsageError that tells every mistake in it.
    """
    problems: list[str] = []
    kind = _among(document.get("kind"), Kind, "kind", problems)
    if kind is None:
        raise _mistakes(document, problems)
    table = KINDS[kind]
    leg = _among(document.get("leg", table.legs[0]), Leg, "leg", problems)
    if leg is not None and leg not in table.legs:
        problems.append(f"{kind} acts on the leg {' or '.join(table.legs)}, not {leg}")
    known = {"name", "kind", "leg", *_WHOM, *_WHEN, *table.options}
    problems += [
        f"{name} is not known; {kind} takes {', '.join(sorted(known))}"
        for name in document
        if name not in known
    ]
    for name, fits, must in (
        *((fact, _is_text, "a text") for fact in ("name", *_WHOM)),
        ("first", _is_count, "a whole number, 1 or more"),
        ("after", _is_whole, "a whole number"),
        ("every", _is_count, "a whole number, 1 or more"),
        ("share", lambda value: _is_number(value) and 0 <= value <= 1, "a number from 0 to 1"),
        ("seed", _is_whole, "a whole number"),
        *((name, option.accepts, option.must) for name, option in table.options.items()),
    ):
        if name in document and not fits(document[name]):
            problems.append(f"{name} must be {must}")
    xpath = document.get("xpath")
    if _is_text(xpath) and (problem := problem_of(str(xpath))):
        problems.append(f"xpath cannot be used: {problem}")
    if problems or leg is None:
        raise _mistakes(document, problems)
    return Disturbance(
        kind=kind,
        leg=leg,
        name=str(document.get("name") or kind),
        options={name: document[name] for name in table.options if name in document},
        **{name: document[name] for name in (*_WHOM, *_WHEN) if name in document},
    )


def _among(value: object, closed: type[Any], name: str, problems: list[str]) -> Any:
    try:
        return closed(value)
    except ValueError:
        problems.append(f"{name} must be one of {', '.join(str(one) for one in closed)}")
        return None


def _is_text(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _is_number(value: object) -> bool:
    return (
        isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
    )  # fmt: skip


def _is_whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _is_count(value: object) -> bool:
    return _is_whole(value) and value != 0


def _mistakes(document: Mapping[str, Any], problems: list[str]) -> UsageError:
    name = document.get("name")
    return UsageError(
        "; ".join(problems),
        where=f"disturbance {name}" if isinstance(name, str) else "disturbance",
        mend="see docs/disturbances.md for the kinds and their figures",
    )
