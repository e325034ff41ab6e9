"""The types that XML Schema itself brings, each derived as the specification derives it."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from contracts.schema_parts import (
    XS,
    ComplexType,
    Content,
    Facet,
    FacetKind,
    Group,
    GroupKind,
    Process,
    SimpleType,
    Type,
    Variety,
    Wildcard,
    clark,
)

__all__ = ["ANY_TYPE", "BUILT_IN", "SIMPLE"]

ANY_TYPE = clark(XS, "anyType")

_PRIMITIVES = (
    *("boolean", "decimal", "float", "double", "duration", "dateTime", "time", "date"),
    *("gYearMonth", "gYear", "gMonthDay", "gDay", "gMonth", "hexBinary", "base64Binary"),
    *("anyURI", "QName", "NOTATION"),
)

_MIN, _MAX = FacetKind.MIN_INCLUSIVE, FacetKind.MAX_INCLUSIVE
_SPACE, _PATTERN = FacetKind.WHITE_SPACE, FacetKind.PATTERN
_DERIVED: tuple[tuple[str, str, tuple[tuple[FacetKind, str], ...]], ...] = (
    ("normalizedString", "string", ((_SPACE, "replace"),)),
    ("token", "normalizedString", ((_SPACE, "collapse"),)),
    ("language", "token", ((_PATTERN, "[a-zA-Z]{1,8}(-[a-zA-Z0-9]{1,8})*"),)),
    ("NMTOKEN", "token", ((_PATTERN, r"\c+"),)),
    ("Name", "token", ((_PATTERN, r"\i\c*"),)),
    ("NCName", "Name", ((_PATTERN, r"[\i-[:]][\c-[:]]*"),)),
    ("ID", "NCName", ()),
    ("IDREF", "NCName", ()),
    ("ENTITY", "NCName", ()),
    ("integer", "decimal", ((_PATTERN, r"[\-+]?[0-9]+"),)),
    ("nonPositiveInteger", "integer", ((_MAX, "0"),)),
    ("negativeInteger", "nonPositiveInteger", ((_MAX, "-1"),)),
    ("long", "integer", ((_MIN, str(-(2**63))), (_MAX, str(2**63 - 1)))),
    ("int", "long", ((_MIN, str(-(2**31))), (_MAX, str(2**31 - 1)))),
    ("short", "int", ((_MIN, "-32768"), (_MAX, "32767"))),
    ("byte", "short", ((_MIN, "-128"), (_MAX, "127"))),
    ("nonNegativeInteger", "integer", ((_MIN, "0"),)),
    ("unsignedLong", "nonNegativeInteger", ((_MAX, str(2**64 - 1)),)),
    ("unsignedInt", "unsignedLong", ((_MAX, str(2**32 - 1)),)),
    ("unsignedShort", "unsignedInt", ((_MAX, "65535"),)),
    ("unsignedByte", "unsignedShort", ((_MAX, "255"),)),
    ("positiveInteger", "nonNegativeInteger", ((_MIN, "1"),)),
)
_LISTS = (("NMTOKENS", "NMTOKEN"), ("IDREFS", "IDREF"), ("ENTITIES", "ENTITY"))


def _simple_types() -> Mapping[str, SimpleType]:
    collapse = Facet(kind=_SPACE, value="collapse")
    preserve = Facet(kind=_SPACE, value="preserve")
    simple = {
        "anySimpleType": SimpleType(name=clark(XS, "anySimpleType"), facets=(preserve,)),
        "string": SimpleType(name=clark(XS, "string"), facets=(preserve,)),
        **{name: SimpleType(name=clark(XS, name), facets=(collapse,)) for name in _PRIMITIVES},
    }
    for name, base, facets in _DERIVED:
        simple[name] = SimpleType(
            name=clark(XS, name),
            base=simple[base],
            facets=tuple(Facet(kind=kind, value=value) for kind, value in facets),
        )
    for name, item in _LISTS:
        simple[name] = SimpleType(
            name=clark(XS, name),
            variety=Variety.LIST,
            item=simple[item],
            facets=(collapse, Facet(kind=FacetKind.MIN_LENGTH, value="1")),
        )
    return MappingProxyType(simple)


def _any_type() -> ComplexType:
    anything = Wildcard(namespace="##any", process=Process.LAX, target="", min=0, max=None)
    return ComplexType(
        name=ANY_TYPE,
        key=ANY_TYPE,
        content=Content.MIXED,
        particle=Group(kind=GroupKind.SEQUENCE, parts=(anything,)),
        any_attribute=anything,
    )


SIMPLE: Mapping[str, SimpleType] = _simple_types()
"""Every built-in simple type by its local name."""

BUILT_IN: Mapping[str, Type] = MappingProxyType(
    {ANY_TYPE: _any_type()} | {one.name: one for one in SIMPLE.values()}
)
"""Every built-in type by its ``{namespace}local`` name, ``xs:anyType`` among them."""
