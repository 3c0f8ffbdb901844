"""Lesson 05, service improvement: red beads, the funnel, false alarms, rule sets, small tests."""

from __future__ import annotations

from functools import cache

import numpy as np
import pandas as pd

from toolkit import spc
from toolkit.charts import shapes
from toolkit.charts.control import control_chart
from toolkit.charts.figure import Figure
from toolkit.course.common import MANY, PLAYED, RUNS, band, recalled
from toolkit.course.lesson import Lesson, Page
from toolkit.evidence.provenance import Provenance
from toolkit.learning.fields import Choice, Slider
from toolkit.lessons.l05_service_improvement import crowds
from toolkit.lessons.l05_service_improvement.judged import CONTROLS, JUDGED, draw, how_alike
from toolkit.lessons.l05_service_improvement.ramp import RampLab
from toolkit.screen.lab import Lab
from toolkit.screen.tables import page
from toolkit.spc import deming

SEED = 5
DROPS = 50
CHARTS = 2_000  # simulated charts behind each share of false alarms
SEMINAR = Provenance(
    "published", ("walton1986",), note="seminar of 6 February 1985, read in a copy"
)


# ---- red beads ---------------------------------------------------------------------------------


def first_days(_this: Lesson) -> Figure:
    """Show the red beads of Deming's six workers after two of four days."""
    counts = pd.DataFrame(deming.SEMINAR_1985, index=range(1, deming.DAYS + 1)).T.iloc[:, :2]
    total = counts.sum(axis=1)
    frame = total.rename("value").rename_axis("category").reset_index()
    table = counts.rename(columns="day {}".format).assign(total=total)
    most, fewest = total.idxmax(), total.idxmin()
    return shapes.bars(
        frame.assign(series="red"),
        {"red": "warn"},
        x="red beads after two days",
        title=f"After two days {most} has {total.max()} red beads, {fewest} {total.min()}",
        description=(
            "Red beads after two days, out of 100 beads each: "
            + ", ".join(f"{who} {n}" for who, n in total.items())
            + "."
        ),
        provenance=(SEMINAR,),
        table=table.rename_axis("worker").reset_index(),
        most=30,
    )


def _ends(totals: pd.Series, end: int) -> str:
    """Name those who share the highest or lowest total, and say what it is."""
    return f"{' and '.join(totals.index[totals == end])} ({end})"


def _paddles(counts: np.ndarray, name: str, said: str, provenance: Provenance) -> Figure:
    """Draw one seminar, paddle by paddle, with its limits."""
    centre, low, high = deming.bead_limits(counts)
    values = counts.T.ravel()
    kind = np.select([values > high, values < low], ["concern", "improvement"], "common cause")
    points = pd.DataFrame({"at": np.arange(1, len(values) + 1), "value": values, "segment": 0})
    points = points.assign(centre=centre, low=low, high=high, kind=kind, why="")
    days = [f"day {day}" for day in range(1, counts.shape[1] + 1)]
    table = pd.DataFrame(counts, columns=days).assign(total=counts.sum(axis=1))
    table.insert(0, "worker", deming.WORKERS)
    totals = table.set_index("worker")["total"]
    outside = int((kind != "common cause").sum())
    told = deming.after_the_talk(counts[None]).set_index("who")
    words = (
        f"{name}: {len(values)} paddles of {deming.PADDLE} beads, {values.sum()} red. The mean is "
        f"{centre:.2f}, the limits of chance are {low:.2f} and {high:.2f}, and {outside or 'none'} "
        f"of the {len(values)} paddles {'lies' if outside == 1 else 'lie'} outside. Most red: "
        f"{_ends(totals, totals.max())}; fewest: {_ends(totals, totals.min())}. The worst of the "
        f"first two days had {told.loc['warned', 'before']:.1f} a day, then "
        f"{told.loc['warned', 'after']:.1f}; the best {told.loc['praised', 'before']:.1f}, then "
        f"{told.loc['praised', 'after']:.1f}."
    )
    return control_chart(
        points,
        title=f"{name}: {outside or 'none'} of {len(values)} paddles outside the limits of chance",
        description=words + said,
        provenance=(provenance, JUDGED),
        unit="red beads on the paddle",
        x="paddle (six workers a day)",
        table=table,
    )


RED = Slider("red", "Red beads in our box", 20, min=0, max=50, step=5, unit="%")


def _unlike_chance() -> str:
    """Return whose red beads in the seminar lie above the limits of chance, if anybody's."""
    seminar = deming.SEMINAR_1985
    _, _, high = deming.bead_limits(np.array(list(seminar.values())))
    above = {who: sum(count > high for count in counts) for who, counts in seminar.items()}
    most = max(above, key=lambda who: above[who])
    return most if above[most] else "none"


