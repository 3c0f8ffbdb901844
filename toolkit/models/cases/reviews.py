"""A case opened stretch by stretch: what may be seen, what was forecast, what the record shows.

The forecasts are about events that can be checked, so that they can be scored beside a base rate.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from functools import cache
from typing import Any

import numpy as np
import pandas as pd

from toolkit import evidence
from toolkit.evidence import Case
from toolkit.spc import individuals_limits
from toolkit.text.words import Words

WORDS = Words("toolkit.models.cases")
MONTHS = 48
NINE = tuple("ABCDEFGHI")
BASELINE = 12  # months behind each set of limits, and open before the first review: a whole winter
YEAR = 12
PACES = ("3", "6")  # months from one review to the next
ENDINGS = ("stopped", "switched")

CHOICES = WORDS["choices"]
FORECASTS = WORDS["forecasts"]
ASKED = "better"  # the forecast that a review asks for: the next months answer it
# Whether less (-1) or more (1) is better.
BETTER = {
    "lead_time_days": -1,
    "outcome_score": 1,
    "cost_per_patient": -1,
    "engagement": 1,
    "learning_cycles": 1,
}
# Column of the series: what it is called, its unit, and which way is better.
MEASURES = {name: (*WORDS["measures"][name], better) for name, better in BETTER.items()}


@dataclass(frozen=True)
class Review:
    """What a learner committed to before the next stretch opened.

    Parameters
    ----------
    choice : str
        One of `CHOICES`.
    running, better : float or None
        Probability, 0 to 1, of each event in `FORECASTS`; None if it was not asked for.
    reason : str
        In the learner's own words; empty if there are none.

    Raises
    ------
    ValueError
        If something is missing or impossible; the message says what would be right.
    """

    choice: str
    running: float | None = None
    better: float | None = None
    reason: str = ""

    def __post_init__(self) -> None:
        """Refuse what could not be scored or read again."""
        if self.choice not in CHOICES:
            raise ValueError(WORDS.say("refused.choice", choices=list(CHOICES)))
        for name, chance in self.chances.items():
            if isinstance(chance, bool) or not isinstance(chance, int | float):
                raise ValueError(WORDS.say("refused.slider"))
            if not 0 <= chance <= 1:
                raise ValueError(WORDS.say("refused.chance", name=name, chance=chance))
        if not isinstance(self.reason, str):
            raise ValueError(WORDS.say("refused.reason"))

    @property
    def chances(self) -> dict[str, Any]:
        """The forecasts by event: the one that is asked for, and whatever an older record holds."""
        said = {name: getattr(self, name) for name in FORECASTS}
        return {name: each for name, each in said.items() if name == ASKED or each is not None}


@dataclass(frozen=True)
class Sitting:
    """How far one case has been opened, and what was said on the way.

    Parameters
    ----------
    case : str
        ``A`` to ``I``.
    every : int
        Months from one review to the next: 3 or 6.
    reviews : tuple of Review
        In order.
    shown : bool
        True if a trainer opened everything.
    """

    case: str
    every: int = 6
    reviews: tuple[Review, ...] = ()
    shown: bool = False

    @property
    def month(self) -> int:
        """How many months are open."""
        return MONTHS if self.over else BASELINE + self.every * len(self.reviews)

    @property
    def over(self) -> bool:
        """True once nothing is left to decide: month 48, or the programme has ended."""
        open_now = BASELINE + self.every * len(self.reviews)
        return self.shown or open_now >= MONTHS or ended(evidence.case(self.case)) < open_now

    def commit(self, review: Review) -> Sitting:
        """Return the sitting with one more review, and so with the next stretch open."""
        return self if self.over else replace(self, reviews=(*self.reviews, review))

    def entry(self) -> dict[str, Any]:
        """Return what the learner's record keeps."""
        reviews = [asdict(review) for review in self.reviews]
        return {"kind": "case", "every": self.every, "reviews": reviews, "shown": self.shown}

    @classmethod
    def of_entry(cls, name: str, entry: dict[str, Any]) -> Sitting:
        """Return the sitting that an entry of the record tells of; an unreadable one is refused."""
        try:
            every = entry["every"]
            if str(every) not in PACES:
                raise ValueError(WORDS.say("refused.pace", every=every))
            reviews = tuple(Review(**review) for review in entry["reviews"])
            return cls(name, every, reviews, bool(entry.get("shown")))
        except (KeyError, TypeError, ValueError) as problem:
            said = WORDS.say("refused.entry", case=name, problem=problem)
            raise ValueError(said) from problem


