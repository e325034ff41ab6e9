"""När: the calls that scenarios make through the platform."""

from __future__ import annotations

import time

from lxml import etree
from pytest_bdd import parsers, when

from features.calling import Caller
from simulator.client import Answer

_Batch = list[tuple[etree._Element, str | None]]  # each with the rule it breaks, if any


@when("anropet skickas", target_fixture="answer")
def the_call_is_sent(caller: Caller, raw_message: bytes) -> Answer:
    return caller.send(b"", message=raw_message)


@when("alla skickas samtidigt", target_fixture="answers")
def all_are_sent_together(caller: Caller, batch: _Batch) -> list[Answer]:
    return caller.send_together([message for message, _ in batch])


@when(
    parsers.parse("de skickas i takten {pace:d} per sekund"),
    target_fixture="answers",
)
def they_are_sent_in_pace(caller: Caller, batch: _Batch, pace: int) -> list[Answer]:
    began = time.perf_counter()

    def wait(number: int) -> None:
        time.sleep(max(0.0, began + number / pace - time.perf_counter()))

    return caller.send_in_pace([message for message, _ in batch], wait=wait)
