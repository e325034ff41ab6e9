"""Text judged by a simple type: which of the type's limits it keeps, and which it breaks."""

from __future__ import annotations

import base64
import binascii
import calendar
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from functools import cache

from contracts.schema_parts import Facet, FacetKind, SchemaModelError, SimpleType, Variety
from contracts.schema_patterns import Pattern, PatternError, pattern

__all__ = ["Level", "Limit", "breaks", "is_valid_text", "limits", "normalised", "value_of"]

_ZONE = r"(?P<zone>Z|[+-](?:0\d|1[0-3]):[0-5]\d|[+-]14:00)?"
_YEAR, _MONTH, _DAY = (
    r"(?P<year>-?(?!0000)(?:[1-9]\d{3,}|0\d{3}))",
    r"(?P<month>\d\d)",
    r"(?P<day>\d\d)",
)
_TIME = r"(?P<hour>[01]\d|2[0-3]):(?P<minute>[0-5]\d):(?P<second>[0-5]\d(?:\.\d+)?)"
_DECIMAL = r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)"
_FLOAT = rf"{_DECIMAL}(?:[eE][+-]?\d+)?|-?INF|NaN"
_DURATION = (
    r"-?P(?=.)(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)D)?"
    r"(?:T(?=.)(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?"
)
_NAME = r"[^\W\d][\w.\-]*"
_FORMS = {
    name: re.compile(form, re.ASCII if name != "QName" else 0)
    for name, form in {
        "boolean": "true|false|1|0",
        "decimal": _DECIMAL,
        "float": _FLOAT,
        "double": _FLOAT,
        "duration": _DURATION,
        "dateTime": f"{_YEAR}-{_MONTH}-{_DAY}T{_TIME}{_ZONE}",
        "date": f"{_YEAR}-{_MONTH}-{_DAY}{_ZONE}",
        "time": f"{_TIME}{_ZONE}",
        "gYearMonth": f"{_YEAR}-{_MONTH}{_ZONE}",
        "gYear": f"{_YEAR}{_ZONE}",
        "gMonthDay": f"--{_MONTH}-{_DAY}{_ZONE}",
        "gMonth": f"--{_MONTH}{_ZONE}",
        "gDay": f"---{_DAY}{_ZONE}",
        "hexBinary": "(?:[0-9A-Fa-f]{2})*",
        "QName": f"(?:{_NAME}:)?{_NAME}",
    }.items()
}
_TIMES = {name for name, form in _FORMS.items() if "zone" in form.groupindex}
_SECONDS_A_DAY = 86_400


def normalised(simple: SimpleType, text: str) -> str:
    """Treat white space as the type says, before anything else is judged."""
    (facet, *_) = simple.nearest(FacetKind.WHITE_SPACE) or (None,)
    match facet and facet.value:
        case "collapse":
            return re.sub("[ \t\n\r]+", " ", text).strip(" ")
        case "replace":
            return re.sub("[\t\n\r]", " ", text)
    return text


def is_valid_text(simple: SimpleType, text: str) -> bool:
    """Tell whether a text is valid by the type."""
    return not breaks(simple, text)


def breaks(simple: SimpleType, text: str) -> tuple[Facet | None, ...]:
    """Give the facets that a text breaks; None stands for a text that is no value at all.

    Raises: SchemaModelError for a pattern or bound of the schema that means nothing.
    """
    text = normalised(simple, text)
    if not _has_form(simple, text):
        return (None,)
    found: list[Facet | None] = []
    for limit in _own_limits(simple):
        if not any(_keeps(simple, facet, text) for facet in limit.facets):
            found += limit.facets
    return tuple(found)


class Level(StrEnum):
    """What a limit is about."""

    VALUE = "value"
    ITEM = "item of the list"
    MEMBER = "member of the union"


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """Facets of which a value must keep one: the values of an enumeration, else mostly one.

    Shape: ``simple`` is the type they belong to: at level ``ITEM`` that of a list's items, at
           level ``MEMBER`` one of a union's members.
    """

    simple: SimpleType
    facets: tuple[Facet, ...]
    level: Level = Level.VALUE

    @property
    def kind(self) -> FacetKind:
        """Give the kind all its facets share."""
        return self.facets[0].kind

    @property
    def can_be_broken(self) -> bool:
        """Tell whether any value is outside; a union's member has others beside it."""
        facet = self.facets[0]
        if self.level is Level.MEMBER:
            return False
        if self.kind in _COUNTED and self.kind not in _DIGITS:
            # libxml2, the judge, takes an empty xs:NMTOKENS although it has one item or more
            counted = facet.where is not None and self.simple.primitive not in _UNCOUNTED
            return counted and (self.kind, int(facet.value)) != (FacetKind.MIN_LENGTH, 0)
        return True

    def is_met(self, facet: Facet, text: str) -> bool:
        """Tell whether a valid text stands at a facet's edge, or is the value it names.

        Shape: an exclusive bound has no nearest value, so every valid one counts.
        """
        return any(
            is_valid_text(self.simple, one) and _is_at(self.simple, facet, one)
            for one in self._texts(text)
        )

    def is_broken(self, text: str) -> bool:
        """Tell whether a text is outside of this limit."""
        return any(self.facets[0] in breaks(self.simple, one) for one in self._texts(text))

    def _texts(self, text: str) -> list[str]:
        return text.split() if self.level is Level.ITEM else [text]


