"""How one workspace is set up: what the control API arranges, and what a call meets."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from contracts.errors import UsageError
from simulator.addressing import AddressingCatalogue
from simulator.addressing.documents import from_json
from simulator.addressing.writing import to_json
from simulator.clock import REAL_TIME, ClockSetting, clock_from
from simulator.consumers.script import ConsumerScript, consumer_from
from simulator.disturbances import Disturbance, disturbance_from
from simulator.producers.script import Case, script_from

__all__ = ["Arrangement", "arrangement_from"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrangement:
    """What one workspace of the platform looks like.

    Shape: ``catalogue`` is None as long as none was ever read; calls are then refused, VP008.
           ``producers`` and ``consumers`` are scripts by their names.
    """

    catalogue: AddressingCatalogue | None
    clock: ClockSetting = REAL_TIME
    disturbances: tuple[Disturbance, ...] = ()
    producers: Mapping[str, tuple[Case, ...]] = field(default_factory=dict)
    consumers: Mapping[str, ConsumerScript] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """Give the arrangement as JSON-ready values, which ``arrangement_from`` reads."""
        return {
            "catalogue": None if self.catalogue is None else to_json(self.catalogue),
            "clock": self.clock.to_json(),
            "disturbances": [one.to_json() for one in self.disturbances],
            "producers": {
                name: [case.to_json() for case in script] for name, script in self.producers.items()
            },
            "consumers": {name: script.to_json() for name, script in self.consumers.items()},
        }


def arrangement_from(document: Mapping[str, Any]) -> Arrangement:
    """Read an arrangement; what is not given is as in a new platform.

    Raises: UsageError, CatalogueError where a part of it is wrong.
    """
    known = {"catalogue", "clock", "disturbances", "producers", "consumers"}
    if unknown := sorted(set(document) - known):
        raise UsageError(
            f"{', '.join(unknown)} is not known", mend=f"an arrangement has {', '.join(known)}"
        )
    catalogue = document.get("catalogue", {})
    disturbances = tuple(disturbance_from(one) for one in document.get("disturbances", []))
    names = [one.name for one in disturbances]
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise UsageError(
            f"two disturbances are named {', '.join(twice)}", mend="give each a name of its own"
        )
    return Arrangement(
        catalogue=None if catalogue is None else from_json(catalogue),
        clock=clock_from(document.get("clock", {})),
        disturbances=disturbances,
        producers={
            name: script_from(name, script)
            for name, script in document.get("producers", {}).items()
        },
        consumers={
            name: consumer_from(name, script)
            for name, script in document.get("consumers", {}).items()
        },
    )
