"""A safe file tree in, a Manifest out: the contracts that can be used, and what is wrong.

Every contract is read from its WSDL, and its schema compiled once, before anyone relies on it. What
cannot be used costs that contract alone; the rest of the package loads.
"""

from __future__ import annotations

import posixpath
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import NoReturn
from urllib.parse import unquote

from lxml import etree

from contracts.content_models import too_large
from contracts.errors import HarnessError, PackageError
from contracts.manifest import Manifest
from contracts.merging import Merging, closure
from contracts.package_parts import XS, Problem, ProblemKind, Repair, RepairKind, Source
from contracts.repair import Package, repair
from contracts.wsdl import ServiceContract, read_wsdls

__all__ = ["Reading", "read_package", "refuse_several"]

_TARGET = re.compile(r"urn:(?:riv:)?(?P<domain>.+):[^:]+:[^:]+:[^:]+")
_PAYLOAD = re.compile(r"urn:(?:riv:)?(?P<domain>.+):[^:]+:(?P<major>[0-9]+)(?:\.[0-9]+)?")
_WSDL_NAME = re.compile(r".*_(?P<version>[0-9]+\.[0-9]+)_[^_]+\.wsdl", re.IGNORECASE)
_ARCHIVE_NAME = re.compile(
    r"(?:ServiceContracts_|TD_)?(?P<name>[A-Za-z].*?)[_-](?P<version>[0-9]+(?:[._][0-9]+)+)"
    r"(?P<stage>(?:[_-](?:RC|beta|r)[0-9]*)*)",
    re.IGNORECASE,
)
_PLACE = re.compile(r"^(?P<file>.*?):(?P<line>[0-9]+)$")
_TRIES = 50
_MOST_ERRORS = 5


def read_package(original: Path, repaired: Path, *, archive: str, sha256: str) -> Manifest:
    """Read a package, and write its repaired copies below an empty folder.

    Shape:  ``archive`` is the name the package came by; with the WSDL, it tells the version.
    Raises: PackageError where not one contract can be used, with every cause.
    """
    reading = Reading(original, repaired)
    if not reading.package.wsdls:
        _refuse("no WSDL in the package can be read", reading)
    refuse_several([source.origin for source in reading.package.wsdls], archive)
    contracts = reading.contracts()
    if not contracts:
        _refuse("not one contract of the package can be used", reading)
    version = _archive_version(archive) or max(
        (contract.version for contract in contracts), key=_numbers
    )
    return Manifest(
        name=_domain(contracts, archive),
        version=version,
        archive=archive,
        sha256=sha256,
        contracts=contracts,
        repairs=reading.repairs,
        problems=reading.problems,
    )


