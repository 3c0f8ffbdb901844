"""Charts of cases: one with its limits and events, all nine side by side, and a grid of marks."""

from __future__ import annotations

import json
import textwrap
from functools import cache
from typing import Unpack

import altair as alt
import pandas as pd

from toolkit.charts.figure import Figure, Said, Template, Worded, template
from toolkit.charts.theme import COLOUR, DASH, LABEL_STYLE, WORDS, told_apart

MONTHS = 48
# How a month was judged, in words, and the role that shows it.
ROLES = {"first year": "calm", "inside": "third", "better": "main", "worse": "warn"}
SAID = WORDS["case"]
JUDGED = {how: (SAID["judged"][how], role) for how, role in ROLES.items()}
# Events that stand in a chart: more marks would hide the lines.
TURNS = {
    "start": "main",
    "ceiling": "calm",
    "leader leaves": "fifth",
    "stop": "warn",
    "switch": "fourth",
}
# Those of them that stand in the small panels; whether a leader stays is asked about later.
ENDS = {kind: role for kind, role in TURNS.items() if kind != "leader leaves"}
WIDTH, HEIGHT = 560, 210  # beside it there is room for the form of a review
HEAD = 15  # pixels from one line of the name of a column to the next
LETTER = 7.4  # pixels that one letter of a label takes
NARROW = 290  # pixels for the months on a phone, where the labels have to stand too
LANE = 18  # pixels from one label to the one below it


def lanes(events: pd.DataFrame, last: int) -> pd.DataFrame:
    """Give each turn of a case the first lane in which its label covers no other.

    Parameters
    ----------
    events : DataFrame
        ``month``, ``kind``, in order of month.
    last : int
        The month in which the chart ends.

    Returns
    -------
    DataFrame
        ``month``, ``kind``, ``lane`` and ``side``.
    """
    taken: dict[int, list[tuple[float, float]]] = {}
    rows = []
    for event in events[events["kind"].isin(TURNS)].itertuples():
        side = "left" if event.month >= 0.75 * last else "right"
        reach = 1.5 + LETTER * len(event.kind) / NARROW * last
        span = (
            (event.month - reach, event.month)
            if side == "left"
            else (event.month, event.month + reach)
        )
        lane = next(
            lane
            for lane in range(len(taken) + 1)
            if all(span[1] < a or span[0] > b for a, b in taken.get(lane, []))
        )
        taken.setdefault(lane, []).append(span)
        rows.append((event.month, event.kind, lane, side))
    return pd.DataFrame(rows, columns=["month", "kind", "lane", "side"])


def _months(title: str | None, last: int = MONTHS, every: int = 6) -> alt.X:
    ticks = list(range(0, last + 1, every))
    axis = alt.Axis(grid=False, title=title, values=ticks, labelFlush=12)
    return alt.X("at:Q", scale=alt.Scale(domain=[-0.5, last + 0.5], nice=False), axis=axis)


