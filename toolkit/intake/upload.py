"""Read a file that somebody brings, and say what it holds."""

from __future__ import annotations

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


@dataclass(frozen=True)
class Column:
    """One column: its heading, its letter in the spreadsheet, and what it seems to hold."""

    name: str  # ``Column B`` if it has no heading
    letter: str
    kind: str  # one of ``KINDS``


@dataclass(frozen=True, eq=False)
class Upload:
    """A table as it was brought.

    Parameters
    ----------
    name : str
        Name of the file.
    frame : DataFrame
        The cells as they stand; the index holds row numbers as a spreadsheet shows them.
    columns : tuple of Column
        What each seems to hold.
    notes : tuple of str
        What was understood, and what was left out.
    troubles : tuple of Trouble
        What is wrong; the columns that are not touched by it can be used.
    sheet : str
        Name of the sheet; empty for a CSV file.
    sheets : tuple of str
        All sheets that hold something.
    """

    name: str
    frame: pd.DataFrame
    columns: tuple[Column, ...]
    notes: tuple[str, ...] = ()
    troubles: tuple[Trouble, ...] = ()
    sheet: str = ""
    sheets: tuple[str, ...] = ()

    def of_kind(self, *kinds: str) -> list[str]:
        """Return the names of the columns of these kinds."""
        return [each.name for each in self.columns if each.kind in kinds]

    def column(self, name: str) -> Column:
        """Return one column by its name; an error says which there are."""
        for each in self.columns:
            if each.name == name:
                return each
        raise unknown_choice("column", name, [each.name for each in self.columns])


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
    >>> [(each.name, each.kind) for each in falls.columns]
    [('Month', 'date'), ('Falls', 'count'), ('Share', 'percent')]
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
    cells = sheets[sheet]
    refuse_large(name, cells.rows)
    table = lay_out(cells.rows)
    frame = table.frame
    held = [
        (letter, heading, frame[heading].tolist())
        for heading, letter in zip(frame.columns, table.letters, strict=True)
    ]
    refuse_identifiers(held)
    columns = tuple(Column(heading, letter, guess(heading, c)) for letter, heading, c in held)
    size = f"{number_of(len(frame), 'row')} and {number_of(len(columns), 'column')}"
    kinds = ", ".join(f"{each.name} ({KINDS[each.kind]})" for each in columns[:12])
    notes = [f"This is {cells.source} with {size}: {kinds}."]
    if others := [f"'{shown(each)}'" for each in sheets if each != sheet]:
        notes.append(f"Sheet '{shown(sheet)}' is read; there is also {listed(others)}.")
    troubles = [*cells.troubles, *table.troubles]
    if not any(each.kind == "date" for each in columns):
        found = f"the columns {kinds}" + (f"; the same in {listed(others)}" if others else "")
        right = "a column with the month, week or day of each row, such as 01/04/2024 or Apr-24"
        troubles.append(Trouble("No column of dates was found", found, right))
    return Upload(
        name=name,
        frame=frame,
        columns=columns,
        notes=(*notes, *cells.notes, *table.notes),
        troubles=tuple(troubles),
        sheet=sheet,
        sheets=tuple(sheets) if sheet else (),
    )
