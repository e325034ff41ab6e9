"""What the tests of Högkostnadsskydd share: an inquiry, and the judge that knows who asked."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pytest
from lxml import etree

from contracts.catalogue import Domain, bundled
from contracts.domains.financial_patientfees_exemption.v1_0.kinds import Inquiry
from contracts.judge import judge_payload
from contracts.terms import HsaId, LogicalAddress


@pytest.fixture(scope="session")
def domain() -> Domain:
    """Give the bundled domain."""
    return bundled().domain("financial:patientfees:exemption", "1.0")


@pytest.fixture(scope="session")
def inquiry(noon: datetime) -> Inquiry:
    """Give who asks whom, on the day of the clock."""
    return Inquiry(
        reply_to=LogicalAddress("SE5565594230-PROV"),
        region=HsaId("SE2321000016-PROV"),
        today=noon.date(),
    )


@pytest.fixture(scope="session")
def failed(noon: datetime) -> Callable[..., tuple[str, ...]]:
    """Give the judge of schema-valid messages: the rules that one of them breaks."""

    def judged(payload: etree._Element, actor: str = "", *, at: datetime = noon) -> tuple[str, ...]:
        judgement = judge_payload(payload, at=at, context={"actor": actor} if actor else None)
        assert judgement.schema_valid, judgement.findings
        assert judgement.failed_rules is not None, judgement.findings
        return judgement.failed_rules

    return judged
