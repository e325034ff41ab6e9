"""Variants: made by seed, judged before they are sent, and each answer judged by that."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache

import pytest
from lxml import etree

from contracts.domains.financial_billing_claim.v1_1.kinds import KINDS, Deal, valid
from contracts.domains.financial_patientfees_exemption.v1_0 import kinds as exemption
from contracts.envelope import envelope
from contracts.judge import judge_payload, swedish_now
from contracts.parsing import parse
from contracts.schema_model import read_model
from contracts.terms import HsaId, LogicalAddress
from features.bench import reference_system
from features.filling import filled
from features.hogkostnadsskydd.differences import doubt_of_disclosure, doubt_of_request
from features.suites import Suite, suite_for, suites
from features.utomlansfakturering.differences import DIFFERENCES, doubt_of
from features.variants import (
    ALLOWED,
    FORBIDDEN,
    Expected,
    Variant,
    Variants,
    deviations_of,
    expectation_of,
)
from features.verdicts import Judge
from simulator.client import Answer
from simulator.faults import soap_fault

CALLED = [suite for suite in suites() if suite.called]
ALL = pytest.mark.parametrize("suite", CALLED, ids=[suite.name for suite in CALLED])


def made(suite: Suite, *, seed: int = 0, quick: bool = False) -> tuple[tuple[str, Variant], ...]:
    """Give every variant of a suite with the name of its kind."""
    return _made(suite.name, seed=seed, quick=quick)


@cache
def _made(name: str, *, seed: int, quick: bool) -> tuple[tuple[str, Variant], ...]:
    suite = next(suite for suite in suites() if suite.name == name)
    with reference_system(suite) as target:
        messages = suite.messages(target, target.roles[suite.name])
        variants = Variants(suite, messages, seed=seed, quick=quick)
        return tuple(
            (name, variant)
            for names, some in ((FORBIDDEN, variants.forbidden), (ALLOWED, variants.allowed))
            for name in names
            for variant in some(name)
        )


@ALL
def test_a_suite_has_a_scenario_for_each_kind_that_has_variants(suite: Suite) -> None:
    """Nothing that can be changed goes untried, and no scenario tries nothing."""
    text = "\n".join(path.read_text(encoding="utf-8") for path in suite.folder.glob("*.feature"))

    assert {name for name, _ in made(suite)} == {
        name for name in (*FORBIDDEN, *ALLOWED) if f"| {name} " in text
    }


@ALL
def test_every_variant_is_foretold_as_the_judge_says(suite: Suite) -> None:
    """Read back from the bytes that are sent; the message's own element is never another."""
    for name, variant in made(suite):
        message = parse(variant.message)
        judgement = judge_payload(message, at=swedish_now(), context=variant.context)

        assert message.tag == suite.contract.request
        assert judgement.schema_valid == (name in ALLOWED), variant.name
        assert (variant.expected is Expected.TURNED_AWAY) == (name in FORBIDDEN), variant.name
        assert judgement.accepted == (variant.expected in {Expected.TAKEN, Expected.EITHER}), (
            variant.name
        )
        assert variant.rules == (judgement.failed_rules or ())


@ALL
def test_a_quick_run_takes_a_few_of_each_kind_by_the_seed(suite: Suite) -> None:
    """The same seed gives the same places and changes; another seed others."""

    def places(seed: int) -> list[tuple[str, str]]:
        found = _made.__wrapped__(suite.name, seed=seed, quick=True)
        return [(each.name, each.where) for _, each in found]

    assert len(places(7)) <= 3 * len({*FORBIDDEN, *ALLOWED})
    assert places(7) == places(7)
    assert places(7) != places(8)


def test_no_two_claims_share_an_id_that_was_not_what_was_changed() -> None:
    """A receiver would take the second for a duplicate, and answer by that."""
    ids = [
        found
        for _, variant in made(suite_for("utomlans"))
        if not variant.where.endswith("/claimSpecification/id")
        for found in [parse(variant.message).findtext("{*}claimSpecification/{*}id")]
        if found is not None and variant.expected is not Expected.TURNED_AWAY
    ]

    assert len(ids) == len(set(ids)) > 200


def test_only_what_the_system_takes_unchanged_is_varied() -> None:
    """Asked once for each message; where it takes none, there is nothing to vary."""
    suite = suite_for("hogkostnad", "utlamnande")
    asked: list[etree._Element] = []

    def takes(message: etree._Element, *, answer: bool) -> bool:
        asked.append(message)
        return answer and len(asked) == 1

    with reference_system(suite) as target:
        messages = suite.messages(target, target.roles[suite.name])
        some, none = (Variants(suite, messages, seed=0, quick=True) for _ in range(2))
        for _ in range(2):
            some.vary_only(lambda them: [takes(one, answer=True) for one in them])
        first = [*asked]
        none.vary_only(lambda them: [takes(one, answer=False) for one in them])

        assert len(first) == 3
        assert len(some.bases) == 1
        assert etree.tostring(some.bases[0]) != etree.tostring(first[0])  # another request id
        assert some.forbidden("okänt attribut")
        assert none.bases == ()
        assert none.forbidden("okänt attribut") == []


