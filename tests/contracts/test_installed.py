"""Any domain can be installed, and its contracts are known from then on without a line of code."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from types import ModuleType

import pytest
from lxml import etree

from contracts import installed, package, package_rules
from contracts.apart import Failed
from contracts.catalogue import Domain, bundled, hidden_of, known
from contracts.domains.financial_billing_claim.v1_1.messages import RESPONDER
from contracts.envelope import LOGICAL_ADDRESS, envelope
from contracts.errors import HarnessError, PackageError
from contracts.files import judge_files, named_rules
from contracts.installed import (
    Installed,
    broken_domains,
    home,
    install,
    installed_domain,
    installed_domains,
    remove,
)
from contracts.judge import judge
from contracts.manifest import FORMAT
from contracts.samples import sample
from contracts.wsdl import WSA_TO, read_wsdl, read_wsdls

STEM = "made_up_things_1.0"
REFERENCE = Path(__file__).resolve().parents[3] / "shared/reference"

Archive = Callable[..., Path]


@pytest.fixture(autouse=True)
def at_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Give a home of its own to each test, in a folder with a difficult name."""
    place = tmp_path / "hem å % # [1]"
    monkeypatch.setenv("PROVBANK_HOME", str(place))
    yield place
    installed._shelf.cache_clear()


@pytest.fixture
def archive(packages: ModuleType, tmp_path: Path) -> Archive:
    """Give a maker of release archives."""

    def make(files: dict[str, bytes] | None = None, name: str = "") -> Path:
        return packages.zipped(packages.clean() if files is None else files, tmp_path / "in", name)

    return make


def next_start() -> None:
    """Forget what this process has read, as if the product were started anew."""
    installed._shelf.cache_clear()


def nothing_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make it an error to read a package."""

    def refuse(*_: object, **__: object) -> None:
        pytest.fail("the package was read again")

    monkeypatch.setattr(installed, "read_package", refuse)


# Installing ---------------------------------------------------------------------------------


def test_an_installed_domain_is_known(
    archive: Archive, packages: ModuleType, noon: datetime
) -> None:
    """Messages of it are judged, and the contract named, without a line of code."""
    assert judge(packages.message(), at=noon).contract is None

    install(archive())

    right = judge(packages.message(), at=noon)
    wrong = judge(packages.message(person="x"), at=noon)
    assert right.accepted
    assert str(right.contract) == "made:up:things 1.0 GetThing"
    assert [one.where for one in wrong.findings] == ["/GetThing/thing/personId"]
    assert judge(envelope(packages.message(), logical_address="SE1"), at=noon) == right


def test_a_response_is_judged_too(archive: Archive, packages: ModuleType, noon: datetime) -> None:
    """The schema holds request and response."""
    install(archive())
    text = (
        f'<GetThingResponse xmlns="{packages.service("GetThing")}">'
        "<resultCode>{}</resultCode></GetThingResponse>"
    )

    assert judge(text.format("OK").encode(), at=noon).accepted
    assert not judge(text.format("WARN").encode(), at=noon).accepted


def test_findings_quote_what_was_published(
    archive: Archive, packages: ModuleType, noon: datetime
) -> None:
    """Messages are judged by the repaired pattern, and told the one that stands in the contract."""
    install(archive(packages.pattern_anchors()))

    (finding,) = judge(packages.message(person="x"), at=noon).findings

    assert f"'^{packages.PATTERN}$'" in finding.text
    assert judge(packages.message(), at=noon).accepted
    next_start()
    assert judge(packages.message(person="x"), at=noon).findings == (finding,)


def test_another_element_of_the_schema_is_no_message(
    archive: Archive, packages: ModuleType, noon: datetime
) -> None:
    """The WSDL names the messages; a schema may declare elements for other uses."""
    other = '<xs:element name="Other" type="xs:string"/></xs:schema>'
    install(archive(packages.changed(
        packages.clean(), packages.schema_of("GetThing"), "</xs:schema>", other
    )))  # fmt: skip

    judged = judge(f'<Other xmlns="{packages.service("GetThing")}">x</Other>'.encode(), at=noon)

    assert not judged.schema_valid
    (finding,) = judged.findings
    assert (finding.where, finding.expected) == ("/Other", "GetThing or GetThingResponse")


def test_repairs_are_never_findings_of_a_message(
    archive: Archive, packages: ModuleType, noon: datetime
) -> None:
    """A contract's faults are told when it is installed, and not to those who are tested."""
    files = {**packages.pattern_anchors(), **{
        path: content for path, content in packages.byte_order_mark().items()
        if path.endswith("wsdl")
    }}  # fmt: skip

    one = install(archive(files))

    assert len(one.manifest.repairs) == 2
    assert judge(packages.message(), at=noon).findings == ()
    (finding,) = judge(packages.message(person="x"), at=noon).findings
    assert finding.where == "/GetThing/thing/personId"


