"""Release archives made to order: clean ones, each known fault, each hostile trick.

A package is a mapping of paths to bytes; ``zipped`` and ``laid_out`` make a file or folder of it.
The published archives are not here, so these imitate their layout, their house styles and the
faults that were counted in them (RIV-TA profile sheet §2.4).
"""

from __future__ import annotations

import copy
import io
import stat
import struct
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path

Files = dict[str, bytes]

DOMAIN = "made:up:things"
WSA = "http://www.w3.org/2005/08/addressing"
REGISTRY = "urn:riv:itintegration:registry:1"
ARGOS = "urn:riv:inera.se.apotekensservice:argos:1"
ACTOR = "urn:riv:interoperability:headers:1"
PERSON = "191212121212"
XS = "http://www.w3.org/2001/XMLSchema"
ANY = '<xs:any namespace="##other" processContents="lax" minOccurs="0" maxOccurs="unbounded"/>'
PATTERN = "[0-9]{8}[0-9pPtTfF][0-9]{3}"
CORE = "schemas/core_components"
HEADERS = {
    "LogicalAddress": (REGISTRY, "LogicalAddress", "itintegration_registry_1.0.xsd"),
    "To": (WSA, "To", "ws-addressing-1.0.xsd"),
    "actor": (ACTOR, "Actor", "interoperability_headers_1.0.xsd"),
    "ArgosHeader": (ARGOS, "ArgosHeader", "ArgosHeader_1.0.xsd"),
}


def service(name: str, domain: str = DOMAIN, major: int = 1) -> str:
    """Give the namespace of a contract's messages."""
    return f"urn:riv:{domain}:{name}Responder:{major}"


def message(name: str = "GetThing", *, person: str = PERSON, domain: str = DOMAIN) -> bytes:
    """Write a request; it is valid where the person is twelve digits."""
    return (
        f'<{name} xmlns="{service(name, domain)}"><thing>'
        f'<personId xmlns="urn:riv:{domain}:1">{person}</personId></thing></{name}>'
    ).encode()


def core(
    domain: str = DOMAIN, *, more: str = "", pattern: str = PATTERN, version: str = "1.0"
) -> str:
    """Write a domain schema."""
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<xs:schema xmlns:xs="{XS}" xmlns:tns="urn:riv:{domain}:1" targetNamespace="urn:riv:{domain}:1"
  elementFormDefault="qualified" attributeFormDefault="unqualified" version="{version}">
  <!-- Grundläggande typer -->
  <xs:complexType name="ThingType">
    <xs:sequence>
      <xs:element name="personId" type="tns:PersonIdType"/>
      <xs:element name="note" type="xs:string" minOccurs="0"/>
      {ANY}
    </xs:sequence>
  </xs:complexType>
  <xs:simpleType name="PersonIdType">
    <xs:restriction base="xs:string">
      <xs:pattern value="{pattern}"/>
    </xs:restriction>
  </xs:simpleType>
{more}</xs:schema>
"""


def interaction(
    name: str, domain: str = DOMAIN, *, body: str = "", top: str = "", more: str = ""
) -> str:
    """Write a service schema: request and response of one interaction."""
    stem = domain.replace(":", "_")
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<xs:schema xmlns:xs="{XS}" xmlns:tns="{service(name, domain)}" xmlns:core="urn:riv:{domain}:1"
  xmlns:head="{ACTOR}" targetNamespace="{service(name, domain)}"
  elementFormDefault="qualified" attributeFormDefault="unqualified" version="1.0">
  <xs:import schemaLocation="../../core_components/{stem}_1.0.xsd" namespace="urn:riv:{domain}:1"/>
  {top}
  <xs:element name="{name}" type="tns:{name}Type"/>
  <xs:element name="{name}Response" type="tns:{name}ResponseType"/>
  <xs:complexType name="{name}Type">
    <xs:sequence>
      <xs:element name="thing" type="core:ThingType"/>
      {body}
      {ANY}
    </xs:sequence>
  </xs:complexType>
  <xs:complexType name="{name}ResponseType">
    <xs:sequence>
      <xs:element name="resultCode" type="tns:ResultCodeEnum"/>
      <xs:element name="resultText" type="xs:string" minOccurs="0"/>
      {ANY}
    </xs:sequence>
  </xs:complexType>
  <xs:simpleType name="ResultCodeEnum">
    <xs:restriction base="xs:string">
      <xs:enumeration value="OK"/><xs:enumeration value="INFO"/><xs:enumeration value="ERROR"/>
    </xs:restriction>
  </xs:simpleType>
{more}</xs:schema>
"""


