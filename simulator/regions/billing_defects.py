"""Known defects of the selling region's system, from each of the tables."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

from simulator.regions.billing_answer_defects import answer_defects
from simulator.regions.billing_flow_defects import flow_defects
from simulator.regions.billing_form_defects import form_defects
from simulator.regions.billing_resend_defects import resend_defects
from simulator.regions.billing_rule_defects import rule_defects
from simulator.regions.billing_wire_defects import billing_wire_defects
from simulator.regions.sending_wire_defects import sending_wire_defects

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simulator.regions.defect import Defect

__all__ = ["DEFECTS"]

DEFECTS: Mapping[str, Defect] = {
    defect.name: defect
    for defect in chain(
        rule_defects(),
        flow_defects(),
        form_defects(),
        billing_wire_defects(),
        resend_defects(),
        sending_wire_defects(),
        answer_defects(),
    )
}
"""By name."""
