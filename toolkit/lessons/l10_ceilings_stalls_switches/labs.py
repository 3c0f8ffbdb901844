"""Lesson 10, ceilings, stalls, switches: half-lives, false calls, step and slope, fatigue."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

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
    bass,
    half_life,
    spread,
)
from toolkit.models.change.noticing import months_needed, noisy_records
from toolkit.models.journeys import (
    COPYABLE,
    MONTHS,
    Journeys,
    Programme,
    draw_noise,
    rising,
    run,
)
from toolkit.models.journeys.lifecycle import STALL_MONTHS, STALL_WINDOW, ceiling_calls, typical
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
    """Return the gap of a project as 100 sheets, each dealt with when its per cent closes."""
    sheets = np.arange(100)
    when = -HALF_LIVES[cell] * np.log2(1 - (sheets + 0.5) / 100)
    found = [(sheet, 0, 0.0) for sheet in sheets.tolist()]
    found += [(sheet, 1, at) for sheet, at in enumerate(when.tolist()) if at <= month]
    return Lane({"open": False, "closed": False}, as_moves(found), ["form"] * len(sheets))


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
def calls(rise: float = 1, noise: int = 5, months: int = 12) -> Facts:
    """Call a ceiling where no rise shows beyond the noise, and count how often that is wrong."""
    rng = np.random.default_rng(SEED)
    kinds = {"rising": rise, "flat": 0}
    records = {
        kind: noisy_records(each / 100, noise / 100, months, MANY, rng)
        for kind, each in kinds.items()
    }
    called = {kind: ~rising(each) for kind, each in records.items()}
    wrong, rightly = (int(each.sum()) for each in called.values())
    # The one service: the first that rises in which a ceiling is called; where none is, the first.
    one = int(called["rising"].argmax())
    recorded = records["rising"][one]
    really = 100 * np.exp(rise / 100 * np.arange(months))
    at = np.arange(1, months + 1)
    fitted = np.polyval(np.polyfit(at, recorded, 1), at)
    table = pd.DataFrame({"services": list(kinds), "called": [wrong, rightly]})
    return Facts(
        chart=lines(at, really=really, recorded=recorded, fitted=fitted),
        table=table.assign(played=MANY, share=100 * table["called"] / MANY),
        many=MANY,
        wrong=wrong,
        rightly=rightly,
        last=(recorded[-1], really[-1]),
        needed=months_needed(rise / 100, noise / 100),
        trace=_look_in_turn(called),
    )


# --- step and slope -----------------------------------------------------------------------------

START = {"case": "C", "approach": "service_improvement"}
HELD = 50  # runs of journeys that a prediction is held against: they tell, and are quickly played
EARLY = 6  # month
VISIBLE = 0.5  # points of value: a fall that is told
TWO_YEARS = 24  # months from one redesign to the next
SHOWN = (1, 6, 12, 18, 24, 30, 36, 42, MONTHS)


@cache
def _journeys(case: str, mode: str, approach: str, n: int) -> Journeys:
    """Return n journeys of a case in one way, all with the same chance."""
    told = evidence.case(case)
    return run(
        stack_contexts([Context(**told.context)] * n),
        stack_practices([Practice(**told.practice)] * n),
        [Programme(mode, approach or None)],
        draw_noise(SEED, n),
    )


def choices() -> dict[str, Any]:
    """Return the places and approaches that there are, and the place that the prediction is of."""
    told = evidence.table("cases")
    return {
        "cases": {row.id: f"{row.id}: {row.title.partition(':')[0]}" for row in told.itertuples()},
        "approaches": {key: logic.name for key, logic in FIVE.items()},
        "asked": START["case"],
    }


def higher() -> str:
    """Return which way leads early and which late, as the prediction names it."""
    leads = lifecycle(runs=HELD).ahead
    if leads[0] == leads[1]:
        return leads[0]
    return "cross" if leads[0] == "redesign" else "back"


def _settings(way: Journeys) -> np.ndarray:
    """Return the settings of the first place, month by month, shape (months + 1, settings)."""
    return np.array(
        [
            np.concatenate([np.atleast_1d(getattr(then, lever)[0]) for lever in COPYABLE])
            for then in way.practices
        ]
    )


def _changed(way: Journeys) -> np.ndarray:
    """Return whether each of two redesigns changes any setting, shape (n, 2)."""
    return np.stack(
        [
            way.installing[:, month]
            & np.any(
                [
                    (getattr(way.practices[month], x) != getattr(way.practices[month + 1], x)).any(
                        1
                    )
                    for x in COPYABLE
                ],
                axis=0,
            )
            for month in (0, TWO_YEARS)
        ],
        axis=1,
    )


def _alike(way: Journeys) -> np.ndarray:
    """Return the runs whose redesigns change something, or nothing, as those of most runs do."""
    changed = _changed(way)
    as_most = (changed == (changed.mean(0) > 0.5)).sum(1)
    return np.flatnonzero(as_most == as_most.max())


def _redesigns(way: Journeys) -> list[tuple[int, int, np.ndarray]]:
    """Return of each redesign the first month, how many it takes, and which settings it changes."""
    settings, busy = _settings(way), way.installing[0]
    begins = np.flatnonzero(busy & ~np.append(False, busy[:-1])).tolist()
    return [
        (month, int(busy[month : month + TWO_YEARS].sum()),
         np.flatnonzero(settings[month + 1] != settings[month]))
        for month in begins
    ]  # fmt: skip


def _coins(first: int, ahead: np.ndarray) -> list[tuple[int, int, float]]:
    """Return the points by which a place is ahead at the end of each month, as coins."""
    found, there = [], 0
    for month, wanted in enumerate(np.maximum(ahead, 0).tolist(), 1):
        found += [(first + coin, 3, float(month)) for coin in range(there, wanted)]
        found += [(first + coin, -1, float(month)) for coin in range(wanted, there)]
        there = wanted
    return found


def _looks(many: int, ahead: np.ndarray) -> list[str]:
    return ["form"] * many + ["coin"] * max(0, int(ahead.max()))


def _redesigned(way: Journeys, ahead: np.ndarray) -> Lane:
    """Return the settings that each redesign changes, as it goes in, and how far it is ahead."""
    many = _settings(way).shape[1]
    found = [(sheet, 0, 0.0) for sheet in range(many)]
    for number, (month, lasts, sheets) in enumerate(_redesigns(way), 1):
        at = month + lasts * (np.arange(len(sheets)) + 0.5) / max(len(sheets), 1)
        found += [(sheet, number, when) for sheet, when in zip(sheets, at, strict=True)]
    places = dict.fromkeys(("before", "once", "twice", "ahead"), False)
    return Lane(places, as_moves(found + _coins(many, ahead)), _looks(many, ahead))


def _learned(way: Journeys, ahead: np.ndarray) -> Lane:
    """Return the settings that the team changes, what stays of it, and how far it is ahead."""
    settings = _settings(way)
    found = [(sheet, 0, 0.0) for sheet in range(settings.shape[1])]
    latest: set[int] = set()
    for month in np.flatnonzero((way.move[0] >= 0) | way.undone[0]).tolist():
        undone = bool(way.undone[0, month])
        touched = set(np.flatnonzero(settings[month + 1] != settings[month]).tolist())
        stays = settings[month + 1] != settings[0]
        ends = latest if undone else latest - touched
        found += [(sheet, 2 if stays[sheet] else 0, month + 0.3) for sheet in sorted(ends)]
        found += [(sheet, 1, month + 0.5) for sheet in sorted(touched - latest) if not undone]
        latest = set() if undone else touched
    many = settings.shape[1]
    places = {"before": False, "now": True, "kept": False, "ahead": False}
    return Lane(places, as_moves(found + _coins(many, ahead)), _looks(many, ahead))


def _month_by_month(ways: dict[str, Journeys], seen: dict[str, np.ndarray]) -> Trace:
    """Return what is done, changed and recorded in each month of one run."""
    redesign, learn = ways["redesign"], ways["learn"]
    calls = ceiling_calls(learn.observed[:1])[0]
    lost = -np.diff(seen["redesign"][0], prepend=100)
    done = [
        {
            **{name: records[0, month] for name, records in seen.items()},
            "installing": bool(redesign.installing[0, month]),
            "falls": bool(redesign.installing[0, max(month - 1, 0)] and lost[month] > VISIBLE),
            "changed": bool(learn.move[0, month] >= 0),
            "undone": bool(learn.undone[0, month]),
            "stopped": not learn.running[0, month],
            "ceiling": month in calls,
        }
        for month in range(MONTHS)
    ]
    lead = (np.rint(seen["redesign"][0]) - np.rint(seen["learn"][0])).astype(int)
    lanes = {"redesign": _redesigned(redesign, lead), "learn": _learned(learn, -lead)}
    falls = np.array([False, *(now["falls"] for now in done)])
    turns = (np.flatnonzero(falls[1:] & ~falls[:-1]) + 1).tolist()
    return Trace(MONTHS, lanes, {"done": [{}, *done]}, turns=turns)


@lab(predict={"slope": higher}, reveal_at=START, given=choices)
def lifecycle(case: str = START["case"], approach: str = START["approach"], runs: int = 1) -> Facts:
    """Redesign a pathway twice, or learn month by month with one approach."""
    ways = {
        "nothing": _journeys(case, "nothing", "", MANY),
        "redesign": _journeys(case, "reengineer", "", MANY),
        "learn": _journeys(case, "contextualise", approach, MANY),
    }
    alike = _alike(ways["redesign"])
    if runs == 1:
        # Whatever approach is chosen, the same run: only the line of the learning place moves.
        usual = _journeys(case, "contextualise", START["approach"], MANY)
        one = alike[typical(*(way.value[alike] for way in (ways["redesign"], usual)))]
        ways = {name: way.rows(slice(one, one + 1)) for name, way in ways.items()}
    base = ways["nothing"].value[:, :1] / 100
    at = np.arange(1, MONTHS + 1)
    # Without the ups and downs that people record: they hide the step and the slope.
    seen = {name: way.value / base for name, way in ways.items()}
    table = pd.DataFrame({name: records.mean(0) for name, records in seen.items()}, index=at)
    two = ["redesign", "learn"]
    drawn = {**seen, "nothing": seen["nothing"].mean(0, keepdims=True)}
    months = [found[0] + 1 for found in ceiling_calls(ways["learn"].observed) if found]
    return Facts(
        chart=lines(
            np.arange(MONTHS + 1),
            **{name: np.insert(each, 0, 100, axis=1) for name, each in drawn.items()},
        ),
        table=table.loc[list(SHOWN)].round(1).rename_axis("month").reset_index(),
        source=ILLUSTRATIVE,
        ahead=[table.loc[m, two].idxmax() for m in (EARLY, MONTHS)],
        early=EARLY,
        late=MONTHS,
        stands=[{"month": m, **table.loc[m]} for m in (EARLY, 24, MONTHS)],
        many=MANY,
        usual=START["approach"],
        learning=[
            100 * way.practices[1].learning.mean() for way in (ways["nothing"], ways["learn"])
        ],
        dip=table["learn"].iloc[0],
        peak=table["redesign"].iloc[: TWO_YEARS // 2].max(),
        kept=table["redesign"].iloc[TWO_YEARS // 2 - 1],
        alike=len(alike),
        settings=_settings(ways["learn"]).shape[1],
        redesigns=[len(sheets) for _, _, sheets in _redesigns(ways["redesign"])],
        skill={name: ways[name].mastery[:, -1].mean() for name in two},
        called=len(months),
        called_by=np.median(months) if months else None,
        trace=_month_by_month(ways, seen) if runs == 1 else None,
    )


# --- fatigue ------------------------------------------------------------------------------------

METHODS = 3
STAFF = 200
DROPPED = {"years": 4, "fatigue": 30}  # what the prediction speaks of
ONE = 6715  # the seed of the one run: what is told of it is what is told of the mean of many
EACH = 1  # staff for whom one figure stands


def third_reaches() -> int:
    """Return how far the third method gets on average, in % of staff."""
    return round(methods(runs=MANY).reached[2])


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
    apart, users = list(range(STAFF // EACH)), list[int]()
    found = [(who, 0, 0.0) for who in apart]
    for month, wanted in enumerate(using.tolist()):
        while len(users) < wanted:
            users.append(apart.pop())
            found.append((users[-1], 1, float(month)))
        while len(users) > wanted:
            apart.append(users.pop())
            found.append((apart[-1], 0, float(month)))
        if month in ends:
            found.append((STAFF // EACH + ends.index(month), 2, float(month)))
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
    figures = [np.rint(share * STAFF / 100 / EACH).astype(int) for share in (kept, dropped)]
    lanes = {
        "kept": Lane({"none": False, "use": False}, _takers(figures[0])),
        "dropped": Lane(
            {"none": False, "use": True, "cupboard": False},
            _takers(figures[1], ends),
            ["person"] * (STAFF // EACH) + ["binder"] * len(ends),
            {1: ("board", [f"method{n + 1}" for n in number])},
        ),
    }
    now = np.append(number, METHODS - 1)  # which method is in use at the end of each month
    ended = {
        "users": [
            {"kept": EACH * int(a), "dropped": EACH * int(b)} for a, b in zip(*figures, strict=True)
        ],
        "now": (now + 1).tolist(),
        "gone": [month in ends for month in range(whole + 1)],
        "had": reached[np.maximum(now - 1, 0)].tolist(),
        "willing": will[now].tolist(),
    }
    return Trace(whole, lanes, ended, EACH, 1 / 12, turns=sorted(ends))


@lab(predict={"third": third_reaches}, reveal_at=DROPPED)
def methods(
    years: int = DROPPED["years"],
    fatigue: int = DROPPED["fatigue"],
    runs: int = 1,
    *,
    third: int | None = None,
) -> Facts:
    """Drop one method for the next, and see how far each of them gets."""
    months, rng = 12 * years, np.random.default_rng(ONE if runs == 1 else SEED)
    will = (1 - fatigue / 100) ** np.arange(METHODS)  # of the first time, met by each method
    kept = 100 * spread(INNOVATION, IMITATION, STAFF, months * METHODS, runs, rng) / STAFF
    tries = [spread(INNOVATION * w, IMITATION * w, STAFF, months, runs, rng) for w in will]
    each = 100 * np.stack(tries, axis=1) / STAFF
    dropped = np.concatenate([np.zeros((runs, 1)), each[..., 1:].reshape(runs, -1)], axis=1)
    reached = each[..., -1].mean(0).round(1)
    return Facts(
        chart=lines(np.arange(METHODS * months + 1) / 12, kept=kept, dropped=dropped),
        marks=marks((3 * years, third, "prediction")),
        table=pd.DataFrame(
            {
                "method": np.arange(1, METHODS + 1, dtype=np.int64),
                "will": (100 * will).round(),
                "reached": reached,
                "formula": (100 * bass(INNOVATION * will, IMITATION * will, years)).round(1),
            }
        ),
        staff=STAFF,
        reached=reached.tolist(),
        whole=METHODS * years,
        kept=kept[:, -1].mean(),
        trace=_on_stage(kept[0], dropped[0], each[0, :, -1], 100 * will) if runs == 1 else None,
    )


# --- real records: how waits rose and fell, and what March does -----------------------------------


TARGET = 18  # weeks


ON_THE_DAY = 3  # how many calls of a ceiling there are when the record is cut off
FELL = 2  # % by which the figure moves after that call, to be more than level


def _england(window: int = STALL_WINDOW, calls: int | None = None) -> Facts:
    """Return the share of waits in England no longer than the target, month by month.

    Parameters
    ----------
    window : int
        How many months the rule of the lab looks at.
    calls : int, optional
        At which call of a ceiling the record is cut off.

    Returns
    -------
    Facts
        The series, its turns, and where the rule would have called a ceiling.
    """
    held, column = evidence.series("england_rtt_monthly"), f"within_{TARGET}_weeks_pct"
    (found,) = ceiling_calls(held.frame[column].to_numpy()[None], window)
    found = found[:calls]
    frame = held.frame if calls is None else held.frame.iloc[: found[-1] + 1]
    months, share = frame["month"], frame[column]
    at, said = months.dt.strftime("%Y-%m-%d"), months.dt.strftime("%B %Y").tolist()
    points = [{"month": month, "share": each} for month, each in zip(said, share, strict=True)]
    top = int(share.to_numpy().argmax())
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
        window=window,
        flat=STALL_MONTHS,
        first=points[0],
        top=points[top],
        last=points[-1],
        called=[points[i] for i in found],
        early=sum(i < top for i in found),
        delay=next((i - top for i in found if i >= top), None),
        later=max(sum(i >= top for i in found) - 1, 0),
    )


def so_far() -> Facts:
    """Show the waits in England until the third call of a ceiling."""
    return _england(calls=ON_THE_DAY)


def what_came() -> str:
    """Return what the waits in England did after the third call, until the pandemic."""
    share = _england().chart.set_index("at")["value"]
    called = so_far().chart["at"].iloc[-1]
    then = share[called : MARCH[1]] - share[called]
    if then.max() > FELL:
        return "early"
    return "top" if then.iloc[-1] < -FELL else "level"


@lab(predict={"early": what_came})
def waiting(window: int = STALL_WINDOW) -> Facts:
    """Let the rule look at more months of a real record, and see when it calls a ceiling."""
    return _england(window)


MARCH = ("2013-04", "2020-02")  # from the first full year of the record to the pandemic


def march() -> Facts:
    """Show how the number of waits over 36 weeks in Wales falls every March and rises again."""
    held = evidence.series("wales_rtt_monthly")
    number = held.frame.set_index("month")["over_36_weeks"].loc[: MARCH[1]]
    change = number.diff().loc[MARCH[0] :]
    by = change.groupby(change.index.month).agg(["mean", "min", "max", "count"])
    names = [pd.Timestamp(2020, month, 1).strftime("%B") for month in by.index]
    low = by["mean"].idxmin()
    shown = number.loc[MARCH[0] :]
    dips = shown[shown.index.month == low]
    return Facts(
        chart=lines(shown.index.strftime("%Y-%m-%d"), wales=shown),
        marks=marks(*((f"{day:%Y-%m-%d}", count, "dip") for day, count in dips.items())),
        table=by.assign(month=names).reset_index(drop=True),
        source=held.provenance,
        months=len(shown),
        month=names[low - 1],
        fell=by["mean"][low],
        then=by["mean"][low % 12 + 1],
        every_year=by["max"][low] < 0,
        years=by["count"][low],
    )


# --- five charts that were flat for as long as the director's -------------------------------------


BEFORE, FLAT, WHOLE = 12, 8, 36  # months before the flat ones, flat, and in all
STILL, LATER = slice(BEFORE, BEFORE + FLAT), slice(BEFORE + FLAT, WHOLE)
SLOW = {"gap": 12, "noise": 1.5}  # % of the level
HIDDEN = {"rise": 1, "noise": 5}  # %
STEP, SPENT = ("C", "reengineer", ""), ("F", "contextualise", "constraints")
LEVEL = 0.25  # of the height of its chart that a flat record goes up and down by
MORE = 1  # %: a level that gets higher by less has come to its end
JUNE = 6  # eight months from June end before the pull of March begins


@dataclass(frozen=True, eq=False)
class Chart:
    """One of the five charts: what is recorded, NaN before it begins; higher is better.

    Attributes
    ----------
    records : ndarray, shape (WHOLE,)
        What the chart shows.
    level : ndarray, shape (WHOLE,), optional
        The same without ups and downs, where that is known.
    changes : ndarray of bool, shape (WHOLE,), optional
        Months in which somebody changes something, where that is known.
    """

    records: np.ndarray
    level: np.ndarray | None = None
    changes: np.ndarray | None = None

    @property
    def tries(self) -> bool:
        """Whether it is known that people go on changing things while the chart is flat."""
        return self.changes is not None and bool(self.changes[STILL].any())

    @property
    def higher(self) -> float:
        """By how much the level gets higher after the flat months, in %."""
        level = np.asarray(self.level)
        return float(100 * (level[LATER].max() / level[STILL].max() - 1))


def _swing(records: np.ndarray) -> np.ndarray:
    """Return what share of the height of its chart each record uses in the flat months."""
    whole = np.nanmax(records, axis=1) - np.nanmin(records, axis=1)
    return np.ptp(records[:, STILL], axis=1) / whole


def _slow() -> Chart:
    months = np.arange(WHOLE - BEFORE)
    level = half_life(100, 100 + SLOW["gap"], months, HALF_LIVES[UNITS[-1], CRAFTS[-1]])
    level = np.append(np.full(BEFORE, np.nan), level)
    chance = np.random.default_rng([SEED, 2]).standard_normal((MANY, WHOLE))
    records = level * np.exp(SLOW["noise"] / 100 * chance)
    return Chart(records[_swing(records).argmin()], level)


def _hidden() -> Chart:
    rise, noise = HIDDEN["rise"] / 100, HIDDEN["noise"] / 100
    records = noisy_records(rise, noise, WHOLE, MANY, np.random.default_rng(SEED))
    return Chart(records[_swing(records).argmin()], 100 * np.exp(rise * np.arange(WHOLE)))


def _taken(way: Journeys, runs: np.ndarray) -> tuple[Chart, int]:
    """Return, of some journeys of a place that are flat when they have to be, the middle one."""
    records = way.observed[runs, :WHOLE]
    flat = runs[~rising(records[:, STILL]) & (_swing(records) <= LEVEL)]
    one = int(flat[typical(way.value[flat])])
    changes = (way.move[one] >= 0) | way.installing[one]
    shown, level = (
        100 * each[one, :WHOLE] / way.value[one, 0] for each in (way.observed, way.value)
    )
    return Chart(shown, level, changes[:WHOLE]), one


def _by_calendar() -> tuple[Chart, pd.DatetimeIndex]:
    """Return long waits in Wales around the last eight months from June that go neither way."""
    number = evidence.series("wales_rtt_monthly").frame.set_index("month")["over_36_weeks"]
    number = number.loc[: MARCH[1]]
    begins = number.index[: len(number) - WHOLE + 1]
    for month in begins[begins.month == JUNE][::-1]:
        shown = number.loc[month:].iloc[:WHOLE]
        still = shown.to_numpy()[None, STILL]
        if not rising(still)[0] and not rising(1 / still)[0]:
            return Chart(-shown.to_numpy(float)), shown.index
    raise ValueError("In no year did the long waits in Wales stay level from June to January.")


@cache
def _five() -> dict[str, Chart]:
    """Return the five charts by key, in the order in which they stand."""
    redesign = _journeys(*STEP, MANY)
    step, one = _taken(redesign, _alike(redesign))
    # Another run: with the same chance, the two charts would go up and down together.
    spent, _ = _taken(_journeys(*SPENT, MANY), np.delete(np.arange(MANY), one))
    return {
        "slow": _slow(),
        "hidden": _hidden(),
        "step": step,
        "spent": spent,
        "calendar": _by_calendar()[0],
    }


def at_ceiling() -> str:
    """Return which of the five gets no higher although people go on changing things."""
    (found,) = (key for key, each in _five().items() if each.tries and each.higher < MORE)
    return found


def _drawn(until: int = WHOLE, chosen: str | None = None) -> pd.DataFrame:
    """Return the five charts until a month, as `charts.small` takes them, with their Marches.

    Parameters
    ----------
    until : int
        The last month shown.
    chosen : str, optional
        The chart that the learner chose; it has another colour.
    """
    months, drawn = _by_calendar()[1], []
    for number, (key, each) in enumerate(_five().items()):
        calendar = key == "calendar"
        records = -each.records if calendar else each.records
        low, high = np.nanmin(records), np.nanmax(records)
        month = np.arange(1, WHOLE + 1)
        march = np.where(calendar & (months.month == 3), "march", "")
        frame = pd.DataFrame(
            {"chart": number, "month": month, "at": month, "name": key, "low": np.nan,
             "high": np.nan, "value": (records - low) / (high - low),
             "series": march, "label": march, "line": "yours" if key == chosen else "path",
             "band": np.where((month > BEFORE) & (month <= BEFORE + FLAT), "still", "")}
        )  # fmt: skip
        drawn.append(frame[:until].dropna(subset="value"))
    return pd.concat(drawn, ignore_index=True)


@lab()
def unknown() -> Facts:
    """Watch five charts until all of them have been flat for as long as the director's."""
    return Facts(
        chart=_drawn(LATER.start),
        still=FLAT,
        begins=BEFORE + 1,
        ends=BEFORE + FLAT,
        level=100 * LEVEL,
        used={key: 100 * _swing(each.records[None])[0] for key, each in _five().items()},
        wales=evidence.series("wales_rtt_monthly").provenance,
        trace=Trace(LATER.start),
    )


