"""The selling region's system, consumer of ProcessClaimSpecification."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from uuid import uuid4

from contracts.domains.financial_billing_claim.v1_1.messages import RESPONDER, payload_of
from contracts.errors import UsageError
from contracts.judge import judge_payload
from simulator.regions.billing import LARGEST, claim_of, credit_of, divided, size_of
from simulator.regions.billing_defects import DEFECTS
from simulator.regions.billing_register import Billed, BillingRegister, State
from simulator.regions.claim_trigger import claim_trigger
from simulator.regions.defect import FLAWLESS, Defect
from simulator.regions.directory import REGIONS
from simulator.regions.outbox import ANSWERED, Ending, Letter, Outbox, Sent
from simulator.regions.parts import Part
from simulator.regions.receiving import told
from simulator.regions.surroundings import Resending, Surroundings
from simulator.store import open_store, reading, writing

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime
    from decimal import Decimal

    import sqlalchemy as sa
    from flask import Blueprint

    from contracts.domains.financial_billing_claim.v1_1.messages import Claim
    from simulator.client import Answer
    from simulator.regions.billing import Given
    from simulator.regions.directory import Region

__all__ = ["DEFAULTS", "PART", "Corrected", "Seller"]

DEFAULTS = Resending(
    after_fault=5.0, after_silence=5.0, after_no_connection=None, patience=29.0, factor=2.0
)
"""When a claim specification is sent again, where nobody has set anything else.

Source: TKB financial:billing:claim 1.1, resending: 5000 ms, which back-off makes longer. The answer
        is waited for a little longer than twice the 15 seconds that the largest may take.
