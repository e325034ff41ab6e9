"""A region's register of patient fees: who is who, and which fees have been registered.

Every function takes the connection of a transaction, so that what is registered and what is to be
sent of it are kept together or not at all.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

import sqlalchemy as sa

from contracts.domains.financial_patientfees_exemption.v1_0.kinds import (
    COORDINATION_NUMBER,
    NATIONAL_RESERVE_ID,
    PERSONAL_NUMBER,
)
from contracts.domains.financial_patientfees_exemption.v1_0.messages import Identity
from simulator.regions.protection import FeeKind, Person, Visit
from simulator.store import METADATA

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["NATIONAL", "FeeRegister", "Patient", "born", "root_of"]

NATIONAL = (PERSONAL_NUMBER, COORDINATION_NUMBER, NATIONAL_RESERVE_ID)
"""The kinds of identity that every region knows; any other is a region's own reserve id."""

_ADDED_TO_THE_DAY = 60  # in a coordination number
_UNKNOWN = date(1900, 1, 1)

_IDENTITIES = sa.Table(
    "patient_identity",
    METADATA,
    sa.Column("region", sa.String, primary_key=True),
    sa.Column("root", sa.String, primary_key=True),
    sa.Column("extension", sa.String, primary_key=True),
    sa.Column("person", sa.String, nullable=False, index=True),
    sa.Column("place", sa.Integer, nullable=False),
)
_PERSONS = sa.Table(
    "patient",
    METADATA,
    sa.Column("region", sa.String, primary_key=True),
    sa.Column("person", sa.String, primary_key=True),
    sa.Column("born", sa.String, nullable=False),
    sa.Column("guardians", sa.String, nullable=False),
    sa.Column("asylum_seeker", sa.Boolean, nullable=False),
)
_FEES = sa.Table(
    "patient_fee",
    METADATA,
    sa.Column("region", sa.String, primary_key=True),
    sa.Column("id", sa.String, primary_key=True),
    sa.Column("person", sa.String, nullable=False, index=True),
    sa.Column("root", sa.String, nullable=False),
    sa.Column("extension", sa.String, nullable=False),
    sa.Column("day", sa.String, nullable=False),
    sa.Column("registered", sa.String, nullable=False),
    sa.Column("fee", sa.String, nullable=False),
    sa.Column("kind", sa.String, nullable=False),
    sa.Column("care_unit", sa.String, nullable=False),
    sa.Column("care_giver", sa.String, nullable=False),
    sa.Column("cancelled", sa.String),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Patient:
    """A person with the identities that belong together, the first one the main one."""

    identities: tuple[Identity, ...]
    born: date
    guardians: frozenset[str] = frozenset()
    asylum_seeker: bool = False

    @property
    def key(self) -> str:
        """Give what the person's visits are known by."""
        return self.identities[0].extension

    @property
    def person(self) -> Person:
        """Give whose ceiling it is."""
        return Person(
            key=self.key,
            born=self.born,
            guardians=self.guardians,
            asylum_seeker=self.asylum_seeker,
        )

    @property
    def national(self) -> tuple[Identity, ...]:
        """Give the identities that other regions know."""
        return tuple(each for each in self.identities if each.root in NATIONAL)


class FeeRegister:
    """The patients and fees of one region."""

    def __init__(self, engine: sa.Engine, region: str) -> None:
        self._region = region
        METADATA.create_all(engine, tables=[_IDENTITIES, _PERSONS, _FEES])

    def enter(self, connection: sa.Connection, patient: Patient) -> None:
        """Keep who a person is; the fees registered on any of the identities are then theirs."""
        known = {
            kept.key
            for each in patient.identities
            if (kept := self._find(connection, each)) is not None
        }
        for key in known:
            for table in (_PERSONS, _IDENTITIES):
                connection.execute(table.delete().where(*self._of(table, key)))
            connection.execute(
                _FEES.update().where(*self._of(_FEES, key)).values(person=patient.key)
            )
        connection.execute(
            _PERSONS.insert().values(
                region=self._region,
                person=patient.key,
                born=patient.born.isoformat(),
                guardians=json.dumps(sorted(patient.guardians)),
                asylum_seeker=patient.asylum_seeker,
            )
        )
        for place, identity in enumerate(patient.identities):
            connection.execute(
                _FEES.update()
                .where(
                    _FEES.c.region == self._region,
                    _FEES.c.root == identity.root,
                    _FEES.c.extension == identity.extension,
                )
                .values(person=patient.key)
            )
            connection.execute(
                _IDENTITIES.insert().values(
                    region=self._region,
                    root=identity.root,
                    extension=identity.extension,
                    person=patient.key,
                    place=place,
                )
            )

    def patient(self, connection: sa.Connection, identity: Identity) -> Patient:
        """Give the person that an identity belongs to; one that nobody has entered is alone."""
        found = self._find(connection, identity)
        return found or Patient(identities=(identity,), born=born(identity))

    def sharing(self, connection: sa.Connection, patient: Patient) -> tuple[Patient, ...]:
        """Give the others that have the same guardians."""
        if not patient.guardians:
            return ()
        keys = connection.execute(
            sa.select(_PERSONS.c.person).where(
                _PERSONS.c.region == self._region,
                _PERSONS.c.guardians == json.dumps(sorted(patient.guardians)),
                _PERSONS.c.person != patient.key,
            )
        ).scalars()
        return tuple(self._read(connection, key) for key in keys.all())

    def register(
        self,
        connection: sa.Connection,
        identity: Identity,
        visit: Visit,
        *,
        cancelled: datetime | None = None,
    ) -> None:
        """Keep a fee under the identity that it was registered on."""
        connection.execute(
            _FEES.insert().values(
                region=self._region,
                id=visit.id,
                person=visit.person,
                root=identity.root,
                extension=identity.extension,
                day=visit.day.isoformat(),
                registered=visit.registered.isoformat(),
                fee=str(visit.fee),
                kind=visit.kind.value,
                care_unit=visit.care_unit,
                care_giver=visit.care_giver,
                cancelled=cancelled and cancelled.isoformat(),
            )
        )

    def holds(self, connection: sa.Connection, visit_id: str) -> bool:
        """Tell whether there is a fee with an id."""
        where = (_FEES.c.region == self._region, _FEES.c.id == visit_id)
        return connection.execute(sa.select(_FEES.c.id).where(*where)).first() is not None

    def forget(self, connection: sa.Connection, beginning: str) -> None:
        """Remove the fees whose ids begin in one way."""
        connection.execute(
            _FEES.delete().where(
                _FEES.c.region == self._region, _FEES.c.id.startswith(beginning, autoescape=True)
            )
        )

    def cancel(self, connection: sa.Connection, visit_id: str, *, at: datetime) -> Identity | None:
        """Cancel a fee, and give whose it was; None where there is none such to cancel."""
        where = (
            _FEES.c.region == self._region,
            _FEES.c.id == visit_id,
            _FEES.c.cancelled.is_(None),
        )
        row = connection.execute(sa.select(_FEES).where(*where)).first()
        if row is None:
            return None
        connection.execute(_FEES.update().where(*where).values(cancelled=at.isoformat()))
        return Identity(root=row.root, extension=row.extension)

    def visits(
        self, connection: sa.Connection, patients: Iterable[Patient]
    ) -> tuple[tuple[Identity, Visit], ...]:
        """Give the fees of persons, cancelled ones too, each with the identity it stands under."""
        keys = [patient.key for patient in patients]
        rows = connection.execute(
            sa.select(_FEES)
            .where(_FEES.c.region == self._region, _FEES.c.person.in_(keys))
            .order_by(_FEES.c.day, _FEES.c.registered, _FEES.c.id)
        )
        return tuple(
            (Identity(root=row.root, extension=row.extension), self._visit(row)) for row in rows
        )

    def latest_event(self, connection: sa.Connection, patient: Patient) -> datetime | None:
        """Give when something last happened to a person's fees, None where there are none."""
        row = connection.execute(
            sa.select(sa.func.max(_FEES.c.registered), sa.func.max(_FEES.c.cancelled)).where(
                *self._of(_FEES, patient.key)
            )
        ).one()
        times = [datetime.fromisoformat(each) for each in row if each is not None]
        return max(times, default=None)

    def everything(self, connection: sa.Connection) -> tuple[Visit, ...]:
        """Give all fees of the region."""
        rows = connection.execute(
            sa.select(_FEES).where(_FEES.c.region == self._region).order_by(_FEES.c.registered)
        )
        return tuple(self._visit(row) for row in rows)

    def people(self, connection: sa.Connection) -> tuple[Person, ...]:
        """Give everyone that has been entered."""
        rows = connection.execute(sa.select(_PERSONS).where(_PERSONS.c.region == self._region))
        return tuple(
            Person(
                key=row.person,
                born=date.fromisoformat(row.born),
                guardians=frozenset(json.loads(row.guardians)),
                asylum_seeker=row.asylum_seeker,
            )
            for row in rows
        )

    def _of(self, table: sa.Table, key: str) -> tuple[sa.ColumnElement[bool], ...]:
        return table.c.region == self._region, table.c.person == key

    def _find(self, connection: sa.Connection, identity: Identity) -> Patient | None:
        key = connection.execute(
            sa.select(_IDENTITIES.c.person).where(
                _IDENTITIES.c.region == self._region,
                _IDENTITIES.c.root == identity.root,
                _IDENTITIES.c.extension == identity.extension,
            )
        ).scalar_one_or_none()
        return None if key is None else self._read(connection, key)

    def _read(self, connection: sa.Connection, key: str) -> Patient:
        identities = connection.execute(
            sa.select(_IDENTITIES).where(*self._of(_IDENTITIES, key)).order_by(_IDENTITIES.c.place)
        )
        known = tuple(Identity(root=row.root, extension=row.extension) for row in identities)
        row = connection.execute(sa.select(_PERSONS).where(*self._of(_PERSONS, key))).one()
        return Patient(
            identities=known,
            born=date.fromisoformat(row.born),
            guardians=frozenset(json.loads(row.guardians)),
            asylum_seeker=row.asylum_seeker,
        )

    def _visit(self, row: sa.Row[tuple[object, ...]]) -> Visit:
        return Visit(
            id=row.id,
            person=row.person,
            day=date.fromisoformat(row.day),
            registered=datetime.fromisoformat(row.registered),
            fee=Decimal(row.fee),
            region=self._region,
            kind=FeeKind(row.kind),
            cancelled=row.cancelled is not None,
            care_unit=row.care_unit,
            care_giver=row.care_giver,
        )


def born(identity: Identity) -> date:
    """Read the day of birth out of a personal or coordination number; long ago for other ids."""
    text = identity.extension[:8]
    if identity.root not in {PERSONAL_NUMBER, COORDINATION_NUMBER} or not text.isdigit():
        return _UNKNOWN
    year, month, day = int(text[:4]), int(text[4:6]), int(text[6:8])
    try:
        return date(year, month, day - _ADDED_TO_THE_DAY if day > _ADDED_TO_THE_DAY else day)
    except ValueError:
        return _UNKNOWN


def root_of(extension: str) -> str:
    """Tell the kind of a national identity by its form."""
    if not extension.isdigit():
        return NATIONAL_RESERVE_ID
    return COORDINATION_NUMBER if int(extension[6:8]) > _ADDED_TO_THE_DAY else PERSONAL_NUMBER