@lab(predict={"flat": at_ceiling})
def five(*, flat: str | None = None) -> Facts:
    """Watch what came after the flat months of five charts."""
    known, months = _five(), _by_calendar()[1]
    waits = dict(zip(months, -known["calendar"].records, strict=True))
    march = next(month for month in months[LATER] if month.month == 3)
    step, spent = (np.asarray(known[key].changes) for key in ("step", "spent"))
    again = int(np.flatnonzero(step[LATER])[0]) + LATER.start + 1
    drawn = _drawn(chosen=flat)
    return Facts(
        chart=drawn.assign(told=drawn["name"] + "_then", met=drawn["name"] == at_ceiling()),
        still=FLAT,
        months=WHOLE,
        begins=BEFORE + 1,
        ends=BEFORE + FLAT,
        half=HALF_LIVES[UNITS[-1], CRAFTS[-1]],
        hidden=HIDDEN,
        higher={key: each.higher for key, each in known.items() if each.level is not None},
        again=again,
        tried=int(spent[STILL].sum()),
        later=int(spent[LATER].sum()),
        met=at_ceiling(),
        many=MANY,
        wales=evidence.series("wales_rtt_monthly").provenance,
        shown=[f"{each:%B %Y}" for each in months[[0, -1]]],
        falls=waits[march - pd.DateOffset(months=1)] - waits[march],
        back=waits[march + pd.DateOffset(months=1)] - waits[march],
        trace=Trace(WHOLE - LATER.start, start=LATER.start, turns=[again - LATER.start]),
    )
