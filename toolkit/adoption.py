"""Journeys of 48 months: the same logics, adopted in different ways, in the same noise.

One loop serves every way of adopting; a way is a row of dates in `MODES`. Thousands of places run
side by side (`run`); `journey` tells the story of one.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from toolkit.approaches import COST_ONLY, FIVE, Logic, spread
from toolkit.approaches.service_improvement import BASELINE, TRIAL, special_cause
from toolkit.pathway import (
    DEFAULTS,
    PRACTICE_RANGES,
    Assumptions,
    ContextArrays,
    PerformanceArrays,
    PracticeArrays,
    perform_arrays,
)
from toolkit.pathway.assumptions import assume, check_assumptions

MONTHS = 48
IDEAS = 3  # illustrative: change ideas on the table when a test is planned
DESIGNS = 12  # illustrative: designs on the table when a pathway is re-engineered
LOGICS: dict[str, Logic] = {**FIVE, "cost_only": COST_ONLY}
COPYABLE = ("batch", "standardisation", "split", "release", "threshold", "need_first")
NEVER = MONTHS


@dataclass(frozen=True)
class Dynamics:
    """The constants of a journey: mastery, willingness, noise, and when programmes end.

    Raises
    ------
    ValueError
        If a value lies outside its documented range.
    """

    learning_time: float = assume(
        0.08, 0, 0.3, "L*", "share", "staff time kept for learning while a place uses its own logic"
    )
    teaching: float = assume(
        1.5, 0.5, 4, "α", "per month", "mastery gained per share of time, at full willingness"
    )
    forgetting: float = assume(
        0.03, 0, 0.25, "δ", "per month",
        "mastery lost without use (wartime shipyards: up to a quarter, IJPR 2009;47:1857-76)",
    )  # fmt: skip
    copying_teaches: float = assume(
        0.1, 0, 1, "u", "share", "what using somebody else's tools teaches, against own cycles"
    )
    beginner: float = assume(0.1, 0, 0.5, "M₀", "share", "mastery of a place with no readiness")
    readiness_helps: float = assume(
        0.2, 0, 0.5, "M₁", "share", "further mastery of a place with full readiness"
    )
    novice_step: float = assume(
        0.3, 0.05, 1, "η₀", "share", "how much of a change people without mastery carry through"
    )
    install: float = assume(4, 1, 12, "k", "months", "time to install a set of tools, all willing")
    noise: float = assume(0.05, 0, 0.2, "ν", "log units", "month-to-month noise in what is measured")
    sight: float = assume(
        0.02, 0, 0.3, "ς", "log units", "error when judging which finding matters most, or a design"
    )
    switch_loss: float = assume(
        0.1, 0, 0.5, "χ", "share", "mastery lost when turning from one logic to another"
    )
    review: float = assume(3, 1, 12, "Q", "months", "time between reviews of which logic to use")
    hopeful: float = assume(0.4, 0.1, 0.8, "w₀", "share", "willingness of a place not ready")
    trust: float = assume(0.4, 0, 0.6, "w₁", "share", "further willingness of a place fully ready")
    seen: float = assume(0.3, 0, 2, "β", "per log unit", "willingness won by visible improvement")
    let_down: float = assume(0.4, 0, 3, "γ", "per log unit", "willingness lost by visible decline")
    imposed: float = assume(
        0.4, 0, 1, "ι", "share", "willingness lost to one whole imposed change, if not ready"
    )
    return_rate: float = assume(0.02, 0, 0.2, "ω", "per month", "return to the usual willingness")
    abandoned: float = assume(0.3, 0, 0.8, "κ", "share", "willingness lost when one is dropped")
    give_up: float = assume(0.35, 0, 0.8, "w*", "share", "willingness below which a stall is a stop")
    erosion: float = assume(
        0.03, 0, 0.2, "ε", "per month", "return to old habits after a stop, without mastery"
    )

    def __post_init__(self) -> None:
        """Keep every constant inside its documented range."""
        check_assumptions(self)


DYNAMICS = Dynamics()


class Mode(NamedTuple):
    """A way of adopting: months after its start at which things begin, and the words for it."""

    install: int
    own: int
    redesigns: tuple[int, ...]
    words: str


MODES: dict[str, Mode] = {
    "emulate": Mode(0, NEVER, (), "install the exemplar's settings"),
    "copy_then_adapt": Mode(0, 12, (), "install the exemplar's settings, from month 12 own logic"),
    "contextualise": Mode(NEVER, 0, (), "use the logic on the own place from the first month"),
    "reengineer": Mode(NEVER, NEVER, (0, 24), "redesign once, and once again after two years"),
    "integrated": Mode(NEVER, 0, (), "use whichever logic matters most, from the first month"),
    "nothing": Mode(NEVER, NEVER, (), "carry on"),
}


@dataclass(frozen=True)
class Programme:
    """One programme: how something is adopted, which logic it follows, from which month.

    Raises
    ------
    ValueError
        If mode or approach is unknown, or the month lies outside the journey.
    """

    mode: str
    approach: str | None = None
    start: int = 0

    def __post_init__(self) -> None:
        """Refuse a programme nobody could run."""
        if self.mode not in MODES:
            raise ValueError(f"There is no way '{self.mode}' to adopt; there are: {', '.join(MODES)}.")
        if not 0 <= self.start < MONTHS:
            raise ValueError(f"A programme starts in month 0 to {MONTHS - 1}; got {self.start}.")
        if self.approach is not None and self.approach not in {*LOGICS, "integrated"}:
            raise ValueError(
                f"There is no approach '{self.approach}'; there are: "
                f"{', '.join((*LOGICS, 'integrated'))}."
            )
        if self.approach is None and MODES[self.mode].own < NEVER and self.mode != "integrated":
            raise ValueError(f"'{self.mode}' needs an approach: its own logic has to be one of them.")

    @property
    def logics(self) -> tuple[str, ...]:
        """The logics that it may use."""
        if self.mode == "integrated" or self.approach == "integrated":
            return tuple(FIVE)
        return (self.approach,) if self.approach else ()


class Noise(NamedTuple):
    """The chance that compared journeys share: made once, passed to each of them."""

    observed: np.ndarray
    ideas: np.ndarray
    sight: np.ndarray
    designs: np.ndarray
    forecast: np.ndarray


def draw_noise(seed: int, n: int = 1, stages: int = 5) -> Noise:
    """Draw the noise of n journeys from one seed; pass it to every journey that is compared."""
    rng = np.random.default_rng(seed)
    return Noise(
        observed=rng.standard_normal((n, MONTHS)),
        ideas=rng.random((n, MONTHS, IDEAS)),
        sight=rng.standard_normal((n, MONTHS, len(FIVE))),
        designs=rng.random((n, DESIGNS, 3 * stages + 3)),
        forecast=rng.standard_normal((n, MONTHS, DESIGNS + 1)),
    )


@dataclass(frozen=True)
class Journeys:
    """What happened at n places in 48 months.

    Attributes
    ----------
    practices : list of PracticeArrays
        The settings at the start of each month, and at the end (49 entries).
    performance : PerformanceArrays
        (n, 48) and per stage (n, 48, K).
    observed : numpy.ndarray
        (n, 48): value as people record it, noise included.
    lead_observed : numpy.ndarray
        (n, 48): lead time in days as people record it.
    mastery, willingness : numpy.ndarray
        (n, 48).
    logic, move, stage : numpy.ndarray
        (n, 48) of int64: the logic in use (index into `LOGICS`; -1 none), the move it made
        (-1 none) and where (-1 whole pathway).
    running, installing, undone : numpy.ndarray
        (n, 48) of bool: a programme runs; a template is going in; a tested change is taken back.
    """

    practices: list[PracticeArrays]
    performance: PerformanceArrays
    observed: np.ndarray
    lead_observed: np.ndarray
    mastery: np.ndarray
    willingness: np.ndarray
    logic: np.ndarray
    move: np.ndarray
    stage: np.ndarray
    running: np.ndarray
    installing: np.ndarray
    undone: np.ndarray

    @property
    def value(self) -> np.ndarray:
        """Value without noise, (n, 48)."""
        return self.performance.value

    @property
    def end(self) -> PracticeArrays:
        """The settings at the end."""
        return self.practices[-1]


def blend(old: PracticeArrays, new: PracticeArrays, share: np.ndarray) -> PracticeArrays:
    """Return settings the given share (n, 1) of the way from old to new."""
    return PracticeArrays(*((1 - share) * a + share * b for a, b in zip(old, new, strict=True)))


def carry(
    template: PracticeArrays, own: PracticeArrays, items: Iterable[str] = COPYABLE
) -> PracticeArrays:
    """Return the own settings with the ticked items taken from the template."""
    items = tuple(items)
    unknown = sorted(set(items) - set(own._fields))
    if unknown:
        raise ValueError(
            f"{', '.join(unknown)} cannot be copied; what can be: {', '.join(own._fields)}."
        )
    return own._replace(**{name: getattr(template, name) for name in items})


def template_from(
    exemplar: Journeys, own: PracticeArrays, items: Iterable[str] = COPYABLE
) -> PracticeArrays:
    """Return what n places take over from n exemplars: the ticked settings that the exemplar changed.

    A setting that the exemplar's logic never touched is no part of its dialect and stays as it is.
    """
    start, end = exemplar.practices[0], exemplar.end
    taken = {}
    for name in items:
        before, after = getattr(start, name), getattr(end, name)
        changed = (np.abs(after - before) > 1e-9).any(-1, keepdims=True)
        taken[name] = np.where(changed, after, getattr(own, name))
    return own._replace(**taken)


def run(
    contexts: ContextArrays,
    practices: PracticeArrays,
    programmes: Sequence[Programme],
    noise: Noise,
    template: PracticeArrays | None = None,
    copied: Iterable[str] = COPYABLE,
    a: Assumptions = DEFAULTS,
    d: Dynamics = DYNAMICS,
) -> Journeys:
    """Run n places through 48 months, side by side.

    Parameters
    ----------
    contexts, practices : ContextArrays, PracticeArrays
        n rows each.
    programmes : sequence of Programme
        What is adopted, and when; a later one replaces an earlier one, which counts as dropped.
    noise : Noise
        The chance; pass the same to every journey that is compared.
    template : PracticeArrays, optional
        The exemplar's settings, n rows; needed by the modes that install.
    copied : iterable of str
        Which settings are copied.
    a, d : Assumptions, Dynamics
        The constants.

    Notes
    -----
    *Mastery* ``dM = αLuw(1 - M) - δM``: time × own cycles (``u`` = 1; using another's tools counts
    ``u`` of a cycle) × willingness; it fades at ``δ``.
    *Own cycles.* A place carries through ``w(η₀ + (1 - η₀)M)`` of a full step each month.
    *Willingness* ``dw = βv⁺(1 - w) - γv⁻w - ιm(1 - R)w + ω(w₀ + w₁R - w)``: ``v`` is the change in
    recorded value (last three months against the three before, in logs), ``m`` the share of an
    imposed change that goes in this month. A dropped programme costs ``κw``.
    *Stop.* At a half-yearly review, a programme a year old that shows no upward slope beyond its
    noise, and with ``w < w*``, is stopped; settings then drift back to old habits at ``ε(1 - M)``.

    Raises
    ------
    ValueError
        If a mode installs settings and no template came in.
    """
    n, k = practices.batch.shape
    programmes = sorted(programmes, key=lambda p: p.start)
    if template is None and any(MODES[p.mode].install < NEVER for p in programmes):
        raise ValueError("To emulate, there must be an exemplar: give its settings as template.")
    x, old = practices, practices
    target, origin = practices, practices
    done = np.ones((n, 1))  # share of the imposed settings that has gone in
    mastery = d.beginner + d.readiness_helps * contexts.readiness
    home = d.hopeful + d.trust * contexts.readiness
    will = home.copy()
    alive = np.zeros((n, 1), dtype=bool)
    using = np.full(n, -1, dtype=np.int64)
    trial = np.full(n, -1, dtype=np.int64)  # month in which a test began
    kept = practices
    now: Programme | None = None
    log: dict[str, list[np.ndarray]] = {name: [] for name in _LOGGED}
    path: list[PracticeArrays] = []
    seen: list[PerformanceArrays] = []
    names = list(LOGICS)
    wide = spread(contexts)

    for month in range(MONTHS):
        # a programme begins; another is dropped
        for programme in programmes:
            if programme.start != month:
                continue
            if now is not None and now.mode != "nothing":
                will = np.where(alive, will * (1 - d.abandoned), will)
                mastery = mastery * (1 - d.switch_loss)
            now = programme
            alive[:] = programme.mode != "nothing"
            using[:], trial[:] = -1, -1
            done[:] = 1.0
        mode = MODES[now.mode] if now else MODES["nothing"]
        age = month - now.start if now else 0
        if age == mode.install and template is not None:
            origin, target, done = x, carry(template, x, copied), np.zeros((n, 1))
        if age in mode.redesigns:
            best = _best_design(x, contexts, mastery, noise, month, a, d)
            origin, target, done = x, best, np.zeros((n, 1))
        own = alive & (age >= mode.own)
        logics = now.logics if now else ()
        if own.any():
            more = np.maximum(x.learning, d.learning_time)
            x = x._replace(learning=np.where(own, more, x.learning))

        # look, find
        strength = np.where(own, will * (d.novice_step + (1 - d.novice_step) * mastery), 0.0)
        p = perform_arrays(x, contexts, mastery, a)
        path.append(x)
        seen.append(p)
        error = d.noise * noise.observed[:, month]
        log["observed"].append(p.value * np.exp(error))
        log["lead_observed"].append(7 * p.lead_time * np.exp(-error))
        log["mastery"].append(mastery[:, 0])
        log["willingness"].append(will[:, 0])
        log["running"].append(alive[:, 0].copy())

        # study: a tested change stays only if the chart says so
        undone = np.zeros(n, dtype=bool)
        judged = own[:, 0] & (trial >= 0) & (month - trial >= TRIAL)
        if judged.any():
            chart = np.log(np.stack(log["lead_observed"][-BASELINE - TRIAL :], axis=1))
            undone = judged & ~special_cause(chart)
            x = _pick(undone, kept, x)
            trial[judged] = -1

        # change
        moved = np.full(n, -1, dtype=np.int64)
        where = np.full(n, -1, dtype=np.int64)
        if own.any() and logics:
            new, used, moved, where = _cycle(
                [LOGICS[name] for name in logics], x, wide, p, mastery, strength, noise, month,
                using, month % int(d.review) == 0, a, d,
            )  # fmt: skip
            tests = np.array([LOGICS[name].tests_first for name in logics])
            if len(logics) == 1 and tests[0]:
                free = (trial < 0) & (month >= BASELINE) & (month <= MONTHS - TRIAL) & ~undone
                moved = np.where(free, moved, -1)
                kept = _pick(free & (moved >= 0), x, kept)
                trial[free & (moved >= 0)] = month
            acting = own[:, 0] & (moved >= 0)
            moved, where = np.where(acting, moved, -1), np.where(acting, where, -1)
            x = _pick(acting, new, x)
            turned = own[:, 0] & (using >= 0) & (used >= 0) & (used != using)
            mastery = np.where(turned[:, None], mastery * (1 - d.switch_loss), mastery)
            using = np.where(own[:, 0], np.where(used >= 0, used, using), using)
        log["logic"].append(_global(using, logics, names, own[:, 0]))
        log["move"].append(moved)
        log["stage"].append(where)
        log["undone"].append(undone)

        # imposed settings go in at the speed of people's willingness
        going = (done < 1) & alive
        share = np.where(going, np.minimum(will / d.install, 1 - done), 0.0)
        x = PracticeArrays(
            *(v + share * (t - o) for v, t, o in zip(x, target, origin, strict=True))
        )
        done = done + share
        log["installing"].append(going[:, 0])

        # what it does to people
        visible = _visible(log["observed"])[:, None]
        cycles = np.where(own, 1.0, d.copying_teaches * alive)
        mastery = np.clip(
            mastery
            + d.teaching * x.learning * cycles * will * (1 - mastery)
            - d.forgetting * mastery,
            0,
            1,
        )
        will = np.clip(
            will
            + d.seen * np.maximum(visible, 0) * (1 - will)
            - d.let_down * np.maximum(-visible, 0) * will
            - d.imposed * share * (1 - contexts.readiness) * will
            + d.return_rate * (home - will),
            0,
            1,
        )
        if age >= 12 and age % 6 == 0:
            flat = ~rising(np.stack(log["observed"][-12:], axis=1))
            ends = alive[:, 0] & flat & (will[:, 0] < d.give_up)
            will = np.where(ends[:, None], will * (1 - d.abandoned), will)
            x = x._replace(learning=np.where(ends[:, None], practices.learning, x.learning))
            alive = alive & ~ends[:, None]
        gone = ~alive & bool(now and now.mode != "nothing")
        x = blend(x, old, np.where(gone, d.erosion * (1 - mastery), 0.0))

    path.append(x)
    return Journeys(
        practices=path,
        performance=PerformanceArrays(*(np.stack(v, axis=1) for v in zip(*seen, strict=True))),
        **{name: np.stack(v, axis=1) for name, v in log.items()},
    )


_LOGGED = (
    "observed", "lead_observed", "mastery", "willingness", "logic", "move", "stage",
    "running", "installing", "undone",
)  # fmt: skip


def rising(months: np.ndarray) -> np.ndarray:
    """Return for each row whether recorded value rises beyond its noise.

    Parameters
    ----------
    months : array (n, m)
        Recorded values, at least four months.

    Returns
    -------
    array of bool (n,)
        The slope of the logarithm is positive by more than 1.64 standard errors (one in twenty
        by chance).
    """
    y = np.log(np.maximum(months, 1e-9))
    t = np.arange(y.shape[1]) - (y.shape[1] - 1) / 2
    slope = y @ t / (t @ t)
    rest = y - y.mean(1, keepdims=True) - slope[:, None] * t
    error = np.sqrt((rest**2).sum(1) / (y.shape[1] - 2) / (t @ t))
    return slope > 1.64 * error


def _visible(observed: list[np.ndarray]) -> np.ndarray:
    """Return the change in recorded value: three months against the three before, in logs."""
    if len(observed) < 6:
        return np.zeros(len(observed[0]))
    y = np.log(np.maximum(np.stack(observed[-6:]), 1e-9))
    return np.clip(y[3:].mean(0) - y[:3].mean(0), -0.5, 0.5)


def _pick(mask: np.ndarray, one: PracticeArrays, other: PracticeArrays) -> PracticeArrays:
    """Return rows of one where the mask holds, of the other elsewhere."""
    return PracticeArrays(
        *(np.where(mask[:, None], a, b) for a, b in zip(one, other, strict=True))
    )


def _global(
    using: np.ndarray, logics: tuple[str, ...], names: list[str], own: np.ndarray
) -> np.ndarray:
    """Translate the logic in use from the programme's list to `LOGICS`."""
    if not logics:
        return np.full(len(using), -1, dtype=np.int64)
    ids = np.array([names.index(name) for name in logics], dtype=np.int64)
    return np.where(own & (using >= 0), ids[np.maximum(using, 0)], -1)


