"""Weigh a fuller service against the usual one, by what one would pay for a QALY."""

from __future__ import annotations

import numpy as np
import pandas as pd

from toolkit.charts import shapes
from toolkit.charts.figure import Figure
from toolkit.evidence.provenance import Provenance
from toolkit.labs.common import MANY, WORKED_OUT, band, line, recalled
from toolkit.labs.frame import Lab
from toolkit.labs.lesson import Lesson
from toolkit.labs.worth.services import SERVICES, USUAL
from toolkit.text.numbers import pounds
from toolkit.widgets.form import Choice, Slider
from toolkit.worth import THRESHOLDS, Service, Trial, compare, net_benefit

SEED = 4
PEOPLE = 100
TRIALS = {"1": "one trial", str(MANY): f"{MANY} trials"}
GAIN, EXTRA = 0.15, 3_600  # QALYs and pounds on top of the usual service, at the start
ASKED = (20_000, 30_000)  # pounds: what the two of the prediction would pay
MARKS = Provenance("published", ("nice2025",), note="the marks for the threshold")
GRID = np.arange(0, 51)  # thousands of pounds per QALY


def _who_buys() -> str:
    """Return who of the two of the prediction would buy the fuller service."""
    worth = [net_benefit(GAIN, EXTRA, each) > 0 for each in ASKED]
    return "both" if all(worth) else "one" if any(worth) else "nobody"


def _wins(usual: float, fuller: float) -> str:
    """Say which of two ratios is larger, as they are shown."""
    usual, fuller = round(usual, 3), round(fuller, 3)
    if usual == fuller:
        return "the two are level"
    return f"the {'usual' if usual > fuller else 'fuller'} one wins"


def _said(here: np.ndarray) -> str:
    """Say what trials find at the learner's threshold: one of them, or how many of many."""
    if len(here) == 1:
        return f"One trial of {PEOPLE} people in each service finds {pounds(here[0])}."
    return (
        f"Of {MANY} trials of {PEOPLE} people in each service, {(here > 0).sum()} find "
        f"that it is worth it."
    )


def _table(gain: float, extra: int, chosen: int, found: tuple, name: str) -> pd.DataFrame:
    """Return net benefit, and how many trials find it above nothing, by threshold."""
    at = sorted({0, chosen, *THRESHOLDS})
    return pd.DataFrame(
        {
            "pounds for a QALY": [pounds(each) for each in at],
            "net benefit, true figures": [pounds(net_benefit(gain, extra, e)) for e in at],
            f"{name}: worth it": [
                f"{(net_benefit(*found, each) > 0).sum()} of {len(found[0])}" for each in at
            ],
        }
    )


def buy(this: Lesson) -> Lab:
    """Weigh a fuller service against the usual one: ratio, extra cost per QALY, net benefit."""
    guess = this.predict("fuller")

    def draw(value: dict) -> Figure:
        gain, extra, chosen = value["gain"], value["extra"], value["threshold"]
        runs, name = int(value["runs"]), TRIALS[value["runs"]]
        full = Service("Fuller", USUAL.effect + gain, USUAL.cost + extra)
        verdict, truth = compare(full, USUAL), float(net_benefit(gain, extra, chosen))
        found = Trial(PEOPLE).run(gain, extra, runs, np.random.default_rng(SEED))
        per = [1_000 * service.ratio for service in (USUAL, full)]
        better = _wins(*per)
        worth = "worth it" if truth > 0 else "not worth it"
        if round(truth) == 0:
            worth = "just on the line"
        words = (
            f"The fuller service brings {gain:.2f} QALYs more than the usual one and costs "
            f"{pounds(extra)} more. QALYs for each £1,000: usual {per[0]:.3f}, fuller "
            f"{per[1]:.3f}; by the ratio {better}. {verdict.words} At "
            f"{pounds(chosen)} a QALY the net benefit of the fuller one is {pounds(truth)} a "
            f"person: {worth}. {_said(net_benefit(*found, chosen))}"
        ) + recalled(guess)
        found_at = np.array([net_benefit(*found, 1_000 * at) for at in GRID])
        curves = [
            line(np.zeros(len(GRID)), GRID, "no gain, no loss"),
            band(found_at.T, GRID, name),
            line(1_000.0 * GRID * gain - extra, GRID, "true figures"),
        ]
        published = [(each / 1_000, 0.0, f"£{each // 1_000}k") for each in THRESHOLDS]
        icer = f"{pounds(verdict.icer)} a QALY" if verdict.icer else "no cost per QALY to name"
        return shapes.paths(
            pd.concat(curves),
            {"no gain, no loss": "calm", name: "warn", "true figures": "main"},
            x="threshold: thousands of pounds one would pay for a QALY",
            y="net benefit, £ a person",
            title=f"Fuller service: {icer}; {worth} at {pounds(chosen)}",
            description=words,
            provenance=(SERVICES, MARKS, WORKED_OUT),
            marks=pd.DataFrame(
                [*published, (chosen / 1_000, truth, "yours")], columns=["at", "value", "text"]
            ),
            table=_table(gain, extra, chosen, found, name),
            low=None,
            size=(560, 230),
        )

    controls = (
        Slider("threshold", "What you would pay for one QALY", ASKED[0], min=0, max=50_000,
               step=1_000, unit="pounds"),
        Slider("extra", "What the fuller one costs on top", EXTRA, min=0, max=8_000,
               step=200, unit="pounds"),
        Slider("gain", "What it brings on top", GAIN, min=0, max=0.4, step=0.01,
               unit="QALYs"),
        Choice("runs", "How many trials to hold", "1", options=TRIALS),
    )  # fmt: skip
    there = {"threshold": ASKED[1]}
    return Lab("buy", controls, draw, after=(guess,), truth={"fuller": _who_buys}, there=there)
