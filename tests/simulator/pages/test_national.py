"""The national view: fees over regions, and claims between them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

PATH = "/pages/sv/national"


def test_fees_stand_by_region_with_their_sum(site: Any) -> None:
    """Persons are not summed: one may have been to several regions."""
    assert site.rows(site.page(PATH), "betalat-tabell") == [
        ["Region", "Personer", "Besök", "Betalat"],
        ["Region Uppsala", "2", "9", "1 700 kr"],
        ["Västra Götalandsregionen", "1", "1", "99,50 kr"],
        ["Alla regioner", "–", "10", "1 799,50 kr"],
    ]


def test_claims_are_a_matrix_of_sellers_by_buyers(site: Any) -> None:
    """Also what has been credited away, and a seller that is no region."""
    assert site.rows(site.page(PATH), "matris") == [
        ["Säljare", "Stockholm", "Uppsala", "Skåne", "Jämtland Härjedalen", "Summa"],
        ["Stockholm", "–", "12 400", "–", "–", "12 400"],
        ["Uppsala", "1 450,50", "–", "–", "–", "1 450,50"],
        ["Skåne", "–", "–", "–", "800", "800"],
        ["Jämtland Härjedalen", "–", "–", "0", "–", "0"],
        ["Annan", "–", "100", "–", "–", "100"],
        ["Summa", "1 450,50", "12 500", "0", "800", "14 750,50"],
    ]


def test_chart_has_a_ribbon_for_each_flow(site: Any) -> None:
    """Each tells from whom, to whom and how much."""
    told = [site.words(title) for title in site.page(PATH).xpath("//path/title")]

    assert sorted(told) == [
        "Annan → Uppsala: 100 kr",
        "Skåne → Jämtland Härjedalen: 800 kr",
        "Stockholm → Uppsala: 12 400 kr",
        "Uppsala → Stockholm: 1 450,50 kr",
    ]


def test_every_chart_is_named_and_leads_to_its_figures(site: Any) -> None:
    """The text alternative is the table with the same figures."""
    page = site.page(PATH)
    charts = page.xpath("//svg")

    assert len(charts) == 3
    for chart in charts:
        assert chart.get("role") == "img"
        assert site.words(page.get_element_by_id(chart.get("aria-labelledby")))
        assert page.get_element_by_id(chart.get("aria-describedby")).tag == "table"


def test_nothing_registered_is_said_so(a_site: Callable[..., Any]) -> None:
    """No empty tables, no empty charts."""
    site = a_site(fees=(), cells=())
    page = site.page(PATH)

    assert "Inga besök är registrerade." in site.words(page)
    assert "Inga fakturaunderlag har tagits emot." in site.words(page)
    assert page.xpath("//table | //svg") == []


def test_page_is_there_in_english(site: Any) -> None:
    """By a link that leads to the same page, and says its own language."""
    (link,) = site.page(PATH).xpath("//a[@hreflang='en']")
    page = site.page(link.get("href"))

    assert page.get("lang") == "en"
    assert site.words(page.find(".//h1")) == "What care has cost, all over the country"
    assert "SEK 12,500" not in site.words(page)  # the matrix tells the currency once
    assert "SEK 1,700" in site.words(page)


def test_button_has_the_regions_bill_each_other(site: Any) -> None:
    """And leads back to the page, where the claims now stand."""
    answer = site.client.post(PATH)

    assert (answer.status_code, answer.headers["Location"]) == (303, PATH)
    assert "Norrbotten → Västerbotten: 7 kr" in site.words(site.page(PATH))
