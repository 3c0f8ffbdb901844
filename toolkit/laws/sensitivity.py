"""Which assumption a law leans on: each is moved to the ends of its documented range."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, replace
from typing import Any

import numpy as np
import pandas as pd

from toolkit.laws.world import Verdict, World

TURN = 0.5  # a law that holds in less than half of the draws is turned over
HALVINGS = 4


def moved(world: World, **values: float) -> World:
    """Return the same world with some assumptions set to other values."""
    parts: dict[str, Any] = {"a": world.a, "d": world.d}
    known = {f.name: part for part, all_ in parts.items() for f in fields(all_)}
    if unknown := sorted(set(values) - set(known)):
        raise ValueError(
            f"There is no assumption '{', '.join(unknown)}'. There are: {', '.join(known)}."
        )
    new: dict[str, Any] = {
        part: replace(all_, **{k: v for k, v in values.items() if known[k] == part})
        for part, all_ in parts.items()
    }
    return replace(world, **new)


def turning_points(
    law: Callable[[World], Verdict], world: World, assumptions: tuple[str, ...] = ()
) -> pd.DataFrame:
    """Return how far each assumption must be moved to turn a law over.

    Parameters
    ----------
    law : callable
        World in, `Verdict` out.
    world : World
        Where it is tried.
    assumptions : tuple of str, optional
        Fields of `Assumptions` or `Dynamics`; all by default.

    Returns
    -------
    pandas.DataFrame
        assumption, default, low, high, held_default, held_low, held_high, and ``turns_at``: the
        value nearest the default at which the law holds in less than half of the draws (empty if
        it never does within the documented range). Most sensitive first.
    """
    usual = law(world).share
    rows = []
    constants: list[Any] = [*fields(world.a), *fields(world.d)]
    for f in constants:
        if assumptions and f.name not in assumptions:
            continue
        ends = [f.metadata["low"], f.metadata["high"]]
        shares = [law(moved(world, **{f.name: v})).share for v in ends]
        turns = [
            _turning_point(law, world, f.name, f.default, v)
            for v, share in zip(ends, shares, strict=True)
            if share < TURN <= usual
        ]
        nearest = min(turns, key=lambda v: abs(v - f.default)) if turns else float("nan")
        rows.append((f.name, f.default, *ends, usual, *shares, nearest))
    names = ["assumption", "default", "low", "high", "held_default", "held_low", "held_high"]
    frame = pd.DataFrame(rows, columns=[*names, "turns_at"])
    drop = usual - frame[["held_low", "held_high"]].min(axis=1)
    return frame.iloc[np.argsort(-drop.to_numpy(), kind="stable")].reset_index(drop=True)


def _turning_point(
    law: Callable[[World], Verdict], world: World, name: str, good: float, bad: float
) -> float:
    """Return by halving where between a good and a bad value the law is turned over."""
    for _ in range(HALVINGS):
        middle = (good + bad) / 2
        if law(moved(world, **{name: middle})).share < TURN:
            bad = middle
        else:
            good = middle
    return bad
