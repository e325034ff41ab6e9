"""Every manner changes what goes over the wire, and stays within what it says it changes."""

from __future__ import annotations

import io
import socket
import threading
from contextlib import closing, nullcontext
from datetime import datetime
from http.client import HTTPResponse

import pytest
from lxml import etree

from contracts.domains.financial_billing_claim.v1_1.kinds import Deal, valid
from contracts.domains.financial_billing_claim.v1_1.single_faults import faulty
from contracts.domains.financial_patientfees_exemption.v1_0 import kinds
from contracts.envelope import envelope
from contracts.terms import SWEDISH_TIME, LogicalAddress
from simulator.regions.buyer import Buyer
from simulator.regions.buyer import answer as buyer_answer
from simulator.regions.defect import FLAWLESS, Reply
from simulator.regions.directory import REGIONS
from simulator.regions.index_update import UPDATE
from simulator.regions.ledger import Ledger
from simulator.regions.outbox import Letter
from simulator.regions.receiving import refusal
from simulator.regions.requester import answer as requester_answer
from tests.proof.false_alarms.manner import Manner
from tests.proof.false_alarms.messages import Message, as_they_come, request_from
from tests.proof.false_alarms.relay import relay
from tests.proof.false_alarms.tables import MANNERS, systems
from tests.proof.false_alarms.wire import pausing

NOON = datetime(2026, 11, 22, 12, tzinfo=SWEDISH_TIME)
SLOW = {"slow-in-time"}
"""What changes when and not what; tried by itself below."""


def replies() -> list[Reply]:
    """Answer as the bundled systems do: to what is right, wrong, and not to be read."""
    return [
        buyer_answer("OK"),
        buyer_answer("ERROR", "R10: kön 3 [plats: /a/gender[2]; regel: R10; test: x]"),
        requester_answer("OK"),
        refusal("The message cannot be read", blames="Client"),
    ]


def response(reply: Reply) -> Message:
    head = (("Content-Type", reply.content_type), ("Date", "Sun, 22 Nov 2026 11:00:00 GMT"))
    return Message(start=f"HTTP/1.1 {reply.status} Ok", headers=head, body=reply.body)


def request() -> Message:
    head = (("Host", "127.0.0.1:1"), ("Content-Type", "text/xml; charset=UTF-8"),
            ("User-Agent", "python-requests"), ("SOAPAction", '"urn:x"'))  # fmt: skip
    body = envelope(etree.Element("{urn:riv:x:1}Update"), logical_address="5565594230")
    return Message(start="POST /vp/x HTTP/1.1", headers=head, body=body)


def letters() -> list[Letter]:
    """Give one letter of each contract that parties of Högkostnadsskydd send."""
    inquiry = kinds.Inquiry(
        reply_to=LogicalAddress(REGIONS["01"].hsa_id), region=REGIONS["03"].hsa_id,
        today=NOON.date(),
    )  # fmt: skip
    disclosure = kinds.valid("återbetald avgift", inquiry)
    update = etree.fromstring(
        f'<u:Update xmlns:u="{UPDATE}" xmlns:e="urn:x"><u:engagementTransaction><e:engagement>'
        "<e:registeredResidentIdentification>191212121212</e:registeredResidentIdentification>"
        "</e:engagement></u:engagementTransaction></u:Update>"
    )
    return [
        Letter(contract=etree.QName(one).namespace or "", logical_address="x", payload=one)
        for one in (disclosure, update)
    ]


def changes_something(manner: Manner) -> bool:
    row = manner.system
    comment = "R10: kön 3 [plats: /a/gender[2]; regel: R10; test: x]"
    return (
        any(manner.on_answer(m).written() != m.written() for m in map(response, replies()))
        or manner.on_sent(request()).written() != request().written()
        or row.on_comment(comment) != comment
        or any(row.on_reply(one, b"") != one for one in replies())
        or any(sent(row.on_sending(one)) != sent([one]) for one in letters())
        or row.resending is not None
        or manner.within is not nullcontext
    )


def sent(found: object) -> list[tuple[float, bytes]]:
    assert isinstance(found, (list, tuple)) or hasattr(found, "__iter__")
    return [(one.delay, etree.tostring(one.payload)) for one in found]


