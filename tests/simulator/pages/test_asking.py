"""The pages that ask all regions: who asks, what is asked, and the answers as they come."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from contracts.domains.financial_patientfees_exemption.v1_0.messages import ActorType
from simulator.pages.figures import Lacking
from simulator.pages.persons import identity_in

TOLVAN, ANNA, BARNET, SYSKONET = "191212121212", "198112189876", "202001019805", "202201019803"
STRANGER = "19640823-3234"


def answers(site: Any, viewer: str, **form: str) -> Any:
    """Ask, and give the page with the answers."""
    return site.page(site.asked(viewer, **form))


def fields(page: Any) -> set[str]:
    """Give the fields that are marked as wrong."""
    return set(page.xpath("//*[@aria-invalid='true']/@id"))


# --- What is asked --------------------------------------------------------------------------------


def test_resident_asks_for_oneself(site: Any) -> None:
    """By the system of the home region, as a citizen."""
    site.asked("resident", person=TOLVAN, county="14")

    ((county, patient, actor),) = site.asking.asked
    assert (county, patient) == ("14", identity_in(TOLVAN))
    assert (actor.type, actor.id, actor.care_giver) == (ActorType.CITIZEN, patient, None)


def test_guardian_asks_for_each_child(site: Any) -> None:
    """All that are listed as the guardian's, each with a question of its own."""
    site.asked("guardian", person=ANNA)

    assert [patient.extension for _, patient, _ in site.asking.asked] == [BARNET, SYSKONET]
    assert {actor.id.extension for _, _, actor in site.asking.asked} == {ANNA}
    assert {actor.type for _, _, actor in site.asking.asked} == {ActorType.GUARDIAN}


def test_guardian_may_name_a_child(site: Any) -> None:
    """Also one that nobody has listed."""
    site.asked("guardian", person=TOLVAN, child="20200202-9804")

    assert [patient.extension for _, patient, _ in site.asking.asked] == ["202002029804"]


def test_care_giver_asks_as_a_professional_of_the_region(site: Any) -> None:
    """With the professional's HSA-id and the care giver's."""
    site.asked("caregiver", person=TOLVAN, county="14")

    ((_, patient, actor),) = site.asking.asked
    assert patient.extension == TOLVAN
    assert actor.type is ActorType.CAREGIVER
    assert actor.id.extension.startswith("SE2321000131-")
    assert actor.care_giver.startswith("SE2321000131-")


def test_person_who_is_written_goes_before_the_one_who_is_chosen(site: Any) -> None:
    """The list always has a choice."""
    site.asked("caregiver", person=TOLVAN, other="19811218-9876")

    assert [patient.extension for _, patient, _ in site.asking.asked] == [ANNA]


@pytest.mark.parametrize(
    ("viewer", "form", "wrong"),
    [
        pytest.param("resident", {"person": ""}, {"person"}, id="nobody"),
        pytest.param("resident", {"other": "1212-1212"}, {"other"}, id="too short"),
        pytest.param("resident", {"person": TOLVAN, "county": "99"}, {"county"}, id="no region"),
        pytest.param("guardian", {"person": TOLVAN}, {"child"}, id="no child known"),
        pytest.param("guardian", {"person": ANNA, "child": "x"}, {"child"}, id="no such child"),
        pytest.param("caregiver", {"county": ""}, {"county", "person"}, id="nothing at all"),
    ],
)
@pytest.mark.parametrize("language", ["sv", "en"])
def test_what_is_wrong_is_told_beside_its_field(
    site: Any, language: str, viewer: str, form: dict[str, str], wrong: set[str]
) -> None:
    """And above the form, with a link to the field; nothing is asked."""
    answer = site.client.post(f"/pages/{language}/{viewer}", data={"county": "03"} | form)
    page = site.read(answer)

    assert answer.status_code == 422
    assert fields(page) == wrong
    assert set(page.xpath("//*[@role='alert']//a/@href")) == {f"#{name}" for name in wrong}
    told = [site.words(each) for each in page.find_class("wrong")]
    assert len(told) == len(wrong)
    assert not any(("Skriv" in text or "Välj" in text) is (language == "en") for text in told)
    assert site.asking.asked == []


