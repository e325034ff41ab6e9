"""What a buying region keeps: accepted claim specifications, their credits and their invoices."""

from __future__ import annotations

import hashlib
import threading
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from enum import Enum

import sqlalchemy as sa
from lxml import etree

from contracts.domains.financial_billing_claim.v1_1.messages import CLAIM, text_of
from simulator.store import METADATA, open_store, writing

__all__ = ["Billed", "Kept", "Ledger", "Match", "Received"]

_CLAIMS = sa.Table(
    "claim_specification",
    METADATA,
    sa.Column("region", sa.String, primary_key=True),
    sa.Column("id", sa.String, primary_key=True),
    sa.Column("copies", sa.Integer, nullable=False),
    sa.Column("digest", sa.String, nullable=False),
    sa.Column("payable", sa.String, nullable=False),
    sa.Column("credit_of", sa.String),
    sa.Column("seller", sa.String),
)

_NONE = Decimal(0)
_BY_ORGANISATION = f"identification[{{{CLAIM}}}root='1.3.7']"


class Received(Enum):
    """What the ledger made of a claim specification."""

    NEW = "new"
    AGAIN = "again"
    ID_TAKEN = "id taken"


class Match(Enum):
    """How an invoice and the claim specifications agree."""

    MATCHED = "matched"
    OTHER_AMOUNT = "other amount"
    UNKNOWN = "unknown claim specification"


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """One claim specification that counts as received."""

    id: str
    copies: int
    payable: Decimal
    credit_of: str | None
    credits: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Billed:
    """What one seller has billed the region.

    Shape: ``seller`` is an organisation number, empty where it was not kept.
    Units: ``net`` in SEK, credits taken off.
    """

    seller: str
    claims: int
    credits: int
    net: Decimal


class Ledger:
    """The accepted claim specifications of one region."""

    def __init__(self, region: str, *, url: str = "sqlite://") -> None:
        self._region = region
        self._engine = open_store(url)
        METADATA.create_all(self._engine, tables=[_CLAIMS])
        _add_seller(self._engine)
        self._lock = threading.Lock()

    def receive(self, payload: etree._Element, *, twice: bool = False) -> Received:
        """Keep an accepted claim specification; the same one again is not kept once more.

        Shape: an id that is taken by another content is told apart, and changes nothing.
               ``twice`` keeps a second copy all the same, which is a known defect.
        """
        claim_id = text_of(payload, "id") or ""
        digest = hashlib.sha256(etree.tostring(payload, method="c14n", exclusive=True)).hexdigest()
        with self._lock, writing(self._engine) as connection:
            row = connection.execute(
                sa.select(_CLAIMS).where(_CLAIMS.c.region == self._region, _CLAIMS.c.id == claim_id)
            ).first()
            if row is None:
                connection.execute(
                    _CLAIMS.insert().values(
                        region=self._region,
                        id=claim_id,
                        copies=1,
                        digest=digest,
                        payable=str(_amount(text_of(payload, "payableAmount", "amount"))),
                        credit_of=text_of(payload, "referenceToProcessClaimSpecificationId"),
                        seller=text_of(payload, "supplierParty", _BY_ORGANISATION, "extension"),
                    )
                )
                return Received.NEW
            if row.digest != digest:
                return Received.ID_TAKEN
            if twice:
                connection.execute(
                    _CLAIMS.update()
                    .where(_CLAIMS.c.region == self._region, _CLAIMS.c.id == claim_id)
                    .values(copies=row.copies + 1)
                )
            return Received.AGAIN

    def find(self, claim_id: str) -> Kept | None:
        """Give a claim specification that was accepted, or None."""
        with self._lock, self._engine.connect() as connection:
            row = connection.execute(
                sa.select(_CLAIMS).where(_CLAIMS.c.region == self._region, _CLAIMS.c.id == claim_id)
            ).first()
            if row is None:
                return None
            credit_ids = connection.execute(
                sa.select(_CLAIMS.c.id)
                .where(_CLAIMS.c.region == self._region, _CLAIMS.c.credit_of == claim_id)
                .order_by(_CLAIMS.c.id)
            ).scalars()
            return Kept(
                id=row.id,
                copies=row.copies,
                payable=Decimal(row.payable),
                credit_of=row.credit_of,
                credits=tuple(credit_ids),
            )

    def match(self, claim_id: str, amount: Decimal) -> Match:
        """Match an invoice to its claim specification by id and amount (flow 1)."""
        kept = self.find(claim_id)
        if kept is None:
            return Match.UNKNOWN
        return Match.MATCHED if kept.payable == amount else Match.OTHER_AMOUNT

    def billed(self) -> tuple[Billed, ...]:
        """Tell what each seller has billed the region, in the order of their numbers."""
        query = sa.select(_CLAIMS.c.seller, _CLAIMS.c.payable, _CLAIMS.c.credit_of)
        billed: dict[str, Billed] = {}
        with self._lock, self._engine.connect() as connection:
            for row in connection.execute(query.where(_CLAIMS.c.region == self._region)):
                seller, is_credit = row.seller or "", row.credit_of is not None
                before = billed.get(seller, Billed(seller=seller, claims=0, credits=0, net=_NONE))
                billed[seller] = Billed(
                    seller=seller,
                    claims=before.claims + (not is_credit),
                    credits=before.credits + is_credit,
                    net=before.net + Decimal(row.payable) * (-1 if is_credit else 1),
                )
        return tuple(billed[seller] for seller in sorted(billed))

    def close(self) -> None:
        """Let go of the database."""
        self._engine.dispose()


def _add_seller(engine: sa.Engine) -> None:
    """Add the seller's column to a ledger that was begun before there was one."""
    with writing(engine) as connection:
        columns = {column["name"] for column in sa.inspect(connection).get_columns(_CLAIMS.name)}
        if "seller" not in columns:
            connection.execute(sa.text(f"ALTER TABLE {_CLAIMS.name} ADD COLUMN seller VARCHAR"))


def _amount(text: str | None) -> Decimal:
    """Read an amount; one that is none is kept as 0, which takes a system that keeps refused."""
    try:
        return Decimal(text or "0")
    except InvalidOperation:
        return Decimal(0)
