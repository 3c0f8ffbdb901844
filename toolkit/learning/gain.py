"""What somebody gained between two totals, and how much of that chance alone could bring."""

from __future__ import annotations

from math import sqrt

from toolkit.learning.words import WORDS


def gain(pre: float, post: float, most: float) -> float | None:
    """Return the normalised gain: the part of what was still open that was gained.

    Parameters
    ----------
    pre, post, most : float
        Right before, right after, and how many there are; or shares, with 1 as ``most``.

    Returns
    -------
    float or None
        From 1 downwards, negative if fewer are right; None if there was nothing left to gain.

    Examples
    --------
    >>> gain(4, 10, 16), gain(8, 6, 16), gain(16, 16, 16)
    (0.5, -0.25, None)
    """
    return None if pre == most else (post - pre) / (most - pre)


def chance(pre: int, post: int, most: int) -> float:
    """Return the standard error of ``post - pre``, each item being a try of its own.

    One right and one wrong are added to each total: all right does not mean that nothing is left
    to chance.

    Parameters
    ----------
    pre, post, most : int
        Right before, right after, and how many there are.
    """
    shares = ((right + 1) / (most + 2) for right in (pre, post))
    return sqrt(sum(most * share * (1 - share) for share in shares))


def gain_in_words(pre: int | None, post: int, most: int) -> str:
    """Return what changed between two results, in everyday words.

    Parameters
    ----------
    pre : int or None
        Right before; None if the first questions were not finished.
    post, most : int
        Right after, and how many there are.
    """
    small = pre is not None and abs(post - pre) < 2 * chance(pre, post, most)
    return WORDS.say("gain.words", pre=pre, post=post, most=most, small=small)


def gain_worked_out(pre: int | None, post: int, most: int) -> list[str]:
    """Return how the words on a gain come about, for those who want the arithmetic.

    Parameters
    ----------
    pre : int or None
        Right before; None if the first questions were not finished.
    post, most : int
        Right after, and how many there are.
    """
    if pre is None:
        return []
    facts = {"pre": pre, "post": post, "most": most}
    error, held = chance(**facts), gain(**facts)
    return [WORDS.say("gain.chance", error=error), WORDS.say("gain.normalised", gain=held, **facts)]