def beads(this: Lesson) -> Lab:
    """Look at Deming's seminar, or play one of ours."""
    guess = this.predict("train")
    games = {"1985": "Deming’s seminar of 1985", "ours": "a seminar of ours"}

    def draw(value: dict) -> Figure:
        if value["game"] == "1985":
            counts = np.array(list(deming.SEMINAR_1985.values()))
            said = recalled(guess, "You predicted that it would pay to train")
            return _paddles(counts, "Deming’s seminar", said, SEMINAR)
        counts = deming.draw_beads(value["red"] / 100, seed=SEED)[0]
        return _paddles(counts, f"A box with {value['red']} % red", "", PLAYED)

    controls = (Choice("game", "Which figures", "1985", options=games), RED)
    return Lab("beads", controls, draw, after=(guess,), truth={"train": _unlike_chance})


def talk(this: Lesson) -> Lab:
    """Let the foreman praise the best and warn the worst, and see what it does."""
    guess = this.predict("train")
    who = {"praised": "praised: the best", "warned": "warned: the worst", "kept": "the best three"}
    when = {"before": "before the talk", "after": "after it"}

    def draw(value: dict) -> Figure:
        counts = deming.draw_beads(value["red"] / 100, runs=int(value["runs"]), seed=SEED)
        told = deming.after_the_talk(counts, value["days"])
        praised, warned, _ = told.itertuples()
        told["who"] = told["who"].map(who)
        each = "; ".join(f"{r.who} {r.before:.1f}, then {r.after:.1f}" for r in told.itertuples())
        words = (
            f"{RUNS.options[value['runs']].capitalize()} with {value['red']} % red beads. The "
            f"foreman speaks to his workers after day {value['days']} of {deming.DAYS}, and "
            f"changes nothing else. Red beads per paddle before the talk, then after it: {each}."
        )
        if value["runs"] != "1":
            words += (
                f" The warned worker has fewer afterwards in {100 * warned.fewer:.0f} % of the "
                f"runs, the praised one in {100 * praised.fewer:.0f} %."
            )
        frame = told.rename(columns={"who": "category"}).melt(
            "category", list(when), "series", "value"
        )
        return shapes.bars(
            frame.assign(series=frame["series"].map(when)),
            {when["before"]: "calm", when["after"]: "main"},
            x="red beads per paddle",
            title=f"After the talk, the warned worker went from {warned.before:.1f} red beads to "
            f"{warned.after:.1f}, the praised one from {praised.before:.1f} to {praised.after:.1f}",
            description=words,
            provenance=(PLAYED,),
            table=told.rename(columns={**when, "fewer": "share of runs with fewer afterwards"}),
            most=30,
        )

    days = Slider("days", "Days before the talk", 2, min=1, max=deming.DAYS - 1, unit="days")
    return Lab("talk", (days, RED, RUNS), draw, after=(guess,))


# ---- the funnel --------------------------------------------------------------------------------


def funnel(this: Lesson) -> Lab:
    """Move the funnel after each drop, or leave it alone."""
    guess = this.predict("funnel")
    rules = guess.ask.options

    def closest() -> str:
        return min(rules, key=lambda r: deming.usual_miss(deming.funnel(int(r), DROPS, MANY, SEED)))

    def draw(value: dict) -> Figure:
        rule, runs, drift = int(value["rule"]), int(value["runs"]), value["drift"]
        names = {1: "rule 1: leave it alone"} | ({rule: f"rule {rule}"} if rule != 1 else {})
        lies = {each: deming.funnel(each, DROPS, runs, SEED, drift) for each in names}
        at = np.arange(1, DROPS + 1)
        rows = [
            (names[each], deming.usual_miss(drops), np.abs(drops).max())
            for each, drops in lies.items()
        ]
        table = pd.DataFrame(rows, columns=["rule", "usual miss", "largest miss"])
        alone, own = table["usual miss"].iloc[[0, -1]]
        times = f"{own / alone:.1f} times as large as when it is left alone"
        found = f"Rule {rule}: the usual miss is {times}"
        if rule == 1:
            found = "Rule 1: the misses that the process makes by itself"
        words = (
            f"Rule {rules[value['rule']]}. {DROPS} drops, {RUNS.options[value['runs']]}, "
            + ("a process that is stable" if not drift else f"a process that drifts by {drift:.1f}")
            + f". The usual miss is {own:.2f} times the scatter of one drop, against {alone:.2f} "
            f"when the funnel is left alone; the largest is {table['largest miss'].iloc[-1]:.1f}."
        )
        if rule in (1, 2) or not drift:
            exact = np.sqrt(deming.funnel_variance(rule, DROPS, drift))
            words += f" Theory for drop {DROPS}: {exact:.2f}."
        if runs > 1:
            words += " The band holds nine drops in ten; the line is their mean."
        return shapes.paths(
            pd.concat(band(drops, at, names[each]) for each, drops in lies.items()),
            {name: "calm" if each == 1 else "warn" for each, name in names.items()},
            x="drop",
            y="distance from the target (1: scatter of a drop)",
            title=found,
            description=words + recalled(guess),
            provenance=(PLAYED,),
            table=table,
            low=None,
        )

    controls = (
        Choice("rule", "After each drop", "2", options=rules),
        Slider(
            "drift",
            "How far the process itself drifts each time",
            0,
            min=0,
            max=1,
            step=0.1,
            unit="of the scatter",
        ),
        RUNS,
    )
    return Lab("funnel", controls, draw, after=(guess,), truth={"funnel": closest})


