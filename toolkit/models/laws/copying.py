"""Laws of copying: where it is right, how it fades with distance, and what its failure leaves."""

from __future__ import annotations

import numpy as np
import pandas as pd

from toolkit.models.journeys import Programme, State
from toolkit.models.laws.world import AS_GOOD, EARLY, END, LEAST, STEPS, LawResult, World, verdict
from toolkit.models.pathway import context_between, distance

SECOND = 24  # the month in which a second programme begins


def law_1(world: World, logic: str = "integrated", judge: str = "") -> LawResult:
    """Try whether copying is right where contexts are the same."""
    copied = world.result(world.way, logic, 0.0, judge)
    own = world.result("contextualise", logic, judge=judge)
    early, end = copied[:, EARLY] > own[:, EARLY], copied[:, END] > AS_GOOD * own[:, END]
    detail = pd.DataFrame(
        {"ahead_early": early, "as_good_at_the_end": end, "ratio": copied[:, END] / own[:, END]}
    )
    return verdict(early & end, world, detail, detail["ratio"].to_numpy())


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


def law_2(world: World, logic: str = "integrated", judge: str = "") -> LawResult:
    """Try whether copying loses more, against the own logic, from afar than from nearby."""
    own, copied, detail = _ends(world, logic, judge)
    loss = dict(zip(STEPS, np.log(own[:, None] / copied).T, strict=True))
    held = (loss[0.5] > loss[0.0]) & (loss[1.0] > loss[0.25])
    return verdict(held, world, detail, np.exp(loss[1.0] - loss[0.0]))


def law_2b(world: World, logic: str = "integrated", judge: str = "") -> LawResult:
    """Try whether copying stays above doing nothing at every distance."""
    _, copied, detail = _ends(world, logic, judge)
    return verdict(np.all(copied > 1, axis=1), world, detail, copied[:, -1])


def law_2c(world: World, logic: str = "integrated", judge: str = "") -> LawResult:
    """Try whether the own logic ends above what is copied from afar."""
    own, copied, detail = _ends(world, logic, judge)
    ratio = own / copied[:, -1]
    return verdict(ratio > 1, world, detail, ratio)


def crossing(copied: np.ndarray, own: np.ndarray) -> np.ndarray:
    """Return the month from which the own logic stays ahead of copying (48: never)."""
    behind = own < copied
    months = own.shape[1]
    last = months - 1 - np.argmax(behind[:, ::-1], axis=1)
    return np.where(behind.any(1), last + 1, 0)


def law_3(world: World, logic: str = "integrated", judge: str = "") -> LawResult:
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
    sooner = months[0.1] - months[0.5]
    return verdict(sooner >= 0, world, pd.DataFrame(rows), sooner)


def law_8(world: World, logic: str = "integrated", carried: str = "everything") -> LawResult:
    """Try what a first programme, dropped after two years, leaves to the next.

    Parameters
    ----------
    world : World
        Where it is tried.
    logic : str
        What is copied first, and used on the spot afterwards.
    carried : str
        What the second programme takes over: everything, or the settings, the people, their
        mastery or their willingness alone; the rest is as where nothing was done before it.
    """
    second = Programme("contextualise", logic, SECOND)
    fresh = world.journeys(Programme("nothing"), second)
    people = fresh.mastery[:, SECOND], fresh.willingness[:, SECOND]
    mastery, willingness = people
    given = {
        "everything": None,
        "settings": State(SECOND, None, mastery, willingness),
        "people": State(SECOND, fresh.practices[SECOND]),
        "mastery": State(SECOND, fresh.practices[SECOND], None, willingness),
        "willingness": State(SECOND, fresh.practices[SECOND], mastery, None),
    }[carried]
    dropped = world.journeys(Programme(world.way, logic), second, step=1.0, given=given)
    ratio = np.maximum(dropped.value, LEAST) / np.maximum(fresh.value, LEAST)
    detail = pd.DataFrame(
        {
            "carried": [carried],
            "ratio_at_end": [np.median(ratio[:, END])],
            "stopped_before": [1 - dropped.running[:, SECOND - 1].mean()],
            "willingness_dropped": [dropped.willingness[:, SECOND].mean()],
            "willingness_fresh": [fresh.willingness[:, SECOND].mean()],
        }
    )
    held = ratio[:, END] >= 1 if carried == "settings" else ratio[:, END] < 1
    return verdict(held, world, detail, ratio[:, END])