def limits(simple: SimpleType) -> Iterator[Limit]:
    """Give every limit of a type, with those of a list's items and a union's members."""
    yield from _own_limits(simple)
    if simple.variety is Variety.LIST and simple.item is not None:
        for limit in _own_limits(simple.item):
            yield Limit(simple=limit.simple, facets=limit.facets, level=Level.ITEM)
    if simple.variety is Variety.UNION:
        for member in simple.members:
            for limit in _own_limits(member):
                yield Limit(simple=limit.simple, facets=limit.facets, level=Level.MEMBER)


@cache
def _own_limits(simple: SimpleType) -> tuple[Limit, ...]:
    """Give the limits of the type itself; an enumeration leaves nothing for others to say."""
    if named := simple.nearest(FacetKind.ENUMERATION):
        return (Limit(simple=simple, facets=named),)
    patterns = (
        tuple(facet for facet in step.facets if facet.kind is FacetKind.PATTERN)
        for step in simple.steps
    )
    others = (simple.nearest(kind) for kind in FacetKind if kind not in _APART)
    return tuple(
        Limit(simple=simple, facets=alternatives)
        for alternatives in (*patterns, *others)
        if alternatives
    )


_APART = {FacetKind.PATTERN, FacetKind.WHITE_SPACE}


def _has_form(simple: SimpleType, text: str) -> bool:
    match simple.variety:
        case Variety.LIST:
            item = simple.item
            return item is not None and all(is_valid_text(item, one) for one in text.split())
        case Variety.UNION:
            return any(is_valid_text(member, text) for member in simple.members)
    primitive = simple.primitive
    if primitive == "base64Binary":
        return _octets(primitive, text) is not None
    form = _FORMS.get(primitive)
    if form is None:
        return True
    matched = form.fullmatch(text)
    return matched is not None and _is_a_day(matched)


def _is_a_day(matched: re.Match[str]) -> bool:
    parts = matched.groupdict()
    month, day = int(parts.get("month") or 1), int(parts.get("day") or 1)
    year = abs(int(parts.get("year") or 2000))
    if not 1 <= month <= 12:  # noqa: PLR2004 - months
        return False
    return 1 <= day <= calendar.monthrange(year % 400 + 2000, month)[1]


# One facet -------------------------------------------------------------------------------------


def _keeps(simple: SimpleType, facet: Facet, text: str) -> bool:
    kind = facet.kind
    if kind is FacetKind.PATTERN:
        return _compiled(facet).matches(text)
    if kind is FacetKind.ENUMERATION:
        return _same(simple, text, normalised(simple, facet.value))
    if kind in _COUNTED:
        count = _count(simple, kind, text)
        return count is None or _COUNTED[kind](count, int(facet.value))
    value, bound = value_of(simple, text), value_of(simple, facet.value.strip())
    if bound is None:
        raise SchemaModelError(
            f"xs:{kind} {facet.value!r} is no value of its type", where=str(facet.where or "")
        )
    return value is not None and _ORDERED[kind](value, bound)


def _is_at(simple: SimpleType, facet: Facet, text: str) -> bool:
    text = normalised(simple, text)
    match facet.kind:
        case FacetKind.PATTERN | FacetKind.ENUMERATION:
            return _keeps(simple, facet, text)
        case FacetKind.MIN_INCLUSIVE | FacetKind.MAX_INCLUSIVE:
            return value_of(simple, text) == value_of(simple, facet.value.strip())
        case kind if kind in _COUNTED:
            return _count(simple, kind, text) in {int(facet.value), None}
    return True


def _compiled(facet: Facet) -> Pattern:
    try:
        return pattern(facet.value)
    except PatternError as error:
        raise SchemaModelError(
            f"the pattern cannot be read: {error}", where=str(facet.where or "")
        ) from None


