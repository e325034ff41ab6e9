"""The journal by the control API: what came, what was decided, what went back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from flask import Blueprint, abort, g, jsonify, request

from contracts.errors import UsageError
from simulator.control.operations import operation
from simulator.control.schemas import FOUND, QUERY, SEARCH, WAIT
from simulator.journal import Query, query_from
from simulator.journal.identities import nobody, persons_in_file
from simulator.journal.masking import Masker
from simulator.journal.showing import values_of

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from simulator.exchange import Leg
    from simulator.journal import Found, Listed
    from simulator.platform import Platform

__all__ = ["add_to"]

_MOST = 1000
_LONGEST_WAIT = 600.0


def add_to(blueprint: Blueprint, platform: Platform) -> None:
    """Add the operations."""
    journal = platform.journal
    persons = platform.settings.test_persons
    is_test_person = nobody if persons is None else persons_in_file(persons)

    @blueprint.get("/journal")
    @operation(
        "The latest exchanges of the workspace that a query fits, oldest first, without bodies. "
        "The header x-provbank-complete is false where some that fit may have been forgotten.",
        query={**QUERY["properties"], "last": {"type": "integer"}},
        gives={"type": "array", "items": {"type": "object"}},
    )
    def latest() -> ResponseReturnValue:
        asked = request.args.to_dict()
        last = max(0, min(_number(asked.pop("last", "100")), _MOST))
        found = journal.find(_query(asked), last=last)
        masker = Masker(is_test_person)
        response = jsonify([_shown(item, masker) for item in found.items])
        response.headers["x-provbank-complete"] = str(found.complete).lower()
        return response

    @blueprint.get("/journal/<int:number>")
    @operation(
        "One exchange of the workspace, whole: headers and bodies of every leg, without person "
        "identities but those of test persons.",
        gives={"type": "object"},
    )
    def whole(number: int) -> ResponseReturnValue:
        found = journal.exchange(number)
        if found is None or found.workspace != g.workspace:
            abort(404, f"there is no exchange {number} here, or it has been forgotten")
        return jsonify(values_of(Masker(is_test_person).exchange(found)))

    @blueprint.post("/journal/search")
    @operation(
        "Exchanges that a query fits, the last or the first of them; what was looked at, and "
        "whether some that fit may have been forgotten.",
        takes=SEARCH,
        gives=FOUND,
    )
    def search() -> ResponseReturnValue:
        asked = request.get_json()
        return jsonify(
            _told(
                journal.find(
                    _query(asked.get("query", {})), last=asked.get("last"), first=asked.get("first")
                ),
                Masker(is_test_person),
            )
        )

    @blueprint.post("/journal/wait")
    @operation(
        "Wait until an exchange that a query fits has been kept, at most some seconds.",
        takes=WAIT,
        gives=FOUND,
    )
    def wait() -> ResponseReturnValue:
        asked = request.get_json()
        found = journal.wait_for(
            _query(asked.get("query", {})),
            after=asked.get("after", 0),
            timeout=min(asked.get("timeout", 30), _LONGEST_WAIT),
        )
        return jsonify(_told(found, Masker(is_test_person)))

    @blueprint.delete("/journal")
    @operation("Forget the workspace's exchanges; later queries say so.", status=204)
    def forget() -> ResponseReturnValue:
        journal.forget(g.workspace)
        return "", 204


def _query(asked: Mapping[str, Any]) -> Query:
    """Read a query; it never looks into another workspace."""
    return replace(
        query_from({name: str(value) for name, value in asked.items()}), workspace=g.workspace
    )


def _number(text: str) -> int:
    try:
        return int(text)
    except ValueError:
        raise UsageError(f"last cannot be {text!r}", mend="give a number") from None


def _told(found: Found, masker: Masker) -> dict[str, Any]:
    started = found.forgotten_started
    return {
        "exchanges": [_shown(item, masker) for item in found.items],
        "complete": found.complete,
        "looked_from": found.looked_from,
        "looked_to": found.looked_to,
        "go_on": found.go_on,
        "forgotten_until": found.forgotten_until,
        "forgotten_started": started.isoformat() if started else None,
    }


def _shown(item: Listed, masker: Masker) -> dict[str, Any]:
    """Give an exchange without bodies and headers, and without person identities.

    Shape: the correlation id is as it was, whatever it holds: whoever called chose it to find the
           exchange by.
    """
    exchange, sizes = masker.exchange(item.exchange), item.sizes
    out = [leg for leg in exchange.legs if leg.kind == "out"]
    producer = out[-1] if out else None
    taken, given = sizes[0] if sizes else (0, 0)
    return {
        "number": exchange.number,
        "correlation_id": item.exchange.correlation_id,
        "started": exchange.started.isoformat(),
        "seconds": round(exchange.seconds, 6),
        "sender": exchange.sender,
        "sender_known_by": exchange.sender_known_by,
        "receiver": exchange.receiver,
        "contract": exchange.contract,
        "profile": exchange.profile,
        "original_consumer": exchange.original_consumer,
        "decision": exchange.decision,
        "route_trace": exchange.route_trace,
        "authorisation_trace": exchange.authorisation_trace,
        "address": exchange.address,
        "producer_status": producer.status if producer else None,
        "producer_seconds": round(producer.seconds, 6) if producer else None,
        "status": exchange.status,
        "request_bytes": taken,
        "response_bytes": given,
        "disturbances": [dict(one) for one in exchange.disturbances],
        "legs": [_leg(leg, size) for leg, size in zip(exchange.legs, sizes, strict=False)],
    }


def _leg(leg: Leg, size: tuple[int, int]) -> dict[str, Any]:
    return {
        "kind": leg.kind,
        "attempt": leg.attempt,
        "started": leg.started.isoformat(),
        "seconds": round(leg.seconds, 6),
        "status": leg.status,
        "problem": leg.problem,
        "request_bytes": size[0],
        "response_bytes": size[1],
    }
