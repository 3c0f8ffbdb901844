"""Lists and counts as they stand in a sentence."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from toolkit.text.words import Words

WORDS = Words("toolkit.text")
MOST = 6  # more items than this are counted, not listed


def listed(items: Iterable[object], last: str = "and", most: int | None = MOST) -> str:
    """Return items as a list in a sentence.

    Parameters
    ----------
    items : iterable
        What to list.
    last : str
        The word before the last item; "and" and "or" are said in the language that is spoken.
    most : int, optional
        How many are listed before the rest are counted; None lists them all.

    Returns
    -------
    str
        The list; empty if there is nothing to list.

    Examples
    --------
    >>> listed("abc"), listed("abc", "or"), listed(range(9), most=2), listed([])
    ('a, b and c', 'a, b or c', '0, 1 and 7 more', '')
    """
    words = [str(item) for item in items]
    if most is not None and len(words) > most:
        words = [*words[:most], WORDS.say("list.more", count=len(words) - most)]
    last = WORDS["list"].get(last, last)
    return f" {last} ".join(filter(None, (", ".join(words[:-1]), *words[-1:])))


def number_of(count: int, one: str, many: str = "") -> str:
    """Return a count with its noun.

    Parameters
    ----------
    count : int
        How many.
    one, many : str
        The noun after a one, and after all else: by default with an s.

    Returns
    -------
    str
        The count and the noun.

    Examples
    --------
    >>> number_of(1, "row"), number_of(1200, "row"), number_of(2, "entry", "entries")
    ('1 row', '1,200 rows', '2 entries')
    """
    return f"{count:,} {one if count == 1 else many or f'{one}s'}"


def row_words(rows: Sequence[int]) -> str:
    """Return ``row 3`` or ``rows 3, 5 and 8``."""
    return WORDS.say("list.rows", rows=rows)
