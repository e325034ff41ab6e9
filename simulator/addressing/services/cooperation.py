"""The catalogue as the TAK-API tells of it: who works together with whom, about what."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from contracts.terms import SWEDISH_TIME
from simulator.addressing.rows import Authorisation

if TYPE_CHECKING:
    from datetime import datetime

    from contracts.terms import HsaId
    from simulator.addressing.catalogue import AddressingCatalogue
    from simulator.addressing.entities import ComponentRow, ContractRow, LogicalAddressRow
    from simulator.addressing.rows import Route

__all__ = ["ALL_PARTS", "PARAMETERS", "Cooperations", "Resource"]

Resource = dict[str, Any]
"""An object of the API, JSON-ready; what is empty is left out."""

_Facts = Mapping[str, Collection[int] | Collection[str]]
"""What something has to do with, by the query parameters that ask for it."""

_URN = "urn:riv:"
_PLATFORM = 1  # the id of the one connection point

_LINK = ("connectionPointId", "logicalAddressId", "serviceContractId")
_BOTH = ("serviceConsumerId", "serviceProducerId")

PARAMETERS: Mapping[str, tuple[str, ...]] = {
    "connectionPoints": (
        "platform",
        "environment",
        "logicalAddressId",
        "serviceContractId",
        *_BOTH,
    ),
    "cooperations": (*_LINK, "serviceConsumerId", "serviceDomainId"),
    "installedContracts": ("connectionPointId", "serviceContractId", "serviceDomainId"),
    "logicalAddresses": ("logicalAdress", "connectionPointId", "serviceContractId", *_BOTH),
    "serviceConsumers": (*_LINK, "serviceProducerId"),
    "serviceContracts": (
        "namespace",
        "connectionPointId",
        "logicalAddressId",
        "serviceDomainId",
        *_BOTH,
    ),
    "serviceDomains": ("namespace",),
    "serviceProducers": ("hsaId", *_LINK, "serviceConsumerId"),
    "serviceProductions": (*_LINK, *_BOTH, "serviceDomainId"),
}
"""The resources, and by what each can be asked for; others are not looked at."""

ALL_PARTS = frozenset(
    {"connectionPoint", "logicalAddress", "serviceContract", "serviceConsumer", "serviceProducer"}
)
"""What may be included in a cooperation or a production."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Entry:
    """One object: what it looks like with some of its parts, and what it has to do with."""

    number: int
    shown: Callable[[frozenset[str]], Resource]
    own: _Facts = field(default_factory=dict)
    links: Sequence[_Facts] = ()

    def fits(self, asked: Mapping[str, int | str]) -> bool:
        """Tell whether all that is asked for holds together, in one link if not of itself."""
        rest = {
            name: value for name, value in asked.items() if value not in self.own.get(name, ())
        }  # fmt: skip
        return not rest or any(
            all(value in link.get(name, ()) for name, value in rest.items()) for link in self.links
        )


