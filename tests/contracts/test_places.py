"""A place names one element of a message, to people and to tools."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable

import pytest
from lxml import etree

from contracts.places import element_at, place_of

Maker = Callable[..., etree._Element]

LIBRARY = etree.fromstring(
    "<library xmlns='urn:a' xmlns:b='urn:b'>"
    "<shelf><book/><book><page/></book></shelf>"
    "<shelf><book/></shelf>"
    "<!-- between --><b:shelf/><desk xmlns=''/>"
    "</library>"
)


def found_by(place: str, root: etree._Element) -> list[etree._Element]:
    """Find what a place names, the way a reader does it with an XPath tool."""
    found = root.getroottree().xpath(re.sub(r"/(\w+)", r"/*[local-name()='\1']", place))
    assert isinstance(found, list)
    return [element for element in found if isinstance(element, etree._Element)]


def exact(element: etree._Element) -> str:
    """Write the path that XPath's path() gives for an element."""
    steps = []
    for node in (element, *element.iterancestors()):
        same = [other.tag == node.tag for other in node.itersiblings(preceding=True)]
        name = etree.QName(node)
        steps.append(f"Q{{{name.namespace or ''}}}{name.localname}[{sum(same) + 1}]")
    return "/" + "/".join(reversed(steps))


@pytest.mark.parametrize(
    ("path", "place"),
    [
        pytest.param("/*", "/library", id="root"),
        pytest.param("/*/*[1]", "/library/shelf[1]", id="first of its name"),
        pytest.param("/*/*[2]", "/library/shelf[2]", id="second of its name"),
        pytest.param("/*/*[1]/*[2]", "/library/shelf[1]/book[2]", id="a position at each step"),
        pytest.param("/*/*[1]/*[2]/*", "/library/shelf[1]/book[2]/page", id="alone under its name"),
        pytest.param("/*/*[2]/*", "/library/shelf[2]/book", id="alone in the second shelf"),
        pytest.param("/*/*[3]", "/library/shelf[3]", id="same name of another namespace"),
        pytest.param("/*/*[4]", "/library/desk", id="no namespace"),
    ],
)
def test_a_place_is_local_names_with_positions_where_needed(path: str, place: str) -> None:
    """Positions count from 1, and stand only where siblings share the name."""
    (element,) = found_by(path, LIBRARY)

    assert place_of(element) == place


def test_a_place_starts_where_asked() -> None:
    """The payload of an envelope is the top, and its own position does not show."""
    shelf = LIBRARY[1]

    assert place_of(shelf[0], below=shelf) == "/shelf[2]/book"
    assert place_of(shelf[0], below=LIBRARY) == "/library/shelf[2]/book"


def test_every_element_has_a_place_of_its_own(a_claim: Maker) -> None:
    """No two elements share a place, and each place leads back to its element."""
    claim = a_claim("flera patienter och rader")
    places = {place_of(element): element for element in claim.iter("*")}

    assert max(Counter(place_of(element) for element in claim.iter("*")).values()) == 1
    assert all(found_by(place, claim) == [element] for place, element in places.items())


def test_exact_paths_lead_to_their_elements(a_claim: Maker) -> None:
    """What XPath's path() names in a message is found in it."""
    for root in (LIBRARY, a_claim("flera patienter och rader")):
        for element in root.iter("*"):
            assert element_at(exact(element), root) is element


@pytest.mark.parametrize(
    "step", ["/@x", "/@Q{urn:b}x", "/text()[1]", "/comment()[1]", "/processing-instruction(p)[1]"]
)
def test_what_is_no_element_is_found_by_the_element_that_holds_it(step: str) -> None:
    """A path to an attribute or a text leads to its element."""
    book = LIBRARY[0][1]

    assert element_at(f"{exact(book)}{step}", LIBRARY) is book


@pytest.mark.parametrize(
    "path",
    [
        pytest.param("/", id="document"),
        pytest.param("", id="nothing"),
        pytest.param("/Q{urn:a}library[1]/Q{urn:a}shelf[3]", id="no third shelf"),
        pytest.param("/Q{urn:a}library[1]/Q{urn:b}desk[1]", id="another namespace"),
        pytest.param("/Q{urn:a}library[1]/Q{urn:a}desk[1]/Q{urn:a}book[1]", id="through nothing"),
    ],
)
def test_a_path_that_leads_nowhere_finds_nothing(path: str) -> None:
    """A position too high or a name that is not there is None, not another element."""
    assert element_at(path, LIBRARY) is None
