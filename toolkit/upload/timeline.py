"""From a table to a series for the chart: one row for each month, week, day or quarter."""

from __future__ import annotations

import calendar
import datetime
import re
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from toolkit.spc import ENOUGH, FEWEST
from toolkit.text.lists import row_words
from toolkit.upload.dates import ORDERS, QUARTERS
from toolkit.upload.errors import UploadError, quoted, refusal, say, unknown_choice
from toolkit.upload.kinds import KINDS
from toolkit.upload.layout import text_of
from toolkit.upload.measures import WAYS, read_figures
from toolkit.upload.order import Dates, read_dates
from toolkit.upload.periods import DUPLICATES, EVERY, periods, starts, when
from toolkit.upload.upload import Upload, columns_in_words

RUNNING = re.compile(r"\b(ytd|year to date|cumulative|running total|cum)\b", re.IGNORECASE)
ROWS = 6  # that are shown of a table
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
    rows, kind, unit, label, notes = _figures(
        upload, value, numerator, denominator, kind, strict, way
    )
    notes = [*dates.notes, *notes]
    rows = _dated(rows.assign(day=dates.days), dates, date, strict, notes)
    step, rows["start"] = starts(rows["day"], every, dates, date)
    if not rows["day"].is_monotonic_increasing:
        notes.append(say("series.sorted"))
        rows = rows.sort_values("day", kind="stable")
    if today is not None and (late := rows.index[rows["day"] > pd.Timestamp(today)].tolist()):
        notes.append(say("series.late", rows=row_words(late)))
    counting = value is None and numerator is None
    frame = periods(rows, every, duplicates, notes, kind, counting)
    full = pd.date_range(frame.index[0], frame.index[-1], freq=step)
    frame = frame.reindex(full).rename_axis("start").reset_index()
    if counting:
        notes.append(say("series.counted", every=say(f"every.{every}")))
        if empty == "zero":
            frame["value"] = frame["value"].fillna(0.0)
    frame["n"] = frame["n"].fillna(0.0) if denominator is None else frame["n"]
    made = Series(frame[["start", "value", "n", "count"]], every, step, kind, unit, label)
    if running:
        made = _added(made, notes)
    elif month := _restarts(made):
        notes.append(say("series.running", label=label, month=calendar.month_name[month]))
    return replace(made, notes=(*notes, *_remarks(made)))


def _restarts(made: Series) -> int:
    """Return the month (4 or 1) in which figures that add up over a year begin again; 0 if none."""
    values = made.frame["value"]
    if made.every != "month" or made.kind == "percent" or len(values) < ENOUGH:
        return 0
    steps, months = values.diff(), made.frame["start"].dt.month
    told = RUNNING.search(made.label) is not None
    for month in (4, 1):
        back = steps[months == month].dropna()
        rest = steps[months != month].dropna()
        # Up all year, and back by more than half in each April (or January).
        falls = back < -0.5 * values.shift()[back.index]
        if len(back) and falls.all() and (rest >= 0).all() and (told or (rest > 0).mean() > 0.5):
            return month
    return 4 if told and (steps.dropna() >= 0).all() else 0


def _added(made: Series, notes: list[str]) -> Series:
    """Return what each period added to a total that begins again in some month."""
    begins = _restarts(made) or 4
    month, values = calendar.month_name[begins], made.frame["value"]
    added = values.diff().where(made.frame["start"].dt.month != begins, values)
    if (added < 0).any():
        months = [f"{day:%B %Y}" for day in made.frame["start"][added < 0]]
        raise refusal("falling", months=months, month=month)
    notes.append(say("series.added", month=month))
    if pd.isna(added.iloc[0]):
        notes.append(say("series.first"))
    label = say("label.added", label=made.label)
    return replace(made, frame=made.frame.assign(value=added), label=label)


