"""An index in each kind of database, and engagements that default all that a test is not about."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import pytest
from lxml import etree

from contracts.envelope import body_of, envelope, fault_in
from contracts.terms import SWEDISH_TIME
from simulator.engagement_index.batches import Pace
from simulator.engagement_index.engagements import Engagement, Transaction
from simulator.engagement_index.index import EngagementIndex, Places
from simulator.engagement_index.messages import (
    FIND_CONTENT,
    PROCESS_NOTIFICATION,
    UPDATE,
    asking_for,
    asking_to,
    engagements_in,
)
from simulator.engagement_index.outbox import Outbox
from simulator.engagement_index.services import services
from simulator.engagement_index.subscribers import Subscriber
from simulator.engagement_index.validation import Names
from simulator.migrations import upgrade
from simulator.store import open_store

OWN = "5565594230"
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
    return lambda **values: Transaction(engagement=ENGAGEMENT._replace(**values))


@pytest.fixture(scope="session")
def deleting() -> Callable[..., Transaction]:
    """Give a maker of transactions that delete."""

    def build(**values: Any) -> Transaction:
        return Transaction(delete=True, engagement=ENGAGEMENT._replace(**values))

    return build


@dataclass
class Desk:
    """An index and its services, where time stands until it is moved.

    Shape: what was asked for is stored when ``settle`` is called, or before anything is found.
    """

    index: EngagementIndex
    now: datetime = datetime(2026, 11, 22, 12, 0, tzinfo=SWEDISH_TIME)
    subscribers: list[Subscriber] = field(default_factory=list)
    workspace: str = "default"

    def ask(
        self,
        namespace: str,
        payload: bytes,
        *,
        to: str | None = "the index",
        headers: dict[str, str] | None = None,
    ) -> etree._Element:
        """Ask a service, and give the envelope of its answer."""
        to = self.index.names.own if to == "the index" else to
        service = next(one for one in services() if one.contract == namespace)
        answer = service.answer(
            envelope(payload, logical_address=to),
            {"x-skltp-correlation-id": "a story"} if headers is None else headers,
            index=self.index,
            workspace=self.workspace,
        )
        root = etree.fromstring(answer.body)
        assert answer.status == (200 if fault_in(root) is None else 500)
        return root

    def take(self, namespace: str, *transactions: Transaction) -> None:
        """Let the index take transactions; it must answer OK."""
        root = self.ask(namespace, asking_to(namespace, transactions))
        assert fault_in(root) is None, etree.tostring(root)
        assert body_of(root).findtext(f"{{{namespace}}}ResultCode") == "OK"

    def update(self, *transactions: Transaction) -> None:
        """Send an Update, and have it stored."""
        self.take(UPDATE, *transactions)
        self.settle()

    def notify(self, *transactions: Transaction) -> None:
        """Send a ProcessNotification, and have it stored."""
        self.take(PROCESS_NOTIFICATION, *transactions)
        self.settle()

    def settle(self) -> None:
        """Have all stored that waits."""
        self.index.store_now(self.workspace)

    def find(self, **texts: str) -> list[Engagement]:
        """Find by the names of elements; by default, the resident of the tests."""
        asked = {
            "registeredResidentIdentification": ENGAGEMENT.resident,
            "serviceDomain": ENGAGEMENT.service_domain,
            **texts,
        }
        root = self.ask(FIND_CONTENT, asking_for(FIND_CONTENT, asked))
        assert fault_in(root) is None, etree.tostring(root)
        return list(engagements_in(body_of(root)))

    def refusal(self, namespace: str, payload: bytes, **how: Any) -> str:
        """Give the text of the fault that a request meets."""
        fault = fault_in(self.ask(namespace, payload, **how))
        assert fault is not None
        return fault.text

    def told(self) -> list[tuple[str, tuple[Transaction, ...]]]:
        """Take out what each subscriber is told next, all of it, and take it as sent."""
        told = []
        while due := self.index.outbox.take_due():
            for one in due:
                told.append((one.subscriber, one.transactions))
                self.index.outbox.sent(one.number)
        return told


@pytest.fixture
def a_desk(any_url: str) -> Iterator[Callable[..., Desk]]:
    """Give a maker of indexes in one database of each kind; nothing is stored by itself."""
    with ExitStack() as opened:
        shared = open_store(any_url)
        opened.callback(shared.dispose)

        def build(
            *,
            retries: int = 2,
            retry_delay: float = 0.0,
            lease: float = 60.0,
            names: dict[str, str] | None = None,
            **pace: Any,
        ) -> Desk:
            engine = shared if any_url == "sqlite://" else open_store(any_url)
            upgrade(engine)
            index = EngagementIndex(
                engine,
                names=Names(**{"own": OWN, "platform": "VP-HSA-ID", **(names or {})}),
                pace=Pace(**pace),
                places=Places(
                    now_for=lambda _workspace: made.now,
                    subscribers_for=lambda _workspace: tuple(made.subscribers),
                ),
                outbox=Outbox(engine, retries=retries, retry_delay=retry_delay, lease=lease),
            )
            opened.callback(index.close)
            made = Desk(index)
            return made

        yield build


@pytest.fixture
def desk(a_desk: Callable[..., Desk]) -> Desk:
    """Give an empty index, in each kind of database."""
    return a_desk()


@pytest.fixture
def own() -> str:
    """Give the index's own id."""
    return OWN
