"""Text in, tables out, and back: TOML, YAML and JSON, with the line that each value stands on."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

import tomli_w
import yaml

from simulator.addressing.reading import CatalogueError, Notes

__all__ = ["Document", "as_text", "read_text", "write_text"]


@dataclass(frozen=True, kw_only=True)
class Document:
    """A file's tables, and where in it they stand.

    Shape: YAML values are texts, whatever they look like, so ``5565594230`` needs no quotation
           marks and ``no`` is no boolean; the one who reads a key knows what it must be.
    """

    name: str
    tables: Mapping[str, Any]
    line_of: Callable[[str], int | None]

    def notes(self) -> Notes:
        """Give an empty list of what is wrong with the file."""
        return Notes(file=self.name, line_of=self.line_of)


def read_text(text: str, *, name: str, suffix: str) -> Document:
    """Read a text in the form that its file's suffix says.

    Shape:  ``name`` is the file's, for messages.
    Raises: CatalogueError where it cannot be read; the finding has the line.
    """
    if suffix.lower() not in _FORMS:
        raise _unreadable(
            name, None, f"{suffix or 'no suffix'} is no known form of catalogue",
            mend=f"give a file that ends in one of {', '.join(_FORMS)}",
        )  # fmt: skip
    form = _FORMS[suffix.lower()]
    try:
        tables = form.read(text)
    except _Unreadable as error:
        what = f"this is not {form.name}: {error}"
        raise _unreadable(name, error.line, what, mend="mend the line") from None
    except RecursionError:
        raise _unreadable(name, None, "the file is nested too deeply", mend="flatten it") from None
    if not isinstance(tables, Mapping):
        raise _unreadable(name, 1, "the file holds no tables", mend="see docs/addressing.md")
    return Document(name=name, tables=tables, line_of=_Lines(text, form.lines))


def write_text(tables: Mapping[str, Any], *, suffix: str) -> str:
    """Write tables in the form that a suffix says."""
    return _FORMS[suffix.lower()].write(tables)


class _Unreadable(Exception):  # noqa: N818 - it says what the text is
    """A text that breaks the grammar of its form."""

    def __init__(self, what: str, line: int | None) -> None:
        super().__init__(what)
        self.line = line


def _unreadable(name: str, line: int | None, what: str, *, mend: str) -> CatalogueError:
    notes = Notes(file=name, line_of=lambda _place: line)
    notes.note("top" if line else "", what, mend=mend)
    return CatalogueError(notes.findings)


class _Lines:
    """Where each place stands; looked for when first asked, which only mistakes do."""

    def __init__(self, text: str, find: Callable[[str], Iterator[tuple[str, int]]]) -> None:
        self._find = cache(lambda: dict(find(text)))

    def __call__(self, place: str) -> int | None:
        """Give the line of a place, or of the nearest thing around it that has one."""
        known = self._find()
        while place not in known:
            shorter = re.sub(r"(\.[^.\[\]]*|\[\d+\])$", "", place)
            if shorter == place:
                return None
            place = shorter
        return known[place]


# TOML -----------------------------------------------------------------------------------------

_TOML_PLACE = re.compile(r"\(at line (\d+), column \d+\)")
_HEADER = re.compile(r"\s*(\[\[?)\s*([\w.\-]+)\s*\]")
_KEY = re.compile(r"""\s*(?:"([^"]+)"|'([^']+)'|([\w\-]+))\s*=""")


def _read_toml(text: str) -> Any:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        found = _TOML_PLACE.search(str(error))
        what = _TOML_PLACE.sub("", str(error)).strip()
        raise _Unreadable(what, int(found[1]) if found else None) from None


def _toml_lines(text: str) -> Iterator[tuple[str, int]]:
    """Give the lines of headers and keys; what stands within a value goes by its key."""
    place, counts = "", dict[str, int]()
    for number, line in enumerate(text.splitlines(), start=1):
        if header := _HEADER.match(line):
            place = header[2]
            if header[1] == "[[":
                counts[place] = counts.get(place, 0) + 1
                yield place, number
                place = f"{place}[{counts[place]}]"
            yield place, number
        elif key := _KEY.match(line):
            name = key[1] or key[2] or key[3]
            yield (f"{place}.{name}" if place else name), number


