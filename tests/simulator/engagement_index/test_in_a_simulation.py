"""The index of a simulation, called by anyone through the platform, over HTTP."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import pytest
import requests
from lxml import etree

from contracts.envelope import body_of, envelope, fault_in
from simulator.engagement_index.engagements import Engagement, Transaction
from simulator.engagement_index.messages import (
    FIND_CONTENT,
    UPDATE,
    asking_for,
    asking_to,
    engagements_in,
)
from simulator.simulation import Simulation, simulation

if TYPE_CHECKING:
    from pathlib import Path

PATIENCE = 60.0


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Simulation]:
    """Give a simulation as the command line starts it."""
    with simulation(port=0, data=tmp_path) as started:
        yield started


def call(running: Simulation, payload: bytes) -> etree._Element:
    """Call the index at the platform's logical address; the answer's element comes back."""
    with requests.Session() as session:
        session.trust_env = False
        answer = session.post(
            f"{running.url}/vp",
            data=envelope(payload, logical_address="5565594230"),
            headers={"Content-Type": "text/xml; charset=UTF-8"},
            timeout=PATIENCE,
        )
    root = etree.fromstring(answer.content)
    assert fault_in(root) is None, answer.text
    return body_of(root)


def find(running: Simulation, resident: str) -> tuple[Engagement, ...]:
    texts = {
        "registeredResidentIdentification": resident,
        "serviceDomain": "riv:financial:patientfees:exemption",
    }
    return engagements_in(call(running, asking_for(FIND_CONTENT, texts)))


def test_what_is_told_is_soon_found(
    running: Simulation, saving: Callable[..., Transaction]
) -> None:
    """A system tells of two engagements; who asks for the resident finds both."""
    told = [saving(source_system=name, logical_address=name) for name in ("ONE", "TWO")]

    answer = call(running, asking_to(UPDATE, told))

    assert answer.findtext("{*}ResultCode") == "OK"
    until = time.monotonic() + PATIENCE
    while not (found := find(running, "191001209814")):
        assert time.monotonic() < until, "nothing was stored"
    assert {one.source_system for one in found} == {"ONE", "TWO"}
    assert {one.owner for one in found} == {"5565594230"}
    assert find(running, "191001219805") == ()
