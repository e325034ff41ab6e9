"""Engagements that default all that a test is not about."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from simulator.engagement_index.engagements import Engagement, Transaction

ENGAGEMENT = Engagement(
    resident="191001209814",
    service_domain="riv:financial:patientfees:exemption",
    categorization="fpe-es",
    logical_address="SKLTP-MOCK01",
    business_object="NA",
    interest="NA",
    most_recent="20261121093000",
    source_system="SKLTP-MOCK01",
    data_controller="SE-NMT123",
)


@pytest.fixture(scope="session")
def saving() -> Callable[..., Transaction]:
    """Give a maker of transactions that save."""
    return lambda **values: Transaction(engagement=replace(ENGAGEMENT, **values))


@pytest.fixture(scope="session")
def deleting() -> Callable[..., Transaction]:
    """Give a maker of transactions that delete."""

    def build(**values: Any) -> Transaction:
        return Transaction(delete=True, engagement=replace(ENGAGEMENT, **values))

    return build
