"""Lesson 03, theory of constraints: dice, a discharge pathway, the rope, the five focusing steps."""

from __future__ import annotations

from functools import cache

import pandas as pd

from toolkit import evidence, flow, focusing
from toolkit.charts import shapes
from toolkit.charts.figure import Figure
from toolkit.charts.words import number
from toolkit.evidence.provenance import Provenance
from toolkit.labs.frame import Lab
from toolkit.labs.lesson import Lesson
from toolkit.widgets.form import Choice, Select, Slider

SEED = 3
ROUNDS = 20
DAYS = 60
MANY = 200
RUNS = {"1": "one run", str(MANY): f"{MANY} runs"}
DICE = {"1-6": "an ordinary die (1 to 6)", "3-4": "a die that shows only 3 or 4"}
FACES = {"1-6": (1, 2, 3, 4, 5, 6), "3-4": (3, 4)}

PLAYED = Provenance("computed", note="played here, the same seed each time")
PATHWAY = Provenance("illustrative", note="the pathway's figures are made to teach with")


def dice(this: Lesson) -> Lab:
    """Play the dice game: a line of people, one die each."""
    guess = this.predict("dice")

    def draw(value: dict) -> Figure:
        line = flow.dice_line(value["stations"], FACES[value["die"]])
        result = flow.simulate(line, ROUNDS, int(value["runs"]), SEED)
        over, each = result.over_rounds(), result.stations()
        hoped = line.rates.min() * ROUNDS
        got = float(over["output"].iloc[-1])
        path = pd.DataFrame(
            {"at": over["round"], "value": over["output"], "low": over["output 5 %"], "high": over["output 95 %"]}
        ).assign(series="came out")
        hope = pd.DataFrame({"at": over["round"], "value": over["round"] * line.rates.min()})
        frame = pd.concat([hope.assign(series="average × rounds"), path])
        said = pd.DataFrame({"at": [], "value": [], "text": []})
        if guess.answer is not None:
            said = pd.DataFrame({"at": [ROUNDS], "value": [guess.answer], "text": ["your prediction"]})
        left = shapes.paths(
            frame,
            {"average × rounds": "calm", "came out": "main"},
            x="round",
            y="patients out so far",
            title="",
            description="",
            provenance=(PLAYED,),
            marks=said,
            size=(400, 260),
        )
        waits = each.rename(columns={"stage": "category", "waiting at the end": "value"})
        right = shapes.bars(
            waits.assign(series="waiting"),
            {"waiting": "warn"},
            x="patients waiting at the end",
            title="",
            description="",
            provenance=(PLAYED,),
            width=170,
            row=max(12, 150 // value["stations"]),
        )
        runs = "in one run" if value["runs"] == "1" else f"on average over {MANY} runs"
        spread = ""
        if value["runs"] != "1":
            low, high = over["output 5 %"].iloc[-1], over["output 95 %"].iloc[-1]
            spread = f" Nine runs in ten end between {number(low)} and {number(high)}."
        longest = each.loc[each["waiting at the end"].idxmax()]
        words = (
            f"{value['stations']} stations, {DICE[value['die']]}, {ROUNDS} rounds: {number(got, 'patients')} "
            f"came out {runs}, where {number(hoped)} would be the average times the rounds.{spread} "
            f"At the end {number(each['waiting at the end'].sum(), 'patients')} wait inside the line, "
            f"most before {longest['stage']} ({number(longest['waiting at the end'])})."
        )
        if guess.words:
            words += f" You predicted {guess.words} (for five stations and an ordinary die)."
        table = each[["stage", "moved", "waiting at the end", "utilisation"]]
        title = f"{number(round(got))} of {number(hoped)} came out"
        return shapes.beside(left, right, title, words, table)

    controls = (
        Slider("stations", "People in the line", 5, min=1, max=10, unit="stations"),
        Choice("die", "What each of them throws", "1-6", options=DICE),
        Choice("runs", "How often to play", "1", options=RUNS),
    )
    return Lab("dice", controls, draw, after=(guess,))


def improve(this: Lesson) -> Lab:
    """Make one stage of the discharge pathway better, and see what the whole gains."""
    guess = this.predict("improve")
    as_it_is = flow.discharge_pathway()
    names = dict(zip(as_it_is.names, as_it_is.names, strict=True))

    def draw(value: dict) -> Figure:
        changed = as_it_is.improve(value["stage"], 1 + value["by"] / 100)
        before, after = (
            flow.simulate(line, DAYS, int(value["runs"]), SEED) for line in (as_it_is, changed)
        )
        home = [result.output.mean() / DAYS for result in (before, after)]
        kinds = ("as it is", "with the change")
        frame = pd.concat(
            result.stations().assign(series=kind)
            for kind, result in zip(kinds, (before, after), strict=True)
        ).rename(columns={"stage": "category", "waiting on average": "value"})
        gain = home[1] - home[0]
        queues = frame.pivot_table(index="category", columns="series", values="value", sort=False)
        grown = (queues[kinds[1]] - queues[kinds[0]]).sort_values()
        found = flow.constraint(as_it_is)
        words = (
            f"{value['stage'].capitalize()} does {value['by']} % more. Patients home per day: "
            f"{home[0]:.2f} as it is, {home[1]:.2f} with the change. The queue that grows most stands "
            f"before {grown.index[-1]} ({grown.iloc[-1]:+.1f} patients on average), the one that "
            f"shrinks most before {grown.index[0]} ({grown.iloc[0]:+.1f})."
        )
        if guess.words:
            words += f" You would have improved: {guess.words}."
        title = f"{gain:+.2f} patients home per day from a better stage: {value['stage']}"
        table = queues.reset_index().rename(columns={"category": "waiting before"})
        home_row = pd.DataFrame([["(home per day)", *home]], columns=["waiting before", *kinds])
        return shapes.bars(
            frame,
            {kinds[0]: "calm", kinds[1]: "main"},
            x=f"patients waiting before the stage, average of {DAYS} days",
            title=title,
            description=words + f" {found.why}",
            provenance=(PATHWAY, PLAYED),
            table=pd.concat([table, home_row]),
            width=520,
        )

    controls = (
        Select("stage", "Which stage gets better", as_it_is.names[1], options=names),
        Slider("by", "By how much", 20, min=0, max=100, step=5, unit="%"),
        Choice("runs", "How often to play", "1", options=RUNS),
    )
    return Lab("improve", controls, draw, after=(guess,))


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

    def draw(value: dict) -> Figure:
        release = {
            "push": flow.push(),
            "conwip": flow.conwip(value["limit"]),
            "rope": flow.rope(drum, value["limit"]),
        }[value["rule"]]
        chosen = flow.Line(line.stages, line.arrivals, release, line.period)
        runs = int(value["runs"])
        pushed, ruled = (flow.simulate(each, DAYS, runs, SEED) for each in (line, chosen))
        parts, rows = [], []
        for name, result in (("push", pushed), ("your rule", ruled)):
            over = result.over_rounds()
            parts.append(
                pd.DataFrame(
                    {"at": over["round"], "value": over["WIP"], "low": over["WIP 5 %"], "high": over["WIP 95 %"]}
                ).assign(series=name)
            )
            rows.append(
                {
                    "rule": name,
                    "home per day": result.output.mean() / DAYS,
                    "inside at the end": result.wip[:, -1].mean(),
                    "at the door at the end": result.outside[:, -1].mean(),
                    "days inside per patient": result.lead_time.mean(),
                }
            )
        table = pd.DataFrame(rows)
        first, second = rows
        most = "" if value["rule"] == "push" else f", at most {value['limit']} patients"
        words = (
            f"Your rule: {rules[value['rule']]}{most}. "
            f"Home per day: {first['home per day']:.2f} with push, {second['home per day']:.2f} with your "
            f"rule. After {DAYS} days {first['inside at the end']:.0f} patients are inside with push and "
            f"{second['inside at the end']:.0f} with your rule, where {second['at the door at the end']:.0f} "
            f"wait at the door. Days inside per patient: {first['days inside per patient']:.1f} against "
            f"{second['days inside per patient']:.1f}."
        )
        if guess.words:
            words += f" You predicted: {guess.words}."
        title = (
            f"Home per day {first['home per day']:.2f} with push, {second['home per day']:.2f} with your "
            f"rule; inside at the end {first['inside at the end']:.0f} and {second['inside at the end']:.0f}"
        )
        return shapes.paths(
            pd.concat(parts),
            {"push": "warn", "your rule": "main"},
            x="day",
            y="patients inside the pathway",
            title=title,
            description=words,
            provenance=(PATHWAY, PLAYED),
            table=table,
        )

    controls = (
        Choice("rule", "When the next patient is let in", "rope", options=rules),
        Slider("limit", "Patients allowed inside, or up to the constraint", 24, min=4, max=80, step=2, unit="patients"),
        Choice("runs", "How often to play", "1", options=RUNS),
    )
    return Lab("busy", controls, draw, after=(guess,))


@cache
def _steps() -> tuple[tuple[focusing.Step, ...], pd.DataFrame]:
    """The five steps on the discharge pathway, and what each of them brought."""
    steps = focusing.focus(flow.discharge_pathway())
    return steps, focusing.account(steps, DAYS, MANY, SEED)


def five_steps(this: Lesson) -> Lab:
    """Walk through the five focusing steps, one at a time."""
    guess = this.predict("ceiling")
    steps, account = _steps()
    rates = pd.concat(
        pd.DataFrame({"category": step.line.names, "value": step.line.rates, "step": n})
        for n, step in enumerate(steps)
    )
    most = float(rates["value"].max()) * 1.25
    table = account.rename(columns={"words": "what was done, and why"})
    table.insert(0, "step", range(1, len(table) + 1))

    def draw(value: dict) -> Figure:
        n = value["taken"] - 1
        step, row = steps[n], account.iloc[n]
        words = (
            f"Step {n + 1} of {len(steps)}, {step.action}: {step.words} "
            f"With this line {row['output per round']:.2f} patients go home per day; after {DAYS} days "
            f"{row['in the line at the end']:.0f} are inside and {row['at the door at the end']:.0f} at the door."
        )
        if guess.words:
            words += f" You predicted that this ends with: {guess.words}."
        return shapes.bars(
            rates[rates["step"] == n].assign(series="can do"),
            {"can do": "main"},
            x="patients per day that each stage can deal with, after its losses",
            title=f"{step.action.capitalize()}: {step.finding.stage}. {row['output per round']:.2f} home per day",
            description=words,
            provenance=(PATHWAY, PLAYED),
            table=table.head(n + 1),
            most=most,
            width=520,
        )

    controls = (Slider("taken", "Steps taken", 1, min=1, max=len(steps), unit=f"of {len(steps)}"),)
    return Lab("five-steps", controls, draw, after=(guess,))


def occupancy(_this: Lesson, differences: bool = False) -> Figure:
    """Show bed occupancy against the four-hour standard, England, by quarter.

    Parameters
    ----------
    differences : bool
        False: the levels; True: change on the same quarter of the year before.
    """
    held = evidence.series("england_occupancy_four_hour_quarterly")
    frame = held.frame.sort_values("quarter_start")
    measures = {"bed_occupancy_pct": "beds occupied, %", "type1_within_4h_pct": "seen within four hours, %"}
    both = frame[list(measures)]
    label, of_what = frame["financial_quarter"], "level"
    if differences:
        both, of_what = both.diff(4), "change on the year before, points"
    r = both.corr().iloc[0, 1]
    dots = pd.DataFrame(
        {"x": both.iloc[:, 0], "y": both.iloc[:, 1], "label": label, "series": "quarter"}
    ).dropna()
    x, y = (f"{name.removesuffix(', %')}, {'points' if differences else '%'}" for name in measures.values())
    fullest = dots.loc[dots["x"].idxmax()]
    words = (
        f"{len(dots)} quarters, {dots['label'].iloc[0]} to {dots['label'].iloc[-1]} ({of_what}). Beds occupied "
        f"lie between {dots['x'].min():.1f} and {dots['x'].max():.1f}, the four-hour figure between "
        f"{dots['y'].min():.1f} and {dots['y'].max():.1f}. The correlation is r = {r:.2f}: where beds were "
        f"fuller, fewer were seen within four hours. At the fullest, {fullest['label']}: {fullest['x']:.1f} "
        f"and {fullest['y']:.1f}."
    )
    return shapes.dots(
        dots,
        {"quarter": "main"},
        x=x,
        y=y,
        title=f"Fuller beds, fewer within four hours: r = {r:.2f} ({'changes' if differences else 'levels'})",
        description=words,
        provenance=(held.provenance, Provenance("computed", note="the correlation")),
    )
