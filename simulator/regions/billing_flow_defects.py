"""Sellers that number, correct and let invoices go in wrong ways."""

from __future__ import annotations

from typing import TYPE_CHECKING

from contracts.domains.financial_billing_claim.v1_1.messages import CLAIM, RESPONDER, text_of
from simulator.regions.defect import Defect
from simulator.regions.directory import REGIONS
from simulator.regions.letter_flaws import changing, dropping, readdressing, set_text, twice

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from typing import Any

    from lxml import etree

    from simulator.regions.billing import Numbered
    from simulator.regions.outbox import Letter

    _Sending = Callable[[Letter], Iterable[Letter]]

__all__ = ["flow_defects"]

_CORRECTIONS = frozenset({"FBC-KREDIT*", "FBC-VALIDERA-KONSUMENT"})
"""What is seen wrong of corrections as well; a credit is one of the kinds that are validated."""

_MIXED_UP = _CORRECTIONS | {
    "FBC-ID", "FBC-R37", "FBC-ADRESS", "FBC-OMSANDNING-*", "FBC-SVAR-LASES", "FBC-STORT-SVAR",
    "FBC-FAKTURA-EFTER-OK",
}  # fmt: skip
"""What is seen wrong where one claim specification is taken for another, or has another name."""

_HEAD, _ORGANISATION, _MONTH = slice(0, 3), slice(3, 13), slice(13, 17)


def flow_defects() -> Iterable[Defect]:
    """Make the defects."""
    for name, (says, on_claim_id) in _IDS.items():
        yield Defect(
            name=name,
            says=says,
            breaks="FBC-ID",
            also=_MIXED_UP,
            on_claim_id=on_claim_id,
            validates=False,
        )
    for name, (says, requirement, on_sending) in _CREDITS.items():
        yield Defect(
            name=name,
            says=says,
            breaks=f"FBC-{requirement}",
            also=_CORRECTIONS,
            on_sending=on_sending,
        )
    for name, (says, requirement, on_claim_id) in _NEW_IDS.items():
        yield Defect(
            name=name,
            says=says,
            breaks=f"FBC-{requirement}",
            also=_MIXED_UP,
            on_claim_id=on_claim_id,
        )
    for name, (says, on_shown) in _INVOICES.items():
        yield Defect(name=name, says=says, breaks="FBC-FAKTURA-EFTER-OK", on_shown=on_shown)
    yield Defect(
        name="credits-nothing",
        says="bills anew without taking back what was accepted",
        breaks="FBC-KREDIT",
        also=_CORRECTIONS,
        credits=frozenset(),
    )
    yield Defect(
        name="credits-what-was-refused",
        says="takes back what was answered ERROR too",
        breaks="FBC-KREDIT-EJ-STOPPAD",
        credits=frozenset({"accepted", "refused"}),
    )
    yield Defect(
        name="corrects-by-a-credit-alone",
        says="never bills anew what it has taken back",
        breaks="FBC-KREDIT",
        also=_CORRECTIONS,
        bills_anew=False,
    )


# Ids ---------------------------------------------------------------------------------------------


def _number(numbered: Numbered) -> int:
    return int(numbered.id[-6:])


def _month(numbered: Numbered, *, further: int) -> str:
    year, month = int(numbered.id[13:15]), int(numbered.id[15:17])
    year, month = divmod(year * 12 + month - 1 + further, 12)
    return f"{year:02d}{month + 1:02d}"


def _with(part: slice, text: Callable[[Numbered], str]) -> Callable[[Numbered], str]:
    """Put another text in one part of an id."""

    def renamed(numbered: Numbered) -> str:
        return numbered.id[: part.start] + text(numbered) + numbered.id[part.stop :]

    return renamed


_COUNTER = slice(17, 23)

