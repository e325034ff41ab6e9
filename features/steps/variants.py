"""Variants of valid messages: many messages a scenario, each its own exchange in the evidence."""

from __future__ import annotations

import pytest
from pytest_bdd import given, parsers, then, when

from features.bench import Bench
from features.calling import Caller
from features.variants import (
    Expected,
    Supply,
    Variant,
    deviations_of,
    expectation_of,
)
from reports.evidence import Evidence, judged
from reports.results import Deviation, Outcome, VariantResult
from simulator.client import Answer

_Tried = list[tuple[Variant, Answer]]


@given(
    parsers.parse('varianter med "{name}" som schemat förbjuder'), target_fixture="chosen_variants"
)
def forbidden_variants(variants: Supply, caller: Caller, name: str) -> list[Variant]:
    variants.vary_only(caller.taken)
    return _some(variants.forbidden(name))


@given(
    parsers.parse('varianter med "{name}" som schemat tillåter'), target_fixture="chosen_variants"
)
def allowed_variants(variants: Supply, caller: Caller, name: str) -> list[Variant]:
    variants.vary_only(caller.taken)
    return _some(variants.allowed(name))


@when("varje variant skickas", target_fixture="tried")
def each_variant_is_sent(caller: Caller, chosen_variants: list[Variant]) -> _Tried:
    answers = caller.try_out(variant.message for variant in chosen_variants)
    return [*zip(chosen_variants, answers, strict=True)]


@then("avvisas varje variant")
def each_variant_is_turned_away(
    bench: Bench, caller: Caller, evidence: Evidence, tried: _Tried
) -> None:
    _judge(bench, caller, evidence, tried, "")


@then(parsers.parse("bedöms varje variant efter reglerna, enligt {requirement}"))
def each_variant_is_judged_by_the_rules(
    bench: Bench, caller: Caller, evidence: Evidence, tried: _Tried, requirement: str
) -> None:
    _judge(bench, caller, evidence, tried, requirement)


def _judge(
    bench: Bench, caller: Caller, evidence: Evidence, tried: _Tried, requirement: str
) -> None:
    first: dict[str, Deviation] = {}
    wrong: dict[str, int] = {}
    failed = 0
    for variant, answer in tried:
        found = deviations_of(
            variant,
            answer,
            bench.judge,
            requirement=requirement,
        )
        exchange = caller.exchange_of(answer)
        evidence.tried(
            VariantResult(
                name=variant.name,
                where=variant.where,
                outcome=Outcome.FAILED if found else Outcome.PASSED,
                expected=expectation_of(variant, bench.suite.answering),
                observed=bench.judge.told(answer),
                exchange=exchange,
            )
        )
        if variant.expected is Expected.EITHER and not bench.judge.takes(answer) and not found:
            evidence.remarks(f"Systemet avvisar varianter där {variant.doubt}.")
        failed += bool(found)
        for each in found:
            wrong[each.requirement] = wrong.get(each.requirement, 0) + 1
        new = {each.requirement: each for each in found if each.requirement not in first}
        if new:
            evidence.exchanged(exchange)
        first |= new
    evidence.expects("varje variant besvarad som schema och regler säger")
    evidence.observes(f"{len(tried)} varianter, {failed} avviker")
    judged(*(bench.judge.among(each, wrong[name], len(tried)) for name, each in first.items()))


def _some(found: list[Variant]) -> list[Variant]:
    if not found:
        pytest.skip("Inget meddelande som systemet tar emot kan ändras så.")
    return found
