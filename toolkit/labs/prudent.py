"""Lesson 06, prudent: share hours, find enough, tell chance from difference, work with people."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd

from toolkit import need
from toolkit.charts import shapes
from toolkit.charts.figure import Figure
from toolkit.evidence.provenance import Provenance
from toolkit.labs import prudent_tables
from toolkit.labs.common import MANY, PLAYED, WORKED_OUT, band, line, recalled, spot
from toolkit.labs.frame import Lab
from toolkit.labs.lesson import Lesson, Page
from toolkit.widgets.form import Choice, Slider

SEED = 12  # its first year is a middling one, so nobody is shown a rare year first
YEARS = Choice(
    "runs", "How often to draw a year", "1", options={"1": "one year", str(MANY): f"{MANY} years"}
)

# Illustrative: three groups of people who could use a team's hours, from worst off to best off.
PEOPLE = Provenance("illustrative", note="the groups, their health and what an hour brings them")
NAMES = ("frail, living alone", "with a long illness", "after an operation")
STARTS = (26, 34, 40)
DEMANDS = (1, 2, 4)  # who is worst off asks least
BENEFITS = {"best": (2, 1, 4), "worst": (4, 1, 2), "alike": (2, 2, 2)}
GAINS = {
    "best": "those after an operation",
    "worst": "those who are frail",
    "alike": "everybody alike",
}
BUDGET = 21  # hours a week
NEARLY = 0.05  # two amounts that differ by less are called nearly the same


def _groups(gains: str) -> list[need.Group]:
    each = zip(NAMES, STARTS, BENEFITS[gains], DEMANDS, strict=True)
    return [need.Group(*one) for one in each]


def _boards() -> str:
    """Return how the two teams of the first question compare."""
    groups = _groups("best")
    gains, gaps = [], []
    for rule in ("good", "need"):
        health = need.health(groups, need.share(groups, BUDGET, rule))
        gains.append(float((health - np.array(STARTS)).sum()))
        gaps.append(float(np.ptp(health)))
    if all(abs(two - one) < NEARLY * one for one, two in (gains, gaps)):
        return "same"
    more, narrower = gains[1] > gains[0], gaps[1] < gaps[0]
    return {(True, True): "both", (False, True): "trade"}[more, narrower]


def hours(this: Lesson) -> Lab:
    """Share a team's hours among three groups, and see who gains what."""
    guess = this.predict("boards")

    def draw(value: dict) -> Figure:
        budget, rule, counts = value["hours"], value["rule"], value["weight"]
        groups, starts = _groups(value["gains"]), np.array(STARTS)
        given = need.share(groups, budget, rule, need.weights(groups, counts))
        health = need.health(groups, given)
        gained = health - starts
        most = (need.health(groups, need.share(groups, budget, "good")) - starts).sum()
        apart = np.ptp(health)
        parts = {"hours": given, "points gained": gained, "health after": health}
        frame = pd.DataFrame(
            {"category": name, "series": part, "value": amounts[i].round(1)}
            for i, name in enumerate(NAMES)
            for part, amounts in parts.items()
        )
        table = pd.DataFrame(
            {"group": NAMES, "hours a week": given, "health before": starts,
             "points gained": gained, "health after": health}
        ).round(1)  # fmt: skip
        told = "; ".join(
            f"{name}, {x:.1f} hours, health {before} to {after:.1f}"
            for name, x, before, after in zip(NAMES, given, starts, health, strict=True)
        )
        said = (
            f" A point for the worst off counts {counts} times." if rule == "good" and counts > 1
            else ""
        )  # fmt: skip
        words = (
            f"{budget} hours a week, {need.RULES[rule]}.{said} An hour helps most: "
            f"{GAINS[value['gains']]}. Who gets what: {told}. Together "
            f"{gained.sum():.1f} points are gained; the most that any sharing could bring is "
            f"{most:.1f}. Between the best and the worst off "
            f"lie {apart:.1f} points; before, {np.ptp(starts)}."
        ) + recalled(guess)
        return shapes.bars(
            frame,
            {"hours": "calm", "points gained": "main", "health after": "third"},
            x="hours a week, and points of health",
            title=f"{gained.sum():.1f} points gained in all, a gap of {apart:.1f} points",
            description=words,
            provenance=(PEOPLE, WORKED_OUT),
            table=table,
            most=90,
            width=520,
            row=18,
        )

    controls = (
        Choice("rule", "How the hours are shared", "equal", options=need.RULES),
        Choice("gains", "Whom an hour helps most", "best", options=GAINS),
        Slider("weight", "Where it adds most: a point for the worst off counts", 1, min=1, max=10,
               unit="times as much"),
        Slider("hours", "Hours of the team", BUDGET, min=3, max=63, step=3, unit="hours a week"),
    )  # fmt: skip
    return Lab("hours", controls, draw, after=(guess,), truth={"boards": _boards})


