"""How one workspace is set up: what the control API arranges, and what a call meets."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from simulator.clock import REAL_TIME, ClockSetting

if TYPE_CHECKING:
    from simulator.addressing import AddressingCatalogue
    from simulator.disturbances import Disturbance
    from simulator.producers.script import Case

__all__ = ["Arrangement", "Arrangements"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrangement:
    """What one workspace of the platform looks like.

    Shape: ``catalogue`` is None as long as none was ever read; calls are then refused, VP008.
    """

    catalogue: AddressingCatalogue | None
    clock: ClockSetting = REAL_TIME
    disturbances: tuple[Disturbance, ...] = ()
    producers: Mapping[str, tuple[Case, ...]] = field(default_factory=dict)


class Arrangements:
    """The arrangement of each workspace; one without its own has that of the first.

    Shape: an arrangement may be replaced while the platform runs; a call uses the one it met.
    """

    def __init__(self, first: Arrangement) -> None:
        self._first = first
        self._own: dict[str, Arrangement] = {}
        self._counters: Counter[tuple[str, str]] = Counter()
        self._lock = threading.Lock()

    def of(self, workspace: str) -> Arrangement:
        """Give the arrangement that calls of a workspace meet."""
        return self._own.get(workspace, self._first)

    def put(self, workspace: str, arrangement: Arrangement) -> None:
        """Arrange a workspace anew."""
        self._own[workspace] = arrangement

    def count(self, workspace: str, name: str) -> int:
        """Count one more of something in a workspace; the first is 1."""
        with self._lock:
            self._counters[workspace, name] += 1
            return self._counters[workspace, name]
