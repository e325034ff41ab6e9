"""Messages that are wrong in one way: each rule broken alone, and faults that the schema sees.

Tables, so that a suite names a fault and gets its message, and a test can show that each breaks
just what it says. Two rules never break alone: a visit in the future (rule001) is also later than
its registration (rule006), and a place withheld from a resident (rule016) is also one that every
CARE_VISIT must have (rule013).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from lxml import etree

from contracts.domains.financial_patientfees_exemption.v1_0.changes import (
    Change,
    add,
    at,
    changed,
    drop,
    put,
    put_time,
    value,
)
from contracts.domains.financial_patientfees_exemption.v1_0.kinds import (
    KINDS,
    Inquiry,
    a_year_from,
    valid,
)

__all__ = [
    "CARD",
    "CITIZEN",
    "GUARDIAN",
    "RULE_FAULTS",
    "SCHEMA_FAULTS",
    "Fault",
    "faults_of",
    "faulty",
    "rule_fault",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One way to be wrong: the rule it breaks (or ``schema``), where, and how to make it.

    Shape: ``place`` is the local name of the element that a good answer points at; ``actor`` who
           asked, empty where nobody knows; ``kind`` the valid message that ``change`` is made to;
           ``with_it`` the rules that cannot hold when this one is broken.
    """

    rule: str
    place: str
    actor: str
    kind: str
    change: Change
    with_it: tuple[str, ...] = ()

    @property
    def breaks(self) -> tuple[str, ...]:
        """Give every rule that the message breaks, in number order."""
        return tuple(sorted((self.rule, *self.with_it)))


def faulty(name: str, inquiry: Inquiry) -> etree._Element:
    """Make the message with the fault of this name.

    Raises: KeyError for a name that is in neither table.
    """
    fault = RULE_FAULTS.get(name) or SCHEMA_FAULTS[name]
    return changed(fault.kind, fault.change, inquiry)


def faults_of(rule: str) -> tuple[str, ...]:
    """Give the names of the faults that are made to break one rule."""
    return tuple(name for name, fault in RULE_FAULTS.items() if fault.rule == rule)


def _too_long_ago(message: etree._Element, inquiry: Inquiry) -> None:
    """Date the visit one day more than twelve months back."""
    day = a_year_from(inquiry.today, years=-1) - timedelta(days=1)
    at(message, "dateOfVisit").text = f"{day:%Y%m%d}"


def _transaction_beside_card(message: etree._Element, inquiry: Inquiry) -> None:
    """Put a transaction, as a caregiver may see one, before the frikort."""
    other = at(valid("transaktioner till vårdgivare", inquiry), "transactions")
    at(message, "exemptions").addprevious(other)


CITIZEN, CARD, GUARDIAN, _STAFF, _STAFF_CARD = (
    "transaktioner till invånare",
    "frikort och transaktioner till invånare",
    "transaktioner till vårdnadshavare",
    "transaktioner till vårdgivare",
    "frikort till vårdgivare",
)
_UNIT = (("root", "1.2.752.129.2.1.4.1"), ("extension", "SE2321000016-PROV2"))


def rule_fault(
    rule: str,
    place: str,
    change: Change,
    kind: str = CITIZEN,
    *,
    actor: str | None = None,
    with_it: tuple[str, ...] = (),
) -> Fault:
    """Give a fault that a rule sees; whoever the kind is for has asked, unless another is named."""
    who = KINDS[kind].actor.value if actor is None else actor
    return Fault(rule=rule, place=place, actor=who, kind=kind, change=change, with_it=with_it)


