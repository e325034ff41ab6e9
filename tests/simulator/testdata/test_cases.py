"""The test persons: each case against figures worked out by hand, and as regions tell it."""

from __future__ import annotations

import csv
import io
import json
from contextlib import ExitStack, closing
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.catalogue import bundled
from contracts.domains.financial_patientfees_exemption.v1_0.messages import ActorType, payload_of
from contracts.errors import UsageError
from contracts.judge import judge_payload
from contracts.terms import SWEDISH_TIME
from simulator.regions.defect import FLAWLESS
from simulator.regions.directory import REGIONS
from simulator.regions.discloser import Discloser
from simulator.regions.parts import part_named
from simulator.regions.surroundings import Surroundings
from simulator.testdata.cases import CASES
from simulator.testdata.expected import Expected, expected
from simulator.testdata.export import as_csv, as_json, export
from simulator.testdata.loading import MARK, load
from simulator.testdata.numbers import BirthNumbers, persons_given
from simulator.testdata.persons import TestPerson, persons_on

TODAY = date(2026, 11, 23)
PERSONS = persons_on(TODAY)
BY_CASE = {person.case.name: person for person in PERSONS}

# Worked out by hand: sum, what remains, the frikort's last day where there is one, and how many
# fees and frikort Region Uppsala discloses to a resident.
BY_HAND: dict[str, tuple[str, str, str | None, int, int]] = {
    "ingenting": ("0.00", "1450.00", None, 0, 0),
    "under-taket": ("575.00", "875.00", None, 2, 0),
    "besok-i-dag": ("300.00", "1150.00", None, 1, 0),
    "en-krona-kort": ("1449.00", "1.00", None, 3, 0),
    "femtio-ore-kort": ("1449.50", "0.50", None, 2, 0),
    "frikort": ("1450.00", "0.00", "2027-05-06", 3, 1),
    "frikort-kapad-avgift": ("1450.00", "0.00", "2027-05-06", 3, 1),
    "frikort-i-dag": ("1450.00", "0.00", "2027-09-23", 2, 1),
    "frikort-sista-dagen": ("1450.00", "0.00", "2026-11-23", 2, 1),
    "frikort-slut-i-gar": ("0.00", "1450.00", None, 2, 0),
    "frikort-fria-besok": ("1450.00", "0.00", "2027-05-06", 2, 1),
    "ny-period": ("250.00", "1200.00", None, 1, 0),
    "tolv-manader": ("0.00", "1450.00", None, 1, 0),
    "over-tolv-manader": ("0.00", "1450.00", None, 0, 0),
    "over-arsskiftet": ("600.00", "850.00", None, 2, 0),
    "tva-regioner": ("700.00", "750.00", None, 1, 0),
    "tva-regioner-taket": ("1450.00", "0.00", "2027-07-25", 1, 0),
    "tre-regioner-krona": ("1449.00", "1.00", None, 1, 0),
    "frikort-annan-region": ("1450.00", "0.00", "2027-06-25", 0, 0),
    "barn": ("300.00", "1150.00", None, 2, 0),
    "barn-frikort": ("1450.00", "0.00", "2027-09-03", 2, 1),
    "syskon-ett": ("1450.00", "0.00", "2027-08-24", 1, 1),
    "syskon-tva": ("1450.00", "0.00", "2027-08-24", 1, 1),
    "nyss-arton": ("200.00", "1250.00", None, 2, 0),
    "samordningsnummer": ("575.00", "875.00", None, 2, 0),
    "samordningsnummer-frikort": ("1450.00", "0.00", "2027-07-25", 2, 1),
    "lankade": ("575.00", "875.00", None, 2, 0),
    "lankade-frikort": ("1450.00", "0.00", "2027-07-25", 2, 1),
    "nationellt-reservnummer": ("0.00", "1450.00", None, 1, 0),
    "lokalt-reservnummer": ("575.00", "875.00", None, 2, 0),
    "bara-lokalt-reservnummer": ("0.00", "1450.00", None, 0, 0),
    "makulerad": ("575.00", "875.00", None, 2, 0),
    "makulerat-frikort": ("1150.00", "300.00", None, 2, 0),
    "allt-makulerat": ("0.00", "1450.00", None, 0, 0),
    "aterbetald": ("300.00", "1150.00", None, 3, 0),
    "nollavgift": ("575.00", "875.00", None, 2, 0),
    "oren": ("375.00", "1075.00", None, 3, 0),
    "tva-pa-en-dag": ("1450.00", "0.00", "2027-08-24", 3, 1),
    "sen-registrering": ("300.00", "1150.00", None, 1, 0),
    "raknas-inte": ("100.00", "1350.00", None, 1, 0),
    "asylsokande": ("0.00", "1450.00", None, 0, 0),
    "manga-besok": ("1200.00", "250.00", None, 40, 0),
}


