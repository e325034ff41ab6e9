"""The page on mutual TLS, held to the kinds of certificate that there are."""

from __future__ import annotations

import re
from pathlib import Path

from simulator.certificates.folder import PASSWORD
from simulator.certificates.kinds import DEPARTURES

PAGE = Path(__file__).parents[2] / "docs" / "tls.md"
ROW = re.compile(r"^\| `([\w-]+)` \| (.+?) \| ", re.MULTILINE)


def test_the_page_lists_every_kind_with_what_is_wrong() -> None:
    """Name and sentence are those of the code; the sentence of the page may be worded shorter."""
    rows = dict(ROW.findall(PAGE.read_text(encoding="utf-8")))

    listed = {name for name in rows if name in set(DEPARTURES)}

    assert listed == {str(kind) for kind in DEPARTURES}


def test_the_page_tells_the_password() -> None:
    """Whoever imports a bundle finds its password on the page."""
    assert f"`{PASSWORD}`" in PAGE.read_text(encoding="utf-8")
