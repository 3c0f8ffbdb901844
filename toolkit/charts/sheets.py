"""Dialect sheets as a picture: how far each setting has moved from where all of them began."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Unpack

import altair as alt
import numpy as np
import pandas as pd

from toolkit.charts.figure import Figure, Said, Template, template
from toolkit.charts.shapes import Roles
from toolkit.charts.theme import COLOUR, LABEL_STYLE, WORDS, told_apart

WIDTH, ROW = 600, 18  # pixels: of all settings side by side, and of a row
GAP = 0.5  # rows between one stage and the next
LABELS, FIGURE = 150, (50, 12)  # pixels for the names of rows; for a figure, and beside its frame
STACKED = 292  # pixels: of one setting on a narrow page, where they stand below each other
LETTER, MARGIN = 6.3, 16  # pixels: a letter of the name of a row there, and beside that
HEADS = 2.7  # rows above the first: the name of a setting, and where it began
# What a setting is called on a sheet, and what its figure is multiplied by.
LEVERS = {
    lever: (name, 1 if lever == "batch" else 100) for lever, name in WORDS["sheet"]["lever"].items()
}
STILL = WORDS["sheet"]["still"]


@cache
def _sheets(columns: int, rows: float, roles: tuple, longest: int) -> Template:
    usual = _layers(columns, rows, dict(roles), LABELS, (WIDTH - LABELS) / columns)
    labels = round(LETTER * longest + MARGIN)
    narrow = _layers(columns, rows, dict(roles), labels, STACKED - labels, stacked=True)
    return template(usual, firm=True, narrow=narrow)


def _layers(
    columns: int,
    rows: float,
    roles: Roles,
    labels: int,
    field: float,
    stacked: bool = False,
) -> alt.LayerChart:
    """Return the settings side by side, or below each other."""
    width, height = labels + field * columns, rows
    last = rows - 0.45
    if stacked:
        rows += GAP
        width, height = labels + field, rows * columns
    figure, beside = FIGURE
    track = field - figure  # pixels between the least and the most
    left = labels + (0 if stacked else alt.datum.column * field)
    down = alt.datum.row + (alt.datum.column * rows if stacked else 0)
    x = alt.X("x:Q", scale=alt.Scale(domain=[0, width]), axis=None)
    y = alt.Y("y:Q", scale=alt.Scale(domain=[height, 0]), axis=None)
    plain = {"baseline": "middle", "style": LABEL_STYLE, "fontSize": 14}

    def named(name: str, *pixels: object) -> alt.Chart:
        ends = dict(zip(("x", "x2"), map(str, pixels), strict=False))
        data = alt.Chart(alt.NamedData(name)).transform_calculate(y=down, **ends)
        return data.encode(x=x, y=y)

    stages = named("stages", 6).transform_aggregate(n="count()", groupby=["x", "y", "text"])
    # Of the rows of one setting, the last that is there counts: a sheet fills as a stage plays.
    now = {"groupby": ["column", "row"], "last": "max(at)"}
    start, end = (left + share * track for share in (alt.datum.start, alt.datum.now))
    moved = (
        named("cells", start, end)
        .transform_joinaggregate(**now)
        .transform_filter(alt.datum.at == alt.datum.last)
    )
    dots = moved.transform_calculate(x=end)
    figures = dots.transform_calculate(x=str(left + track + 10))
    looks = told_apart("place:N", roles)
    layers = (
        named("bands", 0, width)
        .transform_calculate(y=down - 0.55, y2=down + alt.datum.lines - 0.45)
        .transform_aggregate(n="count()", groupby=["x", "x2", "y", "y2"])
        .mark_rect(color=COLOUR["calm"], opacity=0.13, cornerRadius=5)
        .encode(x2="x2:Q", y2="y2:Q"),
        stages.mark_text(align="left", **plain).encode(text="text:N"),
        named("first", 6 if stacked else left)
        .transform_calculate(y=down + 0.5)
        .mark_text(align="left", **plain, fontWeight="bold")
        .encode(text="head:N"),
        named("first", start)
        .transform_calculate(y=down + 1.6)
        .mark_text(align="center", **plain)
        .encode(text="text:N"),
        named("alike", left - 9, left + track + figure - beside)
        .transform_calculate(y=down - 0.55, y2=down + alt.datum.lines - 0.45)
        .mark_rect(fillOpacity=0, stroke=COLOUR["third"], strokeWidth=3, cornerRadius=5)
        .encode(x2="x2:Q", y2="y2:Q"),
        named("first", start)
        .transform_calculate(y=down + HEADS - 0.55, y2=down + last)
        .mark_rule(color=COLOUR["calm"], strokeWidth=2)
        .encode(y2="y2:Q"),
        moved.mark_rule(strokeWidth=3).encode(x2="x2:Q", color=looks["color"]),
        dots.mark_point(filled=True, size=90, opacity=1).encode(**looks),
        figures.mark_text(align="left", **plain).encode(text="text:N"),
    )
    return alt.layer(*layers).properties(width=width, height=height * ROW)


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
        Columns ``place``, ``lever``, ``stage``, ``before``, ``now``, ``text``, ``way``.
    """
    name = LEVERS[lever][0]
    was, now = (on_sheet(lever, v) for v in (before, after))
    return pd.DataFrame(
        {
            "place": place,
            "lever": name,
            "stage": stages if len(now) > 1 else [WORDS["sheet"]["whole"]],
            "before": was,
            "now": now,
            "text": [
                f"{a:.0f} → {b:.0f}" if a != b else f"{a:.0f}"
                for a, b in zip(was, now, strict=True)
            ],
            "way": np.select([now > was, now < was], ["more", "less"], STILL),
        }
    )


