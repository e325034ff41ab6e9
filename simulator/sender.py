"""Who calls: the internal headers, or the default sender of a developer's first ten minutes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from simulator.headers import INSTANCE_ID, SENDER_ID

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simulator.settings import Settings

__all__ = ["Sender", "sender_of"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sender:
    """The calling system, and how the platform came to know it."""

    hsa_id: str
    known_by: str


def sender_of(headers: Mapping[str, str], settings: Settings) -> Sender | None:
    """Say who calls, or None where nobody can be named.

    Shape:  header names in lower case. The sender header counts only together with the platform's
            own instance id; from anyone else it is ignored.
    Source: platform facts, section 1.5 step 3.
    """
    if headers.get(INSTANCE_ID) == settings.instance_id and headers.get(SENDER_ID):
        return Sender(hsa_id=headers[SENDER_ID], known_by="internal header")
    if settings.default_sender is None:
        return None
    return Sender(hsa_id=settings.default_sender, known_by="default sender")
