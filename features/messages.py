"""What a suite's messages are made from, whatever the contract."""

from __future__ import annotations

from typing import Protocol

from lxml import etree

__all__ = ["Messages"]


class Messages(Protocol):
    """The messages of one contract, to one tested system."""

    def valid(self) -> etree._Element:
        """Make a new valid message."""
