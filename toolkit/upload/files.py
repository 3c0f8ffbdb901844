"""From the bytes of a file to grids of cells, whatever program wrote it."""

from __future__ import annotations

import csv
import io
import re
import warnings
import zipfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from toolkit.text.lists import number_of, row_words
from toolkit.text.reading import tidy
from toolkit.upload.errors import Trouble, UploadError, shown
from toolkit.upload.limits import (
    MOST_BYTES,
    MOST_CELLS,
    MOST_COLUMNS,
    MOST_ROWS,
    MOST_UNPACKED,
    PIECE,
    Ticking,
    tick,
)

SAVE_AS = "a table saved in Excel with File, Save As, as 'Excel Workbook (.xlsx)' or 'CSV UTF-8'"
DELIMITERS = {"\t": "tabs", ";": "semicolons", "|": "upright bars", ",": "commas"}
LOOK = 60  # lines that the search for the delimiter reads
FORMULA = "=…"  # stands for a formula whose result is not known
LONGEST_CELL = 131_072  # letters; the usual limit of readers of CSV files
DAYS_1904 = 1_462  # between the day 0 of Excel on an old Mac and that of Windows
WIDEST = 16_384  # columns of an Excel sheet
MOST_TEXTS = 400_000  # in a workbook, each told once
MOST_TAGS = 1_000_000  # beside those of cells and texts: rows, styles, links

# The first bytes of files that people bring by mistake.
OTHERS = {
    b"\xd0\xcf\x11\xe0": "an Excel file of the old kind (.xls), or one locked with a password",
    b"%PDF": "a PDF",
    b"{\\rtf": "a text document (RTF)",
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
    b"GIF8": "a picture",
    b"\x1f\x8b": "a packed file",
    b"7z\xbc\xaf": "a packed file",
    b"Rar!": "a packed file",
    b"MIME-Version": "a web page saved as one file (.mht), whatever its name says",
    b"ID;P": "a table in the old SYLK form",
    b"PAR1": "a Parquet file",
    b"SQLite format": "a database",
}
WEB = re.compile(r"<[!?/a-z]")  # a figure such as <5 begins with a digit
# The letters of UTF-8 beyond ASCII, if they are read as one byte each.
TWO_BYTES = re.compile(
    rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}"
)
PACKED = {
    "xl/workbook.bin": "an Excel binary workbook (.xlsb)",
    "word/document.xml": "a Word document",
    "ppt/presentation.xml": "a PowerPoint presentation",
    "content.xml": "an OpenDocument file",
    "Index/Document.iwa": "a Numbers or Pages document",
}


@dataclass(frozen=True)
class Grid:
    """The cells of one sheet as they stand, ``None`` where there is nothing."""

    rows: list[list[Any]]  # empty ones too, so that row numbers stay those of the spreadsheet
    source: str  # what kind of file it was, in words
    notes: tuple[str, ...] = ()
    troubles: tuple[Trouble, ...] = ()
    hidden: bool = False  # the whole sheet is hidden in Excel
    hidden_rows: frozenset[int] = frozenset()  # as a spreadsheet numbers them
    hidden_columns: frozenset[int] = frozenset()  # the first is 0
    shift: int = 0  # days to add to a number of days


def grids(name: str, content: bytes) -> dict[str, Grid]:
    """Return each sheet that holds something by its name; a CSV file has one without a name."""
    if not content.strip():
        raise UploadError(Trouble(f"'{shown(name)}' is empty", "no content", SAVE_AS))
    if len(content) > MOST_BYTES:
        found = f"{len(content) / 1e6:.0f} MB"
        right = f"at most {MOST_BYTES / 1e6:.0f} MB: keep only the columns and months you need"
        raise UploadError(Trouble(f"'{shown(name)}' is too large", found, right))
    for start, kind in OTHERS.items():
        if content.startswith(start):
            raise _not_a_table(name, kind)
    packed = content.startswith(b"PK")
    sheets = _workbook(name, content) if packed else {"": _text(name, content)}
    held = {
        sheet: found
        for sheet, found in sheets.items()
        if any(cell is not None for row in found.rows for cell in row)
    }
    if not held:
        raise UploadError(Trouble(f"'{shown(name)}' is empty", "no filled cell", SAVE_AS))
    return dict(sorted(held.items(), key=lambda item: item[1].hidden))  # hidden sheets last


