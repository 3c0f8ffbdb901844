"""Laws of copying: where it is right, how it fades with distance, and what its failure leaves."""

from __future__ import annotations

import numpy as np
import pandas as pd

from toolkit.adoption import Programme
from toolkit.laws.world import AS_GOOD, EARLY, END, STEPS, Verdict, World, verdict
from toolkit.pathway import context_between, distance


def law_1(world: World, logic: str = "integrated", judge: str = "") -> Verdict:
    """Try: where contexts are the same, copying ends where the own logic ends, and is there sooner.

    Held if copying is ahead at month 9 and ends no more than 10 % below the own logic.
    """
    copied = world.result("emulate", logic, 0.0, judge)
    own = world.result("contextualise", logic, judge=judge)
    early, end = copied[:, EARLY] > own[:, EARLY], copied[:, END] > AS_GOOD * own[:, END]
    detail = pd.DataFrame(
        {"ahead_early": early, "as_good_at_the_end": end, "ratio": copied[:, END] / own[:, END]}
    )
    return verdict(
        "1", "In the same context copying is sooner there, and ends within a tenth of the own logic.",
        early & end, world, detail,
    )  # fmt: skip


def _ends(world: World, logic: str, judge: str) -> tuple[np.ndarray, np.ndarray, pd.DataFrame]:
    """Return value at the end against doing nothing: own (n,), copied (n, steps), and medians."""
    idle = world.result("nothing", judge=judge)[:, END]
    own = world.result("contextualise", logic, judge=judge)[:, END] / idle
    copied = np.stack(
        [world.result("emulate", logic, s, judge)[:, END] / idle for s in STEPS], axis=1
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
    """Try: what copying loses against the own logic is larger from afar than from nearby.

    Held if the loss is larger half-way than at no distance, and larger all the way off than a
    quarter of the way. (Between neighbouring steps it can go either way.)
    """
    own, copied, detail = _ends(world, logic, judge)
    loss = dict(zip(STEPS, np.log(own[:, None] / copied).T, strict=True))
    return verdict(
        "2", "Copying from afar loses more, against the own logic, than copying from nearby.",
        (loss[0.5] > loss[0.0]) & (loss[1.0] > loss[0.25]), world, detail,
    )  # fmt: skip


def law_2b(world: World, logic: str = "integrated", judge: str = "") -> Verdict:
    """Try: beyond some distance copying ends worse than doing nothing."""
    _, copied, detail = _ends(world, logic, judge)
    return verdict(
        "2b", "For most pairs of places there is a distance at which copying ends worse than nothing.",
        (copied < 1).any(1), world, detail,
    )  # fmt: skip


def crossing(copied: np.ndarray, own: np.ndarray) -> np.ndarray:
    """Return the month from which the own logic stays ahead of copying (48: not within the time)."""
    behind = own < copied
    months = own.shape[1]
    last = months - 1 - np.argmax(behind[:, ::-1], axis=1)
    return np.where(behind.any(1), last + 1, 0)


def law_3(world: World, logic: str = "integrated", judge: str = "") -> Verdict:
    """Try: copying leads first, the own logic overtakes, and sooner the further away.

    Held if the month of crossing with the exemplar a tenth of the way off is later than, or the
    same as, with the exemplar half-way off.
    """
    own = world.result("contextualise", logic, judge=judge)
    rows, months = [], {}
    for s in STEPS:
        copied = world.result("emulate", logic, s, judge)
        months[s] = crossing(copied, own)
        rows.append(
            {
                "step": s,
                "copied_ahead_early": (copied[:, EARLY] > own[:, EARLY]).mean(),
                "own_ahead_at_end": (own[:, END] > copied[:, END]).mean(),
                "median_crossing": np.median(months[s]),
            }
        )
    return verdict(
        "3", "The further away the exemplar, the sooner the own logic overtakes copying.",
        months[0.1] >= months[0.5], world, pd.DataFrame(rows),
    )  # fmt: skip


def law_8(world: World, logic: str = "integrated") -> Verdict:
    """Try: a failed first programme lowers what the same second programme achieves.

    First two years: an exemplar's settings are copied from the far place, or nothing is done. Then
    the same own logic. Tried where copying failed (value below doing nothing after two years).
    Held if value at the end is lower than without the failed programme.
    """
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
    return verdict(
        "8", "A failed first programme usually lowers what the same second programme achieves.",
        held, world, detail, tried,
    )  # fmt: skip
