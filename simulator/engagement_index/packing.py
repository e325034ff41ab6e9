"""Transactions as they wait in the database: small, and read by any later version."""

from __future__ import annotations

import json
from collections.abc import Iterable

import zstandard

from simulator.engagement_index.engagements import Engagement, Transaction

__all__ = ["packed", "unpacked"]


def packed(transactions: Iterable[Transaction]) -> bytes:
    """Write transactions as compressed JSON: names once, then a row each."""
    rows = [(one.delete, *one.engagement) for one in transactions]
    names = ("delete", *Engagement._fields)
    text = json.dumps([names, *rows], ensure_ascii=False, separators=(",", ":"))
    return zstandard.ZstdCompressor(level=1).compress(text.encode())


def unpacked(data: bytes) -> tuple[Transaction, ...]:
    """Read them again."""
    (_, *names), *rows = json.loads(zstandard.ZstdDecompressor().decompress(data))
    if tuple(names) == Engagement._fields:
        return tuple(Transaction(Engagement._make(values), delete) for delete, *values in rows)
    return tuple(
        Transaction(Engagement(**dict(zip(names, values, strict=True))), delete)
        for delete, *values in rows
    )
