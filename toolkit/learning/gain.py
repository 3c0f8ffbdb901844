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
    """Return what the two totals say, and how much of it chance could do."""
    if pre is None:
        return "Form A was not finished before, so no gain can be worked out."
    held = gain(pre, post, most)
    before = f"Before the course it was {pre} of {most}."
    if held is None:
        return f"{before} All were right, so there was nothing left to gain: no gain is defined."
    figure = f"{held:.2f}".replace("-", "−")
    said = f"as much as {held:.0%} of what was open before"
    if post <= pre:
        said = "as many are right as before" if post == pre else "fewer are right than before"
    error = chance(pre, post, most)
    if abs(post - pre) < 2 * error:
        verdict = "so chance alone could well have brought yours"
    else:
        verdict = "so yours is more than chance alone would bring as a rule"
    return (
        f"{before} Normalised gain: {figure} ({said}).\n"
        f"With one person and {most} questions, chance has a large part. Two such totals often "
        f"lie up to {2 * error:.0f} apart with nothing changed (the standard error of their "
        f"difference is about {error:.1f}), {verdict}."
    )
