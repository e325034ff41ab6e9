"""Our schemas and WSDL of financial:billing:claim 1.1 mean what the released ones mean.

The judge is a walker that reads a schema as a tree of elements, makes messages from the tree and
breaks them one fault at a time; two schemas are equal when they agree on every message. Messages
are made from both schemas' trees, so that what only one of them knows is seen too.
"""

from __future__ import annotations

import copy
import re
import shutil
from collections import Counter, defaultdict
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

import pytest
from lxml import etree

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

REPOSITORY = Path(__file__).resolve().parents[2]
OURS = REPOSITORY / "contracts/domains/financial_billing_claim/v1_1/schemas"
SHARED = REPOSITORY.parent / "shared"
RELEASED = SHARED / "reference/financial_billing_claim/schemas"

DOMAIN, MAJOR, VERSION = "financial:billing:claim", "1", "1.1"
INTERACTION = "ProcessClaimSpecification"
FOLDER = f"interactions/{INTERACTION}Interaction"
WSDL_FILE = f"{FOLDER}/{INTERACTION}Interaction_{VERSION}_RIVTABP21.wsdl"
RESPONDER_FILE = f"{FOLDER}/{INTERACTION}Responder_{VERSION}.xsd"
DOMAIN_FILE = f"core_components/financial_billing_claim_{VERSION}.xsd"
REGISTRY_FILE = "core_components/itintegration_registry_1.0.xsd"

CLAIM = f"urn:riv:{DOMAIN}:{MAJOR}"
RESPONDER = f"urn:riv:{DOMAIN}:{INTERACTION}Responder:{MAJOR}"
ADDRESSED = f"urn:riv:{DOMAIN}:{INTERACTION}:{MAJOR}:rivtabp21"
REGISTRY = "urn:riv:itintegration:registry:1"
XS = "http://www.w3.org/2001/XMLSchema"
XSI = "http://www.w3.org/2001/XMLSchema-instance"
WSDL = "http://schemas.xmlsoap.org/wsdl/"
SOAP = "http://schemas.xmlsoap.org/wsdl/soap/"
PREFIXES = {"c": CLAIM, "r": RESPONDER, "xsi": XSI, "xs": XS}

REQUEST = f"{{{RESPONDER}}}{INTERACTION}"
RESPONSE = f"{{{RESPONDER}}}{INTERACTION}Response"

