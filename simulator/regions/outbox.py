"""What a system is to send: kept with the change that causes it, sent until an answer has come."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import uuid4

import sqlalchemy as sa
from lxml import etree

from contracts.catalogue import bundled
from contracts.envelope import body_of, envelope
from contracts.errors import MessageError
from simulator.store import METADATA, writing

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from simulator.client import Answer
    from simulator.regions.surroundings import Resending, Surroundings

__all__ = ["Letter", "Outbox", "Sent", "Wire", "problem_of"]

_OUTGOING = sa.Table(
    "outgoing_message",
    METADATA,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("system", sa.String, nullable=False, index=True),
    sa.Column("contract", sa.String, nullable=False),
    sa.Column("logical_address", sa.String, nullable=False),
    sa.Column("payload", sa.LargeBinary, nullable=False),
    sa.Column("correlation_id", sa.String, nullable=False),
    sa.Column("about", sa.String, nullable=False),
    sa.Column("due", sa.Float, nullable=False),
    sa.Column("attempts", sa.Integer, nullable=False),
    sa.Column("outcome", sa.String, nullable=False),
)
_WAITING = ""
_ASIDE = 8
_LONGEST_NAP = 0.5
_SERVER_ERROR = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """A message to send: the contract's namespace, the address, and the payload.

    Shape:  ``correlation_id`` is that of the message which caused it; where it is empty the
            letter gets one of its own, for all its attempts.
            ``about`` is what the sender knows it by; letters of one contract about the same
            go one at a time, in the order they were put.
    Units:  ``delay`` is seconds until it is sent.
    """

    contract: str
    logical_address: str
    payload: etree._Element
    correlation_id: str = ""
    about: str = ""
    delay: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Wire:
    """A letter as it goes on the wire: the envelope's bytes, and the header SOAPAction."""

    message: bytes
    soap_action: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """A letter after an attempt to send it.

    Shape: ``outcome`` is ``answered``, or why the letter is given up; empty where it is to be sent
           again. ``answer`` is what came of the attempt.
    """

    letter: Letter
    outcome: str
    answer: Answer


