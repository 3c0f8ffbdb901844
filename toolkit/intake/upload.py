"""Read a file that somebody brings, and say what it holds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from toolkit.intake.errors import (
    IdentifierError,
    IntakeError,
    Trouble,
    listed,
    number_of,
    shown,
    unknown_choice,
)
from toolkit.intake.files import Grid, grids, refuse_large
from toolkit.intake.identifiers import refuse_identifiers
from toolkit.intake.kinds import KINDS, guess
from toolkit.intake.layout import lay_out
from toolkit.intake.order import join_years


@dataclass(frozen=True, eq=False)
class Upload:
    """A table as it was brought.

    Parameters
    ----------
    name : str
        Name of the file.
    frame : DataFrame
        The cells as they stand; the index holds row numbers as a spreadsheet shows them.
    kinds : mapping of str to str
        What each column seems to hold, one of ``KINDS``; a column without a heading has its letter.
    notes : tuple of str
        What was understood, and what was left out.
    troubles : tuple of Trouble
        What is wrong; the columns that are not touched by it can be used.
    sheet, sheets : str, tuple of str
        The sheet, and all that hold something; nothing for a CSV file.
    """

    name: str
    frame: pd.DataFrame
    kinds: Mapping[str, str]
    notes: tuple[str, ...] = ()
    troubles: tuple[Trouble, ...] = ()
    sheet: str = ""
    sheets: tuple[str, ...] = ()

    def of_kind(self, *kinds: str) -> list[str]:
        """Return the names of the columns of these kinds."""
        return [name for name, kind in self.kinds.items() if kind in kinds]

    def cells(self, column: str) -> pd.Series:
        """Return one column; an error says which there are."""
        if column not in self.kinds:
            raise unknown_choice("column", column, self.kinds)
        return self.frame[column]


def read(name: str, content: bytes, sheet: str | None = None) -> Upload:
    r"""Read a CSV or Excel file.

    Parameters
    ----------
    name : str
        Name of the file, for the messages.
    content : bytes
        The whole file.
    sheet : str, optional
        Sheet of a workbook; by default the first with a column of dates.

    Returns
    -------
    Upload
        The table, with a guess of what each column holds.

    Raises
    ------
    IdentifierError
        If a column seems to name people. Nothing of the file is kept or repeated.
    IntakeError
        If it is no table; the message says what would be right.

    Examples
    --------
    >>> falls = read("falls.csv", b"Month;Falls;Share\nApr-24;7;85%\nMay-24;<5;90%\n")
    >>> falls.kinds
    {'Month': 'date', 'Falls': 'count', 'Share': 'percent'}
    """
    sheets = grids(name, content)
    if sheet is not None and sheet not in sheets:
        right = listed(f"'{shown(each)}'" for each in sheets)
        raise IntakeError(Trouble("There is no such sheet", f"'{shown(sheet)}'", right))
    found: Upload | IntakeError | None = None
    for one in sheets if sheet is None else (sheet,):
        try:
            upload = _read_sheet(name, sheets, one)
        except IdentifierError:
            raise
        except IntakeError as problem:
            found = found or problem
            continue
        if upload.of_kind("date"):
            return upload
        found = upload if found is None or isinstance(found, IntakeError) else found
    if isinstance(found, IntakeError):
        raise found
    return found


def _read_sheet(name: str, sheets: dict[str, Grid], sheet: str) -> Upload:
    """Return the table of one sheet."""
    grid = sheets[sheet]
    refuse_large(name, grid.rows)
    table = lay_out(grid.rows)
    frame = table.frame
    held = [
        (f"column {letter}", heading, frame[heading].tolist())
        for heading, letter in zip(frame.columns, table.letters, strict=True)
    ]
    # In a table of months from left to right, the headings stood below one another.
    refuse_identifiers([*held, ("the headings", frame.columns[0], frame.columns[1:])])
    joined = join_years(frame)
    if joined is not None:
        held.insert(0, ("", joined.name, joined.tolist()))
        frame = pd.concat([joined, frame], axis=1)
    kinds = {heading: guess(heading, cells) for _, heading, cells in held}
    size = f"{number_of(len(frame), 'row')} and {number_of(len(kinds), 'column')}"
    named = listed(f"{heading} ({KINDS[kind]})" for heading, kind in kinds.items())
    notes = [f"This is {grid.source} with {size}: {named}."]
    if joined is not None:
        notes.append(f"Month and year stand in two columns; they are joined as '{joined.name}'.")
    if others := [f"'{shown(each)}'" for each in sheets if each != sheet]:
        notes.append(f"Sheet '{shown(sheet)}' is read; there is also {listed(others)}.")
    troubles = [*grid.troubles, *table.troubles]
    if "date" not in kinds.values():
        found = f"the columns {named}" + (f"; the same in {listed(others)}" if others else "")
        right = "a column with the month, week or day of each row, such as 01/04/2024 or Apr-24"
        troubles.append(Trouble("No column of dates was found", found, right))
    return Upload(
        name=name,
        frame=frame,
        kinds=kinds,
        notes=(*notes, *grid.notes, *table.notes),
        troubles=tuple(troubles),
        sheet=sheet,
        sheets=tuple(sheets) if sheet else (),
    )
