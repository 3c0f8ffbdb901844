"""What the model takes for granted: every constant once, with its range.

``docs/tables.py`` prints the whole list; a sensitivity analysis moves one row at a time.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, ClassVar

from toolkit.text.words import Words

WORDS = Words("toolkit.models.pathway")


@dataclass(frozen=True)
class Range:
    """One line of a range table: where a quantity is drawn from, and what is possible at all.

    Parameters
    ----------
    symbol : str
        The letter in the equations.
    low, high : float
        Random places and practices are drawn between these.
    least, most : float
        Values outside these are refused.
    unit, meaning : str
        The unit, and one plain clause.
    """

    symbol: str
    low: float
    high: float
    least: float
    most: float
    unit: str
    meaning: str

    def at(self, share: Any) -> Any:
        """Return the value that lies a share of the way from the low end."""
        return self.low + (self.high - self.low) * share


def assume(default: float, low: float, high: float, symbol: str) -> Any:
    """Return a dataclass field that carries its own range and symbol."""
    return field(default=default, metadata={"symbol": symbol, "low": low, "high": high})


@dataclass(frozen=True)
class Assumptions:
    """The constants of the pathway model, two-sided wherever a lever is concerned.

    All are illustrative, made for this course.
    """

    words: ClassVar[Words] = WORDS
    staff_week: float = assume(37.5, 30, 40, "u")
    horizon: float = assume(52, 13, 104, "T")
    busiest: float = assume(0.95, 0.9, 0.99, "ρ̂")
    chase: float = assume(0.5, 0, 1, "κ")
    chase_from: float = assume(0.9, 0.8, 1, "ρ₀")
    rework: float = assume(0.2, 0, 0.5, "r")
    exceptions: float = assume(0.25, 0, 0.5, "r′")
    steadying: float = assume(0.7, 0, 1, "ν")
    slip_harm: float = assume(0.08, 0, 0.3, "η")
    misfit: float = assume(0.25, 0, 0.8, "ζ")
    missed: float = assume(0.25, 0, 0.6, "m")
    low_harm: float = assume(0.05, 0, 0.3, "d")
    fading: float = assume(40, 10, 200, "τ₀")
    fading_high: float = assume(15, 5, 200, "τ₁")
    gain_high: float = assume(1.5, 1, 3, "g")
    sorting: float = assume(0.3, 0, 1, "e")
    deciding: float = assume(0.3, 0, 1, "e′")
    pay: float = assume(30, 15, 80, "p")
    supplies: float = assume(100, 0, 500, "v")
    waiting: float = assume(12, 0, 100, "w")
    skill: float = assume(0.15, 0, 0.4, "σ")


DEFAULTS = Assumptions()
