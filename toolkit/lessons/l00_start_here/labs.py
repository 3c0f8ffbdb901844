"""Lesson 00, start here: one pathway, looked at through five pairs of glasses."""

from __future__ import annotations

import html
from dataclasses import replace
from functools import cache
from typing import Any

import ipywidgets as widgets
import numpy as np
import pandas as pd

from toolkit import evidence
from toolkit.charts.cases import grid_chart
from toolkit.charts.figure import Figure
from toolkit.course.lesson import Lesson, Page
from toolkit.evidence.provenance import Provenance
from toolkit.learning.fields import Select
from toolkit.learning.words import words_of
from toolkit.models.journeys import Programme, draw_noise, run
from toolkit.models.logics import ANYWHERE, FIVE, Site, at_stage
from toolkit.models.pathway import (
    DEFAULTS,
    Context,
    Performance,
    Practice,
    stack_contexts,
    stack_practices,
)
from toolkit.screen.facts import Facts, lab, lines
from toolkit.screen.facts import marks as points
from toolkit.screen.lab import Lab
from toolkit.screen.stage import Lane, Trace, count_moves
from toolkit.screen.tables import Html, notebooks, table_html
from toolkit.text.templates import fill
from toolkit.text.words import Words

SEED = 1
YEAR = 12
MIDDLE = 7 * DEFAULTS.horizon / 2  # day of the year in which the queues grow
WATCHED = YEAR // 2 + 1  # the month on the stage, which begins there
FIRST = "B"
# The places of those cases in which the model's waits are not far from what such places know.
PLACES = ("B", "C", "D", "E", "F", "G")
# The order in which the five findings stand before they have a name.
LESSON_OF = {
    "lean": "02", "constraints": "03", "value": "04", "service_improvement": "05", "prudent": "06",
}  # fmt: skip
UNNAMED = ("value", "prudent", "lean", "service_improvement", "constraints")
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


def queues(place: Performance) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return what stands at the gate and in each stage: who comes, who stands, what grows.

    Parameters
    ----------
    place : Performance
        Its waits are the means of a year in which the queues grow from nothing.

    Returns
    -------
    tuple of ndarray
        How many come to each a day, how many stand there without a queue that grows, and by how
        many a day that queue grows.
    """
    over = np.maximum(place.utilisation, 1)
    kept, added = place.gate_wait / MIDDLE, 1 - 1 / over
    started = place.throughput / 7 * over.prod()
    come = np.append(started / (1 - kept), started / np.append(1, over[:-1]).cumprod())
    days = np.array([place.collecting, place.queueing, place.process]).sum(axis=0)
    return come, come * np.append(0, days - MIDDLE * added), come * np.append(kept, added)


def people_there(place: Performance, days: np.ndarray) -> np.ndarray:
    """Return how many stand at the gate and in each stage after some days of the year."""
    _, standing, grows = queues(place)
    return standing + np.asarray(days)[..., None] * grows


def lead_times(place: Performance, days: np.ndarray) -> np.ndarray:
    """Return the days from start to end of those who finish then, by Little's law."""
    return (people_there(place, days) / queues(place)[0]).sum(axis=-1)


@cache
def _site(name: str) -> Site:
    """Return the place of a case as it was found, with a year of its lead times on a chart."""
    case = evidence.case(name)
    context, practice = Context(**case.context), Practice(**case.practice)
    year = run(
        stack_contexts([context]), stack_practices([practice]), [Programme("nothing")],
        draw_noise(SEED),
    )  # fmt: skip
    site = Site(context, practice, float(year.mastery[0, 0]))
    chance = year.lead_observed[0, :YEAR] / (7 * year.performance.lead_time[0, :YEAR])
    middles = 2 * MIDDLE * (np.arange(YEAR) + 0.5) / YEAR
    months = lead_times(site.performance, middles) * chance
    return replace(site, history=tuple(months.tolist()))


