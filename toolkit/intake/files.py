"""From the bytes of a file to grids of cells, whatever program wrote it."""

from __future__ import annotations

import csv
import io
import warnings
import zipfile
from collections import Counter
from dataclasses import dataclass
from typing import Any

import openpyxl

from toolkit.intake.cells import tidy
from toolkit.intake.errors import IntakeError, Trouble, number_of, shown

MOST_BYTES = 20_000_000
MOST_UNPACKED = 400_000_000  # an Excel file is a packed folder; 100,000 rows unpack to some 30 MB
MOST_ROWS = 300_000
MOST_COLUMNS = 300
MOST_CELLS = 10_000_000
SAVE_AS = "a table saved in Excel with File, Save As, as 'Excel Workbook (.xlsx)' or 'CSV UTF-8'"
DELIMITERS = {"\t": "tabs", ";": "semicolons", "|": "upright bars", ",": "commas"}
LOOK = 60  # lines that the search for the delimiter reads
FORMULA = "=…"  # stands for a formula whose result is not known

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
}
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


def grids(name: str, content: bytes) -> dict[str, Grid]:
    """Return each sheet that holds something by its name; a CSV file has one without a name."""
    if not content.strip():
        raise IntakeError(Trouble(f"'{shown(name)}' is empty", "no content", SAVE_AS))
    if len(content) > MOST_BYTES:
        found = f"{len(content) / 1e6:.0f} MB"
        right = f"at most {MOST_BYTES / 1e6:.0f} MB: keep only the columns and months you need"
        raise IntakeError(Trouble(f"'{shown(name)}' is too large", found, right))
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
        raise IntakeError(Trouble(f"'{shown(name)}' is empty", "no filled cell", SAVE_AS))
    return held


def refuse_large(name: str, rows: list[list[Any]]) -> None:
    """Refuse a sheet with more cells than can be read in good time."""
    widest, cells = max(map(len, rows)), sum(map(len, rows))
    if len(rows) > MOST_ROWS or widest > MOST_COLUMNS or cells > MOST_CELLS:
        size = f"{number_of(len(rows), 'row')} and {number_of(widest, 'column')}"
        right = f"at most {MOST_ROWS:,} rows and {MOST_COLUMNS} columns"
        raise IntakeError(Trouble(f"'{shown(name)}' is too large", size, right))


def _not_a_table(name: str, kind: str) -> IntakeError:
    return IntakeError(Trouble(f"'{shown(name)}' cannot be read as a table", kind, SAVE_AS))


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
        if "\x00" not in text:
            return text, encoding
    raise _not_a_table(name, "bytes that are not text in any way that Excel saves it")


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
    return max(scores, key=scores.get) if max(scores.values())[0] else ","


def _text(name: str, content: bytes) -> Grid:
    text, encoding = _decoded(name, content)
    start = text[:500].lstrip().lower()
    if start.startswith(("<html", "<!doctype", "<table", "<?xml")):
        raise _not_a_table(name, "a web page or XML, whatever its name says")
    if sum(ord(c) < 32 and c not in "\t\r\n" for c in text[:10_000]) > len(text[:10_000]) / 100:
        raise _not_a_table(name, "bytes that are not text")
    try:
        mark = _delimiter(text)
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=mark))
        # An open quotation mark takes the rest of the file into one cell.
        torn = text.count('"') % 2 and rows and "\n" in rows[-1][-1]
    except (csv.Error, TypeError, ValueError):
        torn = True
    if torn:
        right = 'every quotation mark (") closed again, or the file saved as .xlsx'
        found = "a cell without an end"
        raise IntakeError(Trouble(f"'{shown(name)}' falls apart", found, right))
    if rows and rows[0] and rows[0][0].strip().lower().startswith("sep="):
        rows[0] = []
    old = "The text was in the older encoding of Windows; letters such as £ and é are kept."
    notes = (old,) if encoding == "cp1252" else ()
    rows = [[tidy(cell) for cell in row] for row in rows]
    return Grid(rows, f"a CSV file with {DELIMITERS.get(mark, mark)} between the cells", notes)


# ---- Excel -------------------------------------------------------------------------------------


def _workbook(name: str, content: bytes) -> dict[str, Grid]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            parts = {part.filename: part.file_size for part in packed.infolist()}
            formulas = sum(parts.values()) <= MOST_UNPACKED and any(
                b"<f>" in (part := packed.read(each)) or b"<f " in part
                for each in parts
                if each.startswith("xl/worksheets/")
            )
    except Exception:  # a broken archive fails in many ways, and all mean the same to its owner
        raise _not_a_table(name, "a file that is damaged or only half there") from None
    if sum(parts.values()) > MOST_UNPACKED:
        raise _not_a_table(name, f"{sum(parts.values()) / 1e6:.0f} MB when unpacked")
    if "xl/workbook.xml" not in parts:
        kind = next((kind for part, kind in PACKED.items() if part in parts), "a packed folder")
        raise _not_a_table(name, kind)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of features that a table does not need
            sheets = _cells(content, values=True)
            written = _cells(content, values=False) if formulas else {}
    except Exception:  # see above: whatever the library trips over
        raise _not_a_table(name, "a workbook that is damaged, locked or not quite Excel") from None
    return {sheet: _solved(rows, written.get(sheet, [])) for sheet, rows in sheets.items()}


def _cells(content: bytes, *, values: bool) -> dict[str, list[list[Any]]]:
    """Return the cells of each sheet: the stored results of formulas, or the formulas."""
    book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=values)
    found = {}
    for page in book.worksheets:
        page.reset_dimensions()  # some programs write them wrong
        rows = found[page.title] = []
        visited = 0
        for cells in page.iter_rows(max_row=MOST_ROWS + 1):
            row = [_value(cell) for cell in cells]
            while row and row[-1] is None:
                row.pop()
            rows.append(row)
            visited += len(cells)
            if len(row) > MOST_COLUMNS or visited > MOST_CELLS:
                break  # it is refused
        while rows and not rows[-1]:
            rows.pop()
    book.close()
    return found


def _value(cell: Any) -> Any:
    value = cell.value
    if type(value) is float or type(value) is int:
        if "%" in (cell.number_format or ""):
            return f"{round(value * 100, 10):.15g}%"
        return value
    return tidy(value)


def _solved(rows: list[list[Any]], written: list[list[Any]]) -> Grid:
    """Return the cells of a sheet, and which of its formulas have no stored result."""
    unsolved = []
    width = max(map(len, [*rows, *written]), default=0)
    rows += [[] for _ in range(len(written) - len(rows))]
    for row in rows:
        row += [None] * (width - len(row))
    for at, (row, formulas) in enumerate(zip(rows, written, strict=False), start=1):
        for column, formula in enumerate(formulas):
            if row[column] is None and str(formula or "").startswith("="):
                row[column] = FORMULA
                unsolved.append(at)
    troubles = ()
    if unsolved:
        what, found = "Formulas have no stored result", number_of(len(unsolved), "formula")
        right = "the file opened in Excel and saved, or the cells pasted as values"
        troubles = (Trouble(what, found, right, tuple(dict.fromkeys(unsolved))),)
    return Grid(rows, "an Excel workbook", (), troubles)
