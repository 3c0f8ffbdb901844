"""A whole column of figures: what a comma means, what is hidden, what cannot be read."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from toolkit.intake.cells import (
    UNITS,
    comma,
    each,
    has_percent,
    is_hidden,
    is_marked,
    is_missing,
    minutes,
    number,
    unit_of,
)
from toolkit.intake.errors import IntakeError, Trouble, number_of, quoted, row_words
from toolkit.intake.kinds import SHARED

RIGHT = {
    "count": "a whole number such as 12 or 1,234, or an empty cell",
    "number": "a number such as 12.5, or an empty cell",
    "percent": "a share such as 85% or 0.85, in one way in the whole column",
    "duration": "a time such as 90 min, 2h 15m, 1:30 or 2 days, each with its unit",
}
FRACTIONS = 1.5  # shares up to here are parts of 1: bed occupancy passes 100 %
BOUNDS = ((120.0, "minutes"), (2_880.0, "hours"), (np.inf, "days"))  # unit by the middle value


@dataclass(frozen=True, eq=False)
class Figures:
    """A column of figures, in one unit: percentages as 0 to 100; NaN where nothing is known."""

    numbers: pd.Series
    unit: str  # ``%``, a unit of time, or nothing
    notes: tuple[str, ...]


def read_figures(cells: pd.Series, kind: str, *, strict: bool = True) -> Figures:
    """Return a column of figures; ``strict``: a bad cell is an error, or else left out."""
    name = str(cells.name)
    hidden = each(cells, is_hidden).to_numpy(bool)
    said = cells[~each(cells, is_missing).to_numpy(bool) & ~hidden]
    if said.empty:
        raise IntakeError(Trouble("There is no figure", "empty cells", RIGHT[kind], (), name))
    notes: list[str] = []
    if hidden.any():
        rows = row_words(cells.index[hidden].tolist())
        notes.append(
            f"Small numbers are hidden in '{name}', {rows}, such as by * or <5; they stay gaps."
        )
    if (marked := each(said, is_marked).to_numpy(bool)).any():
        rows = row_words(said.index[marked].tolist())
        notes.append(f"In '{name}', {rows}, marks such as * or [p] after a figure are passed over.")
    values = each(said, number, _comma(name, said, notes)).astype(float)
    unit = ""
    if kind == "percent":
        values, unit = _shares(name, said, values, notes), "%"
    elif kind == "duration":
        values, unit = _times(name, said, values, notes)
    bad = values.isna()
    if kind == "count":
        bad |= (values < 0) | (values % 1 != 0)
    if bad.any():
        trouble = _unread(name, said[bad], kind)
        if strict or bad.all():
            raise IntakeError(trouble)
        notes.append(f"Left out of '{name}': {trouble.found}.")
        values = values.mask(bad)
    return Figures(values.reindex(cells.index), unit, tuple(notes))


def _trouble(name: str, what: str, cells: pd.Series, right: str, more: str = "") -> Trouble:
    """Return what is wrong with some cells of a column."""
    rows = cells.index.tolist()
    return Trouble(what, quoted(cells.tolist(), rows) + more, right, tuple(rows), name)


def _unread(name: str, cells: pd.Series, kind: str) -> Trouble:
    """Return what is wrong with the cells that are no such figures."""
    texts = [cell if isinstance(cell, str) else "" for cell in cells]
    if all(text.startswith("=") for text in texts):
        what = "Formulas came without their results"
        return _trouble(name, what, cells, "the cells pasted as values")
    if all(text.startswith("#") for text in texts):
        right = "the formula mended in Excel, or the cells left empty"
        return _trouble(name, "Excel could not work some cells out", cells, right)
    if kind == "count" and all(number(cell) is not None for cell in cells):
        right = f"{RIGHT[kind]}; or choose another kind"
        return _trouble(name, "Some cells are not counts", cells, right)
    return _trouble(name, "Some cells cannot be read", cells, RIGHT[kind])


def _comma(name: str, cells: pd.Series, notes: list[str]) -> str:
    """Return what stands before decimals in a column."""
    uses = each(cells, comma)
    if not (uses == "decimal").any():
        if (uses == "either").any():
            notes.append(f"In '{name}' a comma parts thousands: 1,234 is over a thousand.")
        return "."
    points = cells.map(lambda cell: isinstance(cell, str) and comma(cell) == "" and "." in cell)
    clash = (uses == "thousands") | (points & each(cells, number).notna())
    if clash.any():
        both, what = cells[clash | (uses == "decimal")], "Commas and points mean different things"
        raise IntakeError(_trouble(name, what, both, "one way in the whole column"))
    notes.append(f"In '{name}' a comma stands before the decimals: 12,5 is twelve and a half.")
    return ","


def _shares(name: str, cells: pd.Series, values: pd.Series, notes: list[str]) -> pd.Series:
    """Return percentages from 0 to 100, whichever way they were written."""
    signed = each(cells, has_percent).astype(bool)
    bare = values[~signed & values.notna()]
    if bare.empty or bare.abs().max() > FRACTIONS:
        return values
    if signed.any() and (bare != 0).any():
        what, odd = "Shares are written in two ways", cells[bare.index]
        raise IntakeError(_trouble(name, what, odd, RIGHT["percent"], " without %"))
    if not signed.any() and not SHARED.search(name):
        notes.append(f"'{name}' holds parts of 1, such as 0.85; they are shown as per cent.")
        return (values * 100).round(10)
    return values


def _times(
    name: str, cells: pd.Series, values: pd.Series, notes: list[str]
) -> tuple[pd.Series, str]:
    """Return times in one unit, and the unit."""
    spoken = each(cells, minutes).astype(float)
    bare = spoken.isna() & values.notna()
    unit = unit_of(name)
    if bare.any() and not unit:
        if spoken.notna().any():
            what = "Some times have no unit"
            raise IntakeError(_trouble(name, what, cells[bare], RIGHT["duration"]))
        notes.append(f"'{name}' does not say its unit; the numbers are shown as they stand.")
        return values, ""
    if not unit:
        middle = spoken.median()
        unit = next((word for bound, word in BOUNDS if middle < bound), "minutes")
    clocks = cells.map(lambda cell: isinstance(cell, str) and ":" in cell).sum()
    if clocks:
        notes.append(f"{number_of(clocks, 'time')} such as 1:30 were read as hours and minutes.")
    notes.append(f"Times in '{name}' are shown in {unit}.")
    return (spoken / UNITS[unit]).where(spoken.notna(), values), unit
