"""A release to compare: an archive, a folder, or a domain that is installed or bundled."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from lxml import etree

from contracts.apart import Failed, apart
from contracts.archive import unpack
from contracts.catalogue import Domain, bundled
from contracts.errors import PackageError
from contracts.installed import installed_domain, installed_domains
from contracts.manifest import Manifest
from contracts.package import read_package
from contracts.package_parts import Problem
from contracts.parsing import parse
from contracts.schema_parts import Where
from contracts.wsdl import ServiceContract

__all__ = ["Release", "opened"]

_LONGEST = 60.0  # seconds; the largest published domains are read in less than one
_NAMES = ("name", "ref", "value", "base", "type", "namespace", "soapAction", "part")


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    """One release of a domain, with its files at hand.

    Shape: ``files`` is the folder of the files that are used, ``published`` that of the same files
           as they were published, which people know; the two differ where files were repaired.
    """

    name: str
    version: str
    source: str
    contracts: tuple[ServiceContract, ...]
    files: Path
    published: Path
    repairs: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()
    _pages: dict[Path, tuple[Path, etree._Element, etree._Element | None]] = field(
        default_factory=dict, repr=False, compare=False
    )

    def place(self, where: Where) -> str:
        """Give the published file and line of a place in the files that are used."""
        path, used, original = self._page(where.file)
        line = where.line
        if original is not None:
            line = _line_in(original, used, line)
        return f"{path.relative_to(self.published).as_posix()}:{line}"

    def _page(self, file: Path) -> tuple[Path, etree._Element, etree._Element | None]:
        """Give the published file, the root that is used, and the published one if it differs."""
        if file not in self._pages:
            below = file.resolve().relative_to(self.files)
            path = self.published / below
            if not path.exists():
                path = self.published.joinpath(*below.parts[1:])  # merged files lie a folder deeper
            used = parse(file.read_bytes())
            same = (
                path == file.resolve()
                or not path.exists()
                or path.read_bytes() == file.read_bytes()
            )
            self._pages[file] = path, used, None if same else _read(path)
        return self._pages[file]


def _read(path: Path) -> etree._Element | None:
    try:
        return etree.fromstring(path.read_bytes(), _PLAIN)
    except (etree.XMLSyntaxError, OSError):
        return None


_PLAIN = etree.XMLParser(no_network=True, resolve_entities=False, recover=True)


def _line_in(original: etree._Element, used: etree._Element, line: int) -> int:
    """Find the line in the published file of what stands on a line of the one that is used."""
    node = next((one for one in used.iter("*") if one.sourceline == line), None)
    if node is None:
        return line
    way = []
    while (parent := node.getparent()) is not None:
        way.append(node)
        node = parent
    found = original
    for step in reversed(way):
        above = step.getparent()
        assert above is not None  # noqa: S101 - all steps lie below the root
        nth = [one for one in above if _key(one) == _key(step)].index(step)
        same = [one for one in found if _key(one) == _key(step)]
        if nth >= len(same):
            break
        found = same[nth]
    return int(found.sourceline or line)


def _key(node: etree._Element) -> tuple[object, ...]:
    return node.tag, *(node.get(name) for name in _NAMES)


@contextmanager
def opened(text: str) -> Iterator[Release]:
    """Open what a person names, for as long as it is needed.

    Raises: PackageError where there is no such file and no such domain, or it cannot be read.
    """
    path = Path(text)
    if not path.exists():
        yield _known(text)
        return
    with tempfile.TemporaryDirectory(prefix="provbank-") as made:
        original, repaired = Path(made).resolve() / "original", Path(made).resolve() / "repaired"
        unpacked = unpack(path, original)
        manifest = _package(original, repaired, path.resolve().name, unpacked.sha256)
        yield _of(manifest, text, repaired, original)


def _package(original: Path, repaired: Path, archive: str, sha256: str) -> Manifest:
    """Read an unpacked package in a process apart, since nobody knows yet what is in it."""
    try:
        return apart(_LONGEST, read_package, original, repaired, archive=archive, sha256=sha256)
    except Failed as error:
        raise PackageError(f"its schemas cannot be compiled: {error}", where=archive) from None
    except PackageError as error:
        where = error.where or archive
        raise PackageError(error.what, where=where, mend=error.mend) from None


def _of(manifest: Manifest, source: str, files: Path, published: Path) -> Release:
    return Release(
        name=manifest.name,
        version=manifest.version,
        source=source,
        contracts=manifest.contracts,
        files=files,
        published=published,
        repairs=tuple(str(repair) for repair in manifest.repairs),
        problems=manifest.problems,
    )


def _known(text: str) -> Release:
    """Find a bundled or installed domain by its name, alone or with a version."""
    wanted = " ".join(text.split()).casefold()
    found = [domain for domain in bundled().domains if wanted in _called(domain)]
    exact = [domain for domain in found if wanted != domain.name.casefold()]
    if len(exact or found) == 1:
        domain = (exact or found)[0]
        return Release(
            name=domain.name,
            version=domain.version,
            source=text,
            contracts=domain.contracts,
            files=domain.folder,
            published=domain.folder,
        )
    names = [_stem(domain) for domain in found or bundled().domains]
    names += [one.folder.name for one in installed_domains()]
    try:
        one = installed_domain(text)
    except PackageError as error:
        several = any(wanted == one.name.casefold() for one in installed_domains()) or found
        what = (
            f"{text} is known in several versions"
            if several
            else (f"{text} is no file, no folder, and no domain that is bundled or installed")
        )
        raise PackageError(
            what, where=error.where, mend=f"name a release archive, or one of {', '.join(names)}"
        ) from None
    folder = one.folder.resolve()
    return _of(one.manifest, text, folder / "repaired", folder / "original")


def _called(domain: Domain) -> set[str]:
    name = domain.name.casefold()
    return {name, f"{name} {domain.version}".casefold(), _stem(domain)}


def _stem(domain: Domain) -> str:
    return f"{domain.name.replace(':', '_')}_{domain.version}".casefold()
