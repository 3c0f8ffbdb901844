"""Columns that grow part by part, before a band that says what chance gives a whole column."""

from __future__ import annotations

from functools import cache
from typing import Unpack

import altair as alt
import pandas as pd

from toolkit.charts.figure import Figure, Said, Template, template
from toolkit.charts.shapes import Roles
from toolkit.charts.theme import COLOUR, LABEL_STYLE, WIDTH, scale

HEIGHT = 230  # pixels
GAP = 1.5  # pixels between one part of a column and the next


@cache
def _columns(roles: tuple, order: tuple, x: str, y: str, most: float) -> Template:
    names = {"style": LABEL_STYLE, "fontSize": 13}
    across = alt.X(
        "category:N",
        sort=list(order),
        title=x,
        axis=alt.Axis(labelAngle=0, ticks=False),
        scale=alt.Scale(domain=list(order), paddingInner=0.4, paddingOuter=0.3),
    )
    up = alt.Scale(domain=[0, most], nice=False)
    chance = alt.Chart(alt.NamedData("band"))
    band = chance.mark_rect(color=COLOUR["calm"], opacity=0.2).encode(
        y=alt.Y("low:Q", title=y, scale=up), y2="high:Q"
    )
    said = chance.mark_text(align="left", baseline="bottom", dx=4, dy=-3, **names).encode(
        x=alt.value(0), y=alt.Y("high:Q", scale=up), text="text:N"
    )
    parts = alt.Chart(alt.NamedData("parts")).mark_bar(cornerRadiusEnd=0, y2Offset=-GAP)
    parts = parts.encode(
        x=across,
        y=alt.Y("value:Q", title=y, scale=up),
        y2="since:Q",
        color=alt.Color("series:N", scale=alt.Scale(**scale(dict(roles))), legend=None),
    )
    whole = alt.Chart(alt.NamedData("totals")).mark_text(dy=-9, fontWeight="bold", **names)
    whole = whole.encode(x=across, y=alt.Y("value:Q", scale=up), text="text:N")
    return template(alt.layer(band, parts, whole, said).properties(width=WIDTH - 60, height=HEIGHT))


def columns(
    frame: pd.DataFrame,
    roles: Roles,
    *,
    band: pd.DataFrame,
    x: str,
    y: str,
    most: float,
    **said: Unpack[Said],
) -> Figure:
    """Draw one column for each category, its parts one above the other, and a band behind them.

    Parameters
    ----------
    frame : DataFrame
        Columns ``category``, ``series``, ``value`` (how much a part adds) and ``at``, the tick of a
        stage at which the part appears; parts stand in the order of the rows.
    roles : dict
        Name of each series to its role.
    band : DataFrame
        One row: ``low``, ``high``, and ``text``, which stands above it.
    x, y : str
        Titles of the axes, with units.
    most : float
        Where the vertical axis ends.
    **said
        Title, description, provenance and table, as `Figure` has them.

    Returns
    -------
    Figure
        The columns with their words and their table twin.
    """
    up = frame.groupby("category", sort=False)["value"].cumsum()
    parts = frame.assign(since=up - frame["value"], value=up)
    totals = parts.groupby("category", sort=False).tail(1)[["category", "value"]]
    order = tuple(dict.fromkeys(frame["category"]))
    data = {
        "parts": parts[["at", "category", "series", "value", "since"]],
        "totals": totals.assign(text=totals["value"].astype(str)),
        "band": band,
    }
    return Figure(spec=_columns(tuple(roles.items()), order, x, y, most), data=data, **said)
