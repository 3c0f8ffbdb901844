"""Laws of the logics: ceilings and integration."""

from __future__ import annotations

import numpy as np
import pandas as pd

from toolkit.models.journeys import Journeys, Programme
from toolkit.models.journeys.steps import LEAST
from toolkit.models.laws.where import JUDGES
from toolkit.models.laws.world import END, NEAR, LawResult, World, highest
from toolkit.models.logics import FIVE, Logic, with_candidates
from toolkit.models.pathway import ContextArrays, PracticeArrays, perform_arrays


def _left(
    logic: Logic, x: PracticeArrays, c: ContextArrays, mastery: np.ndarray, world: World
) -> tuple[np.ndarray, np.ndarray]:
    """Return whether a logic still finds a change worth while, and what it would do for value."""
    p = perform_arrays(x, c, mastery, world.a)
    full = np.ones_like(mastery)
    options = logic.options(x, p, full, world.noise.ideas[:, END])
    after = perform_arrays(options.practices, with_candidates(c), mastery[:, :, None], world.a)
    best, gain = logic.choose(options, p, after, full)
    rows = np.arange(len(best))
    return (best >= 0) & (gain > 0), after.value[rows, np.maximum(best, 0)] / p.value - 1


def law_4(world: World) -> LawResult:
    """Try whether each logic alone reaches a ceiling where another still finds something."""
    held, rows, gains = [], [], []
    for name, logic in FIVE.items():
        j = world.singles[name]
        mastery = j.mastery[:, -1:]
        own_left, _ = _left(logic, j.end, world.own, mastery, world)
        done, flat = ~own_left, j.value[:, END] / j.value[:, END - 12] - 1 < NEAR
        others, most = np.zeros(world.n, dtype=bool), np.zeros(world.n)
        for other, other_logic in FIVE.items():
            if other != name:
                left, gain = _left(other_logic, j.end, world.own, mastery, world)
                others |= left & (gain > 0.005)
                most = np.maximum(most, np.where(left, gain, 0))
        gains.append(1 + most)
        held.append((done | flat) & others)
        rows.append(
            {
                "approach": name, "nothing_left": done.mean(), "flat": flat.mean(),
                "another_finds": others.mean(), "held": held[-1].mean(),
            }
        )  # fmt: skip
    rows.append(_ceiling_of_all(world))
    return LawResult(np.concatenate(held), np.concatenate(gains), pd.DataFrame(rows))


def _ceiling_of_all(world: World) -> dict[str, object]:
    """Return how often those who hear all five come to an end."""
    j = world.journeys(Programme("integrated"))
    mastery = j.mastery[:, -1:]
    found = [_left(logic, j.end, world.own, mastery, world) for logic in FIVE.values()]
    something = np.any([left & (gain > 0) for left, gain in found], axis=0)
    flat = j.value[:, END] / j.value[:, END - 12] - 1 < NEAR
    return {"approach": "integrated", "nothing_left": 1 - something.mean(), "flat": flat.mean()}


def singles_and(world: World, whole: Journeys, judge: str) -> tuple[np.ndarray, np.ndarray]:
    """Return where each single logic ends (n, 5), and where another way ends (n,), by one judge."""
    score = JUDGES[judge].score
    singles = [score(j.performance)[:, END] for j in world.singles.values()]
    return np.stack(singles, axis=1), score(whole.performance)[:, END]


def law_5(world: World, judge: str = "value") -> LawResult:
    """Try whether integrated improvement keeps up with the best single logic, and which that is."""
    singles, whole = singles_and(world, world.journeys(Programme("integrated")), judge)
    best = highest(singles.T).mean(1)
    detail = pd.DataFrame({"approach": list(FIVE), "best_single": best})
    top = singles.max(1)
    return LawResult(whole >= (1 - NEAR) * top, whole / np.maximum(top, LEAST), detail)
