"""Lesson 11, point or system: one way out, full wards, a scoreboard, and who pays for the exit."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import pandas as pd

from toolkit import evidence
from toolkit.beds import PATIENCE, Hospital, Investment, Stay, busiest, simulate, ward
from toolkit.charts import shapes
from toolkit.charts.figure import Figure
from toolkit.evidence.provenance import Provenance
from toolkit.labs.frame import Lab
from toolkit.labs.lesson import Lesson, Page
from toolkit.labs.tables import claim_page, page
from toolkit.learning.acts import Prediction
from toolkit.queueing import erlang_c
from toolkit.widgets.form import Choice, Select, Slider

SEED = 11
MANY = 200
RUNS = Choice("runs", "How often to play", "1", options={"1": "one run", str(MANY): f"{MANY} runs"})
PLAYED = Provenance("computed", note="played here, with the same seed each time")
WORKED_OUT = Provenance("computed", note="worked out here from the settings")
PLACE = Provenance("illustrative", note="the hospital, its people, hours, beds and places")
PURSES = Provenance("illustrative", note="the two purses and what bed days are worth")

DEPARTMENTS = {
    "nobody": "nobody",
    "front door": "front door: decides sooner",
    "diagnostics": "diagnostics: results sooner",
    "wards": "wards: ready to leave sooner",
    "community": "community: more places a day",
}
# Illustrative: what each department is judged by, the mark it has to reach, and what the person
# at the door would ask for. The sign says which side of the mark is green.
TARGETS = {
    "front door": ("hours until it is decided to admit", "≤", 4),
    "diagnostics": ("hours until results are back", "≤", 24),
    "wards": ("hours from results to ready to leave", "≤", 96),
    "community": ("places used, %", "≥", 95),
    "whole: the person at the door": (f"in a bed within {PATIENCE} hours, %", "≥", 95),
    "whole: the person ready to leave": ("hours ready and still in bed", "≤", 24),
    "whole: the person sent on": ("people a day sent on to another hospital", "≤", 1),
}  # fmt: skip
TENTH = 0.1
GUESSED = "your prediction"


@lru_cache(32)
def _played(hospital: Hospital, runs: int) -> Stay:
    return simulate(hospital, runs, SEED, warm=True)


@lru_cache(32)
def _filled(beds: int, at: float, swing: float, runs: int) -> Stay:
    return simulate(ward(beds, at, swing=swing), runs, SEED, days=60, settle=20)


def _upright(guess: Prediction, height: float) -> pd.DataFrame:
    """Return a line that stands where somebody predicted; nothing if nobody did."""
    at = [] if guess.answer is None else [float(guess.answer)] * 2
    return pd.DataFrame({"at": at, "series": GUESSED, "value": [0.0, height][: len(at)]})


def _signed(hours: float) -> str:
    """Return a change in hours with its sign."""
    return f"{hours:+.1f} hours".replace("-", "−") if hours else "no change"


def _means(stay: Stay) -> dict[str, float]:
    """Return the mean over the runs of every measure on the scoreboard."""
    journey = {name: float(hours.mean()) for name, hours in stay.journey.items()}
    measures = (
        *(journey[name] for name in ("front door", "diagnostics", "wards")),
        100 * float(stay.places_used.mean()),
        100 * (1 - float(stay.late().mean())),
        journey["ready, still in bed"],
        float(stay.sent_on.mean()),
    )
    return dict(zip(TARGETS, measures, strict=True))


def _verdict(who: str, value: float) -> str:
    _what, sign, mark = TARGETS[who]
    return "● green" if (value <= mark if sign == "≤" else value >= mark) else "▲ red"


def _sooner() -> str:
    """Return the answer that comes closest to what quicker wards do to the wait for a bed."""
    start = Hospital()
    stays = [_played(each, MANY) for each in (start, start.improve("wards", 0.2))]
    before, after = (float(stay.journey["waiting for a bed"].mean()) for stay in stays)
    changes = {"fifth": -0.2, "some": -0.1, "same": 0.0, "more": 0.2}
    came = max(after / before - 1, changes["fifth"])
    return min(changes, key=lambda name: abs(changes[name] - came))


def whole(this: Lesson) -> Lab:
    """Let one department improve, and follow one person from the door to the way out."""
    guess = this.predict("sooner")
    kinds = ("as it is", "with the change")

    def draw(value: dict) -> Figure:
        runs, who, by = int(value["runs"]), value["who"], value["by"]
        before = Hospital(places=value["places"])
        stays = [_played(each, runs) for each in (before, before.improve(who, by / 100))]
        each = [{k: float(v.mean()) for k, v in stay.journey.items()} for stay in stays]
        frame = pd.DataFrame(
            {"category": place, "series": kind, "value": round(hours[place], 1)}
            for place in each[0]
            for kind, hours in zip(kinds, each, strict=True)
        )
        moved = {place: round(each[1][place] - each[0][place], 1) for place in each[0]}
        extra = {
            f"people who wait over {PATIENCE} hours, %": [100 * s.late().mean() for s in stays],
            "people ready and still in bed": [s.ready_in_bed.mean() for s in stays],
            "people a day who get a bed": [s.served.mean() for s in stays],
            "people a day sent on to another hospital": [s.sent_on.mean() for s in stays],
            "beds in use, %": [100 * s.occupancy.mean() for s in stays],
            "places in the community used, %": [100 * s.places_used.mean() for s in stays],
        }
        table = pd.DataFrame(
            [(f"{place}, hours", *(hours[place] for hours in each)) for place in each[0]]
            + [(name, *pair) for name, pair in extra.items()],
            columns=["on average", *kinds],
        ).round(1)
        waits = [hours["waiting for a bed"] for hours in each]
        changes = ", ".join(
            f"{place} {f'{change:+.1f}'.replace('-', '−')} hours"
            if change
            else f"{place} no change"
            for place, change in moved.items()
        )
        said = (
            f"Improving: {who}" + (f", by {by} %" if who != "nobody" else "")
            + f". Places in the community: {value['places']} a day; people a day who need one, if "
            f"all could be let in: {before.arrivals * before.care:g}. "
            f"{'One run' if runs == 1 else f'{MANY} runs'}. Change for one person: {changes}. "
            "As it is and with the change: "
            + "; ".join(f"{name} {a:.1f} and {b:.1f}" for name, (a, b) in extra.items())
            + "."
        )  # fmt: skip
        if runs > 1:
            low, high = np.percentile(stays[1].journey["waiting for a bed"], [5, 95])
            said += (
                f" With the change, nine runs in ten have a mean wait for a bed between {low:.1f} "
                f"and {high:.1f} hours."
            )
        return shapes.bars(
            frame,
            dict(zip(kinds, ("calm", "main"), strict=True)),
            x="hours of one person, on average",
            title=f"Waiting for a bed: {waits[0]:.1f} hours as it is, {waits[1]:.1f} with the "
            f"change; ready and still in bed: {each[0]['ready, still in bed']:.0f} and "
            f"{each[1]['ready, still in bed']:.0f}",
            description=said + guess.recalled,
            provenance=(PLACE, PLAYED),
            table=table,
            most=150,
            width=460,
            row=18,
        )

    controls = (
        Select("who", "Which department improves", "wards", options=DEPARTMENTS),
        Slider("by", "By how much", 20, min=5, max=25, step=5, unit="%"),
        Slider("places", "Places in the community", 5, min=4, max=8, unit="places a day"),
        RUNS,
    )
    return Lab("whole", controls, draw, after=(guess,), truth={"sooner": _sooner})


def board(_this: Lesson) -> Page:
    """Show what each department is judged by, and what the person at the door would see."""
    start = Hospital()
    changed = start.improve("wards", 0.2)
    now, then = (_means(_played(each, MANY)) for each in (start, changed))
    rows = [
        (
            who,
            f"{what}: {sign} {mark}",
            f"{now[who]:.1f} {_verdict(who, now[who])}",
            f"{then[who]:.1f} {_verdict(who, then[who])}",
        )
        for who, (what, sign, mark) in TARGETS.items()
    ]
    return page(
        ["Whose board", "Measure and mark", "As it is", "Wards 20 % quicker"],
        rows,
        f"{start.places} places a day in the community, {MANY} runs",
        (PLACE, PLAYED),
    )


def full(this: Lesson) -> Lab:
    """Fill a ward, compare it with its two halves, make the days uneven, count who waits."""
    guess = this.predict("tenth")
    grid = np.arange(50, 99)

    def draw(value: dict) -> Figure:
        beds, at, swing, runs = value["beds"], value["at"], value["swing"], int(value["runs"])
        sizes = {"one ward": beds, "two halves": beds // 2}
        curves = {name: [100 * erlang_c(n, rho / 100) for rho in grid] for name, n in sizes.items()}
        limits = {name: 100 * busiest(n, TENTH) for name, n in sizes.items()}
        stay = _filled(beds, at / 100, swing / 100, runs)
        late, found = 100 * stay.late(0), 100 * float(stay.occupancy.mean())
        marks = [(found, float(late.mean()), "one ward, played")]
        frame = pd.concat(
            [
                *(
                    pd.DataFrame({"at": grid, "series": name, "value": values})
                    for name, values in {"one in ten": 100 * TENTH, **curves}.items()
                ),
                _upright(guess, 60),
            ]
        )
        table = pd.DataFrame(
            {"beds in use, %": grid[::5]}
            | {f"{sizes[name]} beds: wait, %": values[::5] for name, values in curves.items()}
        ).round(1)
        days = f"days uneven by {swing} %" if swing else "even days"
        said = (
            f"By Erlang’s formula one in ten waits for a bed at {limits['one ward']:.0f} % "
            f"occupancy in one ward of {beds} beds, and at {limits['two halves']:.0f} % in two "
            f"separate wards of {beds // 2}. At {at} % the formula says "
            f"{100 * erlang_c(beds, at / 100):.1f} % for the one ward and "
            f"{100 * erlang_c(beds // 2, at / 100):.1f} % for the halves. The one ward, played "
            f"hour by hour with {days}, {'one run' if runs == 1 else f'{MANY} runs'}: "
            f"{found:.1f} % of beds in use, and {late.mean():.1f} % wait past the hour."
        )
        if runs > 1:
            low, high = np.percentile(late, [5, 95])
            said += f" Nine runs in ten lie between {low:.0f} and {high:.0f} %."
        return shapes.paths(
            frame,
            {"one in ten": "calm", "one ward": "main", "two halves": "warn", GUESSED: "fourth"},
            x="beds in use on average, %",
            y="people who wait for a bed, %",
            title=f"One in ten waits at {limits['one ward']:.0f} % full in one ward of {beds}, at "
            f"{limits['two halves']:.0f} % in two halves",
            description=said + guess.recalled,
            provenance=(PLACE, WORKED_OUT, PLAYED),
            marks=pd.DataFrame(marks, columns=["at", "value", "text"]),
            table=table,
            size=(520, 300),
        )

    controls = (
        Slider("beds", "Beds", 30, min=12, max=120, step=6, unit="beds"),
        Slider("at", "Beds in use on the plan", 85, min=60, max=95, unit="%"),
        Slider("swing", "How uneven the days are", 0, min=0, max=50, step=10, unit="%"),
        RUNS,
    )
    truth = {"tenth": lambda: 100 * busiest(controls[0].value, TENTH)}
    return Lab("full", controls, draw, after=(guess,), truth=truth)


def quarters(_this: Lesson) -> Figure:
    """Show full beds beside four-hour performance in England, quarter by quarter."""
    held = evidence.series("england_occupancy_four_hour_quarterly")
    known = held.frame
    x, y = known["bed_occupancy_pct"], known["type1_within_4h_pct"]
    level = float(np.corrcoef(x, y)[0, 1])
    yearly = float(np.corrcoef(x.diff(4).dropna(), y.diff(4).dropna())[0, 1])
    beds = known["beds_available"]
    signs = [f"{r:.2f}".replace("-", "−") for r in (level, yearly)]
    ends = known.iloc[[0, -1]]
    first, last = ends["financial_quarter"]
    winter = known["financial_quarter"].str.endswith("Q4")
    frame = pd.DataFrame(
        {
            "x": x,
            "y": y,
            "series": np.where(winter, "January to March", "other quarters"),
            "label": known["financial_quarter"],
        }
    )
    notes = pd.DataFrame(
        {"x": ends["bed_occupancy_pct"], "y": ends["type1_within_4h_pct"], "text": [first, last]}
    )
    words = (
        f"{len(known)} quarters, {first} to {last}. Occupancy of general and acute beds "
        f"{x.min():.1f} to {x.max():.1f} %; seen within four hours in major departments "
        f"{y.min():.1f} to {y.max():.1f} %. Correlation {signs[0]}; of the changes on the same "
        f"quarter a year before, {signs[1]}. Beds available went from {beds.iloc[0]:,.0f} to "
        f"{beds.iloc[-1]:,.0f}. {held.caveat}"
    )
    return shapes.dots(
        frame,
        {"January to March": "warn", "other quarters": "main"},
        x="general and acute beds in use, %",
        y="within four hours, major departments, %",
        title=f"Fuller beds, fewer within four hours: correlation {signs[0]}",
        description=words,
        provenance=(held.provenance, Provenance("computed", note="the correlations")),
        notes=notes,
        table=pd.DataFrame(
            {
                "quarter": known["financial_quarter"],
                "beds available": beds.round(),
                "in use, %": x,
                "within four hours, %": y,
            }
        ),
        size=(520, 320),
    )


def shared(this: Lesson) -> Lab:
    """Let the hospital hand over some of its gain, and see what the community then pays for."""
    guess = this.predict("handover")
    grid = np.arange(101)

    def draw(value: dict) -> Figure:
        deal = Investment(most=value["most"], own=value["own"] / 100)
        back, bill = value["back"] / 100, value["bill"] / 100
        here, best, none = deal.split(back, bill), deal.best(), deal.split()
        lines = [deal.split(at / 100, bill) for at in grid]
        names = {"best for both": None, "both": "whole", "hospital": "hospital",
                 "community": "community"}  # fmt: skip
        frame = pd.concat(
            [
                *(
                    pd.DataFrame(
                        {
                            "at": grid,
                            "series": name,
                            "value": [getattr(s, part) if part else best.whole for s in lines],
                        }
                    )
                    for name, part in names.items()
                ),
                _upright(guess, 0.6 * best.whole),
            ]
        )
        top = int(np.argmax([line.hospital for line in lines]))
        signs = pd.DataFrame(
            [(value["back"], here.whole, "your agreement")], columns=["at", "value", "text"]
        )
        said = (
            f"Bed days worth up to £{value['most']:,}k a year could be saved; {value['own']} % of "
            f"the gain is the community’s own. The hospital hands over {value['back']} % of its "
            f"gain and pays {value['bill']} % of the bill. The community then spends "
            f"£{here.spend:,.0f}k, which saves £{here.saved:,.0f}k. Left to the hospital: "
            f"£{here.hospital:,.0f}k; to the community: £{here.community:,.0f}k; to both: "
            f"£{here.whole:,.0f}k. Without any agreement both together would have "
            f"£{none.whole:,.0f}k, and at best £{best.whole:,.0f}k, with £{best.spend:,.0f}k "
            f"spent. With this part of the bill, the hospital has most for itself when it hands "
            f"over {top} %."
        ).replace("£-", "−£")
        table = pd.DataFrame(
            [
                *(
                    (name, s.spend, s.saved, s.hospital, s.community, s.whole)
                    for name, s in (("no agreement", none), ("your agreement", here))
                ),
                ("one purse", best.spend, best.saved, None, None, best.whole),
            ],
            columns=["£1,000 a year", "spent", "saved", "hospital", "community", "both"],
        ).round()
        return shapes.paths(
            frame,
            {
                "best for both": "calm",
                "both": "third",
                "hospital": "main",
                "community": "warn",
                GUESSED: "fourth",
            },
            x="share of its gain that the hospital hands over, %",
            y="left over, £1,000 a year",
            title=f"Both together: £{here.whole:,.0f}k of £{best.whole:,.0f}k; the hospital alone "
            f"would hand over {top} %".replace("£-", "−£"),
            description=said + guess.recalled,
            provenance=(PURSES, WORKED_OUT),
            marks=signs,
            table=table,
            low=None,
            size=(520, 300),
        )

    controls = (
        Slider("back", "The hospital hands over, of its gain", 0, min=0, max=100, step=5, unit="%"),
        Slider("bill", "The hospital pays, of the bill", 0, min=0, max=80, step=5, unit="%"),
        Slider("own", "Gain that is the community’s own", 0, min=0, max=60, step=5, unit="%"),
        Slider("most", "Bed days that could be saved are worth", 500, min=100, max=1_000, step=50,
               unit="thousand pounds a year"),
    )  # fmt: skip
    start = {field.name: field.value for field in controls}

    def handed() -> float:
        deal = Investment(most=start["most"], own=start["own"] / 100)
        kept = [deal.split(at / 100, start["bill"] / 100).hospital for at in grid]
        return float(grid[int(np.argmax(kept))])

    return Lab("shared", controls, draw, after=(guess,), truth={"handover": handed})


def claim(_this: Lesson) -> Page:
    """Show the claim this lesson is about, and what would speak for it and against it."""
    return claim_page("S21", "Points instead of the whole")
