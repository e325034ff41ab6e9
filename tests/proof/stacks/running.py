"""How each stack is built, started and certified; one that is not here says why."""

from __future__ import annotations

import contextlib
import importlib.util
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from lxml import etree

from features.run import certify, prepare_folder
from features.suites import suite_for
from features.target import RoleTarget, Target
from simulator.regions.directory import REGIONS
from tests.proof.false_alarms.certifying import Alarm, Certified, told
from tests.proof.stacks.judging import validation_service

__all__ = ["STACKS", "CannotRun", "Stack", "Tried", "certifications", "certified_stack"]

_HERE = Path(__file__).resolve().parent
_WSDL = "{http://schemas.xmlsoap.org/wsdl/}"
_PATIENCE = 60.0


class CannotRun(Exception):  # noqa: N818 - no error of ours: what the stack needs is not here
    """Raised with the reason where a stack cannot be run on this machine."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Started:
    """A command that serves the contract, and what it has in its environment."""

    command: tuple[str, ...]
    environment: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stack:
    """A real SOAP stack: its name, and how it is made ready to start.

    Shape: ``start`` takes a folder of its own, the WSDL, the port and the validation service's URL.
           ``beside`` tells what the vendor's code does that the stack does not do by itself.
    """

    name: str
    language: str
    start: Callable[[Path, Path, int, str], Started]
    beside: str
    deviates: str


def certified_stack(stack: Stack, *, quick: bool = True, only: str = "") -> Certified:
    """Start a stack as the claims producer of a region, and certify it.

    Raises: CannotRun where what it needs is not on this machine.
    """
    suite, region = suite_for("utomlansfakturering", "producent"), REGIONS["03"]
    with ExitStack() as opened:
        folder = Path(opened.enter_context(tempfile.TemporaryDirectory(prefix="provbank-")))
        report = folder / "report"
        prepare_folder(report)
        url = opened.enter_context(validation_service())
        endpoint = opened.enter_context(_serving(stack, folder, url))
        target = Target(
            system=stack.name,
            version="",
            vendor="",
            region=region,
            hsa_id=region.hsa_id,
            roles={
                suite.name: RoleTarget(endpoint=endpoint, settings={"observe": f"{url}/observe"})
            },
        )
        return told(certify(target, suite, report, quick=quick, only=only))


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """What became of a stack: how its run went, or why there was none."""

    stack: Stack
    result: Certified | None
    seconds: float = 0.0
    why: str = ""

    @property
    def alarms(self) -> tuple[Alarm, ...]:
        """Give the scenarios that it did not pass."""
        return () if self.result is None else self.result.alarms

    def __str__(self) -> str:
        """Tell it in a line."""
        head = f"{self.stack.name:<12} {self.stack.language:<8}"
        if self.result is None:
            return f"{head} not run: {self.why}"
        return (
            f"{head} {self.result.scenarios} scenarios, {len(self.result.skipped)} not tested, "
            f"{len(self.alarms)} alarms, {self.seconds:.0f} s"
        )


def certifications(stacks: Iterable[Stack], *, quick: bool = True) -> Iterator[Tried]:
    """Certify stacks one after the other; one that cannot be run is told of."""
    for stack in stacks:
        began = time.monotonic()
        try:
            result = certified_stack(stack, quick=quick)
        except CannotRun as why:
            yield Tried(stack=stack, result=None, why=str(why))
        else:
            yield Tried(stack=stack, result=result, seconds=time.monotonic() - began)


@contextmanager
def _serving(stack: Stack, folder: Path, url: str) -> Iterator[str]:
    """Run a stack until the context is left, and give its endpoint."""
    port = _free_port()
    started = stack.start(folder, _described(folder), port, url)
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(  # noqa: S603 - a program of this folder
            started.command,
            cwd=folder,
            env={**os.environ, **started.environment},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
        try:
            _wait_for(process, port, folder / "log")
            yield f"http://127.0.0.1:{port}/claim"
        finally:
            _end(process)


def _end(process: subprocess.Popen[bytes]) -> None:
    """End a process, and those that it has started; on Windows it alone."""
    if os.name == "posix":
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, 15)
    else:
        process.terminate()
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _wait_for(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    deadline = time.monotonic() + _PATIENCE
    while time.monotonic() < deadline and process.poll() is None:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.05)
    raise RuntimeError(
        f"the stack did not start: {log.read_text(encoding='utf-8', errors='replace')}"
    )


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def _described(folder: Path) -> Path:
    """Lay out WSDL and schemas as the contract has them, and give the WSDL."""
    contract = suite_for("utomlansfakturering", "producent").contract
    schemas = contract.wsdl.parents[2]
    shutil.copytree(schemas, folder / "schemas")
    return folder / "schemas" / contract.wsdl.relative_to(schemas)


def _tool(name: str) -> str:
    found = shutil.which(name)
    if found is None:
        raise CannotRun(f"there is no {name}")
    return found


def _built(command: list[str], folder: Path) -> None:
    done = subprocess.run(  # noqa: S603
        command, cwd=folder, capture_output=True, encoding="utf-8", check=False
    )
    if done.returncode:
        raise RuntimeError(f"{command[0]} failed: {done.stdout}{done.stderr}")


# The stacks --------------------------------------------------------------------------------------


def _python(_folder: Path, _wsdl: Path, port: int, url: str) -> Started:
    if importlib.util.find_spec("spyne") is None:
        raise CannotRun("spyne is not installed; it is made for Python before 3.12")
    return Started(
        command=(sys.executable, str(_HERE / "python_spyne" / "serve.py"), str(port), url)
    )


def _node(folder: Path, wsdl: Path, port: int, url: str) -> Started:
    node, path = _tool("node"), _modules()
    tried = subprocess.run(  # noqa: S603
        [node, "-e", "require('soap')"], cwd=folder, env={**os.environ, "NODE_PATH": path},
        capture_output=True, check=False,
    )  # fmt: skip
    if tried.returncode:
        raise CannotRun("node finds no package soap: npm install --global soap, or set NODE_PATH")
    _body_first(wsdl)
    serve = str(_HERE / "node_soap" / "serve.js")
    return Started(command=(node, serve, str(port), url, str(wsdl)),
                   environment={"NODE_PATH": path})  # fmt: skip


def _modules() -> str:
    """Give where modules are looked for: as set, and where npm installs for all."""
    npm = shutil.which("npm")
    told = npm and subprocess.run(  # noqa: S603
        [npm, "root", "--global"], capture_output=True, encoding="utf-8", check=False
    ).stdout.strip()  # fmt: skip
    return os.pathsep.join(filter(None, [os.environ.get("NODE_PATH"), told or ""]))


def _body_first(wsdl: Path) -> None:
    """Put the body's part first, which this stack takes for the body whatever the binding says."""
    tree = etree.parse(wsdl)
    for message in tree.iter(f"{_WSDL}message"):
        parts = message.findall(f"{_WSDL}part")
        if parts[0].get("name") == "LogicalAddress":
            message.append(parts[0])
    tree.write(wsdl, encoding="UTF-8", xml_declaration=True)


