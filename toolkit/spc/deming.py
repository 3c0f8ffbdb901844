"""Deming's two games: red beads, which no worker can change, and the funnel, which is tampering."""

from __future__ import annotations

import numpy as np
import pandas as pd

from toolkit.spc.limits import REACH

# The box and the paddle as Deming used them, and the figures of his seminar in West Springfield,
# Massachusetts, on 6 February 1985, as printed in Walton's book (chapter 4), read in a copy.
# Deming 1986 (source key deming1986) describes the same game.
BEADS, RED, PADDLE = 4_000, 800, 50
SEMINAR_1985 = {
    "Dick": (14, 10, 9, 10),
    "Pat": (17, 5, 8, 5),
    "Bob": (11, 6, 5, 9),
    "Steve": (8, 8, 9, 6),
    "Horst": (12, 11, 12, 8),
    "Dave": (9, 11, 7, 10),
}
WORKERS = tuple(SEMINAR_1985)
DAYS = 4
KEPT = 3  # workers whom the foreman would keep: those with the fewest red beads
FUNNEL_RULES = (1, 2, 3, 4)


def total_limits(counts: np.ndarray) -> tuple[int, int]:
    """Return the fewest and the most red beads that chance alone gives a worker in all days.

    Parameters
    ----------
    counts : ndarray, shape (workers, days)
        Red beads.

    Examples
    --------
    >>> total_limits(np.array(list(SEMINAR_1985.values())))
    (21, 53)
    """
    days = counts.shape[1]
    mean = float(np.mean(counts))
    reach = REACH * np.sqrt(days * mean * (1 - mean / PADDLE))
    return max(0, int(np.ceil(days * mean - reach))), int(np.floor(days * mean + reach))


def draw_beads(share: float = RED / BEADS, runs: int = 1, seed: int = 1) -> np.ndarray:
    """Let six willing workers draw beads, each day from the whole box.

    Parameters
    ----------
    share : float
        Share of red beads in the box, 0 to 1.
    runs, seed : int
        How many seminars, and the seed of the generator.

    Returns
    -------
    ndarray of int64, shape (runs, 6, 4)
        Red beads on each paddle.

    Raises
    ------
    ValueError
        If the share is not between 0 and 1.

    Notes
    -----
    Beads are drawn at random. Deming warned that a real paddle does not quite do so: over the
    years one of his paddles came to a mean of 11.3, another to 9.4, from the same share of 20%.
    """
    if not 0 <= share <= 1:
        raise ValueError(f"The share of red beads lies between 0 and 1; {share} came in.")
    red = round(share * BEADS)
    rng = np.random.default_rng(seed)
    shape = (runs, len(WORKERS), DAYS)
    return rng.hypergeometric(red, BEADS - red, PADDLE, size=shape).astype(np.int64)


def after_the_talk(counts: np.ndarray, before: int = 2) -> pd.DataFrame:
    """Return what became of those whom the foreman praised, warned and kept; nothing was changed.

    Parameters
    ----------
    counts : ndarray, shape (runs, workers, days)
        Red beads.
    before : int
        Days after which the foreman praises the best, warns the worst and says whom he would keep.

    Returns
    -------
    DataFrame
        Rows ``praised``, ``warned`` and ``kept``; red beads per paddle ``before`` and ``after``,
        and the share of seminars with ``fewer`` afterwards. Of equals the first in line is chosen.
    """
    rows = [
        (name, old.mean(), new.mean(), (new < old).mean())
        for name, (old, new) in _before_and_after(counts, before).items()
    ]
    return pd.DataFrame(rows, columns=["who", "before", "after", "fewer"])


def _before_and_after(counts: np.ndarray, before: int) -> dict[str, np.ndarray]:
    """Return red beads per paddle before and after the talk, (2, runs), by whom it was about."""
    first, then = counts[..., :before].mean(axis=-1), counts[..., before:].mean(axis=-1)
    order = first.argsort(axis=1, kind="stable")
    chosen = {
        "praised": order[:, :1],
        "warned": first.argmax(axis=1)[:, None],
        "kept": order[:, :KEPT],
    }
    return {
        name: np.array([np.take_along_axis(e, who, axis=1).mean(axis=1) for e in (first, then)])
        for name, who in chosen.items()
    }


def typical_seminar(counts: np.ndarray, before: int = 2) -> int:
    """Return the seminar in which the talk is followed by what follows it on average.

    Parameters
    ----------
    counts : ndarray, shape (runs, workers, days)
        Red beads.
    before : int
        Days before the talk.

    Returns
    -------
    int
        The run whose three figures before and after lie closest to their averages.
    """
    told = np.concatenate([*_before_and_after(counts, before).values()])
    return int(np.abs(told - told.mean(axis=1, keepdims=True)).sum(axis=0).argmin())


def funnel(
    rule: int, drops: int = 50, runs: int = 1, seed: int = 1, drift: float = 0.0
) -> np.ndarray:
    """Drop marbles through a funnel aimed at a target, and move it by one of Deming's rules.

    Parameters
    ----------
    rule : {1, 2, 3, 4}
        Leave the funnel alone; move it back by the last miss, from where it stands; the same, from
        the target; put it over the last drop.
    drops, runs, seed : int
        Marbles per run, how many runs, and the seed of the generator.
    drift : float
        Standard deviation of the step that the process itself takes before each drop after the
        first, in standard deviations of a drop; 0 is a stable process.

    Returns
    -------
    ndarray, shape (runs, drops)
        Where each marble lies, from the target, in standard deviations of a drop.

    Raises
    ------
    ValueError
        If there is no such rule, or the drift is below zero.
    """
    if rule not in FUNNEL_RULES:
        raise ValueError(f"The rules of the funnel are 1, 2, 3 and 4; {rule} came in.")
    if drift < 0:
        raise ValueError(f"drift is zero or more; {drift} came in.")
    rng = np.random.default_rng(seed)
    scatter = rng.normal(size=(runs, drops))
    moved = drift * rng.normal(size=(runs, drops))
    moved[:, 0] = 0
    came = scatter + moved.cumsum(axis=1)
    lies, aim = np.empty((runs, drops)), np.zeros(runs)
    for k in range(drops):
        lies[:, k] = aim + came[:, k]
        aim = {1: aim, 2: aim - lies[:, k], 3: -lies[:, k], 4: lies[:, k]}[rule]
    return lies


def aims(rule: int, lies: np.ndarray) -> np.ndarray:
    """Return where the funnel stands before the first drop of a run, and after each.

    Parameters
    ----------
    rule : {1, 2, 3, 4}
        As in `funnel`.
    lies : ndarray, shape (drops,)
        Where the marbles lie.
    """
    moved = {1: 0 * lies, 2: -lies.cumsum(), 3: -lies, 4: lies}[rule]
    return np.append(0, moved)
