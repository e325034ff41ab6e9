"""Messages that schema and rules allow and the contract description's words do not.

The catalogue says so of each requirement (``differs``). A system that goes by the description's
words and refuses such a message is not failed for it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime

from lxml import etree

from contracts.domains.financial_patientfees_exemption.v1_0.messages import EXEMPTION

__all__ = ["doubt_of_disclosure", "doubt_of_request"]

_HSA_ID = "1.2.752.129.2.1.4.1"
_UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")


def doubt_of_request(message: etree._Element) -> str:
    """Say why the description would have a request refused that the schema allows, or nothing."""
    return _first({**_OF_BOTH, **_OF_REQUESTS}, message)


def doubt_of_disclosure(message: etree._Element) -> str:
    """Say why the description would have a disclosure refused that the rules allow, or nothing."""
    return _first({**_OF_BOTH, **_OF_DISCLOSURES}, message)


def _first(doubts: Mapping[str, Callable[[etree._Element], bool]], message: etree._Element) -> str:
    return next((says for says, holds in doubts.items() if holds(message)), "")


def _texts(message: etree._Element, path: str) -> list[str]:
    steps = "/".join(f"{{*}}{step}" for step in path.split("/"))
    return [(node.text or "").strip() for node in message.iterfind(f".//{steps}")]


def _has_no_uuid(message: etree._Element) -> bool:
    ids = _texts(message, "requestId/root")
    return not all(_UUID.fullmatch(text) for text in ids) or bool(
        _texts(message, "requestId/extension")
    )


def _has_short_identity(message: etree._Element) -> bool:
    patients = [*message.iter("{*}patientId")]
    return any(
        len((patient.findtext(f"{{{EXEMPTION}}}extension") or "").strip()) < 12  # noqa: PLR2004
        for patient in patients
    )


def _has_wrong_actor(message: etree._Element) -> bool:
    """Tell whether staff lack an HSA-id or care giver, or a person has one, or no id at all."""
    by_staff = "CAREGIVER" in _texts(message, "actor/actorTypeEnum")
    given = bool(_texts(message, "actor/careGiverId/extension"))
    is_hsa = _HSA_ID in _texts(message, "actor/actorId/root")
    return not _texts(message, "actor/actorId/extension") or not by_staff is given is is_hsa


def _has_no_address(message: etree._Element) -> bool:
    return not all(_texts(message, "responseLogicalAddress"))


def _has_no_such_day(message: etree._Element) -> bool:
    return any(not _is_day(text[:8]) for text in _days(message))


def _days(message: etree._Element) -> Iterator[str]:
    for name in ("dateOfVisit", "timeOfRegistration", "start", "end"):
        yield from _texts(message, name)


def _is_day(text: str) -> bool:
    try:
        datetime.strptime(text, "%Y%m%d")  # noqa: DTZ007 - a day alone
    except ValueError:
        return False
    return True


def _has_many_decimals(message: etree._Element) -> bool:
    return any(not re.fullmatch(r"-?\d+(\.\d{1,2})?", text) for text in _texts(message, "amount"))


def _has_no_currency(message: etree._Element) -> bool:
    return any(
        {"SEK", "1.0.4217"} != {(child.text or "").strip() for child in currency[:2]}
        for currency in message.iter(f"{{{EXEMPTION}}}currency")
    )


def _has_two_cards(message: etree._Element) -> bool:
    return len([*message.iter(f"{{{EXEMPTION}}}exemptions")]) > 1


_OF_BOTH: Mapping[str, Callable[[etree._Element], bool]] = {
    "requestId är inget UUID utan extension (FPE-REQUESTID-FORM)": _has_no_uuid,
    "patientens id är inte tolv tecken (FPE-PATIENT-FORM)": _has_short_identity,
}
_OF_REQUESTS: Mapping[str, Callable[[etree._Element], bool]] = {
    "aktören anges inte som beskrivningen säger (FPE-AKTOR-…)": _has_wrong_actor,
    "svarsadressen är tom (FPE-SVARSADRESS)": _has_no_address,
}
_OF_DISCLOSURES: Mapping[str, Callable[[etree._Element], bool]] = {
    "ett datum finns inte i kalendern (FPE-FORMAT-TID)": _has_no_such_day,
    "ett belopp har fler än två decimaler (FPE-FORMAT-BELOPP)": _has_many_decimals,
    "valutan anges inte som SEK (FPE-FORMAT-BELOPP)": _has_no_currency,
    "mer än ett frikort lämnas ut (FPE-UTLAMNA-ETT-FRIKORT)": _has_two_cards,
}