def _php(_folder: Path, wsdl: Path, port: int, url: str) -> Started:
    php = _tool("php")
    listed = subprocess.run(  # noqa: S603
        [php, "-m"], capture_output=True, encoding="utf-8", check=True
    ).stdout.lower()
    if lacking := {"soap", "dom"} - set(listed.split()):
        raise CannotRun(f"php has no extension {' and '.join(sorted(lacking))}")
    serve = str(_HERE / "php_soapserver" / "serve.php")
    return Started(
        command=(php, "-S", f"127.0.0.1:{port}", serve),
        environment={"JUDGE": url, "WSDL": str(wsdl), "PHP_CLI_SERVER_WORKERS": "12"},
    )


def _c(folder: Path, wsdl: Path, port: int, url: str) -> Started:
    wsdl2h, soapcpp2, compiler = _tool("wsdl2h"), _tool("soapcpp2"), _tool("cc")
    if not Path("/usr/include/stdsoap2.h").exists():
        raise CannotRun("there is no stdsoap2.h")
    shared = Path("/usr/share/gsoap")
    _built([wsdl2h, "-c", "-t", str(shared / "WS" / "typemap.dat"), "-o", str(folder / "claim.h"),
            wsdl.name], wsdl.parent)  # fmt: skip
    _built([soapcpp2, "-c", "-S", "-L", "-x", "-w", "-I", str(shared / "import"), "claim.h"],
           folder)  # fmt: skip
    _built([compiler, "-w", "-I", str(folder), str(_HERE / "c_gsoap" / "serve.c"), "soapC.c",
            "soapServer.c", "-lgsoap", "-lpthread", "-o", "serve"], folder)  # fmt: skip
    return Started(command=(str(folder / "serve"), str(port), str(urlsplit(url).port)))


STACKS = (
    Stack(
        name="spyne", language="Python", start=_python,
        beside="a fault where a message is not in its charset, which spyne leaves without answer; "
        "fault codes without dots",
        deviates="fault codes with a dot, such as Client.XMLSyntaxError (WS-I R1031)",
    ),
    Stack(
        name="soap (npm)", language="Node", start=_node,
        beside="the body's part first in the WSDL; a fault of its own for what is not well-formed; "
        "UTF-16; its own Content-Type and the contract's SOAPAction",
        deviates="a fault of SOAP 1.2's form, or plain text, for what it cannot read or dispatch; "
        "the request's Content-Type in the answer (WS-I R1000, R1018, R9703)",
    ),
    Stack(
        name="SoapServer", language="PHP", start=_php,
        beside="the message's type is taken as XML, so that a wrong one reaches the vendor's code; "
        "a fault for SOAP 1.2",
        deviates="an answer of SOAP 1.2 to what is SOAP 1.2 (WS-I R9703)",
    ),
    Stack(
        name="gSOAP", language="C", start=_c,
        beside="ERROR in the contract's response for what the generated code does not read; "
        "no waiting beyond the request's length; 411 for chunks",
        deviates="silence, for as long as the caller waits, where a message is cut short",
    ),
)  # fmt: skip
"""Stacks, what a careful vendor writes beside them, and how they deviate if nobody does."""
