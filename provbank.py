"""The command line: wires contracts, simulator, features and reports together, holds no logic.

Exit status everywhere: 0 all well, 1 the tested thing deviates, 2 usage, 3 the harness itself
broke or was stopped, 4 the system under test cannot be reached.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import sys
import time
from collections.abc import Callable, Sized
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import click
from rich.markup import escape

from contracts.errors import HarnessError, TargetError, UsageError
from contracts.terms import SWEDISH_TIME
from features.commands.certify import certify
from features.commands.options import role_option, service_option
from features.commands.rerun import rerun
from features.commands.screen import ALL_WELL, BROKEN, DEVIATES, USAGE
from features.commands.screen import console as _console
from features.commands.screen import errors as _errors
from features.commands.selftest import selftest

if TYPE_CHECKING:
    from simulator.exchange import Exchange
    from simulator.journal import Query
    from simulator.simulation import Simulation
    from simulator.testdata.persons import TestPerson


class _Stop:
    """Remembers that the program was told to stop, also where the interrupt itself was lost."""

    is_ordered = False

    @classmethod
    def ordered(cls, _signal: int, _frame: object) -> None:
        """Stop what is going on; one that comes within a finalizer is swallowed by Python."""
        cls.is_ordered = True
        raise KeyboardInterrupt


def main() -> NoReturn:
    """Run the command line, and end with the right exit status."""
    for name in ("SIGINT", "SIGTERM", "SIGBREAK"):  # Ctrl-C, or stopped by a service or a console
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), _Stop.ordered)
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")  # a console that lacks a letter shows ?
    try:
        code = cli.main(standalone_mode=False)
    except (click.exceptions.Abort, KeyboardInterrupt):
        _errors.print("Stopped.")
        _leave(BROKEN)
    except click.ClickException as error:
        error.show()
        sys.exit(USAGE)
    except TargetError as error:
        for problem in error.problems:
            _errors.print(f"[red]error:[/] {escape(problem)}")
        _errors.print(f"{len(error.problems)} to mend; nothing was run.")
        sys.exit(USAGE)
    except UsageError as error:
        _errors.print(f"[red]error:[/] {escape(str(error))}")
        sys.exit(USAGE)
    except HarnessError as error:
        _errors.print(f"[magenta]the harness broke:[/] {escape(str(error))}")
        sys.exit(BROKEN)
    except Exception as error:
        _errors.print(
            f"[magenta]the harness broke:[/] {escape(f'{type(error).__name__}: {error}')}"
        )
        _errors.print_exception(show_locals=False, max_frames=6)
        sys.exit(BROKEN)
    sys.exit(code if isinstance(code, int) else ALL_WELL)


def _leave(status: int) -> NoReturn:
    """End at once: an interrupt may have come before what it stopped could be put in order."""
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(status)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="provbank")
def cli() -> None:
    """Test a region's system against Nationella tjänsteplattformen's service contracts.

    Exit status: 0 all well, 1 the tested thing deviates, 2 usage, 3 the harness broke or was
    stopped, 4 the system under test cannot be reached.
    """


cli.add_command(certify)
cli.add_command(rerun)
cli.add_command(selftest)


def _own_persons(command: Callable[..., int]) -> Callable[..., int]:
    """Add the options that say who the test persons are."""
    for option in (
        click.option("--birth-numbers", default="980-999,238,239", show_default=True,
                     help="What made-up identities may have after the date."),
        click.option("--persons", type=click.Path(path_type=Path, dir_okay=False),
                     help="A list of your own test persons, CSV or JSON; made-up ones otherwise."),
    ):  # fmt: skip
        command = option(command)
    return command


@cli.command()
@click.option(
    "--port", default=8080, show_default=True, help="Port to listen on; 0 takes a free one."
)
@click.option(
    "--data",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("provbank-data"),
    show_default=True,
    help="Folder for the journal.",
)
@click.option(
    "--catalogue",
    "catalogues",
    multiple=True,
    type=click.Path(path_type=Path, dir_okay=False),
    help="Addressing catalogue to lay on that of the regions; may be given several times.",
)
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--tls-port", type=int, metavar="PORT",
              help="Listen with mutual TLS too; 0 takes a free port.")  # fmt: skip
@click.option(
    "--certs",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("provbank-certs"),
    show_default=True,
    help="Folder of certificates for TLS; made where it is not there.",
)
@click.option("--database", metavar="URL",
              help="Database to share; SQLite in the folder otherwise.")  # fmt: skip
@click.option("--allow", multiple=True, metavar="PREFIX",
              help="How addresses begin that may call over plain HTTP, beside this machine's own;"
              " repeatable.")  # fmt: skip
@click.option("--strict", is_flag=True, help="No default sender: be as strict as the real one.")
@click.option("--settings", "settings_file", type=click.Path(path_type=Path, dir_okay=False),
              help="The platform's settings, in TOML.")  # fmt: skip
@click.option("--workers", default=1, show_default=True, type=click.IntRange(1, 64),
              help="Processes that answer; more than one for heavy load.")  # fmt: skip
@click.option("--join", is_flag=True,
              help="Answer for a platform that another process arranged.")  # fmt: skip
@click.option("--advertise", default="", metavar="HOST",
              help="By what name those who join reach this process's regions.")  # fmt: skip
@click.option("--regions-port", default=0, help="Port of the regions; a free one otherwise.")
@click.option("--log", is_flag=True, help="Log every exchange to stderr, a line of JSON each.")
@click.option("--testdata/--no-testdata", "with_testdata", default=True, show_default=True,
              help="Load the test persons into the regions.")  # fmt: skip
@_own_persons
def simulate(
    port: int,
    data: Path,
    catalogues: tuple[Path, ...],
    host: str,
    tls_port: int | None,
    certs: Path,
    database: str | None,
    allow: tuple[str, ...],
    strict: bool,
    settings_file: Path | None,
    workers: int,
    join: bool,
    advertise: str,
    regions_port: int,
    log: bool,
    with_testdata: bool,
    persons: Path | None,
    birth_numbers: str,
) -> int:
    """Run the platform alone, with all regions behind it, until stopped (Ctrl-C).

    PROVBANK_CONTROL_TOKEN in the environment is what callers of the control API must show.
    """
    from simulator.certificates.folder import CertificateFolder
    from simulator.operations.logs import ExchangeLog
    from simulator.settings import Settings
    from simulator.settings_file import read_settings
    from simulator.simulation import Tls, joined, journal_in, simulation
    from simulator.store import prepare_data
    from simulator.workers import serve

    prepare_data(data)
    if workers > 1 and port == 0:
        raise UsageError("--workers needs a port of its own", mend="give --port")
    settings = read_settings(settings_file) if settings_file else Settings()
    settings = replace(
        settings,
        journal=database or journal_in(data),
        strict=strict or settings.strict,
        whitelist=(*settings.whitelist, *allow),
        control_token=os.environ.get("PROVBANK_CONTROL_TOKEN") or None,
    )
    tls = None
    if tls_port is not None:
        names = tuple(name for name in (host, advertise) if name)
        tls = Tls(port=tls_port, hosts=names, certificates=CertificateFolder(certs))
        settings = tls.presented_to_producers(settings)
    told = ExchangeLog() if log else None
    if join:
        with joined(port=port, settings=settings, host=host, log=told) as url:
            _console.print(f"Joined the platform, at {url}. Ctrl-C stops it.")
            _wait()
        return ALL_WELL
    with simulation(
        port=port,
        data=data,
        catalogues=catalogues,
        host=host,
        settings=settings,
        tls=tls,
        log=told,
        with_http=workers == 1,
        advertised=advertise,
        regions_port=regions_port,
        persons=_test_persons(persons, birth_numbers) if with_testdata else (),
    ) as running:
        _console.print(
            "[bold]Provbänk simulates Nationella tjänsteplattformen.[/] Ctrl-C stops it."
        )
        if running.tls_url:
            _console.print(f"  {running.tls_url}/vp with mutual TLS, by the certificates in "
                           f"{escape(str(certs))}")  # fmt: skip
        if settings.strict:
            _console.print("  strict: a caller that cannot be identified is refused (VP002)")
        _console.print()
        for contract in running.contracts:
            _console.print(f"{contract.interaction} ({contract.service_domain} {contract.version})")
            _console.print(f"  POST {running.service_url(contract)}")
        if not settings.strict:
            _console.print(f"  caller without a sender id is taken for {running.sender}")
        _tell_regions(running)
        _console.print("Try it: fetch a message, send it, and see what the platform kept")
        first = running.contracts[-1]  # whose message needs none before it
        service = running.service_url(first)
        print(f'  curl -o exempel.xml "{running.example_url(first)}"')  # noqa: T201 - not to be wrapped
        print('  curl --data-binary "@exempel.xml" '  # noqa: T201
              f'-H "Content-Type: text/xml; charset=UTF-8" "{service}"')  # fmt: skip
        print(f'  curl "{running.url}/control/v1/journal?contract={first.namespace}&last=1"',  # noqa: T201
              flush=True)  # fmt: skip
        if workers > 1:
            serve(settings, host=host, port=port, workers=workers)
        else:
            print(f"\nWhat residents, care givers and the nation see\n  {running.pages_url}",  # noqa: T201
                  flush=True)  # fmt: skip
            _wait()
    _console.print("Stopped.")
    return ALL_WELL


def _tell_regions(running: Simulation) -> None:
    """Tell where regions are called, and where their systems are told what to do."""
    _console.print("\nLogical addresses")
    for region in running.regions:
        called = [part for part in running.parts if part.called]
        addresses = dict.fromkeys(part.address(region) for part in reversed(called))
        _console.print(f"  {'  '.join(addresses)}  {region.name}")
    _console.print("\nWhat a region's systems are to send is told at")
    for part in running.parts:
        if part.name.startswith("hogkostnadsskydd/") or not part.called:
            print(f"  {running.trigger_url('03', part)}")  # noqa: T201 - not to be wrapped
    _console.print()


@cli.command()
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
@click.option("--at", metavar="TIME", help="The clock of date rules, e.g. 2026-11-22T12:00:00.")
@click.option("--actor", type=click.Choice(["CITIZEN", "GUARDIAN", "CAREGIVER"]),
              help="Who asked, for contracts whose rules need it.")  # fmt: skip
@click.option("--rules", metavar="FILE", type=click.Path(path_type=Path),
              help="A Schematron file, in the place of the contract's own rules.")  # fmt: skip
@click.option("--phase", default="", metavar="NAME", help="Only one phase of the rules.")
def validate(
    paths: tuple[Path, ...],
    as_json: bool,
    at: str | None,
    actor: str | None,
    rules: Path | None,
    phase: str,
) -> int:
    """Judge messages by schema and rules: files, or every *.xml below folders."""
    from contracts.files import judge_files, message_files, named_rules
    from contracts.judge import Judgement, swedish_now

    moment = swedish_now() if at is None else _moment(at)
    files = message_files(paths)
    if as_json and hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(encoding="utf-8")  # JSON is UTF-8 wherever it is piped
    faults = named_rules(rules, phase).faults if rules is not None else ()
    for fault in faults:
        _errors.print(f"[yellow]pattern left out:[/] {escape(str(fault))}")
    wrong = unsure = 0
    for file, judgement in judge_files(
        files, at=moment, context={"actor": actor} if actor else None, rules=rules, phase=phase
    ):
        assert isinstance(judgement, Judgement)  # noqa: S101
        wrong += judgement.deviates
        unsure += not (judgement.accepted or judgement.deviates)
        if as_json:
            document = {"file": str(file), **judgement.to_json()}
            click.echo(json.dumps(document, ensure_ascii=False))
        else:
            _tell_judgement(file, judgement)
    if not as_json:
        noun = "message" if len(files) == 1 else "messages"
        unjudged = f", {unsure} not judged in full" if unsure else ""
        accepted = len(files) - wrong - unsure
        lacking = f"; patterns of the rules left out: {len(faults)}" if faults else ""
        _console.print(
            f"{len(files)} {noun}: {accepted} accepted, {wrong} deviating{unjudged}{lacking}"
        )
    return DEVIATES if wrong else BROKEN if unsure else ALL_WELL


def _tell_judgement(file: Path, judgement: object) -> None:
    from contracts.judge import Judgement

    assert isinstance(judgement, Judgement)  # noqa: S101
    name = escape(str(file))
    if judgement.accepted:
        told = f", {len(judgement.findings)} to note" if judgement.findings else ""
        _console.print(f"{name}: [green]ok[/] ({judgement.contract}){told}")
    elif judgement.deviates:
        count = sum(finding.deviates for finding in judgement.findings)
        _console.print(f"{name}: [bold red]{count} deviating[/]")
    else:
        _console.print(f"{name}: [magenta]not judged in full[/] ({judgement.contract})")
    for finding in judgement.findings:
        line = f" (line {finding.line})" if finding.line else ""
        weight = "" if finding.severity == "error" else f" ({finding.severity})"
        _console.print(f"  [red]{escape(finding.rule)}[/]{weight} {escape(finding.where)}{line}")
        for label, text in (("", finding.text), ("expected: ", finding.expected),
                            ("mend: ", finding.mend), ("source: ", finding.source),
                            *(("also: ", text) for text in finding.diagnostics)):  # fmt: skip
            if text:
                _console.print(f"      {label}{escape(text)}")


@cli.command()
@click.argument("contract")
@click.option("--full/--minimal", "is_full", default=True, show_default=True,
              help="Everything optional too, or only what must be there.")  # fmt: skip
@click.option("--response", is_flag=True, help="The response instead of the request.")
@click.option("--envelope", "in_envelope", is_flag=True, help="In SOAP, with the WSDL's headers.")
@click.option("--to", "address", default="", metavar="ADDRESS", help="The logical address there.")
@click.option("--seed", default=0, show_default=True, help="Another one has other values.")
def example(
    contract: str, *, is_full: bool, response: bool, in_envelope: bool, address: str, seed: int
) -> int:
    """Write an example message of a contract, as GetThing or "made:up:things 1.0 GetThing"."""
    from lxml import etree

    from contracts.catalogue import known
    from contracts.judge import judge_payload, swedish_now
    from contracts.samples import ADDRESS, sample, sample_envelope

    if address and not in_envelope:
        raise UsageError("--to is for the envelope", mend="add --envelope")
    found = known().contract_named(contract)
    message = sample(found, response=response, is_full=is_full, seed=seed)
    etree.indent(message)
    judged = judge_payload(message, at=swedish_now())
    if not judged.schema_valid:
        raise HarnessError(
            f"the example made of {found} is not valid by its schema",
            where=judged.findings[0].where,
            mend="tell those who make Provbänk",
        )
    text = etree.tostring(message, xml_declaration=True, encoding="UTF-8")
    if in_envelope:
        text = sample_envelope(
            found, message, response=response, logical_address=address or ADDRESS
        )
    click.echo(text)
    if judged.failed_rules != ():
        rules = ", ".join(judged.failed_rules or ("that cannot be computed",))
        _errors.print(f"The example is valid by the schema, and breaks the rules {rules}.")
    return ALL_WELL


@cli.command()
@click.option(
    "--service",
    default="",
    metavar="NAME",
    help="One service, by title or domain; profile for RIV-TA's.",
)
@click.option("--role", type=click.Choice(["consumer", "producer"]), help="What binds one role.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
def requirements(service: str, role: str | None, as_json: bool) -> int:
    """List the requirements, with the scenarios that check each or the reason why none does."""
    from contracts.catalogue import services_named
    from contracts.profile import profile
    from features.scenarios import scenarios_by_requirement

    checks = scenarios_by_requirement()
    if as_json and hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(encoding="utf-8")
    of_profile = service.casefold() in {"", "profil", "profile", "riv-ta"}
    headed = [
        (f"[bold]{domain.title}[/] ({domain.name} {domain.version})", domain.requirements)
        for domain in (services_named(service) if not service or not of_profile else ())
    ]
    if of_profile:
        headed.append(("[bold]RIV-TA Basic Profile[/] (2.1)", profile()))
    for heading, catalogue in headed:
        if not as_json:
            _console.print(heading)
        for item in catalogue.values():
            if role is not None and role not in item.binds:
                continue
            scenarios = [
                f"{each.file}:{each.line} {each.title}" for each in checks.get(item.id, ())
            ]
            if as_json:
                told = {"id": item.id, "level": item.level, "binds": item.binds,
                        "source": item.source, "title": item.title, "text": item.text,
                        "scenarios": scenarios, "untested": dict(item.untested)}  # fmt: skip
                click.echo(json.dumps(told, ensure_ascii=False))
                continue
            _console.print(f"{item.id}  {item.level}  {', '.join(item.binds)}  {item.title}")
            _console.print(f"    {escape(item.text)}")
            _console.print(f"    {escape(item.source)}")
            for scenario in scenarios:
                _console.print(f"    [green]checked by[/] {escape(scenario)}")
            for binds, reason in item.untested.items():
                _console.print(f"    [yellow]{binds} untested:[/] {escape(reason)}")
    return ALL_WELL


@cli.group()
def domain() -> None:
    """Service domains from release archives, beside the bundled ones."""


@domain.command("install")
@click.argument("packages", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--replace", "replacing", is_flag=True, help="Replace another package of it.")
def domain_install(packages: tuple[Path, ...], replacing: bool) -> int:
    """Install release archives (zip) or their folders; nothing is ever fetched."""
    from contracts.errors import PackageError
    from contracts.installed import install

    refused = 0
    for package in packages:
        try:
            _tell_domain(install(package, replacing=replacing))
        except PackageError as error:
            if len(packages) == 1:
                raise
            _errors.print(f"[red]error:[/] {escape(str(error))}")
            refused += 1
    return USAGE if refused else ALL_WELL


@domain.command("list")
def domain_list() -> int:
    """List the installed domains."""
    from contracts.installed import broken_domains, home, installed_domains

    for one in installed_domains():
        _console.print(f"{one.folder.name}  {one}  {_counted(one.contracts, 'contract')}, "
                       f"{_counted(one.manifest.repairs, 'repair')}")  # fmt: skip
    for broken in broken_domains():
        _console.print(
            f"{escape(broken.folder.name)}  [red]cannot be used:[/] {escape(broken.why)}"
        )
    if not installed_domains() and not broken_domains():
        _console.print(f"No domain is installed in {escape(str(home()))}.")
    return ALL_WELL


@domain.command("show")
@click.argument("name")
def domain_show(name: str) -> int:
    """Show one installed domain: contracts, repairs made to its files, and problems left."""
    from contracts.installed import installed_domain

    _tell_domain(installed_domain(name))
    return ALL_WELL


@domain.command("remove")
@click.argument("name")
def domain_remove(name: str) -> int:
    """Remove an installed domain."""
    from contracts.installed import remove

    _console.print(f"Removed {escape(str(remove(name)))}.")
    return ALL_WELL


@domain.command("lint")
@click.argument("package", required=False)
@click.option("--format", "form", type=click.Choice(["text", "json", "sarif"]), default="text",
              show_default=True, help="How to tell it.")  # fmt: skip
@click.option("--output", type=click.Path(path_type=Path), help="Write it to this file.")
@click.option("--strict", is_flag=True, help="Let warnings count as errors do.")
@click.option("--ignore", "ignored", multiple=True, metavar="RULE[=REASON]",
              help="Leave a rule out of account; may stand several times.")  # fmt: skip
@click.option("--rules", "list_rules", is_flag=True, help="List all rules, and stop.")
def domain_lint(package: str | None, form: str, output: Path | None, strict: bool,
                ignored: tuple[str, ...], list_rules: bool) -> int:  # fmt: skip
    """Judge a release archive, a folder or a domain by RIV-TA's rules for contracts."""
    from contracts.lint.linter import lint, subject_named
    from contracts.lint.writing import ignoring, report_in, rules_in, write_report

    if form != "text" and hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(encoding="utf-8")  # JSON is UTF-8 wherever it is piped
    if list_rules:
        if (text := rules_in(form, _console)) is not None:
            click.echo(text)
        return ALL_WELL
    if package is None:
        raise UsageError("no package is named", mend="name one, or list the rules with --rules")
    report = lint(subject_named(package), ignoring=ignoring(ignored))
    if output is not None:
        write_report(form, report, output)
        _console.print(f"Wrote {escape(str(output))}: {report.summary}.")
    elif (text := report_in(form, report, _console)) is not None:
        click.echo(text)
    return DEVIATES if report.deviates(strict=strict) else ALL_WELL


