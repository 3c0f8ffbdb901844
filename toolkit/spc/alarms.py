"""How often a rule set calls something special when nothing has happened, and how soon when it has.

Points are independent and normal; the exact figures take centre and limits as known.
"""

from __future__ import annotations

from itertools import pairwise
from statistics import NormalDist

import numpy as np

from toolkit.spc.limits import REACH, mean_range
from toolkit.spc.rules import Trend, Zone
from toolkit.spc.sets import RuleSet, rule_set

BLOCK = 64


def _remembered(rule: Zone, past: tuple[float, ...]) -> tuple[float, ...]:
    """Return what of the past can still matter to a rule."""
    past = past[-(rule.of - 1) :] if rule.of > 1 else ()
    if rule.points == rule.of:  # a run: only its present stretch
        for back, symbol in enumerate(reversed(past)):
            if symbol != past[-1] or abs(symbol) < 2:
                return past[len(past) - back :]
    while past and not past[0]:  # what is not remembered is read as zeros
        past = past[1:]
    return past


def average_run_length(rules: tuple[Zone, ...], shift: float = 0.0) -> float:
    """Return the mean number of points up to the first signal: exact, by a Markov chain [1]_.

    Parameters
    ----------
    rules : tuple of Zone
        Rules that look at zones; for a trend use `simulated_run_length`.
    shift : float
        How far the mean has moved, in standard deviations; 0 gives false alarms.

    Returns
    -------
    float
        Mean number of points until the first signal.

    Raises
    ------
    TypeError
        If a rule is not about zones.

    References
    ----------
    .. [1] Champ, C. W. and Woodall, W. H. (1987). Exact results for Shewhart control charts with
       supplementary runs rules. *Technometrics*, 29, 393-399.

    Examples
    --------
    >>> from toolkit.spc import WESTERN_ELECTRIC
    >>> round(average_run_length(WESTERN_ELECTRIC.rules), 2)
    91.75
    """
    if strange := [each.name for each in rules if not isinstance(each, Zone)]:
        raise TypeError(
            f"Only rules about zones have an exact run length; not: {', '.join(strange)}. "
            "Use simulated_run_length."
        )
    ends = {0.0, *(x for r in rules for x in (r.beyond, r.within) if np.isfinite(x))}
    edges = [-np.inf, *sorted({s * x for x in ends for s in (-1, 1)}), np.inf]
    cdf = [NormalDist(shift).cdf(x) for x in edges]
    chance = np.diff(cdf)
    middle = [(max(a, b - 1) + min(b, a + 1)) / 2 for a, b in pairwise(edges)]
    symbols = [[float(rule.read(np.array(z))) for rule in rules] for z in middle]

    def after(state: tuple, seen: list[float]) -> tuple | None:
        """Return the next state, or None if a rule fires."""
        then = []
        for rule, past, now in zip(rules, state, seen, strict=True):
            window = (*(0.0,) * (rule.of - 1 - len(past)), *past, now)
            for side in (-1, 1):
                enough = sum(each == 2 * side for each in window) >= rule.points
                if enough and (not rule.one_side or all(each * side > 0 for each in window)):
                    return None
            then.append(_remembered(rule, (*past, now)))
        return tuple(then)

    states = {tuple(() for _ in rules): 0}
    moves: list[tuple[int, int, float]] = []
    queue = list(states)
    for state in queue:
        for seen, share in zip(symbols, chance, strict=True):
            then = after(state, seen)
            if then is None:
                continue
            if then not in states:
                states[then] = len(states)
                queue.append(then)
            moves.append((states[state], states[then], share))
    stay = np.zeros((len(states), len(states)))
    for start, end, part in moves:
        stay[start, end] += part
    return float(np.linalg.solve(np.eye(len(states)) - stay, np.ones(len(states)))[0])


