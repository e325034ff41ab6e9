"""The algorithm over HTTP, step by step: platform facts, section 5.1."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

from contracts.envelope import LOGICAL_ADDRESS
from simulator.addressing.catalogue import LookupRules
from simulator.addressing.hsa_tree import HsaTree
from simulator.app import create_app
from simulator.settings import Settings

if TYPE_CHECKING:
    from simulator.addressing import AddressingCatalogue

World = Callable[..., "AddressingCatalogue"]
Maker = Callable[..., Any]

SENDER = "SE2321000016-PROVBANK1"
OTHER = "SE2321000024-OTHER"
FAULT = b'<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body><s:Fault>' \
    b"<faultcode>s:Server</faultcode><faultstring>It broke</faultstring></s:Fault></s:Body>" \
    b"</s:Envelope>"  # fmt: skip
WITHOUT_SOAP = b"<no/>"


def test_every_source_is_asked_and_told_of(
    a_bench: Maker, a_world: World, surroundings: Any
) -> None:
    """The body is empty; the header tells how each answered."""
    surroundings.engagements = [("S1", "S1"), ("S2", "S2"), ("S3", "S3")]
    bench = a_bench(a_world("S1", "S2", "S3"))

    answer = bench.ask()

    assert answer.status == 200
    assert answer.fault is None
    assert answer.statuses == dict.fromkeys(("S1", "S2", "S3"), "DataFromSource")
    assert len(answer.root[1][0]) == 0
    assert answer.root[1][0].tag.endswith("}RequestExemptionStatusesResponse")


# --- 1: headers ---


@pytest.mark.parametrize(
    ("given", "text"),
    [
        pytest.param(
            {},
            "Mandatory HTTP header x-vp-sender-id is missing\n"
            "Mandatory HTTP header x-rivta-original-serviceconsumer-hsaid is missing\n"
            "Mandatory HTTP header x-skltp-correlation-id is missing",
            id="none",
        ),
        pytest.param(
            {"x_rivta_original_serviceconsumer_hsaid": "a", "x_skltp_correlation_id": "b"},
            "Mandatory HTTP header x-vp-sender-id is missing",
            id="no sender",
        ),
        pytest.param(
            {"x_vp_sender_id": "a", "x_skltp_correlation_id": "b"},
            "Mandatory HTTP header x-rivta-original-serviceconsumer-hsaid is missing",
            id="no original consumer",
        ),
        pytest.param(
            {"x_vp_sender_id": "a", "x_rivta_original_serviceconsumer_hsaid": "b"},
            "Mandatory HTTP header x-skltp-correlation-id is missing",
            id="no correlation id",
        ),
    ],
)
def test_mandatory_headers_are_demanded(
    given: dict[str, str], text: str, a_bench: Maker, a_world: World, surroundings: Any, res: Any
) -> None:
    """Each that is missing has its line, in a fault, and nobody is asked anything."""
    bench = a_bench(a_world("S1"))

    answer = bench.ask(path=f"/agp/{res.name}", **given)

    assert answer.status == 500
    assert answer.fault == text
    assert f"{text}\n</faultstring>" in answer.text
    assert surroundings.seen == {}


# --- 2: find ---


def test_index_is_asked_by_the_platform_itself(
    a_bench: Maker, a_world: World, surroundings: Any, res: Any
) -> None:
    """For one person, one domain and one categorization, a calendar year back, through VP."""
    bench = a_bench(a_world("S1"))

    bench.ask(x_skltp_correlation_id="story")

    (asked,) = surroundings.seen["index"]
    assert asked.text("LogicalAddress") == "5565594230"
    assert asked.text("registeredResidentIdentification") == "198112189876"
    assert asked.text("serviceDomain") == res.domain
    assert asked.text("categorization") == "fpe-es"
    assert asked.text("mostRecentContent") == "20251122120000"
    assert asked.headers["x-vp-sender-id"] == Settings().aggregation_sender
    assert asked.headers["x-vp-instance-id"] == Settings().instance_id
    assert asked.headers["x-skltp-correlation-id"] == "story"


@pytest.mark.parametrize(
    ("answers", "text"),
    [
        pytest.param((500, FAULT), "It broke", id="a fault"),
        pytest.param((503, WITHOUT_SOAP), "VP009 [PROVBANK] ", id="an error without SOAP"),
        pytest.param(
            (200, WITHOUT_SOAP), "Could not send Message., HTTP 200 with no ", id="no SOAP"
        ),
        pytest.param((200, b"<broken"), "Error reading XMLStreamReader: ", id="no XML"),
    ],
)
def test_index_that_fails_is_a_fault_with_its_words(
    answers: tuple[int, bytes], text: str, a_bench: Maker, a_world: World, surroundings: Any
) -> None:
    """There is no partial answer and no ProcessingStatus."""
    surroundings.answers["index"] = answers
    bench = a_bench(a_world("S1"))

    answer = bench.ask()

    assert answer.status == 500
    assert str(answer.fault).startswith(text)
    assert "ProcessingStatus" not in answer.text
    assert list(surroundings.seen) == ["index"]


def test_index_that_is_silent_is_a_fault(a_bench: Maker, a_world: World, surroundings: Any) -> None:
    """It has time of its own, before that of VP is out."""
    surroundings.answers["index"] = "silent"
    bench = a_bench(a_world("S1"), find_timeout=0.2)
    began = time.monotonic()

    answer = bench.ask()

    assert time.monotonic() - began < 5
    surroundings.over.set()
    assert answer.status == 500
    assert answer.fault == "Could not send Message., Read timed out"


def test_index_that_nobody_may_ask_is_a_fault(a_bench: Maker, a_world: World) -> None:
    """The question passes VP, with its rules."""
    bench = a_bench(a_world("S1"), aggregation_sender="SE0000000000-NOBODY")

    answer = bench.ask()

    assert answer.status == 500
    assert str(answer.fault).startswith("VP007 [PROVBANK] ")


# --- 3 to 6: filters ---


def test_one_of_several_categorizations_will_do(
    a_bench: Maker, a_world: World, surroundings: Any, visits: Any
) -> None:
    """The index is then asked for all, and what it gives is compared in lower case."""
    surroundings.engagements = [("S1", "S1", "VIS"), ("S2", "S2", "old"), ("S3", "S3", "new")]
    bench = a_bench(a_world("S1", "S2", "S3", service=visits))

    answer = bench.ask(visits)

    assert sorted(answer.statuses) == ["S1", "S2"]
    (asked,) = surroundings.seen["index"]
    assert asked.text("categorization") is None
    assert asked.text("mostRecentContent") is None


def test_platform_never_calls_itself(a_bench: Maker, a_world: World, surroundings: Any) -> None:
    """An engagement on its own address is dropped; the case of the address matters."""
    surroundings.engagements = [("5565594230", "S1"), ("agp-b", "S2")]

    assert a_bench(a_world("S1", "agp-b", "S2")).ask().statuses == {"S2": "DataFromSource"}
    other = a_bench(a_world("S1", "agp-b", "S2"), aggregation_address="AGP-B")
    assert sorted(other.ask().statuses) == ["S1", "S2"]
    itself = a_bench(a_world("S1", "agp-b", "S2"), aggregation_address="agp-b")
    assert sorted(itself.ask().statuses) == ["S1"]


@pytest.mark.parametrize(
    ("world", "expected"),
    [
        pytest.param({}, True, id="route and authorisation"),
        pytest.param({"routed": ("SRC",)}, False, id="no route"),
        pytest.param({"authorised": ("SRC",)}, False, id="no authorisation"),
        pytest.param({"routed": ("*", "SRC")}, True, id="standard route"),
        pytest.param({"authorised": ("*",)}, True, id="standard authorisation"),
    ],
)
def test_catalogue_is_asked_about_the_logical_address(
    world: dict[str, Any], expected: bool, a_bench: Maker, a_world: World, surroundings: Any
) -> None:
    """The source system is what is called; what was dropped leaves no trace."""
    surroundings.engagements = [("UNIT", "SRC")]
    bench = a_bench(a_world("UNIT", "SRC", **world))

    answer = bench.ask()

    assert answer.status == 200
    assert answer.statuses == ({"SRC": "DataFromSource"} if expected else {})
    assert "UNIT" not in answer.text
    assert "UNIT" not in surroundings.seen


@pytest.mark.parametrize("address", ["UNIT", "VG#PARENT"])
@pytest.mark.parametrize(
    ("routed", "authorised"),
    [
        pytest.param(("{}", "SRC"), ("PARENT", "SRC"), id="authorisation"),
        pytest.param(("PARENT", "SRC"), ("{}", "SRC"), id="route"),
    ],
)
def test_tree_and_parts_play_no_part(
    address: str,
    routed: tuple[str, ...],
    authorised: tuple[str, ...],
    a_bench: Maker,
    a_world: World,
    surroundings: Any,
) -> None:
    """VP would climb from UNIT to PARENT, and split VG#PARENT; nothing of that counts here."""
    surroundings.engagements = [(address, "SRC")]
    catalogue = a_world(
        "SRC",
        routed=tuple(one.format(address) for one in routed),
        authorised=tuple(one.format(address) for one in authorised),
        tree=HsaTree({"UNIT": "PARENT"}),
        rules=LookupRules(delimiter_contracts=()),
    )

    assert a_bench(catalogue).ask().statuses == {}


