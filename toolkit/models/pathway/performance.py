"""Practice × context → performance: waits, flow, outcome, cost, value, unmet need and equity.

Approximations that are stated and cited, on arrays of any leading shape, so that thousands of
places or candidate changes are judged in one call; `perform` is the same thing for one place.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from toolkit.models.pathway.assumptions import DEFAULTS, Assumptions
from toolkit.models.pathway.places import (
    PRACTICE_RANGES,
    Context,
    ContextArrays,
    Practice,
    PracticeArrays,
    stack_contexts,
    stack_practices,
)
from toolkit.models.queues.queueing import sakasegawa

LOTS = int(PRACTICE_RANGES["batch"].most) + 2  # whole batch sizes, and one to interpolate towards
LOT = np.gcd.outer(np.arange(LOTS), np.arange(LOTS)).astype(float).ravel()
TINY = 1e-12


class PerformanceArrays(NamedTuple):
    """Performance of many places: per-stage values (..., K), the rest (...); times in weeks."""

    lead_time: np.ndarray
    gate_wait: np.ndarray
    throughput: np.ndarray
    outcome: np.ndarray
    cost: np.ndarray
    value: np.ndarray
    unmet_need: np.ndarray
    equity_gap: np.ndarray
    low_given: np.ndarray
    cycle_cost: np.ndarray
    cycle_outcome: np.ndarray
    touch_time: np.ndarray
    collecting: np.ndarray
    queueing: np.ndarray
    process: np.ndarray
    utilisation: np.ndarray
    hours: np.ndarray
    lost: np.ndarray


def perform_arrays(
    x: PracticeArrays,
    c: ContextArrays,
    mastery: np.ndarray | float = 0.0,
    a: Assumptions = DEFAULTS,
) -> PerformanceArrays:
    """Return the performance of practices ``x`` in contexts ``c``; shapes broadcast.

    Parameters
    ----------
    x : PracticeArrays
        Per stage (..., K), single values (..., 1).
    c : ContextArrays
        Same layout.
    mastery : array of shape (..., 1) or float
        0 to 1.
    a : Assumptions
        The constants.

    Notes
    -----
    *Hours.* A patient takes ``t(1 - σM)(1 + r(1 - x) + r′hx²) + s/B`` hours at a stage: work, less
    what mastery makes unnecessary, plus what is done twice, plus a share of the set-up. Deciding
    and sorting take time at the first stage. Capacity is staff hours × split × (1 - learning)
    ÷ hours.
    *Release.* Inflow is the smaller of accepted demand and ``release`` × the slowest capacity. The
    rest waits at the gate. Above ``ρ₀`` chasing eats capacity.
    *Waits.* Collecting a batch takes ``(B - g)/2λ`` on average where patients come ``B'`` at a
    time and ``g`` is the greatest common divisor of the two (`shared_lot`). Batches queue as in
    G/G/m (`queueing.sakasegawa`), with the batch's service time; variability is passed on
    as in Whitt's network analyser. The formula is held at ``ρ̂``, which a year from an empty start
    does not get beyond; above 1 a fluid backlog adds ``T/2 (1 - 1/ρ)``, the mean wait of those
    served in ``T`` weeks from an empty start. A batch is handed on when its last patient is done.
    *Priority.* Cobham's two-class rule, which shortens one wait by lengthening another.
    *Outcome.* Benefit fades as ``exp(-W/τ)``; each stage loses ``ζhx²`` where mixed cases get one
    standard and ``η(1 - x)`` where nothing is standard.
    *Cost.* All staff hours, supplies, and the care of people who wait (Little's law). The cycle of
    care is costed at pay ÷ (1 - learning) per hour: cost ÷ practical capacity (Kaplan & Anderson).
    *Value.* Outcome points that reach the population per week ÷ cost per week, per £1,000.
    *How good.* ``docs/model.md`` holds the errors that were measured against discrete-event runs.
    It breaks where load is about 1 and nothing is held back: there it is about 30% too short.

    References
    ----------
    Hopp & Spearman (2011) Factory Physics. Whitt (1983) Bell Syst. Tech. J. 62:2779-2815.
    Cobham (1954) Oper. Res. 2:70-76.
    """
    # stages first and places last: numpy is quickest along a long last axis
    x = PracticeArrays(*(np.ascontiguousarray(one.T) for one in x))
    c = ContextArrays(*(np.ascontiguousarray(one.T) for one in c))
    mastery = np.asarray(mastery).T

    # who is accepted
    needed, low = accepted(x, c, a)
    asked = c.demand * (needed + low)

    # hours and capacity
    first = (np.arange(len(c.work)) == 0).astype(float)
    first = first.reshape(-1, *[1] * (c.work.ndim - 1))
    talk = a.deciding * x.threshold / (needed + low) + a.sorting * x.need_first
    slips = 1 - x.standardisation
    misfits = c.heterogeneity * x.standardisation**2
    again = a.rework * slips + a.exceptions * misfits
    work = c.work * (1 - a.skill * mastery) * (1 + again) + talk * first
    hours = work + c.setup / x.batch
    staffed = c.staff_hours * x.split * (1 - x.learning)
    capacity = staffed / hours
    released = np.minimum(asked, x.release * capacity.min(0, keepdims=True))
    crowding = np.maximum(released / capacity - a.chase_from, 0)
    capacity = capacity / (1 + a.chase * crowding)
    leaving = np.minimum(released, capacity)
    for k in range(1, len(leaving)):
        np.minimum(leaving[k - 1], leaving[k], out=leaving[k])
    arriving = np.concatenate([released, leaving[:-1]])
    throughput = leaving[-1:]
    rho = arriving / capacity

    # waits, in weeks
    people = staffed / a.staff_week
    servers = np.maximum(people, 1.0)
    batch_time = hours * x.batch / (a.staff_week * np.minimum(people, 1.0))
    before = np.concatenate([np.ones_like(x.batch[:1]), x.batch[:-1]])
    collecting = (x.batch - shared_lot(x.batch, before)) / (2 * arriving)
    calm = np.minimum(rho, a.busiest)
    alike = 1 - a.steadying * x.standardisation * (1 - c.heterogeneity)
    scv = c.service_scv * alike * (work / hours) ** 2 / x.batch
    coming = _arrivals(c.arrival_scv, x.batch, before, calm, servers, scv)
    queueing = sakasegawa(servers, calm, coming, scv, batch_time)
    queueing = queueing + fluid(rho, a)
    gate = a.horizon / 2 * (1 - released / asked)
    waiting = gate + (collecting + queueing).sum(0, keepdims=True)
    process = batch_time.sum(0, keepdims=True)
    lead = waiting + process

    # outcome, need and cost
    n, q = c.high_need, x.need_first
    access = throughput / asked
    top = calm.max(0, keepdims=True)
    spread = 1 - top * n
    wait_high = waiting * (1 - q + q * (1 - top) / spread)
    wait_rest = waiting * (1 - q + q / spread)
    # nobody's access to give away where nobody has high need
    all_in = np.minimum(1, access / np.maximum(n, TINY))
    access_high = access + q * (all_in - access)
    access_rest = (access - n * access_high) / (1 - n)
    lost = a.misfit * misfits + a.slip_harm * slips
    quality = np.prod(1 - lost, 0, keepdims=True)
    good_high = quality * np.exp(-(wait_high + process) / a.fading_high)
    good_rest = quality * np.exp(-(wait_rest + process) / a.fading)
    reached = n * access_high * a.gain_high * good_high + (1 - n) * access_rest * good_rest
    inside = lead - gate
    mixed = n * a.gain_high * np.exp(-inside / a.fading_high) + (1 - n) * np.exp(-inside / a.fading)
    cycle = (needed * quality * mixed - a.low_harm * low) / (needed + low)
    benefit = c.demand * (needed * reached - a.low_harm * low * access)
    cost = a.pay * c.staff_hours + a.supplies * throughput + a.waiting * lead * throughput
    met = needed / (1 - c.low_benefit)
    flat = [
        lead,
        gate,
        throughput,
        benefit / throughput,
        cost / throughput,
        1000 * benefit / cost,
        1 - met * access,
        met * (access_rest * good_rest - access_high * good_high),
        low / (needed + low),
        a.pay / (1 - x.learning) * hours.sum(0, keepdims=True) + a.supplies,
        cycle,
        (c.work / a.staff_week).sum(0, keepdims=True),
    ]
    shape = lead.shape[1:]
    stages = (collecting, queueing, batch_time, rho, hours, lost)
    return PerformanceArrays(
        *((v[0] if v.shape[1:] == shape else np.broadcast_to(v[0], shape)).T for v in flat),
        *(v.T for v in stages),
    )


def accepted(
    x: PracticeArrays, c: ContextArrays, a: Assumptions = DEFAULTS
) -> tuple[np.ndarray, np.ndarray]:
    """Return the shares of referrals that are accepted: those that care will help, and the rest."""
    needed = (1 - c.low_benefit) * (1 - a.missed * x.threshold**2)
    return needed, c.low_benefit * (1 - x.threshold)


def fluid(rho: np.ndarray, a: Assumptions = DEFAULTS) -> np.ndarray:
    """Return the mean wait, in weeks, behind a backlog that has grown for ``T`` weeks."""
    return a.horizon / 2 * np.maximum(1 - 1 / rho, 0)


def shared_lot(batch: np.ndarray, before: np.ndarray) -> np.ndarray:
    """Return the lot in which patients of two batch sizes move together.

    Whole batches that come ``before`` at a time and leave ``batch`` at a time meet in lots of their
    greatest common divisor: 4 into 12 in lots of 4, 5 into 12 one by one. A batch between two whole
    numbers is the one and the other by turns, so the lot is interpolated.

    Parameters
    ----------
    batch, before : array
        Batch sizes from 1 to 200, of shapes that broadcast.

    Returns
    -------
    array
        The lot, at least 1 and at most the smaller of the two.
    """
    low, low_before = batch.astype(np.intp), before.astype(np.intp)
    part, part_before = batch - low, before - low_before
    corner = low * LOTS + low_before
    near, far = (
        (one := LOT.take(corner + step)) + part_before * (LOT.take(corner + step + 1) - one)
        for step in (0, LOTS)
    )
    return near + part * (far - near)


def _arrivals(
    scv: np.ndarray,
    batch: np.ndarray,
    before: np.ndarray,
    rho: np.ndarray,
    servers: np.ndarray,
    service: np.ndarray,
) -> np.ndarray:
    """Return how unevenly batches reach each stage (squared coefficient of variation)."""
    share = before / batch
    keep = 1 - rho**2
    add = rho**2 * (1 + (service - 1) / np.sqrt(servers))
    coming = np.empty(np.broadcast_shapes(add.shape, share.shape))
    coming[0] = scv[0] * share[0]
    for k in range(1, len(coming)):
        coming[k] = (keep[k - 1] * coming[k - 1] + add[k - 1]) * share[k]
    return coming


@dataclass(frozen=True)
class Performance:
    """How a place does: one row of `PerformanceArrays` in the units people use.

    Attributes
    ----------
    lead_time, gate_wait : float
        Days from referral to the end; of which days before care begins because entry is held.
    throughput : float
        Patients completed per week.
    outcome : float
        Net benefit points per treated patient (1 = full, timely benefit to one person).
    cost : float
        £ per treated patient, everything included.
    value : float
        Outcome points that reach the population per £1,000.
    unmet_need : float
        Share of the people who would benefit that care does not reach.
    equity_gap : float
        How much less of their possible benefit those with high need get (negative: more).
    low_given : float
        Share of the care given that hardly helps.
    cycle_cost, cycle_outcome : float
        The same two from entry to the end: time-driven cost without idle time, and outcome without
        what was lost while waiting to be let in.
    flow_efficiency : float
        Hands-on time ÷ lead time.
    stages : tuple of str
        Names; the next five have one value per stage.
    collecting, queueing, process : tuple of float
        Days: waiting for a group to be complete, queueing, being treated (with the group).
    utilisation, hours, lost : tuple of float
        Load ÷ capacity; staff hours per patient; outcome lost per patient.
    """

    lead_time: float
    gate_wait: float
    throughput: float
    outcome: float
    cost: float
    value: float
    unmet_need: float
    equity_gap: float
    low_given: float
    cycle_cost: float
    cycle_outcome: float
    flow_efficiency: float
    stages: tuple[str, ...]
    collecting: tuple[float, ...]
    queueing: tuple[float, ...]
    process: tuple[float, ...]
    utilisation: tuple[float, ...]
    hours: tuple[float, ...]
    lost: tuple[float, ...]

    @property
    def by_stage(self) -> pd.DataFrame:
        """One row per stage: waits in days, utilisation, hours, outcome lost."""
        return pd.DataFrame(
            {
                "stage": self.stages,
                "collecting_days": self.collecting,
                "queueing_days": self.queueing,
                "process_days": self.process,
                "utilisation": self.utilisation,
                "hours_per_patient": self.hours,
                "outcome_lost": self.lost,
            }
        )


IN_DAYS = ("lead_time", "gate_wait", "collecting", "queueing", "process")


def perform(
    practice: Practice, context: Context, mastery: float = 0.0, assumptions: Assumptions = DEFAULTS
) -> Performance:
    """Return how a practice performs in a context.

    Parameters
    ----------
    practice : Practice
        What the place does.
    context : Context
        What the place is.
    mastery : float, default 0
        How far people have learnt to improve their own work, 0 to 1.
    assumptions : Assumptions, optional
        The constants of the model.

    Returns
    -------
    Performance
        Steady performance under these settings; the equations stand in `perform_arrays`.
    """
    p = perform_arrays(stack_practices([practice]), stack_contexts([context]), mastery, assumptions)
    values: dict[str, Any] = {}
    for name, array in zip(p._fields, p, strict=True):
        got = array[0] * (7 if name in IN_DAYS else 1)
        values[name] = tuple(got.tolist()) if got.ndim else float(got)
    touch = values.pop("touch_time") * 7
    return Performance(
        stages=context.stages, flow_efficiency=min(1.0, touch / values["lead_time"]), **values
    )
