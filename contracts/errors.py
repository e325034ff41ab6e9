"""The root of the exception tree.

::

    HarnessError                what the harness or its set-up cannot do: the verdict is "broken"
    ├── UsageError              the person asked for something that cannot be (exit status 2)
    │   ├── UnknownContract     a contract that is not in the catalogue
    │   ├── PackageError        a release archive that cannot be installed, or one not installed
    │   └── TargetError         the target file is wrong; carries one problem a mistake
    ├── RulesError              a Schematron file that cannot be compiled or run
    ├── RequirementsError       a requirement catalogue that contradicts itself, or an unknown id
    ├── JournalError            an exchange that could not be kept, so its answer may not leave
    └── MessageError            a message that cannot be read at all: not XML, a DTD, too large

A deviation of the system under test is never an exception of this tree but a ``Finding``.
"""

from __future__ import annotations

__all__ = [
    "HarnessError",
    "JournalError",
    "MessageError",
    "PackageError",
    "RequirementsError",
    "RulesError",
    "TargetError",
    "UnknownContract",
    "UsageError",
]


class HarnessError(Exception):
    """Something that keeps the harness from doing its work; says what, where and how to mend."""

    def __init__(self, what: str, *, where: str = "", mend: str = "") -> None:
        super().__init__(what)
        self.what = what
        self.where = where
        self.mend = mend

    def __str__(self) -> str:
        """Give the message as people read it: where, what, then how to mend it."""
        place = f"{self.where}: " if self.where else ""
        advice = f" - {self.mend}" if self.mend else ""
        return f"{place}{self.what}{advice}"


class UsageError(HarnessError):
    """What the person asked for cannot be done as asked."""


class UnknownContract(UsageError):  # noqa: N818 - it says what is wrong, as a Refusal does
    """A contract that is not in the catalogue."""


class PackageError(UsageError):
    """A release archive that is hostile, damaged or empty, or a domain that is not installed."""


class TargetError(UsageError):
    """The target file cannot be understood in full, so nothing runs.

    Shape: ``problems`` holds one readable line a mistake, in the order of the file.
    """

    def __init__(self, problems: tuple[str, ...]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


class RulesError(HarnessError):
    """A Schematron file that cannot be compiled or run."""


class RequirementsError(HarnessError):
    """A requirement catalogue that contradicts itself, or an id that is not in it."""


class JournalError(HarnessError):
    """An exchange that could not be kept; whoever asked for it must not answer as if it were."""


class MessageError(HarnessError):
    """A message that cannot be read: ``what`` says why, ``line`` where when it is known."""

    def __init__(
        self, what: str, *, where: str = "", mend: str = "", line: int | None = None
    ) -> None:
        super().__init__(what, where=where, mend=mend)
        self.line = line
