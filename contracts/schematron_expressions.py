"""The XPath expressions of a rule file as text: what is told of them and changed in them.

Literals and comments are left alone: they are masked by blanks of the same length, so that what is
found in the mask can be changed in the expression.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from lxml import etree

__all__ = [
    "NAMESPACE",
    "NOW",
    "alternatives",
    "filled_in",
    "may_fail",
    "reads_outside",
    "rewritten",
    "shortened",
    "variables_of",
    "why_not_xpath_1",
    "why_too_large",
]

NAMESPACE = "urn:provbank:schematron"
NOW = "provbank-now"

_OPENING = re.compile(r"""["']|\(:""")
_COMMENT = re.compile(r"\(:|:\)")
_NAME = r"[\w.-]+"
_BEFORE = r"(?<![\w.:}-])"
_VARIABLE = re.compile(rf"\$\s*({_NAME}(?::{_NAME})?)")
_CLOCK = re.compile(rf"{_BEFORE}(?:fn:)?current-(dateTime|date|time)\s*\(\s*\)")
_TRACE = re.compile(rf"{_BEFORE}(?:fn:)?trace\s*(?=\()")
_CALL = re.compile(rf"{_BEFORE}([A-Za-z_][\w.-]*)\s*\(")
_OUTSIDE = re.compile(
    r"(?:(?<![\w.:-])|(?<=\bfn:))(doc|document|doc-available|collection|uri-collection|unparsed-text(?:-lines|"
    r"-available)?|json-doc|transform|load-xquery-module|environment-variable|"
    r"available-environment-variables|function-lookup)\s*[(#]"
)
_LONGEST, _DEEPEST = 20_000, 100
_SHOWN = 120
_NODE_TESTS = {"comment", "text", "processing-instruction", "node"}
_OPERATORS = {"and", "or", "div", "mod"}
_XPATH_1 = {
    "last", "position", "count", "id", "local-name", "namespace-uri", "name", "string", "concat",
    "starts-with", "contains", "substring-before", "substring-after", "substring", "string-length",
    "normalize-space", "translate", "boolean", "not", "true", "false", "lang", "number", "sum",
    "floor", "ceiling", "round",
}  # fmt: skip
_XSLT_1 = {
    "key", "format-number", "current", "unparsed-entity-uri", "generate-id", "system-property",
    "element-available", "function-available",
}  # fmt: skip


def rewritten(expression: str, variables: Mapping[str, str]) -> str:
    """Give an expression that takes the time as it is handed in, and variables by other names.

    Shape: ``variables`` gives the full name of those that have one. What ``trace()`` would print
           is not printed, since it may be of a person.
    """
    mask = _masked(expression)
    changes = [(found.span(), f"${NOW}-{found[1]}") for found in _CLOCK.finditer(mask)]
    changes += [(found.span(), f"Q{{{NAMESPACE}}}traced") for found in _TRACE.finditer(mask)]
    changes += [
        (found.span(), f"${variables[found[1]]}")
        for found in _VARIABLE.finditer(mask)
        if found[1] in variables
    ]
    return _changed(expression, changes)


def variables_of(expression: str) -> list[str]:
    """Give the names of the variables that an expression uses, in their order."""
    return list(dict.fromkeys(_VARIABLE.findall(_masked(expression))))


def filled_in(text: str, values: Mapping[str, str], *, is_xpath: bool) -> str:
    """Put the values of an abstract pattern's parameters in the place of their names.

    Shape: a name is its whole token, and the longest one counts; literals are filled in too, as
           ISO's own implementation does, and what was filled in is not looked at again. In XPath
           a dot belongs to a name; in an id, say, it ends one.
    """
    names = "|".join(sorted(map(re.escape, values), key=len, reverse=True))
    if not names:
        return text
    end = r"(?![\w-]|\.\w)" if is_xpath else r"(?![\w-])"
    return re.sub(rf"\$({names}){end}", lambda found: values[found[1]], text)


def reads_outside(expression: str) -> str:
    """Name the function by which an expression would read more than the message, if it has one."""
    found = _OUTSIDE.search(_masked(expression))
    return found[1] if found else ""


def why_too_large(expression: str) -> str:
    """Tell why an expression is larger than a compiler can be trusted with; nothing if it is not.

    Shape: SaxonC ends the process where its stack does.
    """
    if len(expression) > _LONGEST:
        return f"an expression of {len(expression):,} characters is too long"
    depth = deepest = 0
    for bracket in re.findall(r"[\[\](){}]", _masked(expression)):
        depth += 1 if bracket in "[({" else -1
        deepest = max(deepest, depth)
    return f"an expression is nested more than {_DEEPEST} deep" if deepest > _DEEPEST else ""


def shortened(expression: str) -> str:
    """Give as much of an expression as tells which one it is."""
    plain = " ".join(expression.split())
    return plain if len(plain) <= _SHOWN else f"{plain[: _SHOWN - 1]}…"


def may_fail(context: str) -> bool:
    """Tell whether a context computes anything, so that it could fail on some message."""
    return re.search(r"[\[$(]", re.sub(r"(?:text|node|comment)\(\s*\)", "", _masked(context))) \
        is not None  # fmt: skip


def alternatives(context: str) -> list[str]:
    """Give the alternatives that a context is the union of."""
    mask = _masked(context)
    found, depth, start = [], 0, 0
    for token in re.finditer(r"[\[({]|[\])}]|\||(?<![\w.-])union(?![\w.-])", mask):
        match token[0]:
            case "[" | "(" | "{":
                depth += 1
            case "]" | ")" | "}":
                depth -= 1
            case _ if depth == 0:
                found.append(context[start : token.start()].strip())
                start = token.end()
    return [*found, context[start:].strip()]


def why_not_xpath_1(expression: str, *, of_xslt: bool) -> str:
    """Tell why an expression is none of XPath 1.0, or of XSLT 1.0's use of it; nothing if it is."""
    try:
        etree.XPath(expression)
    except etree.XPathError:
        return f"{shortened(expression)!r} is no XPath 1.0"
    allowed = _XPATH_1 | _XSLT_1 if of_xslt else _XPATH_1
    for name in _CALL.findall(_masked(expression)):
        if name not in allowed | _NODE_TESTS | _OPERATORS:
            return f"{name}() is no function of {'XSLT' if of_xslt else 'XPath'} 1.0"
    return ""


def _masked(expression: str) -> str:
    """Give the expression with blanks for what stands in literals and in comments."""
    parts: list[str] = []
    place = 0
    while opening := _OPENING.search(expression, place):
        parts.append(expression[place : opening.start()])
        if opening[0] == "(:":
            place = _end_of_comment(expression, opening.end())
            parts.append(" " * (place - opening.start()))
        else:
            end = expression.find(opening[0], opening.end())
            place = len(expression) if end < 0 else end + 1
            parts.append(opening[0] + " " * (place - opening.start() - 1))
    return "".join([*parts, expression[place:]])


def _end_of_comment(expression: str, place: int) -> int:
    """Give the place after a comment, which may hold others."""
    depth = 1
    for token in _COMMENT.finditer(expression, place):
        depth += 1 if token[0] == "(:" else -1
        if depth == 0:
            return token.end()
    return len(expression)


def _changed(text: str, changes: Iterable[tuple[tuple[int, int], str]]) -> str:
    for (start, end), new in sorted(changes, reverse=True):
        text = text[:start] + new + text[end:]
    return text