def test_original_consumer_s_authorisation_will_do(
    a_bench: Maker, a_world: World, surroundings: Any
) -> None:
    """The source is still called as the sender, whom VP then refuses."""
    surroundings.engagements = [("S1", "S1")]
    bench = a_bench(a_world("S1", consumer=OTHER))

    assert bench.ask().statuses == {}
    answer = bench.ask(x_rivta_original_serviceconsumer_hsaid=OTHER)

    assert answer.statuses == {"S1": "NoDataSynchFailed"}
    code, text = answer.errors["S1"]
    assert code == "500"
    assert text.startswith("VP007 [PROVBANK] ")


def test_request_may_name_one_source(
    a_bench: Maker, a_world: World, surroundings: Any, visits: Any
) -> None:
    """By the logical address, and its case; a contract without the field has no such filter."""
    surroundings.engagements = [("S1", "A1"), ("S2", "A2")]
    bench = a_bench(a_world("S1", "S2", "A1", "A2", service=visits))
    only = "<sourceSystemHSAId>{}</sourceSystemHSAId>"

    assert sorted(bench.ask(visits, more=only.format("S2")).statuses) == ["A2"]
    assert bench.ask(visits, more=only.format("s2")).statuses == {}
    assert bench.ask(visits, more=only.format("A2")).statuses == {}
    assert sorted(bench.ask(visits, more=only.format("")).statuses) == ["A1", "A2"]

    other = a_bench(a_world("S1", "S2", "A1", "A2"))
    assert sorted(other.ask(more=only.format("S2")).statuses) == ["A1", "A2"]