needs_release = pytest.mark.skipif(
    not (RELEASED / RESPONDER_FILE).is_file(),
    reason="the released schemas are not beside the project (../shared/reference)",
)


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
        base, values, patterns = "", frozenset[str](), tuple[str, ...]()
        parts: tuple[Declared | Wildcard, ...] = ()
        type_name = _resolved(node, "type")
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
        least, most = _occurrence(node)
        return Declared(
            name=f"{{{_target(node)}}}{node.get('name')}",
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
SCALARS = (
    *("0", "1", "-1", "+1", " 1 ", "\t7\n", "007", "-0", "1.0", "12.50", "12,50", "1.005", ".5"),
    *("5.", "1e3", "1 000", "0x1", "NaN", "INF", "12345678901234567890", "-12.5", "١", "", " "),
    *("true", "false", " true ", "TRUE", "ja", "True"),
)
VERDICTS = ("OK", "INFO", "ERROR", "ok", " OK ", "WARN", "OK ERROR")
TEXTS = ("ZVF23210000162611000001", "Blåbärsgränd & <Åsö>", " ", "", "a\n b\t c", "\U0001f600")
URIS = ("urn:example:GetThing:1", "", "a b", "http://[::1", "%zz", "åäö")
TRICKY = (*DAYS, *TIMES, *SCALARS, *VERDICTS)

VALID = {
    "string": TEXTS,
    "decimal": ("0", "-12.5", "1234.56", "+1", ".5", "00100.00", " 7 "),
    "integer": ("0", "-3", "12", "+1", "007"),
    "positiveInteger": ("1", "+2", "12", " 3 ", "12345678901234567890"),
    "boolean": ("true", "false", "1", "0", " true "),
    "anyURI": ("urn:example:GetThing:1", ""),
}

NOTE = "<note xmlns='urn:example:extension'>more</note>"
RIGHT_KNOWN, WRONG_KNOWN = (
    f"<{INTERACTION}Response xmlns='{RESPONDER}'><resultCode>{code}</resultCode>"
    f"</{INTERACTION}Response>"
    for code in ("OK", "NO")
)
FOREIGN = (
    NOTE,
    "<note xmlns='urn:example:extension'><id xmlns='urn:riv:financial:billing:claim:1'/></note>",
    f"<LogicalAddress xmlns='{REGISTRY}'>2321000016</LogicalAddress>",
    RIGHT_KNOWN,
    WRONG_KNOWN,
    f"<id xmlns='{CLAIM}'>1</id>",
    f"<comment xmlns='{RESPONDER}'>1</comment>",
    f"<ServiceContract xmlns='{REGISTRY}'/>",
    "<note>in no namespace</note>",
)


SOUND = "no fault"


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
    parent: etree._Element | None = None,
) -> etree._Element:
    """Make a valid message, in which each optional element stands with the given chance."""
    node = (
        etree.Element(declared.name, nsmap=PREFIXES)
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
        elif share < 1 and rng.random() < 0.05:
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
        return (*DAYS, *TIMES, "", "today")
    if declared.values:
        return (*VERDICTS, "")
    if declared.base == "string":
        return ("", *rng.sample(TRICKY, 2))
    return (*SCALARS, *URIS)


def cases(root: Declared, rng: Random, *, samples: int) -> Iterator[Case]:
    """Make messages: every fault at every declaration once, then random ones, sound and broken."""
    declarations = dict(by_place(root))
    rich = a_message(root, rng, share=1, repeats=1)
    spots: dict[tuple[str, str], list[int]] = defaultdict(list)
    for index, node in enumerate(rich.iter()):
        spots[place_of(node)].append(index)
    for place, indexes in spots.items():
        for fault in FAULTS:
            yield from broken(rich, rng.choice(indexes), fault, rng)
        for value in tricky_values(declarations[place], rng):
            yield from broken(rich, rng.choice(indexes), setting(value), rng)
    for _ in range(samples):
        message = a_message(root, rng, share=rng.choice((0.1, 0.3, 0.5)))
        yield Case(made_by=SOUND, message=message)
        index = rng.randrange(sum(1 for _ in message.iter()))
        yield from broken(message, index, rng.choice(FAULTS), rng)


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


def renamed(node: etree._Element, rng: Random) -> bool:
    name = etree.QName(node)
    other = rng.choice((f"{name.localname}X", name.localname.swapcase(), "unspecified"))
    node.tag = f"{{{name.namespace}}}{other}"
    return other != name.localname


def moved_to_another_namespace(node: etree._Element, rng: Random) -> bool:
    name = etree.QName(node)
    others = {CLAIM, RESPONDER, REGISTRY, "urn:example:extension", ""} - {name.namespace}
    namespace = rng.choice(sorted(others))
    node.tag = f"{{{namespace}}}{name.localname}" if namespace else name.localname
    return True


def preceded_by_an_unknown(node: etree._Element, _: Random) -> bool:
    if node.getparent() is not None:
        node.addprevious(etree.Element(f"{{{etree.QName(node).namespace}}}unheardOf"))
    return node.getparent() is not None


def ended_by_an_unknown(node: etree._Element, _: Random) -> bool:
    etree.SubElement(node, f"{{{etree.QName(node).namespace}}}unheardOf")
    return True


def preceded_by_a_foreign(node: etree._Element, rng: Random) -> bool:
    if node.getparent() is not None:
        node.addprevious(etree.fromstring(rng.choice(FOREIGN)))
    return node.getparent() is not None


def ended_by_a_foreign(node: etree._Element, rng: Random) -> bool:
    for _ in range(rng.randint(1, 2)):
        node.append(etree.fromstring(rng.choice(FOREIGN)))
    return True


def ended_by_a_known_but_wrong(node: etree._Element, _: Random) -> bool:
    node.append(etree.fromstring(WRONG_KNOWN))
    return True


def given_an_attribute(node: etree._Element, rng: Random) -> bool:
    name, value = rng.choice(
        (
            ("note", "x"),
            (f"{{{XSI}}}nil", "true"),
            (f"{{{XSI}}}nil", "false"),
            (f"{{{XSI}}}type", "xs:string"),
            (f"{{{XSI}}}schemaLocation", f"{CLAIM} claim.xsd"),
            ("{urn:example:extension}note", "x"),
        )
    )
    node.set(name, value)
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


FAULTS: tuple[Fault, ...] = (
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
    """Let two schema sets judge the messages that each of their trees gives."""
    judges = [etree.XMLSchema(etree.parse(str(folder / file))) for folder in (left, right)]
    for folder in (left, right):
        tree = SchemaFile(folder / file).tree(name)
        for case in cases(tree, Random(seed), samples=samples):  # noqa: S311 - repeatable
            accepted = [judge.validate(case.message) for judge in judges]
            yield Verdict(made_by=case.made_by, left=accepted[0], right=accepted[1])


@needs_release
@pytest.mark.parametrize(
    ("file", "name", "samples", "expected"),
    [
        pytest.param(RESPONDER_FILE, REQUEST, 250, 2_000, id="request"),
        pytest.param(RESPONDER_FILE, RESPONSE, 60, 200, id="response"),
        pytest.param(REGISTRY_FILE, f"{{{REGISTRY}}}LogicalAddress", 10, 40, id="address"),
        pytest.param(REGISTRY_FILE, f"{{{REGISTRY}}}ServiceContract", 10, 40, id="contract name"),
    ],
)
def test_both_schemas_accept_and_refuse_the_same_messages(
    file: str, name: str, samples: int, expected: int
) -> None:
    """A message that one schema takes the other takes, and many are taken and many refused."""
    found = list(verdicts(OURS, RELEASED, file=file, name=name, samples=samples))

    differing = [verdict for verdict in found if verdict.left != verdict.right]
    assert not differing, f"{len(differing)} differ, first {differing[:5]}"
    assert all(verdict.left for verdict in found if verdict.made_by == SOUND)
    counts = Counter(verdict.left for verdict in found)
    assert counts.total() >= expected
    assert min(counts[True], counts[False]) > counts.total() / 4, counts


@needs_release
@pytest.mark.parametrize(
    ("file", "name"),
    [
        pytest.param(RESPONDER_FILE, REQUEST, id="request"),
        pytest.param(RESPONDER_FILE, RESPONSE, id="response"),
        pytest.param(REGISTRY_FILE, f"{{{REGISTRY}}}LogicalAddress", id="address"),
        pytest.param(REGISTRY_FILE, f"{{{REGISTRY}}}ServiceContract", id="contract name"),
    ],
)
def test_both_schemas_unfold_to_the_same_tree(file: str, name: str) -> None:
    """Names, order, occurrence, built-in types, enumerations and wildcards are the same."""
    ours, released = (
        list(outline(SchemaFile(folder / file).tree(name))) for folder in (OURS, RELEASED)
    )

    assert ours == released


@needs_release
@pytest.mark.parametrize("file", [RESPONDER_FILE, DOMAIN_FILE, REGISTRY_FILE])
def test_both_schemas_have_the_same_global_elements(file: str) -> None:
    """A wildcard checks the global elements it meets, so neither schema has one of its own."""
    ours, released = (
        {
            child.get("name")
            for child in etree.parse(str(folder / file)).iterfind(f"{{{XS}}}element")
        }
        for folder in (OURS, RELEASED)
    )

    assert ours == released


@needs_release
@pytest.mark.parametrize("file", [RESPONDER_FILE, DOMAIN_FILE])
def test_types_carry_their_released_names(file: str) -> None:
    """A message may name its types in xsi:type, so type names are seen on the wire."""
    ours, released = (
        {
            str(child.get("name"))
            for kind in ("complexType", "simpleType")
            for child in etree.parse(str(folder / file)).iterfind(f"{{{XS}}}{kind}")
        }
        for folder in (OURS, RELEASED)
    )

    assert ours <= released
    assert released - ours <= {"AddressType", "PartyType", "PayableAmountType", "TimePeriodType"}


def test_a_result_code_may_name_its_type() -> None:
    """The platform's regression suite expects answers with xsi:type="ResultCodeEnum"."""
    schema = etree.XMLSchema(etree.parse(str(OURS / RESPONDER_FILE)))
    text = f'''<ProcessClaimSpecificationResponse xmlns="{RESPONDER}" xmlns:xsi="{XSI}">
      <resultCode xsi:type="TYPE">OK</resultCode></ProcessClaimSpecificationResponse>'''

    assert schema.validate(etree.fromstring(text.replace("TYPE", "ResultCodeEnum")))
    assert not schema.validate(etree.fromstring(text.replace("TYPE", "Verdict")))


def test_our_schema_agrees_with_itself() -> None:
    """The comparison of a schema with itself finds nothing, so that a finding means something."""
    found = verdicts(OURS, OURS, file=RESPONDER_FILE, name=RESPONSE, samples=5)

    assert all(verdict.left == verdict.right for verdict in found)


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        pytest.param(
            DOMAIN_FILE,
            '"plannedHealthcare" type="xs:boolean"',
            '"plannedHealthcare" type="xs:boolean" minOccurs="0"',
            id="a required element made optional",
        ),
        pytest.param(
            DOMAIN_FILE,
            '"issueTime" type="fbc:TimeType" minOccurs="0"',
            '"issueTime" type="fbc:TimeType"',
            id="an optional element made required",
        ),
        pytest.param(
            RESPONDER_FILE, '<xs:enumeration value="INFO"/>', "", id="an enumeration value dropped"
        ),
        pytest.param(
            DOMAIN_FILE,
            '      <xs:element name="root" type="xs:string"/>\n'
            '      <xs:element name="extension" type="xs:string"/>\n',
            '      <xs:element name="extension" type="xs:string"/>\n'
            '      <xs:element name="root" type="xs:string"/>\n',
            id="two elements in the other order",
        ),
        pytest.param(
            DOMAIN_FILE,
            '      <xs:element name="LMACardNumber" type="xs:string" minOccurs="0"/>\n',
            "",
            id="an optional element dropped",
        ),
        pytest.param(
            DOMAIN_FILE,
            '"sellerContact" type="fbc:ContactType" minOccurs="0"/>',
            '"sellerContact" type="fbc:ContactType" minOccurs="0"/>\n'
            '      <xs:element name="sellerRegister" type="xs:string" minOccurs="0"/>',
            id="an optional element added",
        ),
        pytest.param(
            DOMAIN_FILE,
            '"identification" type="fbc:IIType" maxOccurs="2"/>\n'
            '      <xs:element name="buyerContact"',
            '"identification" type="fbc:IIType" maxOccurs="3"/>\n'
            '      <xs:element name="buyerContact"',
            id="one more repetition allowed",
        ),
        pytest.param(
            DOMAIN_FILE,
            '"numberOfPatientSpecificCare" type="xs:integer"',
            '"numberOfPatientSpecificCare" type="xs:positiveInteger"',
            id="a number type narrowed",
        ),
        pytest.param(DOMAIN_FILE, r"\d{2}", "[0-9]{2}", id="years in ASCII digits only"),
        pytest.param(DOMAIN_FILE, "[12][0-9]|3[01]", "[12][0-9]|30", id="no 31st"),
        pytest.param(DOMAIN_FILE, "2[0-3]", "2[0-4]", id="hour 24 allowed"),
        pytest.param(
            DOMAIN_FILE, '"##other"', '"urn:example:extension"', id="a wildcard for one namespace"
        ),
        pytest.param(DOMAIN_FILE, '"lax"', '"skip"', id="a wildcard that checks nothing"),
        pytest.param(
            DOMAIN_FILE,
            '"biDiagnosis" type="fbc:DiagnosisCodeType" minOccurs="0" maxOccurs="unbounded"',
            '"biDiagnosis" type="fbc:DiagnosisCodeType" minOccurs="0"',
            id="a repetition taken away",
        ),
    ],
)
def test_an_altered_schema_is_told_apart(tmp_path: Path, file: str, old: str, new: str) -> None:
    """Each alteration that a message can show makes the comparison find a difference."""
    altered = our_schemas_with(tmp_path, file, old, new)
    name = RESPONSE if file == RESPONDER_FILE else REQUEST

    found = verdicts(OURS, altered, file=RESPONDER_FILE, name=name, samples=20)

    assert any(verdict.left != verdict.right for verdict in found)


