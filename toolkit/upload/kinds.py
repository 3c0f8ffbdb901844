"""What a cell says if it holds no figure, and what a column seems to hold, such as counts."""

from __future__ import annotations

import datetime
import math
import re
from collections.abc import Callable, Sequence
from typing import Any

import pandas as pd

from toolkit.text.reading import has_percent, minutes, read_number, short, style, unit_of
from toolkit.text.words import Table
from toolkit.upload.dates import partly, read_date, read_period
from toolkit.upload.errors import WORDS

KINDS: Table[str] = Table(WORDS, "kinds")
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

# Words and marks that say "not known", among them those of the Government Statistical Service.
MISSING = frozenset((
    "", "-", "--", "---", "n/a", "na", "n.a.", "n.a", "nan", "null", "tbc", "..", ".", "...", "…",
    "not available", "not known", "not applicable", "unknown", "missing", "no data", "none given",
    "not collected", "not submitted", "did not submit", "awaited", "pending", "tbd", "#n/a", "[x]",
    "[z]", "[w]", "[b]", ":", "z", "x", "(x)", "(z)", "#div/0!", "nil return",
))  # fmt: skip
# A dash and the like mean "none" in some tables, "not known" in others: so they are named.
UNSURE = frozenset({"-", "--", "---", ":", "."})
HIDDEN = frozenset((
    "*", "**", "***", "#", "~", "[c]", "(c)", "c", "[s]", "[u]", "[low]", "low", "suppressed",
    "redacted", "withheld", "hidden", "small number", "small numbers", "disc",
))  # fmt: skip
HIDDEN_FORM = re.compile(
    r"([<>≤≥]=?|less than|fewer than|more than|under|over|up to|at least) ?\d{1,3}(\.\d+)? ?%?|"
    r"\d{1,2} or (fewer|less)|\d{1,3}\+"
)
SMALL_RANGE = re.compile(r"(?:between )?(\d{1,2}) ?(?:-|to|and) ?(\d{1,2})")
SMALL = 10  # a range up to here hides a small number


def map_unique(cells: pd.Series, tell: Callable[..., Any], *more: Any) -> pd.Series:
    """Apply a function to each cell, once for cells that are alike."""
    keys = [(type(cell), cell) for cell in cells]
    told = {key: tell(key[1], *more) for key in dict.fromkeys(keys)}
    return pd.Series([told[key] for key in keys], index=cells.index, name=cells.name)


def is_missing(cell: Any) -> bool:
    """Return whether a cell says that nothing is known."""
    if cell is None or (isinstance(cell, float) and not math.isfinite(cell)):
        return True
    return isinstance(cell, str) and len(cell) <= 20 and short(cell) in MISSING


def is_unsure(cell: Any) -> bool:
    """Return whether a cell holds a mark that may mean none or not known, as a dash does."""
    return isinstance(cell, str) and short(cell) in UNSURE


def is_hidden(cell: Any) -> bool:
    """Return whether a cell hides a small number, as ``<5``, ``1-4``, ``#`` and ``*`` do."""
    text = short(cell)
    if not text or (text[0].isalpha() and len(text) > 20):
        return False
    if match := SMALL_RANGE.fullmatch(text):
        return int(match[1]) < int(match[2]) <= SMALL
    return text in HIDDEN or HIDDEN_FORM.fullmatch(text) is not None


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
        or partly(cell) == "quarter"
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
        if SHARED.search(heading):
            return "percent"
        if unit_of(heading) and TIMED.search(heading):
            return "duration"
        whole = all(each is None or (each >= 0 and each.is_integer()) for each in numbers)
        return "count" if whole else "number"
    lacking = sum(partly(cell) != "" for cell in said)
    return "date" if dated and dates + lacking >= need else "text"
