"""Lesson 05, service improvement: red beads, the funnel, false alarms, a real change, tests."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cache

import numpy as np
import pandas as pd

from toolkit import evidence, spc
from toolkit.course.lesson import Lesson
from toolkit.lessons.l05_service_improvement import real_series
from toolkit.lessons.l05_service_improvement.ramp import RampLab
from toolkit.screen.facts import MANY, Facts, lab
from toolkit.screen.lab import Lab
from toolkit.screen.stage import Lane, Trace, as_moves
from toolkit.spc import deming

SEED = 5
RED = 20  # % of the beads
DROPS = 50
FAR = 17  # scatters of one drop: how far from the target the picture goes
NEAR = 1  # scatters of one drop
RULES = {"alone": 1, "moved": 2, "over": 4}  # of Deming's four
DIP, BACK = 0.3, 0.75  # of the time for one paddle: its beads come, and the red ones leave it
TALK = 2  # days before the foreman talks
PRAISED, WARNED = "★", "!"  # on the board of a worker, from the talk on
CHARTS = 2_000  # simulated charts behind each share of false alarms
WARDS, AT_ONCE = 100, 5  # charts on the stage, and how many of them are judged at a time
MONTHS = 24  # on a chart


# --- red beads ----------------------------------------------------------------------------------


def _paddles(counts: np.ndarray) -> Trace:
    """Return a seminar bead by bead: the red beads of a paddle go to the worker who drew them.

    The white ones lie on the paddle, the last place. Those that the next dip has too, stay there.

    Parameters
    ----------
    counts : ndarray of int, shape (6, days)
        Red beads on each paddle.
    """
    workers, days = counts.shape
    drawn = counts.T.ravel()  # paddle by paddle, as the chart has them
    dips = np.arange(len(drawn))
    moves: list[tuple[int, int, float]] = []
    all_white = [*range(drawn.sum(), drawn.sum() + deming.PADDLE)]
    seen, there = 0, 0  # red beads so far, and white ones on the paddle
    for dip, reds in enumerate(drawn.tolist()):
        worker, more = dip % workers, deming.PADDLE - reds
        red, white = [*range(seen, seen + reds)], all_white[:more]
        moves += [(who, -1, dip + DIP) for who in all_white[more:there]]
        moves += [(who, workers, dip + DIP) for who in [*all_white[there:more], *red]]
        moves += [(who, worker, dip + BACK) for who in red]
        if dip < workers:  # the whole paddle is theirs for a moment: all places are as wide as that
            moves += [(who, place, dip + BACK) for place in (worker, workers) for who in white]
        seen, there = seen + reds, more
    boards = {
        worker: [drawn[dip - (dip - worker) % workers] if dip >= worker else None for dip in dips]
        for worker in range(workers)
    }
    lane = Lane(
        {**dict.fromkeys(deming.WORKERS, True), "paddle": False},
        as_moves(moves),
        ["red"] * seen + ["white"] * deming.PADDLE,
        {worker: ("board", texts) for worker, texts in boards.items()},
    )
    ended = {
        "worker": [None, *(deming.WORKERS * days)],
        "day": [None, *(dips // workers + 1)],
        "reds": [None, *drawn],
    }
    return Trace(len(drawn), {"seminar": lane}, ended)


def unlike_chance() -> str:
    """Return whose red beads in the seminar are more than chance gives, if anybody's."""
    seminar = beads()
    above = seminar.total[seminar.total > seminar.totals[1]]
    return str(above.idxmax()) if len(above) else "none"


@lab(predict={"train": unlike_chance})
def beads(game: str = "1985") -> Facts:
    """Look at Deming's seminar, or play one of ours."""
    counts = np.array(list(deming.SEMINAR_1985.values()))
    if game == "ours":
        counts = deming.draw_beads(RED / 100, seed=SEED)[0]
    table = pd.DataFrame(counts, list(deming.WORKERS), list("1234"))
    total = table.sum(axis=1)
    low, high = deming.total_limits(counts)
    flagged = ~total.between(low, high)
    dips = pd.DataFrame(
        {
            "at": np.arange(1, counts.size + 1),
            "category": list(deming.WORKERS) * counts.shape[1],
            "value": counts.T.ravel(),
        }
    )
    return Facts(
        chart=dips.assign(series=np.where(dips["category"].map(flagged), "flagged", "red")),
        band=pd.DataFrame({"low": [low], "high": [high], "text": ["chance"]}),
        table=table.assign(total=total).reset_index(names="worker"),
        workers=len(total),
        days=counts.shape[1],
        paddle=deming.PADDLE,
        drawn=counts.sum(),
        totals=(low, high),
        outside=int(flagged.sum()),
        total=total,
        two_days=table[["1", "2"]].sum(axis=1).to_dict(),
        trace=_paddles(counts),
    )