def sheets(frame: pd.DataFrame, roles: Roles, **said: Unpack[Said]) -> Figure:
    """Draw dialect sheets: a stage of one place above the stage of the same number of another.

    A band behind them holds both together. All stages begin a setting alike: a line marks where.

    Parameters
    ----------
    frame : DataFrame
        One row per setting: ``place``, ``lever`` (in words), ``stage``, ``before`` and ``now``; in
        the order in which they are to stand. With ``at``, a setting may have more rows, and the
        last counts; where ``alike`` holds, a frame stands around a setting of all places.
    roles : dict
        Name of each place to its role.
    **said
        Title, description, provenance and table, as `Figure` has them.

    Returns
    -------
    Figure
        The chart with its words and its table.
    """
    usual = {"at": 0, "alike": False}
    frame = frame.assign(**{k: v for k, v in usual.items() if k not in frame})
    places, levers = (list(dict.fromkeys(frame[key])) for key in ("place", "lever"))
    stages = {
        place: list(dict.fromkeys(frame.loc[frame["place"] == place, "stage"])) for place in places
    }
    down = {
        (place, stage): HEADS + number * (len(places) + GAP) + below
        for below, place in enumerate(places)
        for number, stage in enumerate(stages[place])
    }
    frame["row"] = [down[key] for key in zip(frame["place"], frame["stage"], strict=True)]
    frame["column"] = frame["lever"].map(levers.index)
    percent = frame["lever"].isin([name for name, times in LEVERS.values() if times > 1])
    most = np.where(percent, 100, frame[["before", "now"]].max(axis=1)[~percent].max())
    start, share = frame["before"] / most, frame["now"] / most
    cells = pd.DataFrame({
        **frame[["column", "row", "place", "at"]], "start": start, "now": share,
        "text": [f"{now:.0f}" for now in frame["now"]],
    })  # fmt: skip
    pairs = frame[frame["place"] == places[0]]
    framed = pairs[pairs["alike"].astype(bool)]
    data = {
        "stages": frame[["column", "row"]].assign(text=frame["stage"]),
        "first": pd.DataFrame(
            {
                "column": frame["column"],
                "row": 0,
                "start": start,
                "head": frame["lever"],
                "text": [WORDS.say("sheet.first", start=f"{at:.0f}") for at in frame["before"]],
            }
        ),
        "bands": pairs.loc[[len(places) > 1] * len(pairs), ["column", "row"]].assign(
            lines=len(places)
        ),
        "cells": cells,
        "alike": framed[["column", "row"]].assign(lines=len(places)),
    }
    data |= {name: data[name].drop_duplicates() for name in ("stages", "first", "bands", "alike")}
    rows = max(down.values()) + 1
    shown = tuple((place, roles[place]) for place in places)
    longest = max(map(len, frame["stage"]))
    return Figure(spec=_sheets(len(levers), rows, shown, longest), data=data, **said)
