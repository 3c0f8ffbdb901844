"""Lesson 00, start here: what the course holds, and one pathway read by five pairs of glasses."""

from __future__ import annotations

import html
import json
import re
from functools import cache

import ipywidgets as widgets
import pandas as pd

from toolkit import evidence
from toolkit.adoption import Programme, draw_noise, run
from toolkit.approaches import FIVE, Site
from toolkit.charts.caseroom import grid_chart
from toolkit.charts.figure import Figure
from toolkit.evidence.cases import ILLUSTRATIVE
from toolkit.evidence.provenance import MEANING, Provenance
from toolkit.labs.frame import Lab
from toolkit.labs.lesson import Lesson, Page
from toolkit.labs.tables import notebooks, page, table_html
from toolkit.learning.words import Ask
from toolkit.pathway import Context, Practice, stack_contexts, stack_practices
from toolkit.widgets.form import Select

SEED = 1
YEAR = 12
FIRST = "B"
# The places of those cases in which the model's waits are not far from what such places know.
PLACES = ("B", "C", "D", "E", "F", "G", "I")
# The order in which the five findings stand before they have a name.
UNNAMED = ("value", "prudent", "lean", "service_improvement", "constraints")
WHOLE = "whole pathway"
MARKS = {
    "finds the problem here": "main", "would change this first": "warn", "both": "third",
}  # fmt: skip
FINDS, CHANGES, BOTH = MARKS
# Whether it points here, whether it would change something here first: the mark.
MARK = {
    (True, True): BOTH, (True, False): FINDS, (False, True): CHANGES, (False, False): None,
}  # fmt: skip
READ = Provenance("computed", note="read here by the five logics of this course")

# Each lesson as it is called and what it is about, until its notebook says so itself.
LESSONS = {
    "00": "Start here: one pathway, five pairs of glasses",
    "01": "Toyota’s grammar: people before products",
    "02": "Lean: make value flow",
    "03": "Theory of constraints: find what limits the whole",
    "04": "Value: outcomes that matter, over what they cost",
    "05": "Service improvement: test changes, learn from variation",
    "06": "Prudent: do what is needed, with people, need first",
    "07": "Comparing logics: commonalities and divergences",
    "08": "Dialects: one grammar, many tongues",
    "09": "Emulation or contextualised adoption",
    "10": "Ceilings, stalls and switches",
    "11": "Point improvement or integrated system",
    "12": "The nine cases",
    "13": "Your dialect",
}
TEACHES = {
    "lean": "02", "constraints": "03", "value": "04", "service_improvement": "05", "prudent": "06",
}  # fmt: skip


def _link(number: str) -> tuple[str, str, str]:
    """Return a lesson's title, how long it takes or that it is coming, and where it is."""
    path = notebooks().get(number)
    if path is None:
        return f"{number} · {LESSONS[number]}", "coming", ""
    opening = "".join(json.loads(path.read_text(encoding="utf-8"))["cells"][0]["source"])
    title = re.search(r"^# (.+)$", opening, re.MULTILINE)
    takes = re.search(r"What you need\*\*: ([^.;]+)", opening)
    return (
        title[1] if title else f"{number} · {LESSONS[number]}",
        takes[1] if takes else "",
        path.name,
    )


def _linked(number: str) -> str:
    """Return a lesson's title as HTML, with a link where there is one."""
    title, _, href = _link(number)
    title = html.escape(title)
    return f'<a href="{html.escape(href)}">{title}</a>' if href else title


def contents(_this: Lesson) -> Page:
    """List the lessons: those that are there with a link, the others as coming."""
    rows = [(_linked(number), html.escape(_link(number)[1])) for number in LESSONS]
    lines = [" ".join(filter(None, (_link(n)[0] + ",", _link(n)[1]))) for n in LESSONS]
    return Page(table_html(["Lesson", "Takes"], rows), "\n".join(lines))


def marks(_this: Lesson) -> Page:
    """Explain the marks by which every figure says where it is from."""
    known = evidence.source("richdavieshowsen2022") and ("richdavieshowsen2022",)
    each = [
        Provenance("published", known), Provenance("published", known, verified=False),
        Provenance("computed"), Provenance("illustrative"),
    ]  # fmt: skip
    more = {False: "; nobody could check it there"}
    rows = [(p.mark, p.label, MEANING[p.kind] + more.get(p.verified, "")) for p in each]
    return page(["Mark", "Word", "A figure with this mark was"], rows)


@cache
def _site(name: str) -> Site:
    """Return the place of a case as it was found, with a year of its lead times on a chart."""
    case = evidence.case(name)
    context, practice = Context(**case.context), Practice(**case.practice)
    year = run(
        stack_contexts([context]), stack_practices([practice]), [Programme("nothing")],
        draw_noise(SEED),
    )  # fmt: skip
    return Site(
        context, practice, float(year.mastery[0, 0]), tuple(year.lead_observed[0, :YEAR].tolist())
    )


@cache
def _readings(name: str) -> tuple[dict[str, str], ...]:
    """Return what each of the five says of a place: finding, where, first change, and where."""
    site, said = _site(name), []
    for logic in FIVE.values():
        finding = logic.find(logic.look(site))
        change = logic.change(site, finding)
        said.append(
            {
                "id": logic.id, "glasses": logic.name, "asks": logic.question,
                "finds": str(finding), "where": finding.where,
                "changes first": str(change) if change else "Nothing: it sees no change to make.",
                "at": change.where if change else "",
            }
        )  # fmt: skip
    return tuple(said)


