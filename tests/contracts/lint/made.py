"""A small release that keeps every rule, and for each rule one that breaks it and no other."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from contracts.lint.findings import LintReport
from contracts.lint.linter import lint, subject_named

XS = "http://www.w3.org/2001/XMLSchema"
REGISTRY = "urn:riv:itintegration:registry:1"
DOMAIN = "urn:riv:made:up:things:1"
SERVICE = "urn:riv:made:up:things:MakeThingResponder:1"
TARGET = "urn:riv:made:up:things:MakeThing:1:rivtabp21"
CORE = "schemas/core_components/made_up_things_1.0.xsd"
REGISTRY_FILE = "schemas/core_components/itintegration_registry_1.0.xsd"
FOLDER = "schemas/interactions/MakeThingInteraction"
WSDL = f"{FOLDER}/MakeThingInteraction_1.0_RIVTABP21.wsdl"
SCHEMA = f"{FOLDER}/MakeThingResponder_1.0.xsd"
SAMPLE = "test-suite/MakeThing/request.xml"
ANY = '<xs:any namespace="##other" processContents="lax" minOccurs="0" maxOccurs="unbounded"/>'

_CORE = f"""<?xml version="1.0" encoding="UTF-8"?>
<xs:schema xmlns:xs="{XS}" xmlns:tns="{DOMAIN}" targetNamespace="{DOMAIN}"
    elementFormDefault="qualified" attributeFormDefault="unqualified" version="1.0">
  <!-- Grundläggande typer -->
  <xs:complexType name="ThingType">
    <xs:sequence>
      <xs:element name="number" type="tns:NumberType"/>
      {ANY}
    </xs:sequence>
  </xs:complexType>
  <xs:simpleType name="NumberType">
    <xs:restriction base="xs:string">
      <xs:pattern value="[0-9]{{4}}"/>
    </xs:restriction>
  </xs:simpleType>
</xs:schema>
"""
_REGISTRY = f"""<?xml version="1.0" encoding="UTF-8"?>
<xs:schema xmlns:xs="{XS}" targetNamespace="{REGISTRY}" elementFormDefault="qualified"
    version="1.0">
  <xs:element name="LogicalAddress" type="xs:string"/>
</xs:schema>
"""
_SCHEMA = f"""<?xml version="1.0" encoding="UTF-8"?>
<xs:schema xmlns:xs="{XS}" xmlns:tns="{SERVICE}" xmlns:core="{DOMAIN}"
    targetNamespace="{SERVICE}"
    elementFormDefault="qualified" attributeFormDefault="unqualified" version="1.0">
  <xs:import namespace="{DOMAIN}" schemaLocation="../../core_components/made_up_things_1.0.xsd"/>
  <xs:element name="MakeThing" type="tns:MakeThingType"/>
  <xs:element name="MakeThingResponse" type="tns:MakeThingResponseType"/>
  <xs:complexType name="MakeThingType">
    <xs:sequence>
      <xs:element name="thing" type="core:ThingType"/>
      {ANY}
    </xs:sequence>
  </xs:complexType>
  <xs:complexType name="MakeThingResponseType">
    <xs:sequence>
      <xs:element name="resultCode" type="tns:ResultCodeType"/>
      <xs:element name="resultText" type="xs:string" minOccurs="0"/>
      {ANY}
    </xs:sequence>
  </xs:complexType>
  <xs:simpleType name="ResultCodeType">
    <xs:restriction base="xs:string">
      <xs:enumeration value="OK"/>
      <xs:enumeration value="INFO"/>
      <xs:enumeration value="ERROR"/>
    </xs:restriction>
  </xs:simpleType>