RULE_FAULTS: Mapping[str, Fault] = {
    "besök i framtiden": rule_fault(
        "rule001", "dateOfVisit", put_time("dateOfVisit", 2), with_it=("rule006",)
    ),
    "besök en dag äldre än tolv månader": rule_fault("rule002", "dateOfVisit", _too_long_ago),
    "frikort för tekniska hjälpmedel": rule_fault(
        "rule003", "typeOfExemption", put("typeOfExemption", "TECHNICAL_AID"), CARD
    ),
    "avgift för sjukresa": rule_fault("rule004", "typeOfFee", put("typeOfFee", "TRANSPORTATION")),
    "vårdenhet utlämnad till vårdgivare": rule_fault(
        "rule005", "transactions", add("transactions", "careUnit", *_UNIT), _STAFF
    ),
    "vårdgivare utlämnad till vårdgivare": rule_fault(
        "rule005", "transactions", add("transactions", "careGiver", *_UNIT), _STAFF
    ),
    "registrering före besöket": rule_fault(
        "rule006", "timeOfRegistration", put_time("timeOfRegistration", -201, clock="235959")
    ),
    "registrering i framtiden": rule_fault(
        "rule007", "timeOfRegistration", put_time("timeOfRegistration", 2, clock="080000")
    ),
    "patient-id av okänt slag": rule_fault("rule008", "root", put("patientId/root", "1.2.3")),
    "valuta EUR": rule_fault("rule009", "currency", put("currency/code", "EUR")),
    "valuta med fel kodverk": rule_fault("rule010", "currency", put("currency/codeSystem", "4217")),
    "valuta med klartext": rule_fault(
        "rule011", "currency", value("currency", "displayName", "Svensk krona")
    ),
    "valuta med kodverkets namn": rule_fault(
        "rule011", "currency", value("currency", "codeSystemName", "ISO 4217")
    ),
    "valuta med kodverkets version": rule_fault(
        "rule011", "currency", value("currency", "codeSystemVersion", "2015")
    ),
    "valuta med ursprunglig text": rule_fault(
        "rule011", "currency", value("currency", "originalText", "kr")
    ),
    "besöksdatum saknas": rule_fault("rule012", "transactions", drop("dateOfVisit")),
    "registreringstid saknas": rule_fault("rule012", "transactions", drop("timeOfRegistration")),
    "vårdenhet saknas och aktören är okänd": rule_fault(
        "rule013", "transactions", drop("careUnit"), actor=""
    ),
    "vårdgivare saknas och aktören är okänd": rule_fault(
        "rule013", "transactions", drop("careGiver"), actor=""
    ),
    "frikort och högkostnadsperiod slutar olika dagar": rule_fault(
        "rule014", "exemptions", put_time("exemptionPeriod/end", 100), CARD
    ),
    "belopp noll": rule_fault("rule015", "amount", put("amount", "0.00")),
    "vårdenhet saknas till invånare": rule_fault(
        "rule016", "transactions", drop("careUnit"), with_it=("rule013",)
    ),
    "vårdgivare saknas till vårdnadshavare": rule_fault(
        "rule016",
        "transactions",
        drop("careGiver"),
        GUARDIAN,
        with_it=("rule013",),
    ),
    "transaktion utöver frikort till vårdgivare": rule_fault(
        "rule018", "feeExemption", _transaction_beside_card, _STAFF_CARD
    ),
}
"""Swedish name of the fault, as scenarios say it, to the rule it is made to break."""


def _schema(place: str, change: Change, kind: str = CITIZEN) -> Fault:
    return Fault(
        rule="schema", place=place, actor=KINDS[kind].actor.value, kind=kind, change=change
    )


def _swap_first_two(message: etree._Element, _inquiry: Inquiry) -> None:
    message.insert(0, message[1])


def _without_namespace(message: etree._Element, _inquiry: Inquiry) -> None:
    at(message, "typeOfFee").tag = "typeOfFee"


_ASKED = "begäran från invånare"

SCHEMA_FAULTS: Mapping[str, Fault] = {
    "begäran utan requestId": _schema("requestId", drop("requestId"), _ASKED),
    "begäran utan aktör": _schema("actor", drop("actor"), _ASKED),
    "begäran utan svarsadress": _schema(
        "responseLogicalAddress", drop("responseLogicalAddress"), _ASKED
    ),
    "aktör av okänt slag": _schema("actorTypeEnum", put("actorTypeEnum", "DOCTOR"), _ASKED),
    "begäran med element i fel ordning": _schema("patientId", _swap_first_two, _ASKED),
    "utlämnande utan requestId": _schema("requestId", drop("requestId")),
    "utlämnande utan patientens id": _schema("patientId", drop("patientId")),
    "utlämnande med element i fel ordning": _schema("feeExemption", _swap_first_two),
    "besöksdatum med bindestreck": _schema("dateOfVisit", put("dateOfVisit", "2026-10-01")),
    "registreringstid utan klockslag": _schema(
        "timeOfRegistration", put("timeOfRegistration", "20261001")
    ),
    "belopp med decimalkomma": _schema("amount", put("amount", "275,50")),
    "belopp utan valuta": _schema("fee", drop("currency")),
    "avgift av okänt slag": _schema("typeOfFee", put("typeOfFee", "FRIKORT")),
    "frikort utan id": _schema("highCostProtectionPeriod", drop("exemptions/id"), CARD),
    "okänt element i domänens namnrymd": _schema("colour", value("transactions", "colour", "x")),
    "element utan namnrymd": _schema("typeOfFee", _without_namespace),
}
"""Swedish name of the fault to a message that is not valid by the schema."""
