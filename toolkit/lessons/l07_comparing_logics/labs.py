"""Lesson 07, comparing logics: the matrix, where each helps most, ceilings, two patterns."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import numpy as np
import pandas as pd

from toolkit import evidence
from toolkit.course.lesson import Lesson
from toolkit.evidence.cases import ILLUSTRATIVE
from toolkit.evidence.provenance import Provenance
from toolkit.lessons.l07_comparing_logics.cells import LEAN, MINE, Matrix, mark_of
from toolkit.models.journeys import COPYABLE, Journeys
from toolkit.models.laws import LAWS, LawResult, World
from toolkit.models.laws.causes import by_judge
from toolkit.models.laws.where import (
    EACH,
    GRID,
    INTEGRATED,
    JUDGES,
    Left,
    alone,
    before,
    best_by_third,
    context_map,
    left_after,
)
from toolkit.models.laws.world import firsts
from toolkit.models.logics import FIVE
from toolkit.models.pathway import Context, Practice
from toolkit.screen.facts import MANY, Facts, lab
from toolkit.screen.stage import Lane, Trace, as_moves
from toolkit.text.words import Words

DRAWS = 200  # random places
MOSTLY = 0.75  # of the cells that an approach wins: a smaller part has no name


@cache
def world() -> World:
    """Return the random places that the lesson plays on; made once."""
    return World(DRAWS)


def choices() -> dict[str, dict[str, str]]:
    """Return what there is to choose, in the words of the models."""
    logics = {name: logic.name for name, logic in FIVE.items()}
    return {
        "logics": logics,
        "favourites": {MINE: Words(__package__)["mine"]} | logics,
        "cases": {
            name: f"{name} · {_start(name)[0].name}" for name in evidence.cases().frame["id"]
        },
    }


def matrix(this: Lesson) -> Matrix:
    """Compare the approaches two by two, or search them all, each cell with its evidence."""
    return Matrix(this.predict("favourite"))


@lab(given=choices)
def levers() -> Facts:
    """Show which settings each logic moves, and which way."""
    ways = pd.DataFrame(
        {name: {lever: logic.way(lever) for lever in COPYABLE} for name, logic in FIVE.items()}
    )
    moved = ways.notna().sum(axis=1)
    return Facts(
        chart=ways.rename_axis("row")
        .reset_index()
        .melt("row", var_name="column", value_name="mark"),
        table=ways.fillna("").rename_axis("setting").reset_index(),
        moves={setting: dict(row.dropna()) for setting, row in ways.iterrows()},
        shared=int((moved > 1).sum()),
        **{way: list(ways.columns[ways.loc["batch"] == way]) for way in ("less", "more")},
    )


# --- where each comes first ---------------------------------------------------------------------

# The kinds of places that the prediction names.
ASKED = {
    "busy": "load_high",
    "calm": "load_low",
    "setup": "setup_high",
    "mixed": "heterogeneity_high",
    "low_benefit": "low_benefit_high",
}


def _thirds(judge: str = "value") -> tuple[pd.Series, pd.DataFrame]:
    """Return in how many per cent of all places each comes first, and of each kind of place."""
    found = best_by_third(world(), judge)
    found.index = pd.Index(found["side"] + "_" + found["end"])
    shares = 100 * found[list(FIVE)]
    return shares.iloc[0], shares.iloc[1:]


def loses_most(favourite: Sequence[str] = (), loses: Sequence[str] = ()) -> str:
    """Return where a favourite comes first least often; of several, the one that was predicted."""
    _whole, thirds = _thirds()
    first = thirds[favourite[0] if favourite else LEAN]
    least = min(first[end] for end in ASKED.values())
    worst = [key for key, end in ASKED.items() if first[end] == least]
    return next((each for each in loses if each in worst), worst[0]) if least < 50 else "nowhere"


@lab(predict={"favourite": None, "loses": loses_most}, given=choices)
def sides(
    whose: str = MINE,
    judge: str = "value",
    *,
    favourite: str | None = None,
    loses: str | None = None,
) -> Facts:
    """Show at which kind of place a favourite helps most, and least, one side at a time."""
    logic = whose if whose != MINE else favourite or LEAN
    whole, thirds = _thirds(judge)
    share = thirds[logic]
    return Facts(
        chart=share.round(0),
        table=thirds.round(0).rename_axis("place").reset_index(),
        logic=logic,
        draws=DRAWS,
        third=DRAWS // 3,
        whole=whole,
        share=share,
        worst=share.idxmin(),
        best=share.idxmax(),
        predicted=ASKED.get(loses or ""),
    )


def _winner(best: tuple[str, ...]) -> str:
    return f"map_{best[0]}" if len(best) == 1 else "several"


def _region(found: pd.DataFrame, here: pd.Series, across: str, up: str) -> list[str]:
    """Return the ends of the sides of a map at which three in four of some cells lie."""
    ends = []
    for axis, side in (("across", across), ("up", up)):
        levels = found[axis].rank(method="dense") - (GRID + 1) / 2
        for end, there in (("low", levels < 0), ("high", levels > 0)):
            if here.sum() > 1 and there[here].mean() >= MOSTLY:
                ends.append(f"{side}_{end}")
    return ends


@lab(predict={"favourite": None, "loses": None}, given=choices)
def context(
    whose: str = MINE,
    across: str = "load",
    up: str = "low_benefit",
    judge: str = "value",
    *,
    favourite: str | None = None,
) -> Facts:
    """Find a kind of place where the favourite loses."""
    logic = whose if whose != MINE else favourite or LEAN
    found = context_map(logic, across, up, judge)
    found["best"] = found["best"].str.split("; ").map(tuple)
    found["gain"] *= 100
    for axis, side in (("across", across), ("up", up)):
        if side != "setup":  # hours; all others are shares
            found[axis] *= 100
    lost = found["below"] > EACH / 2
    first = {name: found["best"].map(lambda names, own=name: own in names) for name in FIVE}
    often = {name: int(here.sum()) for name, here in first.items()}
    top = max(often, key=often.__getitem__)
    return Facts(
        chart=found.assign(mark=found["best"].map(_winner), text=found["best"]),
        table=found,
        logic=logic,
        each=EACH,
        places=len(found),
        won=often[logic],
        lost=int(lost.sum()),
        often=often,
        regions={name: _region(found, here, across, up) for name, here in first.items()},
        shared=int((found["best"].map(len) > 1).sum()),
        times=found["times"].mean(),
        least=found.loc[found["gain"].idxmin()],
        most=found.loc[found["gain"].idxmax()],
        everywhere=top if often[top] > 0.8 * len(found) else None,
    )


@lab(given=choices)
def when_right() -> Facts:
    """Say in the words of the matrix when each logic is the one to ask, and what comes next."""
    return _when()


@lab(given=choices)
def when_more() -> Facts:
    """Say what each logic needs, where it tends to stop, and how often it comes first."""
    return _when()


@cache
def _when() -> Facts:
    held = evidence.matrix().frame.fillna({"sources": ""})
    held["said"] = [f"{row.cell} [{mark_of(row)}]" for row in held.itertuples()]
    cells = held.pivot_table(index="approach", columns="dimension", values="said", aggfunc="first")
    _whole, thirds = _thirds()
    first = {
        "often": thirds.idxmax(), "most": thirds.max(),
        "seldom": thirds.idxmin(), "least": thirds.min(),
    }  # fmt: skip
    return Facts(
        table=cells.assign(**first).loc[list(FIVE)].rename_axis("approach").reset_index(),
        draws=DRAWS,
        mark=Provenance("modelled").mark,
    )


# --- ceilings -----------------------------------------------------------------------------------

PLACE = "D"  # what the prediction speaks of
SEED = 7
END = 47
STEP, ROOM = 20, 1.06  # the marks of the axis of value, and room for names above the lines
VISIT = 4  # ticks of the stage: as long as it takes to read what a visitor finds
WORTH = 0.005  # illustrative: a change that raises value by less is not counted as a finding


@cache
def _start(case: str) -> tuple[Context, Practice]:
    held = evidence.case(case)
    return Context(**held.context), Practice(**held.practice)


@cache
def _many(case: str) -> dict[str, Journeys]:
    return alone(*_start(case), MANY, SEED)


@cache
def played(case: str, runs: int) -> dict[str, Journeys]:
    """Return the 48 months of a case's place under each logic alone and under all five.

    Parameters
    ----------
    case : str
        Whose place it is.
    runs : int
        More than one stands for `MANY`; one is the run in which the six teams end nearest to the
        middle of their own many runs.
    """
    many = _many(case)
    if runs > 1:
        return many
    ends = np.stack([told.performance.value[:, END] for told in many.values()])
    ranks = ends.argsort(axis=1).argsort(axis=1)
    row = int(np.abs(2 * ranks - (MANY - 1)).sum(axis=0).argmin())
    return {name: told.rows(slice(row, row + 1)) for name, told in many.items()}


def _still_found(case: str, focus: str) -> tuple[list[Left], list[Left]]:
    """Return what all five find after four years of one alone, and what is worth it to others."""
    left = left_after(_start(case)[0], played(case, 1)[focus])
    return left, [row for row in left if row.approach != focus and row.gain > WORTH]


def still_find(favourite: Sequence[str] = ()) -> str:
    """Return how many of the other four still find something after four years of a favourite."""
    _left, others = _still_found(PLACE, favourite[0] if favourite else LEAN)
    return ("none", "one", "several", "several", "all")[len(others)]


def _changes(told: Journeys) -> tuple[list[tuple[int, int, float]], int]:
    """Return which sheets come to the first desk and leave it again, and how many there were."""
    stays: list[int] = []
    moves, new = [], 0
    for month, (move, back) in enumerate(zip(told.move[0], told.undone[0], strict=True), start=1):
        if back:
            moves.append((stays.pop(), -1, float(month)))
        if move >= 0:
            stays.append(new)
            moves.append((new, 0, float(month)))
            new += 1
    return moves, new


def _visited(told: Journeys, index: np.ndarray, focus: str, left: list[Left]) -> Trace:
    """Return four years at the desk of one approach, and then a visit of each of the others.

    A sheet is a change that stays, or one that a visitor finds worth making.
    """
    moves, new = _changes(told)
    level = np.rint(index).astype(int).tolist()
    others = [row for row in left if row.approach != focus]
    ticks = END + 1 + VISIT * len(others)
    boards: dict[int, list[str | None]] = {}
    found: dict[str, list] = {
        "looker": [""] * (END + 2),
        "gain": [0.0] * (END + 2),
        "finders": [0] * (END + 2),
    }
    finders = 0
    for place, row in enumerate(others, start=1):
        begun = END + 1 + VISIT * (place - 1)
        if row.gain > WORTH:
            moves.append((new, place, float(begun + 1)))
            new, finders = new + 1, finders + 1
        board = f"+{100 * row.gain:.0f} %" if row.gain > WORTH else "nothing"
        boards[place] = [*[None] * begun, *[board] * (ticks - begun)]
        found["looker"] += [row.approach] * VISIT
        found["gain"] += [100 * row.gain] * VISIT
        found["finders"] += [finders] * VISIT
    stays = VISIT * len(others)
    lane = Lane(
        dict.fromkeys([focus, *(row.approach for row in others)], True),
        as_moves(moves),
        ["form"] * new,
        {0: ("board", level + level[-1:] * stays)}
        | {place: ("board", texts) for place, texts in boards.items()},
    )
    return Trace(ticks, {"desks": lane}, {"level": [None, *level, *level[-1:] * stays], **found})


@lab(predict={"favourite": None, "left": still_find}, given=choices)
def ceilings(
    place: str = PLACE,
    whose: str = MINE,
    judge: str = "value",
    runs: int = 1,
    *,
    favourite: str | None = None,
) -> Facts:
    """See how far each logic gets alone in one place, and what the others still find there."""
    focus = whose if whose != MINE else favourite or LEAN
    score = JUDGES[judge].score
    base = score(before(*_start(place)))
    told = played(place, runs)
    index = {name: 100 * score(j.performance) / base for name, j in told.items()}
    ends = {name: np.percentile(each[:, END], [50, 5, 95]) for name, each in index.items()}
    every = {name: score(_many(place)[name].performance)[:, END] for name in FIVE}
    ahead = 100 * firsts(np.stack(list(every.values()))).mean(axis=1)
    left, others = _still_found(place, focus)
    paths = []
    for name, each in index.items():
        path = {"at": np.arange(END + 1) + 1, "series": name, "value": np.median(each, axis=0)}
        if runs > 1 and name in (focus, INTEGRATED):  # two bands are enough
            path |= dict(zip(("low", "high"), np.percentile(each, [5, 95], axis=0), strict=True))
        paths.append(pd.DataFrame(path))
    drawn = pd.concat(paths)
    table = pd.DataFrame(ends, index=["end", "low", "high"]).T.rename_axis("logic").reset_index()
    rows = [*left, Left(INTEGRATED, "", "", np.nan)]
    return Facts(
        chart=drawn,
        table=table.assign(
            finding=[row.finding for row in rows],
            change=[row.change for row in rows],
            gain=[round(100 * row.gain, 1) for row in rows],
        ),
        name=_start(place)[0].name,
        focus=focus,
        many=MANY,
        mostly=list(FIVE)[ahead.argmax()],
        mostly_in=ahead.max(),
        ends=ends,
        top=max(FIVE, key=lambda name: ends[name][0]),
        months=END + 1,
        worth=100 * WORTH,
        highest=float(
            STEP * np.ceil(ROOM * drawn.drop(columns=["at", "series"]).max().max() / STEP)
        ),
        own=next(row.change for row in left if row.approach == focus),
        others=[row._replace(gain=100 * row.gain) for row in others],
        asked=PLACE,
        nine=ILLUSTRATIVE,
        trace=_visited(told[focus], index[focus][0], focus, left) if runs == 1 else None,
    )


# --- under the bonnet ---------------------------------------------------------------------------


@lab(given=choices)
def laws() -> Facts:
    """Look under the bonnet: two patterns about logics, and how often each of them held."""
    ceiling, keeps_up = (LAWS[name].test(world()) for name in ("4", "5"))
    rows = [_law("ceiling", "4", ceiling)]
    ways = ceiling.detail.assign(kind="way", tried=DRAWS)
    rows += ways.rename(columns={"approach": "pattern"}).to_dict("records")
    rows.append(_law("keeps_up", "5", keeps_up))
    judged = by_judge(world()).assign(kind="judge", tried=DRAWS)
    rows += judged.rename(columns={"judge": "pattern"}).to_dict("records")
    table = pd.DataFrame(rows).fillna({"counts": "", "strength": ""})
    shares = ["held", "nothing_left", "flat", "another_finds", *FIVE]
    return Facts(
        table=table.assign(**(100 * table[shares])),
        interval=[100 * end for end in keeps_up.interval],
    )


def _law(kind: str, name: str, found: LawResult) -> dict[str, object]:
    """Return a row for a pattern: what is claimed, when it counts as held, and how often it did."""
    return {
        "kind": kind,
        "pattern": LAWS[name].claim,
        "counts": LAWS[name].held_if,
        "tried": found.tried,
        "held": found.share,
        "strength": found.strength,
    }
