"""A map of kinds of places: one cell for each, marked by shape and colour, with a letter in it."""

from __future__ import annotations

from functools import cache

import altair as alt
import pandas as pd

from toolkit.charts.figure import Figure, Template, template
from toolkit.charts.theme import LABEL_STYLE, SHAPE, scale
from toolkit.evidence.provenance import Provenance

CELL = (112, 50)  # pixels


@cache
def _map(x: str, y: str, key: str, roles: tuple, columns: tuple, rows: tuple) -> Template:
    names = dict(roles)
    plain = {"domain": False, "ticks": False, "labelPadding": 8, "labelAngle": 0}
    legend = alt.Legend(orient="top", title=None, symbolSize=150, columns=1)
    cells = alt.Chart(alt.NamedData("map")).encode(
        x=alt.X("across:N", sort=list(columns), title=[x, key], axis=alt.Axis(**plain)),
        y=alt.Y("up:N", sort=list(rows), title=y, axis=alt.Axis(**plain)),
    )
    mark = cells.mark_point(filled=True, opacity=1, size=190, xOffset=-22).encode(
        color=alt.Color("mark:N", scale=alt.Scale(**scale(names)), legend=legend),
        shape=alt.Shape("mark:N", scale=alt.Scale(**scale(names, SHAPE)), legend=legend),
    )
    text = cells.mark_text(
        align="left", baseline="middle", dx=-8, style=LABEL_STYLE, fontSize=14
    ).encode(text="text:N")
    size = {"width": CELL[0] * len(columns), "height": CELL[1] * len(rows)}
    return template(alt.layer(mark, text).properties(**size), firm=True)


def place_map(
    frame: pd.DataFrame,
    roles: dict[str, str],
    *,
    x: str,
    y: str,
    key: str,
    title: str,
    description: str,
    provenance: tuple[Provenance, ...],
    table: pd.DataFrame,
) -> Figure:
    """Draw a map: one cell for each kind of place.

    Parameters
    ----------
    frame : DataFrame
        ``across``, ``up`` (settings, as text), ``mark`` and ``text``; columns stand in the order
        in which they come, rows with the last on top.
    roles : dict
        Name of each mark to its role.
    x, y : str
        What lies across and up, with units.
    key : str
        What the letters stand for.
    title, description : str
        The finding; what is drawn, worked out from the data.
    provenance : tuple of Provenance
        Where the figures come from.
    table : DataFrame
        The table twin.

    Returns
    -------
    Figure
        The chart with its words and its table.
    """
    columns = tuple(dict.fromkeys(frame["across"]))
    rows = tuple(dict.fromkeys(frame["up"]))[::-1]
    spec = _map(x, y, key, tuple(roles.items()), columns, rows)
    data = {"map": frame[["across", "up", "mark", "text"]]}
    return Figure(title, description, spec, data, table, provenance)
