"""Our own form of a catalogue: what people may write, and what they are told when it is wrong."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from simulator.addressing import AddressingCatalogue, HsaTree, LookupRules
from simulator.addressing.documents import catalogue_in, from_json
from simulator.addressing.entities import Rows
from simulator.addressing.reading import CatalogueError
from simulator.addressing.syntax import read_text
from simulator.addressing.writing import to_json

CONTRACT = "urn:riv:clinicalprocess:healthcond:description:GetDiagnosisResponder:2"
NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)

TOML = f"""\
[[contracts]]
name = "GetDiagnosis"
namespace = "{CONTRACT}"

[[routes]]
logical_address = "SE2321000016-1A2B"
contract = "GetDiagnosis"
address = "http://producer.example/"

[[authorisations]]
consumer = "SE5565594230-B9P"
logical_address = "SE2321000016-1A2B"
contract = "GetDiagnosis"
"""

YAML = f"""\
contracts:
  - name: GetDiagnosis
    namespace: {CONTRACT}

routes:
  - logical_address: SE2321000016-1A2B
    contract: GetDiagnosis
    address: http://producer.example/

authorisations:
  - consumer: SE5565594230-B9P
    logical_address: SE2321000016-1A2B
    contract: GetDiagnosis
"""

JSON = f"""\
{{
  "contracts": [{{"name": "GetDiagnosis", "namespace": "{CONTRACT}"}}],
  "routes": [
    {{
      "logical_address": "SE2321000016-1A2B",
      "contract": "GetDiagnosis",
      "address": "http://producer.example/"
    }}
  ],
  "authorisations": [
    {{
      "consumer": "SE5565594230-B9P",
      "logical_address": "SE2321000016-1A2B",
      "contract": "GetDiagnosis"
    }}
  ]
}}
"""


def read(text: str, suffix: str = ".toml", **given: AddressingCatalogue) -> AddressingCatalogue:
    return catalogue_in(read_text(text, name=f"tak{suffix}", suffix=suffix), **given)


def problems(text: str, suffix: str = ".toml") -> list[str]:
    """Give what is wrong with a catalogue, as the person who wrote it is told."""
    with pytest.raises(CatalogueError) as caught:
        read(text, suffix)
    assert all(finding.mend for finding in caught.value.findings)
    return str(caught.value).splitlines()


FORMS = pytest.mark.parametrize(
    ("text", "suffix"),
    [
        pytest.param(TOML, ".toml", id="TOML"),
        pytest.param(YAML, ".yaml", id="YAML"),
        pytest.param(JSON, ".json", id="JSON"),
    ],
)


@FORMS
def test_catalogue_says_the_same_in_every_form(text: str, suffix: str) -> None:
    """Who writes chooses the form; a short name saves repeating a namespace."""
    catalogue = read(text, suffix)

    (route,) = catalogue.find_routes("SE2321000016-1A2B", CONTRACT, at=NOW)[0]
    assert route.address == "http://producer.example/"
    assert catalogue.find_authorisation("SE5565594230-B9P", "SE2321000016-1A2B", CONTRACT, at=NOW)[
        0
    ]
    assert catalogue == read(TOML)


def test_rows_that_are_only_named_are_there_too() -> None:
    """Nobody must declare a component or a logical address in order to use it."""
    rows = read(TOML).rows

    assert [row.hsa_id for row in rows.logical_addresses] == ["SE2321000016-1A2B"]
    assert [row.hsa_id for row in rows.components] == ["SE2321000016-1A2B", "SE5565594230-B9P"]
    assert [row.name for row in rows.profiles] == ["RIVTABP21"]
    assert [(row.component, row.address) for row in rows.call_addresses] == [
        ("SE2321000016-1A2B", "http://producer.example/")
    ]
    assert [(row.namespace, row.major_version) for row in rows.contracts] == [(CONTRACT, 2)]


def test_list_stands_for_one_row_each() -> None:
    """A route to two addresses and two contracts is four routes."""
    catalogue = read("""
