"""The way a call has come through platforms, and whether it has come here before."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.headers import ROUTING_HISTORY
from simulator.mediation import Refusal, Refuse

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simulator.sender import Sender
    from simulator.settings import Settings

__all__ = ["routing_history"]


def routing_history(
    headers: Mapping[str, str], sender: Sender, settings: Settings
) -> str | Refuse | None:
    """Give the header that tells the way so far and through this platform, None to leave it be.

    Shape:  a call that has been here is refused. An internal caller's history is left as it is.
            The national platform keeps it on the HTTP listener behind its TLS proxy; here one
            listener is that pair, so it is kept on both.
    Source: platform facts, section 1.5 and the head of section 8.
    """
    if sender.is_internal or not settings.use_routing_history:
        return None
    history = headers.get(ROUTING_HISTORY)
    if not history:
        return f"{sender.hsa_id}#{settings.instance_id}"
    if settings.instance_id in (part.strip() for part in history.split("#")):
        return Refuse(refusal=Refusal.LOOP, detail="")
    return f"{history}#{settings.instance_id}"
