"""What published packages get wrong is put right in a copy, and told against the contract."""

from __future__ import annotations

import http.server
import shutil
import threading
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from types import ModuleType

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from contracts.catalogue import Catalogue, Domain
from contracts.content_models import MOST_DECLARATIONS
from contracts.errors import MessageError, PackageError
from contracts.judge import Judgement, judge
from contracts.manifest import Manifest
from contracts.package import read_package
from contracts.package_reading import read_source
from contracts.package_rules import rule_files
from contracts.repair import RepairKind, without_anchors

GET = "schemas/interactions/GetThingInteraction/GetThingResponder_1.0.xsd"
NO_ID = "not an id"

FAULTS = {  # fault of the maker: what stands on the line that is told
    "missing import": 'ref="m1:extra"',
    "missing file": "xs:import",
    "missing file, as on Windows": "xs:import",
    "missing file, outside schemas": "xs:import",
    "location outside": "xs:import",
    "wrong namespace": "1.1.1",
    "wrong namespace throughout": "1.1.1",
    "wrong namespace in WSDL": "xs:import",
    "ambiguous any": "xs:any",
    "ambiguous any of a base": "xs:any",
    "pattern anchors": "^[0-9]{8}",
    "byte order mark": "<?xml",
    "ISO-8859-1": "Grundl",
    "UTF-16 that is not": "<?xml",
    "two files": "enum_1.0.xsd",
    "xml:base": "",
}
STRICT = [  # what a strict processor stumbles at; the others it reads, or reads wrongly
    "missing import",
    "missing file",
    "missing file, outside schemas",
    "location outside",
    "wrong namespace",
    "wrong namespace throughout",
    "ambiguous any",
    "ambiguous any of a base",
    "ISO-8859-1",
    "two files",
]
LOST = {  # fault of the maker: what stands on the line that is told
    "WSDL without schemas": "wsdl:operation",
    "schema of another domain": 'type="o:Type"',
    "names without namespace": 'type="GetThingType"',
    "not well-formed": "",
    "document type": "<!DOCTYPE",
    "content model bomb": "xs:complexType",
    "message not declared": "",
}


class Bench:
    """Reads packages in a folder of its own, and judges messages by what came of them."""

    def __init__(self, packages: ModuleType, folder: Path, at: datetime) -> None:
        self._packages = packages
        self._at = at
        self.original = folder / "original"
        self.repaired = folder / "repaired"
        self.manifest = Manifest(name="", version="", archive="", sha256="")

    def read(self, files: dict[str, bytes]) -> Manifest:
        """Read a package."""
        for folder in (self.original, self.repaired):
            shutil.rmtree(folder, ignore_errors=True)
        self._packages.laid_out(files, self.original)
        self.manifest = read_package(
            self.original, self.repaired, archive="made_up_things_1.0.zip", sha256=""
        )
        return self.manifest

    def judged(self, message: bytes) -> Judgement:
        """Judge a message by the contracts of the package alone."""
        domain = Domain("made:up:things", "1.0", self.repaired, listed=self.manifest.contracts)
        return judge(message, at=self._at, catalogue=Catalogue((domain,)))

    @property
    def usable(self) -> set[str]:
        """Name the interactions that can be used."""
        return {contract.interaction for contract in self.manifest.contracts}


@pytest.fixture
def bench(packages: ModuleType, tmp_path: Path, noon: datetime) -> Bench:
    """Give where packages are read."""
    return Bench(packages, tmp_path / "bench", noon)


def thing(packages: ModuleType, *, person: str, extra: bool) -> bytes:
    """Write a request, with the element of the extension where it is called for."""
    text = packages.message(person=person)
    more = f'<extra xmlns="{packages.EXTENSION}">x</extra>'.encode()
    return text.replace(b"</thing>", b"</thing>" + more) if extra else text


# Clean packages -----------------------------------------------------------------------------


@pytest.mark.parametrize("style", ["clean", "old_profile", "three_headers"])
def test_a_clean_package_needs_no_repair(packages: ModuleType, bench: Bench, style: str) -> None:
    """Nothing is told of it, and every copy is its original, byte by byte."""
    files = getattr(packages, style)()

    manifest = bench.read(files)

    assert (manifest.repairs, manifest.problems) == ((), ())
    assert bench.usable == {"GetThing", "ListThings"}
    for path, content in files.items():
        if path.endswith((".xsd", ".wsdl")):
            assert (bench.repaired / path).read_bytes() == content
    assert bench.judged(packages.message()).accepted
    assert not bench.judged(packages.message(person=NO_ID)).accepted


# Repairs ------------------------------------------------------------------------------------