def told(name: str) -> Expected:
    return expected(BY_CASE[name], PERSONS, today=TODAY)


def test_every_case_has_its_person_and_its_figures() -> None:
    """And none else."""
    assert list(BY_CASE) == list(CASES) == list(BY_HAND)


@pytest.mark.parametrize("name", BY_HAND)
def test_what_is_expected_is_what_is_worked_out_by_hand(name: str) -> None:
    """Sum, what remains, frikort, and what the home region discloses."""
    paid, remains, through, fees, cards = BY_HAND[name]

    found = told(name)
    disclosed = found.disclosed.get("03", {}).get(ActorType.CITIZEN)
    held = disclosed.fee_exemptions if disclosed else ()

    assert (found.protection.paid, found.protection.remains) == (Decimal(paid), Decimal(remains))
    card = found.protection.frikort
    assert (card and card.through.isoformat()) == through
    assert sum(len(each.transactions) for each in held) == fees
    assert sum(len(each.exemptions) for each in held) == cards


def test_a_frikort_of_another_region_is_disclosed_there() -> None:
    """Skåne issued it; Uppsala knows of a free visit, which is not disclosed."""
    disclosed = told("frikort-annan-region").disclosed
    held = disclosed["12"][ActorType.CAREGIVER].fee_exemptions

    assert [len(each.exemptions) for each in held] == [1]
    assert [len(each.transactions) for each in held] == [0]
    assert disclosed["03"][ActorType.CITIZEN].fee_exemptions == ()


def test_staff_are_expected_to_get_a_frikort_alone_or_fees_without_where() -> None:
    """Rules 005, 017 and 018."""
    frikort = told("frikort").disclosed["03"][ActorType.CAREGIVER].fee_exemptions
    fees = told("under-taket").disclosed["03"][ActorType.CAREGIVER].fee_exemptions

    assert [(len(each.transactions), len(each.exemptions)) for each in frikort] == [(0, 1)]
    assert [one.care_unit for each in fees for one in each.transactions] == [None, None]


@pytest.mark.parametrize("name", ["nationellt-reservnummer", "over-tolv-manader", "allt-makulerat"])
def test_a_region_that_the_index_does_not_lead_to_is_not_found(name: str) -> None:
    """No number that the index knows, too old, or nothing left."""
    assert not told(name).index["03"].found


def test_linked_numbers_are_both_in_the_index() -> None:
    """So that the region is found by either."""
    assert len(told("lankade").index["03"].numbers) == 2


def test_nobody_lends_a_number_to_two_cases() -> None:
    """Each person is one person, and guardians are others."""
    taken = [each for person in PERSONS for each in person.patient.identities]
    guardians = {each for person in PERSONS for each in person.patient.guardians}

    assert len(set(taken)) == len(taken)
    assert not guardians & {each.extension for each in taken}


