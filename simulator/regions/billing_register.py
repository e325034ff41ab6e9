"""What a selling region keeps of each claim specification that it has made."""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from contracts.domains.financial_billing_claim.v1_1.messages import Identity
from simulator.regions.billing import Given, State
from simulator.store import METADATA

__all__ = ["Billed", "BillingRegister"]

_SENT = sa.Table(
    "billed_claim",
    METADATA,
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("region", sa.String, nullable=False, index=True),
    sa.Column("id", sa.String, nullable=False, index=True),
    sa.Column("letter", sa.String, nullable=False, index=True),
    sa.Column("given", sa.String, nullable=False),
    sa.Column("issued", sa.String, nullable=False),
    sa.Column("credit_of", sa.String, nullable=False),
    sa.Column("state", sa.String, nullable=False),
    sa.Column("attempts", sa.Integer, nullable=False),
    sa.Column("comment", sa.String, nullable=False),
    sa.Column("corrected", sa.Boolean, nullable=False),
)
_SERIES = sa.Table(
    "billing_series",
    METADATA,
    sa.Column("region", sa.String, primary_key=True),
    sa.Column("last", sa.Integer, nullable=False),
)
_BEGINS_BELOW, _NUMBERS = 900_000, 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Billed:
    """A claim specification that was made.

    Shape: ``letter`` is the correlation id that its message goes by. ``credit_of`` is the id of
           what it takes back, empty for what is no credit.
    """

    id: str
    letter: str
    given: Given
    issued: datetime
    credit_of: str = ""
    state: State = State.WAITING
    attempts: int = 0
    comment: str = ""
    is_corrected: bool = False


class BillingRegister:
    """The claim specifications that one region has made, and the series that numbers them."""

    def __init__(self, engine: sa.Engine, region: str) -> None:
        self._region = region
        METADATA.create_all(engine, tables=[_SENT, _SERIES])

    def next_number(self, connection: sa.Connection) -> int:
        """Give the next number of the series, which goes on where an earlier process left it.

        Shape: a new series begins anywhere, so that a system whose data was thrown away hardly
               ever takes the numbers that others have kept once more.
        """
        here = _SERIES.c.region == self._region
        last = connection.execute(sa.select(_SERIES.c.last).where(here)).scalar_one_or_none()
        if last is None:
            last = secrets.randbelow(_BEGINS_BELOW)
            connection.execute(_SERIES.insert().values(region=self._region, last=last))
        number = (last + 1) % _NUMBERS
        connection.execute(_SERIES.update().where(here).values(last=number))
        return number

    def keep(self, connection: sa.Connection, made: Billed) -> None:
        """Keep what was made."""
        connection.execute(
            _SENT.insert().values(
                region=self._region,
                id=made.id,
                letter=made.letter,
                given=_written(made.given),
                issued=made.issued.isoformat(),
                credit_of=made.credit_of,
                state=made.state,
                attempts=made.attempts,
                comment=made.comment,
                corrected=made.is_corrected,
            )
        )

    def find(self, connection: sa.Connection, claim_id: str) -> Billed | None:
        """Give the claim specification of an id, the latest where a faulty system made several."""
        row = connection.execute(
            sa.select(_SENT)
            .where(_SENT.c.region == self._region, _SENT.c.id == claim_id)
            .order_by(_SENT.c.number.desc())
        ).first()
        return None if row is None else _read(row)

    def told(
        self, connection: sa.Connection, letter: str, state: State, *, attempts: int, comment: str
    ) -> None:
        """Keep what an attempt to send came to."""
        connection.execute(
            _SENT.update()
            .where(_SENT.c.region == self._region, _SENT.c.letter == letter)
            .values(state=state, attempts=attempts, comment=comment)
        )

    def correct(self, connection: sa.Connection, letter: str) -> bool:
        """Keep that a claim specification has been corrected; tell whether it was not before."""
        changed = connection.execute(
            _SENT.update()
            .where(_SENT.c.region == self._region, _SENT.c.letter == letter)
            .where(_SENT.c.corrected.is_(False))
            .values(corrected=True)
        )
        return changed.rowcount == 1


def _written(given: Given) -> str:
    values: dict[str, Any] = {
        "home": given.home,
        "kind": given.kind,
        "visit": given.visit and given.visit.isoformat(),
        "discharge": given.discharge and given.discharge.isoformat(),
        "price": None if given.price is None else str(given.price),
        "lines": given.lines,
        "note": given.note,
    }
    if given.patient is not None:
        values["patient"] = [given.patient.root, given.patient.extension]
    return json.dumps(values)


def _read(row: sa.Row[Any]) -> Billed:
    values = json.loads(row.given)
    root, extension = values.get("patient", ("", ""))
    return Billed(
        id=row.id,
        letter=row.letter,
        given=Given(
            patient=Identity(root=root, extension=extension) if root else None,
            home=values["home"],
            kind=values["kind"],
            visit=values["visit"] and date.fromisoformat(values["visit"]),
            discharge=values["discharge"] and date.fromisoformat(values["discharge"]),
            price=None if values["price"] is None else Decimal(values["price"]),
            lines=values["lines"],
            note=values["note"],
        ),
        issued=datetime.fromisoformat(row.issued),
        credit_of=row.credit_of,
        state=State(row.state),
        attempts=row.attempts,
        comment=row.comment,
        is_corrected=row.corrected,
    )
