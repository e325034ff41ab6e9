"""The pages' addresses: what is asked for, read, and rendered."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from flask import Blueprint, Response, redirect, request, url_for

from simulator.pages.access import why_not_seen
from simulator.pages.asking import AskingPages
from simulator.pages.chart import bars_of, ribbons_of
from simulator.pages.language import SWEDISH, known_language
from simulator.pages.rendering import guarded, page, region_name, short_name

if TYPE_CHECKING:
    from decimal import Decimal

    from flask.typing import ResponseReturnValue

    from simulator.pages.figures import National
    from simulator.pages.flow import Flow

__all__ = ["pages"]

_FILES = Path(__file__).parent / "templates"
_NARROW = 288
_WIDE = 760
_NAMES = 160
_MOST_BARS = 12


def pages(national: National, asking: AskingPages, *, token: str | None) -> Blueprint:
    """Give the pages, below /pages, in Swedish and in English.

    Shape: ``token`` is the control API's; without one only this machine sees the pages.
    """
    blueprint = Blueprint("pages", __name__, url_prefix="/pages")

    @blueprint.before_request
    def refused() -> Response | None:
        why = why_not_seen(request, token=token)
        if not why:
            return None
        asks = {"WWW-Authenticate": 'Basic realm="Provbank", charset="UTF-8"'} if token else {}
        return Response(f"{why}\n", 401 if token else 403, asks, content_type="text/plain")

    blueprint.after_request(guarded)

    @blueprint.get("/")
    def begin() -> ResponseReturnValue:
        return redirect(url_for("pages.start", language=SWEDISH.code))

    @blueprint.get("/style.css")
    def style() -> ResponseReturnValue:
        return _file("style.css", "text/css; charset=UTF-8")

    @blueprint.get("/icon.svg")
    def icon() -> ResponseReturnValue:
        return _file("icon.svg", "image/svg+xml")

    @blueprint.get("/<language>/")
    def start(language: str) -> ResponseReturnValue:
        return page("start.html", known_language(language))

    @blueprint.get("/<language>/national")
    def national_view(language: str) -> ResponseReturnValue:
        paid, flow = national.paid(), national.flow()
        return page(
            "national.html",
            known_language(language),
            paid=paid,
            paid_chart=bars_of([(region_name(p.county), p.fees) for p in paid], width=_NARROW),
            flow=flow,
            ribbons=ribbons_of(flow, width=_WIDE, margin=_NAMES),
            largest=bars_of(_named(flow)[:_MOST_BARS], width=_NARROW),
        )

    @blueprint.post("/<language>/national")
    def bill(language: str) -> ResponseReturnValue:
        national.bill()
        return redirect(url_for("pages.national_view", language=language), code=303)

    asking.add_to(blueprint)
    return blueprint


def _file(name: str, content_type: str) -> Response:
    return Response((_FILES / name).read_bytes(), content_type=content_type)


def _named(flow: Flow) -> list[tuple[str, Decimal]]:
    return [
        (f"{short_name(cell.seller) or '?'} → {short_name(cell.buyer)}", cell.net)
        for cell in flow.largest
    ]
