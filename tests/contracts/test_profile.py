"""The catalogue of the technical profile: complete, and apart from what the linter has."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from contracts.catalogue import bundled
from contracts.profile import profile
from contracts.requirements import Requirement, Role


def every() -> Iterator[Requirement]:
    yield from profile().values()


def test_every_point_of_ws_i_has_its_requirement() -> None:
    """The numbers of the profile's table of what WS-I adds on the wire are all here."""
    told = " ".join(f"{item.id} {item.source}" for item in every())
    points = """
        R1132 R1140 R1141 R1114 R9700 R9701 R9702 R9703 R1018 R1012 R4001 R1010 R1019
        R1008 R1009
        R1011 R9981 R1014 R1032 R1005 R2712 R1109 R2744 R1127 R1124 R1111 R1126 R1125 R1113
        R1115 R1000 R1001 R1004 R1031 R1002 R1016 R1013 R1121 R1130
    """.split()  # noqa: SIM905 - no list is as short

    assert [point for point in points if not re.search(rf"\b{point}\b", told)] == []


def test_every_rule_that_binds_at_run_time_has_its_requirement() -> None:
    """The rules of the author, BP-2 to BP-17 for the most part, belong to the linter."""
    rules = [item.id.removeprefix("RIV-") for item in every() if item.id.startswith("RIV-BP-")]

    assert rules == [
        "BP-1", "BP-6", "BP-8d", "BP-8f", "BP-15", "BP-18", "BP-19", "BP-20", "BP-21", "BP-22",
        "BP-23", "BP-24", "BP-25", "BP-26", "BP-27",
    ]  # fmt: skip


def test_no_id_is_a_domain_s_as_well() -> None:
    """An id means one requirement, wherever it stands."""
    of_domains = {key for domain in bundled().domains for key in domain.requirements}

    assert not of_domains & set(profile())
    assert all(key.startswith("RIV-") for key in profile())


@pytest.mark.parametrize("name", ["RIV-BP-23", "RIV-R1127", "RIV-R1115", "RIV-R1113"])
def test_what_is_only_to_be_reported_never_fails(name: str) -> None:
    """What the profile says to report, or to warn of, and what has no verified level."""
    assert profile()[name].reported  # type: ignore[index]


@pytest.mark.parametrize("name", ["RIV-BP-24", "RIV-BP-25", "RIV-BP-26", "RIV-BP-27"])
def test_what_could_not_be_verified_is_not_tested(name: str) -> None:
    """Nothing is invented where the rule's text could not be read."""
    item = profile()[name]  # type: ignore[index]

    assert set(item.untested) == set(item.binds)
    assert item.level == "BÖR"


@pytest.mark.parametrize("role", ["consumer", "producer"])
def test_only_those_it_binds_may_be_untested(role: Role) -> None:
    """A reason for a role that is not bound would say nothing."""
    assert [item.id for item in every() if role in item.untested and role not in item.binds] == []


def test_texts_end_as_sentences() -> None:
    """Both languages, and both kinds of advice, for people to read."""
    for item in every():
        for text in (item.text, item.text_en, item.mend, item.mend_sv):
            assert text.endswith((".", "…")), item.id
