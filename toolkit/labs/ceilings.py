"""Lesson 10, ceilings, stalls and switches: half-lives, false calls, steps and slopes, fatigue."""

from __future__ import annotations

from functools import cache

import numpy as np
import pandas as pd

from toolkit import evidence
from toolkit.adoption import MONTHS, Journeys, Programme, draw_noise, rising, run
from toolkit.approaches import FIVE
from toolkit.charts import shapes
from toolkit.charts.figure import Figure
from toolkit.charts.words import number
from toolkit.diffusion import CRAFTS, HALF_LIVES, SEEN_IN_SOURCE, UNITS, bass, half_life, spread
from toolkit.evidence.cases import ILLUSTRATIVE
from toolkit.evidence.provenance import Provenance
from toolkit.labs import waits
from toolkit.labs.frame import Lab
from toolkit.labs.lesson import Lesson
from toolkit.labs.waits import ceiling_calls
from toolkit.learning.acts import Prediction
from toolkit.noticing import missed_rises, months_needed
from toolkit.pathway import Context, Practice, stack_contexts, stack_practices
from toolkit.widgets.form import Choice, Select, Slider

SEED = 10
MANY = 200
HELD = 50  # runs of journeys that a prediction is held against: they tell, and are quickly played
RUNS = Choice("runs", "How often to play", "1", options={"1": "one run", str(MANY): f"{MANY} runs"})

PLAYED = Provenance("computed", note="played here, with the same seed each time")


def _counted(count: int, unit: str) -> str:
    """Return a count with its unit, in the singular or the plural."""
    return f"{count} {unit}{'' if count == 1 else 's'}"


def _spot(guess: Prediction, at: float) -> pd.DataFrame:
    """Return where a prediction of a value stands in a chart."""
    marks = pd.DataFrame(columns=["at", "value", "text"])
    if guess.answer is not None:
        marks.loc[0] = [at, guess.answer, "your prediction"]
    return marks


def _band(runs: np.ndarray, at: np.ndarray, series: str) -> pd.DataFrame:
    """Return runs as one line: their mean, and where nine in ten lie."""
    low, high = np.percentile(runs, [5, 95], axis=0)
    return pd.DataFrame(
        {"at": at, "series": series, "value": runs.mean(0), "low": low, "high": high}
    )


def _line(values: np.ndarray, at: np.ndarray, series: str) -> pd.DataFrame:
    """Return one line without a band."""
    return pd.DataFrame({"at": at, "series": series, "value": values})


REVIEW = 6  # months: the review that the prediction speaks of
MEASURED = 5  # illustrative: points by which a month's figure swings around the gap
CORNERS = Provenance("published", ("schneiderman",), note="half-lives of 1 and 22 months")
BETWEEN = Provenance("illustrative", note="the half-lives between them, and the swing of a month")


def halving(this: Lesson) -> Lab:
    """Close a gap by half, and by half again, and see what a review finds."""
    guess = this.predict("review")
    at = np.arange(37)
    simple, hard = (HALF_LIVES[cell] for cell in SEEN_IN_SOURCE)

    def left_at(month: int) -> dict[tuple[str, str], float]:
        return {cell: half_life(100, 0, [month], h)[0] for cell, h in HALF_LIVES.items()}

    yours, easiest, hardest = (
        "your project", f"simplest: {_counted(simple, 'month')}",
        f"hardest: {_counted(hard, 'month')}",
    )  # fmt: skip

    def draw(value: dict) -> Figure:
        half, month = HALF_LIVES[value["unit"], value["craft"]], value["month"]
        gap = half_life(100, 0, at, half)
        n = int(value["runs"])
        swing = MEASURED * np.random.default_rng(SEED).standard_normal((n, len(at)))
        runs = np.maximum(gap + swing, 0)
        frame = pd.concat(
            [
                _line(half_life(100, 0, at, simple), at, easiest),
                _line(half_life(100, 0, at, hard), at, hardest),
                _band(runs, at, yours),
            ]
        )
        left = left_at(month)
        table = pd.DataFrame(
            [
                {
                    "work across": unit,
                    **{
                        f"{craft} technique": f"{left[unit, craft]:.0f} % left "
                        f"({_counted(HALF_LIVES[unit, craft], 'month')}"
                        f"{', published' if (unit, craft) in SEEN_IN_SOURCE else ''})"
                        for craft in CRAFTS
                    },
                }
                for unit in UNITS
            ]
        )
        here = left[value["unit"], value["craft"]]
        title = (
            f"After {_counted(month, 'month')} {here:.0f} % of the gap is left: "
            f"half-life {_counted(half, 'month')}"
        )
        words = (
            f"{value['unit'].capitalize()}, {value['craft']} technique. {title}. At the same "
            f"review the simplest project has {left[SEEN_IN_SOURCE[0]]:.0f} % left and the "
            f"hardest {left[SEEN_IN_SOURCE[1]]:.0f} %. As measured in month {month}, "
            + (
                f"this one run shows {runs[0, month]:.0f} %."
                if n == 1
                else "nine runs in ten lie between "
                f"{np.percentile(runs[:, month], 5):.0f} and "
                f"{np.percentile(runs[:, month], 95):.0f} %."
            )
        )
        return shapes.paths(
            frame,
            {easiest: "third", hardest: "warn", yours: "main"},
            x="months since the start",
            y="gap still left, % of the start",
            title=title,
            description=words + guess.recalled,
            provenance=(CORNERS, BETWEEN, PLAYED),
            marks=_spot(guess, REVIEW),
            table=table,
        )

    controls = (
        Select("unit", "Who has to work together", UNITS[0], options={u: u for u in UNITS}),
        Select("craft", "How hard the technique is", CRAFTS[1], options={c: c for c in CRAFTS}),
        Slider("month", "Review after", REVIEW, min=1, max=36, unit="months"),
        RUNS,
    )
    truth = {"review": lambda: round(float(left_at(REVIEW)[UNITS[-1], CRAFTS[-1]]), 1)}
    return Lab("halving", controls, draw, after=(guess,), truth=truth)


