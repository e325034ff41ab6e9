"""Carrying out a run for a command: from what it is made with to its reports and exit status."""

from __future__ import annotations

import contextlib
from dataclasses import replace
from functools import partial
from pathlib import Path

from rich.markup import escape

from features.answer_file import AnswersFirst, read_answers
from features.bench import SOON, Bench, entrance_of, lead, reference_system
from features.commands.screen import ALL_WELL, BROKEN, DEVIATES, UNREACHABLE, console, errors
from features.entrance import Entrance
from features.reach import why_unreachable
from features.rerun import checksum, to_folder
from features.run import Ended, new_run, prepare_folder
from features.run import certify as run_suite
from features.runs import RESULT_FILE, remember
from features.suites import Suite
from features.target import Target
from features.tester import Tester
from features.waivers import read_waivers
from reports.html import write_html
from reports.junit import write_junit
from reports.provenance import MadeWith
from reports.results import Outcome, RunResult, Verdict, write_result
from reports.summary import is_all_waived
from reports.terminal import tell_end, tell_scenario
from reports.waivers import stale
from simulator.certificates.folder import CertificateFolder
from simulator.regions.defect import defect_named
from simulator.regions.surroundings import Surroundings
from simulator.simulation import Tls

__all__ = ["carry_out", "status_of"]


def carry_out(
    made: MadeWith, suite: Suite, target: Target | None, out: Path, *, seed: int, tester: Tester
) -> tuple[int, RunResult | None]:
    """Run a suite, show how it goes, and write its reports; give exit status and result.

    Shape:  files in ``made`` are named from where the command runs; no ``target`` is the bundled
            system. The result is None where the system cannot be reached.
    Raises: UsageError where a file cannot be read, or the report folder not be used.
    """
    waivers = read_waivers(Path(made.waivers), suite) if made.waivers else ()
    if made.answers:
        tester = AnswersFirst(kept=read_answers(Path(made.answers)), then=tester)
    tls = None
    if made.tls_port is not None:
        certificates = CertificateFolder(Path(made.certs))
        tls = Tls(port=made.tls_port, hosts=(made.host,), certificates=certificates)
    entrance = Entrance(host=made.host, port=made.port, allow=made.allow, tls=tls)
    around = Surroundings(resending=SOON)
    with contextlib.ExitStack() as open_until_done:
        is_bundled = target is None
        if target is None:
            flaw = defect_named(made.defect, suite.part.defects)
            target = open_until_done.enter_context(
                reference_system(suite, defect=flaw, around=around, secured=True)
            )
            entrance = entrance_of(suite, entrance)
        tested = target.roles[suite.name]
        console.print(
            f"[bold]{escape(target.system)} {escape(target.version)}[/], {target.region.name}, "
            f"as {suite}"
        )
        if suite.called:
            console.print(f"Endpoint {escape(tested.endpoint)}")
        prepare_folder(out)
        if not is_bundled and (why := why_unreachable(tested)) is not None:
            text = f"the system under test cannot be reached: {why}"
            errors.print(f"[red]error:[/] {escape(text)}")
            return UNREACHABLE, None
        name = new_run()

        def on_start(bench: Bench) -> None:
            _tell_platform(bench)
            if is_bundled:
                lead(around, bench)

        ended = run_suite(
            target, suite, out, quick=made.quick, only=made.only, chosen=made.scenarios,
            seed=seed, entrance=entrance, tester=tester, waivers=waivers, name=name,
            made_with=_kept(made, out), ahead=True, on_start=on_start,
            on_scenario=partial(tell_scenario, console, run=name),
        )  # fmt: skip
    _report(ended, out)
    return status_of(ended), ended.result


def _kept(made: MadeWith, out: Path) -> MadeWith:
    """Name files from the report folder, so that the result tells no more than it must."""

    def named(file: str) -> str:
        return to_folder(Path(file) if file else None, out)

    return replace(
        made,
        target=named(made.target),
        target_sha256=checksum(Path(made.target)) if made.target else "",
        certs=named(made.certs),
        answers=named(made.answers),
        waivers=named(made.waivers),
    )


def _report(ended: Ended, out: Path) -> None:
    result = ended.result
    write_result(result, out / RESULT_FILE)
    remember(result.run, out)
    write_junit(result, out)
    tell_end(console, result, write_html(result, out))
    for problem in ended.problems:
        errors.print(f"[magenta]the harness broke:[/] {escape(problem)}")
    tried = result.counted(Outcome.PASSED, Outcome.OBSERVATION, Outcome.FAILED)
    if ended.lost:
        errors.print("[red]error:[/] the system under test stopped answering; "
                     "what was learnt until then is in the report")  # fmt: skip
    elif result.interrupted:
        errors.print("Stopped before the end; what was learnt until then is in the report.")
    elif not tried:
        errors.print("Nothing could be tested; the report says why.")


def _tell_platform(bench: Bench) -> None:
    """Tell where the tested system is to send what it sends by itself."""
    if bench.url:
        console.print(f"The system calls the platform at {escape(bench.url)}, "
                      f"as {bench.target.hsa_id}")  # fmt: skip
        called: dict[str, list[str]] = {}
        for service in bench.services:
            called.setdefault(service.contract.interaction, []).extend(service.logical_addresses)
        for interaction, addresses in called.items():
            console.print(f"  {interaction} to {escape(', '.join(addresses))}")


def status_of(ended: Ended) -> int:
    """Say how a run ends: a lost system first, then what was found, then what was missed.

    Shape: deviations that are all waived do not count; a waiver with nothing to waive does.
    """
    result = ended.result
    if ended.lost:
        return UNREACHABLE
    if stale(result) or (result.verdict is Verdict.DEVIATIONS and not is_all_waived(result)):
        return DEVIATES
    tried = result.counted(Outcome.PASSED, Outcome.OBSERVATION, Outcome.FAILED)
    hindered = ended.problems or result.interrupted or result.counted(Outcome.BROKEN)
    return ALL_WELL if tried and not hindered else BROKEN
