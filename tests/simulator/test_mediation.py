"""The decision for one call: the order of the checks, and the exact details of each refusal."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from contracts.terms import HsaId, LogicalAddress
from simulator.addressing import AddressingCatalogue, Authorisation, Route
from simulator.mediation import Conversion, Forward, Refusal, Refuse, decide
from simulator.payload import Addressing

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
ONE_SECOND = timedelta(seconds=1)
CONTRACT = "urn:riv:clinicalprocess:healthcond:description:GetDiagnosisResponder:2"
RECEIVER = LogicalAddress("SE2321000016-1234")
SENDER = HsaId("SE5565594230-B9P")

CALL = Addressing(receiver=RECEIVER, profile="rivtabp21", contract=CONTRACT)
ROUTE = Route(logical_address=RECEIVER, contract=CONTRACT, address="http://producer.example/")
AUTHORISATION = Authorisation(consumer=SENDER, contract=CONTRACT, logical_address=RECEIVER)
ABOUT = f"serviceNamespace: {CONTRACT}, receiverId: {RECEIVER}"


def decided(
    call: Addressing = CALL,
    *,
    routes: tuple[Route, ...] = (ROUTE,),
    authorisations: tuple[Authorisation, ...] = (AUTHORISATION,),
    sender: str = SENDER,
    at: datetime = NOON,
) -> Forward | Refuse:
    """Decide a call that would go through, but for what the test changes."""
    catalogue = AddressingCatalogue(routes=routes, authorisations=authorisations)
    return decide(call, sender, catalogue, at=at)


def test_call_with_route_and_authorisation_goes_on() -> None:
    """The decision carries the route, and so the producer's address."""
    assert decided() == Forward(route=ROUTE)


def test_missing_catalogue_is_refused_with_vp008() -> None:
    """A platform that never read its catalogue says so before it looks at the receiver."""
    for call in (CALL, replace(CALL, receiver=None)):
        assert decide(call, SENDER, None, at=NOON) == Refuse(
            refusal=Refusal.NO_CATALOGUE,
            detail="No contact with TAK at startup, and no local cache to fallback on, "
            "not possible to route call",
        )


def test_missing_receiver_is_refused_with_vp003() -> None:
    """The detail ends with a blank, as the platform's does."""
    assert decided(replace(CALL, receiver=None)) == Refuse(
        refusal=Refusal.NO_RECEIVER,
        detail="No receiverId (logical address) found in message header. ",
    )


def test_missing_receiver_hides_all_that_follows() -> None:
    """VP003 comes before VP004 and VP007."""
    refusal = decided(replace(CALL, receiver=None), routes=(), authorisations=())

    assert isinstance(refusal, Refuse)
    assert refusal.refusal is Refusal.NO_RECEIVER


def test_missing_route_is_refused_with_vp004() -> None:
    """The detail names contract and receiver."""
    assert decided(routes=()) == Refuse(
        refusal=Refusal.NO_ROUTE,
        detail=f"No receiverId (logical address) found for {ABOUT}",
    )


def test_missing_route_hides_missing_authorisation() -> None:
    """Routing comes before authorisation: a call that lacks both gets VP004, never VP007."""
    refusal = decided(routes=(), authorisations=())

    assert isinstance(refusal, Refuse)
    assert refusal.refusal is Refusal.NO_ROUTE


@pytest.mark.parametrize(
    ("receiver", "hinted"),
    [
        pytest.param(f" {RECEIVER}", True, id="before"),
        pytest.param(f"{RECEIVER} ", True, id="after"),
        pytest.param("SE2321000016 1234", True, id="within"),
        pytest.param("SE2321000016-9999", False, id="nowhere"),
        pytest.param(f"{RECEIVER}\t", False, id="a tab is no blank"),
    ],
)
def test_blank_in_an_unknown_receiver_is_hinted_at(receiver: str, hinted: bool) -> None:
    """The receiver is not trimmed, so the platform says what may be wrong with it."""
    hint = ". Whitespace detected in incoming request!" if hinted else ""

    assert decided(replace(CALL, receiver=receiver)) == Refuse(
        refusal=Refusal.NO_ROUTE,
        detail="No receiverId (logical address) found for "
        f"serviceNamespace: {CONTRACT}, receiverId: {receiver}{hint}",
    )


