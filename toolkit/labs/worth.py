"""Lesson 04, value: minutes that cost money, ratio and net benefit, weights, the cost-only trap."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from toolkit import evidence
from toolkit.charts import shapes
from toolkit.charts.figure import Figure
from toolkit.evidence.provenance import Provenance
from toolkit.labs.common import MANY, WORKED_OUT, band, line, pounds, recalled, signed
from toolkit.labs.frame import Lab
from toolkit.labs.lesson import Lesson, Page
from toolkit.labs.tables import claim_page
from toolkit.widgets.form import Choice, Select, Slider
from toolkit.worth import (
    THRESHOLDS,
    Clinic,
    Pool,
    Service,
    Trial,
    compare,
    firsts,
    net_benefit,
    score,
)

SEED = 4
TRIALS = {"1": "one trial", str(MANY): f"{MANY} trials"}
MARKS = Provenance("published", ("nice2025",), note="the marks for the threshold")

# Illustrative: one week of a clinic, and the minutes that one visit takes.
CLINIC = Provenance("illustrative", note="the clinic, its pay and its minutes")
POOLS = (
    Pool("consultant", 3_200, 1_600),
    Pool("nurses", 2_400, 3_000),
    Pool("administration", 480, 1_200),
)
VISIT = {"consultant": 20, "nurses": 30, "administration": 10}
THEN = {
    "idle": "nobody is redeployed",
    "visits": "more patients are seen, if there is room",
    "lent": "they go to another service, which needs them",
    "removed": "they are no longer paid for",
}

# Where minutes go, and what is paid for them all.
WENT = {
    "used": "in visits",
    "unused": "paid, unused",
    "lent": "used elsewhere",
    "removed": "no longer paid",
    "bill": "the clinic’s bill",
}

# Illustrative: a usual and a fuller service for one condition.
SERVICES = Provenance("illustrative", note="the services, their outcomes and costs")
USUAL = Service("Usual", effect=0.50, cost=2_000)
PEOPLE = 100

# Illustrative: three services with one condition, 0 to 100 in each tier, and their cost.
TIERS = ("health reached", "the way there", "how it lasts")
OUTCOMES = pd.DataFrame(
    [(90, 50, 45), (60, 88, 60), (65, 60, 90)],
    index=["Service A", "Service B", "Service C"],
    columns=TIERS,
)
COST = pd.Series([3_000, 3_400, 4_200], index=OUTCOMES.index)

# Illustrative: a service before somebody makes it cheaper.
BEFORE = Service("Before", effect=0.60, cost=4_000)


def clinic(this: Lesson) -> Lab:
    """Free nurse minutes in every visit, and see what becomes of their cost."""
    guess = this.predict("freed")
    usual = Clinic(POOLS, VISIT)
    start = {"freed": 10, "visits": 70}

    def quicker(freed: int) -> Clinic:
        """Return the clinic in which so many nurse minutes are freed in each visit."""
        return replace(usual, visit={**VISIT, "nurses": VISIT["nurses"] - freed})

    def bill_goes() -> str:
        visits, freed = start["visits"], start["freed"]
        before, after = (each.costs(visits)["bill"] for each in (usual, quicker(freed)))
        fall, saved = round(before - after), round(visits * (usual.each - quicker(freed).each))
        if fall <= 0:
            return "more" if fall else "same"
        return "all" if fall >= saved else "some"

    def draw(value: dict) -> Figure:
        visits, freed, then = value["visits"], value["freed"], value["then"]
        changed = quicker(freed)
        usable = freed * visits * value["usable"] / 100
        (_, most_before), (tight, most) = usual.fullest(), changed.fullest()
        seen = visits
        if then == "visits":
            # Usable minutes carry so many more visits, as long as every pool has room.
            seen = min(visits + int(usable // changed.visit["nurses"]), max(most, visits))
        given = {then: usable} if then in ("lent", "removed") else {}
        before, after = usual.costs(visits), changed.costs(seen, nurses=given)
        table = pd.DataFrame({"before": before, "after": after}).rename(WENT).loc[WENT.values()]
        frame = table.iloc[:-1].rename_axis("category").reset_index()
        fall = before["bill"] - after["bill"]
        bill = f"the bill falls by {pounds(fall)}" if round(fall) else "the bill stays as it is"
        words = (
            f"{visits} visits a week; nurse minutes freed in each: {freed}, {value['usable']} % of "
            f"them in pieces long enough to use. Then: {THEN[then]}. A visit by its minutes: "
            f"£{usual.each:.2f} before, £{changed.each:.2f} after. The clinic’s bill for a week: "
            f"{pounds(before['bill'])} and {pounds(after['bill'])}; of this for minutes that "
            f"nobody uses: {pounds(before['unused'])} and {pounds(after['unused'])}. {seen} "
            f"patients are seen. First to run out of minutes: {tight}, at {most} visits (before: "
            f"{most_before})."
        ) + recalled(guess)
        return shapes.bars(
            frame.melt("category", var_name="series"),
            {"before": "calm", "after": "main"},
            x="pounds a week, by where the minutes went",
            title=f"A visit costs £{changed.each:.2f} instead of £{usual.each:.2f}; {bill}",
            description=words,
            provenance=(CLINIC, WORKED_OUT),
            table=table.round(0).rename_axis("pounds a week").reset_index(),
            most=7_000,
            width=520,
            row=19,
        )

    controls = (
        Slider("freed", "Nurse minutes freed in each visit", start["freed"], min=0, max=20,
               unit="minutes"),
        Select("then", "What happens to these minutes", "idle", options=THEN),
        Slider("visits", "Visits a week", start["visits"], min=40, max=80, unit="visits"),
        Slider("usable", "Of these, long enough to use", 100, min=0, max=100, step=10,
               unit="%"),
    )  # fmt: skip
    return Lab("clinic", controls, draw, after=(guess,), truth={"freed": bill_goes})


def buy(this: Lesson) -> Lab:
    """Weigh a fuller service against the usual one: ratio, extra cost per QALY, net benefit."""
    guess = this.predict("fuller")
    grid = np.arange(0, 51)  # thousands of pounds per QALY
    start = {"gain": 0.15, "extra": 3_600}
    asked = (20_000, 30_000)  # pounds: what the two of the prediction would pay
    published = sorted({each for pair in THRESHOLDS.values() for each in pair})

    def who_buys() -> str:
        worth = [net_benefit(**start, threshold=each) > 0 for each in asked]
        return "both" if all(worth) else "one" if any(worth) else "nobody"

    def draw(value: dict) -> Figure:
        gain, extra, chosen = value["gain"], value["extra"], value["threshold"]
        runs, name = int(value["runs"]), TRIALS[value["runs"]]
        full = Service("Fuller", USUAL.effect + gain, USUAL.cost + extra)
        verdict, truth = compare(full, USUAL), float(net_benefit(gain, extra, chosen))
        found = Trial(PEOPLE).run(gain, extra, runs, np.random.default_rng(SEED))
        found_at = np.array([net_benefit(*found, 1_000 * at) for at in grid])
        frame = pd.concat(
            [
                line(np.zeros(len(grid)), grid, "no gain, no loss"),
                band(found_at.T, grid, name),
                line(1_000.0 * grid * gain - extra, grid, "true figures"),
            ]
        )
        marks = pd.DataFrame(
            [*((each / 1_000, 0.0, f"£{each // 1_000}k") for each in published),
             (chosen / 1_000, truth, "yours")],
            columns=["at", "value", "text"],
        )  # fmt: skip
        per = [1_000 * service.ratio for service in (USUAL, full)]
        better = "usual" if per[0] > per[1] else "fuller"
        worth = "worth it" if truth > 0 else "not worth it"
        if round(truth) == 0:
            worth = "just on the line"
        here = net_benefit(*found, chosen)
        said = (
            f"One trial of {PEOPLE} people in each service finds {pounds(here[0])}."
            if runs == 1
            else f"Of {MANY} trials of {PEOPLE} people in each service, {(here > 0).sum()} find "
            f"that it is worth it."
        )
        words = (
            f"The fuller service brings {gain:.2f} QALYs more than the usual one and costs "
            f"{pounds(extra)} more. QALYs for each £1,000: usual {per[0]:.3f}, fuller "
            f"{per[1]:.3f}; by the ratio the {better} one wins. {verdict.words} At "
            f"{pounds(chosen)} a QALY the net benefit of the fuller one is {pounds(truth)} a "
            f"person: {worth}. {said}"
        ) + recalled(guess)
        at = sorted({0, chosen, *published})
        table = pd.DataFrame(
            {
                "pounds for a QALY": [pounds(each) for each in at],
                "net benefit, true figures": [pounds(net_benefit(gain, extra, e)) for e in at],
                f"{name}: worth it": [
                    f"{(net_benefit(*found, each) > 0).sum()} of {runs}" for each in at
                ],
            }
        )
        icer = f"{pounds(verdict.icer)} a QALY" if verdict.icer else "no cost per QALY to name"
        return shapes.paths(
            frame,
            {"no gain, no loss": "calm", name: "warn", "true figures": "main"},
            x="threshold: thousands of pounds one would pay for a QALY",
            y="net benefit, £ a person",
            title=f"Fuller service: {icer}; {worth} at {pounds(chosen)}",
            description=words,
            provenance=(SERVICES, MARKS, WORKED_OUT),
            marks=marks,
            table=table,
            low=None,
            size=(560, 230),
        )

    controls = (
        Slider("threshold", "What you would pay for one QALY", asked[0], min=0, max=50_000,
               step=1_000, unit="pounds"),
        Slider("extra", "What the fuller one costs on top", start["extra"], min=0, max=8_000,
               step=200, unit="pounds"),
        Slider("gain", "What it brings on top", start["gain"], min=0, max=0.4, step=0.01,
               unit="QALYs"),
        Choice("runs", "How many trials to hold", "1", options=TRIALS),
    )  # fmt: skip
    return Lab("buy", controls, draw, after=(guess,), truth={"fuller": who_buys})


def weigh(this: Lesson) -> Lab:
    """Decide how much each tier of outcomes counts, and see which service comes first."""
    guess = this.predict("first")

    def can_be_first() -> str:
        wins, _ = firsts(OUTCOMES)
        return {1: "one", 2: "two", 3: "any"}[int((wins > 0).sum())]

    def draw(value: dict) -> Figure:
        weights = {tier: value[f"tier{n}"] for n, tier in enumerate(TIERS, 1)}
        money = value["by"] == "cost"
        result = score(OUTCOMES, weights)
        if money:
            result = 1_000 * result / COST
        ranked = result.sort_values(ascending=False, kind="stable")
        wins, ways = firsts(OUTCOMES, COST if money else None)
        unit = "points for each £1,000" if money else "points of 100"
        tie = np.isclose(ranked.iloc[0], ranked.iloc[1])
        given = ", ".join(f"{tier} {weight}" for tier, weight in weights.items())
        words = (
            f"Weights: {given}. Score, in {unit}: "
            + "; ".join(f"{name} {points:.1f}" for name, points in ranked.items())
            + f". There are {ways} ways to share ten points among the tiers: "
            + ", ".join(f"{name} is first in {count}" for name, count in wins.items())
            + " (a shared first place counts for each)."
        ) + recalled(guess)
        table = OUTCOMES.assign(cost=[pounds(each) for each in COST], score=result.round(1))
        table["first in"] = [f"{count} of {ways}" for count in wins]
        first = " and ".join(ranked.index[:2]) if tie else ranked.index[0]
        return shapes.bars(
            pd.DataFrame({"category": result.index, "series": "score", "value": result.round(1)}),
            {"score": "main"},
            x=f"weighted outcomes, {unit}",
            title=f"{first} {'share first place' if tie else 'comes first'} with these weights",
            description=words,
            provenance=(SERVICES, WORKED_OUT),
            table=table.rename_axis("service").reset_index(),
            most=35 if money else 100,
            width=520,
            row=30,
        )

    controls = (
        *(Slider(f"tier{n}", f"{tier.capitalize()} counts", 5, min=0, max=10, unit="points")
          for n, tier in enumerate(TIERS, 1)),
        Choice("by", "What to rank by", "outcomes",
               options={"outcomes": "outcomes alone", "cost": "outcomes over cost"}),
    )  # fmt: skip
    return Lab("weigh", controls, draw, after=(guess,), truth={"first": can_be_first})


def trap(this: Lesson) -> Lab:
    """Make a service cheaper and a little worse, and ask whether its value has risen."""
    guess = this.predict("cheaper")
    start = {"cost": -10, "outcome": -5}

    def becomes(cost: float, outcome: float) -> Service:
        """Return the service after its cost and outcome have changed by so many per cent."""
        effect = BEFORE.effect * (1 + outcome / 100)
        return replace(BEFORE, name="After", effect=effect, cost=BEFORE.cost * (1 + cost / 100))

    def ratio_goes() -> str:
        after = becomes(**start)
        if after.ratio <= BEFORE.ratio:
            return "down"
        return "up_good" if after.effect >= BEFORE.effect else "up_open"

    def draw(value: dict) -> Figure:
        cost, outcome, chosen = value["cost"], value["outcome"], value["threshold"]
        after = becomes(cost, outcome)
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
        Slider("cost", "Change of the cost", start["cost"], min=-30, max=30, unit="%"),
        Slider("outcome", "Change of the outcome", start["outcome"], min=-30, max=30, unit="%"),
        Slider("threshold", "What you would pay for one QALY", 20_000, min=0, max=50_000,
               step=1_000, unit="pounds"),
    )  # fmt: skip
    return Lab("trap", controls, draw, after=(guess,), truth={"cheaper": ratio_goes})


def hospitals(_this: Lesson) -> Figure:
    """Show outcome scores and total scores of American hospitals, by their cost score."""
    held = evidence.series("hvbp_cost_bands")
    bands = held.frame.set_index("cost_score_band")
    names = {"mean_clinical_outcomes": "clinical outcomes", "mean_total_performance": "total score"}
    shown = bands[list(names)].rename(columns=names)
    ends = {name: (shown[name].iloc[0], shown[name].iloc[-1]) for name in shown}
    told = "; ".join(f"{name} {a:.1f} to {b:.1f}" for name, (a, b) in ends.items())
    frame = shown.rename_axis("category").reset_index().melt("category", var_name="series")
    frame["category"] = "cost score " + frame["category"].astype(str)
    table = bands.reset_index()
    table.columns = [name.removeprefix("mean_").replace("_", " ") for name in table]
    return shapes.bars(
        frame,
        dict(zip(shown, ("main", "warn"), strict=True)),
        x="mean score of the hospitals in the band, 0 to 100",
        title=f"From the dearest to the thriftiest hospitals: {told}",
        description=(
            f"{bands['hospitals'].sum():,} hospitals in {len(bands)} bands of their cost score "
            f"(the lowest {bands.index[0]}, the highest {bands.index[-1]}). From the lowest "
            f"band to the highest: {told}. {held.caveat}"
        ),
        provenance=(held.provenance,),
        table=table,
        most=70,
        width=480,
        row=18,
    )


def minutes(_this: Lesson) -> Figure:
    """Show what a minute of a secretary costs in five clinics of one hospital."""
    held = evidence.series("tdabc_clinic_rates")
    rates = held.frame.pivot_table(
        index="clinic", columns="resource", values="eur_per_minute", sort=False
    )
    paid = rates["secretary"].sort_values()
    told = f"€{paid.iloc[0]:.2f} to €{paid.iloc[-1]:.2f}"
    table = rates.map(lambda rate: f"€{rate:.2f}" if pd.notna(rate) else "–").reset_index()
    return shapes.bars(
        pd.DataFrame({"category": paid.index, "series": "secretary", "value": paid.to_numpy()}),
        {"secretary": "main"},
        x="euros a minute",
        title=f"A secretary’s minute costs {told} in five clinics of one hospital",
        description=(
            f"Capacity cost rate of secretaries: {told} a minute, lowest in {paid.index[0]}, "
            f"highest in {paid.index[-1]}. {held.caveat}"
        ),
        provenance=(held.provenance,),
        table=table,
        most=0.8,
        width=480,
    )


def claim(_this: Lesson) -> Page:
    """Show the claim this lesson is about, and what would speak for it and against it."""
    return claim_page("S15", "Value promised, savings counted")