def test_every_fault_has_its_test(packages: ModuleType) -> None:
    """The lists above are the maker's own."""
    assert list(FAULTS) == list(packages.REPAIRED)
    assert list(LOST) == list(packages.LOST)
    kinds = {kind for _, kind, _ in packages.REPAIRED.values()}
    assert kinds == {kind.value for kind in RepairKind}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_known_fault_is_put_right_and_told_once(
    packages: ModuleType, bench: Bench, fault: str
) -> None:
    """Kind, file and line of the original are told, with advice; every contract can be used."""
    make, kind, file = packages.REPAIRED[fault]
    files = make()

    manifest = bench.read(files)

    repairs = [one for one in manifest.repairs if one.file == file]
    assert [one.kind.value for one in repairs] == [kind]
    assert manifest.problems == ()
    line = files[file].decode("iso-8859-1").splitlines()[repairs[0].line - 1]
    assert FAULTS[fault] in line
    assert repairs[0].advice
    assert str(repairs[0]).startswith(f"{file}:{repairs[0].line}: ")
    assert bench.usable == {"GetThing", "ListThings"}


@pytest.mark.parametrize("fault", FAULTS)
def test_messages_are_judged_by_the_repaired_schema(
    packages: ModuleType, bench: Bench, fault: str
) -> None:
    """A right message is accepted, a wrong one not; the contract's faults are not the message's."""
    bench.read(packages.REPAIRED[fault][0]())
    extra = fault in ("missing import", "wrong namespace", "wrong namespace throughout")

    right = bench.judged(thing(packages, person=packages.PERSON, extra=extra))
    wrong = bench.judged(thing(packages, person=NO_ID, extra=extra))

    assert right.accepted, right.findings
    assert right.findings == ()
    assert str(right.contract) == "made:up:things 1.0 GetThing"
    assert [one.where for one in wrong.findings] == ["/GetThing/thing/personId"]


@pytest.mark.parametrize("fault", FAULTS)
def test_originals_stay_as_they_are(packages: ModuleType, bench: Bench, fault: str) -> None:
    """Repaired files lie beside the originals, never over them."""
    files = packages.REPAIRED[fault][0]()

    bench.read(files)

    assert {path: (bench.original / path).read_bytes() for path in files} == files


@pytest.mark.parametrize("fault", STRICT)
def test_a_strict_processor_cannot_read_the_original(
    packages: ModuleType, bench: Bench, fault: str
) -> None:
    """The faults are real: without the repair, no message could be judged."""
    bench.read(packages.REPAIRED[fault][0]())
    parser = etree.XMLParser(no_network=True)

    with pytest.raises((etree.XMLSchemaParseError, etree.XMLSyntaxError)):
        etree.XMLSchema(etree.parse(str(bench.original / GET), parser))


def test_anchors_would_reject_every_person(packages: ModuleType, bench: Bench) -> None:
    """With ^ and $ taken literally, as XML Schema says, no real id is valid."""
    bench.read(packages.pattern_anchors())

    strict = etree.XMLSchema(etree.parse(str(bench.original / GET)))

    assert not strict.validate(etree.fromstring(packages.message()))


def test_a_dropped_any_is_dropped_in_its_own_type_alone(packages: ModuleType, bench: Bench) -> None:
    """The ambiguous type loses its xs:any; the response keeps its own."""
    bench.read(packages.ambiguous_any())
    foreign = b'<x xmlns="urn:x"/></'
    response = (
        f'<GetThingResponse xmlns="{packages.service("GetThing")}"><resultCode>OK</resultCode>'
        "</GetThingResponse>"
    ).encode()

    assert not bench.judged(
        packages.message().replace(b"</GetThing", foreign + b"GetThing")
    ).accepted
    assert bench.judged(response.replace(b"</GetThing", foreign + b"GetThing")).accepted
    assert (bench.repaired / GET).read_text().count("xs:any ") == 1


def test_a_type_may_be_ambiguous_in_a_group(packages: ModuleType, bench: Bench) -> None:
    """The xs:any is found where it stands, though the error names the type that uses it."""
    files = packages.ambiguous_any()
    text = files[GET].decode()
    start = text.index('      <xs:element name="thing"')
    end = text.index("    </xs:sequence>", start)
    group = (
        f'<xs:group name="G"><xs:sequence>{text[start:end]}</xs:sequence></xs:group>\n</xs:schema>'
    )
    text = (text[:start] + '<xs:group ref="tns:G"/>\n' + text[end:]).replace("</xs:schema>", group)

    manifest = bench.read({**files, GET: text.encode()})

    assert [one.kind for one in manifest.repairs] == [RepairKind.AMBIGUOUS_ANY]
    assert bench.judged(packages.message()).accepted


