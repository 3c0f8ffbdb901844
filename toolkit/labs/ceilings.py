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
from toolkit.diffusion import (
    CRAFTS,
    HALF_LIVES,
    IMITATION,
    INNOVATION,
    SEEN_IN_SOURCE,
    UNITS,
    bass,
    half_life,
    spread,
)
from toolkit.evidence.cases import ILLUSTRATIVE
from toolkit.evidence.provenance import Provenance
from toolkit.labs import waits
from toolkit.labs.common import MANY, PLAYED, RUNS, WORKED_OUT, band, line, spot
from toolkit.labs.frame import Lab
from toolkit.labs.lesson import Lesson
from toolkit.lifecycle import ceiling_calls
from toolkit.noticing import missed_rises, months_needed, record
from toolkit.pathway import Context, Practice, stack_contexts, stack_practices
from toolkit.widgets.form import Select, Slider

SEED = 10
HELD = 50  # runs of journeys that a prediction is held against: they tell, and are quickly played

REVIEW = 6  # months: the review that the prediction speaks of
LONGEST = 40  # months shown
CORNERS = Provenance("published", ("schneiderman",), note="half-lives of 1 and 22 months")
BETWEEN = Provenance("illustrative", note="the half-lives between them")


def halving(this: Lesson) -> Lab:
    """Close a gap by half, and by half again, and see what a review finds."""
    guess = this.predict("review")
    at = np.arange(LONGEST + 1)
    simplest, hardest = SEEN_IN_SOURCE

    def left(cell: tuple[str, str], months: np.ndarray | int) -> np.ndarray:
        return half_life(100, 0, months, HALF_LIVES[cell])

    def lasts(cell: tuple[str, str]) -> str:
        return number(HALF_LIVES[cell], "months")

    def draw(value: dict) -> Figure:
        yours, month = (value["unit"], value["craft"]), value["month"]
        names = {
            f"simplest: {lasts(simplest)}": (simplest, "third"),
            f"hardest: {lasts(hardest)}": (hardest, "warn"),
            "your project": (yours, "main"),
        }
        table = pd.DataFrame(
            {
                "work across": unit,
                **{
                    f"{craft} technique": f"{left((unit, craft), month):.0f} % left "
                    f"({lasts((unit, craft))}"
                    f"{', published' if (unit, craft) in SEEN_IN_SOURCE else ''})"
                    for craft in CRAFTS
                },
            }
            for unit in UNITS
        )
        words = (
            f"{value['unit'].capitalize()}, {value['craft']} technique: half of the gap closes "
            f"in {lasts(yours)}, and half of the rest in the same time again. At the same review "
            f"the simplest project has {left(simplest, month):.0f} % left and the hardest "
            f"{left(hardest, month):.0f} %. All are run equally well.{guess.recalled}"
        )
        return shapes.paths(
            pd.concat(line(left(cell, at), at, name) for name, (cell, _) in names.items()),
            {name: role for name, (_, role) in names.items()},
            x="months since the start",
            y="gap still left, % of the start",
            title=f"After {number(month, 'months')} {left(yours, month):.0f} % of the gap is "
            f"left: half-life {lasts(yours)}",
            description=words,
            provenance=(CORNERS, BETWEEN, WORKED_OUT),
            marks=spot(guess, REVIEW),
            table=table,
        )

    controls = (
        Select("unit", "Who has to work together", hardest[0], options={u: u for u in UNITS}),
        Select("craft", "How hard the technique is", hardest[1], options={c: c for c in CRAFTS}),
        Slider("month", "Review after", REVIEW, min=1, max=LONGEST, unit="months"),
    )
    truth = {"review": lambda: round(float(left(hardest, REVIEW)), 1)}
    return Lab("halving", controls, draw, after=(guess,), truth=truth)


RISE_AND_NOISE = Provenance("illustrative", note="rise and noise, as you set them")


def _recorded(really: np.ndarray, records: np.ndarray, title: str, words: str) -> Figure:
    """Draw records, one a row, and the level that they are records of."""
    at = np.arange(1, len(really) + 1)
    return shapes.paths(
        pd.concat([line(really, at, "really"), band(records, at, "recorded")]),
        {"really": "calm", "recorded": "main"},
        x="month",
        y="recorded, start = 100",
        title=title,
        description=words,
        provenance=(PLAYED, RISE_AND_NOISE),
        low=None,
        size=(400, 260),
    )


