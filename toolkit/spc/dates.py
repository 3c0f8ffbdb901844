"""Dates as tables bring them: read where they can mean one thing only, refused in words otherwise.

`toolkit.upload` reads far more forms and asks back; here a column is read at once or not at all.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable, Sequence
from numbers import Real
from typing import Any

import numpy as np
import pandas as pd

from toolkit.spc.limits import WORDS

CLOCK = r"(?:[T ](\d{1,2}):(\d{2})(?::(\d{2})(?:\.0+)?)?Z?)?"
ISO = re.compile(r"(\d{4})-(\d{1,2})(?:-(\d{1,2}))?" + CLOCK)
COMPACT = re.compile(r"((?:19|20)\d{2})(0[1-9]|1[0-2])([0-2]\d|3[01])?")  # 202404, 20240401
SLASHED = re.compile(r"(\d{1,2})([/.-])(\d{1,2})\2(\d{4})(?: 0{1,2}:00(?::00)?)?")
NAMED = re.compile(r"(?:(\d{1,2})[ -])?([A-Za-z]{3,9})[ -](\d{4}|\d{2})")
NAMES = "january february march april may june july august september october november december"
MONTHS = {
    each: number for number, name in enumerate(NAMES.split(), start=1) for each in (name, name[:3])
} | {"sept": 9}


def _refused(key: str, **facts: Any) -> str:
    """Say what was wrong, what was found and what would be right."""
    return WORDS.say(f"refused.{key}", forms=WORDS["refused"]["forms"], **facts)


def _numbers(text: str) -> tuple[int, ...]:
    """Return year, month, day and time of a text that says which is which, else nothing."""
    if found := ISO.fullmatch(text):
        year, month, day, *time = found.groups()
        return int(year), int(month), int(day or 1), *(int(each or 0) for each in time)
    if found := COMPACT.fullmatch(text):
        return tuple(int(each or 1) for each in found.groups())
    if found := NAMED.fullmatch(text):
        day, name, year = found.groups()
        if month := MONTHS.get(name.lower()):
            return int(year) + (2000 if len(year) == 2 else 0), month, int(day or 1)
    return ()


def _days(texts: Sequence[str], first: str) -> list[datetime.date] | None:
    """Return texts such as 13/04/2024 as days, the day or the month first; None if one is none."""
    days = []
    for text in texts:
        if not (found := SLASHED.fullmatch(text)):
            return None
        one, _, other, year = found.groups()
        day, month = (one, other) if first == "day" else (other, one)
        try:
            days.append(datetime.date(int(year), int(month), int(day)))
        except ValueError:
            return None
    return days


def _monthly(days: list[datetime.date]) -> bool:
    """Say whether all days are the first of a month, in more than one month."""
    return all(day.day == 1 for day in days) and len({(d.year, d.month) for d in days}) > 1


def _slashed(texts: list[str], name: str) -> list[datetime.date]:
    """Return days from texts such as 13/04/2024, if the whole column allows one order only."""
    found = {first: days for first in ("day", "month") if (days := _days(texts, first))}
    if not found:
        raise ValueError(_refused("orders", name=name, first=texts[0], last=texts[-1]))
    if len(found) == 2 and found["day"] != found["month"]:
        found = {first: days for first, days in found.items() if _monthly(days)} or found
    if len(found) == 2 and found["day"] != found["month"]:
        raise ValueError(_refused("two_ways", name=name, first=texts[0]))
    return next(iter(found.values()))


def _texts(texts: list[str], name: str) -> list[pd.Timestamp]:
    """Return dates from texts; ISO, a month in words, or numbers that can be read in one way."""
    if all(SLASHED.fullmatch(text) for text in texts):
        return [pd.Timestamp(day) for day in _slashed(texts, name)]
    days = []
    for text in texts:
        numbers = _numbers(text)
        if not numbers:
            raise ValueError(_refused("no_date", name=name, text=text))
        try:
            days.append(pd.Timestamp(*numbers))
        except ValueError:
            raise ValueError(_refused("no_day", name=name, text=text)) from None
    return days


def as_dates(column: pd.Series, name: str) -> pd.Series:
    """Return a column as dates, or as numbers where it holds numbers.

    Parameters
    ----------
    column : Series
        Dates of pandas or Python, periods, numbers, or text: ISO dates (also 202404 and 20240401,
        as text or whole numbers), months in words (with or without a day), or days such as
        13/04/2024 where only one order of day and month is possible, or where one of the two makes
        every date the first of a month.
    name : str
        What the column is called, for messages.

    Returns
    -------
    Series
        Of ``datetime64`` or numbers.

    Raises
    ------
    ValueError
        If a cell is empty, is no date, or can be read in two ways; the message says what would
        be right.
    """
    if column.isna().any():
        row = int(column.isna().to_numpy().argmax()) + 1
        raise ValueError(_refused("empty", name=name, row=row))
    if isinstance(column.dtype, pd.PeriodDtype):
        return column.dt.to_timestamp()
    if pd.api.types.is_integer_dtype(column):
        texts = [str(cell) for cell in column]
        # As publishers number months and days. One such number alone may be just a number.
        if len(texts) > 1 and all(COMPACT.fullmatch(text) for text in texts):
            return pd.Series(_texts(texts, name), column.index)
    if pd.api.types.is_datetime64_any_dtype(column) or pd.api.types.is_numeric_dtype(column):
        return column
    cells = column.tolist()
    if all(isinstance(cell, pd.Period) for cell in cells):
        return pd.Series([cell.to_timestamp() for cell in cells], column.index)
    if all(isinstance(cell, datetime.date) for cell in cells):  # datetimes and Timestamps too
        return pd.to_datetime(column)
    if all(isinstance(cell, str) for cell in cells):
        return pd.Series(_texts([cell.strip() for cell in cells], name), column.index)
    try:
        return pd.to_numeric(column)
    except (TypeError, ValueError):
        kinds = sorted({type(cell).__name__ for cell in cells})
        raise ValueError(_refused("mixed", name=name, kinds=", ".join(kinds))) from None


def moments(given: Any, dated: bool, name: str) -> list[Any]:
    """Return one or several points in time as they stand in the rows.

    Parameters
    ----------
    given : object or sequence
        A date (also as text), a number, or several of them.
    dated : bool
        Whether the rows have dates.
    name : str
        The setting that they were given for, for messages.
    """
    one = isinstance(given, str) or not isinstance(given, Iterable)
    several = [given] if one else list(given)
    if not dated or not several:
        return several
    odd = [each for each in several if isinstance(each, Real | np.bool_)]
    if odd:
        raise ValueError(_refused("needs_dates", name=name, odd=odd[0]))
    return as_dates(pd.Series(several, dtype=object), name).tolist()
