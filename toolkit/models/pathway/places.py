"""What a place is (its context) and what it does (its practice), and how far two places lie apart.

A context is given; a practice can be changed. Both refuse impossible values and say why.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields, replace
from typing import Any, NamedTuple

import numpy as np

from toolkit.models.pathway.assumptions import WORDS, Range

STAGES = tuple(WORDS["stages"])
USUAL_BATCH = 4.0  # the load of a random place is stated for patients handed over four at a time


def _ranges(**rows: tuple[str, float, float, float, float]) -> dict[str, Range]:
    said = WORDS["quantity"]
    return {name: Range(*row, **said[name]) for name, row in rows.items()}


# The one table of ranges. Change a row here and every draw, distance and error follows.
RANGES = _ranges(
    demand=("λ", 10, 60, 0.5, 2000),
    arrival_scv=("c²a", 0.5, 2, 0, 20),
    work=("t", 0.5, 4, 0.02, 200),
    setup=("s", 0, 3, 0, 40),
    heterogeneity=("h", 0.05, 0.95, 0, 1),
    service_scv=("c²s", 0.3, 2, 0, 20),
    low_benefit=("b", 0, 0.4, 0, 0.4),
    high_need=("n", 0.05, 0.5, 0, 0.5),
    readiness=("R", 0.1, 0.9, 0, 1),
    load=("ℓ", 0.6, 1.1, 0.1, 2.5),
)
PRACTICE_RANGES = _ranges(
    batch=("B", 2, 12, 1, 200),
    standardisation=("x", 0.1, 0.6, 0, 1),
    split=("φ", 0.02, 0.6, 0.005, 1),
    release=("ρ*", 0.85, 1.1, 0.6, 1.1),
    threshold=("θ", 0, 0.3, 0, 1),
    need_first=("q", 0, 0.3, 0, 1),
    learning=("L", 0.01, 0.03, 0, 0.3),
)
PER_STAGE = {"work", "setup", "heterogeneity", "service_scv", "batch", "standardisation", "split"}


def _check(kind: str, thing: Any, ranges: dict[str, Range], k: int) -> None:
    """Put per-stage values into tuples of floats and refuse what is impossible."""
    for name, r in ranges.items():
        got, per_stage = getattr(thing, name), name in PER_STAGE
        values = tuple(map(float, got)) if per_stage else (float(got),)
        if per_stage and len(values) != k:
            raise ValueError(
                f"{kind}: {name} ({r.meaning}) needs {k} numbers, one per stage; got {len(values)}."
            )
        for v in values:
            if not r.least - 1e-9 <= v <= r.most + 1e-9:  # also refuses not-a-number
                raise ValueError(
                    f"{kind}: {name} is {r.meaning}, in {r.unit}. It was given as {v:g}; "
                    f"it must lie between {r.least:g} and {r.most:g}."
                )
        if name != "load":  # it follows from the staff hours
            object.__setattr__(thing, name, values if per_stage else values[0])


@dataclass(frozen=True)
class Context:
    """What a place is: its patients, its work and its people. An improver cannot choose it.

    Parameters
    ----------
    name : str
        The name of the place.
    stages : tuple of str
        Four to six stages in series.
    demand, arrival_scv : float
        Patients referred per week, and how unevenly they come (squared coefficient of variation).
    work, setup, heterogeneity, service_scv : tuple of float
        Per stage: hours per patient, hours per batch, mix of cases (0 to 1), natural unevenness.
    low_benefit : float
        Share of demand that care will hardly help (0 to 0.4).
    staff_hours : float
        Hours per week for the whole pathway.
    high_need, readiness : float
        Share of people with high need (0 to 0.5); trust and practice in changing things (0 to 1).

    Raises
    ------
    ValueError
        Naming the field, what came in and what would be right.
    """

    name: str
    stages: tuple[str, ...]
    demand: float
    arrival_scv: float
    work: tuple[float, ...]
    setup: tuple[float, ...]
    heterogeneity: tuple[float, ...]
    service_scv: tuple[float, ...]
    low_benefit: float
    staff_hours: float
    high_need: float
    readiness: float

    def __post_init__(self) -> None:
        """Refuse a place that cannot exist."""
        object.__setattr__(self, "stages", tuple(self.stages))
        _check("Context", self, RANGES, len(self.stages))
        object.__setattr__(self, "staff_hours", float(self.staff_hours))

    @property
    def load(self) -> float:
        """Work asked for ÷ staff hours, with patients handed over four at a time."""
        hours = sum(self.work) + sum(self.setup) / USUAL_BATCH
        return self.demand * hours / self.staff_hours if self.staff_hours else float("inf")

    def at_load(self, load: float) -> Context:
        """Return the same place with the staff hours that give it this load."""
        return replace(self, staff_hours=self.staff_hours * self.load / load)


@dataclass(frozen=True)
class Practice:
    """What a place does: the levers an improver can pull, each of which helps and hurts.

    Parameters
    ----------
    batch, standardisation, split : tuple of float
        Per stage: patients handed over at a time (1 or more), how far the work follows a standard
        (0 to 1), share of the staff hours (the shares sum to 1).
    release : float
        Load booked onto the constraint, 0.6 to 1.1; above 1 patients are pushed in.
    threshold, need_first : float
        Share of low-benefit care declined; how far those with high need go first (0 to 1).
    learning : float
        Share of staff time kept for learning, 0 to 0.3.

    Raises
    ------
    ValueError
        Naming the field, what came in and what would be right.
    """

    batch: tuple[float, ...]
    standardisation: tuple[float, ...]
    split: tuple[float, ...]
    release: float = 1.0
    threshold: float = 0.0
    need_first: float = 0.0
    learning: float = 0.02

    def __post_init__(self) -> None:
        """Refuse a practice that cannot be done."""
        _check("Practice", self, PRACTICE_RANGES, len(tuple(self.batch)))
        if abs(sum(self.split) - 1) > 1e-3:
            raise ValueError(
                f"Practice: split is the share of staff hours per stage; the shares must sum to 1, "
                f"these sum to {sum(self.split):.3f}."
            )


class ContextArrays(NamedTuple):
    """Many contexts at once: stages on the last axis (..., K), single values as (..., 1)."""

    demand: np.ndarray
    arrival_scv: np.ndarray
    work: np.ndarray
    setup: np.ndarray
    heterogeneity: np.ndarray
    service_scv: np.ndarray
    low_benefit: np.ndarray
    staff_hours: np.ndarray
    high_need: np.ndarray
    readiness: np.ndarray


class PracticeArrays(NamedTuple):
    """Many practices at once: stages on the last axis (..., K), single values as (..., 1)."""

    batch: np.ndarray
    standardisation: np.ndarray
    split: np.ndarray
    release: np.ndarray
    threshold: np.ndarray
    need_first: np.ndarray
    learning: np.ndarray


def _stack(things: Iterable[Any], shape: Any) -> Any:
    """Stack dataclasses into a tuple of arrays, one row each."""
    things = list(things)
    return shape(
        *(
            np.array([np.atleast_1d(getattr(t, name)) for t in things], dtype=float)
            for name in shape._fields
        )
    )


def stack_contexts(contexts: Iterable[Context]) -> ContextArrays:
    """Return contexts with the same number of stages as arrays with one row each."""
    return _stack(contexts, ContextArrays)


def stack_practices(practices: Iterable[Practice]) -> PracticeArrays:
    """Return practices as arrays with one row each."""
    return _stack(practices, PracticeArrays)


def practice_from(arrays: PracticeArrays, row: int) -> Practice:
    """Return one row of practice arrays as a `Practice`."""
    values: dict[str, Any] = {
        name: tuple(a[row].tolist()) if name in PER_STAGE else float(a[row, 0])
        for name, a in zip(arrays._fields, arrays, strict=True)
    }
    return Practice(**values)


def draw_context(rng: np.random.Generator, name: str = "A place", stages: int = 5) -> Context:
    """Draw a random place, uniformly from `RANGES`.

    Staff hours follow from the drawn load, so that a place is never absurdly over- or understaffed.

    Parameters
    ----------
    rng : numpy.random.Generator
        Source of chance.
    name : str, optional
        Name of the place.
    stages : int, default 5
        Number of stages, 4 to 6.
    """
    drawn: dict[str, Any] = {
        n: tuple(rng.uniform(r.low, r.high, stages))
        if n in PER_STAGE
        else rng.uniform(r.low, r.high)
        for n, r in RANGES.items()
    }
    load = drawn.pop("load")
    hours = sum(drawn["work"]) + sum(drawn["setup"]) / USUAL_BATCH
    return Context(
        name=name, stages=STAGES[:stages], staff_hours=drawn["demand"] * hours / load, **drawn
    )


def usual_practice(context: Context, rng: np.random.Generator | None = None) -> Practice:
    """Return what such a place might do before anybody improves it.

    Parameters
    ----------
    context : Context
        The place. Hours are shared out roughly by workload (within about a third).
    rng : numpy.random.Generator, optional
        Draws the other settings from `PRACTICE_RANGES`; without it the middle of each range.
    """
    k = len(context.stages)
    draws: dict[str, Any] = {}
    for n, r in PRACTICE_RANGES.items():
        size = k if n in PER_STAGE else 1
        mid = np.full(size, (r.low + r.high) / 2)
        got = mid if rng is None else rng.uniform(r.low, r.high, size)
        draws[n] = tuple(got.tolist()) if n in PER_STAGE else float(got[0])
    hours = np.array(context.work) + np.array(context.setup) / USUAL_BATCH
    if rng is not None:
        hours = hours * np.exp(rng.normal(0, 0.15, k))
    draws["split"] = tuple((hours / hours.sum()).tolist())
    return Practice(**draws)


def _features(c: Context) -> np.ndarray:
    """Return the context on the scale of `RANGES`: 0 at the low end, 1 at the high end."""
    return np.concatenate(
        [(np.atleast_1d(getattr(c, n)) - r.low) / (r.high - r.low) for n, r in RANGES.items()]
    )


def distance(one: Context, other: Context) -> float:
    """Return how far two contexts lie apart: 0 = alike, 1 = at opposite ends of every range.

    The root mean square difference over all fields, each on the scale of `RANGES`. Two places
    drawn at random lie about 0.4 apart.

    Parameters
    ----------
    one, other : Context
        Two places with the same number of stages.
    """
    return float(np.sqrt(np.mean((_features(one) - _features(other)) ** 2)))


def context_between(a: Context, b: Context, t: float) -> Context:
    """Return the place that lies the share ``t`` of the way from ``a`` to ``b``.

    Parameters
    ----------
    a, b : Context
        Two places with the same number of stages.
    t : float
        0 gives ``a`` itself, 1 gives the features of ``b``.
    """
    mixed: dict[str, Any] = {"name": f"{a.name} ({t:.0%} of the way to {b.name})"}
    for f in fields(Context):
        if f.name in {"name", "stages"}:
            continue
        one, two = np.atleast_1d(getattr(a, f.name)), np.atleast_1d(getattr(b, f.name))
        mid = (1 - t) * one + t * two
        mixed[f.name] = tuple(mid.tolist()) if f.name in PER_STAGE else float(mid[0])
    # hours follow the load, as in `draw_context`: mixing hours and demand apart would distort it
    hours = sum(mixed["work"]) + sum(mixed["setup"]) / USUAL_BATCH
    mixed["staff_hours"] = mixed["demand"] * hours / ((1 - t) * a.load + t * b.load)
    return Context(stages=a.stages, **mixed)
