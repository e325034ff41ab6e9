"""An exchange as JSON-ready values, as text for people, and as entries of an HTTP archive."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlsplit

from simulator.journal.charset import charset_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from simulator.exchange import Exchange, Leg

__all__ = ["har_entries", "line_of", "text_of", "values_of"]

_XML = "text/xml"


def values_of(exchange: Exchange) -> dict[str, Any]:
    """Give a whole exchange as JSON-ready values, bodies as text."""
    return {
        "number": exchange.number,
        "workspace": exchange.workspace,
        "correlation_id": exchange.correlation_id,
        "started": exchange.started.isoformat(),
        "seconds": round(exchange.seconds, 6),
        "sender": exchange.sender,
        "sender_known_by": exchange.sender_known_by,
        "sender_address": exchange.sender_address,
        "receiver": exchange.receiver,
        "contract": exchange.contract,
        "profile": exchange.profile,
        "original_consumer": exchange.original_consumer,
        "decision": exchange.decision,
        "detail": exchange.detail,
        "route_trace": exchange.route_trace,
        "authorisation_trace": exchange.authorisation_trace,
        "address": exchange.address,
        "status": exchange.status,
        "disturbances": [dict(one) for one in exchange.disturbances],
        "legs": [_leg_values(leg) for leg in exchange.legs],
    }


def _leg_values(leg: Leg) -> dict[str, Any]:
    return {
        "kind": leg.kind,
        "attempt": leg.attempt,
        "started": leg.started.isoformat(),
        "seconds": round(leg.seconds, 6),
        "method": leg.method,
        "url": leg.url,
        "status": leg.status,
        "problem": leg.problem,
        "request_headers": dict(leg.request_headers),
        "request": _body(leg.request, leg.request_headers),
        "response_headers": dict(leg.response_headers),
        "response": _body(leg.response, leg.response_headers),
    }


def _body(body: bytes, headers: Mapping[str, str]) -> dict[str, Any]:
    """Give a body so that its very bytes can be had back: as text, with its charset."""
    charset = charset_of(body, headers)
    return {"charset": charset, "text": body.decode(charset)}


def line_of(exchange: Exchange) -> str:
    """Give an exchange in one line: when, who, whom, what, and how it ended."""
    interaction = (exchange.contract or "?").removesuffix(":1").rpartition(":")[2]
    return (
        f"{exchange.number:>7}  {exchange.started:%Y-%m-%d %H:%M:%S}  "
        f"{exchange.sender or '?'} > {exchange.receiver or '?'}  "
        f"{interaction.removesuffix('Responder')}  {exchange.decision}  {exchange.status}  "
        f"{exchange.seconds * 1000:.0f} ms  {exchange.correlation_id}"
    )


def text_of(exchange: Exchange) -> str:
    """Give a whole exchange for people to read: its facts, then each leg as HTTP writes it."""
    values = values_of(exchange)
    legs = values.pop("legs")
    lines = [f"{name}: {value}" for name, value in values.items() if value not in (None, "", [])]
    for place, leg in enumerate(legs, 1):
        outcome = leg["status"] if leg["status"] is not None else f"no answer: {leg['problem']}"
        lines += [
            "",
            f"--- leg {place}, {leg['kind']}, attempt {leg['attempt']}: {outcome}, "
            f"{leg['seconds'] * 1000:.0f} ms",
            f"{leg['method']} {leg['url']}",
            *(f"{name}: {value}" for name, value in leg["request_headers"].items()),
            "",
            leg["request"]["text"],
            "",
            f"--- answer of leg {place}",
            *(f"{name}: {value}" for name, value in leg["response_headers"].items()),
            "",
            leg["response"]["text"],
        ]
    return "\n".join(lines)


def har_entries(exchange: Exchange) -> Iterator[dict[str, Any]]:
    """Give each leg as an entry of an HTTP archive (HAR 1.2), the exchange's facts beside it."""
    facts = {name: value for name, value in values_of(exchange).items() if name != "legs"}
    for leg in exchange.legs:
        milliseconds = round(leg.seconds * 1000, 3)
        yield {
            "startedDateTime": leg.started.isoformat(timespec="milliseconds"),
            "time": milliseconds,
            "request": {
                "method": leg.method,
                "url": leg.url,
                "httpVersion": "HTTP/1.1",
                "cookies": [],
                "headers": _har_headers(leg.request_headers),
                "queryString": [
                    {"name": name, "value": value}
                    for name, value in parse_qsl(urlsplit(leg.url).query, keep_blank_values=True)
                ],
                "headersSize": -1,
                "bodySize": len(leg.request),
                "postData": {
                    "mimeType": _type_of(leg.request_headers),
                    "text": _body(leg.request, leg.request_headers)["text"],
                },
            },
            "response": {
                "status": leg.status or 0,
                "statusText": "",
                "httpVersion": "HTTP/1.1",
                "cookies": [],
                "headers": _har_headers(leg.response_headers),
                "content": {
                    "size": len(leg.response),
                    "mimeType": _type_of(leg.response_headers),
                    "text": _body(leg.response, leg.response_headers)["text"],
                },
                "redirectURL": "",
                "headersSize": -1,
                "bodySize": len(leg.response),
                "comment": leg.problem,
            },
            "cache": {},
            "timings": {"send": 0, "wait": milliseconds, "receive": 0},
            "_leg": {"kind": leg.kind, "attempt": leg.attempt},
            "_exchange": facts,
        }


def _har_headers(headers: Mapping[str, str]) -> list[dict[str, str]]:
    return [{"name": name, "value": value} for name, value in headers.items()]


def _type_of(headers: Mapping[str, str]) -> str:
    named = (value for name, value in headers.items() if name.lower() == "content-type")
    return next(named, _XML)
