"""The national suite's cases for aggregating services (platform facts, sections 8.2, 8.4, 8.5).

Each test has the suite's own id of its case. Engagements are told to the platform's own index by
``Update``. Waiting is shortened: a silent source is given up after a second and a half, not 27 s.
"""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

Caller = Any
"""The consumer of the suites, see conftest.py."""

PLATFORM = "5565594230"
WITHOUT = "191001219805"
PATIENT = "196711222940"
PATIENTS = {
    1: "191001209814", 2: "191001229812", 3: "191001239803", 4: "191001249810", 5: "191001259827",
    6: "191001269818", 7: "191001279809", 8: "191001289816", 9: "191001299807", 10: "191001309812",
    13: "191003219811", 14: "191003229802", 15: "191003239819", 16: "191003249800",
    17: "191003259817",
}  # fmt: skip
THREE = ["SKLTP-MOCK01", "SKLTP-MOCK02", "SKLTP-MOCK03"]
TWENTY = [f"SKLTP-MOCK{number:02}" for number in range(1, 21)]
TREE = "TSTNMT2321000156-"
GOOD, BAD = "DataFromSource", "NoDataSynchFailed"

HIGH_COST = [
    (PATIENTS[17], "RES", "LOAD-MOCKS", 0),
    *((PATIENTS[1], "RES", one, 0) for one in THREE),
    (PATIENTS[2], "RES", "SKLTP-MOCK01", 367),
    *((PATIENTS[3], "RES", one, 8) for one in TWENTY),
    (PATIENTS[4], "RES", "SKLTP-MOCK01", 0),
    (PATIENTS[4], "RES", "SKLTP-MOCK02", 367),
    (PATIENTS[4], "RES", "SKLTP-MOCK03", 8),
    *((PATIENTS[number], "RES", one, 8) for number in (7, 8, 9, 10) for one in THREE),
]
"""The forty engagements of case 4.19.0."""

DIAGNOSES = [
    (PATIENT, "GetDiagnosis", "LOAD-MOCKS", 0),
    (PATIENTS[2], "GetDiagnosis", "SKLTP-MOCK01", 0),
    *((PATIENTS[3], "GetDiagnosis", one, 0) for one in TWENTY),
    *(
        (PATIENTS[number], "GetDiagnosis", one, 0)
        for number in (1, 4, 5, 6, 7, 8, 9, 10)
        for one in THREE
    ),
]
OTHERS = [
    (PATIENTS[13], "GetReferralOutcome", f"{TREE}10K5", 0),
    (PATIENTS[13], "GetCareContacts", f"{TREE}10K5", 0),
    (PATIENTS[14], "GetCareContacts", f"{TREE}10K6", 0),
    (PATIENTS[15], "GetCareContacts", f"{TREE}9999", 0),
    (PATIENTS[13], "GetObservations", f"{TREE}10K5", 0),
    (PATIENTS[15], "GetImagingOutcome", f"{TREE}9999", 0),
    (PATIENTS[13], "GetActivities", "SKLTP-MOCK01", 0),
    (PATIENTS[15], "GetDiagnosis", f"{TREE}9999", 0),
]


@pytest.fixture(scope="module", autouse=True)
def indexed(caller: Caller) -> None:
    """Tell the index of everything; no case removes what another needs."""
    assert len(HIGH_COST) == 40  # 4.19.0
    caller.update(HIGH_COST)
    caller.update(DIAGNOSES)
    caller.update(OTHERS)


# --- 8.2: what core functionality has of it ---


@pytest.mark.parametrize("address", [pytest.param("gemenlogiskadress", id="lower-case: EI set-up")])
def test_lower_case_address_is_indexed_as_it_is(caller: Caller, address: str) -> None:
    """In the very words of the suite, prefixes and all."""
    update = caller.update([(PATIENTS[16], "GetDiagnosis", address, 0)])
    found = caller.find(PATIENTS[16], "GetDiagnosis")

    assert "<ns2:ResultCode>OK</ns2:ResultCode>" in update.text
    assert f"<ns2:logicalAddress>{address}</ns2:logicalAddress>" in found.text
    assert f"<ns2:sourceSystem>{address}</ns2:sourceSystem>" in found.text


@pytest.mark.parametrize("address", [pytest.param("gemenlogiskadress", id="lower-case: via AGP")])
def test_lower_case_address_is_called_as_it_is(caller: Caller, address: str) -> None:
    """In the very words of the suite, prefixes and all."""
    caller.update([(PATIENTS[16], "GetDiagnosis", address, 0)])

    answer = caller.call("GetDiagnosis", PLATFORM, patient=PATIENTS[16])

    answer.succeeded(patient=PATIENTS[16])
    assert f"<ns2:sourceSystemHSAId>{address}</ns2:sourceSystemHSAId>" in answer.text
    assert f"<logicalAddress>{address}</logicalAddress>" in answer.text


