"""Make a service cheaper and a little worse, and ask whether its value has risen."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from toolkit.charts import shapes
from toolkit.charts.figure import Figure
from toolkit.labs.common import WORKED_OUT, recalled
from toolkit.labs.frame import Lab
from toolkit.labs.lesson import Lesson
from toolkit.labs.worth.services import BEFORE, SERVICES
from toolkit.text.numbers import pounds, signed
from toolkit.widgets.form import Slider
from toolkit.worth import Service, compare, net_benefit

CHEAPER, WORSE = -10, -5  # % by which they change at the start, as the prediction asks


def _becomes(cost: float, outcome: float) -> Service:
    """Return the service after its cost and outcome have changed by so many per cent."""
    effect = BEFORE.effect * (1 + outcome / 100)
    return replace(BEFORE, name="After", effect=effect, cost=BEFORE.cost * (1 + cost / 100))


def _ratio_goes() -> str:
    """Return where the ratio goes, and whether the outcome is then at least as good."""
    after = _becomes(CHEAPER, WORSE)
    if after.ratio <= BEFORE.ratio:
        return "down"
    return "up_good" if after.effect >= BEFORE.effect else "up_open"


def trap(this: Lesson) -> Lab:
    """Make a service cheaper and a little worse, and ask whether its value has risen."""
    guess = this.predict("cheaper")

    def draw(value: dict) -> Figure:
        cost, outcome, chosen = value["cost"], value["outcome"], value["threshold"]
        after = _becomes(cost, outcome)
        gain, extra = after.effect - BEFORE.effect, after.cost - BEFORE.cost
        ratio_moves = f"{signed(100 * (after.ratio / BEFORE.ratio - 1), 1)} %"
        net = float(net_benefit(gain, extra, chosen))
        money = "money spent on top" if extra > 0 else "money saved"
        health = "health gained" if gain > 0 else "health lost"
        sums = {money: abs(extra), f"{health}, at your threshold": abs(gain) * chosen}
        table = pd.DataFrame(
            [
                ("outcome, QALYs", f"{BEFORE.effect:.2f}", f"{after.effect:.2f}"),
                ("cost", pounds(BEFORE.cost), pounds(after.cost)),
                ("QALYs for each £1,000", *(f"{1_000 * s.ratio:.3f}" for s in (BEFORE, after))),
                ("net benefit of the change", "", pounds(net)),
            ],
            columns=["a person", "before", "after"],
        )
        words = (
            f"Cost {signed(cost)} %, outcome {signed(outcome)} %. The ratio of outcome to cost "
            f"changes by {ratio_moves}. {money.capitalize()}: {pounds(abs(extra))} a person. "
            f"{health.capitalize()}: {abs(gain):.3f} QALYs, which at {pounds(chosen)} a QALY are "
            f"{pounds(abs(gain) * chosen)}. Together the change is {pounds(net)} a person. "
            f"{compare(after, BEFORE).words}"
        ) + recalled(guess)
        return shapes.bars(
            pd.DataFrame({"category": sums.keys(), "series": "a person", "value": sums.values()}),
            {"a person": "main"},
            x="pounds a person",
            title=f"The ratio changes by {ratio_moves}, net benefit by {pounds(net)} a person",
            description=words,
            provenance=(SERVICES, WORKED_OUT),
            table=table,
            width=520,
            row=30,
        )

    controls = (
        Slider("cost", "Change of the cost", CHEAPER, min=-30, max=30, unit="%"),
        Slider("outcome", "Change of the outcome", WORSE, min=-30, max=30, unit="%"),
        Slider("threshold", "What you would pay for one QALY", 20_000, min=0, max=50_000,
               step=1_000, unit="pounds"),
    )  # fmt: skip
    return Lab("trap", controls, draw, after=(guess,), truth={"cheaper": _ratio_goes})
