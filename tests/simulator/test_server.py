"""The HTTP listener: where it listens, how many it serves, and that it lets go."""

from __future__ import annotations

import socket
import threading
from contextlib import ExitStack, closing
from http.client import HTTPConnection
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest
import requests

from contracts.errors import UsageError
from simulator.server import Server

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from wsgiref.types import StartResponse, WSGIEnvironment

PATIENCE = 30.0


def echo(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    """Answer with the path that was asked for."""
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [environ["PATH_INFO"].encode()]


def get(url: str) -> str:
    """Fetch a page over a connection of its own."""
    with requests.get(url, timeout=PATIENCE) as answer:
        return answer.text


def port_of(server: Server) -> int:
    """Give the port a server listens on."""
    port = urlsplit(server.url).port
    assert port is not None
    return port


def test_server_answers_at_its_url() -> None:
    """From entering the context, without a wait."""
    with Server(echo) as server:
        assert server.url.startswith("http://127.0.0.1:")
        assert get(server.url + "/hello") == "/hello"


def test_whole_url_may_stand_in_the_request_line() -> None:
    """HTTP/1.1 has every server take it, as clients behind a proxy write it (RFC 9112 3.2.2)."""
    with Server(echo) as server:
        parts = urlsplit(server.url)
        with closing(HTTPConnection(parts.hostname or "", parts.port)) as client:
            client.putrequest("GET", f"{server.url}/some/where?x=1")
            client.endheaders()
            answer = client.getresponse()
            assert (answer.status, answer.read()) == (200, b"/some/where")


def test_port_0_takes_a_free_one() -> None:
    """Two servers get a port each, and say which."""
    with Server(echo, port=0) as one, Server(echo, port=0) as other:
        assert port_of(one) > 0
        assert port_of(one) != port_of(other)
        assert get(one.url + "/one") == "/one"
        assert get(other.url + "/other") == "/other"


def test_port_in_use_is_told_with_its_mend() -> None:
    """The person is told which port, and what to do; the one who has it is not disturbed."""
    with Server(echo) as first:
        port = port_of(first)

        with pytest.raises(UsageError) as told:
            Server(echo, port=port)

        assert f"port {port}" in told.value.what
        assert told.value.where == "127.0.0.1"
        assert "--port" in told.value.mend
        assert get(first.url + "/still") == "/still"


@pytest.mark.parametrize("port", [-1, 65536])
def test_port_that_cannot_be_is_told(port: int) -> None:
    """A slip on the command line is the person's, not a fault of the harness."""
    with pytest.raises(UsageError, match=f"port {port}"):
        Server(echo, port=port)


def test_host_that_is_not_this_machine_s_is_told() -> None:
    """An address that cannot be listened on is named."""
    with pytest.raises(UsageError) as told:
        Server(echo, host="192.0.2.7")

    assert told.value.where == "192.0.2.7"


def test_leaving_the_context_stops_and_frees_the_port() -> None:
    """Nobody answers any more, and the next server can have the very port."""
    with Server(echo) as first:
        port = port_of(first)

    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", port), timeout=PATIENCE)
    with Server(echo, port=port) as second:
        assert get(second.url + "/again") == "/again"


def test_error_in_the_context_stops_and_frees_the_port_too() -> None:
    """A run that breaks off leaves no listener behind."""
    server = Server(echo)
    with pytest.raises(ZeroDivisionError), server:
        raise ZeroDivisionError

    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", port_of(server)), timeout=PATIENCE)


def test_open_connection_does_not_keep_the_server_from_stopping() -> None:
    """A client that keeps its connection open finds it closed."""
    with ExitStack() as opened:
        with Server(echo) as server:
            client = opened.enter_context(
                socket.create_connection(("127.0.0.1", port_of(server)), timeout=PATIENCE)
            )
            client.sendall(b"GET /kept HTTP/1.1\r\nHost: x\r\n\r\n")
            assert b"200 OK" in client.recv(65536)
        while client.recv(65536):
            pass


def test_fifty_callers_at_once_get_an_answer_each(meet: Callable[..., list[Any]]) -> None:
    """More than there are threads: nobody is turned away or handed another's answer."""
    with Server(echo) as server:
        paths = [f"/{number}" for number in range(50)]

        answers = meet([lambda path=path: get(server.url + path) for path in paths])

    assert answers == paths


def test_fifty_connections_stay_open_between_requests() -> None:
    """Nobody has to connect anew for the next request."""
    with Server(echo, threads=4) as server, ExitStack() as opened:
        connections = [
            opened.enter_context(closing(HTTPConnection("127.0.0.1", port_of(server))))
            for _ in range(50)
        ]
        for connection in connections:
            connection.connect()
            connection.auto_open = 0
        for path in ("/first", "/second"):
            for connection in connections:
                connection.request("GET", path)
                assert connection.getresponse().read() == path.encode()


def test_twenty_requests_are_under_way_at_the_same_time(meet: Callable[..., list[Any]]) -> None:
    """Each waits until all have come, so that one at a time would never end."""
    all_here = threading.Barrier(20, timeout=PATIENCE)

    def wait(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        all_here.wait()
        return echo(environ, start_response)

    with Server(wait) as server:
        answers = meet([lambda: get(server.url + "/met")] * 20)

    assert answers == ["/met"] * 20


def test_address_of_ipv6_stands_in_brackets() -> None:
    """The URL can be used as it is."""
    try:
        with socket.create_server(("::1", 0), family=socket.AF_INET6):
            pass
    except OSError:
        pytest.skip("this machine has no IPv6")

    with Server(echo, host="::1") as server:
        assert server.url.startswith("http://[::1]:")
        assert get(server.url + "/six") == "/six"
