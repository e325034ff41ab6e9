"""Så: what a disclosure holds, by who has asked."""

from __future__ import annotations

from datetime import timedelta

from pytest_bdd import parsers, then

from contracts.domains.financial_patientfees_exemption.v1_0.messages import ActorType
from contracts.judge import swedish_now
from features.bench import Bench
from features.hogkostnadsskydd.case import Case
from features.hogkostnadsskydd.disclosed import Disclosed
from features.hogkostnadsskydd.steps.disclosing import the_disclosure
from features.listening import Listening
from reports.evidence import Evidence, judged
from reports.results import Deviation

_ROOT = "/ProcessExemptionStatuses"
_CLOCKS_DIFFER = timedelta(minutes=1)


@then(parsers.re(r"håller utlämnandet (?P<requirement>FPE-rule\d+)"))
def it_keeps_the_rule(
    bench: Bench, listening: Listening, case: Case, evidence: Evidence, requirement: str
) -> None:
    disclosed = the_disclosure(bench, listening, case)
    rule = requirement.removeprefix("FPE-")
    evidence.expects(f"{rule} hålls, med aktören {case.asked[-1].actor}")
    judgement = disclosed.judgement(case.asked[-1].actor)
    if not judgement.schema_valid:
        judged(*_of_schema(bench, disclosed, case))
    broken = [each for each in judgement.findings if each.rule == rule]
    evidence.observes(f"{_told(disclosed)}; {len(broken)} brott mot {rule}")
    judged(
        *(
            bench.judge.deviation(
                requirement,
                each.text,
                where=each.where,
                expected=each.expected,
                observed="utlämnandet bryter mot regeln",
            )
            for each in broken[:1]
        )
    )


@then("är utlämnandet giltigt enligt FPE-FORMAT-SCHEMA")
def it_is_valid(bench: Bench, listening: Listening, case: Case, evidence: Evidence) -> None:
    evidence.expects("ett SOAP 1.1-kuvert med ett schemagiltigt ProcessExemptionStatuses")
    disclosed = the_disclosure(bench, listening, case)
    found = _of_schema(bench, disclosed, case)
    evidence.observes(f"{_told(disclosed)}; {len(found)} fel mot schemat")
    judged(*found)


@then("innehåller utlämnandet frikort")
def it_has_a_card(bench: Bench, listening: Listening, case: Case, evidence: Evidence) -> None:
    disclosed = the_disclosure(bench, listening, case)
    evidence.expects("ett frikort")
    evidence.observes(_told(disclosed))
    judged(*_card(bench, disclosed, case))


@then("innehåller utlämnandet transaktioner")
def it_has_transactions(bench: Bench, listening: Listening, case: Case, evidence: Evidence) -> None:
    disclosed = the_disclosure(bench, listening, case)
    evidence.expects("transaktioner")
    evidence.observes(_told(disclosed))
    if not disclosed.transactions:
        judged(_lacks(bench, _by_actor(case), "inga transaktioner lämnades ut", case))


@then(parsers.parse("lämnas alla besök ut enligt {requirement}"))
def all_visits_are_disclosed(
    bench: Bench, listening: Listening, case: Case, evidence: Evidence, requirement: str
) -> None:
    disclosed = the_disclosure(bench, listening, case)
    expected = case.to_disclose
    evidence.expects(f"{len(expected)} transaktioner, med dag och belopp som de registrerades")
    missing, surplus = disclosed.missing(expected), disclosed.surplus(expected)
    evidence.observes(f"{_told(disclosed)}; {missing} saknas, {surplus} är andra")
    if missing or surplus:
        judged(
            bench.judge.deviation(
                requirement,
                "utlämnandets transaktioner är inte de som har registrerats",
                where=f"{_ROOT}/feeExemption/transactions",
                expected=f"{len(expected)} transaktioner",
                observed=f"{missing} saknas, {surplus} är andra",
            )
        )


