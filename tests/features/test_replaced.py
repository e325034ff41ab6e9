"""What the platform makes VP009 of, though the system was right: its own words are judged."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from contracts.judge import swedish_now
from features.bench import Bench
from features.replaced import Replaced
from features.steps import inspect as steps
from features.suites import suite_for
from features.target import RoleTarget, Target
from features.verdicts import Judge
from reports.evidence import Deviates, Evidence
from reports.results import Deviation
from simulator.client import Answer, PlatformClient, Raw, WsgiTransport
from simulator.exchange import Exchange, Leg
from simulator.faults import fault, soap_fault
from simulator.mediation import Refusal
from simulator.regions.directory import REGIONS

MakeAnswer = Callable[..., Answer]
MARK = b"\xff\xfe"
PATIENT = "191001209814"


def requirements(found: tuple[Deviation, ...]) -> list[str]:
    return [deviation.requirement for deviation in found]


@pytest.fixture
def vp009(an_answer: MakeAnswer) -> Callable[[int, bytes], Answer]:
    """Make the platform's VP009 for what a system answered."""

    def made(status: int, body: bytes) -> Answer:
        detail = f"…\nVP_PRODUCER_EXCEPTION_HTTP_STATUS={status}"
        told = fault(Refusal.PRODUCER_FAILED, detail, platform_name="PROVBANK")
        answer: Answer = an_answer(told, status=500)
        return replace(answer, replaced=Raw(status=status, headers={}, body=body))

    return made


def in_utf_16(body: bytes) -> bytes:
    return MARK + body.decode().encode("utf-16-le")


def test_a_fault_in_utf_16_is_a_fault(judge: Judge, vp009: Callable[[int, bytes], Answer]) -> None:
    """The platform does not find SOAP's namespace in its bytes, but WS-I allows the encoding."""
    answer = vp009(500, in_utf_16(soap_fault("fel", blames="Client")))

    assert judge.faulted(answer) == ()
    assert "SOAP Fault SOAP-ENV:Client" in judge.told(answer)
    assert requirements(judge.faulted(replace(answer, replaced=None))) == ["FBC-SVAR-FAULT"]


@pytest.mark.parametrize(
    ("status", "body"),
    [
        pytest.param(500, b"<html/>", id="a web page"),
        pytest.param(500, b"no XML", id="no XML"),
        pytest.param(404, soap_fault("fel"), id="a fault with another status"),
        pytest.param(503, soap_fault("fel"), id="a fault of who is busy"),
    ],
)
def test_what_is_no_fault_with_status_500_deviates(
    judge: Judge, vp009: Callable[[int, bytes], Answer], status: int, body: bytes
) -> None:
    """What the platform replaces is a deviation otherwise, and so it is told."""
    answer = vp009(status, body)

    assert requirements(judge.faulted(answer)) == ["FBC-SVAR-FAULT"]
    assert f"HTTP {status}" in judge.told(answer)


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(in_utf_16(soap_fault(f"fel för {PATIENT}")), id="in UTF-16"),
        pytest.param(f"<html>{PATIENT}</html>".encode(), id="on a web page"),
    ],
)
def test_what_is_replaced_may_give_a_patient_away(
    judge: Judge, vp009: Callable[[int, bytes], Answer], body: bytes
) -> None:
    """Secrets are looked for in the system's own words, not in the platform's."""
    answer = vp009(400, body)

    assert requirements(judge.keeps_secrets(answer)) == ["FBC-SVAR-SEKRETESS"]
    assert judge.keeps_secrets(replace(answer, replaced=None)) == ()


def test_a_log_id_is_found_in_what_was_replaced(
    judge: Judge, vp009: Callable[[int, bytes], Answer]
) -> None:
    """A fault with HTTP 400 has its log id, though the platform passes none of it on."""
    answer = vp009(400, soap_fault("fel", detail="logId 7b0c1d5e-9b3a-4a53-8f39-6d6bb1fd9f6c"))

    assert judge.has_log_id(answer, "FBC-SVAR-FAULT") == ()
    assert judge.has_log_id(replace(answer, replaced=None), "FBC-SVAR-FAULT") != ()


