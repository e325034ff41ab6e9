"""Running a suite against a target: pytest inside, a RunResult out."""

from __future__ import annotations

import contextlib
import hashlib
import os
import platform as machine
import secrets
import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from importlib import metadata
from pathlib import Path

import pytest

from contracts.errors import UsageError
from contracts.judge import swedish_now
from features.answer_file import ANSWER_FILE, write_questions
from features.bench import Bench, bench_for
from features.calling import Reachability
from features.entrance import LOCAL, Entrance
from features.made_ahead import MadeAhead, Workshop
from features.proof import proof_of
from features.suites import Suite
from features.target import Target
from features.tester import Tester
from reports.allure import AllureSteps
from reports.collector import REQUIREMENTS, Collector, scenario_id
from reports.coverage import covered, verdict_of
from reports.provenance import MadeWith, Waiver
from reports.results import (
    Outcome,
    RequirementResult,
    RunResult,
    ScenarioResult,
    Subject,
)
from reports.waivers import weighed

__all__ = [
    "RUN_PLUGIN",
    "Ended",
    "Run",
    "certify",
    "checksum",
    "new_run",
    "prepare_folder",
    "undisturbed",
]

RUN_PLUGIN = "provbank-run"

_HERE = Path(__file__).resolve().parent
_MARK = ".provbank-report"
_WRITTEN = (
    "result.json",
    "junit.xml",
    "rapport.html",
    "pytest.log",
    "allure-results",
    "meddelanden",
    ANSWER_FILE,
    "journal.sqlite",
    "journal.sqlite-wal",
    "journal.sqlite-shm",
)

OnScenario = Callable[[ScenarioResult, int, int], None]


@dataclass(kw_only=True)
class Run:
    """What the suites' conftest finds: the bench, and what to leave out.

    Shape: a ``quick`` run leaves nothing out of what checks a requirement in ``whole``;
           ``made_ahead`` has all variants, where a process makes them.
    """

    bench: Bench
    quick: bool = False
    whole: frozenset[str] = frozenset()
    seed: int = 0
    made_ahead: MadeAhead | None = None
    reachability: Reachability = field(default_factory=Reachability)

    @pytest.hookimpl
    def pytest_runtest_logfinish(self, nodeid: str) -> None:  # noqa: ARG002 - the hook's name
        """Stop a run that talks to a system that has gone."""
        if self.reachability.lost:
            raise pytest.exit.Exception("the system under test has stopped answering")


@dataclass(frozen=True, kw_only=True)
class Ended:
    """A run and how it ended.

    Shape: ``problems`` is what broke the harness itself; ``lost`` that the system stopped being
           reachable under way.
    """

    result: RunResult
    problems: tuple[str, ...] = ()
    lost: bool = False


@contextlib.contextmanager
def _workshop(suite: Suite, *, ahead: bool) -> Iterator[Workshop | None]:
    """Give the process that makes the variants, where there are any to make."""
    if ahead and suite.called:
        with contextlib.closing(Workshop(suite)) as workshop:
            yield workshop
    else:
        yield None


def new_run() -> str:
    """Give the id of a new run: when it started, and what tells it from others of that second."""
    return f"{swedish_now():%Y%m%dT%H%M%S}-{secrets.token_hex(3)}"


