"""The edges of the 49 rules are where the released rules have them, also where the TKB differs.

Source: utomlansfakturering facts, "Business rules" and "Where the official Schematron and the TKB
text differ".
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

import pytest
from lxml import etree

from contracts.domains.financial_billing_claim.v1_1.kinds import KINDS, Deal
from contracts.domains.financial_billing_claim.v1_1.messages import (
    CLAIM,
    CareItem,
    Claim,
    payload_of,
)

Maker = Callable[..., etree._Element]
Rules = Callable[[etree._Element], tuple[str, ...]]

OUT, IN, DRG, MANY = "öppen vård", "sluten vård", "DRG", "flera patienter och rader"
COMMITTED, PARTIAL, CREDIT = "betalningsförbindelse", "delfakturering", "kredit"


def first(payload: etree._Element, name: str) -> etree._Element:
    """Find the first element of a name."""
    return next(payload.iter(f"{{{CLAIM}}}{name}"))


def leaf(name: str, text: str = "") -> etree._Element:
    """Make an element of the domain."""
    element = etree.Element(f"{{{CLAIM}}}{name}")
    element.text = text or None
    return element


def costing(deal: Deal, *prices: str) -> Claim:
    """Make a claim whose lines cost what is said, with nothing paid and all sums right."""
    claim = KINDS[OUT](deal)
    (line,) = claim.lines
    (care,) = line.care
    cares = tuple(
        replace(
            care,
            line_id=number,
            fee=None,
            fee_paid=None,
            items=(CareItem(code="L1", name="Besök", count=1, price=Decimal(price)),),
        )
        for number, price in enumerate(prices, start=1)
    )
    return replace(claim, lines=(replace(line, care=cares),))


# R1: empty elements -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "failed"),
    [
        pytest.param("", ("R1",), id="empty"),
        pytest.param("<!-- none -->", ("R1",), id="comment alone"),
        pytest.param(" ", (), id="a blank"),
        pytest.param("\n\t", (), id="a line end"),
        pytest.param("<!-- none --> ", (), id="comment and a blank"),
        pytest.param("<![CDATA[ ]]>", (), id="a blank in CDATA"),
        pytest.param("0", (), id="a zero"),
    ],
)
def test_r1_counts_comments_as_nothing_and_blanks_as_something(
    a_claim: Maker, failed_rules: Rules, content: str, failed: tuple[str, ...]
) -> None:
    """An element needs a child element or a text, be it white space."""
    claim = a_claim()
    new = etree.fromstring(f"<invoiceId xmlns='{CLAIM}'>{content}</invoiceId>")
    old = first(claim, "invoiceId")
    claim[0].replace(old, new)

    assert failed_rules(claim) == failed


def test_r1_looks_into_every_namespace(a_claim: Maker, failed_rules: Rules) -> None:
    """An extension may not be empty either, nor what is inside it."""
    claim = a_claim()
    note = etree.SubElement(first(claim, "activity"), "{urn:note}note")
    inner = etree.SubElement(note, "{urn:note}inner", {"kind": "an attribute is no content"})
    assert failed_rules(claim) == ("R1",)

    inner.text = "text"
    assert failed_rules(claim) == ()


# R2, R17-R21, R38: dates --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "failed"), [("20261121", ()), ("20261122", ()), ("20261123", ("R2",))]
)
def test_r2_takes_today(a_claim: Maker, failed_rules: Rules, day: str, failed: tuple[str]) -> None:
    """The document may be dated today, not tomorrow."""
    assert failed_rules(a_claim(OUT, {"issueDate": day})) == failed


@pytest.mark.parametrize(
    ("kind", "changes", "failed"),
    [
        pytest.param(OUT, {"careVisitDate": "20261119"}, (), id="visit on the document date"),
        pytest.param(OUT, {"careVisitDate": "20261120"}, ("R17",), id="visit the day after"),
        pytest.param(IN, {"careDischargeDate": "20261023"}, (), id="in and out the same day"),
        pytest.param(IN, {"careDischargeDate": "20261022"}, ("R18",), id="out the day before"),
        pytest.param(IN, {"careDischargeDate": "20261119"}, (), id="out on the document date"),
        pytest.param(IN, {"careDischargeDate": "20261120"}, ("R38",), id="out the day after that"),
    ],
)
def test_care_ends_before_the_document_is_written(
    a_claim: Maker, failed_rules: Rules, kind: str, changes: dict[str, str], failed: tuple[str, ...]
) -> None:
    """R17, R18 and R38 take equal days."""
    claim = a_claim(kind)
    assert (first(claim, "issueDate").text, first(claim, "careVisitDate").text) == (
        "20261119",
        "20261023",
    )

    assert failed_rules(a_claim(kind, changes)) == failed


def test_a_day_that_no_calendar_has_is_taken(a_claim: Maker, failed_rules: Rules) -> None:
    """The schema's pattern lets 31 February through, and the rules compare numbers."""
    assert failed_rules(a_claim(OUT, {"careVisitDate": "20260231"})) == ()


