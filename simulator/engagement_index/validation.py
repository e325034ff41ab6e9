"""What the index refuses, in the order in which it looks, with its codes and exact texts."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from simulator.engagement_index.engagements import FIELDS, Engagement, Transaction, key_of

__all__ = ["MOST_TRANSACTIONS", "Names", "Refused", "is_time", "validate", "validate_address"]

MOST_TRANSACTIONS = 1000

_WHITE_SPACE = " \t\r\n"
_TIME = re.compile(r"[0-9]{14}")
_MANDATORY = tuple((field.name, field.element) for field in FIELDS if field.mandatory)
_LENGTHS = tuple(
    (field.name, field.element, field.longest) for field in FIELDS if field.longest is not None
)
_SET_BY_INDEX = (("updated", "updateTime"), ("created", "creationTime"))


class Refused(Exception):  # noqa: N818 - it says what the index does
    """A request that the index answers with a SOAP fault of this text."""

    @classmethod
    def technical(cls, text: str) -> Refused:
        """Give the refusal of a request that cannot be carried out."""
        return cls(f"EI000: A technical error has occurred, error message: {text}")

    @classmethod
    def invalid(cls, text: str) -> Refused:
        """Give the refusal of a field."""
        return cls(f"EI004: The payload does not validate, error messge: {text}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """Whom the index is: its HSA-id, another that it answers to, and that of the platform."""

    own: str
    alternative: str = ""
    platform: str

    @property
    def reserved(self) -> frozenset[str]:
        """Give the ids that no engagement may lead to."""
        return frozenset({self.own, self.platform} - {""})


def validate_address(logical_address: str | None, names: Names) -> None:
    """Refuse an Update that is addressed to somebody else.

    Raises: Refused, EI003.
    Source: platform facts, section 6.4, step 1.
    """
    if logical_address and logical_address in (names.own, names.alternative):
        return
    raise Refused(
        f"EI003: Invalid routing. Logical address is {logical_address or 'missing'} but the owner "
        f"is {names.own}. They must be the same. See rule for Update-R7 in service contract"
    )


def validate(
    transactions: Sequence[Transaction], names: Names, *, owner_is_mandatory: bool = False
) -> None:
    """Refuse the whole request where one transaction is wrong; the first fault decides.

    Raises: Refused, EI000, EI002, EI004 to EI006, or without code for a time.
    Source: platform facts, section 6.4, steps 2 and 3.
    """
    _validate_number(len(transactions))
    mandatory = (*_MANDATORY, ("owner", "owner")) if owner_is_mandatory else _MANDATORY
    seen: dict[str, int] = {}
    for number, transaction in enumerate(transactions, start=1):
        engagement = transaction.engagement
        if engagement.most_recent is not None:
            _validate_time(engagement.most_recent)
        before = seen.setdefault(key_of(engagement), number)
        if before != number:
            raise Refused(
                f"EI002: EngagementTransaction #{before} and #{number} have the same key. That is "
                "not allowed. See rule for Update-R1 in service contract"
            )
        _validate_blanks(engagement)
        _validate_reserved(engagement, number, names)
        _validate_fields(engagement, mandatory)


def is_time(text: str) -> bool:
    """Tell whether a text is a second of a day that there is, as yyyyMMddHHmmss."""
    if _TIME.fullmatch(text) is None:
        return False
    try:
        datetime(  # noqa: DTZ001 - only whether there is such a day
            int(text[:4]), int(text[4:6]), int(text[6:8]),
            int(text[8:10]), int(text[10:12]), int(text[12:]),
        )  # fmt: skip
    except ValueError:
        return False
    return True


def _validate_number(found: int) -> None:
    if found > MOST_TRANSACTIONS:
        raise Refused.technical(
            f"The request contains more than {MOST_TRANSACTIONS} engagements. "
            f"Maximum number of engagements per request is {MOST_TRANSACTIONS}."
        )
    if not found:
        raise Refused.technical(
            "The request contains less than 1 engagements. "
            "Minium number of engagements per request is 1."
        )


def _validate_time(text: str, before: str = "") -> None:
    if is_time(text):
        return
    told = f'Input date is not according to expected format "YYYYMMDDhhmmss": {text}'
    raise Refused.invalid(before + told) if before else Refused(told)


def _validate_blanks(engagement: Engagement) -> None:
    """Refuse blanks around a value; one of nothing but blanks passes, as in the national index."""
    for name, element in _MANDATORY:
        value: str = getattr(engagement, name)
        bare = value.strip(_WHITE_SPACE)
        if bare and bare != value:
            raise Refused.invalid(
                f'mandatory field "{element}" contains white space in beginning or end'
            )


def _validate_reserved(engagement: Engagement, number: int, names: Names) -> None:
    for code, element, value in (
        ("EI005", "logicalAddress", engagement.logical_address),
        ("EI006", "sourceSystem", engagement.source_system),
    ):
        if value in names.reserved:
            raise Refused(
                f"{code}: The {element} in EngagementTransaction #{number} is reserved and not "
                f"allowed, hsa-id: {value}"
            )


def _validate_fields(engagement: Engagement, mandatory: Sequence[tuple[str, str]]) -> None:
    for name, element in mandatory:
        if not getattr(engagement, name):
            raise Refused.invalid(f'mandatory field "{element}" is missing')
    for name, element, longest in _LENGTHS:
        if len(getattr(engagement, name) or "") > longest:
            raise Refused.invalid(f'Field "{element}" is to long')
    for name, element in _SET_BY_INDEX:
        if value := getattr(engagement, name):
            _validate_time(value, f'Field "{element}": ')
