"""What is wrong with a file that somebody brings, in words that say what would be right."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from toolkit.text.lists import listed, row_words

SHOWN = 6  # more rows or troubles than this are counted, not listed
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
        where = f" in column '{shown(self.column)}'" if self.column else ""
        where += f", {row_words(self.rows)}" if self.rows else ""
        return f"{self.what}{where}. Found: {self.found}. Right would be: {self.right}."


class UploadError(ValueError):
    """A file, or a choice made about it, that cannot be used yet; its text is fit to be shown."""

    def __init__(self, *troubles: Trouble) -> None:
        self.troubles = troubles
        lines = [str(each) for each in troubles[:SHOWN]]
        if len(troubles) > SHOWN:
            lines.append(f"And {len(troubles) - SHOWN} more.")
        super().__init__("\n".join(lines))


class IdentifierError(UploadError):
    """A file that seems to name patients or staff: refused, and nothing of it is kept."""


def shown(cell: object) -> str:
    """Return a cell as a message may repeat it: on one line, and short."""
    text = " ".join(str(cell).split())
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"


def quoted(cells: Sequence[object], rows: Sequence[int]) -> str:
    """Return the first few cells with their rows."""
    pairs = zip(cells, rows, strict=True)
    return listed(f"'{shown(cell)}' (row {row})" for cell, row in pairs)


def unknown_choice(name: str, given: object, allowed: Iterable[str]) -> UploadError:
    """Return the error for a choice that does not exist."""
    found, right = f"'{shown(given)}'", listed(f"'{each}'" for each in allowed)
    return UploadError(Trouble(f"There is no such choice for '{name}'", found, f"one of {right}"))
