"""libxslt, which takes the first look at a message."""

from __future__ import annotations

import copy
from datetime import datetime

from lxml import etree

__all__ = ["DAY", "MONTH", "YEAR", "FirstLook"]

YEAR, MONTH, DAY = "provbank-year", "provbank-month", "provbank-day"
"""The parameters by which a stylesheet knows the present date."""


class FirstLook:
    """The first look of one rule file, for any number of threads.

    Raises: lxml's XSLTParseError where libxslt cannot read the stylesheet.
    """

    def __init__(self, stylesheet: str) -> None:
        self._look = etree.XSLT(etree.fromstring(stylesheet.encode()))

    def is_enough(self, payload: etree._Element, *, at: datetime) -> bool:
        """Tell whether a message certainly breaks no rule, and no rule fails on it.

        Shape: ``at`` is what the rules see as the present time.
        """
        today: dict[str, str] = {YEAR: f"{at.year}", MONTH: f"{at.month}", DAY: f"{at.day}"}
        alone = copy.deepcopy(
            payload
        )  # keys want a document, and no other thread may see it change
        try:
            return not str(self._look(alone, **today))  # type: ignore[arg-type]
        except etree.XSLTError:
            return False
