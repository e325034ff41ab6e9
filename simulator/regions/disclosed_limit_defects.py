"""Known defects of a discloser that is right but for a day, an öre or an hour."""

from __future__ import annotations

import copy
from datetime import timedelta
from decimal import ROUND_DOWN, Decimal
from typing import TYPE_CHECKING

from contracts.domains.financial_patientfees_exemption.v1_0.kinds import a_year_from
from contracts.domains.financial_patientfees_exemption.v1_0.messages import PROCESS
from contracts.judge import swedish_now
from simulator.regions.defect import Defect
from simulator.regions.letter_flaws import changing, moment, set_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import date

    from lxml import etree

__all__ = ["disclosed_limit_defects"]

_DAY, _HOUR = timedelta(days=1), timedelta(hours=1)
_ALL_OF_IT = frozenset({"FPE-UTLAMNA-*", "FPE-EI-*", "FPE-rule*"})


def disclosed_limit_defects() -> Iterable[Defect]:
    """Make the defects."""
    for name, breaks, says, change in _ROWS:
        yield Defect(
            name=name,
            says=says,
            breaks=breaks,
            also=_ALL_OF_IT,
            on_sending=changing(PROCESS, change),
        )


def _a_year_ago() -> date:
    return a_year_from(swedish_now().date(), years=-1)


def _without(where: Callable[[str], bool]) -> Callable[[etree._Element], None]:
    """Leave out the fees of some days."""

    def change(payload: etree._Element) -> None:
        for node in payload.findall(".//{*}transactions"):
            holder = node.getparent()
            if holder is not None and where(node.findtext("{*}dateOfVisit") or ""):
                holder.remove(node)

    return change


def _a_day_too_many(payload: etree._Element) -> None:
    """Disclose one fee more, of the day before the first that is to be told."""
    first = payload.find(".//{*}transactions")
    if first is not None:
        more = copy.deepcopy(first)
        for node in more.iterfind("{*}dateOfVisit"):
            node.text = f"{_a_year_ago() - _DAY:%Y%m%d}"
        first.addprevious(more)


def _in_kronor(text: str) -> str:
    return f"{Decimal(text).to_integral_value(ROUND_DOWN):.2f}"


def _an_hour_before(text: str) -> str:
    return f"{moment(text) - _HOUR:%Y%m%d%H%M%S}"


_ROWS: tuple[tuple[str, str, str, Callable[[etree._Element], None]], ...] = (
    ("discloses-a-day-too-many", "FPE-UTLAMNA-TOLV-MANADER",
     "discloses a visit of the day before twelve months back", _a_day_too_many),
    ("discloses-eleven-months", "FPE-UTLAMNA-TOLV-MANADER", "discloses eleven months alone",
     _without(lambda day: day < f"{_a_year_ago() + 31 * _DAY:%Y%m%d}")),
    ("leaves-out-visits-of-today", "FPE-UTLAMNA-INVANARE", "discloses visits from the day after on",
     _without(lambda day: day == f"{swedish_now():%Y%m%d}")),
    ("discloses-whole-kronor", "FPE-rule017", "drops the öre of fees",
     set_text("amount", _in_kronor)),
    ("discloses-an-ore-too-little", "FPE-UTLAMNA-INVANARE", "takes an öre off each fee",
     set_text("amount", lambda text: f"{Decimal(text) - Decimal('0.01'):.2f}")),
    ("registers-at-midnight", "FPE-FORMAT-TID", "tells the day of a registration without its time",
     set_text("timeOfRegistration", lambda text: f"{text[:8]}000000")),
    ("registers-an-hour-early", "FPE-FORMAT-TID", "writes registrations an hour early",
     set_text("timeOfRegistration", _an_hour_before)),
)  # fmt: skip
"""Name, requirement, what the system does, and how that changes its disclosures."""