def simulated_run_length(
    rules: tuple[Zone | Trend, ...], shift: float = 0.0, runs: int = 10_000, seed: int = 1
) -> float:
    """Return how many points pass until the first signal, on average over many simulated series.

    Parameters
    ----------
    rules : tuple of Zone or Trend
        Rules that look back over a fixed number of points.
    shift : float
        How far the mean has moved, in standard deviations.
    runs, seed : int
        How many series, and the seed of the generator.

    Returns
    -------
    float
        With a standard error of about the result divided by the root of ``runs``.
    """
    rng = np.random.default_rng(seed)
    back = max(rule.points if isinstance(rule, Trend) else rule.of for rule in rules)
    seen = np.zeros((runs, 0))
    total, passed = 0, 0
    while len(seen):
        z = np.concatenate([seen[:, -back:], rng.normal(shift, 1, (len(seen), BLOCK))], axis=1)
        fired = np.logical_or.reduce([rule.ends(z, z) != 0 for rule in rules])[:, -BLOCK:]
        ended = fired.any(axis=1)
        total += int((passed + fired[ended].argmax(axis=1) + 1).sum())
        passed += BLOCK
        seen = z[~ended]
    return total / runs


def first_alarm(rules: RuleSet | str, runs: int = 4_000, seed: int = 1) -> float | None:
    """Return how many points pass in a stable process until a rule set cries wolf, on average.

    Parameters
    ----------
    rules : RuleSet or str
        A rule set, or its key; its centre and limits are taken as known.
    runs, seed : int
        For what has to be simulated: a set with a trend.

    Returns
    -------
    float or None
        None for a run chart, whose rules look at a whole chart and not at its last points.

    Examples
    --------
    >>> round(first_alarm("weco"), 2), first_alarm("anhoej")
    (91.75, None)
    """
    chosen = rule_set(rules).rules
    zones = tuple(rule for rule in chosen if isinstance(rule, Zone))
    if zones == chosen:
        return average_run_length(zones)
    back = tuple(rule for rule in chosen if isinstance(rule, Zone | Trend))
    return simulated_run_length(back, runs=runs, seed=seed) if back == chosen else None


def stable_charts(points: int, runs: int = 2_000, seed: int = 1) -> np.ndarray:
    """Return figures of charts on which nothing changes, shape (runs, points).

    Parameters
    ----------
    points : int
        Points on each chart.
    runs, seed : int
        How many charts, and the seed of the generator.
    """
    return np.random.default_rng(seed).normal(size=(runs, points))


def falsely_flagged(
    rules: RuleSet | str, points: int, runs: int = 2_000, seed: int = 1, known: bool = False
) -> np.ndarray:
    """Return on which stable charts something is called special.

    Parameters
    ----------
    rules : RuleSet or str
        A rule set, or its key.
    points : int
        Points on each chart.
    runs, seed : int
        How many charts, and the seed of the generator.
    known : bool
        True: centre and limits are known beforehand. False: they are worked out from the same
        points, as nearly every real chart does.

    Returns
    -------
    ndarray of bool, shape (runs,)
        Whether each chart is flagged.

    Raises
    ------
    ValueError
        If a chart has fewer than three points.
    """
    chosen = rule_set(rules)
    if points < 3:
        raise ValueError(f"A chart needs at least 3 points; {points} came in.")
    values = stable_charts(points, runs, seed)
    z = values
    if not known:
        middle = np.median if chosen.centre == "median" else np.mean
        z = values - middle(values, axis=1)[:, None]
        if chosen.centre == "mean":
            z = z / (chosen.factor / REACH * mean_range(values, chosen.screen)[:, None])
    fired = [rule.fires(values, z) for rule in chosen.rules]
    return np.logical_or.reduce(fired)


def false_signals(
    rules: RuleSet | str, points: int, runs: int = 2_000, seed: int = 1, known: bool = False
) -> float:
    """Return the share of stable charts on which something is called special.

    Parameters
    ----------
    rules, points, runs, seed, known
        As in `falsely_flagged`.

    Returns
    -------
    float
        Between 0 and 1.
    """
    return float(falsely_flagged(rules, points, runs, seed, known).mean())
