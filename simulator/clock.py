"""The simulator's clock: real time, moved by some time, or standing still."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from contracts.judge import swedish_now
from contracts.terms import SWEDISH_TIME

__all__ = ["REAL_TIME", "ClockSetting"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockSetting:
    """How a workspace's time differs from the real one.

    Shape: ``frozen`` is an aware instant at which time stands still; else ``offset`` is added to
           real time. What the setting gives is always Swedish local time.
    """

    offset: timedelta = timedelta()
    frozen: datetime | None = None

    def now(self, *, real: datetime | None = None) -> datetime:
        """Tell the workspace's time, now or at the real instant given."""
        if self.frozen is not None:
            return self.frozen.astimezone(SWEDISH_TIME)
        return (real or swedish_now()).astimezone(SWEDISH_TIME) + self.offset

    def moved(self, by: timedelta) -> ClockSetting:
        """Give the setting that is ``by`` later; a standing clock stands there."""
        if self.frozen is not None:
            return ClockSetting(frozen=self.frozen + by)
        return ClockSetting(offset=self.offset + by)

    def to_json(self) -> dict[str, Any]:
        """Give the setting as JSON-ready values."""
        return {
            "offset_seconds": self.offset.total_seconds(),
            "frozen": self.frozen.isoformat() if self.frozen else None,
        }


REAL_TIME = ClockSetting()
