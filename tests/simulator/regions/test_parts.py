"""The parts of a region: found in their folder, whole, and fit to be called."""

from __future__ import annotations

from contextlib import closing

import pytest

from contracts.envelope import envelope
from simulator.regions.defect import FLAWLESS
from simulator.regions.directory import REGIONS
from simulator.regions.parts import Part, part_named, parts
from simulator.regions.surroundings import Surroundings

NAMES = [part.name for part in parts()]


def test_parts_are_found_in_their_folder() -> None:
    """Three today, by the names of the suites' folders."""
    assert NAMES == [
        "hogkostnadsskydd/begarande",
        "hogkostnadsskydd/utlamnande",
        "utomlansfakturering/producent",
    ]
    assert all(part_named(name).name == name for name in NAMES)


def test_no_two_parts_share_a_path_or_a_contract() -> None:
    """All systems of a region stand behind one server."""
    assert len({part.path for part in parts()}) == len(NAMES)
    assert len({part.contract for part in parts()}) == len(NAMES)


@pytest.mark.parametrize("part", parts(), ids=NAMES)
def test_every_kind_is_taken_and_every_fault_refused(part: Part) -> None:
    """What the simulation hands out as examples is what it says."""
    region = REGIONS["03"]
    with closing(part.system(region, "sqlite://", FLAWLESS, Surroundings())) as system:
        for name in (*part.kinds, *part.faults):
            reply = system.receive(envelope(part.example(system, region, name)))
            refused = reply.status != 200 or b">ERROR<" in reply.body
            assert refused == (name in part.faults), name