@pytest.mark.parametrize(
    ("pattern", "plain"),
    [
        ("^[0-9]{8}$", "[0-9]{8}"),
        ("^a", "a"),
        ("a$", "a"),
        ("a", "a"),
        ("", ""),
        ("^$", ""),
        ("^a$|^b$", "a|b"),
        ("(^a|b$)c", "(^a|b$)c"),
        ("[|^$]", "[|^$]"),
        ("[^a]b", "[^a]b"),
        (r"a\$", r"a\$"),
        (r"a\\$", r"a\\"),
        (r"\^a", r"\^a"),
        (r"a\|^b", r"a\|^b"),
        (r"[\]|]$", r"[\]|]"),
    ],
)
def test_only_anchors_are_stripped(pattern: str, plain: str) -> None:
    """Ends of the whole and of its alternatives; what stands in brackets or is escaped stays."""
    assert without_anchors(pattern) == plain


# Two files for one namespace ----------------------------------------------------------------


def test_both_files_of_a_namespace_are_used(packages: ModuleType, bench: Bench) -> None:
    """Types of either file are found, and those of the one may use those of the other."""
    bench.read(packages.two_files())
    kind = f'<kind xmlns="{packages.service("GetThing")}">{{}}</kind></GetThing>'
    message = packages.message()

    right = message.replace(b"</GetThing>", kind.format(packages.PERSON).encode())
    wrong = message.replace(b"</GetThing>", kind.format(NO_ID).encode())

    assert bench.judged(right).accepted
    assert [one.where for one in bench.judged(wrong).findings] == ["/GetThing/kind"]
    copy = (bench.repaired / "merged-1" / GET).read_text(encoding="utf-8")
    assert copy.count('namespace="urn:riv:made:up:things:1"') == 1


def test_what_both_files_declare_is_taken_once(packages: ModuleType, bench: Bench) -> None:
    """A second file that repeats the first one's types, and adds one, brings in that one."""
    files = packages.two_files()
    again = files[packages.SECOND].decode()
    again = again.replace("OtherType", "ThingType").replace("CodeType", "PersonIdType")

    manifest = bench.read({**files, packages.SECOND: again.encode()})

    assert [one.kind for one in manifest.repairs] == [RepairKind.TWO_FILES]
    assert manifest.problems == ()
    assert bench.usable == {"GetThing", "ListThings"}
    assert bench.judged(packages.message()).accepted


def test_merging_touches_the_contracts_that_need_it_alone(
    packages: ModuleType, bench: Bench
) -> None:
    """The other contract keeps the files it had, and WSDL and schema of one lie together."""
    get, other = sorted(bench.read(packages.two_files()).contracts, key=lambda one: one.interaction)

    assert other.schema.is_relative_to(bench.repaired / "schemas")
    assert get.schema.is_relative_to(bench.repaired / "merged-1")
    assert get.wsdl.is_relative_to(bench.repaired / "merged-1")
    assert get.wsdl.parent == get.schema.parent


def test_one_merging_serves_several_contracts(packages: ModuleType, bench: Bench) -> None:
    """What two contracts share is told once, and both can be used."""
    files = packages.two_files()
    text = files[GET].decode().replace("GetThing", "ListThings")
    files[packages.schema_of("ListThings")] = text.encode()

    manifest = bench.read(files)

    assert [one.kind for one in manifest.repairs] == [RepairKind.TWO_FILES]
    assert bench.usable == {"GetThing", "ListThings"}
    assert all(bench.judged(packages.message(name)).accepted for name in bench.usable)


def test_files_that_differ_are_told_and_the_newer_counts(
    packages: ModuleType, bench: Bench
) -> None:
    """A type that both declare is taken from the newer file; the other contract has its own."""
    (problem,) = bench.read(packages.two_files_that_differ()).problems

    assert problem.lost == ()
    assert "PersonIdType" in problem.what
    assert problem.file.endswith("things_1.0.xsd")
    assert not bench.judged(packages.message(person="19121212T212")).accepted
    assert bench.judged(packages.message("ListThings", person="19121212T212")).accepted


def test_two_versions_that_never_meet_are_no_fault(packages: ModuleType, bench: Bench) -> None:
    """One contract may use version 1.0 of the domain schema, and another 1.1."""
    files = packages.clean()
    newer = f"{packages.CORE}/made_up_things_1.1.xsd"
    files[newer] = packages.core(pattern="[0-9]{12}", version="1.1").encode()
    files = packages.changed(files, GET, "things_1.0.xsd", "things_1.1.xsd")

    manifest = bench.read(files)

    assert (manifest.repairs, manifest.problems) == ((), ())
    assert not bench.judged(packages.message(person="19121212T212")).accepted
    assert bench.judged(packages.message("ListThings", person="19121212T212")).accepted