REALLY = {"rising": "really rising", "flat": "really flat"}


def calls(this: Lesson) -> Lab:
    """Call a ceiling where no rise shows beyond the noise, and count how often that is wrong."""
    guess = this.predict("false")
    start = {"rise": 1, "noise": 5, "months": 12}

    def play(value: dict, n: int) -> tuple[np.ndarray, np.ndarray, list[int]]:
        """Return the true climb, what is recorded of it, and calls: while rising, while flat."""
        months, noise = value["months"], value["noise"] / 100
        climb = np.exp(value["rise"] / 100 * np.arange(months))
        chance = noise * np.random.default_rng(SEED).standard_normal((2, n, months))
        up, flat = 100 * climb * np.exp(chance[0]), 100 * np.exp(chance[1])
        return climb, up, [int((~rising(rows)).sum()) for rows in (up, flat)]

    def draw(value: dict) -> Figure:
        months, n = value["months"], int(value["runs"])
        rise, noise = value["rise"] / 100, value["noise"] / 100
        at = np.arange(1, months + 1)
        climb, up, counts = play(value, n)
        called = dict(zip(REALLY.values(), counts, strict=True))
        left = shapes.paths(
            pd.concat([_line(100 * climb, at, "really"), _band(up, at, "recorded")]),
            {"really": "calm", "recorded": "main"},
            x="month",
            y="recorded, start = 100",
            title="",
            description="",
            provenance=(PLAYED,),
            low=None,
            size=(400, 260),
        )
        rows = {name: 100 * count / n for name, count in called.items()}
        if guess.answer is not None:
            rows["your prediction"] = 100 * guess.answer / MANY
        right = shapes.bars(
            pd.DataFrame({"category": rows.keys(), "series": "called", "value": rows.values()}),
            {"called": "warn"},
            x="a ceiling is called, %",
            title="",
            description="",
            provenance=(Provenance("illustrative", note="rise and noise, as you set them"),),
            most=110,
            width=170,
            row=40,
        )
        wrong, rightly = called.values()
        title = (
            f"A ceiling is called in {wrong} of {n} services that go on rising"
            if n > 1
            else f"A ceiling is {'' if wrong else 'not '}called, and the service goes on rising"
        )
        needed = months_needed(rise, noise)
        words = (
            f"Really rising by {number(value['rise'])} % a month, noise {value['noise']} %, "
            f"{months} months looked at. {title}. Of as many that are really flat, it is called "
            f"in {rightly}. By the formula, {100 * missed_rises(rise, noise, months):.0f} % of "
            f"real rises do not show in {months} months; to miss no more than one in ten takes "
            f"{needed} months."
        ) + guess.recalled
        table = pd.DataFrame(
            {
                "services": list(called),
                "played": n,
                "a ceiling is called": list(called.values()),
                "%": [round(100 * count / n, 1) for count in called.values()],
            }
        )
        return shapes.beside(left, right, title, words, table)

    controls = (
        Slider("rise", "It really gets better by", start["rise"], min=0.25, max=3, step=0.25,
               unit="% a month"),
        Slider("noise", "Ordinary ups and downs", start["noise"], min=1, max=15, unit="%"),
        Slider("months", "Months looked at", start["months"], min=6, max=36, unit="months"),
        RUNS,
    )  # fmt: skip
    return Lab(
        "calls", controls, draw, after=(guess,), truth={"false": lambda: play(start, MANY)[2][0]}
    )


