"""From a table to a series for the chart: one row for each month, week, day or quarter."""

from __future__ import annotations

import datetime
import re
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from toolkit.spc import ENOUGH, FEWEST
from toolkit.text.lists import listed, number_of, row_words
from toolkit.upload.dates import ORDERS, QUARTERS
from toolkit.upload.errors import Trouble, UploadError, quoted, unknown_choice
from toolkit.upload.kinds import KINDS
from toolkit.upload.measures import WAYS, read_figures
from toolkit.upload.order import Dates, read_dates
from toolkit.upload.periods import DUPLICATES, EVERY, periods, starts
from toolkit.upload.upload import Upload

RUNNING = re.compile(r"\b(ytd|year to date|cumulative|running total|cum)\b", re.IGNORECASE)
ADDED = ", added each month"
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
        ``day``, ``week``, ``month``, ``quarter``, ``year`` or ``date`` (as evenly as the dates
        stand), and the same as pandas calls it.
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
    way: str = "",
    running: bool = False,
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
    every : {"month", "week", "day", "quarter", "year", "date"}
        One point for each.
    order : {"dmy", "mdy", "ymd", "calendar", "financial"}, optional
        Order of day, month and year in dates such as 01/04/24, by default found out; or whether
        a Q1 of 2024 begins in January or in April.
    duplicates : {"sum", "mean", "median", "last"}, optional
        What to do with several rows of one period; by default they are an error.
    empty : {"gap", "zero"}
        Where rows are counted: whether a period without any is not known, or zero.
    unreadable : {"refuse", "leave out"}
        What to do with cells that cannot be read.
    way : str, optional
        What figures mean that can be read in two ways, one of ``WAYS``; by default found out.
    running : bool
        Whether figures that add up from the start of each year are taken apart again.
    today : date, optional
        Dates after it are named.

    Returns
    -------
    Series
        One row for each period from the first to the last; a missing one stays a gap.

    Raises
    ------
    UploadError
        If a choice does not exist or does not fit the table; the message says what would be right.

    Examples
    --------
    >>> from toolkit.upload import read
    >>> falls = read("falls.csv", b"Month,Falls\nApr-24,7\nMay-24,9\nJul-24,8\n")
    >>> series(falls, value="Falls").frame["value"].tolist()
    [7.0, 9.0, nan, 8.0]
    """
    for name, given, allowed in (
        ("every", every, tuple(EVERY)),
        ("order", order, (None, *ORDERS, *QUARTERS)),
        ("way", way, ("", *WAYS)),
        ("duplicates", duplicates, (None, *DUPLICATES)),
        ("empty", empty, ("gap", "zero")),
        ("unreadable", unreadable, ("refuse", "leave out")),
        ("kind", kind, (None, *(one for one in KINDS if one not in ("date", "text")))),
    ):
        if given not in allowed:
            raise unknown_choice(name, given, [one for one in allowed if one])
    strict = unreadable == "refuse"
    if date is None and not (dated := upload.of_kind("date")):
        raise UploadError(*upload.troubles)
    date = date or dated[0]
    dates = read_dates(upload.cells(date), order=order, strict=strict)
    if every != "date":
        dates = dates.only(every)
    figures = _figures(upload, value, numerator, denominator, kind, strict, way)
    rows, kind, unit, label, said = figures
    notes = [*dates.notes, *said]
    rows = _dated(rows.assign(day=dates.days), dates, date, strict, notes)
    step, rows["start"] = starts(rows["day"], every, dates, date)
    if not rows["day"].is_monotonic_increasing:
        notes.append("The rows were not in the order of time; they were sorted.")
        rows = rows.sort_values("day", kind="stable")
    if today is not None and (late := rows.index[rows["day"] > pd.Timestamp(today)].tolist()):
        notes.append(f"In the future: {row_words(late)}. Check these dates.")
    counting = value is None and numerator is None
    frame = periods(rows, label, every, "sum" if counting else duplicates, notes, kind)
    full = pd.date_range(frame.index[0], frame.index[-1], freq=step)
    frame = frame.reindex(full).rename_axis("start").reset_index()
    if counting:
        notes.append(f"Each row was counted once. Check that the first and last {every} are whole.")
        if empty == "zero":
            frame["value"] = frame["value"].fillna(0.0)
    frame["n"] = frame["n"].fillna(0.0) if denominator is None else frame["n"]
    made = Series(frame[["start", "value", "n", "count"]], every, step, kind, unit, label)
    if running:
        made = _added(made, notes)
    elif month := restarts(made):
        notes.append(
            f"'{label}' seems to add up from {month} on, year by year (a year to date). A chart "
            "needs what each month added: choose that in step 1."
        )
    return replace(made, notes=(*notes, *_remarks(made)))


def restarts(made: Series) -> str:
    """Return the month in which figures that add up over a year begin again; empty if none.

    Parameters
    ----------
    made : Series
        A series with one point for each month.

    Returns
    -------
    str
        ``April`` or ``January``.
    """
    values = made.frame["value"]
    if made.every != "month" or made.kind == "percent" or len(values) < ENOUGH:
        return ""
    if made.label.endswith(ADDED):
        return ""
    steps, months = values.diff(), made.frame["start"].dt.month
    told = RUNNING.search(made.label) is not None
    for month, name in ((4, "April"), (1, "January")):
        back = steps[months == month].dropna()
        rest = steps[months != month].dropna()
        # Up all year, and back by more than half in each April (or January).
        falls = back < -0.5 * values.shift()[back.index]
        if len(back) and falls.all() and (rest >= 0).all() and (told or (rest > 0).mean() > 0.5):
            return name
    return "April" if told and (steps.dropna() >= 0).all() else ""


def _added(made: Series, notes: list[str]) -> Series:
    """Return what each period added to a total that begins again in some month."""
    month = restarts(made) or "April"
    values = made.frame["value"]
    first = made.frame["start"].dt.month == {"April": 4, "January": 1}[month]
    added = values.diff().where(~first, values)
    if (added < 0).any():
        rows = made.frame["start"][added < 0]
        what, found = "A total of the year to date falls", listed(f"{day:%B %Y}" for day in rows)
        raise UploadError(
            Trouble(what, found, f"figures that only rise until {month}, or another kind in step 1")
        )
    notes.append(
        f"Each point is what the month added to the total. The total begins again in {month}."
    )
    if pd.isna(added.iloc[0]):
        notes.append("The first point is a gap: how much of its total came before is not known.")
    return replace(made, frame=made.frame.assign(value=added), label=f"{made.label}{ADDED}")


def _dated(
    rows: pd.DataFrame, dates: Dates, name: str, strict: bool, notes: list[str]
) -> pd.DataFrame:
    """Return the rows with a date; where many have none, cells were merged, and that is told."""
    lost = rows["day"].isna() & rows[["value", "count"]].notna().any(axis=1)
    where = lost.index[lost].difference(dates.unread).tolist()
    if strict and FEW * len(where) > len(rows):
        found = f"{number_of(len(where), 'row')} with a figure and without a date"
        right = "the date in each row, also where cells were merged; or leave such rows out"
        raise UploadError(Trouble("Many rows have no date", found, right, tuple(where), name))
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
    way: str,
) -> tuple[pd.DataFrame, str, str, str, list[str]]:
    """Return value, count and n of each row, with kind, unit, label and notes."""
    index = upload.frame.index
    rows = pd.DataFrame({"value": 1.0, "count": np.nan, "n": 1.0}, index=index)
    if (numerator is None) != (denominator is None) or (value and numerator):
        right = "one column of figures, or two: the part and what it is out of"
        found = "a part without its whole" if not value else "a figure and a part"
        raise UploadError(Trouble("The choice of columns does not fit", found, right))
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
            raise UploadError(Trouble(what, found, right, tuple(index[over].tolist())))
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
        raise UploadError(Trouble("These are no figures", found, right, (), value))
    figures = read_figures(cells, kind, strict=strict, way=way)
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
