"""Is every value of one simple type a value of another: proved, refuted by a value, or unknown."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache
from itertools import islice
from random import Random

from contracts.compatibility.languages import TooLarge
from contracts.compatibility.texts import any_length, literal, texts_beyond
from contracts.schema_builtins import SIMPLE
from contracts.schema_parts import Facet, FacetKind, SchemaModelError, SimpleType, Variety
from contracts.schema_patterns import PatternError
from contracts.schema_text import is_valid_text, normalised, value_of
from contracts.schema_values import a_value, probes

__all__ = ["Inclusion", "another_value", "constraint", "is_same_type", "within"]

_TRIED = 40  # texts that patterns give, before they are searched for elsewhere
_FORMS = {
    "boolean": "true|false|1|0",
    "decimal": r"[+\-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)",
    "float": r"[+\-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+\-]?[0-9]+)?|-?INF|NaN",
    "hexBinary": "([0-9a-fA-F]{2})*",
    "date": r"-?[0-9]{4,}-[0-9]{2}-[0-9]{2}(Z|[+\-][0-9]{2}:[0-9]{2})?",
    "gYear": r"-?[0-9]{4,}(Z|[+\-][0-9]{2}:[0-9]{2})?",
    "gYearMonth": r"-?[0-9]{4,}-[0-9]{2}(Z|[+\-][0-9]{2}:[0-9]{2})?",
    "time": r"[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]+)?(Z|[+\-][0-9]{2}:[0-9]{2})?",
}
_FORMS["double"] = _FORMS["float"]
"""What the texts of a primitive type look like; wider than the type where a calendar narrows it."""

_TREATED = {"collapse": r"(\S+( \S+)*)?", "replace": r"[^\t\n\r]*"}
"""What texts look like when white space has been treated."""

_INTO = {("decimal", "float"), ("decimal", "double"), ("float", "double"), ("double", "float")}
_NAMING = {"ID", "IDREF", "IDREFS", "ENTITY", "ENTITIES", "QName", "NOTATION", "anyURI"}
"""Types whose values must keep more than their text shows."""

_LOW = {FacetKind.MIN_INCLUSIVE: True, FacetKind.MIN_EXCLUSIVE: False}
_HIGH = {FacetKind.MAX_INCLUSIVE: True, FacetKind.MAX_EXCLUSIVE: False}


_ZONED = {"date", "dateTime", "time", "gYear", "gYearMonth", "gMonthDay", "gMonth", "gDay"}
_NUMBERS = ("0.123456789", "-0.5", "1.5", "+1", "007", "1.0", "123456789", "-1", "1e3")


@dataclass(frozen=True, slots=True)
class Inclusion:
    """Whether it holds; where it does not, a text that shows it, if one was found."""

    holds: bool
    certain: bool = True
    text: str | None = None


_YES = Inclusion(holds=True)
_UNKNOWN = Inclusion(holds=False, certain=False)


@cache
def is_same_type(old: SimpleType, new: SimpleType) -> bool:
    """Tell whether two types say the same, wherever they say it and whatever they are called."""
    return _said(old) == _said(new)


def _said(simple: SimpleType) -> tuple[object, ...]:
    facets = tuple((f.kind, f.value) for f in simple.in_force if f.kind is not FacetKind.PATTERN)
    patterns = tuple(tuple(sorted(step)) for step in simple.patterns)
    below = () if simple.item is None else _said(simple.item)
    members = tuple(_said(member) for member in simple.members)
    return simple.variety, simple.built_in, tuple(sorted(facets)), patterns, below, members


def constraint(simple: SimpleType, kinds: tuple[FacetKind, ...]) -> SimpleType:
    """Give the type that has of another one these limits alone, as the schema states them."""
    *_, root = simple.steps
    spaces = simple.nearest(FacetKind.WHITE_SPACE)
    found = SimpleType(
        name="",
        variety=simple.variety,
        base=root,
        facets=spaces,
        item=simple.item,
        members=simple.members,
    )
    in_force = set(simple.in_force)
    for step in reversed([*simple.steps]):
        facets = tuple(
            one for one in step.facets
            if one.kind in kinds and one.where is not None and one in in_force
        )  # fmt: skip
        if facets:
            found = replace(found, base=found, facets=facets)
    return found


@cache
def within(narrow: SimpleType, wide: SimpleType) -> Inclusion:
    """Tell whether every text that is valid by one type is valid by the other.

    Raises: SchemaModelError where a type means nothing.
    """
    if is_same_type(narrow, wide):
        return _YES
    if (values := _all_values(narrow)) is not None:
        refused = (text for text in values if not is_valid_text(wide, text))
        text = next(refused, None)
        return _YES if text is None else Inclusion(holds=False, text=text)
    proved, candidates = _reasoned(narrow, wide)
    for text in _fitting(narrow, wide, candidates):
        if not is_valid_text(wide, text):
            return Inclusion(holds=False, text=text)
    return _YES if proved else _UNKNOWN


def another_value(simple: SimpleType, than: str) -> str | None:
    """Find a valid text of another value, or None."""
    for text in _fitting(simple, simple, []):
        if normalised(simple, text) != normalised(simple, than):
            return text
    return None


def _all_values(simple: SimpleType) -> list[str] | None:
    """Give every value of a type that names them, or None."""
    if named := simple.nearest(FacetKind.ENUMERATION):
        texts = [normalised(simple, facet.value) for facet in named]
        return [text for text in texts if is_valid_text(simple, text)]
    if simple.primitive == "boolean" and not simple.patterns:
        return ["true", "false", "1", "0"]
    return None


# Proofs ------------------------------------------------------------------------------------------


def _reasoned(narrow: SimpleType, wide: SimpleType) -> tuple[bool, list[str]]:
    """Tell whether it is proved, and give texts that may refute it."""
    if Variety.UNION in {narrow.variety, wide.variety}:
        return _of_unions(narrow, wide), []
    if Variety.LIST in {narrow.variety, wide.variety}:
        return _of_lists(narrow, wide), []
    candidates: list[str] = []
    proved = _has_form(narrow, wide) and _bounds_hold(narrow, wide) and _digits_hold(narrow, wide)
    for other in _demanded(wide):
        try:
            beyond = texts_beyond(_patterns(narrow), other)
            found = list(islice(beyond, _TRIED))
        except (TooLarge, PatternError):
            proved = False
        else:
            candidates += found
            proved = proved and not found
    return proved, candidates


def _of_unions(narrow: SimpleType, wide: SimpleType) -> bool:
    if narrow.variety is Variety.UNION:
        return all(within(member, wide).holds for member in narrow.members)
    bare = not any(facet.where for facet in wide.in_force)
    return bare and any(within(narrow, member).holds for member in wide.members)


def _of_lists(narrow: SimpleType, wide: SimpleType) -> bool:
    if wide.variety is not Variety.LIST:
        return wide.variety is Variety.ATOMIC and _is_any_text(wide)
    if wide.item is None or _own_patterns(wide):
        return False
    least, most = (1, 1) if narrow.item is None else _lengths(narrow)
    if narrow.item is None and narrow.primitive in {"string", "anySimpleType", "anyURI"}:
        return False  # one value may be many items, or none
    least_allowed, most_allowed = _lengths(wide)
    fits = most_allowed is None or (most is not None and most <= most_allowed)
    return fits and least >= least_allowed and within(narrow.item or narrow, wide.item).holds


def _is_any_text(simple: SimpleType) -> bool:
    plain = simple.primitive in {"string", "anySimpleType"}
    return plain and all(one.kind is FacetKind.WHITE_SPACE for one in simple.in_force)


def _has_form(narrow: SimpleType, wide: SimpleType) -> bool:
    if wide.built_in in _NAMING and wide.built_in != narrow.built_in:
        return False
    form = wide.primitive
    return (
        form in {"string", "anySimpleType", narrow.primitive} or (narrow.primitive, form) in _INTO
    )


def _demanded(wide: SimpleType) -> Iterator[str]:
    """Give the patterns that a text must match to be valid by a type's patterns and lengths."""
    for step in wide.patterns:
        yield "|".join(f"({one})" for one in step)
    if named := wide.nearest(FacetKind.ENUMERATION):
        yield "|".join(literal(normalised(wide, facet.value)) for facet in named)
    if wide.primitive in {"string", "anyURI"}:
        least, most = _lengths(wide)
        if least or most is not None:
            yield any_length(least, most)