def wsdl(
    name: str,
    domain: str = DOMAIN,
    *,
    profile: str = "rivtabp21",
    parts: tuple[str, ...] = ("LogicalAddress", "parameters"),
    action: str | None = None,
) -> str:
    """Write a WSDL; its parts are names of headers, and ``parameters`` for the body."""
    target = f"urn:riv:{domain}:{name}:1:{profile}"
    headers = {part: _header(part, profile) for part in parts if part != "parameters"}
    spaces = "".join(f' xmlns:{part}="{space}"' for part, (space, _, _) in headers.items())
    imports = "".join(
        f'<xs:import schemaLocation="../../core_components/{file}" namespace="{space}"/>\n'
        for space, _, file in headers.values()
    )
    stated = "".join(
        f'<wsdl:part name="{part}" element="{part}:{headers[part][1]}"/>'
        if part in headers
        else f'<wsdl:part name="parameters" element="pay:{name}"/>'
        for part in parts
    )
    bound = "".join(
        f'<soap:header use="literal" message="tns:{name}Request" part="{part}"/>'
        for part in headers
    )
    action = f"{service(name, domain)}:{name}" if action is None else action
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<wsdl:definitions name="{name}Interaction" xmlns:wsdl="http://schemas.xmlsoap.org/wsdl/"
  xmlns:soap="http://schemas.xmlsoap.org/wsdl/soap/" xmlns:xs="{XS}"
  xmlns:pay="{service(name, domain)}" xmlns:tns="{target}"{spaces}
  targetNamespace="{target}">
  <wsdl:types>
    <xs:schema targetNamespace="{target}">
      <xs:import schemaLocation="{name}Responder_1.0.xsd" namespace="{service(name, domain)}"/>
      {imports}</xs:schema>
  </wsdl:types>
  <wsdl:message name="{name}Request">{stated}</wsdl:message>
  <wsdl:message name="{name}Response">
    <wsdl:part name="parameters" element="pay:{name}Response"/>
  </wsdl:message>
  <wsdl:portType name="{name}ResponderInterface">
    <wsdl:operation name="{name}">
      <wsdl:input message="tns:{name}Request"/><wsdl:output message="tns:{name}Response"/>
    </wsdl:operation>
  </wsdl:portType>
  <wsdl:binding name="{name}ResponderBinding" type="tns:{name}ResponderInterface">
    <soap:binding style="document" transport="http://schemas.xmlsoap.org/soap/http"/>
    <wsdl:operation name="{name}">
      <soap:operation soapAction="{action}" style="document"/>
      <wsdl:input>{bound}<soap:body use="literal" parts="parameters"/></wsdl:input>
      <wsdl:output><soap:body use="literal"/></wsdl:output>
    </wsdl:operation>
  </wsdl:binding>
  <wsdl:service name="{name}ResponderService">
    <wsdl:port name="{name}ResponderPort" binding="tns:{name}ResponderBinding">
      <soap:address location="http://tempuri.org"/>
    </wsdl:port>
  </wsdl:service>
</wsdl:definitions>
"""


def header_schema(space: str, element: str) -> str:
    """Write the schema of one header element."""
    return (
        f'<xs:schema xmlns:xs="{XS}" targetNamespace="{space}" elementFormDefault="qualified">\n'
        f'<xs:element name="{element}" type="xs:string"/>\n</xs:schema>\n'
    )


def clean(
    *names: str,
    domain: str = DOMAIN,
    profile: str = "rivtabp21",
    parts: tuple[str, ...] = ("LogicalAddress", "parameters"),
) -> Files:
    """Make a package without faults."""
    stem = domain.replace(":", "_")
    text = {f"{CORE}/{stem}_1.0.xsd": core(domain), f"docs/TKB_{stem}.docx": "a document"}
    for part in (part for part in parts if part != "parameters"):
        space, element, file = _header(part, profile)
        text[f"{CORE}/{file}"] = header_schema(space, element)
    for name in names or ("GetThing", "ListThings"):
        text[wsdl_of(name, profile)] = wsdl(name, domain, profile=profile, parts=parts)
        text[schema_of(name)] = interaction(name, domain)
    return {path: content.encode() for path, content in text.items()}


def old_profile() -> Files:
    """Make a package of profile 2.0: the address is a wsa:To."""
    return clean(profile="rivtabp20")


def three_headers() -> Files:
    """Make a package in the pharmacies' style: body first, then address, then another header."""
    return clean(profile="rivtabp20", parts=("parameters", "LogicalAddress", "ArgosHeader"))


