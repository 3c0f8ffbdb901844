"""Lesson 01, Toyota's grammar: time for learning, pressure for output, problems that show."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import pandas as pd

from toolkit import evidence
from toolkit.evidence.provenance import Provenance
from toolkit.models.change.diffusion import CapabilityTrap
from toolkit.models.change.noticing import WorkStep
from toolkit.screen.facts import MANY, Facts, lab, lines, marks
from toolkit.screen.stage import Lane, Trace, as_moves

SEED = 1
USUAL = 100  # patients a week that the team treats to begin with
WEEKS_A_MONTH = 52 / 12


def _wide(frame: pd.DataFrame, at: Sequence[int]) -> pd.DataFrame:
    """Return some rows of a chart of lines, with a column for each series."""
    return frame.pivot_table(index="at", columns="series", values="value", sort=False).loc[at]


# --- time for learning ------------------------------------------------------------------------

FEW, MORE, MONTHS = 10, 30, 12  # what the predictions speak of, and where the lab starts
BEFORE, AFTER = 12, 104  # weeks shown before and after a change
DRAWN = np.array([1, 13, 26, 52, 104])  # weeks at which a learner draws
TOLD_WEEKS = (-4, 1, 4, 8, 13, 26, 39, 52, 78, 104)


def _team(life: int) -> CapabilityTrap:
    return CapabilityTrap(life=life * WEEKS_A_MONTH)


EACH = 5  # one figure: per cent of the team's week, or patients treated in a week


def _weeks(shares: tuple[int, int], treated: np.ndarray) -> Trace:
    """Return the weeks after the change: where the team's time is, and whom it treats.

    Parameters
    ----------
    shares : tuple of int
        Per cent of the week for learning, before the change and after it.
    treated : ndarray of int, shape (weeks + 1,)
        Patients of the last week before the change, and of each week after it.
    """
    learning, work, week = [share // EACH for share in shares], 100 // EACH, len(treated) - 1
    rest, kept = (work - share for share in learning)
    moves = [(who, 0, 0.0) for who in range(rest)]
    moves += [(who, 1, 0.0) for who in reversed(range(rest, work))]
    moves += [(who, int(kept < rest), 0.5) for who in range(min(rest, kept), max(rest, kept))]
    there = 0
    for tick, wanted in enumerate(np.rint(treated / EACH).astype(int).tolist()):
        moves += [(work + who, 2, float(tick)) for who in range(there, wanted)]
        moves += [(work + who, -1, float(tick)) for who in reversed(range(wanted, there))]
        there = wanted
    most = int(np.rint(treated / EACH).max())
    return Trace(
        week,
        {
            "team": Lane(
                dict.fromkeys(("with", "learning", "treated"), False),
                as_moves(moves),
                ["staff"] * work + ["person"] * most,
            )
        },
        {
            "treated": treated.tolist(),
            "share": [shares[0]] + [shares[1]] * week,
            "rest": [100 - shares[0]] + [100 - shares[1]] * week,
        },
        EACH,
    )


def regained() -> float:
    """Return after how many weeks as many are treated as before."""
    return learning().weeks


def turned() -> list[float]:
    """Return how many are treated when time for learning is taken away."""
    return (USUAL * _team(MONTHS).level(MORE / 100, FEW / 100, DRAWN)).round().tolist()


@lab(predict={"regain": regained, "turned": turned})
def learning(
    before: int = FEW,
    after: int = MORE,
    life: int = MONTHS,
    runs: int = 1,
    *,
    regain: float | None = None,
    turned: list[float] | None = None,
) -> Facts:
    """Give a team more time for learning, or less, and watch what it gets done."""
    team, shares, at = _team(life), (before / 100, after / 100), np.arange(-BEFORE, AFTER + 1)
    mean = USUAL * team.level(*shares, np.where(at > 0, at, -1))  # week 1 is the first to change
    played = np.random.default_rng(SEED).poisson(mean, (runs, len(at)))
    alone = {"level": mean} if runs == 1 else {}  # of many runs, the average is drawn anyway
    frame = lines(at, usual=np.full(len(at), USUAL), **alone, played=played)
    table = frame[(frame["series"] == "played") & frame["at"].isin(TOLD_WEEKS)].round(1)
    if turned is not None and after < before:
        frame = pd.concat([frame, lines(DRAWN, drawing=np.array(turned))])
    now, end, lasting = USUAL * team.level(*shares, [1, AFTER, np.inf])
    more = after > before
    turns = not math.isclose(lasting, USUAL) and (lasting > USUAL) == more
    since = played[0, BEFORE + 1 :]
    (there,) = np.nonzero(since >= USUAL if more else since < USUAL)
    low, high = np.percentile(played[:, -1], [5, 95])
    return Facts(
        chart=frame,
        marks=marks((regain, USUAL, "prediction")),
        table=table.reset_index()[["at", "value", *(("low", "high") if runs > 1 else ())]],
        usual=USUAL,
        now=now,
        end=end,
        shown=AFTER,
        weeks=round(team.crossing(*shares), 1) if turns else None,
        least=played.min(),
        most=played.max(),
        first=1 + there[0] if len(there) else None,
        last=played[:, -1].mean(),
        low=low,
        high=high,
        trace=_weeks((before, after), played[0, BEFORE:]) if runs == 1 else None,
    )


# --- pressure for output ----------------------------------------------------------------------

SHARE, LIFE = 0.3, 52  # time for learning without pressure; weeks that what is learned lasts
WEEKS, QUARTER = 520, 13
PRESSED = 95  # patients a week: the target that the prediction speaks of
EDGE = 17  # weeks: the longest stop from which the team recovers
TOP = 145  # patients a week: how high the mark of the end of a stop stands in the chart
LUCK = 0.05  # illustrative: how far a week of one of many teams swings around its level


def can_stand() -> int:
    """Return how many weeks without time for learning the team can stand."""
    return pressure().stands


@lab(predict={"pause": can_stand})
def pressure(
    stop: int = EDGE, target: int = PRESSED, runs: int = 1, *, pause: float | None = None
) -> Facts:
    """Take all time for learning away for some weeks, then let the target decide."""
    # One team has no luck, and a line shows it after one more week without learning.
    trap = CapabilityTrap(gain=1 / LIFE, life=LIFE)
    usual = trap.steady_output(SHARE)
    wanted = usual * target / USUAL
    swing = LUCK if runs > 1 else 0.0
    luck = np.exp(swing * np.random.default_rng(SEED).standard_normal((runs, WEEKS)) - swing**2 / 2)
    edge = trap.steady_output(trap.tipping_point(SHARE, wanted)) - 1e-9  # there, it stays
    output = trap.under_pressure(SHARE, wanted, stop, luck)
    back = output[:, -QUARTER:].mean(1) > edge
    teams = {name: output[rows] for name, rows in (("up", back), ("down", ~back)) if rows.any()}
    ends = {name: USUAL * rows[:, -QUARTER:].mean() / usual for name, rows in teams.items()}
    if runs == 1:
        teams["longer"] = trap.under_pressure(SHARE, wanted, stop + 1, luck)
    played = {name: USUAL * rows / usual for name, rows in teams.items()}
    frame = lines(np.arange(1, WEEKS + 1), target=np.full(WEEKS, target), **played)
    upright = lines([stop, stop], ends=np.array([0, TOP])) if stop else None
    return Facts(
        chart=pd.concat([frame, upright]),
        marks=marks((pause, 0, "prediction")),  # on the axis of the weeks, where the stop ends
        table=_wide(frame, [4, 13, 26, 52, 104, 208, 312, WEEKS]).round(1),
        usual=USUAL,
        share=SHARE,
        up=back.sum(),
        down=(~back).sum(),
        quarter=QUARTER,
        ends=ends,
        longer_up=runs == 1 and bool(teams["longer"][0, -QUARTER:].mean() > edge),
        stands=math.floor(trap.stands(SHARE, wanted)),
    )


# --- problems that show -----------------------------------------------------------------------

KEPT, EVERY = ("specified",), 4  # what the prediction speaks of
PROBLEMS = 12  # in one run
HOURS, TICK = 240, 4  # hours in the chart, and from one of its steps to the next


def _hidden(hours: dict[str, np.ndarray]) -> Trace:
    """Return when each problem comes to somebody who can act, with the rules and without."""
    ticks = np.arange(0, HOURS + 1, TICK)
    lanes = {
        name: Lane(
            dict.fromkeys(("hidden", "heard"), False),
            as_moves(
                [(one, 0, 0.0) for one in range(PROBLEMS)]
                + [(one, 1, float(hour) / TICK) for one, hour in enumerate(each) if hour <= HOURS]
            ),
            ["red"] * PROBLEMS,
        )
        for name, each in hours.items()
    }
    heard = {name: (each[:, None] <= ticks).sum(axis=0).tolist() for name, each in hours.items()}
    return Trace(HOURS // TICK, lanes, {"hour": ticks.tolist(), **heard}, pace=TICK)


def _within(hours: np.ndarray, share: int) -> int:
    """Return the first full hour at which this share of the problems, in %, is seen."""
    return math.ceil(np.percentile(hours, share, method="inverted_cdf"))


def half_seen() -> int:
    """Return within how many hours half of the problems are seen."""
    return rules(runs=MANY).half["yours"]


@lab(predict={"seen": half_seen}, reveal_at={"kept": KEPT, "every": EVERY, "runs": MANY})
def rules(
    kept: tuple[str, ...] = KEPT, every: int = EVERY, runs: int = 1, *, seen: float | None = None
) -> Facts:
    """Keep some of the rules, and see after how many hours a problem is seen."""
    steps = {
        "no_rule": WorkStep(every=every),
        "yours": WorkStep(**dict.fromkeys(kept, True), every=every),
    }
    hours = {
        name: step.hours((runs, PROBLEMS), np.random.default_rng(SEED))
        for name, step in steps.items()
    }
    at = np.arange(HOURS + 1)
    frame = lines(at, **{n: 100 * (h[:, :, None] <= at).mean(1) for n, h in hours.items()})
    return Facts(
        chart=frame,
        marks=marks((seen, 50, "prediction")),
        table=_wide(frame, [4, 12, 24, 48, 72, 120, 168, HOURS]).round(),
        problems=PROBLEMS,
        half={name: _within(each, 50) for name, each in hours.items()},
        nine={name: _within(each, 90) for name, each in hours.items()},
        trace=_hidden({name: each[0] for name, each in hours.items()}) if runs == 1 else None,
    )


# --- what is published ------------------------------------------------------------------------

TOLD = (
    "food_bank_new_york_1", "funahashi_1", "toyota_memorial_1", "toyota_american_plants_1",
)  # fmt: skip
SUPPORT = ["Not at all", "Somewhat", "Very supportive"]


def published() -> Facts:
    """List what has been reported of Toyota's way away from the car line, and what to beware of."""
    rows = evidence.published_cases().frame.set_index("row").loc[list(TOLD)]
    keys = rows["sources"].str.split(r"\s*;\s*", regex=True)
    return Facts(
        table=rows.assign(
            what_happened=rows["what_happened"].str.rstrip("."),
            figures=rows["before"].notna(),
            cited=[evidence.cite(*each) for each in keys],
        ),
        source=Provenance("published", tuple(keys.explode()), bool(rows["verified"].all())),
    )


def support() -> Facts:
    """Show how likely analysts are to stay, by how far their manager supports their learning."""
    held = evidence.series("apha_support")
    counts = held.frame.pivot_table(
        index="manager_support", columns="intention_to_stay", values="analysts", aggfunc="sum"
    ).loc[SUPPORT]
    table = pd.DataFrame(
        {
            "analysts": counts.sum(axis=1),
            "stay": counts[["Somewhat likely", "Very likely"]].sum(axis=1),
        }
    )
    table["share"] = (100 * table["stay"] / table["analysts"]).round()
    return Facts(
        chart=table["share"],
        table=table,
        told=table.reset_index().to_dict("records"),
        answered=table["analysts"].sum(),
        source=held.provenance,
    )
