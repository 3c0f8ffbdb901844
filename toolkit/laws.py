"""What the model says in general: nine laws, each tried in many random pairs of places.

A law returns the share of draws in which it held, the contexts in which it failed, and, through
`sensitivity`, which assumption turns it over and how far that has to be moved.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, fields, replace
from functools import cached_property

import numpy as np
import pandas as pd

from toolkit.adoption import (
    DYNAMICS,
    Dynamics,
    Journeys,
    Noise,
    Programme,
    draw_noise,
    run,
    template_from,
)
from toolkit.approaches import COST_ONLY, FIVE, Logic, spread
from toolkit.pathway import (
    DEFAULTS,
    Assumptions,
    Context,
    ContextArrays,
    PerformanceArrays,
    PracticeArrays,
    context_between,
    distance,
    draw_context,
    perform_arrays,
    stack_contexts,
    stack_practices,
    usual_practice,
)

STEPS = (0.0, 0.1, 0.25, 0.5, 1.0)  # share of the way from the own place to the exemplar's
EARLY, END = 9, 47  # months at which journeys are compared
NEAR = 0.02  # illustrative: values within 2 % count as equal


@dataclass(frozen=True)
class World:
    """Random pairs of places and everything that is run on them.

    Parameters
    ----------
    n : int, default 200
        Number of pairs.
    seed : int, default 494
        Seed of contexts, practices and noise.
    a, d : Assumptions, Dynamics
        The constants.
    """

    n: int = 200
    seed: int = 494
    a: Assumptions = DEFAULTS
    d: Dynamics = DYNAMICS

    @cached_property
    def pairs(self) -> list[tuple[Context, Context]]:
        """Own place and exemplar's place, drawn independently from the documented ranges."""
        rng = np.random.default_rng(self.seed)
        return [
            (draw_context(rng, f"Place {i}"), draw_context(rng, f"Exemplar {i}"))
            for i in range(self.n)
        ]

    @cached_property
    def own(self) -> ContextArrays:
        """The own places."""
        return stack_contexts(own for own, _ in self.pairs)

    @cached_property
    def start(self) -> PracticeArrays:
        """What the own places do at the start."""
        return self._usual(own for own, _ in self.pairs)

    @cached_property
    def noise(self) -> Noise:
        """The chance all journeys of the own places share."""
        return draw_noise(self.seed + 1, self.n)

    @cached_property
    def _kept(self) -> dict[tuple[object, ...], Journeys]:
        return {}

    def _usual(self, contexts: Iterable[Context]) -> PracticeArrays:
        """Draw usual practices; the same habits fall to own place and exemplar of a pair."""
        return stack_practices(
            usual_practice(c, np.random.default_rng([self.seed, i])) for i, c in enumerate(contexts)
        )

    def journeys(self, *programmes: Programme, step: float | None = None) -> Journeys:
        """Run programmes at the own places; ``step`` says how far away the exemplar is."""
        key = (programmes, step)
        if key not in self._kept:
            template = None
            if step is not None:
                logic = programmes[0].approach or "integrated"
                template = template_from(self.exemplars(step, logic), self.start)
            self._kept[key] = run(
                self.own, self.start, programmes, self.noise, template, a=self.a, d=self.d
            )
        return self._kept[key]

    def exemplars(self, step: float, logic: str) -> Journeys:
        """Run the logic at places the given share of the way to the exemplar's."""
        key = ("exemplar", step, logic)
        if key not in self._kept:
            there = [context_between(own, far, step) for own, far in self.pairs]
            self._kept[key] = run(
                stack_contexts(there), self._usual(there), [Programme("contextualise", logic)],
                draw_noise(self.seed + 2, self.n), a=self.a, d=self.d,
            )  # fmt: skip
        return self._kept[key]

    def value(self, mode: str, logic: str | None = None, step: float | None = None) -> np.ndarray:
        """Return value without noise, (n, 48)."""
        return self.journeys(Programme(mode, logic), step=step).value


