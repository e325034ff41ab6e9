"""As many release archives as are published, made up, with the habits that were counted in them.

The published archives are not here. RIV-TA's profile sheet (§1.3, §2.4) says what 61 domains with
348 WSDL look like: how many a strict processor loads, what is wrong with the rest, and in what they
differ from the naming rules. This makes a set of the same numbers, and says what is true of each
WSDL. One older release candidate of two WSDL, in ISO-8859-1 without saying so, makes them 350.

``packages`` is the module beside this one: the maker of single packages.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from enum import Enum, auto
from pathlib import Path
from random import Random
from types import ModuleType

Files = dict[str, bytes]


class Fate(Enum):
    """What becomes of a WSDL when it is loaded."""

    AS_IT_IS = auto()
    REPAIRED = auto()
    UNUSABLE = auto()


@dataclass(frozen=True, kw_only=True)
class Published:
    """One WSDL: where it lies, what it says, and what it takes to use it."""

    domain: str
    interaction: str
    profile: str
    path: str
    schema: str
    request: str
    response: str
    action: str
    headers: tuple[str, ...]
    fate: Fate = Fate.AS_IT_IS
    kind: str = ""  # the repair's


@dataclass(frozen=True, kw_only=True)
class Release:
    """One archive: the name it is published by, its files, and the WSDL in it."""

    name: str
    files: Files
    wsdls: tuple[Published, ...]


Habit = Callable[["_Maker", Release], Release]


def releases(packages: ModuleType) -> tuple[Release, ...]:
    """Make all archives of the newest releases: 61 domains, 348 WSDL."""
    maker = _Maker(packages)
    made = tuple(maker.release(*row) for row in _rows())
    assert len(made) == 61
    assert sum(len(one.wsdls) for one in made) == 348
    return made


def older_candidate(packages: ModuleType) -> Release:
    """Make the release candidate in ISO-8859-1."""
    maker = _Maker(packages)
    made = maker.release("made:up:older", 2, "rivtabp21", latin_1)
    return replace(made, name="ServiceContracts_made_up_older_1.0_RC1.zip")


def written(made: tuple[Release, ...], folder: Path, packages: ModuleType) -> list[Path]:
    """Write archives to a folder."""
    return [packages.zipped(one.files, folder, one.name) for one in made]


def _rows() -> Iterator[tuple[str, int, str, Habit | None]]:
    """Give domain, number of WSDL, profile and habit of each release."""
    for number in range(7):  # the pharmacies: an older house style
        yield f"made:up:pharmacy{number}", 20 if number < 1 else 15, "rivtabp20", pharmacy
    yield "made:up:pharmacy7", 11, "rivtabp21", pharmacy
    yield "made:up:prescribe", 15, "rivtabp21", missing_import
    yield "made:up:messagebox", 3, "rivtabp21", missing_registry
    yield "made:up:path0", 5, "rivtabp21", wrong_path
    yield "made:up:path1", 1, "rivtabp21", wrong_path
    yield "made:up:infections", 5, "rivtabp21", another_domain
    yield "made:up:summary", 3, "rivtabp21", no_namespace
    yield "made:up:namespaces", 3, "rivtabp21", wrong_namespace
    yield "made:up:attribution", 4, "rivtabp21", ambiguous_any
    for number, count in enumerate((10, 3, 3, 1, 1)):
        yield f"made:up:anchors{number}", count, "rivtabp21", anchors
    yield "made:up:twice", 4, "rivtabp21", imported_twice
    for number, count in enumerate((8, 5, 3)):
        yield f"made:up:mark{number}", count, "rivtabp21", byte_order_mark
    for number, count in enumerate((10, 10, 10, 9)):
        yield f"made:up:request{number}", count, "rivtabp21", request_elements
    yield "made:up:norivs", 6, "rivtabp21", without_riv
    for number, (count, habit) in enumerate(
        ((8, action_of_another_major), (5, action_without_a_level), (4, action_without_an_end))
    ):
        yield f"made:up:level:action{number}", count, "rivtabp21", habit
    yield "made:up:actor", 4, "rivtabp21", actor_first
    yield "made:up:circle", 4, "rivtabp21", circular
    for number in range(16):
        habit = {0: sound_rules, 1: dangling_rules, 2: wrong_test}.get(number)
        yield f"made:up:plain{number}", 3 if number < 2 else 2, "rivtabp21", habit
    for number in range(10):
        yield f"made:up:old{number}", 10 if number < 1 else 4, "rivtabp20", None


class _Maker:
    """Makes releases in the manner of packages, of the size of the published ones."""

    def __init__(self, packages: ModuleType) -> None:
        self.packages = packages
        self._rng = Random(348)  # noqa: S311 - repeatable, not secret

    def release(self, domain: str, count: int, profile: str, habit: Habit | None) -> Release:
        """Make one release of a domain, and give it its habit."""
        names = [f"{('Get', 'List', 'Process')[one % 3]}Thing{one}" for one in range(count)]
        parts = ("LogicalAddress", "parameters")
        if habit is pharmacy:
            parts = ("parameters", "LogicalAddress", "ArgosHeader")
        if habit is actor_first:
            parts = ("actor", "LogicalAddress", "parameters")
        files = self.packages.clean(*names, domain=domain, profile=profile, parts=parts)
        files[self.packages.core_of(domain)] = self.packages.core(
            domain, more=self.types(25)
        ).encode()
        stem = domain.replace(":", "_")
        for kind in ("TKB", "AB", "IS"):
            files[f"docs/{kind}_{stem}.docx"] = self._rng.randbytes(30_000)
        files["code_gen/jaxws/pom.xml"] = b"<project/>"
        made = Release(
            name=f"ServiceContracts_{stem}_1.0.zip",
            files=files,
            wsdls=tuple(self._published(name, domain, profile, parts) for name in names),
        )
        return made if habit is None else habit(self, made)

    def types(self, count: int) -> str:
        """Write complex types of some dozen documented fields each."""
        return "".join(
            f'<xs:complexType name="Part{number}Type"><xs:sequence>'
            + "".join(
                f'<xs:element name="field{field}" type="{self._rng.choice(_TYPES)}" '
                f'minOccurs="{self._rng.randrange(2)}"><xs:annotation><xs:documentation>'
                "Fritext som beskriver fältet, och när det ska anges.</xs:documentation>"
                "</xs:annotation></xs:element>\n"
                for field in range(self._rng.randrange(4, 24))
            )
            + f"{self.packages.ANY}</xs:sequence></xs:complexType>\n"
            for number in range(count)
        )

    def _published(
        self, name: str, domain: str, profile: str, parts: tuple[str, ...]
    ) -> Published:  # fmt: skip
        space = self.packages.service(name, domain)
        headers = (
            "To" if part == "LogicalAddress" and profile == "rivtabp20" else part
            for part in parts if part != "parameters"
        )  # fmt: skip
        return Published(
            domain=domain,
            interaction=name,
            profile=profile,
            path=self.packages.wsdl_of(name, profile),
            schema=self.packages.schema_of(name),
            request=f"{{{space}}}{name}",
            response=f"{{{space}}}{name}Response",
            action=f"{space}:{name}",
            headers=tuple(
                "{{{}}}{}".format(*self.packages.HEADERS[header][:2]) for header in headers
            ),
        )


_TYPES = ("xs:string", "xs:boolean", "xs:int", "xs:decimal", "xs:date", "tns:PersonIdType")


def _with(
    made: Release,
    change: Callable[[Files, Published], Published],
    *,
    of: Callable[[int], bool] = lambda _: True,
) -> Release:
    """Change some WSDL of a release, and the files that belong to them."""
    files = dict(made.files)
    wsdls = tuple(
        change(files, one) if of(number) else one for number, one in enumerate(made.wsdls)
    )
    return replace(made, files=files, wsdls=wsdls)


def _edit(files: Files, path: str, *changes: tuple[str, str]) -> None:
    text = files[path].decode()
    for old, new in changes:
        assert old in text, f"{old} does not stand in {path}"
        text = text.replace(old, new)
    files[path] = text.encode()


# Habits that a strict processor takes -----------------------------------------------------------


def pharmacy(_maker: _Maker, made: Release) -> Release:
    """The body stands first, and a header of the house is added."""
    return made


def actor_first(_maker: _Maker, made: Release) -> Release:
    """The address is not the first header."""
    return made


def byte_order_mark(_maker: _Maker, made: Release) -> Release:
    """Every WSDL begins with a byte order mark."""

    def change(files: Files, one: Published) -> Published:
        files[one.path] = b"\xef\xbb\xbf" + files[one.path]
        return one

    return _with(made, change)


def request_elements(_maker: _Maker, made: Release) -> Release:
    """The request is called …Request, against BP-7."""

    def change(files: Files, one: Published) -> Published:
        name = one.interaction
        _edit(files, one.path, (f'element="pay:{name}"', f'element="pay:{name}Request"'))
        _edit(
            files, one.schema, (f'<xs:element name="{name}"', f'<xs:element name="{name}Request"')
        )
        return replace(one, request=f"{one.request}Request")

    return _with(made, change)


def without_riv(_maker: _Maker, made: Release) -> Release:
    """Namespaces lack their riv, as an example of the Basic Profile does."""
    domain = made.wsdls[0].domain
    old, new = f"urn:riv:{domain}:", f"urn:{domain}:"
    return replace(
        made,
        files={path: data.replace(old.encode(), new.encode()) for path, data in made.files.items()},
        wsdls=tuple(
            replace(
                one,
                request=one.request.replace(old, new),
                response=one.response.replace(old, new),
                action=one.action.replace(old, new),
            )
            for one in made.wsdls
        ),
    )


def _action(made: Release, old: str, new: str) -> Release:
    def change(files: Files, one: Published) -> Published:
        action = new.join(one.action.rsplit(old, 1))
        _edit(files, one.path, (f'soapAction="{one.action}"', f'soapAction="{action}"'))
        return replace(one, action=action)

    return _with(made, change)


def action_of_another_major(_maker: _Maker, made: Release) -> Release:
    """SOAPAction speaks of another major version."""
    return _action(made, "Responder:1:", "Responder:2:")


def action_without_a_level(_maker: _Maker, made: Release) -> Release:
    """SOAPAction has lost a level of the domain."""
    return _action(made, "made:up:level:", "made:up:")


def action_without_an_end(_maker: _Maker, made: Release) -> Release:
    """SOAPAction lacks the operation."""
    return _with(made, _cut_action)


def _cut_action(files: Files, one: Published) -> Published:
    action = one.action.rpartition(":")[0]
    _edit(files, one.path, (f'soapAction="{one.action}"', f'soapAction="{action}"'))
    return replace(one, action=action)


def circular(maker: _Maker, made: Release) -> Release:
    """Two domain schemas import each other."""
    domain = made.wsdls[0].domain
    path, space = maker.packages.core_of(domain), f"urn:riv:{domain}:1"
    other = path.replace("_1.0", "_1.1_ext")
    name, other_name = (one.rpartition("/")[2] for one in (path, other))
    files = dict(made.files)
    into = '<xs:import namespace="{}" schemaLocation="{}"/><xs:complexType name="ThingType">'
    _edit(files, path, ('<xs:complexType name="ThingType">', into.format(f"{space}.1", other_name)))
    files[other] = (
        f'<xs:schema xmlns:xs="{maker.packages.XS}" targetNamespace="{space}.1" xmlns:c="{space}">'
        f'<xs:import namespace="{space}" schemaLocation="{name}"/>'
        '<xs:element name="more" type="c:ThingType"/></xs:schema>'
    ).encode()
    return replace(made, files=files)


def imported_twice(maker: _Maker, made: Release) -> Release:
    """Two WSDL import a namespace from two files; what only the second has is not needed."""
    domain = made.wsdls[0].domain
    second = maker.packages.core_of(domain).replace("_1.0", "_enum_1.0")
    more = maker.packages.core(domain).replace("ThingType", "OtherType")
    files = {**made.files, second: more.replace("PersonIdType", "CodeType").encode()}
    old = '<xs:element name="'
    new = (
        f'<xs:import namespace="urn:riv:{domain}:1" schemaLocation="../../core_components/'
        f'{second.rpartition("/")[2]}"/><xs:element name="'
    )

    def change(files: Files, one: Published) -> Published:
        text = files[one.schema].decode()
        files[one.schema] = text.replace(old, new, 1).encode()
        return replace(one, kind="two files for a namespace")

    return _with(replace(made, files=files), change, of=lambda number: number < 2)


def anchors(maker: _Maker, made: Release) -> Release:
    """The person id is written as a programmer would; no real one is valid."""
    pattern = maker.packages.PATTERN
    files = dict(made.files)
    _edit(files, maker.packages.core_of(made.wsdls[0].domain), (pattern, f"^{pattern}$"))
    return replace(
        made, files=files,
        wsdls=tuple(replace(one, fate=Fate.REPAIRED, kind="pattern anchors") for one in made.wsdls),
    )  # fmt: skip


# Habits that a strict processor does not take ----------------------------------------------------


def _missing_import(
    made: Release, space: str, file: str, content: str, *, used: str
) -> Release:  # fmt: skip
    files = {**made.files, f"schemas/core_components/{file}": content.encode()}

    def change(files: Files, one: Published) -> Published:
        element = f'<xs:element name="more" {used} minOccurs="0"/>'
        _edit(
            files, one.schema, ("<xs:schema ", f'<xs:schema xmlns:more="{space}" '),
            ('<xs:element name="thing" type="core:ThingType"/>',
             f'<xs:element name="thing" type="core:ThingType"/>{element}'),
        )  # fmt: skip
        return replace(one, fate=Fate.REPAIRED, kind="missing import")

    return _with(replace(made, files=files), change)


def missing_import(maker: _Maker, made: Release) -> Release:
    """Types of a large foreign schema are used and not imported."""
    space = "http://example.org/resources"
    types = maker.types(60).replace("tns:PersonIdType", "xs:string")
    content = f'<xs:schema xmlns:xs="{maker.packages.XS}" targetNamespace="{space}">{types}'
    return _missing_import(
        made, space, "resources.xsd", f"{content}</xs:schema>", used='type="more:Part7Type"'
    )


def missing_registry(maker: _Maker, made: Release) -> Release:
    """A type of the registry's namespace is used and not imported."""
    space = "urn:riv:made:up:registry:1"
    content = (
        f'<xs:schema xmlns:xs="{maker.packages.XS}" targetNamespace="{space}">'
        '<xs:simpleType name="IdType"><xs:restriction base="xs:string"/></xs:simpleType>'
        "</xs:schema>"
    )
    return _missing_import(made, space, "registry_1.0.xsd", content, used='type="more:IdType"')