</xs:schema>
"""
DOCUMENTATION = """<wsdl:documentation>
    Tjänsteinteraktionens namn: MakeThingInteraction
    Beskrivning: Gör en sak
    Revisioner: 1.0
    Tjänstedomän: made:up:things
    Tjänsteinteraktionstyp: Fråga-svar
    WS-profil: RIVTABP21
    Förvaltas av: ingen
  </wsdl:documentation>
  """
PARAMETERS = '<wsdl:part name="parameters" element="tjsr:MakeThing"/>'
ADDRESS = """<wsdl:part name="LogicalAddress" element="riv:LogicalAddress">
      <wsdl:documentation>HSA-id</wsdl:documentation>
    </wsdl:part>
    """
PORT_TYPE = """<wsdl:portType name="MakeThingResponderInterface">
    <wsdl:operation name="MakeThing">
      <wsdl:input message="tns:MakeThingRequest"/>
      <wsdl:output message="tns:MakeThingResponse"/>
    </wsdl:operation>
  </wsdl:portType>
  """
HEADER = """<soap:header use="literal" message="tns:MakeThingRequest" part="LogicalAddress"/>
        """
_WSDL = f"""<?xml version="1.0" encoding="UTF-8"?>
<wsdl:definitions name="MakeThingInteraction" xmlns:wsdl="http://schemas.xmlsoap.org/wsdl/"
    xmlns:soap="http://schemas.xmlsoap.org/wsdl/soap/" xmlns:xs="{XS}"
    xmlns:riv="{REGISTRY}" xmlns:tjsr="{SERVICE}"
    xmlns:tns="{TARGET}"
    targetNamespace="{TARGET}">
  {DOCUMENTATION}<wsdl:types>
    <xs:schema targetNamespace="{TARGET}">
      <xs:import namespace="{SERVICE}" schemaLocation="MakeThingResponder_1.0.xsd"/>
      <xs:import namespace="{REGISTRY}"
          schemaLocation="../../core_components/itintegration_registry_1.0.xsd"/>
    </xs:schema>
  </wsdl:types>
  <wsdl:message name="MakeThingRequest">
    {ADDRESS}{PARAMETERS}
  </wsdl:message>
  <wsdl:message name="MakeThingResponse">
    <wsdl:part name="parameters" element="tjsr:MakeThingResponse"/>
  </wsdl:message>
  {PORT_TYPE}<wsdl:binding name="MakeThingResponderBinding" type="tns:MakeThingResponderInterface">
    <soap:binding style="document" transport="http://schemas.xmlsoap.org/soap/http"/>
    <wsdl:operation name="MakeThing">
      <soap:operation soapAction="{SERVICE}:MakeThing"/>
      <wsdl:input>
        {HEADER}<soap:body use="literal" parts="parameters"/>
      </wsdl:input>
      <wsdl:output><soap:body use="literal"/></wsdl:output>
    </wsdl:operation>
  </wsdl:binding>
  <wsdl:service name="MakeThingResponderService">
    <wsdl:port name="MakeThingResponderPort" binding="tns:MakeThingResponderBinding">
      <soap:address location="http://tempuri.org"/>
    </wsdl:port>
  </wsdl:service>
</wsdl:definitions>
"""
_SAMPLE = f"""<MakeThing xmlns="{SERVICE}">
  <thing><number xmlns="{DOMAIN}">1234</number></thing>