CASES = {
    row.id: f"{row.id}: {row.title}" for row in evidence.cases().frame.itertuples()
}  # fmt: skip
REDESIGN, LEARN, NOTHING = "redesigned twice", "learning", "nothing"


@cache
def _journeys(case: str, mode: str, approach: str, n: int) -> Journeys:
    """Return n journeys of a case in one way, all with the same chance."""
    told = evidence.case(case)
    return run(
        stack_contexts([Context(**told.context)] * n),
        stack_practices([Practice(**told.practice)] * n),
        [Programme(mode, approach or None)],
        draw_noise(SEED, n),
    )


def _leaders(ways: dict[str, Journeys]) -> dict[int, str]:
    """Return who is really ahead, on average, at half a year and in the last month."""
    return {
        m: max((REDESIGN, LEARN), key=lambda name: ways[name].value[:, m - 1].mean())
        for m in (6, MONTHS)
    }


def lifecycle(this: Lesson) -> Lab:
    """Redesign a pathway twice, or learn month by month with one approach."""
    guess = this.predict("slope")
    at = np.arange(1, MONTHS + 1)
    start = {"case": "C", "approach": "service_improvement"}

    def go(value: dict, n: int) -> dict[str, Journeys]:
        return {
            REDESIGN: _journeys(value["case"], "reengineer", "", n),
            LEARN: _journeys(value["case"], "contextualise", value["approach"], n),
        }

    def higher() -> str:
        said = {
            (REDESIGN, REDESIGN): "redesign", (REDESIGN, LEARN): "cross",
            (LEARN, REDESIGN): "back", (LEARN, LEARN): "learn",
        }  # fmt: skip
        return said[tuple(_leaders(go(start, HELD)).values())]

    def draw(value: dict) -> Figure:
        case, n = value["case"], int(value["runs"])
        ways = {NOTHING: _journeys(case, "nothing", "", n), **go(value, n)}
        base = ways[NOTHING].value[:, :1] / 100
        shown = {name: way.observed / base for name, way in ways.items()}
        frame = pd.concat(
            _band(runs, at, name) if name != NOTHING else _line(runs.mean(0), at, name)
            for name, runs in shown.items()
        )
        really = {name: (way.value / base).mean(0) for name, way in ways.items()}
        ahead = _leaders(ways)
        month = [called[0] + 1 for called in ceiling_calls(ways[LEARN].observed) if called]
        reached = len(month)
        skill = {name: 100 * ways[name].mastery[:, -1].mean() for name in (REDESIGN, LEARN)}
        ends = "; ".join(
            f"month {m}: "
            + ", ".join(f"{name} {really[name][m - 1]:.0f}" for name in (REDESIGN, LEARN))
            for m in (6, 12, 24, MONTHS)
        )
        title = (
            f"Ahead in month 6: {ahead[6]}; in month {MONTHS}: {ahead[MONTHS]}"
            if ahead[6] != ahead[MONTHS]
            else f"Ahead in month 6 and in month {MONTHS}: {ahead[6]}"
        )
        words = (
            f"Case {CASES[case]}. Approach: {FIVE[value['approach']].name}. Without noise, "
            f"start = 100; {ends}. Skill in improving at the end: {skill[REDESIGN]:.0f} % after "
            f"the redesigns, {skill[LEARN]:.0f} % after learning. "
            + (
                f"While learning, a ceiling is called in {reached} of {n} runs"
                if n > 1
                else f"While learning, a ceiling is {'' if reached else 'not '}called"
            )
            + (f", in month {np.median(month):.0f}" if reached else "")
            + (" (median)." if n > 1 and reached else ".")
        ) + guess.recalled
        wide = frame.pivot_table(index="at", columns="series", values="value", sort=False)
        table = wide.loc[[1, 6, 12, 18, 24, 30, 36, 42, MONTHS]].round(1)
        return shapes.paths(
            frame,
            {NOTHING: "calm", REDESIGN: "warn", LEARN: "main"},
            x="months since the programme began",
            y="value as recorded, start = 100",
            title=title,
            description=words,
            provenance=(ILLUSTRATIVE, PLAYED),
            table=table.rename_axis("month").reset_index(),
            low=None,
        )

    controls = (
        Select("case", "Which place", start["case"], options=CASES),
        Select(
            "approach", "Which approach it learns with", start["approach"],
            options={key: logic.name for key, logic in FIVE.items()},
        ),
        RUNS,
    )  # fmt: skip
    return Lab("lifecycle", controls, draw, after=(guess,), truth={"slope": higher})


