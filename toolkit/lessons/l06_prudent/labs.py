"""Lesson 06, prudent: share hours, find enough, tell chance from difference, work with people."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd

from toolkit import evidence
from toolkit.evidence.provenance import Provenance
from toolkit.evidence.tables import split_list
from toolkit.lessons.l06_prudent.places import LIMITS, Places
from toolkit.models import prudent
from toolkit.screen.facts import MANY, Facts, lab, lines, marks
from toolkit.screen.stage import Lane, Trace

AT_ONCE = 0.1  # of the time for one appointment: the card is taken as the board is
NEARLY = 0.05  # of the first of two amounts: a smaller difference is not named
# Illustrative: three groups of people who could use a team's hours, from worst off to best off.
NEEDY = ("frail", "ill", "operated")
STARTS = (26, 34, 40)
DEMANDS = (1, 2, 4)  # who is worst off asks least
BENEFITS = {"best": (2, 1, 4), "worst": (4, 1, 2), "alike": (2, 2, 2)}
TEAMS = ("good", "need")  # those of the first question
BUDGET = 21  # hours a week
USUAL = prudent.Treatment(most=10, burden=0.5)  # the patient of the guideline
LONGEST = 20  # sessions
CLEAR = 0.4  # points by which a mark stands above the curve, so that its name can be read
SEED = 12  # its first year is a middling one, so nobody is shown a rare year first
ASKED = (20, 0, 22)  # cases, difference and number of the areas that the prediction is about
# Illustrative: people with one condition, some with time, health and company, some with little.
KIN = (prudent.Kin("able", 20, 3, 0.8), prudent.Kin("bare", 20, 4, 0.2))
BOTH = [each.name for each in KIN]
TEAM_HOURS = 70
ONLY = 0.5  # of the work, which only a professional can do
SUPPORT = 6  # hours, once, for each person
WEEKS = 52
PROGRAMMES = ["aneurin_bevan_1", "bevan_exemplars_1", "bevan_exemplars_2", "bevan_exemplars_3"]


def _nearly_same(one: float, two: float) -> bool:
    """Return whether two amounts are too close for a difference to be named."""
    return abs(two - one) < NEARLY * one


def _given_out(groups: list[prudent.NeedGroup], shares: np.ndarray) -> tuple[Lane, list, list]:
    """Return the hours as cards, given out one after the other, to whom, and the gap.

    Each is one of the group that is furthest behind what the rule gives it by then. Health is that
    of the appointments given, and at the end that of the hours, which may be parts of one.

    Parameters
    ----------
    groups : list of NeedGroup
        The groups.
    shares : ndarray, shape (hours + 1, groups)
        What the rule gives each group of 0, 1, 2 and more hours.
    """
    given, goes, health = np.zeros(len(groups)), [], []
    for share in shares[1:]:
        goes.append(int(np.argmax((share - given).round(9))))
        given[goes[-1]] += 1
        health.append(prudent.health(groups, given))
    health[-1] = prudent.health(groups, shares[-1])
    hours = len(goes)
    cards = np.arange(hours)
    who = np.concatenate([cards, cards])
    to = np.concatenate([0 * cards, 1 + np.array(goes)])
    at = np.concatenate([0 * cards, cards + AT_ONCE])
    boards = enumerate(np.array(health).round().astype(int).T.tolist(), start=1)
    lane = Lane(
        {"left": False, **dict.fromkeys(NEEDY, True)},
        (who, to, at),
        ["form"] * hours,
        {place: ("board", points) for place, points in boards},
    )
    return lane, [NEEDY[group] for group in goes], [np.ptp(each) for each in health]


def gap_by_benefit() -> str:
    """Return what becomes of the gap when each hour goes to whoever gains most."""
    found = hours(rule="good")
    before, after = found.apart_before, found.teams["good"]["apart"]
    if _nearly_same(before, after):
        return "same"
    return "wider" if after > before else "narrower"


@lab(predict={"boards": gap_by_benefit})
def hours(rule: str = "two", gains: str = "best", hours: int = BUDGET) -> Facts:
    """Share a team's hours among three groups, or compare two teams, and see who gains what."""
    groups = [
        prudent.NeedGroup(*each)
        for each in zip(NEEDY, STARTS, BENEFITS[gains], DEMANDS, strict=True)
    ]
    starts = np.array(STARTS)
    best = prudent.health(groups, prudent.share(groups, hours, "good"))
    rules = TEAMS if rule == "two" else (rule,)
    teams, tables, lanes = {}, [], {}
    ended: dict[str, list] = {}
    for each in rules:
        shares = np.array([prudent.share(groups, n, each) for n in range(hours + 1)])
        health = prudent.health(groups, shares[-1])
        parts = {"hours": shares[-1], "before": starts, "health": health}
        table = pd.DataFrame({"rule": each, "group": NEEDY, **parts, "gained": health - starts})
        teams[each] = {
            "who": table.to_dict("records"),
            "total": (health - starts).sum(),
            "apart": np.ptp(health),
        }
        tables.append(table.round(1))
        lanes[each], goes, ahead = _given_out(groups, shares)
        of = f"_{each}" if rule == "two" else ""
        ended |= {f"group{of}": [None, *goes], f"ahead{of}": [np.ptp(starts), *ahead]}
    bars = {"before": starts} | {
        each if rule == "two" else "health": [one["health"] for one in team["who"]]
        for each, team in teams.items()
    }
    return Facts(
        chart=pd.DataFrame(
            {"category": name, "series": part, "value": round(amounts[i], 1)}
            for i, name in enumerate(NEEDY)
            for part, amounts in bars.items()
        ),
        table=pd.concat(tables, ignore_index=True),
        teams=teams,
        most=(best - starts).sum(),
        apart_before=np.ptp(starts),
        trace=Trace(hours, lanes, ended),
    )


