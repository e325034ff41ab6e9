"""Person identities are recognised in every way they are written, and other numbers are not."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.errors import UsageError
from simulator.journal.identities import identities_in, normalised, persons_in_file, those_of

if TYPE_CHECKING:
    from pathlib import Path

DATES = st.dates(min_value=date(1890, 1, 1), max_value=date(2030, 12, 31))
BETWEEN = st.sampled_from(["", "-", "+", "–", "\u2212", "%2D", "&#45;"])


@st.composite
def identities(draw: st.DrawFn) -> str:
    """Write a personnummer, samordningsnummer or reserve number in one of its forms."""
    born, coordination = draw(DATES), draw(st.booleans())
    day = born.day + 60 * coordination
    century = draw(st.sampled_from([f"{born.year // 100}", ""]))
    last = draw(st.from_regex(r"[0-9]{4}", fullmatch=True))
    if century and draw(st.booleans()):
        last = draw(st.from_regex(r"[pPtTfF][0-9]{3}|TF[0-9]{2}", fullmatch=True))
    short = f"{born.year % 100:02d}{born.month:02d}{day:02d}"
    return f"{century}{short}{draw(BETWEEN)}{last}"


@given(
    identity=identities(),
    before=st.sampled_from(["", " ", ">", '"', "=", "id:", "å", "/", "("]),
    after=st.sampled_from(["", " ", "<", '"', "&", ".", ",", ";", ")", "/", "å"]),
)
def test_an_identity_is_found_wherever_it_stands(identity: str, before: str, after: str) -> None:
    """In text, in attributes, in URLs; with or without century and separator."""
    (found,) = identities_in(before + identity + after)

    assert found[0] == identity


@given(identity=identities())
def test_all_forms_of_one_person_are_one(identity: str) -> None:
    """Without separators and in upper case."""
    plain = normalised(identity)

    assert plain.isalnum()
    assert len(plain) in {10, 12}
    assert plain == plain.upper()


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("2321000016", id="organisation number"),
        pytest.param("SE2321000016-PROVBANK1", id="HSA-id"),
        pytest.param("165565594230", id="organisation number in twelve digits"),
        pytest.param("20261122120000", id="instant"),
        pytest.param("20261122T1200", id="instant with a letter"),
        pytest.param("2026-11-22T12:00:00.123456+01:00", id="instant in ISO 8601"),
        pytest.param("20261122", id="day"),
        pytest.param("20261122 120000", id="day and time"),
        pytest.param("20261122 1200", id="day and minute"),
        pytest.param("ZVF23210000162611000001", id="claim specification id"),
        pytest.param("1.2.752.129.2.1.3.1", id="OID"),
        pytest.param("7350000000006", id="GLN"),
        pytest.param("19991399-1234", id="no month"),
        pytest.param("199912991234", id="no day"),
        pytest.param("0e191212-1212-4c0e-9a55-0d3b6a1c2f10", id="UUID"),
        pytest.param("7d0f6a52-1b0e-4c0e-9a55-191212121212", id="UUID that ends in digits"),
    ],
)
def test_other_numbers_are_left_alone(text: str) -> None:
    """What the field writes every day beside persons."""
    assert [found[0] for found in identities_in(text)] == []


def test_blanks_may_stand_between_where_the_check_digit_is_right() -> None:
    """A day and a minute look the same, but seldom check."""
    assert [found[0] for found in identities_in("19121212 1212")] == ["19121212 1212"]
    assert [found[0] for found in identities_in("121212 1212")] == ["121212 1212"]
    assert [found[0] for found in identities_in("121212 1213")] == []


def test_a_list_of_persons_knows_every_form_of_them() -> None:
    """With or without century and separator; the century tells two persons apart."""
    is_listed = those_of(["19121212-1212", "201010102392"])

    for form in ("191212121212", "19121212-1212", "1212121212", "121212-1212", "20101010-2392"):
        assert is_listed(form), form
    for form in ("201212121212", "191212121213", "1912121212"):
        assert not is_listed(form), form


def test_a_list_is_read_from_a_file(tmp_path: Path) -> None:
    """One a line, what follows the identity is for people."""
    file = tmp_path / "persons.csv"
    file.write_text("# own\n19121212-1212;Tolvan\n\n201010102392\tNina # test\n", encoding="utf-8")

    is_listed = persons_in_file(file)

    assert is_listed("191212121212")
    assert is_listed("1010102392")


@pytest.mark.parametrize("text", ["identity;name\n", "1912\n"], ids=["a heading", "too short"])
def test_a_line_without_an_identity_is_told(tmp_path: Path, text: str) -> None:
    """By its place, never by what it holds."""
    file = tmp_path / "persons.csv"
    file.write_text("191212121212\n" + text, encoding="utf-8")

    with pytest.raises(UsageError, match="no person identity") as told:
        persons_in_file(file)

    assert told.value.where == f"{file}:2"
    assert text.strip() not in told.value.what


def test_a_list_that_is_not_there_is_told(tmp_path: Path) -> None:
    """With the path that was asked for."""
    with pytest.raises(UsageError, match="cannot be read"):
        persons_in_file(tmp_path / "none.csv")
