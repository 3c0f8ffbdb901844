"""Lesson 10, false calls: a ceiling is called where no rise shows beyond the noise."""

from __future__ import annotations

import numpy as np
import pandas as pd

from toolkit.charts import shapes
from toolkit.charts.figure import Figure
from toolkit.course.common import MANY, PLAYED, RUNS, band, line, recalled
from toolkit.course.lesson import Lesson
from toolkit.evidence.provenance import Provenance
from toolkit.learning.fields import Slider
from toolkit.models.change.noticing import missed_rises, months_needed, record
from toolkit.models.journeys import rising
from toolkit.screen.lab import Lab
from toolkit.text.numbers import number

SEED = 10
START = {"rise": 1, "noise": 5, "months": 12}
RISE_AND_NOISE = Provenance("illustrative", note="rise and noise, as you set them")


def _recorded(really: np.ndarray, records: np.ndarray, title: str, words: str) -> Figure:
    """Draw records, one a row, and the level that they are records of."""
    at = np.arange(1, len(really) + 1)
    return shapes.paths(
        pd.concat([line(really, at, "really"), band(records, at, "recorded")]),
        {"really": "calm", "recorded": "main"},
        x="month",
        y="recorded, start = 100",
        title=title,
        description=words,
        provenance=(PLAYED, RISE_AND_NOISE),
        low=None,
        size=(400, 260),
    )


def _counted(counts: pd.Series, n: int) -> Figure:
    """Draw in how many of n services a ceiling is called; its words stand with the whole chart."""
    return shapes.bars(
        pd.DataFrame({"category": counts.index, "series": "called", "value": counts.to_numpy()}),
        {"called": "warn"},
        x=f"a ceiling is called, of {n}",
        title="",
        description="",
        provenance=(RISE_AND_NOISE,),
        most=1.1 * n,
        width=170,
        row=40,
    )


def _played(value: dict, n: int) -> tuple[np.ndarray, int, int]:
    """Return what is recorded of n rises, and calls: while rising, and in n that are flat."""
    months, rng = value["months"], np.random.default_rng(SEED)
    up, flat = (
        record(rise / 100, value["noise"] / 100, months, n, rng) for rise in (value["rise"], 0)
    )
    return up, int((~rising(up)).sum()), int((~rising(flat)).sum())


def calls(this: Lesson) -> Lab:
    """Call a ceiling where no rise shows beyond the noise, and count how often that is wrong."""
    guess = this.predict("false")

    def draw(value: dict) -> Figure:
        months, n = value["months"], int(value["runs"])
        rise, noise = value["rise"] / 100, value["noise"] / 100
        up, wrong, rightly = _played(value, n)
        really = 100 * np.exp(rise * np.arange(months))
        setting = (
            f"really rising by {number(value['rise'])} % a month, with ups and downs of "
            f"{value['noise']} %, over {months} months"
        )
        theory = (
            f"By the formula, {100 * missed_rises(rise, noise, months):.0f} of 100 such rises do "
            f"not show in {months} months; to miss no more than 10 of 100 takes "
            f"{months_needed(rise, noise)} months.{recalled(guess)}"
        )
        one = _recorded(
            really,
            up,
            f"A ceiling is {'' if wrong else 'not '}called, and the service goes on rising",
            f"One service, {setting}. In the last one {up[0, -1]:.0f} is recorded, where "
            f"{really[-1]:.0f} is the level itself. {theory}",
        )
        if n == 1:
            return one
        title = f"A ceiling is called in {wrong} of {n} services that go on rising"
        words = (
            f"{n} services, {setting}. Of {n} that are really flat, a ceiling is called in "
            f"{rightly}. {theory}"
        )
        counts = pd.Series({"really rising": wrong, "really flat": rightly})
        table = pd.DataFrame(
            {"services": counts.index, "played": n, "a ceiling is called": counts.to_numpy(),
             "%": 100 * counts.to_numpy() / n}
        )  # fmt: skip
        if guess.answer is not None:
            counts["your prediction"] = guess.answer
        return shapes.beside(one, _counted(counts, n), title, words, table)

    controls = (
        Slider("rise", "It really gets better by", START["rise"], min=0.25, max=3, step=0.25,
               unit="% a month"),
        Slider("noise", "Ordinary ups and downs", START["noise"], min=1, max=15, unit="%"),
        Slider("months", "Months looked at", START["months"], min=6, max=36, unit="months"),
        RUNS,
    )  # fmt: skip
    truth = {"false": lambda: _played(START, MANY)[1]}
    there = {"runs": str(MANY)}
    return Lab("calls", controls, draw, after=(guess,), truth=truth, there=there)