@dataclass(frozen=True)
class Verdict:
    """How a law fared.

    Attributes
    ----------
    number : str
        Number of the law.
    wording : str
        The law in words, as far as it is true.
    held : numpy.ndarray
        (n,) of bool: in which draws it held; (5n,) where each place is tried with each logic.
    tried : numpy.ndarray
        (n,) of bool: in which draws it could be tried.
    detail : pandas.DataFrame
        The figures behind it.
    world : World
        Where it was tried.
    """

    number: str
    wording: str
    held: np.ndarray
    tried: np.ndarray
    detail: pd.DataFrame
    world: World

    @property
    def share(self) -> float:
        """Share of the draws it could be tried in, in which it held."""
        return float(self.held[self.tried].mean())

    @property
    def strength(self) -> str:
        """What may be claimed: a law (nine in ten), a tendency (two in three), or neither."""
        if self.share >= 0.9:
            return "law"
        return "tendency" if self.share >= 2 / 3 else "it depends"

    @property
    def failed(self) -> pd.DataFrame:
        """The contexts in which it failed: one row each, with the distance to the exemplar's."""
        rows = []
        for i in np.flatnonzero(self.tried & ~self.held):
            own, far = self.world.pairs[i % self.world.n]
            row = {f.name: getattr(own, f.name) for f in fields(own) if f.name != "stages"}
            rows.append(row | {"load": own.load, "distance": distance(own, far)})
        return pd.DataFrame(rows)


def _verdict(
    number: str,
    wording: str,
    held: np.ndarray,
    world: World,
    detail: pd.DataFrame,
    tried: np.ndarray | None = None,
) -> Verdict:
    """Return a verdict; without ``tried`` the law could be tried everywhere."""
    everywhere = np.ones(len(held), dtype=bool)
    return Verdict(number, wording, held, everywhere if tried is None else tried, detail, world)


def law_1(world: World, logic: str = "integrated") -> Verdict:
    """Try: where contexts are the same, copying ends where the own logic ends, and is there sooner.

    Held if copying is ahead at month 9 and ends no more than 10 % below the own logic.
    """
    copied = world.value("emulate", logic, 0.0)
    own = world.value("contextualise", logic)
    early, end = copied[:, EARLY] > own[:, EARLY], copied[:, END] > 0.9 * own[:, END]
    detail = pd.DataFrame(
        {"ahead_early": early, "as_good_at_the_end": end, "ratio": copied[:, END] / own[:, END]}
    )
    return _verdict(
        "1", "In the same context copying is sooner there, and ends within a tenth of the own logic.",
        early & end, world, detail,
    )  # fmt: skip


def _ends(world: World, logic: str) -> tuple[np.ndarray, np.ndarray, pd.DataFrame]:
    """Return value at the end against doing nothing: own (n,), copied (n, steps), and medians."""
    idle = world.value("nothing")[:, END]
    own = world.value("contextualise", logic)[:, END] / idle
    copied = np.stack([world.value("emulate", logic, s)[:, END] / idle for s in STEPS], axis=1)
    detail = pd.DataFrame(
        {
            "step": STEPS,
            "distance": [_mean_distance(world, s) for s in STEPS],
            "copied_to_nothing": np.median(copied, axis=0),
            "own_to_nothing": np.median(own),
            "copied_worse_than_nothing": (copied < 1).mean(0),
        }
    )
    return own, copied, detail


def _mean_distance(world: World, step: float) -> float:
    """Return the mean distance of own places from exemplars a share of the way off."""
    return float(np.mean([distance(own, context_between(own, far, step)) for own, far in world.pairs]))


def law_2(world: World, logic: str = "integrated") -> Verdict:
    """Try: what copying loses against the own logic is larger from afar than from nearby.

    Held if the loss is larger half-way than at no distance, and larger all the way off than a
    quarter of the way. (Between neighbouring steps it can go either way.)
    """
    own, copied, detail = _ends(world, logic)
    loss = dict(zip(STEPS, np.log(own[:, None] / copied).T, strict=True))
    return _verdict(
        "2", "Copying from afar loses more, against the own logic, than copying from nearby.",
        (loss[0.5] > loss[0.0]) & (loss[1.0] > loss[0.25]), world, detail,
    )  # fmt: skip


def law_2b(world: World, logic: str = "integrated") -> Verdict:
    """Try: beyond some distance copying ends worse than doing nothing."""
    _, copied, detail = _ends(world, logic)
    return _verdict(
        "2b", "Somewhere on the way to another place, copying ends worse than doing nothing.",
        (copied < 1).any(1), world, detail,
    )  # fmt: skip


def crossing(copied: np.ndarray, own: np.ndarray) -> np.ndarray:
    """Return the month from which the own logic stays ahead of copying (48: not within the time)."""
    behind = own < copied
    months = own.shape[1]
    last = months - 1 - np.argmax(behind[:, ::-1], axis=1)
    return np.where(behind.any(1), last + 1, 0)