def refuse_large(name: str, rows: list[list[Any]]) -> None:
    """Refuse a sheet with more cells than can be read in good time."""
    widest, cells = max(map(len, rows), default=0), sum(map(len, rows))
    if len(rows) > MOST_ROWS or widest > MOST_COLUMNS or cells > MOST_CELLS:
        size = f"at least {number_of(len(rows), 'row')} and {number_of(widest, 'column')}"
        right = f"at most {MOST_ROWS:,} rows, {MOST_COLUMNS} columns and {MOST_CELLS:,} cells"
        raise UploadError(Trouble(f"'{shown(name)}' is too large", size, right))


def _within_limits(rows: Iterator[list[Any]]) -> list[list[Any]]:
    """Return rows until there are more than can be read; whoever asked for them refuses them."""
    found, cells = [], 0
    for row in rows:
        tick()
        found.append(row)
        cells += len(row)
        if len(row) > MOST_COLUMNS or len(found) > MOST_ROWS or cells > MOST_CELLS:
            break
    return found


def _not_a_table(name: str, kind: str) -> UploadError:
    return UploadError(Trouble(f"'{shown(name)}' cannot be read as a table", kind, SAVE_AS))


# ---- CSV ---------------------------------------------------------------------------------------


def _decoded(name: str, content: bytes) -> tuple[str, str]:
    """Return the text and the name of its encoding.

    Excel writes one of four, and tells three of them apart by its first bytes. No guess by
    frequency of letters is as sure on a short table, so none is made.
    """
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        tries = ["utf-16"]
    elif content[1::2].count(0) > len(content) // 4:
        tries = ["utf-16-le"]
    elif content[::2].count(0) > len(content) // 4:
        tries = ["utf-16-be"]
    else:
        tries = ["utf-8-sig", "cp1252"]
    for encoding in tries:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" in text:
            continue
        if encoding == "cp1252" and TWO_BYTES.search(content):
            raise _mixed(name, content)
        return text, encoding
    raise _not_a_table(name, "bytes that are not text in any way that Excel saves it")


def _mixed(name: str, content: bytes) -> UploadError:
    """Return what is wrong with a file whose letters beyond A to Z are written in two ways."""
    rows = []
    for at, line in enumerate(content.split(b"\n"), start=1):
        try:
            line.decode("utf-8-sig")
        except UnicodeDecodeError:
            rows.append(at)
    right = "one encoding: open the file in Excel, mend these cells, and save it as 'CSV UTF-8'"
    found = "letters such as £ and é in two ways, perhaps because two files were joined"
    return UploadError(
        Trouble(f"'{shown(name)}' mixes two encodings", found, right, tuple(rows[:MOST_COLUMNS]))
    )


def _delimiter(text: str) -> str:
    """Return what parts the cells: the mark that cuts most lines into the same number."""
    lines = text.splitlines()[:LOOK]
    if lines and (first := lines[0].strip().lower()).startswith("sep=") and len(first) == 5:
        return first[4]
    scores = {}
    for mark in DELIMITERS:
        widths = Counter(len(row) for row in csv.reader(lines, delimiter=mark) if len(row) > 1)
        width, times = max(widths.items(), key=lambda item: (item[1], item[0]), default=(1, 0))
        scores[mark] = (times, width)
    return max(scores, key=scores.__getitem__) if max(scores.values())[0] else ","


def _text(name: str, content: bytes) -> Grid:
    text, encoding = _decoded(name, content)
    start = text[:500].lstrip().lower()
    if WEB.match(start):
        raise _not_a_table(name, "a web page or XML, whatever its name says")
    if start.startswith(("{", "[")) and text.rstrip().endswith(("}", "]")):
        raise _not_a_table(name, "JSON, a form in which programs exchange data")
    if sum(ord(c) < 32 and c not in "\t\r\n" for c in text[:10_000]) > len(text[:10_000]) / 100:
        raise _not_a_table(name, "bytes that are not text")
    wide, found = f"a cell of more than {LONGEST_CELL:,} letters", "a cell without an end"
    try:
        mark = _delimiter(text)
        rows = _within_limits(csv.reader(io.StringIO(text, newline=""), delimiter=mark))
        # The reader's own limit is the process's: another library may have raised it.
        if any(len(cell) > LONGEST_CELL for row in rows for cell in row):
            raise csv.Error(wide)
        # An open quotation mark takes the rest of the file into one cell.
        torn = text.count('"') % 2 and rows and rows[-1] and "\n" in rows[-1][-1]
    except (csv.Error, TypeError, ValueError):
        torn, found = True, found if text.count('"') % 2 else wide
    if torn:
        right = 'every quotation mark (") closed again, or the file saved as .xlsx'
        raise UploadError(Trouble(f"'{shown(name)}' falls apart", found, right))
    refuse_large(name, rows)
    if rows and rows[0] and rows[0][0].strip().lower().startswith("sep="):
        rows[0] = []
    old = "The text was in the older encoding of Windows; letters such as £ and é are kept."
    notes = (old,) if encoding == "cp1252" else ()
    rows = [[tidy(cell) for cell in row] for row in rows]
    return Grid(rows, f"a CSV file with {DELIMITERS.get(mark, mark)} between the cells", notes)


