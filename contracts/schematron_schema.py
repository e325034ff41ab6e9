"""The rules of a Schematron file as values: abstract ones filled in, one phase chosen."""

from __future__ import annotations

from dataclasses import dataclass

from lxml import etree

from contracts.findings import Severity
from contracts.schematron_files import Place

__all__ = ["Assertion", "Fault", "Let", "Pattern", "Rule", "Schema"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """What keeps a rule file, or one pattern of it, from being run."""

    place: Place
    what: str
    mend: str = ""
    pattern: int | None = None  # its number, where the compiler found it in one

    def __str__(self) -> str:
        """Give it on one line: place and cause."""
        return f"{self.place}: {self.what}"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Let:
    """A variable: an expression, or content that is its value."""

    name: str
    value: str
    element: etree._Element
    kind: str = ""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Assertion:
    """An assert or a report: what is tested, and what is told where it speaks.

    Shape: ``text`` and ``diagnostics`` are elements whose content is the text; ``subject`` leads
           to the node that the finding is of, from the rule's own node.
    """

    id: str
    test: str
    negated: bool  # an assert speaks where its test does not hold
    severity: Severity
    flag: str
    subject: str
    text: etree._Element
    diagnostics: tuple[etree._Element, ...]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Rule:
    """A context, and its variables and assertions in the order they stand."""

    context: str
    element: etree._Element
    content: tuple[Let | Assertion, ...]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Pattern:
    """Rules of which the first one that matches a node judges it."""

    lets: tuple[Let, ...]
    rules: tuple[Rule, ...]
    element: etree._Element


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Schema:
    """The rules of one phase, ready to be compiled.

    Shape: ``version`` is that of XPath and XSLT, 1, 2 or 3. ``lets`` and ``functions`` are what all
           patterns share, declared by Schematron or XSLT. ``faults`` are those of patterns that are
           left out.
    """

    root: etree._Element
    version: int
    prefixes: dict[str, str]
    lets: tuple[Let, ...]
    patterns: tuple[Pattern, ...]
    functions: tuple[etree._Element, ...]
    faults: tuple[Fault, ...]
