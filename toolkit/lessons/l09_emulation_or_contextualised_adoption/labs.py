"""Lesson 09: two futures of one place, where copying is ahead, published cases, assumptions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from itertools import pairwise, zip_longest
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from toolkit import evidence
from toolkit.charts.sheets import lever_lines as levers
from toolkit.charts.sheets import on_sheet
from toolkit.models.journeys import COPIED, COPYABLE, DYNAMICS, LOGICS, MONTHS, Journeys
from toolkit.models.journeys.counterfactual import (
    BETWEEN,
    NINE,
    UNDERSTOOD,
    Off,
    ahead,
    copied,
    exemplars,
    left_alone,
    own_logic,
    place,
)
from toolkit.models.journeys.lifecycle import typical
from toolkit.models.laws import CAUSES, EFFECTS, LAWS, World
from toolkit.models.laws.world import NEAR
from toolkit.models.pathway import practice_from
from toolkit.screen.facts import MANY, Facts, lab, lines
from toolkit.screen.stage import Lane, Moves, Trace, as_moves

# What the predictions speak of, and where the labs start.
START = {"home": "A", "source": "B", "share": 5, "copied": "method"}
PACKAGE = {"home": "E", "source": "B", "share": 100, "copied": "method"}
LEARNING, KNOWN = 8, 70  # %
WHAT = {"method": COPIED, "hours": COPYABLE}  # settings that are copied
RESULTS = 1000  # what the money of the first month brings; value is told in results for that money
END = 500  # where the axis of copied settings ends, on both sides; or else at the next thousand
HUNDRED = 100  # to which a scale ends
TEN = 10  # to which results are rounded wherever they are told
FIFTY = 50  # from one line of the axis of results to the next
NO_CHANGE = "none"


def cases() -> dict[str, dict[str, str]]:
    """Return the places that there are: the nine cases, and one of chance to learn from."""
    nine = {name: f"{name} · {evidence.case(name).title}" for name in NINE}
    return {"cases": nine}


def _wanted(chosen: Mapping[str, Any]) -> tuple[tuple[str, float], ...]:
    return ((chosen["source"], chosen["share"] / 100),)


def tens(results: Any) -> Any:
    """Return results as they are told."""
    return (np.round(results / TEN) * TEN).astype(int)


def who(lead: np.ndarray) -> np.ndarray:
    """Return who is ahead, by how many results copying is ahead, as they are shown."""
    near = NEAR * RESULTS
    return np.select([lead > near, lead < -near], ["copied", "own"], "level")


# --- two futures of one place -------------------------------------------------------------------


class Futures(NamedTuple):
    """A place that copies, that finds its own changes, and that is left alone, each many times."""

    copied: Journeys
    own: Journeys
    nothing: Journeys

    def results(self) -> dict[str, np.ndarray]:
        """Return the results for the same money, by future: shape (runs, months)."""
        start = self.nothing.value[0, 0] / RESULTS
        return {name: future.value / start for name, future in self._asdict().items()}

    def middle(self) -> pd.DataFrame:
        """Return the middle results of all runs, by month and future."""
        months = pd.RangeIndex(1, MONTHS + 1, name="month")
        return pd.DataFrame({n: np.median(v, axis=0) for n, v in self.results().items()}, months)


def _futures(places: Mapping[str, Any], learning: int, understood: int, off: Off = ()) -> Futures:
    home, items = places["home"], WHAT[places["copied"]]
    return Futures(
        copied(home, _wanted(places), MANY, items, off),
        own_logic(home, learning / 100, (understood / 100,), MANY, off),
        left_alone(home, MANY),
    )


def _from_start(middle: pd.DataFrame) -> pd.DataFrame:
    """Return the results of all futures, from what they have in common before the first month."""
    return pd.concat([pd.DataFrame(float(RESULTS), [0], middle.columns), middle])


def _axis(middle: pd.DataFrame) -> int:
    """Return where the axis starts: so low that a name beside the lowest line lies clear of it."""
    return int((middle.min(axis=None) - TEN) // FIFTY * FIFTY)


def _lead(month: int, middle: pd.DataFrame) -> dict[str, Any]:
    """Return who is ahead in a month, and by how many results."""
    own, copied = (int(tens(middle.loc[month, name])) for name in ("own", "copied"))
    ahead = "level" if own == copied else "own" if own > copied else "copied"
    return {"month": month, "own": own, "copied": copied, "ahead": ahead, "by": abs(own - copied)}


def _crossed(middle: pd.DataFrame) -> int:
    """Return from which month on the own logic stays ahead: one after the last for never."""
    behind = middle.index[middle["own"] < middle["copied"]]
    return int(max(behind, default=0)) + 1


def overtaken() -> float:
    """Return the month from which the own logic stays ahead."""
    return min(_crossed(_futures(START, LEARNING, KNOWN).middle()), MONTHS)


def ahead_early() -> str:
    """Return who is ahead after a year."""
    lead = _lead(YEAR, _futures(START, LEARNING, KNOWN).middle())
    return str(lead["ahead"])


YEAR = 12  # months


def carried_in(copy: Journeys) -> np.ndarray:
    """Return how many settings read otherwise on a sheet than at first, by month, from 0 on."""
    path = [
        {v: on_sheet(v, getattr(practices, v)[0]) for v in COPYABLE} for practices in copy.practices
    ]
    return np.array([sum(int((now[v] != path[0][v]).sum()) for v in COPYABLE) for now in path])


def _stand(own: Journeys) -> tuple[int, np.ndarray]:
    """Return which run stays nearest to the middle, and how many of its changes stand."""
    stand = ((own.move >= 0).astype(int) - own.undone).cumsum(axis=1)
    middle = typical(stand)
    return middle, stand[middle]


def kept(own: Journeys) -> np.ndarray:
    """Return how many changes of the place's own stand in the middle run, by month, from 0 on."""
    return np.append(0, _stand(own)[1])


