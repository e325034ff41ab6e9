"""What was edited between two versions of a content model: blocks of elements, one an edit."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from contracts.compatibility.contents import Content, Counts
from contracts.compatibility.edits import Kind
from contracts.schema_parts import ElementDecl, Group, GroupKind, Where, Wildcard, split_name

__all__ = ["Block", "blocks", "row_told"]

_MOST_TOLD = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """Elements that one edit is about; ``lost`` and ``gained`` say what old and new ones do."""

    kind: Kind
    names: frozenset[str]
    what: str
    old: Where
    new: Where
    lost: str = ""
    gained: str = ""


def blocks(before: Content, after: Content) -> Iterator[Block]:
    """Give the edits that make the one content the other."""
    gone = [name for name in before.names if name not in after.leaves]
    come = [name for name in after.names if name not in before.leaves]
    kept = [name for name in before.names if name in after.leaves]
    renamed = dict(_renamed(before, after, gone, come))
    for name, called in renamed.items():
        yield Block(
            kind=Kind.RENAMED,
            names=frozenset({name, called}),
            what=f"{_short(name, called)} became {_short(called, name)}",
            old=before.place(name),
            new=after.place(called),
            lost=f"hold {_short(name, called)}",
            gained=f"hold {_short(called, name)}",
        )
    left = [name for name in come if name not in renamed.values()]
    yield from (_added(before, after, names) for names in _together(after, left))
    left = [name for name in gone if name not in renamed]
    yield from (_removed(before, after, names) for names in _together(before, left))
    regrouped = [name for name in kept if _kinds(before, name) != _kinds(after, name)]
    if regrouped:
        yield _regrouped(before, after, regrouped)
    steady = [name for name in kept if name not in regrouped]
    yield from _counted(before, after, steady)
    yield from _moved(before, after, steady)
    yield from _substituted(before, after, kept)
    yield from _wildcards(before, after)


def _renamed(
    before: Content, after: Content, gone: list[str], come: list[str]
) -> Iterator[tuple[str, str]]:
    """Pair what went with what came in its place, of the same type and cardinality."""
    free = list(come)
    for name in gone:
        one = before.leaves[name]
        for called in free:
            other = after.leaves[called]
            if one.name == other.name or (
                (one.type_key, one.ref) == (other.type_key, other.ref)
                and (one.min, one.max) == (other.min, other.max)
                and _neighbours(before, name, come, gone) == _neighbours(after, called, come, gone)
            ):
                free.remove(called)
                yield name, called
                break


def _neighbours(
    content: Content, name: str, come: list[str], gone: list[str]
) -> tuple[str | None, str | None]:
    kept = [one for one in content.names if one == name or one not in {*come, *gone}]
    at = kept.index(name)
    return kept[at - 1] if at else None, kept[at + 1] if at + 1 < len(kept) else None


def _together(content: Content, names: list[str]) -> Iterator[list[str]]:
    """Put names together that are all branches of a choice of their own."""
    left = list(names)
    while left:
        choice = next(
            (one for one in content.choices_above(left[0]) if _names_of(one) <= set(names)), None
        )
        together = [one for one in left if one == left[0] or (choice and one in _names_of(choice))]
        left = [one for one in left if one not in together]
        yield together


def _names_of(group: Group) -> set[str]:
    found: set[str] = set()
    for part in group.parts:
        match part:
            case Group():
                found |= _names_of(part)
            case ElementDecl():
                found.add(part.qname)
    return found


def _added(before: Content, after: Content, names: list[str]) -> Block:
    is_mandatory = after.counts(frozenset(names))[0] > 0
    if is_mandatory:
        kind = Kind.MANDATORY_ADDED
    elif _is_branch(after, before, names):
        kind = Kind.BRANCH_ADDED
    elif all(after.is_extension(name) for name in names):
        kind = Kind.EXTENSION_ADDED
    else:
        kind = Kind.OPTIONAL_ADDED
    told = _one_of(names)
    spaces = {split_name(name)[0] for name in names} if kind is Kind.EXTENSION_ADDED else set()
    of = f" of {', '.join(sorted(spaces))}" if spaces else ""
    return Block(
        kind=kind,
        names=frozenset(names),
        what=f"{told}{of} was added, {'mandatory' if is_mandatory else 'optional'}",
        old=before.side.where,
        new=after.place(names[0]),
        lost=f"lack {told}" if is_mandatory else "",
        gained=f"hold {told}",
    )


def _removed(before: Content, after: Content, names: list[str]) -> Block:
    told = _one_of(names)
    is_branch = _is_branch(before, after, names)
    was_mandatory = before.counts(frozenset(names))[0] > 0
    return Block(
        kind=Kind.BRANCH_REMOVED if is_branch else Kind.REMOVED,
        names=frozenset(names),
        what=f"{told} was removed, {'mandatory' if was_mandatory else 'optional'} before",
        old=before.place(names[0]),
        new=after.side.where,
        lost=f"hold {told}",
        gained=f"lack {told}" if was_mandatory else "",
    )


def _is_branch(content: Content, other: Content, names: list[str]) -> bool:
    """Tell whether names stand in a choice that the other version has as well."""
    for group in content.choices_above(names[0]):
        beside = _names_of(group) - set(names)
        if group.kind is GroupKind.CHOICE and any(
            name in other.leaves and GroupKind.CHOICE in _kinds(other, name) for name in beside
        ):
            return True
    return False


def _kinds(content: Content, name: str) -> tuple[GroupKind, ...]:
    return tuple(group.kind for group in content.choices_above(name))


def _regrouped(before: Content, after: Content, names: list[str]) -> Block:
    was, now = (_group_told(_kinds(content, names[0])) for content in (before, after))
    return Block(
        kind=Kind.GROUPING,
        names=frozenset(names),
        what=f"{_listed(names)} stood in {was}, now in {now}",
        old=before.place(names[0]),
        new=after.place(names[0]),
    )


def _counted(before: Content, after: Content, names: list[str]) -> Iterator[Block]:
    for name in names:
        was, now = (content.counts(frozenset({name})) for content in (before, after))
        if was == now:
            continue
        kind = Kind.OCCURRENCE
        if was[0] == 0 < now[0]:
            kind = Kind.MADE_MANDATORY
        elif now[0] == 0 < was[0]:
            kind = Kind.MADE_OPTIONAL
        told = split_name(name)[1]
        yield Block(
            kind=kind,
            names=frozenset({name}),
            what=f"{told}: {_times(was)} became {_times(now)}",
            old=before.place(name),
            new=after.place(name),
            lost=_beyond_counts(told, was, now),
            gained=_beyond_counts(told, now, was),
        )


def _beyond_counts(name: str, counts: Counts, allowed: Counts) -> str:
    """Say what messages do that are inside some counts and outside of others."""
    (least, most), (least_allowed, most_allowed) = counts, allowed
    told = []
    if least < least_allowed:
        few = f"hold {name} fewer than {least_allowed} times"
        told.append(f"lack {name}" if least_allowed == 1 else few)
    if most_allowed is not None and (most is None or most > most_allowed):
        times = "once" if most_allowed == 1 else f"{most_allowed} times"
        told.append(f"hold {name} more than {times}")
    return " or ".join(told)


def _moved(before: Content, after: Content, names: list[str]) -> Iterator[Block]:
    places = {name: place for place, name in enumerate(after.names)}
    steady = _longest_rise([name for name in before.names if name in names], places)
    moved = [name for name in names if name not in steady]
    if moved:
        yield Block(
            kind=Kind.MOVED,
            names=frozenset(moved),
            what=f"{_listed(moved)} stands elsewhere in the order",
            old=before.place(moved[0]),
            new=after.place(moved[0]),
            lost=f"hold {_listed(moved)} in the old order",
            gained=f"hold {_listed(moved)} in the new order",
        )


def _longest_rise(names: list[str], places: dict[str, int]) -> set[str]:
    """Give the most names that stand in the same order in both versions."""
    best: tuple[str, ...] = ()
    ending: dict[str, tuple[str, ...]] = {}
    for name in names:
        longest: tuple[str, ...] = ()
        for last, row in ending.items():
            if places[last] < places[name] and len(row) > len(longest):
                longest = row
        ending[name] = (*longest, name)
        if len(ending[name]) > len(best):
            best = ending[name]
    return set(best)


def _substituted(before: Content, after: Content, kept: list[str]) -> Iterator[Block]:
    was, now = (
        {
            standing.qname: name
            for name in kept
            for standing in content.side.model.standing_for(content.leaves[name])
        }
        for content in (before, after)
    )
    for kind, names in (
        (Kind.SUBSTITUTE_ADDED, {one: head for one, head in now.items() if one not in was}),
        (Kind.SUBSTITUTE_REMOVED, {one: head for one, head in was.items() if one not in now}),
    ):
        for name, head in names.items():
            is_added = kind is Kind.SUBSTITUTE_ADDED
            local = split_name(name)[1]
            yield Block(
                kind=Kind.ABSTRACT if name == head else kind,
                names=frozenset({name}),
                what=f"{local} may stand for {split_name(head)[1]} "
                f"{'now' if is_added else 'no more'}",
                old=before.place(head),
                new=after.place(head),
                lost=f"hold {local}",
                gained=f"hold {local}",
            )


def _wildcards(before: Content, after: Content) -> Iterator[Block]:
    was, now = (tuple(_said(one) for one in content.wildcards) for content in (before, after))
    if was == now:
        return
    foreign = frozenset(
        name for name in before.room | after.room
        if name not in before.leaves and name not in after.leaves
    )  # fmt: skip
    kind = Kind.ANY_CHANGED
    if not was:
        kind = Kind.ANY_ADDED
    elif not now:
        last = after.names[-1] if after.names else ""
        extended = last not in before.leaves and bool(last) and after.is_extension(last)
        kind = Kind.ANY_REPLACED if extended else Kind.ANY_REMOVED
    yield Block(
        kind=kind,
        names=foreign,
        what=f"{_wild(was)} became {_wild(now)}",
        old=_any_place(before),
        new=_any_place(after),
        lost="hold elements that no schema knows",
        gained="hold elements that no schema knows",
    )


def _said(wildcard: Wildcard) -> tuple[str, str, int, int | None]:
    return wildcard.namespace, wildcard.process, wildcard.min, wildcard.max


def _any_place(content: Content) -> Where:
    where = content.wildcards[0].where if content.wildcards else None
    return where or content.side.where


# Words -------------------------------------------------------------------------------------------


def _short(name: str, beside: str) -> str:
    """Give the local name, or the whole where another has the same."""
    local = split_name(name)[1]
    return name if local == split_name(beside)[1] else local


def _one_of(names: list[str]) -> str:
    return split_name(names[0])[1] if len(names) == 1 else f"one of {_listed(names)}"


def _listed(names: Iterable[str]) -> str:
    told = [split_name(name)[1] for name in names]
    more = f" and {len(told) - _MOST_TOLD} more" if len(told) > _MOST_TOLD else ""
    return ", ".join(told[:_MOST_TOLD]) + more


def row_told(word: tuple[str, ...]) -> str:
    """Tell a row of children, what repeats once with its number."""
    runs: list[tuple[str, int]] = []
    for name in word:
        if runs and runs[-1][0] == name:
            runs[-1] = name, runs[-1][1] + 1
        else:
            runs.append((name, 1))
    told = [
        split_name(name)[1] + (f" ({times} times)" if times > 1 else "") for name, times in runs
    ]
    return f"the children {', '.join(told)} alone" if told else "no children"


def _times(counts: Counts) -> str:
    least, most = counts
    return f"{least}..{'*' if most is None else most}"


def _group_told(kinds: tuple[GroupKind, ...]) -> str:
    return f"a {kinds[-1]}" if kinds else "a sequence"


def _wild(wildcards: tuple[tuple[str, str, int, int | None], ...]) -> str:
    told = [
        f"xs:any {namespace} {process} {_times((least, most))}"
        for namespace, process, least, most in wildcards
    ]
    return " and ".join(told) or "no xs:any"
