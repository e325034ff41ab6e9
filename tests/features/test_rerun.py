"""Running a run's scenarios again: how a run is found, what is read of it, what is compared."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from contracts.errors import UsageError
from features.rerun import again, checksum, differences, from_folder, rerun_folder, to_folder
from features.runs import folder_of, remember
from reports.provenance import MadeWith
from reports.results import (
    Deviation,
    Outcome,
    RunResult,
    ScenarioResult,
    StepResult,
    Subject,
    Verdict,
    write_result,
)

RUN = "20261123T051322-3a2e70"
SUBJECT = Subject(
    system="Fakturanavet", version="1", vendor="Exempelbolaget", region="Region Uppsala",
    county_code="03", organisation_number="2321000024", hsa_id="SE2321000024-A",
    service="Utomlänsfakturering", contract="financial:billing:claim", contract_version="1.1",
    role="producent", endpoint="https://faktura.example/claim",
)  # fmt: skip


def a_scenario(name: str, outcome: Outcome, *deviates_from: str) -> ScenarioResult:
    deviations = tuple(Deviation(requirement=each, text="fel") for each in deviates_from)
    step = StepResult(keyword="Så", text="händer det", outcome=outcome, deviations=deviations)
    return ScenarioResult(
        id=name, feature="Regler", title=name, file="regler.feature", line=1,
        requirements=("FBC-R5",), outcome=outcome, seconds=0.1, steps=(step,),
    )  # fmt: skip


SCENARIOS = (
    a_scenario("regler-god", Outcome.PASSED),
    a_scenario("regler-fel", Outcome.FAILED, "FBC-R5"),
    a_scenario("regler-trasig", Outcome.BROKEN),
)


@pytest.fixture
def a_run(tmp_path: Path) -> Callable[..., Path]:
    """Give a maker of run folders with a result in them."""

    def build(made_with: MadeWith | None = None, *scenarios: ScenarioResult) -> Path:
        folder = tmp_path / "rapport"
        folder.mkdir(exist_ok=True)
        result = RunResult(
            run=RUN, started="2026-11-23T05:13:22+01:00", finished="2026-11-23T05:14:22+01:00",
            subject=SUBJECT, provbank_version="0.1.0", suite="utomlansfakturering/producent",
            suite_sha256="0" * 64, environment="", verdict=Verdict.DEVIATIONS,
            scenarios=scenarios or SCENARIOS, requirements=(), made_with=made_with or MadeWith(),
        )  # fmt: skip
        write_result(result, folder / "result.json")
        return folder

    return build


def test_a_run_is_found_by_its_id_and_by_its_folder(a_run: Callable[..., Path]) -> None:
    """The id is what the report shows; the folder is for a report that was moved."""
    folder = a_run()
    remember(RUN, folder)

    assert folder_of(RUN) == folder.resolve()
    assert folder_of(str(folder)) == folder_of(str(folder / "result.json")) == folder


def test_a_run_that_cannot_be_found_is_told(a_run: Callable[..., Path], tmp_path: Path) -> None:
    """Never known, moved away, no report in the folder; and an id is no path."""
    folder = a_run()
    remember("borttagen", folder / "inte-har")
    (tmp_path / "tom").mkdir()

    for run, told in (
        ("okand", "not known here"),
        ("borttagen", "has gone"),
        (str(tmp_path / "tom"), "no result.json"),
        ("../" + RUN, "not known here"),
    ):
        with pytest.raises(UsageError, match=told):
            folder_of(run)


def test_the_latest_runs_are_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The list does not grow for ever."""
    monkeypatch.setenv("PROVBANK_HOME", str(tmp_path))
    monkeypatch.setattr("features.runs._KEPT", 2)

    for number in range(4):
        remember(f"20261123T05132{number}-000000", tmp_path)

    assert sorted(path.name[14] for path in (tmp_path / "runs").iterdir()) == ["2", "3"]


