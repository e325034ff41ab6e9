"""Figures are kept where their reader looks, and nothing else on the page is touched."""

from __future__ import annotations

import importlib.util
from pathlib import Path

PAGE = """# Proof

## Fail sites

1 of 2

### What they are

Places.

## Others

3
"""


def test_figure_is_kept_under_its_heading(tmp_path: Path) -> None:
    """The new one stands for the old; a heading that was not there comes last."""
    path = Path(__file__).with_name("keeping.py")
    spec = importlib.util.spec_from_file_location("keeping", path)
    assert spec is not None
    assert spec.loader is not None
    spec.loader.exec_module(keeping := importlib.util.module_from_spec(spec))
    (page := tmp_path / "proof.md").write_text(PAGE, encoding="utf-8")

    keeping.keep("2 of 2", head="## Fail sites", page=page)
    keeping.keep("4", head="## New", page=page)

    expected = PAGE.replace("1 of 2", "2 of 2") + "\n## New\n\n4\n"
    assert page.read_text(encoding="utf-8") == expected
