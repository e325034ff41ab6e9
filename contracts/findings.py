"""Finding, one deviation: where, expected, actual, how to mend, which clause."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

__all__ = ["Finding"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One deviation of the tested thing, told to the one who is to mend it.

    Shape: ``rule`` is a rule's public name (R5), ``schema`` for what the XSD says, ``xml`` for
           what no parser can read, or ``rules`` where no rule can be evaluated; ``where`` an
           XPath with positions; ``line`` counts from 1; ``test`` the XPath expression that did
           not hold.
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

    def to_json(self) -> dict[str, Any]:
        """Give the finding as JSON-ready values; every key is always there."""
        return asdict(self)

    def __str__(self) -> str:
        """Give the finding on one line: rule, place, what is wrong."""
        line = f" (line {self.line})" if self.line else ""
        place = f" at {self.where}{line}" if self.where else line
        return f"{self.rule}{place}: {self.text}"
