"""Lesson 11: the figures of its exercises. Wards, units and purses are illustrative."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from toolkit.models.queues.queueing import little
from toolkit.models.wards import Investment, busiest
from toolkit.screen.facts import Facts
from toolkit.text.lists import listed, number_of

UNIT = {"beds": 24, "places": 3, "before": 6, "after": 5}  # beds, people a day, days, days
WARD = {"beds": 28, "arrivals": 5, "stay": 5, "sooner": 0.5}  # beds, people a day, days, days
SIZES = (8, 16, 24, 32, 40)
WAIT = 0.05  # share of people who may have to wait for a bed
RULE = 85  # % of beds: the rule for everybody that the lesson speaks of
HANDRAILS = Investment(most=120, reach=25, own=0.3)
STEP, STEPS = 10, 6  # thousands of pounds


def stay() -> dict[str, Any]:
    """Return how long people stay in a full unit whose way out is narrow."""
    in_bed = float(little(wip=UNIT["beds"], throughput=UNIT["places"]))
    return {
        **UNIT,
        "in_bed": in_bed,
        "ready": in_bed - UNIT["after"],
        "ready_before": in_bed - UNIT["before"],
        "shorter": in_bed - (UNIT["before"] - UNIT["after"]),
        "product": UNIT["beds"] * UNIT["places"],
    }


def room() -> dict[str, Any]:
    """Return how full a ward is when everybody can leave somewhat sooner."""
    beds, arrivals, days, sooner = WARD.values()

    def full(inside: float) -> float:
        return 100 * inside / beds

    there = little(throughput=arrivals, lead_time=days)
    then = little(throughput=arrivals, lead_time=days - sooner)
    return {
        **WARD,
        "before": full(there),
        "there": float(there),
        "then": float(then),
        "full": full(then),
        "half_a_bed": full(there - sooner),
        "freed": float(there - then),
    }


def _in_use() -> dict[int, float]:
    """Return how many beds of a ward of each size may be in use on average."""
    return {beds: beds * busiest(beds, WAIT) for beds in SIZES}


def sizes() -> Facts:
    """Draw how many beds may be in use on average, by the size of the ward."""
    used = _in_use()
    return Facts(
        chart={beds: round(inside, 1) for beds, inside in used.items()}, used=used, wait=100 * WAIT
    )


def pool() -> dict[str, Any]:
    """Return what two wards of one size gain by sharing their beds."""
    used = _in_use()
    small, large = SIZES[1], SIZES[3]
    return {
        "small": small,
        "large": large,
        "one": f"{used[small]:.1f}",
        "both": f"{2 * used[small]:.1f}",
        "shared": f"{used[large]:.1f}",
        "wait": f"{100 * WAIT:.0f}",
        "more": used[large] - 2 * used[small],
        "one_ward": used[large] - used[small],
        "rule": RULE,
        "by_rule": RULE / 100 * large - 2 * used[small],
    }


def purse() -> dict[str, Any]:
    """Return how many steps one purse would pay for by itself, and how many both together."""
    saved = [HANDRAILS.saved(STEP * n) for n in range(STEPS + 1)]
    each = [after - before for before, after in pairwise(saved)]
    keeps = HANDRAILS.keeps(0)
    alone = sum(keeps * gain > STEP for gain in each)
    both = sum(gain > STEP for gain in each)
    return {
        "step": STEP,
        "steps": STEPS,
        "each": listed([f"£{gain:.0f},000" for gain in each]),
        "share": f"{100 * keeps:.0f}",
        "alone": alone,
        "stops": number_of(alone, "step"),
        "both": both,
        "none": 0,
        "first": f"{keeps * each[0]:.0f}",
        "second": f"{keeps * each[1]:.0f}",
    }
