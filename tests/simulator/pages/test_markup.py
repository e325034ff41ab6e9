"""Every page as assistive technology meets it: what can be told from its HTML alone."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest


@pytest.fixture(params=["sv", "en"])
def page(request: pytest.FixtureRequest, site: Any, any_path: str) -> Any:
    """Give each page in each language."""
    return site.page(f"/pages/{request.param}/{any_path}")


def test_page_says_its_language_and_its_name(page: Any, site: Any) -> None:
    """A title of its own, before the name of the site."""
    assert page.get("lang") in {"sv", "en"}
    assert site.words(page.find(".//title")) != "Provbänk"
    assert site.words(page.find(".//h1"))


def test_headings_go_down_one_level_at_a_time(page: Any) -> None:
    """One h1, and no level is skipped."""
    levels = [int(each.tag[1]) for each in page.iter("h1", "h2", "h3", "h4")]

    assert levels.count(1) == 1
    assert levels[0] == 1
    assert all(below <= above + 1 for above, below in pairwise(levels))


def test_first_link_skips_to_the_content(page: Any) -> None:
    """Past the places that stand on every page."""
    first = next(page.iter("a"))

    assert first.get("class") == "skip"
    assert page.get_element_by_id(first.get("href")[1:]).tag == "main"


def test_ids_are_unique_and_those_referred_to_are_there(page: Any) -> None:
    """A label that names nothing would be read as nothing."""
    ids = page.xpath("//@id")
    referred = " ".join(page.xpath("//@aria-labelledby | //@aria-describedby | //label/@for"))

    assert len(ids) == len(set(ids))
    assert set(referred.split()) <= set(ids)


def test_every_table_is_named_and_its_headers_say_what_they_head(page: Any, site: Any) -> None:
    """A caption, and a scope on each header."""
    for table in page.iter("table"):
        assert site.words(table.find("caption"))
        assert {header.get("scope") for header in table.iter("th")} <= {"col", "row"}


def test_every_field_and_picture_has_a_name(page: Any, site: Any) -> None:
    """By a label, a legend or a title."""
    labelled = set(page.xpath("//label/@for"))
    for field in page.xpath("//input[@type!='hidden'] | //select | //textarea"):
        assert field.get("id") in labelled
    for group in page.iter("fieldset"):
        assert site.words(group.find("legend"))
    for picture in page.iter("svg"):
        assert site.words(picture.find("title"))


def test_what_scrolls_can_be_reached_by_keyboard(page: Any) -> None:
    """A wide table stands in a named region that takes focus."""
    for region in page.xpath("//*[@class='scroll']"):
        assert region.get("tabindex") == "0"
        assert region.get("role") == "region"
        assert region.get("aria-labelledby")


def test_place_of_the_page_is_told(page: Any, any_path: str) -> None:
    """By aria-current; below a place, that it is the place they belong to."""
    current = page.xpath("//nav//a/@aria-current")

    assert current == ([] if not any_path else ["true" if "/" in any_path else "page"])