@cache
def _readings(name: str) -> tuple[dict[str, Any], ...]:
    """Return what each of the five says of a place, and the practice after the first change."""
    site, said = _site(name), []
    for logic in FIVE.values():
        finding = logic.find(logic.look(site))
        change = logic.change(site)
        said.append(
            {
                "id": logic.id, "glasses": logic.name, "asks": logic.question,
                "finds": str(finding), "what": finding.what, "where": finding.where,
                "changes": str(change) if change else WORDS["glasses"]["nothing"],
                "at": change.where if change else "",
                "practice": change.practice if change else None,
            }
        )  # fmt: skip
    return tuple(said)


# --- one place, five people who look at it ------------------------------------------------------

DAYS = 28  # on the stage
EACH = 2  # people for whom one figure stands
GATE, HOME = "gate", "home"
NOBODY = "nobody"  # wears glasses: all is in sight
LAST = [*FIVE][-1]  # whose glasses are put on last
WAITS = ["collecting_days", "queueing_days"]
# What on the stage shows each measure that a logic reads.
SHOWN = {
    "collecting_days": "inside", "queueing_days": "inside", "process_days": "inside",
    "flow_efficiency": "inside",
    "utilisation": "staff", "hours_per_patient": "staff", "cycle_cost": "staff",
    "gate_wait": GATE, "unmet_need": GATE,
    "lead_time": HOME, "throughput": HOME, "outcome_lost": HOME, "cycle_outcome": HOME,
    "low_given": "need", "equity_gap": "need",
}  # fmt: skip
THINGS = (GATE, "inside", "staff", HOME, "need")


def in_sight(name: str) -> tuple[str, ...]:
    """Return what a logic looks at, by what it measures; everything if nobody wears glasses."""
    if name == NOBODY:
        return THINGS
    seen = {SHOWN[measure] for measure in (*FIVE[name].columns, *FIVE[name].facts)}
    return tuple(thing for thing in THINGS if thing in seen)


def kinds(people: int, high: float, little: float) -> list[str]:
    """Return what people look like, so that each kind has its share of any that come in a row."""
    shares = {"need": high, "little": little, "person": 1 - high - little}
    owed, told = dict.fromkeys(shares, 0.0), []
    for _ in range(people):
        owed = {kind: owed[kind] + share for kind, share in shares.items()}
        told.append(max(owed, key=owed.__getitem__))
        owed[told[-1]] -= 1
    return told


def _looked_at(glasses: str) -> Trace:
    """Return a month of the first place, with what one pair of glasses lets through."""
    site, seen = _site(FIRST), in_sight(glasses)
    place, stages = site.performance, site.context.stages
    then = np.arange(DAYS + 1)
    done = np.floor(place.throughput / 7 * then / EACH).astype(int)
    standing = np.rint(people_there(place, MIDDLE + then) / EACH).astype(int)
    inside = standing.sum(axis=1)
    who, to, at = count_moves(standing, np.diff(done))
    looks = kinds(int(who.max()) + 1, site.context.high_need, place.low_given)
    if "need" not in seen:  # whoever does not ask what people need sees no difference
        looks = []
    # The gate, the stages and home; where people are looked at, and where only some of them.
    rooms = [GATE, *["inside"] * len(stages), HOME]
    point = None if glasses == NOBODY else _points_at(glasses)
    lens = {}
    for n, (room, name) in enumerate(zip(rooms, (GATE, *stages, HOME), strict=True)):
        found = [*["person"] * (room in seen), *["need", "little"] * ("need" in seen)]
        found += ["staff"] * ("staff" in seen and room == "inside")
        if name == point:
            found.append("here")
        if found:
            lens[n] = found
    places = {GATE: False, **dict.fromkeys(stages, True), HOME: False}
    return Trace(
        DAYS,
        {"place": Lane(places, (who, to, at), looks, lens=lens)},
        {
            "home": (done * EACH).tolist(),
            "inside": (inside * EACH).tolist(),
            "came": ((done + inside - inside[0]) * EACH).tolist(),
        },
        EACH,
    )


