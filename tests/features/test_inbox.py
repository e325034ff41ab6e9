"""What the tested system sends: taken in by the platform of the run, and waited for."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import requests
from lxml import etree

from contracts.catalogue import bundled
from contracts.domains.financial_patientfees_exemption.v1_0.kinds import Inquiry, valid
from contracts.envelope import envelope
from contracts.judge import swedish_now
from contracts.terms import LogicalAddress
from features.bench import Bench, bench_for, reference_system
from features.entrance import Entrance
from features.inbox import Arrived
from features.suites import suite_for
from features.surroundings import Service
from simulator.certificates.folder import CertificateFolder
from simulator.certificates.kinds import Kind
from simulator.regions.directory import REGIONS
from simulator.simulation import Tls

DISCLOSURE = next(
    one
    for one in bundled().domain("financial:patientfees:exemption", "1.0").contracts
    if one.interaction == "ProcessExemptionStatuses"
)
ADDRESS = LogicalAddress(REGIONS["01"].hsa_id)
ANSWER = (
    f'<ProcessExemptionStatusesResponse xmlns="{DISCLOSURE.namespace}">'
    "<resultCode>OK</resultCode></ProcessExemptionStatusesResponse>"
)
SUITE = replace(
    suite_for("hogkostnadsskydd", "utlamnande"),
    services=lambda _target, _role: (
        Service(
            name="requester",
            contract=DISCLOSURE,
            logical_addresses=(ADDRESS,),
            payload=ANSWER,
        ),
    ),
)


@pytest.fixture(scope="module")
def bench() -> Iterator[Bench]:
    """A platform that takes disclosures in, with a system behind it."""
    with reference_system(SUITE) as target, bench_for(target, SUITE) as made:
        yield made


def disclose(
    bench: Bench,
    *,
    address: str = ADDRESS,
    change: Callable[[bytes], bytes] = lambda message: message,
    **connection: Any,
) -> requests.Response:
    """Send a disclosure as the tested system does: with no word of who it is."""
    inquiry = Inquiry(reply_to=ADDRESS, region=bench.target.hsa_id, today=swedish_now().date())
    message = envelope(valid("transaktioner till invånare", inquiry), logical_address=address)
    return requests.post(
        bench.url,
        data=change(message),
        headers={"SOAPAction": f'"{DISCLOSURE.soap_action}"', "Content-Type": "text/xml"},
        timeout=20,
        **connection,
    )


def anything(_arrived: Arrived) -> bool:
    return True


def test_what_the_system_sends_is_answered_and_kept(bench: Bench) -> None:
    """With its address, its sender and its very bytes."""
    before = bench.inbox.latest

    response = disclose(bench)

    assert (response.status_code, b">OK<" in response.content) == (200, True)
    (arrived,) = bench.inbox.found(anything, after=before)
    assert (arrived.exchange.sender, arrived.logical_address) == (bench.target.hsa_id, ADDRESS)
    assert (arrived.contract, arrived.refusal) == (DISCLOSURE.namespace, "")
    assert (arrived.soap_action, arrived.addresses) == (f'"{DISCLOSURE.soap_action}"', [ADDRESS])
    assert arrived.payload is not None
    assert etree.QName(arrived.payload).localname == "ProcessExemptionStatuses"
    assert arrived.started <= arrived.ended


def test_comments_in_what_comes_do_not_break_its_values(bench: Bench) -> None:
    """A value with a comment in it is read whole; the message is kept as it came."""
    before = bench.inbox.latest

    disclose(bench, change=lambda message: message.replace(b"<e:root>", b"<e:root><!-- id -->"))

    (arrived,) = bench.inbox.found(anything, after=before)
    assert b"<!-- id -->" in arrived.body
    assert arrived.payload is not None
    assert arrived.payload.findtext("{*}requestId/{*}root")


def test_what_the_platform_turns_away_is_kept_too(bench: Bench) -> None:
    """A message to a wrong address is how a scenario learns of it."""
    before = bench.inbox.latest

    disclose(bench, address="SE2321000016-FEL")

    (arrived,) = bench.inbox.found(anything, after=before)
    assert (arrived.refusal, arrived.logical_address) == ("VP004", "SE2321000016-FEL")


def test_what_the_run_itself_sends_is_not_the_systems(bench: Bench) -> None:
    """Requests of the aggregating service are ours."""
    before = bench.inbox.latest

    bench.client.call(
        SUITE.contract,
        bench.messages.valid(),
        logical_address=bench.logical_address,
        sender=bench.senders[0],
    )

    assert bench.inbox.latest == before


def test_a_wait_ends_when_as_many_as_wanted_have_come(bench: Bench) -> None:
    """Long before its deadline."""
    before, began = bench.inbox.latest, time.monotonic()
    later = threading.Timer(0.2, lambda: [disclose(bench), disclose(bench)])
    later.start()

    found = bench.inbox.wait_for(anything, seconds=20, after=before, count=2)

    later.join()
    assert len(found) == 2
    assert time.monotonic() - began < 10


def test_a_wait_ends_with_its_deadline(bench: Bench) -> None:
    """What is not wanted is not given, however much came."""
    before = bench.inbox.latest
    disclose(bench)

    found = bench.inbox.wait_for(
        lambda arrived: arrived.logical_address == "01", seconds=0.1, after=before
    )

    assert found == []


def test_a_message_that_is_no_xml_has_no_payload(bench: Bench) -> None:
    """It is kept, and says nothing."""
    before = bench.inbox.latest

    requests.post(bench.url, data=b"hej", timeout=20)

    (arrived,) = bench.inbox.found(anything, after=before)
    assert (arrived.payload, arrived.addresses, arrived.refusal) == (None, [], "VP015")


def test_a_system_that_calls_nobody_is_told_no_address() -> None:
    """Nothing is taken in for it."""
    suite = suite_for("utomlansfakturering")
    with reference_system(suite) as target, bench_for(target, suite) as bench:
        assert bench.url == ""


def test_an_entrance_for_every_address_is_called_by_the_machines_name() -> None:
    """And the run itself takes the short way."""
    with (
        reference_system(SUITE) as target,
        bench_for(target, SUITE, entrance=Entrance(host="0.0.0.0")) as bench,  # noqa: S104
    ):
        assert "0.0.0.0" not in bench.url  # noqa: S104
        assert bench.client.routes()


def test_a_system_with_a_certificate_is_known_by_it(tmp_path: Path) -> None:
    """The tested system is told of the listener with mutual TLS, where there is one."""
    certificates = CertificateFolder(tmp_path)
    entrance = Entrance(tls=Tls(port=0, certificates=certificates))
    with (
        reference_system(SUITE) as target,
        bench_for(target, SUITE, entrance=entrance) as bench,
    ):
        filed = certificates.file(target.hsa_id, hosts=("localhost",), kind=Kind.GOOD)
        response = disclose(
            bench,
            cert=(str(filed.certificate), str(filed.key)),
            verify=str(certificates.authority_file),
        )

        assert response.status_code == 200
        (arrived,) = bench.inbox.found(anything)
    assert bench.url.startswith("https://")
    assert arrived.exchange.sender_known_by == "client certificate"
