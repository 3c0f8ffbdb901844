"""Reading a frame into points in order, with missing ones where the calendar says so."""

from __future__ import annotations

from collections.abc import Sequence
from numbers import Integral, Real
from typing import Any

import numpy as np
import pandas as pd

from toolkit.spc.dates import as_dates, moments
from toolkit.spc.limits import FEWEST, WORDS

WHOLE = 1e-6  # what arithmetic can do to a count
STEPS = {"MS": "month", "ME": "month", "QS": "quarter", "W": "week", "D": "day", "YS": "year"}


def time_in_words(at: Any) -> str:
    """Return a point in time as words: the month, or the day if it is not the first of one."""
    if not isinstance(at, pd.Timestamp):
        return str(at)
    return f"{at:%B %Y}" if at.day == 1 else f"{at.day} {at:%B %Y}"


def step_name(every: str | None) -> str:
    """Return what one point is for: month, week, day; "point" where nothing says so."""
    return next((word for step, word in STEPS.items() if (every or "").startswith(step)), "point")


def column(frame: pd.DataFrame, name: str) -> pd.Series:
    """Return a column, or say which there are."""
    if name not in frame.columns:
        names = ", ".join(map(str, frame.columns))
        raise ValueError(WORDS.say("refused.column", name=name, names=names))
    return frame[name]


def figures(values: pd.Series, name: str) -> pd.Series:
    """Return a column as numbers, NaN where a cell is empty."""
    if pd.api.types.is_datetime64_any_dtype(values):
        raise ValueError(WORDS.say("refused.dates", name=name))
    if pd.api.types.is_timedelta64_dtype(values):
        raise ValueError(WORDS.say("refused.lengths", name=name))
    try:
        numbers = pd.to_numeric(values).astype(float)
    except (TypeError, ValueError):
        odd = next(v for v in values if pd.isna(pd.to_numeric(v, errors="coerce")) and pd.notna(v))
        raise ValueError(WORDS.say("refused.odd", name=name, odd=odd)) from None
    if np.isinf(numbers).any():
        row = int(np.isinf(numbers).to_numpy().argmax()) + 1
        raise ValueError(WORDS.say("refused.infinite", name=name, row=row))
    return numbers


def read_rows(
    frame: pd.DataFrame, value: str, at: str, size: str | None, every: str | None
) -> pd.DataFrame:
    """Return the points in order, with a row for each that the calendar says is missing."""
    names = {"at": at, "count": value} | ({"size": size} if size else {})
    rows = pd.DataFrame({part: column(frame, name) for part, name in names.items()})
    if rows.empty:
        raise ValueError(WORDS.say("refused.no_rows"))
    rows["at"] = as_dates(rows["at"], at)
    rows["count"] = figures(rows["count"], value)
    rows["size"] = figures(rows["size"], size) if size else np.nan
    if rows["at"].duplicated().any():
        twice = time_in_words(rows.loc[rows["at"].duplicated(), "at"].iloc[0])
        raise ValueError(WORDS.say("refused.twice", at=at, twice=twice))
    rows = rows.sort_values("at", ignore_index=True)
    if every and pd.api.types.is_datetime64_any_dtype(rows["at"]):
        calendar = pd.date_range(rows["at"].iloc[0], rows["at"].iloc[-1], freq=every)
        if not rows["at"].isin(calendar).all():
            raise ValueError(WORDS.say("refused.step", every=every))
        rows = rows.set_index("at").reindex(calendar).rename_axis("at").reset_index()
        there = np.flatnonzero(rows["count"].notna())
        if len(there) >= FEWEST and (np.diff(there) > 1).all():
            raise ValueError(WORDS.say("refused.apart", every=every))
    return rows


def measured(rows: pd.DataFrame, chart: str, per: float) -> np.ndarray:
    """Return the value of each point: the figure itself, or the count for its size."""
    count, size = rows["count"].to_numpy(), rows["size"].to_numpy()
    if chart == "xmr" and np.isnan(size).all():
        return count * per
    if (count < 0).any() or (size <= 0).any() or (chart[0] == "p" and (count > size).any()):
        raise ValueError(WORDS.say("refused.counts"))
    broken = count[np.abs(count - np.round(count)) > WHOLE]
    if chart != "xmr" and len(broken):
        raise ValueError(WORDS.say("refused.whole", chart=chart, count=f"{broken[0]:g}"))
    return count / size * per


def placed(rows: pd.DataFrame, given: Any, name: str) -> np.ndarray:
    """Return which rows stand at the points in time that were given.

    Parameters
    ----------
    rows : DataFrame
        As `read_rows` returns them.
    given : object or sequence
        As in `moments`.
    name : {"exclude", "rebase"}
        The setting, for messages.
    """
    dated = isinstance(rows["at"].iloc[0], pd.Timestamp)
    wanted = moments(given, dated, name)
    for each in wanted:
        if not (rows["at"] == each).any():
            first, last = time_in_words(rows["at"].iloc[0]), time_in_words(rows["at"].iloc[-1])
            raise ValueError(
                WORDS.say(f"refused.{name}", at=time_in_words(each), first=first, last=last)
            )
    return rows["at"].isin(wanted).to_numpy()


def segments(rows: pd.DataFrame, rebase: Sequence[Any]) -> np.ndarray:
    """Return the number of the segment that each point is in."""
    starts = placed(rows, rebase, "rebase")
    number = starts.astype("int64").cumsum()
    return number - number[0]


def frozen(freeze: Any, rows: pd.DataFrame) -> int | pd.Timestamp | None:
    """Return what limits rest on: so many known points, or the points up to a date.

    Parameters
    ----------
    freeze : int, date, str or None
        As in `chart_data`.
    rows : DataFrame
        As `read_rows` returns them.
    """
    if freeze is None:
        return None
    if isinstance(freeze, bool) or (
        isinstance(freeze, Real) and not isinstance(freeze, Integral) and freeze != round(freeze)
    ):
        raise ValueError(WORDS.say("refused.freeze", freeze=freeze))
    if isinstance(freeze, Real):
        if freeze < FEWEST:
            raise ValueError(WORDS.say("refused.freeze_few", fewest=FEWEST, freeze=freeze))
        return int(float(freeze))
    if not isinstance(rows["at"].iloc[0], pd.Timestamp):
        raise ValueError(WORDS.say("refused.freeze_no_dates", freeze=freeze))
    date, first = moments(freeze, True, "freeze")[0], rows["at"].iloc[0]
    if date < first:
        raise ValueError(
            WORDS.say("refused.freeze_before", date=time_in_words(date), first=time_in_words(first))
        )
    return date


def base_of(at: pd.Series, known: np.ndarray, freeze: int | pd.Timestamp | None) -> slice:
    """Return which points of a segment its centre and limits rest on.

    Parameters
    ----------
    at : Series
        When each point is.
    known : ndarray of bool
        Whether it has a figure; months without one are not counted.
    freeze : int, Timestamp or None
        As `frozen` returns it. A segment that begins after the date rests on all its points.
    """
    if freeze is None or (isinstance(freeze, pd.Timestamp) and at.iloc[0] > freeze):
        return slice(None)
    if isinstance(freeze, int):
        reached = np.flatnonzero(known.cumsum() == freeze)
        return slice(int(reached[0]) + 1 if len(reached) else None)
    return slice(int((at <= freeze).sum()))
