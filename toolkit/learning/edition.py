"""Which edition of the course this is, and what it says about where the record is kept."""

from __future__ import annotations

import sys

# Python itself runs in the learner's browser; there are no files that last.
IN_BROWSER = sys.platform == "emscripten"

FILE = "my-record.json"
