"""What people see: the pages of residents, care givers and the nation, rendered by the server."""

from simulator.pages.views import pages

__all__ = ["pages"]
