"""Lesson 04, value: minutes that cost money, ratio and net benefit, weights, the cost-only trap."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from toolkit import evidence
from toolkit.models.value import (
    THRESHOLDS,
    Clinic,
    Pool,
    Service,
    compare_services,
    firsts,
    net_benefit,
    score,
)
from toolkit.screen.facts import Facts, lab, lines, marks
from toolkit.screen.stage import Lane, Trace, as_moves, heap_lane
from toolkit.text.numbers import written

# Illustrative: one week of a clinic, and the minutes that one visit takes.
VISIT = {"consultant": 20, "nurses": 30, "administration": 10}
CLINIC = Clinic(
    (
        Pool("consultant", 3_200, 1_600),
        Pool("nurses", 2_080, 2_600),
        Pool("administration", 480, 1_200),
    ),
    VISIT,
)
# Illustrative: the usual service for one condition, and one before somebody makes it cheaper.
USUAL = Service("usual", effect=0.50, cost=2_000)
BEFORE = Service("before", effect=0.60, cost=4_000)
# Illustrative: three services with one condition, 0 to 100 in each tier, and their cost. In tens,
# so that ten tokens always give whole points and a division by hand agrees.
OUTCOMES = pd.DataFrame(
    [(90, 40, 50), (70, 80, 60), (60, 70, 90)],
    index=["a", "b", "c"],
    columns=["tier1", "tier2", "tier3"],
)
COST = pd.Series([3_000, 3_400, 4_200], index=OUTCOMES.index)
VISITS = 60  # a week
COIN = 40  # pounds, or minutes, that one coin or one sheet on the stage stands for
BUYER_COIN = 200  # pounds, on the stage of the buyer
DEAREST, STEP = 40_000, 2_000  # pounds for a year in full health: the end and the steps of the axis
# Illustrative: what the fuller service costs and brings each patient besides, in full health.
MORE_COST, MORE_MONTHS = 4_000, 2
YEAR, MONTHS = 365, 12  # days, and months
SHEET, SUM = 10, 10_000  # days that one sheet stands for, and pounds that bring so many of them
MUCH = 10  # %: the rise that the prediction speaks of


def bill_goes() -> str:
    """Return how much of what the freed minutes cost the bill falls by."""
    found = clinic()
    fall, saved = round(found.fall), round(found.visits * (found.each[0] - found.each[1]))
    if fall <= 0:
        return "more" if fall else "same"
    return "all" if fall >= saved else "some"


def _quicker(
    freed: int, then: str, usable: int, visits: int = VISITS
) -> tuple[Clinic, int, dict[str, float]]:
    """Return the clinic with shorter visits, how many it sees, and what that costs in a week."""
    clinic = replace(CLINIC, visit={**VISIT, "nurses": VISIT["nurses"] - freed})
    minutes, seen = freed * visits * usable / 100, visits
    if then == "visits":
        # Usable minutes carry so many more visits, as long as every pool has room.
        most = max(clinic.fullest()[1], visits)
        seen = min(visits + int(minutes // clinic.visit["nurses"]), most)
    given = {then: minutes} if then in ("lent", "removed") else {}
    return clinic, seen, clinic.costs(seen, nurses=given)


def _week(steps: list[tuple[Clinic, int, dict[str, float]]], then: str) -> Trace | None:
    """Return where the nurses' minutes and the money go, one freed minute a visit after another."""
    freed = len(steps) - 1
    places = ["used", "unused", *([then] if then in ("lent", "removed") else [])]
    nurses = next(pool for pool in CLINIC.pools if pool.name == "nurses")
    spent = np.array([seen * clinic.visit["nurses"] for clinic, seen, _ in steps], dtype=float)
    given = np.array([costs["lent"] + costs["removed"] for *_, costs in steps]) / nurses.rate
    minutes = np.column_stack([spent, nurses.minutes - spent - given, given])[:, : len(places)]
    money = np.array([[costs[place] for place in places] for *_, costs in steps])
    lanes = {}
    for name, look, amounts in (("nurses", "form", minutes), ("money", "coin", money)):
        # Whole figures up to each heap, so that they always add up to the whole.
        up_to = np.rint(amounts.cumsum(axis=1) / COIN).astype(int)
        lanes[name] = heap_lane(places, np.diff(up_to, prepend=0, axis=1), look)
    idle = ("unused", "removed")
    lens = {n: () if place in idle else ("form",) for n, place in enumerate(places)}
    lanes["nurses"] = replace(lanes["nurses"], lens=lens)
    ended = {
        "visit": [clinic.each for clinic, *_ in steps],
        "bill": [costs["bill"] for *_, costs in steps],
        "seen": [seen for _, seen, _ in steps],
    }
    return Trace(freed, lanes, ended, COIN) if freed else None


