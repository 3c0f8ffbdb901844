"""Lesson 09: two futures of one place, where copying is ahead, published cases, assumptions."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache, lru_cache
from typing import Any

import numpy as np
import pandas as pd

from toolkit import evidence
from toolkit.charts.sheets import lever_lines as levers
from toolkit.charts.sheets import on_sheet
from toolkit.models.journeys import COPIED, COPYABLE, MONTHS, Journeys
from toolkit.models.journeys.counterfactual import (
    BETWEEN,
    NINE,
    UNDERSTOOD,
    ahead,
    copied,
    exemplars,
    left_alone,
    own_logic,
    place,
)
from toolkit.models.journeys.lifecycle import Journey, typical
from toolkit.models.laws import EFFECTS, LAWS, World, crossing
from toolkit.models.laws.causes import decomposition
from toolkit.models.laws.world import NEAR
from toolkit.models.pathway import Context, practice_from
from toolkit.screen.facts import MANY, Facts, lab, lines
from toolkit.screen.stage import Lane, Moves, Trace, as_moves, count_moves

# What the predictions speak of, and where the labs start.
START = {"home": "A", "source": "B", "share": 25, "copied": COPIED}
LEARNING, KNOWN = 8, 70  # %


def cases() -> dict[str, dict[str, str]]:
    """Return the places that there are: the nine cases, and one of chance to learn from."""
    nine = {name: f"{name} · {evidence.case(name).title}" for name in NINE}
    return {"cases": nine}


def _wanted(chosen: Mapping[str, Any]) -> tuple[tuple[str, float], ...]:
    return ((chosen["source"], chosen["share"] / 100),)


def who(margin: pd.Series) -> pd.Series:
    """Return who is ahead, by how far copying is ahead in whole per cents, as they are shown."""
    shown = margin.round(2)
    named = np.select([shown > NEAR, shown < -NEAR], ["copied", "own"], "level")
    return pd.Series(named, index=margin.index)


# --- two futures of one place -------------------------------------------------------------------


@lab(given=cases)
def places(
    home: str = START["home"],
    source: str = START["source"],
    share: int = START["share"],
    copied: tuple[str, ...] = COPIED,
) -> Facts:
    """Choose a home, a place to learn from, how far off that is, and what to copy."""
    here, habits = place(home)
    there = exemplars(home, ((source, share / 100),))
    ends = there.grown.practices[0], there.grown.end
    begun, now = ({v: getattr(practice_from(x, 0), v) for v in COPYABLE} for x in ends)
    took = {v for v in copied if not np.allclose(begun[v], now[v])}
    rows = []
    for lever in COPYABLE:
        own = getattr(habits, lever)
        each = levers("home", lever, here.stages, own, now[lever] if lever in took else own)
        rows.append(each.assign(lever=lever))
    frame = pd.concat(rows)
    wanted = ((source, share / 100),)
    end = _ends(home, wanted, tuple(copied))
    return Facts(
        chart=frame,
        table=frame.reset_index(drop=True),
        taken=int((frame["way"] != "as it was").sum()),
        settings=len(frame),
        apart=there.apart[0],
        years=MONTHS // 12,
        ahead=who(pd.Series([end]))[0],
        by=100 * abs(end),
    )


@lru_cache(32)
def _ends(home: str, wanted: tuple[tuple[str, float], ...], items: tuple[str, ...]) -> float:
    """Return how far copying is ahead at the end, in the middle one of many runs."""
    own = own_logic(home, LEARNING / 100, (KNOWN / 100,), MANY)
    return float(np.median(copied(home, wanted, MANY, items).value[:, -1] / own.value[:, -1]) - 1)


def _stays_ahead(copy: Journeys, own: Journeys) -> float:
    """Return from which month on the own logic stays ahead, in the middle one of the runs."""
    return float(np.median(crossing(copy.value, own.value) + 1))


@cache
def _asked() -> tuple[Journeys, Journeys]:
    """Return what comes of copying, and of the own logic, where the predictions ask.

    The runs are those of the chart that shows the result, so that both tell one number.
    """
    own = own_logic(START["home"], LEARNING / 100, (KNOWN / 100,), MANY)
    return copied(START["home"], _wanted(START), MANY), own


def overtaken() -> float:
    """Return the month from which the own logic stays ahead."""
    return min(_stays_ahead(*_asked()), MONTHS)


def ahead_early() -> str:
    """Return who is ahead after a year."""
    copy, own = (each.value[:, 11] for each in _asked())
    return who(pd.Series([np.median(copy / own) - 1]))[0]


def _lead(month: int, values: pd.Series) -> dict[str, Any]:
    """Return who is ahead in a month, and by how many whole points."""
    own, copied = (round(values[name]) for name in ("own", "copied"))
    ahead = "level" if own == copied else "own" if own > copied else "copied"
    return {"month": month, "own": own, "copied": copied, "ahead": ahead, "by": abs(own - copied)}


A_MONTH = 52 / 12  # weeks
JUST_AFTER = 0.01  # of a month
FIGURES = 40  # who get home in a month, where most do: enough to see, few enough to follow
EACH = (1, 10, 100, 1000)  # people for whom one figure stands
YEAR = 12  # months


def people(journey: Journeys) -> tuple[np.ndarray, np.ndarray]:
    """Return how many wait for care or are in it, and how many get home, in each month.

    Parameters
    ----------
    journey : Journeys
        One run of one future.

    Returns
    -------
    tuple of ndarray
        Shape (months, 2), with those not let in yet first, by Little's law; and (months,).
    """
    seen = journey.performance
    weeks = (seen.collecting + seen.queueing + seen.process)[0].sum(axis=1)
    inside = np.column_stack([seen.gate_wait[0], weeks]) * seen.throughput[0][:, None]
    return inside, seen.throughput[0] * A_MONTH


def carried_in(copy: Journeys) -> np.ndarray:
    """Return how many settings read otherwise on a sheet than at first, by month, from 0 on."""
    path = [
        {v: on_sheet(v, getattr(practices, v)[0]) for v in COPYABLE} for practices in copy.practices
    ]
    return np.array([sum(int((now[v] != path[0][v]).sum()) for v in COPYABLE) for now in path])


def kept(own: Journeys) -> np.ndarray:
    """Return how many changes of the place's own stand, by month, from 0 on."""
    return np.append(0, ((own.move[0] >= 0).astype(int) - own.undone[0]).cumsum())


