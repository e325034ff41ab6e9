"""A real PostgreSQL for the tests, where its programs are installed."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

PLACES = ("/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin", "/opt/homebrew/opt/postgresql*/bin",
          "/usr/local/opt/postgresql*/bin")  # fmt: skip
SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "fsync": "off",
    "max_connections": "50",
    "shared_buffers": "32MB",
    "log_min_messages": "fatal",
}


def programs() -> Path | None:
    """Give the folder of PostgreSQL's programs, the newest where there are several."""
    found = [Path(path).parent for name in ("initdb",) if (path := shutil.which(name))]
    for place in PLACES:
        root, _, rest = place[1:].partition("/")
        found += sorted(Path("/", root).glob(rest), key=lambda path: path.as_posix())
    return next(
        (
            one
            for one in reversed(found)
            if (one / "initdb").exists() and (one / "postgres").exists()
        ),
        None,
    )


@contextmanager
def server(**settings: str) -> Iterator[str]:
    """Run a PostgreSQL of our own, and give its URL without a database; skip where none is."""
    pytest.importorskip("psycopg", reason="psycopg is not installed (extra: postgresql)")
    where = programs()
    if where is None:
        pytest.skip("PostgreSQL's programs (initdb, postgres) are not installed")
    with tempfile.TemporaryDirectory(prefix="provbank-pg-", ignore_cleanup_errors=True) as made:
        data, runs_as = Path(made), _unprivileged()
        if runs_as:
            shutil.chown(data, user=runs_as["user"])
        subprocess.run(  # noqa: S603 - an installed program
            [where / "initdb", "--pgdata", data / "db", "--username", "provbank", "--auth", "trust",
             "--encoding", "UTF8", "--no-locale", "--no-sync"],
            check=True, capture_output=True, cwd=data, **runs_as,
        )  # fmt: skip
        port = _free_port()
        chosen = {**SETTINGS, "port": str(port), **settings}
        options = [f"--{name}={value}" for name, value in chosen.items()]
        process = subprocess.Popen(  # noqa: S603
            [where / "postgres", "-D", data / "db", *options],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=data, **runs_as,
        )  # fmt: skip
        try:
            _until_ready(process, port)
            yield f"postgresql+psycopg://provbank@127.0.0.1:{port}"
        finally:
            process.terminate()  # a "smart" stop waits for clients; the second is a fast one
            try:
                process.wait(timeout=2)
            except subprocess.TimeoutExpired:
                process.send_signal(2)
                process.wait(timeout=30)


def _unprivileged() -> dict[str, Any]:
    """Say whom to run as: PostgreSQL refuses to run as root."""
    if not hasattr(os, "geteuid") or os.geteuid() != 0:
        return {}
    import pwd  # noqa: PLC0415 - not on Windows

    names = {entry.pw_name for entry in pwd.getpwall()}
    name = next((name for name in ("postgres", "nobody") if name in names), None)
    if name is None:
        pytest.skip("PostgreSQL does not run as root, and there is no user postgres or nobody")
    return {"user": name, "group": pwd.getpwnam(name).pw_gid, "extra_groups": []}


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _until_ready(process: subprocess.Popen[bytes], port: int) -> None:
    import psycopg  # noqa: PLC0415 - an extra

    until = time.monotonic() + 30
    while True:
        assert process.poll() is None, "PostgreSQL ended at once"
        try:
            psycopg.connect(host="127.0.0.1", port=port, user="provbank", dbname="postgres").close()
        except psycopg.OperationalError:
            assert time.monotonic() < until, "PostgreSQL did not get ready"
            time.sleep(0.05)
        else:
            return
