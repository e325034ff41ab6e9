"""What came back, read: result, names of rules, response time, and what an answer gives away."""

from __future__ import annotations

import re
from dataclasses import dataclass

from lxml import etree

from contracts.envelope import SOAP_ENVELOPE, Fault, fault_in
from contracts.parsing import readable
from contracts.wsdl import ServiceContract
from simulator.client import Answer, Raw

__all__ = [
    "Result",
    "all_text",
    "http_refusal",
    "identities_in",
    "leaks_in",
    "log_id_in",
    "megabytes",
    "never_reached",
    "of_producer",
    "own_fault",
    "producer_seconds",
    "result_of",
    "rules_named",
    "short",
    "stack_trace_in",
    "unconnected",
]

_FAULT_STATUS = 500
_HSA_ID = "1.2.752.129.2.1.4.1"  # the root of ids that belong to units and staff, not to patients

_RULE = re.compile(
    r"(?<![^\W_])(?<!\.)"
    r"(?:R[ _-]?|ÖR[ _-]?|OR|\w*regeln?(?: nr\.?)?[ :#_-]*|rules?(?: no\.?)?[ :#_-]*)"
    r"0*(\d{1,2})(?!\.?\d|[^\W_])",
    re.IGNORECASE,
)

_LOG_ID = re.compile(r"\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b", re.IGNORECASE)

_STACK_TRACES = (
    (re.compile(r"\bat [\w$.<>/]+\([\w$]+\.(?:java|kt|scala|groovy):\d+\)"), "Java"),
    (re.compile(r"\bat [\w$.<>`\[\], ]+\([^)]*\) in .+:line \d+"), ".NET"),
    (re.compile(r"\b(?:System|Microsoft)\.[\w.]*Exception\b"), ".NET"),
    (re.compile(r"\b(?:java|javax|jakarta|org|com|se)\.[\w.]+(?:Exception|Error)\b"), "Java"),
    (re.compile(r"Traceback \(most recent call last\)"), "Python"),
    (re.compile(r"\bat \S+ \(?[\w./\\:-]+\.[jt]s:\d+:\d+\)?"), "Node"),
    (re.compile(r"#\d+ [\w./\\]+\.php\(\d+\)"), "PHP"),
    (re.compile(r"\bORA-\d{5}\b|\bSQLSTATE\b"), "databas"),
)  # fmt: skip

_NO_CONNECTION = ("java.net.ConnectException", "javax.net.ssl.SSLHandshakeException")