@pytest.mark.parametrize("manner", [pytest.param(one, id=name) for name, one in MANNERS.items()
                                    if name not in SLOW])  # fmt: skip
def test_a_manner_changes_what_goes_over_the_wire(manner: Manner) -> None:
    """What the bundled system writes with the manner are other bytes than without it."""
    assert changes_something(manner)


def test_a_plain_manner_changes_nothing() -> None:
    """The bundled system as it is has no manner, so the test above can fail."""
    assert not changes_something(Manner(name="plain", says="", system=FLAWLESS))


def test_there_are_enough_of_them() -> None:
    """At least forty ways to be right, and systems in every suite that answers."""
    assert len(MANNERS) >= 40
    by_suite = {suite.name for suite, _ in systems()}
    assert len(by_suite) >= 3


def test_a_comment_is_told_in_other_words_only() -> None:
    """A manner of comments leaves the verdict: ERROR to what is wrong, OK to what is right."""
    deal = Deal(
        seller=REGIONS["01"].organisation_number, buyer=REGIONS["03"].organisation_number,
        county="03", municipality="0380", today=NOON.date(),
    )  # fmt: skip
    for manner in MANNERS.values():
        if "utomlansfakturering/producent" not in manner.suites:
            continue
        with closing(Ledger("03", url="sqlite://")) as ledger:
            buyer = Buyer(ledger, defect=manner.row, clock=lambda: NOON)
            right = buyer.receive(envelope(valid("öppen vård", deal))).body
            wrong = buyer.receive(envelope(faulty("kön 3", deal))).body
        assert b">OK<" in right, manner.name
        assert b">ERROR<" in wrong, manner.name


# The relay ---------------------------------------------------------------------------------------


def one_answer(listening: socket.socket, answer: bytes) -> bytes:
    """Take one request at a listening socket, answer it, and give what was asked."""
    caller, _ = listening.accept()
    with caller, caller.makefile("rb") as stream:
        asked = request_from(stream)
        caller.sendall(answer)
    assert asked is not None
    return asked.written()


def test_the_relay_rewrites_what_it_is_told_to() -> None:
    """What passes is the server's answer as the change has written it, chunked here."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        plain = b"HTTP/1.1 200 OK\r\nX-A: b\r\nContent-Length: 5\r\n\r\nhello"
        thread = threading.Thread(target=one_answer, args=(server, plain))
        thread.start()

        def chunked(message: Message) -> Message:
            return Message(start=message.start, headers=message.headers, body=b"bye", chunks=2)

        with relay(f"http://127.0.0.1:{port}/x", on_response=chunked) as url:
            to = ("127.0.0.1", int(url.rpartition(":")[2].partition("/")[0]))
            with socket.create_connection(to) as caller:
                caller.sendall(b"POST /x HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\nhi")
                found = HTTPResponse(caller)
                found.begin()
                assert (found.status, found.chunked, found.headers["X-A"]) == (200, True, "b")
                assert found.read() == b"bye"
                found.close()
        thread.join()


def test_a_message_is_read_and_written_alike() -> None:
    """A request that nothing is done to goes on as it came."""
    written = request().written()

    again = request_from(io.BytesIO(written))

    assert again is not None
    assert as_they_come(again).written() == written


def test_a_request_in_chunks_is_read_too() -> None:
    """It goes on in chunks, as it came."""
    pieces = b"5;x=1\r\nhello\r\n3\r\nyou\r\n0\r\nX-T: t\r\n\r\n"
    written = b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n" + pieces

    again = request_from(io.BytesIO(written))

    assert again is not None
    assert (again.body, again.chunks) == (b"helloyou", 5)


def test_a_pause_is_made_now_and_then(monkeypatch: pytest.MonkeyPatch) -> None:
    """One message in so many waits, and what it says is left alone."""
    waited: list[float] = []
    monkeypatch.setattr("tests.proof.false_alarms.wire.time.sleep", waited.append)
    change = pausing(0.9, every=2)

    assert [change(request()) for _ in range(4)] == [request()] * 4
    assert waited == [0.9, 0.9]
