"""Rule sets: dialects of one language, kept as data. They disagree, which is meant to be seen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from toolkit.variation.limits import REACH
from toolkit.variation.rules import Trend, Zone
from toolkit.variation.runs import Crossings, LongestRun

Rule = Zone | Trend | LongestRun | Crossings


@dataclass(frozen=True)
class RuleSet:
    """What one school of charts calls special.

    Parameters
    ----------
    key, title : str
        Short name, and the name that people use.
    rules : tuple of Rule
        In order of precedence: the first that applies to a point gives its reason.
    sources : tuple of str
        Source keys.
    centre : {"mean", "median"}
        A median is a run chart: no limits.
    screen : bool
        Leave out moving ranges of at least 3.267 times their mean.
    """

    key: str
    title: str
    rules: tuple[Rule, ...]
    sources: tuple[str, ...]
    centre: Literal["mean", "median"] = "mean"
    screen: bool = False


OUTSIDE = Zone("outside the limits", "it lies {above} the {upper} process limit", 1, 1, REACH)


def shift(points: int) -> Zone:
    """Return the rule for a run of so many points on one side of the centre."""
    why = f"it is one of {{n}} points in a row {{above}} the centre ({points} are enough)"
    return Zone("shift", why, points, points)


def trend(points: int) -> Trend:
    """Return the rule for so many points that all rise or all fall."""
    why = f"it is one of {{n}} points in a row that keep {{rising}} ({points} are enough)"
    return Trend("trend", why, points)


_MAKING_DATA_COUNT = (
    OUTSIDE,
    trend(7),
    Zone(
        "two of three",
        "it is one of two in three neighbours close to the {upper} limit, all three {above} the "
        "centre",
        points=2,
        of=3,
        beyond=2,
        within=REACH,
        one_side=True,
    ),
    shift(7),
)

# NHS England's four rules as the R package NHSRplotthedots implements them (its source code).
MAKING_DATA_COUNT = RuleSet(
    "mdc",
    "NHS, R package",
    _MAKING_DATA_COUNT,
    ("nhsrplotthedots",),
    screen=True,
)
# The same package, vignette "Deviations from Excel defaults": the tool keeps every moving range.
EXCEL = RuleSet("excel", "NHS, Excel tool", _MAKING_DATA_COUNT, ("nhsrplotthedots",))
# NIST/SEMATECH e-Handbook, 6.3.2: any one of four, with a run of eight.
WESTERN_ELECTRIC = RuleSet(
    "weco",
    "Western Electric",
    (
        OUTSIDE,
        Zone(
            "two of three",
            "it is one of two in three neighbours far {above} the centre (beyond two thirds of "
            "the way to the {upper} limit)",
            points=2,
            of=3,
            beyond=2,
        ),
        Zone(
            "four of five",
            "it is one of four in five neighbours {above} the centre, beyond a third of the way to "
            "the {upper} limit",
            points=4,
            of=5,
            beyond=1,
        ),
        shift(8),
    ),
    ("nist",),
)
# Anhøj and Olesen 2014; formulas as in the documentation of the R package qicharts2.
ANHOEJ = RuleSet(
    "anhoej",
    "Anhøj run chart",
    (
        LongestRun(
            "long run", "it is one of {n} points in a row {above} the median: unusually many"
        ),
        Crossings("few crossings", "the line crosses the median unusually rarely"),
    ),
    ("anhojolesen2014",),
    centre="median",
)
RULE_SETS = {each.key: each for each in (MAKING_DATA_COUNT, EXCEL, WESTERN_ELECTRIC, ANHOEJ)}


def rule_set(rules: RuleSet | str) -> RuleSet:
    """Return a rule set by its key, or the set itself.

    Parameters
    ----------
    rules : RuleSet or str
        A rule set, or the key of one.

    Returns
    -------
    RuleSet
        The rule set.

    Raises
    ------
    ValueError
        If there is none of that name; the message lists those there are.
    """
    if isinstance(rules, RuleSet):
        return rules
    if rules not in RULE_SETS:
        there = ", ".join(f"'{key}' ({each.title})" for key, each in RULE_SETS.items())
        raise ValueError(f"There is no rule set '{rules}'; there is {there}.")
    return RULE_SETS[rules]
