"""Service improvement: an aim, a chart, small tests; keep a change only if the chart says so."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from toolkit.models.logics.base import ANYWHERE, Finding, Reading
from toolkit.models.logics.logic import Logic, Move, Proposals, propose
from toolkit.models.pathway import Performance, PerformanceArrays, PracticeArrays
from toolkit.spc import EXCEL, LIMIT_FACTOR
from toolkit.spc.limits import REACH, mean_range
from toolkit.spc.rules import Zone

BASELINE = 6  # illustrative: months on the chart before a test is judged
TRIAL = 3  # illustrative: months that a change is tried


class ServiceImprovement(Logic):
    """Tries one small idea after another against a run of lead times."""

    id = "service_improvement"
    columns = ()
    facts = ("lead_time",)
    tests_first = True
    moves = (
        Move("batch", 1 / 2, "each", "service_improvement"),
        Move("batch", 2, "each", "service_improvement"),
        Move("standardisation", 0.25, "each", "service_improvement"),
        Move("standardisation", -0.25, "each", "service_improvement"),
        Move("split", 0.06, "each", "service_improvement"),
        Move("release", -0.1, "whole", "service_improvement"),
        Move("release", 0.1, "whole", "service_improvement"),
        Move("threshold", 0.2, "whole", "service_improvement"),
        Move("need_first", 0.3, "whole", "service_improvement"),
    )

    def score(self, p: PerformanceArrays) -> np.ndarray:
        """Return completions of the whole wait per week of waiting."""
        return 1 / p.lead_time

    def weigh(self, p: PerformanceArrays) -> np.ndarray:
        """Return no preference: the chart does not say where."""
        return np.ones_like(p.utilisation)

    def options(
        self, x: PracticeArrays, p: PerformanceArrays, strength: np.ndarray, ideas: np.ndarray
    ) -> Proposals:
        """Return the few ideas that come up at each site; ``ideas`` is (n, few)."""
        focus = np.zeros(len(ideas), dtype=np.int64)
        everything = propose(self.moves, x, p.utilisation, focus, strength)
        total = everything.move.shape[1]
        pick = np.minimum((ideas * total).astype(np.int64), total - 1)
        rows = np.arange(len(ideas))[:, None]
        taken = (a[rows, np.minimum(pick, a.shape[1] - 1)] for a in everything.practices)
        return Proposals(
            PracticeArrays(*taken), everything.move[rows, pick], everything.stage[rows, pick]
        )

    def choose(
        self,
        options: Proposals,
        before: PerformanceArrays,
        after: PerformanceArrays,
        strength: np.ndarray,
        error: np.ndarray | float = 0.0,
        foresight: float = 1.0,
    ) -> tuple[np.ndarray, np.ndarray]:
        """Test the most promising of the few; whether it helps is for the chart to say."""
        del options, strength
        gain = foresight * (self.score(after) / self.score(before)[:, None] - 1) + error
        best = gain.argmax(1)
        top = gain[np.arange(len(best)), best]
        return np.where(np.isfinite(top), best, -1), top

    def read(
        self, p: PerformanceArrays, performance: Performance, history: tuple[float, ...] = ()
    ) -> Reading:
        """Return what the chart shows, and nothing about where."""
        reading = super().read(p, performance)
        chart = np.log(np.asarray(history, dtype=float))
        enough = len(chart) >= BASELINE + TRIAL
        facts = {
            **reading.facts,
            "few": float(len(chart) < BASELINE),
            "signal": float(enough and special_cause(chart[None, :])[0]),
            "rise": float(enough and special_cause(-chart[None, :])[0]),
            "first": float(history[0]) if history else 0.0,
            "last": float(history[-1]) if history else 0.0,
        }
        return replace(reading, facts=facts)

    def find(self, reading: Reading) -> Finding:
        """Return what the chart says; it does not point to a place."""
        return replace(super().find(reading), where=ANYWHERE)


def special_cause(log_times: np.ndarray) -> np.ndarray:
    """Return for each row whether the last three months fell by more than chance.

    Parameters
    ----------
    log_times : array (n, months)
        At least nine months, of which the six before the last three are the baseline; logarithms,
        because noise is in proportion.

    Returns
    -------
    array of bool (n,)
        A month beyond the lower limit, or two of three beyond two thirds of it, all on one side:
        the first and the third of the NHS spreadsheet rules, which keep every moving range.
    """
    base, trial = log_times[:, -BASELINE - TRIAL : -TRIAL], log_times[:, -TRIAL:]
    sigma = LIMIT_FACTOR / REACH * mean_range(base, EXCEL.screen)
    with np.errstate(divide="ignore", invalid="ignore"):  # months that were all alike
        z = (trial - base.mean(1, keepdims=True)) / sigma[:, None]
    zones = [rule for rule in EXCEL.rules if isinstance(rule, Zone)]
    low: np.ndarray = np.any([(rule.ends(trial, z) < 0).any(axis=1) for rule in zones], axis=0)
    return low
