"""Writing tables so that a spreadsheet takes no text for a formula."""

from __future__ import annotations

from typing import Any

import pandas as pd

from toolkit.intake.cells import number

STARTS = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")


def safe_cell(cell: Any) -> Any:
    """Return a cell with an apostrophe before it if a spreadsheet would run it as a formula.

    Parameters
    ----------
    cell : object
        Anything; only text is ever changed.

    Returns
    -------
    object
        The cell, or the text with the apostrophe.

    Examples
    --------
    >>> safe_cell("=1+1"), safe_cell("-5"), safe_cell("ward 7")
    ("'=1+1", '-5', 'ward 7')
    """
    if not isinstance(cell, str) or not cell.lstrip(" \n").startswith(STARTS):
        return cell
    plain = cell.isascii() and cell == cell.strip() and number(cell) is not None
    return cell if plain and not cell.startswith(("=", "@")) else f"'{cell}"


def csv_bytes(frame: pd.DataFrame) -> bytes:
    """Return a table as a CSV file that Excel opens with the right letters.

    Parameters
    ----------
    frame : DataFrame
        Its index is left out.

    Returns
    -------
    bytes
        UTF-8 with the mark by which Excel knows it; text that begins like a formula is escaped.
    """
    safe = pd.DataFrame(
        {at: pd.Series(frame.iloc[:, at].map(safe_cell).tolist(), dtype=object)
         for at in range(frame.shape[1])}
    )  # fmt: skip
    safe.columns = [safe_cell(str(name)) for name in frame.columns]
    return safe.to_csv(index=False, lineterminator="\r\n").encode("utf-8-sig")
