"""Lesson 12, agreement: the codes of two groups held against one another, and against ours."""

from __future__ import annotations

from itertools import combinations

import pandas as pd

from toolkit import evidence
from toolkit.charts import shapes
from toolkit.charts.figure import Figure
from toolkit.course.lesson import Lesson
from toolkit.evidence import Case
from toolkit.evidence.cases import ILLUSTRATIVE
from toolkit.learning.fields import Select
from toolkit.lessons.l12_nine_cases.labs.casefile import CASES, COUNTED
from toolkit.lessons.l12_nine_cases.labs.coding import Coding, code_first, code_second
from toolkit.models.cases import comparison
from toolkit.screen.lab import Lab


def _reasons(case: Case, groups: dict[str, Coding]) -> str:
    """Say how we coded a case and why, and how the groups did; nothing before one of them has."""
    coded = {name: group.codes[case.id] for name, group in groups.items() if case.id in group.codes}
    if not coded and any(group.codes for group in groups.values()):
        return f"Code case {case.id} first; then our codes and reasons stand here."
    words = []
    for dimension, codes in comparison.CODES.items():
        short = {code: text.partition(":")[0] for code, text in codes.items()}
        theirs = (f"The {name} group: {short[said[dimension]]}." for name, said in coded.items())
        ours = f"{dimension.capitalize()}: we say {short[case.coding[dimension]]}."
        words += [ours, case.coding[f"{dimension}_reason"], *theirs]
    return " ".join(words)


def _beyond_chance(table: pd.DataFrame) -> str:
    """Say what kappa is for the first pair, or why there is none."""
    pair = table[table["coders"] == table["coders"].iloc[0]]
    if not pair["cases"].any():
        return "0 cases are coded, so there is nothing to compare yet."
    kappas = [
        f"{row.dimension} "
        + ("none, as only one code was used" if pd.isna(row.kappa) else f"{row.kappa:.2f}")
        for row in pair.itertuples()
    ]
    return (
        f"Kappa, agreement beyond chance, of {pair['coders'].iloc[0]}: {'; '.join(kappas)}. With "
        "so few cases kappa is rough: one case coded otherwise moves it a good deal."
    )


def agreement(this: Lesson) -> Lab:
    """Hold the codes of two groups against one another, and against ours with their reasons."""
    groups = {"first": code_first(this), "second": code_second(this)}

    def draw(value: dict) -> Figure:
        said = {name: group.codes for name, group in groups.items() if group.codes}
        coded = bool(said)
        said = (said or {"nobody": {}}) | {"ours": comparison.our_codes()}
        sets = [*combinations(said, 2), *combinations(said, 3)]
        table = pd.concat(
            comparison.agreement(*(said[name] for name in names)).assign(coders=" and ".join(names))
            for names in sets
        )[["coders", "dimension", "cases", "alike", "kappa", "apart"]]
        first = table[table["coders"] == " and ".join(sets[0])]
        title = f"{first['coders'].iloc[0].capitalize()}: {first['alike'].sum()} of "
        title += f"{first['cases'].sum()} codes alike"
        case = evidence.case(value["case"])
        names = {"dimension": "category", "coders": "series", "alike": "value"}
        return shapes.bars(
            table.rename(columns=names),
            dict(zip(table["coders"].unique(), ("main", "warn", "third", "calm"), strict=False)),
            x="cases coded alike",
            title=title if coded else "Nobody has coded a case yet",
            description=f"Case {case.id}. {_reasons(case, groups)} {_beyond_chance(table)}",
            provenance=(ILLUSTRATIVE, COUNTED),
            table=table,
            most=9.0,
            width=420,
        )

    controls = (Select("case", "Show our codes and reasons for", "A", options=CASES),)
    lab = Lab("agreement", controls, draw, after=tuple(groups.values()))
    lab.curtain.value = (
        '<p class="dio-status">First commit: code at least one case in each form above, or skip. '
        "Then the comparison opens here, with our codes and our reasons.</p>"
    )
    return lab