def _cycle(
    logics: list[Logic],
    x: PracticeArrays,
    wide: ContextArrays,
    p: PerformanceArrays,
    mastery: np.ndarray,
    strength: np.ndarray,
    noise: Noise,
    month: int,
    using: np.ndarray,
    review: bool,
    a: Assumptions,
    d: Dynamics,
) -> tuple[PracticeArrays, np.ndarray, np.ndarray, np.ndarray]:
    """Let each logic propose one change; with several, act on the one that matters most here."""
    n = len(using)
    several = len(logics) > 1
    top = np.full(n, -np.inf)
    used = np.full(n, -1, dtype=np.int64) if several else np.zeros(n, dtype=np.int64)
    moved, where = np.full(n, -1, dtype=np.int64), np.full(n, -1, dtype=np.int64)
    new = PracticeArrays(*(np.array(v) for v in x))
    for i, logic in enumerate(logics):
        # between reviews only the logic in use is asked
        asked = np.flatnonzero(using == i) if several and not review else np.arange(n)
        if not len(asked):
            continue
        here = PerformanceArrays(*(v[asked] for v in p))
        options = logic.options(
            PracticeArrays(*(v[asked] for v in x)), here, strength[asked], noise.ideas[asked, month]
        )
        after = perform_arrays(
            options.practices, ContextArrays(*(v[asked] for v in wide)), mastery[asked, :, None], a
        )
        best, _ = logic.choose(options, here, after, strength[asked])
        rows = np.arange(len(asked))
        gain = np.zeros(len(asked))
        if several:
            # a finding matters here for what it promises for value, judged with some error
            gain = np.log(after.value[rows, best] / here.value)
            gain += d.sight * strength[asked, 0] * noise.sight[asked, month, i]
            best = np.where(gain > 0, best, -1)
        better = (best >= 0) & (gain > top[asked])
        at, row, j = asked[better], rows[better], best[better]
        top[at], used[at] = gain[better], i
        moved[at], where[at] = options.move[row, j], options.stage[row, j]
        for field, option in zip(new, options.practices, strict=True):
            field[at] = option[row, np.minimum(j, option.shape[1] - 1)]
    return new, used, moved, where