@domain.command("diff")
@click.argument("old")
@click.argument("new")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text",
              show_default=True, help="How to tell it.")  # fmt: skip
@click.option("--output", type=click.Path(path_type=Path), help="Write it to this file.")
@click.option("--witness", type=click.Path(path_type=Path, file_okay=False),
              help="Folder for messages that show what breaks.")  # fmt: skip
@click.option("--strict", is_flag=True, help="Let warnings count as errors do.")
def domain_diff(old: str, new: str, form: str, output: Path | None, witness: Path | None,
                strict: bool) -> int:  # fmt: skip
    """Compare two releases: archives, folders, or domains by name and version.

    Tells what is compatible by RIV-TA's rules on versions, and what each change breaks for
    consumers and producers. Exit status 0 where NEW may be released under its version as it is.
    """
    from contracts.compatibility.compare import compare
    from contracts.compatibility.releases import opened
    from contracts.compatibility.results import Severity
    from contracts.compatibility.writing import (
        print_report,
        write_report,
        write_witnesses,
        written,
    )

    with opened(old) as before, opened(new) as after:
        comparison = compare(before, after)
    if output is not None:
        write_report(form, comparison, output, strict=strict)
        _console.print(f"Wrote {escape(str(output))}.")
    elif form == "text":
        print_report(comparison, _console, strict=strict)
    else:
        if hasattr(sys.stdout, "reconfigure"):
            sys.stdout.reconfigure(encoding="utf-8")  # JSON is UTF-8 wherever it is piped
        click.echo(written(form, comparison), nl=False)
    if witness is not None:
        count = write_witnesses(comparison, witness)
        _errors.print(f"Wrote {count} messages to {escape(str(witness))}.")
    failed = not comparison.releasable or (strict and comparison.counted(Severity.WARNING))
    return DEVIATES if failed else ALL_WELL


