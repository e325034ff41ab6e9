"""The trigger endpoint: a system is told what to do, and shows what it has worked out."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import closing
from datetime import date, datetime
from typing import Any

import pytest
from flask.testing import FlaskClient

from contracts.domains.financial_patientfees_exemption.v1_0.kinds import PATIENTS, PERSONAL_NUMBER
from simulator.regions.defect import FLAWLESS
from simulator.regions.directory import REGIONS
from simulator.regions.parts import part_named
from simulator.regions.surroundings import Surroundings
from simulator.regions.system import regions_app

ANNA = {"root": PERSONAL_NUMBER, "extension": PATIENTS[0]}
STAFF = {"root": "1.2.752.129.2.1.4.1", "extension": "SE5565594230-PROV1"}
VISIT: dict[str, Any] = {"patientId": ANNA, "date": "2026-11-22", "fee": "200.00"}
ASKING: dict[str, Any] = {"patientId": ANNA, "actorType": "CITIZEN", "actorId": ANNA}


@pytest.fixture(params=["begarande", "utlamnande"])
def trigger(request: pytest.FixtureRequest, now: datetime) -> Iterator[FlaskClient]:
    """Give each bundled system; none is led to a platform."""
    part = part_named(f"hogkostnadsskydd/{request.param}")
    around = Surroundings(clock=lambda: now)
    with closing(part.system(REGIONS["03"], "sqlite://", FLAWLESS, around)) as system:
        client = regions_app({("03", part.path): system}).test_client()
        client.trigger = f"/regions/03/{part.path}/trigger"  # type: ignore[attr-defined]
        yield client


def post(client: FlaskClient, rule: str, document: object) -> tuple[int, Any]:
    """Trigger something, and give status and answer."""
    answer = client.post(f"{client.trigger}/{rule}", json=document)  # type: ignore[attr-defined]
    return answer.status_code, answer.get_json(silent=True)


def shown(client: FlaskClient, **more: str) -> Any:
    """Give what the system shows of the person."""
    url = f"{client.trigger}/protection"  # type: ignore[attr-defined]
    return client.get(url, query_string=ANNA | more).get_json()


def test_a_visit_is_registered_and_shown(trigger: FlaskClient) -> None:
    """With what is paid for it."""
    status, answer = post(trigger, "visit", VISIT)

    assert (status, answer["paid"]) == (201, "200.00")
    assert shown(trigger) == {
        "frikort": None,
        "sum": "200.00",
        "remains": "1250.00",
        "ceiling": "1450.00",
        "visits": [{"date": "2026-11-22", "fee": "200.00", "region": "03"}],
        "answered": [],
        "awaited": [],
        "missing": [],
    }


def test_the_fee_that_reaches_the_ceiling_gives_a_frikort(trigger: FlaskClient) -> None:
    """Valid through the day before the anniversary."""
    _, answer = post(trigger, "visit", VISIT | {"fee": "2000"})
    found = shown(trigger)

    assert answer["paid"] == "1450.00"
    assert found["frikort"] == {"from": "2026-11-22", "through": "2027-11-21"}
    assert (found["sum"], found["remains"]) == ("1450.00", "0.00")


def test_identities_are_linked(trigger: FlaskClient) -> None:
    """What stands on either is then one person's."""
    other = {"root": "1.2.752.129.2.1.3.3", "extension": "191001809815"}
    post(trigger, "visit", VISIT)
    post(trigger, "visit", VISIT | {"patientId": other})

    for _ in range(2):
        assert post(trigger, "link", {"patientId": ANNA, "otherId": other})[0] == 204
    assert shown(trigger)["sum"] == "400.00"


def test_a_visit_is_cancelled_once(trigger: FlaskClient) -> None:
    """The second time there is none to cancel."""
    _, answer = post(trigger, "visit", VISIT)

    assert post(trigger, "cancel", answer)[0] == 204
    assert post(trigger, "cancel", answer)[0] == 404
    assert shown(trigger)["sum"] == "0.00"