</MakeThing>
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    """A release by its name, and its files by path."""

    name: str
    files: Mapping[str, bytes]

    def text(self, path: str) -> str:
        """Give a file as text."""
        return self.files[path].decode()

    def having(self, path: str, content: str | bytes) -> Release:
        """Give the same with one more file, or another one."""
        data = content.encode() if isinstance(content, str) else content
        return replace(self, files={**self.files, path: data})

    def lacking(self, path: str) -> Release:
        """Give the same without a file."""
        return replace(self, files={name: self.files[name] for name in self.files if name != path})

    def named(self, name: str) -> Release:
        """Give the same under another name."""
        return replace(self, name=name)

    def changed(self, path: str, old: str, new: str, *, times: int = 1) -> Release:
        """Give the same with a text changed in one file, where it stands so many times."""
        text = self.text(path)
        assert text.count(old) == times, f"{old!r} stands {text.count(old)} times in {path}"
        return self.having(path, text.replace(old, new))

    def renamed(self, old: str, new: str) -> Release:
        """Give the same with a word changed everywhere: in the files, and in their names."""
        files = {
            path.replace(old, new): content.decode().replace(old, new).encode()
            for path, content in self.files.items()
        }
        assert files != self.files, f"{old!r} stands nowhere"
        return replace(self, files=files)

    def laid_out(self, below: Path) -> Path:
        """Write it: as an archive where its name says so, else as a folder."""
        place = below / self.name
        if self.name.endswith(".zip"):
            with zipfile.ZipFile(place, "w") as archive:
                for path, content in self.files.items():
                    archive.writestr(path, content)
            return place
        for path, content in self.files.items():
            (place / path).parent.mkdir(parents=True, exist_ok=True)
            (place / path).write_bytes(content)
        return place

    def linted(self, below: Path, *, ignoring: Mapping[str, str] | None = None) -> LintReport:
        """Write and lint it."""
        return lint(subject_named(str(self.laid_out(below))), ignoring=ignoring)


def clean() -> Release:
    """Make a release that keeps every rule."""
    text = {
        CORE: _CORE,
        REGISTRY_FILE: _REGISTRY,
        WSDL: _WSDL,
        SCHEMA: _SCHEMA,
        SAMPLE: _SAMPLE,
        "docs/TKB_made_up_things.docx": "a document",
        "docs/AB_made_up_things.docx": "a document",
        "docs/IS_made_up_things.docx": "a document",
    }
    return Release(
        name="ServiceContracts_made_up_things_1.0",
        files={path: content.encode() for path, content in text.items()},
    )


# Releases that keep every rule in another way ----------------------------------------------------


def of_profile_2_0() -> Release:
    """Make a release of profile 2.0: wsa:To, annotation, its own soapAction and schema."""
    wsa = "http://www.w3.org/2005/08/addressing"
    made = clean().renamed("rivtabp21", "rivtabp20").renamed("RIVTABP21", "RIVTABP20")
    made = made.renamed("itintegration_registry_1.0", "ws-addressing-1.0").renamed(REGISTRY, wsa)
    path = WSDL.replace("21", "20")
    made = made.renamed('name="LogicalAddress" type', 'name="To" type')
    made = made.changed(path, "riv:LogicalAddress", "riv:To")
    made = made.changed(path, f'soapAction="{SERVICE}:MakeThing"', 'soapAction="urn:make"')
    text = made.text(path)
    annotation = DOCUMENTATION.replace("wsdl:documentation>", "xs:annotation>").replace(
        "RIVTABP21", "RIVTABP20"
    )
    text = text.replace(DOCUMENTATION.replace("RIVTABP21", "RIVTABP20"), annotation)
    return made.having(path, text)


def with_three_parts() -> Release:
    """Make a release of profile 2.0 whose body stands before the address."""
    path = WSDL.replace("21", "20")
    made = of_profile_2_0()
    text = made.text(path).replace(PARAMETERS, "")
    return made.having(path, text.replace(
        '<wsdl:part name="LogicalAddress"', f'{PARAMETERS}<wsdl:part name="LogicalAddress"'
    ))  # fmt: skip


def with_assertion() -> Release:
    """Make a release of the profile with assertion propagation."""
    saml = "urn:oasis:names:tc:SAML:2.0:assertion"
    path = WSDL.replace("BP21", "BPIP21")
    made = clean().renamed("rivtabp21", "rivtabpip21").renamed("RIVTABP21", "RIVTABPIP21")
    made = made.having(
        "schemas/core_components/saml.xsd",
        f'<xs:schema xmlns:xs="{XS}" targetNamespace="{saml}">'
        '<xs:element name="Assertion" type="xs:string"/></xs:schema>',
    )
    made = made.changed(
        path, "    </xs:schema>",
        f'<xs:import namespace="{saml}" schemaLocation="../../core_components/saml.xsd"/>'
        "    </xs:schema>",
    )  # fmt: skip
    part = f'<wsdl:part name="Assertion" element="saml:Assertion" xmlns:saml="{saml}"/>'
    made = made.changed(path, PARAMETERS, part + PARAMETERS)
    return made.changed(path, HEADER, HEADER + HEADER.replace("LogicalAddress", "Assertion"))


