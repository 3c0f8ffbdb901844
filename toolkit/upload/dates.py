"""Dates as NHS staff write them: what one cell says, and every way it can be meant."""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from toolkit.text.reading import MARK, short
from toolkit.text.words import Table
from toolkit.upload.errors import WORDS

ORDERS: Table[str] = Table(WORDS, "orders")
QUARTERS: Table[str] = Table(WORDS, "quarters")
SPANS = ("day", "week", "month", "quarter", "year")  # from fine to coarse
NAMES = (
    "january february march april may june july august september october november december",
    "ionawr chwefror mawrth ebrill mai mehefin gorffennaf awst medi hydref tachwedd rhagfyr",
)
MONTHS = {name[:3]: at for line in NAMES for at, name in enumerate(line.split(), start=1)}
LONG = {name for line in NAMES for name in line.split()}
SERIALS = (20_000, 80_000)  # Excel's count of days, from 1954 to 2119
EPOCH = datetime.date(1899, 12, 30)  # Excel's day 0, with its leap day of 1900 allowed for
YEARS = (1799, 2150)
CENTURY = 70  # two digits below this are of this century

BEFORE = re.compile(
    r"(week (commencing|beginning|starting|of)|w ?/ ?[cb]|wk ?/ ?[cb]|w ?k ?c|wc|wb|"
    r"(?P<ending>(week|w ?k) (ending|ended)|w ?k? ?/ ?e|we)|"
    r"(month|period) (ending|ended|of|commencing|beginning))\b[:.]? *"
)
WEEKDAY = re.compile(r"(mon|tues?|wed(nes)?|thu(rs?)?|fri|sat(ur)?|sun)(day)?,? +(?=.*\d)")
CLOCK = re.compile(
    r"(?<=\d)(t|,? +(at )?)\d{1,2}:\d{2}(:\d{2}([.,]\d+)?)?( ?[ap]m)?"
    r"( ?(z|utc|gmt|[+-]\d\d:?\d\d))?$"
)
SERIAL = re.compile(r"\d{5}(\.\d+)?")
PARTS = re.compile(r"(\d{1,2})([/.\- ])(\d{1,2})\2(\d{4}|\d{2})")
NAME, YEAR_4_OR_2 = r"(?P<m>[a-z]{3,})", r"(?P<y>\d{4}|\d{2})"
YEAR_PAIR = r"(?:fy ?)?(?:20)?(?P<first>\d{2}) ?[/\-] ?(?:20)?(?P<second>\d{2})"
FINANCIAL = {  # parts of a financial year, which begins in April
    "2024/25 Q1": r"(?:quarter|q)[ \-]?(?P<q>[1-4])",
    "2024/25 M1": r"(?:month|m|period|p)[ \-]?(?P<n>0?[1-9]|1[0-2])",
    "April 2024/25": NAME,
}
WRITTEN = [
    (form, re.compile(pattern))
    for form, pattern in [
        ("2024-04-01", r"(?P<y>\d{4})([/.\- ])(?P<m>\d{1,2})\2(?P<d>\d{1,2})"),
        ("20240401", r"(?P<y>\d{4})(?P<m>\d{2})(?P<d>\d{2})"),
        (
            "1 April 2024",
            rf"(?P<d>\d{{1,2}})(?:st|nd|rd|th)?(?: of)?[ \-/.]*{NAME}[ \-/.,']*{YEAR_4_OR_2}",
        ),
        (
            "April 1, 2024",
            rf"{NAME}[ \-/.]*(?P<d>\d{{1,2}})(?:st|nd|rd|th)?(?:, ?|[ \-/.]+)(?P<y>\d{{4}})",
        ),
        ("April 2024", rf"{NAME}[ \-/.,'_]*{YEAR_4_OR_2}"),
        ("2024 April", rf"(?P<y>\d{{4}})[ \-/.,_]*{NAME}"),
        ("RTT-April-2024", rf"(?P<code>[a-z][a-z0-9&]*)[\-_ ]{NAME}[\-_ ]{YEAR_4_OR_2}"),
        ("RTT-2024-04", r"(?P<code>[a-z][a-z0-9&]*)[\-_ ](?P<y>20\d{2})[\-_/](?P<m>\d{2})"),
        ("2024M04", r"(?P<y>\d{4})[ \-]?m(?P<m>\d{2})"),
        ("2024-04", r"(?P<y>\d{4})[\-/. ]?(?P<m>\d{2})"),
        ("04/2024", r"(?P<m>\d{1,2})[\-/. ](?P<y>\d{4})"),
        ("2024-W14", r"(?P<y>\d{4})[ \-]?w(?P<w>\d{1,2})"),
        *((form, rf"{YEAR_PAIR}[ ,\-]*{part}") for form, part in FINANCIAL.items()),
        *((form, rf"{part}[ ,\-]*{YEAR_PAIR}") for form, part in FINANCIAL.items()),
    ]
]
FINANCIAL_YEAR = re.compile(YEAR_PAIR)
YEAR = re.compile(r"(?:cy ?)?((?:18|19|20)\d{2})(?:\.0)?")
QUARTER_OF = re.compile(
    r"(?:q|quarter) ?(?P<q>[1-4])[ \-/,]*(?P<y>\d{4}|\d{2})|"
    r"(?P<y2>\d{4}|\d{2})[ \-/,]*(?:q|quarter) ?(?P<q2>[1-4])"
)
FROM_TO = re.compile(r"(.*[a-z\d]) ?(?:-| to | until ) ?(.*)")
# What a cell that is almost a date lacks; `lacks` in words.toml says it.
PARTIAL = {
    re.compile(r"(fy ?)?\d{4}( ?[/\-] ?(\d{2}|\d{4}))?(\.0)?|fy ?\d{2}"): "month",
    re.compile(r"q[1-4][ \-/]*(\d{2}|\d{4})|(\d{2}|\d{4})[ \-/]*q[1-4]"): "quarter",
    re.compile(r"(week|wk) ?\d{1,2}([ ,/\-]*\d{4})?|\d{4}[ ,/\-]*(week|wk) ?\d{1,2}"): "week",
    re.compile(r"(quarter|q) ?[1-4]|(month|period|m|p) ?(0?[1-9]|1[0-2])"): "year",
    re.compile(r"(\d{1,2}(st|nd|rd|th)?[ \-/]*)?(?P<month>[a-z]{3,})"): "year",
}


