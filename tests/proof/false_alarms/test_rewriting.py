"""An envelope written otherwise is the same document; a test of the rewriting itself."""

from __future__ import annotations

import pytest
from lxml import etree

from contracts.envelope import fault_in
from contracts.parsing import parse, without_comments
from simulator.faults import soap_fault
from simulator.regions.buyer import answer
from tests.proof.false_alarms.envelopes import ENVELOPES
from tests.proof.false_alarms.manner import Manner
from tests.proof.false_alarms.messages import Message

ANSWERS = {
    "OK": answer("OK").body,
    "ERROR": answer("ERROR", "R5: åäö <x> ]]> & \"'\n/a/b[1] 😀").body,
    "fault": soap_fault("fel & så", detail="logId", blames="Client"),
}
ADDS = {"strange-header", "processing-status", "strange-elements", "numbered-parts",
        "schema-locations", "types-named", "no-soap-header"}  # fmt: skip
"""What adds to the document, or takes from it, and does not only write it otherwise."""


def rewritten(manner: Manner, body: bytes) -> bytes:
    message = Message(start="HTTP/1.1 200 OK", headers=(), body=body)
    return manner.on_answer(message).body


def content(node: etree._Element) -> list[tuple[str, str]]:
    """Give an element as its names and texts, without what is between elements."""
    return [(str(one.tag), (one.text or "").strip()) for one in node.iter("*") if not len(one)]


@pytest.mark.parametrize("manner", [pytest.param(one, id=one.name) for one in ENVELOPES])
@pytest.mark.parametrize("name", ANSWERS)
def test_the_document_says_the_same(manner: Manner, name: str) -> None:
    """Names and texts are those of the plain document, and a fault blames whom it blamed."""
    plain, written = ANSWERS[name], rewritten(manner, ANSWERS[name])

    root = without_comments(parse(written))

    if manner.name not in ADDS:
        plainly = [one for one in content(parse(plain)) if not one[0].endswith("faultcode")]
        assert [one for one in content(root) if not one[0].endswith("faultcode")] == plainly
    if name == "fault":
        found = fault_in(root)
        code = root.find(".//faultcode")
        assert found is not None
        assert code is not None
        prefix, _, local = found.code.partition(":")
        assert (code.nsmap[prefix], local) == (
            "http://schemas.xmlsoap.org/soap/envelope/", "Client")  # fmt: skip


@pytest.mark.parametrize("manner", [pytest.param(one, id=one.name) for one in ENVELOPES])
def test_it_is_written_otherwise(manner: Manner) -> None:
    """No two manners write an answer alike, and none as the bundled system does."""
    others = {rewritten(one, ANSWERS["ERROR"]) for one in ENVELOPES if one is not manner}

    written = rewritten(manner, ANSWERS["ERROR"])

    assert written != ANSWERS["ERROR"]
    assert written not in others
