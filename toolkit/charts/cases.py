"""Charts of cases: one with its limits and events, all nine side by side, and a grid of marks.

A band is always grey, a month is a square, circle or triangle, and whatever happened is an upright
line with a word.
"""

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
# How a month was judged, and the role that shows it; the first year has no band to be judged by.
ROLES = {"inside": "calm", "better": "main", "worse": "warn"}
SAID = WORDS["case"]
JUDGED = {how: (SAID["judged"][how], role) for how, role in ROLES.items()}
# Events that stand in a chart: more would hide the lines.
TURNS = (
    "start", "winter pressure", "shock", "ceiling", "leader leaves", "leader arrives", "stop",
    "switch",
)  # fmt: skip
# Those of them that stand in the small panels; whether a leader stays is asked about later.
ENDS = ("start", "ceiling", "stop", "switch")
BAND, EVENT = COLOUR["calm"], COLOUR["fourth"]
PALE = 0.2  # of a band
WIDTH, HEIGHT = 560, 210  # beside it there is room for the form of a review
HEAD = 15  # pixels from one line of the name of a column to the next
LETTER = 7.4  # pixels that one letter of a label takes
NARROW = 290  # pixels for the months on a phone, where the labels have to stand too
LANE = 18  # pixels from one label to the one below it
ROOM = 2  # lanes above all figures
PANEL = (190, 126)  # pixels of one of nine
SLIM = 90  # pixels of it on a phone
TICK = "M-1,0.1L-0.65,-0.25L-0.25,0.15L0.65,-0.75L1,-0.4L-0.25,0.85Z"
STEP = 0.14  # from one label of a panel to the one below it, as a share of all figures


def lanes(events: pd.DataFrame, last: int, wide: float = NARROW) -> pd.DataFrame:
    """Give each turn of a case the first lane in which its label covers no other.

    Parameters
    ----------
    events : DataFrame
        ``month``, ``kind``, in order of month.
    last : int
        The month in which the chart ends.
    wide : float
        Pixels that the months take.

    Returns
    -------
    DataFrame
        ``month``, ``kind`` (in words), ``lane`` and ``side``.
    """
    taken: dict[int, list[tuple[float, float]]] = {}
    rows = []
    for event in events[events["kind"].isin(TURNS)].itertuples():
        word = SAID["turn"][event.kind]
        reach = 1.5 + LETTER * len(word) / wide * last
        side = "left" if event.month >= min(0.75 * last, last - reach) else "right"
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
        rows.append((event.month, word, lane, side))
    return pd.DataFrame(rows, columns=["month", "kind", "lane", "side"])


def _labels(happened: alt.Chart, size: int, y: alt.Y, **more: alt.X) -> list[alt.Chart]:
    """Return the words of events beside their lines, to the right or the left of them."""
    text = {"style": LABEL_STYLE, "fontSize": size, "fontWeight": "bold", "baseline": "middle"}
    return [
        happened.transform_filter(f"datum.side == '{side}'")
        .mark_text(align=align, dx=dx, **text)
        .encode(text="kind:N", y=y, **more)
        for side, align, dx in (("right", "left", 4), ("left", "right", -4))
    ]


def _months(title: str | None, last: int = MONTHS, every: int = 6) -> alt.X:
    ticks = list(range(0, last + 1, every))
    axis = alt.Axis(grid=False, title=title, values=ticks, labelFlush=12)
    return alt.X("at:Q", scale=alt.Scale(domain=[-0.5, last + 0.5], nice=False), axis=axis)


@cache
def _case(measure: str, last: int) -> Template:
    key = alt.Legend(orient="top", title=None, symbolSize=110, labelFontSize=13)
    y, at = alt.Scale(zero=False, nice=True), _months(SAID["months"], last)
    bands = alt.Chart(alt.NamedData("bands"))
    band = bands.mark_rect(opacity=PALE, color=BAND).encode(
        x=at, x2="to:Q", y=alt.Y("low:Q", scale=y, title=None), y2="high:Q"
    )
    centre = bands.mark_rule(strokeDash=DASH["warn"], color=BAND).encode(
        x=at, x2="to:Q", y=alt.Y("centre:Q", scale=y)
    )
    months = alt.Chart(alt.NamedData("months")).encode(
        x=at, y=alt.Y("value:Q", scale=y, title=None)
    )
    line = months.mark_line(strokeWidth=1.2, color=COLOUR["calm"])
    plain = months.transform_filter("datum.how == ''")
    plain = plain.mark_point(filled=True, opacity=1, size=24, color=COLOUR["calm"])
    spots = months.transform_filter("datum.how != ''")
    spots = spots.mark_point(filled=True, opacity=1, size=80).encode(
        **told_apart("how:N", dict(JUDGED.values()), key)
    )
    reach = alt.Chart(alt.NamedData("reach")).mark_point(opacity=0)
    reach = reach.encode(x=at, y=alt.Y("value:Q", scale=y))
    happened = alt.Chart(alt.NamedData("events"))
    rules = happened.mark_rule(strokeWidth=1.5, opacity=0.6, color=EVENT).encode(x=at)
    top = alt.Scale(domain=[HEIGHT / LANE - 0.5, -0.5], nice=False)
    labels = _labels(happened, 13, alt.Y("lane:Q", axis=None, scale=top), x=at)
    whole = alt.layer(
        alt.layer(reach, band, centre, line, plain, spots), rules, alt.layer(*labels)
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
    low, high = reach
    head = (high - low) * ROOM * LANE / (HEIGHT - ROOM * LANE)  # for the words of events
    drawn = {
        "reach": pd.DataFrame({"at": 0, "value": [low, high + head]}),
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
            heads["judged"]: [
                how or SAID["unjudged" if judged == "first year" else "unknown"]
                for how, judged in zip(shown["how"], months["judged"], strict=True)
            ],
            heads["happened"]: months["month"].map(happened).fillna(""),
        }
    )
    return Figure(spec=_case(measure, last), data=drawn, table=table, **said)


