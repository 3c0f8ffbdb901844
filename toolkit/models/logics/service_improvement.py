"""Service improvement: an aim, a chart, small tests; keep a change only if the chart says so."""

from __future__ import annotations

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
    name = "Service improvement"
    question = "What are we trying to accomplish, and how will we know?"
    blind_spot = "Where the constraint is, who is not on the chart, and effects smaller than noise."
    measure = "lead time on a chart"
    columns = ()
    facts = ("lead_time",)
    tests_first = True
    moves = (
        Move("batch", 1 / 2, "each", "{place}: test groups of {after} instead of {before}."),
        Move("batch", 2, "each", "{place}: test groups of {after} instead of {before}."),
        Move(
            "standardisation", 0.25, "each", "{place}: test a checklist, {before} % to {after} %."
        ),
        Move(
            "standardisation", -0.25, "each", "{place}: test more freedom, {before} % to {after} %."
        ),
        Move("split", 0.06, "each", "{place}: test more hours, {before} % to {after} % of all."),
        Move("release", -0.1, "whole", "Test lighter booking: {after} % instead of {before} %."),
        Move("release", 0.1, "whole", "Test fuller booking: {after} % instead of {before} %."),
        Move(
            "threshold", 0.2, "whole", "Test shared decisions: decline {after} %, not {before} %."
        ),
        Move("need_first", 0.3, "whole", "Test sorting by need: from {before} % to {after} %."),
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
        chart = np.asarray(history, dtype=float)
        facts = dict(reading.facts, months=float(len(chart)))
        if len(chart) >= BASELINE + TRIAL:
            facts |= {"signal": float(special_cause(np.log(chart[None, :]))[0])}
        return Reading(reading.approach, reading.measure, reading.score, reading.frame, facts)

    def find(self, reading: Reading) -> Finding:
        """Return what the chart says; it does not point to a place."""
        what, why = self.tell(reading)
        return Finding(self.id, what, ANYWHERE, why)

    def tell(self, reading: Reading) -> tuple[str, str]:
        """Say what the chart says."""
        days = reading.facts["lead_time"]
        if reading.facts["months"] < BASELINE:
            return (
                f"The lead time is about {days:.0f} days.",
                "Too few months to judge a change by.",
            )
        if reading.facts.get("signal", 0) > 0:
            return (
                "The lead time has fallen by more than chance.",
                "The chart shows a special cause.",
            )
        return (
            f"The lead time goes up and down around {days:.0f} days, by common cause only.",
            "The system gives what it is built to give; test a change to it.",
        )


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
    sigma = LIMIT_FACTOR / REACH * mean_range(base, EXCEL.screen)[0]
    with np.errstate(divide="ignore", invalid="ignore"):  # months that were all alike
        z = (trial - base.mean(1, keepdims=True)) / sigma[:, None]
    zones = [rule for rule in EXCEL.rules if isinstance(rule, Zone)]
    low: np.ndarray = np.any([(rule.ends(trial, z) < 0).any(axis=1) for rule in zones], axis=0)
    return low
