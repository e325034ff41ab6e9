"""Known defects of a requester's own checks: a limit drawn wrongly, or looked at from one side.

Some take a few of the messages that break a rule, and refuse the rest as they should; others
refuse what is right, if only just.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from contracts.domains.financial_patientfees_exemption.v1_0.kinds import a_year_from
from contracts.domains.financial_patientfees_exemption.v1_0.messages import EXEMPTION
from contracts.judge import swedish_now
from simulator.regions.defect import Defect, Equivalent
from simulator.regions.judging_flaws import lets, minds

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from lxml import etree

    When = str | Callable[[etree._Element], bool]

__all__ = ["EQUIVALENTS", "disclosure_limit_defects"]

_COMPANIONS = {"rule016": ("rule013",)}  # neither breaks without the other, for who has asked
_REFUSED = frozenset({"FPE-UTLAMNANDE-SVAR", "FPE-FORMAT-BELOPP", "FPE-FORMAT-TID"})


def disclosure_limit_defects() -> Iterable[Defect]:
    """Make the defects."""
    for rule, name, says, when in (*_TAKING, *_of_codes()):
        with_it = _COMPANIONS.get(rule, ())
        yield Defect(
            name=name,
            says=says,
            breaks=f"FPE-{rule}",
            also=frozenset(f"FPE-{each}" for each in with_it),
            on_judgement=lets((rule, *with_it), when, e=EXEMPTION),
        )
    for rule, name, says, when in _REFUSING:
        yield Defect(
            name=name,
            says=says,
            breaks=f"FPE-{rule}",
            also=_REFUSED,
            on_judgement=minds(rule, when, e=EXEMPTION),
        )


def _days(later: str, earlier: str) -> Callable[[etree._Element], int | None]:
    """Count the days from one to the other; None where either is missing."""

    def counted(payload: etree._Element) -> int | None:
        found = (payload.findtext(f".//{path}", namespaces={"e": EXEMPTION})
                 for path in (later, earlier))  # fmt: skip
        first, second = (
            datetime.strptime(text[:8], "%Y%m%d") if text else None  # noqa: DTZ007 - a day
            for text in found
        )
        return (first - second).days if first and second else None

    return counted


def _within(of: Callable[[etree._Element], int | None], least: int, most: int) -> When:
    def holds(payload: etree._Element) -> bool:
        days = of(payload)
        return days is not None and least <= days <= most

    return holds


def _visited(payload: etree._Element, name: str = "dateOfVisit") -> set[str]:
    return {(node.text or "")[:8] for node in payload.iter(f"{{{EXEMPTION}}}{name}")}


def _is_of_a_year_ago(payload: etree._Element) -> bool:
    return f"{a_year_from(swedish_now().date(), years=-1):%Y%m%d}" in _visited(payload)


def _is_of_today(payload: etree._Element) -> bool:
    return f"{swedish_now():%Y%m%d}" in _visited(payload)


def _is_registered_today(payload: etree._Element) -> bool:
    return f"{swedish_now():%Y%m%d}" in _visited(payload, "timeOfRegistration")


_ENDS = _days("e:exemptionPeriod/e:end", "e:highCostProtectionPeriod/e:end")
_EVER = 10_000
_ROOT, _CODE = "//e:patientId/e:root", "//e:currency/e:{0}"

_TAKING: tuple[tuple[str, str, str, When], ...] = (
    ("rule005", "lets-care-givers-be-told", "looks only for a care unit that is told to staff",
     "not(//e:transactions/e:careUnit)"),
    ("rule005", "lets-care-units-be-told", "looks only for a care giver that is told to staff",
     "not(//e:transactions/e:careGiver)"),
    ("rule006", "allows-registration-a-day-early", "takes a registration the day before the visit",
     _within(_days("e:timeOfRegistration", "e:dateOfVisit"), -1, -1)),
    ("rule007", "compares-days-of-registration", "takes any time of registration today",
     _is_registered_today),
    ("rule008", "takes-local-reserve-numbers", "takes the local reserve numbers of a region",
     f"{_ROOT} = '1.2.752.97.3.1.3'"),
    ("rule008", "takes-neighbouring-sorts-of-identity", "looks at the beginning of an OID alone",
     f"starts-with({_ROOT}, '1.2.752.129.2.1.3.')"),
    ("rule009", "takes-currencies-in-small-letters", "compares currencies whatever their case",
     f"{_CODE.format('code')} = 'sek'"),
    ("rule010", "takes-code-systems-that-begin-right",
     "looks at the beginning of the code system alone",
     f"starts-with({_CODE.format('codeSystem')}, '1.0.4217')"),
    ("rule012", "wants-no-day-of-visit", "takes fees without the day of the visit",
     "//e:transactions[not(e:dateOfVisit)]"),
    ("rule012", "wants-no-time-of-registration", "takes fees without the time of registration",
     "//e:transactions[not(e:timeOfRegistration)]"),
    ("rule014", "lets-cards-end-later", "looks only for a frikort that ends before its period",
     _within(_ENDS, 1, _EVER)),
    ("rule014", "lets-cards-end-earlier", "looks only for a frikort that ends after its period",
     _within(_ENDS, -_EVER, -1)),
    ("rule014", "lets-cards-end-a-day-later", "takes a frikort that ends the day after its period",
     _within(_ENDS, 1, 1)),
    ("rule014", "lets-cards-end-a-day-earlier",
     "takes a frikort that ends the day before its period does", _within(_ENDS, -1, -1)),
    ("rule015", "compares-amounts-as-text", "looks for the amount 0.00 letter by letter",
     "not(//e:fee/e:amount[. = '0.00'])"),
    ("rule016", "wants-no-care-unit", "takes fees to residents without the care unit",
     "//e:transactions[not(e:careUnit)]"),
    ("rule016", "wants-no-care-giver", "takes fees to residents without the care giver",
     "//e:transactions[not(e:careGiver)]"),
)  # fmt: skip
"""A rule, the defect's name, what it does, and when it finds nothing wrong."""

