"""Rules as values in, an XSLT 1.0 stylesheet out that is silent where no rule is broken.

Each rule becomes a template of its pattern's mode, as in SaxonC's stylesheet, and asks at once for
all that its assertions need.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from lxml import etree

from contracts.assurance.kinds import Nodes, Unsure, Value
from contracts.assurance.look import DAY, MONTH, YEAR, FirstLook
from contracts.assurance.sufficient import Known, Sufficient
from contracts.schematron_document import xsl
from contracts.schematron_expressions import alternatives
from contracts.schematron_files import XSL
from contracts.schematron_schema import Assertion, Let, Pattern, Rule, Schema

__all__ = ["first_look_stylesheet"]

_NAME = r"(?:(?:[^\W\d][\w.-]*:)?[^\W\d][\w.-]*|\*)"
_PATTERN = re.compile(rf"/{{0,2}}{_NAME}(?://?{_NAME})*")
_OLD = 1
_NO_PREFIXES: Mapping[str | None, str] = MappingProxyType({})


def first_look_stylesheet(schema: Schema) -> str:
    """Write the stylesheet; it is empty where nothing can be promised of some rule."""
    try:
        text = etree.tostring(_written(schema), encoding="unicode")
        FirstLook(text)
    except (Unsure, etree.XSLTParseError):
        return ""
    return text


@dataclass(frozen=True, slots=True)
class _Template:
    """A rule's context, the variables that it uses, and what is enough for all it asserts."""

    match: str
    variables: Mapping[str, str]
    test: str


@dataclass(slots=True)
class _Names:
    """The prefixes of a stylesheet, one for each namespace."""

    prefixes: dict[str, str] = field(default_factory=dict)

    def spelt(self, space: str, local: str) -> str:
        """Give a name as the stylesheet has it."""
        if not space:
            return local
        return f"{self.prefixes.setdefault(space, f'n{len(self.prefixes)}')}:{local}"


def _written(schema: Schema) -> etree._Element:
    keys = [one for one in schema.functions if one.tag == f"{XSL}key"]
    functions = [one for one in schema.functions if one.tag == f"{XSL}function"]
    others = len(schema.functions) - len(keys) - len(functions)
    if schema.version == _OLD or schema.lets or others:
        raise Unsure
    names = _Names()
    known = Known(
        prefixes=schema.prefixes,
        functions={
            _expanded(one.get("name", ""), {**schema.prefixes, **one.nsmap}): one
            for one in functions
        },
        keys=bool(keys),
        spelt=names.spelt,
    )
    patterns = [list(_templates(pattern, known)) for pattern in schema.patterns]
    looked_up = [_key(key, known) for key in keys]

    declared: dict[str | None, str] = {prefix: space for space, prefix in names.prefixes.items()}
    root = etree.Element(f"{XSL}stylesheet", {"version": "1.0"}, declared | {"xsl": XSL[1:-1]})
    xsl(root, "output", method="text")
    for name in (YEAR, MONTH, DAY):
        xsl(root, "param", name=name)
    for key in looked_up:
        xsl(root, "key", **key)
    start = xsl(root, "template", match="/")
    for number, templates in enumerate(patterns):
        mode = f"provbank-{number}"
        xsl(start, "apply-templates", select="//*", mode=mode)
        _write(root, mode, templates)
    return root


def _write(root: etree._Element, mode: str, templates: list[_Template]) -> None:
    """Write the templates of a pattern: the first one that matches a node looks at it."""
    xsl(root, "template", match="*", mode=mode, priority="-1")
    for place, one in enumerate(templates):
        priority = str(len(templates) - place)
        template = xsl(root, "template", match=one.match, mode=mode, priority=priority)
        for name, select in one.variables.items():
            xsl(template, "variable", name=name, select=select)
        xsl(xsl(template, "if", test=f"not({one.test})"), "text").text = "?"


def _templates(pattern: Pattern, known: Known) -> Iterator[_Template]:
    if pattern.lets:
        raise Unsure
    for rule in pattern.rules:
        sufficient = Sufficient(known)
        test = _test(rule, sufficient)
        yield _Template(_match(rule.context, known), sufficient.made.variables, test)


def _test(rule: Rule, sufficient: Sufficient) -> str:
    scope: dict[str, Value] = {}
    tests: list[str] = []
    for part in rule.content:
        match part:
            case Let(value=expression, kind="") if expression:
                scope[part.name] = sufficient.made.kept(sufficient.value(expression, scope))
            case Assertion():
                condition = sufficient.condition(part.test, scope)
                tests.append(condition.holds if part.negated else condition.fails)
            case _:
                raise Unsure
    every = dict.fromkeys([*sufficient.made.guards, *tests])
    return " and ".join(f"({test})" for test in every) or "true()"


def _match(context: str, known: Known, prefixes: Mapping[str | None, str] = _NO_PREFIXES) -> str:
    """Give a context as a pattern of XSLT 1.0: a path of names, or several."""
    found: list[str] = []
    for one in alternatives(context):
        sufficient = Sufficient(known)
        value = sufficient.value(one, prefixes=prefixes)
        if not isinstance(value, Nodes) or sufficient.made.guards:
            raise Unsure
        found += value.paths
    if not all(map(_PATTERN.fullmatch, found)):
        raise Unsure
    return " | ".join(found)


def _key(key: etree._Element, known: Known) -> Mapping[str, str]:
    sufficient = Sufficient(known)
    use = sufficient.made.text(sufficient.value(key.get("use", ""), prefixes=key.nsmap))
    if sufficient.made.guards or sufficient.made.variables:
        raise Unsure
    match = _match(key.get("match", ""), known, key.nsmap)
    return {"name": key.get("name", ""), "match": match, "use": use}


def _expanded(name: str, prefixes: Mapping[Any, str]) -> str:
    prefix, _, local = name.rpartition(":")
    return f"{{{prefixes.get(prefix, '')}}}{local}"
