"""Lesson 05, service improvement: red beads, the funnel, false alarms, rule sets, small tests."""

from __future__ import annotations

import math
from functools import cache

import numpy as np
import pandas as pd

from toolkit import evidence, spc
from toolkit.course.lesson import Lesson, Page
from toolkit.lessons.l05_service_improvement import real_series
from toolkit.lessons.l05_service_improvement.ramp import RampLab
from toolkit.screen.builder import words_in
from toolkit.screen.facts import MANY, Facts, lab, lines
from toolkit.screen.lab import Lab
from toolkit.screen.stage import Lane, Trace, as_moves
from toolkit.screen.tables import page
from toolkit.spc import deming
from toolkit.text.templates import fill

SEED = 5
RED = 20  # % of the beads
DROPS = 50
WHERE = ("far_left", "left", "near", "right", "far_right")  # of the target
NEAR_AND_FAR = (-2, -1, 1, 2)  # scatters of one drop between one part of the table and the next
DIP, BACK = 0.3, 0.85  # of the time for one paddle: its beads come, and the white ones go back
PRAISED, WARNED = "★", "!"  # on the board of a worker, from the talk on
CHARTS = 2_000  # simulated charts behind each share of false alarms
USUAL = 24  # months on a chart, as the prediction has it
TRUST = "RKB"  # whose A&E department is counted
ALIKE = 0.9  # share of months judged alike that the prediction calls the same
WORDS = words_in(__package__)


# --- red beads ----------------------------------------------------------------------------------


