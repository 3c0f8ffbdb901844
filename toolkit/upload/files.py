"""From the bytes of a file to grids of cells, whatever program wrote it."""

from __future__ import annotations

import csv
import io
import re
import warnings
import zipfile
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain
from typing import Any

from toolkit.text.lists import row_words
from toolkit.text.reading import tidy
from toolkit.upload.errors import Trouble, UploadError, one_line, refusal, say, trouble
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

DELIMITERS = "\t;|,"
LOOK = 60  # lines that the search for the delimiter reads
FORMULA = "=…"  # stands for a formula whose result is not known
LONGEST_CELL = 131_072  # letters; the usual limit of readers of CSV files
DAYS_1904 = 1_462  # between the day 0 of Excel on an old Mac and that of Windows
WIDEST = 16_384  # columns of an Excel sheet
MOST_TEXTS = 400_000  # in a workbook, each told once
MOST_TAGS = 1_000_000  # beside those of cells and texts: rows, styles, links

# The first bytes of files that people bring by mistake; `form` in words.toml names them.
OTHERS = {
    b"\xd0\xcf\x11\xe0": "xls", b"%PDF": "pdf", b"{\\rtf": "rtf", b"\x89PNG": "picture",
    b"\xff\xd8\xff": "picture", b"GIF8": "picture", b"\x1f\x8b": "packed",
    b"7z\xbc\xaf": "packed", b"Rar!": "packed", b"MIME-Version": "mht", b"ID;P": "sylk",
    b"PAR1": "parquet", b"SQLite format": "database",
}  # fmt: skip
WEB = re.compile(r"<[!?/a-z]")  # a figure such as <5 begins with a digit
# The letters of UTF-8 beyond ASCII, if they are read as one byte each.
TWO_BYTES = re.compile(
    rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}"
)
PACKED = {
    "xl/workbook.bin": "xlsb",
    "word/document.xml": "word",
    "ppt/presentation.xml": "powerpoint",
    "content.xml": "opendocument",
    "Index/Document.iwa": "iwork",
}
# A formula without a result. One whose result is an empty text has t="str".
UNSOLVED = re.compile(
    rb"""<(?:\w+:)?c\b(?![^>]*\bt="str")[^>]*\br="([A-Z]+)(\d+)"[^>]*>\s*"""
    rb"""<(?:\w+:)?f\b(?:[^>]*/>|[^>]*>[^<]*</(?:\w+:)?f>)\s*"""
    rb"""(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v>\s*</(?:\w+:)?v>)?\s*</(?:\w+:)?c>"""
)
MERGED = re.compile(r"([A-Z]{1,3})(\d+):\1(\d+)")  # downwards


@dataclass(frozen=True)
class Grid:
    """The cells of one sheet as they stand, ``None`` where there is nothing."""

    rows: list[list[Any]]  # empty ones too, so that row numbers stay those of the spreadsheet
    source: str  # what kind of file it was, in words
    notes: tuple[str, ...] = ()
    troubles: tuple[Trouble, ...] = ()
    workbook: bool = False
    hidden: bool = False  # the whole sheet is hidden in Excel
    hidden_rows: frozenset[int] = frozenset()  # as a spreadsheet numbers them
    hidden_columns: frozenset[int] = frozenset()  # the first is 0
    shift: int = 0  # days to add to a number of days


def grids(name: str, content: bytes) -> dict[str, Grid]:
    """Return each sheet that holds something by its name; a CSV file has one without a name."""
    if not content.strip():
        raise refusal("empty", name=one_line(name), cells=False)
    if len(content) > MOST_BYTES:
        size, most = (f"{count / 1e6:.0f}" for count in (len(content), MOST_BYTES))
        raise refusal("too_many_bytes", name=one_line(name), size=size, most=most)
    for start, form in OTHERS.items():
        if content.startswith(start):
            raise _not_a_table(name, form)
    packed = content.startswith(b"PK")
    sheets = _workbook(name, content) if packed else {"": _text(name, content)}
    held = {
        sheet: found
        for sheet, found in sheets.items()
        if any(cell is not None for row in found.rows for cell in row)
    }
    if not held:
        raise refusal("empty", name=one_line(name), cells=True)
    return dict(sorted(held.items(), key=lambda item: item[1].hidden))  # hidden sheets last


