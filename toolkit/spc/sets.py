"""Rule sets: dialects of one language, kept as data. They disagree, which is meant to be seen."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

from toolkit.spc.limits import LIMIT_FACTOR, RANGE_TO_SIGMA, REACH, WORDS
from toolkit.spc.rules import Trend, Zone
from toolkit.spc.runs import USEFUL, Crossings, LongestRun

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
    screen : bool or "always"
        Leave out moving ranges of at least 3.267 times their mean; as in `mean_range`.
    factor : float
        From the mean moving range to a limit.
    improvement_wins : bool
        A point that is concern by one rule and improvement by another is called improvement.
    """

    key: str
    title: str
    rules: tuple[Rule, ...]
    sources: tuple[str, ...]
    centre: Literal["mean", "median"] = "mean"
    screen: bool | Literal["always"] = False
    factor: float = LIMIT_FACTOR
    improvement_wins: bool = False


TITLES = WORDS["set"]


def _said(rule: str) -> tuple[str, str]:
    """Return the name of a rule, and the template of its reason."""
    name, why = WORDS["rule"][rule]
    return name, why


OUTSIDE = Zone(*_said("outside"), 1, 1, REACH)


def shift(points: int) -> Zone:
    """Return the rule for a run of so many points on one side of the centre."""
    return Zone(*_said("shift"), points, points)


def trend(points: int) -> Trend:
    """Return the rule for so many points that all rise or all fall."""
    return Trend(*_said("trend"), points)


def nhs_rules(points: int = 7, beyond: bool = False) -> tuple[Rule, ...]:
    """Return the four rules of NHS England's Making Data Count.

    Parameters
    ----------
    points : int
        Length of a shift and of a trend.
    beyond : bool
        Whether a point beyond a limit counts among two of three close to it.

    Returns
    -------
    tuple of Rule
        In order of precedence.
    """
    within = math.inf if beyond else REACH
    close = Zone(*_said("close"), points=2, of=3, beyond=2, within=within, one_side=True)
    return OUTSIDE, trend(points), close, shift(points)


FOUR_OF_FIVE = Zone(*_said("four"), points=4, of=5, beyond=1)
# As the source code of the R package NHSRplotthedots has it.
MAKING_DATA_COUNT = RuleSet("mdc", TITLES["mdc"], nhs_rules(), ("nhsrplotthedots",), screen=True)
# The same project on NHS England's tool: it keeps every moving range (vignette "Deviations from
# Excel defaults"); points beyond a limit count among two of three, and improvement is shown where
# both apply (its makers in issue 194, November and December 2023).
EXCEL = RuleSet(
    "excel", TITLES["excel"], nhs_rules(beyond=True), ("nhsrplotthedots",), improvement_wins=True
)
# NIST/SEMATECH e-Handbook, 6.3.2: any one of four, with a run of eight; limits with 3/1.128.
WESTERN_ELECTRIC = RuleSet(
    "weco",
    TITLES["weco"],
    (OUTSIDE, Zone(*_said("far"), points=2, of=3, beyond=2), FOUR_OF_FIVE, shift(8)),
    ("nist",),
    factor=REACH / RANGE_TO_SIGMA,
)


def run_rules(fewest: int = USEFUL) -> tuple[Rule, ...]:
    """Return the two rules for run charts of Anhøj and Olesen.

    Parameters
    ----------
    fewest : int
        Points off the median below which nothing is flagged.

    Returns
    -------
    tuple of Rule
        In order of precedence.
    """
    return LongestRun(*_said("long"), fewest), Crossings(*_said("few"), fewest)


# Anhøj and Olesen 2014; formulas as in the documentation of the R package qicharts2.
ANHOEJ = RuleSet("anhoej", TITLES["anhoej"], run_rules(), ("anhojolesen2014",), centre="median")
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
