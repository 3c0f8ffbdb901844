"""Lesson 06: the figures of its exercises. The teams, courses and areas are illustrative."""

from __future__ import annotations

from math import log
from typing import Any

import numpy as np
import pandas as pd

from toolkit.models import prudent
from toolkit.screen.facts import Facts
from toolkit.text.lists import listed
from toolkit.text.words import Words

COURSE = prudent.Treatment(most=16, burden=1.5, speed=-log(0.75))
SHOWN = 6  # sessions told one by one
GROUPS = (prudent.NeedGroup("stroke", 20, 6), prudent.NeedGroup("fall", 30, 3))
HOURS = 5
AREAS, EXPECTED = (80, 120, 110, 90), 100


def sessions() -> dict[str, Any]:
    """Return the best number of whole sessions, and what is taken for it."""
    at = np.arange(30)
    net = COURSE.net(at)
    brings = np.diff(COURSE.benefit(at))
    best = int(net.argmax())
    return {
        "burden": COURSE.burden,
        "brings": listed([f"{round(points, 2):g}" for points in brings[:SHOWN]]),
        "best": best,
        "last": f"{round(brings[best - 1], 2):g}",
        "next": f"{round(brings[best], 2):g}",
        "one": 1,
        "not_worse": int(at[net > 0].max()),
        "shown": SHOWN,
    }


def _gains() -> pd.DataFrame:
    """Return what each next hour brings to each group, in points."""
    at = np.arange(HOURS + 1)
    return pd.DataFrame(
        {
            group.name: np.diff([prudent.health([group], [hours])[0] for hours in at.tolist()])
            for group in GROUPS
        },
        index=at[1:],
    )


def hours() -> Facts:
    """Draw what each next hour brings to each of two groups."""
    gains = _gains()
    frame = gains.melt(var_name="series", ignore_index=False).reset_index(names="category")
    return Facts(
        chart=frame.sort_values("category", kind="stable").round({"value": 1}),
        gains=gains,
    )


def budget() -> dict[str, Any]:
    """Return how many hours one group gets where each goes to the largest gain."""
    gets, other = prudent.share(GROUPS, HOURS, "good")
    equal, _ = prudent.share(GROUPS, HOURS, "equal")
    benefit = [group.benefit for group in GROUPS]
    gains = _gains()
    names = Words(__package__)["worked"]["hours"]["names"]
    most, least = (gains[group.name] for group in GROUPS)
    return {
        "hours": HOURS,
        "who": names["stroke"],
        "others": names["fall"],
        "gets": float(gets),
        "other": float(other),
        "equal": float(equal),
        "all": HOURS,
        "by_benefit": HOURS * benefit[0] / sum(benefit),
        "first_of_other": f"{least.iloc[0]:.1f}",
        "second": f"{most.iloc[1]:.1f}",
        "last": f"{most.iloc[-1]:.1f}",
    }


def areas() -> dict[str, Any]:
    """Return the systematic component of variation of four areas, and what is taken for it."""
    cases = np.array(AREAS)
    gaps = (cases - EXPECTED) / EXPECTED
    crude, chance = float(np.mean(gaps**2)), 1 / EXPECTED
    return {
        "cases": listed(AREAS),
        "expected": EXPECTED,
        "squares": ", ".join(f"{gap:.2f}" for gap in gaps**2),
        "crude": crude,
        "chance": chance,
        "scv": float(prudent.systematic_variation(cases, EXPECTED)),
        "ratio": float(prudent.extremal_quotient(cases)),
        "plain": float(np.mean(np.abs(gaps))),
    }
