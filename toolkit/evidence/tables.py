"""Read one CSV table by its schema, and say in plain words what is wrong with it.

The checks are those that the schema in ``data/datapackage.json`` states; none is written twice.
"""

from __future__ import annotations

import csv
import datetime
import io
import math
from collections.abc import Callable, Iterator, Mapping
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

import pandas as pd

from toolkit.evidence.errors import DataProblem, Problem, similar_names
from toolkit.text.lists import listed

Schema = Mapping[str, Any]

LIST_MARK = ";"


def split_list(cell: str) -> tuple[str, ...]:
    """Return the items of a cell that holds a list, such as ``bagust1999; little1961``."""
    return tuple(item.strip() for item in cell.split(LIST_MARK) if item.strip())


def _truth(cell: str) -> bool:
    return {"true": True, "false": False}[cell.lower()]


def _finite(cell: str) -> float:
    if not math.isfinite(number := float(cell)):
        raise ValueError(cell)
    return number


def _month(cell: str) -> str:
    datetime.date.fromisoformat(f"{cell}-01")
    return cell


READERS: dict[str, tuple[Callable[[str], Any], str]] = {
    "string": (str, "text"),
    "integer": (int, "a whole number, such as 12"),
    "number": (_finite, "a number, such as 12.5"),
    "boolean": (_truth, "true or false"),
    "date": (datetime.date.fromisoformat, "a date, such as 2024-03-31"),
    "yearmonth": (_month, "a month, such as 2024-03"),
    "year": (int, "a year, such as 2024"),
}
WHOLE = ("integer", "year")


def read_table(path: str | Path | Traversable, schema: Schema) -> pd.DataFrame:
    """Read and check one table.

    Parameters
    ----------
    path : path of a CSV file
        Comma separated, UTF-8, column names in the first row.
    schema : mapping
        A Table Schema, as in ``data/datapackage.json``.

    Returns
    -------
    pandas.DataFrame
        One column per field, in the schema's order. Whole numbers are ``int64`` (``Int64`` where
        some are missing), numbers ``float64``, missing text is the empty string.

    Raises
    ------
    DataProblem
        If anything is wrong; the message says where, what was found and what would be right.
    """
    file = path if isinstance(path, Traversable) else Path(path)
    header, rows = _grid(file)
    if problems := _columns(file.name, header, schema) or _widths(file.name, header, rows):
        raise DataProblem(problems)
    cells = {name: [row[i] for row in rows] for i, name in enumerate(header)}
    problems = []
    values = {}
    for field in schema["fields"]:
        values[field["name"]], wrong = _column(file.name, field, cells[field["name"]])
        problems += wrong
    problems = problems or [*_keys(file.name, schema, cells), *_gaps(file.name, schema, values)]
    if problems:
        raise DataProblem(problems)
    return pd.DataFrame(
        {field["name"]: _typed(field, values[field["name"]]) for field in schema["fields"]}
    )


def check_links(
    file: str, frame: pd.DataFrame, schema: Schema, others: Mapping[str, pd.DataFrame]
) -> list[Problem]:
    """Return every cell that points at a row which does not exist in another table.

    Parameters
    ----------
    file : str
        Name to print.
    frame : pandas.DataFrame
        The table that points.
    schema : mapping
        Its schema: ``foreignKeys``, and ``itemsOf`` of a field that holds a list of keys.
    others : mapping of str to pandas.DataFrame
        The tables pointed at, by resource name.

    Returns
    -------
    list of Problem
        Empty if all links hold.
    """
    links = [
        (key["fields"], key["reference"]["resource"], key["reference"]["fields"])
        for key in schema.get("foreignKeys", ())
    ]
    links += [
        (field["name"], field["itemsOf"]["resource"], field["itemsOf"]["fields"])
        for field in schema["fields"]
        if "itemsOf" in field
    ]
    problems = []
    for column, resource, target in links:
        known = list(dict.fromkeys(map(str, (others[resource] if resource else frame)[target])))
        for row, cell in enumerate(frame[column], start=2):
            problems += [
                Problem(
                    file,
                    row,
                    column,
                    f"'{key}'",
                    f"a name that stands in '{resource}', such as {similar_names(key, known)}",
                )
                for key in split_list(str(cell))
                if key not in known
            ]
    return problems