@pytest.mark.parametrize(
    ("contract", "patient", "producer"),
    [
        pytest.param("GetReferralOutcome", 13, "STANDARD", id="NTP-775.21"),
        pytest.param("GetCareContacts", 13, "10K5", id="NTP-772.22"),
        pytest.param("GetCareContacts", 14, "10K4", id="NTP-775.23"),
        pytest.param("GetCareContacts", 15, "STANDARD", id="NTP-775.24"),
        pytest.param("GetObservations", 13, "10K5", id="NTP-775.25"),
        pytest.param("GetActivities", 13, "STANDARD", id="NTP-775.27"),
    ],
)
def test_standard_rows_let_a_source_be_found(
    caller: Caller, contract: str, patient: int, producer: str
) -> None:
    """The aggregating platform looks for ``*``; the platform it calls by climbs too."""
    answer = caller.call(contract, PLATFORM, patient=PATIENTS[patient])

    answer.succeeded(patient=PATIENTS[patient])
    assert answer.sources == [producer]


@pytest.mark.parametrize(
    ("contract", "patient"),
    [
        pytest.param("GetImagingOutcome", 15, id="NTP-775.26"),
        pytest.param("GetDiagnosis", 15, id="NTP-775.28"),
    ],
)
def test_source_without_route_or_authorisation_is_left_out(
    caller: Caller, contract: str, patient: int
) -> None:
    """No fault, no record, and no word of why."""
    answer = caller.call(contract, PLATFORM, patient=PATIENTS[patient])

    assert answer.statuses == {}
    assert answer.records == []
    assert "VP007" not in answer.text


# --- 8.4: high-cost protection ---


@pytest.mark.parametrize(
    ("patient", "expected"),
    [
        pytest.param(WITHOUT, {}, id="4.19.1"),
        pytest.param(PATIENTS[17], {"LOAD-MOCKS": GOOD}, id="4.19.2"),
        pytest.param(PATIENTS[1], dict.fromkeys(THREE, GOOD), id="4.19.3"),
        pytest.param(PATIENTS[2], {}, id="4.19.4"),
        pytest.param(PATIENTS[3], dict.fromkeys(TWENTY, GOOD), id="4.19.5"),
        pytest.param(PATIENTS[4], dict.fromkeys([THREE[0], THREE[2]], GOOD), id="4.19.6"),
        pytest.param(PATIENTS[9], dict(zip(THREE, [GOOD, GOOD, BAD], strict=True)), id="4.19.7"),
        pytest.param(PATIENTS[10], dict.fromkeys(THREE, BAD), id="4.19.8"),
        pytest.param(PATIENTS[7], dict(zip(THREE, [GOOD, GOOD, BAD], strict=True)), id="4.19.11"),
        pytest.param(PATIENTS[8], dict.fromkeys(THREE, BAD), id="4.19.12"),
    ],
)
def test_every_region_with_something_recent_is_asked(
    caller: Caller, patient: str, expected: dict[str, str]
) -> None:
    """200 without fault, an empty body, and a record for each source."""
    answer = caller.call("RES", PLATFORM, patient=patient)

    assert answer.statuses == expected
    assert answer.records == []
    assert answer.root.find(".//{*}RequestExemptionStatusesResponse") is not None
    assert answer.seconds < 32


# --- 8.5: the pattern of the other services, in full for GetDiagnosis ---


@pytest.mark.parametrize(
    ("patient", "expected"),
    [
        pytest.param(WITHOUT, {}, id="4.3.1"),
        pytest.param(PATIENT, {"LOAD-MOCKS": 1}, id="4.3.2"),
        pytest.param(PATIENTS[1], dict.fromkeys(THREE, 1), id="4.3.3"),
        pytest.param(PATIENTS[2], {"SKLTP-MOCK01": 1000}, id="4.3.4"),
        pytest.param(PATIENTS[3], dict.fromkeys(TWENTY, 5), id="4.3.5"),
        pytest.param(PATIENTS[4], {THREE[0]: 1, THREE[2]: 1}, id="4.3.6"),
        pytest.param(PATIENTS[9], dict.fromkeys(THREE[:2], 1), id="4.3.7"),
        pytest.param(PATIENTS[10], {}, id="4.3.8"),
        pytest.param(PATIENTS[5], dict.fromkeys(THREE[:2], 1), id="4.3.9"),
        pytest.param(PATIENTS[6], {}, id="4.3.10"),
        pytest.param(PATIENTS[7], dict.fromkeys(THREE[:2], 1), id="4.3.11"),
        pytest.param(PATIENTS[8], {}, id="4.3.12"),
    ],
)
def test_records_of_all_sources_come_together(
    caller: Caller, patient: str, expected: dict[str, int]
) -> None:
    """The patient's own, by source; what a source says of its result is nobody's business."""
    answer = caller.call("GetDiagnosis", PLATFORM, patient=patient)

    assert answer.status == 200
    assert Counter(answer.sources) == expected
    assert "resultCode" not in answer.text
    if expected:
        answer.succeeded(patient=patient)
    else:
        assert "patientId" not in answer.text


