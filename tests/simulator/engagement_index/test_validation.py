"""Each rule of the index is broken alone; the text of each fault is the national index's."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from simulator.engagement_index.engagements import Engagement, Transaction, key_of
from simulator.engagement_index.validation import (
    Names,
    Refused,
    is_time,
    validate,
    validate_address,
)

NAMES = Names(own="EI-HSA-ID", alternative="EI-OTHER", platform="VP-HSA-ID")

MANDATORY = {
    "resident": "registeredResidentIdentification",
    "service_domain": "serviceDomain",
    "categorization": "categorization",
    "logical_address": "logicalAddress",
    "business_object": "businessObjectInstanceIdentifier",
    "interest": "clinicalProcessInterestId",
    "source_system": "sourceSystem",
    "data_controller": "dataController",
}
LENGTHS = {
    "resident": 32,
    "service_domain": 255,
    "categorization": 255,
    "logical_address": 64,
    "business_object": 128,
    "interest": 128,
    "source_system": 64,
    "data_controller": 64,
}

Saving = Callable[..., Transaction]


def refusal(*transactions: Transaction, **how: bool) -> str:
    """Give the text with which a request is refused."""
    with pytest.raises(Refused) as told:
        validate(transactions, NAMES, **how)
    return str(told.value)


def test_update_to_the_index_is_taken() -> None:
    """By its own id or the alternative one."""
    validate_address("EI-HSA-ID", NAMES)
    validate_address("EI-OTHER", NAMES)


@pytest.mark.parametrize(
    ("address", "told"),
    [
        pytest.param("ANOTHER", "ANOTHER", id="to another"),
        pytest.param(None, "missing", id="to nobody"),
        pytest.param("", "missing", id="to an empty address"),
        pytest.param("ei-hsa-id", "ei-hsa-id", id="in lower case"),
    ],
)
def test_update_to_another_is_refused(address: str | None, told: str) -> None:
    """EI003 names the address and the owner; without an alternative id, the empty one is none."""
    with pytest.raises(Refused) as refused:
        validate_address(address, replace(NAMES, alternative=""))

    assert str(refused.value) == (
        f"EI003: Invalid routing. Logical address is {told} but the owner is EI-HSA-ID. They must "
        "be the same. See rule for Update-R7 in service contract"
    )


def test_a_thousand_transactions_are_taken(saving: Saving) -> None:
    """The limit is inclusive."""
    validate([saving(business_object=str(number)) for number in range(1000)], NAMES)


def test_more_than_a_thousand_are_refused(saving: Saving) -> None:
    """EI000, before anything in them is looked at."""
    assert refusal(*[saving(resident="")] * 1001) == (
        "EI000: A technical error has occurred, error message: The request contains more than 1000 "
        "engagements. Maximum number of engagements per request is 1000."
    )


def test_no_transaction_is_refused() -> None:
    """EI000; the national index's spelling."""
    assert refusal() == (
        "EI000: A technical error has occurred, error message: The request contains less than 1 "
        "engagements. Minium number of engagements per request is 1."
    )


@pytest.mark.parametrize(
    "text",
    ["", "2026", "20261322000000", "20260229000000", "20261121240000", "2026112109300", " " * 14,
     "20261121093000 ", "2026-11-21T0930", "２０２６１１２１０９３０００"],
)  # fmt: skip
def test_content_at_no_time_is_refused(saving: Saving, text: str) -> None:
    """Without a code; an empty element is no time either."""
    assert refusal(saving(most_recent=text)) == (
        f'Input date is not according to expected format "YYYYMMDDhhmmss": {text}'
    )


def test_content_without_time_is_taken(saving: Saving) -> None:
    """The element may be left out, and a leap day is a day."""
    validate([saving(most_recent=None), saving(most_recent="20280229235959", interest="2")], NAMES)


def test_a_key_that_occurs_twice_is_refused(saving: Saving, deleting: Saving) -> None:
    """EI002 numbers both from one, whether they save or delete."""
    other = saving(business_object="another")

    assert refusal(other, saving(), saving(interest="2"), deleting()) == (
        "EI002: EngagementTransaction #2 and #4 have the same key. That is not allowed. "
        "See rule for Update-R1 in service contract"
    )


@pytest.mark.parametrize(
    "change",
    [*({name: "another"} for name in MANDATORY), {"owner": "another"}],
    ids=lambda change: next(iter(change)),
)
def test_each_part_of_the_key_makes_another_key(saving: Saving, change: dict[str, str]) -> None:
    """The owner as it was sent is a part of it."""
    validate([saving(), saving(**change)], NAMES)


@pytest.mark.parametrize(
    "change",
    [
        {"most_recent": "20200101000000"},
        {"created": "20200101000000"},
        {"updated": "20200101000000"},
    ],
    ids=lambda change: next(iter(change)),
)
def test_times_are_no_part_of_the_key(saving: Saving, change: dict[str, str]) -> None:
    """So two that differ in time are the same."""
    assert refusal(saving(), saving(**change)).startswith("EI002: ")


def test_key_has_nothing_between_its_parts(saving: Saving) -> None:
    """Values that run into each other alike are one key, as in the national index."""
    one = saving(resident="1910012098141", service_domain="riv")
    other = saving(resident="191001209814", service_domain="1riv")

    assert refusal(one, other).startswith("EI002: ")


