"""Composition root: target, platform and evidence for the steps; requirement ids as tags."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache

import pytest

from contracts.catalogue import bundled
from contracts.errors import HarnessError
from contracts.profile import LABEL, profile
from features.asking import Asking
from features.bench import SOON, Bench, bench_for, entrance_of, lead, reference_system
from features.calling import Caller, Reachability
from features.run import RUN_PLUGIN, Run
from features.step_lookup import quick_lookup
from features.suites import suite_at, suites
from features.variants import Supply, Variants
from reports.collector import (
    EVIDENCE,
    LEFT_OUT,
    NOT_APPLICABLE,
    REQUIREMENTS,
    example_of,
    steps_of,
    template_of,
)
from reports.evidence import Evidence
from simulator.regions.surroundings import Surroundings

LABELS = {"belastning", "vantan", LABEL, *(suite.label for suite in suites())}
"""Tags that are no requirement: what `--quick` leaves out, and the contracts."""

_BY_LABEL = {
    "belastning": "Bortvalt med --quick.",
    "vantan": "Bortvalt med --quick: scenariot väntar på omsändning.",
}


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Read requirement ids from tags; one that no catalogue knows stops the run."""
    run = config.pluginmanager.get_plugin(RUN_PLUGIN)
    domains = (domain.requirements for domain in bundled().domains)
    known = {str(requirement) for among in (*domains, profile()) for requirement in among}
    for item in items:
        template = template_of(item)
        tags = template.tags | template.feature.tags
        if (row := example_of(item).get("krav")) is not None:
            tags = tags | {row}
        if unknown := sorted(tags - known - LABELS):
            raise HarnessError(
                f"the tag {', '.join(unknown)} names no requirement",
                where=f"{template.feature.filename}:{template.line_number}",
                mend="correct the tag, or add the requirement to requirements.toml",
            )
        item.stash[REQUIREMENTS] = tuple(sorted(tags - LABELS))
        if isinstance(run, Run) and (why := _not_applicable(run, item.stash[REQUIREMENTS])):
            item.stash[NOT_APPLICABLE] = why
        elif isinstance(run, Run) and run.quick and run.whole.isdisjoint(tags):
            for label in tags & _BY_LABEL.keys():
                item.stash[LEFT_OUT] = _BY_LABEL[label]


def _not_applicable(run: Run, checked: tuple[str, ...]) -> str:
    """Say why nothing that a scenario checks applies to the system; empty where something does."""
    declared = run.bench.role.not_applicable
    if not checked or not declared.keys() >= set(checked):
        return ""
    return "; ".join(dict.fromkeys(declared[requirement] for requirement in checked))


@pytest.fixture(scope="session", autouse=True)
def _quick_lookup() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        quick_lookup(patch)
        yield


@pytest.fixture(scope="session")
def bench(request: pytest.FixtureRequest) -> Iterator[Bench]:
    """Give the platform in front of the system under test; the bundled one where none is named."""
    run = request.config.pluginmanager.get_plugin(RUN_PLUGIN)
    if isinstance(run, Run):
        yield run.bench
        return
    suite = suite_at(request.session.items[0].path)
    around = Surroundings(resending=SOON)
    with (
        reference_system(suite, around=around, secured=True) as target,
        bench_for(target, suite, entrance=entrance_of(suite)) as made,
    ):
        lead(around, made)
        yield made


@pytest.fixture(scope="session", autouse=True)
def early(request: pytest.FixtureRequest, bench: Bench) -> object:
    """Begin what lasts long before the first scenario, and give what the suite makes of it."""
    return bench.suite.early(
        bench, [step for item in request.session.items for step in steps_of(item)]
    )


@pytest.fixture(scope="session")
def reachability(pytestconfig: pytest.Config) -> Reachability:
    """Give the run's memory of whether the system answers."""
    run = pytestconfig.pluginmanager.get_plugin(RUN_PLUGIN)
    return run.reachability if isinstance(run, Run) else Reachability()


@pytest.fixture(scope="session")
def every_variant(request: pytest.FixtureRequest, bench: Bench) -> Callable[[bool], Supply]:
    """Give the variants of the suite's messages by the run's seed, a few of them or all."""
    run = request.config.pluginmanager.get_plugin(RUN_PLUGIN)
    seed = run.seed if isinstance(run, Run) else 0
    ahead = run.made_ahead if isinstance(run, Run) else None

    @cache
    def supply(quick: bool) -> Supply:
        if ahead is not None and not quick:
            return ahead
        return Variants(bench.suite, bench.messages, seed=seed, quick=quick)

    return supply


@pytest.fixture
def variants(request: pytest.FixtureRequest, every_variant: Callable[[bool], Supply]) -> Supply:
    """Give the variants that the scenario is to try."""
    run = request.config.pluginmanager.get_plugin(RUN_PLUGIN)
    checks = request.node.stash[REQUIREMENTS]
    return every_variant(isinstance(run, Run) and run.quick and run.whole.isdisjoint(checks))


@pytest.fixture
def evidence(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Evidence:
    """Give the place where the scenario's evidence is gathered."""
    if EVIDENCE not in request.node.stash:  # pytest run by hand, without a collector
        request.node.stash[EVIDENCE] = Evidence(tmp_path_factory.mktemp("evidence"), "scenario")
    found: Evidence = request.node.stash[EVIDENCE]
    return found


@pytest.fixture
def caller(bench: Bench, evidence: Evidence, reachability: Reachability) -> Caller:
    """Give the way to call the system under test."""
    return Caller(bench=bench, evidence=evidence, reachability=reachability)


@pytest.fixture
def asking(bench: Bench, evidence: Evidence) -> Asking:
    """Give the way to ask the tester."""
    return Asking(tester=bench.tester, evidence=evidence)
