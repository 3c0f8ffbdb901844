"""From what is seen in a service to a place of the model, and what the five logics say of it.

The place is made up. It starts calm, with little for anybody to find; each thing seen changes it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np

from toolkit.models.logics import FIVE, Change, Finding, Logic, Site
from toolkit.models.logics.base import WORDS
from toolkit.models.pathway import Context, Performance, Practice, perform

SAID = WORDS["place_like_yours"]
STAGES = tuple(SAID["stages"])
# Illustrative throughout. Hours are shared out so that no stage is fuller than another.
PLACE = {
    "demand": 30.0, "arrival_scv": 0.7, "work": (0.4, 1.0, 0.8, 2.2, 0.8),
    "setup": (0.2, 0.4, 0.4, 0.8, 0.3), "heterogeneity": (0.3,) * 5, "service_scv": (0.6,) * 5,
    "low_benefit": 0.04, "staff_hours": 230.0, "high_need": 0.2, "readiness": 0.5,
}  # fmt: skip
HABITS = {
    "batch": (2.0,) * 5, "standardisation": (0.6,) * 5, "split": (0.1, 0.19, 0.16, 0.4, 0.15),
    "release": 0.95, "threshold": 0.1, "need_first": 0.3, "learning": 0.05,
}  # fmt: skip
MASTERY = 0.2
MONTHS, NOISE, SEED = 12, 0.12, 1


@dataclass(frozen=True)
class Sign:
    """What one thing that is seen changes in the model, and which lesson goes into it.

    Attributes
    ----------
    means : str
        The change in words.
    sets : dict
        Settings of place and habits.
    tight : dict
        Position of a stage to the factor by which it has fewer hours.
    lesson : str
        Number of the lesson.
    """

    means: str
    sets: dict
    tight: dict
    lesson: str


SETTINGS: dict[str, tuple[dict[str, Any], dict[int, float], str]] = {
    "waits": ({"batch": (10.0,) * 5}, {}, "02"),
    "full": ({}, {3: 0.75}, "03"),
    "months": ({"arrival_scv": 2.0, "service_scv": (2.0,) * 5}, {}, "05"),
    "hardly": ({"low_benefit": 0.3, "threshold": 0.0}, {}, "06"),
    "cost": ({"standardisation": (0.85,) * 5, "heterogeneity": (0.8,) * 5}, {}, "04"),
    "least": ({"high_need": 0.45, "need_first": 0.0}, {}, "06"),
    "time": ({"learning": 0.0, "mastery": 0.0}, {}, "01"),
    "next": ({"release": 1.1}, {4: 2 / 3}, "11"),
}
SIGNS = {name: Sign(SAID["sign"][name], *rest) for name, rest in SETTINGS.items()}
LESSON_OF = {
    "lean": "02", "constraints": "03", "value": "04", "service_improvement": "05", "prudent": "06",
}  # fmt: skip


def site_of(seen: Iterable[str]) -> Site:
    """Return a place of the model in which these things are seen."""
    seen = [name for name in SIGNS if name in set(seen)]
    held: dict[str, Any] = {**PLACE, **HABITS, "mastery": MASTERY}
    for name in seen:
        held |= SIGNS[name].sets
    # The hours that a stage lacks go to no other stage: there are fewer in all.
    hours = held["staff_hours"] * np.array(held["split"])
    for name in seen:
        for stage, factor in SIGNS[name].tight.items():
            hours[stage] *= factor
    held["staff_hours"] = float(hours.sum())
    held["split"] = tuple((hours / hours.sum()).tolist())
    site = Site(
        Context(SAID["name"], STAGES, **{name: held[name] for name in PLACE}),
        Practice(**{name: held[name] for name in HABITS}),
        held["mastery"],
    )
    if "months" not in seen:
        return site
    chance = np.random.default_rng(SEED).normal(0, NOISE, MONTHS)
    history = site.performance.lead_time * np.exp(chance)
    return Site(site.context, site.practice, site.mastery, tuple(history.tolist()))


@dataclass(frozen=True)
class Heard:
    """What one logic says of a place, and what its change would do there.

    Attributes
    ----------
    logic : Logic
        Whose it is.
    finding : Finding
        What it calls the problem.
    change : Change or None
        What it would change first.
    before, after : Performance
        The place without and with the change.
    """

    logic: Logic
    finding: Finding
    change: Change | None
    before: Performance
    after: Performance


# By what a change can be judged: how much better the place is with it, as a share.
JUDGED: dict[str, Callable[[Performance, Performance], float]] = {
    SAID["judged"]["value"]: lambda p, q: q.value / p.value - 1,
    SAID["judged"]["lead_time"]: lambda p, q: p.lead_time / q.lead_time - 1,
    SAID["judged"]["equity"]: lambda p, q: p.equity_gap - q.equity_gap,
}
WORTH = 0.002  # illustrative: what brings less is counted as nothing


@cache
def hear(seen: frozenset[str]) -> tuple[Heard, ...]:
    """Let all five logics look, find and propose in a place in which these things are seen."""
    site, said = site_of(seen), []
    for logic in FIVE.values():
        finding = logic.find(logic.look(site))
        change = logic.change(site)
        practice = change.practice if change else site.practice
        after = perform(practice, site.context, site.mastery)
        said.append(Heard(logic, finding, change, site.performance, after))
    return tuple(said)


def most(seen: frozenset[str]) -> dict[str, tuple[str, ...]]:
    """Return for each way of judging whose change would do most; none where no change does good."""
    found = {}
    for way, gain in JUDGED.items():
        gains = {each.logic.name: gain(each.before, each.after) for each in hear(seen)}
        best = max(gains.values())
        found[way] = tuple(
            name for name, each in gains.items() if best > WORTH and best - each < WORTH / 10
        )
    return found
