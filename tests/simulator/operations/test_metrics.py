"""Figures of the traffic: each exchange is counted for what it was."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from simulator.exchange import Exchange, Leg
from simulator.operations.metrics import Metrics

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


def an_exchange(**facts: Any) -> Exchange:
    legs = (
        Leg(kind="in", url="u", started=NOON, seconds=0.02, request=b"12345", status=200),
        Leg(kind="out", url="u", started=NOON, seconds=0.3, status=200),
    )
    plain = Exchange(
        correlation_id="1", started=NOON, seconds=0.02, decision="forwarded", status=200, legs=legs
    )
    return replace(plain, **facts)


def told(metrics: Metrics) -> dict[str, float]:
    """Give the figures by name with labels."""
    lines = metrics.exposition().decode().splitlines()
    pairs = (line.rsplit(" ", 1) for line in lines if not line.startswith("#"))
    return {name: float(value) for name, value in pairs}


def test_each_decision_is_counted() -> None:
    """Forwarded calls and each code by itself."""
    metrics = Metrics()
    for decision in ("forwarded", "forwarded", "VP007"):
        metrics.observe(an_exchange(decision=decision))

    figures = told(metrics)

    assert figures['provbank_exchanges_total{decision="forwarded"}'] == 2
    assert figures['provbank_exchanges_total{decision="VP007"}'] == 1


def test_times_and_bytes_are_summed() -> None:
    """The exchange's time, the producer's, and what came in."""
    metrics = Metrics()
    metrics.observe(an_exchange())

    figures = told(metrics)

    assert figures["provbank_exchange_seconds_sum"] == 0.02
    assert figures['provbank_exchange_seconds_bucket{le="0.01"}'] == 0
    assert figures['provbank_exchange_seconds_bucket{le="0.025"}'] == 1
    assert figures["provbank_producer_seconds_sum"] == 0.3
    assert figures["provbank_request_bytes_total"] == 5


def test_disturbances_are_counted_by_kind() -> None:
    """A figure that moves in a calm run tells that it was not calm."""
    metrics = Metrics()
    metrics.observe(an_exchange(disturbances=({"name": "mitt", "kind": "delay"},)))

    assert told(metrics)['provbank_disturbances_total{kind="delay"}'] == 1


def test_what_a_caller_chooses_is_no_label() -> None:
    """Nobody can make the figures grow without bound, or read ids in them."""
    metrics = Metrics()
    metrics.observe(an_exchange(sender="SE-S", receiver="191212121212", contract="urn:x"))

    text = metrics.exposition().decode()

    assert not any(value in text for value in ("SE-S", "191212121212", "urn:x"))