"""

_PATH = "billing"
_SOON = 0.01
_TOO_LARGE = "Fakturaunderlaget är större än 5 MB och kan inte delas."


@dataclass(frozen=True, slots=True, kw_only=True)
class Corrected:
    """What a correction led to: a credit where there was something to take back, and a new one."""

    credit_id: str | None
    claim_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Draft:
    """A claim specification that is made and judged, and the letter that would carry it."""

    billed: Billed
    letter: Letter


class Seller:
    """Makes claim specifications for care given, validates them, sends them, and corrects them.

    Shape:  what it makes is kept in one transaction with what it sends. Each producer has a queue
            of its own.
    Source: TKB financial:billing:claim 1.1, flows 1, 2 and 2a, and resending.
    """

    def __init__(
        self,
        region: Region,
        *,
        url: str = "sqlite://",
        defect: Defect = FLAWLESS,
        surroundings: Surroundings | None = None,
    ) -> None:
        self.region = region
        self.defect = defect
        self._around = surroundings or Surroundings()
        self._engine = open_store(url)
        self._register = BillingRegister(self._engine, region.county)
        self._outbox = Outbox(
            self._engine,
            system=f"{region.county}/{_PATH}",
            sender=region.hsa_id,
            surroundings=self._around,
            resending=defect.resending or DEFAULTS,
            on_wire=defect.on_wire,
            judging=ending_of,
            on_sent=self._sent,
        )

    def show(self, blueprint: Blueprint) -> None:
        """Let the system be told what to do, and show what came of it."""
        claim_trigger(self, blueprint, _PATH)

    def close(self) -> None:
        """Stop sending, and let go of the database."""
        self._outbox.close()
        self._engine.dispose()

    def waiting(self) -> int:
        """Count what is yet to be sent, or sent again."""
        return self._outbox.waiting()

    def wait(self, seconds: float) -> bool:
        """Wait until all is sent, for so long at most; tell whether it is."""
        deadline = time.monotonic() + seconds
        while self.waiting():
            if time.monotonic() > deadline:
                return False
            time.sleep(_SOON)
        return True

    @property
    def resending(self) -> Resending:
        """Tell when it sends again."""
        return self._outbox.resending

    def resend_by(self, rule: Resending) -> None:
        """Send again by another rule from now on."""
        self._outbox.resending = rule

    def bill(self, given: Given) -> tuple[str, ...]:
        """Bill care given, and tell the ids of the claim specifications it took.

        Shape: returns before they are answered, and where there is no platform yet.
        """
        now = self._now()
        drafts = [self._draft(part, now) for part in divided(given, self.region, now)]
        with writing(self._engine) as connection:
            self._keep(connection, drafts)
        self._outbox.wake()
        return tuple(draft.billed.id for draft in drafts)

    def correct(self, claim_id: str, price: Decimal, reason: str) -> Corrected:
        """Put right what a claim specification had wrong (flows 2 and 2a).

        Raises: UsageError where there is none such, it is not answered or stopped, is a credit, or
                has been corrected.
        """
        wrong = self.find(claim_id)
        if wrong is None:
            raise UsageError("there is no claim specification with that id")
        if wrong.state in {State.WAITING, State.GIVEN_UP}:
            raise UsageError("whether the claim specification was received is not known")
        if wrong.credit_of:
            raise UsageError("the claim specification is a credit")
        now = self._now()
        taken_back = None
        if wrong.state is State.ACCEPTED:
            taken_back = self._draft(wrong.given, now, credited=wrong, reason=reason)
        right = self._draft(replace(wrong.given, price=price), now)
        with writing(self._engine) as connection:
            if not self._register.correct(connection, wrong.letter):
                raise UsageError("the claim specification has been corrected")
            self._keep(connection, [each for each in (taken_back, right) if each])
        self._outbox.wake()
        return Corrected(
            credit_id=taken_back.billed.id if taken_back else None, claim_id=right.billed.id
        )

    def find(self, claim_id: str) -> Billed | None:
        """Tell how it stands with a claim specification; None where there is none such."""
        with reading(self._engine) as connection:
            return self._register.find(connection, claim_id)

    def _now(self) -> datetime:
        return self._around.clock().replace(tzinfo=None, microsecond=0)

    def _draft(
        self, given: Given, now: datetime, *, credited: Billed | None = None, reason: str = ""
    ) -> _Draft:
        """Make a claim specification or a credit, and validate it."""
        with writing(self._engine) as connection:
            number = self._register.next_number(connection)
        claim_id = f"ZVF{self.region.organisation_number}{now:%y%m}{number:06d}"
        if credited is None:
            claim = claim_of(given, claim_id, self.region, now)
        else:
            original = claim_of(given, credited.id, self.region, credited.issued)
            claim = credit_of(original, claim_id, reason, now)
        address = REGIONS[given.home].logical_address
        letter = Letter(
            contract=RESPONDER,
            logical_address=address,
            payload=payload_of(claim),
            correlation_id=str(uuid4()),
            about=address,
        )
        problem = self._problem_with(claim, letter)
        billed = Billed(
            id=claim.id,
            letter=letter.correlation_id,
            given=given,
            issued=now,
            credit_of=credited.id if credited else "",
            state=State.STOPPED if problem else State.WAITING,
            comment=problem,
        )
        return _Draft(billed=billed, letter=letter)

    def _keep(self, connection: sa.Connection, drafts: Iterable[_Draft]) -> None:
        """Keep what was made, and what is to be sent of it."""
        for draft in drafts:
            self._register.keep(connection, draft.billed)
            if draft.billed.state is State.WAITING:
                self._outbox.put(connection, self.defect.on_sending(draft.letter))

    def _problem_with(self, claim: Claim, letter: Letter) -> str:
        """Say what the system itself finds wrong before it sends; empty where all is well."""
        judgement = judge_payload(letter.payload, at=self._around.clock())
        if not judgement.accepted:
            return "\n".join(told(finding) for finding in judgement.findings)
        return _TOO_LARGE if size_of(claim) > LARGEST else ""

    def _sent(self, connection: sa.Connection, sent: Sent) -> None:
        """Keep what an attempt came to."""
        state, comment = State.WAITING, ""
        if sent.outcome == ANSWERED:
            code, comment = _result_in(sent.answer)
            state = State.ACCEPTED if code == "OK" else State.REFUSED
        elif sent.outcome:
            state, comment = State.GIVEN_UP, sent.outcome
        self._register.told(
            connection,
            sent.letter.correlation_id,
            state,
            attempts=sent.attempts,
            comment=comment,
        )


def ending_of(answer: Answer) -> Ending:
    """Tell what an attempt came to: it is sent again after silence and a SOAP fault alone.

    Source: TKB financial:billing:claim 1.1, resending.
    """
    if answer.status is None:
        return Ending(outcome=answer.problem or "no answer", is_sent_again=True)
    if answer.fault is not None:
        return Ending(outcome=f"SOAP fault: {answer.fault.text}", is_sent_again=True)
    code, _ = _result_in(answer)
    return Ending(outcome=ANSWERED if code else "an answer that is none of the contract's")


def _result_in(answer: Answer) -> tuple[str, str]:
    """Read result code and comment; an empty code where the answer is none of the contract's."""
    if answer.root is None:
        return "", ""
    found = answer.root.find(f".//{{{RESPONDER}}}ProcessClaimSpecificationResponse")
    if found is None:
        return "", ""
    code = found.findtext(f"{{{RESPONDER}}}resultCode") or ""
    return code, found.findtext(f"{{{RESPONDER}}}comment") or ""


PART = Part(
    name="utomlansfakturering/konsument",
    service_domain="financial:billing:claim",
    version="1.1",
    interaction="ProcessClaimSpecification",
    path=_PATH,
    called=False,
    system=lambda region, url, defect, around: Seller(
        region, url=url, defect=defect, surroundings=around
    ),
    defects=DEFECTS,
)