def test_nothing_left_is_an_empty_answer(a_bench: Maker, a_world: World, surroundings: Any) -> None:
    """With a ProcessingStatus that has no records."""
    surroundings.engagements = []

    answer = a_bench(a_world("S1")).ask()

    assert answer.status == 200
    assert answer.records == []
    assert answer.root[1][0].tag.endswith("}RequestExemptionStatusesResponse")


# --- 7: fan out ---


def test_sources_get_the_original_request(
    a_bench: Maker, a_world: World, surroundings: Any
) -> None:
    """Once each, with their own address, by the sender that the request came from."""
    surroundings.engagements = [("U1", "S1"), ("U2", "S1"), ("U2", "S2")]
    bench = a_bench(a_world("U1", "U2", "S1", "S2"))

    bench.ask(
        x_skltp_correlation_id="story",
        x_rivta_original_serviceconsumer_hsaid=OTHER,
        x_rivta_acting_on_behalf_of_hsaid="SOMEBODY",
        x_my_own="kept",
        x_skltp_prt="12",
        SOAPAction="mine",
    )

    for name in ("S1", "S2"):
        (seen,) = surroundings.seen[name]
        assert seen.root[0].findtext(LOGICAL_ADDRESS) == name
        assert seen.text("extension") == "198112189876"
        assert seen.headers["x-vp-sender-id"] == SENDER
        assert seen.headers["x-skltp-correlation-id"] == "story"
        assert seen.headers["x-rivta-original-serviceconsumer-hsaid"] == OTHER
        assert seen.headers["x-rivta-acting-on-behalf-of-hsaid"] == "SOMEBODY"
        assert seen.headers["x-my-own"] == "kept"
        assert "x-skltp-prt" not in seen.headers
        assert seen.headers["soapaction"] != "mine"
    assert "U1" not in surroundings.seen


