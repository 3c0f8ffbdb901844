"""Reading a frame into points in order, with missing ones where the calendar says so."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd


def named(at: Any) -> str:
    """Return a point in time as words: the month, or the day if it is not the first of one."""
    if not isinstance(at, pd.Timestamp):
        return str(at)
    return f"{at:%B %Y}" if at.day == 1 else f"{at.day} {at:%B %Y}"


def column(frame: pd.DataFrame, name: str) -> pd.Series:
    """Return a column, or say which there are."""
    if name not in frame.columns:
        raise ValueError(
            f"There is no column '{name}'; the frame has {', '.join(map(str, frame.columns))}."
        )
    return frame[name]


def read_rows(
    frame: pd.DataFrame, value: str, at: str, size: str | None, every: str | None
) -> pd.DataFrame:
    """Return the points in order, with a row for each that the calendar says is missing."""
    rows = pd.DataFrame({"at": column(frame, at), "count": column(frame, value)})
    rows["size"] = column(frame, size) if size else np.nan
    for name in ("count", "size"):
        rows[name] = pd.to_numeric(rows[name]).astype(float)
    if rows["at"].isna().any() or rows["at"].duplicated().any():
        raise ValueError(f"Each point needs a '{at}' of its own; some are empty or stand twice.")
    rows = rows.sort_values("at", ignore_index=True)
    if every and pd.api.types.is_datetime64_any_dtype(rows["at"]):
        calendar = pd.date_range(rows["at"].iloc[0], rows["at"].iloc[-1], freq=every)
        if not rows["at"].isin(calendar).all():
            raise ValueError(
                f"The dates do not follow the calendar step every='{every}' (MS: the first of each "
                "month). For weeks say every='W-MON', or the day they start on; every=None takes "
                "the rows as they are."
            )
        rows = rows.set_index("at").reindex(calendar).rename_axis("at").reset_index()
    return rows


def measured(rows: pd.DataFrame, chart: str, per: float) -> np.ndarray:
    """Return the value of each point: the figure itself, or the count for its size."""
    count, size = rows["count"].to_numpy(), rows["size"].to_numpy()
    if chart == "xmr" and np.isnan(size).all():
        return count * per
    if (count < 0).any() or (size <= 0).any() or (chart == "p" and (count > size).any()):
        raise ValueError(
            "Counts are zero or more, sizes above zero, and in a p chart a count is part of its "
            "size. Leave a month empty if its size is not known."
        )
    return count / size * per


def segments(rows: pd.DataFrame, rebase: Sequence[Any]) -> np.ndarray:
    """Return the number of the segment that each point is in."""
    starts = [pd.Timestamp(each) if isinstance(rows["at"].iloc[0], pd.Timestamp) else each
              for each in rebase]  # fmt: skip
    for each in starts:
        if not (rows["at"] == each).any():
            first, last = named(rows["at"].iloc[0]), named(rows["at"].iloc[-1])
            raise ValueError(
                f"No point stands at {named(each)}, where a new set of limits was asked for; the "
                f"points run from {first} to {last}."
            )
    number = rows["at"].isin(starts).astype("int64").cumsum().to_numpy()
    return number - number[0]
