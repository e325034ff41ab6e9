"""What wire equality is judged by: a walker over schemas, made messages, and WSDL statements.

The walker reads a schema as a tree of elements; messages are made from the tree, valid and with one
fault each. Two schemas are equal when they agree on every message. Messages are made from both
schemas' trees, so that what only one of them knows is seen too.

The tests of every domain get this module as the fixture ``wire``.
"""

from __future__ import annotations

import copy
import re
import shutil
from collections import defaultdict
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

from lxml import etree

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

REGISTRY = "urn:riv:itintegration:registry:1"
EXTENSION = "urn:example:extension"
XS = "http://www.w3.org/2001/XMLSchema"
XSI = "http://www.w3.org/2001/XMLSchema-instance"
WSDL = "http://schemas.xmlsoap.org/wsdl/"
SOAP = "http://schemas.xmlsoap.org/wsdl/soap/"


@dataclass(frozen=True, slots=True, kw_only=True)
class Package:
    """One contract in a folder of schemas, with the names that RIV-TA's formulas give it."""

    schemas: Path
    domain: str
    version: str
    interaction: str

    @property
    def folder(self) -> str:
        """Give the folder of WSDL and service schema."""
        return f"interactions/{self.interaction}Interaction"

    @property
    def wsdl_file(self) -> str:
        """Give the WSDL, named as BP-2 says."""
        return f"{self.folder}/{self.interaction}Interaction_{self.version}_RIVTABP21.wsdl"

    @property
    def responder_file(self) -> str:
        """Give the service schema, named as TS-2 says."""
        return f"{self.folder}/{self.interaction}Responder_{self.version}.xsd"

    @property
    def responder(self) -> str:
        """Give the namespace of the messages."""
        return f"urn:riv:{self.domain}:{self.interaction}Responder:{self.major}"

    @property
    def addressed(self) -> str:
        """Give the namespace of the WSDL (BP-4)."""
        return f"urn:riv:{self.domain}:{self.interaction}:{self.major}:rivtabp21"

    @property
    def request(self) -> str:
        """Give the name of the request element."""
        return f"{{{self.responder}}}{self.interaction}"

    @property
    def response(self) -> str:
        """Give the name of the response element."""
        return f"{self.request}Response"

    @property
    def major(self) -> str:
        """Give the major version, the one that namespaces tell."""
        return self.version.partition(".")[0]


def altered(folder: Path, schemas: Path, file: str, old: str, new: str) -> Path:
    """Copy schemas to a folder and change one piece of text, which stands there once."""
    changed = folder / "schemas"
    shutil.copytree(schemas, changed)
    text = (changed / file).read_text(encoding="utf-8")
    assert text.count(old) == 1
    (changed / file).write_text(text.replace(old, new), encoding="utf-8")
    return changed


# The walker: a schema file in, the tree of one of its elements out --------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Wildcard:
    """Room for elements that the schema does not name."""

    namespace: str
    process: str
    least: int
    most: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Declared:
    """An element where it stands: its occurrence and its content, all types resolved."""

    name: str  # {namespace}local
    least: int
    most: int | None  # None: unbounded
    base: str  # the built-in type below its value; empty where it holds elements
    values: frozenset[str]  # its enumeration
    patterns: tuple[str, ...]
    parts: tuple[Declared | Wildcard, ...]