def of_a_region() -> Release:
    """Make a release of a domain that is not national: its prefix is another throughout."""
    return clean().renamed("urn:riv:made", "urn:region-x:made")


def of_assignment() -> Release:
    """Make a release whose WSDL has a Responder's and an Initiator's port type."""
    made = clean()
    initiator = made.text(SCHEMA).replace("Responder", "Initiator").replace("MakeThing", "Told")
    initiator = initiator.replace("ToldInitiator", "MakeThingInitiator")
    made = made.having(f"{FOLDER}/MakeThingInitiator_1.0.xsd", initiator)
    text = made.text(WSDL)
    start, end = text.index("  <wsdl:message"), text.index("</wsdl:definitions>")
    second = (
        text[start:end].replace("MakeThing", "Told").replace("ToldResponder", "MakeThingInitiator")
    )
    second = second.replace("tjsr:", "tjsi:").replace("Responder", "Initiator")
    text = text[:end] + second + text[end:]
    space = SERVICE.replace("Responder", "Initiator")
    text = text.replace("xmlns:tjsr=", f'xmlns:tjsi="{space}" xmlns:tjsr=')
    text = text.replace(
        f'<xs:import namespace="{SERVICE}"',
        f'<xs:import namespace="{space}" schemaLocation="MakeThingInitiator_1.0.xsd"/>'
        f'<xs:import namespace="{SERVICE}"',
    )
    return made.having(WSDL, text)


def extended() -> Release:
    """Make a release 1.1 whose request has grown by an extension, its xs:any dropped."""
    made = clean().renamed("MakeThingResponder_1.0.xsd", "MakeThingResponder_1.1.xsd")
    made = made.renamed("MakeThingInteraction_1.0", "MakeThingInteraction_1.1")
    space = "urn:riv:made:up:things:MakeThingResponder:1.1"
    path = SCHEMA.replace("1.0", "1.1")
    made = made.having(path.replace(".xsd", "_ext.xsd"), _extension(space))
    made = made.changed(path, 'version="1.0">', f'version="1.1" xmlns:m1="{space}">')
    made = made.changed(
        path, "  <xs:import",
        f'  <xs:import namespace="{space}" schemaLocation="MakeThingResponder_1.1_ext.xsd"/>\n'
        "  <xs:import",
    )  # fmt: skip
    thing = '<xs:element name="thing" type="core:ThingType"/>\n      '
    added = '<xs:element ref="m1:colour" minOccurs="0"/>'
    return made.changed(path, thing + ANY, thing + added).named(made.name.replace("1.0", "1.1"))


def extended_domain() -> Release:
    """Make a release whose domain schema has grown by an extension, its xs:any dropped."""
    made = clean().renamed("made_up_things_1.0", "made_up_things_1.1")
    space = "urn:riv:made:up:things:1.1"
    path = CORE.replace("1.0", "1.1")
    made = made.having(path.replace(".xsd", "_ext.xsd"), _extension(space))
    made = made.changed(path, 'version="1.0">',
        f'version="1.1" xmlns:m1="{space}">\n'
        f'  <xs:import namespace="{space}" schemaLocation="made_up_things_1.1_ext.xsd"/>',
    )  # fmt: skip
    number = '<xs:element name="number" type="tns:NumberType"/>\n      '
    return made.changed(path, number + ANY, number + '<xs:element ref="m1:colour" minOccurs="0"/>')


