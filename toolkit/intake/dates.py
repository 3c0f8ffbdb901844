"""Dates as NHS staff write them: what one cell says, and every way it can be meant."""

from __future__ import annotations

import datetime
import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from toolkit.intake.cells import clean

ORDERS = {"dmy": "day, month, year", "mdy": "month, day, year", "ymd": "year, month, day"}
SPANS = ("day", "week", "month", "quarter")  # from fine to coarse
NAMES = (
    "january february march april may june july august september october november december",
    "ionawr chwefror mawrth ebrill mai mehefin gorffennaf awst medi hydref tachwedd rhagfyr",
)
MONTHS = {name[:3]: at for line in NAMES for at, name in enumerate(line.split(), start=1)}
LONG = {name for line in NAMES for name in line.split()}
SERIALS = (20_000, 80_000)  # Excel's count of days, from 1954 to 2119
EPOCH = datetime.date(1899, 12, 30)  # Excel's day 0, with its leap day of 1900 allowed for
YEARS = (1900, 2150)
CENTURY = 70  # two digits below this are of this century

BEFORE = re.compile(
    r"(week (commencing|beginning|starting|of)|w ?/ ?[cb]|wk ?/ ?c|wc|wb|"
    r"(?P<ending>week ending|w ?/ ?e|we)|month (ending|of|commencing|beginning))\b[:.]? *"
)
WEEKDAY = re.compile(r"(mon|tues?|wed(nes)?|thu(rs?)?|fri|sat(ur)?|sun)(day)?,? +(?=.*\d)")
CLOCK = re.compile(
    r"(?<=\d)(t|,? +(at )?)\d{1,2}:\d{2}(:\d{2}([.,]\d+)?)?( ?[ap]m)?"
    r"( ?(z|utc|gmt|[+-]\d\d:?\d\d))?"
)
PARTS = re.compile(r"(\d{1,4})([/.\- ])(\d{1,2})\2(\d{4}|\d{2})")
YEAR_FIRST = re.compile(r"(\d{4})([/.\- ])(\d{1,2})\2(\d{1,2})")
DAY_NAME = re.compile(
    r"(\d{1,2})(?:st|nd|rd|th)?(?: of)?[ \-/.]*([a-z]{3,})[ \-/.,']*(\d{4}|\d{2})"
)
NAME_DAY = re.compile(r"([a-z]{3,})[ \-/.]*(\d{1,2})(?:st|nd|rd|th)?(?:, ?|[ \-/.]+)(\d{4})")
NAME_YEAR = re.compile(r"([a-z]{3,})[ \-/.,'_]*(\d{4}|\d{2})")
YEAR_NAME = re.compile(r"(\d{4})[ \-/.,_]*([a-z]{3,})")
YEAR_MONTH = re.compile(r"(\d{4})[\-/. ]?(\d{2})")
MONTH_YEAR = re.compile(r"(\d{1,2})[\-/. ](\d{4})")
COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})")
ISO_WEEK = re.compile(r"(\d{4})[ \-]?w(\d{1,2})")
FINANCIAL = re.compile(
    r"(?:fy ?)?(?:20)?(\d{2}) ?[/\-] ?(?:20)?(\d{2})[ ,\-]*(q|quarter|m|month|p|period) ?(\d{1,2})"
)
FINANCIAL_LAST = re.compile(
    r"(q|quarter|m|month|p|period) ?(\d{1,2})[ ,\-]*(?:fy ?)?(?:20)?(\d{2}) ?[/\-] ?(?:20)?(\d{2})"
)
PARTIAL = (
    (re.compile(r"(\d{4}|fy ?\d{2,4}|\d{4} ?[/\-] ?\d{2}|\d{4} ?[/\-] ?\d{4})"), "only a year"),
    (
        re.compile(r"q[1-4][ \-/]*(\d{2}|\d{4})|(\d{2}|\d{4})[ \-/]*q[1-4]"),
        "a quarter of which year",
    ),
    (re.compile(r"\d{1,2}(st|nd|rd|th)?[ \-/]*[a-z]{3,}|[a-z]{3,}"), "no year"),
)


@dataclass(frozen=True)
class Reading:
    """What one cell says.

    Parameters
    ----------
    form : str
        How it is written, in words; cells with one form are alike.
    span : str
        What it names: ``day``, ``month`` or ``quarter``.
    day : date or None
        The day, or the first one of the month; None if it hangs on the order.
    parts : tuple of int
        The three numbers if it hangs on the order, as they stand.
    back : int
        Days to go back: 6 for a week that is named by its end.
    """

    form: str
    span: str
    day: datetime.date | None = None
    parts: tuple[int, ...] = ()
    back: int = 0

    def at(self, order: str) -> datetime.date | None:
        """Return the date if its numbers stand in this order; None if there is no such day."""
        day = self.day
        if self.parts:
            named = dict(zip(order, self.parts, strict=True))
            day = _day(named["y"], named["m"], named["d"])
        if day is None:
            return None
        return day - datetime.timedelta(days=self.back)


def _day(year: int, month: int, day: int) -> datetime.date | None:
    year += 0 if year > 99 else 2000 if year < CENTURY else 1900
    try:
        found = datetime.date(year, month, day)
    except ValueError:
        return None
    return found if YEARS[0] < year < YEARS[1] else None


def _month(word: str) -> int:
    """Return the number of a month by its English or Welsh name, whole or cut short; or 0."""
    known = MONTHS.get(word[:3], 0)
    return known if any(name.startswith(word) for name in LONG) else 0