def _leaving(moves: Moves, home: int) -> Moves:
    """Let everybody who gets home leave the stage when the month is over."""
    who, to, at = moves
    at_home = to == home
    gone = np.ceil(at[at_home]) + JUST_AFTER
    return (
        np.concatenate([who, who[at_home]]),
        np.concatenate([to, np.full(len(gone), -1)]),
        np.concatenate([at, gone]),
    )


def _heap(counts: np.ndarray, place: int, new: int) -> Moves:
    """Return what lies in a heap, so many at each tick; `new` is the first of them."""
    heap: list[int] = []
    found: list[tuple[int, int, float]] = []
    for tick, count in enumerate(counts.tolist()):
        at = max(tick - 0.5, 0)
        while len(heap) > count:
            found.append((heap.pop(), -1, at))
        while len(heap) < count:
            heap.append(new)
            found.append((new, place, at))
            new += 1
    return as_moves(found)


def _future(
    inside: np.ndarray, home: np.ndarray, heap: tuple[str, np.ndarray], lead: np.ndarray, told: list
) -> Lane:
    """Return one future: what has come into use, people on their way, and points it is ahead."""
    look, came = heap
    who, to, at = count_moves(inside, home)
    walk = _leaving((who, np.where(to < 0, to, to + 1), at), 3)
    looks, moves = ["person"] * (who.max() + 1), [walk]
    for kind, where, counts in ((look, 0, came), ("coin", 4, np.maximum(lead, 0))):
        moves.append(_heap(counts, where, len(looks)))
        looks += [kind] * (moves[-1][1] >= 0).sum()
    who, to, at = (np.concatenate(parts) for parts in zip(*moves, strict=True))
    order = np.argsort(at, kind="stable")
    flags = ["leads_sign" if points > 0 else None for points in lead[1:].tolist()]
    return Lane(
        {"used": False, "gate": False, "care": True, "home": False, "lead": True},
        (who[order], to[order], at[order]),
        looks,
        {2: ("board", told), 4: ("board", flags)},
    )


