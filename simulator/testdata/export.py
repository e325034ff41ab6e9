"""The test persons and what is expected of them, as JSON or CSV, for loading into other systems."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from contracts.domains.financial_patientfees_exemption.v1_0.messages import (
    ActorType,
    Disclosure,
    Identity,
)
from contracts.errors import UsageError
from simulator.regions.ceilings import bundled_ceilings
from simulator.testdata.expected import Expected, expected

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

    from simulator.regions.ceilings import Ceilings
    from simulator.regions.protection import Protection
    from simulator.testdata.persons import Fee, TestPerson

__all__ = ["FORMAT", "as_csv", "as_json", "export"]

FORMAT = "provbank-testdata/1"


def export(
    persons: Iterable[TestPerson],
    folder: Path,
    *,
    form: str,
    today: date,
    county: str = "",
    ceilings: Ceilings | None = None,
) -> tuple[Path, ...]:
    """Write the set to a folder, and give the files; ``county`` keeps to one region's visits.

    Shape:  beside the data, ``testpersoner.txt`` lists the identities, for commands that mask all
            others.
    Raises: UsageError where the folder cannot be written.
    """
    document = as_json(persons, today=today, county=county, ceilings=ceilings)
    texts = {"testdata.json": json.dumps(document, ensure_ascii=False, indent=2) + "\n"}
    if form == "csv":
        texts = as_csv(document)
    texts["testpersoner.txt"] = "".join(f"{line}\n" for line in _identities(document))
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in texts.items():
            (folder / name).write_text(text, encoding="utf-8", newline="")
    except OSError as error:
        raise UsageError(
            f"the test data cannot be written: {error.strerror or error}",
            where=str(folder),
            mend="choose another with --folder",
        ) from None
    return tuple(folder / name for name in texts)


def as_json(
    persons: Iterable[TestPerson],
    *,
    today: date,
    county: str = "",
    ceilings: Ceilings | None = None,
) -> dict[str, Any]:
    """Give the set as JSON-ready values; docs/testdata.md tells the fields."""
    persons = tuple(persons)
    ceilings = ceilings or bundled_ceilings()
    return {
        "format": FORMAT,
        "date": today.isoformat(),
        "county": county or None,
        "persons": [
            _person(
                person,
                expected(person, persons, today=today, region=county or "03", ceilings=ceilings),
                county,
            )
            for person in persons
            if not county or county in person.counties or not person.counties
        ],
    }


def as_csv(document: Mapping[str, Any]) -> dict[str, str]:
    """Give the same as tables, by file name: persons, visits, disclosures, index, protection."""
    persons = document["persons"]
    return {
        "personer.csv": _table(_person_rows(persons)),
        "besok.csv": _table(_visit_rows(persons)),
        "forvantat_utlamnande.csv": _table(_disclosure_rows(persons)),
        "forvantat_index.csv": _table(_index_rows(persons)),
        "forvantat_skydd.csv": _table(_protection_rows(persons)),
    }


# As JSON -----------------------------------------------------------------------------------------


def _person(person: TestPerson, told: Expected, county: str) -> dict[str, Any]:
    return {
        "case": person.case.name,
        "title": person.case.title,
        "identities": [_identity(each) for each in person.patient.identities],
        "born": person.patient.born.isoformat(),
        "guardians": sorted(person.patient.guardians),
        "asylumSeeker": person.patient.asylum_seeker,
        "visits": [_visit(fee) for fee in person.fees if county in {"", fee.visit.region}],
        "expected": {
            "protection": _protection(told.protection) | {"twelveMonths": str(told.twelve_months)},
            "regions": {
                region: {
                    "index": {
                        "numbers": list(index.numbers),
                        "mostRecentContent": index.latest and f"{index.latest:%Y%m%d%H%M%S}",
                        "found": index.found,
                    },
                    "disclosed": {
                        actor.value: _disclosed(told.disclosed[region][actor])
                        for actor in ActorType
                    },
                }
                for region, index in told.index.items()
                if county in {"", region}
            },
        },
    }


def _identity(identity: Identity) -> dict[str, str]:
    return {"root": identity.root, "extension": identity.extension}


def _visit(fee: Fee) -> dict[str, Any]:
    visit = fee.visit
    return {
        "id": visit.id,
        "region": visit.region,
        "patientId": _identity(fee.identity),
        "date": visit.day.isoformat(),
        "registered": visit.registered.isoformat(),
        "fee": str(visit.fee),
        "typeOfFee": visit.kind.value,
        "cancelled": visit.cancelled,
        "careUnit": visit.care_unit,
        "careGiver": visit.care_giver,
    }


def _protection(found: Protection) -> dict[str, Any]:
    card = found.frikort
    return {
        "frikort": card
        and {
            "from": card.valid_from.isoformat(),
            "through": card.through.isoformat(),
            "region": card.region,
        },
        "sum": f"{found.paid:.2f}",
        "remains": f"{found.remains:.2f}",
        "ceiling": f"{found.ceiling:.2f}",
    }


def _disclosed(disclosure: Disclosure) -> dict[str, Any]:
    held = disclosure.fee_exemptions
    card = next((each for one in held for each in one.exemptions), None)
    return {
        "frikort": card
        and {
            "firstVisit": card.first_visit.isoformat(),
            "from": card.valid_from.isoformat(),
            "through": card.ends.isoformat(),
        },
        "transactions": [
            {
                "patientId": _identity(one.patient),
                "date": each.visited.isoformat(),
                "fee": f"{each.fee:.2f}",
                "where": each.care_unit is not None,
            }
            for one in held
            for each in one.transactions
        ],
    }


# As tables ---------------------------------------------------------------------------------------

_Row = Mapping[str, Any]


def _table(rows: Iterable[_Row]) -> str:
    rows = list(rows)
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]) if rows else ["case"], lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(
        {name: str(it).lower() if isinstance(it, bool) else it for name, it in row.items()}
        for row in rows
    )
    return text.getvalue()


def _person_rows(persons: Iterable[_Row]) -> Iterator[_Row]:
    for person in persons:
        for number, identity in enumerate(person["identities"], start=1):
            yield {
                "case": person["case"],
                "title": person["title"],
                "identity": number,
                **identity,
                "born": person["born"],
                "guardians": " ".join(person["guardians"]),
                "asylumSeeker": person["asylumSeeker"],
            }


def _visit_rows(persons: Iterable[_Row]) -> Iterator[_Row]:
    for person in persons:
        for visit in person["visits"]:
            yield {
                "case": person["case"],
                **{name: value for name, value in visit.items() if name != "patientId"},
                **visit["patientId"],
            }


def _disclosure_rows(persons: Iterable[_Row]) -> Iterator[_Row]:
    """Give a row for each fee and frikort, and one without either where nothing is disclosed."""
    for person in persons:
        for region, told in person["expected"]["regions"].items():
            for actor, disclosed in told["disclosed"].items():
                about = {"case": person["case"], "region": region, "actor": actor}
                empty = dict.fromkeys(
                    ("what", "root", "extension", "date", "fee", "where",
                     "firstVisit", "from", "through"), "",
                )  # fmt: skip
                if disclosed["frikort"]:
                    yield about | empty | {"what": "frikort"} | disclosed["frikort"]
                for each in disclosed["transactions"]:
                    row = {name: each[name] for name in ("date", "fee", "where")}
                    yield about | empty | {"what": "transaction"} | each["patientId"] | row
                if not disclosed["frikort"] and not disclosed["transactions"]:
                    yield about | empty | {"what": "nothing"}


def _index_rows(persons: Iterable[_Row]) -> Iterator[_Row]:
    for person in persons:
        for region, told in person["expected"]["regions"].items():
            index = told["index"]
            yield {
                "case": person["case"],
                "region": region,
                "numbers": " ".join(index["numbers"]),
                "mostRecentContent": index["mostRecentContent"] or "",
                "found": index["found"],
            }


def _protection_rows(persons: Iterable[_Row]) -> Iterator[_Row]:
    for person in persons:
        found = person["expected"]["protection"]
        card = found["frikort"] or dict.fromkeys(("from", "through", "region"), "")
        yield {
            "case": person["case"],
            "extension": person["identities"][0]["extension"],
            **{f"frikort {name}": value for name, value in card.items()},
            **{name: value for name, value in found.items() if name != "frikort"},
        }


def _identities(document: Mapping[str, Any]) -> list[str]:
    """Give every identity of the set once, guardians too."""
    found = [
        identity
        for person in document["persons"]
        for identity in (
            *(each["extension"] for each in person["identities"]),
            *person["guardians"],
        )
    ]
    return list(dict.fromkeys(found))
