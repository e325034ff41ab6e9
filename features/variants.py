"""Variants of valid messages, each changed at one place, and what is to become of each.

The changes are made from the schema alone, so a variant that the schema allows may still break a
rule, or be one that the sources judge differently. Each is therefore judged before it is sent.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from itertools import islice
from random import Random
from typing import Protocol

from lxml import etree

from contracts.judge import judge_payload, swedish_now
from contracts.mutations import Kind, Mutation, mutations
from contracts.parsing import parse
from contracts.schema_content import placed
from contracts.schema_model import read_model
from features.answering import Answering
from features.filling import filled
from features.messages import Messages
from features.suites import Suite
from features.verdicts import Judge
from reports.results import Deviation
from simulator.client import Answer

__all__ = [
    "ALLOWED",
    "FORBIDDEN",
    "Expected",
    "Supply",
    "Taken",
    "Variant",
    "Variants",
    "deviations_of",
    "expectation_of",
    "kinds_of",
]

FORBIDDEN: Mapping[str, Kind] = {
    "obligatoriskt element saknas": Kind.MISSING,
    "element förekommer för många gånger": Kind.DOUBLED,
    "element förekommer utanför gränserna för sitt antal": Kind.OCCURRENCES,
    "element i fel ordning": Kind.REORDERED,
    "element med fel namn": Kind.MISNAMED,
    "element i fel namnrymd": Kind.WRONG_NAMESPACE,
    "värde av fel typ": Kind.MISTYPED,
    "värde precis utanför en gräns": Kind.OUTSIDE_FACET,
    "text mellan element": Kind.TEXT_BETWEEN,
    "okänt element i kontraktets namnrymd": Kind.UNKNOWN_ELEMENT,
    "tilläggselement där schemat inte ger plats": Kind.MISPLACED_EXTENSION,
    "okänt attribut": Kind.UNEXPECTED_ATTRIBUTE,
    "element sagt vara nil": Kind.NIL,
}
"""What scenarios call the changes that the schema forbids."""

ALLOWED: Mapping[str, Kind] = {
    "valfritt element saknas": Kind.MISSING,
    "element som får upprepas förekommer en gång till": Kind.DOUBLED,
    "valfritt element i främmande namnrymd": Kind.WRONG_NAMESPACE,
    "värde precis innanför en gräns": Kind.INSIDE_FACET,
    "värde med blanktecken runt sig": Kind.WHITE_SPACE,
    "tilläggselement där schemat ger plats": Kind.EXTENSION,
}
"""What scenarios call the changes that the schema allows.

Declared elements in room for extensions are left out of both tables: a receiver checks them or not
by which schemas it has loaded, and either is right (processContents lax).
"""

_AT_EVERY_PLACE = {
    Kind.MISSING, Kind.DOUBLED, Kind.OCCURRENCES, Kind.REORDERED, Kind.MISNAMED, Kind.MISTYPED,
    Kind.INSIDE_FACET, Kind.OUTSIDE_FACET, Kind.UNEXPECTED_ATTRIBUTE,
}  # fmt: skip
"""What the count of elements, bounds and facets goes by; the rest, once a declaration."""

_OF_THE_ROOT = {Kind.MISNAMED, Kind.WRONG_NAMESPACE}
"""Changes of the message's own element that decide where the platform sends it, if anywhere."""

_QUICK = 3  # messages to change, and variants of each kind
_AMONG = 3  # made for each that is taken, since a place has several


class Expected(Enum):
    """What is to become of a variant."""

    TAKEN = "taken"
    REFUSED = "refused for a rule"
    TURNED_AWAY = "turned away by the schema"
    EITHER = "taken or refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class Variant:
    """One changed message, and what is to become of it.

    Shape: ``where`` is the place of the change; ``message`` is as it goes over the wire, and
           ``context`` what the rules must know beside it; ``rules`` are those that it breaks,
           ``doubt`` is why a good system may refuse it though schema and rules do not.
    """

    name: str
    where: str
    message: bytes
    expected: Expected
    context: Mapping[str, str] | None = None
    rules: tuple[str, ...] = ()
    doubt: str = ""


Taken = Callable[[Sequence[etree._Element]], Sequence[bool]]
"""Tells of each message whether the tested system takes it."""


