"""Many calls at once: each has its own patience, and all together have one."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor, wait
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from simulator.outbound import Answered, Failed, OutboundCall

__all__ = ["FanOut"]


class FanOut:
    """Makes calls in parallel, so many at the most; safe to share between threads.

    Shape: those beyond it wait for one that ends.
    """

    def __init__(self, call: Callable[[OutboundCall], Answered | Failed], *, most: int) -> None:
        self._call = call
        self._threads = ThreadPoolExecutor(most, thread_name_prefix="aggregation")

    def results(
        self, calls: Mapping[str, OutboundCall], *, patience: float
    ) -> dict[str, Answered | Failed | None]:
        """Make the calls, and give what came of each, None for one that is still under way.

        Units: seconds.
        """
        under_way = {
            source: self._threads.submit(self._call, call) for source, call in calls.items()
        }
        wait(under_way.values(), timeout=max(patience, 0))
        return {
            source: future.result() if future.done() and not future.cancel() else None
            for source, future in under_way.items()
        }

    def close(self) -> None:
        """Begin nothing more."""
        self._threads.shutdown(wait=False, cancel_futures=True)
