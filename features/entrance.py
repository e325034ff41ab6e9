"""How the tested system reaches the platform of a run: where it listens, and who may call."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from ipaddress import ip_address
from wsgiref.types import WSGIApplication

from simulator.certificates.kinds import Kind
from simulator.outbound import TlsMaterial
from simulator.server import Server
from simulator.settings import Settings
from simulator.simulation import Tls

__all__ = ["LOCAL", "Doors", "Entrance"]

_THREADS = 60  # enough that no call of a run waits for another in the platform


@dataclass(frozen=True, slots=True, kw_only=True)
class Secured:
    """The listener of a run with mutual TLS, and the folder that its certificates are from."""

    server: Server
    tls: Tls

    @contextmanager
    def presenting(self, kind: Kind) -> Iterator[None]:
        """Present a certificate of a kind to whoever calls, until the context is left."""
        self.server.present(self.tls.listener(kind))
        try:
            yield
        finally:
            self.server.present(self.tls.listener())

    def material_of(self, hsa_id: str) -> TlsMaterial:
        """Give what a system of the folder presents to the listener, and whom it trusts."""
        filed = self.tls.certificates.filed(hsa_id, name=hsa_id)
        return TlsMaterial(
            certificate=str(filed.certificate),
            key=str(filed.key),
            authority=str(self.tls.certificates.authority_file),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Doors:
    """Where a platform listens: ``own`` for the run itself, ``told`` for the tested system."""

    own: str
    told: str
    secured: Secured | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Entrance:
    """Where the platform of a run listens, and whom it lets in.

    Shape: ``port`` 0 takes a free one. ``allow`` tells how the addresses begin that may call over
           plain HTTP, beside this machine's own. With ``tls`` there is a listener with mutual TLS
           too, and it is that one which the tested system is told of.
    """

    host: str = "127.0.0.1"
    port: int = 0
    allow: tuple[str, ...] = ()
    tls: Tls | None = None

    def opened(self, settings: Settings) -> Settings:
        """Give the settings of a platform that lets in who is allowed."""
        return replace(settings, whitelist=(*settings.whitelist, *self.allow))

    @contextmanager
    def listening(self, app: WSGIApplication) -> Iterator[Doors]:
        """Answer until the context is left.

        Raises: UsageError where a port is taken.
        """
        with ExitStack() as opened:
            plain = opened.enter_context(
                Server(app, host=self.host, port=self.port, threads=_THREADS)
            )
            told, secured = f"http://{self._reached_as}:{plain.port}/vp", None
            if self.tls is not None:
                secure = opened.enter_context(
                    Server(app, host=self.host, port=self.tls.port, tls=self.tls.listener())
                )
                told = f"https://{self._reached_as}:{secure.port}/vp"
                secured = Secured(server=secure, tls=self.tls)
            yield Doors(own=self._own(plain), told=told, secured=secured)

    @property
    def _reached_as(self) -> str:
        """Give the name that others know the machine by, where it listens on every address."""
        return socket.getfqdn() if self._is_every_address else _bracketed(self.host)

    @property
    def _is_every_address(self) -> bool:
        try:
            return ip_address(self.host).is_unspecified
        except ValueError:
            return False

    def _own(self, plain: Server) -> str:
        if not self._is_every_address:
            return plain.url
        loopback = "[::1]" if ":" in self.host else "127.0.0.1"
        return f"http://{loopback}:{plain.port}"


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host


LOCAL = Entrance()
"""This machine alone, on a free port."""
