"""Ways to be wrong that systems of any contract share, for tables of defects to be made of."""

from __future__ import annotations

import re
import threading
import time
from dataclasses import replace
from typing import TYPE_CHECKING

from lxml import etree

from contracts.findings import Finding
from contracts.places import place_of
from simulator.faults import soap_fault
from simulator.regions.defect import Reply

if TYPE_CHECKING:
    from collections.abc import Callable

    from contracts.judge import Judgement

__all__ = [
    "MixedUp",
    "OneAtATime",
    "OneThread",
    "accepted",
    "accepts_everything",
    "as_web_page",
    "fault_as_success",
    "lets_through",
    "never_checks",
    "on_fault",
    "refused",
    "refuses_above",
    "refuses_beyond_bmp",
    "refuses_foreign",
    "replacing",
    "skips_schema",
    "slow",
    "with_stack_trace",
]

_MEGABYTE = 1_000_000
_BMP = 0xFFFF


def accepted(judgement: Judgement) -> Judgement:
    """Make a judgement of nothing wrong."""
    return replace(judgement, schema_valid=True, failed_rules=(), findings=())


def refused(judgement: Judgement, rule: str, text: str, where: str) -> Judgement:
    """Make a judgement that blames a rule."""
    finding = Finding(rule=rule, text=f"{rule}: {text}", where=where)
    return replace(judgement, failed_rules=(rule,), findings=(finding,))


def accepts_everything(judgement: Judgement, _payload: etree._Element) -> Judgement:
    """Find nothing wrong with whatever can be read."""
    return accepted(judgement)


def skips_schema(judgement: Judgement, _payload: etree._Element) -> Judgement:
    """Find nothing wrong with what only the schema forbids."""
    return judgement if judgement.schema_valid else accepted(judgement)


def never_checks(*rules: str) -> Callable[[Judgement, etree._Element], Judgement]:
    """Find nothing wrong with what breaks some rules."""

    def hook(judgement: Judgement, _payload: etree._Element) -> Judgement:
        if not judgement.failed_rules:
            return judgement
        return replace(
            judgement,
            failed_rules=tuple(name for name in judgement.failed_rules if name not in rules),
            findings=tuple(found for found in judgement.findings if found.rule not in rules),
        )

    return hook


def lets_through(schema_fault: str) -> Callable[[Judgement, etree._Element], Judgement]:
    """Find nothing wrong with messages of some schema faults, by what the finding's text holds."""
    known = re.compile(schema_fault)

    def hook(judgement: Judgement, _payload: etree._Element) -> Judgement:
        if judgement.schema_valid or judgement.contract is None:
            return judgement
        left = tuple(found for found in judgement.findings if not known.search(found.text))
        return replace(judgement, findings=left) if left else accepted(judgement)

    return hook


def refuses_foreign(*namespaces: str) -> Callable[[Judgement, etree._Element], Judgement]:
    """Find fault with elements of any namespace but some, also where there is room for them."""

    def hook(judgement: Judgement, payload: etree._Element) -> Judgement:
        for element in payload.iter("{*}*"):
            if etree.QName(element).namespace not in namespaces:
                finding = Finding(
                    rule="schema", text="Okänt element", where=place_of(element, below=payload)
                )
                return replace(
                    judgement, schema_valid=False, failed_rules=None, findings=(finding,)
                )
        return judgement

    return hook


def replacing(old: bytes, new: bytes) -> Callable[[Reply, bytes], Reply]:
    """Answer with other words in place of some."""

    def hook(reply: Reply, _body: bytes) -> Reply:
        return replace(reply, body=reply.body.replace(old, new))

    return hook


def on_fault(change: Callable[[Reply, bytes], Reply]) -> Callable[[Reply, bytes], Reply]:
    """Apply a change to SOAP faults alone."""

    def hook(reply: Reply, body: bytes) -> Reply:
        return change(reply, body) if reply.status == 500 else reply  # noqa: PLR2004

    return hook


def with_stack_trace(_reply: Reply, _body: bytes) -> Reply:
    """Answer a fault that shows a stack trace."""
    trace = (
        "java.lang.IllegalStateException: parse\n"
        "\tat se.region.billing.ClaimService.receive(ClaimService.java:88)\n"
        "\tat org.apache.cxf.phase.PhaseInterceptorChain.doIntercept("
        "PhaseInterceptorChain.java:308)"
    )
    return Reply(status=500, body=soap_fault("Internal error", detail=trace))


def as_web_page(_reply: Reply, _body: bytes) -> Reply:
    """Answer a web page."""
    return Reply(
        status=500,
        body=b"<html><body>Internal Server Error</body></html>",
        content_type="text/html",
    )


def fault_as_success(reply: Reply, _body: bytes) -> Reply:
    """Answer with HTTP status 200."""
    return replace(reply, status=200)


def slow(seconds: float, *, below: int, above: int = 0) -> Callable[[bytes], Reply | None]:
    """Wait before messages of some size are looked at."""

    def hook(body: bytes) -> Reply | None:
        if above <= len(body) < below:
            time.sleep(seconds)
        return None

    return hook


def refuses_above(megabytes: int) -> Callable[[bytes], Reply | None]:
    """Turn large messages away by HTTP status."""

    def hook(body: bytes) -> Reply | None:
        if len(body) > megabytes * _MEGABYTE:
            return Reply(status=413, body=b"too large", content_type="text/plain")
        return None

    return hook


def refuses_beyond_bmp(body: bytes) -> Reply | None:
    """Answer a fault to characters that take four bytes in UTF-8."""
    if any(ord(letter) > _BMP for letter in body.decode("utf-8", "ignore")):
        return Reply(status=500, body=soap_fault("Kunde inte spara meddelandet"))
    return None


class OneThread:
    """A system that works on one call at a time, and slowly, so that a queue grows."""

    def __init__(self) -> None:
        self._busy = threading.Lock()

    def on_request(self, _body: bytes) -> Reply | None:
        """Wait for one's turn, and then a while."""
        with self._busy:
            time.sleep(0.18)
        return None


class OneAtATime:
    """A system that answers a fault to whoever comes while it is busy."""

    def __init__(self) -> None:
        self._busy = threading.Lock()

    def on_request(self, _body: bytes) -> Reply | None:
        """Turn the caller away while another is served."""
        if not self._busy.acquire(blocking=False):
            return Reply(status=500, body=soap_fault("Upptagen, försök senare"))
        try:
            time.sleep(0.02)
        finally:
            self._busy.release()
        return None


class MixedUp:
    """A system that hands one caller's answer to another when they come at the same time."""

    def __init__(self) -> None:
        self._last: Reply | None = None
        self._under_way = 0
        self._lock = threading.Lock()

    def on_request(self, _body: bytes) -> Reply | None:
        """Count the caller in."""
        with self._lock:
            self._under_way += 1
        return None

    def on_reply(self, reply: Reply, _body: bytes) -> Reply:
        """Hand out the answer before this one where several callers wait."""
        time.sleep(0.01)
        with self._lock:
            others = self._under_way > 1
            self._under_way -= 1
            given, self._last = (self._last or reply) if others else reply, reply
        return given