class SchemaFile:
    """A schema file and all it imports."""

    def __init__(self, path: Path) -> None:
        self._globals: dict[tuple[str, str], etree._Element] = {}
        self._load(path, seen=set())

    def tree(self, name: str) -> Declared:
        """Give the tree of a global element."""
        return self._element(self._globals["element", name])

    def type_tree(self, name: str, *, element: str) -> Declared:
        """Give the tree of an element of this name that has a global type."""
        return self._declared(element, name, (1, 1))

    def names(self, kind: str) -> tuple[str, ...]:
        """Give the names of all global declarations of one kind: element, type or group."""
        return tuple(sorted(name for found, name in self._globals if found == kind))

    def _load(self, path: Path, *, seen: set[Path]) -> None:
        if path in seen:
            return
        seen.add(path)
        root = etree.parse(str(path)).getroot()
        for child in root.iterchildren(f"{{{XS}}}*"):
            kind = etree.QName(child).localname
            if kind == "import":
                self._load((path.parent / child.get("schemaLocation", "")).resolve(), seen=seen)
            elif child.get("name"):
                kind = "type" if kind.endswith("Type") else kind
                self._globals[kind, f"{{{_target(child)}}}{child.get('name')}"] = child

    def _element(self, node: etree._Element) -> Declared:
        assert set(node.keys()) <= {"name", "type", "minOccurs", "maxOccurs"}
        name = f"{{{_target(node)}}}{node.get('name')}"
        return self._declared(name, _resolved(node, "type"), _occurrence(node))

    def _declared(self, name: str, type_name: str, occurrence: tuple[int, int | None]) -> Declared:
        base, values, patterns = "", frozenset[str](), tuple[str, ...]()
        parts: tuple[Declared | Wildcard, ...] = ()
        while (built_in := etree.QName(type_name)).namespace != XS:
            declaration = self._globals["type", type_name]
            if etree.QName(declaration).localname == "complexType":
                parts = tuple(self._content(declaration))
                break
            (restriction,) = declaration.iterchildren(f"{{{XS}}}restriction")
            facets = [
                (etree.QName(facet).localname, facet.get("value", "")) for facet in restriction
            ]
            assert {kind for kind, _ in facets} <= {"enumeration", "pattern"}
            values |= {value for kind, value in facets if kind == "enumeration"}
            patterns += tuple(value for kind, value in facets if kind == "pattern")
            type_name = _resolved(restriction, "base")
        else:
            base = built_in.localname
        least, most = occurrence
        return Declared(
            name=name,
            least=least,
            most=most,
            base=base,
            values=values,
            patterns=patterns,
            parts=parts,
        )

    def _content(self, node: etree._Element) -> Iterator[Declared | Wildcard]:
        for child in node.iterchildren(f"{{{XS}}}*"):
            match etree.QName(child).localname:
                case "annotation":
                    pass
                case "element":
                    yield self._element(child)
                case "any":
                    least, most = _occurrence(child)
                    yield Wildcard(
                        namespace=child.get("namespace", "##any"),
                        process=child.get("processContents", "strict"),
                        least=least,
                        most=most,
                    )
                case "sequence" if _occurrence(child) == (1, 1):
                    yield from self._content(child)
                case "group" if _occurrence(child) == (1, 1):
                    yield from self._content(self._globals["group", _resolved(child, "ref")])
                case unknown:
                    raise AssertionError(f"the walker cannot read this xs:{unknown}")


def _target(node: etree._Element) -> str:
    return node.getroottree().getroot().get("targetNamespace", "")


def _resolved(node: etree._Element, attribute: str) -> str:
    prefix, _, local = node.get(attribute, "").rpartition(":")
    return f"{{{node.nsmap[prefix or None]}}}{local}"


def _occurrence(node: etree._Element) -> tuple[int, int | None]:
    most = node.get("maxOccurs", "1")
    return int(node.get("minOccurs", "1")), None if most == "unbounded" else int(most)


def outline(part: Declared | Wildcard, *, above: str = "") -> Iterator[str]:
    """Write a tree out, one line an element, patterns left to the messages to compare."""
    many = f"{part.least}..{'n' if part.most is None else part.most}"
    if isinstance(part, Wildcard):
        yield f"{above}/* {many} {part.namespace} {part.process}"
        return
    place = f"{above}/{part.name}"
    yield f"{place} {many} {part.base} {sorted(part.values)} patterns: {len(part.patterns)}"
    for child in part.parts:
        yield from outline(child, above=place)


# The messages: valid ones from a tree, then each with one fault -----------------------------

