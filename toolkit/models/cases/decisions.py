"""What the model of adoption makes of a decision in one of the nine cases.

The story of a case is put as programmes of `toolkit.models.journeys`; a decision changes them from
its month on. What comes of it is whatever the model computes. ``decisions.toml`` holds the
settings, each with its reason.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from importlib.resources import files
from itertools import count
from typing import Any

import numpy as np

from toolkit import evidence
from toolkit.models.cases.reviews import BASELINE, BETTER, CHOICES, MONTHS, WORDS, ended, reviews_of
from toolkit.models.journeys import MODES, Journeys, Programme, draw_noise, run, template_from
from toolkit.models.journeys.counterfactual import exemplars, place, times
from toolkit.models.journeys.steps import grown
from toolkit.models.laws.world import NEAR
from toolkit.models.pathway import stack_contexts, stack_practices
from toolkit.text.words import read_words

SEED = 12
RUNS = 200
DID = {"stopped": "stop", "switched": "switch"}  # outcome of a case, as a choice
ProgrammePlan = tuple[Programme, ...]
# Measure by which a case is judged: the field of `PerformanceArrays` that is its like.
MEASURED = {
    "lead_time_days": "lead_time",
    "outcome_score": "outcome",
    "cost_per_patient": "cost",
    "value": "value",
}


def decision_settings() -> dict[str, Any]:
    """Return what ``decisions.toml`` holds, in the language that is spoken."""
    return read_words(files("toolkit.models.cases"), "decisions.toml")


def _began(case: str, kind: str) -> int:
    """Return the month of an event of a case."""
    events = evidence.case(case).events
    return int(events.loc[events["kind"] == kind, "month"].iloc[0])


def _before_the_end(case: str) -> ProgrammePlan:
    """Return the programmes of a case without its stop or switch."""
    told, own = evidence.case(case), decision_settings()["case"][case]
    mode = own.get("mode", decision_settings()["adoption"][told.adoption]["mode"])
    approach = own.get("first", told.approach)
    first = Programme(mode, approach, told.start_month)
    if "then" not in own:
        return (first,)
    month = _began(case, own["then"]["at"])
    return first, Programme(own["then"]["mode"], approach, month, goes_on=True)


def _begun(case: str, running: Programme, month: int, choice: str) -> ProgrammePlan:
    """Return the programme that a decision begins; none, if it changes nothing."""
    own, new = decision_settings()["case"][case], decision_settings()["decision"][choice]
    if "mode" not in new:
        return ()
    names = {"same": running.approach, "other": own["other"]}
    first, second = (names[new[key]] if key in new else None for key in ("approach", "second"))
    begun = Programme(own.get(choice, new["mode"]), first, month, second, new.get("goes_on", False))
    # A team that makes a programme its own already does nothing new by deciding to.
    same = (begun.mode, begun.logics) == (running.mode, running.logics)
    return () if same else (begun,)


def did(case: str, month: int, every: int) -> str:
    """Return what a case itself decided between one review and the next."""
    told = evidence.case(case)
    turned = month <= ended(told) < month + every
    return DID.get(told.outcome, "persist") if turned else "persist"


def takes_effect(case: str, month: int, every: int) -> int:
    """Return when a decision of a review takes effect.

    Parameters
    ----------
    case : str
        ``A`` to ``I``.
    month : int
        Month of the review.
    every : int
        Months to the next one.

    Returns
    -------
    int
        The month in which the case itself stopped or switched, if that comes before the next
        review; else the month of the review.
    """
    end = ended(evidence.case(case))
    return end if month <= end < min(month + every, MONTHS) else month


def own_plan(case: str) -> ProgrammePlan:
    """Return the programmes that a case went through."""
    told, before = evidence.case(case), _before_the_end(case)
    return before + _begun(case, before[-1], ended(told), DID.get(told.outcome, "persist"))


def decided_plan(case: str, month: int, choice: str, every: int = 6) -> ProgrammePlan:
    """Return the programmes of a case with a decision of one of its reviews.

    Parameters
    ----------
    case : str
        ``A`` to ``I``.
    month : int
        Month of the review.
    choice : str
        A key of `CHOICES`.
    every : int
        Months to the next review.

    Returns
    -------
    tuple of Programme
        Those of the case itself where the decision comes to the same as its own; else what the
        decision begins, in place of whatever the case itself did later.

    Raises
    ------
    ValueError
        If there is no such choice, or the programme of the case has ended before that month.
    """
    if choice not in CHOICES:
        raise ValueError(f"There is no choice '{choice}'; there is {', '.join(CHOICES)}.")
    end = ended(evidence.case(case))
    if month > end:
        raise ValueError(WORDS.say("refused.ended", case=case, month=month, end=end))
    before, at = _before_the_end(case), takes_effect(case, month, every)
    mine, theirs = (
        _begun(case, before[-1], at, each) for each in (choice, did(case, month, every))
    )
    return own_plan(case) if mine == theirs else before + mine


def fork(case: str, choices: Sequence[str], every: int) -> tuple[int, str]:
    """Return the first decision that leads away from the case; else the last one.

    Parameters
    ----------
    case : str
        ``A`` to ``I``.
    choices : sequence of str
        What was chosen at its reviews, in order; without any, to adapt at the last one.
    every : int
        Months from one review to the next.

    Returns
    -------
    tuple of (int, str)
        Month of the review, and the choice.
    """
    if not choices:
        return reviews_of(evidence.case(case), every)[-1], "adapt"
    decided = list(zip(count(BASELINE, every), choices, strict=False))
    away = (d for d in decided if decided_plan(case, *d, every) != own_plan(case))
    return next(away, decided[-1])


@lru_cache(64)
def played(case: str, plan: ProgrammePlan, runs: int = RUNS) -> Journeys:
    """Run the programmes of a case in the model.

    Parameters
    ----------
    case : str
        ``A`` to ``I``.
    plan : tuple of Programme
        From `own_plan` or `decided_plan`.
    runs : int
        How often, each time with other chance; the same chance for every plan.

    Returns
    -------
    Journeys
        One row for each run.
    """
    context, practice = place(case)
    c = times(stack_contexts([context]), runs)
    x = times(stack_practices([practice]), runs)
    copying = [p for p in plan if MODES[p.mode].installs]
    template = None
    if copying:
        towards = tuple(decision_settings()["case"][case]["towards"])
        there = exemplars(case, (towards,))
        template = times(template_from(there.grown, stack_practices([practice])), runs)
    return run(c, x, plan, draw_noise(SEED, runs), template)


def modelled(journey: Journeys, measure: str) -> np.ndarray:
    """Return what the model has of a measure by which a case is judged, (runs, months).

    Parameters
    ----------
    journey : Journeys
        Some runs.
    measure : str
        A key of `MEASURED`.
    """
    held: np.ndarray = getattr(journey.performance, MEASURED[measure])
    return held


def count_better(
    one: Journeys, other: Journeys, measure: str = "value", month: int = MONTHS - 1
) -> dict[str, int]:
    """Count the runs in which one is better than the other in a month, about even, or worse.

    Parameters
    ----------
    one, other : Journeys
        Of as many runs, with the same chance in each.
    measure : str
        What is compared, a key of `MEASURED`.
    month : int
        When; by default in the last month.

    Returns
    -------
    dict of str to int
        ``better``, ``even`` (the measure within `NEAR`) and ``worse``.
    """
    mine, theirs = (modelled(each, measure)[:, month] for each in (one, other))
    gap = np.expm1(BETTER.get(measure, 1) * grown(mine, theirs))
    better, worse = int((gap > NEAR).sum()), int((gap < -NEAR).sum())
    return {"better": better, "even": len(gap) - better - worse, "worse": worse}
