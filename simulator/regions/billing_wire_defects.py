"""Sellers that address wrongly, spoil the envelope, or speak another version."""

from __future__ import annotations

import unicodedata
from dataclasses import replace
from typing import TYPE_CHECKING

from contracts.domains.financial_billing_claim.v1_1.messages import CLAIM, RESPONDER, text_of
from simulator.regions.defect import Defect
from simulator.regions.directory import REGIONS
from simulator.regions.letter_flaws import changing, readdressing, set_text, with_two_addresses

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from simulator.regions.outbox import Letter, Wire

    _Rewrite = Callable[[str], str]

__all__ = ["billing_wire_defects"]

_BEGIN, _END = "<riv:LogicalAddress", "</riv:LogicalAddress>"
_LOST = frozenset(
    {"FBC-ADRESS", "FBC-VALIDERA-KONSUMENT", "FBC-FAKTURA-EFTER-OK", "FBC-SVAR-LASES"}
)
"""What is seen wrong where nothing that is sent comes to its receiver."""

_BY_NUMBER = {str(region.organisation_number): region for region in REGIONS.values()}


def billing_wire_defects() -> Iterable[Defect]:
    """Make the defects."""
    for name, (says, address) in _ADDRESSES.items():
        yield Defect(
            name=name,
            says=says,
            breaks="FBC-ADRESS",
            also=_LOST,
            on_sending=readdressing(RESPONDER, address),
        )
    for name, (says, on_wire) in _HEADERS.items():
        yield Defect(name=name, says=says, breaks="FBC-HEADER", also=_LOST, on_wire=on_wire)
    for name, (says, spoil) in _LETTERS.items():
        yield Defect(
            name=name,
            says=says,
            breaks="FBC-TECKEN",
            on_sending=changing(RESPONDER, set_text("unspecified/text", spoil)),
        )
    for name, (says, before, after) in _VERSIONS.items():
        yield Defect(
            name=name,
            says=says,
            breaks="FBC-KONTRAKT-VERSION",
            on_wire=_replacing(before, after),
        )
    yield Defect(
        name="writes-latin-1",
        says="writes Latin-1 in a message that it says is UTF-8",
        breaks="FBC-TECKEN",
        on_wire=lambda wire: replace(
            wire, message=wire.message.decode().encode("latin-1", "xmlcharrefreplace")
        ),
    )
    yield Defect(
        name="bills-another-region",
        says="names another region than it addresses as the buyer",
        breaks="FBC-ADRESS",
        on_sending=changing(
            RESPONDER,
            set_text("customerParty/identification/extension", lambda _: _FAR.organisation_number),
        ),
    )


# Addresses ---------------------------------------------------------------------------------------

_FAR = REGIONS["25"]


def _own(letter: Letter) -> str:
    return text_of(letter.payload, "supplierParty", "identification", "extension") or ""


_ADDRESSES: Mapping[str, tuple[str, Callable[[Letter], str]]] = {
    "addresses-itself": ("addresses its own region", _own),
    "addresses-one-region": (
        "addresses the same region whoever the patient is",
        lambda _: _FAR.logical_address,
    ),
    "addresses-by-hsa-id": (
        "addresses the region's HSA-id",
        lambda letter: _BY_NUMBER[letter.logical_address].hsa_id,
    ),
    "addresses-by-county": (
        "addresses the region's county code",
        lambda letter: _BY_NUMBER[letter.logical_address].county,
    ),
    "addresses-with-a-hyphen": (
        "writes a hyphen in the organisation number it addresses",
        lambda letter: f"{letter.logical_address[:6]}-{letter.logical_address[6:]}",
    ),
    "addresses-with-a-century": (
        "writes 16 before the organisation number it addresses",
        lambda letter: f"16{letter.logical_address}",
    ),
    "addresses-with-a-country": (
        "writes SE before the organisation number it addresses",
        lambda letter: f"SE{letter.logical_address}",
    ),
    "addresses-the-platform": ("addresses Inera", lambda _: "5565594230"),
}
"""By name: what the system does, and where it sends a letter."""


# The header --------------------------------------------------------------------------------------


