"""TLS listeners with bad certificates, by the control API."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, jsonify, request

from contracts.errors import UsageError
from simulator.certificates.kinds import Kind
from simulator.control.operations import operation
from simulator.control.schemas import ANY_OBJECT, LISTENER, list_of

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from simulator.listeners import BadListeners
    from simulator.platform import Platform

__all__ = ["add_to"]


def add_to(blueprint: Blueprint, platform: Platform) -> None:
    """Add the operations."""

    @blueprint.get("/tls-listeners")
    @operation(
        "All further TLS listeners: kind of certificate, address, and how each handshake went.",
        gives=list_of(ANY_OBJECT),
    )
    def listeners() -> ResponseReturnValue:
        return jsonify(_listeners(platform).all())

    @blueprint.post("/tls-listeners")
    @operation(
        "Listen on a further port with a certificate of a kind, to see who takes it for good.",
        takes=LISTENER,
        gives=ANY_OBJECT,
        status=201,
    )
    def listen() -> ResponseReturnValue:
        return jsonify(_listeners(platform).open(Kind(request.get_json()["kind"]))), 201

    @blueprint.delete("/tls-listeners/<int:port>")
    @operation("End a further TLS listener.", status=204)
    def end(port: int) -> ResponseReturnValue:
        _listeners(platform).close(port)
        return "", 204


def _listeners(platform: Platform) -> BadListeners:
    if platform.listeners is None:
        raise UsageError(
            "this platform has no certificates", mend="start it with --tls-port; see docs/tls.md"
        )
    return platform.listeners
