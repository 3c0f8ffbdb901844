"""Nine cases side by side: the conditions of each, and what those that endured share.

A small crisp-set comparison: nine cases can illustrate a pattern, and can never test a cause.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

import pandas as pd

from toolkit import evidence
from toolkit.models.cases.reviews import NINE, WORDS, endured

CONDITIONS = WORDS["conditions"]  # columns of case_coding.csv


def conditions() -> pd.DataFrame:
    """Return the conditions of each case, coded 0 or 1, and whether it endured.

    Returns
    -------
    DataFrame
        Index ``case``; one column per condition, and ``endured``.
    """
    held = {name: evidence.case(name) for name in NINE}
    coded = pd.DataFrame({name: case.coding for name, case in held.items()}).T[[*CONDITIONS]]
    came = pd.Series({name: endured(case) for name, case in held.items()})
    return coded.assign(endured=came).astype("int64").rename_axis("case")


def shared(cases: pd.DataFrame, chosen: Sequence[str]) -> dict[str, int]:
    """Return the conditions that all cases had that endured.

    Parameters
    ----------
    cases : DataFrame
        From `conditions`.
    chosen : sequence of str
        Conditions.

    Returns
    -------
    dict of str to int
        Condition to how many had it as well and did not endure.
    """
    came = cases["endured"] == 1
    return {n: int(cases.loc[~came, n].sum()) for n in chosen if cases.loc[came, n].all()}


def shared_by_lot(cases: pd.DataFrame, chosen: Sequence[str]) -> tuple[int, int]:
    """Count in how many ways as many cases could have endured, and share some condition.

    Parameters
    ----------
    cases : DataFrame
        From `conditions`.
    chosen : sequence of str
        Conditions.

    Returns
    -------
    tuple of int
        Ways in which at least one condition is shared by all that endured, and ways in all.
    """
    has = cases[list(chosen)].to_numpy(bool)
    ways = list(combinations(range(len(cases)), int(cases["endured"].sum())))
    return sum(bool(has[list(way)].all(axis=0).any()) for way in ways), len(ways)
