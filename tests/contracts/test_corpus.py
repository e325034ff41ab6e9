"""On every message of the reference corpus we judge as the official schema and rules do."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from contracts.envelope import envelope
from contracts.judge import Judgement, judge

CORPUS = Path(__file__).resolve().parents[2].parent / "shared/corpus/claim"
VERDICTS: dict[str, dict[str, Any]] = (
    json.loads((CORPUS / "verdicts.json").read_text(encoding="utf-8"))
    if (CORPUS / "verdicts.json").is_file()
    else {}
)

pytestmark = pytest.mark.skipif(
    not VERDICTS, reason="the corpus is not beside the project (../shared/corpus/claim)"
)
each_message = pytest.mark.parametrize("name", sorted(VERDICTS) or ["no corpus"])


def verdict(judgement: Judgement) -> dict[str, Any]:
    """Give a judgement in the corpus's own words."""
    failed = judgement.failed_rules
    return {
        "schema_valid": judgement.schema_valid,
        "failed_rules": None if failed is None else list(failed),
    }


@each_message
def test_the_verdict_is_the_official_one(name: str, noon: datetime) -> None:
    """Schema and rules find in a bare message what the released ones find."""
    message = (CORPUS / name).read_bytes()

    assert verdict(judge(message, at=noon)) == VERDICTS[name]


@each_message
def test_the_verdict_is_the_same_in_an_envelope(name: str, noon: datetime) -> None:
    """An envelope, with an address or an empty Header, changes nothing."""
    message = (CORPUS / name).read_bytes()

    assert (
        verdict(judge(envelope(message, logical_address="2321000024"), at=noon)) == VERDICTS[name]
    )
    assert verdict(judge(envelope(message), at=noon)) == VERDICTS[name]


def test_the_corpus_holds_both_kinds_of_message() -> None:
    """Agreement says something only where there is much to agree on."""
    counts = [
        sum(1 for known in VERDICTS.values() if known["failed_rules"] == []),
        sum(1 for known in VERDICTS.values() if known["failed_rules"]),
        sum(1 for known in VERDICTS.values() if not known["schema_valid"]),
    ]

    assert min(counts) >= 10
    assert {path.name for path in CORPUS.glob("*.xml")} == set(VERDICTS)