@cache
def _nine(order: tuple[str, ...], x: str, y: str) -> Template:
    base, months = alt.Chart(), _months(x, every=12)
    up = alt.Y("value:Q", title=y, axis=alt.Axis(titleFontSize=12, titlePadding=6))
    line = base.transform_filter("datum.part == 'month'").mark_line(strokeWidth=1.8)
    line = line.encode(x=months, y=up, color=alt.value(COLOUR["calm"]))
    band = base.transform_filter("datum.part == 'band'").mark_rect(opacity=1.5 * PALE)
    key = alt.Legend(orient="top", title=None, labelFontSize=13, labelLimit=0, symbolType="square")
    look = alt.Color("look:N", scale=alt.Scale(domain=[SAID["band"]], range=[BAND]), legend=key)
    band = band.encode(x=months, x2="to:Q", y=up, y2="high:Q", color=look)
    turn = base.transform_filter("datum.part == 'event'").encode(x=months)
    rule = turn.mark_rule(strokeWidth=1.5, opacity=0.6, color=EVENT)
    head = alt.Header(labelFontSize=13, labelExpr="split(datum.label, ', ')")  # one line for each
    wide, high = PANEL
    panels = (
        alt.layer(band, line, rule, *_labels(turn, 12, up), data=alt.NamedData("nine"))
        .properties(width=wide, height=high)
        .facet(
            alt.Facet("case:N", sort=list(order), title=None, header=head),
            columns=3,
            spacing={"row": 4, "column": 30},
        )
    )
    return template(panels)


def nine_chart(frame: pd.DataFrame, *, x: str, y: str, **said: Unpack[Said]) -> Figure:
    """Draw all cases as small panels with one scale, their limits and their turning points.

    Parameters
    ----------
    frame : DataFrame
        ``case`` (heading of the panel), ``part`` (``month``, ``band`` or ``event``), ``at``,
        ``to``, ``value``, ``high``, ``kind``.
    x, y : str
        Titles of the axes, with units.
    **said
        Title, description, provenance and table, as `Figure` has them.

    Returns
    -------
    Figure
        With one panel for each case.
    """
    order = tuple(dict.fromkeys(frame["case"]))
    events = frame["part"] == "event"
    ends = frame.loc[~events, ["value", "high"]]
    top, step = ends.max().max(), STEP * (ends.max().max() - ends.min().min())
    labels = [
        lanes(held.rename(columns={"at": "month"}), MONTHS, SLIM).set_index(held.index)
        for _case, held in frame[events].groupby("case", sort=False)
    ]
    placed = pd.concat(labels)
    frame = frame.assign(kind=placed["kind"], side=placed["side"], look=SAID["band"])
    frame.loc[events, "value"] = top + step * (2 - placed["lane"])
    return Figure(spec=_nine(order, x, y), data={"nine": frame}, **said)


@cache
def _grid(
    roles: tuple, columns: tuple, rows: tuple, cell: int, ticks: bool, told: bool
) -> Template:
    key = alt.Legend(orient="top", title=None, symbolSize=150)
    looks = told_apart("mark:N", dict(roles), key)
    if ticks:
        looks["shape"] = alt.value(TICK)
        key.symbolType = TICK
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
    dots = base.mark_point(filled=True, opacity=1, size=190).encode(**looks)
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
    ticks: bool = False,
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
    ticks : bool
        Whether each mark is a tick, and only its colour tells which one it is.
    **said
        Title, description, provenance and table, as `Figure` has them.

    Returns
    -------
    Figure
        With one mark for each cell that has one.
    """
    columns, rows = (tuple(dict.fromkeys(frame[name])) for name in ("column", "row"))
    spec = _grid(tuple(roles.items()), columns, rows, cell, ticks, "text" in frame)
    return Figure(spec=spec, data={"grid": frame}, **said)
