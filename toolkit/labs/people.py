"""Lesson 01, Toyota's grammar: time for learning, pressure for output, problems that show."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd

from toolkit import evidence
from toolkit.charts import shapes
from toolkit.charts.figure import Figure
from toolkit.charts.words import number
from toolkit.diffusion import CapabilityTrap
from toolkit.evidence.provenance import Provenance
from toolkit.labs.frame import Lab
from toolkit.labs.lesson import Lesson, Page
from toolkit.labs.tables import page
from toolkit.learning.acts import Prediction
from toolkit.noticing import Step
from toolkit.widgets.form import Choice, Slider, Ticks

SEED = 1
MANY = 200
USUAL = 100  # patients a week that the team treats to begin with
BEFORE, AFTER = 12, 104  # weeks shown before and after a change
WEEKS_A_MONTH = 52 / 12
DRAWN = (0, 13, 26, 52, 104)  # weeks at which a learner draws
RUNS = Choice("runs", "How often to play", "1", options={"1": "one run", str(MANY): f"{MANY} runs"})

TEAM = Provenance("illustrative", note="this team, and how fast its skill grows and fades")
PLAYED = Provenance("computed", note="played here, with the same seed each time")


def _spot(guess: Prediction, value: float) -> pd.DataFrame:
    """Return where a prediction stands in a chart."""
    marks = pd.DataFrame(columns=["at", "value", "text"])
    if guess.answer is not None:
        marks.loc[0] = [guess.answer, value, "your prediction"]
    return marks


def _band(runs: np.ndarray, at: np.ndarray, series: str) -> pd.DataFrame:
    """Return runs as one line: their mean, and where nine in ten lie."""
    low, high = np.percentile(runs, [5, 95], axis=0)
    return pd.DataFrame(
        {"at": at, "series": series, "value": runs.mean(0), "low": low, "high": high}
    )


def _turn(trap: CapabilityTrap, before: float, after: float) -> tuple[str, str]:
    """Return in words what a change of the share brings at first, and when that turns round."""
    old, new = trap.steady_output(before), trap.steady_output(after)
    start = USUAL * (1 - after) / (1 - before)
    first = f"At once {number(round(start))} instead of {USUAL} a week"
    if after == before:
        return "Nothing changes", f"{USUAL} a week, before and after"
    more, ends = after > before, f"in the end {number(round(USUAL * new / old))}"
    if math.isclose(old, new) or (new > old) != more:
        return first, f"never again {'as many as before' if more else 'as few'}; {ends}"
    weeks = number(round(trap.crossing(before, after), 1), "weeks")
    return first, f"{'back at the old level' if more else 'below it'} after {weeks}; {ends}"


def learning(this: Lesson) -> Lab:
    """Give a team more time for learning, or less, and watch what it gets done."""
    guess, drawn = this.predict("regain"), this.predict("turned")
    at = np.arange(-BEFORE, AFTER + 1)
    start = {"before": 10, "after": 30, "life": 12}

    def regained() -> float:
        trap = CapabilityTrap(life=start["life"] * WEEKS_A_MONTH)
        return round(trap.crossing(start["before"] / 100, start["after"] / 100), 1)

    def turned() -> list[float]:
        trap = CapabilityTrap(life=start["life"] * WEEKS_A_MONTH)
        before, after = start["after"] / 100, start["before"] / 100
        level = trap.output(before, after, np.array(DRAWN)) / trap.steady_output(before)
        return (USUAL * level).round(1).tolist()

    def draw(value: dict) -> Figure:
        before, after = value["before"] / 100, value["after"] / 100
        trap = CapabilityTrap(life=value["life"] * WEEKS_A_MONTH)
        level = trap.output(before, after, np.maximum(at, 0)) / trap.steady_output(before)
        level[at < 0] = 1
        runs = np.random.default_rng(SEED).poisson(USUAL * level, (int(value["runs"]), len(at)))
        name = "treated" if len(runs) == 1 else "mean of the runs"
        first, then = _turn(trap, before, after)
        said = f"{first[0].lower()}{first[1:]}; {then}"
        words = (
            f"Time for learning goes from {value['before']} % to {value['after']} %. What people "
            f"have learned lasts {value['life']} months on average. By the formula: {said}. "
        )
        since = at >= 0
        if len(runs) == 1:
            up = np.flatnonzero(runs[0, since] >= USUAL)
            words += (
                f"In this one run single weeks lie between {runs.min()} and {runs.max()}; the "
                + (
                    f"first with {USUAL} or more is week {up[0]}."
                    if len(up)
                    else f"count never reaches {USUAL} after the change."
                )
            )
        else:
            low, high = np.percentile(runs[:, -1], [5, 95])
            words += (
                f"Over {MANY} runs the last week's mean is {number(runs[:, -1].mean())}; nine "
                f"runs in ten lie between {number(low)} and {number(high)}."
            )
        usual = pd.DataFrame({"at": at, "series": "as before", "value": float(USUAL)})
        played = _band(runs, at, name)
        shown = played[played["at"].isin([-4, 0, 4, 8, 13, 26, 39, 52, 78, 104])]
        table = shown[["at", "value", "low", "high"]].round(1)
        table.columns = ["week", "patients treated", "5 % of runs below", "95 % of runs below"]
        roles = {"as before": "calm", name: "main", "your drawing": "warn"}
        own = pd.DataFrame(columns=["at", "series", "value"])
        if drawn.answer is not None and value["after"] < value["before"]:
            own = pd.DataFrame({"at": DRAWN, "series": "your drawing", "value": drawn.answer})
        if drawn.words:
            words += f" For the other way round you drew {drawn.words}."
        return shapes.paths(
            pd.concat([usual, played, own.astype({"at": float, "value": float})]),
            roles,
            x="weeks from the change",
            y="patients treated in the week",
            title=f"{first}; {then}",
            description=words + guess.recalled,
            provenance=(TEAM, PLAYED),
            marks=_spot(guess, USUAL),
            table=table if len(runs) > 1 else table.iloc[:, :2],
        )  # fmt: skip

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

    def stands(target: float) -> int:
        """Return how many weeks without time for learning the team can stand, without luck."""
        return math.floor(LIFE * math.log(SHARE / trap.tipping_point(SHARE, target)))

    def draw(value: dict) -> Figure:
        pause, n = value["pause"], int(value["runs"])
        target = usual * value["target"] / 100
        luck = np.exp(LUCK * np.random.default_rng(SEED).standard_normal((n, YEARS)) - LUCK**2 / 2)
        output = trap.under_pressure(SHARE, target, pause, luck)
        tip = trap.tipping_point(SHARE, target)
        back = output[:, -13:].mean(1) > trap.steady_output(tip)
        runs = USUAL * output / usual
        frame = pd.DataFrame({"at": at, "series": "target", "value": float(value["target"])})
        parts = [
            _band(runs[chosen], at, name)
            for name, chosen in ((UP, back), (DOWN, ~back))
            if chosen.any()
        ]
        frame = pd.concat([frame, *parts])
        ends = ", ".join(
            f"{part['series'].iloc[0]}: {part['value'].iloc[-1]:.0f}" for part in parts
        )
        count = f"{back.sum()} of {n} teams" if n > 1 else "the team is"
        title = (
            f"{pause} weeks without time for learning: "
            + (f"{count} are {UP}, {n - back.sum()} {DOWN}" if n > 1
               else f"{count} {UP if back[0] else DOWN}")
        )  # fmt: skip
        words = (
            f"Usually {100 * SHARE:.0f} % of the time is for learning; the target is "
            f"{value['target']} patients a week, where the team usually treats {USUAL}. For "
            f"{pause} weeks there is no time for learning; after that, the further the team falls "
            f"short of its target, the more of that time is taken. {title}. In the last week, of "
            f"{YEARS}, {ends} a week. By the formula, without luck, the team can stand "
            f"{stands(target)} weeks, and no more."
        ) + guess.recalled
        wide = frame.pivot_table(index="at", columns="series", values="value", sort=False)
        table = wide.loc[[4, 13, 26, 52, 78, 104, 156, YEARS]].round(1)
        return shapes.paths(
            frame,
            {"target": "calm", UP: "main", DOWN: "warn"},
            x="weeks since the pause began",
            y="patients treated in the week",
            title=title,
            description=words,
            provenance=(TEAM, PLAYED),
            marks=_spot(guess, USUAL),
            table=table.rename_axis("week").reset_index(),
        )

    controls = (
        Slider("pause", "Weeks without time for learning", 8, min=0, max=52, unit="weeks"),
        Slider(
            "target", "Target that is pressed for", PRESSED, min=80, max=100, step=5,
            unit="patients a week",
        ),
        RUNS,
    )  # fmt: skip
    truth = {"pause": lambda: stands(usual * PRESSED / 100)}
    return Lab("pressure", controls, draw, after=(guess,), truth=truth)


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

    def yours(value: dict) -> Step:
        return Step(**dict.fromkeys(value["kept"], True), every=value["every"])

    def seen(step: Step, n: int) -> np.ndarray:
        return step.hours((n, PROBLEMS), np.random.default_rng(SEED))

    def half_of(drawn: np.ndarray) -> int:
        return round(float(np.median(drawn)))

    def draw(value: dict) -> Figure:
        steps = {
            NO_RULE: Step(every=value["every"]),
            YOURS: yours(value),
        }
        n = int(value["runs"])
        hours = {name: seen(step, n) for name, step in steps.items()}
        frame = pd.concat(
            _band(100 * (drawn[:, :, None] <= at).mean(1), at, name)
            for name, drawn in hours.items()
        )
        half = {name: number(half_of(drawn), "hours") for name, drawn in hours.items()}
        kept = ", ".join(RULES[key] for key in value["kept"]) or "none"
        words = (
            f"The step is done every {value['every']} hours. Rules kept: {kept}. "
            f"{'One run' if n == 1 else f'{n} runs'} of {PROBLEMS} problems each. Half of them are "
            f"seen by somebody who can act within {half[YOURS]}; with no rule, {half[NO_RULE]}. On "
            f"average, by the formula, {number(steps[YOURS].mean_hours, 'hours')}; with no rule, "
            f"{number(steps[NO_RULE].mean_hours, 'hours')}."
        ) + guess.recalled
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
            marks=_spot(guess, 50),
            table=table.rename_axis("hours").reset_index(),
        )

    controls = (
        Ticks("kept", "Which rules this step keeps", start["kept"], options=RULES),
        Slider("every", "From one doing of the step to the next", start["every"], min=1, max=24,
               unit="hours"),
        RUNS,
    )  # fmt: skip
    truth = {"seen": lambda: half_of(seen(yours(start), MANY))}
    return Lab("rules", controls, draw, after=(guess,), truth=truth)


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


def _answers() -> evidence.Table:
    """Return what analysts in health and care answered, counted."""
    return evidence.series("apha_support")


def support(_this: Lesson) -> Figure:
    """Show how likely analysts are to stay, by how far their manager supports their learning."""
    held = _answers()
    order = ("Not at all", "Somewhat", "Very supportive")
    counts = held.frame.pivot_table(
        index="manager_support", columns="intention_to_stay", values="analysts", aggfunc="sum"
    ).loc[list(order)]
    stay = counts[["Somewhat likely", "Very likely"]].sum(axis=1)
    people = counts.sum(axis=1)
    share = (100 * stay / people).round(0)
    told = "; ".join(
        f"{name.lower()}, {share[name]:.0f} % ({stay[name]:.0f} of {people[name]:.0f})"
        for name in order
    )
    table = pd.DataFrame(
        {
            "support from the manager": list(order),
            "analysts": people.to_numpy(),
            "likely to stay": stay.to_numpy(),
            "%": share.to_numpy(),
        }
    )
    return shapes.bars(
        pd.DataFrame({"category": list(order), "series": "likely to stay", "value": share}),
        {"likely to stay": "main"},
        x="somewhat or very likely to stay, % of those who answered so",
        title=f"Support for learning: {share.iloc[0]:.0f} % likely to stay without it, "
        f"{share.iloc[-1]:.0f} % where it is strong",
        description=(
            f"{people.sum():.0f} analysts in health and care answered. Likely to stay, by support "
            f"from the manager for learning: {told}."
        ),
        provenance=(held.provenance, Provenance("computed", note="the shares")),
        table=table,
        most=110,
        width=520,
    )
