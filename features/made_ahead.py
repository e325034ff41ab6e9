"""Variants made ahead, in a process of their own, while the run sends others."""

from __future__ import annotations

import signal
from collections.abc import Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from multiprocessing import get_context

from lxml import etree

from contracts.parsing import parse
from contracts.schema_model import read_model
from features.messages import Messages
from features.suites import Suite, suite_named
from features.variants import ALLOWED, FORBIDDEN, Taken, Variant, Variants, kinds_of

__all__ = ["MadeAhead", "Workshop"]

_PATIENCE = 120.0  # seconds for one kind of change; they take a few at most


class Workshop:
    """A process that makes one suite's variants; it starts at once, to be ready when asked."""

    def __init__(self, suite: Suite) -> None:
        self.suite = suite
        self.process = ProcessPoolExecutor(
            1, mp_context=get_context("spawn"), initializer=_open, initargs=(suite.name,)
        )
        self.process.submit(_is_open)

    def close(self) -> None:
        """Leave what is not made yet, and let the process end."""
        self.process.shutdown(wait=False, cancel_futures=True)


class MadeAhead:
    """All variants of one suite's messages, as a ``Supply``; most are there when asked for.

    Shape: the same as ``Variants`` makes by the same seed. Where the process has ended, as systems
           short of memory end one, or is stuck, they are made here.
    """

    def __init__(self, workshop: Workshop, messages: Messages, *, seed: int) -> None:
        self._workshop = workshop
        self._messages = messages
        self._seed = seed
        self._kinds: tuple[etree._Element, ...] | None = None
        self._taken: tuple[bool, ...] = ()
        self._coming: dict[str, Future[list[Variant]]] = {}
        self._here: Variants | None = None

    def vary_only(self, taken: Taken) -> None:
        """Vary from now on only messages that the system takes as they are; asked once of all."""
        if self._kinds is not None:
            return
        self._kinds = kinds_of(self._messages)
        self._taken = tuple(taken(self._unchanged(self._kinds)))
        with suppress(BrokenProcessPool):  # what is asked for is made here then
            for name in (*FORBIDDEN, *ALLOWED):
                self._coming[name] = self._asked_for(name)

    def forbidden(self, name: str) -> list[Variant]:
        """Give the variants of a kind that the schema forbids."""
        return self._of(name)

    def allowed(self, name: str) -> list[Variant]:
        """Give the variants of a kind that the schema allows; a rule may forbid them yet."""
        return self._of(name)

    def _unchanged(self, kinds: Sequence[etree._Element]) -> list[etree._Element]:
        """Have the process begin, and give what it will change, to be asked of the system."""
        written = [etree.tostring(one) for one in kinds]
        try:
            begun = self._workshop.process.submit(_begin, self._messages, written, self._seed)
            return [parse(one) for one in begun.result(_PATIENCE)]
        except (BrokenProcessPool, TimeoutError):
            return self._made_here().unchanged()

    def _of(self, name: str) -> list[Variant]:
        try:
            coming = self._coming.pop(name, None) or self._asked_for(name)
            return coming.result(_PATIENCE)
        except (BrokenProcessPool, TimeoutError):
            return _varied(self._made_here(), name, self._taken)

    def _asked_for(self, name: str) -> Future[list[Variant]]:
        return self._workshop.process.submit(_vary, name, self._taken)

    def _made_here(self) -> Variants:
        if self._here is None:
            self._here = Variants(
                self._workshop.suite,
                self._messages,
                seed=self._seed,
                quick=False,
                kinds=self._kinds,
            )
        return self._here


def _varied(variants: Variants, name: str, taken: Sequence[bool]) -> list[Variant]:
    variants.vary_only(lambda _: taken)
    return variants.forbidden(name) if name in FORBIDDEN else variants.allowed(name)


# In the process ----------------------------------------------------------------------------------

_suite: Suite
_variants: Variants


def _open(suite: str) -> None:
    """Get ready; who stops the run stops it in the process that runs it."""
    global _suite  # noqa: PLW0603 - what the process is for
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _suite = suite_named(suite)
    read_model(_suite.contract.schema)


def _is_open() -> bool:
    return True


def _begin(messages: Messages, kinds: Sequence[bytes], seed: int) -> list[bytes]:
    global _variants  # noqa: PLW0603 - what the process is for
    _variants = Variants(
        _suite, messages, seed=seed, quick=False, kinds=[parse(one) for one in kinds]
    )
    return [etree.tostring(one) for one in _variants.unchanged()]


def _vary(name: str, taken: Sequence[bool]) -> list[Variant]:
    return _varied(_variants, name, taken)
