"""Schematron validation: a message in, findings out.

::

    schematron_files        a rule file and its includes, as one tree
    schematron_reading      the tree as values, which schematron_schema defines: one phase, abstract
                            patterns and rules filled in
    schematron_stylesheet   the values as a stylesheet: schematron_document is what it is written
                            into, schematron_variables are the variables in it
    schematron_compiling    all this in one, kept on disk by schematron_cache
    schematron_engine       SaxonC, which runs it
    assurance               a first look by libxslt: what certainly breaks no rule needs no SaxonC

A rule that cannot be evaluated on a message is told apart from one that is broken: it says
something of the rule file, and nothing of the system that sent the message.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Any

from lxml import etree

from contracts.assurance.look import FirstLook
from contracts.errors import RulesError
from contracts.findings import Severity
from contracts.places import element_at, step_within
from contracts.schematron_compiling import Told, compile_rules, told_of, usable_schema
from contracts.schematron_engine import CompileError, EvaluationError, run
from contracts.schematron_expressions import NOW
from contracts.schematron_files import read_rule_file
from contracts.schematron_schema import Assertion, Fault, Rule, Schema
from contracts.schematron_stylesheet import careful_stylesheet, probing_stylesheet

__all__ = ["Broken", "Outcome", "RuleSet", "Unevaluated"]

_CODE = re.compile(r"[A-Z]{4}[0-9]{4}")
_CAUSES = {
    "FORG0001": "a value is not of the form that the rule converts it from",
    "FORG0006": "a value is of a type that the rule cannot use there",
    "XPTY0004": "there are more values than the rule expects, or of another type",
    "FOAR0001": "it divides by zero",
    "FOAR0002": "a number is too large",
    "FOCA0002": "a value is not of the form that the rule converts it from",
    "FODT0001": "a date is out of range",
    "FORX0002": "its regular expression is wrong",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Broken:
    """One assertion that did not hold, and the node it speaks of.

    Shape: ``rule`` is its id, or else the file and line it stands on; ``element`` is the node, or
           holds it, and then ``step`` leads on to it: ``@unit``, ``text()[2]``. ``path`` is all of
           it, as XPath has it.
    """

    rule: str
    text: str
    test: str
    severity: Severity
    flag: str
    diagnostics: tuple[str, ...]
    element: etree._Element
    step: str
    path: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Unevaluated:
    """One assertion that could not be evaluated on a node, and why; no value is repeated."""

    rule: str
    why: str
    test: str
    element: etree._Element
    step: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What rules say of one message."""

    broken: tuple[Broken, ...] = ()
    unevaluated: tuple[Unevaluated, ...] = ()