@then(parsers.parse("lämnas både transaktioner, med platser, och frikort ut enligt {requirement}"))
def everything_is_disclosed(
    bench: Bench, listening: Listening, case: Case, evidence: Evidence, requirement: str
) -> None:
    disclosed = the_disclosure(bench, listening, case)
    wanted = len(case.to_disclose)
    evidence.expects(f"{wanted} transaktioner med vårdenhet och vårdgivare, och ett frikort")
    evidence.observes(f"{_told(disclosed)}, {disclosed.places} uppgifter om plats")
    if disclosed.missing(case.to_disclose) or len(disclosed.exemptions) != 1:
        judged(_lacks(bench, requirement, "allt lämnades inte ut", case))
    if disclosed.places < 2 * wanted:
        judged(_lacks(bench, requirement, "vårdenhet eller vårdgivare saknas", case))


@then(parsers.parse("lämnas frikortet ut ensamt enligt {requirement}"))
def the_card_alone_is_disclosed(
    bench: Bench, listening: Listening, case: Case, evidence: Evidence, requirement: str
) -> None:
    disclosed = the_disclosure(bench, listening, case)
    evidence.expects("ett frikort och inga transaktioner")
    evidence.observes(_told(disclosed))
    if len(disclosed.exemptions) != 1 or disclosed.transactions:
        judged(_lacks(bench, requirement, "vårdgivaren fick inte frikortet ensamt", case,
                      observed=_told(disclosed)))  # fmt: skip


@then(parsers.parse("lämnas besöken ut utan platser enligt {requirement}"))
def visits_without_places_are_disclosed(
    bench: Bench, listening: Listening, case: Case, evidence: Evidence, requirement: str
) -> None:
    disclosed = the_disclosure(bench, listening, case)
    evidence.expects(f"{len(case.to_disclose)} transaktioner utan vårdenhet och vårdgivare")
    evidence.observes(f"{_told(disclosed)}, {disclosed.places} uppgifter om plats")
    if disclosed.places or not disclosed.transactions or disclosed.exemptions:
        judged(_lacks(bench, requirement, "vårdgivaren fick inte besöken utan platser", case,
                      observed=f"{_told(disclosed)}, {disclosed.places} platser"))  # fmt: skip


@then(parsers.parse("lämnas ingenting ut enligt {requirement}"))
def nothing_is_disclosed(
    bench: Bench, listening: Listening, case: Case, evidence: Evidence, requirement: str
) -> None:
    disclosed = the_disclosure(bench, listening, case)
    evidence.expects("varken transaktioner eller frikort")
    evidence.observes(_told(disclosed))
    if disclosed.transactions or disclosed.exemptions:
        judged(_lacks(bench, requirement, "något lämnades ut som inte har registrerats", case,
                      observed=_told(disclosed)))  # fmt: skip


@then(parsers.parse("lämnas ett enda frikort ut enligt {requirement}"))
def one_card_is_disclosed(
    bench: Bench, listening: Listening, case: Case, evidence: Evidence, requirement: str
) -> None:
    disclosed = the_disclosure(bench, listening, case)
    evidence.expects("ett frikort")
    evidence.observes(_told(disclosed))
    judged(*_card(bench, disclosed, case))
    if len(disclosed.exemptions) > 1:
        judged(_lacks(bench, requirement, "fler än ett frikort lämnades ut", case,
                      observed=_told(disclosed)))  # fmt: skip


@then(parsers.parse("lämnas det makulerade besöket inte ut enligt {requirement}"))
def the_cancelled_visit_is_not_disclosed(
    bench: Bench, listening: Listening, case: Case, evidence: Evidence, requirement: str
) -> None:
    disclosed = the_disclosure(bench, listening, case)
    days = {f"{visit.day:%Y%m%d}" for visit in case.cancelled}
    seen = sum(count for (day, _), count in disclosed.fees.items() if day in days)
    evidence.expects("ingen transaktion den makulerades dag, varken med belopp eller noll")
    evidence.observes(f"{_told(disclosed)}; {seen} den makulerades dag")
    if seen:
        judged(_lacks(bench, requirement, "en makulerad transaktion lämnades ut", case,
                      observed=f"{seen} transaktioner den dagen"))  # fmt: skip


