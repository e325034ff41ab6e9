"""What was received and sent, in order, kept in a database."""

from simulator.journal.journal import Entry, Journal

__all__ = ["Entry", "Journal"]
