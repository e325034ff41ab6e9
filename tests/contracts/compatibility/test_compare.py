"""Two releases compared: contracts matched, changes placed, versions held against changes."""

from __future__ import annotations

import json
from collections.abc import Callable
from itertools import count
from pathlib import Path
from types import ModuleType
from typing import Any

import jsonschema
import pytest
from lxml import etree

import contracts.compatibility
from contracts.catalogue import bundled
from contracts.compatibility.compare import compare
from contracts.compatibility.releases import opened
from contracts.compatibility.results import Change, Comparison, Disagreement, Fate, Severity
from contracts.compatibility.rules import Direction, Verdict
from contracts.compatibility.writing import write_report, write_witnesses, written
from contracts.errors import PackageError, UsageError
from contracts.installed import install
from contracts.schema import Schema

NOTE = 'name="note" type="xs:string" minOccurs="0"'
NOTE_DEMANDED = 'name="note" type="xs:string"'
SCHEMA = Path(contracts.compatibility.__file__).with_name("comparison.schema.json")
SHARED = Path(__file__).resolve().parents[4] / "shared" / "reference"
Files = dict[str, bytes]


@pytest.fixture
def diffed(packages: ModuleType, tmp_path: Path) -> Callable[..., Comparison]:
    """Give what compares two packages of files."""
    made = count()

    def build(old: Files, new: Files, *, versions: tuple[str, str] = ("1.0", "1.1")) -> Comparison:
        at = tmp_path / str(next(made))
        folders = [
            packages.laid_out(files, at / side / f"ServiceContracts_made_up_things_{version}")
            for side, files, version in zip(("a", "b"), (old, new), versions, strict=True)
        ]
        with opened(str(folders[0])) as before, opened(str(folders[1])) as after:
            comparison = compare(before, after)
        document = json.loads(written("json", comparison))
        jsonschema.validate(document, json.loads(SCHEMA.read_text(encoding="utf-8")))
        return comparison

    return build


def raised(files: Files, version: str = "1.1") -> Files:
    """Give every schema and WSDL of a package the next version, in names and attributes."""
    major, _, minor = version.partition(".")
    return {
        path.replace("_1.0", f"_{major}.{minor}"): content.replace(
            b"_1.0.xsd", f"_{version}.xsd".encode()
        ).replace(b' version="1.0">', f' version="{version}">'.encode())
        for path, content in files.items()
    }


def extended(packages: ModuleType, *, namespace: str = "") -> Files:
    """Make the next minor version as the rules want it: an extension, and versions that say so."""
    space = namespace or f"{packages.service('GetThing')}.1"
    file = "schemas/interactions/GetThingInteraction/GetThingResponder_1.1_ext.xsd"
    path = packages.schema_of("GetThing")
    files = packages.clean()
    files[path] = (
        packages.interaction(
            "GetThing",
            top=f'<xs:import schemaLocation="GetThingResponder_1.1_ext.xsd" namespace="{space}"/>',
            body='<xs:element ref="m1:extra" minOccurs="0"/>',
        )
        .replace("<xs:schema ", f'<xs:schema xmlns:m1="{space}" ')
        .encode()
    )
    files[path] = files[path].replace(
        b'minOccurs="0"/>\n      ' + packages.ANY.encode(), b'minOccurs="0"/>', 1
    )
    files = raised(files)
    files[file] = packages.header_schema(space, "extra").encode()
    listed = packages.clean()
    for name in (packages.schema_of("ListThings"), packages.wsdl_of("ListThings")):
        files.pop(name.replace("_1.0", "_1.1"))
        files[name] = (
            listed[name]
            .replace(b"things_1.0.xsd", b"things_1.1.xsd")
            .replace(b"registry_1.0.xsd", b"registry_1.1.xsd")
        )
    core = packages.core_of().replace("_1.0", "_1.1")
    files[core] = files[core].replace(b' version="1.1">', b' version="1.0">')
    return files


def told(comparison: Comparison) -> list[str]:
    return [one.kind for one in comparison.changes]


def errors(comparison: Comparison) -> list[str]:
    return [
        one.what
        for one in (*comparison.changes, *comparison.disagreements)
        if one.severity is Severity.ERROR
    ]