def law_3(world: World, logic: str = "integrated") -> Verdict:
    """Try: copying leads first, the own logic overtakes, and sooner the further away.

    Held if the month of crossing with the exemplar a tenth of the way off is later than, or the
    same as, with the exemplar half-way off.
    """
    own = world.value("contextualise", logic)
    rows, months = [], {}
    for s in STEPS:
        copied = world.value("emulate", logic, s)
        months[s] = crossing(copied, own)
        rows.append(
            {
                "step": s,
                "copied_ahead_early": (copied[:, EARLY] > own[:, EARLY]).mean(),
                "own_ahead_at_end": (own[:, END] > copied[:, END]).mean(),
                "median_crossing": np.median(months[s]),
            }
        )
    return _verdict(
        "3", "The further away the exemplar, the sooner the own logic overtakes copying.",
        months[0.1] >= months[0.5], world, pd.DataFrame(rows),
    )  # fmt: skip


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
    """Try: every single logic reaches a ceiling while another still finds something.

    Held if at the end the logic finds nothing left, or value rose by less than 2 % in its last
    year, and another logic finds a change that would raise value by more than half a per cent.
    Every place is tried with each of the five logics.
    """
    held, rows = [], []
    for name, logic in FIVE.items():
        j = world.journeys(Programme("contextualise", name))
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
    return _verdict(
        "4", "Each logic alone reaches a ceiling in four years while another still finds something.",
        np.concatenate(held), world, pd.DataFrame(rows),
    )  # fmt: skip


def law_5(world: World) -> Verdict:
    """Try: integrated improvement ends level with, or above, the best single logic (2 % allowed).

    The detail says how often each single logic was the best.
    """
    singles = np.stack([world.value("contextualise", name)[:, END] for name in FIVE], axis=1)
    whole = world.value("integrated")[:, END]
    best = np.bincount(singles.argmax(1), minlength=len(FIVE)) / world.n
    detail = pd.DataFrame({"approach": list(FIVE), "best_single": best})
    return _verdict(
        "5", "Integrated improvement does at least as well as the best single logic of the place.",
        whole >= (1 - NEAR) * singles.max(1), world, detail,
    )  # fmt: skip


def law_6(world: World, cut: float = 0.2) -> Verdict:
    """Try: improving a stage that is not the constraint leaves throughput as it was.

    A fifth of the hands-on work is taken out of the least loaded stage. The detail says what that does to the queue at the
    constraint, and what the same cut at the constraint does to throughput.
    """
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
    return _verdict(
        "6", "Improving a stage that is not the constraint leaves throughput unchanged.",
        same, world, detail,
    )  # fmt: skip


def law_7(world: World, steps: int = 60) -> Verdict:
    """Try: cost-only value lowers the cost of a case and, beyond a point, value.

    Full steps of `CostOnly` until nothing is left. Held if the cost of a case falls and value ends
    below its highest point on the way by more than 2 %.
    """
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
    return _verdict(
        "7", "Cost-only 'value' lowers the cost of a case and, beyond a point, value.",
        falls & turns, world, detail,
    )  # fmt: skip


def law_8(world: World, logic: str = "integrated") -> Verdict:
    """Try: a failed first programme lowers what the same second programme achieves.

    First two years: an exemplar's settings are copied from the far place, or nothing is done. Then
    the same own logic. Tried where copying failed (value below doing nothing after two years).
    Held if value at the end is lower than without the failed programme.
    """
    second = Programme("contextualise", logic, 24)
    failed = world.journeys(Programme("emulate", logic), second, step=1.0)
    fresh = world.journeys(Programme("nothing"), second)
    tried = failed.value[:, 23] < fresh.value[:, 23]
    held = failed.value[:, END] < fresh.value[:, END]
    detail = pd.DataFrame(
        {
            "ratio_at_end": [np.median((failed.value / fresh.value)[tried, END])],
            "willingness_failed": [failed.willingness[tried, 24].mean()],
            "willingness_fresh": [fresh.willingness[tried, 24].mean()],
        }
    )
    return _verdict(
        "8", "A failed first programme lowers what the same second programme achieves.",
        held, world, detail, tried,
    )  # fmt: skip


def _learning(world: World, d: Dynamics, low: float = 0.01) -> tuple[np.ndarray, np.ndarray]:
    """Return value with and without time for learning, (n, 48) each."""
    start = world.start._replace(learning=np.full_like(world.start.learning, low))
    plan = [Programme("integrated")]
    more, less = (
        run(world.own, start, plan, world.noise, a=world.a, d=replace(d, learning_time=time)).value
        for time in (d.learning_time, low)
    )
    return more, less


def _first_and_last(more: np.ndarray, less: np.ndarray) -> pd.DataFrame:
    """Return how value with learning time compares at the start and at the end."""
    ratio = more / less
    return pd.DataFrame({"month": [0, 3, 12, 24, END]}).assign(
        ratio=lambda f: np.median(ratio[:, f["month"]], axis=0),
        share_higher=lambda f: (ratio[:, f["month"]] > 1).mean(0),
    )


