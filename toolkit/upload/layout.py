"""From a grid to tables: where the headings are, which rows belong together, which are no data."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain, count, pairwise
from typing import Any

import pandas as pd

from toolkit.text.lists import row_words
from toolkit.text.reading import clean, read_number
from toolkit.upload.dates import partly, read_date, read_period
from toolkit.upload.errors import (
    Trouble,
    UploadError,
    few,
    one_line,
    quoted_list,
    refusal,
    say,
    trouble,
)
from toolkit.upload.files import Grid
from toolkit.upload.identifiers import veiled
from toolkit.upload.kinds import is_hidden, is_missing, is_value
from toolkit.upload.limits import tick

LOOK = 200  # rows from which the shape is read
DEEPEST = 40  # a heading stands in one of the first rows
MOST = 0.6  # of the cells below a heading hold data
GOES_ON = 2  # a table goes on if its next date is at most so many of its usual steps away
LONGEST_HEADING, LONGEST_CELL = 120, 500  # letters that are kept
TABLE = "Table"  # heading of the column that tells tables below one another apart
UNIT = re.compile(r"units?( of measure)?")
Rows = dict[int, list[Any]]  # by their number in the spreadsheet


@dataclass(frozen=True)
class Layout:
    """A table, and what was left out of it."""

    frame: pd.DataFrame  # the index holds row numbers as a spreadsheet shows them
    notes: tuple[str, ...]
    troubles: tuple[Trouble, ...]
    beside: tuple[str, ...]  # texts above, below and between the rows
    asked: tuple[tuple[str, str, list[Any]], ...]  # where, heading, cells; before it was turned
    hidden_rows: tuple[int, ...]
    hidden_columns: tuple[str, ...]


@dataclass
class _Section:
    """Rows below one heading, or below a title that stands between them."""

    heading: list[Any] | None
    title: str = ""
    rows: Rows = field(default_factory=dict)


def letters_of(column: int) -> str:
    """Return the letters of a column as a spreadsheet has them; the first is 0."""
    return (letters_of(column // 26 - 1) if column > 25 else "") + chr(65 + column % 26)


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
            name = title or say("layout.from", letters=letters_of(first))
            while name in found:
                name = say("layout.again", name=name)
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
    used = {c for row in rows for c, cell in enumerate(row) if cell is not None}
    edges = [-1, *(c for c in range(width) if c not in used), width]
    parts = [(left + 1, right) for left, right in pairwise(edges) if right - left > 1]
    head = [row for row in rows if _filled(row)][:LOOK]
    dates = Counter(c for row in head for c, cell in enumerate(row) if _is_written_date(cell))
    apart = len(parts) > 1 and all(
        last - first > 1 and any(dates[c] >= 3 for c in range(first, last)) for first, last in parts
    )
    return parts if apart else [(0, width)]


# ---- headings ----------------------------------------------------------------------------------


def _data_columns(rows: list[list[Any]], width: int) -> list[int]:
    """Return the columns whose cells are mostly data."""
    columns = [[row[c] for row in rows if row[c] is not None] for c in range(width)]
    # One of the cells may be the heading.
    return [
        c for c, cells in enumerate(columns)
        if sum(map(is_value, cells)) >= max(1, MOST * (len(cells) - 1))
    ]  # fmt: skip


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
        if at < data and not any(is_value(rows[at][c]) for c in columns)
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
    headed = any(
        (cell is not None and not is_value(cell))
        or (below and _is_written_date(cell) and read_number(below[c]) is not None)
        for c, cell in enumerate(rows[data]) if c in columns
    )  # fmt: skip
    return (data, data + 1) if headed else (None, 0)


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
    return all(partly(text_of(row[c])) == "month" for c in columns)


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
    lacks = [partly(text_of(cell)) for cell in lower]
    if lacks.count("year") >= 2 and any(partly(text_of(cell)) == "month" for cell in held):
        return True
    if any(is_value(cell) and not isinstance(cell, int) for cell in held):
        return False
    return len(held) >= 2 or (len(held) == 1 and upper[0] is None and lower[0] is not None)


# ---- tables below one another ------------------------------------------------------------------


def _tables(rows: list[list[Any]]) -> Iterator[tuple[str, list[_Section], list[str], list[str]]]:
    """Return each table with its sections, the notes about them and the texts beside them."""
    width = max(map(len, rows))
    padded = [row + [None] * (width - len(row)) for row in rows]
    at, start = _heading(padded[:LOOK], width)
    notes: list[str] = []
    beside: list[str] = []
    heading, names, heads = None, None, set()
    if at is None:
        notes.append(say("layout.no_headings"))
    else:
        _refuse_ragged(rows, at)
        heading, (names, double) = padded[at], _names(padded, at, width)
        heads = {at + 1, at + 1 - double}
        if double:
            notes.append(say("layout.two_rows", first=at, second=at + 1))
    held = {n: row for n, row in enumerate(padded, start=1) if _filled(row)}
    titles = {n: row for n, row in held.items() if n <= start and n not in heads}
    _pass_over("above", titles, notes, beside)
    first = _Section(names, _title(titles))
    body = {n: row for n, row in held.items() if n > start}
    sections, left = _sections(body, heading, first, _data_columns(padded[:LOOK], width))
    last = max((n for section in sections for n in section.rows), default=start)
    if blank := sum(n not in held for n in range(start + 1, last)):
        notes.append(say("layout.blank", count=blank))
    if left["repeats"]:
        notes.append(say("layout.repeats", rows=row_words(list(left["repeats"]))))
    _pass_over("between", left["between"], notes, beside)
    _pass_over("feet", left["feet"], notes, beside)
    alike: dict[int, list[_Section]] = {}
    for section in sections:
        alike.setdefault(id(section.heading), []).append(section)
    for found in alike.values():
        more = len(alike) > 1 or found[0].heading is not first.heading
        yield (found[0].title or _place(found) if more else ""), found, notes, beside


def _pass_over(key: str, rows: Rows, notes: list[str], beside: list[str]) -> None:
    """Note what stands in rows that are left out."""
    lines = {n: _line(row) for n, row in rows.items()}
    if lines:
        told = few(list(lines), lambda n: say("item.line", line=veiled(lines[n]), row=n))
        notes.append(say(f"layout.{key}", count=len(lines), lines=told))
        beside += lines.values()


def _place(sections: list[_Section]) -> str:
    """Return which rows sections have; empty if none."""
    rows = [n for each in sections for n in each.rows]
    return say("place.rows", first=min(rows), last=max(rows)) if rows else ""


def _sections(
    body: Rows, heading: list[Any] | None, first: _Section, columns: list[int]
) -> tuple[list[_Section], dict[str, Rows]]:
    """Return the rows of data in sections, and the rows that are none."""
    found, titles, again = [first], {}, None
    left: dict[str, Rows] = {"repeats": {}, "between": {}, "feet": {}}
    shape = [_filled(row) > 1 for row in body.values()][:LOOK]
    # In a list of one column every row stands alone, and a word in it is a bad cell.
    wide = bool(columns) and 4 * sum(shape) >= len(shape) > 0
    words = {n for n, row in body.items() if wide and not any(is_value(row[c]) for c in columns)}
    last = max((n for n in body if n not in words), default=0)
    for (n, row), below in zip(body.items(), [*list(body.values())[1:], []], strict=False):
        tick()
        cells = _filled(row)
        if heading is not None and row == heading:
            left["repeats"][n] = row
            again = first.heading
        elif n in words and n > last and cells <= 2:
            left["feet"][n] = row
        elif cells == 1 and ((n in words and n < last) or _year_over_months(row, below)):
            titles[n] = row
        elif n in words and (titles or n - 1 not in body) and _heads(row, below):
            again = [text_of(cell)[:LONGEST_HEADING] for cell in row]
        else:
            if (again is not None or titles) and found[-1].rows:
                found.append(_Section(again or found[-1].heading, _title(titles)))
            elif titles:
                found[-1].title = _title(titles)
            left["between"].update(titles)
            titles, again = {}, None
            found[-1].rows[n] = row
    return [each for each in found if each.rows] or found[:1], left


def _heads(row: list[Any], below: list[Any]) -> bool:
    """Return whether a row of words stands over figures as a heading does."""
    held = [c for c, cell in enumerate(row) if cell is not None]
    if not below or len(held) < 2 or any(is_value(row[c]) for c in held):
        return False
    return 2 * sum(is_value(below[c]) for c in held) >= len(held)


def _year_over_months(row: list[Any], below: list[Any]) -> bool:
    """Return whether a year stands by itself over months that name none."""
    return partly(_line(row)) == "month" and any(
        partly(text_of(cell)) == "year" for cell in below if cell is not None
    )


def _title(rows: Rows) -> str:
    """Return the title that stands lowest over a table."""
    lines = [row for row in rows.values() if _filled(row) == 1]
    return _line(lines[-1])[:LONGEST_HEADING] if lines else ""


def _line(row: list[Any]) -> str:
    return " ".join(text_of(cell) for cell in row if cell is not None)


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
        raise refusal("no_data")
    width = len(next(iter(rows.values())))
    names = heading or [""] * width
    kept = [c for c in range(width) if any(row[c] is not None for row in rows.values())]
    if empty := [names[c] for c in range(width) if c not in kept and names[c]]:
        notes.append(
            say("layout.empty", count=len(empty), names=[one_line(name) for name in empty])
        )
    names = [names[c] for c in kept]
    if len(kept) > 1 and _runs_across(names, rows, kept):
        return _turned(grid, offset, names, rows, kept, notes, beside)
    letters = [letters_of(c + offset) for c in kept]
    unnamed = [say("layout.column", letters=x) for x in letters]
    if heading is not None and not all(names):
        bare = [other for name, other in zip(names, unnamed, strict=True) if not name]
        notes.append(say("layout.unnamed", columns=bare))
    names, troubles = _unique(names, unnamed, "doubled_heading")
    columns = {name: [row[c] for row in rows.values()] for name, c in zip(names, kept, strict=True)}
    asked = _asked("column", letters, columns.items())
    asked.append((say("place.titles"), "", [each.title for each in sections[1:]]))
    frame = _frame(columns, list(rows))
    if len(sections) > 1 and _stacked(sections) and TABLE not in frame:
        told = [each.title or _place([each]) for each in sections for _ in each.rows]
        frame.insert(0, TABLE, pd.Series(told, frame.index, dtype=object))
        tables = [one_line(title) for title in dict.fromkeys(told)]
        notes.append(say("layout.stacked", count=len(sections), tables=tables))
    hidden = [at for at, c in enumerate(kept) if c + offset in grid.hidden_columns]
    return Layout(
        frame, tuple(notes), troubles, tuple(beside), tuple(asked),
        tuple(n for n in rows if n in grid.hidden_rows), tuple(names[at] for at in hidden),
    )  # fmt: skip


def _asked(
    place: str, marks: Iterable[object], columns: Iterable[tuple[str, list[Any]]]
) -> list[tuple[str, str, list[Any]]]:
    """Return where columns are, with their headings and cells."""
    pairs = zip(marks, columns, strict=True)
    return [(say(f"place.{place}", mark=mark), *column) for mark, column in pairs]


def _frame(columns: Mapping[str, list[Any]], numbers: list[int]) -> pd.DataFrame:
    """Return a table whose rows are numbered as in the spreadsheet, long cells cut short."""
    frame = pd.DataFrame(
        {name: pd.Series(map(_cut, cells), dtype=object) for name, cells in columns.items()}
    )
    frame.index = pd.Index(numbers, name="row")
    return frame


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
        sum(_is_written_date(row[c]) or partly(text_of(row[c])) == "year" for row in some)
        > len(some) / 2
        for c in beside
    )
    return len(some) < 3 or not down


def _turned(
    grid: Grid, offset: int, names: list[str], rows: Rows, kept: list[int],
    notes: list[str], beside: list[str],
) -> Layout:  # fmt: skip
    """Return a table whose months run from left to right with one month in each row."""
    columns = [[row[c] for row in rows.values()] for c in kept]
    dated = [at for at, name in enumerate(names) if read_period(name) is not None]
    others = [at for at in range(len(names)) if at not in dated]
    worded = [
        at for at in others
        if (at < dated[0] or others[0] > dated[0])
        and not all(cell is None or is_value(cell) for cell in columns[at])
    ]  # fmt: skip
    unit = next((at for at in worded if UNIT.fullmatch(clean(names[at]))), -1)
    # Only what tells the rows apart names them; of the rest the first one.
    told = {at: list(map(text_of, columns[at])) for at in others}
    telling = [at for at in worded if at != unit and len(set(told[at])) > 1] or worded[:1]
    labels = [
        " · ".join(dict.fromkeys(filter(None, (told[at][n] for at in telling))))[:LONGEST_HEADING]
        + (f" ({told[unit][n]})" if unit >= 0 and told[unit][n] else "")
        for n in range(len(rows))
    ]
    labels, troubles = _unique(labels, [say("layout.row", row=n) for n in rows], "doubled_row")
    notes = [say("layout.turned"), *notes]
    if left := [at for at in others if at not in telling and at != unit]:
        lines = [
            say("item.column", name=one_line(names[at]), cells=[one_line(x) for x in told[at] if x])
            for at in left
        ]
        notes.append(say("layout.no_months", columns=lines))
    first = next((names[at] for at in telling if names[at]), "") or say("layout.month")
    labels = [label if label != first else f"{label} (2)" for label in labels]
    cells = {
        label: [row[kept[at]] for at in dated]
        for label, row in zip(labels, rows.values(), strict=True)
    }
    numbers = [kept[at] + offset + 1 for at in dated]
    letters = [letters_of(c + offset) for c in kept]
    asked = _asked("column", letters, zip(names, columns, strict=True))
    asked += _asked("row", rows, cells.items())
    return Layout(
        _frame({first: [names[at] for at in dated], **cells}, numbers),
        tuple(notes), troubles, tuple(beside), tuple(asked),
        tuple(n for n in numbers if n - 1 in grid.hidden_columns),
        tuple(label for label, n in zip(labels, rows, strict=True) if n in grid.hidden_rows),
    )  # fmt: skip


def _refuse_ragged(rows: list[list[Any]], at: int) -> None:
    """Refuse rows that are longer than their headings: a comma in a figure has cut it in two."""
    held = len(rows[at])
    long = [row for row, cells in enumerate(rows[at + 1 :], start=at + 2) if any(cells[held:])]
    if len(long) > len(rows[at + 1 :]) / 2:
        raise refusal("ragged", long, headings=held, cells=max(map(len, rows)))


def _unique(
    names: list[str], unnamed: list[str], doubled: str
) -> tuple[list[str], tuple[Trouble, ...]]:
    """Return names that differ, and what is wrong if some stood twice."""
    wanted = [name or other for name, other in zip(names, unnamed, strict=True)]
    twice = [name for name, times in Counter(wanted).items() if times > 1]
    found: dict[str, None] = {}
    for name in wanted:
        numbered = (f"{name} ({at})" for at in count(2))
        found[next(one for one in chain([name], numbered) if one not in found)] = None
    return list(found), (trouble(doubled, names=quoted_list(twice)),) if twice else ()
