"""What a network and a bad day do to an exchange, on purpose and repeatably."""

from simulator.disturbances.kinds import Kind, Leg
from simulator.disturbances.selection import Disturbance, Facts, chosen, disturbance_from

__all__ = ["Disturbance", "Facts", "Kind", "Leg", "chosen", "disturbance_from"]
