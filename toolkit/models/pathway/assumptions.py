"""What the model takes for granted: every constant once, with its range, its kind and its source.

``docs/tables.py`` prints the whole list; a sensitivity analysis moves one row at a time.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import Any

OURS = "made for this course"


@dataclass(frozen=True)
class Range:
    """One line of a range table: where a quantity is drawn from, and what is possible at all.

    Parameters
    ----------
    symbol, unit, meaning : str
        The letter in the equations, the unit, and one plain clause.
    low, high : float
        Random places and practices are drawn between these.
    least, most : float
        Values outside these are refused.
    """

    symbol: str
    unit: str
    low: float
    high: float
    least: float
    most: float
    meaning: str


def assume(
    default: float,
    low: float,
    high: float,
    symbol: str,
    unit: str,
    meaning: str,
    source: str = OURS,
    kind: str = "illustrative",
) -> Any:
    """Return a dataclass field that carries its own range, meaning and source."""
    note = {
        "symbol": symbol, "unit": unit, "low": low, "high": high,
        "meaning": meaning, "kind": kind, "source": source,
    }  # fmt: skip
    return field(default=default, metadata=note)


def check_assumptions(settings: Any) -> None:
    """Refuse an assumption outside its stated range.

    Parameters
    ----------
    settings : dataclass
        With fields made by `assume`.

    Raises
    ------
    ValueError
        Naming the assumption, what came in and the range that is documented.
    """
    for f in fields(settings):
        got, low, high = getattr(settings, f.name), f.metadata["low"], f.metadata["high"]
        if not low <= got <= high:
            raise ValueError(
                f"{f.name} is {f.metadata['meaning']}. It was given as {got}; "
                f"it is documented between {low} and {high}."
            )


@dataclass(frozen=True)
class Assumptions:
    """The constants of the pathway model, two-sided wherever a lever is concerned.

    Raises
    ------
    ValueError
        If a value lies outside its documented range.
    """

    staff_week: float = assume(
        37.5, 30, 40, "u", "hours", "the hours one full-time member of staff works in a week"
    )
    horizon: float = assume(
        52, 13, 104, "T", "weeks", "the time over which a growing backlog is averaged"
    )
    busiest: float = assume(
        0.95,
        0.9,
        0.99,
        "ρ̂",
        "share",
        "the load above which the steady-state queueing formula is not used",
    )
    chase: float = assume(
        0.5, 0, 1, "κ", "per unit of load", "capacity lost to chasing and re-booking when crowded"
    )
    chase_from: float = assume(0.9, 0.8, 1, "ρ₀", "share", "the load at which chasing begins")
    rework: float = assume(
        0.2, 0, 0.5, "r", "share of work", "work done twice where nothing is standardised"
    )
    exceptions: float = assume(
        0.25,
        0,
        0.5,
        "r′",
        "share of work",
        "work done twice where mixed cases all get the standard",
    )
    steadying: float = assume(
        0.7, 0, 1, "ν", "share", "service variability that full standardisation takes away"
    )
    slip_harm: float = assume(
        0.08, 0, 0.3, "η", "outcome", "outcome lost per stage to slips where nothing is standard"
    )
    misfit: float = assume(
        0.25, 0, 0.8, "ζ", "outcome",
        "outcome lost per stage where mixed cases all get the standard",
    )  # fmt: skip
    missed: float = assume(
        0.25, 0, 0.6, "m", "share", "needed care wrongly declined at the strictest threshold"
    )
    low_harm: float = assume(
        0.05, 0, 0.3, "d", "outcome", "net harm done by one episode of low-benefit care"
    )
    fading: float = assume(
        40, 10, 200, "τ₀", "weeks", "the lead time in which benefit falls to 37 %, most people"
    )
    fading_high: float = assume(
        15, 5, 200, "τ₁", "weeks", "the lead time in which benefit falls to 37 %, high need"
    )
    gain_high: float = assume(
        1.5, 1, 3, "g", "outcome", "what timely care is worth to a person with high need"
    )
    sorting: float = assume(
        0.3, 0, 1, "e", "hours per patient", "time to put those with high need first"
    )
    deciding: float = assume(
        0.3, 0, 1, "e′", "hours per referral", "time to decide together whether care will help"
    )
    pay: float = assume(30, 15, 80, "p", "£ per hour", "the price of an hour of staff time")
    supplies: float = assume(100, 0, 500, "v", "£ per patient", "drugs, tests and materials")
    waiting: float = assume(
        12, 0, 100, "w", "£ per patient-week", "care and calls for people who are waiting"
    )
    skill: float = assume(
        0.15, 0, 0.4, "σ", "share of work", "work that full mastery makes unnecessary"
    )

    def __post_init__(self) -> None:
        """Keep every assumption inside its documented range."""
        check_assumptions(self)


DEFAULTS = Assumptions()
