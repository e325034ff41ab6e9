"""Rules as values in, an XSLT 3 stylesheet out that answers with JSON.

It is written in three ways. The quick one stops at the first rule that cannot be evaluated, and is
all that is needed on nearly every message. The careful one judges each assertion by itself; it
costs more, and tells which could not be evaluated. Before it, the probing one tells of contexts.

::

    quick      [{"n": 3, "at": "/Q{}a[1]", "text": "…", "more": ["…"]}]  or  {"code": "err:…"}
    probing    [{"n": 2, "code": "err:…"}]
    careful    [{"n": 3, …}, {"n": 4, "at": "…", "code": "err:…"}]
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from lxml import etree

from contracts.schematron_document import XS, Document, quoted, xsl
from contracts.schematron_expressions import (
    NAMESPACE,
    NOW,
    alternatives,
    may_fail,
)
from contracts.schematron_files import SCH
from contracts.schematron_schema import Assertion, Let, Pattern, Rule, Schema
from contracts.schematron_variables import Declaring, Scope, Variable

__all__ = ["Stylesheet", "careful_stylesheet", "probing_stylesheet", "quick_stylesheet"]

_CODE = "string($Q{http://www.w3.org/2005/xqt-errors}code)"
_HARMLESS = re.compile(r"""\s*(?:(?:local-)?name\([^()]*\)|"[^"]*"|'[^']*')\s*""")
_FROM_ROOT = re.compile(r"[/$]|(?:key|id)\s*\(")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Stylesheet:
    """A stylesheet, and the assertions and rules that its numbers stand for."""

    document: Document
    assertions: tuple[Assertion, ...]
    rules: tuple[Rule, ...]


def quick_stylesheet(schema: Schema, *, trusted: bool) -> Stylesheet:
    """Write the stylesheet that every message is judged by.

    Shape: a text shows values of the message where the rules are ``trusted`` not to show persons.
    """
    return _Writer(schema, trusted=trusted).judging()


def probing_stylesheet(schema: Schema) -> Stylesheet:
    """Write the stylesheet that tells which contexts cannot be evaluated on a message."""
    return _Writer(schema, careful=True).probing()


def careful_stylesheet(
    schema: Schema, *, trusted: bool, left_out: frozenset[int] = frozenset()
) -> Stylesheet:
    """Write the stylesheet that judges each assertion by itself, but for the rules left out."""
    return _Writer(schema, trusted=trusted, careful=True, left_out=left_out).judging()


