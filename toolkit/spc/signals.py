"""Signals: what a rule found, where and why, and what each point is because of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from toolkit.spc.icons import kind_of
from toolkit.spc.sets import Rule
from toolkit.text.templates import fill


@dataclass(frozen=True)
class Signal:
    """Something that a rule found.

    Parameters
    ----------
    rule : str
        Name of the rule.
    rows : tuple of int
        Rows of ``Chart.points``; empty if it belongs to the whole chart.
    side : int
        +1 above (or rising), -1 below (or falling), 0 neither.
    why : str
        The reason in words, to follow "this point is special:".
    segment : int
        Where it was found; a new segment begins where limits are rebased.
    """

    rule: str
    rows: tuple[int, ...]
    side: int
    why: str
    segment: int = 0


def signals_of(
    rule: Rule, values: np.ndarray, z: np.ndarray, rows: np.ndarray, segment: int
) -> Iterator[Signal]:
    """Yield what a rule finds in one segment: each group of points once."""
    for group in rule.groups(values, z):
        why = fill(rule.why, {"up": group.side > 0, "n": group.points, "rule": rule})
        yield Signal(rule.name, tuple(rows[group.rows].tolist()), group.side, why, segment)


def judged_points(
    start: Sequence[str], signals: Sequence[Signal], better: str, improvement_wins: bool
) -> pd.DataFrame:
    """Return for each point what it is, and by which rules; the first signal gives the reason."""
    points: list[dict[str, Any]] = [
        {"kind": kind, "rule": "", "why": "", "side": 0, "rules": []} for kind in start
    ]
    for each in signals:
        kind = kind_of(each.side, better)
        for point in (points[row] for row in each.rows):
            first = not point["rules"] or (
                improvement_wins and (point["kind"], kind) == ("concern", "improvement")
            )
            if first:
                point |= {"kind": kind, "rule": each.rule, "why": each.why, "side": each.side}
            point["rules"].insert(0 if first else len(point["rules"]), each.rule)
    frame = pd.DataFrame(points)
    frame["rules"] = frame["rules"].str.join("; ")
    return frame
