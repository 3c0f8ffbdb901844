"""What is wrong with a table, or with a name, in words that say what would be right."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches

from toolkit.text.lists import listed

SHOWN = 8  # more problems than this are counted, not listed: a learner mends a few at a time


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong with a table.

    Parameters
    ----------
    file : str
        File name, as a person would look for it.
    row : int or None
        Row as a spreadsheet counts it (the column names are row 1); None for the whole file.
    column : str or None
        Column name; None for the whole row or file.
    found : str
        What stands there.
    expected : str
        What would be right.
    """

    file: str
    row: int | None
    column: str | None
    found: str
    expected: str

    def __str__(self) -> str:
        """Return one sentence: where, what was found, what would be right."""
        where = self.file
        where += f", row {self.row}" if self.row is not None else ""
        where += f", column '{self.column}'" if self.column else ""
        return f"{where}: found {self.found}; expected {self.expected}."


class DataProblem(ValueError):  # noqa: N818 - the word that a learner reads
    """A table that cannot be used as it is.

    Parameters
    ----------
    problems : list of Problem
        At least one.

    Attributes
    ----------
    problems : tuple of Problem
        Everything that was found.
    """

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = tuple(problems)
        count = "one thing needs" if len(problems) == 1 else f"{len(problems)} things need"
        lines = [f"{problems[0].file} cannot be used yet: {count} mending."]
        lines += [f"  - {problem}" for problem in problems[:SHOWN]]
        if len(problems) > SHOWN:
            lines.append(f"  - and {len(problems) - SHOWN} more.")
        super().__init__("\n".join(lines))


def similar_names(name: str, known: list[str]) -> str:
    """Return the existing names most like a name that does not exist, ready to print."""
    near_names = get_close_matches(name, known, n=3, cutoff=0.4) or known[:8]
    return listed([f"'{near}'" for near in near_names], "or", most=None)
