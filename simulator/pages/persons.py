"""The persons on the pages: test persons by their identity, everyone else without."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from contracts.domains.financial_patientfees_exemption.v1_0.kinds import (
    COORDINATION_NUMBER,
    NATIONAL_RESERVE_ID,
    PERSONAL_NUMBER,
)
from contracts.domains.financial_patientfees_exemption.v1_0.messages import Identity
from simulator.journal.identities import nobody, persons_in_file

if TYPE_CHECKING:
    from simulator.journal.identities import IsTestPerson
    from simulator.settings import Settings

__all__ = ["Persons", "TestPerson", "identity_in", "persons_on_pages"]

_SHAPE = re.compile(r"[0-9]{8}[0-9A-Za-z]{4}")
_ADDED_TO_THE_DAY = 60  # in a coordination number


@dataclass(frozen=True, slots=True, kw_only=True)
class TestPerson:
    """A made-up person to choose on a page, and in Swedish what is worth seeing of them.

    Shape: ``guardians`` are the identities of those who may ask for a child.
    """

    __test__ = False  # pytest: no class of tests

    identity: Identity
    about: str
    guardians: frozenset[str] = frozenset()


@dataclass(frozen=True, kw_only=True)
class Persons:
    """Who can be chosen, and whose identity may be shown."""

    listed: tuple[TestPerson, ...]
    is_test_person: IsTestPerson

    @property
    def grown(self) -> tuple[TestPerson, ...]:
        """Give those who ask for themselves."""
        return tuple(each for each in self.listed if not each.guardians)

    def children_of(self, guardian: Identity) -> tuple[Identity, ...]:
        """Give the listed children that a person is a guardian of."""
        return tuple(each.identity for each in self.listed if guardian.extension in each.guardians)

    @property
    def guardians(self) -> tuple[str, ...]:
        """Give those who are guardians of a listed child."""
        return tuple(sorted({one for each in self.listed for one in each.guardians}))

    def is_known(self, identity: Identity) -> bool:
        """Tell whether a person is a test person; everyone else is treated as real."""
        return self.is_test_person(identity.extension)

    def shown(self, identity: Identity) -> str:
        """Write a test person's identity; the place of any other is empty."""
        return _written(identity.extension) if self.is_known(identity) else ""


def identity_in(text: str) -> Identity | None:
    """Read a person's identity as people write it, with century; None where it is none.

    Shape: a hyphen, a plus sign and blanks are passed over.
    """
    plain = re.sub(r"[-+\s]", "", text)
    if not _SHAPE.fullmatch(plain):
        return None
    if not plain.isdigit():
        return Identity(root=NATIONAL_RESERVE_ID, extension=plain)
    is_coordination = int(plain[6:8]) > _ADDED_TO_THE_DAY
    root = COORDINATION_NUMBER if is_coordination else PERSONAL_NUMBER
    return Identity(root=root, extension=plain)


def _written(extension: str) -> str:
    return f"{extension[:8]}-{extension[8:]}"


def persons_on_pages(settings: Settings) -> Persons:
    """Give the test persons: those of the list in the settings.

    Raises: UsageError where the list cannot be read.
    """
    listed = settings.test_persons
    return Persons(listed=(), is_test_person=persons_in_file(listed) if listed else nobody)
