"""Charts of cases: one with its limits and events, all nine, a grid of marks, and forecasts.

A band is always grey, a month is a square, circle or triangle, and whatever happened is an upright
line with a word.
"""

from __future__ import annotations

import json
import textwrap
from collections.abc import Sequence
from functools import cache
from typing import Unpack

import altair as alt
import numpy as np
import pandas as pd

from toolkit.charts.figure import Figure, Said, Template, Worded, template
from toolkit.charts.theme import COLOUR, LABEL_STYLE, SHAPE, WORDS, told_apart

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
BAND, EVENT = COLOUR["calm"], COLOUR["fourth"]
PALE = 0.2  # of a band
WIDTH, HEIGHT = 560, 174  # of the figures; beside them there is room for the form of a review
HEAD = 15  # pixels from one line of the name of a column to the next
LETTER = 7.4  # pixels that one letter of a label takes
TIGHT = 480  # pixels for the months on the smallest page that is not a phone
NARROW = 290  # pixels for the months on a phone, where the labels have to stand too
LANE = 18  # pixels from one label to the one below it
MARK = 10  # pixels of the mark before a label
LINE = 32  # letters that the name of a measure may have on a phone before it goes on below
PANEL = (250, 72)  # pixels of one of nine
TICK = "M-1,0.1L-0.65,-0.25L-0.25,0.15L0.65,-0.75L1,-0.4L-0.25,0.85Z"
ABOVE = 0.24  # of a panel that is left for a label, as a share of all figures


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
        reach = (MARK + 8 + LETTER * len(word)) / wide * last
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


def _months(title: str | None, last: int = MONTHS, every: int = 6) -> alt.X:
    ticks = list(range(0, last + 1, every))
    axis = alt.Axis(grid=False, title=title, values=ticks, labelFlush=12)
    return alt.X("at:Q", scale=alt.Scale(domain=[-0.5, last + 0.5], nice=False), axis=axis)


@cache
def _case(measure: str, last: int, judged: bool, lanes_: int, slim: int) -> Template:
    made = template(_layers(measure, last, judged, "lane", lanes_))
    lines = textwrap.wrap(measure, LINE)
    made.__dict__["narrow"] = template(_layers(lines, last, judged, "slim", slim)).narrow
    return made


def _layers(
    measure: str | list[str], last: int, judged: bool, lane: str, many: int
) -> alt.LayerChart:
    """Return the months of a case, with so many lanes of labels above them.

    The line of an event begins below the lanes, so that it crosses no label.
    """
    key = alt.Legend(orient="top", title=None, symbolSize=110, labelFontSize=13)
    key = key if judged else None  # no month has such a mark yet
    head = LANE * many
    y = alt.Scale(zero=False, nice=True, range=[{"expr": "height"}, head])
    at = _months(SAID["months"], last)
    bands = alt.Chart(alt.NamedData("bands"))
    band = bands.mark_rect(opacity=PALE, color=BAND).encode(
        x=at, x2="to:Q", y=alt.Y("low:Q", scale=y, title=None), y2="high:Q"
    )
    # A band that is still empty bears its name; on a phone one word stands below the other.
    name = bands.mark_text(
        style=LABEL_STYLE, fontSize=13, lineBreak=" " if lane == "slim" else "\n",
        baseline="middle",
    ).encode(x="middle:Q", y=alt.Y("centre:Q", scale=y), text="name:N")  # fmt: skip
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
    happened = alt.Chart(alt.NamedData("events")).encode(x=at)
    rules = happened.mark_rule(strokeWidth=1.5, opacity=0.6, color=EVENT)
    rules = rules.encode(y=alt.value(head), y2=alt.value("height"))
    # Counted in pixels from the top: a lower chart does not push one label on another.
    down = alt.YOffset(f"{lane}:Q", scale=None)
    signs = happened.mark_point(shape="diamond", filled=True, opacity=1, size=55, color=EVENT)
    text = {"style": LABEL_STYLE, "fontSize": 13, "fontWeight": "bold", "baseline": "middle"}
    labels = [
        happened.transform_filter(f"datum.{lane}_side == '{side}'")
        .mark_text(align=align, dx=dx, **text)
        .encode(text="kind:N", y=alt.value(0), yOffset=down)
        for side, align, dx in (("right", "left", MARK), ("left", "right", -MARK))
    ]
    signs = signs.encode(y=alt.value(0), yOffset=down)
    whole = alt.layer(reach, band, name, line, plain, spots, rules, signs, *labels)
    title = alt.Title(measure, anchor="start", frame="group", fontSize=13, fontWeight="normal")
    return whole.properties(title=title, width=WIDTH, height=HEIGHT + head)


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
    wide, slim = (lanes(events, last, pixels) for pixels in (TIGHT, NARROW))
    down, slid = (LANE * (each["lane"] + 0.5) for each in (wide, slim))
    drawn = {
        "reach": pd.DataFrame({"at": 0, "value": [*reach]}),
        "months": shown.rename(columns={"month": "at"})[["at", "value", "how"]],
        "bands": bands.assign(
            at=bands["start"] - 0.5,
            to=bands["stop"] - 0.5,
            middle=(bands["start"] + bands["stop"] - 1) / 2,
            centre=(bands["low"] + bands["high"]) / 2,
            name=np.where(bands["start"] >= len(months), SAID["band"], ""),
        ),
        "events": pd.DataFrame(
            {
                "at": wide["month"],
                "kind": wide["kind"],
                "lane": down,
                "lane_side": wide["side"],
                "slim": slid,
                "slim_side": slim["side"],
            }
        ),
    }
    most = (int(each["lane"].max()) + 1 if len(each) else 0 for each in (wide, slim))
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
    return Figure(
        spec=_case(measure, last, bool((shown["how"] != "").any()), *most),
        data=drawn,
        table=table,
        **said,
    )


