"""Sending as a scripted consumer does, by way of the platform's own entrance."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from lxml import etree

from contracts.catalogue import Catalogue, known
from contracts.envelope import envelope
from contracts.errors import UsageError
from contracts.examples import full, minimal
from contracts.schema_model import read_model
from contracts.wsdl import ServiceContract
from simulator.exchange import InboundCall, Reply
from simulator.headers import CORRELATION_ID, INSTANCE_ID, SENDER_ID

if TYPE_CHECKING:
    from simulator.consumers.script import ConsumerScript
    from simulator.platform import Platform

__all__ = ["Sent", "send"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """What a scripted consumer sent, and what it got."""

    correlation_id: str
    reply: Reply


def send(platform: Platform, script: ConsumerScript, *, workspace: str) -> Sent:
    """Send one message through the platform, and give the answer.

    Raises: UsageError where the message cannot be made.
    """
    contract = _contract(known(), script.contract)
    correlation_id = next(
        (value for name, value in script.headers.items() if name.lower() == CORRELATION_ID),
        str(uuid.uuid4()),
    )
    headers = {
        "content-type": "text/xml; charset=UTF-8",
        "soapaction": f'"{contract.soap_action}"' if contract else '""',
        CORRELATION_ID: correlation_id,
    }
    if script.sender:
        headers |= {SENDER_ID: script.sender, INSTANCE_ID: platform.settings.instance_id}
    headers |= {name.lower(): value for name, value in script.headers.items()}
    call = InboundCall(
        url=f"consumer://{script.sender or 'default'}",
        headers=headers,
        body=_message(script, contract),
        remote="127.0.0.1",
        workspace=workspace,
    )
    return Sent(correlation_id=correlation_id, reply=platform.mediate(call))


def _contract(catalogue: Catalogue, namespace: str) -> ServiceContract | None:
    found = catalogue.contract_for(namespace)
    return found[1] if found else None


def _message(script: ConsumerScript, contract: ServiceContract | None) -> bytes:
    if script.message:
        return script.message.encode("utf-8")
    if script.payload:
        try:
            return envelope(script.payload.encode("utf-8"), logical_address=script.logical_address)
        except etree.XMLSyntaxError as error:
            raise UsageError(
                f"the payload is no XML: {error.msg}", mend="send it as message, to send it so"
            ) from None
    if contract is None:
        raise UsageError(
            f"no contract {script.contract} is known",
            mend="install its domain, or give payload or message",
        )
    return envelope(_example(contract, script.example), logical_address=script.logical_address)


@lru_cache(maxsize=256)
def _example(contract: ServiceContract, which: str) -> bytes:
    model = read_model(contract.schema)
    return etree.tostring((full if which == "full" else minimal)(model, contract.request))