# The step ----------------------------------------------------------------------------------------


@pytest.fixture
def claims(tmp_path: Path, judge: Judge) -> Callable[[Answer], list[str]]:
    """Ask the step about secrets of an answer, and give the requirements that break."""
    suite, region = suite_for("utomlansfakturering", "producent"), REGIONS["03"]
    target = Target(
        system="", version="", vendor="", region=region, hsa_id=region.hsa_id,
        roles={suite.name: RoleTarget(endpoint="https://system")},
    )  # fmt: skip
    client = PlatformClient(WsgiTransport(None), instance_id="x")  # type: ignore[arg-type]
    bench = Bench(
        suite=suite, target=target, client=client, judge=judge,
        messages=suite.messages(target, target.roles[suite.name]),
    )  # fmt: skip

    def ask(answer: Answer) -> list[str]:
        known: dict[str, Any] = {
            "bench": bench, "answer": answer, "evidence": Evidence(tmp_path, "scenario"),
        }  # fmt: skip
        step = steps.the_fault_keeps_secrets
        try:
            step(**{name: known[name] for name in inspect.signature(step).parameters})
        except Deviates as found:
            return [each.requirement for each in found.deviations]
        return []

    return ask


def test_a_refusal_by_http_400_is_looked_at(
    claims: Callable[[Answer], list[str]], vp009: Callable[[int, bytes], Answer]
) -> None:
    """Its body is tested like a fault; only where the body is unknown is there nothing to see."""
    silent, leaking = vp009(400, b"<h1>Bad Request</h1>"), vp009(400, PATIENT.encode())

    assert claims(silent) == []
    assert claims(leaking) == ["FBC-SVAR-SEKRETESS"]
    with pytest.raises(pytest.skip.Exception, match="HTTP 400"):
        claims(replace(silent, replaced=None))


def test_a_replaced_web_page_is_no_fault_to_look_at(
    claims: Callable[[Answer], list[str]], vp009: Callable[[int, bytes], Answer]
) -> None:
    """With another status than 400 the missing fault is what deviates."""
    assert claims(vp009(500, b"<html/>")) == ["FBC-SVAR-FAULT"]
    assert claims(vp009(500, in_utf_16(soap_fault("fel")))) == []


# What is kept ------------------------------------------------------------------------------------


def an_exchange(decision: str, *, status: int | None = 400, kind: str = "out") -> Exchange:
    leg = Leg(kind=kind, url="http://system", started=swedish_now(), seconds=0.0, status=status,
              response=b"Bad Request", response_headers={"A": "b"})  # fmt: skip
    return Exchange(correlation_id="1", started=swedish_now(), seconds=0.0, decision=decision,
                    status=500, legs=(leg,))  # fmt: skip


def test_an_answer_that_the_platform_replaced_is_kept(an_answer: MakeAnswer) -> None:
    """It is found by the call's correlation id, once."""
    replaced = Replaced()
    replaced.observe(an_exchange("VP009"))

    found = replaced.completed(an_answer())

    assert found.replaced == Raw(status=400, headers={"A": "b"}, body=b"Bad Request")
    assert replaced.completed(an_answer()).replaced is None


@pytest.mark.parametrize(
    "exchange",
    [
        pytest.param(an_exchange("forwarded"), id="passed on"),
        pytest.param(an_exchange("VP009", status=None), id="no answer"),
        pytest.param(an_exchange("VP007", kind="in"), id="never called"),
    ],
)
def test_nothing_else_is_kept(exchange: Exchange, an_answer: MakeAnswer) -> None:
    """What the platform passed on is in the answer, and silence is nothing."""
    replaced = Replaced()
    replaced.observe(exchange)

    assert replaced.completed(an_answer()).replaced is None
