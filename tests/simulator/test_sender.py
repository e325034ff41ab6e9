"""Who calls: the internal headers, or the default sender."""

from __future__ import annotations

import pytest

from contracts.terms import HsaId
from simulator.sender import Sender, sender_of
from simulator.settings import Settings

SETTINGS = Settings(instance_id="THIS-VP", default_sender=HsaId("SE2321000016-DEFAULT"))
DEFAULT = Sender(hsa_id="SE2321000016-DEFAULT", known_by="default sender")


def test_internal_caller_names_its_sender() -> None:
    """The sender header counts together with the platform's own instance id."""
    headers = {"x-vp-sender-id": "SE5565594230-B9P", "x-vp-instance-id": "THIS-VP"}

    assert sender_of(headers, SETTINGS) == Sender(
        hsa_id="SE5565594230-B9P", known_by="internal header"
    )


NOT_INTERNAL = pytest.mark.parametrize(
    "headers",
    [
        pytest.param({}, id="no headers"),
        pytest.param({"x-vp-sender-id": "SE5565594230-B9P"}, id="no instance id"),
        pytest.param(
            {"x-vp-sender-id": "SE5565594230-B9P", "x-vp-instance-id": "OTHER-VP"},
            id="another platform's instance id",
        ),
        pytest.param(
            {"x-vp-sender-id": "SE5565594230-B9P", "x-vp-instance-id": "this-vp"},
            id="instance id in lower case",
        ),
        pytest.param({"x-vp-instance-id": "THIS-VP"}, id="instance id alone"),
        pytest.param({"x-vp-sender-id": "", "x-vp-instance-id": "THIS-VP"}, id="empty sender"),
    ],
)


@NOT_INTERNAL
def test_anyone_else_is_the_default_sender(headers: dict[str, str]) -> None:
    """A sender header without the platform's instance id is ignored."""
    assert sender_of(headers, SETTINGS) == DEFAULT


@NOT_INTERNAL
def test_nobody_can_be_named_without_default_sender(headers: dict[str, str]) -> None:
    """With the default turned off, only internal callers are known."""
    assert sender_of(headers, Settings(instance_id="THIS-VP", default_sender=None)) is None


def test_internal_caller_is_known_without_default_sender() -> None:
    """The default has no part in calls that name their sender."""
    headers = {"x-vp-sender-id": "SE5565594230-B9P", "x-vp-instance-id": "THIS-VP"}
    settings = Settings(instance_id="THIS-VP", default_sender=None)

    assert sender_of(headers, settings) == Sender(
        hsa_id="SE5565594230-B9P", known_by="internal header"
    )
