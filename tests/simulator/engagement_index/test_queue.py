"""What was answered OK is kept and stored, whatever happens to the process that took it."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from contracts.envelope import envelope
from simulator.app import create_app, create_platform
from simulator.client import WsgiTransport
from simulator.engagement_index.engagements import Transaction
from simulator.engagement_index.messages import UPDATE, asking_to
from simulator.settings import Settings
from simulator.workspaces import UnknownWorkspace

Make = Callable[..., Transaction]
PATIENCE = 60.0


def test_nothing_is_stored_before_its_time(a_desk: Callable[..., Any], saving: Make) -> None:
    """A single record waits for others; a request of several waits for the delay alone."""
    patient = a_desk(idle=3600.0)
    patient.take(UPDATE, saving())
    wait = patient.index.store_due()
    assert wait is not None
    assert 3500 < wait <= 3600
    assert patient.find() == []

    patient.take(UPDATE, saving(interest="2"), saving(interest="3"))
    assert patient.index.store_due() is None
    assert len(patient.find()) == 3

    late = a_desk(delay=3600.0)
    late.take(UPDATE, saving(interest="4"), saving(interest="5"))
    assert late.index.store_due() > 3500
    assert len(late.find()) == 3


def test_ten_single_records_are_enough(a_desk: Callable[..., Any], saving: Make) -> None:
    """Where the setting says so, they are stored without waiting."""
    desk = a_desk(idle=3600.0, most=10)
    for number in range(12):
        desk.take(UPDATE, saving(interest=str(number)))

    assert desk.index.store_due() > 3500

    assert len(desk.find()) == 10
    assert desk.index.sizes("default")["waiting"] == 2


def test_what_is_taken_outlives_its_process(
    url: str, a_desk: Callable[..., Any], saving: Make
) -> None:
    """Another process on the database stores it."""
    assert url
    first = a_desk()
    first.take(UPDATE, saving(), saving(interest="2"))
    first.index.close()

    second = a_desk()
    assert second.find() == []
    second.index.store_due()

    assert len(second.find()) == 2


@pytest.fixture
def any_url(request: pytest.FixtureRequest) -> str:
    """Give the database of a test: the one that outlives a process, where it asks for that."""
    if "url" in request.fixturenames:
        return str(request.getfixturevalue("url"))
    return "sqlite://"


def test_several_processes_store_each_request_once(
    url: str, a_desk: Callable[..., Any], saving: Make, meet: Callable[..., list[Any]]
) -> None:
    """Whoever comes first does; the order is kept."""
    assert url
    desks = [a_desk() for _ in range(3)]
    for number in range(30):
        at = f"202601010000{number:02}"
        desks[number % 3].take(UPDATE, saving(most_recent=at), saving(interest=str(number)))

    def store_all(desk: Any) -> None:
        while desk.index.store_due() is not None:
            pass

    meet([partial(store_all, desk) for desk in desks])

    found = desks[0].find()
    assert len(found) == 31
    assert next(one.most_recent for one in found if one.interest == "NA") == "20260101000029"
    assert desks[0].index.sizes("default")["waiting"] == 0


def test_a_busy_workspace_leaves_others_their_turn(
    a_desk: Callable[..., Any], saving: Make
) -> None:
    """After some batches another is stored, and the rest is due at once."""
    desk = a_desk()
    desk.workspace = "busy"
    for number in range(30):
        desk.take(UPDATE, saving(interest=str(number)), saving(interest=f"{number} too"))
    desk.workspace = "default"
    desk.take(UPDATE, saving(), saving(interest="2"))

    assert desk.index.store_due() == 0

    assert len(desk.find()) == 2
    assert 0 < desk.index.sizes("busy")["waiting"] < 30
    assert desk.index.store_due() is None


def test_a_locked_index_takes_but_does_not_store(a_desk: Callable[..., Any], saving: Make) -> None:
    """Until it is unlocked; other workspaces are not locked."""
    desk = a_desk()
    desk.index.lock("default")
    desk.index.lock("default")
    desk.take(UPDATE, saving(), saving(interest="2"))
    desk.workspace = "another"
    desk.take(UPDATE, saving(), saving(interest="2"))

    assert desk.index.store_due() is None
    desk.index.store_now("default")

    assert len(desk.find()) == 2
    desk.workspace = "default"
    assert desk.find() == []
    desk.index.unlock("default")
    desk.index.store_due()
    assert len(desk.find()) == 2


def test_a_workspace_that_is_gone_holds_nobody_up(a_desk: Callable[..., Any], saving: Make) -> None:
    """What was taken for it is dropped with it."""
    desk = a_desk()
    desk.workspace = "a gone one"
    desk.take(UPDATE, saving(), saving(interest="2"))
    desk.workspace = "default"
    desk.take(UPDATE, saving(), saving(interest="2"))
    places = desk.index.places

    def now_for(workspace: str) -> Any:
        if workspace != "default":
            raise UnknownWorkspace("gone")
        return desk.now

    desk.index.places = type(places)(now_for=now_for, subscribers_for=places.subscribers_for)
    assert desk.index.store_due() is None

    assert len(desk.find()) == 2
    assert set(desk.index.sizes("a gone one").values()) == {0}


KILLED = """
import sys
from contracts.envelope import envelope
from simulator.app import create_app, create_platform
from simulator.client import WsgiTransport
from simulator.engagement_index.engagements import Engagement, Transaction
from simulator.engagement_index.messages import UPDATE, asking_to
from simulator.settings import Settings