@pytest.mark.parametrize(
    "extra",
    [
        pytest.param([f"{TREE}9999"], id="4.3.13"),
        pytest.param(["HSA-ID-4", "PRODUCER-NOT-AVAILABLE"], id="4.3.14"),
    ],
)
def test_source_that_cannot_be_called_spoils_nothing(caller: Caller, extra: list[str]) -> None:
    """Unknown, forbidden, or away: the others are there, and no fault."""
    engagements = [(PATIENTS[1], "GetDiagnosis", one, 0) for one in extra]
    caller.update(engagements)

    answer = caller.call("GetDiagnosis", PLATFORM, patient=PATIENTS[1])

    caller.update(engagements, delete=True)
    assert sorted(answer.sources) == THREE
    for word in (f"{TREE}9999", "HSA-ID-4", "VP007"):
        assert word not in answer.text
    away = dict.fromkeys({"PRODUCER-NOT-AVAILABLE"} & set(extra), BAD)
    assert answer.statuses == {**dict.fromkeys(THREE, GOOD), **away}


# --- Nothing is forgotten ---

HERE = Path(__file__)
FIDELITY = HERE.parents[3] / "docs" / "fidelity.md"
FILES = (HERE, HERE.with_name("test_core.py"))

ALL = {
    "8.2": """
1.1.1 | 1.1.2 | 1.1.3 | 1.1.4 | 1.2.1 | 1.2.2 | 1.3.1 | 1.3.2 | 1.3.3 | 1.4.1 | 1.4.2
lower-case: EI set-up | lower-case: via AGP | lower-case: direct
2.1.1 | 2.1.2 | 2.3.1 | 2.3.2 | 2.4.1 | 2.7.1 | 2.9.1 | 2.10.1 | 2.11.1 | 2.12.1 | 2.12.2
3.1.1 | 3.1.2 | 3.1.3 | 3.1.4
tree: baseline RES | tree: baseline PES | tree: baseline PCS | tree: RES 10K7 | tree: RES 10K4
tree: RES 10K5 | tree: PES 10K5 | tree: PES 10K4 | tree: PES 10K7 | tree: PCS 10K5
tree: PCS 10K4 | tree: PCS 10K7
NTP-775.1 | NTP-775.2 | NTP-775.3 | NTP-775.4 | NTP-775.5 | NTP-775.6 | NTP-775.7 | NTP-775.8
NTP-775.9 | NTP-775.21 | NTP-772.22 | NTP-775.23 | NTP-775.24 | NTP-775.25 | NTP-775.26
NTP-775.27 | NTP-775.28 | NTP-775.41 | NTP-775.42 | NTP-775.43 | SKLTP-1239.1
WSDL | host name
""",
    "8.4": """
4.19.1 | 4.19.2 | 4.19.3 | 4.19.4 | 4.19.5 | 4.19.6 | 4.19.7 | 4.19.8 | 4.19.11 | 4.19.12
""",
    "8.5": """
4.3.1 | 4.3.2 | 4.3.3 | 4.3.4 | 4.3.5 | 4.3.6 | 4.3.7 | 4.3.8 | 4.3.9 | 4.3.10 | 4.3.11 | 4.3.12
4.3.13 | 4.3.14
""",
}
"""The ids of the sections; the three contracts of ``tree: baseline`` are told apart."""


@pytest.mark.parametrize("section", ALL)
def test_every_case_is_a_test_or_told_to_be_left_out(section: str) -> None:
    """Never neither, and never both."""
    cases = {case.strip() for case in ALL[section].replace("\n", "|").split("|") if case.strip()}
    texts = "".join(file.read_text(encoding="utf-8") for file in FILES)
    tested = set(re.findall(r'id="([^"(]+)"', texts))
    rows = re.findall(
        rf"^\| {re.escape(section)} \| ([^|]+) \| left out \| ([^|]+) \|$",
        FIDELITY.read_text(encoding="utf-8"),
        re.MULTILINE,
    )
    left_out = {case.strip() for told, why in rows if why.strip() for case in told.split(",")}

    assert cases <= tested | left_out
    assert tested & left_out == set()
