"""A whole column of dates: in which order its numbers stand, and where it contradicts itself."""

from __future__ import annotations

import calendar
import datetime
import re
from collections import Counter
from dataclasses import dataclass, replace
from itertools import pairwise

import pandas as pd

from toolkit.text.lists import row_words
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
from toolkit.upload.errors import one_line, quoted, refusal, say
from toolkit.upload.kinds import is_missing, map_unique, plain_heading
from toolkit.upload.layout import LOOK, text_of

SWAPPED = 2  # this many of each kind show that Excel has turned some dates round
NUMBERED = ("2024-04", "04/2024", "2024M04")


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
        coarse = self.spans.isin(["quarter", "year"])
        if keep is None or not coarse.any() or len(set(self.spans)) < 2:
            return self
        out = (self.spans != keep) & (coarse | (keep in ("quarter", "year")))
        gone = self.spans.index[out].tolist()
        left = [say(f"spans.{span}") for span in sorted(set(self.spans[out]))]
        note = say("dates.beside", left=left, kept=say(f"spans.{keep}"), rows=row_words(gone))
        return replace(
            self, days=self.days.mask(self.days.index.isin(gone)), spans=self.spans.drop(gone),
            notes=(*self.notes, note), unread=(*self.unread, *gone),
        )  # fmt: skip


def read_dates(values: pd.Series, *, order: str | None = None, strict: bool = True) -> Dates:
    """Return a column of dates; ``strict``: a cell that is none is an error, or else left out."""
    name = str(values.name)
    missing = map_unique(values, is_missing).to_numpy(bool)
    readings = map_unique(values[~missing], read_period).astype(object)
    unread = values[readings.index[readings.isna()]]
    readings = readings.dropna()
    bad, rows = unread.tolist(), tuple(unread.index.tolist())
    if readings.empty and not bad:
        raise refusal("no_dates", (), name)
    if readings.empty or (strict and bad):
        lacks = sorted(say(f"lacks.{key}") for key in {partly(cell) for cell in bad} - {""})
        raise refusal("not_dates", rows, name, cells=quoted(bad, rows), lacks=lacks)
    heading = BEFORE.match(plain_heading(name).lower())
    if heading and heading["ending"]:
        readings = map_unique(readings, DateReading.ending)
    chosen, notes = _order(name, readings, order)
    forms = readings.map(lambda reading: reading.form)
    (main, _), *others = Counter(forms).most_common()
    if others:
        told = [say("item.form", form=form) for form in (main, *(form for form, _ in others))]
        first = forms.index[forms != main][0]
        notes.append(say("dates.forms", most=told[0], others=told[1:], row=first))
    if bad:
        notes.append(say("dates.left_out", cells=quoted(bad, rows)))
    if any(reading.back for reading in readings):
        notes.append(say("dates.ending"))
    _refuse_numbered(name, values[readings.index], readings)
    days = map_unique(readings, DateReading.at, chosen or "dmy").reindex(values.index)
    spans = readings.map(lambda reading: reading.span)
    return Dates(pd.to_datetime(days), spans, tuple(notes), rows)


def _refuse_numbered(name: str, cells: pd.Series, readings: pd.Series) -> None:
    """Refuse 2024-01 that was read as a month, where the heading says week or quarter.

    A quarter may be named by its first month; then no two of them are neighbours.
    """
    heading = f" {plain_heading(name).lower()} "
    rows = [n for n, reading in readings.items() if reading.form in NUMBERED]
    days = sorted({readings[n].at("dmy") for n in rows})
    near = any((later - earlier).days < 32 for earlier, later in pairwise(days))
    quarter = " quarter " in heading
    if rows and ((quarter and near) or re.search(r" (week|wk) ", heading)):
        found = quoted([text_of(cell) for cell in cells[rows]], rows)
        raise refusal("quarter_or_month" if quarter else "week_or_month", rows, name, cells=found)


