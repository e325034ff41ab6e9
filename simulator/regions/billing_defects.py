"""Known defects of the selling region's system."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.regions.defect import Defect

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

__all__ = ["DEFECTS"]


def _defects() -> Iterable[Defect]:
    return ()


DEFECTS: Mapping[str, Defect] = {defect.name: defect for defect in _defects()}
"""By name."""
