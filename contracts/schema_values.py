"""Values made for a simple type: ordinary ones, and probes just inside and outside each limit."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import islice
from random import Random

from contracts.schema_parts import Facet, FacetKind, SchemaModelError, SimpleType, Variety
from contracts.schema_patterns import pattern
from contracts.schema_text import Level, Limit, breaks, is_valid_text, limits, normalised

__all__ = ["Probe", "a_value", "probes"]

_TRIES = 400
_LONGEST = 100_000
_WORDS = (
    *("Exempel", "Blåbärsgränd 7", "Åsa Öberg", "Vårdcentralen Ängen", "Region Uppsala"),
    *("2321000016", "Fråga & svar", "kontroll"),
)
_JUNK: Mapping[str, tuple[str, ...]] = {
    "boolean": ("ja", "TRUE", ""),
    "decimal": ("12,50", "1 000", "ett", ""),
    "float": ("1,5", "ett", ""),
    "double": ("1,5", "ett", ""),
    "duration": ("1Y", "P", ""),
    "dateTime": ("2026-01-15 10:30:15", "2026-02-30T10:30:15", "2026-01-15", ""),
    "date": ("20260115", "2026-02-30", "15/1 2026", ""),
    "time": ("103015", "10:30", "25:30:15", ""),
    "gYearMonth": ("202601", "2026-13", ""),
    "gYear": ("26", "i år", ""),
    "gMonthDay": ("01-15", "--02-30", ""),
    "gMonth": ("01", "--13", ""),
    "gDay": ("15", "---32", ""),
    "hexBinary": ("0", "0G", "åä"),
    "base64Binary": ("=", "åäö=", "A"),
    "QName": ("1a", "a:b:c", ""),
}

_UNPADDED = {
    *("date", "dateTime", "time", "duration"),
    *("gYearMonth", "gYear", "gMonthDay", "gMonth", "gDay"),
}
"""Where libxml2, the judge, refuses the white space around a value that XML Schema allows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Probe:
    """A value that tries one limit of a type; ``limit`` is None for a text that is no value."""

    text: str
    valid: bool
    limit: Limit | None = None
    facet: Facet | None = None


def a_value(simple: SimpleType, rng: Random) -> str:
    """Make a valid value, of an ordinary look where the type leaves room for one.

    Shape:  dates are in 2026 and written as Swedish systems do; the same seed, the same value.
    Raises: SchemaModelError where no value was found, as in a type whose facets exclude each other.
    """
    for text in islice(_candidates(simple, rng), _TRIES):
        if is_valid_text(simple, text):
            return text
    raise SchemaModelError(
        f"found no value for the type {simple.name or 'without name'}",
        where=str(simple.where or ""),
        mend="see that its facets leave room for one",
    )


def probes(simple: SimpleType, rng: Random) -> Iterator[Probe]:
    """Try every limit of a type from both sides, and texts that are no value of it.

    Shape: a limit's outer probe breaks that limit alone where a text can; nothing is given for a
           side that no text was found for.
    """
    for limit in limits(simple):
        for facet in limit.facets:
            for text in _inside(simple, limit, facet, rng):
                yield Probe(text=text, valid=True, limit=limit, facet=facet)
        if limit.can_be_broken:
            for text in _outside(simple, limit, rng):
                yield Probe(text=text, valid=False, limit=limit, facet=limit.facets[0])
    for text in _no_values(simple):
        if breaks(simple, text):
            yield Probe(text=text, valid=False)
    value = a_value(simple, rng)
    padded = f" {value}\n"
    if value and normalised(simple, padded) != padded and simple.primitive not in _UNPADDED:
        yield Probe(text=padded, valid=is_valid_text(simple, padded))


def _inside(simple: SimpleType, limit: Limit, facet: Facet, rng: Random) -> list[str]:
    found = (
        text
        for text in islice(_at_edge(simple, limit, facet, rng, outside=False), _TRIES)
        if is_valid_text(simple, text) and limit.is_met(facet, text)
    )
    most = 2 if limit.kind is FacetKind.PATTERN else 1
    return list(islice(dict.fromkeys(found), most))