def wrong_path(_maker: _Maker, made: Release) -> Release:
    """The path to core_components is wrong by a folder."""

    def change(files: Files, one: Published) -> Published:
        _edit(files, one.schema, ("../../core_components/", "../core_components/"))
        return replace(one, fate=Fate.REPAIRED, kind="missing file")

    return _with(made, change)


def wrong_namespace(maker: _Maker, made: Release) -> Release:
    """Two service schemas import an extension by another namespace than it has."""
    space = "urn:riv:made:up:namespaces:1.1"
    file = "made_up_namespaces_1.1_ext.xsd"
    content = maker.packages.header_schema(space, "extra").encode()
    files = {**made.files, f"schemas/core_components/{file}": content}

    def change(files: Files, one: Published) -> Published:
        added = f'<xs:import namespace="{space}.2" schemaLocation="../../core_components/{file}"/>'
        text = files[one.schema].decode().replace("<xs:element ", f"{added}<xs:element ", 1)
        files[one.schema] = text.encode()
        _edit(
            files, one.schema, ("<xs:schema ", f'<xs:schema xmlns:more="{space}" '),
            ('type="core:ThingType"/>', 'type="core:ThingType"/><xs:element ref="more:extra"/>'),
        )  # fmt: skip
        return replace(one, fate=Fate.REPAIRED, kind="wrong namespace")

    return _with(replace(made, files=files), change, of=lambda number: number < 2)


