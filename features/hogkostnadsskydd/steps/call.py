"""När: the calls of the parties."""

from __future__ import annotations

from lxml import etree
from pytest_bdd import when

from contracts.envelope import envelope
from features.bench import Bench
from features.calling import Caller
from simulator.client import Answer

_Batch = list[tuple[etree._Element, str | None]]


@when("begäran skickas till den utlämnande parten", target_fixture="answer")
def the_request_is_sent(caller: Caller, message: etree._Element) -> Answer:
    return caller.send(message)


@when("utlämnandet skickas till den begärande parten", target_fixture="answer")
def the_disclosure_is_sent(caller: Caller, message: etree._Element) -> Answer:
    return caller.send(message)


@when("samma utlämnande skickas igen", target_fixture="answer")
def the_disclosure_is_sent_again(caller: Caller, message: etree._Element) -> Answer:
    return caller.send(message)


@when("meddelandet skickas utan XML-deklaration", target_fixture="answer")
def the_message_is_sent_without_declaration(
    caller: Caller, bench: Bench, message: etree._Element
) -> Answer:
    whole = envelope(message, logical_address=bench.logical_address)
    return caller.send(message, message=whole[whole.index(b"?>") + 2 :].lstrip())


@when("var och en skickas av sin källa", target_fixture="answers")
def each_is_sent_by_its_source(caller: Caller, bench: Bench, batch: _Batch) -> list[Answer]:
    return [
        caller.send(message, sender=sender)
        for (message, _), sender in zip(batch, bench.senders, strict=False)
    ]
