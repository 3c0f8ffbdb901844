"""Many small charts over time, side by side in rows, without axes."""

from __future__ import annotations

from functools import cache
from typing import Unpack

import altair as alt
import pandas as pd

from toolkit.charts.figure import Figure, Said, Template, template
from toolkit.charts.shapes import Roles
from toolkit.charts.theme import COLOUR, LABEL_STYLE, told_apart

ROOM = 0.86  # of its cell that a small chart takes
NAMED = 0.6  # of its height that it takes below a name


@cache
def _small(
    roles: tuple,
    columns: int,
    rows: int,
    cell: tuple[int, int],
    tint: bool,
    named: bool,
    banded: bool,
    labelled: bool,
) -> Template:
    x = alt.X("x:Q", axis=None, scale=alt.Scale(domain=[0, columns], nice=False))
    y = alt.Y("y:Q", axis=None, scale=alt.Scale(domain=[-rows, 0], nice=False))
    lines = alt.Chart(alt.NamedData("limits")).encode(x=x, x2="to:Q", y=y)
    path = alt.Chart(alt.NamedData("paths")).encode(x=x, y=y, detail="chart:N")
    spots = alt.Chart(alt.NamedData("spots")).encode(
        x=x, y=y, **told_apart("series:N", dict(roles), None)
    )
    layers: list[alt.Chart] = []
    if banded:
        bands = alt.Chart(alt.NamedData("bands"))
        layers += [
            bands.mark_rect(color=COLOUR["warn"], opacity=0.16).encode(
                x=x, x2="to:Q", y=y, y2="top:Q"
            ),
            bands.mark_text(
                align="left", baseline="top", dx=3, dy=2, style=LABEL_STYLE, fontSize=11
            ).encode(x=x, y=alt.Y("top:Q", axis=None), text="name:N"),
        ]
    layers += [
        lines.mark_rule(strokeDash=[3, 3], color=COLOUR["calm"], opacity=0.6),
        path.mark_line(strokeWidth=1.2, color=COLOUR["calm"]),
        spots.mark_point(filled=True, opacity=1, size=26),
    ]
    if labelled:
        said = alt.Chart(alt.NamedData("labels")).encode(x=x, y=y, text="label:N")
        layers.append(said.mark_text(baseline="top", dy=7, style=LABEL_STYLE, fontSize=11))
    if tint:
        behind = alt.Chart(alt.NamedData("tints")).encode(x=x, x2="to:Q", y=y, y2="foot:Q")
        layers.insert(0, behind.mark_rect(color=COLOUR["warn"], opacity=0.16, cornerRadius=4))
    if named:
        text = alt.Chart(alt.NamedData("names")).encode(x=x, y=y, text="name:N")
        layers.append(text.mark_text(align="left", style=LABEL_STYLE, fontSize=13))
    wide, high = cell
    return template(alt.layer(*layers).properties(width=columns * wide, height=rows * high))


def small(
    frame: pd.DataFrame,
    roles: Roles,
    *,
    columns: int = 5,
    cell: tuple[int, int] = (104, 56),
    months: int | None = None,
    tint: bool = False,
    **said: Unpack[Said],
) -> Figure:
    """Draw one small chart for each of several places, with its limits and the months that count.

    Parameters
    ----------
    frame : DataFrame
        Columns ``chart`` (0, 1, ...), ``month`` (1, 2, ...), ``value``, ``low``, ``high`` (NaN
        where there are none), ``series`` (empty for a month without a mark) and ``at``, the tick
        of a stage at which the chart appears. With a column ``name``, that stands above each. With
        a column ``band``, what it says stands on a band behind the months, in a row, that have it;
        what a column ``label`` says stands below its month.
    roles : dict
        Name of each series to its role.
    columns : int
        Charts in a row.
    cell : tuple of int
        Width and height of one chart with its margin, in pixels.
    months : int, optional
        How many months there is room for; by default, as many as there are.
    tint : bool
        Whether a chart with a mark has a tinted ground.
    **said
        Title, description, provenance and table, as `Figure` has them.

    Returns
    -------
    Figure
        The charts with their words and their table twin.
    """
    shown = frame[["value", "low", "high"]]
    low, reach = shown.min().min(), shown.max().max() - shown.min().min()
    row, column = frame["chart"] // columns, frame["chart"] % columns
    tall = NAMED if "name" in frame else ROOM

    def up(value: pd.Series) -> pd.Series:
        return (tall * (value - low) / reach - row - (1 + ROOM) / 2).round(3)

    most = months or int(frame["month"].max())
    x = (column + (1 - ROOM) / 2 + ROOM * frame["month"] / most).round(3)
    points = frame.assign(x=x, y=up(frame["value"]))
    edges = points.groupby("chart", sort=False)["x"].agg(["min", "max"])
    first = frame.drop_duplicates("chart").index
    limits = pd.concat(
        pd.DataFrame(
            {
                "at": frame.loc[first, "at"],
                "x": edges["min"].to_numpy(),
                "to": edges["max"].to_numpy(),
                "y": up(frame[end])[first],
            }
        )
        for end in ("low", "high")
    ).dropna()
    data = {
        "paths": points[["at", "chart", "x", "y"]],
        "spots": points.loc[points["series"] != "", ["at", "x", "y", "series"]],
        "limits": limits,
    }
    if "name" in frame:
        top = -row[first] - (1 - ROOM)
        left = (1 - ROOM) / 2 + ROOM * frame["month"].min() / most
        data["names"] = frame.loc[first, ["name"]].assign(x=(column[first] + left).round(3), y=top)
    if "label" in frame:
        data["labels"] = points.loc[points["label"] != "", ["at", "x", "y", "label"]]
    if "band" in frame:
        half = ROOM / most / 2
        inside = points[points["band"] != ""].assign(row=row).groupby("chart", sort=False)
        data["bands"] = pd.DataFrame(
            {
                "at": inside["at"].max(),
                "name": inside["band"].first(),
                "x": inside["x"].min() - half,
                "to": inside["x"].max() + half,
                "y": -inside["row"].first() - 0.98,
                "top": -inside["row"].first() - 0.21,
            }
        ).round(3)
    if tint:
        marked = first[frame.loc[first, "chart"].isin(frame.loc[frame["series"] != "", "chart"])]
        data["tints"] = pd.DataFrame(
            {
                "at": frame.loc[marked, "at"],
                "x": column[marked] + 0.02,
                "to": column[marked] + 0.98,
                "y": -row[marked] - 0.04,
                "foot": -row[marked] - 0.96,
            }
        )
    rows = int(row.max()) + 1
    parts = (each in frame for each in ("name", "band", "label"))
    spec = _small(tuple(roles.items()), columns, rows, cell, tint, *parts)
    return Figure(spec=spec, data=data, **said)
