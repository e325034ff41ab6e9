"""A condition on a message, XPath 1.0: by it scripts answer and disturbances hit."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from lxml import etree

__all__ = ["holds", "problem_of"]

_NAMESPACES = {"soap": "http://schemas.xmlsoap.org/soap/envelope/"}
_NONE: Mapping[str, str] = {}


def holds(root: etree._Element | None, xpath: str, namespaces: Mapping[str, str] = _NONE) -> bool:
    """Tell whether a condition is true of a message; an empty node set is false, no XML too.

    Shape: ``soap`` is the envelope's prefix, beside those given.
    """
    return root is not None and bool(_compiled(xpath, frozenset(namespaces.items()))(root))


def problem_of(xpath: str, namespaces: Mapping[str, str] = _NONE) -> str:
    """Say why a condition cannot be used, or nothing."""
    try:
        holds(etree.Element("none"), xpath, namespaces)
    except etree.XPathError as error:
        return str(error)
    return ""


@lru_cache(maxsize=256)
def _compiled(xpath: str, namespaces: frozenset[tuple[str, str]]) -> etree.XPath:
    return etree.XPath(xpath, namespaces={**_NAMESPACES, **dict(namespaces)})
