"""A whole column of figures: what a comma means, what is hidden, what cannot be read."""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from toolkit.text.lists import listed, number_of, row_words
from toolkit.text.reading import (
    UNITS,
    has_percent,
    is_clock,
    is_marked,
    minutes,
    read_number,
    sign_of,
    style,
    unit_of,
)
from toolkit.upload.cells import is_hidden, is_missing, is_unsure, map_unique
from toolkit.upload.errors import Trouble, UploadError, quoted, shown
from toolkit.upload.kinds import SHARED

RIGHT = {
    "count": "a whole number such as 12 or 1,234, or an empty cell",
    "number": "a number such as 12.5, or an empty cell",
    "percent": "a share such as 85% or 0.85, in one way in the whole column",
    "duration": "a time such as 90 min, 2h 15m, 1:30 or 2 days, each with its unit",
}
# What the same figures can mean; whoever brings them chooses.
WAYS = {
    "parts": "0.85 is 85 %",
    "per cent": "0.85 is less than 1 %",
    "hours": "7:10 is 7 hours 10 minutes",
    "minutes": "7:10 is 7 minutes 10 seconds",
    "thousands": "1.234 or 1,234 is over a thousand",
    "decimals": "1.234 or 1,234 is a little over one",
}
CHOOSE = "or your choice in step 1 of what the figures mean"
FRACTIONS = 1.5  # shares up to here may be parts of 1: bed occupancy passes 100 %
TYPICAL = 0.1  # below this middle value a part of 1 and a small percentage look alike
BOUNDS = ((120.0, "minutes"), (2_880.0, "hours"), (np.inf, "days"))  # unit by the middle value
MIN_SEC = re.compile(
    r"\bm(in(ute)?s?|m)? ?[:/.] ?s(ec(ond)?s?|s)?\b|minutes? (and|&) seconds?", re.I
)
EXCEL = re.compile(
    r"#(REF!|VALUE!|NAME\?|NUM!|NULL!|SPILL!|CALC!|DIV/0!|N/A|FIELD!|BLOCKED!|CONNECT!)", re.I
)


@dataclass(frozen=True, eq=False)
class Figures:
    """A column of figures, in one unit: percentages as 0 to 100; NaN where nothing is known."""

    numbers: pd.Series
    unit: str  # ``%``, a unit of time, or nothing
    notes: tuple[str, ...]


def read_figures(cells: pd.Series, kind: str, *, strict: bool = True, way: str = "") -> Figures:
    """Return a column of figures.

    Parameters
    ----------
    cells : Series
        The column, named by its heading.
    kind : {"count", "percent", "duration", "number"}
        What the figures are.
    strict : bool
        Whether a bad cell is an error; if not, it is left out.
    way : str
        One of ``WAYS``, where the same figures can mean two things; empty: find out, or ask.

    Returns
    -------
    Figures
        The numbers, their unit, and what was understood.
    """
    name = str(cells.name)
    hidden = map_unique(cells, is_hidden).to_numpy(bool)
    said = cells[~map_unique(cells, is_missing).to_numpy(bool) & ~hidden]
    if said.empty:
        raise UploadError(Trouble("There is no figure", "empty cells", RIGHT[kind], (), name))
    signs = map_unique(said, sign_of)
    if len({*signs} - {""} | ({"%"} if kind == "percent" else set())) > 1:
        what, right = "Figures carry different signs", "one unit in the whole column"
        raise UploadError(_trouble(name, what, said[signs != ""], right))
    notes = _signs(name, cells, hidden)
    if (marked := map_unique(said, is_marked).to_numpy(bool)).any():
        rows = row_words(said.index[marked].tolist())
        notes.append(f"In '{name}', {rows}, marks such as * or [p] after a figure are passed over.")
    values = map_unique(said, read_number, _decimal(name, said, kind, way, notes)).astype(float)
    unit = ""
    if kind == "percent":
        values, unit = _shares(name, said, values, way, notes), "%"
    elif kind == "duration":
        values, unit = _times(name, said, values, way, notes)
    bad = values.isna()
    if kind == "count":
        bad |= (values < 0) | (values % 1 != 0)
    if bad.any():
        trouble = _unread(name, said[bad], kind)
        if strict or bad.all():
            raise UploadError(trouble)
        notes.append(f"Left out of '{name}': {trouble.found}.")
        values = values.mask(bad)
    return Figures(values.reindex(cells.index), unit, tuple(notes))


