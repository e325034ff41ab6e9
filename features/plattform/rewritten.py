"""The same message written otherwise, as XML lets anybody write it."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from simulator.disturbances.content import Content, changed
from simulator.disturbances.kinds import Kind, Leg
from simulator.disturbances.selection import Disturbance

__all__ = ["REWRITTEN"]


def _by(kind: Kind) -> Callable[[bytes], bytes]:
    return lambda message: (
        changed(
            Content(headers={}, body=message), Disturbance(name=kind.value, kind=kind, leg=Leg.CALL)
        ).body
    )


REWRITTEN: Mapping[str, Callable[[bytes], bytes]] = {
    "andra prefix": _by(Kind.PREFIXES),
    "kommentarer": _by(Kind.COMMENTS),
    "CDATA": _by(Kind.CDATA),
    "attribut i omvänd ordning": _by(Kind.ATTRIBUTE_ORDER),
}
"""How a message is written otherwise, by name."""
