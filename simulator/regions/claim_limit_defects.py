"""Known defects of a buyer's own checks: a rule's limit drawn too late, or looked at from one side.

Each takes some of the messages that break a rule, and refuses the rest as it should.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from contracts.domains.financial_billing_claim.v1_1.messages import CLAIM
from simulator.regions.defect import Defect, Equivalent
from simulator.regions.judging_flaws import lets

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from lxml import etree

__all__ = ["EQUIVALENTS", "limit_defects"]

_SMALL, _LARGE = "abcdefghijklmnopqrstuvwxyz", "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_OFF = "(number(//c:payableAmount/c:amount) - sum(//c:patientCareInvoiceNetAmount/c:amount))"
_TOTAL = "//c:patientSpecificCareTotalAmount/c:amount"
_PRODUCT = "//c:numberOfPatientSpecificCare * //c:patientSpecificCarePrice/c:amount"
_GROSS, _NET = (f"//c:patientCareInvoice{name}Amount/c:amount" for name in ("Gross", "Net"))
_PAID = "//c:outPatientCareFeePaid/c:amount"
_ISSUED, _VISIT, _DISCHARGE = "issueDate", "careVisitDate", "careDischargeDate"
_COUNTY, _MUNICIPALITY = ("//c:county/c:{0}", "//c:municipality/c:{0}")


def limit_defects() -> Iterable[Defect]:
    """Make the defects."""
    for rule, name, says, when in (*_BY_HAND, *_of_codes(), *_of_pairs()):
        yield Defect(
            name=name,
            says=says,
            breaks=f"FBC-{rule}",
            also=frozenset({"FBC-VALIDERA-PRODUCENT"}),
            on_judgement=lets(rule, when, c=CLAIM),
        )


def _days(later: str, earlier: str, most: int) -> Callable[[etree._Element], bool]:
    """Tell whether a day is at most so many days after another."""

    def holds(payload: etree._Element) -> bool:
        first, second = (_day(payload, name) for name in (later, earlier))
        return first is not None and second is not None and (first - second).days <= most

    return holds


def _day(payload: etree._Element, name: str) -> datetime | None:
    text = payload.findtext(f".//{{{CLAIM}}}{name}")
    return datetime.strptime(text, "%Y%m%d") if text else None  # noqa: DTZ007 - a day


def _rounded(of: str, expected: str) -> str:
    """Tell whether two sums are less than half a krona apart."""
    return f"({of} - ({expected})) < 0.5 and ({of} - ({expected})) > -0.5"


def _in_small(path: str) -> str:
    return f"{path} != translate({path}, '{_SMALL}', '{_LARGE}')"


_BY_HAND: tuple[tuple[str, str, str, str | Callable[[etree._Element], bool]], ...] = (
    ("R1", "allows-empty-extensions", "takes empty elements of other namespaces",
     "not(//c:*[not(*) and string-length() = 0])"),
    ("R1", "allows-empty-elements-of-its-own", "takes empty elements of the contract",
     "//c:*[not(*) and string-length() = 0]"),
    ("R5", "allows-two-kronor", "takes a total that is two kronor off",
     f"{_OFF} <= 2 and {_OFF} >= -2"),
    ("R5", "compares-whole-kronor", "drops the öre before it compares the total",
     f"floor({_OFF}) <= 1 and floor({_OFF}) >= -1"),
    ("R5", "allows-too-low-totals", "looks only for a total that is too high", f"{_OFF} < 0"),
    ("R5", "allows-too-high-totals", "looks only for a total that is too low", f"{_OFF} > 0"),
    ("R8", "allows-long-county-codes", "wants county codes of at least two characters",
     f"string-length({_COUNTY.format('code')}) > 2"),
    ("R8", "allows-short-county-codes", "wants county codes of at most two characters",
     f"string-length({_COUNTY.format('code')}) < 2"),
    ("R9", "allows-long-municipality-codes", "wants municipality codes of four or more characters",
     f"string-length({_MUNICIPALITY.format('code')}) > 4"),
    ("R9", "allows-short-municipality-codes", "wants municipality codes of at most four characters",
     f"string-length({_MUNICIPALITY.format('code')}) < 4"),
    ("R17", "allows-care-a-day-late", "takes care a day after the document date",
     _days(_VISIT, _ISSUED, 1)),
    ("R18", "allows-discharge-a-day-early", "takes a discharge the day before care began",
     _days(_VISIT, _DISCHARGE, 1)),
    ("R38", "allows-discharge-a-day-late", "takes a discharge a day after the document date",
     _days(_DISCHARGE, _ISSUED, 1)),
    ("R20", "allows-periods-a-day-late", "takes a period that begins a day after the document date",
     _days("invoicePeriod/{*}start", _ISSUED, 1)),
    ("R21", "allows-periods-a-day-backwards", "takes a period that ends the day before it begins",
     _days("invoicePeriod/{*}start", "invoicePeriod/{*}end", 1)),
    ("R22", "takes-professions-in-small-letters", "compares profession codes whatever their case",
     _in_small("//c:professionCodeForHealthcare")),
    ("R26", "rounds-products-to-kronor", "compares products without the öre",
     _rounded(_TOTAL, _PRODUCT)),
    ("R27", "rounds-gross-to-kronor", "compares gross amounts without the öre",
     _rounded(_GROSS, f"{_TOTAL} - {_PAID}")),
    ("R27", "forgets-the-fee-paid", "takes a gross amount from which no fee is deducted",
     _rounded(_GROSS, _TOTAL)),
    ("R28", "rounds-net-to-kronor", "compares net amounts without the öre",
     _rounded(_NET, _GROSS)),
    ("R33", "allows-treatment-without-diagnosis",
     "looks only for a diagnosis where the medical field begins with 9", "not(//c:diagnosis)"),
    ("R33", "allows-diagnosis-without-treatment",
     "looks only for a treatment where the medical field begins with 9", "not(//c:treatment)"),
    ("R35", "looks-at-the-currency-of-the-total-alone", "takes other currencies on the lines",
     "//c:payableAmount/c:currency[c:code = 'SEK' and c:codeSystem = '1.0.4217']"),
    ("R35", "takes-any-code-system-of-currencies", "looks at the currency's code alone",
     "not(//c:currency[c:code != 'SEK'])"),
    ("R35", "takes-any-currency-of-its-code-system", "looks at the currency's code system alone",
     "not(//c:currency[c:codeSystem != '1.0.4217'])"),
    ("R35", "takes-currencies-in-small-letters", "compares currencies whatever their case",
     "//c:currency[c:code = 'sek']"),
    ("R37", "takes-ids-in-small-letters", "compares the beginning of ids whatever its case",
     "//c:id[starts-with(., 'zvf')]"),
    ("R37", "looks-at-the-length-of-ids-alone", "takes any id of 23 characters",
     "string-length(//c:id) = 23"),
    ("R37", "looks-at-the-beginning-of-ids-alone", "takes any id that begins with ZVF",
     "starts-with(//c:id, 'ZVF')"),
    ("R40", "takes-code-system-of-county-99", "takes county 99 with a code system",
     f"{_COUNTY.format('code')} = '99'"),
    ("R40", "takes-counties-without-code-system", "wants no code system of counties",
     f"not({_COUNTY.format('codeSystem')})"),
    ("R40", "takes-counties-of-any-code-system", "takes counties of any code system",
     f"{_COUNTY.format('code')} != '99' and {_COUNTY.format('codeSystem')}"),
    ("R41", "takes-code-system-of-municipality-9901", "takes municipality 9901 with a code system",
     f"{_MUNICIPALITY.format('code')} = '9901'"),
    ("R41", "takes-municipalities-without-code-system", "wants no code system of municipalities",
     f"not({_MUNICIPALITY.format('codeSystem')})"),
    ("R41", "takes-municipalities-of-any-code-system", "takes municipalities of any code system",
     f"{_MUNICIPALITY.format('code')} != '9901' and {_MUNICIPALITY.format('codeSystem')}"),
    ("R43", "compares-lines-of-a-patient-alone", "takes a lineId that another patient's line has",
     "not(//c:lineId[. = ../preceding-sibling::c:healthcarePerformed/c:lineId])"),
    ("R43", "compares-neighbouring-lines-alone", "takes a lineId that a line further up has",
     "not(//c:lineId[. = preceding::c:lineId[1]])"),
    ("R47", "wants-no-code-of-care", "takes patient-specific care without its code",
     "//c:patientSpecificCare[not(c:patientSpecificCareCode)]"),
    ("R47", "wants-no-name-of-care", "takes patient-specific care without its name",
     "//c:patientSpecificCare[not(c:patientSpecificCareCodeName)]"),
    ("R48", "takes-long-numbers", "wants organisation numbers of at least ten digits",
     "//c:identification[c:root = '1.3.7' and string-length(c:extension) > 10]"),
    ("R48", "takes-short-numbers", "wants organisation numbers of at most ten digits",
     "//c:identification[c:root = '1.3.7' and string-length(c:extension) < 10]"),
    ("R48", "takes-any-gln", "looks at organisation numbers alone",
     "//c:identification[c:root = '2.51.1.6' and string-length(c:extension) != 13]"),
)  # fmt: skip
"""A rule, the defect's name, what it does, and when it finds nothing wrong."""

