"""What labs share: how often one is played, where its figures come from, a prediction in it."""

from __future__ import annotations

import numpy as np
import pandas as pd

from toolkit.evidence.provenance import Provenance
from toolkit.learning.acts import Prediction
from toolkit.widgets.form import Choice

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


def spot(guess: Prediction, at: object, text: str = "your prediction") -> pd.DataFrame:
    """Return where the prediction of a value stands in a chart of paths; no row if nobody did."""
    row = [] if guess.answer is None else [(at, guess.answer, text)]
    return pd.DataFrame(row, columns=["at", "value", "text"])


def moment(guess: Prediction, value: float) -> pd.DataFrame:
    """Return where the prediction of a time stands in a chart of paths; no row if nobody did."""
    row = [] if guess.answer is None else [(guess.answer, value, "your prediction")]
    return pd.DataFrame(row, columns=["at", "value", "text"])


def line(values: np.ndarray, at: np.ndarray, series: str) -> pd.DataFrame:
    """Return one path without a band."""
    return pd.DataFrame({"at": at, "series": series, "value": values})


def band(runs: np.ndarray, at: np.ndarray, series: str) -> pd.DataFrame:
    """Return runs, one a row, as one path: their mean, and between which values nine in ten lie."""
    low, high = np.percentile(runs, [5, 95], axis=0)
    return line(runs.mean(axis=0), at, series).assign(low=low, high=high)


def signed(value: float, digits: int = 0) -> str:
    """Return a change with its sign, and with a minus that is read as one.

    Parameters
    ----------
    value : float
        The change.
    digits : int
        Decimals.

    Returns
    -------
    str
        The change.

    Examples
    --------
    >>> signed(-1234.5), signed(2.25, 1)
    ('−1,234', '+2.2')
    """
    return f"{value:+z,.{digits}f}".replace("-", "−")


def pounds(value: float, unit: str = "") -> str:
    """Return money, with its sign before the pound.

    Parameters
    ----------
    value : float
        The money, in ``unit``.
    unit : str
        Such as ``"k"`` for thousands.

    Returns
    -------
    str
        The money; what rounds to nothing has no sign.

    Examples
    --------
    >>> pounds(-1234.5), pounds(239, "k")
    ('−£1,234', '£239k')
    """
    return f"{'−' if round(value) < 0 else ''}£{abs(value):,.0f}{unit}"
