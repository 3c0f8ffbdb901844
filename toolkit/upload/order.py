"""A whole column of dates: in which order its numbers stand, and where it contradicts itself."""

from __future__ import annotations

import calendar
import datetime
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import pairwise

import pandas as pd

from toolkit.text.lists import listed, row_words
from toolkit.upload.cells import is_missing, map_unique
from toolkit.upload.dates import (
    BEFORE,
    ORDERS,
    QUARTERS,
    SPANS,
    DateReading,
    orders_of,
    partly,
    read_period,
)
from toolkit.upload.errors import Trouble, UploadError, quoted, shown
from toolkit.upload.kinds import plain_heading
from toolkit.upload.layout import LOOK, text_of

SWAPPED = 2  # this many of each kind show that Excel has turned some dates round
NUMBERED = ("like 2024-04", "like 04/2024", "like 2024M04")
EXAMPLE = "01/04/2024, 1-Apr-24, Apr-24, 2024-04-01 or w/c 01/04/2024"


@dataclass(frozen=True, eq=False)
class Dates:
    """A column of dates: one day for each row, the coarsest thing a cell names, and notes."""

    days: pd.Series  # time stamps; missing where the cell was empty or could not be read
    spans: pd.Series  # one of `SPANS` for each row that has a day
    notes: tuple[str, ...]
    unread: tuple[int, ...]  # rows

    @property
    def span(self) -> str:
        """The coarsest thing that a cell names."""
        return max(set(self.spans), key=SPANS.index)

    def only(self, every: str) -> Dates:
        """Return the dates without years and quarters, where finer ones stand beside them."""
        # A column that holds months, quarters and years holds each figure more than once.
        fits = [span for span in set(self.spans) if SPANS.index(span) <= SPANS.index(every)]
        keep = max(fits, key=SPANS.index, default=None)
        coarse = self.spans.map(SPANS.index) >= SPANS.index("quarter")
        mixed = coarse.any() and len(set(self.spans)) > 1
        if keep is None or not mixed:
            return self
        out = (self.spans != keep) & (coarse | (keep in ("quarter", "year")))
        gone = self.spans.index[out]
        left = listed(sorted({f"{self.spans[n]}s" for n in gone}))
        note = f"Left out, since {left} stand beside {keep}s: {row_words(gone.tolist())}."
        days = self.days.mask(self.days.index.isin(gone))
        return replace(
            self, days=days, spans=self.spans.drop(gone), notes=(*self.notes, note),
            unread=(*self.unread, *gone.tolist()),
        )  # fmt: skip


def read_dates(values: pd.Series, *, order: str | None = None, strict: bool = True) -> Dates:
    """Return a column of dates; ``strict``: a cell that is none is an error, or else left out."""
    name = str(values.name)
    missing = map_unique(values, is_missing).to_numpy(bool)
    readings = map_unique(values[~missing], read_period).astype(object)
    unread = values[readings.index[readings.isna()]]
    readings = readings.dropna()
    if readings.empty or (strict and len(unread)):
        raise UploadError(_unread(name, unread))
    heading = BEFORE.match(plain_heading(name).lower())
    if heading and heading["ending"]:
        readings = map_unique(readings, DateReading.ending)
    chosen, notes = _order(name, readings, order)
    forms = readings.map(lambda reading: reading.form)
    (main, _), *others = Counter(forms).most_common()
    if others:
        first = forms.index[forms != main][0]
        notes.append(
            f"Dates are written in {1 + len(others)} ways; all were understood. Most are {main}; "
            f"some are {listed(form for form, _ in others)}, the first of them in row {first}."
        )
    if len(unread):
        notes.append(f"Left out, not dates: {quoted(unread.tolist(), unread.index.tolist())}.")
    if any(reading.back for reading in readings):
        notes.append("Weeks were named by their last day; they are shown by their first.")
    if trouble := _numbered(name, values[readings.index], readings):
        raise UploadError(trouble)
    days = map_unique(readings, DateReading.at, chosen or "dmy").reindex(values.index)
    spans = readings.map(lambda reading: reading.span)
    return Dates(pd.to_datetime(days), spans, tuple(notes), tuple(unread.index.tolist()))


