"""On which line of a message each element begins, exactly, however long the message is.

The tree of libxml2 tells the line on which a start tag ends, and loses count after line 65 535. So
where a line is asked for, the bytes are read once more, by a parser that keeps count.
"""

from __future__ import annotations

from functools import cached_property
from xml.parsers.expat import ExpatError, ParserCreate

from lxml import etree

__all__ = ["Lines"]


class Lines:
    """The lines of one message, found out when the first one is asked for.

    Shape: ``root`` is the tree that the bytes were read into. Where the bytes are in an encoding
           that only the tree's parser knows, its count is given instead.
    """

    def __init__(self, message: bytes, root: etree._Element) -> None:
        self._message = message
        self._root = root

    def of(self, element: etree._Element) -> int | None:
        """Give the line on which an element begins, from 1; None where nobody knows."""
        return self._known.get(element, element.sourceline)

    @cached_property
    def _known(self) -> dict[etree._Element, int]:
        starts: list[int] = []
        parser = ParserCreate()
        parser.StartElementHandler = lambda *_: starts.append(parser.CurrentLineNumber)
        elements = list(self._root.iter("*"))
        try:
            parser.Parse(self._message, True)
        except (ExpatError, LookupError, ValueError):
            return {}
        return dict(zip(elements, starts, strict=True)) if len(elements) == len(starts) else {}
