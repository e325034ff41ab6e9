"""A release archive, a folder or the name of a domain in; a report of all its deviations out."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from contracts.apart import Failed, apart
from contracts.archive import unpack
from contracts.catalogue import bundled
from contracts.errors import PackageError
from contracts.installed import installed_domain, installed_domains
from contracts.lint.contents import Contents, Unpacking
from contracts.lint.cross import check_cross
from contracts.lint.domain_schemas import check_domain_schemas
from contracts.lint.findings import Ignored, LintFinding, LintReport, Scope
from contracts.lint.layout import check_layout
from contracts.lint.loading import Loaded, load, load_without_compiling
from contracts.lint.rules import all_rules, rules_named
from contracts.lint.schema_rules import check_common
from contracts.lint.service_schemas import check_service_schemas
from contracts.lint.wsdl_names import check_wsdl_names
from contracts.lint.wsdl_operations import check_wsdl_operations
from contracts.package import refuse_several

__all__ = ["Subject", "lint", "subject_named"]

_CHECKS: tuple[Callable[[Contents], Iterator[LintFinding]], ...] = (
    check_layout,
    check_wsdl_names,
    check_wsdl_operations,
    check_common,
    check_service_schemas,
    check_domain_schemas,
    check_cross,
)
_LONGEST = 60.0  # seconds; the largest published domains are loaded in less than one
_OF_RELEASES = (
    "PKG-1 to PKG-4 and PKG-7 to PKG-9: these are schemas alone, without the name and documents of "
    "a release"
)
_OF_NAMES = "PKG-1 to PKG-4: the folder does not bear the name of a release"
_OF_COMPLETE = "CROSS-3: a file cannot be read, so nobody knows what it leads to"
_OF_WSDL = "BP, CROSS-3: there is no WSDL"


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """What is linted: an archive or folder, and the name that it is, or was, released by."""

    shown: str
    location: Path
    released: str


def subject_named(text: str) -> Subject:
    """Find what a text means: a path, or the name of an installed or bundled domain.

    Raises: PackageError where there is no such thing.
    """
    path = Path(text)
    if path.exists():
        return Subject(shown=text, location=path, released=path.resolve().name)
    wanted = _plain(text)
    alike = [one for one in bundled().domains if wanted in _names(one.name, one.version)]
    if alike and not any(wanted in _names(one.name, one.version) for one in installed_domains()):
        newest = max(alike, key=lambda one: [int(part) for part in one.version.split(".")])
        shown = f"{newest.name} {newest.version}"
        return Subject(shown=shown, location=newest.folder, released="")
    try:
        found = installed_domain(text)
    except PackageError as error:
        known = ", ".join(f"{one.name} {one.version}" for one in bundled().domains)
        raise PackageError(
            f"there is no file or folder {text}, and no such domain",
            where=error.where,
            mend=f"name a release archive, a folder, an installed domain, or one of {known}",
        ) from None
    return Subject(
        shown=str(found), location=found.folder / "original", released=found.manifest.archive
    )


def lint(subject: Subject, *, ignoring: Mapping[str, str] | None = None) -> LintReport:
    """Judge a package by every rule that a package can tell.

    Shape:  ``ignoring`` maps names of rules to the reason why their findings do not count. A file
            that cannot be read is one finding, and the rest is judged all the same.
    Raises: PackageError for a hostile or damaged archive, or where there is nothing to judge.
            UsageError for a rule to be ignored that there is not.
    """
    reasons = {
        name: reason for text, reason in (ignoring or {}).items() for name in rules_named(text)
    }
    with tempfile.TemporaryDirectory(prefix="provbank-lint-") as made:
        original = Path(made) / "original"
        unpacked = unpack(subject.location, original)
        unpacking = Unpacking(
            name=subject.released,
            archived=not subject.location.is_dir() or subject.released.casefold().endswith(".zip"),
            files=unpacked.files,
            left_out=unpacked.left_out,
        )
        refuse_several(_wsdls(unpacked.files), subject.shown)
        loaded = _loaded(original, Path(made) / "repaired", unpacked.files)
        contents = Contents(original, unpacking, loaded.reached)
        if not contents.package.sources and not contents.package.problems:
            raise PackageError(
                "there is neither WSDL nor schema in it",
                where=str(subject.location),
                mend="name a release archive, or a folder with schemas",
            )
        findings = [
            *loaded.findings,
            *(finding for check in _CHECKS for finding in check(contents)),
        ]
    return LintReport(
        package=subject.shown,
        location=subject.location,
        within=unpacked.wrapper,
        scope=contents.scope,
        domain=contents.domain,
        wsdls=len(contents.wsdls),
        schemas=len(contents.schemas),
        messages=loaded.messages,
        findings=_ordered(one for one in findings if one.rule.id not in reasons),
        ignored=tuple(
            Ignored(finding=one, reason=reasons[one.rule.id])
            for one in _ordered(one for one in findings if one.rule.id in reasons)
        ),
        unjudged=tuple(_unjudged(contents)),
    )


def _loaded(original: Path, repaired: Path, files: tuple[str, ...]) -> Loaded:
    """Load a package in a process apart; without compiling where that comes to no end."""
    try:
        return apart(_LONGEST, load, original, repaired, files)
    except Failed as error:
        return load_without_compiling(original, repaired, str(error))


def _wsdls(files: tuple[str, ...]) -> list[str]:
    """Give the WSDL that count: those in schemas, where there is such a folder."""
    wsdls = [name for name in files if name.casefold().endswith(".wsdl")]
    return [name for name in wsdls if name.startswith("schemas/")] or wsdls


def _ordered(findings: Iterable[LintFinding]) -> tuple[LintFinding, ...]:
    """Give findings by file and line; those of the package first, each once."""
    order = {name: number for number, name in enumerate(all_rules())}
    return tuple(
        sorted(dict.fromkeys(findings), key=lambda one: (one.file, one.line, order[one.rule.id]))
    )


def _unjudged(contents: Contents) -> Iterator[str]:
    if contents.scope is Scope.SCHEMAS:
        yield _OF_RELEASES
    elif not contents.has_release_name:
        yield _OF_NAMES
    if not contents.wsdls:
        yield _OF_WSDL
    elif not contents.complete:
        yield _OF_COMPLETE


def _names(name: str, version: str) -> set[str]:
    return {_plain(name), _plain(f"{name}_{version}")}


def _plain(text: str) -> str:
    return "_".join(text.replace(":", "_").split()).casefold()
