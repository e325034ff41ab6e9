"""``soap`` from npm, unmodified: a service called by its served WSDL over mutual TLS."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

SCRIPT = Path(__file__).with_name("soap_client.js")
OLDEST = (1, 6, 4)
"""The releases before write what is no XML where a type of another namespace holds a third one."""


@pytest.fixture(scope="module")
def node() -> tuple[str, str]:
    """Find Node, and the path of modules that leads it to the package."""
    found = shutil.which("node")
    if found is None:
        pytest.skip("there is no node")
    path = os.pathsep.join(filter(None, [os.environ.get("NODE_PATH"), *installed_for_all()]))
    tried = subprocess.run(  # noqa: S603
        [found, "-e", "require('soap'); console.log(require('soap/package.json').version)"],
        cwd=SCRIPT.parent,
        env={**os.environ, "NODE_PATH": path},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    if tried.returncode:
        pytest.skip("node finds no package soap: npm install --global soap, or set NODE_PATH")
    if tuple(map(int, tried.stdout.strip().split("."))) < OLDEST:
        pytest.skip(f"soap {tried.stdout.strip()} leaves a namespace prefix undeclared")
    return found, path


def installed_for_all() -> list[str]:
    """Give where npm keeps the packages that are installed globally."""
    npm = shutil.which("npm")
    if npm is None:
        return []
    told = subprocess.run(  # noqa: S603
        [npm, "root", "--global"], capture_output=True, encoding="utf-8", check=False
    )
    return told.stdout.split("\n")[:1]


@pytest.fixture
def client(a_client: Callable[..., Any], node: tuple[str, str]) -> Any:
    """Give the client of Node."""
    command, path = node
    return a_client(command, str(SCRIPT), NODE_PATH=path)


@pytest.mark.parametrize(
    "operation", ["ProcessClaimSpecification", "RequestExemptionStatuses", "GetThing"]
)
def test_an_answer_is_understood(client: Any, operation: str) -> None:
    """Two bundled contracts and an installed one, with nothing but the address of their WSDL."""
    client.check_answer(operation)


@pytest.mark.parametrize("code", ["VP004", "VP007"])
def test_a_fault_of_the_platform_is_the_client_s_own(client: Any, code: str) -> None:
    """Code, text and detail stand where the client's users look for them."""
    client.check_fault(code)
