"""The chart over time with limits (XmR, p, u) or a median (run chart), in the manner of the NHS.

What a point means is told by colour, by shape and in words; the two icons are words with a shape.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

import altair as alt
import pandas as pd

from toolkit.charts.figure import Figure, Template, template
from toolkit.charts.shapes import LINE_OF_TEXT, apart, corners, held
from toolkit.charts.theme import COLOUR, DASH, LABEL_STYLE, WORDS, scale, told_apart
from toolkit.evidence.provenance import Provenance
from toolkit.spc.chart import Chart
from toolkit.text.numbers import number

KINDS = {"improvement": "main", "concern": "warn", "common cause": "calm"}
UNJUDGED = {"not judged": "calm"}
FLAGGED = {"flagged": "warn", "common cause": "calm"}
NEUTRAL = {"special, high": "fourth", "special, low": "fifth", "common cause": "calm"}
# The names of the pictures in NHSRplotthedots (without high and low) to the role that shows them.
ICONS = {
    "improvement": "main",
    "concern": "warn",
    "common_cause": "calm",
    "neutral": "fourth",
    "special_whole": "fourth",
    "pass": "main",
    "fail": "warn",
    "inconsistent": "calm",
}
SAID = WORDS["control"]
NAMES = SAID["line"]  # of a column that is drawn as a line, and of the target
ROLES = {"high": "warn", "centre": "main", "low": "warn", "target": "third"}
LINES = {NAMES[line]: role for line, role in ROLES.items()}
COLUMNS = SAID["column"]
WIDTH, HEIGHT, ROW, ICON = 560, 210, 19, 24
DENSE = 60  # points; more than that take smaller marks
CROWD = 4  # points left out; more than so many are not each named
REACH = "reach"  # what a row of others that judge only some of the points reaches
JUDGED = Provenance("computed", note=SAID["judged"])


def month_names(year: int, month: int, points: int, *, numbered: bool) -> dict[str, object]:
    """Return how an axis of numbered months names every sixth of them: by its date.

    Parameters
    ----------
    year, month, points : int
        Those of the first month, and how many months there are.
    numbered : bool
        Whether the number of the month stands above its date.
    """
    date = f"timeFormat(datetime({year}, {month} + datum.value - 2, 1), '%b %Y')"
    label = f"[datum.label, {date}]" if numbered else date
    return {"values": list(range(1, points + 1, 6)), "labelExpr": label}


@cache
def _control(
    roles: tuple,
    unit: str,
    x: str,
    when: str,
    others: tuple,
    icons: bool,
    dense: bool,
    ghosts: bool,
    still: bool,
    keyed: bool,
    called: bool,
    broken: bool,
    marks: tuple,
    zero: bool,
    first: tuple[int, int, int] | None,
    drawn: tuple,
) -> Template:
    names = dict(roles)
    # Dates are days without a clock: read and shown as such, whatever the time zone of the screen.
    room = {"padding": 10} if zero else {}  # the first point stands clear of the axis
    scaled = alt.Scale(nice=False, **({"type": "utc"} if when else {}), **room)
    dashes = alt.Scale(**scale({name: role for name, role in LINES.items() if name in drawn}, DASH))
    named: dict[str, object] = {"format": when} if when else {}
    if first:
        named = month_names(*first, numbered=bool(x))
    axis = alt.Axis(grid=False, tickCount=8, labelOverlap=True, **named)
    at = alt.X("at:T" if when else "at:Q", title=x or None, axis=axis, scale=scaled)
    y = alt.Y("value:Q", title=unit or None, scale=alt.Scale(zero=False, nice=True))
    key = alt.Legend(orient="top", title=None, symbolSize=110) if keyed else None
    line = (
        alt.Chart(alt.NamedData("lines"))
        .mark_line(strokeWidth=1.5, interpolate="step", color=COLOUR["calm"])
        .encode(
            x=at,
            y=y,
            detail="part:N",
            strokeDash=alt.StrokeDash("line:N", scale=dashes, legend=None),
        )
    )
    ends = (
        alt.Chart(alt.NamedData("ends"))
        .mark_text(align="left", dx=10, style=LABEL_STYLE, fontSize=13)
        .encode(x=at, y="place:Q", text="text:N")
    )
    points = alt.Chart(alt.NamedData("points")).encode(x=at, y=y)
    path = points.mark_line(strokeWidth=1.2, color=COLOUR["calm"]).encode(detail="segment:N")
    size = 30 if dense else 60
    spots = points.mark_point(filled=True, opacity=1, size=size).encode(
        **told_apart("kind:N", names, key)
    )
    layers = [line, path, spots, ends]
    if ghosts:
        layers[2] = spots.transform_filter(alt.datum.kind != "left out")
        ghost = alt.Chart(alt.NamedData("ghosts")).encode(x=at, y=y)
        hollow = ghost.mark_point(
            filled=False, opacity=1, size=1.3 * size, strokeWidth=1.5, color=COLOUR["calm"]
        )
        word = ghost.mark_text(dy=-13, style=LABEL_STYLE, fontSize=13).encode(text="text:N")
        layers += [hollow, word]
    if called:
        named_point = alt.Chart(alt.NamedData("called")).encode(x=at, y=y)
        ring = named_point.mark_point(
            filled=False, opacity=1, size=420, strokeWidth=2.5, color=COLOUR["warn"]
        )
        layers.append(ring)
        style = {"style": LABEL_STYLE, "fontSize": 14, "fontWeight": "bold"}
        if broken:
            style["lineBreak"] = "|"
        for side, down in (("above", -22), ("below", 24)):  # away from the other points
            word = named_point.transform_filter(alt.datum.side == side).mark_text(dy=down, **style)
            layers.append(word.encode(text="label:N"))  # a narrow chart takes texts for line names
    if marks:
        event = alt.Chart(alt.NamedData("marks")).encode(x=at)
        layers.append(event.mark_rule(strokeDash=[4, 3], strokeWidth=2, color=COLOUR["third"]))
        for foot, side in marks:
            word = event.transform_filter((alt.datum.foot == foot) & (alt.datum.side == side))
            word = word.mark_text(
                align=side, dx=6 if side == "left" else -6, style=LABEL_STYLE, fontSize=13
            )
            layers.append(word.encode(y=alt.value((0.95 if foot else 0.2) * HEIGHT), text="text:N"))
    if still:
        layers.extend(held(at))
    panels = [alt.layer(*layers).properties(width=WIDTH, height=HEIGHT)]
    if icons:
        signs = {role: role for role in dict.fromkeys(ICONS.values())}
        base = alt.Chart(alt.NamedData("icons")).encode(
            x=alt.X("place:Q", axis=None, scale=alt.Scale(domain=[0, 1], nice=False))
        )
        sign = base.mark_point(filled=True, opacity=1, size=190).encode(
            **told_apart("role:N", signs)
        )
        word = base.mark_text(align="left", dx=12, style=LABEL_STYLE, fontSize=14)
        panels.insert(
            0, alt.layer(sign, word.encode(text="text:N")).properties(width=WIDTH, height=ICON)
        )
    if others:
        quiet = alt.Axis(
            domain=False, ticks=False, labelFontSize=13, labelPadding=6, labelOverlap=False
        )
        who = alt.Y("who:N", sort=list(others), title=None, axis=quiet)
        hidden = at.copy()
        hidden["axis"] = None
        strip = alt.Chart(alt.NamedData("others")).mark_point(
            filled=True, opacity=1, size=16 if dense else 36
        )
        unseen = alt.condition(alt.datum.kind == REACH, alt.value(0), alt.value(1))
        strip = strip.encode(x=hidden, y=who, opacity=unseen, **told_apart("kind:N", names))
        panels.append(strip.properties(width=WIDTH, height=ROW * len(others)))
    if len(panels) == 1:
        return template(panels[0])
    own = dict.fromkeys(("x", "y", "color", "shape"), "independent")
    return template(alt.vconcat(*panels, spacing=8).resolve_scale(**own))


def _lines(points: pd.DataFrame, target: float | None) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return centre, limits and target as lines, and the label at the end of each."""
    parts = [
        pd.DataFrame({"at": points["at"], "value": points[column], "segment": points["segment"]})
        .assign(line=NAMES[column])
        .dropna(subset="value")
        for column in ("high", "centre", "low")
    ]
    if target is not None:
        edges = points["at"].iloc[[0, -1]]
        parts.append(
            pd.DataFrame({"at": edges, "value": target, "segment": 0, "line": NAMES["target"]})
        )
    there = [part for part in parts if len(part)] or parts[:1]
    lines = pd.concat(there, ignore_index=True)
    lines["part"] = lines["line"] + " " + lines["segment"].astype(str)
    ends = lines.groupby("line", sort=False).tail(1).sort_values("value", ascending=False)
    ends = ends.assign(text=[f"{row.line} {number(row.value)}" for row in ends.itertuples()])
    shown = pd.concat([points["value"], lines["value"]])
    gap = 1.4 * LINE_OF_TEXT * (shown.max() - shown.min())
    ends["place"] = apart(ends["value"].tolist(), gap)
    return lines[["at", "value", "line", "part"]], ends[["at", "place", "text"]]


