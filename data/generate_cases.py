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
MEASURES = ("lead_time_days", "outcome_score", "cost_per_patient", "engagement")
COLUMNS = ("case", "month", *MEASURES, "learning_cycles", "flag", "provenance")
BETA, GAMMA, DELTA = 0.3, 0.0012, 0.02
CARRY = 0.4  # share of one month's noise that is still there in the next


@dataclass(frozen=True)
class Programme:
    """One programme's parameters, in the letters of the equations above (rates are per month)."""

    gain: float
    fit: float
    tau: float
    ell: float
    alpha: float
    time: float
    adapt: float
    load: float
    imposed: float


@dataclass(frozen=True)
class Place:
    """Where a case starts, what its gains mean there, and how noisy its figures are.

    A gain of 0.1 shortens the lead time by ``lead_gain`` times 10%, lifts the outcome score by
    ``outcome_gain`` times 0.1 points and lowers the cost by ``cost_gain`` times 10%.
    """

    lead: float
    outcome: float
    cost: float
    willing: float
    lead_gain: float
    outcome_gain: float
    cost_gain: float
    winter: float
    noise: float
    fade: float
    kappa: float
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


FIRST = {
    #              gain   fit   tau    ell  alpha  time  adapt load imposed
    "A": Programme(0.30, 0.50, 3.0, 0.000, 0.05, 0.05, 0.00, 3.0, 0.00),
    "B": Programme(0.26, 0.60, 4.0, 0.016, 0.60, 0.30, 0.05, 1.5, 0.00),
    "C": Programme(0.10, 0.70, 8.0, 0.018, 0.50, 0.35, 0.05, 0.6, 0.00),
    "D": Programme(0.42, 0.92, 3.0, 0.000, 0.10, 0.08, 0.00, 0.8, 0.00),
    "E": Programme(0.14, 0.90, 2.2, 0.000, 0.04, 0.04, 0.00, 2.6, 0.03),
    "F": Programme(0.12, 0.70, 6.0, 0.020, 0.60, 0.35, 0.06, 0.6, 0.00),
    "G": Programme(0.14, 0.65, 6.0, 0.015, 0.50, 0.30, 0.00, 0.9, 0.00),  # copies, and learns
    "H": Programme(0.34, 0.45, 1.5, 0.000, 0.04, 0.04, 0.00, 2.2, 0.02),
    "I": Programme(0.06, 0.60, 12.0, 0.011, 0.28, 0.25, 0.03, 1.0, 0.00),
}
SECOND = {
    "A": Programme(0.10, 0.70, 6.0, 0.010, 0.50, 0.30, 0.00, 2.0, 0.00),
    "H": Programme(0.24, 0.45, 3.0, 0.000, 0.06, 0.05, 0.00, 2.2, 0.00),
}
PLACES = {
    #          lead  outcome cost willing  gain: lead, outcome, cost  winter noise fade kappa
    "A": Place(7.4, 61.0, 3150.0, 0.61, 1.0, 18.0, 0.3, 0.08, 0.025, 0.04, 0.08),
    "B": Place(131.0, 57.0, 7350.0, 0.60, 1.0, 20.0, 0.15, 0.06, 0.020, 0.04, 0.08, limit_moves=28),
    "C": Place(76.0, 54.0, 612.0, 0.56, 1.0, 36.0, 0.3, 0.03, 0.030, 0.04, 0.08),
    "D": Place(23.5, 66.0, 97.0, 0.63, 1.0, 16.0, 0.25, 0.04, 0.030, 0.04, 0.08),
    "E": Place(95.0, 51.0, 1160.0, 0.60, -0.8, -34.0, 1.0, 0.02, 0.020, 0.06, 0.06),
    "F": Place(12.4, 56.0, 424.0, 0.58, 1.0, 38.0, 0.3, 0.05, 0.035, 0.08, 0.07, leader_keeps=0.15),
    "G": Place(59.0, 53.0, 905.0, 0.57, 0.7, 42.0, 0.05, 0.03, 0.030, 0.04, 0.08),
    "H": Place(9.6, 60.0, 41.5, 0.58, 1.0, 12.0, 0.2, 0.05, 0.030, 0.04, 0.05),
    "I": Place(31.5, 50.0, 4310.0, 0.56, 1.0, 30.0, 0.3, 0.07, 0.040, 0.04, 0.08),
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


def lifecycle(case: str, months: dict[str, int]) -> list[tuple[float, float, float]]:
    """Return benefit, willingness and expected learning cycles for each of the 48 months.

    Parameters
    ----------
    case : str
        Letter of the case.
    months : dict of str to int
        Month of ``start`` and, where they happened, of ``leader_leaves``, ``stop`` and ``switch``.
    """
    place, programme = PLACES[case], None
    willing, mastery, fit, keeps = place.willing, 0.0, 0.0, 1.0
    step = learned = old = 0.0
    life = []
    for month in range(MONTHS):
        happens = {kind for kind, when in months.items() if when == month}
        if "start" in happens:
            programme, fit = FIRST[case], FIRST[case].fit
            willing -= programme.imposed
        if "leader_leaves" in happens:
            keeps = place.leader_keeps
        if happens & {"stop", "switch"}:
            old, step, learned = old + step + learned, 0.0, 0.0
            programme, willing = None, willing - place.kappa
        if "switch" in happens:
            programme, fit, keeps = SECOND[case], SECOND[case].fit, 1.0
        cycles = 0.0
        if programme:
            time = programme.time * keeps
            mastery += programme.alpha * time * willing * (1 - mastery) - DELTA * mastery
            rise = learned_now = 0.0
            if month < place.limit_moves:
                rise = (programme.gain * fit * min(1.0, willing / 0.5) - step) / programme.tau
                learned_now = programme.ell * mastery * willing * keeps
            step, learned = step + rise, learned + learned_now
            fit += programme.adapt * mastery * (1 - fit)
            willing += BETA * max(rise + learned_now, 0.0) - GAMMA * programme.load
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
    felt = (s for s in SHOCKS if s.case == case and s.month <= month < s.month + s.length)
    return sum(getattr(shock, measure) for shock in felt)


def series(case: str, months: dict[str, int]) -> list[dict[str, object]]:
    """Return the 48 rows of one case."""
    place, counts = PLACES[case], random.Random(f"{SEED}/{case}/learning_cycles")
    jitter = {m: noise(case, m) for m in ("lead", "outcome", "cost", "engagement")}
    rows = []
    for month, (benefit, willing, cycles) in enumerate(lifecycle(case, months)):
        winter = float(month % 12 in WINTER)
        chance = {m: values[month] for m, values in jitter.items()}
        shock = {m: shocked(case, month, m) for m in jitter}
        lead = place.lead * (1 - place.lead_gain * benefit)
        lead *= 1 + place.winter * winter + place.noise * chance["lead"]
        lead *= 1 + shock["lead"]
        outcome = place.outcome + place.outcome_gain * benefit - 0.8 * winter
        outcome += 1.1 * chance["outcome"] + shock["outcome"]
        cost = place.cost * (1 - place.cost_gain * benefit)
        cost *= 1 + 0.015 * winter + 0.012 * chance["cost"] + shock["cost"]
        engagement = 100 * willing - 1.5 * winter + 1.3 * chance["engagement"] + shock["engagement"]
        figures = dict(zip(MEASURES, (lead, outcome, cost, engagement), strict=True))
        flag = ""
        if case in REDEFINED and month >= REDEFINED[case][0]:
            _, measure, factor, flag = REDEFINED[case]
            figures[measure] *= factor
        row = {"case": case, "month": month, "learning_cycles": count(counts, cycles)}
        row |= {measure: f"{figure:.1f}" for measure, figure in figures.items()}
        for measure in MEASURES:
            if (case, month, measure) in LOST:
                row[measure], flag = "", LOST[case, month, measure]
        rows.append(row | {"flag": flag, "provenance": "illustrative"})
    return rows


def main(target: Path = DATA / "case_series.csv") -> None:
    """Write the monthly figures of all nine cases."""
    months: dict[str, dict[str, int]] = {case: {} for case in PLACES}
    with (DATA / "case_events.csv").open(encoding="utf-8", newline="") as file:
        for event in csv.DictReader(file):
            months[event["case"]].setdefault(event["kind"], int(event["month"]))
    with target.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        writer.writeheader()
        for case in PLACES:
            writer.writerows(series(case, months[case]))


if __name__ == "__main__":
    main()
