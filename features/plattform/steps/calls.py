"""Whatever the tested system has sent in the run, judged by the profile."""

from __future__ import annotations

import pytest
from pytest_bdd import given, parsers, then

from features.asking import Asking
from features.bench import Bench
from features.listening import Listening
from features.plattform.calls import Calls, is_call
from reports.evidence import Evidence, judged

_SHOWN = 3


@pytest.fixture(scope="session")
def calls(bench: Bench) -> Calls:
    """Give what the tested system has sent, judged."""
    return Calls(inbox=bench.inbox)


@given("att systemet har sänt ett anrop i körningen")
def it_has_sent_something(bench: Bench, asking: Asking, evidence: Evidence) -> None:
    if bench.inbox.found(is_call, aside=True):
        return
    if bench.suite.sends is not None:
        bench.suite.sends(bench, asking, Listening(bench=bench, evidence=evidence))
    if not bench.inbox.found(is_call, aside=True):
        pytest.skip("Systemet har inte sänt något i körningen, så det finns inget att bedöma.")


@then(parsers.parse("följer varje anrop {requirement}"))
def each_call_follows(bench: Bench, calls: Calls, evidence: Evidence, requirement: str) -> None:
    evidence.expects(bench.judge.requirement(requirement).text)
    found = calls.of(requirement)
    if not found:
        pytest.skip("Inget anrop i körningen kan visa det.")
    wrong = [(arrived, each) for arrived, each in found if each is not None]
    evidence.observes(f"{len(found)} anrop, {len(wrong)} gör annorlunda")
    share = f"i {len(wrong)} av {len(found)} anrop"
    first = {each.text: (arrived, each) for arrived, each in reversed(wrong)}
    listening = Listening(bench=bench, evidence=evidence)
    listening.keep(*(arrived for arrived, _ in [*first.values()][:_SHOWN]))
    for _, each in first.values():
        if each.remark:
            evidence.remarks(f"{requirement}: {each.text}, {share}.")
    judged(
        *(
            bench.judge.deviation(
                requirement,
                f"{each.text}, {share}",
                where=each.where,
                expected=each.expected,
                observed=each.observed,
            )
            for _, each in [*first.values()][:_SHOWN]
            if not each.remark
        )
    )


@then("visas den ursprungliga avsändaren i varje anrop")
def the_original_sender_is_shown(bench: Bench, calls: Calls, evidence: Evidence) -> None:
    requirement = "RIV-BP-23"
    evidence.expects(bench.judge.requirement(requirement).text)
    named, sent = calls.of(requirement), bench.inbox.found(is_call, aside=True)
    others = [each for _, each in named if each is not None]
    evidence.observes(
        f"{len(sent)} anrop, {len(named)} anger en ursprunglig avsändare, "
        f"{len(others)} en annan än systemet"
    )
    if others:
        evidence.remarks(f"{requirement}: {others[0].text} ({others[0].observed}).")
