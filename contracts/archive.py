"""An official release archive or a folder in, a safe file tree out.

An archive is hostile until proved otherwise. All names and declared sizes are judged before the
first byte is written, and bytes are counted as they come, whatever was declared. What would be
dangerous on any system is refused on every system, so that a verdict does not hang on the machine.
"""

from __future__ import annotations

import hashlib
import os
import re
import stat
import struct
import unicodedata
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from pathlib import Path, PurePosixPath
from typing import IO, NoReturn

from contracts.errors import PackageError

__all__ = ["LIMITS", "Limits", "Unpacked", "digest_of", "unpack"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How much a package may be; the largest official ones stay far below all of it.

    Shape: bytes, characters and counts. ``ratio`` is unpacked to packed size, and counts for
           entries of more than ``ratio_from`` bytes, since small ones may pack very well.
    """

    packed: int = 200_000_000
    directory: int = 8_000_000
    entries: int = 20_000
    largest: int = 100_000_000
    total: int = 500_000_000
    ratio: int = 200
    ratio_from: int = 1_000_000
    depth: int = 16
    name: int = 150
    path: int = 240


LIMITS = Limits()


@dataclass(frozen=True, slots=True, kw_only=True)
class Unpacked:
    """What was written: files by their path in the package, what was left out and why, a digest.

    Shape: ``wrapper`` is the path of folders, with a slash at its end, that was left away.
    """

    files: tuple[str, ...]
    left_out: tuple[str, ...]
    sha256: str
    wrapper: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Entry:
    """One file on its way in: its name as given, its declared size, and how to read it."""

    name: str
    size: int
    open: Callable[[], IO[bytes]]


_TIDY = "pack the files anew, with plain relative names"
_NO_SUCH = "no published package is like that; ask where this one comes from"
_RESERVED = re.compile(r"(con|prn|aux|nul|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³])", re.IGNORECASE)
_ILLEGAL = re.compile(r'[\x00-\x1f\x7f<>:"|?*]')
_ARCHIVES = (".zip", ".jar", ".war", ".ear", ".7z", ".rar", ".tar", ".gz", ".tgz", ".bz2", ".xz")
_NOT_A_WRAPPER = {"schemas", "interactions", "core_components"}
_BLOCK = 1 << 16
_END = struct.Struct("<4s4H2LH")
_END_MARK, _ZIP64_MARK = b"PK\x05\x06", b"PK\x06\x07"
_ZIP64_LOCATOR = 20
_LOCAL_HEADER = 30
_DAMAGED = (
    zipfile.BadZipFile,
    NotImplementedError,
    zlib.error,
    struct.error,
    EOFError,
    OverflowError,
    ValueError,
    RuntimeError,
)


def unpack(source: Path, into: Path, *, limits: Limits = LIMITS) -> Unpacked:
    """Write the files of a release archive, or of a folder, below an empty folder.

    Shape:  a folder that holds everything else is left away, so that ``schemas/`` comes first.
            Archives inside the archive are not opened, and hidden files not taken.
    Raises: PackageError, with the entry and the reason, for what is hostile, damaged or too large.
    """
    files: list[str] = []
    left_out: list[str] = []
    budget = limits.total
    try:
        with _entries(source, limits) as entries:
            names = _safe_names(entries, source, limits)
            wrapper, paths = _without_wrapper(names)
            for path, entry in zip(paths, entries, strict=True):
                if why := _why_left_out(path):
                    left_out.append(f"{path}: {why}")
                    continue
                budget -= _write(entry, into / path, source, min(limits.largest, budget))
                files.append(path)
    except OSError as error:
        raise PackageError(
            f"it cannot be unpacked: {error.strerror or error}", where=str(source)
        ) from None
    if not files:
        raise PackageError("there are no files in it", where=str(source), mend="name a package")
    return Unpacked(
        files=tuple(sorted(files)),
        left_out=tuple(sorted(left_out)),
        sha256=digest_of(into),
        wrapper=wrapper,
    )


def digest_of(folder: Path) -> str:
    """Give the SHA-256 of a tree: of all names and contents, whatever their times and order."""
    whole = hashlib.sha256()
    files = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*")}
    for name, path in sorted(files.items()):
        if path.is_file():
            whole.update(name.encode() + b"\0")
            whole.update(hashlib.sha256(path.read_bytes()).digest())
    return whole.hexdigest()


@contextmanager
def _entries(source: Path, limits: Limits) -> Iterator[list[_Entry]]:
    """Give the files of an archive or folder, before anything is known of their names."""
    if source.is_dir():
        yield _of_folder(source, limits)
        return
    with source.open("rb") as file:
        _refuse_directory(file, source, limits)
        with _readable(source):
            archive = zipfile.ZipFile(file)
        with archive:
            yield [_opened_by(archive, info) for info in _of_archive(archive, source, limits)]


@contextmanager
def _readable(source: Path) -> Iterator[None]:
    """Tell what the unpacker cannot read as damage of the archive."""
    try:
        yield
    except _DAMAGED as error:
        raise PackageError(
            f"this is no sound zip archive: {error}",
            where=str(source),
            mend="fetch the archive anew, or unpack it and name the folder",
        ) from None


def _opened_by(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> _Entry:
    return _Entry(name=info.orig_filename, size=info.file_size, open=partial(archive.open, info))


def _refuse_directory(file: IO[bytes], source: Path, limits: Limits) -> None:
    """Refuse a table of contents that would not fit in memory, before anyone reads it."""
    size = file.seek(0, os.SEEK_END)
    if size > limits.packed:
        _refuse(
            source, "", f"{size:,} bytes are more than the {limits.packed:,} accepted", _NO_SUCH
        )
    start = max(0, size - _END.size - 0xFFFF - _ZIP64_LOCATOR)
    file.seek(start)
    tail = file.read()
    place = len(tail) - _END.size
    if not tail.startswith(_END_MARK, max(place, 0)) or tail[-2:] != b"\0\0":
        place = tail.rfind(_END_MARK)
    if place < 0 or place + _END.size > len(tail):
        _refuse(source, "", "this is no zip archive", "name a .zip archive or a folder")
    if tail.startswith(_ZIP64_MARK, max(0, place - _ZIP64_LOCATOR)):
        _refuse(
            source, "", "it is in the ZIP64 form, for archives far larger than any domain",
            "unpack it and name the folder, or pack it as an ordinary zip archive",
        )  # fmt: skip
    directory = _END.unpack_from(tail, place)[5]
    if directory > limits.directory:
        _refuse(source, "", f"its table of contents is {directory:,} bytes", _NO_SUCH)
    file.seek(0)


def _of_archive(
    archive: zipfile.ZipFile, source: Path, limits: Limits
) -> list[zipfile.ZipInfo]:  # fmt: skip
    """Give the files of an archive, where what it declares of them is sound."""
    infos = archive.infolist()
    _refuse_many(len(infos), source, limits)
    for info in infos:
        kind = stat.S_IFMT(info.external_attr >> 16)
        if stat.S_ISLNK(kind):
            _refuse(source, info.orig_filename, "the entry is a symbolic link",
                    "put the file in its place")  # fmt: skip
        if kind and not stat.S_ISREG(kind) and not stat.S_ISDIR(kind):
            _refuse(source, info.orig_filename, "the entry is no ordinary file", _NO_SUCH)
        if info.flag_bits & 0x41:
            _refuse(source, info.orig_filename, "the entry is encrypted", "pack it unencrypted")
        if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            _refuse(source, info.orig_filename, "the entry is packed in an unusual way",
                    "pack it by the ordinary method, deflate")  # fmt: skip
        if info.file_size > max(limits.ratio_from, limits.ratio * info.compress_size):
            _refuse(
                source,
                info.orig_filename,
                f"it would grow from {info.compress_size:,} to {info.file_size:,} bytes",
                _NO_SUCH,
            )
    _refuse_sizes(((info.orig_filename, info.file_size) for info in infos), source, limits)
    ordered = sorted(infos, key=lambda info: info.header_offset)
    for one, following in pairwise(ordered):
        end = one.header_offset + _LOCAL_HEADER + len(one.orig_filename) + one.compress_size
        if end > following.header_offset:
            _refuse(source, following.orig_filename, "its bytes are those of another entry too",
                    _NO_SUCH)  # fmt: skip
    for info in infos:
        _steps(info.orig_filename, source, limits)
    return [info for info in infos if not info.orig_filename.endswith(("/", "\\"))]


def _of_folder(folder: Path, limits: Limits) -> list[_Entry]:
    """Give the files of a folder, where there are no links among them."""
    found: list[_Entry] = []
    waiting = [folder]
    while waiting:
        with os.scandir(waiting.pop()) as children:
            for child in sorted(children, key=lambda child: child.name):
                path = Path(child.path)
                name = path.relative_to(folder).as_posix()
                if child.name.startswith("."):
                    continue
                if child.is_symlink() or _is_junction(child):
                    _refuse(folder, name, "this is a symbolic link", "put the file in its place")
                if child.is_dir(follow_symlinks=False):
                    _steps(name, folder, limits)
                    waiting.append(path)
                elif child.is_file(follow_symlinks=False):
                    size = child.stat(follow_symlinks=False).st_size
                    found.append(_Entry(name=name, size=size, open=partial(_binary, path)))
                else:
                    _refuse(folder, name, "this is no ordinary file", "take it away")
        _refuse_many(len(found) + len(waiting), folder, limits)
    _refuse_sizes(((entry.name, entry.size) for entry in found), folder, limits)
    return found


def _is_junction(child: os.DirEntry[str]) -> bool:
    """Tell a junction, which Windows has beside symbolic links and takes for a folder."""
    tag = getattr(child.stat(follow_symlinks=False), "st_reparse_tag", 0)
    return tag != 0 and tag == getattr(stat, "IO_REPARSE_TAG_MOUNT_POINT", None)


def _binary(path: Path) -> IO[bytes]:
    return path.open("rb")


def _refuse_many(count: int, source: Path, limits: Limits) -> None:
    if count > limits.entries:
        _refuse(
            source, "", f"{count:,} entries are more than the {limits.entries:,} accepted", _NO_SUCH
        )


def _refuse_sizes(sizes: Iterable[tuple[str, int]], source: Path, limits: Limits) -> None:
    total = 0
    for name, size in sizes:
        total += size
        if size > limits.largest:
            _refuse(
                source, name, f"{size:,} bytes are more than the {limits.largest:,} accepted",
                "leave the file out",
            )  # fmt: skip
    if total > limits.total:
        _refuse(source, "", f"it would be {total:,} bytes, more than {limits.total:,}", _NO_SUCH)


def _safe_names(entries: list[_Entry], source: Path, limits: Limits) -> list[tuple[str, ...]]:
    """Give the steps of each name, where all are safe and no two are one on some system."""
    spelt: dict[tuple[str, ...], tuple[str, ...]] = {}
    files: dict[tuple[str, ...], str] = {}
    names: list[tuple[str, ...]] = []
    for entry in entries:
        steps = _steps(entry.name, source, limits)
        folded = tuple(unicodedata.normalize("NFC", step).casefold() for step in steps)
        if folded in files:
            _refuse(source, entry.name, "two entries have this name, or one that differs in case")
        files[folded] = entry.name
        for length in range(1, len(steps)):
            if spelt.setdefault(folded[:length], steps[:length]) != steps[:length]:
                _refuse(source, entry.name, "a folder of this name differs from another in case")
        names.append(steps)
    for folded, name in files.items():
        if folded in spelt:
            _refuse(source, name, "it is both a file and a folder")
    return names


def _steps(name: str, source: Path, limits: Limits) -> tuple[str, ...]:
    """Give the steps of a name from folder to file, where it is safe on every system."""
    plain = name.replace("\\", "/")
    steps = tuple(step for step in plain.split("/") if step not in ("", "."))
    for found, why in (
        (plain.startswith("/"), "its name is an absolute path"),
        (re.match(r"[A-Za-z]:", plain), "its name is an absolute path"),
        (".." in steps, "its name leads out of the package"),
        (not steps, "it has no name"),
        (len(steps) > limits.depth, f"it lies deeper than {limits.depth} folders"),
        (len(plain) > limits.path, f"its name is longer than {limits.path} characters"),
        (any(len(step) > limits.name for step in steps), "a part of its name is too long"),
        (_ILLEGAL.search(plain), "its name holds a character that Windows forbids"),
        (any(step[-1] in ". " or step[0] == " " for step in steps),
         "a part of its name begins with a blank, or ends with one or with a dot"),
        (any(_RESERVED.fullmatch(step.partition(".")[0].rstrip()) for step in steps),
         "its name is reserved by Windows"),
        (not plain.isprintable(), "its name holds a character that cannot be seen"),
    ):  # fmt: skip
        if found:
            _refuse(source, name, why)
    return steps


def _without_wrapper(names: list[tuple[str, ...]]) -> tuple[str, list[str]]:
    """Give the folders that hold everything else, and the names without them."""
    taken = {name for name in names if not _why_left_out("/".join(name))}
    skip = 0
    while (
        taken
        and all(len(name) > skip + 1 for name in taken)
        and len(tops := {name[skip] for name in taken}) == 1
        and not tops & _NOT_A_WRAPPER
    ):
        skip += 1
    wrapper = "".join(f"{step}/" for step in next(iter(taken), ())[:skip])
    return wrapper, ["/".join(name[skip:] if name in taken else name) for name in names]


def _why_left_out(path: str) -> str:
    """Tell why a file is not taken, or nothing."""
    steps = PurePosixPath(path).parts
    if any(step.startswith(".") or step == "__MACOSX" for step in steps):
        return "hidden files are not taken"
    if path.casefold().endswith(_ARCHIVES):
        return "an archive inside the package is not opened"
    return ""


def _write(entry: _Entry, path: Path, source: Path, most: int) -> int:
    """Write one file, never over another, and never more than it may be."""
    size = 0
    path.parent.mkdir(parents=True, exist_ok=True)
    with _readable(source), entry.open() as reader, path.open("xb") as writer:
        while block := reader.read(_BLOCK):
            size += len(block)
            if size > most:
                _refuse(source, entry.name, "it is larger than it may be", _NO_SUCH)
            writer.write(block)
    return size


def _refuse(source: Path, name: str, why: str, mend: str = _TIDY) -> NoReturn:
    shown = f", entry {name[:200]!r}" if name else ""
    raise PackageError(why, where=f"{source}{shown}", mend=mend)