def _counted(counts: pd.Series, n: int) -> Figure:
    """Draw in how many of n services a ceiling is called; its words stand with the whole chart."""
    return shapes.bars(
        pd.DataFrame({"category": counts.index, "series": "called", "value": counts.to_numpy()}),
        {"called": "warn"},
        x=f"a ceiling is called, of {n}",
        title="",
        description="",
        provenance=(RISE_AND_NOISE,),
        most=1.1 * n,
        width=170,
        row=40,
    )


def calls(this: Lesson) -> Lab:
    """Call a ceiling where no rise shows beyond the noise, and count how often that is wrong."""
    guess = this.predict("false")
    start = {"rise": 1, "noise": 5, "months": 12}

    def play(value: dict, n: int) -> tuple[np.ndarray, int, int]:
        """Return what is recorded of n rises, and calls: while rising, and in n that are flat."""
        months, rng = value["months"], np.random.default_rng(SEED)
        up, flat = (
            record(rise / 100, value["noise"] / 100, months, n, rng) for rise in (value["rise"], 0)
        )
        return up, int((~rising(up)).sum()), int((~rising(flat)).sum())

    def draw(value: dict) -> Figure:
        months, n = value["months"], int(value["runs"])
        rise, noise = value["rise"] / 100, value["noise"] / 100
        up, wrong, rightly = play(value, n)
        really = 100 * np.exp(rise * np.arange(months))
        setting = (
            f"really rising by {number(value['rise'])} % a month, with ups and downs of "
            f"{value['noise']} %, over {months} months"
        )
        theory = (
            f"By the formula, {100 * missed_rises(rise, noise, months):.0f} of 100 such rises do "
            f"not show in {months} months; to miss no more than 10 of 100 takes "
            f"{months_needed(rise, noise)} months.{guess.recalled}"
        )
        one = _recorded(
            really,
            up,
            f"A ceiling is {'' if wrong else 'not '}called, and the service goes on rising",
            f"One service, {setting}. In the last one {up[0, -1]:.0f} is recorded, where "
            f"{really[-1]:.0f} is the level itself. {theory}",
        )
        if n == 1:
            return one
        title = f"A ceiling is called in {wrong} of {n} services that go on rising"
        words = (
            f"{n} services, {setting}. Of {n} that are really flat, a ceiling is called in "
            f"{rightly}. {theory}"
        )
        counts = pd.Series({"really rising": wrong, "really flat": rightly})
        table = pd.DataFrame(
            {"services": counts.index, "played": n, "a ceiling is called": counts.to_numpy(),
             "%": 100 * counts.to_numpy() / n}
        )  # fmt: skip
        if guess.answer is not None:
            counts["your prediction"] = guess.answer
        return shapes.beside(one, _counted(counts, n), title, words, table)

    controls = (
        Slider("rise", "It really gets better by", start["rise"], min=0.25, max=3, step=0.25,
               unit="% a month"),
        Slider("noise", "Ordinary ups and downs", start["noise"], min=1, max=15, unit="%"),
        Slider("months", "Months looked at", start["months"], min=6, max=36, unit="months"),
        RUNS,
    )  # fmt: skip
    truth = {"false": lambda: play(start, MANY)[1]}
    return Lab("calls", controls, draw, after=(guess,), truth=truth)


CASES = {
    row.id: f"{row.id}: {row.title.partition(':')[0]}"
    for row in evidence.cases().frame.itertuples()
}
REDESIGN, LEARN, NOTHING = "redesigned twice", "learning", "no programme"


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


def _really(ways: dict[str, Journeys], base: np.ndarray) -> str:
    """Say how high each way stands on average, without noise, and what skill it leaves."""
    level = {name: (ways[name].value / base).mean(0) for name in (REDESIGN, LEARN)}
    stands = "; ".join(
        f"month {m}, " + ", ".join(f"{name} {mean[m - 1]:.0f}" for name, mean in level.items())
        for m in (6, 24, MONTHS)
    )
    redesigned, learned = (f"{100 * ways[name].mastery[:, -1].mean():.0f} %" for name in level)
    return (
        f"{stands}. Skill in improving at the end: {redesigned} after the redesigns, {learned} "
        "after learning"
    )


