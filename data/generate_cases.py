"""Make the monthly figures of the nine illustrative cases: ``python data/generate_cases.py``.

The cases are teaching reconstructions. They describe no real place. The programme of each case
lives by the lifecycle equations below; everything else (winter, shocks, noise, a changed
definition, a lost month) happens whatever approach is in use.

The equations, month by month, for a programme that started ``t`` months ago:

* step      ``ds = (R * fit - s) / tau``: the one-off gain, which saturates at ``R * fit`` (at less
  where fewer than half are willing);
* mastery   ``dK = alpha * time * w * (1 - K) - delta * K``: grows with own practice, fades without;
* learning  ``dL = ell * K * w``: the gain that goes on for as long as people go on learning;
* fit       ``dfit = adapt * K * (1 - fit)``: what is adapted comes to fit;
* willing   ``dw = beta * (monthly gain) - gamma * load``, less ``imposed`` at the start and
  ``kappa`` when a programme is dropped.

When a leader leaves, the share ``leader_keeps`` of the learning goes on. From month
``limit_moves`` what limits the whole lies outside the team's remit, and its work gains nothing
more. After a stop or a switch nobody tends the old programme: its gains lose ``fade`` a month.
The next programme starts with the willingness that is left. Every parameter is illustrative and
was chosen by hand; none was fitted to data. Only the standard library is used, and every case and
measure has a random stream of its own, so a second run writes the same bytes.
"""

from __future__ import annotations

import csv
import math
import random
from dataclasses import dataclass
from pathlib import Path

DATA = Path(__file__).parent
SEED = 494
MONTHS = 48
WINTER = (8, 9, 10)  # month 0 is an April, so these are December, January and February
COLUMNS = (
    "case",
    "month",
    "lead_time_days",
    "outcome_score",
    "cost_per_patient",
    "engagement",
    "learning_cycles",
    "flag",
)


@dataclass(frozen=True)
class Programme:
    """One programme's parameters, in the letters of the equations above (rates are per month)."""

    gain: float
    fit: float
    tau: float
    ell: float = 0.0
    alpha: float = 0.0
    time: float = 0.0
    adapt: float = 0.0
    load: float = 1.0
    imposed: float = 0.0


@dataclass(frozen=True)
class Place:
    """Where a case starts, what its gains mean there, and how noisy its figures are.

    A gain of 0.1 shortens the lead time by ``lead_gain`` times 10 %, lifts the outcome score by
    ``outcome_gain`` times 0.1 points and lowers the cost by ``cost_gain`` times 10 %.
    """

    first: Programme
    lead: float
    outcome: float
    cost: float
    willing: float
    lead_gain: float = 1.0
    outcome_gain: float = 30.0
    cost_gain: float = 0.3
    winter: float = 0.05
    noise: float = 0.03
    fade: float = 0.04
    kappa: float = 0.08
    second: Programme | None = None
    leader_keeps: float = 1.0
    limit_moves: int = MONTHS


@dataclass(frozen=True)
class Shock:
    """Something that happened whatever the approach: a share added to a measure for some months."""

    case: str
    month: int
    length: int
    lead: float = 0.0
    outcome: float = 0.0
    cost: float = 0.0
    engagement: float = 0.0


BETA, GAMMA, DELTA = 0.3, 0.0012, 0.02
CARRY = 0.4  # share of one month's noise that is still there in the next