class RuleSet:
    """The compiled rules of one Schematron file, ready to judge messages.

    Shape:  ``phase`` chooses patterns: one the file names, #ALL, or by default the file's own
            choice. No include leaves the folder ``within``, by default that of the file. Texts of
            rules that are not ``trusted`` show no value of a message but numbers and truths.
            ``lenient`` leaves out each pattern with a fault, and keeps the fault.
    Raises: RulesError where the file is no Schematron this engine can run; UsageError for a phase
            that it does not have.
    """

    def __init__(
        self,
        path: Path,
        *,
        phase: str = "",
        within: Path | None = None,
        trusted: bool = True,
        lenient: bool = False,
    ) -> None:
        self.path = path
        self._phase = phase
        self._trusted = trusted
        self._text = read_rule_file(path, within=within)
        self._compiled = compile_rules(self._text, phase=phase, trusted=trusted, lenient=lenient)
        self._first_look = FirstLook(made) if (made := self._compiled.first_look) else None
        self._careful_ones: dict[frozenset[int], tuple[str, tuple[Told, ...]]] = {}

    @property
    def faults(self) -> tuple[Fault, ...]:
        """Give what is wrong with the patterns that were left out."""
        return self._compiled.faults

    def broken(
        self,
        payload: etree._Element,
        *,
        at: datetime,
        context: Mapping[str, str] | None = None,
    ) -> tuple[Broken, ...]:
        """Give the assertions that do not hold of one message element; see ``judged``.

        Raises: RulesError where a rule cannot be evaluated on this message.
        """
        outcome = self.judged(payload, at=at, context=context)
        for first in outcome.unevaluated[:1]:
            raise RulesError(f"{first.rule} cannot be evaluated: {first.why}", where=str(self.path))
        return outcome.broken

    def judged(
        self,
        payload: etree._Element,
        *,
        at: datetime,
        context: Mapping[str, str] | None = None,
    ) -> Outcome:
        """Judge one message element, by a first look where that is enough.

        Shape:  the payload is taken as a document of its own; it must be schema-valid, since
                rules compute with its values. ``at`` is what the rules see as the present time, to
                the second. ``context`` gives values, by name, to variables (let) of the schema:
                what the rules must know beside the message, such as who asked.
        Raises: RulesError where no rule at all can be evaluated on this message.
        """
        if self._first_look is not None and self._first_look.is_enough(payload, at=at):
            return Outcome()
        return self.judged_in_full(payload, at=at, context=context)

    @property
    def has_first_look(self) -> bool:
        """Tell whether messages are looked at before the rules are run."""
        return self._first_look is not None

    def judged_in_full(
        self,
        payload: etree._Element,
        *,
        at: datetime,
        context: Mapping[str, str] | None = None,
    ) -> Outcome:
        """Run the rules over one message element, whatever a first look says; see ``judged``.

        Raises: RulesError where no rule at all can be evaluated on this message.
        """
        document = etree.tostring(payload, encoding="unicode", with_tail=False)
        now = NOW, at.isoformat(timespec="seconds")

        def answer(stylesheet: str) -> Any:
            return run(stylesheet, document, context or {}, now=now)

        try:
            found = answer(self._compiled.stylesheet)
            if isinstance(found, list):
                told = self._compiled.assertions
                return Outcome(broken=tuple(_broken(told[one["n"]], one, payload) for one in found))
            return self._carefully(answer, payload)
        except (EvaluationError, CompileError):
            raise RulesError(
                "the rules cannot be evaluated on this message", where=str(self.path)
            ) from None

    @cached_property
    def _schema(self) -> Schema:
        return usable_schema(self._text, phase=self._phase)

    @cached_property
    def _probing(self) -> tuple[str, tuple[Rule, ...]]:
        probing = probing_stylesheet(self._schema)
        return probing.document.text(), probing.rules

    def _careful(self, left_out: frozenset[int]) -> tuple[str, tuple[Told, ...]]:
        if left_out not in self._careful_ones:
            made = careful_stylesheet(self._schema, trusted=self._trusted, left_out=left_out)
            told = tuple(map(told_of, made.assertions))
            self._careful_ones[left_out] = made.document.text(), told
        return self._careful_ones[left_out]

    def _carefully(self, answer: Callable[[str], Any], payload: etree._Element) -> Outcome:
        """Judge each assertion by itself: first which contexts fail, then all that is left."""
        probing, rules = self._probing
        failing = {one["n"]: one["code"] for one in answer(probing)}
        unevaluated = [
            _unevaluated(told_of(part), {"at": "", "code": code}, payload, "its context: ")
            for number, code in failing.items()
            for part in rules[number].content
            if isinstance(part, Assertion)
        ]
        careful, told = self._careful(frozenset(failing))
        found = answer(careful)
        if not isinstance(found, list):
            raise EvaluationError
        return Outcome(
            broken=tuple(
                _broken(told[one["n"]], one, payload) for one in found if "code" not in one
            ),
            unevaluated=(
                *unevaluated,
                *(_unevaluated(told[one["n"]], one, payload) for one in found if "code" in one),
            ),
        )


def _broken(told: Told, item: Mapping[str, Any], payload: etree._Element) -> Broken:
    return Broken(
        rule=told.rule or told.place,
        text=_on_one_line(item["text"]),
        test=told.test,
        severity=told.severity,
        flag=told.flag,
        diagnostics=tuple(map(_on_one_line, item.get("more", ()))),
        element=_element(item["at"], payload),
        step=step_within(item["at"]),
        path=item["at"],
    )


def _unevaluated(
    told: Told, item: Mapping[str, Any], payload: etree._Element, about: str = ""
) -> Unevaluated:
    return Unevaluated(
        rule=told.rule or told.place,
        why=about + _cause(str(item["code"]).rpartition(":")[2]),
        test=told.test,
        element=_element(item["at"], payload),
        step=step_within(item["at"]),
    )


def _cause(code: str) -> str:
    """Tell a code in words; one that a rule makes up itself may be made of a value."""
    if not _CODE.fullmatch(code):
        return "it gives an error of its own"
    return f"{_CAUSES[code]} ({code})" if code in _CAUSES else f"error {code}"


def _element(path: str, payload: etree._Element) -> etree._Element:
    found = element_at(path, payload)
    return payload if found is None else found


def _on_one_line(text: str) -> str:
    return " ".join(text.split())
