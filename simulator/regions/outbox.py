"""What a system is to send: kept with the change that causes it, sent until an answer has come."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import sqlalchemy as sa
from lxml import etree

from contracts.catalogue import bundled
from contracts.envelope import body_of, envelope
from contracts.errors import MessageError
from simulator.store import METADATA, writing

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from simulator.client import Answer
    from simulator.regions.surroundings import Resending, Surroundings

__all__ = ["ANSWERED", "Ending", "Letter", "Outbox", "Sent", "Wire", "ending_of"]

ANSWERED = "answered"
"""The outcome of a letter that has had its answer."""


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
_A_DAY = 86_400.0
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
    """A letter as it goes on the wire: the envelope's bytes, and the header SOAPAction.

    Shape: ``attempt`` is 1 the first time; ``headers`` take the place of the usual ones.
    """

    message: bytes
    soap_action: str
    attempt: int = 1
    method: str = "POST"
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """What an attempt came to: ``answered`` or a problem, and whether to send again for it."""

    outcome: str
    is_sent_again: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """A letter after an attempt to send it.

    Shape: ``outcome`` is ``answered``, or why the letter is given up; empty where it is to be sent
           again. ``answer`` is what came of the attempt, the latest of ``attempts``.
    """

    letter: Letter
    outcome: str
    answer: Answer
    attempts: int


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
        judging: Callable[[Answer], Ending] | None = None,
        on_sent: Callable[[sa.Connection, Sent], None] = lambda _connection, _sent: None,
    ) -> None:
        self._engine = engine
        self._system = system
        self._sender = sender
        self._around = surroundings
        self.resending = resending or surroundings.resending
        self._on_wire = on_wire
        self._judging = judging or ending_of
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
        later = [row.due - now for row in rows if row.due > now]
        return min(*later, _LONGEST_NAP) if later else _A_DAY

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
        found = bundled().contract_for(letter.contract)
        assert found is not None  # noqa: S101 - what is sent is of a bundled domain
        wire = self._on_wire(
            Wire(
                message=envelope(letter.payload, logical_address=letter.logical_address),
                soap_action=f'"{found[1].soap_action}"',
                attempt=row.attempts + 1,
            )
        )
        answer = self._around.client(patience=self.resending.patience).call(
            found[1],
            letter.payload,
            logical_address=letter.logical_address,
            sender=self._sender,
            correlation_id=letter.correlation_id,
            message=wire.message,
            soap_action=wire.soap_action,
            headers=wire.headers,
            method=wire.method,
        )
        self._end(row, letter, answer)

    def _end(self, row: sa.Row[Any], letter: Letter, answer: Answer) -> None:
        """Keep what an attempt came to: the letter is done with, given up, or sent again."""
        ending, attempts = self._judging(answer), row.attempts + 1
        pause = self._pause_after(answer, attempts)
        if pause is None:
            attempts, pause = row.attempts, self.resending.after_no_connection
        again = ending.is_sent_again and attempts < self.resending.attempts
        outcome = _WAITING if again else ending.outcome
        due = self._around.clock().timestamp() + (pause or 0.0)
        this = _OUTGOING.c.id == row.id
        with writing(self._engine) as connection:
            connection.execute(
                _OUTGOING.delete().where(this)
                if outcome == ANSWERED
                else _OUTGOING.update()
                .where(this)
                .values(attempts=attempts, due=due, outcome=outcome)
            )
            if letter.about and outcome not in {_WAITING, ANSWERED}:
                connection.execute(  # whom it was given up for is left alone for that long too
                    _OUTGOING.update()
                    .where(*self._waiting(), _OUTGOING.c.contract == letter.contract)
                    .where(_OUTGOING.c.about == letter.about, _OUTGOING.c.due < due)
                    .values(due=due)
                )
            self._on_sent(
                connection, Sent(letter=letter, outcome=outcome, answer=answer, attempts=attempts)
            )

    def _pause_after(self, answer: Answer, attempts: int) -> float | None:
        """Give how long to wait after an attempt, None where it counts for nothing."""
        rule = self.resending
        no_connection = answer.status is None and answer.problem.endswith("ConnectionError")
        if no_connection and rule.after_no_connection is not None:
            return None
        return rule.pause(attempts, is_silent=answer.fault is None)


def ending_of(answer: Answer) -> Ending:
    """Tell what an attempt came to; an answer of the contract ends it, a refusal too.

    Shape: a fault, silence and what is no SOAP are problems, for which it is sent again.
    """
    problem = _problem_of(answer)
    return Ending(outcome=problem, is_sent_again=True) if problem else Ending(outcome=ANSWERED)


def _problem_of(answer: Answer) -> str:
    if answer.fault is not None:
        return f"SOAP fault: {answer.fault.text}"
    if answer.status is None or answer.root is None:
        return answer.problem or "no answer"
    try:
        body_of(answer.root)
    except MessageError as error:
        return error.what
    return "" if answer.status < _SERVER_ERROR else f"HTTP status {answer.status}"
