"""What is filled in on a page: read, or told to be wrong beside its field."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from contracts.domains.financial_patientfees_exemption.v1_0.messages import Actor, Identity
from contracts.terms import HsaId
from simulator.pages.lookups import Viewer
from simulator.pages.persons import Persons, identity_in
from simulator.regions.directory import REGIONS

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["Asked", "Filled", "asked_in"]

_HSA_ID = "1.2.752.129.2.1.4.1"
_CARE_GIVER, _PROFESSIONAL = "PROVBANK3", "PROVBANK4"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A question as it is to be asked: about whom, by the system of which region, for whom."""

    county: str
    patients: tuple[Identity, ...]
    actor: Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class Filled:
    """A form: what stood in its fields, and in Swedish what is wrong with them.

    Shape: ``person`` is the one chosen in the list; an identity that is written is not kept, so
           that a page never shows one that it does not know.
    """

    county: str = "03"
    person: str = ""
    wrong: Mapping[str, str] = field(default_factory=dict)


def asked_in(
    form: Mapping[str, str], viewer: Viewer, persons: Persons
) -> tuple[Asked | None, Filled]:
    """Read a form; where anything is wrong, nothing is asked."""
    county = form.get("county", "")
    wrong = {} if county in REGIONS else {"county": "Välj en region."}
    person = identity_in(form.get("other", "").strip() or form.get("person", ""))
    if person is None:
        where = "other" if form.get("other", "").strip() else "person"
        wrong[where] = (
            "Välj en person i listan, eller skriv ett person-id."
            if where == "person"
            else "Skriv tolv tecken, till exempel 19121212-1212."
        )
    patients: tuple[Identity, ...] = () if person is None else (person,)
    if viewer is Viewer.GUARDIAN and person is not None:
        patients = _children(form, person, persons)
        if not patients:
            wrong["child"] = "Skriv barnets person-id: vi känner inga barn till den personen."
    filled = Filled(county=county, person=form.get("person", ""), wrong=wrong)
    if wrong or person is None:
        return None, filled
    return Asked(county=county, patients=patients, actor=_actor(viewer, person, county)), filled


def _children(
    form: Mapping[str, str], guardian: Identity, persons: Persons
) -> tuple[Identity, ...]:
    """Give the child that is written, else all that the person is known to be a guardian of."""
    if form.get("child", "").strip():
        child = identity_in(form["child"])
        return () if child is None else (child,)
    return persons.children_of(guardian)


def _actor(viewer: Viewer, person: Identity, county: str) -> Actor:
    """Give who asks; in health care a made-up professional of the region."""
    if viewer is not Viewer.CARE_GIVER:
        return Actor(type=viewer.actor_type, id=person)
    number = REGIONS[county].organisation_number
    return Actor(
        type=viewer.actor_type,
        id=Identity(root=_HSA_ID, extension=f"SE{number}-{_PROFESSIONAL}"),
        care_giver=HsaId(f"SE{number}-{_CARE_GIVER}"),
    )
