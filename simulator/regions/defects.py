"""Known defects a region's system can be started with, and the requirement each one breaks.

The suites are themselves tested against these: a suite must fail each on the right requirement.
"""

from __future__ import annotations

import re
import threading
import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from lxml import etree

from contracts.catalogue import bundled
from contracts.domains.financial_billing_claim.v1_1.kinds import (
    COORDINATION_NUMBER,
    NATIONAL_RESERVE_ID,
)
from contracts.domains.financial_billing_claim.v1_1.messages import CLAIM, RESPONDER
from contracts.envelope import envelope
from contracts.errors import UsageError
from contracts.findings import Finding
from simulator.faults import soap_fault

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from contracts.judge import Judgement

__all__ = ["DEFECTS", "FLAWLESS", "Defect", "Reply", "defect_named"]

_MEGABYTE = 1_000_000
_BMP = 0xFFFF
_DOMAIN = bundled().domain("financial:billing:claim", "1.1")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """An HTTP answer of a region's system."""

    status: int
    body: bytes
    content_type: str = "text/xml; charset=UTF-8"


def _no_reply(_body: bytes) -> Reply | None:
    return None


def _same_judgement(judgement: Judgement, _payload: etree._Element) -> Judgement:
    return judgement


def _same_comment(comment: str) -> str | None:
    return comment


def _same_reply(reply: Reply, _body: bytes) -> Reply:
    return reply


@dataclass(frozen=True, slots=True, kw_only=True)
class Defect:
    """One way in which a system is wrong.

    Shape: ``breaks`` is the requirement a suite must fail it on. The hooks stand where a message
           passes: on the request, the judgement, the comment and the reply.
    """

    name: str
    says: str
    breaks: str
    on_request: Callable[[bytes], Reply | None] = _no_reply
    on_judgement: Callable[[Judgement, etree._Element], Judgement] = _same_judgement
    on_comment: Callable[[str], str | None] = _same_comment
    on_reply: Callable[[Reply, bytes], Reply] = _same_reply
    keeps_refused: bool = False
    keeps_twice: bool = False
    keeps_nothing: bool = False
    ties_credits: bool = True
    matches_any_amount: bool = False


FLAWLESS = Defect(name="", says="has no known defect", breaks="")


def defect_named(name: str) -> Defect:
    """Give the defect of this name; ``never-checks-R5`` and its kin exist for every rule.

    Raises: UsageError for an unknown name, with the known ones.
    """
    if name in DEFECTS:
        return DEFECTS[name]
    raise UsageError(
        f"there is no defect named {name!r}",
        mend=f"choose one of: {', '.join(DEFECTS)}",
    )


def _accepted(judgement: Judgement) -> Judgement:
    return replace(judgement, schema_valid=True, failed_rules=(), findings=())


def _refused(judgement: Judgement, rule: str, text: str, where: str) -> Judgement:
    finding = Finding(rule=rule, text=f"{rule}: {text}", where=where)
    return replace(judgement, failed_rules=(rule,), findings=(finding,))


def _accepts_everything(judgement: Judgement, _payload: etree._Element) -> Judgement:
    return _accepted(judgement)


def _skips_schema(judgement: Judgement, _payload: etree._Element) -> Judgement:
    return judgement if judgement.schema_valid else _accepted(judgement)


def _never_checks(rule: str) -> Callable[[Judgement, etree._Element], Judgement]:
    def hook(judgement: Judgement, _payload: etree._Element) -> Judgement:
        if not judgement.failed_rules:
            return judgement
        return replace(
            judgement,
            failed_rules=tuple(name for name in judgement.failed_rules if name != rule),
            findings=tuple(finding for finding in judgement.findings if finding.rule != rule),
        )

    return hook