def test_a_request_is_sent_later_and_its_id_given_at_once(trigger: FlaskClient) -> None:
    """Also to one source, and by staff with a care giver."""
    began = time.monotonic()
    status, answer = post(trigger, "ask", ASKING)
    staff = ASKING | {"actorType": "CAREGIVER", "actorId": STAFF, "careGiverId": STAFF}

    assert status == 202
    assert time.monotonic() - began < 5
    assert shown(trigger, requestId=answer["requestId"])["answered"] == []
    assert post(trigger, "ask", staff | {"logicalAddress": "01"})[0] == 202


@pytest.mark.parametrize(
    ("rule", "document"),
    [
        pytest.param("visit", [], id="no object"),
        pytest.param("visit", VISIT | {"date": "22/11"}, id="no date"),
        pytest.param("visit", VISIT | {"date": None}, id="null for a date"),
        pytest.param("visit", VISIT | {"fee": "much"}, id="no fee"),
        pytest.param("visit", VISIT | {"fee": "NaN"}, id="no number"),
        pytest.param("visit", VISIT | {"fee": "1.005"}, id="three decimals"),
        pytest.param("visit", VISIT | {"date": "2026-11-23"}, id="tomorrow"),
        pytest.param("visit", VISIT | {"registered": "2026-11-22T13:00:00"}, id="registered later"),
        pytest.param("visit", VISIT | {"registered": "2026-11-21T13:00:00"}, id="registered first"),
        pytest.param("visit", VISIT | {"typeOfFee": "GIFT"}, id="no kind of fee"),
        pytest.param("visit", VISIT | {"logicalAddress": "01"}, id="another principal"),
        pytest.param("link", {"patientId": ANNA}, id="nothing to link with"),
        pytest.param("visit", VISIT | {"patientId": PATIENTS[0]}, id="no id"),
        pytest.param("visit", VISIT | {"patientId": ANNA | {"extension": ""}}, id="an empty id"),
        pytest.param("ask", ASKING | {"actorType": "DOCTOR"}, id="no actor"),
        pytest.param("ask", ASKING | {"actorType": "CAREGIVER"}, id="no care giver"),
        pytest.param("ask", ASKING | {"careGiverId": STAFF}, id="a care giver too many"),
        pytest.param(
            "ask", ASKING | {"patientId": ANNA | {"root": "1.2.752.97.3.1.3"}}, id="a local id"
        ),
    ],
)
def test_what_cannot_be_done_is_refused_without_naming_the_person(
    trigger: FlaskClient, rule: str, document: object
) -> None:
    """With a reason."""
    status, answer = post(trigger, rule, document)

    assert status == 400
    assert answer["error"]
    assert PATIENTS[0] not in answer["error"]


def test_an_unknown_request_and_person_are_told_apart(trigger: FlaskClient) -> None:
    """Nothing is known of the one, and nothing held on the other."""
    url = f"{trigger.trigger}/protection"  # type: ignore[attr-defined]

    assert trigger.get(url, query_string=ANNA | {"requestId": "none"}).status_code == 404
    assert trigger.get(url).status_code == 400
    assert shown(trigger)["visits"] == []


def test_what_is_no_visit_in_outpatient_care_is_paid_and_does_not_count(
    trigger: FlaskClient,
) -> None:
    """A vaccination, say."""
    status, answer = post(trigger, "visit", VISIT | {"typeOfFee": "VACCINATION", "fee": "2000"})

    assert (status, answer["paid"]) == (201, "2000.00")
    assert shown(trigger)["sum"] == "0.00"


def test_a_time_with_a_zone_is_read_as_swedish_time(trigger: FlaskClient) -> None:
    """Messages carry no zone."""
    given = VISIT | {"date": date(2026, 11, 21).isoformat(), "registered": "2026-11-21T22:30:00Z"}

    assert post(trigger, "visit", given)[0] == 201
