"""What was received and sent, in order, kept in a database."""

from simulator.journal.journal import Journal
from simulator.journal.queries import EVERYTHING, Query, query_from
from simulator.journal.reading import Found, Listed, Stream
from simulator.journal.retention import KEEP_ALL, Retention, Weight

__all__ = [
    "EVERYTHING",
    "KEEP_ALL",
    "Found",
    "Journal",
    "Listed",
    "Query",
    "Retention",
    "Stream",
    "Weight",
    "query_from",
]
