"""The selling region's system, as consumer of ProcessClaimSpecification: it is never called."""

from __future__ import annotations

from features.fields import Field, seconds, url
from features.suites import Suite
from features.utomlansfakturering.around import buyers, counties
from features.utomlansfakturering.occasions import bills
from simulator.regions.parts import part_named

__all__ = ["SUITE"]

_EXAMPLE = """\
[services.utomlansfakturering.consumer]
# The system that bills sends to the platform of the run; nothing is sent to it.
# How the suite makes it bill (docs/trigger.md). Without it the tester is asked to.
# trigger = "http://127.0.0.1:9090/regions/03/billing/trigger"
# buyers = ["01", "12"]             # counties that it can bill; all others where left out
# send_within = 60.0                # seconds to wait for what the system is to send
# settle = 5.0                      # seconds to listen for what is not to come
# How it is set to send again, where the trigger cannot set it:
# resend_pause = 5.0                # seconds from the end of one attempt to the next
# attempts = 5                      # how many there are at most
# timeout = 29.0                    # seconds that it waits for an answer

"""


def _count(value: object) -> str | None:
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= 100:  # noqa: PLR2004
        return f"{value} is no number of attempts - give a whole number from 1 to 100"
    return None


SUITE = Suite(
    part=part_named("utomlansfakturering/konsument"),
    role="konsument",
    key="consumer",
    binds="consumer",
    services=buyers,
    sends=bills,
    profile_roles=("consumer",),
    example=_EXAMPLE,
    fields={
        "trigger": Field(url, required=False, read=lambda value: value.rstrip("/")),
        "buyers": Field(counties, required=False, read=tuple),
        "send_within": Field(seconds, required=False, default=60.0),
        "settle": Field(seconds, required=False, default=5.0),
        "resend_pause": Field(seconds, required=False, default=5.0),
        "attempts": Field(_count, required=False, default=5),
        "timeout": Field(seconds, required=False, default=29.0),
    },
    bundled=lambda _system, region_url: {
        "trigger": f"{region_url}/billing/trigger",
        "send_within": 8.0,
        "settle": 0.5,
        "resend_pause": 5.0,
        "attempts": 5,
        "timeout": 29.0,
    },
)
