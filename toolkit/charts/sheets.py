"""Dialect sheets as a picture: one row per stage, one column per setting, what was and what is."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from functools import cache
from math import ceil
from typing import Unpack

import altair as alt
import numpy as np
import pandas as pd

from toolkit.charts.figure import Figure, Said, Template, template
from toolkit.charts.theme import COLOUR, LABEL_STYLE, WORDS, scale

ROW = 22  # pixels
GAP = 0.6  # lines between one sheet and the next
ASIDE = 32  # pixels between sheets that stand side by side
LABELS, COLUMN = 106, 92  # pixels for the words on the left, and for a column
LETTERS, HEADS = 12, 3  # letters in a line of the name of a column, and lines of it
FRAME = 0.94  # of a column, as the frame of a cell
# What a setting is called on a sheet, and what its figure is multiplied by.
LEVERS = {
    lever: (name, 1 if lever == "batch" else 100) for lever, name in WORDS["sheet"]["lever"].items()
}
STILL = WORDS["sheet"]["still"]
WAYS = {"more": "warn", "less": "main", STILL: "calm"}
ARROW = {"more": "triangle-up", "less": "triangle-down", STILL: "stroke"}


@cache
def _sheets(columns: int, rows: int, many: int) -> Template:
    below = _layers(columns, rows)
    if many == 1:
        return template(below, firm=True)
    return template(_layers(columns, ceil(rows / many), many), firm=True, narrow=below)


def _layers(columns: int, rows: int, many: int = 1) -> alt.LayerChart:
    """Return one sheet, several below each other, or `many` side by side."""
    wide = LABELS + columns * COLUMN
    step = columns * (1 + ASIDE / wide)  # from one sheet to the next
    across = alt.X("x:Q", scale=alt.Scale(domain=[0, columns + (many - 1) * step]), axis=None)
    down = alt.Y("y:Q", scale=alt.Scale(domain=[rows, 0]), axis=None)

    def named(name: str) -> alt.Chart:
        data = alt.Chart(alt.NamedData(name))
        if many == 1:
            return data
        right, up = alt.datum.sheet * step, alt.datum.top
        ends = {"x2": alt.datum.x2 + right, "y2": alt.datum.y2 - up} if name == "alike" else {}
        return data.transform_calculate(x=alt.datum.x + right, y=alt.datum.y - up, **ends)

    words = named("words").encode(x=across, y=down, text="text:N")
    plain = {"align": "left", "baseline": "middle", "style": LABEL_STYLE, "fontSize": 15}
    heads, titles = words.mark_text(**plain), words.mark_text(**plain, fontWeight="bold")
    notes = named("notes").encode(x=across, y=down, text="text:N")
    # Of the rows of one cell, the last that is there counts: a sheet fills as a stage plays.
    cells = (
        named("cells")
        .encode(x=across, y=down)
        .transform_joinaggregate(last="max(at)", groupby=["x", "y"])
        .transform_filter(alt.datum.at == alt.datum.last)
    )
    frames = (
        named("alike")
        .mark_rect(fillOpacity=0, stroke=COLOUR["third"], strokeWidth=2, cornerRadius=4)
        .encode(x=across, x2="x2:Q", y=down, y2="y2:Q")
    )
    arrow = cells.mark_point(filled=True, size=60, opacity=1, xOffset=6).encode(
        color=alt.Color("way:N", scale=alt.Scale(**scale(WAYS)), legend=None),
        shape=alt.Shape(
            "way:N", scale=alt.Scale(domain=list(ARROW), range=list(ARROW.values())), legend=None
        ),
    )
    text = cells.mark_text(**plain, dx=16).encode(text="text:N")
    layers = alt.layer(
        titles.transform_filter(alt.datum.kind == "title"),
        heads.transform_filter(alt.datum.kind == "head"),
        notes.mark_text(**plain),
        frames,
        arrow,
        text,
    )
    size = {"width": wide + (many - 1) * (wide + ASIDE), "height": rows * ROW}
    return layers.properties(**size)


def on_sheet(lever: str, values: float | Sequence[float] | np.ndarray) -> np.ndarray:
    """Return a setting as a sheet shows it: rounded to whole patients or per cent."""
    return np.round(np.atleast_1d(values) * LEVERS[lever][1])


def lever_lines(
    place: str,
    lever: str,
    stages: Sequence[str],
    before: float | Sequence[float],
    after: float | Sequence[float],
) -> pd.DataFrame:
    """Return the rows of `sheets` for one setting, rounded to whole patients or per cent.

    Parameters
    ----------
    place : str
        Whose sheet it is.
    lever : str
        A key of `LEVERS`.
    stages : sequence of str
        Names of the stages; a setting with one value stands for the whole pathway.
    before, after : float or sequence of float
        What was and what is.

    Returns
    -------
    DataFrame
        Columns ``place``, ``lever``, ``stage``, ``text``, ``way``.
    """
    name = LEVERS[lever][0]
    was, now = (on_sheet(lever, v) for v in (before, after))
    return pd.DataFrame(
        {
            "place": place,
            "lever": name,
            "stage": stages if len(now) > 1 else [WORDS["sheet"]["whole"]],
            "text": [
                f"{a:.0f} → {b:.0f}" if a != b else f"{a:.0f}"
                for a, b in zip(was, now, strict=True)
            ],
            "way": np.select([now > was, now < was], ["more", "less"], STILL),
        }
    )


def sheets(
    frame: pd.DataFrame,
    notes: dict[str, tuple[str, ...]],
    *,
    rows: int,
    columns: int = 2,
    **said: Unpack[Said],
) -> Figure:
    """Draw dialect sheets side by side, or on a narrow page one below the other.

    Parameters
    ----------
    frame : DataFrame
        One row per setting: ``place``, ``lever`` (in words), ``stage``, ``text`` (such as
        ``"7 → 2"``) and ``way`` (a key of `WAYS`); in the order in which they are to stand. With
        ``at``, a setting may have more rows, and the last counts; where ``alike`` holds, the cell
        has a frame.
    notes : dict of str to tuple of str
        For each place, in order, the sentences under its name.
    rows : int
        Lines of text that the sheets have room for, all together; the picture stays that high,
        whatever is shown.
    columns : int
        Columns that it has room for.
    **said
        Title, description, provenance and table, as `Figure` has them.

    Returns
    -------
    Figure
        The chart with its words and its table.

    Raises
    ------
    ValueError
        If the sheets do not fit.
    """
    left = columns * LABELS / (LABELS + columns * COLUMN)  # where the first column begins
    step = (columns - left) / columns
    frame = frame.assign(**{k: v for k, v in {"at": 0, "alike": False}.items() if k not in frame})
    words, under, cells, alike, y = [], [], [], [], 0.5
    for sheet, (place, sentences) in enumerate(notes.items()):
        its = (sheet, y - 0.5)
        words.append(("title", 0.0, y, place, *its))
        under += [(0.0, y + 1 + i, sentence, *its) for i, sentence in enumerate(sentences)]
        y += 1 + len(sentences)
        here = frame[frame["place"] == place]
        at = {name: left + i * step for i, name in enumerate(dict.fromkeys(here["lever"]))}
        if len(at) > columns:
            raise ValueError(f"{place} has {len(at)} columns; there is room for {columns}.")
        for name, x in at.items():
            head = textwrap.wrap(name, LETTERS)
            words += [
                ("head", x, y + HEADS - len(head) + i, line, *its) for i, line in enumerate(head)
            ]
        lines = {name: y + HEADS + i for i, name in enumerate(dict.fromkeys(here["stage"]))}
        words += [("head", 0.0, line, name, *its) for name, line in lines.items()]
        cells += [
            (at[r.lever], lines[r.stage], r.text, r.way, r.at, *its) for r in here.itertuples()
        ]
        framed = here[here["alike"].astype(bool)].drop_duplicates(["stage", "lever"])
        alike += [
            (
                at[r.lever],
                at[r.lever] + FRAME * step,
                lines[r.stage] - 0.45,
                lines[r.stage] + 0.45,
                *its,
            )
            for r in framed.itertuples()
        ]
        y += HEADS + len(lines) + GAP
    needed = round(y - GAP - 0.5, 6)
    if needed > rows:
        raise ValueError(f"These sheets need {needed:g} lines; there is room for {rows}.")
    where = ("sheet", "top")  # its number, and the line at which it begins below the others
    data = {
        "words": pd.DataFrame(words, columns=["kind", "x", "y", "text", *where]),
        "notes": pd.DataFrame(under, columns=["x", "y", "text", *where]),
        "cells": pd.DataFrame(cells, columns=["x", "y", "text", "way", "at", *where]),
        "alike": pd.DataFrame(alike, columns=["x", "x2", "y", "y2", *where]),
    }
    return Figure(spec=_sheets(columns, rows, len(notes)), data=data, **said)