@pytest.mark.parametrize(
    ("start", "end", "failed"),
    [
        pytest.param("20261023", "20261106", (), id="before the document date"),
        pytest.param("20261118", "20261119", (), id="until the document date"),
        pytest.param("20261118", "20261120", (), id="past the document date"),
        pytest.param("20261118", "20261231", (), id="start alone is earlier"),
        pytest.param("20261119", "20261119", ("R20",), id="start, end and document one day"),
        pytest.param("20261119", "20261120", ("R20",), id="start on the document date"),
        pytest.param("20261120", "20261121", ("R20",), id="all later"),
        pytest.param("20261120", "20261118", ("R21",), id="backwards, end alone earlier"),
        pytest.param("20261106", "20261106", (), id="one day"),
        pytest.param("20261106", "20261105", ("R21",), id="backwards"),
        pytest.param("20261106", None, ("R19",), id="no end, on which R21 is silent"),
        pytest.param("20261119", None, ("R19", "R20"), id="no end, start not earlier"),
        pytest.param(None, "20261106", ("R19", "R21"), id="no start"),
        pytest.param(None, "20261119", ("R19", "R20", "R21"), id="no start, end not earlier"),
    ],
)
def test_an_invoice_period_is_judged_by_both_its_ends(
    a_claim: Maker, failed_rules: Rules, start: str | None, end: str | None, failed: tuple[str, ...]
) -> None:
    """R20 passes when one end is earlier than the document, as the released rule does."""
    claim = a_claim(PARTIAL, {"invoicePeriod/start": start, "invoicePeriod/end": end})

    assert failed_rules(claim) == failed


# R3, R46, R48: the parties ------------------------------------------------------------------


@pytest.mark.parametrize(("party", "rule"), [("supplierParty", "R3"), ("customerParty", "R46")])
@pytest.mark.parametrize(
    ("roots", "holds"),
    [
        pytest.param(("1.3.7",), True, id="organisation number"),
        pytest.param(("2.51.1.6",), False, id="GLN"),
        pytest.param(("1.3.7", "2.51.1.6"), True, id="both"),
        pytest.param(("2.51.1.6", "1.3.7"), True, id="both, GLN first"),
        pytest.param(("1.3.7", "1.3.7"), False, id="two organisation numbers"),
        pytest.param(("2.51.1.6", "2.51.1.6"), False, id="two GLN"),
    ],
)
def test_a_party_has_an_organisation_number_and_perhaps_a_gln(
    a_claim: Maker, failed_rules: Rules, party: str, rule: str, roots: tuple[str, ...], holds: bool
) -> None:
    """R3 of the seller and R46 of the buyer are one rule."""
    claim = a_claim()
    element = first(claim, party)
    for old in element.findall(f"{{{CLAIM}}}identification"):
        element.remove(old)
    for number, root in enumerate(roots):
        identification = leaf("identification")
        extension = "2321000016" if root == "1.3.7" else "7365565594238"
        identification.extend([leaf("root", root), leaf("extension", extension)])
        element.insert(number, identification)

    assert failed_rules(claim) == (() if holds else (rule,))


@pytest.mark.parametrize(
    ("root", "extension", "holds"),
    [
        ("1.3.7", "2321000016", True),
        ("1.3.7", "232100-0016", False),
        ("1.3.7", "7365565594238", False),
        ("1.3.7", "abcdefghij", True),
        ("2.51.1.6", "7365565594238", True),
        ("2.51.1.6", "736556559423", False),
        ("2.51.1.6", "2321000016", False),
    ],
)
def test_r48_counts_characters(
    a_claim: Maker, failed_rules: Rules, root: str, extension: str, holds: bool
) -> None:
    """10 characters go with an organisation number, 13 with a GLN, digits or not."""
    claim = a_claim(
        "säljare med organisationsnummer och GLN",
        {"identification/root": root, "identification/extension": extension},
    )

    assert ("R48" in failed_rules(claim)) is not holds


