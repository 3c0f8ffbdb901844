"""A whole column of dates: in which order its numbers stand, and where it contradicts itself."""

from __future__ import annotations

import datetime
from collections import Counter
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import pandas as pd

from toolkit.intake.cells import is_missing
from toolkit.intake.dates import ORDERS, SPANS, Reading, orders_of, partly, read_date
from toolkit.intake.errors import IntakeError, Trouble, listed, quoted

SWAPPED = 2  # this many of each kind show that Excel has turned some dates round
EXAMPLE = "01/04/2024, 1-Apr-24, Apr-24, 2024-04-01 or w/c 01/04/2024"


@dataclass(frozen=True, eq=False)
class Dates:
    """A column of dates.

    Parameters
    ----------
    days : Series
        One time stamp for each row; missing where the cell was empty or could not be read.
    span : str
        The coarsest thing that a cell names: ``day``, ``month`` or ``quarter``.
    order : str
        The order that was taken for dates in numbers; empty if no cell hangs on it.
    doubt : bool
        Whether another order would be possible too.
    notes : tuple of str
        What was decided.
    unread : tuple of int
        Rows that could not be read.
    """

    days: pd.Series
    span: str
    order: str
    doubt: bool
    notes: tuple[str, ...]
    unread: tuple[int, ...]


def read_dates(values: pd.Series, *, order: str | None = None, strict: bool = True) -> Dates:
    """Read a column of dates.

    Parameters
    ----------
    values : Series
        The cells; the index holds row numbers.
    order : {"dmy", "mdy", "ymd"}, optional
        In which order day, month and year stand in dates like 01/04/24; by default found out.
    strict : bool
        Whether a cell that cannot be read is an error, or left out and told.

    Returns
    -------
    Dates
        The days, and what was decided.

    Raises
    ------
    IntakeError
        If the dates contradict each other or cannot be read.
    """
    name = str(values.name)
    cells = values.tolist()
    known: dict[tuple[type, Any], Reading | None] = {}
    for cell in cells:
        if (key := (type(cell), cell)) not in known:
            known[key] = None if is_missing(cell) else read_date(cell)
    readings = [known[type(cell), cell] for cell in cells]
    unread = [
        (row, cell)
        for row, cell, reading in zip(values.index, cells, readings, strict=True)
        if reading is None and not is_missing(cell)
    ]
    if not any(readings) or (unread and strict):
        raise IntakeError(_unread(name, unread))
    rows = [(row, r) for row, r in zip(values.index, readings, strict=True) if r is not None]
    chosen, doubt, notes = _order(name, rows, order)
    forms = Counter(reading.form for _, reading in rows)
    if len(forms) > 1:
        main = forms.most_common(1)[0][0]
        odd = [(row, reading.form) for row, reading in rows if reading.form != main]
        notes.append(
            f"Dates are written in {len(forms)} ways; all were understood. Most are {main}; "
            f"other ways: {quoted([form for _, form in odd], [row for row, _ in odd])}."
        )
    if unread:
        notes.append(f"Left out, not dates: {_named(unread)}.")
    back = sum(reading.back > 0 for _, reading in rows)
    if back:
        notes.append("Weeks were named by their last day; they are shown by their first.")
    found = {id(r): r.at(chosen or "dmy") for r in known.values() if r is not None}
    days = [found[id(r)] if r is not None else None for r in readings]
    span = max((reading.span for _, reading in rows), key=SPANS.index)
    return Dates(
        days=pd.Series(pd.to_datetime(pd.Series(days, dtype=object)).array, index=values.index),
        span=span,
        order=chosen,
        doubt=doubt,
        notes=tuple(notes),
        unread=tuple(row for row, _ in unread),
    )


def _named(pairs: list[tuple[int, Any]]) -> str:
    return quoted([cell for _, cell in pairs], [row for row, _ in pairs])


