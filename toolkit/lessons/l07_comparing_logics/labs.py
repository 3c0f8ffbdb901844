"""Lesson 07, comparing logics: one clinic with more or fewer hours, a map of kinds of clinics."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pandas as pd

from toolkit import evidence
from toolkit.evidence.provenance import Provenance
from toolkit.evidence.tables import split_list
from toolkit.models.journeys import Journeys, Waiting, able, inside, waiting
from toolkit.models.laws.where import EACH, GRID, WAIT, alone, before, beginners, context_map
from toolkit.models.laws.world import highest
from toolkit.models.logics import FIVE
from toolkit.models.pathway import Context, Practice, stack_contexts, stack_practices
from toolkit.models.pathway.places import USUAL_BATCH
from toolkit.screen.facts import MANY, Facts, lab, lines
from toolkit.screen.stage import Lane, Trace, as_moves
from toolkit.text.words import Words

MINE, LEAN, PRUDENT = "mine", "lean", "prudent"


def choices() -> dict[str, dict[str, str]]:
    """Return what there is to choose, in the words of the models."""
    logics = {name: logic.name for name, logic in FIVE.items()}
    return {"logics": logics, "favourites": {MINE: Words(__package__)["mine"]} | logics}


# --- one clinic, with time to spare and with fewer staff hours ------------------------------------

CASE = "B"  # whose steps and patients the clinic has
SPARE = 60  # % of its staff hours that the work fills where there is time to spare
FULL = 100  # % of the staff hours
FEWER = 75
SEED = 7
END = 47
TICK, YEAR = 3, 12  # months
FIGURE = 20  # people for whom one figure on the stage stands
AWAY = "out"  # where those stand who were turned away


def clinic(hours: int, **changed: float) -> tuple[Context, Practice]:
    """Return the clinic with so many per cent of the hours that leave it time to spare."""
    held = evidence.case(CASE)
    context = Context(**held.context)
    work = context.demand * (np.array(context.work) + np.array(context.setup) / USUAL_BATCH).sum()
    return replace(context, staff_hours=hours * work / SPARE, **changed), Practice(**held.practice)


@cache
def played(hours: int) -> dict[str, Journeys]:
    """Return four years of the clinic with each approach used alone, in many runs."""
    return alone(*clinic(hours), MANY, SEED)


@cache
def waits(hours: int) -> dict[str, Waiting]:
    """Return who waits in those years."""
    contexts = stack_contexts([clinic(hours)[0]] * MANY)
    return {name: waiting(told, contexts) for name, told in played(hours).items()}


@cache
def _first(*hours: int) -> pd.Series:
    """Return in how many runs each approach ends with the shortest list, or lists together."""
    ends = sum(np.stack([told.standing[:, END] for told in waits(at).values()]) for at in hours)
    return pd.Series(highest(1 / ends).sum(axis=1), index=list(FIVE))


def typical(hours: int) -> int:
    """Return the run that ends nearest to the middle of them all."""
    ends = np.stack([told.standing[:, END] for told in waits(hours).values()])
    ranks = ends.argsort(1).argsort(1)
    return int(np.abs(2 * ranks - (MANY - 1)).max(axis=0).argmin())


def lists(hours: int) -> dict[str, np.ndarray]:
    """Return how long each list is, month by month, in the typical run."""
    run = typical(hours)
    at_first = before(*clinic(hours))
    start = float((at_first.throughput * inside(at_first))[0])
    return {name: np.insert(told.standing[run], 0, start) for name, told in waits(hours).items()}


def _figures(people: np.ndarray | float) -> np.ndarray:
    """Return how many figures stand for some people."""
    return np.rint(np.asarray(people) / FIGURE).astype(int)


def figures_long(hours: int) -> np.ndarray:
    """Return how many figures stand for those on each list, every three months."""
    return _figures(np.column_stack([*lists(hours).values()])[::TICK])


def figures_away(hours: int) -> np.ndarray:
    """Return the same of all whom the prudent team has turned away: with little to gain, helped."""
    told, run = waits(hours)[PRUDENT], typical(hours)
    gone, helped = (
        _figures(np.insert(who[run].cumsum(), 0, 0)[::TICK]) for who in (told.declined, told.missed)
    )
    return np.column_stack([gone - helped, helped])


def _lane(hours: int) -> Lane:
    """Return the lists of one clinic on the stage, and whom the prudent team turns away."""
    found: list[tuple[int, int, float]] = []
    looks: list[str] = []
    kinds = [
        *((place, "person") for place in range(len(FIVE))),
        (len(FIVE), "little"),
        (len(FIVE), "person"),
    ]
    counted = np.column_stack([figures_long(hours), figures_away(hours)])
    for (place, look), counts in zip(kinds, counted.T.tolist(), strict=True):
        there: list[int] = []
        for tick, count in enumerate(counts):
            for _ in range(count - len(there)):
                there.append(len(looks))
                found.append((len(looks), place, float(tick)))
                looks.append(look)
            found += [(there.pop(), -1, float(tick)) for _ in range(len(there) - count)]
    return Lane(dict.fromkeys((*FIVE, AWAY), False), as_moves(found), looks)


def _shortest(hours: int) -> list[str | None]:
    """Return whose list on the stage is the shortest, every three months; None where two are."""
    held = figures_long(hours)
    alone = (held == held.min(axis=1, keepdims=True)).sum(axis=1) == 1
    return [
        list(FIVE)[place] if one else None
        for place, one in zip(held.argmin(axis=1), alone, strict=True)
    ]


def groups(hours: int) -> dict[str, int]:
    """Return how many people a group holds on average, at the start and with each approach."""
    run = typical(hours)
    told = {name: journeys.practices for name, journeys in played(hours).items()}
    ends = {name: round(float(x[END].batch[run].mean())) for name, x in told.items()}
    return {"start": round(float(told[LEAN][0].batch[run].mean()))} | ends


def _able(hours: int) -> float:
    """Return how many people a week the clinic can treat before anybody changes anything."""
    context, practice = clinic(hours)
    c = stack_contexts([context])
    return float(able(stack_practices([practice]), c, beginners(c))[0])


def _turned_away(hours: int) -> pd.DataFrame:
    """Return how many each team declines in the typical run, and how many it should not."""
    run = typical(hours)
    return pd.DataFrame(
        {
            name: {"away": told.declined[run].sum(), "missed": told.missed[run].sum()}
            for name, told in waits(hours).items()
        }
    ).T


@lab(predict={"favourite": None}, given=choices)
def clinics(hours: int = FEWER, *, favourite: str | None = None) -> Facts:
    """Let five teams work in the same clinic twice, and see whose lists stay short."""
    by = {"spare": FULL, "busy": hours}
    told = {key: lists(at) for key, at in by.items()}
    grown = {name: told["spare"][name] + told["busy"][name] for name in FIVE}
    exact = pd.DataFrame(
        {key: {name: each[-1] for name, each in held.items()} for key, held in told.items()}
    ).rename_axis("category")
    ended = FIGURE * exact.apply(_figures)  # as on the stage
    exact["both"], ended["both"] = exact.sum(axis=1), ended.sum(axis=1)
    won = pd.DataFrame({key: _first(at) for key, at in by.items()} | {"both": _first(*by.values())})
    turned = _turned_away(hours)
    drawn = lines(np.arange(END + 2) / YEAR, **grown)
    held = groups(hours)
    return Facts(
        chart=drawn.assign(strong=drawn["series"] == favourite),
        table=ended.join(FIGURE * turned.apply(_figures)),
        ended=ended.to_dict(),
        first=exact.idxmin().to_dict(),
        longest=exact["busy"].idxmax(),
        often=won.idxmax().to_dict(),
        won=won.max().to_dict(),
        second=won["both"].drop(won["both"].idxmax()).nlargest(1).to_dict(),
        groups=held,
        changed=[name for name in FIVE if held[name] != held["start"]],
        able={key: _able(at) for key, at in by.items()},
        come=clinic(FULL)[0].demand,
        away=FIGURE * int(_figures(turned["away"][PRUDENT])),
        most_away=turned["away"].idxmax() == PRUDENT,
        one_in=round(turned["away"][PRUDENT] / turned["missed"][PRUDENT]),
        backed=favourite,
        runs=MANY,
        months=TICK,
        trace=Trace(
            (END + 1) // TICK,
            {key: _lane(at) for key, at in by.items()},
            {f"ahead_{key}": _shortest(at) for key, at in by.items()},
            each=FIGURE,
            pace=TICK / YEAR,
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
HALVES = ["upper", "lower"]
MOSTLY = 0.75  # of the squares that an approach wins: a smaller part has no name


def _square(best: tuple[str, ...], gain: bool) -> tuple[list, list, list]:
    """Return the marks of a square, the names beside them, and which part of it each takes."""
    if gain and len(best) <= len(HALVES):
        parts = ["whole"] if len(best) == 1 else HALVES
        return [f"map_{name}" for name in best], [(name,) for name in best], parts
    return (["several"], [best], ["whole"]) if gain else (["hardly"], [()], ["whole"])


def _region(found: pd.DataFrame, here: pd.Series, across: str, up: str) -> list[str]:
    """Return the ends of the sides of a map at which three in four of some squares lie."""
    ends = []
    for axis, side in (("across", across), ("up", up)):
        levels = found[axis].rank(method="dense") - (GRID + 1) / 2
        for end, there in (("low", levels < 0), ("high", levels > 0)):
            if here.sum() > 1 and there[here].mean() >= MOSTLY:
                ends.append(f"{side}_{end}")
    return ends


def _nearest(levels: pd.Series, value: float) -> float:
    """Return the level of a side of the map that is nearest to a value."""
    return float(levels[(levels - value).abs().idxmin()])


def squares_won(favourite: tuple[str, ...] = ()) -> int:
    """Return in how many squares of the map a favourite does best."""
    return context(favourite[0] if favourite else LEAN).won


@lab(predict={"favourite": None, "wins": squares_won}, given=choices)
def context(
    whose: str = MINE,
    across: str = "load",
    up: str = "low_benefit",
    judge: str = WAIT,
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
    level = {name: int((here & (found["best"].map(len) > 1)).sum()) for name, here in first.items()}
    squares = map(_square, found["best"], gains)
    drawn = dict(zip(("mark", "text", "part"), zip(*squares, strict=True), strict=True))
    share = (found["times"] / EACH).where(gains, 0.5)
    return Facts(
        chart=found.assign(**drawn, share=share).explode([*drawn], ignore_index=True),
        table=found,
        logic=logic,
        each=EACH,
        places=len(found),
        won=often[logic],
        often=often,
        level=level,
        nearest=[_nearest(found["across"], load) for load in (SPARE, SPARE * FULL / FEWER)],
        nearest_up=_nearest(found["up"], 100 * clinic(FULL)[0].low_benefit),
        regions={name: _region(found, here, across, up) for name, here in first.items()},
        hardly=int((~gains).sum()),
        least_gain=100 * HARDLY,
        in_ten=round(10 * found["times"].mean() / EACH),
    )
