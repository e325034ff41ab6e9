"""What a region's system has around it: the platform that it sends through, a clock, its patience.

Systems are made before the platform that leads to them, so the platform is told of afterwards.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING

from contracts.errors import HarnessError
from contracts.judge import swedish_now
from simulator.client import HttpTransport, PlatformClient

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from simulator.client import Transport
    from simulator.outbound import TlsMaterial

__all__ = ["Resending", "Surroundings"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Resending:
    """When a call that came to nothing is made again, and how often at most.

    Units:  seconds from the end of the failed attempt; ``patience`` is how long an answer is
            waited for.
    Source: TKB financial:patientfees:exemption 1.0, resending; RIV-TA BP 2.1, BP-22: at the
            earliest five minutes after a SOAP fault. How soon after a timeout is not said; we
            take the same. A platform that does not take the connection has not been called, so
            that is soon tried again, and counts for nothing; None has it count as silence.
            Each pause is ``factor`` times as long as the one before it.
    """

    after_fault: float = 300.0
    after_silence: float = 300.0
    after_no_connection: float | None = 3.0
    attempts: int = 5
    patience: float = 60.0
    factor: float = 1.0

    def pause(self, attempts: int, *, is_silent: bool) -> float:
        """Give how long to wait after so many attempts; the last met silence, or a fault."""
        first = self.after_silence if is_silent else self.after_fault
        return first * self.factor ** (attempts - 1)


class Surroundings:
    """Where systems are: nothing is sent until they are led to a platform."""

    def __init__(
        self,
        *,
        clock: Callable[[], datetime] = swedish_now,
        resending: Resending | None = None,
        transport: Callable[[str, float], Transport] | None = None,
    ) -> None:
        self.clock = clock
        self.resending = resending or Resending()
        self._transport = transport or _over_http
        self.on_tls: Callable[[TlsMaterial], TlsMaterial] = lambda material: material
        self._led = threading.Event()
        self._made: Callable[[float], PlatformClient] | None = None
        self._clients: dict[float, PlatformClient] = {}

    def lead_to(
        self, url: str, *, instance_id: str, workspace: str = "", tls: TlsMaterial | None = None
    ) -> None:
        """Tell of the platform: its URL, and by what the systems' own word of who calls is taken.

        Shape: what has been kept until now is sent. ``tls`` is what is presented on https.
        """

        def reached(patience: float) -> Transport:
            if tls is not None:
                return HttpTransport(url, timeout=patience, tls=self.on_tls(tls))
            return self._transport(url, patience)

        self._clients = {}
        self._made = lambda patience: PlatformClient(
            reached(patience), instance_id=instance_id, workspace=workspace
        )
        self._led.set()

    @property
    def is_led(self) -> bool:
        """Tell whether there is a platform."""
        return self._led.is_set()

    def client(self, *, patience: float) -> PlatformClient:
        """Give who calls through the platform there is, and waits so many seconds for an answer."""
        if self._made is None:
            raise HarnessError("the systems are led to no platform", mend="call lead_to first")
        if patience not in self._clients:
            self._clients[patience] = self._made(patience)
        return self._clients[patience]

    def wait_for_platform(self, seconds: float) -> bool:
        """Wait until there is a platform, for so long at most; tell whether there is."""
        return self._led.wait(seconds)


def _over_http(url: str, patience: float) -> Transport:
    return HttpTransport(url, timeout=patience)
