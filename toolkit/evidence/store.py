"""Where the tables of ``data/`` are found, read, checked and joined by name."""

from __future__ import annotations

import json
from difflib import get_close_matches
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

import pandas as pd

from toolkit.evidence.tables import read_table
from toolkit.text.lists import listed


def data_folder() -> Traversable:
    """Return the folder of tables: packed beside the code in a wheel, ``data/`` in the project."""
    packed = files("toolkit").joinpath("data")
    return packed if packed.is_dir() else Path(str(packed)).parents[1] / "data"


@cache
def descriptor() -> dict[str, Any]:
    """Return the data package descriptor, ``data/datapackage.json``."""
    return json.loads(data_folder().joinpath("datapackage.json").read_text(encoding="utf-8"))


def unknown(what: str, name: object, known: list[str]) -> ValueError:
    """Return the error for a name that does not exist; it lists the nearest that do."""
    near = get_close_matches(str(name), known, n=3, cutoff=0.4) or known[:8]
    there = listed([f"'{each}'" for each in near], "or", most=None)
    return ValueError(f"There is no {what} '{name}'. The nearest that exist: {there}.")


def resource(name: str) -> dict[str, Any]:
    """Return the description of one table.

    Parameters
    ----------
    name : str
        Resource name, such as ``case_series``.

    Raises
    ------
    ValueError
        If there is no such table.
    """
    known = {item["name"]: item for item in descriptor()["resources"]}
    if name not in known:
        raise unknown("table", name, list(known))
    return known[name]


@cache
def _read(name: str) -> pd.DataFrame:
    description = resource(name)
    return read_table(data_folder().joinpath(description["path"]), description["schema"])


def table(name: str) -> pd.DataFrame:
    """Return a fresh copy of one table.

    Parameters
    ----------
    name : str
        Resource name, such as ``cases`` or ``england_rtt_monthly``.

    Returns
    -------
    pandas.DataFrame
        One column per field of the schema.

    Raises
    ------
    ValueError
        If there is no such table.
    """
    return _read(name).copy()
