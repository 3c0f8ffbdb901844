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
    """A column of figures.

    Parameters
    ----------
    numbers : Series
        One number for each row; NaN where nothing is known.
    unit : str
        ``%``, a unit of time, or nothing.
    notes : tuple of str
        What was decided.
    """

    numbers: pd.Series
    unit: str
    notes: tuple[str, ...]


def read_figures(
    cells: pd.Series, kind: str, *, decimal: str | None = None, strict: bool = True
) -> Figures:
    """Read a column of figures.

    Parameters
    ----------
    cells : Series
        The cells; the index holds row numbers.
    kind : {"count", "number", "percent", "duration"}
        What they are.
    decimal : {".", ","}, optional
        What stands before decimals; by default found out.
    strict : bool
        Whether a cell that cannot be read is an error, or left out and told.

    Returns
    -------
    Figures
        The numbers: percentages as 0 to 100, times in one unit.

    Raises
    ------
    IntakeError
        If a cell cannot be read; the message names the rows.
    """
    name = str(cells.name)
    missing = each(cells, is_missing).to_numpy(bool)
    hidden = each(cells, is_hidden).to_numpy(bool)
    said = cells[~missing & ~hidden]
    notes: list[str] = []
    if hidden.any():
        rows = row_words(cells.index[hidden].tolist())
        notes.append(
            f"Small numbers are hidden in '{name}', {rows}, such as by * or <5; they stay gaps."
        )
    decimal = decimal or _comma(name, said, notes)
    values = each(said, number, decimal).astype(float)
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
    if said.empty:
        raise IntakeError(Trouble("There is no figure", "empty cells", RIGHT[kind], (), name))
    return Figures(values.reindex(cells.index), unit, tuple(notes))


def _unread(name: str, cells: pd.Series, kind: str) -> Trouble:
    """Return what is wrong with the cells that are no such figures."""
    rows = cells.index.tolist()
    right = RIGHT[kind]
    if all(isinstance(cell, str) and cell.startswith("=") for cell in cells):
        what, right = "Formulas came without their results", "the cells pasted as values"
    elif kind == "count" and all(number(cell) is not None for cell in cells):
        what, right = "Some cells are not counts", f"{right}; or choose another kind"
    else:
        what = "Some cells cannot be read"
    return Trouble(what, quoted(cells.tolist(), rows), right, tuple(rows), name)


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
        both = clash | (uses == "decimal")
        rows = cells.index[both].tolist()
        found, right = quoted(cells[both].tolist(), rows), "one way in the whole column"
        what = "Commas and points mean different things"
        raise IntakeError(Trouble(what, found, right, tuple(rows), name))
    notes.append(f"In '{name}' a comma stands before the decimals: 12,5 is twelve and a half.")
    return ","


def _shares(name: str, cells: pd.Series, values: pd.Series, notes: list[str]) -> pd.Series:
    """Return percentages from 0 to 100, whichever way they were written."""
    signed = each(cells, has_percent).astype(bool)
    bare = values[~signed & values.notna()]
    small = bare.empty or (bare.abs().max() <= FRACTIONS)
    if bare.empty:
        return values
    if signed.any() and small and (bare != 0).any():
        rows = bare.index.tolist()
        what, found = "Shares are written in two ways", quoted(cells[rows].tolist(), rows)
        raise IntakeError(Trouble(what, f"{found} without %", RIGHT["percent"], tuple(rows), name))
    if small and not signed.any() and not SHARED.search(name):
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
            rows = cells.index[bare].tolist()
            what, found = "Some times have no unit", quoted(cells[bare].tolist(), rows)
            raise IntakeError(Trouble(what, found, RIGHT["duration"], tuple(rows), name))
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
