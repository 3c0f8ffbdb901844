"""Read one CSV table with the types that its schema names.

Nobody but the authors writes into the tables; the tests check each with frictionless.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib.resources.abc import Traversable
from typing import Any

import pandas as pd

LIST_MARK = ";"


def split_list(cell: str) -> tuple[str, ...]:
    """Return the items of a cell that lists several, in order."""
    return tuple(item.strip() for item in cell.split(LIST_MARK) if item.strip())


def read_table(file: Traversable, schema: Mapping[str, Any]) -> pd.DataFrame:
    """Read one table.

    Parameters
    ----------
    file : traversable
        The CSV file, UTF-8.
    schema : mapping
        Its Table Schema (https://specs.frictionlessdata.io/table-schema/).

    Returns
    -------
    DataFrame
        One column per field. An empty cell is "" in a column of texts, and missing in others.
    """
    with file.open("rb") as held:
        cells = pd.read_csv(held, dtype="str", keep_default_na=False)
    return pd.DataFrame(
        {field["name"]: _typed(cells[field["name"]], field["type"]) for field in schema["fields"]}
    )


def _typed(cells: pd.Series, kind: str) -> pd.Series:
    """Return a column with one type that is the same on every machine."""
    empty = cells == ""
    if kind == "number":
        return cells.mask(empty, "nan").astype("float64")
    if kind == "integer":
        return pd.to_numeric(cells).astype("Int64" if empty.any() else "int64")
    if kind == "boolean":
        truths = cells.str.lower().map({"true": True, "false": False})
        return truths.astype("boolean" if empty.any() else "bool")
    return pd.to_datetime(cells).astype("datetime64[s]") if kind == "date" else cells
