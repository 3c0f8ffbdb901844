"""Lesson 12, the case room: nine cases played, coded, compared and laid beside published ones."""

from __future__ import annotations

import numpy as np
import pandas as pd

from toolkit import caseroom, crosscase, evidence
from toolkit.charts import shapes
from toolkit.charts.caseroom import TURNS, grid_chart, nine_chart
from toolkit.charts.figure import Figure
from toolkit.charts.words import course, span
from toolkit.evidence import Case, Provenance
from toolkit.evidence.cases import ILLUSTRATIVE
from toolkit.labs.coding import Coding
from toolkit.labs.frame import Lab
from toolkit.labs.lesson import Lesson
from toolkit.labs.room import CASES, LIMITS, CaseRoom, spoken
from toolkit.widgets.form import Select, Ticks

OURS = Provenance("computed", note="counted here, from the codes")
JUDGED_BY = {"": "the measure each was judged by"}
MEASURES = JUDGED_BY | {name: label for name, (label, *_) in caseroom.MEASURES.items()}


def case_room(this: Lesson) -> CaseRoom:
    """Work through one case, review by review."""
    return CaseRoom(this.record)


def _banded(values: np.ndarray, bands: pd.DataFrame, name: str) -> pd.DataFrame:
    """Return a series with the limits of each month, as `shapes.paths` takes it."""
    frame = pd.DataFrame({"at": range(caseroom.MONTHS), "value": values, "series": name})
    for band in bands.itertuples():
        inside = frame["at"].between(band.start, band.stop - 1)
        frame.loc[inside, ["low", "high"]] = band.low, band.high
    return frame


def _scaled(case: Case, measure: str) -> tuple[np.ndarray, pd.DataFrame]:
    """Return the months and limits of a case as change from before the start, up being better."""
    _, bands = caseroom.opened(case, measure)
    ends = [caseroom.change(case, measure, bands[side].to_numpy()) for side in ("low", "high")]
    low, high = np.sort(ends, axis=0)  # where less is better, the two change places
    return caseroom.change(case, measure), bands.assign(low=low, high=high)


def _unit(measure: str) -> str:
    return "tests a month" if measure == "learning_cycles" else "% better than before"


def _still_running() -> int:
    """Count the cases that still run the approach they began with."""
    return sum(evidence.case(n).outcome not in caseroom.ENDINGS for n in caseroom.NINE)


def nine(this: Lesson) -> Lab:
    """Look at all nine at once, endings included."""
    guess = this.predict("nine")

    def draw(value: dict) -> Figure:
        parts, rows = [], []
        for case in map(evidence.case, caseroom.NINE):
            measure = value["measure"] or case.tracked_measure
            values, bands = _scaled(case, measure)
            when = "" if case.outcome_month == caseroom.MONTHS else f", month {case.outcome_month}"
            head = f"{case.id} · {spoken(case.approach)}: {case.outcome}{when}"
            months = pd.DataFrame({"at": range(caseroom.MONTHS), "value": values, "part": "month"})
            band = pd.DataFrame(
                {"at": bands["start"], "to": bands["stop"], "value": bands["low"]}
            ).assign(high=bands["high"], part="band")
            turns = caseroom.events(case, hindsight=True)
            turns = turns[turns["kind"].isin(TURNS)]
            on_line = pd.Series(values).interpolate(limit_direction="both")
            marks = pd.DataFrame(
                {"at": turns["month"], "kind": turns["kind"], "part": "event"}
            ).assign(value=on_line[turns["month"]].to_numpy())
            parts += [each.assign(case=head) for each in (band, months, marks)]
            held = caseroom.opened(case, measure)[0]["judged"].value_counts()
            rows.append(
                {
                    "case": case.id,
                    "approach": spoken(case.approach),
                    "measure": caseroom.MEASURES[measure][0],
                    "start": case.start_month,
                    "ceiling, in hindsight": case.ceiling_month,
                    "ended as": case.outcome + when,
                    "months inside limits": held.get("inside", 0),
                    "better": held.get("better", 0),
                    "worse": held.get("worse", 0),
                    "last year, change": round(float(np.nanmean(values[-12:])), 1),
                }
            )
        table = pd.DataFrame(rows)
        still = _still_running()
        best = table.sort_values("last year, change")
        words = (
            f"{still} of the nine still run the approach they began with at month 48; case B is "
            "one of them, though its gains have stopped, and the end of case I is open. In the "
            f"last year the change from before the start lies {span(best['last year, change'])} "
            f"({_unit(value['measure'])}): least in case {best['case'].iloc[0]}, most in case "
            f"{best['case'].iloc[-1]}. Each band was set from the twelve months before it."
        )
        if guess.words:
            words += f" You predicted: {guess.words}."
        return nine_chart(
            pd.concat(parts).reindex(columns=["case", "part", "at", "to", "value", "high", "kind"]),
            title=f"{still} of nine still run what they began with ({_unit(value['measure'])})",
            description=words,
            provenance=(ILLUSTRATIVE, LIMITS),
            table=table,
        )

    measure = Select("measure", "Measure", "", options=MEASURES)
    return Lab("nine", (measure,), draw, after=(guess,), truth={"nine": _still_running})


