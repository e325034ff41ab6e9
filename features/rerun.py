"""Running scenarios of a run again: which ones, with what, and whether they came out the same."""

from __future__ import annotations

import difflib
import hashlib
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from contracts.errors import UsageError
from features.runs import RESULT_FILE, folder_of
from reports.first_line import first_line
from reports.provenance import MadeWith
from reports.results import Outcome, RunResult, ScenarioResult, read_result

__all__ = ["Again", "again", "checksum", "differences", "from_folder", "rerun_folder", "to_folder"]


@dataclass(frozen=True, kw_only=True)
class Again:
    """Scenarios of a run that are to run again, and what they run with.

    Shape: ``folder`` is the run's; ``warnings`` what is not as it was then.
    """

    folder: Path
    result: RunResult
    scenarios: tuple[ScenarioResult, ...]
    warnings: tuple[str, ...] = ()

    @property
    def made_with(self) -> MadeWith:
        """Give what the run was made with, files as they are found from here."""
        kept = self.result.made_with
        return replace(
            kept,
            target=from_folder(kept.target, self.folder),
            certs=from_folder(kept.certs, self.folder),
            answers=from_folder(kept.answers, self.folder),
            waivers=from_folder(kept.waivers, self.folder),
        )


def again(run: str, scenarios: Sequence[str], *, failed: bool) -> Again:
    """Read a run by its id or folder, and find the scenarios in it that are asked for.

    Raises: UsageError where there is no such run or scenario, or none that failed.
    """
    folder = folder_of(run)
    try:
        result = read_result(folder / RESULT_FILE)
    except (OSError, ValueError) as error:
        raise UsageError(
            f"the run cannot be read: {error}",
            where=str(folder),
            mend="run `provbank certify` again",
        ) from None
    if failed:
        found = tuple(
            one for one in result.scenarios if one.outcome in {Outcome.FAILED, Outcome.BROKEN}
        )
        if not found:
            raise UsageError(f"no scenario failed or broke in the run {result.run}")
    else:
        found = tuple(_named(result, scenario) for scenario in dict.fromkeys(scenarios))
    if not found:
        raise UsageError("no scenario is named", mend="give an id, or --failed for all that failed")
    made = Again(folder=folder, result=result, scenarios=found)
    return replace(made, warnings=tuple(_changed(made)))


def _named(result: RunResult, scenario: str) -> ScenarioResult:
    by_id = {one.id: one for one in result.scenarios}
    if scenario in by_id:
        return by_id[scenario]
    near = difflib.get_close_matches(scenario, by_id, n=1)
    raise UsageError(
        f"the run {result.run} has no scenario {scenario}",
        mend=f"did you mean {near[0]}?" if near else "its id stands in every report",
    )


def _changed(run: Again) -> Iterator[str]:
    made = run.made_with
    if made.target and checksum(Path(made.target)) != made.target_sha256:
        yield f"the target file {made.target} is not as it was in the run"


def differences(before: Sequence[ScenarioResult], now: RunResult) -> dict[str, str]:
    """Say by id what is not as it was: nothing where a scenario came out the same.

    Shape: the same is the same outcome, for the same requirements; texts of messages with new
           identities may differ.
    """
    came = {scenario.id: scenario for scenario in now.scenarios}
    return {was.id: _difference(was, came.get(was.id)) for was in before}


def _difference(was: ScenarioResult, came: ScenarioResult | None) -> str:
    if came is None:
        return "the suite has no such scenario any longer"
    if was.outcome is not came.outcome:
        told = first_line(was)
        return f"was {was.outcome.replace('_', ' ')}" + (f": {told}" if told else "")
    before, after = (
        {found.requirement for found in scenario.deviations} for scenario in (was, came)
    )
    return "" if before == after else f"deviated from {', '.join(sorted(before))}"


def rerun_folder(folder: Path) -> Path:
    """Give where the reports of a rerun go: beside the run's own folder, never over it."""
    whole = folder.resolve()
    return whole.with_name(f"{whole.name}-rerun")


def checksum(path: Path) -> str:
    """Give the SHA-256 of a file, or nothing where it cannot be read."""
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError:
        return ""


def to_folder(path: Path | None, folder: Path) -> str:
    """Name a file from a run's folder, so that both can be moved; nothing for none."""
    if path is None:
        return ""
    try:
        return Path(os.path.relpath(path.resolve(), folder.resolve())).as_posix()
    except ValueError:  # another drive
        return path.resolve().as_posix()


def from_folder(name: str, folder: Path) -> str:
    """Find a file that was named from a run's folder."""
    return os.path.normpath(folder.resolve() / name) if name else ""