def test_blank_in_a_known_receiver_is_no_hindrance() -> None:
    """The hint is for calls without route alone."""
    spaced = LogicalAddress("SE2321000016 1234")

    decision = decided(
        replace(CALL, receiver=spaced),
        routes=(route := replace(ROUTE, logical_address=spaced),),
        authorisations=(replace(AUTHORISATION, logical_address=spaced),),
    )

    assert decision == Forward(route=route)


def test_empty_body_is_refused_as_contract_null() -> None:
    """A message without contract is turned away like one that nobody serves."""
    assert decided(replace(CALL, contract=None)) == Refuse(
        refusal=Refusal.NO_ROUTE,
        detail="No receiverId (logical address) found for "
        f"serviceNamespace: null, receiverId: {RECEIVER}",
    )


def test_two_valid_routes_are_refused_with_vp006() -> None:
    """The platform does not choose between producers."""
    assert decided(routes=(ROUTE, replace(ROUTE, address="http://other.example/"))) == Refuse(
        refusal=Refusal.AMBIGUOUS_ROUTE,
        detail=f"More than one receiverId (logical address) with matching Riv-version found for "
        f"{ABOUT}",
    )


def test_routes_that_differ_in_profile_alone_are_ambiguous_too() -> None:
    """The profile of the call does not choose the route."""
    refusal = decided(routes=(ROUTE, replace(ROUTE, profile="rivtabp20")), authorisations=())

    assert isinstance(refusal, Refuse)
    assert refusal.refusal is Refusal.AMBIGUOUS_ROUTE


def test_expired_route_beside_a_valid_one_is_not_ambiguous() -> None:
    """Only routes that are valid now are counted."""
    expired = replace(ROUTE, address="http://old.example/", valid_to=NOON - ONE_SECOND)

    assert decided(routes=(expired, ROUTE)) == Forward(route=ROUTE)


@pytest.mark.parametrize(
    "address", [pytest.param("", id="empty"), pytest.param(" \t", id="blanks")]
)
def test_route_without_address_is_refused_with_vp010(address: str) -> None:
    """A blank address is a fault of the catalogue, found before the authorisation is looked at."""
    refusal = Refuse(
        refusal=Refusal.NO_ADDRESS,
        detail=f"Physical Address field is empty in Service Producer for {ABOUT}",
    )

    assert decided(routes=(replace(ROUTE, address=address),)) == refusal
    assert decided(routes=(replace(ROUTE, address=address),), authorisations=()) == refusal


def test_missing_authorisation_is_refused_with_vp007() -> None:
    """The detail names the sender too."""
    assert decided(authorisations=()) == Refuse(
        refusal=Refusal.NOT_AUTHORISED,
        detail=f"Authorization missing for {ABOUT}, senderId: {SENDER}",
    )


def test_detail_repeats_the_call_and_not_the_catalogue() -> None:
    """Look-ups ignore case; the fault shows what the caller wrote."""
    call = Addressing(receiver=RECEIVER.lower(), profile="rivtabp21", contract=CONTRACT.upper())

    assert decided(call, sender="someone") == Refuse(
        refusal=Refusal.NOT_AUTHORISED,
        detail=f"Authorization missing for serviceNamespace: {CONTRACT.upper()}, "
        f"receiverId: {RECEIVER.lower()}, senderId: someone",
    )


def test_route_serves_through_its_last_second() -> None:
    """A route's valid_to is inclusive."""
    ending = (replace(ROUTE, valid_to=NOON),)

    assert decided(routes=ending, at=NOON) == Forward(route=ending[0])
    late = decided(routes=ending, at=NOON + ONE_SECOND)
    assert isinstance(late, Refuse)
    assert late.refusal is Refusal.NO_ROUTE