def wsdl_of(name: str, profile: str = "rivtabp21") -> str:
    """Give the path of an interaction's WSDL."""
    return f"schemas/interactions/{name}Interaction/{name}Interaction_1.0_{profile.upper()}.wsdl"


def schema_of(name: str) -> str:
    """Give the path of an interaction's schema."""
    return f"schemas/interactions/{name}Interaction/{name}Responder_1.0.xsd"


def core_of(domain: str = DOMAIN) -> str:
    """Give the path of the domain schema."""
    return f"{CORE}/{domain.replace(':', '_')}_1.0.xsd"


def changed(files: Files, path: str, old: str, new: str, *, times: int = 1) -> Files:
    """Give a package with a text changed in one file, where it stands so many times."""
    text = files[path].decode()
    assert text.count(old) == times, f"{old!r} stands {text.count(old)} times in {path}"
    return {**files, path: text.replace(old, new).encode()}


def _header(part: str, profile: str) -> tuple[str, str, str]:
    return HEADERS["To" if part == "LogicalAddress" and profile == "rivtabp20" else part]


# Faults that are put right ---------------------------------------------------------------------


EXTENSION = "urn:riv:made:up:things:1.1"
_GET, _CORE = schema_of("GetThing"), core_of()
_EXTENSION = f"{CORE}/made_up_things_1.1_ext.xsd"
_EXTRA = f'xmlns:m1="{EXTENSION}"'
_IMPORT = (
    '<xs:import schemaLocation="../../core_components/made_up_things_1.1_ext.xsd" '
    f'namespace="{EXTENSION}"/>'
)
_REFERENCE = '<xs:element ref="m1:extra"/>'


def _extended(*, top: str = _IMPORT, body: str = _REFERENCE) -> Files:
    """Make a package whose first interaction refers to an extension."""
    files = clean()
    files[_EXTENSION] = header_schema(EXTENSION, "extra").encode()
    schema = interaction("GetThing", top=top, body=body)
    files[_GET] = schema.replace("<xs:schema ", f"<xs:schema {_EXTRA} ").encode()
    return files


def missing_import() -> Files:
    """An extension is used, there, and not imported."""
    return _extended(top="")


def missing_file() -> Files:
    """The path to the domain schema is wrong by one folder."""
    return changed(clean(), _GET, "../../core_components/", "../core_components/")


def missing_file_of_windows() -> Files:
    """The path to the domain schema is written in the way of Windows, and in another case."""
    return changed(
        clean(), _GET, "../../core_components/made_up_things_1.0.xsd",
        r"..\..\core_components\Made_Up_Things_1.0.xsd",
    )  # fmt: skip


def missing_file_outside() -> Files:
    """The domain schema lies beside ``schemas``, not in it."""
    files = clean()
    files["core_components/made_up_things_1.0.xsd"] = files.pop(_CORE)
    return files


def location_outside() -> Files:
    """The location of the domain schema is an address."""
    return changed(clean(), _GET, "../../core_components/", "http://127.0.0.1:9/")


def wrong_namespace() -> Files:
    """The import says another namespace than the file has, and the names that file's."""
    wrong = _IMPORT.replace(EXTENSION, f"{EXTENSION}.1")
    return _extended(top=wrong)


def wrong_namespace_throughout() -> Files:
    """The import says another namespace than the file has, and so do the names."""
    files = _extended()
    text = files[_GET].decode().replace(EXTENSION, f"{EXTENSION}.1")
    return {**files, _GET: text.encode()}


def wrong_namespace_in_wsdl() -> Files:
    """A WSDL speaks of version 2, its schema is of version 1."""
    files = clean()
    path = wsdl_of("GetThing")
    files[path] = files[path].replace(b"GetThingResponder:1", b"GetThingResponder:2")
    return files


def ambiguous_any() -> Files:
    """An optional extension stands directly before the xs:any."""
    return _extended(body='<xs:element ref="m1:extra" minOccurs="0"/>')


