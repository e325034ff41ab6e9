"""A tester's answers in a file: what a run asked, to be filled in and given to the next run."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import tomli_w

from contracts.errors import UsageError
from contracts.judge import swedish_now
from features.tester import Question, Tester, Told
from reports.results import QuestionResult

__all__ = ["ANSWER_FILE", "AnswersFirst", "read_answers", "write_questions"]

ANSWER_FILE = "svar.toml"

_HEAD = """\
# Frågorna i en körning. Fyll i answer: ja, nej eller värdet som systemet visar. Fyll i name: vem
# som såg det. remark och time får vara tomma. Kör igen med --answers och den här filen.
# Ändra inte id och expected: ett svar gäller bara den fråga det gavs till.

"""
_KEYS = ("id", "text", "expected", "answer", "name", "time", "remark")


@dataclass(frozen=True, kw_only=True)
class AnswersFirst:
    """A tester whose kept answers come first; what they do not tell is put to another.

    Shape: ``kept`` has answers by the id of the question. One that was given when another value
           was expected is no answer.
    """

    kept: Mapping[str, tuple[str, Told]]
    then: Tester
    absent: str = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "absent", self.then.absent)

    def do(self, what: str) -> bool:
        """Ask the other to do it."""
        return self.then.do(what)

    def await_effect(self, what: str, *, seconds: float, happened: Callable[[float], bool]) -> bool:
        """Ask the other to do it."""
        return self.then.await_effect(what, seconds=seconds, happened=happened)

    def ask(self, question: Question) -> Told | None:
        """Give the kept answer, or ask the other."""
        expected, told = self.kept.get(question.id, ("", None))
        return told if told and expected == question.expected else self.then.ask(question)


def read_answers(path: Path) -> Mapping[str, tuple[str, Told]]:
    """Read answers by the id of their question, each with the value that was expected then.

    Shape:  a question without an answer is left out.
    Raises: UsageError where the file cannot be read, or an answer says not who gave it.
    """
    mend = f"give the {ANSWER_FILE} of a run's report folder, filled in"
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise UsageError(
            f"the answers cannot be read: {error.strerror or error}", where=str(path), mend=mend
        ) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UsageError(f"this is not TOML: {error}", where=str(path), mend=mend) from None
    entries = document.get("question", [])
    if set(document) - {"question"} or not isinstance(entries, list):
        raise UsageError("there are no [[question]] tables", where=str(path), mend=mend)
    problems = [told for number, entry in enumerate(entries, 1) if (told := _wrong(entry, number))]
    if problems:
        raise UsageError("; ".join(problems), where=str(path), mend=mend)
    return {
        entry["id"]: (entry.get("expected", ""), _told(entry))
        for entry in entries
        if entry.get("answer", "").strip()
    }


def _wrong(entry: Any, number: int) -> str:
    if not isinstance(entry, dict) or not all(isinstance(value, str) for value in entry.values()):
        return f"question {number} is no table of texts"
    if unknown := sorted(set(entry) - set(_KEYS)):
        return f"question {number}: {', '.join(unknown)} is not known"
    if not entry.get("id"):
        return f"question {number} has no id"
    if entry.get("answer", "").strip() and not entry.get("name", "").strip():
        return f"question {number} has an answer and no name - say who gave it"
    return ""


def _told(entry: Mapping[str, str]) -> Told:
    return Told(
        answer=entry["answer"].strip(),
        name=entry["name"].strip(),
        time=entry.get("time") or swedish_now().isoformat(timespec="seconds"),
        remark=entry.get("remark", "").strip(),
        source="file",
    )


def write_questions(asked: Iterable[QuestionResult], path: Path) -> None:
    """Write what was asked, with the answers there are; nothing where nothing was asked."""
    entries = [{key: getattr(question, key) for key in _KEYS} for question in asked]
    if entries:
        path.write_text(_HEAD + tomli_w.dumps({"question": entries}), encoding="utf-8")
