"""What is known of an installed package, to and from its manifest.json."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from contracts.package_parts import Problem, ProblemKind, Repair, RepairKind
from contracts.wsdl import ServiceContract

__all__ = ["FORMAT", "Manifest", "RuleFile", "from_json"]

FORMAT = 4
"""Raise it when a manifest says more than before, or packages are read otherwise."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleFile:
    """A Schematron file of a package, and why it cannot be compiled: empty where it can."""

    file: str
    problem: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """A package as it was read: what it is, what it offers, and what is wrong with it.

    Shape: ``archive`` is the name it came by, ``sha256`` that of its original files. Paths of
           contracts are absolute in the value and relative in JSON; other files are named by
           their path in the package. ``repaired_sha256`` and ``stamp`` tell later whether the
           files are still the same.
    """

    name: str
    version: str
    archive: str
    sha256: str
    repaired_sha256: str = ""
    stamp: str = ""
    contracts: tuple[ServiceContract, ...] = ()
    repairs: tuple[Repair, ...] = ()
    problems: tuple[Problem, ...] = ()
    rule_files: tuple[RuleFile, ...] = ()
    left_out: tuple[str, ...] = ()

    def to_json(self, folder: Path) -> dict[str, Any]:
        """Give JSON-ready values, with the paths of contracts relative to the domain's folder."""
        document = asdict(self)
        for entry, contract in zip(document["contracts"], self.contracts, strict=True):
            for kind in ("wsdl", "schema"):
                entry[kind] = getattr(contract, kind).relative_to(folder).as_posix()
        return {"format": FORMAT, **document}

    def moved(self, old: Path, new: Path) -> Manifest:
        """Give the same manifest for a folder that has another name now."""
        return replace(
            self,
            contracts=tuple(
                replace(
                    contract,
                    wsdl=new / contract.wsdl.relative_to(old),
                    schema=new / contract.schema.relative_to(old),
                )
                for contract in self.contracts
            ),
        )


def from_json(document: Mapping[str, Any], folder: Path) -> Manifest:
    """Read a manifest of the present format.

    Raises: ValueError, KeyError or TypeError for any other document, and for a path that leads
            out of the domain's folder.
    """
    values = dict(document)
    if values.pop("format") != FORMAT:
        raise ValueError("the manifest is of another format")
    values["contracts"] = tuple(_contract(entry, folder) for entry in values["contracts"])
    values["repairs"] = tuple(
        Repair(**{**entry, "kind": RepairKind(entry["kind"])}) for entry in values["repairs"]
    )
    values["problems"] = tuple(
        Problem(**{**entry, "kind": ProblemKind(entry["kind"]), "lost": tuple(entry["lost"])})
        for entry in values["problems"]
    )
    values["rule_files"] = tuple(RuleFile(**entry) for entry in values["rule_files"])
    values["left_out"] = tuple(values["left_out"])
    return Manifest(**values)


def _contract(entry: Mapping[str, Any], folder: Path) -> ServiceContract:
    values = dict(entry)
    for kind in ("wsdl", "schema"):
        if ".." in values[kind].split("/"):
            raise ValueError(f"{values[kind]} leads out of the folder")
        values[kind] = folder / values[kind]
    for kind in ("headers", "parts", "response_headers"):
        values[kind] = tuple(values[kind])
    return ServiceContract(**values)
