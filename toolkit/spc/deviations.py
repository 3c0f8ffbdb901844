"""Where this code differs from the tools it follows, and the switch that undoes each difference."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd


@dataclass(frozen=True)
class Deviation:
    """One difference from a tool in use.

    Parameters
    ----------
    about, tool : str
        What it is about, and which tool does otherwise.
    there, here, undo : str
        What the tool does; what happens here; how to have it as there.
    """

    about: str
    tool: str
    there: str
    here: str
    undo: str


# NHSRplotthedots was read as source code (source key nhsrplotthedots); the Excel tool was not seen:
# what stands here is what its makers and users report in issues 194 and 202 of that project.
PACKAGE, EXCEL, QICHARTS = "NHSRplotthedots", "NHS Excel tool, as reported", "qicharts2"
DEVIATIONS = (
    Deviation(
        "a month without a figure",
        PACKAGE,
        "without a row, runs and moving ranges pass over it; an empty row can make false signals",
        "put in as missing: it ends runs, no moving range is taken across it, and the icon reports "
        "the last month with a figure",
        'gaps="skip" passes over it',
    ),
    Deviation(
        "how many points are enough",
        PACKAGE,
        "documentation and code name 12 and 13",
        "a warning below 12, wherever it is said",
        "enough=13",
    ),
    Deviation(
        "rebase and freeze",
        PACKAGE,
        "refuses both together",
        "freeze counts from the start of each segment",
        "set only one of the two",
    ),
    Deviation(
        "freeze, where a month has no figure",
        PACKAGE,
        "counts rows, and so an empty row too",
        "counts months with a figure, whether the other rows are empty or not there",
        'freeze="2016-12-01", the last month that the limits are to rest on',
    ),
    Deviation(
        "a point at which one trend ends and another begins",
        PACKAGE,
        "takes its direction from the step after it, so the last point of a rise can be called "
        "falling",
        "each rise and each fall is a trend of its own; only a point that is part of both counts "
        "for the later one",
        "no switch: the point is special in both",
    ),
    Deviation(
        "limits that rest on figures which are all alike",
        PACKAGE,
        "no limits, and no point outside them",
        "limits on the line, every other figure special, and a warning in words",
        "heed the warning; take a stretch that moves",
    ),
    Deviation(
        "screening that would leave nothing but standstill",
        PACKAGE,
        "limits fall onto the mean, and every move is special",
        "no range is set aside",
        'rules=replace(MAKING_DATA_COUNT, screen="always")',
    ),
    Deviation(
        "limits below zero, or above 100 %",
        PACKAGE,
        "drawn",
        "drawn in an XmR chart; the charts of the lessons stop at zero, and at 100 for "
        "percentages, and no judgement changes. Limits of p and u charts stop there always, as in "
        "qicharts2",
        "leave out floor=0 and ceiling=100",
    ),
    Deviation(
        "neighbours that are alike",
        PACKAGE,
        "no warning",
        "a warning in words",
        "nothing to undo: points, limits and icons stay as they are",
    ),
    Deviation(
        "length of shifts and trends",
        EXCEL,
        "six or seven points, as the user chooses",
        "seven",
        "rules=replace(EXCEL, rules=nhs_rules(6, beyond=True))",
    ),
    Deviation(
        "two of three, before the change announced in 2023",
        EXCEL,
        "points beyond a limit did not count",
        "they count",
        "rules=replace(EXCEL, rules=nhs_rules())",
    ),
    Deviation(
        "few points",
        EXCEL,
        "no limits and no icons below 13 points",
        "limits from three points on, with a warning",
        "enough=13, and heed the warning",
    ),
    Deviation(
        "a missing month in a run chart",
        QICHARTS,
        "runs and crossings pass over it",
        "it ends runs, and counts as if the line had crossed as often as it could",
        'gaps="skip"',
    ),
    Deviation(
        "fewer than ten points off the median",
        QICHARTS,
        "judged",
        "not judged: so few points are too few for the two rules",
        "rules=replace(ANHOEJ, rules=run_rules(fewest=1))",
    ),
    Deviation(
        "moving ranges in Laney’s charts (p′ and u′)",
        QICHARTS,
        "all kept, unless its option says to screen them (versions 0.7.4 and 0.7.5 did so always)",
        "as the rule set has it: the NHS rules set very large ones aside, the others keep all",
        'rules="excel" or rules="weco" keeps all',
    ),
)


def deviations() -> pd.DataFrame:
    """Return the list of differences as a table, one row each."""
    columns = {
        "about": "what",
        "there": "what it does",
        "here": "what happens here",
        "undo": "to have it as there",
    }
    return pd.DataFrame([vars(each) for each in DEVIATIONS]).rename(columns=columns)
