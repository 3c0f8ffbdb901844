"""What was understood, in words and in a small table, so that somebody can correct it."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from toolkit.intake.errors import listed, number_of
from toolkit.intake.kinds import KINDS
from toolkit.intake.periods import when
from toolkit.intake.timeline import Series
from toolkit.intake.upload import Upload

ROWS = 6
MANNERS = {
    "count": "a count",
    "percent": "a proportion",
    "duration": "a time",
    "number": "a number",
}


@dataclass(frozen=True, eq=False)
class Preview:
    """What was understood.

    Parameters
    ----------
    summary : str
        One sentence.
    notes : tuple of str
        What was decided on the way.
    troubles : tuple of str
        What is wrong.
    frame : DataFrame
        The first rows as they were understood, as text.
    """

    summary: str
    notes: tuple[str, ...]
    troubles: tuple[str, ...]
    frame: pd.DataFrame


def preview(of: Upload | Series) -> Preview:
    """Return what was understood of a file or a series.

    Parameters
    ----------
    of : Upload or Series
        What ``read`` or ``series`` returned.

    Returns
    -------
    Preview
        In words, with the first rows.
    """
    if isinstance(of, Upload):
        kinds = listed(f"{each.name} ({KINDS[each.kind]})" for each in of.columns)
        said = (
            f"{number_of(len(of.frame), 'row')}, {number_of(len(of.columns), 'column')}: {kinds}."
        )
        head = of.frame.head(ROWS).map(lambda cell: "" if cell is None else str(cell))
        head = head.reset_index()
        return Preview(said, of.notes, tuple(map(str, of.troubles)), head)
    frame = of.frame
    names = [when(day, of.every) for day in frame["start"].head(ROWS)]
    head = pd.DataFrame(
        {of.every: names, of.label: [_said(v, of.unit) for v in frame["value"].head(ROWS)]}
    )
    return Preview(_summary(of), of.notes, (), head)


def _said(value: float, unit: str) -> str:
    if pd.isna(value):
        return "missing"
    text = f"{value:,.2f}".rstrip("0").rstrip(".")
    return f"{text} {unit}".strip()


def _summary(of: Series) -> str:
    first, last = (when(day, of.every) for day in of.frame["start"].iloc[[0, -1]])
    unit = f" in {of.unit}" if of.unit not in ("", "%") else ""
    said = f"{number_of(len(of.frame), of.every)} from {first} to {last}, {MANNERS[of.kind]}{unit}"
    if of.missing:
        named = listed(when(each, of.every) for each in of.missing)
        said += f", {number_of(len(of.missing), of.every)} missing ({named})"
    else:
        said += ", none missing"
    return f"{said}."