def _counted(things: Sized, noun: str) -> str:
    return f"{len(things)} {noun}{'' if len(things) == 1 else 's'}"


def _tell_domain(found: object) -> None:
    from contracts.catalogue import hidden_of
    from contracts.installed import Installed

    assert isinstance(found, Installed)  # noqa: S101
    manifest = found.manifest
    _console.print(f"[bold]{escape(str(found))}[/] from {escape(manifest.archive)}")
    hidden = set(hidden_of(found))
    for contract in found.contracts:
        note = "  (another domain answers for it)" if contract in hidden else ""
        _console.print(
            f"  {escape(contract.interaction)} {contract.version} {escape(contract.profile)}{note}"
        )
    for label, rows in (("repaired", manifest.repairs), ("problem", manifest.problems),
                        ("left out", manifest.left_out)):  # fmt: skip
        for row in rows:
            _console.print(f"  [yellow]{label}[/] {escape(str(row))}")
    for rules in manifest.rule_files:
        told = rules.problem or "compiles"
        _console.print(f"  rules {escape(rules.file)}: {escape(told)}")


@cli.group()
def target() -> None:
    """The file that tells which system is tested."""


@target.command("init")
@click.argument("file", type=click.Path(path_type=Path), default=Path("region.toml"))
@click.option("--force", is_flag=True, help="Write over a file that is there.")
@service_option
@role_option
def target_init(file: Path, force: bool, service: str, role: str) -> int:
    """Write a commented example target file."""
    from features.suites import suite_for
    from features.target_file import example

    if file.exists() and not force:
        raise UsageError("the file is there already", where=str(file), mend="add --force")
    try:
        file.write_text(example(suite_for(service, role)), encoding="utf-8")
    except OSError as error:
        raise UsageError(
            f"cannot be written: {error.strerror}", where=str(file), mend="name another place"
        ) from None
    named = f'"{file}"' if " " in str(file) else str(file)
    _console.print(
        f"Wrote {escape(named)}. Edit it, then: provbank certify --target {escape(named)}"
    )
    return ALL_WELL