def _paddles(counts: np.ndarray) -> Trace:
    """Return a seminar bead by bead: of each paddle, the red beads stay, and the others go back.

    Counts are all that is known of a paddle, so its red beads lie first.

    Parameters
    ----------
    counts : ndarray of int, shape (6, days)
        Red beads on each paddle.
    """
    workers, days = counts.shape
    drawn = counts.T.ravel()  # paddle by paddle, as the chart has them
    dips = np.arange(len(drawn))
    bead = np.arange(len(drawn) * deming.PADDLE).reshape(len(drawn), deming.PADDLE)
    moves = [
        (who, place, dip + when)
        for dip in dips.tolist()
        for place, when, first in ((dip % workers, DIP, 0), (-1, BACK, drawn[dip]))
        for who in bead[dip, first:].tolist()
    ]
    boards = {
        worker: [drawn[dip - (dip - worker) % workers] if dip >= worker else None for dip in dips]
        for worker in range(workers)
    }
    lane = Lane(
        dict.fromkeys(deming.WORKERS, True),
        as_moves(moves),
        ["red" if k < red else "bead" for red in drawn for k in range(deming.PADDLE)],
        {worker: ("board", texts) for worker, texts in boards.items()},
    )
    ended = {
        "worker": [None, *(deming.WORKERS * days)],
        "day": [None, *(dips // workers + 1)],
        "reds": [None, *drawn],
    }
    return Trace(len(drawn), {"seminar": lane}, ended)


def unlike_chance() -> str:
    """Return whose red beads in the seminar lie above the limits of chance, if anybody's."""
    seminar = deming.SEMINAR_1985
    _, _, high = deming.bead_limits(np.array(list(seminar.values())))
    above = {who: sum(count > high for count in counts) for who, counts in seminar.items()}
    most = max(above, key=lambda who: above[who])
    return most if above[most] else "none"


@lab(predict={"train": unlike_chance})
def beads(game: str = "1985") -> Facts:
    """Look at Deming's seminar, or play one of ours."""
    counts = np.array(list(deming.SEMINAR_1985.values()))
    if game == "ours":
        counts = deming.draw_beads(RED / 100, seed=SEED)[0]
    centre, low, high = deming.bead_limits(counts)
    low, high = math.ceil(low), math.floor(high)  # the fewest and the most beads within the limits
    values = counts.T.ravel()
    kind = np.select([values > high, values < low], ["concern", "improvement"], "common cause")
    points = pd.DataFrame({"at": np.arange(1, len(values) + 1), "value": values, "segment": 0})
    table = pd.DataFrame(counts, list(deming.WORKERS), list("1234"))
    total = table.sum(axis=1)
    return Facts(
        chart=points.assign(centre=round(centre, 1), low=low, high=high, kind=kind, why=""),
        table=table.assign(total=total).reset_index(names="worker"),
        paddles=len(values),
        paddle=deming.PADDLE,
        drawn=values.sum(),
        centre=centre,
        low=low,
        high=high,
        outside=int((kind != "common cause").sum()),
        total=total,
        two_days=table[["1", "2"]].sum(axis=1).to_dict(),
        most=total.index[total == total.max()],
        fewest=total.index[total == total.min()],
        told=deming.after_the_talk(counts[None]).set_index("who").to_dict("index"),
        trace=_paddles(counts),
    )


def _with_talk(dipped: Trace, first: np.ndarray, days: int) -> Trace:
    """Return a seminar in which the foreman takes a moment to praise the best and warn the worst.

    Parameters
    ----------
    dipped : Trace
        The seminar without the talk.
    first : ndarray, shape (6,)
        Red beads of each worker before the talk.
    days : int
        Days before the talk.
    """
    (lane,) = dipped.lanes.values()
    tick = days * len(deming.WORKERS)
    who, to, at = lane.moves
    best, worst = int(first.argmin()), int(first.argmax())
    marked = {} if best == worst else {best: PRAISED, worst: WARNED}

    def board(worker: int, reds: list) -> list:
        mark = marked.get(worker)
        if mark is None:
            return [*reds[:tick], reds[tick - 1], *reds[tick:]]
        return [*reds[:tick], mark, *(f"{mark} {red}" for red in reds[tick:])]

    names = list(deming.WORKERS)
    told = {mark: names[worker] for worker, mark in marked.items()}
    ended: dict[str, list] = {
        name: [*each[: tick + 1], None, *each[tick + 1 :]] for name, each in dipped.ended.items()
    }
    ended |= {
        name: [*[None] * (tick + 1), *[told.get(mark)] * (dipped.ticks + 1 - tick)]
        for name, mark in (("best", PRAISED), ("worst", WARNED))
    }
    shown = {
        worker: (token, board(worker, list(reds))) for worker, (token, reds) in lane.shown.items()
    }
    moves = (who, to, np.where(at > tick, at + 1, at))
    own = Lane(lane.places, moves, lane.looks, shown)
    return Trace(dipped.ticks + 1, {"seminar": own}, ended)


def last_day() -> dict[str, int]:
    """Return the last day on which the foreman can speak and see a day after it."""
    return {"last_day": deming.DAYS - 1}


@lab(predict={"train": None}, given=last_day)
def talk(days: int = 2, red: int = RED, runs: int = 1) -> Facts:
    """Let the foreman praise the best and warn the worst, and see what it does."""
    counts = deming.draw_beads(red / 100, runs=MANY, seed=SEED)
    if runs == 1:
        counts = counts[[deming.typical_seminar(counts)]]
    told = deming.after_the_talk(counts, days)
    each = told.set_index("who")
    return Facts(
        chart=each[["before", "after"]].round(1),
        table=told,
        all_days=deming.DAYS,
        many=MANY,
        told=each.to_dict("index"),
        trace=_with_talk(_paddles(counts[0]), counts[0, :, :days].sum(axis=1), days)
        if runs == 1
        else None,
    )


# --- the funnel ---------------------------------------------------------------------------------


def _marbles(lies: dict[str, np.ndarray]) -> Trace:
    """Return one run of each rule, marble by marble, by how far from the target it comes to rest.

    Parameters
    ----------
    lies : dict of str to ndarray, shape (1, drops)
        Where the marbles lie, in scatters of one drop, by rule.
    """
    marbles = np.arange(DROPS)
    at = {key: np.digitize(drops[0], NEAR_AND_FAR) for key, drops in lies.items()}
    lanes = {
        key: Lane(dict.fromkeys(WHERE, False), (marbles, to, marbles + 0.5), ["bead"] * DROPS)
        for key, to in at.items()
    }
    near = WHERE.index("near")
    ended = {f"miss_{key}": [None, *np.abs(drops[0])] for key, drops in lies.items()}
    ended |= {f"near_{key}": [0, *np.cumsum(to == near)] for key, to in at.items()}
    return Trace(DROPS, lanes, ended)


def _miss_so_far(drops: np.ndarray) -> np.ndarray:
    """Return the usual miss of all drops up to each one."""
    return np.array([deming.usual_miss(drops[:, :n]) for n in range(1, DROPS + 1)])


def closest() -> str:
    """Return the rule that brings the marbles closest to the target."""
    misses = {
        rule: deming.usual_miss(deming.funnel(rule, DROPS, MANY, SEED))
        for rule in deming.FUNNEL_RULES
    }
    return str(min(misses, key=lambda rule: misses[rule]))


@lab(predict={"funnel": closest})
def funnel(rule: int = 2, drift: float = 0.0, runs: int = 1) -> Facts:
    """Move the funnel after each drop, or leave it alone."""
    rules = {"alone": 1} if rule == 1 else {"alone": 1, "moved": rule}
    lies = {key: deming.funnel(each, DROPS, runs, SEED, drift) for key, each in rules.items()}
    table = pd.DataFrame(
        [(key, deming.usual_miss(drops), np.abs(drops).max()) for key, drops in lies.items()],
        columns=["rule", "usual", "largest"],
    )
    own = table.iloc[-1]
    return Facts(
        chart=lines(np.arange(1, DROPS + 1), **{key: _miss_so_far(x) for key, x in lies.items()}),
        table=table,
        drops=DROPS,
        alone=table["usual"].iloc[0],
        own=own["usual"],
        times=own["usual"] / table["usual"].iloc[0],
        largest=own["largest"],
        trace=_marbles(lies) if runs == 1 else None,
    )


# --- false alarms -------------------------------------------------------------------------------


@cache
def _flagged(key: str, months: int) -> float:
    """Return on how many charts of 100 a rule set flags something although nothing has changed."""
    return 100 * spc.false_signals(key, months, CHARTS, SEED)


@cache
def _first_alarm(key: str) -> float | None:
    return spc.first_alarm(key, seed=SEED)


def flagged_charts() -> int:
    """Return on how many charts of 100 the NHS rules flag something."""
    return round(_flagged("mdc", USUAL))


@lab(predict={"alarms": flagged_charts})
def alarms(months: int = USUAL, *, alarms: float | None = None) -> Facts:
    """Count the charts on which something is flagged although nothing has changed."""
    share = {key: _flagged(key, months) for key in spc.RULE_SETS}
    first = {key: _first_alarm(key) for key in spc.RULE_SETS}
    titles = [each.title for each in spc.RULE_SETS.values()]
    bars = dict(zip(titles, map(round, share.values()), strict=True))
    return Facts(
        chart=bars if alarms is None else bars | {"prediction": alarms},
        table=pd.DataFrame(
            {
                "rules": titles,
                "share": [round(x, 1) for x in share.values()],
                "first": pd.Series(list(first.values()), dtype=object),
            }
        ),
        charts=CHARTS,
        shares=dict(zip(titles, share.values(), strict=True)),
        nhs=share["mdc"],
        first=first,
    )


# --- real series, four rule sets ----------------------------------------------------------------


def rule_sets() -> dict[str, dict[str, str]]:
    """Return the sets of rules that there are."""
    return {"sets": {key: each.title for key, each in spc.RULE_SETS.items()}}


def how_alike() -> str:
    """Return whether the rule sets agree on nearly all months: of all series, some or none."""
    kinds = set()
    for series in real_series.SERIES:
        found = dialects(series)
        kinds.add("same" if found.agreed >= ALIKE * found.known else "never")
    return "some" if len(kinds) > 1 else kinds.pop()


@lab(predict={"dialects": how_alike}, given=rule_sets)
def dialects(series: str = "cdi_monthly", rules: str = "mdc") -> Facts:
    """Judge a real series by four rule sets, and see who flags which month, and why."""
    held, each = evidence.series(series), real_series.judged(series)
    own = each[rules]
    flagged, known, agreed = real_series.agreement(each)
    by = [tuple(flagged.columns[row]) for row in flagged.to_numpy(dtype=bool)]
    return Facts(
        chart=own.points,
        others=pd.concat(made.points[["at", "kind"]].assign(who=key) for key, made in each.items()),
        target=own.target,
        table=own.points.assign(flagged=by),
        own=own,
        special=own.special.sum(),
        flagged=flagged.sum().to_dict(),
        known=known,
        agreed=agreed,
        held=held,
        source=held.provenance,
    )


def months_outside() -> int:
    """Return how many months of the department lie outside limits of chance alone."""
    return large().outside


@lab(predict={"large": months_outside})
def large(people: int = 1, limits: str = "p") -> Facts:
    """Count few people or many, and see what limits of chance alone make of it."""
    held, made = evidence.series(real_series.TRUSTS), real_series.long_stays(TRUST, people, limits)
    seen, last = real_series.stays(TRUST, people)["seen"], made.points.iloc[-1]
    other = "p" if limits == "p'" else "p'"
    return Facts(
        chart=made.points,
        table=made.points.assign(code=TRUST, seen=seen),
        months=len(made.points),
        outside=int(made.special.sum()),
        other=other,
        other_outside=int(real_series.long_stays(TRUST, people, other).special.sum()),
        own=made,
        seen=seen.mean(),
        low=last["low"],
        high=last["high"],
        held=held,
        source=held.provenance,
    )


# --- a ramp of tests ----------------------------------------------------------------------------


def ramp(_this: Lesson) -> Lab:
    """Test a change on a growing scale, with a prediction in every plan."""
    return RampLab()


def differences(_this: Lesson) -> Page:
    """List where the charts differ from the tools that they follow, and how to undo it."""
    table = spc.deviations()
    shown = page(table.columns, table.to_numpy())._repr_mimebundle_()
    lead = fill(WORDS["differences"], {"n": len(table)})
    folded = f"<details><summary>{lead}</summary>{shown['text/html']}</details>"
    return Page(folded, f"{lead}\n{shown['text/plain']}")