def _within_limits(name: str, rows: Iterable[list[Any]]) -> list[list[Any]]:
    """Return rows, to the last that is not empty; refuse more than can be read in good time."""
    found: list[list[Any]] = []
    empty = widest = cells = 0
    for row in rows:
        tick()
        if not row:
            empty += 1
            continue
        found += [*([] for _ in range(empty)), row]
        empty = 0
        widest, cells = max(widest, len(row)), cells + len(row)
        if len(found) > MOST_ROWS or widest > MOST_COLUMNS or cells > MOST_CELLS:
            most = {"most_rows": MOST_ROWS, "most_columns": MOST_COLUMNS, "most_cells": MOST_CELLS}
            size = {"high": len(found), "wide": widest}
            raise refusal("too_large", name=one_line(name), **size, **most)
    return found


def _not_a_table(name: str, form: str) -> UploadError:
    return refusal("not_a_table", name=one_line(name), form=say(f"form.{form}"))


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
            lines = content.decode("utf-8-sig", "surrogateescape").split("\n")
            # A byte that is not UTF-8 has become half of a pair, which cannot be written.
            rows = [at for at, line in enumerate(lines, 1) if re.search("[\udc80-\udcff]", line)]
            raise refusal("two_encodings", rows[:MOST_COLUMNS], name=one_line(name))
        return text, encoding
    raise _not_a_table(name, "no_text")


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
        raise _not_a_table(name, "web")
    if start.startswith(("{", "[")) and text.rstrip().endswith(("}", "]")):
        raise _not_a_table(name, "json")
    if sum(ord(c) < 32 and c not in "\t\r\n" for c in text[:10_000]) > len(text[:10_000]) / 100:
        raise _not_a_table(name, "bytes")
    unclosed = text.count('"') % 2 == 1
    try:
        mark = _delimiter(text)
        rows = _within_limits(name, csv.reader(io.StringIO(text, newline=""), delimiter=mark))
        # The reader's own limit is the process's: another library may have raised it.
        long = any(len(cell) > LONGEST_CELL for row in rows for cell in row)
        # An open quotation mark takes the rest of the file into one cell.
        torn = long or (unclosed and rows and rows[-1] and "\n" in rows[-1][-1])
    except UploadError:
        raise
    except (csv.Error, TypeError, ValueError):
        torn = True
    if torn:
        raise refusal("torn", name=one_line(name), unclosed=unclosed, most=LONGEST_CELL)
    if rows and rows[0] and rows[0][0].strip().lower().startswith("sep="):
        rows[0] = []
    notes = (say("files.old_encoding"),) if encoding == "cp1252" else ()
    source = say("files.csv", mark=mark)
    return Grid([[tidy(cell) for cell in row] for row in rows], source, notes)


# ---- Excel -------------------------------------------------------------------------------------


def _workbook(name: str, content: bytes) -> dict[str, Grid]:
    parts = _unpacked(name, content)
    if "xl/workbook.xml" not in parts:
        form = next((form for part, form in PACKED.items() if part in parts), "folder")
        raise _not_a_table(name, form)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of features that a table does not need
            return _sheets(content, parts)
    except UploadError:
        raise
    except Exception:  # whatever the library trips over means the same to the owner of the file
        tick()  # unless it was stopped, which it wraps in an error of its own
        raise _not_a_table(name, "damaged") from None