# ---- Excel -------------------------------------------------------------------------------------


def _workbook(name: str, content: bytes) -> dict[str, Grid]:
    parts = _unpacked(name, content)
    if "xl/workbook.xml" not in parts:
        kind = next((kind for part, kind in PACKED.items() if part in parts), "a packed folder")
        raise _not_a_table(name, kind)
    formulas = any(
        b"<f>" in part or b"<f " in part
        for path, part in parts.items()
        if path.startswith("xl/worksheets/")
    )
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of features that a table does not need
            sheets = _sheets(content, parts)
            written = _formulas(content) if formulas else {}
    except UploadError:
        raise
    except Exception:  # whatever the library trips over means the same to the owner of the file
        tick()  # unless it was stopped, which it wraps in an error of its own
        raise _not_a_table(name, "a workbook that is damaged, locked or not quite Excel") from None
    return {sheet: _solved(grid, written.get(sheet, [])) for sheet, grid in sheets.items()}


def _unpacked(name: str, content: bytes) -> dict[str, bytes]:
    """Return the parts of a workbook. What a header says of their size is not believed."""
    found, total = {}, 0
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            for part in packed.infolist():
                pieces = []
                with packed.open(part) as held:
                    while piece := held.read(PIECE):
                        tick()
                        total += len(piece)
                        if total > MOST_UNPACKED:
                            break
                        pieces.append(piece)
                if total > MOST_UNPACKED:
                    break
                kept = part.filename.endswith((".xml", ".rels", ".bin", ".iwa"))
                found[part.filename] = b"".join(pieces) if kept else b""
    except UploadError:
        raise
    except Exception:  # a broken archive fails in many ways, and all mean the same to its owner
        raise _not_a_table(name, "a file that is damaged or only half there") from None
    sheets = [part for path, part in found.items() if "worksheets/" in path]
    widest = max(map(_widest, sheets), default=0)
    cells = max(map(_cells_in, sheets), default=0)
    strings = found.get("xl/sharedStrings.xml", b"").count(b"<si")
    # Tags that hold no cell and no text, such as a million within one another.
    tags = max(
        (part.count(b"<") - 8 * _cells_in(part) - 12 * strings for part in found.values()),
        default=0,
    )
    for size, most, what in (
        (total, MOST_UNPACKED, f"more than {MOST_UNPACKED / 1e6:.0f} MB when unpacked"),
        (widest, WIDEST, f"a row of {widest:,} cells"),
        (cells, MOST_CELLS, f"{cells:,} cells, many of them perhaps empty"),
        (strings, MOST_TEXTS, f"{strings:,} texts"),
        (tags, MOST_TAGS, f"{tags:,} marks that are no cells"),
    ):
        if size > most:
            right = "only the columns and months you need, copied into a new workbook as values"
            raise UploadError(Trouble(f"'{shown(name)}' is too large", what, right))
    return found


def _cells_in(part: bytes) -> int:
    """Return how many cells a sheet or a row of it has, without reading them."""
    return sum(map(part.count, (b"<c ", b"<c/", b"<c>", b":c ", b":c/", b":c>")))


def _widest(sheet: bytes) -> int:
    """Return how many cells the longest row of a sheet has."""
    pieces = re.split(rb"<(?:\w+:)?row\b", sheet)
    # A cell takes four letters or more.
    return max((_cells_in(piece) for piece in pieces if len(piece) > 4 * WIDEST), default=0)


def _attributes(sheet: bytes, tag: str, test: bytes) -> Iterator[dict[str, str]]:
    """Return the attributes of each tag of a sheet that holds some text."""
    for match in re.finditer(rb"<(?:\w+:)?%s\b([^<>]*)>" % tag.encode(), sheet):
        if test in match[1]:
            pairs = re.findall(r'(\w+)\s*=\s*"([^"]*)"', match[1].decode("utf-8", "replace"))
            yield dict(pairs)


def _hidden(sheet: bytes, tag: str) -> Iterator[dict[str, str]]:
    return (
        each for each in _attributes(sheet, tag, b"hidden") if each.get("hidden") in ("1", "true")
    )


