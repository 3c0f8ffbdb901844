"""Lesson 12, the case room: nine cases played, coded, compared and laid beside published ones."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pandas as pd

from toolkit import caseroom, crosscase, evidence
from toolkit.charts import shapes
from toolkit.charts.caseroom import TURNS, grid_chart, nine_chart
from toolkit.charts.figure import Figure
from toolkit.charts.words import course, number, span
from toolkit.evidence import Case, Provenance
from toolkit.evidence.cases import ILLUSTRATIVE
from toolkit.labs.casefile import CASES, LIMITS, MEASURES, spoken
from toolkit.labs.coding import Coding
from toolkit.labs.common import recalled
from toolkit.labs.frame import Lab
from toolkit.labs.lesson import Lesson
from toolkit.labs.room import CaseRoom
from toolkit.widgets.form import Select, Ticks

OURS = Provenance("computed", note="counted here, from the codes")
MEASURE = Select("measure", "Measure", "", options=MEASURES)
ENDS = {"endured": "endured", "not endured": "did not", "contradiction": "both"}
MARKS = {
    "has it": "main", "has it not": "calm", "endured": "third", "did not": "warn", "both": "fourth",
}  # fmt: skip


def case_room(this: Lesson) -> CaseRoom:
    """Work through one case, review by review."""
    return CaseRoom(this.record)


def _unit(measure: str) -> str:
    return "tests a month" if measure == "learning_cycles" else "% better than before"


def _last_year(values: np.ndarray) -> float:
    return float(np.nanmean(values[-caseroom.YEAR :]))


def _still_running() -> int:
    """Count the cases that still run the approach they began with."""
    return sum(evidence.case(n).outcome not in caseroom.ENDINGS for n in caseroom.NINE)


def _ended(case: Case) -> str:
    when = "" if case.outcome_month == caseroom.MONTHS else f", month {case.outcome_month}"
    return case.outcome + when


def _panel(case: Case, measure: str) -> pd.DataFrame:
    """Return the limits, months and turning points of a case, as `nine_chart` takes them."""
    values, bands = caseroom.on_one_scale(case, measure)
    turns = caseroom.events(case, hindsight=True)
    turns = turns[turns["kind"].isin(TURNS)]
    on_line = pd.Series(values).interpolate(limit_direction="both")
    names = {"start": "at", "stop": "to", "low": "value"}
    parts = (
        bands.rename(columns=names).assign(part="band"),
        pd.DataFrame({"at": range(caseroom.MONTHS), "value": values, "part": "month"}),
        pd.DataFrame({"at": turns["month"], "kind": turns["kind"], "part": "event"}).assign(
            value=on_line[turns["month"]].to_numpy()
        ),
    )
    return pd.concat(parts).assign(case=f"{case.id} · {spoken(case.approach)}: {_ended(case)}")


def _in_short(case: Case, measure: str) -> dict[str, object]:
    """Return a case as one row of the table."""
    held = caseroom.opened(case, measure)[0]["judged"].value_counts()
    return {
        "case": case.id,
        "approach": spoken(case.approach),
        "measure": caseroom.MEASURES[measure][0],
        "start": case.start_month,
        "ceiling, in hindsight": case.ceiling_month,
        "ended as": _ended(case),
        "months inside limits": held.get("inside", 0),
        "better": held.get("better", 0),
        "worse": held.get("worse", 0),
        "last year": round(_last_year(caseroom.on_one_scale(case, measure)[0]), 1),
    }


def nine(this: Lesson) -> Lab:
    """Look at all nine at once, endings included."""
    guess = this.predict("nine")

    def draw(value: dict) -> Figure:
        chosen, unit = value["measure"], _unit(value["measure"])
        seen = [(case, chosen or case.tracked_measure) for case in map(evidence.case, CASES)]
        table = pd.DataFrame(_in_short(*each) for each in seen)
        still, order = _still_running(), table.sort_values("last year")
        reach = span(order["last year"])
        title = f"{still} of nine still run what they began with ({unit})"
        if chosen:
            title = f"{MEASURES[chosen].capitalize()} in the last year: {reach} ({unit})"
        return nine_chart(
            pd.concat(_panel(*each) for each in seen)[
                ["case", "part", "at", "to", "value", "high", "kind"]
            ],
            title=title,
            description=(
                f"{still} of the nine still run the approach they began with at month 48; case B "
                "is one of them, though its gains have stopped, and the end of case I is open. The "
                f"last year lies {reach} ({unit}): least in case {order['case'].iloc[0]}, most in "
                f"case {order['case'].iloc[-1]}. Each band was set from the twelve months before "
                f"it.{recalled(guess)}"
            ),
            provenance=(ILLUSTRATIVE, LIMITS),
            table=table,
        )

    return Lab("nine", (MEASURE,), draw, after=(guess,), truth={"nine": _still_running})


def two(this: Lesson) -> Lab:
    """Lay any two cases over one another."""

    def draw(value: dict) -> Figure:
        if value["one"] == value["other"]:
            raise ValueError(f"Both sides are case {value['one']}. Choose two different cases.")
        unit, parts, words, last = _unit(value["measure"]), [], [], []
        for case in (evidence.case(value[side]) for side in ("one", "other")):
            values, _ = caseroom.on_one_scale(case, value["measure"] or case.tracked_measure)
            name = f"{case.id} ({spoken(case.approach)}, {case.outcome})"
            frame = pd.DataFrame({"at": range(caseroom.MONTHS), "series": name, "value": values})
            parts.append(frame)
            words.append(f"Case {name}: {course(frame['at'], frame['value'], '', 'month')}")
            last.append(f"case {case.id} {number(_last_year(values))}")
        frame = pd.concat(parts)
        return shapes.paths(
            frame,
            dict(zip(frame["series"].unique(), ("main", "warn"), strict=True)),
            x="month of the study",
            y=unit,
            title=f"In the last year: {', '.join(last)} ({unit})",
            description=" ".join(words),
            provenance=(ILLUSTRATIVE, Provenance("computed", note="the change")),
            low=None,
            size=(560, 260),
        )

    controls = (
        Select("one", "One case", "D", options=CASES),
        Select("other", "Another case", "C", options=CASES),
        MEASURE,
    )
    return Lab("two", controls, draw, after=(this.predict("nine"),))


def code_first(this: Lesson) -> Coding:
    """Let the first group code the cases."""
    return this._act(Coding, "codes", "first", "first")


def code_second(this: Lesson) -> Coding:
    """Let a second group code them, here or elsewhere."""
    return this._act(Coding, "codes", "second", "second")


def _reasons(case: Case, groups: dict[str, Coding]) -> str:
    """Say how we coded a case and why, and how the groups did; nothing before one of them has."""
    coded = {name: group.codes[case.id] for name, group in groups.items() if case.id in group.codes}
    if not coded and any(group.codes for group in groups.values()):
        return f"Code case {case.id} first; then our codes and reasons stand here."
    words = []
    for dimension, codes in crosscase.CODES.items():
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
    try:
        crosscase.kappa(("a", "b"), ("a", "b"))
    except ModuleNotFoundError as problem:
        return str(problem)
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
        said = (said or {"nobody": {}}) | {"ours": crosscase.our_codes()}
        sets = [*combinations(said, 2), *combinations(said, 3)]
        table = pd.concat(
            crosscase.agreement(*(said[name] for name in names)).assign(coders=" and ".join(names))
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
            provenance=(ILLUSTRATIVE, OURS),
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


def _common() -> str:
    """Return the condition that all cases that endured share, as the prediction names it."""
    (common,) = crosscase.shared(crosscase.conditions(None), list(crosscase.CONDITIONS)) or ["none"]
    return common


def _recipe_words(cases: pd.DataFrame, table: pd.DataFrame, chosen: list[str], bold: bool) -> str:
    """Say what the truth table holds: what was seen, the recipe, what is shared, and by what luck.

    ``bold`` is whether combinations that nobody has seen may be used.
    """
    ways, _ = crosscase.solve(table, bold)
    clashes = table.loc[table["outcome"] == "contradiction", "cases"].tolist()
    came, of = int(cases["endured"].sum()), len(cases)
    lucky, draws = crosscase.shared_by_lot(cases, chosen)
    shared = [
        f"All {came} that endured had {crosscase.CONDITIONS[name]}; of the {of - came} others, "
        f"{others} had it too."
        for name, others in crosscase.shared(cases, chosen).items()
    ]
    words = [
        f"{of} cases show {len(table)} of {2 ** len(chosen)} combinations.",
        *(shared or [f"No condition is shared by all {came} that endured."]),
        f"The recipe: endured where {'; or, as short: '.join(ways) or 'no combination decides'}.",
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
        chosen = [name for name in crosscase.CONDITIONS if name in (value["conditions"] or [])]
        cases = crosscase.conditions(end[value["open"]])
        table = crosscase.truth_table(cases, chosen)
        names = [crosscase.CONDITIONS[name] for name in chosen]
        shown = table.rename(columns=crosscase.CONDITIONS)
        marks = shown[names].replace({1: "has it", 0: "has it not"})
        marks = marks.assign(row=table["cases"], **{"the end": table["outcome"].map(ENDS)})
        shown[names] = shown[names].replace({1: "yes", 0: "no"})
        shared = crosscase.shared(cases, chosen)
        common = " and ".join(crosscase.CONDITIONS[name] for name in shared) or "nothing"
        unseen = 2 ** len(chosen) - len(table)
        never = f"{unseen} combinations were never seen" if unseen else "Every combination was seen"
        return grid_chart(
            marks.melt("row", var_name="column", value_name="mark"),
            MARKS,
            title=f"All that endured share: {common}. {never}",
            description=_recipe_words(cases, table, chosen, value["unseen"] == "guess")
            + recalled(guess),
            provenance=(ILLUSTRATIVE, OURS),
            table=shown[["cases", *shown.columns.drop("cases")]],
            cell=128,
        )

    ends = {"": "leave it out", "yes": "count it as endured", "no": "count it as not endured"}
    unseen = {"keep": "claim nothing about them", "guess": "guess, if it makes the recipe shorter"}
    start = list(crosscase.CONDITIONS)[1:]
    controls = (
        Ticks("conditions", "Conditions", start, options=crosscase.CONDITIONS),
        Select("open", "Case I, whose end is open", "", options=ends),
        Select("unseen", "Combinations that nobody has seen", "keep", options=unseen),
    )
    return Lab("recipe", controls, draw, after=(guess,), truth={"condition": _common})


def claims(_this: Lesson) -> Figure:
    """Set the claims of the abstract beside the nine cases."""
    table = crosscase.illustrations()
    spoken_of = table[table["in short"] != ""]
    rows, words = [], []
    for _, short, wording, like, unlike, _ in spoken_of.itertuples(index=False):
        for name in caseroom.NINE:
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


def _made(case: Case, label: str) -> tuple[Figure, pd.DataFrame, str]:
    """Return the months of an illustrative case with their limits: chart, frame, words."""
    name, unit, _ = caseroom.MEASURES[case.tracked_measure]
    months, bands = caseroom.opened(case, case.tracked_measure)
    frame = pd.DataFrame({"at": months["month"], "value": months["value"], "series": case.id})
    for band in bands.itertuples():
        frame.loc[frame["at"].between(band.start, band.stop - 1), ["low", "high"]] = (
            band.low, band.high,
        )  # fmt: skip
    figure = shapes.paths(
        frame,
        {case.id: "warn"},
        x=f"{label}: case {case.id}, month",
        y=f"{name}, {unit}",
        title="",
        description="",
        provenance=(ILLUSTRATIVE, LIMITS),
        low=None,
        size=(330, 220),
    )
    return figure, frame, f"{name}. {course(frame['at'], frame['value'], unit, 'month')}"


def overlay(this: Lesson) -> Lab:
    """Lay a published case beside an illustrative one."""
    held = evidence.published_cases().frame.set_index("row")
    held = held[held["before"].notna() & held["after"].notna()]
    names = {row: f"{case.org}: {case.measure}" for row, case in held.iterrows()}

    def draw(value: dict) -> Figure:
        case, real = evidence.case(value["case"]), held.loc[value["published"]]
        sources = evidence.tables.split_list(real["sources"])
        published = Provenance("published", sources, bool(real["verified"]))
        made, taken = ILLUSTRATIVE.label, published.label
        left, frame, course_of = _made(case, made)
        when = (real["period_before"] or "first figure", real["period_after"] or "second figure")
        pair = pd.DataFrame(
            {
                "category": [f"{n}. {words}" for n, words in enumerate(when, 1)],
                "series": "published",
                "value": [real["before"], real["after"]],
            }
        )
        right = shapes.bars(
            pair,
            {"published": "main"},
            x=f"{taken}: {real['unit']}",
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
            f"Left, {made}: case {case.id}, {course_of} "
            f"Right, {taken}: {real['org']}, {real['measure']}: {real['before']:g}, then "
            f"{real['after']:g} {real['unit']}.{caveat} Two figures have no months between "
            "them: no limits can be drawn, and no ceiling seen."
        )
        columns = {"which": "which", "at": "when", "category": "when", "value": "figure"}
        sides = (
            pair.assign(which=f"{taken}, {real['org']}"),
            frame.assign(which=f"{made}, case {case.id}"),
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