# R4 and the other value lists ---------------------------------------------------------------

LISTS = (
    ("R4", OUT, "typeOfInvoice", "380"),
    ("R10", OUT, "gender/code", "0 1 2 9"),
    ("R12", COMMITTED, "typeOfAgreement", "1 2 3"),
    ("R13", COMMITTED, "typeOfChapter", "1 2 3 4 5 6 7"),
    ("R14", COMMITTED, "typeOfReimbursement", "1 2"),
    ("R15", OUT, "typeOfCare/code", "01"),
    ("R16", OUT, "typeOfVisit", "1 2"),
    (
        "R22",
        OUT,
        "professionCodeForHealthcare",
        "AP AT AU BM BA DT FT HK KP LG LK NA OP OT PS PT RC RS SG SF SJ TH TL US TP TO OV",
    ),
    ("R24", OUT, "productCategory", "01 02 03 04 99"),
    ("R25", OUT, "priceList", "1 2 3 4 5 6"),
    ("R29", OUT, "patientFeeReducedCategory", "01 02 03 04 05 99"),
    ("R30", OUT, "careLevel", "1 2 3 4"),
    ("R36", CREDIT, "reasonForCredit", "1 2 3 4 5 6 7 8 9"),
    ("R50", COMMITTED, "agreementInRiksavtalet", "3.1 3.2 4.1 4.3 4.4"),
)


@pytest.mark.parametrize(("rule", "kind", "path", "values"), LISTS, ids=[one[0] for one in LISTS])
def test_a_value_list_takes_its_values_with_blanks_around(
    a_claim: Maker, failed_rules: Rules, rule: str, kind: str, path: str, values: str
) -> None:
    """Every value of the list is taken, and blanks and line ends around it do not count."""
    for value in values.split():
        assert failed_rules(a_claim(kind, {path: value})) == ()
        assert failed_rules(a_claim(kind, {path: f" {value}\n\t"})) == (), rule


@pytest.mark.parametrize(("rule", "kind", "path", "values"), LISTS, ids=[one[0] for one in LISTS])
def test_a_value_list_refuses_anything_else(
    a_claim: Maker, failed_rules: Rules, rule: str, kind: str, path: str, values: str
) -> None:
    """A blank inside, a value in part, two values at once or none at all break the rule."""
    one, *_ = listed = values.split()
    wrong = {
        f"{one[0]} {one[1:] or one}",
        f"{one}0",
        f"0{one}",
        one.lower() + "x",
        " ",
        values + " x",
    }
    wrong |= {values, one[:-1] or "-"} - set(listed)

    for value in sorted(wrong - set(listed)):
        assert failed_rules(a_claim(kind, {path: value})) == (rule,), value


def test_380_may_stand_in_blanks_but_not_hold_one(a_claim: Maker, failed_rules: Rules) -> None:
    """The documented example: ' 380 ' is 380, '3 80' is nothing."""
    assert failed_rules(a_claim(OUT, {"typeOfInvoice": " 380 "})) == ()
    assert failed_rules(a_claim(OUT, {"typeOfInvoice": "3 80"})) == ("R4",)


@pytest.mark.parametrize(
    ("text", "failed"),
    [
        pytest.param("381", ("R52",), id="a credit"),
        pytest.param(" 381 ", ("R52",), id="a credit in blanks"),
        pytest.param("13812", ("R4", "R52"), id="381 inside"),
        pytest.param("3 81", ("R4",), id="381 with a blank"),
    ],
)
def test_r52_looks_for_381_anywhere(
    a_claim: Maker, failed_rules: Rules, text: str, failed: tuple[str, ...]
) -> None:
    """Whatever contains 381 has to name what it credits."""
    assert failed_rules(a_claim(OUT, {"typeOfInvoice": text})) == failed


