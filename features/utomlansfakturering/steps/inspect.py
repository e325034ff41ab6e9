"""Så: what a comment says, and what the buyer has kept."""

from __future__ import annotations

from decimal import Decimal

from lxml import etree
from pytest_bdd import parsers, then

from contracts.domains.financial_billing_claim.v1_1.messages import text_of
from contracts.domains.financial_billing_claim.v1_1.single_faults import RULE_FAULTS, SCHEMA_FAULTS
from contracts.errors import HarnessError
from features.bench import Bench
from features.utomlansfakturering.differences import DIFFERENCES
from features.utomlansfakturering.observation import ObservationPoint
from reports.evidence import Evidence, judged
from simulator.client import Answer


@then(parsers.parse("anger kommentaren regeln för {requirement}"))
def the_comment_names_the_rule(
    bench: Bench, answer: Answer, evidence: Evidence, requirement: str
) -> None:
    rule = requirement.removeprefix("FBC-")
    evidence.expects(f"en kommentar som anger {rule}")
    evidence.observes(bench.judge.told(answer))
    if (remark := bench.judge.surplus(answer, rule)) is not None:
        evidence.remarks(remark)
    judged(*bench.judge.names_rule(answer, rule))


@then(parsers.parse('anger kommentaren platsen för felet "{fault}"'))
def the_comment_gives_the_place(
    bench: Bench, answer: Answer, evidence: Evidence, fault: str
) -> None:
    known = RULE_FAULTS.get(fault) or SCHEMA_FAULTS[fault]
    broken = "FBC-SVAR-SCHEMA" if known.rule == "schema" else f"FBC-{known.rule}"
    evidence.expects(f"en plats som leder till {known.place}")
    evidence.observes(bench.judge.told(answer))
    judged(*(bench.judge.refused(answer, broken) or bench.judge.gives_place(answer, known.place)))


@then(
    parsers.parse(
        "besvaras det med OK, eller med ERROR enligt beskrivningens ordalydelse där {difference}"
    )
)
def it_is_answered_by_either_reading(
    bench: Bench, answer: Answer, evidence: Evidence, difference: str
) -> None:
    known = DIFFERENCES[difference]
    evidence.expects(f"OK enligt Schematron, eller ERROR för {known.rule} enligt TKB:s text")
    evidence.observes(bench.judge.told(answer))
    result = bench.judge.result(answer)
    if result is not None and result.code == "ERROR" and not bench.judge.of_form(answer):
        evidence.remarks(
            f"Systemet avvisar ett underlag där {difference}. Det följer TKB:s text "
            f"({known.rule}: {known.says}) men inte den utgivna Schematronfilen."
        )
        judged(*bench.judge.names_rule(answer, known.rule))
        return
    judged(*bench.judge.accepted(answer, f"FBC-{known.rule}"))


@then("finns fakturaunderlaget inte hos köparen")
def the_claim_is_not_kept(
    bench: Bench, message: etree._Element, evidence: Evidence, observation: ObservationPoint | None
) -> None:
    evidence.expects("observationspunkten känner inte till id")
    kept = _seen(observation).claim(text_of(message, "id") or "")
    evidence.observes("inte sparat" if kept is None else "sparat")
    if kept is not None:
        judged(
            bench.judge.deviation(
                "FBC-SVAR-INGET-SPARAT",
                "ett avvisat fakturaunderlag sparades",
                expected="inget sparat",
                observed="observationspunkten visar underlaget som mottaget",
            )
        )


@then(parsers.parse("finns fakturaunderlaget {copies:d} gång hos köparen enligt {requirement}"))
def the_claim_is_kept(
    bench: Bench,
    message: etree._Element,
    evidence: Evidence,
    copies: int,
    requirement: str,
    observation: ObservationPoint | None,
) -> None:
    evidence.expects(f"sparat {copies} gång")
    kept = _seen(observation).claim(text_of(message, "id") or "")
    seen = 0 if kept is None else kept.copies
    evidence.observes(f"sparat {seen} gånger")
    if seen != copies:
        judged(
            bench.judge.deviation(
                requirement,
                f"fakturaunderlaget finns {seen} gånger hos köparen",
                expected=f"{copies} gång",
                observed=f"{seen} gånger",
            )
        )


@then("är krediten knuten till originalet hos köparen")
def the_credit_is_tied(
    bench: Bench, message: etree._Element, evidence: Evidence, observation: ObservationPoint | None
) -> None:
    original = text_of(message, "referenceToProcessClaimSpecificationId") or ""
    credit_id = text_of(message, "id") or ""
    evidence.expects(f"originalet visar krediten {credit_id}")
    kept = _seen(observation).claim(original)
    tied = kept is not None and credit_id in kept.credits
    evidence.observes("knuten" if tied else "inte knuten")
    if not tied:
        judged(
            bench.judge.deviation(
                "FBC-KREDIT-EMOT",
                "krediten är inte knuten till originalet",
                expected=f"krediten {credit_id} bland originalets krediter",
                observed="originalet saknas" if kept is None else "krediten saknas",
            )
        )


@then(parsers.parse("{outcome} köparen en faktura på {amount} belopp"))
def the_buyer_matches_an_invoice(
    bench: Bench,
    message: etree._Element,
    evidence: Evidence,
    outcome: str,
    amount: str,
    observation: ObservationPoint | None,
) -> None:
    expected = {"matchar": True, "avvisar": False}[outcome]
    payable = Decimal(text_of(message, "payableAmount", "amount") or "0")
    billed = payable if amount == "samma" else payable + 100
    evidence.expects("fakturan matchas" if expected else "fakturan matchas inte")
    matched = _seen(observation).invoice(
        text_of(message, "invoiceId") or "", text_of(message, "id") or "", billed
    )
    evidence.observes("matchad" if matched else "inte matchad")
    if matched is not expected:
        judged(
            bench.judge.deviation(
                "FBC-MATCHA",
                f"en faktura på {amount} belopp {'matchas' if matched else 'matchas inte'}",
                expected="matchad" if expected else "inte matchad",
                observed="matchad" if matched else "inte matchad",
            )
        )


@then("har svaret en kommentar")
def the_answer_has_a_comment(bench: Bench, answer: Answer, evidence: Evidence) -> None:
    evidence.expects("en kommentar med schemavalideringens fel")
    evidence.observes(bench.judge.told(answer))
    judged(*bench.judge.has_remark(answer, "FBC-SVAR-SCHEMA"))


def _seen(observation: ObservationPoint | None) -> ObservationPoint:
    if observation is None:
        raise HarnessError("the scenario asks for an observation point without saying so")
    return observation
