"""The page on the control API, held to the operations there are."""

from __future__ import annotations

import re
from pathlib import Path

from simulator.addressing import AddressingCatalogue
from simulator.app import create_app, create_platform
from simulator.control.openapi import openapi
from simulator.settings import Settings

PAGE = Path(__file__).parents[2] / "docs" / "control-api.md"


def test_the_page_names_every_path_of_the_default_workspace() -> None:
    """Each path with its methods stands in a table; no other is promised."""
    platform = create_platform(Settings(), AddressingCatalogue())
    description = openapi(create_app(platform), prefix="/control/v1")
    platform.journal.close()
    there_are = {
        re.sub(r"\{\w+\}", "NAME", path)
        for path in description["paths"]
        if not path.startswith("/workspaces/{workspace}")
    }

    text = PAGE.read_text(encoding="utf-8")
    promised = set(re.findall(r"`(?:(?:GET|PUT|POST|PATCH|DELETE) )(/[\w/-]+)`", text))

    assert promised == there_are
