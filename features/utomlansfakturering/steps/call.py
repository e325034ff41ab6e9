"""När: the calls of the selling region."""

from __future__ import annotations

from lxml import etree
from pytest_bdd import when

from features.calling import Caller
from simulator.client import Answer


@when("den säljande regionen skickar fakturaunderlaget", target_fixture="answer")
def the_seller_sends_the_claim(caller: Caller, message: etree._Element) -> Answer:
    return caller.send(message)


@when("den säljande regionen skickar samma fakturaunderlag igen", target_fixture="answer")
def the_seller_sends_the_claim_again(caller: Caller, message: etree._Element) -> Answer:
    return caller.send(message)


@when("den säljande regionen skickar krediten", target_fixture="answer")
def the_seller_sends_the_credit(caller: Caller, message: etree._Element) -> Answer:
    return caller.send(message)
