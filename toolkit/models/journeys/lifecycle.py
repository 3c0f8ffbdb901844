"""One journey told month by month, the events in its life, and the dialect it leaves behind.

A dialect is what a logic leaves in a context: the trace of changes, and the settings they end in.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import pandas as pd

from toolkit.models.journeys import (
    COPIED,
    COPYABLE,
    DYNAMICS,
    LOGICS,
    MODES,
    MONTHS,
    Dynamics,
    Journeys,
    Noise,
    Programme,
    draw_noise,
    rising,
    run,
    settings_distance,
)
from toolkit.models.logics import ANYWHERE, Change, Finding
from toolkit.models.pathway import (
    DEFAULTS,
    PRACTICE_RANGES,
    Assumptions,
    Context,
    PerformanceArrays,
    Practice,
    check_fit,
    performance_from,
    practice_from,
    stack_contexts,
    stack_practices,
)

STALL_WINDOW = 12  # illustrative: months over which a slope is judged
STALL_MONTHS = 3  # illustrative: months in a row before a stall, or its end, is called


@dataclass(frozen=True)
class Dialect:
    """What a logic leaves in a context.

    Attributes
    ----------
    place, approach : str
        Where it grew, and out of which logic.
    stages : tuple of str
        The stages of that place.
    start, settings : Practice
        Before and after.
    trace : tuple of (int, Change)
        Month and change, in order.
    """

    place: str
    approach: str
    stages: tuple[str, ...]
    start: Practice
    settings: Practice
    trace: tuple[tuple[int, Change], ...] = ()

    @property
    def touched(self) -> tuple[str, ...]:
        """The levers whose settings changed; the others are no part of the dialect."""
        return tuple(
            lever
            for lever in COPYABLE
            if getattr(self.start, lever) != getattr(self.settings, lever)
        )

    @property
    def sheet(self) -> pd.DataFrame:
        """One row per setting that changed: lever, meaning, stage, before, now, times changed."""
        rows = []
        for lever in self.touched:
            before, now = getattr(self.start, lever), getattr(self.settings, lever)
            places = self.stages if isinstance(now, tuple) else (ANYWHERE,)
            pairs = zip(places, np.atleast_1d(before), np.atleast_1d(now), strict=True)
            for place, old, new in pairs:
                if abs(new - old) > 1e-9:
                    times = sum(c.lever == lever and c.where == place for _, c in self.trace)
                    meaning = PRACTICE_RANGES[lever].meaning
                    rows.append((lever, meaning, place, round(old, 3), round(new, 3), times))
        return pd.DataFrame(
            rows, columns=["lever", "meaning", "stage", "before", "now", "times_changed"]
        )

    def __str__(self) -> str:
        """Return the dialect sheet in words."""
        title = f"The dialect of {self.place} ({self.approach.replace('_', ' ')})"
        lines = [
            f"- {row.stage}: {row.meaning}, from {row.before:g} to {row.now:g}"
            for row in self.sheet.itertuples()
        ]
        return "\n".join([title, *(lines or ["- nothing has changed"])])


def dialect_distance(one: Dialect, other: Dialect) -> float:
    """Return how far the settings of two dialects lie apart (root mean square, scale of ranges).

    Parameters
    ----------
    one, other : Dialect
        Of pathways with the same number of stages.

    Raises
    ------
    ValueError
        If the two pathways have different numbers of stages.
    """
    if len(one.stages) != len(other.stages):
        raise ValueError(
            f"{one.place} has {len(one.stages)} stages and {other.place} {len(other.stages)}; "
            "their settings cannot be laid side by side."
        )
    settings = (stack_practices([each.settings]) for each in (one, other))
    return float(settings_distance(*settings)[0])


@dataclass(frozen=True)
class Journey:
    """The 48 months of one place.

    Attributes
    ----------
    context : Context
        The place.
    programmes : tuple of Programme
        What was adopted, and when.
    runs : Journeys
        The arrays behind it, one row.
    exemplar : str
        Whose settings were copied; empty if nobody's.
    """

    context: Context
    programmes: tuple[Programme, ...]
    runs: Journeys = field(repr=False)
    exemplar: str = ""

    @cached_property
    def frame(self) -> pd.DataFrame:
        """One row per month: performance, mastery, willingness, approach, finding, change.

        Units as in `Performance`; ``observed`` is value as recorded, with noise.
        """
        p, j = self.runs.performance, self.runs
        columns = ["value", "throughput", "outcome", "cost", "unmet_need", "equity_gap"]
        frame = pd.DataFrame({name: getattr(p, name)[0] for name in columns})
        frame.insert(0, "month", np.arange(MONTHS, dtype=np.int64))
        frame.insert(2, "observed", j.observed[0])
        frame.insert(3, "lead_time", 7 * p.lead_time[0])
        frame["mastery"], frame["willingness"] = j.mastery[0], j.willingness[0]
        frame["approach"] = [self._logic(m) for m in range(MONTHS)]
        findings = [self._finding(m) for m in range(MONTHS)]
        frame["finding"] = [str(f or "") for f in findings]
        frame["change"] = [self._words(m, f) for m, f in enumerate(findings)]
        return frame

    @cached_property
    def events(self) -> pd.DataFrame:
        """One row per event in order: month, event (stall, stop, switch, resume), words."""
        found = [*_switches(self), *_stops(self), *_stalls(self)]
        return pd.DataFrame(sorted(found), columns=["month", "event", "words"])

    @cached_property
    def dialect(self) -> Dialect:
        """What this journey leaves behind."""
        used = [self._logic(m) for m in range(MONTHS) if self._logic(m)]
        several = len(set(used)) > 1
        approach = "integrated" if several else (used[0] if used else self.programmes[0].mode)
        trace = tuple((m, c) for m in range(MONTHS) if (c := self._change(m)) is not None)
        return Dialect(
            self.context.name,
            approach,
            self.context.stages,
            self._practice(0),
            self._practice(MONTHS),
            trace,
        )

    def _practice(self, month: int) -> Practice:
        """Return the settings at the start of a month (48: the end)."""
        return practice_from(self.runs.practices[month], 0)

    def _logic(self, month: int) -> str:
        """Return the id of the logic in use in a month, or nothing."""
        number = int(self.runs.logic[0, month])
        return list(LOGICS)[number] if number >= 0 else ""

    def _finding(self, month: int) -> Finding | None:
        """Return what the logic in use found that month."""
        name = self._logic(month)
        if not name:
            return None
        row = PerformanceArrays(*(v[0, month : month + 1] for v in self.runs.performance))
        history = tuple(self.runs.lead_observed[0, : month + 1].tolist())
        logic = LOGICS[name]
        seen = logic.read(row, performance_from(row, 0, self.context.stages), history)
        return logic.find(seen)

    def _change(self, month: int) -> Change | None:
        """Return the change made in a month."""
        move, stage = int(self.runs.move[0, month]), int(self.runs.stage[0, month])
        if move < 0:
            return None
        before, after = self._practice(month), self._practice(month + 1)
        return LOGICS[self._logic(month)].word(self.context, before, after, move, stage, 0.0)

    def _imposed(self, month: int) -> str:
        """Return what is being installed in a month."""
        mode = [MODES[p.mode] for p in self.programmes if p.start <= month][-1]
        return "A new design goes in." if mode.redesigns else f"{self.exemplar}'s settings go in."

    def _words(self, month: int, finding: Finding | None) -> str:
        """Return what changed in a month, in words."""
        j = self.runs
        words = []
        if j.undone[0, month]:
            words.append("The chart shows no improvement; the tested change is taken back.")
        if j.installing[0, month]:
            words.append(self._imposed(month))
        change = self._change(month)
        if change is not None:
            if (
                finding
                and {finding.where, change.where}.isdisjoint({ANYWHERE})
                and (finding.where != change.where)
            ):
                words.append(f"Nothing more to do at {finding.where}; next:")
            words.append(change.words)
        elif self._logic(month) and not words and not LOGICS[self._logic(month)].tests_first:
            words.append("Nothing left for this logic.")
        if month and j.running[0, month - 1] and not j.running[0, month]:
            words.append("The programme stops.")
        return " ".join(words)


def _switches(journey: Journey) -> list[tuple[int, str, str]]:
    """Return the months in which another logic, or another programme, takes over."""
    events = [
        (p.start, "switch", f"A new programme: {MODES[p.mode].words}.")
        for p in journey.programmes[1:]
    ]
    logic = journey.runs.logic[0]
    ids = list(LOGICS)
    for month in range(1, MONTHS):
        was, now = logic[month - 1], logic[month]
        if was >= 0 and now >= 0 and was != now:
            events.append(
                (month, "switch", f"From {LOGICS[ids[was]].name} to {LOGICS[ids[now]].name}.")
            )
    return events


def _stops(journey: Journey) -> list[tuple[int, str, str]]:
    """Return the months in which a programme was given up."""
    on = journey.runs.running[0]
    return [
        (m, "stop", "A year without visible improvement, and few still willing.")
        for m in range(1, MONTHS)
        if on[m - 1] and not on[m]
    ]


def _stalls(journey: Journey) -> list[tuple[int, str, str]]:
    """Return stalls and their ends.

    A stall is called when for `STALL_MONTHS` months running the last `STALL_WINDOW` recorded months
    show no rise beyond their noise; a resumption when for as many months they do.
    """
    runs, events, stalled, same, was = journey.runs, [], False, 0, None
    for month in range(STALL_WINDOW - 1, MONTHS):
        up = bool(rising(runs.observed[:, month - STALL_WINDOW + 1 : month + 1])[0])
        same = same + 1 if up == was else 1
        was = up
        if same < STALL_MONTHS or not runs.running[0, month]:
            continue
        if not up and not stalled:
            stalled = True
            words = "No rise beyond the noise in twelve months."
            events.append((month, "stall", words))
        elif up and stalled:
            stalled = False
            events.append((month, "resume", "Recorded value rises again, beyond its noise."))
    return events


def ceiling_calls(records: np.ndarray) -> list[list[int]]:
    """Return when a ceiling would be called in each record.

    As for the stalls of a journey, with one difference: only what has been seen to rise can be
    said to have reached a ceiling.

    Parameters
    ----------
    records : array (n, months)
        Recorded values, the oldest first.

    Returns
    -------
    list of list of int
        For each record, the positions of the months in which, after a rise, none has shown for
        `STALL_MONTHS` months running; each time `STALL_WINDOW` months are looked at.
    """
    last = range(STALL_WINDOW, records.shape[1] + 1)
    seen = np.stack([rising(records[:, m - STALL_WINDOW : m]) for m in last], axis=1)
    found = []
    for ups in seen:
        calls, was_up, still = [], False, 0
        for month, up in enumerate(ups, STALL_WINDOW - 1):
            still = 0 if up else still + 1
            was_up = was_up or bool(up)
            if was_up and still == STALL_MONTHS:
                calls.append(month)
                was_up = False
        found.append(calls)
    return found


def journey(
    context: Context,
    practice: Practice,
    mode: str = "contextualise",
    approach: str | None = None,
    *,
    exemplar: Dialect | None = None,
    copied: Sequence[str] | None = None,
    then: Sequence[Programme] = (),
    noise: Noise | int = 1,
    assumptions: Assumptions = DEFAULTS,
    dynamics: Dynamics = DYNAMICS,
) -> Journey:
    """Take one place through 48 months.

    Parameters
    ----------
    context, practice : Context, Practice
        What the place is, and what it does at the start.
    mode : str
        A key of `MODES`: emulate, copy_then_adapt, contextualise, reengineer, integrated, nothing.
    approach : str, optional
        The logic, for the modes that use one.
    exemplar : Dialect, optional
        Whose settings to copy, for the modes that copy.
    copied : sequence of str, optional
        Which levers to copy; by default those of `COPIED` that belong to the exemplar's dialect.
    then : sequence of Programme
        Later programmes.
    noise : Noise or int
        The chance, or a seed; give the same to journeys that are compared.
    assumptions, dynamics : Assumptions, Dynamics
        The constants.

    Raises
    ------
    ValueError
        If mode or approach is unknown, an exemplar is missing, or pathways do not match.
    """
    check_fit(practice, context)
    programmes = (Programme(mode, approach), *then)
    shared = noise if isinstance(noise, Noise) else draw_noise(noise)
    template = None
    if exemplar is not None:
        check_fit(exemplar.settings, context)
        template = stack_practices([exemplar.settings])
        if copied is None:
            copied = [lever for lever in exemplar.touched if lever in COPIED]
    runs = run(
        stack_contexts([context]),
        stack_practices([practice]),
        programmes,
        shared,
        template,
        COPIED if copied is None else copied,
        assumptions,
        dynamics,
    )
    return Journey(context, programmes, runs, exemplar.place if exemplar else "")