# What cannot be put right -------------------------------------------------------------------


@pytest.mark.parametrize("fault", LOST)
def test_what_cannot_be_mended_costs_its_contract_alone(
    packages: ModuleType, bench: Bench, fault: str
) -> None:
    """File, line and cause are told, with what is lost; the rest of the package loads."""
    make, file, cause = packages.LOST[fault]

    manifest = bench.read(make())

    problem = next(one for one in manifest.problems if one.lost)
    assert (problem.file, problem.lost) == (file, ("GetThing",))
    assert cause in problem.what
    assert LOST[fault] in make()[file].decode().splitlines()[problem.line - 1]
    assert str(bench.repaired) not in problem.what
    assert bench.usable == {"ListThings"}
    assert bench.judged(packages.message("ListThings")).accepted


def test_lines_are_those_of_the_original(packages: ModuleType, bench: Bench) -> None:
    """Also where the copy that was compiled has others, since it was mended."""
    text = packages.without_namespace()[GET].decode()
    text = text.replace("../../core", "../core").replace("<xs:schema ", "<xs:schema\n\n\n")

    manifest = bench.read({**packages.clean(), GET: text.encode()})

    copy = (bench.repaired / GET).read_text(encoding="utf-8")
    assert copy.count("\n") < text.count("\n")
    problem = next(one for one in manifest.problems if one.lost)
    assert 'type="GetThingType"' in text.splitlines()[problem.line - 1]


def test_a_package_without_one_usable_contract_is_refused(
    packages: ModuleType, bench: Bench
) -> None:
    """There would be nothing to install; every cause is told."""
    files = packages.clean("GetThing")
    files[GET] = b"<a/>"

    with pytest.raises(PackageError, match="not one contract") as refused:
        bench.read(files)

    assert f"{GET}:1: the file is no XML schema" in str(refused.value)


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    fault=st.sampled_from(list(FAULTS)),
    changes=st.lists(
        st.tuples(st.integers(0, 10), st.integers(0, 3000), st.binary(max_size=3)), max_size=4
    ),
)
def test_whatever_a_file_holds_it_is_told(
    packages: ModuleType, bench: Bench, fault: str, changes: list[tuple[int, int, bytes]]
) -> None:
    """A package is read or refused, however its files are damaged; nothing else can happen."""
    files = packages.REPAIRED[fault][0]()
    for number, offset, new in changes:
        path = sorted(files)[number % len(files)]
        place = offset % (len(files[path]) + 1)
        files[path] = files[path][:place] + new + files[path][place + len(new) + 1 :]

    try:
        manifest = bench.read(files)
    except PackageError as refused:
        assert "\n  " in str(refused) or "no WSDL" in str(refused)  # noqa: PT017 - either is right
    else:
        assert all(contract.schema.is_file() for contract in manifest.contracts)


def test_a_package_without_wsdl_is_refused(packages: ModuleType, bench: Bench) -> None:
    """Schemas alone are no service contract."""
    files = {path: one for path, one in packages.clean().items() if not path.endswith("wsdl")}

    with pytest.raises(PackageError, match="no WSDL"):
        bench.read(files)


def test_several_packages_in_a_folder_are_refused(packages: ModuleType, bench: Bench) -> None:
    """Their versions and files would be taken for one package's."""
    files = {
        f"{top}/{path}": content
        for top in ("one", "two")
        for path, content in packages.clean().items()
    }

    with pytest.raises(PackageError, match="2 packages: one, two"):
        bench.read(files)


def test_imports_in_a_circle_are_read_and_noted(packages: ModuleType, bench: Bench) -> None:
    """A circle is legal; it costs nothing, and ends."""
    back = (
        f'<xs:import namespace="{packages.service("GetThing")}" '
        'schemaLocation="../interactions/GetThingInteraction/GetThingResponder_1.0.xsd"/>'
    )
    files = packages.changed(
        packages.clean(), packages.core_of(), "  <!-- Grund", f"  {back}<!-- Grund"
    )

    (note,) = bench.read(files).problems

    assert note.lost == ()
    assert "circle: " in note.what
    assert {part for part in note.what.split() if part.endswith(".xsd")} == {
        "GetThingResponder_1.0.xsd",
        "made_up_things_1.0.xsd",
    }
    assert bench.usable == {"GetThing", "ListThings"}
    assert bench.judged(packages.message()).accepted


