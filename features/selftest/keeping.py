"""The figures that are kept of a whole self-test: for reports, and for readers."""

from __future__ import annotations

import json
from pathlib import Path

from contracts.errors import UsageError
from contracts.judge import swedish_now
from features.proof import PROOF_FILE
from features.run import checksum
from features.selftest.figures import Figures
from features.suites import suites
from simulator.regions.parts import parts

__all__ = ["keep", "kept_of", "put_under", "section_of"]

_PAGE = Path(__file__).resolve().parents[2] / "docs" / "proof.md"
_HEADING = "## Known-bad systems"


def keep(figures: Figures, *, proof: Path = PROOF_FILE, page: Path = _PAGE) -> None:
    """Write the figures of a whole self-test to where reports and readers find them.

    Raises: UsageError where the page is not there: only a checkout of the project has it.
    """
    if not page.exists():
        raise UsageError(
            "the page of figures is not there",
            where=str(page),
            mend="write the figures in a checkout of the project",
        )
    told = json.dumps(kept_of(figures), ensure_ascii=False, indent=2)
    proof.write_text(told + "\n", encoding="utf-8")
    put_under(_HEADING, section_of(figures), page)


def put_under(head: str, text: str, page: Path) -> None:
    """Put a text under its heading, in the place of the one before; nothing else is touched.

    Shape: the text ends where the next heading begins, of whatever level; what explains a figure
           stands under a heading of its own below it.
    """
    before, _, after = page.read_text(encoding="utf-8").partition(f"{head}\n")
    _, following, rest = after.partition("\n##")
    written = f"{before.rstrip()}\n\n{head}\n\n{text}\n{following}{rest}"
    page.write_text(written, encoding="utf-8")


def kept_of(figures: Figures) -> dict[str, object]:
    """Give what reports are to tell: how many systems, and of which suites."""
    return {
        "systems": len(figures.bad),
        "caught": figures.caught,
        "right": figures.right,
        "equivalents": sum(len(part.equivalents) for part in parts()),
        "made": f"{swedish_now():%Y-%m-%d}",
        "suites": {suite.name: checksum(suite) for suite in suites()},
    }


def section_of(figures: Figures) -> str:
    """Write the figures for docs/proof.md: a row a suite, and what is left out and why."""
    rows = [
        "`tox run -e selftest -- --write`",
        "",
        f"{figures.right} of {len(figures.bad)} known-bad systems caught by the requirement they "
        f"break, {figures.caught} in all ({swedish_now():%Y-%m-%d})",
        "",
        "| suite | systems | caught | on the requirement they break | flawless passes |",
        "|---|--:|--:|--:|---|",
    ]
    for suite in suites():
        of_it = Figures(trials=tuple(one for one in figures.trials if one.suite == suite.name))
        passes = "no" if of_it.false_alarms else "yes"
        rows.append(
            f"| {suite.name} | {len(of_it.bad)} | {of_it.caught} | {of_it.right} | {passes} |"
        )
    rows.append(f"| all | {len(figures.bad)} | {figures.caught} | {figures.right} | |")
    left_out = [(part.name, each) for part in parts() for each in part.equivalents]
    if left_out:
        rows += ["", "Left out, since nobody outside can tell them from a right system:", ""]
        rows += ["| suite | change | why |", "|---|---|---|"]
        rows += [f"| {name} | {each.says} | {each.why} |" for name, each in left_out]
    return "\n".join(rows) + "\n"