@target.command("check")
@click.argument("file", type=click.Path(path_type=Path))
def target_check(file: Path) -> int:
    """Tell every mistake in a target file, and in the waivers beside it; run nothing."""
    from features.suites import suite_named
    from features.target_file import read_target
    from features.waivers import read_waivers, waivers_beside

    profile = read_target(file)
    if (waivers := waivers_beside(file)) is not None:
        for name in profile.roles:
            read_waivers(waivers, suite_named(name))
    _console.print(f"[green]ok[/]: {escape(profile.system)} {escape(profile.version)}, "
                   f"{profile.region.name}: {', '.join(profile.roles)}")  # fmt: skip
    return ALL_WELL


@cli.command()
@click.option("--county", default="03", show_default=True, help="Which region it plays.")
@click.option(
    "--port", default=9090, show_default=True, help="Port to listen on; 0 takes a free one."
)
@service_option
@role_option
@click.option("--defect", default="", metavar="NAME", help="Start it with a known defect.")
@click.option("--defects", "list_defects", is_flag=True, help="List the known defects, and stop.")
@click.option("--platform", default="", metavar="URL",
              help="What it sends through, such as http://127.0.0.1:8090.")  # fmt: skip
def region(county: str, port: int, service: str, role: str, defect: str, list_defects: bool,
           platform: str) -> int:  # fmt: skip
    """Run the bundled region system alone, until stopped: something to certify and compare with."""
    from features.bench import SOON, reference_system
    from features.fields import written
    from features.suites import suite_for
    from simulator.regions.defect import defect_named
    from simulator.regions.directory import REGIONS
    from simulator.regions.surroundings import Surroundings
    from simulator.settings import Settings

    suite = suite_for(service, role)
    if list_defects:
        for known in suite.part.defects.values():
            _console.print(f"{known.name:<32} {known.breaks:<24} {known.says}")
        return ALL_WELL
    if county not in REGIONS:
        raise UsageError(f"{county} is no county code", mend=f"one of {', '.join(REGIONS)}")
    flaw, around = defect_named(defect, suite.part.defects), Surroundings(resending=SOON)
    if platform:
        around.lead_to(platform.rstrip("/").removesuffix("/vp"), instance_id=Settings().instance_id)
    with reference_system(suite, defect=flaw, county=county, port=port, around=around) as running:
        tested = running.roles[suite.name]
        _console.print(f"[bold]{REGIONS[county].name}[/], {flaw.says}. Ctrl-C stops it.")
        lines = ({"endpoint": tested.endpoint} if suite.called else {}) | dict(tested.settings)
        for name, value in lines.items():  # to be copied as they are
            print(f"  {name} = {written(value)}", flush=True)  # noqa: T201
        _wait()
    _console.print("Stopped.")
    return ALL_WELL