def _same(simple: SimpleType, text: str, other: str) -> bool:
    if text == other or simple.variety is not Variety.ATOMIC:
        return text.split() == other.split()
    value = value_of(simple, text)
    return value is not None and value == value_of(simple, other)


_UNCOUNTED = {"QName", "NOTATION"}  # XML Schema gives these a length, and then any length is right
_DIGITS = {FacetKind.TOTAL_DIGITS, FacetKind.FRACTION_DIGITS}
_COUNTED: Mapping[FacetKind, Callable[[int, int], bool]] = {
    FacetKind.LENGTH: int.__eq__,
    FacetKind.MIN_LENGTH: int.__ge__,
    FacetKind.MAX_LENGTH: int.__le__,
    FacetKind.TOTAL_DIGITS: int.__le__,
    FacetKind.FRACTION_DIGITS: int.__le__,
}
_ORDERED: Mapping[FacetKind, Callable[[Decimal, Decimal], bool]] = {
    FacetKind.MIN_INCLUSIVE: Decimal.__ge__,
    FacetKind.MAX_INCLUSIVE: Decimal.__le__,
    FacetKind.MIN_EXCLUSIVE: Decimal.__gt__,
    FacetKind.MAX_EXCLUSIVE: Decimal.__lt__,
}


def _count(simple: SimpleType, kind: FacetKind, text: str) -> int | None:
    """Count what a facet limits; None where its kind counts nothing in this type."""
    if kind in _DIGITS:
        whole, _, fraction = text.lstrip("+-").partition(".")
        fraction = fraction.rstrip("0")
        if kind is FacetKind.FRACTION_DIGITS:
            return len(fraction)
        return len((whole + fraction).lstrip("0")) or 1
    if simple.variety is Variety.LIST:
        return len(text.split())
    if simple.primitive in {"hexBinary", "base64Binary"}:
        return _octets(simple.primitive, text)
    return None if simple.primitive in _UNCOUNTED else len(text)


def _octets(primitive: str, text: str) -> int | None:
    if primitive == "hexBinary":
        return len(text) // 2
    try:
        return len(base64.b64decode(text.replace(" ", ""), validate=True))
    except (binascii.Error, ValueError):
        return None


# Values that have an order ---------------------------------------------------------------------


def value_of(simple: SimpleType, text: str) -> Decimal | None:
    """Give a text's place among the values of its type; None where it has none.

    Units:  numbers as they are, time in seconds (of a duration: a month is 30.4 days), a boolean
            as 1 or 0. A time without zone counts as UTC.
    """
    primitive = simple.primitive
    form = _FORMS.get(primitive)
    matched = form.fullmatch(text) if form else None
    if matched is None or (not _is_a_day(matched) and primitive != "duration"):
        return None
    if primitive == "boolean":
        return Decimal(text in {"true", "1"})
    if primitive in {"decimal", "float", "double"}:
        return Decimal(text.replace("INF", "Infinity")) if text != "NaN" else None
    if primitive == "duration":
        return _seconds(matched)
    return _instant(matched.groupdict()) if primitive in _TIMES else None


def _seconds(duration: re.Match[str]) -> Decimal:
    years, months, days, hours, minutes, seconds = (
        Decimal(part or 0) for part in duration.groups()
    )
    day = days + (years * 12 + months) * Decimal("30.436875")
    total = day * _SECONDS_A_DAY + hours * 3600 + minutes * 60 + seconds
    return -total if duration[0].startswith("-") else total


def _instant(parts: dict[str, str | None]) -> Decimal:
    year, month, day = (int(parts.get(one) or low) for one, low in _FIRST_DAY)
    january = year - (month < 3)  # noqa: PLR2004 - a year that starts in March ends with its leap
    era, of_era = divmod(january, 400)
    of_year = (153 * ((month + 9) % 12) + 2) // 5 + day - 1
    days = era * 146_097 + of_era * 365 + of_era // 4 - of_era // 100 + of_year
    zone = parts.get("zone") or "Z"
    hours, minutes = (0, 0) if zone == "Z" else (int(zone[1:3]), int(zone[4:6]))
    offset = (hours * 60 + minutes) * (-60 if zone.startswith("-") else 60)
    clock = int(parts.get("hour") or 0) * 3600 + int(parts.get("minute") or 0) * 60
    return days * _SECONDS_A_DAY + clock + Decimal(parts.get("second") or 0) - offset


_FIRST_DAY = (("year", 2000), ("month", 1), ("day", 1))
