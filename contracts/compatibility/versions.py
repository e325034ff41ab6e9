"""Whether versions say what the changes ask for: of schemas, files, namespaces and releases.

Source: RIV-TA Tjänsteschema TS-2, TS-3, TS-7, TS-9; Domänschema DS-2 to DS-4, DS-9; Basic Profile
BP-2; Configuration management, on the versions of releases.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from contracts.compatibility.releases import Release
from contracts.compatibility.results import Disagreement, Severity
from contracts.parsing import parse
from contracts.schema_parts import Where

__all__ = [
    "Head",
    "contract_versions",
    "extension_file",
    "extension_names",
    "head_of",
    "numbers",
    "schema_versions",
]

_FILE = re.compile(r"(?P<stem>.+?)_(?P<version>[0-9]+\.[0-9]+)(?P<ext>_ext)?\.xsd", re.IGNORECASE)
_WSDL = re.compile(r".+_(?P<version>[0-9]+\.[0-9]+)_[^_]+\.wsdl", re.IGNORECASE)
_SPACE = re.compile(r"(?P<stem>.+):(?P<version>[0-9]+(?:\.[0-9]+)?)")
Numbers = tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """What a schema file says of its own version: by attribute, file name and namespace."""

    file: Path
    namespace: str
    said: str
    named: str
    stem: str

    @property
    def version(self) -> str:
        """Give the version, by the schema's own word or else by the file's name."""
        return self.said or self.named

    @property
    def major(self) -> str:
        """Give the major version that the namespace states, empty where it states none."""
        found = _SPACE.fullmatch(self.namespace)
        return found["version"].partition(".")[0] if found else ""


def head_of(file: Path) -> Head:
    """Read what a schema file says of its version."""
    root = parse(file.read_bytes())
    named = _FILE.fullmatch(file.name)
    return Head(
        file=file,
        namespace=root.get("targetNamespace", ""),
        said=root.get("version", ""),
        named=named["version"] if named else "",
        stem=named["stem"] if named else file.stem,
    )


def numbers(version: str) -> Numbers:
    """Give the numbers of a version, to compare it."""
    return tuple(int(one) for one in re.findall(r"[0-9]+", version))


def extension_file(old: Head, new: Head) -> str:
    """Name the file that new elements of a schema belong in."""
    return f"{new.stem}_{_next(old, new)}_ext.xsd"


def _next(old: Head, new: Head) -> str:
    """Give the minor version that a changed schema has, or should have."""
    was, now = numbers(old.version), numbers(new.version)
    if now[:2] > was[:2] or not was:
        return new.version
    return f"{was[0]}.{(was[1] if len(was) > 1 else 0) + 1}"


def schema_versions(
    old: Mapping[str, Head],
    new: Mapping[str, Head],
    changed: Collection[str],
    touched: Collection[str],
    new_release: Release,
) -> Iterator[Disagreement]:
    """Compare what schemas say of their versions with whether their messages changed.

    Shape: ``old`` and ``new`` are the schemas by namespace, ``changed`` the namespaces in which
           anything changed that a message shows, ``touched`` those of contracts whose messages did,
           for instance by a domain schema.
    """
    for namespace, now in sorted(new.items()):
        was = old.get(namespace)
        where = new_release.place(Where(now.file, 1))
        if was is None:
            continue
        before, after = numbers(was.version), numbers(now.version)
        if after < before:
            yield Disagreement(
                rule="TS-7/DS-4",
                severity=Severity.ERROR,
                where=where,
                what=f"the version of {namespace} went back from {was.version} to {now.version}",
                mend="let versions rise",
            )
        elif namespace in changed and after == before:
            yield Disagreement(
                rule="TS-9/DS-9",
                severity=Severity.ERROR,
                where=where,
                what=f"{namespace} was changed and still says version {now.version or 'nothing'}",
                mend=f"say {_next(was, now)} in the version attribute and the file name",
            )
        elif namespace not in {*changed, *touched} and after > before:
            yield Disagreement(
                rule="TS-9/DS-9",
                severity=Severity.NOTE,
                where=where,
                what=f"the version of {namespace} rose from {was.version} to {now.version}, "
                "and no message of it changed",
                mend="keep the version of what is unchanged",
            )
        if namespace in changed:
            yield from _at_odds(now, where)


def _at_odds(head: Head, where: str) -> Iterator[Disagreement]:
    """Tell where attribute, file name and namespace of a changed schema disagree."""
    said = {"the version attribute": head.said, "the file name": head.named}
    stated = {of: version for of, version in said.items() if version}
    if len({numbers(version)[:2] for version in stated.values()}) > 1:
        told = " and ".join(f"{of} says {version}" for of, version in stated.items())
        yield Disagreement(
            rule="TS-7/DS-4",
            severity=Severity.ERROR,
            where=where,
            what=told,
            mend="give both the same version",
        )
    for of, version in stated.items():
        if head.major and numbers(version)[:1] != numbers(head.major):
            yield Disagreement(
                rule="TS-3/DS-3",
                severity=Severity.ERROR,
                where=where,
                what=f"{of} says {version}, the namespace {head.namespace} major {head.major}",
                mend="let the namespace carry the major version, and take a new one for a new "
                "major",
            )


def contract_versions(
    name: str, old: str, new: str, wsdl: Path, new_release: Release
) -> Iterator[Disagreement]:
    """Compare the version of a changed contract, and of its WSDL, with what it was."""
    where = new_release.place(Where(wsdl, 1))
    if numbers(new) == numbers(old):
        yield Disagreement(
            rule="TS-9",
            severity=Severity.WARNING,
            where=where,
            what=f"{name} changed, and is still version {new}",
            mend="raise the contract's version with that of the schemas it uses",
        )
    named = _WSDL.fullmatch(wsdl.name)
    if named and numbers(named["version"]) != numbers(new)[:2]:
        yield Disagreement(
            rule="BP-2",
            severity=Severity.WARNING,
            where=where,
            what=f"the WSDL's file name says {named['version']}, its schema {new}",
            mend="give both the same version",
        )


def extension_names(
    added: Iterable[tuple[str, Head, Head, str]],
) -> Iterator[Disagreement]:
    """Check the namespaces of new extension elements: ``…:m.n`` of the schema they extend.

    Shape: each is the extension's namespace, the extended schema old and new, and the place.
    """
    for namespace, was, now, where in added:
        home = _SPACE.fullmatch(now.namespace)
        if home is None:
            continue
        wanted = f"{home['stem']}:{_next(was, now)}"
        if namespace != wanted:
            yield Disagreement(
                rule="TS-9/DS-9",
                severity=Severity.WARNING,
                where=where,
                what=f"the new element is of {namespace}",
                mend=f"declare the new elements of a minor version in {wanted}, "
                f"file {extension_file(was, now)}",
            )
