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
from toolkit.models.logics import ANYWHERE, FIVE, Site
from toolkit.models.logics.symptoms import LESSON_OF
from toolkit.models.pathway import Context, Practice, stack_contexts, stack_practices
from toolkit.screen.facts import Facts
from toolkit.screen.lab import Lab
from toolkit.screen.questions import Prediction
from toolkit.screen.tables import Html, notebooks, table_html
from toolkit.text.templates import fill
from toolkit.text.words import Words

SEED = 1
YEAR = 12
FIRST = "B"
# The places of those cases in which the model's waits are not far from what such places know.
PLACES = ("B", "C", "D", "E", "F", "G", "I")
# The order in which the five findings stand before they have a name.
UNNAMED = ("value", "prudent", "lean", "service_improvement", "constraints")
MATCHED = ("aim", "needed")  # the predictions that match a question with a finding
ROLES = {"finds": "main", "changes": "warn", "both": "third"}
# Whether it points here, whether it would change something here first: the mark.
MARK = {
    (True, True): "both", (True, False): "finds", (False, True): "changes", (False, False): None,
}  # fmt: skip
WORDS = Words(__package__)


def _linked(number: str) -> str:
    """Return a lesson's title as HTML, with a link where it is there."""
    title, path = html.escape(_titled(number)), notebooks().get(number)
    return Html(f'<a href="{html.escape(path.name)}">{title}</a>' if path else title)


def _titled(number: str) -> str:
    return f"{number} · {words_of(number).title}"


def _takes(path: Path) -> str:
    """Return how long a lesson takes, as it says itself."""
    opening = "".join(json.loads(path.read_text(encoding="utf-8"))["cells"][0]["source"])
    found = re.search(r"(?:What you need\*\*:|It takes) ([^.;]+)", opening)
    return found[1] if found else ""


def contents(_this: Lesson) -> Page:
    """List the lessons, each with a link and how long it takes."""
    takes = {number: _takes(path) for number, path in notebooks().items()}
    rows = [(_linked(number), time) for number, time in takes.items()]
    lines = [f"{_titled(number)}, {time}" for number, time in takes.items()]
    return Page(table_html(WORDS["contents"], rows), "\n".join(lines))


def marks() -> Facts:
    """Explain the marks by which every figure says where it is from."""
    read, quoted = "richdavieshowsen2022", "ohno1988"
    each = [
        Provenance("published", (read,)), Provenance("published", (quoted,)),
        Provenance("published", (read, quoted)),
        Provenance("computed"), Provenance("illustrative"), Provenance("modelled"),
    ]  # fmt: skip
    rows = [(p.mark, p.label, p.meaning) for p in each]
    return Facts(table=pd.DataFrame(rows, columns=["mark", "label", "meaning"]))


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
                "changes": str(change) if change else WORDS["glasses"]["nothing"],
                "at": change.where if change else "",
            }
        )  # fmt: skip
    return tuple(said)


def place() -> Facts:
    """Describe the first place: what anybody can see who walks through it."""
    case, site = evidence.case(FIRST), _site(FIRST)
    here, habits = site.context, site.practice
    columns = {
        "stage": here.stages, "work": here.work, "batch": habits.batch, "share": habits.split,
    }  # fmt: skip
    return Facts(
        table=pd.DataFrame(columns),
        name=here.name,
        demand=here.demand,
        booked=habits.release,
        days=site.performance.lead_time,
        source=case.provenance,
    )


def unnamed() -> Facts:
    """Show the five findings without saying whose they are."""
    said = {row["id"]: row["finds"] for row in _readings(FIRST)}
    rows = [(n, said[name]) for n, name in enumerate(UNNAMED, 1)]
    return Facts(table=pd.DataFrame(rows, columns=["finding", "says"]), source=ILLUSTRATIVE)


def _whose(ask: Ask) -> str:
    """Return the number of that finding whose logic asks what a prediction quotes."""
    return next(str(n) for n, name in enumerate(UNNAMED, 1) if FIVE[name].question in ask.question)


def _first(said: tuple[dict[str, str], ...]) -> set[str]:
    """Return the different first changes."""
    return {row["changes"] for row in said if row["at"]}


def _matched(guesses: dict[str, Prediction]) -> list[dict[str, str]]:
    """Return the learner's matches, each with the finding that the question belongs to."""
    numbers = {name: _whose(guesses[name].ask) for name in MATCHED if guesses[name].words}
    return [
        {"asks": FIVE[UNNAMED[int(n) - 1]].question, "finding": n, "answer": guesses[name].words}
        for name, n in numbers.items()
    ]


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
        told = WORDS["glasses"]["told"]
        rows = [[row[key] for key in told] for row in _readings(self.form.value["place"])]
        self.said.value = table_html(list(told.values()), rows)


def glasses(this: Lesson) -> Lab:
    """Read one place after another through five pairs of glasses."""
    guesses = {name: this.predict(name) for name in this.words.predict}
    words = WORDS["glasses"]
    roles = {words["marks"][key]: role for key, role in ROLES.items()}

    def draw(value: dict) -> Figure:
        place = value["place"]
        said, stages = _readings(place), _site(place).context.stages
        rows = [
            (row["glasses"], stage, MARK[stage == row["where"], stage == row["at"]])
            for row in said
            for stage in (*stages, ANYWHERE)
        ]
        quiet = [row["glasses"] for row in said if not row["at"]]
        facts = {
            "place": evidence.case(place).context["name"],
            "said": said,
            "anywhere": ANYWHERE,
            "places": len({row["where"] for row in said}),
            "changes": len(_first(said)),
            "changing": len(said) - len(quiet),
            "quiet": quiet,
            "matched": _matched(guesses) if place == FIRST else [],
            "predicted": guesses["different"].words if place == FIRST else "",
        }
        frame = pd.DataFrame(rows, columns=["row", "column", "mark"])
        return grid_chart(
            frame.assign(mark=frame["mark"].map(words["marks"])),
            roles,
            title=fill(words["title"], facts),
            description=fill(words["description"], facts),
            provenance=(ILLUSTRATIVE, Provenance(**WORDS["provenance"]["read"])),
            table=pd.DataFrame(said)[list(words["table"])].rename(columns=words["table"]),
            cell=100,
        )

    options = {name: evidence.case(name).context["name"] for name in PLACES}
    truth: dict[str, Callable[[], Any]] = {
        name: partial(_whose, guesses[name].ask) for name in MATCHED
    }
    truth["different"] = lambda: len(_first(_readings(FIRST)))
    place = Select("place", words["place"], FIRST, options=options)
    return Glasses("glasses", (place,), draw, tuple(guesses.values()), truth=truth)


def blind(_this: Lesson) -> Page:
    """Say what each of the five does not see, and which lesson goes into it."""
    rows = [(each.name, each.blind_spot, _linked(LESSON_OF[each.id])) for each in FIVE.values()]
    lines = [fill(WORDS["blind"]["line"], {"logic": each}) for each in FIVE.values()]
    return Page(table_html(WORDS["blind"]["columns"], rows), "\n".join(lines))
