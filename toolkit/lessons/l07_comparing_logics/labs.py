"""Lesson 07, comparing logics: one clinic with more or less time, and a map of kinds of clinics."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pandas as pd

from toolkit import evidence
from toolkit.evidence.provenance import Provenance
from toolkit.evidence.tables import split_list
from toolkit.models.journeys import Journeys
from toolkit.models.laws.where import EACH, GRID, alone, before, context_map
from toolkit.models.laws.world import firsts
from toolkit.models.logics import FIVE
from toolkit.models.pathway import Context, PerformanceArrays, Practice
from toolkit.models.pathway.places import USUAL_BATCH
from toolkit.screen.facts import MANY, Facts, lab
from toolkit.screen.stage import Lane, Moves, Trace, as_moves
from toolkit.text.words import Words

MINE, LEAN = "mine", "lean"


def choices() -> dict[str, dict[str, str]]:
    """Return what there is to choose, in the words of the models."""
    logics = {name: logic.name for name, logic in FIVE.items()}
    return {"logics": logics, "favourites": {MINE: Words(__package__)["mine"]} | logics}


# --- one clinic, with time to spare and with too much work ----------------------------------------

CASE = "B"  # whose steps and patients the clinic has
SPARE = 60  # % of its staff hours that the work fills where there is time to spare
SEED = 7
END = 47
TICK = 3  # months
EACH_FIGURE = 3  # people
DAYS = 7


def clinic(work: int, **changed: float) -> tuple[Context, Practice]:
    """Return the clinic with as many staff hours as the work fills to so many per cent."""
    held = evidence.case(CASE)
    context = Context(**held.context)
    hours = context.demand * (np.array(context.work) + np.array(context.setup) / USUAL_BATCH).sum()
    return replace(context, staff_hours=100 * hours / work, **changed), Practice(**held.practice)


@cache
def played(work: int) -> dict[str, Journeys]:
    """Return four years of the clinic with each approach used alone, in many runs."""
    return alone(*clinic(work), MANY, SEED)


def in_queue(told: PerformanceArrays) -> np.ndarray:
    """Return how many people have come and are not done yet, by Little's law."""
    return told.throughput * told.lead_time / DAYS


@cache
def _first(work: int) -> pd.Series:
    """Return in how many per cent of the runs each approach ends with the shortest queue."""
    ends = np.stack([in_queue(told.performance)[:, END] for told in played(work).values()])
    return pd.Series(100 * firsts(1 / ends).mean(axis=1), index=list(FIVE))


def _typical(work: int) -> dict[str, np.ndarray]:
    """Return the queues, month by month, in the run that ends nearest to the middle of them all."""
    queues = {name: in_queue(told.performance) for name, told in played(work).items()}
    ranks = np.stack([each[:, END] for each in queues.values()]).argsort(1).argsort(1)
    run = int(np.abs(2 * ranks - (MANY - 1)).sum(axis=0).argmin())
    start = float(in_queue(before(*clinic(work)))[0])
    return {name: np.insert(each[run], 0, start) for name, each in queues.items()}


def _moves(standing: np.ndarray) -> Moves:
    """Return who joins each queue and who leaves it; a column for each place."""
    found, new = [], 0
    for place, counts in enumerate(standing.T.tolist()):
        there: list[int] = []
        for tick, count in enumerate(counts):
            for _ in range(count - len(there)):
                there.append(new)
                found.append((new, place, float(tick)))
                new += 1
            found += [(there.pop(0), -1, float(tick)) for _ in range(len(there) - count)]
    return as_moves(found)


def _lane(queues: dict[str, np.ndarray], favourite: str) -> tuple[Lane, str]:
    """Return the queues of one clinic on the stage, and which is shortest at the end."""
    standing = np.rint(
        np.column_stack([each[::TICK] for each in queues.values()]) / EACH_FIGURE
    ).astype(int)
    boards = {}
    for place, name in enumerate(FIVE):
        others = np.delete(standing, place, axis=1).min(axis=1)
        ahead = (standing[:, place] < others)[1:]
        quiet = "you" if name == favourite else None
        boards[place] = ("board", ["ahead" if each else quiet for each in ahead])
    shortest = list(FIVE)[int(standing[-1].argmin())]
    return Lane(dict.fromkeys(FIVE, True), _moves(standing), shown=boards), shortest


