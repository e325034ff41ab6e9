"""Catalogue files: one laid on the other, and read again when told to."""

from __future__ import annotations

import gzip
import hashlib
import io
import zlib
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from simulator.addressing.catalogue import AddressingCatalogue
from simulator.addressing.documents import catalogue_in
from simulator.addressing.hsa_files import read_hsa_files
from simulator.addressing.hsa_tree import HsaTree
from simulator.addressing.orders import catalogue_ordered, is_order
from simulator.addressing.published_reading import catalogue_published, is_published
from simulator.addressing.reading import CatalogueError, Notes
from simulator.addressing.syntax import read_text

if TYPE_CHECKING:
    from contracts.findings import Finding

__all__ = ["CatalogueFile", "read_catalogue"]

_EMPTY = AddressingCatalogue()
_PACKED = ".gz"
_LARGEST = 200_000_000


def read_catalogue(
    paths: Path | Iterable[Path], *, base: AddressingCatalogue = _EMPTY
) -> AddressingCatalogue:
    """Read a catalogue of one file or several, each laid on those before it.

    Shape:  a file is in our own form as TOML, YAML or JSON; a published version or an order of the
            national catalogue as JSON, also packed (``.json.gz``); or XML with units for the HSA
            tree. ``base`` lies below the first.
    Raises: CatalogueError with all that is wrong with the first file that cannot be taken.
    """
    for path in [paths] if isinstance(paths, Path) else paths:
        base = _laid_on(base, path)
    return base


def _laid_on(base: AddressingCatalogue, path: Path) -> AddressingCatalogue:
    if path.suffix.lower() == ".xml":
        tree = HsaTree({**base.tree.parents, **read_hsa_files([path]).parents})
        return AddressingCatalogue(
            rows=base.rows, tree=tree, rules=base.rules, published=base.published
        )
    suffix = path.with_suffix("").suffix if path.suffix.lower() == _PACKED else path.suffix
    document = read_text(_text_of(path), name=str(path), suffix=suffix)
    if is_published(document.tables):
        return catalogue_published(document, base=base)
    if is_order(document.tables):
        return catalogue_ordered(document, base=base)
    return catalogue_in(document, base=base, folder=path.parent)


def _text_of(path: Path) -> str:
    notes = Notes(file=str(path))
    raw = b""
    try:
        raw = path.read_bytes()
        if path.suffix.lower() == _PACKED:
            raw = _unpacked(raw)
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        what = f"the file is not UTF-8 (byte 0x{raw[error.start]:02X})"
        notes.note(f"line {line}", what, mend="save it as UTF-8")
    except (OSError, EOFError, zlib.error) as error:
        what = f"the file cannot be read: {getattr(error, 'strerror', None) or error}"
        notes.note("", what, mend="give the path of a catalogue file")
    raise CatalogueError(notes.findings)


def _unpacked(packed: bytes) -> bytes:
    """Unpack, up to a size that no catalogue has.

    Raises: OSError, EOFError or zlib.error where it is no gzip, or is cut, or grows too large.
    """
    with gzip.open(io.BytesIO(packed)) as file:
        raw = file.read(_LARGEST + 1)
    if len(raw) > _LARGEST:
        raise OSError(f"it unpacks to more than {_LARGEST} bytes")
    return raw


class CatalogueFile:
    """The catalogue of some files, which may change while the platform runs.

    Raises: CatalogueError where they cannot be read when the platform starts.
    """

    def __init__(self, *paths: Path, base: AddressingCatalogue = _EMPTY) -> None:
        self.paths = paths
        self._base = base
        self.digest = self._digest()
        self.catalogue = read_catalogue(paths, base=base)

    @property
    def touched(self) -> bool:
        """Tell whether the files are others than those that were read."""
        return self._digest() != self.digest

    def reload(self) -> tuple[Finding, ...]:
        """Read the files again; what is wrong with them, in which case the old catalogue stays."""
        digest = self._digest()
        try:
            self.catalogue = read_catalogue(self.paths, base=self._base)
        except CatalogueError as error:
            return error.findings
        self.digest = digest
        return ()

    def _digest(self) -> str:
        """Give what tells one state of the files from another; an absent file has one too."""
        found = hashlib.sha256()
        for path in self.paths:
            try:
                found.update(hashlib.sha256(path.read_bytes()).digest())
            except OSError:
                found.update(b"absent")
        return found.hexdigest()