[[routes]]
logical_address = ["A-1", "A-2"]
contract = ["urn:riv:x:1", "urn:riv:x:2"]
address = "http://producer.example/"
""")

    assert {(route.logical_address, route.contract) for route in catalogue.routes} == {
        (address, contract)
        for address in ("A-1", "A-2")
        for contract in ("urn:riv:x:1", "urn:riv:x:2")
    }
    assert [route.number for route in catalogue.routes] == [1, 2, 3, 4]


def test_yaml_needs_no_quotation_marks() -> None:
    """Digits stay text, also with a leading zero, and days, numbers and flags are read as such."""
    catalogue = read(
        """
catalogue: {version: 12}
lookup: {routes_climb: false, delimiter: "|"}
contracts: [{namespace: urn:riv:x:2, major_version: 7}]
routes:
  - logical_address: 0055655942
    contract: urn:riv:x:2
    address: http://producer.example/
    valid_from: 2026-01-01
    valid_to: 2026-06-30T12:00:00+02:00
""",
        ".yaml",
    )

    (route,) = catalogue.routes
    assert route.logical_address == "0055655942"
    assert route.valid_from == date(2026, 1, 1)
    assert route.valid_to == datetime(2026, 6, 30, 10, tzinfo=UTC)
    assert catalogue.published.version == 12
    assert catalogue.rows.contracts[0].major_version == 7
    assert catalogue.rules == LookupRules(routes_climb=False, delimiter="|")


def test_tree_and_rules_are_part_of_the_catalogue() -> None:
    """How the platform looks up belongs to what it looks up in."""
    catalogue = read("""
[lookup]
delimiter_contracts = []
delimiter_senders = ["A-1"]
authorisations_climb_except = ["urn:riv:x"]

