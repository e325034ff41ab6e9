"""One catalogue on top of another: what the upper one speaks of, it decides."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import TypeVar

from simulator.addressing.entities import CallAddressRow, Rows
from simulator.addressing.rows import Authorisation, Route, Row

__all__ = ["over"]

_Row = TypeVar("_Row", bound=Row)


def over(base: Rows, upper: Rows) -> Rows:
    """Lay rows over others, and complete them.

    Shape: a route of the upper rows takes the place of all that lead from the same logical address
           and contract, an authorisation of all for the same consumer there too; a description
           takes the place of the one of the same thing. Rows keep their numbers where nothing is
           below.
    """
    if base == Rows():
        return upper.completed()
    replaced = {_routed(row) for row in upper.routes}
    allowed = {_authorised(row) for row in upper.authorisations}
    routes = tuple(row for row in base.routes if _routed(row) not in replaced)
    left = {_called(row) for row in routes}
    gone = {_called(row) for row in base.routes} - left
    laid = Rows(
        profiles=_laid(base.profiles, upper.profiles, lambda row: row.name),
        contracts=_laid(base.contracts, upper.contracts, lambda row: row.namespace),
        logical_addresses=_laid(
            base.logical_addresses, upper.logical_addresses, lambda row: row.hsa_id
        ),
        components=_laid(base.components, upper.components, lambda row: row.hsa_id),
        call_addresses=_laid(
            tuple(row for row in base.call_addresses if _called_at(row) not in gone),
            upper.call_addresses,
            _called_at,
        ),
        routes=routes + upper.routes,
        authorisations=tuple(
            row for row in base.authorisations if _authorised(row) not in allowed
        ) + upper.authorisations,
    )  # fmt: skip
    return laid.unnumbered().completed()


def _laid(
    base: tuple[_Row, ...], upper: tuple[_Row, ...], key: Callable[[_Row], Hashable]
) -> tuple[_Row, ...]:
    rows: dict[Hashable, _Row] = {key(row): row for row in base}
    rows.update((key(row), row) for row in upper)
    return tuple(rows.values())


def _routed(row: Route) -> tuple[str, str]:
    return row.logical_address.lower(), row.contract.lower()


def _authorised(row: Authorisation) -> tuple[str, str, str]:
    return row.consumer.lower(), row.logical_address.lower(), row.contract.lower()


def _called(row: Route) -> tuple[str, str, str]:
    return row.producer, row.profile, row.address


def _called_at(row: CallAddressRow) -> tuple[str, str, str]:
    return row.component, row.profile, row.address
