"""A map of kinds of places: one cell for each, marked by shape and colour, with a letter in it."""

from __future__ import annotations

from functools import cache
from typing import Unpack

import altair as alt
import pandas as pd

from toolkit.charts.figure import Figure, Said, Template, template
from toolkit.charts.theme import LABEL_STYLE, scale, told_apart

CELL = (128, 48)  # pixels
PALE = [0, 0.45]  # opacity of a cell for a share of 0 and of 1
# Which part of a cell is painted: its share of the height, and how far it lies from the middle.
PARTS = {"whole": (1, 0), "upper": (0.5, -0.25), "lower": (0.5, 0.25)}


@cache
def _map(x: str, y: str, key: str, roles: tuple, columns: tuple, rows: tuple) -> Template:
    plain = {"domain": False, "ticks": False, "labelPadding": 8, "labelAngle": 0}
    legend = alt.Legend(orient="top", title=None, symbolSize=150, columns=1)
    cells = alt.Chart(alt.NamedData("map")).encode(
        x=alt.X("across:N", sort=list(columns), title=[x, key], axis=alt.Axis(**plain)),
        y=alt.Y("up:N", sort=list(rows), title=y, axis=alt.Axis(**plain)),
    )
    colour = alt.Fill("mark:N", scale=alt.Scale(**scale(dict(roles))), legend=None)
    deep = alt.FillOpacity("share:Q", scale=alt.Scale(domain=[0, 1], range=PALE), legend=None)
    wide, high = CELL[0] - 4, CELL[1] - 4
    layers = []
    for part, (share, off) in PARTS.items():
        here, down = cells.transform_filter(alt.datum.part == part), off * high
        layers += [
            here.mark_rect(width=wide, height=share * high, yOffset=down).encode(
                fill=colour, fillOpacity=deep
            ),
            here.mark_point(
                filled=True, opacity=1, size=150, xOffset=16 - CELL[0] / 2, yOffset=down
            ).encode(**told_apart("mark:N", dict(roles), legend)),
            here.mark_text(
                align="left",
                baseline="middle",
                dx=27 - CELL[0] / 2,
                dy=down,
                style=LABEL_STYLE,
                fontSize=15,
            ).encode(text="text:N"),
        ]
    size = {"width": CELL[0] * len(columns), "height": CELL[1] * len(rows)}
    return template(alt.layer(*layers).properties(**size), firm=True)


def place_map(
    frame: pd.DataFrame,
    roles: dict[str, str],
    *,
    x: str,
    y: str,
    key: str,
    **said: Unpack[Said],
) -> Figure:
    """Draw a map: one cell for each kind of place.

    Parameters
    ----------
    frame : DataFrame
        ``across``, ``up`` (settings, as text), ``mark``, ``text``, ``part`` (a key of `PARTS`; two
        that are level share a cell) and ``share`` (of the places of a cell for which its mark
        holds: the larger, the deeper its colour); columns stand in the order in which they come,
        rows with the last on top.
    roles : dict
        Name of each mark to its role.
    x, y : str
        What lies across and up, with units.
    key : str
        What the letters stand for.
    **said
        Title, description, provenance and table, as `Figure` has them.

    Returns
    -------
    Figure
        The chart with its words and its table.
    """
    columns = tuple(dict.fromkeys(frame["across"]))
    rows = tuple(dict.fromkeys(frame["up"]))[::-1]
    spec = _map(x, y, key, tuple(roles.items()), columns, rows)
    data = {"map": frame[["across", "up", "mark", "text", "part", "share"]]}
    return Figure(spec=spec, data=data, **said)
