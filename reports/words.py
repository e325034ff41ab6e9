"""What the outcomes and verdicts are called, in every report: one table, Swedish and English."""

from __future__ import annotations

from dataclasses import dataclass

from reports.provenance import WaiverState
from reports.results import Outcome, Verdict

__all__ = [
    "MEANINGS",
    "OUTCOMES",
    "VERDICTS",
    "VERDICT_MEANINGS",
    "VERDICT_TONES",
    "WAIVERS",
    "Word",
]


@dataclass(frozen=True, slots=True)
class Word:
    """One word in both languages of the reports."""

    sv: str
    en: str


OUTCOMES = {
    Outcome.PASSED: Word("Uppfyllt", "passed"),
    Outcome.FAILED: Word("Avviker", "failed"),
    Outcome.OBSERVATION: Word("Observation", "observation"),
    Outcome.NOT_TESTED: Word("Ej prövat", "not tested"),
    Outcome.NOT_APPLICABLE: Word("Ej tillämpligt", "not applicable"),
    Outcome.BROKEN: Word("Trasigt", "broken"),
}
"""In the order of ``Outcome``, which every report keeps."""

MEANINGS = {
    Outcome.PASSED: "Det prövades, och systemet gjorde som kravet säger.",
    Outcome.FAILED: "Det prövades, och systemet gjorde något annat än kravet säger.",
    Outcome.OBSERVATION: "Uppfyllt, med en anmärkning som granskaren bör känna till.",
    Outcome.NOT_TESTED: "Det prövades inte; orsaken står bredvid.",
    Outcome.NOT_APPLICABLE: "Leverantören har angett, med skäl, att det inte gäller systemet.",
    Outcome.BROKEN: "Provbänken eller dess uppsättning hindrade prövningen. Det säger inget om "
    "systemet.",
}

VERDICTS = {
    Verdict.NO_DEVIATIONS: Word("Inga avvikelser", "No deviations"),
    Verdict.DEVIATIONS: Word("Avvikelser", "Deviations"),
    Verdict.INCOMPLETE: Word("Ofullständig", "Incomplete"),
    Verdict.BROKEN: Word("Provningen gick inte att genomföra", "Broken"),
}
VERDICT_MEANINGS = {
    Verdict.NO_DEVIATIONS: "Systemet visade inga avvikelser i det som prövades.",
    Verdict.DEVIATIONS: "Systemet avvek från det som kraven säger i minst ett scenario.",
    Verdict.INCOMPLETE: "Inga avvikelser i det som prövades, men hela sviten är inte genomförd.",
    Verdict.BROKEN: "Felet ligger i provbänken eller dess uppsättning och säger inget om systemet.",
}
VERDICT_TONES = {
    Verdict.NO_DEVIATIONS: Outcome.PASSED,
    Verdict.DEVIATIONS: Outcome.FAILED,
    Verdict.INCOMPLETE: Outcome.NOT_TESTED,
    Verdict.BROKEN: Outcome.BROKEN,
}
"""Which outcome a verdict looks like."""

WAIVERS = {
    WaiverState.IN_FORCE: Word("Gäller", "in force"),
    WaiverState.EXPIRED: Word("Har löpt ut", "expired"),
    WaiverState.STALE: Word("Inaktuellt", "stale"),
    WaiverState.UNTRIED: Word("Inte avgjort", "untried"),
}
