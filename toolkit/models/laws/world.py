"""Random pairs of places, everything that is run on them, and the verdict on a law."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, fields, replace
from functools import cached_property
from typing import Any, TypeVar

import numpy as np
import pandas as pd

from toolkit.models.journeys import (
    COPIED,
    DYNAMICS,
    MODES,
    MONTHS,
    Dynamics,
    Journeys,
    Noise,
    Programme,
    State,
    draw_noise,
    run,
    template_from,
)
from toolkit.models.journeys.steps import LEAST
from toolkit.models.logics import FIVE
from toolkit.models.pathway import (
    DEFAULTS,
    Assumptions,
    Context,
    ContextArrays,
    PracticeArrays,
    context_between,
    draw_context,
    stack_contexts,
    stack_practices,
    usual_practice,
)
from toolkit.text.words import Words

WORDS = Words("toolkit.models.laws")
_Arrays = TypeVar("_Arrays", bound=tuple)

STEPS = (0.0, 0.1, 0.25, 0.5, 1.0)  # share of the way from the own place to the exemplar's
EARLY, END = 9, 47  # months at which journeys are compared
NEAR = 0.02  # illustrative: values within 2% count as equal
LEVEL = 1e-9  # of a score: what differs by less is level
ONE_EACH = np.eye(len(FIVE), dtype=bool)
FIRM, MOSTLY = 0.9, 2 / 3  # shares of the draws from which something may be claimed
AS_GOOD = 0.9  # illustrative: a copy that ends above nine tenths of the own logic is as good


def joined(parts: Sequence[_Arrays]) -> _Arrays:
    """Return the rows of several tuples of arrays, one after the other."""
    return type(parts[0])(*(np.concatenate(each) for each in zip(*parts, strict=True)))


def highest(scores: np.ndarray) -> np.ndarray:
    """Return which scores are the highest along the first axis; where several are level, each."""
    return scores >= (1 - LEVEL) * scores.max(0)


def side_by_side(
    contexts: ContextArrays,
    practices: PracticeArrays,
    noise: Noise,
    uses: np.ndarray,
    a: Assumptions = DEFAULTS,
    d: Dynamics = DYNAMICS,
) -> list[Journeys]:
    """Run the same n places several times side by side, each time knowing other logics.

    Parameters
    ----------
    contexts, practices, noise : ContextArrays, PracticeArrays, Noise
        n rows each.
    uses : array of bool (times, 5)
        Which of the five logics they know, each time.
    a, d : Assumptions, Dynamics
        The constants.

    Returns
    -------
    list of Journeys
        One for each row of ``uses``.
    """
    n, times = len(practices.batch), len(uses)
    where, habits = joined([contexts] * times), joined([practices] * times)
    luck, knows = joined([noise] * times), np.repeat(uses, n, axis=0)
    told = run(where, habits, [Programme("integrated")], luck, a=a, d=d, uses=knows)
    return [told.rows(slice(i * n, (i + 1) * n)) for i in range(times)]


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
    copied : tuple of str
        Which settings copiers take over.
    way : str
        How they copy: a key of `MODES` that installs an exemplar's settings.
    steps : tuple of float
        How far off exemplars are: shares of the way to the other place of a pair.
    """

    n: int = 200
    seed: int = 494
    a: Assumptions = DEFAULTS
    d: Dynamics = DYNAMICS
    copied: tuple[str, ...] = COPIED
    way: str = "emulate"
    steps: tuple[float, ...] = STEPS

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
    def singles(self) -> dict[str, Journeys]:
        """What each of the five logics does alone at the own places."""
        told = side_by_side(self.own, self.start, self.noise, ONE_EACH, self.a, self.d)
        return dict(zip(FIVE, told, strict=True))

    @cached_property
    def _kept(self) -> dict[tuple[object, ...], Journeys]:
        return {}

    def _usual(self, contexts: Iterable[Context]) -> PracticeArrays:
        """Draw usual practices; the same habits fall to own place and exemplar of a pair."""
        return stack_practices(
            usual_practice(c, np.random.default_rng([self.seed, i])) for i, c in enumerate(contexts)
        )

    def journeys(
        self, *programmes: Programme, step: float | None = None, given: State | None = None
    ) -> Journeys:
        """Run programmes at the own places; ``step`` says how far away the exemplar is."""
        if given is not None:
            template = self._template(programmes[0].approach or "integrated", step or 0.0, 0)
            return run(
                self.own, self.start, programmes, self.noise, template, self.copied, self.a,
                self.d, given=given,
            )  # fmt: skip
        if (programmes, step) not in self._kept:
            if step is None:
                self._kept[programmes, None] = run(
                    self.own, self.start, programmes, self.noise, a=self.a, d=self.d
                )
            else:
                self._copy(programmes, step)
        return self._kept[programmes, step]

    def _copy(self, programmes: tuple[Programme, ...], step: float) -> None:
        """Run programmes beside exemplars; one that only copies is asked for at every step."""
        steps = self.steps if len(programmes) == 1 else (step,)
        logic = programmes[0].approach or "integrated"
        moves_on = len(MODES[programmes[0].mode].installs) > 1
        template = [
            joined([self._template(logic, each, year) for each in steps])
            for year in (range(4) if moves_on else (0,))
        ]
        times = len(steps)
        contexts, start = joined([self.own] * times), joined([self.start] * times)
        noise = joined([self.noise] * times)
        told = run(contexts, start, programmes, noise, template, self.copied, self.a, self.d)
        for i, each in enumerate(steps):
            self._kept[programmes, each] = told.rows(slice(i * self.n, (i + 1) * self.n))

    def _template(self, logic: str, step: float, years: int) -> PracticeArrays:
        """Return what copiers take over from exemplars some years after their first four."""
        first = self.exemplars(step, logic)
        if years == 0:
            return template_from(first, self.start, self.copied)
        grown = self._later(step, logic)
        both = first.practices + grown.practices[1:]
        moved = replace(first, practices=both[: MONTHS + 1 + 12 * years])
        return template_from(moved, self.start, self.copied)

    def _later(self, step: float, logic: str) -> Journeys:
        """Let exemplars go on for another four years."""
        if ("later", step, logic) not in self._kept:
            first = self.exemplars(step, logic)
            there = stack_contexts(context_between(own, far, step) for own, far in self.pairs)
            self._kept["later", step, logic] = run(
                there, first.end, [Programme("contextualise", logic)],
                draw_noise(self.seed + 3, self.n), a=self.a, d=self.d,
                given=State(0, None, first.mastery[:, -1], first.willingness[:, -1]),
            )  # fmt: skip
        return self._kept["later", step, logic]

    def exemplars(self, step: float, logic: str) -> Journeys:
        """Run the logic at places the given share of the way to the exemplar's."""
        if ("exemplar", step, logic) not in self._kept:
            self._grow(logic)
        return self._kept["exemplar", step, logic]

    def _grow(self, logic: str) -> None:
        """Run the logic at the own places and at the exemplars of every step, side by side."""
        there = [[context_between(own, far, s) for own, far in self.pairs] for s in self.steps]
        plan, luck = Programme("contextualise", logic), draw_noise(self.seed + 2, self.n)
        told = run(
            joined([self.own, *map(stack_contexts, there)]),
            joined([self.start, *map(self._usual, there)]),
            [plan], joined([self.noise, *[luck] * len(self.steps)]), a=self.a, d=self.d,
        )  # fmt: skip
        for i, key in enumerate([((plan,), None), *(("exemplar", s, logic) for s in self.steps)]):
            self._kept[key] = told.rows(slice(i * self.n, (i + 1) * self.n))

    def result(self, mode: str, logic: str | None = None, step: float | None = None) -> np.ndarray:
        """Return the value of a journey, without noise, (n, 48)."""
        return np.maximum(self.journeys(Programme(mode, logic), step=step).value, LEAST)


