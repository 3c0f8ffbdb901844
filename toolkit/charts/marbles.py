"""Marbles that fell through funnels, where they lie: one row for each funnel, over its target."""

from __future__ import annotations

import math
from functools import cache
from typing import Unpack

import altair as alt
import pandas as pd

from toolkit.charts.figure import Figure, Said, Template, template
from toolkit.charts.shapes import Roles
from toolkit.charts.theme import COLOUR, LABEL_STYLE, WIDTH

HIGH = 132  # pixels of a row
FLOOR, HEAP, HUNG, NAMED = (
    0.84,
    0.23,
    0.1,
    0.92,
)  # below the top of a row: floor, piles, funnel, name
FEWEST = 10  # marbles of a pile that has room
FALLING = ("pile", "funnels")  # what comes with the clock
FUNNEL = "M-1,-1L1,-1L0.2,0.1V1H-0.2V0.1Z"
RINGS = "M1,0A1,1,0,1,1,-1,0A1,1,0,1,1,1,0ZM0.35,0A0.35,0.35,0,1,0,-0.35,0A0.35,0.35,0,1,0,0.35,0Z"


@cache
def _marbles(rows: int, far: float, wide: float, called: str) -> Template:
    across = alt.Scale(domain=[-far, far], nice=False)
    up = alt.Scale(domain=[-rows, 0], nice=False)

    def x(field: str) -> alt.X:
        return alt.X(f"{field}:Q", axis=None, scale=across)

    def y(field: str) -> alt.Y:
        return alt.Y(f"{field}:Q", axis=None, scale=up)

    def named(data: str) -> alt.Chart:
        return alt.Chart(alt.NamedData(data)).encode(x=x("x"), y=y("y"))

    def words(chart: alt.Chart, side: str, **layout: float) -> alt.Chart:
        return chart.mark_text(align=side, style=LABEL_STYLE, fontSize=13, **layout)

    rests, hangs = (named(data).transform_joinaggregate(last="max(at)") for data in FALLING)
    latest = alt.condition(
        "datum.at == datum.last && datum.at > 0",
        alt.value(COLOUR["fifth"]),
        alt.value(COLOUR["main"]),
    )
    # as wide as its pile on any page, and no higher than its pile has room
    size = alt.ExprRef(f"0.8 * pow(min(datum.high, width * {wide / (2 * far)}), 2)")
    row, calm = named("rows"), COLOUR["calm"]
    layers = (
        row.mark_rect(color=calm, opacity=0.13).encode(x=x("left"), x2="right:Q", y2="top:Q"),
        row.mark_rule(color=calm, strokeWidth=2).encode(x=x("from"), x2="to:Q"),
        row.mark_point(shape=RINGS, size=170, color=calm, opacity=1).encode(y=y("head")),
        words(row, "left", dx=12).encode(y=y("head"), text=alt.value(called)),
        words(row, "left").encode(x=x("from"), y=y("head"), text="text:N"),
        rests.mark_point(opacity=1, size=size).encode(color=latest),
        hangs.transform_filter("datum.at == datum.last").mark_point(
            shape=FUNNEL, size=700, opacity=1, color=calm
        ),
        words(named("counts"), "right").encode(text="text:N"),
    )
    return template(alt.layer(*layers).properties(width=WIDTH, height=rows * HIGH))


def marbles(
    frame: pd.DataFrame,
    roles: Roles,
    *,
    funnels: pd.DataFrame,
    counts: pd.DataFrame,
    place: str,
    far: float,
    near: float,
    wide: float = 0.5,
    **said: Unpack[Said],
) -> Figure:
    """Draw the piles in which marbles lie, and where each funnel stands when the clock is there.

    Parameters
    ----------
    frame : DataFrame
        Columns ``series`` (a row), ``at`` (when a marble has fallen; the last one stands out) and
        ``value`` (how far to the right of the target it lies); one that lies too far is left out.
    roles : dict
        Name of each row, in order.
    funnels : DataFrame
        The same for the places of the funnels.
    counts : DataFrame
        Columns ``series`` and ``text``: what came of each row.
    place : str
        What the target is called.
    far, near : float
        How far from the target the picture goes, and what counts as near.
    wide : float
        What one pile spans: as many piles reach from the target to what counts as near, so that no
        pile holds marbles both near and far.
    **said
        Title, description, provenance and table, as `Figure` has them.

    Returns
    -------
    Figure
        The rows with their words and their table twin.
    """
    order = {name: n for n, name in enumerate(roles)}

    def top(series: pd.Series) -> pd.Series:
        return -series.map(order).astype(float)

    seen = frame[frame["value"].abs() <= far]
    x = ((seen["value"] / wide).apply(math.floor) + 0.5) * wide
    above = seen.groupby([seen["series"], x]).cumcount() + 0.5
    step = (FLOOR - HEAP) / max(above.max() + 0.5, FEWEST)
    names = pd.Series(list(roles))
    # A funnel that was put over a marble stands over its pile.
    fell = funnels.merge(seen.assign(x=x), "left", ["series", "at", "value"])["x"]
    stands = fell.where(fell.notna(), funnels["value"].clip(-far, far).to_numpy())
    data = {
        "rows": pd.DataFrame(
            {"text": names, "x": 0, "y": top(names) - FLOOR, "top": top(names) - HEAP,
             "head": top(names) - NAMED, "from": -far, "to": far, "left": -near, "right": near}
        ),
        "pile": pd.DataFrame(
            {"at": seen["at"], "x": x, "y": (top(seen["series"]) - FLOOR + step * above).round(3),
             "high": step * HIGH}
        ),
        "funnels": funnels.assign(
            x=stands.to_numpy(), y=top(funnels["series"]) - HUNG
        )[["at", "x", "y"]],
        "counts": counts.assign(x=far, y=top(counts["series"]) - NAMED)[["x", "y", "text"]],
    }  # fmt: skip
    return Figure(spec=_marbles(len(order), far, wide, place), data=data, **said)
