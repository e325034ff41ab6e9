"""Who is told what: by authorisations for ProcessNotification, and their filters."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from contracts.terms import HsaId, LogicalAddress
from simulator.addressing import AddressingCatalogue, Authorisation
from simulator.addressing.rows import Filter
from simulator.engagement_index.engagements import Transaction
from simulator.engagement_index.messages import PROCESS_NOTIFICATION, UPDATE
from simulator.engagement_index.subscribers import Subscriber, subscribers_in

Make = Callable[..., Transaction]
VP = "VP-HSA-ID"


def catalogue(*rows: Authorisation) -> AddressingCatalogue:
    return AddressingCatalogue(routes=[], authorisations=list(rows))


def allowed(to: str, *filters: Filter, **values: Any) -> Authorisation:
    return Authorisation(
        consumer=HsaId(values.pop("consumer", VP)),
        contract=values.pop("contract", PROCESS_NOTIFICATION),
        logical_address=LogicalAddress(to),
        filters=filters,
        **values,
    )


def names(*rows: Authorisation) -> list[str]:
    return [one.logical_address for one in subscribers_in(catalogue(*rows), VP)]


def test_those_the_platform_may_notify_subscribe() -> None:
    """At any time; other consumers and contracts, standard and deleted rows make none."""
    assert names(
        allowed("A"),
        allowed("LOWER", consumer="vp-hsa-id"),
        allowed("OTHER", consumer="ANOTHER"),
        allowed("UPDATE", contract=UPDATE),
        allowed("*"),
        allowed("GONE", deleted=True),
    ) == ["A", "LOWER"]


def test_without_a_catalogue_nobody_subscribes() -> None:
    """The platform has none until one is read."""
    assert subscribers_in(None, VP) == ()


@pytest.mark.parametrize(
    ("filters", "wanted"),
    [
        pytest.param([], True, id="no filter"),
        pytest.param([Filter.of("riv:a")], True, id="the domain"),
        pytest.param([Filter.of("RIV:A")], True, id="the domain in upper case"),
        pytest.param([Filter.of("riv:b")], False, id="another domain"),
        pytest.param([Filter.of("riv:a", "x", "VKO")], True, id="the category"),
        pytest.param([Filter.of("riv:a", "x")], False, id="another category"),
        pytest.param([Filter.of("riv:b", "vko")], False, id="the category of another domain"),
        pytest.param([Filter.of("riv:b"), Filter.of("riv:a")], True, id="one of two"),
    ],
)
def test_filters(filters: list[Filter], saving: Make, *, wanted: bool) -> None:
    """Domain and categorization, ignoring case."""
    (subscriber,) = subscribers_in(catalogue(allowed("A", *filters)), VP)
    meant = saving(service_domain="riv:a", categorization="vko")

    assert subscriber.wants(meant.engagement) is wanted
    assert subscriber.part_of([meant]) == ((meant,) if wanted else ())


def test_who_subscribes_twice_gets_what_either_lets_through(saving: Make) -> None:
    """Once; a subscription without filters is on everything."""
    a, b, c = (saving(service_domain=f"riv:{name}").engagement for name in "abc")
    rows = [allowed("A", Filter.of("riv:a")), allowed("A", Filter.of("riv:b"))]

    (both,) = subscribers_in(catalogue(*rows), VP)
    (everything,) = subscribers_in(catalogue(*rows, allowed("A")), VP)

    assert [both.wants(one) for one in (a, b, c)] == [True, True, False]
    assert everything.wants(c)
    assert everything == Subscriber(logical_address="A")
    (reversed_,) = subscribers_in(catalogue(allowed("A"), *rows), VP)
    assert reversed_.wants(c)
