"""Laws of copying: where it is right, how it fades with distance, and what its failure leaves."""

from __future__ import annotations

import numpy as np
import pandas as pd

from toolkit.models.journeys import Programme, State
from toolkit.models.journeys.steps import LEAST
from toolkit.models.laws.world import AS_GOOD, EARLY, END, STEPS, LawResult, World

SECOND = 24  # the month in which a second programme begins


def law_1(world: World) -> LawResult:
    """Try whether copying is right where contexts are the same."""
    copied = world.result(world.way, "integrated", 0.0)
    own = world.result("contextualise", "integrated")
    early, ratio = copied[:, EARLY] > own[:, EARLY], copied[:, END] / own[:, END]
    return LawResult(early & (ratio > AS_GOOD), ratio)


def _ends(world: World) -> tuple[np.ndarray, np.ndarray]:
    """Return value at the end against doing nothing: own (n,), copied (n, steps)."""
    idle = world.result("nothing")[:, END]
    own = world.result("contextualise", "integrated")[:, END] / idle
    copied = [world.result(world.way, "integrated", s)[:, END] / idle for s in STEPS]
    return own, np.stack(copied, axis=1)


def law_2(world: World) -> LawResult:
    """Try whether copying loses more, against the own logic, from afar than from nearby."""
    own, copied = _ends(world)
    loss = dict(zip(STEPS, np.log(own[:, None] / copied).T, strict=True))
    held = (loss[0.5] > loss[0.0]) & (loss[1.0] > loss[0.25])
    return LawResult(held, np.exp(loss[1.0] - loss[0.0]))


def law_2b(world: World) -> LawResult:
    """Try whether copying stays above doing nothing at every distance."""
    _, copied = _ends(world)
    return LawResult(np.all(copied > 1, axis=1), copied[:, -1])


def law_2c(world: World) -> LawResult:
    """Try whether the own logic ends above what is copied from afar."""
    own, copied = _ends(world)
    ratio = own / copied[:, -1]
    return LawResult(ratio > 1, ratio)


def crossing(copied: np.ndarray, own: np.ndarray) -> np.ndarray:
    """Return the month from which the own logic stays ahead of copying (48: never)."""
    behind = own < copied
    months = own.shape[1]
    last = months - 1 - np.argmax(behind[:, ::-1], axis=1)
    return np.where(behind.any(1), last + 1, 0)


def law_3(world: World) -> LawResult:
    """Try whether the own logic overtakes copying sooner the further away the exemplar is."""
    own = world.result("contextualise", "integrated")
    near, far = (crossing(world.result(world.way, "integrated", step), own) for step in (0.1, 0.5))
    return LawResult(near >= far, near - far)


def law_8(world: World, carried: str = "everything") -> LawResult:
    """Try what a first programme, dropped after two years, leaves to the next.

    Parameters
    ----------
    world : World
        Where it is tried.
    carried : str
        What the second programme takes over: everything, or the settings, the people, their
        mastery or their willingness alone; the rest is as where nothing was done before it.
    """
    second = Programme("contextualise", "integrated", SECOND)
    fresh = world.journeys(Programme("nothing"), second)
    mastery, willingness = fresh.mastery[:, SECOND], fresh.willingness[:, SECOND]
    given = {
        "everything": None,
        "settings": State(SECOND, None, mastery, willingness),
        "people": State(SECOND, fresh.practices[SECOND]),
        "mastery": State(SECOND, fresh.practices[SECOND], None, willingness),
        "willingness": State(SECOND, fresh.practices[SECOND], mastery, None),
    }[carried]
    dropped = world.journeys(Programme(world.way, "integrated"), second, step=1.0, given=given)
    ratio = np.maximum(dropped.value, LEAST) / np.maximum(fresh.value, LEAST)
    willing = {"willingness_dropped": dropped, "willingness_fresh": fresh}
    detail = pd.DataFrame(
        {name: [each.willingness[:, SECOND].mean()] for name, each in willing.items()}
    )
    held = ratio[:, END] >= 1 if carried == "settings" else ratio[:, END] < 1
    return LawResult(held, ratio[:, END], detail)
