"""`provbank certify`: run a suite against a system, and write its reports."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from contracts.errors import UsageError
from features.commands.options import role_option, service_option
from features.commands.screen import console

if TYPE_CHECKING:
    from features.tester import Tester

__all__ = ["certify", "tester_at_hand"]


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
@click.option("--waivers", type=click.Path(path_type=Path, dir_okay=False),
              help="Agreed exceptions; waivers.toml beside the target file otherwise.")  # fmt: skip
def certify(
    target: Path | None, out: Path, quick: bool, seed: int, only: str, service: str, role: str,
    defect: str, host: str, port: int, allow: tuple[str, ...], tls_port: int | None, certs: Path,
    no_questions: bool, answers: Path | None, tester: str, waivers: Path | None,
) -> int:  # fmt: skip
    """Run a suite against a system; against the bundled one where no target is given."""
    from features.commands.running import carry_out
    from features.suites import chosen_requirement, suite_for
    from features.target_file import read_target
    from features.waivers import waivers_beside
    from reports.provenance import MadeWith

    if target is not None and defect:
        raise UsageError("--defect is for the bundled system, so it cannot go with --target")
    profile = read_target(target) if target is not None else None
    suite = suite_for(service, role, claimed=tuple(profile.roles) if profile else ())
    if waivers is None and target is not None:
        waivers = waivers_beside(target)
    made = MadeWith(
        target=str(target or ""),
        defect=defect,
        quick=quick,
        only=chosen_requirement(only, suite) if only else "",
        host=host,
        port=port,
        allow=allow,
        tls_port=tls_port,
        certs=str(certs) if tls_port is not None else "",
        answers=str(answers or ""),
        waivers=str(waivers or ""),
    )
    asked = tester_at_hand(tester, silent=no_questions)
    status, _ = carry_out(made, suite, profile, out, seed=seed, tester=asked)
    return status


def tester_at_hand(name: str, *, silent: bool) -> Tester:
    """Give who is asked: whoever sits at the terminal, if there is one and it is wanted."""
    from features.terminal import TerminalTester, there_is_a_terminal
    from features.tester import NO_TERMINAL, SWITCHED_OFF, Nobody

    if silent:
        return Nobody(SWITCHED_OFF)
    return TerminalTester(console, name=name) if there_is_a_terminal() else Nobody(NO_TERMINAL)