def two(this: Lesson) -> Lab:
    """Lay any two cases over one another."""
    guess = this.predict("nine")

    def draw(value: dict) -> Figure:
        if value["one"] == value["other"]:
            raise ValueError(f"Both sides are case {value['one']}. Choose two different cases.")
        parts, words, named = [], [], []
        for name in (value["one"], value["other"]):
            case = evidence.case(name)
            measure = value["measure"] or case.tracked_measure
            values, bands = _scaled(case, measure)
            named.append(f"{name} ({spoken(case.approach)}, {case.outcome})")
            frame = _banded(values, bands, named[-1])
            parts.append(frame)
            words.append(f"Case {named[-1]}: {course(frame['at'], frame['value'], '', 'month')}")
        unit = _unit(value["measure"])
        return shapes.paths(
            pd.concat(parts),
            dict(zip(named, ("main", "warn"), strict=True)),
            x="month of the study",
            y=unit,
            title=f"Case {value['one']} beside case {value['other']}: {MEASURES[value['measure']]}",
            description=" ".join(words) + " The bands are the limits of each.",
            provenance=(ILLUSTRATIVE, LIMITS),
            low=None,
            size=(560, 260),
        )

    controls = (
        Select("one", "One case", "D", options=CASES),
        Select("other", "Another case", "C", options=CASES),
        Select("measure", "Measure", "", options=MEASURES),
    )
    return Lab("two", controls, draw, after=(guess,))


def code_first(this: Lesson) -> Coding:
    """Let the first group code the cases."""
    return this._act(Coding, "codes", "first", "first")


def code_second(this: Lesson) -> Coding:
    """Let a second group code them, here or elsewhere."""
    return this._act(Coding, "codes", "second", "second")


def _code(dimension: str, code: str) -> str:
    return crosscase.CODES[dimension][code].partition(":")[0]


def _reason(case: Case, dimension: str, groups: dict[str, Coding]) -> str:
    """Say how we coded a case in one respect and why, and how the groups did."""
    theirs = "".join(
        f" The {name} group: {_code(dimension, group.codes[case.id][dimension])}."
        for name, group in groups.items()
        if case.id in group.codes
    )
    ours = _code(dimension, case.coding[dimension])
    return f"{dimension.capitalize()}: we say {ours}. {case.coding[f'{dimension}_reason']}{theirs}"


def _beyond_chance(table: pd.DataFrame) -> str:
    """Say what kappa is, or why there is none."""
    if not table["cases"].any():
        return "0 cases are coded, so there is nothing to compare yet."
    try:
        crosscase.kappa(("a", "b"), ("a", "b"))
    except ModuleNotFoundError as problem:
        return str(problem)
    kappas = [
        f"{row.coders}, {row.dimension}: "
        + ("none, as only one code was used" if pd.isna(row.kappa) else f"{row.kappa:.2f}")
        for row in table.itertuples()
    ]
    return (
        f"Kappa, agreement beyond chance: {'; '.join(kappas)}. With so few cases kappa is rough: "
        "one case coded otherwise moves it a good deal."
    )