_CODES = (
    ("R12", "typeOfAgreement", 1, 3),
    ("R13", "typeOfChapter", 1, 7),
    ("R14", "typeOfReimbursement", 1, 2),
    ("R15", "typeOfCare/c:code", 1, 2),
    ("R16", "typeOfVisit", 1, 2),
    ("R24", "productCategory", 1, 4),
    ("R25", "priceList", 1, 6),
    ("R29", "patientFeeReducedCategory", 1, 5),
    ("R30", "careLevel", 1, 4),
    ("R36", "reasonForCredit", 1, 9),
)
"""A rule, the element that holds its code, the first and the last code in a row."""


def _of_codes() -> Iterable[tuple[str, str, str, str]]:
    for rule, element, first, last in _CODES:
        name = element.partition("/")[0]
        for below, limit, side in (
            (True, first, "before the first"),
            (False, last, "after the last"),
        ):
            yield (
                rule,
                f"takes-codes-{side.replace(' ', '-')}-of-{rule}",
                f"takes codes of {name} {side}",
                f"//c:{element}[number(.) {'<' if below else '>'} {limit}]",
            )


_PAIRS = (
    "diagnosisCode", "typeOfTreatment", "gender", "businessClassification", "typeOfCare", "ATC",
)  # fmt: skip
"""The elements in which R39 wants both code and code system."""


