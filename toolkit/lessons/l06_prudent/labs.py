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
from toolkit.screen.facts import MANY, Facts, lab, lines
from toolkit.screen.stage import Lane, Trace, as_moves

AT_ONCE = 0.1  # of the time for one appointment: its patient comes in as it begins
NEARLY = 0.05  # of the first of two amounts: a smaller difference is not named
# Illustrative: three groups of people who could use a team's hours, from worst off to best off.
NEEDY = ("frail", "ill", "operated")
STARTS = (26, 34, 40)
DEMANDS = (1, 2, 4)  # who is worst off asks least
BENEFITS = {"best": (3, 2, 6), "worst": (6, 2, 3), "alike": (3, 3, 3)}
TEAMS = ("good", "need")  # those of the first question
BUDGET = 15  # hours a week
USUAL = prudent.Treatment(most=10, burden=0.5)  # the patient of the guideline
LONGEST = 20  # sessions
CLEAR = 0.4  # points by which a mark stands above the curve, so that its name can be read
SEED = 4  # its first year is a middling one, so nobody is shown a rare year first
YEARS = 20
ENDS = 5  # areas that stand at the top of a league table, and at its bottom
AREAS = "ABCDEFGHIJKLMNOPQRSTUV"  # one letter each
OPERATIONS = 20  # expected in each area of the question
# Illustrative: people with one condition, some with time, health and company, some with little.
KIN = (prudent.Kin("able", 20, 3, 0.8), prudent.Kin("bare", 20, 4, 0.2))
BOTH = [each.name for each in KIN]
TEAM_HOURS = 70
ONLY = 0.5  # of the work needs a professional
SUPPORT = 6  # hours, once, for each person
WEEKS = 52
PROGRAMMES = ["aneurin_bevan_1", "bevan_exemplars_1", "bevan_exemplars_2", "bevan_exemplars_3"]


def _nearly_same(one: float, two: float) -> bool:
    """Return whether two amounts are too close for a difference to be named."""
    return abs(two - one) < NEARLY * one


def _given_out(
    groups: list[prudent.NeedGroup], shares: np.ndarray
) -> tuple[Lane, list[str], np.ndarray]:
    """Return the hours as patients who come one after the other, of which group, and the health.

    Each is one of the group that is furthest behind what the rule gives it by then. The health is
    that after each appointment, and at the end after the hours, which may be parts of one. Beside
    the groups stand the points from the worst off to the best off.

    Parameters
    ----------
    groups : list of NeedGroup
        The groups.
    shares : ndarray, shape (hours + 1, groups)
        What the rule gives each group of 0, 1, 2 and more hours.
    """
    given, goes, after = np.zeros(len(groups)), [], [np.array(STARTS, float)]
    for share in shares[1:]:
        goes.append(int(np.argmax((share - given).round(9))))
        given[goes[-1]] += 1
        after.append(prudent.health(groups, given))
    after[-1] = prudent.health(groups, shares[-1])
    health = np.array(after)
    gained = health - STARTS
    moves = [(one, place, one + AT_ONCE) for one, place in enumerate(goes)]
    apart, stand = len(groups), 0
    for tick, points in enumerate(np.ptp(health, axis=1).round().astype(int).tolist()):
        ends = [(n, apart, tick) for n in range(stand, points)]
        ends += [(n, -1, tick) for n in range(points, stand)]
        moves += [(len(goes) + n, to, float(at)) for n, to, at in ends]
        stand = points
    lane = Lane(
        {**dict.fromkeys(NEEDY, True), "apart": False},
        as_moves(moves),
        ["person"] * len(goes) + ["bead"] * (max(one for one, *_ in moves) + 1),
        {
            place: ("board", points)
            for place, points in enumerate(gained[1:].round().astype(int).T.tolist())
        },
    )
    return lane, [NEEDY[group] for group in goes], health


def two_boards() -> str:
    """Return how far apart the groups of the first team end, beside how they began."""
    found = hours()
    times = found.teams["good"]["apart"] / found.apart_before
    return "double" if times > 1.75 else "more" if times > 1.25 else "same"


@lab(predict={"boards": two_boards})
def hours(rule: str = "two", gains: str = "best", hours: int = BUDGET) -> Facts:
    """Share a team's hours among three groups, or compare two teams, and see who gains what."""
    groups = [
        prudent.NeedGroup(*each)
        for each in zip(NEEDY, STARTS, BENEFITS[gains], DEMANDS, strict=True)
    ]
    starts = np.array(STARTS)
    best = prudent.health(groups, prudent.share(groups, hours, "good"))
    rules = TEAMS if rule == "two" else (rule,)
    teams, tables, lanes, rows = {}, [], {}, [("before", 0, starts)]
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
        lanes[each], goes, after = _given_out(groups, shares)
        of = f"_{each}" if rule == "two" else ""
        ended |= {f"group{of}": [None, *goes], f"gained{of}": (after - starts).sum(axis=1).tolist()}
        series = each if rule == "two" else "health"
        rows += [(series, at, points) for at, points in enumerate(after)]
    return Facts(
        chart=pd.DataFrame(
            {"category": name, "series": series, "at": at, "value": round(points[i])}
            for i, name in enumerate(NEEDY)
            for series, at, points in rows
        ),
        table=pd.concat(tables, ignore_index=True),
        teams=teams,
        most=(best - starts).sum(),
        apart_before=np.ptp(starts),
        trace=Trace(hours, lanes, ended),
    )


