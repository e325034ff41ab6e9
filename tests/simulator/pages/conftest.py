"""Pages on fixed figures: asked in process, or in a browser."""

from __future__ import annotations

import importlib.util
import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

import pytest
from flask import Flask
from lxml import html

from simulator.app import bare_app
from simulator.pages import pages
from simulator.pages.figures import Paid
from simulator.pages.flow import Cell, Flow, flow_of
from simulator.server import Server

if TYPE_CHECKING:
    from flask.testing import FlaskClient
    from playwright.sync_api import Browser, Page

BILLED = (
    Cell(seller="01", buyer="03", claims=3, credits=1, net=Decimal(12400)),
    Cell(seller="03", buyer="01", claims=1, net=Decimal("1450.50")),
    Cell(seller="12", buyer="23", claims=2, net=Decimal(800)),
    Cell(seller="", buyer="03", claims=1, net=Decimal(100)),
    Cell(seller="23", buyer="12", claims=1, credits=1, net=Decimal(0)),
)
PAID = (
    Paid(county="03", persons=2, visits=9, fees=Decimal(1700), cards=1),
    Paid(county="14", persons=1, visits=1, fees=Decimal("99.50"), cards=0),
)


@dataclass
class FixedNation:
    """National figures that stand still."""

    fees: tuple[Paid, ...] = PAID
    cells: tuple[Cell, ...] = BILLED

    def paid(self) -> tuple[Paid, ...]:
        """Give the fees."""
        return self.fees

    def flow(self) -> Flow:
        """Give the flow."""
        return flow_of(self.cells)


@dataclass
class Site:
    """The pages in process, as a browser without JavaScript sees them."""

    nation: FixedNation = field(default_factory=FixedNation)
    token: str | None = None

    def __post_init__(self) -> None:
        """Mount the pages on an application of their own."""
        self.app: Flask = bare_app("pages", largest=1_000_000)
        self.app.register_blueprint(pages(self.nation, token=self.token))
        self.client: FlaskClient = self.app.test_client()

    def page(self, path: str, *, status: int = 200) -> html.HtmlElement:
        """Fetch a page that must be there."""
        answer = self.client.get(path)
        assert answer.status_code == status
        return html.document_fromstring(answer.data.decode("utf-8"))

    @staticmethod
    def words(element: html.HtmlElement) -> str:
        """Give the text of an element, white space single; hard spaces become plain ones."""
        return " ".join(element.text_content().split())


@pytest.fixture
def site() -> Site:
    """Give the pages on the fixed figures."""
    return Site()


@pytest.fixture
def a_site() -> Callable[..., Site]:
    """Give a maker of pages, on figures or with a token of their own."""

    def build(*, fees: tuple[Paid, ...] = PAID, cells: tuple[Cell, ...] = BILLED,
              token: str | None = None) -> Site:  # fmt: skip
        return Site(nation=FixedNation(fees=fees, cells=cells), token=token)

    return build


# --- In a browser ---------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Give the Chromium of this machine; the tests in it are skipped where there is none."""
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    program = shutil.which("chromium") or shutil.which("chromium-browser")
    if program is None:
        pytest.skip("chromium is not on the path")
    with playwright.sync_playwright() as started:
        try:
            browser = started.chromium.launch(executable_path=program, args=["--no-sandbox"])
        except playwright.Error as error:
            pytest.skip(f"chromium does not start: {str(error).splitlines()[0]}")
        yield browser
        browser.close()


@pytest.fixture
def a_browser_page(chromium: Browser) -> Iterator[object]:
    """Give a maker of browser pages; each is its own visitor."""
    contexts = []

    def build(*, width: int = 1200, dark: bool = False, javascript: bool = False) -> Page:
        context = chromium.new_context(
            viewport={"width": width, "height": 800},
            color_scheme="dark" if dark else "light",
            java_script_enabled=javascript,
        )
        contexts.append(context)
        return context.new_page()

    yield build
    for context in contexts:
        context.close()


@pytest.fixture
def address(site: Site) -> Iterator[str]:
    """Give where the pages are served."""
    with Server(site.app) as server:
        yield f"{server.url}/pages/sv"


@pytest.fixture
def seen() -> ModuleType:
    """Give the measures of what a browser shows."""
    path = Path(__file__).parent / "seen.py"
    spec = importlib.util.spec_from_file_location("pages_seen", path)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module
