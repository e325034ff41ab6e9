"""A valid message filled up: with every element it can take and still be valid in every way."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from functools import lru_cache

from lxml import etree

from contracts.examples import full_series
from contracts.schema_model import SchemaModel

__all__ = ["filled"]


def filled(
    model: SchemaModel,
    base: etree._Element,
    accepts: Callable[[etree._Element], bool],
    *,
    seed: int = 0,
) -> etree._Element:
    """Give a copy of a message with all that a full one has beside it, as far as it is accepted.

    Shape: elements are added one at a time, outermost first, and taken away again where the
           message is no longer accepted: a rule may forbid what the schema allows.
    """
    message = copy.deepcopy(base)
    for whole in _series(model, str(message.tag), seed):
        for holder, addition, index in _missing(message, whole):
            holder.insert(index, addition)
            if not accepts(message):
                holder.remove(addition)
                _add_within(holder, addition, index, message, accepts)
    return message


@lru_cache(maxsize=4)  # a suite fills one kind of message after the other
def _series(model: SchemaModel, root: str, seed: int) -> tuple[etree._Element, ...]:
    return tuple(full_series(model, root, seed=seed))


def _missing(
    node: etree._Element, whole: etree._Element
) -> Iterator[tuple[etree._Element, etree._Element, int]]:
    """Give what a full element has beside a message's own: holder, copy and place of each.

    Shape: the message may be changed at that place before the next one is asked for.
    """
    order = list(dict.fromkeys(str(child.tag) for child in whole))
    for rank, tag in enumerate(order):
        own, full = node.find(tag), whole.find(tag)
        if full is None:
            continue
        if own is not None:
            yield from _missing(own, full)
            continue
        later = set(order[rank + 1 :])
        index = next((at for at, child in enumerate(node) if str(child.tag) in later), len(node))
        yield node, copy.deepcopy(full), index


def _add_within(
    holder: etree._Element,
    addition: etree._Element,
    index: int,
    message: etree._Element,
    accepts: Callable[[etree._Element], bool],
) -> None:
    """Add an element without those of its parts that make the message unacceptable."""
    for part in [*addition]:
        addition.remove(part)
        holder.insert(index, addition)
        if accepts(message):
            return
        holder.remove(addition)