def moved(world: World, **values: float) -> World:
    """Return the same world with some assumptions set to other values."""
    parts: dict[str, Any] = {"a": world.a, "d": world.d}
    known = {f.name: part for part, all_ in parts.items() for f in fields(all_)}
    new: dict[str, Any] = {
        part: replace(all_, **{k: v for k, v in values.items() if known[k] == part})
        for part, all_ in parts.items()
    }
    return replace(world, **new)


@dataclass(frozen=True)
class LawResult:
    """How a law fared.

    Attributes
    ----------
    held : numpy.ndarray
        (n,) of bool: in which draws it held; (5n,) where each place is tried with each logic.
    effect : numpy.ndarray
        (n,): how large the effect is in each draw.
    detail : pandas.DataFrame
        Figures behind it that a page shows.
    """

    held: np.ndarray = field(repr=False)
    effect: np.ndarray = field(repr=False)
    detail: pd.DataFrame = field(repr=False, default_factory=pd.DataFrame)

    @property
    def tried(self) -> int:
        """In how many draws it was tried."""
        return len(self.held)

    @property
    def share(self) -> float:
        """Share of the draws in which it held."""
        return float(self.held.mean())

    @property
    def interval(self) -> tuple[float, float]:
        """Between what shares the truth for all places of the ranges lies (Wilson, 95%)."""
        n, p, z = self.tried, self.share, 1.96
        middle = (p + z**2 / (2 * n)) / (1 + z**2 / n)
        half = z / (1 + z**2 / n) * np.sqrt(p * (1 - p) / n + z**2 / (4 * n**2))
        return float(max(middle - half, 0)), float(min(middle + half, 1))

    @property
    def size(self) -> tuple[float, float, float]:
        """The middle effect, and its 95% interval."""
        return middle(self.effect)

    @property
    def strength(self) -> str:
        """What may be claimed, by the lower end of the interval: firm, a tendency, or neither.

        So a label hardly changes with the draw, and few draws claim little.
        """
        least = self.interval[0]
        if least >= FIRM:
            return "firm"
        return "tendency" if least >= MOSTLY else "it depends"


def middle(values: np.ndarray) -> tuple[float, float, float]:
    """Return the median of some values, and its 95% interval (by order statistics).

    Parameters
    ----------
    values : array (n,)
        One for each draw.

    Returns
    -------
    tuple of float
        Median, lower and upper end.
    """
    half = 0.98 / np.sqrt(len(values))  # 1.96 standard errors of a rank, which is 1/(2√n)
    half_way, low, high = np.quantile(values, [0.5, max(0.5 - half, 0), min(0.5 + half, 1)])
    return float(half_way), float(low), float(high)
