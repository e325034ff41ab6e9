"""The system under test: what it is called, and how each of its roles is reached."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from contracts.terms import HsaId
from simulator.outbound import TlsMaterial
from simulator.regions.directory import Region

__all__ = ["RoleTarget", "Target"]


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleTarget:
    """How one role of a system is reached.

    Shape: ``settings`` holds what the role's own suite asks for, as the suite has read it;
           ``not_applicable`` why a requirement does not apply to the system, by its id.
           ``endpoint`` is empty for a system that only calls in its role.
    Units: seconds.
    """

    endpoint: str = ""
    connect_timeout: float = 2.0
    response_timeout: float = 29.0
    tls: TlsMaterial | None = None
    settings: Mapping[str, Any] = field(default_factory=dict)
    not_applicable: Mapping[str, str] = field(default_factory=dict)

    @property
    def reached_at(self) -> str:
        """Give where the system is reached, by its trigger where it has no endpoint, or nothing."""
        return self.endpoint or str(self.settings.get("trigger", ""))


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """The system under test, as its target file describes it.

    Shape: ``roles`` are by the name of their suite, as ``utomlansfakturering/producent``.
    """

    system: str
    version: str
    vendor: str
    region: Region
    hsa_id: HsaId
    roles: Mapping[str, RoleTarget]
