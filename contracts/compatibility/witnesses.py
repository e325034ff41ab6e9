"""A message that shows what an edit breaks: valid by one version, refused by the other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from lxml import etree

from contracts.compatibility.contents import Side, contents
from contracts.compatibility.edits import Example
from contracts.compatibility.languages import Language, One, Repeat, TooLarge, words_beyond
from contracts.compatibility.walk import Step
from contracts.examples import minimal_element
from contracts.schema_content import XSI, is_valid
from contracts.schema_model import SchemaModel
from contracts.schema_parts import ComplexType, SchemaModelError, clark, split_name

__all__ = ["Version", "witness"]


class Version:
    """One version of a message: its model, and the compiled schema that judges."""

    def __init__(self, model: SchemaModel) -> None:
        self.model = model
        parser = etree.XMLParser(no_network=True, resolve_entities=False)
        self._compiled = etree.XMLSchema(etree.parse(str(model.path), parser))

    def takes(self, message: etree._Element) -> bool:
        """Tell whether the schema takes a message."""
        return bool(self._compiled.validate(message))


def witness(
    taker: Version,
    taken: Sequence[Step],
    refuser: Version,
    refused: Sequence[Step],
    *,
    example: Example,
) -> etree._Element | None:
    """Make a message that the one version takes and the other refuses for the example's sake.

    Shape: ``taken`` and ``refused`` lead to the same element in either version. None where no such
           message was found: nothing is claimed that the validator has not said of it.
    """
    try:
        message, node = _message(taker.model, taken, example)
    except (SchemaModelError, TooLarge, StopIteration):
        return None
    blamed = not is_valid(refuser.model, refused[-1].element, node, below=False)
    if blamed and taker.takes(message) and not refuser.takes(message):
        return message
    return None


def _message(
    model: SchemaModel, steps: Sequence[Step], example: Example
) -> tuple[etree._Element, etree._Element]:
    """Make a minimal message that leads to the last step, and give it with that element."""
    message = node = _made(model, steps[0])
    for above, step in pairwise(steps):
        word = _word_with(model, above, step.element.qname)
        at = word.index(step.element.qname)
        _put(model, above, node, word)
        child = _made(model, step)
        node.replace(node[at], child)
        node = child
    _shape(model, steps[-1], node, example)
    return message, node


def _made(model: SchemaModel, step: Step) -> etree._Element:
    node = minimal_element(model, step.element)
    if step.type:
        _name_type(node, step.type)
    return node


def _name_type(node: etree._Element, name: str) -> None:
    namespace, local = split_name(name)
    prefix = next((p for p, uri in node.nsmap.items() if uri == namespace), None)
    node.set(clark(XSI, "type"), f"{prefix}:{local}" if prefix else local)


def _shape(model: SchemaModel, step: Step, node: etree._Element, example: Example) -> None:
    """Let an element hold what the example says."""
    if example.type:
        other = replace(step.element, type_key=example.type)
        made = _made(model, Step(other, example.type))
        node[:] = list(made)
        node.text = made.text
        node.attrib.update(made.attrib)
    if example.children is not None:
        _put(model, step, node, example.children)
    if example.text is not None:
        node.text = example.text or None  # libxml2 fills in defaults where there is no text at all
    for name, value in example.attributes:
        if value is None:
            node.attrib.pop(name, None)
        else:
            node.set(name, value)
    if example.nil:
        node[:] = []
        node.text = None
        node.set(clark(XSI, "nil"), "true")


def _put(model: SchemaModel, step: Step, node: etree._Element, word: Sequence[str]) -> None:
    """Let an element hold minimal children of these names, and no others."""
    declared = step.element.type
    known = {
        standing.qname: standing
        for one in (declared.elements if isinstance(declared, ComplexType) else ())
        for standing in model.standing_for(one)
    }
    node[:] = []
    for name in word:
        element = known.get(name) or model.elements.get(name)
        if element is None:
            etree.SubElement(node, name)
        else:
            node.append(minimal_element(model, element))


def _word_with(model: SchemaModel, step: Step, name: str) -> tuple[str, ...]:
    """Give the shortest valid row of children with one of this name."""
    declared = step.element.type
    assert isinstance(declared, ComplexType)  # noqa: S101 - it has children
    side = Side(model=model, type=declared, element=step.element)
    content, _ = contents(side, side)
    without = Language(Repeat(One(content.known - {name}), 0, None))
    return next(words_beyond([content.language()], without, among=content.known))
