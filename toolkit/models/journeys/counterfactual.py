"""What a case might have done: carry a dialect in, or the logic, in the same months and chance.

The places are the nine cases; an exemplar lies a share of the way from one of them to another.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from functools import cache, lru_cache
from typing import Any, TypeVar

import numpy as np
import pandas as pd

from toolkit import evidence
from toolkit.models.journeys import (
    COPIED,
    DYNAMICS,
    MONTHS,
    Dynamics,
    Journeys,
    Programme,
    draw_noise,
    run,
    template_from,
)
from toolkit.models.pathway import (
    Context,
    ContextArrays,
    Practice,
    PracticeArrays,
    context_between,
    distance,
    draw_context,
    stack_contexts,
    stack_practices,
    usual_practice,
)

SEED = 9
NINE = tuple(evidence.table("cases")["id"])
MADE_UP = "drawn"
BETWEEN = (0.0, 0.05, 0.1, 0.25, 0.5, 1.0)  # share of the way to the other place, on the map
UNDERSTOOD = (0.0, 0.3, 0.7, 1.0)
LUCKS = 2
# Not to understand why a method works acts through two errors: in judging a change beforehand, and
# in judging which finding matters most. These are the tops of their documented ranges.
BLIND = {f.name: f.metadata["high"] for f in fields(Dynamics) if f.name in ("misjudge", "sight")}

_Arrays = TypeVar("_Arrays", bound=tuple)
Wanted = tuple[tuple[str, float], ...]
Off = tuple[tuple[str, float], ...]


@cache
def place(case: str, stages: int = 0) -> tuple[Context, Practice]:
    """Return where a case starts from.

    Parameters
    ----------
    case : str
        ``A`` to ``I``.
    stages : int
        Redraw it with this many stages; 0 leaves it as it is. Each stage then takes after the one
        that stands nearest along the case's own pathway; load and sum of hours stay.
    """
    told = evidence.case(case)
    context, practice = Context(**told.context), Practice(**told.practice)
    if stages in (0, len(context.stages)):
        return context, practice
    at = [int((i + 0.5) / stages * len(context.stages)) for i in range(stages)]

    def laid(thing: Context | Practice, *names: str) -> dict[str, Any]:
        return {name: tuple(getattr(thing, name)[i] for i in at) for name in names}

    parts = laid(context, "work", "setup", "heterogeneity", "service_scv")
    names = tuple(f"{context.stages[j]} ({i + 1})" for i, j in enumerate(at))
    drawn = replace(context, stages=names, **parts)
    habits = laid(practice, "batch", "standardisation", "split")
    habits["split"] = tuple(share / sum(habits["split"]) for share in habits["split"])
    return drawn.at_load(context.load), replace(practice, **habits)


def _towards(home: str, source: str) -> tuple[Context, Practice]:
    """Return the place at the far end of the way, on as many stages as home has."""
    stages = len(place(home)[0].stages)
    if source != MADE_UP:
        return place(source, stages)
    rng = np.random.default_rng([SEED, NINE.index(home)])
    far = draw_context(rng, "a place drawn by dice", stages)
    return far, usual_practice(far, rng)


@dataclass(frozen=True)
class Exemplars:
    """Places to learn from: how far away each lies, and what all five logics left there."""

    apart: tuple[float, ...]
    grown: Journeys


@lru_cache(128)
def exemplars(home: str, wanted: Wanted) -> Exemplars:
    """Return the places that lie a share of the way from home to others, after 48 months.

    Parameters
    ----------
    home : str
        A case.
    wanted : tuple of (str, float)
        Towards which case (or `MADE_UP`), and which share of the way, 0 to 1. At 0 it is a twin of
        home that has worked with all five logics for four years.
    """
    here, habits = place(home)
    ends = [_towards(home, source) for source, _ in wanted]
    there = [context_between(here, far, s) for (far, _), (_, s) in zip(ends, wanted, strict=True)]
    share = np.array([[s] for _, s in wanted])
    near, off = stack_practices([habits]), stack_practices(practice for _, practice in ends)
    start = PracticeArrays(*((1 - share) * a + share * b for a, b in zip(near, off, strict=True)))
    luck = times(draw_noise(SEED + 1), len(wanted))
    grown = run(stack_contexts(there), start, [Programme("integrated")], luck)
    return Exemplars(tuple(distance(here, context) for context in there), grown)


def times(arrays: _Arrays, n: int) -> _Arrays:
    """Return every row n times over."""
    return type(arrays)(*(np.repeat(a, n, axis=0) for a in arrays))


def _home(case: str, n: int) -> tuple[ContextArrays, PracticeArrays]:
    """Return a case n times over, as arrays."""
    context, practice = place(case)
    return times(stack_contexts([context]), n), times(stack_practices([practice]), n)


@lru_cache(32)
def left_alone(case: str, n: int) -> Journeys:
    """Let a case carry on as it is, n times with different chance."""
    return run(*_home(case, n), [Programme("nothing")], draw_noise(SEED, n))


@lru_cache(64)
def own_logic(
    case: str, learning: float, understood: tuple[float, ...], n: int, off: Off = ()
) -> Journeys:
    """Let a case use all five logics in its own way.

    Parameters
    ----------
    case : str
        ``A`` to ``I``.
    learning : float
        Share of staff time kept for learning.
    understood : tuple of float
        How well it is understood why the method works, 0 to 1: the errors of `BLIND` stand at
        their tops at 0 and vanish at 1; at 0.7 they are what they are elsewhere.
    n : int
        How often for each of these, with the same chance as `left_alone`.
    off : tuple of (str, float)
        Constants of `Dynamics` that stand otherwise, to switch a cause off.

    Returns
    -------
    Journeys
        n rows for each degree of understanding, in turn.
    """
    luck = draw_noise(SEED, n)
    all_ = {name: np.concatenate([a] * len(understood)) for name, a in luck._asdict().items()}
    error = 1 - np.repeat(understood, n)[:, None, None]
    noise = type(luck)(**{**all_, "judge": all_["judge"] * error, "sight": all_["sight"] * error})
    d = replace(DYNAMICS, **{"learning_time": learning, **BLIND, **dict(off)})
    return run(*_home(case, len(noise.judge)), [Programme("integrated")], noise, d=d)


@lru_cache(64)
def copied(
    case: str, wanted: Wanted, n: int, items: tuple[str, ...] = COPIED, off: Off = ()
) -> Journeys:
    """Let a case install the settings of `exemplars`, n times each, with the same chance.

    Whoever only installs uses no logic of their own: neither time for learning nor understanding
    makes a difference to it.

    Parameters
    ----------
    case : str
        ``A`` to ``I``.
    wanted : tuple of (str, float)
        As for `exemplars`.
    n : int
        How often beside each exemplar.
    items : tuple of str
        The settings that are copied.
    off : tuple of (str, float)
        As for `own_logic`.

    Returns
    -------
    Journeys
        n rows for each exemplar, in turn.
    """
    there, many = exemplars(case, wanted), len(wanted)
    luck = draw_noise(SEED, n)
    template = template_from(there.grown, _home(case, many)[1], items)
    return run(
        *_home(case, many * n),
        [Programme("emulate", "integrated")],
        type(luck)(*(np.concatenate([a] * many) for a in luck)),
        times(template, n),
        copied=items,
        d=replace(DYNAMICS, **dict(off)),
    )


@lru_cache(32)
def ahead(
    home: str,
    learning: float,
    sources: tuple[str, ...] = (),
    tries: int = LUCKS,
) -> pd.DataFrame:
    """Return how far copying is ahead of the own logic, or behind it.

    Parameters
    ----------
    home : str
        A case.
    learning : float
        Share of staff time kept for learning.
    sources : tuple of str
        The cases towards which the places lie that it learns from in turn: by default all others.
    tries : int
        How often it learns from each.

    Returns
    -------
    pandas.DataFrame
        One row for each of `BETWEEN`, `UNDERSTOOD` and month (1 to 48): ``far``, ``understood``,
        ``month``; the middle of all sources and tries of the value ``copied`` and of the ``own``
        one, and of how much more the copied one is (``margin``), each to that of the first month
        without change; and ``share`` (of them, with copying ahead or level).
    """
    others = sources or tuple(name for name in NINE if name != home)
    wanted = tuple((name, share) for share in BETWEEN for name in others)
    tried = copied(home, wanted, tries).value.reshape(-1, len(others), tries, MONTHS)
    own = own_logic(home, learning, UNDERSTOOD, tries).value.reshape(-1, 1, 1, tries, MONTHS)
    start = left_alone(home, tries).value[0, 0]
    more = (tried - own) / start
    middle = {
        "copied": np.broadcast_to(np.median(tried, axis=(1, 2)), (*more.shape[:2], MONTHS)) / start,
        "own": np.broadcast_to(np.median(own, axis=(2, 3)), (*more.shape[:2], MONTHS)) / start,
        "margin": np.median(more, axis=(2, 3)),
        "share": (more >= 0).mean((2, 3)),
    }
    at = [UNDERSTOOD, BETWEEN, range(1, MONTHS + 1)]
    rows = pd.MultiIndex.from_product(at, names=["understood", "far", "month"])
    return pd.DataFrame({n: v.ravel() for n, v in middle.items()}, rows).reset_index()