def best_sessions() -> float:
    """Return how many sessions are best for the patient of the guideline."""
    return round(USUAL.best, 1)


@lab(predict={"sessions": best_sessions})
def enough(
    given: int = 10, most: int = 10, burden: float = 0.5, *, sessions: float | None = None
) -> Facts:
    """Choose how many sessions one patient gets, and find where more begins to harm."""
    one = prudent.Treatment(most=most, burden=burden)
    top, now = float(one.net(one.best)), float(one.net(given))
    at = np.arange(0, LONGEST + 0.25, 0.25)
    found = top - now < 0.05
    amounts = {"best": (one, one.best)} if found else {}
    amounts["given"] = (one, given)
    if sessions is not None:
        amounts["prediction"] = (USUAL, sessions)
    rows = np.array([0, 2, 4, 6, 8, 10, 15, LONGEST])
    other = {} if one == USUAL else {"guideline": USUAL.net(at)}
    curves = lines(at, **other, benefit=one.benefit(at), net=one.net(at))
    upright = [
        (x, name, value)
        for name, (who, x) in amounts.items()
        for value in (0, float(who.net(x)) + CLEAR)
    ]
    return Facts(
        chart=pd.concat([curves, pd.DataFrame(upright, columns=["at", "series", "value"])]),
        table=pd.DataFrame(
            {"sessions": rows, "benefit": one.benefit(rows), "net": one.net(rows)}
        ).round(2),
        best=one.best,
        even=one.even,
        usual_best=USUAL.best,
        top=top,
        now=now,
        lost=top - now,
        found=found,
    )


def middling_ratio() -> float:
    """Return how many times as high the highest is in a middling year of equal areas."""
    expected, spread, areas = ASKED
    drawn = prudent.areas(expected, areas, spread / 100, MANY, np.random.default_rng(SEED))
    return round(float(np.median(prudent.extremal_quotient(drawn))), 1)


