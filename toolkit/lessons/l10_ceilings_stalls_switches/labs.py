"""Lesson 10, ceilings, stalls, switches: half-lives, false calls, step and slope, fatigue."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
import pandas as pd

from toolkit import evidence
from toolkit.evidence.cases import ILLUSTRATIVE
from toolkit.models.change.diffusion import (
    CORNERS,
    CRAFTS,
    HALF_LIVES,
    IMITATION,
    INNOVATION,
    UNITS,
    half_life,
    spread,
)
from toolkit.models.change.noticing import noisy_records
from toolkit.models.journeys import MONTHS, Journeys, Programme, draw_noise, rising, run
from toolkit.models.logics import FIVE
from toolkit.models.pathway import Context, Practice, stack_contexts, stack_practices
from toolkit.screen.facts import MANY, Facts, lab, lines, marks
from toolkit.screen.stage import Lane, Moves, Trace, as_moves

SEED = 10

# --- half-lives ---------------------------------------------------------------------------------

REVIEW = 6  # months: the review that the prediction speaks of
LONGEST = 40  # months shown


def _closed(cell: tuple[str, str], months: np.ndarray | int) -> np.ndarray:
    """Return how much of a gap has closed after some months, in %."""
    return 100 - half_life(100, 0, months, HALF_LIVES[cell])


def _closing(cell: tuple[str, str], month: int) -> Lane:
    """Return the gap of a project as 100 patients, each helped when their per cent closes."""
    when = -HALF_LIVES[cell] * np.log2(1 - (np.arange(100) + 0.5) / 100)
    found = [(who, 0, 0.0) for who in range(100)]
    found += [(who, 1, at) for who, at in enumerate(when.tolist()) if at <= month]
    return Lane({"open": False, "closed": False}, as_moves(found))


def closed_at_review() -> int:
    """Return how much of the gap has closed where the prediction asks, in %."""
    return round(halving().share["yours"])


@lab(predict={"closed": closed_at_review}, given=lambda: {"longest": LONGEST})
def halving(
    unit: str = UNITS[-1],
    craft: str = CRAFTS[-1],
    month: int = REVIEW,
    *,
    closed: int | None = None,
) -> Facts:
    """Close a gap by half, and by half again, and see what a review finds."""
    at = np.arange(LONGEST + 1)
    # Side by side, only who has to agree differs.
    cells = {"team": (UNITS[0], craft), "yours": (unit, craft)}
    shown = cells if unit != UNITS[0] else {"yours": cells["yours"]}
    found = {
        cell: (float(_closed(cell, month)), lasts, cell in CORNERS)
        for cell, lasts in HALF_LIVES.items()
    }
    table = pd.DataFrame({kind: [found[each, kind] for each in UNITS] for kind in CRAFTS})
    closing = {name: _closed(cell, at) for name, cell in shown.items()}
    drawn = lines(at, **closing, half=np.full(len(at), 50))
    upright = lines([month, month], review=np.array([0, 100]))
    so_far = _closed(cells["yours"], np.arange(month + 1)).tolist()
    return Facts(
        chart=pd.concat([drawn, upright]),
        marks=marks((REVIEW, closed, "prediction")),
        table=table.assign(unit=UNITS),
        lasts={name: HALF_LIVES[cell] for name, cell in cells.items()},
        read={name: cell in CORNERS for name, cell in cells.items()},
        share={name: found[cell][0] for name, cell in cells.items()},
        alone=len(shown) == 1,
        trace=Trace(
            month, {name: _closing(cell, month) for name, cell in shown.items()}, {"so_far": so_far}
        ),
    )


# --- false calls --------------------------------------------------------------------------------


RISE = 1  # % a month
AT_ONCE = 10  # services that look at their charts in one tick


def called_wrongly() -> int:
    """Return in how many services that go on rising a ceiling is called."""
    return calls().wrong


def _look_in_turn(called: dict[str, np.ndarray]) -> Trace:
    """Return services that look at their records one after the other, and call a ceiling or not.

    Parameters
    ----------
    called : dict of str to ndarray of bool, shape (services,)
        Kind of services, and which of them call a ceiling.
    """
    places = dict.fromkeys(("before", "rise", "ceiling"), False)
    lanes, so_far = {}, {}
    for kind, ceilings in called.items():
        everybody = np.arange(MANY)
        lanes[kind] = Lane(
            places,
            (
                np.tile(everybody, 2),
                np.concatenate([np.zeros(MANY, int), np.where(ceilings, 2, 1)]),
                np.concatenate([np.zeros(MANY), (everybody + 0.5) / AT_ONCE]),
            ),
            lens={0: ("person",), 2 if kind == "rising" else 1: ("person",)},
        )
        so_far[kind] = [0, *ceilings.cumsum()[AT_ONCE - 1 :: AT_ONCE].tolist()]
    ticks = MANY // AT_ONCE
    return Trace(ticks, lanes, {"looked": [AT_ONCE * n for n in range(ticks + 1)], **so_far})


@lab(predict={"false": called_wrongly})
def calls(noise: int = 5, months: int = 12) -> Facts:
    """Call a ceiling where no rise shows beyond the noise, and count how often that is wrong."""
    rng = np.random.default_rng(SEED)
    kinds = {"rising": RISE, "flat": 0}
    records = {
        kind: noisy_records(each / 100, noise / 100, months, MANY, rng)
        for kind, each in kinds.items()
    }
    called = {kind: ~rising(each) for kind, each in records.items()}
    wrong, rightly = (int(each.sum()) for each in called.values())
    really = 100 * np.exp(RISE / 100 * np.arange(months))
    at = np.arange(1, months + 1)
    fits = np.stack([np.polyval(np.polyfit(at, each, 1), at) for each in records["rising"]])
    # The one service calls a ceiling, if any does, and its three lines end farthest apart.
    ends = np.stack([records["rising"][:, -1], fits[:, -1], np.full(MANY, really[-1])])
    apart = np.diff(np.sort(ends, axis=0), axis=0).min(axis=0)
    one = int(np.where(called["rising"] | (wrong == 0), apart, -1).argmax())
    recorded, fitted = records["rising"][one], fits[one]
    table = pd.DataFrame({"services": list(kinds), "called": [wrong, rightly]})
    return Facts(
        chart=lines(at, really=really, recorded=recorded, fitted=fitted),
        table=table.assign(played=MANY, share=100 * table["called"] / MANY),
        many=MANY,
        wrong=wrong,
        rightly=rightly,
        last=(recorded[-1], really[-1]),
        rise=RISE,
        trace=_look_in_turn(called),
    )


# --- step and slope -----------------------------------------------------------------------------

CASE = "C"
EARLY, YEAR = 6, 12  # months
BETTER = 1  # % above its start, from which a place counts as better


@cache
def _journeys(case: str, mode: str, approach: str) -> Journeys:
    """Return many journeys of a case in one way, all with the same chance."""
    told = evidence.case(case)
    return run(
        stack_contexts([Context(**told.context)] * MANY),
        stack_practices([Practice(**told.practice)] * MANY),
        [Programme(mode, approach or None)],
        draw_noise(SEED, MANY),
    )


def higher() -> str:
    """Return which way leads early and which late, as the prediction names it."""
    leads = lifecycle().ahead
    if leads[0] == leads[1]:
        return leads[0]
    return "cross" if leads[0] == "redesign" else "back"


def _better_or_not(better: np.ndarray) -> Lane:
    """Return places that are better than at their start, or not, in each month.

    Parameters
    ----------
    better : ndarray of bool, shape (places, months + 1)
        Which places are better at the end of each month.
    """
    turned = np.diff(better.astype(int), axis=1, prepend=1 - better[:, :1].astype(int))
    who, month = np.nonzero(turned)
    to = better[who, month].astype(int)
    found = list(zip(who.tolist(), to.tolist(), month.astype(float).tolist(), strict=True))
    return Lane({"not_better": False, "better": False}, as_moves(found), lens={1: ("person",)})


@lab(
    predict={"slope": higher},
    given=lambda: {"approaches": {key: logic.name for key, logic in FIVE.items()}},
)
def lifecycle(approach: str = "service_improvement") -> Facts:
    """Redesign places twice, or let them learn month by month with one approach."""
    ways = {
        "redesign": _journeys(CASE, "reengineer", ""),
        "learn": _journeys(CASE, "contextualise", approach),
    }
    nothing = _journeys(CASE, "nothing", "")
    # Without the ups and downs that people record: they hide the step and the slope.
    level = {name: 100 * way.value / nothing.value[:, :1] for name, way in ways.items()}
    better = {
        name: np.insert(each > 100 + BETTER, 0, False, axis=1) for name, each in level.items()
    }
    counts = {name: each.sum(axis=0) for name, each in better.items()}
    peak = int(counts["redesign"][: YEAR + 1].argmax())
    table = pd.DataFrame(counts).iloc[[EARLY, *range(YEAR, MONTHS + 1, YEAR)]]
    return Facts(
        chart=lines(np.arange(MONTHS + 1), **counts),
        table=table.rename_axis("month").reset_index(),
        source=ILLUSTRATIVE,
        case=CASE,
        many=MANY,
        least=BETTER,
        early=EARLY,
        late=MONTHS,
        year=YEAR,
        peak=peak,
        most=int(counts["redesign"][peak]),
        kept=int(counts["redesign"][YEAR]),
        stands={
            month: {name: int(each[month]) for name, each in counts.items()}
            for month in (EARLY, MONTHS)
        },
        ahead=[max(counts, key=lambda name: counts[name][month]) for month in (EARLY, MONTHS)],
        learning=[100 * way.practices[1].learning.mean() for way in (nothing, ways["learn"])],
        skill={name: way.mastery[:, -1].mean() for name, way in ways.items()},
        trace=Trace(
            MONTHS,
            {name: _better_or_not(each) for name, each in better.items()},
            {name: each.tolist() for name, each in counts.items()},
            turns=[peak, YEAR],
        ),
    )


# --- fatigue ------------------------------------------------------------------------------------

METHODS = 3
STAFF = 200
DROPPED = {"years": 4, "fatigue": 30}  # what the prediction speaks of
ONE = 6715  # the seed of the one run: what is told of it is what is told of the mean of many


def third_reaches() -> int:
    """Return how far the third method gets on average, in % of staff."""
    will = (1 - DROPPED["fatigue"] / 100) ** 2
    months, rng = 12 * DROPPED["years"], np.random.default_rng(SEED)
    users = spread(INNOVATION * will, IMITATION * will, STAFF, months, MANY, rng)
    return round(100 * users[:, -1].mean() / STAFF)


def _takers(using: np.ndarray, ends: tuple[int, ...] = ()) -> Moves:
    """Return who starts to use a method, and stops when it is dropped.

    Parameters
    ----------
    using : ndarray of int, shape (months + 1,)
        How many figures use a method at the end of each month.
    ends : tuple of int
        The months in which the method of the time is dropped: it goes to the third place.

    Returns
    -------
    tuple of ndarray
        Moves between those who use no method (0), those who do (1) and the cupboard (2).
    """
    apart, users = list(range(STAFF)), list[int]()
    found = [(who, 0, 0.0) for who in apart]
    for month, wanted in enumerate(using.tolist()):
        while len(users) < wanted:
            users.append(apart.pop())
            found.append((users[-1], 1, float(month)))
        while len(users) > wanted:
            apart.append(users.pop())
            found.append((apart[-1], 0, float(month)))
        if month in ends:
            found.append((STAFF + ends.index(month), 2, float(month)))
    return as_moves(found)


def _on_stage(
    kept: np.ndarray, dropped: np.ndarray, reached: np.ndarray, will: np.ndarray
) -> Trace:
    """Return one method that is kept, and several that are dropped, as staff on the move.

    Parameters
    ----------
    kept, dropped : ndarray, shape (months + 1,)
        How many % of staff use a method at the end of each month.
    reached, will : ndarray, shape (METHODS,)
        How many % use each method at its end, and how willing staff are, in % of the first time.
    """
    whole = len(kept) - 1
    each = whole // METHODS
    ends = tuple(range(each, whole, each))
    number = np.arange(whole) // each
    figures = [np.rint(share * STAFF / 100).astype(int) for share in (kept, dropped)]
    lanes = {
        "kept": Lane({"none": False, "use": False}, _takers(figures[0])),
        "dropped": Lane(
            {"none": False, "use": True, "cupboard": False},
            _takers(figures[1], ends),
            ["person"] * (STAFF) + ["binder"] * len(ends),
            {1: ("board", [f"method{n + 1}" for n in number])},
        ),
    }
    now = np.append(number, METHODS - 1)  # which method is in use at the end of each month
    ended = {
        "users": [{"kept": int(a), "dropped": int(b)} for a, b in zip(*figures, strict=True)],
        "now": (now + 1).tolist(),
        "gone": [month in ends for month in range(whole + 1)],
        "had": reached[np.maximum(now - 1, 0)].tolist(),
        "willing": will[now].tolist(),
    }
    return Trace(whole, lanes, ended, pace=1 / 12, turns=sorted(ends))


@lab(predict={"third": third_reaches}, reveal_at=DROPPED)
def methods(
    years: int = DROPPED["years"],
    fatigue: int = DROPPED["fatigue"],
    *,
    third: int | None = None,
) -> Facts:
    """Drop one method for the next, and see how far each of them gets."""
    months, rng = 12 * years, np.random.default_rng(ONE)
    will = (1 - fatigue / 100) ** np.arange(METHODS)  # of the first time, met by each method
    kept = 100 * spread(INNOVATION, IMITATION, STAFF, months * METHODS, 1, rng)[0] / STAFF
    tries = [spread(INNOVATION * w, IMITATION * w, STAFF, months, 1, rng)[0] for w in will]
    each = 100 * np.stack(tries) / STAFF
    dropped = np.append(0, each[:, 1:].ravel())
    reached = each[:, -1].round(1)
    return Facts(
        chart=lines(np.arange(METHODS * months + 1) / 12, kept=kept, dropped=dropped),
        marks=marks((3 * years, third, "prediction")),
        table=pd.DataFrame(
            {
                "method": np.arange(1, METHODS + 1, dtype=np.int64),
                "will": (100 * will).round(),
                "reached": reached,
            }
        ),
        staff=STAFF,
        reached=reached.tolist(),
        whole=METHODS * years,
        kept=kept[-1],
        trace=_on_stage(kept, dropped, each[:, -1], 100 * will),
    )


# --- a real record ------------------------------------------------------------------------------

TARGET = 18  # weeks
PANDEMIC = "2020-03"
FELL = 2  # points that the figure gets higher after a call that came too early
STEP = 3  # months in one tick


def too_early() -> str:
    """Return how many calls of a ceiling came too early, as the prediction names it."""
    return ("none", "one", "two", "three")[waiting().early]


@lab(predict={"england": too_early})
def waiting(window: int = 12) -> Facts:
    """Apply the rule to a real record month by month, and see when it calls a ceiling."""
    held, column = evidence.series("england_rtt_monthly"), f"within_{TARGET}_weeks_pct"
    frame = held.frame[held.frame["month"] < PANDEMIC]
    months, share = frame["month"], frame[column].to_numpy()
    last = range(window, len(share) + 1)
    seen = np.array([rising(share[None, month - window : month])[0] for month in last])
    found = (np.flatnonzero(seen[:-1] & ~seen[1:]) + window).tolist()
    at = (months.dt.year + (months.dt.month - 1) / 12).round(3).to_numpy()
    points = [
        {"month": month, "share": float(each)}
        for month, each in zip(months.dt.strftime("%B %Y"), share, strict=True)
    ]
    top = int(share.argmax())
    called = [{**points[i], "early": bool(share[i:].max() > share[i] + FELL)} for i in found]
    early = sum(each["early"] for each in called)
    ticks = (len(share) - 1) // STEP
    turns = [-(-i // STEP) for i in found]
    return Facts(
        chart=lines(at, share=share),
        marks=marks(*((at[i], share[i], str(n)) for n, i in enumerate(found, 1))),
        table=frame.assign(year=months.dt.year)
        .groupby("year")[column]
        .agg(["first", "min", "max"])
        .round(1)
        .reset_index(),
        source=held.provenance,
        weeks=TARGET,
        more=FELL,
        begins=int(at[0]),
        ends=int(at[-1]) + 1,
        first=points[0],
        top=points[top],
        last=points[-1],
        called=called,
        early=early,
        delay=found[early] - top,
        trace=Trace(
            ticks,
            {},
            {
                "now": points[::STEP][: ticks + 1],
                "number": [
                    turns.index(tick) + 1 if tick in turns else 0 for tick in range(ticks + 1)
                ],
            },
            pace=STEP / 12,
            start=float(at[0]),
            turns=turns,
        ),
    )


# --- four charts that were flat for as long as the director's -------------------------------------

FLAT, WHOLE = 8, 16  # months: flat, and in all
STILL, LATER = slice(0, FLAT), slice(FLAT, WHOLE)
SLOW = {"gap": 30, "noise": 4}  # % of the level
HIDDEN = {"rise": 1, "noise": 5}  # %
# Case, mode, approach, and the months that went by before the flat ones.
STEPPED, SPENT = ("C", "reengineer", "", 8), ("F", "contextualise", "constraints", 12)
MORE = 1  # %: a level that gets higher by less has come to its end


@dataclass(frozen=True, eq=False)
class Chart:
    """One of the four charts; higher is better.

    Attributes
    ----------
    records : ndarray, shape (WHOLE,)
        What the chart shows.
    level : ndarray, shape (WHOLE,)
        The same without ups and downs.
    tried : ndarray of bool, shape (WHOLE,)
        Months in which somebody changes something; all of them where work goes on.
    """

    records: np.ndarray
    level: np.ndarray
    tried: np.ndarray

    @property
    def higher(self) -> float:
        """By how much the level gets higher after the flat months, in %."""
        return float(100 * (self.level[LATER].max() / self.level[STILL].max() - 1))


def _flattest(records: np.ndarray) -> int:
    """Return which record goes up and down least in the flat months, among those with no trend."""
    still = records[:, STILL]
    level = ~rising(still) & ~rising(1 / still)
    return int(np.where(level, np.ptp(still, axis=1) / still.mean(axis=1), np.inf).argmin())


def _going_on(level: np.ndarray, noise: float, seed: int) -> Chart:
    """Return work that goes on: one of many records of a level that is known."""
    chance = np.random.default_rng([SEED, seed]).standard_normal((MANY, WHOLE))
    records = level * np.exp(noise / 100 * chance)
    return Chart(records[_flattest(records)], level, np.ones(WHOLE, bool))


def _taken(case: str, mode: str, approach: str, before: int) -> Chart:
    """Return a part of one of many journeys of a place."""
    way, span = _journeys(case, mode, approach), slice(before, before + WHOLE)
    one = _flattest(way.observed[:, span])
    shown, level = (100 * each[one, span] / way.value[one, 0] for each in (way.observed, way.value))
    return Chart(shown, level, ((way.move[one] >= 0) | way.installing[one])[span])


@cache
def _four() -> dict[str, Chart]:
    """Return the four charts by key, in the order in which they stand."""
    months = np.arange(WHOLE)
    slow = half_life(100, 100 + SLOW["gap"], months, HALF_LIVES[UNITS[-1], CRAFTS[-1]])
    return {
        "slow": _going_on(slow, SLOW["noise"], 10),
        "hidden": _going_on(100 * np.exp(HIDDEN["rise"] / 100 * months), HIDDEN["noise"], 24),
        "step": _taken(*STEPPED),
        "spent": _taken(*SPENT),
    }


def at_ceiling() -> str:
    """Return which of the four gets no higher although people go on changing things."""
    (found,) = (k for k, each in _four().items() if each.tried[STILL].any() and each.higher < MORE)
    return found


@lab(predict={"flat": at_ceiling})
def four_charts(*, flat: str | None = None) -> Facts:
    """Watch eight flat months of four charts, and what came after them."""
    known, month = _four(), np.arange(1, WHOLE + 1)
    drawn = []
    for number, (key, each) in enumerate(known.items()):
        both = np.stack([each.records, each.level])
        value, level = (both - both.min()) / np.ptp(both)
        drawn.append(
            pd.DataFrame(
                {"chart": number, "month": month, "at": month, "name": key, "low": np.nan,
                 "high": np.nan, "value": value, "level": level, "series": "",
                 "line": "yours" if key == flat else "path", "told": f"{key}_then",
                 "met": key == at_ceiling(), "band": np.where(month <= FLAT, "still", "")}
            )
        )  # fmt: skip
    return Facts(
        chart=pd.concat(drawn, ignore_index=True),
        still=FLAT,
        months=WHOLE,
        half=HALF_LIVES[UNITS[-1], CRAFTS[-1]],
        hidden=HIDDEN,
        higher={key: each.higher for key, each in known.items()},
        tried=int(known["spent"].tried[STILL].sum()),
        later=int(known["spent"].tried[LATER].sum()),
        met=at_ceiling(),
        many=MANY,
        trace=Trace(WHOLE, turns=[FLAT]),
    )
