"""Facts of the labs that compare: all nine, and what those that endured share."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from toolkit import evidence
from toolkit.evidence import Case
from toolkit.lessons.l12_nine_cases.labs.casefile import CASES, WORDS
from toolkit.models.cases import comparison, reviews
from toolkit.models.cases.comparison import CONDITIONS
from toolkit.screen.facts import Facts, lab


def _still_running() -> int:
    """Count the cases that still run the approach they began with."""
    return sum(evidence.case(n).outcome not in reviews.ENDINGS for n in reviews.NINE)


def _end(name: str) -> str:
    """Return how a case ended, as a key of the words."""
    case = evidence.case(name)
    return "endured" if reviews.endured(case) else case.outcome


def _given() -> dict[str, Any]:
    return {
        "held": {name: evidence.case(name) for name in CASES},
        "ends": {name: WORDS["ends"][_end(name)] for name in CASES},
        "taken_in": {n: WORDS["taken_in"][evidence.case(n).coding["adoption"]] for n in CASES},
        "months": reviews.MONTHS,
        "measures": {name: label for name, (label, *_) in reviews.MEASURES.items()},
        "still": _still_running(),
        "condition_names": CONDITIONS,
    }


def _last_year(values: np.ndarray) -> float:
    return float(np.nanmean(values[-reviews.YEAR :]))


def _panel(case: Case, measure: str) -> pd.DataFrame:
    """Return the limits, the months and the ceiling of a case, as `nine_chart` takes them."""
    values, bands = reviews.on_one_scale(case, measure)
    turns = reviews.events(case, hindsight=True)
    turns = turns[turns["kind"] == "ceiling"]  # start and end of a programme are those of its line
    months = pd.DataFrame({"at": range(reviews.MONTHS), "value": values})
    parts = {
        "band": bands.rename(columns={"start": "at", "stop": "to", "low": "value"}),
        "month": months.assign(runs=months["at"].between(case.start_month, reviews.ended(case))),
        "event": turns.rename(columns={"month": "at"}),
    }
    frame = pd.concat([each.assign(case=case.id, part=part) for part, each in parts.items()])
    kept = ["case", "part", "at", "to", "value", "high", "kind", "runs"]
    return frame[kept].reset_index(drop=True)


@lab(predict={"nine": _still_running}, given=_given)
def nine(measure: str = "") -> Facts:
    """Look at all nine at once, endings included."""
    rows, panels = [], []
    for name in CASES:
        case = evidence.case(name)
        shown = measure or case.tracked_measure
        last = round(_last_year(reviews.on_one_scale(case, shown)[0]), 1)
        rows.append({"case": name, "approach": case.approach, "how": name, "measure": shown,
                     "start": case.start_month, "ceiling": case.ceiling_month, "end": name,
                     "last": last})  # fmt: skip
        panels.append(_panel(case, shown))
    table = pd.DataFrame(rows)
    order = table.sort_values("last", kind="stable")["case"]
    running = [case for case in map(evidence.case, CASES) if case.outcome == "running"]
    return Facts(
        chart=pd.concat(panels, ignore_index=True),
        table=table,
        low=float(table["last"].min()),
        high=float(table["last"].max()),
        fell=int((table["last"] < 0).sum()),
        endured=[case.id for case in running if reviews.endured(case)],
        level=[case.id for case in running if case.ceiling_month is not None],
        least=order.iloc[0],
        most=order.iloc[-1],
    )


def _shared_condition() -> str:
    """Return the condition that all cases that endured share, as the prediction names it."""
    (found,) = comparison.shared(comparison.conditions(), list(CONDITIONS)) or ["none"]
    return found


@lab(predict={"condition": _shared_condition}, given=_given)
def in_common(*, condition: str | None = None) -> Facts:
    """See which conditions each case had, those that endured first."""
    cases = comparison.conditions().sort_values("endured", ascending=False, kind="stable")
    endured = cases["endured"] == 1
    every = list(CONDITIONS)
    marks = cases[every].rename_axis("row").reset_index()
    marks = marks.melt("row", var_name="column", value_name="mark")
    looks = marks["column"].map(lambda name: "yours" if name == condition else "other")
    lucky, draws = comparison.shared_by_lot(cases, every)
    shared = _shared_condition()
    counts = {key: (int(cases.loc[endured, key].sum()), int(cases.loc[~endured, key].sum()))
              for key in every}  # fmt: skip
    return Facts(
        chart=marks.assign(mark=looks.where(marks["mark"] == 1, None)),
        table=cases[every].astype(bool).assign(end=cases.index).reset_index(),
        came=int(endured.sum()),
        of=len(cases),
        others=int((~endured).sum()),
        yours=condition if condition in CONDITIONS else None,
        shared=shared,
        counts=counts,
        lucky=lucky,
        draws=draws,
        one_in=round(draws / lucky) if lucky else None,
    )