[tree.above]
"B-1" = "A-1"
""")

    assert catalogue.tree == HsaTree({"B-1": "A-1"})
    assert catalogue.rules == LookupRules(
        delimiter_contracts=(),
        delimiter_senders=("A-1",),
        authorisations_climb_except=("urn:riv:x",),
    )


@pytest.mark.parametrize(
    ("text", "suffix", "told"),
    [
        pytest.param(
            TOML.replace("consumer", "konsument"),
            ".toml",
            [
                "tak.toml: authorisations[1] (line 10): consumer is missing - add consumer",
                "tak.toml: authorisations[1].konsument (line 11): this key is unknown - "
                "write consumer",
            ],
            id="TOML, misspelt key",
        ),
        pytest.param(
            TOML.replace('"SE5565594230-B9P"', "5565594230"),
            ".toml",
            [
                "tak.toml: authorisations[1].consumer (line 11): 5565594230 is not a text in "
                "quotation marks, or a list of them - give a text in quotation marks, or a list "
                "of them"
            ],
            id="TOML, number for a text",
        ),
        pytest.param(
            TOML + "valid_to = 2026-01-01T12:00:00\n",
            ".toml",
            [
                "tak.toml: authorisations[1].valid_to (line 14): 2026-01-01 12:00:00 is not a day "
                "such as 2026-01-01, or a time with zone such as 2026-01-01T12:00:00+01:00 - give "
                "a day such as 2026-01-01, or a time with zone such as 2026-01-01T12:00:00+01:00"
            ],
            id="TOML, time without zone",
        ),
        pytest.param(
            TOML.replace("[[routes]]", "[[routes]"),
            ".toml",
            ["tak.toml: top (line 5): this is not TOML: "
             "Expected ']]' at the end of an array declaration - mend the line"],
            id="TOML, grammar",
        ),
        pytest.param(
            YAML.replace("    address: http", "    adress: http"),
            ".yaml",
            [
                "tak.yaml: routes[1] (line 6): address is missing - add address",
                "tak.yaml: routes[1].adress (line 8): this key is unknown - write address",
            ],
            id="YAML, misspelt key",
        ),
        pytest.param(
            YAML.replace("    address: http", "    contract: http"),
            ".yaml",
            ["tak.yaml: top (line 8): this is not YAML: the key contract stands twice - "
             "mend the line"],
            id="YAML, key twice",
        ),
        pytest.param(
            YAML.replace("routes:", "routes: ]"),
            ".yaml",
            ["tak.yaml: top (line 5): this is not YAML: "
             "expected the node content, but found ']' - mend the line"],
            id="YAML, grammar",
        ),
        pytest.param(
            YAML + "    filters:\n      - categories: [a]\n",
            ".yaml",
            ["tak.yaml: authorisations[1].filters[1] (line 15): service_domain is missing - "
             "add service_domain"],
            id="YAML, within a row",
        ),
        pytest.param(
            JSON.replace('"address": "http', '"adress": "http'),
            ".json",
            [
                "tak.json: routes[1] (line 4): address is missing - add address",
                "tak.json: routes[1].adress (line 7): this key is unknown - write address",
            ],
            id="JSON, misspelt key",
        ),
        pytest.param(
            JSON.replace('"address": "http', '"contract": "http'),
            ".json",
            ["tak.json: this is not JSON: the key contract stands twice in one object - "
             "mend the line"],
            id="JSON, key twice",
        ),
        pytest.param(
            JSON.replace("[\n", "\n", 1),
            ".json",
            ["tak.json: top (line 9): this is not JSON: Expecting ',' delimiter - "
             "mend the line"],
            id="JSON, grammar",
        ),
        pytest.param("[]", ".json", ["tak.json: top (line 1): the file holds no tables - "
                                     "see docs/addressing.md"], id="JSON, no object"),
        pytest.param("", ".txt", ["tak.txt: .txt is no known form of catalogue - give a file that "
                                  "ends in one of .toml, .yaml, .yml, .json"], id="other form"),
        pytest.param("[" * 100_000, ".json", ["tak.json: the file is nested too deeply - "
                                              "flatten it"], id="nested too deeply"),
        pytest.param(
            'routes = "all"\n[tree]\nabove = 1\n[catalogue]\ncomplete = 1\nversion = true\n'
            'tolerate = "everything"\ntime = 2026-01-01\n',
            ".toml",
            [
                "tak.toml: catalogue.version (line 6): True is not a whole number - "
                "give a whole number",
                "tak.toml: catalogue.time (line 8): 2026-01-01 is not a time with zone such as "
                "2026-01-01T12:00:00+01:00 - give a time with zone such as "
                "2026-01-01T12:00:00+01:00",
                "tak.toml: catalogue.complete (line 5): 1 is not true or false - "
                "give true or false",
                "tak.toml: catalogue.tolerate (line 7): 'everything' is not one of overlap, "
                "pattern, period - give one of overlap, pattern, period",
                "tak.toml: tree.above (line 3): 1 is not a table - give a table",
                "tak.toml: routes (line 1): 'all' is not a list of tables - "
                "give a list of tables",
            ],
            id="wrong kinds",
        ),
        pytest.param(
            '[tree.above]\n"A-1" = "B-1"\n"B-1" = "A-1"\n"C-1" = "A-1"\n',
            ".toml",
            [
                "tak.toml: tree.above.A-1 (line 2): A-1 stands above itself - "
                "let no unit stand above itself",
                "tak.toml: tree.above.B-1 (line 3): B-1 stands above itself - "
                "let no unit stand above itself",
            ],
            id="ring in the tree",
        ),
    ],
)  # fmt: skip
def test_each_mistake_is_told_with_its_place(text: str, suffix: str, told: list[str]) -> None:
    """File, place, line, what is wrong and how to mend it; all mistakes of a kind at once."""
    assert problems(text, suffix) == told


def test_recursive_yaml_is_refused() -> None:
    """A list that holds itself is no catalogue."""
    assert "this is not YAML" in problems("routes: &a [*a]", ".yaml")[0]


def test_place_of_a_yaml_alias_is_its_anchor() -> None:
    """Aliases of aliases cost no more than they hold when a mistake is looked for."""
    levels = "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 9))

    assert "this key is unknown" in problems(f"a0: &a0 [x]\n{levels}", ".yaml")[0]


def test_one_who_declares_everything_is_told_what_is_missing() -> None:
    """With complete = true a misspelt name is a mistake, not one more address."""
    told = problems("[catalogue]\ncomplete = true\n" + TOML)

    assert told == [
        "tak.toml: routes[1] (line 7): there is no component SE2321000016-1A2B - "
        "declare the component, or correct the name",
        "tak.toml: routes[1] (line 7): there is no logical address SE2321000016-1A2B - "
        "declare the logical address, or correct the name",
        "tak.toml: routes[1] (line 7): there is no component SE2321000016-1A2B - "
        "declare the component, or correct the name",
        "tak.toml: authorisations[1] (line 12): there is no logical address SE2321000016-1A2B - "
        "declare the logical address, or correct the name",
        "tak.toml: authorisations[1] (line 12): there is no component SE5565594230-B9P - "
        "declare the component, or correct the name",
    ]


def test_fault_of_a_row_in_a_list_is_told_where_the_list_is() -> None:
    """Rows that are multiplied out stand at one place."""
    text = TOML.replace('"SE2321000016-1A2B"\ncontract', '["SE-1", "SE 2"]\ncontract', 1)

    assert problems(text) == [
        "tak.toml: routes[1] (line 5): the HSA-id 'SE 2' has a form that the catalogue does not "
        "take - use letters, digits, _ and -, 1 to 255 of them",
        "tak.toml: routes[1] (line 5): the logical address 'SE 2' has a form that the catalogue "
        "does not take - use letters, digits, _ and -, 1 to 255 of them, or *",
    ]


def test_what_may_be_tolerated_is_taken() -> None:
    """VP006 and VP010 need rows that the real catalogue refuses."""
    text = """