def _strict_amounts(judgement: Judgement, payload: etree._Element) -> Judgement:
    """Refuse the krona that R5 allows for rounding."""
    if not judgement.accepted:
        return judgement
    nets = payload.iterfind(f".//{{{CLAIM}}}patientCareInvoiceNetAmount/{{{CLAIM}}}amount")
    payable = payload.findtext(f".//{{{CLAIM}}}payableAmount/{{{CLAIM}}}amount")
    difference = sum(float(net.text or 0) for net in nets) - float(payable or 0)
    if abs(difference) > 0.5:  # noqa: PLR2004 - half a krona
        return _refused(judgement, "R5", "Beloppet stämmer inte.", "/payableAmount/amount")
    return judgement


def _refuses_identity(*roots: str) -> Callable[[Judgement, etree._Element], Judgement]:
    def hook(judgement: Judgement, payload: etree._Element) -> Judgement:
        root = payload.findtext(f".//{{{CLAIM}}}patientIdentity/{{{CLAIM}}}root")
        if judgement.accepted and root in roots:
            return _refused(judgement, "R99", "Okänd identitetstyp.", "/patientIdentity/root")
        return judgement

    return hook


def _refuses_type(kind: str) -> Callable[[Judgement, etree._Element], Judgement]:
    def hook(judgement: Judgement, payload: etree._Element) -> Judgement:
        if judgement.accepted and payload.findtext(f".//{{{CLAIM}}}typeOfInvoice") == kind:
            return _refused(judgement, "R4", "Fakturatypen stöds inte.", "/typeOfInvoice")
        return judgement

    return hook


def _refuses_drg(judgement: Judgement, payload: etree._Element) -> Judgement:
    if judgement.accepted and payload.find(f".//{{{CLAIM}}}DRGCost") is not None:
        return _refused(judgement, "R45", "DRG stöds inte.", "/categorization/DRGCost")
    return judgement


def _wants_two_decimals(judgement: Judgement, payload: etree._Element) -> Judgement:
    amounts = [node.text or "" for node in payload.iter(f"{{{CLAIM}}}amount")]
    if judgement.accepted and not all(re.fullmatch(r"-?\d+\.\d\d", text) for text in amounts):
        return _refused(judgement, "R5", "Belopp ska ha två decimaler.", "/payableAmount/amount")
    return judgement


def _allows_two_identities(judgement: Judgement, _payload: etree._Element) -> Judgement:
    """Let a second patientIdentity through, which only the schema forbids."""
    if judgement.findings and "/patientIdentity[" in judgement.findings[0].where:
        return _accepted(judgement)
    return judgement


def _refuses_extensions(judgement: Judgement, payload: etree._Element) -> Judgement:
    for element in payload.iter("{*}*"):
        if etree.QName(element).namespace not in (CLAIM, RESPONDER):
            finding = Finding(rule="schema", text="Okänt element", where="/claimSpecification")
            return replace(judgement, schema_valid=False, failed_rules=None, findings=(finding,))
    return judgement


def _blames_next(comment: str) -> str:
    """Name another rule than the broken one."""
    return re.sub(r"R(\d+)", lambda found: f"R{int(found[1]) % 52 + 1}", comment)


def _lists_every_rule(_comment: str) -> str:
    return "Något av följande är fel: " + ", ".join(
        requirement.rule for requirement in _DOMAIN.requirements.rules()
    )


def _nameless(comment: str) -> str:
    return re.sub(r"\bR\d+\b", "regeln", comment)


def _placeless(comment: str) -> str:
    return ", ".join(sorted(set(re.findall(r"regel: (\w+)", comment)))) + " är bruten."


def _fault_instead_of_error(reply: Reply, _body: bytes) -> Reply:
    if b">ERROR<" in reply.body:
        return Reply(status=500, body=soap_fault("The claim specification is not valid"))
    return reply


def _replacing(old: bytes, new: bytes) -> Callable[[Reply, bytes], Reply]:
    def hook(reply: Reply, _body: bytes) -> Reply:
        return replace(reply, body=reply.body.replace(old, new))

    return hook


