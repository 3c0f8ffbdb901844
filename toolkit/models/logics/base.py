"""What passes between a place and a logic that looks, finds and changes.

`Site` is what a logic goes to see; `Reading`, `Finding` and `Change` are what it brings back.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import pandas as pd

from toolkit.models.pathway import Context, Performance, Practice, perform
from toolkit.text.words import Words

WORDS = Words("toolkit.models.logics")
ANYWHERE = WORDS["anywhere"]


def at_stage(name: str) -> str:
    """Return a stage as a sentence says that something is there, such as "in theatre"."""
    return WORDS["at"].get(name, f"at {name}")


@dataclass(frozen=True)
class Site:
    """A place at work: what a logic can go and look at.

    Parameters
    ----------
    context, practice : Context, Practice
        What the place is, and does.
    mastery : float, default 0.2
        0 to 1.
    history : tuple of float, optional
        Monthly lead times as people recorded them (days); only service improvement asks for them.
    ideas : tuple of float, optional
        Which change ideas come up next, 0 to 1 (drawn elsewhere; no hidden chance here).
    """

    context: Context
    practice: Practice
    mastery: float = 0.2
    history: tuple[float, ...] = ()
    ideas: tuple[float, ...] = (0.1, 0.4, 0.7)

    @cached_property
    def performance(self) -> Performance:
        """How the place does now."""
        return perform(self.practice, self.context, self.mastery)


@dataclass(frozen=True)
class Reading:
    """What a logic sees when it looks, and only that.

    Attributes
    ----------
    score : float
        Its own measure; more is better.
    frame : pandas.DataFrame
        One row per stage, only the columns this logic looks at; ``weight`` says how much each
        place troubles it.
    facts : dict of str to float
        Figures for the whole pathway that it looks at.
    """

    score: float
    frame: pd.DataFrame
    facts: dict[str, float] = field(default_factory=dict)

    @property
    def place(self) -> str:
        """The stage that troubles this logic most."""
        return str(self.frame["stage"].iloc[int(np.argmax(self.frame["weight"]))])


@dataclass(frozen=True)
class Finding:
    """What a logic calls the problem: what, where and why, in plain words."""

    what: str
    where: str
    why: str

    def __str__(self) -> str:
        """Return the finding as one or two sentences."""
        return f"{self.what} {self.why}"


@dataclass(frozen=True)
class Change:
    """One change within a logic's own levers.

    Attributes
    ----------
    lever, where : str
        What is changed; the stage, or "whole pathway".
    practice : Practice
        The whole practice after the change.
    words : str
        The change as a sentence.
    gain : float
        What the logic's own measure is expected to gain, as a share.
    """

    lever: str
    where: str
    practice: Practice
    words: str
    gain: float

    def __str__(self) -> str:
        """Return the change as a sentence."""
        return self.words
