"""Two versions of a content model: what was added, removed, moved, and what each edit costs.

Each edit is judged by itself: of the rows of children of one version, is there one that the other
refuses although it does not see what the other edits are about?
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from contracts.compatibility.content_blocks import Block, blocks, row_told
from contracts.compatibility.contents import Content, Side, contents
from contracts.compatibility.edits import HOLDS, Answer, Edit, Example, Kind
from contracts.compatibility.languages import TooLarge, words_beyond
from contracts.schema_parts import ElementDecl

__all__ = ["child_pairs", "content_edits"]

_IN_PLACE = {Kind.SUBSTITUTE_ADDED, Kind.SUBSTITUTE_REMOVED, Kind.ABSTRACT}


def content_edits(old: Side, new: Side) -> list[Edit]:
    """Compare the contents of a type in two versions."""
    before, after = contents(old, new)
    found = [*blocks(before, after)]
    backward = _beyond(before, after, [])
    forward = _beyond(after, before, [])
    if not found and backward.holds and forward.holds:
        return []
    edits = []
    for block in found:
        others = [one for one in found if one is not block]
        lost = HOLDS if backward.holds else _judged(before, after, block, others, block.lost)
        gained = HOLDS if forward.holds else _judged(after, before, block, others, block.gained)
        edits.append(
            Edit(
                kind=block.kind,
                what=block.what,
                old=block.old,
                new=block.new,
                backward=lost,
                forward=gained,
                names=block.names,
            )
        )
    return [*edits, *_left_over(before, after, edits, backward, forward)]


def child_pairs(old: Side, new: Side) -> Iterator[tuple[ElementDecl, ElementDecl]]:
    """Give the declarations that an element of one name falls under in both versions."""
    before, after = contents(old, new)
    for name, one in before.declared.items():
        other = after.declared.get(name)
        if other is None and name in after.room:
            other = new.model.elements.get(name)
        if other is not None:
            yield one, other
    for name, other in after.declared.items():
        known = old.model.elements.get(name)
        if name not in before.declared and name in before.room and known is not None:
            yield known, other


# Judging -----------------------------------------------------------------------------------------


def _beyond(one: Content, other: Content, unseen: list[Block]) -> Answer:
    """Tell whether each row of children of one version is one of the other.

    Shape: what the ``unseen`` blocks are about is struck out of the other's rows, and not seen in
           ours; substitutes are barred instead, since their heads can stand for them.
    """
    struck = _names(block for block in unseen if block.kind not in _IN_PLACE)
    barred = _names(block for block in unseen if block.kind in _IN_PLACE)
    there = other.language(without=struck)
    among = one.known - barred
    try:
        word = next(words_beyond([one.language()], there, among=among, ignoring=struck), None)
    except TooLarge:
        return Answer(holds=False, certain=False)
    return HOLDS if word is None else Answer(holds=False, example=Example(children=word))


def _names(blocks_: Iterable[Block]) -> frozenset[str]:
    return frozenset().union(*(block.names for block in blocks_))


def _judged(
    one: Content, other: Content, block: Block, others: list[Block], offence: str
) -> Answer:
    answer = _beyond(one, other, others)
    if not answer.holds and answer.certain and not _beyond(one, other, [*others, block]).holds:
        answer = _by_counts(one, other, block.names, answer)  # something else is wrong as well
    return HOLDS if answer.holds else _said(answer, offence)


def _said(answer: Answer, offence: str) -> Answer:
    """Say what messages do that are refused: as given, or else by the row that shows it."""
    word = answer.example.children if answer.example else None
    shown = "use it" if word is None else f"hold {row_told(word)}"
    return Answer(
        holds=False,
        certain=answer.certain,
        offence=offence or shown,
        example=answer.example,
    )


def _by_counts(one: Content, other: Content, names: frozenset[str], answer: Answer) -> Answer:
    least, most = one.counts(names)
    least_allowed, most_allowed = other.counts(names)
    fits = most_allowed is None or (most is not None and most <= most_allowed)
    return HOLDS if least >= least_allowed and (fits or names <= other.room) else answer


def _left_over(
    before: Content, after: Content, edits: list[Edit], backward: Answer, forward: Answer
) -> Iterator[Edit]:
    """Give one more edit for what no other explains."""
    explained = all(one.backward.holds for one in edits), all(one.forward.holds for one in edits)
    left = [
        HOLDS if answer.holds or not is_open else _said(answer, "")
        for answer, is_open in zip((backward, forward), explained, strict=True)
    ]
    if not all(answer.holds for answer in left):
        yield Edit(
            kind=Kind.GROUPING,
            what="the elements are grouped otherwise",
            old=before.side.where,
            new=after.side.where,
            backward=left[0],
            forward=left[1],
        )