def test_a_type_that_no_message_tells_apart_shows_in_the_tree(tmp_path: Path) -> None:
    """A type that only normalises white space refuses nothing, but a reader gets other values."""
    altered = our_schemas_with(
        tmp_path, DOMAIN_FILE, '"careLevel" type="xs:string"', '"careLevel" type="xs:token"'
    )

    ours, theirs = (
        list(outline(SchemaFile(folder / RESPONDER_FILE).tree(REQUEST)))
        for folder in (OURS, altered)
    )

    assert len(set(ours) ^ set(theirs)) == 2


def our_schemas_with(folder: Path, file: str, old: str, new: str) -> Path:
    """Copy our schemas to a folder and change one piece of text, which stands there once."""
    altered = folder / "schemas"
    shutil.copytree(OURS, altered)
    text = (altered / file).read_text(encoding="utf-8")
    assert text.count(old) == 1
    (altered / file).write_text(text.replace(old, new), encoding="utf-8")
    return altered


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


@needs_release
def test_both_wsdl_say_the_same_to_a_machine() -> None:
    """Namespaces, imports, messages, port type, binding, action, header and service agree."""
    assert statements(OURS / WSDL_FILE) == statements(RELEASED / WSDL_FILE)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        pytest.param('rivtabp21"\n    xmlns:act', 'rivtabp20"\n    xmlns:act', id="namespace"),
        pytest.param(f':{INTERACTION}"\n          style', '"\n          style', id="soapAction"),
        pytest.param('name="parameters" element="pcs:ProcessClaimSpecification"', "", id="part"),
        pytest.param('part="LogicalAddress"', 'part="parameters"', id="header part"),
        pytest.param('SpecificationResponderPort"', 'SpecificationPort"', id="port"),
        pytest.param('xmlns:riv="urn:riv:it', 'xmlns:riv="urn:riv:IT', id="prefix"),
    ],
)
def test_an_altered_wsdl_is_told_apart(tmp_path: Path, old: str, new: str) -> None:
    """Each alteration shows in what the WSDL says to a machine."""
    altered = our_schemas_with(tmp_path, WSDL_FILE, old, new)

    assert statements(altered / WSDL_FILE) != statements(OURS / WSDL_FILE)


