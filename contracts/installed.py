"""The service domains a person has installed: put in, listed, shown and removed.

::

    <home>/domains/<domain>_<version>/
        original/        the package, as it was published
        repaired/        every WSDL and schema as it is used, see contracts.repair
        manifest.json    what was learnt of it; all that is read when the product starts

A domain appears and disappears in one step, so that nobody meets half of one. Where the files are
others than the manifest was made of, or the manifest is of an older format, it is made anew.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from contracts.apart import Failed, apart
from contracts.archive import digest_of, unpack
from contracts.errors import PackageError
from contracts.home import home
from contracts.manifest import Manifest, from_json
from contracts.package import read_package
from contracts.package_rules import rule_files
from contracts.wsdl import ServiceContract

__all__ = [
    "Broken",
    "Installed",
    "broken_domains",
    "home",
    "install",
    "installed_domain",
    "installed_domains",
    "remove",
]

_NEW, _OLD = ".new-", ".old-"
_LEFTOVER = 3600.0  # seconds; what a stopped installation left is swept after that
_LONGEST = 60.0  # seconds; the largest published domains are read in less than one


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Installed:
    """One installed version of a service domain: its folder, and what is known of it."""

    folder: Path
    manifest: Manifest

    @property
    def name(self) -> str:
        """Give the name of the service domain."""
        return self.manifest.name

    @property
    def version(self) -> str:
        """Give the version of the release."""
        return self.manifest.version

    @property
    def contracts(self) -> tuple[ServiceContract, ...]:
        """Give the contracts that can be used."""
        return self.manifest.contracts

    @property
    def published(self) -> dict[str, str]:
        """Give what was mended and may be quoted, as it was published, by what it is now."""
        return {one.now: one.was for one in self.manifest.repairs if one.now}

    def original_of(self, path: Path) -> Path:
        """Give the published file that a repaired one was made of."""
        below = path.relative_to(self.folder / "repaired").as_posix()
        found = self.folder / "original" / below
        return found if found.exists() else self.folder / "original" / below.partition("/")[2]

    def __str__(self) -> str:
        """Give domain and version."""
        return f"{self.name} {self.version}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Broken:
    """A folder among the installed domains that cannot be used, and why."""

    folder: Path
    why: str


def install(source: Path, *, replacing: bool = False) -> Installed:
    """Install a release archive or a folder, and give what is installed then.

    Shape:  the very same package again changes nothing.
    Raises: PackageError where the package is refused, or another package of the same domain and
            version is there and is not to be replaced.
    """
    if not source.exists():
        raise PackageError("there is no such file or folder", where=str(source))
    with _workshop() as made:
        unpacked = unpack(source, made / "original")
        manifest = _read(made, source.resolve().name, unpacked.sha256)
        manifest = replace(manifest, left_out=unpacked.left_out)
        place = made.parent / _stem(manifest)
        there = _loaded(place) if place.exists() else None
        if isinstance(there, Installed) and not replacing:
            if there.manifest.sha256 == manifest.sha256:
                return there
            raise PackageError(
                f"another package of {there} is installed",
                where=str(place),
                mend="remove it first, or replace it",
            )
        _put(made, place, manifest)
    _shelf.cache_clear()
    if isinstance(placed := _loaded(place), Broken):
        raise PackageError(placed.why, where=str(place))
    return placed


def installed_domains() -> tuple[Installed, ...]:
    """Give what is installed, by name, the newest version first; read once a process."""
    return _shelf(home())[0]


def broken_domains() -> tuple[Broken, ...]:
    """Give what lies among the installed domains and cannot be used."""
    return _shelf(home())[1]


def installed_domain(name: str) -> Installed:
    """Give one installed domain by the name of its folder, or by name and version.

    Shape:  the version may be left out where one version is installed.
    Raises: PackageError where there is no such domain, or more than one.
    """
    wanted = " ".join(name.split()).casefold()
    everything = installed_domains()
    for one in everything:
        if wanted in (one.folder.name.casefold(), str(one).casefold()):
            return one
    found = [one for one in everything if one.name.casefold() == wanted]
    if len(found) == 1:
        return found[0]
    known = ", ".join(one.folder.name for one in found or everything)
    raise PackageError(
        f"{name} is installed in {len(found)} versions" if found else f"{name} is not installed",
        where=str(_domains()),
        mend=f"choose one of {known}" if known else "provbank domain install FILE",
    )


def remove(name: str) -> Path:
    """Remove an installed domain, and give the folder that it was in; a broken one too.

    Raises: PackageError where there is no such domain, or it cannot be removed.
    """
    broken = [one.folder for one in broken_domains() if one.folder.name == name]
    folder = broken[0] if broken else installed_domain(name).folder
    try:
        _throw_away(folder)
    except OSError as error:
        raise _not_written(folder, error) from None
    _shelf.cache_clear()
    return folder


# On disk ----------------------------------------------------------------------------------------


@cache
def _shelf(at: Path) -> tuple[tuple[Installed, ...], tuple[Broken, ...]]:
    """Read all manifests below a home; nothing else where nothing was changed."""
    domains = at / "domains"
    if not domains.is_dir():
        return (), ()
    loaded = [
        _loaded(folder)
        for folder in sorted(domains.iterdir())
        if folder.is_dir() and not folder.name.startswith(".")
    ]
    found = [one for one in loaded if isinstance(one, Installed)]
    found.sort(key=lambda one: _numbers(one.version), reverse=True)
    found.sort(key=lambda one: one.name)
    return tuple(found), tuple(one for one in loaded if isinstance(one, Broken))


def _loaded(folder: Path) -> Installed | Broken:
    """Read a manifest, or make it anew where it is not that of the files."""
    try:
        text = (folder / "manifest.json").read_text(encoding="utf-8")
        manifest = from_json(json.loads(text), folder)
        if manifest.stamp == (stamp := _stamp(folder)):
            return Installed(folder=folder, manifest=manifest)
        if (manifest.sha256, manifest.repaired_sha256) == _digests(folder):
            manifest = replace(manifest, stamp=stamp)
            with suppress(OSError):  # a home that cannot be written to is slow, not wrong
                _write(manifest, folder)
            return Installed(folder=folder, manifest=manifest)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        pass  # lost, damaged or of another format: made anew from the originals
    return _made_anew(folder)


def _made_anew(folder: Path) -> Installed | Broken:
    try:
        with _workshop() as made:
            unpacked = unpack(folder / "original", made / "original")
            manifest = _read(made, folder.name, unpacked.sha256)
            _put(made, folder, manifest)
        text = (folder / "manifest.json").read_text(encoding="utf-8")
        return Installed(folder=folder, manifest=from_json(json.loads(text), folder))
    except (PackageError, OSError, ValueError) as error:
        return Broken(folder=folder, why=str(error))


@contextmanager
def _workshop() -> Iterator[Path]:
    """Give a new folder beside the installed domains, which is gone afterwards or has moved."""
    domains = _domains()
    try:
        domains.mkdir(parents=True, exist_ok=True)
        for leftover in (*domains.glob(f"{_NEW}*"), *domains.glob(f"{_OLD}*")):
            with suppress(OSError):
                if leftover.stat().st_mtime < time.time() - _LEFTOVER:
                    shutil.rmtree(leftover, ignore_errors=True)
        made = Path(tempfile.mkdtemp(prefix=_NEW, dir=domains))
    except OSError as error:
        raise _not_written(domains, error) from None
    try:
        yield made
    finally:
        shutil.rmtree(made, ignore_errors=True)


def _read(made: Path, archive: str, sha256: str) -> Manifest:
    """Read an unpacked package, and write its repaired copies."""
    original, repaired = made / "original", made / "repaired"
    try:
        manifest = apart(
            _LONGEST, read_package, original, repaired, archive=archive, sha256=sha256
        )  # fmt: skip
        return replace(manifest, rule_files=rule_files(original))
    except Failed as error:
        raise PackageError(
            f"its schemas cannot be compiled: {error}",
            where=archive,
            mend="no published package is like that; ask where this one comes from",
        ) from None
    except PackageError as error:
        where = error.where or archive
        raise PackageError(error.what, where=where, mend=error.mend) from None
    except OSError as error:
        raise _not_written(made, error) from None


def _put(made: Path, place: Path, manifest: Manifest) -> None:
    """Let a finished folder take its place in one step."""
    manifest = replace(
        manifest.moved(made.resolve(), made),
        repaired_sha256=digest_of(made / "repaired"),
        stamp=_stamp(made),
    )
    try:
        _write(manifest, made)
        old = place.with_name(f"{_OLD}{made.name}")
        if place.exists():
            place.rename(old)
        try:
            made.rename(place)
        except OSError:
            if old.exists():
                old.rename(place)
            raise
        shutil.rmtree(old, ignore_errors=True)
    except OSError as error:
        raise _not_written(place, error) from None


def _throw_away(folder: Path) -> None:
    """Take a folder away in one step, then delete it."""
    gone = folder.with_name(f"{_OLD}{folder.name}-{time.time_ns()}")
    folder.rename(gone)
    shutil.rmtree(gone, ignore_errors=True)


def _write(manifest: Manifest, folder: Path) -> None:
    path = folder / "manifest.json"
    text = json.dumps(manifest.to_json(folder), ensure_ascii=False, indent=1)
    unfinished = path.with_name(f"manifest.{os.getpid()}.tmp")
    unfinished.write_text(text, encoding="utf-8")
    unfinished.replace(path)


def _stamp(folder: Path) -> str:
    """Give a digest of names, sizes and times: the same while nobody touched the files."""
    seen: list[str] = []
    waiting = [folder / "original", folder / "repaired"]
    while waiting:
        with os.scandir(waiting.pop()) as children:
            for child in children:
                if child.is_dir(follow_symlinks=False):
                    waiting.append(Path(child.path))
                    continue
                status = child.stat(follow_symlinks=False)
                name = os.path.relpath(child.path, folder)
                seen.append(f"{name}\0{status.st_size}\0{status.st_mtime_ns}")
    return hashlib.sha256("\n".join(sorted(seen)).encode("utf-8", "surrogateescape")).hexdigest()


def _digests(folder: Path) -> tuple[str, str]:
    return digest_of(folder / "original"), digest_of(folder / "repaired")


def _domains() -> Path:
    return home() / "domains"


def _stem(manifest: Manifest) -> str:
    """Give the folder's name, in the manner of release archives; the same on all systems."""
    plain = f"{manifest.name.replace(':', '_')}_{manifest.version}"
    return re.sub(r"[^a-z0-9._-]+", "_", plain.casefold())[:100].strip("._")


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(number) for number in re.findall("[0-9]+", version))


def _not_written(path: Path, error: OSError) -> PackageError:
    return PackageError(
        f"it cannot be written: {error.strerror or error}",
        where=str(path),
        mend="set PROVBANK_HOME to a folder that can be written to",
    )
