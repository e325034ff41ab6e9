"""Whom a disturbance hits, and when: by facts, by count, by a seeded share."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.errors import UsageError
from simulator.disturbances.kinds import KINDS, Kind, Leg
from simulator.disturbances.selection import Disturbance, Facts, chosen, disturbance_from

FACTS = Facts(logical_address="SE-A", contract="urn:one", sender="SE-B")


def a_disturbance(**document: Any) -> Disturbance:
    return disturbance_from({"name": "one", "kind": "empty", **document})


def hit(disturbance: Disturbance, *, of: int) -> list[int]:
    """Give the numbers of the exchanges that are hit."""
    numbers = Counter[str]()

    def count(name: str) -> int:
        numbers[name] += 1
        return numbers[name]

    return [
        place for place in range(1, of + 1) if chosen([disturbance], FACTS, count)
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("when", "expected"),
    [
        pytest.param({}, [1, 2, 3, 4, 5, 6], id="always"),
        pytest.param({"first": 2}, [1, 2], id="the first two"),
        pytest.param({"after": 4}, [5, 6], id="after four"),
        pytest.param({"after": 1, "first": 1}, [2], id="the second alone"),
        pytest.param({"every": 3}, [1, 4], id="every third"),
        pytest.param({"every": 2, "first": 2}, [1, 3], id="every other, twice"),
        pytest.param({"share": 0}, [], id="none"),
    ],
)
def test_count_decides(when: dict[str, Any], expected: list[int]) -> None:
    """Which of six exchanges are hit."""
    assert hit(a_disturbance(**when), of=6) == expected


def test_share_is_kept_and_repeats_with_its_seed() -> None:
    """About the share is hit, the same ones each time, others with another seed."""
    first = hit(a_disturbance(share=0.3, seed=7), of=1000)

    assert 250 < len(first) < 350
    assert hit(a_disturbance(share=0.3, seed=7), of=1000) == first
    assert hit(a_disturbance(share=0.3, seed=8), of=1000) != first


@pytest.mark.parametrize(
    ("facts", "concerned"),
    [
        pytest.param({}, True, id="no facts: all"),
        pytest.param({"logical_address": "se-a"}, True, id="its address, ignoring case"),
        pytest.param({"logical_address": "SE-X"}, False, id="another address"),
        pytest.param({"contract": "urn:one", "sender": "SE-B"}, True, id="contract and sender"),
        pytest.param({"contract": "urn:one", "sender": "SE-X"}, False, id="another sender"),
        pytest.param({"contract": "urn:two"}, False, id="another contract"),
    ],
)
def test_facts_decide(facts: dict[str, str], concerned: bool) -> None:
    """All that is stated must fit."""
    assert bool(chosen([a_disturbance(**facts)], FACTS, lambda _: 1)) is concerned


@pytest.mark.parametrize(
    ("xpath", "message", "concerned"),
    [
        pytest.param("//id = '7'", b"<a><id>7</id></a>", True, id="it is true"),
        pytest.param("//id = '7'", b"<a><id>8</id></a>", False, id="it is false"),
        pytest.param("//soap:Body", b"<a/>", False, id="nothing is found"),
        pytest.param("//id = '7'", b"no XML", False, id="no XML"),
    ],
)
def test_a_condition_on_the_message_decides(xpath: str, message: bytes, concerned: bool) -> None:
    """Only a message for which the condition is true is hit."""
    facts = Facts(message=message)

    assert bool(chosen([a_disturbance(xpath=xpath)], facts, lambda _: 1)) is concerned


def test_a_condition_that_cannot_be_used_is_refused() -> None:
    """A misspelt condition would otherwise hit nothing, silently."""
    with pytest.raises(UsageError, match="xpath cannot be used"):
        a_disturbance(xpath="//[")


def test_exchange_of_another_route_is_not_counted() -> None:
    """The first of a route's calls is the first of that route."""
    counted: list[str] = []

    def count(name: str) -> int:
        counted.append(name)
        return len(counted)

    one = a_disturbance(first=1, logical_address="SE-X")

    assert not chosen([one], FACTS, count)
    assert counted == []


