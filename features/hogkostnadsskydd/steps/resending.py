"""Givet, När and Så: what the tested system does when what it sends comes to nothing."""

from __future__ import annotations

from datetime import timedelta

import pytest
from pytest_bdd import given, parsers, then, when

from contracts.judge import swedish_now
from features.bench import Bench
from features.calling import Caller
from features.hogkostnadsskydd.acting import Acting
from features.hogkostnadsskydd.waits import Wait, Waits
from features.inbox import Arrived
from features.listening import Listening
from reports.evidence import Evidence, judged

_FIVE_MINUTES = 300.0
_BEGUN = r"(ett utlämnande|en begäran) vars första försök besvaras (?P<how>.+)"


@pytest.fixture
def pause(bench: Bench) -> float:
    """Give how long the system is said to wait before it sends again. Units: seconds."""
    return float(bench.role.settings["resend_pause"])


@given(parsers.re(_BEGUN), target_fixture="wait")
def a_first_attempt_is_answered(
    bench: Bench, early: Waits, acting: Acting, listening: Listening, caller: Caller, how: str
) -> Wait:
    wait = early.take(how, acting)
    listening.since(wait.after)
    caller.take_over(*wait.answers)
    for answer in wait.answers:
        judged(*bench.judge.accepted(answer))
    return wait


@when("systemet har haft tid att sända om", target_fixture="attempts")
def it_has_had_time_to_send_again(
    bench: Bench, listening: Listening, wait: Wait, pause: float
) -> list[Arrived]:
    return _attempts(bench, listening, wait, pause + bench.role.settings["send_within"])


@when("systemet har haft tid att sända om, fast det inte ska", target_fixture="attempts")
def it_has_had_time_to_send_again_though_it_must_not(
    bench: Bench, listening: Listening, wait: Wait, pause: float, settle: float
) -> list[Arrived]:
    return _attempts(bench, listening, wait, pause + settle)


@then(parsers.parse("sänds samma meddelande igen, oförändrat, enligt {requirement}"))
def it_is_sent_again(
    bench: Bench, attempts: list[Arrived], evidence: Evidence, pause: float, requirement: str
) -> None:
    evidence.expects(f"samma meddelande en gång till, efter {pause:g} s")
    evidence.observes(f"{len(attempts)} gånger")
    if len(attempts) < 2:  # noqa: PLR2004
        judged(
            bench.judge.deviation(
                requirement,
                "ett anrop som kom till intet sändes inte om",
                expected=f"samma meddelande igen, efter {pause:g} s",
                observed=f"{len(attempts)} anrop",
            )
        )
    first, second = attempts[:2]
    if first.written != second.written or first.logical_address != second.logical_address:
        judged(
            bench.judge.deviation(
                requirement,
                "det omsända meddelandet är inte det första",
                expected="samma meddelande, oförändrat",
                observed="ett annat meddelande",
            )
        )


@then(parsers.parse("går det minst den angivna pausen emellan enligt {requirement}"))
def it_waits_between(
    bench: Bench, attempts: list[Arrived], evidence: Evidence, pause: float, requirement: str
) -> None:
    evidence.expects(f"minst {pause:g} s mellan försöken")
    if len(attempts) < 2:  # noqa: PLR2004
        pytest.skip("Systemet sände inte om, så det finns ingen paus att mäta.")
    between = (attempts[1].started - attempts[0].ended).total_seconds()
    evidence.observes(f"{between:.1f} s".replace(".", ","))
    if pause < _FIVE_MINUTES:
        evidence.remarks(
            f"Systemet är i provet inställt på {pause:g} s mellan försök (resend_pause i "
            "målfilen); i drift ska det vara minst fem minuter."
        )
    if between < 0.9 * pause:
        judged(
            bench.judge.deviation(
                requirement,
                "anropet sändes om för tidigt",
                expected=f"tidigast efter {pause:g} s",
                observed=f"efter {between:.1f} s".replace(".", ","),
            )
        )


@then(parsers.parse("sänds det inte om enligt {requirement}"))
def it_is_not_sent_again(
    bench: Bench,
    attempts: list[Arrived],
    evidence: Evidence,
    pause: float,
    settle: float,
    requirement: str,
) -> None:
    evidence.expects(f"ett enda anrop på {pause + settle:g} s")
    evidence.observes(f"{len(attempts)} gånger")
    if not attempts:
        pytest.skip("Systemet sände inget, så det finns inget att sända om.")
    if len(attempts) > 1:
        judged(
            bench.judge.deviation(
                requirement,
                "det som hade besvarats sändes om",
                expected="ett anrop",
                observed=f"{len(attempts)} anrop",
            )
        )


def _attempts(bench: Bench, listening: Listening, wait: Wait, seconds: float) -> list[Arrived]:
    """Give the attempts that came before so long had passed since the first was answered."""
    first = listening.wait(wait.wanted, seconds=bench.role.settings["send_within"])
    if not first:
        return first
    left = first[0].ended + timedelta(seconds=seconds) - swedish_now()
    return listening.wait(wait.wanted, seconds=max(left.total_seconds(), 0.0), count=2)
