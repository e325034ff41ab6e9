"""Known defects of a buying region's system, and the requirement each one breaks.

The suites are themselves tested against these: a suite must fail each on the right requirement.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from lxml import etree

from contracts.catalogue import bundled
from contracts.domains.financial_billing_claim.v1_1.kinds import (
    COORDINATION_NUMBER,
    NATIONAL_RESERVE_ID,
)
from contracts.domains.financial_billing_claim.v1_1.messages import CLAIM, RESPONDER
from contracts.envelope import envelope
from simulator.faults import soap_fault
from simulator.regions.answer_defects import answer_defects
from simulator.regions.certificate_defects import without_certificates
from simulator.regions.claim_limit_defects import limit_defects
from simulator.regions.claim_strictness_defects import strictness_defects
from simulator.regions.defect import Defect, Reply
from simulator.regions.flaws import (
    MixedUp,
    OneAtATime,
    OneThread,
    accepted,
    accepts_everything,
    as_web_page,
    fault_as_success,
    lets_through,
    never_checks,
    on_fault,
    refused,
    refuses_above,
    refuses_beyond_bmp,
    refuses_foreign,
    replacing,
    skips_schema,
    slow,
    with_stack_trace,
)
from simulator.regions.schema_defects import VALUES, schema_defects
from simulator.regions.wire_defects import answering_wire_defects

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from contracts.judge import Judgement

__all__ = ["DEFECTS"]

_MEGABYTE = 1_000_000
_DOMAIN = bundled().domain("financial:billing:claim", "1.1")


def _strict_amounts(judgement: Judgement, payload: etree._Element) -> Judgement:
    """Refuse the krona that R5 allows for rounding."""
    if not judgement.accepted:
        return judgement
    nets = payload.iterfind(f".//{{{CLAIM}}}patientCareInvoiceNetAmount/{{{CLAIM}}}amount")
    payable = payload.findtext(f".//{{{CLAIM}}}payableAmount/{{{CLAIM}}}amount")
    difference = sum(float(net.text or 0) for net in nets) - float(payable or 0)
    if abs(difference) > 0.5:  # noqa: PLR2004 - half a krona
        return refused(judgement, "R5", "Beloppet stämmer inte.", "/payableAmount/amount")
    return judgement


def _refuses_identity(*roots: str) -> Callable[[Judgement, etree._Element], Judgement]:
    def hook(judgement: Judgement, payload: etree._Element) -> Judgement:
        root = payload.findtext(f".//{{{CLAIM}}}patientIdentity/{{{CLAIM}}}root")
        if judgement.accepted and root in roots:
            return refused(judgement, "R99", "Okänd identitetstyp.", "/patientIdentity/root")
        return judgement

    return hook


def _refuses_type(kind: str) -> Callable[[Judgement, etree._Element], Judgement]:
    def hook(judgement: Judgement, payload: etree._Element) -> Judgement:
        if judgement.accepted and payload.findtext(f".//{{{CLAIM}}}typeOfInvoice") == kind:
            return refused(judgement, "R4", "Fakturatypen stöds inte.", "/typeOfInvoice")
        return judgement

    return hook


def _refuses_drg(judgement: Judgement, payload: etree._Element) -> Judgement:
    if judgement.accepted and payload.find(f".//{{{CLAIM}}}DRGCost") is not None:
        return refused(judgement, "R45", "DRG stöds inte.", "/categorization/DRGCost")
    return judgement


def _wants_seller_contact(judgement: Judgement, payload: etree._Element) -> Judgement:
    if judgement.accepted and payload.find(f".//{{{CLAIM}}}sellerContact") is None:
        return refused(judgement, "R99", "Kontakt saknas.", "/supplierParty/sellerContact")
    return judgement


def _wants_two_decimals(judgement: Judgement, payload: etree._Element) -> Judgement:
    amounts = [node.text or "" for node in payload.iter(f"{{{CLAIM}}}amount")]
    if judgement.accepted and not all(re.fullmatch(r"-?\d+\.\d\d", text) for text in amounts):
        return refused(judgement, "R5", "Belopp ska ha två decimaler.", "/payableAmount/amount")
    return judgement


def _allows_two_identities(judgement: Judgement, _payload: etree._Element) -> Judgement:
    """Let a second patientIdentity through, which only the schema forbids."""
    if judgement.findings and "/patientIdentity[" in judgement.findings[0].where:
        return accepted(judgement)
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


def _with_patient(_reply: Reply, body: bytes) -> Reply:
    found = re.search(rb"extension>(19\d{10})<", body)
    number = found[1].decode() if found else ""
    return Reply(status=500, body=soap_fault(f"Kunde inte läsa underlag för {number}"))


def _error_for_unreadable(reply: Reply, body: bytes) -> Reply:
    """Answer OK to what cannot be read at all."""
    response = etree.Element(f"{{{RESPONDER}}}ProcessClaimSpecificationResponse")
    etree.SubElement(response, f"{{{RESPONDER}}}resultCode").text = "OK"
    return replace(reply, status=200, body=envelope(response)) if body else reply


def _only_where(schema: bool, text: str) -> Callable[[str], str]:
    """Comment with a text in place of what the schema, or the rules, have found."""
    return lambda comment: text if (_OF_SCHEMA in comment) is schema else comment


_OF_SCHEMA = "regel: schema"
_EMPTIED: tuple[tuple[str, str, str, Callable[[str], str]], ...] = (
    ("leaves-comments-empty", "FBC-SVAR-KOMMENTAR", "answers ERROR with an empty comment",
     lambda _comment: ""),
    ("leaves-comments-blank", "FBC-SVAR-KOMMENTAR", "answers ERROR with a comment of blanks",
     lambda _comment: " \n "),
    ("leaves-comments-on-rules-empty", "FBC-SVAR-KOMMENTAR",
     "answers ERROR with an empty comment where rules are broken", _only_where(False, "")),
    ("leaves-comments-on-the-schema-empty", "FBC-SVAR-SCHEMA",
     "answers ERROR with an empty comment where the schema is broken", _only_where(True, "")),
)  # fmt: skip
"""Name, requirement, what it says of itself, and its comment in place of the right one."""


def _table() -> dict[str, Defect]:
    one_at_a_time, mixed_up = OneAtATime(), MixedUp()
    by_hand = (
        Defect(
            name="accepts-everything",
            says="answers OK to whatever can be read",
            breaks="FBC-VALIDERA-PRODUCENT",
            also=frozenset({"FBC-R*", "FBC-SVAR-INGET-SPARAT", "FBC-SVAR-SCHEMA", "FBC-ÖR7"}),
            on_judgement=accepts_everything,
        ),
        Defect(
            name="skips-schema",
            says="answers OK to messages that are not valid by the schema",
            breaks="FBC-SVAR-SCHEMA",
            also=frozenset({"FBC-SVAR-INGET-SPARAT", "FBC-VALIDERA-PRODUCENT", "FBC-ÖR7"}),
            on_judgement=skips_schema,
        ),
        Defect(
            name="ignores-order-and-number",
            says="lets elements be missing, doubled and out of order",
            breaks="FBC-SVAR-SCHEMA",
            also=frozenset({"FBC-VALIDERA-PRODUCENT", "FBC-ÖR7"}),
            on_judgement=lets_through("not expected|Missing child"),
        ),
        Defect(
            name="ignores-unknown-attributes",
            says="lets attributes stand that the schema does not know",
            breaks="FBC-SVAR-SCHEMA",
            also=frozenset({"FBC-VALIDERA-PRODUCENT"}),
            on_judgement=lets_through("attribute .* is not allowed"),
        ),
        Defect(
            name="ignores-formats",
            says="takes values of any form",
            breaks="FBC-SVAR-SCHEMA",
            also=frozenset({"FBC-SVAR-INGET-SPARAT", "FBC-SVAR-PLATS", "FBC-VALIDERA-PRODUCENT"}),
            on_judgement=lets_through(r"^\[facet|not a valid value"),
        ),
        Defect(
            name="answers-fault-instead-of-error",
            says="answers a SOAP fault where ERROR is due",
            breaks="FBC-SVAR-ERROR",
            also=frozenset({"FBC-SVAR-FORMAT", "FBC-SVAR-SCHEMA"}),
            on_reply=_fault_instead_of_error,
        ),
        Defect(
            name="gives-no-comment",
            says="answers ERROR without a comment",
            breaks="FBC-SVAR-KOMMENTAR",
            also=frozenset({"FBC-SVAR-PLATS", "FBC-SVAR-SCHEMA"}),
            on_comment=lambda _comment: None,
        ),
        *(
            Defect(
                name=name,
                says=says,
                breaks=breaks,
                also=frozenset({"FBC-SVAR-PLATS", "FBC-SVAR-SCHEMA", "FBC-SVAR-KOMMENTAR"}),
                on_comment=emptied,
            )
            for name, breaks, says, emptied in _EMPTIED
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
            also=frozenset({"FBC-SVAR-PLATS"}),
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
            on_reply=replacing(b">OK<", b">INFO<"),
        ),
        Defect(
            name="answers-in-wrong-namespace",
            says="answers with elements of the domain's namespace",
            breaks="FBC-SVAR-FORMAT",
            on_reply=replacing(RESPONDER.encode(), CLAIM.encode()),
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
            also=frozenset({"FBC-DUBBLETT", "FBC-KREDIT-EMOT"}),
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
            also=frozenset({"FBC-SVAR-OK"}),
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
            also=frozenset({"FBC-SVAR-KOMMENTAR"}),
            on_judgement=refuses_foreign(CLAIM, RESPONDER),
        ),
        Defect(
            name="shows-stack-trace",
            says="puts a stack trace in its faults",
            breaks="FBC-SVAR-SEKRETESS",
            on_reply=on_fault(with_stack_trace),
        ),
        Defect(
            name="shows-patient",
            says="puts the patient's identity in its faults",
            breaks="FBC-SVAR-SEKRETESS",
            on_reply=on_fault(_with_patient),
        ),
        Defect(
            name="answers-web-page",
            says="answers a web page where a SOAP fault is due",
            breaks="FBC-SVAR-FAULT",
            on_reply=on_fault(as_web_page),
        ),
        Defect(
            name="answers-fault-as-success",
            says="answers SOAP faults with HTTP status 200",
            breaks="FBC-SVAR-FAULT",
            on_reply=on_fault(fault_as_success),
        ),
        Defect(
            name="accepts-unreadable",
            says="answers OK to what is not XML",
            breaks="FBC-SVAR-FAULT",
            on_reply=on_fault(_error_for_unreadable),
        ),
        Defect(
            name="slow",
            says="takes more than three seconds for small messages of some size",
            breaks="FBC-SLA-1MB",
            in_full=True,
            on_request=slow(3.2, above=_MEGABYTE // 2, below=_MEGABYTE),
        ),
        *(
            Defect(
                name=f"slow-above-{least}-mb",
                says=f"takes {seconds:g} seconds for messages of {least} to {most} MB",
                breaks=f"FBC-SLA-{most}MB",
                in_full=True,
                on_request=slow(seconds, above=least * _MEGABYTE, below=most * _MEGABYTE),
            )
            for least, most, seconds in ((1, 2, 6.2), (2, 3, 9.2), (3, 5, 15.2))
        ),
        Defect(
            name="refuses-above-1-mb",
            says="refuses messages above 1 MB",
            breaks="FBC-SLA-2MB",
            in_full=True,
            on_request=refuses_above(1),
        ),
        Defect(
            name="refuses-above-2-mb",
            says="refuses messages above 2 MB",
            breaks="FBC-SLA-3MB",
            in_full=True,
            on_request=refuses_above(2),
        ),
        Defect(
            name="refuses-large",
            says="refuses messages above 4 MB",
            breaks="FBC-SLA-5MB",
            in_full=True,
            on_request=refuses_above(4),
        ),
        Defect(
            name="falls-behind",
            says="works on one call at a time, so that ten a second become a queue",
            breaks="FBC-SLA-TAKT",
            in_full=True,
            on_request=OneThread().on_request,
        ),
        Defect(
            name="refuses-drg",
            says="answers ERROR to care paid by DRG",
            breaks="FBC-SVAR-OK",
            on_judgement=_refuses_drg,
        ),
        Defect(
            name="wants-seller-contact",
            says="refuses claims without the seller's contact, which may be left out",
            breaks="FBC-SVAR-OK",
            also=frozenset({"FBC-TILLAGG"}),
            in_full=True,
            on_judgement=_wants_seller_contact,
        ),
        Defect(
            name="wants-two-decimals",
            says="refuses amounts without two decimals",
            breaks="FBC-FORMAT-BELOPP",
            also=frozenset({"FBC-SVAR-OK"}),
            on_judgement=_wants_two_decimals,
        ),
        Defect(
            name="refuses-characters-beyond-bmp",
            says="answers a fault to characters outside the basic plane",
            breaks="FBC-TECKEN",
            on_request=refuses_beyond_bmp,
        ),
        Defect(
            name="allows-two-identities",
            says="accepts two identities for one patient",
            breaks="FBC-ÖR7",
            also=frozenset({"FBC-VALIDERA-PRODUCENT"}),
            on_judgement=_allows_two_identities,
        ),
        Defect(
            name="one-at-a-time",
            says="answers a fault to whoever calls while it is busy",
            breaks="FBC-SLA-SAMTIDIGA",
            in_full=True,
            on_request=one_at_a_time.on_request,
        ),
        Defect(
            name="mixes-up-answers",
            says="hands one caller's answer to another",
            breaks="FBC-SVAR-RATT-SVAR",
            in_full=True,
            on_request=mixed_up.on_request,
            on_reply=mixed_up.on_reply,
        ),
    )
    by_rule = (
        Defect(
            name=f"never-checks-{requirement.rule}",
            says=f"accepts messages that break {requirement.rule}",
            breaks=requirement.id,
            also=frozenset({"FBC-VALIDERA-PRODUCENT"}),
            on_judgement=never_checks(requirement.rule),
        )
        for requirement in _DOMAIN.requirements.rules()
    )
    profile = (*without_certificates("FBC-TLS"), *answering_wire_defects())
    judging = (*limit_defects(), *strictness_defects())
    schema = schema_defects(
        "FBC-SVAR-SCHEMA",
        also=("FBC-SVAR-INGET-SPARAT", "FBC-SVAR-PLATS", "FBC-VALIDERA-PRODUCENT", "FBC-ÖR7"),
        values=VALUES.keys() - {"takes-any-word"},  # its schema lists none
    )
    answers = answer_defects(
        "FBC-SVAR-FORMAT",
        own="ProcessClaimSpecification",
        code="resultCode",
        code_breaks="FBC-SVAR-KOD",
        remark="comment",
    )
    every = (*by_hand, *by_rule, *judging, *schema, *answers, *profile)
    return {defect.name: defect for defect in every}


DEFECTS: Mapping[str, Defect] = _table()
"""Name to defect: those made by hand, and one for each rule that is never checked."""
