"""The target file: TOML in, a Target out, or every mistake with its line and its mend."""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from contracts.errors import TargetError
from contracts.terms import HsaId
from features.fields import Field, county, flag, hsa, organisation, seconds, shown, text, url
from features.suites import Suite, suites
from features.target import RoleTarget, Target
from simulator.outbound import TlsMaterial
from simulator.regions.directory import REGIONS

__all__ = ["example", "read_target"]

_HEAD = """\
# Which system is to be certified, and how Provbänk reaches it.
# Lines that begin with # are comments. Run:  provbank certify --target region.toml

[system]
name = "Fakturasystemet"            # the product, as it is to stand in the report
version = "1.0"                     # the version that is tested
vendor = "Leverantören AB"

[region]
county_code = "03"                  # two digits; 03 is Region Uppsala
organisation_number = "2321000024"  # ten digits
hsa_id = "SE2321000024-EXEMPEL"     # the system's own HSA-id

"""

_SYSTEM = {"name": Field(text), "version": Field(text), "vendor": Field(text)}
_REGION = {
    "county_code": Field(county),
    "organisation_number": Field(organisation),
    "hsa_id": Field(hsa),
}
_ROLE = {
    "endpoint": Field(url),
    "connect_timeout": Field(seconds, required=False),
    "response_timeout": Field(seconds, required=False),
}
_TLS = {
    "certificate": Field(text, required=False),
    "key": Field(text, required=False),
    "authority": Field(text, required=False),
    "verify": Field(flag, required=False),
}


def example(*chosen: Suite) -> str:
    """Write a commented target file; the tables of suites that are not chosen are comments."""
    services: dict[str, list[Suite]] = {}
    for suite in sorted(suites(), key=lambda suite: suite not in chosen):
        services.setdefault(suite.service, []).append(suite)
    parts = [_HEAD]
    for service, members in services.items():
        active = [suite for suite in members if suite in chosen]
        roles = ", ".join(f'"{suite.key}"' for suite in active or members)
        table = f"[services.{service}]\nroles = [{roles}]\n\n"
        parts.append(table if active else _commented(table))
        parts.extend(
            suite.example if suite in active else _commented(suite.example) for suite in members
        )
    return "".join(parts).rstrip("\n") + "\n"


def _commented(lines: str) -> str:
    return "".join(
        f"# {line}" if line.strip() and not line.startswith("#") else line
        for line in lines.splitlines(keepends=True)
    )


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
        content = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        problem = (
            f"{path}:{line}: the file is not UTF-8 (byte 0x{raw[error.start]:02X}) - "
            "save it as UTF-8; it looks like Latin-1 or Windows-1252"
        )
        raise TargetError((problem,)) from None
    try:
        document = tomllib.loads(content)
    except tomllib.TOMLDecodeError as error:
        found = re.search(r"\(at line (\d+), column (\d+)\)", str(error))
        where = f"{path}:{found[1]}" if found else str(path)
        what = re.sub(r"\s*\(at .*\)$", "", str(error))
        raise TargetError((f"{where}: this is not TOML: {what} - mend the line",)) from None
    return _Reader(document, _lines_of(content), path).target()


def _tables() -> Mapping[str, Mapping[str, Field]]:
    """Give every table that a target file may have, with its keys."""
    tables: dict[str, Mapping[str, Field]] = {"system": _SYSTEM, "region": _REGION}
    for suite in suites():
        tables[f"services.{suite.service}"] = {"roles": Field(_roles_of(suite.service))}
    for suite in suites():
        tables[_table_of(suite)] = {**(_ROLE if suite.called else {}), **suite.fields}
        tables[f"{_table_of(suite)}.tls"] = _TLS
        tables[f"{_table_of(suite)}.not_applicable"] = {
            str(item.id): Field(text, required=False) for item in suite.requirements
        }
    return tables


def _table_of(suite: Suite) -> str:
    return f"services.{suite.service}.{suite.key}"


