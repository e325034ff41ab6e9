"""Known defects of the two parties of Högkostnadsskydd, and the requirement each one breaks.

The suites are themselves tested against these: a suite must fail each on the right requirement.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from lxml import etree

from contracts.catalogue import bundled
from contracts.domains.financial_patientfees_exemption.v1_0.kinds import (
    COORDINATION_NUMBER,
    NATIONAL_RESERVE_ID,
)
from contracts.domains.financial_patientfees_exemption.v1_0.messages import (
    EXEMPTION,
    PROCESS,
    REQUEST,
    text_of,
)
from contracts.domains.financial_patientfees_exemption.v1_0.single_faults import RULE_FAULTS
from contracts.envelope import envelope
from contracts.judge import swedish_now
from contracts.terms import SWEDISH_TIME
from simulator.faults import soap_fault
from simulator.regions.answer_defects import answer_defects
from simulator.regions.certificate_defects import presenting_defects, without_certificates
from simulator.regions.defect import Defect, Reply
from simulator.regions.disclosed_limit_defects import disclosed_limit_defects
from simulator.regions.disclosure_defects import disclosing_defects
from simulator.regions.disclosure_limit_defects import disclosure_limit_defects
from simulator.regions.flaws import (
    MixedUp,
    OneAtATime,
    accepts_everything,
    as_web_page,
    fault_as_success,
    lets_through,
    never_checks,
    on_fault,
    refused,
    refuses_beyond_bmp,
    refuses_foreign,
    replacing,
    slow,
    with_stack_trace,
)
from simulator.regions.index_defects import index_defects
from simulator.regions.reading_defects import reading_defects
from simulator.regions.reckoning_defects import reckoning_defects
from simulator.regions.request_defects import requesting_defects
from simulator.regions.schema_defects import VALUES, schema_defects
from simulator.regions.sending_defects import sending_defects
from simulator.regions.sending_wire_defects import sending_wire_defects
from simulator.regions.wire_defects import answering_wire_defects

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from contracts.judge import Judgement

__all__ = ["OF_DISCLOSERS", "OF_REQUESTERS"]

_MEGABYTE = 1_000_000
_DOMAIN = bundled().domain("financial:patientfees:exemption", "1.0")


def _with_patient(_reply: Reply, body: bytes) -> Reply:
    found = re.search(rb"patientId>.*?extension>([^<]+)<", body, re.DOTALL)
    number = found[1].decode("utf-8", "replace") if found else ""
    return Reply(status=500, body=soap_fault(f"Kunde inte läsa meddelandet om {number}"))


def _without_log_id(reply: Reply, _body: bytes) -> Reply:
    return replace(reply, body=re.sub(rb"logId [0-9a-f-]+", b"", reply.body))


def _finding_fault_with(path: str, *texts: str) -> Callable[[Judgement, etree._Element], Judgement]:
    """Refuse messages where an element of the domain says one of some things."""
    steps = "/".join(f"{{*}}{step}" for step in path.split("/"))

    def hook(judgement: Judgement, payload: etree._Element) -> Judgement:
        if judgement.accepted and payload.findtext(f".//{steps}") in texts:
            return refused(judgement, "schema", "Stöds inte.", f"/{path}")
        return judgement

    return hook


def _wants_start_of_period(judgement: Judgement, payload: etree._Element) -> Judgement:
    periods = payload.iter(f"{{{EXEMPTION}}}highCostProtectionPeriod")
    if judgement.accepted and any(
        period.find(f"{{{EXEMPTION}}}start") is None for period in periods
    ):
        return refused(judgement, "start", "Start saknas.", "/highCostProtectionPeriod")
    return judgement


def _wants_two_decimals(judgement: Judgement, payload: etree._Element) -> Judgement:
    amounts = [node.text or "" for node in payload.iter(f"{{{EXEMPTION}}}amount")]
    if judgement.accepted and not all(re.fullmatch(r"-?\d+\.\d\d", text) for text in amounts):
        return refused(judgement, "amount", "Belopp ska ha två decimaler.", "/amount")
    return judgement


def _refuses_empty(judgement: Judgement, payload: etree._Element) -> Judgement:
    if judgement.accepted and payload.find(f"{{{PROCESS}}}feeExemption") is None:
        return refused(judgement, "empty", "Inget att ta emot.", "/ProcessExemptionStatuses")
    return judgement


def _times_in_utc(judgement: Judgement, payload: etree._Element) -> Judgement:
    """Take a registration for UTC, so that what was just registered lies in the future."""
    ahead = swedish_now().utcoffset()
    for node in payload.iter(f"{{{EXEMPTION}}}timeOfRegistration"):
        if not judgement.accepted or ahead is None:
            break
        local = datetime.strptime(node.text or "", "%Y%m%d%H%M%S").replace(tzinfo=SWEDISH_TIME)
        if local + ahead > swedish_now():
            return refused(judgement, "rule007", "Ligger i framtiden.", "/timeOfRegistration")
    return judgement


class _OneSource:
    """A system that takes what one source discloses on a request, and nothing from others."""

    def __init__(self) -> None:
        self._first: dict[str, str] = {}

    def on_judgement(self, judgement: Judgement, payload: etree._Element) -> Judgement:
        request = text_of(payload, "requestId", "root") or ""
        source = payload.findtext(f".//{{{EXEMPTION}}}careGiver/{{{EXEMPTION}}}extension")
        if judgement.accepted and source and self._first.setdefault(request, source) != source:
            return refused(judgement, "source", "Redan besvarad.", "/requestId")
        return judgement


def _result_in_the_response(reply: Reply, _body: bytes) -> Reply:
    return replace(reply, body=reply.body.replace(b"/></soapenv:Body>", _OK_INSIDE))


_OK_INSIDE = b"><resultCode>OK</resultCode></RequestExemptionStatusesResponse></soapenv:Body>"


def _disclosure_in_the_response(reply: Reply, _body: bytes) -> Reply:
    """Disclose in the response, in its room for extensions."""
    inside = (
        b'><e:feeExemption xmlns:e="' + EXEMPTION.encode() + b'"><e:exemptions/></e:feeExemption>'
        b"</RequestExemptionStatusesResponse></soapenv:Body>"
    )
    return replace(reply, body=reply.body.replace(b"/></soapenv:Body>", inside))


def _fault_instead_of_error(reply: Reply, _body: bytes) -> Reply:
    if b">ERROR<" in reply.body:
        return Reply(status=500, body=soap_fault("The disclosure is not valid"))
    return reply


def _ok_for_unreadable(reply: Reply, _body: bytes) -> Reply:
    """Answer OK to what is turned away by a fault."""
    response = etree.Element(f"{{{PROCESS}}}ProcessExemptionStatusesResponse")
    etree.SubElement(response, f"{{{PROCESS}}}resultCode").text = "OK"
    return replace(reply, status=200, body=envelope(response))


def _of_both() -> tuple[Defect, ...]:
    """Make what either party can do wrong; some hold state, so each table has its own."""
    one_at_a_time, mixed_up = OneAtATime(), MixedUp()
    return (
        Defect(
            name="accepts-everything",
            says="takes whatever can be read",
            breaks="FPE-FORMAT-SCHEMA",
            also=frozenset({"FPE-rule*"}),
            on_judgement=accepts_everything,
        ),
        Defect(
            name="ignores-order-and-number",
            says="lets elements be missing, doubled and out of order",
            breaks="FPE-FORMAT-SCHEMA",
            on_judgement=lets_through("not expected|Missing child"),
        ),
        Defect(
            name="ignores-unknown-attributes",
            says="lets attributes stand that the schema does not know",
            breaks="FPE-FORMAT-SCHEMA",
            on_judgement=lets_through("attribute .* is not allowed"),
        ),
        Defect(
            name="ignores-formats",
            says="takes values of any form",
            breaks="FPE-FORMAT-SCHEMA",
            on_judgement=lets_through(r"^\[facet|not a valid value|not an element of the set"),
        ),
        Defect(
            name="refuses-extensions",
            says="refuses elements of other namespaces where the schema allows them",
            breaks="FPE-FORMAT-TILLAGG",
            also=frozenset({"FPE-FORMAT-TECKEN", "FPE-UTLAMNANDE-ERROR"}),
            on_judgement=refuses_foreign(REQUEST, PROCESS, EXEMPTION),
        ),
        Defect(
            name="refuses-characters-beyond-bmp",
            says="answers a fault to characters outside the basic plane",
            breaks="FPE-FORMAT-TECKEN",
            on_request=refuses_beyond_bmp,
        ),
        Defect(
            name="shows-patient",
            says="puts the patient's identity in its faults",
            breaks="FPE-FAULT-SEKRETESS",
            also=frozenset({"FPE-FAULT-LOGGID"}),
            on_reply=on_fault(_with_patient),
        ),
        Defect(
            name="gives-no-log-id",
            says="answers faults without a log id",
            breaks="FPE-FAULT-LOGGID",
            on_reply=on_fault(_without_log_id),
        ),
        Defect(
            name="shows-stack-trace",
            says="puts a stack trace in its faults, in place of a log id",
            breaks="FPE-FAULT-LOGGID",
            on_reply=on_fault(with_stack_trace),
        ),
        Defect(
            name="answers-web-page",
            says="answers a web page where a SOAP fault is due",
            breaks="FPE-FAULT",
            also=frozenset({"FPE-FAULT-LOGGID", "FPE-FAULT-SEKRETESS"}),
            on_reply=on_fault(as_web_page),
        ),
        Defect(
            name="answers-fault-as-success",
            says="answers SOAP faults with HTTP status 200",
            breaks="FPE-FAULT",
            on_reply=on_fault(fault_as_success),
        ),
        Defect(
            name="slow",
            says="takes more than a second for each call",
            breaks="FPE-SLA-SVARSTID",
            in_full=True,
            on_request=slow(1.1, below=_MEGABYTE),
        ),
        Defect(
            name="one-at-a-time",
            says="answers a fault to whoever calls while it is busy",
            breaks="FPE-SLA-SAMTIDIGA",
            in_full=True,
            on_request=one_at_a_time.on_request,
        ),
        Defect(
            name="mixes-up-answers",
            says="hands one caller's answer to another",
            breaks="FPE-SLA-SAMTIDIGA",
            in_full=True,
            on_request=mixed_up.on_request,
            on_reply=mixed_up.on_reply,
        ),
    )


_OF_UNREAD = frozenset({"FPE-OMSANDNING*", "FPE-STATUS-HEADER", "FPE-UTLAMNANDE-ETT"})
"""What a party breaks beside that cannot read its answers."""


def _named(*defects: Defect) -> dict[str, Defect]:
    return {defect.name: defect for defect in defects}


OF_DISCLOSERS: Mapping[str, Defect] = _named(
    *_of_both(),
    *answer_defects("FPE-FORMAT-SCHEMA", own="RequestExemptionStatuses"),
    *schema_defects("FPE-FORMAT-SCHEMA", also=["FPE-FAULT"], values=["takes-any-word"]),
    *without_certificates("FPE-TLS"),
    *presenting_defects("FPE-TLS", also="FPE-*"),
    *answering_wire_defects(),
    *sending_wire_defects(),
    Defect(
        name="refuses-guardians",
        says="answers a fault to requests on behalf of a guardian",
        breaks="FPE-KVITTENS",
        on_judgement=_finding_fault_with("actor/actorTypeEnum", "GUARDIAN"),
    ),
    Defect(
        name="refuses-reserve-numbers",
        says="answers a fault to requests about a reserve number",
        breaks="FPE-KVITTENS",
        on_judgement=_finding_fault_with("patientId/root", NATIONAL_RESERVE_ID, "1.2.752.97.3.1.3"),
    ),
    Defect(
        name="discloses-in-the-response",
        says="puts what it holds in the response",
        breaks="FPE-KVITTENS",
        on_reply=_disclosure_in_the_response,
    ),
    Defect(
        name="answers-with-a-result",
        says="puts a result code in the response, which has none",
        breaks="FPE-FORMAT-SCHEMA",
        on_reply=_result_in_the_response,
    ),
    *reading_defects(also=_OF_UNREAD, waits=True),
    *disclosing_defects(),
    *disclosed_limit_defects(),
    *index_defects(),
    *sending_defects(),
)
"""Defects of the disclosing party by name."""


def _by_rule() -> tuple[Defect, ...]:
    """Make a defect for each rule of a lone message, with the rules that are broken alongside.

    A visit in the future is also later than its registration, and a place withheld from a resident
    breaks two rules; who checks one of such a pair refuses the message all the same.
    """
    companions: dict[str, tuple[str, ...]] = {"rule013": ("rule016",)}
    for fault in RULE_FAULTS.values():
        companions[fault.rule] = companions.get(fault.rule, ()) + fault.with_it
    return tuple(
        Defect(
            name=f"never-checks-{requirement.rule}",
            says="accepts disclosures that break "
            + " or ".join(dict.fromkeys((requirement.rule, *companions[requirement.rule]))),
            breaks=requirement.id,
            on_judgement=never_checks(requirement.rule, *companions[requirement.rule]),
        )
        for requirement in _DOMAIN.requirements.rules()
    )


_EMPTIED: tuple[tuple[str, str, Callable[[str], str]], ...] = (
    ("leaves-texts-empty", "answers ERROR with an empty resultText", lambda _text: ""),
    ("leaves-texts-blank", "answers ERROR with a resultText of blanks", lambda _text: " \n "),
)  # fmt: skip
"""Name, what it says of itself, and its text in place of the right one."""


OF_REQUESTERS: Mapping[str, Defect] = _named(
    *_of_both(),
    *answer_defects(
        "FPE-FORMAT-SCHEMA",
        own="ProcessExemptionStatuses",
        code="resultCode",
        code_breaks="FPE-UTLAMNANDE-SVAR",
        remark="resultText",
    ),
    *without_certificates("FPE-TLS"),
    *presenting_defects("FPE-TLS", also="FPE-*"),
    *schema_defects(
        "FPE-FORMAT-SCHEMA",
        values=VALUES.keys() - {"takes-numbers-of-any-form", "takes-truth-of-any-form"},
    ),
    *answering_wire_defects(),
    *sending_wire_defects(),
    Defect(
        name="answers-fault-instead-of-error",
        says="answers a SOAP fault where ERROR is due",
        breaks="FPE-UTLAMNANDE-ERROR",
        also=frozenset({"FPE-FORMAT-SCHEMA"}),
        on_reply=_fault_instead_of_error,
    ),
    Defect(
        name="gives-no-text",
        says="answers ERROR without a resultText",
        breaks="FPE-UTLAMNANDE-ERROR",
        on_comment=lambda _text: None,
    ),
    *(
        Defect(name=name, says=says, breaks="FPE-UTLAMNANDE-ERROR", on_comment=emptied)
        for name, says, emptied in _EMPTIED
    ),
    Defect(
        name="answers-unknown-code",
        says="answers a result code that the contract does not have",
        breaks="FPE-UTLAMNANDE-SVAR",
        on_reply=replacing(b">OK<", b">MOTTAGET<"),
    ),
    Defect(
        name="answers-in-wrong-namespace",
        says="answers with elements of the domain's namespace",
        breaks="FPE-FORMAT-SCHEMA",
        also=frozenset({"FPE-UTLAMNANDE-ERROR", "FPE-UTLAMNANDE-SVAR"}),
        on_reply=replacing(PROCESS.encode(), EXEMPTION.encode()),
    ),
    Defect(
        name="accepts-unreadable",
        says="answers OK to what it cannot read",
        breaks="FPE-FAULT",
        also=frozenset({"FPE-FORMAT-SCHEMA"}),
        on_reply=on_fault(_ok_for_unreadable),
    ),
    Defect(
        name="takes-unknown-requests",
        says="takes disclosures that nobody has asked for",
        breaks="FPE-TA-EMOT-OKAND",
        takes_unknown=True,
    ),
    Defect(
        name="refuses-duplicates",
        says="answers ERROR to the same disclosure once more",
        breaks="FPE-TA-EMOT-DUBBLETT",
        refuses_again=True,
    ),
    Defect(
        name="takes-one-source",
        says="answers ERROR to disclosures of other sources than the first",
        breaks="FPE-TA-EMOT-FLERA",
        on_judgement=_OneSource().on_judgement,
    ),
    Defect(
        name="refuses-empty",
        says="answers ERROR to a disclosure of nothing",
        breaks="FPE-TA-EMOT-TOMT",
        on_judgement=_refuses_empty,
    ),
    Defect(
        name="refuses-coordination-numbers",
        says="answers ERROR to disclosures on a coordination number",
        breaks="FPE-UTLAMNANDE-SVAR",
        on_judgement=_finding_fault_with("patientId/root", COORDINATION_NUMBER),
    ),
    Defect(
        name="wants-start-of-period",
        says="refuses a frikort without the start of its high-cost period, which may be left out",
        breaks="FPE-UTLAMNANDE-SVAR",
        in_full=True,
        on_judgement=_wants_start_of_period,
    ),
    Defect(
        name="wants-two-decimals",
        says="refuses amounts without two decimals",
        breaks="FPE-FORMAT-BELOPP",
        also=frozenset({"FPE-UTLAMNANDE-SVAR"}),
        on_judgement=_wants_two_decimals,
    ),
    Defect(
        name="reads-times-as-utc",
        says="takes times of registration for UTC",
        breaks="FPE-FORMAT-TID",
        also=frozenset({"FPE-rule001"}),
        on_judgement=_times_in_utc,
    ),
    *requesting_defects(),
    *reckoning_defects(),
    *sending_defects(),
    *disclosure_limit_defects(),
    *reading_defects(also=_OF_UNREAD, waits=False),
    *_by_rule(),
)
"""Defects of the requesting party by name: those made by hand, and one for each rule."""