def agreement(this: Lesson) -> Lab:
    """Hold the codes of two groups against one another, and against ours with their reasons."""
    groups = {"first": code_first(this), "second": code_second(this)}

    def draw(value: dict) -> Figure:
        said = {name: group.codes for name, group in groups.items() if group.codes}
        said = (said or {"nobody": {}}) | {"ours": crosscase.our_codes()}
        names = list(said)
        pairs = [(a, b) for i, a in enumerate(names) for b in names[i + 1 :]]
        pairs += [tuple(names)] if len(names) > 2 else []
        frames = [
            crosscase.agreement(*(said[n] for n in pair)).assign(coders=" and ".join(pair))
            for pair in pairs
        ]
        table = pd.concat(frames)[["coders", "dimension", "cases", "alike", "kappa", "apart"]]
        case = evidence.case(value["case"])
        reasons = f"Code case {case.id} first; then our codes and reasons stand here."
        if "nobody" in said or any(case.id in group.codes for group in groups.values()):
            reasons = " ".join(_reason(case, d, groups) for d in crosscase.DIMENSIONS)
        roles = dict(
            zip(dict.fromkeys(table["coders"]), ("main", "warn", "third", "calm"), strict=False)
        )
        total = table.groupby("coders", sort=False)[["alike", "cases"]].sum()
        title = "; ".join(f"{n}: {row.alike} of {row.cases} alike" for n, row in total.iterrows())
        if "nobody" in said:
            title = "Nobody has coded a case yet"
        words = f"Case {case.id}. {reasons} {_beyond_chance(table)}"
        frame = table.rename(
            columns={"dimension": "category", "coders": "series", "alike": "value"}
        )
        return shapes.bars(
            frame,
            roles,
            x="cases coded alike",
            title=title,
            description=words,
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


def _shared(cases: pd.DataFrame, conditions: list[str]) -> tuple[pd.DataFrame, list[str]]:
    """Return how often each condition goes with enduring, and those that all who endured had."""
    needed = crosscase.necessity(cases, conditions)
    return needed, [n for n, s in zip(conditions, needed["necessary"], strict=True) if s == 1]


def _common() -> str:
    """Return the condition that all cases that endured share, as the prediction names it."""
    _, shared = _shared(crosscase.conditions(None), list(crosscase.CONDITIONS))
    (common,) = shared or ["none"]
    return common


def recipe(this: Lesson) -> Lab:
    """Sort the cases into a truth table and shorten it to a recipe."""
    guess = this.predict("condition")
    end = {"": None, "no": 0, "yes": 1}

    def draw(value: dict) -> Figure:
        chosen = [name for name in crosscase.CONDITIONS if name in (value["conditions"] or [])]
        cases = crosscase.conditions(end[value["open"]])
        table = crosscase.truth_table(cases, chosen)
        ways, unseen = crosscase.solve(table, value["unseen"] == "guess")
        needed, keys = _shared(cases, chosen)
        lucky, draws = crosscase.necessary_by_chance(cases, chosen)
        shared = [crosscase.CONDITIONS[key] for key in keys]
        clashes = table.loc[table["outcome"] == "contradiction", "cases"].tolist()
        sizes = "; ".join(
            f"{row.condition}: {row[2]} of the {row[3]} that endured had it, "
            f"{row[2]} of the {row[4]} that had it endured"
            for row in needed.itertuples()
        )
        words = [
            f"{len(cases)} cases, {len(table)} of {2 ** len(chosen)} combinations seen, "
            f"{unseen} seen by nobody.",
            f"Endured where: {'; or, as shortly: '.join(ways) or 'no combination alone'}.",
            "The cases cannot choose between these." if len(ways) > 1 else "",
            f"The same combination, different ends: {'; '.join(clashes)}." if clashes else "",
            f"{sizes}.",
            f"If {int(cases['endured'].sum())} of these {len(cases)} had endured by lot, some "
            f"condition would be shared by all of them in {lucky} of {draws} draws.",
        ]
        if guess.words:
            words.append(f"You predicted: {guess.words}.")
        marks = {"has it": "main", "has it not": "calm", "endured": "third", "did not": "warn"}
        marks["both"] = "fourth"
        ends = {"endured": "endured", "not endured": "did not", "contradiction": "both"}
        rows = []
        for row in table.to_dict("records"):
            rows += [
                (row["cases"], crosscase.CONDITIONS[n], "has it" if row[n] else "has it not")
                for n in chosen
            ]
            rows.append((row["cases"], "the end", ends[row["outcome"]]))
        grid = pd.DataFrame(rows, columns=["row", "column", "mark"])
        shown = table.rename(columns=crosscase.CONDITIONS)
        for name in (crosscase.CONDITIONS[n] for n in chosen):
            shown[name] = shown[name].map({1: "yes", 0: "no"})
        common = " and ".join(shared) or "nothing"
        return grid_chart(
            grid,
            marks,
            title=f"All that endured share: {common}. {unseen} combinations were never seen",
            description=" ".join(word for word in words if word),
            provenance=(ILLUSTRATIVE, OURS),
            table=shown[["cases", *shown.columns.drop("cases")]],
            cell=128,
        )

    controls = (
        Ticks(
            "conditions", "Conditions", list(crosscase.CONDITIONS)[1:], options=crosscase.CONDITIONS
        ),
        Select(
            "open",
            "Case I, whose end is open",
            "",
            options={
                "": "leave it out",
                "yes": "count it as endured",
                "no": "count it as not endured",
            },
        ),
        Select(
            "unseen",
            "Combinations that nobody has seen",
            "keep",
            options={
                "keep": "claim nothing about them",
                "guess": "guess, if it makes the recipe shorter",
            },
        ),
    )
    return Lab("recipe", controls, draw, after=(guess,), truth={"condition": _common})


def claims(_this: Lesson) -> Figure:
    """Set the claims of the abstract beside the nine cases."""
    table = crosscase.illustrations()
    spoken_of = table[(table["like it"] != "") | (table["unlike it"] != "")]
    marks = {"looks like it": "main", "looks otherwise": "warn"}
    rows = []
    for claim in spoken_of.itertuples():
        words = (
            claim.wording
            if len(claim.wording) < 62
            else claim.wording[:60].rsplit(" ", 1)[0] + " …"
        )
        for name in caseroom.NINE:
            mark = next(
                (m for m, held in zip(marks, claim[3:5], strict=True) if name in held.split(", ")),
                None,
            )
            rows.append((words, name, mark))
    silent = len(table) - len(spoken_of)
    return grid_chart(
        pd.DataFrame(rows, columns=["row", "column", "mark"]),
        marks,
        title=f"The nine illustrate {len(spoken_of)} statements of the abstract, and test none",
        description=(
            f"{len(table)} statements; about {silent} the nine cases are silent. "
            + " ".join(
                f"“{row.wording}”: like it {row[3] or 'none'}; otherwise {row[4] or 'none'}."
                for row in spoken_of.itertuples()
            )
            + " We built the cases, so even a perfect match shows what a claim would look like."
        ),
        provenance=(ILLUSTRATIVE, Provenance("published", ("richdavieshowsen2022",))),
        table=table,
        cell=34,
    )


def overlay(this: Lesson) -> Lab:
    """Lay a published case beside an illustrative one."""
    guess = this.predict("nine")
    held = evidence.published_cases().frame.set_index("row")
    held = held[held["before"].notna() & held["after"].notna()]
    names = {row: f"{case.org}: {case.measure}" for row, case in held.iterrows()}

    def draw(value: dict) -> Figure:
        case, real = evidence.case(value["case"]), held.loc[value["published"]]
        name, unit, _ = caseroom.MEASURES[case.tracked_measure]
        months, bands = caseroom.opened(case, case.tracked_measure)
        frame = _banded(months["value"].to_numpy(), bands, f"case {case.id}")
        published = Provenance(
            "published", evidence.tables.split_list(real["sources"]), bool(real["verified"])
        )
        made, taken = ILLUSTRATIVE.label, published.label
        left = shapes.paths(
            frame,
            {f"case {case.id}": "warn"},
            x=f"{made}: case {case.id}, month",
            y=f"{name}, {unit}",
            title="",
            description="",
            provenance=(ILLUSTRATIVE, LIMITS),
            low=None,
            size=(330, 220),
        )
        when = [real["period_before"] or "first figure", real["period_after"] or "second figure"]
        when = [f"{n}. {words}" for n, words in enumerate(when, 1)]
        figures = pd.DataFrame({"category": when, "value": [real["before"], real["after"]]})
        right = shapes.bars(
            figures.assign(series="published"),
            {"published": "main"},
            x=f"{taken}: {real['unit']}",
            title="",
            description="",
            provenance=(published,),
            width=200,
            row=60,
        )
        own = "" if real["independent"] else " The figure is not independent."
        caveat = f" {real['caveat']}" if real["caveat"] else ""
        words = (
            f"Left, {made}: case {case.id}, {name}. "
            f"{course(frame['at'], frame['value'], unit, 'month')} "
            f"Right, {taken}: {real['org']}, {real['measure']}: {real['before']:g}, then "
            f"{real['after']:g} {real['unit']}.{own}{caveat} Two figures have no months between "
            "them: no limits can be drawn, and no ceiling seen."
        )
        table = pd.concat(
            [
                pd.DataFrame(
                    {
                        "which": f"{made}, case {case.id}",
                        "when": frame["at"],
                        "figure": frame["value"],
                    }
                ),
                pd.DataFrame(
                    {"which": f"{taken}, {real['org']}", "when": when, "figure": figures["value"]}
                ),
            ]
        ).iloc[::-1]
        title = f"{made.capitalize()}: case {case.id}. {taken.capitalize()}: {real['org']}"
        return shapes.beside(left, right, title, words, table)

    controls = (
        Select("case", "Illustrative case", "B", options=CASES),
        Select("published", "Published case, and what was measured", "barnet_1", options=names),
    )
    return Lab("overlay", controls, draw, after=(guess,))
