"""Calls to producers below HTTP: reset, cut short, in drops, in chunks, asked for first."""

from __future__ import annotations

import select
import socket
import struct
import sys
import time
from dataclasses import replace
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from simulator.certificates.folder import PLATFORM_HSA_ID, CertificateFolder
from simulator.certificates.kinds import Kind as Certificate
from simulator.disturbances.kinds import Kind
from simulator.outbound import Answered, Failed, Problem
from simulator.producer_http import HttpProducers

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simulator.outbound import OutboundCall, TlsMaterial
    from simulator.settings import Settings

__all__ = ["WireProducers"]

_SETTLING = 0.05
_CONTINUE_PATIENCE = 1.0
_LINGER = struct.pack("hh" if sys.platform == "win32" else "ii", 1, 0)  # close by reset


class WireProducers(HttpProducers):
    """Calls producers over HTTP, by the orders that a call carries."""

    def __init__(self, settings: Settings, tls: Mapping[str, TlsMaterial] | None = None) -> None:
        super().__init__(settings, tls)
        self._own = settings.certificate

    def call(self, call: OutboundCall) -> Answered | Failed:
        """Make one attempt."""
        ordered = [order for order in call.wire if order.kind == Kind.CERTIFICATE]
        own = self._own_of(call)
        if ordered and own is None and call.address not in self._tls:
            return Failed(
                problem=Problem.HANDSHAKE,
                told="no certificates are there to present: start the platform with --tls-port",
            )
        if own is not None and ordered and not CertificateFolder.holds_authority(own.parent):
            return Failed(
                problem=Problem.HANDSHAKE,
                told=f"{own.parent} has no authority to mint bad certificates with",
            )
        return super().call(call)

    def _own_of(self, call: OutboundCall) -> Path | None:
        """Tell which certificate the platform presents to a producer when nothing disturbs it."""
        material = super()._material(call)
        return Path(material.certificate) if material.certificate else self._own

    def _material(self, call: OutboundCall) -> TlsMaterial:
        material = super()._material(call)
        for order in call.wire:
            if order.kind == Kind.CERTIFICATE:
                return _bad(material, order.options["present"], self._own_of(call))
        return material

    def _exchange(
        self, connection: HTTPConnection, call: OutboundCall, host: str, target: str
    ) -> Answered | Failed:
        if not call.wire:
            return super()._exchange(connection, call, host, target)
        assert connection.sock is not None  # noqa: S101 - it is taken open, or just opened
        sock = connection.sock
        sock.settimeout(call.timeout)
        orders = {Kind(order.kind): order.options for order in call.wire}
        try:
            broken = _send(sock, _head(call, host, target, orders), call.body, orders)
            if broken is not None:
                return broken
            response = HTTPResponse(sock, method=call.method)
            response.begin()
            return self._answered(response)
        finally:
            connection.close()


def _bad(material: TlsMaterial, present: str, own: Path | None) -> TlsMaterial:
    """Give the same with a certificate that is bad in one thing, or with none."""
    if present == "none" or own is None:
        return replace(material, certificate=None, key=None)
    kind = Certificate(present)
    filed = CertificateFolder.filed_in(own.parent, name=own.stem, kind=kind)
    if filed is None:
        filed = CertificateFolder(own.parent).filed(PLATFORM_HSA_ID, name=own.stem, kind=kind)
    return replace(
        material,
        certificate=str(filed.certificate),
        key=str(filed.key),
        weak=kind is Certificate.WEAK_KEY,
    )


def _head(
    call: OutboundCall, host: str, target: str, orders: Mapping[Kind, Mapping[str, Any]]
) -> bytes:
    lines = [f"{call.method} {target} HTTP/1.1", f"Host: {host}"]
    lines += [f"{name}: {value}" for name, value in call.headers.items()]
    lines.append(
        "Transfer-Encoding: chunked"
        if Kind.CHUNKED in orders
        else f"Content-Length: {len(call.body)}"
    )
    if Kind.CONTINUE in orders:
        lines.append("Expect: 100-continue")
    lines += ["Connection: close", "", ""]
    return "\r\n".join(lines).encode("latin-1", errors="replace")


def _send(
    sock: socket.socket, head: bytes, body: bytes, orders: Mapping[Kind, Mapping[str, Any]]
) -> Failed | None:
    """Send a request as ordered; give what came of it where no answer is to be waited for."""
    if Kind.RESET_BEFORE in orders:
        return _reset(sock)
    if Kind.TIMEOUT in orders:
        sock.sendall(head + body[: len(body) // 2])
        time.sleep(orders[Kind.TIMEOUT]["seconds"])
        return Failed(problem=Problem.SILENT)
    cut = next((kind for kind in (Kind.RESET_WITHIN, Kind.TRUNCATED) if kind in orders), None)
    if cut is not None:
        body = body[: int(len(body) * orders[cut]["part"])]
    parts = _parts(body, orders)
    if cut is not None and Kind.CHUNKED in orders:
        parts.pop()  # the chunk that says it is over
    if Kind.CONTINUE in orders:
        sock.sendall(head)
        select.select([sock], [], [], _CONTINUE_PATIENCE)  # told, or not: the body follows
    else:
        parts.insert(0, head)
    _trickle(sock, parts, orders.get(Kind.SLOW_BODY))
    if Kind.RESET_WITHIN in orders or Kind.RESET_AFTER in orders:
        time.sleep(_SETTLING)  # a reset takes what has not been read yet with it
        return _reset(sock)
    if cut is Kind.TRUNCATED:
        sock.shutdown(socket.SHUT_WR)
    return None


def _parts(body: bytes, orders: Mapping[Kind, Mapping[str, Any]]) -> list[bytes]:
    if Kind.CHUNKED not in orders:
        return [body]
    size = int(orders[Kind.CHUNKED]["size"])
    pieces = (body[at : at + size] for at in range(0, len(body), size))
    return [*(b"%x\r\n%b\r\n" % (len(piece), piece) for piece in pieces), b"0\r\n\r\n"]


def _trickle(sock: socket.socket, parts: list[bytes], figures: Mapping[str, Any] | None) -> None:
    whole = b"".join(parts)
    if figures is None:
        sock.sendall(whole)
        return
    size = max(1, -(-len(whole) // int(figures["pieces"])))
    drops = [whole[at : at + size] for at in range(0, len(whole), size)]
    for drop in drops:
        time.sleep(figures["seconds"] / len(drops))
        sock.sendall(drop)


def _reset(sock: socket.socket) -> Failed:
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _LINGER)
    return Failed(problem=Problem.RESET)