class Cooperations:
    """What of a catalogue is valid at an instant, as the API's resources.

    Shape:  a cooperation is an authorisation and a production a route; ids are the catalogue's own.
    Source: platform facts, section 4.6; what it leaves open is as the API's public description has
            it.
    """

    def __init__(
        self,
        catalogue: AddressingCatalogue,
        *,
        at: datetime,
        platform: str = "PROVBANK",
        environment: str = "TEST",
    ) -> None:
        rows = catalogue.rows.current()
        self._authorisations = tuple(row for row in rows.authorisations if row.holds(at=at))
        self._routes = tuple(row for row in rows.routes if row.serves(at=at))
        self._contracts = {row.namespace: row for row in rows.contracts}
        self._addresses = {row.hsa_id: row for row in rows.logical_addresses}
        self._components = {row.hsa_id: row for row in rows.components}
        self._domains = {
            name: number
            for number, name in enumerate(dict.fromkeys(map(_domain, self._contracts)), start=1)
        }
        taken = (catalogue.published.time or at).astimezone(SWEDISH_TIME)
        self._platform = _filled(
            id=_PLATFORM,
            platform=platform,
            environment=environment,
            snapshotTime=f"{taken:%Y-%m-%dT%H:%M:%S%z}",
        )
        self._parties_at: dict[str, tuple[set[int], set[int]]] = defaultdict(lambda: (set(), set()))
        for allowed in self._authorisations:
            self._parties_at[allowed.logical_address][0].add(self._number(allowed.consumer))
        for route in self._routes:
            self._parties_at[route.logical_address][1].add(self._number(route.producer))

    def listed(
        self, resource: str, asked: Mapping[str, int | str], include: frozenset[str]
    ) -> list[Resource]:
        """Give the objects of a resource that fit all of what is asked."""
        return [entry.shown(include) for entry in self._entries(resource) if entry.fits(asked)]

    def one(self, resource: str, number: int) -> Resource | None:
        """Give the object of an id, with all its parts; None where there is none."""
        found = (entry for entry in self._entries(resource) if entry.number == number)
        entry = next(found, None)
        return None if entry is None else entry.shown(ALL_PARTS)

    def _entries(self, resource: str) -> Iterator[_Entry]:
        entries: dict[str, Callable[[], Iterator[_Entry]]] = {
            "connectionPoints": self._connection_points,
            "cooperations": self._cooperations,
            "installedContracts": self._installed,
            "logicalAddresses": self._logical_addresses,
            "serviceConsumers": self._consumers,
            "serviceContracts": self._service_contracts,
            "serviceDomains": self._service_domains,
            "serviceProducers": self._producers,
            "serviceProductions": self._productions,
        }
        return entries[resource]()

    # Resources -----------------------------------------------------------------------------

    def _connection_points(self) -> Iterator[_Entry]:
        own = {name: (self._platform[name],) for name in ("platform", "environment")}
        yield _Entry(
            number=_PLATFORM, shown=_whole(self._platform), own=own, links=tuple(self._links())
        )  # fmt: skip

    def _cooperations(self) -> Iterator[_Entry]:
        for row in self._authorisations:
            parts = {"serviceConsumer": _component(self._components[row.consumer])}
            shown = _with_parts({"id": row.number}, parts | self._about(row))
            yield _Entry(number=row.number or 0, shown=shown, links=(self._link(row),))

    def _productions(self) -> Iterator[_Entry]:
        for row in self._routes:
            own = {
                "id": row.number,
                "physicalAddress": row.address,
                "rivtaProfile": row.profile,
            }
            parts = {"serviceProducer": _component(self._components[row.producer])}
            shown = _with_parts(own, parts | self._about(row))
            yield _Entry(number=row.number or 0, shown=shown, links=(self._link(row),))

    def _consumers(self) -> Iterator[_Entry]:
        return self._parties({row.consumer for row in self._authorisations}, "serviceConsumerId")

    def _producers(self) -> Iterator[_Entry]:
        return self._parties({row.producer for row in self._routes}, "serviceProducerId")

    def _parties(self, names: set[HsaId], parameter: str) -> Iterator[_Entry]:
        """Give components in one role, each with the connection point it is known at."""
        linked = self._links_by(parameter)
        for component in self._components.values():
            if component.hsa_id in names:
                number = component.number or 0
                place = {"connectionPoint": self._platform}
                yield _Entry(
                    number=number,
                    shown=_with_parts(_component(component), place),
                    own={"hsaId": (component.hsa_id,)},
                    links=linked.get(number, ()),
                )

    def _logical_addresses(self) -> Iterator[_Entry]:
        linked = self._links_by("logicalAddressId")
        for row in self._addresses.values():
            number = row.number or 0
            own = {"logicalAdress": (row.hsa_id,)}
            links = linked.get(number, ())
            yield _Entry(number=number, shown=_whole(_address(row)), own=own, links=links)

    def _service_contracts(self) -> Iterator[_Entry]:
        linked = self._links_by("serviceContractId")
        for row in self._contracts.values():
            number = row.number or 0
            own: _Facts = {
                "namespace": (row.namespace,),
                "connectionPointId": (_PLATFORM,),
                "serviceDomainId": (self._domains[_domain(row.namespace)],),
            }
            links = linked.get(number, ())
            yield _Entry(number=number, shown=_whole(_contract(row)), own=own, links=links)

    def _service_domains(self) -> Iterator[_Entry]:
        for name, number in self._domains.items():
            told = {"id": number, "name": name, "namespace": name}
            yield _Entry(number=number, shown=_whole(told), own={"namespace": (name,)})

    def _installed(self) -> Iterator[_Entry]:
        for row in self._contracts.values():
            number = row.number or 0
            told = {
                "id": number,
                "connectionPoint": self._platform,
                "serviceContract": _contract(row),
            }
            own: _Facts = {
                "connectionPointId": (_PLATFORM,),
                "serviceContractId": (number,),
                "serviceDomainId": (self._domains[_domain(row.namespace)],),
            }
            yield _Entry(number=number, shown=_whole(told), own=own)

    # What has to do with what --------------------------------------------------------------

    def _about(self, row: Authorisation | Route) -> Resource:
        return {
            "logicalAddress": _address(self._addresses[row.logical_address]),
            "connectionPoint": self._platform,
            "serviceContract": _contract(self._contracts[row.contract]),
        }

    def _link(self, row: Authorisation | Route) -> _Facts:
        """Give the ids of a row, with those who meet its party at the same logical address."""
        consumers, producers = self._parties_at[row.logical_address]
        if isinstance(row, Authorisation):
            consumers = {self._number(row.consumer)}
        else:
            producers = {self._number(row.producer)}
        return {
            "connectionPointId": {_PLATFORM},
            "logicalAddressId": {self._addresses[row.logical_address].number or 0},
            "serviceContractId": {self._contracts[row.contract].number or 0},
            "serviceDomainId": {self._domains[_domain(row.contract)]},
            "serviceConsumerId": consumers,
            "serviceProducerId": producers,
        }

    def _links(self) -> Iterator[_Facts]:
        yield from map(self._link, self._authorisations)
        yield from map(self._link, self._routes)

    def _links_by(self, parameter: str) -> dict[int | str, list[_Facts]]:
        """Give the links that tell of each id; of parties, those of their own rows alone."""
        rows: tuple[Authorisation | Route, ...] = (*self._authorisations, *self._routes)
        if parameter == "serviceConsumerId":
            rows = self._authorisations
        elif parameter == "serviceProducerId":
            rows = self._routes
        found: dict[int | str, list[_Facts]] = defaultdict(list)
        for row in rows:
            link = self._link(row)
            for number in link[parameter]:
                found[number].append(link)
        return found

    def _number(self, component: HsaId) -> int:
        return self._components[component].number or 0


