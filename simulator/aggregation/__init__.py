"""The aggregating platform (AGP): one call in, one to every source that has something, one answer.

Source: platform facts, section 5.
"""

from simulator.aggregation.aggregation import Aggregation
from simulator.aggregation.services import SERVICES, AggregatedService

__all__ = ["SERVICES", "AggregatedService", "Aggregation"]