class _Writer:
    """One schema on its way to a stylesheet."""

    def __init__(
        self,
        schema: Schema,
        *,
        trusted: bool = True,
        careful: bool = False,
        left_out: frozenset[int] = frozenset(),
    ) -> None:
        self._schema = schema
        self._trusted = trusted
        self._careful = careful
        self._left_out = left_out
        self._document = Document(schema.prefixes, old=schema.version == 1)
        self._declaring = Declaring(self._document, careful=careful)
        self._assertions: list[Assertion] = []
        self._rules: list[Rule] = []
        self._guards: list[tuple[int, Rule, Scope]] = []

    # The document -------------------------------------------------------------------------------

    def judging(self) -> Stylesheet:
        """Write what judges messages."""
        walks = list(self._patterns(self._declarations()))
        attempt = xsl(xsl(self._document.root, "template", match="/"), "try")
        found = xsl(attempt, "variable", name="provbank-found", **{"as": "map(*)*"})
        if not self._careful:
            self._stop_where_held_back(found)
            for _, rule, scope in self._guards:
                self._guard(found, rule, scope)
        for walk in walks:
            xsl(found, "apply-templates", **walk)
        xsl(attempt, "sequence", select="array { $provbank-found }")
        xsl(xsl(attempt, "catch"), "sequence", select=f"map {{ 'code': {_CODE} }}")
        return self._written()

    def _stop_where_held_back(self, parent: etree._Element) -> None:
        """Write an error for where a variable that all share could not be computed."""
        if self._declaring.held:
            held = " and ".join(f"exists(${full}-held)" for full in self._declaring.held)
            condition = xsl(parent, "if", test=f"not({held})")
            xsl(condition, "sequence", select="error()")

    def probing(self) -> Stylesheet:
        """Write what tells the contexts that cannot be evaluated."""
        list(self._patterns(self._declarations()))
        start = xsl(self._document.root, "template", match="/")
        found = xsl(start, "variable", name="provbank-found", **{"as": "map(*)*"})
        for number, rule, scope in self._guards:
            attempt = xsl(found, "try")
            self._declaring.again(attempt, scope.used_by(rule.context))
            self._guard(attempt, rule, scope)
            told = f"map {{ 'n': {number}, 'code': {_CODE} }}"
            xsl(xsl(attempt, "catch"), "sequence", select=told)
        xsl(start, "sequence", select="array { $provbank-found }")
        return self._written()

    def _written(self) -> Stylesheet:
        return Stylesheet(
            document=self._document,
            assertions=tuple(self._assertions),
            rules=tuple(self._rules),
        )

    def _declarations(self) -> Scope:
        """Declare what all rules share, and give the variables of the schema."""
        root = self._document.root
        xsl(root, "output", method="json")
        xsl(root, "param", name=NOW)
        for kind in ("dateTime", "date", "time"):
            moment = f"{XS}{kind}({XS}dateTime(${NOW}))"
            xsl(root, "variable", name=f"{NOW}-{kind}", select=moment)
        for names in (("value",), ("value", "label")):
            traced = xsl(root, "function", name=f"Q{{{NAMESPACE}}}traced")
            for name in names:
                xsl(traced, "param", name=name)
            xsl(traced, "sequence", select="$value")
        if not self._trusted:
            _declare_shown(root)
        scope = Scope()
        for let in self._schema.lets:
            scope[let.name] = Variable(let, let.name, everywhere=True)
        for variable in scope.values():  # they may use each other in any order
            variable.resolve(scope)
        for variable in scope.values():
            self._declaring.everywhere(variable)
        for declaration in self._schema.functions:
            self._declaring.function(declaration, scope)
        return scope

    # Patterns and rules -------------------------------------------------------------------------

    def _patterns(self, scope: Scope) -> Iterator[Mapping[str, str]]:
        """Write each pattern as a mode, and give how the message's nodes are judged in it."""
        for number, pattern in enumerate(self._schema.patterns):
            self._document.pattern = number
            inner = Scope(scope)
            for let in pattern.lets:
                full = f"provbank-{number}-{len(inner)}-{let.name.replace(':', '-')}"
                variable = Variable(let, full, everywhere=True)
                variable.resolve(inner)
                self._declaring.everywhere(variable)
                inner[let.name] = variable
            mode = f"provbank-{number}"
            self._pattern(mode, pattern, inner)
            self._document.pattern = None
            contexts = " ".join(rule.context for rule in pattern.rules)
            yield {"select": _nodes_that_may_match(contexts), "mode": mode}

    def _pattern(self, mode: str, pattern: Pattern, scope: Scope) -> None:
        root = self._document.root
        silent = {"on-no-match": "deep-skip", "warning-on-multiple-match": "no"}
        xsl(root, "mode", name=mode, **silent)
        xsl(root, "template", match="/", mode=mode, priority="-1")
        for place, rule in enumerate(pattern.rules):
            number = len(self._rules)
            self._rules.append(rule)
            if may_fail(rule.context):
                self._guards.append((number, rule, scope))
            if number in self._left_out:
                continue
            attributes = {
                "match": scope.rewritten(rule.context),
                "mode": mode,
                "priority": str(len(pattern.rules) - place),
            }
            template = self._document.of(rule.element, root, "template", **attributes)
            self._rule(template, rule, Scope(scope))

    def _guard(self, parent: etree._Element, rule: Rule, scope: Scope) -> None:
        """Write a test that never holds, and fails where the context cannot be evaluated.

        A context that fails on a node would merely not match it, and its rule be silent.
        """
        counts = [
            f"count({one})" if _FROM_ROOT.match(one) else f"count(//({one}))"
            for one in alternatives(scope.rewritten(rule.context))
        ]
        test = f"string({' + '.join(counts)}) = ''"
        guard = self._document.of(rule.element, parent, "if", test=test)
        xsl(guard, "sequence", version="3.0", select="map {}")

    def _rule(self, template: etree._Element, rule: Rule, scope: Scope) -> None:
        for place, part in enumerate(rule.content):
            if isinstance(part, Let):
                full = f"provbank-own-{place}-{part.name.replace(':', '-')}"
                variable = Variable(part, full, everywhere=False)
                variable.resolve(scope)
                if not self._careful:
                    self._declaring.here(template, variable)
                scope[part.name] = variable
                continue
            number = len(self._assertions)
            self._assertions.append(part)
            if not self._careful:
                self._assertion(template, number, part, scope)
                continue
            attempt = xsl(template, "try", version="3.0")
            self._declaring.again(attempt, scope.used_by(part.test, part.subject))
            self._assertion(attempt, number, part, scope)
            told = f"map {{ 'n': {number}, 'at': path(.), 'code': {_CODE} }}"
            xsl(xsl(attempt, "catch"), "sequence", select=told)

    def _assertion(
        self, parent: etree._Element, number: int, assertion: Assertion, scope: Scope
    ) -> None:
        test = scope.rewritten(assertion.test)
        if assertion.negated:
            choice = xsl(parent, "choose", version="3.0")
            self._document.of(assertion.text, choice, "when", test=test)
            condition = xsl(choice, "otherwise")
        else:
            condition = self._document.of(assertion.text, parent, "if", test=test)
        text = self._text(condition, "provbank-text", assertion.text, scope)
        more = [
            self._text(condition, f"provbank-more-{place}", diagnostic, scope)
            for place, diagnostic in enumerate(assertion.diagnostics)
        ]
        node = f"({scope.rewritten(assertion.subject)}, .)[1]" if assertion.subject else "."
        fields = [f"'n': {number}", f"'at': path({node})", f"'text': {text}"]
        if more:
            fields.append(f"'more': array {{ {', '.join(more)} }}")
        answer = f"map {{ {', '.join(fields)} }}"
        self._document.of(assertion.text, condition, "sequence", select=answer)

    # Texts --------------------------------------------------------------------------------------

    def _text(self, parent: etree._Element, name: str, source: etree._Element, scope: Scope) -> str:
        """Give an expression for a text as a reader sees it; dots stand for values that fail."""
        words = list(_words(source))
        values = [one for one in words if not isinstance(one, str)]
        plain = quoted("".join(one if isinstance(one, str) else "…" for one in words))
        if not values:
            return plain
        holder = xsl(parent, "variable", version="3.0", name=name)
        if self._careful:
            holder = xsl(holder, "try")
            self._declaring.again(holder, scope.used_by(*map(_path_of, values)))
        for one in words:
            if isinstance(one, str):
                xsl(holder, "value-of", select=quoted(one))
            else:
                self._value(holder, one, scope)
        if self._careful:
            xsl(holder, "catch", select=plain)
        return f"string(${name})"

    def _value(self, parent: etree._Element, element: etree._Element, scope: Scope) -> None:
        """Write what a value-of or a name stands for; XPath 1.0 takes the first node."""
        is_name = element.tag == f"{SCH}name"
        path = scope.rewritten(_path_of(element))
        self._document.of(element, parent, "variable", name="provbank-value", select=path)
        items = "$provbank-value" + ("[1]" if self._schema.version == 1 else "")
        if is_name:
            told = f"name({items})"
        elif self._trusted or _HARMLESS.fullmatch(path):
            told = f"string-join({items} ! string(.), ' ')"
        else:
            told = f"Q{{{NAMESPACE}}}shown({items})"
        xsl(parent, "value-of", select=told)