@cli.group()
def certs() -> None:
    """Certificates for mutual TLS, from a test authority of your own."""


_CERTS = click.option(
    "--certs",
    "folder",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("provbank-certs"),
    show_default=True,
    help="Folder of the authority and what it minted; made where it is not there.",
)


@certs.command("mint")
@click.argument("hsa_id", metavar="HSA-ID")
@_CERTS
@click.option("--host", "hosts", multiple=True, metavar="NAME",
              help="Host name or address; repeatable. localhost where none is given.")  # fmt: skip
@click.option("--kind", "kinds", multiple=True, metavar="KIND",
              help="What is wrong with it; repeatable. See: provbank certs kinds.")  # fmt: skip
@click.option("--every-kind", is_flag=True, help="One certificate of every kind.")
@click.option("--name", default="", help="Name of the files; the HSA-id where none is given.")
def certs_mint(
    hsa_id: str,
    folder: Path,
    hosts: tuple[str, ...],
    kinds: tuple[str, ...],
    every_kind: bool,
    name: str,
) -> int:
    """Mint certificates with the HSA-id in the subject's serialNumber, good or bad on purpose."""
    from simulator.certificates.folder import PASSWORD, CertificateFolder
    from simulator.certificates.kinds import DEPARTURES, Kind

    unknown = [kind for kind in kinds if kind not in set(Kind)]
    if unknown:
        raise UsageError(
            f"{', '.join(unknown)} is no kind", mend=f"one of {', '.join(Kind)}"
        )  # fmt: skip
    wanted = list(Kind) if every_kind else [Kind(kind) for kind in kinds] or [Kind.GOOD]
    files = CertificateFolder(folder)
    for kind in wanted:
        filed = files.file(hsa_id, hosts=hosts or ("localhost", "127.0.0.1", "::1"), kind=kind,
                           name=name)  # fmt: skip
        _console.print(f"{escape(str(filed.certificate))}  {DEPARTURES[kind].says}")
    _console.print()
    _console.print("Beside each .pem lie its .key, and both as .p12 for Windows and Java "
                   f"(password {PASSWORD}).")  # fmt: skip
    _console.print(f"Whoever is to trust them trusts {escape(str(files.authority_file))}.")
    return ALL_WELL