def certify(
    target: Target,
    suite: Suite,
    folder: Path | None,
    *,
    quick: bool = False,
    whole: frozenset[str] = frozenset(),
    only: str = "",
    chosen: Sequence[str] = (),
    seed: int = 0,
    entrance: Entrance = LOCAL,
    tester: Tester | None = None,
    waivers: Sequence[Waiver] = (),
    made_with: MadeWith | None = None,
    name: str = "",
    ahead: bool = False,
    on_start: Callable[[Bench], None] = lambda _bench: None,
    on_scenario: OnScenario = lambda *_: None,
) -> Ended:
    """Run a suite against a target that has its role, over real HTTP.

    Shape:  ``folder`` exists and can be written; bodies of messages, the platform's journal,
            Allure's results, the questions to the tester and pytest's own log go there; without
            a folder nothing is kept but what is given back. ``quick`` leaves out the load
            scenarios and all but a few variants, chosen by the seed, but nothing of what checks
            the requirements in ``whole``; ``only`` keeps the scenarios of one requirement,
            ``chosen`` those with these ids. ``entrance`` is where the tested system
            reaches the platform, ``tester`` who is asked; ``on_start`` is called when the
            platform is there. ``made_with`` is kept in the result, ``name`` is the run's id.
            With ``ahead``, the variants of a run that takes all are made in another process.
            An interrupted run is given back with what it learnt.
    Raises: HarnessError where the platform cannot be started.
    """
    started, name = swedish_now(), name or new_run()
    collector = Collector(folder, root=_HERE, on_scenario=on_scenario)
    journal = f"sqlite:///{(folder / 'journal.sqlite').as_posix()}" if folder else "sqlite://"
    with (
        _workshop(suite, ahead=ahead and not (quick or only or chosen)) as workshop,
        bench_for(target, suite, journal=journal, entrance=entrance, tester=tester) as bench,
    ):
        on_start(bench)
        made_ahead = MadeAhead(workshop, bench.messages, seed=seed) if workshop else None
        run = Run(bench=bench, quick=quick, whole=whole, seed=seed, made_ahead=made_ahead)
        plugins: list[object] = [collector, _Only(only, chosen)]
        if folder is not None:
            waive = partial(_of_one, waivers, started)
            plugins.append(AllureSteps(folder, collector, run=name, waive=waive))
        code = _pytest(suite, folder, plugins, run)
    problems = list(collector.problems)
    if folder is not None:
        write_questions(
            (asked for scenario in collector.scenarios for asked in scenario.questions),
            folder / ANSWER_FILE,
        )
    if not collector.scenarios and not problems:
        if code == pytest.ExitCode.INTERRUPTED:
            raise KeyboardInterrupt  # before there was anything to report
        problems.append(f"the suite could not be run (pytest ended with {code})")
    selection = "; ".join(
        part
        for part in (
            "utan belastning och omsändning, med ett urval av varianterna (--quick)"
            if quick
            else "",
            f"endast {only} (--only)" if only else "",
            f"endast {', '.join(chosen)} (rerun)" if chosen else "",
        )
        if part
    )
    interrupted = collector.interrupted or run.reachability.lost
    result = _result(run, collector, started, selection=selection, interrupted=interrupted)
    return Ended(
        result=replace(
            result,
            run=name,
            waivers=weighed(
                waivers,
                result.requirements,
                result.scenarios,
                whole=not (selection or interrupted or problems),
                day=started.date(),
            ),
            made_with=made_with or MadeWith(),
            proof=proof_of(suite.name),
        ),
        problems=tuple(problems),
        lost=run.reachability.lost,
    )


def prepare_folder(folder: Path) -> None:
    """Make the report folder ready: there, writable, and without what an earlier run left.

    Shape:  nothing is removed but what a run writes, and only from a folder that a run has made;
            a folder that holds anything else is refused as it is.
    Raises: UsageError where the folder cannot be used.
    """
    mark = folder / _MARK
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if not mark.exists() and any(folder.iterdir()):
            raise UsageError(
                "the report folder holds files that no run of provbank has written",
                where=str(folder),
                mend="choose a folder of its own with --out",
            )
        for name in _WRITTEN:
            left = folder / name
            if left.is_dir():
                shutil.rmtree(left)
            else:
                left.unlink(missing_ok=True)
        mark.write_text("A run of provbank writes its report here.\n", encoding="utf-8")
    except OSError as error:
        raise UsageError(
            f"the report folder cannot be written: {error.strerror or error}",
            where=str(folder),
            mend="choose another folder with --out",
        ) from None


def _of_one(
    waivers: Sequence[Waiver], started: datetime, scenario: ScenarioResult
) -> tuple[Waiver, ...]:
    return weighed(waivers, (), [scenario], whole=False, day=started.date())


