"""Lesson 11, point or system: one way out, full wards, a scoreboard, and who pays for the exit."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import pandas as pd

from toolkit.course.occupancy import occupancy
from toolkit.models.queues.queueing import erlang_c
from toolkit.models.wards import (
    DAY,
    PATIENCE,
    Hospital,
    Investment,
    Stay,
    busiest,
    people,
    play_hospital,
    ward,
)
from toolkit.screen.facts import MANY, Facts, lab, lines, marks
from toolkit.screen.stage import Lane, Trace, heap_lane

SEED = 11
# The seed of the one run on the stage, by places in the community (elsewhere that of five): a run
# that is like many. With quicker wards and without, the wait for a bed is within a fifth (or 0.4
# hours) of the mean of many runs. With five places, people wait as many days for care as in many
# runs, and without a change, the wait for a bed stays within 40% of its mean. With quicker wards, a
# fifth to a half fewer people are on a trolley while the beds fill, but in the last week as many as
# without.
ONE = {5: 1080, 6: 209}
BEFORE = 40  # days played before anything is seen
SEEN = 90  # days on the stage
CHANGE = 5  # the day of these after which a department improves
LAST = 20  # the days over which a wait is a mean: by the end, the beds have filled again
DIP = 14  # days: shorter than that, a wait that is down by `ALIKE` may be chance
FILLING = slice(CHANGE + 5, CHANGE + 20)  # the days of these in which there is most to gain
# Illustrative: what each department is judged by, the mark it has to reach, and what the person
# at the door would ask for. The sign says which side of the mark is green; last, where a dial ends.
TARGETS = {
    "front door": ("≤", 4, 8),
    "diagnostics": ("≤", 24, 48),
    "wards": ("≤", 96, 192),
    "community": ("≥", 95, 100),
    "at_door": ("≥", 95, 100),
    "ready": ("≤", 1, 12),
    "sent_on": ("≤", 1, 8),
}
DEPARTMENTS = 4  # the first boards; the others are nobody's
BETTER = 0.2  # share by which a department improves
TENTH = 0.1
HARDLY = 0.5  # hours: whoever waits less hardly waits for a bed
ALIKE = 0.1  # share by which two waits may differ that are called alike
WAIT, STILL = "waiting for a bed", "ready, still in bed"
FILLED = np.arange(50, 99)  # % of beds in use
SHARES = np.arange(101)  # % of its gain that the hospital hands over
# Where people stand, and when in an hour of the model they come there: who comes in comes last.
PLACES = {
    "elsewhere": 0.8, "emergency": 0.8, "trolley": 0.2, "bed": 0.6, "still": 0.3, "home": 0.3,
    "care": 0.4,
}  # fmt: skip
MARKED = ("trolley", "still")  # where the two people of the story wait
JUST_AFTER = 0.01  # of a day
ABOVE = 2  # hours: room above the lines for the name of the day of the change
STEP = 5  # pounds of each £100 that change sides at a tick
COIN = 5  # pounds of each £100, or thousands of pounds a year, that a coin stands for


@lru_cache(6)
def _played(hospital: Hospital, improved: Hospital, runs: int, seed: int) -> Stay:
    return play_hospital(
        hospital,
        runs,
        seed,
        LAST,
        BEFORE + SEEN - LAST,
        warm=True,
        then=(BEFORE + CHANGE, improved),
    )


def both_ways(
    places: int, who: str, by: float, runs: int, seed: int | None = None
) -> dict[str, Stay]:
    """Return the days without the change and with it, for the same people."""
    hospital = Hospital(places=places)
    if seed is None:
        seed = ONE.get(places, ONE[5]) if runs == 1 else SEED
    ways = {"before": hospital, "after": hospital.improve(who, by)}
    return {when: _played(hospital, then, runs, seed) for when, then in ways.items()}


def on_trolley(stay: Stay) -> np.ndarray:
    """Return how many people are on a trolley at each midnight on the stage, the first included."""
    return stay.waiting[:, DAY * BEFORE - 1 :: DAY]


def filling(stay: Stay) -> np.ndarray:
    """Return how many people are on a trolley at midnight while the beds fill, in each run."""
    return on_trolley(stay)[:, 1:][:, FILLING].mean(axis=1)


@lru_cache(32)
def _filled(beds: int, at: float, swing: float, runs: int) -> Stay:
    return play_hospital(ward(beds, at, swing=swing), runs, SEED, days=60, settle=20)


def _with_upright(drawn: pd.DataFrame, at: float | None, height: float) -> pd.DataFrame:
    """Return a chart with a line that stands where somebody predicted, if somebody did."""
    if at is None:
        return drawn
    return pd.concat([drawn, lines(np.array([at, at]), prediction=np.array([0.0, height]))])


def _sent(stay: Stay) -> np.ndarray:
    """Return how many people are sent elsewhere in each hour."""
    return stay.came - stay.let_in


def _lane(stay: Stay) -> Lane:
    """Return the first run person by person, from the first day on the stage.

    Whoever has left, or was sent elsewhere, stands there until midnight.
    """
    each = people(stay)
    needs, left = each["needs"], each["left"]
    sent = np.repeat(np.arange(stay.came.shape[1]), _sent(stay)[0])
    hours = (
        np.full(len(left), np.inf),
        each["let_in"],
        each["decided"],
        each["admitted"],
        np.where(needs, each["ready"], np.inf),
        np.where(needs, np.inf, left),
        np.where(needs, left, np.inf),
    )
    others = np.full((len(sent), len(PLACES)), np.inf)
    others[:, 0] = sent
    came = np.vstack([np.column_stack(hours), others])
    needs, gone = np.append(needs, sent < 0), np.append(left, sent)
    came = (came + list(PLACES.values())) / DAY - BEFORE
    here = (came < np.inf).any(axis=1) & (gone + 1 > DAY * BEFORE)
    came, needs = np.maximum(came[here], 0), needs[here]
    # Of all that went before, only the place is shown in which somebody stands when it begins.
    start = np.where(came == 0, np.arange(len(PLACES)), -1).max(axis=1)
    midnight = np.ceil(came[:, [0, -2, -1]].min(axis=1)) + JUST_AFTER
    came = np.column_stack([came, midnight])
    begins = np.arange(came.shape[1]) == start[:, None]
    who, to = np.nonzero(begins | ((came > 0) & (came < SEEN)))
    order = np.argsort(came[who, to], kind="stable")
    who, to = who[order], to[order]
    moves = who, np.where(to < len(PLACES), to, -1), came[who, to]
    looks = np.where(needs, "need", "person").tolist()
    seen = ("person", "need")
    lens = {n: (*seen, "here") if place in MARKED else seen for n, place in enumerate(PLACES)}
    return Lane(dict.fromkeys(PLACES, False), moves, looks, lens=lens)


def _each_midnight(inside: np.ndarray, through: np.ndarray) -> np.ndarray:
    """Return the hours that each person was there, at each midnight: a mean of `LAST` days."""
    ends = DAY * np.arange(BEFORE, BEFORE + SEEN + 1)
    there, passed = (
        total[:, ends] - total[:, ends - DAY * LAST]
        for total in (np.insert(each.cumsum(axis=1), 0, 0, axis=1) for each in (inside, through))
    )
    return there / np.maximum(passed, 1)


def waits(stay: Stay) -> np.ndarray:
    """Return the hours waited for a bed at each midnight on the stage."""
    return _each_midnight(stay.waiting, stay.admitted)


def for_care(stay: Stay) -> np.ndarray:
    """Return the days that people who are fit to go wait for care, at each midnight."""
    return _each_midnight(stay.ready, stay.out) / DAY


def _days(stays: dict[str, Stay]) -> Trace:
    """Return the days on the stage, without the change and with it."""
    if stays["after"] is stays["before"]:
        stays = {"before": stays["before"]}
    ended = {
        "trolley": [on_trolley(stay)[0] for stay in stays.values()],
        "fit": [stay.ready[0, DAY * BEFORE - 1 :: DAY] for stay in stays.values()],
        "days": [for_care(stay)[0] for stay in stays.values()],
    }
    lanes = {when: _lane(stay) for when, stay in stays.items()}
    return Trace(
        SEEN, lanes, {name: np.column_stack(each).tolist() for name, each in ended.items()}
    )


def _flow(stay: Stay) -> dict[str, int]:
    """Return where the people of a day end up, in whole people, so that the sum comes out."""
    came, sent, care = stay.hospital.arrivals, stay.sent_on.mean(), stay.out[:, stay.settled :]
    came, sent, care = round(came), round(sent), round(DAY * care.mean())
    return {"came": came, "sent": sent, "bed": came - sent, "care": care,
            "home": came - sent - care}  # fmt: skip


def _by_day(stays: dict[str, Stay]) -> pd.DataFrame:
    """Return the hours waited for a bed, day by day, and the day of the change."""
    ways = {when: waits(stay).mean(axis=0) for when, stay in stays.items()}
    if stays["after"] is stays["before"]:
        del ways["after"]
        return lines(np.arange(SEEN + 1), **ways)
    top = max(each.max() for each in ways.values()) + ABOVE
    day = lines(np.array([CHANGE, CHANGE]), day=np.array([0, top]))
    return pd.concat([lines(np.arange(SEEN + 1), **ways), day])


def _days_down(stays: dict[str, Stay]) -> int:
    """Return on how many days the wait with the change is clearly shorter than without."""
    before, after = (waits(stay).mean(axis=0) for stay in stays.values())
    return int((after < (1 - ALIKE) * before).sum())


def wait_goes() -> str:
    """Return the answer that comes closest to what quicker wards do to the wait for a bed."""
    before, after = whole().wait
    changes = {"fewer": -BETTER, "same": 0.0, "more": BETTER}
    return min(changes, key=lambda name: abs(changes[name] - (after / before - 1)))


@lab(predict={"sooner": wait_goes})
def whole(who: str = "wards", places: int = 5) -> Facts:
    """Let one department improve, and follow one person from the door to the way out."""
    stays = both_ways(places, who, BETTER, MANY)
    hospital = stays["before"].hospital
    hours = pd.DataFrame(
        {kind: {place: each.mean() for place, each in stay.journey.items()}
         for kind, stay in stays.items()}
    ).round(1)  # fmt: skip
    rest = pd.DataFrame(
        {
            kind: {
                "late": 100 * stay.late().mean(),
                "ready": stay.ready_in_bed.mean(),
                "served": stay.served.mean(),
                "sent_on": stay.sent_on.mean(),
                "beds": 100 * stay.occupancy.mean(),
                "places": 100 * stay.places_used.mean(),
            }
            for kind, stay in stays.items()
        }
    )
    wait = [float(stay.journey[WAIT].mean()) for stay in stays.values()]
    return Facts(
        chart=_by_day(stays),
        table=pd.concat([hours, rest.round(1)]),
        need=hospital.arrivals * hospital.care,
        flow={when: _flow(stay) for when, stay in stays.items()},
        moved=(hours["after"] - hours["before"]).round(1).to_dict(),
        bed=hours.loc[WAIT],
        still={kind: float(stay.for_care.mean()) / DAY for kind, stay in stays.items()},
        late=rest.loc["late"],
        ready=rest.loc["ready"],
        patience=PATIENCE,
        wait=wait,
        hardly=max(wait) < HARDLY,
        alike=abs(wait[1] - wait[0]) < ALIKE * wait[0],
        dips=places < hospital.arrivals * hospital.care and _days_down(stays) >= DIP,
        by=100 * BETTER,
        change=CHANGE,
        seen=SEEN,
        last=LAST,
        runs=MANY,
        lying={when: on_trolley(stay)[:, -LAST:].mean() for when, stay in stays.items()},
        spread=np.percentile(stays["after"].journey[WAIT], [5, 95]),
        beds=hospital.beds,
        trace=_days(both_ways(places, who, BETTER, 1)),
    )


def _means(stay: Stay) -> dict[str, float]:
    """Return the mean over the runs of every measure on the scoreboard."""
    journey = {name: float(hours.mean()) for name, hours in stay.journey.items()}
    measures = (
        *(journey[name] for name in ("front door", "diagnostics", "wards")),
        100 * float(stay.places_used.mean()),
        100 * (1 - float(stay.late().mean())),
        float(stay.for_care.mean()) / DAY,
        float(stay.sent_on.mean()),
    )
    return dict(zip(TARGETS, measures, strict=True))


def departments_meet() -> str:
    """Return how many departments meet their target, as the options say it."""
    return str(board().met["after"][0])


@lab(predict={"boards": departments_meet})
def board(who: str = "nobody", places: int = 5) -> Facts:
    """Let one department improve, and read its board, those of the others, and those of nobody."""
    found = {when: _means(stay) for when, stay in both_ways(places, who, BETTER, MANY).items()}
    table = pd.DataFrame(
        {
            when: [
                (each[key], "green" if (each[key] <= at if sign == "≤" else each[key] >= at)
                 else "red")
                for key, (sign, at, _end) in TARGETS.items()
            ]
            for when, each in found.items()
        }
    )  # fmt: skip
    marks = table.map(lambda cell: cell[1])
    green = marks == "green"
    dials = [
        (key, found["after"][key], found["before"][key], at, end, sign)
        for key, (sign, at, end) in TARGETS.items()
    ]
    chart = pd.DataFrame(dials, columns=["name", "now", "was", "mark", "end", "sign"])
    return Facts(
        chart=chart.assign(
            value=chart["name"],
            goal=chart["name"],
            met=marks["after"].to_list(),
            group=["own"] * DEPARTMENTS + ["none"] * (len(TARGETS) - DEPARTMENTS),
        ),
        table=table.assign(row=list(TARGETS)),
        met={
            when: [sum(each[:DEPARTMENTS]), sum(each[DEPARTMENTS:])] for when, each in green.items()
        },
        of=[DEPARTMENTS, len(TARGETS) - DEPARTMENTS],
        at={key: at for key, (_sign, at, _end) in TARGETS.items()},
        by=100 * BETTER,
        patience=PATIENCE,
        runs=MANY,
    )


def may_be_full() -> int:
    """Return how full the ward of the prediction can be, in % of beds in use."""
    return round(full().limits[0])


@lab(predict={"tenth": may_be_full})
def full(
    beds: int = 30, at: int = 85, swing: int = 0, runs: int = MANY, *, tenth: float | None = None
) -> Facts:
    """Fill a ward, compare it with its two halves, make the days uneven, count who waits."""
    sizes = {"one": beds, "halves": beds // 2}
    curves = {
        name: np.array([100 * erlang_c(n, rho / 100) for rho in FILLED])
        for name, n in sizes.items()
    }
    stay = _filled(beds, at / 100, swing / 100, runs)
    late, found = 100 * stay.late(0), 100 * float(stay.occupancy.mean())
    drawn = lines(FILLED, limit=np.full(len(FILLED), 100 * TENTH), **curves)
    # It begins before the other lines, so its name stands there, where there is room.
    level = lines(np.array([FILLED[0] - 1, found]), played=np.full(2, late.mean()))
    table = pd.DataFrame({"at": FILLED, **curves})
    return Facts(
        chart=_with_upright(pd.concat([drawn, level]), tenth, 60),
        marks=marks((found, float(late.mean()), "share")),
        table=table[::5].reset_index(drop=True).round(1),
        half=sizes["halves"],
        limits=[100 * busiest(n, TENTH) for n in sizes.values()],
        by_formula=[100 * erlang_c(n, at / 100) for n in sizes.values()],
        found=found,
        late=late.mean(),
        spread=np.percentile(late, [5, 95]),
    )


def quarters() -> Facts:
    """Show full beds beside four-hour performance in England, quarter by quarter."""
    found = occupancy()
    starts = found.held.frame.set_index("financial_quarter")["quarter_start"]
    named = {
        quarter: f"{day:%b}–{day + pd.DateOffset(months=2):%b %Y}"
        for quarter, day in starts.items()
    }
    return Facts(
        **{
            **found,
            "chart": found.chart.replace({"label": named}),
            # the last one's name stands on its left: on its right there is another winter
            "notes": found.notes.replace({"text": named}).assign(side=["left", "right"]),
            "table": found.table.replace({"label": named}),
            "first": named[found.first],
            "last": named[found.last],
        }
    )


def _handed(deal: Investment, bill: float) -> Trace:
    """Return a pile of £100 that changes sides, and the heaps of the year that come of it."""
    over = np.arange(0, 100 + STEP, STEP)
    splits = [deal.split(at / 100, bill) for at in over]
    kept = np.array([each.hospital for each in splits])
    spend = np.array([each.spend for each in splits])
    year = {
        "unsaved": np.array([deal.most - each.saved for each in splits]),
        "hospital": np.maximum(kept, 0),
        "community": np.array([each.community for each in splits]),
        "spent": spend,
    }
    if (kept < -COIN / 2).any():
        year["lost"] = np.maximum(-kept, 0)
    lanes = {
        "each": {"hospital": 100 - over, "community": over},
        "year": year,
    }
    made = {
        lane: heap_lane(
            list(heaps), np.rint(np.column_stack([*heaps.values()]) / COIN).astype(int), "coin"
        )
        for lane, heaps in lanes.items()
    }
    ended = {
        "spend": spend.tolist(), "kept": kept.tolist(), "both": [each.whole for each in splits],
    }  # fmt: skip
    best = {int(np.argmax(some)) for some in (ended["kept"], ended["both"])} - {len(over) - 1}
    return Trace(len(over) - 1, made, ended, each=COIN, pace=STEP, turns=sorted(best))


OFFERS = ("10", "45", "90")  # pounds of each £100: the answers to choose from


def most_is_kept() -> str:
    """Return at which of the offers the hospital keeps the most."""
    return max(OFFERS, key=lambda at: Investment().split(int(at) / 100).hospital)


@lab(predict={"handover": most_is_kept})
def shared(bill: int = 0, *, handover: str | None = None) -> Facts:
    """Let the hospital hand over some of its gain, and see what the community then pays for."""
    deal = Investment()
    splits = [deal.split(at / 100, bill / 100) for at in SHARES]
    both, kept = (
        np.array([getattr(each, name) for each in splits]) for name in ("whole", "hospital")
    )
    hands_over, best = deal.hands_over(bill / 100), deal.best()
    upright = None if handover is None else int(handover)
    here = splits[hands_over]
    rows = {"none": deal.split(), "selfish": here, "purse": best}
    table = pd.DataFrame(
        [(s.spend, s.saved, s.hospital, s.community, s.whole) for s in rows.values()],
        index=list(rows),
        columns=["spent", "saved", "hospital", "community", "both"],
    ).round()
    table.loc["purse", ["hospital", "community"]] = None
    return Facts(
        chart=_with_upright(lines(SHARES, both=both, hospital=kept), upright, 0.6 * best.whole),
        table=table,
        here=here,
        best=best,
        hands_over=hands_over,
        together=splits[int(both.argmax())],
        together_at=int(both.argmax()),
        lost=int(np.flatnonzero(kept >= 0).max()) if (kept < -0.5).any() else 0,
        most=deal.most,
        step=STEP,
        coin=COIN,
        trace=_handed(deal, bill / 100),
    )