def test_written_identity_is_not_given_back(site: Any) -> None:
    """A form that is shown again does not hold what was written of a person."""
    form = {"other": STRANGER, "county": "99"}
    page = site.client.post("/pages/sv/resident", data=form).get_data(as_text=True)

    assert STRANGER not in page


# --- How somebody stands --------------------------------------------------------------------------


def test_frikort_is_told_with_its_last_day(site: Any) -> None:
    """The visits that led to it, cut at the ceiling, and their sum."""
    page = answers(site, "resident", person=TOLVAN)

    assert "Du har frikort" in site.words(page)
    assert "från 20 februari 2026 till och med 14 januari 2027" in site.words(page)
    assert site.rows(page) == [
        ["Datum", "Region", "Vårdenhet", "Betalat"],
        ["15 januari 2026", "Region Uppsala", "SE2321000024-UNIT1", "1 000 kr"],
        ["20 februari 2026", "Västra Götalandsregionen", "–", "450 kr"],
        ["Summa", "1 450 kr"],
    ]


def test_what_remains_is_told_where_there_is_no_frikort(site: Any) -> None:
    """With the ceiling and the days of the period; units stand only where they are disclosed."""
    page = answers(site, "resident", person=ANNA)

    assert "1 250 kr kvar till frikort" in site.words(page)
    assert "200 kr av 1 450 kr är betalat" in site.words(page)
    assert "senast 31 augusti 2026" in site.words(page)
    assert site.rows(page)[0] == ["Datum", "Region", "Betalat"]
    (meter,) = page.find_class("meter")
    assert meter.findall("rect")[1].get("width") == "13.8%"


def test_who_could_not_answer_is_told(site: Any) -> None:
    """By name, and that the figures are not complete."""
    page = answers(site, "resident", person=ANNA)

    assert [site.words(each) for each in page.xpath("//ul[@class='sources']/li")] == [
        "Region Uppsala Har svarat",
        "Region Östergötland Kunde inte svara VP009 svarar inte",
    ]
    assert "Uppgifterna är inte fullständiga" in site.words(page)


def test_complete_answers_are_not_called_incomplete(site: Any) -> None:
    """The remark above can be absent."""
    assert "inte fullständiga" not in site.words(answers(site, "resident", person=TOLVAN))


def test_nobody_who_holds_anything_is_told(site: Any) -> None:
    """Nothing is paid, and nobody lacks."""
    page = answers(site, "guardian", person=TOLVAN, child=SYSKONET)

    assert "Ingen region har uppgifter om personen." in site.words(page)
    assert "Inget betalat de senaste tolv månaderna" in site.words(page)


def test_question_that_came_to_nothing_is_told(site: Any) -> None:
    """Then nothing is said of what is paid: nobody has been asked."""
    page = answers(site, "resident", other=STRANGER)

    assert "Frågan kom inte fram" in site.words(page)
    assert "VP007 saknar behörighet" in site.words(page)
    assert "Inget betalat" not in site.words(page)


def test_care_giver_sees_in_whose_name_the_question_was_asked(site: Any) -> None:
    """The professional's id and the region."""
    page = answers(site, "caregiver", person=TOLVAN)

    assert "av SE2321000024-PROVBANK4 i Region Uppsala" in site.words(page)
    assert "Patienten har frikort" in site.words(page)


def test_each_child_has_a_part_of_its_own(site: Any) -> None:
    """Under the guardian's identity."""
    page = answers(site, "guardian", person=ANNA)

    assert "Vårdnadshavare: 19811218-9876" in site.words(page)
    assert [site.words(each) for each in page.iter("h2")] == ["20200101-9805", "20220101-9803"]


def test_visits_of_several_children_are_told_apart(site: Any, a_shared_answer: Any) -> None:
    """Who share a ceiling share its visits; who is no test person is masked here too."""
    site.asking.answers[BARNET] = a_shared_answer(BARNET, STRANGER.replace("-", ""))
    page = answers(site, "guardian", person=TOLVAN, child=BARNET)

    assert [(row[0], row[1]) for row in site.rows(page)] == [
        ("Datum", "Barn"),
        ("15 januari 2026", "20200101-9805"),
        ("20 februari 2026", "Dold identitet"),
        ("Summa", "900 kr"),
    ]


def test_answers_say_when_they_were_so(site: Any) -> None:
    """A print-out is of a moment."""
    page = answers(site, "resident", person=TOLVAN)

    assert "Svaren som de var 1 juni 2026 klockan 14:05:09." in site.words(page)


