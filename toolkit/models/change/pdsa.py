"""A ramp of small tests: each has a plan with a prediction, and says only what its size can say.

The clinic and its change ideas are illustrative: made to teach with, taken from no service.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from toolkit.text.words import Words

WORDS = Words("toolkit.models.change")
USUAL = 0.70  # share of people who come to the clinic as things are (illustrative)
SIZES = (1, 5, 25, 100)  # people in a test: one, five, twenty-five is the usual ramp


@dataclass(frozen=True)
class Idea:
    """Something to try.

    Parameters
    ----------
    name, words : str
        Short name, and what is done.
    share : float
        Share of people who come with it, as long as it is done properly.
    room : int
        How many people the team can do it for each week; for the others nothing changes.
    """

    name: str
    words: str
    share: float
    room: int

    def coming(self, people: int) -> float:
        """Return the share who come when so many are in the test."""
        done = min(people, self.room) / people
        return done * self.share + (1 - done) * USUAL


IDEAS = {
    each.name: each
    for each in (
        Idea("call", WORDS["idea"]["call"], 0.92, 15),
        Idea("text", WORDS["idea"]["text"], 0.82, 1_000),
        Idea("poster", WORDS["idea"]["poster"], USUAL, 1_000),
    )
}


@dataclass(frozen=True)
class Cycle:
    """One turn of plan, do, study, act.

    Parameters
    ----------
    idea : Idea
        What was tried.
    people, predicted, came : int
        How many were in the test, how many were predicted to come, and how many came.
    """

    idea: Idea
    people: int
    predicted: int
    came: int

    @property
    def chance(self) -> float:
        """How likely so many, or more, would have come if nothing had changed."""
        return sum(
            math.comb(self.people, k) * USUAL**k * (1 - USUAL) ** (self.people - k)
            for k in range(self.came, self.people + 1)
        )

    @property
    def study(self) -> str:
        """What the result says, next to the prediction and to chance."""
        return WORDS.say(
            "cycle.study",
            came=self.came,
            people=self.people,
            miss=self.came - self.predicted,
            seldom=self.chance < 0.05,
            few=self.people * math.log(USUAL) > math.log(0.05),
        )

    @property
    def strain(self) -> str:
        """What went wrong in the doing, if anything did."""
        left = self.people - self.idea.room
        return WORDS.say("cycle.strain", left=left, people=self.people) if left > 0 else ""


@dataclass(frozen=True)
class Ramp:
    """Cycles so far.

    Parameters
    ----------
    cycles : tuple of Cycle
        In order.
    seed : int
        Seed of the results; each cycle has its own.
    """

    cycles: tuple[Cycle, ...] = ()
    seed: int = 5

    def do(self, idea: str, people: int, predicted: int | None) -> Ramp:
        """Return the ramp with one more cycle.

        Parameters
        ----------
        idea : str
            Name of a change idea.
        people : int
            How many people are in the test.
        predicted : int
            How many of them are predicted to come.

        Raises
        ------
        ValueError
            If there is no prediction, or it is more than the people in the test.
        """
        if idea not in IDEAS:
            raise ValueError(f"There is no idea '{idea}'; there is {', '.join(IDEAS)}.")
        if people < 1:
            raise ValueError(WORDS.say("refused.nobody", people=people))
        if predicted is None:
            raise ValueError(WORDS.say("refused.no_prediction"))
        if not 0 <= predicted <= people:
            raise ValueError(WORDS.say("refused.impossible", predicted=predicted, people=people))
        rng = np.random.default_rng((self.seed, len(self.cycles)))
        came = int(rng.binomial(people, IDEAS[idea].coming(people)))
        return replace(self, cycles=(*self.cycles, Cycle(IDEAS[idea], people, predicted, came)))

    def table(self) -> pd.DataFrame:
        """Return one row per cycle: plan, prediction, result, what it says, what went wrong."""
        return pd.DataFrame(
            [
                (n, c.idea.words, c.people, c.predicted, c.came, c.study, c.strain)
                for n, c in enumerate(self.cycles, 1)
            ],
            columns=["cycle", "plan", "people", "predicted", "came", "study", "what went wrong"],
        )