@settings(max_examples=6, deadline=None)
@given(st.dates(date(2020, 1, 1), date(2032, 12, 31)))
def test_on_any_day_what_is_disclosed_keeps_the_rules(today: date) -> None:
    """Schema and rules, by who asks; leap days and turns of the year too."""
    noon = datetime.combine(today, time(12), tzinfo=SWEDISH_TIME)
    persons = persons_on(today)

    for person in persons:
        found = expected(person, persons, today=today)
        assert 0 <= found.protection.remains <= found.protection.ceiling
        for by_actor in found.disclosed.values():
            for actor, disclosure in by_actor.items():
                judgement = judge_payload(
                    payload_of(disclosure), at=noon, context={"actor": actor}, catalogue=bundled()
                )
                broken = [each for each in judgement.findings if "requestId" not in each.where]
                assert broken == [], person.case.name


@settings(max_examples=20, deadline=None)
@given(st.dates(date(2020, 1, 1), date(2032, 12, 31)))
def test_on_any_day_a_case_is_what_it_is_called(today: date) -> None:
    """One krona is one krona, and a frikort is a frikort."""
    persons = {person.case.name: person for person in persons_on(today)}

    def standing(name: str) -> Expected:
        return expected(persons[name], persons.values(), today=today)

    assert standing("en-krona-kort").protection.remains == 1
    assert standing("femtio-ore-kort").protection.remains == Decimal("0.50")
    assert standing("tre-regioner-krona").protection.remains == 1
    for name in ("frikort", "frikort-i-dag", "syskon-ett", "tva-regioner-taket"):
        assert standing(name).protection.frikort is not None
    card = standing("frikort-i-dag").protection.frikort
    assert card is not None
    assert card.valid_from == today
    assert standing("frikort-slut-i-gar").protection.frikort is None


# --- A user's persons ----------------------------------------------------------------------------


def test_cases_for_which_a_user_has_no_person_are_left_out(tmp_path: Path) -> None:
    """The others are played by the user's own."""
    file = tmp_path / "persons.csv"
    file.write_text("extension\n198112189876\n191001209814\n", encoding="utf-8")

    found = persons_on(TODAY, identities=persons_given(file, today=TODAY))

    assert [person.case.name for person in found] == ["ingenting", "under-taket"]
    assert found[0].patient.key == "198112189876"


def test_made_up_persons_keep_to_the_users_birth_numbers() -> None:
    """Also who came of age on a certain day."""
    numbers = BirthNumbers.read("990")

    found = persons_on(TODAY, birth_numbers=numbers)

    assert len(found) == len(CASES)
    assert all(numbers.holds(each) for one in found for each in one.patient.identities)


# --- Export --------------------------------------------------------------------------------------


def test_the_json_holds_persons_visits_and_expectations() -> None:
    """As docs/testdata.md has it."""
    document = json.loads(json.dumps(as_json(PERSONS, today=TODAY)))
    person = next(each for each in document["persons"] if each["case"] == "frikort")

    assert (document["format"], document["date"]) == ("provbank-testdata/1", "2026-11-23")
    assert [visit["fee"] for visit in person["visits"]] == ["500.00", "500.00", "450.00"]
    assert person["expected"]["protection"] == {
        "frikort": {"from": "2026-10-24", "through": "2027-05-06", "region": "03"},
        "sum": "1450.00",
        "remains": "0.00",
        "ceiling": "1450.00",
        "twelveMonths": "1450.00",
    }
    region = person["expected"]["regions"]["03"]
    assert region["index"] == {
        "numbers": [person["identities"][0]["extension"]],
        "mostRecentContent": "20261024090000",
        "found": True,
    }
    assert region["disclosed"]["CAREGIVER"] == {
        "frikort": {"firstVisit": "2026-05-07", "from": "2026-10-24", "through": "2027-05-06"},
        "transactions": [],
    }
    assert all(each["where"] for each in region["disclosed"]["GUARDIAN"]["transactions"])


