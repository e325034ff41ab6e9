"""Givet and Så: what the tested system does when what it sends is not answered as it should be."""

from __future__ import annotations

from uuid import uuid4

import pytest
from lxml import etree
from pytest_bdd import given, parsers, then

from features.bench import Bench
from features.hogkostnadsskydd.around import DISCLOSURE, REQUEST
from features.inbox import Arrived, Wanted
from features.listening import Listening
from reports.evidence import Evidence, judged

_FIVE_MINUTES = 300.0
_TROUBLE = {
    "med SOAP Fault": {"kind": "soap-fault"},
    "med en bruten förbindelse": {"kind": "reset-before"},
    "med VP009": {"kind": "vp-code", "code": "VP009"},
}


@pytest.fixture
def pause(bench: Bench) -> float:
    """Give how long the system is said to wait before it sends again. Units: seconds."""
    return float(bench.role.settings["resend_pause"])


@pytest.fixture
def own_messages(bench: Bench) -> Wanted:
    """Want what the role sends: disclosures of a discloser, requests of a requester."""
    namespaces = {service.contract.namespace for service in bench.services}
    tag = (DISCLOSURE if DISCLOSURE.namespace in namespaces else REQUEST).request
    return lambda arrived: arrived.payload is not None and arrived.payload.tag == tag


@given(parsers.parse("att systemets nästa anrop besvaras {how}"))
def the_next_call_is_disturbed(
    bench: Bench,
    listening: Listening,
    undisturbed: None,  # noqa: ARG001
    how: str,
) -> None:
    listening.begin_anew()
    contract = next(
        service.contract for service in bench.services if service.contract in (DISCLOSURE, REQUEST)
    )
    bench.client.arrange(
        "POST",
        "/disturbances",
        {"name": f"{how} {uuid4()}", "contract": contract.namespace, "first": 1, **_TROUBLE[how]},
    )


@then(parsers.parse("sänds samma meddelande igen, oförändrat, enligt {requirement}"))
def it_is_sent_again(
    bench: Bench,
    listening: Listening,
    evidence: Evidence,
    own_messages: Wanted,
    pause: float,
    requirement: str,
) -> None:
    evidence.expects(f"samma meddelande en gång till, efter {pause:g} s")
    came = _twice(bench, listening, own_messages, pause)
    evidence.observes(f"{len(came)} gånger")
    if len(came) < 2:  # noqa: PLR2004
        judged(
            bench.judge.deviation(
                requirement,
                "ett anrop som kom till intet sändes inte om",
                expected=f"samma meddelande igen, efter {pause:g} s",
                observed=f"{len(came)} anrop",
            )
        )
    if _written(came[0]) != _written(came[1]) or came[0].logical_address != came[1].logical_address:
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
    bench: Bench,
    listening: Listening,
    evidence: Evidence,
    own_messages: Wanted,
    pause: float,
    requirement: str,
) -> None:
    evidence.expects(f"minst {pause:g} s mellan försöken")
    came = _twice(bench, listening, own_messages, pause)
    if len(came) < 2:  # noqa: PLR2004
        pytest.skip("Systemet sände inte om, så det finns ingen paus att mäta.")
    between = (came[1].started - came[0].ended).total_seconds()
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
    listening: Listening,
    evidence: Evidence,
    own_messages: Wanted,
    pause: float,
    settle: float,
    requirement: str,
) -> None:
    evidence.expects(f"ett enda anrop på {pause + settle:g} s")
    came = listening.wait(own_messages, seconds=bench.role.settings["send_within"])
    came = listening.wait(own_messages, seconds=pause + settle, count=2) if came else came
    evidence.observes(f"{len(came)} gånger")
    if not came:
        pytest.skip("Systemet sände inget, så det finns inget att sända om.")
    if len(came) > 1:
        judged(
            bench.judge.deviation(
                requirement,
                "ett besvarat utlämnande sändes om",
                expected="ett anrop",
                observed=f"{len(came)} anrop",
            )
        )


def _twice(bench: Bench, listening: Listening, wanted: Wanted, pause: float) -> list[Arrived]:
    limit = bench.role.settings["send_within"]
    first = listening.wait(wanted, seconds=limit)
    return listening.wait(wanted, seconds=pause + limit, count=2) if first else first


def _written(arrived: Arrived) -> bytes:
    return b"" if arrived.payload is None else etree.tostring(arrived.payload, method="c14n")