def _on_fault(change: Callable[[Reply, bytes], Reply]) -> Callable[[Reply, bytes], Reply]:
    """Apply a change to SOAP faults alone."""

    def hook(reply: Reply, body: bytes) -> Reply:
        return change(reply, body) if reply.status == 500 else reply  # noqa: PLR2004

    return hook


def _with_stack_trace(_reply: Reply, _body: bytes) -> Reply:
    trace = (
        "java.lang.IllegalStateException: parse\n"
        "\tat se.region.billing.ClaimService.receive(ClaimService.java:88)\n"
        "\tat org.apache.cxf.phase.PhaseInterceptorChain.doIntercept("
        "PhaseInterceptorChain.java:308)"
    )
    return Reply(status=500, body=soap_fault("Internal error", detail=trace))


def _with_patient(_reply: Reply, body: bytes) -> Reply:
    found = re.search(rb"extension>(19\d{10})<", body)
    number = found[1].decode() if found else ""
    return Reply(status=500, body=soap_fault(f"Kunde inte läsa underlag för {number}"))


def _as_web_page(_reply: Reply, _body: bytes) -> Reply:
    return Reply(
        status=500,
        body=b"<html><body>Internal Server Error</body></html>",
        content_type="text/html",
    )


def _fault_as_success(reply: Reply, _body: bytes) -> Reply:
    return replace(reply, status=200)


def _error_for_unreadable(reply: Reply, body: bytes) -> Reply:
    """Answer OK to what cannot be read at all."""
    response = etree.Element(f"{{{RESPONDER}}}ProcessClaimSpecificationResponse")
    etree.SubElement(response, f"{{{RESPONDER}}}resultCode").text = "OK"
    return replace(reply, status=200, body=envelope(response)) if body else reply


def _slow(seconds: float, *, below: int, above: int = 0) -> Callable[[bytes], Reply | None]:
    def hook(body: bytes) -> Reply | None:
        if above <= len(body) < below:
            time.sleep(seconds)
        return None

    return hook


def _refuses_above(megabytes: int) -> Callable[[bytes], Reply | None]:
    def hook(body: bytes) -> Reply | None:
        if len(body) > megabytes * _MEGABYTE:
            return Reply(status=413, body=b"too large", content_type="text/plain")
        return None

    return hook


def _refuses_beyond_bmp(body: bytes) -> Reply | None:
    """Answer a fault to characters that take four bytes in UTF-8."""
    if any(ord(letter) > _BMP for letter in body.decode("utf-8", "ignore")):
        return Reply(status=500, body=soap_fault("Kunde inte spara meddelandet"))
    return None


class _OneThread:
    """A system that works on one call at a time, and slowly, so that a queue grows."""

    def __init__(self) -> None:
        self._busy = threading.Lock()

    def on_request(self, _body: bytes) -> Reply | None:
        with self._busy:
            time.sleep(0.18)
        return None


class _OneAtATime:
    """A system that answers a fault to whoever comes while it is busy."""

    def __init__(self) -> None:
        self._busy = threading.Lock()

    def on_request(self, _body: bytes) -> Reply | None:
        if not self._busy.acquire(blocking=False):
            return Reply(status=500, body=soap_fault("Upptagen, försök senare"))
        try:
            time.sleep(0.02)
        finally:
            self._busy.release()
        return None


class _MixedUp:
    """A system that hands one caller's answer to another when they come at the same time."""

    def __init__(self) -> None:
        self._last: Reply | None = None
        self._under_way = 0
        self._lock = threading.Lock()

    def on_request(self, _body: bytes) -> Reply | None:
        with self._lock:
            self._under_way += 1
        return None

    def on_reply(self, reply: Reply, _body: bytes) -> Reply:
        time.sleep(0.01)
        with self._lock:
            others = self._under_way > 1
            self._under_way -= 1
            given, self._last = (self._last or reply) if others else reply, reply
        return given