[[routes]]
logical_address = "A-1"
contract = "urn:riv:x:1"
address = "http://one.example/"
[[routes]]
logical_address = "A-1"
contract = "urn:riv:x:1"
address = ""
valid_from = 2026-01-01
valid_to = 2025-01-01
"""
    with pytest.raises(CatalogueError) as caught:
        read(text + '[[routes]]\nlogical_address="A-1"\ncontract="urn:riv:x:1"\naddress=""\n')
    assert {finding.rule for finding in caught.value.findings} == {"overlap", "pattern", "period"}

    tolerant = '[catalogue]\ntolerate = ["overlap", "pattern", "period"]\n' + text
    catalogue = read(tolerant)
    assert len(catalogue.routes) == 2
    assert from_json(to_json(catalogue)) == catalogue


def test_catalogue_on_top_decides_about_what_it_names() -> None:
    """The route of the base for the same address and contract is gone, the others stay."""
    base = read("""
[lookup]
routes_climb = false
[tree.above]
"B-1" = "A-1"
[[contracts]]
namespace = "urn:riv:x:1"
description = "Below"
[[routes]]
logical_address = ["A-1", "B-1"]
contract = "urn:riv:x:1"
address = "http://below.example/"
[[authorisations]]
consumer = ["C-1", "C-2"]
logical_address = "A-1"
contract = "urn:riv:x:1"
agreement = "below"
""")

    catalogue = read(
        """
[lookup]
delimiter = ""
[tree.above]
"C-1" = "B-1"
[[contracts]]
namespace = "urn:riv:x:1"
description = "Above"
[[routes]]
logical_address = "a-1"
contract = "urn:riv:x:1"
address = "http://above.example/"
[[authorisations]]
consumer = "C-1"
logical_address = "A-1"
contract = "urn:riv:x:1"
agreement = "above"
""",
        base=base,
    )

    assert [(route.logical_address, route.address) for route in catalogue.routes] == [
        ("B-1", "http://below.example/"),
        ("a-1", "http://above.example/"),
    ]
    assert [(row.consumer, row.agreement) for row in catalogue.authorisations] == [
        ("C-2", "below"),
        ("C-1", "above"),
    ]
    assert [row.description for row in catalogue.rows.contracts] == ["Above"]
    assert ("A-1", "http://below.example/") not in {
        (row.component, row.address) for row in catalogue.rows.call_addresses
    }
    assert catalogue.tree == HsaTree({"B-1": "A-1", "C-1": "B-1"})
    assert catalogue.rules == LookupRules(routes_climb=False, delimiter="")


def test_catalogue_of_rows_alone_can_be_written() -> None:
    """What a test arranges with routes and authorisations is a whole catalogue, too."""
    written = read(TOML)
    arranged = AddressingCatalogue(
        routes=written.routes, authorisations=written.authorisations
    )  # fmt: skip

    assert arranged == written
    assert from_json(to_json(arranged)) == written
    assert AddressingCatalogue().rows == Rows()
    assert to_json(AddressingCatalogue()) == {}