# R5: the sum --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("net", "billed", "holds"),
    [
        pytest.param("1234.56", "1235.56", False, id="1 more, refused for noise"),
        pytest.param("12345.67", "12346.67", True, id="1 more, accepted for noise"),
        pytest.param("1234.56", "1233.56", True, id="1 less, accepted for noise"),
        pytest.param("12345.67", "12344.67", False, id="1 less, refused for noise"),
        pytest.param("1234.56", "1235.55", True, id="99 öre more"),
        pytest.param("12345.67", "12346.68", False, id="1 krona and 1 öre more"),
        pytest.param("1800", "1801", True, id="a whole krona more"),
        pytest.param("1800", "1799", True, id="a whole krona less"),
        pytest.param("1800", "1802", False, id="two kronor more"),
        pytest.param("1800", "1798", False, id="two kronor less"),
        pytest.param("1800", "1801.01", False, id="one öre past the krona"),
        pytest.param("98765432", "98765433", True, id="a krona on many"),
        pytest.param("0", "-1", True, id="a krona less than nothing"),
    ],
)
def test_r5_takes_a_krona_of_difference(
    deal: Deal, failed_rules: Rules, net: str, billed: str, holds: bool
) -> None:
    """The net sum is a binary number: with öre an exact krona may fall either way."""
    claim = payload_of(costing(deal, net))
    first(first(claim, "payableAmount"), "amount").text = billed

    assert failed_rules(claim) == (() if holds else ("R5",))


def test_r5_sums_all_lines_of_all_patients(a_claim: Maker, failed_rules: Rules) -> None:
    """Leaving out one line is seen, wherever it stands."""
    claim = a_claim(MANY)
    nets = [first(net, "amount") for net in claim.iter(f"{{{CLAIM}}}patientCareInvoiceNetAmount")]
    payable = first(first(claim, "payableAmount"), "amount")
    total = Decimal(payable.text or "")
    assert len(nets) == 5
    assert sum(Decimal(net.text or "") for net in nets) == total

    for net in nets:
        payable.text = str(total - Decimal(net.text or ""))
        assert failed_rules(claim) == ("R5",)


def test_r5_of_a_claim_without_lines_is_nought(a_claim: Maker, failed_rules: Rules) -> None:
    """An empty sum is 0."""
    claim = a_claim(OUT, {"healthCareServicesSpecificationLine": None, "payableAmount/amount": "1"})
    assert failed_rules(claim) == ()

    first(claim, "amount").text = "2"
    assert failed_rules(claim) == ("R5",)


# R26-R28: amounts ---------------------------------------------------------------------------

ITEM_TOTAL = "patientSpecificCareTotalAmount/amount"
GROSS, NET = "patientCareInvoiceGrossAmount/amount", "patientCareInvoiceNetAmount/amount"


@pytest.mark.parametrize(
    ("price", "total", "holds"),
    [
        pytest.param("0.125", "0.12", True, id="0.125 is 0.12"),
        pytest.param("0.125", "0.13", False, id="0.125 is not 0.13"),
        pytest.param("0.375", "0.38", True, id="0.375 is 0.38"),
        pytest.param("0.375", "0.37", False, id="0.375 is not 0.37"),
        pytest.param("0.12", "0.125", True, id="the total is rounded too"),
        pytest.param("1.015", "1.02", False, id="1.015 is a little less in binary"),
        pytest.param("1.015", "1.01", True, id="so that it is 1.01"),
        pytest.param("1.015", "1.015", False, id="and not itself"),
        pytest.param("2100.00", "2100.004", True, id="less than half an öre"),
        pytest.param("2100.00", "2100.01", False, id="an öre"),
    ],
)
def test_r26_rounds_both_sides_half_to_even(
    deal: Deal, failed_rules: Rules, price: str, total: str, holds: bool
) -> None:
    """Number times price is a binary number, made exact and rounded to whole öre."""
    claim = payload_of(costing(deal, price))
    first(first(claim, "patientSpecificCarePrice"), "amount").text = price
    first(first(claim, "patientSpecificCareTotalAmount"), "amount").text = total

    assert ("R26" in failed_rules(claim)) is not holds


@pytest.mark.parametrize(
    ("total", "gross", "holds"),
    [
        pytest.param("0.125", "0.12", True, id="0.125 is 0.12"),
        pytest.param("0.125", "0.13", False, id="0.125 is not 0.13"),
        pytest.param("0.375", "0.38", True, id="0.375 is 0.38"),
        pytest.param("0.375", "0.37", False, id="0.375 is not 0.37"),
        pytest.param("1.015", "1.01", True, id="1.015 is 1.01 in binary"),
        pytest.param("1.015", "1.02", False, id="1.015 is not 1.02 in binary"),
        pytest.param("5", "5.01", False, id="an öre more"),
    ],
)
def test_r27_rounds_both_sides_half_to_even(
    deal: Deal, failed_rules: Rules, total: str, gross: str, holds: bool
) -> None:
    """The gross amount is compared with the rounded sum of its parts."""
    claim = payload_of(costing(deal, "5"))
    first(first(claim, "patientSpecificCareTotalAmount"), "amount").text = total
    first(first(claim, "patientCareInvoiceGrossAmount"), "amount").text = gross

    assert ("R27" in failed_rules(claim)) is not holds


