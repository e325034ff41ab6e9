"""Transactions as they wait in the database: small, and read by any later version."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import fields

import zstandard

from simulator.engagement_index.engagements import Engagement, Transaction

__all__ = ["packed", "unpacked"]

_NAMES = tuple(field.name for field in fields(Engagement))


def packed(transactions: Iterable[Transaction]) -> bytes:
    """Write transactions as compressed JSON: names once, then a row each."""
    rows = [
        [one.delete, *(getattr(one.engagement, name) for name in _NAMES)] for one in transactions
    ]
    text = json.dumps([["delete", *_NAMES], *rows], ensure_ascii=False, separators=(",", ":"))
    return zstandard.ZstdCompressor(level=1).compress(text.encode())


def unpacked(data: bytes) -> tuple[Transaction, ...]:
    """Read them again."""
    (_, *names), *rows = json.loads(zstandard.ZstdDecompressor().decompress(data))
    return tuple(
        Transaction(
            delete=delete, engagement=Engagement(**dict(zip(names, values, strict=True)))
        )
        for delete, *values in rows
    )  # fmt: skip