def _grid(file: Path | Traversable) -> tuple[list[str], list[list[str]]]:
    """Return column names and rows of a file as text."""
    name = file.name
    if not file.is_file():
        raise DataProblem([Problem(name, None, None, "no such file", f"a file named {name}")])
    raw = file.read_bytes()
    wanted = "text saved as UTF-8 (in a spreadsheet: 'Save as', 'CSV UTF-8')"
    if raw[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise DataProblem([Problem(name, None, None, "text saved as UTF-16 ('Unicode')", wanted)])
    try:
        # utf-8-sig, because spreadsheets put an invisible mark before the first column name
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        row = raw[: error.start].count(b"\n") + 1
        found = "a letter saved in an older encoding (often Latin-1 or Windows-1252)"
        raise DataProblem([Problem(name, row, None, found, wanted)]) from None
    rows = list(csv.reader(io.StringIO(text, newline="")))
    if not rows:
        raise DataProblem([Problem(name, None, None, "nothing at all", "a row of column names")])
    return rows[0], rows[1:]


def _columns(file: str, header: list[str], schema: Schema) -> list[Problem]:
    """Return columns that are missing, unknown or doubled."""
    fields = [field["name"] for field in schema["fields"]]
    if len(header) == 1 and ";" in header[0] and len(fields) > 1:
        return [Problem(file, 1, None, "columns separated by semicolons", "columns, with commas")]
    found = ", ".join(header)
    problems = [
        Problem(file, 1, name, f"only the columns {found}", f"a column named '{name}'")
        for name in fields
        if name not in header
    ]
    problems += [
        Problem(file, 1, name, "a column nobody knows", f"one of {similar_names(name, fields)}")
        for name in header
        if name not in fields
    ]
    problems += [
        Problem(file, 1, name, "this column twice", "it once")
        for name in fields
        if header.count(name) > 1
    ]
    return problems


def _widths(file: str, header: list[str], rows: list[list[str]]) -> list[Problem]:
    """Return rows that have too few or too many cells."""
    return [
        Problem(file, number, None, f"{len(row)} cells", f"{len(header)}, one for each column")
        for number, row in enumerate(rows, start=2)
        if len(row) != len(header)
    ]


def _column(
    file: str, field: Mapping[str, Any], cells: list[str]
) -> tuple[list[Any], list[Problem]]:
    """Return the values of one column (None where empty) and what is wrong with them."""
    read, wanted = READERS[field.get("type", "string")]
    values, problems = [], []
    for row, cell in enumerate(cells, start=2):
        value, expected = None, ""
        try:
            value = read(cell) if cell else None
        except (ValueError, KeyError):
            expected = wanted
        expected = expected or _outside(value, field.get("constraints", {}))
        values.append(value)
        if expected:
            found = f"'{cell}'" if cell else "an empty cell"
            problems.append(Problem(file, row, field["name"], found, expected))
    return values, problems


def _outside(value: object, rules: Mapping[str, Any]) -> str:
    """Return what the constraints would have, or nothing if the value keeps them."""
    if value is None:
        return "a value: this column may not be empty" if rules.get("required") else ""
    if "enum" in rules and value not in rules["enum"]:
        return listed(rules["enum"], "or", most=None)
    if "minimum" in rules and value < rules["minimum"]:
        return f"{rules['minimum']} or more"
    if "maximum" in rules and value > rules["maximum"]:
        return f"{rules['maximum']} or less"
    return ""


def _keys(file: str, schema: Schema, cells: Mapping[str, list[str]]) -> Iterator[Problem]:
    """Yield every row whose key stands in an earlier row."""
    primary = schema.get("primaryKey", [])
    keys = [[primary] if isinstance(primary, str) else list(primary)] if primary else []
    keys += [[f["name"]] for f in schema["fields"] if f.get("constraints", {}).get("unique")]
    for key in keys:
        first: dict[tuple[str, ...], int] = {}
        for row, values in enumerate(zip(*(cells[name] for name in key), strict=True), start=2):
            if values in first:
                named = ", ".join(f"{n} {v}" for n, v in zip(key, values, strict=True))
                found = f"{named} a second time (first in row {first[values]})"
                yield Problem(file, row, " and ".join(key), found, "each of them once")
            first.setdefault(values, row)


def _gaps(file: str, schema: Schema, values: Mapping[str, list[Any]]) -> Iterator[Problem]:
    """Yield every number that a complete run lacks, such as a month of a case."""
    if "complete" not in schema:
        return
    column, by = schema["complete"]["field"], schema["complete"]["by"]
    rules = next(f["constraints"] for f in schema["fields"] if f["name"] == column)
    low, high = rules["minimum"], rules["maximum"]
    for group in dict.fromkeys(values[by]):
        seen = {v for v, g in zip(values[column], values[by], strict=True) if g == group}
        for number in range(low, high + 1):
            if number not in seen:
                found = f"no row for {by} {group}, {column} {number}"
                yield Problem(file, None, column, found, f"every {column} from {low} to {high}")


def _typed(field: Mapping[str, Any], values: list[Any]) -> pd.Series:
    """Return one column with a type that is the same on every computer."""
    kind, missing = field.get("type", "string"), None in values
    if kind in WHOLE:
        return pd.Series(values, dtype="Int64" if missing else "int64")
    if kind == "number":
        return pd.Series(values, dtype="float64")
    if kind == "boolean":
        return pd.Series(values, dtype="boolean" if missing else "bool")
    if kind == "date":
        return pd.Series(pd.to_datetime(values), dtype="datetime64[s]")
    return pd.Series(["" if value is None else value for value in values], dtype="str")
