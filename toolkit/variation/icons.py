"""The two icons of an NHS chart, as words: what the last point says, and what the target can hope.

The logic is that of NHSRplotthedots; the names are those of its pictures.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

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
        return Icon("common_cause", "common cause", f"The last point, {at}, is not special.")
    name = kind.split(",")[0].replace("special", "neutral")
    high = "high" if side > 0 else "low"
    word = kind if "," in kind else f"{kind}, {high}"
    return Icon(f"{name}_{high}", word, f"The last point, {at}, is special: {why}.")


def assurance_icon(target: float | None, low: float, high: float, better: str) -> Icon:
    """Return the assurance icon: whether the process, as it is now, meets its target.

    Parameters
    ----------
    target : float or None
        The target; None if there is none.
    low, high : float
        The last process limits; NaN where a chart has none.
    better : {"increase", "decrease", "neutral"}
        Which way is better.

    Examples
    --------
    >>> assurance_icon(95, 80, 90, "increase").word
    'fails the target consistently'
    """
    if target is None or better == "neutral":
        return Icon("empty", "none", "There is no target, or neither way is better.")
    if math.isnan(low) or math.isnan(high):
        return Icon("empty", "none", "A chart without limits cannot say what to expect.")
    if low <= target <= high:
        why = "The target lies between the limits: common cause alone meets it some months."
        return Icon("inconsistent", "meets the target some months, by chance", why)
    place = "above the upper" if target > high else "below the lower"
    if (target > high) == (better == "increase"):
        why = f"The target lies {place} limit: unless something changes, nearly every month fails."
        return Icon("fail", "fails the target consistently", why)
    why = f"The target lies {place} limit: as long as nothing changes, nearly every month passes."
    return Icon("pass", "passes the target consistently", why)
