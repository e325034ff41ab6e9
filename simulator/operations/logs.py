"""A line of JSON for each exchange: what was decided and how long it took, never what was said."""

from __future__ import annotations

import json
import re
import sys
import threading
from typing import TextIO

from simulator.exchange import Exchange

__all__ = ["ExchangeLog"]

_LIKE_A_PERSON = re.compile(r"(?<!\d)(?:19|20)?\d{6}[-+]?[\dA-Za-z]{4}(?!\d)")
_HSA_ID = re.compile(r"(?:SE|TSTNMT)\d{10}")
_LONGEST = 200


class ExchangeLog:
    """Writes exchanges as lines of JSON, named as in the Elastic Common Schema where it has a name.

    Shape:  no bodies and no headers. What a caller wrote where an id is expected is shown as it is
            only where it does not look like a person's identity.
    Source: platform facts, section 7.2 - the labels.
    """

    def __init__(self, stream: TextIO | None = None) -> None:
        self._stream = stream or sys.stderr
        self._lock = threading.Lock()

    def observe(self, exchange: Exchange) -> None:
        """Write one exchange."""
        out = next((leg for leg in reversed(exchange.legs) if leg.kind == "out"), None)
        is_refused = exchange.decision.startswith("VP")
        labels = {
            "workspace": exchange.workspace,
            "senderid": _safe(exchange.sender),
            "receiverid": _safe(exchange.receiver),
            "originalServiceconsumerHsaid": _safe(exchange.original_consumer),
            "servicecontract_namespace": _safe(exchange.contract),
            "rivversion": exchange.profile,
            "routerVagvalTrace": _safe(exchange.route_trace),
            "routerBehorighetTrace": _safe(exchange.authorisation_trace),
            "decision": exchange.decision,
            "errorCode": exchange.decision if is_refused else None,
            "disturbances": ",".join(one["name"] for one in exchange.disturbances) or None,
        }
        line = {
            "@timestamp": exchange.started.isoformat(),
            "log.level": "warn" if is_refused else "info",
            "event.module": "skltp-messages",
            "event.action": "error" if is_refused else "resp-out",
            "event.duration": round(exchange.seconds * 1e9),
            "trace.id": _safe(exchange.correlation_id),
            "http.response.status_code": exchange.status,
            "producer.duration": None if out is None else round(out.seconds * 1e9),
            "labels": {name: value for name, value in labels.items() if value},
        }
        text = json.dumps(
            {name: value for name, value in line.items() if value is not None}, ensure_ascii=False
        )
        with self._lock:
            print(text, file=self._stream, flush=True)


def _safe(text: str | None) -> str | None:
    """Give an id as it is, but for what looks like a person's."""
    if text is None:
        return None
    shown = text[:_LONGEST]
    if _HSA_ID.match(shown):
        return shown
    return _LIKE_A_PERSON.sub("[person]", shown)