def _called(records: np.ndarray) -> str:
    """Say whether, and when, a ceiling is called in the records of those who learn."""
    n, months = len(records), [found[0] + 1 for found in ceiling_calls(records) if found]
    if n == 1:
        when = f"called in month {months[0]}" if months else "not called"
        return f"While learning, a ceiling is {when}."
    when = f", half of them by month {np.median(months):.0f}" if months else ""
    return f"While learning, a ceiling is called in {len(months)} of {n} runs{when}."


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
            band(runs, at, name) if name != NOTHING else line(runs.mean(0), at, name)
            for name, runs in shown.items()
        )
        ahead = _leaders(ways)
        title = (
            f"Ahead in month 6: {ahead[6]}; in month {MONTHS}: {ahead[MONTHS]}"
            if ahead[6] != ahead[MONTHS]
            else f"Ahead in month 6 and in month {MONTHS}: {ahead[6]}"
        )
        words = (
            f"Case {CASES[case]}. Approach: {FIVE[value['approach']].name}. Without noise, "
            f"start = 100: {_really(ways, base)}. {_called(ways[LEARN].observed)}{guess.recalled}"
        )
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
SPREAD = Provenance(
    "illustrative", note="speed of spread from studies of new products; how trust is lost is ours"
)
KEPT, DROPPED = "one method, kept", "dropped for the next"


def methods(this: Lesson) -> Lab:
    """Drop one method for the next, and see how far each of them gets."""
    guess = this.predict("third")
    start = {"years": 4, "fatigue": 30}

    def trust(value: dict) -> np.ndarray:
        """Return the share of the willingness of the first time that each method meets."""
        return (1 - value["fatigue"] / 100) ** np.arange(METHODS)

    def play(value: dict, n: int) -> tuple[np.ndarray, np.ndarray]:
        """Return the users, in % of staff: of one method kept, and of each that is dropped."""
        months, rng = 12 * value["years"], np.random.default_rng(SEED)
        kept = spread(INNOVATION, IMITATION, STAFF, months * METHODS, n, rng)
        each = [
            spread(INNOVATION * will, IMITATION * will, STAFF, months, n, rng)
            for will in trust(value)
        ]
        return 100 * kept / STAFF, 100 * np.stack(each, axis=1) / STAFF

    def draw(value: dict) -> Figure:
        years, n, will = value["years"], int(value["runs"]), trust(value)
        at = np.arange(METHODS * 12 * years + 1) / 12
        kept, each = play(value, n)
        users = np.concatenate([each[..., :-1].reshape(n, -1), each[:, -1, -1:]], axis=1)
        table = pd.DataFrame(
            {
                "method": np.arange(1, METHODS + 1, dtype=np.int64),
                "willingness, % of the first time": (100 * will).round(),
                "used by, % of staff": each[..., -1].mean(0).round(1),
                "by the formula, %": (100 * bass(INNOVATION * will, IMITATION * will, years)).round(
                    1
                ),
            }
        )
        reached = table["used by, % of staff"]
        words = (
            f"{'One run' if n == 1 else f'Mean of {n} runs'}, {STAFF} staff. Each time a method "
            f"is dropped, {value['fatigue']} % of the willingness is lost. One method that is "
            f"kept reaches {kept[:, -1].mean():.0f} % in the same {METHODS * years} years."
            f"{guess.recalled}"
        )
        return shapes.paths(
            pd.concat([band(kept, at, KEPT), band(users, at, DROPPED)]),
            {KEPT: "calm", DROPPED: "main"},
            x="years since the first method began",
            y="staff who use the method, %",
            title=f"Dropped after {number(years, 'years')} each, the third method reaches "
            f"{reached[2]:.0f} % of staff, the first {reached[0]:.0f} %",
            description=words,
            provenance=(SPREAD, PLAYED),
            marks=spot(guess, 3 * years),
            table=table,
        )

    controls = (
        Slider("years", "Years until a method is dropped", start["years"], min=1, max=6,
               unit="years"),
        Slider("fatigue", "Willingness lost each time", start["fatigue"], min=0, max=80, step=5,
               unit="%"),
        RUNS,
    )  # fmt: skip
    truth = {"third": lambda: round(float(play(start, MANY)[1][:, 2, -1].mean()), 1)}
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