@then(parsers.parse("är beloppen rätt skrivna enligt {requirement}"))
def amounts_are_well_written(
    bench: Bench, listening: Listening, case: Case, evidence: Evidence, requirement: str
) -> None:
    disclosed = the_disclosure(bench, listening, case)
    evidence.expects("högst två decimaler, valutan SEK i kodverket 1.0.4217")
    wrong = disclosed.badly_written_amounts()
    evidence.observes(f"{_told(disclosed)}; {len(wrong)} fel skrivna")
    judged(*(_badly(bench, requirement, where, "beloppet är fel skrivet") for where in wrong))


@then(parsers.parse("är patientens id rätt skrivet enligt {requirement}"))
def identities_are_well_written(
    bench: Bench, listening: Listening, case: Case, evidence: Evidence, requirement: str
) -> None:
    disclosed = the_disclosure(bench, listening, case)
    evidence.expects("12 tecken utan skiljetecken")
    wrong = disclosed.badly_written_identities()
    evidence.observes(f"{len(wrong)} fel skrivna")
    judged(*(_badly(bench, requirement, where, "patientens id är fel skrivet") for where in wrong))


@then(parsers.parse("är registreringstiden svensk tid enligt {requirement}"))
def registrations_are_in_swedish_time(
    bench: Bench, listening: Listening, case: Case, evidence: Evidence, requirement: str
) -> None:
    disclosed = the_disclosure(bench, listening, case)
    earliest = case.began.replace(tzinfo=None, microsecond=0) - _CLOCKS_DIFFER
    latest = swedish_now().replace(tzinfo=None) + _CLOCKS_DIFFER
    evidence.expects(f"från {earliest:%Y%m%d%H%M%S} till {latest:%Y%m%d%H%M%S}")
    times = disclosed.registrations()
    evidence.observes(", ".join(f"{at:%Y%m%d%H%M%S}" if at else "ingen tid" for at in times))
    judged(
        *(
            _badly(
                bench,
                requirement,
                f"transactions[{number}]/timeOfRegistration",
                "tiden är inte svensk lokal tid för registreringen",
            )
            for number, at in enumerate(times, 1)
            if at is None or not earliest <= at <= latest
        )
    )


def _card(bench: Bench, disclosed: Disclosed, case: Case) -> list[Deviation]:
    if disclosed.exemptions:
        return []
    return [_lacks(bench, _by_actor(case), "frikortet lämnades inte ut", case)]


def _by_actor(case: Case) -> str:
    staff = case.asked[-1].actor is ActorType.CAREGIVER
    return "FPE-UTLAMNA-VARDGIVARE" if staff else "FPE-UTLAMNA-INVANARE"


def _lacks(
    bench: Bench, requirement: str, text: str, case: Case, *, observed: str = "saknas"
) -> Deviation:
    return bench.judge.deviation(
        requirement,
        f"{text} (aktör {case.asked[-1].actor})",
        where=f"{_ROOT}/feeExemption",
        observed=observed,
    )


def _badly(bench: Bench, requirement: str, where: str, text: str) -> Deviation:
    return bench.judge.deviation(requirement, text, where=f"{_ROOT}/…/{where}", observed="annat")


def _of_schema(bench: Bench, disclosed: Disclosed, case: Case) -> list[Deviation]:
    judgement = disclosed.judgement(case.asked[-1].actor)
    if judgement.schema_valid:
        return []
    return [
        bench.judge.deviation(
            "FPE-FORMAT-SCHEMA",
            f"utlämnandet är inte schemavalitt: {each.text}",
            where=each.where,
            observed="ett meddelande som schemat förbjuder",
        )
        for each in judgement.findings
    ]


def _told(disclosed: Disclosed) -> str:
    return f"{len(disclosed.transactions)} transaktioner, {len(disclosed.exemptions)} frikort"
