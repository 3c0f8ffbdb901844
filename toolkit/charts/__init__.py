"""Altair charts: a frame goes in, a figure with words and a table twin comes out."""

import sys

# Altair imports jsonschema, which reads a whole grammar of web addresses (a second and more) to
# check a kind of value that no chart has. Told that the grammar is not installed, it does without.
_told = sys.modules.setdefault("rfc3987_syntax", None)
import altair  # noqa: E402, F401

if _told is None:
    del sys.modules["rfc3987_syntax"]
