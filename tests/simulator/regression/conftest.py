"""What all regression cases have in common: the catalogue of fixture.toml, and its names.

A test asks for ``regression_catalogue`` and says where the producers listen::

    catalogue = regression_catalogue({"SKLTP-MOCK01": "http://127.0.0.1:8001/mock"})
    catalogue = regression_catalogue(lambda name: f"{producers.url}/{name}")

A name is what stands after ``producer://`` in fixture.toml: LOAD-MOCKS, SKLTP-MOCK01, SKLTP-MOCKS
(02 to 20 and 100), gemenlogiskadress, CERT-MOCK, PRODUCER-NOT-AVAILABLE, TREE, STANDARD, 10K4,
10K5, AGP, EI, SKLTP-MOCK-EI, and the platform's own services by the name of their contract. A
producer that is not named keeps its address, which nothing answers. ``consumer`` is who calls in
the suites, ``namespaces`` gives a contract's namespace by its short name (``namespaces["RES"]``).
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from simulator.addressing import AddressingCatalogue, Route
from simulator.addressing.files import read_catalogue

Producers = Mapping[str, str] | Callable[[str], str]

_FILE = Path(__file__).with_name("fixture.toml")
_SCHEME = "producer://"


@pytest.fixture(scope="session")
def consumer() -> str:
    """Give the id that the suites call with."""
    return "TSTNMT2321000156-B02"


@pytest.fixture(scope="session")
def platform_address() -> str:
    """Give the platform's own logical address."""
    return "5565594230"


@pytest.fixture(scope="session")
def namespaces() -> Mapping[str, str]:
    """Give the contracts' namespaces by the short names of the fixture file."""
    contracts = tomllib.loads(_FILE.read_text(encoding="utf-8"))["contracts"]
    return {contract["name"]: contract["namespace"] for contract in contracts}


@pytest.fixture(scope="session")
def regression_catalogue() -> Callable[..., AddressingCatalogue]:
    """Give a maker of the catalogue, with the addresses of the producers that are named."""
    read = read_catalogue(_FILE)

    def build(producers: Producers = {}) -> AddressingCatalogue:  # noqa: B006 - only read
        def placed(route: Route) -> Route:
            name = route.address.removeprefix(_SCHEME)
            address = producers(name) if callable(producers) else producers.get(name)
            return replace(route, address=address or route.address)

        rows = replace(
            read.rows, routes=tuple(placed(row) for row in read.routes), call_addresses=()
        )  # fmt: skip
        return AddressingCatalogue(
            rows=rows.completed(), tree=read.tree, rules=read.rules, published=read.published
        )

    return build