def test_sources_are_called_at_the_same_time(
    a_bench: Maker, a_world: World, surroundings: Any
) -> None:
    """Each answers only when all have been asked."""
    names = [f"S{number}" for number in range(40)]
    surroundings.engagements = [(name, name) for name in names]
    surroundings.meeting = threading.Barrier(len(names))

    answer = a_bench(a_world(*names)).ask()

    assert answer.statuses == dict.fromkeys(names, "DataFromSource")


# --- 8: wait, and how each source fails ---


def test_each_failure_has_its_code(a_bench: Maker, a_world: World, surroundings: Any) -> None:
    """The answer is 200 whatever the sources do."""
    surroundings.engagements = [
        (name, name)
        for name in ("good", "fault", "kind-fault", "silent", "error", "no-xml", "other", "VP004")
    ]
    surroundings.answers = {
        "fault": (500, FAULT),
        "kind-fault": (200, FAULT),
        "silent": "silent",
        "error": (503, WITHOUT_SOAP),
        "no-xml": (200, b"<broken"),
        "other": (200, FAULT.replace(b"s:Fault", b"other")),
    }
    names = [name for name, *_ in surroundings.engagements]
    catalogue = a_world(*names, routed=("*", *names[:-1]))
    bench = a_bench(catalogue, source_timeout=0.4)

    answer = bench.ask()

    surroundings.over.set()
    assert answer.status == 200
    assert answer.statuses == {
        **dict.fromkeys(names, "NoDataSynchFailed"),
        "good": "DataFromSource",
        "VP004": "DataFromSource",
    }
    codes = {name: code for name, (code, _) in answer.errors.items()}
    assert codes == {
        "fault": "500",
        "kind-fault": "500",
        "silent": "504",
        "error": "500",
        "no-xml": "43000",
        "other": "43000",
    }
    texts = {name: text for name, (_, text) in answer.errors.items()}
    assert texts["fault"] == texts["kind-fault"] == "It broke"
    assert texts["silent"] == "Could not send Message., Read timed out"
    assert texts["error"].startswith("VP009 [PROVBANK] ")


def test_source_system_without_route_is_refused_by_vp(
    a_bench: Maker, a_world: World, surroundings: Any
) -> None:
    """The catalogue knew the logical address, but the source system is what is called."""
    surroundings.engagements = [("UNIT", "SRC")]
    bench = a_bench(a_world("UNIT"))

    code, text = bench.ask().errors["SRC"]

    assert code == "500"
    assert text.startswith("VP004 [PROVBANK] ")


def test_whole_is_answered_when_its_time_is_out(
    a_bench: Maker, a_world: World, surroundings: Any
) -> None:
    """A source that has not answered then is told of as unknown."""
    surroundings.engagements = [("good", "good"), ("silent", "silent")]
    surroundings.answers["silent"] = "silent"
    bench = a_bench(a_world("good", "silent"), source_timeout=10, aggregate_timeout=0.5)
    began = time.monotonic()

    answer = bench.ask()

    assert time.monotonic() - began < 5
    surroundings.over.set()
    assert answer.statuses == {"good": "DataFromSource", "silent": "NoDataSynchFailed"}
    assert answer.errors == {"silent": ("43000", "Unknown error")}


