"""What regions disclose to the tested requester: fees and frikort for it to add up."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from contracts.domains.financial_patientfees_exemption.v1_0.kinds import a_year_from
from contracts.domains.financial_patientfees_exemption.v1_0.messages import (
    Disclosure,
    Exemption,
    FeeExemption,
    Identity,
    Transaction,
)
from contracts.terms import HsaId
from simulator.regions.directory import REGIONS

__all__ = ["SHARES", "card_of", "disclosed_by", "fees"]

_DAY = timedelta(days=1)
_Share = tuple[list[tuple[int, str]], "Callable[[date], tuple[date, date, date]] | None"]

FIRST_VISIT, CARD_FROM = 200, 30
"""Days back: when the period of a frikort began, and from when it is valid."""


def card_of(today: date) -> tuple[date, date, date]:
    """Give first visit, first and last day of a frikort that is valid today."""
    first = today - FIRST_VISIT * _DAY
    return first, today - CARD_FROM * _DAY, a_year_from(first) - _DAY


def _ended_card(today: date) -> tuple[date, date, date]:
    """Give those of a frikort that ended 40 days ago."""
    first = a_year_from(today - 40 * _DAY, years=-1) + _DAY
    return first, today - 100 * _DAY, a_year_from(first) - _DAY


def _ending(days_back: int) -> Callable[[date], tuple[date, date, date]]:
    """Give those of a frikort whose last day was so many days ago."""

    def card(today: date) -> tuple[date, date, date]:
        ends = today - days_back * _DAY
        return a_year_from(ends, years=-1) + _DAY, ends - 60 * _DAY, ends

    return card


def _begun_card(today: date) -> tuple[date, date, date]:
    """Give those of a frikort whose first day is today."""
    first, _, ends = card_of(today)
    return first, today, ends


SHARES: Mapping[str, _Share] = {
    "300,00 och 275,50 kr": ([(200, "300.00"), (90, "275.50")], None),
    "200,00 kr": ([(60, "200.00")], None),
    "en avgift och dess återbetalning": ([(80, "150.00"), (80, "-150.00")], None),
    "ingenting": ([], None),
    "ett frikort": ([], card_of),
    "ett frikort som har slutat, och avgifter före och efter": (
        [(120, "400.00"), (20, "250.00")],
        _ended_card,
    ),
    "ett frikort som slutar i dag": ([], _ending(0)),
    "ett frikort som slutade i går": ([], _ending(1)),
    "ett frikort som börjar i dag": ([], _begun_card),
    "ett frikort som har slutat, och avgifter dess sista dag och dagen efter": (
        [(40, "400.00"), (39, "250.00")],
        _ending(40),
    ),
}
"""What a region discloses: fees as days back and amounts, and a frikort or none."""


def fees(what: str, today: date) -> list[tuple[date, Decimal]]:
    """Give the fees of a share as days and amounts."""
    return [(today - days * _DAY, Decimal(fee)) for days, fee in SHARES[what][0]]


def disclosed_by(
    county: str, what: str, *, request_id: str, patient: Identity, today: date
) -> Disclosure:
    """Make a region's disclosure to a resident."""
    region = REGIONS[county].hsa_id
    card = SHARES[what][1]
    transactions = tuple(
        Transaction(
            fee=fee,
            visited=day,
            registered=datetime.combine(day, time()),
            care_giver=HsaId(f"{region}1"),
            care_unit=HsaId(f"{region}2"),
        )
        for day, fee in fees(what, today)
    )
    exemptions = (_exemption(county, region, *card(today)),) if card else ()
    held = FeeExemption(patient=patient, transactions=transactions, exemptions=exemptions)
    return Disclosure(
        request_id=request_id, fee_exemptions=(held,) if transactions or exemptions else ()
    )


def _exemption(county: str, region: HsaId, first: date, starts: date, ends: date) -> Exemption:
    return Exemption(
        id=f"FK-{county}-0001", first_visit=first, valid_from=starts, ends=ends, region=region
    )
