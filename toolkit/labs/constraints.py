"""Lesson 03, theory of constraints: dice, a discharge pathway, the rope, five focusing steps."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pandas as pd

from toolkit import evidence, flow, focusing
from toolkit.charts import shapes
from toolkit.charts.figure import Figure
from toolkit.charts.words import number
from toolkit.evidence.provenance import Provenance
from toolkit.labs.frame import Lab
from toolkit.labs.lesson import Lesson
from toolkit.learning.acts import Prediction
from toolkit.widgets.form import Choice, Select, Slider

SEED = 3
ROUNDS = 20
DAYS = 60
MANY = 200
FACES = {"1-6": (1, 2, 3, 4, 5, 6), "3-4": (3, 4)}
DICE = {"1-6": "an ordinary die (1 to 6)", "3-4": "a die that shows only 3 or 4"}
RUNS = Choice("runs", "How often to play", "1", options={"1": "one run", str(MANY): f"{MANY} runs"})

PLAYED = Provenance("computed", note="played here, with the same seed each time")
PATHWAY = Provenance("illustrative", note="the figures of this pathway")


def _said(guess: Prediction, before: str = "You predicted", after: str = "") -> str:
    """Recall a prediction in a sentence, if there is one."""
    return f" {before} {guess.words}{after}." if guess.words else ""


def _banded(over: pd.DataFrame, name: str, series: str) -> pd.DataFrame:
    """Return one measure over the rounds as a path with its band."""
    columns = {"round": "at", name: "value", f"{name} 5 %": "low", f"{name} 95 %": "high"}
    return over[list(columns)].rename(columns=columns).assign(series=series)


def dice(this: Lesson) -> Lab:
    """Play the dice game: a line of people, one die each."""
    guess = this.predict("dice")
    start = {"stations": 5, "die": "1-6"}

    def play(value: dict, runs: int) -> tuple[flow.Line, flow.Result]:
        line = flow.dice_line(value["stations"], FACES[value["die"]])
        return line, flow.simulate(line, ROUNDS, runs, SEED)

    def draw(value: dict) -> Figure:
        line, result = play(value, int(value["runs"]))
        over, each = result.over_rounds(), result.stations()
        hoped = over["round"] * line.rates.min()
        marks = pd.DataFrame(columns=["at", "value", "text"])
        if guess.answer is not None:
            marks.loc[0] = [ROUNDS, guess.answer, "your prediction"]
        came = shapes.paths(
            pd.concat(
                [
                    pd.DataFrame(
                        {"at": over["round"], "value": hoped, "series": "average × rounds"}
                    ),
                    _banded(over, "output", "came out"),
                ]
            ),
            {"average × rounds": "calm", "came out": "main"},
            x="round",
            y="patients out so far",
            title="",
            description="",
            provenance=(PLAYED,),
            marks=marks,
            size=(400, 260),
        )
        waits = shapes.bars(
            each.rename(columns={"stage": "category", "waiting at the end": "value"}).assign(
                series="waiting"
            ),
            {"waiting": "warn"},
            x="patients waiting at the end",
            title="",
            description="",
            provenance=(PLAYED,),
            width=170,
            row=max(12, 150 // value["stations"]),
        )
        end, most = over.iloc[-1], each.loc[each["waiting at the end"].idxmax()]
        alone = value["runs"] == "1"
        words = (
            f"{value['stations']} stations, {DICE[value['die']]}, {ROUNDS} rounds. "
            f"{number(end['output'], 'patients')} came out "
            f"{'in one run' if alone else f'on average over {MANY} runs'}, where the average times "
            f"the rounds would be {number(hoped.iloc[-1])}. "
        )
        if not alone:
            low, high = number(end["output 5 %"]), number(end["output 95 %"])
            words += f"Nine runs in ten end between {low} and {high}. "
        words += (
            f"At the end {number(end['WIP'], 'patients')} wait inside the line, most before "
            f"{most['stage']} ({number(most['waiting at the end'])})."
        ) + _said(guess, after=" (for five stations and an ordinary die)")
        table = each[["stage", "moved", "waiting at the end", "utilisation"]]
        title = f"{number(round(end['output']))} of {number(hoped.iloc[-1])} came out"
        return shapes.beside(came, waits, title, words, table)

    controls = (
        Slider("stations", "People in the line", start["stations"], min=1, max=10,
               unit="stations"),
        Choice("die", "What each of them throws", start["die"], options=DICE),
        RUNS,
    )  # fmt: skip
    truth = {"dice": lambda: round(float(play(start, MANY)[1].output.mean()), 1)}
    return Lab("dice", controls, draw, after=(guess,), truth=truth)


def improve(this: Lesson) -> Lab:
    """Make one stage of the discharge pathway better, and see what the whole gains."""
    guess = this.predict("improve")
    line = flow.discharge_pathway()
    kinds = ("as it is", "with the change")
    better = 20  # %, as the prediction has it

    def play(by: float, stage: str, runs: int) -> flow.Result:
        return flow.simulate(line.improve(stage, 1 + by / 100), DAYS, runs, SEED)

    def brings_most() -> str:
        return max(line.names, key=lambda stage: play(better, stage, MANY).output.mean())

    def draw(value: dict) -> Figure:
        played = [play(by, value["stage"], int(value["runs"])) for by in (0, value["by"])]
        home = [result.output.mean() / DAYS for result in played]
        columns = {"stage": "category", "waiting on average": "value"}
        frame = pd.concat(
            result.stations().rename(columns=columns).assign(series=kind)
            for kind, result in zip(kinds, played, strict=True)
        )
        queues = frame.pivot_table(index="category", columns="series", values="value", sort=False)
        moved = (queues[kinds[1]] - queues[kinds[0]]).sort_values()
        stage, by = value["stage"].capitalize(), value["by"]
        words = (
            f"{stage} can do {by} % more. Patients home per day: {home[0]:.2f} as it is, "
            f"{home[1]:.2f} with the change. The queue before {moved.index[-1]} changes by "
            f"{moved.iloc[-1]:+.1f} patients on average, the one before {moved.index[0]} by "
            f"{moved.iloc[0]:+.1f}."
        ) + _said(guess, "You would have improved")
        gain = home[1] - home[0]
        more = f"{gain:+.2f}" if abs(gain) >= 0.005 else "no more"
        table = queues.rename_axis("waiting before", axis="index").reset_index()
        table.loc[len(table)] = ["(home per day)", *home]
        return shapes.bars(
            frame,
            {kinds[0]: "calm", kinds[1]: "main"},
            x=f"patients waiting before the stage, average of {DAYS} days",
            title=f"{stage} {by} % better: {more} patients home per day",
            description=words,
            provenance=(PATHWAY, PLAYED),
            table=table,
            width=520,
        )

    controls = (
        Select(
            "stage",
            "Which stage gets better",
            line.names[0],
            options=dict(zip(line.names, line.names, strict=True)),
        ),
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
        "push": "let everybody in at once (push)",
        "conwip": "one in when one is home (CONWIP)",
        "rope": f"one in when {drum} has done one (rope)",
    }

    start = {"rule": "rope", "limit": 24}

    def play(value: dict, runs: int) -> dict[str, flow.Result]:
        limit = value["limit"]
        release = {
            "push": flow.push(),
            "conwip": flow.conwip(limit),
            "rope": flow.rope(drum, limit),
        }[value["rule"]]
        tried = {"push": line, "your rule": replace(line, release=release)}
        return {name: flow.simulate(each, DAYS, runs, SEED) for name, each in tried.items()}

    def compared() -> str:
        """Return whether push, on average, lies outside nine in ten of the runs with the rope."""
        push, rope = (each.output for each in play(start, MANY).values())
        low, high = np.percentile(rope, [5, 95])
        return "more" if push.mean() > high else "fewer" if push.mean() < low else "same"

    def draw(value: dict) -> Figure:
        limit, played = value["limit"], play(value, int(value["runs"]))
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
        most = "" if value["rule"] == "push" else f", at most {limit} patients"

        def both(column: str, digits: int) -> str:
            return f"{push[column]:.{digits}f} with push, {own[column]:.{digits}f} with your rule"

        words = (
            f"Your rule: {rules[value['rule']]}{most}. Home per day: {both('home per day', 2)}. "
            f"After {DAYS} days inside: {both('inside at the end', 0)}; at the door: "
            f"{both('at the door at the end', 0)}. Days inside per patient: "
            f"{both('days inside per patient', 1)}. With the wait at the door: "
            f"{both('days with the wait at the door', 1)}."
        ) + _said(guess)
        return shapes.paths(
            pd.concat(_banded(played[name].over_rounds(), "WIP", name) for name in played),
            {"push": "warn", "your rule": "main"},
            x="day",
            y="patients inside the pathway",
            title=f"Home per day: {both('home per day', 2)}",
            description=words,
            provenance=(PATHWAY, PLAYED),
            table=table,
        )

    allowed = "Patients allowed inside, or up to the constraint"
    controls = (
        Choice("rule", "When the next patient is let in", start["rule"], options=rules),
        Slider("limit", allowed, start["limit"], min=4, max=80, step=2, unit="patients"),
        RUNS,
    )
    return Lab("busy", controls, draw, after=(guess,), truth={"busy": compared})


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
        words = (
            f"Step {taken} of {len(steps)}, {step.action}. {step.words} With this line "
            f"{row['output per round']:.2f} patients go home per day; after {DAYS} days "
            f"{row['in the line at the end']:.0f} are inside and "
            f"{row['at the door at the end']:.0f} at the door."
        ) + _said(guess, "You predicted that this ends")
        frame = pd.DataFrame({"category": step.line.names, "value": step.line.rates})
        home = f"{row['output per round']:.2f} home per day"
        return shapes.bars(
            frame.assign(series="can do"),
            {"can do": "main"},
            x="patients per day that each stage can deal with, after its losses",
            title=f"{step.action.capitalize()}: {step.finding.stage}. {home}",
            description=words,
            provenance=(PATHWAY, PLAYED),
            table=told.head(taken),
            most=most,
            width=520,
        )

    controls = (Slider("taken", "Steps taken", 1, min=1, max=len(steps), unit=f"of {len(steps)}"),)
    truth = {"ceiling": lambda: _ended(steps)}
    return Lab("five-steps", controls, draw, after=(guess,), truth=truth)


def occupancy(_this: Lesson, differences: bool = False) -> Figure:
    """Show bed occupancy against the four-hour standard, England, by quarter.

    Parameters
    ----------
    _this : Lesson
        Not needed here.
    differences : bool
        False: the levels; True: the change on the same quarter of the year before.
    """
    held = evidence.series("england_occupancy_four_hour_quarterly")
    both = held.frame.sort_values("quarter_start").set_index("financial_quarter")
    both = both[["bed_occupancy_pct", "type1_within_4h_pct"]]
    unit, kind = ("points", "change on a year before") if differences else ("%", "level")
    title = "changes on the same quarter a year before" if differences else "levels"
    if differences:
        both = both.diff(4).dropna()
    r = both.corr().iloc[0, 1]
    beds, seen = both.columns
    ends = both.agg(["min", "max"])
    fullest = both[beds].idxmax()
    words = (
        f"{len(both)} quarters, {both.index[0]} to {both.index[-1]}, {kind} in {unit}. Beds "
        f"occupied lie between {ends.loc['min', beds]:.1f} and {ends.loc['max', beds]:.1f}, people "
        f"seen within four hours between {ends.loc['min', seen]:.1f} and "
        f"{ends.loc['max', seen]:.1f}. The correlation is r = {r:.2f}. The highest value for beds "
        f"is {both.loc[fullest, beds]:.1f}, in {fullest}; that quarter's four-hour value is "
        f"{both.loc[fullest, seen]:.1f}."
    )
    frame = pd.DataFrame({"x": both[beds], "y": both[seen], "series": "quarter"})
    return shapes.dots(
        frame.rename_axis("label").reset_index(),
        {"quarter": "main"},
        x=f"beds occupied, {kind}, {unit}",
        y=f"seen within four hours, {kind}, {unit}",
        title=f"Beds occupied and seen within four hours: r = {r:.2f} ({title})",
        description=words,
        provenance=(held.provenance, Provenance("computed", note="the correlation")),
    )
