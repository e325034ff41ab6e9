"""What a region has asked others, and what they have answered: kept, so that late answers count."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

import sqlalchemy as sa
from lxml import etree

from contracts.domains.financial_patientfees_exemption.v1_0.messages import ActorType, Identity
from simulator.regions.disclosed import Answered, county_of, disclosure_in
from simulator.store import METADATA

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

__all__ = ["Inquiries", "Inquiry", "Source", "sources_in"]

_ASKED = sa.Table(
    "exemption_inquiry",
    METADATA,
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("region", sa.String, nullable=False, index=True),
    sa.Column("id", sa.String, nullable=False, index=True),
    sa.Column("actor", sa.String, nullable=False),
    sa.Column("root", sa.String, nullable=False),
    sa.Column("extension", sa.String, nullable=False),
    sa.Column("asked", sa.String, nullable=False),
    sa.Column("sources", sa.String, nullable=False),
    sa.Column("outcome", sa.String, nullable=False),
    sa.UniqueConstraint("region", "id"),
)
_ANSWERS = sa.Table(
    "exemption_answer",
    METADATA,
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("region", sa.String, nullable=False),
    sa.Column("inquiry", sa.String, nullable=False, index=True),
    sa.Column("digest", sa.String, nullable=False),
    sa.Column("source", sa.String, nullable=False),
    sa.Column("payload", sa.LargeBinary, nullable=False),
    sa.UniqueConstraint("region", "inquiry", "digest"),
)
_STATUS = "urn:riv:interoperability:headers:1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """How a source took the question, as the aggregating service tells it.

    Shape: ``name`` is a county code, or an HSA-id that is no region's.
    """

    name: str
    reached: bool
    problem: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Inquiry:
    """A request that has been sent: on whose behalf, about whom, and how it went.

    Shape: ``outcome`` is empty until the request itself has been answered, then ``answered`` or
           why it came to nothing.
    """

    id: str
    actor: ActorType
    patient: Identity
    sources: tuple[Source, ...] = ()
    outcome: str = ""


class Inquiries:
    """The inquiries of one region, and their answers."""

    def __init__(self, engine: sa.Engine, region: str) -> None:
        self._region = region
        METADATA.create_all(engine, tables=[_ASKED, _ANSWERS])

    def ask(self, connection: sa.Connection, inquiry: Inquiry, *, at: datetime) -> None:
        """Remember a request that is sent."""
        connection.execute(
            _ASKED.insert().values(
                region=self._region,
                id=inquiry.id,
                actor=inquiry.actor.value,
                root=inquiry.patient.root,
                extension=inquiry.patient.extension,
                asked=at.isoformat(),
                sources="[]",
                outcome="",
            )
        )

    def told(
        self, connection: sa.Connection, inquiry_id: str, sources: Iterable[Source], outcome: str
    ) -> None:
        """Remember how the request itself was answered."""
        kept = [[each.name, each.reached, each.problem] for each in sources]
        connection.execute(
            _ASKED.update()
            .where(_ASKED.c.region == self._region, _ASKED.c.id == inquiry_id)
            .values(sources=json.dumps(kept), outcome=outcome)
        )

    def find(self, connection: sa.Connection, inquiry_id: str) -> Inquiry | None:
        """Give a request that has been sent, None where there is none with the id."""
        row = connection.execute(
            sa.select(_ASKED).where(_ASKED.c.region == self._region, _ASKED.c.id == inquiry_id)
        ).first()
        return None if row is None else _read(row)

    def latest(self, connection: sa.Connection, identities: Iterable[Identity]) -> Inquiry | None:
        """Give the latest request about a person, None where there is none."""
        about = [
            sa.and_(_ASKED.c.root == each.root, _ASKED.c.extension == each.extension)
            for each in identities
        ]
        row = connection.execute(
            sa.select(_ASKED)
            .where(_ASKED.c.region == self._region, sa.or_(*about))
            .order_by(_ASKED.c.number.desc())
        ).first()
        return None if row is None else _read(row)

    def receive(
        self, connection: sa.Connection, payload: etree._Element, inquiry_id: str, *, source: str
    ) -> bool:
        """Keep an answer; tell whether it is new, and not the same one sent again."""
        text = etree.tostring(payload, method="c14n", exclusive=True)
        digest = hashlib.sha256(text).hexdigest()
        mine = (_ANSWERS.c.region == self._region, _ANSWERS.c.inquiry == inquiry_id)
        same = sa.select(_ANSWERS.c.number).where(*mine, _ANSWERS.c.digest == digest)
        if connection.execute(same).first() is not None:
            return False
        connection.execute(
            _ANSWERS.insert().values(
                region=self._region,
                inquiry=inquiry_id,
                digest=digest,
                source=source,
                payload=text,
            )
        )
        return True

    def answers(
        self, connection: sa.Connection, inquiry_id: str, *, person: str
    ) -> tuple[Answered, ...]:
        """Give the answers to a request, in the order they came: the latest of each source."""
        rows = connection.execute(
            sa.select(_ANSWERS)
            .where(_ANSWERS.c.region == self._region, _ANSWERS.c.inquiry == inquiry_id)
            .order_by(_ANSWERS.c.number)
        )
        found: dict[str, Answered] = {}
        for row in rows:
            held = disclosure_in(etree.fromstring(row.payload)).fee_exemptions
            key = row.source or f"unknown {row.number}"
            found[key] = Answered(source=row.source, person=person, held=held)
        return tuple(found.values())

    def count(self, connection: sa.Connection, inquiry_id: str) -> int:
        """Count the different answers to a request."""
        counted = sa.select(sa.func.count()).where(
            _ANSWERS.c.region == self._region, _ANSWERS.c.inquiry == inquiry_id
        )
        return connection.execute(counted).scalar_one()


def sources_in(envelope: etree._Element | None) -> tuple[Source, ...]:
    """Read how each source took the question, out of an answer's ProcessingStatus header."""
    if envelope is None:
        return ()
    return tuple(
        Source(
            name=county_of(each.findtext(f"{{{_STATUS}}}logicalAddress") or ""),
            reached=each.findtext(f"{{{_STATUS}}}statusCode") == "DataFromSource",
            problem=each.findtext(f"{{{_STATUS}}}lastUnsuccessfulSynchError/{{{_STATUS}}}text")
            or "",
        )
        for each in envelope.iter(f"{{{_STATUS}}}ProcessingStatusList")
    )


def _read(row: sa.Row[tuple[object, ...]]) -> Inquiry:
    return Inquiry(
        id=row.id,
        actor=ActorType(row.actor),
        patient=Identity(root=row.root, extension=row.extension),
        sources=tuple(
            Source(name=name, reached=reached, problem=problem)
            for name, reached, problem in json.loads(row.sources)
        ),
        outcome=row.outcome,
    )
