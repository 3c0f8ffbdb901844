"""Laws of the logics: ceilings, integration, point improvement, and value read as cost."""

from __future__ import annotations

import numpy as np
import pandas as pd

from toolkit.approaches import COST_ONLY, FIVE, Logic, spread
from toolkit.laws.world import END, NEAR, Verdict, World, verdict
from toolkit.pathway import ContextArrays, PerformanceArrays, PracticeArrays, perform_arrays


def _left(
    logic: Logic, x: PracticeArrays, c: ContextArrays, mastery: np.ndarray, world: World
) -> tuple[np.ndarray, np.ndarray]:
    """Return whether a logic still finds a change worth while, and what it would do for value."""
    p = perform_arrays(x, c, mastery, world.a)
    full = np.ones_like(mastery)
    options = logic.options(x, p, full, world.noise.ideas[:, END])
    after = perform_arrays(options.practices, spread(c), mastery[:, :, None], world.a)
    best, gain = logic.choose(options, p, after, full)
    rows = np.arange(len(best))
    return (best >= 0) & (gain > 0), after.value[rows, np.maximum(best, 0)] / p.value - 1


def law_4(world: World) -> Verdict:
    """Try whether each logic alone reaches a ceiling where another still finds something."""
    held, rows = [], []
    for name, logic in FIVE.items():
        j = world.singles[name]
        mastery = j.mastery[:, -1:]
        own_left, _ = _left(logic, j.end, world.own, mastery, world)
        done, flat = ~own_left, j.value[:, END] / j.value[:, END - 12] - 1 < NEAR
        others = np.zeros(world.n, dtype=bool)
        for other, other_logic in FIVE.items():
            if other != name:
                left, gain = _left(other_logic, j.end, world.own, mastery, world)
                others |= left & (gain > 0.005)
        held.append((done | flat) & others)
        rows.append(
            {
                "approach": name, "nothing_left": done.mean(), "flat": flat.mean(),
                "another_finds": others.mean(), "held": held[-1].mean(),
            }
        )  # fmt: skip
    return verdict(np.concatenate(held), world, pd.DataFrame(rows))


def law_5(world: World) -> Verdict:
    """Try whether integrated improvement keeps up with the best single logic, and which that is."""
    singles = np.stack([j.value[:, END] for j in world.singles.values()], axis=1)
    whole = world.result("integrated")[:, END]
    best = np.bincount(singles.argmax(1), minlength=len(FIVE)) / world.n
    detail = pd.DataFrame({"approach": list(FIVE), "best_single": best})
    return verdict(whole >= (1 - NEAR) * singles.max(1), world, detail)


def law_6(world: World, cut: float = 0.2) -> Verdict:
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
    return verdict(same, world, detail)


def law_7(world: World, steps: int = 60) -> Verdict:
    """Try full steps of `CostOnly` until nothing is left."""
    x, mastery = world.start, np.full((world.n, 1), 0.2)
    full = np.ones((world.n, 1))
    values, costs = [], []
    for _ in range(steps):
        p = perform_arrays(x, world.own, mastery, world.a)
        values.append(p.value)
        costs.append(p.cycle_cost)
        options = COST_ONLY.options(x, p, full, world.noise.ideas[:, 0])
        after = perform_arrays(options.practices, spread(world.own), mastery[:, :, None], world.a)
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
    detail = pd.DataFrame(
        {
            "step": np.arange(steps, dtype=np.int64),
            "cost_to_start": np.median(cost / cost[:, :1], axis=0),
            "value_to_start": np.median(value / value[:, :1], axis=0),
        }
    )
    return verdict(falls & turns, world, detail)
