"""Lesson 01, Toyota's grammar: time for learning, pressure for output, problems that show."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd

from toolkit import evidence
from toolkit.charts import shapes
from toolkit.charts.figure import Figure
from toolkit.course.common import MANY, PLAYED, RUNS, band, line, moment, recalled
from toolkit.course.lesson import Lesson, Page
from toolkit.evidence.provenance import Provenance
from toolkit.learning.fields import Slider, Ticks
from toolkit.models.change.diffusion import CapabilityTrap
from toolkit.models.change.noticing import Step
from toolkit.screen.lab import Lab
from toolkit.screen.tables import page
from toolkit.text.numbers import number

SEED = 1
USUAL = 100  # patients a week that the team treats to begin with
BEFORE, AFTER = 12, 104  # weeks shown before and after a change
WEEKS_A_MONTH = 52 / 12
DRAWN = (0, 13, 26, 52, 104)  # weeks at which a learner draws

TEAM = Provenance("illustrative", note="this team, and how fast its skill grows and fades")


def _turn(trap: CapabilityTrap, before: float, after: float) -> str:
    """Return in words what a change of the share brings at first, and when that turns round."""
    if after == before:
        return f"Nothing changes; {USUAL} a week, before and after"
    start, end = USUAL * trap.level(before, after, [0, np.inf])
    first = f"At once {number(round(start))} instead of {USUAL} a week"
    more, ends = after > before, f"in the end {number(round(end))}"
    if math.isclose(end, USUAL) or (end > USUAL) != more:
        return f"{first}; never again {'as many as before' if more else 'as few'}; {ends}"
    weeks = number(round(trap.crossing(before, after), 1), "weeks")
    return f"{first}; {'back at the old level' if more else 'below it'} after {weeks}; {ends}"


def _luck(runs: np.ndarray, more: bool) -> str:
    """Say what runs, one a row, add to what comes without luck."""
    if len(runs) == 1:
        after, sought = runs[0, BEFORE:], f"{USUAL} or more" if more else f"fewer than {USUAL}"
        (there,) = np.nonzero(after >= USUAL if more else after < USUAL)
        first = (
            f"the first with {sought} is week {there[0]}" if len(there) else f"none has {sought}"
        )
        return (
            f"In this one run single weeks lie between {runs.min()} and {runs.max()}; after the "
            f"change {first}."
        )
    low, high = np.percentile(runs[:, -1], [5, 95])
    return (
        f"Over {MANY} runs the last week's mean is {number(runs[:, -1].mean())}; nine runs in ten "
        f"lie between {number(low)} and {number(high)}."
    )


def learning(this: Lesson) -> Lab:
    """Give a team more time for learning, or less, and watch what it gets done."""
    guess, drawn = this.predict("regain"), this.predict("turned")
    at = np.arange(-BEFORE, AFTER + 1)
    start = {"before": 10, "after": 30, "life": 12}

    def given(value: dict) -> tuple[CapabilityTrap, float, float]:
        trap = CapabilityTrap(life=value["life"] * WEEKS_A_MONTH)
        return trap, value["before"] / 100, value["after"] / 100

    def regained() -> float:
        trap, before, after = given(start)
        return round(trap.crossing(before, after), 1)

    def turned() -> list[float]:
        trap, before, after = given(start)
        return (USUAL * trap.level(after, before, DRAWN)).round(1).tolist()

    def draw(value: dict) -> Figure:
        trap, before, after = given(value)
        mean = USUAL * trap.level(before, after, at)
        runs = np.random.default_rng(SEED).poisson(mean, (int(value["runs"]), len(at)))
        name = "treated" if len(runs) == 1 else "mean of the runs"
        played = band(runs, at, name)
        parts = [line(np.full(len(at), float(USUAL)), at, "as before"), played]
        if drawn.answer is not None and after < before:
            parts.append(line(np.array(drawn.answer, float), np.array(DRAWN), "your drawing"))
        words = (
            f"Time for learning goes from {value['before']} % to {value['after']} %; what people "
            f"have learned lasts {value['life']} months on average. The figures in the title are "
            f"those without luck. {_luck(runs, after > before)}{recalled(guess)}"
        )
        if drawn.words:
            words += f" For the other way round you drew {drawn.words}."
        shown = played[played["at"].isin([-4, 0, 4, 8, 13, 26, 39, 52, 78, 104])]
        table = shown[["at", "value", "low", "high"]].round(1)
        table.columns = ["week", "patients treated", "5 % of runs below", "95 % of runs below"]
        return shapes.paths(
            pd.concat(parts),
            {"as before": "calm", name: "main", "your drawing": "warn"},
            x="weeks from the change",
            y="patients treated in the week",
            title=_turn(trap, before, after),
            description=words,
            provenance=(TEAM, PLAYED),
            marks=moment(guess, USUAL),
            table=table if len(runs) > 1 else table.iloc[:, :2],
        )

    controls = (
        Slider("before", "Time for learning before", start["before"], min=5, max=50, step=5,
               unit="%"),
        Slider("after", "Time for learning from now on", start["after"], min=0, max=80, step=5,
               unit="%"),
        Slider("life", "What is learned lasts", start["life"], min=3, max=36, step=3,
               unit="months"),
        RUNS,
    )  # fmt: skip
    truth = {"regain": regained, "turned": turned}
    return Lab("learning", controls, draw, after=(guess, drawn), truth=truth)


SHARE, LIFE = 0.3, 52  # time for learning without pressure; weeks that what is learned lasts
YEARS = 208  # weeks
PRESSED = 95  # patients a week: the target that the prediction speaks of
LUCK = 0.05  # illustrative: how far a week swings around its level
UP, DOWN = "climbing back", "sliding down"


def pressure(this: Lesson) -> Lab:
    """Take all time for learning away for some weeks, then let the target decide."""
    guess = this.predict("pause")
    trap = CapabilityTrap(gain=1 / LIFE, life=LIFE)
    usual = trap.steady_output(SHARE)
    at = np.arange(1, YEARS + 1)

    def stands(target: int) -> int:
        return math.floor(trap.stands(SHARE, usual * target / USUAL))

    def draw(value: dict) -> Figure:
        pause, n, pressed = value["pause"], int(value["runs"]), value["target"]
        target = usual * pressed / USUAL
        luck = np.exp(LUCK * np.random.default_rng(SEED).standard_normal((n, YEARS)) - LUCK**2 / 2)
        output = trap.under_pressure(SHARE, target, pause, luck)
        back = output[:, -13:].mean(1) > trap.steady_output(trap.tipping_point(SHARE, target))
        runs = USUAL * output / usual
        parts = {
            name: band(runs[chosen], at, name)
            for name, chosen in ((UP, back), (DOWN, ~back))
            if chosen.any()
        }
        frame = pd.concat([line(np.full(YEARS, float(pressed)), at, "target"), *parts.values()])
        found = (
            f"{back.sum()} of {n} teams are {UP}, {n - back.sum()} {DOWN}"
            if n > 1
            else f"the team is {next(iter(parts))}"
        )
        ends = ", ".join(f"{name}: {part['value'].iloc[-1]:.0f}" for name, part in parts.items())
        words = (
            f"Usually {100 * SHARE:.0f} % of the time is for learning and {USUAL} patients a week "
            f"are treated; the target is {pressed}. For {pause} weeks there is no time for "
            "learning. After that, the further the team falls short of its target, the more of "
            f"that time is taken. In the last week, of {YEARS}, {ends} a week. By the formula, "
            f"without luck, the team can stand {stands(pressed)} weeks, and no more."
            f"{recalled(guess)}"
        )
        wide = frame.pivot_table(index="at", columns="series", values="value", sort=False)
        table = wide.loc[[4, 13, 26, 52, 78, 104, 156, YEARS]].round(1)
        return shapes.paths(
            frame,
            {"target": "calm", UP: "main", DOWN: "warn"},
            x="weeks since the pause began",
            y="patients treated in the week",
            title=f"{pause} weeks without time for learning: {found}",
            description=words,
            provenance=(TEAM, PLAYED),
            marks=moment(guess, USUAL),
            most=150,
            table=table.rename_axis("week").reset_index(),
        )

    controls = (
        Slider("pause", "Weeks without time for learning", 8, min=0, max=52, unit="weeks"),
        Slider("target", "Target that is pressed for", PRESSED, min=80, max=100, step=5,
               unit="patients a week"),
        RUNS,
    )  # fmt: skip
    return Lab("pressure", controls, draw, after=(guess,), truth={"pause": lambda: stands(PRESSED)})


RULES = {
    "specified": "1 the step is specified",
    "direct": "2 the connection is direct, and answers yes or no",
    "simple": "3 the path is simple",
}
PROBLEMS = 12  # in one run
HOURS = 240
NO_RULE, YOURS = "no rule kept", "your rules"


def rules(this: Lesson) -> Lab:
    """Keep some of the rules, and see after how many hours a problem is seen."""
    guess = this.predict("seen")
    at = np.arange(0, HOURS + 1, 4)
    start = {"kept": ["specified"], "every": 4}

    def seen(kept: list[str], every: int, n: int) -> np.ndarray:
        step = Step(**dict.fromkeys(kept, True), every=every)
        return step.hours((n, PROBLEMS), np.random.default_rng(SEED))

    def half_of(drawn: np.ndarray) -> int:
        return round(float(np.median(drawn)))

    def draw(value: dict) -> Figure:
        every, n = value["every"], int(value["runs"])
        hours = {NO_RULE: seen([], every, n), YOURS: seen(value["kept"], every, n)}
        frame = pd.concat(
            band(100 * (drawn[:, :, None] <= at).mean(1), at, name) for name, drawn in hours.items()
        )
        half = {name: number(half_of(drawn), "hours") for name, drawn in hours.items()}
        kept = ", ".join(RULES[key] for key in value["kept"]) or "none"
        nine = {
            name: number(round(np.percentile(drawn, 90)), "hours") for name, drawn in hours.items()
        }
        words = (
            f"The step is done once in {number(every, 'hours')}. Rules kept: {kept}. "
            f"{'One run' if n == 1 else f'{n} runs'} of {PROBLEMS} problems for each line. A "
            f"problem counts as seen once somebody who can act knows of it: half of them within "
            f"{half[YOURS]}, nine in ten within {nine[YOURS]}; with no rule, {half[NO_RULE]} and "
            f"{nine[NO_RULE]}.{recalled(guess)}"
        )
        wide = frame.pivot_table(index="at", columns="series", values="value", sort=False)
        table = wide.loc[[4, 12, 24, 48, 72, 120, 168, HOURS]].round(0)
        return shapes.paths(
            frame,
            {NO_RULE: "calm", YOURS: "main"},
            x="hours since the problem began",
            y="problems seen so far, %",
            title=f"Half of the problems are seen within {half[YOURS]}, "
            f"with no rule {half[NO_RULE]}",
            description=words,
            provenance=(
                Provenance("illustrative", note="how often a problem is seen, told and met"),
                PLAYED,
            ),
            marks=moment(guess, 50),
            most=100,
            table=table.rename_axis("hours").reset_index(),
        )

    controls = (
        Ticks("kept", "Which rules this step keeps", start["kept"], options=RULES),
        Slider("every", "The step is done every", start["every"], min=1, max=24, unit="hours"),
        RUNS,
    )
    truth = {"seen": lambda: half_of(seen(**start, n=MANY))}
    there = {**start, "runs": str(MANY)}
    return Lab("rules", controls, draw, after=(guess,), truth=truth, there=there)


TOLD = (
    "food_bank_new_york_1", "funahashi_1", "toyota_memorial_1", "toyota_american_plants_1",
)  # fmt: skip


def published(_this: Lesson) -> Page:
    """List what has been reported of Toyota's way away from the car line, and what to beware of."""
    rows = evidence.published_cases().frame.set_index("row").loc[list(TOLD)]
    cells, named = [], []
    for row in rows.itertuples():
        figures = (
            f" ({row.measure}: {row.before:,.0f} to {row.after:,.0f} {row.unit})"
            if pd.notna(row.before)
            else ""
        )
        keys = [key.strip() for key in row.sources.split(";")]
        named += keys
        cells.append(
            (row.org, row.what_happened.rstrip(".") + figures + ".", row.caveat,
             evidence.cite(*keys))
        )  # fmt: skip
    return page(
        ["Where", "What is reported", "Beware", "Source"],
        cells,
        "Toyota’s way outside the car factory, and inside it when it slipped",
        (Provenance("published", tuple(named), bool(rows["verified"].all())),),
    )