def test_includes_in_a_circle_end(packages: ModuleType, bench: Bench) -> None:
    """A file that includes itself by way of another is read once."""
    files = packages.clean("GetThing")
    path = f"{packages.CORE}/more.xsd"
    include = '<xs:include schemaLocation="{}"/><!-- Grund'
    files = packages.changed(files, packages.core_of(), "<!-- Grund", include.format("more.xsd"))
    files[path] = (
        packages.core()
        .replace("ThingType", "OtherType")
        .replace("PersonIdType", "OtherIdType")
        .replace("<!-- Grund", include.format("made_up_things_1.0.xsd"))
        .encode()
    )

    bench.read(files)

    assert bench.judged(packages.message()).accepted


def test_a_long_chain_of_imports_is_walked(packages: ModuleType, bench: Bench) -> None:
    """Depth costs no stack."""
    files = packages.clean("GetThing")
    for number in range(2000):
        following = f'<xs:import namespace="urn:{number + 1}" schemaLocation="{number + 1}.xsd"/>'
        files[f"{packages.CORE}/{number}.xsd"] = (
            f'<xs:schema xmlns:xs="{packages.XS}" targetNamespace="urn:{number}">'
            f"{following if number < 1999 else ''}</xs:schema>"
        ).encode()
    first = '<xs:import namespace="urn:0" schemaLocation="0.xsd"/>'
    files = packages.changed(files, packages.core_of(), "  <!-- Grund", f"{first}<!-- Grund")

    bench.read(files)

    assert bench.judged(packages.message()).accepted


@pytest.mark.parametrize(
    "bomb",
    [
        "groups",
        "types",
        "declarations",
        "optional elements",
        "attribute groups",
        "unions",
        "a pattern",
    ],
)
def test_a_schema_that_would_take_for_ever_is_refused(
    packages: ModuleType, bench: Bench, bomb: str
) -> None:
    """Small files can hold large models; they are counted before they are compiled."""
    more = {
        "groups": "".join(
            f'<xs:group name="g{one}"><xs:sequence><xs:group ref="tns:g{one + 1}"/></xs:sequence>'
            "</xs:group>"
            for one in range(300)
        ),
        "types": "".join(
            f'<xs:complexType name="t{one}"><xs:complexContent><xs:extension base="tns:t{one + 1}">'
            "<xs:sequence/></xs:extension></xs:complexContent></xs:complexType>"
            for one in range(300)
        ),
        "declarations": "<xs:annotation/>" * (MOST_DECLARATIONS + 1),
        "optional elements": '<xs:complexType name="t"><xs:sequence>'
        + "".join(f'<xs:element name="e{one}" minOccurs="0"/>' for one in range(3000))
        + "</xs:sequence></xs:complexType>",
        "attribute groups": "".join(
            f'<xs:attributeGroup name="a{one}">'
            + f'<xs:attributeGroup ref="tns:a{one + 1}"/>' * 2
            + "</xs:attributeGroup>"
            for one in range(40)
        ),
        "unions": "".join(
            f'<xs:simpleType name="u{one}"><xs:union memberTypes="tns:u{one + 1} tns:u{one + 1}"/>'
            "</xs:simpleType>"
            for one in range(40)
        ),
        "a pattern": '<xs:simpleType name="p"><xs:restriction base="xs:string"><xs:pattern '
        f'value="({"|".join(f"a{one}?" for one in range(5000))})*"/></xs:restriction>'
        "</xs:simpleType>",
    }[bomb]
    files = packages.changed(packages.clean(), GET, "</xs:schema>", f"{more}</xs:schema>")

    (problem,) = bench.read(files).problems

    assert problem.lost == ("GetThing",)
    assert bench.usable == {"ListThings"}


def test_what_would_not_fit_in_memory_is_refused(
    packages: ModuleType, bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """WSDL and schemas are counted before one is read; documents do not count."""
    files = {**packages.clean(), "docs/TKB.docx": b"x" * 20_000}
    size = sum(len(content) for path, content in files.items() if path.startswith("schemas/"))
    monkeypatch.setattr("contracts.repair._MOST_BYTES", size)
    bench.read(files)

    monkeypatch.setattr("contracts.repair._MOST_BYTES", size - 1)

    with pytest.raises(PackageError, match="bytes are more than"):
        bench.read(files)


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        pytest.param("Get Thing", "Get Thing", id="blank"),
        pytest.param("../GetThing", "../GetThing", id="path"),
        pytest.param("x&#10;ok: all well", "x\ufffdok: all well", id="line of its own"),
        pytest.param("x&#x9b;31mred", "x\ufffd31mred", id="control of the terminal"),
        pytest.param("x&#x202e;txt", "x\ufffdtxt", id="right to left"),
    ],
)
def test_a_name_that_is_none_costs_its_contract(
    packages: ModuleType, bench: Bench, name: str, shown: str
) -> None:
    """Names end up in addresses and on the screen, where they must not play tricks."""
    path = packages.wsdl_of("GetThing")
    old = '<wsdl:operation name="GetThing">'
    files = packages.changed(packages.clean(), path, old, old.replace("GetThing", name), times=2)

    manifest = bench.read(files)

    assert bench.usable == {"ListThings"}
    told = str(next(one for one in manifest.problems if one.lost))
    assert f"no ordinary name of an operation (operation {shown}" in told
    assert told.isprintable()


