"""What carries a pattern: one cause after the other is switched off, and what is left is measured.

In each of these worlds the exemplars, and what is copied from them, stay as they were; only the own
place is another.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import numpy as np
import pandas as pd

from docs.ceilings import law_5
from toolkit.models.laws import CAUSES, World, moved
from toolkit.models.laws.where import JUDGES
from toolkit.models.laws.world import END, middle

FAR_OFF = 1.0  # share of the way to the exemplar's place
BOOTSTRAPS, SEED = 400, 12


OFF = {
    "everything": "as it is",
    "foresight": "changes are chosen by dice",
    "mastery": "nobody learns",
    "learning": "nobody learns, and no time is taken for it",
    "difference": (
        "mastery makes no difference: all see, judge and act like masters, and nobody saves work"
    ),
    "work": "mastery saves no work",
    "willingness": "willingness stays as it usually is, and nobody gives up",
    "fit": "the other place is a twin",
}
# What a copier is given that an own logic has: eyes, a second look each year, time to learn.
COPIERS = {
    "look_then_copy": "copiers judge each setting first",
    "copy_again": "and look again each year, as the other place moves on",
    "copy_and_learn": "and keep as much time for learning",
}


def with_the_same_exemplars(world: World, other: World) -> World:
    """Return another world in which what can be copied is what it is in the first."""
    world.exemplars(world.steps[-1], "integrated")
    other._kept.update({k: v for k, v in world._kept.items() if k[0] in ("exemplar", "later")})
    return other


def _ratios(world: World, step: float) -> np.ndarray:
    """Return where the own logic ends, against nothing and against copying, (n, 2) logarithms."""
    own, idle = (world.result(mode, logic)[:, END] for mode, logic in (
        ("contextualise", "integrated"), ("nothing", None),
    ))  # fmt: skip
    copied = world.result(world.way, "integrated", step)[:, END]
    return np.log(np.stack([own / idle, own / copied], axis=1))


def _gone(whole: np.ndarray, left: np.ndarray) -> tuple[float, float, float]:
    """Return the share of a middle difference that goes, and its 95% interval (bootstrap)."""
    rng = np.random.default_rng(SEED)
    rows = rng.integers(0, len(whole), (BOOTSTRAPS, len(whole)))
    again = 1 - np.median(left[rows], axis=1) / np.median(whole[rows], axis=1)
    return 1 - np.median(left) / np.median(whole), *np.quantile(again, [0.025, 0.975])


def decomposition(world: World, ways: Iterable[str] = tuple(COPIERS)) -> pd.DataFrame:
    """Return what is left of the own logic's lead when one cause after the other is switched off.

    Parameters
    ----------
    world : World
        Where it is tried.
    ways : iterable of str
        Keys of `COPIERS`: what copiers are given.

    Returns
    -------
    pandas.DataFrame
        One row for everything as it is, one per cause, one with a twin as exemplar (what is copied
        fits), and one per thing that copiers are given: ``cause``, ``off``; ``own_to_nothing`` and
        ``own_to_copied`` (the middle one of the places, after four years, with ``_low`` and
        ``_high``); ``nothing_gone`` and ``copied_gone``, the share of each middle logarithm that
        goes, with their intervals. What a switch cannot touch is NaN.
    """
    world = replace(world, steps=(0.0, FAR_OFF))
    whole = _ratios(world, FAR_OFF)
    rows = [_row("everything", OFF["everything"], whole, whole)]
    for name, values in CAUSES.items():
        other = with_the_same_exemplars(world, moved(world, **values))
        rows.append(_row(name, OFF[name], whole, _ratios(other, FAR_OFF)))
    rows.append(_row("fit", OFF["fit"], whole, _ratios(world, 0.0), copier=True))
    for way in ways:
        other = with_the_same_exemplars(world, replace(world, way=way))
        rows.append(_row(way, COPIERS[way], whole, _ratios(other, FAR_OFF), copier=True))
    return pd.DataFrame(rows)


def _row(
    cause: str, off: str, whole: np.ndarray, left: np.ndarray, copier: bool = False
) -> dict[str, object]:
    row: dict[str, object] = {"cause": cause, "off": off}
    for i, against in enumerate(("nothing", "copied")):
        none = copier and against == "nothing"
        ends = (float("nan"),) * 3 if none else tuple(np.exp(middle(left[:, i])))
        gone = (float("nan"),) * 3 if none else _gone(whole[:, i], left[:, i])
        for suffix, end, share in zip(("", "_low", "_high"), ends, gone, strict=True):
            row[f"own_to_{against}{suffix}"] = float(end)
            row[f"{against}_gone{suffix}"] = float(share)
    return row


def by_judge(world: World) -> pd.DataFrame:
    """Return for each judge how often integrated keeps up, and which single logic is best.

    Parameters
    ----------
    world : World
        Where it is tried.

    Returns
    -------
    pandas.DataFrame
        ``judge``, ``held`` (share), and one column per approach with the share of places in which
        it ends highest of the five; of several that are level, each.
    """
    rows = []
    for name in JUDGES:
        told = law_5(world, name)
        best = dict(zip(told.detail["approach"], told.detail["best_single"], strict=True))
        rows.append({"judge": name, "held": told.share, **best})
    return pd.DataFrame(rows)
