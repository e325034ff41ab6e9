"""Schematron validation: rules compiled to XSLT 3 and run by SaxonC, a message in, findings out.

``compile_rules`` turns a Schematron file into a stylesheet (pure: text in, text out); ``RuleSet``
runs one. SaxonC wants a processor per thread and holds the interpreter while it works, so all rule
sets of a process share one worker thread: nothing is compiled twice, and nothing is lost, since two
could not run at the same time anyway.
"""

from __future__ import annotations

import copy
import json
import re
import threading
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from lxml import etree
from saxonche import PySaxonApiError, PySaxonProcessor

from contracts.errors import MessageError, RulesError
from contracts.parsing import parse
from contracts.places import element_at

__all__ = ["Broken", "RuleSet", "compile_rules"]

SCHEMATRON = "http://purl.oclc.org/dsdl/schematron"
XSLT = "http://www.w3.org/1999/XSL/Transform"
_BINDINGS = ("xslt2", "xslt3")
_NAMES = {"sch": SCHEMATRON}
_NOW = "provbank-now"

_CLOCK = re.compile(
    r"""("[^"]*"|'[^']*'|\(:.*?:\))|(?<![\w.:-])(?:fn:)?current-(dateTime|date|time)\s*\(\s*\)""",
    re.DOTALL,
)
_VARIABLE = re.compile(r"""("[^"]*"|'[^']*'|\(:.*?:\))|\$([\w.-]+)""", re.DOTALL)
_PREDECLARED = {
    "xs": "http://www.w3.org/2001/XMLSchema",
    "fn": "http://www.w3.org/2005/xpath-functions",
    "map": "http://www.w3.org/2005/xpath-functions/map",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Broken:
    """One assertion that did not hold: its id, text and test, and the element it speaks of."""

    rule: str
    text: str
    test: str
    element: etree._Element
    path: str


class RuleSet:
    """The compiled rules of one Schematron file, ready to judge messages.

    Raises: RulesError where the file is no Schematron this engine can run.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._stylesheet = compile_rules(path)
        _Engine.get().run(_Engine.compiled, self._stylesheet, str(path))

    def broken(
        self,
        payload: etree._Element,
        *,
        at: datetime,
        context: Mapping[str, str] | None = None,
    ) -> tuple[Broken, ...]:
        """Run the rules over one message element, and give the assertions that did not hold.

        Shape:  the payload is taken as a document of its own; it must be schema-valid, since
                rules compute with its values. ``at`` is what the rules see as the present time.
                ``context`` gives values, by name, to variables (let) of the schema: what the rules
                must know beside the message, such as who asked.
        Raises: RulesError where a rule cannot be evaluated on this message.
        """
        text = etree.tostring(payload, encoding="unicode", with_tail=False)
        found = _Engine.get().run(
            _Engine.run_rules,
            self._stylesheet,
            str(self.path),
            text,
            {**(context or {}), _NOW: at.isoformat()},
        )
        return tuple(
            Broken(
                rule=item["rule"],
                text=" ".join(item["text"].split()),
                test=item["test"],
                element=payload if element is None else element,
                path=item["path"],
            )
            for item in found
            for element in [element_at(item["path"], payload)]
        )


class _Engine:
    """The one thread that owns SaxonC, and what it has compiled."""

    _instance: _Engine | None = None
    _lock = threading.Lock()

    def __init__(self) -> None:
        self._worker = ThreadPoolExecutor(max_workers=1, thread_name_prefix="schematron")
        self._processor: Any = None
        self._executables: dict[str, Any] = {}

    @classmethod
    def get(cls) -> _Engine:
        with cls._lock:
            if cls._instance is None:
                cls._instance = _Engine()
            return cls._instance

    def run(self, work: Any, *arguments: Any) -> Any:
        return self._worker.submit(work, self, *arguments).result()

    def compiled(self, stylesheet: str, where: str) -> Any:
        if self._processor is None:
            self._processor = PySaxonProcessor(license=False)
        if stylesheet not in self._executables:
            compiler = self._processor.new_xslt30_processor()
            try:
                executable = compiler.compile_stylesheet(stylesheet_text=stylesheet)
            except PySaxonApiError as error:
                raise RulesError(f"the rules cannot be compiled: {error}", where=where) from None
            if executable is None:
                raise RulesError(f"the rules cannot be compiled: {compiler.error_message}",
                                 where=where)  # fmt: skip
            self._executables[stylesheet] = executable
        return self._executables[stylesheet]

    def run_rules(
        self, stylesheet: str, where: str, text: str, values: Mapping[str, str]
    ) -> list[dict[str, str]]:
        executable = self.compiled(stylesheet, where)
        executable.clear_parameters()
        for name, value in values.items():
            executable.set_parameter(name, self._processor.make_string_value(value))
        try:
            document = self._processor.parse_xml(xml_text=text)
            result: list[dict[str, str]] = json.loads(
                executable.transform_to_string(xdm_node=document)
            )
        except PySaxonApiError as error:
            raise RulesError(f"a rule cannot be evaluated: {error}", where=where) from None
        return result


@cache
def compile_rules(path: Path) -> str:
    """Turn a Schematron file into an XSLT 3 stylesheet that answers with JSON.

    Shape:  the answer is an array with ``rule``, ``test``, ``text``, ``path`` an assertion that did
            not hold. In each pattern a node is judged by the first rule whose context it matches.
            ``current-date()`` and its kin give the time handed in, so that a verdict can be
            repeated.
    Raises: RulesError for a file that is not Schematron, has a query binding other than xslt2 or
            xslt3, an ``include``, a prefix that is none, or an ``is-a`` or ``extends`` that
            leads nowhere or round in a circle.
    """
    try:
        schema = parse(path.read_bytes())
    except MessageError as error:
        raise RulesError(error.what, where=f"{path}:{error.line or 1}") from None
    if schema.tag != f"{{{SCHEMATRON}}}schema":
        raise RulesError("this is not a Schematron schema", where=str(path))
    if (binding := schema.get("queryBinding", "xslt")) not in _BINDINGS:
        raise RulesError(
            f"query binding {binding!r} is not supported",
            where=str(path),
            mend=f"use one of {', '.join(_BINDINGS)}",
        )
    for include in schema.iter(f"{{{SCHEMATRON}}}include"):
        raise RulesError(
            "include is not supported",
            where=f"{path}:{include.sourceline}",
            mend="put what it includes in its place",
        )
    try:
        return _Compiler(schema, path).stylesheet()
    except ValueError as error:  # lxml's word on a prefix that is none
        raise RulesError(str(error), where=str(path)) from None


class _Compiler:
    """One Schematron schema on its way to a stylesheet."""

    def __init__(self, schema: etree._Element, path: Path) -> None:
        self._schema = schema
        self._path = path
        self._namespaces = dict(_PREDECLARED) | {
            ns.get("prefix", ""): ns.get("uri", "")
            for ns in schema.iterfind("sch:ns", _NAMES)
        }  # fmt: skip
        self._patterns = {
            pattern.get("id", ""): pattern for pattern in schema.iterfind("sch:pattern", _NAMES)
        }
        self._variables: dict[str, str] = {}  # the pattern's own, by the name the rules know

    def stylesheet(self) -> str:
        own = {prefix: str(uri) for prefix, uri in self._schema.nsmap.items() if prefix}
        root = etree.Element(f"{{{XSLT}}}stylesheet", nsmap=own | self._namespaces | {"xsl": XSLT})
        root.set("version", "3.0")
        root.set("exclude-result-prefixes", "#all")
        _xsl(root, "output", method="json")
        _xsl(root, "param", name=_NOW)
        for child in self._schema:
            if isinstance(child.tag, str) and etree.QName(child).namespace == XSLT:
                root.append(self._with_clock(copy.deepcopy(child)))
        for let in self._schema.iterfind("sch:let", _NAMES):
            self._variable(root, let).tag = f"{{{XSLT}}}param"  # context may give it another value
        start = _xsl(root, "template", match="/")
        collected = _xsl(start, "variable", name="provbank-found")
        collected.set("as", "map(*)*")
        for number, pattern in enumerate(self._concrete_patterns(), start=1):
            mode = f"provbank-{number}"
            _xsl(collected, "apply-templates", select="/", mode=mode)
            self._pattern(root, pattern, mode)
        _xsl(start, "sequence", select="array { $provbank-found }")
        return etree.tostring(root, encoding="unicode")

    def _concrete_patterns(self) -> list[etree._Element]:
        return [
            self._instance_of(pattern) if pattern.get("is-a") else pattern
            for pattern in self._schema.iterfind("sch:pattern", _NAMES)
            if pattern.get("abstract") != "true"
        ]

    def _instance_of(self, pattern: etree._Element) -> etree._Element:
        name = pattern.get("is-a", "")
        if name not in self._patterns:
            raise self._error(f"is-a={name!r} names no pattern", pattern)
        instance = copy.deepcopy(self._patterns[name])
        values = {
            param.get("name", ""): param.get("value", "")
            for param in pattern.iterfind("sch:param", _NAMES)
        }
        names = "|".join(sorted(map(re.escape, values), key=len, reverse=True)) or "(?!)"
        references = re.compile(rf"\$({names})(?![\w-])")
        for element in instance.iter(f"{{{SCHEMATRON}}}*"):
            for attribute, text in element.attrib.items():
                element.set(attribute, references.sub(lambda found: values[found[1]], str(text)))
        instance.set("id", pattern.get("id", name))
        return instance

    def _pattern(self, root: etree._Element, pattern: etree._Element, mode: str) -> None:
        own: dict[str, str] = {}
        for let in pattern.iterfind("sch:let", _NAMES):
            self._variables = own
            name = let.get("name", "")
            self._variable(root, let, name=f"{mode}-{name}")
            own = own | {name: f"{mode}-{name}"}
        rules = pattern.findall("sch:rule", _NAMES)
        concrete = [rule for rule in rules if rule.get("abstract") != "true"]
        contexts = " ".join(rule.get("context", "") for rule in concrete)
        onward = _steps_that_may_match(contexts)
        walk = _xsl(root, "template", match="/ | node() | @*", mode=mode, priority="-1")
        _xsl(walk, "apply-templates", select=onward, mode=mode)
        for place, rule in enumerate(concrete):
            self._variables = dict(own)
            template = _xsl(
                root,
                "template",
                match=self._xpath(rule.get("context", "")),
                mode=mode,
                priority=str(len(concrete) - place),
            )
            self._rule(template, rule, pattern)
            _xsl(template, "apply-templates", select=onward, mode=mode)

    def _rule(
        self,
        template: etree._Element,
        rule: etree._Element,
        pattern: etree._Element,
        within: tuple[etree._Element, ...] = (),
    ) -> None:
        for child in rule:
            match child.tag:
                case t if t == f"{{{SCHEMATRON}}}let":
                    self._variable(template, child)
                    self._variables.pop(child.get("name", ""), None)  # it hides the pattern's
                case t if t == f"{{{SCHEMATRON}}}extends":
                    abstract = self._abstract_rule(child, pattern)
                    if abstract in within:
                        raise self._error("extends leads round in a circle", child)
                    self._rule(template, abstract, pattern, (*within, abstract))
                case t if t == f"{{{SCHEMATRON}}}assert":
                    self._assertion(template, child, f"not({child.get('test', '')})")
                case t if t == f"{{{SCHEMATRON}}}report":
                    self._assertion(template, child, child.get("test", ""))
                case _:
                    pass

    def _abstract_rule(self, extends: etree._Element, pattern: etree._Element) -> etree._Element:
        name = extends.get("rule", "")
        for rule in pattern.iterfind("sch:rule", _NAMES):
            if rule.get("abstract") == "true" and rule.get("id") == name:
                return rule
        raise self._error(f"extends rule={name!r} names no abstract rule of the pattern", extends)

    def _assertion(self, template: etree._Element, assertion: etree._Element, test: str) -> None:
        condition = _xsl(template, "if", test=self._xpath(test))
        text = _xsl(condition, "variable", name="provbank-text")
        text.set("as", "xs:string*")
        self._text(text, assertion)
        rule, source = _literal(assertion.get("id", "")), _literal(assertion.get("test", ""))
        _xsl(
            condition,
            "sequence",
            select=f"map {{ 'rule': {rule}, 'test': {source}, 'path': path(.), "
            "'text': string-join($provbank-text, '') }",
        )

    def _text(self, parent: etree._Element, source: etree._Element) -> None:
        def plain(text: str | None) -> None:
            if text:
                _xsl(parent, "sequence", select=_literal(text))

        plain(source.text)
        for child in source:
            if child.tag == f"{{{SCHEMATRON}}}value-of":
                select = self._xpath(child.get("select", "."))
                _xsl(parent, "sequence", select=f"string-join(({select}) ! string(.), ' ')")
            elif child.tag == f"{{{SCHEMATRON}}}name":
                _xsl(parent, "sequence", select=f"name({self._xpath(child.get('path', '.'))})")
            elif isinstance(child.tag, str):
                self._text(parent, child)
            plain(child.tail)

    def _variable(
        self, parent: etree._Element, let: etree._Element, *, name: str = ""
    ) -> etree._Element:
        select = self._xpath(let.get("value", ""))
        return _xsl(parent, "variable", name=name or let.get("name", ""), select=select)

    def _with_clock(self, element: etree._Element) -> etree._Element:
        for part in element.iter(f"{{{XSLT}}}*"):
            for attribute, text in part.attrib.items():
                part.set(attribute, self._xpath(str(text)))
        return element

    def _xpath(self, expression: str) -> str:
        """Give the expression with the time handed in for the clock, and variables by full name."""
        clocked = _CLOCK.sub(
            lambda found: found[1] or f"xs:{found[2]}(xs:dateTime(${_NOW}))", expression
        )
        return _VARIABLE.sub(
            lambda found: found[1] or f"${self._variables.get(found[2], found[2])}", clocked
        )

    def _error(self, what: str, element: etree._Element) -> RulesError:
        return RulesError(what, where=f"{self._path}:{element.sourceline}")


def _xsl(parent: etree._Element, instruction: str, /, **attributes: str) -> etree._Element:
    return etree.SubElement(parent, f"{{{XSLT}}}{instruction}", attributes)


def _literal(text: str) -> str:
    """Write a text as an XPath string literal."""
    return "'" + text.replace("'", "''") + "'"


def _steps_that_may_match(contexts: str) -> str:
    """Say which children to walk on to: all that some context could match, and no more."""
    kinds = ["*"]
    if re.search(r"(text|comment|processing-instruction|node)\s*\(", contexts):
        kinds = ["node()"]
    if "@" in contexts or "attribute" in contexts:
        kinds.append("@*")
    return " | ".join(kinds)
