"""Lesson 04, value: weights, minutes that cost money, extra cost for extra health, the ratio."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

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
VISITS = 50  # a week
WEEKS = 52  # in a year
# Illustrative: the usual service for one condition, and what the fuller one adds to it.
USUAL = Service("usual", effect=26 / WEEKS, cost=2_000)
MORE_COST, MORE_WEEKS = 6_500, 13
# Illustrative: a service before somebody makes it cheaper.
BEFORE = Service("before", effect=40 / WEEKS, cost=5_000)
# Illustrative: three services with one condition, 0 to 100 in each tier, and their cost. In tens,
# so that ten tokens always give whole points and a division by hand agrees.
OUTCOMES = pd.DataFrame(
    [(90, 40, 50), (70, 80, 60), (60, 70, 90)],
    index=["a", "b", "c"],
    columns=["tier1", "tier2", "tier3"],
)
COST = pd.Series([3_000, 3_400, 4_200], index=OUTCOMES.index)
TOKENS = 10  # as many as `firsts` shares out
WOMAN = 2  # who on the stage has the grey hair of the woman in the drawing
BILL_COIN, KNEE_COIN, COIN = 40, 200, 250  # pounds: in the clinic, for the knees, elsewhere
DEAREST, STEP = 36_000, 2_000  # pounds for a year in full health: the end and the steps of the axis
PART = 5  # %: the steps of the cheaper service, so that coins and weeks stay whole
MUCH = 10  # %: the rise that the prediction speaks of


def can_be_first() -> str:
    """Return how many of the services some sharing of weights puts first."""
    wins, _ = firsts(OUTCOMES)
    return {1: "one", 2: "two", 3: "any"}[int((wins > 0).sum())]


def _shared_out(tier1: int, tier2: int) -> dict[str, int]:
    """Return how many tokens lie on each tier: the last one has those that are left."""
    second = min(tier2, TOKENS - tier1)
    return {"tier1": tier1, "tier2": second, "tier3": TOKENS - tier1 - second}


def _woman(goes: list[tuple[str, float]], boards: pd.DataFrame) -> Lane:
    """Return the three services, what stands on their boards, and when the woman goes to which."""
    services = list(OUTCOMES.index)
    moves = [(WOMAN, services.index(to), at) for to, at in goes]
    shown = {n: ("board", [written(each) for each in boards[to]]) for n, to in enumerate(services)}
    return Lane(dict.fromkeys(services, True), as_moves(moves), ["need"] * (WOMAN + 1), shown)


def _lay(laid: dict[str, int]) -> Trace:
    """Return one token laid after the other, and where the woman with the new knee would go."""
    tiers = [tier for tier, n in laid.items() for _ in range(n)]
    laid_by = [{tier: tiers[:n].count(tier) for tier in laid} for n in range(1, TOKENS + 1)]
    worth = pd.DataFrame([score(OUTCOMES, each) for each in laid_by]).round()
    places = ["hand", *laid]
    tokens = [(one, 0, 0.0) for one in range(TOKENS)]
    tokens += [(one, places.index(tier), one + 0.4) for one, tier in enumerate(tiers)]
    goes: list[tuple[str, float]] = []
    leads: list[str | None] = [None]
    for tick, points in enumerate(worth.to_dict("records"), start=1):
        if leads[-1] is None or points[leads[-1]] < max(points.values()):
            leads.append(max(points, key=points.__getitem__))
            goes.append((leads[-1], tick - 0.2))
        else:
            leads.append(leads[-1])
    return Trace(
        TOKENS,
        {
            "tokens": Lane(dict.fromkeys(places, False), as_moves(tokens), ["coin"] * TOKENS),
            "services": _woman(goes, worth),
        },
        {"leads": leads, "most": [0, *worth.max(axis=1)]},
    )


@lab(predict={"first": can_be_first})
def weigh(tier1: int = 2, tier2: int = 3) -> Facts:
    """Lay ten tokens on what counts for one patient, and see which service comes first."""
    laid = _shared_out(tier1, tier2)
    result = score(OUTCOMES, laid)
    wins, ways = firsts(OUTCOMES, points=TOKENS)
    leading = [name for name in OUTCOMES.index if np.isclose(result[name], result.max())]
    bars = [(name, "yours" if name in leading else "others", wins[name]) for name in OUTCOMES.index]
    return Facts(
        chart=pd.DataFrame(bars, columns=["category", "series", "value"]),
        table=OUTCOMES.assign(score=result.round(), wins=wins),
        laid=laid,
        tokens=TOKENS,
        short=tier2 > laid["tier2"],
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
    """Return the points of each service, then its cost, then one by the other."""
    best, most = (str(some.idxmax()) for some in (points, each))
    goes = [(best, 0.0), *([(most, 2.5)] if most != best else [])]
    coins = np.outer([0, 0, 1, 1], COST // KNEE_COIN)
    return Trace(
        3,
        {
            "cost": heap_lane(list(COST.index), coins, "coin"),
            "services": _woman(goes, pd.DataFrame([points, points, each])),
        },
        turns=[1, 2],
    )


@lab(predict={"priced": first_for_money})
def priced(tier1: int = 2, tier2: int = 3) -> Facts:
    """Divide the points of each service by what it costs, and see where she goes."""
    points = score(OUTCOMES, _shared_out(tier1, tier2)).round()
    each = (points * 1_000 / COST).round(1)
    bars = [(to, "most" if value == each.max() else "less", value, 3) for to, value in each.items()]
    return Facts(
        chart=pd.DataFrame(bars, columns=["category", "series", "value", "at"]),
        table=pd.DataFrame({"points": points, "cost": COST, "each": each}),
        points=points,
        each=each,
        cost=COST,
        best=str(points.idxmax()),
        first=str(each.idxmax()),
        coin=KNEE_COIN,
        trace=_priced(points, each),
    )


def bill_goes() -> str:
    """Return how much of what the freed minutes cost the bill falls by."""
    found = clinic()
    fall, saved = round(found.fall), round(VISITS * (found.each[0] - found.each[1]))
    if fall <= 0:
        return "more" if fall else "same"
    return "all" if fall >= saved else "some"


def _quicker(freed: int, then: str, visits: int = VISITS) -> tuple[Clinic, int, dict[str, float]]:
    """Return the clinic with shorter visits, how many it sees, and what that costs in a week."""
    clinic = replace(CLINIC, visit={**VISIT, "nurses": VISIT["nurses"] - freed})
    minutes, seen = freed * visits, visits
    if then == "visits":
        # Saved minutes carry so many more visits, as long as every pool has room.
        most = max(clinic.fullest()[1], visits)
        seen = min(visits + minutes // clinic.visit["nurses"], most)
    given = {then: minutes} if then in ("lent", "removed") else {}
    return clinic, seen, clinic.costs(seen, nurses=given)


def _week(steps: list[tuple[Clinic, int, dict[str, float]]], then: str) -> Trace | None:
    """Return where the money goes, one saved minute a visit after another."""
    freed = len(steps) - 1
    places = ["used", "unused", *([then] if then in ("lent", "removed") else [])]
    money = np.array([[costs[place] for place in places] for *_, costs in steps])
    # Whole figures up to each heap, so that they always add up to the whole.
    up_to = np.rint(money.cumsum(axis=1) / BILL_COIN).astype(int)
    ended = {
        "visit": [clinic.each for clinic, *_ in steps],
        "bill": [costs["bill"] for *_, costs in steps],
        "seen": [seen for _, seen, _ in steps],
    }
    lanes = {"money": heap_lane(places, np.diff(up_to, prepend=0, axis=1), "coin")}
    return Trace(freed, lanes, ended) if freed else None


@lab(predict={"freed": bill_goes})
def clinic(freed: int = 10, then: str = "idle") -> Facts:
    """Free nurse minutes in every visit, and see what becomes of their cost."""
    steps = [_quicker(minutes, then) for minutes in range(freed + 1)]
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
        coin=BILL_COIN,
        trace=_week(steps, then),
    )


def who_buys() -> str:
    """Return who of the two of the prediction would buy the fuller service."""
    worth = [buy(each).net > 0 for each in THRESHOLDS]
    return "both" if all(worth) else "one" if any(worth) else "nobody"


def _weighed(worth: np.ndarray) -> Trace | None:
    """Return what the extra health is worth, price by price, and which service is bought."""
    last = len(worth) - 1
    if not last:
        return None
    coins = np.rint(np.column_stack([np.full(last + 1, MORE_COST), worth]) / COIN).astype(int)
    bought = worth > MORE_COST + 0.5
    moved = np.flatnonzero(np.diff(bought, prepend=False))
    places = ["usual", "fuller"]
    patient = [(0, 0, 0.0), *((0, 1, tick - 0.3) for tick in moved)]
    boards = {n: ("board", [f"{place}_gets"] * last) for n, place in enumerate(places)}
    lanes = {
        "money": heap_lane(["pay", "health"], coins, "coin"),
        "patient": Lane(dict.fromkeys(places, True), as_moves(patient), ["need"], boards),
    }
    ended = {"price": [STEP * tick for tick in range(last + 1)], "now": worth.tolist()}
    buyers = [price // STEP for price in THRESHOLDS]
    turns = sorted({tick for tick in (*buyers, *moved.tolist()) if tick < last})
    return Trace(last, lanes, ended, pace=STEP, turns=turns)


@lab(predict={"fuller": who_buys})
def buy(threshold: int = 32_000) -> Facts:
    """Say what a year in full health is worth, and see which service to buy."""
    gain = MORE_WEEKS / WEEKS
    fuller = Service("fuller", USUAL.effect + gain, USUAL.cost + MORE_COST)
    net, icer = float(net_benefit(gain, MORE_COST, threshold)), MORE_COST / gain
    at = np.arange(0, threshold + 1, STEP)
    points = zip((*THRESHOLDS, icer), ("lower", "upper", "turns"), strict=True)
    told = [threshold, *THRESHOLDS]
    return Facts(
        chart=pd.concat(
            [
                lines(np.array([0, DEAREST]), pay=np.full(2, MORE_COST)),
                lines(at, health=gain * at),
            ]
        ),
        marks=marks(*((x, gain * x, name) for x, name in points if x <= threshold)),
        limits=THRESHOLDS,
        dearest=DEAREST,
        coin=COIN,
        table=pd.DataFrame(
            {
                "threshold": told,
                "extra": MORE_COST,
                "health": [gain * each for each in told],
            },
            index=["yours", "lower", "upper"],
        ).reset_index(names="buyer"),
        extra=MORE_COST,
        weeks=MORE_WEEKS,
        usual_weeks=round(WEEKS * USUAL.effect),
        fuller_weeks=round(WEEKS * fuller.effect),
        each={each.name: round(1_000 * WEEKS * each.ratio, 1) for each in (USUAL, fuller)},
        health=gain * threshold,
        icer=icer,
        net=net,
        worth="even" if round(net) == 0 else "worth" if net > 0 else "not_worth",
        trace=_weighed(gain * at),
    )


def _cut(costs: np.ndarray, weeks: np.ndarray, money: str, health: str) -> Trace | None:
    """Return the change of a service, step by step: what a patient costs and gains."""
    steps = len(costs) - 1
    heaps = {
        "money": (costs / COIN, ["paid", *([money] if costs[0] != costs[-1] else [])]),
        "health": (weeks, ["kept", *([health] if weeks[0] != weeks[-1] else [])]),
    }
    lanes = {}
    for (lane, (amounts, places)), look in zip(heaps.items(), ("coin", "bead"), strict=True):
        whole = np.rint(amounts).astype(int)
        change = np.column_stack([np.minimum(whole, whole[0]), abs(whole - whole[0])])
        lens = {n: () if place == "lost" else (look,) for n, place in enumerate(places)}
        lanes[lane] = replace(heap_lane(places, change[:, : len(places)], look), lens=lens)
    ended = {"costs": costs.tolist(), "got": weeks.tolist()}
    return Trace(steps, lanes, ended) if steps else None


def ratio_goes() -> str:
    """Return where the outcome for each pound goes."""
    ratio = trap().ratio
    if ratio <= 0:
        return "down" if ratio else "same"
    return "up_more" if ratio > MUCH else "up"


@lab(predict={"cheaper": ratio_goes})
def trap(cost: int = -10, outcome: int = -5, threshold: int = 26_000) -> Facts:
    """Make a service cheaper and a little worse, and ask whether its value has risen."""
    after = Service("after", BEFORE.effect * (1 + outcome / 100), BEFORE.cost * (1 + cost / 100))
    gain, extra = after.effect - BEFORE.effect, after.cost - BEFORE.cost
    money, health = "spent" if extra > 0 else "saved", "gained" if gain > 0 else "lost"
    # First the cost changes, then the outcome.
    first, then = abs(cost) // PART, abs(outcome) // PART
    step = np.arange(first + then + 1)
    costs = BEFORE.cost + extra * np.minimum(step, first) / max(first, 1)
    effects = BEFORE.effect + gain * np.maximum(step - first, 0) / max(then, 1)
    bars = [
        (name, kind, round(float(value)), at)
        for name, kind, values in (
            (money, "loss" if extra > 0 else "gain", abs(costs - BEFORE.cost)),
            (health, "gain" if gain > 0 else "loss", threshold * abs(effects - BEFORE.effect)),
        )
        for at, value in enumerate(values)
    ]
    amounts = {money: float(abs(extra)), health: abs(gain) * threshold}
    return Facts(
        chart=pd.DataFrame(bars, columns=["category", "series", "value", "at"]),
        gets=[round(WEEKS * service.effect) for service in (BEFORE, after)],
        each=[round(1_000 * WEEKS * service.ratio, 1) for service in (BEFORE, after)],
        most=max(*amounts.values(), 1),
        amounts=amounts,
        before=BEFORE,
        after=after,
        gain=gain,
        extra=extra,
        money=money,
        health=health,
        weeks=round(abs(gain) * WEEKS),
        coin=COIN,
        ratio=100 * (after.ratio / BEFORE.ratio - 1),
        net=float(net_benefit(gain, extra, threshold)),
        icer=compare_services(after, BEFORE).icer,
        trace=_cut(costs, WEEKS * effects, money, health),
    )
