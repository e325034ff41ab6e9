"""Known defects of what a discloser tells the engagement index, and when."""

from __future__ import annotations

import copy
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from contracts.judge import swedish_now
from simulator.regions.defect import Defect
from simulator.regions.index_update import UPDATE
from simulator.regions.letter_flaws import (
    changing,
    dropping,
    hyphenated,
    set_text,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from lxml import etree

    from simulator.regions.disclosing import Holding

__all__ = ["index_defects"]

_BEHIND = timedelta(seconds=10)


def index_defects() -> Iterable[Defect]:
    """Make the defects."""
    yield Defect(
        name="never-tells-the-index",
        says="sends no updates of the engagement index",
        breaks="FPE-EI-UPPDATERA",
        on_sending=dropping(UPDATE),
    )
    yield Defect(
        name="writes-another-category",
        says="writes the category in capitals",
        breaks="FPE-EI-POST",
        on_sending=changing(UPDATE, set_text("categorization", str.upper)),
    )
    yield Defect(
        name="writes-its-number-as-controller",
        says="writes its organisation number where the county code is due",
        breaks="FPE-EI-POST",
        on_sending=changing(UPDATE, set_text("dataController", lambda _text: "2321000024")),
    )
    yield Defect(
        name="writes-when-it-last-ran",
        says="writes when a nightly job ran in place of the event's time",
        breaks="FPE-EI-SENAST",
        on_sending=changing(UPDATE, set_text("mostRecentContent", _yesterday)),
    )
    yield Defect(
        name="indexes-every-visit",
        says="has a record for each visit, and not one for each person",
        breaks="FPE-EI-EN-POST",
        on_sending=changing(UPDATE, _record_twice),
    )
    yield Defect(
        name="indexes-with-hyphens",
        says="writes identities with a hyphen to the index",
        breaks="FPE-EI-PATIENT",
        on_sending=changing(UPDATE, set_text("registeredResidentIdentification", hyphenated)),
    )
    yield Defect(
        name="indexes-reserve-numbers",
        says="tells the index of a region's own reserve numbers",
        breaks="FPE-PATIENT-LOKALT",
        indexes_reserves=True,
    )
    yield Defect(
        name="tells-the-index-first",
        says="tells the index of fees that it cannot disclose yet",
        breaks="FPE-EI-TILLGANGLIG",
        on_holding=_not_yet,
    )


def _yesterday(_text: str) -> str:
    """Give midnight of the day before, when a nightly job last ran."""
    return f"{swedish_now() - timedelta(days=1):%Y%m%d}000000"


def _record_twice(payload: etree._Element) -> None:
    first = payload[0]
    first.addnext(copy.deepcopy(first))


def _not_yet(holding: Holding) -> Holding:
    """Leave out what was registered just now: it waits for a transfer."""
    limit = swedish_now().replace(tzinfo=None) - _BEHIND
    return replace(
        holding,
        fees=tuple(each for each in holding.fees if each.charged.visit.registered < limit),
    )