def ended(case: Case) -> int:
    """Return the month in which the programme stopped or was switched; `MONTHS` if it never was."""
    return case.outcome_month if case.outcome in ENDINGS else MONTHS


def endured(case: Case) -> bool:
    """Return whether a programme ran to the end, its whole last year better than all before it."""
    return ended(case) == MONTHS and not no_better(case)


def no_better(case: Case) -> int:
    """Return how many months of the last year are no better than some month before the start."""
    up = MEASURES[case.tracked_measure][2] * monthly(case, case.tracked_measure)
    return int((up[-YEAR:] <= np.nanmax(up[: case.start_month])).sum())


def monthly(case: Case, measure: str) -> np.ndarray:
    """Return one measure for months 0 to 47; a missing month is NaN."""
    if measure not in MEASURES:
        raise ValueError(f"There is no measure '{measure}'; there is {', '.join(MEASURES)}.")
    return case.series.set_index("month")[measure].reindex(range(MONTHS)).to_numpy(float)


def reviews_of(case: Case, every: int = 6) -> range:
    """Return the months at which the programme of a case is reviewed while it is running."""
    return range(BASELINE, min(MONTHS, ended(case) + 1), every)


def opened(
    case: Case, measure: str, every: int = 6, until: int = MONTHS
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the open months of a measure, each judged by limits that were set before it opened.

    Parameters
    ----------
    case : Case
        One of the nine.
    measure : str
        One of `MEASURES`.
    every : int
        Months from one set of limits to the next.
    until : int
        Months that are open.

    Returns
    -------
    months : DataFrame
        ``month``, ``value``, ``judged``: ``inside``, ``better``, ``worse``, ``not known`` or
        ``first year``.
    bands : DataFrame
        ``start``, ``stop``, ``centre``, ``low``, ``high``: one row for each set of limits. The last
        one reaches beyond what is open.
    """
    values, better = monthly(case, measure), MEASURES[measure][2]
    judged, bands = ["first year"] * BASELINE, []
    for start in range(BASELINE, min(until + 1, MONTHS), every):
        limits = individuals_limits(values, slice(start - BASELINE, start))
        stop = min(start + every, MONTHS)
        judged += [limits.judge(value, better) for value in values[start:stop]]
        # No measure here can be negative, so no limit is drawn below zero.
        bands.append((start, stop, limits.centre, max(0.0, limits.low), limits.high))
    months = pd.DataFrame(
        {"month": range(until), "value": values[:until], "judged": judged[:until]}
    )
    return months, pd.DataFrame(bands, columns=["start", "stop", "centre", "low", "high"])


def reach(case: Case, measure: str) -> tuple[float, float]:
    """Return the ends of an axis that tells nothing of what is still to come.

    It reaches as far below and above the first year as any of the nine cases ever goes.

    Parameters
    ----------
    case : Case
        One of the nine.
    measure : str
        One of `MEASURES`.
    """
    low, high = _furthest(measure)
    if measure == "learning_cycles":
        return low, high
    year = float(np.nanmean(monthly(case, measure)[:BASELINE]))
    return low * year, high * year


@cache
def _furthest(measure: str) -> tuple[float, float]:
    """Return the lowest and the highest of all cases, as shares of the first year.

    Tests of a change start from nought, so they stay as they are counted.
    """
    ends = []
    for case in map(evidence.case, NINE):
        months, bands = opened(case, measure)
        drawn = np.concatenate([months["value"], bands["low"], bands["high"]])
        first = np.nanmean(drawn[:BASELINE]) if measure != "learning_cycles" else 1
        ends.append(drawn / first)
    every = np.concatenate(ends)
    return float(np.nanmin(every)), float(np.nanmax(every))


def events(case: Case, until: int = MONTHS, hindsight: bool = False) -> pd.DataFrame:
    """Return what happened in the open months.

    Parameters
    ----------
    case : Case
        One of the nine.
    until : int
        Months that are open.
    hindsight : bool, default False
        Whether to include the ceiling. While it happens nobody can tell it from noise, so it is
        kept back until the verdict.

    Returns
    -------
    DataFrame
        ``month``, ``kind``, ``text``, ``about_approach``.
    """
    held = case.events[case.events["month"] < until]
    held = held if hindsight else held[held["kind"] != "ceiling"]
    return held.assign(kind=held["kind"].str.replace("_", " ")).reset_index(drop=True)


def came_true(case: Case, month: int, every: int = 6) -> dict[str, bool | None]:
    """Return which of the forecast events happened after the review in one month.

    Parameters
    ----------
    case : Case
        One of the nine.
    month : int
        Month of the review.
    every : int
        Months to the next review.

    Returns
    -------
    dict of str to bool or None
        One entry for each of `FORECASTS`; None where no figure is known.
    """
    months, _ = opened(case, case.tracked_measure, every)
    judged = months["judged"].iloc[month : month + every]
    known = (judged != "not known").any()
    return {
        "running": ended(case) >= min(month + YEAR, MONTHS),
        "better": bool((judged == "better").any()) if known else None,
    }


@cache
def base_rates(every: int = 6) -> dict[str, float]:
    """Return how often each event happened, over all reviews of the nine cases."""
    held = pd.DataFrame(
        came_true(case, month, every)
        for case in map(evidence.case, NINE)
        for month in reviews_of(case, every)
    )
    return {name: float(held[name].dropna().astype(float).mean()) for name in FORECASTS}


def brier(chances: Sequence[float], outcomes: Sequence[bool]) -> float:
    """Return the mean squared gap between forecasts and what happened: 0 is best, 1 is worst.

    Parameters
    ----------
    chances : sequence of float
        Probabilities, 0 to 1.
    outcomes : sequence of bool
        What happened, as many.

    Returns
    -------
    float
        The score.

    Raises
    ------
    ValueError
        If there is nothing to score, or a probability is impossible.

    References
    ----------
    Brier 1950 (source key ``brier1950``), in the form for two outcomes that runs from 0 to 1.

    Examples
    --------
    >>> brier([0.9, 0.5], [True, False])
    0.13
    """
    said, came = np.asarray(chances, float), np.asarray(outcomes, float)
    if not len(said) or len(said) != len(came):
        raise ValueError(f"{len(said)} forecasts and {len(came)} outcomes: one each, at least one.")
    if not ((said >= 0) & (said <= 1)).all():
        raise ValueError("A probability lies between 0 and 1 (0% and 100%).")
    return round(float(np.mean((said - came) ** 2)), 10)


def scores(sittings: Sequence[Sitting]) -> pd.DataFrame:
    """Score the forecasts of finished cases beside the base rate of the nine.

    Parameters
    ----------
    sittings : sequence of Sitting
        Those that are not over are left out: their forecasts cannot be checked yet.

    Returns
    -------
    DataFrame
        One row per event: ``event``, ``forecasts``, ``said`` (mean probability), ``happened``
        (share), ``Brier score``, ``always the base rate`` and ``always 50%`` (their scores).
    """
    rows = []
    for name in FORECASTS:
        said, came, usual = [], [], []
        for sitting in (each for each in sittings if each.over):
            case = evidence.case(sitting.case)
            for number, review in enumerate(sitting.reviews):
                month = BASELINE + number * sitting.every
                happened = came_true(case, month, sitting.every)[name]
                if happened is not None and name in review.chances:
                    said.append(review.chances[name])
                    came.append(happened)
                    usual.append(base_rates(sitting.every)[name])
        if said:
            pairs = (brier(each, came) for each in (said, usual, [0.5] * len(said)))
            rows.append((name, len(said), np.mean(said), np.mean(came), *pairs))
    columns = ["event", "forecasts", "said", "happened"]
    columns += ["Brier score", "always the base rate", "always 50%"]
    return pd.DataFrame(rows, columns=columns)


def on_one_scale(case: Case, measure: str) -> tuple[np.ndarray, pd.DataFrame]:
    """Return a measure and its limits as change in per cent from before the start, up being better.

    Parameters
    ----------
    case : Case
        One of the nine.
    measure : str
        One of `MEASURES` that does not start from nought.

    Returns
    -------
    values : numpy.ndarray
        One for each of the 48 months.
    bands : DataFrame
        ``start``, ``stop``, ``low``, ``high``: one row for each set of limits.
    """
    months, bands = opened(case, measure)
    values, bands = months["value"].to_numpy(), bands.drop(columns="centre")
    before = np.nanmean(values[: case.start_month])
    per_cent = MEASURES[measure][2] * 100 / before
    ends = np.sort(per_cent * (bands[["low", "high"]].to_numpy() - before))
    return per_cent * (values - before), bands.assign(low=ends[:, 0], high=ends[:, 1])
