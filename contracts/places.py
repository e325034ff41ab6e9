"""Where in a message: an XPath with positions, readable by people and usable by tools."""

from __future__ import annotations

import re

from lxml import etree

__all__ = ["element_at", "place_of", "step_within"]

_WITHIN = re.compile(
    r"/(@|text\(\)|comment\(\)|processing-instruction\([^)/]*\))(?:Q\{[^}]*\})?([^/{}]*)$"
)
_STEP = re.compile(r"/Q\{([^}]*)\}([^\[/]+)\[(\d+)\]")


def place_of(
    element: etree._Element, *, below: etree._Element | None = None, step: str = ""
) -> str:
    """Name an element by its place: local names, a position where siblings share the name.

    Shape: ``/ProcessClaimSpecification/claimSpecification/payableAmount/amount``; the path starts
           at ``below`` (the payload) or else at the root of the document. ``step`` leads on to an
           attribute of the element, or to a text or comment in it.
    """
    steps: list[str] = []
    node: etree._Element | None = element
    while node is not None:
        steps.append(_step(node))
        node = None if node is below else node.getparent()
    return "/" + "/".join([*reversed(steps), *([step] if step else [])])


def element_at(path: str, root: etree._Element) -> etree._Element | None:
    """Find the element that XPath's ``path()`` named, at or below ``root``.

    Shape: ``/Q{namespace}name[position]/...``; an attribute or text step at the end is left out,
           so the answer is the element that holds it. None where the path leads nowhere.
    """
    steps = _STEP.findall(path)
    node: etree._Element | None = root
    for namespace, name, position in steps[1:]:
        if node is None:
            return None
        tag = f"{{{namespace}}}{name}" if namespace else name
        same = node.findall(tag)
        node = same[int(position) - 1] if int(position) <= len(same) else None
    return node if steps else None


def step_within(path: str) -> str:
    """Give the step by which XPath's ``path()`` led on from an element, or nothing.

    Shape: ``@unit``, ``text()[2]``, ``comment()[1]``; as ``place_of`` takes it.
    """
    found = _WITHIN.search(path)
    return found[1] + found[2] if found else ""


def _step(node: etree._Element) -> str:
    name = etree.QName(node).localname
    parent = node.getparent()
    if parent is None:
        return name
    same = list(parent.iterchildren(f"{{*}}{name}"))  # whatever the namespace: a step shows none
    return name if len(same) == 1 else f"{name}[{same.index(node) + 1}]"
