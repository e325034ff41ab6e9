"""What a change does between a consumer and a producer of different versions, in words."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from contracts.compatibility.edits import Answer
from contracts.compatibility.results import Effect
from contracts.compatibility.rules import Direction
from contracts.compatibility.walk import Met
from contracts.compatibility.witnesses import Version, witness

__all__ = ["effects", "witnesses"]

_OLD, _NEW = "old", "new"


def witnesses(met: Met, old: Version, new: Version) -> tuple[bytes | None, bytes | None]:
    """Make the messages that show what an edit breaks: an old one, and a new one."""
    backward, forward = met.edit.backward, met.edit.forward
    old_message = new_message = None
    if not backward.holds and backward.example is not None:
        old_message = witness(old, met.old, new, met.new, example=backward.example)
    if not forward.holds and forward.example is not None:
        new_message = witness(new, met.new, old, met.old, example=forward.example)
    return _written(old_message), _written(new_message)


def _written(message: etree._Element | None) -> bytes | None:
    if message is None:
        return None
    return etree.tostring(message, encoding="UTF-8", xml_declaration=True, pretty_print=True)


def effects(
    direction: Direction,
    backward: Answer,
    forward: Answer,
    *,
    stem: str = "",
    shown: tuple[bytes | None, bytes | None] = (None, None),
) -> Iterator[Effect]:
    """Tell what happens between an old consumer and a new producer, then the other way round.

    Shape: ``shown`` are the old and the new message that show it; ``stem`` begins their names.
    """
    old_message, new_message = shown
    of_old, of_new = (backward, old_message), (forward, new_message)
    is_request = direction is Direction.REQUEST
    for consumer, producer, (answer, message) in (
        (_OLD, _NEW, of_old if is_request else of_new),
        (_NEW, _OLD, of_new if is_request else of_old),
    ):
        yield Effect(
            consumer=consumer,
            producer=producer,
            works=answer.holds,
            certain=answer.certain,
            says="" if answer.holds else _says(direction, consumer, producer, answer),
            file=f"{stem}-{consumer}-consumer.xml",
            witness=message,
        )


def _says(direction: Direction, consumer: str, producer: str, answer: Answer) -> str:
    offence = answer.offence or "use it"
    perhaps = "" if answer.certain else "perhaps "
    if direction is Direction.REQUEST:
        sent = f"requests from {consumer} consumers that {offence}"
        return f"{_a(producer)} producer {perhaps}refuses {sent}"
    sent = f"answers of {producer} producers that {offence}"
    return f"{_a(consumer)} consumer {perhaps}rejects {sent}"


def _a(word: str) -> str:
    return f"an {word}" if word[0] in "aeiou" else f"a {word}"
