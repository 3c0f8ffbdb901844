"""What one cell says: a number, a share, a time, or that there is nothing."""

from __future__ import annotations

import datetime
import math
import re
from collections.abc import Callable
from functools import lru_cache
from typing import Any

import pandas as pd

# Words and marks that say "not known", among them those of the Government Statistical Service.
MISSING = frozenset(
    {"", "-", "—", "--", "n/a", "na", "n.a.", "n.a", "nan", "null", "tbc", "..", "."}
    | {"not available", "not known", "not applicable", "unknown", "missing", "[x]", "[z]"}
    | {"#n/a", "#div/0!"}
)
HIDDEN = frozenset({"*", "**", "[c]", "suppressed", "redacted"})
HIDDEN_FORM = re.compile(r"(<|≤|<=|less than|fewer than) ?\d{1,3}%?")
# A mark after a figure: a footnote, or provisional, revised, estimated.
MARK = re.compile(r"(?<=[\d%)]) ?([*†‡]{1,3}|\[([prebu]|note \d+)\]|\(([pre]|provisional)\))$")

PLAIN = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d{1,3})?")
THOUSANDS = re.compile(r"[+-]?\d{1,3}(,\d{3})+(\.\d*)?")
SPACED = re.compile(r"[+-]?\d{1,3}( \d{3})+([.,]\d*)?")
DECIMAL_COMMA = re.compile(r"[+-]?(\d+|\d{1,3}(\.\d{3})+),\d+")
PERCENT = re.compile(r"(.*?) ?(%|per ?cent|pct)")
INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")

UNITS = {"weeks": 10_080.0, "days": 1_440.0, "hours": 60.0, "minutes": 1.0, "seconds": 1 / 60}
SHORT = {"hrs": "hours", "mins": "minutes", "secs": "seconds", "wks": "weeks"}
CLOCK = re.compile(r"(\d{1,5}):([0-5]\d)(?::([0-5]\d))?")
PIECE = re.compile(
    r"(\d+(?:\.\d+)?) ?(w(?:ee)?ks?|w|days?|d|h(?:ou)?rs?|h|min(?:ute)?s?|m|sec(?:ond)?s?|s)"
    r"(?![a-z])(?:,| and|&)? ?"
)


def each(cells: pd.Series, tell: Callable[..., Any], *more: Any) -> pd.Series:
    """Return what a function tells of each cell; it is asked once for cells that are alike."""
    keys = [(type(cell), cell) for cell in cells]
    told = {key: tell(key[1], *more) for key in dict.fromkeys(keys)}
    return pd.Series([told[key] for key in keys], index=cells.index, name=cells.name)


def tidy(cell: Any) -> Any:
    """Return a cell without blanks and marks that nobody sees; ``None`` if nothing is left."""
    if not isinstance(cell, str):
        return cell
    if not cell.isascii():
        cell = INVISIBLE.sub("", cell).replace("\xa0", " ")
    return cell.strip(" \t\r\n") or None


@lru_cache(maxsize=4096)
def clean(text: str) -> str:
    """Return a text in small letters, with one kind of blank, minus and quote."""
    # No wider folding of letters: it would turn 12¹, with the mark of a footnote, into 121.
    text = text.lower().replace("\u2212", "-").replace("–", "-").replace("’", "'")
    return " ".join(text.split())


def is_missing(cell: Any) -> bool:
    """Return whether a cell says that nothing is known."""
    if cell is None or (isinstance(cell, float) and not math.isfinite(cell)):
        return True
    return isinstance(cell, str) and clean(cell) in MISSING


def is_hidden(cell: Any) -> bool:
    """Return whether a cell hides a small number, as ``<5`` and ``*`` do."""
    if not isinstance(cell, str):
        return False
    text = clean(cell)
    return text in HIDDEN or HIDDEN_FORM.fullmatch(text) is not None


def is_marked(cell: Any) -> bool:
    """Return whether a mark such as ``*`` or ``[p]`` stands after a figure."""
    return isinstance(cell, str) and MARK.search(clean(cell)) is not None


