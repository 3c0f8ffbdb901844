"""From a grid to tables: where the headings are, which rows belong together, which are no data."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import pandas as pd

from toolkit.text.lists import listed, number_of, row_words
from toolkit.text.reading import clean, read_number
from toolkit.upload.cells import is_hidden, is_missing
from toolkit.upload.dates import partly, read_date, read_period
from toolkit.upload.errors import Trouble, UploadError, shown
from toolkit.upload.files import Grid
from toolkit.upload.identifiers import veiled
from toolkit.upload.kinds import is_value
from toolkit.upload.limits import tick

LOOK = 200  # rows from which the shape is read
DEEPEST = 40  # a heading stands in one of the first rows
MOST = 0.6  # of the cells below a heading hold data
GOES_ON = 2  # a table goes on if its next date is at most so many of its usual steps away
LONGEST_HEADING, LONGEST_CELL = 120, 500  # letters that are kept
TABLE = "Table"  # heading of the column that tells tables below one another apart
TURNED = (
    "The months run from left to right, so the table was turned: each column has become a row, and "
    "row 3 below is column C of your table."
)
Rows = dict[int, list[Any]]  # by their number in the spreadsheet


@dataclass(frozen=True)
class Layout:
    """A table, the letters of its columns in the spreadsheet, and what was left out of it."""

    frame: pd.DataFrame  # the index holds row numbers as a spreadsheet shows them
    letters: tuple[str, ...]
    notes: tuple[str, ...]
    troubles: tuple[Trouble, ...]
    beside: tuple[str, ...] = ()  # texts above, below and between the rows
    asked: tuple[
        tuple[str, str, list[Any]], ...
    ] = ()  # where, heading, cells; before it was turned
    hidden_rows: tuple[int, ...] = ()
    hidden_columns: tuple[str, ...] = ()


@dataclass
class _Section:
    """Rows below one heading, or below a title that stands between them."""

    heading: list[Any] | None
    title: str = ""
    rows: Rows = field(default_factory=dict)


def letters_of(column: int) -> str:
    """Return the letters of a column as a spreadsheet has them; the first is 0."""
    text = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        text = chr(65 + rest) + text
    return text


def text_of(cell: Any) -> str:
    """Return a cell as text on one line; a date of Excel as a day in words."""
    if cell is not None and not isinstance(cell, str) and (found := read_date(cell)) and found.day:
        return f"{found.day:%d %B %Y}"
    if isinstance(cell, float):
        return f"{cell:.15g}"
    return " ".join(str(cell).split()) if cell is not None else ""


def lay_out(grid: Grid) -> dict[str, Layout]:
    """Return the tables in a grid by their titles; a single one has none."""
    found: dict[str, Layout] = {}
    problems = []
    for first, last in _blocks(grid.rows):
        rows = [row[first:last] for row in grid.rows]
        for title, sections, notes, beside in _tables(rows):
            name = title or f"from column {letters_of(first)}"
            while name in found:
                name += " (again)"
            try:
                found[name] = _layout(grid, first, sections, notes, beside)
            except UploadError as problem:
                problems.append(problem)
    if not found:
        raise problems[0]
    return found if len(found) > 1 else {"": next(iter(found.values()))}


def _filled(row: list[Any]) -> int:
    return len(row) - row.count(None)


def _blocks(rows: list[list[Any]]) -> list[tuple[int, int]]:
    """Return the first and last column of tables that stand side by side, an empty one between."""
    width = max(map(len, rows))
    used = [any(len(row) > c and row[c] is not None for row in rows) for c in range(width)]
    edges = [c for c in range(width) if not used[c] and any(used[:c]) and any(used[c:])]
    parts, start = [], 0
    for edge in [*edges, width]:
        if any(used[start:edge]):
            parts.append((start, edge))
        start = edge + 1
    head = [row for row in rows if any(cell is not None for cell in row)][:LOOK]
    dated = [part for part in parts if part[1] - part[0] > 1 and _dates_down(head, *part)]
    return dated if len(dated) > 1 and len(dated) == len(parts) else [(0, width)]


def _dates_down(rows: list[list[Any]], first: int, last: int) -> bool:
    """Return whether some column has dates below one another."""
    return any(
        sum(len(row) > c and _is_written_date(row[c]) for row in rows) >= 3
        for c in range(first, last)
    )


# ---- headings ----------------------------------------------------------------------------------


def _data_columns(rows: Iterable[list[Any]], width: int) -> list[int]:
    """Return the columns whose cells are mostly data."""
    rows, found = list(rows), []
    for column in range(width):
        cells = [row[column] for row in rows if row[column] is not None]
        # One of them may be the heading.
        if cells and sum(map(is_value, cells)) >= max(1, MOST * (len(cells) - 1)):
            found.append(column)
    return found


def _heading(rows: list[list[Any]], width: int) -> tuple[int | None, int]:
    """Return where the row of headings is, None if there is none, and where the data begin."""
    columns = _data_columns(rows, width)
    filled = [at for at, row in enumerate(rows[:DEEPEST]) if _filled(row)]
    if not columns:
        at = max(filled, key=lambda at: (_filled(rows[at]), -at), default=None)
        return at, 0 if at is None else at + 1
    least = (len(columns) > 1) * len(columns) / 2
    data = next((at for at in filled if sum(is_value(rows[at][c]) for c in columns) > least), None)
    if data is None:
        return None, 0
    above = [
        at for at in filled
        if at < data and all(rows[at][c] is None or not is_value(rows[at][c]) for c in columns)
        and any(rows[at][c] is not None for c in columns)
        and _filled(rows[at]) >= min(2, _filled(rows[data]))
    ]  # fmt: skip
    if above:
        if clean(str(rows[above[0]][0])) == "title" and above[-1] - above[0] >= 2:
            return above[0], data  # the Office for National Statistics says more of each below
        return above[-1], above[-1] + 1
    named = next((at for at in filled if _filled(rows[at]) > 1), data)
    if named <= data and _words_and_marks(rows[named]):
        return named, named + 1
    # Years can be headings too, if a word stands beside them; and months, if numbers stand below.
    below = next((rows[at] for at in filled if at > data), None)
    if below and _years(rows[data], columns) and not _years(below, columns):
        return data, data + 1
    for column in columns:
        cell = rows[data][column]
        headed = cell is not None and not is_value(cell)
        if headed or (below and _is_written_date(cell) and read_number(below[column]) is not None):
            return data, data + 1
    return None, 0


def _words_and_marks(row: list[Any]) -> bool:
    """Return whether a row names columns, some by a letter or word that marks a gap elsewhere."""
    held = [cell for cell in row if cell is not None]
    figures = [cell for cell in held if is_value(cell)]
    return (
        all(isinstance(cell, str) for cell in held)
        and len(set(map(clean, held))) == len(held) > len(figures) > 0
        and all(cell.isalpha() and (is_missing(cell) or is_hidden(cell)) for cell in figures)
    )


def _years(row: list[Any], columns: list[int]) -> bool:
    return all(partly(text_of(row[c])) == "only a year" for c in columns)


def _is_written_date(cell: Any) -> bool:
    return cell is not None and read_number(cell) is None and read_date(cell) is not None


def _names(rows: list[list[Any]], at: int, width: int) -> tuple[list[str], bool]:
    """Return a name for each column, and whether a second row of headings gave part of it."""
    low = [text_of(cell)[:LONGEST_HEADING] for cell in rows[at]]
    if at == 0 or not _groups(rows[at - 1], rows[at]):
        return low, False
    names, group = [], ""
    for column in range(width):
        group = text_of(rows[at - 1][column])[:LONGEST_HEADING] or (group if low[column] else "")
        names.append(" ".join(part for part in (group, low[column]) if part))
    return names, True


def _groups(upper: list[Any], lower: list[Any]) -> bool:
    """Return whether a row holds headings over headings, not a title."""
    held = [cell for cell in upper if cell is not None]
    if sum(partly(text_of(cell)) == "no year" for cell in lower) >= 2 and any(
        partly(text_of(cell)) == "only a year" for cell in held
    ):
        return True
    if any(is_value(cell) and not isinstance(cell, int) for cell in held):
        return False
    return len(held) >= 2 or (len(held) == 1 and upper[0] is None and lower[0] is not None)


# ---- tables below one another ------------------------------------------------------------------


def _tables(
    rows: list[list[Any]],
) -> Iterator[tuple[str, list[_Section], list[str], list[str]]]:
    """Return each table with its sections, the notes about them and the texts beside them."""
    width = max(map(len, rows))
    padded = [row + [None] * (width - len(row)) for row in rows]
    at, start = _heading(padded[:LOOK], width)
    if at is not None:
        _refuse_ragged(rows, at)
    columns = _data_columns(padded[:LOOK], width)
    above = {n: row for n, row in enumerate(padded[:start], start=1) if _filled(row)}
    notes, beside = [], []
    names, double = ([""] * width, False) if at is None else _names(padded, at, width)
    if at is None:
        notes.append("There are no headings, so the columns are named by their letters.")
    elif double:
        notes.append(f"Headings stand in two rows ({at} and {at + 1}); they were joined.")
    heads = {at + 1, at + 1 - double} if at is not None else set()
    titles = {n: row for n, row in above.items() if n not in heads}
    if titles:
        beside += [_line(row) for row in titles.values()]
        notes.append(
            f"{number_of(len(titles), 'row')} above the headings passed over: {_told(titles)}."
        )
    first = _Section(names if at is not None else None, _title(titles))
    body = dict(enumerate(padded[start:], start=start + 1))
    repeats: list[int] = []
    feet: Rows = {}
    between: Rows = {}
    heading = padded[at] if at is not None else None
    sections = _sections(body, heading, first, columns, repeats, feet, between)
    blank = [n for n, row in body.items() if not _filled(row)]
    data = [n for section in sections for n in section.rows]
    if inside := sum(n < max(data) for n in blank) if data else 0:
        notes.append(f"{number_of(inside, 'blank row')} left out.")
    if repeats:
        notes.append(f"Left out as headings once more: {row_words(repeats)}.")
    if between:
        beside += [_line(row) for row in between.values()]
        notes.append(f"Titles between the rows: {_told(between)}.")
    if feet:
        beside += [_line(row) for row in feet.values()]
        notes.append(f"Left out as remarks below the table: {_told(feet)}.")
    while sections:
        alike = [each for each in sections if each.heading is sections[0].heading]
        sections = [each for each in sections if each.heading is not alike[0].heading]
        more = bool(sections) or alike[0].heading is not first.heading
        rows_in = [n for each in alike for n in each.rows]
        where = f"rows {min(rows_in)} to {max(rows_in)}" if rows_in else ""
        yield (alike[0].title or where if more else ""), alike, notes, beside


def _sections(
    body: Rows, heading: list[Any] | None, first: _Section, columns: list[int],
    repeats: list[int], feet: Rows, between: Rows,
) -> list[_Section]:  # fmt: skip
    """Return the rows of data in sections; note repeated headings and remarks at the end."""
    found, titles, again = [first], {}, None
    numbers = [n for n, row in body.items() if _filled(row)]
    shape = numbers[:LOOK]
    # In a list of one column every row stands alone, and a word in it is a bad cell.
    wide = bool(columns) and 4 * sum(_filled(body[n]) > 1 for n in shape) >= len(shape) > 0
    words = {n for n in numbers if wide and not any(is_value(body[n][c]) for c in columns)}
    last = max((n for n in numbers if n not in words), default=0)
    for n, below in zip(numbers, [*numbers[1:], 0], strict=False):
        tick()
        row, cells = body[n], _filled(body[n])
        if heading is not None and row == heading:
            repeats.append(n)
            again = first.heading
        elif n in words and n > last and cells <= 2:
            feet[n] = row
        elif n in words and n < last and cells == 1:
            titles[n] = row
        elif n in words and (titles or n - 1 not in numbers) and _heads(row, body.get(below)):
            again = [text_of(cell)[:LONGEST_HEADING] for cell in row]
        elif cells == 1 and _year_over_months(row, body.get(below)):
            titles[n] = row
        else:
            if (again is not None or titles) and found[-1].rows:
                found.append(_Section(again or found[-1].heading, _title(titles)))
            elif titles:
                found[-1].title = _title(titles)
            between.update(titles)
            titles, again = {}, None
            found[-1].rows[n] = row
    return [each for each in found if each.rows] or found[:1]


def _heads(row: list[Any], below: list[Any] | None) -> bool:
    """Return whether a row of words stands over figures as a heading does."""
    held = [c for c, cell in enumerate(row) if cell is not None]
    if below is None or len(held) < 2 or any(is_value(row[c]) for c in held):
        return False
    return 2 * sum(is_value(below[c]) and below[c] is not None for c in held) >= len(held)


def _year_over_months(row: list[Any], below: list[Any] | None) -> bool:
    """Return whether a year stands by itself over months that name none."""
    c = next(c for c, cell in enumerate(row) if cell is not None)
    return (
        below is not None
        and partly(text_of(row[c])) == "only a year"
        and any(partly(text_of(cell)) == "no year" for cell in below if cell is not None)
    )


def _title(rows: Rows) -> str:
    """Return the title that stands lowest over a table."""
    lines = [row for row in rows.values() if _filled(row) == 1]
    return _line(lines[-1])[:LONGEST_HEADING] if lines else ""


def _line(row: list[Any]) -> str:
    return " ".join(text_of(cell) for cell in row if cell is not None)


def _told(rows: Rows) -> str:
    """Return what stands in rows that are left out."""
    return listed(f"{veiled(_line(row))} (row {n})" for n, row in rows.items())


def _stacked(sections: list[_Section]) -> bool:
    """Return whether sections with one heading are tables of their own, not pages of one."""
    titles = {each.title for each in sections[1:]} - {""}
    if titles - {sections[0].title}:
        return True
    ends: list[Any] = []
    for each in sections:
        days = [
            day
            for row in each.rows.values()
            if (found := next(filter(None, map(read_date, filter(_is_written_date, row))), None))
            and (day := found.at("dmy"))
        ]
        if days and ends:
            steps = sorted(later - day for day, later in pairwise(sorted(set(ends))))
            usual = steps[len(steps) // 2] if steps else min(days) - max(ends)
            if not max(ends) < min(days) <= max(ends) + GOES_ON * usual:
                return True
        ends += days
    return False


# ---- one table ---------------------------------------------------------------------------------


def _layout(
    grid: Grid, offset: int, sections: list[_Section], notes: list[str], beside: list[str]
) -> Layout:
    """Return one table, from its sections."""
    notes, heading = list(notes), sections[0].heading
    rows = {n: row for each in sections for n, row in each.rows.items()}
    if not rows:
        right = "a row of headings, and below it one row for each month, week or event"
        raise UploadError(Trouble("The table holds no data", "headings only", right))
    width = len(next(iter(rows.values())))
    names = heading or [""] * width
    kept = [c for c in range(width) if any(row[c] is not None for row in rows.values())]
    if empty := [names[c] for c in range(width) if c not in kept and names[c]]:
        notes.append(
            f"{number_of(len(empty), 'column')} with nothing below the heading left out: "
            f"{listed(map(shown, empty))}."
        )
    letters = tuple(letters_of(c + offset) for c in kept)
    hidden = {c for c in kept if c + offset in grid.hidden_columns}
    if len(kept) > 1 and _runs_across([names[c] for c in kept], rows, kept):
        return _turned(grid, offset, [names[c] for c in kept], letters, rows, kept, notes, beside)
    names, doubled, unnamed = _unique([names[c] for c in kept], letters)
    if heading is not None and unnamed:
        notes.append(
            "Without a heading of their own, perhaps because cells are merged: "
            f"{', '.join(unnamed)}. They are named by their letters."
        )
    troubles: tuple[Trouble, ...] = ()
    if doubled:
        right = "a heading of its own for each column"
        troubles = (Trouble("A heading stands more than once", ", ".join(doubled), right),)
    columns = {name: [row[c] for row in rows.values()] for name, c in zip(names, kept, strict=True)}
    asked = (
        *(
            (f"column {letter}", name, cells)
            for letter, (name, cells) in zip(letters, columns.items(), strict=True)
        ),
        ("titles between the rows", "", [each.title for each in sections[1:]]),
    )
    frame = pd.DataFrame(
        {name: pd.Series(map(_cut, cells), dtype=object) for name, cells in columns.items()}
    )
    if len(sections) > 1 and _stacked(sections):
        told = [
            each.title or f"rows {min(each.rows)} to {max(each.rows)}"
            for each in sections for _ in each.rows
        ]  # fmt: skip
        if TABLE not in frame:
            frame.insert(0, TABLE, pd.Series(told, dtype=object))
            letters = ("", *letters)
            notes.append(
                f"{number_of(len(sections), 'table')} stand below one another: "
                f"{listed(dict.fromkeys(map(shown, told)))}."
            )
    frame.index = pd.Index(list(rows), name="row")
    return Layout(
        frame, letters, tuple(notes), troubles, tuple(beside), asked,
        tuple(n for n in rows if n in grid.hidden_rows),
        tuple(name for name, c in zip(names, kept, strict=True) if c in hidden),
    )  # fmt: skip


def _cut(cell: Any) -> Any:
    return cell[:LONGEST_CELL] if isinstance(cell, str) else cell


def _runs_across(names: list[str], rows: Rows, kept: list[int]) -> bool:
    """Return whether months stand beside one another as headings, and not below one another too."""
    dated = [c for c, name in zip(kept, names, strict=True) if read_period(name) is not None]
    if len(dated) < 3 or len(dated) < len(names) / 3:
        return False
    some = list(rows.values())[:LOOK]
    beside = [c for c in kept if c not in dated]
    down = any(
        sum(_is_written_date(row[c]) or partly(text_of(row[c])) == "no year" for row in some)
        > len(some) / 2
        for c in beside
    )
    return len(some) < 3 or not down


def _turned(
    grid: Grid, offset: int, names: list[str], letters: tuple[str, ...], rows: Rows,
    kept: list[int], notes: list[str], beside: list[str],
) -> Layout:  # fmt: skip
    """Return a table whose months run from left to right with one month in each row."""
    dated = [at for at, name in enumerate(names) if read_period(name) is not None]
    others = [at for at in range(len(names)) if at not in dated]
    worded = [
        at for at in others
        if (at < dated[0] or others[0] > dated[0])
        and not _figures_only([row[kept[at]] for row in rows.values()])
    ]  # fmt: skip
    unit = next(
        (at for at in worded if re.fullmatch(r"units?( of measure)?", clean(names[at]))), -1
    )
    # Only what tells the rows apart names them; of the rest the first one.
    told = {at: [text_of(row[kept[at]]) for row in rows.values()] for at in worded}
    telling = [at for at in worded if at != unit and len(set(told[at])) > 1] or worded[:1]
    labels = [
        " · ".join(dict.fromkeys(part for at in telling if (part := told[at][n])))[:LONGEST_HEADING]
        + (f" ({told[unit][n]})" if unit >= 0 and told[unit][n] else "")
        for n in range(len(rows))
    ]
    places = [f"row {n}" for n in rows]
    labels, doubled, _ = _unique(labels, tuple(str(n) for n in rows), "Row")
    left = [at for at in others if at not in telling and at != unit]
    notes = [TURNED, *notes]
    if left:
        cells = {at: [shown(text_of(row[kept[at]])) for row in rows.values()] for at in left}
        words = (f"'{shown(names[at])}' ({listed(filter(None, cells[at]))})" for at in left)
        notes.append(f"Columns that are no month were left out: {listed(words)}.")
    hidden = [at for at in dated if kept[at] + offset in grid.hidden_columns]
    first = next((names[at] for at in telling if names[at]), "") or "Month"
    frame = pd.DataFrame(
        {first: [names[at] for at in dated]}
        | {
            label if label != first else f"{label} (2)": [_cut(row[kept[at]]) for at in dated]
            for label, row in zip(labels, rows.values(), strict=True)
        },
        dtype=object,
    )
    numbers = [kept[at] + offset + 1 for at in dated]
    frame.index = pd.Index(numbers, name="row")
    asked = tuple(
        (f"column {letters[at]}", names[at], [row[kept[at]] for row in rows.values()])
        for at in range(len(names))
    )
    across = tuple(
        (place, name, frame[name].tolist())
        for place, name in zip(places, frame.columns[1:], strict=True)
    )
    troubles: tuple[Trouble, ...] = ()
    if doubled:
        right = "a name of its own for each row"
        troubles = (Trouble("A row's name stands more than once", ", ".join(doubled), right),)
    return Layout(
        frame, ("", *(str(n) for n in rows)), tuple(notes), troubles, tuple(beside),
        (*asked, *across), tuple(kept[at] + offset + 1 for at in hidden),
        tuple(
            name for name, n in zip(frame.columns[1:], rows, strict=True) if n in grid.hidden_rows
        ),
    )  # fmt: skip


def _figures_only(cells: list[Any]) -> bool:
    """Return whether cells hold figures and no words."""
    held = [cell for cell in cells if cell is not None]
    return bool(held) and all(is_value(cell) for cell in held)


def _refuse_ragged(rows: list[list[Any]], at: int) -> None:
    """Refuse rows that are longer than their headings: a comma in a figure has cut it in two."""
    held = len(rows[at])
    long = [row for row, cells in enumerate(rows[at + 1 :], start=at + 2) if any(cells[held:])]
    if len(long) > len(rows[at + 1 :]) / 2:
        raise UploadError(
            Trouble(
                "Rows have more cells than there are headings",
                f"{number_of(held, 'heading')}, and rows with up to {max(map(len, rows))} cells",
                "a heading for each column, and figures such as 1,234 without their comma; a table "
                "that is saved as .xlsx has neither trouble",
                tuple(long),
            )
        )


def _unique(
    names: list[str], letters: tuple[str, ...], word: str = "Column"
) -> tuple[list[str], list[str], list[str]]:
    """Return names that differ, those that stood twice, and those made from the letter."""
    unnamed = [f"{word} {letter}" for name, letter in zip(names, letters, strict=True) if not name]
    wanted = [name or f"{word} {letter}" for name, letter in zip(names, letters, strict=True)]
    doubled = [f"'{name[:30]}'" for name, times in Counter(wanted).items() if times > 1]
    found: list[str] = []
    taken: set[str] = set()
    for name in wanted:
        at, one = 1, name
        while one in taken:
            at += 1
            one = f"{name} ({at})"
        taken.add(one)
        found.append(one)
    return found, doubled, unnamed
