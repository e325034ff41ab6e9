"""provbank simulate as its users start it: workers, TLS, strictness, logs, and a calm end."""

from __future__ import annotations

import json
import os
import signal
import socket
import ssl
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from contracts.envelope import envelope
from simulator.certificates.folder import CertificateFolder
from simulator.server import Server
from simulator.tls import caller_context

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIEnvironment

PATIENCE = 60.0
CONTRACT = "urn:riv:test:PingResponder:1"
MESSAGE = envelope(f'<p:Ping xmlns:p="{CONTRACT}"/>'.encode(), logical_address="SE-X")


def a_free_port() -> int:
    with closing(socket.create_server(("127.0.0.1", 0))) as held:
        port: int = held.getsockname()[1]
    return port


@contextmanager
def simulating(folder: Path, *options: str, **environment: str) -> Iterator[int]:
    """Start the platform, wait until it is ready, and end it as a service is ended.

    Shape: without test persons, whose regions tell the index of them as soon as there is one.
    """
    port = a_free_port()
    if "--testdata" not in options:
        options = (*options, "--no-testdata")
    command = [sys.executable, "-m", "provbank", "simulate", "--port", str(port), *options]
    with (folder / "out.txt").open("w") as out, (folder / "err.txt").open("w") as err:
        process = subprocess.Popen(  # noqa: S603
            command,
            cwd=folder,
            env={**os.environ, "PYTHONUTF8": "1", **environment},
            stdout=out,
            stderr=err,
        )
        try:
            deadline = time.monotonic() + PATIENCE
            while not ready(port):
                assert process.poll() is None, (folder / "err.txt").read_text(encoding="utf-8")
                assert time.monotonic() < deadline
                time.sleep(0.05)
            yield port
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(PATIENCE)
    assert process.returncode in {0, 3}
    assert "Traceback" not in (folder / "err.txt").read_text(encoding="utf-8")


def ready(port: int) -> bool:
    try:
        return ask(port, "/ready")[0] == 200
    except OSError:
        return False


def ask(
    port: int, path: str, body: Any = None, *, method: str | None = None, **headers: str
) -> tuple[int, bytes]:
    """Send one request over a connection of its own."""
    data = body if isinstance(body, bytes) or body is None else json.dumps(body).encode()
    kind = "text/xml" if isinstance(body, bytes) else "application/json"
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}{path}",
        data=data,
        method=method,
        headers={"Content-Type": kind, **headers},
    )
    try:
        with urllib.request.urlopen(request, timeout=PATIENCE) as answer:  # noqa: S310
            return answer.status, answer.read()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGTERM to end it by")
def test_workers_are_one_platform(tmp_path: Path) -> None:
    """What is arranged in one holds in all, at once; counts and figures are of all."""
    route = {"logical_address": "SE-X", "contract": CONTRACT, "address": "producer://one"}
    leave = {**route, "consumer": "SE2321000016-PROVBANK1"}
    del leave["address"]
    with simulating(tmp_path, "--workers", "2") as port:
        assert ask(port, "/control/v1/routes", route)[0] == 201
        assert ask(port, "/control/v1/authorisations", leave)[0] == 201
        assert ask(port, "/control/v1/producers/one", [{"echo": True}], method="PUT")[0] == 204
        assert {ask(port, "/vp", MESSAGE)[0] for _ in range(20)} == {200}
        disturbance = {"kind": "vp-code", "code": "VP006", "first": 7}
        assert ask(port, "/control/v1/disturbances", disturbance)[0] == 201
        answers = [ask(port, "/vp", MESSAGE)[1] for _ in range(20)]
        assert sum(b"VP006" in answer for answer in answers) == 7
        figures = ask(port, "/metrics")[1].decode()
        kept = json.loads(ask(port, "/control/v1/journal?last=1000")[1])

    assert 'provbank_exchanges_total{decision="forwarded"} 33.0' in figures
    assert len(kept) == 40


@contextmanager
def answering_all_at_once(calls: int) -> Iterator[str]:
    """Give the address of a producer that answers nobody before it has that many calls."""
    everyone = threading.Barrier(calls, timeout=PATIENCE)

    def producer(_environ: WSGIEnvironment, start: StartResponse) -> list[bytes]:
        everyone.wait()
        start("200 OK", [("Content-Type", "text/xml; charset=UTF-8")])
        return [MESSAGE]

    with Server(producer, threads=calls) as server:
        yield server.url


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGTERM to end it by")
def test_workers_wait_for_many_producers_at_a_time_and_end_calmly(tmp_path: Path) -> None:
    """A slow producer holds nobody else up, and a worker that has waited ends without a word."""
    calls = 60
    with (
        answering_all_at_once(calls) as address,
        simulating(tmp_path, "--workers", "2") as port,
        ThreadPoolExecutor(calls) as callers,
    ):
        route = {"logical_address": "SE-X", "contract": CONTRACT, "address": address}
        leave = {**route, "consumer": "SE2321000016-PROVBANK1"}
        del leave["address"]
        assert ask(port, "/control/v1/routes", route)[0] == 201
        assert ask(port, "/control/v1/authorisations", leave)[0] == 201
        answers = list(callers.map(lambda _: ask(port, "/vp", MESSAGE)[0], range(calls)))

    assert answers == [200] * calls
    assert (tmp_path / "err.txt").read_text(encoding="utf-8") == ""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGTERM to end it by")