def _unread(name: str, unread: list[tuple[int, Any]]) -> Trouble:
    if not unread:
        return Trouble("There is no date", "empty cells", EXAMPLE, (), name)
    lacks = {lack for _, cell in unread if (lack := partly(cell))}
    what = "Some cells are not dates"
    found = _named(unread) + (f": {listed(sorted(lacks))}" if lacks else "")
    right = f"a whole date with its year, such as {EXAMPLE}"
    return Trouble(what, found, right, tuple(row for row, _ in unread), name)


def _order(
    name: str, rows: list[tuple[int, Reading]], order: str | None
) -> tuple[str, bool, list[str]]:
    """Return the order of day, month and year, whether it is in doubt, and notes."""
    hanging = [(row, reading) for row, reading in rows if reading.parts]
    if not hanging:
        return "", False, []
    able = {parts: orders_of(r) for parts, r in {r.parts: r for _, r in hanging}.items()}
    fits = {
        one: [row for row, reading in hanging if one not in able[reading.parts]] for one in ORDERS
    }
    possible = [one for one, misfits in fits.items() if not misfits]
    if order is not None:
        if fits[order]:
            raise IntakeError(_contrary(name, hanging, able, order))
        return order, len(possible) > 1, [f"Dates were read as {ORDERS[order]}, as you chose."]
    if not possible:
        raise IntakeError(_contrary(name, hanging, able, min(fits, key=lambda o: len(fits[o]))))
    if "dmy" in possible and _turned(rows):
        raise IntakeError(_swapped(name, rows))
    likely = [one for one in possible if _even([r.at(one) for _, r in hanging])]
    chosen = (likely or possible)[0]
    if len(possible) == 1:
        return chosen, False, [f"Dates were read as {ORDERS[chosen]}: no other order fits."]
    why = "they are evenly spaced that way" if likely else "it is usual in the UK"
    others = listed(ORDERS[one] for one in possible if one != chosen)
    note = f"Dates were read as {ORDERS[chosen]}, as {why}. They could also be {others}."
    return chosen, True, [note]


def _even(days: list[datetime.date | None]) -> bool:
    """Return whether all dates are the first of a month, or whole weeks apart."""
    known = sorted({day for day in days if day is not None})
    if len(known) < 3:
        return False
    months = len({(day.year, day.month) for day in known}) == len(known)
    return (months and all(day.day == 1 for day in known)) or all(
        (later - earlier).days % 7 == 0 and (later - earlier).days <= 35
        for earlier, later in pairwise(known)
    )


def _turned(rows: list[tuple[int, Reading]]) -> bool:
    """Return whether Excel seems to have turned round the dates that it took for American ones.

    Then text is left where the day is above 12, and what became a date has no such day.
    """
    text = [reading.parts for _, reading in rows if reading.parts]
    real = [reading.day for _, reading in rows if reading.form == "a date of Excel"]
    return (
        min(len(text), len(real)) >= SWAPPED
        and all(parts[0] > 12 >= parts[1] for parts in text)
        and all(day is not None and day.day <= 12 for day in real)
        and any(day is not None and day.day > 1 for day in real)
    )


def _swapped(name: str, rows: list[tuple[int, Reading]]) -> Trouble:
    real = tuple(row for row, reading in rows if not reading.parts)
    return Trouble(
        "Excel seems to have exchanged day and month in some dates",
        "text where the day is above 12, and dates of Excel only where it is not",
        "the dates fetched again with Data, From Text/CSV, and the column set to day, month, year; "
        "or say yourself that the order is day, month, year",
        real,
        name,
    )


def _contrary(
    name: str,
    rows: list[tuple[int, Reading]],
    able: dict[tuple[int, ...], tuple[str, ...]],
    order: str,
) -> Trouble:
    odd = [(row, "/".join(map(str, r.parts))) for row, r in rows if order not in able[r.parts]]
    return Trouble(
        "Dates are mixed: not all of them can be read in one order",
        f"{_named(odd)} cannot be {ORDERS[order]}, while others are",
        "one order in the whole column, best of all 2024-04-01 or 1-Apr-24",
        tuple(row for row, _ in odd),
        name,
    )
