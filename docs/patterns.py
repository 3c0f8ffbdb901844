"""Patterns that only the page on the model tells of, and its tables about all of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

import numpy as np
import pandas as pd

from docs.causes import COPIERS, FAR_OFF, with_the_same_exemplars
from docs.ceilings import law_4, law_5, singles_and
from toolkit.models import laws
from toolkit.models.journeys import COPIED, COPYABLE, Dynamics, Noise, Programme, run
from toolkit.models.journeys.steps import LEAST
from toolkit.models.laws import Law
from toolkit.models.laws.copying import law_1, law_2, law_2b
from toolkit.models.laws.where import JUDGES
from toolkit.models.laws.world import END, NEAR, LawResult, World, middle
from toolkit.models.logics import COST_ONLY, with_candidates
from toolkit.models.pathway import PerformanceArrays, PracticeArrays, perform_arrays


def law_1b(world: World) -> LawResult:
    """Try whether copying first and then adapting beats the own logic from the first month."""
    own = world.result("contextualise", "integrated")[:, END]
    ratio = world.result("copy_then_adapt", "integrated", 0.1)[:, END] / own
    return LawResult(ratio > 1, ratio)


def law_6(world: World, cut: float = 0.2) -> LawResult:
    """Try what a cut in hands-on work does away from the constraint, and at it."""
    p = perform_arrays(world.start, world.own, 0.2, world.a)
    rows = np.arange(world.n)
    at = p.utilisation.argmax(1)

    def with_cut(stage: np.ndarray) -> PerformanceArrays:
        work = world.own.work.copy()
        work[rows, stage] *= 1 - cut
        return perform_arrays(world.start, world.own._replace(work=work), 0.2, world.a)

    idle = p.utilisation.argmin(1)
    calm, strong = with_cut(idle), with_cut(at)
    same = np.abs(calm.throughput / p.throughput - 1) < 0.005
    queue = calm.queueing[rows, at] / p.queueing[rows, at]
    limited = p.gate_wait > 0
    detail = pd.DataFrame(
        {
            "throughput_same": [same.mean()],
            "queue_longer": [(queue > 1.001).mean()],
            "queue_same": [(np.abs(queue - 1) <= 0.001).mean()],
            "queue_shorter": [(queue < 0.999).mean()],
            "queue_longer_if_upstream": [(queue > 1.001)[idle < at].mean()],
            "constraint_cut_raises_throughput_if_limited": [
                (strong.throughput > 1.005 * p.throughput)[limited].mean()
            ],
        }
    )
    return LawResult(same, calm.throughput / p.throughput, detail)


def law_7(world: World, steps: int = 60) -> LawResult:
    """Try full steps of `CostOnly` until nothing is left."""
    x, mastery = world.start, np.full((world.n, 1), 0.2)
    full = np.ones((world.n, 1))
    values, costs = [], []
    for _ in range(steps):
        p = perform_arrays(x, world.own, mastery, world.a)
        values.append(p.value)
        costs.append(p.cycle_cost)
        options = COST_ONLY.options(x, p, full, world.noise.ideas[:, 0])
        after = perform_arrays(
            options.practices, with_candidates(world.own), mastery[:, :, None], world.a
        )
        best, _ = COST_ONLY.choose(options, p, after, full)
        rows, j = np.arange(world.n), np.maximum(best, 0)
        x = PracticeArrays(
            *(
                np.where(best[:, None] >= 0, o[rows, np.minimum(j, o.shape[1] - 1)], v)
                for v, o in zip(x, options.practices, strict=True)
            )
        )
    value, cost = np.stack(values, axis=1), np.stack(costs, axis=1)
    falls = cost[:, -1] < cost[:, 0]
    turns = value[:, -1] < (1 - NEAR) * value.max(1)
    return LawResult(falls & turns, value[:, -1] / np.maximum(value.max(1), LEAST))


def _learning(world: World, d: Dynamics, low: float = 0.01) -> tuple[np.ndarray, np.ndarray]:
    """Return value with and without time for learning, (n, 48) each."""
    start = world.start._replace(learning=np.full_like(world.start.learning, low))
    plan = [Programme("integrated")]
    more, less = (
        run(world.own, start, plan, world.noise, a=world.a, d=replace(d, learning_time=time)).value
        for time in (d.learning_time, low)
    )
    return np.maximum(more, LEAST), np.maximum(less, LEAST)


def law_9(world: World) -> LawResult:
    """Try more time for learning: worse before better."""
    more, less = _learning(world, world.d)
    held = (more[:, 3] < less[:, 3]) & (more[:, END] > less[:, END])
    return LawResult(held, more[:, END] / less[:, END])


def law_9b(world: World) -> LawResult:
    """Try less time for learning where people are practised: better before worse."""
    more, less = _learning(world, replace(world.d, beginner=0.5))
    held = (less[:, 3] > more[:, 3]) & (less[:, END] < more[:, END])
    return LawResult(held, less[:, END] / more[:, END])


def _by_number(named: dict[str, object]) -> dict:
    return dict(sorted(named.items(), key=lambda item: item[0][0]))


EFFECTS = _by_number(
    laws.EFFECTS
    | {
        "1b": "copied first to own throughout, near by",
        "4": "value with another approach’s change ÷ value without it",
        "5": "value with all five in turn ÷ value with the best one alone",
        "6": "throughput with the cut, to throughput",
        "7": "value at the end, to its highest",
        "9": "with time for learning, to without",
        "9b": "without time for learning, to with",
    }
)
MORE: dict[str, Law] = {
    "1b": Law(
        "Near the exemplar, copying first and then using every logic does about as well as using "
        "them from the start: a little better in some places, a little worse in others.",
        "With the exemplar a tenth of the way off, copying for a year and then using the own logic "
        "ends above using the own logic throughout.",
        law_1b,
    ),
    "4": Law(
        "An approach used alone mostly reaches a ceiling within four years, while another approach "
        "still finds something to improve.",
        "At the end, the approach finds nothing left to change, or value rose by less than 2% in "
        "the last year. At the same time, another approach finds a change that would raise value "
        "by more than half a per cent.",
        law_4,
    ),
    "5": Law(
        "All five approaches in turn do as well as the best one alone in about half of the places. "
        "Which one is best differs from place to place.",
        "All five in turn end above the best of the five alone, or less than 2% below it.",
        law_5,
    ),
    "6": Law(
        "Improving a stage that is not the constraint leaves throughput unchanged. That is "
        "arithmetic: throughput is the smallest of the capacities.",
        "A fifth of the work is taken out of the least loaded stage, and throughput changes by "
        "less than half a per cent. (That it lengthens the queue at the constraint is seldom so "
        "here: entry follows the constraint, and only unevenness is passed on.)",
        law_6,
    ),
    "7": Law(
        "Cost-only 'value' lowers the cost of a case and, in most places, ends by lowering value.",
        "The cost of a case falls, and value ends more than 2% below its highest on the way.",
        law_7,
    ),
    "9": Law(
        "More time for learning is worse at first and, in most places, better within four years.",
        "Value with time for learning is lower at month 3 and higher at month 47.",
        law_9,
    ),
    "9b": Law(
        "Cutting it where people are practised is better at first and, mostly, worse later.",
        "Value without time for learning is higher at month 3 and lower at month 47.",
        law_9b,
    ),
}
LAWS = _by_number(laws.LAWS | MORE)


def law_table(world: World) -> pd.DataFrame:
    """Return one row per law.

    Parameters
    ----------
    world : World
        Where they are tried. Copying is of the dialects of integrated improvement.

    Returns
    -------
    pandas.DataFrame
        law, claim, held_if, tried, held (share), low and high (95% interval), effect with
        effect_low and effect_high (the middle one; see `EFFECTS`), strength.
    """
    rows = []
    for name, law in LAWS.items():
        v = law.test(world)
        said = law.claim, law.held_if
        rows.append((name, *said, v.tried, v.share, *v.interval, *v.size, v.strength))
    names = [
        "law", "claim", "held_if", "tried", "held", "low", "high", "effect", "effect_low",
        "effect_high", "strength",
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=names)


def by_what_is_copied(
    world: World, left: Iterable[str] = COPIED, ways: Iterable[str] = tuple(COPIERS)
) -> pd.DataFrame:
    """Return how the patterns of copying fare with each thing copied, and left at home.

    Parameters
    ----------
    world : World
        Where it is tried.
    left : iterable of str
        Settings that are left at home, one at a time.
    ways : iterable of str
        Keys of `COPIERS`: what copiers are given.

    Returns
    -------
    pandas.DataFrame
        ``copied`` in words, the share in which patterns 1, 2 and 2b held, ``worse`` (the share in
        which copying from afar ends below doing nothing), and ``copied_to_nothing`` (from afar).
    """
    choices = {
        "as usual: all but the shares of staff": COPIED,
        "the shares of staff as well": COPYABLE,
        "the shares of staff alone": ("split",),
        **{
            f"as usual, without {name}": tuple(item for item in COPIED if item != name)
            for name in left
        },
    }
    rows = []
    for words, items in choices.items():
        other = with_the_same_exemplars(world, replace(world, copied=items))
        rows.append({"copied": words, **_of_copying(other)})
    for way in ways:
        other = with_the_same_exemplars(world, replace(world, way=way))
        rows.append({"copied": f"as usual; {COPIERS[way]}", **_of_copying(other)})
    return pd.DataFrame(rows)


def _of_copying(world: World) -> dict[str, float]:
    far = world.result(world.way, "integrated", FAR_OFF)[:, END]
    ratio = far / world.result("nothing")[:, END]
    held = {name: law(world).share for name, law in (("1", law_1), ("2", law_2), ("2b", law_2b))}
    return held | {"worse": (ratio < 1).mean(), "copied_to_nothing": float(np.median(ratio))}


def controls(world: World) -> pd.DataFrame:
    """Return what keeps up with the best single logic, by each judge.

    Parameters
    ----------
    world : World
        Where it is tried.

    Returns
    -------
    pandas.DataFrame
        ``way`` in words; for each key of `JUDGES` the share of places in which it ends less than
        2% below the best of the five, or above; ``ratio`` and its interval, by value.
    """
    dice = Noise(**{**world.noise._asdict(), "sight": 1e6 * world.noise.sight})
    integrated = [Programme("integrated")]

    def at_home(plan: list[Programme], noise: Noise = world.noise):
        return run(world.own, world.start, plan, noise, a=world.a, d=world.d)

    def from_afar(step: float):
        told = replace(world, way="copy_and_learn", steps=(step,))
        return told.journeys(Programme("copy_and_learn", "integrated"), step=step)

    tried: dict[str, Callable] = {
        "integrated: the finding that promises most": lambda: at_home(integrated),
        "turns at random": lambda: at_home(integrated, dice),
        "one school with every lever": lambda: at_home([Programme("contextualise", "all_levers")]),
        "a copier who looks, learns and copies again, next door": lambda: from_afar(0.1),
        "the same, from afar": lambda: from_afar(FAR_OFF),
        "nothing": lambda: world.journeys(Programme("nothing")),
    }
    rows = []
    for words, act in tried.items():
        row: dict[str, object] = {"way": words}
        told = act()
        for judge in JUDGES:
            singles, whole = singles_and(world, told, judge)
            row[judge] = (whole >= (1 - NEAR) * singles.max(1)).mean()
            if judge == "value":
                ratio = whole / np.maximum(singles.max(1), LEAST)
                row |= dict(zip(("ratio", "low", "high"), middle(ratio), strict=True))
        rows.append(row)
    return pd.DataFrame(rows)