def test_source_strikes_before_the_whole_and_before_vp() -> None:
    """The times are the national platform's."""
    settings = Settings()

    assert settings.connect_timeout == 2
    assert settings.find_timeout == 20
    assert settings.source_timeout == 27
    assert settings.aggregate_timeout == 28
    assert settings.producer_timeout == 29


def test_vp_gives_up_an_aggregation_as_any_producer(
    a_bench: Maker, a_world: World, surroundings: Any
) -> None:
    """A slow index and slow sources may take longer together than VP waits."""
    surroundings.engagements = [("silent", "silent")]
    surroundings.answers["silent"] = "silent"
    bench = a_bench(a_world("silent"), producer_timeout=0.5)
    began = time.monotonic()

    answer = bench.ask()

    assert time.monotonic() - began < 5
    surroundings.over.set()
    assert answer.status == 500
    assert str(answer.fault).startswith("VP009 [PROVBANK] ")
    assert "Timeout when waiting on response from producer." in answer.text


# --- 9 and 10: the answer ---


def test_records_of_all_sources_are_put_together(
    a_bench: Maker, a_world: World, surroundings: Any, visits: Any
) -> None:
    """Another contract is an entry of the table: its records, and nothing else of its answers."""
    surroundings.engagements = [("S1", "S1"), ("S2", "S2"), ("S3", "S3")]
    surroundings.answers["S3"] = (500, FAULT)
    bench = a_bench(a_world("S1", "S2", "S3", service=visits))

    answer = bench.ask(visits)

    assert answer.status == 200
    response = answer.root[1][0]
    assert response.tag == visits.response
    assert sorted(response.xpath("//*[local-name()='sourceSystemHSAId']/text()")) == ["S1", "S2"]
    assert [one.tag.partition("}")[2] for one in response] == ["list"]
    assert "<ns2:sourceSystemHSAId>S1</ns2:sourceSystemHSAId>" in answer.text
    assert "result" not in answer.text
    assert answer.statuses == {
        "S1": "DataFromSource", "S2": "DataFromSource", "S3": "NoDataSynchFailed",
    }  # fmt: skip


def test_headers_of_the_request_come_back(
    a_bench: Maker, a_world: World, surroundings: Any
) -> None:
    """Which is why the routing history can be seen; what is VP's own cannot."""
    surroundings.engagements = [("S1", "S1")]

    answer = a_bench(a_world("S1")).ask(
        x_my_own="kept", x_skltp_correlation_id="story", x_rivta_routing_history="A#B"
    )

    headers = answer.raw.headers
    assert headers["x-my-own"] == "kept"
    assert headers["x-skltp-correlation-id"] == "story"
    assert headers["x-rivta-routing-history"] == "A#B#PROVBANK-VP"
    assert headers["content-type"] == "text/xml; charset=UTF-8"
    assert int(headers["x-skltp-prt"]) >= 0
    assert not {name for name in headers if name.startswith("x-vp")}
    assert "x-rivta-original-serviceconsumer-hsaid" not in headers
    assert "user-agent" not in headers


# --- what is no request, and who else is told ---


def test_other_contract_is_not_recognised(
    a_bench: Maker, a_world: World, res: Any, visits: Any
) -> None:
    """The service reads its own request alone."""
    body = f'<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"><e:Body><GetVisits ' \
        f'xmlns="{visits.contract}"/></e:Body></e:Envelope>'  # fmt: skip
    mandatory = {
        "x_vp_sender_id": SENDER,
        "x_rivta_original_serviceconsumer_hsaid": SENDER,
        "x_skltp_correlation_id": "story",
    }

    answer = a_bench(a_world("S1")).ask(path=f"/agp/{res.name}", body=body.encode(), **mandatory)

    assert answer.status == 500
    assert answer.fault == (
        f"Message part {visits.request} was not recognized.  (Does it exist in service WSDL?)"
    )