def _declare_shown(root: etree._Element) -> None:
    """Declare what shows a small number or a truth, but of anything else its length alone."""
    shown = xsl(root, "function", name=f"Q{{{NAMESPACE}}}shown")
    xsl(shown, "param", name="values")
    plain = f"(. instance of {XS}boolean or . instance of {XS}integer)"
    hidden = "concat('ett värde på ', string-length(string(.)), ' tecken')"
    each = f"if ({plain} and string-length(string(.)) le 4) then string(.) else {hidden}"
    xsl(shown, "sequence", select=f"string-join($values ! ({each}), ' ')")


def _words(source: etree._Element) -> Iterator[str | etree._Element]:
    """Give the words of a text, and the value-of and name elements between them."""
    if source.text:
        yield source.text
    for child in source:
        if child.tag in (f"{SCH}value-of", f"{SCH}name"):
            yield child
        elif isinstance(child.tag, str):
            yield from _words(child)
        if child.tail:
            yield child.tail


def _path_of(element: etree._Element) -> str:
    return element.get("path" if element.tag == f"{SCH}name" else "select", ".")


def _nodes_that_may_match(contexts: str) -> str:
    """Say which nodes to judge, in their order: all that some context could match, and no more."""
    step = "*"
    if re.search(r"(text|comment|processing-instruction|node)\s*\(", contexts):
        step = "node()"
    attributes = "/(. | @*)" if "@" in contexts or "attribute" in contexts else ""
    return f"/, //{step}{attributes}"
