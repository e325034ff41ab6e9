"""The national platform's published load test, in short, against the simulator over mutual TLS.

Calls come at their rate whatever the answers take. A call passes with the status it is to have,
within 35 seconds. ``--seconds`` is the length of each scenario (the national ones take minutes, and
say so in the table); ``--write`` keeps the table in ``benchmarks/README.md``.

Source: platform facts, section 9. Its other aggregating services are other contracts' and not ours.
"""

from __future__ import annotations

import argparse
import base64
import http.client
import os
import ssl
import sys
import tempfile
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from urllib.parse import quote

from keeping import keep
from platform_load import a_free_port, ask, simulating

from contracts.envelope import envelope
from simulator.certificates.folder import CertificateFolder
from simulator.tls import caller_context

INDEX = "5565594230"
SENDER = "SE2321000016-PROVBANK1"
DIRECT = "urn:riv:clinicalprocess:healthcond:description:GetCareDocumentationResponder:2"
LARGE = "urn:riv:insuranceprocess:test:ProcessRequestResponder:1"
UPDATE = "urn:riv:itintegration:engagementindex:UpdateResponder:1"
CORE = "urn:riv:itintegration:engagementindex:1"
EXEMPTION = "urn:riv:financial:patientfees:exemption"
ASKING = f"{EXEMPTION}:RequestExemptionStatusesResponder:1"
LONGEST = 35.0
LEAST = 0.99
PATIENT = "198112189876"
DELAY = 1.0  # seconds; the published test does not say how long "a delayed answer" is
SOURCES = ("01", "03", "12")
HEAD = "## The national load test"
HEADERS = {
    "Content-Type": "text/xml; charset=UTF-8",
    "Accept-Encoding": "gzip, deflate",
    "User-Agent": "SKLTP load tests",
}


@dataclass(kw_only=True)
class Flow:
    """Calls of one kind at a rate: how many, and how they went.

    Units: calls a second, milliseconds.
    """

    name: str
    rate: float
    body: Callable[[], bytes]
    status: int = 200
    least: float = LEAST
    path: str = "/vp"
    taken: list[float] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)

    @property
    def passed(self) -> float:
        """Give the share of calls that passed."""
        done = len(self.taken) + len(self.failed)
        return len(self.taken) / done if done else 0.0

    @property
    def met(self) -> bool:
        """Tell whether enough passed."""
        return self.passed >= self.least


