"""Whether the platform says rightly that it is ready."""

from __future__ import annotations

import pytest

from simulator.addressing import AddressingCatalogue
from simulator.app import create_app, create_platform
from simulator.journal import Journal
from simulator.settings import Settings


def test_platform_with_catalogue_and_journal_is_ready() -> None:
    """And tells its figures."""
    platform = create_platform(Settings(), AddressingCatalogue())
    client = create_app(platform).test_client()

    assert client.get("/health").status_code == 200
    assert client.get("/ready").get_json() == {"ready": True, "lacking": []}
    client.post("/vp", data=b"no xml")
    assert b'provbank_exchanges_total{decision="VP015"} 1.0' in client.get("/metrics").data
    platform.close()


def test_platform_without_catalogue_is_not_ready() -> None:
    """It would answer every call with VP008."""
    platform = create_platform(Settings(), None)

    answer = create_app(platform).test_client().get("/ready")

    assert answer.status_code == 503
    assert answer.get_json()["lacking"] == ["addressing catalogue"]
    platform.close()


def test_platform_without_journal_is_not_ready(monkeypatch: pytest.MonkeyPatch) -> None:
    """A database that does not answer is told by its kind of error, without its text."""

    def broken(*_arguments: object, **_how: object) -> None:
        raise OSError("password in here")

    platform = create_platform(Settings(), AddressingCatalogue())
    monkeypatch.setattr(Journal, "last_number", broken)

    answer = create_app(platform).test_client().get("/ready")

    assert answer.status_code == 503
    assert answer.get_json()["lacking"] == ["database: OSError"]
    platform.close()
