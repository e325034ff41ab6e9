"""What heads every report: the verdict with its waivers, and how well the suite is proven."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reports.provenance import WaiverState
from reports.results import Verdict
from reports.waivers import unwaived
from reports.words import VERDICTS, Word

if TYPE_CHECKING:
    from reports.results import RunResult

__all__ = ["is_all_waived", "proof_line", "verdict_line"]


def verdict_line(result: RunResult) -> Word:
    """Say the verdict, and how many waivers are behind it."""
    verdict = VERDICTS[result.verdict]
    if result.verdict is Verdict.INCOMPLETE and not any(
        scenario.outcome.holds for scenario in result.scenarios
    ):
        verdict = Word(verdict.sv, f"{verdict.en}: nothing was tested")
    count = sum(1 for each in result.waivers if each.state is WaiverState.IN_FORCE)
    if not count:
        return verdict
    every = is_all_waived(result)
    return Word(
        f"{verdict.sv}{', alla med undantag' if every else ''} ({count} undantag)",
        f"{verdict.en}{', all waived' if every else ''} ({count} undantag)",
    )


def is_all_waived(result: RunResult) -> bool:
    """Tell whether the system deviated, and every deviation is waived."""
    return result.verdict is Verdict.DEVIATIONS and not unwaived(result)


def proof_line(result: RunResult) -> Word:
    """Say how well the suites are shown to catch faults, or that this suite is not."""
    proof = result.proof
    if proof is None:
        return Word(
            "Det finns ingen uppgift om hur sviten är prövad mot kända felaktiga system.",
            "There is no record of how the suite fares against known-bad systems.",
        )
    if proof.suite_sha256 != result.suite_sha256:
        return Word(
            f"Den här sviten är inte prövad mot kända felaktiga system. Uppgifterna från "
            f"{proof.made} ({proof.caught} av {proof.systems} fångade) gäller en annan lydelse.",
            f"This suite has not been tried against known-bad systems. The record of {proof.made} "
            f"({proof.caught} of {proof.systems} caught) is of another wording.",
        )
    return Word(
        f"Sviten är prövad mot {proof.systems} kända felaktiga system: {proof.caught} fångades, "
        f"{proof.right} av dem på just det krav som bröts ({proof.made}).",
        f"The suite is tried against {proof.systems} known-bad systems: {proof.caught} caught, "
        f"{proof.right} of them on the very requirement that was broken ({proof.made}).",
    )