def the_change(comparison: Comparison, kind: str) -> Change:
    (found,) = [one for one in comparison.changes if one.kind == kind]
    return found


def the_disagreement(comparison: Comparison, part: str) -> Disagreement:
    found = [one for one in comparison.disagreements if part in one.what]
    assert len(found) == 1, [one.what for one in comparison.disagreements]
    return found[0]


# Nothing, and next to nothing --------------------------------------------------------------------


def test_a_release_against_itself_has_no_change(
    packages: ModuleType, diffed: Callable[..., Comparison]
) -> None:
    """The same files are the same contracts, whatever the release is called."""
    comparison = diffed(packages.clean(), packages.clean())

    assert comparison.changes == ()
    assert comparison.disagreements == ()
    assert [one.fate for one in comparison.contracts] == [Fate.UNCHANGED, Fate.UNCHANGED]
    assert comparison.releasable


@pytest.mark.parametrize(
    "name", [pytest.param(f"{d.name} {d.version}", id=d.name) for d in bundled().domains]
)
def test_a_bundled_domain_against_itself_has_no_change(name: str) -> None:
    """Each bundled domain is opened by name and version."""
    with opened(name) as old, opened(name) as new:
        comparison = compare(old, new)

    assert (comparison.changes, comparison.disagreements) == ((), ())
    assert len(comparison.contracts) == len(old.contracts)


@pytest.mark.parametrize("name", ["financial:billing:claim", "financial:patientfees:exemption"])
def test_no_message_tells_our_schemas_from_the_official_ones(name: str) -> None:
    """Whatever is written otherwise, it is compatible in both directions."""
    folder = SHARED / name.replace(":", "_")
    if not folder.is_dir():
        pytest.skip("the official schemas are not here")

    with opened(str(folder)) as old, opened(name) as new:
        comparison = compare(old, new)

    assert comparison.verdict is Verdict.NONE
    assert [one.fate for one in comparison.contracts if one.fate is Fate.REMOVED] == []
    assert errors(comparison) == []


def test_documentation_prefixes_order_and_names_of_types_change_nothing(
    packages: ModuleType, diffed: Callable[..., Comparison]
) -> None:
    """What no message shows asks for no version."""
    new = packages.clean()
    path = packages.core_of()
    text = new[path].decode().replace("tns:", "own:").replace("xmlns:tns", "xmlns:own")
    note = f"<xs:element {NOTE}/>"
    documented = note.replace(
        "/>", "><xs:annotation><xs:documentation>x</xs:documentation></xs:annotation></xs:element>"
    )
    head, first, second = text.partition("  <xs:simpleType")
    simple, _, _ = second.partition("</xs:schema>")
    body = head.index("  <!--")
    text = f"{head[:body]}{first}{simple}{head[body:]}</xs:schema>".replace(note, documented)
    new[path] = text.replace("PersonIdType", "IdOfPersonType").encode()

    comparison = diffed(packages.clean(), new)

    assert comparison.changes == ()
    assert comparison.releasable


# Changes and their places ------------------------------------------------------------------------


def test_a_change_of_a_shared_type_is_told_once_with_all_it_is_met_in(
    packages: ModuleType, diffed: Callable[..., Comparison]
) -> None:
    """One edit of a domain schema is one change, in every message of every contract."""
    new = packages.changed(packages.clean(), packages.core_of(), NOTE, NOTE_DEMANDED)

    change = the_change(diffed(packages.clean(), raised(new)), "element made mandatory")

    assert (change.backward, change.forward) == (False, True)
    assert [(use.contract, use.direction, use.paths) for use in change.uses] == [
        ("GetThing:1", Direction.REQUEST, ("/GetThing/thing",)),
        ("ListThings:1", Direction.REQUEST, ("/ListThings/thing",)),
    ]
    assert change.old == "schemas/core_components/made_up_things_1.0.xsd:8"
    assert change.new == "schemas/core_components/made_up_things_1.1.xsd:8"


