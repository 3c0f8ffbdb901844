"""The two icons of an NHS chart, as words: what the last point says, and what the target can hope.

The logic is that of NHSRplotthedots; the names are those of its pictures.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from numbers import Real
from typing import Any

import numpy as np
import pandas as pd

from toolkit.spc.limits import WORDS

BETTER = ("increase", "decrease", "neutral")


@dataclass(frozen=True)
class Icon:
    """An icon that can be read: its name, what it is called, and the reason.

    Parameters
    ----------
    name : str
        Variation: ``common_cause``; ``improvement``, ``concern`` or ``neutral`` with ``_high`` or
        ``_low``; ``special_whole``, ours, where only a whole run chart is special. Assurance:
        ``pass``, ``fail``, ``inconsistent`` or ``empty``.
    word, why : str
        What stands beside it, and the reason in a sentence.
    """

    name: str
    word: str
    why: str


def kind_of(side: float, better: str) -> str:
    """Return what a special point is: improvement, concern, or high or low where neither is better.

    Parameters
    ----------
    side : float
        Positive: above the centre, or rising in a trend; negative: below, or falling.
    better : {"increase", "decrease", "neutral"}
        Which way is better.
    """
    if better == "neutral":
        return "special, high" if side > 0 else "special, low"
    return "improvement" if (side > 0) == (better == "increase") else "concern"


def icon(key: str, name: str = "", **facts: Any) -> Icon:
    """Return an icon by the key of its words; its name, where that is another, and facts."""
    word, why = (WORDS.say(f"icon.{key}.{part}", **facts) for part in ("word", "why"))
    return Icon(name or key, word, why)


def variation_icon(kind: str, side: float, at: str, why: str) -> Icon:
    """Return the variation icon: it reports the last known point, and no other.

    Parameters
    ----------
    kind : str
        How that point was judged.
    side : float
        As in `kind_of`.
    at, why : str
        Which point it is, and the reason of its judgement.
    """
    if kind == "common cause":
        return icon("common_cause", at=at)
    name = kind.split(",")[0].replace("special", "neutral")
    end = "high" if side > 0 else "low"
    return icon("special", f"{name}_{end}", kind=kind, high=side > 0, at=at, why=why)


def checked_target(target: Any) -> float | None:
    """Return a target as a number, None if there is none.

    Parameters
    ----------
    target : object
        What came in.

    Returns
    -------
    float or None
        The target.

    Raises
    ------
    ValueError
        If it is not one number, or it is empty (NaN) or infinite.
    """
    if target is None:
        return None
    if target is pd.NA or target is pd.NaT:
        target = math.nan
    if isinstance(target, bool | np.bool_) or not isinstance(target, Real | Decimal):
        raise ValueError(WORDS.say("refused.target", target=repr(target)))
    if not math.isfinite(target):
        raise ValueError(WORDS.say("refused.no_target", target=target))
    return float(target)


def assurance_icon(
    target: float | None,
    low: float,
    high: float,
    better: str,
    values: Sequence[float] = (),
    step: str = "month",
) -> Icon:
    """Return the assurance icon: whether the process, as it is now, meets its target.

    Parameters
    ----------
    target : float or None
        The target; None if there is none.
    low, high : float
        The last process limits; NaN where a chart has none.
    better : {"increase", "decrease", "neutral"}
        Which way is better.
    values : sequence of float
        The figures between those limits so far; they change the words, not the icon.
    step : str
        What one point is for.

    Returns
    -------
    Icon
        ``pass``, ``fail``, ``inconsistent`` or ``empty``. Limits that both lie on the target pass.

    Raises
    ------
    ValueError
        If the target is not a number.

    Examples
    --------
    >>> assurance_icon(95, 80, 90, "increase").word
    'fails the target consistently'
    >>> assurance_icon(95, 80, 99, "increase", [96, 97, 95]).word
    'met the target every month so far'
    """
    target = checked_target(target)
    if target is None or better == "neutral":
        return icon("no_target", "empty")
    if math.isnan(low) or math.isnan(high):
        return icon("no_limits", "empty")
    if low <= target <= high:
        known = np.asarray(values, dtype=float)
        known = known[np.isfinite(known)]
        met = int((known >= target).sum() if better == "increase" else (known <= target).sum())
        if not len(known) or 0 < met < len(known):
            return icon("between", "inconsistent", step=step)
        if low == high and met:
            return icon("never_moved", "pass", step=step)
        return icon("so_far", "inconsistent", met=bool(met), step=step)
    missed = (target > high) == (better == "increase")
    return icon("fail" if missed else "pass", above=target > high, step=step)
