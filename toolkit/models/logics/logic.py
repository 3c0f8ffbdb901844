"""What lies behind each approach: own moves, an own score, and the choice between them.

Written on arrays, so that thousands of places can follow a logic side by side.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any, ClassVar, Literal, NamedTuple

import numpy as np

from toolkit.models.logics.base import ANYWHERE, WORDS, Change, Finding, Reading, Site, at_stage
from toolkit.models.pathway import (
    PRACTICE_RANGES,
    Context,
    ContextArrays,
    Performance,
    PerformanceArrays,
    Practice,
    PracticeArrays,
    perform_arrays,
    practice_from,
    stack_contexts,
    stack_practices,
)

WORTHWHILE = 0.004  # illustrative: a full step that betters the own measure by less is not taken
NOTHING = 1e-9
SMALLEST_SPLIT = 0.02  # nobody empties a stage of staff


class Move(NamedTuple):
    """One kind of change: a lever, a step at full strength, where it may be made, and whose."""

    lever: str
    step: float  # a factor for batch, a difference for all other levers
    where: Literal["each", "focus", "whole"]
    school: str  # the table of its words

    @property
    def more(self) -> bool:
        """Whether the setting goes up."""
        return self.step > (1 if self.lever == "batch" else 0)


class Proposals(NamedTuple):
    """Candidate changes of one logic: practices (n, J, ...), and their move and stage (n, J)."""

    practices: PracticeArrays
    move: np.ndarray
    stage: np.ndarray


def one_hot(stage: np.ndarray, k: int) -> np.ndarray:
    """Return (n, k) with a one at each row's stage."""
    return (np.asarray(stage)[:, None] == np.arange(k)).astype(float)


def propose(
    moves: tuple[Move, ...],
    x: PracticeArrays,
    utilisation: np.ndarray,
    focus: np.ndarray,
    strength: np.ndarray,
) -> Proposals:
    """Return every candidate that a list of moves allows at n sites.

    Parameters
    ----------
    moves : tuple of Move
        What may be changed.
    x : PracticeArrays
        Present settings, (n, K) or (n, 1).
    utilisation : array (n, K)
        Hours come from the stage with the lowest.
    focus : array of int (n,)
        The stage that "focus" moves act on.
    strength : array (n, 1)
        Share of the full step that this place can carry through.
    """
    n, k = x.batch.shape
    each = np.broadcast_to(np.eye(k), (n, k, k))
    at_focus = one_hot(focus, k)[:, None, :]
    whole = np.zeros((n, 1, k))
    masks = [{"each": each, "focus": at_focus, "whole": whole}[m.where] for m in moves]
    sizes = [m.shape[1] for m in masks]
    total = sum(sizes)
    fields: dict[str, np.ndarray] = {}
    for lever, now in zip(x._fields, x, strict=True):
        used = any(m.lever == lever for m in moves)
        fields[lever] = np.repeat(now[:, None, :], total if used else 1, axis=1)
    start = 0
    full = strength[:, :, None]
    for move, mask in zip(moves, masks, strict=True):
        at = slice(start, start + mask.shape[1])
        now = fields[move.lever][:, at]
        r = PRACTICE_RANGES[move.lever]
        if move.lever == "batch":
            new = now * np.where(mask > 0, move.step**full, 1.0)
        elif move.lever == "split":
            giver = one_hot(np.argmin(utilisation[:, None, :] + 9 * mask, -1).ravel(), k)
            giver = giver.reshape(n, -1, k)
            room = np.maximum((now * giver).sum(-1, keepdims=True) - SMALLEST_SPLIT, 0)
            new = now + np.minimum(move.step * full, room) * (mask - giver)
        else:
            new = now + move.step * full * (1.0 if move.where == "whole" else mask)
        fields[move.lever][:, at] = np.clip(new, r.least, r.most)
        start += mask.shape[1]
    number = np.repeat(np.arange(len(moves)), sizes)
    stages = {"each": np.arange(k), "focus": focus[:, None], "whole": np.array(-1)}
    stage = np.concatenate(
        [np.broadcast_to(stages[m.where], (n, size)) for m, size in zip(moves, sizes, strict=True)],
        axis=1,
    )
    return Proposals(PracticeArrays(**fields), np.broadcast_to(number, (n, total)), stage)


