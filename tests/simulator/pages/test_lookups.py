"""What has been asked is kept for a while."""

from __future__ import annotations

from contracts.domains.financial_patientfees_exemption.v1_0.messages import Actor, Identity
from simulator.pages.lookups import Lookup, Lookups, Viewer


def a_lookup(lookup_id: str, viewer: Viewer = Viewer.RESIDENT) -> Lookup:
    """Make a lookup without questions."""
    somebody = Identity(root="1.2.3", extension="4")
    actor = Actor(type=viewer.actor_type, id=somebody)
    return Lookup(id=lookup_id, viewer=viewer, county="03", actor=actor, questions=(), begun=0.0)


def test_oldest_goes_when_there_are_too_many() -> None:
    """Memory is bounded."""
    lookups = Lookups(most=2)
    for name in ("a", "b", "c"):
        lookups.keep(a_lookup(name))

    assert lookups.find(Viewer.RESIDENT, "a") is None
    assert lookups.find(Viewer.RESIDENT, "c") == a_lookup("c")


def test_lookup_is_not_found_for_other_viewers() -> None:
    """A care giver's answers are made for a care giver's page."""
    lookups = Lookups()
    lookups.keep(a_lookup("a"))

    assert lookups.find(Viewer.CARE_GIVER, "a") is None