class Supply(Protocol):
    """Where scenarios get variants of one suite's messages from, by what they call the change."""

    def vary_only(self, taken: Taken) -> None:
        """Vary from now on only messages that the system takes as they are; asked once of all.

        Of what it refuses unchanged, a refused variant shows nothing.
        """

    def forbidden(self, name: str) -> list[Variant]:
        """Give the variants of a kind that the schema forbids."""

    def allowed(self, name: str) -> list[Variant]:
        """Give the variants of a kind that the schema allows; a rule may forbid them yet."""


class Variants:
    """The variants of one suite's messages; the same seed gives the same changes.

    Shape: ``quick`` gives a few of each kind instead of all. ``kinds`` are the messages to change,
           as ``kinds_of`` gives them; they are made where none are given.
    """

    def __init__(
        self,
        suite: Suite,
        messages: Messages,
        *,
        seed: int,
        quick: bool,
        kinds: Sequence[etree._Element] | None = None,
    ) -> None:
        self._suite = suite
        self._messages = messages
        self._seed = seed
        self._quick = quick
        self._kinds = kinds
        self.model = read_model(suite.contract.schema)
        self._bases: tuple[etree._Element, ...] = ()
        self._proved = False

    def vary_only(self, taken: Taken) -> None:
        """Vary from now on only messages that the system takes as they are; asked once of all."""
        if not self._proved:
            told = taken(self.unchanged())
            self._bases = tuple(
                one for one, is_taken in zip(self.bases, told, strict=True) if is_taken
            )
            self._proved = True

    def unchanged(self) -> list[etree._Element]:
        """Give every message that is changed as it is, to be asked of the system."""
        return [self._renewed(one) for one in self.bases]

    def _renewed(self, message: etree._Element) -> etree._Element:
        """Copy a message under an id of its own; a base and what is made of it share theirs."""
        copied = copy.deepcopy(message)
        self._messages.renew(copied)
        return copied

    def forbidden(self, name: str) -> list[Variant]:
        """Give the variants of a kind that the schema forbids."""
        return self._of(name, FORBIDDEN[name], valid=False)

    def allowed(self, name: str) -> list[Variant]:
        """Give the variants of a kind that the schema allows; a rule may forbid them yet."""
        return self._of(name, ALLOWED[name], valid=True)

    def _of(self, name: str, kind: Kind, *, valid: bool) -> list[Variant]:
        chosen = self._chosen(name)
        found = (
            mutation
            for mutation in mutations(
                self.model,
                self._suite.contract.request,
                self._seed,
                bases=self.bases,
                every_place=kind in _AT_EVERY_PLACE and not self._quick,
                kinds={kind},
                mixed_by=chosen if self._quick else None,
            )
            if mutation.valid is valid and not _moves_the_root(mutation)
        )
        if self._quick:
            some = [*islice(found, _QUICK * _AMONG)]
            return [
                self._judged(name, mutation)
                for mutation in chosen.sample(some, min(_QUICK, len(some)))
            ]
        return [self._judged(name, mutation) for mutation in found]

    def _chosen(self, name: str) -> Random:
        return Random(f"{self._seed} {name}")  # noqa: S311 - repeatable, not secret

    @property
    def bases(self) -> tuple[etree._Element, ...]:
        """Give the messages that are changed: every valid kind and, for all variants, full ones."""
        if not self._bases and not self._proved:
            kinds = kinds_of(self._messages) if self._kinds is None else self._kinds
            if self._quick:
                self._bases = tuple(self._chosen("bases").sample(kinds, min(_QUICK, len(kinds))))
            else:
                self._bases = (*kinds, *self._full(kinds))
        return self._bases

    def _full(self, kinds: Sequence[etree._Element]) -> Iterator[etree._Element]:
        """Fill each kind up that has a place which no kind filled before it has."""
        seen: set[str] = set()
        for kind in kinds:
            if not self._places(kind) <= seen:
                whole = filled(self.model, kind, self._is_good, seed=self._seed)
                seen |= self._places(whole)
                yield whole

    def _places(self, message: etree._Element) -> set[str]:
        root = self.model.element(str(message.tag))
        return {one.path for one in placed(self.model, root, message)}

    def _is_good(self, message: etree._Element) -> bool:
        context = self._messages.context(message)
        return self._expectation(message, context)[0] is Expected.TAKEN

    def _judged(self, name: str, mutation: Mutation) -> Variant:
        self._messages.renew(mutation.message)
        written = etree.tostring(mutation.message, encoding="utf-8")
        message = parse(written)  # judged as the receiver reads it
        context = self._messages.context(message)
        expected, rules, doubt = self._expectation(message, context)
        return Variant(
            name=f"{name}{_told(mutation.detail)}",
            where=mutation.path,
            message=written,
            expected=expected,
            context=context,
            rules=rules,
            doubt=doubt,
        )

    def _expectation(
        self, message: etree._Element, context: Mapping[str, str] | None
    ) -> tuple[Expected, tuple[str, ...], str]:
        judgement = judge_payload(message, at=swedish_now(), context=context)
        if not judgement.schema_valid:
            return Expected.TURNED_AWAY, (), ""
        doubt = self._messages.doubt(message)
        if judgement.failed_rules:
            return Expected.REFUSED, judgement.failed_rules, ""
        if doubt or judgement.failed_rules is None:
            return Expected.EITHER, (), doubt or "reglerna kan inte prövas på meddelandet"
        return Expected.TAKEN, (), ""