PLACES: dict[str, Place] = {
    "A": Place(
        Programme(gain=0.30, fit=0.50, tau=3.0, alpha=0.05, time=0.05, load=3.0),
        lead=7.4,
        outcome=61.0,
        cost=3150.0,
        willing=0.61,
        winter=0.08,
        noise=0.025,
        outcome_gain=18.0,
        second=Programme(gain=0.10, fit=0.7, tau=6.0, ell=0.010, alpha=0.5, time=0.3, load=2.0),
    ),
    "B": Place(
        Programme(
            gain=0.26, fit=0.6, tau=4.0, ell=0.016, alpha=0.6, time=0.3, adapt=0.05, load=1.5
        ),
        lead=131.0,
        outcome=57.0,
        cost=7350.0,
        willing=0.60,
        outcome_gain=20.0,
        cost_gain=0.15,
        winter=0.06,
        noise=0.02,
        limit_moves=28,
    ),
    "C": Place(
        Programme(
            gain=0.10, fit=0.7, tau=8.0, ell=0.018, alpha=0.5, time=0.35, adapt=0.05, load=0.6
        ),
        lead=76.0,
        outcome=54.0,
        cost=612.0,
        willing=0.56,
        outcome_gain=36.0,
        winter=0.03,
    ),
    "D": Place(
        Programme(gain=0.42, fit=0.92, tau=3.0, alpha=0.1, time=0.08, load=0.8),
        lead=23.5,
        outcome=66.0,
        cost=97.0,
        willing=0.63,
        outcome_gain=16.0,
        cost_gain=0.25,
        winter=0.04,
    ),
    "E": Place(
        Programme(gain=0.14, fit=0.9, tau=2.2, alpha=0.04, time=0.04, load=2.6, imposed=0.03),
        lead=95.0,
        outcome=51.0,
        cost=1160.0,
        willing=0.60,
        lead_gain=-0.8,
        outcome_gain=-34.0,
        cost_gain=1.0,
        winter=0.02,
        noise=0.02,
        fade=0.06,
        kappa=0.06,
    ),
    "F": Place(
        Programme(
            gain=0.12, fit=0.7, tau=6.0, ell=0.020, alpha=0.6, time=0.35, adapt=0.06, load=0.6
        ),
        lead=12.4,
        outcome=56.0,
        cost=424.0,
        willing=0.58,
        outcome_gain=38.0,
        winter=0.05,
        noise=0.035,
        fade=0.08,
        kappa=0.07,
        leader_keeps=0.15,
    ),
    "G": Place(
        Programme(
            gain=0.14, fit=0.65, tau=6.0, ell=0.015, alpha=0.5, time=0.30, adapt=0.05, load=0.9
        ),
        lead=59.0,
        outcome=53.0,
        cost=905.0,
        willing=0.57,
        lead_gain=0.7,
        outcome_gain=42.0,
        cost_gain=0.05,
        winter=0.03,
    ),
    "H": Place(
        Programme(gain=0.34, fit=0.45, tau=1.5, alpha=0.04, time=0.04, load=2.2, imposed=0.02),
        lead=9.6,
        outcome=60.0,
        cost=41.5,
        willing=0.58,
        outcome_gain=12.0,
        cost_gain=0.2,
        winter=0.05,
        kappa=0.05,
        second=Programme(gain=0.24, fit=0.45, tau=3.0, alpha=0.06, time=0.05, load=2.2),
    ),
    "I": Place(
        Programme(
            gain=0.06, fit=0.6, tau=12.0, ell=0.011, alpha=0.28, time=0.25, adapt=0.03, load=1.0
        ),
        lead=31.5,
        outcome=50.0,
        cost=4310.0,
        willing=0.56,
        outcome_gain=30.0,
        winter=0.07,
        noise=0.04,
    ),
}

SHOCKS = (
    Shock("A", 33, 2, lead=0.12, engagement=-3.0),
    Shock("B", 17, 2, lead=0.06, cost=0.02),
    Shock("C", 22, 2, lead=0.08, engagement=-3.0),
    Shock("D", 29, 1, lead=0.22, outcome=-2.0),
    Shock("E", 39, 3, cost=0.04),
    Shock("F", 21, 2, lead=0.10, outcome=-2.0),
    Shock("G", 31, 2, lead=0.06, cost=0.03),
    Shock("H", 15, 1, lead=0.14),
    Shock("I", 38, 4, lead=0.07, outcome=-1.5, engagement=-2.0),
)

# A new definition moves the figures once and for all; nothing changed for patients that month.
REDEFINED = {"H": (31, "lead_time_days", 0.88, "lead time now counted in working days")}
LOST = {
    ("F", 13, "lead_time_days"): "lead time missing: the record system was replaced",
    ("I", 26, "outcome_score"): "outcome score missing: the survey was not sent",
}