def test_the_folder_holds_original_copies_and_manifest(
    archive: Archive, packages: ModuleType, at_home: Path
) -> None:
    """Everything of a domain is in one folder, named as the archive is."""
    one = install(archive(packages.pattern_anchors()))

    assert one.folder == at_home / "domains" / STEM
    assert {path.name for path in one.folder.iterdir()} == {
        "original",
        "repaired",
        "manifest.json",
    }
    for contract in one.contracts:
        assert contract.wsdl.is_file()
        assert contract.schema.is_file()
        original = one.original_of(contract.wsdl)
        assert (
            original.read_bytes()
            == packages.clean()[original.relative_to(one.folder / "original").as_posix()]
        )
    assert [path.name for path in (at_home / "domains").iterdir()] == [STEM]


def test_the_original_of_a_merged_copy_is_found(archive: Archive, packages: ModuleType) -> None:
    """What is quoted is always what was published."""
    one = install(archive(packages.two_files()))
    (contract,) = (one for one in one.contracts if one.interaction == "GetThing")

    assert (
        one.original_of(contract.schema).read_bytes()
        == packages.two_files()[packages.schema_of("GetThing")]
    )


def test_an_installed_wsdl_leads_to_its_schemas(archive: Archive, packages: ModuleType) -> None:
    """Whoever serves the WSDL can serve all that it imports from the same folder."""
    for contract in install(archive(packages.missing_file())).contracts:
        again = read_wsdl(contract.wsdl, service_domain="made:up:things", version="1.0")
        assert again == contract


def test_the_same_package_again_changes_nothing(
    archive: Archive, packages: ModuleType, tmp_path: Path
) -> None:
    """Also where it comes as a folder this time."""
    one = install(archive())
    before = (one.folder / "manifest.json").stat().st_mtime_ns
    folder = packages.laid_out(packages.clean(), tmp_path / STEM)

    assert install(folder).manifest == one.manifest
    assert (one.folder / "manifest.json").stat().st_mtime_ns == before


def test_another_package_of_the_same_version_is_refused_or_replaces(
    archive: Archive, packages: ModuleType, noon: datetime
) -> None:
    """Nothing is lost without being asked for."""
    install(archive())
    other = archive(packages.clean("ListThings"))

    with pytest.raises(PackageError, match=r"another package of made:up:things 1\.0"):
        install(other)
    assert judge(packages.message(), at=noon).accepted

    install(other, replacing=True)
    assert judge(packages.message(), at=noon).contract is None
    assert judge(packages.message("ListThings"), at=noon).accepted


@pytest.mark.parametrize("trick", ["up", "link", "bomb", "damaged"])
def test_a_refused_archive_leaves_nothing(
    packages: ModuleType, tmp_path: Path, at_home: Path, trick: str
) -> None:
    """Whatever is wrong with it, no trace stays."""
    path = tmp_path / "hostile.zip"
    path.write_bytes(packages.HOSTILE[trick][0]())

    with pytest.raises(PackageError):
        install(path)

    assert list((at_home / "domains").iterdir()) == []


def test_a_failed_replacement_leaves_what_was_there(
    archive: Archive, packages: ModuleType, noon: datetime, at_home: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    """The old one comes back where the new one cannot take its place."""
    install(archive())
    rename = Path.rename

    def fail_once(path: Path, target: Path) -> Path:
        if path.name.startswith(".new-"):
            raise OSError(28, "No space left on device")
        return rename(path, target)

    with monkeypatch.context() as disk_full:
        disk_full.setattr(Path, "rename", fail_once)
        with pytest.raises(PackageError, match="No space left"):
            install(archive(packages.clean("ListThings")), replacing=True)

    next_start()
    assert judge(packages.message(), at=noon).accepted
    assert [path.name for path in (at_home / "domains").iterdir()] == [STEM]


def test_what_a_stopped_installation_left_is_swept(archive: Archive, at_home: Path) -> None:
    """Leftovers are not domains, and go after an hour."""
    old, young = at_home / "domains/.new-old", at_home / "domains/.new-young"
    for folder in (old, young):
        folder.mkdir(parents=True)
    os.utime(old, (time.time() - 7200,) * 2)

    install(archive())

    assert not old.exists()
    assert young.exists()
    assert len(installed_domains()) == 1


def test_a_package_that_is_not_there_is_named(tmp_path: Path) -> None:
    """The error tells the path."""
    with pytest.raises(PackageError, match=r"none\.zip"):
        install(tmp_path / "none.zip")


@pytest.mark.skipif(not REFERENCE.is_dir(), reason="the released schemas are not beside us")
@pytest.mark.parametrize(
    ("folder", "name", "contracts"),
    [
        ("financial_billing_claim", "financial:billing:claim 1.1", 1),
        ("financial_patientfees_exemption", "financial:patientfees:exemption 1.0", 2),
    ],
)
def test_a_released_domain_is_installed_from_its_folder(
    folder: str, name: str, contracts: int
) -> None:
    """What Inera publishes loads without a repair, and example messages can be made of it."""
    one = install(REFERENCE / folder)

    assert (str(one), len(one.contracts)) == (name, contracts)
    assert (one.manifest.repairs, one.manifest.problems) == ((), ())
    domain = Domain(one.name, one.version, one.folder, listed=one.contracts)
    for contract in one.contracts:
        for is_full in (True, False):
            message = sample(contract, is_full=is_full)
            assert domain.schema_of(contract).findings(message) == ()


# Names and versions -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "version"),
    [
        ("ServiceContracts_made_up_things_1.0.zip", "1.0"),
        ("ServiceContracts_made_up_things_2.1.3.zip", "2.1.3"),
        ("ServiceContracts_made_up_things_1.0_RC1.zip", "1.0_RC1"),
        ("made_up_things_1.0-RC2.zip", "1.0_RC2"),
        ("made_up_things_1_0.zip", "1.0"),
        ("made_up_things_1_0_beta_r391.zip", "1.0_beta_r391"),
        ("TD_THINGS_1_0_RC3.zip", "1.0_RC3"),
        ("TD_1_0_0.zip", "1.0.0"),
        ("riv.made.up.things-1.0.zip", "1.0"),
        ("download.zip", "1.0"),
    ],
)
def test_the_version_of_a_domain_is_that_of_its_archive(
    archive: Archive, name: str, version: str
) -> None:
    """Old and new forms are understood; without one it is the highest of the contracts."""
    one = install(archive(name=name))

    assert (one.name, one.version) == ("made:up:things", version)
    assert {contract.version for contract in one.contracts} == {"1.0"}


