"""Read a file that somebody brings, and say what it holds."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from itertools import chain

import pandas as pd

from toolkit.upload.dates import SPANS, partly, read_period
from toolkit.upload.errors import (
    Trouble,
    UploadError,
    one_line,
    quoted_list,
    refusal,
    say,
    trouble,
    unknown_choice,
)
from toolkit.upload.files import Grid, grids
from toolkit.upload.identifiers import refuse_identifiers, refuse_name
from toolkit.upload.kinds import KINDS, guess
from toolkit.upload.layout import LOOK, TABLE, Layout, lay_out
from toolkit.upload.leftout import LeftOut, hidden, totals
from toolkit.upload.limits import tick, time_limit
from toolkit.upload.order import join_years


def columns_in_words(kinds: Mapping[str, str]) -> list[str]:
    """Return each column with what it seems to hold."""
    return [say("summary.column", name=n, kind=KINDS[kind]) for n, kind in kinds.items()]


@dataclass(frozen=True, eq=False)
class Upload:
    """A table as it was brought.

    Parameters
    ----------
    name : str
        Name of the file.
    frame : DataFrame
        The cells as they stand; the index holds row numbers as a spreadsheet shows them. Totals
        and what is hidden in Excel are left out.
    kinds : mapping of str to str
        What each column seems to hold, one of ``KINDS``; a column without a heading has its letter.
    notes : tuple of str
        What was understood, and what was left out.
    troubles : tuple of Trouble
        What is wrong; the columns that are not touched by it can be used.
    sheet, sheets : str, tuple of str
        The sheet or table, and all that hold something; nothing if there is only one in a CSV file.
    hidden_sheets : frozenset of str
        Those of them that are hidden in Excel.
    left : tuple of LeftOut
        What was left out and can be put back.
    whole : DataFrame, optional
        The cells with what was left out.
    """

    name: str
    frame: pd.DataFrame
    kinds: Mapping[str, str]
    notes: tuple[str, ...] = ()
    troubles: tuple[Trouble, ...] = ()
    sheet: str = ""
    sheets: tuple[str, ...] = ()
    hidden_sheets: frozenset[str] = frozenset()
    left: tuple[LeftOut, ...] = ()
    whole: pd.DataFrame | None = None

    def put_back(self, keys: Collection[str]) -> Upload:
        """Return the table with some of what was left out, such as ``totals``, put back."""
        if not {each.key for each in self.left} & set(keys):
            return self
        frame = _without(self.whole, [each for each in self.left if each.key not in keys])
        return replace(self, frame=frame, kinds=_kinds(frame))

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
        Sheet of a workbook, or one of several tables; by default the first that is not hidden and
        has a column of dates.

    Returns
    -------
    Upload
        The table, with a guess of what each column holds.

    Raises
    ------
    IdentifierError
        If a column of any sheet seems to name people. Nothing of the file is kept or repeated.
    UploadError
        If it is no table; the message says what would be right.

    Examples
    --------
    >>> falls = read("falls.csv", b"Month;Falls;Share\nApr-24;7;85%\nMay-24;<5;90%\n")
    >>> falls.kinds
    {'Month': 'date', 'Falls': 'count', 'Share': 'percent'}
    """
    with time_limit():
        refuse_name(name)
        tables, problems, names = _tables(grids(name, content))
        if sheet is not None and sheet not in names:
            raise refusal("no_sheet", sheet=one_line(sheet), sheets=quoted_list(names))
        if sheet in problems or not tables:
            raise next(problem for one, problem in problems.items() if sheet in (None, one))
        uploads = (
            _upload(name, tables, one, names) for one in (tables if sheet is None else (sheet,))
        )
        first = next(uploads)
        return next((each for each in chain([first], uploads) if each.of_kind("date")), first)


