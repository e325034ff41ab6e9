"""The HSA tree: which unit stands above which, as routing and authorisation climb it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["TOP", "HsaTree"]

TOP = "SE"
"""Above every unit that has nothing else above it, also above one that nobody knows."""


@dataclass(frozen=True, slots=True)
class HsaTree:
    """Units by HSA-id, each with the one above it.

    Shape:  ids are told apart by case, unlike everywhere else in the catalogue.
    Source: platform facts, section 1.9.
    """

    parents: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))

    def above(self, unit: str) -> Iterator[str]:
        """Give what stands above a unit, nearest first, up to and including ``SE``.

        Shape: a ring of units, which validation reports, is walked once.
        """
        seen = {unit, TOP}
        while (unit := self.parents.get(unit, TOP)) not in seen:
            seen.add(unit)
            yield unit
        yield TOP
