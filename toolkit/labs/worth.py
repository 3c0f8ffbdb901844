"""Lesson 04, value: minutes that cost money, ratio and net benefit, weights, the cost-only trap."""

from __future__ import annotations

import numpy as np
import pandas as pd

from toolkit import evidence
from toolkit.charts import shapes
from toolkit.charts.figure import Figure
from toolkit.evidence.provenance import Provenance
from toolkit.labs.frame import Lab
from toolkit.labs.lesson import Lesson, Page
from toolkit.labs.tables import claim_page
from toolkit.widgets.form import Choice, Slider
from toolkit.worth import (
    THRESHOLDS,
    Account,
    Pool,
    Service,
    Trial,
    compare,
    firsts,
    fullest,
    net_benefit,
    score,
)

SEED = 4
MANY = 200
RUNS = Choice(
    "runs", "How many trials to hold", "1", options={"1": "one trial", str(MANY): f"{MANY} trials"}
)

WORKED_OUT = Provenance("computed", note="worked out here from the settings")
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
    "idle": "nothing: nobody is redeployed",
    "visits": "more patients are seen, if there is room",
    "lent": "they go to another service, which needs them",
    "removed": "they are no longer paid for",
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


def _pounds(value: float) -> str:
    """Return money, with its sign before the pound."""
    return f"{'−' if round(value) < 0 else ''}£{abs(value):,.0f}"


def _percent(change: float, digits: int = 0) -> str:
    """Return a change in per cent, with its sign; no change has none."""
    near = round(change, digits)
    return f"{near:+.{digits}f} %".replace("-", "−") if near else "0 %"


