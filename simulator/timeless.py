"""A caller that does not ask for what time a certificate is, as only a wrong system does."""

from __future__ import annotations

import ssl
from typing import Any

from requests.adapters import HTTPAdapter

from simulator.tls import ANY_TIME

__all__ = ["TimelessAdapter"]


class TimelessAdapter(HTTPAdapter):
    """Checks the chain and the name of a certificate, and takes one that has expired."""

    def init_poolmanager(self, *args: Any, **options: Any) -> None:
        """Make the pool of connections, as requests asks."""
        context = ssl.create_default_context()
        context.verify_flags |= ANY_TIME
        super().init_poolmanager(*args, ssl_context=context, **options)
