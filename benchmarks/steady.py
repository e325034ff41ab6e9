"""Judge messages on one core, and see how fast it goes and whether memory grows.

``benchmark.py`` runs this as a process of its own, so that nothing else is in its memory. It writes
one JSON object. The core is pinned where the system can do that, and the answer says whether.
"""

from __future__ import annotations

import argparse
import itertools
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from benchmark import a_deal
from lxml import etree

from contracts.catalogue import known
from contracts.domains.financial_billing_claim.v1_1 import kinds, single_faults
from contracts.judge import judge, swedish_now
from contracts.samples import sample

FAULTY_EVERY, UNIQUE_EVERY = 8, 100


def main() -> None:
    """Judge one message over and over, then a mixture; tell rate and memory."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("claim", type=Path, help="the claim that the rate is measured with")
    options.add_argument("--claims", type=int, default=3_000)
    options.add_argument("--messages", type=int, default=100_000)
    arguments = options.parse_args()
    pinned = pin()
    print(json.dumps({"pinned": pinned, **rate(arguments.claim.read_bytes(), arguments.claims),
                      "memory": memory(arguments.messages)}))  # fmt: skip


def pin() -> bool:
    """Keep this process on one core, where the system can do that."""
    if not hasattr(os, "sched_setaffinity"):
        return False
    os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    return True


def rate(claim: bytes, count: int) -> dict[str, float]:
    """Judge one claim many times, by the clock on the wall and by that of the processor."""
    at = swedish_now()
    if not judge(claim, at=at).accepted:
        raise RuntimeError("the claim is not accepted")
    began, used = time.perf_counter(), time.process_time()
    for _ in range(count):
        judge(claim, at=at)
    return {
        "a_second": count / (time.perf_counter() - began),
        "a_processor_second": count / (time.process_time() - used),
    }


def memory(count: int) -> list[float]:
    """Judge a mixture of messages, and read the memory in MB after each hundredth of them."""
    readings = []
    for number, message in enumerate(itertools.islice(mixture(), count), start=1):
        judge(message, at=swedish_now())
        if number % (count // 100) == 0 and (reading := resident()) is not None:
            readings.append(reading)
    return readings


def mixture() -> Iterator[bytes]:
    """Give valid claims, each with one fault, messages of all known contracts, and broken ones.

    Shape: seven of eight are valid claims; one in a hundred has an element that no other has.
    """
    deal = a_deal()
    valid = [etree.tostring(kinds.valid(kind, deal)) for kind in kinds.KINDS]
    faults = [*single_faults.RULE_FAULTS, *single_faults.SCHEMA_FAULTS]
    others = [etree.tostring(single_faults.faulty(fault, deal)) for fault in faults]
    others += [etree.tostring(sample(one, is_full=False)) for one in known().contracts]
    others += [message[: len(message) // 2] for message in valid]
    for number in itertools.count():
        message = valid[number % len(valid)]
        if number % FAULTY_EVERY == 1:
            message = others[number // FAULTY_EVERY % len(others)]
        elif number % UNIQUE_EVERY == 0:
            end = message.rindex(b"</")
            extension = f'<x:e{number} xmlns:x="urn:x{number}"/>'.encode()
            message = message[:end] + extension + message[end:]
        yield message


def resident() -> float | None:
    """Give the memory that this process has in use, or None where the system does not say."""
    status = Path("/proc/self/status")
    if status.exists():
        line = next(one for one in status.read_text().splitlines() if one.startswith("VmRSS"))
        return int(line.split()[1]) / 1000
    if sys.platform == "darwin":
        told = subprocess.check_output(["/bin/ps", "-o", "rss=", "-p", str(os.getpid())])
        return int(told) / 1000
    return None


if __name__ == "__main__":
    main()
