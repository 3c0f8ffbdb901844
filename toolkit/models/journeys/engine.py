"""The one loop of 48 months that every way of adopting goes through, many places side by side."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, fields
from typing import NamedTuple

import numpy as np

from toolkit.models.journeys.settings import (
    COPIED,
    DYNAMICS,
    LOGICS,
    MODES,
    MONTHS,
    Dynamics,
    Mode,
    Noise,
    Programme,
)
from toolkit.models.journeys.steps import (
    best_design,
    blend,
    carry,
    choose_rows,
    judged,
    rising,
    worth_copying,
)
from toolkit.models.logics import with_candidates
from toolkit.models.logics.service_improvement import BASELINE, TRIAL, special_cause
from toolkit.models.pathway import (
    DEFAULTS,
    Assumptions,
    ContextArrays,
    PerformanceArrays,
    PracticeArrays,
    perform_arrays,
)

YEAR, HALF_YEAR, QUARTER = 12, 6, 3
LARGEST_SEEN = 0.5  # illustrative: a change beyond this (log units) impresses nobody further


@dataclass(frozen=True)
class Journeys:
    """What happened at n places in 48 months.

    Attributes
    ----------
    practices : list of PracticeArrays
        The settings at the start of each month, and at the end (49 entries).
    performance : PerformanceArrays
        (n, 48) and per stage (n, 48, K).
    observed, lead_observed : numpy.ndarray
        (n, 48): value, and lead time in days, as people record them, noise included.
    mastery, willingness : numpy.ndarray
        (n, 48).
    logic, move, stage : numpy.ndarray
        (n, 48) of int64: the logic in use (index into `LOGICS`; -1 none), the move it made
        (-1 none) and where (-1 whole pathway).
    running, installing, undone : numpy.ndarray
        (n, 48) of bool: a programme runs; imposed settings go in; a tested change is taken back.
    """

    practices: list[PracticeArrays] = field(repr=False)
    performance: PerformanceArrays = field(repr=False)
    observed: np.ndarray = field(repr=False)
    lead_observed: np.ndarray = field(repr=False)
    mastery: np.ndarray = field(repr=False)
    willingness: np.ndarray = field(repr=False)
    logic: np.ndarray = field(repr=False)
    move: np.ndarray = field(repr=False)
    stage: np.ndarray = field(repr=False)
    running: np.ndarray = field(repr=False)
    installing: np.ndarray = field(repr=False)
    undone: np.ndarray = field(repr=False)

    @property
    def value(self) -> np.ndarray:
        """Value without noise, (n, 48)."""
        return self.performance.value

    @property
    def end(self) -> PracticeArrays:
        """The settings at the end."""
        return self.practices[-1]

    def rows(self, at: slice) -> Journeys:
        """Return some of the places."""
        parts = {f.name: getattr(self, f.name) for f in fields(self)}
        parts["practices"] = [PracticeArrays(*(v[at] for v in x)) for x in self.practices]
        parts["performance"] = PerformanceArrays(*(v[at] for v in self.performance))
        rest = {k: v[at] for k, v in parts.items() if isinstance(v, np.ndarray)}
        return Journeys(**(parts | rest))


class State(NamedTuple):
    """A state put in place at the start of a month, after whatever begins in it has begun.

    What is None stays as it has become.
    """

    month: int
    practices: PracticeArrays | None = None
    mastery: np.ndarray | None = None
    willingness: np.ndarray | None = None


def template_from(
    exemplar: Journeys, own: PracticeArrays, items: Iterable[str] = COPIED
) -> PracticeArrays:
    """Return what n places take over from n exemplars.

    Parameters
    ----------
    exemplar : Journeys
        The exemplars' journeys.
    own : PracticeArrays
        The own settings.
    items : iterable of str
        The ticked settings. One that an exemplar's logic never touched is no part of its dialect
        and stays as it is.
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
    template: PracticeArrays | Sequence[PracticeArrays] | None = None,
    copied: Iterable[str] = COPIED,
    a: Assumptions = DEFAULTS,
    d: Dynamics = DYNAMICS,
    uses: np.ndarray | None = None,
    given: State | None = None,
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
    template : PracticeArrays or sequence of them, optional
        The exemplar's settings, n rows; needed by the modes that install. Of several, the first
        goes in first, the next a year later, and the last stays: an exemplar that moves on.
    copied : iterable of str
        Which settings are copied.
    a, d : Assumptions, Dynamics
        The constants.
    uses : array of bool (n, logics of the programme), optional
        Which of the programme's logics each place knows; all of them by default. Who knows one
        only uses it alone.
    given : State, optional
        A state that is put in place on the way, to tell apart what it is that lasts.

    Notes
    -----
    *Mastery* ``dM = αLuw(1 - M) - δM``: time × own cycles (``u`` = 1; using another's tools counts
    ``u`` of a cycle) × willingness; it fades at ``δ``.
    *Own cycles.* A place carries through ``w(η₀ + (1 - η₀)M)`` of a full step each month. Of the
    possible changes its people see the share ``e + (1 - e)M``: which of them is drawn once, and
    mastery opens the rest.
    *Judging.* A full step is judged by ``φ`` times what it would do, with an error of
    ``ξ(1 - M) + 1 - φ`` for a logic's own measure and ``ς(1 - M) + 1 - φ`` for value. At ``φ`` = 0
    the dice choose. Whoever looks before copying judges each setting in the same way.
    *Tests.* What a logic tests, it takes back unless the chart says that it helped; nothing else
    is changed until then.
    *Willingness* ``dw = βv⁺(1 - w) - γv⁻w - ιm(1 - R)w + ω(w₀ + w₁R - w)``: ``v`` is the change in
    recorded value (last three months against the three before, in logs), ``m`` the share of an
    imposed change that goes in this month. A dropped programme costs ``κw``.
    *Stop.* At a half-yearly review, a programme a year old that shows no upward slope beyond its
    noise, and with ``w < w*``, is stopped, or people decide to stop; settings then drift back to
    old habits at ``ε(1 - M)``.
    """
    templates = (template,) if isinstance(template, PracticeArrays) else tuple(template or ())
    walk = _Walk(contexts, practices, noise, templates, tuple(copied), a, d, uses)
    for month in range(MONTHS):
        for programme in programmes:
            if programme.start == month:
                walk.begin(programme)
        if given is not None and given.month == month:
            walk.put(given)
        walk.live(month)
    return walk.told()


@dataclass
class _Walk:
    """The state of n places on their way; one method for each thing that happens in a month."""

    contexts: ContextArrays
    start: PracticeArrays
    noise: Noise
    templates: tuple[PracticeArrays, ...]
    copied: tuple[str, ...]
    a: Assumptions
    d: Dynamics
    uses: np.ndarray | None
    now: Programme = field(default_factory=lambda: Programme("nothing"))
    begun: bool = False  # whether there has been any programme
    log: dict[str, list[np.ndarray]] = field(default_factory=dict)
    path: list[PracticeArrays] = field(default_factory=list)
    seen: list[PerformanceArrays] = field(default_factory=list)

    def __post_init__(self) -> None:
        n = len(self.start.batch)
        ready = self.contexts.readiness
        self.wide = with_candidates(self.contexts)
        self.x = self.target = self.origin = self.kept = self.start
        self.mastery = self.d.beginner + self.d.readiness_helps * ready
        self.will = self.home = np.minimum(self.d.hopeful + self.d.trust * ready, 1)
        self.done = np.ones((n, 1))  # share of the imposed settings that has gone in
        self.alive = np.zeros((n, 1), dtype=bool)
        self.using = np.full(n, -1, dtype=np.int64)  # which of the programme's logics
        self.trial = np.full(n, -1, dtype=np.int64)  # month in which a test began

    def begin(self, programme: Programme) -> None:
        """Start a programme; one that was still running is dropped, unless it goes on in this."""
        if self.now.mode != "nothing" and not programme.goes_on:
            self.will = np.where(self.alive, self.will * (1 - self.d.abandoned), self.will)
            self.mastery = self.mastery * (1 - self.d.switch_loss)
            if programme.mode == "nothing":
                self.x = self.x._replace(learning=self.start.learning)
        self.now, self.begun = programme, self.begun or programme.mode != "nothing"
        self.alive = np.full_like(self.alive, programme.mode != "nothing")
        self.using, self.trial = np.full_like(self.using, -1), np.full_like(self.trial, -1)
        self.done = np.ones_like(self.done)

    def put(self, given: State) -> None:
        """Put a state in place."""
        self.x = self.x if given.practices is None else given.practices
        self.mastery = self.mastery if given.mastery is None else given.mastery[:, None]
        self.will = self.will if given.willingness is None else given.willingness[:, None]

    def live(self, month: int) -> None:
        """Let one month pass."""
        mode, age = MODES[self.now.mode], month - self.now.start
        self._plan(mode, age)
        own = self.alive & (age >= mode.own)
        learns = own | (self.alive & mode.learns)
        if learns.any():
            time = np.maximum(self.x.learning, self.d.learning_time)
            self.x = self.x._replace(learning=np.where(learns, time, self.x.learning))
        p = self._look(month)
        undone = self._study(own, month)
        move, stage = self._change(p, own & ~undone[:, None], month)
        share = self._install(own)
        self._feel(own, share)
        if age >= YEAR and age % HALF_YEAR == 0:
            self._stop()
        if self.begun and not self.alive.all():
            drift = np.where(self.alive, 0.0, self.d.erosion * (1 - self.mastery))
            self.x = blend(self.x, self.start, drift)
        self._note(
            logic=self._global(own[:, 0]), move=move, stage=stage,
            undone=undone, installing=share[:, 0] > 0,
        )  # fmt: skip

    def told(self) -> Journeys:
        """Return what happened."""
        return Journeys(
            practices=[*self.path, self.x],
            performance=PerformanceArrays(
                *(np.stack(v, axis=1) for v in zip(*self.seen, strict=True))
            ),
            **{name: np.stack(v, axis=1) for name, v in self.log.items()},
        )

    def _note(self, **entries: np.ndarray) -> None:
        for name, entry in entries.items():
            self.log.setdefault(name, []).append(entry)

    def _plan(self, mode: Mode, age: int) -> None:
        """Decide on settings from outside: an exemplar's, or a new design."""
        here = self.x, self.contexts, self.mastery, self.noise
        if age in mode.installs:
            turn = mode.installs.index(age)
            template = self.templates[min(turn, len(self.templates) - 1)]
            self.target = (
                worth_copying(template, self.copied, *here, turn, self.a, self.d)
                if mode.looks
                else carry(template, self.x, self.copied)
            )
        elif age in mode.redesigns:
            self.target = best_design(*here, mode.redesigns.index(age), self.a, self.d)
        else:
            return
        self.origin, self.done = self.x, np.zeros_like(self.done)

    def _look(self, month: int) -> PerformanceArrays:
        """Perform, and record it with noise."""
        p = perform_arrays(self.x, self.contexts, self.mastery, self.a)
        self.path.append(self.x)
        self.seen.append(p)
        error = self.d.noise * self.noise.observed[:, month]
        self._note(
            observed=p.value * np.exp(error), lead_observed=7 * p.lead_time * np.exp(-error),
            mastery=self.mastery[:, 0], willingness=self.will[:, 0], running=self.alive[:, 0],
        )  # fmt: skip
        return p

    def _study(self, own: np.ndarray, month: int) -> np.ndarray:
        """Take back a tested change unless the chart says that it helped."""
        judged = own[:, 0] & (self.trial >= 0) & (month - self.trial >= TRIAL)
        if not judged.any():
            return judged
        chart = np.log(np.stack(self.log["lead_observed"][-BASELINE - TRIAL :], axis=1))
        undone = judged & ~special_cause(chart)
        self.x = choose_rows(undone, self.kept, self.x)
        self.trial = np.where(judged, -1, self.trial)
        return undone

    def _change(
        self, p: PerformanceArrays, own: np.ndarray, month: int
    ) -> tuple[np.ndarray, np.ndarray]:
        """Let the programme's logics find and change; return the moves made, and where."""
        nothing = np.full(len(self.using), -1, dtype=np.int64)
        if not (own.any() and self.now.logics):
            return nothing, nothing
        known = len(self.now.logics)
        uses = np.ones((len(own), known), dtype=bool) if self.uses is None else self.uses
        alone = uses.sum(1, keepdims=True) == 1
        # while a test runs nothing else is changed: the chart could not tell which of them it was
        may = own & uses & (self.trial[:, None] < 0)
        if month % int(self.d.review):  # between reviews only the logic in use is asked
            may &= alone | (self.using[:, None] == np.arange(known))
        # a test needs a baseline, and time to be judged
        tests = np.array([LOGICS[name].tests_first for name in self.now.logics])
        if not BASELINE <= month <= MONTHS - TRIAL:
            may &= ~tests
        new, used, move, stage = self._cycle(p, may, alone[:, 0], month)
        begun = (tests & (used[:, None] == np.arange(known))).any(1)
        self.kept = choose_rows(begun, self.x, self.kept)
        self.trial = np.where(begun, month, self.trial)
        self.x = new
        used = np.where(alone[:, 0], uses.argmax(1), used)
        used = np.where(own[:, 0] & (used >= 0), used, self.using)
        turned = (self.using >= 0) & (used != self.using)
        self.mastery = np.where(
            turned[:, None], self.mastery * (1 - self.d.switch_loss), self.mastery
        )
        self.using = used
        return move, stage

    def _cycle(
        self, p: PerformanceArrays, may: np.ndarray, alone: np.ndarray, month: int
    ) -> tuple[PracticeArrays, np.ndarray, np.ndarray, np.ndarray]:
        """Let each logic propose one change; of several, act on the one that matters most here."""
        n = len(may)
        top = np.full(n, -np.inf)
        used, move, stage = np.full((3, n), -1, dtype=np.int64)
        new = PracticeArrays(*(np.array(v) for v in self.x))
        for i, name in enumerate(self.now.logics):
            logic, asked = LOGICS[name], np.flatnonzero(may[:, i])
            if not len(asked):
                continue
            here = PerformanceArrays(*(v[asked] for v in p))
            x = PracticeArrays(*(v[asked] for v in self.x))
            c = ContextArrays(*(v[asked] for v in self.wide))
            mastery, d = self.mastery[asked], self.d
            able = self.will[asked] * (d.novice_step + (1 - d.novice_step) * mastery)
            options = logic.options(x, here, able, self.noise.ideas[asked, month])
            after = perform_arrays(options.practices, c, mastery[:, :, None], self.a)
            which = np.arange(options.move.shape[1]) % self.noise.judge.shape[2]
            doubt = self.noise.judge[asked[:, None], month, which]
            error = (d.misjudge * (1 - mastery) + 1 - d.foresight) * able * doubt
            eyes = self.noise.eyes[asked[:, None], list(LOGICS).index(name), which]
            seen = eyes < d.seen_by_beginners + (1 - d.seen_by_beginners) * mastery
            best, _ = logic.choose(
                options, here, after, able, np.where(seen, error, -np.inf), d.foresight
            )
            rows = np.arange(len(asked))
            # of several, a finding matters for what it promises for value, judged with some error
            only = alone[asked]
            luck = able[:, 0] * self.noise.sight[asked, month, i]
            gain = judged(after.value[rows, best], here.value, luck, mastery[:, 0], d)
            gain = np.where(only, 0.0, gain)
            better = (best >= 0) & (only | (gain > np.maximum(top[asked], 0)))
            at, row, j = asked[better], rows[better], best[better]
            top[at], used[at] = gain[better], i
            move[at], stage[at] = options.move[row, j], options.stage[row, j]
            for setting, option in zip(new, options.practices, strict=True):
                setting[at] = option[row, np.minimum(j, option.shape[1] - 1)]
        return new, used, move, stage

    def _install(self, own: np.ndarray) -> np.ndarray:
        """Put imposed settings in at the speed of people's willingness; return the share.

        It ends where the own logic begins: what is not in by then stays out.
        """
        open_ = self.alive & ~own & (self.done < 1)
        share = np.where(open_, np.minimum(self.will / self.d.install, 1 - self.done), 0.0)
        if open_.any():
            pairs = zip(self.x, self.target, self.origin, strict=True)
            self.x = PracticeArrays(*(v + share * (t - o) for v, t, o in pairs))
            self.done = self.done + share
        return share

    def _feel(self, own: np.ndarray, share: np.ndarray) -> None:
        """Change mastery by use and willingness by what people see and what is done to them."""
        d, will, mastery = self.d, self.will, self.mastery
        visible = self._visible()[:, None]
        cycles = np.where(own, 1.0, d.copying_teaches * self.alive)
        gained = d.teaching * self.x.learning * cycles * will * (1 - mastery)
        self.mastery = np.minimum(np.maximum(mastery + gained - d.forgetting * mastery, 0), 1)
        change = (
            d.seen * np.maximum(visible, 0) * (1 - will)
            - d.let_down * np.maximum(-visible, 0) * will
            - d.imposed * share * (1 - self.contexts.readiness) * will
            + d.return_rate * (self.home - will)
        )
        self.will = np.minimum(np.maximum(will + change, 0), 1)

    def _visible(self) -> np.ndarray:
        """Return the change in recorded value: a quarter against the one before, in logs."""
        observed = self.log["observed"]
        if len(observed) < 2 * QUARTER:
            return np.zeros(len(self.using))
        y = np.log(np.maximum(np.stack(observed[-2 * QUARTER :]), 1e-9))
        change = y[QUARTER:].mean(0) - y[:QUARTER].mean(0)
        return np.minimum(np.maximum(change, -LARGEST_SEEN), LARGEST_SEEN)

    def _stop(self) -> None:
        """Stop a programme that nobody sees rising and few are willing to carry."""
        flat = ~rising(np.stack(self.log["observed"][-YEAR:], axis=1))[:, None]
        ends = self.alive & flat & (self.will < self.d.give_up)
        self.will = np.where(ends, self.will * (1 - self.d.abandoned), self.will)
        learning = np.where(ends, self.start.learning, self.x.learning)
        self.x = self.x._replace(learning=learning)
        self.alive = self.alive & ~ends

    def _global(self, own: np.ndarray) -> np.ndarray:
        """Return the logic in use as an index into `LOGICS`."""
        ids = np.array(
            [list(LOGICS).index(name) for name in self.now.logics] or [-1], dtype=np.int64
        )
        return np.where(own & (self.using >= 0), ids[np.maximum(self.using, 0)], -1)