def _best_design(
    x: PracticeArrays,
    contexts: ContextArrays,
    mastery: np.ndarray,
    noise: Noise,
    month: int,
    a: Assumptions,
    d: Dynamics,
) -> PracticeArrays:
    """Return the design with the best forecast, the present practice among them.

    Designs are drawn over the ranges of `PRACTICE_RANGES`, hours by workload within about a third.
    """
    n, k = x.batch.shape
    u = noise.designs if month == 0 else noise.designs[:, ::-1, ::-1]
    draw: dict[str, np.ndarray] = {}
    for i, name in enumerate(("batch", "standardisation")):
        r = PRACTICE_RANGES[name]
        draw[name] = r.low + (r.high - r.low) * u[..., i * k : (i + 1) * k]
    load = contexts.work[:, None] * (1 + 0.6 * (u[..., 2 * k : 3 * k] - 0.5))
    draw["split"] = load / load.sum(-1, keepdims=True)
    for i, name in enumerate(("release", "threshold", "need_first")):
        r = PRACTICE_RANGES[name]
        draw[name] = r.low + (r.high - r.low) * u[..., 3 * k + i, None]
    draw["learning"] = np.broadcast_to(x.learning[:, None], (n, DESIGNS, 1))
    designs = PracticeArrays(
        *(np.concatenate([getattr(x, f)[:, None], draw[f]], axis=1) for f in x._fields)
    )
    value = perform_arrays(designs, spread(contexts), mastery[:, :, None], a).value
    forecast = np.log(value) + d.sight * noise.forecast[:, month]
    best = forecast.argmax(1)
    return PracticeArrays(*(v[np.arange(n), best] for v in designs))
