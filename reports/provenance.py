"""What stands behind a run: what it was made with, what it waives, and how its suite is proven."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

__all__ = ["MadeWith", "Proof", "Waiver", "WaiverState"]


class WaiverState(StrEnum):
    """What a waiver came to in a run."""

    IN_FORCE = "in_force"  # the requirement failed, and that is waived
    EXPIRED = "expired"  # its day has passed, so it waives nothing
    STALE = "stale"  # the whole suite was run, and there was nothing to waive
    UNTRIED = "untried"  # the run was of a part, or broke, so nothing can be said


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiver:
    """A failure that somebody has agreed to live with until a day: an undantag.

    Shape: ``scenario`` is the id of the one it is limited to, or empty; ``expires`` the last day
           that it waives, ISO 8601; ``told`` why it waives nothing, where that is so.
    """

    requirement: str
    reason: str
    owner: str
    expires: str
    scenario: str = ""
    state: WaiverState = WaiverState.UNTRIED
    told: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MadeWith:
    """What a run was made with, so that its scenarios can be run again; never a secret.

    Shape: files are named from the folder of ``result.json``, with forward slashes; ``target`` is
           empty for the bundled system, which may have a known ``defect``. ``scenarios`` are
           those that were chosen by id, empty where they were not.
    """

    target: str = ""
    target_sha256: str = ""
    defect: str = ""
    quick: bool = False
    only: str = ""
    scenarios: tuple[str, ...] = ()
    host: str = "127.0.0.1"
    port: int = 0
    allow: tuple[str, ...] = ()
    tls_port: int | None = None
    certs: str = ""
    answers: str = ""
    waivers: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """What is known of how well the suites catch faults, from systems with known ones.

    Shape: of ``systems`` with a fault each, ``caught`` failed, and ``right`` of them on the
           requirement that was broken; ``equivalents`` cannot be told from a right system.
           ``suite_sha256`` is of the suite that this was shown of; empty where it was not.
    """

    systems: int
    caught: int
    right: int
    equivalents: int
    made: str
    suite_sha256: str
