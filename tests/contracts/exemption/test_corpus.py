"""On every message of the reference corpus we judge as the official schema and rules do."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from contracts.envelope import envelope
from contracts.judge import Judgement, judge
from contracts.terms import SWEDISH_TIME

CORPUS = Path(__file__).resolve().parents[3].parent / "shared/corpus/exemption"
KNOWN: dict[str, Any] = (
    json.loads((CORPUS / "verdicts.json").read_text(encoding="utf-8"))
    if (CORPUS / "verdicts.json").is_file()
    else {"evaluated_at": "2026-11-22T12:00:00", "messages": {}}
)
VERDICTS: dict[str, dict[str, Any]] = KNOWN["messages"]
CLOCK = datetime.fromisoformat(KNOWN["evaluated_at"]).replace(tzinfo=SWEDISH_TIME)

pytestmark = pytest.mark.skipif(
    not VERDICTS, reason="the corpus is not beside the project (../shared/corpus/exemption)"
)
each_message = pytest.mark.parametrize("name", sorted(VERDICTS) or ["no corpus"])


def verdict(judgement: Judgement, *, actor: str) -> dict[str, Any]:
    """Give a judgement in the corpus's own words."""
    failed = judgement.failed_rules
    return {
        "actor": actor,
        "schema_valid": judgement.schema_valid,
        "failed_rules": None if failed is None else list(failed),
    }


@each_message
def test_the_verdict_is_the_official_one(name: str) -> None:
    """Schema and rules find in a bare message what the released ones find."""
    message, actor = (CORPUS / name).read_bytes(), VERDICTS[name]["actor"]

    judgement = judge(message, at=CLOCK, context={"actor": actor})

    assert verdict(judgement, actor=actor) == VERDICTS[name]


@each_message
def test_the_verdict_is_the_same_in_an_envelope(name: str) -> None:
    """An envelope, with an address or an empty Header, changes nothing."""
    message, actor = (CORPUS / name).read_bytes(), VERDICTS[name]["actor"]

    for whole in (envelope(message, logical_address="SE5565594230-PROV"), envelope(message)):
        judgement = judge(whole, at=CLOCK, context={"actor": actor})

        assert verdict(judgement, actor=actor) == VERDICTS[name]


def test_the_corpus_holds_every_kind_of_message() -> None:
    """Agreement says something only where there is much to agree on."""
    counts = [
        sum(1 for known in VERDICTS.values() if known["failed_rules"] == []),
        sum(1 for known in VERDICTS.values() if known["failed_rules"]),
        sum(1 for known in VERDICTS.values() if not known["schema_valid"]),
    ]

    assert min(counts) >= 5
    assert {known["actor"] for known in VERDICTS.values()} == {"CITIZEN", "GUARDIAN", "CAREGIVER"}
    assert {path.name for path in CORPUS.glob("*.xml")} == set(VERDICTS)