def _time_format(at: pd.Series) -> str:
    """Return how the axis names a date, always with its year; empty where points are numbers."""
    if pd.api.types.is_numeric_dtype(at):
        return ""
    days = pd.to_datetime(at).dt.day
    return "%b %Y" if (days == 1).all() else "%-d %b %Y"


def _with_defaults(
    chart: Chart,
    title: str | None,
    description: str | None,
    x: str | None,
    icons: dict[str, tuple[str, str]] | None,
    target: float | None,
) -> dict:
    """Return what a chart says of itself, where nothing else was said."""
    facts = {
        "known": int(chart.judged.sum()),
        "special": int(chart.special.sum()),
        "step": chart.step,
        "rules": chart.rules.title,
    }
    words = (
        chart.summary,
        chart.variation.why,
        chart.assurance.why if chart.target is not None else "",
        *chart.warnings,
    )
    signs = {"variation": chart.variation, "assurance": chart.assurance}
    return {
        "title": WORDS.say("control.title", **facts) if title is None else title,
        "description": " ".join(filter(None, words)) if description is None else description,
        "x": chart.step if x is None else x,
        "icons": {name: (icon.name, icon.word) for name, icon in signs.items()}
        if icons is None else icons,
        "target": chart.target if target is None else target,
    }  # fmt: skip


