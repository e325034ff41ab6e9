"""The tester at the terminal: instructions with a countdown, and questions with their answers."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable

from rich.console import Console
from rich.markup import escape

from contracts.judge import swedish_now
from features.tester import Question, Told

__all__ = ["TerminalTester", "there_is_a_terminal"]

_TICK = 1.0  # seconds


def there_is_a_terminal() -> bool:
    """Tell whether somebody sits at a terminal: both to read from and to write to."""
    return sys.stdin is not None and sys.stdin.isatty() and sys.stdout.isatty()


class TerminalTester:
    """A tester who reads the screen and types the answers.

    Shape: ``read`` gives one line without its end, and None where no more will come; ``name`` is
           asked for at the first question where it is not given.
    """

    absent = ""

    def __init__(
        self, console: Console, *, name: str = "", read: Callable[[], str | None] | None = None
    ) -> None:
        self._console = console
        self._name = name
        self._read = read or _line

    def do(self, what: str) -> bool:
        """Ask for something to be done, and wait for Enter; ``-`` says that it cannot be."""
        self._say(f"\n[bold]Gör i systemet:[/] {escape(what)}")
        answer = self._prompt("Tryck Enter när det är gjort, eller skriv - om det inte går")
        return answer is not None and answer.strip() != "-"

    def await_effect(self, what: str, *, seconds: float, happened: Callable[[float], bool]) -> bool:
        """Ask for something to be done, and count the seconds down until its effect comes."""
        self._say(f"\n[bold]Gör i systemet:[/] {escape(what)}")
        deadline = time.monotonic() + seconds
        while (left := deadline - time.monotonic()) > 0:
            self._console.print(f"\r  Väntar, {left:4.0f} s kvar ", end="")
            if happened(min(_TICK, left)):
                self._console.print("\r  Meddelandet har kommit.     ")
                return True
        self._console.print("\r  Inget meddelande kom i tid. ")
        return False

    def ask(self, question: Question) -> Told | None:
        """Show the question with the expected value, and take the answer."""
        self._say(f"\n[bold]Fråga:[/] {escape(question.text)}")
        self._say(f"  Förväntat: [bold]{escape(question.expected)}[/]")
        answer = self._prompt("Svara ja, nej eller värdet som visas (bara Enter: prövas inte)")
        if not (answer or "").strip():
            return None
        remark = self._prompt("Anmärkning (bara Enter: ingen)") or ""
        while not self._name:
            name = self._prompt("Ditt namn, till rapporten")
            if name is None:
                return None
            self._name = name.strip()
        return Told(
            answer=(answer or "").strip(),
            name=self._name,
            time=swedish_now().isoformat(timespec="seconds"),
            remark=remark.strip(),
            source="terminal",
        )

    def _prompt(self, text: str) -> str | None:
        self._console.print(f"  {escape(text)}: ", end="")
        return self._read()

    def _say(self, text: str) -> None:
        self._console.print(text)


def _line() -> str | None:
    """Read a line; the prompt is not input()'s, since a run sends stdout to a file."""
    line = sys.stdin.readline()
    return line.rstrip("\r\n") if line else None
