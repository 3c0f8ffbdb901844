"""What care is worth: cost by the minute, ratios, net benefit, and weights that can turn a ranking.

A ratio says how much outcome a pound brings on average. It does not say whether more is worth
paying for: that takes the extra cost, the extra outcome, and what one is willing to give for it.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import product

import numpy as np
import pandas as pd

from toolkit.models.queues.draws import Checked, check_number, checked

# Pounds per QALY that NICE works with for services (nice2025). New medicines are judged at
# 25,000 to 35,000 since 2026; that change applies to nothing else.
THRESHOLDS = (20_000, 30_000)


@dataclass(frozen=True)
class Pool(Checked):
    """People or rooms that are paid for together.

    Parameters
    ----------
    name : str
        Who or what it is.
    cost : float
        What the whole pool costs in the period, in one currency.
    minutes : float
        Its practical capacity: the minutes it can really work in that period.
    """

    name: str
    cost: float = checked()
    minutes: float = checked(called="minutes of practical capacity", above=True)

    @property
    def rate(self) -> float:
        """Capacity cost rate: the cost of one minute."""
        return self.cost / self.minutes


@dataclass(frozen=True)
class Account:
    """Where the minutes of a pool, and its cost, have gone.

    Parameters
    ----------
    pool : Pool
        What is paid for.
    used : float
        Minutes used for what is being costed.
    lent : float, default 0
        Minutes redeployed: another service uses them, and would have paid for them otherwise.
    removed : float, default 0
        Minutes that are no longer paid for.

    References
    ----------
    Kaplan, R.S. and Anderson, S.R. (2004) Time-driven activity-based costing. Harvard Business
    Review, 82(11), 131-138.
    """

    pool: Pool
    used: float
    lent: float = 0.0
    removed: float = 0.0

    def __post_init__(self) -> None:
        """Refuse to give away more minutes than there are."""
        for name in ("used", "lent", "removed"):
            check_number(f"{self.pool.name}: minutes {name}", getattr(self, name))
        given = self.used + self.lent + self.removed
        if given > self.pool.minutes * (1 + 1e-12):
            raise ValueError(
                f"{self.pool.name}: the minutes used, lent and removed come to {given:,.0f}, but "
                f"only {self.pool.minutes:,.0f} can be worked. Take fewer, or pay for more."
            )

    @property
    def unused(self) -> float:
        """Minutes that are paid for and that nobody uses."""
        return max(0.0, self.pool.minutes - self.used - self.lent - self.removed)

    @property
    def bill(self) -> float:
        """What is still paid for the pool; it falls only by what is removed."""
        return self.pool.cost - self.removed * self.pool.rate

    @property
    def costs(self) -> dict[str, float]:
        """The cost of the pool by where its minutes went: used, lent, unused, removed."""
        went = {name: getattr(self, name) for name in ("used", "lent", "unused", "removed")}
        return {name: minutes * self.pool.rate for name, minutes in went.items()}


@dataclass(frozen=True)
class Clinic:
    """Pools that are paid for in a period, and what one visit takes of them.

    Parameters
    ----------
    pools : tuple of Pool
        All that a visit needs.
    visit : mapping of str to float
        Minutes that one visit takes from each pool, by its name.
    """

    pools: tuple[Pool, ...]
    visit: Mapping[str, float]

    @property
    def each(self) -> float:
        """What one visit costs by its minutes."""
        return sum(pool.rate * self.visit[pool.name] for pool in self.pools)

    def fullest(self) -> tuple[str, int]:
        """Return which pool runs out first, and how many visits it allows in the period.

        Raises
        ------
        ValueError
            If a visit takes no minutes from any pool.
        """
        minutes = {pool.name: pool.minutes for pool in self.pools}
        allowed = {name: minutes[name] / taken for name, taken in self.visit.items() if taken > 0}
        if not allowed:
            raise ValueError(
                "A visit that takes no minutes has no limit; give it minutes of a pool."
            )
        name = min(allowed, key=allowed.__getitem__)
        return name, math.floor(allowed[name] + 1e-9)

    def costs(self, visits: float, **given: Mapping[str, float]) -> dict[str, float]:
        """Return what so many visits in the period cost, all pools together.

        Parameters
        ----------
        visits : float
            How many.
        **given : mapping of str to float
            For a pool, by its name, the minutes ``lent`` and ``removed``, as in `Account`.

        Returns
        -------
        dict of str to float
            The cost of minutes used, lent, unused and removed, and the bill.
        """
        held = [
            Account(pool, visits * self.visit[pool.name], **given.get(pool.name, {}))
            for pool in self.pools
        ]
        parts = {part: sum(each.costs[part] for each in held) for part in held[0].costs}
        return {**parts, "bill": sum(each.bill for each in held)}


@dataclass(frozen=True)
class Service(Checked):
    """What a service brings a person on average, and what it costs.

    Parameters
    ----------
    name : str
        What it is called.
    effect : float
        The outcome for one person, such as QALYs.
    cost : float
        The cost for one person, over the full cycle of care.
    """

    name: str
    effect: float = checked(low=-math.inf)
    cost: float = checked()

    @property
    def ratio(self) -> float:
        """Outcome per unit of money.

        Raises
        ------
        ValueError
            If the service costs nothing: the ratio has no value then.
        """
        if self.cost == 0:
            raise ValueError(
                f"{self.name} costs nothing, so outcome over cost has no value. Compare net "
                f"benefits instead."
            )
        return self.effect / self.cost


@dataclass(frozen=True)
class Verdict:
    """What the extra cost and the extra outcome say about a service.

    Parameters
    ----------
    kind : {"buys", "saves", "better", "worse", "same", "same_dearer", "same_cheaper"}
        More outcome for more money, or less of both; more outcome and no extra cost, or less and
        no saving; the same outcome for as much, more or less.
    icer : float or None
        Extra cost per extra unit of outcome; None where the ratio would mislead.
    """

    kind: str
    icer: float | None = None


def compare_services(new: Service, old: Service) -> Verdict:
    """Compare one service with another by its incremental cost-effectiveness ratio.

    Parameters
    ----------
    new, old : Service
        The service that is weighed, and what there is without it.

    Returns
    -------
    Verdict
        What the two differences mean, and their ratio. Better and cheaper, or worse and dearer,
        have no ratio: both would give a negative figure, and mean opposite things.
    """
    gain, extra = new.effect - old.effect, new.cost - old.cost
    # relative to the figures themselves: a gain may be counted in units of any size
    same_gain, same_cost = (
        np.isclose(getattr(new, part), getattr(old, part), rtol=1e-9, atol=0)
        for part in ("effect", "cost")
    )
    if same_gain:
        return Verdict("same" if same_cost else "same_dearer" if extra > 0 else "same_cheaper")
    if same_cost or (gain > 0) != (extra > 0):
        return Verdict("better" if gain > 0 else "worse")
    return Verdict("buys" if gain > 0 else "saves", extra / gain)


def net_benefit(
    gain: np.ndarray | float, extra: np.ndarray | float, threshold: float
) -> np.ndarray:
    """Return the net monetary benefit: threshold times extra outcome, less extra cost.

    Parameters
    ----------
    gain : array or float
        Extra outcome per person.
    extra : array or float
        Extra cost per person.
    threshold : float
        What one is willing to pay for one unit of outcome.

    Returns
    -------
    array
        Net benefit per person, in money; above zero, the service is worth it at that threshold.
    """
    check_number("threshold", threshold)
    return threshold * np.asarray(gain, float) - np.asarray(extra, float)


def score(outcomes: pd.DataFrame, weights: Mapping[str, float]) -> pd.Series:
    """Return one weighted score per service.

    Parameters
    ----------
    outcomes : DataFrame
        One row per service, one column per outcome, all on one scale where more is better.
    weights : mapping of str to float
        How much each outcome counts; only their proportions matter.

    Returns
    -------
    Series
        The weighted mean, by service.

    Raises
    ------
    ValueError
        If an outcome has no weight, or if all weights are zero.
    """
    if missing := [name for name in outcomes if name not in weights]:
        raise ValueError(f"Each outcome needs a weight, zero if need be; missing: {missing[0]}.")
    for name in outcomes:
        check_number(f"weight of {name}", weights[name])
    total = sum(weights[name] for name in outcomes)
    if total == 0:
        raise ValueError("All weights are zero, so nothing counts. Give at least one outcome some.")
    return sum(outcomes[name] * (weights[name] / total) for name in outcomes)


def firsts(
    outcomes: pd.DataFrame, cost: pd.Series | None = None, points: int = 10
) -> tuple[pd.Series, int]:
    """Count how often each service comes first, over all ways of sharing out points.

    Parameters
    ----------
    outcomes : DataFrame
        As in `score`.
    cost : Series, optional
        Cost by service; where given, score over cost is ranked.
    points : int, default 10
        Whole points to share among the outcomes.

    Returns
    -------
    tuple of Series and int
        How often each is first (a shared first place counts for each), and how many ways there are.
    """
    check_number("points", points, low=1, whole=True)
    names = list(outcomes)
    ways = [way for way in product(range(points + 1), repeat=len(names)) if sum(way) == points]
    table = pd.DataFrame([score(outcomes, dict(zip(names, way, strict=True))) for way in ways])
    if cost is not None:
        table = table / cost
    top = table.ge(table.max(axis=1) * (1 - 1e-12), axis=0)
    return top.sum().astype("int64"), len(ways)
