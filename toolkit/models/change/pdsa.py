"""A ramp of small tests: each has a plan with a prediction, and shows only what its size can show.

The clinic and its change ideas are illustrative: made to teach with, taken from no service.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np

USUAL = 0.70  # share of people who come to the clinic as things are (illustrative)
SIZES = (1, 5, 25, 100)  # people in a test: one, five, twenty-five is the usual ramp
RARE = 0.05  # chance below which so many would hardly have come without a change


@dataclass(frozen=True)
class Idea:
    """Something to try.

    Parameters
    ----------
    name : str
        Short name.
    share : float
        Share of people who come with it, as long as it is done properly.
    room : int
        How many people the team can do it for each week; for the others nothing changes.
    """

    name: str
    share: float
    room: int

    def coming(self, people: int) -> float:
        """Return the share who come when so many are in the test."""
        done = min(people, self.room) / people
        return done * self.share + (1 - done) * USUAL


IDEAS = {
    each.name: each
    for each in (
        Idea("call", 0.92, 15),
        Idea("text", 0.82, 1_000),
        Idea("poster", USUAL, 1_000),
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
    def shows(self) -> str:
        """What the result shows: a ``change``, maybe ``chance``, or too ``few`` people to tell."""
        if self.chance < RARE:
            return "change"
        return "few" if USUAL**self.people > RARE else "chance"

    @property
    def miss(self) -> int:
        """How many more came than predicted."""
        return self.came - self.predicted

    @property
    def undone(self) -> int:
        """For how many no time was left to do it."""
        return max(self.people - self.idea.room, 0)


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

    def do(self, idea: str, people: int, predicted: int) -> Ramp:
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
            If there is no such idea, or more are predicted to come than are in the test.
        """
        if idea not in IDEAS:
            raise ValueError(f"There is no idea '{idea}'; there is {', '.join(IDEAS)}.")
        if people < 1:
            raise ValueError(f"A test needs at least one person; {people} came in.")
        if not 0 <= predicted <= people:
            raise ValueError(
                f"{predicted} of {people} cannot come: predict between 0 and {people}."
            )
        rng = np.random.default_rng((self.seed, len(self.cycles)))
        came = int(rng.binomial(people, IDEAS[idea].coming(people)))
        return replace(self, cycles=(*self.cycles, Cycle(IDEAS[idea], people, predicted, came)))
