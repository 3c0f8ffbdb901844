"""Lesson 11, point or system: one way out, full wards, a scoreboard, and who pays for the exit."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import pandas as pd

from toolkit.charts import shapes
from toolkit.charts.figure import Figure
from toolkit.course.common import MANY, PLAYED, RUNS, WORKED_OUT, line, recalled
from toolkit.course.lesson import Lesson, Page
from toolkit.evidence.provenance import Provenance
from toolkit.learning.fields import Select, Slider
from toolkit.models.queues.queueing import erlang_c
from toolkit.models.wards import PATIENCE, Hospital, Investment, Stay, busiest, simulate, ward
from toolkit.screen.builder import offered
from toolkit.screen.lab import Lab
from toolkit.screen.questions import Prediction
from toolkit.screen.tables import claim_page, page
from toolkit.text.numbers import pounds, signed

SEED = 11
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
    at = [] if guess.answer is None else [guess.answer] * 2
    return line(np.array([0.0, height])[: len(at)], np.array(at, dtype=float), GUESSED)


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
    kinds = {"as it is": "calm", "with the change": "main"}

    def draw(value: dict) -> Figure:
        runs, who, by = int(value["runs"]), value["who"], value["by"]
        before = Hospital(places=value["places"])
        stays = [_played(each, runs) for each in (before, before.improve(who, by / 100))]
        hours = pd.DataFrame(
            {kind: {place: each.mean() for place, each in stay.journey.items()}
             for kind, stay in zip(kinds, stays, strict=True)}
        ).round(1)  # fmt: skip
        moved = (hours["with the change"] - hours["as it is"]).round(1)
        others = {
            f"people who wait over {PATIENCE} hours, %": [100 * s.late().mean() for s in stays],
            "people ready and still in bed": [s.ready_in_bed.mean() for s in stays],
            "people a day who get a bed": [s.served.mean() for s in stays],
            "people a day sent on to another hospital": [s.sent_on.mean() for s in stays],
            "beds in use, %": [100 * s.occupancy.mean() for s in stays],
            "places in the community used, %": [100 * s.places_used.mean() for s in stays],
        }
        rest = pd.DataFrame(others, index=list(kinds)).T.round(1)
        table = pd.concat([hours.rename(index=lambda place: f"{place}, hours"), rest])
        changes = ", ".join(
            f"{place} {signed(change, 1)} hours" if change else f"{place} no change"
            for place, change in moved.items()
        )
        late, ready, *_ = others.values()
        said = (
            f"Improving: {who}{f', by {by} %' if who != 'nobody' else ''}. Places in the "
            f"community: {value['places']} a day, for {before.arrivals * before.care:g} people who "
            f"need one. Change for one person: {changes}. As it is and with the change: waiting "
            f"over {PATIENCE} hours {late[0]:.0f} and {late[1]:.0f} %; ready and still in bed "
            f"{ready[0]:.0f} and {ready[1]:.0f} people."
        )
        if runs > 1:
            low, high = np.percentile(stays[1].journey["waiting for a bed"], [5, 95])
            said += (
                f" With the change, nine runs in ten have a mean wait for a bed between {low:.1f} "
                f"and {high:.1f} hours."
            )
        bed, still = hours.loc["waiting for a bed"], hours.loc["ready, still in bed"]
        return shapes.bars(
            hours.rename_axis("category").reset_index().melt("category", var_name="series"),
            kinds,
            x="hours of one person, on average",
            title=f"Waiting for a bed: {bed.iloc[0]:.1f} hours as it is, {bed.iloc[1]:.1f} with "
            f"the change; ready and still in bed: {still.iloc[0]:.0f} and {still.iloc[1]:.0f}",
            description=said + recalled(guess),
            provenance=(PLACE, PLAYED),
            table=table.rename_axis("on average").reset_index(),
            most=150,
            width=460,
            row=16,
        )

    controls = (
        Select("who", "Which department improves", "wards", options=DEPARTMENTS),
        Slider("by", "By how much", 20, min=5, max=25, step=5, unit="%"),
        Slider("places", "Places in the community", 5, min=4, max=8, unit="a day"),
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
        half = beds // 2
        sizes = {"one ward": beds, "two halves": half}
        curves = {
            name: np.array([100 * erlang_c(n, rho / 100) for rho in grid])
            for name, n in sizes.items()
        }
        limit, halves = (100 * busiest(n, TENTH) for n in sizes.values())
        stay = _filled(beds, at / 100, swing / 100, runs)
        late, found = 100 * stay.late(0), 100 * float(stay.occupancy.mean())
        frame = pd.concat(
            [
                line(np.full(len(grid), 100 * TENTH), grid, "one in ten"),
                *(line(values, grid, name) for name, values in curves.items()),
                _upright(guess, 60),
            ]
        )
        table = pd.DataFrame(
            {"beds in use, %": grid[::5]}
            | {f"{sizes[name]} beds: wait, %": values[::5] for name, values in curves.items()}
        ).round(1)
        by_formula = [100 * erlang_c(n, at / 100) for n in sizes.values()]
        days = f"days uneven by {swing} %" if swing else "even days"
        said = (
            f"At {at} % full, Erlang’s formula says that {by_formula[0]:.1f} % wait for a bed in "
            f"one ward of {beds} beds, and {by_formula[1]:.1f} % in two separate wards of {half}. "
            f"The one ward, played hour by hour with {days}, "
            f"{'one run' if runs == 1 else f'{MANY} runs'}: {found:.1f} % of beds in use, and "
            f"{late.mean():.1f} % wait past the hour."
        )
        if runs > 1:
            low, high = np.percentile(late, [5, 95])
            said += f" Nine runs in ten lie between {low:.0f} and {high:.0f} %."
        return shapes.paths(
            frame,
            {"one in ten": "calm", "one ward": "main", "two halves": "warn", GUESSED: "fourth"},
            x="beds in use on average, %",
            y="people who wait for a bed, %",
            title=f"One in ten waits at {limit:.0f} % full in one ward of {beds}, at "
            f"{halves:.0f} % in two halves",
            description=said + recalled(guess),
            provenance=(PLACE, WORKED_OUT, PLAYED),
            marks=pd.DataFrame(
                [(found, float(late.mean()), "played")], columns=["at", "value", "text"]
            ),
            table=table,
            most=100,
            size=(520, 240),
        )

    controls = (
        Slider("beds", "Beds", 30, min=12, max=120, step=6, unit="beds"),
        Slider("at", "Beds in use on the plan", 85, min=60, max=95, unit="%"),
        Slider("swing", "How uneven the days are", 0, min=0, max=50, step=10, unit="%"),
        RUNS,
    )
    truth = {"tenth": lambda: 100 * busiest(controls[0].value, TENTH)}
    return Lab("full", controls, draw, after=(guess,), truth=truth)


def quarters(this: Lesson) -> Figure:
    """Show full beds beside four-hour performance in England, quarter by quarter."""
    return offered("toolkit.lessons.l03_theory_of_constraints")["occupancy"](this)


def shared(this: Lesson) -> Lab:
    """Let the hospital hand over some of its gain, and see what the community then pays for."""
    guess = this.predict("handover")
    grid = np.arange(101)

    def draw(value: dict) -> Figure:
        deal = Investment(most=value["most"], own=value["own"] / 100)
        back, bill = value["back"] / 100, value["bill"] / 100
        here, best, none = deal.split(back, bill), deal.best(), deal.split()
        most_at = deal.hands_over(bill)
        splits = [deal.split(at / 100, bill) for at in grid]
        curves = {
            "both": [each.whole for each in splits],
            "hospital": [each.hospital for each in splits],
            "community": [each.community for each in splits],
        }
        frame = pd.concat(
            [
                line(np.full(len(grid), best.whole), grid, "best for both"),
                *(line(np.array(values), grid, name) for name, values in curves.items()),
                _upright(guess, 0.6 * best.whole),
            ]
        )
        said = (
            f"Bed days worth up to {pounds(value['most'], 'k')} a year could be saved; "
            f"{value['own']} % of the gain is the community’s own. The hospital hands over "
            f"{value['back']} % of its gain and pays {value['bill']} % of the bill. The community "
            f"then spends {pounds(here.spend, 'k')}, which saves {pounds(here.saved, 'k')}. Left "
            f"to the hospital: {pounds(here.hospital, 'k')}; to the community: "
            f"{pounds(here.community, 'k')}. Both together have {pounds(here.whole, 'k')}; at best "
            f"{pounds(best.whole, 'k')}, with {pounds(best.spend, 'k')} spent. With this part of "
            f"the bill, the hospital has most for itself when it hands over {most_at} %."
        )
        rows = {"no agreement": none, "your agreement": here, "one purse": best}
        table = pd.DataFrame(
            [(name, s.spend, s.saved, s.hospital, s.community, s.whole)
             for name, s in rows.items()],
            columns=["£1,000 a year", "spent", "saved", "hospital", "community", "both"],
        ).round()  # fmt: skip
        table.loc[2, ["hospital", "community"]] = None
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
            title=f"Both together: {pounds(here.whole, 'k')} of {pounds(best.whole, 'k')}; the "
            f"hospital alone would hand over {most_at} %",
            description=said + recalled(guess),
            provenance=(PURSES, WORKED_OUT),
            marks=pd.DataFrame(
                [(value["back"], here.whole, "yours")], columns=["at", "value", "text"]
            ),
            table=table,
            low=None,
            size=(520, 240),
        )

    controls = (
        Slider("back", "The hospital hands over", 0, min=0, max=100, step=5, unit="% of its gain"),
        Slider("bill", "The hospital pays", 0, min=0, max=80, step=5, unit="% of the bill"),
        Slider("own", "The community’s own", 0, min=0, max=60, step=5, unit="% of the gain"),
        Slider("most", "Bed days that could be saved", 500, min=100, max=1_000, step=50,
               unit="thousand pounds"),
    )  # fmt: skip
    truth = {"handover": Investment().hands_over}
    return Lab("shared", controls, draw, after=(guess,), truth=truth)


def claim(_this: Lesson) -> Page:
    """Show the claim this lesson is about, and what would speak for it and against it."""
    return claim_page("S21", "Points instead of the whole")