def _side_by_side(
    here: Context, idle: Journeys, copy: Journeys, own: Journeys, since: int, until: int
) -> tuple[Trace, int]:
    """Return both futures as people on the move with its lead as coins, and people per figure."""
    before = people(idle)[0][:1]
    counts = {"copied": people(copy), "own": people(own)}
    most = max(home[:until].max() for _, home in counts.values())
    each = next((n for n in EACH if n * FIGURES >= most), EACH[-1])
    start = idle.value[0, 0] / 100
    value = {n: (j.value[0] / start).round() for n, j in (("copied", copy), ("own", own))}
    lead = np.append(0, value["copied"] - value["own"]).astype(int)[since : until + 1]
    crates, changes = (each[since : until + 1] for each in (carried_in(copy), kept(own)))
    arrived = [f"+{n}" if n else None for n in np.diff(crates).tolist()]
    acts = [
        "undoes" if own.undone[0, month] else "tries" if own.move[0, month] >= 0 else None
        for month in range(since, until)
    ]
    heaps = {
        "copied": (("binder", crates), lead, arrived),
        "own": (("form", changes), -lead, acts),
    }
    lanes = {}
    for name, (inside, home) in counts.items():
        months = np.rint(np.vstack([before, inside]) / each).astype(int)
        done = np.floor(np.append(0, home.cumsum()) / each).astype(int)
        lanes[name] = _future(months[since : until + 1], np.diff(done)[since:until], *heaps[name])
    told = [Journey(here, own).change(month) for month in range(since, until)]
    ended = {
        "by": np.abs(lead).tolist(),
        "leader": [_leader(points) for points in lead.tolist()],
        "lever": ["", *(change.lever if change else "" for change in told)],
        "undone": [False, *own.undone[0, since:until].tolist()],
        "stopped": [False, *(~own.running[0, since:until]).tolist()],
    }
    return Trace(until - since, lanes, ended, start=since), each


def _leader(points: int) -> str:
    return "copied" if points > 0 else "own" if points < 0 else "level"


def _middle(copy: np.ndarray, own: np.ndarray) -> int:
    """Return the run nearest to the middle one of those in which the lead changes when it does."""
    changes = crossing(copy, own)
    away = np.abs(changes - np.median(changes))
    near = np.flatnonzero(away == away.min())
    return int(near[typical(copy[near], own[near])])


def _futures(
    places: Mapping[str, Any], learning: int, understood: int, runs: int = 1
) -> tuple[Journeys, Journeys, Journeys]:
    """Return a place that copies, that finds its own changes, and that is left alone."""
    home, wanted = places["home"], _wanted(places)
    own = own_logic(home, learning / 100, (understood / 100,), MANY)
    copy, idle = copied(home, wanted, MANY, tuple(places["copied"])), left_alone(home, MANY)
    if runs > 1:
        return copy, own, idle
    one = _middle(copy.value, own.value)
    row = slice(one, one + 1)
    return copy.rows(row), own.rows(row), idle.rows(row)