def ways(cells: pd.Series, kind: str) -> Mapping[str, str]:
    """Return what the figures of a column can mean, if that is more than one thing."""
    said = cells[~map_unique(cells, is_missing).to_numpy(bool)]
    if kind == "percent":
        values = map_unique(said, read_number).astype(float)
        bare = values[~map_unique(said, has_percent).to_numpy(bool)].dropna()
        able = ("parts", "per cent") * bool(len(bare) and (bare.abs() <= FRACTIONS).any())
    elif kind == "duration" and map_unique(said, is_clock).any():
        able = ("hours", "minutes")
    else:
        styles = set(map_unique(said, style))
        able = ("thousands", "decimals") * bool(styles & {"1,234", "1.234"})
    return {way: WAYS[way] for way in able}


def _signs(name: str, cells: pd.Series, hidden: np.ndarray) -> list[str]:
    """Return notes on cells that hide a figure, or say by a mark that there is none."""
    notes = []
    if hidden.any():
        rows, found = row_words(cells.index[hidden].tolist()), cells[hidden]
        signs = listed(dict.fromkeys(f"{cell}" for cell in found))
        notes.append(
            f"Small or rounded figures are hidden by {signs} in '{name}', {rows}. They stay gaps."
        )
    unsure = map_unique(cells, is_unsure).to_numpy(bool)
    if unsure.any():
        rows, sign = row_words(cells.index[unsure].tolist()), cells[unsure].iloc[0]
        notes.append(
            f"In '{name}', {rows}, we read {sign} as not known. If it means none, write 0 there."
        )
    return notes


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
    if all(EXCEL.match(text) for text in texts):
        right = "the formula mended in Excel, or the cells left empty"
        return _trouble(name, "Excel could not work some cells out", cells, right)
    if all(re.fullmatch(r"#{2,}", text) for text in texts):
        what = "The column was too narrow in Excel to show some figures"
        return _trouble(name, what, cells, "the column made wider, and the file saved again")
    if all(isinstance(cell, datetime.date) for cell in cells):
        what = "Some cells are dates; Excel makes one of an entry such as 1-4"
        return _trouble(name, what, cells, RIGHT[kind])
    if kind == "count" and all(read_number(cell) is not None for cell in cells):
        right = f"{RIGHT[kind]}; or choose another kind"
        return _trouble(name, "Some cells are not counts", cells, right)
    return _trouble(name, "Some cells cannot be read", cells, RIGHT[kind])


def _decimal(name: str, cells: pd.Series, kind: str, way: str, notes: list[str]) -> str:
    """Return what stands before decimals in a column."""
    styles = map_unique(cells, style)
    seen = set(styles) - {""}
    if ({".", ","} <= seen) or {"1,234", "1.234"} <= seen:
        both, what = cells[styles != ""], "Commas and points mean different things"
        raise UploadError(_trouble(name, what, both, "one way in the whole column"))
    if "," in seen:
        notes.append(f"In '{name}' a comma stands before the decimals: 12,5 is twelve and a half.")
        return ","
    if "1,234" in seen:
        if way == "decimals":
            return ","
        notes.append(f"In '{name}' a comma parts thousands: 1,234 is over a thousand.")
        return "."
    if seen != {"1.234"} or kind == "percent":
        return "."
    if way == "thousands" or (kind == "count" and way != "decimals"):
        notes.append(f"In '{name}' a point parts thousands: 1.234 is over a thousand.")
        return ","
    plain = map_unique(cells[styles == ""], read_number).astype(float)
    if way != "decimals" and not (plain.abs() >= 1000).any():
        what = "Every point is followed by three digits, so it may mark thousands or decimals"
        right = f"1,234 or 1234 for thousands, 1.2340 for decimals, {CHOOSE}"
        raise UploadError(_trouble(name, what, cells[styles != ""], right))
    return "."


