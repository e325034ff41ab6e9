"""What reached the tested system is counted, and nothing else."""

from __future__ import annotations

from collections.abc import Callable

from contracts.domains.financial_billing_claim.v1_1.kinds import Deal, valid
from contracts.domains.financial_billing_claim.v1_1.single_faults import faulty
from contracts.envelope import envelope
from features.sent import Sent
from features.suites import suite_for
from reports.results import Share
from simulator.client import Answer
from simulator.faults import fault
from simulator.mediation import Refusal

CONTRACT = suite_for("utomlans").contract


def test_nothing_sent_has_exercised_nothing() -> None:
    """Every share has something to do, and none of it is done."""
    found = Sent().exercised(CONTRACT)

    assert found.messages == 0
    for sides in (found.elements, found.facets, found.bounds):
        assert (sides.valid.done, sides.invalid.done) == (0, 0)
        assert sides.valid.total > 0
        assert sides.invalid.total > 0
    assert len(found.missing) == sum(
        share.total
        for sides in (found.elements, found.facets, found.bounds)
        for share in (sides.valid, sides.invalid)
    )


def test_a_faulty_message_counts_from_its_invalid_side(
    replied: Callable[..., Answer], deal: Deal
) -> None:
    """Each message adds what it exercises; what cannot be read is counted as sent alone."""
    sent = Sent()
    sent.note(replied("OK"))
    one = sent.exercised(CONTRACT)
    sent.note(replied("ERROR", request=envelope(faulty("radnummer noll", deal))))
    sent.note(replied("ERROR", request=b"<broken"))
    more = sent.exercised(CONTRACT)

    assert (one.messages, more.messages) == (1, 3)
    assert one.facets.invalid.done == 0
    assert more.facets.invalid == Share(done=1, total=one.facets.invalid.total)
    assert len(more.missing) < len(one.missing)


def test_what_the_platform_turned_away_did_not_reach_the_system(
    an_answer: Callable[..., Answer], deal: Deal
) -> None:
    """A refusal, and a producer that nobody could connect to, exercise nothing."""
    message = envelope(valid("öppen vård", deal))
    refused = fault(Refusal.NOT_AUTHORISED, "", platform_name="PROVBANK")
    unreached = fault(
        Refusal.PRODUCER_FAILED, "java.net.ConnectException", platform_name="PROVBANK"
    )
    garbled = fault(Refusal.PRODUCER_FAILED, "Empty message", platform_name="PROVBANK")
    sent = Sent()

    for body in (refused, unreached, garbled):
        sent.note(an_answer(body, status=500, request=message))

    assert sent.exercised(CONTRACT).messages == 1
