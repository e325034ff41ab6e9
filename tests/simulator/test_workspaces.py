"""Workspaces: apart from each other, the same for every process, back to a state on demand."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from contracts.errors import UsageError
from simulator.store import open_store
from simulator.workspaces import UnknownWorkspace, Workspaces

Arranged = frozenset[str]


def read(document: Mapping[str, Any]) -> Arranged:
    return frozenset(document["things"])


def write(arranged: Arranged) -> Mapping[str, Any]:
    return {"things": sorted(arranged)}


def opened(url: str, first: Arranged | None = frozenset({"åäö"})) -> Workspaces[Arranged]:
    return Workspaces(open_store(url), first, read=read, write=write)


def adding(thing: str) -> Any:
    return lambda arranged: arranged | {thing}


@pytest.fixture(params=["sqlite://", "file"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Give a database in memory, and one on disk."""
    on_disk = f"sqlite:///{(tmp_path / 'platform.sqlite').as_posix()}"
    return on_disk if request.param == "file" else str(request.param)


@pytest.fixture
def workspaces(url: str) -> Iterator[Workspaces[Arranged]]:
    """Open a database with its default workspace."""
    opened_ = opened(url)
    yield opened_
    opened_.close()


def test_default_workspace_begins_as_the_platform_did(workspaces: Workspaces[Arranged]) -> None:
    """Whoever names no workspace meets what the platform was started with."""
    assert workspaces.of("default") == {"åäö"}
    assert workspaces.names() == ("default",)


def test_change_in_one_is_not_seen_in_another(workspaces: Workspaces[Arranged]) -> None:
    """Two test runs do not see each other."""
    workspaces.create("one")
    workspaces.create("two")

    workspaces.change("one", adding("route"))

    assert workspaces.of("one") == {"åäö", "route"}
    assert workspaces.of("two") == workspaces.of("default") == {"åäö"}


def test_new_workspace_is_like_the_start_or_like_another(workspaces: Workspaces[Arranged]) -> None:
    """By itself it begins as the platform did, whatever the default one has become."""
    workspaces.change("default", adding("route"))
    workspaces.create("fresh")
    workspaces.create("copy", like="default")

    assert workspaces.of("fresh") == {"åäö"}
    assert workspaces.of("copy") == {"åäö", "route"}


def test_reset_goes_back_to_a_named_state(workspaces: Workspaces[Arranged]) -> None:
    """To the start, or to what was saved; counting begins again."""
    workspaces.change("default", adding("one"))
    workspaces.save("default", "with-one")
    workspaces.change("default", adding("two"))
    assert workspaces.count("default", "call") == 1

    assert workspaces.reset("default", "with-one") == {"åäö", "one"}
    assert workspaces.count("default", "call") == 1
    assert workspaces.reset("default") == {"åäö"}
    assert workspaces.states("default") == ("start", "with-one")


def test_each_thing_is_counted_by_itself(workspaces: Workspaces[Arranged]) -> None:
    """By workspace and name."""
    workspaces.create("one")

    assert [workspaces.count("one", "a"), workspaces.count("one", "a")] == [1, 2]
    assert workspaces.count("one", "b") == 1
    assert workspaces.count("default", "a") == 1


def test_changes_and_counts_of_many_threads_are_all_kept(
    workspaces: Workspaces[Arranged],
) -> None:
    """None is lost to another that came at the same time."""

    def work(number: int) -> int:
        workspaces.change("default", adding(str(number)))
        return workspaces.count("default", "call")

    with ThreadPoolExecutor(8) as pool:
        counted = list(pool.map(work, range(40)))

    assert workspaces.of("default") == {"åäö", *map(str, range(40))}
    assert sorted(counted) == list(range(1, 41))


def test_other_process_sees_a_change_at_once(tmp_path: Path) -> None:
    """Two workers on one database are one platform."""
    url = f"sqlite:///{(tmp_path / 'platform.sqlite').as_posix()}"
    one, other = opened(url), opened(url, first=None)
    assert other.of("default") == {"åäö"}

    one.change("default", adding("route"))
    assert other.of("default") == {"åäö", "route"}
    other.reset("default")
    assert one.of("default") == {"åäö"}
    assert (one.count("default", "call"), other.count("default", "call")) == (1, 2)
    one.create("run")
    assert "run" in other.names()
    other.remove("run")
    with pytest.raises(UnknownWorkspace):
        one.of("run")
    one.close()
    other.close()