def _patterns(narrow: SimpleType) -> tuple[str, ...]:
    """Give patterns that every text of a type matches, white space treated."""
    (mode, *_) = narrow.nearest(FacetKind.WHITE_SPACE) or (None,)
    found = [_TREATED[mode.value]] if mode and mode.value in _TREATED else []
    if narrow.primitive in _FORMS:
        found = [_FORMS[narrow.primitive]]
    found += ("|".join(f"({one})" for one in step) for step in narrow.patterns)
    least, most = _lengths(narrow)
    counted = narrow.primitive in {"string", "anyURI"} and (least or most is not None)
    return (*found, *([any_length(least, most)] if counted or not found else []))


def _lengths(simple: SimpleType) -> tuple[int, int | None]:
    exact = simple.nearest(FacetKind.LENGTH)
    low = exact or simple.nearest(FacetKind.MIN_LENGTH)
    high = exact or simple.nearest(FacetKind.MAX_LENGTH)
    return int(low[0].value) if low else 0, int(high[0].value) if high else None


def _own_patterns(simple: SimpleType) -> bool:
    return bool(simple.patterns or simple.nearest(FacetKind.ENUMERATION))


# Numbers and times -------------------------------------------------------------------------------


def _bounds_hold(narrow: SimpleType, wide: SimpleType) -> bool:
    low, high = _interval(wide)
    if low is None and high is None:
        return _counts_hold(narrow, wide)
    least, most = _interval(narrow)
    above = low is None or (least is not None and (least[0], not least[1]) >= (low[0], not low[1]))
    below = high is None or (most is not None and (most[0], most[1]) <= (high[0], high[1]))
    return above and below and _counts_hold(narrow, wide)


