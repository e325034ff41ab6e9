"""SokVagvalsInfo: everything that the catalogue holds, in four answers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime, time
from typing import TYPE_CHECKING

from lxml import etree

from contracts.terms import SWEDISH_TIME

if TYPE_CHECKING:
    from simulator.addressing.catalogue import AddressingCatalogue
    from simulator.addressing.entities import CallAddressRow, ComponentRow, Rows
    from simulator.addressing.rows import Authorisation, Route

__all__ = ["NAMESPACE", "OPERATIONS"]

NAMESPACE = "urn:skl:tp:vagvalsinfo:v2"
"""Of questions and answers; platform facts, section 4.3."""

_Told = Iterable[tuple[str, "str | _Told"]]
"""Elements in their order: each a name, and its text or what stands in it."""


def _routes(rows: Rows) -> _Told:
    for route in rows.routes:
        yield (
            "virtualiseringsInfo",
            (
                ("virtualiseringsInfoId", str(route.number)),
                ("receiverId", route.logical_address),
                ("rivProfil", route.profile),
                ("tjansteKontrakt", route.contract),
                *_period(route),
                ("adress", route.address),
            ),
        )


def _authorisations(rows: Rows) -> _Told:
    for row in rows.authorisations:
        yield (
            "anropsBehorighetsInfo",
            (
                ("anropsBehorighetsInfoId", str(row.number)),
                ("receiverId", row.logical_address),
                ("senderId", row.consumer),
                ("tjansteKontrakt", row.contract),
                *_period(row),
                *(
                    (
                        "filterInfo",
                        (
                            ("serviceDomain", one.service_domain),
                            *(("categorization", each.category) for each in one.categories),
                        ),
                    )
                    for one in row.filters
                ),
            ),
        )


def _contracts(rows: Rows) -> _Told:
    for contract in rows.contracts:
        yield (
            "tjanstekontraktInfo",
            (
                ("namnrymd", contract.namespace),
                ("majorVersion", str(contract.major_version)),
                ("minorVersion", str(contract.minor_version)),
                ("beskrivning", contract.description),
            ),
        )


def _components(rows: Rows) -> _Told:
    addresses: defaultdict[str, list[CallAddressRow]] = defaultdict(list)
    routes: defaultdict[tuple[str, str, str], list[Route]] = defaultdict(list)
    may_call: defaultdict[str, list[Authorisation]] = defaultdict(list)
    for called in rows.call_addresses:
        addresses[called.component].append(called)
    for route in rows.routes:
        routes[route.producer, route.profile, route.address].append(route)
    for row in rows.authorisations:
        may_call[row.consumer].append(row)
    described = {row.hsa_id: row.description for row in rows.logical_addresses}

    def addressed(row: Route | Authorisation) -> _Told:
        return (
            ("tjanstekontraktNamnrymd", row.contract),
            ("logiskAdressHsaId", row.logical_address),
            ("logiskAdressBeskrivning", described.get(row.logical_address, "")),
        )

    def of(component: ComponentRow) -> _Told:
        yield "hsaId", component.hsa_id
        yield "beskrivning", component.description
        for called in addresses[component.hsa_id]:
            leading = routes[called.component, called.profile, called.address]
            yield (
                "anropsAdressInfo",
                (
                    ("adress", called.address),
                    ("rivtaProfilNamn", called.profile),
                    *(("vagvalsInfo", (*_period(row), *addressed(row))) for row in leading),
                ),
            )
        for row in may_call[component.hsa_id]:
            yield (
                "anropsbehorighetInfo",
                (
                    *_period(row),
                    ("integrationsavtal", row.agreement),
                    *addressed(row),
                ),
            )

    for component in rows.components:
        yield "tjanstekomponentInfo", of(component)


def _period(row: Route | Authorisation) -> _Told:
    return (("fromTidpunkt", _written(row.valid_from)), ("tomTidpunkt", _written(row.valid_to)))


def _written(day: date) -> str:
    """Write an end of a period with milliseconds and without zone; of an instant, Swedish time."""
    if isinstance(day, datetime):
        at = day.astimezone(SWEDISH_TIME).replace(tzinfo=None)
    else:
        at = datetime.combine(day, time())
    return at.isoformat(timespec="milliseconds")


def _answer(operation: str, told: Callable[[Rows], _Told]) -> Callable[..., etree._Element]:
    name = f"{{{NAMESPACE}}}{operation}Response"

    def answer(catalogue: AddressingCatalogue) -> etree._Element:
        root = etree.Element(name, nsmap={None: NAMESPACE})
        _fill(root, told(catalogue.rows.current()))
        return root

    return answer


def _fill(element: etree._Element, told: _Told) -> None:
    for name, content in told:
        below = etree.SubElement(element, f"{{{NAMESPACE}}}{name}")
        if isinstance(content, str):
            below.text = content
        else:
            _fill(below, content)


OPERATIONS: Mapping[str, Callable[[AddressingCatalogue], etree._Element]] = {
    f"{{{NAMESPACE}}}{operation}": _answer(operation, told)
    for operation, told in {
        "hamtaAllaVirtualiseringar": _routes,
        "hamtaAllaAnropsBehorigheter": _authorisations,
        "hamtaAllaTjanstekontrakt": _contracts,
        "hamtaAllaTjanstekomponenter": _components,
    }.items()
}
"""The answer to each question, by the question's element."""