def _of_pairs() -> Iterable[tuple[str, str, str, str]]:
    for element in _PAIRS:
        for lacking, word in (("code", "code"), ("codeSystem", "code-system")):
            yield (
                "R39",
                f"wants-no-{word}-in-{element}",
                f"takes {element} without its {word.replace('-', ' ')}",
                f"//c:{element}[not(c:{lacking})]",
            )


EQUIVALENTS = (
    Equivalent(
        name="allows-tomorrow",
        says="takes claims that are dated a day ahead (R2)",
        why="a clock a minute past midnight is right to take them, so the suite dates its message "
        "two days ahead",
    ),
    *(
        Equivalent(
            name=f"rounds-half-up-in-{rule}",
            says=f"rounds half an öre up where {rule} rounds to even",
            why="amounts have at most two decimals (FBC-FORMAT-BELOPP), so there is no half öre in "
            "a sum or a product of theirs",
        )
        for rule in ("R26", "R27", "R28")
    ),
    Equivalent(
        name="wants-no-start-of-periods",
        says="looks only for the end of an invoice period (R19)",
        why="a period without a start breaks R21 as well, and is refused all the same",
    ),
    Equivalent(
        name="allows-periods-on-the-document-date",
        says="takes a period that begins on the document date (R20)",
        why="the description's words allow it where the released Schematron does not, so either is "
        "right",
    ),
    Equivalent(
        name="shows-patient-in-comments",
        says="writes the patient's identity in the comment of an ERROR",
        why="FBC-SVAR-SEKRETESS speaks of faults alone; the report notes it as an observation",
    ),
    Equivalent(
        name="shows-patient-in-http-headers",
        says="writes the patient's identity in an HTTP header of its answers",
        why="the platform passes on few headers of an answer, and no requirement speaks of them",
    ),
)
"""What a buyer may do that no message of a good suite tells from right."""