@pytest.mark.parametrize(
    ("gross", "net", "holds"),
    [
        pytest.param("0.125", "0.12", True, id="0.125 is 0.12"),
        pytest.param("0.125", "0.13", False, id="0.125 is not 0.13"),
        pytest.param("0.375", "0.38", True, id="0.375 is 0.38"),
        pytest.param("0.375", "0.37", False, id="0.375 is not 0.37"),
        pytest.param("1.015", "1.01", True, id="1.015 is 1.01 in binary"),
        pytest.param("1.015", "1.02", False, id="1.015 is not 1.02 in binary"),
        pytest.param("5", "5.01", False, id="an öre more"),
    ],
)
def test_r28_rounds_both_sides_half_to_even(
    deal: Deal, failed_rules: Rules, gross: str, net: str, holds: bool
) -> None:
    """The net amount is compared with the rounded gross, charge, allowance and discount."""
    claim = payload_of(costing(deal, "5"))
    first(first(claim, "patientCareInvoiceGrossAmount"), "amount").text = gross
    first(first(claim, "patientCareInvoiceNetAmount"), "amount").text = net

    assert ("R28" in failed_rules(claim)) is not holds


@pytest.mark.parametrize(
    ("part", "sign"),
    [("DRGPrice", 1), ("extendedAllowanceCareTime", 1), ("extendedAllowanceCost", 1)],
)
def test_r27_counts_each_part_of_the_drg_cost(
    a_claim: Maker, failed_rules: Rules, part: str, sign: int
) -> None:
    """What is added to a part is missing in the gross amount."""
    claim = a_claim(DRG)
    amount = first(first(claim, part), "amount")
    amount.text = str(Decimal(amount.text or "") + sign)

    assert failed_rules(claim) == ("R27",)


def test_r27_takes_off_the_fee_that_was_paid_and_no_other(
    a_claim: Maker, failed_rules: Rules
) -> None:
    """The fee of the visit plays no part, only what the patient paid of it."""
    assert failed_rules(a_claim(OUT, {"outPatientCareFee/amount": "999"})) == ()
    assert failed_rules(a_claim(OUT, {"outPatientCareFeePaid/amount": "299"})) == ("R27",)
    assert failed_rules(a_claim(OUT, {"outPatientCareFeePaid": None})) == ("R27",)


def test_r27_sums_all_items_of_its_own_line(a_claim: Maker, failed_rules: Rules) -> None:
    """Items of another line do not count, and none of its own is left out."""
    claim = a_claim("patientspecifik vård")
    items = list(claim.iter(f"{{{CLAIM}}}patientSpecificCareTotalAmount"))
    assert len(items) == 2
    for item in items:
        amount = first(item, "amount")
        whole = amount.text or ""
        amount.text = str(Decimal(whole) + 1)
        assert failed_rules(claim) == ("R26", "R27")
        amount.text = whole

    assert failed_rules(claim) == ()


@pytest.mark.parametrize(
    ("name", "more"),
    [("patientCareCharge", 1), ("patientCareAllowance", -1), ("patientCareDiscount", -1)],
)
def test_r28_adds_the_charge_and_takes_off_allowance_and_discount(
    a_claim: Maker, failed_rules: Rules, name: str, more: int
) -> None:
    """Each part moves the net amount its own way; a part that is not there is 0."""
    claim = a_claim()
    details = first(claim, "invoicedAmountDetails")
    part = leaf(name)
    currency = leaf("currency")
    currency.extend([leaf("code", "SEK"), leaf("codeSystem", "1.0.4217")])
    part.extend([leaf("amount", "50.00"), currency])
    details.insert(2, part)
    assert failed_rules(claim) == ("R28",)

    for path in ("patientCareInvoiceNetAmount", "payableAmount"):
        amount = first(first(claim, path), "amount")
        amount.text = str(Decimal(amount.text or "") + more * 50)
    assert failed_rules(claim) == ()


