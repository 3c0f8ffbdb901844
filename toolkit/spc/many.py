"""Many measures at once: a chart for each, and one table that says what they all show."""

from __future__ import annotations

import math
from collections.abc import Hashable, Iterator, Mapping
from typing import Any

import pandas as pd

from toolkit.spc.chart import Chart, chart_data
from toolkit.spc.limits import WORDS
from toolkit.spc.reading import column

COLUMNS = (
    "points", "last", "value", "centre", "low", "high", "target", "variation", "assurance",
    "special", "why", "warnings",
)  # fmt: skip


def _empty(given: Any) -> bool:
    """Say whether a setting is an empty cell of a table of settings."""
    return given is pd.NA or given is pd.NaT or (isinstance(given, float) and math.isnan(given))


def _parts(
    frame: pd.DataFrame, by: str, own: Mapping[Hashable, Mapping[str, Any]], how: dict[str, Any]
) -> Iterator[tuple[Hashable, pd.DataFrame, dict[str, Any]]]:
    """Yield each measure, its rows, and how it is to be charted."""
    names = list(dict.fromkeys(column(frame, by).dropna()))
    if not names:
        raise ValueError(f"'{by}' names no measure: it is empty in every row.")
    if strange := [str(name) for name in own if name not in names]:
        raise ValueError(
            f"settings speak of {', '.join(strange)}; '{by}' has {', '.join(map(str, names))}."
        )
    for name in names:
        given = {key: each for key, each in own.get(name, {}).items() if not _empty(each)}
        yield name, frame[frame[by] == name], {**how, **given}


def charts(
    frame: pd.DataFrame,
    *,
    by: str,
    settings: Mapping[Hashable, Mapping[str, Any]] | None = None,
    **how: Any,
) -> dict[Hashable, Chart]:
    """Chart each of several measures, places or wards in one table.

    Parameters
    ----------
    frame : DataFrame
        One row per measure and point.
    by : str
        Column that says which measure a row belongs to.
    settings : mapping, optional
        What differs from one measure to the next: ``{"falls": {"better": "decrease"}}``. What is
        empty there (NaN) is as for the others.
    **how
        As in `chart_data`, for all of them.

    Returns
    -------
    dict of Chart
        In the order in which the measures first appear.

    Raises
    ------
    ValueError
        As `chart_data`, with the measure named; `summaries` goes on where one cannot be charted.

    Examples
    --------
    >>> wards = pd.DataFrame({"ward": ["A"] * 12 + ["B"] * 12, "month": [*range(12)] * 2,
    ...                       "value": [4, 6] * 11 + [4, 20]})
    >>> {ward: chart.variation.name for ward, chart in charts(wards, by="ward").items()}
    {'A': 'common_cause', 'B': 'neutral_high'}
    """
    made = {}
    for name, part, setting in _parts(frame, by, settings or {}, how):
        try:
            made[name] = chart_data(part, **setting)
        except ValueError as problem:
            raise ValueError(f"{by} {name}: {problem}") from problem
    return made


def summaries(
    frame: pd.DataFrame,
    *,
    by: str,
    settings: Mapping[Hashable, Mapping[str, Any]] | None = None,
    **how: Any,
) -> pd.DataFrame:
    """Say in one table what the charts of several measures show, a row for each.

    Parameters
    ----------
    frame, by, settings, **how
        As in `charts`.

    Returns
    -------
    DataFrame
        ``by``, how many ``points``, when the ``last`` one is, its ``value``, ``centre``, ``low``
        and ``high``, the ``target``, ``variation`` and ``assurance`` in words, how many points are
        ``special``, ``why`` the last one is, and ``warnings``. A measure that cannot be charted
        has a row with the reason there.

    Raises
    ------
    ValueError
        If there is no such column, or settings speak of a measure that is not there.
    """
    rows = []
    for name, part, setting in _parts(frame, by, settings or {}, how):
        try:
            made = chart_data(part, **setting)
        except ValueError as problem:
            said = WORDS.say("chart.not_charted", problem=problem)
            rows.append({by: name, "points": len(part), "warnings": said})
            continue
        last = made.points[made.judged].iloc[-1]
        rows.append(
            {
                by: name,
                "points": int(made.judged.sum()),
                "last": last["at"],
                **last[["value", "centre", "low", "high"]],
                "target": made.target,
                "variation": made.variation.word,
                "assurance": made.assurance.word,
                "special": int(made.special.sum()),
                "why": last["why"],
                "warnings": " ".join(made.warnings),
            }
        )
    whole = {"points": "Int64", "special": "Int64"}
    return pd.DataFrame(rows, columns=[by, *COLUMNS]).astype(whole)
