"""What the engagement index is asked, and what it knows: FindContent there and back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from contracts.envelope import envelope
from simulator.aggregation.outcomes import Failure, outcome_of
from simulator.engagement_index.messages import FIND_CONTENT, asking_for

if TYPE_CHECKING:
    from datetime import datetime

    from simulator.aggregation.services import AggregatedService
    from simulator.outbound import Answered, Failed

__all__ = ["Engagement", "engagements_in", "find_content"]

_FORMAT = "%Y%m%d%H%M%S"


@dataclass(frozen=True, slots=True, kw_only=True)
class Engagement:
    """That a source system has something on a person: the fields that aggregation looks at."""

    logical_address: str
    source_system: str
    categorization: str


def find_content(
    service: AggregatedService, patient: str, *, index: str, at: datetime
) -> bytes:  # fmt: skip
    """Write the question to the index, which is addressed as ``index``.

    Shape:  the categorization is asked for only where the service has exactly one; a service with
            an age limit leaves out what is older, by the calendar, at the instant ``at``.
    Source: platform facts, sections 5.1 step 2, and 5.3.
    """
    fields = {"registeredResidentIdentification": patient, "serviceDomain": service.domain}
    if len(service.categorizations) == 1:
        fields["categorization"] = service.categorizations[0]
    if service.years is not None:
        fields["mostRecentContent"] = _years_before(at, service.years).strftime(_FORMAT)
    return envelope(asking_for(FIND_CONTENT, fields), logical_address=index)


def engagements_in(result: Answered | Failed) -> tuple[Engagement, ...] | Failure:
    """Read the answer of the index, or say why there is none, in its own words where it has any."""
    answer = outcome_of(result, f"{{{FIND_CONTENT}}}FindContentResponse")
    if isinstance(answer, Failure):
        return answer
    return tuple(
        Engagement(
            logical_address=one.findtext("{*}logicalAddress") or "",
            source_system=one.findtext("{*}sourceSystem") or "",
            categorization=one.findtext("{*}categorization") or "",
        )
        for one in answer.iterfind("{*}engagement")
    )


def _years_before(at: datetime, years: int) -> datetime:
    """Go back by the calendar; the day before the first of March where there is no 29th."""
    try:
        return at.replace(year=at.year - years)
    except ValueError:
        return at.replace(year=at.year - years, day=28)
