"""Laws of copying: where it is right, how it fades with distance, and what its failure leaves."""

from __future__ import annotations

import numpy as np
import pandas as pd

from toolkit.adoption import Programme
from toolkit.laws.world import AS_GOOD, EARLY, END, STEPS, Verdict, World, verdict
from toolkit.pathway import context_between, distance


def law_1(world: World, logic: str = "integrated", judge: str = "") -> Verdict:
    """Try whether copying is right where contexts are the same."""
    copied = world.result(world.way, logic, 0.0, judge)
    own = world.result("contextualise", logic, judge=judge)
    early, end = copied[:, EARLY] > own[:, EARLY], copied[:, END] > AS_GOOD * own[:, END]
    detail = pd.DataFrame(
        {"ahead_early": early, "as_good_at_the_end": end, "ratio": copied[:, END] / own[:, END]}
    )
    return verdict(early & end, world, detail)


def law_1b(world: World, logic: str = "integrated", judge: str = "") -> Verdict:
    """Try whether copying first and then adapting beats the own logic from the first month."""
    own = world.result("contextualise", logic, judge=judge)[:, END]
    adapted = np.stack(
        [world.result("copy_then_adapt", logic, s, judge)[:, END] for s in STEPS], axis=1
    )
    ahead = adapted > own[:, None]
    detail = pd.DataFrame(
        {
            "step": STEPS,
            "adapted_to_own": np.median(adapted / own[:, None], axis=0),
            "adapted_ahead": ahead.mean(0),
        }
    )
    return verdict(ahead[:, STEPS.index(0.1)], world, detail)


def _ends(world: World, logic: str, judge: str) -> tuple[np.ndarray, np.ndarray, pd.DataFrame]:
    """Return value at the end against doing nothing: own (n,), copied (n, steps), and medians."""
    idle = world.result("nothing", judge=judge)[:, END]
    own = world.result("contextualise", logic, judge=judge)[:, END] / idle
    copied = np.stack(
        [world.result(world.way, logic, s, judge)[:, END] / idle for s in STEPS], axis=1
    )
    detail = pd.DataFrame(
        {
            "step": STEPS,
            "distance": [_mean_distance(world, s) for s in STEPS],
            "copied_to_nothing": np.median(copied, axis=0),
            "own_to_nothing": np.median(own),
            "copied_worse_than_nothing": (copied < 1).mean(0),
        }
    )
    return own, copied, detail


def _mean_distance(world: World, step: float) -> float:
    """Return the mean distance of own places from exemplars a share of the way off."""
    return float(
        np.mean([distance(own, context_between(own, far, step)) for own, far in world.pairs])
    )


def law_2(world: World, logic: str = "integrated", judge: str = "") -> Verdict:
    """Try whether copying loses more, against the own logic, from afar than from nearby."""
    own, copied, detail = _ends(world, logic, judge)
    loss = dict(zip(STEPS, np.log(own[:, None] / copied).T, strict=True))
    return verdict((loss[0.5] > loss[0.0]) & (loss[1.0] > loss[0.25]), world, detail)


def law_2b(world: World, logic: str = "integrated", judge: str = "") -> Verdict:
    """Try whether copying becomes worse than doing nothing."""
    _, copied, detail = _ends(world, logic, judge)
    return verdict((copied < 1).any(1), world, detail)


def crossing(copied: np.ndarray, own: np.ndarray) -> np.ndarray:
    """Return the month from which the own logic stays ahead of copying (48: never)."""
    behind = own < copied
    months = own.shape[1]
    last = months - 1 - np.argmax(behind[:, ::-1], axis=1)
    return np.where(behind.any(1), last + 1, 0)


def law_3(world: World, logic: str = "integrated", judge: str = "") -> Verdict:
    """Try whether the own logic overtakes copying sooner the further away the exemplar is."""
    own = world.result("contextualise", logic, judge=judge)
    rows, months = [], {}
    for s in STEPS:
        copied = world.result(world.way, logic, s, judge)
        months[s] = crossing(copied, own)
        rows.append(
            {
                "step": s,
                "copied_ahead_early": (copied[:, EARLY] > own[:, EARLY]).mean(),
                "own_ahead_at_end": (own[:, END] > copied[:, END]).mean(),
                "median_crossing": np.median(months[s]),
            }
        )
    return verdict(months[0.1] >= months[0.5], world, pd.DataFrame(rows))


def law_8(world: World, logic: str = "integrated") -> Verdict:
    """Try what a failed programme leaves to the next."""
    second = Programme("contextualise", logic, 24)
    failed = world.journeys(Programme("emulate", logic), second, step=1.0)
    fresh = world.journeys(Programme("nothing"), second)
    tried = failed.value[:, 23] < fresh.value[:, 23]
    held = failed.value[:, END] < fresh.value[:, END]
    detail = pd.DataFrame(
        {
            "ratio_at_end": [np.median((failed.value / fresh.value)[tried, END])],
            "willingness_failed": [failed.willingness[tried, 24].mean()],
            "willingness_fresh": [fresh.willingness[tried, 24].mean()],
        }
    )
    return verdict(held, world, detail, tried)
