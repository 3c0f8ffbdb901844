"""Rows and columns that a table holds beside its figures: totals, and what Excel hides."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from toolkit.text.lists import row_words
from toolkit.text.reading import read_number, short
from toolkit.upload.dates import partly, read_period
from toolkit.upload.errors import few, one_line, quoted_list, say
from toolkit.upload.kinds import is_missing, map_unique
from toolkit.upload.layout import TABLE, text_of
from toolkit.upload.limits import tick

BESIDE_DATES = re.compile(
    r"(grand |sub ?-? ?|overall |annual |year |yearly |monthly )?(totals?|sums?)\b.*|"
    r".* (sub ?-? ?)?totals?|(overall |monthly |annual )?(average|mean|median)s?\b.*|"
    r"year to date|ytd\b.*|overall|minimum|maximum|min|max|std ?dev|target|all|change.*"
)
WHOLES = re.compile(
    r"((grand |sub ?-?)?totals?|all|overall|average|mean|median|england|scotland|wales|"
    r"northern ireland|great britain|uk|united kingdom|national|nation|trust ?-?wide|combined|"
    r"(all|total) (wards|sites|trusts|providers|organisations|regions|boards|areas|ages|persons|"
    r"departments|types|specialties|services|england)|(england|scotland|wales|trust) total|"
    r"(trust|nhs board|board|hospital|organisation) (total|overall)|nhs (england|scotland|wales))"
)
MOST_GROUPS = 1_000
NEAR = 0.01  # a sum of rounded figures differs by this part at most
OFTEN = 0.9  # of the periods
FEWEST = 3  # periods that show a sum where nothing says so


@dataclass(frozen=True)
class LeftOut:
    """Something that was left out of a table, and can be put back.

    Parameters
    ----------
    key : str
        ``totals``, ``hidden rows`` or ``hidden columns``.
    label, note : str
        In a few words, and in a sentence with its figures.
    rows, columns : tuple
        Numbers of rows, names of columns.
    """

    key: str
    label: str
    note: str
    rows: tuple[int, ...] = ()
    columns: tuple[str, ...] = ()


def hidden(rows: tuple[int, ...], columns: tuple[str, ...], frame: pd.DataFrame) -> list[LeftOut]:
    """Return what is hidden in Excel, unless that is everything."""
    found = []
    if 0 < len(rows) < len(frame):
        found.append(_left("hidden_rows", frame, rows))
    if 0 < len(columns) < len(frame.columns):
        told = [
            say(
                "item.column",
                name=one_line(name),
                cells=[one_line(text_of(x)) for x in cells.dropna()],
            )
            for name, cells in frame[list(columns)].items()
        ]
        found.append(_left("hidden_columns", frame, (), columns, told=told))
    return found


def _left(
    key: str, frame: pd.DataFrame, rows: Sequence[int], columns: tuple[str, ...] = (), **facts: Any
) -> LeftOut:
    """Return what was left out, with its figures."""
    lines = few(rows, lambda n: quoted_list([" ".join(filter(None, map(text_of, frame.loc[n])))]))
    facts |= {"count": len(rows or columns), "rows": row_words(rows), "lines": lines}
    label, note = (say(f"left.{key}.{part}", **facts) for part in ("label", "note"))
    return LeftOut(key.replace("_", " "), label, note, tuple(rows), columns)


def totals(frame: pd.DataFrame, kinds: Mapping[str, str]) -> LeftOut | None:
    """Return the rows of a table that sum up its other rows, if there are any.

    Parameters
    ----------
    frame : DataFrame
        The table.
    kinds : mapping of str to str
        What each column holds.

    Returns
    -------
    LeftOut or None
        A row without a date that is called a total; or rows of a ward or the like whose figures
        are the sum of all others of the same date. A word alone makes no total: a total knee
        replacement is an operation.
    """
    date = next((name for name, kind in kinds.items() if kind == "date"), None)
    if date is None:
        return None
    words = [name for name, kind in kinds.items() if kind == "text" and name != TABLE]
    undated = ~map_unique(frame[date], _is_dated).to_numpy(bool)
    rows = [n for n in frame.index[undated][:MOST_GROUPS] if _is_called_total(frame.loc[n])]
    rest = frame[~undated]
    what = [say("item.undated", count=len(rows))] if rows else []
    for name in words:
        tick()
        for group, where in _sums(rest, kinds, date, name, words):
            if not set(where) <= set(rows):
                what.append(say("item.group", name=one_line(group), count=len(where)))
                rows += [n for n in where if n not in rows]
    if not rows or len(rows) == len(frame):
        return None
    return _left("totals", frame, sorted(rows), what=what)


def _is_dated(cell: object) -> bool:
    return read_period(cell) is not None or partly(cell) not in ("", "month")


def _is_called_total(row: pd.Series) -> bool:
    """Return whether the first words of a row call it a total."""
    said = [short(cell) for cell in row if isinstance(cell, str) and not is_missing(cell)]
    said = [text for text in said if text[:1].isalpha() or "total" in text]
    return bool(said) and BESIDE_DATES.fullmatch(said[0]) is not None


def _sums(
    frame: pd.DataFrame, kinds: Mapping[str, str], date: str, name: str, words: list[str]
) -> list[tuple[str, list[int]]]:
    """Return the groups of one column that sum up all others, with their rows."""
    groups = map_unique(frame[name], text_of)
    if not 2 < groups.nunique() <= min(MOST_GROUPS, len(frame) / 2):
        return []
    figures = {
        column: pd.to_numeric(map_unique(frame[column], read_number), errors="coerce").astype(float)
        for column, kind in kinds.items()
        if kind in ("count", "percent", "number", "duration")
    }
    figures = {column: values for column, values in figures.items() if values.min() < values.max()}
    counts = (values for column, values in figures.items() if kinds[column] == "count")
    sums = (values.groupby(groups).sum() for values in counts)
    # What sums up all others has half of everything, give or take what is hidden.
    largest = {each.idxmax() for each in sums if 0.3 < each.max() / each.sum() < 0.7}
    called = {group for group in groups.unique() if WHOLES.fullmatch(group.lower())}
    found = []
    for group in sorted(called | largest) if figures else ():
        own = (groups == group).to_numpy()
        means = group.lower() in ("average", "mean", "median")
        key = map_unique(frame[date], text_of)
        for other in words:
            texts = map_unique(frame[other], text_of)
            if other != name and set(texts[own]) <= set(texts[~own]):
                key = key + "\x1f" + texts
        told = [
            _is_sum(values, own, key, group in called, kinds[column] == "count" and not means)
            for column, values in figures.items()
        ]
        if sum(told) * 2 >= len(told):
            found.append((group, frame.index[own].tolist()))
    return found


def _is_sum(values: pd.Series, own: np.ndarray, key: pd.Series, called: bool, counts: bool) -> bool:
    """Return whether the rows of one group are the sum of the others, or lie among them."""
    mine = values[own].groupby(key[own]).sum(min_count=1)
    others = values[~own].groupby(key[~own])
    known = others.count() == others.size()
    both = mine.index.intersection(others.size()[(others.size() > 1) & known].index)
    if len(both) < (1 if called else FEWEST) or (not called and mine.nunique() < 2):
        return False
    mine = mine[both].to_numpy()
    if counts:
        times = others.sum()[both].to_numpy() / np.where(mine == 0, np.nan, mine)
        steps = np.round(times).clip(1, 3) if called else 1.0
        near = np.abs(times - steps) <= NEAR
        near[mine == 0] = (others.sum()[both].to_numpy() == 0)[mine == 0]
    else:
        low, high = others.min()[both].to_numpy(), others.max()[both].to_numpy()
        near = (low <= mine) & (mine <= high) & called
    return bool(near.mean() >= OFTEN)
