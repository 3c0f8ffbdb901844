"""Lesson 00, start here: what the course holds, and one pathway read by five pairs of glasses."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Callable
from functools import cache, partial
from pathlib import Path
from typing import Any

import ipywidgets as widgets
import pandas as pd

from toolkit import evidence
from toolkit.charts.cases import grid_chart
from toolkit.charts.figure import Figure
from toolkit.course.lesson import Lesson, Page
from toolkit.evidence.cases import ILLUSTRATIVE
from toolkit.evidence.provenance import Provenance
from toolkit.learning.fields import Select
from toolkit.learning.words import Ask, words_of
from toolkit.models.journeys import Programme, draw_noise, run
from toolkit.models.logics import FIVE, Site
from toolkit.models.logics.symptoms import LESSON_OF
from toolkit.models.pathway import Context, Practice, stack_contexts, stack_practices
from toolkit.screen.lab import Lab
from toolkit.screen.questions import Prediction
from toolkit.screen.tables import Html, notebooks, page, table_html

SEED = 1
YEAR = 12
FIRST = "B"
# The places of those cases in which the model's waits are not far from what such places know.
PLACES = ("B", "C", "D", "E", "F", "G", "I")
# The order in which the five findings stand before they have a name.
UNNAMED = ("value", "prudent", "lean", "service_improvement", "constraints")
WHOLE = "whole pathway"
MATCHED = ("aim", "needed")  # the predictions that match a question with a finding
MARKS = {
    "finds the problem here": "main", "would change this first": "warn", "both": "third",
}  # fmt: skip
FINDS, CHANGES, BOTH = MARKS
# Whether it points here, whether it would change something here first: the mark.
MARK = {
    (True, True): BOTH, (True, False): FINDS, (False, True): CHANGES, (False, False): None,
}  # fmt: skip
READ = Provenance("modelled", note="read here by the five logics of this course")


def _linked(number: str) -> str:
    """Return a lesson's title as HTML, with a link where it is there."""
    title, path = html.escape(_titled(number)), notebooks().get(number)
    return Html(f'<a href="{html.escape(path.name)}">{title}</a>' if path else title)


def _titled(number: str) -> str:
    return f"{number} · {words_of(number).title}"


def _takes(path: Path) -> str:
    """Return how long a lesson takes, as it says itself."""
    opening = "".join(json.loads(path.read_text(encoding="utf-8"))["cells"][0]["source"])
    found = re.search(r"What you need\*\*: ([^.;]+)", opening)
    return found[1] if found else ""


def contents(_this: Lesson) -> Page:
    """List the lessons, each with a link and how long it takes."""
    takes = {number: _takes(path) for number, path in notebooks().items()}
    rows = [(_linked(number), time) for number, time in takes.items()]
    lines = [f"{_titled(number)}, {time}" for number, time in takes.items()]
    return Page(table_html(["Lesson", "Takes"], rows), "\n".join(lines))


def marks(_this: Lesson) -> Page:
    """Explain the marks by which every figure says where it is from."""
    read, quoted = "richdavieshowsen2022", "ohno1988"
    each = [
        Provenance("published", (read,)), Provenance("published", (quoted,)),
        Provenance("published", (read, quoted)),
        Provenance("computed"), Provenance("illustrative"), Provenance("modelled"),
    ]  # fmt: skip
    rows = [(p.mark, p.label, p.meaning) for p in each]
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
        (stage, f"{work:g}", f"{batch:g}", f"{100 * share:.0f} %")
        for stage, work, batch, share in zip(
            site.context.stages, site.context.work, x.batch, x.split, strict=True
        )
    ]
    title = (
        f"{case.context['name']}: {site.context.demand:g} people a week are referred. "
        f"They are booked for {100 * x.release:.0f} % of what its slowest stage can do. In this "
        "model they wait "
        f"{site.performance.lead_time:.0f} days from referral to the end."
    )
    heads = ["Stage", "Hours of care per person", "Handed on at a time", "Share of staff hours"]
    return page(heads, rows, title, (case.provenance, Provenance("modelled", note="the wait")))


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


def _at(where: str) -> str:
    """Return a stage, or the whole pathway, as it stands in a sentence."""
    return "in the pathway as a whole" if where == WHOLE else f"at {where}"


def _matched(guesses: dict[str, Prediction]) -> str:
    """Hold the learner's matches and count against what came."""
    said = []
    for name in MATCHED:
        guess, n = guesses[name], _whose(guesses[name].ask)
        if guess.words:
            asks = FIVE[UNNAMED[int(n) - 1]].question
            said.append(f"“{asks}” belongs to finding {n}; you predicted {guess.words}.")
    if count := guesses["different"].words:
        said.append(f"Different first changes: you predicted {count}.")
    return "".join(f" {sentence}" for sentence in said)


class Glasses(Lab):
    """A lab that tells above its chart, in full sentences, what each of the five says."""

    def __init__(self, *args: Any, **named: Any) -> None:
        self.said = widgets.HTML()
        super().__init__(*args, **named)
        self.form.observe(self.write, "value")
        self.write()

    def _opened(self, _change: object = None) -> None:
        super()._opened()
        if not self.shut:
            self.children = (self.form, self.problem, self.said, self.chart)

    def write(self, _change: object = None) -> None:
        """Write the sentences for the place that is chosen."""
        told = ("glasses", "finds", "changes first")
        rows = [[row[key] for key in told] for row in _readings(self.form.value["place"])]
        heads = ["Glasses", "What they find", "What they change first"]
        self.said.value = table_html(heads, rows)


def glasses(this: Lesson) -> Lab:
    """Read one place after another through five pairs of glasses."""
    guesses = {name: this.predict(name) for name in this.words.predict}

    def draw(value: dict) -> Figure:
        place = value["place"]
        said = _readings(place)
        rows = [
            (row["glasses"], stage, MARK[stage == row["where"], stage == row["at"]])
            for row in said
            for stage in (*_site(place).context.stages, WHOLE)
        ]
        quiet = [row["glasses"] for row in said if not row["at"]]
        title = (
            f"Five questions, {len({row['where'] for row in said})} places pointed at, "
            f"{len(_first(said))} different first changes"
        )
        if quiet:
            title += f"; {' and '.join(quiet)} would change nothing"
        told = " ".join(
            f"{row['glasses']} finds the problem {_at(row['where'])} and would "
            + (f"first change something {_at(row['at'])}." if row["at"] else "change nothing.")
            for row in said
        )
        words = (
            f"{evidence.case(place).context['name']}. {len(said)} pairs of glasses, "
            f"{len(said) - len(quiet)} with a change to make. {told}"
        )
        if place == FIRST:
            words += _matched(guesses)
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
    truth: dict[str, Callable[[], Any]] = {
        name: partial(_whose, guesses[name].ask) for name in MATCHED
    }
    truth["different"] = lambda: len(_first(_readings(FIRST)))
    place = Select("place", "Place", FIRST, options=options)
    return Glasses("glasses", (place,), draw, tuple(guesses.values()), truth=truth)


def blind(_this: Lesson) -> Page:
    """Say what each of the five does not see, and which lesson goes into it."""
    heads = ["Glasses", "What they do not see", "The lesson that wears them"]
    rows = [(each.name, each.blind_spot, _linked(LESSON_OF[each.id])) for each in FIVE.values()]
    lines = [f"{each.name} does not see: {each.blind_spot}" for each in FIVE.values()]
    return Page(table_html(heads, rows), "\n".join(lines))
