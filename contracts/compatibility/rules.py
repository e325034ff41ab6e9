"""RIV-TA's rules on versions, as a table: what each kind of edit may cost, and how to mend it.

A new minor version may do one thing: add optional elements, in a namespace of their own. All else
takes a new major version. Where old consumers keep working with a new producer, though the rules
ask for a new major, the verdict is ``tolerable``: a warning, since nothing that runs breaks.

Source: RIV-TA Tjänsteschema 2.1 TS-9, Domänschema 2.1 DS-9 and their chapters on versions.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from contracts.compatibility.edits import Kind

__all__ = ["CLAUSE", "ROWS", "Direction", "Row", "Verdict", "verdict"]

CLAUSE = "TS-9/DS-9"
"""The rules on minor versions."""


class Direction(StrEnum):
    """Which of a contract's messages: the consumer sends requests, the producer responses."""

    REQUEST = "request"
    RESPONSE = "response"


class Verdict(StrEnum):
    """What version an edit takes, by the rules."""

    NONE = "none"
    MINOR = "minor"
    TOLERABLE = "tolerable"
    MAJOR = "major"


class Policy(StrEnum):
    """What an edit is where messages of one version do not hold by the other."""

    ANY_BREAK = "major in any case"
    BY_SIDE = "tolerable where old consumers keep working with a new producer"
    WIDENING = "tolerable where a request allows more than before"
    TOLERATED = "tolerable in any case"


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """The rule for one kind of edit.

    Shape: ``agreeing`` is the verdict where all messages hold in both directions; ``note`` tells
           of practice, or of how the rule is read here.
    """

    policy: Policy
    agreeing: Verdict = Verdict.NONE
    mend: str
    note: str = ""


_KEEP = "keep it as it was, or take a new major version"
_EXTEND = "make it an optional element of {extension}, or take a new major version"
_WIDEN = "allow it only when every receiver is of the new version, or take a new major version"
_NEW_ELEMENT = (
    "leave it and add an optional element of another name in {extension}, or take a new major "
    "version"
)
_ATTRIBUTE = (
    "make it an optional element of {extension}: nothing lets old receivers pass attributes"
)

_ANY, _SIDE, _WIDER, _SOFT = (
    Policy.ANY_BREAK,
    Policy.BY_SIDE,
    Policy.WIDENING,
    Policy.TOLERATED,
)

