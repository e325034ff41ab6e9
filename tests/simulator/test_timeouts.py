"""How long a producer may be silent: platform facts, section 1.11."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from contracts.errors import UsageError
from simulator.settings import Settings
from simulator.timeouts import read_timeouts, timeout_for

CONTRACT = "urn:riv:a:b:CResponder:1"
LIST = [
    {"tjanstekontrakt": "default_timeouts", "routetimeout": 30000, "producertimeout": 29000},
    {"tjanstekontrakt": CONTRACT, "routetimeout": 1, "producertimeout": 1500},
]


def test_platform_waits_29_seconds_unless_told() -> None:
    """The national platform's default."""
    assert timeout_for(CONTRACT, Settings()) == 29.0


def test_list_tells_producer_timeouts_in_milliseconds(tmp_path: Path) -> None:
    """The route timeout is read and not used."""
    path = tmp_path / "timeouts.json"
    path.write_text(json.dumps(LIST), encoding="utf-8")

    settings = Settings(timeouts=read_timeouts(path), producer_timeout=7)

    assert timeout_for(CONTRACT, settings) == 1.5
    assert timeout_for("urn:riv:other", settings) == 29.0
    assert timeout_for(None, settings) == 29.0


def test_list_without_default_leaves_the_settings_own(tmp_path: Path) -> None:
    """Contracts that are not in the list wait as the settings say."""
    path = tmp_path / "timeouts.json"
    path.write_text(json.dumps(LIST[1:]), encoding="utf-8")

    settings = Settings(timeouts=read_timeouts(path), producer_timeout=7)

    assert timeout_for("urn:riv:other", settings) == 7


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="empty"),
        pytest.param("{}x", id="no JSON"),
        pytest.param('{"a": 1}', id="no list"),
        pytest.param("[1]", id="no objects"),
        pytest.param('[{"tjanstekontrakt": "a"}]', id="no timeout"),
        pytest.param('[{"tjanstekontrakt": "a", "producertimeout": "x"}]', id="no number"),
        pytest.param('[{"tjanstekontrakt": "a", "producertimeout": 0}]', id="no time"),
        pytest.param('[{"tjanstekontrakt": "a", "producertimeout": Infinity}]', id="no end"),
        pytest.param(None, id="no file"),
    ],
)
def test_anything_else_is_refused_with_its_place(tmp_path: Path, text: str | None) -> None:
    """And with how the list should be written, where there is a file at all."""
    path = tmp_path / "timeouts.json"
    if text is not None:
        path.write_text(text, encoding="utf-8")

    with pytest.raises(UsageError) as refused:
        read_timeouts(path)

    assert refused.value.where == str(path)
    assert (text is None) or "producertimeout" in refused.value.mend