def _way(lever: str, change: np.ndarray) -> str:
    """Return the key of a change on a board: of which setting, and whether there is more of it."""
    ways = set(np.sign(change[np.abs(change) > 1e-9]).tolist())
    return lever if len(ways) > 1 else f"{lever}_{'more' if ways == {1} else 'less'}"


def came_in(copy: Journeys) -> list[str]:
    """Return which kind of change most of those are that came in last, by month, from 0 on."""
    path = [
        {v: on_sheet(v, getattr(practices, v)[0]) for v in COPYABLE} for practices in copy.practices
    ]
    last = [NO_CHANGE]
    for before, now in pairwise(path):
        new = {v: (now[v] != path[0][v]) & (before[v] == path[0][v]) for v in COPYABLE}
        most = max(new, key=lambda v: new[v].sum())
        change = (now[most] - path[0][most])[new[most]]
        last.append(_way(most, change) if len(change) else last[-1])
    return last


def tried(own: Journeys) -> list[str]:
    """Return what change of the place's own came last, by month, from 0 on."""
    logics, run = list(LOGICS.values()), _stand(own)[0]
    last = [NO_CHANGE]
    for month, (logic, move) in enumerate(zip(own.logic[run], own.move[run], strict=True)):
        if move < 0:
            last.append(last[-1])
            continue
        lever = logics[logic].moves[move].lever
        before, now = (getattr(own.practices[m], lever)[run] for m in (month, month + 1))
        last.append(_way(lever, now - before))
    return last


def _heap(counts: np.ndarray, place: int, new: int) -> Moves:
    """Return what lies in a heap, so many at each tick; `new` is the first of them."""
    heap: list[int] = []
    found: list[tuple[int, int, float]] = []
    for tick, count in enumerate(counts.tolist()):
        at = float(tick)
        while len(heap) > count:
            found.append((heap.pop(), -1, at))
        while len(heap) < count:
            heap.append(new)
            found.append((new, place, at))
            new += 1
    return as_moves(found)