def test_a_contract_has_its_own_version(archive: Archive, packages: ModuleType) -> None:
    """An archive 2.1 may hold a contract 1.0; the schema's word counts before the file's name."""
    files = packages.changed(
        packages.clean(), packages.schema_of("ListThings"), 'version="1.0">', 'version="1.2">'
    )
    files = packages.changed(files, packages.schema_of("GetThing"), ' version="1.0">', ">")

    one = install(archive(files, "ServiceContracts_made_up_things_2.1.zip"))

    versions = {contract.interaction: contract.version for contract in one.contracts}
    assert versions == {"GetThing": "1.0", "ListThings": "1.2"}


def test_a_version_of_another_major_is_not_believed(archive: Archive, packages: ModuleType) -> None:
    """The namespace has the major version; a schema that says another one is mistaken."""
    path = packages.schema_of("GetThing")
    files = packages.changed(packages.clean("GetThing"), path, 'version="1.0">', 'version="2.0">')

    assert [contract.version for contract in install(archive(files)).contracts] == ["1.0"]


def test_a_domain_without_riv_in_its_names_is_understood(
    archive: Archive, packages: ModuleType
) -> None:
    """Some published contracts leave it out."""
    files = {
        path: content.replace(b"urn:riv:", b"urn:") for path, content in packages.clean().items()
    }

    assert install(archive(files)).name == "made:up:things"


# What a WSDL says ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("style", "profile", "parts", "headers", "address"),
    [
        pytest.param(
            "clean", "rivtabp21", ("LogicalAddress", "parameters"),
            (LOGICAL_ADDRESS,), LOGICAL_ADDRESS, id="2.1",
        ),
        pytest.param(
            "old_profile", "rivtabp20", ("LogicalAddress", "parameters"),
            (WSA_TO,), WSA_TO, id="2.0",
        ),
        pytest.param(
            "three_headers", "rivtabp20", ("parameters", "LogicalAddress", "ArgosHeader"),
            (WSA_TO, "{urn:riv:inera.se.apotekensservice:argos:1}ArgosHeader"), WSA_TO,
            id="pharmacy",
        ),
    ],
)  # fmt: skip
def test_header_parts_come_from_the_wsdl(
    archive: Archive, packages: ModuleType, style: str, profile: str, parts: tuple[str, ...],
    headers: tuple[str, ...], address: str,
) -> None:  # fmt: skip
    """Profile, parts in their order, and the header that carries the address."""
    install(archive(getattr(packages, style)()))
    next_start()

    for contract in installed_domain(STEM).contracts:
        assert contract.profile == profile
        assert contract.parts == parts
        assert contract.headers == headers
        assert contract.address_header == address


def test_action_and_root_come_from_the_wsdl(
    archive: Archive, packages: ModuleType, noon: datetime
) -> None:
    """They need not follow any formula: a tenth of the published actions do not."""
    path = packages.wsdl_of("GetThing")
    files = packages.clean("GetThing")
    files[path] = packages.wsdl("GetThing", action="urn:x:lost").encode()
    files = packages.changed(files, path, 'element="pay:GetThing"', 'element="pay:GetThingRequest"')
    files = packages.changed(
        files, packages.schema_of("GetThing"), 'element name="GetThing"',
        'element name="GetThingRequest"',
    )  # fmt: skip

    (contract,) = install(archive(files)).contracts

    assert contract.soap_action == "urn:x:lost"
    assert contract.request == f"{{{packages.service('GetThing')}}}GetThingRequest"
    message = packages.message().replace(b"GetThing xmlns", b"GetThingRequest xmlns")
    message = message.replace(b"</GetThing>", b"</GetThingRequest>")
    assert judge(message, at=noon).accepted


