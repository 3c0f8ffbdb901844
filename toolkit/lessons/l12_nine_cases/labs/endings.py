"""Lesson 12, two endings: what the model makes of a decision, beside what it makes of the case.

While a case goes on, both are shown up to the month that is open: what the team does later is not
told.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from itertools import pairwise
from typing import Any

import numpy as np

from toolkit import evidence
from toolkit.charts import shapes
from toolkit.charts.figure import Figure
from toolkit.course.lesson import Lesson
from toolkit.lessons.l12_nine_cases.labs.casefile import WORDS
from toolkit.lessons.l12_nine_cases.labs.room import CaseRoom, case_room
from toolkit.models.cases import decisions, reviews
from toolkit.models.journeys import MODES, MONTHS, Journeys
from toolkit.screen.facts import lines, marks
from toolkit.screen.lab import Lab
from toolkit.screen.stage import Lane, Trace, as_moves, count_moves
from toolkit.text.templates import fill

QUARTER = 3  # months
EACH = 5  # of 100 staff, or of a measure that is 100 at the start, that one figure stands for
SERIES = {"case": "calm", "yours": "fifth"}
SCALES = (150, 200, 300, 400)  # where the axis of the measure may end
CLOSE = 50  # endings that are less far apart have an axis that does not start at nought
# What the measure by which a case is judged looks like on the stage.
LOOKS = {"lead_time_days": "form", "outcome_score": "bead", "cost_per_patient": "coin"}


def _level(case: str, journey: Journeys, base: int) -> np.ndarray:
    """Return the measure of a case from a month on, (runs, months); it is 100 in that month."""
    level = decisions.modelled(journey, evidence.case(case).tracked_measure)[:, base:]
    return 100 * level / level[:, :1]


def _nearest(values: Any) -> Any:
    """Return values to the nearest that figures can show."""
    return (EACH * np.rint(np.asarray(values) / EACH)).astype(int)


def _works(plan: decisions.ProgrammePlan, journey: Journeys, month: int) -> tuple[str, str]:
    """Return what runs in a month of one run: the logic, and how it is adopted."""
    begun = [each for each in plan if each.start <= month]
    if not begun or not journey.running[0, month]:
        return "nothing", "ended" if begun else "before"
    now = begun[-1]
    how = "copied" if MODES[now.mode].installs else now.mode
    return "two" if len(now.logics) > 1 else str(now.approach), how


def _lane(
    case: str, plan: decisions.ProgrammePlan, journey: Journeys, at: np.ndarray
) -> tuple[Lane, dict[str, Any]]:
    """Return one ending as a lane, and what holds at each tick."""
    level = _nearest(_level(case, journey, at[0])[0, at - at[0]]) // EACH
    willing = _nearest(100 * journey.willingness[0, at]) // EACH
    who, to, when = count_moves(level[:, None], np.zeros(len(at) - 1, int))
    moves = list(zip(who.tolist(), to.tolist(), when.tolist(), strict=True))
    things, staff = int(who.max()) + 1, 100 // EACH
    for one in range(staff):  # whoever is the most willing goes last
        is_willing = one < willing
        turns = np.flatnonzero(np.append(True, np.diff(is_willing) != 0))
        # Who is willing and who is not look different, so each of the staff is two figures.
        for tick in turns:
            then = float(max(tick - 0.5, 0))
            comes, goes = (one, staff + one) if is_willing[tick] else (staff + one, one)
            moves.append((things + comes, 1 if is_willing[tick] else 2, then))
            if tick:
                moves.append((things + goes, -1, then))
    lane = Lane(
        dict.fromkeys(("level", "willing", "unwilling"), False),
        as_moves(moves),
        [LOOKS[evidence.case(case).tracked_measure]] * things
        + ["staff"] * staff
        + ["unwilling"] * staff,
    )
    works = [_works(plan, journey, month) for month in at.tolist()]
    turned = [False, *(now != before for before, now in pairwise(works))]
    return lane, {
        "level": EACH * level, "willing": EACH * willing, "runs": works, "turned": turned,
    }  # fmt: skip


def story(case: str, month: int, choice: str, every: int, until: int = MONTHS) -> Trace:
    """Return both endings of a case as the stage plays them, by month or by quarter.

    Parameters
    ----------
    case : str
        ``A`` to ``I``.
    month : int
        Month of the review.
    choice : str
        What is decided there.
    every : int
        Months to the next review.
    until : int
        Months that are open.
    """
    plans = _plans(case, month, choice, every)
    fork = decisions.takes_effect(case, month, every)
    base, pace = fork - 1, _pace(fork, until)
    at = np.minimum(np.arange(base, until - 1 + pace, pace), until - 1)
    lanes: dict[str, Lane] = {}
    ended: dict[str, Any] = {}
    for name, plan in plans.items():
        lanes[name], holds = _lane(case, plan, decisions.played(case, plan), at)
        ended |= {f"{key}_{name}": each for key, each in holds.items()}
    ended["month"] = at.tolist()
    ended["decided_in"] = [month] * len(at)
    ended["decided"] = [tick == 1 for tick in range(len(at))]
    return Trace(len(at) - 1, lanes, ended, EACH, pace, base)


def _pace(fork: int, until: int) -> int:
    """Return the months of one tick: a quarter, or a month where there are few."""
    return 1 if until - fork < reviews.YEAR else QUARTER


def _plans(case: str, month: int, choice: str, every: int) -> dict[str, decisions.ProgrammePlan]:
    return {
        "case": decisions.own_plan(case),
        "yours": decisions.decided_plan(case, month, choice, every),
    }


def _learns(journey: Journeys, fork: int) -> bool:
    """Return whether staff keep more hours in a hundred for learning from a month on."""
    after, before = (journey.practices[month].learning for month in (fork, fork - 1))
    return bool((after - before > 0.01).any())


@cache
def _axis(case: str) -> tuple[int, int]:
    """Return the ends of the axis, so that it stays while the decision and its month change."""
    ends = [100.0]
    for month in reviews.reviews_of(evidence.case(case)):
        base = decisions.takes_effect(case, month, 6) - 1
        for choice in reviews.CHOICES:
            plan = decisions.decided_plan(case, month, choice)
            level = _level(case, decisions.played(case, plan, 1), base)
            ends += [float(level.min()), float(level.max())]
    if max(ends) - min(ends) < CLOSE:
        return int(min(ends) // 10 - 1) * 10, int(max(ends) // 10 + 2) * 10
    return 0, next((most for most in SCALES if most >= max(ends)), SCALES[-1])


def facts(
    case: str,
    month: int,
    choice: str,
    every: int = 6,
    until: int = MONTHS,
) -> dict[str, Any]:
    """Return what the model makes of a decision, beside what it makes of the case.

    Parameters
    ----------
    case : str
        ``A`` to ``I``.
    month : int
        Month of the review.
    choice : str
        What is decided there, a key of `reviews.CHOICES`.
    every : int
        Months to the next review.
    until : int
        Months that are open; the team's later steps are not shown.

    Returns
    -------
    dict
        What the words of ``[endings]`` may name.

    Raises
    ------
    ValueError
        If the case has no review in that month.
    """
    plans = _plans(case, month, choice, every)
    played = {name: decisions.played(case, plan) for name, plan in plans.items()}
    told = evidence.case(case)
    fork = decisions.takes_effect(case, month, every)
    base = fork - 1
    months = np.arange(base, until)
    first = {n: _level(case, each, base)[0, : until - base] for n, each in played.items()}
    known, last = decisions.decision_settings(), until - 1
    return {
        "case": told,
        "month": month,
        "fork": fork,
        "base": base,
        "each": EACH,
        "choice": choice,
        "many": decisions.RUNS,
        "chart": lines(months, **first),
        "marks": marks((fork, _axis(case)[0], "decision")),  # below all lines
        "same": plans["case"] == plans["yours"],
        "ends": {name: _nearest(each[-1]) for name, each in first.items()},
        "learns": _learns(played["yours"], fork),
        "last": last,
        "over": until == MONTHS,
        "monthly": _pace(fork, until) == 1,
        "gave_up": choice != "stop" and not played["yours"].running[0, last],
        "measure": WORDS["endings"]["measures"][told.tracked_measure],
        "short": WORDS["endings"]["short"][told.tracked_measure],
        "look": WORDS["endings"]["looks"][told.tracked_measure],
        "less": reviews.BETTER[told.tracked_measure] < 0,
        "counted": decisions.count_better(
            played["yours"], played["case"], told.tracked_measure, last
        ),
        "because": known["decision"][choice]["because"],
        "second": next((p.second for p in plans["yours"] if p.second), None),
        "other": plans["yours"][-1].approach,
        "logics": WORDS["endings"]["logics"],
        "chose": WORDS["chose"],
    }


def _figure(case: str, month: int, choice: str, every: int, until: int = MONTHS) -> Figure:
    found = facts(case, month, choice, every, until)
    words, names = WORDS["endings"], WORDS["endings"]["names"]

    def name(key: str) -> str:
        return fill(names[key], found)

    def fill_in(template: str, **known: Any) -> str:
        return fill(template, {**found, **known})

    chart = found["chart"]
    figure = shapes.paths(
        chart.assign(series=chart["series"].map(name)),
        {name(key): role for key, role in SERIES.items()},
        marks=found["marks"].assign(text=name("decision")),
        low=_axis(case)[0],
        most=_axis(case)[1],
        since=found["base"],
        until=until,
        size=(640, 180),
        still=True,
        whole=True,
        spot="fourth",
        **{key: fill_in(words[key]) for key in ("x", "y", "title", "description")},
        provenance=(WORDS.provenance("illustrative"), WORDS.provenance("model")),
    )
    told = story(case, month, choice, every, until).told(words["stage"], fill_in, name)
    return replace(figure, trace=told)


class Endings(Lab):
    """The last decided case of a room, with other decisions to be tried.

    Parameters
    ----------
    room : CaseRoom
        Where cases are decided.
    """

    def __init__(self, room: CaseRoom) -> None:
        self.room = room
        value, options = {"choice": room.decision[1]}, {"choice": reviews.CHOICES}
        controls = WORDS.fields("endings", value=value, options=options)
        super().__init__("endings", controls, self._of_the_room, after=(room,))
        self.curtain.value = f'<p class="dio-status dio-shut">{WORDS.say("endings.curtain")}</p>'
        room.observe(self._follow, "held")
        if not self.shut:
            self._follow()

    def _of_the_room(self, value: dict) -> Figure:
        decided = self.room.decided
        until = decided.month if decided.reviews else MONTHS
        month, _ = self.room.decision
        return _figure(decided.case, month, value["choice"], decided.every, until)

    def _follow(self, _change: object = None) -> None:
        """Take up the case that was decided last, from the learner's own decision."""
        self.form.start_at(choice=self.room.decision[1])
        self.redraw()  # another case, or another month, may have the same decision
        if not self.shut:  # the stage begins anew
            self.children = ()
            self._opened()


def endings(this: Lesson) -> Lab:
    """Let the model run on from the decision in a case, and compare both endings."""
    return Endings(case_room(this))
