"""One reader for numbers that people write: in a table, and as an answer that is typed."""

from __future__ import annotations

import datetime
import re
import unicodedata
from functools import lru_cache
from typing import Any, NamedTuple

from toolkit.text.words import Words

WORDS = Words("toolkit.text")
LONGEST = 60  # letters; a longer cell is no number, time or date, and no pattern sees it

# Every dash people use for a minus, and letters of full width, as one kind. No wider folding: it
# would turn 12¹, with the mark of a footnote, into 121.
FOLD: dict[int, int | str] = {
    **dict.fromkeys([0x2212, 0xFE63, *range(0x2010, 0x2016)], "-"),
    **{ord("’"): "'", ord("‘"): "'"},
    **{wide: wide - 0xFEE0 for wide in range(0xFF01, 0xFF5F)},
}
INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")

# A mark after a figure: a footnote, or provisional, revised, estimated.
MARK = re.compile(
    r"(?<=[\d%)]) ?([*†‡]{1,3}|\[(?:[a-z]|note \d+)\]|\(([pre]|provisional|revised|note \d+)\))$"
)
PLAIN = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d{1,3})?")
THOUSANDS = re.compile(r"[+-]?\d{1,3}(,\d{3})+(\.\d*)?")
SPACED = re.compile(r"[+-]?\d{1,3}([ ']\d{3})+([.,]\d*)?")
DECIMAL_COMMA = re.compile(r"[+-]?(\d+|\d{1,3}(\.\d{3})+),\d+")
POINTED = re.compile(r"[+-]?[1-9]\d{0,2}(\.\d{3})+")  # 1.234, which may be over a thousand
PERCENT = re.compile(r"(.*?) ?(%|per ?cent|pct)")
MONEY = re.compile(r"[£$€] ?")
SIGNS = {
    "%": ("%", "per cent", "percent"), "£": ("£", "pound"), "€": ("€", "euro"),
    "$": ("$", "dollar"),
}  # fmt: skip
VULGAR = re.compile(r"(\d*) ?([¼-¾⅐-⅞])")

UNITS = {"weeks": 10_080.0, "days": 1_440.0, "hours": 60.0, "minutes": 1.0, "seconds": 1 / 60}
SHORT = {
    "hrs": "hours", "hr": "hours", "mins": "minutes", "min": "minutes", "secs": "seconds",
    "sec": "seconds", "wks": "weeks", "week": "weeks", "day": "days", "hour": "hours",
    "minute": "minutes", "second": "seconds",
}  # fmt: skip
CLOCK = re.compile(r"(\d{1,5}):([0-5]\d)(?::([0-5]\d)(?:\.\d+)?)?")
PIECE = re.compile(
    r"(\d+(?:\.\d+)?) ?(w(?:ee)?ks?|w|days?|d|h(?:ou)?rs?|h|min(?:ute)?s?|m|sec(?:ond)?s?|s)"
    r"(?![a-z])(?:,| and|&)? ?"
)
WORDED = re.compile(r"(.*[\d.)%]) ?([a-z][a-z /]*)")


class Typed(NamedTuple):
    """A number that was typed, and how it was understood where it could be meant otherwise."""

    value: float
    note: str = ""


def tidy(cell: Any) -> Any:
    """Return a cell without blanks and marks that nobody sees; ``None`` if nothing is left."""
    if not isinstance(cell, str):
        return cell
    if not cell.isascii():
        cell = INVISIBLE.sub("", cell).replace("\xa0", " ")
    return cell.strip() or None


def clean(text: str) -> str:
    """Return a text in small letters, with one kind of blank, minus and quote."""
    return " ".join(text.lower().translate(FOLD).split())


def short(cell: Any) -> str:
    """Return the text of a cell, cleaned; empty if it is no text or too long to say one thing."""
    return _short(cell) if isinstance(cell, str) and len(cell) <= LONGEST else ""


_short = lru_cache(maxsize=2**14)(clean)


