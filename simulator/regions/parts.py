"""The parts that a region's system can play, one a module of this folder: found, never listed."""

from __future__ import annotations

import pkgutil
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

from contracts.catalogue import bundled

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from flask import Blueprint
    from lxml import etree

    from contracts.catalogue import Domain
    from contracts.terms import LogicalAddress
    from contracts.wsdl import ServiceContract
    from simulator.regions.defect import Defect, Equivalent, Reply
    from simulator.regions.directory import Region
    from simulator.regions.surroundings import Surroundings

__all__ = ["CalledSystem", "Part", "System", "part_named", "parts"]


class System(Protocol):
    """A region's system in one part: it may show what it has kept, and be told what to do."""

    def show(self, blueprint: Blueprint) -> None:
        """Add the pages on which the system can be seen; most have none."""

    def close(self) -> None:
        """Let go of what the system holds open."""


@runtime_checkable
class CalledSystem(System, Protocol):
    """A system that answers calls as well; ``defect`` is the fault it has, if any."""

    defect: Defect

    def receive(self, body: bytes, headers: Mapping[str, str] | None = None) -> Reply:
        """Answer one SOAP message; header names are in lower case."""


def _called_nowhere(region: Region) -> LogicalAddress:
    raise LookupError(f"no address leads to this part of {region.name}: it is not called")


def _no_example(_system: Any, _region: Region, name: str) -> etree._Element:
    raise LookupError(f"this part is not called, so there is no {name} to send to it")


@dataclass(frozen=True, kw_only=True)
class Part:
    """One role in one service: the contract it answers, and how a system that plays it is made.

    Shape: ``name`` is ``service/role``, as the folders of the suites are called. ``path`` ends the
           system's URL; ``address`` gives the logical address that leads to a region. ``system``
           takes the region, a database URL, a defect, and what it has around it. ``example`` makes
           a message to a system by the name of a kind or a fault, the first kind where neither is
           chosen.
           ``also`` gives other addresses that lead to a region as well, and ``equivalents`` what
           looks like a defect and is none.
           A part that is not ``called`` sends that contract instead of answering it: no address
           leads to it, it has no service endpoint, and there are no examples to send to it.
    """

    name: str
    service_domain: str
    version: str
    interaction: str
    path: str
    system: Callable[[Region, str, Defect, Surroundings], System]
    defects: Mapping[str, Defect]
    called: bool = True
    address: Callable[[Region], LogicalAddress] = _called_nowhere
    kinds: tuple[str, ...] = ()
    faults: tuple[str, ...] = ()
    example: Callable[[Any, Region, str], etree._Element] = _no_example
    also: Callable[[Region], tuple[LogicalAddress, ...]] = lambda _region: ()
    equivalents: tuple[Equivalent, ...] = ()

    @property
    def domain(self) -> Domain:
        """Give the service domain."""
        return bundled().domain(self.service_domain, self.version)

    @property
    def contract(self) -> ServiceContract:
        """Give the contract that the part answers, or sends where it is not called."""
        return next(one for one in self.domain.contracts if one.interaction == self.interaction)

    def addresses(self, region: Region) -> tuple[LogicalAddress, ...]:
        """Give every logical address that leads to a region."""
        return (self.address(region), *self.also(region)) if self.called else ()

    def url_path(self, county: str) -> str:
        """Give where the system of a county answers."""
        return f"/regions/{county}/{self.path}"


@cache
def parts() -> tuple[Part, ...]:
    """Give every part, in the order of their names: the ``PART`` of each module that has one."""
    folder = Path(__file__).resolve().parent
    modules = (
        import_module(f"simulator.regions.{found.name}")
        for found in pkgutil.iter_modules([str(folder)])
    )
    found = (module.PART for module in modules if hasattr(module, "PART"))
    return tuple(sorted(found, key=lambda part: part.name))


def part_named(name: str) -> Part:
    """Give the part of this name.

    Raises: KeyError where there is none.
    """
    return {part.name: part for part in parts()}[name]