def _extension(space: str) -> str:
    return (
        f'<xs:schema xmlns:xs="{XS}" targetNamespace="{space}" elementFormDefault="qualified" '
        'version="1.1"><xs:element name="colour" type="xs:string"/></xs:schema>'
    )


CLEAN: Mapping[str, Callable[[], Release]] = {
    "as it is": clean,
    "archive": lambda: clean().named("ServiceContracts_made_up_things_1.0.zip"),
    "candidate": lambda: clean().named("ServiceContracts_made_up_things_1.0_RC2.zip"),
    "patch": lambda: clean().named("ServiceContracts_made_up_things_1.0.3.zip"),
    "profile in small letters": lambda: clean().renamed("_RIVTABP21.wsdl", "_rivtabp21.wsdl"),
    "profile 2.0": of_profile_2_0,
    "profile 2.0, body first": with_three_parts,
    "profile with assertion": with_assertion,
    "not national": of_a_region,
    "assignment and result": of_assignment,
    "extended": extended,
    "extended domain": extended_domain,
}
"""Each way to keep every rule."""


# For each rule, a release that breaks it alone ---------------------------------------------------


def _second(name: str, *, domain: str = "made:up:things") -> dict[str, bytes]:
    """Make the files of another interaction, of the same domain or another."""
    made = clean().renamed("MakeThing", name)
    if domain != "made:up:things":
        made = made.renamed("urn:riv:made:up:things", f"urn:riv:{domain}")
    return {path: data for path, data in made.files.items() if "/interactions/" in path}


def core_away() -> Release:
    """Move the shared schemas beside the WSDL."""
    made = clean()
    for path in (CORE, REGISTRY_FILE):
        name = path.rpartition("/")[2]
        made = made.having(f"{FOLDER}/{name}", made.text(path)).lacking(path)
        made = made.renamed(f"../../core_components/{name}", name)
    return made


def two_files() -> Release:
    """Import the domain's namespace from two files."""
    made = clean()
    other = made.text(CORE).replace("ThingType", "OtherType").replace("NumberType", "CodeType")
    made = made.having(
        CORE.replace("1.0", "1.1"), other.replace('version="1.0">', 'version="1.1">')
    )
    import_ = (
        f'<xs:import namespace="{DOMAIN}" schemaLocation="../../core_components/made_up_things'
    )
    return made.changed(
        SCHEMA, f'  {import_}_1.0.xsd"/>', f'  {import_}_1.0.xsd"/>{import_}_1.1.xsd"/>'
    )


def ambiguous() -> Release:
    """Let an optional element of another namespace stand before the xs:any."""
    import_ = (
        f'<xs:import namespace="{REGISTRY}" '
        'schemaLocation="../../core_components/itintegration_registry_1.0.xsd"/>'
    )
    made = clean().changed(SCHEMA, "  <xs:import", f"  {import_}\n  <xs:import")
    thing = '<xs:element name="thing" type="core:ThingType"/>'
    return made.changed(
        SCHEMA, thing,
        f'{thing}<xs:element xmlns:r="{REGISTRY}" ref="r:LogicalAddress" minOccurs="0"/>',
    )  # fmt: skip


def documentation_last() -> Release:
    """Let the documentation stand after the types."""
    made = clean().changed(WSDL, DOCUMENTATION, "")
    return made.changed(WSDL, "</wsdl:types>", f"</wsdl:types>{DOCUMENTATION}")


def initiator_without_elements() -> Release:
    """Import an Initiator's schema that declares types alone."""
    made = clean()
    text = made.text(SCHEMA).replace("Responder", "Initiator")
    lines = [line for line in text.splitlines() if '<xs:element name="MakeThing' not in line]
    made = made.having(f"{FOLDER}/MakeThingInitiator_1.0.xsd", "\n".join(lines))
    space = SERVICE.replace("Responder", "Initiator")
    return made.changed(
        WSDL, f'<xs:import namespace="{SERVICE}"',
        f'<xs:import namespace="{space}" schemaLocation="MakeThingInitiator_1.0.xsd"/>'
        f'<xs:import namespace="{SERVICE}"',
    )  # fmt: skip


