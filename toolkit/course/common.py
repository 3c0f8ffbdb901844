"""What labs share: how often one is played, where its figures come from, a prediction in it."""

from __future__ import annotations

import numpy as np
import pandas as pd

from toolkit.evidence.provenance import Provenance
from toolkit.learning.fields import Choice
from toolkit.screen.questions import Prediction

MANY = 200
RUNS = Choice("runs", "How often to play", "1", options={"1": "one run", str(MANY): f"{MANY} runs"})
PLAYED = Provenance("modelled", note="with the same seed each time")
WORKED_OUT = Provenance("modelled", note="from the settings")


def recalled(guess: Prediction, before: str = "You predicted", after: str = "") -> str:
    """Return a prediction as a sentence to append; empty if nothing was predicted."""
    return f" {before} {guess.words}{after}." if guess.words else ""


def asked_of(here: object, there: object, name: str) -> str:
    """Return words that say of which place a prediction was, where another place is shown."""
    return "" if here == there else f" (for {name})"


def line(values: np.ndarray, at: np.ndarray, series: str) -> pd.DataFrame:
    """Return one path without a band."""
    return pd.DataFrame({"at": at, "series": series, "value": values})


def band(runs: np.ndarray, at: np.ndarray, series: str) -> pd.DataFrame:
    """Return runs, one a row, as one path: their mean, and between which values nine in ten lie."""
    low, high = np.percentile(runs, [5, 95], axis=0)
    return line(runs.mean(axis=0), at, series).assign(low=low, high=high)