@pytest.mark.parametrize("number", ["1" + "0" * 310, "-1" + "0" * 310, "9" * 2000])
@pytest.mark.parametrize(
    ("path", "failed"),
    [
        ("payableAmount/amount", ("R5",)),
        ("patientSpecificCarePrice/amount", ("R26",)),
        (ITEM_TOTAL, ("R26", "R27")),
        (GROSS, ("R27", "R28")),
        (NET, ("R5", "R28")),
        ("outPatientCareFeePaid/amount", ("R27",)),
    ],
)
def test_an_amount_too_large_for_a_double_breaks_its_rules_and_not_the_run(
    a_claim: Maker, failed_rules: Rules, path: str, failed: tuple[str, ...], number: str
) -> None:
    """What cannot be computed with equals nothing."""
    assert failed_rules(a_claim(OUT, {path: number})) == failed


def test_two_amounts_too_large_for_a_double_do_not_make_each_other_up(
    a_claim: Maker, failed_rules: Rules
) -> None:
    """Infinity less infinity is no number, and no amount either."""
    huge = "1" + "0" * 310
    changes = {ITEM_TOTAL: huge, "outPatientCareFeePaid/amount": huge, GROSS: "0"}

    assert "R27" in failed_rules(a_claim(OUT, changes))
    assert failed_rules(a_claim(OUT, {"numberOfPatientSpecificCare": huge})) == ("R26",)


@pytest.mark.parametrize("text", [" 1800.00 ", "+1800", "1800.", "001800.000", "1800.0000000001"])
def test_an_amount_may_be_written_in_any_way_the_schema_takes(
    a_claim: Maker, failed_rules: Rules, text: str
) -> None:
    """Amounts are compared as numbers."""
    assert failed_rules(a_claim(OUT, {GROSS: text, NET: text, "payableAmount/amount": text})) == ()


# R8, R9, R40, R41: county and municipality --------------------------------------------------

COUNTIES, MUNICIPALITIES = "1.2.752.129.2.2.1.18", "1.2.752.129.2.2.1.17"


@pytest.mark.parametrize(
    ("name", "length_rule", "rule", "special", "ordinary", "system"),
    [
        pytest.param("county", "R8", "R40", "99", "03", COUNTIES, id="county"),
        pytest.param(
            "municipality", "R9", "R41", "9901", "0380", MUNICIPALITIES, id="municipality"
        ),
    ],
)
def test_the_code_for_abroad_has_no_code_system_and_all_others_have_one(
    a_claim: Maker,
    failed_rules: Rules,
    name: str,
    length_rule: str,
    rule: str,
    special: str,
    ordinary: str,
    system: str,
) -> None:
    """R40 and R41 tie the code system to the code."""

    def failed(code: str | None, code_system: str | None) -> tuple[str, ...]:
        return failed_rules(a_claim(OUT, {f"{name}/code": code, f"{name}/codeSystem": code_system}))

    assert failed(ordinary, system) == ()
    assert failed(special, None) == ()
    assert failed(special, system) == (rule,)
    assert failed(special, "1.2.3") == (rule,)
    assert failed(ordinary, None) == (rule,)
    assert failed(ordinary, "1.2.3") == (rule,)
    assert failed(ordinary, f"{system} ") == (rule,)
    assert failed(None, system) == (rule,)
    assert failed(ordinary[1:], system) == (length_rule,)
    assert failed(f" {ordinary}", system) == (length_rule,)
    assert failed(f"{special} ", None) == tuple(
        sorted((length_rule, rule), key=lambda r: int(r[1:]))
    )


# R11, R23, R31, R33, R51: kinds of care -----------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "changes", "failed"),
    [
        pytest.param(IN, {"diagnosis": None}, ("R31",), id="no diagnosis"),
        pytest.param(
            IN, {"diagnosis": None, "medicalFieldCode": "901"}, (), id="no diagnosis, field 9xx"
        ),
        pytest.param(IN, {"medicalFieldCode": "901"}, ("R33",), id="a diagnosis, field 9xx"),
        pytest.param(
            OUT,
            {"medicalFieldCode": "901", "diagnosis": None},
            ("R33",),
            id="a treatment, field 9xx",
        ),
        pytest.param(
            OUT,
            {"medicalFieldCode": "901", "diagnosis": None, "treatment": None},
            (),
            id="neither, field 9xx",
        ),
        pytest.param(PARTIAL, {}, (), id="no diagnosis, but a period"),
        pytest.param(PARTIAL, {"invoicePeriod": None}, ("R31",), id="neither"),
        pytest.param(OUT, {"diagnosis": None}, (), id="outpatient"),
        pytest.param(IN, {"mainDiagnosis/diagnosisCode/code": None}, ("R31", "R39"), id="no code"),
        pytest.param(
            OUT,
            {"typeOfCare/code": "02"},
            ("R31", "R51"),
            id="an outpatient diagnosis does not do",
        ),
        pytest.param(OUT, {"typeOfCare/code": " 02 "}, (), id="in blanks, care is of no kind"),
        pytest.param(IN, {"careContactId": None}, ("R11",), id="inpatient without contact"),
        pytest.param(OUT, {"careContactId": None}, (), id="outpatient without contact"),
        pytest.param(IN, {"numberOfDays": None}, ("R51",), id="inpatient without days"),
        pytest.param(
            OUT, {"professionCodeForHealthcare": None}, ("R23",), id="outpatient, no profession"
        ),
    ],
)
def test_care_of_a_kind_needs_what_belongs_to_it(
    a_claim: Maker,
    failed_rules: Rules,
    kind: str,
    changes: dict[str, str | None],
    failed: tuple[str, ...],
) -> None:
    """R31 also passes for fields that begin with 9, where R33 forbids the diagnosis."""
    assert failed_rules(a_claim(kind, changes)) == failed