def test_each_pair_of_versions_is_told_what_breaks(
    packages: ModuleType, diffed: Callable[..., Comparison]
) -> None:
    """A value more in an answer breaks old consumers alone; the message that shows it is there."""
    info = '<xs:enumeration value="INFO"/>'
    new = packages.changed(
        packages.clean(),
        packages.schema_of("GetThing"),
        info,
        f'{info}<xs:enumeration value="NO"/>',
    )

    change = the_change(diffed(packages.clean(), raised(new)), "enumeration value added")
    (use,) = change.uses
    broken, fine = use.effects

    assert change.verdict is Verdict.MAJOR
    assert (broken.consumer, broken.producer, broken.works) == ("old", "new", False)
    assert broken.says == "an old consumer rejects answers of new producers that hold NO"
    assert broken.witness is not None
    assert etree.fromstring(broken.witness).findtext("{*}resultCode") == "NO"
    assert (fine.consumer, fine.producer, fine.works) == ("new", "old", True)


def test_a_witness_is_valid_by_one_release_and_refused_by_the_other(
    packages: ModuleType, diffed: Callable[..., Comparison], tmp_path: Path
) -> None:
    """The files that --witness writes stand the test of both releases' schemas."""
    new = packages.changed(packages.clean(), packages.core_of(), packages.PATTERN, "[0-9]{12}")
    comparison = diffed(packages.clean(), raised(new))

    number = write_witnesses(comparison, tmp_path / "shown")
    files = sorted((tmp_path / "shown").iterdir())
    old_schema, new_schema = (
        Schema(next((tmp_path / "0" / side).rglob("GetThingResponder_*.xsd")))
        for side in ("a", "b")
    )

    assert number == len(files) == 2
    message = etree.parse(files[0]).getroot()
    assert old_schema.findings(message) == ()
    assert new_schema.findings(message) != ()


def test_lines_are_those_of_the_published_file(
    packages: ModuleType, diffed: Callable[..., Comparison]
) -> None:
    """A file that is repaired to be read is quoted as its author knows it."""
    old = packages.pattern_anchors()
    new = packages.changed(old, packages.core_of(), NOTE, NOTE_DEMANDED)
    path = packages.core_of()
    line = new[path].decode().splitlines().index('      <xs:element name="note" type="xs:string"/>')
    spread = {path: new[path].replace(b"<xs:schema ", b"<xs:schema\n\n ")}

    change = the_change(diffed(old, raised({**new, **spread})), "element made mandatory")

    assert change.new.endswith(f"things_1.1.xsd:{line + 3}")


def test_a_type_that_cannot_be_compared_is_told_to_be_so(
    packages: ModuleType, diffed: Callable[..., Comparison]
) -> None:
    """Where neither proof nor message was found, it counts as broken and says so."""
    hard = "[0-9A]{0,30}|[0-9A]*A[0-9A]{30}|[0-9A]*[0-9][0-9A]{30}"
    old = packages.changed(packages.clean(), packages.core_of(), packages.PATTERN, "[0-9A]*")
    new = packages.changed(packages.clean(), packages.core_of(), packages.PATTERN, hard)

    change = the_change(diffed(old, raised(new)), "pattern changed")

    assert not change.certain
    assert change.verdict is Verdict.MAJOR
    assert "perhaps refuses" in change.uses[0].effects[0].says


def test_an_identity_constraint_is_told_and_cannot_be_compared(
    packages: ModuleType, diffed: Callable[..., Comparison]
) -> None:
    """A constraint that came is not judged by messages."""
    root = '<xs:element name="GetThing" type="tns:GetThingType"'
    new = packages.changed(
        packages.clean(), packages.schema_of("GetThing"), f"{root}/>",
        f'{root}><xs:unique name="once"><xs:selector xpath="tns:thing"/><xs:field xpath="."/>'
        "</xs:unique></xs:element>",
    )  # fmt: skip

    change = the_change(diffed(packages.clean(), raised(new)), "identity constraint changed")

    assert (change.backward, change.forward, change.certain) == (False, True, False)
    assert [use.direction for use in change.uses] == [Direction.REQUEST]


# Versions ----------------------------------------------------------------------------------------