def _on_text(rewrite: _Rewrite) -> Callable[[Wire], Wire]:
    """Rewrite the message, as text."""
    return lambda wire: replace(wire, message=rewrite(wire.message.decode()).encode())


def _replacing(before: str, after: str) -> Callable[[Wire], Wire]:
    return _on_text(lambda text: text.replace(before, after))


def _address(rewrite: _Rewrite) -> Callable[[Wire], Wire]:
    """Rewrite what LogicalAddress holds."""

    def rewritten(text: str) -> str:
        start = text.index(">", text.index(_BEGIN)) + 1
        end = text.index(_END)
        return text[:start] + rewrite(text[start:end]) + text[end:]

    return _on_text(rewritten)


def _without_address(text: str) -> str:
    return text[: text.index(_BEGIN)] + text[text.index(_END) + len(_END) :]


_REGISTRY = "urn:riv:itintegration:registry:1"

_HEADERS: Mapping[str, tuple[str, Callable[[Wire], Wire]]] = {
    "addresses-twice": ("writes LogicalAddress twice", with_two_addresses),
    "leaves-out-the-address": ("leaves out LogicalAddress", _on_text(_without_address)),
    "writes-an-empty-address": ("leaves LogicalAddress empty", _address(lambda _: "")),
    "writes-a-space-before-the-address": (
        "writes a space before the address",
        _address(lambda text: f" {text}"),
    ),
    "writes-a-line-break-after-the-address": (
        "writes a line break after the address",
        _address(lambda text: f"{text}\n"),
    ),
    "misnames-the-address": (
        "writes the header as LogicalAdress",
        _replacing("riv:LogicalAddress", "riv:LogicalAdress"),
    ),
    "addresses-in-another-namespace": (
        "writes LogicalAddress in a namespace of its own",
        _replacing(_REGISTRY, "urn:riv:itintegration:registry:2"),
    ),
}
"""By name: what the system does, and what becomes of the message."""


# Letters and versions ----------------------------------------------------------------------------


def _as_latin(text: str) -> str:
    """Read UTF-8 as Latin-1, as a system does that never was told which it is."""
    return text.encode().decode("latin-1").translate(_PRINTABLE)


_PRINTABLE = dict.fromkeys((*range(9), 11, 12, *range(14, 32), *range(127, 160)), "?")

_LETTERS: Mapping[str, tuple[str, _Rewrite]] = {
    "writes-mojibake": ("reads its texts as Latin-1 when they are UTF-8", _as_latin),
    "writes-questions": (
        "writes a question mark for each letter beyond ASCII",
        lambda text: text.encode("ascii", "replace").decode(),
    ),
    "writes-replacements": (
        "writes U+FFFD for each letter beyond ASCII",
        lambda text: "".join(letter if letter.isascii() else "\ufffd" for letter in text),
    ),
    "drops-letters": (
        "leaves out each letter beyond ASCII",
        lambda text: text.encode("ascii", "ignore").decode(),
    ),
    "drops-what-is-beyond-the-plane": (
        "leaves out each character beyond the basic plane",
        lambda text: "".join(letter for letter in text if ord(letter) <= 0xFFFF),  # noqa: PLR2004
    ),
    "strips-dots": (
        "writes a and o for letters with dots and rings",
        lambda text: "".join(
            letter
            for letter in unicodedata.normalize("NFD", text)
            if not unicodedata.combining(letter)
        ),
    ),
    "escapes-twice": (
        "escapes markup twice",
        lambda text: text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;"),
    ),
    "cuts-notes": ("cuts free text after eight letters", lambda text: text[:8]),
}
"""By name: what the system does, and what becomes of free text."""

_VERSIONS: Mapping[str, tuple[str, str, str]] = {
    "speaks-of-another-claim": (
        "writes the content in the namespace of another version",
        f'"{CLAIM}"',
        '"urn:riv:financial:billing:claim:2"',
    ),
    "calls-another-version": (
        "writes the request in the namespace of another version",
        f'"{RESPONDER}"',
        '"urn:riv:financial:billing:claim:ProcessClaimSpecificationResponder:2"',
    ),
}
"""By name: what the system does, and which namespace it writes for which."""
