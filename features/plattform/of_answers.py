"""What the profile says of answers beside what it says of any message: status, fault, headers."""

from __future__ import annotations

from lxml import etree

from contracts.envelope import SOAP_ENVELOPE
from features.plattform.rules import OF_EVERY_MESSAGE, Found, Rule, always
from features.plattform.seen import Seen

__all__ = ["OF_ANSWERS"]

_OK, _FAULT, _REDIRECTED = 200, 500, 307
_CHILDREN = ("faultcode", "faultstring", "faultactor", "detail")
_CODES = {"VersionMismatch", "MustUnderstand", "Client", "Server"}


def _has_fault(seen: Seen) -> bool:
    return seen.fault is not None


def _has_result(seen: Seen) -> bool:
    return seen.envelope is not None and seen.fault is None


def _no_success(seen: Seen) -> Found | None:
    if seen.is_success:
        return None
    return Found(
        text="ett svar som inte är ett SOAP Fault har fel HTTP-status",
        expected="HTTP 200",
        observed=f"HTTP {seen.status}",
    )


def _not_plainly_ok(seen: Seen) -> Found | None:
    if seen.status == _OK:
        return None
    return Found(
        text="ett lyckat svar har inte status 200",
        expected="HTTP 200",
        observed=f"HTTP {seen.status}",
    )


def _fault_status(seen: Seen) -> Found | None:
    if seen.status == _FAULT:
        return None
    return Found(
        text="ett SOAP Fault har fel HTTP-status",
        expected="HTTP 500",
        observed=f"HTTP {seen.status}",
    )


def _redirected(seen: Seen) -> Found | None:
    if seen.status not in range(300, 400):
        return None
    return Found(
        text="svaret omdirigerar, och plattformen följer inte med"
        if seen.status == _REDIRECTED
        else "svaret omdirigerar med en annan status än 307",
        expected="ett svar, eller HTTP 307",
        observed=f"HTTP {seen.status}",
        remark=seen.status == _REDIRECTED,
    )


def _compressed(seen: Seen) -> Found | None:
    if not seen.is_encoded:
        return None
    return Found(
        text="svaret är komprimerat fast anropet inte bad om det",
        where="Content-Encoding",
        expected="ingen komprimering",
        observed=seen.headers["content-encoding"][:40],
    )


def _elements(seen: Seen) -> list[etree._Element]:
    return [] if seen.fault is None else [one for one in seen.fault if isinstance(one.tag, str)]


def _children(seen: Seen) -> Found | None:
    names = [etree.QName(child).localname for child in _elements(seen)]
    where = "/Envelope/Body/Fault"
    if others := [name for name in names if name not in _CHILDREN]:
        return Found(text=f"felet har elementet {others[0]}", where=f"{where}/{others[0]}")
    if missing := [name for name in _CHILDREN[:2] if name not in names]:
        return Found(text=f"felet saknar {missing[0]}", where=where, observed=", ".join(names))
    return None


def _qualified(seen: Seen) -> Found | None:
    for child in _elements(seen):
        name = etree.QName(child)
        if name.localname in _CHILDREN and name.namespace is not None:
            return Found(
                text=f"{name.localname} hör till en namnrymd",
                where=f"/Envelope/Body/Fault/{name.localname}",
                expected="ingen namnrymd",
                observed=name.namespace[:100],
            )
    return None


def _code(seen: Seen) -> tuple[etree._Element | None, str]:
    for child in _elements(seen):
        if etree.QName(child).localname == "faultcode":
            return child, (child.text or "").strip()
    return None, ""


def _wrong_code(seen: Seen) -> Found | None:
    element, text = _code(seen)
    if element is None:
        return None
    prefix, colon, local = text.rpartition(":")
    namespace = element.nsmap.get(prefix or None)
    base = local.partition(".")[0]
    wrong = Found(
        text="faultcode är varken SOAP 1.1:s eller ett eget QName",
        where="/Envelope/Body/Fault/faultcode",
        expected="soap:Client eller soap:Server",
        observed=text[:60] or "tom",
        remark=not colon and base in _CODES,
    )
    if namespace is None:
        return wrong
    return wrong if namespace == SOAP_ENVELOPE and base not in _CODES else None


def _dotted(seen: Seen) -> Found | None:
    element, text = _code(seen)
    prefix, _, local = text.rpartition(":")
    base, dot, _ = local.partition(".")
    if element is None or not dot or base not in _CODES:
        return None
    if prefix and element.nsmap.get(prefix) != SOAP_ENVELOPE:
        return None
    return Found(
        text="faultcode har en underkod efter en punkt",
        where="/Envelope/Body/Fault/faultcode",
        expected=f"{prefix}:{base}".lstrip(":"),
        observed=text[:60],
        remark=True,
    )


OF_ANSWERS: tuple[Rule, ...] = (
    *OF_EVERY_MESSAGE,
    Rule(requirement="RIV-R1124", applies=_has_result, wrong=_no_success),
    Rule(
        requirement="RIV-R1111",
        applies=lambda seen: _has_result(seen) and seen.is_success,
        wrong=_not_plainly_ok,
    ),
    Rule(requirement="RIV-R1126", applies=_has_fault, wrong=_fault_status),
    Rule(requirement="RIV-R1130", applies=always, wrong=_redirected),
    Rule(requirement="RIV-HTTP-KOMPRIMERING", applies=always, wrong=_compressed),
    Rule(requirement="RIV-R1000", applies=_has_fault, wrong=_children),
    Rule(requirement="RIV-R1001", applies=_has_fault, wrong=_qualified),
    Rule(requirement="RIV-R1004", applies=_has_fault, wrong=_wrong_code),
    Rule(requirement="RIV-R1031", applies=_has_fault, wrong=_dotted),
)
"""The rules for what a producer answers."""
