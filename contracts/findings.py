"""Finding, one deviation: where, expected, actual, how to mend, which clause."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

__all__ = ["UNEVALUATED", "Finding", "Severity"]

UNEVALUATED = "rules"
"""The rule of a finding that tells of a rule that cannot be evaluated: no deviation of a system."""


class Severity(StrEnum):
    """How much a deviation weighs; a message with mere warnings and notes is accepted."""

    FATAL = "fatal"
    ERROR = "error"
    WARNING = "warning"
    INFO = "info"

    @property
    def refuses(self) -> bool:
        """Tell whether a message with such a finding is refused."""
        return self in (Severity.FATAL, Severity.ERROR)


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One deviation of the tested thing, told to the one who is to mend it.

    Shape: ``rule`` is a rule's public name (R5), ``schema`` for what the XSD says, ``xml`` for
           what no parser can read, or ``rules`` where a rule cannot be evaluated; ``where`` an
           XPath with positions; ``line`` counts from 1; ``test`` the XPath expression that did
           not hold; ``diagnostics`` what the rule file tells beside its text; ``flag`` the rule
           file's own word for the kind of fault.
           No field ever holds personal data: people are named by their place in the message.
    """

    rule: str
    text: str
    where: str = ""
    line: int | None = None
    test: str = ""
    expected: str = ""
    actual: str = ""
    mend: str = ""
    source: str = ""
    severity: Severity = Severity.ERROR
    flag: str = ""
    diagnostics: tuple[str, ...] = ()

    @property
    def deviates(self) -> bool:
        """Tell whether it is a deviation of the tested thing, which refuses the message."""
        return self.severity.refuses and self.rule != UNEVALUATED

    def to_json(self) -> dict[str, Any]:
        """Give the finding as JSON-ready values; every key is always there."""
        return {**asdict(self), "diagnostics": list(self.diagnostics)}

    def __str__(self) -> str:
        """Give the finding on one line: rule, place, what is wrong."""
        line = f" (line {self.line})" if self.line else ""
        place = f" at {self.where}{line}" if self.where else line
        return f"{self.rule}{place}: {self.text}"