IN_BINDING = "wsdl:binding/wsdl:operation"
IN_INPUT = f"{IN_BINDING}/wsdl:input"
IN_TYPES = "wsdl:types/xs:schema"
REQUEST_PARTS = f"wsdl:message[@name='{INTERACTION}Request']/wsdl:part"
RESPONSE_PARTS = f"wsdl:message[@name='{INTERACTION}Response']/wsdl:part"
MESSAGE = f"{{{ADDRESSED}}}{INTERACTION}"


@pytest.mark.parametrize(
    ("where", "attribute", "expected"),
    [
        pytest.param(
            "wsdl:binding/soap:binding",
            "transport",
            ["http://schemas.xmlsoap.org/soap/http"],
            id="BP-1 transport",
        ),
        pytest.param(".", "name", [f"{INTERACTION}Interaction"], id="BP-3 definitions"),
        pytest.param(".", "targetNamespace", [ADDRESSED], id="BP-4 namespace"),
        pytest.param("wsdl:binding/soap:binding", "style", ["document"], id="BP-7 style"),
        pytest.param(f"{IN_BINDING}/*/soap:body", "use", ["literal"] * 2, id="BP-7 use"),
        pytest.param(f"{IN_INPUT}/soap:body", "parts", ["parameters"], id="BP-7 body part"),
        pytest.param(RESPONSE_PARTS, "name", ["parameters"], id="BP-7 response part"),
        pytest.param(RESPONSE_PARTS, "element", [RESPONSE], id="BP-7 response element"),
        pytest.param(
            f"{IN_TYPES}/xs:import", "namespace", [REGISTRY, RESPONDER], id="BP-8a imports"
        ),
        pytest.param(
            REQUEST_PARTS, "name", ["LogicalAddress", "parameters"], id="BP-8b request parts"
        ),
        pytest.param(
            REQUEST_PARTS,
            "element",
            [f"{{{REGISTRY}}}LogicalAddress", REQUEST],
            id="BP-8b request elements",
        ),
        pytest.param(f"{IN_INPUT}/soap:header", "part", ["LogicalAddress"], id="BP-8c header"),
        pytest.param(
            f"{IN_INPUT}/soap:header", "message", [f"{MESSAGE}Request"], id="BP-8c message"
        ),
        pytest.param(f"{IN_INPUT}/soap:header", "use", ["literal"], id="BP-8c use"),
        pytest.param(
            "wsdl:portType", "name", [f"{INTERACTION}ResponderInterface"], id="BP-9 BP-17 port type"
        ),
        pytest.param(
            "wsdl:binding", "name", [f"{INTERACTION}ResponderBinding"], id="BP-10 binding"
        ),
        pytest.param(
            "wsdl:binding", "type", [f"{MESSAGE}ResponderInterface"], id="BP-10 bound port type"
        ),
        pytest.param(
            "wsdl:service", "name", [f"{INTERACTION}ResponderService"], id="BP-11 service"
        ),
        pytest.param(
            "wsdl:service/wsdl:port", "name", [f"{INTERACTION}ResponderPort"], id="BP-12 port"
        ),
        pytest.param(
            "wsdl:service/wsdl:port",
            "binding",
            [f"{MESSAGE}ResponderBinding"],
            id="BP-12 served binding",
        ),
        pytest.param(
            "wsdl:message",
            "name",
            [f"{INTERACTION}Request", f"{INTERACTION}Response"],
            id="BP-13 messages",
        ),
        pytest.param(
            "wsdl:portType/wsdl:operation/*",
            "message",
            [f"{MESSAGE}Request", f"{MESSAGE}Response"],
            id="BP-13 exchanged messages",
        ),
        pytest.param(
            "wsdl:portType/wsdl:operation", "name", [INTERACTION], id="BP-14 BP-17 operation"
        ),
        pytest.param(IN_BINDING, "name", [INTERACTION], id="BP-14 bound operation"),
        pytest.param(
            f"{IN_BINDING}/soap:operation",
            "soapAction",
            [f"{RESPONDER}:{INTERACTION}"],
            id="BP-15 action",
        ),
        pytest.param(IN_TYPES, "targetNamespace", [ADDRESSED], id="BP-16 types"),
    ],
)
def test_wsdl_keeps_the_profile(where: str, attribute: str, expected: list[str]) -> None:
    """Each name and binding is, once and in this order, what the profile's formula gives."""
    assert [_said(node, attribute) for node in in_our_wsdl(where)] == expected


