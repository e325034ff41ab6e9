"""XSD validation: a message element in, findings out."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Mapping
from operator import attrgetter
from pathlib import Path
from types import MappingProxyType

from lxml import etree

from contracts.errors import HarnessError
from contracts.findings import Finding
from contracts.places import place_of

__all__ = ["Schema"]

_SUBJECT = re.compile(r"^Element '(?:\{[^}]*\})?([^']*)'((?:, attribute '[^']*')?): ", re.DOTALL)
_NAMESPACE = re.compile(r"\{[^{}\s]*[:/][^{}\s]*\}")
_STEP = re.compile(r"(?:([^:/\[]+):)?([^:/\[]+)(?:\[(\d+)\])?")
_VALUES = (
    (
        re.compile(r"The (?:QName )?value '.*' (?=is |has |must |does |of )", re.DOTALL),
        "The value ",
    ),
    (re.compile(r"^'.*' is not a valid value of", re.DOTALL), "The value is not a valid value of"),
)
_COMPILING = threading.Lock()
"""libxml2 makes its own types ready while it compiles the first schema, and not for two threads."""

_MEND = "make the message follow the contract's schema at this place"


class Schema:
    """The compiled XSD of one contract, for any number of threads.

    Shape:  ``published`` gives, by a text of a repaired schema, how it was published: findings
            quote that.
    Raises: HarnessError where the schema itself cannot be compiled.
    """

    def __init__(self, path: Path, *, published: Mapping[str, str] = MappingProxyType({})) -> None:
        self.path = path
        self._published = published
        self._lock = threading.Lock()  # lxml keeps one error log a schema, not one a validation
        parser = etree.XMLParser(no_network=True, resolve_entities=False)
        try:
            with _COMPILING:
                self._compiled = etree.XMLSchema(etree.parse(str(path), parser))
        except (etree.XMLSchemaParseError, etree.XMLSyntaxError, OSError) as error:
            raise HarnessError(f"the schema cannot be compiled: {error}", where=str(path)) from None

    def findings(
        self,
        payload: etree._Element,
        *,
        line_of: Callable[[etree._Element], int | None] = attrgetter("sourceline"),
    ) -> tuple[Finding, ...]:
        """Judge one message element: nothing where it is valid, else one finding a fault.

        Shape: a finding's text never repeats a value of the message, only its kind and place.
               ``line_of`` tells on which line an element begins.
        """
        with self._lock:
            if self._compiled.validate(payload):
                return ()
            errors = self._compiled.error_log
        return tuple(_finding(error, payload, self._published, line_of) for error in errors) or (
            Finding(rule="schema", text="The message is not valid by the schema", mend=_MEND),
        )


def _finding(
    error: etree._LogEntry,
    payload: etree._Element,
    published: Mapping[str, str],
    line_of: Callable[[etree._Element], int | None],
) -> Finding:
    node = _node_at(error.path or "", payload)
    subject = _SUBJECT.match(error.message)
    text = _SUBJECT.sub("", error.message)
    for pattern, plain in _VALUES:
        text = pattern.sub(plain, text)
    text = _NAMESPACE.sub("", text).strip()
    for used, original in published.items():
        text = text.replace(f"'{used}'", f"'{original}'")
    if subject and subject[2]:
        text = f"{subject[2].removeprefix(', ')}: {text}"
    return Finding(
        rule="schema",
        text=text,
        where=place_of(node, below=payload) if node is not None else subject[1] if subject else "",
        line=line_of(node) if node is not None else error.line or None,
        expected="a message that is valid by the contract's schema",
        mend=_MEND,
    )


def _node_at(path: str, payload: etree._Element) -> etree._Element | None:
    """Find the element a path of the validator leads to, step by step.

    Its prefixes are those of the message, where one prefix may mean different namespaces at
    different places, so the path cannot be handed to an XPath engine.
    """
    node: etree._Element | None = None
    for step in path.strip("/").split("/"):
        matched = _STEP.fullmatch(step)
        if matched is None:
            return None
        prefix, name, position = matched.groups()
        if node is None:
            node = payload
            continue
        same = [
            child
            for child in node
            if isinstance(child.tag, str) and (name == "*" or _is_named(child, prefix, name))
        ]
        if int(position or 1) > len(same):
            return None
        node = same[int(position or 1) - 1]
    return node


def _is_named(element: etree._Element, prefix: str | None, name: str) -> bool:
    """Tell whether the validator writes the element's step so; ``*`` is a default namespace's."""
    found = etree.QName(element)
    if found.localname != name or element.prefix != prefix:
        return False
    return prefix is not None or not found.namespace
