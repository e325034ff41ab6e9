"""Settings: read once at the start, frozen from then on."""

from __future__ import annotations

from dataclasses import dataclass

from contracts.terms import HsaId

__all__ = ["Settings"]

_DEFAULT_SENDER = HsaId("SE2321000016-PROVBANK1")


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What a platform is set up with.

    Units:  seconds and bytes.
    Source: platform facts, sections 1.1, 1.11 and 2.1.
    """

    platform_name: str = "PROVBANK"
    """Stands in every fault text: ``VP004 [PROVBANK] ...``."""

    instance_id: str = "PROVBANK-VP"
    """What an internal caller must know to name its own sender id."""

    default_sender: HsaId | None = _DEFAULT_SENDER
    """Whom a caller on loopback is taken for when it does not say; None refuses such calls."""

    connect_timeout: float = 2.0
    producer_timeout: float = 29.0
    retries: int = 1
    retry_delay: float = 2.0
    largest_message: int = 52_428_800
    journal: str = "sqlite://"
    """Database URL of the journal; the default keeps it in memory."""

    control_token: str | None = None
    """What a caller of the control API must show; None lets this machine in alone."""
