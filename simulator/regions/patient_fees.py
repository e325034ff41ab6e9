"""One region's system for patient fees: it registers, tells the index, discloses, asks and adds up.

Both parts of Högkostnadsskydd work with it; each has its own outbox, on the region's database.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING
from uuid import uuid4

import sqlalchemy as sa
from lxml import etree

from contracts.domains.financial_patientfees_exemption.v1_0.messages import (
    PROCESS,
    REQUEST,
    Actor,
    Identity,
    StatusRequest,
    payload_of,
)
from contracts.terms import LogicalAddress
from simulator.regions.defect import FLAWLESS, Defect
from simulator.regions.disclosed import Answered, cards_in, county_of, request_in, visits_in
from simulator.regions.disclosing import Held, Holding, disclosure_of
from simulator.regions.fee_register import FeeRegister, Patient
from simulator.regions.index_update import UPDATE, Event, updates_of
from simulator.regions.inquiries import Inquiries, Inquiry, Source, sources_in
from simulator.regions.outbox import ANSWERED, Letter, Outbox, Sent, ending_of
from simulator.regions.protection import (
    FeeKind,
    Frikort,
    Period,
    Person,
    Protection,
    Visit,
    periods_of,
    protection,
)
from simulator.regions.surroundings import Surroundings
from simulator.store import METADATA, open_store, reading, writing

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from simulator.regions.directory import Region

__all__ = ["NATIONAL_ADDRESS", "Bill", "PatientFees", "Standing"]

NATIONAL_ADDRESS = LogicalAddress("5565594230")
"""Inera: where the index is, and the aggregating service that asks every source."""

_AN_HOUR = timedelta(hours=1)

_TAKEN = sa.Table(
    "exemption_request_taken",
    METADATA,
    sa.Column("region", sa.String, primary_key=True),
    sa.Column("digest", sa.String, primary_key=True),
    sa.Column("request", sa.String, nullable=False),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Bill:
    """A fee to register; ``registered`` None is now."""

    identity: Identity
    day: date
    fee: Decimal
    registered: datetime | None = None
    kind: FeeKind = FeeKind.CARE_VISIT
    care_unit: str = ""
    care_giver: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How a person stands, by what sources have answered.

    Shape: the sources that have disclosed, those that were reached and have not disclosed yet, and
           those that could not be reached: county codes, or HSA-ids that are no region's.
    """

    protection: Protection
    inquiry: Inquiry | None
    answered: tuple[str, ...] = ()
    awaited: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()


