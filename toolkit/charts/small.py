"""Many small charts over time, side by side in rows, without axes."""

from __future__ import annotations

from functools import cache
from typing import Unpack

import altair as alt
import pandas as pd

from toolkit.charts.figure import Figure, Said, Template, template
from toolkit.charts.shapes import Roles
from toolkit.charts.theme import COLOUR, LABEL_STYLE, scale, told_apart

ROOM = 0.86  # of its cell that a small chart takes
NAMED = 0.6  # of its height that it takes below a name
WIDE = 0.96  # of its cell that it takes where it has a row of its own
UNDER = 0.54  # of its height that it takes below words on a line between rows
HEAD = 20  # pixels above the first row, for the name of a band


@cache
def _small(
    roles: tuple,
    columns: int,
    rows: int,
    cell: tuple[int, int],
    tint: bool,
    named: bool,
    banded: bool,
    levelled: bool,
    lined: bool,
    told: bool,
) -> Template:
    wide, high = cell
    head = HEAD if banded else 0
    x = alt.X("x:Q", axis=None, scale=alt.Scale(domain=[0, columns], nice=False))
    y = alt.Y("y:Q", axis=None, scale=alt.Scale(domain=[-rows, head / high], nice=False))
    lines = alt.Chart(alt.NamedData("limits")).encode(x=x, x2="to:Q", y=y)
    path = alt.Chart(alt.NamedData("paths")).encode(x=x, y=y, detail="chart:N")
    track = path.mark_line(strokeWidth=1.2, color=COLOUR["calm"])
    if lined:
        looks = alt.Color("line:N", scale=alt.Scale(**scale(dict(roles))), legend=None)
        track = path.mark_line(strokeWidth=2.2).encode(color=looks)
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
                align="left", baseline="bottom", dx=3, dy=-4, style=LABEL_STYLE, fontSize=13
            ).encode(x=x, y=alt.Y("top:Q", axis=None), text="name:N"),
        ]
    layers += [
        lines.mark_rule(strokeDash=[3, 3], color=COLOUR["calm"], opacity=0.6),
        track,
        spots.mark_point(filled=True, opacity=1, size=26),
    ]
    if levelled:
        level = alt.Chart(alt.NamedData("levels")).encode(x=x, y=y, detail="chart:N")
        layers.append(level.mark_line(strokeWidth=1.5, strokeDash=[2, 3], color=COLOUR["calm"]))
    if tint:
        behind = alt.Chart(alt.NamedData("tints")).encode(x=x, x2="to:Q", y=y, y2="foot:Q")
        layers.insert(0, behind.mark_rect(color=COLOUR["warn"], opacity=0.16, cornerRadius=4))
    hangs = {"baseline": "top", "dy": 5} if lined else {}
    if named:
        names = alt.Chart(alt.NamedData("names"))
        if lined:
            # Between two lines, a name could belong to either.
            edge = names.encode(
                x=alt.X("left:Q", axis=None), x2="right:Q", y=alt.Y("edge:Q", axis=None)
            )
            layers.append(edge.mark_rule(color=COLOUR["calm"], opacity=0.5))
        text = names.encode(x=x, y=y, text="name:N")
        layers.append(text.mark_text(align="left", style=LABEL_STYLE, fontSize=13, **hangs))
    if told:
        met = alt.Chart(alt.NamedData("met")).encode(x=x, y=y, detail="chart:N")
        layers.append(met.mark_line(strokeWidth=3.5, color=COLOUR["main"]))
        text = alt.Chart(alt.NamedData("told")).encode(x=x, y=y, text="told:N")
        layers.append(text.mark_text(align="right", style=LABEL_STYLE, fontSize=13, **hangs))
    size = {"width": columns * wide, "height": rows * high + head}
    return template(alt.layer(*layers).properties(**size))


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
        a column ``band``, a band lies behind the months, in a row, that have it, and its name
        stands above the first. A column ``level`` is drawn as a thin dotted line. With a column
        ``line``, the series of that name gives each line its colour, and rows are ruled off. With
        ``told``, that stands at the end of each name, and with it ``met``, whether a line is drawn
        once more and strongly; both need ``name``.
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
    tall, foot = NAMED if "name" in frame else ROOM, (1 + ROOM) / 2
    if "line" in frame:
        tall, foot = UNDER, WIDE

    def up(value: pd.Series) -> pd.Series:
        return (tall * (value - low) / reach - row - foot).round(3)

    most = months or int(frame["month"].max())
    room = WIDE if columns == 1 else ROOM
    x = (column + (1 - room) / 2 + room * frame["month"] / most).round(3)
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
        "paths": points[["at", "chart", "x", "y", *(["line"] if "line" in frame else [])]],
        "spots": points.loc[points["series"] != "", ["at", "x", "y", "series"]],
        "limits": limits,
    }
    if "name" in frame:
        top = -row[first] - (0 if "line" in frame else 1 - ROOM)
        left = (1 - room) / 2 + room * frame["month"].min() / most
        data["names"] = frame.loc[first, ["name"]].assign(x=(column[first] + left).round(3), y=top)
        if "line" in frame:
            data["names"] = data["names"].assign(left=0, right=columns, edge=-row[first])
    if "level" in frame:
        data["levels"] = points[["at", "chart", "x"]].assign(y=up(frame["level"]))
    if "band" in frame:
        half = room / most / 2
        inside = points[points["band"] != ""].assign(row=row).groupby("chart", sort=False)
        data["bands"] = pd.DataFrame(
            {
                "at": inside["at"].max(),
                "name": inside["band"].first().where(inside["row"].first() == 0, ""),
                "x": inside["x"].min() - half,
                "to": inside["x"].max() + half,
                "y": -inside["row"].first() - 1,
                "top": -inside["row"].first(),
            }
        ).round(3)
    if "told" in frame:
        data["met"] = points.loc[points["met"], ["at", "chart", "x", "y"]]
        ends = column[first] + (1 + room) / 2
        data["told"] = frame.loc[first, ["told"]].assign(x=ends, y=top)
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
    parts = (each in frame for each in ("name", "band", "level", "line", "told"))
    spec = _small(tuple(roles.items()), columns, rows, cell, tint, *parts)
    return Figure(spec=spec, data=data, **said)
