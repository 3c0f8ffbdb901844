"""Rows put into the periods of the calendar."""

from __future__ import annotations

import numpy as np
import pandas as pd

from toolkit.text.lists import row_words
from toolkit.text.numbers import number
from toolkit.text.words import Table
from toolkit.upload.dates import SPANS
from toolkit.upload.errors import WORDS, refusal, say
from toolkit.upload.order import Dates

EVERY = {"day": "D", "week": "W-MON", "month": "MS", "quarter": "QS", "year": "YS", "date": ""}
DUPLICATES: Table[str] = Table(WORDS, "duplicates")
WEEKDAYS = ("MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN")


def starts(days: pd.Series, every: str, dates: Dates, name: str) -> tuple[str, pd.Series]:
    """Return the step of the calendar and the first day of the period that each row is in."""
    if every == "date":
        return _spacing(days, name), days
    if SPANS.index(dates.span) > SPANS.index(every):
        words = {"every": say(f"every.{every}"), "span": say(f"every.{dates.span}")}
        raise refusal("too_coarse", (), name, **words)
    if every == "day":
        return "D", days
    if every == "week":
        found = days.dt.day_of_week.unique()
        first = int(found[0]) if len(found) == 1 else 0
        return f"W-{WEEKDAYS[first]}", days - pd.to_timedelta(
            (days.dt.day_of_week - first) % 7, unit="D"
        )
    if every == "year" and (days.dt.month == 4).all() and dates.span == "year":
        return "YS-APR", days
    letter = {"month": "M", "quarter": "Q", "year": "Y"}[every]
    return EVERY[every], days.dt.to_period(letter).dt.start_time


def _spacing(days: pd.Series, name: str) -> str:
    """Return the step between dates that are evenly spaced, whatever it is."""
    each = pd.DatetimeIndex(sorted(days.unique()))
    months = pd.Series(each.year * 12 + each.month).diff().dropna().astype(int)
    apart = pd.Series(each).diff().dropna().dt.days
    for steps, letter in ((months, "MS"), (apart, "D")):
        if letter == "MS" and not (each.day == 1).all():
            continue
        if len(steps) and (steps % steps.min() == 0).all() and (steps == steps.min()).mean() >= 0.5:
            return f"{steps.min()}{letter}"
    steps = [number(n, say("spans.day")) for n in apart.value_counts().index]
    raise refusal("uneven", (), name, steps=steps)


def periods(
    rows: pd.DataFrame, every: str, duplicates: str | None, notes: list[str], kind: str,
    counting: bool,
) -> pd.DataFrame:  # fmt: skip
    """Return one row for each period that has any; ``counting``: of its rows, not of figures."""
    shares = bool(rows["count"].notna().any())
    groups = rows.groupby("start", sort=True)
    sizes = groups.size()
    many = sizes[sizes > 1]
    words = {"every": say(f"every.{every}"), "periods": len(many), "many": say(f"spans.{every}")}
    if len(many) and duplicates is None and not counting:
        twice = rows["start"].isin(many.index)
        first = many.index[0]
        raise refusal(
            "repeated", **words, count=int(twice.sum()), ways=DUPLICATES.values(),
            where=row_words(rows.index[rows["start"] == first].tolist()), first=when(first, every),
        )  # fmt: skip
    how = "sum" if counting else duplicates or "last"
    if len(many) and how == "sum" and kind == "percent" and not shares:
        raise refusal("added_shares", **words)
    if len(many) and not counting:
        means = how in ("mean", "median")
        choice = {"kind": kind, "how": how, "way": DUPLICATES[how], "parts": shares and means}
        notes.append(say("periods.repeated", **words, **choice))
        if shares and means:
            how = "sum"  # a mean would let a ward of ten weigh as much as one of a thousand
    figures = groups[["value", "count", "n"]]
    if how == "last":
        found = rows.drop_duplicates("start", keep="last").set_index("start").sort_index()
        found = found[["value", "count", "n"]]
    elif how == "sum":
        found = figures.sum(skipna=False)  # a sum of which a part is not known is not known
    else:
        found = figures.agg(how)
    if rows["count"].isna().all():
        return found.assign(n=sizes.astype(float), count=np.nan)
    with np.errstate(invalid="ignore", divide="ignore"):
        found["value"] = (100 * found["count"] / found["n"]).where(found["n"] > 0)
    found[["count", "n"]] = found[["count", "n"]].where(found["n"] > 0)
    return found


def when(day: pd.Timestamp, every: str) -> str:
    """Return a period in words."""
    ends = day + pd.DateOffset(months=2)
    return say(
        f"when.{every}", day=day.day, month=f"{day:%B}", year=day.year, last=f"{ends:%B %Y}",
        next="" if day.month == 1 else f"{(day.year + 1) % 100:02}",
    )  # fmt: skip