class Outbox:
    """Sends the letters of one system, several at a time, and again by the rule.

    Shape: a letter is put in within a transaction of the system's database, so that none is lost
           and none goes before what it tells of can be asked for. What is waiting when a process
           ends is sent by the next. A letter is kept no longer than until it is answered; one
           that is given up stays, with the reason.
    """

    def __init__(
        self,
        engine: sa.Engine,
        *,
        system: str,
        sender: str,
        surroundings: Surroundings,
        resending: Resending | None = None,
        on_wire: Callable[[Wire], Wire] = lambda wire: wire,
        on_sent: Callable[[Sent], None] = lambda _sent: None,
    ) -> None:
        self._engine = engine
        self._system = system
        self._sender = sender
        self._around = surroundings
        self._resending = resending or surroundings.resending
        self._on_wire = on_wire
        self._on_sent = on_sent
        self._lock = threading.Lock()
        self._news = threading.Event()
        self._closing = threading.Event()
        self._threads: ThreadPoolExecutor | None = None
        self._in_hand: set[int] = set()
        METADATA.create_all(engine, tables=[_OUTGOING])
        with engine.connect() as connection:
            left = connection.execute(
                sa.select(_OUTGOING.c.id).where(*self._waiting()).limit(1)
            ).first()
        if left is not None:
            self.wake()

    def put(self, connection: sa.Connection, letters: Iterable[Letter]) -> None:
        """Keep letters, in the transaction that causes them; call ``wake`` after it."""
        now = self._around.clock().timestamp()
        for letter in letters:
            connection.execute(
                _OUTGOING.insert().values(
                    system=self._system,
                    contract=letter.contract,
                    logical_address=letter.logical_address,
                    payload=etree.tostring(letter.payload),
                    correlation_id=letter.correlation_id or str(uuid4()),
                    about=letter.about,
                    due=now + letter.delay,
                    attempts=0,
                    outcome=_WAITING,
                )
            )

    def wake(self) -> None:
        """See to the letters; returns at once."""
        self._news.set()
        with self._lock:
            if self._threads is None and not self._closing.is_set():
                self._threads = ThreadPoolExecutor(_ASIDE + 1, thread_name_prefix="outbox")
                self._threads.submit(self._see_to_letters)

    def waiting(self) -> int:
        """Count the letters that are not yet answered nor given up."""
        with self._engine.connect() as connection:
            counted = sa.select(sa.func.count()).select_from(_OUTGOING).where(*self._waiting())
            return connection.execute(counted).scalar_one()

    def close(self) -> None:
        """Send nothing more; what waits is kept."""
        self._closing.set()
        self._news.set()
        with self._lock:
            threads = self._threads
        if threads is not None:
            threads.shutdown(wait=True, cancel_futures=True)

    def _waiting(self) -> tuple[sa.ColumnElement[bool], ...]:
        return _OUTGOING.c.system == self._system, _OUTGOING.c.outcome == _WAITING

    def _see_to_letters(self) -> None:
        while not self._closing.is_set():
            if not self._around.wait_for_platform(_LONGEST_NAP):
                continue
            self._news.clear()
            nap = self._hand_out()
            self._news.wait(nap)

    def _hand_out(self) -> float:
        """Hand out what is due, and give how long nothing will be; a day long where none waits."""
        now = self._around.clock().timestamp()
        with self._engine.connect() as connection:
            rows = connection.execute(
                sa.select(_OUTGOING.c.id, _OUTGOING.c.due, _OUTGOING.c.contract, _OUTGOING.c.about)
                .where(*self._waiting())
                .order_by(_OUTGOING.c.id)
            ).all()
        first = {(row.contract, row.about or row.id): row for row in reversed(rows)}
        with self._lock:
            rows = [row for row in first.values() if row.id not in self._in_hand]
            due = [row.id for row in rows if row.due <= now]
            self._in_hand.update(due)
            threads = self._threads
        for number in due:
            if threads is not None and not self._closing.is_set():
                threads.submit(self._send, number)
        return _LONGEST_NAP if len(rows) > len(due) else 86_400.0

    def _send(self, number: int) -> None:
        """Send one letter; where the system itself fails at it, it waits for the next process."""
        self._send_once(number)
        with self._lock:
            self._in_hand.discard(number)
        self._news.set()

    def _send_once(self, number: int) -> None:
        with self._engine.connect() as connection:
            row = connection.execute(
                sa.select(_OUTGOING).where(_OUTGOING.c.id == number, *self._waiting())
            ).first()
        if row is None or row.due > self._around.clock().timestamp():
            return  # it was just sent, when it was found to be due
        letter = Letter(
            contract=row.contract,
            logical_address=row.logical_address,
            payload=etree.fromstring(row.payload),
            correlation_id=row.correlation_id,
            about=row.about,
        )
        client, found = self._around.client, bundled().contract_for(letter.contract)
        assert client is not None and found is not None  # noqa: PT018, S101 - both were there
        wire = self._on_wire(
            Wire(
                message=envelope(letter.payload, logical_address=letter.logical_address),
                soap_action=f'"{found[1].soap_action}"',
            )
        )
        answer = client.call(
            found[1],
            letter.payload,
            logical_address=letter.logical_address,
            sender=self._sender,
            correlation_id=letter.correlation_id,
            message=wire.message,
            soap_action=wire.soap_action,
        )
        problem = problem_of(answer)
        outcome, due, attempts = "answered", row.due, row.attempts + 1
        if problem:
            no_connection = answer.status is None and answer.problem.endswith("ConnectionError")
            attempts -= no_connection
            pause = self._pause_after(answer, no_connection=no_connection)
            outcome = problem if attempts >= self._resending.attempts else _WAITING
            due = self._around.clock().timestamp() + pause
        this = _OUTGOING.c.id == number
        with writing(self._engine) as connection:
            connection.execute(
                _OUTGOING.update().where(this).values(attempts=attempts, due=due, outcome=outcome)
                if problem
                else _OUTGOING.delete().where(this)
            )
        self._on_sent(Sent(letter=letter, outcome=outcome, answer=answer))

    def _pause_after(self, answer: Answer, *, no_connection: bool) -> float:
        if no_connection:
            return self._resending.after_no_connection
        return (
            self._resending.after_silence if answer.fault is None else self._resending.after_fault
        )


def problem_of(answer: Answer) -> str:
    """Say why an answer is none that ends the matter; empty for one that does.

    Shape: any answer of the contract ends it, a refusal too; a fault, silence and what is no SOAP
           do not.
    """
    if answer.fault is not None:
        return f"SOAP fault: {answer.fault.text}"
    if answer.status is None or answer.root is None:
        return answer.problem or "no answer"
    try:
        body_of(answer.root)
    except MessageError as error:
        return error.what
    return "" if answer.status < _SERVER_ERROR else f"HTTP status {answer.status}"
