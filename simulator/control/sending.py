"""Sending by the control API: scripted consumers on command, or a message at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, g, jsonify, request

from contracts.errors import UsageError
from simulator.consumers.script import consumer_from
from simulator.consumers.sending import Sent, send
from simulator.control.operations import operation
from simulator.control.schemas import ANSWER, CONSUMER

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from simulator.platform import Platform

__all__ = ["add_to"]


def add_to(blueprint: Blueprint, platform: Platform) -> None:
    """Add the operations."""

    @blueprint.post("/send")
    @operation("Send one message through the platform.", takes=CONSUMER, gives=ANSWER)
    def send_now() -> ResponseReturnValue:
        script = consumer_from("", request.get_json())
        return _told(send(platform, script, workspace=g.workspace))

    @blueprint.post("/consumers/<name>/send")
    @operation("Let a scripted consumer send.", gives=ANSWER)
    def send_as(name: str) -> ResponseReturnValue:
        script = platform.arrangements.of(g.workspace).consumers.get(name)
        if script is None:
            raise UsageError(f"there is no consumer {name}", mend=f"PUT /consumers/{name} first")
        return _told(send(platform, script, workspace=g.workspace))


def _told(sent: Sent) -> ResponseReturnValue:
    return jsonify(
        {
            "correlation_id": sent.correlation_id,
            "status": sent.reply.status,
            "headers": dict(sent.reply.headers),
            "body": sent.reply.body.decode("utf-8", errors="replace"),
        }
    )
