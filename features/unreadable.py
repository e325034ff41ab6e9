"""Calls that no system can read as a claim specification: bytes made wrong in one way.

The platform does not look beyond the first element of the body, so all of these reach the
producer (platform facts, section 1.6).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

__all__ = ["UNREADABLE"]


def _cut_off(message: bytes) -> bytes:
    """Cut within the last element, so that the patient's identity has been sent."""
    return message[: message.rindex(b"patientCareInvoiceNetAmount>")]


def _mismatched(message: bytes) -> bytes:
    return message.replace(b"</c:payableAmount>", b"</c:payableamount>", 1)


def _not_utf8(message: bytes) -> bytes:
    return message.replace("Vårdcentralen".encode(), "Vårdcentralen".encode("latin-1"), 1)


def _unknown_entity(message: bytes) -> bytes:
    return message.replace(b"<c:careUnitName>", b"<c:careUnitName>&okand;", 1)


def _other_element(message: bytes) -> bytes:
    """Another element of the same namespace, so that the platform routes it all the same."""
    return message.replace(b"<ProcessClaimSpecification ", b"<ProcessInvoice ", 1).replace(
        b"</ProcessClaimSpecification>", b"</ProcessInvoice>", 1
    )


UNREADABLE: Mapping[str, Callable[[bytes], bytes]] = {
    "avklippt XML": _cut_off,
    "sluttagg som inte passar": _mismatched,
    "tecken som inte är UTF-8": _not_utf8,
    "odefinierad entitet": _unknown_entity,
    "okänt anrop i kontraktets namnrymd": _other_element,
}
"""Swedish name of the fault to the change that makes it."""