def _component(row: ComponentRow) -> Resource:
    return _filled(id=row.number, hsaId=row.hsa_id, description=row.description)


def _address(row: LogicalAddressRow) -> Resource:
    return _filled(id=row.number, logicalAddress=row.hsa_id, description=row.description)


def _contract(row: ContractRow) -> Resource:
    return _filled(
        id=row.number,
        name=row.description or _interaction(row.namespace),
        namespace=row.namespace,
        major=row.major_version,
        minor=row.minor_version,
    )


def _interaction(namespace: str) -> str:
    """Give the name of a contract's interaction, as its namespace has it."""
    parts = namespace.split(":")
    return parts[-2].removesuffix("Responder") if len(parts) > 1 else namespace


def _domain(namespace: str) -> str:
    """Give the service domain that a contract's namespace begins with."""
    return ":".join(namespace.removeprefix(_URN).split(":")[:-2])


def _whole(told: Resource) -> Callable[[frozenset[str]], Resource]:
    return lambda _include: told


def _with_parts(own: Resource, parts: Resource) -> Callable[[frozenset[str]], Resource]:
    def shown(include: frozenset[str]) -> Resource:
        return own | {name: part for name, part in parts.items() if name in include}

    return shown


def _filled(**told: Any) -> Resource:
    return {name: value for name, value in told.items() if value not in (None, "")}