# --- Personal data --------------------------------------------------------------------------------


def test_person_who_is_no_test_person_is_masked_and_warned_of(site: Any) -> None:
    """The identity stands nowhere, with or without its hyphen."""
    text = site.client.get(site.asked("caregiver", other=STRANGER)).get_data(as_text=True)

    assert "Dold identitet" in text
    assert "behandlas som verklig" in text
    assert "0823" not in text


def test_identity_in_what_others_have_written_is_masked(site: Any) -> None:
    """A fault or a status text may hold one, though none should; a test person's is left."""
    site.asking.answers[TOLVAN] = replace(
        site.asking.answers[ANNA],
        outcome=f"SOAP fault: {STRANGER} is unknown",
        lacking=(Lacking(source="05", reached=False, problem=f"not 196408233234 or {TOLVAN}"),),
    )
    text = site.words(answers(site, "resident", person=TOLVAN))

    assert "SOAP fault: […] is unknown" in text
    assert f"not […] or {TOLVAN}" in text


@pytest.mark.parametrize("viewer", ["resident", "caregiver"])
def test_address_of_answers_holds_no_identity(site: Any, viewer: str) -> None:
    """Addresses are kept in histories and logs."""
    assert "1212" not in site.asked(viewer, person=TOLVAN).replace("-", "").rpartition("/")[0]
    assert TOLVAN not in site.asked(viewer, person=TOLVAN).replace("-", "")


def test_guardian_who_is_no_test_person_is_masked_too(site: Any) -> None:
    """The one who asks has an identity as well."""
    page = answers(site, "guardian", other=STRANGER, child=BARNET)

    assert "Vårdnadshavare: Dold identitet" in site.words(page)


def test_answers_are_found_by_those_they_are_for(site: Any) -> None:
    """A care giver's answers are not shown as a resident's."""
    path = site.asked("caregiver", person=TOLVAN)

    page = site.page(path.replace("caregiver", "resident"), status=404)
    assert "Svaren finns inte kvar" in site.words(page)


# --- Waiting --------------------------------------------------------------------------------------


def refresh(page: Any) -> list[str]:
    """Give after how many seconds a page is fetched anew."""
    return page.xpath("//meta[@http-equiv='refresh']/@content")


def test_page_comes_anew_while_answers_may_come(site: Any) -> None:
    """And says so, in its title too, with a way to stop it."""
    page = answers(site, "guardian", person=ANNA)

    assert refresh(page) == ["60"]
    assert site.words(page.find(".//title")).startswith("Hämtar:")
    assert "Väntar på svar" in site.words(page)


def test_reader_may_stop_the_page_from_coming_anew(site: Any) -> None:
    """WCAG 2.2.1 and 2.2.2: what changes by itself can be stopped."""
    path = site.asked("guardian", person=ANNA)
    (stop,) = site.page(path).xpath("//*[@role='status']//a/@href")

    assert refresh(site.page(path + stop)) == []
    assert "Hämta på nytt" in site.words(site.page(path + stop))


def test_page_stands_still_when_all_have_answered(site: Any) -> None:
    """Whether or not somebody could not."""
    for person in (TOLVAN, ANNA):
        assert refresh(answers(site, "resident", person=person)) == []


def test_waiting_comes_to_an_end(site: Any) -> None:
    """Who has not answered by then is named; a late answer still counts."""
    path = site.asked("guardian", person=ANNA)
    site.now = 31.0
    page = site.page(path)

    assert refresh(page) == []
    assert "SE5560000001-SYS1 Har inte svarat" in site.words(page)
    site.asking.answers[BARNET] = site.asking.answers[TOLVAN]
    assert "Barnet har frikort" in site.words(site.page(path))


def test_page_waits_a_little_before_it_is_first_shown(a_site: Callable[..., Any]) -> None:
    """Answers mostly come at once: then no reader meets a page that changes."""
    site = a_site(at_once=5.0)
    waiting = site.asking.answers[BARNET]
    times = iter([waiting] * 3)
    site.asking.answer = lambda *_: next(times, site.asking.answers[TOLVAN])

    page = site.page(site.asked("guardian", person=TOLVAN, child=BARNET))
    assert refresh(page) == []
    assert "Barnet har frikort" in site.words(page)
