"""Rows put into the periods of the calendar."""

from __future__ import annotations

import numpy as np
import pandas as pd

from toolkit.text.lists import listed, number_of, row_words
from toolkit.upload.dates import SPANS
from toolkit.upload.errors import Trouble, UploadError
from toolkit.upload.order import Dates

EVERY = {"day": "D", "week": "W-MON", "month": "MS", "quarter": "QS", "year": "YS", "date": ""}
DUPLICATES = {
    "sum": "add them up",
    "mean": "take their mean",
    "median": "take their median",
    "last": "take the last one",
}
WEEKDAYS = ("MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN")


def starts(days: pd.Series, every: str, dates: Dates, name: str) -> tuple[str, pd.Series]:
    """Return the step of the calendar and the first day of the period that each row is in."""
    if every == "date":
        return _spacing(days, name), days
    if SPANS.index(dates.span) > SPANS.index(every):
        right = f"one point for each {dates.span}, or dates with a {every}"
        found = f"dates that name only the {dates.span}"
        raise UploadError(
            Trouble(f"The dates are too coarse for one point each {every}", found, right, (), name)
        )
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
    found = listed(f"{n} days" for n in apart.value_counts().index) if len(apart) else "one date"
    right = "one point for each month or week, or dates that are the same number of days apart"
    raise UploadError(
        Trouble("The dates are not evenly spaced", f"steps of {found}", right, (), name)
    )


def periods(
    rows: pd.DataFrame,
    label: str,
    every: str,
    duplicates: str | None,
    notes: list[str],
    kind: str = "count",
) -> pd.DataFrame:
    """Return one row for each period that has any."""
    shares = bool(rows["count"].notna().any())
    groups = rows.groupby("start", sort=True)
    sizes = groups.size()
    many = sizes[sizes > 1]
    if len(many) and duplicates is None:
        twice = rows[rows["start"].isin(many.index)]
        raise UploadError(
            Trouble(
                f"More than one row for the same {every}",
                f"{number_of(len(twice), 'row')} in {number_of(len(many), every)}, such as "
                f"{row_words(twice.index[twice['start'] == many.index[0]].tolist())} for "
                f"{when(many.index[0], every)}",
                f"one row for each {every}: keep the rows of one ward or measure only (in step 2, "
                "or, if the list there does not name it, with a filter in Excel), or choose "
                f"what to do with them ({', '.join(DUPLICATES.values())}), or count the rows if "
                "each is an event",
            )
        )
    how = duplicates or "last"
    if len(many) and how == "sum" and kind == "percent" and not shares:
        found = f"percentages in {number_of(len(many), every)} with more than one row"
        right = "the part and what it is out of as two columns, so that both can be added up"
        raise UploadError(Trouble("Percentages cannot be added up", found, right))
    if len(many) and label != "rows":
        said = (
            f"{number_of(len(many), every)} had more than one row; you chose to {DUPLICATES[how]}."
        )
        if shares and how in ("mean", "median"):
            # A mean of shares would let a ward of ten weigh as much as one of a thousand.
            how = "sum"
            said += (
                " Parts and wholes were added up instead: a share of all is never a mean of shares."
            )
        elif kind == "percent" and how in ("mean", "median"):
            said += (
                f" A {how} of percentages is not the percentage of all: small wards weigh as much "
                "as large ones."
            )
        elif kind == "duration" and how == "sum":
            said += " If these are mean times, their sum says nothing."
        notes.append(said)
    if how == "last":
        found = rows.drop_duplicates("start", keep="last").set_index("start")
        found = found[["value", "count", "n"]].sort_index()
    else:
        found = groups[["value", "count", "n"]].agg("sum" if how == "sum" else how)
        if how == "sum":
            # A sum of which a part is not known is not known.
            unknown = rows[["value", "count", "n"]].isna().groupby(rows["start"]).any()
            found = found.mask(unknown)
    if rows["count"].isna().all():
        return found.assign(n=sizes.astype(float), count=np.nan)
    with np.errstate(invalid="ignore", divide="ignore"):
        found["value"] = (100 * found["count"] / found["n"]).where(found["n"] > 0)
    found[["count", "n"]] = found[["count", "n"]].where(found["n"] > 0)
    return found


def when(day: pd.Timestamp, every: str) -> str:
    """Return a period in words."""
    if every == "month":
        return f"{day:%B %Y}"
    if every == "quarter":
        return f"{day:%B} to {day + pd.DateOffset(months=2):%B %Y}"
    if every == "year":
        return f"{day.year}" if day.month == 1 else f"{day.year}/{(day.year + 1) % 100:02}"
    return f"{'the week of ' if every == 'week' else ''}{day.day} {day:%B %Y}"
