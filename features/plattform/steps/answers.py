"""Whatever the tested system has answered in the run, judged by the profile."""

from __future__ import annotations

import pytest
from pytest_bdd import given, parsers, then

from contracts.envelope import envelope
from features.bench import Bench
from features.calling import Caller
from features.plattform.tally import Case
from features.unreadable import UNREADABLE
from reports.evidence import Evidence, judged
from reports.results import Exchange

_CUT_OFF = "avklippt XML"


@given("att systemet har besvarat både ett giltigt anrop och ett oläsbart")
def it_has_answered_both(bench: Bench, caller: Caller) -> None:
    if not bench.answered.has_result:
        caller.send(bench.messages.valid())
    if not bench.answered.has_fault:
        whole = envelope(bench.messages.valid(), logical_address=bench.logical_address)
        caller.send(b"", message=UNREADABLE[_CUT_OFF](whole))


@then(parsers.parse("följer varje svar {requirement}"))
def each_answer_follows(bench: Bench, evidence: Evidence, requirement: str) -> None:
    entry, seen = bench.judge.requirement(requirement), bench.answered.of(requirement)
    evidence.expects(entry.text)
    if not seen.answers:
        pytest.skip("Inget svar i körningen kan visa det.")
    evidence.observes(f"{seen.answers} svar, {seen.wrong} gör annorlunda")
    share = f"i {seen.wrong} av {seen.answers} svar"
    for case in seen.cases:
        evidence.exchanged(_exchange_of(case, bench, evidence))
        if case.found.remark:
            evidence.remarks(f"{requirement}: {case.found.text}, {share}.")
    judged(
        *(
            bench.judge.deviation(
                requirement,
                f"{case.found.text}, {share}",
                where=case.found.where,
                expected=case.found.expected,
                observed=case.found.observed,
            )
            for case in seen.cases
            if not case.found.remark
        )
    )


def _exchange_of(case: Case, bench: Bench, evidence: Evidence) -> Exchange:
    seen = case.seen
    return Exchange(
        what=bench.suite.contract.interaction,
        url=seen.url,
        logical_address=bench.logical_address,
        correlation_id=case.correlation_id,
        started=case.started.isoformat(timespec="milliseconds"),
        seconds=0.0,
        request=evidence.keep(seen.asked, kind="begaran", content_type="text/xml; charset=UTF-8"),
        status=seen.status,
        response=evidence.keep(seen.body, kind="svar", content_type=seen.content_type),
        problem="",
    )
