"""From a table to a series for the chart: one row for each month, week, day or quarter."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from toolkit.intake.dates import ORDERS
from toolkit.intake.errors import (
    IntakeError,
    Trouble,
    number_of,
    quoted,
    row_words,
    unknown_choice,
)
from toolkit.intake.kinds import KINDS
from toolkit.intake.measures import read_figures
from toolkit.intake.order import Dates, read_dates
from toolkit.intake.periods import DUPLICATES, EVERY, periods, starts
from toolkit.intake.upload import Upload
from toolkit.variation import ENOUGH, FEWEST

FEW = 5  # at most one row in so many may lack its date


@dataclass(frozen=True, eq=False)
class Series:
    """Figures over time, ready for ``chart_data(frame, at="start", every=series.step)``.

    Parameters
    ----------
    frame : DataFrame
        ``start`` (first day of each period), ``value`` (in the unit of the chart; NaN is a gap),
        ``n`` (rows behind it, or what it is out of) and ``count`` (the part; NaN if none).
        A p chart takes ``value="count", size="n", per=100``.
    every, step : str
        ``day``, ``week``, ``month`` or ``quarter``, and the same as pandas calls it.
    kind : str
        ``count``, ``percent``, ``duration`` or ``number``.
    unit : str
        ``%``, a unit of time, or nothing.
    label : str
        What the figures are, in the words of the table.
    notes : tuple of str
        What was understood and decided.
    """

    frame: pd.DataFrame
    every: str
    step: str
    kind: str
    unit: str
    label: str
    notes: tuple[str, ...] = ()

    @property
    def chart(self) -> str:
        """Which chart is right: ``p`` if counts and their whole are known, ``xmr`` otherwise."""
        return "p" if self.frame["count"].notna().any() else "xmr"

    @property
    def missing(self) -> tuple[pd.Timestamp, ...]:
        """Periods without a figure."""
        return tuple(self.frame.loc[self.frame["value"].isna(), "start"])


def series(
    upload: Upload,
    *,
    date: str | None = None,
    value: str | None = None,
    numerator: str | None = None,
    denominator: str | None = None,
    kind: str | None = None,
    every: str = "month",
    order: str | None = None,
    duplicates: str | None = None,
    empty: str = "gap",
    unreadable: str = "refuse",
    today: datetime.date | None = None,
) -> Series:
    r"""Make a series over time from a table.

    Parameters
    ----------
    upload : Upload
        The table.
    date : str, optional
        Column with the dates; by default the first one.
    value : str, optional
        Column with the figures. Without it, and without a numerator, the rows of each period are
        counted: right for a list of events.
    numerator, denominator : str, optional
        Two columns of counts whose share is wanted.
    kind : {"count", "percent", "duration", "number"}, optional
        What the figures are; by default what they seem to be.
    every : {"month", "week", "day", "quarter"}
        One point for each.
    order : {"dmy", "mdy", "ymd"}, optional
        Order of day, month and year in dates such as 01/04/24; by default found out.
    duplicates : {"sum", "mean", "median", "last"}, optional
        What to do with several rows of one period; by default they are an error.
    empty : {"gap", "zero"}
        Where rows are counted: whether a period without any is not known, or zero.
    unreadable : {"refuse", "leave out"}
        What to do with cells that cannot be read.
    today : date, optional
        Dates after it are named.

    Returns
    -------
    Series
        One row for each period from the first to the last; a missing one stays a gap.

    Raises
    ------
    IntakeError
        If a choice does not exist or does not fit the table; the message says what would be right.

    Examples
    --------
    >>> from toolkit.intake import read
    >>> falls = read("falls.csv", b"Month,Falls\nApr-24,7\nMay-24,9\nJul-24,8\n")
    >>> series(falls, value="Falls").frame["value"].tolist()
    [7.0, 9.0, nan, 8.0]
    """
    for name, given, allowed in (
        ("every", every, tuple(EVERY)),
        ("order", order, (None, *ORDERS)),
        ("duplicates", duplicates, (None, *DUPLICATES)),
        ("empty", empty, ("gap", "zero")),
        ("unreadable", unreadable, ("refuse", "leave out")),
        ("kind", kind, (None, *(each for each in KINDS if each not in ("date", "text")))),
    ):
        if given not in allowed:
            raise unknown_choice(name, given, [each for each in allowed if each])
    strict = unreadable == "refuse"
    if date is None and not (dated := upload.of_kind("date")):
        raise IntakeError(*upload.troubles)
    date = date or dated[0]
    dates = read_dates(upload.cells(date), order=order, strict=strict)
    rows, kind, unit, label, said = _figures(upload, value, numerator, denominator, kind, strict)
    notes = [*dates.notes, *said]
    rows = _dated(rows.assign(day=dates.days), dates, date, strict, notes)
    step, rows["start"] = starts(rows["day"], every, dates, date)
    if not rows["day"].is_monotonic_increasing:
        notes.append("The rows were not in the order of time; they were sorted.")
        rows = rows.sort_values("day", kind="stable")
    if today is not None and (late := rows.index[rows["day"] > pd.Timestamp(today)].tolist()):
        notes.append(f"In the future: {row_words(late)}. Check these dates.")
    counting = value is None and numerator is None
    frame = periods(rows, label, every, "sum" if counting else duplicates, notes)
    full = pd.date_range(frame.index[0], frame.index[-1], freq=step)
    frame = frame.reindex(full).rename_axis("start").reset_index()
    if counting:
        notes.append(f"Each row was counted once. Check that the first and last {every} are whole.")
        if empty == "zero":
            frame["value"] = frame["value"].fillna(0.0)
    frame["n"] = frame["n"].fillna(0.0) if denominator is None else frame["n"]
    made = Series(frame[["start", "value", "n", "count"]], every, step, kind, unit, label)
    return replace(made, notes=(*notes, *_remarks(made)))


def _dated(
    rows: pd.DataFrame, dates: Dates, name: str, strict: bool, notes: list[str]
) -> pd.DataFrame:
    """Return the rows with a date; where many have none, cells were merged, and that is told."""
    lost = rows["day"].isna() & rows[["value", "count"]].notna().any(axis=1)
    where = lost.index[lost].difference(dates.unread).tolist()
    if strict and FEW * len(where) > len(rows):
        found = f"{number_of(len(where), 'row')} with a figure and without a date"
        right = "the date in each row, also where cells were merged; or leave such rows out"
        raise IntakeError(Trouble("Many rows have no date", found, right, tuple(where), name))
    if where:
        notes.append(f"Left out, without a date: {row_words(where)}.")
    return rows[rows["day"].notna()]


def _figures(
    upload: Upload,
    value: str | None,
    numerator: str | None,
    denominator: str | None,
    kind: str | None,
    strict: bool,
) -> tuple[pd.DataFrame, str, str, str, list[str]]:
    """Return value, count and n of each row, with kind, unit, label and notes."""
    index = upload.frame.index
    rows = pd.DataFrame({"value": 1.0, "count": np.nan, "n": 1.0}, index=index)
    if (numerator is None) != (denominator is None) or (value and numerator):
        right = "one column of figures, or two: the part and what it is out of"
        found = "a part without its whole" if not value else "a figure and a part"
        raise IntakeError(Trouble("The choice of columns does not fit", found, right))
    if numerator and denominator:
        part, whole = (
            read_figures(upload.cells(name), "count", strict=strict)
            for name in (numerator, denominator)
        )
        over = part.numbers > whole.numbers
        if over.any():
            pairs = zip(part.numbers[over], whole.numbers[over], strict=True)
            found = quoted([f"{a:g} of {b:g}" for a, b in pairs], index[over].tolist())
            right = f"'{numerator}' never larger than '{denominator}'; perhaps they are exchanged"
            what = "A part is larger than its whole"
            raise IntakeError(Trouble(what, found, right, tuple(index[over].tolist())))
        known = part.numbers.notna() & whole.numbers.notna()
        rows["count"], rows["n"] = part.numbers.where(known), whole.numbers.where(known)
        rows["value"] = np.nan
        return rows, "percent", "%", f"{numerator} of {denominator}", [*part.notes, *whole.notes]
    if value is None:
        return rows, "count", "", "rows", []
    cells = upload.cells(value)
    kind = kind or upload.kinds[value]
    if kind in ("date", "text"):
        found, right = f"a column of {KINDS[kind]}", "counts, percentages, times or other numbers"
        raise IntakeError(Trouble("These are no figures", found, right, (), value))
    figures = read_figures(cells, kind, strict=strict)
    rows["value"] = figures.numbers
    return rows, kind, figures.unit, value, list(figures.notes)


def _remarks(made: Series) -> list[str]:
    """Return what the chart will have to say about the series as a whole."""
    values, gaps = made.frame["value"], len(made.missing)
    known = len(values) - gaps
    found = ["What is missing stays a gap; nothing is filled in."] * (gaps > 0)
    if gaps > known:
        found.append("Most of the time has no figure: check for a date with a wrong year.")
    if known < FEWEST:
        found.append(f"{number_of(known, 'point')}: a chart with limits needs at least {FEWEST}.")
    elif known < ENOUGH:
        found.append(
            f"{number_of(known, 'point')}: do not trust limits from fewer than {ENOUGH} yet."
        )
    if made.kind == "percent" and (values > 100).any():
        found.append("Some shares are above 100 %: right for bed occupancy, wrong for most else.")
    if made.kind == "percent" and (values < 0).any():
        found.append("Some shares are below zero: check these cells.")
    return found