@lab(predict={"ratio": middling_ratio})
def league(
    expected: int = ASKED[0], spread: int = ASKED[1], runs: int = 1, *, ratio: float | None = None
) -> Facts:
    """Draw a league table of areas, and see how far apart chance alone puts them."""
    areas = ASKED[2]
    cases = prudent.areas(expected, areas, spread / 100, runs, np.random.default_rng(SEED))
    ratios = np.sort(prudent.extremal_quotient(cases))[[runs // 2, runs // 20, -1 - runs // 20]]
    scv = prudent.systematic_variation(cases, expected)
    low, high = (prudent.poisson_limit(expected, below) for below in (0.025, 0.975))
    at = np.arange(1, areas + 1)
    chart = lines(at, chance=np.full(areas, float(expected)), areas=np.sort(cases, axis=1))
    chart.loc[chart["series"] == "chance", ["low", "high"]] = low, high
    places = chart[chart["series"] == "areas"].reset_index(drop=True)
    # The prediction is so many times the lowest, of the areas of the question and of no others.
    asked = ratio is not None and (expected, spread) == ASKED[:2]
    shown = np.unique(np.linspace(0, areas - 1, 12).astype(np.int64))
    columns = ["at", "value", "low", "high"] if runs > 1 else ["at", "value"]
    return Facts(
        chart=chart,
        marks=marks((areas, ratio * places["value"][0] if asked else None, "prediction")),
        table=places.loc[shown, columns].round(1).reset_index(drop=True),
        areas=areas,
        times=[each if math.isfinite(each) else None for each in ratios],
        lowest=cases.min(),
        highest=cases.max(),
        left=scv.mean(),
        left_in=np.percentile(scv, [5, 95]),
        left_true=(spread / 100) ** 2,
        limits=(low, high),
        outside=((cases < low) | (cases > high)).sum(axis=1).mean(),
    )


def gap_goes() -> str:
    """Return what becomes of the gap with support first for the able, and hours shared alike."""
    start, end = together().gaps
    if _nearly_same(start, end):
        return "same"
    return "wider" if end > start else "narrower"


@lab(predict={"gap": gap_goes})
def together(support: int = 10, order: str = "most", freed: str = "alike") -> Facts:
    """Support people to take up work, and see what is left undone, and for whom."""
    team = prudent.Team(KIN, TEAM_HOURS, ONLY, SUPPORT)
    found, without = team.run(WEEKS, support, order, freed), team.run(1, 0, order, freed)
    start, end = without[BOTH].iloc[0], found[BOTH].iloc[-1]
    weeks = pd.concat([without.assign(week=0), found])
    more = team.more_undone(start, found)
    ahead = np.flatnonzero(more < 0)
    return Facts(
        chart=lines(weeks["week"], **weeks[BOTH]),
        table=weeks.set_index("week").loc[[0, 1, 4, 8, 13, 26, 39, WEEKS]].reset_index().round(2),
        paid=dict(zip(BOTH, team.weeks_to_pay, strict=True)),
        start=start,
        end=end,
        worst=found[BOTH].max(),
        gaps=[abs(each["bare"] - each["able"]) for each in (start, end)],
        undone=[each.mean() for each in (start, end)],
        changes=np.abs(more).max() >= 1e-9,
        since=found["week"].iloc[ahead[0]] if len(ahead) else None,
    )


def outside_chance() -> str:
    """Return how many of the districts lie outside the limits of chance."""
    inside = districts(limits="drawn").inside
    return "most" if inside < 0.5 else "third" if inside < 0.8 else "few"


@lab(predict={"districts": outside_chance}, reveal_at={"limits": "drawn"})
def districts(limits: str = "none") -> Facts:
    """Look at deaths from bowel cancer by district, then draw the limits of chance."""
    held = evidence.series("bowel_cancer_districts")
    cases, sizes = held.frame["deaths_per_year"], held.frame["scaled_denominator"]
    places = Places(
        held.frame["district"],
        cases,
        sizes,
        lambda size, rate, below: prudent.poisson_limit(size * rate, below),
        per=100_000,
        within=1_000,
    )
    rates, outside, expected = places.rates, places.where != "inside", sizes * places.rate
    drawn = limits == "drawn"
    dots, drawn_lines = places.dots, places.lines
    if not drawn:
        dots = dots.assign(series="inside")
        drawn_lines = drawn_lines[drawn_lines["line"] == "average"]
    quarters = sizes.groupby(pd.qcut(sizes, 4), observed=True).groups.values()
    return Facts(
        chart=dots,
        lines=drawn_lines,
        notes=places.notes if drawn else places.notes.iloc[:0],
        drawn=drawn,
        table=pd.DataFrame(
            {
                "size": (sizes[part].min() / 1_000, sizes[part].max() / 1_000),
                "districts": len(part),
                **rates[part].agg(["min", "max", "std"]).round(1),
                "outside": outside[part].sum(),
            }
            for part in quarters
        ),
        districts=len(cases),
        average=places.per * places.rate,
        times=rates.max() / rates.min(),
        outside=outside.sum(),
        inside=1 - outside.mean(),
        chance=round(2 * LIMITS["inner limit"] * len(cases)),
        far=places.notes["text"],
        spread=prudent.overdispersion(cases, expected, expected),
        scv=prudent.systematic_variation(cases, expected),
        held=held,
        source=held.provenance,
    )


def tonsils() -> Facts:
    """Show how far apart rates of one operation lie, and what was explained."""
    row = evidence.contrasts().frame.set_index("id").loc["tonsillectomy_scotland"]
    return Facts(
        lowest=row["before"],
        highest=row["after"],
        times=row["after"] / row["before"],
        row=row,
        source=Provenance("published", (row["sources"],), bool(row["verified"])),
    )


def reported() -> Facts:
    """List what is reported of prudent programmes in Wales, and what to beware of."""
    rows = evidence.published_cases().frame.set_index("row").loc[PROGRAMMES]
    keys = rows["sources"].map(split_list)
    named = tuple(dict.fromkeys(key for each in keys for key in each))
    return Facts(
        table=rows.assign(cited=[evidence.cite(*each) for each in keys]).reset_index(drop=True),
        source=Provenance("published", named, bool(rows["verified"].all())),
    )