def ambiguous_any(_maker: _Maker, made: Release) -> Release:
    """An optional element of another namespace stands before the xs:any."""

    def change(files: Files, one: Published) -> Published:
        thing = '<xs:element name="thing" type="core:ThingType"/>'
        local = '<xs:element ref="head:Extra" minOccurs="0"/>'
        top = '<xs:import namespace="urn:made:up:extra" schemaLocation="Extra.xsd"/><xs:element '
        text = (
            files[one.schema].decode().replace("<xs:element ", top, 1).replace(thing, thing + local)
        )
        text = text.replace('xmlns:head="urn:riv:interoperability:headers:1"',
                            'xmlns:head="urn:made:up:extra"')  # fmt: skip
        files[one.schema] = text.encode()
        extra = _maker.packages.header_schema("urn:made:up:extra", "Extra").encode()
        files[f"{one.schema.rpartition('/')[0]}/Extra.xsd"] = extra
        return replace(one, fate=Fate.REPAIRED, kind="ambiguous any")

    return _with(made, change, of=lambda number: number < 1)


def another_domain(_maker: _Maker, made: Release) -> Release:
    """Two service schemas need a schema of another domain, which is not in the package."""

    def change(files: Files, one: Published) -> Published:
        _edit(
            files, one.schema, ("<xs:schema ", '<xs:schema xmlns:o="urn:riv:made:up:other:1" '),
            ('type="core:ThingType"/>', 'type="core:ThingType"/><xs:element name="o" type="o:T"/>'),
            ("<xs:import ", '<xs:import namespace="urn:riv:made:up:other:1" schemaLocation='
             '"../../../../other/schemas/core_components/other_1.0.xsd"/><xs:import '),
        )  # fmt: skip
        return replace(one, fate=Fate.UNUSABLE)

    return _with(made, change, of=lambda number: number < 2)