class Reading:
    """One package as it is read: mended, its contracts checked, and what was found on the way.

    Shape: ``errors_of`` has the errors of each schema that was compiled, by its path.
    """

    def __init__(self, original: Path, repaired: Path) -> None:
        self._repaired = repaired.resolve()
        self.package: Package = repair(original, self._repaired)
        self.errors_of: dict[str, tuple[Problem, ...]] = {}
        self._merging = Merging(self.package)
        self._lost: dict[Problem, list[str]] = {}

    def contracts(self) -> tuple[ServiceContract, ...]:
        """Read all contracts, and give those that can be used."""
        contracts = [contract for source in self.package.wsdls for contract in self._usable(source)]
        self._note_circles()
        return tuple(contracts)

    def compile(self, schema: Source) -> tuple[Problem, ...]:
        """Compile a schema once, and give what is wrong with it."""
        if schema.path not in self.errors_of:
            self.errors_of[schema.path] = self._compile(schema)
        return self.errors_of[schema.path]

    @property
    def repairs(self) -> tuple[Repair, ...]:
        """Give every repair once."""
        return tuple(dict.fromkeys(self.package.repairs))

    @property
    def problems(self) -> tuple[Problem, ...]:
        """Give every problem once: first what costs a contract, then notes."""
        costly = [replace(problem, lost=tuple(lost)) for problem, lost in self._lost.items()]
        notes = [problem for problem in self.package.problems if problem not in self._lost]
        return tuple(dict.fromkeys([*costly, *notes]))

    def _usable(self, source: Source) -> list[ServiceContract]:
        """Give the contracts of a WSDL that can be used; what is wrong is kept."""
        try:
            contracts = read_wsdls(self._repaired / source.path, service_domain="", version="")
        except HarnessError as error:
            stem = posixpath.basename(source.origin).partition("Interaction")[0]
            line = re.search(r"line ([0-9]+)", error.what)
            self._lose(
                stem,
                Problem(
                    kind=ProblemKind.UNUSABLE_WSDL,
                    file=source.origin,
                    line=int(line[1]) if line else 1,
                    what=error.what,
                    advice=error.mend,
                ),
            )
            return []
        return [
            found
            for contract in contracts
            if (found := self._checked(_named(contract, source), source)) is not None
        ]

    def _checked(self, contract: ServiceContract, wsdl: Source) -> ServiceContract | None:
        """Give the contract with the schema it is judged by, or None where there is none."""
        schema = self._source_at(contract.schema)
        if schema is None:
            absent = Problem(
                kind=ProblemKind.NO_SCHEMA,
                file=wsdl.origin,
                line=1,
                what=f"the schema of {contract.namespace} is not in the package",
                advice="let the WSDL import it",
            )
            self._lose(contract.interaction, self._unread(contract.schema) or absent)
            return None
        contract = _versioned(contract, schema, wsdl)
        if merged := self._merging.merged(schema, wsdl):
            schema, wsdl = merged
            for one in (*closure(self.package, schema), *closure(self.package, wsdl)):
                self.package.write_one(one, self._repaired)
        errors = self.compile(schema) or self._undeclared(contract, schema, wsdl)
        for error in errors:
            self._lose(contract.interaction, error)
        if errors:
            return None
        return replace(
            contract, wsdl=self._repaired / wsdl.path, schema=self._repaired / schema.path
        )

    def _undeclared(
        self, contract: ServiceContract, schema: Source, wsdl: Source
    ) -> tuple[Problem, ...]:
        """Tell which of the contract's messages no schema declares."""
        declared = {
            f"{{{one.namespace or schema.namespace}}}{node.get('name', '')}"
            for one in closure(self.package, schema)
            for node in one.root.iterchildren(f"{XS}element")
        }
        return tuple(
            Problem(
                kind=ProblemKind.UNDECLARED_MESSAGE,
                file=wsdl.origin,
                line=1,
                what=f"no schema declares the message element {message}",
                advice="let the WSDL's parts refer to elements of the service schema",
            )
            for message in (contract.request, contract.response)
            if message not in declared
        )

    # Compiling -------------------------------------------------------------------------------

    def _compile(self, schema: Source) -> tuple[Problem, ...]:
        """Compile a schema; where a model is ambiguous, without the xs:any that makes it so."""
        if problem := too_large(closure(self.package, schema)):
            return (problem,)
        errors: list[etree._LogEntry] = []
        for _ in range(_TRIES):
            try:
                errors = self._errors(schema)
            except etree.XMLSchemaParseError as error:
                what = f"the schema cannot be compiled: {error}"
                return (
                    Problem(kind=ProblemKind.NOT_COMPILED, file=schema.origin, line=1, what=what),
                )
            ambiguous = [one for one in errors if one.type_name == "SCHEMAP_NOT_DETERMINISTIC"]
            dropped = [self._drop_any(error) for error in ambiguous]
            if not any(dropped):
                break
        return tuple(self._problem(one, schema) for one in errors[:_MOST_ERRORS])

    def _errors(self, schema: Source) -> list[etree._LogEntry]:
        """Compile a schema once, and give what is wrong with it.

        Raises: XMLSchemaParseError where the compiler does not say what is wrong.
        """
        path = self._repaired / schema.path
        parser = etree.XMLParser(no_network=True, resolve_entities=False)
        try:
            etree.XMLSchema(etree.parse(str(path), parser))
        except etree.XMLSchemaParseError as error:
            found = [one for one in error.error_log if one.level >= etree.ErrorLevels.ERROR]
            if not found:
                raise
            return found
        return []

    def _drop_any(self, error: etree._LogEntry) -> bool:
        """Take the last xs:any out of the type an error speaks of, or of what it is made of."""
        source, nodes = self._place(error)
        if source is None:
            return False
        for node in nodes:
            if node.tag != f"{XS}complexType":
                continue
            found = self._last_any(source, node, set())
            if found is None:
                continue
            holder, wildcard = found
            self.package.repaired(
                RepairKind.AMBIGUOUS_ANY, holder, wildcard,
                "an optional element may be taken for this xs:any too (Unique Particle "
                "Attribution); the xs:any is dropped",
                "drop the xs:any of a type that is extended, or make the element mandatory",
            )  # fmt: skip
            parent = wildcard.getparent()
            assert parent is not None  # noqa: S101 - it stands in a type
            parent.remove(wildcard)
            self.package.write_one(holder, self._repaired)
            return True
        return False

    def _last_any(
        self, source: Source, node: etree._Element, seen: set[etree._Element]
    ) -> tuple[Source, etree._Element] | None:
        """Find the last xs:any of a type, of a group it refers to, or of the type it extends."""
        if node in seen:
            return None
        seen.add(node)
        if own := list(node.iter(f"{XS}any")):
            return source, own[-1]
        for user in node.iter(f"{XS}group", f"{XS}extension"):
            kind = "group" if user.tag == f"{XS}group" else "complexType"
            name = user.get("ref", "") or user.get("base", "")
            prefix, _, local = name.rpartition(":")
            namespace = user.nsmap.get(prefix or None, "")
            for other in closure(self.package, source):
                if other.namespace != namespace:
                    continue
                for declared in other.root.iterchildren(f"{XS}{kind}"):
                    if declared.get("name") == local:
                        found = self._last_any(other, declared, seen)
                        if found is not None:
                            return found
        return None

    def _place(self, error: etree._LogEntry) -> tuple[Source | None, list[etree._Element]]:
        """Find the file an error speaks of, and the elements on its line."""
        for name in (error.filename, unquote(error.filename)):  # an address, or a plain path
            below = name.replace("\\", "/").partition(f"{self._repaired.as_posix()}/")[2]
            if source := self.package.sources.get(below):
                return source, source.nodes_at(error.line)
        return None, []

    def _problem(self, error: etree._LogEntry, schema: Source) -> Problem:
        source, nodes = self._place(error)
        what = error.message.replace(XS, "xs:").strip()
        return Problem(
            kind=ProblemKind.NOT_COMPILED,
            file=(source or schema).origin,
            line=source.line(nodes[0]) if source is not None and nodes else 1,
            what=f"the schema cannot be compiled: {what}",
            advice="mend the schema; no processor can use it as it is",
        )

    def _source_at(self, path: Path) -> Source | None:
        return self.package.sources.get(self._below(path))

    def _unread(self, path: Path) -> Problem | None:
        return self.package.unread(self._below(path))

    def _below(self, path: Path) -> str:
        """Give the path in the package of a repaired file, or nothing for any other."""
        inside = path.is_relative_to(self._repaired)
        return path.relative_to(self._repaired).as_posix() if inside else ""

    # What is told -----------------------------------------------------------------------------

    def _lose(self, interaction: str, problem: Problem) -> None:
        self._lost.setdefault(problem, [])
        if interaction not in self._lost[problem]:
            self._lost[problem].append(interaction)

    def _note_circles(self) -> None:
        """Note imports that lead round in a circle: legal, and more than some tools can take."""
        sources = self.package.sources
        done: set[str] = set()
        for first in [source for source in sources.values() if source.path == source.origin]:
            above = {} if first.path in done else {first.path: first.references()}
            while above:
                path, references = above.popitem()
                done.add(path)
                for node, leads_to in references:
                    if leads_to == path or leads_to in above:
                        names = [*above, path]
                        circle = [*names[names.index(leads_to) :], leads_to]
                        self.package.note(
                            ProblemKind.CIRCLE, sources[path], node,
                            "imports lead round in a circle: "
                            + " > ".join(posixpath.basename(one) for one in circle),
                            "it is read as it stands; some tools cannot",
                        )  # fmt: skip
                    elif leads_to not in done and leads_to in sources:
                        above[path] = references
                        above[leads_to] = sources[leads_to].references()
                        break


