"""Which edition of the course this is, and what it says about where the record is kept."""

from __future__ import annotations

import sys
from pathlib import Path

# Python itself runs in the learner's browser; there are no files that last.
IN_BROWSER = sys.platform == "emscripten"

FILE = "my-record.json"


def kept_where(path: Path) -> str:
    """Return in words where the record is kept that Python sees at ``path``."""
    return "in this browser, on this computer" if IN_BROWSER else f"in the file {path}"
