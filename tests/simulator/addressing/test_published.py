"""Published versions: read as the national catalogue writes them, and written so again."""

from __future__ import annotations

import gzip
import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from contracts.terms import SWEDISH_TIME, HsaId, LogicalAddress
from simulator.addressing import AddressingCatalogue, Filter, HsaTree, LookupRules, Route
from simulator.addressing.documents import from_json
from simulator.addressing.entities import PublishedVersion
from simulator.addressing.files import read_catalogue
from simulator.addressing.published import exported, packed, stored
from simulator.addressing.published_reading import catalogue_published
from simulator.addressing.reading import CatalogueError
from simulator.addressing.syntax import Document

CONTRACT = "urn:riv:clinicalprocess:healthcond:description:GetDiagnosisResponder:2"
NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


def a_version(**changes: Any) -> dict[str, Any]:
    """Give a published version as it is stored; ``changes`` replace tables of its data."""
    data = {
        "rivtaprofil": [{"id": 4, "namn": "RIVTABP20"}, {"id": 5, "namn": "rivtabp21"}],
        "tjanstekontrakt": [
            {"id": 7, "namnrymd": CONTRACT, "beskrivning": "GD", "majorVersion": 2,
             "minorVersion": 1, "pubversion": "3"}
        ],
        "logiskadress": [{"id": 22, "hsaId": "SE2321000016-1A2B", "beskrivning": "Kliniken"},
                         {"id": 23, "hsaId": "*", "beskrivning": None}],
        "tjanstekomponent": [{"id": 2, "hsaId": "SE5565594230-B9P"},
                             {"id": 3, "hsaId": "Ärendelådan"}],
        "anropsadress": [
            {"id": 1, "adress": "https://producer.example/gd",
             "relationships": {"rivtaprofil": 5, "tjanstekomponent": 3}}
        ],
        "vagval": [
            {"id": 11, "fromTidpunkt": "2026-03-29T00:00:00+0100",
             "tomTidpunkt": "2126-10-25T00:00:00+0200",
             "relationships": {"anropsadress": 1, "logiskadress": 22, "tjanstekontrakt": 7}}
        ],
        "anropsbehorighet": [
            {"id": 24, "integrationsavtal": "AVTAL", "fromTidpunkt": "2026-01-01T00:00:00+0100",
             "tomTidpunkt": "2126-01-01T00:00:00+0100",
             "relationships": {"logiskAdress": 23, "tjanstekomponent": 2, "tjanstekontrakt": 7}}
        ],
        "filter": [{"id": 6, "servicedomain": "riv:a",
                    "relationships": {"anropsbehorighet": 24}}],
        "filtercategorization": [{"id": 8, "category": "vko", "relationships": {"filter": 6}}],
    }  # fmt: skip
    return {
        "formatVersion": "1",
        "version": "17",
        "tidpunkt": "2026-03-10T12:30:00+0100",
        "utforare": "Kalle",
        "kommentar": "kommentar",
        "data": {**data, **changes},
    }


def read(tables: dict[str, Any], **given: Any) -> AddressingCatalogue:
    document = Document(name="pv.json", tables=tables, line_of=lambda _place: None)
    return catalogue_published(document, **given)


def test_stored_version_is_read() -> None:
    """Ids lead from row to row; days are what stands there, whatever their zone."""
    catalogue = read(a_version())

    (route,) = catalogue.find_routes("SE2321000016-1A2B", CONTRACT, at=NOW)[0]
    assert route.address == "https://producer.example/gd"
    assert (route.producer, route.profile, route.number) == ("Ärendelådan", "RIVTABP21", 11)
    assert (route.valid_from, route.valid_to) == (date(2026, 3, 29), date(2126, 10, 25))
    assert catalogue.find_authorisation("SE5565594230-B9P", "anywhere", CONTRACT, at=NOW)[0]
    (row,) = catalogue.authorisations
    assert row.agreement == "AVTAL"
    assert [(one.service_domain, [each.category for each in one.categories], one.number)
            for one in row.filters] == [("riv:a", ["vko"], 6)]  # fmt: skip
    assert catalogue.published == PublishedVersion(
        version=17,
        time=datetime(2026, 3, 10, 11, 30, tzinfo=UTC),
        by="Kalle",
        comment="kommentar",
    )
    (contract,) = catalogue.rows.contracts
    assert (contract.description, contract.minor_version, contract.published) == ("GD", 1, "3")


def test_version_replaces_the_rows_and_leaves_tree_and_rules() -> None:
    """A published version is all of the catalogue; the tree is not part of it."""
    base = AddressingCatalogue(
        routes=[Route(logical_address=LogicalAddress("A"), contract="urn:x", address="http://a/")],
        tree=HsaTree({"A": "B"}),
        rules=LookupRules(delimiter=""),
    )
    catalogue = read(a_version(), base=base)

    assert [route.logical_address for route in catalogue.routes] == ["SE2321000016-1A2B"]
    assert catalogue.tree == base.tree
    assert catalogue.rules == base.rules


