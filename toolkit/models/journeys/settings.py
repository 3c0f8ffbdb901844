"""The settings of a journey: its constants, the ways of adopting, programmes, and shared chance.

A way of adopting is a row of dates in `MODES`; no way has rules of its own.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, NamedTuple

import numpy as np

from toolkit.models.logics import ALL_LEVERS, COST_ONLY, FIVE, Logic
from toolkit.models.pathway import STAGES
from toolkit.models.pathway.assumptions import assume
from toolkit.text.words import Words

MONTHS = 48
IDEAS = 3  # illustrative: change ideas on the table when a test is planned
REDESIGNS = 2
DESIGNS = 12  # illustrative: designs on the table when a pathway is re-engineered
# Each has its share of the dice in `draw_noise`: one more or fewer, and every journey is another.
LOGICS: dict[str, Logic] = {**FIVE, "cost_only": COST_ONLY, "all_levers": ALL_LEVERS}
COPYABLE = ("batch", "standardisation", "split", "release", "threshold", "need_first")
# What is copied unless somebody asks for more: methods travel, another place's shares of staff
# hours per stage do not.
COPIED = tuple(lever for lever in COPYABLE if lever != "split")
NEVER = MONTHS


@dataclass(frozen=True)
class Dynamics:
    """The constants of a journey: mastery, willingness, noise, and when programmes end."""

    words: ClassVar[Words] = Words("toolkit.models.journeys")
    learning_time: float = assume(0.08, 0, 0.3, "L*")
    teaching: float = assume(1.5, 0, 4, "α")
    forgetting: float = assume(0.03, 0, 0.25, "δ")
    copying_teaches: float = assume(0.5, 0, 1, "u")
    beginner: float = assume(0.1, 0, 0.5, "M₀")
    readiness_helps: float = assume(0.2, 0, 0.5, "M₁")
    novice_step: float = assume(0.3, 0.05, 1, "η₀")
    install: float = assume(4, 1, 12, "k")
    noise: float = assume(0.05, 0, 0.2, "ν")
    foresight: float = assume(1, 0, 1, "φ")
    misjudge: float = assume(0.3, 0, 1, "ξ")
    sight: float = assume(0.3, 0, 1, "ς")
    seen_by_beginners: float = assume(0.5, 0, 1, "e")
    switch_loss: float = assume(0.1, 0, 0.5, "χ")
    review: float = assume(3, 1, 12, "Q")
    hopeful: float = assume(0.4, 0.1, 0.8, "w₀")
    trust: float = assume(0.4, 0, 0.6, "w₁")
    seen: float = assume(0.3, 0, 2, "β")
    let_down: float = assume(0.4, 0, 3, "γ")
    imposed: float = assume(0.4, 0, 1, "ι")
    return_rate: float = assume(0.02, 0, 0.2, "ω")
    abandoned: float = assume(0.3, 0, 0.8, "κ")
    give_up: float = assume(0.35, 0, 0.8, "w*")
    erosion: float = assume(0.03, 0, 0.2, "ε")


DYNAMICS = Dynamics()


class Mode(NamedTuple):
    """A way of adopting: months after its start at which things begin."""

    own: int = NEVER  # the own logic
    installs: tuple[int, ...] = ()  # an exemplar's settings
    redesigns: tuple[int, ...] = ()
    looks: bool = False  # installs only what people judge will help here
    learns: bool = False  # keeps time for learning, as an own logic does


YEARLY = (0, 12, 24, 36)
MODES: dict[str, Mode] = {
    "emulate": Mode(installs=(0,)),
    "look_then_copy": Mode(installs=(0,), looks=True),
    "copy_again": Mode(installs=YEARLY, looks=True),
    "copy_and_learn": Mode(installs=YEARLY, looks=True, learns=True),
    "copy_then_adapt": Mode(own=12, installs=(0,)),
    "contextualise": Mode(own=0),
    "reengineer": Mode(redesigns=(0, 24)),
    "integrated": Mode(own=0),  # whichever logic matters most
    "nothing": Mode(),
}


@dataclass(frozen=True)
class Programme:
    """One programme: how something is adopted, which logic it follows, from which month.

    Attributes
    ----------
    mode : str
        A key of `MODES`; ``"nothing"`` after another programme ends that one.
    approach : str or None
        A key of `LOGICS`, or ``"integrated"`` for all five.
    start : int
        Month of the journey.
    second : str or None
        A further key of `LOGICS`, used beside the approach.
    goes_on : bool
        Whether it continues the programme before it, which then does not count as dropped.
    """

    mode: str
    approach: str | None = None
    start: int = 0
    second: str | None = None
    goes_on: bool = False

    @property
    def logics(self) -> tuple[str, ...]:
        """The logics that it may use."""
        if self.mode == "integrated" or self.approach == "integrated":
            return tuple(FIVE)
        return tuple(dict.fromkeys(filter(None, (self.approach, self.second))))


class Noise(NamedTuple):
    """The chance that compared journeys share: made once, passed to each of them."""

    observed: np.ndarray
    ideas: np.ndarray
    sight: np.ndarray
    judge: np.ndarray
    designs: np.ndarray
    forecast: np.ndarray
    eyes: np.ndarray
    ticks: np.ndarray


def draw_noise(seed: int, n: int = 1) -> Noise:
    """Draw the noise of n journeys, of any number of stages, from one seed."""
    rng = np.random.default_rng(seed)
    return Noise(
        observed=rng.standard_normal((n, MONTHS)),
        ideas=rng.random((n, MONTHS, IDEAS)),
        sight=rng.standard_normal((n, MONTHS, len(FIVE))),
        judge=rng.standard_normal((n, MONTHS, 4 * len(STAGES))),
        designs=rng.random((n, REDESIGNS, DESIGNS, 3 * len(STAGES) + 3)),
        forecast=rng.standard_normal((n, REDESIGNS, DESIGNS + 1)),
        eyes=rng.random((n, len(LOGICS), 4 * len(STAGES))),
        ticks=rng.standard_normal((n, len(YEARLY), len(COPYABLE))),
    )
