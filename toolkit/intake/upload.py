"""Read a file that somebody brings, and say what it holds."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from toolkit.intake.errors import Trouble, number_of, unknown_choice
from toolkit.intake.files import grid
from toolkit.intake.identifiers import refuse_identifiers
from toolkit.intake.kinds import KINDS, guess
from toolkit.intake.layout import lay_out


@dataclass(frozen=True)
class Column:
    """One column.

    Parameters
    ----------
    name : str
        Its heading, or ``Column B`` if it has none.
    letter : str
        Its letter in the spreadsheet.
    kind : str
        What it seems to hold, one of ``KINDS``.
    """

    name: str
    letter: str
    kind: str


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
        """Return one column by its name.

        Parameters
        ----------
        name : str
            Its heading.

        Raises
        ------
        IntakeError
            If there is none.
        """
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
        Sheet of a workbook; by default the first that holds something.

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
    cells = grid(name, content, sheet)
    table = lay_out(cells.rows)
    frame = table.frame
    refuse_identifiers(
        (letter, heading, frame[heading])
        for heading, letter in zip(frame.columns, table.letters, strict=True)
    )
    columns = tuple(
        Column(heading, letter, guess(heading, frame[heading].tolist()))
        for heading, letter in zip(frame.columns, table.letters, strict=True)
    )
    held = f"{number_of(len(frame), 'row')} and {number_of(len(columns), 'column')}"
    kinds = ", ".join(f"{each.name} ({KINDS[each.kind]})" for each in columns[:12])
    notes = [f"This is {cells.source} with {held}: {kinds}."]
    troubles = [*cells.troubles, *table.troubles]
    if not table.troubles and not any(each.kind == "date" for each in columns):
        found = f"the columns {kinds}"
        right = "a column with the month, week or day of each row, such as 01/04/2024 or Apr-24"
        troubles.append(Trouble("No column of dates was found", found, right))
    return Upload(
        name=name,
        frame=frame,
        columns=columns,
        notes=(*notes, *cells.notes, *table.notes),
        troubles=tuple(troubles),
        sheet=cells.sheet,
        sheets=cells.sheets,
    )
