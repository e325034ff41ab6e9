"""Answers that a caller may be unable to read though they are right, whatever the contract."""

from __future__ import annotations

from typing import TYPE_CHECKING

from contracts.envelope import SOAP_ENVELOPE

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from simulator.client import Answer

__all__ = ["FAULT", "MISREADINGS"]

_BOM = b"\xef\xbb\xbf"
_HEADER = f"{{{SOAP_ENVELOPE}}}Header"


def _answer(unread: Callable[[bytes], bool]) -> Callable[[Answer], bool]:
    """Look at the bytes of an answer of the contract, a byte order mark apart."""
    return lambda answer: (
        answer.root is not None and answer.fault is None and unread(answer.body.removeprefix(_BOM))
    )


MISREADINGS: Mapping[str, tuple[str, Callable[[Answer], bool]]] = {
    "does-not-know-a-byte-order-mark": (
        "cannot read an answer that begins with a byte order mark",
        lambda answer: answer.body.startswith(_BOM),
    ),
    "does-not-know-cdata": (
        "cannot read an answer that has CDATA in it",
        lambda answer: b"<![CDATA[" in answer.body,
    ),
    "does-not-know-comments": (
        "cannot read an answer that has a comment in it",
        lambda answer: b"<!--" in answer.body,
    ),
    "finds-answers-by-their-prefix": (
        "finds the envelope of an answer by its prefix",
        _answer(lambda body: b"<soapenv:Envelope" not in body),
    ),
    "wants-answers-with-prefixes": (
        "cannot read an envelope that is in the default namespace",
        _answer(lambda body: b"<Envelope" in body),
    ),
    "wants-answers-with-a-declaration": (
        "cannot read an answer without XML declaration",
        _answer(lambda body: not body.startswith(b"<?xml")),
    ),
    "wants-to-be-told-the-encoding": (
        "cannot read an answer whose XML declaration names no encoding",
        _answer(lambda body: body.startswith(b"<?xml") and b"encoding" not in body[:60]),
    ),
    "wants-a-length": (
        "cannot read an answer that comes in chunks",
        lambda answer: "content-length" not in answer.headers and answer.status is not None,
    ),
    "does-not-know-answers-headers": (
        "cannot read an answer with a SOAP header",
        lambda answer: (
            answer.root is not None
            and (header := answer.root.find(_HEADER)) is not None
            and len(header) > 0
        ),
    ),
    "does-not-know-faults-with-a-language": (
        "does not see that an answer is a SOAP fault where it tells its language",
        lambda answer: answer.fault is not None and b"xml:lang" in answer.body,
    ),
}
"""By name: what the system does, and which answers it cannot read."""

FAULT = "does-not-know-faults-with-a-language"
"""The one that is about faults."""
