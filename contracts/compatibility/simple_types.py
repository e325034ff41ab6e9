"""Two versions of a type of text: which facets changed, and whose values are the fewer."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from contracts.compatibility.edits import HOLDS, Answer, Edit, Example, Kind
from contracts.compatibility.values import constraint, is_same_type, within
from contracts.schema_builtins import SIMPLE
from contracts.schema_parts import XS, Facet, FacetKind, SimpleType, Variety, Where, split_name
from contracts.schema_text import is_valid_text, normalised

__all__ = ["simple_edits"]

_LENGTHS = (FacetKind.LENGTH, FacetKind.MIN_LENGTH, FacetKind.MAX_LENGTH)
_BOUNDS = (
    FacetKind.MIN_INCLUSIVE,
    FacetKind.MIN_EXCLUSIVE,
    FacetKind.MAX_INCLUSIVE,
    FacetKind.MAX_EXCLUSIVE,
)
_GROUPS: tuple[tuple[Kind, tuple[FacetKind, ...]], ...] = (
    (Kind.PATTERN, (FacetKind.PATTERN,)),
    (Kind.LENGTH, _LENGTHS),
    (Kind.RANGE, _BOUNDS),
    (Kind.DIGITS, (FacetKind.TOTAL_DIGITS,)),
    (Kind.DIGITS, (FacetKind.FRACTION_DIGITS,)),
)
_MOST_TOLD = 6


def simple_edits(old: SimpleType, new: SimpleType, *, of: str) -> Iterator[Edit]:
    """Compare two versions of a simple type, facet by facet.

    Shape: ``of`` names what has the type, for the sentences. A facet that is written otherwise is
           an edit even where it allows the same values; then both answers hold.
    """
    if is_same_type(old, new):
        return
    if (old.variety, old.primitive) != (new.variety, new.primitive):
        yield _whole(Kind.TYPE, old, new, of=of)
        return
    match old.variety:
        case Variety.UNION:
            yield _whole(Kind.UNION, old, new, of=of)
            return
        case Variety.LIST:
            assert old.item is not None  # noqa: S101 - a list has items
            assert new.item is not None  # noqa: S101
            yield from simple_edits(old.item, new.item, of=f"an item of {of}")
    if old.built_in != new.built_in:
        yield Edit(
            kind=Kind.BUILT_IN,
            what=f"{of}: xs:{old.built_in} became xs:{new.built_in}",
            old=old.where,
            new=new.where,
            backward=_as_built_in(old, new),
            forward=_as_built_in(new, old),
        )
    yield from _enumerations(old, new, of=of)
    for kind, facets in _GROUPS:
        yield from _facets(kind, facets, old, new, of=of)
    yield from _white_space(old, new, of=of)


def _whole(kind: Kind, old: SimpleType, new: SimpleType, *, of: str) -> Edit:
    return Edit(
        kind=kind,
        what=f"{of}: {_named(old)} became {_named(new)}",
        old=old.where,
        new=new.where,
        backward=_answer(old, new, _no_value(_named(new))),
        forward=_answer(new, old, _no_value(_named(old))),
    )


def _as_built_in(narrow: SimpleType, wide: SimpleType) -> Answer:
    """Tell whether a type's values are values of the other's built-in type, white space treated."""
    name = f"xs:{wide.built_in}"
    answer = _answer(narrow, SIMPLE[wide.built_in], _no_value(name))
    if not answer.holds or _modes(narrow) == _modes(wide):
        return answer
    mode = _modes(wide)
    return _answer(narrow, _treated(narrow, mode), f"hold white space and are read as {name}")


def _answer(narrow: SimpleType, wide: SimpleType, offence: str) -> Answer:
    found = within(narrow, wide)
    if found.holds:
        return HOLDS
    example = None if found.text is None else Example(text=found.text)
    return Answer(holds=False, certain=found.certain, offence=offence, example=example)


def _no_value(name: str) -> str:
    return f"hold a value that is none of {name}"


# Facets ------------------------------------------------------------------------------------------


def _facets(
    kind: Kind, facets: tuple[FacetKind, ...], old: SimpleType, new: SimpleType, *, of: str
) -> Iterator[Edit]:
    before, after = _own(old, facets), _own(new, facets)
    if _values(before) == _values(after):
        return
    yield Edit(
        kind=kind,
        what=f"{of}: {_told(before)} became {_told(after)}",
        old=_place(before, old),
        new=_place(after, new),
        backward=_answer(old, constraint(new, facets), f"hold a value against {_told(after)}"),
        forward=_answer(new, constraint(old, facets), f"hold a value against {_told(before)}"),
    )


def _enumerations(old: SimpleType, new: SimpleType, *, of: str) -> Iterator[Edit]:
    facets = (FacetKind.ENUMERATION,)
    before, after = _own(old, facets), _own(new, facets)
    if not before and not after:
        return
    if not before or not after:
        yield Edit(
            kind=Kind.ENUMERATION,
            what=f"{of}: {_told(before)} became {_told(after)}",
            old=_place(before, old),
            new=_place(after, new),
            backward=_answer(old, constraint(new, facets), f"hold a value beside {_told(after)}"),
            forward=_answer(new, constraint(old, facets), f"hold a value beside {_told(before)}"),
        )
        return
    for kind, named, other in ((Kind.VALUE_REMOVED, before, new), (Kind.VALUE_ADDED, after, old)):
        one = old if kind is Kind.VALUE_REMOVED else new
        beyond = tuple(
            facet
            for facet in named
            if is_valid_text(one, facet.value)
            and not is_valid_text(constraint(other, facets), normalised(one, facet.value))
        )
        if not beyond:
            continue
        values = _listed(facet.value for facet in beyond)
        refused = Answer(
            holds=False, offence=f"hold {values}", example=Example(text=beyond[0].value)
        )
        removed = kind is Kind.VALUE_REMOVED
        yield Edit(
            kind=kind,
            what=f"{of}: {values} {'is no value any more' if removed else 'is a value now'}",
            old=_place(beyond if removed else before, old),
            new=_place(after if removed else beyond, new),
            backward=refused if removed else HOLDS,
            forward=HOLDS if removed else refused,
        )


def _white_space(old: SimpleType, new: SimpleType, *, of: str) -> Iterator[Edit]:
    before, after = (_modes(one) for one in (old, new))
    if before == after or old.built_in != new.built_in:
        return
    yield Edit(
        kind=Kind.WHITE_SPACE,
        what=f"{of}: whiteSpace {before} became {after}",
        old=_place(_own(old, (FacetKind.WHITE_SPACE,)), old),
        new=_place(_own(new, (FacetKind.WHITE_SPACE,)), new),
        backward=_answer(old, _treated(old, after), f"hold white space and are read as {after}"),
        forward=_answer(new, _treated(new, before), f"hold white space and are read as {before}"),
    )


def _treated(simple: SimpleType, mode: str) -> SimpleType:
    """Give a type with its white space treated otherwise."""
    facets = tuple(one for one in simple.facets if one.kind is not FacetKind.WHITE_SPACE)
    return replace(simple, facets=(*facets, Facet(kind=FacetKind.WHITE_SPACE, value=mode)))


def _modes(simple: SimpleType) -> str:
    (facet, *_) = simple.nearest(FacetKind.WHITE_SPACE) or (None,)
    return facet.value if facet else "preserve"


def _own(simple: SimpleType, kinds: tuple[FacetKind, ...]) -> tuple[Facet, ...]:
    """Give the facets in force that a schema states, without those of a built-in type."""
    return tuple(one for one in simple.in_force if one.kind in kinds and one.where is not None)


def _values(facets: Iterable[Facet]) -> set[tuple[FacetKind, str]]:
    return {(facet.kind, facet.value) for facet in facets}


def _place(facets: tuple[Facet, ...], simple: SimpleType) -> Where | None:
    return facets[0].where if facets else simple.where


# Words -------------------------------------------------------------------------------------------


def _told(facets: tuple[Facet, ...]) -> str:
    """Tell facets in the words of a schema."""
    if not facets:
        return "no such limit"
    if facets[0].kind is FacetKind.ENUMERATION:
        return f"the values {_listed(facet.value for facet in facets)}"
    between = " or " if facets[0].kind is FacetKind.PATTERN else " and "
    return between.join(f"{facet.kind} {facet.value}" for facet in facets)


def _listed(values: Iterable[str]) -> str:
    told = list(values)
    more = f" and {len(told) - _MOST_TOLD} more" if len(told) > _MOST_TOLD else ""
    return ", ".join(told[:_MOST_TOLD]) + more


def _named(simple: SimpleType) -> str:
    namespace, local = split_name(simple.name) if simple.name else ("", "")
    if namespace == XS:
        return f"xs:{local}"
    match simple.variety:
        case Variety.LIST:
            return "a list"
        case Variety.UNION:
            return "a union"
    return f"a restriction of xs:{simple.built_in}"