def _drawn(
    copy: Journeys, own: Journeys, idle: Journeys, until: int
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the value of the three over the months, for the chart, and side by side."""
    months, base = np.arange(1, MONTHS + 1), idle.value[:, :1] / 100
    frame = pd.concat(
        [
            lines(months, own=own.value / base, copied=copy.value / base),
            lines(months, nothing=(idle.value / base).mean(0)),  # two bands are enough
        ]
    )
    frame = frame[frame["at"] <= until]
    return frame, frame.pivot_table(index="at", columns="series", values="value", sort=False)


@lab(predict={"early": ahead_early})
def first_year(learning: int = LEARNING) -> Facts:
    """Watch two futures of one place for twelve months."""
    copy, own, idle = _futures(START, learning, KNOWN)
    frame, wide = _drawn(copy, own, idle, YEAR)
    trace, unit = _side_by_side(place(START["home"])[0], idle, copy, own, 0, YEAR)
    return Facts(
        chart=frame[frame["series"] != "nothing"],
        table=wide.rename_axis("month").round(1).reset_index(),
        home=START["home"],
        lead=_lead(YEAR, wide.loc[YEAR]),
        months=YEAR,
        many=MANY,
        trace=trace,
        unit=unit,
    )


@lab(predict={"crossing": overtaken})
def contrast(
    learning: int = LEARNING,
    understood: int = KNOWN,
    runs: int = 1,
    *,
    places: Mapping[str, Any] = START,
    crossing: float | None = None,
) -> Facts:
    """Carry the dialect in, or the logic: same place, same months, same chance."""
    home = places["home"]
    copy, own, idle = _futures(places, learning, understood, runs)
    frame, wide = _drawn(copy, own, idle, MONTHS)
    if crossing is not None and home == START["home"]:
        ends = np.array([frame["low"].min(), frame["high"].max()])
        frame = pd.concat([frame, lines(np.full(2, crossing), prediction=ends)])
    trace, unit = None, 1
    if runs == 1:
        trace, unit = _side_by_side(place(home)[0], idle, copy, own, YEAR, MONTHS)
    return Facts(
        chart=frame,
        table=wide.loc[[1, *range(6, MONTHS + 1, 6)]].rename_axis("month").round(1).reset_index(),
        asked=START["home"],
        apart=exemplars(home, _wanted(places)).apart[0],
        leads=[_lead(month, wide.loc[month]) for month in (YEAR, MONTHS)],
        many=MANY,
        ends=frame.dropna(subset="value").groupby("series")["value"].last(),
        crossed=_stays_ahead(copy, own),
        months=MONTHS,
        trace=trace,
        unit=unit,
        often=(copy.value[:, [YEAR - 1, -1]] >= own.value[:, [YEAR - 1, -1]]).mean(0),
    )


# --- where copying is ahead ---------------------------------------------------------------------

# Where copying is ahead, by the prediction: near (little understood, well), far (the same).
CORNERS = {
    (False, False, False, False): "nowhere",
    (True, False, False, False): "near_blind",
    (True, True, False, False): "near_all",
    (True, False, True, False): "blind",
}


def still_ahead() -> str:
    """Return where on the map copying is ahead after four years, as the prediction names it."""
    frame = corner().chart
    far, known = frame["x"] > np.median(BETWEEN), frame["y"] > np.median(UNDERSTOOD)
    most = (frame["series"] == "copied").groupby([far, known]).mean() > 0.5
    return CORNERS.get(tuple(most.sort_index()), "all")


@lab(predict={"corner": still_ahead}, reveal_at={"month": MONTHS})
def corner(
    month: int = MONTHS, learning: int = LEARNING, *, places: Mapping[str, Any] = START
) -> Facts:
    """Map where copying is ahead: distance across, understanding upwards."""
    home, source, items = places["home"], places["source"], tuple(places["copied"])
    frame = ahead(home, learning / 100, (source,), MANY, items)
    frame = frame[frame["month"] == month].reset_index(drop=True)
    shown = pd.DataFrame(
        {
            "x": frame["far"],
            "y": frame["understood"],
            "series": who(frame["margin"]).astype(str),
            "text": 100 * frame["margin"],
        }
    )
    return Facts(
        chart=shown,
        table=shown.pivot_table(index="y", columns="x", values="text", sort=False).round(1),
        count=shown["series"].value_counts().reindex(["copied", "level", "own"], fill_value=0),
        spots=len(frame),
        most=shown.loc[shown["text"].idxmax()],
        least=shown.loc[shown["text"].idxmin()],
        asked=all(places[name] == START[name] for name in ("home", "source")),
        many=MANY,
        near=NEAR,
        here=shown[(shown["x"] == START["share"] / 100) & (shown["y"] == KNOWN / 100)].iloc[0],
    )


# --- published cases ----------------------------------------------------------------------------

# Our advice for the four corners; the works it rests on are named in the lesson. Keys: is the place
# it came from unlike ours, and is it understood why the method works?
ADVICE = {
    (False, False): "copy",
    (False, True): "standardise",
    (True, True): "principles",
    (True, False): "test",
}
# How far the words of a study stand from its dot, and on which side.
STUDIES = {
    "Haynes 2009": (0, 0.07, "center"),
    "Urbach 2014": (0, -0.07, "center"),
    "O’Leary 2016": (0, 0, "left"),
    "Bion 2013": (0, 0, "right"),
    "Dixon-Woods 2011": (0, 0, "right"),
    "Jensen and Szulanski 2007": (0, 0.07, "center"),
    "Baden-Fuller and Winter 2005": (0, 0, "left"),
    "Silvester 2014": (0, 0, "left"),
    "Food Bank for New York City": (0, 0, "right"),
    "O’Sullivan 2020": (0, 0, "left"),
    "Five trusts with the Virginia Mason Institute": (0.1, 0, "left"),
}


@lab()
def aid(far: int = 40, why: int = 20) -> Facts:
    """Place your own case among published ones, and see what they counsel."""
    held = evidence.contrasts()
    rows = held.frame.dropna(subset=["context_distance", "mechanism_understood"])
    x, y = far / 100, why / 100
    places = {
        "x": "context_distance",
        "y": "mechanism_understood",
        "series": "course_mode",
        "label": "study",
    }
    dots = rows[list(places.values())].set_axis(list(places), axis=1)
    notes = [(float(a), float(b), f"{key}_short", "right" if a else "left", "bold")
             for (a, b), key in ADVICE.items()]  # fmt: skip
    first = dots[dots["label"].isin(STUDIES)].drop_duplicates("label")
    for at, up, _kind, study in first.itertuples(index=False):
        right, above, side = STUDIES[study]
        notes.append((at + right, up + above, study, side, "normal"))
    notes.append((x, y - 0.07 if y > 0.1 else y + 0.07, "yours", "center", "bold"))
    gaps = np.hypot(rows["context_distance"] - x, rows["mechanism_understood"] - y)
    near = rows.loc[gaps.sort_values(kind="stable").index].drop_duplicates("study").head(2)
    yours = pd.DataFrame([{"x": x, "y": y, "series": "yours", "label": "yours"}])
    return Facts(
        chart=pd.concat([dots, yours]),
        notes=pd.DataFrame(notes, columns=["x", "y", "text", "side", "weight"]),
        table=rows,
        advice=ADVICE[x > 0.5, y >= 0.5],
        nearest=near.assign(both=near[["before", "after"]].notna().all(axis=1)).to_dict("records"),
        source=held.provenance,
    )


# --- what the patterns lean on ------------------------------------------------------------------

SMALL = 100  # pairs of places: enough to tell half from two in three
FEW = 40  # pairs of places in which causes are switched off: eight worlds are run
PATTERNS = ("1", "2", "2b", "2c", "3", "8", "8s", "8p")


@lru_cache(2)
def _world(n: int) -> World:
    """Return a small world of random pairs of places."""
    return World(n=n)


def laws() -> Facts:
    """Show in how many random pairs of places each pattern of copying held."""
    tried = {name: LAWS[name].test(_world(SMALL)) for name in PATTERNS}
    table = pd.DataFrame(
        {
            "pattern": name, "claim": LAWS[name].claim, "held_if": LAWS[name].held_if,
            "tried": v.tried, "held": round(100 * v.share),
            "least": round(100 * v.interval[0]), "strength": v.strength,
            "effect": EFFECTS[name], "size": v.size,
        }
        for name, v in tried.items()
    )  # fmt: skip
    return Facts(
        table=table.drop(columns="pattern"),
        tried=table.to_dict("records"),
        firm=int((table["strength"] == "firm").sum()),
        tending=int((table["strength"] == "tendency").sum()),
        n=SMALL,
    )


@cache
def taken_away() -> pd.DataFrame:
    """Return what is left of the lead of the own logic, by what is switched off."""
    found = decomposition(_world(FEW), ways=("copy_and_learn",))
    return found[~found["cause"].isin(["work", "difference"])]  # these stand on the model page


@lab()
def causes(off: str = "everything") -> Facts:
    """Switch off one cause at a time, and see what is left of the lead of home-grown changes."""
    found, ends = taken_away(), ("", "_low", "_high")
    table = pd.DataFrame({"cause": found["cause"], "off": found["off"]})
    for name in ("nothing", "copied"):
        lead = 100 * (found[[f"own_to_{name}{end}" for end in ends]] - 1)
        rows = lead.itertuples(index=False, name=None)
        table[name] = [None if pd.isna(row[0]) else row for row in rows]
    leads = table.set_index("cause")[["nothing", "copied"]].map(lambda row: row and row[0])
    usual, left = leads.loc["everything"], leads.loc[off].dropna()
    over = left.index[0]  # no change, where it has been tried
    rows = [(name, "usual", lead) for name, lead in usual.items()]
    if off != "everything":
        rows = [(over, "usual", usual[over]), (over, "left", left[over])]
    chart = pd.DataFrame(rows, columns=["category", "series", "value"])
    return Facts(
        chart=chart.round(),
        table=table.reset_index(drop=True),
        usual=usual,
        over=over,
        ends=[usual[over], left[over]],
        n=FEW,
    )
