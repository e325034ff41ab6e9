"""The verdict on one message: read it, find its contract, then schema, then rules."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from difflib import get_close_matches
from typing import Any

from lxml import etree

from contracts.catalogue import Catalogue, Domain, known
from contracts.envelope import body_of, fault_in, is_envelope
from contracts.errors import MessageError, RulesError
from contracts.findings import Finding
from contracts.parsing import LARGEST_MESSAGE, parse
from contracts.places import place_of
from contracts.schematron import Broken
from contracts.terms import SWEDISH_TIME
from contracts.wsdl import ServiceContract

__all__ = ["Judgement", "judge", "judge_payload", "swedish_now"]


_MANY = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """What schema and rules say of one message.

    Shape: ``failed_rules`` holds each broken rule once, in number order; None where the
           message is not schema-valid, since rules are only evaluated on valid messages, or
           where they cannot be evaluated on it.
           ``contract`` is None for a message of no known contract.
    """

    contract: ServiceContract | None
    schema_valid: bool
    failed_rules: tuple[str, ...] | None
    findings: tuple[Finding, ...]

    @property
    def accepted(self) -> bool:
        """Tell whether the message is right in every way."""
        return self.schema_valid and self.failed_rules == ()

    def to_json(self) -> dict[str, Any]:
        """Give the judgement as JSON-ready values."""
        return {
            "contract": str(self.contract) if self.contract else None,
            "schema_valid": self.schema_valid,
            "failed_rules": None if self.failed_rules is None else list(self.failed_rules),
            "findings": [finding.to_json() for finding in self.findings],
        }


def swedish_now() -> datetime:
    """Give the present time as Swedish local time, which all messages are written in."""
    return datetime.now(SWEDISH_TIME)


def judge(
    message: bytes,
    *,
    at: datetime,
    context: Mapping[str, str] | None = None,
    catalogue: Catalogue | None = None,
    largest: int = LARGEST_MESSAGE,
) -> Judgement:
    """Judge a message: a bare payload, or a whole SOAP envelope with one in its body.

    Shape: never raises for what the message is; what cannot be read becomes a finding. ``at`` is
           the clock that date rules use; ``context`` what rules must know beside the message, such
           as the ``actor`` of the request it answers.
    """
    try:
        root = parse(message, largest=largest)
        payload = body_of(root) if is_envelope(root) else root
    except MessageError as error:
        return _unreadable(error)
    if is_envelope(root) and (fault := fault_in(root)) is not None:
        text = f"the envelope carries a SOAP Fault ({fault.code}) instead of a message"
        return _unreadable(MessageError(text, where="/Envelope/Body/Fault"))
    return judge_payload(payload, at=at, context=context, catalogue=catalogue)


def judge_payload(
    payload: etree._Element,
    *,
    at: datetime,
    context: Mapping[str, str] | None = None,
    catalogue: Catalogue | None = None,
) -> Judgement:
    """Judge one message element by the contract that its namespace names."""
    name = etree.QName(payload)
    contracts = catalogue or known()
    found = contracts.contract_for(name.namespace or "", element=name.text)
    if found is None:
        return _unreadable(
            MessageError(
                f"no known contract has the namespace {name.namespace or '(none)'}",
                where=place_of(payload, below=payload),
                line=payload.sourceline,
                mend=_nearest(name.namespace or "", contracts),
            )
        )
    domain, contract = found
    faults = _of_another_root(payload, contract) or domain.schema_of(contract).findings(payload)
    if faults:
        return Judgement(contract=contract, schema_valid=False, failed_rules=None, findings=faults)
    rules = domain.rules
    if payload.tag != contract.request or rules is None:
        return Judgement(contract=contract, schema_valid=True, failed_rules=(), findings=())
    try:
        broken = rules.broken(payload, at=at.astimezone(SWEDISH_TIME), context=context)
    except RulesError:  # its text repeats the value that a rule could not compute with
        finding = Finding(
            rule="rules",
            text="the rules cannot be evaluated on this message",
            where=place_of(payload, below=payload),
            line=payload.sourceline,
            mend="keep the contract's own elements out of elements of other namespaces",
        )
        return Judgement(
            contract=contract, schema_valid=True, failed_rules=None, findings=(finding,)
        )
    return Judgement(
        contract=contract,
        schema_valid=True,
        failed_rules=tuple(sorted({item.rule for item in broken}, key=_in_number_order)),
        findings=tuple(_finding(item, payload, domain) for item in broken),
    )


def _of_another_root(payload: etree._Element, contract: ServiceContract) -> tuple[Finding, ...]:
    """Tell where the element is none of the two messages that the WSDL names.

    Shape: a schema may declare other elements for its own use, and a validator takes any of them.
    """
    if payload.tag in (contract.request, contract.response):
        return ()
    names = " or ".join(
        etree.QName(name).localname for name in (contract.request, contract.response)
    )
    return (
        Finding(
            rule="schema",
            text=f"The element is no message of {contract.interaction}",
            where=place_of(payload, below=payload),
            line=payload.sourceline,
            expected=names,
            mend="send what the WSDL names as request or response",
        ),
    )


def _finding(broken: Broken, payload: etree._Element, domain: Domain) -> Finding:
    requirement = domain.requirements.of_rule(broken.rule)
    return Finding(
        rule=broken.rule,
        text=broken.text,
        where=place_of(broken.element, below=payload),
        line=broken.element.sourceline,
        test=broken.test,
        expected=requirement.text_en,
        mend=requirement.mend,
        source=requirement.source,
    )


def _nearest(namespace: str, catalogue: Catalogue) -> str:
    """Tell which namespaces there are, or those that look most like it where there are many."""
    every = list(dict.fromkeys(contract.namespace for contract in catalogue.contracts))
    alike = get_close_matches(namespace, every, n=3) if len(every) > _MANY else every
    return f"use one of {', '.join(alike)}" if alike else "install the domain it belongs to"


def _in_number_order(rule: str) -> tuple[str, int]:
    name = rule.rstrip("0123456789")
    return name, int(rule[len(name) :] or 0)


def _unreadable(error: MessageError) -> Judgement:
    finding = Finding(
        rule="xml", text=error.what, where=error.where, line=error.line, mend=error.mend
    )
    return Judgement(contract=None, schema_valid=False, failed_rules=None, findings=(finding,))
