"""Lesson 03, theory of constraints: dice, a discharge pathway, the rope, five focusing steps."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pandas as pd

from toolkit.charts import shapes
from toolkit.charts.figure import Figure
from toolkit.course.common import MANY, PLAYED, RUNS, band, recalled, spot
from toolkit.course.common import line as path
from toolkit.course.lesson import Lesson
from toolkit.course.quarters import beds_and_hours
from toolkit.evidence.provenance import Provenance
from toolkit.learning.fields import Choice, Select, Slider
from toolkit.models.queues import flow, focusing
from toolkit.screen.lab import Lab
from toolkit.text.numbers import number, signed

SEED = 3
ROUNDS = 20
DAYS = 60
FACES = {"1-6": (1, 2, 3, 4, 5, 6), "3-4": (3, 4)}
DICE = {"1-6": "an ordinary die (1 to 6)", "3-4": "a die that shows only 3 or 4"}
PATHWAY = Provenance("illustrative", note="the figures of this pathway")
BEFORE_AND_AFTER = {"as it is": "calm", "with the change": "main"}


def dice(this: Lesson) -> Lab:
    """Play the dice game: a line of people, one die each."""
    guess = this.predict("dice")
    rounds = np.arange(1, ROUNDS + 1)

    def play(stations: int, die: str, runs: int) -> flow.Result:
        return flow.simulate(flow.dice_line(stations, FACES[die]), ROUNDS, runs, SEED)

    def draw(value: dict) -> Figure:
        stations, runs = value["stations"], int(value["runs"])
        result = play(stations, value["die"], runs)
        hoped = result.line.rates.min() * rounds
        out, inside, each = result.output, result.wip[:, -1].mean(), result.stations()
        came = shapes.paths(
            pd.concat(
                [
                    path(hoped, rounds, "average × rounds"),
                    band(result.out_so_far, rounds, "came out"),
                ]
            ),
            {"average × rounds": "calm", "came out": "main"},
            x="round",
            y="patients out so far",
            title="",
            description="",
            provenance=(PLAYED,),
            marks=spot(guess, ROUNDS),
            most=80,
            size=(400, 260),
        )
        waits = shapes.bars(
            pd.DataFrame(
                {
                    "category": each["stage"],
                    "series": "waiting",
                    "value": each["waiting at the end"].round(1),
                }
            ),
            {"waiting": "warn"},
            x="patients waiting at the end",
            title="",
            description="",
            provenance=(PLAYED,),
            most=14,
            width=170,
            row=min(30, 240 // stations - 12),
        )
        most = each.loc[each["waiting at the end"].idxmax()]
        often, range_ = "in one run", ""
        if runs > 1:
            low, high = np.percentile(out, [5, 95])
            often = f"on average over {MANY} runs"
            range_ = f"Nine runs in ten end between {number(low)} and {number(high)}. "
        words = (
            f"{stations} stations, {DICE[value['die']]}, {ROUNDS} rounds. "
            f"{number(out.mean(), 'patients')} came out {often}, where the average times the "
            f"rounds would be {number(hoped[-1])}. {range_}At the end {number(inside, 'patients')} "
            f"wait inside the line, most before {most['stage']} "
            f"({number(round(most['waiting at the end'], 1))})."
        ) + recalled(guess, after=" (for five stations and an ordinary die)")
        title = f"{number(round(out.mean()))} of {number(hoped[-1])} came out; {inside:.0f} wait"
        return shapes.beside(came, waits, title, words, table=each)

    controls = (
        Slider("stations", "People in the line", 5, min=1, max=10, unit="stations"),
        Choice("die", "What each of them throws", "1-6", options=DICE),
        RUNS,
    )
    truth = {"dice": lambda: round(float(play(5, "1-6", MANY).output.mean()), 1)}
    there = {"stations": 5, "die": "1-6", "runs": str(MANY)}
    return Lab("dice", controls, draw, after=(guess,), truth=truth, there=there)


def improve(this: Lesson) -> Lab:
    """Make one stage of the discharge pathway better, and see what the whole gains."""
    guess = this.predict("improve")
    line = flow.discharge_pathway()
    better = 20  # %, as the prediction has it

    def play(by: float, stage: str, runs: int) -> flow.Result:
        return flow.simulate(line.improve(stage, 1 + by / 100), DAYS, runs, SEED)

    def brings_most() -> str:
        return max(line.names, key=lambda stage: play(better, stage, MANY).output.mean())

    def draw(value: dict) -> Figure:
        stage, by, runs = value["stage"], value["by"], int(value["runs"])
        played = dict(
            zip(BEFORE_AND_AFTER, (play(each, stage, runs) for each in (0, by)), strict=True)
        )
        home = [result.output.mean() / DAYS for result in played.values()]
        queues = pd.DataFrame(
            {kind: result.waiting.mean(axis=(0, 1)) for kind, result in played.items()},
            index=pd.Index(line.names, name="waiting before"),
        ).round(1)
        moved = queues["with the change"] - queues["as it is"]
        words = (
            f"{stage.capitalize()}: {by} % more each day. Patients home per day: {home[0]:.2f} as "
            f"it is, {home[1]:.2f} with the change."
        )
        for where in dict.fromkeys((moved.idxmax(), moved.idxmin())):
            if moved[where]:
                words += f" Waiting before {where}: {signed(moved[where], 1)} patients on average."
        words += recalled(guess, "You would have improved")
        gain = home[1] - home[0]
        more = signed(gain, 2) if abs(gain) >= 0.005 else "no more"
        table = queues.reset_index()
        table.loc[len(table)] = ["(home per day)", *home]
        return shapes.bars(
            queues.rename_axis("category").reset_index().melt("category", var_name="series"),
            BEFORE_AND_AFTER,
            x=f"patients waiting before the stage, average of {DAYS} days",
            title=f"{stage.capitalize()} {by} % better: {more} patients home per day",
            description=words,
            provenance=(PATHWAY, PLAYED),
            table=table,
            width=520,
            row=19,
        )

    stages = {name: name for name in line.names}
    controls = (
        Select("stage", "Which stage gets better", line.names[0], options=stages),
        Slider("by", "By how much", better, min=0, max=100, step=5, unit="%"),
        RUNS,
    )
    return Lab("improve", controls, draw, after=(guess,), truth={"improve": brings_most})


def busy(this: Lesson) -> Lab:
    """Keep everybody busy, or let the constraint open the door."""
    guess = this.predict("busy")
    line = flow.discharge_pathway()
    drum = flow.constraint(line).stage
    rules = {
        "push": "everybody at once (push)",
        "conwip": "one in, one home (CONWIP)",
        "rope": "one in, one through the slowest stage (rope)",
    }
    start = {"rule": "rope", "limit": 24}

    def play(rule: str, limit: int, runs: int) -> dict[str, flow.Result]:
        release = {
            "push": flow.push(),
            "conwip": flow.conwip(limit),
            "rope": flow.rope(drum, limit),
        }[rule]
        tried = {"push": line, "your rule": replace(line, release=release)}
        return {name: flow.simulate(each, DAYS, runs, SEED) for name, each in tried.items()}

    def compared() -> str:
        """Return whether push, on average, lies outside nine in ten of the runs with the rope."""
        push, rope = (each.output for each in play(**start, runs=MANY).values())
        low, high = np.percentile(rope, [5, 95])
        return "more" if push.mean() > high else "fewer" if push.mean() < low else "same"

    def draw(value: dict) -> Figure:
        rule, limit = value["rule"], value["limit"]
        played = play(rule, limit, int(value["runs"]))
        table = pd.DataFrame(
            {
                "rule": name,
                "home per day": result.output.mean() / DAYS,
                "inside at the end": result.wip[:, -1].mean(),
                "at the door at the end": result.outside[:, -1].mean(),
                "days inside per patient": result.lead_time.mean(),
                "days with the wait at the door": result.total_time.mean(),
            }
            for name, result in played.items()
        )
        push, own = table.to_dict("records")

        def told(row: dict) -> str:
            return (
                f"{row['inside at the end']:.0f} inside and {row['at the door at the end']:.0f} at "
                f"the door after {DAYS} days; each patient {row['days inside per patient']:.1f} "
                f"days inside, {row['days with the wait at the door']:.1f} with the wait at the "
                f"door"
            )

        home = f"{push['home per day']:.2f} with push, {own['home per day']:.2f} with your rule"
        inside = f"{push['inside at the end']:.0f} and {own['inside at the end']:.0f}"
        most = "" if rule == "push" else f", at most {limit} patients"
        words = (
            f"Your rule: {rules[rule]}{most}. Home per day: {home}. With push, {told(push)}. With "
            f"your rule, {told(own)}."
        ) + recalled(guess)
        days = np.arange(1, DAYS + 1)
        return shapes.paths(
            pd.concat(band(result.wip, days, name) for name, result in played.items()),
            {"push": "warn", "your rule": "main"},
            x="day",
            y="patients inside the pathway",
            title=f"Home per day: {home}; inside after {DAYS} days: {inside}",
            description=words,
            provenance=(PATHWAY, PLAYED),
            table=table,
            size=(600, 230),
        )

    controls = (
        Choice("rule", "When the next patient is let in", start["rule"], options=rules),
        Slider("limit", "How many at most", start["limit"], min=4, max=80, step=2, unit="patients"),
        RUNS,
    )
    there = {**start, "runs": str(MANY)}
    return Lab("busy", controls, draw, after=(guess,), truth={"busy": compared}, there=there)


@cache
def _steps() -> tuple[tuple[focusing.Step, ...], pd.DataFrame]:
    """Take the five steps on the discharge pathway, and reckon what each of them brought."""
    steps = focusing.focus(flow.discharge_pathway())
    return steps, focusing.account(steps, DAYS, MANY, SEED)


def _ended(steps: tuple[focusing.Step, ...]) -> str:
    """Return where the five steps have led, as the prediction names it."""
    if steps[-1].line == steps[0].line:
        return "back"
    if steps[-1].finding.load < 1:
        return "all"
    return "inside" if steps[-1].finding.remit else "outside"


def five_steps(this: Lesson) -> Lab:
    """Walk through the five focusing steps, one at a time."""
    guess = this.predict("ceiling")
    steps, account = _steps()
    most = 1.25 * max(step.line.rates.max() for step in steps)
    told = account.rename(columns={"words": "what was done, and why"})
    told.insert(0, "step", range(1, len(told) + 1))

    def draw(value: dict) -> Figure:
        taken = value["taken"]
        step, row = steps[taken - 1], account.iloc[taken - 1]
        home = f"{row['output per round']:.2f}"
        words = (
            f"Step {taken} of {len(steps)}, {step.action}. {step.words} With this line {home} "
            f"patients go home per day; after {DAYS} days "
            f"{row['in the line at the end']:.0f} are inside and "
            f"{row['at the door at the end']:.0f} at the door."
        ) + recalled(guess, "You predicted that this ends")
        able = {"become ready": step.line.arrivals.mean}
        able |= dict(zip(step.line.names, step.line.rates, strict=True))
        return shapes.bars(
            pd.DataFrame({"category": able.keys(), "series": "can do", "value": able.values()}),
            {"can do": "main"},
            x="patients per day: who become ready, and what each stage can do after its losses",
            title=f"{step.action.capitalize()}: {step.finding.stage}. {home} home per day",
            description=words,
            provenance=(PATHWAY, PLAYED),
            table=told.head(taken),
            most=most,
            width=520,
        )

    controls = (Slider("taken", "Steps taken", 1, min=1, max=len(steps), unit=f"of {len(steps)}"),)
    truth = {"ceiling": lambda: _ended(steps)}
    there = {"taken": len(steps)}
    return Lab("five-steps", controls, draw, after=(guess,), truth=truth, there=there)


def occupancy(_this: Lesson, differences: bool = False) -> Figure:
    """Show bed occupancy against the four-hour standard, England, by quarter.

    Parameters
    ----------
    _this : Lesson
        Not needed here.
    differences : bool
        False: the levels; True: the change on the same quarter of the year before.
    """
    return beds_and_hours(differences)