def join_years(frame: pd.DataFrame) -> tuple[pd.Series, str] | None:
    """Return year and month as one column, and the name of the year's; None if they are one."""
    lacks = {
        name: {partly(text_of(cell)) for cell in cells if not is_missing(cell)}
        for name, cells in frame.head(LOOK).items()
    }
    year = next((name for name, seen in lacks.items() if seen == {"month"}), None)
    month = next((name for name, seen in lacks.items() if seen == {"year"}), None)
    numbered = month is None
    if numbered:
        month = next((name for name in frame if _numbers_months(name, frame[name])), None)
    if year is None or month is None:
        return None
    months, years = frame[month].map(text_of), frame[year].map(text_of)
    if numbered:
        april = not years.str.fullmatch(r"|\d{4}").all() and _from_april(months, years, month)
        names = ["", *(calendar.month_name[(n + 3 * april) % 12 + 1] for n in range(12))]
        months = months.map(lambda text: names[int(text or 0)])
    days = [text if read_period(text) else None for text in months + " " + years]
    name = f"{month}, {year}"
    return (pd.Series(days, frame.index, dtype=object, name=name), year) if any(days) else None


def _from_april(months: pd.Series, years: pd.Series, name: str) -> bool:
    """Return whether month 1 of financial years is April, by the order of the rows."""
    said = [(year, int(m)) for m, year in zip(months, years, strict=True) if m and year]
    april = said == sorted(said)
    january = said == sorted(said, key=lambda each: (each[0], (each[1] - 4) % 12))
    if april == january:
        year, month = said[0]
        raise refusal("january_or_april", (), name, month=month, year=one_line(year))
    return april


def _numbers_months(name: str, cells: pd.Series) -> bool:
    """Return whether a column called month holds the numbers 1 to 12."""
    return plain_heading(name).lower() in ("month", "month number", "month no") and all(
        cell.isdigit() and 1 <= int(cell) <= 12 for cell in set(cells.map(text_of)) - {""}
    )


def _order(name: str, readings: pd.Series, order: str | None) -> tuple[str, list[str]]:
    """Return the order of day, month and year, empty if no cell hangs on it, and notes."""
    hanging = readings[[bool(reading.parts) for reading in readings]]
    if hanging.empty:
        return "", []
    quarters = hanging[[len(reading.parts) == 2 for reading in hanging]]
    if len(quarters):
        if order and order in QUARTERS:
            return order, [say("dates.quarters", meant=QUARTERS[order])]
        if 2 * len(quarters) < len(readings):
            return "calendar", [say("dates.calendar")]
        rows = quarters.index.tolist()
        found = quoted([f"Q{r.parts[0]} {r.parts[1]}" for r in quarters], rows)
        raise refusal("which_quarter", rows, name, cells=found)
    able = map_unique(hanging, orders_of)
    odd = {one: hanging[[one not in orders for orders in able]] for one in ORDERS}
    possible = [one for one in ORDERS if odd[one].empty]
    order = order if order in ORDERS else None
    wanted = order or min(ORDERS, key=lambda one: len(odd[one]))
    if wanted not in possible:
        rows = odd[wanted].index.tolist()
        found = quoted(["/".join(map(str, r.parts)) for r in odd[wanted]], rows)
        raise refusal("mixed_dates", rows, name, cells=found, order=ORDERS[wanted])
    if order:
        return order, [say("dates.chosen", order=ORDERS[order])]
    if "dmy" in possible and _turned(readings):
        rows = [row for row, reading in readings.items() if not reading.parts]
        raise refusal("turned_dates", rows, name)
    likely = [one for one in possible if _even({r.at(one) for r in hanging})]
    chosen = (likely or possible)[0]
    others = [ORDERS[one] for one in possible if one != chosen]
    return chosen, [say("dates.order", order=ORDERS[chosen], others=others, even=bool(likely))]


def _even(days: set[datetime.date]) -> bool:
    """Return whether all dates are the first of a month, or whole weeks apart."""
    if len(days) < 3:
        return False
    return all(day.day == 1 for day in days) or all(
        (later - earlier).days % 7 == 0 and (later - earlier).days <= 35
        for earlier, later in pairwise(sorted(days))
    )


def _turned(readings: pd.Series) -> bool:
    """Return whether Excel seems to have turned round the dates that it took for American ones.

    Then text is left where the day is above 12, and what became a date has no such day.
    """
    text = [reading.parts for reading in readings if reading.parts]
    real = [reading.day for reading in readings if reading.form == "excel"]
    return (
        min(len(text), len(real)) >= SWAPPED
        and all(parts[0] > 12 >= parts[1] for parts in text)
        and all(day.day <= 12 for day in real)
        and any(day.day > 1 for day in real)
    )
