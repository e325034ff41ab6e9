"""Givet: the circumstances that scenarios of any service start from."""

from __future__ import annotations

from pytest_bdd import given, parsers

from contracts.envelope import envelope
from features.bench import Bench
from features.unreadable import UNREADABLE


@given(parsers.parse('ett anrop med felet "{fault}"'), target_fixture="raw_message")
def an_unreadable_call(bench: Bench, fault: str) -> bytes:
    whole = envelope(bench.messages.valid(), logical_address=bench.logical_address)
    return UNREADABLE[fault](whole)