METHODS = 4
STAFF = 200
P, Q = 0.03, 0.38  # averages of many studies of new products, as reported second-hand
SPREAD = Provenance(
    "illustrative", note="speed of spread from studies of new products; how trust is lost is ours"
)
KEPT, DROPPED = "one method, kept", "dropped for the next"


def methods(this: Lesson) -> Lab:
    """Drop one method for the next, and see how far each of them gets."""
    guess = this.predict("third")
    start = {"years": 4, "fatigue": 30}

    def play(value: dict, n: int) -> tuple[np.ndarray, np.ndarray, list[np.ndarray]]:
        """Return the willingness each method meets, and the users of one kept, and of each."""
        months, rng = 12 * value["years"], np.random.default_rng(SEED)
        will = (1 - value["fatigue"] / 100) ** np.arange(METHODS)
        kept = 100 * spread(P, Q, STAFF, months * METHODS, n, rng) / STAFF
        each = [100 * spread(P * w, Q * w, STAFF, months, n, rng) / STAFF for w in will]
        return will, kept, each

    def draw(value: dict) -> Figure:
        years, n = value["years"], int(value["runs"])
        at = np.arange(METHODS * 12 * years + 1) / 12
        will, kept, each = play(value, n)
        users = np.concatenate([m[:, :-1] for m in each] + [each[-1][:, -1:]], axis=1)
        frame = pd.concat([_band(kept, at, KEPT), _band(users, at, DROPPED)])
        table = pd.DataFrame(
            {
                "method": np.arange(1, METHODS + 1, dtype=np.int64),
                "willing, % of the first time": (100 * will).round(),
                "used by, % of staff": [round(m[:, -1].mean(), 1) for m in each],
                "by the formula, %": [
                    round(100 * float(bass(P * w, Q * w, np.array([years]))[0]), 1) for w in will
                ],
            }
        )
        reached = table["used by, % of staff"]
        title = (
            f"Dropped after {_counted(years, 'year')} each, the third method "
            f"reaches {reached[2]:.0f} % of staff, the first {reached[0]:.0f} %"
        )
        words = (
            f"{'One run' if n == 1 else f'Mean of {n} runs'}, {STAFF} staff. Each time a method "
            f"is dropped, {value['fatigue']} % of the willingness is lost. {title}. One method "
            f"that is kept reaches {kept[:, -1].mean():.0f} % in the same {METHODS * years} years."
        ) + guess.recalled
        return shapes.paths(
            frame,
            {KEPT: "calm", DROPPED: "main"},
            x="years since the first method began",
            y="staff who use the method, %",
            title=title,
            description=words,
            provenance=(SPREAD, PLAYED),
            marks=_spot(guess, 3 * years),
            table=table,
        )

    controls = (
        Slider("years", "Years until a method is dropped", start["years"], min=1, max=6,
               unit="years"),
        Slider(
            "fatigue", "Willingness lost with each one dropped", start["fatigue"], min=0, max=80,
            step=5, unit="%",
        ),
        RUNS,
    )  # fmt: skip
    truth = {"third": lambda: round(float(play(start, MANY)[2][2][:, -1].mean()), 1)}
    return Lab("methods", controls, draw, after=(guess,), truth=truth)


def survival(_this: Lesson) -> Figure:
    """Show how long a programme would be used if it stopped at a steady rate."""
    return waits.survival()


def waiting(_this: Lesson, wales: bool = False) -> Figure:
    """Show the share of people who waited no longer than the target, month by month.

    Parameters
    ----------
    _this : Lesson
        Not needed here.
    wales : bool
        False: England, 18 weeks; True: Wales, 26 weeks.
    """
    return waits.waiting(wales)


def march(_this: Lesson) -> Figure:
    """Show how the number waiting over 36 weeks in Wales moves with the month of the year."""
    return waits.by_month_of_year()
