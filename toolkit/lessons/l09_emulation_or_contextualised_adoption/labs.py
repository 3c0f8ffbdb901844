"""Lesson 09: two futures of one place, where copying is ahead, and published cases."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise, zip_longest
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from toolkit import evidence
from toolkit.charts.sheets import on_sheet
from toolkit.models.journeys import COPIED, LOGICS, MONTHS, Journeys
from toolkit.models.journeys.counterfactual import (
    BETWEEN,
    UNDERSTOOD,
    Off,
    ahead,
    copied,
    left_alone,
    own_logic,
)
from toolkit.models.journeys.lifecycle import typical
from toolkit.models.laws import CAUSES
from toolkit.models.laws.world import NEAR
from toolkit.screen.facts import MANY, Facts, lab, lines
from toolkit.screen.stage import Lane, Moves, Trace, as_moves

# What the predictions speak of, and where the labs start.
HOME, CLINIC, SOURCE = "A", "E", "B"  # an emergency department, a clinic, hip and knee surgery
SHARE = 5  # %: how far towards surgery the place lies from which the department learns
LEARNING = 8  # % of staff time
KNOWN = {"well": 70, "hardly": 10}  # %
RESULTS = 1000  # what the money of the first month brings; value is told in results for that money
YEAR = 12  # months
TEN = 10  # to which results are rounded wherever they are told
FIFTY = 50  # from one line of the axis of results to the next
NO_CHANGE = "none"


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


def _futures(
    home: str = HOME,
    share: int = SHARE,
    learning: int = LEARNING,
    known: str = "well",
    off: Off = (),
) -> Futures:
    return Futures(
        copied(home, ((SOURCE, share / 100),), MANY, off=off),
        own_logic(home, learning / 100, (KNOWN[known] / 100,), MANY, off),
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


def _sheets(copy: Journeys) -> list[dict[str, np.ndarray]]:
    """Return the copied settings as a sheet shows them, by month, from 0 on."""
    return [{v: on_sheet(v, getattr(p, v)[0]) for v in COPIED} for p in copy.practices]


def carried_in(copy: Journeys) -> np.ndarray:
    """Return how many settings read otherwise on a sheet than at first, by month, from 0 on."""
    path = _sheets(copy)
    return np.array([sum(int((now[v] != path[0][v]).sum()) for v in COPIED) for now in path])


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
    path, last = _sheets(copy), [NO_CHANGE]
    for before, now in pairwise(path):
        new = {v: (now[v] != path[0][v]) & (before[v] == path[0][v]) for v in COPIED}
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


def _played(futures: Futures, since: int, until: int, *drawn: str) -> Facts:
    """Return what every lab of two futures shows: the play, and the lines that are drawn.

    Parameters
    ----------
    futures : Futures
        What happened.
    since, until : int
        The month in which the play begins, and the last one.
    *drawn : str
        Futures that have a line besides the two that are played.
    """
    middle = futures.middle().loc[:until]
    shown = _from_start(middle)[["own", "copied", *drawn]]
    step = 1 if until == YEAR else 6
    ends = [future.value[:, until - 1] for future in futures]
    return Facts(
        chart=lines(shown.index.to_numpy(), **shown),
        table=tens(shown.iloc[::step]).rename_axis("month").reset_index(),
        lead=_lead(until, middle),
        since=since,
        until=until,
        nothing=int(tens(middle["nothing"].iloc[-1])),
        often=float((ends[0] >= ends[1]).mean()),
        crossed=_crossed(middle),
        months=MONTHS,
        results=RESULTS,
        many=MANY,
        low=_axis(shown),
        trace=_side_by_side(futures, since, until),
    )


def ahead_early() -> str:
    """Return who is ahead after a year."""
    return str(first_year().lead["ahead"])


@lab(predict={"early": ahead_early})
def first_year(learning: int = LEARNING) -> Facts:
    """Watch two futures of one place for twelve months."""
    futures = _futures(learning=learning)
    fall = round(100 * (1 - futures.middle().loc[1, "own"] / RESULTS))
    return Facts(**_played(futures, 0, YEAR), home=HOME, fall=fall)


def caught_up() -> str:
    """Return in which year home-grown changes take a lead that lasts."""
    month = contrast().crossed
    return "never" if month > MONTHS else f"year_{(month - 1) // YEAR + 1}"


@lab(predict={"catch_up": caught_up})
def contrast(known: str = "well") -> Facts:
    """Watch the same two futures for three more years."""
    return Facts(**_played(_futures(known=known), YEAR, MONTHS, "nothing"), home=HOME)


# What is taken away from both futures, as constants of the model.
GONE: dict[str, Mapping[str, float]] = {
    "foresight": CAUSES["foresight"],
    "mastery": CAUSES["mastery"],
    "nothing": {},
}


def with_dice() -> str:
    """Return who is ahead after four years if staff choose their own changes by dice."""
    return str(without().lead["ahead"])


@lab(predict={"dice": with_dice})
def without(gone: str = "foresight") -> Facts:
    """Take one thing away, and watch both futures again."""
    return Facts(**_played(_futures(off=tuple(GONE[gone].items())), 0, MONTHS), home=HOME)


def packaged() -> str:
    """Return whether the copied package brings more good results after a year than before."""
    gain = package().lead["copied"] - RESULTS
    return "more" if gain > NEAR * RESULTS else "fewer" if gain < -NEAR * RESULTS else "level"


@lab(predict={"package": packaged})
def package(far: int = 100) -> Facts:
    """Let a clinic copy a place that is more or less different from it."""
    return Facts(**_played(_futures(CLINIC, far), 0, YEAR), home=CLINIC)


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


def _map(month: int) -> pd.DataFrame:
    """Return who is ahead in a month, for each other place and each degree of knowing why."""
    frame = ahead(HOME, LEARNING / 100, (SOURCE,), MANY)
    frame = frame[frame["month"] == month].reset_index(drop=True)
    frame["unlike"] = frame["far"] > np.median(BETWEEN)
    frame["known"] = frame["understood"] > np.median(UNDERSTOOD)
    return frame.assign(lead=tens(RESULTS * frame["own"]) - tens(RESULTS * frame["copied"]))


@lab(predict={"corner": still_ahead}, reveal_at={"month": MONTHS})
def corner(month: int = MONTHS) -> Facts:
    """Map how far who is ahead: four corners, each the middle of its squares."""
    frame = _map(month)
    corners = frame.groupby(["unlike", "known"])["lead"].median().rename_axis(["x", "y"])
    shown = tens(corners.rename("text")).reset_index()
    shown["series"] = who(-shown["text"])
    squares = pd.Series(who(-frame["lead"])).value_counts()
    return Facts(
        chart=shown.sort_values(["y", "x"], ignore_index=True),
        where=CORNERS[tuple(shown["series"] == "copied")],
        each=len(frame) // len(shown),
        table=frame.pivot_table(index="understood", columns="far", values="lead", sort=False),
        count=squares.reindex(["copied", "level", "own"], fill_value=0),
        squares=len(frame),
        home=HOME,
        source=SOURCE,
        many=MANY,
        near=round(NEAR * RESULTS),
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
# The studies on the chart: on which side of its dot the name of each stands, and what came of it.
STUDIES = {
    "Haynes 2009": ("right", "better"),
    "Urbach 2014": ("left", "unclear"),
    "Bion 2013": ("below", "unclear"),
    "Jensen and Szulanski 2007": ("left", "better"),
    "Baden-Fuller and Winter 2005": ("left", "better"),
    "Silvester 2014": ("left", "better"),
    "Food Bank for New York City": ("right", "better"),
}
TOLD = ("study", "why_placed", "context_distance", "mechanism_understood")  # first in the table
IN_A_CORNER, BELOW = 0.04, 0.07  # of a side: from an edge to the advice, from a dot to its name


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
    first, last = (
        frame[(frame["unlike"] == unlike) & (frame["known"] == known)]
        for frame in map(_map, (YEAR, MONTHS))
    )
    year, end = (int(tens(frame["lead"].median())) for frame in (first, last))
    copied = tens(RESULTS * first["copied"])
    return {"year": year, "end": end, "least": int(copied.min()), "most": int(copied.max())}


@lab()
def aid(other: str = "like", why: str = "hardly") -> Facts:
    """Place your own case among published ones, and see what they counsel."""
    held = evidence.contrasts()
    rows = held.frame.dropna(subset=["context_distance", "mechanism_understood"])
    there = {"context_distance": "x", "mechanism_understood": "y"}
    means = rows[rows["study"].isin(STUDIES)].groupby("study", sort=False)[list(there)].mean()
    dots = means.rename(columns=there).rename_axis("label").reset_index()
    dots["series"] = [STUDIES[study][1] for study in dots["label"]]
    at = other == "unlike", why == "well"
    here = ((dots["x"] > 0.5) == at[0]) & ((dots["y"] >= 0.5) == at[1])
    notes = [
        (float(x), abs(y - IN_A_CORNER), f"{key}_short", "right" if x else "left", "bold")
        for (x, y), key in ADVICE.items()
    ]
    for r in dots.itertuples():
        side = STUDIES[r.label][0]
        # below, and a little to the left, where the name of another stands beside the dot
        spot = (r.x - BELOW / 2, r.y - BELOW, "left") if side == "below" else (r.x, r.y, side)
        notes.append((*spot[:2], r.label, spot[2], "normal"))
    return Facts(
        chart=dots,
        notes=pd.DataFrame(notes, columns=["x", "y", "text", "side", "weight"]),
        corner=pd.DataFrame(
            [{"x": at[0] / 2, "x2": (1 + at[0]) / 2, "y": at[1] / 2, "y2": (1 + at[1]) / 2}]
        ),
        table=rows[[*TOLD, *rows.columns.difference(TOLD, sort=False)]],
        advice=ADVICE[at],
        model=in_the_corner(*at),
        year=YEAR,
        months=MONTHS,
        results=RESULTS,
        dots=len(dots),
        here=dots.loc[here, "label"].tolist(),
        studies=rows["study"].nunique(),
        works=held.provenance.sources,
    )
