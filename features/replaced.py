"""What the tested system answered where the platform of the run answered in its place.

The platform makes VP009 of much that is right by WS-I: a refusal with HTTP 400, a SOAP fault in
UTF-16. A system is judged by its own words.
"""

from __future__ import annotations

from dataclasses import replace

from simulator.client import Answer, Raw
from simulator.exchange import Exchange

__all__ = ["Replaced"]

_FAILED = "VP009"


class Replaced:
    """Listens to the platform, and keeps the answers that it did not pass on."""

    def __init__(self) -> None:
        self._answers: dict[str, Raw] = {}

    def observe(self, exchange: Exchange) -> None:
        """Keep what the last call to the producer was answered, if the platform replaced it."""
        last = exchange.legs[-1]
        if exchange.decision == _FAILED and last.kind == "out" and last.status is not None:
            self._answers[exchange.correlation_id] = Raw(
                status=last.status, headers=last.response_headers, body=last.response
            )

    def completed(self, answer: Answer) -> Answer:
        """Give an answer together with the one that the platform replaced, if it did."""
        return replace(answer, replaced=self._answers.pop(answer.correlation_id, None))