def place(_this: Lesson) -> Page:
    """Describe the first place: what anybody can see who walks through it."""
    case, site = evidence.case(FIRST), _site(FIRST)
    x = site.practice
    rows = [
        (stage, f"{work:g}", f"{batch:g}", f"{share:.0%}")
        for stage, work, batch, share in zip(
            site.context.stages, site.context.work, x.batch, x.split, strict=True
        )
    ]
    title = (
        f"{case.context['name']}: {site.context.demand:g} people a week are referred. "
        f"{x.release:.0%} of what its slowest stage can do is booked. In this model they wait "
        f"{site.performance.lead_time:.0f} days from referral to the end."
    )
    heads = ["Stage", "Hours of care per person", "Handed on at a time", "Share of staff hours"]
    return page(heads, rows, title, (case.provenance, Provenance("computed", note="the wait")))


def unnamed(_this: Lesson) -> Page:
    """Show the five findings without saying whose they are."""
    said = {row["id"]: row for row in _readings(FIRST)}
    rows = [(str(n), said[name]["finds"]) for n, name in enumerate(UNNAMED, 1)]
    return page(
        ["Finding", "What one of the five says about this place"], rows, "", (ILLUSTRATIVE, READ)
    )


def _whose(ask: Ask) -> str:
    """Return the number of that finding whose logic asks what a prediction quotes."""
    return next(str(n) for n, name in enumerate(UNNAMED, 1) if FIVE[name].question in ask.question)


def _first(said: tuple[dict[str, str], ...]) -> set[str]:
    """Return the different first changes."""
    return {row["changes first"] for row in said if row["at"]}


class Glasses(Lab):
    """A lab that tells below its chart, in full sentences, what each of the five says."""

    def _opened(self, _change: object = None) -> None:
        super()._opened()
        if not self.shut and hasattr(self, "said"):
            self.children = (self.form, self.said, self.chart, self.problem)

    def tell(self, _change: object = None) -> None:
        """Write the sentences for the place that is chosen."""
        rows = [
            [
                f"{html.escape(r['glasses'])}<br>"
                f'<span style="font-weight: 400">{html.escape(r["asks"])}</span>',
                html.escape(r["finds"]), html.escape(r["changes first"]),
            ]
            for r in _readings(self.form.value["place"])
        ]  # fmt: skip
        heads = ["Glasses, and their first question", "What they find", "What they change first"]
        self.said.value = table_html(heads, rows)


def glasses(this: Lesson) -> Lab:
    """Read one place after another through five pairs of glasses."""
    owed = tuple(this.predict(name) for name in this.words.predict)
    asked = {name: this.words.predict[name] for name in ("aim", "needed")}

    def draw(value: dict) -> Figure:
        said = _readings(value["place"])
        stages = [*_site(value["place"]).context.stages, WHOLE]
        rows = []
        for row in said:
            for stage in stages:
                found, changed = stage == row["where"], stage == row["at"]
                mark = MARK[found, changed]
                rows.append((row["glasses"], stage, mark))
        spots = {row["where"] for row in said}
        first = _first(said)
        quiet = [row["glasses"] for row in said if not row["at"]]
        words = (
            f"{evidence.case(value['place']).context['name']}. {len(said)} pairs of glasses, "
            f"{len(said) - len(quiet)} with a change to make. "
        ) + " ".join(
            f"{row['glasses']} finds the problem {_at(row['where'])} and would "
            + (f"first change something {_at(row['at'])}." if row["at"] else "change nothing.")
            for row in said
        )
        if value["place"] == FIRST:
            words += _matched(owed, asked)
        title = (
            f"Five questions, {len(spots)} places pointed at, {len(first)} different first changes"
        )
        if quiet:
            title += f"; {' and '.join(quiet)} would change nothing"
        return grid_chart(
            pd.DataFrame(rows, columns=["row", "column", "mark"]),
            MARKS,
            title=title,
            description=words,
            provenance=(ILLUSTRATIVE, READ),
            table=pd.DataFrame(said).drop(columns="id"),
            cell=100,
        )

    options = {name: evidence.case(name).context["name"] for name in PLACES}
    truth = {name: lambda ask=ask: _whose(ask) for name, ask in asked.items()}
    truth["different"] = lambda: len(_first(_readings(FIRST)))
    place = Select("place", "Place", FIRST, options=options)
    lab = Glasses("glasses", (place,), draw, owed, truth=truth)
    lab.said = widgets.HTML()
    lab.tell()
    lab.form.observe(lab.tell, "value")
    lab._opened()
    return lab


def _at(where: str) -> str:
    """Return a stage, or the whole pathway, as it stands in a sentence."""
    return "in the pathway as a whole" if where == WHOLE else f"at {where}"


def _matched(owed: tuple, asked: dict[str, Ask]) -> str:
    """Hold the learner's matches and count against what came."""
    by_name = {guess.key.rsplit("/", 1)[1]: guess for guess in owed}
    said = []
    for name, ask in asked.items():
        if by_name[name].words:
            n = _whose(ask)
            said.append(
                f"“{FIVE[UNNAMED[int(n) - 1]].question}” belongs to finding {n}; you predicted "
                f"{by_name[name].words}."
            )
    if by_name["different"].words:
        said.append(f"Different first changes: you predicted {by_name['different'].words}.")
    return "".join(f" {sentence}" for sentence in said)


def blind(_this: Lesson) -> Page:
    """Say what each of the five does not see, and which lesson goes into it."""
    heads = ["Glasses", "What they do not see", "The lesson that wears them"]
    rows = [
        (html.escape(each.name), html.escape(each.blind_spot), _linked(TEACHES[each.id]))
        for each in FIVE.values()
    ]
    lines = [f"{each.name} does not see: {each.blind_spot}" for each in FIVE.values()]
    return Page(table_html(heads, rows), "\n".join(lines))
