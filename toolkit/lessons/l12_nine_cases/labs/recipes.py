"""Lesson 12, the recipe: the cases sorted into a truth table, and what those that endured share."""

from __future__ import annotations

import pandas as pd

from toolkit.charts.cases import grid_chart
from toolkit.charts.figure import Figure
from toolkit.course.common import recalled
from toolkit.course.lesson import Lesson
from toolkit.evidence.cases import ILLUSTRATIVE
from toolkit.learning.fields import Select, Ticks
from toolkit.lessons.l12_nine_cases.labs.casefile import COUNTED
from toolkit.models.cases import comparison
from toolkit.screen.lab import Lab

ENDS = {"endured": "endured", "not endured": "did not", "contradiction": "both"}
MARKS = {
    "has it": "main", "has it not": "calm", "endured": "third", "did not": "warn", "both": "fourth",
}  # fmt: skip


def _common() -> str:
    """Return the condition that all cases that endured share, as the prediction names it."""
    (common,) = comparison.shared(comparison.conditions(None), list(comparison.CONDITIONS)) or [
        "none"
    ]
    return common


def _recipe_words(cases: pd.DataFrame, table: pd.DataFrame, chosen: list[str], bold: bool) -> str:
    """Say what the truth table holds: what was seen, the recipe, what is shared, and by what luck.

    ``bold`` is whether combinations that nobody has seen may be used.
    """
    ways, _ = comparison.solve(table, bold)
    clashes = table.loc[table["outcome"] == "contradiction", "cases"].tolist()
    came, of = int(cases["endured"].sum()), len(cases)
    lucky, draws = comparison.shared_by_lot(cases, chosen)
    shared = [
        f"All {came} that endured had {comparison.CONDITIONS[name]}; of the {of - came} others, "
        f"{others} had it too."
        for name, others in comparison.shared(cases, chosen).items()
    ]
    words = [
        f"{of} cases show {len(table)} of {2 ** len(chosen)} combinations.",
        *(shared or [f"No condition is shared by all {came} that endured."]),
        "The recipe: programmes lasted where "
        f"{'; or, as short: '.join(ways) or 'no combination decides'}.",
        "The cases cannot choose between these." if len(ways) > 1 else "",
        f"The same combination, different ends: {'; '.join(clashes)}." if clashes else "",
        f"If {came} of these {of} had endured by lot, some condition would be shared by all of "
        f"them in {lucky} of {draws} draws.",
    ]
    return " ".join(filter(None, words))


def recipe(this: Lesson) -> Lab:
    """Sort the cases into a truth table and shorten it to a recipe."""
    guess = this.predict("condition")
    end = {"": None, "no": 0, "yes": 1}

    def draw(value: dict) -> Figure:
        chosen = [name for name in comparison.CONDITIONS if name in (value["conditions"] or [])]
        cases = comparison.conditions(end[value["open"]])
        table = comparison.truth_table(cases, chosen)
        names = [comparison.CONDITIONS[name] for name in chosen]
        shown = table.rename(columns=comparison.CONDITIONS)
        marks = shown[names].replace({1: "has it", 0: "has it not"})
        marks = marks.assign(row=table["cases"], **{"the end": table["outcome"].map(ENDS)})
        shown[names] = shown[names].replace({1: "yes", 0: "no"})
        shared = comparison.shared(cases, chosen)
        common = " and ".join(comparison.CONDITIONS[name] for name in shared) or "nothing"
        unseen = 2 ** len(chosen) - len(table)
        never = f"{unseen} combinations were never seen" if unseen else "Every combination was seen"
        return grid_chart(
            marks.melt("row", var_name="column", value_name="mark"),
            MARKS,
            title=f"All that endured share: {common}. {never}",
            description=_recipe_words(cases, table, chosen, value["unseen"] == "guess")
            + recalled(guess),
            provenance=(ILLUSTRATIVE, COUNTED),
            table=shown[["cases", *shown.columns.drop("cases")]],
            cell=128,
        )

    ends = {"": "leave it out", "yes": "count it as endured", "no": "count it as not endured"}
    unseen = {"keep": "claim nothing about them", "guess": "guess, if it makes the recipe shorter"}
    start = list(comparison.CONDITIONS)[1:]
    controls = (
        Ticks("conditions", "Conditions", start, options=comparison.CONDITIONS),
        Select("open", "Case I, whose end is open", "", options=ends),
        Select("unseen", "Combinations that nobody has seen", "keep", options=unseen),
    )
    return Lab("recipe", controls, draw, after=(guess,), truth={"condition": _common})
