"""What a column seems to hold: dates, counts, percentages, lengths of time, numbers or text."""

from __future__ import annotations

import datetime
import re
from collections.abc import Sequence
from typing import Any

from toolkit.intake.cells import (
    comma,
    has_percent,
    is_hidden,
    is_missing,
    minutes,
    number,
    unit_of,
)
from toolkit.intake.dates import QUARTER, partly, read_date

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

# Only under such a heading is a bare number a date: 45383 is a plausible count too.
DATED = re.compile(
    r"(.*\b)?date(\b.*)?|(year ?)?(month|week|period|day|quarter)( (of|commencing|beginning|ending"
    r"|starting|start|end)\b.*)?|w ?/? ?[ce]|when|reporting period",
    re.IGNORECASE,
)
TIMED = re.compile(r"\b(waits?|waiting|times?|length|stay|los|duration|delays?|taken)\b", re.I)
SHARED = re.compile(r"%|\bper ?cent(age)?s?\b|\bpct\b", re.IGNORECASE)


def is_value(cell: Any) -> bool:
    """Return whether a cell holds data rather than a heading."""
    if not isinstance(cell, str):
        return cell is not None
    return (
        number(cell) is not None
        or comma(cell) != ""
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
    heading = " ".join(heading.replace("_", " ").split())
    dated = DATED.fullmatch(heading) is not None
    numbers = [number(cell, "," if comma(cell) == "decimal" else ".") for cell in said]
    numeric = sum(each is not None for each in numbers)
    dates = sum(
        read_date(cell) is not None and (dated or each is None or isinstance(cell, datetime.date))
        for cell, each in zip(said, numbers, strict=True)
    )
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