def law_9(world: World) -> Verdict:
    """Try: more time for learning makes value lower at first (month 3) and higher at the end."""
    more, less = _learning(world, world.d)
    return _verdict(
        "9", "More time for learning: worse before better.",
        (more[:, 3] < less[:, 3]) & (more[:, END] > less[:, END]), world,
        _first_and_last(more, less),
    )  # fmt: skip


def law_9b(world: World) -> Verdict:
    """Try: where people are practised, less time for learning is better at first and then worse."""
    more, less = _learning(world, replace(world.d, beginner=0.5))
    return _verdict(
        "9b", "Cutting time for learning among practised people: better before worse.",
        (less[:, 3] > more[:, 3]) & (less[:, END] < more[:, END]), world,
        _first_and_last(more, less),
    )  # fmt: skip


LAWS: dict[str, Callable[[World], Verdict]] = {
    "1": law_1, "2": law_2, "2b": law_2b, "3": law_3, "4": law_4,
    "5": law_5, "6": law_6, "7": law_7, "8": law_8, "9": law_9, "9b": law_9b,
}  # fmt: skip


def law_table(world: World) -> pd.DataFrame:
    """Return one row per law: wording, draws tried, share in which it held, what may be claimed."""
    rows = []
    for name, law in LAWS.items():
        v = law(world)
        rows.append((name, v.wording, int(v.tried.sum()), round(v.share, 3), v.strength))
    return pd.DataFrame(rows, columns=["law", "wording", "tried", "held", "claim"])


def by_logic(name: str, world: World) -> pd.DataFrame:
    """Return the share in which a law of copying (1, 2, 2b, 3 or 8) held, logic by logic."""
    law: Callable[..., Verdict] = LAWS[name]
    rows = [(logic, round(law(world, logic).share, 3)) for logic in (*FIVE, "integrated")]
    return pd.DataFrame(rows, columns=["approach", "held"])


def moved(world: World, name: str, value: float) -> World:
    """Return the same world with one assumption set to another value."""
    if hasattr(world.a, name):
        return replace(world, a=replace(world.a, **{name: value}))
    if hasattr(world.d, name):
        return replace(world, d=replace(world.d, **{name: value}))
    known = [f.name for f in (*fields(world.a), *fields(world.d))]
    raise ValueError(f"There is no assumption '{name}'. There are: {', '.join(known)}.")


def sensitivity(
    name: str, world: World, assumptions: Iterable[str] | None = None, turn: float = 0.5
) -> pd.DataFrame:
    """Return how far each assumption must be moved to turn a law over.

    Parameters
    ----------
    name : str
        A key of `LAWS`.
    world : World
        Use fewer pairs (60) than for the law itself: every row runs it at least twice.
    assumptions : iterable of str, optional
        Fields of `Assumptions` or `Dynamics`; all by default.
    turn : float, default 0.5
        The law is turned over when it holds in less than this share.

    Returns
    -------
    pandas.DataFrame
        assumption, default, low, high, held_default, held_low, held_high, and ``turns_at``: the
        value nearest the default at which the law is turned over (empty if it never is within
        the documented range). Most sensitive first.
    """
    law = LAWS[name]
    usual = law(world).share
    rows = []
    for f in (*fields(world.a), *fields(world.d)):
        if assumptions is not None and f.name not in set(assumptions):
            continue
        low, high = f.metadata["low"], f.metadata["high"]
        ends = {v: law(moved(world, f.name, v)).share for v in (low, high)}
        turns = [
            _turning_point(law, world, f.name, f.default, v, turn)
            for v, share in ends.items()
            if share < turn <= usual
        ]
        near = min(turns, key=lambda v: abs(v - f.default)) if turns else float("nan")
        rows.append((f.name, f.default, low, high, usual, ends[low], ends[high], near))
    frame = pd.DataFrame(
        rows,
        columns=[
            "assumption", "default", "low", "high",
            "held_default", "held_low", "held_high", "turns_at",
        ],
    )  # fmt: skip
    drop = frame["held_default"] - frame[["held_low", "held_high"]].min(axis=1)
    return frame.iloc[np.argsort(-drop.to_numpy(), kind="stable")].reset_index(drop=True)


def _turning_point(
    law: Callable[[World], Verdict],
    world: World,
    name: str,
    good: float,
    bad: float,
    turn: float,
) -> float:
    """Return by halving where between a good and a bad value the law is turned over."""
    for _ in range(4):
        middle = (good + bad) / 2
        if law(moved(world, name, middle)).share < turn:
            bad = middle
        else:
            good = middle
    return bad
