"""A published version, written as the national catalogue does: stored, or exported."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from contracts.terms import SWEDISH_TIME
from simulator.addressing.catalogue import AddressingCatalogue
from simulator.addressing.entities import Rows
from simulator.addressing.rows import Row

__all__ = ["exported", "packed", "stored"]


def stored(catalogue: AddressingCatalogue) -> dict[str, Any]:
    """Give a catalogue as the national one stores it: rows name each other by id.

    Shape:  rows that are marked as deleted are left out; a period's ends are midnight in Sweden.
    Source: platform facts, section 4.6.
    """
    return _written(catalogue, _Names.by_id(catalogue.rows.current()), consumer="tjanstekomponent")


def packed(catalogue: AddressingCatalogue) -> bytes:
    """Give the stored form as the national catalogue keeps it in its database: gzipped JSON.

    Shape: the same catalogue gives the same bytes; their number is what it calls ``storlek``.
    """
    return gzip.compress(json.dumps(stored(catalogue), ensure_ascii=False).encode(), mtime=0)


def exported(catalogue: AddressingCatalogue) -> dict[str, Any]:
    """Give a catalogue as ``/export/pv`` does: rows name each other as people do.

    Shape: a route names its address by that alone, not by profile and component; a filter names
           its authorisation by id, and so does a category its filter.
    """
    return _written(catalogue, _Names(), consumer="tjanstekonsument")


@dataclass(kw_only=True)
class _Names:
    """What stands for a row in relations: what it is called, or else its id."""

    ids: Mapping[tuple[str, ...], int] | None = None

    @staticmethod
    def by_id(rows: Rows) -> _Names:
        ids = {key: row.number or 0 for key, row in _by_name(rows)}
        return _Names(ids=ids)

    def of(self, *key: str) -> str | int:
        """Give the name of what a kind and a natural key mean; an address is called by itself."""
        return key[-1] if self.ids is None else self.ids[key]


def _by_name(rows: Rows) -> Iterator[tuple[tuple[str, ...], Row]]:
    for profile in rows.profiles:
        yield ("rivtaprofil", profile.name), profile
    for contract in rows.contracts:
        yield ("tjanstekontrakt", contract.namespace), contract
    for addressee in rows.logical_addresses:
        yield ("logiskadress", addressee.hsa_id), addressee
    for component in rows.components:
        yield ("tjanstekomponent", component.hsa_id), component
    for called in rows.call_addresses:
        yield ("anropsadress", called.component, called.profile, called.address), called


def _written(catalogue: AddressingCatalogue, names: _Names, *, consumer: str) -> dict[str, Any]:
    rows, about = catalogue.rows.current(), catalogue.published
    filters = [(row, one) for row in rows.authorisations for one in row.filters]
    addressee = "logiskAdress" if names.ids is None else "logiskadress"
    return {
        "formatVersion": about.format_version,
        "version": about.version,
        "tidpunkt": _instant(about.time) if about.time else None,
        "utforare": about.by,
        "kommentar": about.comment,
        "data": {
            "rivtaprofil": [
                _row(row, namn=row.name, beskrivning=row.description) for row in rows.profiles
            ],
            "tjanstekontrakt": [
                _row(
                    row,
                    namnrymd=row.namespace,
                    beskrivning=row.description,
                    majorVersion=row.major_version,
                    minorVersion=row.minor_version,
                )
                for row in rows.contracts
            ],
            "logiskadress": [
                _row(row, hsaId=row.hsa_id, beskrivning=row.description)
                for row in rows.logical_addresses
            ],
            "tjanstekomponent": [
                _row(row, hsaId=row.hsa_id, beskrivning=row.description) for row in rows.components
            ],
            "anropsadress": [
                _row(
                    row,
                    adress=row.address,
                    relationships={
                        "rivtaprofil": names.of("rivtaprofil", row.profile),
                        "tjanstekomponent": names.of("tjanstekomponent", row.component),
                    },
                )
                for row in rows.call_addresses
            ],
            "vagval": [
                _row(
                    row,
                    fromTidpunkt=_day(row.valid_from),
                    tomTidpunkt=_day(row.valid_to),
                    relationships={
                        "anropsadress": names.of(
                            "anropsadress", row.producer, row.profile, row.address
                        ),
                        addressee: names.of("logiskadress", row.logical_address),
                        "tjanstekontrakt": names.of("tjanstekontrakt", row.contract),
                    },
                )
                for row in rows.routes
            ],
            "anropsbehorighet": [
                _row(
                    row,
                    integrationsavtal=row.agreement,
                    fromTidpunkt=_day(row.valid_from),
                    tomTidpunkt=_day(row.valid_to),
                    relationships={
                        "logiskAdress": names.of("logiskadress", row.logical_address),
                        consumer: names.of("tjanstekomponent", row.consumer),
                        "tjanstekontrakt": names.of("tjanstekontrakt", row.contract),
                    },
                )
                for row in rows.authorisations
            ],
            "filter": [
                _row(
                    one,
                    servicedomain=one.service_domain,
                    relationships={"anropsbehorighet": row.number},
                )
                for row, one in filters
            ],
            "filtercategorization": [
                _row(category, category=category.category, relationships={"filter": one.number})
                for _, one in filters
                for category in one.categories
            ],
        },
    }


def _row(row: Row, **told: Any) -> dict[str, Any]:
    return {"id": row.number, **told, "pubversion": row.published}


def _day(day: date) -> str:
    """Give the beginning of a day in Sweden; of an instant, the day it is in there."""
    if isinstance(day, datetime):
        day = day.astimezone(SWEDISH_TIME).date()
    return _instant(datetime.combine(day, time(), tzinfo=SWEDISH_TIME))


def _instant(at: datetime) -> str:
    """Write a time as ``yyyy-MM-dd'T'HH:mm:ssZ``."""
    local = at.astimezone(SWEDISH_TIME)
    return f"{local.replace(tzinfo=None).isoformat(timespec='seconds')}{local:%z}"
