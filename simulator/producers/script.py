"""A scripted producer: which answer it gives to which call."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from lxml import etree

from contracts.errors import UsageError
from contracts.parsing import readable
from simulator.conditions import holds, problem_of

__all__ = ["Answer", "Asked", "Case", "When", "script_from"]

_SOURCES = ("body", "template", "payload", "example", "echo", "fault")


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A call as a scripted producer meets it; header names in lower case.

    Shape: ``number`` counts the calls to this producer from 1.
    """

    body: bytes
    headers: Mapping[str, str]
    number: int = 1
    contract: str = ""
    logical_address: str = ""
    sender: str = ""

    @cached_property
    def root(self) -> etree._Element | None:
        """Give the message's root, None where it is no XML."""
        return readable(self.body)


@dataclass(frozen=True, kw_only=True)
class When:
    """What must hold of a call for a case to apply; what is not given holds always.

    Shape: ``xpath`` is true of the envelope (XPath 1.0; an empty node set is false); a header's
           pattern must fit its whole value; ``calls`` are numbers counted from 1.
    """

    xpath: str = ""
    namespaces: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    contract: str = ""
    calls: frozenset[int] = frozenset()
    from_call: int = 1

    @property
    def counts(self) -> bool:
        """Tell whether the number of the call matters."""
        return bool(self.calls) or self.from_call > 1

    def holds(self, asked: Asked) -> bool:
        """Tell whether a call is of this kind."""
        if asked.number < self.from_call or (self.calls and asked.number not in self.calls):
            return False
        if self.contract and self.contract.lower() != asked.contract.lower():
            return False
        for name, pattern in self.headers.items():
            if not re.fullmatch(pattern, asked.headers.get(name.lower(), "")):
                return False
        return not self.xpath or holds(asked.root, self.xpath, self.namespaces)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a producer answers: one source of content, with status and headers.

    Shape: ``source`` tells what ``content`` is: the whole ``body`` as it stands, a ``template``
           (Jinja2) of it, a ``payload`` to be put in an envelope (a template too), an ``example``
           of the contract's answer, the call's own body (``echo``), or a ``fault`` with this
           text. ``judge`` answers a fault instead where schema or rules refuse the call.
    """

    source: str = "example"
    content: str = ""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    judge: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One line of a script: where it applies, and the answer."""

    when: When
    answer: Answer

    def to_json(self) -> dict[str, Any]:
        """Give the case as it was arranged."""
        when, answer = self.when, self.answer
        told: dict[str, Any] = {}
        conditions: dict[str, object] = {
            "xpath": when.xpath,
            "namespaces": dict(when.namespaces),
            "headers": dict(when.headers),
            "contract": when.contract,
            "calls": sorted(when.calls),
        }
        chosen = {name: value for name, value in conditions.items() if value}
        if when.from_call > 1:
            chosen["from_call"] = when.from_call
        if chosen:
            told["when"] = chosen
        told[answer.source] = answer.content if answer.source not in {"example", "echo"} else True
        if answer.status != _status(answer.source):
            told["status"] = answer.status
        if answer.headers:
            told["headers"] = dict(answer.headers)
        if answer.judge:
            told["judge"] = True
        return told


def script_from(name: str, document: object) -> tuple[Case, ...]:
    """Read a script as it is arranged: a list of cases, the first that applies answers.

    Raises: UsageError that tells every mistake in it.
    """
    cases = document if isinstance(document, list) else [document]
    problems: list[str] = []
    read = [_case(case, f"case {place}", problems) for place, case in enumerate(cases, 1)]
    if not cases:
        problems.append("a script has at least one case")
    if problems:
        raise UsageError(
            "; ".join(problems), where=f"producer {name}", mend="see docs/producers.md"
        )
    return tuple(read)


def _case(document: object, where: str, problems: list[str]) -> Case:
    nothing = Case(when=When(), answer=Answer())
    if not isinstance(document, Mapping):
        problems.append(f"{where} must be a table")
        return nothing
    known = {"when", "status", "headers", "judge", *_SOURCES}
    problems += [f"{where}: {key} is not known" for key in document if key not in known]
    sources = [source for source in _SOURCES if source in document]
    if len(sources) != 1:
        problems.append(f"{where} must have exactly one of {', '.join(_SOURCES)}")
        return nothing
    source = sources[0]
    content = document[source]
    is_text = isinstance(content, str)
    if source in {"example", "echo"}:
        if content is not True:
            problems.append(f"{where}: {source} must be true")
    elif not is_text:
        problems.append(f"{where}: {source} must be a text")
    status = document.get("status", _status(source))
    if not isinstance(status, int) or isinstance(status, bool) or not 200 <= status <= 599:  # noqa: PLR2004
        problems.append(f"{where}: status must be a number from 200 to 599")
        status = 200
    return Case(
        when=_when(document.get("when", {}), where, problems),
        answer=Answer(
            source=source,
            content=content if is_text else "",
            status=status,
            headers=_texts(document.get("headers", {}), f"{where}: headers", problems),
            judge=document.get("judge") is True,
        ),
    )


def _status(source: str) -> int:
    return 500 if source == "fault" else 200


def _when(document: object, where: str, problems: list[str]) -> When:
    if not isinstance(document, Mapping):
        problems.append(f"{where}: when must be a table")
        return When()
    known = {"xpath", "namespaces", "headers", "contract", "calls", "from_call"}
    problems += [f"{where}: when.{key} is not known" for key in document if key not in known]
    calls = document.get("calls", [])
    if not isinstance(calls, list) or not all(isinstance(one, int) and one > 0 for one in calls):
        problems.append(f"{where}: when.calls must be a list of numbers from 1")
        calls = []
    from_call = document.get("from_call", 1)
    if not isinstance(from_call, int) or from_call < 1:
        problems.append(f"{where}: when.from_call must be a number from 1")
        from_call = 1
    headers = _texts(document.get("headers", {}), f"{where}: when.headers", problems)
    for name, pattern in headers.items():
        try:
            re.compile(pattern)
        except re.error as error:
            problems.append(f"{where}: when.headers.{name} is no pattern: {error}")
            headers = {}
            break
    when = When(
        xpath=str(document.get("xpath", "")),
        namespaces=_texts(document.get("namespaces", {}), f"{where}: when.namespaces", problems),
        headers=headers,
        contract=str(document.get("contract", "")),
        calls=frozenset(calls),
        from_call=from_call,
    )
    if when.xpath and (problem := problem_of(when.xpath, when.namespaces)):
        problems.append(f"{where}: when.xpath cannot be used: {problem}")
    return when


def _texts(document: object, where: str, problems: list[str]) -> dict[str, str]:
    if isinstance(document, Mapping) and all(
        isinstance(key, str) and isinstance(value, str) for key, value in document.items()
    ):
        return dict(document)
    problems.append(f"{where} must be a table of texts")
    return {}
