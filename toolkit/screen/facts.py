"""What the labs of a lesson are written with: functions from settings to facts, without a word."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

MANY = 200  # runs, where a lab plays one or many


class Facts(Mapping[str, Any]):
    """What was found, by name: numbers, keys and frames. Read as attributes, never changed."""

    def __init__(self, **found: Any) -> None:
        self.__dict__.update(found)

    def __getattr__(self, name: str) -> Any:
        """Refuse a fact that was not found."""
        raise AttributeError(f"There is no fact '{name}'; there is {', '.join(self)}.")

    def __setattr__(self, name: str, _value: object) -> None:
        """Refuse a change."""
        raise AttributeError(f"Facts stay as they were found; '{name}' cannot be set.")

    def __getitem__(self, name: str) -> Any:
        """Return one fact."""
        return self.__dict__[name]

    def __iter__(self) -> Iterator[str]:
        """Go through the names."""
        return iter(self.__dict__)

    def __len__(self) -> int:
        """Count the facts."""
        return len(self.__dict__)


class Refused(ValueError):  # noqa: N818 - it is told to the learner in words, not raised at one
    """A setting that cannot be shown; ``[refuse]`` in words.toml says why.

    Parameters
    ----------
    key : str
        Name of the sentence.
    **facts : object
        What the sentence may name.
    """

    def __init__(self, key: str, **facts: Any) -> None:
        super().__init__(key)
        self.key, self.facts = key, facts


@dataclass(frozen=True)
class Setup:
    """What a lab has besides its settings; see `lab`."""

    predict: Mapping[str, Callable[[], Any] | None] = field(default_factory=dict)
    reveal_at: Mapping[str, Any] = field(default_factory=dict)
    given: Callable[[], Mapping[str, Any]] = dict


def lab(
    predict: Mapping[str, Callable[[], Any] | None] | None = None,
    reveal_at: Mapping[str, Any] | None = None,
    given: Callable[[], Mapping[str, Any]] = dict,
) -> Callable[[Callable[..., Facts]], Callable[..., Facts]]:
    """Say what a lab waits for, and where it shows the result.

    Parameters
    ----------
    predict : mapping of str to callable or None
        Predictions that are locked before it opens; what each returns is the result, in the form
        of an answer. None: this lab does not settle that prediction. A parameter of it that is
        named like a prediction gets what was answered: the answer that counts, and the latest.
    reveal_at : mapping, optional
        The settings at which the lab shows the result.
    given : callable
        Returns facts that the words of the controls may name, and options that are data.

    Returns
    -------
    callable
        Decorator that leaves the function as it is.
    """

    def marked(function: Callable[..., Facts]) -> Callable[..., Facts]:
        function.__dict__["setup"] = Setup(predict or {}, reveal_at or {}, given)
        return function

    return marked


def lines(at: np.ndarray, **series: np.ndarray | pd.Series) -> pd.DataFrame:
    """Return series for a chart of lines, by key, in the order drawn.

    Parameters
    ----------
    at : array, shape (n,)
        Where they stand on the horizontal axis.
    **series : array, shape (n,) or (runs, n)
        One line; or runs, one a row, whose mean is drawn in a band that holds nine in ten.

    Returns
    -------
    DataFrame
        Columns ``at``, ``series``, ``value``, ``low`` and ``high``.
    """
    drawn: dict[str, list] = {"value": [], "low": [], "high": []}
    for values in series.values():
        runs = np.atleast_2d(np.asarray(values, float))
        low, high = np.percentile(runs, [5, 95], axis=0) if len(runs) > 1 else (runs[0], runs[0])
        for name, each in zip(drawn, (runs.mean(axis=0), low, high), strict=True):
            drawn[name].append(each)
    columns = {name: np.concatenate(each) for name, each in drawn.items()}
    where = {"at": np.tile(np.asarray(at), len(series)), "series": np.repeat(list(series), len(at))}
    return pd.DataFrame(where | columns)


def marks(*points: tuple[Any, Any, Any]) -> pd.DataFrame:
    """Return points of note for a chart of lines; one that lacks a place is left out.

    Parameters
    ----------
    *points : tuple
        Place on each axis, and the key of the words beside it; ``"prediction"`` has words already.

    Returns
    -------
    DataFrame
        Columns ``at``, ``value`` and ``text``.
    """
    known = [point for point in points if point[0] is not None and point[1] is not None]
    return pd.DataFrame(known, columns=["at", "value", "text"])
