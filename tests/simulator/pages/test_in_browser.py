"""The pages in Chromium, without JavaScript: on a phone, on a screen, in the dark, on paper."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

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
