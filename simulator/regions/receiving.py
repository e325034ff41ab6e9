"""How a region's system takes a message in: read, judge, and answer in the part's own way."""

from __future__ import annotations

import uuid
from abc import ABC, abstractmethod
from typing import TYPE_CHECKING

from lxml import etree

from contracts.catalogue import bundled
from contracts.envelope import LOGICAL_ADDRESS, SOAP_ENVELOPE, body_of, is_envelope
from contracts.errors import HarnessError, MessageError
from contracts.judge import Judgement, judge_payload, swedish_now
from contracts.parsing import parse
from simulator.faults import soap_fault
from simulator.regions.defect import FLAWLESS, Defect, Reply

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from flask import Blueprint

    from contracts.findings import Finding

__all__ = ["Receiver", "refusal", "told"]

_HEADER, _BODY = f"{{{SOAP_ENVELOPE}}}Header", f"{{{SOAP_ENVELOPE}}}Body"
_MUST_UNDERSTAND = f"{{{SOAP_ENVELOPE}}}mustUnderstand"
_STRUCTURES = ([_BODY], [_HEADER, _BODY])


class Receiver(ABC):
    """A system that answers the calls of one contract.

    Shape: ``request`` is the ``{namespace}name`` of what it takes; ``defect`` is the named fault
           it has, the flawless one by default.
    """

    request: str

    def __init__(
        self, *, defect: Defect = FLAWLESS, clock: Callable[[], datetime] = swedish_now
    ) -> None:
        self.defect = defect
        self._clock = clock

    def receive(self, body: bytes, headers: Mapping[str, str] | None = None) -> Reply:
        """Answer one SOAP message.

        Shape: the contract's own answer to what can be read as its request, valid or not; a SOAP
               fault with status 500, without any content of the message, to the rest.
        """
        headers = headers or {}
        early = self.defect.on_headers(headers) or self.defect.on_request(body)
        if early is not None:
            return early
        reply = _wrong_type(headers) or self._reply(self.defect.on_body(body), headers)
        return self.defect.on_reply(reply, body)

    def show(self, blueprint: Blueprint) -> None:  # noqa: B027 - few have anything to show
        """Show nothing of what the system has kept."""

    def close(self) -> None:  # noqa: B027 - few have anything to close
        """Hold nothing open."""

    @abstractmethod
    def answer_to(
        self, payload: etree._Element, judgement: Judgement, headers: Mapping[str, str]
    ) -> Reply:
        """Answer a message that could be read, by what schema and rules say of it."""

    def context(self, payload: etree._Element) -> Mapping[str, str] | None:  # noqa: ARG002
        """Give what the rules must know beside the message."""
        return None

    def _reply(self, body: bytes, headers: Mapping[str, str]) -> Reply:
        try:
            root = parse(body)
            payload = body_of(root) if is_envelope(root) else None
        except MessageError as error:
            return refusal(f"The message cannot be read: {error.what}", blames="Client")
        if (told := _not_understood(root)) is not None:
            return told
        if payload is None or payload.tag != self.request:
            name = self.request.rpartition("}")[2]
            return refusal(f"The message is not a {name}", blames="Client")
        try:
            judgement = judge_payload(
                payload, at=self._clock(), context=self.context(payload), catalogue=bundled()
            )
            judgement = self.defect.on_judgement(judgement, payload)
            return self.answer_to(payload, judgement, headers)
        except HarnessError:
            return refusal("Technical error", blames="Server")


def _wrong_type(headers: Mapping[str, str]) -> Reply | None:
    """Refuse what is said to be no XML of SOAP 1.1 (WS-I BP 1.1 R1115)."""
    said = headers.get("content-type", "text/xml" if not headers else "")
    if said.partition(";")[0].strip().lower() == "text/xml":
        return None
    return Reply(status=415, body=b"text/xml is taken", content_type="text/plain; charset=UTF-8")


def _not_understood(root: etree._Element) -> Reply | None:
    """Refuse what the envelope may not hold, and header blocks that must be understood."""
    if root.getprevious() is not None and _instruction(root):
        return refusal("The message has a processing instruction", blames="Client")
    tags = [child.tag for child in root if isinstance(child.tag, str)]
    if is_envelope(root) and tags not in _STRUCTURES:
        return refusal("The envelope is not a Header and a Body", blames="Client")
    for block in root.iterfind(f"{_HEADER}/*"):
        if block.get(_MUST_UNDERSTAND) == "1" and block.tag != LOGICAL_ADDRESS:
            return refusal("A header is not understood", blames="MustUnderstand")
    return None


def _instruction(root: etree._Element) -> bool:
    return any(
        isinstance(node, etree._ProcessingInstruction) for node in root.itersiblings(preceding=True)
    )


def refusal(text: str, *, blames: str) -> Reply:
    """Answer a SOAP fault with a log id, and nothing of the message; blame Client or Server."""
    return Reply(status=500, body=soap_fault(text, detail=f"logId {uuid.uuid4()}", blames=blames))


def told(finding: Finding) -> str:
    """Tell one finding for a person to read: text, place, rule and test."""
    parts = [f"plats: {finding.where}", f"regel: {finding.rule}"]
    if finding.test:
        parts.append(f"test: {finding.test}")
    return f"{finding.text} [{'; '.join(parts)}]"
