"""The persons on the pages: test persons by their identity, everyone else without."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from contracts.domains.financial_patientfees_exemption.v1_0.messages import Identity
from simulator.journal.identities import (
    identities_in,
    nobody,
    normalised,
    persons_in_file,
    those_of,
)
from simulator.regions.fee_register import NATIONAL, root_of

if TYPE_CHECKING:
    from simulator.journal.identities import IsTestPerson
    from simulator.settings import Settings
    from simulator.testdata.persons import TestPerson

__all__ = ["Choice", "Persons", "identity_in", "persons_on_pages"]

_HIDDEN = "[…]"
_SHAPE = re.compile(r"[0-9]{8}[0-9A-Za-z]{4}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """A test person to choose on a page, and in Swedish what is worth seeing of them.

    Shape: ``guardians`` are the identities of those who may ask for a child.
    """

    identity: Identity
    about: str
    guardians: frozenset[str] = frozenset()


@dataclass(frozen=True, kw_only=True)
class Persons:
    """Who can be chosen, and whose identity may be shown."""

    listed: tuple[Choice, ...]
    is_test_person: IsTestPerson

    @property
    def grown(self) -> tuple[Choice, ...]:
        """Give those who ask for themselves."""
        return tuple(each for each in self.listed if not each.guardians)

    @property
    def guardians(self) -> tuple[Choice, ...]:
        """Give those who are guardians of a listed child, with what their children are about."""
        about: dict[str, list[str]] = {}
        for each in self.listed:
            for guardian in sorted(each.guardians):
                about.setdefault(guardian, []).append(each.about)
        found = ((identity_in(guardian), "; ".join(texts)) for guardian, texts in about.items())
        return tuple(Choice(identity=identity, about=text) for identity, text in found if identity)

    def children_of(self, guardian: Identity) -> tuple[Identity, ...]:
        """Give the listed children that a person is a guardian of."""
        return tuple(each.identity for each in self.listed if guardian.extension in each.guardians)

    def is_known(self, identity: Identity) -> bool:
        """Tell whether a person is a test person; everyone else is treated as real."""
        return self.is_test_person(identity.extension)

    def masked(self, text: str) -> str:
        """Give what others have written without the identities of those who are no test persons."""
        done, parts = 0, []
        for found in identities_in(text):
            if not self.is_test_person(normalised(found[0])):
                parts += [text[done : found.start()], _HIDDEN]
                done = found.end()
        return "".join([*parts, text[done:]])

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
    return Identity(root=root_of(plain), extension=plain)


def _written(extension: str) -> str:
    return f"{extension[:8]}-{extension[8:]}"


def persons_on_pages(settings: Settings, loaded: Sequence[TestPerson]) -> Persons:
    """Give the test persons: those that are loaded into the regions, and the list of the settings.

    Shape:  whoever has but a region's own reserve id cannot be asked about nationally, and is not
            to be chosen.
    Raises: UsageError where the list cannot be read.
    """
    people = [each.patient for each in loaded]
    numbers = {identity.extension for each in people for identity in each.identities}
    is_loaded = those_of(numbers.union(*(each.guardians for each in people)))
    is_listed = persons_in_file(settings.test_persons) if settings.test_persons else nobody
    return Persons(
        listed=tuple(
            Choice(
                identity=each.patient.identities[0],
                about=each.case.title,
                guardians=each.patient.guardians,
            )
            for each in loaded
            if each.patient.identities[0].root in NATIONAL
        ),
        is_test_person=lambda identity: is_loaded(identity) or is_listed(identity),
    )
