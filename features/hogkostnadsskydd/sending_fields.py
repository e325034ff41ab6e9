"""What a target file says of a party that sends: its trigger, and how long it takes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from features.fields import Field, seconds, url

__all__ = ["SENDING", "SENDING_EXAMPLE", "bundled_sending"]

SENDING: Mapping[str, Field] = {
    "trigger": Field(url, required=False, read=lambda value: value.rstrip("/")),
    "send_within": Field(seconds, required=False, default=60.0),
    "resend_pause": Field(seconds, required=False, default=300.0),
    "settle": Field(seconds, required=False, default=5.0),
}
"""Keys of the role's table, all in seconds but the first."""

SENDING_EXAMPLE = """\
# How the suite makes the system act (docs/trigger.md). Without it the tester is asked to.
# trigger = "http://127.0.0.1:9090/regions/03/{path}/trigger"
# send_within = 60.0                # seconds to wait for what the system is to send
# resend_pause = 300.0              # seconds that it waits after a SOAP fault
# settle = 5.0                      # seconds to listen for what is not to come

"""


def bundled_sending(region_url: str, path: str) -> dict[str, Any]:
    """Give the settings that lead to the bundled system of a part."""
    return {
        "trigger": f"{region_url}/{path}/trigger",
        "send_within": 8.0,
        "resend_pause": 2.0,
        "settle": 1.0,
    }