def ambiguous_base() -> Files:
    """A derived type adds an optional extension after the xs:any of its base."""
    more = (
        '<xs:complexType name="MoreType"><xs:complexContent><xs:extension base="core:ThingType">'
        '<xs:sequence><xs:element ref="m1:extra" minOccurs="0"/></xs:sequence></xs:extension>'
        "</xs:complexContent></xs:complexType>"
    )
    files = _extended(body="")
    return changed(files, _GET, "</xs:schema>", f"{more}</xs:schema>")


def pattern_anchors() -> Files:
    """The pattern is written as a programmer would."""
    return changed(clean(), _CORE, PATTERN, f"^{PATTERN}$")


def byte_order_mark() -> Files:
    """A WSDL begins with a byte order mark."""
    files = clean()
    path = wsdl_of("GetThing")
    files[path] = b"\xef\xbb\xbf" + files[path]
    return files


def latin_1() -> Files:
    """The domain schema says UTF-8, and is ISO-8859-1."""
    files = clean()
    files[_CORE] = files[_CORE].decode().encode("iso-8859-1")
    return files


def wrongly_utf_16() -> Files:
    """The domain schema says UTF-16, as some tools write, and is UTF-8."""
    return changed(clean(), _CORE, 'encoding="UTF-8"', 'encoding="utf-16"')


SECOND = f"{CORE}/made_up_things_enum_1.0.xsd"
_SECOND_IMPORT = (
    '<xs:import schemaLocation="../../core_components/made_up_things_enum_1.0.xsd" '
    'namespace="urn:riv:made:up:things:1"/>'
)


def two_files() -> Files:
    """One namespace is imported twice, from two files that need each other's types."""
    files = clean()
    more = '<xs:simpleType name="KindType"><xs:restriction base="tns:CodeType"/></xs:simpleType>'
    again = core(more=more).replace("ThingType", "OtherType").replace("PersonIdType", "CodeType")
    files[SECOND] = again.encode()
    schema = interaction(
        "GetThing", top=_SECOND_IMPORT,
        body='<xs:element name="kind" type="core:KindType" minOccurs="0"/>',
    )  # fmt: skip
    files[_GET] = schema.encode()
    return files


def two_files_that_differ() -> Files:
    """Two files declare the same types of one namespace, one of them differently."""
    files = clean()
    files[SECOND] = core(pattern="[0-9]{12}", version="1.1").encode()
    files[_GET] = interaction("GetThing", top=_SECOND_IMPORT).encode()
    return files


def xml_base() -> Files:
    """A schema says that its locations count from elsewhere."""
    return changed(clean(), _GET, "<xs:schema ", '<xs:schema xml:base="http://127.0.0.1:9/away/" ')


REPAIRED: Mapping[str, tuple[Callable[[], Files], str, str]] = {
    "missing import": (missing_import, "missing import", _GET),
    "missing file": (missing_file, "missing file", _GET),
    "missing file, as on Windows": (missing_file_of_windows, "missing file", _GET),
    "missing file, outside schemas": (missing_file_outside, "missing file", _GET),
    "location outside": (location_outside, "foreign location", _GET),
    "wrong namespace": (wrong_namespace, "wrong namespace", _GET),
    "wrong namespace throughout": (wrong_namespace_throughout, "wrong namespace", _GET),
    "wrong namespace in WSDL": (wrong_namespace_in_wsdl, "wrong namespace", wsdl_of("GetThing")),
    "ambiguous any": (ambiguous_any, "ambiguous any", _GET),
    "ambiguous any of a base": (ambiguous_base, "ambiguous any", _CORE),
    "pattern anchors": (pattern_anchors, "pattern anchors", _CORE),
    "byte order mark": (byte_order_mark, "byte order mark", wsdl_of("GetThing")),
    "ISO-8859-1": (latin_1, "wrong encoding", _CORE),
    "UTF-16 that is not": (wrongly_utf_16, "wrong encoding", _CORE),
    "two files": (two_files, "two files for a namespace", _GET),
    "xml:base": (xml_base, "xml:base", _GET),
}
"""Each repair: a package with one fault, the repair's kind, and the file that it is told of."""


# Faults that cost a contract -------------------------------------------------------------------


def without_schemas() -> Files:
    """A WSDL has no schemas."""
    files = clean()
    text = files[wsdl_of("GetThing")].decode()
    start, end = text.index("<wsdl:types>"), text.index("</wsdl:types>") + len("</wsdl:types>")
    return {**files, wsdl_of("GetThing"): (text[:start] + text[end:]).encode()}