def _shares(
    name: str, cells: pd.Series, values: pd.Series, way: str, notes: list[str]
) -> pd.Series:
    """Return percentages from 0 to 100, whichever way they were written."""
    signed = map_unique(cells, has_percent).to_numpy(bool)
    bare = values[~signed & values.notna()]
    small = bare[(bare.abs() <= FRACTIONS) & (bare % 1 != 0)]
    if bare.empty or way == "per cent":
        return values
    if way == "parts":
        return values.where(signed, values * 100).round(10)
    all_small = bool(bare.abs().max() <= FRACTIONS)
    if signed.any():
        if all_small and (bare != 0).any():
            what, odd = "Shares are written in two ways", cells[bare.index]
            raise UploadError(_trouble(name, what, odd, RIGHT["percent"], " without %"))
        return values
    if not all_small:
        rest = bare[bare.abs() > FRACTIONS]
        alike = (small.abs() * 100).between(rest.abs().min() / 2, 2 * rest.abs().max())
        if alike.any():
            what, odd = "Shares seem to be written in two ways", cells[small[alike].index]
            more = f", while others are like {rest.iloc[0]:g}"
            right = f"{RIGHT['percent']}, {CHOOSE}"
            raise UploadError(_trouble(name, what, odd, right, more))
        return values
    if not (bare != 0).any():
        return values
    if SHARED.search(name) and (bare.max() > 1 or bare.median() < TYPICAL):
        what = "Small figures under a heading of percentages can mean two things"
        right = f"85% or 85 for 85 %, 0.85% for less than 1 %, {CHOOSE}"
        raise UploadError(_trouble(name, what, cells[bare.index], right))
    example = bare[bare != 0].iloc[0]
    notes.append(
        f"'{name}' holds parts of 1: {example:g} was read as {round(example * 100, 10):g} %. If it "
        "is less than 1 %, say so in step 1."
    )
    return (values * 100).round(10)


def _times(
    name: str, cells: pd.Series, values: pd.Series, way: str, notes: list[str]
) -> tuple[pd.Series, str]:
    """Return times in one unit, and the unit."""
    spoken = map_unique(cells, minutes).astype(float)
    bare = spoken.isna() & values.notna()
    unit = unit_of(name)
    clocks = map_unique(cells, is_clock).to_numpy(bool)
    if clocks.any():
        told = bool(MIN_SEC.search(name))
        if not (way in ("hours", "minutes") or told) and unit in ("minutes", "seconds"):
            what = f"Times with a colon stand under a heading in {unit}"
            right = f"7.2 or 0:07:10 for 7 minutes 10 seconds, {CHOOSE}"
            raise UploadError(_trouble(name, what, cells[clocks], right))
        if way == "minutes" or (told and way != "hours"):
            spoken = spoken.mask(clocks, spoken / 60)
            unit, manner = "minutes", "minutes and seconds"
        else:
            manner = "hours and minutes"
        known = number_of(int(clocks.sum()), "time")
        notes.append(f"{known} such as {shown(cells[clocks].iloc[0])} were read as {manner}.")
    if bare.any() and not unit:
        if spoken.notna().any():
            what = "Some times have no unit"
            raise UploadError(_trouble(name, what, cells[bare], RIGHT["duration"]))
        notes.append(f"'{name}' does not say its unit; the numbers are shown as they stand.")
        return values, ""
    if not unit:
        middle = spoken.median()
        unit = next((word for bound, word in BOUNDS if middle < bound), "minutes")
    notes.append(f"Times in '{name}' are shown in {unit}.")
    return (spoken / UNITS[unit]).where(spoken.notna(), values), unit
