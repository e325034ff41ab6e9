"""`provbank certify`: run a suite against a system, and write its reports."""

from __future__ import annotations

import contextlib
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from rich.markup import escape

from commands.options import role_option, service_option
from commands.screen import ALL_WELL, BROKEN, DEVIATES, UNREACHABLE, console, errors
from contracts.errors import UsageError

if TYPE_CHECKING:
    from features.bench import Bench
    from features.tester import Tester

__all__ = ["certify"]


@click.command()
@click.option("--target", type=click.Path(path_type=Path), help="The system's target file (TOML).")
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("provbank-report"),
    show_default=True,
    help="Folder for the report.",
)
@click.option("--quick", is_flag=True, help="Leave out the load scenarios, and most variants.")
@click.option("--seed", default=0, show_default=True, help="Chooses variants and their values.")
@click.option("--only", default="", metavar="ID", help="Only what checks one requirement.")
@service_option
@role_option
@click.option("--defect", default="", metavar="NAME", help="Give the bundled system this defect.")
@click.option("--host", default="127.0.0.1", show_default=True,
              help="Where the platform of the run listens, for a system that sends.")  # fmt: skip
@click.option("--port", default=0, help="On which port; a free one where none is given.")
@click.option("--allow", multiple=True, metavar="PREFIX",
              help="How addresses begin that may call over plain HTTP, beside this machine's own;"
              " repeatable.")  # fmt: skip
@click.option("--tls-port", type=int, metavar="PORT",
              help="Listen with mutual TLS too; 0 takes a free port.")  # fmt: skip
@click.option("--certs", type=click.Path(path_type=Path, file_okay=False),
              default=Path("provbank-certs"), show_default=True,
              help="Folder of certificates for TLS; made where it is not there.")  # fmt: skip
@click.option("--no-questions", is_flag=True,
              help="Ask the tester nothing; what only a person can see is not tested.")  # fmt: skip
@click.option("--answers", type=click.Path(path_type=Path, dir_okay=False),
              help="The tester's answers from an earlier run (svar.toml).")  # fmt: skip
@click.option("--tester", default="", metavar="NAME", help="Who answers, for the report.")
def certify(
    target: Path | None, out: Path, quick: bool, seed: int, only: str, service: str, role: str,
    defect: str, host: str, port: int, allow: tuple[str, ...], tls_port: int | None, certs: Path,
    no_questions: bool, answers: Path | None, tester: str,
) -> int:  # fmt: skip
    """Run a suite against a system; against the bundled one where no target is given."""
    from features.answer_file import AnswersFirst, read_answers
    from features.bench import SOON, lead, reference_system
    from features.entrance import Entrance
    from features.suites import chosen_requirement, suite_for
    from features.target_file import read_target
    from simulator.certificates.folder import CertificateFolder
    from simulator.regions.defect import defect_named
    from simulator.regions.surroundings import Surroundings
    from simulator.simulation import Tls

    if target is not None and defect:
        raise UsageError("--defect is for the bundled system, so it cannot go with --target")
    asked = _tester(tester, silent=no_questions)
    if answers is not None:
        asked = AnswersFirst(kept=read_answers(answers), then=asked)
    tls = None
    if tls_port is not None:
        tls = Tls(port=tls_port, hosts=(host,), certificates=CertificateFolder(certs))
    entrance = Entrance(host=host, port=port, allow=allow, tls=tls)
    around = Surroundings(resending=SOON)
    with contextlib.ExitStack() as open_until_done:
        if target is not None:
            profile = read_target(target)
            suite = suite_for(service, role, claimed=tuple(profile.roles))
        else:
            suite = suite_for(service, role)
            flaw = defect_named(defect, suite.part.defects)
            profile = open_until_done.enter_context(
                reference_system(suite, defect=flaw, around=around, secured=True)
            )
        only = chosen_requirement(only, suite) if only else ""

        def on_start(bench: Bench) -> None:
            _tell_platform(bench)
            if target is None:
                lead(around, bench)

        return _certify(
            profile, suite, out, quick=quick, only=only, seed=seed,
            entrance=entrance, tester=asked, on_start=on_start,
        )  # fmt: skip


def _tester(name: str, *, silent: bool) -> Tester:
    """Give who is asked: whoever sits at the terminal, if there is one and it is wanted."""
    from features.terminal import TerminalTester, there_is_a_terminal
    from features.tester import NO_TERMINAL, SWITCHED_OFF, Nobody

    if silent:
        return Nobody(SWITCHED_OFF)
    return TerminalTester(console, name=name) if there_is_a_terminal() else Nobody(NO_TERMINAL)


def _certify(profile: object, suite: object, out: Path, **how: Any) -> int:
    from features.reach import why_unreachable
    from features.run import certify as run_suite
    from features.run import prepare_folder
    from features.suites import Suite
    from features.target import Target
    from reports.html import write_html
    from reports.junit import write_junit
    from reports.results import Outcome, write_result
    from reports.terminal import tell_end, tell_scenario

    # Both are imported late, to keep --help quick.
    assert isinstance(profile, Target)  # noqa: S101
    assert isinstance(suite, Suite)  # noqa: S101
    tested = profile.roles[suite.name]
    console.print(
        f"[bold]{escape(profile.system)} {escape(profile.version)}[/], {profile.region.name}, "
        f"as {suite}"
    )
    console.print(f"Endpoint {escape(tested.endpoint)}")
    prepare_folder(out)
    if (why := why_unreachable(tested)) is not None:
        text = f"the system under test cannot be reached: {why}"
        errors.print(f"[red]error:[/] {escape(text)}")
        return UNREACHABLE
    ended = run_suite(
        profile,
        suite,
        out,
        **how,
        on_scenario=partial(tell_scenario, console),
    )
    result = ended.result
    write_result(result, out / "result.json")
    write_junit(result, out)
    tell_end(console, result, write_html(result, out))
    for problem in ended.problems:
        errors.print(f"[magenta]the harness broke:[/] {escape(problem)}")
    if ended.lost:
        errors.print("[red]error:[/] the system under test stopped answering; "
                      "what was learnt until then is in the report")  # fmt: skip
    elif result.interrupted:
        errors.print("Stopped before the end; what was learnt until then is in the report.")
    elif not result.counted(Outcome.PASSED) and not result.counted(Outcome.FAILED):
        errors.print("Nothing could be tested; the report says why.")
    return _status(ended)


def _tell_platform(bench: Bench) -> None:
    """Tell where the tested system is to send what it sends by itself."""
    if bench.url:
        console.print(f"The system calls the platform at {escape(bench.url)}, "
                       f"as {bench.target.hsa_id}")  # fmt: skip
        for service in bench.services:
            where = ", ".join(service.logical_addresses)
            console.print(f"  {service.contract.interaction} to {escape(where)}")


def _status(ended: object) -> int:
    """Say how a run ends: a lost system first, then what was found, then what was missed."""
    from features.run import Ended
    from reports.results import Outcome, Verdict

    assert isinstance(ended, Ended)  # noqa: S101
    result = ended.result
    if ended.lost:
        return UNREACHABLE
    if result.verdict is Verdict.DEVIATIONS:
        return DEVIATES
    whole = not ended.problems and not result.interrupted and result.counted(Outcome.PASSED)
    return ALL_WELL if whole and result.verdict is not Verdict.BROKEN else BROKEN