def main() -> None:
    """Run every scenario, print the table, and end with 1 where one does not pass."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--write", action="store_true", help="keep the table in README.md")
    options.add_argument("--seconds", type=int, default=20, help="of load, for each scenario")
    arguments = options.parse_args()
    with tempfile.TemporaryDirectory() as made:
        table, met = measured(Path(made), arguments.seconds)
    print(table)
    if arguments.write:
        keep(table, head=HEAD)
    sys.exit(0 if met else 1)


def measured(folder: Path, seconds: int) -> tuple[str, bool]:
    """Run the scenarios one after the other against one simulator."""
    lines: list[str] = []
    met = True
    with secured(folder) as (port, tls_port, context):
        arrange(port)
        for name, flows in scenarios().items():
            run(tls_port, context, flows, seconds)
            for flow in flows:
                met &= flow.met
                late = sorted(flow.taken)
                p99 = f"{late[int(len(late) * 0.99)] * 1000:,.0f} ms" if late else ""
                why = f" ({flow.failed[0]})" if flow.failed else ""
                lines.append(
                    f"| {name} | {flow.name} | {flow.rate:g} | {len(flow.taken) + len(flow.failed)}"
                    f" | {flow.passed:.1%}{why} | {p99} | ≥ {flow.least:.0%} | "
                    f"{'met' if flow.met else '**missed**'} |"
                )
    head = (
        f"{date.today():%Y-%m-%d}, {os.cpu_count()} processors, one process, mutual TLS, "  # noqa: DTZ011
        f"{seconds} s each; the load generator runs on the same machine."
    )
    columns = "| scenario | calls | a second | in all | passed | p99 | demand | |"
    return "\n".join([head, "", columns, "|---|---|---|---|---|---|---|---|", *lines]), met


def scenarios() -> dict[str, list[Flow]]:
    """Give the published scenarios that concern our contracts."""
    return {
        "RequestsVP": [Flow(name="direct, answer delayed by 1 s", rate=50, body=direct, least=1)],
        "RequestsNTjP": [
            Flow(name="direct", rate=1, body=direct, least=1),
            Flow(name="Update, 20 records", rate=3, body=lambda: update(20)),
            Flow(name="aggregated, three sources", rate=3, body=aggregated, least=1),
            Flow(name="VP004", rate=5, body=lambda: direct("PRODUCENT4"), status=500),
            Flow(name="VP007", rate=5, body=lambda: direct("PRODUCER-NO-AUTHORIZATION"),
                 status=500),
            Flow(name="VP009", rate=5, body=lambda: direct("PRODUCER-NOT-AVAILABLE"), status=500),
        ],
        "RequestsNTjP, peak": [Flow(name="Update, 20 records", rate=15, body=lambda: update(20))],
        "Update": [
            Flow(name="Update, 1000 records", rate=0.2, body=lambda: update(1000), least=1),
            Flow(name="Update, 20 records", rate=0.3, body=lambda: update(20)),
            Flow(name="aggregated, three sources", rate=1, body=aggregated, least=0.95),
        ],
        "LargePayload": [
            Flow(name=f"a file of {size} MB, as base64", rate=1, body=lambda of=size: large(of),
                 least=1)
            for size in (5, 10, 20)
        ],
        "PatientInfo": [Flow(name="direct", rate=5, body=direct, path="/vp/")],
    }  # fmt: skip


def direct(receiver: str = "LOAD-MOCKS") -> bytes:
    """Ask one producer for a person's documents."""
    return envelope(
        f'<g:GetCareDocumentation xmlns:g="{DIRECT}"><g:patientId><g:id>{PATIENT}</g:id>'
        "</g:patientId></g:GetCareDocumentation>".encode(),
        logical_address=receiver,
    )


def update(records: int) -> bytes:
    """Tell the index of engagements of as many persons."""
    transactions = "".join(
        "<u:engagementTransaction><c:deleteFlag>false</c:deleteFlag><c:engagement>"
        f"<c:registeredResidentIdentification>19{number:06d}9876</c:registeredResidentIdentification>"
        f"<c:serviceDomain>riv:{EXEMPTION.removeprefix('urn:riv:')}</c:serviceDomain>"
        "<c:categorization>fpe-es</c:categorization><c:logicalAddress>01</c:logicalAddress>"
        "<c:businessObjectInstanceIdentifier>NA</c:businessObjectInstanceIdentifier>"
        "<c:clinicalProcessInterestId>NA</c:clinicalProcessInterestId>"
        f"<c:mostRecentContent>{date.today():%Y%m%d}120000</c:mostRecentContent>"  # noqa: DTZ011
        "<c:sourceSystem>01</c:sourceSystem><c:dataController>01</c:dataController>"
        "</c:engagement></u:engagementTransaction>"
        for number in range(records)
    )
    body = f'<u:Update xmlns:u="{UPDATE}" xmlns:c="{CORE}">{transactions}</u:Update>'
    return envelope(body.encode(), logical_address=INDEX)


def engagements() -> bytes:
    """Tell the index that each source has something on the patient."""
    one = update(1).decode().replace("190000009876", PATIENT)
    begin = one.index("<u:engagementTransaction>")
    end = one.index("</u:Update>")
    each = one[begin:end]
    told = "".join(
        each.replace(">01<", f">{source}<") for source in SOURCES
    )  # logical address, source system and data controller alike
    return (one[:begin] + told + one[end:]).encode()


def aggregated() -> bytes:
    """Ask for a person's exemptions wherever the index knows of any."""
    return envelope(
        f'<r:RequestExemptionStatuses xmlns:r="{ASKING}" xmlns:e="{EXEMPTION}:1">'
        f"<r:requestId><e:root>{uuid.uuid4()}</e:root></r:requestId>"
        f"<r:patientId><e:root>1.2.752.129.2.1.3.1</e:root><e:extension>{PATIENT}</e:extension>"
        "</r:patientId><r:actor><e:actorTypeEnum>CITIZEN</e:actorTypeEnum><e:actorId>"
        f"<e:root>1.2.752.129.2.1.3.1</e:root><e:extension>{PATIENT}</e:extension></e:actorId>"
        "</r:actor><r:responseLogicalAddress>SE2321000024-MATT</r:responseLogicalAddress>"
        "</r:RequestExemptionStatuses>".encode(),
        logical_address=INDEX,
    )