# R35, R39, R42: codes -----------------------------------------------------------------------

CODED = (
    "gender",
    "typeOfCare",
    "businessClassification",
    "diagnosisCode",
    "typeOfTreatment",
    "ATC",
)


@pytest.fixture
def coded(deal: Deal) -> etree._Element:
    """Give a claim with all six elements of R39."""
    claim = KINDS[OUT](deal)
    (line,) = claim.lines
    (care,) = line.care
    return payload_of(
        replace(claim, lines=(replace(line, care=(replace(care, drugs=("N02BE01",)),)),))
    )


@pytest.mark.parametrize("name", CODED)
@pytest.mark.parametrize("part", ["code", "codeSystem"])
def test_r39_wants_code_and_code_system_in_six_elements(
    coded: etree._Element, failed_rules: Rules, name: str, part: str
) -> None:
    """Either of the two alone is not enough."""
    assert failed_rules(coded) == ()
    element = first(coded, name)

    element.remove(first(element, part))

    assert failed_rules(coded) == ("R39",)


@pytest.mark.parametrize(
    ("name", "rule"), [("currency", "R35"), ("county", "R40"), ("municipality", "R41")]
)
def test_r39_leaves_other_coded_elements_to_rules_of_their_own(
    coded: etree._Element, failed_rules: Rules, name: str, rule: str
) -> None:
    """Every code without code system breaks one rule, and R39 only for its six."""
    element = first(coded, name)

    element.remove(first(element, "codeSystem"))

    assert failed_rules(coded) == (rule,)


@pytest.mark.parametrize(
    ("code", "system", "holds"),
    [
        ("SEK", "1.0.4217", True),
        ("sek", "1.0.4217", False),
        (" SEK", "1.0.4217", False),
        ("SEK", "4217", False),
    ],
)
def test_r35_takes_kronor_to_the_letter(
    a_claim: Maker, failed_rules: Rules, code: str, system: str, holds: bool
) -> None:
    """Currency is no value list: blanks count."""
    claim = a_claim(OUT, {"currency/code": code, "currency/codeSystem": system})

    assert failed_rules(claim) == (() if holds else ("R35",))


def test_r42_takes_the_original_text_and_nothing_beside_it(
    a_claim: Maker, failed_rules: Rules
) -> None:
    """A code, or even an extension, makes the DRG code wrong."""
    claim = a_claim(DRG)
    code = first(claim, "DRGCode")
    note = etree.SubElement(code, "{urn:note}note")
    note.text = "x"
    assert failed_rules(claim) == ("R42",)

    code.remove(note)
    code.append(etree.Comment("a comment is no element"))
    assert failed_rules(claim) == ()

    code.replace(first(code, "originalText"), leaf("code", "D47A"))
    assert failed_rules(claim) == ("R42",)


# R37, R43, R44, R45, R47, R49 ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        pytest.param("ZVF23210000162611000001", True, id="as documented"),
        pytest.param("ZVF" + "x" * 20, True, id="prefix and length are all"),
        pytest.param("ZVF2321000016261100000", False, id="22 characters"),
        pytest.param("ZVF232100001626110000012", False, id="24 characters"),
        pytest.param("zvf23210000162611000001", False, id="lower case"),
        pytest.param(" ZVF2321000016261100001", False, id="a blank before"),
    ],
)
def test_r37_looks_at_prefix_and_length(
    a_claim: Maker, failed_rules: Rules, text: str, holds: bool
) -> None:
    """The number of the organisation and the month inside the id are not looked at."""
    assert failed_rules(a_claim(OUT, {"id": text})) == (() if holds else ("R37",))


