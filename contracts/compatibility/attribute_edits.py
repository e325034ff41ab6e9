"""Two versions of a type's attributes: added, removed, required, restricted, fixed."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from contracts.compatibility.edits import HOLDS, Answer, Edit, Example, Kind
from contracts.compatibility.simple_types import simple_edits
from contracts.compatibility.values import another_value
from contracts.examples import FOREIGN
from contracts.schema_model import SchemaModel
from contracts.schema_parts import (
    AttributeDecl,
    ComplexType,
    Process,
    SchemaModelError,
    SimpleType,
    Type,
    Where,
    Wildcard,
    clark,
    split_name,
)
from contracts.schema_text import normalised
from contracts.schema_values import a_value

__all__ = ["attribute_edits"]

_Places = tuple[Where, Where]


def attribute_edits(
    old: Type,
    old_model: SchemaModel,
    new: Type,
    new_model: SchemaModel,
    *,
    name: str,
    places: _Places,
) -> Iterator[Edit]:
    """Compare the attributes of an element called ``name``, and the room for others."""
    before, after = _by_name(old), _by_name(new)
    room, other_room = _wildcard(old), _wildcard(new)
    for key in sorted(before.keys() | after.keys()):
        was, now = before.get(key), after.get(key)
        if was is None and now is not None:
            yield _added(now, room, old_model, name, places)
        elif now is None and was is not None:
            yield _removed(was, other_room, new_model, name, places)
        elif was is not None and now is not None:
            yield from _changed(was, now, name)
    yield from _room(room, old_model, other_room, new_model, name=name, places=places)


def _by_name(declared: Type) -> dict[str, AttributeDecl]:
    if isinstance(declared, SimpleType):
        return {}
    return {one.qname: one for one in declared.attributes}


def _wildcard(declared: Type) -> Wildcard | None:
    return declared.any_attribute if isinstance(declared, ComplexType) else None


def _lets_in(room: Wildcard | None, namespace: str, model: SchemaModel, name: str) -> bool:
    if room is None or not room.admits(namespace):
        return False
    return room.process is not Process.STRICT or name in model.attributes


def _added(
    one: AttributeDecl, room: Wildcard | None, model: SchemaModel, name: str, places: _Places
) -> Edit:
    known = _lets_in(room, one.namespace, model, one.qname)
    holding = Answer(holds=False, offence=f"hold the attribute {one.name}", example=_with(one))
    lacking = Answer(holds=False, offence=f"lack the attribute {one.name}", example=Example())
    return Edit(
        kind=Kind.REQUIRED_ATTRIBUTE_ADDED if one.required else Kind.ATTRIBUTE_ADDED,
        what=f"the attribute {one.name} of {name} was added, "
        f"{'required' if one.required else 'optional'}",
        old=places[0],
        new=one.where or places[1],
        backward=lacking if one.required else HOLDS,
        forward=HOLDS if known else holding,
    )


def _removed(
    one: AttributeDecl, room: Wildcard | None, model: SchemaModel, name: str, places: _Places
) -> Edit:
    known = _lets_in(room, one.namespace, model, one.qname)
    holding = Answer(holds=False, offence=f"hold the attribute {one.name}", example=_with(one))
    lacking = Answer(holds=False, offence=f"lack the attribute {one.name}", example=Example())
    return Edit(
        kind=Kind.ATTRIBUTE_REMOVED,
        what=f"the attribute {one.name} of {name} was removed, "
        f"{'required' if one.required else 'optional'} before",
        old=one.where or places[0],
        new=places[1],
        backward=HOLDS if known else holding,
        forward=lacking if one.required else HOLDS,
    )


def _with(one: AttributeDecl) -> Example | None:
    if one.fixed is not None:
        return Example(attributes=((one.qname, one.fixed),))
    try:
        value = a_value(one.type, Random(0))  # noqa: S311 - repeatable, not secret
    except SchemaModelError:
        return None
    return Example(attributes=((one.qname, value),))


def _changed(was: AttributeDecl, now: AttributeDecl, name: str) -> Iterator[Edit]:
    of = f"the attribute {was.name} of {name}"
    if was.required != now.required:
        lacking = Answer(
            holds=False,
            offence=f"lack the attribute {was.name}",
            example=Example(attributes=((was.qname, None),)),
        )
        yield Edit(
            kind=Kind.ATTRIBUTE_MADE_REQUIRED if now.required else Kind.ATTRIBUTE_MADE_OPTIONAL,
            what=f"{of} is {'required' if now.required else 'optional'} now",
            old=was.where,
            new=now.where,
            backward=lacking if now.required else HOLDS,
            forward=lacking if was.required else HOLDS,
        )
    if was.fixed != now.fixed:
        yield Edit(
            kind=Kind.FIXED,
            what=f"{of}: fixed value {was.fixed or 'none'} became {now.fixed or 'none'}",
            old=was.where,
            new=now.where,
            backward=_fixed(was, now),
            forward=_fixed(now, was),
        )
    if was.default != now.default:
        yield Edit(
            kind=Kind.DEFAULT,
            what=f"{of}: default value {was.default or 'none'} became {now.default or 'none'}",
            old=was.where,
            new=now.where,
        )
    for edit in simple_edits(was.type, now.type, of=of):
        yield Edit(
            kind=edit.kind,
            what=edit.what,
            old=edit.old or was.where,
            new=edit.new or now.where,
            backward=_of_attribute(edit.backward, was.qname),
            forward=_of_attribute(edit.forward, was.qname),
        )


def _fixed(one: AttributeDecl, other: AttributeDecl) -> Answer:
    if other.fixed is None:
        return HOLDS
    if one.fixed is not None and normalised(one.type, one.fixed) == normalised(
        one.type, other.fixed
    ):
        return HOLDS
    text = one.fixed if one.fixed is not None else another_value(one.type, other.fixed)
    return Answer(
        holds=False,
        certain=text is not None,
        offence=f"hold another attribute {one.name} than {other.fixed!r}",
        example=None if text is None else Example(attributes=((one.qname, text),)),
    )


def _of_attribute(answer: Answer, name: str) -> Answer:
    """Turn an answer about a text into one about an attribute."""
    if answer.example is None:
        return answer
    return Answer(
        holds=answer.holds,
        certain=answer.certain,
        offence=answer.offence,
        example=Example(attributes=((name, answer.example.text),)),
    )


def _room(
    was: Wildcard | None,
    old_model: SchemaModel,
    now: Wildcard | None,
    new_model: SchemaModel,
    *,
    name: str,
    places: _Places,
) -> Iterator[Edit]:
    told = tuple("none" if one is None else f"{one.namespace} {one.process}" for one in (was, now))
    if told[0] == told[1]:
        return
    namespaces = {FOREIGN, "", *old_model.namespaces, *new_model.namespaces}
    unknown = sorted(clark(namespace, "unheardOf") for namespace in namespaces)
    before = [one for one in unknown if _lets_in(was, split_name(one)[0], old_model, one)]
    after = [one for one in unknown if _lets_in(now, split_name(one)[0], new_model, one)]
    yield Edit(
        kind=Kind.ANY_ATTRIBUTE,
        what=f"xs:anyAttribute of {name}: {told[0]} became {told[1]}",
        old=(was.where if was else None) or places[0],
        new=(now.where if now else None) or places[1],
        backward=_beyond(before, after, name),
        forward=_beyond(after, before, name),
    )


def _beyond(names: list[str], others: list[str], holder: str) -> Answer:
    beyond = [one for one in names if one not in others]
    if not beyond:
        return HOLDS
    return Answer(
        holds=False,
        offence=f"hold attributes of {holder} that no schema knows",
        example=Example(attributes=((beyond[-1], "x"),)),
    )
