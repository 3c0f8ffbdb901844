"""From a grid to a table: where the headings are, and which rows are no data."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd
from openpyxl.utils import get_column_letter

from toolkit.intake.cells import clean, number
from toolkit.intake.dates import read_date
from toolkit.intake.errors import IntakeError, Trouble, number_of, row_words
from toolkit.intake.kinds import is_value

LOOK = 200  # rows from which the shape is read
DEEPEST = 40  # a heading stands in one of the first rows
MOST = 0.6  # of the cells below a heading hold data
TOTAL = re.compile(
    r"(grand |sub ?-? ?|overall |annual |year )?totals?\b.*|sum|(overall )?(average|mean|median)s?|"
    r"year to date|ytd\b.*|overall"
)
TURNED = (
    "The months run from left to right, so the table was turned: each column has become a row, and "
    "row 3 below is column C of your table."
)


@dataclass(frozen=True)
class Layout:
    """A table, the letters of its columns in the spreadsheet, and what was left out of it."""

    frame: pd.DataFrame  # the index holds row numbers as a spreadsheet shows them
    letters: tuple[str, ...]
    notes: tuple[str, ...]
    troubles: tuple[Trouble, ...]


def _filled(row: list[Any]) -> int:
    return len(row) - row.count(None)


def _data_columns(rows: list[list[Any]], width: int) -> list[int]:
    """Return the columns whose cells are mostly data."""
    found = []
    for column in range(width):
        cells = [row[column] for row in rows if row[column] is not None]
        # One of them may be the heading.
        if cells and sum(map(is_value, cells)) >= max(1, MOST * (len(cells) - 1)):
            found.append(column)
    return found


def _heading(rows: list[list[Any]], width: int) -> int | None:
    """Return where the lowest row of headings is; None if the data begin at once."""
    columns = _data_columns(rows, width)
    filled = [at for at, row in enumerate(rows[:DEEPEST]) if _filled(row)]
    if not columns:
        return max(filled, key=lambda at: (_filled(rows[at]), -at), default=None)
    least = (len(columns) > 1) * len(columns) / 2
    data = next((at for at in filled if sum(is_value(rows[at][c]) for c in columns) > least), None)
    if data is None:
        return None
    above = [
        at for at in filled
        if at < data and all(rows[at][c] is None or not is_value(rows[at][c]) for c in columns)
        and any(rows[at][c] is not None for c in columns)
        and _filled(rows[at]) >= min(2, _filled(rows[data]))
    ]  # fmt: skip
    if above:
        return above[-1]
    # Years can be headings too, if a word stands beside them; and months, if numbers stand below.
    below = next((rows[at] for at in filled if at > data), None)
    for column in columns:
        cell = rows[data][column]
        if cell is not None and not is_value(cell):
            return data
        if below and _is_written_date(cell) and number(below[column]) is not None:
            return data
    return None


def _is_written_date(cell: Any) -> bool:
    return cell is not None and number(cell) is None and read_date(cell) is not None


def _names(rows: list[list[Any]], at: int, width: int) -> tuple[list[str], bool]:
    """Return a name for each column, and whether a second row of headings gave part of it."""
    low = [text_of(cell) for cell in rows[at]]
    if at == 0 or not _groups(rows[at - 1], rows[at]):
        return low, False
    names, group = [], ""
    for column in range(width):
        group = text_of(rows[at - 1][column]) or (group if low[column] else "")
        names.append(" ".join(part for part in (group, low[column]) if part))
    return names, True


def text_of(cell: Any) -> str:
    """Return a cell as text on one line; a date of Excel as a day in words."""
    if cell is not None and not isinstance(cell, str) and (found := read_date(cell)) and found.day:
        return f"{found.day:%d %B %Y}"
    return " ".join(str(cell).split()) if cell is not None else ""


def _groups(upper: list[Any], lower: list[Any]) -> bool:
    """Return whether a row holds headings over headings, not a title."""
    if any(is_value(cell) and not isinstance(cell, int) for cell in upper if cell is not None):
        return False
    return _filled(upper) >= 2 or (
        _filled(upper) == 1 and upper[0] is None and lower[0] is not None
    )


def lay_out(rows: list[list[Any]]) -> Layout:
    """Return the table in a grid, with one name for each column and one month in each row."""
    width = max(map(len, rows))
    padded = [row + [None] * (width - len(row)) for row in rows]
    at = _heading(padded[:LOOK], width)
    if at is None:
        names, start = [""] * width, 0
        notes = ["There are no headings, so the columns are named by their letters."]
    else:
        names, double = _names(padded, at, width)
        start, notes = at + 1, []
        _refuse_ragged(rows, at)
        if double:
            notes.append(f"Headings stand in two rows ({at} and {at + 1}); they were joined.")
        if above := sum(map(bool, map(_filled, padded[: at - double]))):
            notes.append(f"{number_of(above, 'row')} above the headings passed over.")
        if _runs_across(names) and not _runs_across([text_of(row[0]) for row in padded]):
            turned = lay_out([list(column) for column in zip(*padded[at:], strict=True)])
            return replace(turned, notes=(TURNED, *turned.notes))
    heading = padded[at] if at is not None else None
    body = _drop(dict(enumerate(padded[start:], start=start + 1)), heading, notes)
    if not body:
        right = "a row of headings, and below it one row for each month, week or event"
        raise IntakeError(Trouble("The table holds no data", "headings only", right))
    kept = [c for c in range(width) if any(row[c] is not None for row in body.values())]
    if empty := sum(c not in kept and names[c] != "" for c in range(width)):
        notes.append(f"{number_of(empty, 'column')} with nothing below the heading left out.")
    letters = tuple(get_column_letter(column + 1) for column in kept)
    names, doubled, unnamed = _unique([names[column] for column in kept], letters)
    if at is not None and unnamed:
        notes.append(
            "Without a heading of their own, perhaps because cells are merged: "
            f"{', '.join(unnamed)}. They are named by their letters."
        )
    troubles = ()
    if doubled:
        right = "a heading of its own for each column"
        troubles = (Trouble("A heading stands more than once", ", ".join(doubled), right),)
    cells = list(zip(*body.values(), strict=True))
    frame = pd.DataFrame(
        {name: pd.Series(cells[c], dtype=object) for name, c in zip(names, kept, strict=True)}
    )
    frame.index = pd.Index(list(body), name="row")
    return Layout(frame, letters, tuple(notes), troubles)


def _runs_across(names: Iterable[str]) -> bool:
    """Return whether most names are months or days."""
    names = list(names)
    dated = sum(read_date(name) is not None for name in names[1:])
    return dated >= 3 and dated > len(names) / 2


def _refuse_ragged(rows: list[list[Any]], at: int) -> None:
    """Refuse rows that are longer than their headings: a comma in a figure has cut it in two."""
    held = len(rows[at])
    long = [row for row, cells in enumerate(rows[at + 1 :], start=at + 2) if any(cells[held:])]
    if len(long) > len(rows[at + 1 :]) / 2:
        raise IntakeError(
            Trouble(
                "Rows have more cells than there are headings",
                f"{number_of(held, 'heading')}, and rows with up to {max(map(len, rows))} cells",
                "a heading for each column, and figures such as 1,234 without their comma; a table "
                "that is saved as .xlsx has neither trouble",
                tuple(long),
            )
        )


def _drop(
    body: dict[int, list[Any]], heading: list[Any] | None, notes: list[str]
) -> dict[int, list[Any]]:
    """Return the rows that hold data."""
    rows = {at: row for at, row in body.items() if _filled(row)}
    if rows and (inside := max(rows) + 1 - min(body) - len(rows)):
        notes.append(f"{number_of(inside, 'blank row')} left out.")
    again = [at for at, row in rows.items() if row == heading]
    totals = [at for at, row in rows.items() if at not in again and _is_total(row)]
    for found, what in ((again, "headings once more"), (totals, "totals")):
        if found:
            notes.append(f"Left out as {what}: {row_words(found)}.")
    gone = {*again, *totals}
    rows = {at: row for at, row in rows.items() if at not in gone}
    feet = []
    widths = Counter(map(_filled, rows.values()))
    if widths and widths.most_common(1)[0][0] > 1:
        for at in reversed(rows):
            cells = [cell for cell in rows[at] if cell is not None]
            if len(cells) > 1 or is_value(cells[0]):
                break
            feet.insert(0, at)
    if feet and len(feet) < len(rows):
        notes.append(f"Left out as remarks below the table: {row_words(feet)}.")
        rows = {at: row for at, row in rows.items() if at not in feet}
    return rows


def _is_total(row: list[Any]) -> bool:
    first = next(cell for cell in row if cell is not None)
    return (
        isinstance(first, str) and first[0].isalpha() and TOTAL.fullmatch(clean(first)) is not None
    )


def _unique(names: list[str], letters: tuple[str, ...]) -> tuple[list[str], list[str], list[str]]:
    """Return names that differ, those that stood twice, and those made from the letter."""
    unnamed = [f"Column {letter}" for name, letter in zip(names, letters, strict=True) if not name]
    wanted = [name or f"Column {letter}" for name, letter in zip(names, letters, strict=True)]
    doubled = [f"'{name[:30]}'" for name, times in Counter(wanted).items() if times > 1]
    found: list[str] = []
    for name in wanted:
        at, one = 1, name
        while one in found:
            at += 1
            one = f"{name} ({at})"
        found.append(one)
    return found, doubled, unnamed
