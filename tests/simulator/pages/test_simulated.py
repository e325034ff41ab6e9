"""The pages on the simulated regions: real calls, through the platform, to all who know."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import timedelta
from typing import Any

import pytest
import requests
from lxml import html

from contracts.domains.financial_patientfees_exemption.v1_0.kinds import PATIENTS, PERSONAL_NUMBER
from contracts.judge import swedish_now
from simulator.pages.language import SWEDISH
from simulator.regions.ceilings import bundled_ceilings
from simulator.regions.directory import REGIONS
from simulator.settings import Settings
from simulator.simulation import Simulation, journal_in, simulation
from simulator.testdata.expected import expected
from simulator.testdata.persons import persons_on

PATIENCE = 20.0
PERSON, EXEMPT = PATIENTS[0], PATIENTS[1]
HOLDERS = {PERSON: 2, EXEMPT: 1}
UPPSALA = "SE2321000024-PROVBANK1"


TODAY = swedish_now().date()
MADE = persons_on(TODAY)
CASES = {each.case.name: each for each in MADE}


class Regions:
    """The simulation as a tester meets it: visits by trigger, pages by browser."""

    def __init__(self, running: Simulation) -> None:
        self.url = running.url
        self.http = requests.Session()
        self.http.trust_env = False

    def routes(self, interaction: str, address: str) -> list[dict[str, Any]]:
        """Give the routes that lead an interaction to an address."""
        found = self.http.get(f"{self.url}/control/v1/routes", timeout=PATIENCE).json()
        return [
            route
            for route in found
            if interaction in route["contract"] and route["logical_address"] == address
        ]

    def visit(self, county: str, fee: str, *, person: str, days_ago: int = 30) -> None:
        """Have a region's system register a visit, which it tells the index of."""
        (route,) = self.routes("RequestExemptionStatuses", county)
        document = {
            "patientId": {"root": PERSONAL_NUMBER, "extension": person},
            "date": (swedish_now().date() - timedelta(days=days_ago)).isoformat(),
            "fee": fee,
        }
        answer = self.http.post(f"{route['address']}/trigger/visit", json=document,
                                timeout=PATIENCE)  # fmt: skip
        assert answer.status_code == 201

    def page(self, path: str, **form: str) -> html.HtmlElement:
        """Fetch a page, by a form that is filled in where there is any."""
        ask = self.http.post if form else self.http.get
        answer = ask(f"{self.url}/pages/sv/{path}", data=form or None, timeout=PATIENCE)
        assert answer.status_code == 200
        return html.document_fromstring(answer.content.decode("utf-8"))

    def asked(self, viewer: str, county: str, person: str, *, holders: int = 0) -> html.HtmlElement:
        """Ask about a person until all who hold anything have answered.

        Shape: what a region has told the index is there a moment later.
        """
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            page = self.page(viewer, county=county, other=person)
            found = page.xpath("//ul[@class='sources']/li")
            if len(found) == (HOLDERS.get(person) or holders) and not page.xpath(
                "//*[@role='status']"
            ):
                return page
            time.sleep(0.2)
        pytest.fail("the answers did not come")

    def close(self) -> None:
        """Let go of the connections."""
        self.http.close()


@pytest.fixture(scope="module")
def regions(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Regions]:
    """Give a simulation with visits of two persons, each at two regions."""
    data = tmp_path_factory.mktemp("data")
    listed = data / "persons.txt"
    listed.write_text("\n".join(PATIENTS), encoding="utf-8")
    settings = Settings(journal=journal_in(data), test_persons=listed, index_collects_for=0.0)
    with (
        simulation(port=0, data=data, settings=settings, persons=MADE) as running,
        closing(Regions(running)) as ready,
    ):
        ready.visit("03", "300.00", person=PERSON, days_ago=40)
        ready.visit("14", "200.50", person=PERSON, days_ago=10)
        ready.visit("12", "1500.00", person=EXEMPT, days_ago=20)
        yield ready


def sources(page: html.HtmlElement) -> list[str]:
    """Give who has answered, and how it went."""
    return [
        " ".join(each.text_content().split()) for each in page.xpath("//ul[@class='sources']/li")
    ]


def test_resident_sees_the_visits_of_all_regions(regions: Regions) -> None:
    """Asked by the system of a third region, which holds nothing itself."""
    page = regions.asked("resident", "05", PERSON)

    cells = [[" ".join(cell.text_content().split()) for cell in row.xpath("th | td")]
             for row in page.xpath("//tbody/tr")]  # fmt: skip
    assert [(row[1], row[3]) for row in cells] == [
        ("Region Uppsala", "300 kr"),
        ("Västra Götalandsregionen", "200,50 kr"),
    ]
    assert sources(page) == ["Region Uppsala Har svarat", "Västra Götalandsregionen Har svarat"]


def test_care_giver_sees_no_care_units(regions: Regions) -> None:
    """A care giver is told what is paid, not where."""
    resident = regions.asked("resident", "05", PERSON).text_content()
    care_giver = regions.asked("caregiver", "06", PERSON).text_content()

    assert ("Vårdenhet" in resident, "Vårdenhet" in care_giver) == (True, False)


def test_care_giver_sees_a_frikort_alone(regions: Regions) -> None:
    """Issued in a region where the ceiling was reached; no visits are disclosed."""
    page = regions.asked("caregiver", "06", EXEMPT)

    assert "Patienten har frikort" in page.text_content()
    assert "lämnas inga besök ut" in page.text_content()
    assert page.xpath("//table") == []