@lab(predict={"freed": bill_goes})
def clinic(freed: int = 10, usable: int = 100, then: str = "idle") -> Facts:
    """Free nurse minutes in every visit, and see what becomes of their cost."""
    steps = [_quicker(minutes, then, usable) for minutes in range(freed + 1)]
    quicker, seen, after = steps[-1]
    before = CLINIC.costs(VISITS)
    (_, most_before), (tight, most) = CLINIC.fullest(), quicker.fullest()
    went = pd.DataFrame({"before": before, "after": after})
    went = went.loc[["used", "unused", "lent", "removed", "bill"]]
    money = went.drop("bill")
    bars = [
        (place, series, costs[place], at)
        for place in money.index[money.round().any(axis=1)]
        for series, each in (("before", [before]), ("after", [costs for *_, costs in steps]))
        for at, costs in enumerate(each)
    ]
    return Facts(
        chart=pd.DataFrame(bars, columns=["category", "series", "value", "at"]),
        table=went.round(),
        visits=VISITS,
        each=(CLINIC.each, quicker.each),
        before=before,
        after=after,
        fall=before["bill"] - after["bill"],
        seen=seen,
        tight=tight,
        most=most,
        most_before=most_before,
        coin=COIN,
        trace=_week(steps, then),
    )


def who_buys() -> str:
    """Return who of the two of the prediction would buy the fuller service."""
    worth = [buy(threshold=each).net > 0 for each in THRESHOLDS]
    return "both" if all(worth) else "one" if any(worth) else "nobody"


def offers() -> Facts:
    """Show what the two services cost, and what they bring."""
    found = buy()
    services = pd.DataFrame(
        {
            "cost": [USUAL.cost, USUAL.cost + MORE_COST],
            "months": [found.usual_months, found.fuller_months],
        },
        index=["usual", "fuller"],
    )
    return Facts(table=services)