# --- Filling -------------------------------------------------------------------------------------


def test_a_filled_message_has_more_and_is_still_accepted(deal: Deal) -> None:
    """What the rules forbid is left out again; nothing that was there is lost."""
    suite = suite_for("utomlans")
    base = valid("öppen vård", deal)

    def accepts(message: etree._Element) -> bool:
        return judge_payload(message, at=swedish_now()).accepted

    whole = filled(read_model(suite.contract.schema), base, accepts)

    assert accepts(whole)
    assert len([*whole.iter()]) > 1.5 * len([*base.iter()])
    assert {node.tag for node in base.iter()} < {node.tag for node in whole.iter()}


# --- Doubts --------------------------------------------------------------------------------------


def test_no_kind_of_claim_is_in_doubt_and_every_difference_is(deal: Deal) -> None:
    """Where the description and the rules agree, a good system has no excuse."""
    assert [kind for kind in KINDS if doubt_of(valid(kind, deal))] == []
    assert [name for name, each in DIFFERENCES.items() if not doubt_of(each.message(deal))] == []


@pytest.mark.parametrize(
    ("element", "text", "why"),
    [
        pytest.param("invoiceDateOfIssue", "20260231", "kalendern", id="no such day"),
        pytest.param("reasonForCredit", "1", "kredit", id="a debit that speaks of credit"),
        pytest.param("codeSystem", None, "kodverk", id="half a code"),
    ],
)
def test_a_claim_that_only_the_description_forbids_is_in_doubt(
    deal: Deal, element: str, text: str | None, why: str
) -> None:
    """Each reason shows by itself."""
    message = valid("öppen vård", deal)
    found = message.find(f".//{{*}}{element}")
    if found is None:
        found = etree.SubElement(message[0], f"{{urn:riv:financial:billing:claim:1}}{element}")
    if text is None:
        holder = found.getparent()
        assert holder is not None
        holder.remove(found)
    found.text = text

    assert why in doubt_of(message)


@pytest.fixture
def inquiry() -> exemption.Inquiry:
    """Region Stockholm asks, Region Uppsala discloses, today."""
    return exemption.Inquiry(
        reply_to=LogicalAddress("SE2321000016-PROVBANK1"),
        region=HsaId("SE2321000024-PROVBANK1"),
        today=swedish_now().date(),
    )


def test_no_kind_of_request_or_disclosure_is_in_doubt(inquiry: exemption.Inquiry) -> None:
    """But for the local reserve number of another form, which a request alone may have."""
    assert [
        kind for kind in exemption.REQUESTS if doubt_of_request(exemption.valid(kind, inquiry))
    ] == []
    assert [
        kind
        for kind in exemption.DISCLOSURES
        if doubt_of_disclosure(exemption.valid(kind, inquiry))
    ] == []


@pytest.mark.parametrize(
    ("path", "text", "why"),
    [
        pytest.param("requestId/root", "1", "UUID", id="request id"),
        pytest.param("patientId/extension", "1912", "tolv tecken", id="identity"),
        pytest.param(
            "actor/actorId/root", "1.2.752.129.2.1.4.1", "aktören", id="a person's HSA-id"
        ),
        pytest.param("actor/actorTypeEnum", "CAREGIVER", "aktören", id="staff without care giver"),
        pytest.param("responseLogicalAddress", " ", "svarsadressen", id="address"),
    ],
)
def test_a_request_that_only_the_description_forbids_is_in_doubt(
    inquiry: exemption.Inquiry, path: str, text: str, why: str
) -> None:
    """Each reason shows by itself."""
    assert why in doubt_of_request(
        altered(exemption.valid("begäran från invånare", inquiry), path, text)
    )


@pytest.mark.parametrize(
    ("path", "text", "why"),
    [
        pytest.param("dateOfVisit", "20260231", "kalendern", id="no such day"),
        pytest.param("fee/amount", "10.123", "två decimaler", id="three decimals"),
        pytest.param("currency/codeSystem", "", "SEK", id="half a currency"),
        pytest.param("patientId/extension", "1912", "tolv tecken", id="identity"),
        pytest.param("exemptions", None, "ett frikort", id="two cards"),
    ],
)
def test_a_disclosure_that_only_the_description_forbids_is_in_doubt(
    inquiry: exemption.Inquiry, path: str, text: str | None, why: str
) -> None:
    """Each reason shows by itself."""
    message = exemption.valid("frikort och transaktioner till invånare", inquiry)

    assert why in doubt_of_disclosure(altered(message, path, text))


