"""Where this code differs from its reference, and the switch that undoes each difference."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd


@dataclass(frozen=True)
class Deviation:
    """One difference from NHSRplotthedots.

    Parameters
    ----------
    about, reference, here, undo : str
        What it is about; what the reference does; what happens here; how to have it as there.
    """

    about: str
    reference: str
    here: str
    undo: str


# Reference: source code of NHSRplotthedots (source key nhsrplotthedots).
DEVIATIONS = (
    Deviation(
        "a month without a row",
        "runs and moving ranges pass over it as if it had never been",
        "it is put in as missing; it ends runs, and no moving range is taken across it",
        'gaps="skip"',
    ),
    Deviation(
        "how many points are enough",
        "documentation and code name 12 and 13",
        "a warning below 12, wherever it is said",
        "enough=13",
    ),
    Deviation(
        "rebase and freeze",
        "refuses both together",
        "freeze counts from the start of each segment",
        "set only one of the two",
    ),
    Deviation(
        "screening that would leave nothing but standstill",
        "limits fall onto the mean, or there are none",
        "no range is set aside",
        "nothing here; there, screen_outliers = FALSE gives the same limits",
    ),
    Deviation(
        "a lower limit below zero",
        "drawn",
        "drawn as well, unless you ask otherwise",
        "nothing: it is the default; floor=0 draws it at zero",
    ),
    Deviation(
        "neighbours that are alike",
        "no warning",
        "a warning in words; no point is judged differently",
        "leave Chart.warnings unread",
    ),
)


def deviations() -> pd.DataFrame:
    """Return the list of differences as a table, one row each."""
    columns = {
        "about": "what",
        "reference": "NHSRplotthedots",
        "here": "here",
        "undo": "to have it as there",
    }
    return pd.DataFrame([vars(each) for each in DEVIATIONS]).rename(columns=columns)
