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
from toolkit.screen.stage import Lane, Moves, Trace, count_moves

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
EACH = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000)  # people for whom one figure stands


def people(journey: Journeys) -> tuple[np.ndarray, np.ndarray]:
    """Return how many wait for care or are in it, and how many get home, in each month.

    Parameters
    ----------
    journey : Journeys
        One run of one future.

    Returns
    -------
    tuple of ndarray
        Shape (months, 1 + stages), with those not let in yet first, by Little's law; and (months,).
    """
    seen = journey.performance
    weeks = (seen.collecting + seen.queueing + seen.process)[0]
    inside = np.column_stack([seen.gate_wait[0], weeks]) * seen.throughput[0][:, None]
    return inside, seen.throughput[0] * A_MONTH


def _carried_in(copy: Journeys) -> np.ndarray:
    """Return how many settings another place's have replaced, by month and place.

    A setting counts if it reads otherwise on a sheet.
    """
    first, *path = (
        {v: on_sheet(v, getattr(practices, v)[0]) for v in COPYABLE} for practices in copy.practices
    )
    found = []
    for now in path:
        moved = {v: now[v] != first[v] for v in COPYABLE}
        stages = sum(moved[v].astype(int) for v in COPYABLE if moved[v].size > 1)
        whole = sum(int(moved[v][0]) for v in COPYABLE if moved[v].size == 1)
        found.append([whole, *stages])
    return np.array(found)


def _found_here(own: Journeys, places: int) -> np.ndarray:
    """Return how many changes of the place's own stand, by month and place."""
    stood, at, found = np.zeros(places, int), 0, []
    for move, stage, undone in zip(own.move[0], own.stage[0], own.undone[0], strict=True):
        if undone:
            stood[at] -= 1
        if move >= 0:
            at = stage + 1  # the whole pathway comes first
            stood[at] += 1
        found.append(stood.copy())
    return np.array(found)


def _leaving(moves: Moves, home: int) -> Moves:
    """Let everybody who gets home leave the stage when the month is over."""
    who, to, at = moves
    at_home = to == home
    gone = np.ceil(at[at_home]) + JUST_AFTER
    order = np.argsort(np.concatenate([at, gone]), kind="stable")
    return (
        np.concatenate([who, who[at_home]])[order],
        np.concatenate([to, np.full(len(gone), -1)])[order],
        np.concatenate([at, gone])[order],
    )


def _side_by_side(
    here: Context, idle: Journeys, copy: Journeys, own: Journeys, until: int
) -> Trace:
    """Return both futures as people on the move, and the value of each month on a board."""
    before, start = people(idle)[0][:1], idle.value[0, 0] / 100
    counts = {"copied": people(copy), "own": people(own)}
    most = max(home[:until].max() for _, home in counts.values())
    each = next((n for n in EACH if n * FIGURES >= most), EACH[-1])
    places = {"gate": True, **dict.fromkeys(here.stages, True), "home": True}
    home_at = len(places) - 1
    changes = {
        "copied": ("crate", _carried_in(copy)),
        "own": ("board", _found_here(own, home_at)),
    }
    lanes, ended = {}, {}
    for name, journey in (("copied", copy), ("own", own)):
        waiting, home = counts[name]
        months = np.vstack([before, waiting[:until]])
        done = np.floor(np.append(0, home[:until].cumsum()) / each).astype(int)
        token, stood = changes[name]
        value = [100, *(journey.observed[0, :until] / start).round().astype(int).tolist()]
        moves = count_moves(np.rint(months / each).astype(int), np.diff(done))
        boards = {
            place: (token, [n or None for n in stood[:until, place].tolist()])
            for place in range(home_at)
        }
        lanes[name] = Lane(
            places,
            _leaving(moves, home_at),
            shown={**boards, home_at: ("board", value[1:])},
        )
        ended[name] = value
    told = [Journey(here, own).change(month) for month in range(until)]
    ended |= {
        "lever": ["", *(change.lever if change else "" for change in told)],
        "where": ["", *(change.where if change else "" for change in told)],
        "undone": [False, *own.undone[0, :until].tolist()],
        "stopped": [False, *(~own.running[0, :until]).tolist()],
    }
    return Trace(until, lanes, ended, each)


@lab(predict={"crossing": overtaken, "early": ahead_early}, reveal_at={"runs": MANY})
def contrast(
    learning: int = LEARNING,
    understood: int = KNOWN,
    until: int = 48,
    runs: int = 1,
    *,
    places: Mapping[str, Any] = START,
    crossing: float | None = None,
) -> Facts:
    """Carry the dialect in, or the logic: same place, same months, same chance."""
    home, wanted = places["home"], _wanted(places)
    own = own_logic(home, learning / 100, (understood / 100,), MANY)
    copy, idle = copied(home, wanted, MANY, tuple(places["copied"])), left_alone(home, MANY)
    if runs == 1:
        one = typical(copy.observed, own.observed)
        copy, own, idle = (each.rows(slice(one, one + 1)) for each in (copy, own, idle))
    months, base = np.arange(1, MONTHS + 1), idle.value[:, :1] / 100
    frame = pd.concat(
        [
            lines(months, own=own.observed / base, copied=copy.observed / base),
            lines(months, nothing=(idle.observed / base).mean(0)),  # two bands are enough
        ]
    )
    frame = frame[frame["at"] <= until]
    wide = frame.pivot_table(index="at", columns="series", values="value", sort=False)
    shown = [month for month in (1, *range(6, MONTHS + 1, 6)) if month <= until]
    often = (copy.value[:, [11, until - 1]] >= own.value[:, [11, until - 1]]).mean(0)
    if crossing is not None and home == START["home"]:
        ends = np.array([frame["low"].min(), frame["high"].max()])
        frame = pd.concat([frame, lines(np.full(2, min(crossing, until)), prediction=ends)])
    return Facts(
        chart=frame,
        table=wide.reindex(shown).rename_axis("month").round(1).reset_index(),
        asked=START["home"],
        apart=exemplars(home, wanted).apart[0],
        leads=[_lead(month, wide.loc[month]) for month in dict.fromkeys((12, until))],
        many=MANY,
        ends=frame.dropna(subset="value").groupby("series")["value"].last(),
        crossed=_stays_ahead(copy, own),
        months=MONTHS,
        trace=_side_by_side(place(home)[0], idle, copy, own, until) if runs == 1 else None,
        often=often,
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
        chart=chart.round(1),
        table=table.reset_index(drop=True),
        usual=usual,
        over=over,
        ends=[usual[over], left[over]],
        n=FEW,
    )
