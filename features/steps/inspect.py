"""Så: one question each to what came back, for services of any kind."""

from __future__ import annotations

import pytest
from lxml import etree
from pytest_bdd import parsers, then

from contracts.errors import HarnessError
from features.answers import (
    all_text,
    http_refusal,
    leaks_in,
    megabytes,
    own_fault,
    producer_seconds,
    stack_trace_in,
)
from features.bench import Bench
from features.calling import Caller
from reports.evidence import Evidence, judged
from reports.results import Deviation
from simulator.client import Answer

_Batch = list[tuple[etree._Element, str | None]]  # each with what it breaks, if anything
SCHEMA = "schema"
"""What a message of a batch breaks that is not valid by the schema."""


@then("besvaras det med OK")
def it_is_answered_ok(bench: Bench, answer: Answer, evidence: Evidence) -> None:
    evidence.expects(bench.suite.answering.taking)
    evidence.observes(bench.judge.told(answer))
    _note_time(bench, answer, evidence)
    judged(*bench.judge.accepted(answer))


@then(parsers.parse("besvaras det med OK enligt {requirement}"))
def it_is_answered_ok_by(
    bench: Bench, answer: Answer, evidence: Evidence, requirement: str
) -> None:
    evidence.expects(bench.suite.answering.taking)
    evidence.observes(bench.judge.told(answer))
    judged(*bench.judge.accepted(answer, requirement))


@then(parsers.parse("besvaras det med ERROR enligt {requirement}"))
def it_is_answered_error(
    bench: Bench, answer: Answer, evidence: Evidence, requirement: str
) -> None:
    evidence.expects("HTTP 200 med resultCode ERROR")
    evidence.observes(bench.judge.told(answer))
    _note_time(bench, answer, evidence)
    _note_remark(bench, answer, evidence)
    judged(*bench.judge.refused(answer, requirement))


@then("följer svaret kontraktets schema")
def the_answer_is_valid(bench: Bench, answer: Answer, evidence: Evidence) -> None:
    evidence.expects("ett schemavalitt svar i ett SOAP 1.1-kuvert med HTTP-status 200")
    evidence.observes(bench.judge.told(answer))
    found = bench.judge.of_form(answer)
    if not found and bench.judge.result(answer) is None:
        found = (
            bench.judge.deviation(
                bench.suite.answering.clauses.form,
                "ett läsbart meddelande ska besvaras enligt kontraktet",
                expected=bench.suite.contract.response.rpartition("}")[2],
                observed=bench.judge.told(answer),
            ),
        )
    judged(*found)


@then("besvaras det med SOAP Fault")
def it_is_answered_by_a_fault(bench: Bench, answer: Answer, evidence: Evidence) -> None:
    evidence.expects("HTTP 500 med systemets egen SOAP Fault")
    evidence.observes(bench.judge.told(answer))
    _note_http_refusal(answer, evidence)
    judged(*bench.judge.faulted(answer))


@then("besvaras det med SOAP Fault eller ERROR")
def it_is_answered_by_a_fault_or_error(bench: Bench, answer: Answer, evidence: Evidence) -> None:
    evidence.expects("HTTP 500 med systemets egen SOAP Fault, eller resultCode ERROR")
    evidence.observes(bench.judge.told(answer))
    result = bench.judge.result(answer)
    if result is not None and result.code in bench.suite.answering.refuses:
        judged(*bench.judge.of_form(answer))
        return
    _note_http_refusal(answer, evidence)
    judged(*bench.judge.faulted(answer))


@then("visar felet inga personuppgifter")
@then("visar felet varken stackspårning eller personuppgifter")
def the_fault_keeps_secrets(bench: Bench, answer: Answer, evidence: Evidence) -> None:
    evidence.expects("varken stackspårning eller patientens identitet")
    if not bench.judge.identities_in(answer.request):
        raise HarnessError("the call holds no identity to look for")
    status = http_refusal(answer)
    if status is not None and answer.replaced is None:
        pytest.skip(f"Systemet svarade HTTP {status} utan SOAP Fault, så det finns inget att se.")
    if status is None and own_fault(answer) is None:
        evidence.observes(bench.judge.told(answer))
        judged(*bench.judge.faulted(answer))  # without a fault of its own nothing is shown
    found = bench.judge.keeps_secrets(answer)
    evidence.observes("; ".join(item.text for item in found) or "inget av detta")
    if not bench.suite.answering.clauses.internals and stack_trace_in(all_text(answer)):
        evidence.remarks("Felet visar en stackspårning; driften behöver den, men inte anroparen.")
    judged(*found)


@then(parsers.parse("får var och en sitt eget svar enligt {requirement}"))
def each_gets_its_own_answer(
    bench: Bench,
    caller: Caller,
    batch: _Batch,
    answers: list[Answer],
    evidence: Evidence,
    requirement: str,
) -> None:
    found: list[Deviation] = []
    for (_, rule), answer in zip(batch, answers, strict=True):
        deviations = _own_answer(bench, answer, rule, requirement)
        if deviations or answer is answers[0]:
            caller.keep(answer)
        found.extend(deviations)
    times = [producer_seconds(answer) for answer in answers]
    evidence.expects("OK till varje giltigt underlag, ERROR med rätt regel till varje felaktigt")
    evidence.observes(
        f"{len(answers)} svar, {len(found)} avvikelser, "
        f"längsta svarstid {max(times):.3f} s".replace(".", ",")
    )
    judged(*found)