def _tables(
    sheets: Mapping[str, Grid],
) -> tuple[dict[str, tuple[Grid, Layout]], dict[str, UploadError], list[str]]:
    """Return each table of each sheet, what is wrong with the others, and the names of all."""
    found: dict[str, tuple[Grid, Layout]] = {}
    problems: dict[str, UploadError] = {}
    names: list[str] = []
    for sheet, grid in sheets.items():
        tick()
        try:
            tables = lay_out(grid)
        except UploadError as problem:
            refuse_identifiers((), [str(cell) for row in grid.rows for cell in row if cell])
            problems[sheet] = problem
            names.append(sheet)
            continue
        for title, table in tables.items():
            refuse_identifiers(table.asked, table.beside)
            names.append(": ".join(part for part in (sheet, title) if part))
            found[names[-1]] = grid, table
    return found, problems, names


def _kinds(frame: pd.DataFrame) -> dict[str, str]:
    """Return what each column seems to hold; the dates that tell most come first."""
    kinds = {name: guess(name, frame[name].tolist()) for name in frame}
    dates = [name for name, kind in kinds.items() if kind == "date"]
    dates.sort(key=lambda name: _coarse(frame[name]))
    return {**dict.fromkeys(dates, "date"), **kinds}


def _coarse(cells: pd.Series) -> int:
    """Return how coarse a column of dates is; the greatest number if it lacks something."""
    periods = [read_period(cell) for cell in cells.dropna().head(LOOK)]
    spans = [SPANS.index(each.span) for each in periods if each]
    return max(2, *spans) if 2 * len(spans) > min(LOOK, len(cells)) else len(SPANS)


def _without(whole: pd.DataFrame, left: Collection[LeftOut]) -> pd.DataFrame:
    gone = [name for each in left for name in each.columns if name in whole]
    rows = {n for each in left for n in each.rows}
    frame = whole.drop(columns=gone)
    return frame[~frame.index.isin(rows)] if rows else frame


def _upload(
    name: str, tables: Mapping[str, tuple[Grid, Layout]], sheet: str, names: list[str]
) -> Upload:
    """Return one table with all that was understood of it."""
    grid, table = tables[sheet]
    whole, notes = table.frame, []
    left = hidden(table.hidden_rows, table.hidden_columns, whole)
    joined = join_years(whole)
    if joined is not None:
        column, year = joined
        whole = pd.concat([column, whole.drop(columns=[TABLE] if year == TABLE else [])], axis=1)
        notes.append(say("upload.joined", column=column.name))
    if grid.shift:
        for date in (one for one, kind in _kinds(whole).items() if kind == "date"):
            cells = whole[date]
            later = [each + grid.shift if type(each) in (int, float) else each for each in cells]
            whole = whole.assign(**{date: pd.Series(later, whole.index, dtype=object)})
        notes.append(say("upload.mac"))
    frame = _without(whole, left)
    kinds = _kinds(frame)
    if found := totals(frame, kinds):
        left.append(found)
        frame = _without(whole, left)
        kinds = _kinds(frame)
    told = columns_in_words(kinds)
    first = say("upload.first", source=grid.source, rows=len(frame), columns=told)
    others = [
        say("item.sheet", name=one_line(one), hidden=one in tables and tables[one][0].hidden)
        for one in names if one != sheet
    ]  # fmt: skip
    if others:
        where = {"workbook": grid.workbook, "hidden": grid.hidden, "name": one_line(sheet)}
        notes.append(say("upload.others", **where, others=others))
    troubles = [*grid.troubles, *table.troubles]
    if "date" not in kinds.values():
        bare = [one_line(name) for name in frame if partly(name) == "year"]
        key = "no_year" if len(bare) >= 3 else "no_date"
        troubles.append(trouble(key, months=bare, columns=told, others=others))
    return Upload(
        name=name,
        frame=frame,
        kinds=kinds,
        notes=(first, *notes, *grid.notes, *table.notes, *(each.note for each in left)),
        troubles=tuple(troubles),
        sheet=sheet,
        sheets=tuple(names) if sheet else (),
        hidden_sheets=frozenset(one for one, (grid, _) in tables.items() if grid.hidden),
        left=tuple(left),
        whole=whole,
    )
