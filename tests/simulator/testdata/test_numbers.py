"""Identities of test persons: made up with valid check digits, or a user's own."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.domains.financial_patientfees_exemption.v1_0.kinds import PATIENTS, PERSONAL_NUMBER
from contracts.domains.financial_patientfees_exemption.v1_0.messages import Identity
from contracts.errors import UsageError
from contracts.terms import luhn_digit
from simulator.journal.identities import persons_in_file
from simulator.testdata.numbers import (
    NEVER_REAL,
    BirthNumbers,
    IdentityKind,
    coordination_number,
    is_right,
    local_reserve_id,
    national_reserve_id,
    personal_number,
    persons_given,
)
from simulator.testdata.persons import made_up

TODAY = date(2026, 11, 23)


@given(st.dates(date(1901, 1, 1), TODAY), st.sampled_from(NEVER_REAL.numbers))
def test_made_up_numbers_have_a_right_check_digit_and_a_birth_number_that_nobody_has(
    day: date, birth_number: str
) -> None:
    """Personal and coordination numbers alike."""
    for identity in (personal_number(day, birth_number), coordination_number(day, birth_number)):
        text = identity.extension
        assert len(text) == 12
        assert text[-1] == luhn_digit(text[2:-1])
        assert is_right(identity)
        assert NEVER_REAL.holds(identity)


def test_the_ranges_are_those_of_published_test_identities() -> None:
    """238, 239 and 980 to 999."""
    assert NEVER_REAL.numbers == (*map(str, range(980, 1000)), "238", "239")
    assert NEVER_REAL.holds(Identity(root=PERSONAL_NUMBER, extension="198112189876"))
    assert not NEVER_REAL.holds(Identity(root=PERSONAL_NUMBER, extension="198112181236"))
    assert all(NEVER_REAL.holds(Identity(root=PERSONAL_NUMBER, extension=p)) for p in PATIENTS)


@pytest.mark.parametrize("text", ["", "98", "999-980", "a-b", "980-"])
def test_ranges_that_are_none_are_refused(text: str) -> None:
    """With how to write them."""
    with pytest.raises(UsageError, match="no range"):
        BirthNumbers.read(text)


@pytest.mark.parametrize(
    "identity",
    [
        Identity(root=PERSONAL_NUMBER, extension="198112189877"),
        Identity(root=PERSONAL_NUMBER, extension="198113189876"),
        Identity(root=PERSONAL_NUMBER, extension="8112189876"),
        Identity(root=PERSONAL_NUMBER, extension=coordination_number(TODAY, "980").extension),
        Identity(root="1.2.3", extension="x"),
    ],
)
def test_a_wrong_identity_is_told_from_a_right_one(identity: Identity) -> None:
    """Check digit, day, length, kind."""
    assert not is_right(identity)


def test_reserve_numbers_have_the_form_of_their_kind() -> None:
    """And are as many as are asked for."""
    found = {national_reserve_id(TODAY, number).extension for number in range(20)}

    assert len(found) == 20
    assert all(is_right(national_reserve_id(TODAY, number)) for number in range(20))
    assert is_right(local_reserve_id(TODAY, 3))


def test_made_up_persons_do_not_run_out_and_are_different() -> None:
    """Of each kind; adults are adults, and children are children."""
    given = made_up(TODAY)

    taken = [next(given[kind]) for kind in IdentityKind for _ in range(200)]

    assert len(set(taken)) >= 4 * 200
    assert all(is_right(each) for each in taken)


def a_list(folder: Path, text: str, name: str = "persons.csv") -> Path:
    """Write a user's list."""
    file = folder / name
    file.write_text(text, encoding="utf-8")
    return file


CHILD = personal_number(date(2015, 3, 4), "980").extension
SEVENTEEN = personal_number(date(2008, 11, 24), "981").extension
COORDINATED = coordination_number(date(1970, 3, 4), "980").extension


@pytest.mark.parametrize("form", ["csv", "semicolons", "json", "object"])
def test_a_users_persons_are_sorted_by_what_they_can_stand_in(tmp_path: Path, form: str) -> None:
    """By form and age on the day, with or without a separator."""
    numbers = ["19811218-9876", CHILD, SEVENTEEN, COORDINATED, "227901029A1B"]
    rows = [{"extension": number} for number in numbers]
    rows.append({"extension": "19790102TA0C", "root": "1.2.752.97.3.1.3"})
    match form:
        case "csv":
            text = "extension,root\n" + "".join(
                f"{r['extension']},{r.get('root', '')}\n" for r in rows
            )
        case "semicolons":
            text = "extension;root\n" + "".join(
                f"{r['extension']};{r.get('root', '')}\n" for r in rows
            )
        case "json":
            text = json.dumps(rows)
        case _:
            text = json.dumps({"persons": rows})
    file = a_list(tmp_path, text, "p.json" if form in {"json", "object"} else "p.csv")

    found = {kind: list(each) for kind, each in persons_given(file, today=TODAY).items()}

    assert [each.extension for each in found[IdentityKind.ADULT]] == ["198112189876"]
    assert [each.extension for each in found[IdentityKind.CHILD]] == [CHILD, SEVENTEEN]
    assert [len(each) for each in found.values()] == [1, 2, 1, 1, 1]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        pytest.param("extension\n198112189877\n", "not valid", id="a wrong check digit"),
        pytest.param("extension\n198112189876\n198112189876\n", "twice", id="twice"),
        pytest.param("person\n198112189876\n", "no persons", id="no such column"),
        pytest.param("", "no persons", id="nothing"),
    ],
)
def test_a_wrong_list_is_refused_without_naming_anybody(
    tmp_path: Path, text: str, says: str
) -> None:
    """By the place."""
    with pytest.raises(UsageError, match=says) as raised:
        persons_given(a_list(tmp_path, text), today=TODAY)

    assert "19811218" not in str(raised.value)


def test_a_list_that_is_no_list_is_refused(tmp_path: Path) -> None:
    """Nor is a file that is not there read."""
    with pytest.raises(UsageError, match="no persons"):
        persons_given(a_list(tmp_path, "{", "p.json"), today=TODAY)
    with pytest.raises(UsageError, match="cannot be read"):
        persons_given(tmp_path / "none.csv", today=TODAY)


def test_the_list_of_test_persons_is_read_by_what_masks_all_others(tmp_path: Path) -> None:
    """Reserve numbers too."""
    file = a_list(tmp_path, "198112189876\n227901029A1B\n19790102TA0C\n", "testpersoner.txt")

    assert persons_in_file(file)("227901029A1B")
