"""Laws of time for learning: worse before better, and better before worse."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from toolkit.adoption import Dynamics, Programme, run
from toolkit.laws.world import END, LEAST, Verdict, World, verdict


def _learning(world: World, d: Dynamics, low: float = 0.01) -> tuple[np.ndarray, np.ndarray]:
    """Return value with and without time for learning, (n, 48) each."""
    start = world.start._replace(learning=np.full_like(world.start.learning, low))
    plan = [Programme("integrated")]
    more, less = (
        run(world.own, start, plan, world.noise, a=world.a, d=replace(d, learning_time=time)).value
        for time in (d.learning_time, low)
    )
    return np.maximum(more, LEAST), np.maximum(less, LEAST)


def _first_and_last(more: np.ndarray, less: np.ndarray) -> pd.DataFrame:
    """Return how value with learning time compares at the start and at the end."""
    ratio = more / less
    return pd.DataFrame({"month": [0, 3, 12, 24, END]}).assign(
        ratio=lambda f: np.median(ratio[:, f["month"]], axis=0),
        share_higher=lambda f: (ratio[:, f["month"]] > 1).mean(0),
    )


def law_9(world: World) -> Verdict:
    """Try more time for learning: worse before better."""
    more, less = _learning(world, world.d)
    return verdict(
        (more[:, 3] < less[:, 3]) & (more[:, END] > less[:, END]),
        world,
        _first_and_last(more, less),
        more[:, END] / less[:, END],
    )


def law_9b(world: World) -> Verdict:
    """Try less time for learning where people are practised: better before worse."""
    more, less = _learning(world, replace(world.d, beginner=0.5))
    return verdict(
        (less[:, 3] > more[:, 3]) & (less[:, END] < more[:, END]),
        world,
        _first_and_last(more, less),
        less[:, END] / more[:, END],
    )
