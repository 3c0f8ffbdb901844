"""Facts of the labs that compare: all nine, what those that endured share, what is published."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pandas as pd

from toolkit import evidence
from toolkit.evidence import Case, Provenance
from toolkit.evidence.cases import ILLUSTRATIVE
from toolkit.evidence.tables import split_list
from toolkit.lessons.l12_nine_cases.labs.casefile import CASES, WORDS, measures
from toolkit.models.cases import comparison, reviews
from toolkit.models.cases.comparison import CONDITIONS
from toolkit.screen.facts import Facts, lab, lines
from toolkit.text.numbers import course


@cache
def _published() -> pd.DataFrame:
    """Return the published cases with two figures."""
    held = evidence.published_cases().frame.set_index("row")
    return held[held["before"].notna() & held["after"].notna()]


def _still_running() -> int:
    """Count the cases that still run the approach they began with."""
    return sum(evidence.case(n).outcome not in reviews.ENDINGS for n in reviews.NINE)


def _end(name: str) -> str:
    """Return how a case ended, as a key of the words."""
    case = evidence.case(name)
    return "endured" if reviews.endured(case) else case.outcome


def _given() -> dict[str, Any]:
    return {
        "illustrative": ILLUSTRATIVE,
        "cases": CASES,
        "held": {name: evidence.case(name) for name in CASES},
        "ends": {name: WORDS["ends"][_end(name)] for name in CASES},
        "taken_in": {n: WORDS["taken_in"][evidence.case(n).coding["adoption"]] for n in CASES},
        "months": reviews.MONTHS,
        "measures": measures(),
        "still": _still_running(),
        "condition_names": CONDITIONS,
        "pairs": {row: f"{case.org}: {case.measure}" for row, case in _published().iterrows()},
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
        held = reviews.opened(case, shown)[0]["judged"].value_counts()
        judged = {how: held.get(how, 0) for how in ("inside", "better", "worse")}
        last = round(_last_year(reviews.on_one_scale(case, shown)[0]), 1)
        rows.append({"case": name, "approach": case.approach, "how": name, "measure": shown,
                     "start": case.start_month, "ceiling": case.ceiling_month, "end": name,
                     **judged, "last": last})  # fmt: skip
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
        unclear={c.id: reviews.no_better(c) for c in running if not reviews.endured(c)},
        level=[case.id for case in running if case.ceiling_month is not None],
        least=order.iloc[0],
        most=order.iloc[-1],
    )


def _shared_condition() -> str:
    """Return the condition that all cases that endured share, as the prediction names it."""
    (found,) = comparison.shared(comparison.conditions(), list(CONDITIONS)) or ["none"]
    return found


@lab(predict={"condition": _shared_condition}, given=_given)
def in_common(condition: str = "leader_stays") -> Facts:
    """See which conditions each case had, those that endured first."""
    cases = comparison.conditions().sort_values("endured", ascending=False, kind="stable")
    chosen = list(CONDITIONS)
    marks = cases[chosen].rename_axis("row").reset_index()
    marks = marks.melt("row", var_name="column", value_name="mark")
    looks = marks["column"].map(lambda name: "has" if name == condition else "other")
    endured = cases["endured"] == 1
    lucky, draws = comparison.shared_by_lot(cases, chosen)
    return Facts(
        chart=marks.assign(mark=looks.where(marks["mark"] == 1, None)),
        table=cases[chosen].astype(bool).assign(end=cases.index).reset_index(),
        came=int(endured.sum()),
        of=len(cases),
        others=int((~endured).sum()),
        had=int(cases.loc[endured, condition].sum()),
        too=int(cases.loc[~endured, condition].sum()),
        lucky=lucky,
        draws=draws,
        one_in=round(draws / lucky) if lucky else None,
    )


@lab(predict={"nine": None}, given=_given)
def overlay(case: str = "B", published: str = "bolton_2") -> Facts:
    """Lay a published case beside an illustrative one."""
    made, real = evidence.case(case), _published().loc[published].to_dict()
    measure, unit, _ = reviews.MEASURES[made.tracked_measure]
    months, bands = reviews.opened(made, made.tracked_measure)
    frame = lines(months["month"].to_numpy(), made=months["value"])
    for band in bands.itertuples():
        judged = frame["at"].between(band.start, band.stop - 1)
        frame.loc[judged, ["low", "high"]] = band.low, band.high
    pair = {when: real[when] for when in ("before", "after")}
    rows = [
        *(("real", when, value) for when, value in pair.items()),
        *(("made", month, value) for month, value in months[["month", "value"]].itertuples(False)),
    ]
    return Facts(
        months=frame,
        pair=pair,
        table=pd.DataFrame(rows, columns=["which", "when", "figure"]),
        source=Provenance("published", split_list(real["sources"]), bool(real["verified"])),
        real=real,
        known=int(months["value"].notna().sum()),
        measure=measure,
        unit=unit,
        less=reviews.BETTER[made.tracked_measure] < 0,
        course=course(months["month"], months["value"], unit, "month"),
    )
