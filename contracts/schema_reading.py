"""The declarations of schema files, resolved: nodes in, values out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from types import MappingProxyType

from lxml import etree

from contracts.schema_builtins import ANY_TYPE, BUILT_IN, SIMPLE
from contracts.schema_files import SKIPPED, XML, Declared, File, Files
from contracts.schema_parts import (
    XS,
    AttributeDecl,
    ComplexType,
    Content,
    ElementDecl,
    Facet,
    FacetKind,
    Group,
    GroupKind,
    Particle,
    Process,
    SimpleType,
    Type,
    Variety,
    Wildcard,
    clark,
    particles,
)

__all__ = ["Reader"]

_COUNTS = {
    FacetKind.LENGTH,
    FacetKind.MIN_LENGTH,
    FacetKind.MAX_LENGTH,
    FacetKind.TOTAL_DIGITS,
    FacetKind.FRACTION_DIGITS,
}
_DERIVING = {"simpleContent", "complexContent"}
_BESIDE_CONTENT = {"attribute", "attributeGroup", "anyAttribute"}


class Reader:
    """Resolves the declarations of loaded files into values; types are kept by key."""

    def __init__(self, files: Files) -> None:
        self._files = files
        self.elements: dict[str, ElementDecl] = {}
        self.types: dict[str, Type] = {}
        self.attributes: dict[str, AttributeDecl] = {}
        self._types: dict[str, Type] = dict(BUILT_IN)
        self._shared: Mapping[str, Type] = MappingProxyType(self._types)
        self._groups: dict[str, Group] = {}
        self._open: list[tuple[str, str]] = []
        self._anonymous: dict[tuple[etree._Element, str], str] = {}
        self._pending: list[tuple[str, str, Declared]] = []

    def read(self) -> None:
        """Read every global declaration, and the anonymous types met on the way.

        Raises: SchemaModelError for the first that cannot be read.
        """
        for (symbol, name), declared in self._files.globals.items():
            match symbol:
                case "type":
                    self.types[name] = self._type_named(name)
                case "group":
                    self._group_named(name)
                case "element":
                    self.elements[name] = self._global_element(declared.node, declared.file)
                case "attribute":
                    self.attributes[name] = self._attribute_declared(
                        declared.node, declared.file, is_global=True
                    )
                case "attributeGroup":
                    self._attribute_group(name, declared)
        self._finish()

    # Types

    def _finish(self) -> None:
        """Read the anonymous types met on the way, which may hold others."""
        while self._pending:
            key, above, declared = self._pending.pop()
            self._types[key] = self._type(declared.node, declared.file, key=key, above=above)

    def _type_named(self, name: str) -> Type:
        if name not in self._types:
            declared = self._files.globals["type", name]
            with self._opened("type", name, declared):
                self._types[name] = self._type(
                    declared.node, declared.file, key=name, above=declared.node.get("name", "")
                )
        return self._types[name]

    def _type_referred(
        self, node: etree._Element, attribute: str, file: File, text: str | None = None
    ) -> str:
        """Give the name of the type an attribute refers to, known to be declared."""
        text = node.get(attribute, "") if text is None else text
        name = file.resolve(node, attribute, text)
        if name not in BUILT_IN and ("type", name) not in self._files.globals:
            raise file.wrong(
                node,
                f"{attribute}={text!r}: no type {name} is declared",
                "import the file that declares it, or mend the name",
            )
        return name

    def _simple_referred(
        self, node: etree._Element, attribute: str, file: File, text: str | None = None
    ) -> SimpleType:
        name = self._type_referred(node, attribute, file, text)
        found = self._type_named(name)
        if not isinstance(found, SimpleType):
            raise file.wrong(node, f"{attribute}: {name} is no simple type")
        return found

    def _type(self, node: etree._Element, file: File, *, key: str, above: str) -> Type:
        name = clark(file.namespace, node.get("name", "")) if node.get("name") else ""
        if etree.QName(node).localname == "simpleType":
            return self._simple(node, file, name=name)
        return self._complex(node, file, name=name, key=key, above=above)

    # Simple types

    def _simple(self, node: etree._Element, file: File, *, name: str = "") -> SimpleType:
        for child in _parts(node):
            match etree.QName(child).localname:
                case "restriction":
                    inner = [c for c in _parts(child) if c.tag == f"{{{XS}}}simpleType"]
                    base = (
                        self._simple(inner[0], file)
                        if inner
                        else self._simple_referred(child, "base", file)
                    )
                    return self._restricted(child, file, base, name=name)
                case "list":
                    inner = list(_parts(child))
                    item = (
                        self._simple(inner[0], file)
                        if inner
                        else self._simple_referred(child, "itemType", file)
                    )
                    return SimpleType(
                        name=name,
                        variety=Variety.LIST,
                        item=item,
                        facets=(Facet(kind=FacetKind.WHITE_SPACE, value="collapse"),),
                        where=file.where(node),
                    )
                case "union":
                    return SimpleType(
                        name=name,
                        variety=Variety.UNION,
                        members=self._members(child, file),
                        where=file.where(node),
                    )
        raise file.wrong(node, "the simple type has neither restriction, list nor union")

    def _members(self, node: etree._Element, file: File) -> tuple[SimpleType, ...]:
        members = [
            self._simple_referred(node, "memberTypes", file, one)
            for one in node.get("memberTypes", "").split()
        ]
        members += (self._simple(child, file) for child in _parts(node))
        if not members:
            raise file.wrong(node, "the union has no members")
        return tuple(members)

    def _restricted(
        self, node: etree._Element, file: File, base: SimpleType, *, name: str = ""
    ) -> SimpleType:
        facets = []
        for child in _parts(node):
            kind = etree.QName(child).localname
            if kind in set(FacetKind):
                facets.append(self._facet(child, file, FacetKind(kind)))
            elif kind not in {"simpleType", "attribute", "attributeGroup", "anyAttribute"}:
                raise file.wrong(child, f"xs:{kind} is no facet of XML Schema 1.0")
        return SimpleType(
            name=name,
            variety=base.variety,
            base=base,
            facets=tuple(facets),
            item=base.item,
            members=base.members,
            where=file.where(node),
        )

    @staticmethod
    def _facet(node: etree._Element, file: File, kind: FacetKind) -> Facet:
        value = node.get("value")
        if value is None:
            raise file.wrong(node, f"this xs:{kind} has no value")
        if kind in _COUNTS and not value.strip().isdecimal():
            raise file.wrong(node, f"xs:{kind} {value!r} is no number", "give a whole number")
        return Facet(kind=kind, value=value, where=file.where(node))

    # Complex types

    def _complex(
        self, node: etree._Element, file: File, *, name: str, key: str, above: str
    ) -> ComplexType:
        derived = next((c for c in _parts(node) if etree.QName(c).localname in _DERIVING), None)
        plain = ComplexType(
            name=name,
            key=key,
            content=Content.EMPTY,
            abstract=_is_true(node, "abstract"),
            where=file.where(node),
        )
        mixed = _is_true(node, "mixed")
        if derived is None:
            particle = self._content(node, file, above=above)
            attributes, wildcard = self._attributes(node, file)
            return replace(
                plain,
                content=_content_kind(particle, mixed=mixed),
                particle=particle,
                attributes=attributes,
                any_attribute=wildcard,
            )
        step = next(_parts(derived), None)
        if step is None:
            raise file.wrong(derived, "neither extension nor restriction")
        derivation = etree.QName(step).localname
        base_name = self._type_referred(step, "base", file)
        base = self._type_named(base_name)
        plain = replace(plain, base=base_name, derivation=derivation)
        own, wildcard = self._attributes(step, file)
        attributes = self._merged(step, file, base, own)
        if isinstance(base, ComplexType) and derivation == "extension":
            wildcard = _wider(base.any_attribute, wildcard)
        plain = replace(plain, attributes=attributes, any_attribute=wildcard)
        if etree.QName(derived).localname == "simpleContent":
            return replace(
                plain, content=Content.SIMPLE, simple=self._simple_content(step, file, base)
            )
        if isinstance(base, SimpleType) or base.content is Content.SIMPLE:
            raise file.wrong(step, f"{base_name} has no complex content to derive from")
        mixed = _is_true(derived, "mixed") if derived.get("mixed") else mixed
        particle = self._content(step, file, above=above)
        if derivation == "extension":
            mixed = mixed or base.content is Content.MIXED
            particle = _after(base.particle, particle)
        return replace(plain, content=_content_kind(particle, mixed=mixed), particle=particle)

    def _simple_content(self, step: etree._Element, file: File, base: Type) -> SimpleType:
        inner = [c for c in _parts(step) if c.tag == f"{{{XS}}}simpleType"]
        simple = base if isinstance(base, SimpleType) else base.simple
        if inner:
            simple = self._simple(inner[0], file)
        if simple is None:
            raise file.wrong(step, f"base={step.get('base')!r} has no simple content")
        if etree.QName(step).localname == "extension":
            return simple
        return self._restricted(step, file, simple)

    def _merged(
        self,
        step: etree._Element,
        file: File,
        base: Type,
        own: tuple[AttributeDecl, ...],
    ) -> tuple[AttributeDecl, ...]:
        """Give the attributes of a derived type: the base's, as far as not restated or barred."""
        inherited = base.attributes if isinstance(base, ComplexType) else ()
        restated = {one.qname for one in own}
        barred = {
            self._attribute(child, file).qname
            for child in _parts(step)
            if child.tag == f"{{{XS}}}attribute" and child.get("use") == "prohibited"
        }
        return (*(one for one in inherited if one.qname not in restated | barred), *own)

    # Attributes

    def _attributes(
        self, node: etree._Element, file: File
    ) -> tuple[tuple[AttributeDecl, ...], Wildcard | None]:
        found: list[AttributeDecl] = []
        wildcard: Wildcard | None = None
        for child in _parts(node):
            match etree.QName(child).localname:
                case "attribute" if child.get("use") != "prohibited":
                    found.append(self._attribute(child, file))
                case "anyAttribute":
                    wildcard = self._wildcard(child, file)
                case "attributeGroup":
                    declared = self._declared("attributeGroup", child, file)
                    others, any_other = self._attribute_group(file.resolve(child, "ref"), declared)
                    found += others
                    wildcard = wildcard or any_other
        return tuple(found), wildcard

    def _attribute_group(
        self, name: str, declared: Declared
    ) -> tuple[tuple[AttributeDecl, ...], Wildcard | None]:
        with self._opened("attributeGroup", name, declared):
            return self._attributes(declared.node, declared.file)

    def _attribute(self, node: etree._Element, file: File) -> AttributeDecl:
        """Read an attribute where it stands in a type, or what it refers to."""
        if not node.get("ref"):
            return self._attribute_declared(node, file, is_global=False)
        name = file.resolve(node, "ref")
        if ("attribute", name) in self._files.globals or not name.startswith(f"{{{XML}}}"):
            declared = self._declared("attribute", node, file)
            found = self._attribute_declared(declared.node, declared.file, is_global=True)
        else:
            found = AttributeDecl(
                name=etree.QName(name).localname,
                namespace=XML,
                type=SIMPLE["language" if name.endswith("}lang") else "string"],
                required=False,
                default=None,
                fixed=None,
                where=None,
            )
        return replace(
            found,
            required=node.get("use") == "required",
            default=node.get("default", found.default),
            fixed=node.get("fixed", found.fixed),
            where=file.where(node),
        )

    def _attribute_declared(
        self, node: etree._Element, file: File, *, is_global: bool
    ) -> AttributeDecl:
        form = node.get("form") or file.root.get("attributeFormDefault", "unqualified")
        inner = next(_parts(node), None)
        if node.get("type"):
            simple = self._simple_referred(node, "type", file)
        elif inner is not None:
            simple = self._simple(inner, file)
        else:
            simple = SIMPLE["anySimpleType"]
        return AttributeDecl(
            name=self._name(node, file),
            namespace=file.namespace if is_global or form == "qualified" else "",
            type=simple,
            required=node.get("use") == "required",
            default=node.get("default"),
            fixed=node.get("fixed"),
            where=file.where(node),
        )

    # Particles

    def _content(self, node: etree._Element, file: File, *, above: str) -> Group | None:
        """Read the content model that stands in a type or derivation, or None where none does."""
        found = None
        for child in _parts(node):
            kind = etree.QName(child).localname
            if kind in {"group", *GroupKind} and found is None:
                particle = self._particle(child, file, above=above)
                found = particle if isinstance(particle, Group) else None
            elif kind not in _BESIDE_CONTENT:
                raise file.wrong(child, f"xs:{kind} cannot be read here")
        return found

    def _particle(self, node: etree._Element, file: File, *, above: str) -> Particle | None:
        """Read an element, wildcard or group; None for what may occur at most zero times."""
        least, most = self._occurrence(node, file)
        if most == 0:
            return None
        match kind := etree.QName(node).localname:
            case "element":
                return self._local_element(node, file, above=above, least=least, most=most)
            case "any":
                return self._wildcard(node, file)
            case "group":
                self._declared("group", node, file)
                found = self._group_named(file.resolve(node, "ref"))
                return replace(found, min=least, max=most, where=file.where(node))
            case "sequence" | "choice" | "all":
                return Group(
                    kind=GroupKind(kind),
                    parts=self._parts_of(node, file, above=above),
                    min=least,
                    max=most,
                    where=file.where(node),
                )
        raise file.wrong(node, f"xs:{kind} cannot be read here")

    def _parts_of(self, node: etree._Element, file: File, *, above: str) -> tuple[Particle, ...]:
        read = (self._particle(child, file, above=above) for child in _parts(node))
        return tuple(particle for particle in read if particle is not None)

    def _group_named(self, name: str) -> Group:
        if name not in self._groups:
            declared = self._files.globals["group", name]
            with self._opened("group", name, declared):
                found = self._content(
                    declared.node, declared.file, above=declared.node.get("name", "")
                )
            if found is None:
                raise declared.file.wrong(declared.node, "the group holds no content model")
            self._groups[name] = found
        return self._groups[name]

    def _occurrence(self, node: etree._Element, file: File) -> tuple[int, int | None]:
        low, high = node.get("minOccurs", "1").strip(), node.get("maxOccurs", "1").strip()
        if not low.isdecimal() or not (high.isdecimal() or high == "unbounded"):
            raise file.wrong(node, f"minOccurs {low!r}, maxOccurs {high!r}: not whole numbers")
        least, most = int(low), None if high == "unbounded" else int(high)
        if most is not None and least > most:
            raise file.wrong(node, f"minOccurs {least} is more than maxOccurs {most}")
        return least, most

    def _wildcard(self, node: etree._Element, file: File) -> Wildcard:
        least, most = self._occurrence(node, file)
        process = node.get("processContents", "strict")
        if process not in set(Process):
            raise file.wrong(node, f"processContents {process!r} is none of {', '.join(Process)}")
        return Wildcard(
            namespace=node.get("namespace", "##any").strip(),
            process=Process(process),
            target=file.namespace,
            min=least,
            max=most,
            where=file.where(node),
        )

    # Elements

    def _global_element(self, node: etree._Element, file: File) -> ElementDecl:
        name = self._name(node, file)
        head = ""
        if node.get("substitutionGroup"):
            self._declared("element", node, file, attribute="substitutionGroup")
            head = file.resolve(node, "substitutionGroup")
        path = f"/{name}"
        return ElementDecl(
            name=name,
            namespace=file.namespace,
            type_key=self._type_key(node, file, above=path),
            min=1,
            max=1,
            where=file.where(node),
            path=path,
            nillable=_is_true(node, "nillable"),
            abstract=_is_true(node, "abstract"),
            default=node.get("default"),
            fixed=node.get("fixed"),
            substitutes_for=head,
            types=self._shared,
        )

    def _local_element(
        self, node: etree._Element, file: File, *, above: str, least: int, most: int | None
    ) -> ElementDecl:
        if node.get("ref"):
            declared = self._declared("element", node, file)
            found = self._global_element(declared.node, declared.file)
            path = f"{above}/{found.name}"
            where = file.where(node)
            return replace(found, min=least, max=most, where=where, path=path, ref=True)
        name = self._name(node, file)
        form = node.get("form") or file.root.get("elementFormDefault", "unqualified")
        path = f"{above}/{name}"
        return ElementDecl(
            name=name,
            namespace=file.namespace if form == "qualified" else "",
            type_key=self._type_key(node, file, above=path),
            min=least,
            max=most,
            where=file.where(node),
            path=path,
            nillable=_is_true(node, "nillable"),
            default=node.get("default"),
            fixed=node.get("fixed"),
            types=self._shared,
        )

    def _type_key(self, node: etree._Element, file: File, *, above: str) -> str:
        """Give the key of an element's type; an anonymous one is read when its turn comes."""
        if node.get("type"):
            return self._type_referred(node, "type", file)
        inner = next(
            (c for c in _parts(node) if etree.QName(c).localname in {"simpleType", "complexType"}),
            None,
        )
        if inner is None:
            head = node.get("substitutionGroup")
            if not head:
                return ANY_TYPE
            declared = self._declared("element", node, file, attribute="substitutionGroup")
            with self._opened("element", file.resolve(node, "substitutionGroup"), declared):
                return self._type_key(declared.node, declared.file, above=above)
        known = inner, file.namespace
        if known not in self._anonymous:
            key = f"{above}#{len(self._anonymous) + 1}"
            self._anonymous[known] = key
            self._pending.append((key, above, Declared(inner, file)))
        return self._anonymous[known]

    # What all need

    @staticmethod
    def _name(node: etree._Element, file: File) -> str:
        name = node.get("name")
        if not name:
            raise file.wrong(node, f"this xs:{etree.QName(node).localname} has no name")
        return name

    def _declared(
        self, symbol: str, node: etree._Element, file: File, *, attribute: str = "ref"
    ) -> Declared:
        """Find the global declaration that a node refers to."""
        if not node.get(attribute):
            raise file.wrong(node, f"this xs:{etree.QName(node).localname} has no {attribute}")
        name = file.resolve(node, attribute)
        found = self._files.globals.get((symbol, name))
        if found is None:
            raise file.wrong(
                node,
                f"{attribute}={node.get(attribute)!r}: no {symbol} {name} is declared",
                "import the file that declares it, or mend the name",
            )
        return found

    @contextmanager
    def _opened(self, symbol: str, name: str, declared: Declared) -> Iterator[None]:
        """Refuse what is defined by way of itself."""
        if (symbol, name) in self._open:
            raise declared.file.wrong(declared.node, f"the {symbol} {name} is defined by itself")
        self._open.append((symbol, name))
        try:
            yield
        finally:
            self._open.pop()


def _parts(node: etree._Element) -> Iterator[etree._Element]:
    """Give what a schema node holds, without annotations and identity constraints."""
    for child in node.iterchildren(f"{{{XS}}}*"):
        if etree.QName(child).localname not in SKIPPED:
            yield child


def _is_true(node: etree._Element, attribute: str) -> bool:
    return node.get(attribute, "").strip() in {"true", "1"}


def _content_kind(particle: Group | None, *, mixed: bool) -> Content:
    if mixed:
        return Content.MIXED
    return Content.ELEMENTS if any(particles(particle)) else Content.EMPTY


def _after(first: Group | None, then: Group | None) -> Group | None:
    """Put the content of an extension after that of its base."""
    if first is None or then is None:
        return first or then
    return Group(kind=GroupKind.SEQUENCE, parts=(first, then), where=then.where)


def _wider(base: Wildcard | None, own: Wildcard | None) -> Wildcard | None:
    """Give the attribute wildcard of an extension: the union, which is the wider of the two."""
    if base is None or own is None:
        return base or own
    return base if base.namespace == "##any" else own
