"""The way a call has come: platform facts, section 1.5 step 4."""

from __future__ import annotations

from dataclasses import replace

import pytest

from simulator.mediation import Refusal, Refuse
from simulator.routing_history import routing_history
from simulator.sender import Sender
from simulator.settings import Settings

SETTINGS = Settings(instance_id="THIS-VP")
SENDER = Sender(hsa_id="SE1-CONSUMER", known_by="client certificate")


@pytest.mark.parametrize(
    ("inbound", "outbound"),
    [
        pytest.param(None, "SE1-CONSUMER#THIS-VP", id="missing"),
        pytest.param("", "SE1-CONSUMER#THIS-VP", id="empty"),
        pytest.param("SE-A#SE-B", "SE-A#SE-B#THIS-VP", id="there"),
        pytest.param("THIS-VP2", "THIS-VP2#THIS-VP", id="another that resembles"),
        pytest.param("this-vp", "this-vp#THIS-VP", id="another case"),
    ],
)
def test_history_grows_by_this_platform(inbound: str | None, outbound: str) -> None:
    """It begins with the sender, and each platform adds itself."""
    headers = {} if inbound is None else {"x-rivta-routing-history": inbound}

    assert routing_history(headers, SENDER, SETTINGS) == outbound


@pytest.mark.parametrize("inbound", ["THIS-VP", "SE-A#THIS-VP", "SE-A# THIS-VP #SE-B"])
def test_call_that_has_been_here_is_refused(inbound: str) -> None:
    """VP014 has nothing to add."""
    refused = routing_history({"x-rivta-routing-history": inbound}, SENDER, SETTINGS)

    assert refused == Refuse(refusal=Refusal.LOOP, detail="")


@pytest.mark.parametrize("inbound", [None, "SE-A#THIS-VP"])
@pytest.mark.parametrize(
    ("sender", "settings"),
    [
        pytest.param(replace(SENDER, is_internal=True), SETTINGS, id="internal caller"),
        pytest.param(SENDER, replace(SETTINGS, use_routing_history=False), id="switched off"),
    ],
)
def test_history_is_left_alone(inbound: str | None, sender: Sender, settings: Settings) -> None:
    """Then it is neither examined nor extended."""
    headers = {} if inbound is None else {"x-rivta-routing-history": inbound}

    assert routing_history(headers, sender, settings) is None