class PatientFees:
    """The patient fees of one region.

    Shape:  ``system`` names the part whose letters it sends. ``url`` is the region's database.
    """

    def __init__(
        self,
        region: Region,
        *,
        system: str,
        url: str = "sqlite://",
        defect: Defect = FLAWLESS,
        surroundings: Surroundings | None = None,
    ) -> None:
        self.region = region
        self.defect = defect
        self._around = surroundings or Surroundings()
        self._engine = open_store(url)
        self._register = FeeRegister(self._engine, region.county)
        self._inquiries = Inquiries(self._engine, region.county)
        METADATA.create_all(self._engine, tables=[_TAKEN])
        self._outbox = Outbox(
            self._engine,
            system=f"{region.county}/{system}",
            sender=region.hsa_id,
            surroundings=self._around,
            resending=defect.resending,
            on_wire=defect.on_wire,
            judging=lambda answer: defect.on_ending(ending_of(answer), answer),
            on_sent=self._sent,
        )

    def close(self) -> None:
        """Stop sending, and let go of the database."""
        self._outbox.close()
        self._engine.dispose()

    def now(self) -> datetime:
        """Give Swedish local time, in whole seconds and without a zone, as messages have it."""
        return self._around.clock().replace(tzinfo=None, microsecond=0)

    def waiting(self) -> int:
        """Count what is yet to be sent, or sent again."""
        return self._outbox.waiting()

    # Fees ----------------------------------------------------------------------------------------

    def enter(self, patients: Iterable[Patient]) -> None:
        """Keep who persons are, with their identities and guardians."""
        with writing(self._engine) as connection:
            for patient in patients:
                self._register.enter(connection, patient)

    def load(
        self, patients: Iterable[Patient], fees: Sequence[tuple[Identity, Visit]], *, mark: str
    ) -> bool:
        """Lay fees in the register as they are, and tell the index of them all at once.

        Shape: their ids begin with ``mark``; earlier ones that do are taken away first. Nothing is
               done, and False given, where the very same are there already. A cancelled fee was
               cancelled an hour after it was registered.
        """
        patients = tuple(patients)
        with writing(self._engine) as connection:
            if all(self._register.holds(connection, visit.id) for _, visit in fees):
                return False
            self._register.forget(connection, mark)
            for patient in patients:
                self._register.enter(connection, patient)
            for identity, visit in fees:
                cancelled = visit.registered + _AN_HOUR if visit.cancelled else None
                self._register.register(connection, identity, visit, cancelled=cancelled)
            people = {visit.person for _, visit in fees}
            self._tell_of(connection, [each for each in patients if each.key in people])
        self._outbox.wake()
        return True

    def link(self, identity: Identity, other: Identity) -> None:
        """Learn that two identities are one person's; the index is told under both."""
        with writing(self._engine) as connection:
            one, two = (self._patient(connection, each) for each in (identity, other))
            if one.key != two.key:
                merged = replace(
                    one,
                    identities=(*one.identities, *two.identities),
                    guardians=one.guardians | two.guardians,
                    asylum_seeker=one.asylum_seeker or two.asylum_seeker,
                )
                self._register.enter(connection, merged)
                if self._register.visits(connection, [merged]):
                    self._tell_index(connection, identity, "")
        self._outbox.wake()

    def bill(self, *bills: Bill, tells_index: bool = True) -> tuple[Visit, ...]:
        """Register fees in order, each cut at the ceiling by all that is known, and tell the index.

        Shape: gives the visits, with the fee that is to be paid.
        """
        with writing(self._engine) as connection:
            visits = tuple(self._bill(connection, each) for each in bills)
            patients = {self._patient(connection, each.identity).key: each for each in bills}
            for each in patients.values() if tells_index else ():
                self._tell_index(connection, each.identity, "")
        self._outbox.wake()
        return visits

    def cancel(self, visit_id: str) -> bool:
        """Cancel a fee; tell whether there was one to cancel."""
        if self.defect.forgets_cancellations:
            return True
        with writing(self._engine) as connection:
            identity = self._register.cancel(connection, visit_id, at=self.now())
            if identity is not None:
                self._tell_index(connection, identity, "")
        self._outbox.wake()
        return identity is not None

    def everything(self) -> tuple[Visit, ...]:
        """Give all fees of the region, cancelled ones too."""
        with reading(self._engine) as connection:
            return self._register.everything(connection)

    def people(self) -> tuple[Person, ...]:
        """Give everyone that the region has been told of, with guardians and the like."""
        with reading(self._engine) as connection:
            return self._register.people(connection)

    def holding(self, identity: Identity) -> Holding:
        """Give what the region holds on the person that an identity belongs to."""
        with reading(self._engine) as connection:
            return self._holding(connection, self._patient(connection, identity))

    # Disclosing ----------------------------------------------------------------------------------

    def disclose(self, payload: etree._Element, *, correlation_id: str) -> None:
        """Take a request: what is disclosed to it is kept to be sent, once for each request."""
        text = etree.tostring(payload, method="c14n", exclusive=True)
        taken = {"region": self.region.county, "digest": hashlib.sha256(text).hexdigest()}
        request = request_in(payload)
        with writing(self._engine) as connection:
            where = [_TAKEN.c[name] == value for name, value in taken.items()]
            if connection.execute(sa.select(_TAKEN).where(*where)).first() is None:
                connection.execute(_TAKEN.insert().values(**taken, request=request.request_id))
            elif not self.defect.answers_repeats:
                return
            patient = self._patient(connection, request.patient)
            disclosure = disclosure_of(
                self.defect.on_holding(self._holding(connection, patient)),
                request_id=request.request_id,
                asked=request.patient,
                actor=self.defect.on_actor(request.actor.type),
                region=self.region,
                today=self.now().date(),
            )
            self._post(
                connection,
                Letter(
                    contract=PROCESS,
                    logical_address=request.reply_to,
                    payload=payload_of(disclosure),
                    correlation_id=correlation_id,
                    about=request.request_id,
                ),
            )
        self._outbox.wake()

    def requests_taken(self) -> tuple[str, ...]:
        """Give the ids of the requests that have been taken."""
        with reading(self._engine) as connection:
            mine = _TAKEN.c.region == self.region.county
            return tuple(connection.execute(sa.select(_TAKEN.c.request).where(mine)).scalars())

    # Asking --------------------------------------------------------------------------------------

    def ask(
        self, patient: Identity, actor: Actor, *, logical_address: str = NATIONAL_ADDRESS
    ) -> str:
        """Ask the sources about a person, and give the request id; returns before it is sent."""
        request = StatusRequest(
            request_id=str(uuid4()),
            patient=patient,
            actor=actor,
            reply_to=LogicalAddress(self.region.hsa_id),
        )
        with writing(self._engine) as connection:
            self._inquiries.ask(
                connection,
                Inquiry(id=request.request_id, actor=actor.type, patient=patient),
                at=self.now(),
            )
            self._post(
                connection,
                Letter(
                    contract=REQUEST,
                    logical_address=logical_address,
                    payload=payload_of(request),
                    about=request.request_id,
                ),
            )
        self._outbox.wake()
        return request.request_id

    def expect(self, inquiry: Inquiry) -> None:
        """Know of a request that has been sent by other means."""
        with writing(self._engine) as connection:
            if self._inquiries.find(connection, inquiry.id) is None:
                self._inquiries.ask(connection, inquiry, at=self.now())

    def inquiry(self, inquiry_id: str) -> Inquiry | None:
        """Give a request that has been sent, None where there is none such."""
        with reading(self._engine) as connection:
            return self._inquiries.find(connection, inquiry_id)

    def receive(self, payload: etree._Element, inquiry_id: str, *, source: str) -> bool:
        """Keep a disclosure that has come; tell whether it is new."""
        with writing(self._engine) as connection:
            return self._inquiries.receive(connection, payload, inquiry_id, source=source)

    def disclosures(self, inquiry_id: str) -> int:
        """Count the different disclosures that have come on a request."""
        with reading(self._engine) as connection:
            return self._inquiries.count(connection, inquiry_id)

    def standing(
        self, identity: Identity, *, inquiry_id: str = "", at: date | None = None
    ) -> Standing:
        """Tell how a person stands by the answers to a request, the latest where none is named.

        Shape: what the region itself holds counts too, where it is not among those who answered.
        """
        with reading(self._engine) as connection:
            patient = self._patient(connection, identity)
            inquiry = (
                self._inquiries.find(connection, inquiry_id)
                if inquiry_id
                else self._inquiries.latest(connection, patient.identities)
            )
            found, answers = self._periods(connection, patient, inquiry)
        answered = {each.source for each in answers}
        left = [each for each in (inquiry.sources if inquiry else ()) if each.name not in answered]
        return Standing(
            protection=protection(found, at=at or self.now().date(), region=self.region.county),
            inquiry=inquiry,
            answered=tuple(sorted(answered)),
            awaited=tuple(sorted(each.name for each in left if each.reached)),
            missing=tuple(sorted(each.name for each in left if not each.reached)),
        )

    # Within a transaction ------------------------------------------------------------------------

    def _bill(self, connection: sa.Connection, bill: Bill) -> Visit:
        patient = self._patient(connection, bill.identity)
        visit = Visit(
            id=str(uuid4()),
            person=patient.key,
            day=bill.day,
            registered=bill.registered or self.now(),
            fee=bill.fee,
            region=self.region.county,
            kind=bill.kind,
            care_unit=bill.care_unit or f"SE{self.region.organisation_number}-PROVBANK2",
            care_giver=bill.care_giver or f"SE{self.region.organisation_number}-PROVBANK3",
        )
        if visit.counts and visit.fee > 0:
            inquiry = self._inquiries.latest(connection, patient.identities)
            found, _ = self._periods(connection, patient, inquiry, visit)
            visit = next(
                (
                    replace(visit, fee=each.paid)
                    for period in found
                    for each in period.charged
                    if each.visit.id == visit.id
                ),
                visit,
            )
        self._register.register(connection, bill.identity, visit)
        return visit

    def _patient(self, connection: sa.Connection, identity: Identity) -> Patient:
        return self._register.patient(connection, identity)

    def _holding(self, connection: sa.Connection, patient: Patient) -> Holding:
        """Give the region's own fees, cut by all that is known, and a frikort of its own."""
        inquiry = self._inquiries.latest(connection, patient.identities)
        found, _ = self._periods(connection, patient, inquiry)
        standing = protection(found, at=self.now().date(), region=self.region.county)
        paid = {each.visit.id: each for period in found for each in period.charged}
        card = standing.frikort
        return Holding(
            patient=patient,
            fees=tuple(
                Held(identity, paid[visit.id])
                for identity, visit in self._register.visits(connection, [patient])
                if visit.id in paid
            ),
            frikort=card if card and card.region == self.region.county else None,
        )

    def _periods(
        self,
        connection: sa.Connection,
        patient: Patient,
        inquiry: Inquiry | None,
        *more: Visit,
    ) -> tuple[tuple[Period, ...], tuple[Answered, ...]]:
        """Give a person's periods by own fees and others' answers, with the children who share.

        Shape: beside them the answers on the person. What the region has answered itself counts
               only where its register is empty, so that nothing counts twice.
        """
        others = self._register.sharing(connection, patient)
        visits: list[Visit] = list(more)
        cards: list[Frikort] = []
        answers = self._answers(connection, patient, inquiry)
        for one in (patient, *others):
            asked = (
                inquiry if one is patient else self._inquiries.latest(connection, one.identities)
            )
            own = [visit for _, visit in self._register.visits(connection, [one])]
            known = [
                each
                for each in (answers if one is patient else self._answers(connection, one, asked))
                if each.source != self.region.county or not own
            ]
            visits += [*own, *visits_in(known)]
            cards += cards_in(known)
        people = [each.person for each in others]
        return periods_of(patient.person, people, visits, issued=cards), answers

    def _answers(
        self, connection: sa.Connection, patient: Patient, inquiry: Inquiry | None
    ) -> tuple[Answered, ...]:
        if inquiry is None:
            return ()
        answers = self._inquiries.answers(connection, inquiry.id, person=patient.key)
        return self.defect.on_answers(answers)

    def _tell_index(
        self, connection: sa.Connection, identity: Identity, correlation_id: str
    ) -> None:
        self._tell_of(connection, [self._patient(connection, identity)], correlation_id)

    def _tell_of(
        self, connection: sa.Connection, patients: Iterable[Patient], correlation_id: str = ""
    ) -> None:
        events = [self._event(connection, patient) for patient in patients]
        alone = events[0].patient.key if len(events) == 1 else ""
        for update in updates_of(events, self.region, of_reserves=self.defect.indexes_reserves):
            self._post(
                connection,
                Letter(
                    contract=UPDATE,
                    logical_address=NATIONAL_ADDRESS,
                    payload=update,
                    correlation_id=correlation_id,
                    about=alone and hashlib.sha256(alone.encode()).hexdigest(),
                ),
            )

    def _event(self, connection: sa.Connection, patient: Patient) -> Event:
        visits = self._register.visits(connection, [patient])
        return Event(
            patient=patient,
            latest=self._register.latest_event(connection, patient) or self.now(),
            gone=patient.asylum_seeker or not any(visit.counts for _, visit in visits),
        )

    def _post(self, connection: sa.Connection, letter: Letter) -> None:
        self._outbox.put(connection, self.defect.on_sending(letter))

    def _sent(self, connection: sa.Connection, sent: Sent) -> None:
        """Remember how a request was taken: by each source, or by the one that was asked."""
        if sent.letter.contract != REQUEST:
            return
        reached = sent.outcome == ANSWERED
        sources = sources_in(sent.answer.root) if reached else ()
        if not sources and sent.letter.logical_address != NATIONAL_ADDRESS:
            sources = (Source(name=county_of(sent.letter.logical_address), reached=reached),)
        self._inquiries.told(connection, sent.letter.about, sources, sent.outcome)
