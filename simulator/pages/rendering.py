"""Pages from templates, with the headers that keep a browser to what the pages need."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from flask import Response, request, url_for
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from simulator.pages.language import ENGLISH, SWEDISH, Language
from simulator.pages.persons import identity_in
from simulator.regions.directory import REGIONS

__all__ = ["POLICY", "guarded", "page", "region_name", "short_name"]

POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
"""What a page may load: its own style sheet, and nothing that runs."""

_FOLDER = Path(__file__).parent / "templates"


def page(name: str, language: Language, *, status: int = 200, **values: object) -> Response:
    """Render a template to a whole page."""
    other = ENGLISH if language is SWEDISH else SWEDISH
    arguments = {**(request.view_args or {}), "language": other.code}
    text = (
        _environment()
        .get_template(name)
        .render(
            t=language.text,
            language=language,
            other=other,
            other_url=url_for(request.endpoint or "", **arguments),
            here=request.path,
            link=lambda view, **more: url_for(f"pages.{view}", language=language.code, **more),
            style=url_for("pages.style"),
            icon=url_for("pages.icon"),
            **values,
        )
    )
    return Response(text, status=status, content_type="text/html; charset=UTF-8")


def guarded(response: Response) -> Response:
    """Set the headers that every page carries; nothing of it is to be kept by the browser."""
    response.headers["Content-Security-Policy"] = POLICY
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Referrer-Policy"] = "same-origin"
    response.headers["Cache-Control"] = "no-store"
    return response


def region_name(county: str) -> str:
    """Give the name of a region; what is no known one is called so by the template."""
    return REGIONS[county].name if county in REGIONS else ""


def short_name(county: str) -> str:
    """Give the name of a region as a chart has room for it: Stockholm, Jönköping."""
    name = region_name(county)
    if name == "Västra Götalandsregionen":
        return "Västra Götaland"
    return name.removeprefix("Region ").removesuffix(" län").removesuffix("s")


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(_FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals.update(
        identity_in=identity_in, region_name=region_name, short_name=short_name
    )
    return environment