_TROUBLES = (
    ("Empty message", "systemet gav ett tomt svar"),
    ("ReadTimeoutException", "systemet svarade inte i tid"),
    ("SSLHandshakeException", "TLS-handskakningen med systemet misslyckades"),
    ("Connection reset", "systemet bröt förbindelsen"),
    ("ConnectException", "systemet gick inte att nå"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """The contract's answer: result code and remark, both empty where the contract has neither."""

    code: str
    remark: str


def result_of(answer: Answer, contract: ServiceContract, remark: str) -> Result | None:
    """Give result code and remark, or None where the answer is no response of the contract.

    Shape: ``remark`` names the element that holds it, empty where the contract has none.
    """
    if answer.root is None:
        return None
    found = answer.root.find(f"{{{SOAP_ENVELOPE}}}Body/{contract.response}")
    if found is None:
        return None
    return Result(
        code=(found.findtext(f"{{{contract.namespace}}}resultCode") or "").strip(),
        remark=remark and (found.findtext(f"{{{contract.namespace}}}{remark}") or ""),
    )


def rules_named(remark: str) -> frozenset[str]:
    """Give the rules that a remark names, however it spells them: R5, ÖR5, R05, regel R-5."""
    return frozenset(f"R{int(number)}" for number in _RULE.findall(remark))


def identities_in(message: bytes, elements: tuple[str, ...]) -> tuple[str, ...]:
    """Give the persons' identities that a message holds in some elements, well-formed or not."""
    names = "|".join(elements).encode()
    found = re.findall(
        rb"(?:" + names + rb")>\s*<[^>]*root>([^<]*)<[^>]*>\s*<[^>]*extension>([^<]+)<", message
    )
    return tuple(
        dict.fromkeys(
            extension.decode("utf-8", "replace").strip()
            for root, extension in found
            if root.strip() != _HSA_ID.encode()
        )
    )


def leaks_in(text: str, identities: tuple[str, ...]) -> bool:
    """Tell whether a text shows an identity, in full or without century or with hyphen."""
    bare = re.sub(r"[\s+-]", "", text)
    return any(
        form in bare
        for identity in identities
        for form in {
            re.sub(r"[\s+-]", "", identity),
            re.sub(r"[\s+-]", "", identity)[2:],
        }
    )


def stack_trace_in(text: str) -> str | None:
    """Say of which platform a stack trace in the text is, or None where there is none."""
    return next((name for pattern, name in _STACK_TRACES if pattern.search(text)), None)


def log_id_in(text: str) -> str | None:
    """Give the first UUID of a text, or None where there is none."""
    found = _LOG_ID.search(text)
    return found[0] if found else None


def http_refusal(answer: Answer) -> int | None:
    """Give the status (400) by which the system turned a call away without SOAP, or None."""
    fault = answer.fault
    if answer.platform_code != "VP009" or fault is None:
        return None
    found = re.search(r"VP_PRODUCER_EXCEPTION_HTTP_STATUS=(400)\b", fault.detail)
    return int(found[1]) if found else None


def never_reached(answer: Answer) -> bool:
    """Tell whether the platform got no connection to the tested system, TLS and all."""
    fault = answer.fault
    return (
        answer.platform_code == "VP009"
        and fault is not None
        and any(kind in fault.detail for kind in _NO_CONNECTION)
    )


def unconnected(answer: Answer) -> bool:
    """Tell whether nothing listened where the tested system was to be."""
    fault = answer.fault
    return (
        answer.platform_code == "VP009" and fault is not None and _NO_CONNECTION[0] in fault.detail
    )


def of_producer(answer: Answer) -> str:
    """Tell what the system did that made the platform answer in its place."""
    fault = answer.fault
    detail = fault.detail if fault else ""
    if status := re.search(r"VP_PRODUCER_EXCEPTION_HTTP_STATUS=(\d+)", detail):
        return f"systemet svarade HTTP {status[1]} utan en SOAP Fault med status 500"
    for marker, told in _TROUBLES:
        if marker in detail:
            return told
    return short(fault.text if fault else "")


def producer_seconds(answer: Answer) -> float:
    """Give the producer's own response time where the platform told it, else the whole time."""
    told = answer.headers.get("x-skltp-prt", "")
    return int(told) / 1000 if told.isdigit() else answer.seconds


def megabytes(message: bytes) -> str:
    """Give a message's size the way the contract speaks of it."""
    return f"{len(message) / 1_000_000:.1f} MB".replace(".", ",")


def own_fault(answer: Answer) -> Fault | None:
    """Give the tested system's own SOAP fault, also one that the platform did not know for one.

    Source: platform facts, section 1.13 - the platform looks for SOAP's namespace in the bytes,
            and so does not find it in UTF-16, which WS-I R1012 allows.
    """
    if answer.platform_code is None:
        return answer.fault
    root = _root_of(answer.replaced)
    own = answer.replaced is not None and answer.replaced.status == _FAULT_STATUS
    return fault_in(root) if own and root is not None else None


def all_text(answer: Answer) -> str:
    """Give everything readable of an answer: what people would see, and the body as it came.

    Shape: where the platform has replaced the answer, the system's own.
    """
    body, root = answer.body, answer.root
    if answer.replaced is not None:
        body, root = answer.replaced.body, _root_of(answer.replaced)
    texts = [body.decode("utf-8", "replace")]
    if root is not None:
        texts.append(" ".join(str(part) for part in root.itertext()))
    return "\n".join(texts)


def _root_of(raw: Raw | None) -> etree._Element | None:
    return None if raw is None else readable(raw.body)


def short(text: str, longest: int = 240) -> str:
    """Give a text on one line, cut where it is long."""
    plain = " ".join(text.split())
    return plain if len(plain) <= longest else f"{plain[: longest - 1]}…"