def _points_at(glasses: str) -> str:
    """Return the stage that troubles a logic most; none where its finding names no stage."""
    logic, site = FIVE[glasses], _site(FIRST)
    return logic.find(logic.look(site)).where


def _figures(glasses: str) -> dict[str, tuple[str, float]]:
    """Return one figure that a logic reads in each place: load, days of waiting or hours."""
    if glasses == NOBODY:
        return {}
    logic = FIVE[glasses]
    reading = logic.look(_site(FIRST))
    frame, told = reading.frame.set_index("stage"), {}
    waits = [name for name in WAITS if name in logic.columns]
    if waits == WAITS:
        told = {stage: ("waits", days) for stage, days in frame[waits].sum(axis=1).items()}
    elif logic.columns:
        first = logic.columns[0]
        told = {stage: (first, figure) for stage, figure in frame[first].items()}
    for place, name in ((GATE, "gate_wait"), (HOME, "lead_time")):
        if name in logic.facts:
            told[place] = ("days", reading.facts[name])
    return told


def _month(glasses: str) -> dict[str, Any]:
    """Return what is on the stage, with what one pair of glasses lets through."""
    trace = _looked_at(glasses)
    came, home = trace.ended["came"][-1], trace.ended["home"][-1]
    return {"days": DAYS, "came": came, "home": home, "more": came - home, "trace": trace}


def look() -> Facts:
    """Watch a month of one place, with everything in sight."""
    month = _month(NOBODY)
    come, home = (np.array(month["trace"].ended[name]) for name in ("came", "home"))
    flow = pd.DataFrame({"at": range(DAYS + 1), "came": come, "finished": home})
    return Facts(
        chart=lines(flow["at"].to_numpy(), came=come, finished=home),
        table=flow[::7],
        place=_site(FIRST).context.name,
        **month,
    )


def in_the_queue() -> int:
    """Return how many of the five find the problem where people spend longest."""
    queue = _points_at("lean")
    return sum(row["where"] == queue for row in _readings(FIRST))


@lab(predict={"theatre": in_the_queue}, reveal_at={"glasses": LAST})
def through(glasses: str = next(iter(FIVE))) -> Facts:
    """Watch the same month through the glasses of five people in turn."""
    site, seen = _site(FIRST), in_sight(glasses)
    read = _figures(glasses)
    charts: dict[str, Any] = dict.fromkeys(("stages", "shares", "months"))
    charts["marks"] = points()
    if glasses == "prudent":
        facts = FIVE[glasses].look(site).facts
        charts["shares"] = {name: round(100 * facts[name]) for name in FIVE[glasses].facts}
    elif stages := {name: read[name] for name in site.context.stages if name in read}:
        charts["stages"] = {
            name: round(100 * figure) if measure == "utilisation" else round(figure, 1)
            for name, (measure, figure) in stages.items()
        }
    else:
        charts["months"] = lines(np.arange(1, YEAR + 1), months=np.array(site.history))
        charts["marks"] = points((WATCHED, site.history[WATCHED - 1], "watched"))
    return Facts(
        **charts,
        **_month(glasses),
        first=site.history[0],
        last=site.history[-1],
        year=YEAR,
        anywhere=ANYWHERE,
        seen=seen,
        unseen=[thing for thing in THINGS if thing not in seen],
        read=read,
        point=_points_at(glasses),
    )


def place() -> Facts:
    """Describe the first place: what anybody can see who walks through it."""
    site = _site(FIRST)
    here = site.context
    columns = {
        "stage": here.stages, "hours": site.performance.hours, "batch": site.practice.batch,
    }  # fmt: skip
    return Facts(
        table=pd.DataFrame(columns),
        name=here.name,
        demand=here.demand,
        days=site.performance.lead_time,
    )