def clinic(this: Lesson) -> Lab:
    """Free nurse minutes in every visit, and see what becomes of their cost."""
    guess = this.predict("freed")
    room = {pool.name: pool for pool in POOLS}
    start = {"freed": 10, "visits": 70}

    def week(each: dict, visits: int, lent: float = 0, removed: float = 0) -> dict[str, float]:
        """Return what a week costs, by where the minutes went."""
        given = {"nurses": (lent, removed)}
        held = [Account(p, visits * each[p.name], *given.get(p.name, ())) for p in POOLS]
        parts = {part: sum(a.costs[part] for a in held) for part in held[0].costs}
        return {**parts, "bill": sum(a.bill for a in held)}

    def quicker(freed: int) -> dict[str, int]:
        """Return the minutes of a visit in which so many nurse minutes are freed."""
        return {**VISIT, "nurses": VISIT["nurses"] - freed}

    def bill_goes() -> str:
        visits, freed = start["visits"], start["freed"]
        before, after = (week(each, visits)["bill"] for each in (VISIT, quicker(freed)))
        fall, saved = round(before - after), round(visits * freed * room["nurses"].rate)
        if fall <= 0:
            return "more" if fall else "same"
        return "all" if fall >= saved else "some"

    def draw(value: dict) -> Figure:
        visits, freed, then = value["visits"], value["freed"], value["then"]
        changed = quicker(freed)
        usable = freed * visits * value["usable"] / 100
        seen = visits
        (tight_before, most_before), (tight, most) = fullest(POOLS, VISIT), fullest(POOLS, changed)
        if then == "visits":
            # Usable minutes carry so many more visits, as long as every pool has room.
            seen = min(visits + int(usable // changed["nurses"]), max(most, visits))
        before = week(VISIT, visits)
        after = week(
            changed,
            seen,
            lent=usable if then == "lent" else 0,
            removed=usable if then == "removed" else 0,
        )
        each = [sum(room[n].rate * m for n, m in minutes.items()) for minutes in (VISIT, changed)]
        rows = {
            "in visits": "used", "paid, unused": "unused",
            "used elsewhere": "lent", "no longer paid": "removed",
        }  # fmt: skip
        frame = pd.DataFrame(
            {"category": name, "series": kind, "value": parts[key]}
            for name, key in rows.items()
            for kind, parts in (("before", before), ("after", after))
        )
        table = frame.pivot_table(index="category", columns="series", values="value", sort=False)
        table = table.rename_axis("pounds a week").reset_index()
        table.loc[len(table)] = ["the clinic’s bill", before["bill"], after["bill"]]
        fall = before["bill"] - after["bill"]
        bill = f"the bill falls by {_pounds(fall)}" if round(fall) else "the bill stays as it is"
        words = (
            f"{visits} visits a week; nurse minutes freed in each: {freed}, "
            f"{value['usable']} % of them in pieces long enough to use. Then: {THEN[then]}. The "
            f"cost of a visit by its minutes goes from £{each[0]:.2f} to £{each[1]:.2f}. The "
            f"clinic’s bill goes from {_pounds(before['bill'])} to {_pounds(after['bill'])} a "
            f"week; minutes paid for and unused go from {_pounds(before['unused'])} to "
            f"{_pounds(after['unused'])}, and {_pounds(after['lent'])} of minutes serve others. "
            f"{seen} patients are seen. The first to run out of minutes is {tight}, at {most} "
            f"visits; before the change it was {tight_before}, at {most_before}."
        ) + guess.recalled
        return shapes.bars(
            frame,
            {"before": "calm", "after": "main"},
            x="pounds a week, by where the minutes went",
            title=f"A visit costs £{each[1]:.2f} instead of £{each[0]:.2f}; {bill}",
            description=words,
            provenance=(CLINIC, WORKED_OUT),
            table=table.round(0),
            most=8_000,
            width=520,
        )

    controls = (
        Slider("freed", "Nurse minutes freed in each visit", start["freed"], min=0, max=20,
               unit="minutes"),
        Choice("then", "What happens to the freed minutes", "idle", options=THEN),
        Slider("visits", "Visits a week", start["visits"], min=40, max=80, unit="visits"),
        Slider("usable", "Of these minutes, in pieces long enough to use", 100,
               min=0, max=100, step=10, unit="%"),
    )  # fmt: skip
    return Lab("clinic", controls, draw, after=(guess,), truth={"freed": bill_goes})


def buy(this: Lesson) -> Lab:
    """Weigh a fuller service against the usual one: ratio, extra cost per QALY, net benefit."""
    guess = this.predict("fuller")
    grid = np.arange(0, 51)  # thousands of pounds per QALY
    start = {"gain": 15, "extra": 3_600}
    asked = (20_000, 30_000)  # pounds: what the two of the prediction would pay

    def who_buys() -> str:
        worth = [net_benefit(start["gain"] / 100, start["extra"], each) > 0 for each in asked]
        return "both" if all(worth) else "one" if any(worth) else "nobody"

    def draw(value: dict) -> Figure:
        gain, extra, chosen = value["gain"] / 100, value["extra"], value["threshold"]
        runs = int(value["runs"])
        full = Service("Fuller", USUAL.effect + gain, USUAL.cost + extra)
        verdict, truth = compare(full, USUAL), net_benefit(gain, extra, chosen)
        found = Trial(PEOPLE).run(gain, extra, runs, np.random.default_rng(SEED))
        lines = np.array([net_benefit(*found, 1_000 * at) for at in grid])
        low, high = np.percentile(lines, [5, 95], axis=1)
        name = "one trial" if runs == 1 else f"{MANY} trials"
        frame = pd.concat(
            [
                pd.DataFrame({"at": grid, "series": "no gain, no loss", "value": 0.0}),
                pd.DataFrame({"at": grid, "series": name, "value": lines.mean(axis=1),
                              "low": low, "high": high}),
                pd.DataFrame({"at": grid, "series": "true figures",
                              "value": 1_000.0 * grid * gain - extra}),
            ]
        )  # fmt: skip
        published = sorted({each for pair in THRESHOLDS.values() for each in pair})
        marks = pd.DataFrame(
            [*((each / 1_000, 0.0, f"£{each // 1_000}k") for each in published),
             (chosen / 1_000, float(truth), "yours")],
            columns=["at", "value", "text"],
        )  # fmt: skip
        per = [1_000 * service.ratio for service in (USUAL, full)]
        better = "usual" if per[0] > per[1] else "fuller"
        worth = "worth it" if truth > 0 else "not worth it" if truth < 0 else "just on the line"
        here = net_benefit(*found, chosen)
        said = (
            f"One trial of {PEOPLE} people in each service finds {_pounds(here[0])}."
            if runs == 1
            else f"Of {MANY} trials of {PEOPLE} people in each service, {(here > 0).sum()} find "
            f"that it is worth it at that threshold."
        )
        marked = "; ".join(f"{_pounds(a)} to {_pounds(b)} {w}" for w, (a, b) in THRESHOLDS.items())
        words = (
            f"The fuller service brings {gain:.2f} QALYs more than the usual one and costs "
            f"{_pounds(extra)} more. QALYs for each £1,000: usual {per[0]:.3f}, fuller "
            f"{per[1]:.3f}; by the ratio the {better} one wins. {verdict.words} At "
            f"{_pounds(chosen)} a QALY the net benefit of the fuller one is {_pounds(truth)} a "
            f"person: {worth}. {said} NICE’s marks: {marked}."
        ) + guess.recalled
        at = sorted({0, chosen, *published})
        table = pd.DataFrame(
            {
                "pounds for a QALY": [_pounds(each) for each in at],
                "net benefit, true figures": [_pounds(net_benefit(gain, extra, e)) for e in at],
                f"{name}: worth it": [
                    f"{(net_benefit(*found, each) > 0).sum()} of {runs}" for each in at
                ],
            }
        )
        icer = f"{_pounds(verdict.icer)} a QALY" if verdict.icer else "no cost per QALY to name"
        return shapes.paths(
            frame,
            {"no gain, no loss": "calm", name: "warn", "true figures": "main"},
            x="threshold: thousands of pounds one would pay for a QALY",
            y="net benefit of the fuller service, £ a person",
            title=f"Fuller service: {icer}; {worth} at {_pounds(chosen)}",
            description=words,
            provenance=(SERVICES, MARKS, WORKED_OUT),
            marks=marks,
            table=table,
            low=None,
        )

    controls = (
        Slider("threshold", "What you would pay for one QALY", asked[0], min=0, max=50_000,
               step=1_000, unit="pounds"),
        Slider("extra", "What the fuller service costs on top", start["extra"], min=0, max=8_000,
               step=200, unit="pounds a person"),
        Slider("gain", "What it brings on top", start["gain"], min=0, max=40,
               unit="hundredths of a QALY"),
        RUNS,
    )  # fmt: skip
    return Lab("buy", controls, draw, after=(guess,), truth={"fuller": who_buys})


def weigh(this: Lesson) -> Lab:
    """Decide how much each tier of outcomes counts, and see which service comes first."""
    guess = this.predict("first")

    def can_be_first() -> str:
        wins, _ = firsts(OUTCOMES)
        able = [name.removeprefix("Service ") for name, count in wins.items() if count]
        return {1: able[0], len(OUTCOMES): "any"}[len(able)]

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
        ) + guess.recalled
        table = OUTCOMES.assign(cost=[_pounds(each) for each in COST], score=result.round(1))
        table["first in"] = [f"{count} of {ways}" for count in wins]
        first = " and ".join(ranked.index[:2]) if tie else ranked.index[0]
        return shapes.bars(
            pd.DataFrame({"category": result.index, "series": "score", "value": result.round(1)}),
            {"score": "main"},
            x=f"weighted outcomes, {unit}",
            title=f"{first} {'share first place' if tie else 'comes first'} with these weights",
            description=words,
            provenance=(Provenance("illustrative", note="the services and scores"), WORKED_OUT),
            table=table.rename_axis("service").reset_index(),
            most=35 if money else 100,
            width=520,
            row=30,
        )

    counts = "How much it counts: "
    controls = (
        *(Slider(f"tier{n}", counts + tier, 5, min=0, max=10, unit="points")
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
        return Service("After", BEFORE.effect * (1 + outcome / 100), BEFORE.cost * (1 + cost / 100))

    def ratio_goes() -> str:
        after = becomes(**start)
        if after.ratio <= BEFORE.ratio:
            return "down"
        return "up_good" if after.effect >= BEFORE.effect else "up_open"

    def draw(value: dict) -> Figure:
        cost, outcome, chosen = value["cost"], value["outcome"], value["threshold"]
        after = becomes(cost, outcome)
        gain, extra = after.effect - BEFORE.effect, after.cost - BEFORE.cost
        ratio_moves = _percent(100 * (after.ratio / BEFORE.ratio - 1), 1)
        net = float(net_benefit(gain, extra, chosen))
        money = "money spent on top" if extra > 0 else "money saved"
        health = "health gained" if gain > 0 else "health lost"
        frame = pd.DataFrame(
            {
                "category": [money, f"{health}, at your threshold"],
                "series": "a person",
                "value": [abs(extra), abs(gain) * chosen],
            }
        )
        table = pd.DataFrame(
            [
                ("outcome, QALYs", f"{BEFORE.effect:.2f}", f"{after.effect:.2f}"),
                ("cost", _pounds(BEFORE.cost), _pounds(after.cost)),
                ("QALYs for each £1,000", *(f"{1_000 * s.ratio:.3f}" for s in (BEFORE, after))),
                ("net benefit of the change", "", _pounds(net)),
            ],
            columns=["a person", "before", "after"],
        )
        words = (
            f"Cost {_percent(cost)}, outcome {_percent(outcome)}. The ratio of outcome to cost "
            f"changes by {ratio_moves}. {money.capitalize()}: {_pounds(abs(extra))} a person. "
            f"{health.capitalize()}: {abs(gain):.3f} QALYs, which at {_pounds(chosen)} a QALY are "
            f"{_pounds(abs(gain) * chosen)}. Together the change is {_pounds(net)} a person. "
            f"{compare(after, BEFORE).words}"
        ) + guess.recalled
        return shapes.bars(
            frame,
            {"a person": "main"},
            x="pounds a person",
            title=f"The ratio changes by {ratio_moves}, net benefit by {_pounds(net)} a person",
            description=words,
            provenance=(SERVICES, WORKED_OUT),
            table=table,
            width=440,
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