class Logic(ABC):
    """An approach to improvement as data (words, columns, moves) and a few small functions.

    A logic of its own needs a table of ``words.toml``, the class attributes, `score` and `weigh`;
    everything else follows. It betters **its own score over its own moves**, starting where it is
    troubled most.
    """

    id: str
    columns: ClassVar[tuple[str, ...]]
    facts: ClassVar[tuple[str, ...]] = ()
    moves: ClassVar[tuple[Move, ...]]
    tests_first: ClassVar[bool] = False

    def __repr__(self) -> str:
        """Return the name; a memory address would differ from run to run."""
        return f"<{self.name}>"

    @property
    def name(self) -> str:
        """What it is called."""
        return self.say("name")

    @property
    def question(self) -> str:
        """What it asks first."""
        return self.say("question")

    @property
    def blind_spot(self) -> str:
        """What it does not see."""
        return self.say("blind_spot")

    def say(self, key: str, **facts: object) -> str:
        """Return words of this logic."""
        return WORDS.say(f"{self.id}.{key}", **facts)

    @abstractmethod
    def score(self, p: PerformanceArrays) -> np.ndarray:
        """Return the own measure, (...): more is better, always above zero."""

    @abstractmethod
    def weigh(self, p: PerformanceArrays) -> np.ndarray:
        """Return how much each stage troubles this logic, (..., K)."""

    def tell(self, reading: Reading) -> dict[str, Any]:
        """Return what the words of a finding may name."""
        row = reading.frame.iloc[int(np.argmax(reading.frame["weight"]))].to_dict()
        stage = row["stage"]
        return {"place": stage, "at": at_stage(stage), **row, **reading.facts}

    def way(self, lever: str) -> str | None:
        """Return which way this logic moves a lever: more, less, either way, or not at all."""
        ways = {"more" if move.more else "less" for move in self.moves if move.lever == lever}
        return "either way" if len(ways) > 1 else next(iter(ways), None)

    def rank(self, options: Proposals, weight: np.ndarray, gain: np.ndarray) -> np.ndarray:
        """Return (n, J): which worthwhile option comes first. Here: the most troubled stage."""
        there = np.take_along_axis(weight, np.maximum(options.stage, 0), axis=1)
        return there * 1e3 + gain

    def options(
        self, x: PracticeArrays, p: PerformanceArrays, strength: np.ndarray, ideas: np.ndarray
    ) -> Proposals:
        """Return the candidates of this logic at n sites, looking at present performance."""
        del ideas  # only a logic that tests ideas asks which one comes up
        focus = np.argmax(self.weigh(p), axis=-1)
        return propose(self.moves, x, p.utilisation, focus, strength)

    def choose(
        self,
        options: Proposals,
        before: PerformanceArrays,
        after: PerformanceArrays,
        strength: np.ndarray,
        error: np.ndarray | float = 0.0,
        foresight: float = 1.0,
    ) -> tuple[np.ndarray, np.ndarray]:
        """Return the option taken at each of n sites (-1: nothing left), and its own gain (n,).

        ``error`` (n, J) is what people misjudge each option by, -inf for one that they do not see;
        ``foresight`` is how much of its true gain they reckon with.
        """
        gain = self.score(after) / self.score(before)[:, None] - 1
        # what changes nothing at all is not misjudged
        gain = np.where(np.abs(gain) > NOTHING, foresight * gain + error, gain)
        rank = np.where(
            gain >= WORTHWHILE * strength, self.rank(options, self.weigh(before), gain), -np.inf
        )
        best = np.argmax(rank, axis=1)
        rows = np.arange(len(best))
        return np.where(np.isfinite(rank[rows, best]), best, -1), gain[rows, best]

    # the same three acts for one place, in words

    def look(self, site: Site) -> Reading:
        """Return what this logic measures at a site, and only that."""
        return self.read(_arrays(site)[2], site.performance, site.history)

    def read(
        self, p: PerformanceArrays, performance: Performance, history: tuple[float, ...] = ()
    ) -> Reading:
        """Return the reading from performance worked out before (as one row, and in days)."""
        del history  # only a logic that keeps a chart asks for it
        frame = performance.by_stage[["stage", *self.columns]]
        return Reading(
            score=float(self.score(p)[0]),
            frame=frame.assign(weight=self.weigh(p)[0]),
            facts={name: getattr(performance, name) for name in self.facts},
        )

    def find(self, reading: Reading) -> Finding:
        """Return what this logic calls the problem, where, and why."""
        facts = self.tell(reading)
        return Finding(self.say("what", **facts), reading.place, self.say("why", **facts))

    def change(self, site: Site) -> Change | None:
        """Return one change within the own levers; None when nothing is left for this logic."""
        x, c, now = _arrays(site)
        full = np.ones((1, 1))
        options = self.options(x, now, full, np.array([site.ideas]))
        after = perform_arrays(options.practices, with_candidates(c), site.mastery)
        best, gain = self.choose(options, now, after, full)
        if best[0] < 0:
            return None
        j = int(best[0])
        new = PracticeArrays(*(a[:, min(j, a.shape[1] - 1)] for a in options.practices))
        move, stage = int(options.move[0, j]), int(options.stage[0, j])
        practice = practice_from(new, 0)
        return self.word(site.context, site.practice, practice, move, stage, float(gain[0]))

    def word(
        self,
        context: Context,
        before: Practice,
        after: Practice,
        move: int,
        stage: int,
        gain: float,
    ) -> Change:
        """Return a change in words, from the settings before and after it."""
        kind = self.moves[move]
        old, new = getattr(before, kind.lever), getattr(after, kind.lever)
        where = ANYWHERE if stage < 0 else context.stages[stage]
        if stage >= 0:
            old, new = old[stage], new[stage]
        (before_said, after_said), about = _said(kind.lever, old, new)
        words = WORDS.say(
            f"{kind.school}.move.{kind.lever}",
            place=where,
            at=at_stage(where),
            before=before_said,
            after=after_said,
            about=about,
            more=kind.more,
        )
        return Change(kind.lever, where, after, words, gain)


def _said(lever: str, *values: float) -> tuple[list[str], bool]:
    """Return settings as people say them, and whether groups are rounded to whole patients."""
    if lever != "batch":
        return [f"{100 * value:.3g}" for value in values], False
    digits = 0 if len({round(value) for value in values}) > 1 else 1
    return [f"{value:.{digits}f}" for value in values], any(value % 1 for value in values)


def with_candidates(c: ContextArrays) -> ContextArrays:
    """Return contexts with an axis for candidates: (n, 1, ...)."""
    return ContextArrays(*(a[:, None, :] for a in c))


def _arrays(site: Site) -> tuple[PracticeArrays, ContextArrays, PerformanceArrays]:
    """Return one site as arrays with a single row."""
    x, c = stack_practices([site.practice]), stack_contexts([site.context])
    return x, c, perform_arrays(x, c, site.mastery)
