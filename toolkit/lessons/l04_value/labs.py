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
    Trial,
    compare_services,
    firsts,
    net_benefit,
    score,
)
from toolkit.screen.facts import Facts, Refused, lab, lines, marks

# Illustrative: one week of a clinic, and the minutes that one visit takes.
VISIT = {"consultant": 20, "nurses": 30, "administration": 10}
CLINIC = Clinic(
    (
        Pool("consultant", 3_200, 1_600),
        Pool("nurses", 2_400, 3_000),
        Pool("administration", 480, 1_200),
    ),
    VISIT,
)
# Illustrative: the usual service for one condition, and one before somebody makes it cheaper.
USUAL = Service("usual", effect=0.50, cost=2_000)
BEFORE = Service("before", effect=0.60, cost=4_000)
# Illustrative: three services with one condition, 0 to 100 in each tier, and their cost.
OUTCOMES = pd.DataFrame(
    [(90, 50, 45), (60, 88, 60), (65, 60, 90)],
    index=["a", "b", "c"],
    columns=["tier1", "tier2", "tier3"],
)
COST = pd.Series([3_000, 3_400, 4_200], index=OUTCOMES.index)
PEOPLE, SEED = 100, 4  # in each service of a trial
GRID = np.arange(0, 51)  # thousands of pounds per QALY


def bill_goes() -> str:
    """Return how much of what the freed minutes cost the bill falls by."""
    found = clinic()
    fall, saved = round(found.fall), round(found.visits * (found.each[0] - found.each[1]))
    if fall <= 0:
        return "more" if fall else "same"
    return "all" if fall >= saved else "some"


