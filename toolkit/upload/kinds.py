"""What a column seems to hold: dates, counts, percentages, lengths of time, numbers or text."""

from __future__ import annotations

import datetime
import re
from collections.abc import Sequence
from typing import Any

from toolkit.text.reading import has_percent, minutes, read_number, style, unit_of
from toolkit.upload.cells import is_hidden, is_missing
from toolkit.upload.dates import QUARTER, partly, read_date, read_period

KINDS = {
    "date": "dates",
    "count": "counts",
    "percent": "percentages",
    "duration": "lengths of time",
    "number": "numbers",
    "text": "words",
}
MOST = 0.6  # of the cells that say something decide for a column
SAMPLE = 2_000
HEADING = 200  # letters of a heading that are looked at

# Only under such a heading is a bare number a date: 45383 is a plausible count too.
DATED = re.compile(
    r"(.*\b)?date(\b.*)?|"
    r"((reporting|financial|fiscal|calendar|appointment|activity|data|time|year) ?)?"
    r"(month|week|period|day|quarter|year)s?"
    r"( (of|commencing|beginning|ending|ended|starting|start|end)\b.*)?|"
    r"w ?/? ?[cek]|w ?k( ?/? ?[ce])?|when",
    re.IGNORECASE,
)
TIMED = re.compile(
    r"\b(waits?|waiting|times?|length|stay|los|duration|delays?|taken|response)\b", re.I
)
SHARED = re.compile(r"%|\bper ?cent(age)?s?\b|\bpct\b|\bperc\b", re.IGNORECASE)
CAMEL = re.compile(r"(?<=[a-z\d])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")


def plain_heading(heading: str) -> str:
    """Return the words of a heading, also of one such as MonthEnding or month_ending."""
    return " ".join(CAMEL.sub(" ", heading[:HEADING].replace("_", " ")).split())


def is_value(cell: Any) -> bool:
    """Return whether a cell holds data rather than a heading."""
    if not isinstance(cell, str):
        return cell is not None
    return (
        read_number(cell) is not None
        or style(cell) != ""
        or minutes(cell) is not None
        or read_date(cell) is not None
        or is_hidden(cell)
        or is_missing(cell)
        or partly(cell) == QUARTER
    )


def sample(values: Sequence[Any]) -> list[Any]:
    """Return at most ``SAMPLE`` cells from all over a column, those that say something."""
    few = values[:: -(-len(values) // SAMPLE) or 1]
    return _said(few) or _said(values)


def _said(values: Sequence[Any]) -> list[Any]:
    return [value for value in values if not is_missing(value) and not is_hidden(value)]


def guess(heading: str, values: Sequence[Any]) -> str:
    """Return the kind of a column, one of ``KINDS``, by its heading and its cells."""
    said = sample(values)
    need = MOST * len(said)
    if not said:
        return "text"
    heading = plain_heading(heading)
    dated = DATED.fullmatch(heading) is not None
    numbers = [read_number(cell, "," if style(cell) == "," else ".") for cell in said]
    numeric = sum(each is not None for each in numbers)
    written = [
        read_period(cell) is not None and (isinstance(cell, datetime.date) or each is None)
        for cell, each in zip(said, numbers, strict=True)
    ]
    # A bare number is a date under a heading that says so, or beside dates that are written out.
    dates = sum(map(bool, map(read_period, said))) if dated or 2 * sum(written) > need else 0
    if dates and dates >= need:
        return "date"
    timed = sum(minutes(cell) is not None for cell in said)
    shares = sum(map(has_percent, said))
    if shares and (shares >= need or numeric >= need):
        return "percent"
    if timed and timed + numeric >= need:
        return "duration"
    if numeric >= need:
        return _numeric(heading, [each for each in numbers if each is not None])
    lacking = sum(partly(cell) != "" for cell in said)
    return "date" if dated and dates + lacking >= need else "text"


def _numeric(heading: str, numbers: list[float]) -> str:
    if SHARED.search(heading):
        return "percent"
    if unit_of(heading) and TIMED.search(heading):
        return "duration"
    return "count" if all(each >= 0 and each.is_integer() for each in numbers) else "number"