def _domain(contracts: Iterable[ServiceContract], archive: str) -> str:
    """Give the domain that most contracts name; the archive's name decides between equals."""
    counted = Counter(contract.service_domain for contract in contracts)
    stem = archive.replace(".", "_").casefold()
    return max(counted, key=lambda name: (counted[name], name.replace(":", "_").casefold() in stem))


def _refuse(what: str, reading: Reading) -> NoReturn:
    causes = "".join(f"\n  {problem}" for problem in reading.problems)
    raise PackageError(what + causes, mend="name a package with WSDL and schemas that hold")


def refuse_several(wsdls: Iterable[str], archive: str) -> None:
    """Refuse a folder of packages, whose versions and files would be taken for one package's."""
    tops = {f"/{path}".rpartition("/schemas/")[0] for path in wsdls if "/schemas/" in f"/{path}"}
    if len(tops) > 1:
        names = ", ".join(sorted(top.strip("/") or "." for top in tops))
        raise PackageError(
            f"these are {len(tops)} packages: {names}",
            where=archive,
            mend="install one at a time",
        )


def _named(contract: ServiceContract, source: Source) -> ServiceContract:
    """Give the contract its service domain, as its namespaces say."""
    found = _PAYLOAD.fullmatch(contract.namespace) or _TARGET.fullmatch(source.namespace)
    return replace(contract, service_domain=found["domain"] if found else contract.namespace)


def _versioned(contract: ServiceContract, schema: Source, wsdl: Source) -> ServiceContract:
    """Give the contract its own version, which is not that of the archive.

    Shape:  the schema's word, where it is of the namespace's major version; or else the WSDL's
            file name; or else the major version alone.
    Source: RIV-TA Tjänsteschema TS-7, Basic Profile BP-2.
    """
    payload = _PAYLOAD.fullmatch(contract.namespace)
    major = payload["major"] if payload else ""
    named = _WSDL_NAME.fullmatch(posixpath.basename(wsdl.origin))
    for version in (schema.root.get("version", ""), named["version"] if named else ""):
        if re.fullmatch(r"[0-9]+\.[0-9]+(\.[0-9]+)?", version) and (
            not major or version.split(".")[0] == major
        ):
            return replace(contract, version=version)
    return replace(contract, version=f"{major or 1}.0")


def _archive_version(archive: str) -> str:
    """Give the version that the name of an archive states, in the form of today."""
    stem = archive.removesuffix(".zip").removesuffix(".ZIP")
    found = _ARCHIVE_NAME.fullmatch(stem)
    if found is None:
        return ""
    return found["version"].replace("_", ".") + found["stage"].replace("-", "_")


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(number) for number in re.findall("[0-9]+", version))
