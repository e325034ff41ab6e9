"""Lets the tests of this folder import what it holds, whatever pytest was started from."""

from __future__ import annotations

import sys
from pathlib import Path

_ROOT = str(Path(__file__).resolve().parents[2])

if _ROOT not in sys.path:
    sys.path.append(_ROOT)  # last, so that an installed provbank is the one that is tested
