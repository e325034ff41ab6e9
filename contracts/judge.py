"""The verdict on one message: read it, find its contract, then schema, then rules."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from difflib import get_close_matches
from operator import attrgetter
from typing import Any

from lxml import etree

from contracts.catalogue import Catalogue, known
from contracts.envelope import body_of, fault_in, is_envelope
from contracts.errors import MessageError, RulesError
from contracts.findings import UNEVALUATED, Finding
from contracts.lines import Lines
from contracts.parsing import LARGEST_MESSAGE, parse
from contracts.places import place_of
from contracts.requirements import Requirements
from contracts.schematron import Broken, Outcome, RuleSet, Unevaluated
from contracts.terms import SWEDISH_TIME
from contracts.wsdl import ServiceContract

__all__ = ["Judgement", "judge", "judge_payload", "swedish_now"]


_MANY = 20
_MEND_UNEVALUATED = (
    "this says nothing of the message: tell those who keep the rules; elements of the contract "
    "inside of other namespaces' elements are a common cause"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """What schema and rules say of one message.

    Shape: ``failed_rules`` holds each broken rule once, in number order, but for those that only
           warn; None where the message is not schema-valid, since rules are only evaluated on
           valid messages, or where some rule cannot be evaluated on it.
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

    @property
    def deviates(self) -> bool:
        """Tell whether the message is wrong; where it is not accepted either, nobody can tell."""
        return any(finding.deviates for finding in self.findings)

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
    rules: RuleSet | None = None,
    phase: str = "",
    largest: int = LARGEST_MESSAGE,
) -> Judgement:
    """Judge a message: a bare payload, or a whole SOAP envelope with one in its body.

    Shape: never raises for what the message is; what cannot be read becomes a finding. ``at`` is
           the clock that date rules use; ``context`` what rules must know beside the message, such
           as the ``actor`` of the request it answers. ``rules`` stand in for the contract's own,
           and judge whatever message it is; or ``phase`` chooses some of its own.
    """
    try:
        root = parse(message, largest=largest)
        payload = body_of(root) if is_envelope(root) else root
    except MessageError as error:
        return _unreadable(error)
    if is_envelope(root) and (fault := fault_in(root)) is not None:
        text = f"the envelope carries a SOAP Fault ({fault.code}) instead of a message"
        return _unreadable(MessageError(text, where="/Envelope/Body/Fault"))
    return judge_payload(
        payload,
        at=at,
        context=context,
        catalogue=catalogue,
        rules=rules,
        phase=phase,
        lines=Lines(message, root),
    )


def judge_payload(
    payload: etree._Element,
    *,
    at: datetime,
    context: Mapping[str, str] | None = None,
    catalogue: Catalogue | None = None,
    rules: RuleSet | None = None,
    phase: str = "",
    lines: Lines | None = None,
) -> Judgement:
    """Judge one message element by the contract that its namespace names.

    Shape: ``lines`` tells on which lines elements begin; without it, the tree tells.
    """
    name = etree.QName(payload)
    contracts = catalogue or known()
    line_of = lines.of if lines is not None else attrgetter("sourceline")
    found = contracts.contract_for(name.namespace or "", element=name.text)
    if found is None:
        return _unreadable(
            MessageError(
                f"no known contract has the namespace {name.namespace or '(none)'}",
                where=place_of(payload, below=payload),
                line=line_of(payload),
                mend=_nearest(name.namespace or "", contracts),
            )
        )
    domain, contract = found
    faults = _of_another_root(payload, contract, line_of) or domain.schema_of(contract).findings(
        payload, line_of=line_of
    )
    if faults:
        return Judgement(contract=contract, schema_valid=False, failed_rules=None, findings=faults)
    requirements = domain.requirements if rules is None else None  # ours tell of our own rules
    if rules is None and payload.tag == contract.request:
        rules = domain.rules_of(phase)
    if rules is None:
        return Judgement(contract=contract, schema_valid=True, failed_rules=(), findings=())
    try:
        outcome = rules.judged(payload, at=at.astimezone(SWEDISH_TIME), context=context)
    except RulesError as error:
        finding = Finding(
            rule=UNEVALUATED,
            text=error.what,
            where=place_of(payload, below=payload),
            line=line_of(payload),
            mend=_MEND_UNEVALUATED,
        )
        return Judgement(
            contract=contract, schema_valid=True, failed_rules=None, findings=(finding,)
        )
    return _judged(contract, outcome, _Telling(payload, requirements, line_of))


def _judged(contract: ServiceContract, outcome: Outcome, telling: _Telling) -> Judgement:
    failed = {item.rule for item in outcome.broken if item.severity.refuses}
    return Judgement(
        contract=contract,
        schema_valid=True,
        failed_rules=None if outcome.unevaluated else tuple(sorted(failed, key=_in_number_order)),
        findings=(
            *map(telling.of_broken, outcome.broken),
            *map(telling.of_unevaluated, outcome.unevaluated),
        ),
    )


def _of_another_root(
    payload: etree._Element,
    contract: ServiceContract,
    line_of: Callable[[etree._Element], int | None],
) -> tuple[Finding, ...]:
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
            line=line_of(payload),
            expected=names,
            mend="send what the WSDL names as request or response",
        ),
    )


@dataclass(frozen=True, slots=True)
class _Telling:
    """What rules found in one message, told to the one who made it."""

    payload: etree._Element
    requirements: Requirements | None
    line_of: Callable[[etree._Element], int | None]

    def of_broken(self, broken: Broken) -> Finding:
        """Tell a broken rule, with what the requirement catalogue knows of one of our own."""
        found = Finding(
            rule=broken.rule,
            text=broken.text,
            where=place_of(broken.element, below=self.payload, step=broken.step),
            line=self.line_of(broken.element),
            test=broken.test,
            severity=broken.severity,
            flag=broken.flag,
            diagnostics=broken.diagnostics,
        )
        if self.requirements is None:
            return found
        known = self.requirements.of_rule(broken.rule)
        return replace(found, expected=known.text_en, mend=known.mend, source=known.source)

    def of_unevaluated(self, rule: Unevaluated) -> Finding:
        """Tell a rule that came to no answer: what it could not compute, but no value."""
        return Finding(
            rule=UNEVALUATED,
            text=f"{rule.rule} cannot be evaluated here: {rule.why}",
            where=place_of(rule.element, below=self.payload, step=rule.step),
            line=self.line_of(rule.element),
            test=rule.test,
            mend=_MEND_UNEVALUATED,
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
