"""One edit of a schema, and what it does to messages of either version, as values."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from contracts.schema_parts import Where

__all__ = ["HOLDS", "Answer", "Edit", "Example", "Kind"]


class Kind(StrEnum):
    """What was edited. The rules for each are a row of ``rules.ROWS``."""

    EXTENSION_ADDED = "optional extension element added"
    OPTIONAL_ADDED = "optional element added in the same namespace"
    MANDATORY_ADDED = "mandatory element added"
    REMOVED = "element removed"
    RENAMED = "element renamed"
    MOVED = "element moved"
    MADE_MANDATORY = "element made mandatory"
    MADE_OPTIONAL = "element made optional"
    OCCURRENCE = "cardinality changed"
    BRANCH_ADDED = "branch of a choice added"
    BRANCH_REMOVED = "branch of a choice removed"
    GROUPING = "grouping of elements changed"
    CONTENT = "kind of content changed"
    MIXED = "text between elements"
    SUBSTITUTE_ADDED = "substitute element added"
    SUBSTITUTE_REMOVED = "substitute element removed"
    ABSTRACT = "abstractness changed"
    SUBTYPE_ADDED = "type derived from an abstract one added"
    SUBTYPE_ALLOWED = "type derived from one in use added"
    SUBTYPE_REMOVED = "derived type removed"
    ANY_ADDED = "xs:any added"
    ANY_REMOVED = "xs:any removed"
    ANY_REPLACED = "xs:any replaced by an extension"
    ANY_CHANGED = "xs:any changed"
    NILLABLE = "nillable changed"
    FIXED = "fixed value changed"
    DEFAULT = "default value changed"
    TYPE = "type changed"
    BUILT_IN = "built-in type changed"
    PATTERN = "pattern changed"
    LENGTH = "length changed"
    RANGE = "range of values changed"
    DIGITS = "number of digits changed"
    WHITE_SPACE = "treatment of white space changed"
    VALUE_ADDED = "enumeration value added"
    VALUE_REMOVED = "enumeration value removed"
    ENUMERATION = "enumeration introduced or given up"
    UNION = "members of a union changed"
    ATTRIBUTE_ADDED = "optional attribute added"
    REQUIRED_ATTRIBUTE_ADDED = "required attribute added"
    ATTRIBUTE_REMOVED = "attribute removed"
    ATTRIBUTE_MADE_REQUIRED = "attribute made required"
    ATTRIBUTE_MADE_OPTIONAL = "attribute made optional"
    ANY_ATTRIBUTE = "xs:anyAttribute changed"
    IDENTITY = "identity constraint changed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """What an element must hold to show something; what is not said is as in a minimal message.

    Shape: ``children`` are ``{namespace}name``; ``attributes`` are set, those with None taken away;
           ``type`` is the name of a derived type that xsi:type states.
    """

    children: tuple[str, ...] | None = None
    text: str | None = None
    attributes: tuple[tuple[str, str | None], ...] = ()
    nil: bool = False
    type: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """Whether all messages of one version hold by the other, as far as one edit is concerned.

    Shape: not ``certain`` where that could be neither proved nor refuted; then it does not hold,
           to be on the safe side. ``example`` is of a message that does not hold; ``offence`` says
           what such messages do, after "that": ``lack note``.
    """

    holds: bool
    certain: bool = True
    offence: str = ""
    example: Example | None = None


HOLDS = Answer(holds=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """One edit: what, where in both versions, and the answer in both directions.

    Shape: ``what`` is a sentence without its full stop. ``backward`` asks whether old messages hold
           by the new schema, ``forward`` whether new messages hold by the old one. ``names`` are
           the elements it is about, as ``{namespace}name``.
    """

    kind: Kind
    what: str
    old: Where | None
    new: Where | None
    backward: Answer = HOLDS
    forward: Answer = HOLDS
    names: frozenset[str] = frozenset()
