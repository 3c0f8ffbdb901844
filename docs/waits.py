"""How far the model's lead times lie from a discrete-event run, on batches of the model's range."""

from __future__ import annotations

import heapq
from collections.abc import Callable

import numpy as np
import pandas as pd

from toolkit.models.pathway import DEFAULTS, RANGES, STAGES, Context, Practice, perform

WEEK = DEFAULTS.staff_week
STAGE_COUNT, PATIENTS, PLACES = 5, 12_000, 25
LOADS = (0.5, 0.7, 0.88)
HIGHEST = 0.9  # above, chasing sets in, which the run does not have
BATCHES: dict[str, Callable[[np.random.Generator], np.ndarray]] = {
    "single patients": lambda _rng: np.ones(STAGE_COUNT, dtype=np.int64),
    "one size, 2 to 12": lambda rng: np.full(STAGE_COUNT, rng.integers(2, 13)),
    "any sizes, 2 to 12": lambda rng: rng.integers(2, 13, STAGE_COUNT),
    "growing, 1 to 12": lambda rng: np.sort(rng.integers(1, 13, STAGE_COUNT)),
    "shrinking, 12 to 1": lambda rng: np.sort(rng.integers(1, 13, STAGE_COUNT))[::-1],
}


def place(rng: np.random.Generator, batch: np.ndarray, load: float) -> tuple[Context, Practice]:
    """Draw a place with whole members of staff, whose tightest stage has a load."""
    drawn = {
        name: rng.uniform(RANGES[name].low, RANGES[name].high, STAGE_COUNT)
        for name in ("work", "setup", "heterogeneity", "service_scv")
    }
    standard = rng.uniform(0.1, 0.6, STAGE_COUNT)
    hours = _hours(drawn["work"], standard, drawn["heterogeneity"]) + drawn["setup"] / batch
    people = rng.integers(1, 5, STAGE_COUNT)
    context = Context(
        "A place", STAGES[:STAGE_COUNT], load * (people * WEEK / hours).min(),
        rng.uniform(RANGES["arrival_scv"].low, RANGES["arrival_scv"].high),
        low_benefit=0.0, staff_hours=people.sum() * WEEK, high_need=0.2, readiness=0.5, **drawn,
    )  # fmt: skip
    return context, Practice(batch, standard, people / people.sum(), 1.1, 0, 0, 0.0)


def _hours(work: np.ndarray, standard: np.ndarray, mixed: np.ndarray) -> np.ndarray:
    again = DEFAULTS.rework * (1 - standard) + DEFAULTS.exceptions * mixed * standard**2
    return work * (1 + again)


def simulated(context: Context, practice: Practice, seed: int, patients: int = PATIENTS) -> float:
    """Return the mean lead time in days, patient by patient, first come, first served."""
    rng = np.random.default_rng(seed)
    uneven, batches = context.arrival_scv, np.array(practice.batch, dtype=int)
    standard, mixed = np.array(practice.standardisation), np.array(context.heterogeneity)
    hours = _hours(np.array(context.work), standard, mixed)
    scv = np.array(context.service_scv) * (1 - DEFAULTS.steadying * standard * (1 - mixed))
    people = np.rint(context.staff_hours * np.array(practice.split) / WEEK).astype(int)
    at = np.cumsum(rng.gamma(1 / uneven, uneven / context.demand, patients))
    born, who = at.copy(), np.arange(patients)
    for k, batch in enumerate(batches):
        lots = len(who) // batch
        who, at = who[: lots * batch], at[: lots * batch]
        ready = at.reshape(lots, batch).max(1)
        each = rng.gamma(1 / scv[k], hours[k] * scv[k], (lots, batch)).sum(1)
        busy, free = (context.setup[k] + each) / WEEK, [0.0] * people[k]
        done = np.empty(lots)
        for i in range(lots):
            done[i] = max(ready[i], heapq.heappop(free)) + busy[i]
            heapq.heappush(free, done[i])
        left = np.repeat(done, batch)
        order = np.argsort(left, kind="stable")
        at, who = left[order], who[order]
    time = np.full(patients, np.nan)
    time[who] = at - born[who]
    return float(7 * np.nanmean(time[patients // 10 : int(patients * 0.95)]))


def errors(kind: str, load: float, places: int = PLACES, seed: int = 3) -> np.ndarray:
    """Return the model's lead time against the run's, less one, in random places."""
    rng, found = np.random.default_rng(seed), []
    while len(found) < places:
        try:
            context, practice = place(rng, BATCHES[kind](rng), load)
        except ValueError:  # outside what the model takes
            continue
        told = perform(practice, context, 0.0)
        if max(told.utilisation) <= HIGHEST:
            found.append(told.lead_time / simulated(context, practice, len(found)) - 1)
    return np.array(found)


def table(places: int = PLACES) -> pd.DataFrame:
    """Return the errors by kind of batches and load."""
    rows = []
    for kind in BATCHES:
        for load in LOADS:
            error = 100 * errors(kind, load, places)
            rows.append(
                {
                    "batches": kind, "load of the tightest stage": load, "places": places,
                    "mean error": f"{error.mean():+.0f}%",
                    "worst": f"{error[np.abs(error).argmax()]:+.0f}%",
                    "beyond 15%": f"{(np.abs(error) > 15).mean():.0%}".replace("%", " %"),
                }
            )  # fmt: skip
    return pd.DataFrame(rows)
