"""The high-cost ceiling by region and year, read from a file that a user can replace."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from contracts.errors import UsageError
from simulator.regions.directory import REGIONS

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["Ceilings", "bundled_ceilings", "ceilings_from", "highest_by_law"]

_BUNDLED = Path(__file__).with_name("ceilings.toml")
_ALL = "all"
_STEP = 50


@dataclass(frozen=True, slots=True)
class Ceilings:
    """What each region's patients pay at most in a high-cost period that began in a year.

    Shape: ``amounts`` by county code, or ``all``, and year.
    """

    amounts: Mapping[str, Mapping[int, Decimal]]

    def of(self, county: str, year: int) -> Decimal:
        """Give a region's ceiling of a year; of the nearest listed one where it is not listed.

        Shape: the latest listed year before it counts, the first listed one where none is before.
        """
        return _at({**self.amounts[_ALL], **self.amounts.get(county, {})}, year)


def highest_by_law(price_base_amount: int) -> Decimal:
    """Give the highest ceiling that the law allows, from the year's price base amount."""
    return Decimal(price_base_amount * 25 // 1000 // _STEP * _STEP)


@cache
def bundled_ceilings() -> Ceilings:
    """Give the ceilings that come with the simulator."""
    return ceilings_from(_BUNDLED)


def ceilings_from(file: Path) -> Ceilings:
    """Read ceilings from a file like the bundled one.

    Raises: UsageError where it cannot be read, or a ceiling is above what the law allows.
    """
    try:
        document = tomllib.loads(file.read_text(encoding="utf-8"))
        bases = _years(document["price_base_amount"])
        amounts = {county: _years(table) for county, table in document["ceiling"].items()}
        if _ALL not in amounts:
            raise KeyError(_ALL)
    except OSError as error:
        raise UsageError("the ceilings cannot be read", where=str(file),
                         mend=error.strerror or "") from None  # fmt: skip
    except (ValueError, KeyError, TypeError, AttributeError, ArithmeticError) as error:
        raise UsageError(
            f"the ceilings cannot be understood: {error}", where=str(file),
            mend="write it like the bundled file, docs/hogkostnadsskydd.md shows it",
        ) from None  # fmt: skip
    for county, table in amounts.items():
        if county not in REGIONS and county != _ALL:
            raise UsageError(
                f"{county} is no county code", where=f"{file}: ceiling.{county}",
                mend=f"write one of {', '.join(REGIONS)}",
            )  # fmt: skip
        for year, amount in table.items():
            highest = highest_by_law(int(_at(bases, year)))
            if not 0 < amount <= highest:
                raise UsageError(
                    f"the ceiling {amount} of {year} is not above 0 and at most {highest}",
                    where=f"{file}: ceiling.{county}",
                    mend="the law's highest ceiling is 0.025 of the price base amount",
                )
    return Ceilings(amounts)


def _years(table: Any) -> dict[int, Decimal]:
    if not table:
        raise ValueError("a table of years is empty")
    return {int(year): Decimal(str(amount)) for year, amount in sorted(table.items())}


def _at(table: Mapping[int, Decimal], year: int) -> Decimal:
    before = [listed for listed in table if listed <= year]
    return table[max(before) if before else min(table)]
