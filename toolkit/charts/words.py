"""Words for what a chart shows, worked out from its data."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import pandas as pd

from toolkit.charts.figure import written


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
    thing, *rest = unit.split(" ")
    one = [thing.removesuffix("s"), *rest] if short == "1" else [thing, *rest]
    return f"{short} {' '.join(one)}".rstrip()


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
    low, high = values.min(), values.max()
    if low == high:
        return f"{number(low, unit)} throughout"
    return f"between {number(low)} and {number(high, unit)}"


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
    if known.empty:
        return "There are no figures to show."
    labels = list(known.index)  # a label may stand twice; a position cannot
    known = known.reset_index(drop=True)
    place = f"{where} " if where else ""

    def point(i: int) -> str:
        return f"{number(known[i], unit)} ({place}{labels[i]})"

    first, last = 0, len(known) - 1
    turns = [i for i in (known.idxmax(), known.idxmin()) if i not in (first, last)]
    # A turn is worth a word where the series goes on to come back by a fifth of its whole range.
    room = 0.2 * (known.max() - known.min())
    turns = [
        i
        for i in turns
        if abs(known[i] - known[first]) > room and abs(known[i] - known[last]) > room
    ]
    if known.max() == known.min():
        return f"It stays at {number(known[first], unit)} throughout."

    def move(start: int, end: int) -> str:
        verb = (
            "rises"
            if known[end] > known[start]
            else "falls"
            if known[end] < known[start]
            else "is back at"
        )
        return f"{verb} {'to ' if verb != 'is back at' else ''}{point(end)}"

    path = [first, *sorted(turns), last]
    moves = ", then ".join(move(a, b) for a, b in pairwise(path))
    return f"From {point(first)} it {moves}."