def test_stored_version_is_written_as_it_was() -> None:
    """Ids, relations, periods and texts come back; what was left out is empty."""
    again = stored(read(a_version()))

    was = a_version()
    assert again["version"] == 17
    assert again["tidpunkt"] == was["tidpunkt"]
    for kind, rows in was["data"].items():
        for row, written in zip(rows, again["data"][kind], strict=True):
            for key, value in row.items():
                shown = "RIVTABP21" if value == "rivtabp21" else value
                assert written[key] == (shown if shown is not None else "")


def test_exported_version_names_rows_as_people_do() -> None:
    """Names, HSA-ids and namespaces stand instead of ids, but for filters and categories."""
    data = exported(read(a_version()))["data"]

    assert data["anropsadress"][0]["relationships"] == {
        "rivtaprofil": "RIVTABP21",
        "tjanstekomponent": "Ärendelådan",
    }
    assert data["vagval"][0]["relationships"] == {
        "anropsadress": "https://producer.example/gd",
        "logiskAdress": "SE2321000016-1A2B",
        "tjanstekontrakt": CONTRACT,
    }
    assert data["anropsbehorighet"][0]["relationships"] == {
        "logiskAdress": "*",
        "tjanstekonsument": "SE5565594230-B9P",
        "tjanstekontrakt": CONTRACT,
    }
    assert data["filter"][0]["relationships"] == {"anropsbehorighet": 24}
    assert data["filtercategorization"][0]["relationships"] == {"filter": 6}
    assert data["vagval"][0]["fromTidpunkt"] == "2026-03-29T00:00:00+0100"
    assert data["vagval"][0]["tomTidpunkt"] == "2126-10-25T00:00:00+0200"


@pytest.mark.parametrize("write", [stored, exported])
def test_each_form_is_read_as_it_was_written(write: Any, tmp_path: Path) -> None:
    """Load, export, load: the same catalogue, through a file."""
    catalogue = read(a_version())
    path = tmp_path / "pv.json"
    path.write_text(json.dumps(write(catalogue)), encoding="utf-8")

    assert read_catalogue(path) == catalogue


def test_days_are_swedish_and_deleted_rows_stay_behind() -> None:
    """An instant is written as the Swedish day that it is in."""
    at = datetime(2026, 6, 30, 23, 0, tzinfo=UTC)
    catalogue = from_json(
        {
            "routes": [
                {"logical_address": "A", "contract": "urn:x:1", "address": "http://a/",
                 "valid_from": at.isoformat()},
                {"logical_address": "B", "contract": "urn:x:1", "address": "http://b/",
                 "deleted": True},
            ]
        }
    )  # fmt: skip

    data = stored(catalogue)["data"]
    assert at.astimezone(SWEDISH_TIME).day == 1
    assert [row["fromTidpunkt"] for row in data["vagval"]] == ["2026-07-01T00:00:00+0200"]
    assert [row["hsaId"] for row in data["logiskadress"]] == ["A"]


def test_address_that_two_components_share_is_told_apart_by_id() -> None:
    """By name it is the first one's, since the export does not say more."""
    shared = [
        {"id": 1, "adress": "https://p.example/", "relationships": {"rivtaprofil": 5,
                                                                    "tjanstekomponent": 3}},
        {"id": 2, "adress": "https://p.example/", "relationships": {"rivtaprofil": 5,
                                                                    "tjanstekomponent": 2}},
    ]  # fmt: skip
    vagval = a_version()["data"]["vagval"]
    vagval[0]["relationships"]["anropsadress"] = 2
    catalogue = read(a_version(anropsadress=shared, vagval=vagval))
    assert catalogue.routes[0].producer == "SE5565594230-B9P"

    assert read(exported(catalogue)).routes[0].producer == "Ärendelådan"


