"""Two ways to draw how much a station can do: a die, or a mean with a spread around it.

Also the check of numbers that the settings of many models use.
"""

from __future__ import annotations

import math
from dataclasses import MISSING, dataclass, field, fields
from numbers import Integral, Real
from typing import Any

import numpy as np

# Nothing in a care pathway comes in more than this per round; larger is a slip of the keyboard, and
# counts stay far from the limit of a 64-bit integer.
MOST = 1_000_000
# From here on a spread is too small to see, and the gamma distribution too narrow to draw from.
NO_SPREAD = 1e-6


def check_number(
    name: str,
    value: object,
    *,
    low: float = 0.0,
    high: float = math.inf,
    above: bool = False,
    below: bool = False,
    whole: bool = False,
) -> None:
    """Refuse a value that cannot be right, and say what would be.

    Parameters
    ----------
    name : str
        What the number is, in the reader's words.
    value : object
        What came in.
    low, high : float
        The smallest and the largest value that make sense.
    above, below : bool
        True if ``low`` or ``high`` itself is not allowed.
    whole : bool
        True if only whole numbers make sense.

    Raises
    ------
    TypeError
        If the value is not a number (text, True or False, nothing), or not whole where it must be.
    ValueError
        If it is not a number one can reckon with (NaN, infinity), or out of range.
    """
    kind = "a whole number" if whole else "a number"
    want = f"{kind} {'above' if above else 'of at least'} {low:g}"
    if high != math.inf:
        want += f" and {'below' if below else 'at most'} {high:,.10g}"
    if isinstance(value, bool) or not isinstance(value, Integral if whole else Real):
        raise TypeError(f"{name} must be {want}; {value!r} came in.")
    size: Any = value  # the abstract number classes say nothing of comparing
    too_low = size <= low if above else size < low
    too_high = size >= high if below else size > high
    if not math.isfinite(size) or too_low or too_high:
        raise ValueError(f"{name} must be {want}; {value!r} came in.")


def checked(default: Any = MISSING, *, called: str = "", **limits: Any) -> Any:
    """Return a field of a `Checked` dataclass, with its limits as `check_number` takes them.

    Parameters
    ----------
    default : object
        As in a dataclass; none if it is left out.
    called : str
        What the number is, in the reader's words; by default the name of the field.
    **limits
        As in `check_number`.
    """
    return field(default=default, metadata={"called": called, "limits": limits})


class Checked:
    """A dataclass that refuses a number beyond the limits of its field."""

    def __post_init__(self) -> None:
        """Look at each field that has limits."""
        whose = getattr(self, "name", type(self).__name__)
        for each in fields(self):  # type: ignore[arg-type]
            if "limits" in each.metadata:
                called = each.metadata["called"] or each.name
                value = getattr(self, each.name)
                check_number(f"{whose}: {called}", value, **each.metadata["limits"])


@dataclass(frozen=True)
class Dice:
    """Every face equally likely, as in the dice game of *The Goal*.

    Parameters
    ----------
    faces : tuple of float, default (1, 2, 3, 4, 5, 6)
        What the faces show, in items. ``(3, 4)`` has the same mean and far less spread.
    """

    faces: tuple[float, ...] = (1, 2, 3, 4, 5, 6)

    def __post_init__(self) -> None:
        """Refuse a die without faces, or one that can never show anything."""
        for face in self.faces:
            check_number("Each face of a die", face, high=MOST)
        if not any(self.faces):
            raise ValueError("A die needs at least one face above 0.")

    @property
    def mean(self) -> float:
        """Mean of one throw, in items."""
        return float(np.mean(self.faces))

    def times(self, factor: float) -> Dice:
        """Return a die whose every face shows ``factor`` times as much.

        Parameters
        ----------
        factor : float
            1.2 is 20% more.
        """
        return Dice(tuple(face * factor for face in self.faces))

    def sample(self, rng: np.random.Generator, shape: tuple[int, ...]) -> np.ndarray:
        """Throw the die.

        Parameters
        ----------
        rng : numpy.random.Generator
            Where the luck comes from.
        shape : tuple of int
            How many throws.

        Returns
        -------
        ndarray
            Of that shape; int64 if every face is whole, else float64.
        """
        is_whole = all(float(face).is_integer() for face in self.faces)
        faces = np.array(self.faces, dtype=np.int64 if is_whole else np.float64)
        small = np.uint8 if len(faces) < 256 else np.int64
        return faces[rng.integers(0, len(faces), shape, dtype=small)]


@dataclass(frozen=True)
class Spread(Checked):
    """A mean and a coefficient of variation, drawn from the gamma distribution.

    The gamma distribution never falls below zero, takes any spread, and holds the two classics of
    queue theory: ``cv=0`` is constant, ``cv=1`` is exponential.

    Parameters
    ----------
    mean : float
        Items per period, or time per item. Above 0.
    cv : float, default 0
        Standard deviation divided by the mean, 0 to 10.
    """

    mean: float = checked(called="the mean", above=True, high=MOST)
    cv: float = checked(0.0, called="the coefficient of variation (cv)", high=10)

    def times(self, factor: float) -> Spread:
        """Return a spread with ``factor`` times the mean and the same coefficient of variation.

        Parameters
        ----------
        factor : float
            1.2 is 20% more.
        """
        return Spread(self.mean * factor, self.cv)

    def sample(self, rng: np.random.Generator, shape: tuple[int, ...]) -> np.ndarray:
        """Draw an array.

        Parameters
        ----------
        rng : numpy.random.Generator
            Where the luck comes from.
        shape : tuple of int
            How many draws.

        Returns
        -------
        ndarray of float64
            Of that shape.
        """
        if self.cv < NO_SPREAD:
            return np.full(shape, self.mean, dtype=float)
        if self.cv == 1:
            return self.mean * rng.standard_exponential(shape)
        return self.mean * self.cv**2 * rng.standard_gamma(self.cv**-2, shape)


Draw = Dice | Spread


def whole_items(amounts: np.ndarray) -> np.ndarray:
    """Turn amounts per period into whole items; the part left over is carried to the next period.

    A stage with a capacity of 2.5 patients a day thus deals with 2, 3, 2, 3 …: the work begun on
    one day is finished on the next, and no capacity is lost or made by rounding.

    Parameters
    ----------
    amounts : ndarray, shape (rounds, ...)
        Amount per period along the first axis. Whole numbers (int64) pass unchanged.

    Returns
    -------
    ndarray of int64
        Same shape.
    """
    if amounts.dtype == np.int64:
        return amounts
    # Ten steps of 0.1 add up to a hair less than 1; the nudge keeps that item.
    total = np.floor(np.cumsum(amounts, axis=0) + 1e-9).astype(np.int64)
    total[1:] -= total[:-1].copy()
    return total
