"""Answers that are written in another way say the same, and are no longer the same bytes."""

from __future__ import annotations

import pytest
from lxml import etree

from contracts.envelope import body_of, fault_in
from contracts.parsing import parse
from features.wordings import REWRITTEN, faulted_in_swedish
from simulator.regions.buyer import answer

PLAIN = answer("OK").body.decode()


@pytest.mark.parametrize("how", REWRITTEN)
def test_what_is_rewritten_says_the_same(how: str) -> None:
    """By names and namespaces, which is all that a reader may look at."""
    written = REWRITTEN[how](PLAIN)

    assert written != PLAIN
    root = parse(written.encode())
    assert [one.tag for one in root.iter()] == [one.tag for one in parse(PLAIN.encode()).iter()]
    assert etree.tostring(body_of(root), method="c14n", exclusive=True) == etree.tostring(
        body_of(parse(PLAIN.encode())), method="c14n", exclusive=True
    )


@pytest.mark.parametrize(
    ("how", "begins"),
    [
        ("med standardnamnrymd", "<?xml"),
        ("utan XML-deklaration", "<soapenv:Envelope"),
        ("med XML-deklaration utan teckenkodning", '<?xml version="1.0"?><soapenv:Envelope'),
    ],
)
def test_each_way_is_the_one_that_its_words_say(how: str, begins: str) -> None:
    """A scenario that varies nothing would pass for any system."""
    written = REWRITTEN[how](PLAIN)

    assert written.startswith(begins)
    assert ("<Envelope" in written) is (how == "med standardnamnrymd")


def test_a_fault_in_swedish_is_a_fault() -> None:
    """With a language and details."""
    fault = fault_in(parse(faulted_in_swedish().encode()))

    assert fault is not None
    assert (fault.code, fault.text) == ("s:Server", "Tekniskt fel")
    assert 'xml:lang="sv"' in faulted_in_swedish()
