"""How long a producer may be silent: by contract, from a list in JSON."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from contracts.errors import UsageError

if TYPE_CHECKING:
    from simulator.settings import Settings

__all__ = ["read_timeouts", "timeout_for"]

_DEFAULT = "default_timeouts"
_MEND = (
    'write a list of {"tjanstekontrakt": "urn:riv:...", "routetimeout": ms, '
    '"producertimeout": ms}; the entry default_timeouts counts for all other contracts'
)


def read_timeouts(path: Path) -> dict[str, float]:
    """Read the producer timeouts, in seconds by contract.

    Shape:  a list of objects, with times in milliseconds; ``routetimeout`` is not used.
    Raises: UsageError where the file is no such list.
    Source: platform facts, section 1.11.
    """
    try:
        entries = json.loads(path.read_text(encoding="utf-8"))
        read = {
            str(entry["tjanstekontrakt"]): float(entry["producertimeout"]) / 1000
            for entry in entries
        }
    except OSError as error:
        raise UsageError(f"cannot be read: {error.strerror}", where=str(path)) from None
    except (ValueError, TypeError, KeyError) as error:
        what = f"no list of timeouts: {type(error).__name__}: {error}"
        raise UsageError(what, where=str(path), mend=_MEND) from None
    if wrong := [contract for contract, seconds in read.items() if not 0 < seconds < float("inf")]:
        what = f"the producertimeout of {wrong[0]} is not above zero"
        raise UsageError(what, where=str(path), mend=_MEND)
    return read


def timeout_for(contract: str | None, settings: Settings) -> float:
    """Give how long a producer of a contract may be silent, in seconds."""
    timeouts = settings.timeouts
    if not timeouts:
        return settings.producer_timeout
    default = timeouts.get(_DEFAULT, settings.producer_timeout)
    return timeouts.get(contract or "", default)