def altered(message: etree._Element, path: str, text: str | None) -> etree._Element:
    """Put another text at a path, or the element there twice."""
    found = message.find(".//" + "/".join(f"{{*}}{step}" for step in path.split("/")))
    assert found is not None
    if text is None:
        found.addnext(parse(etree.tostring(found)))
    else:
        found.text = text
    return message


# --- Judging -------------------------------------------------------------------------------------


@pytest.fixture
def a_variant(deal: Deal) -> Callable[..., Variant]:
    """Give a maker of variants."""

    def build(expected: Expected, **others: object) -> Variant:
        message = etree.tostring(valid("öppen vård", deal))
        values = {"name": "valfritt element saknas", "where": "/a/b", "message": message}
        return Variant(expected=expected, **{**values, **others})

    return build


def requirements(found: tuple[object, ...]) -> list[str]:
    return [each.requirement for each in found]  # type: ignore[attr-defined]


def answers(replied: Callable[..., Answer]) -> Iterator[Answer]:
    yield replied("OK")
    yield replied("ERROR", "R5")


@pytest.mark.parametrize(
    ("expected", "rules", "to_ok", "to_error"),
    [
        pytest.param(Expected.TAKEN, (), [], ["FBC-TILLAGG"], id="taken"),
        pytest.param(
            Expected.REFUSED, ("R5", "R27"),
            ["FBC-R5", "FBC-R27", "FBC-VALIDERA-PRODUCENT"], [], id="any of its rules is named",
        ),
        pytest.param(
            Expected.REFUSED, ("R27",),
            ["FBC-R27", "FBC-VALIDERA-PRODUCENT"], ["FBC-SVAR-KOMMENTAR"], id="another is named",
        ),
        pytest.param(
            Expected.TURNED_AWAY, (),
            ["FBC-SVAR-SCHEMA", "FBC-VALIDERA-PRODUCENT"], [], id="turned away",
        ),
        pytest.param(Expected.EITHER, (), [], [], id="either"),
    ],
)  # fmt: skip
def test_an_answer_is_judged_by_what_is_to_become_of_the_variant(
    judge: Judge, a_variant: Callable[..., Variant], replied: Callable[..., Answer],
    expected: Expected, rules: tuple[str, ...], to_ok: list[str], to_error: list[str],
) -> None:  # fmt: skip
    """Green for the right answer alone; each deviation names the variant and its place."""
    variant = a_variant(expected, rules=rules)
    ok, error = (
        deviations_of(variant, answer, judge, requirement="FBC-TILLAGG")
        for answer in answers(replied)
    )

    assert (requirements(ok), requirements(error)) == (to_ok, to_error)
    for each in (*ok, *error):
        assert variant.name in each.text
        assert each.where


def test_a_fault_is_no_way_to_refuse_a_claim_in_doubt(
    judge: Judge, a_variant: Callable[..., Variant], an_answer: Callable[..., Answer]
) -> None:
    """The contract refuses by ERROR, whatever the reason."""
    answer = an_answer(soap_fault("nej"), status=500)

    found = deviations_of(a_variant(Expected.EITHER), answer, judge)

    assert requirements(found) == ["FBC-SVAR-OK"]


def test_a_request_is_turned_away_by_a_fault_alone(an_answer: Callable[..., Answer]) -> None:
    """Its response has no room for a refusal."""
    suite = suite_for("hogkostnad", "utlamnande")
    judge = Judge(suite.domain, suite.contract, suite.answering)
    variant = Variant(name="x", where="/x", message=b"<x/>", expected=Expected.TURNED_AWAY)
    response = etree.Element(suite.contract.response)

    right = an_answer(soap_fault("nej"), status=500)
    wrong = an_answer(envelope(response))
    as_success = replace(right, status=200)

    assert deviations_of(variant, right, judge) == ()
    assert requirements(deviations_of(variant, wrong, judge)) == ["FPE-FORMAT-SCHEMA"]
    assert requirements(deviations_of(variant, as_success, judge)) == ["FPE-FAULT"]


@pytest.mark.parametrize("expected", Expected)
def test_what_is_expected_is_told_in_words(
    a_variant: Callable[..., Variant], expected: Expected
) -> None:
    """The report's reader sees how each should have been answered."""
    answering = suite_for("utomlans").answering
    variant = a_variant(expected, rules=("R5",), doubt="det råder tvivel")

    told = expectation_of(variant, answering)

    assert told
    assert ("R5" in told) == (expected is Expected.REFUSED)
    assert ("tvivel" in told) == (expected is Expected.EITHER)