def test_a_wsdl_may_hold_two_port_types(packages: ModuleType, archive: Archive) -> None:
    """Assignment and result are two contracts, one for each direction."""
    other = packages.wsdl("TellThing")
    other = other[other.index("  <wsdl:message ") : other.index("  <wsdl:service")]
    space = packages.service("TellThing")
    files = packages.clean("GetThing")
    files["schemas/interactions/GetThingInteraction/TellThingResponder_1.0.xsd"] = (
        packages.interaction("TellThing").encode()
    )
    path = packages.wsdl_of("GetThing")
    text = files[path].decode().replace("  <wsdl:service", f"{other}  <wsdl:service")
    text = text.replace("</xs:schema>", f'<xs:import namespace="{space}" '
                        'schemaLocation="TellThingResponder_1.0.xsd"/></xs:schema>')  # fmt: skip
    text = text.replace('element="pay:TellThing', 'element="tell:TellThing')
    text = text.replace("<wsdl:definitions ", f'<wsdl:definitions xmlns:tell="{space}" ')

    one = install(archive({**files, path: text.encode()}))

    assert {contract.namespace for contract in one.contracts} == {
        packages.service("GetThing"),
        space,
    }
    first = read_wsdl(one.contracts[0].wsdl, service_domain="made:up:things", version="1.0")
    assert first == one.contracts[0]


def test_operations_that_share_a_namespace_are_told_apart(
    packages: ModuleType, archive: Archive, noon: datetime
) -> None:
    """Against BP-17, and yet: the payload's element decides."""
    path = packages.wsdl_of("GetThing")
    files = packages.clean("GetThing")
    files = packages.changed(
        files, packages.schema_of("GetThing"), '  <xs:element name="GetThing"',
        '  <xs:element name="DropThing" type="tns:GetThingType"/>'
        '<xs:element name="DropThingResponse" type="tns:GetThingResponseType"/>'
        '<xs:element name="GetThing"',
    )  # fmt: skip
    text = files[path].decode()
    for start, end in (
        ("  <wsdl:message ", "  <wsdl:portType"),
        ("    <wsdl:operation ", "  </wsdl:portType"),
        ("    <wsdl:operation ", "  </wsdl:binding"),
    ):
        stop = text.index(end)
        more = text[text.rindex(start, 0, stop) if "oper" in start else text.index(start) : stop]
        text = text[:stop] + more.replace("GetThing", "DropThing") + text[stop:]
    text = text.replace("DropThingResponder:1", "GetThingResponder:1")

    one = install(archive({**files, path: text.encode()}))

    assert [contract.interaction for contract in one.contracts] == ["GetThing", "DropThing"]
    dropped = judge(packages.message().replace(b"GetThing x", b"DropThing x").replace(
        b"</GetThing>", b"</DropThing>"), at=noon)  # fmt: skip
    assert str(dropped.contract) == "made:up:things 1.0 DropThing"
    assert str(judge(packages.message(), at=noon).contract) == "made:up:things 1.0 GetThing"


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param(
            (
                ('name="parameters" element="pay:GetThing"/>', 'name="b" element="pay:GetThing"/>'),
                ('<soap:body use="literal" parts="parameters"/>', '<soap:body use="literal"/>'),
            ),
            id="the part that is no header",
        ),
        pytest.param(
            (
                ('name="parameters" element="pay:GetThing"/>', 'name="b" element="pay:GetThing"/>'),
                ('parts="parameters"', 'parts="b"'),
            ),
            id="the part that the binding names",
        ),
        pytest.param(
            (
                ("<xs:schema target", '<xs:schema targetNamespace="{pay}"><xs:include '
                 'schemaLocation="GetThingResponder_1.0.xsd"/></xs:schema><xs:schema target'),
                ('<xs:import schemaLocation="GetThingResponder_1.0.xsd" namespace="{pay}"/>', ""),
            ),
            id="a schema that includes the payload's",
        ),
        pytest.param(
            (("GetThingResponder_1.0.xsd", "Get%20Thing.xsd"),), id="a blank in the name"
        ),
    ],
)  # fmt: skip
def test_a_wsdl_may_be_written_otherwise(
    packages: ModuleType, archive: Archive, noon: datetime, changes: tuple[tuple[str, str], ...]
) -> None:
    """Body part and schema are found by what binding and schema say, not by habit."""
    files = packages.clean("GetThing")
    path, schema = packages.wsdl_of("GetThing"), packages.schema_of("GetThing")
    for old, new in changes:
        space = packages.service("GetThing")
        files = packages.changed(files, path, old.format(pay=space), new.format(pay=space))
        if "%20" in new:
            files[f"{Path(schema).parent.as_posix()}/Get Thing.xsd"] = files.pop(schema)

    one = install(archive(files))

    assert one.manifest.repairs == ()
    assert one.contracts[0].request == f"{{{packages.service('GetThing')}}}GetThing"
    assert judge(packages.message(), at=noon).accepted


