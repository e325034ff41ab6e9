"""How a package is laid out and called: the official package check, and names (PKG)."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator

from contracts.lint.contents import Contents
from contracts.lint.findings import LintFinding, Scope, found_in_package
from contracts.lint.names import ReleaseName, clue_of_wsdl_file, release_name

__all__ = ["check_layout"]

_PARTS = {"schemas", "docs", "test-suite", "code_gen"}
_OF_SCHEMAS = {"core_components", "interactions", "engagementindex"}
_VERSION = re.compile(r"[0-9]+\.[0-9]+(\.[1-9][0-9]*)?")
_VERSION_IN_NAME = re.compile(r"[_-]v?[0-9]+[._][0-9]+")
_MANDATORY = {
    "TKB": "the contract description (TKB)",
    "AB": "the architecture decisions (AB)",
}
_SPECIFICATIONS = ("VIS", "IS")


def check_layout(contents: Contents) -> Iterator[LintFinding]:
    """Judge the files that there are, by name alone; documents only where it is a whole release."""
    yield from _interactions(contents)
    if any(name.startswith(f"{contents.base}interactions/") for name in contents.unpacking.files):
        yield from _core(contents)
    if contents.scope is not Scope.RELEASE:
        return
    if contents.has_release_name:
        yield from _name(contents)
    yield from _documents(contents)
    yield from _others(contents)


def _interactions(contents: Contents) -> Iterator[LintFinding]:
    """PKG-5: each interaction has a WSDL and a schema."""
    base = f"{contents.base}interactions/"
    folders: dict[str, set[str]] = {}
    for name in contents.unpacking.files:
        if name.startswith(base) and "/" in name.removeprefix(base):
            folder, _, file = name.removeprefix(base).partition("/")
            folders.setdefault(folder, set()).add(posixpath.splitext(file)[1].casefold())
    if not folders and contents.scope is Scope.RELEASE:
        yield found_in_package(
            "PKG-5", "the package has no interactions",
            expected=f"{base}<X>Interaction/ with WSDL and schema", actual="no such folder",
        )  # fmt: skip
    for folder, endings in sorted(folders.items()):
        lacking = [kind for ending, kind in ((".wsdl", "WSDL"), (".xsd", "schema"))
                   if ending not in endings]  # fmt: skip
        if lacking:
            yield found_in_package(
                "PKG-5", f"{folder} holds no {' and no '.join(lacking)}", file=f"{base}{folder}/",
                expected="a WSDL and a schema", actual=f"no {' and no '.join(lacking)}",
            )  # fmt: skip


def _core(contents: Contents) -> Iterator[LintFinding]:
    """PKG-6: shared schemas lie in core_components."""
    base = f"{contents.base}core_components/"
    if not any(
        name.startswith(base) and name.casefold().endswith(".xsd")
        for name in contents.unpacking.files
    ):
        yield found_in_package(
            "PKG-6", "there is no schema in core_components",
            expected=f"{base}*.xsd", actual="none",
        )  # fmt: skip


def _name(contents: Contents) -> Iterator[LintFinding]:
    """PKG-1 to PKG-4: the name of the release."""
    name = contents.unpacking.name
    release = release_name(name)
    if release is None:
        yield found_in_package(
            "PKG-1", "the release is not named by domain and version",
            expected=_right_name(contents, "<version>"), actual=name,
        )  # fmt: skip
        return
    if release.old:
        yield found_in_package(
            "PKG-1/old", "the release is named in a form of the past",
            expected=_right_name(contents, release.version), actual=name,
        )  # fmt: skip
    if not _VERSION.fullmatch(release.version):
        yield found_in_package(
            "PKG-2", "the version of the release is not made by the formula",
            expected="<major>.<minor>, or <major>.<minor>.<patch> with a patch above 0",
            actual=release.version,
        )  # fmt: skip
    yield from _highest(contents, release)
    own = contents.domain.replace(":", "_")
    if contents.domain and not release.old and release.domain.casefold() != own.casefold():
        yield found_in_package(
            "PKG-4", "the release is named by another domain than its contracts'",
            expected=own, actual=release.domain,
        )  # fmt: skip


def _right_name(contents: Contents, version: str) -> str:
    domain = contents.domain.replace(":", "_") or "<domain>"
    return f"ServiceContracts_{domain}_{version}"


def _highest(contents: Contents, release: ReleaseName) -> Iterator[LintFinding]:
    """PKG-3: the version is that of the highest contract."""
    versions = [
        (int(clue.major), int(clue.minor))
        for wsdl in contents.wsdls
        if (clue := clue_of_wsdl_file(posixpath.basename(wsdl.source.origin))).major
    ]
    numbers = [int(number) for number in release.version.split(".")][:2]
    if versions and tuple(numbers) != max(versions):
        yield found_in_package(
            "PKG-3", "the version of the release is not that of its highest contract",
            expected="{}.{}".format(*max(versions)), actual=release.version,
        )  # fmt: skip


def _documents(contents: Contents) -> Iterator[LintFinding]:
    """PKG-7 and PKG-9: what docs holds, and how it is called."""
    names = [
        name.removeprefix("docs/")
        for name in contents.unpacking.files
        if name.startswith("docs/") and name.count("/") == 1
    ]
    for short, what in _MANDATORY.items():
        if not any(_is(name, short) for name in names):
            yield found_in_package(
                "PKG-7", f"docs lacks {what}",
                expected=f"docs/{short}_{contents.domain.replace(':', '_')}.*", actual="none",
            )  # fmt: skip
    if not any(_is(name, short) for name in names for short in _SPECIFICATIONS):
        yield found_in_package(
            "PKG-7/specification", "docs lacks the information specification (IS, formerly VIS)",
            expected=f"docs/IS_{contents.domain.replace(':', '_')}.*", actual="none",
        )  # fmt: skip
    for name in names:
        for short in _MANDATORY:
            right = f"{short}_{contents.domain.replace(':', '_')}"
            stem = posixpath.splitext(name)[0]
            if _is(name, short) and (
                _VERSION_IN_NAME.search(stem) or not stem.casefold().startswith(right.casefold())
            ):
                yield found_in_package(
                    "PKG-9", "the document is not named by its domain alone",
                    file=f"docs/{name}", expected=right, actual=stem,
                )  # fmt: skip


def _is(name: str, short: str) -> bool:
    return re.match(rf"{short}(?![A-Za-z])", name, re.IGNORECASE) is not None


def _others(contents: Contents) -> Iterator[LintFinding]:
    """PKG-8: what is no part of a package, each folder once."""
    strange: dict[str, str] = {}
    for name in contents.unpacking.files:
        match name.split("/"):
            case [top, *below] if top not in _PARTS:
                strange.setdefault(f"{top}/" if below else top, "no part of a package")
            case ["schemas", inside, *below] if inside not in _OF_SCHEMAS:
                strange.setdefault(f"schemas/{inside}" + "/" * bool(below), "no part of schemas")
            case ["schemas", "interactions", _]:
                strange.setdefault(name, "a file beside the interactions")
    for told in contents.unpacking.left_out:
        name, _, why = told.rpartition(": ")
        strange.setdefault(name, why)
    for name, why in sorted(strange.items()):
        yield found_in_package(
            "PKG-8", f"{name} does not belong into a release", file=name,
            expected="schemas, docs, test-suite", actual=why,
        )  # fmt: skip
