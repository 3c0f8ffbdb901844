"""The chart forms of the course: paths over time, bars side by side, dots in a field, two panels.

Each takes a tidy frame and gives back a `Figure`. The template of a form is made once for each set
of axes and series, so a live chart only exchanges data. A series is told by colour, by dash or
shape, and by its name written beside it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from functools import cache
from typing import Unpack

import altair as alt
import numpy as np
import pandas as pd

from toolkit.charts.figure import Figure, Said, Template, template
from toolkit.charts.theme import COLOUR, CONFIG, DASH, HEIGHT, LABEL_STYLE, WIDTH, scale, told_apart
from toolkit.text.numbers import signed as changed
from toolkit.text.numbers import written

Roles = dict[str, str]

# Room that a line of text needs, as a share of the height of the chart.
LINE_OF_TEXT = 0.065
BETWEEN = 12  # pixels from the bars of one category to those of the next
WIDE = {"domain": [False, True], "range": [2, 6]}  # pixels: other lines, and a strong one
RING = {"shape": "circle", "filled": False, "strokeWidth": 2.5, "color": "currentColor"}
SECOND = "2"  # what the data of the right of two panels of one form have after their name


def apart(values: Sequence[float], gap: float) -> list[float]:
    """Move values apart so that labels standing at them do not cover each other.

    Parameters
    ----------
    values : sequence of float
        Where the labels would stand.
    gap : float
        The room that one label needs.

    Returns
    -------
    list of float
        Where they stand now, in the order of ``values``; none has moved down.

    Examples
    --------
    >>> apart([1.0, 1.1, 5.0], gap=1.0)
    [1.0, 2.0, 5.0]
    """
    placed = list(map(float, values))
    below = None
    for i in sorted(range(len(placed)), key=placed.__getitem__):
        if below is not None:
            placed[i] = max(placed[i], below + gap)
        below = placed[i]
    return placed


@cache
def _paths(
    x: str,
    y: str,
    roles: tuple,
    size: tuple[int, int],
    low: float | None,
    most: float | None,
    since: float | None,
    until: float | None,
    when: bool,
    still: bool,
    whole: bool,
    above: bool,
    strong: bool,
    spot: str,
    plain: bool,
) -> Template:
    names, (width, height) = dict(roles), size
    dated = {"format": "%b %Y", "tickCount": 8, "labelOverlap": True} if when else {}
    axis = alt.Axis(grid=False, **({"tickMinStep": 1, "format": "d"} if whole else dated))
    ends = {"domainMin": since, "domainMax": until}
    ends = {end: value for end, value in ends.items() if value is not None}
    across = alt.Scale(**ends, nice=False) if ends else alt.Undefined
    at = alt.X("at:T" if when else "at:Q", title=x, axis=axis, scale=across)
    colour = alt.Color("series:N", scale=alt.Scale(**scale(names)), legend=None)
    dash = alt.StrokeDash("series:N", scale=alt.Scale(**scale(names, DASH)), legend=None)
    dashed = {} if plain else {"strokeDash": dash}
    up = alt.Scale(zero=low == 0) if low in (0, None) else alt.Scale(domainMin=low)
    if most is not None:
        up.domainMax = most
    paths = alt.Chart(alt.NamedData("paths"))
    band = paths.mark_area(opacity=0.22).encode(
        x=at, y=alt.Y("low:Q", title=y, scale=up), y2="high:Q", color=colour
    )
    wide = alt.Size("strong:N", scale=alt.Scale(type="ordinal", **WIDE), legend=None)
    line = paths.mark_line().encode(
        x=at,
        y=alt.Y("value:Q", title=y, scale=up),
        color=colour,
        **dashed,
        **({"size": wide} if strong else {}),
    )
    ends = (
        alt.Chart(alt.NamedData("ends"))
        .mark_text(align="left", dx=8, style=LABEL_STYLE, fontSize=14)
        .encode(x=at, y="place:Q", text="text:N")
    )
    marks = alt.Chart(alt.NamedData("marks"))
    look = RING if spot == "ring" else {"shape": "diamond", "filled": True, "color": COLOUR[spot]}
    point = marks.mark_point(size=160, opacity=1, **look).encode(x=at, y="value:Q")
    sides = (("center", 0, -18),) if above else (("left", 12, -12), ("right", -12, -12))
    notes = (
        marks.transform_filter(alt.datum.ends == side)
        .mark_text(align=side, dx=dx, dy=dy, style=LABEL_STYLE, fontSize=14)
        .encode(x=at, y="value:Q", text="text:N")
        for side, dx, dy in sides
    )
    hold = held(at) if still else ()
    return template(
        alt.layer(*hold, band, line, point, *notes, ends).properties(width=width, height=height)
    )


def held(at: alt.X) -> tuple[alt.Chart, alt.Chart]:
    """Return layers without ink that hold the axes, and room for the longest name at their end."""
    base = alt.Chart(alt.NamedData("corners")).encode(x=at, y="value:Q")
    name = base.mark_text(align="left", dx=8, style=LABEL_STYLE, fontSize=14, opacity=0)
    return base.mark_point(opacity=0), name.encode(text="name:N")


def corners(at: pd.Series, *values: pd.Series, names: Iterable[str] = ()) -> pd.DataFrame:
    """Return the corners of all that a chart will show when it has grown."""
    shown, name = pd.concat(values), max(names, key=len, default="")
    return pd.DataFrame(
        {"at": [at.min(), at.max()], "value": [shown.min(), shown.max()], "name": ["", name]}
    )


def _clear(known: pd.DataFrame, ends: pd.DataFrame, gap: float) -> pd.DataFrame:
    """Return the names at the ends of lines; one that would lie on other lines, at its start.

    That is the name of a line that ends before the others and begins before them too.
    """
    if ends["at"].nunique() < 2:
        return ends
    begins = known.groupby("series", sort=False)["at"].min().sort_values()
    name, others = begins.index[0], begins.iloc[1]
    line = known[(known["series"] == name) & (known["at"] < others)]
    it = ends["text"] == name
    if len(line) and (ends.loc[it, "at"] < ends["at"].max()).all():
        ends.loc[it, ["at", "place"]] = [line["at"].iloc[0], line["value"].max() + gap]
    return ends


def _sides(marks: pd.Series, whole: pd.Series) -> np.ndarray:
    """Return at which end a note stands by its mark: on the left of a chart it would leave it."""
    number = pd.to_numeric if pd.api.types.is_numeric_dtype(whole) else pd.to_datetime
    at, first, last = number(marks), number(whole).min(), number(whole).max()
    return np.where(at < first + (last - first) / 4, "left", "right")


def paths(
    frame: pd.DataFrame,
    roles: Roles,
    *,
    x: str,
    y: str,
    marks: pd.DataFrame | None = None,
    low: float | None = 0,
    most: float | None = None,
    since: float | None = None,
    until: float | None = None,
    size: tuple[int, int] = (WIDTH, HEIGHT),
    still: bool = False,
    whole: bool = False,
    above: bool = False,
    spot: str = "warn",
    plain: bool = False,
    **said: Unpack[Said],
) -> Figure:
    """Draw one or more series over time, each named at its end.

    Parameters
    ----------
    frame : DataFrame
        Columns ``at`` (number, or ISO date as text), ``series``, ``value`` and, where there is a
        band, ``low`` and ``high``. With ``strong``, a line for which it is true is drawn thicker.
    roles : dict
        Name of each series to its role in `theme.COLOUR`.
    x, y : str
        Titles of the axes, with units.
    marks : DataFrame, optional
        Points of note, such as a prediction: ``at``, ``value``, ``text``.
    low : float, optional
        Where the vertical axis starts; None lets the data decide.
    most : float, optional
        Where the vertical axis ends, so that it stays put while a slider moves.
    since, until : float, optional
        Where the horizontal axis starts and ends; by default the data decide.
    size : tuple of int
        Width and height in pixels.
    still : bool
        Whether the axes stay as they are while a stage lets the series grow.
    whole : bool
        Whether the horizontal axis counts in whole numbers.
    above : bool
        Whether the texts of points stand right above them, as short ones can, and not beside them.
    spot : str
        The role that colours the points of note, or ``"ring"``: a diamond may be a prediction.
    plain : bool
        Whether lines are not dashed, because there is nothing to tell them from.
    **said
        Title, description, provenance and table, as `Figure` has them; without a table, the
        frame is it, one column per series.

    Returns
    -------
    Figure
        The chart with its words and its table twin.
    """
    strong = ["strong"] if "strong" in frame else []
    frame = frame.reindex(columns=["at", "series", "value", "low", "high", *strong])
    frame = frame.assign(**{end: frame[end].fillna(frame["value"]) for end in ("low", "high")})
    if marks is None:
        marks = pd.DataFrame({"at": [], "value": [], "text": []})
    known = frame.dropna(subset="value")
    ends = known.groupby("series", sort=False).tail(1).rename(columns={"series": "text"})
    top = max(known["high"].max(), marks["value"].max() if len(marks) else 0)
    bottom = known["low"].min() if low is None else low
    gap = LINE_OF_TEXT * ((most or top) - bottom)
    least = -np.inf if low is None else low + gap / 2  # a name clear of the axis
    ends = ends.assign(place=apart(ends["value"].clip(lower=least).tolist(), gap))
    ends = _clear(known, ends, gap)
    if "table" not in said:
        wide = frame.pivot_table(index="at", columns="series", values="value", sort=False)
        said["table"] = wide.reset_index().rename(columns={"at": x})
    when = not pd.api.types.is_numeric_dtype(frame["at"])
    spec = _paths(
        x, y, tuple(roles.items()), size, low, most, since, until, when, still, whole, above,
        bool(strong), spot, plain,
    )  # fmt: skip
    data = {
        "paths": frame,
        "ends": ends[["at", "place", "text"]],
        "marks": marks.assign(ends="center" if above else _sides(marks["at"], frame["at"])),
    }
    if still:
        data["corners"] = corners(
            frame["at"], known["low"], known["high"], ends["place"], names=ends["text"]
        ).assign(gap=gap, least=None if low is None else least)
    return Figure(spec=spec, data=data, **said)


@cache
def _bars(
    x: str,
    roles: tuple,
    order: tuple,
    width: int,
    row: int,
    most: float | None,
    alone: bool,
    grows: bool,
    signed: bool,
) -> Template:
    names = dict(roles)
    sort, domain = list(names), alt.Scale(domain=list(names))
    beside = {} if alone else {"yOffset": alt.YOffset("series:N", sort=sort, scale=domain)}
    ends = {"domainMax": most} if most else {}
    if signed and most:
        ends["domainMin"] = -most
    base = alt.Chart(alt.NamedData("bars"))
    if grows:
        base = base.transform_joinaggregate(latest="max(at)", groupby=["category", "series"])
        base = base.transform_filter("datum.at == datum.latest")
    base = base.encode(
        y=alt.Y(
            "category:N",
            title=None,
            sort=list(order),
            axis=alt.Axis(domain=False, ticks=False),
            scale=alt.Scale(domain=list(order)),
        ),
        x=alt.X("value:Q", title=x, scale=alt.Scale(**ends) if most else alt.Undefined),
        **beside,
    )
    bar = base.mark_bar().encode(
        color=alt.Color("series:N", scale=alt.Scale(**scale(names)), legend=None)
    )
    text = base.mark_text(align="left", dx=4, style=LABEL_STYLE, fontSize=13).encode(text="text:N")
    layers = [bar, text]
    if signed:
        zero = alt.Chart(alt.NamedData("bars")).mark_rule(color=COLOUR["calm"])
        at = zero.encode(x=alt.X(datum=0, title=x))
        less = text.mark_text(align="right", dx=-4, style=LABEL_STYLE, fontSize=13)
        ways = (text, "datum.value >= 0"), (less, "datum.value < 0")
        layers = [bar, at, *(way.transform_filter(which) for way, which in ways)]
    height = max(1, len(order)) * (row * (1 if alone else max(1, len(names))) + BETWEEN)
    return template(alt.layer(*layers).properties(width=width, height=height))


def bars(
    frame: pd.DataFrame,
    roles: Roles,
    *,
    x: str,
    most: float | None = None,
    width: int = WIDTH,
    row: int = 22,
    height: int | None = None,
    signed: bool = False,
    **said: Unpack[Said],
) -> Figure:
    """Draw bars by category, one for each series, each with its figure and its name.

    Where no category has more than one bar, it stands at the name of its category.

    Parameters
    ----------
    frame : DataFrame
        Columns ``category``, ``series``, ``value``; the order of the rows is the order shown. With
        ``at``, a bar has a row for each tick of a stage, and is as long as its latest one says.
    roles : dict
        Name of each series to its role.
    x : str
        Title of the axis, with unit.
    most : float, optional
        Where the axis ends, so that it stays put while a slider moves; a signed one on both sides.
    width, row : int
        Width of the field, and height of one bar, in pixels.
    height : int, optional
        What all bars have room in, in pixels; many of them get lower than ``row``.
    signed : bool
        Whether bars go to both sides of 0, one for each category. Each has its figure with a sign,
        on its right.
    **said
        Title, description, provenance and table, as `Figure` has them; without a table, the
        frame is it, one column per series.

    Returns
    -------
    Figure
        The chart with its words and its table twin.
    """
    short = [written(round(float(value), 2)) for value in frame["value"]]
    names = frame["series"] if len(roles) > 1 else [""] * len(frame)
    text = [
        f"{figure} {name}".rstrip().replace(" %", "%")
        for figure, name in zip(short, names, strict=True)
    ]
    if signed:
        text = short = [changed(value) if value else "0" for value in frame["value"]]
    grows = "at" in frame
    kept = ["category", "series", "value", *(["at"] if grows else [])]
    frame = pd.DataFrame({**frame[kept], "short": short, "text": text})
    if "table" not in said:
        wide = frame.pivot_table(index="category", columns="series", values="value", sort=False)
        said["table"] = wide.reset_index().rename(columns={"category": ""})
    order = tuple(dict.fromkeys(frame["category"]))
    if height is not None:
        row = min(row, height // len(order) - BETWEEN)
    alone = len(roles) > 1 and len(order) == len(
        set(zip(frame["category"], frame["series"], strict=True))
    )
    spec = _bars(x, tuple(roles.items()), order, width, row, most, alone, grows, signed)
    return Figure(spec=spec, data={"bars": frame}, **said)


@cache
def _dots(
    x: str,
    y: str,
    roles: tuple,
    width: int,
    height: int,
    zero: bool,
    ends: tuple | None,
    counts: bool,
    sided: bool,
) -> Template:
    names = dict(roles)
    axis = alt.Scale(zero=zero, nice=True, padding=0 if zero else 12)
    across = alt.Scale(domain=ends, nice=False, padding=12) if ends else axis
    whole = alt.Axis(format="d", tickMinStep=1)
    legend = alt.Legend(orient="top", symbolSize=120, title=None) if len(names) > 1 else None
    looks = {"size": 150} if counts else {}
    dots = (
        alt.Chart(alt.NamedData("dots"))
        .mark_point(filled=True, **looks)
        .encode(
            x=alt.X("x:Q", title=x, scale=across),
            y=alt.Y("y:Q", title=y, scale=axis, **({"axis": whole} if counts else {})),
            tooltip=alt.Tooltip("label:N", title=" "),
            **told_apart("series:N", names, legend),
        )
    )
    notes = alt.Chart(alt.NamedData("notes"))
    sides = (("left", 9, -7), *([("right", -9, 0)] if sided else []))
    texts = [
        (notes.transform_filter(alt.datum.side == side) if sided else notes)
        .mark_text(align=side, dx=dx, dy=dy, style=LABEL_STYLE, fontSize=13)
        .encode(x="x:Q", y="y:Q", text="text:N")
        for side, dx, dy in sides
    ]
    return template(alt.layer(dots, *texts).properties(width=width, height=height))


def dots(
    frame: pd.DataFrame,
    roles: Roles,
    *,
    x: str,
    y: str,
    notes: pd.DataFrame | None = None,
    zero: bool = False,
    ends: tuple[float, float] | None = None,
    counts: bool = False,
    size: tuple[int, int] = (WIDTH, HEIGHT + 40),
    **said: Unpack[Said],
) -> Figure:
    """Draw one dot per row in a field of two measures.

    Parameters
    ----------
    frame : DataFrame
        Columns ``x``, ``y``, ``series`` and ``label`` (what the dot is).
    roles : dict
        Name of each series to its role.
    x, y : str
        Titles of the axes, with units.
    notes : DataFrame, optional
        Words beside some dots: ``x``, ``y``, ``text``; with ``side``, the side of the words that
        is at the dot: left, as by default, or right.
    zero : bool
        Whether both axes start at zero.
    ends : tuple of float, optional
        Where the horizontal axis starts and ends; by default the data decide.
    counts : bool
        Whether the dots are few, and their height counts them.
    size
        As in `paths`.
    **said
        Title, description, provenance and table, as `Figure` has them; without a table, the
        dots are it.

    Returns
    -------
    Figure
        The chart with its words and its table twin.
    """
    if notes is None:
        notes = pd.DataFrame({"x": [], "y": [], "text": []})
    if "table" not in said:
        said["table"] = frame[["label", "x", "y"]].rename(columns={"label": "", "x": x, "y": y})
    spec = _dots(x, y, tuple(roles.items()), *size, zero, ends, counts, "side" in notes)
    data = {"dots": frame[["x", "y", "series", "label"]], "notes": notes}
    return Figure(spec=spec, data=data, **said)


@cache
def _pile(
    x: str, role: str, low: float, most: float, wide: float, size: tuple[int, int]
) -> Template:
    width, height = size
    ends, steps = alt.Scale(domain=[low, most], nice=False), alt.Axis(tickMinStep=wide)
    at = alt.X("value:Q", title=x, scale=ends, axis=steps)
    up = alt.Y("place:Q", axis=None, scale=alt.Scale(domain=[0, 1]))
    dots = (
        alt.Chart(alt.NamedData("pile"))
        .mark_point(filled=True, opacity=1, color=COLOUR[role])
        .encode(x=at, y=up, size=alt.Size("size:Q", scale=None))
    )
    marks = alt.Chart(alt.NamedData("marks"))
    line = marks.mark_rule(strokeDash=[4, 3], color=COLOUR["warn"], size=2).encode(x=at)
    notes = (
        marks.transform_filter(alt.datum.ends == side)
        .mark_text(align=side, dx=dx, style=LABEL_STYLE, fontSize=14)
        .encode(x=at, y=up, text="text:N")
        for side, dx in (("left", 6), ("right", -6))
    )
    return template(alt.layer(dots, line, *notes).properties(width=width, height=height))


def pile(
    frame: pd.DataFrame,
    roles: Roles,
    *,
    x: str,
    marks: pd.DataFrame | None = None,
    wide: float = 1,
    low: float = 0,
    most: float,
    size: tuple[int, int] = (WIDTH, HEIGHT),
    **said: Unpack[Said],
) -> Figure:
    """Pile up one dot for each run over what came of it.

    Parameters
    ----------
    frame : DataFrame
        Columns ``at`` (number of the run, from 1) and ``value`` (what came of it).
    roles : dict
        Name of the series to its role; there is one.
    x : str
        Title of the axis, with unit.
    marks : DataFrame, optional
        Values of note, such as a prediction: ``value``, ``text``.
    wide : float
        What a pile spans on the axis.
    low, most : float
        The ends of the axis; what lies beyond is piled up at the end.
    size : tuple of int
        Width and height in pixels.
    **said
        Title, description, provenance and table, as `Figure` has them; without a table, the
        number of runs in each pile is it.

    Returns
    -------
    Figure
        The chart with its words and its table twin.
    """
    if marks is None:
        marks = pd.DataFrame({"value": [], "text": []})
    piles = (frame["value"].clip(low, most) / wide).round() * wide
    height = frame.groupby(piles).cumcount() + 1
    notes = LINE_OF_TEXT * (len(marks) + 1)  # above the dots
    step = (1 - notes) / max(height.max(), 1 / wide)
    dot = min(step * size[1], size[0] * wide / (most - low))
    shown = pd.DataFrame(
        {"at": frame["at"], "value": piles, "place": (height - 0.5) * step, "size": dot**2 * 0.7}
    )
    if "table" not in said:
        counted = piles.value_counts().sort_index()
        said["table"] = pd.DataFrame({x: counted.index, "": counted.to_numpy()})
    (role,) = roles.values()
    ends = np.where(marks["value"] < (low + most) / 2, "left", "right")
    place = 1 - LINE_OF_TEXT * (np.arange(len(marks)) + 0.5)
    data = {"pile": shown, "marks": marks[["value", "text"]].assign(ends=ends, place=place)}
    return Figure(spec=_pile(x, role, low, most, wide, size), data=data, **said)


@cache
def _beside(left: Template, right: Template, shared: tuple[str, ...]) -> Template:
    text = json.dumps(right)
    for name in shared:
        text = text.replace(f'"name": "{name}"', f'"name": "{name}{SECOND}"')
    panels = [
        {key: part for key, part in panel.items() if key != "config"}
        for panel in (left, json.loads(text))
    ]
    # Each panel names its own series; shared scales would repaint one with the other's colours.
    own = {"scale": dict.fromkeys(("color", "shape", "strokeDash"), "independent")}
    return Template({"hconcat": panels, "spacing": 40, "resolve": own, "config": CONFIG})


def beside(
    left: Figure, right: Figure, title: str, description: str, table: pd.DataFrame
) -> Figure:
    """Put two panels side by side under one title, description and table.

    Parameters
    ----------
    left, right : Figure
        The panels; their own titles, words and tables are not shown.
    title, description, table
        As in `paths`, for both together.

    Returns
    -------
    Figure
        The chart with its words and its table twin.
    """
    sources = tuple(dict.fromkeys((*left.provenance, *right.provenance)))
    shared = tuple(name for name in right.data if name in left.data)
    other = {
        f"{name}{SECOND}" if name in shared else name: each for name, each in right.data.items()
    }
    spec = _beside(left.spec, right.spec, shared)
    return Figure(title, description, spec, {**left.data, **other}, table, sources)