# YAML -----------------------------------------------------------------------------------------


def _read_yaml(text: str) -> Any:
    try:
        return yaml.load(text, Loader=_Texts)  # noqa: S506 - _Texts makes nothing but texts
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise _Unreadable(error.problem or "unreadable", mark.line + 1 if mark else None) from None
    except yaml.YAMLError as error:
        raise _Unreadable(str(error).splitlines()[0], None) from None


class _Texts(yaml.BaseLoader):
    """Reads tables, lists and texts; a key that stands twice is a mistake."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        """Give a table."""
        keys = set()
        for key, _ in node.value:
            if not isinstance(key, yaml.ScalarNode):
                raise yaml.MarkedYAMLError(problem="a key is no text", problem_mark=key.start_mark)
            if key.value in keys:
                problem = f"the key {key.value} stands twice"
                raise yaml.MarkedYAMLError(problem=problem, problem_mark=key.start_mark)
            keys.add(key.value)
        return super().construct_mapping(node, deep=deep)


def _yaml_lines(text: str) -> Iterator[tuple[str, int]]:
    try:
        root = yaml.compose(text, Loader=yaml.BaseLoader)
    except (yaml.YAMLError, RecursionError):
        return  # JSON that YAML takes otherwise: then places have no lines
    seen = set[int]()
    todo = [("", 1, root)]
    while todo:
        place, line, node = todo.pop()
        if node is None or id(node) in seen:  # an alias stands where its anchor does
            continue
        seen.add(id(node))
        if place:
            yield place, line
        if isinstance(node, yaml.MappingNode):
            for key, value in node.value:
                below = f"{place}.{key.value}" if place else str(key.value)
                todo.append((below, key.start_mark.line + 1, value))
        elif isinstance(node, yaml.SequenceNode):
            for at, one in enumerate(node.value, start=1):
                todo.append((f"{place}[{at}]", one.start_mark.line + 1, one))


class _Writer(yaml.SafeDumper):
    """Writes texts so that they can be read again as they are, each where it belongs."""

    def ignore_aliases(self, data: object) -> bool:  # noqa: ARG002 - for any data
        """Tell that what occurs twice is written twice."""
        return True


_LINE_BREAKS = frozenset("\x85\u2028\u2029")  # PyYAML folds these unless they are escaped


def _text_node(writer: _Writer, text: str) -> yaml.ScalarNode:
    style = '"' if _LINE_BREAKS & set(text) else None
    return writer.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_Writer.add_representer(str, _text_node)


def _write_yaml(tables: Mapping[str, Any]) -> str:
    return str(yaml.dump(tables, Dumper=_Writer, allow_unicode=True, sort_keys=False, width=100))


# JSON -----------------------------------------------------------------------------------------


def _read_json(text: str) -> Any:
    def table(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) < len(pairs):
            keys = [key for key, _ in pairs]
            twice = next(key for key in keys if keys.count(key) > 1)
            raise _Unreadable(f"the key {twice} stands twice in one object", None)
        return found

    try:
        return json.loads(text, object_pairs_hook=table)
    except json.JSONDecodeError as error:
        raise _Unreadable(error.msg, error.lineno) from None


def _write_json(tables: Mapping[str, Any]) -> str:
    return json.dumps(tables, ensure_ascii=False, indent=2, default=as_text) + "\n"


def as_text(value: object) -> str:
    """Write a day or an instant as JSON has it."""
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} has no form in JSON")


@dataclass(frozen=True, kw_only=True)
class _Form:
    name: str
    read: Callable[[str], Any]
    write: Callable[[Mapping[str, Any]], str]
    lines: Callable[[str], Iterator[tuple[str, int]]]


_YAML = _Form(name="YAML", read=_read_yaml, write=_write_yaml, lines=_yaml_lines)
_FORMS = {
    ".toml": _Form(name="TOML", read=_read_toml, write=tomli_w.dumps, lines=_toml_lines),
    ".yaml": _YAML,
    ".yml": _YAML,
    ".json": _Form(name="JSON", read=_read_json, write=_write_json, lines=_yaml_lines),
}
