"""What a suite's messages are made from, whatever the contract."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Protocol

from lxml import etree

__all__ = ["Messages", "NoMessages"]


class Messages(Protocol):
    """The messages of one contract, to one tested system."""

    def valid(self) -> etree._Element:
        """Make a new valid message."""

    def bases(self) -> Iterable[etree._Element]:
        """Make a message of every valid kind, for variants to be made of."""

    def renew(self, message: etree._Element) -> None:
        """Give a variant an id of its own, where that is not what was changed."""

    def context(self, message: etree._Element) -> Mapping[str, str] | None:
        """Give what the rules must know beside a message."""

    def doubt(self, message: etree._Element) -> str:
        """Say why a good system may refuse a message that schema and rules allow, or nothing."""


class NoMessages:
    """The messages to a system that is never called in its role: there are none."""

    def valid(self) -> etree._Element:
        """Make none: a scenario that wants one is in the wrong suite."""
        raise LookupError("the tested system is never called in its role")

    def bases(self) -> Iterable[etree._Element]:
        """Give none."""
        return ()

    def renew(self, message: etree._Element) -> None:
        """Leave it as it is."""

    def context(self, message: etree._Element) -> Mapping[str, str] | None:
        """Know nothing."""

    def doubt(self, message: etree._Element) -> str:  # noqa: ARG002
        """Doubt nothing."""
        return ""