@lab(predict={"freed": bill_goes})
def clinic(freed: int = 10, then: str = "idle", visits: int = 70, usable: int = 100) -> Facts:
    """Free nurse minutes in every visit, and see what becomes of their cost."""
    quicker = replace(CLINIC, visit={**VISIT, "nurses": VISIT["nurses"] - freed})
    minutes = freed * visits * usable / 100
    (_, most_before), (tight, most) = CLINIC.fullest(), quicker.fullest()
    seen = visits
    if then == "visits":
        # Usable minutes carry so many more visits, as long as every pool has room.
        seen = min(visits + int(minutes // quicker.visit["nurses"]), max(most, visits))
    given = {then: minutes} if then in ("lent", "removed") else {}
    before, after = CLINIC.costs(visits), quicker.costs(seen, nurses=given)
    went = pd.DataFrame({"before": before, "after": after})
    went = went.loc[["used", "unused", "lent", "removed", "bill"]]
    return Facts(
        chart=went.drop("bill"),
        table=went.round(),
        visits=visits,
        each=(CLINIC.each, quicker.each),
        before=before,
        after=after,
        fall=before["bill"] - after["bill"],
        seen=seen,
        tight=tight,
        most=most,
        most_before=most_before,
    )


def who_buys() -> str:
    """Return who of the two of the prediction would buy the fuller service."""
    worth = [buy(threshold=each).net > 0 for each in THRESHOLDS]
    return "both" if all(worth) else "one" if any(worth) else "nobody"


@lab(predict={"fuller": who_buys}, reveal_at={"threshold": THRESHOLDS[1]})
def buy(
    threshold: int = THRESHOLDS[0], extra: int = 3_600, gain: float = 0.15, runs: int = 1
) -> Facts:
    """Weigh a fuller service against the usual one: ratio, extra cost per QALY, net benefit."""
    fuller = Service("fuller", USUAL.effect + gain, USUAL.cost + extra)
    verdict, net = compare_services(fuller, USUAL), float(net_benefit(gain, extra, threshold))
    found = Trial(PEOPLE).run(gain, extra, runs, np.random.default_rng(SEED))
    at = sorted({0, threshold, *THRESHOLDS})
    worth_it = [int((net_benefit(*found, each) > 0).sum()) for each in at]
    return Facts(
        chart=lines(
            GRID,
            nothing=np.zeros(len(GRID)),
            trials=np.array([net_benefit(*found, 1_000 * each) for each in GRID]).T,
            true=1_000.0 * GRID * gain - extra,
        ),
        marks=marks(
            *((each / 1_000, 0.0, each // 1_000) for each in THRESHOLDS),
            (threshold / 1_000, net, "yours"),
        ),
        table=pd.DataFrame(
            {
                "threshold": at,
                "net": [net_benefit(gain, extra, each) for each in at],
                "worth_it": worth_it,
            }
        ),
        people=PEOPLE,
        ratios=[round(1_000 * each.ratio, 3) for each in (USUAL, fuller)],
        verdict=verdict.kind,
        icer=verdict.icer,
        net=net,
        worth="even" if round(net) == 0 else "worth" if net > 0 else "not_worth",
        one_trial=net_benefit(found[0][0], found[1][0], threshold),
        found_worth=worth_it[at.index(threshold)],
    )


def can_be_first() -> str:
    """Return how many of the services some sharing of weights puts first."""
    wins, _ = firsts(OUTCOMES)
    return {1: "one", 2: "two", 3: "any"}[int((wins > 0).sum())]


@lab(predict={"first": can_be_first})
def weigh(tier1: int = 5, tier2: int = 5, tier3: int = 5, by: str = "outcomes") -> Facts:
    """Decide how much each tier of outcomes counts, and see which service comes first."""
    if not tier1 + tier2 + tier3:
        raise Refused("no_weights")
    result = score(OUTCOMES, {"tier1": tier1, "tier2": tier2, "tier3": tier3})
    if by == "cost":
        result = 1_000 * result / COST
    ranked = result.sort_values(ascending=False, kind="stable")
    wins, ways = firsts(OUTCOMES, COST if by == "cost" else None)
    return Facts(
        chart=result.round(1),
        table=OUTCOMES.assign(cost=COST, score=result.round(1), wins=wins),
        top=35 if by == "cost" else 100,
        ranked=ranked,
        tie=bool(np.isclose(ranked.iloc[0], ranked.iloc[1])),
        wins=wins,
        ways=ways,
    )


def ratio_goes() -> str:
    """Return where the ratio goes, and whether the outcome is then at least as good."""
    found = trap()
    if found.ratio <= 0:
        return "down"
    return "up_good" if found.gain >= 0 else "up_open"


@lab(predict={"cheaper": ratio_goes})
def trap(cost: int = -10, outcome: int = -5, threshold: int = 20_000) -> Facts:
    """Make a service cheaper and a little worse, and ask whether its value has risen."""
    after = Service("after", BEFORE.effect * (1 + outcome / 100), BEFORE.cost * (1 + cost / 100))
    gain, extra = after.effect - BEFORE.effect, after.cost - BEFORE.cost
    money, health = "spent" if extra > 0 else "saved", "gained" if gain > 0 else "lost"
    verdict = compare_services(after, BEFORE)
    return Facts(
        chart={money: abs(extra), health: abs(gain) * threshold},
        before=BEFORE,
        after=after,
        gain=gain,
        extra=extra,
        money=money,
        health=health,
        ratios=[1_000 * each.ratio for each in (BEFORE, after)],
        ratio=100 * (after.ratio / BEFORE.ratio - 1),
        net=float(net_benefit(gain, extra, threshold)),
        verdict=verdict.kind,
        icer=verdict.icer,
    )


def hospitals() -> Facts:
    """Show outcome scores and total scores of American hospitals, by their cost score."""
    held = evidence.series("hvbp_cost_bands")
    bands = held.frame.set_index("cost_score_band")
    shown = bands[["mean_clinical_outcomes", "mean_total_performance"]]
    return Facts(
        chart=shown,
        table=held.frame,
        held=held,
        source=held.provenance,
        lowest=shown.iloc[0],
        highest=shown.iloc[-1],
        hospitals=bands["hospitals"].sum(),
        bands=list(bands.index),
    )


def minutes() -> Facts:
    """Show what a minute of a secretary costs in five clinics of one hospital."""
    held = evidence.series("tdabc_clinic_rates")
    rates = held.frame.pivot_table(
        index="clinic", columns="resource", values="eur_per_minute", sort=False
    )
    return Facts(
        chart=rates["secretary"].sort_values(),
        table=rates,
        held=held,
        source=held.provenance,
    )


def claim() -> Facts:
    """Show the claim this lesson is about, and what would speak for it and against it."""
    return Facts(claim="S15")
