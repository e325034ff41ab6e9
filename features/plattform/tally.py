"""All answers of a run, judged by the profile as they come: counts, and the first of each fault."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from datetime import datetime

from contracts.wsdl import ServiceContract
from features.plattform.of_answers import OF_ANSWERS
from features.plattform.rules import Found, judged_by
from features.plattform.seen import Seen
from simulator.exchange import Exchange

__all__ = ["Case", "Judged", "Tally"]

_KEPT = 3


@dataclass(frozen=True, kw_only=True)
class Case:
    """An answer that does otherwise than a requirement says; the id finds it in the journal."""

    seen: Seen
    correlation_id: str
    started: datetime
    found: Found


@dataclass(kw_only=True)
class Judged:
    """What a requirement was seen to be: on how many answers, broken by how many, the first."""

    answers: int = 0
    wrong: int = 0
    cases: list[Case] = field(default_factory=list)


class Tally:
    """Judges each answer of the tested system when it comes, and keeps no more than the first few.

    Shape: fed by the platform with what passes it, and by those who call the system directly. A
           run of any length takes the same room.
    """

    def __init__(self, contract: ServiceContract | None = None, address: str = "") -> None:
        self._elements = frozenset({contract.response} if contract else ())
        self._address = address
        self._lock = threading.Lock()
        self._judged: dict[str, Judged] = {}
        self._results = self._faults = 0

    def observe(self, exchange: Exchange) -> None:
        """Judge what the tested system answered in an exchange with the platform, if anything."""
        if exchange.address != self._address:
            return
        for leg in exchange.legs:
            if leg.kind == "out" and leg.status is not None:
                self.note(
                    status=leg.status,
                    headers={name.lower(): text for name, text in leg.response_headers.items()},
                    body=leg.response,
                    asked=leg.request,
                    correlation_id=exchange.correlation_id,
                    started=leg.started,
                )

    def note(
        self,
        *,
        status: int,
        headers: dict[str, str],
        body: bytes,
        asked: bytes,
        correlation_id: str,
        started: datetime,
    ) -> None:
        """Judge one answer."""
        seen = Seen(
            headers=headers,
            body=body,
            status=status,
            url=self._address,
            asked=asked,
            elements=self._elements,
        )
        judged = judged_by(OF_ANSWERS, seen)
        with self._lock:
            self._faults += seen.fault is not None
            self._results += seen.envelope is not None and seen.fault is None
            for requirement, found in judged.items():
                so_far = self._judged.setdefault(requirement, Judged())
                so_far.answers += 1
                if found is not None:
                    so_far.wrong += 1
                    _keep(
                        Case(
                            seen=seen,
                            correlation_id=correlation_id,
                            started=started,
                            found=found,
                        ),
                        so_far.cases,
                    )

    @property
    def has_result(self) -> bool:
        """Tell whether an answer of the contract has been seen."""
        return self._results > 0

    @property
    def has_fault(self) -> bool:
        """Tell whether a SOAP fault has been seen."""
        return self._faults > 0

    def of(self, requirement: str) -> Judged:
        """Give what a requirement was seen to be."""
        with self._lock:
            return self._judged.get(requirement, Judged())


def _keep(case: Case, kept: list[Case]) -> None:
    """Keep the first of each kind of fault, and few of them; a failure before any remark."""
    if any(one.found.text == case.found.text for one in kept):
        return
    kept.append(case)
    kept.sort(key=lambda one: one.found.remark)
    del kept[_KEPT:]