@certs.command("kinds")
def certs_kinds() -> int:
    """List the kinds of certificate, and what is wrong with each."""
    from simulator.certificates.kinds import DEPARTURES

    for kind, departure in DEPARTURES.items():
        _console.print(f"{kind:<14} {departure.says}")
    return ALL_WELL


@certs.command("revoke")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@_CERTS
def certs_revoke(files: tuple[Path, ...], folder: Path) -> int:
    """Put certificates on the authority's revocation list."""
    from simulator.certificates.folder import CertificateFolder

    held = CertificateFolder(folder)
    held.revoke(*[held.read(file) for file in files])
    _console.print(f"{len(held.authority.revoked)} are revoked in "
                   f"{escape(str(held.revocation_file))}.")  # fmt: skip
    return ALL_WELL


_ASKED = click.option(
    "--where", "asked", multiple=True, metavar="NAME=VALUE",
    help="Only exchanges with this, such as decision=VP007; may be given more than once.",
)  # fmt: skip
_RAW = click.option("--raw", is_flag=True, help="Leave persons and secrets in, as they were kept.")
_TEST_PERSONS = click.option(
    "--test-persons", type=click.Path(path_type=Path, dir_okay=False),
    help="A list of persons to leave in, one a line.",
)  # fmt: skip


@cli.group()
def testdata() -> None:
    """Test persons with visits and fees, and what is expected of them."""


