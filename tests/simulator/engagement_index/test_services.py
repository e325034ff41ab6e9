"""The services at the door: header, envelope, refusals, and the words of their answers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from lxml import etree

from contracts.catalogue import bundled
from contracts.envelope import body_of, envelope
from simulator.engagement_index.engagements import CORE, Transaction
from simulator.engagement_index.messages import (
    FIND_CONTENT,
    GET_UPDATES,
    PROCESS_NOTIFICATION,
    UPDATE,
    asking_for,
    asking_to,
    transactions_in,
)
from simulator.engagement_index.services import services

Make = Callable[..., Transaction]
SERVICES = [UPDATE, PROCESS_NOTIFICATION, FIND_CONTENT, GET_UPDATES]
WANTED = {
    "registeredResidentIdentification": "191001209814",
    "serviceDomain": "riv:financial:patientfees:exemption",
}
DOMAIN = bundled().domain("itintegration:engagementindex", "1.0")
CONTRACTS = {one.namespace: one for one in DOMAIN.contracts}


@pytest.fixture
def any_url() -> str:
    """Keep these in memory: none is about the database."""
    return "sqlite://"


@pytest.mark.parametrize("namespace", SERVICES)
def test_correlation_id_is_mandatory(desk: Any, namespace: str) -> None:
    """The text ends with a new line, on the wire."""
    service = next(one for one in services() if one.contract == namespace)

    answer = service.answer(b"", {}, index=desk.index, workspace="default")

    assert answer.status == 500
    assert (
        b"<faultstring>Mandatory HTTP header x-skltp-correlation-id is missing\n</faultstring>"
        in answer.body
    )


def test_all_that_is_refused_is_a_soap_fault(desk: Any, saving: Make) -> None:
    """With the prefix soap, HTTP 500, and no detail."""
    service = next(one for one in services() if one.contract == UPDATE)
    message = envelope(asking_to(UPDATE, [saving(interest="")]), logical_address="5565594230")

    answer = service.answer(
        message, {"x-skltp-correlation-id": "a"}, index=desk.index, workspace="default"
    )

    assert (answer.status, answer.content_type) == (500, "text/xml;charset=UTF-8")
    assert answer.body.decode() == (
        '<soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/"><soap:Body>'
        "<soap:Fault><faultcode>soap:Server</faultcode><faultstring>EI004: The payload does not "
        'validate, error messge: mandatory field "clinicalProcessInterestId" is missing'
        "</faultstring></soap:Fault></soap:Body></soap:Envelope>"
    )


@pytest.mark.parametrize(
    ("message", "told"),
    [
        pytest.param(b"<no", "Error reading XMLStreamReader", id="no XML"),
        pytest.param(b"<no/>", "The message is no SOAP 1.1 envelope", id="no envelope"),
        pytest.param(envelope(b"<no/>"), "Message part no was not recognized", id="no request"),
        pytest.param(
            envelope(asking_for(FIND_CONTENT, WANTED)),
            f"Message part {{{FIND_CONTENT}}}FindContent was not recognized",
            id="another contract",
        ),
    ],
)
def test_another_message_is_the_callers_fault(desk: Any, message: bytes, told: str) -> None:
    """It is answered as any service of the platform answers it."""
    service = next(one for one in services() if one.contract == UPDATE)

    answer = service.answer(
        message, {"x-skltp-correlation-id": "a"}, index=desk.index, workspace="default"
    )

    assert answer.status == 500
    assert told in answer.body.decode()
    assert b"soap:Client" in answer.body


def test_update_must_be_addressed_to_the_index(desk: Any, saving: Make) -> None:
    """EI003, before anything in it is looked at; nothing is stored."""
    payload = asking_to(UPDATE, [saving(interest="")])

    assert desk.refusal(UPDATE, payload, to="ANOTHER").startswith(
        "EI003: Invalid routing. Logical address is ANOTHER but the owner is 5565594230."
    )
    assert "address is missing" in desk.refusal(UPDATE, payload, to=None)


@pytest.mark.parametrize("namespace", [PROCESS_NOTIFICATION, FIND_CONTENT])
def test_other_services_may_be_addressed_anyhow(desk: Any, saving: Make, namespace: str) -> None:
    """Only Update has the rule."""
    payload = (
        asking_for(FIND_CONTENT, WANTED)
        if namespace == FIND_CONTENT
        else asking_to(namespace, [saving(owner="remote-owner")])
    )

    root = desk.ask(namespace, payload, to="ANOTHER")

    assert str(body_of(root).tag).endswith("Response")


@pytest.mark.parametrize("namespace", [UPDATE, PROCESS_NOTIFICATION])
@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"most_recent": "2026"}, "Input date"),
        ({"interest": ""}, "EI004"),
        ({"logical_address": "5565594230"}, "EI005"),
        ({"source_system": "VP-HSA-ID"}, "EI006"),
    ],
)
def test_both_that_change_are_validated(
    desk: Any, saving: Make, namespace: str, change: dict[str, Any], told: str
) -> None:
    """By the same rules; one bad transaction rejects all of the request."""
    transactions = [saving(owner="x", data_controller="C"), saving(owner="x", **change)]

    assert desk.refusal(namespace, asking_to(namespace, transactions)).startswith(told)

    desk.settle()
    assert desk.find() == []


@pytest.mark.parametrize("namespace", [UPDATE, PROCESS_NOTIFICATION])
def test_number_of_transactions(desk: Any, saving: Make, namespace: str) -> None:
    """Between one and a thousand."""
    many = [saving(owner="x", interest=str(number)) for number in range(1001)]

    assert "contains more than 1000" in desk.refusal(namespace, asking_to(namespace, many))
    assert "contains less than 1" in desk.refusal(namespace, asking_to(namespace, []))


def test_empty_engagement_and_missing_engagement(desk: Any) -> None:
    """Both lack the first field."""
    for inner in ("", "<c:engagement/>", "<engagement/>"):
        payload = (
            f'<p:ProcessNotification xmlns:p="{PROCESS_NOTIFICATION}" xmlns:c="{CORE}">'
            f"<p:engagementTransaction>{inner}</p:engagementTransaction></p:ProcessNotification>"
        )
        assert desk.refusal(PROCESS_NOTIFICATION, payload.encode()) == (
            "EI004: The payload does not validate, error messge: "
            'mandatory field "registeredResidentIdentification" is missing'
        )


@pytest.mark.parametrize(
    ("flag", "deletes"),
    [
        ("<c:deleteFlag>true</c:deleteFlag>", True),
        ("<c:deleteFlag> 1 </c:deleteFlag>", True),
        ("<c:deleteFlag>false</c:deleteFlag>", False),
        ("<c:deleteFlag>0</c:deleteFlag>", False),
        ("<c:deleteFlag/>", False),
        ("", False),
    ],
)
def test_delete_flag(flag: str, *, deletes: bool) -> None:
    """Left out, it saves; the schema is not enforced."""
    payload = (
        f'<u:Update xmlns:u="{UPDATE}" xmlns:c="{CORE}"><u:engagementTransaction>{flag}'
        "<!-- a comment --><c:engagement><c:owner>å</c:owner><c:mostRecentContent/></c:engagement>"
        "</u:engagementTransaction></u:Update>"
    )

    (found,) = transactions_in(etree.fromstring(payload))

    assert found.delete is deletes
    assert (found.engagement.owner, found.engagement.most_recent) == ("å", "")


def test_words_that_suites_compare(desk: Any, saving: Make) -> None:
    """Prefixes are those of the national index."""
    service = {one.contract: one for one in services()}
    headers = {"x-skltp-correlation-id": "a"}
    update = envelope(
        asking_to(UPDATE, [saving(), saving(interest="2")]), logical_address="5565594230"
    )

    updated = service[UPDATE].answer(update, headers, index=desk.index, workspace="default")
    desk.settle()
    found = service[FIND_CONTENT].answer(
        envelope(asking_for(FIND_CONTENT, WANTED)), headers, index=desk.index, workspace="default"
    )

    assert b"<ns2:ResultCode>OK</ns2:ResultCode>" in updated.body
    assert f'xmlns:ns2="{UPDATE}"'.encode() in updated.body
    assert b"<ns2:logicalAddress>SKLTP-MOCK01</ns2:logicalAddress>" in found.body
    assert b"<ns2:sourceSystem>SKLTP-MOCK01</ns2:sourceSystem>" in found.body
    assert f'xmlns:ns2="{CORE}"'.encode() in found.body


def test_answers_are_as_their_schemas_have_it(desk: Any, saving: Make) -> None:
    """With all that an engagement can hold, and characters that XML must escape."""
    odd = saving(interest='<&>"å', business_object="2")
    answers = [
        (UPDATE, asking_to(UPDATE, [odd, saving()])),
        (PROCESS_NOTIFICATION, asking_to(PROCESS_NOTIFICATION, [saving(owner="remote")])),
        (FIND_CONTENT, asking_for(FIND_CONTENT, WANTED)),
        (FIND_CONTENT, asking_for(FIND_CONTENT, {**WANTED, "owner": "nobody"})),
        (GET_UPDATES, asking_for(GET_UPDATES, {
            "serviceDomain": WANTED["serviceDomain"], "timeStamp": "20200101000000",
        })),
    ]  # fmt: skip

    for namespace, payload in answers:
        schema = DOMAIN.schema_of(CONTRACTS[namespace])
        assert list(schema.findings(etree.fromstring(payload))) == []
        answer = body_of(desk.ask(namespace, payload))
        desk.settle()
        assert list(schema.findings(answer)) == [], etree.tostring(answer)
    assert '<&>"å' in {one.interest for one in desk.find()}


@pytest.mark.parametrize("contract", CONTRACTS.values(), ids=lambda one: one.interaction)
def test_each_contract_of_the_domain_has_a_service(contract: Any) -> None:
    """At the national index's path."""
    paths = {one.contract: one.path for one in services()}

    assert (
        paths[contract.namespace]
        == {
            "Update": "skltp-ei/update-service/v1",
            "ProcessNotification": "skltp-ei/notification-service/v1",
            "FindContent": "skltp-ei/find-content-service/v1",
            "GetUpdates": "skltp-ei/get-updates-service/v1",
        }[contract.interaction]
    )