_IDS: Mapping[str, tuple[str, Callable[[Numbered], str]]] = {
    "gives-all-one-id": (
        "gives every claim specification the same id",
        _with(_COUNTER, lambda _: "000001"),
    ),
    "gives-two-one-id": (
        "gives every two claim specifications the same id",
        _with(_COUNTER, lambda it: f"{_number(it) // 2:06d}"),
    ),
    "counts-to-nine": (
        "begins anew after nine claim specifications",
        _with(_COUNTER, lambda it: f"{_number(it) % 10:06d}"),
    ),
    "counts-in-letters": (
        "writes the counter of an id in hexadecimal",
        _with(_COUNTER, lambda it: f"f{_number(it):05x}"),
    ),
    "counts-with-a-space": (
        "fills the counter of an id with a space",
        _with(_COUNTER, lambda it: f"{_number(it) % 100_000: 6d}"),
    ),
    "names-another-organisation": (
        "has another region's organisation number in its ids",
        _with(_ORGANISATION, lambda _: REGIONS["25"].organisation_number),
    ),
    "names-its-company-number-with-a-hyphen": (
        "has a hyphen in the organisation number of its ids",
        _with(_ORGANISATION, lambda it: f"{it.id[3:9]}-{it.id[10:13]}"),
    ),
    "names-next-month": (
        "has next month in its ids",
        _with(_MONTH, lambda it: _month(it, further=1)),
    ),
    "names-last-month": (
        "has last month in its ids",
        _with(_MONTH, lambda it: _month(it, further=-1)),
    ),
    "names-month-before-year": (
        "writes the month of its ids before the year",
        _with(_MONTH, lambda it: it.id[15:17] + it.id[13:15]),
    ),
    "writes-ids-in-small-letters": (
        "begins its ids with zvf",
        _with(_HEAD, lambda _: "zvf"),
    ),
    "writes-ids-in-brackets": (
        "writes its ids in curly brackets",
        lambda numbered: f"{{{numbered.id}}}",
    ),
    "counts-in-seven-digits": (
        "has seven digits in the counter of its ids",
        _with(_COUNTER, lambda it: f"{_number(it):07d}"),
    ),
}
"""By name: what the system does, and the id it gives instead of the right one."""


def _same_after(state: str) -> Callable[[Numbered], str]:
    """Use the id of what is put right once more, where it had come so far."""

    def named(numbered: Numbered) -> str:
        same = numbered.after == state and not numbered.is_credit
        return numbered.corrects if same else numbered.id

    return named


def _credit_as_original(numbered: Numbered) -> str:
    return numbered.corrects if numbered.is_credit else numbered.id


_NEW_IDS: Mapping[str, tuple[str, str, Callable[[Numbered], str]]] = {
    "keeps-the-id-of-what-was-refused": (
        "sends what it has mended after ERROR under the old id",
        "KREDIT-EJ-STOPPAD",
        _same_after("refused"),
    ),
    "keeps-the-id-of-what-it-took-back": (
        "sends what it has mended after a credit under the old id",
        "KREDIT",
        _same_after("accepted"),
    ),
    "credits-under-the-old-id": (
        "gives a credit the id of what it takes back",
        "KREDIT",
        _credit_as_original,
    ),
}


# Credits -----------------------------------------------------------------------------------------


def _is_credit(payload: etree._Element) -> bool:
    return text_of(payload, "typeOfInvoice") == "381"


def _in_credits(change: Callable[[etree._Element], None]) -> _Sending:
    """Change what takes something back, and leave the rest."""
    return changing(RESPONDER, lambda payload: change(payload) if _is_credit(payload) else None)


def _without(*names: str) -> Callable[[etree._Element], None]:
    def change(payload: etree._Element) -> None:
        for found in [*payload.iter(*(f"{{{CLAIM}}}{name}" for name in names))]:
            parent = found.getparent()
            if parent is not None:
                parent.remove(found)

    return change


def _as_debit(payload: etree._Element) -> None:
    set_text("typeOfInvoice", lambda _: "380")(payload)
    _without("referenceToProcessClaimSpecificationId", "referenceToLineId", "reasonForCredit")(
        payload
    )