def kinds_of(messages: Messages) -> tuple[etree._Element, ...]:
    """Make a message of every valid kind, for variants to be made of."""
    return tuple(_prefixed(message) for message in messages.bases())


def _prefixed(node: etree._Element, parent: etree._Element | None = None) -> etree._Element:
    """Copy a message so that every namespace has a prefix.

    An element that is taken out of all namespaces would else fall into the default one.
    """
    if parent is None:
        uris = dict.fromkeys(etree.QName(one).namespace for one in node.iter("*"))
        prefixes = {f"n{number}": uri for number, uri in enumerate(filter(None, uris), start=1)}
        made = etree.Element(node.tag, dict(node.attrib), nsmap=prefixes)
    else:
        made = etree.SubElement(parent, node.tag, dict(node.attrib))
    made.text, made.tail = node.text, node.tail
    for child in node.iterchildren("*"):
        _prefixed(child, made)
    return made


def _moves_the_root(mutation: Mutation) -> bool:
    return mutation.kind in _OF_THE_ROOT and mutation.path.count("/") == 1


_WORDS = (
    (r"urn:provbank:extension", "främmande namnrymd"),
    (r"^none$", "ingen namnrymd"),
    (r"(\d+) times", r"\1 gånger"),
    (r"declaration (\d+)", r"deklaration \1"),
    (r"value (\d+)", r"värde \1"),
    (r"not the fixed värde", "inte det fasta värdet"),
    (r"in a value", "inne i ett värde"),
    (r"before all", "först"),
    (r"after all", "sist"),
    (r"text for elements", "text i stället för element"),
    (r"room (\d+), one", r"plats \1, ett tomt"),
    (r"room (\d+), rich", r"plats \1, ett med innehåll"),
    (r"room (\d+), two", r"plats \1, två tomma"),
    (r"room (\d+), none", r"plats \1, inget"),
    (r"room (\d+), (\d+) in all", r"plats \1, \2 stycken"),
    (r"unexpected of another namespace", "i främmande namnrymd"),
    (r"unexpected", "utan namnrymd"),
    (r"though it holds something", "fast det har innehåll"),
    (r"^empty$", "tomt"),
)


def _told(detail: str) -> str:
    """Tell in Swedish what tells variants of a kind and place apart."""
    for pattern, word in _WORDS:
        detail = re.sub(pattern, word, detail)
    return f", {detail}" if detail else ""


# Judging -----------------------------------------------------------------------------------------


def expectation_of(variant: Variant, answering: Answering) -> str:
    """Say in Swedish how a variant should be answered."""
    match variant.expected:
        case Expected.TAKEN:
            return answering.taking
        case Expected.REFUSED:
            return f"resultCode ERROR för {', '.join(variant.rules)}"
        case Expected.TURNED_AWAY:
            return answering.turning_away
        case Expected.EITHER:
            return f"{answering.taking}, eller avvisat eftersom {variant.doubt}"


def deviations_of(
    variant: Variant,
    answer: Answer,
    judge: Judge,
    *,
    requirement: str = "",
) -> tuple[Deviation, ...]:
    """Judge the answer to a variant; what refuses a good one breaks the requirement."""
    match variant.expected:
        case Expected.TAKEN:
            found = judge.accepted(answer, requirement)
        case Expected.REFUSED:
            found = judge.refused_by_rules(answer, *variant.rules, context=variant.context)
        case Expected.TURNED_AWAY:
            found = judge.turned_away(answer)
        case Expected.EITHER:
            found = judge.accepted(answer, requirement)
            if found and not judge.turned_away(answer):
                found = ()
    return tuple(
        replace(
            each,
            where=each.where or variant.where,
            text=f"{each.text} ({variant.name})",
        )
        for each in found
    )
