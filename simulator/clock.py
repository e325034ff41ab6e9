"""The simulator's clock: real time, moved by some time, or standing still."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from contracts.errors import UsageError
from contracts.judge import swedish_now
from contracts.terms import SWEDISH_TIME

__all__ = ["REAL_TIME", "ClockSetting", "clock_from"]

_MOST = 100 * 366 * 86_400


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
"""A clock that nobody has set."""


def clock_from(document: Mapping[str, Any]) -> ClockSetting:
    """Read a setting as it is arranged: ``offset_seconds``, or ``frozen`` at an instant.

    Raises: UsageError where it is neither.
    """
    frozen, offset = document.get("frozen"), document.get("offset_seconds", 0)
    if unknown := sorted(set(document) - {"frozen", "offset_seconds"}):
        raise UsageError(
            f"{', '.join(unknown)} is not known", where="clock",
            mend="give offset_seconds, or frozen",
        )  # fmt: skip
    if isinstance(offset, bool) or not isinstance(offset, int | float) or abs(offset) > _MOST:
        raise UsageError(
            "offset_seconds must be a number of seconds, at most a hundred years", where="clock"
        )
    if frozen is None:
        return ClockSetting(offset=timedelta(seconds=offset))
    try:
        instant = datetime.fromisoformat(frozen)
    except (TypeError, ValueError):
        raise UsageError(
            "frozen must be an instant", where="clock", mend="write it 2026-11-22T12:00:00+01:00"
        ) from None
    aware = instant if instant.tzinfo else instant.replace(tzinfo=SWEDISH_TIME)
    return ClockSetting(frozen=aware)
