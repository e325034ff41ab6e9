"""Calls that no system can read as a message of its contract: bytes made wrong in one way.

The platform does not look beyond the first element of the body, so all of these reach the
producer (platform facts, section 1.6).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

__all__ = ["UNREADABLE"]


def _end_of_payload(message: bytes) -> int:
    """Give where the end tag of the message's own element begins, the Body's only child."""
    body = re.search(rb"</[\w.-]+:Body>", message)
    assert body is not None  # noqa: S101 - the message is an envelope of ours
    return message.rindex(b"</", 0, body.start())


def _last_text(message: bytes) -> int:
    """Give where the last text of the message ends."""
    found = [*re.finditer(rb"(?<=[^>\s])</", message[: _end_of_payload(message)])]
    return found[-1].start()


def _cut_off(message: bytes) -> bytes:
    """Cut before the last end tag, so that the person's identity has been sent."""
    return message[: _end_of_payload(message)]


def _mismatched(message: bytes) -> bytes:
    at = _end_of_payload(message)
    return message[:at] + b"</fel>" + message[message.index(b">", at) + 1 :]


def _not_utf8(message: bytes) -> bytes:
    at = _last_text(message)
    return message[:at] + "å".encode("latin-1") + message[at:]


def _unknown_entity(message: bytes) -> bytes:
    at = _last_text(message)
    return message[:at] + b"&okand;" + message[at:]


def _other_element(message: bytes) -> bytes:
    """Another element of the same namespace, so that the platform routes it all the same."""
    at = _end_of_payload(message)
    name = message[at + 2 : message.index(b">", at)].strip()
    renamed = message[:at] + message[at:].replace(name, name + b"Other", 1)
    return renamed.replace(b"<" + name, b"<" + name + b"Other", 1)


UNREADABLE: Mapping[str, Callable[[bytes], bytes]] = {
    "avklippt XML": _cut_off,
    "sluttagg som inte passar": _mismatched,
    "tecken som inte är UTF-8": _not_utf8,
    "odefinierad entitet": _unknown_entity,
    "okänt anrop i kontraktets namnrymd": _other_element,
}
"""Swedish name of the fault to the change that makes it."""