def test_key_is_the_hash_of_its_parts_in_their_order() -> None:
    """SHA-256 in hex, with NA for three parts that may be empty."""
    engagement = Engagement(
        resident="R", service_domain="D", logical_address="L", source_system="S",
        data_controller="C", owner="O",
    )  # fmt: skip

    # printf RDNALNASCONA | sha256sum
    assert key_of(engagement) == "c1a380e5db942bf5482ff222ef88bb32a55d8533bc1dd1e947143034451362f5"
    full = engagement._replace(categorization="NA", business_object="NA", interest="NA")
    assert key_of(full) == key_of(engagement)
    assert key_of(engagement, owner="P") == key_of(engagement._replace(owner="P"))


@pytest.mark.parametrize("name", MANDATORY)
@pytest.mark.parametrize("value", [" x", "x ", "\tx", "x\n"])
def test_white_space_around_a_mandatory_field_is_refused(
    saving: Saving, name: str, value: str
) -> None:
    """EI004 names the field."""
    assert refusal(saving(**{name: value})) == (
        f'EI004: The payload does not validate, error messge: mandatory field "{MANDATORY[name]}" '
        "contains white space in beginning or end"
    )


def test_white_space_alone_slips_through(saving: Saving) -> None:
    """As in the national index."""
    validate([saving(resident="  ", business_object="a b")], NAMES)


@pytest.mark.parametrize("reserved", ["EI-HSA-ID", "VP-HSA-ID"])
def test_reserved_addresses_are_refused(saving: Saving, reserved: str) -> None:
    """EI005 for the logical address, EI006 for the source system, with the transaction's number."""
    assert refusal(saving(), saving(logical_address=reserved)) == (
        "EI005: The logicalAddress in EngagementTransaction #2 is reserved and not allowed, "
        f"hsa-id: {reserved}"
    )
    assert refusal(saving(source_system=reserved)) == (
        "EI006: The sourceSystem in EngagementTransaction #1 is reserved and not allowed, "
        f"hsa-id: {reserved}"
    )


def test_alternative_address_is_not_reserved(saving: Saving) -> None:
    """Only the two ids are."""
    validate([saving(logical_address="EI-OTHER", data_controller="EI-HSA-ID")], NAMES)


@pytest.mark.parametrize("name", MANDATORY)
def test_mandatory_field_that_is_empty_is_refused(saving: Saving, name: str) -> None:
    """EI004 names the field."""
    assert refusal(saving(**{name: ""})) == (
        "EI004: The payload does not validate, error messge: "
        f'mandatory field "{MANDATORY[name]}" is missing'
    )


def test_owner_is_mandatory_in_a_notification_alone(saving: Saving) -> None:
    """Update sets it."""
    validate([saving(owner="")], NAMES)

    assert refusal(saving(owner=""), owner_is_mandatory=True) == (
        'EI004: The payload does not validate, error messge: mandatory field "owner" is missing'
    )


@pytest.mark.parametrize("name", LENGTHS)
def test_field_that_is_too_long_is_refused(saving: Saving, name: str) -> None:
    """EI004; the limit is inclusive, and characters are counted."""
    validate([saving(**{name: "å" * LENGTHS[name]})], NAMES)

    assert refusal(saving(**{name: "x" * (LENGTHS[name] + 1)})) == (
        f'EI004: The payload does not validate, error messge: Field "{MANDATORY[name]}" is to long'
    )


def test_length_of_the_owner_is_not_looked_at(saving: Saving) -> None:
    """As in the national index."""
    validate([saving(owner="x" * 500)], NAMES, owner_is_mandatory=True)


@pytest.mark.parametrize(
    ("name", "element"), [("updated", "updateTime"), ("created", "creationTime")]
)
def test_times_that_the_index_sets_must_be_times(saving: Saving, name: str, element: str) -> None:
    """EI004, where they are sent at all."""
    assert refusal(saving(**{name: "20261131000000"})) == (
        f'EI004: The payload does not validate, error messge: Field "{element}": Input date is not '
        'according to expected format "YYYYMMDDhhmmss": 20261131000000'
    )
    assert refusal(saving(**{name: "x" * 15})) == (
        f'EI004: The payload does not validate, error messge: Field "{element}" is to long'
    )


def test_the_order_of_the_rules(saving: Saving) -> None:
    """Broken together, each rule hides those after it."""
    wrong = {
        "most_recent": "never",
        "resident": " x",
        "logical_address": "EI-HSA-ID",
        "source_system": "VP-HSA-ID",
        "interest": "",
        "data_controller": "x" * 65,
        "updated": "late",
        "created": "early",
    }
    mend = [
        ("most_recent", "Input date"),
        ("resident", "EI004: The payload does not validate, error messge: mandatory field"),
        ("logical_address", "EI005"),
        ("source_system", "EI006"),
        ("interest", "EI004: The payload does not validate, error messge: mandatory field"),
        ("data_controller", 'EI004: The payload does not validate, error messge: Field "data'),
        ("updated", 'EI004: The payload does not validate, error messge: Field "updateTime"'),
        ("created", 'EI004: The payload does not validate, error messge: Field "creationTime"'),
    ]
    for name, told in mend:
        assert refusal(saving(**wrong)).startswith(told)
        del wrong[name]
    validate([saving(**wrong)], NAMES)


def test_a_transaction_is_looked_at_whole_before_the_next(saving: Saving) -> None:
    """The first that is wrong decides, whatever is wrong with it."""
    assert refusal(saving(interest=""), saving(interest="")).startswith("EI004: ")
    assert refusal(saving(), saving(), saving(interest="")).startswith("EI002: ")


def test_times() -> None:
    """A second of a day that there is."""
    assert is_time("20261121093059")
    assert not is_time("20261121093060")
    assert not is_time("20261100093000")
