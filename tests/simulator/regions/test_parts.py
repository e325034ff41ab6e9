"""The parts of a region: found in their folder, whole, and fit to be called."""

from __future__ import annotations

from contextlib import closing

import pytest

from contracts.envelope import envelope
from simulator.regions.defect import FLAWLESS
from simulator.regions.directory import REGIONS
from simulator.regions.parts import Part, part_named, parts
from simulator.regions.surroundings import Surroundings
from simulator.regions.system import regions_app

NAMES = [part.name for part in parts()]
CALLED = [part for part in parts() if part.called]


def test_parts_are_found_in_their_folder() -> None:
    """Four today, by the names of the suites' folders."""
    assert NAMES == [
        "hogkostnadsskydd/begarande",
        "hogkostnadsskydd/utlamnande",
        "utomlansfakturering/konsument",
        "utomlansfakturering/producent",
    ]
    assert all(part_named(name).name == name for name in NAMES)


def test_no_two_parts_share_a_path_or_answer_one_contract() -> None:
    """All systems of a region stand behind one server."""
    assert len({part.path for part in parts()}) == len(NAMES)
    assert len({part.contract for part in CALLED}) == len(CALLED)


@pytest.mark.parametrize("part", CALLED, ids=lambda part: part.name)
def test_every_kind_is_taken_and_every_fault_refused(part: Part) -> None:
    """What the simulation hands out as examples is what it says."""
    region = REGIONS["03"]
    with closing(part.system(region, "sqlite://", FLAWLESS, Surroundings())) as system:
        for name in (*part.kinds, *part.faults):
            reply = system.receive(envelope(part.example(system, region, name)))
            refused = reply.status != 200 or b">ERROR<" in reply.body
            assert refused == (name in part.faults), name


def test_nothing_leads_to_a_part_that_only_sends() -> None:
    """No address, no service endpoint, and no example of what to send to it."""
    part, region = part_named("utomlansfakturering/konsument"), REGIONS["03"]
    with closing(part.system(region, "sqlite://", FLAWLESS, Surroundings())) as system:
        rules = {
            str(rule) for rule in regions_app({("03", part.path): system}).url_map.iter_rules()
        }

    assert not part.called
    assert part.addresses(region) == ()
    assert part.url_path("03") not in rules
    assert f"{part.url_path('03')}/trigger/bill" in rules
    for asked in (lambda: part.address(region), lambda: part.example(system, region, "any")):
        with pytest.raises(LookupError, match="not called"):
            asked()