def read(name: str) -> list[dict[str, str]]:
    """Return the rows of one table in this folder."""
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def lifecycle(place: Place, months: dict[str, int]) -> list[tuple[float, float, float]]:
    """Return benefit, willingness and expected learning cycles for each of the 48 months.

    Parameters
    ----------
    place : Place
        The case's parameters.
    months : dict of str to int
        Month of ``start`` and, where they happened, of ``leader_leaves``, ``stop`` and ``switch``.
    """
    never = MONTHS
    willing, mastery = place.willing, 0.0
    step = learned = old = 0.0
    programme, fit, keeps = None, 0.0, 1.0
    life = []
    for month in range(MONTHS):
        if month == months["start"]:
            programme, fit = place.first, place.first.fit
            willing -= programme.imposed
        if month == months.get("leader_leaves", never):
            keeps = place.leader_keeps
        if month in (months.get("stop", never), months.get("switch", never)):
            old, step, learned = old + step + learned, 0.0, 0.0
            programme, willing = None, willing - place.kappa
        if month == months.get("switch", never):
            programme, fit, keeps = place.second, place.second.fit, 1.0
        gained, cycles = 0.0, 0.0
        if programme:
            time = programme.time * keeps
            mastery += programme.alpha * time * willing * (1 - mastery) - DELTA * mastery
            if month < place.limit_moves:
                rise = (programme.gain * fit * min(1.0, willing / 0.5) - step) / programme.tau
                learned_now = programme.ell * mastery * willing * keeps
            else:
                rise = learned_now = 0.0  # what limits the whole now lies outside the remit
            step, learned, gained = step + rise, learned + learned_now, rise + learned_now
            fit += programme.adapt * mastery * (1 - fit)
            willing += BETA * max(gained, 0.0) - GAMMA * programme.load
            cycles = 24 * time * willing * (0.4 + mastery)
        else:
            mastery -= DELTA * mastery
        old *= 1 - place.fade
        willing = min(max(willing, 0.2), 0.9)
        life.append((step + learned + old, willing, cycles))
    return life


def noise(case: str, measure: str) -> list[float]:
    """Return 48 values of autocorrelated noise with unit variance, from a stream of its own."""
    stream = random.Random(f"{SEED}/{case}/{measure}")
    values, last = [], stream.gauss(0, 1)
    for _ in range(MONTHS):
        last = CARRY * last + math.sqrt(1 - CARRY**2) * stream.gauss(0, 1)
        values.append(last)
    return values


def count(stream: random.Random, rate: float) -> int:
    """Draw a Poisson count (Knuth's method, right for the small rates used here)."""
    limit, product, drawn = math.exp(-rate), stream.random(), 0
    while product > limit:
        product, drawn = product * stream.random(), drawn + 1
    return drawn


def shocked(case: str, month: int, measure: str) -> float:
    """Return what the shocks add to one measure in one month."""
    return sum(
        getattr(shock, measure)
        for shock in SHOCKS
        if shock.case == case and shock.month <= month < shock.month + shock.length
    )


def series(case: str, place: Place, months: dict[str, int]) -> list[dict[str, object]]:
    """Return the 48 rows of one case."""
    counts = random.Random(f"{SEED}/{case}/learning_cycles")
    jitter = {m: noise(case, m) for m in ("lead", "outcome", "cost", "engagement")}
    rows = []
    for month, (benefit, willing, cycles) in enumerate(lifecycle(place, months)):
        winter = float(month % 12 in WINTER)
        lead = place.lead * (1 - place.lead_gain * benefit)
        lead *= 1 + place.winter * winter + place.noise * jitter["lead"][month]
        lead *= 1 + shocked(case, month, "lead")
        outcome = place.outcome + place.outcome_gain * benefit - 0.8 * winter
        outcome += 1.1 * jitter["outcome"][month] + shocked(case, month, "outcome")
        cost = place.cost * (1 - place.cost_gain * benefit)
        cost *= 1 + 0.015 * winter + 0.012 * jitter["cost"][month] + shocked(case, month, "cost")
        engagement = 100 * willing - 1.5 * winter + 1.3 * jitter["engagement"][month]
        engagement += shocked(case, month, "engagement")
        row = {
            "case": case,
            "month": month,
            "lead_time_days": lead,
            "outcome_score": outcome,
            "cost_per_patient": cost,
            "engagement": engagement,
            "learning_cycles": count(counts, cycles),
            "flag": "",
        }
        if case in REDEFINED and month >= REDEFINED[case][0]:
            _, measure, factor, row["flag"] = REDEFINED[case]
            row[measure] *= factor
        for measure in COLUMNS[2:6]:
            row[measure] = f"{row[measure]:.1f}"
            if (case, month, measure) in LOST:
                row[measure], row["flag"] = "", LOST[case, month, measure]
        rows.append(row)
    return rows


def main(target: Path = DATA / "case_series.csv") -> None:
    """Write the monthly figures of all nine cases."""
    months: dict[str, dict[str, int]] = {case: {} for case in PLACES}
    for event in read("case_events.csv"):
        months[event["case"]].setdefault(event["kind"], int(event["month"]))
    with target.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        writer.writeheader()
        for case, place in PLACES.items():
            writer.writerows(series(case, place, months[case]))


if __name__ == "__main__":
    main()
