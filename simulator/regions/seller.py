"""The selling region's system, consumer of ProcessClaimSpecification."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from uuid import uuid4

from contracts.domains.financial_billing_claim.v1_1.messages import RESPONDER, payload_of
from contracts.errors import UsageError
from contracts.judge import judge_payload
from simulator.regions.billing import (
    LARGEST,
    Numbered,
    State,
    claim_of,
    credit_of,
    divided,
    size_of,
)
from simulator.regions.billing_defects import DEFECTS
from simulator.regions.billing_register import Billed, BillingRegister
from simulator.regions.claim_resending import DEFAULTS, ending_of, result_in
from simulator.regions.claim_trigger import claim_trigger
from simulator.regions.defect import FLAWLESS, Defect
from simulator.regions.directory import REGIONS
from simulator.regions.outbox import ANSWERED, Letter, Outbox, Sent
from simulator.regions.parts import Part
from simulator.regions.receiving import told
from simulator.regions.surroundings import Surroundings
from simulator.store import open_store, reading, writing

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime
    from decimal import Decimal

    import sqlalchemy as sa
    from flask import Blueprint

    from simulator.regions.billing import Given
    from simulator.regions.directory import Region
    from simulator.regions.surroundings import Resending

__all__ = ["PART", "Corrected", "Seller"]

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
        self._set = self._delivered = defect.resending or DEFAULTS
        self._outbox = Outbox(
            self._engine,
            system=f"{region.county}/{_PATH}",
            sender=region.hsa_id,
            surroundings=self._around,
            resending=defect.on_settings(self._set, self._set),
            on_wire=defect.on_wire,
            judging=lambda answer: defect.on_ending(ending_of(answer), answer),
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
        """Tell when it is set to send again."""
        return self._set

    def resend_by(self, rule: Resending) -> None:
        """Send again by another rule from now on."""
        self._set = rule
        self._outbox.resending = self.defect.on_settings(rule, self._outbox.resending)

    def resend_as_delivered(self) -> None:
        """Forget what has been set since the start."""
        self.resend_by(self._delivered)

    def bill(self, given: Given) -> tuple[str, ...]:
        """Bill care given, and tell the ids of the claim specifications it took.

        Shape: returns before they are answered, and where there is no platform yet.
        """
        now = self._now()
        parts = divided(given, self.region, now) if self.defect.divides else (given,)
        drafts = [self._draft(part, now) for part in parts]
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
        if wrong.state in self.defect.credits:
            taken_back = self._draft(wrong.given, now, corrects=wrong, reason=reason)
        right = self._draft(replace(wrong.given, price=price), now, corrects=wrong)
        with writing(self._engine) as connection:
            if not self._register.correct(connection, wrong.letter):
                raise UsageError("the claim specification has been corrected")
            self._keep(connection, [taken_back] if taken_back else [])
            self._keep(connection, [right], sends=self.defect.bills_anew)
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
        self, given: Given, now: datetime, *, corrects: Billed | None = None, reason: str = ""
    ) -> _Draft:
        """Make a claim specification, or with a reason the credit of one, and validate it."""
        credited = corrects if reason else None
        with writing(self._engine) as connection:
            number = self._register.next_number(connection)
        claim_id = self.defect.on_claim_id(
            Numbered(
                id=f"ZVF{self.region.organisation_number}{now:%y%m}{number:06d}",
                corrects=corrects.id if corrects else "",
                after=corrects.state if corrects else "",
                is_credit=credited is not None,
            )
        )
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
        problem = self._problem_with(letter)
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

    def _keep(
        self, connection: sa.Connection, drafts: Iterable[_Draft], *, sends: bool = True
    ) -> None:
        """Keep what was made, and what is to be sent of it."""
        for draft in drafts:
            self._register.keep(connection, draft.billed)
            if sends and draft.billed.state is State.WAITING:
                self._outbox.put(connection, self.defect.on_sending(draft.letter))

    def _problem_with(self, letter: Letter) -> str:
        """Say what the system itself finds wrong before it sends; empty where all is well."""
        if self.defect.validates:
            judgement = judge_payload(letter.payload, at=self._around.clock())
            if not judgement.accepted:
                return "\n".join(told(finding) for finding in judgement.findings)
        return _TOO_LARGE if self.defect.divides and size_of(letter.payload) > LARGEST else ""

    def _sent(self, connection: sa.Connection, sent: Sent) -> None:
        """Keep what an attempt came to."""
        state, comment = State.WAITING, ""
        if sent.outcome == ANSWERED:
            code, comment = result_in(sent.answer)
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
