"""Two versions of an element and its type: what changed in it, but for what its children hold."""

from __future__ import annotations

from collections.abc import Iterator

from contracts.compatibility.attribute_edits import attribute_edits
from contracts.compatibility.content_edits import content_edits
from contracts.compatibility.contents import Content as Contents
from contracts.compatibility.contents import Side, contents
from contracts.compatibility.edits import HOLDS, Answer, Edit, Example, Kind
from contracts.compatibility.simple_types import simple_edits
from contracts.compatibility.values import another_value
from contracts.schema_model import SchemaModel
from contracts.schema_parts import (
    XS,
    ComplexType,
    Content,
    ElementDecl,
    SimpleType,
    Type,
    Where,
    split_name,
)
from contracts.schema_text import is_valid_text, normalised

__all__ = ["called", "derived_types", "element_edits", "type_edits"]


def element_edits(old: ElementDecl, new: ElementDecl) -> Iterator[Edit]:
    """Compare what two declarations of an element say besides its type."""
    if old.nillable != new.nillable:
        nil = Answer(holds=False, offence=f"say that {old.name} is nil", example=Example(nil=True))
        yield Edit(
            kind=Kind.NILLABLE,
            what=f"{old.name} may be nil {_whether(new.nillable)}",
            old=old.where,
            new=new.where,
            backward=nil if old.nillable else HOLDS,
            forward=nil if new.nillable else HOLDS,
        )
    if old.simple is None or new.simple is None:
        return
    if old.fixed != new.fixed:
        yield Edit(
            kind=Kind.FIXED,
            what=f"{old.name}: {_given('fixed', old.fixed)} became {_given('fixed', new.fixed)}",
            old=old.where,
            new=new.where,
            backward=_fixed(old, old.simple, new),
            forward=_fixed(new, new.simple, old),
        )
    if old.default != new.default:
        was, now = _given("default", old.default), _given("default", new.default)
        yield Edit(
            kind=Kind.DEFAULT,
            what=f"{old.name}: {was} became {now}",
            old=old.where,
            new=new.where,
            backward=_empty(old, old.simple, new, new.simple),
            forward=_empty(new, new.simple, old, old.simple),
        )


def _whether(is_now: bool) -> str:
    return "now" if is_now else "no more"


def _given(kind: str, value: str | None) -> str:
    return f"no {kind} value" if value is None else f"{kind} value {value!r}"


def _fixed(one: ElementDecl, simple: SimpleType, other: ElementDecl) -> Answer:
    """Tell whether the values of one declaration are the one that the other fixes."""
    if other.fixed is None:
        return HOLDS
    if one.fixed is not None:
        if normalised(simple, one.fixed) == normalised(simple, other.fixed):
            return HOLDS
        text: str | None = one.fixed
    else:
        text = another_value(simple, other.fixed)
    return Answer(
        holds=False,
        certain=text is not None,
        offence=f"hold another {one.name} than {other.fixed!r}",
        example=None if text is None else Example(text=text),
    )


def _empty(
    one: ElementDecl, simple: SimpleType, other: ElementDecl, other_simple: SimpleType
) -> Answer:
    """Tell whether an element that one side fills in may stay empty on the other."""
    empty_here = one.default is not None or is_valid_text(simple, "")
    empty_there = other.default is not None or is_valid_text(other_simple, "")
    if empty_there or not empty_here:
        return HOLDS
    return Answer(holds=False, offence=f"hold an empty {one.name}", example=Example(text=""))


# Types -------------------------------------------------------------------------------------------


def called(element: ElementDecl) -> str:
    """Give the name that people know a type by: its own, or else that of its element."""
    namespace, local = split_name(element.type.name) if element.type.name else ("", "")
    return element.name if namespace in {"", XS} else local


def type_edits(
    old: ElementDecl, old_model: SchemaModel, new: ElementDecl, new_model: SchemaModel
) -> list[Edit]:
    """Compare the types of an element in two versions, but for those of its children."""
    return [*_type_edits(old, old_model, new, new_model)]


def _type_edits(
    old: ElementDecl, old_model: SchemaModel, new: ElementDecl, new_model: SchemaModel
) -> Iterator[Edit]:
    was, now = old.type, new.type
    places = _place(was, old), _place(now, new)
    if _holds_text(was) != _holds_text(now):
        yield Edit(
            kind=Kind.CONTENT,
            what=f"{called(old)} held {_held(was)}, now {_held(now)}",
            old=places[0],
            new=places[1],
            backward=_otherwise(old, old_model, new, new_model),
            forward=_otherwise(new, new_model, old, old_model),
        )
        return
    if isinstance(was, ComplexType) and isinstance(now, ComplexType):
        yield from _abstract(was, now, old, places)
        yield from _mixed(was, now, old, places)
        yield from content_edits(
            Side(model=old_model, type=was, element=old),
            Side(model=new_model, type=now, element=new),
        )
    if old.simple is not None and new.simple is not None:
        yield from simple_edits(old.simple, new.simple, of=called(old))
    yield from attribute_edits(was, old_model, now, new_model, name=called(old), places=places)
    yield from _derived(was, old_model, now, new_model, places)


def _place(declared: Type, element: ElementDecl) -> Where:
    return declared.where or element.where