platform = create_platform(Settings(journal=sys.argv[1], index_collects_for=0.01), None)
transport = WsgiTransport(create_app(platform))
for number in range(100_000):
    told = [
        Transaction(engagement=Engagement(
            resident="191001209814", service_domain="riv:x", categorization="c",
            logical_address="L", business_object=str(number), interest=str(part),
            source_system="S", data_controller="C",
        ))
        for part in range(1 + number % 3)
    ]
    answer = transport.send(
        "POST", "/skltp-ei/update-service/v1", headers={"x-skltp-correlation-id": "a"},
        body=envelope(asking_to(UPDATE, told), logical_address="5565594230"),
    )
    assert answer.status == 200, answer.body
    print(number, flush=True)
"""


def test_an_answered_update_survives_the_end_of_the_process(url: str) -> None:
    """Killed outright in the middle of it all: every record of every answer is found."""
    with subprocess.Popen(  # noqa: S603
        [sys.executable, "-c", KILLED, url], stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        for line in process.stdout:
            if int(line) >= 60:
                break
        process.kill()
        rest = process.stdout.read().split()
    answered = int(rest[-1]) if rest else int(line)

    with closing(create_platform(Settings(journal=url, index_collects_for=0.01), None)) as platform:
        until = time.monotonic() + PATIENCE
        while platform.index.sizes("default")["waiting"]:
            assert time.monotonic() < until, "the rest was never stored"
            time.sleep(0.05)
        found = platform.index.find("default", {"resident": "191001209814"})

    told = {(one.business_object, one.interest) for one in found}
    expected = {
        (str(number), str(part)) for number in range(answered + 1) for part in range(1 + number % 3)
    }
    assert expected <= told
    assert len(found) == len(told)


def test_a_platform_stores_by_itself(any_url: str, saving: Make) -> None:
    """As soon as it may; nobody has to ask for it."""
    settings = Settings(journal=any_url, index_collects_for=0.05)
    with closing(create_platform(settings, None)) as platform:
        transport = WsgiTransport(create_app(platform))
        answer = transport.send(
            "POST",
            "/skltp-ei/update-service/v1",
            headers={"x-skltp-correlation-id": "a"},
            body=envelope(asking_to(UPDATE, [saving()]), logical_address="5565594230"),
        )
        assert answer.status == 200
        until = time.monotonic() + PATIENCE
        while not platform.index.find("default", {"resident": "191001209814"}):
            assert time.monotonic() < until, "it was never stored"
            time.sleep(0.01)


def test_the_delay_is_a_setting() -> None:
    """So are the gathering of single records, and how many are enough."""
    settings = Settings(index_delay=7, index_collects_for=8, index_collects_most=9)

    with closing(create_platform(settings, None)) as platform:
        pace = platform.index.pace

    assert (pace.delay, pace.idle, pace.most) == (7, 8, 9)
    assert (Settings().index_delay, Settings().index_collects_for) == (0, 5)
    assert Settings().index_collects_most == 1000


def test_an_index_on_disk_waits_for_it_where_it_must(tmp_path: Path) -> None:
    """Power-safe, a commit is on the disk before the answer leaves."""
    url = f"sqlite:///{(tmp_path / 'journal.sqlite').as_posix()}"

    for power_safe, expected in ((True, 2), (False, 1)):
        settings = Settings(journal=url, power_safe=power_safe)
        with (
            closing(create_platform(settings, None)) as made,
            made.index.engine.connect() as connection,
        ):
            told = connection.exec_driver_sql("PRAGMA synchronous").scalar()
        assert told == expected