@pytest.mark.parametrize(
    ("kind", "change", "told"),
    [
        pytest.param("vagval", {"relationships": {"anropsadress": 1, "logiskadress": 99,
                                                  "tjanstekontrakt": 7}},
                     "pv.json: data.vagval[1].relationships.logiskadress: there is no logiskadress "
                     "99 - give an id or a name that the version has", id="id of nothing"),
        pytest.param("vagval", {"relationships": {"anropsadress": "http://other/",
                                                  "logiskadress": 22, "tjanstekontrakt": 7}},
                     "pv.json: data.vagval[1].relationships.anropsadress: there is no anropsadress "
                     "http://other/ - give an id or a name that the version has",
                     id="name of nothing"),
        pytest.param("anropsbehorighet", {"relationships": {"logiskAdress": 23,
                                                            "tjanstekontrakt": 7}},
                     "pv.json: data.anropsbehorighet[1].relationships: tjanstekomponent is missing "
                     "- add tjanstekomponent, an id or a name", id="relation left out"),
        pytest.param("filter", {"relationships": {"anropsbehorighet": 77}},
                     "pv.json: data.filter[1].relationships.anropsbehorighet: there is no "
                     "anropsbehorighet 77 - give an id or a name that the version has",
                     id="filter of nothing"),
        pytest.param("vagval", {"fromTidpunkt": "i fjol"},
                     "pv.json: data.vagval[1].fromTidpunkt: 'i fjol' is not a day such as "
                     "2026-01-01, or a time with zone such as 2026-01-01T12:00:00+01:00 - give a "
                     "day such as 2026-01-01, or a time with zone such as "
                     "2026-01-01T12:00:00+01:00", id="no date"),
        pytest.param("tjanstekomponent", {"hsaId": None},
                     "pv.json: data.tjanstekomponent[1]: hsaId is missing - add hsaId",
                     id="no HSA-id"),
    ],
)  # fmt: skip
def test_version_without_sense_is_refused(kind: str, change: dict[str, Any], told: str) -> None:
    """A relation leads to a row, and a row has what makes it one."""
    version = a_version()
    version["data"][kind][0].update(change)

    with pytest.raises(CatalogueError) as caught:
        read(version)

    assert told in str(caught.value).splitlines()


def test_row_that_stands_twice_is_refused_at_its_place() -> None:
    """Ids must tell rows apart."""
    version = a_version()
    version["data"]["logiskadress"].append({"id": 22, "hsaId": "X"})

    with pytest.raises(CatalogueError, match=r"data.logiskadress\[3\]: the id 22 belongs to"):
        read(version)


def test_version_with_known_weaknesses_is_read() -> None:
    """What the national catalogue has come to hold - overlaps, odd forms - can be simulated."""
    vagval = a_version()["data"]["vagval"] * 2
    vagval[1] = {**vagval[1], "id": 12, "tomTidpunkt": "2030-01-01T00:00:00+0100"}

    found, _ = read(a_version(vagval=vagval)).find_routes("se2321000016-1a2b", CONTRACT, at=NOW)
    assert len(found) == 2


def test_own_catalogue_can_be_published() -> None:
    """What was written by hand gets ids when it is stored."""
    catalogue = from_json(
        {
            "authorisations": [
                {"consumer": "C", "logical_address": "*", "contract": "urn:x:1",
                 "filters": [{"service_domain": "riv:x", "categories": ["a", "b"]},
                             {"service_domain": "riv:y"}]}
            ]
        }
    )  # fmt: skip

    data = stored(catalogue)["data"]
    assert [(row["id"], row["relationships"]) for row in data["filter"]] == [
        (1, {"anropsbehorighet": 1}),
        (2, {"anropsbehorighet": 1}),
    ]
    assert [(row["id"], row["relationships"]) for row in data["filtercategorization"]] == [
        (1, {"filter": 1}),
        (2, {"filter": 1}),
    ]
    assert read(stored(catalogue)) == catalogue
    assert catalogue.authorisations[0].filters[0].categories[0].category == "a"
    assert catalogue.authorisations[0].consumer == HsaId("C")
    assert Filter.of("riv:y").categories == ()


def test_packed_version_is_read_from_a_file(tmp_path: Path) -> None:
    """As the national catalogue's database holds it; the same catalogue is the same bytes."""
    catalogue = read(a_version())
    path = tmp_path / "pv.json.gz"
    path.write_bytes(packed(catalogue))

    assert read_catalogue(path) == catalogue
    assert packed(read_catalogue(path)) == packed(catalogue)


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"{}", id="not packed"),
        pytest.param(packed(AddressingCatalogue())[:-9], id="cut"),
        pytest.param(packed(AddressingCatalogue())[:20] + b"\xff" * 30, id="damaged"),
    ],
)
def test_packed_version_that_cannot_be_unpacked_says_so(tmp_path: Path, content: bytes) -> None:
    """A damaged file is told as any other that cannot be read."""
    path = tmp_path / "pv.json.gz"
    path.write_bytes(content)

    with pytest.raises(CatalogueError, match="the file cannot be read"):
        read_catalogue(path)


def test_packed_version_that_grows_without_end_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A small file may unpack to more than any machine holds."""
    monkeypatch.setattr("simulator.addressing.files._LARGEST", 1000)
    path = tmp_path / "pv.json.gz"
    path.write_bytes(gzip.compress(b" " * 1001))

    with pytest.raises(CatalogueError, match="more than 1000 bytes"):
        read_catalogue(path)