def test_a_minor_version_by_the_rules_may_be_released(
    packages: ModuleType, diffed: Callable[..., Comparison]
) -> None:
    """An extension of its own namespace, in a release whose versions say so."""
    comparison = diffed(packages.clean(), extended(packages))

    change = the_change(comparison, "optional extension element added")
    assert (change.backward, change.forward, change.verdict) == (True, True, Verdict.MINOR)
    assert errors(comparison) == []
    assert comparison.releasable
    # the trap: the xs:any had to go
    assert the_change(comparison, "xs:any replaced by an extension").severity is Severity.WARNING
    assert [(one.name, one.fate) for one in comparison.contracts] == [
        ("GetThing:1", Fate.CHANGED), ("ListThings:1", Fate.UNCHANGED),
    ]  # fmt: skip
    assert comparison.disagreements == ()


def test_an_extension_has_the_namespace_of_its_version(
    packages: ModuleType, diffed: Callable[..., Comparison]
) -> None:
    """A new element of some other namespace is compatible, and named against the rules."""
    comparison = diffed(packages.clean(), extended(packages, namespace="urn:riv:made:up:more:1"))

    found = the_disagreement(comparison, "urn:riv:made:up:more:1")
    assert found.severity is Severity.WARNING
    assert f"{packages.service('GetThing')}.1, file GetThingResponder_1.1_ext.xsd" in found.mend
    assert comparison.releasable


OPTIONAL = (NOTE, f'{NOTE}/><xs:element name="more" type="xs:string" minOccurs="0"')


def a_change(packages: ModuleType) -> Files:
    """Add an optional element of the same namespace, as some do in a minor version."""
    return dict(packages.changed(packages.clean(), packages.core_of(), *OPTIONAL))


def test_an_optional_element_of_the_same_namespace_is_an_error_with_a_note(
    packages: ModuleType, diffed: Callable[..., Comparison]
) -> None:
    """The rules ask for a new major; that some do it is said, and what to do instead."""
    comparison = diffed(packages.clean(), raised(a_change(packages)))

    change = the_change(comparison, "optional element added in the same namespace")
    assert change.severity is Severity.ERROR
    assert "some published minor versions do this" in change.note
    assert "made_up_things_1.1_ext.xsd" in change.mend
    assert not comparison.releasable
    assert comparison.disagreements == ()


@pytest.mark.parametrize(
    ("edit", "part", "severity"),
    [
        pytest.param(
            lambda files: files, "was changed and still says version 1.0", Severity.ERROR,
            id="a schema that does not say so"),
        pytest.param(
            lambda files: {path: text.replace(b' version="1.0">', b' version="0.9">')
                           for path, text in files.items()},
            "made:up:things:1 went back from 1.0 to 0.9", Severity.ERROR,
            id="a version that falls"),
        pytest.param(
            lambda files: raised({path: text.replace(b' version="1.0">', b' version="1.2">')
                                  for path, text in files.items()}),
            "the version attribute says 1.2 and the file name says 1.1", Severity.ERROR,
            id="attribute and file name at odds"),
        pytest.param(
            lambda files: raised(files, "2.0"),
            "the version attribute says 2.0, the namespace urn:riv:made:up:things:1 major 1",
            Severity.ERROR, id="a major that the namespace does not carry"),
        pytest.param(
            lambda files: files, "GetThing:1 changed, and is still version 1.0", Severity.WARNING,
            id="a contract that does not say so"),
        pytest.param(
            lambda files: {path.replace("_1.1_RIV", "_1.0_RIV"): text
                           for path, text in raised(files).items()},
            "the WSDL's file name says 1.0, its schema 1.1", Severity.WARNING,
            id="a WSDL that does not say so"),
    ],
)  # fmt: skip
def test_versions_that_disagree_with_the_changes_are_told(
    packages: ModuleType,
    diffed: Callable[..., Comparison],
    edit: Callable[[Files], Files],
    part: str,
    severity: Severity,
) -> None:
    """Each place that states a version is held against what changed."""
    comparison = diffed(packages.clean(), edit(a_change(packages)))

    found = [one for one in comparison.disagreements if part in one.what]
    assert found, [one.what for one in comparison.disagreements]
    assert {one.severity for one in found} == {severity}


def test_a_version_that_rises_for_nothing_is_a_note(
    packages: ModuleType, diffed: Callable[..., Comparison]
) -> None:
    """Unchanged contracts keep their version; raising it breaks nobody."""
    comparison = diffed(packages.clean(), raised(packages.clean()))

    assert {one.severity for one in comparison.disagreements} == {Severity.NOTE}
    assert comparison.releasable