def _crowd(counts: np.ndarray, common: np.ndarray, place: int, new: int) -> Moves:
    """Return a crowd, so many at each tick, of whom the first are those whom both futures have.

    Parameters
    ----------
    counts, common : ndarray of int, shape (ticks,)
        How many there are, and how many of them in both futures.
    place : int
        Where they stand.
    new : int
        Who is first: after as many as ever stand there, somebody else on each of their spots.
    """
    found: list[tuple[int, int, float]] = []
    there: list[bool] = []
    for tick, (many, shared) in enumerate(zip(counts.tolist(), common.tolist(), strict=True)):
        wanted, at = [spot >= shared for spot in range(many)], float(tick)
        for spot, (was, now) in enumerate(zip_longest(there, wanted)):
            if was is not now:
                moves = ((was, -1), (now, place))
                one = {kind: new + spot + int(counts.max()) * bool(kind) for kind in (was, now)}
                found += [(one[kind], to, at) for kind, to in moves if kind is not None]
        there = wanted
    return as_moves(found)


def _future(
    changes: np.ndarray,
    results: np.ndarray,
    common: np.ndarray,
    latest: Sequence[str],
) -> Lane:
    """Return one future: the changes in use, and a person for every ten good results.

    Those whom the other future does not have wear a plus. A board shows the latest change.
    """
    used = _heap(changes, 0, 0)
    things, most = int(used[0].max(initial=-1)) + 1, int(results.max()) // TEN
    crowd = _crowd(results // TEN, common // TEN, 1, things)
    who, to, at = (np.concatenate(parts) for parts in zip(used, crowd, strict=True))
    order = np.argsort(at, kind="stable")
    looks = ["binder"] * things + ["person"] * most + ["more"] * most
    places = {"settings": True, "results": False}
    return Lane(places, (who[order], to[order], at[order]), looks, {0: ("easel", latest)})


def _side_by_side(futures: Futures, since: int, until: int) -> Trace:
    """Return both futures: what is in use, and which of them is ahead."""
    told = tens(_from_start(futures.middle()[["copied", "own"]]))[since : until + 1]
    common, lead = told.min(axis=1).to_numpy(), (told["copied"] - told["own"]).to_numpy()
    used = {
        "copied": (carried_in(futures.copied), came_in(futures.copied)),
        "own": (kept(futures.own), tried(futures.own)),
    }
    now = slice(since, until + 1)
    lanes = {
        name: _future(each[now], told[name].to_numpy(), common, last[now])
        for name, (each, last) in used.items()
    }
    sides = {1: "copied", -1: "own", 0: "level"}
    turns = (np.flatnonzero(np.diff(np.sign(lead))) + 1).tolist()
    ended = {
        "by": np.abs(lead).tolist(),
        "leader": [sides[side] for side in np.sign(lead).tolist()],
    }
    return Trace(until - since, lanes, ended, each=TEN, start=since, turns=turns)


@lab(predict={"early": ahead_early})
def first_year(learning: int = LEARNING) -> Facts:
    """Watch two futures of one place for twelve months."""
    futures = _futures(START, learning, KNOWN)
    middle = futures.middle().loc[:YEAR]
    shown = _from_start(middle)
    return Facts(
        chart=lines(shown.index.to_numpy(), own=shown["own"], copied=shown["copied"]),
        table=tens(middle).reset_index(),
        home=START["home"],
        lead=_lead(YEAR, middle),
        fall=round(100 * (1 - middle.loc[1, "own"] / RESULTS)),
        many=MANY,
        results=RESULTS,
        low=_axis(shown),
        trace=_side_by_side(futures, 0, YEAR),
    )


@lab(predict={"crossing": overtaken})
def contrast(
    learning: int = LEARNING,
    understood: int = KNOWN,
    *,
    crossing: float | None = None,
) -> Facts:
    """Carry the dialect in, or the logic: same place, same months, same chance."""
    futures = _futures(START, learning, understood)
    middle, all_runs = futures.middle(), futures.results()
    shown = _from_start(middle)
    frame = lines(shown.index.to_numpy(), **shown)
    if crossing is not None:
        ends = np.array([frame["low"].min(), frame["high"].max()])
        frame = pd.concat([frame, lines(np.full(2, crossing), prediction=ends)])
    return Facts(
        chart=frame,
        table=tens(middle.loc[[1, *range(6, MONTHS + 1, 6)]]).reset_index(),
        home=START["home"],
        leads=[_lead(month, middle) for month in (YEAR, MONTHS)],
        many=MANY,
        nothing=int(tens(middle["nothing"].iloc[-1])),
        crossed=_crossed(middle),
        months=MONTHS,
        low=_axis(shown),
        trace=_side_by_side(futures, YEAR, MONTHS),
        often=(all_runs["copied"] >= all_runs["own"])[:, [YEAR - 1, -1]].mean(0),
    )


def packaged() -> str:
    """Return whether copying brings more than no change after a year, where it is asked."""
    gain = places().gain
    return "more" if gain > NEAR * RESULTS else "fewer" if gain < -NEAR * RESULTS else "level"


def _gains(chosen: Mapping[str, Any], futures: Futures) -> dict[str, int]:
    """Return what copying all adds to no change after a year, and each setting to all others."""
    home, items = chosen["home"], WHAT[chosen["copied"]]
    ways = {v: tuple(item for item in items if item != v) for v in items}
    runs = {v: copied(home, _wanted(chosen), MANY, kept_) for v, kept_ in ways.items()}
    tried = {"all": futures.copied, **runs}
    ends = {v: futures._replace(copied=each).middle().loc[YEAR] for v, each in tried.items()}
    without = {v: tens(end["nothing" if v == "all" else "copied"]) for v, end in ends.items()}
    return {v: int(tens(ends["all"]["copied"]) - left) for v, left in without.items()}


def _ways(gains: Mapping[str, int]) -> pd.DataFrame:
    """Return bars that go to both sides of 0."""
    found = pd.DataFrame({"category": gains.keys(), "value": gains.values()})
    return found.assign(series=np.where(found["value"] < 0, "fewer", "more"))


@lab(predict={"package": packaged}, given=cases)
def places(
    home: str = PACKAGE["home"],
    source: str = PACKAGE["source"],
    share: int = PACKAGE["share"],
    copied: str = PACKAGE["copied"],
) -> Facts:
    """Choose a home, a place to learn from, how far off that is, and what to copy."""
    chosen = {"home": home, "source": source, "share": share, "copied": copied}
    futures = _futures(chosen, LEARNING, KNOWN)
    middle = futures.middle()
    here, habits = place(home)
    there = exemplars(home, _wanted(chosen))
    ends = there.grown.practices[0], there.grown.end
    begun, now = ({v: getattr(practice_from(x, 0), v) for v in COPYABLE} for x in ends)
    took = {v for v in WHAT[copied] if not np.allclose(begun[v], now[v])}
    gains = _gains(chosen, futures)
    worst = min(WHAT[copied], key=gains.__getitem__)
    largest = max(map(abs, gains.values()))
    rows = []
    for lever in COPYABLE:
        own = getattr(habits, lever)
        each = levers("home", lever, here.stages, own, now[lever] if lever in took else own)
        rows.append(each.assign(lever=lever))
    frame = pd.concat(rows).reset_index(drop=True)
    return Facts(
        chart=_ways(gains),
        table=frame,
        most=END if largest < END else RESULTS * (largest // RESULTS + 1),
        taken=int((frame["way"] != "as it was").sum()),
        settings=len(frame),
        worst=worst,
        harm=max(0, -gains[worst]),
        apart=there.apart[0],
        year=YEAR,
        gain=gains["all"],
        months=MONTHS,
        ends=tens(middle.iloc[-1]).to_dict(),
        dropped=float(1 - futures.copied.running[:, -1].mean()),
        results=RESULTS,
        many=MANY,
    )


# --- where copying is ahead ---------------------------------------------------------------------

# Where copying is ahead: like ours (hardly understood, well), unlike ours (the same).
CORNERS = {
    (False, False, False, False): "nowhere",
    (True, False, False, False): "near_blind",
    (True, True, False, False): "near_all",
    (True, False, True, False): "blind",
    (True, True, True, False): "most",
    (True, True, True, True): "all",
}


def still_ahead() -> str:
    """Return where on the map copying is ahead after four years, as the prediction names it."""
    where = str(corner().where)
    return "all" if where == "most" else where


@lab(predict={"corner": still_ahead}, reveal_at={"month": MONTHS})
def corner(month: int = MONTHS, learning: int = LEARNING) -> Facts:
    """Map how far who is ahead: four corners, each the middle of its squares."""
    home, source, items = START["home"], START["source"], WHAT[START["copied"]]
    frame = ahead(home, learning / 100, (source,), MANY, items)
    frame = frame[frame["month"] == month].reset_index(drop=True)
    lead = tens(RESULTS * frame["copied"]) - tens(RESULTS * frame["own"])
    shown = pd.DataFrame(
        {"x": frame["far"], "y": frame["understood"], "series": who(lead), "text": -lead}
    )
    sides = [shown["x"] > np.median(BETWEEN), shown["y"] > np.median(UNDERSTOOD)]
    corners = shown.groupby(sides)["text"].median().rename_axis(["x", "y"]).reset_index()
    corners = corners.assign(text=tens(corners["text"]))
    corners["series"] = who(-corners["text"])
    return Facts(
        chart=corners.sort_values(["y", "x"], ignore_index=True),
        where=CORNERS[tuple(corners["series"] == "copied")],
        like=max(far for far in BETWEEN if far <= np.median(BETWEEN)),
        unlike=min(far for far in BETWEEN if far > np.median(BETWEEN)),
        each=len(frame) // len(corners),
        table=shown.pivot_table(index="y", columns="x", values="text", sort=False),
        count=shown["series"].value_counts().reindex(["copied", "level", "own"], fill_value=0),
        squares=len(frame),
        home=home,
        source=source,
        at_start=learning == LEARNING,
        many=MANY,
        near=round(NEAR * RESULTS),
        here=shown[(shown["x"] == START["share"] / 100) & (shown["y"] == KNOWN / 100)].iloc[0],
    )


# --- published cases ----------------------------------------------------------------------------

# Our advice for the four corners; the works it rests on are named in the lesson. Keys: is the place
# it came from unlike ours, and is it understood why the method works?
ADVICE = {
    (False, False): "copy",
    (False, True): "both",
    (True, True): "principles",
    (True, False): "test",
}
# What somebody does who takes this advice, in the words of the studies.
FOLLOWED = {"copy": ("emulate", "copy_then_adapt"), "both": ("copy_then_adapt",),
            "principles": ("contextualise",), "test": ()}  # fmt: skip
# The studies on the chart: on which side of its dot the name of each stands, and what came of it.
STUDIES = {
    "Haynes 2009": ("right", "better"),
    "Urbach 2014": ("left", "unclear"),
    "Bion 2013": ("right", "unclear"),
    "Jensen and Szulanski 2007": ("left", "better"),
    "Baden-Fuller and Winter 2005": ("left", "better"),
    "Silvester 2014": ("left", "better"),
    "Food Bank for New York City": ("right", "better"),
}
TOLD = ("study", "why_placed", "context_distance", "mechanism_understood")  # first in the table
IN_A_CORNER, LINE = 0.04, 0.06  # of a side: from the axes to the advice, and to the next line


def in_the_corner(unlike: bool, known: bool) -> dict[str, Any]:
    """Return what section 5 shows of a corner of the plane.

    Parameters
    ----------
    unlike, known : bool
        Whether the other place is unlike ours, and whether it is known why the method works.

    Returns
    -------
    dict
        By how many results home-grown changes are ahead after a ``year``, and at the ``end``;
        the ``least`` and the ``most`` results that copying brings after a year from places there.
    """
    shown = [corner(month).chart.set_index(["x", "y"])["text"] for month in (YEAR, MONTHS)]
    year, end = (int(text[unlike, known]) for text in shown)
    there = ahead(START["home"], LEARNING / 100, (START["source"],), MANY, WHAT[START["copied"]])
    there = there[(there["month"] == YEAR) & ((there["far"] > np.median(BETWEEN)) == unlike)]
    copied = tens(RESULTS * there["copied"])
    return {"year": year, "end": end, "least": int(copied.min()), "most": int(copied.max())}


@lab()
def aid(far: int = 20, why: int = 20) -> Facts:
    """Place your own case among published ones, and see what they counsel."""
    held = evidence.contrasts()
    rows = held.frame.dropna(subset=["context_distance", "mechanism_understood"])
    x, y = far / 100, why / 100
    places = {
        "x": "context_distance",
        "y": "mechanism_understood",
        "mode": "course_mode",
        "label": "study",
    }
    dots = rows[list(places.values())].set_axis(list(places), axis=1)
    dots = dots[dots["label"].isin(STUDIES)].drop_duplicates("label")
    dots["series"] = [STUDIES[study][1] for study in dots["label"]]
    kinds = [ADVICE[r.x > 0.5, r.y >= 0.5] for r in dots.itertuples()]
    taken = {key for key, mode in zip(kinds, dots["mode"], strict=True) if mode in FOLLOWED[key]}
    notes = [
        (float(a), abs(b - up), text, "right" if a else "left", weight)
        for (a, b), key in ADVICE.items()
        for text, up, weight in (
            (f"{key}_short", IN_A_CORNER, "bold"),
            *(() if key in taken else (("untried", IN_A_CORNER + LINE, "normal"),)),
        )
    ]
    notes += [(r.x, r.y, r.label, STUDIES[r.label][0], "normal") for r in dots.itertuples()]
    notes.append((x, y - 0.07 if y > 0.1 else y + 0.07, "yours", "center", "bold"))
    gaps = np.hypot(dots["x"] - x, dots["y"] - y)
    yours = pd.DataFrame([{"x": x, "y": y, "series": "yours", "label": "yours"}])
    return Facts(
        chart=pd.concat([dots.drop(columns="mode"), yours]),
        notes=pd.DataFrame(notes, columns=["x", "y", "text", "side", "weight"]),
        table=rows[[*TOLD, *rows.columns.difference(TOLD, sort=False)]],
        advice=ADVICE[x > 0.5, y >= 0.5],
        model=in_the_corner(x > 0.5, y >= 0.5),
        year=YEAR,
        months=MONTHS,
        results=RESULTS,
        dots=len(dots),
        nearest=dots.loc[gaps.sort_values(kind="stable").index, "label"].head(2).tolist(),
        studies=rows["study"].nunique(),
        works=held.provenance.sources,
    )


# --- what the patterns lean on ------------------------------------------------------------------

SMALL = 100  # pairs of places: enough to tell half from two in three
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


# What is taken away from both futures, as constants of the model.
GONE: dict[str, Mapping[str, float]] = {
    "mastery": CAUSES["mastery"],
    "foresight": CAUSES["foresight"],
    "memory": {"forgetting": 3 * DYNAMICS.forgetting},
    "goodwill": {"hopeful": 0.1, "trust": 0},  # the least of what is documented
}


def costliest(cause: Sequence[str] = ()) -> str:
    """Return what hurts home-grown changes most; of several about even, what was predicted."""
    leads = causes().chart.set_index("category")["value"].loc[list(GONE)]
    even = leads.index[leads <= leads.min() + NEAR * RESULTS]
    return next((each for each in cause if each in even), str(leads.idxmin()))


@lab(predict={"cause": costliest})
def causes() -> Facts:
    """Show who ends ahead in the two futures when one cause after the other is taken away."""
    ends = {}
    for cause in ("everything", *GONE):
        middle = _futures(START, LEARNING, KNOWN, tuple(GONE.get(cause, {}).items())).middle()
        ends[cause] = _lead(MONTHS, middle)
    leads = {cause: end["own"] - end["copied"] for cause, end in ends.items()}
    return Facts(
        chart=_ways(leads),
        table=pd.DataFrame(ends).T[["own", "copied"]],
        most=HUNDRED * (max(map(abs, leads.values())) // HUNDRED + 1),
        usual=leads["everything"],
        least=leads["mastery"],
        home=START["home"],
        many=MANY,
    )
