"""What is wrong with a file, and what would be right, in the words of ``words.toml``."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from toolkit.text.lists import MOST, listed, row_words
from toolkit.text.words import Words

WORDS = Words(__package__)
say = WORDS.say
SHOWN = 6  # more troubles than this are counted, not listed
LONGEST = 30  # characters of a cell that a message repeats


@dataclass(frozen=True)
class Trouble:
    """One thing that is wrong: what, what stands there, what would be right, and where."""

    what: str
    found: str
    right: str
    rows: tuple[int, ...] = ()  # as a spreadsheet numbers them; empty for the whole file
    column: str = ""

    def __str__(self) -> str:
        """Return what was wrong, where, what was found and what would be right."""
        where = {"column": one_line(self.column), "rows": row_words(self.rows) if self.rows else ""}
        return say("trouble.line", what=self.what, found=self.found, right=self.right, **where)


class UploadError(ValueError):
    """A file, or a choice made about it, that cannot be used yet; its text is fit to be shown."""

    def __init__(self, *troubles: Trouble) -> None:
        self.troubles = troubles
        lines = [str(each) for each in troubles[:SHOWN]]
        if len(troubles) > SHOWN:
            lines.append(say("trouble.more", count=len(troubles) - SHOWN))
        super().__init__("\n".join(lines))


class IdentifierError(UploadError):
    """A file that seems to name patients or staff: refused, and nothing of it is kept."""


def trouble(key: str, rows: Iterable[int] = (), column: str = "", /, **facts: Any) -> Trouble:
    """Return what is wrong, in the words of a table that has ``what``, ``found`` and ``right``.

    Parameters
    ----------
    key : str
        The table in ``words.toml``.
    rows, column : iterable of int, str
        Where it is wrong.
    **facts
        What the words may name.
    """
    what, found, right = (say(f"{key}.{part}", **facts) for part in ("what", "found", "right"))
    return Trouble(what, found, right, tuple(rows), column)


def refusal(key: str, rows: Iterable[int] = (), column: str = "", /, **facts: Any) -> UploadError:
    """Return the error for one `trouble`."""
    return UploadError(trouble(key, rows, column, **facts))


def one_line(cell: object) -> str:
    """Return a cell as a message may repeat it: on one line, and short."""
    text = " ".join(str(cell).split())
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"


def few(items: Sequence[Any], tell: Callable[[Any], str]) -> str:
    """Return the first items in words as a list, and how many more there are."""
    return listed([*map(tell, items[:MOST]), *items[MOST:]])


def quoted(cells: Sequence[object], rows: Sequence[int]) -> str:
    """Return the first few cells with their rows."""
    pairs = list(zip(cells, rows, strict=True))
    return few(pairs, lambda pair: say("item.cell", cell=one_line(pair[0]), row=pair[1]))


def quoted_list(items: Iterable[object]) -> str:
    """Return names as a list, each short and in quotation marks."""
    return few(list(items), lambda one: say("item.name", name=one_line(one)))


def unknown_choice(name: str, given: object, allowed: Iterable[str]) -> UploadError:
    """Return the error for a choice that does not exist."""
    right = few(list(allowed), lambda one: say("item.name", name=one))
    return refusal("no_choice", name=name, given=one_line(given), allowed=right)
