"""A search that forgives: the beginning of a word, a word misspelt, another word for the same."""

from __future__ import annotations

import difflib
import re
import unicodedata

from toolkit.text.words import Words

WORDS = Words(__package__)  # what one person calls this, another calls that
CLOSE = 0.8  # how alike two words must be (difflib) to count as one word misspelt


def words_in(text: str) -> list[str]:
    """Return the words of a text, in small letters, without accents and marks.

    Parameters
    ----------
    text : str
        What somebody wrote, or what stands in a table.

    Returns
    -------
    list of str
        Its words; the commonest are left out.

    Examples
    --------
    >>> words_in("People’s growth; Café")
    ['peoples', 'growth', 'cafe']
    """
    flat = unicodedata.normalize("NFKD", text.replace("’", "").replace("'", "")).casefold()
    flat = "".join(c for c in flat if not unicodedata.combining(c))
    common = WORDS["search"]["common"]
    return [word for word in re.findall(r"[a-z0-9]+", flat) if word not in common]


def same_word(asked: str, word: str) -> bool:
    """Say whether a word is what somebody asked for: its beginning, its kin, or misspelt.

    Parameters
    ----------
    asked, word : str
        What was asked for, and a word of the table.

    Returns
    -------
    bool
        True if the word will do.

    Examples
    --------
    >>> same_word("varation", "variation"), same_word("learn", "learning")
    (True, True)
    >>> same_word("cost", "coach")
    False
    """
    if asked == word or (len(asked) >= 3 and word.startswith(asked)):
        return True
    if min(len(asked), len(word)) < 4:
        return False
    if asked[:-1] == word or asked.startswith(word):
        return True
    return difflib.SequenceMatcher(None, asked, word).ratio() >= CLOSE


def fits(query: str, text: str) -> bool:
    """Say whether every word of a query, or one that means the same, stands in a text."""
    there = words_in(text)

    def found(asked: str) -> bool:
        groups = WORDS["search"]["alike"]
        kin = {asked}.union(*(each for each in groups if any(same_word(asked, w) for w in each)))
        return any(same_word(each, word) for each in kin for word in there)

    return all(found(asked) for asked in words_in(query))