DAYS = (
    *(f"{century}260115" for century in (18, 19, 20, 21)),
    *(f"2026{month:02}15" for month in range(14)),
    *(f"202601{day:02}" for day in (0, 1, 9, 10, 19, 20, 28, 29, 30, 31, 32, 39, 40)),
    *("20260231", "2026-10-01", "19991301", "2026101", "202610010", "20261001 ", "20261001Z"),
    *("20٢٦1001", "2026100١", "2026", "19000101", "20991231", "20AB1001"),
)
TIMES = (
    *(f"{hour:02}3015" for hour in (0, 9, 10, 19, 20, 23, 24, 25, 30)),
    *(f"12{minute:02}15" for minute in (0, 9, 59, 60, 99)),
    *(f"1230{second:02}" for second in (0, 59, 60)),
    *("235959", "240000", "12:30:15", "1230", "12301", "1230155", " 123015", "12301٥"),
)
STAMPS = (
    *(f"{day}123015" for day in DAYS),
    *(f"20260115{time}" for time in TIMES),
    *("20260115 123015", "20260115T123015", "20260115123015Z"),
)
SCALARS = (
    *("0", "1", "-1", "+1", " 1 ", "\t7\n", "007", "-0", "1.0", "12.50", "12,50", "1.005", ".5"),
    *("5.", "1e3", "1 000", "0x1", "NaN", "INF", "12345678901234567890", "-12.5", "١", "", " "),
    *("true", "false", " true ", "TRUE", "ja", "True"),
)
CODES = ("OK", "ok", " OK ", "WARN", "OK ERROR", "CARE_VISIT", "FRIKORT")
TEXTS = ("ZVF23210000162611000001", "Blåbärsgränd & <Åsö>", " ", "", "a\n b\t c", "\U0001f600")
URIS = ("urn:example:GetThing:1", "", "a b", "http://[::1", "%zz", "åäö")
TRICKY = (*DAYS, *TIMES, *STAMPS, *SCALARS, *CODES)

VALID = {
    "string": TEXTS,
    "decimal": ("0", "-12.5", "1234.56", "+1", ".5", "00100.00", " 7 "),
    "integer": ("0", "-3", "12", "+1", "007"),
    "positiveInteger": ("1", "+2", "12", " 3 ", "12345678901234567890"),
    "boolean": ("true", "false", "1", "0", " true "),
    "anyURI": ("urn:example:GetThing:1", ""),
}

NOTE = f"<note xmlns='{EXTENSION}'>more</note>"
SOUND = "no fault"


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """What messages of a schema set are made with, beside the tree that they follow."""

    prefixes: Mapping[str, str]
    names: tuple[str, ...]  # local names of elements
    types: tuple[str, ...]  # names for xsi:type, prefixed
    foreign: tuple[str, ...]  # elements that a wildcard may meet, declared somewhere or not
    wrong: tuple[str, ...]  # those of them that are declared, and not valid