def _roles_of(service: str) -> Any:
    keys = [suite.key for suite in suites() if suite.service == service]
    known = ", ".join(f'"{key}"' for key in keys)

    def check(value: Any) -> str | None:
        if not isinstance(value, list) or not value:
            return f"{shown(value)} is no list of roles - write roles = [{known}]"
        for role in value:
            if role not in keys:
                return f"{shown(role)} is no role that has a suite - write roles = [{known}]"
        return None

    return check


@dataclass
class _Reader:
    """Goes through a target file and gathers every complaint before it gives up."""

    document: dict[str, Any]
    lines: Mapping[str, int]
    path: Path
    tables: Mapping[str, Mapping[str, Field]] = field(default_factory=_tables)
    problems: list[tuple[int, str]] = field(default_factory=list)
    misspelt: set[str] = field(default_factory=set)

    def target(self) -> Target:
        self._unknown_keys(self.document, "")
        for table in ("system", "region"):
            self._table(table)
        self._services()
        if not self.problems:
            self._agreement()
        if self.problems:
            raise TargetError(
                tuple(told for _, told in sorted(self.problems, key=lambda each: each[0]))
            )
        return self._made()

    def _complain(self, key: str, complaint: str) -> None:
        line = self.lines.get(key) or self.lines.get(key.rpartition(".")[0])
        where = f"{self.path}:{line}" if line else str(self.path)
        self.problems.append((line or 0, f"{where}: {key}: {complaint}"))

    def _at(self, key: str) -> Any:
        value: Any = self.document
        for part in key.split("."):
            if not isinstance(value, dict) or part not in value:
                return None
            value = value[part]
        return value

    def _unknown_keys(self, table: dict[str, Any], prefix: str) -> None:
        known = self._known_below(prefix)
        for key, value in table.items():
            path = f"{prefix}.{key}" if prefix else key
            if key not in known:
                near = difflib.get_close_matches(key, known, n=1)
                self.misspelt.update(f"{prefix}.{name}" if prefix else name for name in near)
                here = f"known here: {', '.join(known)}"
                if len(known) > _MANY:
                    here = "`provbank requirements` lists what there is"
                advice = f"did you mean {near[0]}?" if near else here
                self._complain(path, f"there is no such key - {advice}")
            elif isinstance(value, dict) and path not in self._leaves():
                self._unknown_keys(value, path)

    def _services(self) -> None:
        """Check the services that the file speaks of, one at the least, and the roles of each."""
        services = list(dict.fromkeys(suite.service for suite in suites()))
        given = [service for service in services if self._at(f"services.{service}") is not None]
        if not given and not self._told_above("services"):
            known = " or ".join(f"[services.{service}]" for service in services)
            self._complain("services", f"no service is named - add {known}")
        for service in given:
            self._table(f"services.{service}")
            for suite in self._roles_in(service):
                self._table(_table_of(suite))
                for more in ("tls", "not_applicable"):
                    if self._at(f"{_table_of(suite)}.{more}") is not None:
                        self._table(f"{_table_of(suite)}.{more}")
            if self._claim_is_good(service):
                self._unclaimed(service)

    def _unclaimed(self, service: str) -> None:
        """Complain of tables for roles that the file does not claim."""
        for suite in suites():
            table = _table_of(suite)
            idle = suite.service == service and suite not in self._claimed()
            if idle and self._at(table) is not None:
                self._complain(table, f'the role is not claimed - add "{suite.key}" to roles')

    def _claim_is_good(self, service: str) -> bool:
        return _roles_of(service)(self._at(f"services.{service}.roles")) is None

    def _claimed(self) -> tuple[Suite, ...]:
        return tuple(one for one in suites() if one.key in self._claimed_keys(one.service))

    def _claimed_keys(self, service: str) -> list[Any]:
        roles = self._at(f"services.{service}.roles")
        return roles if isinstance(roles, list) else []

    def _roles_in(self, service: str) -> Iterator[Suite]:
        """Give the roles to check: those claimed or, where the claim is bad, those there are."""
        known = [suite for suite in suites() if suite.service == service]
        good = self._claim_is_good(service)
        for suite in known:
            given = self._at(_table_of(suite)) is not None
            claimed = suite.key in self._claimed_keys(service)
            if claimed or (not good and (given or len(known) == 1)):
                yield suite

    def _table(self, table: str) -> None:
        values = self._at(table)
        if values is None:
            if not self._told_above(table):
                self._complain(table, f"the table is missing - add [{table}]")
            return
        if not isinstance(values, dict):
            self._complain(table, f"this is no table - write [{table}] on a line of its own")
            return
        for name, what in self.tables[table].items():
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
        for suite in self._claimed():
            self._tls_agreement(_table_of(suite), "endpoint" if suite.called else "trigger")

    def _tls_agreement(self, table: str, reached_by: str) -> None:
        tls = self._at(f"{table}.tls") or {}
        secure = urlsplit(self._at(f"{table}.{reached_by}") or "").scheme == "https"
        if tls and not secure:
            self._complain(
                f"{table}.tls", f"TLS material without https - write https:// in {reached_by}"
            )
        for name, other in (("certificate", "key"), ("key", "certificate")):
            if name in tls and other not in tls:
                self._complain(f"{table}.tls.{name}", f"needs {other} too - add {other}")
        for name in ("certificate", "key", "authority"):
            if name in tls and not self._beside(tls[name]).is_file():
                self._complain(
                    f"{table}.tls.{name}",
                    f"there is no file {self._beside(tls[name])} - give a path from the target "
                    "file's folder",
                )

    def _beside(self, name: str) -> Path:
        return self.path.resolve().parent / name

    def _made(self) -> Target:
        return Target(
            system=self._at("system.name"),
            version=self._at("system.version"),
            vendor=self._at("system.vendor"),
            region=REGIONS[self._at("region.county_code")],
            hsa_id=HsaId(self._at("region.hsa_id")),
            roles={suite.name: self._role(suite) for suite in self._claimed()},
        )

    def _role(self, suite: Suite) -> RoleTarget:
        values = self._at(_table_of(suite))
        return RoleTarget(
            **{name: values[name] for name in _ROLE if suite.called and name in values},
            tls=self._tls(values["tls"]) if "tls" in values else None,
            settings={
                name: what.read(values[name]) if name in values else what.default
                for name, what in suite.fields.items()
                if name in values or what.default is not None
            },
            not_applicable=values.get("not_applicable", {}),
        )

    def _tls(self, tls: Mapping[str, Any]) -> TlsMaterial:
        files = {
            name: str(self._beside(tls[name]))
            for name in ("certificate", "key", "authority")
            if name in tls
        }
        return TlsMaterial(
            certificate=files.get("certificate"),
            key=files.get("key"),
            authority=files.get("authority"),
            verify=tls.get("verify", True),
        )

    def _known_below(self, prefix: str) -> list[str]:
        start = f"{prefix}." if prefix else ""
        paths = [*self.tables, *self._leaves()]
        return list(
            dict.fromkeys(
                path.removeprefix(start).split(".")[0] for path in paths if path.startswith(start)
            )
        )

    def _leaves(self) -> list[str]:
        return [f"{table}.{name}" for table, fields in self.tables.items() for name in fields]


_MANY = 20  # keys; more are not listed in a complaint
_HEADER = re.compile(r"^\s*\[\s*([^\[\]]+?)\s*\]\s*(?:#.*)?$")
_KEY = re.compile(r"^\s*([\w.\-\"' ]+?)\s*=")


def _lines_of(content: str) -> Mapping[str, int]:
    """Say on which line each table and key stands; the TOML reader does not tell."""
    lines: dict[str, int] = {}
    table = ""
    for number, line in enumerate(content.splitlines(), start=1):
        if header := _HEADER.match(line):
            table = _plain(header[1])
            lines.setdefault(table, number)
        elif key := _KEY.match(line):
            name = _plain(key[1])
            lines.setdefault(f"{table}.{name}" if table else name, number)
    return lines


def _plain(key: str) -> str:
    return ".".join(part.strip().strip("\"'") for part in key.split("."))