def another_domains_schema() -> Files:
    """A schema of another domain is used, and is not in the package."""
    top = '<xs:import schemaLocation="../../../other_domain/core.xsd" namespace="urn:riv:other:1"/>'
    files = clean()
    body = '<xs:element name="kind" type="o:Type"/>'
    text = interaction("GetThing", top=top, body=body)
    files[_GET] = text.replace("<xs:schema ", '<xs:schema xmlns:o="urn:riv:other:1" ').encode()
    return files


def without_namespace() -> Files:
    """Types are referred to without their namespace."""
    return changed(clean(), _GET, 'type="tns:GetThingType"', 'type="GetThingType"')


def not_well_formed() -> Files:
    """A service schema is cut off."""
    files = clean()
    return {**files, _GET: files[_GET][:600]}


def with_document_type() -> Files:
    """A service schema would read a file of the machine."""
    entity = '<!DOCTYPE xs:schema [<!ENTITY s SYSTEM "file:///etc/passwd">]>\n<xs:schema '
    return changed(clean(), _GET, "<xs:schema ", entity)


def with_bomb() -> Files:
    """A service schema's groups unfold to a million particles."""
    groups = "".join(
        f'<xs:group name="g{step}"><xs:sequence>'
        + (f'<xs:group ref="tns:g{step + 1}"/>' * 10 if step < 6 else '<xs:element name="e"/>')
        + "</xs:sequence></xs:group>"
        for step in range(7)
    )
    files = changed(clean(), _GET, "</xs:schema>", f"{groups}</xs:schema>")
    return changed(files, _GET, '<xs:element name="thing"',
                   '<xs:group ref="tns:g0"/><xs:element name="thing"')  # fmt: skip


def unknown_message() -> Files:
    """The WSDL refers to a message that the schema does not declare."""
    return changed(clean(), wsdl_of("GetThing"), 'element="pay:GetThing"', 'element="pay:Get"')


LOST: Mapping[str, tuple[Callable[[], Files], str, str]] = {
    "WSDL without schemas": (without_schemas, wsdl_of("GetThing"), "no schema import"),
    "schema of another domain": (another_domains_schema, _GET, "urn:riv:other:1"),
    "names without namespace": (without_namespace, _GET, "no namespace"),
    "not well-formed": (not_well_formed, _GET, "not well-formed"),
    "document type": (with_document_type, _GET, "document type declaration"),
    "content model bomb": (with_bomb, _GET, "1,000,00"),
    "message not declared": (unknown_message, wsdl_of("GetThing"), "declares the message"),
}
"""Each fault that nothing can mend: a package, the file it is told of, and a part of the cause."""


# Archives and folders ---------------------------------------------------------------------------


def laid_out(files: Files, folder: Path) -> Path:
    """Write a package as a folder."""
    for path, content in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(content)
    return folder


def zipped(files: Files, folder: Path, name: str = "") -> Path:
    """Write a package as a release archive."""
    path = folder / (name or f"ServiceContracts_{DOMAIN.replace(':', '_')}_1.0.zip")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(packed(files))
    return path


def packed(files: Mapping[str, bytes]) -> bytes:
    """Pack files in the order given, under the names given."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            entry = zipfile.ZipInfo("x")
            entry.filename = name  # as it is: the constructor would tidy it
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, content)
    return made.getvalue()


def special(name: str, kind: int, content: bytes = b"/etc/passwd") -> bytes:
    """Pack one entry of a kind of the file system: a link, a pipe, a device."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        entry = zipfile.ZipInfo(name)
        entry.create_system = 3
        entry.external_attr = (kind | 0o777) << 16
        archive.writestr(entry, content)
    return made.getvalue()


def encrypted() -> bytes:
    """Pack one entry that says it is encrypted."""
    made = bytearray(packed({"a.xsd": b"secret"}))
    for mark, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        made[made.index(mark) + place] |= 1
    return bytes(made)


def bomb(size: int = 30_000_000) -> bytes:
    """Pack one entry that grows a thousandfold."""
    return packed({"schemas/a.xsd": b" " * size})


