"""A whole column of figures: what a comma means, what is hidden, what cannot be read."""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from toolkit.text.lists import row_words
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
from toolkit.text.words import Table
from toolkit.upload.errors import WORDS, UploadError, one_line, quoted, refusal, say
from toolkit.upload.kinds import SHARED, is_hidden, is_missing, is_unsure, map_unique

WAYS: Table[str] = Table(WORDS, "ways")
FRACTIONS = 1.5  # shares up to here may be parts of 1: bed occupancy passes 100 %
TYPICAL = 0.1  # below this middle value a part of 1 and a small percentage look alike
BOUNDS = ((120.0, "minutes"), (2_880.0, "hours"), (np.inf, "days"))  # unit by the middle value
MIN_SEC = re.compile(
    r"\bm(in(ute)?s?|m)? ?[:/.] ?s(ec(ond)?s?|s)?\b|minutes? (and|&) seconds?", re.I
)
NO_FIGURE = {
    "formulas": re.compile("="),
    "excel_error": re.compile(
        r"#(REF!|VALUE!|NAME\?|NUM!|NULL!|SPILL!|CALC!|DIV/0!|N/A|FIELD!|BLOCKED!|CONNECT!)", re.I
    ),
    "narrow": re.compile(r"#{2,}$"),
}


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
        raise refusal("no_figure", (), name, right=say(f"right.{kind}"))
    signs = map_unique(said, sign_of)
    if len({*signs} - {""} | ({"%"} if kind == "percent" else set())) > 1:
        raise _refusal("signs", said[signs != ""])
    notes = []
    if hidden.any():
        shown_by = dict.fromkeys(map(str, cells[hidden]))
        notes.append(_note("hidden", cells[hidden], signs=shown_by))
    if (unsure := map_unique(cells, is_unsure).to_numpy(bool)).any():
        notes.append(_note("unsure", cells[unsure], sign=cells[unsure].iloc[0]))
    if (marked := map_unique(said, is_marked).to_numpy(bool)).any():
        notes.append(_note("marked", said[marked]))
    values = map_unique(said, read_number, _decimal(said, kind, way, notes)).astype(float)
    unit = ""
    if kind == "percent":
        values, unit = _shares(said, values, way, notes), "%"
    elif kind == "duration":
        values, unit = _times(said, values, way, notes)
    bad = values.isna()
    if kind == "count":
        bad |= (values < 0) | (values % 1 != 0)
    if bad.any():
        if strict or bad.all():
            raise _unread(said[bad], kind)
        cells_bad = quoted(said[bad].tolist(), said.index[bad].tolist())
        notes.append(say("figures.left_out", name=name, cells=cells_bad))
        values = values.mask(bad)
    return Figures(values.reindex(cells.index), unit, tuple(notes))


def _note(key: str, cells: pd.Series, **facts: Any) -> str:
    """Return a note on some cells of a column."""
    rows = row_words(cells.index.tolist())
    return say(f"figures.{key}", name=str(cells.name), rows=rows, **facts)


def _refusal(key: str, cells: pd.Series, **facts: Any) -> UploadError:
    """Return what is wrong with some cells of a column."""
    rows = cells.index.tolist()
    return refusal(key, rows, str(cells.name), cells=quoted(cells.tolist(), rows), **facts)


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


def _unread(cells: pd.Series, kind: str) -> UploadError:
    """Return what is wrong with the cells that are no such figures."""
    texts = [cell if isinstance(cell, str) else "" for cell in cells]
    for key, form in NO_FIGURE.items():
        if all(map(form.match, texts)):
            return _refusal(key, cells)
    why = ""
    if all(isinstance(cell, datetime.date) for cell in cells):
        why = "dates"
    elif kind == "count" and all(read_number(cell) is not None for cell in cells):
        why = "counts"
    return _refusal("not_figures", cells, why=why, right=say(f"right.{kind}"))


def _decimal(cells: pd.Series, kind: str, way: str, notes: list[str]) -> str:
    """Return what stands before decimals in a column."""
    styles = map_unique(cells, style)
    seen = set(styles) - {""}
    marked = cells[styles != ""]
    if ({".", ","} <= seen) or {"1,234", "1.234"} <= seen:
        raise _refusal("marks", marked)
    mark, note = ".", ""
    if "," in seen:
        mark, note = ",", "decimal_comma"
    elif "1,234" in seen:
        mark, note = (",", "") if way == "decimals" else (".", "comma")
    elif seen == {"1.234"} and kind != "percent":
        if way == "thousands" or (kind == "count" and way != "decimals"):
            mark, note = ",", "point"
        elif way != "decimals":
            plain = map_unique(cells[styles == ""], read_number).astype(float)
            if not (plain.abs() >= 1000).any():
                raise _refusal("three_digits", marked)
    if note:
        notes.append(say(f"figures.{note}", name=cells.name))
    return mark


def _shares(cells: pd.Series, values: pd.Series, way: str, notes: list[str]) -> pd.Series:
    """Return percentages from 0 to 100, whichever way they were written."""
    signed = map_unique(cells, has_percent).to_numpy(bool)
    bare = values[~signed & values.notna()]
    if bare.empty or way == "per cent":
        return values
    parts = values.where(signed, values * 100).round(10)
    if way == "parts":
        return parts
    right, small = say("right.percent"), bare[bare.abs() <= FRACTIONS]
    rest, told = bare.drop(small.index), bare[bare != 0]
    if not signed.any() and len(rest):
        small = small[small % 1 != 0]
        alike = (small.abs() * 100).between(rest.abs().min() / 2, 2 * rest.abs().max())
        if alike.any():
            odd, other = cells[small[alike].index], f"{rest.iloc[0]:g}"
            raise _refusal("perhaps_two_ways", odd, other=other, right=right)
    if len(rest) or told.empty:
        return values
    if signed.any():
        raise _refusal("two_ways", cells[bare.index], right=right)
    if SHARED.search(str(cells.name)) and (bare.max() > 1 or bare.median() < TYPICAL):
        raise _refusal("small_shares", cells[bare.index])
    first = {"example": f"{told.iloc[0]:g}", "share": f"{round(told.iloc[0] * 100, 10):g}"}
    notes.append(say("figures.parts", name=cells.name, **first))
    return parts


def _times(
    cells: pd.Series, values: pd.Series, way: str, notes: list[str]
) -> tuple[pd.Series, str]:
    """Return times in one unit, and the unit."""
    name = str(cells.name)
    spoken = map_unique(cells, minutes).astype(float)
    bare = spoken.isna() & values.notna()
    unit = unit_of(name)
    clocks = map_unique(cells, is_clock).to_numpy(bool)
    if clocks.any():
        told = MIN_SEC.search(name) is not None
        if not (way in ("hours", "minutes") or told) and unit in ("minutes", "seconds"):
            raise _refusal("clock_under_unit", cells[clocks], unit=unit)
        short = way == "minutes" or (told and way != "hours")
        if short:
            spoken, unit = spoken.mask(clocks, spoken / 60), "minutes"
        first = {"count": int(clocks.sum()), "example": one_line(cells[clocks].iloc[0])}
        notes.append(say("figures.clock", **first, minutes=short))
    if bare.any() and not unit:
        if spoken.notna().any():
            raise _refusal("no_unit", cells[bare], right=say("right.duration"))
        notes.append(say("figures.no_unit", name=name))
        return values, ""
    if not unit:
        middle = spoken.median()
        unit = next((word for bound, word in BOUNDS if middle < bound), "minutes")
    notes.append(say("figures.unit", name=name, unit=unit))
    return (spoken / UNITS[unit]).where(spoken.notna(), values), unit
