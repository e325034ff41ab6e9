"""The pages in Chromium, without JavaScript: on a phone, on a screen, in the dark, on paper."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from simulator.server import Server

PHONE = 320


@pytest.mark.parametrize(
    ("one", "other", "ratio"),
    [
        pytest.param("#000000", "rgb(255, 255, 255)", 21.0, id="black on white"),
        pytest.param("#777777", "#ffffff", 4.48, id="the grey that is just too light"),
        pytest.param("#0a4f8f", "#0a4f8f", 1.0, id="the same"),
    ],
)
def test_contrast_is_measured_as_wcag_does(seen: Any, one: str, other: str, ratio: float) -> None:
    """By the figures that other tools give."""
    assert seen.contrast(one, other) == pytest.approx(ratio, abs=0.01)


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_every_text_can_be_read(
    seen: Any, a_browser_page: Callable[..., Any], address: str, any_path: str, dark: bool
) -> None:
    """Contrast by WCAG 2.2 AA, as the browser has laid colours on each other."""
    page = a_browser_page(dark=dark)
    page.goto(f"{address}/{any_path}")

    texts = seen.texts(page)
    assert len(texts) > 5
    assert [each for each in texts if each.contrast < each.least] == []


def test_text_that_cannot_be_read_is_found(seen: Any, a_browser_page: Callable[..., Any]) -> None:
    """The measure turns red: a pale grey on white."""
    page = a_browser_page()
    page.set_content("<p style='color:#999'>pale</p><p>dark</p>")

    assert [each.text for each in seen.texts(page) if each.contrast < each.least] == ["pale"]


def test_page_fits_a_phone(
    seen: Any, a_browser_page: Callable[..., Any], address: str, any_path: str
) -> None:
    """Nothing stands outside at 320 pixels; a wide table scrolls in a frame of its own."""
    page = a_browser_page(width=PHONE)
    page.goto(f"{address}/{any_path}")

    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE
    assert seen.overflowing(page) == []


def test_page_loads_nothing_that_its_policy_stops(
    a_browser_page: Callable[..., Any], address: str, any_path: str
) -> None:
    """The browser has nothing to complain of, and asks nobody else."""
    complaints: list[str] = []
    asked: list[str] = []
    page = a_browser_page(javascript=True)
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{address}/{any_path}")

    assert complaints == []
    assert asked
    assert [url for url in asked if not url.startswith(address.rpartition("/")[0])] == []


@pytest.mark.parametrize("width", [PHONE, 1200])
def test_page_can_be_used_by_keyboard(
    seen: Any, a_browser_page: Callable[..., Any], address: str, any_path: str, width: int
) -> None:
    """Each Tab leads to something on the screen that shows its focus and is large enough."""
    page = a_browser_page(width=width)
    page.goto(f"{address}/{any_path}")

    page.keyboard.press("Tab")
    assert seen.focused(page)["name"] == "Hoppa till innehållet"
    reached = []
    while (now := seen.focused(page))["tag"] != "BODY":
        assert now["ring"], now
        assert now["onScreen"], now
        assert min(now["height"], now["width"]) >= 24, now
        reached.append(now["name"])
        page.keyboard.press("Tab")
    assert "Nationellt" in reached
    assert "English" in reached


def test_skip_link_leads_past_the_places(
    seen: Any, a_browser_page: Callable[..., Any], address: str
) -> None:
    """Enter on it moves focus to the content."""
    page = a_browser_page()
    page.goto(f"{address}/national")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")

    assert seen.focused(page)["tag"] == "MAIN"


def test_chart_gives_way_to_bars_on_a_phone(
    a_browser_page: Callable[..., Any], address: str
) -> None:
    """Ribbons need width; both show the same figures."""
    for width, ribbons, bars in ((PHONE, False, True), (1200, True, False)):
        page = a_browser_page(width=width)
        page.goto(f"{address}/national")
        assert page.locator("svg:has(#floden-diagram)").is_visible() is ribbons
        assert page.locator("svg:has(#storsta-diagram)").is_visible() is bars


def test_language_is_changed_by_a_link(a_browser_page: Callable[..., Any], address: str) -> None:
    """And stays, from page to page."""
    page = a_browser_page()
    page.goto(f"{address}/national")
    page.get_by_role("link", name="English").click()
    assert page.get_by_role("heading", level=1).inner_text() == (
        "What care has cost, all over the country"
    )
    page.get_by_role("link", name="Provbänk").click()
    assert page.get_by_role("heading", level=1).inner_text() == "What people see"


def test_paper_has_the_figures_and_no_places(
    a_browser_page: Callable[..., Any], address: str, any_path: str
) -> None:
    """A print-out leaves out what can only be clicked."""
    page = a_browser_page()
    page.goto(f"{address}/{any_path}")
    page.emulate_media(media="print", color_scheme="dark")

    assert not page.locator("nav").is_visible()
    assert page.locator("h1").is_visible()
    paper = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert paper == "rgb(255, 255, 255)"


# --- Asking, without JavaScript -------------------------------------------------------------------


@pytest.fixture
def impatient(a_site: Callable[..., Any]) -> Iterator[tuple[Any, str]]:
    """Give pages that come anew every second, and where they are served."""
    site = a_site(pause=1)
    with Server(site.app) as server:
        yield site, f"{server.url}/pages/sv"


def test_page_comes_anew_by_itself_until_all_have_answered(
    a_browser_page: Callable[..., Any], impatient: tuple[Any, str]
) -> None:
    """The late answer shows without anything being clicked; then the page stands still."""
    site, address = impatient
    page = a_browser_page()
    page.goto(f"{address}/guardian")
    page.get_by_role("button").click()
    page.get_by_role("heading", name="1 250 kr kvar till frikort").wait_for()

    site.asking.answers["202001019805"] = site.asking.answers["191212121212"]
    page.get_by_role("heading", name="Barnet har frikort").wait_for()
    page.wait_for_load_state()
    assert page.locator("meta[http-equiv=refresh]").count() == 0


def test_link_stops_the_page_from_coming_anew(
    a_browser_page: Callable[..., Any], impatient: tuple[Any, str]
) -> None:
    """A reader who needs time has it."""
    _, address = impatient
    page = a_browser_page()
    page.goto(f"{address}/guardian")
    page.get_by_role("button").click()
    page.get_by_role("link", name="Sluta hämta på nytt").click()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.wait_for_timeout(2_000)

    assert [url for url in asked if "guardian" in url] == []
    assert page.get_by_role("link", name="Hämta på nytt").is_visible()


def test_form_is_filled_in_by_keyboard_on_a_phone(
    seen: Any, a_browser_page: Callable[..., Any], address: str
) -> None:
    """From the top of the page to the answer, by Tab, letters and Enter."""
    page = a_browser_page(width=PHONE)
    page.goto(f"{address}/caregiver")
    while seen.focused(page)["tag"] != "INPUT":
        page.keyboard.press("Tab")
    page.keyboard.type("19121212-1212")
    page.keyboard.press("Enter")

    page.get_by_role("heading", name="Patienten har frikort").wait_for()
    assert page.url.count("1212") == 0


def test_error_leads_to_its_field(a_browser_page: Callable[..., Any], address: str) -> None:
    """The remark is read with the field, and its link moves focus there."""
    page = a_browser_page()
    page.goto(f"{address}/resident")
    page.get_by_label("Annat person-id").fill("1212")
    page.get_by_role("button").click()
    assert page.title().startswith("Fel: ")
    page.get_by_role("alert").get_by_role("link").click()

    field = page.locator(":focus")
    assert field.get_attribute("id") == "other"
    described = field.get_attribute("aria-describedby").split()
    assert "Skriv tolv tecken" in " ".join(
        page.locator(f"#{one}").inner_text() for one in described
    )


def test_answer_says_the_same_in_english(a_browser_page: Callable[..., Any], address: str) -> None:
    """The same answers, not asked for again."""
    page = a_browser_page()
    page.goto(f"{address}/resident")
    page.get_by_role("button").click()
    before = page.url
    page.get_by_role("link", name="English").click()

    assert page.url == before.replace("/sv/", "/en/")
    assert page.get_by_role("heading", name="You have an exemption card").is_visible()
    assert "SEK 1,450" in page.inner_text("main").replace("\N{NO-BREAK SPACE}", " ")