def _pytest(suite: Suite, folder: Path | None, plugins: Sequence[object], run: Run) -> int:
    arguments = [
        str(suite.folder),
        f"--rootdir={_HERE}",
        f"--confcutdir={_HERE}",
        "-c",
        str(_HERE / "pytest.ini"),
        "-p", "pytest_bdd.plugin",
        "-p", "no:unraisableexception",  # it collects all garbage five times
        "-s",
        "--tb=native",  # the other kinds parse whole modules, for each step that fails
        "-q",
    ]  # fmt: skip
    if folder is not None:
        arguments += ["-p", "allure_pytest.plugin", "--clean-alluredir"]
        arguments += [f"--alluredir={folder / 'allure-results'}"]
    with (
        (folder / "pytest.log" if folder else Path(os.devnull)).open("w", encoding="utf-8") as log,
        undisturbed(),
        contextlib.redirect_stdout(log),
    ):
        return int(pytest.main(arguments, plugins=[*plugins, _Named(run)]))


@dataclass
class _Named:
    """Registers the run under its name, where conftest looks for it."""

    run: Run

    def pytest_configure(self, config: pytest.Config) -> None:
        config.pluginmanager.register(self.run, RUN_PLUGIN)


@dataclass
class _Only:
    """Keeps the scenarios of one requirement, or those with certain ids."""

    requirement: str
    scenarios: Sequence[str] = ()

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        if self.requirement:
            items[:] = [i for i in items if self.requirement in i.stash[REQUIREMENTS]]
        if self.scenarios:
            items[:] = [i for i in items if scenario_id(i) in self.scenarios]


@contextlib.contextmanager
def undisturbed() -> Iterator[None]:
    """Keep what happens to be installed or set on the machine out of the run."""
    kept = {name: os.environ.get(name) for name in ("PYTEST_ADDOPTS", "PYTEST_PLUGINS")}
    autoload = os.environ.get("PYTEST_DISABLE_PLUGIN_AUTOLOAD")
    for name in kept:
        os.environ.pop(name, None)
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    try:
        yield
    finally:
        for name, value in {**kept, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": autoload}.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


def _result(
    run: Run, collector: Collector, started: datetime, *, selection: str, interrupted: bool
) -> RunResult:
    bench = run.bench
    suite, target, scenarios = bench.suite, bench.target, collector.scenarios
    declared = bench.role.not_applicable
    catalogue = [
        RequirementResult(
            id=item.id,
            level=item.level,
            title=item.title,
            text=item.text,
            source=item.source,
            outcome=Outcome.NOT_APPLICABLE if item.id in declared else Outcome.NOT_TESTED,
            reason=declared.get(item.id) or suite.untested(item),
        )
        for item in suite.requirements
    ]
    return RunResult(
        run="",
        started=started.isoformat(timespec="milliseconds"),
        finished=swedish_now().isoformat(timespec="milliseconds"),
        subject=Subject(
            system=target.system,
            version=target.version,
            vendor=target.vendor,
            region=target.region.name,
            county_code=target.region.county,
            organisation_number=target.region.organisation_number,
            hsa_id=target.hsa_id,
            service=suite.domain.title,
            contract=suite.contract.service_domain,
            contract_version=suite.contract.version,
            role=suite.role,
            endpoint=bench.role.endpoint,
            platform=bench.url,
        ),
        provbank_version=_version(),
        suite=suite.name,
        suite_sha256=checksum(suite),
        environment=f"Python {machine.python_version()}, {machine.system()} {machine.machine()}",
        verdict=verdict_of(scenarios, interrupted=interrupted, selection=selection),
        scenarios=scenarios,
        requirements=covered(catalogue, scenarios),
        exercised=(bench.sent.exercised(suite.contract),),
        selection=selection,
        seed=run.seed,
        interrupted=interrupted,
    )


def _version() -> str:
    try:
        return metadata.version("provbank")
    except metadata.PackageNotFoundError:
        return "okänd (inte installerad)"


def checksum(suite: Suite) -> str:
    """Give one checksum of all feature files, the same on every machine."""
    whole = hashlib.sha256()
    for path in suite.feature_files:
        whole.update(path.name.encode())
        whole.update(path.read_text(encoding="utf-8").encode())
    return whole.hexdigest()