@lab(predict={"favourite": None}, given=choices)
def clinics(work: int = 110, *, favourite: str | None = None) -> Facts:
    """Let five teams work in the same clinic twice, and see whose queue gets shortest."""
    by = {"spare": SPARE, "busy": work}
    shares = pd.DataFrame({key: _first(at) for key, at in by.items()})
    shown = {key: _lane(_typical(at), favourite or "") for key, at in by.items()}
    return Facts(
        chart=shares.round(),
        table=shares.round(),
        spare=SPARE,
        first=shares.idxmax().to_dict(),
        share=shares.max().to_dict(),
        shortest={key: name for key, (_lane, name) in shown.items()},
        runs=MANY,
        months=TICK,
        trace=Trace(
            (END + 1) // TICK,
            {key: lane for key, (lane, _name) in shown.items()},
            each=EACH_FIGURE,
            pace=TICK,
        ),
    )


@lab(given=choices)
def looks() -> Facts:
    """Say what each approach asks first, and what it does not see."""
    held = evidence.matrix().frame.fillna({"sources": ""})
    keys = held["sources"].map(lambda listed: tuple(split_list(listed)))
    held["said"] = [
        f"{cell} ({Provenance(kind, of).mark} {evidence.cite(*of)})" if of else cell
        for cell, kind, of in zip(held["cell"], held["kind"], keys, strict=True)
    ]
    cells = held.pivot_table(index="approach", columns="dimension", values="said", aggfunc="first")
    return Facts(table=cells.loc[list(FIVE)].rename_axis("approach").reset_index())


# --- a map of kinds of clinics --------------------------------------------------------------------

HARDLY = 0.05  # illustrative: what gains less on no change at all hardly gains
MOSTLY = 0.75  # of the squares that an approach wins: a smaller part has no name


def _winner(best: tuple[str, ...], gain: float) -> str:
    if gain < HARDLY:
        return "hardly"
    return f"map_{best[0]}" if len(best) == 1 else "several"


def _region(found: pd.DataFrame, here: pd.Series, across: str, up: str) -> list[str]:
    """Return the ends of the sides of a map at which three in four of some squares lie."""
    ends = []
    for axis, side in (("across", across), ("up", up)):
        levels = found[axis].rank(method="dense") - (GRID + 1) / 2
        for end, there in (("low", levels < 0), ("high", levels > 0)):
            if here.sum() > 1 and there[here].mean() >= MOSTLY:
                ends.append(f"{side}_{end}")
    return ends


def squares_won(favourite: tuple[str, ...] = ()) -> int:
    """Return in how many squares of the map a favourite does best."""
    return context(favourite[0] if favourite else LEAN).won


@lab(predict={"favourite": None, "wins": squares_won}, given=choices)
def context(
    whose: str = MINE,
    across: str = "load",
    up: str = "low_benefit",
    judge: str = "lead_time",
    *,
    favourite: str | None = None,
) -> Facts:
    """See in which kinds of clinics each approach does best."""
    logic = whose if whose != MINE else favourite or LEAN
    found = context_map(logic, across, up, judge)
    found["best"] = found["best"].str.split("; ").map(tuple)
    found[["gain", "most"]] *= 100
    for axis, side in (("across", across), ("up", up)):
        if side != "setup":  # hours; all others are shares
            found[axis] *= 100
    gains = found["most"] >= 100 * HARDLY
    first = {name: gains & found["best"].map(lambda n, own=name: own in n) for name in FIVE}
    often = {name: int(here.sum()) for name, here in first.items()}
    named = [best if gain else () for best, gain in zip(found["best"], gains, strict=True)]
    marks = [_winner(*each) for each in zip(found["best"], found["most"] / 100, strict=True)]
    return Facts(
        chart=found.assign(mark=marks, text=named),
        table=found,
        logic=logic,
        each=EACH,
        places=len(found),
        won=often[logic],
        often=often,
        regions={name: _region(found, here, across, up) for name, here in first.items()},
        hardly=int((~gains).sum()),
        least_gain=100 * HARDLY,
        times=found["times"].mean(),
    )
