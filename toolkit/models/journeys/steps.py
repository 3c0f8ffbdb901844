"""The small steps of a journey: what is carried over, which design wins, when a slope is real."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from toolkit.models.change.noticing import errors_needed
from toolkit.models.journeys.settings import COPIED, COPYABLE, DESIGNS, Dynamics, Noise
from toolkit.models.logics import with_candidates
from toolkit.models.pathway import (
    PRACTICE_RANGES,
    Assumptions,
    ContextArrays,
    PracticeArrays,
    perform_arrays,
)

LEAST = 1e-6  # value: care that does more harm than good counts as all but none


def blend(old: PracticeArrays, new: PracticeArrays, share: np.ndarray) -> PracticeArrays:
    """Return settings the given share (n, 1) of the way from old to new."""
    return PracticeArrays(*((1 - share) * a + share * b for a, b in zip(old, new, strict=True)))


def carry(
    template: PracticeArrays, own: PracticeArrays, items: Iterable[str] = COPIED
) -> PracticeArrays:
    """Return the own settings with the ticked items taken from the template."""
    return own._replace(**{name: getattr(template, name) for name in items})


def settings_distance(one: PracticeArrays, other: PracticeArrays) -> np.ndarray:
    """Return how far what can be copied lies apart (root mean square, on the scale of ranges).

    Parameters
    ----------
    one, other : PracticeArrays
        n rows each, of pathways with the same number of stages.

    Returns
    -------
    array (n,)
        0: the same settings.
    """
    gaps = []
    for name in COPYABLE:
        r = PRACTICE_RANGES[name]
        gaps.append((getattr(one, name) - getattr(other, name)) / (r.high - r.low))
    return np.sqrt((np.concatenate(gaps, axis=1) ** 2).mean(1))


def rising(months: np.ndarray) -> np.ndarray:
    """Return for each row whether recorded value rises beyond its noise.

    Parameters
    ----------
    months : array (n, m)
        Recorded values, at least four months.

    Returns
    -------
    array of bool (n,)
        The slope of the logarithm is positive beyond its noise: by more standard errors than one
        flat record in twenty shows by chance.
    """
    y = np.log(np.maximum(months, 1e-9))
    t = np.arange(y.shape[1]) - (y.shape[1] - 1) / 2
    slope = y @ t / (t @ t)
    rest = y - y.mean(1, keepdims=True) - slope[:, None] * t
    error = np.sqrt((rest**2).sum(1) / (y.shape[1] - 2) / (t @ t))
    return slope > errors_needed(y.shape[1]) * error


def grown(after: np.ndarray, before: np.ndarray) -> np.ndarray:
    """Return a rise in logarithms; care that does more harm than good counts as all but none."""
    return np.log(np.maximum(after, LEAST) / np.maximum(before, LEAST))


def judged(
    after: np.ndarray, before: np.ndarray, luck: np.ndarray, mastery: np.ndarray, d: Dynamics
) -> np.ndarray:
    """Return the rise in value that people expect (logarithms): what is true, and their error.

    Parameters
    ----------
    after, before : array
        Value with the change, and without it.
    luck : array
        Standard normal errors, times the share of a full step.
    mastery : array
        0 to 1.
    d : Dynamics
        The constants.
    """
    error = d.sight * (1 - mastery) + 1 - d.foresight
    return d.foresight * grown(after, before) + error * luck


def choose_rows(mask: np.ndarray, one: PracticeArrays, other: PracticeArrays) -> PracticeArrays:
    """Return rows of one where the mask holds, of the other elsewhere."""
    return PracticeArrays(*(np.where(mask[:, None], a, b) for a, b in zip(one, other, strict=True)))


def best_design(
    x: PracticeArrays,
    contexts: ContextArrays,
    mastery: np.ndarray,
    noise: Noise,
    turn: int,
    a: Assumptions,
    d: Dynamics,
) -> PracticeArrays:
    """Return the design with the best forecast, the present practice among them."""
    # drawn over the ranges of `PRACTICE_RANGES`; hours by workload, within about a third
    n, k = x.batch.shape
    batch, standard, hours, rest = np.split(noise.designs[:, turn], [k, 2 * k, 3 * k], axis=-1)
    rolled = {"batch": batch, "standardisation": standard}
    rolled |= {
        name: rest[..., [i]] for i, name in enumerate(("release", "threshold", "need_first"))
    }
    draw = {name: PRACTICE_RANGES[name].at(u) for name, u in rolled.items()}
    load = contexts.work[:, None] * (1 + 0.6 * (hours - 0.5))
    draw["split"] = load / load.sum(-1, keepdims=True)
    draw["learning"] = np.broadcast_to(x.learning[:, None], (n, DESIGNS, 1))
    designs = PracticeArrays(
        *(np.concatenate([getattr(x, f)[:, None], draw[f]], axis=1) for f in x._fields)
    )
    value = perform_arrays(designs, with_candidates(contexts), mastery[:, :, None], a).value
    forecast = judged(value, value[:, :1], noise.forecast[:, turn], mastery, d)
    best = forecast.argmax(1)
    return PracticeArrays(*(v[np.arange(n), best] for v in designs))


def worth_copying(
    template: PracticeArrays,
    items: tuple[str, ...],
    x: PracticeArrays,
    contexts: ContextArrays,
    mastery: np.ndarray,
    noise: Noise,
    turn: int,
    a: Assumptions,
    d: Dynamics,
) -> PracticeArrays:
    """Return the own settings with those of an exemplar that people judge will help here."""
    all_in = carry(template, x, items)
    one_by_one = PracticeArrays(
        *(
            np.stack([getattr(all_in if item == name else x, name) for item in items], axis=1)
            for name in x._fields
        )
    )
    after = perform_arrays(one_by_one, with_candidates(contexts), mastery[:, :, None], a).value
    before = perform_arrays(x, contexts, mastery, a).value[:, None]
    which = [COPYABLE.index(item) for item in items]
    helps = judged(after, before, noise.ticks[:, turn, which], mastery, d) > 0
    chosen = {
        item: np.where(helps[:, [i]], getattr(all_in, item), getattr(x, item))
        for i, item in enumerate(items)
    }
    return x._replace(**chosen)