def test_change_is_read_once_for_all_who_meet_it(tmp_path: Path) -> None:
    """A large arrangement takes long to read; callers at a time do not each read it."""
    url = f"sqlite:///{(tmp_path / 'platform.sqlite').as_posix()}"
    reads: list[Mapping[str, Any]] = []

    def slowly(document: Mapping[str, Any]) -> Arranged:
        reads.append(document)
        time.sleep(0.2)
        return read(document)

    one = opened(url)
    other = Workspaces(open_store(url), None, read=slowly, write=write)
    with ThreadPoolExecutor(8) as pool:
        seen = list(pool.map(lambda _: other.of("default"), range(8)))

    assert seen == [{"åäö"}] * 8
    assert len(reads) == 1
    one.close()
    other.close()


def test_name_that_is_used_again_is_another_workspace(tmp_path: Path) -> None:
    """What another process held of the removed one is not taken for the new."""
    url = f"sqlite:///{(tmp_path / 'platform.sqlite').as_posix()}"
    one, other = opened(url), opened(url, first=None)
    one.create("run")
    one.change("run", adding("old"))
    assert other.of("run") == {"åäö", "old"}

    one.remove("run")
    one.create("run")
    one.change("run", adding("new"))

    assert other.of("run") == {"åäö", "new"}
    one.close()
    other.close()


def test_changes_of_two_processes_are_both_kept(tmp_path: Path) -> None:
    """The slower one does its change again, on what the faster one made."""
    url = f"sqlite:///{(tmp_path / 'platform.sqlite').as_posix()}"
    one, other = opened(url), opened(url, first=None)
    asked: list[Arranged] = []

    def slow(arranged: Arranged) -> Arranged:
        if not asked:
            other.change("default", adding("faster"))
        asked.append(arranged)
        return arranged | {"slower"}

    one.change("default", slow)

    assert one.of("default") == other.of("default") == {"åäö", "faster", "slower"}
    assert len(asked) == 2
    one.close()
    other.close()


def test_restart_begins_anew(tmp_path: Path) -> None:
    """The platform starts with what it is given; other workspaces are as they were."""
    url = f"sqlite:///{(tmp_path / 'platform.sqlite').as_posix()}"
    before = opened(url)
    before.create("run")
    before.change("run", adding("route"))
    before.change("default", adding("route"))
    before.close()

    after = opened(url, first=frozenset({"new"}))

    assert after.of("default") == {"new"}
    assert after.of("run") == {"åäö", "route"}
    after.close()


def test_removed_workspace_is_gone_with_all_it_had(workspaces: Workspaces[Arranged]) -> None:
    """One made again under the name begins from nothing."""
    workspaces.create("run")
    workspaces.save("run", "mine")
    workspaces.count("run", "call")
    workspaces.remove("run")

    with pytest.raises(UnknownWorkspace):
        workspaces.of("run")
    workspaces.create("run")
    assert workspaces.states("run") == ("start",)
    assert workspaces.count("run", "call") == 1


@pytest.mark.parametrize(
    ("act", "told"),
    [
        pytest.param(lambda w: w.of("none"), "no workspace none", id="look"),
        pytest.param(lambda w: w.change("none", adding("a")), "no workspace", id="change"),
        pytest.param(lambda w: w.save("none", "a"), "no workspace", id="save"),
        pytest.param(lambda w: w.reset("none"), "no workspace", id="reset"),
        pytest.param(lambda w: w.remove("none"), "no workspace", id="remove"),
        pytest.param(lambda w: w.states("none"), "no workspace", id="states"),
        pytest.param(lambda w: w.create("one", like="none"), "no workspace", id="like none"),
        pytest.param(lambda w: w.create("default"), "there already", id="name that is taken"),
        pytest.param(lambda w: w.create("a/b"), "cannot name", id="name with a slash"),
        pytest.param(lambda w: w.create(""), "cannot name", id="no name"),
        pytest.param(lambda w: w.remove("default"), "cannot be removed", id="the default one"),
        pytest.param(lambda w: w.reset("default", "none"), "no state none", id="no such state"),
        pytest.param(lambda w: w.save("default", "start"), "cannot name", id="save over start"),
    ],
)
def test_mistake_is_told(workspaces: Workspaces[Arranged], act: Any, told: str) -> None:
    """Each says what is wrong, and leaves all as it was."""
    with pytest.raises(UsageError, match=told):
        act(workspaces)

    assert workspaces.names() == ("default",)
    assert workspaces.of("default") == {"åäö"}


def test_worker_needs_a_platform_that_was_started(url: str) -> None:
    """A second process on an empty database says so."""
    with pytest.raises(UsageError, match="no workspace yet"):
        opened(url, first=None)
