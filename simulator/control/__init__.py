"""The control API: arrange the platform, send through it, and read its journal."""

from simulator.control.api import control

__all__ = ["control"]