@pytest.mark.parametrize(
    ("old", "new", "lacks"),
    [
        pytest.param('part="LogicalAddress"', 'part="Address"', "part 'Address'", id="header part"),
        pytest.param("schemas.xmlsoap.org/wsdl/soap/", "schemas.xmlsoap.org/wsdl/soap12/",
                     "soap:operation", id="SOAP 1.2 alone"),
        pytest.param('<wsdl:part name="parameters" element="pay:GetThing"/>', "",
                     "'parameters'", id="no body"),
    ],
)  # fmt: skip
def test_a_wsdl_that_lacks_something_says_where(
    packages: ModuleType, tmp_path: Path, old: str, new: str, lacks: str
) -> None:
    """The operation and its line stand in the error."""
    path = tmp_path / "a.wsdl"
    path.write_text(packages.wsdl("GetThing").replace(old, new), encoding="utf-8")

    with pytest.raises(HarnessError, match=lacks) as refused:
        read_wsdls(path, service_domain="", version="")

    assert "operation GetThing, line " in refused.value.what


# Known domains ------------------------------------------------------------------------------


@pytest.mark.skipif(not REFERENCE.is_dir(), reason="the released schemas are not beside us")
def test_an_installed_domain_never_hides_a_bundled_contract() -> None:
    """The bundled one, with its rules, goes on judging; what is hidden is told."""
    one = install(REFERENCE / "financial_billing_claim")

    found = known().contract_for(RESPONDER)
    assert found is not None
    assert found == bundled().contract_for(RESPONDER)
    assert hidden_of(one) == one.contracts


def test_what_nobody_else_has_is_not_hidden(archive: Archive) -> None:
    """A domain of its own answers for itself."""
    assert hidden_of(install(archive())) == ()


def test_the_newest_version_answers_for_a_contract_that_both_have(
    archive: Archive, packages: ModuleType
) -> None:
    """A release holds the unchanged contracts of those before it."""
    old = install(archive(name="made_up_things_1.9.zip"))
    new = install(archive(name="made_up_things_1.10.zip"))

    assert [one.version for one in installed_domains()] == ["1.10", "1.9"]
    found = known().contract_for(packages.service("GetThing"))
    assert found is not None
    assert found[1].schema.is_relative_to(new.folder)
    assert hidden_of(old) == old.contracts
    assert hidden_of(new) == ()


def test_a_namespace_of_many_contracts_is_met_with_those_alike(
    archive: Archive, packages: ModuleType, noon: datetime
) -> None:
    """With hundreds of contracts, a misspelt namespace is answered with its neighbours alone."""
    install(archive(packages.clean(*(f"GetThing{number}" for number in range(30)))))

    (finding,) = judge(packages.message("GetThing77"), at=noon).findings

    assert finding.mend.count("urn:riv:made:up:things:GetThing7") >= 1
    assert finding.mend.count("urn:") == 3


