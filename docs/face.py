"""Hold the model's curves against what is published; it was fitted to none of it."""

from __future__ import annotations

import numpy as np
import pandas as pd

from toolkit import evidence
from toolkit.models.journeys import MONTHS, Programme
from toolkit.models.laws import World

TRUSTS, GROUPS, SEED = 5, 400, 5
TWO_YEARS = 24
SLOWEST = 22  # months


def half_lives(curve: np.ndarray) -> np.ndarray:
    """Return the months in which half of a fall, from month 0 to the lowest, is done."""
    low, at = curve.min(1), curve.argmin(1)
    half = (curve[:, 0] + low) / 2
    return np.where(at > 0, (curve <= half[:, None]).argmax(1), np.nan)


def _between(values: np.ndarray, unit: str) -> str:
    low, mid, high = np.nanquantile(values, [0.05, 0.5, 0.95])
    return f"{mid:.0f} {unit} in the middle place, nine in ten {low:.0f} to {high:.0f}"


def _five_trusts(world: World) -> tuple[np.ndarray, np.ndarray]:
    """Return changes in points, and ranges of groups of five, of a share seen within a limit.

    The model has no such share. A wait of mean W is taken as exponential, and the limit as what
    gives every place the trusts' mean share at the start.
    """
    held = evidence.series("five_lean_trusts").frame
    start = held["within_4h_2016_17_pct"].mean() / 100
    time = world.journeys(Programme("integrated")).performance.lead_time
    limit = -np.log(1 - start) * time[:, 0]
    share = 100 * (1 - np.exp(-limit[:, None] / time))
    change = share[:, TWO_YEARS] - share[:, 0]
    groups = np.random.default_rng(SEED).integers(0, len(change), (GROUPS, TRUSTS))
    return change, np.ptp(change[groups], axis=1)


def table(world: World) -> pd.DataFrame:
    """Return what is published, what the model does, and how far the two are apart."""
    own = world.journeys(Programme("contextualise", "integrated"))
    copy = world.journeys(Programme("emulate", "integrated"), step=1.0)
    lead, value = half_lives(own.performance.lead_time), half_lives(-own.value)
    ran = copy.running.sum(1)
    stopped = 100 * (ran < MONTHS).mean()
    would = 100 * (1 - np.exp(-MONTHS / 36))
    change, apart = _five_trusts(world)
    real = evidence.series("five_lean_trusts").frame
    moved = real["within_4h_2018_19_pct"] - real["within_4h_2016_17_pct"]
    return pd.DataFrame(
        [
            (
                "half-life of an improvement (Schneiderman)",
                "1 month (simplest) to 22 months (hardest)",
                f"lead time: {_between(lead, 'months')}; value: {_between(value, 'months')}",
                "The middle lies inside the published range, and "
                f"{100 * np.nanmean(lead > SLOWEST):.0f}% of places beyond its slow end; nearly "
                "none is as quick as the simplest projects. In the model nothing makes a project "
                "hard but mixed cases and people who are not ready.",
            ),
            (
                "how long a carried-in programme runs (Productive Ward, Sarre and others 2019)",
                "mean 3 years, under one to seven; at a constant rate "
                f"{would:.0f}% would have stopped within four years",
                f"{stopped:.0f}% stop within four years",
                "Badly off: programmes in the model are far too patient. The commonest published "
                "reason, that another approach comes in, is not in the model.",
            ),
            (
                "five trusts, one method, two years (share within four hours)",
                f"{moved.min():+.1f} to {moved.max():+.1f} points, {np.ptp(moved):.1f} apart; mean "
                f"{moved.mean():+.1f}",
                f"groups of five lie {np.quantile(apart, 0.5):.1f} points apart (nine in ten "
                f"{np.quantile(apart, 0.05):.1f} to {np.quantile(apart, 0.95):.1f}); mean "
                f"{change.mean():+.1f}",
                "The spread is too small and the direction is off: England's waits grew for all in "
                "those years, and demand does not move in the model. The comparison rests on an "
                "assumed shape of waits.",
            ),
        ],
        columns=["what", "published", "model", "misfit"],
    )
