"""What a network and a bad day do to an exchange, on purpose and repeatably."""

from simulator.disturbances.kinds import Kind, Leg
from simulator.disturbances.selection import Disturbance, Facts, disturbance_from
from simulator.disturbances.selection import chosen as chosen_disturbances

__all__ = ["Disturbance", "Facts", "Kind", "Leg", "chosen_disturbances", "disturbance_from"]
