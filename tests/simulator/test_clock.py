"""The clock that date rules read."""

from datetime import UTC, datetime, timedelta

from simulator.clock import REAL_TIME, ClockSetting

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
DAY = timedelta(days=1)


def test_real_time_passes_through() -> None:
    """A clock that nobody set tells the real time."""
    assert REAL_TIME.now(real=NOON) == NOON
    assert REAL_TIME.now(real=NOON).utcoffset() == timedelta(hours=1)


def test_moved_clock_keeps_going() -> None:
    """A clock that was moved is off by that much, and goes on."""
    clock = REAL_TIME.moved(DAY)

    assert clock.now(real=NOON) == NOON + DAY
    assert clock.now(real=NOON + DAY) == NOON + 2 * DAY


def test_frozen_clock_stands_still_in_swedish_time() -> None:
    """A standing clock tells one instant, in Swedish local time, until it is moved."""
    clock = ClockSetting(frozen=NOON)

    assert clock.now(real=NOON + DAY) == NOON
    assert clock.now().utcoffset() == timedelta(hours=1)
    assert clock.moved(DAY).now(real=NOON) == NOON + DAY


def test_setting_is_shown_as_json() -> None:
    """The setting is told in seconds and as an instant."""
    assert ClockSetting(offset=DAY).to_json() == {"offset_seconds": 86400.0, "frozen": None}
    assert ClockSetting(frozen=NOON).to_json()["frozen"] == "2026-11-22T12:00:00+00:00"