def nameless_type(path: str, element: str) -> Release:
    """Let an element have a type of its own, in place of a global one."""
    type_ = f'<xs:complexType><xs:sequence><xs:element name="a" type="xs:string"/>{ANY}'
    type_ += "</xs:sequence></xs:complexType></xs:element>"
    more = f'{element}<xs:element name="more" minOccurs="0">{type_}'
    return clean().changed(path, element, more)


def two_versions() -> Release:
    """Let two interactions use two files of the domain's namespace."""
    made = clean()
    second = {
        path: data.decode().replace("made_up_things_1.0.xsd", "made_up_things_1.1.xsd").encode()
        for path, data in _second("TakeThing").items()
    }
    made = replace(made, files={**made.files, **second})
    text = made.text(CORE).replace('version="1.0">', 'version="1.1">')
    return made.having(CORE.replace("1.0", "1.1"), text)


_THING = '<xs:element name="thing" type="core:ThingType"/>'
_NUMBER = '<xs:element name="number" type="tns:NumberType"/>'
_RESULT = '<xs:element name="resultText" type="xs:string" minOccurs="0"/>'
_GLOBALS = "".join(f'<xs:element name="{name}" type="xs:string"/>' for name in "abc")
_EXTENDED = SCHEMA.replace("1.0", "1.1")
_EXTENDED_CORE = CORE.replace("1.0", "1.1")
_COLOUR = '<xs:element ref="m1:colour" minOccurs="0"/>'
_SWEDISH = '<xs:element name="benämning" type="xs:string" minOccurs="0"/>'


def _extension_first(made: Release, path: str, element: str) -> Release:
    made = made.changed(path, _COLOUR, ANY)
    return made.changed(path, element, _COLOUR + element)


