"""Numbers, money and series as they stand in a sentence or a table."""

from __future__ import annotations

import math
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd

from toolkit.text.words import Words

WORDS = Words("toolkit.text")
NOISE = 1e-9  # what is left where two floats that should be equal are subtracted


def plain(value: Any) -> Any:
    """Return a value that JSON knows.

    A number that somebody wrote down has at most 15 digits and stays as it is; one with more was
    worked out, and is rounded so that it is the same on every machine.

    Parameters
    ----------
    value : object
        Anything that a cell of a frame may hold.
    """
    if value is None or value is pd.NaT or value is pd.NA:
        return None
    if isinstance(value, bool | np.bool_):
        return bool(value)
    if isinstance(value, int | np.integer):
        return int(value)
    if isinstance(value, float | np.floating):
        if not math.isfinite(value):
            return None
        value = float(str(value))  # a float32 too is what it says it is
        return value if float(f"{value:.15g}") == value else float(f"{value:.9g}")
    if isinstance(value, pd.Timestamp):
        return value.strftime("%Y-%m-%d")
    return value if isinstance(value, str) else str(value)


def written(value: Any, given: bool = False) -> str:
    """Return a value as it stands in a table: short, and empty where nothing is known.

    Parameters
    ----------
    value : object
        Anything that a cell of a frame may hold.
    given : bool
        Whether a number was given rather than worked out: then no digit of it is left out.

    Returns
    -------
    str
        Text for a reader.

    Examples
    --------
    >>> written(1234.567), written(-0.5), written(0.00123), written(None)
    ('1,235', '−0.5', '0.0012', '')
    >>> written(1234.567, given=True), written(0.00125, given=True)
    ('1,234.567', '0.00125')
    """
    whole = value
    value = plain(value)
    if value is None:
        return ""
    if isinstance(value, bool):
        return WORDS.say("number.yes" if value else "number.no")
    if isinstance(value, float):
        if abs(value) >= 1e15:
            return f"{value:.3g}".replace("-", "−")
        digits = 0 if abs(value) >= 1000 else 1 if abs(value) >= 100 else 2
        if NOISE < abs(value) < 0.01:  # two figures of it, where two decimals would say nought
            digits = 1 - math.floor(math.log10(abs(value)))
        if given and value == whole:
            _, figures, exponent = Decimal(repr(value)).as_tuple()
            power = int(exponent)  # a letter only for what is not finite
            if -power <= 6 or len(figures) <= 10:  # more than that nobody wrote down
                digits = max(0, -power)
        short = f"{value:z,.{digits}f}"  # z: what rounds to nothing has no sign
        short = short.rstrip("0").rstrip(".") if "." in short else short
        return short.replace("-", "−")
    if isinstance(value, int):
        return (f"{value:,}" if abs(value) >= 10_000 else str(value)).replace("-", "−")
    return str(value)


def counted(short: str, unit: str) -> str:
    """Return a number with its unit, which loses its plural after a one.

    Parameters
    ----------
    short : str
        The number as it is shown.
    unit : str
        Its unit in the plural; only its first word is counted.

    Returns
    -------
    str
        Such as ``"1 day"`` or ``"2% of staff time"``.

    Examples
    --------
    >>> counted("1", "weeks of work"), counted("0.5", "weeks of work")
    ('1 week of work', '0.5 weeks of work')
    """
    thing, *rest = unit.split(" ")
    if short == "1":
        thing = thing.removesuffix(WORDS["number.plural"])
    return " ".join([short, thing, *rest]).strip().replace(" %", "%")


def fixed(value: float, digits: int = 0) -> str:
    """Return a number with so many decimals, however many of them are noughts.

    Parameters
    ----------
    value : float
        The number.
    digits : int
        Decimals.

    Returns
    -------
    str
        The number; what rounds to nothing has no sign.

    Examples
    --------
    >>> fixed(1234.5, 2), fixed(-0.001, 2), fixed(-2.5, 1)
    ('1,234.50', '0.00', '−2.5')
    """
    return f"{value:z,.{digits}f}".replace("-", "−")


