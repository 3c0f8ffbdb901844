"""Lesson 12: the figures of its exercises. The forecasts and the coded cases are illustrative."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from toolkit.charts import cases
from toolkit.charts.figure import Figure
from toolkit.course.lab_words import LabWords
from toolkit.models.cases.reviews import brier

FORECASTS = ((0.9, True), (0.6, False), (0.2, False))
# How often the two coders gave which pair of codes: first coder, second coder, cases.
CODES = ("copied", "suited")
PAIRS = (
    ("copied", "copied", 5), ("suited", "suited", 4), ("copied", "suited", 2),
    ("suited", "copied", 1),
)  # fmt: skip
SEED = 12
WORDS = LabWords("toolkit.lessons.l12_nine_cases")


def forecasts() -> dict[str, Any]:
    """Return the Brier score of three forecasts, and what is taken for it."""
    said, came = (list(each) for each in zip(*FORECASTS, strict=True))
    gaps = [abs(chance - happened) for chance, happened in FORECASTS]
    names = ("one", "two", "three")
    return {
        **{name: f"{100 * chance:.0f}" for name, chance in zip(names, said, strict=True)},
        **{f"cost_{name}": f"{gap**2:.2f}" for name, gap in zip(names, gaps, strict=True)},
        "score": brier(said, came),
        "score_words": f"{brier(said, came):.2f}",
        "half": brier([0.5] * len(said), came),
        "sum": len(said) * brier(said, came),
        "plain": float(np.mean(gaps)),
        "missed": sum(came) / len(came),
    }


def _codes() -> pd.DataFrame:
    """Return the codes of the two coders, one row for each case."""
    pairs = [(first, second) for first, second, n in PAIRS for _ in range(n)]
    order = np.random.default_rng(SEED).permutation(len(pairs))
    return pd.DataFrame([pairs[i] for i in order], columns=["first", "second"])


def coders() -> Figure:
    """Draw what two coders said of the same cases."""
    codes, names = _codes(), WORDS["worked"]["names"]
    codes.index = [WORDS.say("worked.coders.case", n=n) for n in range(1, len(codes) + 1)]
    codes = codes.replace(names).rename(columns=names)
    both = codes[codes.iloc[:, 0] == codes.iloc[:, 1]].iloc[:, 0]
    frame = codes.melt(var_name="column", value_name="mark", ignore_index=False)
    return cases.grid_chart(
        frame.loc[codes.index].reset_index(names="row"),
        {names["copied"]: "warn", names["suited"]: "main"},
        title=WORDS.say("worked.coders.title", n=len(codes)),
        description=WORDS.say(
            "worked.coders.description",
            alike={said: list(cases) for said, cases in both.groupby(both).groups.items()},
            apart=list(codes.drop(both.index).itertuples()),
        ),
        provenance=(WORDS.provenance("made_up"),),
        table=codes.rename_axis(WORDS.say("worked.coders.head")).reset_index(),
        cell=140,
    )


def beyond_chance() -> dict[str, Any]:
    """Return the agreement of the two coders beyond chance, and what is taken for it."""
    codes = _codes()
    n = len(codes)
    first, second = (codes[name] for name in codes)
    alike = int((first == second).sum())
    chance = sum(float((first == code).mean() * (second == code).mean()) * n for code in CODES)
    return {
        "n": n,
        "alike": alike,
        "chance": chance,
        "above": alike - chance,
        "room": n - chance,
        "kappa": (alike - chance) / (n - chance),
        "share": alike / n,
        "not_divided": (alike - chance) / n,
    }