@testdata.command("export")
@click.option("--folder", type=click.Path(path_type=Path, file_okay=False),
              default=Path("testdata"), show_default=True, help="Where to write.")  # fmt: skip
@click.option("--format", "form", type=click.Choice(["json", "csv"]), default="json",
              show_default=True)  # fmt: skip
@click.option("--county", default="", help="Keep to what one region has registered.")
@click.option("--date", "day", metavar="YYYY-MM-DD", help="The day of the test; today if left out.")
@_own_persons
def testdata_export(folder: Path, form: str, county: str, day: str | None, persons: Path | None,
                    birth_numbers: str) -> int:  # fmt: skip
    """Write the test persons, their visits, and the expected results, as JSON or CSV."""
    from contracts.judge import swedish_now
    from simulator.regions.directory import REGIONS
    from simulator.testdata.cases import CASES
    from simulator.testdata.export import export

    if county and county not in REGIONS:
        raise UsageError(f"{county} is no county code", mend=f"one of {', '.join(REGIONS)}")
    try:
        today = date.fromisoformat(day) if day else swedish_now().date()
    except ValueError:
        raise UsageError(f"{day} is no day", where="--date", mend="write YYYY-MM-DD") from None
    found = _test_persons(persons, birth_numbers, today=today)
    for file in export(found, folder, form=form, today=today, county=county):
        _console.print(f"wrote {escape(str(file))}")
    if missing := [name for name in CASES if name not in {each.case.name for each in found}]:
        _errors.print("[yellow]left out[/], for want of persons on the list: "
                      f"{escape(', '.join(missing))}")  # fmt: skip
    return ALL_WELL


def _test_persons(
    file: Path | None, birth_numbers: str, *, today: date | None = None
) -> tuple[TestPerson, ...]:
    """Give the test persons of a day, and warn of those who may be real."""
    from contracts.judge import swedish_now
    from simulator.testdata.numbers import BirthNumbers, persons_given
    from simulator.testdata.persons import persons_on

    today = today or swedish_now().date()
    numbers = BirthNumbers.read(birth_numbers)
    given = persons_given(file, today=today) if file else None
    found = persons_on(today, identities=given, birth_numbers=numbers)
    outside = sum(
        not numbers.holds(identity) for person in found for identity in person.patient.identities
    )
    if outside:
        _errors.print(f"[yellow]warning:[/] {outside} identities have birth numbers outside "
                      f"{escape(birth_numbers)}: they may be real persons'")  # fmt: skip
    return found