# ---- false alarms ------------------------------------------------------------------------------


@cache
def _alarms(key: str, months: int, known: bool) -> float:
    return spc.false_signals(key, months, CHARTS, SEED, known)


@cache
def _first_alarm(key: str) -> float | None:
    return spc.first_alarm(key, seed=SEED)


def alarms(this: Lesson) -> Lab:
    """Count the charts on which something is flagged although nothing has changed."""
    guess = this.predict("alarms")
    sets = spc.RULE_SETS
    usual = 24  # months, as the prediction has it

    def draw(value: dict) -> Figure:
        known, months = value["limits"] == "known", value["months"]
        share = {key: 100 * _alarms(key, months, known) for key in sets}
        titles, shares = [each.title for each in sets.values()], map(round, share.values())
        frame = pd.DataFrame({"category": titles, "value": list(shares)})
        if guess.answer is not None:
            frame.loc[len(frame)] = ["your prediction", guess.answer]
        table = pd.DataFrame(
            {
                "rules": titles,
                "charts in 100 with a false alarm": [round(x, 1) for x in share.values()],
                "points to the first false alarm (limits known)": [
                    f"{points:.0f}" if (points := _first_alarm(key)) else "judges whole charts"
                    for key in sets
                ],
            }
        )
        how = "known beforehand" if known else "worked out from the same months"
        words = (
            f"{CHARTS:,} charts of {months} months in which nothing changed. The limits are {how}. "
            "Of 100 charts, this many show at least one false alarm: "
            + ", ".join(f"{sets[key].title} {x:.0f}" for key, x in share.items())
            + ". With limits that are known beforehand, the first false alarm comes after "
            f"{_first_alarm('weco'):.0f} points on average with the Western Electric rules, and "
            f"after about {_first_alarm('mdc'):.0f} with the four NHS rules."
        )
        return shapes.bars(
            frame.assign(series="flagged"),
            {"flagged": "warn"},
            x="charts in 100 with at least one false alarm",
            title=f"Nothing had changed, but the NHS rules flag {share['mdc']:.0f} of 100 charts",
            description=words + recalled(guess),
            provenance=(PLAYED,),
            table=table,
            most=100,
        )

    controls = (
        Slider("months", "Months on each chart", usual, min=12, max=60, step=6, unit="months"),
        Choice(
            "limits",
            "Where the limits come from",
            "same",
            options={"same": "the same months", "known": "known beforehand"},
        ),
    )
    truth = {"alarms": lambda: round(100 * _alarms("mdc", usual, False), 1)}
    return Lab("alarms", controls, draw, after=(guess,), truth=truth)


# ---- real series, four rule sets ----------------------------------------------------------------


def dialects(this: Lesson) -> Lab:
    """Judge a real series by four rule sets, and see who flags which month, and why."""
    guess = this.predict("dialects")
    return Lab(
        "dialects",
        CONTROLS,
        lambda value: draw(value, recalled(guess)),
        after=(guess,),
        truth={"dialects": how_alike},
    )


def large(this: Lesson) -> Lab:
    """Count few people or many, and see what limits of chance alone make of it."""
    guess = this.predict("large")
    return Lab(
        "large",
        crowds.CONTROLS,
        lambda value: crowds.draw(value, recalled(guess)),
        after=(guess,),
        truth={"large": crowds.outside},
    )


# ---- a ramp of tests ----------------------------------------------------------------------------


def ramp(_this: Lesson) -> Lab:
    """Test a change on a growing scale, with a prediction in every plan."""
    return RampLab()


def differences(_this: Lesson) -> Page:
    """List where the charts differ from the tools that they follow, and how to undo it."""
    table = spc.deviations()
    shown = page(table.columns, table.to_numpy())._repr_mimebundle_()
    lead = f"{len(table)} differences from the tools in use"
    folded = f"<details><summary>{lead}</summary>{shown['text/html']}</details>"
    return Page(folded, f"{lead}\n{shown['text/plain']}")