def per_cent(share: float, digits: int = 0) -> str:
    """Return a share of one in per cent.

    Parameters
    ----------
    share : float
        Between 0 and 1.
    digits : int
        Decimals.

    Returns
    -------
    str
        Such as ``"25%"``.

    Examples
    --------
    >>> per_cent(0.25), per_cent(0.0215, 1)
    ('25%', '2.1%')
    """
    return f"{fixed(100 * share, digits)}%"


def signed(value: float, digits: int = 0) -> str:
    """Return a change with its sign, and with a minus that is read as one.

    Parameters
    ----------
    value : float
        The change.
    digits : int
        Decimals.

    Returns
    -------
    str
        The change.

    Examples
    --------
    >>> signed(-1234.5), signed(2.25, 1)
    ('−1,234', '+2.2')
    """
    return f"{value:+z,.{digits}f}".replace("-", "−")


def pounds(value: float, unit: str = "") -> str:
    """Return money, with its sign before the pound.

    Parameters
    ----------
    value : float
        The money, in ``unit``.
    unit : str
        Such as ``"k"`` for thousands.

    Returns
    -------
    str
        The money; what rounds to nothing has no sign.

    Examples
    --------
    >>> pounds(-1234.5), pounds(239, "k")
    ('−£1,234', '£239k')
    """
    return f"{'−' if round(value) < 0 else ''}£{abs(value):,.0f}{unit}"


def number(value: float, unit: str = "") -> str:
    """Return a figure with its unit, short.

    Parameters
    ----------
    value : float
        The figure.
    unit : str, optional
        Its unit, in words or ``"%"``.

    Returns
    -------
    str
        Figure and unit.

    Examples
    --------
    >>> number(51.7134, "patients")
    '51.7 patients'
    >>> number(1, "days")
    '1 day'
    """
    short = written(round(float(value), 1)) if abs(value) >= 10 else written(float(value))
    return counted(short, unit)


def span(values: pd.Series, unit: str = "") -> str:
    """Say between which values a series lies.

    Parameters
    ----------
    values : Series
        The series; gaps are left out.
    unit : str, optional
        Unit of the values.

    Returns
    -------
    str
        Part of a sentence.

    Examples
    --------
    >>> span(pd.Series([3.0, 8.5, 4.0]), "days")
    'between 3 and 8.5 days'
    """
    return WORDS.say("number.span", low=values.min(), high=values.max(), unit=unit)


def course(at: Sequence, values: pd.Series, unit: str = "", where: str = "") -> str:
    """Say where a series starts and ends and where it turns.

    Parameters
    ----------
    at : sequence
        What stands on the horizontal axis, as long as ``values``.
    values : Series
        The series; gaps are left out.
    unit, where : str
        Unit of the values; a word for the horizontal axis, such as "month".

    Returns
    -------
    str
        One sentence.

    Examples
    --------
    >>> course([1, 2, 3, 4], pd.Series([5.0, 9.0, 7.0, 6.0]), "days", "month")
    'From 5 days (month 1) it rises to 9 days (month 2), then falls to 6 days (month 4).'
    """
    known = pd.Series(list(values), index=list(at)).dropna()
    labels = list(known.index)  # a label may stand twice; a position cannot
    known = known.reset_index(drop=True)
    path = []
    if len(known):
        first, last, room = 0, len(known) - 1, 0.2 * (known.max() - known.min())
        # A turn is worth a word where the series goes on to come back by a fifth of its range.
        turns = {
            i
            for i in (known.idxmax(), known.idxmin())
            if abs(known[i] - known[first]) > room and abs(known[i] - known[last]) > room
        }
        path = [first, *sorted(turns), last]
    points = [{"at": labels[i], "value": known[i]} for i in path]
    level = known.max() == known.min()
    return WORDS.say("number.course", points=points, level=level, unit=unit, where=where)
