"""PHP's SoapClient, unmodified: a service called by its served WSDL over mutual TLS."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

SCRIPT = Path(__file__).with_name("soap_client.php")


@pytest.fixture(scope="module")
def php() -> str:
    """Find PHP, and see that it speaks SOAP and TLS."""
    found = shutil.which("php")
    if found is None:
        pytest.skip("there is no php")
    listed = subprocess.run(  # noqa: S603
        [found, "-m"], capture_output=True, encoding="utf-8", check=True
    ).stdout
    if lacking := {"soap", "openssl"} - set(listed.lower().split()):
        pytest.skip(f"php has no extension {' and '.join(sorted(lacking))}")
    return found


@pytest.fixture
def client(a_client: Callable[..., Any], php: str) -> Any:
    """Give PHP's SoapClient."""
    return a_client(php, str(SCRIPT))


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