def is_marked(cell: Any) -> bool:
    """Return whether a mark such as ``*`` or ``[p]`` stands after a figure."""
    return MARK.search(short(cell)) is not None


def _bare(cell: Any) -> str:
    """Return what is left of a cell without its mark, and its sign for money or per cent."""
    text = _whole(MARK.sub("", short(cell)))
    if match := PERCENT.fullmatch(text):
        text = match[1]
    return MONEY.sub("", text, count=1).strip()


def _whole(text: str) -> str:
    """Return a text in which 2½ is written 2.5."""
    if text.isascii():
        return text
    return VULGAR.sub(lambda m: f"{int(m[1] or 0) + unicodedata.numeric(m[2]):.15g}", text)


def style(cell: Any) -> str:
    """Return what stands before the decimals of a figure, as far as it tells.

    Parameters
    ----------
    cell : object
        As it came from the file.

    Returns
    -------
    str
        ``.`` or ``,`` if the figure can be read in one way only; ``1,234`` or ``1.234`` if that
        one mark may part thousands or decimals; empty if there is no mark.

    Examples
    --------
    >>> [style(text) for text in ("1,234.5", "0,500", "1,234", "1.234", "12")]
    ['.', ',', '1,234', '1.234', '']
    """
    text = _bare(cell)
    if POINTED.fullmatch(text):
        return "1.234" if text.count(".") == 1 else ","
    if DECIMAL_COMMA.fullmatch(text):
        # Nobody begins a group of thousands with nought.
        unsure = THOUSANDS.fullmatch(text) and not text.lstrip("+-").startswith("0")
        return "1,234" if unsure else ","
    if THOUSANDS.fullmatch(text) or ("." in text and PLAIN.fullmatch(text)):
        return "."
    return ""


def read_number(cell: Any, decimal: str = ".") -> float | None:
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
    >>> read_number("£1,234.50"), read_number("85 %"), read_number("twelve")
    (1234.5, 85.0, None)
    >>> read_number("12,5", decimal=",")
    12.5
    """
    if isinstance(cell, bool):
        return None
    if isinstance(cell, int | float):
        return float(cell) if abs(cell) < 1e300 else None
    return _number(cell, decimal) if isinstance(cell, str) and len(cell) <= LONGEST else None


@lru_cache(maxsize=4096)
def _number(cell: str, decimal: str) -> float | None:
    text, sign = _bare(cell), 1.0
    # Accounts write a loss as (12) or 12-.
    if match := re.fullmatch(r"\((.+)\)|([\d.,]+)-", text):
        text, sign = (match[1] or match[2]).strip(), -1.0
    if SPACED.fullmatch(text):
        text = text.replace(" ", "").replace("'", "")
    if decimal == ",":
        if not re.fullmatch(r"[+-]?(\d+|\d{1,3}(\.\d{3})+)(,\d*)?", text):
            return None
        text = text.replace(".", "").replace(",", ".")
    elif THOUSANDS.fullmatch(text):
        if text.lstrip("+-").startswith("0"):
            return None
        text = text.replace(",", "")
    if not PLAIN.fullmatch(text) or not text.isascii():
        return None
    value = sign * float(text)
    return value if abs(value) < 1e300 else None


def has_percent(cell: Any) -> bool:
    """Return whether a cell is a number with a sign or word for per cent."""
    if not PERCENT.fullmatch(MARK.sub("", short(cell))):
        return False
    return read_number(cell) is not None or read_number(cell, ",") is not None


def minutes(cell: Any) -> float | None:
    """Return a length of time in minutes, or None if a cell names none.

    Parameters
    ----------
    cell : object
        As it came from the file; a number without a unit is no time. Two parts such as 1:30 are
        hours and minutes.

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
    return _minutes(_whole(short(cell))) if isinstance(cell, str) else None


@lru_cache(maxsize=4096)
def _minutes(text: str) -> float | None:
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