_KINDS = {"TECHNICAL_AID": "technical aids", "TRANSPORTATION": "journeys"}
_FIELDS = {
    "displayName": "display-names",
    "codeSystemName": "names-of-code-systems",
    "codeSystemVersion": "versions-of-code-systems",
    "originalText": "original-texts",
}


def _of_codes() -> Iterable[tuple[str, str, str, str]]:
    for code, told in _KINDS.items():
        name = told.replace(" ", "-")
        yield ("rule003", f"takes-frikort-for-{name}", f"takes frikort for {told}",
               f"//e:typeOfExemption = '{code}'")  # fmt: skip
        yield ("rule004", f"takes-fees-for-{name}", f"takes fees for {told}",
               f"//e:typeOfFee = '{code}'")  # fmt: skip
    for field, name in _FIELDS.items():
        yield ("rule011", f"takes-{name}", f"takes currencies with {field}",
               _CODE.format(field))  # fmt: skip


_REFUSING: tuple[tuple[str, str, str, When], ...] = (
    ("rule001", "refuses-visits-of-today", "takes the visits of yesterday and before alone",
     _is_of_today),
    ("rule002", "refuses-the-anniversary", "refuses visits on the very day twelve months back",
     _is_of_a_year_ago),
    ("rule011", "refuses-empty-names", "refuses a name of a currency that is empty",
     "//e:currency/e:displayName"),
    ("rule014", "wants-the-end-of-the-period", "refuses a high-cost period without its end",
     "//e:highCostProtectionPeriod[not(e:end)]"),
    ("rule015", "rounds-amounts-to-kronor", "refuses amounts below half a krona as zero",
     "//e:fee/e:amount[number(.) < 0.5 and number(.) > -0.5]"),
    ("rule015", "refuses-refunds", "refuses amounts below zero",
     "//e:fee/e:amount[number(.) < 0]"),
)  # fmt: skip
"""A rule, the defect's name, what it does, and what it refuses that is right."""

EQUIVALENTS = (
    Equivalent(
        name="allows-tomorrow",
        says="takes visits that are dated a day ahead (rule001)",
        why="a clock a minute past midnight is right to take them, so the suite dates its message "
        "two days ahead",
    ),
    Equivalent(
        name="gives-no-text-of-the-schema",
        says="answers ERROR without a resultText where the schema is broken",
        why="FPE-UTLAMNANDE-ERROR speaks of disclosures that are valid by the schema; others may "
        "be turned away by a fault as well",
    ),
)
"""What a requester may do that no message of a good suite tells from right."""
