"""Calls that wait for calls: none may ever wait for itself."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import pytest

from simulator.aggregation.entrance import Entrance
from simulator.aggregation.fan_out import FanOut
from simulator.app import create_app
from simulator.client import HttpTransport
from simulator.outbound import Answered, Failed, OutboundCall
from simulator.producer_http import HttpProducers
from simulator.server import Server
from simulator.settings import Settings

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIEnvironment

PATIENCE = 30.0


def test_aggregations_never_wait_for_each_other(
    a_bench: Callable[..., Any],
    a_world: Callable[..., Any],
    surroundings: Any,
    meet: Callable[..., list[Any]],
) -> None:
    """Sixteen at once with twenty sources each, behind a listener whose threads they all hold."""
    names = [f"S{number}" for number in range(20)]
    surroundings.engagements = [(name, name) for name in names]
    bench = a_bench(a_world(*names))
    began = time.monotonic()

    with Server(create_app(bench.platform), threads=16) as server:
        bench = bench.over(HttpTransport(server.url, timeout=PATIENCE))
        answers = meet([bench.ask for _ in range(16)])

    assert time.monotonic() - began < 20  # a source that waits for a thread is lost after 27
    for answer in answers:
        assert answer.statuses == dict.fromkeys(names, "DataFromSource")


class Gate:
    """An application that answers when so many calls have met in it."""

    def __init__(self, calls: int) -> None:
        self.met = threading.Barrier(calls)

    def __call__(self, _environ: WSGIEnvironment, start_response: StartResponse) -> list[bytes]:
        """Wait for the others."""
        self.met.wait(PATIENCE)
        start_response("200 OK", [("Content-Length", "0")])
        return [b""]


@pytest.fixture
def http() -> Iterator[HttpProducers]:
    """Give a way to call."""
    producers = HttpProducers(Settings())
    yield producers
    producers.close()


def calls_to(url: str, number: int) -> dict[str, OutboundCall]:
    """Give calls by name."""
    call = OutboundCall(address=url, headers={}, body=b"", timeout=PATIENCE)
    return {str(one): call for one in range(number)}


def test_entrance_has_a_thread_for_each_call(http: HttpProducers) -> None:
    """More than it began with, and for all who call at once."""
    entrance, fan_out = Entrance(Gate(90), most=90), FanOut(http.call, most=90)

    with entrance.room_for(30) as url, entrance.room_for(60) as same:
        results = fan_out.results(calls_to(url, 90), patience=PATIENCE)

    assert url == same
    assert all(isinstance(one, Answered) for one in results.values())
    fan_out.close()
    http.close()
    entrance.close()


def test_calls_beyond_the_most_wait_for_one_that_ends(http: HttpProducers) -> None:
    """None is lost."""
    entrance, fan_out = Entrance(Gate(5), most=5), FanOut(http.call, most=5)

    with entrance.room_for(20) as url:
        results = fan_out.results(calls_to(url, 20), patience=PATIENCE)

    assert all(isinstance(one, Answered) for one in results.values())
    fan_out.close()
    http.close()
    entrance.close()


def test_entrance_listens_when_it_is_used_and_no_longer_than_to_its_end(
    http: HttpProducers,
) -> None:
    """Closing one that nobody used is nothing; what was closed can be opened anew."""
    entrance, call = Entrance(Gate(1), most=50), http.call

    entrance.close()
    with entrance.room_for(1) as url:
        assert isinstance(call(calls_to(url, 1)["0"]), Answered)
    http.close()
    entrance.close()
    assert isinstance(call(calls_to(url, 1)["0"]), Failed)


def test_threads_of_the_entrance_keep_no_process_alive() -> None:
    """A worker ends without closing anything."""
    before = set(threading.enumerate())
    entrance = Entrance(Gate(1), most=50)

    with entrance.room_for(40), entrance.room_for(10):
        started = set(threading.enumerate()) - before

    entrance.close()
    assert len(started) >= 50
    assert all(thread.daemon for thread in started)


def test_fan_out_tells_who_is_late() -> None:
    """The others' results are there all the same."""
    over = threading.Event()

    def call(one: OutboundCall) -> Answered | Failed:
        if one.address == "late":
            over.wait(PATIENCE)
        return Answered(status=200)

    fan_out = FanOut(call, most=2)
    calls = {
        name: OutboundCall(address=name, headers={}, body=b"", timeout=PATIENCE)
        for name in ("late", "in time")
    }

    results = fan_out.results(calls, patience=0.2)

    over.set()
    fan_out.close()
    assert results == {"late": None, "in time": Answered(status=200)}