ROWS: Mapping[Kind, Row] = MappingProxyType(
    {
        Kind.EXTENSION_ADDED: Row(policy=_ANY, agreeing=Verdict.MINOR, mend=(
            "refer to it where the old type has its xs:any ##other, or take a new major version")),
        Kind.OPTIONAL_ADDED: Row(policy=_ANY, agreeing=Verdict.MINOR, mend=_EXTEND, note=(
            "some published minor versions do this; their old receivers refuse it all the same")),
        Kind.MANDATORY_ADDED: Row(policy=_ANY, mend=_EXTEND, note=(
            "the published example of the rules makes extensions mandatory, to keep the xs:any "
            "unambiguous; old messages lack them all the same")),
        Kind.REMOVED: Row(policy=_ANY, agreeing=Verdict.TOLERABLE, mend=(
            "keep it, optional as it is, and say that it is no longer used; or take a new major "
            "version")),
        Kind.RENAMED: Row(policy=_ANY, agreeing=Verdict.TOLERABLE, mend=_NEW_ELEMENT),
        Kind.MOVED: Row(policy=_ANY, mend=_KEEP),
        Kind.MADE_MANDATORY: Row(policy=_ANY, mend=(
            "keep it optional, and ask for it in the contract description; or take a new major "
            "version")),
        Kind.MADE_OPTIONAL: Row(policy=_SIDE, mend=_WIDEN),
        Kind.OCCURRENCE: Row(policy=_SIDE, mend=_KEEP),
        Kind.BRANCH_ADDED: Row(policy=_WIDER, mend=_EXTEND),
        Kind.BRANCH_REMOVED: Row(policy=_ANY, mend=_KEEP),
        Kind.GROUPING: Row(policy=_ANY, mend=_KEEP),
        Kind.CONTENT: Row(policy=_ANY, mend=_NEW_ELEMENT),
        Kind.MIXED: Row(policy=_WIDER, mend=_KEEP),
        Kind.SUBSTITUTE_ADDED: Row(policy=_WIDER, mend=_EXTEND),
        Kind.SUBSTITUTE_REMOVED: Row(policy=_ANY, mend=_KEEP),
        Kind.ABSTRACT: Row(policy=_WIDER, mend=_KEEP),
        Kind.SUBTYPE_ADDED: Row(policy=_WIDER, mend=_EXTEND),
        Kind.SUBTYPE_ALLOWED: Row(policy=_SOFT, mend=(
            "say in the contract description that messages do not use it in xsi:type"), note=(
            "the element may stand without xsi:type, and published contracts never use it")),
        Kind.SUBTYPE_REMOVED: Row(policy=_ANY, mend=_KEEP),
        Kind.ANY_ADDED: Row(policy=_SOFT, mend=(
            "use the new room only when every receiver is of the new version"), note=(
            "TS-8 asks for it in every type that can be extended")),
        Kind.ANY_REMOVED: Row(policy=_ANY, mend=(
            "keep the xs:any: without it no later minor version can extend the type")),
        Kind.ANY_REPLACED: Row(policy=_SOFT, mend=(
            "know that no later minor version can extend the type"), note=(
            "an optional reference right before xs:any ##other is ambiguous (Unique Particle "
            "Attribution), so authors drop the xs:any; foreign elements are refused from now on")),
        Kind.ANY_CHANGED: Row(policy=_WIDER, mend=_KEEP),
        Kind.NILLABLE: Row(policy=_WIDER, mend=_KEEP),
        Kind.FIXED: Row(policy=_WIDER, mend=_KEEP),
        Kind.DEFAULT: Row(policy=_WIDER, agreeing=Verdict.TOLERABLE, mend=_KEEP, note=(
            "the same message reads differently by either version")),
        Kind.TYPE: Row(policy=_ANY, mend=_NEW_ELEMENT),
        Kind.BUILT_IN: Row(policy=_WIDER, mend=_NEW_ELEMENT),
        Kind.PATTERN: Row(policy=_WIDER, mend=_NEW_ELEMENT),
        Kind.LENGTH: Row(policy=_WIDER, mend=_NEW_ELEMENT),
        Kind.RANGE: Row(policy=_WIDER, mend=_NEW_ELEMENT),
        Kind.DIGITS: Row(policy=_WIDER, mend=_NEW_ELEMENT),
        Kind.WHITE_SPACE: Row(policy=_WIDER, mend=_KEEP),
        Kind.VALUE_ADDED: Row(policy=_WIDER, mend=_NEW_ELEMENT),
        Kind.VALUE_REMOVED: Row(policy=_ANY, mend=(
            "keep the value, and say that it is no longer used; or take a new major version")),
        Kind.ENUMERATION: Row(policy=_WIDER, mend=_NEW_ELEMENT),
        Kind.UNION: Row(policy=_WIDER, mend=_NEW_ELEMENT),
        Kind.ATTRIBUTE_ADDED: Row(policy=_ANY, mend=_ATTRIBUTE),
        Kind.REQUIRED_ATTRIBUTE_ADDED: Row(policy=_ANY, mend=_ATTRIBUTE),
        Kind.ATTRIBUTE_REMOVED: Row(policy=_ANY, agreeing=Verdict.TOLERABLE, mend=_KEEP),
        Kind.ATTRIBUTE_MADE_REQUIRED: Row(policy=_ANY, mend=_KEEP),
        Kind.ATTRIBUTE_MADE_OPTIONAL: Row(policy=_SIDE, mend=_WIDEN),
        Kind.ANY_ATTRIBUTE: Row(policy=_WIDER, mend=_KEEP),
        Kind.IDENTITY: Row(policy=_ANY, mend=_KEEP),
    }
)  # fmt: skip
"""One row a kind of edit."""


def verdict(kind: Kind, direction: Direction, *, backward: bool, forward: bool) -> Verdict:
    """Judge an edit in the messages of one direction.

    Shape: ``backward`` where old messages hold by the new schema, ``forward`` where new messages
           hold by the old one.
    """
    row = ROWS[kind]
    if backward and forward:
        return row.agreeing
    old_consumers_work = backward if direction is Direction.REQUEST else forward
    match row.policy:
        case Policy.ANY_BREAK:
            return Verdict.MAJOR
        case Policy.BY_SIDE:
            return Verdict.TOLERABLE if old_consumers_work else Verdict.MAJOR
        case Policy.WIDENING:
            widened = backward and direction is Direction.REQUEST
            return Verdict.TOLERABLE if widened else Verdict.MAJOR
        case Policy.TOLERATED:
            return Verdict.TOLERABLE