def large(megabytes: int) -> bytes:
    """Send a file in the body."""
    file = base64.b64encode(os.urandom(megabytes * 1_000_000))
    body = b'<p:ProcessRequest xmlns:p="' + LARGE.encode() + b'">' + file + b"</p:ProcessRequest>"
    return envelope(body, logical_address="LOAD-MOCKS")


@contextmanager
def secured(folder: Path) -> Iterator[tuple[int, int, ssl.SSLContext]]:
    """Run the platform with its TLS listener, and give a caller's certificate for it."""
    tls_port = a_free_port()
    with simulating(folder / "ours", "--tls-port", str(tls_port)) as port:
        certificates = CertificateFolder(folder / "ours" / "provbank-certs")
        mine = certificates.file(SENDER)
        yield (
            port,
            tls_port,
            caller_context(
                certificate=mine.certificate,
                key=mine.key,
                authority=certificates.authority_file,
                check_host=True,
            ),
        )


def arrange(port: int) -> None:
    """Put the producers of the load test beside the simulated regions."""
    control = "/control/v1"
    silent = a_free_port()
    for address, contract, leads_to in (
        ("LOAD-MOCKS", DIRECT, "producer://documents"),
        ("LOAD-MOCKS", LARGE, "producer://files"),
        ("PRODUCER-NO-AUTHORIZATION", DIRECT, "producer://documents"),
        ("PRODUCER-NOT-AVAILABLE", DIRECT, f"http://127.0.0.1:{silent}/"),
    ):
        row = {"logical_address": address, "contract": contract}
        ask(port, f"{control}/routes", {**row, "address": leads_to})
        if "NO-AUTH" not in address:
            ask(port, f"{control}/authorisations", {**row, "consumer": SENDER})
    told = f'<g:GetCareDocumentationResponse xmlns:g="{DIRECT}"/>'
    taken = f'<p:ProcessRequestResponse xmlns:p="{LARGE}"/>'
    ask(port, f"{control}/producers/documents", [{"payload": told}], method="PUT")
    ask(port, f"{control}/producers/files", [{"payload": taken}], method="PUT")
    ask(port, f"{control}/disturbances", {"kind": "delay", "seconds": DELAY, "contract": DIRECT,
                                          "logical_address": "LOAD-MOCKS"})  # fmt: skip
    post(port, None, "/vp", engagements())


def run(port: int, context: ssl.SSLContext, flows: list[Flow], seconds: int) -> None:
    """Send all flows at once, each call when it is due."""
    began = time.perf_counter() + 0.2
    threads = [
        threading.Thread(target=call, args=(port, context, flow, began + number / flow.rate))
        for flow in flows
        for number in range(max(1, int(flow.rate * seconds)))
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def call(port: int, context: ssl.SSLContext, flow: Flow, due: float) -> None:
    """Make one call when it is due, and note how it went."""
    body = flow.body()
    if (wait := due - time.perf_counter()) > 0:
        time.sleep(wait)
    try:
        status = post(port, context, flow.path, body)
    except (OSError, http.client.HTTPException) as error:
        flow.failed.append(type(error).__name__)
        return
    taken = time.perf_counter() - due
    if status != flow.status:
        flow.failed.append(f"status {status}")
    elif flow.status == http.HTTPStatus.OK and taken > LONGEST:
        flow.failed.append("too late")
    else:
        flow.taken.append(taken)


def post(port: int, context: ssl.SSLContext | None, path: str, body: bytes) -> int:
    """Post a message over a connection of its own, and give the status."""
    connection = (
        http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        if context is None
        else http.client.HTTPSConnection("localhost", port, timeout=60, context=context)
    )
    try:
        connection.request("POST", quote(path), body, HEADERS)
        answer = connection.getresponse()
        answer.read()
        return answer.status
    finally:
        with suppress(OSError):
            connection.close()


if __name__ == "__main__":
    main()
