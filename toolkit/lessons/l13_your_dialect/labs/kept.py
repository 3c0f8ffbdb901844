"""The figures of a series, as a record keeps them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from toolkit.upload import EVERY, Series


def entry_of(made: Series) -> dict[str, Any]:
    """Return a series as a record keeps it."""
    columns = {
        name: [None if pd.isna(x) else float(x) for x in made.frame[name]]
        for name in ("value", "n", "count")
    }
    about = {name: getattr(made, name) for name in ("every", "step", "kind", "unit", "label")}
    return {"start": made.frame["start"].dt.strftime("%Y-%m-%d").tolist(), **columns, **about}


def series_of(entry: Mapping[str, Any]) -> Series:
    """Return the series that a record has kept.

    Parameters
    ----------
    entry : mapping
        As `entry_of` gives it.

    Returns
    -------
    Series
        The same figures.

    Raises
    ------
    ValueError, KeyError, TypeError
        If the entry has been changed, and is none.
    """
    frame = pd.DataFrame({"start": pd.to_datetime(pd.Series(entry["start"], dtype="str"))})
    for name in ("value", "n", "count"):
        frame[name] = pd.array(entry[name], dtype="Float64").to_numpy(float, na_value=float("nan"))
    about = {name: str(entry[name]) for name in ("step", "kind", "unit", "label")}
    if entry["every"] not in EVERY or frame["value"].notna().sum() == 0:
        raise ValueError("There are no figures.")
    return Series(frame=frame, every=str(entry["every"]), **about)
