"""SaxonC, which compiles and runs stylesheets: one for the process, in a thread of its own.

SaxonC wants a processor per thread and holds the interpreter while it works, so all rule sets of a
process share one worker thread: nothing is compiled twice, and nothing is lost, since two could not
run at the same time anyway. What it runs reaches no file and no network, and writes nothing.
"""

from __future__ import annotations

import json
import re
import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any, TypeVar

from saxonche import PySaxonApiError, PySaxonProcessor

__all__ = ["CompileError", "EvaluationError", "StaticFault", "compiled", "run", "saxon_version"]

_T = TypeVar("_T")
_FEATURE = "http://saxon.sf.net/feature/"
_SANDBOX = {
    "allowedProtocols": "",
    "allow-external-functions": "false",
    "disableXslEvaluate": "true",
}
_MOST_KEPT = 200
_MOST_CONTEXTS = 16
_FAULT = re.compile(
    r"(?:^|\n)\s*(?:Static |Type |Syntax )?[Ee]rror (?:in \{(?P<expression>.*?)\} )?(?:[^\n]*?)"
    r"on line (?P<line>\d+)[^\n]*\n\s*(?P<code>[A-Z]{4}\d{4})\s+(?P<what>.*?)(?=\n(?:\S|$)|$)",
    re.DOTALL,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class StaticFault:
    """One mistake in a stylesheet: its line there, and what the compiler says of it."""

    line: int
    code: str
    what: str
    expression: str = ""


class CompileError(Exception):
    """A stylesheet that cannot be compiled; ``faults`` is empty where no line is known."""

    def __init__(self, text: str) -> None:
        super().__init__(" ".join(text.split()))
        self.faults = tuple(
            StaticFault(
                line=int(found["line"]),
                code=found["code"],
                what=" ".join(found["what"].split()),
                expression=" ".join((found["expression"] or "").split()),
            )
            for found in _FAULT.finditer(text)
        )


class EvaluationError(Exception):
    """A run that came to no answer; nothing is said of why, since that may repeat a value."""


def compiled(stylesheet: str) -> None:
    """Compile a stylesheet, to be run later.

    Raises: CompileError where it has a mistake.
    """
    _Engine.get().do(lambda engine: engine.executable(stylesheet))


def run(stylesheet: str, document: str, values: Mapping[str, str], *, now: tuple[str, str]) -> Any:
    """Run a stylesheet over a document, and give its JSON answer.

    Shape:  ``values`` are given to parameters by name, and ``now`` is one more: it is kept apart
            since it changes while the others stay.
    Raises: EvaluationError where there is no answer.
    """
    return _Engine.get().do(lambda engine: engine.answer(stylesheet, document, values, now))


@cache
def saxon_version() -> str:
    """Give the version of SaxonC; what one has compiled is not for another."""
    return str(_Engine.get().do(lambda engine: engine.processor.version))


class _Engine:
    """The one thread that owns SaxonC, and what it has compiled."""

    _instance: _Engine | None = None
    _lock = threading.Lock()

    def __init__(self) -> None:
        self._worker = ThreadPoolExecutor(max_workers=1, thread_name_prefix="schematron")
        self._executables: OrderedDict[str, Any] = OrderedDict()
        self._prepared: OrderedDict[tuple[str, tuple[tuple[str, str], ...]], _Prepared]
        self._prepared = OrderedDict()

    @classmethod
    def get(cls) -> _Engine:
        with cls._lock:
            if cls._instance is None:
                cls._instance = _Engine()
            return cls._instance

    def do(self, work: Callable[[_Engine], _T]) -> _T:
        """Do something in the thread that SaxonC belongs to."""
        return self._worker.submit(work, self).result()

    @cached_property
    def processor(self) -> Any:
        made = PySaxonProcessor(license=False)
        for name, value in _SANDBOX.items():
            made.set_configuration_property(_FEATURE + name, value)
        return made

    def executable(self, stylesheet: str) -> Any:
        if stylesheet not in self._executables:
            compiler = self.processor.new_xslt30_processor()
            try:
                made = compiler.compile_stylesheet(stylesheet_text=stylesheet)
            except PySaxonApiError as error:
                raise CompileError(str(error)) from None
            if made is None:
                raise CompileError(str(compiler.error_message))
            self._executables[stylesheet] = made
            _forget_beyond(self._executables, _MOST_KEPT)
        return self._executables[stylesheet]

    def answer(
        self, stylesheet: str, document: str, values: Mapping[str, str], now: tuple[str, str]
    ) -> Any:
        key = stylesheet, tuple(sorted(values.items()))
        if (prepared := self._prepared.get(key)) is None:
            # Never of one that was given parameters: SaxonC 13.1 brings the process down for that.
            prepared = _Prepared(self.executable(stylesheet).clone())
            for name, value in values.items():
                prepared.set(name, self.processor.make_string_value(value))
            self._prepared[key] = prepared
            _forget_beyond(self._prepared, _MOST_CONTEXTS)
        if prepared.now != now[1]:  # SaxonC never frees what it is given for a parameter
            prepared.set(now[0], self.processor.make_string_value(now[1]))
            prepared.now = now[1]
        try:
            tree = self.processor.parse_xml(xml_text=document)
            return json.loads(prepared.executable.transform_to_string(xdm_node=tree))
        except (PySaxonApiError, ValueError):
            raise EvaluationError from None


@dataclass(slots=True)
class _Prepared:
    """An executable with the parameters that it was given last."""

    executable: Any
    now: str = ""

    def set(self, name: str, value: Any) -> None:
        self.executable.set_parameter(name, value)


def _forget_beyond(kept: OrderedDict[Any, Any], most: int) -> None:
    while len(kept) > most:
        kept.popitem(last=False)
