"""JSON Schemas of what the control API takes and gives, made from the tables that decide."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

from simulator.certificates.kinds import Kind as Certificate
from simulator.disturbances.kinds import KINDS, Leg
from simulator.journal import Query

__all__ = [
    "ANSWER",
    "ANY_OBJECT",
    "ARRANGEMENT",
    "AUTHORISATION",
    "CLOCK",
    "CONSUMER",
    "DISTURBANCE",
    "FOUND",
    "INDEX",
    "LISTENER",
    "MOVE",
    "NAME",
    "QUERY",
    "RESET",
    "ROUTE",
    "SCRIPT",
    "SEARCH",
    "WAIT",
    "WORKSPACE",
    "list_of",
]

TEXT: dict[str, Any] = {"type": "string"}
NAME: dict[str, Any] = {"type": "string", "pattern": "^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$"}
ANY_OBJECT: dict[str, Any] = {"type": "object"}
_TEXTS: dict[str, Any] = {"type": "object", "additionalProperties": TEXT}


def _object(required: tuple[str, ...] = (), **properties: Any) -> dict[str, Any]:
    schema = {"type": "object", "properties": properties, "additionalProperties": False}
    return schema | ({"required": list(required)} if required else {})


def list_of(item: dict[str, Any]) -> dict[str, Any]:
    """Give the schema of a list."""
    return {"type": "array", "items": item}


_COUNT: dict[str, Any] = {"type": "integer", "minimum": 0}
INDEX = _object(
    engagements=_COUNT,
    waiting=_COUNT,
    notifications=_COUNT,
    parked=_COUNT,
    locked={"type": "boolean"},
)
WORKSPACE = _object(("name",), name=NAME, like=NAME)
RESET = _object(state=NAME)
CLOCK = _object(
    offset_seconds={"type": "number"},
    frozen={"type": ["string", "null"], "description": "an instant, ISO 8601"},
)
LISTENER = _object(("kind",), kind={"enum": [str(kind) for kind in Certificate]})
MOVE = _object(("seconds",), seconds={"type": "number"})
_PERIOD = {"valid_from": TEXT, "valid_to": TEXT}
ROUTE = _object(
    ("logical_address", "contract", "address"),
    logical_address=TEXT,
    contract=TEXT,
    address=TEXT,
    profile=TEXT,
    producer=TEXT,
    **_PERIOD,
)
AUTHORISATION = _object(
    ("consumer", "logical_address", "contract"),
    consumer=TEXT,
    logical_address=TEXT,
    contract=TEXT,
    agreement=TEXT,
    **_PERIOD,
)
DISTURBANCE: dict[str, Any] = {
    "type": "object",
    "required": ["kind"],
    "properties": {
        "kind": {"enum": [str(kind) for kind in KINDS]},
        "leg": {"enum": [str(leg) for leg in Leg]},
        "name": TEXT,
        "logical_address": TEXT,
        "contract": TEXT,
        "sender": TEXT,
        "xpath": TEXT,
        "first": {"type": "integer", "minimum": 1},
        "after": {"type": "integer", "minimum": 0},
        "every": {"type": "integer", "minimum": 1},
        "share": {"type": "number", "minimum": 0, "maximum": 1},
        "seed": {"type": "integer", "minimum": 0},
    },
    "description": "each kind has figures of its own; see docs/disturbances.md",
}
_WHEN = _object(
    xpath=TEXT,
    namespaces=_TEXTS,
    headers=_TEXTS,
    contract=TEXT,
    calls=list_of({"type": "integer", "minimum": 1}),
    from_call={"type": "integer", "minimum": 1},
)
_CASE = _object(
    when=_WHEN,
    body=TEXT,
    template=TEXT,
    payload=TEXT,
    fault=TEXT,
    example={"const": True},
    echo={"const": True},
    status={"type": "integer", "minimum": 200, "maximum": 599},
    headers=_TEXTS,
    judge={"type": "boolean"},
)
SCRIPT: dict[str, Any] = {"oneOf": [_CASE, list_of(_CASE) | {"minItems": 1}]}
CONSUMER = _object(
    contract=TEXT,
    logical_address=TEXT,
    sender=TEXT,
    message=TEXT,
    payload=TEXT,
    example={"enum": ["minimal", "full"]},
    headers=_TEXTS,
)
ANSWER = _object(
    ("correlation_id", "status", "headers", "body"),
    correlation_id=TEXT,
    status={"type": "integer"},
    headers=_TEXTS,
    body=TEXT,
)
ARRANGEMENT = _object(
    catalogue={"type": ["object", "null"]},
    clock=CLOCK,
    disturbances=list_of(DISTURBANCE),
    producers={"type": "object", "additionalProperties": SCRIPT},
    consumers={"type": "object", "additionalProperties": CONSUMER},
)
_ASKED = {"type": ["string", "number"]}
QUERY = _object() | {
    "properties": {each.name: _ASKED for each in fields(Query) if each.name != "workspace"}
}
_COUNT = {"type": "integer", "minimum": 1, "maximum": 1000}
SEARCH = _object(query=QUERY, last=_COUNT, first=_COUNT) | {"not": {"required": ["last", "first"]}}
WAIT = _object(
    query=QUERY,
    after={"type": "integer", "minimum": 0, "description": "the number to look beyond"},
    timeout={"type": "number", "minimum": 0, "maximum": 600},
)
_NUMBER = {"type": ["integer", "null"]}
FOUND = _object(
    ("exchanges", "complete"),
    exchanges=list_of(ANY_OBJECT),
    complete={"type": "boolean"},
    looked_from=_NUMBER,
    looked_to=_NUMBER,
    go_on=_NUMBER,
    forgotten_until=_NUMBER,
    forgotten_started={"type": ["string", "null"]},
)
