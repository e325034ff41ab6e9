"""How a region's system takes a message in: read, judge, and answer in the part's own way."""

from __future__ import annotations

import uuid
from abc import ABC, abstractmethod
from typing import TYPE_CHECKING

from contracts.catalogue import bundled
from contracts.envelope import body_of, is_envelope
from contracts.errors import HarnessError, MessageError
from contracts.judge import Judgement, judge_payload, swedish_now
from contracts.parsing import parse
from simulator.faults import soap_fault
from simulator.regions.defect import FLAWLESS, Defect, Reply

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from flask import Blueprint
    from lxml import etree

    from contracts.findings import Finding

__all__ = ["Receiver", "refusal", "told"]


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
        early = self.defect.on_request(body)
        if early is not None:
            return early
        return self.defect.on_reply(self._reply(body, headers or {}), body)

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


def refusal(text: str, *, blames: str) -> Reply:
    """Answer a SOAP fault with a log id, and nothing of the message; blame Client or Server."""
    return Reply(status=500, body=soap_fault(text, detail=f"logId {uuid.uuid4()}", blames=blames))


def told(finding: Finding) -> str:
    """Tell one finding for a person to read: text, place, rule and test."""
    parts = [f"plats: {finding.where}", f"regel: {finding.rule}"]
    if finding.test:
        parts.append(f"test: {finding.test}")
    return f"{finding.text} [{'; '.join(parts)}]"
