"""All constants moved at once, over their ranges: what still holds, and what drives it."""

from __future__ import annotations

from dataclasses import fields

import numpy as np
import pandas as pd
from scipy.stats import qmc, spearmanr

from docs.patterns import LAWS
from toolkit.models.journeys import Dynamics
from toolkit.models.laws import World
from toolkit.models.pathway import Assumptions

SETTINGS, PAIRS, SEED = 120, 30, 1
KEYS = ("1", "1b", "2", "2b", "2c", "3", "5", "7", "8", "8s", "8p", "9")
DRIVERS = 3


def tried(settings: int = SETTINGS, pairs: int = PAIRS, seed: int = SEED) -> pd.DataFrame:
    """Return the share in which each pattern held, in a Latin hypercube of settings."""
    parts = {kind: fields(kind) for kind in (Assumptions, Dynamics)}
    every = [f for each in parts.values() for f in each]
    drawn = qmc.LatinHypercube(len(every), rng=seed).random(settings)
    rows = []
    for row in drawn:
        values = {
            f.name: f.metadata["low"] + (f.metadata["high"] - f.metadata["low"]) * u
            for f, u in zip(every, row, strict=True)
        }
        a, d = (kind(**{f.name: values[f.name] for f in each}) for kind, each in parts.items())
        world = World(pairs, a=a, d=d)
        rows.append(values | {f"pattern {key}": LAWS[key].test(world).share for key in KEYS})
    return pd.DataFrame(rows)


def table(found: pd.DataFrame) -> pd.DataFrame:
    """Return for each pattern how often it keeps, and which constants drive it."""
    shares = [f"pattern {key}" for key in KEYS]
    constants = [name for name in found if name not in shares]
    rows = []
    for key, name in zip(KEYS, shares, strict=True):
        held = found[name]
        rank = pd.Series({c: spearmanr(found[c], held).statistic for c in constants})
        top = rank.iloc[np.argsort(-rank.abs(), kind="stable")[:DRIVERS]]
        rows.append(
            {
                "pattern": key,
                "held in, middle setting": f"{100 * held.median():.0f}%",
                "in nine pairs of ten or more": f"{100 * (held >= 0.9).mean():.0f}%",
                "in two of three": f"{100 * (held >= 2 / 3).mean():.0f}%",
                "in fewer than half": f"{100 * (held < 0.5).mean():.0f}%",
                "driven most by": ", ".join(f"{c} ({r:+.2f})" for c, r in top.items()),
            }
        )
    return pd.DataFrame(rows)