def unnamed() -> Facts:
    """Show the five findings without saying whose they are."""
    said = {row["id"]: row["what"] for row in _readings(FIRST)}
    rows = [(n, said[name]) for n, name in enumerate(UNNAMED, 1)]
    return Facts(table=pd.DataFrame(rows, columns=["finding", "says"]))


def _first(said: tuple[dict[str, Any], ...]) -> set[Practice]:
    """Return the practices that different first changes would leave."""
    return {row["practice"] for row in said if row["at"]}


class Glasses(Lab):
    """A lab that tells below its chart, in full sentences, what each of the five says."""

    def __init__(self, *args: Any, **named: Any) -> None:
        self.said = widgets.HTML()
        super().__init__(*args, **named)
        self.form.observe(self.write, "value")
        self.write()

    def _opened(self, _change: object = None) -> None:
        super()._opened()
        if not self.shut:
            self.children = (self.form, self.problem, self.chart, self.said)

    def write(self, _change: object = None) -> None:
        """Write the sentences for the place that is chosen."""
        told, place = dict(WORDS["glasses"]["told"]), self.form.value["place"]
        new = place != FIRST  # what they find there stands above the lab
        if new:
            self.said.add_class("dio-stacked")
        else:
            self.said.remove_class("dio-stacked")
            del told["what"]
        whose = WORDS["names"]
        rows = [
            [f"{row[key]} ({whose[row['id']]})" if key == "glasses" else row[key] for key in told]
            for row in _readings(place)
        ]
        head = html.escape(fill(WORDS["glasses"]["below"], {"new": new}))
        self.said.value = (
            f'<p style="margin: 24px 0 4px"><strong>{head}</strong></p>'
            f"{table_html(list(told.values()), rows)}"
        )


def glasses(this: Lesson) -> Lab:
    """Read one place after another through five pairs of glasses."""
    guesses = {name: this.predict(name) for name in this.words.predict}
    words = WORDS["glasses"]
    roles = {words["marks"][key]: role for key, role in ROLES.items()}

    def draw(value: dict) -> Figure:
        place = value["place"]
        said, stages = _readings(place), _site(place).context.stages
        rows = [
            (row["glasses"], at[0].upper() + at[1:], MARK[at == row["where"], at == row["at"]])
            for row in said
            for at in (*stages, ANYWHERE)
        ]
        facts = {
            "place": evidence.case(place).context["name"],
            "found": {
                at: [row["id"] for row in said if row["where"] == at]
                for at in dict.fromkeys(row["where"] for row in said)
            },
            "anywhere": ANYWHERE,
            "at_stage": at_stage,
            "stages": len({row["where"] for row in said} - {ANYWHERE}),
            "changes": len(_first(said)),
            "quiet": [row["id"] for row in said if not row["at"]],
            "names": WORDS["names"],
        }
        frame = pd.DataFrame(rows, columns=["row", "column", "mark"])
        return grid_chart(
            frame.assign(mark=frame["mark"].map(words["marks"])),
            roles,
            title=fill(words["title"], facts),
            description=fill(words["description"], facts),
            provenance=tuple(Provenance(**WORDS["provenance"][key]) for key in ("made", "read")),
            table=pd.DataFrame(said)[list(words["table"])].rename(columns=words["table"]),
            cell=100,
        )

    options = {name: evidence.case(name).context["name"] for name in PLACES}
    truth = {"different": lambda: len(_first(_readings(FIRST)))}
    place = Select("place", words["place"], FIRST, options=options)
    return Glasses("glasses", (place,), draw, tuple(guesses.values()), truth=truth)


def blind(_this: Lesson) -> Page:
    """Say what each of the five does not see, and which lesson goes into it."""
    rows = [(each.name, each.blind_spot, _linked(LESSON_OF[each.id])) for each in FIVE.values()]
    lines = [fill(WORDS["blind"]["line"], {"logic": each}) for each in FIVE.values()]
    return Page(table_html(WORDS["blind"]["columns"], rows), "\n".join(lines))