def _holds_text(declared: Type) -> bool:
    return isinstance(declared, SimpleType) or declared.content is Content.SIMPLE


def _held(declared: Type) -> str:
    return "a value" if _holds_text(declared) else "elements"


def _otherwise(
    one: ElementDecl, model: SchemaModel, other: ElementDecl, other_model: SchemaModel
) -> Answer:
    """Tell whether what one declaration holds holds by another, when one of them holds text.

    Shape: an element may be empty by both, or hold text where the other allows it between elements.
    """
    if one.simple is not None and isinstance(other.type, ComplexType):
        allowed = _content(other, other.type, other_model)
        return _text_by_content(one, one.simple, other.type, allowed)
    if other.simple is not None and isinstance(one.type, ComplexType):
        may_be_empty = is_valid_text(other.simple, "") or other.default is not None
        row = _content(one, one.type, model).some_children()
        return _content_by_text(one, one.type, row, may_be_empty=may_be_empty)
    return HOLDS


def _text_by_content(
    one: ElementDecl, simple: SimpleType, other: ComplexType, allowed: Contents
) -> Answer:
    empty = allowed.language().accepts(())
    if other.content is Content.MIXED and empty:
        return HOLDS
    text = another_value(simple, "") if empty else None
    example = None if empty and text is None else Example(text=text)
    return _refused(f"hold a value in {one.name}", example)


def _content_by_text(
    one: ElementDecl, declared: ComplexType, row: tuple[str, ...] | None, *, may_be_empty: bool
) -> Answer:
    if row is not None:
        return _refused(f"hold elements in {one.name}", Example(children=row))
    if declared.content is Content.MIXED:
        return _refused(f"hold text in {one.name}", None)
    return HOLDS if may_be_empty else _refused(f"hold an empty {one.name}", Example())


def _content(element: ElementDecl, declared: ComplexType, model: SchemaModel) -> Contents:
    side = Side(model=model, type=declared, element=element)
    return contents(side, side)[0]


def _refused(offence: str, example: Example | None) -> Answer:
    return Answer(holds=False, certain=example is not None, offence=offence, example=example)


def _abstract(
    was: ComplexType, now: ComplexType, element: ElementDecl, places: tuple[Where, Where]
) -> Iterator[Edit]:
    if was.abstract != now.abstract:
        plain = Answer(
            holds=False,
            offence=f"hold {element.name} without xsi:type",
            example=Example(),
        )
        yield Edit(
            kind=Kind.ABSTRACT,
            what=f"{called(element)} is abstract {_whether(now.abstract)}",
            old=places[0],
            new=places[1],
            backward=plain if now.abstract else HOLDS,
            forward=plain if was.abstract else HOLDS,
        )


def _mixed(
    was: ComplexType, now: ComplexType, element: ElementDecl, places: tuple[Where, Where]
) -> Iterator[Edit]:
    was_mixed, is_mixed = (one.content is Content.MIXED for one in (was, now))
    if was_mixed != is_mixed:
        text = Answer(
            holds=False,
            offence=f"hold text between the elements of {element.name}",
            example=Example(text="text"),
        )
        yield Edit(
            kind=Kind.MIXED,
            what=f"{called(element)} may hold text between elements {_whether(is_mixed)}",
            old=places[0],
            new=places[1],
            backward=text if was_mixed else HOLDS,
            forward=text if is_mixed else HOLDS,
        )


# Types that xsi:type may name --------------------------------------------------------------------


def derived_types(model: SchemaModel, base: Type) -> dict[str, ComplexType]:
    """Give the concrete types that derive from a named complex type, by name."""
    if not isinstance(base, ComplexType) or not base.name or base.name not in model.types:
        return {}
    found: dict[str, ComplexType] = {}
    bases = {base.name}
    waiting = [one for one in model.types.values() if isinstance(one, ComplexType)]
    while fresh := [one for one in waiting if one.base in bases]:
        waiting = [one for one in waiting if one not in fresh]
        bases |= {one.name for one in fresh}
        found |= {one.name: one for one in fresh if not one.abstract}
    return found


def _derived(
    was: Type,
    old_model: SchemaModel,
    now: Type,
    new_model: SchemaModel,
    places: tuple[Where, Where],
) -> Iterator[Edit]:
    before, after = derived_types(old_model, was), derived_types(new_model, now)
    is_abstract = isinstance(now, ComplexType) and now.abstract
    for name in sorted(before.keys() ^ after.keys()):
        is_new = name in after
        kind = Kind.SUBTYPE_ADDED if is_abstract else Kind.SUBTYPE_ALLOWED
        local = name.rpartition("}")[2]
        refused = Answer(
            holds=False, offence=f"name the type {local} in xsi:type", example=Example(type=name)
        )
        declared = after[name] if is_new else before[name]
        yield Edit(
            kind=kind if is_new else Kind.SUBTYPE_REMOVED,
            what=f"the type {local} {'derives' if is_new else 'derived'} "
            f"from {was.name.rpartition('}')[2]}",
            old=places[0] if is_new else declared.where,
            new=declared.where if is_new else places[1],
            backward=HOLDS if is_new else refused,
            forward=refused if is_new else HOLDS,
        )