def _best_of(one: prudent.Treatment) -> int:
    """Return how many whole sessions are best for a patient."""
    return int(np.argmax(one.net(np.arange(LONGEST + 1)).round(9)))


def best_sessions() -> int:
    """Return how many sessions are best for the patient of the guideline."""
    return _best_of(USUAL)


def _ends(name: str, top: float) -> tuple[float, float]:
    """Return where an upright line ends; the last end bears its name, below the curve if yours."""
    return (top, 0) if name == "prediction" else (0, top)


@lab(predict={"sessions": best_sessions})
def enough(
    given: int = 10, most: int = 10, burden: float = 0.5, *, sessions: float | None = None
) -> Facts:
    """Choose how many sessions one patient gets, and find where more begins to harm."""
    one = prudent.Treatment(most=most, burden=burden)
    best = _best_of(one)
    top, now = float(one.net(best)), float(one.net(given))
    at = np.arange(0, LONGEST + 0.25, 0.25)
    found = round(now, 1) == round(top, 1)
    amounts = {"best": (one, best)} if found else {}
    amounts["given"] = (one, given)
    if sessions is not None:
        amounts["prediction"] = (USUAL, sessions)
    rows = np.array([0, 2, 4, 6, 8, 10, 15, LONGEST])
    other = {} if one == USUAL else {"guideline": USUAL.net(at)}
    left = {"net": one.net(at)} if found else {}  # its top would show the number to look for
    curves = lines(at, **other, benefit=one.benefit(at), **left)
    upright = [
        (x, name, value)
        for name, (who, x) in amounts.items()
        for value in _ends(name, float(who.net(x)) + (CLEAR if found or name != "given" else 0))
    ]
    return Facts(
        chart=pd.concat([curves, pd.DataFrame(upright, columns=["at", "series", "value"])]),
        table=pd.DataFrame(
            {"sessions": rows, "benefit": one.benefit(rows), "net": one.net(rows)}
        ).round(2),
        best=best,
        even=one.even,
        usual_best=best_sessions(),
        top=top,
        now=now,
        lost=top - now,
        found=found,
    )


def middling_ratio() -> float:
    """Return how many times as high the highest is in a middling year of equal areas."""
    return round(float(_ratios(OPERATIONS)[0]), 1)


def _ratios(expected: int) -> np.ndarray:
    """Return a middling ratio of many years, and the two that nine years in ten lie between."""
    drawn = prudent.areas(expected, len(AREAS), 0, MANY, np.random.default_rng(SEED))
    return np.sort(prudent.extremal_quotient(drawn))[[MANY // 2, MANY // 20, -1 - MANY // 20]]


def _ranked(expected: int) -> list[pd.DataFrame]:
    """Return the league table of each year, the highest area first."""
    tables = []
    for year in range(YEARS):
        (cases,) = prudent.areas(expected, len(AREAS), 0, 1, np.random.default_rng(SEED + year))
        table = pd.DataFrame({"area": list(AREAS), "operations": cases})
        tables.append(
            table.sort_values("operations", ascending=False, kind="stable", ignore_index=True)
        )
    return tables


def _ladder(tables: list[pd.DataFrame]) -> Lane:
    """Return the areas as they move between the top, the middle and the bottom of the table."""
    places = [0] * ENDS + [1] * (len(AREAS) - 2 * ENDS) + [2] * ENDS
    moves = []
    for tick, table in enumerate(tables):
        ranked = [AREAS.index(area) for area in table["area"]]
        moves += [(one, -1, float(tick)) for one in ranked if tick]  # to stand in another order
        moves += [(one, place, float(tick)) for one, place in zip(ranked, places, strict=True)]
    looks = ["red" if area == tables[0]["area"][0] else "bead" for area in AREAS]
    return Lane(dict.fromkeys(("top", "middle", "bottom"), False), as_moves(moves), looks)


@lab(predict={"ratio": middling_ratio})
def league(expected: int = OPERATIONS) -> Facts:
    """Watch a league table of areas that are all the same, one year after another."""
    tables = _ranked(expected)
    last, first = tables[-1], tables[0]["area"][0]
    top, bottom = ([table.iloc[end] for table in tables] for end in (0, -1))
    ranks = [table.index[table["area"] == first][0] + 1 for table in tables]
    ratios = [
        high["operations"] / low["operations"] if low["operations"] else None
        for high, low in zip(top, bottom, strict=True)
    ]
    series = np.where(last["area"] == first, "first", "areas")
    return Facts(
        chart=last.set_axis(["category", "value"], axis=1).assign(series=series),
        table=last,
        areas=len(AREAS),
        ends=ENDS,
        times=[each if math.isfinite(each) else None for each in _ratios(expected)],
        years=MANY,
        played=YEARS,
        first=first,
        tops=len({one["area"] for one in top}),
        rank=ranks[-1],
        trace=Trace(
            YEARS - 1,
            {"areas": _ladder(tables)},
            {"top": top, "bottom": bottom, "ratio": ratios, "now": ranks},
        ),
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
    found, without = team.run(WEEKS, support, order, freed), team.run(1, 0, order, "alike")
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
        changes=(found[BOTH] - start).abs().to_numpy().max() >= 1e-9,
        since=found["week"].iloc[ahead[0]] if len(ahead) else None,
    )


def outside_chance() -> str:
    """Return how many of the districts lie outside the limits of chance."""
    inside = districts(limits="drawn").inside
    ends = {"most": 0.5, "third": 0.8, "few": 0.925}
    return next((name for name, end in ends.items() if inside < end), "chance")


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
        held=held,
        source=held.provenance,
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