@then(parsers.parse("tar inget svar längre tid än {limit:d} sekunder enligt {requirement}"))
def no_answer_takes_longer(
    bench: Bench, answers: list[Answer], evidence: Evidence, limit: int, requirement: str
) -> None:
    times = [producer_seconds(answer) for answer in answers]
    evidence.expects(f"varje svar inom {limit} s")
    evidence.observes(f"längsta svarstid {max(times):.3f} s".replace(".", ","))
    judged(
        *(
            deviation
            for answer in answers
            for deviation in bench.judge.in_time(answer, requirement, limit)
        )
    )


@then(parsers.parse("besvaras minst {share:d} % inom {limit:d} sekund enligt {requirement}"))
def most_are_answered_in_time(
    bench: Bench,
    answers: list[Answer],
    evidence: Evidence,
    share: int,
    limit: int,
    requirement: str,
) -> None:
    late = [answer for answer in answers if producer_seconds(answer) >= limit]
    evidence.expects(f"minst {share} % inom {limit} s")
    evidence.observes(
        f"{len(answers) - len(late)} av {len(answers)}, längsta svarstid "
        f"{max(map(producer_seconds, answers)):.3f} s".replace(".", ",")
    )
    if len(late) * 100 > len(answers) * (100 - share):
        judged(
            bench.judge.deviation(
                requirement,
                f"{len(late)} av {len(answers)} svar tog för lång tid",
                expected=f"minst {share} % inom {limit} s",
                observed=f"{100 - 100 * len(late) / len(answers):.0f} % inom {limit} s",
            )
        )


@then(parsers.parse("tar svaret mindre än {limit:d} sekunder enligt {requirement}"))
def the_answer_takes_less(
    bench: Bench, answer: Answer, evidence: Evidence, limit: int, requirement: str
) -> None:
    evidence.expects(f"mindre än {limit} s för {megabytes(answer.request)}")
    evidence.observes(f"{producer_seconds(answer):.3f} s".replace(".", ","))
    judged(*bench.judge.in_time(answer, requirement, limit))


def _own_answer(
    bench: Bench, answer: Answer, rule: str | None, requirement: str
) -> tuple[Deviation, ...]:
    """Judge one of several simultaneous answers: it must be the one to its own message.

    An answer of the right form that belongs to another message breaks the requirement that each
    caller gets its own; anything else breaks the requirement that the load stands for.
    """
    judge = bench.judge
    if form := judge.of_form(answer):
        return form
    answering = bench.suite.answering
    expected = {None: answering.taking, SCHEMA: answering.turning_away}.get(
        rule, f"ERROR för {rule}"
    )
    if rule == SCHEMA:
        wrong = judge.turned_away(answer)
    elif judge.result(answer) is None:
        return (
            judge.deviation(
                requirement,
                "ett av flera samtidiga anrop besvarades inte enligt kontraktet",
                expected=expected,
                observed=judge.told(answer),
            ),
        )
    elif rule is None:
        wrong = judge.accepted(answer)
    else:
        wrong = judge.refused_by_rules(answer, rule)
    if not wrong:
        return ()
    return (
        judge.deviation(
            bench.suite.answering.clauses.mixed_up,
            "ett anrop fick ett svar som inte hör till dess meddelande",
            expected=expected,
            observed=judge.told(answer),
        ),
    )


def _note_http_refusal(answer: Answer, evidence: Evidence) -> None:
    if (status := http_refusal(answer)) is not None:
        evidence.remarks(
            f"Systemet avvisar ett oläsbart anrop med HTTP {status}. Det följer WS-I, men "
            "plattformen gör det till VP009; en SOAP Fault med status 500 når konsumenten."
        )
    elif answer.platform_code is not None and own_fault(answer) is not None:
        evidence.remarks(
            "Systemet skriver sin SOAP Fault i en teckenkodning som plattformen inte känner igen "
            "den i, och gör till VP009. WS-I tillåter det; i UTF-8 når felet konsumenten."
        )


def _note_time(bench: Bench, answer: Answer, evidence: Evidence) -> None:
    seconds, limit = producer_seconds(answer), bench.suite.answering.seconds
    if seconds >= limit:
        evidence.remarks(
            f"Ett meddelande på {megabytes(answer.request)} tog {seconds:.1f} s att besvara; "
            f"det ska ta mindre än {limit:g} s.".replace(".", ",", 1)
        )


def _note_remark(bench: Bench, answer: Answer, evidence: Evidence) -> None:
    """Note a remark that shows what a fault must not show; the rule speaks of faults."""
    result = bench.judge.result(answer)
    remark = result.remark if result else ""
    if (kind := stack_trace_in(remark)) is not None:
        evidence.remarks(f"Kommentaren i svaret visar en stackspårning ({kind}).")
    if leaks_in(remark, bench.judge.identities_in(answer.request)):
        evidence.remarks("Kommentaren i svaret visar patientens identitet.")