@cache
def _nine(order: tuple[str, ...], x: str, y: tuple[str, ...]) -> Template:
    base, months = alt.Chart(), _months(x, every=12)
    axis = alt.Axis(titleFontSize=12, titlePadding=6, tickCount=4)
    up = alt.Y("value:Q", title=list(y), axis=axis)
    key = alt.Legend(
        orient="top",
        title=None,
        labelFontSize=13,
        labelLimit=0,
        symbolType="square",
        symbolOpacity=1,
    )
    looks = [SAID["runs"], SAID["rest"], SAID["band"]]
    scale = alt.Scale(domain=looks, range=[COLOUR["third"], COLOUR["calm"], BAND])
    look = alt.Color("look:N", scale=scale, legend=key)
    line = base.transform_filter("datum.part == 'month'").encode(x=months, y=up)
    quiet = line.mark_line(strokeWidth=1.2, color=COLOUR["calm"])
    runs = line.transform_filter("datum.runs").mark_line(strokeWidth=3)
    # Through the legend too: its squares are as deep as what they stand for.
    depth = alt.Scale(type="ordinal", domain=looks, range=[1, 1, 1.5 * PALE])
    deep = alt.Opacity("look:N", scale=depth, legend=key)
    runs = runs.encode(color=look, opacity=deep)
    band = base.transform_filter("datum.part == 'band'").mark_rect()
    band = band.encode(x=months, x2="to:Q", y=up, y2="high:Q", color=look, opacity=deep)
    turn = base.transform_filter("datum.part == 'event'").encode(x=months)
    rule = turn.mark_rule(strokeWidth=1.5, opacity=0.6, color=EVENT)
    label = turn.mark_text(
        align="left", dx=4, style=LABEL_STYLE, fontSize=12, fontWeight="bold", baseline="top"
    ).encode(text="kind:N", y=up)
    head = alt.Header(labelFontSize=13, labelPadding=4)
    wide, high = PANEL
    panels = (
        alt.layer(band, quiet, runs, rule, label, data=alt.NamedData("nine"))
        .properties(width=wide, height=high)
        .facet(
            alt.Facet("case:N", sort=list(order), title=None, header=head),
            columns=3,
            spacing={"row": 4, "column": 20},
        )
    )
    made = template(panels)
    made.narrow["columns"] = 1
    return made


def nine_chart(
    frame: pd.DataFrame, *, x: str, y: str | Sequence[str], **said: Unpack[Said]
) -> Figure:
    """Draw all cases as small panels with one scale, the months of their programmes in colour.

    Parameters
    ----------
    frame : DataFrame
        ``case`` (heading of the panel), ``part`` (``month``, ``band`` or ``event``), ``at``,
        ``to``, ``value``, ``high``, ``kind``, and ``runs``: whether the programme runs.
    x, y : str or sequence of str
        Titles of the axes, with units; a sequence has several lines.
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
    top = ends.max().max() + ABOVE * (ends.max().max() - ends.min().min())
    frame = frame.assign(
        kind=frame["kind"].map(SAID["turn"]),
        value=frame["value"].where(~events, top),
        look=np.where(frame["part"] == "band", SAID["band"], SAID["runs"]),
    )
    lines = (y,) if isinstance(y, str) else tuple(y)
    return Figure(spec=_nine(order, x, lines), data={"nine": frame}, **said)


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


@cache
def _forecasts(order: tuple[str, ...], x: str) -> Template:
    base = alt.Chart(alt.NamedData("forecasts"))
    side = alt.Axis(domain=False, ticks=False, labelLimit=0, labelPadding=14)
    scale = alt.Scale(domain=[0, 100], nice=False)
    ticks = alt.Axis(values=[0, 50, 100], labelExpr="datum.value + '%'", labelFlush=12)
    base = base.encode(y=alt.Y("row:N", sort=list(order), title=None, axis=side))
    at, came = (alt.X(f"{name}:Q", scale=scale, title=x, axis=ticks) for name in ("said", "came"))
    gap = base.mark_rule(strokeWidth=6, opacity=0.35, color=COLOUR["fifth"])
    said = base.mark_point(shape=SHAPE["fifth"], filled=True, opacity=1, size=130)
    end = base.mark_point(shape=SHAPE["calm"], filled=True, opacity=1, size=90)
    text = base.mark_text(style=LABEL_STYLE, fontSize=13, fontWeight="bold", dy=-14)
    whole = alt.layer(
        gap.encode(x=at, x2="came:Q"),
        end.encode(x=came, color=alt.value(COLOUR["calm"])),
        said.encode(x=at, color=alt.value(COLOUR["fifth"])),
        text.encode(x=at, text="text:N"),
    )
    return template(whole.properties(width=260, height=40 * len(order)))


def forecast_chart(frame: pd.DataFrame, *, x: str, **said: Unpack[Said]) -> Figure:
    """Draw how likely each of some things was said to be, and how far that was from what came.

    Parameters
    ----------
    frame : DataFrame
        ``name`` of each, ``said`` (per cent), ``came`` (0 or 100), and ``told``: that in words.
    x : str
        Title of the axis.
    **said
        Title, description, provenance and table, as `Figure` has them.

    Returns
    -------
    Figure
        With one line for each.
    """
    rows = frame["name"] + ": " + frame["told"]
    drawn = frame[["said", "came"]].assign(row=rows, text=frame["said"].map("{}%".format))
    return Figure(spec=_forecasts(tuple(rows), x), data={"forecasts": drawn}, **said)
