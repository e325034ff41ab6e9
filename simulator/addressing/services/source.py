"""Where the services get what they answer from: the catalogue of a workspace, and its time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from contracts.findings import Finding
    from simulator.addressing.catalogue import AddressingCatalogue

__all__ = ["CatalogueSource"]


def _nothing_to_reload(_workspace: str) -> tuple[Finding, ...]:
    return ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CatalogueSource:
    """The catalogue of each workspace.

    Shape: ``catalogue_for`` gives None as long as a workspace has none; ``now_for`` its time;
           ``reload`` reads a workspace's files again, where it has any, and gives what is wrong.
    """

    catalogue_for: Callable[[str], AddressingCatalogue | None]
    now_for: Callable[[str], datetime]
    reload: Callable[[str], tuple[Finding, ...]] = _nothing_to_reload