def _counts_hold(narrow: SimpleType, wide: SimpleType) -> bool:
    """Tell whether the lengths of binary values hold; those of texts are told by patterns."""
    if wide.primitive not in {"hexBinary", "base64Binary"}:
        return True
    least, most = _lengths(narrow)
    least_allowed, most_allowed = _lengths(wide)
    fits = most_allowed is None or (most is not None and most <= most_allowed)
    return fits and least >= least_allowed


_Bound = tuple[Decimal, bool]  # a value, and whether it is inside


def _interval(simple: SimpleType) -> tuple[_Bound | None, _Bound | None]:
    lows = [_bound(simple, facet, inside) for facet, inside in _facets(simple, _LOW)]
    highs = [_bound(simple, facet, inside) for facet, inside in _facets(simple, _HIGH)]
    if total := simple.nearest(FacetKind.TOTAL_DIGITS):
        largest = Decimal(10) ** int(total[0].value) - 1
        lows.append((-largest, True))
        highs.append((largest, True))
    if _is_whole(simple):
        lows = [(low if inside else low + 1, True) for low, inside in lows]
        highs = [(high if inside else high - 1, True) for high, inside in highs]
    low = max(lows, key=lambda bound: (bound[0], not bound[1]), default=None)
    high = min(highs, key=lambda bound: (bound[0], bound[1]), default=None)
    return low, high


def _facets(simple: SimpleType, kinds: dict[FacetKind, bool]) -> Iterator[tuple[Facet, bool]]:
    for kind, inside in kinds.items():
        for facet in simple.nearest(kind):
            yield facet, inside


def _bound(simple: SimpleType, facet: Facet, inside: bool) -> _Bound:
    value = value_of(simple, facet.value.strip())
    if value is None:
        raise SchemaModelError(
            f"xs:{facet.kind} {facet.value!r} is no value of its type", where=str(facet.where or "")
        )
    return value, inside


def _is_whole(simple: SimpleType) -> bool:
    fractions = simple.nearest(FacetKind.FRACTION_DIGITS)
    integer = any(step.name == SIMPLE["integer"].name for step in simple.steps)
    return integer or bool(fractions and int(fractions[0].value) == 0)


def _digits_hold(narrow: SimpleType, wide: SimpleType) -> bool:
    if fractions := wide.nearest(FacetKind.FRACTION_DIGITS):
        most = narrow.nearest(FacetKind.FRACTION_DIGITS)
        fits = bool(most) and int(most[0].value) <= int(fractions[0].value)
        if not fits and not _is_whole(narrow):
            return False
    if totals := wide.nearest(FacetKind.TOTAL_DIGITS):
        allowed = int(totals[0].value)
        if (own := narrow.nearest(FacetKind.TOTAL_DIGITS)) and int(own[0].value) <= allowed:
            return True
        low, high = _interval(narrow)
        bounds = (low, high)
        return _is_whole(narrow) and all(
            bound is not None and abs(bound[0]) < Decimal(10) ** allowed for bound in bounds
        )
    return True


# Refutations -------------------------------------------------------------------------------------


def _fitting(narrow: SimpleType, wide: SimpleType, first: list[str]) -> Iterator[str]:
    """Give valid texts of a type: the likeliest to be refused by the other first."""
    seen: set[str] = set()
    for text in (*first, *_searched(narrow, wide)):
        if text not in seen:
            seen.add(text)
            if is_valid_text(narrow, text):
                yield text


def _searched(narrow: SimpleType, wide: SimpleType) -> Iterator[str]:
    rng = Random(1)  # noqa: S311 - repeatable, not secret
    found: list[str] = []
    for simple in (wide, narrow):
        with suppress(SchemaModelError):
            found += (probe.text for probe in probes(simple, rng))
    with suppress(SchemaModelError):
        found += (a_value(narrow, rng) for _ in range(10))
    yield from found
    if narrow.primitive in _ZONED:
        yield from (f"{text}Z" for text in found)
    if narrow.primitive in {"decimal", "float", "double"}:
        yield from _NUMBERS
    if narrow.nearest(FacetKind.WHITE_SPACE) != wide.nearest(FacetKind.WHITE_SPACE):
        for text in ("", "x", *found[:20]):
            yield from (f" {text} ", f"{text}  {text}", f"\t{text}", text.replace(" ", "  "))
