"""What an answer to a claim specification can be disturbed by, in the words of the scenarios."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import uuid4

from features.bench import Bench
from features.utomlansfakturering.around import buyer_name
from simulator.regions.directory import Region

__all__ = ["UNREADABLE", "Troubles", "silence"]

_LONGER = 5.0  # seconds that a silence lasts beyond what the system is set to wait

UNREADABLE: Mapping[str, Mapping[str, Any]] = {
    "tomt": {"kind": "empty"},
    "en webbsida": {"kind": "not-xml"},
    "avbrutet i förtid": {"kind": "truncated"},
    "brutet mitt i": {"kind": "reset-within"},
    "HTTP 404 utan SOAP": {"kind": "http-status", "status": 404},
    "HTTP 400 utan SOAP": {"kind": "http-status", "status": 400},
    "HTTP 503 utan SOAP": {"kind": "http-status", "status": 503},
}
"""What is no answer: a claim specification that gets it is neither received nor refused."""


def silence(patience: float) -> Mapping[str, Any]:
    """Give a silence that lasts longer than a system waits for an answer."""
    return {"kind": "timeout", "seconds": patience + _LONGER}


class Troubles:
    """Troubles for claim specifications to one region, until the scenario is done."""

    def __init__(self, bench: Bench) -> None:
        self._bench = bench
        self._disturbed: list[str] = []
        self._scripted: set[str] = set()

    def disturb(self, home: Region, what: Mapping[str, Any], *, first: int) -> None:
        """Disturb the answers to the next claim specifications to a region."""
        name = f"{home.county}-{uuid4()}"
        self._bench.client.arrange(
            "POST",
            "/disturbances",
            {"name": name, "logical_address": home.logical_address, "first": first, **what},
        )
        self._disturbed.append(name)

    def script(self, home: Region, *cases: Mapping[str, Any]) -> None:
        """Have a region answer so."""
        name = buyer_name(home)
        self._scripted.add(name)
        self._bench.client.arrange("PUT", f"/producers/{name}", list(cases))

    def over(self) -> None:
        """Put an end to them."""
        for name in self._disturbed:
            self._bench.client.arrange("DELETE", f"/disturbances/{name}")
        for service in self._bench.services:
            if service.name in self._scripted:
                self._bench.client.arrange("PUT", f"/producers/{service.name}", service.script)
        self._disturbed, self._scripted = [], set()