def _dated(
    rows: pd.DataFrame, dates: Dates, name: str, strict: bool, notes: list[str]
) -> pd.DataFrame:
    """Return the rows with a date; where many have none, cells were merged, and that is told."""
    lost = rows["day"].isna() & rows[["value", "count"]].notna().any(axis=1)
    where = lost.index[lost].difference(dates.unread).tolist()
    if strict and FEW * len(where) > len(rows):
        raise refusal("undated", where, name, count=len(where))
    if where:
        notes.append(say("series.undated", rows=row_words(where)))
    return rows[rows["day"].notna()]


def _figures(
    upload: Upload, value: str | None, numerator: str | None, denominator: str | None,
    kind: str | None, strict: bool, way: str,
) -> tuple[pd.DataFrame, str, str, str, list[str]]:  # fmt: skip
    """Return value, count and n of each row, with kind, unit, label and notes."""
    rows = pd.DataFrame({"value": 1.0, "count": np.nan, "n": 1.0}, index=upload.frame.index)
    if (numerator is None) != (denominator is None) or (value and numerator):
        raise refusal("columns", value=value)
    if numerator and denominator:
        part, whole = (
            read_figures(upload.cells(name), "count", strict=strict)
            for name in (numerator, denominator)
        )
        over = part.numbers > whole.numbers
        if over.any():
            pairs = zip(part.numbers[over], whole.numbers[over], strict=True)
            said = [say("label.share", part=f"{a:g}", whole=f"{b:g}") for a, b in pairs]
            where, names = over.index[over].tolist(), {"part": numerator, "whole": denominator}
            raise refusal("part_of_whole", where, cells=quoted(said, where), **names)
        known = part.numbers.notna() & whole.numbers.notna()
        rows["count"], rows["n"] = part.numbers.where(known), whole.numbers.where(known)
        rows["value"] = np.nan
        label = say("label.share", part=numerator, whole=denominator)
        return rows, "percent", "%", label, [*part.notes, *whole.notes]
    if value is None:
        return rows, "count", "", say("label.rows"), []
    cells = upload.cells(value)
    kind = kind or upload.kinds[value]
    if kind in ("date", "text"):
        raise refusal("no_figures", (), value, kind=KINDS[kind])
    figures = read_figures(cells, kind, strict=strict, way=way)
    rows["value"] = figures.numbers
    return rows, kind, figures.unit, value, list(figures.notes)


def _remarks(made: Series) -> list[str]:
    """Return what the chart will have to say about the series as a whole."""
    values, gaps = made.frame["value"], len(made.missing)
    known, share = len(values) - gaps, made.kind == "percent"
    return [
        say(f"series.{key}", count=known, least=least)
        for key, holds, least in (
            ("gaps", gaps > 0, 0),
            ("mostly_gaps", gaps > known, 0),
            ("too_few", known < FEWEST, FEWEST),
            ("few", FEWEST <= known < ENOUGH, ENOUGH),
            ("above", share and (values > 100).any(), 0),
            ("below", share and (values < 0).any(), 0),
        )
        if holds
    ]


def summary(of: Upload | Series) -> str:
    """Return what was understood of a file or a series, as one sentence."""
    if isinstance(of, Upload):
        return say("summary.upload", rows=len(of.frame), columns=columns_in_words(of.kinds))
    first, last = (when(day, of.every) for day in of.frame["start"].iloc[[0, -1]])
    many, missing = say(f"spans.{of.every}"), [when(each, of.every) for each in of.missing]
    words = {"count": len(of.frame), "many": many, "first": first, "last": last}
    return say("summary.series", **words, kind=of.kind, unit=of.unit, missing=missing)


def first_rows(of: Upload | Series) -> pd.DataFrame:
    """Return the first rows of a file or a series, as text."""
    head = of.frame.head(ROWS)
    if isinstance(of, Upload):
        return head.map(text_of).reset_index()
    # Figures stand as they were given; a share that was worked out has a few digits.
    values = head["value"].round(2) if of.chart == "p" else head["value"]
    said = [say("summary.gap") if x != x else f"{x:,.12g} {of.unit}".strip() for x in values]
    every = say(f"every.{of.every}")
    return pd.DataFrame({every: [when(x, of.every) for x in head["start"]], of.label: said})
