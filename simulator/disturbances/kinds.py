"""The kinds of disturbance: what each does, on which leg, and which figures it takes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from simulator.certificates.kinds import Kind as Certificate

__all__ = ["CODES", "KINDS", "Kind", "KindOf", "Leg", "Option", "Stage"]

CODES = tuple(f"VP{number:03}" for number in range(1, 16))
"""The platform's own codes; platform facts, section 2.2."""


class Leg(StrEnum):
    """Which half of an exchange is disturbed."""

    CALL = "call"  # the platform's call to the producer: disturbs a producer under test
    ANSWER = "answer"  # the platform's answer to the consumer: disturbs a consumer under test


class Stage(StrEnum):
    """When a disturbance acts."""

    WAIT = "wait"  # before the leg
    REPLACE = "replace"  # instead of the leg
    CONTENT = "content"  # on the message of the leg
    WIRE = "wire"  # on the bytes of the leg, below HTTP


class Kind(StrEnum):
    """What is done."""

    DELAY = "delay"
    TIMEOUT = "timeout"
    LATE_ANSWER = "late-answer"
    REFUSED = "refused"
    VP_CODE = "vp-code"
    SOAP_FAULT = "soap-fault"
    HTTP_STATUS = "http-status"
    EMPTY = "empty"
    NOT_XML = "not-xml"
    WRONG_CHARSET = "wrong-charset"
    BOM = "bom"
    WRONG_CONTENT_TYPE = "wrong-content-type"
    WRONG_CORRELATION = "wrong-correlation"
    DUPLICATE = "duplicate"
    CERTIFICATE = "certificate"
    RESET_BEFORE = "reset-before"
    RESET_WITHIN = "reset-within"
    RESET_AFTER = "reset-after"
    TRUNCATED = "truncated"
    SLOW_BODY = "slow-body"
    # Legal variation: nobody may fail on these.
    PREFIXES = "prefixes"
    ATTRIBUTE_ORDER = "attribute-order"
    COMMENTS = "comments"
    CDATA = "cdata"
    CHUNKED = "chunked"
    CONTINUE = "100-continue"


