"""The system under test: its profile, endpoints and roles, read from a TOML file."""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from contracts.errors import TargetError
from contracts.terms import HsaId, is_hsa_id, is_organisation_number
from simulator.outbound import TlsMaterial
from simulator.regions.directory import REGIONS, Region

__all__ = ["EXAMPLE", "ProducerTarget", "Target", "read_target"]

UTOMLANSFAKTURERING = "utomlansfakturering"

EXAMPLE = """\
# Which system is to be certified, and how Provbänk reaches it.
# Lines that begin with # are comments. Run:  provbank certify --target region.toml

[system]
name = "Fakturasystemet"            # the product, as it is to stand in the report
version = "1.0"                     # the version that is tested
vendor = "Leverantören AB"

[region]
county_code = "03"                  # two digits; 03 is Region Uppsala
organisation_number = "2321000024"  # ten digits; also the logical address of the calls
hsa_id = "SE2321000024-EXEMPEL"     # the system's own HSA-id

[services.utomlansfakturering]
roles = ["producer"]                # the roles the system claims; "producer" receives claims

[services.utomlansfakturering.producer]
# Where the platform sends ProcessClaimSpecification; this is where `provbank region` listens.
endpoint = "http://127.0.0.1:9090/regions/03/claim"
connect_timeout = 2.0               # seconds to get a connection; may be left out
response_timeout = 29.0             # seconds to wait for an answer; may be left out

# Where the suite can see what the system has kept (docs/observation-point.md). Without it, what
# cannot be seen from outside is reported as not tested.
# observe = "http://127.0.0.1:9090/regions/03/observe"

# For an endpoint on https: what the platform presents, and whom it trusts. Paths are relative to
# this file; all are PEM.
# [services.utomlansfakturering.producer.tls]
# certificate = "platform.pem"
# key = "platform.key"
# authority = "authority.pem"
# verify = true
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProducerTarget:
    """How a system that receives is reached.

    Units: seconds.
    """

    endpoint: str
    connect_timeout: float = 2.0
    response_timeout: float = 29.0
    observe: str | None = None
    tls: TlsMaterial | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """The system under test, as its target file describes it."""

    system: str
    version: str
    vendor: str
    region: Region
    hsa_id: HsaId
    utomlansfakturering: ProducerTarget


def read_target(path: Path) -> Target:
    """Read a target file; nothing is assumed, so a file with any mistake is refused whole.

    Raises: TargetError with a problem a mistake: line, what is wrong and how to mend it.
    """
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise TargetError(
            (
                f"{path}: cannot be read: {error.strerror or error} - "
                "`provbank target init` writes an example",
            )
        ) from None
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        problem = (
            f"{path}:{line}: the file is not UTF-8 (byte 0x{raw[error.start]:02X}) - "
            "save it as UTF-8; it looks like Latin-1 or Windows-1252"
        )
        raise TargetError((problem,)) from None
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        found = re.search(r"\(at line (\d+), column (\d+)\)", str(error))
        where = f"{path}:{found[1]}" if found else str(path)
        what = re.sub(r"\s*\(at .*\)$", "", str(error))
        raise TargetError((f"{where}: this is not TOML: {what} - mend the line",)) from None
    return _Reader(document, _lines_of(text), path).target()


@dataclass(frozen=True, slots=True)
class _Field:
    """What one key must hold: a check that gives a complaint with its mend, or None."""

    check: Callable[[Any], str | None]
    required: bool = True


def _text(value: Any) -> str | None:
    if not isinstance(value, str) or not value.strip():
        return f"{_shown(value)} is not a text - give a text in quotation marks"
    return None


def _county(value: Any) -> str | None:
    if value not in REGIONS:
        return (
            f"{_shown(value)} is no region's county code - give two digits in quotation marks, "
            f"one of {', '.join(REGIONS)}"
        )
    return None


def _organisation(value: Any) -> str | None:
    if not isinstance(value, str) or not is_organisation_number(value):
        return (
            f"{_shown(value)} is no organisation number - give ten digits in quotation marks, "
            "without hyphen, with a right check digit"
        )
    return None


def _hsa(value: Any) -> str | None:
    if not isinstance(value, str) or not is_hsa_id(value):
        return (
            f"{_shown(value)} is no HSA-id - give SE, ten digits, a hyphen and capital letters or "
            'digits, at most 31 characters, for example "SE2321000024-ABCD"'
        )
    return None


def _url(value: Any) -> str | None:
    complaint = f"{_shown(value)} is no address - give http://host:port/path or https://..."
    if not isinstance(value, str):
        return complaint
    try:
        parts = urlsplit(value)
        good = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        good = False
    return None if good and " " not in value else complaint


def _seconds(value: Any) -> str | None:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value <= 600:  # noqa: PLR2004
        return (
            f"{_shown(value)} is no time - give seconds above 0 and at most 600, "
            "without quotation marks"
        )
    return None


def _flag(value: Any) -> str | None:
    if not isinstance(value, bool):
        return (
            f"{_shown(value)} is neither true nor false - write true or false, "
            "without quotation marks"
        )
    return None


def _roles(value: Any) -> str | None:
    if not isinstance(value, list) or not value:
        return f'{_shown(value)} is no list of roles - write roles = ["producer"]'
    for role in value:
        if role == "consumer":
            return 'role "consumer" has no suite yet - write roles = ["producer"]'
        if role != "producer":
            return f'{_shown(role)} is no role - write roles = ["producer"]'
    return None


_PRODUCER = f"services.{UTOMLANSFAKTURERING}.producer"
_TABLES: Mapping[str, Mapping[str, _Field]] = {
    "system": {"name": _Field(_text), "version": _Field(_text), "vendor": _Field(_text)},
    "region": {
        "county_code": _Field(_county),
        "organisation_number": _Field(_organisation),
        "hsa_id": _Field(_hsa),
    },
    f"services.{UTOMLANSFAKTURERING}": {"roles": _Field(_roles)},
    _PRODUCER: {
        "endpoint": _Field(_url),
        "connect_timeout": _Field(_seconds, required=False),
        "response_timeout": _Field(_seconds, required=False),
        "observe": _Field(_url, required=False),
    },
    f"{_PRODUCER}.tls": {
        "certificate": _Field(_text, required=False),
        "key": _Field(_text, required=False),
        "authority": _Field(_text, required=False),
        "verify": _Field(_flag, required=False),
    },
}
_OPTIONAL_TABLES = {f"{_PRODUCER}.tls"}


@dataclass
class _Reader:
    """Goes through a target file and gathers every complaint before it gives up."""

    document: dict[str, Any]
    lines: Mapping[str, int]
    path: Path
    problems: list[tuple[int, str]] = field(default_factory=list)
    misspelt: set[str] = field(default_factory=set)

    def target(self) -> Target:
        self._unknown_keys(self.document, "")
        for table, fields in _TABLES.items():
            self._table(table, fields)
        if not self.problems:
            self._agreement()
        if self.problems:
            raise TargetError(
                tuple(text for _, text in sorted(self.problems, key=lambda each: each[0]))
            )
        return self._made()

    def _complain(self, key: str, text: str) -> None:
        line = self.lines.get(key) or self.lines.get(key.rpartition(".")[0])
        where = f"{self.path}:{line}" if line else str(self.path)
        self.problems.append((line or 0, f"{where}: {key}: {text}"))

    def _at(self, key: str) -> Any:
        value: Any = self.document
        for part in key.split("."):
            if not isinstance(value, dict) or part not in value:
                return None
            value = value[part]
        return value

    def _unknown_keys(self, table: dict[str, Any], prefix: str) -> None:
        known = _known_below(prefix)
        for key, value in table.items():
            path = f"{prefix}.{key}" if prefix else key
            if key not in known:
                near = difflib.get_close_matches(key, known, n=1)
                self.misspelt.update(f"{prefix}.{name}" if prefix else name for name in near)
                advice = f"did you mean {near[0]}?" if near else f"known here: {', '.join(known)}"
                self._complain(path, f"there is no such key - {advice}")
            elif isinstance(value, dict) and path not in _leaves():
                self._unknown_keys(value, path)

    def _table(self, table: str, fields: Mapping[str, _Field]) -> None:
        values = self._at(table)
        if values is None:
            if table not in _OPTIONAL_TABLES and not self._told_above(table):
                self._complain(table, f"the table is missing - add [{table}]")
            return
        if not isinstance(values, dict):
            self._complain(table, f"this is no table - write [{table}] on a line of its own")
            return
        for name, what in fields.items():
            if name not in values:
                if what.required and not self._told_above(f"{table}.{name}"):
                    self._complain(f"{table}.{name}", f"is missing - add it under [{table}]")
            elif complaint := what.check(values[name]):
                self._complain(f"{table}.{name}", complaint)

    def _told_above(self, key: str) -> bool:
        """Tell whether a missing key is one that was misspelt, itself or what it stands in."""
        return any(key == known or key.startswith(f"{known}.") for known in self.misspelt)

    def _agreement(self) -> None:
        """Check what must fit together."""
        region = REGIONS[self._at("region.county_code")]
        number = self._at("region.organisation_number")
        if number != region.organisation_number:
            self._complain(
                "region.organisation_number",
                f'"{number}" is not the number of county {region.county}, {region.name} - '
                f'give "{region.organisation_number}", or another county_code',
            )
        producer = self._at(_PRODUCER)
        tls = producer.get("tls", {})
        secure = urlsplit(producer["endpoint"]).scheme == "https"
        if tls and not secure:
            self._complain(
                f"{_PRODUCER}.tls", "TLS material without https - write https:// in endpoint"
            )
        for name, other in (("certificate", "key"), ("key", "certificate")):
            if name in tls and other not in tls:
                self._complain(f"{_PRODUCER}.tls.{name}", f"needs {other} too - add {other}")
        for name in ("certificate", "key", "authority"):
            if name in tls and not self._beside(tls[name]).is_file():
                self._complain(
                    f"{_PRODUCER}.tls.{name}",
                    f"there is no file {self._beside(tls[name])} - give a path from the target "
                    "file's folder",
                )

    def _beside(self, name: str) -> Path:
        return self.path.resolve().parent / name

    def _made(self) -> Target:
        producer = dict(self._at(_PRODUCER))
        tls = producer.pop("tls", None)
        if tls is not None:
            files = {
                name: str(self._beside(tls[name]))
                for name in ("certificate", "key", "authority")
                if name in tls
            }
            producer["tls"] = TlsMaterial(**files, verify=tls.get("verify", True))
        if "observe" in producer:
            producer["observe"] = producer["observe"].rstrip("/")
        return Target(
            system=self._at("system.name"),
            version=self._at("system.version"),
            vendor=self._at("system.vendor"),
            region=REGIONS[self._at("region.county_code")],
            hsa_id=HsaId(self._at("region.hsa_id")),
            utomlansfakturering=ProducerTarget(**producer),
        )


def _known_below(prefix: str) -> list[str]:
    start = f"{prefix}." if prefix else ""
    paths = [*_TABLES, *_leaves()]
    return list(
        dict.fromkeys(
            path.removeprefix(start).split(".")[0] for path in paths if path.startswith(start)
        )
    )


def _leaves() -> list[str]:
    return [f"{table}.{name}" for table, fields in _TABLES.items() for name in fields]


_HEADER = re.compile(r"^\s*\[\s*([^\[\]]+?)\s*\]\s*(?:#.*)?$")
_KEY = re.compile(r"^\s*([A-Za-z0-9_.\-\"' ]+?)\s*=")


def _lines_of(text: str) -> Mapping[str, int]:
    """Say on which line each table and key stands; the TOML reader does not tell."""
    lines: dict[str, int] = {}
    table = ""
    for number, line in enumerate(text.splitlines(), start=1):
        if header := _HEADER.match(line):
            table = _plain(header[1])
            lines.setdefault(table, number)
        elif key := _KEY.match(line):
            name = _plain(key[1])
            lines.setdefault(f"{table}.{name}" if table else name, number)
    return lines


def _plain(key: str) -> str:
    return ".".join(part.strip().strip("\"'") for part in key.split("."))


def _shown(value: Any) -> str:
    return f'"{value}"' if isinstance(value, str) else str(value)
