"""Identifiers have the forms their specifications give them."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from contracts.domains.financial_billing_claim.v1_1.kinds import PATIENTS
from contracts.terms import (
    SWEDISH_TIME,
    is_hsa_id,
    is_organisation_number,
    luhn_digit,
)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("SE2321000016-1A2B", id="region"),
        pytest.param("SE5565594230-1", id="one character after the hyphen"),
        pytest.param("NO1234567890-X", id="another country"),
        pytest.param("TSTNMT2321000156-1003", id="public test suites"),
        pytest.param("SE2321000016-" + "A" * 18, id="31 characters"),
    ],
)
def test_an_hsa_id_is_country_number_and_suffix(text: str) -> None:
    """Two letters, ten digits, a hyphen, then capitals and digits; the test suites' form too."""
    assert is_hsa_id(text)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="empty"),
        pytest.param("2321000016", id="organisation number"),
        pytest.param("SE2321000016", id="without suffix"),
        pytest.param("SE2321000016-", id="empty suffix"),
        pytest.param("SE232100001-1A2B", id="nine digits"),
        pytest.param("SE2321000016-1a2b", id="lower case suffix"),
        pytest.param("se2321000016-1A2B", id="lower case country"),
        pytest.param("SE2321000016-1A2B ", id="blank after"),
        pytest.param("SE2321000016-1A2B\n", id="line end after"),
        pytest.param("SE2321000016_1A2B", id="underscore"),
        pytest.param("SE٢321000016-1A2B", id="digit of another script"),
        pytest.param("SE2321000016-" + "A" * 19, id="32 characters"),
        pytest.param("TSTNMT-1003", id="test suite form without number"),
    ],
)
def test_anything_else_is_no_hsa_id(text: str) -> None:
    """A text with a part missing, lower case, too long or with blanks is none."""
    assert not is_hsa_id(text)


@pytest.mark.parametrize("number", ["2321000016", "2321000024", "2120000142", "5565594230"])
def test_an_organisation_number_ends_with_its_check_digit(number: str) -> None:
    """Published numbers pass, and each with another last digit does not."""
    assert is_organisation_number(number)
    others = {f"{number[:-1]}{digit}" for digit in range(10)} - {number}
    assert not any(is_organisation_number(other) for other in others)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="empty"),
        pytest.param("232100001", id="nine digits"),
        pytest.param("16232100001", id="eleven digits"),
        pytest.param("232100-0016", id="hyphen"),
        pytest.param("2321000016\n", id="line end after"),
        pytest.param("٢٣٢١٠٠٠٠١٦", id="digits of another script"),
    ],
)
def test_anything_but_ten_digits_is_no_organisation_number(text: str) -> None:
    """The check digit alone does not make a number."""
    assert not is_organisation_number(text)


@pytest.mark.parametrize("person", PATIENTS)
def test_the_check_digit_of_a_published_identity_is_computed(person: str) -> None:
    """The digit is made of the nine before it, the century left out."""
    assert luhn_digit(person[2:-1]) == person[-1]


def test_a_check_digit_tells_neighbours_that_changed_places() -> None:
    """The last digit counts double, the one before it single."""
    assert luhn_digit("232100001") == "6"
    assert luhn_digit("232100010") == "7"
    assert luhn_digit("0") == "0"
    assert luhn_digit("5") == "9"  # 10 counts as 1 + 0


@pytest.mark.parametrize(
    ("month", "hours"), [pytest.param(1, 1, id="winter"), pytest.param(7, 2, id="summer")]
)
def test_swedish_time_follows_the_season(month: int, hours: int) -> None:
    """Messages carry no zone: a clock time is CET in winter and CEST in summer."""
    day = datetime(2026, month, 15, 12, tzinfo=SWEDISH_TIME)

    assert day.utcoffset() == timedelta(hours=hours)