@pytest.mark.parametrize(
    ("numbers", "holds"),
    [
        pytest.param((1, 2, 3, 4, 5), True, id="ascending"),
        pytest.param((5, 4, 3, 2, 1), True, id="descending"),
        pytest.param((7, 900, 1, 12345678901234567890, 3), True, id="in no order"),
        pytest.param((1, 2, 3, 4, 1), False, id="first and last alike"),
        pytest.param((1, 1, 2, 3, 4), False, id="alike in one patient"),
    ],
)
def test_r43_looks_for_doubles_and_not_at_the_order(
    a_claim: Maker, failed_rules: Rules, numbers: tuple[int, ...], holds: bool
) -> None:
    """The TKB says ascending too, the released rule does not test it."""
    claim = a_claim(MANY)
    ids = list(claim.iter(f"{{{CLAIM}}}lineId"))
    for element, number in zip(ids, numbers, strict=True):
        element.text = str(number)

    assert failed_rules(claim) == (() if holds else ("R43",))


@pytest.mark.parametrize(
    ("kind", "path", "rule"),
    [
        (OUT, "patientSpecificCareCode", "R47"),
        (OUT, "patientSpecificCareCodeName", "R47"),
        (DRG, "DRGCode", "R45"),
    ],
)
def test_a_price_needs_what_it_is_for(
    a_claim: Maker, failed_rules: Rules, kind: str, path: str, rule: str
) -> None:
    """R45 and R47 want each of their parts."""
    assert failed_rules(a_claim(kind, {path: None})) == (rule,)


@pytest.mark.parametrize(
    ("path", "failed"),
    [
        ("numberOfPatientSpecificCare", ("R26", "R47")),
        ("patientSpecificCarePrice", ("R26", "R47")),
        ("patientSpecificCareTotalAmount", ("R27",)),
    ],
)
def test_a_missing_factor_breaks_the_product_too(
    a_claim: Maker, failed_rules: Rules, path: str, failed: tuple[str, ...]
) -> None:
    """A total without number or price equals nothing; without a total there is nothing to test."""
    assert failed_rules(a_claim(OUT, {path: None})) == failed


def test_categorization_may_be_left_out_but_not_empty_of_prices(
    a_claim: Maker, failed_rules: Rules
) -> None:
    """R44 speaks of a categorization that is there."""
    nothing = {GROSS: "-300", NET: "-300", "payableAmount/amount": "-300"}

    assert failed_rules(a_claim(OUT, {**nothing, "categorization": None})) == ()
    assert failed_rules(a_claim(OUT, {**nothing, "patientSpecificCare": None})) == ("R44",)


@pytest.mark.parametrize(
    ("text", "failed"),
    [
        pytest.param("003", (), id="first"),
        pytest.param("896", (), id="last that takes a diagnosis"),
        pytest.param("993", ("R33",), id="last"),
        pytest.param("123", ("R49",), id="not listed"),
        pytest.param("999", ("R33", "R49"), id="not listed, 9xx"),
        pytest.param(" 301", ("R49",), id="a blank before"),
        pytest.param("301 ", ("R49",), id="a blank after"),
        pytest.param("3", ("R49",), id="too short"),
        pytest.param("003 009", ("R49",), id="two codes"),
        pytest.param("", ("R1", "R49"), id="none"),
    ],
)
def test_r49_takes_the_codes_to_the_letter(
    a_claim: Maker, failed_rules: Rules, text: str, failed: tuple[str, ...]
) -> None:
    """Three characters of the list: blanks are not taken off."""
    assert failed_rules(a_claim(OUT, {"medicalFieldCode": text})) == failed


@pytest.mark.parametrize("root", ["1.2.752.129.2.1.4.1 ", "1.2.752.129.2.1.4", ""])
def test_r34_takes_the_root_of_hsa_ids_to_the_letter(
    a_claim: Maker, failed_rules: Rules, root: str
) -> None:
    """A listing unit is an HSA-id; without one the rule is silent."""
    claim = a_claim(OUT, {"listingLocalAuthoritiesNumber/root": root})

    assert "R34" in failed_rules(claim)
    assert failed_rules(a_claim(OUT, {"listingLocalAuthoritiesNumber": None})) == ()