USUAL = need.Treatment(most=10, burden=0.5)  # illustrative: the patient of the guideline
LONGEST = 20
CLEAR = 0.4  # points by which a mark stands above the curve, so that its name can be read


def enough(this: Lesson) -> Lab:
    """Choose how many sessions one patient gets, and find where more begins to harm."""
    guess = this.predict("sessions")
    at = np.arange(0, LONGEST + 0.25, 0.25)

    def draw(value: dict) -> Figure:
        given = value["given"]
        one = need.Treatment(most=value["most"], burden=value["burden"])
        best, top, now = one.best, float(one.net(one.best)), float(one.net(given))
        parts = {
            "guideline patient": USUAL.net(at),
            "benefit alone": one.benefit(at),
            "benefit less harm": one.net(at),
        }
        curves = [line(values, at, name) for name, values in parts.items()]
        asked = {} if guess.answer is None else {"your prediction": (USUAL, guess.answer)}
        amounts = {"best": (one, best), "given": (one, given), **asked}
        curves += [
            line([0, float(who.net(x)) + CLEAR], x, name) for name, (who, x) in amounts.items()
        ]
        harm = (
            "no session at all would be best"
            if best == 0
            else f"above {one.even:.1f} sessions none at all would be better"
        )
        words = (
            f"This patient can gain at most {value['most']} points; each session takes "
            f"{one.burden:g} points in harm and burden. Best are {best:.1f} sessions, which leave "
            f"{top:.1f} points; {harm}. {given} sessions leave {now:.1f} points, "
            f"{top - now:.1f} fewer than the best. For the patient whom the guideline has in mind "
            f"the best is {USUAL.best:.1f} sessions."
        ) + recalled(guess)
        rows = np.array([0, 2, 4, 6, 8, 10, 15, LONGEST])
        table = pd.DataFrame({
            "sessions": rows, "benefit alone": one.benefit(rows), "benefit less harm": one.net(rows)
        }).round(2)  # fmt: skip
        far = "too few" if given < best else "too many"
        gap = "about right" if top - now < 0.05 else f"{far}, {top - now:.1f} points lost"
        return shapes.paths(
            pd.concat(curves),
            {"guideline patient": "calm", "benefit alone": "third", "benefit less harm": "main",
             "best": "fourth", "given": "warn", "your prediction": "fifth"},
            x="sessions",
            y="points of health",
            title=f"Best for this patient: {best:.1f} sessions; {given} given: {gap}",
            description=words,
            provenance=(
                Provenance("illustrative", note="the treatment and the patients"),
                WORKED_OUT,
            ),
            table=table,
            low=None,
        )  # fmt: skip

    controls = (
        Slider("given", "Sessions given", 10, min=0, max=LONGEST, unit="sessions"),
        Slider("most", "What this patient can gain at most", 10, min=0, max=20, unit="points"),
        Slider("burden", "What each session takes from this patient", 0.5,
               min=0.25, max=2, step=0.25, unit="points"),
    )  # fmt: skip
    return Lab("enough", controls, draw, after=(guess,), truth={"sessions": lambda: USUAL.best})


def _times(quotient: float) -> str:
    """Return how many times as high the highest is, or why nobody can say."""
    return f"{quotient:.1f} times the lowest" if math.isfinite(quotient) else "above a lowest of 0"


