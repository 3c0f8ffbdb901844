"""What was understood, in a sentence and in a small table, so that somebody can correct it."""

from __future__ import annotations

import pandas as pd

from toolkit.text.lists import listed, number_of
from toolkit.upload.kinds import KINDS
from toolkit.upload.layout import text_of
from toolkit.upload.periods import when
from toolkit.upload.timeline import Series
from toolkit.upload.upload import Upload

ROWS = 6
MANNERS = {
    "count": "a count",
    "percent": "a proportion",
    "duration": "a time",
    "number": "a number",
}


def summary(of: Upload | Series) -> str:
    """Return what was understood of a file or a series, as one sentence."""
    if isinstance(of, Upload):
        kinds = listed(f"{name} ({KINDS[kind]})" for name, kind in of.kinds.items())
        rows, columns = number_of(len(of.frame), "row"), number_of(len(of.kinds), "column")
        return f"{rows}, {columns}: {kinds}."
    first, last = (when(day, of.every) for day in of.frame["start"].iloc[[0, -1]])
    unit = f" in {of.unit}" if of.unit not in ("", "%") else ""
    gaps = "none missing"
    if of.missing:
        named = listed(when(each, of.every) for each in of.missing)
        gaps = f"{number_of(len(of.missing), of.every)} missing ({named})"
    held = number_of(len(of.frame), of.every)
    return f"{held} from {first} to {last}, {MANNERS[of.kind]}{unit}, {gaps}."


def first_rows(of: Upload | Series) -> pd.DataFrame:
    """Return the first rows of a file or a series, as text."""
    head = of.frame.head(ROWS)
    if isinstance(of, Upload):
        return head.map(text_of).reset_index()
    # Figures stand as they were given; a share that was worked out has a few digits.
    values = [_said(round(x, 2) if of.chart == "p" else x, of.unit) for x in head["value"]]
    return pd.DataFrame({of.every: [when(x, of.every) for x in head["start"]], of.label: values})


def _said(value: float, unit: str) -> str:
    if pd.isna(value):
        return "missing"
    return f"{value:,.12g} {unit}".strip()
