"""The test persons in the simulated regions: each region has what is registered there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from simulator.regions.discloser import Discloser

if TYPE_CHECKING:
    from simulator.regions.parts import System
    from simulator.testdata.persons import TestPerson

__all__ = ["MARK", "load"]

MARK = "testdata-"
"""How the ids of all test persons' visits begin."""


def load(persons: Iterable[TestPerson], systems: Mapping[tuple[str, str], System]) -> int:
    """Load the set into the regions' registers, and give how many regions it was new to.

    Shape: visits of an earlier day's set are replaced; what else is registered on the persons
           stays. Every region that has visits also learns who the persons are.
    """
    persons = tuple(persons)
    new = 0
    for (county, _), system in systems.items():
        if isinstance(system, Discloser):
            here = [person for person in persons if county in person.counties]
            family = {person.case.family for person in here} - {""}
            known = [each for each in persons if each in here or each.case.family in family]
            fees = [
                (fee.identity, fee.visit)
                for person in here
                for fee in person.fees
                if fee.visit.region == county
            ]
            if fees:
                new += system.fees.load([each.patient for each in known], fees, mark=MARK)
    return new