def _apart(cases: np.ndarray, expected: int) -> tuple[str, str]:
    """Return how far apart areas came out, one draw a row: the highest over the lowest, and all."""
    runs = len(cases)
    ratios = np.sort(need.extremal_quotient(cases))
    middle, few, many = map(_times, ratios[[runs // 2, runs // 20, runs - 1 - runs // 20]])
    scv = 100 * need.systematic_variation(cases, expected)
    low, high = np.percentile(scv, [5, 95])
    left = "The variation that is left with chance taken off (its systematic component) is"
    if runs == 1:
        return f"Highest {middle}", (
            f"In this year the lowest area has {cases.min()} cases and the highest {cases.max()}: "
            f"{middle}. {left} {scv[0]:.1f} hundredths"
        )
    return f"Highest {middle} in a middling year", (
        f"Over {runs} years the highest is, in a middling year, {middle}; in nine years of ten, "
        f"from {few} to {many}. {left} {scv.mean():.1f} hundredths on average, and {low:.1f} to "
        f"{high:.1f} in nine years of ten"
    )


def league(this: Lesson) -> Lab:
    """Draw a league table of areas, and see how far apart chance alone puts them."""
    guess = this.predict("ratio")

    def draw(value: dict) -> Figure:
        expected, count, runs = value["expected"], value["areas"], int(value["runs"])
        spread = value["spread"] / 100
        cases = need.areas(expected, count, spread, runs, np.random.default_rng(SEED))
        head, drawn = _apart(cases, expected)
        low, high = (need.poisson_limit(expected, below) for below in (0.025, 0.975))
        outside = ((cases < low) | (cases > high)).sum(axis=1).mean()
        at = np.arange(1, count + 1)
        name = "areas in order" if runs == 1 else f"{MANY} league tables"
        chance = line(float(expected), at, "chance alone").assign(low=low, high=high)
        places = band(np.sort(cases, axis=1), at, name)
        marks = spot(guess, count)
        marks["value"] *= places["value"].iloc[0]  # so many times the lowest
        if any(value[name] != start[name] for name in ("expected", "spread", "areas")):
            marks = marks.iloc[:0]  # asked was about the areas of the question, not about these
        truth = "the same everywhere" if spread == 0 else f"{value['spread']} % apart, as a rule"
        words = (
            f"{count} areas, {expected} cases expected in each; the true rates are {truth}. "
            f"{drawn}; in truth it is {100 * spread**2:.1f}. Chance alone keeps 19 areas in 20 "
            f"between {low:.1f} and {high:.1f} cases; beyond lie "
            f"{f'{outside:.1f}, on average,' if runs > 1 else f'{outside:.0f}'} of {count}."
        ).replace(" -", " −") + recalled(guess)
        shown = np.unique(np.linspace(0, count - 1, 12).astype(np.int64))
        table = pd.DataFrame({"place in the table": at, "cases": places["value"]})
        if runs > 1:
            edges = {"low": "5 % of years below", "high": "95 % of years below"}
            table = table.join(places[list(edges)].rename(columns=edges))
        return shapes.paths(
            pd.concat([chance, places]),
            {"chance alone": "calm", name: "main"},
            x="areas, from the fewest cases to the most",
            y="cases in the year",
            title=f"{head}; true rates: {truth}",
            description=words,
            provenance=(Provenance("illustrative", note="the areas"), PLAYED),
            marks=marks,
            table=table.iloc[shown].round(1),
        )

    controls = (
        Slider("expected", "Cases expected in each area", 20, min=5, max=200, step=5,
               unit="cases a year"),
        Slider("spread", "True difference between areas", 0, min=0, max=50, step=5, unit="%",
               note="how far their true rates lie from the mean, as a rule (standard deviation)"),
        Slider("areas", "How many areas", 22, min=4, max=60, unit="areas"),
        YEARS,
    )  # fmt: skip
    start = {field.name: field.value for field in controls}

    def middling() -> float:
        drawn = need.areas(start["expected"], start["areas"], 0, MANY, np.random.default_rng(SEED))
        return float(np.median(need.extremal_quotient(drawn)))

    return Lab("league", controls, draw, after=(guess,), truth={"ratio": middling})


# Illustrative: people with one condition, some with time, health and company, some with little.
ABLE, BARE = "with means", "with little"
GROUPS = (need.Kin(ABLE, 20, 3, 0.8), need.Kin(BARE, 20, 4, 0.2))
TEAM_HOURS = 70
SUPPORT = 6  # hours, once, for each person
SUPPORTED = 10  # hours a week that go to support at the start
ONLY = 50  # % of the work that only a professional can do
WEEKS = 52


def _gap() -> str:
    """Return what becomes of the gap with support first for the able, and hours shared alike."""
    team = need.Team(GROUPS, TEAM_HOURS, ONLY / 100, SUPPORT)
    weeks = [
        team.run(1, 0, "most", "alike").iloc[0],
        team.run(WEEKS, SUPPORTED, "most", "alike").iloc[-1],
    ]
    start, end = (abs(each[BARE] - each[ABLE]) for each in weeks)
    if abs(end - start) < NEARLY * start:
        return "same"
    return "wider" if end > start else "narrower"


def _since(team: need.Team, start: pd.Series, found: pd.DataFrame) -> str:
    """Say from when on support has paid, counted from the start."""
    more = team.more_undone(start, found)
    ahead = np.flatnonzero(more < 0)
    if np.abs(more).max() < 1e-9:
        return "Nothing changes over the year."
    if not len(ahead):
        return "Over the year, more has been left undone than without any support."
    return (
        "Counted from the start, less has been left undone than without support from week "
        f"{found['week'].iloc[ahead[0]]} on."
    )


def together(this: Lesson) -> Lab:
    """Support people to take up work, and see what is left undone, and for whom."""
    guess = this.predict("gap")

    def draw(value: dict) -> Figure:
        team = need.Team(GROUPS, TEAM_HOURS, value["only"] / 100, SUPPORT)
        plan = (value["order"], value["freed"])
        found = team.run(WEEKS, value["support"], *plan)
        without = team.run(1, 0, *plan)
        both = [ABLE, BARE]
        start, end = without[both].iloc[0], found[both].iloc[-1]
        gaps = [abs(each[BARE] - each[ABLE]) for each in (start, end)]
        paid = [f"{w:.0f} weeks" if math.isfinite(w) else "never" for w in team.weeks_to_pay]
        weeks = pd.concat([without.assign(week=0), found])
        frame = weeks.rename(columns={"week": "at"}).melt(
            "at", value_vars=both, var_name="series", value_name="value"
        )
        words = (
            f"{value['support']} hours a week go to support until all have had theirs; first, "
            f"{need.ORDERS[plan[0]]}. The team’s hours go to {need.FREED[plan[1]]}; "
            f"{value['only']} % of the work only a professional can do. What a person takes up has "
            f"paid for the support after: {ABLE}, {paid[0]}; {BARE}, {paid[1]}. Left undone for "
            f"each person, before and after a year: {ABLE}, {start[ABLE]:.2f} and {end[ABLE]:.2f} "
            f"hours a week; {BARE}, {start[BARE]:.2f} and {end[BARE]:.2f}. At most in any week: "
            f"{found[ABLE].max():.2f} and {found[BARE].max():.2f}. "
            f"{_since(team, start, found)}"
        ) + recalled(guess)
        table = weeks.set_index("week").loc[[0, 1, 4, 8, 13, 26, 39, WEEKS]].reset_index().round(2)
        table.columns = ["week", "hours for support", *(f"undone, {name}" for name in both)]
        return shapes.paths(
            frame,
            {ABLE: "main", BARE: "warn"},
            x="weeks from the start",
            y="left undone, hours a week for each person",
            title=f"The gap goes from {gaps[0]:.1f} to {gaps[1]:.1f} hours a week; left undone: "
            f"{sum(start) / 2:.1f} to {sum(end) / 2:.1f}",
            description=words,
            provenance=(
                Provenance("illustrative", note="the people, their work and their means"),
                WORKED_OUT,
            ),
            table=table,
        )

    controls = (
        Slider("support", "Hours for support, until all have had theirs", SUPPORTED, min=0, max=40,
               step=5, unit="hours a week"),
        Choice("order", "Whom to support first", "most", options=need.ORDERS),
        Choice("freed", "Who gets the team’s hours", "alike", options=need.FREED),
        Slider("only", "Work that only a professional can do", ONLY, min=0, max=100, step=10,
               unit="%"),
    )  # fmt: skip
    return Lab("together", controls, draw, after=(guess,), truth={"gap": _gap})


def districts(_this: Lesson) -> Figure:
    """Show deaths from bowel cancer by district, inside the limits of chance."""
    return prudent_tables.districts()


def hearts(_this: Lesson, later: bool = False) -> Figure:
    """Show children's deaths after heart surgery, in one of two periods that do not compare."""
    return prudent_tables.hearts(later)


def tonsils(_this: Lesson) -> Page:
    """Show how far apart rates of one operation lie, and what was explained."""
    return prudent_tables.tonsils()


def claim(_this: Lesson) -> Page:
    """Show a claim of the seed paper beside what is published for it and against it."""
    return prudent_tables.claim()


def reported(_this: Lesson) -> Page:
    """List what is reported of prudent programmes in Wales, and what to beware of."""
    return prudent_tables.reported(
        ("aneurin_bevan_1", "bevan_exemplars_1", "bevan_exemplars_2", "bevan_exemplars_3")
    )