def test_nothing_is_counted_where_no_count_matters() -> None:
    """A plain disturbance costs no counter."""

    def count(_name: str) -> int:
        raise AssertionError

    assert chosen([a_disturbance()], FACTS, count)


def test_all_that_fit_apply_in_their_order() -> None:
    """Two disturbances may hit one exchange."""
    two = [a_disturbance(), disturbance_from({"name": "two", "kind": "delay"})]

    assert [one.name for one, _ in chosen(two, FACTS, lambda _: 1)] == ["one", "two"]


@pytest.mark.parametrize("kind", Kind)
def test_every_kind_can_be_arranged_and_told_again(kind: Kind) -> None:
    """With no more than its name, on each leg it acts on; what is told arranges the same."""
    for leg in KINDS[kind].legs:
        one = disturbance_from({"kind": str(kind), "leg": str(leg)})

        assert one.leg is leg
        assert disturbance_from(one.to_json()) == one
        assert all(option.accepts(option.default) for option in one.of.options.values())


@given(
    first=st.none() | st.integers(1, 9),
    after=st.integers(0, 9),
    every=st.integers(1, 9),
    share=st.floats(0, 1),
    seed=st.integers(0, 99),
)
def test_what_is_told_arranges_the_same(
    first: int | None, after: int, every: int, share: float, seed: int
) -> None:
    """Told and arranged again, a disturbance is the same."""
    document = {"after": after, "every": every, "share": share, "seed": seed}
    one = a_disturbance(**document, **({"first": first} if first else {}))

    assert disturbance_from(one.to_json()) == one


@pytest.mark.parametrize(
    ("document", "told"),
    [
        pytest.param({}, "kind must be one of", id="no kind"),
        pytest.param({"kind": "rain"}, "kind must be one of", id="unknown kind"),
        pytest.param({"kind": "delay", "seconds": "long"}, "seconds must be", id="a text"),
        pytest.param({"kind": "delay", "seconds": -1}, "seconds must be", id="below nothing"),
        pytest.param({"kind": "delay", "seconds": True}, "seconds must be", id="a truth"),
        pytest.param({"kind": "delay", "share": 1.5}, "share must be", id="more than all"),
        pytest.param({"kind": "delay", "share": float("nan")}, "share must be", id="no number"),
        pytest.param({"kind": "empty", "first": 0}, "first must be", id="none at all"),
        pytest.param({"kind": "empty", "every": 0}, "every must be", id="every none"),
        pytest.param({"kind": "empty", "seconds": 1}, "seconds is not known", id="not its figure"),
        pytest.param({"kind": "vp-code", "code": "VP016"}, "code must be", id="no such code"),
        pytest.param({"kind": "vp-code", "leg": "call"}, "acts on the leg", id="the other leg"),
        pytest.param({"kind": "empty", "leg": "both"}, "leg must be", id="no leg"),
        pytest.param({"kind": "empty", "sender": " "}, "sender must be", id="blank sender"),
    ],
)
def test_mistake_is_told(document: dict[str, Any], told: str) -> None:
    """Nothing wrong is arranged in silence."""
    with pytest.raises(UsageError, match=told):
        disturbance_from(document)


def test_every_mistake_is_told_at_once() -> None:
    """The person mends them all in one go."""
    with pytest.raises(UsageError, match=r"seconds must be.*; *.*|.*every must be.*") as told:
        disturbance_from({"kind": "delay", "seconds": -1, "every": 0})

    assert "seconds must be" in str(told.value)
    assert "every must be" in str(told.value)


def test_distribution_draws_anew_for_each_exchange() -> None:
    """A drawn delay counts its exchanges, so that each has its own figure."""
    one = disturbance_from({"kind": "delay", "distribution": "uniform", "spread": 1})

    assert one.counts
    assert one.draw(1, "delay").random() != one.draw(2, "delay").random()
    assert one.draw(1, "delay").random() == one.draw(1, "delay").random()
    assert one.leg is Leg.ANSWER


def test_no_figure_has_the_name_of_a_condition() -> None:
    """What is written in an arrangement means one thing."""
    taken = {"name", "kind", "leg", "logical_address", "contract", "sender"}
    taken |= {"first", "after", "every", "share", "seed"}

    assert not any(taken & set(table.options) for table in KINDS.values())