@cache
def _case(measure: str, last: int) -> Template:
    key = alt.Legend(orient="top", title=None, symbolSize=110, labelFontSize=13)
    y, at = alt.Scale(zero=False, nice=True), _months(SAID["months"], last)
    bands = alt.Chart(alt.NamedData("bands"))
    band = bands.mark_rect(opacity=0.2, color=COLOUR["calm"]).encode(
        x=at, x2="to:Q", y=alt.Y("low:Q", scale=y, title=None), y2="high:Q"
    )
    centre = bands.mark_rule(strokeDash=DASH["warn"], color=COLOUR["calm"]).encode(
        x=at, x2="to:Q", y=alt.Y("centre:Q", scale=y)
    )
    months = alt.Chart(alt.NamedData("months")).encode(
        x=at, y=alt.Y("value:Q", scale=y, title=None)
    )
    line = months.mark_line(strokeWidth=1.2, color=COLOUR["calm"])
    spots = months.mark_point(filled=True, opacity=1, size=80).encode(
        **told_apart("how:N", dict(JUDGED.values()), key)
    )
    reach = alt.Chart(alt.NamedData("reach")).mark_point(opacity=0)
    reach = reach.encode(x=at, y=alt.Y("value:Q", scale=y))
    happened = alt.Chart(alt.NamedData("events"))
    rules = happened.mark_rule(strokeWidth=1.2, opacity=0.6, color=COLOUR["fourth"]).encode(x=at)
    top = alt.Scale(domain=[HEIGHT / LANE - 0.5, -0.5], nice=False)
    text = {"style": LABEL_STYLE, "fontSize": 13, "fontWeight": "bold", "baseline": "middle"}
    labels = [
        happened.transform_filter(f"datum.side == '{side}'")
        .mark_text(align=align, dx=dx, **text)
        .encode(text="kind:N", x=at, y=alt.Y("lane:Q", axis=None, scale=top))
        for side, align, dx in (("right", "left", 4), ("left", "right", -4))
    ]
    whole = alt.layer(
        alt.layer(reach, band, centre, line, spots), rules, alt.layer(*labels)
    ).resolve_scale(y="independent")
    title = alt.Title(measure, anchor="start", frame="group", fontSize=13, fontWeight="normal")
    return template(whole.properties(title=title, width=WIDTH, height=HEIGHT))


