"""The contract that all logics keep, look, find, change, and the plain records that pass between.

`Site` is what an approach goes to see; `Reading`, `Finding` and `Change` are what it brings back.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Protocol

import numpy as np
import pandas as pd

from toolkit.models.pathway import (
    DEFAULTS,
    Assumptions,
    Context,
    Performance,
    Practice,
    check_fit,
    perform,
)

ANYWHERE = "whole pathway"


@dataclass(frozen=True)
class Site:
    """A place at work: what an approach can go and look at.

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
    assumptions : Assumptions, optional
        The constants of the pathway model.
    """

    context: Context
    practice: Practice
    mastery: float = 0.2
    history: tuple[float, ...] = ()
    ideas: tuple[float, ...] = (0.1, 0.4, 0.7)
    assumptions: Assumptions = DEFAULTS

    def __post_init__(self) -> None:
        """Refuse a practice made for another pathway."""
        check_fit(self.practice, self.context)

    @cached_property
    def performance(self) -> Performance:
        """How the place does now."""
        return perform(self.practice, self.context, self.mastery, self.assumptions)


@dataclass(frozen=True)
class Reading:
    """What an approach sees when it looks, and only that.

    Attributes
    ----------
    approach, measure : str
        Who looks; the name of its own measure.
    score : float
        Its own measure; more is better.
    frame : pandas.DataFrame
        One row per stage, only the columns this approach looks at; ``weight`` says how much each
        place troubles it.
    facts : dict of str to float
        Figures for the whole pathway that it looks at.
    """

    approach: str
    measure: str
    score: float
    frame: pd.DataFrame
    facts: dict[str, float] = field(default_factory=dict)

    @property
    def place(self) -> str:
        """The stage that troubles this approach most."""
        return str(self.frame["stage"].iloc[int(np.argmax(self.frame["weight"]))])


@dataclass(frozen=True)
class Finding:
    """What an approach calls the problem: what, where and why, in plain words."""

    approach: str
    what: str
    where: str
    why: str

    def __str__(self) -> str:
        """Return the finding as one or two sentences."""
        return f"{self.what} {self.why}"


@dataclass(frozen=True)
class Change:
    """One change within an approach's own levers.

    Attributes
    ----------
    approach, lever, where : str
        Who changes what; the stage, or "whole pathway".
    before, after : float
        The lever's setting.
    practice : Practice
        The whole practice after the change.
    words : str
        The change as a sentence.
    gain : float
        What the approach's own measure is expected to gain, as a share.
    """

    approach: str
    lever: str
    where: str
    before: float
    after: float
    practice: Practice
    words: str
    gain: float

    def __str__(self) -> str:
        """Return the change as a sentence."""
        return self.words


class Approach(Protocol):
    """The contract of an approach to improvement."""

    id: str
    name: str
    question: str
    blind_spot: str

    def look(self, site: Site) -> Reading:
        """Return what this approach measures, and only that."""
        ...

    def find(self, reading: Reading) -> Finding:
        """Return what it calls the problem, where, and why."""
        ...

    def change(self, site: Site, finding: Finding) -> Change | None:
        """Return a change within its own levers, or None: nothing left for this logic."""
        ...


def follow(approach: Approach, site: Site, cycles: int = 1) -> tuple[Site, list[Change]]:
    """Let an approach look, find and change several times; stop when nothing is left.

    Parameters
    ----------
    approach : Approach
        The logic to follow.
    site : Site
        Where it starts.
    cycles : int, default 1
        How often, at most.

    Returns
    -------
    tuple of Site and list of Change
        The site as the approach leaves it, and what it changed.
    """
    changes: list[Change] = []
    for _ in range(cycles):
        done = approach.change(site, approach.find(approach.look(site)))
        if done is None:
            break
        changes.append(done)
        site = replace(site, practice=done.practice)
    return site, changes