def is_clock(cell: Any) -> bool:
    """Return whether a cell is like 7:10: hours and minutes, or minutes and seconds."""
    if isinstance(cell, datetime.time):
        return cell.second == 0
    if isinstance(cell, datetime.timedelta):
        return cell.total_seconds() % 60 == 0
    match = CLOCK.fullmatch(short(cell))
    return match is not None and match[3] is None


def unit_of(heading: str) -> str:
    """Return the unit of time that a heading names, such as ``days``; empty if none."""
    words = (SHORT.get(word, word) for word in reversed(re.findall(r"[a-z]+", heading.lower())))
    return next((word for word in words if word in UNITS), "")


def typed(text: str, unit: str = "") -> Typed:
    """Return the number that somebody typed as an answer, in the unit that was asked for.

    Parameters
    ----------
    text : str
        Such as ``1,200``, ``12.5 minutes``, ``75 mins`` or ``£40``.
    unit : str, optional
        The unit that was asked for; times in other units are worked out.

    Returns
    -------
    Typed
        The number, and a sentence if it could have been meant in another way.

    Raises
    ------
    ValueError
        If it cannot be understood; the message says what would be right. No answer is wrong then.

    Examples
    --------
    >>> typed("2 hours", "minutes").value, typed("0,500").value, typed("1.234,5").value
    (120.0, 0.5, 1234.5)
    """
    given = _whole(clean(tidy(text) or ""))
    if whole := re.fullmatch(r"of (\d+)", unit):  # 7 of 10 and 7/10, where so many of 10 are asked
        given = re.sub(rf" ?(?:out of|of|/) ?{whole[1]}$", "", given)
    asked = unit_of(unit.split()[0]) if unit else ""

    def refused(why: str, **found: str) -> ValueError:
        return ValueError(WORDS.say(f"typed.{why}", given=given, unit=unit, **found))

    if len(given) > LONGEST:
        raise refused("long")
    if is_clock(given) and ":" in given:
        first, second = given.split(":")
        raise refused("clock", first=first, second=second)
    time = minutes(given)
    if time is not None and asked:
        timed = time / UNITS[asked]
        same = re.sub(r"[^a-z]", "", given)
        told = unit_of(same) != asked and same[:1] != asked[0]
        shown = f"{timed:,.10g}"
        note = WORDS.say("typed.timed", given=given, value=shown, unit=unit) if told else ""
        return Typed(timed, note)
    if (match := WORDED.fullmatch(given)) and not has_percent(given):
        if not (_same(match[2], unit) if unit else unit_of(match[2])):
            raise refused("worded")
        given = match[1]
    form = style(given)
    value = read_number(given, "," if form == "," else ".")
    if value is not None and unit and (sign := sign_of(given)) and not _asks(unit, sign):
        raise refused("sign", sign=sign)
    if value is None:
        raise refused("unread", text=(text or "").strip()[:40])
    unsure = {"1,234": "comma", "1.234": "point"}.get(form)
    shown = f"{value:,.10g}"
    return Typed(value, WORDS.say(f"typed.{unsure}", given=given, value=shown) if unsure else "")


def sign_of(cell: Any) -> str:
    """Return the sign of per cent or money that a figure carries; empty if none."""
    if not isinstance(cell, str):
        return ""
    return "%" if has_percent(cell) else next((sign for sign in SIGNS if sign in short(cell)), "")


def _asks(unit: str, sign: str) -> bool:
    """Return whether a unit is what a sign stands for."""
    return any(word in unit.lower() for word in SIGNS[sign])


def _same(words: str, unit: str) -> bool:
    """Return whether words name a unit, in the singular or plural, whole or by its first word."""
    said, asked = (
        [word.removesuffix("s") for word in re.findall(r"[a-z]+", text.lower()) if word != "per"]
        for text in (words, unit)
    )
    asked = [word for word in asked if word != "a"]
    said = [{"person": "people", "gbp": "pound", "eur": "euro"}.get(x, x) for x in said if x != "a"]
    return bool(said) and said == asked[: len(said)]
