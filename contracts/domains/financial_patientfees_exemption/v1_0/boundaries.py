"""Disclosures that are right, if only just: the least amount, what may be left empty or out.

A receiver that draws a limit too early refuses them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from lxml import etree

from contracts.domains.financial_patientfees_exemption.v1_0.changes import (
    Change,
    changed,
    drop,
    put,
    value,
)
from contracts.domains.financial_patientfees_exemption.v1_0.kinds import Inquiry
from contracts.domains.financial_patientfees_exemption.v1_0.single_faults import CARD, CITIZEN

__all__ = ["BOUNDARIES", "Boundary", "just_right"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Boundary:
    """A change of a valid message that a rule allows: which rule, of which kind, and the change."""

    rule: str
    change: Change
    kind: str = CITIZEN


def just_right(name: str, inquiry: Inquiry) -> etree._Element:
    """Make the message of this name.

    Raises: KeyError for a name that the table does not have.
    """
    boundary = BOUNDARIES[name]
    return changed(boundary.kind, boundary.change, inquiry)


BOUNDARIES: Mapping[str, Boundary] = {
    "valuta med tom klartext": Boundary(
        rule="rule011", change=value("currency", "displayName", "")
    ),
    "högkostnadsperiod utan slut": Boundary(
        rule="rule014",
        change=drop("highCostProtectionPeriod/end"),
        kind=CARD,
    ),
    "belopp ett öre": Boundary(rule="rule015", change=put("amount", "0.01")),
    "återbetalning av ett öre": Boundary(rule="rule015", change=put("amount", "-0.01")),
}
"""Swedish name, as scenarios say it, to a message that is valid."""