_BOTH = (Leg.ANSWER, Leg.CALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """One figure of a disturbance: what it means, what it is by itself, what it may be."""

    says: str
    default: Any
    accepts: Callable[[Any], bool]
    must: str


def _number(least: float, most: float) -> dict[str, Any]:
    return {
        "accepts": lambda value: (
            isinstance(value, int | float)
            and not isinstance(value, bool)
            and least <= value <= most
        ),
        "must": f"a number from {least:g} to {most:g}",
    }


def _text(*of: str) -> dict[str, Any]:
    return {
        "accepts": lambda value: isinstance(value, str) and (not of or value in of),
        "must": f"one of {', '.join(of)}" if of else "a text",
    }


def _truth() -> dict[str, Any]:
    return {"accepts": lambda value: isinstance(value, bool), "must": "true or false"}


_HOUR = 3600
_SECONDS = Option(says="how long", default=1.0, **_number(0, _HOUR))
_REACHES = Option(
    says="whether the producer gets the call before the consumer gets this", default=False,
    **_truth(),
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class KindOf:
    """What the table says of one kind.

    Shape: ``legs`` holds those it can act on, the usual one first; ``legal`` is variation that
           every system must bear.
    """

    says: str
    stage: Stage
    legs: tuple[Leg, ...] = _BOTH
    options: Mapping[str, Option] = field(default_factory=dict)
    legal: bool = False


KINDS: Mapping[Kind, KindOf] = {
    Kind.DELAY: KindOf(
        says="waits first: a fixed time, or one drawn from a distribution",
        stage=Stage.WAIT,
        options={
            "seconds": Option(
                says="the time, or the mean of the distribution", default=1.0, **_number(0, _HOUR)
            ),
            "distribution": Option(
                says="how times are drawn",
                default="fixed",
                **_text("fixed", "uniform", "normal", "exponential"),
            ),
            "spread": Option(
                says="half the width of uniform, the deviation of normal",
                default=0.0,
                **_number(0, _HOUR),
            ),
        },
    ),
    Kind.TIMEOUT: KindOf(
        says="never answers: the connection is held open, then closed without a byte",
        stage=Stage.WIRE,
        legs=(Leg.ANSWER, Leg.CALL),
        options={"seconds": Option(says="how long it is held", default=60.0, **_number(0, _HOUR))},
    ),
    Kind.LATE_ANSWER: KindOf(
        says="answers rightly, but when the consumer has given up",
        stage=Stage.WAIT,
        legs=(Leg.ANSWER,),
        options={"seconds": Option(says="how late", default=35.0, **_number(0, _HOUR))},
    ),
    Kind.REFUSED: KindOf(
        says="the producer refuses the connection: VP009, after the one retry",
        stage=Stage.REPLACE,
        legs=(Leg.CALL,),
    ),
    Kind.VP_CODE: KindOf(
        says="the platform turns the call away with a code of its own",
        stage=Stage.REPLACE,
        legs=(Leg.ANSWER,),
        options={
            "code": Option(says="which", default="VP009", **_text(*CODES)),
            "reaches_producer": _REACHES,
        },
    ),
    Kind.SOAP_FAULT: KindOf(
        says="a SOAP fault with HTTP 500, as a producer's own",
        stage=Stage.REPLACE,
        legs=(Leg.ANSWER,),
        options={
            "text": Option(says="its faultstring", default="Tekniskt fel", **_text()),
            "blames": Option(says="faultcode", default="Server", **_text("Server", "Client")),
            "reaches_producer": _REACHES,
        },
    ),
    Kind.HTTP_STATUS: KindOf(
        says="an HTTP error, with or without a SOAP fault in the body",
        stage=Stage.REPLACE,
        legs=(Leg.ANSWER,),
        options={
            "status": Option(says="which", default=503, **_number(300, 599)),
            "soap": Option(says="with a SOAP fault", default=False, **_truth()),
            "reaches_producer": _REACHES,
        },
    ),
    Kind.EMPTY: KindOf(says="the body is empty", stage=Stage.CONTENT),
    Kind.NOT_XML: KindOf(says="the body is a web page that is no XML", stage=Stage.CONTENT),
    Kind.WRONG_CHARSET: KindOf(
        says="the header names another encoding than the bytes have",
        stage=Stage.CONTENT,
        options={
            "bytes": Option(
                says="what the bytes are",
                default="iso-8859-1",
                **_text("iso-8859-1", "utf-16", "utf-8"),
            ),
            "header": Option(
                says="what the header says",
                default="UTF-8",
                **_text("UTF-8", "UTF-16", "ISO-8859-1"),
            ),
        },
    ),
    Kind.BOM: KindOf(
        says="a byte order mark stands first, which receivers must accept (WS-I R4001)",
        stage=Stage.CONTENT,
        legal=True,
    ),
    Kind.WRONG_CONTENT_TYPE: KindOf(
        says="another media type than text/xml",
        stage=Stage.CONTENT,
        options={"value": Option(says="the header", default="text/html; charset=UTF-8", **_text())},
    ),
    Kind.WRONG_CORRELATION: KindOf(
        says="x-skltp-correlation-id is another than the call's",
        stage=Stage.CONTENT,
        options={"value": Option(says="the id", default="another-correlation-id", **_text())},
    ),
    Kind.DUPLICATE: KindOf(
        says="the producer gets the same call twice; the consumer, the first answer",
        stage=Stage.WIRE,
        legs=(Leg.CALL,),
        options={"pause": Option(says="seconds between", default=0.0, **_number(0, _HOUR))},
    ),
    Kind.CERTIFICATE: KindOf(
        says="the platform presents a bad certificate, or none, to a producer on https",
        stage=Stage.WIRE,
        legs=(Leg.CALL,),
        options={
            "present": Option(
                says="which",
                default="expired",
                **_text("none", *(str(one) for one in Certificate if one is not Certificate.GOOD)),
            )
        },
    ),
    Kind.RESET_BEFORE: KindOf(
        says="the connection is reset before a byte is sent", stage=Stage.WIRE
    ),
    Kind.RESET_WITHIN: KindOf(
        says="the connection is reset amid the body",
        stage=Stage.WIRE,
        options={"part": Option(says="of the body that is sent", default=0.5, **_number(0, 1))},
    ),
    Kind.RESET_AFTER: KindOf(says="the connection is reset after the whole body", stage=Stage.WIRE),
    Kind.TRUNCATED: KindOf(
        says="the body ends early, and the connection in good order",
        stage=Stage.WIRE,
        options={"part": Option(says="of the body that is sent", default=0.5, **_number(0, 1))},
    ),
    Kind.SLOW_BODY: KindOf(
        says="the body comes in drops",
        stage=Stage.WIRE,
        options={
            "seconds": Option(says="for the whole body", default=5.0, **_number(0, _HOUR)),
            "pieces": Option(says="how many", default=20, **_number(1, 10_000)),
        },
    ),
    Kind.PREFIXES: KindOf(
        says="other namespace prefixes, and namespaces declared elsewhere",
        stage=Stage.CONTENT,
        legal=True,
    ),
    Kind.ATTRIBUTE_ORDER: KindOf(
        says="attributes stand in the opposite order", stage=Stage.CONTENT, legal=True
    ),
    Kind.COMMENTS: KindOf(
        says="comments stand between elements, and within texts", stage=Stage.CONTENT, legal=True
    ),
    Kind.CDATA: KindOf(says="texts are CDATA sections", stage=Stage.CONTENT, legal=True),
    Kind.CHUNKED: KindOf(
        says="the body comes in chunks, without a length",
        stage=Stage.WIRE,
        options={"size": Option(says="bytes a chunk", default=700, **_number(1, 1_000_000))},
        legal=True,
    ),
    Kind.CONTINUE: KindOf(
        says="100 Continue is asked for before the body is sent (call), or told before the answer",
        stage=Stage.WIRE,
        legal=True,
    ),
}
"""Every kind of disturbance there is; docs/disturbances.md lists them for those who use them."""
