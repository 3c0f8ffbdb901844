"""Altair charts: a frame goes in, a figure with words and a table twin comes out."""

import sys
from typing import Any

# Altair imports jsonschema, which reads a whole grammar of web addresses (a second and more) to
# check a kind of value that no chart has. Told that the grammar is not installed, it does without.
_modules: dict[str, Any] = sys.modules  # None stands for a module that is not to be had
_told = _modules.setdefault("rfc3987_syntax", None)
import altair  # noqa: E402

if _told is None:
    del _modules["rfc3987_syntax"]