BROKEN: Mapping[str, Callable[[], Release]] = {
    "PKG-1": lambda: clean().named("things.zip"),
    "PKG-1/old": lambda: clean().named("made_up_things_1_0_RC3.zip"),
    "PKG-2": lambda: clean().named("ServiceContracts_made_up_things_1.0.0"),
    "PKG-3": lambda: clean().named("ServiceContracts_made_up_things_1.1"),
    "PKG-4": lambda: clean().named("ServiceContracts_made_up_thing_1.0"),
    "PKG-5": lambda: clean().having("schemas/interactions/NoneInteraction/readme.txt", "to come"),
    "PKG-6": core_away,
    "PKG-7": lambda: clean().lacking("docs/AB_made_up_things.docx"),
    "PKG-7/specification": lambda: clean().lacking("docs/IS_made_up_things.docx"),
    "PKG-8": lambda: clean().having("notes.txt", "a note"),
    "PKG-9": lambda: clean().renamed("TKB_made_up_things.docx", "TKB_made_up_things_1.0.docx"),
    "FILE-1": lambda: clean().having(CORE, clean().text(CORE)[:400]),
    "FILE-2": lambda: clean().changed(CORE, "<xs:schema", "<!DOCTYPE schema>\n<xs:schema"),
    "FILE-3": lambda: clean().having(CORE, clean().text(CORE).encode("iso-8859-1")),
    "FILE-4": lambda: clean().having(
        CORE, clean().text(CORE).replace("UTF-8", "ISO-8859-1").encode("iso-8859-1")
    ),
    "FILE-5": lambda: clean().having(CORE, b"\xef\xbb\xbf" + clean().files[CORE]),
    "FILE-6": lambda: clean().having(CORE, "<types/>"),
    "LOAD-1": lambda: clean().changed(SCHEMA, "../../core_components/", "../core_components/"),
    "LOAD-2": lambda: clean().changed(SCHEMA, "../../core_components/", "http://127.0.0.1:9/"),
    "LOAD-3": lambda: clean().changed(
        SCHEMA, f'<xs:import namespace="{DOMAIN}" '
        'schemaLocation="../../core_components/made_up_things_1.0.xsd"/>', "",
    ),
    "LOAD-4": lambda: clean().changed(
        SCHEMA, f'import namespace="{DOMAIN}"', f'import namespace="{DOMAIN}0"'
    ),
    "LOAD-5": two_files,
    "LOAD-6": ambiguous,
    "LOAD-7": lambda: clean().changed(CORE, "[0-9]{4}", "^[0-9]{4}$"),
    "LOAD-8": lambda: clean().changed(CORE, 'type="tns:NumberType"', 'type="tns:Number"'),
    "BP-1": lambda: clean().changed(WSDL, "soap/http", "soap/smtp"),
    "BP-2": lambda: clean().renamed("MakeThingInteraction_1.0", "MakeThing_1.0"),
    "BP-3": lambda: clean().changed(
        WSDL, 'definitions name="MakeThingInteraction"', 'definitions name="MakeThing"'
    ),
    "BP-4": lambda: clean().renamed(TARGET, TARGET.replace("urn:riv:", "urn:")),
    "BP-5": documentation_last,
    "BP-5/labels": lambda: clean().changed(WSDL, "Förvaltas av: ingen", ""),
    "BP-7": lambda: clean().changed(WSDL, 'style="document"', 'style="rpc"'),
    "BP-7/request": lambda: clean().changed(
        WSDL, PARAMETERS, PARAMETERS.replace("MakeThing", "MakeThingResponse")
    ),
    "BP-8a": lambda: clean().renamed("itintegration_registry_1.0", "registry"),
    "BP-8b": lambda: clean().changed(WSDL, ADDRESS + PARAMETERS, PARAMETERS + ADDRESS),
    "BP-8c": lambda: clean().changed(WSDL, HEADER, ""),
    "BP-8e": lambda: clean().changed(
        WSDL, "<wsdl:documentation>HSA-id</wsdl:documentation>", ""
    ),
    "BP-9": lambda: clean().renamed("MakeThingResponderInterface", "MakeThingInterface"),
    "BP-10": lambda: clean().renamed("MakeThingResponderBinding", "MakeThingBinding"),
    "BP-11": lambda: clean().renamed("MakeThingResponderService", "MakeThingService"),
    "BP-12": lambda: clean().renamed("MakeThingResponderPort", "MakeThingPort"),
    "BP-13": lambda: clean().renamed("MakeThingRequest", "MakeThingIn"),
    "BP-14": lambda: clean().changed(
        WSDL, '<wsdl:operation name="MakeThing">\n      <soap',
        '<wsdl:operation name="Make">\n      <soap',
    ),
    "BP-15": lambda: clean().changed(WSDL, f"{SERVICE}:MakeThing", SERVICE),
    "BP-16": lambda: clean().changed(
        WSDL, f'<xs:schema targetNamespace="{TARGET}">', "<xs:schema>"
    ),
    "BP-17": lambda: clean().changed(WSDL, PORT_TYPE, ""),
    "PIP-2": lambda: clean().renamed("rivtabp21", "rivtabpip21").renamed("BP21", "BPIP21"),
    "TS-1": lambda: clean().changed(SCHEMA, "</xs:schema>", f"{_GLOBALS}</xs:schema>"),
    "TS-1/types": lambda: nameless_type(SCHEMA, _THING),
    "TS-2": lambda: clean().renamed("MakeThingResponder_1.0.xsd", "MakeThing_1.0.xsd"),
    "TS-3": lambda: clean().renamed(f'{SERVICE}"', f'{SERVICE}.0"'),
    "TS-4": initiator_without_elements,
    "TS-5": lambda: clean().renamed("MakeThingResponseType", "MakeThingAnswerType"),
    "TS-5/request": lambda: clean().renamed("MakeThingType", "MakeThingRequestType"),
    "TS-6": lambda: clean().changed(
        SCHEMA, 'attributeFormDefault="unqualified"', 'attributeFormDefault="qualified"'
    ),
    "TS-7": lambda: clean().changed(SCHEMA, 'version="1.0">', 'version="1.1">'),
    "TS-8": lambda: clean().changed(SCHEMA, f"{_RESULT}\n      {ANY}", _RESULT),
    "TS-8/attributes": lambda: clean().changed(
        SCHEMA, f"{_RESULT}\n      {ANY}", _RESULT + ANY.replace("lax", "strict")
    ),
    "TS-9": lambda: extended().renamed("_1.1_ext.xsd", "_1.0_ext.xsd"),
    "TS-9/alias": lambda: extended().renamed("xmlns:m1=", "xmlns:ext=").renamed("m1:", "ext:"),
    "TS-9/place": lambda: _extension_first(extended(), _EXTENDED, _THING),
    "TS-9/version": lambda: (
        extended()
        .renamed("Responder_1.1.xsd", "Responder_1.0.xsd")
        .changed(SCHEMA, 'version="1.1" ', 'version="1.0" ')
    ),
    "TS-10": lambda: clean().changed(SCHEMA, _RESULT, _RESULT + _SWEDISH),
    "TS-11": lambda: clean().changed(
        WSDL, '<wsdl:output message="tns:MakeThingResponse"/>',
        '<wsdl:output message="tns:MakeThingResponse"/>'
        '<wsdl:fault name="Broken" message="tns:MakeThingResponse"/>',
    ),
    "TS-11/reading": lambda: clean().renamed("MakeThing", "GetThing"),
    "DS-1": lambda: clean().changed(CORE, "</xs:schema>", f"{_GLOBALS}</xs:schema>"),
    "DS-1/types": lambda: nameless_type(CORE, _NUMBER),
    "DS-2": lambda: clean().renamed("made_up_things_1.0.xsd", "things_1.0.xsd"),
    "DS-3": lambda: clean().renamed(f'{DOMAIN}"', f'{DOMAIN}.0"'),
    "DS-4": lambda: clean().changed(CORE, 'version="1.0">', 'version="1.1">'),
    "DS-5": lambda: clean().changed(CORE, ANY, ""),
    "DS-9": lambda: extended_domain().renamed("_1.1_ext.xsd", "_1.0_ext.xsd"),
    "DS-9/alias": lambda: (
        extended_domain().renamed("xmlns:m1=", "xmlns:ext=").renamed("m1:", "ext:")
    ),
    "DS-9/place": lambda: _extension_first(extended_domain(), _EXTENDED_CORE, _NUMBER),
    "DS-9/version": lambda: (
        extended_domain()
        .renamed("things_1.1.xsd", "things_1.0.xsd")
        .changed(CORE, 'version="1.1" ', 'version="1.0" ')
    ),
    "DS-6": lambda: clean().changed(CORE, _NUMBER, _NUMBER + _SWEDISH),
    "CROSS-1": lambda: clean().renamed("/MakeThingInteraction/", "/MakeThingsInteraction/"),
    "CROSS-2": lambda: replace(
        clean(), files={**clean().files, **_apart("TakeThing", "other:things")}
    ),
    "CROSS-3": lambda: clean().having(
        "schemas/core_components/interoperability_headers_1.0.xsd",
        f'<xs:schema xmlns:xs="{XS}" targetNamespace="urn:riv:interoperability:headers:1"/>',
    ),
    "CROSS-4": two_versions,
    "MSG-1": lambda: clean().changed(SAMPLE, "1234", "12345"),
}  # fmt: skip
"""For each rule that a package can break, a release that breaks it and no other."""


def _apart(name: str, domain: str) -> dict[str, bytes]:
    """Make the files of an interaction of another domain that shares the domain schema."""
    made = clean().renamed("MakeThing", name)
    made = made.renamed(f"urn:riv:made:up:things:{name}", f"urn:riv:{domain}:{name}")
    return {path: data for path, data in made.files.items() if "/interactions/" in path}
