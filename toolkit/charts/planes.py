"""Two questions at right angles: a grid of tried spots, and a plane with a word in each corner."""

from __future__ import annotations

import json
import textwrap
from functools import cache
from typing import Unpack

import altair as alt
import pandas as pd

from toolkit.charts.figure import Figure, Said, Template, template
from toolkit.charts.narrow import TITLE
from toolkit.charts.shapes import Roles
from toolkit.charts.theme import COLOUR, LABEL_STYLE, WIDTH, told_apart

KEY = alt.Legend(orient="top", symbolSize=130, title=None)
PHONE = 220  # pixels: width of a field on a narrow page
SMALL = {"labelFontSize": 12, "titleFontSize": 12}
KEY_BELOW = alt.Legend(orient="bottom", direction="vertical", title=None, labelFontSize=12)


@cache
def _grid(x: str, y: str, roles: tuple, across: tuple, up: tuple, width: int, row: int) -> Template:
    where = (x, y, roles, across, up)
    return template(_squares(*where, width, row), narrow=_squares(*where, PHONE, row, narrow=True))


def _squares(
    x: str,
    y: str,
    roles: tuple,
    across: tuple,
    up: tuple,
    width: int,
    row: int,
    narrow: bool = False,
) -> alt.LayerChart:
    """Return the grid; on a narrow page with lines for long words."""
    lines = textwrap.wrap(x, TITLE) if narrow else x
    axis = {"domain": False, **(SMALL if narrow else {})}
    base = alt.Chart(alt.NamedData("cells")).encode(
        x=alt.X(
            "x:N",
            title=lines,
            sort=list(across),
            axis=alt.Axis(labelAngle=0, labelOverlap=False, **axis),
        ),
        y=alt.Y("y:N", title=y, sort=list(up)[::-1], axis=alt.Axis(**axis)),
    )
    tile = base.mark_rect(fillOpacity=0.3, stroke="white", strokeWidth=3).encode(
        color=told_apart("series:N", dict(roles), None)["color"]
    )
    text = base.mark_text(fontSize=13 if narrow else 16).encode(text="text:N")
    return alt.layer(tile, text).properties(width=width, height=row * len(up))


def grid(
    frame: pd.DataFrame,
    roles: Roles,
    *,
    x: str,
    y: str,
    width: int = WIDTH,
    row: int = 40,
    **said: Unpack[Said],
) -> Figure:
    """Draw a grid of squares, each with its kind and its figure.

    Parameters
    ----------
    frame : DataFrame
        Columns ``x`` and ``y`` (in words, in the order shown: left to right, bottom to top),
        ``series`` and ``text``.
    roles : dict
        Name of each kind to its role.
    x, y : str
        Titles of the axes.
    width, row : int
        Width of the grid and height of a row, in pixels.
    **said
        Title, description, provenance and table, as `Figure` has them.

    Returns
    -------
    Figure
        The chart with its words and its table.
    """
    across, up = (tuple(dict.fromkeys(frame[axis])) for axis in ("x", "y"))
    spec = _grid(x, y, tuple(roles.items()), across, up, width, row)
    return Figure(spec=spec, data={"cells": frame}, **said)


@cache
def _plane(x: tuple, y: tuple, roles: tuple, width: int, height: int) -> Template:
    where = (x, y, roles)
    return template(
        _field(*where, width, height), narrow=_field(*where, PHONE, height, narrow=True)
    )


def _field(
    x: tuple, y: tuple, roles: tuple, width: int, height: int, narrow: bool = False
) -> alt.LayerChart:
    """Return the plane; on a narrow page without the names of its dots."""
    letters = SMALL if narrow else {}

    def axis(title: str, *halves: str) -> dict[str, object]:
        low, high = map(json.dumps, halves)
        named = f"datum.value < 0.5 ? {low} : {high}"
        ticks = alt.Axis(values=[0.25, 0.75], labelExpr=named, ticks=False, grid=False, **letters)
        return {"title": title, "scale": alt.Scale(domain=[0, 1], nice=False), "axis": ticks}

    across, up = alt.X("x:Q", **axis(*x)), alt.Y("y:Q", **axis(*y))
    corner = (
        alt.Chart(alt.NamedData("corner"))
        .mark_rect(color=COLOUR["fifth"], fillOpacity=0.15, stroke=COLOUR["fifth"])
        .encode(x=across, x2="x2:Q", y=up, y2="y2:Q")
    )
    half = alt.Chart(alt.NamedData("half"))
    lines = [
        half.mark_rule(strokeDash=[3, 4], color="#828282").encode(**{axis: shown})
        for axis, shown in (("x", across), ("y", up))
    ]
    dots = (
        alt.Chart(alt.NamedData("dots"))
        .mark_point(filled=True, size=110, opacity=1)
        .encode(
            x=across,
            y=up,
            tooltip=alt.Tooltip("label:N", title=" "),
            **told_apart("series:N", dict(roles), KEY_BELOW if narrow else KEY),
        )
    )
    notes = alt.Chart(alt.NamedData("notes"))
    texts = [
        notes.mark_text(
            align=side, dx=dx, style=LABEL_STYLE, fontSize=12 if narrow else 13, fontWeight=weight
        )
        .encode(x=across, y=up, text="text:N")
        .transform_filter((alt.datum.side == side) & (alt.datum.weight == weight))
        for side, dx in (("left", 9), ("right", -9))
        for weight in (("bold",) if narrow else ("normal", "bold"))
    ]
    return alt.layer(corner, *lines, dots, *texts).properties(width=width, height=height)


def plane(
    frame: pd.DataFrame,
    roles: Roles,
    notes: pd.DataFrame,
    corner: pd.DataFrame,
    *,
    x: tuple[str, str, str],
    y: tuple[str, str, str],
    size: tuple[int, int] = (WIDTH, 330),
    **said: Unpack[Said],
) -> Figure:
    """Draw dots in a plane from 0 to 1, halved both ways, and mark one of its corners.

    Parameters
    ----------
    frame : DataFrame
        Columns ``x``, ``y``, ``series`` and ``label`` (what the dot is).
    roles : dict
        Name of each series to its role.
    notes : DataFrame
        Words in the plane: ``x``, ``y``, ``text``, ``side`` of the words that touches the spot
        (left or right) and ``weight`` (normal or bold).
    corner : DataFrame
        The field that is marked: ``x``, ``x2``, ``y``, ``y2``.
    x, y : tuple of str
        Title of each axis, and the names of its lower and its upper half.
    size : tuple of int
        Width and height in pixels.
    **said
        Title, description, provenance and table, as `Figure` has them.

    Returns
    -------
    Figure
        The chart with its words and its table.
    """
    half = pd.DataFrame({"x": [0.5], "y": [0.5]})
    data = {"dots": frame, "notes": notes, "corner": corner, "half": half}
    spec = _plane(x, y, tuple(roles.items()), *size)
    return Figure(spec=spec, data=data, **said)