def test_a_release_that_changed_has_another_version(
    packages: ModuleType, diffed: Callable[..., Comparison]
) -> None:
    """The same release version cannot hold other contracts; nor can it fall."""
    new = extended(packages)
    same = diffed(packages.clean(), new, versions=("1.1", "1.1"))
    back = diffed(packages.clean(), new, versions=("1.2", "1.1"))

    assert errors(same) == ["contracts changed, and the release is still version 1.1"]
    assert errors(back) == ["the release went back from 1.2 to 1.1"]


# Contracts that come and go ----------------------------------------------------------------------


def a_major(packages: ModuleType) -> Files:
    """Make the next major version of one contract, with a mandatory element more."""
    files = packages.clean("GetThing")
    more = '<xs:element name="more" type="xs:string"/>'
    files[packages.schema_of("GetThing")] = packages.interaction("GetThing", body=more).encode()
    return {
        path.replace("_1.0", "_2.0"): text.replace(b"Responder:1", b"Responder:2")
        .replace(b"GetThing:1:", b"GetThing:2:")
        .replace(b"GetThingResponder_1.0", b"GetThingResponder_2.0")
        .replace(b' version="1.0">', b' version="2.0">')
        for path, text in files.items()
        if "/interactions/" in path
    }


def fates(comparison: Comparison) -> dict[str, Fate]:
    return {one.name: one.fate for one in comparison.contracts}


def test_a_new_major_breaks_nothing(
    packages: ModuleType, diffed: Callable[..., Comparison]
) -> None:
    """Beside the old one it is a new contract, which needs an endpoint of its own."""
    files = packages.clean()
    comparison = diffed(files, {**files, **a_major(packages)}, versions=("1.0", "2.0"))

    assert fates(comparison) == {
        "GetThing:1": Fate.UNCHANGED,
        "ListThings:1": Fate.UNCHANGED,
        "GetThing:2": Fate.NEW_MAJOR,
    }
    assert "endpoint of its own" in comparison.contracts[-1].says
    assert (comparison.changes, comparison.releasable) == ((), True)


def test_a_major_in_place_of_the_old_one_breaks_nothing_either(
    packages: ModuleType, diffed: Callable[..., Comparison]
) -> None:
    """The old endpoint stays where it is, until it is agreed to be gone."""
    files = packages.clean("GetThing")
    core = {path: text for path, text in files.items() if "/core_components/" in path}
    comparison = diffed(files, {**core, **a_major(packages)}, versions=("1.0", "2.0"))

    assert fates(comparison) == {"GetThing:1": Fate.SUCCEEDED, "GetThing:2": Fate.NEW_MAJOR}
    assert comparison.releasable


@pytest.mark.parametrize(
    ("version", "severity"), [("1.1", Severity.ERROR), ("2.0", Severity.WARNING)]
)
def test_a_contract_that_is_gone_takes_a_major_release(
    packages: ModuleType, diffed: Callable[..., Comparison], version: str, severity: Severity
) -> None:
    """Consumers that call it find nobody of the new release."""
    comparison = diffed(packages.clean(), packages.clean("GetThing"), versions=("1.0", version))

    assert fates(comparison)["ListThings:1"] is Fate.REMOVED
    assert the_disagreement(comparison, "ListThings:1 is not in").severity is severity


def test_a_contract_that_came_breaks_nothing(
    packages: ModuleType, diffed: Callable[..., Comparison]
) -> None:
    """Nobody calls it yet."""
    comparison = diffed(packages.clean("GetThing"), packages.clean())

    assert fates(comparison)["ListThings:1"] is Fate.ADDED
    assert comparison.releasable


def test_a_contract_that_cannot_be_read_any_more_is_an_error(
    packages: ModuleType, diffed: Callable[..., Comparison]
) -> None:
    """It is not taken for gone: the file and line that lose it are told."""
    new = packages.changed(
        packages.clean(), packages.schema_of("GetThing"), "core:ThingType", "core:NoSuchType"
    )

    comparison = diffed(packages.clean(), new)

    assert fates(comparison)["GetThing:1"] is Fate.UNREADABLE
    found = the_disagreement(comparison, "cannot be used in the new release")
    assert f"{packages.schema_of('GetThing')}:" in found.what
    assert not comparison.releasable


