"""Work on hostile files is done in a process apart, which may fail or never end."""

from __future__ import annotations

import math
import os
import sys
import time
from collections.abc import Callable

import pytest

from contracts.apart import Failed, apart
from contracts.errors import MessageError
from contracts.parsing import parse


def test_the_answer_comes_back() -> None:
    """Arguments go there and the answer comes back, from another process."""
    assert apart(30, math.factorial, 5) == 120
    assert apart(30, os.getpid) != os.getpid()


def test_one_process_does_it_all() -> None:
    """Starting one takes longer than most work, so it is kept."""
    assert apart(30, os.getpid) == apart(30, os.getpid)


def test_what_the_work_raises_is_raised_here() -> None:
    """An error of ours keeps all it says."""
    with pytest.raises(FileNotFoundError, match="nowhere"):
        apart(30, os.listdir, "nowhere")
    with pytest.raises(MessageError) as here:
        parse(b"no xml")
    with pytest.raises(MessageError) as refused:
        apart(30, parse, b"no xml")  # what the other process can import, as all real work
    assert str(refused.value) == str(here.value)


@pytest.mark.parametrize(
    ("work", "arguments", "why"),
    [
        pytest.param(time.sleep, (60,), "longer than 0.5 seconds", id="never ends"),
        pytest.param(os._exit, (3,), "brings the compiler down", id="ends its process"),
        pytest.param(os.abort, (), "brings the compiler down", id="breaks its process"),
    ],
)
def test_work_that_comes_to_no_end_is_told(
    work: Callable[..., object], arguments: tuple[int, ...], why: str
) -> None:
    """The process is ended, and the next work gets a new one."""
    before = apart(30, os.getpid)
    began = time.monotonic()

    with pytest.raises(Failed, match=why):
        apart(0.5, work, *arguments)

    assert time.monotonic() - began < 20
    assert apart(30, os.getpid) != before


def test_what_a_compiler_says_of_its_end_is_not_shown(capfd: pytest.CaptureFixture[str]) -> None:
    """Pages of a native crash report help nobody."""
    with pytest.raises(Failed):
        apart(30, _shout_and_break)

    assert capfd.readouterr().err == ""


def _shout_and_break() -> None:
    os.write(2, b"Fatal error")
    sys.stderr.write("Fatal error")
    sys.stderr.flush()
    os.abort()
