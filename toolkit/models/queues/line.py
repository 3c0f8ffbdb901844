"""The settings of a line: its stages, how work comes to it, and when the door opens.

Two lines are ready-made: Goldratt's dice line and an illustrative discharge pathway.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from toolkit.models.queues.draws import MOST, Checked, Dice, Draw, Spread, check_number, checked
from toolkit.text.words import Words

WORDS = Words("toolkit.models.queues")
RULES = ("push", "conwip", "rope")


def said(stage: str) -> str:
    """Return the name of a stage as a sentence has it."""
    return str(WORDS["said"].get(stage, stage))


def tenths(rate: float) -> float:
    """Return a rate with one decimal place, halves rounded up."""
    return math.floor(10 * rate + 0.5 + 1e-9) / 10


@dataclass(frozen=True)
class Stage(Checked):
    """One station of a line.

    Parameters
    ----------
    name : str
        What happens there.
    capacity : Dice or Spread
        How many items it can deal with in a round.
    loss : float, default 0
        Share of that capacity that is lost there (0 up to, but not including, 1): waiting for keys,
        forms filled in twice, slots left empty.
    remit : bool, default True
        True if the team that improves the line may change this stage.
    """

    name: str
    capacity: Draw
    loss: float = checked(0.0, high=1, below=True)
    remit: bool = True

    @property
    def rate(self) -> float:
        """Items per round it can deal with on average, after its losses."""
        return self.capacity.mean * (1 - self.loss)


@dataclass(frozen=True)
class Release:
    """When new work may enter the line. Use :func:`push`, :func:`conwip` or :func:`rope`.

    Parameters
    ----------
    rule : {"push", "conwip", "rope"}
        Everything at once; up to a cap; at the pace of the constraint.
    limit : int or None
        Items allowed in the line (conwip), or up to and at the drum (rope).
    drum : str or None
        The stage that the rope is tied to.
    """

    rule: str = "push"
    limit: int | None = None
    drum: str | None = None

    def __post_init__(self) -> None:
        """Refuse an unknown rule, and a rule without what it needs."""
        if self.rule not in RULES:
            raise ValueError(f"A release rule is one of {', '.join(RULES)}; {self.rule!r} came in.")
        if self.rule != "push":
            check_number(
                f"The limit of the {self.rule} rule", self.limit, low=1, high=MOST, whole=True
            )


def push() -> Release:
    """Return the rule that lets everything in at once."""
    return Release()


def conwip(cap: int) -> Release:
    """Return the rule that lets work in only while fewer than ``cap`` items are in the line.

    Parameters
    ----------
    cap : int
        Most items in the line at a time (constant work in process).
    """
    return Release("conwip", cap)


def rope(drum: str, buffer: int) -> Release:
    """Return the drum-buffer-rope rule: the constraint's pace opens the door.

    Parameters
    ----------
    drum : str
        Name of the constraint.
    buffer : int
        Items allowed from the door up to and including the queue before the constraint. Each item
        that the constraint finishes lets one new item in.
    """
    return Release("rope", buffer, drum)


@dataclass(frozen=True)
class Line:
    """Stations in series and how work comes to them.

    Parameters
    ----------
    stages : tuple of Stage
        In the order in which every item passes them; names differ.
    arrivals : Dice, Spread or None, default None
        New items per round; None means an endless supply at the first station.
    release : Release, default push
        When new work may enter.
    period : str, default "round"
        What a round stands for ("day", "week"), for use in words.
    """

    stages: tuple[Stage, ...]
    arrivals: Draw | None = None
    release: Release = Release()
    period: str = "round"

    def __post_init__(self) -> None:
        """Refuse a line without stages, with equal names, or with a rope tied to nothing."""
        if not self.stages:
            raise ValueError("A line needs at least one stage.")
        if len(set(self.names)) < len(self.names):
            raise ValueError(
                f"Each stage needs a name of its own; {', '.join(self.names)} came in."
            )
        if self.release.drum is not None:
            self.position(self.release.drum)

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the stages, in order."""
        return tuple(stage.name for stage in self.stages)

    @property
    def rates(self) -> np.ndarray:
        """Items per round that each stage can deal with on average, after its losses."""
        return np.array([stage.rate for stage in self.stages])

    def position(self, stage: str) -> int:
        """Return where a stage stands (0 is the first).

        Parameters
        ----------
        stage : str
            Its name.

        Raises
        ------
        ValueError
            If there is no such stage; the message lists those there are.
        """
        if stage not in self.names:
            there = ", ".join(self.names)
            raise ValueError(f"No stage is called '{stage}'. The stages are: {there}.")
        return self.names.index(stage)

    def change(self, stage: str, **settings: Any) -> Line:
        """Return a new line in which one stage has new settings.

        Parameters
        ----------
        stage : str
            Its name.
        **settings : object
            Settings of :class:`Stage`, by name.
        """
        k = self.position(stage)
        new = replace(self.stages[k], **settings)
        return replace(self, stages=(*self.stages[:k], new, *self.stages[k + 1 :]))

    def improve(self, stage: str, factor: float) -> Line:
        """Return a new line in which one stage can do more, or less, per round.

        Parameters
        ----------
        stage : str
            Its name.
        factor : float
            1.2 is 20% more.
        """
        check_number("factor", factor, above=True)
        now = self.stages[self.position(stage)].capacity
        return self.change(stage, capacity=now.times(factor))


def dice_line(stations: int = 5, faces: tuple[float, ...] = (1, 2, 3, 4, 5, 6)) -> Line:
    """Return the dice line of *The Goal* [1]_: endless supply, empty start, same-round hand-off.

    Parameters
    ----------
    stations : int, default 5
        How many people sit at the table; their names are "station 1", "station 2" …
    faces : tuple, default (1, 2, 3, 4, 5, 6)
        The die that each of them has.

    References
    ----------
    .. [1] Goldratt, E. M. and Cox, J. (2004). *The Goal*, 3rd ed., chapter 14. North River Press.

    Examples
    --------
    >>> line = dice_line(faces=(3, 4))
    >>> [float(rate) for rate in line.rates]
    [3.5, 3.5, 3.5, 3.5, 3.5]
    """
    return Line(tuple(Stage(f"station {k + 1}", Dice(faces)) for k in range(stations)))


def discharge_pathway() -> Line:
    """Return five stages from "could go home" to "is at home", in patients per day.

    Every figure is illustrative: made to teach with, taken from no hospital. The care package is
    arranged by another organisation, so it lies outside the ward team's remit.

    Returns
    -------
    Line
        Ten patients a day become ready to leave; each stage has its own spread and its own losses.
    """
    ward_round, tests, medicines, transport, package = WORDS["home"]["stages"]
    return Line(
        (
            Stage(ward_round, Spread(14, 0.3), loss=0.10),
            Stage(tests, Spread(9, 0.3), loss=0.10),
            Stage(medicines, Spread(9, 0.4), loss=0.20),
            Stage(transport, Spread(11, 0.3), loss=0.10),
            Stage(package, Spread(9, 0.4), remit=False),
        ),
        arrivals=Spread(10, 0.3),
        period="day",
    )