def test_wsdl_file_is_named_by_interaction_version_and_profile() -> None:
    """The interaction's folder holds one WSDL, named as BP-2 says."""
    found = [path.name for path in (OURS / FOLDER).glob("*.wsdl")]

    assert found == [f"{INTERACTION}Interaction_{VERSION}_RIVTABP21.wsdl"]


@pytest.mark.parametrize(
    "stated",
    [
        f"{INTERACTION}Interaction",
        "Beskrivning",
        "Revisioner",
        DOMAIN,
        "Fråga-svar",
        "RIVTABP21",
        "Förvaltas av",
    ],
)
def test_wsdl_begins_by_saying_what_it_is(stated: str) -> None:
    """The first child of definitions documents the interaction (BP-5)."""
    first = next(etree.parse(str(OURS / WSDL_FILE)).getroot().iterchildren("*"))

    assert first.tag == f"{{{WSDL}}}documentation"
    assert stated in (first.text or "")


def test_limits_of_the_logical_address_stand_before_the_operation() -> None:
    """The documentation right before the operation says whose number is used (BP-8e)."""
    (operation,) = in_our_wsdl("wsdl:portType/wsdl:operation")
    before = operation.getprevious()

    assert before is not None
    assert before.tag == f"{{{WSDL}}}documentation"
    assert "organisation number, ten digits" in (before.text or "")


def test_wsdl_imports_files_that_hold_the_namespace() -> None:
    """Each import leads to a file in the package with that target namespace (BP-8a)."""
    for node in in_our_wsdl(f"{IN_TYPES}/xs:import"):
        file = (OURS / FOLDER / node.get("schemaLocation", "")).resolve()

        assert file.is_relative_to(OURS)
        assert etree.parse(str(file)).getroot().get("targetNamespace") == node.get("namespace")


def in_our_wsdl(where: str) -> list[etree._Element]:
    """Find elements in our WSDL by path."""
    root = etree.parse(str(OURS / WSDL_FILE)).getroot()
    return list(root.iterfind(where, {"wsdl": WSDL, "soap": SOAP, "xs": XS}))