def test_whole_question_is_one_story_in_the_journal(regions: Regions) -> None:
    """The request, the aggregating service's own, and the disclosures share a correlation id."""
    regions.asked("resident", "07", PERSON)
    kept = regions.http.get(f"{regions.url}/control/v1/journal?last=50", timeout=PATIENCE).json()

    (first,) = {
        each["correlation_id"]
        for each in kept
        if each["sender"].startswith("SE2321000065") and each["receiver"] == "5565594230"
    }
    story = [each for each in kept if each["correlation_id"] == first]
    assert len(story) == 6  # asked, looked up, two sources asked, two disclosures
    assert {each["status"] for each in story} == {200}


def test_region_that_cannot_be_reached_is_named(regions: Regions) -> None:
    """Its figures are missing, and the page says so."""
    (route,) = regions.routes("RequestExemptionStatuses", UPPSALA)
    routes = f"{regions.url}/control/v1/routes"
    where = {"logical_address": UPPSALA, "contract": route["contract"]}
    regions.http.delete(routes, params=where, timeout=PATIENCE).raise_for_status()
    try:
        page = regions.asked("resident", "08", PERSON)
    finally:
        regions.http.post(routes, json=route, timeout=PATIENCE).raise_for_status()

    assert sources(page)[0] == "Västra Götalandsregionen Har svarat"
    assert sources(page)[1].startswith("Region Uppsala Kunde inte svara")
    assert "Uppgifterna är inte fullständiga" in page.text_content()


@pytest.mark.parametrize(
    "name",
    [
        "frikort",
        "en-krona-kort",
        "tva-regioner-taket",
        "tolv-manader",
        "lankade",
        "oren",
        "ingenting",
    ],
)
def test_resident_of_each_case_sees_what_is_expected(regions: Regions, name: str) -> None:
    """As the set of test persons tells it: asked by a region that holds nothing itself."""
    person = CASES[name]
    found = expected(person, MADE, today=TODAY, region="09").protection
    holders = len({visit.region for visit in (fee.visit for fee in person.fees)})
    number = person.patient.identities[0].extension
    text = regions.asked("resident", "09", number, holders=holders).text_content()

    told = " ".join(text.split())
    assert ("Du har frikort" in told) == (found.frikort is not None)
    assert (f"{SWEDISH.kronor(found.remains)} kvar".replace("\N{NO-BREAK SPACE}", " ") in told) == (
        found.period is not None and found.frikort is None
    )
    assert ("Inget betalat" in told) == (found.period is None)


def test_guardian_sees_that_siblings_are_exempt_together(regions: Regions) -> None:
    """The ceiling was reached by the visits of both."""
    guardian = next(iter(CASES["syskon-ett"].patient.guardians))
    page = regions.asked("guardian", "09", guardian, holders=2)

    assert [" ".join(each.text_content().split()) for each in page.iter("h3")].count(
        "Barnet har frikort"
    ) == 2


def test_nation_sees_what_is_paid_in_each_region(regions: Regions) -> None:
    """Those of the set are there too; in Skåne a frikort is that of a case, the other made here."""
    page = regions.page("national")
    rows = [[" ".join(cell.text_content().split()) for cell in row.xpath("th | td")]
            for row in page.xpath("//table[@id='betalat-tabell']/tbody/tr")]  # fmt: skip
    ceilings = [bundled_ceilings().of("12", (TODAY - timedelta(days=n)).year) for n in (150, 20)]

    assert [row[0] for row in rows] == [REGIONS[each].name for each in ("01", "03", "12", "14")]
    assert rows[2][3] == SWEDISH.kronor(sum(ceilings) + 500).replace("\N{NO-BREAK SPACE}", " ")


def test_nation_sees_a_claim_that_has_been_sent(regions: Regions) -> None:
    """From the seller of the example to the region that it was sent to."""
    message = regions.http.get(
        f"{regions.url}/examples/ProcessClaimSpecification?to=14", timeout=PATIENCE
    ).content
    answer = regions.http.post(
        f"{regions.url}/vp/financial/billing/claim/ProcessClaimSpecification/1/rivtabp21",
        data=message,
        headers={"Content-Type": "text/xml; charset=UTF-8"},
        timeout=PATIENCE,
    )
    assert answer.status_code == 200

    told = [each.text_content() for each in regions.page("national").xpath("//path/title")]
    assert [" ".join(each.split()) for each in told] == ["Stockholm → Västra Götaland: 1 800 kr"]


def test_regions_bill_each_other_on_a_button(regions: Regions) -> None:
    """All are sellers and buyers, and every claim is accepted."""
    regions.http.post(f"{regions.url}/pages/sv/national", timeout=60).raise_for_status()
    page = regions.page("national")
    matrix = page.get_element_by_id("matris")

    assert len(matrix.xpath("tbody/tr")) == len(REGIONS)
    assert len(matrix.xpath("thead/tr/th")) == len(REGIONS) + 2
    kept = regions.http.get(f"{regions.url}/control/v1/journal?last=40", timeout=PATIENCE).json()
    assert {each["status"] for each in kept} == {200}


def test_resident_asks_all_regions_from_a_phone(
    regions: Regions, a_browser_page: Callable[..., Any]
) -> None:
    """The whole way in a browser without JavaScript: the form, the platform, two regions."""
    regions.asked("resident", "05", PERSON)  # so that the index tells of both
    page = a_browser_page(width=320)
    page.goto(f"{regions.url}/pages/")
    page.get_by_role("main").get_by_role("link", name="Invånare").click()
    page.get_by_label("Annat person-id").fill(PERSON)
    page.get_by_label("Hemregion").select_option("Region Norrbotten")
    page.get_by_role("button", name="Visa högkostnadsskydd").click()

    page.get_by_text("Har svarat", exact=True).nth(1).wait_for(timeout=PATIENCE * 1000)
    shown = page.inner_text("main").replace("\N{NO-BREAK SPACE}", " ")
    assert "949,50 kr kvar till frikort" in shown
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
