"""Pages on fixed figures: asked in process, or in a browser."""

from __future__ import annotations

import importlib.util
import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

import pytest
from flask import Flask
from lxml import html

from contracts.terms import SWEDISH_TIME
from simulator.app import bare_app
from simulator.journal.identities import those_of
from simulator.pages import pages
from simulator.pages.asking import AskingPages, Patience
from simulator.pages.figures import Answer, Lacking, Paid
from simulator.pages.flow import Cell, Flow, flow_of
from simulator.pages.persons import Choice, Persons, identity_in
from simulator.regions.protection import Visit, periods, protection
from simulator.server import Server

if TYPE_CHECKING:
    from flask.testing import FlaskClient
    from playwright.sync_api import Browser, Page
    from werkzeug.test import TestResponse

    from contracts.domains.financial_patientfees_exemption.v1_0.messages import Actor, Identity

BILLED = (
    Cell(seller="01", buyer="03", claims=3, credits=1, net=Decimal(12400)),
    Cell(seller="03", buyer="01", claims=1, net=Decimal("1450.50")),
    Cell(seller="12", buyer="23", claims=2, net=Decimal(800)),
    Cell(seller="", buyer="03", claims=1, net=Decimal(100)),
    Cell(seller="23", buyer="12", claims=1, credits=1, net=Decimal(0)),
)
PAID = (
    Paid(county="03", persons=2, visits=9, fees=Decimal(1700)),
    Paid(county="14", persons=1, visits=1, fees=Decimal("99.50")),
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

    def bill(self) -> None:
        """Add one claim."""
        self.cells = (*self.cells, Cell(seller="25", buyer="24", claims=1, net=Decimal(7)))


TODAY = date(2026, 6, 1)
TOLVAN, ANNA, BARNET, SYSKONET = (
    identity_in(text) for text in ("19121212-1212", "198112189876", "202001019805", "202201019803")
)
STRANGER = "19640823-3234"
LISTED = Persons(
    listed=(
        Choice(identity=TOLVAN, about="frikort i Uppsala"),
        Choice(identity=ANNA, about="en krona från frikort"),
        Choice(identity=BARNET, about="barn", guardians=frozenset({ANNA.extension})),
        Choice(identity=SYSKONET, about="syskon", guardians=frozenset({ANNA.extension})),
    ),
    is_test_person=those_of(each.extension for each in (TOLVAN, ANNA, BARNET, SYSKONET)),
)


def a_visit(day: date, fee: str, region: str = "03", **more: Any) -> Visit:
    """Make a visit that was registered at noon."""
    return Visit(day=day, registered=datetime.combine(day, time(12)), fee=Decimal(fee),
                 region=region, **more)  # fmt: skip


def an_answer(*visits: Visit, **more: Any) -> Answer:
    """Make an answer of visits, as the calculation has them."""
    values = {"outcome": "answered", "answered": ("03",)} | more
    return Answer(protection=protection(periods(visits), at=TODAY, region="03"), **values)


CARD = an_answer(
    a_visit(date(2026, 1, 15), "1000", care_unit="SE2321000024-UNIT1"),
    a_visit(date(2026, 2, 20), "800", "14"),
    answered=("03", "14"),
)
PART = an_answer(
    a_visit(date(2025, 9, 1), "200"),
    answered=("03",),
    lacking=(Lacking(source="05", reached=False, problem="VP009 svarar inte"),),
)
WAITING = an_answer(
    a_visit(date(2025, 9, 1), "200"),
    lacking=(Lacking(source="SE5560000001-SYS1", reached=True),),
)
NOTHING = an_answer(answered=())
FAILED = an_answer(outcome="VP007 saknar behörighet", answered=())


@dataclass
class FixedAsking:
    """Answers by whom they are about; what was asked is kept."""

    answers: dict[str, Answer] = field(
        default_factory=lambda: {
            TOLVAN.extension: CARD,
            ANNA.extension: PART,
            BARNET.extension: WAITING,
            SYSKONET.extension: NOTHING,
        }
    )
    asked: list[tuple[str, Identity, Actor]] = field(default_factory=list)

    def ask(self, county: str, patient: Identity, actor: Actor) -> str:
        """Take a question."""
        self.asked.append((county, patient, actor))
        return f"request {len(self.asked)}"

    def answer(self, _county: str, patient: Identity, _request_id: str) -> Answer:
        """Give what stands still."""
        return self.answers.get(patient.extension, FAILED)


@dataclass
class Site:
    """The pages in process, as a browser without JavaScript sees them."""

    nation: FixedNation = field(default_factory=FixedNation)
    asking: FixedAsking = field(default_factory=FixedAsking)
    token: str | None = None
    at_once: float = 0.0
    pause: int = 60
    now: float = 0.0

    def __post_init__(self) -> None:
        """Mount the pages on an application of their own."""
        self.app: Flask = bare_app("pages", largest=1_000_000)
        asking = AskingPages(
            asking=self.asking,
            persons=LISTED,
            patience=Patience(at_once=self.at_once, pause=self.pause, longest=30.0),
            clock=lambda: self.now,
            now=lambda: datetime.combine(TODAY, time(14, 5, 9), SWEDISH_TIME),
        )
        self.app.register_blueprint(pages(self.nation, asking, token=self.token))
        self.client: FlaskClient = self.app.test_client()

    def asked(self, viewer: str, *, language: str = "sv", **form: str) -> str:
        """Fill in a form, and give where its answers stand."""
        answer = self.client.post(f"/pages/{language}/{viewer}", data={"county": "03"} | form)
        assert answer.status_code == 303
        return str(answer.headers["Location"])

    def page(self, path: str, *, status: int = 200) -> html.HtmlElement:
        """Fetch a page that must be there."""
        answer = self.client.get(path)
        assert answer.status_code == status
        return self.read(answer)

    @staticmethod
    def read(answer: TestResponse) -> html.HtmlElement:
        """Read an answer as a page."""
        return html.document_fromstring(answer.data.decode("utf-8"))

    @classmethod
    def rows(cls, page: html.HtmlElement, table: str = "") -> list[list[str]]:
        """Give the cells of a table, row by row; the only one where none is named."""
        named = f"//table[@id='{table}']//tr" if table else "//tr"
        return [[cls.words(cell) for cell in row.xpath("th | td")] for row in page.xpath(named)]

    @staticmethod
    def words(element: html.HtmlElement) -> str:
        """Give the text of an element, white space single; hard spaces become plain ones."""
        return " ".join(element.text_content().split())


@pytest.fixture
def a_shared_answer() -> Callable[[str, str], Answer]:
    """Give a maker of answers on a child whose ceiling another child shares."""

    def build(one: str, other: str) -> Answer:
        return an_answer(
            a_visit(date(2026, 1, 15), "500", person=one),
            a_visit(date(2026, 2, 20), "400", person=other),
        )

    return build


@pytest.fixture
def site() -> Site:
    """Give the pages on the fixed figures."""
    return Site()


@pytest.fixture
def a_site() -> Callable[..., Site]:
    """Give a maker of pages, on figures, with a token or patience of their own."""

    def build(*, fees: tuple[Paid, ...] = PAID, cells: tuple[Cell, ...] = BILLED,
              **more: Any) -> Site:  # fmt: skip
        return Site(nation=FixedNation(fees=fees, cells=cells), **more)

    return build


# --- In a browser ---------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """Give the Chromium of this machine; the tests in it are skipped where there is none.

    Shape: for one module at a time, as Playwright holds the thread's event loop until it ends.
    """
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


PAGES = {
    "start": "",
    "national": "national",
    "resident's form": "resident",
    "guardian's form": "guardian",
    "care giver's form": "caregiver",
    "frikort": ("resident", TOLVAN),
    "incomplete": ("caregiver", ANNA),
    "waiting": ("guardian", ANNA),
    "failed and masked": ("resident", identity_in(STRANGER)),
}


@pytest.fixture(params=PAGES)
def any_path(request: pytest.FixtureRequest, site: Site) -> str:
    """Give the path of each page below its language, after the question has been asked."""
    found = PAGES[request.param]
    if isinstance(found, str):
        return found
    viewer, person = found
    return site.asked(viewer, other=person.extension).removeprefix("/pages/sv/")