def read_date(cell: Any) -> Reading | None:
    """Return what a cell says about a date, or None.

    Parameters
    ----------
    cell : object
        As it came from the file: text, a date, or a number of days as Excel counts them.

    Returns
    -------
    Reading or None
        The date, and how it was written.

    Examples
    --------
    >>> read_date("w/c 01.04.24").at("dmy"), read_date("Apr-24").span
    (datetime.date(2024, 4, 1), 'month')
    """
    if isinstance(cell, datetime.datetime):
        cell = cell.date()
    if isinstance(cell, datetime.date):
        found = _day(cell.year, cell.month, cell.day) if cell.year > 99 else None
        return Reading("a date of Excel", "day", found) if found else None
    if isinstance(cell, bool):
        return None
    if isinstance(cell, int | float):
        if cell == cell and abs(cell) < 1e9:
            text = str(int(cell)) if cell == int(cell) else str(cell)
            return _read(text) if cell > 0 else None
        return None
    return _read(cell) if isinstance(cell, str) and len(cell) <= 60 else None


@lru_cache(maxsize=4096)
def _read(cell: str) -> Reading | None:
    text = clean(cell)
    if not text.isascii():
        return None
    week = BEFORE.match(text)
    if week:
        text = text[week.end() :]
    if weekday := WEEKDAY.match(text):
        text = text[weekday.end() :]
    if (clock := CLOCK.search(text)) and clock.end() == len(text):
        text = text[: clock.start()]
    found = _written(text.strip(" ,"))
    if found and week:
        ending = bool(week["ending"]) and found.span == "day"
        found = Reading(found.form, found.span, found.day, found.parts, 6 * ending)
    return found


def _written(text: str) -> Reading | None:
    if re.fullmatch(r"\d{5}(\.\d+)?", text) and SERIALS[0] <= float(text) <= SERIALS[1]:
        day = EPOCH + datetime.timedelta(days=int(float(text)))
        return Reading("Excel's number of a day", "day", day)
    if match := YEAR_FIRST.fullmatch(text):
        return _fixed("like 2024-04-01", "day", match[1], match[3], match[4])
    if match := COMPACT.fullmatch(text):
        return _fixed("like 20240401", "day", *match.groups())
    if match := PARTS.fullmatch(text):
        parts = int(match[1]), int(match[3]), int(match[4])
        mark = match[2]
        found = Reading(
            f"like 01{mark}04{mark}{'2024' if parts[2] > 99 else '24'}", "day", None, parts
        )
        return found if len(match[1]) < 3 and any(map(found.at, orders_of(found))) else None
    if (match := DAY_NAME.fullmatch(text)) and _month(match[2]):
        return _fixed("like 1 April 2024", "day", match[3], _month(match[2]), match[1])
    if (match := NAME_DAY.fullmatch(text)) and _month(match[1]):
        return _fixed("like April 1, 2024", "day", match[3], _month(match[1]), match[2])
    if (match := NAME_YEAR.fullmatch(text)) and _month(match[1]):
        return _fixed("like April 2024", "month", match[2], _month(match[1]))
    if (match := YEAR_NAME.fullmatch(text)) and _month(match[2]):
        return _fixed("like 2024 April", "month", match[1], _month(match[2]))
    if (match := YEAR_MONTH.fullmatch(text)) and (
        found := _fixed("like 2024-04", "month", *match.groups())
    ):
        return found
    if match := MONTH_YEAR.fullmatch(text):
        return _fixed("like 04/2024", "month", match[2], match[1])
    if match := ISO_WEEK.fullmatch(text):
        try:
            day = datetime.date.fromisocalendar(int(match[1]), int(match[2]), 1)
        except ValueError:
            return None
        return Reading("like 2024-W14", "day", day) if YEARS[0] < day.year < YEARS[1] else None
    return _financial(text)


def _fixed(form: str, span: str, year: Any, month: Any, day: Any = 1) -> Reading | None:
    found = _day(int(year), int(month), int(day))
    return Reading(form, span, found) if found else None


def _financial(text: str) -> Reading | None:
    """Return a month or quarter of a financial year, which begins in April."""
    if match := FINANCIAL.fullmatch(text):
        first, second, kind, at = match.groups()
    elif match := FINANCIAL_LAST.fullmatch(text):
        kind, at, first, second = match.groups()
    else:
        return None
    quarter, at = kind.startswith("q"), int(at)
    if (int(first) + 1) % 100 != int(second) or not 1 <= at <= (4 if quarter else 12):
        return None
    months = 3 + ((at - 1) * 3 if quarter else at - 1)
    year = 2000 + int(first) + months // 12
    form, span = ("like 2024/25 Q1", "quarter") if quarter else ("like 2024/25 M1", "month")
    return _fixed(form, span, year, months % 12 + 1)


def orders_of(reading: Reading) -> tuple[str, ...]:
    """Return the orders under which a cell names a day; all if it does not hang on the order."""
    if not reading.parts:
        return tuple(ORDERS)
    written = ("dmy", "mdy") if reading.parts[2] > 99 else tuple(ORDERS)
    return tuple(order for order in written if reading.at(order))


def partly(cell: Any) -> str:
    """Return what a cell lacks that is almost a date, such as ``no year``; empty if nothing."""
    text = clean(cell)
    for form, lack in PARTIAL:
        if form.fullmatch(text):
            letters = re.findall(r"[a-z]{3,}", text)
            if lack != "no year" or any(map(_month, letters)):
                return lack
    return ""