def _of_invoice(payload: etree._Element) -> None:
    """Refer to the invoice where the id of the claim specification belongs."""
    invoice = text_of(payload, "referenceToInvoice") or ""
    set_text("referenceToProcessClaimSpecificationId", lambda _: invoice)(payload)


def _of_itself(payload: etree._Element) -> None:
    own = text_of(payload, "id") or ""
    set_text("referenceToProcessClaimSpecificationId", lambda _: own)(payload)


def _next_number(text: str) -> str:
    return f"{text[:-6]}{(int(text[-6:]) + 1) % 1_000_000:06d}"


def _twice_credit(letter: Letter) -> Iterable[Letter]:
    return twice(RESPONDER)(letter) if _is_credit(letter.payload) else (letter,)


def _home_of_credits(letter: Letter) -> str:
    return REGIONS["25"].logical_address if _is_credit(letter.payload) else letter.logical_address


_REFERENCE = "referenceToProcessClaimSpecificationId"

_CREDITS: Mapping[str, tuple[str, str, _Sending]] = {
    "loses-credits": (
        "makes credits that it never sends",
        "KREDIT",
        dropping(RESPONDER, _is_credit),
    ),
    "credits-as-a-debit": (
        "sends a credit as another debit, type 380",
        "KREDIT",
        _in_credits(_as_debit),
    ),
    "credits-with-type-380": (
        "gives a credit the type 380, and all else of a credit",
        "KREDIT",
        _in_credits(set_text("typeOfInvoice", lambda _: "380")),
    ),
    "credits-another-claim": (
        "refers to another claim specification in a credit",
        "KREDIT",
        _in_credits(set_text(_REFERENCE, _next_number)),
    ),
    "credits-itself": (
        "refers to the credit's own id in a credit",
        "KREDIT",
        _in_credits(_of_itself),
    ),
    "credits-by-invoice-number": (
        "refers to the invoice's number in the place of the claim specification's id",
        "KREDIT",
        _in_credits(_of_invoice),
    ),
    "credits-to-another-region": (
        "sends credits to another region than the one it billed",
        "KREDIT",
        readdressing(RESPONDER, _home_of_credits),
    ),
    "sends-credits-twice": (
        "sends every credit twice",
        "OMSANDNING-ALDRIG",
        _twice_credit,
    ),
    "credits-without-invoice": (
        "leaves the invoice out of a credit",
        "KREDIT-BOR",
        _in_credits(_without("referenceToInvoice")),
    ),
    "credits-without-lines": (
        "does not tell which lines a credit takes back",
        "KREDIT-BOR",
        _in_credits(_without("referenceToLineId")),
    ),
    "credits-without-reason": (
        "gives no reason for a credit",
        "KREDIT-BOR",
        _in_credits(_without("reasonForCredit")),
    ),
}
"""By name: what the system does, the requirement, and what becomes of a letter."""


# Invoices ----------------------------------------------------------------------------------------


def _invoice(*states: str) -> Callable[[dict[str, Any]], dict[str, Any]]:
    """Let the invoice go in these states alone."""
    return lambda shown: shown | {"invoice": "released" if shown["state"] in states else "held"}


_INVOICES: Mapping[str, tuple[str, Callable[[dict[str, Any]], dict[str, Any]]]] = {
    "lets-the-invoice-go-at-once": (
        "lets the invoice go before the claim specification is answered",
        _invoice("waiting", "accepted", "refused", "given_up"),
    ),
    "lets-the-invoice-go-after-error": (
        "lets the invoice go after ERROR too",
        _invoice("accepted", "refused"),
    ),
    "lets-the-invoice-go-when-given-up": (
        "lets the invoice go when the attempts are used up",
        _invoice("accepted", "given_up"),
    ),
    "never-lets-the-invoice-go": (
        "holds the invoice for ever",
        _invoice(),
    ),
}
"""By name: what the system does, and what it shows."""
