"""What was changed after looking, undone one at a time: the old value, and what comes of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace

import numpy as np
import pandas as pd

from docs.causes import decomposition
from docs.patterns import LAWS
from toolkit.models.laws import World
from toolkit.models.logics import FIVE, prudent, service_improvement, value, with_candidates
from toolkit.models.pathway import RANGES, perform_arrays, places

N, CAUSE_N = 300, 200


@contextmanager
def set_to(thing: object, name: str, new: object) -> Iterator[None]:
    """Set an attribute, or an entry of a dict, for a while."""
    if isinstance(thing, dict):
        old, put = thing[name], thing.__setitem__
    else:
        old, put = getattr(thing, name), lambda key, to: setattr(thing, key, to)
    put(name, new)
    try:
        yield
    finally:
        put(name, old)


def _race(world: World) -> dict[str, str]:
    best = LAWS["5"].test(world)
    shares = dict(zip(best.detail["approach"], best.detail["best_single"], strict=True))
    return {FIVE[k].name: f"{100 * v:.0f}%" for k, v in shares.items()} | {
        "integrated keeps up": f"{100 * best.share:.0f}%"
    }


def table(n: int = N) -> pd.DataFrame:
    """Return which single logic is best with each choice undone."""
    usual = World(n)
    load = RANGES["load"]
    rows: list[tuple[str, str, str, Callable, World]] = [
        ("nothing is undone", "", "", lambda: set_to({"": 0}, "", 0), usual),
        (
            "loads were drawn lower (the old range was not kept; this one is tried instead)",
            "0.8 to 1.3", "0.6 to 1.1",
            lambda: set_to(places.RANGES, "load", replace(load, low=0.8, high=1.3)), usual,
        ),
        (
            "value-based care does not see the queue at the gate", "its measure is value itself",
            "outcome per cost, cycle of care",
            lambda: set_to(value.Value, "score", lambda _self, p: np.maximum(p.value, 1e-6)), usual,
        ),
        (
            "mixed cases under one standard cost extra work", "exceptions 0", "exceptions 0.25",
            lambda: set_to({"": 0}, "", 0), replace(usual, a=replace(usual.a, exceptions=0)),
        ),
        (
            "and do less harm", "misfit 0.35", "misfit 0.25", lambda: set_to({"": 0}, "", 0),
            replace(usual, a=replace(usual.a, misfit=0.35)),
        ),
        (
            "the queueing formula is held lower", "busiest 0.97", "busiest 0.95",
            lambda: set_to({"": 0}, "", 0), replace(usual, a=replace(usual.a, busiest=0.97)),
        ),
        (
            "prudent counts missed need twice", "once", "twice",
            lambda: set_to(prudent, "MISSED_WEIGHT", 1), usual,
        ),
        (
            "service improvement tests its changes first (not a choice made after looking)",
            "it does not test", "it tests, alone and with the others",
            lambda: set_to(service_improvement.ServiceImprovement, "tests_first", False), usual,
        ),
    ]  # fmt: skip
    told = []
    for what, old, now, undo, world in rows:
        with undo():
            fresh = replace(world)  # nothing that was run before the choice was undone
            told.append({"choice": what, "old value": old, "now": now, **_race(fresh)})
    return pd.DataFrame(told)


def judging(n: int = CAUSE_N) -> pd.DataFrame:
    """Return what carries the own logic, and what keeps up, by how far beginners misjudge."""
    rows = []
    for error in (0.01, 0.1, 0.3, 1.0):
        usual = World(n)
        world = replace(usual, d=replace(usual.d, misjudge=error, sight=error))
        found = decomposition(world, ways=()).set_index("cause")
        row = {"misjudge and sight": f"{error:g}"}
        for cause in ("everything", "foresight", "mastery", "willingness"):
            row[found.loc[cause, "off"]] = f"{found.loc[cause, 'own_to_nothing']:.2f}"
        row["own to copied, from afar"] = f"{found.loc['everything', 'own_to_copied']:.2f}"
        row["integrated keeps up"] = f"{100 * LAWS['5'].test(world).share:.0f}%"
        rows.append(row)
    return pd.DataFrame(rows)


def hits(n: int = N) -> pd.DataFrame:
    """Return how often a change that people choose truly betters their logic's own measure."""
    world, rng = World(n), np.random.default_rng(1)
    usual = world.d
    rows = []
    for who, mastery, blind in (
        ("dice", 0.2, True), ("beginners (mastery 0.2)", 0.2, False),
        ("practised (0.6)", 0.6, False), ("masters (1)", 1.0, False),
    ):  # fmt: skip
        row, each = {"who chooses": who}, np.full((n, 1), mastery)
        able = usual.hopeful * (usual.novice_step + (1 - usual.novice_step) * each)
        p = perform_arrays(world.start, world.own, each, world.a)
        for logic in FIVE.values():
            options = logic.options(world.start, p, able, world.noise.ideas[:, -1])
            after = perform_arrays(
                options.practices, with_candidates(world.own), each[:, :, None], world.a
            )
            gain = logic.score(after) / logic.score(p)[:, None] - 1
            error = rng.standard_normal(gain.shape) * able
            error *= 1.0 if blind else usual.misjudge * (1 - mastery)
            best, _ = logic.choose(options, p, after, able, error, 0.0 if blind else 1.0)
            taken = gain[np.arange(n), best][best >= 0]
            row[logic.name] = f"{100 * (taken > 0).mean():.0f}%"
        rows.append(row)
    return pd.DataFrame(rows)