@cli.group()
def journal() -> None:
    """What a platform has kept; DATABASE is its --data folder, a file, or a URL.

    Person identities are masked unless they are on a list of test persons, or --raw is given.
    """


@journal.command("list")
@click.argument("database")
@_ASKED
@click.option("--last", default=20, show_default=True, type=click.IntRange(1), help="How many.")
@_TEST_PERSONS
@_RAW
def journal_list(
    database: str, asked: tuple[str, ...], last: int, test_persons: Path | None, raw: bool
) -> int:
    """List the last exchanges, one a line."""
    from simulator.journal.opening import existing_journal
    from simulator.journal.showing import line_of

    shown = _shown(test_persons, raw=raw)
    with contextlib.closing(existing_journal(database)) as opened:
        found = opened.find(_asked(asked), last=last, patience=float("inf"))
    for exchange in found.exchanges:
        print(line_of(shown(exchange)))  # noqa: T201 - not to be wrapped
    if not found.complete:
        _tell_forgotten(found.forgotten_until)
    return ALL_WELL


@journal.command("show")
@click.argument("database")
@click.argument("number", type=int)
@_TEST_PERSONS
@_RAW
def journal_show(database: str, number: int, test_persons: Path | None, raw: bool) -> int:
    """Show one exchange whole: its facts, and each leg with headers and bodies."""
    from simulator.journal.opening import existing_journal
    from simulator.journal.showing import text_of

    with contextlib.closing(existing_journal(database)) as opened:
        exchange = opened.exchange(number)
        if exchange is None:
            raise UsageError(
                f"the journal has no exchange {number}",
                where=database,
                mend="see its numbers with provbank journal list; the oldest may be forgotten",
            )
    print(text_of(_shown(test_persons, raw=raw)(exchange)))  # noqa: T201
    return ALL_WELL


@journal.command("export")
@click.argument("database")
@_ASKED
@click.option("--format", "form", type=click.Choice(["jsonl", "har"]), default="jsonl",
              show_default=True, help="JSON Lines, or an HTTP archive.")  # fmt: skip
@click.option("--output", type=click.Path(path_type=Path, dir_okay=False),
              help="Write it to this file; to the screen where none is given.")  # fmt: skip
@_TEST_PERSONS
@_RAW
def journal_export(database: str, asked: tuple[str, ...], form: str, output: Path | None,
                   test_persons: Path | None, raw: bool) -> int:  # fmt: skip
    """Write exchanges whole, the oldest first."""
    from simulator.journal.exporting import export
    from simulator.journal.opening import existing_journal

    query, shown = _asked(asked), _shown(test_persons, raw=raw)
    with contextlib.ExitStack() as opened:
        kept = opened.enter_context(contextlib.closing(existing_journal(database)))
        to = sys.stdout
        if output is not None:
            try:
                to = opened.enter_context(output.open("w", encoding="utf-8", newline="\n"))
            except OSError as error:
                raise UsageError(
                    f"cannot be written: {error.strerror}",
                    where=str(output),
                    mend="name another place",
                ) from None
        elif hasattr(sys.stdout, "reconfigure"):
            sys.stdout.reconfigure(encoding="utf-8")
        exported = export(kept, query, to, form=form, shown=shown)
    _errors.print(f"{_counted(range(exported.exchanges), 'exchange')} written.")
    if not exported.complete:
        _tell_forgotten(exported.forgotten_until)
    return ALL_WELL


def _asked(asked: tuple[str, ...]) -> Query:
    from simulator.journal import query_from

    pairs = {name: value for name, _, value in (one.partition("=") for one in asked)}
    if len(pairs) < len(asked):
        raise UsageError("--where names the same thing twice", mend="ask for one value of each")
    return query_from(pairs)


def _shown(test_persons: Path | None, *, raw: bool) -> Callable[[Exchange], Exchange]:
    """Give what makes an exchange fit to be shown."""
    from simulator.journal.exporting import as_it_is
    from simulator.journal.identities import nobody, persons_in_file
    from simulator.journal.masking import Masker

    if raw:
        return as_it_is
    return Masker(persons_in_file(test_persons) if test_persons else nobody).exchange


def _tell_forgotten(until: int | None) -> None:
    _errors.print(f"[yellow]not complete:[/] exchanges up to number {until} are forgotten, and "
                  "some of them may have belonged here")  # fmt: skip


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise UsageError(
            f"--at {text} is no time", mend="write it like 2026-11-22T12:00:00"
        ) from None
    return moment if moment.tzinfo else moment.replace(tzinfo=SWEDISH_TIME)


def _wait() -> None:
    """Wait until the program is told to stop."""
    with contextlib.suppress(KeyboardInterrupt):
        while not _Stop.is_ordered:
            time.sleep(1)


if __name__ == "__main__":
    main()
