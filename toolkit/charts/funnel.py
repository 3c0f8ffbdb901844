"""The funnel: rates of places of every size, inside limits that widen where places are small."""

from __future__ import annotations

from functools import cache
from typing import Unpack

import altair as alt
import numpy as np
import pandas as pd

from toolkit.charts.figure import Figure, Said, Template, template
from toolkit.charts.shapes import LINE_OF_TEXT, Roles, apart
from toolkit.charts.theme import COLOUR, DASH, HEIGHT, LABEL_STYLE, WIDTH, scale, told_apart

# Lines of a funnel to the role that gives their dash: the wider the limit, the shorter the dash.
LINES = {"average": "main", "inner limit": "warn", "outer limit": "calm"}
MANY = 60  # dots; more than that are drawn smaller


@cache
def _funnel(x: str, y: str, roles: tuple, size: tuple[int, int], many: bool) -> Template:
    across = alt.X(
        "x:Q", title=x, axis=alt.Axis(grid=False, tickCount=8), scale=alt.Scale(nice=False)
    )
    up = alt.Y("y:Q", title=y, scale=alt.Scale(zero=True, nice=True))
    key = alt.Legend(orient="top", title=None, symbolSize=110)
    lines = (
        alt.Chart(alt.NamedData("lines"))
        .mark_line(strokeWidth=1.6, color=COLOUR["calm"])
        .encode(
            x=across,
            y=up,
            detail="part:N",
            strokeDash=alt.StrokeDash("line:N", scale=alt.Scale(**scale(LINES, DASH)), legend=None),
        )
    )
    dots = (
        alt.Chart(alt.NamedData("dots"))
        .mark_point(filled=True, opacity=0.75 if many else 1, size=34 if many else 90)
        .encode(
            x=across,
            y=up,
            tooltip=alt.Tooltip("label:N", title=" "),
            **told_apart("series:N", dict(roles), key),
        )
    )
    words = {"style": LABEL_STYLE, "fontSize": 13}
    ends = (
        alt.Chart(alt.NamedData("ends"))
        .mark_text(align="left", dx=8, **words)
        .encode(x=across, y="place:Q", text="text:N")
    )
    # A name stands on the side of its dot where there is more room, and away from the limits.
    notes = [
        alt.Chart(alt.NamedData("notes"))
        .mark_text(align=side, dx=dx, dy=dy, **words)
        .encode(x=across, y=up, text="text:N")
        .transform_filter((alt.datum.side == side) & (alt.datum.high == high))
        for side, dx in (("left", 9), ("right", -9))
        for high, dy in ((True, -7), (False, 12))
    ]
    width, height = size
    return template(alt.layer(lines, dots, *notes, ends).properties(width=width, height=height))


def funnel_chart(
    dots: pd.DataFrame,
    lines: pd.DataFrame,
    roles: Roles,
    *,
    x: str,
    y: str,
    notes: pd.DataFrame | None = None,
    size: tuple[int, int] = (WIDTH - 60, HEIGHT + 20),
    **said: Unpack[Said],
) -> Figure:
    """Draw places by size and rate, with the average and the limits that chance alone gives.

    Parameters
    ----------
    dots : DataFrame
        Columns ``x`` (size), ``y`` (rate), ``series`` and ``label`` (which place it is).
    lines : DataFrame
        Columns ``x``, ``y``, ``line`` (a key of `LINES`) and ``side`` (``low``, ``high`` or empty).
    roles : dict
        Name of each series of dots to its role; the legend has those that there are dots of.
    x, y : str
        Titles of the axes, with units.
    notes : DataFrame, optional
        Words beside some dots: ``x``, ``y``, ``text``.
    size : tuple of int
        Width and height in pixels.
    **said
        Title, description, provenance and table, as `Figure` has them.

    Returns
    -------
    Figure
        The chart with its words and its table.
    """
    if notes is None:
        notes = pd.DataFrame({"x": [], "y": [], "text": []})
    lines = lines.assign(part=lines["line"] + " " + lines["side"])
    average = lines.loc[lines["line"] == "average", "y"].mean()
    notes = notes.assign(
        side=np.where(notes["x"] > lines["x"].mean(), "right", "left"), high=notes["y"] > average
    )
    # The lower limits are dashed as the upper ones are; their names would only crowd the corner.
    ends = lines[lines["side"] != "low"].groupby("part", sort=False).tail(1)
    gap = LINE_OF_TEXT * max(dots["y"].max(), lines["y"].max())
    placed = np.array(apart(ends["y"].tolist(), gap))
    placed -= (placed.max() - ends["y"].max()) / 2  # half of the way up, and half of it down
    ends = ends.assign(place=placed, text=ends["line"])
    there = tuple((name, role) for name, role in roles.items() if name in set(dots["series"]))
    spec = _funnel(x, y, there, size, len(dots) > MANY)
    data = {
        "lines": lines[["x", "y", "line", "part"]],
        "dots": dots[["x", "y", "series", "label"]],
        "notes": notes,
        "ends": ends[["x", "place", "text"]],
    }
    return Figure(spec=spec, data=data, **said)
