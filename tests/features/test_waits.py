"""What lasts as long as a system's pause is begun first, and seen by its own scenario alone."""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from contracts.errors import HarnessError
from features.asking import Asking
from features.bench import Bench, bench_for, lead, reference_system
from features.hogkostnadsskydd.acting import Acting
from features.hogkostnadsskydd.disclosed import disclosures
from features.hogkostnadsskydd.first_answers import CODES, FAULTED
from features.hogkostnadsskydd.requested import requests
from features.hogkostnadsskydd.waits import Waits, waits_in
from features.suites import suite_for
from features.tester import Nobody
from features.wordings import LOST
from reports.evidence import Evidence
from simulator.regions.surroundings import Resending, Surroundings

SENDS = {"utlamnande": disclosures, "begarande": requests}
LIMIT = 20.0


@pytest.fixture(scope="module", params=["utlamnande", "begarande"])
def bench(request: pytest.FixtureRequest) -> Iterator[Bench]:
    """A platform with a system that sends again after a second."""
    suite = suite_for("hogkostnad", request.param)
    around = Surroundings(resending=Resending(after_fault=1.0, after_silence=1.0))
    with reference_system(suite, around=around) as target, bench_for(target, suite) as made:
        lead(around, made)
        yield made


@pytest.fixture
def acting(bench: Bench, tmp_path: Path) -> Acting:
    """The way to make the system act, with nobody to ask."""
    return Acting.of(bench.role, Asking(tester=Nobody(), evidence=Evidence(tmp_path, "one")))


def test_cases_that_steps_speak_of_are_begun_and_kept_aside(bench: Bench, acting: Acting) -> None:
    """All are sent at once; who does not ask for them sees nothing of them."""
    wanted = SENDS[bench.suite.name.partition("/")[2]]
    before = bench.inbox.latest
    names = list(LOST)

    waits = waits_in(bench, [f"ett utlämnande vars första försök besvaras {how}" for how in names])
    begun = [waits.take(how, acting) for how in names]

    assert len({wait.patient.extension for wait in begun}) == len(names)
    assert bench.inbox.found(wanted, after=before) == []
    for wait in begun:
        again = bench.inbox.wait_for(
            wait.wanted, seconds=LIMIT, after=wait.after, count=2, aside=True
        )
        assert len(again) == 2
        assert all(map(wait.concerns, again))


def test_a_trouble_is_taken_away_once_it_has_been_met(bench: Bench, acting: Acting) -> None:
    """The case disturbs nobody else, then or later."""
    Waits(bench).take("med VP009", acting)

    assert bench.client.arrange("GET", "/disturbances") == []


@pytest.mark.parametrize("how", ["med BOM", "utan XML-deklaration", "med okänd SOAP Header"])
def test_a_right_answer_is_written_in_another_way_for_its_case_alone(
    bench: Bench, acting: Acting, how: str
) -> None:
    """It ends the matter as any other."""
    if "requester" not in {service.name for service in bench.services}:
        pytest.skip("What a requester reads of an answer shows on its screen.")
    wait = Waits(bench).take(f"med OK {how}", acting)

    (came,) = bench.inbox.found(wait.wanted, after=wait.after, aside=True)

    answer = came.exchange.legs[0].response
    changed = {
        "med BOM": answer.startswith(codecs.BOM_UTF8),
        "utan XML-deklaration": answer.startswith(b"<soapenv:Envelope"),
        "med okänd SOAP Header": b"ProcessingStatus" in answer,
    }
    assert (changed[how], b">OK<" in answer) == (True, True)
    assert bench.client.arrange("GET", "/disturbances") == []


def test_a_scripted_fault_is_met_once(bench: Bench, acting: Acting) -> None:
    """The second attempt is taken, and the script is as it was."""
    before = bench.client.arrange("GET", "/producers")
    wait = Waits(bench).take(FAULTED, acting)

    first, second = bench.inbox.wait_for(
        wait.wanted, seconds=LIMIT, after=wait.after, count=2, aside=True
    )

    assert b'xml:lang="sv"' in first.exchange.legs[0].response
    assert b"Fault" not in second.exchange.legs[0].response
    assert bench.client.arrange("GET", "/producers") == before


def test_a_case_is_answered_with_its_code(bench: Bench, acting: Acting) -> None:
    """The answer is for the person of the case alone, and ends the matter."""
    if "requester" not in {service.name for service in bench.services}:
        pytest.skip("A request is answered without a code.")
    wait = Waits(bench).take("med ERROR", acting)

    (came,) = bench.inbox.found(wait.wanted, after=wait.after, aside=True)

    assert b"ERROR" in came.exchange.legs[0].response
    assert set(CODES.values()) == {"OK", "INFO", "ERROR"}


def test_what_cannot_begin_early_is_told_to_the_scenario_that_takes_it(
    bench: Bench, acting: Acting
) -> None:
    """A trigger that does not answer breaks the scenarios that need it, and no other."""
    role = replace(bench.role, settings={**bench.role.settings, "trigger": "http://127.0.0.1:9"})
    gone = replace(bench, target=replace(bench.target, roles={bench.suite.name: role}))
    waits = Waits(gone)

    waits.begin(["med VP009"])

    with pytest.raises(HarnessError, match="does not answer"):
        waits.take("med VP009", replace(acting, trigger=Acting.of(role, acting.asking).trigger))
    bench.client.arrange("DELETE", "/disturbances")
