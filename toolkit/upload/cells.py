"""What one cell says when it holds no figure: nothing, not known, or a figure that is hidden."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from typing import Any

import pandas as pd

from toolkit.text.reading import short

# Words and marks that say "not known", among them those of the Government Statistical Service.
MISSING = frozenset(
    {"", "-", "--", "---", "n/a", "na", "n.a.", "n.a", "nan", "null", "tbc", "..", ".", "...", "…"}
    | {
        "not available",
        "not known",
        "not applicable",
        "unknown",
        "missing",
        "no data",
        "none given",
    }
    | {"not collected", "not submitted", "did not submit", "awaited", "pending", "tbd", "#n/a"}
    | {"[x]", "[z]", "[w]", "[b]", ":", "z", "x", "(x)", "(z)", "#div/0!", "nil return"}
)
# A dash and the like mean "none" in some tables, "not known" in others: so they are named.
UNSURE = frozenset({"-", "--", "---", ":", "."})
HIDDEN = frozenset(
    {"*", "**", "***", "#", "~", "[c]", "(c)", "c", "[s]", "[u]", "[low]", "low", "suppressed"}
    | {"redacted", "withheld", "hidden", "small number", "small numbers", "disc"}
)
HIDDEN_FORM = re.compile(
    r"([<>≤≥]=?|less than|fewer than|more than|under|over|up to|at least) ?\d{1,3}(\.\d+)? ?%?|"
    r"\d{1,2} or (fewer|less)|\d{1,3}\+"
)
SMALL_RANGE = re.compile(r"(?:between )?(\d{1,2}) ?(?:-|to|and) ?(\d{1,2})")
SMALL = 10  # a range up to here hides a small number


def map_unique(cells: pd.Series, tell: Callable[..., Any], *more: Any) -> pd.Series:
    """Apply a function to each cell, once for cells that are alike."""
    keys = [(type(cell), cell) for cell in cells]
    told = {key: tell(key[1], *more) for key in dict.fromkeys(keys)}
    return pd.Series([told[key] for key in keys], index=cells.index, name=cells.name)


def is_missing(cell: Any) -> bool:
    """Return whether a cell says that nothing is known."""
    if cell is None or (isinstance(cell, float) and not math.isfinite(cell)):
        return True
    return isinstance(cell, str) and len(cell) <= 20 and short(cell) in MISSING


def is_unsure(cell: Any) -> bool:
    """Return whether a cell holds a mark that may mean none or not known, as a dash does."""
    return isinstance(cell, str) and short(cell) in UNSURE


def is_hidden(cell: Any) -> bool:
    """Return whether a cell hides a small number, as ``<5``, ``1-4``, ``#`` and ``*`` do."""
    text = short(cell)
    if not text or (text[0].isalpha() and len(text) > 20):
        return False
    if match := SMALL_RANGE.fullmatch(text):
        return int(match[1]) < int(match[2]) <= SMALL
    return text in HIDDEN or HIDDEN_FORM.fullmatch(text) is not None