def overlapping() -> bytes:
    """Pack many names for the bytes of one entry."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("schemas/0.xsd", b"<a/>" * 1000)
        first = archive.filelist[0]
        for number in range(1, 50):
            again = copy.copy(first)
            again.filename = again.orig_filename = f"schemas/{number}.xsd"
            archive.filelist.append(again)
    return made.getvalue()


def understated() -> bytes:
    """Pack an entry that is larger than its entry says."""
    made = bytearray(packed({"schemas/a.xsd": b"x" * 5000}))
    for mark, place in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        struct.pack_into("<L", made, made.index(mark) + place, 10)
    return bytes(made)


def zip64() -> bytes:
    """Pack in the form for very large archives."""
    made = packed({"a.xsd": b"<a/>"})
    end = made.rindex(b"PK\x05\x06")
    return made[:end] + struct.pack("<4sLQL", b"PK\x06\x07", 0, end, 1) + made[end:]


def large_directory() -> bytes:
    """Pack with a table of contents that says it is a gigabyte."""
    made = bytearray(packed({"a.xsd": b"<a/>"}))
    struct.pack_into("<L", made, made.rindex(b"PK\x05\x06") + 12, 1_000_000_000)
    return bytes(made)


def damaged() -> bytes:
    """Pack an entry whose bytes have changed since."""
    content = bytes(range(256)) * 20
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr("schemas/a.xsd", content)
    return made.getvalue().replace(content[:256], b"!" * 256, 1)


HOSTILE: Mapping[str, tuple[Callable[[], bytes], str]] = {
    "up": (lambda: packed({"../evil.xsd": b""}), "leads out"),
    "up in the middle": (lambda: packed({"a/../../evil.xsd": b""}), "leads out"),
    "up by backslashes": (lambda: packed({"a\\..\\..\\evil.xsd": b""}), "leads out"),
    "absolute": (lambda: packed({"/etc/cron.d/evil": b""}), "absolute"),
    "drive": (lambda: packed({"C:\\evil.xsd": b""}), "absolute"),
    "share": (lambda: packed({"\\\\host\\share\\evil.xsd": b""}), "absolute"),
    "stream": (lambda: packed({"a.xsd:hidden": b""}), "Windows forbids"),
    "control character": (lambda: packed({"a\x1b[2J.xsd": b""}), "Windows forbids"),
    "zero": (lambda: packed({"a.xsd\0.txt": b""}), "Windows forbids"),
    "right to left": (lambda: packed({"a\u202edsx.exe": b""}), "cannot be seen"),
    "device": (lambda: packed({"schemas/aux.xsd": b""}), "reserved"),
    "device as folder": (lambda: packed({"COM1/a.xsd": b""}), "reserved"),
    "device with a blank": (lambda: packed({"nul .xsd": b""}), "reserved"),
    "dot at the end": (lambda: packed({"a./b.xsd": b""}), "a dot"),
    "blank at the end": (lambda: packed({"a.xsd ": b""}), "a blank"),
    "case": (lambda: packed({"a.xsd": b"", "A.XSD": b""}), "differs in case"),
    "folder case": (lambda: packed({"a/1.xsd": b"", "A/2.xsd": b""}), "differs from another"),
    "composed letter": (
        lambda: packed({"\u00e5.xsd": b"", "a\u030a.xsd": b""}), "differs in case",
    ),
    "no name": (lambda: packed({"": b""}), "no name"),
    "file and folder": (lambda: packed({"a": b"", "a/b.xsd": b""}), "both a file and a folder"),
    "link": (lambda: special("a.xsd", stat.S_IFLNK), "symbolic link"),
    "pipe": (lambda: special("a.xsd", stat.S_IFIFO), "no ordinary file"),
    "character device": (lambda: special("a.xsd", stat.S_IFCHR), "no ordinary file"),
    "encrypted": (encrypted, "the entry is encrypted"),
    "bomb": (bomb, "would grow"),
    "overlapping": (overlapping, "another entry"),
    "understated": (understated, "no sound zip"),
    "zip64": (zip64, "ZIP64"),
    "large directory": (large_directory, "table of contents"),
    "damaged": (damaged, "no sound zip"),
    "cut off": (lambda: packed({"a.xsd": b"x" * 9999})[:-30], "no zip archive"),
    "not a zip": (lambda: b"<a/>" * 100, "no zip archive"),
    "empty file": (lambda: b"", "no zip archive"),
    "empty archive": (lambda: packed({}), "no files"),
    "only hidden": (lambda: packed({".git/config": b"x"}), "no files"),
    "too deep": (lambda: packed({"a/" * 40 + "b.xsd": b""}), "deeper"),
    "name too long": (lambda: packed({"a" * 200 + ".xsd": b""}), "too long"),
}  # fmt: skip
"""Each hostile trick: an archive, and a part of the reason it is refused for."""
