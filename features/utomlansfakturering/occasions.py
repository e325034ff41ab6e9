"""What makes a selling region send something, when any claim specification will do."""

from __future__ import annotations

from contracts.judge import swedish_now
from features.asking import Asking
from features.bench import Bench
from features.listening import Listening
from features.utomlansfakturering.acting import Selling, trigger_of
from features.utomlansfakturering.bills import a_bill
from features.utomlansfakturering.sale import Homes
from features.utomlansfakturering.sent_claims import any_claim, read

__all__ = ["bills"]


def bills(bench: Bench, asking: Asking, listening: Listening) -> None:
    """Have plain care billed, and wait for the claim specification."""
    limit = bench.role.settings["send_within"]

    def sent(seconds: float, count: int) -> tuple[str, ...]:
        came = read(listening.wait(any_claim, seconds=seconds, count=count))
        return tuple(claim.id for claim in came)

    selling = Selling(trigger=trigger_of(bench.role), asking=asking, within=limit, sent=sent)
    selling.bill(a_bill(Homes(bench).next(), swedish_now().date()))
    sent(limit, 1)
