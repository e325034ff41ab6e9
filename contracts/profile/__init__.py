"""The technical profile, RIV-TA Basic Profile 2.1: what it asks of a system at run time."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from contracts.requirements import Requirements, read_requirements

__all__ = ["LABEL", "profile"]

LABEL = "RIVTABP21"
"""The profile's name in a WSDL, and the tag of the features that test it."""


@cache
def profile() -> Requirements:
    """Give the requirement catalogue of the profile, which binds whatever contract is called.

    Shape: what binds only whoever writes a contract is not here; ``contracts.lint`` has that.
    """
    return read_requirements(Path(__file__).resolve().parent / "requirements.toml")