def no_namespace(_maker: _Maker, made: Release) -> Release:
    """Types are referred to without their namespace."""

    def change(files: Files, one: Published) -> Published:
        _edit(
            files,
            one.schema,
            (f'type="tns:{one.interaction}Type"', f'type="{one.interaction}Type"'),
        )
        return replace(one, fate=Fate.UNUSABLE)

    return _with(made, change)


def latin_1(maker: _Maker, made: Release) -> Release:
    """The domain schema is in ISO-8859-1 and does not say so."""
    path = maker.packages.core_of(made.wsdls[0].domain)
    return replace(
        made,
        files={**made.files, path: made.files[path].decode().encode("iso-8859-1")},
        wsdls=tuple(replace(one, fate=Fate.REPAIRED, kind="wrong encoding") for one in made.wsdls),
    )


# Rules in the package -----------------------------------------------------------------------------


def _rules(made: Release, content: str) -> Release:
    schema = (
        '<sch:schema xmlns:sch="http://purl.oclc.org/dsdl/schematron" queryBinding="xslt2">'
        f"\n{content}\n</sch:schema>"
    )
    path = f"test-suite/{made.wsdls[0].interaction}/constraints.xml"
    return replace(made, files={**made.files, path: schema.encode()})


_RULE = (
    '<sch:pattern id="p"><sch:rule context="*"><sch:assert test="{}">Text</sch:assert></sch:rule>'
    "</sch:pattern>"
)


def sound_rules(_maker: _Maker, made: Release) -> Release:
    """The package brings rules that compile."""
    return _rules(made, _RULE.format("count(*) lt 9"))


def dangling_rules(_maker: _Maker, made: Release) -> Release:
    """A pattern is said to be another, which is nowhere."""
    return _rules(made, f'{_RULE.format("true()")}\n<sch:pattern is-a="nowhere"/>')


def wrong_test(_maker: _Maker, made: Release) -> Release:
    """A test breaks off."""
    return _rules(made, _RULE.format("count(* lt 9"))
