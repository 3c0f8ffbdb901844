"""Variation over time: limits, rules, rule sets and the charts that use them.

`chart_data` is the whole method in one call, `charts` and `summaries` do it for many measures; the
rest are its parts.
"""

from toolkit.spc.alarms import false_signals, falsely_flagged, stable_charts
from toolkit.spc.chart import ENOUGH, Chart, chart_data
from toolkit.spc.deviations import deviations
from toolkit.spc.icons import Icon, assurance_icon, variation_icon
from toolkit.spc.limits import (
    FEWEST,
    LIMIT_FACTOR,
    RANGE_FACTOR,
    Limits,
    individuals_limits,
    sigma_z,
)
from toolkit.spc.many import charts, summaries
from toolkit.spc.rules import Trend, Zone
from toolkit.spc.runs import Crossings, LongestRun, fewest_crossings, longest_run_limit
from toolkit.spc.sets import (
    ANHOEJ,
    EXCEL,
    MAKING_DATA_COUNT,
    OUTSIDE,
    RULE_SETS,
    WESTERN_ELECTRIC,
    Rule,
    RuleSet,
    nhs_rules,
    run_rules,
    shift,
    trend,
)
from toolkit.spc.signals import Signal