SUPPORT = ("Not at all", "Somewhat", "Very supportive")


def support(_this: Lesson) -> Figure:
    """Show how likely analysts are to stay, by how far their manager supports their learning."""
    held = evidence.series("apha_support")
    counts = held.frame.pivot_table(
        index="manager_support", columns="intention_to_stay", values="analysts", aggfunc="sum"
    ).loc[list(SUPPORT)]
    table = pd.DataFrame(
        {
            "support from the manager": SUPPORT,
            "analysts": counts.sum(axis=1).to_numpy(),
            "likely to stay": counts[["Somewhat likely", "Very likely"]].sum(axis=1).to_numpy(),
        }
    )
    table["%"] = (100 * table["likely to stay"] / table["analysts"]).round(0)
    told = "; ".join(
        f"{row[0].lower()}, {row[3]:.0f} % ({row[2]:.0f} of {row[1]:.0f})"
        for row in table.itertuples(index=False)
    )
    share = table["%"]
    return shapes.bars(
        pd.DataFrame({"category": SUPPORT, "series": "likely to stay", "value": share}),
        {"likely to stay": "main"},
        x="somewhat or very likely to stay, % of those who answered so",
        title=f"Support for learning: {share.iloc[0]:.0f} % likely to stay without it, "
        f"{share.iloc[-1]:.0f} % where it is strong",
        description=(
            f"{table['analysts'].sum():.0f} analysts in health and care answered. Likely to stay, "
            f"by support from the manager for learning: {told}."
        ),
        provenance=(held.provenance, Provenance("computed", note="the shares")),
        table=table,
        most=110,
        width=520,
    )
