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
from toolkit.lessons.l12_nine_cases.labs.casefile import CASES, WORDS
from toolkit.lessons.l12_nine_cases.labs.coding import Coding, code_first, code_second
from toolkit.models.cases import comparison
from toolkit.screen.lab import Lab

ROLES = ("main", "warn", "third", "calm")


def _reasons(case: Case, groups: dict[str, Coding]) -> list[dict]:
    """Return how we coded a case and why, and how the groups did; nothing before one of them has.

    Where nobody has coded anything, as after a skip, our codes are there.
    """
    coded = {name: group.codes[case.id] for name, group in groups.items() if case.id in group.codes}
    if not coded and any(group.codes for group in groups.values()):
        return []
    reasons = []
    for dimension, codes in comparison.CODES.items():
        short = {code: text.partition(":")[0] for code, text in codes.items()}
        reasons.append(
            {
                "dimension": dimension,
                "ours": short[case.coding[dimension]],
                "reason": case.coding[f"{dimension}_reason"],
                "theirs": {name: short[said[dimension]] for name, said in coded.items()},
            }
        )
    return reasons


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
        kappas = zip(first["dimension"], first["kappa"], strict=True)
        case = evidence.case(value["case"])
        facts = {
            "case": case,
            "coded": coded,
            "coders": first["coders"].iloc[0],
            "alike": first["alike"].sum(),
            "cases": first["cases"].sum(),
            "compared": first["cases"].any(),
            "reasons": _reasons(case, groups),
            "dimensions": comparison.DIMENSIONS,
            "kappas": {name: None if pd.isna(kappa) else kappa for name, kappa in kappas},
        }
        names = {"dimension": "category", "coders": "series", "alike": "value"}
        return shapes.bars(
            table.rename(columns=names),
            dict(zip(table["coders"].unique(), ROLES, strict=False)),
            **{
                key: WORDS.say(f"agreement.{key}", **facts) for key in ("x", "title", "description")
            },
            provenance=(ILLUSTRATIVE, WORDS.provenance("counted")),
            table=table,
            most=9.0,
            width=420,
        )

    controls = WORDS.fields("agreement", value={"case": "A"}, options={"case": CASES})
    lab = Lab(
        "agreement", controls, draw, after=(groups["second"], this.predict("nine"), groups["first"])
    )
    lab.curtain.value = f'<p class="dio-status dio-shut">{WORDS.say("agreement.curtain")}</p>'
    return lab
