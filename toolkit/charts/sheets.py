"""Dialect sheets as a picture: one row per stage, one column per setting, what was and what is."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from functools import cache
from typing import Unpack

import altair as alt
import numpy as np
import pandas as pd

from toolkit.charts.figure import Figure, Said, Template, template
from toolkit.charts.theme import COLOUR, LABEL_STYLE, WORDS, scale

ROW = 22  # pixels
GAP = 0.6  # lines between one sheet and the next
LABELS, COLUMN = 100, 94  # pixels for the words on the left, and for a column
LETTERS, HEADS = 13, 3  # letters in a line of the name of a column, and lines of it
FRAME = 0.94  # of a column, as the frame of a cell
# What a setting is called on a sheet, and what its figure is multiplied by.
LEVERS = {
    lever: (name, 1 if lever == "batch" else 100) for lever, name in WORDS["sheet"]["lever"].items()
}
STILL = WORDS["sheet"]["still"]
WAYS = {"more": "warn", "less": "main", STILL: "calm"}
ARROW = {"more": "triangle-up", "less": "triangle-down", STILL: "stroke"}


@cache
def _sheets(columns: int, rows: int) -> Template:
    across = alt.X("x:Q", scale=alt.Scale(domain=[0, columns]), axis=None)
    down = alt.Y("y:Q", scale=alt.Scale(domain=[rows, 0]), axis=None)
    words = alt.Chart(alt.NamedData("words")).encode(x=across, y=down, text="text:N")
    plain = {"align": "left", "baseline": "middle", "style": LABEL_STYLE, "fontSize": 15}
    heads, titles = words.mark_text(**plain), words.mark_text(**plain, fontWeight="bold")
    notes = alt.Chart(alt.NamedData("notes")).encode(x=across, y=down, text="text:N")
    # Of the rows of one cell, the last that is there counts: a sheet fills as a stage plays.
    cells = (
        alt.Chart(alt.NamedData("cells"))
        .encode(x=across, y=down)
        .transform_joinaggregate(last="max(at)", groupby=["x", "y"])
        .transform_filter(alt.datum.at == alt.datum.last)
    )
    frames = (
        alt.Chart(alt.NamedData("alike"))
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
    size = {"width": LABELS + columns * COLUMN, "height": rows * ROW}
    return template(layers.properties(**size), firm=True)


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
    """Draw dialect sheets one below the other.

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
        Lines of text that the picture has room for; it stays that high, whatever is shown.
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
    for place, sentences in notes.items():
        words.append(("title", 0.0, y, place))
        under += [(0.0, y + 1 + i, sentence) for i, sentence in enumerate(sentences)]
        y += 1 + len(sentences)
        here = frame[frame["place"] == place]
        at = {name: left + i * step for i, name in enumerate(dict.fromkeys(here["lever"]))}
        if len(at) > columns:
            raise ValueError(f"{place} has {len(at)} columns; there is room for {columns}.")
        for name, x in at.items():
            head = textwrap.wrap(name, LETTERS)
            words += [("head", x, y + HEADS - len(head) + i, line) for i, line in enumerate(head)]
        lines = {name: y + HEADS + i for i, name in enumerate(dict.fromkeys(here["stage"]))}
        words += [("head", 0.0, line, name) for name, line in lines.items()]
        cells += [(at[r.lever], lines[r.stage], r.text, r.way, r.at) for r in here.itertuples()]
        framed = here[here["alike"].astype(bool)].drop_duplicates(["stage", "lever"])
        alike += [
            (
                at[r.lever],
                at[r.lever] + FRAME * step,
                lines[r.stage] - 0.45,
                lines[r.stage] + 0.45,
            )
            for r in framed.itertuples()
        ]
        y += HEADS + len(lines) + GAP
    needed = round(y - GAP - 0.5, 6)
    if needed > rows:
        raise ValueError(f"These sheets need {needed:g} lines; there is room for {rows}.")
    data = {
        "words": pd.DataFrame(words, columns=["kind", "x", "y", "text"]),
        "notes": pd.DataFrame(under, columns=["x", "y", "text"]),
        "cells": pd.DataFrame(cells, columns=["x", "y", "text", "way", "at"]),
        "alike": pd.DataFrame(alike, columns=["x", "x2", "y", "y2"]),
    }
    return Figure(spec=_sheets(columns, rows), data=data, **said)