def comma(cell: Any) -> str:
    """Return what a comma means in a cell: ``thousands``, ``decimal``, ``either`` or nothing."""
    text = _bare(cell) if isinstance(cell, str) else ""
    grouped = THOUSANDS.fullmatch(text) is not None
    decimal = DECIMAL_COMMA.fullmatch(text) is not None
    if grouped and decimal:
        return "decimal" if text.lstrip("+-").startswith("0") else "either"
    return "thousands" if grouped else "decimal" if decimal else ""


def _bare(cell: str) -> str:
    """Return what is left of a cell without its mark, and its sign for money or per cent."""
    text = MARK.sub("", clean(cell))
    if match := PERCENT.fullmatch(text):
        text = match[1]
    return re.sub(r"[£$€] ?", "", text, count=1).strip()


def number(cell: Any, decimal: str = ".") -> float | None:
    """Return the number in a cell, or None.

    Parameters
    ----------
    cell : object
        As it came from the file.
    decimal : {".", ","}
        What stands before the decimals.

    Returns
    -------
    float or None
        ``85%`` gives 85; None if it is not a number.

    Examples
    --------
    >>> number("£1,234.50"), number("12,5", decimal=","), number("85 %"), number("twelve")
    (1234.5, 12.5, 85.0, None)
    """
    if isinstance(cell, bool):
        return None
    if isinstance(cell, int | float):
        return float(cell) if abs(cell) < 1e300 else None
    return _number(cell, decimal) if isinstance(cell, str) else None


@lru_cache(maxsize=4096)
def _number(cell: str, decimal: str) -> float | None:
    text, sign = _bare(cell), 1.0
    # Accounts write a loss as (12) or 12-.
    if match := re.fullmatch(r"\((.+)\)|([\d.,]+)-", text):
        text, sign = (match[1] or match[2]).strip(), -1.0
    if SPACED.fullmatch(text):
        text = text.replace(" ", "")
    if decimal == ",":
        if not re.fullmatch(r"[+-]?(\d+|\d{1,3}(\.\d{3})+)(,\d*)?", text):
            return None
        text = text.replace(".", "").replace(",", ".")
    elif THOUSANDS.fullmatch(text):
        text = text.replace(",", "")
    if not PLAIN.fullmatch(text) or not text.isascii():
        return None
    value = sign * float(text)
    return value if abs(value) < 1e300 else None


def has_percent(cell: Any) -> bool:
    """Return whether a cell is a number with a sign or word for per cent."""
    if not isinstance(cell, str) or not PERCENT.fullmatch(MARK.sub("", clean(cell))):
        return False
    return number(cell) is not None or number(cell, ",") is not None


def minutes(cell: Any) -> float | None:
    """Return a length of time in minutes, or None if a cell names none.

    Parameters
    ----------
    cell : object
        As it came from the file; a number without a unit is no time.

    Returns
    -------
    float or None
        Minutes.

    Examples
    --------
    >>> minutes("1:30"), minutes("2h 15m"), minutes("2 days"), minutes("90")
    (90.0, 135.0, 2880.0, None)
    """
    if isinstance(cell, datetime.timedelta):
        return cell.total_seconds() / 60
    if isinstance(cell, datetime.time):
        return cell.hour * 60.0 + cell.minute + cell.second / 60
    return _minutes(cell) if isinstance(cell, str) else None


@lru_cache(maxsize=4096)
def _minutes(cell: str) -> float | None:
    text = clean(cell)
    if not text.isascii():
        return None
    if match := CLOCK.fullmatch(text):
        hours, mins, secs = (int(part or 0) for part in match.groups())
        return hours * 60.0 + mins + secs / 60
    total, at = 0.0, 0
    while at < len(text):
        match = PIECE.match(text, at)
        if not match:
            return None
        total += float(match[1]) * next(x for unit, x in UNITS.items() if unit[0] == match[2][0])
        at = match.end()
    return total if text and total < 1e12 else None


def unit_of(heading: str) -> str:
    """Return the unit of time that a heading names, such as ``days``; empty if none."""
    words = (SHORT.get(word, word) for word in reversed(re.findall(r"[a-z]+", heading.lower())))
    return next((word for word in words if word in UNITS), "")