def control_chart(
    points: Chart | pd.DataFrame,
    *,
    title: str | None = None,
    description: str | None = None,
    provenance: tuple[Provenance, ...] = (JUDGED,),
    unit: str = "",
    x: str | None = None,
    icons: dict[str, tuple[str, str]] | None = None,
    target: float | None = None,
    others: pd.DataFrame | None = None,
    called: pd.DataFrame | None = None,
    marks: pd.DataFrame | None = None,
    table: pd.DataFrame | None = None,
    given: bool | None = None,
    still: bool = False,
    zero: bool = False,
    legend: bool = True,
    start: pd.Timestamp | None = None,
    kinds: Mapping[str, str] | None = None,
) -> Figure:
    """Draw a series with its centre, its limits, and how each point was judged.

    Parameters
    ----------
    points : Chart or DataFrame
        A chart of `toolkit.spc.chart_data`, which says by itself what is not given below. Or
        its points: ``at`` (date or number), ``value``, ``segment``, ``centre``, ``low``, ``high``
        (NaN where there are no limits), ``kind`` and ``why``. A new segment breaks all lines. A
        point of kind "left out" is drawn hollow.
    title, description : str, optional
        The finding; what is drawn, worked out from the data.
    provenance : tuple of Provenance
        Where the figures come from.
    unit, x : str, optional
        Titles of the axes.
    icons : dict, optional
        ``{"variation": (name, words), "assurance": (name, words)}``; names as in `ICONS`, with or
        without ``_high`` and ``_low``.
    target : float, optional
        A line of its own.
    others : DataFrame, optional
        ``at``, ``who``, ``kind``: how others judge the same points, one row of marks for each.
    called : DataFrame, optional
        ``at``, ``value``, ``label``, ``side``: points that are ringed, and named above or below;
        a stroke (|) in a label begins a new line.
    marks : DataFrame, optional
        ``at``, ``text``: moments that an upright line and words beside it show; with ``foot``,
        whether the words stand at the foot of it.
    table : DataFrame, optional
        The table twin; by default one row per point, with its reason.
    given : bool, optional
        Whether the values came in as they are, and stand in the table digit by digit. Shares and
        rates, which were worked out from counts, are rounded; that is the default for them.
    still : bool
        Whether the axes stay as they are while a stage lets the points come.
    zero : bool
        Whether the vertical axis of a chart that is still starts at zero.
    legend : bool
        Whether the kinds of points are named above the chart.
    start : Timestamp, optional
        The first month, where points are numbered by month from 1; the axis then names months, and
        their numbers too if it has a title.
    kinds : mapping of str to str, optional
        What the legend calls a kind of points, where not by its own name.

    Returns
    -------
    Figure
        The chart with its words and its table.
    """
    if isinstance(points, Chart):
        said = _with_defaults(points, title, description, x, icons, target)
        title, description, x, icons, target = said.values()
        given = points.chart[:1] not in ("p", "u") if given is None else given
        points = points.points
    x = "month" if x is None else x
    neutral = points["kind"].str.startswith("special").any()
    unjudged = points["kind"].eq("not judged").all()
    flagged = points["kind"].eq("flagged").any()
    kinds = kinds or {}
    judged = FLAGGED if flagged else NEUTRAL if neutral else UNJUDGED if unjudged else KINDS
    roles = {kinds.get(kind, kind): role for kind, role in judged.items()}
    points = points.assign(kind=points["kind"].replace(dict(kinds)))
    lines, ends = _lines(points, target)
    ghosts = points.loc[points["kind"] == "left out", ["at", "value"]]
    data = {
        "points": points[["at", "value", "segment", "kind"]],
        "lines": lines,
        "ends": ends,
    }
    if len(ghosts):
        # Where many are left out, their words would cover each other: then the first speaks.
        crowd = len(ghosts) > CROWD
        data["ghosts"] = ghosts.assign(
            text=[SAID["left_out"] if not (crowd and n) else "" for n in range(len(ghosts))]
        )
    if icons:
        shown = {name: pair for name, pair in icons.items() if pair[0] != "empty"}
        data["icons"] = pd.DataFrame(
            [
                (0.02 + 0.46 * n, ICONS[icon.removesuffix("_high").removesuffix("_low")],
                 f"{name[:1].upper()}{name[1:]}: {word}")
                for n, (name, (icon, word)) in enumerate(shown.items())
            ],
            columns=["place", "role", "text"],
        )  # fmt: skip
    if others is not None:
        seen = others.loc[others["kind"].isin(list(judged)), ["at", "who", "kind"]]
        seen = seen.assign(kind=seen["kind"].replace(dict(kinds)))
        ends_at = points["at"].agg(["min", "max"]).tolist()
        reach = pd.DataFrame({"at": ends_at, "who": others["who"].iloc[0], "kind": REACH})
        short = bool(len(seen)) and seen["at"].agg(["min", "max"]).tolist() != ends_at
        data["others"] = pd.concat([seen, reach]) if short else seen  # below the points they judge
    if called is not None and len(called):
        data["called"] = called
    beside: tuple = ()
    if marks is not None:
        # Words that would leave the chart on the right stand on the left of their line.
        far = marks["at"] > points["at"].min() + 0.8 * (points["at"].max() - points["at"].min())
        foot = marks.get("foot", False)
        marks = marks.assign(foot=foot, side=far.map({False: "left", True: "right"}))
        beside = tuple(dict.fromkeys(zip(marks["foot"].tolist(), marks["side"], strict=True)))
        data["marks"] = marks
    if still:
        floor = pd.Series([0.0] if zero else [])
        data["corners"] = corners(
            points["at"], points["value"], lines["value"], ends["place"], floor
        )
    if table is None:
        table = points[["at", *COLUMNS]].rename(columns={"at": x or "at", **COLUMNS})
    spec = _control(
        tuple(roles.items()),
        unit,
        x,
        _time_format(points["at"]),
        tuple(dict.fromkeys(others["who"])) if others is not None else (),
        bool(icons),
        len(points) > DENSE,
        bool(len(ghosts)),
        still,
        legend,
        called is not None and len(called) > 0,
        called is not None and any("|" in label for label in called["label"]),
        beside,
        zero,
        (start.year, start.month, len(points)) if start is not None else None,
        tuple(lines["line"].unique()),
    )
    figures = () if given is False else (unit, COLUMNS["value"])
    return Figure(title or "", description or "", spec, data, table, provenance, figures)