def words_of(schema: SchemaFile, tree: Declared, types: tuple[str, ...]) -> Words:
    """Gather the words of a schema set, with the types that messages may name."""
    rng = Random(1)  # noqa: S311 - repeatable
    namespaces = {etree.QName(name).namespace or "" for name in schema.names("type")}
    namespaces |= {etree.QName(tree.name).namespace or ""}
    prefixes = {f"n{place}": name for place, name in enumerate(sorted(namespaces))}
    prefixes |= {"xsi": XSI, "xs": XS}
    prefix_of = {namespace: prefix for prefix, namespace in prefixes.items()}
    right, wrong = [], []
    for name in schema.names("element"):
        element = a_message(schema.tree(name), rng, share=0, prefixes=prefixes)
        right.append(etree.tostring(element, encoding="unicode"))
        ended_by_an_unknown(element)
        wrong.append(etree.tostring(element, encoding="unicode"))
    qualified = []
    for name in types:
        found = etree.QName(name)
        qualified.append(f"{prefix_of[found.namespace]}:{found.localname}")
        declared = schema.type_tree(name, element=f"{{{EXTENSION}}}note")
        element = a_message(declared, rng, share=0, prefixes=prefixes)
        element.set(f"{{{XSI}}}type", qualified[-1])
        right.append(etree.tostring(element, encoding="unicode"))
        etree.SubElement(element, f"{{{found.namespace}}}unheardOf")
        wrong.append(etree.tostring(element, encoding="unicode"))
    undeclared = [f"<unheardOf xmlns='{namespace}'>1</unheardOf>" for namespace in namespaces]
    nested = [f"<note xmlns='{EXTENSION}'>{element}</note>" for element in undeclared]
    registered = [
        f"<LogicalAddress xmlns='{REGISTRY}'>2321000016</LogicalAddress>",
        f"<ServiceContract xmlns='{REGISTRY}'/>",
        "<note>in no namespace</note>",
    ]
    return Words(
        prefixes=prefixes,
        names=tuple(sorted({etree.QName(part.name).localname for _, part in by_place(tree)})),
        types=tuple(qualified),
        foreign=(NOTE, *registered, *sorted(undeclared), *sorted(nested), *right, *wrong),
        wrong=tuple(wrong),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A message, and how it came about."""

    made_by: str
    message: etree._Element


def a_message(
    declared: Declared,
    rng: Random,
    *,
    share: float,
    repeats: int = 3,
    prefixes: Mapping[str, str] | None = None,
    parent: etree._Element | None = None,
) -> etree._Element:
    """Make a valid message, in which each optional element stands with the given chance."""
    node = (
        etree.Element(declared.name, nsmap=dict(prefixes or {}))
        if parent is None
        else etree.SubElement(parent, declared.name)
    )
    if declared.base:
        node.text = a_value(declared, rng)
    for part in declared.parts:
        if isinstance(part, Declared):
            stands = part.least or rng.random() < share
            most = repeats if part.most is None else min(part.most, repeats)
            for _ in range(rng.randint(1, most) if stands else 0):
                a_message(part, rng, share=share, repeats=repeats, parent=node)
        elif 0 < share < 1 and rng.random() < 0.05:
            node.append(etree.fromstring(NOTE))
    return node


def a_value(declared: Declared, rng: Random) -> str:
    """Draw a value that the element's simple type allows."""
    if declared.values:
        return rng.choice(sorted(declared.values))
    if declared.patterns:
        fits = re.compile("|".join(declared.patterns)).fullmatch
        return rng.choice([value for value in TRICKY if fits(value)])
    return rng.choice(VALID[declared.base])


def tricky_values(declared: Declared, rng: Random) -> tuple[str, ...]:
    """Give the values at and beyond the bounds of the element's simple type."""
    if not declared.base:
        return ()
    if declared.patterns:
        return (*DAYS, *TIMES, *STAMPS, "", "today")
    if declared.values:
        near = (text for value in sorted(declared.values) for text in (value, value.swapcase()))
        return (*near, f" {min(declared.values)} ", *CODES, "")
    if declared.base == "string":
        return ("", *rng.sample(TRICKY, 2))
    return (*SCALARS, *URIS)


def cases(root: Declared, words: Words, rng: Random, *, samples: int) -> Iterator[Case]:
    """Make messages: every fault at every declaration once, then random ones, sound and broken."""
    declarations = dict(by_place(root))
    faults = faults_with(words)
    rich = a_message(root, rng, share=1, repeats=1, prefixes=words.prefixes)
    spots: dict[tuple[str, str], list[int]] = defaultdict(list)
    for index, node in enumerate(rich.iter()):
        spots[place_of(node)].append(index)
    for place, indexes in spots.items():
        for fault in faults:
            yield from broken(rich, rng.choice(indexes), fault, rng)
        for value in tricky_values(declarations[place], rng):
            yield from broken(rich, rng.choice(indexes), setting(value), rng)
    for element in words.foreign:
        yield from broken(rich, 0, ending_with(element), rng)
    for _ in range(samples):
        share = rng.choice((0.1, 0.3, 0.5))
        message = a_message(root, rng, share=share, prefixes=words.prefixes)
        yield Case(made_by=SOUND, message=message)
        index = rng.randrange(sum(1 for _ in message.iter()))
        yield from broken(message, index, rng.choice(faults), rng)


def by_place(root: Declared, above: str = "") -> Iterator[tuple[tuple[str, str], Declared]]:
    """Find the declaration of an element by its parent's name and its own."""
    yield (above, root.name), root
    for part in root.parts:
        if isinstance(part, Declared):
            yield from by_place(part, root.name)


def place_of(node: etree._Element) -> tuple[str, str]:
    """Name an element's declaration by its parent's name and its own."""
    parent = node.getparent()
    return ("" if parent is None else parent.tag), node.tag


def broken(message: etree._Element, index: int, fault: Fault, rng: Random) -> Iterator[Case]:
    """Give a copy with the fault at one element, or nothing where the fault does not apply."""
    changed = copy.deepcopy(message)
    node = next(islice(changed.iter(), index, None))
    made_by = f"{fault.__name__} at {node.getroottree().getpath(node)}"
    if fault(node, rng):
        yield Case(made_by=made_by, message=changed)


# The faults: each changes the message around one element and tells whether it could ---------

if TYPE_CHECKING:
    Fault = Callable[[etree._Element, Random], bool]


def setting(value: str) -> Fault:
    """Make the fault that gives an element another value."""

    def fault(node: etree._Element, _: Random) -> bool:
        node.text = value
        return True

    fault.__name__ = f"set to {value!r}"
    return fault


def ending_with(element: str) -> Fault:
    """Make the fault that adds one element at the end of another."""

    def fault(node: etree._Element, _: Random) -> bool:
        node.append(etree.fromstring(element))
        return True

    fault.__name__ = f"ended by {element}"
    return fault


def removed(node: etree._Element, _: Random) -> bool:
    parent = node.getparent()
    if parent is not None:
        parent.remove(node)
    return parent is not None


def doubled(node: etree._Element, _: Random) -> bool:
    if node.getparent() is not None:
        node.addnext(copy.deepcopy(node))
    return node.getparent() is not None


def tripled(node: etree._Element, rng: Random) -> bool:
    return doubled(node, rng) and doubled(node, rng)


def swapped(node: etree._Element, _: Random) -> bool:
    neighbour = next((other for other in node.itersiblings() if other.tag != node.tag), None)
    if neighbour is not None:
        neighbour.addnext(node)
    return neighbour is not None


def preceded_by_an_unknown(node: etree._Element, _: Random) -> bool:
    if node.getparent() is not None:
        node.addprevious(etree.Element(f"{{{etree.QName(node).namespace}}}unheardOf"))
    return node.getparent() is not None


def ended_by_an_unknown(node: etree._Element, _: Random | None = None) -> bool:
    etree.SubElement(node, f"{{{etree.QName(node).namespace}}}unheardOf")
    return True


def given_text_between_elements(node: etree._Element, rng: Random) -> bool:
    if len(node):
        node[rng.randrange(len(node))].tail = rng.choice(("x", " \n ", "\u00a0"))
    return bool(len(node))


def emptied(node: etree._Element, _: Random) -> bool:
    had_content = bool(len(node) or node.text)
    for child in list(node):
        node.remove(child)
    node.text = None
    return had_content


def commented(node: etree._Element, _: Random) -> bool:
    node.insert(0, etree.Comment("no content"))
    return True


def faults_with(words: Words) -> tuple[Fault, ...]:
    """Give every fault, those that need words included."""
    namespaces = {*words.prefixes.values(), REGISTRY, EXTENSION, ""} - {XS, XSI}

    def renamed(node: etree._Element, rng: Random) -> bool:
        name = etree.QName(node)
        names = (f"{name.localname}X", name.localname.swapcase(), rng.choice(words.names))
        other = rng.choice(names)
        node.tag = f"{{{name.namespace}}}{other}"
        return other != name.localname

    def moved_to_another_namespace(node: etree._Element, rng: Random) -> bool:
        name = etree.QName(node)
        namespace = rng.choice(sorted(namespaces - {name.namespace or ""}))
        node.tag = f"{{{namespace}}}{name.localname}" if namespace else name.localname
        return True

    def preceded_by_a_foreign(node: etree._Element, rng: Random) -> bool:
        if node.getparent() is not None:
            node.addprevious(etree.fromstring(rng.choice(words.foreign)))
        return node.getparent() is not None

    def ended_by_a_foreign(node: etree._Element, rng: Random) -> bool:
        for _ in range(rng.randint(1, 2)):
            node.append(etree.fromstring(rng.choice(words.foreign)))
        return True

    def ended_by_a_known_but_wrong(node: etree._Element, rng: Random) -> bool:
        node.append(etree.fromstring(rng.choice(words.wrong)))
        return True

    def given_an_attribute(node: etree._Element, rng: Random) -> bool:
        name, value = rng.choice(
            (
                ("note", "x"),
                (f"{{{XSI}}}nil", "true"),
                (f"{{{XSI}}}nil", "false"),
                (f"{{{XSI}}}type", "xs:string"),
                (f"{{{XSI}}}schemaLocation", "urn:example:extension extension.xsd"),
                (f"{{{EXTENSION}}}note", "x"),
            )
        )
        node.set(name, value)
        return True

    def given_a_type(node: etree._Element, rng: Random) -> bool:
        if words.types:
            node.set(f"{{{XSI}}}type", rng.choice(words.types))
        return bool(words.types)

    return (
        removed,
        doubled,
        tripled,
        swapped,
        renamed,
        moved_to_another_namespace,
        preceded_by_an_unknown,
        ended_by_an_unknown,
        preceded_by_a_foreign,
        ended_by_a_foreign,
        ended_by_a_known_but_wrong,
        given_an_attribute,
        given_a_type,
        given_text_between_elements,
        emptied,
        commented,
    )


# The comparison -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What two schemas say of one message."""

    made_by: str
    left: bool
    right: bool


def verdicts(
    left: Path, right: Path, *, file: str, name: str, samples: int, seed: int = 20261001
) -> Iterator[Verdict]:
    """Let two schema sets judge the messages that each of their trees gives.

    Messages name types that both sets have, in xsi:type.
    """
    judges = [etree.XMLSchema(etree.parse(str(folder / file))) for folder in (left, right)]
    schemas = [SchemaFile(folder / file) for folder in (left, right)]
    shared = set.intersection(*(set(schema.names("type")) for schema in schemas))
    for schema in schemas:
        tree = schema.tree(name)
        words = words_of(schema, tree, tuple(sorted(shared)))
        for case in cases(tree, words, Random(seed), samples=samples):  # noqa: S311 - repeatable
            accepted = [judge.validate(case.message) for judge in judges]
            yield Verdict(made_by=case.made_by, left=accepted[0], right=accepted[1])


def global_names(path: Path, *kinds: str) -> set[str]:
    """Give the names of a file's own global declarations of some kinds, such as complexType."""
    root = etree.parse(str(path)).getroot()
    return {str(child.get("name")) for kind in kinds for child in root.iterfind(f"{{{XS}}}{kind}")}


# The WSDL -----------------------------------------------------------------------------------


REFERENCES = {"element", "message", "type", "binding"}  # attributes that hold a prefixed name
UNSAID = {f"{{{WSDL}}}documentation", f"{{{SOAP}}}address"}


def statements(path: Path) -> list[str]:
    """Say what a WSDL tells a machine, one line an element, references resolved.

    Order counts between the parts of a message alone; address and documentation are left out.
    """
    root = etree.parse(str(path)).getroot()
    return sorted(_statement(node) for node in root.iter("*") if node.tag not in UNSAID)


def _statement(node: etree._Element) -> str:
    steps = []
    for step in (node, *node.iterancestors()):
        is_part = step.tag == f"{{{WSDL}}}part"
        place = len(list(step.itersiblings(preceding=True))) if is_part else ""
        steps.append(f"{step.tag}[{step.get('name', '')}]{place}")
    said = {key: _said(node, str(key)) for key in sorted(node.keys())}
    return f"{'/'.join(reversed(steps))} {said}"


def _said(node: etree._Element, attribute: str) -> str:
    return _resolved(node, attribute) if attribute in REFERENCES else node.get(attribute, "")


def profile(package: Package) -> dict[str, tuple[str, str, list[str]]]:
    """Give what RIV-TA's formulas say of a WSDL: by clause, a place, an attribute, its values."""
    in_binding, in_types = "wsdl:binding/wsdl:operation", "wsdl:types/xs:schema"
    in_input = f"{in_binding}/wsdl:input"
    name = package.interaction
    message = f"{{{package.addressed}}}{name}"
    asked, answered = (f"wsdl:message[@name='{name}{kind}']/wsdl:part" for kind in _KINDS)
    address = f"{{{REGISTRY}}}LogicalAddress"
    transport = "http://schemas.xmlsoap.org/soap/http"
    return {
        "BP-1 transport": ("wsdl:binding/soap:binding", "transport", [transport]),
        "BP-3 definitions": (".", "name", [f"{name}Interaction"]),
        "BP-4 namespace": (".", "targetNamespace", [package.addressed]),
        "BP-7 style": ("wsdl:binding/soap:binding", "style", ["document"]),
        "BP-7 use": (f"{in_binding}/*/soap:body", "use", ["literal"] * 2),
        "BP-7 body part": (f"{in_input}/soap:body", "parts", ["parameters"]),
        "BP-7 response part": (answered, "name", ["parameters"]),
        "BP-7 response element": (answered, "element", [package.response]),
        "BP-8a imports": (
            f"{in_types}/xs:import",
            "namespace",
            [REGISTRY, package.responder],
        ),
        "BP-8b request parts": (asked, "name", ["LogicalAddress", "parameters"]),
        "BP-8b request elements": (asked, "element", [address, package.request]),
        "BP-8c header": (f"{in_input}/soap:header", "part", ["LogicalAddress"]),
        "BP-8c message": (f"{in_input}/soap:header", "message", [f"{message}Request"]),
        "BP-8c use": (f"{in_input}/soap:header", "use", ["literal"]),
        "BP-9 BP-17 port type": ("wsdl:portType", "name", [f"{name}ResponderInterface"]),
        "BP-10 binding": ("wsdl:binding", "name", [f"{name}ResponderBinding"]),
        "BP-10 bound port type": ("wsdl:binding", "type", [f"{message}ResponderInterface"]),
        "BP-11 service": ("wsdl:service", "name", [f"{name}ResponderService"]),
        "BP-12 port": ("wsdl:service/wsdl:port", "name", [f"{name}ResponderPort"]),
        "BP-12 served binding": (
            "wsdl:service/wsdl:port",
            "binding",
            [f"{message}ResponderBinding"],
        ),
        "BP-13 messages": ("wsdl:message", "name", [f"{name}{kind}" for kind in _KINDS]),
        "BP-13 exchanged messages": (
            "wsdl:portType/wsdl:operation/*",
            "message",
            [f"{message}{kind}" for kind in _KINDS],
        ),
        "BP-14 BP-17 operation": ("wsdl:portType/wsdl:operation", "name", [name]),
        "BP-14 bound operation": (in_binding, "name", [name]),
        "BP-15 action": (
            f"{in_binding}/soap:operation",
            "soapAction",
            [f"{package.responder}:{name}"],
        ),
        "BP-16 types": (in_types, "targetNamespace", [package.addressed]),
    }


_KINDS = ("Request", "Response")


def said(package: Package, where: str, attribute: str) -> list[str]:
    """Give what a package's WSDL says in an attribute, once an element and in their order."""
    return [_said(node, attribute) for node in in_wsdl(package, where)]


def in_wsdl(package: Package, where: str) -> list[etree._Element]:
    """Find elements in a package's WSDL by path."""
    root = etree.parse(str(package.schemas / package.wsdl_file)).getroot()
    return list(root.iterfind(where, {"wsdl": WSDL, "soap": SOAP, "xs": XS}))