def _weighed(extra: int, worth: np.ndarray) -> Trace | None:
    """Return what the extra health is worth, price by price, and which service is bought."""
    last = len(worth) - 1
    coins = np.rint(np.column_stack([np.full(last + 1, extra), worth]) / BUYER_COIN).astype(int)
    bought = worth > extra + 0.5
    moved = np.flatnonzero(np.diff(bought, prepend=False))
    places = ["usual", "fuller"]
    patient = [(0, 0, 0.0), *((0, 1, max(tick - 0.3, 0.0)) for tick in moved)]
    boards = {n: ("board", [f"{place}_gets"] * last) for n, place in enumerate(places)}
    buyers = [price // STEP for price in THRESHOLDS]
    if not last:
        return None
    lanes = {
        "money": heap_lane(["pay", "health"], coins, "coin"),
        "patient": Lane(dict.fromkeys(places, True), as_moves(patient), ["need"], boards),
    }
    ended = {"price": [STEP * tick for tick in range(last + 1)], "now": worth.tolist()}
    turns = sorted({tick for tick in (*buyers, *moved.tolist()) if 0 < tick < last})
    return Trace(last, lanes, ended, pace=STEP, turns=turns)


@lab(predict={"fuller": who_buys})
def buy(threshold: int = 30_000, extra: int = MORE_COST) -> Facts:
    """Say what a year in full health is worth, and see which service to buy."""
    gain = MORE_MONTHS / MONTHS
    fuller = Service("fuller", USUAL.effect + gain, USUAL.cost + extra)
    verdict, net = compare_services(fuller, USUAL), float(net_benefit(gain, extra, threshold))
    health = [threshold, *THRESHOLDS]
    at = np.arange(0, threshold + 1, STEP)
    worth = gain * at
    return Facts(
        chart=pd.concat(
            [
                lines(np.array([0, DEAREST]), pay=np.full(2, extra)),
                lines(at, health=worth),
            ]
        ),
        marks=marks(*zip(THRESHOLDS, (0, 0), ("lower", "upper"), strict=True)),
        limits=THRESHOLDS,
        dearest=DEAREST,
        coin=BUYER_COIN,
        table=pd.DataFrame(
            {
                "threshold": health,
                "extra": extra,
                "health": [gain * each for each in health],
                "net": [net_benefit(gain, extra, each) for each in health],
            },
            index=["yours", "lower", "upper"],
        ).reset_index(names="buyer"),
        months=MORE_MONTHS,
        usual_months=round(MONTHS * USUAL.effect),
        fuller_months=round(MONTHS * fuller.effect),
        each={each.name: round(1_000 * MONTHS * each.ratio, 1) for each in (USUAL, fuller)},
        health=gain * threshold,
        verdict=verdict.kind,
        icer=verdict.icer,
        net=net,
        worth="even" if round(net) == 0 else "worth" if net > 0 else "not_worth",
        trace=_weighed(extra, worth),
    )


def can_be_first() -> str:
    """Return how many of the services some sharing of weights puts first."""
    wins, _ = firsts(OUTCOMES)
    return {1: "one", 2: "two", 3: "any"}[int((wins > 0).sum())]


TOKENS = 10  # as many as `firsts` shares out
HAND, NOWHERE = "hand", "nowhere"


def _shared_out(tier1: int, tier2: int) -> dict[str, int]:
    """Return how many tokens lie on each tier: the last one has those that are left."""
    second = min(tier2, TOKENS - tier1)
    return {"tier1": tier1, "tier2": second, "tier3": TOKENS - tier1 - second}


def _lay(laid: dict[str, int]) -> Trace:
    """Return one token laid after the other, and where the woman with the new knee would go."""
    tiers = [tier for tier, n in laid.items() for _ in range(n)]
    laid_by = [{tier: tiers[:n].count(tier) for tier in laid} for n in range(1, TOKENS + 1)]
    worth = [score(OUTCOMES, each) for each in laid_by]
    places, services = [HAND, *laid], [NOWHERE, *OUTCOMES.index]
    tokens = [(one, 0, 0.0) for one in range(TOKENS)]
    tokens += [(one, places.index(tier), one + 0.4) for one, tier in enumerate(tiers)]
    first, woman, leads = NOWHERE, [(0, 0, 0.0)], [NOWHERE]
    for tick, points in enumerate(worth, start=1):
        if first == NOWHERE or points[first] < points.max() - 1e-9:
            first = str(points.idxmax())
            woman.append((0, services.index(first), tick - 0.2))
        leads.append(first)
    boards = {
        n: ("board", [written(round(points[name])) for points in worth])
        for n, name in enumerate(OUTCOMES.index, start=1)
    }
    return Trace(
        TOKENS,
        {
            "tokens": Lane(dict.fromkeys(places, False), as_moves(tokens), ["coin"] * TOKENS),
            "services": Lane(
                {name: name != NOWHERE for name in services}, as_moves(woman), ["need"], boards
            ),
        },
        {"leads": leads, "most": [0.0, *(float(points.max()) for points in worth)]},
    )


@lab(predict={"first": can_be_first})
def weigh(tier1: int = 2, tier2: int = 3) -> Facts:
    """Lay ten tokens on what counts for one patient, and see which service comes first."""
    laid = _shared_out(tier1, tier2)
    result = score(OUTCOMES, laid)
    ranked = result.sort_values(ascending=False, kind="stable")
    wins, ways = firsts(OUTCOMES, points=TOKENS)
    leading = [name for name in OUTCOMES.index if np.isclose(result[name], result.max())]
    bars = [(name, "yours" if name in leading else "others", wins[name]) for name in OUTCOMES.index]
    return Facts(
        chart=pd.DataFrame(bars, columns=["category", "series", "value"]),
        table=OUTCOMES.assign(score=result.round(), wins=wins),
        laid=laid,
        tokens=TOKENS,
        short=tier2 > laid["tier2"],
        ranked=ranked,
        leading=leading,
        others=[name for name in OUTCOMES.index if wins[name] and name not in leading],
        wins=wins,
        ways=ways,
        trace=_lay(laid),
    )


def first_for_money() -> str:
    """Return which service brings the most points for each pound."""
    return str(priced().each.idxmax())


def _priced(points: pd.Series, each: pd.Series) -> Trace:
    """Return what stands over each service, one after another, and where the woman goes."""
    services = list(OUTCOMES.index)
    best, most = (services.index(str(some.idxmax())) for some in (points, each))
    woman = [(0, best, 0.0), *([(0, most, 2.5)] if most != best else [])]
    boards = {
        n: ("board", [written(round(points[name])), f"£{COST[name]:,}", f"{each[name]:.1f}"])
        for n, name in enumerate(services)
    }
    lane = Lane(dict.fromkeys(services, True), as_moves(woman), ["need"], boards)
    return Trace(3, {"services": lane}, turns=[1, 2])


@lab(predict={"priced": first_for_money})
def priced(tier1: int = 2, tier2: int = 3) -> Facts:
    """Divide the points of each service by what it costs, and see where she goes."""
    laid = _shared_out(tier1, tier2)
    points = score(OUTCOMES, laid)
    each = points * 1_000 / COST
    bars = [
        (name, "most" if value == each.max() else "less", round(value, 1), 3)
        for name, value in each.items()
    ]
    return Facts(
        chart=pd.DataFrame(bars, columns=["category", "series", "value", "at"]),
        table=pd.DataFrame({"points": points.round(), "cost": COST, "each": each.round(1)}),
        laid=laid,
        points=points,
        each=each,
        best=str(points.idxmax()),
        first=str(each.idxmax()),
        trace=_priced(points, each),
    )


def _cut(cost: int, outcome: int) -> Trace | None:
    """Return the change of a service, one step after another: what a sum and a patient get."""
    steps = max(abs(cost), abs(outcome))
    part = np.arange(steps + 1) / max(steps, 1)
    costs, days = (
        BEFORE.cost * (1 + cost / 100 * part),
        YEAR * BEFORE.effect * (1 + outcome / 100 * part),
    )
    each = SUM * days / costs
    brought, got = (np.rint(some / SHEET).astype(int) for some in (each, days))
    moved = abs(got - got[0])
    places = ["kept", *(["lost" if outcome < 0 else "gained"] if outcome else [])]
    health = np.column_stack([np.minimum(got, got[0]), moved])[:, : len(places)]
    lanes = {
        "each": heap_lane(
            ["before", "after"],
            np.column_stack([np.full_like(brought, brought[0]), brought]),
            "form",
        ),
        "health": replace(
            heap_lane(places, health, "form"),
            lens={n: () if place == "lost" else ("form",) for n, place in enumerate(places)},
        ),
    }
    ended = {"costs": costs.tolist(), "got": days.tolist(), "brings": each.tolist()}
    return Trace(steps, lanes, ended, SHEET) if steps else None


def ratio_goes() -> str:
    """Return where the outcome for each pound goes."""
    ratio = trap().ratio
    if ratio <= 0:
        return "down" if ratio else "same"
    return "up_more" if ratio > MUCH else "up"


@lab(predict={"cheaper": ratio_goes})
def trap(cost: int = -10, outcome: int = -5, threshold: int = 20_000) -> Facts:
    """Make a service cheaper and a little worse, and ask whether its value has risen."""
    after = Service("after", BEFORE.effect * (1 + outcome / 100), BEFORE.cost * (1 + cost / 100))
    gain, extra = after.effect - BEFORE.effect, after.cost - BEFORE.cost
    money, health = "spent" if extra > 0 else "saved", "gained" if gain > 0 else "lost"
    verdict = compare_services(after, BEFORE)
    amounts = {money: float(abs(extra)), health: abs(gain) * threshold}
    steps = max(abs(cost), abs(outcome))
    bars = [
        (name, kind, round(amounts[name] * at / max(steps, 1)), at)
        for name, kind in (
            (money, "loss" if extra > 0 else "gain"),
            (health, "gain" if gain > 0 else "loss"),
        )
        for at in range(steps + 1)
    ]
    return Facts(
        chart=pd.DataFrame(bars, columns=["category", "series", "value", "at"]),
        total=SUM,
        each=[round(SUM * YEAR * service.ratio, 6) for service in (BEFORE, after)],
        most=max(*amounts.values(), 1),
        amounts=amounts,
        before=BEFORE,
        after=after,
        gain=gain,
        extra=extra,
        money=money,
        health=health,
        days=abs(gain) * YEAR,
        ratio=100 * (after.ratio / BEFORE.ratio - 1),
        net=float(net_benefit(gain, extra, threshold)),
        verdict=verdict.kind,
        icer=verdict.icer,
        trace=_cut(cost, outcome),
    )


SCORES = [
    f"mean_{name}"
    for name in ("clinical_outcomes", "safety", "person_engagement", "total_performance")
]


def hospitals() -> Facts:
    """Show the scores of American hospitals that spend most and of those that spend least."""
    held = evidence.series("hvbp_cost_bands")
    bands = held.frame.set_index("cost_score_band")
    shown = bands[SCORES].iloc[[0, -1]].set_axis(["most", "least"])
    return Facts(
        chart=shown.T.round(),
        table=held.frame,
        held=held,
        source=held.provenance,
        most=bands.iloc[0],
        least=bands.iloc[-1],
        hospitals=bands["hospitals"].sum(),
        bands=list(bands.index),
    )
