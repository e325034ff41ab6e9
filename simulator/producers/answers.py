"""What a scripted producer answers, made from its script and the call."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any

from jinja2 import StrictUndefined, TemplateError
from jinja2.sandbox import SandboxedEnvironment
from lxml import etree

from contracts.catalogue import Catalogue
from contracts.envelope import envelope
from contracts.errors import UsageError
from contracts.examples import minimal
from contracts.judge import judge
from contracts.schema_model import read_model
from simulator.faults import soap_fault
from simulator.outbound import Answered
from simulator.producers.script import Answer, Asked, Case

__all__ = ["answer_to", "check_template"]

_XML = "text/xml; charset=UTF-8"
_ENVIRONMENT = SandboxedEnvironment(
    autoescape=True, undefined=StrictUndefined, keep_trailing_newline=False
)
_SERVER_ERROR = 500


def answer_to(
    asked: Asked, script: tuple[Case, ...], *, catalogue: Catalogue, now: datetime
) -> Answered:
    """Answer a call by the first case of the script that applies to it.

    Shape: a call that no case applies to gets a SOAP fault that says so; so does one for which
           the answer cannot be made.
    """
    case = next((case for case in script if case.when.holds(asked)), None)
    if case is None:
        return _fault("No case of the scripted producer applies to the call")
    answer = case.answer
    if answer.judge:
        judgement = judge(asked.body, at=now, catalogue=catalogue)
        if not judgement.accepted:
            rules = ", ".join(dict.fromkeys(finding.rule for finding in judgement.findings))
            return _fault(f"The message is not accepted: {rules}", blames="Client")
    try:
        body = _MAKERS[answer.source](answer, asked, catalogue, now)
    except Exception as error:  # a template can do anything wrong that a program can
        return _fault(f"The scripted answer cannot be made: {error}")
    return Answered(
        status=answer.status,
        reason="OK" if answer.status == 200 else "",  # noqa: PLR2004
        headers={"Content-Type": _XML, **answer.headers},
        body=body,
    )


def check_template(text: str) -> str:
    """Tell what is wrong with a template, empty where nothing is."""
    try:
        _ENVIRONMENT.parse(text)
    except TemplateError as error:
        return f"line {getattr(error, 'lineno', 1)}: {error}"
    return ""


@lru_cache(maxsize=1024)
def _template(text: str) -> Any:
    return _ENVIRONMENT.from_string(text)


def _rendered(answer: Answer, asked: Asked, now: datetime) -> str:
    def xpath(expression: str, **namespaces: str) -> str:
        """Give the text of the first thing found in the call, empty where there is none."""
        if asked.root is None:
            return ""
        try:
            found = asked.root.xpath(expression, namespaces=namespaces or None)
        except etree.XPathError as error:
            raise UsageError(f"xpath {expression}: {error}") from None
        first = found[0] if isinstance(found, list) and found else found
        if isinstance(first, etree._Element):
            return "".join(str(part) for part in first.itertext())
        return "" if isinstance(first, list) else str(first)

    text: str = _template(answer.content).render(
        xpath=xpath,
        headers=asked.headers,
        number=asked.number,
        logical_address=asked.logical_address,
        contract=asked.contract,
        sender=asked.sender,
        now=now,
        uuid=str(uuid.uuid4()),
    )
    return text


def _payload(answer: Answer, asked: Asked, _catalogue: Catalogue, now: datetime) -> bytes:
    return envelope(_rendered(answer, asked, now).encode("utf-8"))


def _example(_answer: Answer, asked: Asked, catalogue: Catalogue, _now: datetime) -> bytes:
    return _example_answer(catalogue, asked.contract)


@lru_cache(maxsize=256)
def _example_answer(catalogue: Catalogue, namespace: str) -> bytes:
    found = catalogue.contract_for(namespace)
    if found is None:
        raise UsageError(f"no example is known for {namespace or 'an empty body'}")
    _, contract = found
    return envelope(minimal(read_model(contract.schema), contract.response))


_MAKERS: Mapping[str, Callable[[Answer, Asked, Catalogue, datetime], bytes]] = {
    "body": lambda answer, *_: answer.content.encode("utf-8"),
    "template": lambda answer, asked, _, now: _rendered(answer, asked, now).encode("utf-8"),
    "payload": _payload,
    "example": _example,
    "echo": lambda _answer, asked, *_: asked.body,
    "fault": lambda answer, *_: soap_fault(answer.content),
}


def _fault(text: str, *, blames: str = "Server") -> Answered:
    return Answered(
        status=_SERVER_ERROR,
        reason="Internal Server Error",
        headers={"Content-Type": _XML},
        body=soap_fault(text, blames=blames),
    )
