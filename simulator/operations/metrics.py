"""Figures of the traffic, in the form that Prometheus reads."""

from __future__ import annotations

import os

from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Histogram,
    generate_latest,
)
from prometheus_client.multiprocess import MultiProcessCollector

from simulator.exchange import Exchange

__all__ = ["CONTENT_TYPE", "Metrics"]

CONTENT_TYPE = CONTENT_TYPE_LATEST

_SEVERAL_PROCESSES = "PROMETHEUS_MULTIPROC_DIR"
_BOUNDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)


class Metrics:
    """Counts exchanges; one of these for each platform of a process.

    Shape: nothing that a caller chooses freely becomes a label, so their number is bounded. Where
           several processes share a platform, any of them tells the figures of all.
    """

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self._exchanges = Counter(
            "provbank_exchanges",
            "Calls that were answered, by what was decided.",
            ["decision"],
            registry=self._registry,
        )
        self._seconds = Histogram(
            "provbank_exchange_seconds",
            "Time from the call's arrival to its answer.",
            buckets=_BOUNDS,
            registry=self._registry,
        )
        self._producer_seconds = Histogram(
            "provbank_producer_seconds",
            "Time that producers took, each attempt by itself.",
            buckets=_BOUNDS,
            registry=self._registry,
        )
        self._bytes = Counter(
            "provbank_request_bytes", "Bytes of calls that came.", registry=self._registry
        )
        self._disturbed = Counter(
            "provbank_disturbances",
            "Disturbances that hit, by kind.",
            ["kind"],
            registry=self._registry,
        )

    def observe(self, exchange: Exchange) -> None:
        """Count one exchange."""
        self._exchanges.labels(exchange.decision).inc()
        self._seconds.observe(exchange.seconds)
        for leg in exchange.legs:
            if leg.kind == "out":
                self._producer_seconds.observe(leg.seconds)
            else:
                self._bytes.inc(len(leg.request))
        for one in exchange.disturbances:
            self._disturbed.labels(one["kind"]).inc()

    def exposition(self) -> bytes:
        """Give all figures as text."""
        if _SEVERAL_PROCESSES not in os.environ:
            return generate_latest(self._registry)
        of_all = CollectorRegistry()
        MultiProcessCollector(of_all)  # type: ignore[no-untyped-call]
        return generate_latest(of_all)