def test_scenarios_are_taken_by_id_or_all_that_went_wrong(a_run: Callable[..., Path]) -> None:
    """Failed and broken; what passed can be asked for by its id."""
    folder = str(a_run())

    by_id = again(folder, ["regler-god", "regler-fel", "regler-god"], failed=False)
    wrong = again(folder, [], failed=True)

    assert [one.id for one in by_id.scenarios] == ["regler-god", "regler-fel"]
    assert [one.id for one in wrong.scenarios] == ["regler-fel", "regler-trasig"]


def test_what_cannot_be_run_again_is_told(a_run: Callable[..., Path]) -> None:
    """A misspelt id has its nearest; a run in which all is well has nothing to repeat."""
    folder = a_run()
    with pytest.raises(UsageError, match="did you mean regler-fel"):
        again(str(folder), ["regler-fell"], failed=False)
    with pytest.raises(UsageError, match="no scenario is named"):
        again(str(folder), [], failed=False)

    a_run(None, SCENARIOS[0])
    with pytest.raises(UsageError, match="no scenario failed or broke"):
        again(str(folder), [], failed=True)


def test_a_result_of_another_format_is_told(a_run: Callable[..., Path]) -> None:
    """A report of an older Provbänk cannot be repeated; it is told, not guessed at."""
    path = a_run() / "result.json"
    document = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps({**document, "format": "provbank-result/3"}), encoding="utf-8")

    with pytest.raises(UsageError, match="'provbank-result/3'"):
        again(str(path.parent), [], failed=True)


def test_files_are_named_from_the_run_s_folder_so_that_both_can_be_moved(
    a_run: Callable[..., Path], tmp_path: Path
) -> None:
    """A result that is sent on tells nothing of whose computer it was."""
    target = tmp_path / "region.toml"
    target.write_text("[system]\n", encoding="utf-8")
    folder = tmp_path / "rapport"

    assert to_folder(target, folder) == "../region.toml"
    assert (to_folder(None, folder), from_folder("", folder)) == ("", "")

    a_run(MadeWith(target="../region.toml", target_sha256=checksum(target)))
    found = again(str(folder), [], failed=True)
    assert Path(found.made_with.target) == target
    assert found.warnings == ()


def test_a_target_file_that_has_changed_is_told(a_run: Callable[..., Path], tmp_path: Path) -> None:
    """What comes out otherwise may be due to that."""
    target = tmp_path / "region.toml"
    target.write_text("[system]\n", encoding="utf-8")
    folder = a_run(MadeWith(target="../region.toml", target_sha256=checksum(target)))
    target.write_text("[system]\nname = 1\n", encoding="utf-8")

    (warning,) = again(str(folder), [], failed=True).warnings

    assert "region.toml is not as it was" in warning


def test_the_report_of_a_rerun_lies_beside_that_of_the_run(tmp_path: Path) -> None:
    """Never over it."""
    assert rerun_folder(tmp_path / "rapport") == tmp_path.resolve() / "rapport-rerun"


@pytest.mark.parametrize(
    ("now", "told"),
    [
        pytest.param(a_scenario("regler-fel", Outcome.FAILED, "FBC-R5"), "", id="the same"),
        pytest.param(
            a_scenario("regler-fel", Outcome.PASSED), "was failed: FBC-R5: Så händer det: fel",
            id="mended",
        ),
        pytest.param(
            a_scenario("regler-fel", Outcome.FAILED, "FBC-R8"), "deviated from FBC-R5",
            id="another requirement",
        ),
        pytest.param(
            a_scenario("regler-annan", Outcome.FAILED, "FBC-R5"), "no such scenario", id="gone"
        ),
    ],
)  # fmt: skip
def test_what_did_not_come_out_the_same_is_told(
    a_run: Callable[..., Path], now: ScenarioResult, told: str
) -> None:
    """By outcome and by what it deviated from; not by words that hold new identities."""
    run = again(str(a_run()), ["regler-fel"], failed=False)

    (found,) = differences(run.scenarios, replace(run.result, scenarios=(now,))).values()

    assert (found == "") if not told else (told in found)