def _table() -> dict[str, Defect]:
    one_at_a_time, mixed_up = _OneAtATime(), _MixedUp()
    by_hand = (
        Defect(
            name="accepts-everything",
            says="answers OK to whatever can be read",
            breaks="FBC-VALIDERA-PRODUCENT",
            on_judgement=_accepts_everything,
        ),
        Defect(
            name="skips-schema",
            says="answers OK to messages that are not valid by the schema",
            breaks="FBC-SVAR-SCHEMA",
            on_judgement=_skips_schema,
        ),
        Defect(
            name="answers-fault-instead-of-error",
            says="answers a SOAP fault where ERROR is due",
            breaks="FBC-SVAR-ERROR",
            on_reply=_fault_instead_of_error,
        ),
        Defect(
            name="gives-no-comment",
            says="answers ERROR without a comment",
            breaks="FBC-SVAR-KOMMENTAR",
            on_comment=lambda _comment: None,
        ),
        Defect(
            name="names-no-rule",
            says="comments without the name of the broken rule",
            breaks="FBC-SVAR-KOMMENTAR",
            on_comment=_nameless,
        ),
        Defect(
            name="blames-wrong-rule",
            says="names another rule than the broken one",
            breaks="FBC-SVAR-KOMMENTAR",
            on_comment=_blames_next,
        ),
        Defect(
            name="lists-every-rule",
            says="names all rules in every comment",
            breaks="FBC-SVAR-KOMMENTAR",
            on_comment=_lists_every_rule,
        ),
        Defect(
            name="gives-no-place",
            says="comments without the place of the fault",
            breaks="FBC-SVAR-PLATS",
            on_comment=_placeless,
        ),
        Defect(
            name="answers-info",
            says="answers INFO where OK is due",
            breaks="FBC-SVAR-KOD",
            on_reply=_replacing(b">OK<", b">INFO<"),
        ),
        Defect(
            name="answers-in-wrong-namespace",
            says="answers with elements of the domain's namespace",
            breaks="FBC-SVAR-FORMAT",
            on_reply=_replacing(RESPONDER.encode(), CLAIM.encode()),
        ),
        Defect(
            name="keeps-refused",
            says="keeps claim specifications that it answered ERROR to",
            breaks="FBC-SVAR-INGET-SPARAT",
            keeps_refused=True,
        ),
        Defect(
            name="keeps-nothing",
            says="answers OK and keeps nothing",
            breaks="FBC-MATCHA",
            keeps_nothing=True,
        ),
        Defect(
            name="keeps-duplicates",
            says="keeps the same claim specification twice",
            breaks="FBC-DUBBLETT",
            keeps_twice=True,
        ),
        Defect(
            name="loses-credits",
            says="does not tie a credit to its original",
            breaks="FBC-KREDIT-EMOT",
            ties_credits=False,
        ),
        Defect(
            name="refuses-credits",
            says="answers ERROR to credits",
            breaks="FBC-KREDIT-EMOT",
            on_judgement=_refuses_type("381"),
        ),
        Defect(
            name="matches-any-amount",
            says="matches invoices by id alone",
            breaks="FBC-MATCHA",
            matches_any_amount=True,
        ),
        Defect(
            name="refuses-coordination-numbers",
            says="answers ERROR to patients with a coordination number",
            breaks="FBC-FORMAT-IDENTITET",
            on_judgement=_refuses_identity(COORDINATION_NUMBER),
        ),
        Defect(
            name="refuses-reserve-numbers",
            says="answers ERROR to patients with a reserve number",
            breaks="FBC-FORMAT-IDENTITET",
            on_judgement=_refuses_identity(NATIONAL_RESERVE_ID, "1.2.752.97.3.1.3"),
        ),
        Defect(
            name="refuses-rounding",
            says="refuses the krona that R5 allows",
            breaks="FBC-R5",
            on_judgement=_strict_amounts,
        ),
        Defect(
            name="refuses-extensions",
            says="refuses elements of other namespaces where the schema allows them",
            breaks="FBC-TILLAGG",
            on_judgement=_refuses_extensions,
        ),
        Defect(
            name="shows-stack-trace",
            says="puts a stack trace in its faults",
            breaks="FBC-SVAR-SEKRETESS",
            on_reply=_on_fault(_with_stack_trace),
        ),
        Defect(
            name="shows-patient",
            says="puts the patient's identity in its faults",
            breaks="FBC-SVAR-SEKRETESS",
            on_reply=_on_fault(_with_patient),
        ),
        Defect(
            name="answers-web-page",
            says="answers a web page where a SOAP fault is due",
            breaks="FBC-SVAR-FAULT",
            on_reply=_on_fault(_as_web_page),
        ),
        Defect(
            name="answers-fault-as-success",
            says="answers SOAP faults with HTTP status 200",
            breaks="FBC-SVAR-FAULT",
            on_reply=_on_fault(_fault_as_success),
        ),
        Defect(
            name="accepts-unreadable",
            says="answers OK to what is not XML",
            breaks="FBC-SVAR-FAULT",
            on_reply=_on_fault(_error_for_unreadable),
        ),
        Defect(
            name="slow",
            says="takes more than three seconds for small messages of some size",
            breaks="FBC-SLA-1MB",
            on_request=_slow(3.2, above=_MEGABYTE // 2, below=_MEGABYTE),
        ),
        Defect(
            name="refuses-above-1-mb",
            says="refuses messages above 1 MB",
            breaks="FBC-SLA-2MB",
            on_request=_refuses_above(1),
        ),
        Defect(
            name="refuses-above-2-mb",
            says="refuses messages above 2 MB",
            breaks="FBC-SLA-3MB",
            on_request=_refuses_above(2),
        ),
        Defect(
            name="refuses-large",
            says="refuses messages above 4 MB",
            breaks="FBC-SLA-5MB",
            on_request=_refuses_above(4),
        ),
        Defect(
            name="falls-behind",
            says="works on one call at a time, so that ten a second become a queue",
            breaks="FBC-SLA-TAKT",
            on_request=_OneThread().on_request,
        ),
        Defect(
            name="refuses-drg",
            says="answers ERROR to care paid by DRG",
            breaks="FBC-SVAR-OK",
            on_judgement=_refuses_drg,
        ),
        Defect(
            name="wants-two-decimals",
            says="refuses amounts without two decimals",
            breaks="FBC-FORMAT-BELOPP",
            on_judgement=_wants_two_decimals,
        ),
        Defect(
            name="refuses-characters-beyond-bmp",
            says="answers a fault to characters outside the basic plane",
            breaks="FBC-TECKEN",
            on_request=_refuses_beyond_bmp,
        ),
        Defect(
            name="allows-two-identities",
            says="accepts two identities for one patient",
            breaks="FBC-ÖR7",
            on_judgement=_allows_two_identities,
        ),
        Defect(
            name="one-at-a-time",
            says="answers a fault to whoever calls while it is busy",
            breaks="FBC-SLA-SAMTIDIGA",
            on_request=one_at_a_time.on_request,
        ),
        Defect(
            name="mixes-up-answers",
            says="hands one caller's answer to another",
            breaks="FBC-SVAR-RATT-SVAR",
            on_request=mixed_up.on_request,
            on_reply=mixed_up.on_reply,
        ),
    )
    by_rule = (
        Defect(
            name=f"never-checks-{requirement.rule}",
            says=f"accepts messages that break {requirement.rule}",
            breaks=requirement.id,
            on_judgement=_never_checks(requirement.rule),
        )
        for requirement in _DOMAIN.requirements.rules()
    )
    return {defect.name: defect for defect in (*by_hand, *by_rule)}


DEFECTS: Mapping[str, Defect] = _table()
"""Name to defect: those made by hand, and one for each rule that is never checked."""