def _with_talk(dipped: Trace, first: np.ndarray) -> Trace:
    """Return a seminar in which the foreman takes a moment to praise the best and warn the worst.

    Parameters
    ----------
    dipped : Trace
        The seminar without the talk.
    first : ndarray, shape (6,)
        Red beads of each worker before the talk.
    """
    (lane,) = dipped.lanes.values()
    tick = TALK * len(deming.WORKERS)
    who, to, at = lane.moves
    best, worst = int(first.argmin()), int(first.argmax())
    marked = {} if best == worst else {best: PRAISED, worst: WARNED}

    def board(worker: int, reds: list) -> list:
        mark = marked.get(worker)
        if mark is None:
            return [*reds[:tick], reds[tick - 1], *reds[tick:]]
        return [*reds[:tick], mark, *(f"{mark}{red}" for red in reds[tick:])]

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


def fewer() -> str:
    """Return who has fewer red beads after the talk than before it, in most runs."""
    told = talk(runs=MANY).told
    better = [who for who, each in told.items() if each["fewer"] > 1 / 2]
    return "both" if len(better) == len(told) else better[0] if better else "neither"


@lab(predict={"train": None, "talk": fewer})
def talk(red: int = RED, runs: int = 1) -> Facts:
    """Let the foreman praise the best and warn the worst, and see what it does."""
    counts = deming.draw_beads(red / 100, runs=MANY, seed=SEED)
    if runs == 1:
        counts = counts[[deming.typical_seminar(counts, TALK)]]
    told = deming.after_the_talk(counts, TALK).set_index("who").loc[["warned", "praised"]]
    told[["before", "after"]] *= TALK  # there are as many days after the talk as before it
    return Facts(
        chart=told[["before", "after"]].round(1),
        table=told.reset_index(),
        days=TALK,
        many=MANY,
        told=told.to_dict("index"),
        trace=_with_talk(_paddles(counts[0]), counts[0, :, :TALK].sum(axis=1))
        if runs == 1
        else None,
    )


# --- the funnel ---------------------------------------------------------------------------------


def _rows(places: dict[str, np.ndarray], first: int) -> pd.DataFrame:
    """Return where something is for each rule, and from which drop on."""
    return pd.concat(
        pd.DataFrame({"series": key, "at": np.arange(first, first + len(each)), "value": each})
        for key, each in places.items()
    )


def closest() -> str:
    """Return the rule that brings the marbles closest to the target."""
    near = funnel(runs=MANY).near
    return str(RULES[max(near, key=lambda key: near[key])])


@lab(predict={"funnel": closest})
def funnel(drift: float = 0.0, runs: int = 1) -> Facts:
    """Move the funnel after each drop, or leave it alone."""
    lies = {key: deming.funnel(rule, DROPS, runs, SEED, drift) for key, rule in RULES.items()}
    misses = {key: np.abs(drops) for key, drops in lies.items()}
    part = DROPS if runs == 1 else 1  # marbles of one run, or a share of all
    near, out = (
        {key: part * np.mean(of(miss)) for key, miss in misses.items()}
        for of in (lambda miss: miss <= NEAR, lambda miss: miss > FAR)
    )
    # Of many runs, each marble of the picture stands for as many as there are runs.
    spread = (np.arange(DROPS) + 0.5) / DROPS
    shown = {key: x[0] if runs == 1 else np.quantile(x, spread) for key, x in lies.items()}
    chart, trace = _rows(shown, 1), None
    if runs == 1:
        funnels = _rows({key: deming.aims(RULES[key], x) for key, x in shown.items()}, 0)
        close = {key: [0, *np.cumsum(miss[0] <= NEAR)] for key, miss in misses.items()}
        trace = Trace(DROPS, {}, close)
    else:
        chart["at"], funnels = 0, chart.head(0)
    return Facts(
        chart=chart,
        funnels=funnels,
        counts=pd.DataFrame({"series": list(RULES), "text": [f"count_{key}" for key in RULES]}),
        table=pd.DataFrame(
            [(key, 100 * near[key] / part, misses[key].max()) for key in RULES],
            columns=["rule", "near", "largest"],
        ),
        drops=DROPS,
        best=max(near, key=lambda key: near[key]),
        far=FAR,
        zone=NEAR,
        near=near,
        out=out,
        trace=trace,
    )


# --- false alarms -------------------------------------------------------------------------------


def flagged_charts() -> int:
    """Return on how many charts of 100 the NHS rules flag something."""
    return round(100 * spc.false_signals("mdc", MONTHS, CHARTS, SEED))


def rule_sets() -> dict[str, dict[str, str]]:
    """Return the sets of rules that there are."""
    return {"sets": {key: each.title for key, each in spc.RULE_SETS.items()}}


def _judging(flagged: np.ndarray) -> Trace:
    """Return how a few charts at a time are judged."""
    judged = np.arange(0, WARDS + 1, AT_ONCE)
    so_far = np.append(0, flagged.cumsum())[judged]
    return Trace(len(judged) - 1, {}, {"judged": judged.tolist(), "so_far": so_far.tolist()})


