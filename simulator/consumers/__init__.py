"""Simulated consumers: they send on command, through the platform, as real ones do."""
