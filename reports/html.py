"""A run as one page for people, in Swedish: self-contained, readable without scripts, printable."""

from __future__ import annotations

import base64
import hashlib
from pathlib import Path
from typing import TYPE_CHECKING

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from reports import phrases
from reports.page import Page
from reports.results import Outcome

if TYPE_CHECKING:
    from reports.results import RunResult

__all__ = ["write_html"]


def write_html(result: RunResult, folder: Path) -> Path:
    """Write ``rapport.html`` into a folder and give its path.

    Shape:  the folder is the one that holds the bodies which the result names.
    Raises: OSError where the page cannot be written; a body that cannot be read is told of in it.
    """
    page = _environment().get_template("report.html").render(report=Page(result, folder))
    path = folder / "rapport.html"
    path.write_text(page, encoding="utf-8", newline="\n")
    return path


def _sha256_source(text: str) -> str:
    """Name a style or script by its hash, so that the page runs it and nothing else."""
    return "'sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() + "'"


def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=True,
        finalize=phrases.visible,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(
        counted=phrases.counted,
        duration=phrases.duration,
        instant=phrases.instant,
        milliseconds=phrases.milliseconds,
        number=phrases.number,
        path=phrases.path,
        sha256_source=_sha256_source,
        share=phrases.share,
        size=phrases.size,
    )
    environment.globals.update(elapsed=phrases.elapsed, outcomes=list(Outcome))
    return environment
