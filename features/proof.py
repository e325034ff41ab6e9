"""How well the suites are shown to catch faults: the figures that `provbank selftest` keeps."""

from __future__ import annotations

import json
from pathlib import Path

from contracts.errors import HarnessError
from reports.provenance import Proof

__all__ = ["PROOF_FILE", "proof_of"]

PROOF_FILE = Path(__file__).resolve().with_name("proof.json")


def proof_of(suite: str, *, path: Path = PROOF_FILE) -> Proof | None:
    """Give the kept figures, with the checksum that a suite had then; None where none are kept.

    Raises: HarnessError where the file is not what `provbank selftest --write` writes.
    """
    if not path.is_file():
        return None
    try:
        kept = json.loads(path.read_text(encoding="utf-8"))
        return Proof(
            systems=int(kept["systems"]),
            caught=int(kept["caught"]),
            right=int(kept["right"]),
            equivalents=int(kept["equivalents"]),
            made=str(kept["made"]),
            suite_sha256=str(kept["suites"].get(suite, "")),
        )
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise HarnessError(
            f"the figures of how the suites are proven cannot be read: {error!r}",
            where=str(path),
            mend="make them again with `provbank selftest --write`",
        ) from None