@dataclass(frozen=True)
class DateReading:
    """What one cell says: how it is written, what it names, and its day unless in doubt."""

    form: str  # cells with one form are alike
    span: str  # one of `SPANS`
    day: datetime.date | None = None  # the day, or the first one of what is named
    # Three numbers whose order is not known; or a quarter and its year, which may begin in April.
    parts: tuple[int, ...] = ()
    back: int = 0  # days to go back: 6 for a week that is named by its end

    def at(self, order: str) -> datetime.date | None:
        """Return the date if it is meant in this order; None if there is no such day."""
        day = self.day
        if len(self.parts) == 2:
            quarter, year = self.parts
            months = 3 * (quarter - 1) + (3 if order == "financial" else 0)
            day = _day(year + months // 12, months % 12 + 1, 1)
        elif self.parts:
            order = order if order in ORDERS else "dmy"
            named = dict(zip(order, self.parts, strict=True))
            day = _day(named["y"], named["m"], named["d"])
        return day and day - datetime.timedelta(days=self.back)

    def ending(self) -> DateReading:
        """Return the same for a week that is named by its last day."""
        return replace(self, back=6) if self.span == "day" else self


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


def read_date(cell: Any) -> DateReading | None:
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
    if isinstance(cell, datetime.date):
        return _fixed("excel", "day", cell.year, cell.month, cell.day)
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        return _written(f"{cell:.12g}") if 0 < cell < 1e9 else None
    return _read(short(cell)) if isinstance(cell, str) else None


def read_period(cell: Any) -> DateReading | None:
    """Return what a cell says about a date, or about a year or a quarter that needs its heading."""
    found = read_date(cell)
    if found or isinstance(cell, datetime.date | bool) or cell is None:
        return found
    text = MARK.sub("", short(cell) if isinstance(cell, str) else f"{cell:.12g}")
    if match := YEAR.fullmatch(text):
        return _fixed("2024", "year", int(match[1]), 1)
    if (match := FINANCIAL_YEAR.fullmatch(text)) and (first := _first_year(match)):
        return _fixed("2024/25", "year", first, 4)
    if match := QUARTER_OF.fullmatch(text):
        parts = int(match["q"] or match["q2"]), int(match["y"] or match["y2"])
        return DateReading("Q1 2024", "quarter", None, parts)
    return None


@lru_cache(maxsize=2**17)  # a table is read once more whenever its owner corrects something
def _read(text: str) -> DateReading | None:
    text = MARK.sub("", text)
    if not text.isascii():
        return None
    week = BEFORE.match(text)
    if week:
        text = text[week.end() :]
    if weekday := WEEKDAY.match(text):
        text = text[weekday.end() :]
    found = _written(CLOCK.sub("", text).strip(" ,")) or _from_to(text)
    return found.ending() if found and week and week["ending"] else found


def _from_to(text: str) -> DateReading | None:
    """Return the first day of a week that is named by both ends, or a quarter by its months."""
    match = FROM_TO.fullmatch(text)
    if match is None or len(text) < 8:
        return None
    first, last = _written(match[1].strip()), _written(match[2].strip())
    if first and last and first.span == last.span == "day":
        return first
    month, end = _month(match[1].strip()), last
    if first and first.day and first.span == "month":
        month = first.day.month
    if not (end and end.day and end.span == "month" and month in (1, 4, 7, 10)):
        return None
    if end.day.month != month + 2 or (first and first.day and first.day.year != end.day.year):
        return None
    return _fixed("April to June 2024", "quarter", end.day.year, month)


@lru_cache(maxsize=4096)  # once more: a column of days and hours repeats its days
def _written(text: str) -> DateReading | None:
    if SERIAL.fullmatch(text) and SERIALS[0] <= float(text) <= SERIALS[1]:
        day = EPOCH + datetime.timedelta(days=int(float(text)))
        return DateReading("serial", "day", day)
    if match := PARTS.fullmatch(text):
        parts, mark = (int(match[1]), int(match[3]), int(match[4])), match[2]
        form = f"01{mark}04{mark}{'2024' if parts[2] > 99 else '24'}"
        doubtful = DateReading(form, "day", None, parts)
        return doubtful if orders_of(doubtful) else None
    matches = ((form, pattern.fullmatch(text)) for form, pattern in WRITTEN)
    found = (_meant(form, match.groupdict()) for form, match in matches if match)
    return next(filter(None, found), None)


def _meant(form: str, part: dict[str, str]) -> DateReading | None:
    """Return what the parts of a date name."""
    if _month(part.get("code", "")):
        return None
    if "w" in part:
        try:
            day = datetime.date.fromisocalendar(int(part["y"]), int(part["w"]), 1)
        except ValueError:
            return None
        return _fixed(form, "day", day.year, day.month, day.day)
    named = part.get("m", "")
    month = int(named) if named.isdigit() else _month(named)
    if "first" in part:
        if "m" not in part:
            month = (3 * int(part["q"]) if "q" in part else int(part["n"]) + 2) % 12 + 1
        first = _first_year(part)
        year = first and first + (month < 4)
        return _fixed(form, "quarter" if "q" in part else "month", year, month) if year else None
    span = "day" if "d" in part else "month"
    return _fixed(form, span, int(part["y"]), month, int(part.get("d", 1)))


def _fixed(form: str, span: str, year: int, month: int, day: int = 1) -> DateReading | None:
    found = _day(year, month, day)
    return DateReading(form, span, found) if found else None


def _first_year(part: Mapping[str, str] | re.Match[str]) -> int:
    """Return the year in which a financial year such as 2024/25 begins; 0 if it is none."""
    first = int(part["first"])
    return 2000 + first if (first + 1) % 100 == int(part["second"]) else 0


@lru_cache(maxsize=4096)
def orders_of(reading: DateReading) -> tuple[str, ...]:
    """Return the orders under which a cell of three numbers names a day."""
    written = ("dmy", "mdy") if reading.parts[2] > 99 else tuple(ORDERS)
    return tuple(order for order in written if reading.at(order))


def partly(cell: Any) -> str:
    """Return what a cell lacks that is almost a date, such as ``year``; empty if nothing."""
    text = short(cell) if isinstance(cell, str) else str(cell)
    for form, lack in PARTIAL.items():
        match = form.fullmatch(text)
        if match and (not match.groupdict() or _month(match["month"])):
            return lack
    return ""