def _numbered(name: str, cells: pd.Series, readings: pd.Series) -> Trouble | None:
    """Return what is wrong where 2024-01 is read as a month, and the heading says week or quarter.

    A quarter may be named by its first month; then no two of them are neighbours.
    """
    heading = f" {plain_heading(name).lower()} "
    rows = [n for n, reading in readings.items() if reading.form in NUMBERED]
    days = sorted({readings[n].at("dmy") for n in rows})
    near = any((later - earlier).days < 32 for earlier, later in pairwise(days))
    if not rows or not (re.search(r" (week|wk) ", heading) or (" quarter " in heading and near)):
        return None
    what, right = "Weeks and months cannot be told apart", "2024-W14, or the first day of each week"
    if " quarter " in heading:
        what = "Quarters and months cannot be told apart"
        right = "2024/25 Q1, or the first month of each quarter, such as Apr-24"
    found = quoted([text_of(cell) for cell in cells[rows]], rows)
    return Trouble(what, found, right, tuple(rows), name)


def join_years(frame: pd.DataFrame) -> tuple[pd.Series, str] | None:
    """Return year and month as one column, and the name of the year's; None if they are one."""
    lacks = {
        name: Counter(partly(text_of(cell)) for cell in cells if not is_missing(cell))
        for name, cells in frame.head(LOOK).items()
    }
    found = {
        lack: next((name for name, seen in lacks.items() if seen and set(seen) == {lack}), None)
        for lack in ("only a year", "no year")
    }
    month = found["no year"] or next(filter(_numbers_months(frame), frame), None)
    year = found["only a year"]
    if year is None or month is None:
        return None
    if found["no year"] is None:
        cells, years = frame[month].map(text_of), frame[year].map(text_of)
        april = not years.str.fullmatch(r"|\d{4}").all() and _from_april(cells, years, month)
        names = ["", *(calendar.month_name[(n + 3 * april) % 12 + 1] for n in range(12))]
        frame = frame.assign(**{month: [names[int(x or 0)] for x in cells]})
    texts = frame[month].map(text_of) + " " + frame[year].map(text_of)
    name = f"{month}, {year}"
    days = [text if read_period(text) else None for text in texts]
    return (pd.Series(days, frame.index, dtype=object, name=name), year) if any(days) else None


def _from_april(months: pd.Series, years: pd.Series, name: str) -> bool:
    """Return whether month 1 of financial years is April, by the order of the rows."""
    said = [(int(m), year) for m, year in zip(months, years, strict=True) if m and year]
    april = [(year, month) for month, year in said]
    january = [(year, (month - 4) % 12) for month, year in said]
    ordered = [april == sorted(april), january == sorted(january)]
    if ordered[0] == ordered[1]:
        found = f"month {said[0][0]} of {shown(said[0][1])}"
        right = "the name of each month, such as April, or one column of dates such as Apr-24"
        what = "Month 1 of a financial year can be January or April"
        raise UploadError(Trouble(what, found, right, (), name))
    return ordered[0]


def _numbers_months(frame: pd.DataFrame) -> Callable[[str], bool]:
    """Return whether a column called month holds the numbers 1 to 12."""

    def holds(name: str) -> bool:
        cells = set(frame[name].map(text_of)) - {""}
        return plain_heading(name).lower() in ("month", "month number", "month no") and all(
            cell.isdigit() and 1 <= int(cell) <= 12 for cell in cells
        )

    return holds


def _unread(name: str, unread: pd.Series) -> Trouble:
    if unread.empty:
        return Trouble("There is no date", "empty cells", EXAMPLE, (), name)
    rows = tuple(unread.index.tolist())
    lacks = sorted({partly(cell) for cell in unread} - {""})
    found = quoted(unread.tolist(), rows) + (f": {listed(lacks)}" if lacks else "")
    right = f"a whole date with its year, such as {EXAMPLE}"
    if lacks:
        right += (
            "; if the year stands elsewhere, write it into each of these cells (Apr-24, not Apr)"
        )
    return Trouble("Some cells are not dates", found, right, rows, name)


