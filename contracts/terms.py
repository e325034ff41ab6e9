"""The field's value types: identifiers kept apart by type, and the forms they must have."""

from __future__ import annotations

import re
from typing import NewType
from zoneinfo import ZoneInfo

LogicalAddress = NewType("LogicalAddress", str)
"""Whom a call is for; the platform routes on it."""

HsaId = NewType("HsaId", str)
"""Identity of an organisation or system in the national catalogue: SE + number + '-' + suffix."""

OrganisationNumber = NewType("OrganisationNumber", str)
"""Ten digits, the last one a check digit."""

RequirementId = NewType("RequirementId", str)
"""The public name of one testable sentence, for example FBC-R5."""

SWEDISH_TIME = ZoneInfo("Europe/Stockholm")
"""No message carries a zone: dates and times are Swedish local time (TKB, formats)."""

_HSA_ID = re.compile(r"[A-Z]{2}[0-9]{10}-[0-9A-Z]+")
_HSA_ID_LONGEST = 31


def is_hsa_id(text: str) -> bool:
    """Tell whether the text has the form of an HSA-id.

    Shape:  two letters, ten digits, a hyphen, then capital letters and digits; at most 31
            characters. Ids of the public test suites (``TSTNMT2321000156-1003``) pass too.
    """
    bare = text.removeprefix("TSTNMT")
    if bare != text:
        bare = "SE" + bare
    return len(text) <= _HSA_ID_LONGEST and _HSA_ID.fullmatch(bare) is not None


def is_organisation_number(text: str) -> bool:
    """Tell whether the text is ten digits with a right check digit (Luhn)."""
    return re.fullmatch(r"[0-9]{10}", text) is not None and text[-1] == luhn_digit(text[:-1])


def luhn_digit(digits: str) -> str:
    """Compute the check digit that organisation and personal numbers end with.

    Shape: digits alone, without the check digit; the last one counts double.
    """
    total = 0
    for place, digit in enumerate(reversed(digits)):
        doubled = int(digit) * (2 if place % 2 == 0 else 1)
        total += doubled // 10 + doubled % 10
    return str(-total % 10)