def test_authorisation_holds_through_its_last_second() -> None:
    """An authorisation's valid_to is inclusive."""
    ending = (replace(AUTHORISATION, valid_to=NOON),)

    assert decided(authorisations=ending, at=NOON) == Forward(route=ROUTE)
    late = decided(authorisations=ending, at=NOON + ONE_SECOND)
    assert isinstance(late, Refuse)
    assert late.refusal is Refusal.NOT_AUTHORISED


# --- Profiles: platform facts, section 1.10 ---


@pytest.mark.parametrize(
    ("inbound", "profile", "conversion"),
    [
        pytest.param("rivtabp20", "RIVTABP20", None, id="both 2.0"),
        pytest.param("rivtabp21", "RIVTABP21", None, id="both 2.1"),
        pytest.param("rivtabp21", "rivtabp21", None, id="case is ignored"),
        pytest.param("rivtabp20", "RIVTABP21", Conversion.TO_21, id="2.0 to 2.1"),
        pytest.param("rivtabp21", "RivTaBp20", Conversion.TO_20, id="2.1 to 2.0"),
    ],
)
def test_profile_of_the_route_tells_whether_to_convert(
    inbound: str, profile: str, conversion: Conversion | None
) -> None:
    """The message is passed on unchanged where both have the same profile."""
    route = replace(ROUTE, profile=profile)

    decision = decided(replace(CALL, profile=inbound), routes=(route,))

    assert decision == Forward(route=route, conversion=conversion)


@pytest.mark.parametrize("profile", ["RIVTABP22", "", "2.1"])
@pytest.mark.parametrize("inbound", ["rivtabp20", "rivtabp21"])
def test_any_other_profile_is_refused_with_vp005(inbound: str, profile: str) -> None:
    """The detail ends with the version of the call."""
    refusal = decided(replace(CALL, profile=inbound), routes=(replace(ROUTE, profile=profile),))

    assert refusal == Refuse(
        refusal=Refusal.WRONG_PROFILE,
        detail=f"No receiverId (logical address) with matching Riv-version found for {inbound}",
    )


def test_call_without_profile_is_refused_with_vp001() -> None:
    """No message can be like that: what lacks a profile lacks a receiver, too."""
    assert decided(replace(CALL, profile=None)) == Refuse(
        refusal=Refusal.NO_PROFILE, detail="No RIV version configured"
    )


def test_profile_comes_after_the_authorisation() -> None:
    """VP007 hides VP005."""
    refusal = decided(routes=(replace(ROUTE, profile="RIVTABP22"),), authorisations=())

    assert isinstance(refusal, Refuse)
    assert refusal.refusal is Refusal.NOT_AUTHORISED


# --- Traces ---


@pytest.mark.parametrize(
    ("routes", "authorisations", "traces"),
    [
        pytest.param((), (), (f"{RECEIVER},(parent),SE,(default),*", ""), id="no route"),
        pytest.param(
            (ROUTE,),
            (),
            (RECEIVER, f"{RECEIVER},(default),*,(parent),SE"),
            id="no authorisation",
        ),
        pytest.param((ROUTE,), (AUTHORISATION,), (RECEIVER, RECEIVER), id="forwarded"),
        pytest.param(
            (replace(ROUTE, profile="other"),),
            (AUTHORISATION,),
            (RECEIVER, RECEIVER),
            id="another profile",
        ),
    ],
)
def test_decision_tells_which_steps_were_tried(
    routes: tuple[Route, ...], authorisations: tuple[Authorisation, ...], traces: tuple[str, str]
) -> None:
    """Sections 1.8 and 1.9: routing and authorisation each have a trace, for the journal."""
    decision = decided(routes=routes, authorisations=authorisations)

    assert (decision.route_trace, decision.authorisation_trace) == traces
