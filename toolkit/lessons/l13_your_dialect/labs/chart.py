"""See the chart over time of a table that somebody brings, and that of the sample."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import altair as alt
import numpy as np
import pandas as pd

from toolkit.charts.control import control_chart
from toolkit.charts.figure import Figure, template
from toolkit.charts.theme import COLOUR, LABEL_STYLE
from toolkit.evidence.provenance import Provenance
from toolkit.lessons.l13_your_dialect.labs.noted import WORDS
from toolkit.screen.stage import Trace
from toolkit.spc import Chart, chart_data
from toolkit.text.reading import has_percent, typed
from toolkit.upload import Series
from toolkit.upload.errors import one_line
from toolkit.upload.periods import when

LAST = 12  # points that the prediction is about
FEW = 3  # special points that are named in the chart itself
LOOK = {"rules": "mdc", "better": "neutral", "target": "", "rebase": ""}
OF_SAMPLE = "seen_within_14_days of referrals"  # what its figures are, by the names of its columns
LOOK_OF_SAMPLE = {"better": "increase", "rebase": "2024-08-01"}
PLAYED = {
    "step": "played.step",
    "said": "played.said",
    "grows": ["points", "lines", "ends", "called"],
}


def look_of(kept: object) -> dict[str, str]:
    """Return what was set for a chart, as far as it can be used; the start for the rest."""
    held = kept if isinstance(kept, dict) else {}
    return {name: str(held.get(name) or start) for name, start in LOOK.items()}


def target_in(text: str, made: Series) -> float | None:
    """Return the target that was typed, in the unit of the points, or None if nothing was.

    Parameters
    ----------
    text : str
        As it was typed.
    made : Series
        The points.

    Returns
    -------
    float or None
        The number.

    Raises
    ------
    ValueError
        If it is no number, or can be meant in two ways; the message asks.
    """
    if not (text or "").strip():
        return None
    unit, middle = made.unit, made.frame["value"].abs().median()
    if unit != "%" and has_percent(text):
        raise ValueError(WORDS.say("target.per_cent", text=one_line(text)))
    try:
        found = typed(text, unit).value
    except ValueError as problem:
        more = str(problem) if ":" in text else ""
        said = WORDS.say("target.number", unit=unit, text=one_line(text), problem=more)
        raise ValueError(said) from None
    if unit == "%" and not has_percent(text) and 0 < found <= 1 < middle:
        raise ValueError(WORDS.say("target.small", middle=middle, big=100 * found, found=found))
    return found


def judged(made: Series, look: Mapping[str, str]) -> Chart:
    """Return a series judged by one rule set.

    Parameters
    ----------
    made : Series
        What was understood.
    look : mapping of str to str
        As `LOOK`.

    Returns
    -------
    Chart
        The points, each with its reason.

    Raises
    ------
    ValueError
        If there are too few points, or the target is no number.
    """
    counts = {"value": "count", "size": "n", "per": 100} if made.chart == "p" else {}
    below = (made.frame["value"] < 0).any()
    share = made.unit == "%" and made.frame["value"].max() <= 100
    return chart_data(
        made.frame,
        at="start",
        every=made.step,
        chart=made.chart,
        rules=look["rules"],
        better=look["better"],
        target=target_in(look["target"], made),
        rebase=[pd.Timestamp(look["rebase"])] if look["rebase"] else (),
        floor=None if below else 0,
        ceiling=100 if share else None,
        **counts,
    )


def flagged(chart: Chart) -> int:
    """Return how many of the last points are special."""
    return int(chart.special[chart.points["value"].notna()].tail(LAST).sum())


def measure(made: Series) -> str:
    """Return what the figures are, in the words of the table, with their unit."""
    if made.label == OF_SAMPLE:
        return WORDS.say("chart.sample")
    label = WORDS.say("chart.events") if made.label == "rows" else made.label.replace("_", " ")
    return label if made.unit in label else f"{label}, {made.unit}"


def own_chart(
    made: Series,
    look: Mapping[str, str],
    whence: Provenance,
    name: str,
    predicted: str = "",
    plays: bool = False,
) -> Figure:
    """Draw a series over time, with limits, reasons, icons and warnings.

    Parameters
    ----------
    made : Series
        What was understood.
    look : mapping of str to str
        As `LOOK`.
    whence : Provenance
        Where the figures come from.
    name : str
        Name of the file.
    predicted : str
        What the learner predicted of the last points, in words.
    plays : bool
        Whether the last points, which are months, come one by one.

    Returns
    -------
    Figure
        With one row of its table for each point.

    Raises
    ------
    ValueError
        If it cannot be drawn; the message says why.
    """
    chart = judged(made, look)
    points, every, unit = chart.points, made.every, measure(made)
    periods = [when(at, every) for at in points["at"]]
    known = int(chart.judged.sum())
    sample = whence.kind == "illustrative"
    facts = {
        "chart": chart,
        "unit": unit,
        "every": every,
        "name": one_line(name),
        "first": periods[0],
        "last": periods[-1],
        "known": known,
        "special": int(chart.special.sum()),
        "of": min(LAST, known),
        "flagged": flagged(chart),
        "predicted": predicted,
        "centre": points["centre"].iloc[-1],
        "sample": sample,
    }
    columns, kinds = (
        {"at": every, "value": unit, **WORDS["chart"]["columns"]},
        WORDS["chart"]["kinds"],
    )
    table = points.assign(at=periods, kind=points["kind"].replace(kinds))
    table = table[["at", "value", "low", "centre", "high", "kind", "why"]]
    icons = {"variation": chart.variation, "assurance": chart.assurance}
    start = points["at"].iloc[0] if plays else None
    if plays:
        points = points.assign(at=np.arange(1, len(points) + 1))
    special = points[chart.special]
    few = len(special) <= FEW
    called = special.assign(
        label=[
            WORDS.say(
                "chart.called",
                when=periods[row.Index],
                value=row.value,
                unit=made.unit,
                sample=sample,
            )
            for row in special.itertuples()
        ],
        side=np.where(special["value"] < special["centre"], "below", "above"),
    )
    # Limits are worked out from what was measured, or from what was made up.
    limits = "modelled" if whence.kind == "illustrative" else "computed"
    figure = control_chart(
        points,
        title=WORDS.say("chart.title", **facts),
        description=WORDS.say("chart.description", **facts),
        provenance=(whence, WORDS.provenance(limits)),
        unit=unit,
        x=every,
        icons={
            WORDS.say(f"chart.icons.{name}", every=every): (icon.name, _called(icon.word, kinds))
            for name, icon in icons.items()
            if not plays
        },
        target=chart.target,
        called=called[["at", "value", "label", "side"]] if few else None,
        table=table.rename(columns=columns),
        given=made.chart != "p",
        still=plays,
        legend=not plays,
        start=start,
        kinds=kinds,
    )
    return replace(figure, trace=_months(chart, periods)) if plays else figure


def _called(word: str, kinds: Mapping[str, str]) -> str:
    """Return the word of an icon with the kind of its point as the lesson calls it."""
    kind, comma, end = word.partition(",")
    return f"{kinds.get(kind, kind)}{comma}{end}"


def _months(chart: Chart, periods: list[str]) -> dict:
    """Return the last points as they come, one at each tick of the clock."""
    ended = {
        "month": periods[-LAST - 1 :],
        "value": chart.points["value"].iloc[-LAST - 1 :].tolist(),
        "special": chart.special.iloc[-LAST - 1 :].tolist(),
        "found": [flagged(chart)] * (LAST + 1),
    }
    return Trace(LAST, {}, ended, start=len(periods) - LAST).told(PLAYED, WORDS.say, str)


def start_of(made: Series) -> Figure:
    """Draw the points before those of the prediction, whose place stays empty.

    Parameters
    ----------
    made : Series
        The sample.

    Returns
    -------
    Figure
        Without limits: they come with the points that are predicted.
    """
    points = made.frame.assign(at=made.frame["start"])[["at", "value"]]
    seen, unit = points.iloc[:-LAST], measure(made)
    change = pd.Timestamp(LOOK_OF_SAMPLE["rebase"])
    axis = alt.Axis(format="%b %Y", grid=False, tickCount=8, labelOverlap=True)
    ends = [f"{end:%Y-%m-%d}" for end in points["at"].iloc[[0, -1]]]
    at = alt.X("at:T", title=None, axis=axis, scale=alt.Scale(type="utc", domain=ends))
    y = alt.Y("value:Q", title=unit, scale=alt.Scale(domain=[50, 90]))
    months = alt.Chart(alt.NamedData("points")).encode(x=at, y=y)
    marks = alt.Chart(alt.NamedData("marks")).encode(x=at)
    word = {"style": LABEL_STYLE, "fontSize": 14, "align": "left", "dx": 8, "lineBreak": "|"}
    coming = alt.Chart(alt.NamedData("coming")).encode(x=at)
    layers = (
        coming.mark_rect(opacity=0.18, color=COLOUR["main"]).encode(x2="to:T"),
        coming.mark_text(**word, fontWeight="bold").encode(y=alt.value(60), text="text:N"),
        marks.mark_rule(strokeDash=[4, 3], strokeWidth=2, color=COLOUR["third"]),
        marks.mark_text(**{**word, "align": "right", "dx": -8}).encode(
            y=alt.value(14), text="text:N"
        ),
        months.mark_line(strokeWidth=1.2, color=COLOUR["calm"]),
        months.mark_point(filled=True, opacity=1, size=60, shape="square", color=COLOUR["calm"]),
    )
    facts = {"first": when(seen["at"].iloc[0], made.every),
             "last": when(seen["at"].iloc[-1], made.every),
             "values": seen["value"], "unit": unit, "of": LAST}  # fmt: skip
    return Figure(
        WORDS.say("start.title", **facts),
        WORDS.say("start.description", **facts),
        template(alt.layer(*layers).properties(width=560, height=150)),
        {
            "points": seen,
            "marks": pd.DataFrame({"at": [change], "text": [WORDS.say("start.change")]}),
            "coming": pd.DataFrame(
                {
                    "at": [seen["at"].iloc[-1] + pd.Timedelta(days=15)],
                    "to": [points["at"].iloc[-1]],
                    "text": [WORDS.say("start.coming", **facts)],
                }
            ),
        },
        pd.DataFrame({made.every: [when(each, made.every) for each in seen["at"]],
                      unit: seen["value"].round(1).to_numpy()}),
        (WORDS.provenance("sample"),),
    )  # fmt: skip