def case_chart(
    months: pd.DataFrame,
    bands: pd.DataFrame,
    events: pd.DataFrame,
    *,
    measure: str,
    reach: tuple[float, float],
    **said: Unpack[Worded],
) -> Figure:
    """Draw one case: its months, the limits that each was judged by, and what happened.

    Parameters
    ----------
    months : DataFrame
        ``month``, ``value``, ``judged`` (a key of `JUDGED`, or ``not known``).
    bands : DataFrame
        ``start``, ``stop``, ``centre``, ``low``, ``high``.
    events : DataFrame
        ``month``, ``kind``, ``text``.
    measure : str
        What the months measure, with its unit.
    reach : tuple of float
        The ends of its axis, so that it stays while months are added.
    **said
        Title, description and provenance, as `Figure` has them; the table is made here.

    Returns
    -------
    Figure
        With the full words of the events in its table.
    """
    shown = months.assign(how=[JUDGED.get(how, ("", ""))[0] for how in months["judged"]])
    last = min(MONTHS, -(-(len(months) + 6) // 12) * 12)  # it ends with the year of the next review
    drawn = {
        "reach": pd.DataFrame({"at": 0, "value": list(reach)}),
        "months": shown.rename(columns={"month": "at"})[["at", "value", "how"]],
        "bands": bands.assign(at=bands["start"] - 0.5, to=bands["stop"] - 0.5),
        "events": lanes(events, last).rename(columns={"month": "at"}),
    }
    heads = SAID["column"]
    happened = events.groupby("month")["text"].agg(" ".join)
    limits = [bands[(bands["start"] <= m) & (bands["stop"] > m)] for m in months["month"]]
    table = pd.DataFrame(
        {
            heads["month"]: months["month"],
            measure: months["value"],
            heads["low"]: [row["low"].iloc[0] if len(row) else None for row in limits],
            heads["high"]: [row["high"].iloc[0] if len(row) else None for row in limits],
            heads["judged"]: [how or SAID["unknown"] for how in shown["how"]],
            heads["happened"]: months["month"].map(happened).fillna(""),
        }
    )
    return Figure(spec=_case(measure, last), data=drawn, table=table, **said)


@cache
def _nine(order: tuple[str, ...]) -> Template:
    base, months = alt.Chart(), _months(None, every=24)
    line = base.transform_filter("datum.part == 'month'").mark_line(strokeWidth=1.8)
    line = line.encode(x=months, y=alt.Y("value:Q", title=None), color=alt.value(COLOUR["calm"]))
    band = base.transform_filter("datum.part == 'band'").mark_rect(opacity=0.25)
    band = band.encode(
        x=months, x2="to:Q", y="value:Q", y2="high:Q", color=alt.value(COLOUR["third"])
    )
    key = alt.Legend(orient="top", title=None, symbolSize=120)
    turn = base.transform_filter("datum.part == 'event'").mark_point(
        filled=True, opacity=1, size=90
    )
    turn = turn.encode(x=months, y="value:Q", **told_apart("kind:N", ENDS, key))
    head = alt.Header(labelFontSize=13, labelExpr="split(datum.label, ', ')")  # one line for each
    panels = (
        alt.layer(band, line, turn, data=alt.NamedData("nine"))
        .properties(width=190, height=110)
        .facet(
            alt.Facet("case:N", sort=list(order), title=None, header=head),
            columns=3,
            spacing={"row": 4, "column": 30},
        )
    )
    return template(panels)


def nine_chart(frame: pd.DataFrame, **said: Unpack[Said]) -> Figure:
    """Draw all cases as small panels with one scale, their limits and their turning points.

    Parameters
    ----------
    frame : DataFrame
        ``case`` (heading of the panel), ``part`` (``month``, ``band`` or ``event``), ``at``,
        ``to``, ``value``, ``high``, ``kind``.
    **said
        Title, description, provenance and table, as `Figure` has them.

    Returns
    -------
    Figure
        With one panel for each case.
    """
    order = tuple(dict.fromkeys(frame["case"]))
    return Figure(spec=_nine(order), data={"nine": frame}, **said)


@cache
def _grid(roles: tuple, columns: tuple, rows: tuple, cell: int, told: bool) -> Template:
    key = alt.Legend(orient="top", title=None, symbolSize=150)
    side = alt.Axis(domain=False, ticks=False, labelPadding=8, labelLimit=420, labelFontSize=13)
    heads = {
        name: textwrap.wrap(name, int(cell / LETTER), break_long_words=False) for name in columns
    }
    top = alt.Axis(
        orient="top",
        domain=False,
        ticks=False,
        labelAngle=0,
        labelFontSize=13,
        labelOverlap=False,
        labelPadding=4 + HEAD * (max(map(len, heads.values())) - 1),  # lines run down from it
        labelExpr=f"({json.dumps(heads, ensure_ascii=False)})[datum.value]",
    )
    base = alt.Chart(alt.NamedData("grid")).encode(
        x=alt.X("column:N", sort=list(columns), title=None, axis=top),
        y=alt.Y("row:N", sort=list(rows), title=None, axis=side),
    )
    dots = base.mark_point(filled=True, opacity=1, size=190).encode(
        **told_apart("mark:N", dict(roles), key)
    )
    size = {"width": cell * len(columns), "height": 27 * len(rows)}
    if not told:
        return template(dots.properties(**size))
    texts = base.mark_text(style=LABEL_STYLE, fontSize=14, fontWeight="bold").encode(text="text:N")
    layers = (
        dots.transform_filter(alt.datum.text == ""),
        texts.transform_filter(alt.datum.text != ""),
    )
    return template(alt.layer(*layers).properties(**size))


def grid_chart(
    frame: pd.DataFrame,
    roles: dict[str, str],
    *,
    cell: int = 60,
    **said: Unpack[Said],
) -> Figure:
    """Draw a grid of marks: what each row shows in each column.

    Parameters
    ----------
    frame : DataFrame
        ``row``, ``column``, ``mark``; the order of the rows is the order shown. With ``text``, a
        row whose text is not empty is that text in place of a mark.
    roles : dict
        Name of each mark to its role.
    cell : int
        Width of a column in pixels.
    **said
        Title, description, provenance and table, as `Figure` has them.

    Returns
    -------
    Figure
        With one mark for each cell that has one.
    """
    columns, rows = (tuple(dict.fromkeys(frame[name])) for name in ("column", "row"))
    spec = _grid(tuple(roles.items()), columns, rows, cell, "text" in frame)
    return Figure(spec=spec, data={"grid": frame}, **said)