def _sheets(content: bytes, parts: dict[str, bytes]) -> dict[str, Grid]:
    """Return the cells of each sheet, and what is hidden or merged in it."""
    import openpyxl  # here, since only a workbook needs it

    book = openpyxl.load_workbook(Ticking(content), read_only=True, data_only=True)
    shift = DAYS_1904 if book.epoch.year == 1904 else 0
    found = {}
    for page in book.worksheets:
        page.reset_dimensions()  # some programs write them wrong
        rows = _within_limits(map(_row, _visited(page.title, page)))
        while rows and not rows[-1]:
            rows.pop()
        refuse_large(page.title, rows)
        sheet = parts.get(page._worksheet_path, b"")
        notes = _spread(rows, sheet)
        columns = {
            at - 1
            for each in _hidden(sheet, "col")
            for at in range(int(each["min"]), min(int(each["max"]), MOST_COLUMNS) + 1)
        }
        hidden_rows = {int(each["r"]) for each in _hidden(sheet, "row") if "r" in each}
        found[page.title] = Grid(
            rows, "an Excel workbook", notes, (), page.sheet_state != "visible",
            frozenset(hidden_rows), frozenset(columns), shift,
        )  # fmt: skip
    book.close()
    return found


def _spread(rows: list[list[Any]], sheet: bytes) -> tuple[str, ...]:
    """Write what stands in cells that are merged downwards into each of them."""
    filled = []
    for each in _attributes(sheet, "mergeCell", b"ref"):
        match = re.fullmatch(r"([A-Z]{1,3})(\d+):\1(\d+)", each.get("ref", ""))
        if match is None or not int(match[2]) < int(match[3]) <= len(rows):
            continue
        column = 0
        for letter in match[1]:
            column = 26 * column + ord(letter) - 64
        first, last = int(match[2]) - 1, int(match[3])
        value = rows[first][column - 1] if column <= len(rows[first]) else None
        if value is None:
            continue
        for row in rows[first + 1 : last]:
            row += [None] * (column - len(row))
            if row[column - 1] is None and any(cell is not None for cell in row):
                row[column - 1] = value
        filled.append(first + 1)
    if not filled:
        return ()
    return (
        f"Cells were merged downwards, from {row_words(filled)} on; each row has their content.",
    )


def _visited(name: str, page: Any) -> Iterator[tuple[Any, ...]]:
    """Return the rows of a sheet, unless they hold too many cells; empty ones count too."""
    visited = 0
    for cells in page.iter_rows(max_row=MOST_ROWS + 1):
        visited += len(cells)
        if visited > MOST_CELLS:
            right = (
                f"at most {MOST_CELLS:,} cells; clear the empty rows and columns around the table"
            )
            raise UploadError(Trouble(f"Sheet '{shown(name)}' is too large", "more cells", right))
        yield cells


def _row(cells: tuple[Any, ...]) -> list[Any]:
    row = [_value(cell) for cell in cells]
    while row and row[-1] is None:
        row.pop()
    return row


def _formulas(content: bytes) -> dict[str, list[list[bool]]]:
    """Return for each sheet which of its cells hold a formula."""
    import openpyxl

    book = openpyxl.load_workbook(Ticking(content), read_only=True, data_only=False)
    found = {}
    for page in book.worksheets:
        page.reset_dimensions()
        found[page.title] = _within_limits(
            [cell.data_type == "f" for cell in row] for row in _visited(page.title, page)
        )
    book.close()
    return found


def _value(cell: Any) -> Any:
    value = cell.value
    if type(value) is float or type(value) is int:
        if "%" in (cell.number_format or ""):
            return f"{round(value * 100, 10):.15g}%"
        return value
    return tidy(value)


def _solved(grid: Grid, written: list[list[bool]]) -> Grid:
    """Return the cells of a sheet, and which of its formulas have no stored result."""
    unsolved = []
    rows = grid.rows
    width = max(map(len, [*rows, *written]), default=0)
    rows += [[] for _ in range(len(written) - len(rows))]
    for row in rows:
        row += [None] * (width - len(row))
    for at, (row, formulas) in enumerate(zip(rows, written, strict=False), start=1):
        for column, formula in enumerate(formulas):
            if formula and row[column] is None:
                row[column] = FORMULA
                unsolved.append(at)
    if not unsolved:
        return grid
    what, found = "Formulas have no stored result", number_of(len(unsolved), "formula")
    right = "the file opened in Excel and saved, or the cells pasted as values"
    trouble = Trouble(what, found, right, tuple(dict.fromkeys(unsolved)))
    return replace(grid, troubles=(trouble,))