def test_no_disk_is_walked_for_a_message(
    archive: Archive, packages: ModuleType, noon: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is known is read once; a message costs no look at the folders."""
    install(archive())
    judge(packages.message(), at=noon)

    def refuse(*_: object, **__: object) -> None:
        pytest.fail("the disk was walked")

    with monkeypatch.context() as watched:
        for name in ("scandir", "listdir", "stat"):
            watched.setattr(os, name, refuse)
        judged = judge(packages.message(), at=noon)

    assert judged.accepted


def test_workers_know_installed_domains(
    archive: Archive, packages: ModuleType, noon: datetime, tmp_path: Path
) -> None:
    """Many files are judged by several processes, each of which knows the same."""
    install(archive())
    paths = []
    for number, person in enumerate((packages.PERSON, "x")):
        path = tmp_path / f"{number}.xml"
        path.write_bytes(packages.message(person=person))
        paths.append(path)

    judged = [one.accepted for _, one in judge_files(tuple(paths), at=noon, workers=2)]

    assert judged == [True, False]


def test_home_is_where_the_person_says() -> None:
    """PROVBANK_HOME, where it is set to something; or else what the system has for data."""
    ask = "from contracts.installed import home; print(home())"

    def told(**variables: str) -> str:
        environment = {key: one for key, one in os.environ.items() if key != "PROVBANK_HOME"}
        made = subprocess.run(  # noqa: S603 - our own interpreter
            [sys.executable, "-c", ask], env={**environment, **variables}, check=True,
            capture_output=True, text=True,
        )  # fmt: skip
        return made.stdout.strip()

    assert told(PROVBANK_HOME="some/where") == str(Path("some/where").absolute())
    assert told(PROVBANK_HOME="") == told()
    assert Path(told()).is_absolute()
    assert "provbank" in told()


def test_without_a_home_nothing_is_installed(at_home: Path) -> None:
    """Asking makes no folder."""
    assert installed_domains() == ()
    assert broken_domains() == ()
    assert not at_home.exists()
    assert known().domains == bundled().domains


def test_a_home_that_cannot_be_written_to_is_told(
    archive: Archive, at_home: Path
) -> None:  # fmt: skip
    """The error says how to mend it."""
    at_home.write_text("a file")

    with pytest.raises(PackageError, match="PROVBANK_HOME"):
        install(archive())
    assert installed_domains() == ()


# Showing and removing -----------------------------------------------------------------------


def test_a_domain_is_found_by_its_names(archive: Archive) -> None:
    """Folder, or name and version, or the name alone where there is one version."""
    one = install(archive())

    for name in (STEM, STEM.upper(), "made:up:things 1.0", "made:up:things", " made:up:things "):
        assert installed_domain(name) is installed_domains()[0]
    install(archive(name="made_up_things_1.1.zip"))
    assert installed_domain("made:up:things 1.0").folder == one.folder
    with pytest.raises(PackageError, match="2 versions") as refused:
        installed_domain("made:up:things")
    assert refused.value.mend == "choose one of made_up_things_1.1, made_up_things_1.0"


def test_an_unknown_domain_is_told_with_those_there_are(archive: Archive) -> None:
    """The error says what can be chosen, or how to get something to choose."""
    with pytest.raises(PackageError, match="provbank domain install"):
        installed_domain("other")
    install(archive())
    with pytest.raises(PackageError, match=f"other is not installed.*{STEM}"):
        installed_domain("other")


def test_a_removed_domain_is_gone(
    archive: Archive, packages: ModuleType, noon: datetime, at_home: Path
) -> None:
    """Its messages are unknown again, and nothing of it is left."""
    install(archive())
    assert judge(packages.message(), at=noon).accepted

    assert remove("made:up:things").name == STEM

    assert installed_domains() == ()
    assert judge(packages.message(), at=noon).contract is None
    assert list((at_home / "domains").iterdir()) == []
    with pytest.raises(PackageError, match="not installed"):
        remove(STEM)


def test_a_broken_domain_can_be_removed(archive: Archive) -> None:
    """It is not in the way for ever."""
    one = install(archive())
    for path in (one.folder / "original").rglob("*.wsdl"):
        path.unlink()
    (one.folder / "manifest.json").unlink()
    next_start()
    assert [broken.folder.name for broken in broken_domains()] == [STEM]

    remove(STEM)

    assert broken_domains() == ()


# The manifest is the cache ------------------------------------------------------------------


def test_manifests_alone_are_read_at_the_next_start(
    archive: Archive, packages: ModuleType, noon: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Contracts, repairs, problems and rule files come back as they were."""
    files = {**packages.pattern_anchors(), "schemas/constraints.sch": b"<a"}
    one = install(archive(files))
    nothing_is_read(monkeypatch)
    next_start()

    (again,) = installed_domains()

    assert again is not one
    assert again.manifest == one.manifest
    assert judge(packages.message(), at=noon).accepted


def test_new_times_alone_make_nothing_anew(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A home that was copied or restored is recognised by its contents, once."""
    one = install(archive())
    for path in one.folder.rglob("*.xsd"):
        os.utime(path, (1, 1))
    nothing_is_read(monkeypatch)
    next_start()

    assert len(installed_domains()) == 1

    monkeypatch.setattr(installed, "digest_of", lambda _: pytest.fail("the files were read again"))
    next_start()
    assert len(installed_domains()) == 1


def rewrite(one: Installed, change: Callable[[dict[str, object]], object]) -> None:
    """Change a manifest on disk."""
    path = one.folder / "manifest.json"
    document = json.loads(path.read_text(encoding="utf-8"))
    change(document)
    path.write_text(json.dumps(document), encoding="utf-8")


@pytest.mark.parametrize(
    "damage",
    [
        pytest.param(
            lambda one: rewrite(one, lambda it: it.update(format=FORMAT + 1)), id="format"
        ),
        pytest.param(lambda one: rewrite(one, lambda it: it.pop("contracts")), id="part missing"),
        pytest.param(lambda one: rewrite(one, lambda it: it.update(more=1)), id="part unknown"),
        pytest.param(
            lambda one: rewrite(one, lambda it: it["contracts"][0].update(schema="../../a.xsd")),
            id="leads out",
        ),
        pytest.param(lambda one: (one.folder / "manifest.json").write_text("{"), id="cut off"),
        pytest.param(lambda one: (one.folder / "manifest.json").write_text("[]"), id="a list"),
        pytest.param(lambda one: (one.folder / "manifest.json").unlink(), id="lost"),
        pytest.param(lambda one: one.contracts[0].schema.unlink(), id="copy lost"),
        pytest.param(lambda one: one.contracts[0].schema.write_text("<a/>"), id="copy changed"),
    ],
)
def test_a_manifest_that_cannot_be_trusted_is_made_anew(
    archive: Archive, packages: ModuleType, noon: datetime, at_home: Path,
    damage: Callable[[Installed], object],
) -> None:  # fmt: skip
    """The originals are enough to come back to where it was."""
    damage(install(archive(packages.pattern_anchors())))
    next_start()

    assert judge(packages.message(), at=noon).accepted
    (again,) = installed_domains()
    assert (again.name, again.version) == ("made:up:things", "1.0")
    assert len(again.manifest.repairs) == 1
    document = json.loads((again.folder / "manifest.json").read_text(encoding="utf-8"))
    assert document["format"] == FORMAT
    assert [path.name for path in (at_home / "domains").iterdir()] == [STEM]


def test_changed_originals_are_read_again(
    archive: Archive, packages: ModuleType, noon: datetime
) -> None:
    """The cache is of the contents, not of the name."""
    one = install(archive())
    core = one.folder / "original" / packages.core_of()
    core.write_text(packages.core(pattern="[a-z]+"), encoding="utf-8")
    next_start()

    assert judge(packages.message(person="abc"), at=noon).accepted
    assert not judge(packages.message(), at=noon).accepted


def test_one_broken_domain_does_not_stop_the_others(
    archive: Archive, packages: ModuleType, noon: datetime
) -> None:
    """What cannot be made anew is told, and left out."""
    one = install(archive())
    install(archive(packages.clean(domain="other:things"), "other_things_1.0.zip"))
    (one.folder / "manifest.json").unlink()
    for path in (one.folder / "original").rglob("*.wsdl"):
        path.write_text("<a/>")
    next_start()

    assert [str(one) for one in installed_domains()] == ["other:things 1.0"]
    (broken,) = broken_domains()
    assert "no WSDL" in broken.why
    assert judge(packages.message(domain="other:things"), at=noon).accepted


# Schematron in packages ---------------------------------------------------------------------


def a_rule_file(content: str, *, binding: str = 'queryBinding="xslt2"') -> bytes:
    """Write a Schematron file; its content begins on line 2."""
    return (
        '<sch:schema xmlns:sch="http://purl.oclc.org/dsdl/schematron" '
        f'xmlns:xsl="http://www.w3.org/1999/XSL/Transform" {binding}>\n{content}\n</sch:schema>'
    ).encode()


RULE = (
    '<sch:pattern><sch:rule context="{context}"><sch:let name="n" value="{let}"/>\n'
    '<sch:assert test="{test}">Text <sch:value-of select="{select}"/></sch:assert></sch:rule>'
    "</sch:pattern>"
)
GOOD = {"context": "a", "let": "1", "test": "$n = count(b)", "select": "c"}


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        pytest.param(RULE.format(**GOOD), "", id="sound"),
        pytest.param(RULE.format(**{**GOOD, "test": "count(b"}), "line 3: .*count", id="test"),
        pytest.param(RULE.format(**{**GOOD, "test": "foo(b)"}), "line 3: .*foo", id="function"),
        pytest.param(RULE.format(**{**GOOD, "context": "a["}), "line 2: ", id="context"),
        pytest.param(RULE.format(**{**GOOD, "let": "1 +"}), "line 2: ", id="let"),
        pytest.param(RULE.format(**{**GOOD, "select": "c]"}), "line 3: ", id="value-of"),
        pytest.param(RULE.format(**{**GOOD, "context": "p:a"}), "line 2: .*prefix", id="prefix"),
        pytest.param(
            RULE.format(**GOOD) + '\n<sch:pattern is-a="none"/>', "line 4: is-a='none'", id="is-a"
        ),
        pytest.param('<sch:include href="http://x/y.sch"/>', "line 2: include", id="include"),
        pytest.param("<a", "line 3: not well-formed", id="XML"),
        pytest.param('<xsl:import href="http://x/y.xsl"/>', "line 2: xsl:import", id="xsl:import"),
        pytest.param('<xsl:include href="../../x.xsl"/>', "line 2: xsl:include", id="xsl:include"),
        pytest.param(
            RULE.format(**{**GOOD, "test": "doc('http://x/')"}), "line 3: .*other files", id="doc"
        ),
        pytest.param(
            RULE.format(**{**GOOD, "let": "unparsed-text('/etc/passwd')"}),
            "line 2: .*other files", id="unparsed-text",
        ),
        pytest.param(
            '<xsl:variable name="v" static="yes" select="1"/>', "line 2: ", id="static"
        ),
    ],
)  # fmt: skip
def test_rule_files_are_listed_with_what_is_wrong(
    archive: Archive, packages: ModuleType, content: str, problem: str
) -> None:
    """File, line and cause; the domain loads whatever its rules are."""
    path = "test-suite/GetThing/constraints.xml"

    one = install(archive({**packages.clean(), path: a_rule_file(content)}))

    (told,) = one.manifest.rule_files
    assert told.file == path
    assert re.match(problem or "$", told.problem)
    assert {contract.interaction for contract in one.contracts} == {"GetThing", "ListThings"}


@pytest.mark.parametrize(
    ("path", "listed"),
    [
        ("schemas/engagementindex/made_up_things_ei_update_constraints.xml", True),
        ("test-suite/rules.sch", True),
        ("test-suite/Constraints.XML", True),
        ("test-suite/data.xml", False),
        ("docs/rules.txt", False),
    ],
)
def test_rule_files_are_found_by_name_and_root(
    archive: Archive, packages: ModuleType, path: str, listed: bool
) -> None:
    """Wherever they lie in the package; another kind of file is none."""
    one = install(archive({**packages.clean(), path: a_rule_file(RULE.format(**GOOD))}))

    assert [rule.file for rule in one.manifest.rule_files] == ([path] if listed else [])


def test_constraints_that_are_no_schematron_are_not_listed(
    archive: Archive, packages: ModuleType
) -> None:
    """The name alone makes no rules."""
    one = install(archive({**packages.clean(), "test-suite/constraints.xml": b"<other/>"}))

    assert one.manifest.rule_files == ()


def test_a_domain_without_rules_is_judged_by_schema_alone(
    archive: Archive, packages: ModuleType, noon: datetime
) -> None:
    """The rules of a package are not run, and neither rules nor requirements are needed."""
    rules = RULE.format(context="*", let="1", test="false()", select="c")
    install(archive({**packages.clean(), "test-suite/rules.sch": a_rule_file(rules)}))

    judged = judge(packages.message(), at=noon)
    domain = known().domain("made:up:things", "1.0")

    assert judged.accepted
    assert (judged.failed_rules, judged.findings) == ((), ())
    assert domain.rules is None
    assert len(domain.requirements) == 0


def test_a_rule_file_that_could_break_the_compiler_is_told_with_its_line(
    archive: Archive, packages: ModuleType
) -> None:
    """What is too large for a compiler's stack never gets to it."""
    deep = RULE.format(**{**GOOD, "test": "(" * 20_000 + "1" + ")" * 20_000})

    one = install(archive({**packages.clean(), "test-suite/rules.sch": a_rule_file(deep)}))

    (told,) = one.manifest.rule_files
    assert told.problem == "line 3: an expression of 40,001 characters is too long"
    assert len(one.contracts) == 2


def test_a_rule_file_that_breaks_the_compiler_costs_itself_alone(
    archive: Archive, packages: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A compiler that goes down does not take the product with it."""

    def breaks(*_: object) -> str:
        raise Failed("it brings the compiler down")

    monkeypatch.setattr(package_rules, "apart", breaks)
    rules = a_rule_file(RULE.format(**GOOD))

    one = install(archive({**packages.clean(), "test-suite/rules.sch": rules}))

    (told,) = one.manifest.rule_files
    assert told.problem == "it cannot be compiled: it brings the compiler down"
    assert len(one.contracts) == 2


def test_rule_files_may_be_made_of_several_within_the_package(
    archive: Archive, packages: ModuleType
) -> None:
    """An include is followed anywhere in it; a fault in a part is told with the part's name."""
    sch = 'xmlns:sch="http://purl.oclc.org/dsdl/schematron"'
    part = (
        f'<sch:pattern {sch}>\n<sch:rule context="a"><sch:assert test="{{}}"/></sch:rule>'
        "</sch:pattern>"
    )
    one = install(
        archive(
            {
                **packages.clean(),
                "test-suite/GetThing/constraints.xml": a_rule_file(
                    '<sch:include href="../common/good.sch"/>'
                ),
                "test-suite/ListThings/constraints.xml": a_rule_file(
                    '<sch:include href="../common/bad.sch"/>'
                ),
                "test-suite/common/good.sch": part.format("b").encode(),
                "test-suite/common/bad.sch": part.format("((").encode(),
            }
        )
    )

    sound, faulty = one.manifest.rule_files
    assert sound.problem == ""
    assert faulty.problem.startswith("bad.sch line 2: ((")
    assert named_rules(one.folder / "original" / sound.file).faults == ()


def test_schemas_that_are_never_compiled_are_refused(
    archive: Archive, packages: ModuleType, monkeypatch: pytest.MonkeyPatch, at_home: Path
) -> None:
    """A model may be too much in a way that nobody counted: time is limited too."""
    head = '<xs:element name="h"/>' + "".join(
        f'<xs:element name="s{one}" substitutionGroup="tns:h"/>' for one in range(5000)
    )
    users = "".join(
        f'<xs:complexType name="c{one}"><xs:sequence>'
        + '<xs:element ref="tns:h" minOccurs="0"/><xs:element name="q"/>' * 5
        + "</xs:sequence></xs:complexType>"
        for one in range(400)
    )
    core = packages.core(more=head + users).encode()
    monkeypatch.setattr(installed, "_LONGEST", 1.0)

    with pytest.raises(PackageError, match="takes longer than 1 seconds"):
        install(archive({**packages.clean(), packages.core_of(): core}))

    assert [path for path in at_home.rglob("*") if path.is_file()] == []
    assert install(archive()).contracts


def test_the_maker_makes_what_it_says(packages: ModuleType) -> None:
    """The generated contracts have the shape of the published ones."""
    root = etree.fromstring(packages.three_headers()[packages.wsdl_of("GetThing", "rivtabp20")])
    parts = root.xpath("//*[local-name()='part']/@name")

    assert parts == ["parameters", "LogicalAddress", "ArgosHeader", "parameters"]
    assert package.read_package.__doc__
    assert home().name.startswith("hem")
