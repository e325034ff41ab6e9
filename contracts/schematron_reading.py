"""A rule file's tree in, its rules as values out: abstract ones filled in, one phase chosen.

What is wrong in one pattern is kept as a fault of that pattern, so that the rest can be used; what
is wrong outside of patterns makes the whole file unusable.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from lxml import etree

from contracts.errors import RulesError, UsageError
from contracts.findings import Severity
from contracts.schematron_expressions import (
    NAMESPACE,
    filled_in,
    reads_outside,
    variables_of,
    why_not_xpath_1,
    why_too_large,
)
from contracts.schematron_files import SCH, XSL, RuleText, place_of
from contracts.schematron_schema import Assertion, Fault, Let, Pattern, Rule, Schema

__all__ = ["read_schema"]

_BINDINGS = {
    "xslt": 1, "xslt2": 2, "xslt3": 3, "xpath": 1, "xpath2": 2, "xpath3": 3, "xpath31": 3,
}  # fmt: skip
_TOP_LEVEL = {f"{XSL}{name}" for name in ("function", "key", "variable", "param", "decimal-format")}
_VARIABLES = (f"{XSL}variable", f"{XSL}param")
_REFUSED = {f"{XSL}{name}" for name in ("evaluate", "result-document", "source-document", "stream")}
_XPATHS = {"context", "test", "select", "path", "value", "subject"}
_NAME = re.compile(r"[^\W\d][\w.-]*")
_TEXTS = {"title", "p", "emph", "dir", "span"}
_KNOWN = {
    "schema": {"ns", "let", "phase", "pattern", "diagnostics", "properties"} | _TEXTS,
    "pattern": {"let", "rule", "param"} | _TEXTS,
    "rule": {"let", "assert", "report", "extends"} | _TEXTS,
    "phase": {"active", "let"} | _TEXTS,
}
_SEVERITIES = {
    "fatal": Severity.FATAL,
    "error": Severity.ERROR,
    "warning": Severity.WARNING,
    "warn": Severity.WARNING,
    "info": Severity.INFO,
    "information": Severity.INFO,
}


class _Wrong(Exception):  # noqa: N818 - it carries a fault, which is the value that is kept
    def __init__(self, what: str, element: etree._Element, mend: str = "") -> None:
        super().__init__(what)
        self.fault = Fault(place=place_of(element), what=what, mend=mend)


def read_schema(text: RuleText, *, phase: str = "") -> Schema:
    """Read the rules of one phase: #ALL, #DEFAULT, or one the file names.

    Shape:  no phase is the file's default phase, or all of it where it has none.
    Raises: RulesError for what is wrong outside of patterns; UsageError for a phase that the file
            does not have.
    """
    return _Reading(text, phase).schema()


@dataclass(slots=True)
class _Reading:
    """One rule file on its way to values."""

    _text: RuleText
    _phase: str
    _binding: str = "xslt"
    _faults: list[Fault] = field(default_factory=list)

    def schema(self) -> Schema:
        root = self._text.root
        try:
            return self._schema(root)
        except _Wrong as wrong:
            fault = wrong.fault
            raise RulesError(fault.what, where=str(fault.place), mend=fault.mend) from None

    def _schema(self, root: etree._Element) -> Schema:
        self._binding = root.get("queryBinding", "xslt").strip().casefold()
        if self._binding not in _BINDINGS:
            raise _Wrong(
                f"query binding {root.get('queryBinding')!r} is not supported", root,
                f"use one of {', '.join(_BINDINGS)}",
            )  # fmt: skip
        self._check_children(root)
        lets, active = self._chosen_phase(root)
        declared = list(self._declarations(root))
        variables = [_declared_variable(one) for one in declared if one.tag in _VARIABLES]
        patterns = []
        for pattern in root.iterchildren(f"{SCH}pattern"):
            if pattern.get("abstract") == "true":
                continue
            if active is None or pattern.get("id", "") in active:
                try:
                    patterns.append(self._pattern(pattern))
                except _Wrong as wrong:
                    self._faults.append(wrong.fault)
        return Schema(
            root=root,
            version=_BINDINGS[self._binding],
            prefixes=_prefixes(root),
            lets=_each_once(
                [*self._lets(root, hidden={let.name for let in lets}), *lets, *variables]
            ),
            patterns=tuple(patterns),
            functions=tuple(one for one in declared if one.tag not in _VARIABLES),
            faults=tuple(self._faults),
        )

    # Schema level ----------------------------------------------------------------------------

    def _chosen_phase(self, root: etree._Element) -> tuple[tuple[Let, ...], set[str] | None]:
        """Give a phase's own variables, and the ids of its patterns; None stands for all."""
        default = root.get("defaultPhase", "")
        wanted = self._phase if self._phase not in ("", "#DEFAULT") else default
        if wanted in ("", "#ALL"):
            return (), None
        phases = {phase.get("id", ""): phase for phase in root.iterchildren(f"{SCH}phase")}
        if wanted not in phases:
            mend = f"choose one of {', '.join([*phases, '#ALL'])}"
            if wanted == self._phase:
                raise UsageError(
                    f"the rules have no phase {wanted}", where=str(self._text.path), mend=mend
                )
            raise _Wrong(f"defaultPhase={wanted!r} names no phase", root, mend)
        phase = phases[wanted]
        self._check_children(phase)
        known = {pattern.get("id") for pattern in root.iterchildren(f"{SCH}pattern")}
        for active in phase.iterchildren(f"{SCH}active"):
            if active.get("pattern") not in known:
                raise _Wrong(f"active pattern={active.get('pattern')!r} names no pattern", active)
        chosen = {active.get("pattern", "") for active in phase.iterchildren(f"{SCH}active")}
        return tuple(self._lets(phase)), chosen

    def _declarations(self, root: etree._Element) -> Iterator[etree._Element]:
        """Give the declarations of XSLT, wherever in the schema they stand."""
        for child in root.iterchildren(f"{XSL}*"):
            name = f"xsl:{etree.QName(child).localname}"
            if self._binding.startswith("xpath"):
                raise _Wrong(
                    f"{name} is XSLT, and the query binding is {self._binding}", child,
                    "give the schema queryBinding='xslt2'",
                )  # fmt: skip
            if child.tag not in _TOP_LEVEL:
                raise _Wrong(f"{name} is not accepted here", child)
            for part in child.iter("*"):
                self._check_xsl(part)
            yield child

    def _check_xsl(self, part: etree._Element) -> None:
        name = f"xsl:{etree.QName(part).localname}"
        if part.tag in _REFUSED:
            raise _Wrong(f"{name} is not accepted here", part)
        if "static" in part.attrib:
            raise _Wrong(f"{name} would run when it is compiled", part)
        if "expand-text" in part.attrib:
            raise _Wrong("expand-text is not accepted here", part, "use xsl:value-of")
        for text in part.attrib.values():
            _refuse_unsafe(str(text), part)

    # Patterns --------------------------------------------------------------------------------

    def _pattern(self, pattern: etree._Element) -> Pattern:
        own = pattern
        if pattern.get("is-a") is not None:
            pattern = self._instance_of(pattern)
        self._check_children(pattern)
        if "documents" in pattern.attrib:
            raise _Wrong(
                "documents would have the pattern read other files than the message", own,
                "judge those files by themselves",
            )  # fmt: skip
        return Pattern(
            lets=tuple(self._lets(pattern)),
            rules=tuple(
                self._rule(rule, pattern)
                for rule in pattern.iterchildren(f"{SCH}rule")
                if rule.get("abstract") != "true"
            ),
            element=own,
        )

    def _instance_of(self, pattern: etree._Element) -> etree._Element:
        """Give an abstract pattern with the values of one that is-a it."""
        name = pattern.get("is-a", "")
        abstract = [
            one
            for one in self._text.root.iterchildren(f"{SCH}pattern")
            if one.get("id") == name and one is not pattern
        ]
        abstract.sort(key=lambda one: one.get("abstract") != "true")
        if not abstract:
            raise _Wrong(f"is-a={name!r} names no pattern", pattern)
        if abstract[0].get("is-a") is not None:
            raise _Wrong(f"is-a={name!r} names a pattern that is-a itself", pattern)
        for rule in pattern.iterchildren(f"{SCH}rule"):
            raise _Wrong("a pattern with is-a has no rules of its own", rule)
        values = {
            param.get("name", ""): param.get("value", "")
            for one in (abstract[0], pattern)
            for param in one.iterchildren(f"{SCH}param")
        }
        instance = copy.deepcopy(abstract[0])
        for element in instance.iter("*"):
            for attribute, text in element.attrib.items():
                is_xpath = attribute in _XPATHS or not str(element.tag).startswith(SCH)
                element.set(attribute, filled_in(str(text), values, is_xpath=is_xpath))
        for attribute in ("id", "role", "flag", "documents"):
            if attribute in pattern.attrib:
                instance.set(attribute, pattern.get(attribute, ""))
        for place, let in enumerate(pattern.iterchildren(f"{SCH}let")):
            instance.insert(place, copy.deepcopy(let))
        return instance

    def _rule(self, rule: etree._Element, pattern: etree._Element) -> Rule:
        self._check_children(rule)
        context = self._expression(rule, "context")
        return Rule(
            context=context,
            element=rule,
            content=tuple(self._content(rule, rule, pattern, ())),
        )

    def _content(
        self,
        source: etree._Element,
        rule: etree._Element,
        pattern: etree._Element,
        within: tuple[etree._Element, ...],
    ) -> Iterator[Let | Assertion]:
        """Give what a rule says, with what the abstract rules say that it extends."""
        for child in source.iterchildren(f"{SCH}*"):
            name = etree.QName(child).localname
            if name == "let":
                yield self._let(child)
            elif name == "extends":
                abstract = _abstract_rule(child, pattern)
                if abstract in within:
                    raise _Wrong("extends leads round in a circle", child)
                self._check_children(abstract)
                yield from self._content(abstract, rule, pattern, (*within, abstract))
            elif name in ("assert", "report"):
                yield self._assertion(child, (child, rule, pattern))

    def _assertion(self, element: etree._Element, around: tuple[etree._Element, ...]) -> Assertion:
        inherited = {
            name: next((one.get(name, "") for one in around if one.get(name)), "")
            for name in ("role", "flag", "subject")
        }
        if inherited["subject"]:
            self._check(inherited["subject"], element)
        told = [element, *self._diagnostics(element)]
        for text in told:
            for part in text.iter(f"{SCH}value-of", f"{SCH}name"):
                is_value = part.tag == f"{SCH}value-of"
                self._expression(part, "select" if is_value else "path", default=".")
        return Assertion(
            id=element.get("id", ""),
            test=self._expression(element, "test"),
            negated=element.tag == f"{SCH}assert",
            severity=_SEVERITIES.get(inherited["role"].strip().casefold(), Severity.ERROR),
            flag=inherited["flag"],
            subject=inherited["subject"],
            text=element,
            diagnostics=tuple(told[1:]),
        )

    def _diagnostics(self, element: etree._Element) -> Iterator[etree._Element]:
        known = {
            one.get("id"): one
            for one in self._text.root.iterfind(f"{SCH}diagnostics/{SCH}diagnostic")
        }
        for name in element.get("diagnostics", "").split():
            if name not in known:
                raise _Wrong(f"diagnostics={name!r} names no diagnostic", element)
            yield known[name]

    # Parts -----------------------------------------------------------------------------------

    def _lets(self, parent: etree._Element, hidden: Iterable[str] = ()) -> Iterator[Let]:
        for let in parent.iterchildren(f"{SCH}let"):
            if let.get("name", "") not in hidden:
                yield self._let(let)

    def _let(self, let: etree._Element) -> Let:
        if not let.get("name"):
            raise _Wrong("let without name", let)
        value = let.get("value", "")
        if "value" in let.attrib:
            self._expression(let, "value")
        elif len(let) == 0 and not (let.text or "").strip():
            raise _Wrong("let without value or content", let)
        for part in let.iter(f"{XSL}*"):
            self._check_xsl(part)
        return Let(name=let.get("name", ""), value=value, element=let, kind=let.get("as", ""))

    def _expression(self, element: etree._Element, attribute: str, *, default: str = "") -> str:
        text = element.get(attribute, default)
        if not text.strip():
            raise _Wrong(f"{etree.QName(element).localname} without {attribute}", element)
        self._check(text, element)
        return text

    def _check(self, text: str, element: etree._Element) -> None:
        _refuse_unsafe(text, element)
        if _BINDINGS[self._binding] > 1:
            return
        if why := why_not_xpath_1(text, of_xslt=self._binding == "xslt"):
            raise _Wrong(
                f"{why}, which the query binding {self._binding} stands for", element,
                "give the schema queryBinding='xslt2', if that is what it is written in",
            )  # fmt: skip

    @staticmethod
    def _check_children(parent: etree._Element) -> None:
        name = etree.QName(parent).localname
        for child in parent.iterchildren(f"{SCH}*"):
            if (inner := etree.QName(child).localname) not in _KNOWN[name]:
                raise _Wrong(f"{inner} is not known in a {name}", child)


