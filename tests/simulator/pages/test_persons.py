"""Persons on the pages: what is read as an identity, and what is shown of one."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from contracts.domains.financial_patientfees_exemption.v1_0.kinds import (
    COORDINATION_NUMBER,
    NATIONAL_RESERVE_ID,
    PERSONAL_NUMBER,
)
from contracts.domains.financial_patientfees_exemption.v1_0.messages import Identity
from simulator.journal.identities import those_of
from simulator.pages.persons import Persons, identity_in, persons_on_pages
from simulator.settings import Settings
from simulator.testdata.persons import persons_on


@pytest.mark.parametrize(
    ("written", "root", "extension"),
    [
        pytest.param("19121212-1212", PERSONAL_NUMBER, "191212121212", id="hyphen"),
        pytest.param(" 19121212 1212 ", PERSONAL_NUMBER, "191212121212", id="blanks"),
        pytest.param("18991212+1218", PERSONAL_NUMBER, "189912121218", id="over a hundred"),
        pytest.param("19700163-2391", COORDINATION_NUMBER, "197001632391", id="samordningsnummer"),
        pytest.param("22100120-9A1B", NATIONAL_RESERVE_ID, "221001209A1B", id="reserve id"),
    ],
)
def test_identity_is_read_as_people_write_it(written: str, root: str, extension: str) -> None:
    """And its kind is told by its form."""
    assert identity_in(written) == Identity(root=root, extension=extension)


@pytest.mark.parametrize(
    "written", ["", "1212121212", "19121212-121", "Tolvan Tolvansson", "Å" * 12]
)
def test_what_is_no_identity_is_not_taken_for_one(written: str) -> None:
    """The century is needed."""
    assert identity_in(written) is None


def test_only_test_persons_are_shown() -> None:
    """Everyone else is treated as real."""
    persons = Persons(listed=(), is_test_person=those_of(["191212121212"]))
    known, other = identity_in("191212121212"), identity_in("196408233234")
    assert known
    assert other

    assert persons.shown(known) == "19121212-1212"
    assert persons.shown(other) == ""
    assert (persons.is_known(known), persons.is_known(other)) == (True, False)


def test_persons_of_the_set_can_be_chosen_and_are_shown() -> None:
    """By their case; but for who has no identity that other regions know."""
    made = persons_on(date(2026, 6, 1))
    persons = persons_on_pages(Settings(), made)

    chosen = {each.about for each in persons.listed}
    assert {each.case.title for each in made} - chosen == {
        "Bara lokalt reserv-id: kan inte lämnas ut"
    }
    assert all(persons.shown(each.identity) for each in persons.listed)
    assert not persons.is_known(Identity(root=PERSONAL_NUMBER, extension="196408233234"))


def test_guardians_of_the_set_lead_to_their_children() -> None:
    """One of them has two, who share a ceiling; none of the children asks for itself."""
    persons = persons_on_pages(Settings(), persons_on(date(2026, 6, 1)))
    children = [persons.children_of(each.identity) for each in persons.guardians]

    assert sorted(map(len, children)) == [1, 1, 2]
    assert all(persons.is_known(each.identity) for each in persons.guardians)
    assert {child for some in children for child in some}.isdisjoint(
        each.identity for each in persons.grown
    )


def test_list_of_the_settings_counts_too(tmp_path: Path) -> None:
    """Beside the set."""
    file = tmp_path / "persons.txt"
    file.write_text("19121212-1212", encoding="utf-8")
    persons = persons_on_pages(Settings(test_persons=file), ())

    assert persons.is_known(Identity(root=PERSONAL_NUMBER, extension="191212121212"))
