"""The tester: what is asked, how answers are judged, and what nobody answers."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from rich.console import Console

from contracts.errors import UsageError
from features.answer_file import AnswersFirst, read_answers, write_questions
from features.asking import Asking
from features.terminal import TerminalTester
from features.tester import NO_TERMINAL, SWITCHED_OFF, Nobody, Question, outcome_of
from reports.evidence import Evidence
from reports.results import Outcome, QuestionResult

if TYPE_CHECKING:
    from features.tester import Tester  # at run time pytest would take it for a class of tests

QUESTION = Question(id="summa-1", text="Vilken summa visar systemet?", expected="850,00 kr")


def a_terminal(*lines: str, name: str = "") -> tuple[TerminalTester, io.StringIO]:
    """Give a tester who types these lines, and what the screen shows."""
    screen, typed = io.StringIO(), iter(lines)
    console = Console(file=screen, width=200)
    return TerminalTester(console, name=name, read=lambda: next(typed, None)), screen


@pytest.fixture
def asking(tmp_path: Path) -> Callable[[Tester], Asking]:
    """Give a maker of ways to ask on behalf of a scenario."""
    return lambda tester: Asking(tester=tester, evidence=Evidence(tmp_path, "summa"))


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        pytest.param("ja", Outcome.PASSED, id="yes"),
        pytest.param("Nej", Outcome.FAILED, id="no"),
        pytest.param("850 kr", Outcome.PASSED, id="the value without decimals"),
        pytest.param("850.00", Outcome.PASSED, id="the value with a point"),
        pytest.param("1 850,00 kr", Outcome.FAILED, id="another value"),
        pytest.param("vet ej", Outcome.FAILED, id="other words"),
        pytest.param("  ", Outcome.NOT_TESTED, id="nothing"),
    ],
)
def test_an_answer_is_yes_or_the_value_itself(answer: str, outcome: Outcome) -> None:
    """An amount is the same however it is written; what is something else deviates."""
    assert outcome_of(answer, "850,00 kr") is outcome


def test_a_day_is_compared_as_it_is_written() -> None:
    """Another day is another answer."""
    assert outcome_of("2026-11-22", "2026-11-22") is Outcome.PASSED
    assert outcome_of("2026-11-21", "2026-11-22") is Outcome.FAILED


def test_the_terminal_shows_the_expected_value_and_keeps_name_and_remark() -> None:
    """The name is asked for once, and stands with every answer."""
    tester, screen = a_terminal("ja", "syns först efter omladdning", "Karin Berg", "900", "")

    first, second = tester.ask(QUESTION), tester.ask(QUESTION)

    assert first is not None
    assert second is not None
    assert (first.answer, first.name, first.remark) == (
        "ja", "Karin Berg", "syns först efter omladdning",
    )  # fmt: skip
    assert (second.answer, second.name) == ("900", "Karin Berg")
    assert "Vilken summa visar systemet?" in screen.getvalue()
    assert "Förväntat: 850,00 kr" in screen.getvalue()
    assert screen.getvalue().count("Ditt namn") == 1


@pytest.mark.parametrize("lines", [pytest.param([""], id="Enter"), pytest.param([], id="the end")])
def test_the_terminal_takes_nothing_for_no_answer(lines: list[str]) -> None:
    """Whoever does not know need not answer."""
    assert a_terminal(*lines)[0].ask(QUESTION) is None


def test_the_countdown_ends_when_the_effect_comes() -> None:
    """The tester sees how long is left, and is told when the message is there."""
    tester, screen = a_terminal()
    waits = iter([False, True])

    assert tester.await_effect("Begär.", seconds=60, happened=lambda _seconds: next(waits))
    assert "s kvar" in screen.getvalue()
    assert "Meddelandet har kommit" in screen.getvalue()


def test_the_countdown_ends_when_the_time_is_out() -> None:
    """Nothing came: that is what the scenario is told."""
    tester, screen = a_terminal()

    assert not tester.await_effect("Begär.", seconds=0, happened=lambda _seconds: True)
    assert "Inget meddelande kom i tid" in screen.getvalue()


def test_what_cannot_be_done_is_said_with_a_hyphen() -> None:
    """Enter says that it is done."""
    assert a_terminal("")[0].do("Registrera ett besök.")
    assert not a_terminal("-")[0].do("Registrera ett besök.")


@pytest.mark.parametrize("why", [NO_TERMINAL, SWITCHED_OFF])
def test_a_question_to_nobody_is_not_tested(asking: Callable[[Tester], Asking], why: str) -> None:
    """Never passed: the reason says why nobody was asked, and the question is kept."""
    scenario = asking(Nobody(why))

    with pytest.raises(pytest.skip.Exception) as skipped:
        scenario.seen(QUESTION.text, QUESTION.expected)

    assert why in str(skipped.value)
    (kept,) = scenario.evidence.step.questions
    assert (kept.outcome, kept.answer) == (Outcome.NOT_TESTED, "")


def test_an_instruction_to_nobody_is_not_tested(asking: Callable[[Tester], Asking]) -> None:
    """The reason says what somebody would have to do."""
    with pytest.raises(pytest.skip.Exception, match=r"trigger.*Begär för testpersonen"):
        asking(Nobody()).await_effect(
            "Begär för testpersonen.", seconds=60, happened=lambda _: True
        )


def test_an_answer_is_in_the_evidence_with_who_gave_it(asking: Callable[[Tester], Asking]) -> None:
    """A value that is not the expected one fails; its question has an id of its own."""
    scenario = asking(a_terminal("ja", "", "900", "", name="Karin Berg")[0])

    first = scenario.seen(QUESTION.text, QUESTION.expected)
    second = scenario.seen("Vad återstår?", "550,00 kr")

    assert (first.id, first.outcome, first.name) == ("summa-1", Outcome.PASSED, "Karin Berg")
    assert (second.id, second.outcome, second.answer) == ("summa-2", Outcome.FAILED, "900")
    assert scenario.evidence.step.questions == [first, second]


# --- Answers in a file ----------------------------------------------------------------------------


def a_file(folder: Path, **changes: str) -> Path:
    """Write the questions of a run with one answer."""
    asked = QuestionResult(
        **{  # type: ignore[arg-type]
            "id": QUESTION.id, "text": QUESTION.text, "expected": QUESTION.expected,
            "outcome": Outcome.PASSED, "answer": "ja", "name": "Karin Berg",
            "time": "2026-11-22T12:00:00+01:00", **changes,
        }
    )  # fmt: skip
    write_questions([asked], folder / "svar.toml")
    return folder / "svar.toml"


def test_kept_answers_answer_the_next_run(tmp_path: Path) -> None:
    """With the name and time they were given, and where from."""
    tester = AnswersFirst(kept=read_answers(a_file(tmp_path)), then=Nobody())

    told = tester.ask(QUESTION)

    assert told is not None
    assert (told.answer, told.name, told.time, told.source) == (
        "ja", "Karin Berg", "2026-11-22T12:00:00+01:00", "file",
    )  # fmt: skip


@pytest.mark.parametrize(
    "change",
    [
        pytest.param({"expected": "900,00 kr"}, id="another expected value"),
        pytest.param({"id": "summa-2"}, id="another question"),
        pytest.param({"answer": ""}, id="no answer"),
    ],
)
def test_an_answer_holds_for_its_own_question_alone(tmp_path: Path, change: dict[str, str]) -> None:
    """What was seen when something else was expected says nothing now."""
    kept = read_answers(a_file(tmp_path, **change))

    assert AnswersFirst(kept=kept, then=Nobody()).ask(QUESTION) is None


def test_nothing_asked_leaves_no_file(tmp_path: Path) -> None:
    """There is nothing to fill in."""
    write_questions([], tmp_path / "svar.toml")

    assert not (tmp_path / "svar.toml").exists()


@pytest.mark.parametrize(
    ("text", "what"),
    [
        pytest.param("[[question]", "not TOML", id="broken"),
        pytest.param("answer = 'ja'", "no [[question]]", id="another table"),
        pytest.param("[[question]]\nanswer = 'ja'\nname = 'K'", "has no id", id="no id"),
        pytest.param("[[question]]\nid = 'a'\nanswer = 'ja'", "no name", id="nobody's"),
        pytest.param("[[question]]\nid = 'a'\nsvar = 'ja'", "svar is not known", id="unknown key"),
        pytest.param("[[question]]\nid = 1", "no table of texts", id="a number"),
    ],
)
def test_a_wrong_file_is_refused_with_its_mend(tmp_path: Path, text: str, what: str) -> None:
    """Nothing is guessed at."""
    path = tmp_path / "svar.toml"
    path.write_text(text, encoding="utf-8")

    with pytest.raises(UsageError) as caught:
        read_answers(path)

    assert what in caught.value.what
    assert "svar.toml" in caught.value.mend


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    """As every mistake on the command line."""
    with pytest.raises(UsageError, match="cannot be read"):
        read_answers(tmp_path / "none.toml")
