"""Lesson 12, beside what is published: the claims of the abstract, and published cases."""

from __future__ import annotations

import pandas as pd

from toolkit import evidence
from toolkit.charts import shapes
from toolkit.charts.cases import grid_chart
from toolkit.charts.figure import Figure
from toolkit.course.lesson import Lesson
from toolkit.evidence import Case, Provenance
from toolkit.evidence.cases import ILLUSTRATIVE
from toolkit.evidence.tables import split_list
from toolkit.learning.fields import Select
from toolkit.lessons.l12_nine_cases.labs.casefile import CASES, LIMITS
from toolkit.models.cases import comparison, reviews
from toolkit.screen.lab import Lab
from toolkit.text.numbers import course


def claims(_this: Lesson) -> Figure:
    """Set the claims of the abstract beside the nine cases."""
    table = comparison.illustrations()
    spoken_of = table[table["in short"] != ""]
    rows, words = [], []
    for _, short, wording, like, unlike, _ in spoken_of.itertuples(index=False):
        for name in reviews.NINE:
            mark = (
                "looks like it" if name in like else "looks otherwise" if name in unlike else None
            )
            rows.append((short, name, mark))
        words.append(f"“{wording}”: like it {like or 'none'}; otherwise {unlike or 'none'}.")
    return grid_chart(
        pd.DataFrame(rows, columns=["row", "column", "mark"]),
        {"looks like it": "main", "looks otherwise": "warn"},
        title=f"The nine illustrate {len(spoken_of)} statements of the abstract, and test none",
        description=(
            f"{len(table)} statements; about {len(table) - len(spoken_of)} the nine cases are "
            f"silent. {' '.join(words)} We built the cases, so even a perfect match shows what a "
            "claim would look like."
        ),
        provenance=(ILLUSTRATIVE, Provenance("published", ("richdavieshowsen2022",))),
        table=table,
        cell=34,
    )


def _made(case: Case) -> tuple[Figure, pd.DataFrame, str]:
    """Return the months of an illustrative case with their limits: chart, frame, words."""
    name, unit, _ = reviews.MEASURES[case.tracked_measure]
    months, bands = reviews.opened(case, case.tracked_measure)
    frame = pd.DataFrame({"at": months["month"], "value": months["value"], "series": case.id})
    for band in bands.itertuples():
        frame.loc[frame["at"].between(band.start, band.stop - 1), ["low", "high"]] = (
            band.low, band.high,
        )  # fmt: skip
    figure = shapes.paths(
        frame,
        {case.id: "warn"},
        x=f"{ILLUSTRATIVE.label}: case {case.id}, month",
        y=f"{name}, {unit}",
        title="",
        description="",
        provenance=(ILLUSTRATIVE, LIMITS),
        low=None,
        size=(330, 220),
    )
    return figure, frame, f"{name}. {course(frame['at'], frame['value'], unit, 'month')}"


def _found(real: pd.Series, published: Provenance) -> tuple[Figure, pd.DataFrame, str]:
    """Return the two figures of a published case: chart, frame, words."""
    when = (real["period_before"] or "first figure", real["period_after"] or "second figure")
    frame = pd.DataFrame(
        {
            "category": [f"{n}. {words}" for n, words in enumerate(when, 1)],
            "series": "published",
            "value": [real["before"], real["after"]],
        }
    )
    figure = shapes.bars(
        frame,
        {"published": "main"},
        x=f"{published.label}: {real['unit']}",
        title="",
        description="",
        provenance=(published,),
        width=200,
        row=60,
    )
    caveat = f" {real['caveat']}" if real["caveat"] else ""
    if not real["independent"] and "not independent" not in caveat:
        caveat = f" The figure is not independent.{caveat}"
    words = (
        f"{real['org']}, {real['measure']}: {real['before']:g}, then {real['after']:g} "
        f"{real['unit']}.{caveat}"
    )
    return figure, frame, words


def overlay(this: Lesson) -> Lab:
    """Lay a published case beside an illustrative one."""
    held = evidence.published_cases().frame.set_index("row")
    held = held[held["before"].notna() & held["after"].notna()]
    names = {row: f"{case.org}: {case.measure}" for row, case in held.iterrows()}

    def draw(value: dict) -> Figure:
        case, real = evidence.case(value["case"]), held.loc[value["published"]]
        published = Provenance("published", split_list(real["sources"]), bool(real["verified"]))
        made, taken = ILLUSTRATIVE.label, published.label
        left, months, course_of = _made(case)
        right, pair, pair_of = _found(real, published)
        words = (
            f"Left, {made}: case {case.id}, {course_of} Right, {taken}: {pair_of} Two figures have "
            "no months between them: no limits can be drawn, and no ceiling seen."
        )
        columns = {"which": "which", "at": "when", "category": "when", "value": "figure"}
        sides = (
            pair.assign(which=f"{taken}, {real['org']}"),
            months.assign(which=f"{made}, case {case.id}"),
        )
        table = pd.concat(
            side.rename(columns=columns)[["which", "when", "figure"]] for side in sides
        )
        title = f"{made.capitalize()}: case {case.id}. {taken.capitalize()}: {real['org']}"
        return shapes.beside(left, right, title, words, table)

    controls = (
        Select("case", "Illustrative case", "B", options=CASES),
        Select("published", "Published case, and what was measured", "barnet_1", options=names),
    )
    return Lab("overlay", controls, draw, after=(this.predict("nine"),))
