"""What somebody gained between two totals, and how much of that chance alone could bring."""

from __future__ import annotations

from math import sqrt


def gain(pre: int, post: int, most: int) -> float | None:
    """Return the normalised gain: the part of what was still open that was gained.

    Parameters
    ----------
    pre, post, most : int
        Right before, right after, and how many there are.

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
    if pre is None:
        return (
            "You did not finish the questions before the course, so nobody can say what has "
            "changed."
        )
    words = f"Before the course it was {pre}."
    if pre == post:
        return f"{words} So as many are right as before."
    apart = f"{abs(post - pre)} {'more' if post > pre else 'fewer'}"
    if abs(post - pre) < 2 * chance(pre, post, most):
        verdict = f"With {most} questions, a difference of this size is often chance."
    else:
        verdict = "Chance alone seldom makes so large a difference."
    return f"{words} That is {apart}. {verdict}"


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
    error, held = chance(pre, post, most), gain(pre, post, most)
    words = [
        f"Chance: if nothing had changed, two results like these would often lie up to "
        f"{2 * error:.0f} apart. (The standard error of their difference is about {error:.1f}, "
        "and twice that is what chance often brings.)"
    ]
    if held is None:
        words.append("Normalised gain: all were right before, so there was nothing left to gain.")
    else:
        figure = f"{held:.2f}".replace("-", "−")
        change = f"{post - pre}".replace("-", "−")
        words.append(
            f"Normalised gain: {most - pre} were still open before, and {change} divided by "
            f"{most - pre} is {figure}."
        )
    return words