@pytest.mark.parametrize(
    ("checks", "action", "text"),
    [
        pytest.param(False, "mine", None, id="not checked"),
        pytest.param(
            True, "mine", "The given SOAPAction mine does not match an operation.", id="another"
        ),
        pytest.param(
            True,
            '"urn:riv:financial:patientfees:exemption:RequestExemptionStatusesResponder:1'
            ':RequestExemptionStatuses"',
            None,
            id="its own",
        ),
        pytest.param(True, '""', None, id="none"),
    ],
)
def test_soap_action_counts_where_it_is_checked(
    checks: bool, action: str, text: str | None, a_bench: Maker, a_world: World, surroundings: Any
) -> None:
    """By default it does not."""
    bench = a_bench(a_world("S1"), check_soap_action=checks)

    answer = bench.ask(SOAPAction=action)

    assert answer.fault == text
    assert ("index" in surroundings.seen) is (text is None)


def test_each_workspace_has_its_own_sources(
    a_bench: Maker, a_world: World, surroundings: Any
) -> None:
    """By the path, through VP or past it; an unknown one is not found."""
    surroundings.engagements = [("S1", "S1"), ("S2", "S2")]
    bench = a_bench(a_world("S1"))
    bench.arrange(a_world("S2"), "run-2")

    assert bench.ask().statuses == {"S1": "DataFromSource"}
    assert bench.ask(path="/w/run-2/vp").statuses == {"S2": "DataFromSource"}
    mandatory = {
        "x_vp_sender_id": SENDER,
        "x_vp_instance_id": Settings().instance_id,
        "x_rivta_original_serviceconsumer_hsaid": SENDER,
        "x_skltp_correlation_id": "story",
    }
    past = "/agp/GetAggregatedRequestExemptionStatuses-v1"
    assert bench.ask(path=past, **mandatory).statuses == {"S1": "DataFromSource"}
    assert bench.ask(path=f"/w/run-2{past}", **mandatory).statuses == {"S2": "DataFromSource"}
    assert bench.ask(path=f"/w/nowhere{past}", **mandatory).status == 404


def test_service_past_the_platform_is_for_its_operators(
    a_bench: Maker, a_world: World, surroundings: Any, res: Any
) -> None:
    """Who calls there names the sender, so nobody from elsewhere may."""
    app = create_app(a_bench(a_world("S1")).platform)

    answer = app.test_client().post(
        f"/agp/{res.name}", data=b"<any/>", environ_base={"REMOTE_ADDR": "192.0.2.1"}
    )

    assert answer.status_code == 403
    assert "token" in answer.text
    assert surroundings.seen == {}


def test_journal_tells_one_story(a_bench: Maker, a_world: World, surroundings: Any) -> None:
    """The aggregated call, the question to the index and each source, by one correlation id."""
    surroundings.engagements = [("S1", "S1"), ("S2", "S2")]
    bench = a_bench(a_world("S1", "S2"))

    bench.ask(x_skltp_correlation_id="one story")

    found = bench.journal_of("one story")
    told = sorted(
        (str(one.receiver), one.sender, str(one.contract).rpartition(":")[0].rpartition(":")[2])
        for one in found
    )
    assert told == [
        ("5565594230", SENDER, "RequestExemptionStatusesResponder"),
        ("5565594230", Settings().aggregation_sender, "FindContentResponder"),
        ("S1", SENDER, "RequestExemptionStatusesResponder"),
        ("S2", SENDER, "RequestExemptionStatusesResponder"),
    ]


def test_log_tells_what_became_of_each_source(
    a_bench: Maker, a_world: World, surroundings: Any, caplog: pytest.LogCaptureFixture
) -> None:
    """Answered, failed, filtered by the catalogue, filtered by the service."""
    surroundings.engagements = [("S1", "S1"), ("S2", "S2"), ("S3", "S3"), ("5565594230", "S4")]
    surroundings.answers["S2"] = (500, FAULT)
    caplog.set_level("INFO", logger="simulator.aggregation")

    a_bench(a_world("S1", "S2")).ask()

    (line,) = [one.getMessage() for one in caplog.records if "Aggregated" in one.getMessage()]
    assert line == ("GetAggregatedRequestExemptionStatuses-v1 5565594230:FS S3:FT S1:OK S2:ERR")