def _order(name: str, readings: pd.Series, order: str | None) -> tuple[str, list[str]]:
    """Return the order of day, month and year, empty if no cell hangs on it, and notes."""
    quarters = pd.Series({n: r for n, r in readings.items() if len(r.parts) == 2}, dtype=object)
    if len(quarters):
        if order not in QUARTERS and 2 * len(quarters) < len(readings):
            return "calendar", ["Quarters beside other dates were read as those of the calendar."]
        return _quarters(name, quarters, order)
    order = order if order in ORDERS else None
    hanging = pd.Series({row: r for row, r in readings.items() if r.parts}, dtype=object)
    if hanging.empty:
        return "", []
    able = map_unique(hanging, orders_of)
    odd = {one: hanging[[one not in orders for orders in able]] for one in ORDERS}
    possible = [one for one in ORDERS if odd[one].empty]
    wanted = order or min(ORDERS, key=lambda one: len(odd[one]))
    if wanted not in possible:
        rows = odd[wanted].index.tolist()
        found = quoted(["/".join(map(str, r.parts)) for r in odd[wanted]], rows)
        raise UploadError(
            Trouble(
                "Dates are mixed: not all of them can be read in one order",
                f"{found} cannot be {ORDERS[wanted]}, while others are",
                "one order in the whole column, best of all 2024-04-01 or 1-Apr-24",
                tuple(rows),
                name,
            )
        )
    if order:
        return order, [f"Dates were read as {ORDERS[order]}, as you chose."]
    if "dmy" in possible and _turned(readings):
        raise UploadError(
            Trouble(
                "Excel seems to have exchanged day and month in some dates",
                "text where the day is above 12, and dates of Excel only where it is not",
                "the dates fetched again with Data, From Text/CSV, and the column set to day, "
                "month, year; or say yourself that the order is day, month, year",
                tuple(row for row, reading in readings.items() if not reading.parts),
                name,
            )
        )
    likely = [one for one in possible if _even({r.at(one) for r in hanging})]
    chosen = (likely or possible)[0]
    if len(possible) == 1:
        return chosen, [f"Dates were read as {ORDERS[chosen]}: no other order fits."]
    why = "they are evenly spaced that way" if likely else "it is usual in the UK"
    others = listed(ORDERS[one] for one in possible if one != chosen)
    return chosen, [f"Dates were read as {ORDERS[chosen]}, as {why}. They could also be {others}."]


def _quarters(name: str, quarters: pd.Series, order: str | None) -> tuple[str, list[str]]:
    """Return whether Q1 begins in January or in April, as somebody chose; nothing tells it."""
    if order in QUARTERS:
        return order, [f"Quarters were read as you chose: {QUARTERS[order]}."]
    rows = quarters.index.tolist()
    found = quoted([f"Q{r.parts[0]} {r.parts[1]}" for r in quarters], rows)
    right = (
        "the financial year, such as 2019/20 Q1, or the first month, such as Apr-19, or your "
        "choice in step 2 of what Q1 is"
    )
    what = "Q1 can begin in January or in April"
    raise UploadError(Trouble(what, found, right, tuple(rows), name))


def _even(days: set[datetime.date]) -> bool:
    """Return whether all dates are the first of a month, or whole weeks apart."""
    if len(days) < 3:
        return False
    months = len({(day.year, day.month) for day in days}) == len(days)
    return (months and all(day.day == 1 for day in days)) or all(
        (later - earlier).days % 7 == 0 and (later - earlier).days <= 35
        for earlier, later in pairwise(sorted(days))
    )


def _turned(readings: pd.Series) -> bool:
    """Return whether Excel seems to have turned round the dates that it took for American ones.

    Then text is left where the day is above 12, and what became a date has no such day.
    """
    text = [reading.parts for reading in readings if reading.parts]
    real = [reading.day for reading in readings if reading.form == "a date of Excel"]
    return (
        min(len(text), len(real)) >= SWAPPED
        and all(parts[0] > 12 >= parts[1] for parts in text)
        and all(day.day <= 12 for day in real)
        and any(day.day > 1 for day in real)
    )