def test_simulator_listens_with_mutual_tls(tmp_path: Path) -> None:
    """A caller with a certificate of the folder is known by it; --strict takes no other."""
    tls_port = a_free_port()
    with simulating(tmp_path, "--strict", "--tls-port", str(tls_port)) as port:
        folder = CertificateFolder(tmp_path / "provbank-certs")
        mine = folder.file("SE2321000016-MIN")
        context = caller_context(
            certificate=mine.certificate,
            key=mine.key,
            authority=folder.authority_file,
            check_host=True,
        )
        status, answer = over_tls(tls_port, context)
        assert (status, b"VP004" in answer) == (500, True)
        status, answer = ask(port, "/vp", MESSAGE)
        assert (status, b"VP002" in answer) == (500, True)
        (newest,) = json.loads(ask(port, "/control/v1/journal?last=1")[1])[-1:]
        assert newest["decision"] == "VP002"
        kept = json.loads(ask(port, "/control/v1/journal")[1])
        assert kept[0]["sender"] == "SE2321000016-MIN"


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGTERM to end it by")
def test_simulator_is_set_up_by_a_file(tmp_path: Path) -> None:
    """What the file says holds, and the command line adds to it."""
    settings = tmp_path / "platform.toml"
    settings.write_text('platform_name = "NTJP-SIM"\nstrict = true\n', encoding="utf-8")

    with simulating(tmp_path, "--settings", str(settings)) as port:
        status, answer = ask(port, "/vp", MESSAGE)

    assert (status, b"VP002 [NTJP-SIM] " in answer) == (500, True)
    assert "strict: " in (tmp_path / "out.txt").read_text(encoding="utf-8")


def over_tls(port: int, context: ssl.SSLContext) -> tuple[int, bytes]:
    request = urllib.request.Request(
        f"https://localhost:{port}/vp", data=MESSAGE, headers={"Content-Type": "text/xml"}
    )
    opener = urllib.request.build_opener(urllib.request.HTTPSHandler(context=context))
    try:
        with opener.open(request, timeout=PATIENCE) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGTERM to end it by")
def test_token_of_the_environment_guards_the_control_api(tmp_path: Path) -> None:
    """And the log tells of exchanges, a line of JSON each."""
    token = {"PROVBANK_CONTROL_TOKEN": "secret"}
    with simulating(tmp_path, "--log", **token) as port:
        assert ask(port, "/control/v1/workspaces")[0] == 401
        assert ask(port, "/control/v1/workspaces", Authorization="Bearer secret")[0] == 200
        ask(port, "/vp", MESSAGE)

    lines = (tmp_path / "err.txt").read_text(encoding="utf-8").splitlines()
    assert [json.loads(line)["labels"]["decision"] for line in lines] == ["VP004"]
    assert not any("secret" in line for line in lines)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGTERM to end it by")
def test_process_that_joins_is_the_same_platform(tmp_path: Path) -> None:
    """It knows the routes, and what is arranged later by the other."""
    database = f"sqlite:///{(tmp_path / 'shared.sqlite').as_posix()}"
    first, second = tmp_path / "first", tmp_path / "second"
    for folder in (first, second):
        folder.mkdir()
    with (
        simulating(first, "--database", database) as one,
        simulating(second, "--database", database, "--join") as other,
    ):
        routes = json.loads(ask(one, "/control/v1/routes")[1])
        assert json.loads(ask(other, "/control/v1/routes")[1]) == routes
        assert routes
        assert ask(one, "/control/v1/workspaces", {"name": "run"})[0] == 201
        assert json.loads(ask(other, "/control/v1/workspaces")[1]) == ["default", "run"]
        assert b"VP004" in ask(other, "/w/run/vp", MESSAGE)[1]
        kept = json.loads(ask(one, "/control/v1/workspaces/run/journal")[1])
        assert [entry["decision"] for entry in kept] == ["VP004"]


@pytest.mark.parametrize("workers", ["1", "2"])
def test_the_regions_have_the_test_persons_and_the_index_knows(
    tmp_path: Path, workers: str
) -> None:
    """Four regions have visits, and each tells the index of all of its persons at once."""
    with simulating(tmp_path, "--testdata", "--workers", workers) as port:
        deadline = time.monotonic() + PATIENCE
        while True:
            _, found = ask(port, "/control/v1/journal?last=50")
            told = [each for each in json.loads(found) if "UpdateResponder" in each["contract"]]
            if len(told) == 4 or time.monotonic() > deadline:
                break
            time.sleep(0.2)

    assert len(told) == 4


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGTERM to end it by")
def test_stop_that_came_at_a_bad_moment_is_remembered(tmp_path: Path) -> None:
    """Python swallows an interrupt in a finalizer; the platform ends all the same."""
    script = tmp_path / "bad_moment.py"
    script.write_text(
        "import os, signal, sys\n"
        "import provbank\n"
        "class Finalized:\n"
        "    def __del__(self): os.kill(os.getpid(), signal.SIGTERM)\n"
        "began = provbank._tell_regions\n"
        "def tell(running):\n"
        "    began(running)\n"
        "    Finalized()\n"
        "    print('swallowed', flush=True)\n"
        "provbank._tell_regions = tell\n"
        f"sys.argv = ['provbank', 'simulate', '--port', '{a_free_port()}', '--no-testdata']\n"
        "provbank.main()\n",
        encoding="utf-8",
    )

    ended = subprocess.run(  # noqa: S603
        [sys.executable, str(script)],
        cwd=tmp_path, capture_output=True, encoding="utf-8", timeout=PATIENCE, check=False,
    )  # fmt: skip

    assert "swallowed" in ended.stdout
    assert ended.returncode == 0