def _declared_variable(element: etree._Element) -> Let:
    """Give a variable or parameter that a schema declares by XSLT."""
    if not element.get("name"):
        raise _Wrong("a variable without name", element)
    return Let(
        name=element.get("name", ""),
        value=element.get("select", ""),
        element=element,
        kind=element.get("as", ""),
    )


def _each_once(lets: Iterable[Let]) -> tuple[Let, ...]:
    """Give variables that may use each other in any order, but not round in a circle."""
    found: dict[str, Let] = {}
    for let in lets:
        if let.name in found:
            raise _Wrong(f"the variable {let.name} is declared twice", let.element)
        found[let.name] = let

    def follow(let: Let, within: tuple[str, ...]) -> None:
        if let.name in within:
            raise _Wrong(f"the variable {let.name} is computed from itself", let.element)
        if let.name not in done:
            for name in variables_of(let.value):
                if name in found:
                    follow(found[name], (*within, let.name))
            done.add(let.name)

    done: set[str] = set()
    for let in found.values():
        follow(let, ())
    return tuple(found.values())


def _abstract_rule(extends: etree._Element, pattern: etree._Element) -> etree._Element:
    name = extends.get("rule", "")
    for rule in pattern.iterchildren(f"{SCH}rule"):
        if rule.get("abstract") == "true" and rule.get("id") == name:
            return rule
    raise _Wrong(f"extends rule={name!r} names no abstract rule of the pattern", extends)


def _prefixes(root: etree._Element) -> dict[str, str]:
    """Give what prefixes stand for: those declared by ns first, then those of the file itself."""
    own = {str(prefix): str(uri) for prefix, uri in root.nsmap.items() if prefix}
    found = {prefix: uri for prefix, uri in own.items() if uri != NAMESPACE}
    for ns in root.iterchildren(f"{SCH}ns"):
        prefix, uri = ns.get("prefix", ""), ns.get("uri", "")
        if not _NAME.fullmatch(prefix) or prefix in ("xml", "xmlns"):
            raise _Wrong(f"ns prefix={prefix!r} is no prefix", ns)
        if not uri.strip():
            raise _Wrong(f"ns prefix={prefix!r} has no uri", ns)
        found[prefix] = uri
    return found


def _refuse_unsafe(text: str, element: etree._Element) -> None:
    if why := why_too_large(text):
        raise _Wrong(why, element)
    if function := reads_outside(text):
        raise _Wrong(f"{function}() would read other files than the message", element)
