"""What the profile says of requests beside what it says of any message: method and headers."""

from __future__ import annotations

import re

from features.plattform.rules import OF_EVERY_MESSAGE, Found, Rule, always
from features.plattform.seen import Seen
from simulator.headers import ORIGINAL_CONSUMER, ROUTING_HISTORY

__all__ = ["OF_REQUESTS"]

_QUOTED = re.compile(r'"[^"]*"')


def _method(seen: Seen) -> Found | None:
    if seen.method == "POST":
        return None
    return Found(text="anropet görs inte med POST", expected="POST", observed=seen.method[:20])


def _unquoted(seen: Seen) -> Found | None:
    said = seen.headers.get("soapaction")
    if said is not None and _QUOTED.fullmatch(said.strip()):
        return None
    return Found(
        text="SOAPAction saknas" if said is None else "SOAPAction står inte inom citattecken",
        where="SOAPAction",
        expected=f'"{seen.soap_action}"',
        observed="inget huvud" if said is None else said[:200],
    )


def _other_action(seen: Seen) -> Found | None:
    said = seen.headers["soapaction"].strip().strip('"')
    if said == seen.soap_action:
        return None
    return Found(
        text="SOAPAction är inte WSDL:ens värde",
        where="SOAPAction",
        expected=seen.soap_action,
        observed=said[:200] or "tomt",
    )


def _address(seen: Seen) -> Found | None:
    addresses = seen.addresses
    where = "/Envelope/Header/LogicalAddress"
    if len(addresses) != 1:
        return Found(
            text="LogicalAddress står inte exakt en gång i SOAP Header",
            where=where,
            expected="en gång",
            observed=f"{len(addresses)} gånger",
        )
    if not addresses[0].strip() or addresses[0] != addresses[0].strip():
        return Found(
            text="LogicalAddress är tom eller har omgivande blanktecken",
            where=where,
            observed="tom" if not addresses[0].strip() else "blanktecken i början eller slutet",
        )
    return None


def _original(seen: Seen) -> Found | None:
    said = seen.headers[ORIGINAL_CONSUMER]
    if said == seen.sender:
        return None
    return Found(
        text=f"{ORIGINAL_CONSUMER} är inte avsändarens HSA-id; det är rätt bara om systemet "
        "sänder åt ett annat",
        where=ORIGINAL_CONSUMER,
        expected=seen.sender,
        observed=said[:60] or "tomt",
        remark=True,
    )


def _history(seen: Seen) -> Found | None:
    """Blame the consumer for a history of platforms, unless the call has been through one."""
    if ROUTING_HISTORY not in seen.headers:
        return None
    original = seen.headers.get(ORIGINAL_CONSUMER, seen.sender)
    return Found(
        text=f"anropet har {ROUTING_HISTORY}, som bara plattformar sätter",
        where=ROUTING_HISTORY,
        expected="inget sådant huvud",
        observed=seen.headers[ROUTING_HISTORY][:100] or "tomt",
        remark=original != seen.sender,
    )


OF_REQUESTS: tuple[Rule, ...] = (
    *OF_EVERY_MESSAGE,
    Rule(requirement="RIV-R1132", applies=always, wrong=_method),
    Rule(requirement="RIV-R1109", applies=always, wrong=_unquoted),
    Rule(
        requirement="RIV-R2744",
        applies=lambda seen: bool(seen.soap_action) and "soapaction" in seen.headers,
        wrong=_other_action,
    ),
    Rule(
        requirement="RIV-BP-8d",
        applies=lambda seen: seen.envelope is not None,
        wrong=_address,
    ),
    Rule(
        requirement="RIV-BP-23",
        applies=lambda seen: ORIGINAL_CONSUMER in seen.headers,
        wrong=_original,
    ),
    Rule(requirement="RIV-RUTTHISTORIK", applies=always, wrong=_history),
)
"""The rules for what a consumer sends."""
