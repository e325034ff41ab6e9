"""Givet, När and Så: what the tested requester makes of what regions disclose."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from pytest_bdd import given, parsers, then, when

from contracts.domains.financial_patientfees_exemption.v1_0.messages import Disclosure, payload_of
from contracts.judge import swedish_now
from features.asking import Asking
from features.bench import Bench
from features.calling import Caller
from features.hogkostnadsskydd.acting import Acting, kronor
from features.hogkostnadsskydd.around import REQUEST, SOURCES, answered_with_status
from features.hogkostnadsskydd.case import Case
from features.hogkostnadsskydd.shares import CARD_FROM, FIRST_VISIT, card_of, disclosed_by
from features.hogkostnadsskydd.steps.requesting import ask
from features.hogkostnadsskydd.trigger import Protection
from features.listening import Listening
from features.tester import outcome_of
from features.wordings import DISTURBED, REWRITTEN
from reports.evidence import Evidence, judged
from reports.results import Outcome
from simulator.regions.ceilings import bundled_ceilings
from simulator.regions.directory import REGIONS

_POLL = 0.2


@given("en testperson som systemet har frågat alla regioner om", target_fixture="case")
def somebody_asked_about(
    bench: Bench, acting: Acting, listening: Listening, somebody: Case
) -> Case:
    ask(bench, acting, listening, somebody, "en invånare")
    if not somebody.asked:
        pytest.skip("Systemet sände ingen begäran, så ingen region kan svara.")
    return somebody


@given("att en av regionerna inte kan nås")
def a_region_cannot_be_reached(bench: Bench, undisturbed: None) -> None:  # noqa: ARG001
    reached, missing = others(bench)
    bench.client.arrange(
        "PUT",
        f"/producers/{SOURCES}",
        [{"body": answered_with_status(reached=reached, missing=missing)}],
    )


@pytest.fixture
def answers(bench: Bench) -> Iterator[Callable[[Mapping[str, Any]], None]]:
    """Give the way to have answers to requests written otherwise, until the scenario is done."""
    made: list[str] = []

    def disturb(what: Mapping[str, Any]) -> None:
        name = f"svar-{uuid4()}"
        disturbance = {"name": name, "contract": REQUEST.namespace, **what}
        bench.client.arrange("POST", "/disturbances", disturbance)
        made.append(name)

    yield disturb
    for name in made:
        bench.client.arrange("DELETE", f"/disturbances/{name}")


@given(parsers.parse("att svaret på begäran kommer {how}"))
def the_answer_comes_otherwise(
    bench: Bench,
    answers: Callable[[Mapping[str, Any]], None],
    undisturbed: None,  # noqa: ARG001
    how: str,
) -> None:
    reached, missing = others(bench)
    if how in DISTURBED:
        answers(DISTURBED[how])
    else:
        right = answered_with_status(reached=reached, missing=missing)
        bench.client.arrange("PUT", f"/producers/{SOURCES}", [{"body": REWRITTEN[how](right)}])


@when(parsers.parse("den ena regionen lämnar ut {what}"))
def one_region_discloses(bench: Bench, caller: Caller, case: Case, what: str) -> None:
    _disclose(bench, caller, case, others(bench)[0], what)


@when(parsers.parse("den andra regionen lämnar ut {what}"))
def the_other_region_discloses(bench: Bench, caller: Caller, case: Case, what: str) -> None:
    _disclose(bench, caller, case, others(bench)[1], what, "FPE-TA-EMOT-FLERA")


@when(parsers.parse("den ena regionen lämnar ut {what} två gånger"))
def one_region_discloses_twice(bench: Bench, caller: Caller, case: Case, what: str) -> None:
    disclosure = _made(case, others(bench)[0], what)
    for requirement in ("", "FPE-TA-EMOT-DUBBLETT"):
        _send(bench, caller, others(bench)[0], disclosure, requirement)


@when(parsers.parse("den ena regionen svarar sent på den första begäran med {what}"))
def one_region_answers_late(bench: Bench, caller: Caller, case: Case, what: str) -> None:
    county = others(bench)[0]
    _send(bench, caller, county, _made(case, county, what, of=0), "FPE-TA-EMOT-FLERA")


@when(parsers.parse("någon lämnar ut {what} på ett okänt requestId"))
def somebody_discloses_unasked(bench: Bench, caller: Caller, case: Case, what: str) -> None:
    county = others(bench)[1]
    disclosure = disclosed_by(
        county, what, request_id=str(uuid4()), patient=case.patient, today=case.today
    )
    caller.send(payload_of(disclosure), sender=REGIONS[county].hsa_id)


def others(bench: Bench) -> tuple[str, str]:
    """Give the county codes of two regions beside the tested one."""
    one, other = [county for county in REGIONS if county != bench.target.region.county][:2]
    return one, other


def _made(case: Case, county: str, what: str, *, of: int = -1) -> Disclosure:
    return disclosed_by(
        county, what, request_id=case.asked[of].id, patient=case.patient, today=case.today
    )


def _disclose(
    bench: Bench, caller: Caller, case: Case, county: str, what: str, requirement: str = ""
) -> None:
    disclosure = _made(case, county, what)
    if not disclosure.fee_exemptions:
        requirement = "FPE-TA-EMOT-TOMT"
    _send(bench, caller, county, disclosure, requirement)


def _send(
    bench: Bench, caller: Caller, county: str, disclosure: Disclosure, requirement: str
) -> None:
    """Disclose as a region; a refusal breaks the requirement that it be taken."""
    answer = caller.send(payload_of(disclosure), sender=REGIONS[county].hsa_id)
    judged(*bench.judge.accepted(answer, requirement))


# What the system shows ---------------------------------------------------------------------------


class Shown:
    """What the system shows of the case: by its trigger, or as the tester tells."""

    def __init__(
        self, bench: Bench, acting: Acting, asking: Asking, case: Case, evidence: Evidence
    ) -> None:
        self._bench, self._acting, self._asking = bench, acting, asking
        self._case, self._evidence = case, evidence

    def is_(
        self,
        requirement: str,
        question: str,
        expected: str,
        read: Callable[[Protection], str],
        *,
        of: int = -1,
    ) -> None:
        """Judge one value, by the requirement that it follows from; of the latest request."""
        self._evidence.expects(expected)
        seen = self._seen(question, expected, read, self._case.asked[of].id)
        self._evidence.observes(seen)
        if outcome_of(seen, expected) is not Outcome.PASSED:
            judged(
                self._bench.judge.deviation(
                    requirement,
                    "systemet visar något annat än det som följer av svaren",
                    expected=expected,
                    observed=seen,
                )
            )

    def _seen(
        self, question: str, expected: str, read: Callable[[Protection], str], request_id: str
    ) -> str:
        deadline = time.monotonic() + float(self._bench.role.settings["settle"])
        while (found := self._acting.protection(self._case.patient, request_id)) is not None:
            seen = read(found)
            if outcome_of(seen, expected) is Outcome.PASSED or time.monotonic() > deadline:
                return seen
            time.sleep(_POLL)
        text = f"{question} (testperson {self._case.patient.extension})"
        told = self._asking.seen(text, expected)
        return expected if told.outcome is Outcome.PASSED else told.answer


@pytest.fixture
def shown(bench: Bench, acting: Acting, asking: Asking, case: Case, evidence: Evidence) -> Shown:
    """Give what the system shows of the case."""
    return Shown(bench, acting, asking, case, evidence)


@then(parsers.parse("visar systemet summan {amount} kr enligt {requirement}"))
def the_sum_is_shown(shown: Shown, amount: str, requirement: str) -> None:
    shown.is_(
        requirement,
        "Vilken summa visar systemet att personen har betalat i perioden?",
        kronor(_read(amount)),
        lambda found: kronor(found.total),
    )


@then(
    parsers.parse("visar systemet summan {amount} kr för den första begäran enligt {requirement}")
)
def the_sum_of_the_first_is_shown(shown: Shown, amount: str, requirement: str) -> None:
    shown.is_(
        requirement,
        "Vilken summa visar systemet av svaren på den första begäran?",
        kronor(_read(amount)),
        lambda found: kronor(found.total),
        of=0,
    )


@then(
    parsers.parse("visar systemet vad som återstår av taket efter {amount} kr enligt {requirement}")
)
def the_rest_is_shown(
    shown: Shown, bench: Bench, case: Case, amount: str, requirement: str
) -> None:
    year = (case.today - timedelta(days=FIRST_VISIT)).year
    ceiling = bundled_ceilings().of(bench.target.region.county, year)
    shown.is_(
        requirement,
        "Vad visar systemet återstår till högkostnadstaket?",
        kronor(ceiling - _read(amount)),
        lambda found: kronor(found.remains),
    )


@then(parsers.parse("visar systemet {count:d} besök enligt {requirement}"))
def visits_are_shown(shown: Shown, count: int, requirement: str) -> None:
    shown.is_(
        requirement,
        "Hur många besök i perioden visar systemet för invånaren?",
        str(count),
        lambda found: str(len(found.visits)),
    )


@then(parsers.parse("visar systemet frikortets giltighet enligt {requirement}"))
def the_card_is_shown(shown: Shown, case: Case, requirement: str) -> None:
    _, starts, ends = card_of(case.today)
    shown.is_(
        requirement,
        f"Från och med vilken dag, till och med vilken, visar systemet att frikortet gäller "
        f"(det utfärdades för {CARD_FROM} dagar sedan)?",
        f"{starts} till {ends}",
        lambda found: f"{found.card.starts} till {found.card.ends}" if found.card else "inget",
    )


@then(parsers.parse("visar systemet att frikortet gäller i dag enligt {requirement}"))
def a_card_is_shown(shown: Shown, case: Case, requirement: str) -> None:
    if swedish_now().date() != case.today:
        pytest.skip("Dagen tog slut under scenariot, så frikortets gräns är en annan.")
    shown.is_(
        requirement,
        "Visar systemet ett frikort som gäller i dag?",
        "frikort",
        lambda found: "frikort" if found.card else "inget",
    )


@then(parsers.parse("visar systemet att det inte finns något frikort enligt {requirement}"))
def no_card_is_shown(shown: Shown, requirement: str) -> None:
    shown.is_(
        requirement,
        "Visar systemet något frikort?",
        "inget",
        lambda found: "frikort" if found.card else "inget",
    )


@then(parsers.parse("visar systemet vilken region som inte kunde nås enligt {requirement}"))
def who_is_missing_is_shown(shown: Shown, bench: Bench, requirement: str) -> None:
    missing = others(bench)[1]
    shown.is_(
        requirement,
        "Vilken region visar systemet inte kunde nås? Svara med länskoden.",
        missing,
        lambda found: ", ".join(found.missing) or "ingen",
    )


def _read(amount: str) -> Decimal:
    return Decimal(amount.replace(",", ".").replace(" ", ""))
