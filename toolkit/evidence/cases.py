"""The nine illustrative cases, joined from their tables."""

from __future__ import annotations

from dataclasses import fields, replace
from functools import cache
from typing import Any

import pandas as pd

from toolkit.evidence.provenance import Provenance
from toolkit.evidence.store import resource, table
from toolkit.evidence.tables import split_list
from toolkit.evidence.types import Case

ILLUSTRATIVE = Provenance("illustrative", note=resource("cases")["caveat"])
CONTEXT = ("demand", "arrival_scv", "low_benefit", "staff_hours", "high_need", "readiness")
PRACTICE = ("release", "threshold", "need_first", "learning")


def case(name: str) -> Case:
    """Return one of the nine cases.

    Parameters
    ----------
    name : str
        ``A`` to ``I``; small letters will do.

    Returns
    -------
    Case
        Its story, context, practice, monthly figures, events, themes and coding.

    Raises
    ------
    ValueError
        If there is no such case.

    Examples
    --------
    >>> case("C").approach
    'service_improvement'
    """
    held = _joined(str(name).strip().upper())
    # Frames and mappings can be changed, so everybody gets their own.
    parts = {field.name: getattr(held, field.name) for field in fields(held)}
    mutable = (pd.DataFrame, dict)
    copies: dict[str, Any] = {n: p.copy() for n, p in parts.items() if isinstance(p, mutable)}
    return replace(held, **copies)


@cache
def _joined(key: str) -> Case:
    """Return one case from its tables, once: a case room asks for it at every step."""
    rows = table("cases").set_index("id", drop=False)
    if key not in rows.index:
        raise ValueError(
            f"There is no case '{key}'. The nine cases are {rows.index[0]} to {rows.index[-1]}."
        )
    row = _plain(rows.loc[key])
    stages = _of("case_contexts", key)
    habits = _of("case_practices", key)
    return Case(
        **{
            **{
                f.name: row[f.name]
                for f in fields(Case)
                if f.name in row and f.name != "provenance"
            },
            "ceiling_month": None if pd.isna(row["ceiling_month"]) else row["ceiling_month"],
            "secondary_data": split_list(row["secondary_data"]),
        },
        provenance=ILLUSTRATIVE,
        context={
            "name": row["place"],
            "stages": tuple(stages["name"]),
            **_columns(stages, "work", "setup", "heterogeneity", "service_scv"),
            **{field: row[field] for field in CONTEXT},
        },
        practice={
            **_columns(habits, "batch", "standardisation", "split"),
            **{field: row[field] for field in PRACTICE},
        },
        coding=_plain(_of("case_coding", key).iloc[0]),
        series=_of("case_series", key),
        events=_of("case_events", key),
        themes=_of("case_themes", key).merge(table("theme_codes"), on="code")[
            ["code", "label", "definition", "interviews"]
        ],
    )


def _of(name: str, key: str) -> pd.DataFrame:
    """Return the rows of one table that belong to one case."""
    rows = table(name)
    return rows[rows["case"] == key].drop(columns=["case", "provenance"]).reset_index(drop=True)


def _columns(frame: pd.DataFrame, *names: str) -> dict[str, tuple[Any, ...]]:
    """Return columns as tuples of plain numbers, one for each stage."""
    return {name: tuple(frame[name].tolist()) for name in names}


def _plain(row: pd.Series) -> dict[str, Any]:
    """Return one row as plain Python values."""
    return {key: getattr(value, "item", lambda v=value: v)() for key, value in row.items()}
