"""See the chart over time of a table that somebody brings, and that of the sample."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import altair as alt
import numpy as np
import pandas as pd

from toolkit.charts.control import control_chart, month_names
from toolkit.charts.figure import Figure, records, template
from toolkit.charts.theme import COLOUR, LABEL_STYLE
from toolkit.evidence.provenance import Provenance
from toolkit.lessons.l13_your_dialect.labs.noted import WORDS
from toolkit.screen.stage import Lane, Trace, heap_lane
from toolkit.spc import Chart, chart_data
from toolkit.text.reading import has_percent, typed
from toolkit.text.templates import fill
from toolkit.upload import Series
from toolkit.upload.errors import one_line
from toolkit.upload.periods import when

LAST = 12  # points that the prediction is about
FEW = 3  # special points that are named in the chart itself
LOOK = {"rules": "mdc", "better": "neutral", "target": "", "rebase": ""}
OF_SAMPLE = "seen_within_14_days of referrals"  # what its figures are, by the names of its columns
LOOK_OF_SAMPLE = {"better": "increase", "rebase": "2024-08-01"}
ILL = "2025-02-01"  # the month of the sample in which half of the team was ill
PLACES = {"Clinic": True, "home": False}  # where those are who were seen in time, and the others


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


def usual(made: Series, look: Mapping[str, str]) -> str:
    """Return between which figures the next ordinary point should lie; empty without limits."""
    last = judged(made, look_of(look)).points.iloc[-1]
    if last[["low", "high"]].isna().any():
        return ""
    return WORDS.say("data.usual", measure=measure(made), low=last["low"], high=last["high"])


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
    marks = _change(made, points["at"]) if sample else None
    special, ill = points[chart.special], when(pd.Timestamp(ILL), every)
    few = len(special) <= FEW
    called = special.assign(
        label=[
            WORDS.say(
                "chart.called",
                when=periods[row.Index],
                value=row.value,
                unit=made.unit,
                why=WORDS.say("chart.ill") if sample and periods[row.Index] == ill else "",
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
        x="" if plays else every,
        icons={
            WORDS.say(f"chart.icons.{name}", every=every): (icon.name, _called(icon.word, kinds))
            for name, icon in icons.items()
            if not plays
        },
        target=chart.target,
        called=called[["at", "value", "label", "side"]] if few else None,
        marks=marks if marks is not None and len(marks) else None,
        table=table.rename(columns=columns),
        given=made.chart != "p",
        still=plays,
        legend=not plays,
        start=start,
        kinds=kinds,
    )
    if not plays:
        return figure
    return replace(figure, trace=_months(made, figure, periods, chart))


def _changes(months: pd.Series) -> pd.Series:
    """Return in which of some months of the sample the booking changed."""
    return months.eq(pd.Timestamp(LOOK_OF_SAMPLE["rebase"]))


def _change(made: Series, at: pd.Series) -> pd.DataFrame:
    """Return the month in which the booking of the sample changed, named at its foot."""
    months = made.frame["start"]
    there = _changes(months).to_numpy()
    named = [WORDS.say("chart.change", month=when(each, made.every)) for each in months[there]]
    return pd.DataFrame({"at": at[there].to_numpy(), "text": named, "foot": True})


def _called(word: str, kinds: Mapping[str, str]) -> str:
    """Return the word of an icon with the kind of its point as the lesson calls it."""
    kind, comma, end = word.partition(",")
    return f"{kinds.get(kind, kind)}{comma}{end}"


def _people(made: Series, since: int, until: int) -> tuple[Lane, dict[str, list]]:
    """Return the people behind some points of the sample, and how many they are in each month.

    Parameters
    ----------
    made : Series
        The sample.
    since, until : int
        Numbers of the first and the last of these months, from 0 on.

    Returns
    -------
    Lane
        Who was seen in time, and who waited longer.
    dict of str to list
        For each month its name, how many people there were (none where there is no figure), how
        many of them were seen in time, and whether the booking changed.
    """
    rows = made.frame.iloc[since : until + 1]
    known = rows[["count", "n"]].fillna(0).astype(int)
    heaps = heap_lane(
        list(PLACES), np.array([known["count"], known["n"] - known["count"]]).T, "person"
    )
    share = rows["value"].round()
    board = [None if pd.isna(each) else f"{each:.0f}%" for each in share]
    lane = replace(heaps, places=PLACES, shown={0: ("board", board[1:])})
    return lane, {
        "month": [when(at, made.every) for at in rows["start"]],
        "n": known["n"].tolist(),
        "seen": known["count"].tolist(),
        "changes": _changes(rows["start"]).tolist(),
    }


def _told(trace: Trace, said: str, **more: list[str]) -> dict:
    """Return how people come month by month, with what is said of each month."""
    words = {**WORDS["people"], "said": WORDS["people"][said], "grows": ["points"], **more}
    return trace.told(words, lambda template, **facts: fill(template, facts), str)


def _months(made: Series, figure: Figure, periods: list[str], chart: Chart) -> dict:
    """Return the last months as they come, judged only once the last of them is there."""
    start = len(periods) - LAST
    lane, ended = _people(made, start - 1, len(periods) - 1)
    special = [month for month, odd in zip(periods, chart.special, strict=True) if odd]
    ended["of"] = [LAST] * (LAST + 1)
    ended["special"] = [[month for month in special if month in periods[start:]]] * (LAST + 1)
    told = _told(Trace(LAST, {"people": lane}, ended, start=start), "last", later=["called"])
    # The limits of the months that come are worked out from them.
    points, lines = figure.data["points"], figure.data["lines"]
    since = points.loc[points["segment"] == points["segment"].iloc[-1], "at"].iloc[0]
    plain = WORDS["chart"]["kinds"]["common cause"]
    meanwhile = {
        "points": records(points.assign(kind=plain)),
        "lines": records(lines[lines["at"] < since]),
        "ends": [],
    }
    return {**told, "meanwhile": meanwhile}


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
    months = made.frame["start"]
    points = made.frame.assign(at=np.arange(1, len(months) + 1))[["at", "value"]]
    seen, unit = points.iloc[:-LAST], measure(made)
    first, last = len(seen), len(points)
    change = int(np.flatnonzero(_changes(months))[0]) + 1
    named = month_names(months.iloc[0].year, months.iloc[0].month, last, numbered=False)
    axis = alt.Axis(grid=False, labelOverlap=True, **named)
    at = alt.X("at:Q", title=None, axis=axis, scale=alt.Scale(domain=[1, last], nice=False))
    y = alt.Y("value:Q", title=unit, scale=alt.Scale(domain=[50, 90]))
    path = alt.Chart(alt.NamedData("points")).encode(x=at, y=y)
    marks = alt.Chart(alt.NamedData("marks")).encode(x=at)
    word = {"style": LABEL_STYLE, "fontSize": 14, "align": "left", "dx": 8, "lineBreak": "|"}
    coming = alt.Chart(alt.NamedData("coming")).encode(x=at)
    layers = (
        coming.mark_rect(opacity=0.18, color=COLOUR["main"]).encode(x2="to:Q"),
        coming.mark_text(**word, fontWeight="bold").encode(y=alt.value(60), text="text:N"),
        marks.mark_rule(strokeDash=[4, 3], strokeWidth=2, color=COLOUR["third"]),
        marks.mark_text(**{**word, "align": "right", "dx": -8}).encode(
            y=alt.value(14), text="text:N"
        ),
        alt.Chart(alt.NamedData("gaps"))
        .mark_text(**{**word, "align": "center", "dx": 0})
        .encode(x=at, y=alt.value(140), text="text:N"),
        path.mark_line(strokeWidth=1.2, color=COLOUR["calm"]),
        path.mark_point(filled=True, opacity=1, size=60, shape="square", color=COLOUR["calm"]),
    )
    lane, ended = _people(made, 0, first - 1)
    names = ended["month"]
    since = [f"{each:.0f}%" for each in seen["value"].iloc[change - 1 :]]
    facts = {"values": seen["value"], "unit": unit, "of": LAST, "since": since}
    gaps = seen.loc[seen["value"].isna(), ["at"]]
    trace = Trace(first - 1, {"people": lane}, ended, start=1, turns=[change - 1])
    return Figure(
        WORDS.say("start.title", **facts),
        WORDS.say("start.description", **facts),
        template(alt.layer(*layers).properties(width=560, height=150)),
        {
            "points": seen,
            "marks": pd.DataFrame(
                {"at": [change], "text": [WORDS.say("start.change", month=names[change - 1])]}
            ),
            "gaps": gaps.assign(text=WORDS.say("start.gap")),
            "coming": pd.DataFrame(
                {"at": [first + 0.5], "to": [last], "text": [WORDS.say("start.coming", **facts)]}
            ),
        },
        pd.DataFrame({made.every: names, unit: seen["value"].round(1).to_numpy()}),
        (WORDS.provenance("sample"),),
        trace=_told(trace, "first", grows=["points", "marks", "gaps"]),
    )