# Locations ----------------------------------------------------------------------------------


@pytest.fixture
def listener() -> Iterator[tuple[str, list[str]]]:
    """Give the address of a server that keeps what is asked of it."""
    asked: list[str] = []

    class Keeper(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_error(404)

        def log_message(self, *_: object) -> None:
            """Keep quiet."""

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Keeper)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", asked
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(("{core}", "{url}/made_up_other_1.0.xsd"), id="schemaLocation"),
        pytest.param(("<xs:schema ", '<xs:schema xml:base="{url}/a/" '), id="xml:base"),
        pytest.param(
            ("<xs:schema ", '<!DOCTYPE xs:schema SYSTEM "{url}/a.dtd">\n<xs:schema '), id="DTD"
        ),
        pytest.param(
            (
                "<xs:schema ",
                '<!DOCTYPE xs:schema [<!ENTITY % p SYSTEM "{url}/p">%p;]>\n<xs:schema ',
            ),
            id="parameter entity",
        ),
        pytest.param(
            ("<xs:schema ", '<?xml-stylesheet href="{url}/s.xsl"?>\n<xs:schema '), id="stylesheet"
        ),
        pytest.param(
            (
                "<xs:schema ",
                '<xs:schema xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
                'xsi:schemaLocation="urn:x {url}/x.xsd" ',
            ),
            id="xsi:schemaLocation",
        ),
        pytest.param(
            (
                '<xs:element name="thing"',
                '<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="{url}/i.xml"/>'
                '<xs:element name="thing"',
            ),
            id="XInclude",
        ),
    ],
)
def test_nothing_is_fetched(
    packages: ModuleType,
    bench: Bench,
    listener: tuple[str, list[str]],
    change: tuple[str, str],
) -> None:
    """No address in a package is ever asked, when it is read or when a message is judged."""
    url, asked = listener
    old, new = (part.format(core="../../core_components/made_up_things_1.0.xsd", url=url)
                for part in change)  # fmt: skip

    bench.read(packages.changed(packages.clean(), GET, old, new))
    bench.judged(packages.message())

    assert asked == []
    assert "ListThings" in bench.usable


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(("GetThingResponder_1.0.xsd", "{url}/made_up_other.xsd"), id="schemaLocation"),
        pytest.param(
            (
                "<wsdl:types>",
                '<wsdl:import namespace="urn:x" location="{url}/x.wsdl"/><wsdl:types>',
            ),
            id="wsdl:import",
        ),
        pytest.param(("http://tempuri.org", "{url}/service?wsdl"), id="address of the service"),
        pytest.param(
            ("<wsdl:definitions ", '<!DOCTYPE d SYSTEM "{url}/d.dtd"><wsdl:definitions '), id="DTD"
        ),
    ],
)
def test_nothing_is_fetched_for_a_wsdl(
    packages: ModuleType, bench: Bench, listener: tuple[str, list[str]], change: tuple[str, str]
) -> None:
    """Nor is an address in a WSDL, of another WSDL or of the service itself."""
    url, asked = listener
    path = packages.wsdl_of("GetThing")
    old, new = (part.format(url=url) for part in change)

    bench.read(packages.changed(packages.clean(), path, old, new))

    assert asked == []
    assert "ListThings" in bench.usable


@pytest.mark.parametrize(
    ("old", "new"),
    [
        pytest.param(
            "<thing>",
            '<thing xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
            'xsi:schemaLocation="{space} {url}/a.xsd" xsi:noNamespaceSchemaLocation="{url}/b.xsd">',
            id="xsi:schemaLocation",
        ),
        pytest.param("<GetThing ", '<!DOCTYPE a SYSTEM "{url}/a.dtd"><GetThing ', id="DTD"),
        pytest.param(
            "<GetThing ",
            '<!DOCTYPE a [<!ENTITY % p SYSTEM "{url}/p">%p;]><GetThing ',
            id="parameter entity",
        ),
        pytest.param(
            "</thing>",
            '<i:include xmlns:i="http://www.w3.org/2001/XInclude" href="{url}/i"/></thing>',
            id="XInclude",
        ),
        pytest.param("<GetThing ", '<?xml-stylesheet href="{url}/s"?><GetThing ', id="stylesheet"),
    ],
)
def test_nothing_is_fetched_for_a_message(
    packages: ModuleType, bench: Bench, listener: tuple[str, list[str]], old: str, new: str
) -> None:
    """A message leads nobody anywhere."""
    url, asked = listener
    bench.read(packages.clean())
    message = packages.message().decode()
    assert old in message

    space = f"urn:riv:{packages.DOMAIN}:1"
    bench.judged(message.replace(old, new.format(url=url, space=space)).encode())

    assert asked == []