def test_the_tables_hold_the_same_as_the_json() -> None:
    """A row for each person's identity, visit, and thing disclosed."""
    document = as_json(PERSONS, today=TODAY)
    tables = {
        name: list(csv.DictReader(io.StringIO(text))) for name, text in as_csv(document).items()
    }

    persons = document["persons"]
    assert len(tables["personer.csv"]) == sum(len(each["identities"]) for each in persons)
    assert len(tables["besok.csv"]) == sum(len(each["visits"]) for each in persons)
    assert len(tables["forvantat_skydd.csv"]) == len(persons)
    rows = [
        row
        for row in tables["forvantat_utlamnande.csv"]
        if (row["case"], row["actor"]) == ("frikort", "CITIZEN")
    ]
    assert [row["what"] for row in rows] == ["frikort", *["transaction"] * 3]
    (nothing,) = [
        row
        for row in tables["forvantat_utlamnande.csv"]
        if (row["case"], row["actor"]) == ("allt-makulerat", "CITIZEN")
    ]
    assert nothing["what"] == "nothing"


def test_an_export_for_one_region_holds_what_is_registered_there() -> None:
    """And the persons of whom nobody holds anything."""
    document = as_json(PERSONS, today=TODAY, county="12")

    assert {each["case"] for each in document["persons"]} == {
        "ingenting", "tre-regioner-krona", "frikort-annan-region",
    }  # fmt: skip
    assert {visit["region"] for each in document["persons"] for visit in each["visits"]} == {"12"}


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    """With the place."""
    (tmp_path / "file").write_text("", encoding="utf-8")

    with pytest.raises(UsageError, match="cannot be written"):
        export(PERSONS, tmp_path / "file", form="json", today=TODAY)


# --- In the regions ------------------------------------------------------------------------------


def test_the_regions_tell_what_is_expected(tmp_path: Path) -> None:
    """Each discloses just what the export says it is to; loading once more changes nothing."""
    noon = datetime.combine(TODAY, time(12), tzinfo=SWEDISH_TIME)
    url = f"sqlite:///{(tmp_path / 'regions.sqlite').as_posix()}"
    part = part_named("hogkostnadsskydd/utlamnande")
    counties = sorted({county for person in PERSONS for county in person.counties})
    with ExitStack() as opened:
        systems = {
            (county, part.path): opened.enter_context(
                closing(
                    part.system(REGIONS[county], url, FLAWLESS, Surroundings(clock=lambda: noon))
                )
            )
            for county in counties
        }

        assert load(PERSONS, systems) == len(counties)
        assert load(PERSONS, systems) == 0
        for person in PERSONS:
            for county, by_actor in told(person.case.name).disclosed.items():
                system = systems[county, part.path]
                assert isinstance(system, Discloser)
                holding = system.fees.holding(person.patient.identities[0])
                shown = sum(
                    len(each.transactions) for each in by_actor[ActorType.CITIZEN].fee_exemptions
                )
                year = [
                    held
                    for held in holding.fees
                    if held.charged.paid and held.charged.visit.day >= date(2025, 11, 23)
                ]
                if person.patient.national:
                    assert len(year) == shown, person.case.name
                    card = any(
                        each.exemptions for each in by_actor[ActorType.CITIZEN].fee_exemptions
                    )
                    assert (holding.frikort is not None) == card, person.case.name


def test_another_days_set_takes_the_place_of_the_first() -> None:
    """What else is registered on the persons stays."""
    noon = datetime.combine(TODAY, time(12), tzinfo=SWEDISH_TIME)
    part = part_named("hogkostnadsskydd/utlamnande")
    with closing(
        part.system(REGIONS["12"], "sqlite://", FLAWLESS, Surroundings(clock=lambda: noon))
    ) as system:
        assert isinstance(system, Discloser)
        systems = {("12", part.path): system}
        load(persons_on(TODAY - timedelta(days=1)), systems)
        load(PERSONS, systems)

        ids = [visit.id for visit in system.fees.everything()]

    assert len(ids) == 3
    assert all(each.startswith(f"{MARK}20261123-") for each in ids)


def test_a_test_person_is_no_test() -> None:
    """Nothing here is collected by mistake."""
    assert not TestPerson.__test__