@cache  # a hundred charts take a second
def _flagged_months(rules: str, wards: Sequence[int], first: int = 0) -> pd.DataFrame:
    """Return charts month by month, with what is flagged, as `charts.small` takes them."""
    values = spc.stable_charts(MONTHS, CHARTS, SEED)[first:]
    found = []
    for n, ward in enumerate(wards):
        made = spc.chart_data(pd.DataFrame({"month": range(MONTHS), "value": values[ward]}),
                              rules=rules)  # fmt: skip
        special = np.where(made.special | bool(made.whole), "flagged", "")
        limits = made.points[["value", "low", "high"]].reset_index(drop=True)
        found.append(
            limits.assign(chart=n, month=made.points["at"] + 1, series=special,
                          at=ward // AT_ONCE + 1)
        )  # fmt: skip
    return pd.concat(found, ignore_index=True)


@lab(predict={"alarms": flagged_charts}, given=rule_sets)
def alarms(rules: str = "mdc") -> Facts:
    """Count the charts on which something is flagged although nothing has changed."""
    fired = {key: spc.falsely_flagged(key, MONTHS, CHARTS, SEED) for key in spc.RULE_SETS}
    shares = {key: 100 * flagged.mean() for key, flagged in fired.items()}
    hundreds = fired[rules].reshape(-1, WARDS)
    typical = int(np.abs(hundreds.sum(axis=1) - shares[rules]).argmin())
    return Facts(
        chart=_flagged_months(rules, range(WARDS), typical * WARDS),
        table=pd.DataFrame({"rules": rule_sets()["sets"], "share": pd.Series(shares).round(1)}),
        charts=CHARTS,
        months=MONTHS,
        share=shares[rules],
        trace=_judging(hundreds[typical]),
    )


def four_rules() -> Facts:
    """Show for each NHS rule a chart on which it alone flags something."""
    rules = spc.RULE_SETS["mdc"].rules
    fires = np.array([
        spc.falsely_flagged(replace(spc.RULE_SETS["mdc"], rules=(rule,)), MONTHS, CHARTS, SEED)
        for rule in rules
    ])  # fmt: skip
    alone = (fires & (fires.sum(axis=0) == 1)).argmax(axis=1)
    frame = _flagged_months("mdc", tuple(alone))
    names = [rule.name for rule in rules]
    flagged = frame["series"].ne("").groupby(frame["chart"]).sum()
    return Facts(
        chart=frame.assign(name=frame["chart"].map(dict(enumerate(names)))),
        table=pd.DataFrame({"rule": names, "flagged": flagged}),
        months=MONTHS,
    )


# --- a real change ------------------------------------------------------------------------------


def _low_run(own: spc.Chart) -> spc.Signal:
    """Return the last run of months on one side of the centre."""
    runs = (signal for signal in own.signals if signal.rule == "shift")
    return max(runs, key=lambda signal: signal.rows[-1])


def months_before() -> int:
    """Return how many months went by before the low run began."""
    return int(_low_run(real_series.judged(real_series.BEFORE)).rows[0])


def danish() -> Facts:
    """Show the infections of a real hospital as they are, before anything is judged."""
    held, points = (
        evidence.series(real_series.SERIES),
        real_series.judged(real_series.BEFORE).points,
    )
    return Facts(
        chart=points.assign(
            at=np.arange(1, len(points) + 1),
            kind="not judged",
            **dict.fromkeys(("low", "centre", "high"), np.nan),
        ),
        table=points,
        months=len(points),
        least=points["value"].min(),
        most=points["value"].max(),
        start=points["at"].iloc[0],
        source=held.provenance,
    )


@lab(predict={"real": months_before})
def real(first: int = real_series.BEFORE, *, real: int | None = None) -> Facts:
    """Watch a real service month by month, and see which months its chart flags."""
    held, own = evidence.series(real_series.SERIES), real_series.judged(first)
    points = own.points
    at = np.arange(1, len(points) + 1)
    months = points["at"].dt.strftime("%B %Y")
    begun, low = real_series.begun(), _low_run(own)
    # Judged from the months up to then only, as it is in a hospital.
    seen = next(
        n
        for n in range(first, len(points) + 1)
        if real_series.judged(first, n).special.iloc[low.rows[0] :].any()
    )
    ended = {
        "month": [None, *months],
        "value": [None, *points["value"]],
        "begins": [n == begun + 1 for n in range(len(points) + 1)],
    }
    digits = points.assign(
        at=at,
        kind=np.where(own.special, "flagged", "common cause"),
        **points[["low", "centre", "high"]].round(1),
    )
    marks = [(float(at[begun]), "begins", False)]
    if real is not None:
        marks.append((real + 0.5, "prediction", True))
    return Facts(
        chart=digits,
        table=points,
        marks=pd.DataFrame(marks, columns=["at", "text", "foot"]),
        months=len(points),
        start=points["at"].iloc[0],
        special=int(own.special.sum()),
        begun=months[begun],
        run=len(low.rows),
        run_from=months[low.rows[0]],
        seen=months[seen - 1],
        held=held,
        source=held.provenance,
        trace=Trace(len(points), {}, ended),
    )


# --- a ramp of tests ----------------------------------------------------------------------------


def ramp(_this: Lesson) -> Lab:
    """Test a change on a growing scale, with a prediction in every plan."""
    return RampLab()