@pytest.mark.parametrize(
    "content",
    [
        pytest.param('<sch:include href="{url}/more.sch"/>', id="include"),
        pytest.param(
            '<sch:pattern><sch:rule context="*"><sch:extends href="{url}/more.sch"/></sch:rule>'
            "</sch:pattern>",
            id="extends",
        ),
        pytest.param('<xsl:import href="{url}/x.xsl"/>', id="xsl:import"),
        pytest.param('<sch:let name="d" value="doc(\'{url}/d.xml\')"/>', id="doc"),
        pytest.param('<sch:let name="d" value="unparsed-text(\'{url}/t\')"/>', id="text"),
        pytest.param('<xsl:variable name="d" select="document(\'{url}/d\')"/>', id="document"),
    ],
)
def test_nothing_is_fetched_for_rules(
    packages: ModuleType, tmp_path: Path, listener: tuple[str, list[str]], content: str
) -> None:
    """A rule file that would ask an address is told to be wrong, and not compiled."""
    url, asked = listener
    schema = (
        '<sch:schema xmlns:sch="http://purl.oclc.org/dsdl/schematron" queryBinding="xslt2" '
        f'xmlns:xsl="http://www.w3.org/1999/XSL/Transform">{content.format(url=url)}'
        '<sch:pattern><sch:rule context="*"><sch:assert test="true()">x</sch:assert></sch:rule>'
        "</sch:pattern></sch:schema>"
    )

    (told,) = rule_files(packages.laid_out({"a.sch": schema.encode()}, tmp_path))

    assert asked == []
    assert told.problem


@pytest.mark.parametrize(
    ("location", "why"),
    [
        pytest.param("http://example.org/{name}", "is an address", id="address"),
        pytest.param("file:///srv/{name}", "is an address", id="file address"),
        pytest.param("//example.org/{name}", "is an address", id="address without scheme"),
        pytest.param("/srv/{name}", "no relative path", id="absolute"),
        pytest.param("C:/{name}", "is an address", id="drive"),
        pytest.param("../../../../{name}", "leads out", id="up"),
        pytest.param("..%2f..%2f..%2f../{name}", "leads out", id="up, escaped"),
        pytest.param("%2Fsrv/{name}", "leads out|leads to no file", id="absolute, escaped"),
        pytest.param("..\\..\\..\\..\\{name}", "leads out", id="up by backslashes"),
    ],
)
def test_a_location_outside_is_not_followed(
    packages: ModuleType, bench: Bench, location: str, why: str
) -> None:
    """It is told, and the file of that name in the package is taken; without one, none is."""
    name = "made_up_things_1.0.xsd"
    (bench.original.parent.parent / name).write_text(packages.core(pattern="outside"))
    bench.original.parent.mkdir(parents=True, exist_ok=True)
    (bench.original.parent / name).write_text(packages.core(pattern="outside"))
    here = f"../../core_components/{name}"
    files = packages.changed(packages.clean(), GET, here, location.format(name=name))

    (repair,) = bench.read(files).repairs

    assert repair.kind is RepairKind.FOREIGN_LOCATION
    assert any(part in repair.what for part in why.split("|"))
    assert bench.judged(packages.message()).accepted

    other = packages.changed(files, GET, name, "other.xsd").items()
    files = {path: content for path, content in other if not path.endswith(name)}
    with pytest.raises(PackageError, match="not one contract"):
        bench.read(files)


def test_every_location_in_a_copy_leads_to_a_file_of_the_package(
    packages: ModuleType, bench: Bench
) -> None:
    """The compiler is never given anything that was not looked at."""
    files = packages.changed(
        packages.two_files(), packages.schema_of("ListThings"),
        "  <xs:element name=\"ListThings\"",
        '<xs:import namespace="urn:a" schemaLocation="http://example.org/a.xsd"/>'
        '<xs:import namespace="urn:b" schemaLocation="../../../../../b.xsd"/>'
        '<xs:include schemaLocation="c.xsd"/><xs:element name="ListThings"',
    )  # fmt: skip

    manifest = bench.read(files)

    assert len(manifest.problems) == 3
    assert bench.usable == {"GetThing", "ListThings"}
    for path in bench.repaired.rglob("*.xsd"):
        for node in etree.parse(str(path)).iter("{*}import", "{*}include"):
            if location := node.get("schemaLocation"):
                assert (path.parent / location).resolve().is_relative_to(bench.repaired)
                assert (path.parent / location).is_file()


