"""Known defects of a system's own schema validation: it takes one kind of fault, and no other."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from lxml import etree

from contracts.places import place_of
from contracts.schema_model import clark, read_model
from simulator.regions.defect import Defect
from simulator.regions.flaws import accepted

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Iterable

    from contracts.findings import Finding
    from contracts.judge import Judgement
    from contracts.wsdl import ServiceContract

    Kind = Callable[[Finding, etree._Element, ServiceContract], bool]

__all__ = ["VALUES", "schema_defects"]

_EXPECTED = re.compile(r"Expected is (?:one of )?\( ([^)]*) \)")


def schema_defects(
    breaks: str, *, also: Iterable[str] = (), values: Container[str]
) -> Iterable[Defect]:
    """Make the defects.

    Shape: ``values`` names those of ``VALUES`` that the contract has.
    """
    rows = [*_ELEMENTS, *((name, *row) for name, row in VALUES.items() if name in values)]
    for name, says, kind in rows:
        yield Defect(
            name=name,
            says=says,
            breaks=breaks,
            also=frozenset(also),
            in_full=name in _IN_VARIANTS,
            on_judgement=_taking(kind),
        )


def _taking(kind: Kind) -> Callable[[Judgement, etree._Element], Judgement]:
    """Find nothing wrong with a message whose findings are all of a kind."""

    def hook(judgement: Judgement, payload: etree._Element) -> Judgement:
        contract = judgement.contract
        if judgement.schema_valid or contract is None or not judgement.findings:
            return judgement
        if all(kind(finding, payload, contract) for finding in judgement.findings):
            return accepted(judgement)
        return judgement

    return hook


def _saying(pattern: str) -> Kind:
    """Tell a kind by the finding's words."""
    known = re.compile(pattern)
    return lambda finding, _payload, _contract: known.search(finding.text) is not None


def _of_place(
    holds: Callable[[etree._Element, tuple[str, ...], ServiceContract], bool],
) -> Kind:
    """Tell a kind by the element that is not expected, and the names that are in its place."""

    def kind(finding: Finding, payload: etree._Element, contract: ServiceContract) -> bool:
        if "not expected" not in finding.text:
            return False
        found = _EXPECTED.search(finding.text)
        expected = tuple(found[1].replace(",", " ").split()) if found else ()
        element = _at(finding.where, payload)
        return element is not None and holds(element, expected, contract)

    return kind


def _at(where: str, payload: etree._Element) -> etree._Element | None:
    return next((one for one in payload.iter("*") if place_of(one, below=payload) == where), None)


@cache
def _names(contract: ServiceContract) -> frozenset[str]:
    """Give the names of all elements that a request may hold."""
    declared = read_model(contract.schema).declarations(contract.request)
    return frozenset(clark(one.namespace, one.name) for one in declared)


def _namespace(element: etree._Element) -> str | None:
    return etree.QName(element).namespace


def _is_foreign(
    element: etree._Element, _expected: tuple[str, ...], contract: ServiceContract
) -> bool:
    known = {etree.QName(name).namespace for name in _names(contract)}
    return _namespace(element) is not None and _namespace(element) not in known


def _is_unknown(
    element: etree._Element, expected: tuple[str, ...], contract: ServiceContract
) -> bool:
    return (
        _namespace(element) is not None
        and not _is_foreign(element, expected, contract)
        and str(element.tag) not in _names(contract)
    )


def _is_one_more(
    element: etree._Element, _expected: tuple[str, ...], contract: ServiceContract
) -> bool:
    before = element.getprevious()
    return str(element.tag) in _names(contract) and before is not None and before.tag == element.tag


def _is_too_early(
    element: etree._Element, expected: tuple[str, ...], contract: ServiceContract
) -> bool:
    """Tell whether what is expected comes later."""
    later = {etree.QName(one).localname for one in element.itersiblings("*")}
    return (
        str(element.tag) in _names(contract)
        and not _is_one_more(element, expected, contract)
        and not later.isdisjoint(expected)
    )


def _is_next(element: etree._Element, expected: tuple[str, ...], contract: ServiceContract) -> bool:
    """Tell whether what is expected is not there at all."""
    there = {etree.QName(one).localname for one in element.itersiblings("*")}
    return (
        str(element.tag) in _names(contract)
        and not _is_one_more(element, expected, contract)
        and there.isdisjoint(expected)
    )


_MISSING = _of_place(_is_next)

_ELEMENTS: tuple[tuple[str, str, Kind], ...] = (
    ("takes-what-is-incomplete", "takes messages that lack an element",
     lambda *found: "Missing child" in found[0].text or _MISSING(*found)),
    ("takes-elements-once-more", "takes an element more often than it may come",
     _of_place(_is_one_more)),
    ("takes-elements-in-any-order", "takes elements in any order", _of_place(_is_too_early)),
    ("takes-unknown-elements", "takes elements that the contract does not have",
     _of_place(_is_unknown)),
    ("takes-elements-of-no-namespace", "takes elements that are in no namespace",
     _of_place(lambda element, _expected, _contract: _namespace(element) is None)),
    ("takes-foreign-elements-anywhere", "takes elements of other namespaces anywhere",
     _of_place(_is_foreign)),
    ("takes-elements-within-values", "takes elements within a value",
     _saying("Element content is not allowed")),
    ("takes-text-between-elements", "takes text between elements",
     _saying("Character content")),
    ("takes-what-is-nil", "takes elements that are said to be nil", _saying("nillable")),
)  # fmt: skip
"""Name, what the system does, and of which kind the findings are that it does not mind."""

_IN_VARIANTS = {
    "takes-elements-within-values", "takes-foreign-elements-anywhere",
}  # fmt: skip
"""Those that only one in some variants shows, of which a quick run sends a few."""

_DAY = r"3\[01\]\)'"
_CLOCK = r"\[0-5\]\[0-9\]\)\{2\}'"

VALUES: dict[str, tuple[str, Kind]] = {
    "takes-days-of-any-form": ("takes days of any form", _saying(rf"pattern .*{_DAY}")),
    "takes-times-of-any-form": ("takes times of any form", _saying(rf"pattern .*{_CLOCK}")),
    "takes-decimals-of-any-form": ("takes any text for a decimal", _saying("xs:decimal")),
    "takes-numbers-of-any-form": ("takes any text for a whole number",
                                  _saying(r"xs:\w*[iI]nteger|xs:int")),
    "takes-truth-of-any-form": ("takes any text for a boolean", _saying("xs:boolean")),
    "takes-any-word": ("takes other words than those that the schema lists",
                       _saying("not an element of the set")),
}  # fmt: skip
"""By name: what the system does, and of which kind the values are that it does not mind."""