def _unpacked(name: str, content: bytes) -> dict[str, bytes]:
    """Return the parts of a workbook. What a header says of their size is not believed."""
    found, total = {}, 0
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            for part in packed.infolist():
                pieces = []
                with packed.open(part) as held:
                    while total <= MOST_UNPACKED and (piece := held.read(PIECE)):
                        tick()
                        total += len(piece)
                        pieces.append(piece)
                kept = part.filename.endswith((".xml", ".rels", ".bin", ".iwa"))
                found[part.filename] = b"".join(pieces) if kept else b""
    except UploadError:
        raise
    except Exception:  # a broken archive fails in many ways, and all mean the same to its owner
        raise _not_a_table(name, "half") from None
    sheets = [part for path, part in found.items() if "worksheets/" in path]
    cells = [_cells_in(part) for part in found.values()]
    strings = found.get("xl/sharedStrings.xml", b"").count(b"<si")
    # Tags that hold no cell and no text, such as a million within one another.
    tags = [
        part.count(b"<") - 8 * held - 12 * strings
        for part, held in zip(found.values(), cells, strict=True)
    ]
    for what, size, most in (
        ("bytes", total, MOST_UNPACKED),
        ("row", max(map(_widest, sheets), default=0), WIDEST),
        ("cells", max(cells, default=0), MOST_CELLS),
        ("texts", strings, MOST_TEXTS),
        ("tags", max(tags, default=0), MOST_TAGS),
    ):
        if size > most:
            raise refusal("too_much", name=one_line(name), what=what, size=size, most=most // 10**6)
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
    found = _attributes(sheet, tag, b"hidden")
    return (each for each in found if each.get("hidden") in ("1", "true"))


def _sheets(content: bytes, parts: dict[str, bytes]) -> dict[str, Grid]:
    """Return the cells of each sheet, and what is hidden or merged in it."""
    import openpyxl  # here, since only a workbook needs it
    from openpyxl.utils import column_index_from_string as column_of

    book = openpyxl.load_workbook(Ticking(content), read_only=True, data_only=True)
    found = {}
    for page in book.worksheets:
        page.reset_dimensions()  # some programs write them wrong
        sheet = parts.get(page._worksheet_path, b"")
        rows = _within_limits(page.title, map(_row, page.iter_rows(max_row=MOST_ROWS + 1)))
        merged = []  # what stands in cells that are merged downwards is written into each of them
        for each in _attributes(sheet, "mergeCell", b"ref"):
            match = MERGED.fullmatch(each.get("ref", ""))
            if match and _spread(rows, column_of(match[1]) - 1, int(match[2]), int(match[3])):
                merged.append(int(match[2]))
        unsolved = []
        for cell in UNSOLVED.finditer(sheet) if b"f>" in sheet else ():
            at, column = int(cell[2]), column_of(cell[1].decode())
            if at <= MOST_ROWS and column <= MOST_COLUMNS:
                rows += [[] for _ in range(at - len(rows))]
                row = rows[at - 1]
                row += [None] * (column - len(row))
                row[column - 1] = FORMULA
                unsolved.append(at)
        width = max(map(len, rows), default=0)
        rows = [row + [None] * (width - len(row)) for row in rows]
        columns = (
            range(int(each["min"]) - 1, min(int(each["max"]), MOST_COLUMNS))
            for each in _hidden(sheet, "col")
        )
        told = trouble("unsolved", dict.fromkeys(unsolved), count=len(unsolved))
        found[page.title] = Grid(
            rows,
            say("files.workbook"),
            (say("files.merged", rows=row_words(merged)),) if merged else (),
            (told,) if unsolved else (),
            workbook=True,
            hidden=page.sheet_state != "visible",
            hidden_rows=frozenset(int(each["r"]) for each in _hidden(sheet, "row") if "r" in each),
            hidden_columns=frozenset(chain.from_iterable(columns)),
            shift=DAYS_1904 if book.epoch.year == 1904 else 0,
        )
    book.close()
    return found


def _spread(rows: list[list[Any]], column: int, first: int, last: int) -> bool:
    """Write a cell into the empty ones that it is merged with; return whether it holds anything."""
    if not first < last <= len(rows) or column >= len(rows[first - 1]):
        return False
    value = rows[first - 1][column]
    for row in rows[first:last] if value is not None else ():
        row += [None] * (column + 1 - len(row))
        if row[column] is None and any(cell is not None for cell in row):
            row[column] = value
    return value is not None


def _row(cells: tuple[Any, ...]) -> list[Any]:
    row = [_value(cell) for cell in cells]
    while row and row[-1] is None:
        row.pop()
    return row


def _value(cell: Any) -> Any:
    value = cell.value
    if type(value) is float or type(value) is int:
        if "%" in (cell.number_format or ""):
            return f"{round(value * 100, 10):.15g}%"
        return value
    return tidy(value)
