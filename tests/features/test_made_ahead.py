"""Variants from another process: the same ones, asked about once, and made here if it ends."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from lxml import etree

import features.run
from features.bench import reference_system
from features.made_ahead import MadeAhead, Workshop
from features.run import certify, prepare_folder
from features.suites import Suite, suite_for, suites
from features.variants import ALLOWED, FORBIDDEN, Supply, Variants
from reports.collector import scenario_id
from reports.results import Outcome

CALLED = [suite for suite in suites() if suite.called]
ALL = pytest.mark.parametrize("suite", CALLED, ids=[suite.name for suite in CALLED])
SOME = ("okänt attribut", "valfritt element saknas")


@contextmanager
def both(suite: Suite) -> Iterator[tuple[MadeAhead, Variants, Workshop]]:
    """Give the variants of another process, those made here, and the process."""
    with reference_system(suite) as target, closing(Workshop(suite)) as workshop:
        role = target.roles[suite.name]
        ahead, here = suite.messages(target, role), suite.messages(target, role)
        yield (
            MadeAhead(workshop, ahead, seed=3),
            Variants(suite, here, seed=3, quick=False),
            workshop,
        )


def told(supply: Supply, names: Sequence[str]) -> list[object]:
    """Tell all of the variants but the ids that no two messages share."""
    return [
        (each.name, each.where, each.expected, each.rules, each.doubt, len(each.message))
        for name in names
        for each in (supply.forbidden(name) if name in FORBIDDEN else supply.allowed(name))
    ]


def all_taken(messages: Sequence[etree._Element]) -> list[bool]:
    """Take every message."""
    return [True for _ in messages]


def first_alone(messages: Sequence[etree._Element]) -> list[bool]:
    """Take the first message, and no other."""
    return [number == 0 for number, _ in enumerate(messages)]


@ALL
def test_another_process_makes_the_same_variants(suite: Suite) -> None:
    """Every kind of them, in the same order."""
    names = (*FORBIDDEN, *ALLOWED)
    with both(suite) as (ahead, here, _):
        for supply in (ahead, here):
            supply.vary_only(all_taken)

        assert told(ahead, names) == told(here, names) != []


def test_only_what_the_system_takes_unchanged_is_varied() -> None:
    """It is asked of all at once, and only once; a name may be asked for again."""
    asked: list[list[etree._Element]] = []

    def noted(messages: Sequence[etree._Element]) -> list[bool]:
        asked.append([*messages])
        return first_alone(messages)

    with both(suite_for("hogkostnad", "utlamnande")) as (ahead, here, _):
        for supply in (ahead, ahead, here):
            supply.vary_only(noted)
        found = told(ahead, SOME)

        assert [len(each) for each in asked] == [len(asked[1])] * 2
        assert [each.tag for each in asked[0]] == [each.tag for each in asked[1]]
        assert found == told(ahead, SOME) == told(here, SOME) != []
    with both(suite_for("hogkostnad", "utlamnande")) as (_, every, _):
        assert len(found) < len(told(every, SOME))


@pytest.mark.parametrize("early", [True, False])
def test_variants_are_made_here_where_the_process_has_ended(early: bool) -> None:
    """Before it has begun, and after; what the system does not take is left out there too."""
    with both(suite_for("hogkostnad", "utlamnande")) as (ahead, here, workshop):
        here.vary_only(first_alone)
        process = workshop.process.submit(os.getpid).result()
        if not early:
            ahead.vary_only(first_alone)
        os.kill(process, signal.SIGTERM)
        ahead.vary_only(first_alone)

        assert told(ahead, SOME) == told(here, SOME) != []


@pytest.mark.parametrize(
    ("quick", "only", "begun"),
    [(False, "", True), (True, "", False), (False, "FPE-BEGARAN-XSD", False)],
)
def test_run_that_takes_few_variants_begins_no_process(
    quick: bool, only: str, begun: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A process takes longer to begin than a few variants to make."""
    seen: list[Suite] = []

    class Enough(Exception):  # noqa: N818 - nothing is wrong
        """Ends the run, which is not what is tested."""

    def workshop(suite: Suite) -> Workshop:
        seen.append(suite)
        return Workshop(suite)

    def stop(_bench: object) -> None:
        raise Enough

    suite = suite_for("hogkostnad", "utlamnande")
    monkeypatch.setattr(features.run, "Workshop", workshop)
    prepare_folder(tmp_path / "out")
    with reference_system(suite) as target, pytest.raises(Enough):
        certify(target, suite, tmp_path / "out", ahead=True, quick=quick, only=only, on_start=stop)

    assert seen == [suite] * begun


class VariantsAlone:
    """Keeps the scenarios that try variants."""

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Leave the others out."""
        items[:] = [item for item in items if "-varianter-" in scenario_id(item)]


def test_full_run_takes_them_from_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """All that the report tells of variants was made by the process."""
    suite = suite_for("hogkostnad", "utlamnande")
    monkeypatch.setattr(Variants, "_of", None)  # nothing is made here
    monkeypatch.setattr(features.run, "_Only", lambda *_: VariantsAlone())
    prepare_folder(tmp_path / "out")
    with reference_system(suite) as target:
        ended = certify(target, suite, tmp_path / "out", ahead=True)

    tried = [
        one
        for scenario in ended.result.scenarios
        for step in scenario.steps
        for one in step.variants
    ]
    assert len(tried) > 100
    assert {one.outcome for one in tried} == {Outcome.PASSED}