# WSDL --------------------------------------------------------------------------------------------


ROOT = "request root changed"


@pytest.mark.parametrize(
    ("edit", "kind", "verdict", "backward", "forward"),
    [
        pytest.param(
            lambda p: p.changed(p.clean(), p.wsdl_of("GetThing"), 'Responder:1:GetThing"',
                                'Responder:1:Get"'),
            "SOAPAction changed", Verdict.MAJOR, False, False, id="SOAPAction"),
        pytest.param(
            lambda p: p.clean(parts=("LogicalAddress", "actor", "parameters")),
            "request header added", Verdict.MAJOR, False, True, id="a header more"),
        pytest.param(
            lambda p: p.clean(parts=("parameters", "LogicalAddress")),
            "parts named otherwise", Verdict.NONE, True, True, id="order of parts"),
        pytest.param(
            lambda p: {path: text.replace(b'"GetThing"', b'"FetchThing"')
                       .replace(b"pay:GetThing\"", b"pay:FetchThing\"")
                       for path, text in p.clean().items()},
            ROOT, Verdict.MAJOR, False, False, id="request root"),
        pytest.param(
            lambda p: {path: text.replace(b'<wsdl:operation name="GetThing">',
                                          b'<wsdl:operation name="Get">')
                       for path, text in p.clean().items()},
            "operation renamed", Verdict.NONE, True, True, id="operation"),
        pytest.param(
            lambda p: p.clean(profile="rivtabp20"), "profile changed", Verdict.MAJOR,
            False, False, id="profile"),
        pytest.param(
            lambda p: p.changed(
                p.clean(), p.wsdl_of("GetThing"),
                '<wsdl:output><soap:body use="literal"/>',
                '<wsdl:output><soap:body use="literal" parts="parameters"/><soap:header '
                'use="literal" message="tns:GetThingRequest" part="LogicalAddress"/>'),
            "response header added", Verdict.TOLERABLE, False, True, id="a header of answers"),
    ],
)  # fmt: skip
def test_a_change_of_a_wsdl_is_judged(
    packages: ModuleType,
    diffed: Callable[..., Comparison],
    edit: Callable[[ModuleType], Files],
    kind: str,
    verdict: Verdict,
    backward: bool,
    forward: bool,
) -> None:
    """What is on the wire breaks both sides as the schemas do; what is not breaks nobody."""
    comparison = diffed(packages.clean(), edit(packages))

    changes = [one for one in comparison.changes if one.kind == kind]
    assert changes, told(comparison)
    assert {(one.verdict, one.backward, one.forward) for one in changes} == {
        (verdict, backward, forward)
    }
    back = diffed(edit(packages), packages.clean())
    assert comparison.releasable is back.releasable is (verdict is not Verdict.MAJOR)


# Releases ----------------------------------------------------------------------------------------


def test_archives_folders_and_installed_domains_are_opened_alike(
    packages: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is named by a path is a package, else a domain; all hold the same contracts."""
    monkeypatch.setenv("PROVBANK_HOME", str(tmp_path / "home"))
    archive = packages.zipped(packages.clean(), tmp_path)
    folder = packages.laid_out(packages.clean(), tmp_path / "made_up_things_1.0")
    install(folder)

    names: list[Any] = []
    for text in (str(archive), str(folder), "made:up:things", "made:up:things 1.0"):
        with opened(text) as release:
            names.append([contract.interaction for contract in release.contracts])

    assert names == [["GetThing", "ListThings"]] * 4


def test_what_is_nowhere_is_told_with_what_there_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A wrong name is answered with the known ones."""
    monkeypatch.setenv("PROVBANK_HOME", str(tmp_path))

    with pytest.raises(PackageError, match=r"crm:none is no file.*financial_billing_claim_1\.1"):
        opened("crm:none").__enter__()


def test_a_report_that_cannot_be_written_is_told(
    packages: ModuleType, diffed: Callable[..., Comparison], tmp_path: Path
) -> None:
    """The place is named, and nothing else is lost."""
    comparison = diffed(packages.clean(), packages.clean())

    with pytest.raises(UsageError, match="cannot be written"):
        write_report("json", comparison, tmp_path / "no" / "such" / "folder.json")