def _outside(simple: SimpleType, limit: Limit, rng: Random) -> list[str]:
    most = 3 if limit.kind is FacetKind.PATTERN else 1
    alone: dict[str, None] = {}
    beside: dict[str, None] = {}
    tried = (
        text
        for facet in limit.facets
        for text in islice(_at_edge(simple, limit, facet, rng, outside=True), _TRIES)
    )
    for text in tried:
        broken = breaks(simple, text)
        if broken and limit.is_broken(text):
            (alone if {*broken} <= {*limit.facets} else beside)[text] = None
        if len(alone) == most:
            break
    return [*(alone or beside)][:most]


def _no_values(simple: SimpleType) -> Iterator[str]:
    match simple.variety:
        case Variety.LIST if simple.item is not None:
            for text in _no_values(simple.item):
                if text:
                    yield text
        case Variety.UNION:
            for member in simple.members:
                yield from _no_values(member)
            yield "\u00a7 inget värde"
        case _:
            yield from _JUNK.get(simple.primitive, ())


# Candidates: texts that may do, to be judged by who asks ------------------------------------------


def _candidates(simple: SimpleType, rng: Random) -> Iterator[str]:
    """Give texts that a type may take, the likeliest first."""
    named = [facet.value for facet in simple.nearest(FacetKind.ENUMERATION)]
    if named:
        yield from rng.sample(named, len(named))
    match simple.variety:
        case Variety.LIST if simple.item is not None:
            least, most = _lengths(simple)
            for count in (max(least, min(2, most)), least, most):
                yield " ".join(a_value(simple.item, rng) for _ in range(count))
            return
        case Variety.UNION:
            for member in rng.sample(simple.members, len(simple.members)) * 4:
                yield from islice(_candidates(member, rng), 20)
            return
    likely = list(_likely(simple.primitive, rng))
    if simple.patterns:
        yield from (text for text in likely if is_valid_text(simple, text))
        yield from _by_pattern(simple, rng, _lengths(simple))
    yield from likely
    least, most = _lengths(simple)
    for length in (least, most, (least + most) // 2):
        yield from _of_length(simple, length, rng)
    for facet in simple.in_force:
        yield from _near(simple, facet)


def _likely(primitive: str, rng: Random) -> Iterator[str]:
    day = date(2026, 1, 1) + timedelta(days=rng.randrange(365))
    clock = datetime(2026, 1, 1, 8) + timedelta(seconds=rng.randrange(36_000))  # noqa: DTZ001
    made = {
        "boolean": [rng.choice(["true", "false"])],
        "decimal": [str(rng.randint(1, 99)), "1250.50", "1", "0", "-1", "0.5", "0.01"],
        "float": ["12.5", "0.5", "1", "-1"],
        "duration": ["P3D", "PT45M", "P1Y"],
        "dateTime": [f"{day}T{clock:%H:%M:%S}", f"{day}T{clock:%H:%M:%S}Z"],
        "date": [f"{day}"],
        "time": [f"{clock:%H:%M:%S}"],
        "gYearMonth": [f"{day:%Y-%m}"],
        "gYear": [f"{day:%Y}"],
        "gMonthDay": [f"--{day:%m-%d}"],
        "gMonth": [f"--{day:%m}"],
        "gDay": [f"---{day:%d}"],
        "hexBinary": ["0F2A", "00", ""],
        "base64Binary": ["RXhlbXBlbA==", ""],
        "anyURI": [f"urn:exempel:{rng.randint(1, 99)}"],
        "QName": ["namn"],
    }
    made["double"] = made["float"]
    yield from made.get(primitive, ())
    if primitive in {"string", "anySimpleType", ""}:
        yield from rng.sample(_WORDS, len(_WORDS))
        yield from (f"{day:%Y%m%d}", f"{day:%Y%m%d}{clock:%H%M%S}", f"{clock:%H%M%S}", f"{day}")
        yield from ("a1", "sv", "1", "")


def _lengths(simple: SimpleType) -> tuple[int, int]:
    """Give the least and the most length a type allows; the most is small where it is free."""
    exact = simple.nearest(FacetKind.LENGTH)
    low = exact or simple.nearest(FacetKind.MIN_LENGTH)
    high = exact or simple.nearest(FacetKind.MAX_LENGTH)
    least = int(low[0].value) if low else 0
    return least, min(int(high[0].value), _LONGEST) if high else least + 12


def _by_pattern(simple: SimpleType, rng: Random, lengths: tuple[int, int]) -> Iterator[str]:
    """Make texts by the patterns of each step in turn; those of the other steps may refuse them."""
    least, most = lengths
    for _ in range(12):
        for step in simple.patterns:
            for alternative in rng.sample(step, len(step)):
                text = pattern(alternative).sample(rng)
                if text is not None:
                    yield text
                wanted = rng.choice((least, most, rng.randint(least, min(most, least + 60))))
                if wanted <= _LONGEST // 50:
                    text = pattern(alternative).sample(rng, length=wanted)
                    if text is not None:
                        yield text


def _of_length(simple: SimpleType, length: int, rng: Random) -> Iterator[str]:
    """Make texts of a length, counted as the type counts it."""
    if length < 0 or length > _LONGEST:
        return
    if simple.variety is Variety.LIST and simple.item is not None:
        yield " ".join(a_value(simple.item, rng) for _ in range(length))
        named = [facet.value for facet in simple.nearest(FacetKind.ENUMERATION)]
        yield from named
        return
    if simple.primitive == "hexBinary":
        yield "0F" * length
    elif simple.primitive == "base64Binary":
        yield base64.b64encode(bytes(length)).decode()
    else:
        yield from _by_pattern(simple, rng, (length, length))
        yield ("exempel" * (length // 7 + 1))[:length]
        yield "1" * length


def _at_edge(
    simple: SimpleType, limit: Limit, facet: Facet, rng: Random, *, outside: bool
) -> Iterator[str]:
    """Give texts around a facet's edge, those of the wanted side among them."""
    if limit.level is Level.ITEM:
        least, _ = _lengths(simple)
        for text in _around(limit.simple, facet, rng, outside=outside):
            if " " not in text:
                rest = [a_value(limit.simple, rng) for _ in range(max(least, 1) - 1)]
                yield " ".join([text, *rest])
    elif limit.level is Level.MEMBER:
        yield from _around(limit.simple, facet, rng, outside=outside)
    else:
        yield from _around(simple, facet, rng, outside=outside)


def _around(simple: SimpleType, facet: Facet, rng: Random, *, outside: bool) -> Iterator[str]:
    kind = facet.kind
    if kind is FacetKind.ENUMERATION and not outside:
        yield facet.value
    elif kind is FacetKind.ENUMERATION:
        yield from _variants([facet.value], rng)
        yield from islice((t for t in _by_pattern(simple, rng, _lengths(simple))), 40)
        yield from _likely(simple.primitive, rng)
    elif kind is FacetKind.PATTERN:
        own = [pattern(facet.value).sample(rng) or "" for _ in range(6)]
        fitting = list(islice((t for t in _candidates(simple, rng) if is_valid_text(simple, t)), 9))
        if outside:
            yield from _variants([*fitting, *own, *_likely(simple.primitive, rng)], rng)
        else:
            yield from fitting
            yield from own
            for length in range(*_lengths(simple)):
                yield pattern(facet.value).sample(rng, length=length) or ""
    elif kind in {FacetKind.LENGTH, FacetKind.MIN_LENGTH, FacetKind.MAX_LENGTH}:
        length = int(facet.value)
        step = -1 if kind is FacetKind.MIN_LENGTH else 1
        yield from _of_length(simple, length + (step if outside else 0), rng)
        if outside and kind is FacetKind.LENGTH:
            yield from _of_length(simple, length - 1, rng)
    else:
        yield from _near(simple, facet)
        yield from _candidates(simple, rng)


def _variants(texts: Iterable[str], rng: Random) -> Iterator[str]:
    """Give texts that differ from a fitting one as people's mistakes do."""
    for text in texts:
        yield from (
            text[:-1],
            f"{text}X",
            f"{text}1",
            text.swapcase(),
            f"{text}{text}"[: len(text)],
        )
        if text:
            at = rng.randrange(len(text))
            for letter in ("x", "0", "9", "-", "å", "?"):
                yield text[:at] + letter + text[at + 1 :]
        yield from (f"-{text}", text.replace("-", ""), text[::-1])
        yield text
    yield from ("§", "", "okänt", "0", "12.5", "99999999999999999999")


def _near(simple: SimpleType, facet: Facet) -> Iterator[str]:
    """Give the values at and beside a bound of numbers, digits or times."""
    bound = facet.value.strip()
    if facet.kind in {FacetKind.TOTAL_DIGITS, FacetKind.FRACTION_DIGITS}:
        yield from _of_digits(simple, facet.kind, int(bound))
    elif facet.kind in {
        FacetKind.MIN_INCLUSIVE,
        FacetKind.MAX_INCLUSIVE,
        FacetKind.MIN_EXCLUSIVE,
        FacetKind.MAX_EXCLUSIVE,
    }:
        yield bound
        if simple.primitive in {"decimal", "float", "double"} and "N" not in bound:
            fractions = simple.nearest(FacetKind.FRACTION_DIGITS)
            finest = Decimal(1).scaleb(-int(fractions[0].value)) if fractions else Decimal("0.01")
            for step in (finest, Decimal("0.1"), Decimal(1)):
                for value in (Decimal(bound) - step, Decimal(bound) + step):
                    yield f"{value:f}"
        else:
            yield from _times_near(simple.primitive, bound)


def _of_digits(simple: SimpleType, kind: FacetKind, count: int) -> Iterator[str]:
    """Give numbers of just so many digits, and one more, large and small."""
    fractions = simple.nearest(FacetKind.FRACTION_DIGITS)
    fraction = int(fractions[0].value) if fractions else 0
    totals = simple.nearest(FacetKind.TOTAL_DIGITS)
    total = int(totals[0].value) if totals else count + 2
    for digits in (count, count + 1):
        for letter in "195":
            if kind is FacetKind.FRACTION_DIGITS:
                yield f"{letter * max(total - digits, 1)}.{letter * digits}" if digits else letter
                yield f"1.{letter * digits}" if digits else "1"
                yield f"-1.{letter * digits}" if digits else "-1"
            else:
                yield letter * digits
                for after in range(1, min(fraction, digits - 1) + 1):
                    yield f"{letter * (digits - after)}.{letter * after}"
                yield f"-{letter * digits}"


def _times_near(primitive: str, bound: str) -> Iterator[str]:
    """Give the times one step before and after, written as the bound is."""
    yield from _FEW.get(primitive, ())
    form, step = _WRITTEN.get(primitive, ("", timedelta()))
    matched = _ZONED.fullmatch(bound)
    if not form or matched is None:
        return
    try:
        moment = datetime.strptime(matched[1], form)  # noqa: DTZ007 - the zone is kept as text
    except ValueError:
        return
    for one in (moment - step, moment + step):
        yield f"{one:{form}}{matched[2]}"


_ZONED = re.compile(r"(.+?)(Z|[+-]\d\d:\d\d|)")
_WRITTEN = {
    "dateTime": ("%Y-%m-%dT%H:%M:%S", timedelta(seconds=1)),
    "date": ("%Y-%m-%d", timedelta(days=1)),
    "time": ("%H:%M:%S", timedelta(seconds=1)),
    "gYearMonth": ("%Y-%m", timedelta(days=31)),
    "gYear": ("%Y", timedelta(days=366)),
}
_FEW: Mapping[str, tuple[str, ...]] = {
    "gDay": tuple(f"---{day:02}" for day in range(1, 32)),
    "gMonth": tuple(f"--{month:02}" for month in range(1, 13)),
    "gMonthDay": tuple(f"--{month:02}-{day:02}" for month in range(1, 13) for day in (1, 15, 28)),
    "duration": (
        *("-P1Y", "-P1D", "PT0S", "PT1S", "PT1M", "PT1H", "P1D", "P7D", "P14D", "P1M", "P6M"),
        *("P1Y", "P2Y", "P10Y", "P100Y"),
    ),
}