# Bytes --------------------------------------------------------------------------------------


SCHEMA = '<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" id="Åäö"/>'


@pytest.mark.parametrize(
    ("data", "repaired"),
    [
        pytest.param(SCHEMA.encode(), "", id="UTF-8"),
        pytest.param(b"\xef\xbb\xbf" + SCHEMA.encode(), "byte order mark", id="mark"),
        pytest.param(SCHEMA.encode("utf-16"), "", id="UTF-16"),
        pytest.param(
            f'<?xml version="1.0" encoding="UTF-16"?>{SCHEMA}'.encode("utf-16"),
            "", id="UTF-16 said",
        ),
        pytest.param(SCHEMA.encode("iso-8859-1"), "wrong encoding", id="Latin-1 unsaid"),
        pytest.param(
            f'<?xml version="1.0" encoding="ISO-8859-1"?>{SCHEMA}'.encode("iso-8859-1"),
            "", id="Latin-1 said",
        ),
        pytest.param(
            f'<?xml version="1.0" encoding="windows-1252"?>{SCHEMA}'.encode("cp1252"),
            "", id="Windows said",
        ),
        pytest.param(
            f'<?xml version="1.0" encoding="utf-16"?>{SCHEMA}'.encode(),
            "wrong encoding", id="UTF-8 that says UTF-16",
        ),
        pytest.param(
            b"\xef\xbb\xbf" + f'<?xml version="1.0" encoding="ISO-8859-1"?>{SCHEMA}'.encode(),
            "byte order mark", id="mark and Latin-1 said",
        ),
    ],
)  # fmt: skip
def test_letters_come_through_any_ordinary_encoding(data: bytes, repaired: str) -> None:
    """What is written is read, and what had to be guessed is told."""
    source, repairs = read_source("a.xsd", data)

    assert source.root.get("id") == "Åäö"
    assert [one.kind.value for one in repairs] == ([repaired] if repaired else [])
    assert source.rendered().decode("utf-8").startswith("<")
    assert etree.fromstring(source.rendered()).get("id") == "Åäö"


@pytest.mark.parametrize(
    ("data", "cause", "line"),
    [
        pytest.param(b"", "empty", 1, id="empty"),
        pytest.param(b"<a", "not well-formed", 1, id="cut off"),
        pytest.param(b"<a/>", "no XML schema", 1, id="another root"),
        pytest.param(b"\n\n<!DOCTYPE a><a/>", "document type", 3, id="document type"),
        pytest.param(
            b"<?xml version='1.0'?><!-- <a> -->\n<?pi?>\n<!DOCTYPE a><a/>", "document type", 3,
            id="document type after a comment",
        ),
        pytest.param("<!DOCTYPE a><a/>".encode("utf-16"), "document type", 1, id="in UTF-16"),
        pytest.param("<!DOCTYPE a><a/>".encode("utf-16-le"), "document type", 1, id="no mark"),
        pytest.param(
            b"<?xml version='1.0' encoding='UTF-7'?>+ADwAIQ-DOCTYPE a>", "UTF-7", 1, id="UTF-7"
        ),
        pytest.param(
            b"<?xml version='1.0' encoding='EBCDIC-CP-FI'?><a/>", "EBCDIC", 1, id="EBCDIC"
        ),
        pytest.param(b"<!-- <!DOCTYPE a>", "not well-formed", 1, id="comment without end"),
        pytest.param(b"\xff\xfe<", "no UTF-16", 1, id="half a letter"),
        pytest.param(b"<a>" * 300 + b"</a>" * 300, "levels deep", 1, id="deep"),
    ],
)  # fmt: skip
def test_a_file_that_cannot_be_read_says_why(data: bytes, cause: str, line: int) -> None:
    """No parser meets a document type declaration, or an encoding that could hide one."""
    with pytest.raises(MessageError, match=cause) as refused:
        read_source("a.xsd", data)

    assert (refused.value.line or 1) == line


def test_a_document_type_in_a_comment_is_none() -> None:
    """Only the prolog can hold one."""
    source, _ = read_source("a.xsd", f"<!-- <!DOCTYPE a> -->{SCHEMA}<!-- <!DOCTYPE -->".encode())

    assert source.root.get("id") == "Åäö"
