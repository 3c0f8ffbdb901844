"""Session plans: what to say, do, ask and listen for, minute by minute.

A plan is ``facilitator/plans/NAME.toml``:

``title``, ``minutes``, ``aim``
    What it is called, how long it takes, what for and for whom.
``print``
    Tables ``{ sheet = "predict-03", for = "person" }``: a page of the pack, or a ``game``, and
    who gets one: each ``person``, each ``table``, or the ``room``.
``before``
    A list: what to prepare.
``late``
    Names of steps, in the order in which to leave them out when time runs out.
``[facts]``
    The figures that the words name; see `toolkit.room.facts`. ``{{ minutes }}`` is there always.
``[[part]]``
    Optional, for a long plan: a ``title``, and the names of its ``steps``.
``[[step]]``
    ``name``, ``title`` and ``minutes``. ``say``, ``ask`` and ``then`` are read aloud as they stand:
    ``say`` at the start, ``then`` at the end. ``do`` and ``listen`` are lists. ``lesson`` and
    ``show`` say what the room sees; see `toolkit.room.shown`. ``acts`` are the minutes that all
    else takes, by a key of `LEAST`. ``late`` is what to say or do instead if the step is left out.
    ``like = "PLAN/STEP"`` takes from another plan whatever the step does not say itself, with the
    facts of that plan.

The words are templates. No figure of a lesson is typed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from math import ceil
from typing import Any

from toolkit.room import guides, handouts
from toolkit.room.facts import facts
from toolkit.room.games import game
from toolkit.room.page import file_names, file_of, render, sheet, title_of
from toolkit.room.shown import Shown, shown
from toolkit.text.templates import fill
from toolkit.text.words import Words

WORDS = Words("toolkit.room")
PACE = 130  # words a minute, read aloud
ROOM = {"person": 20, "table": 5, "room": 1}  # how many there are
# The shortest time, in minutes, in which twenty people can do it.
LEAST = {
    "settle": 0.5, "hands": 0.5, "write": 1, "pairs": 2, "tables": 3, "room": 1, "deal": 1,
    "game": 8, "watch": 0.5, "break": 5,
}  # fmt: skip
GLANCE = 18  # words that can be read on the lectern in passing
FEW = 8  # steps: what to prepare fits on the page of the lectern
KEYS = ("title", "minutes", "aim", "print", "before", "late", "facts", "part", "step")
STEP = (
    "name", "title", "minutes", "lesson", "show", "say", "do", "ask", "listen", "then", "acts",
    "late", "like",
)  # fmt: skip
WORD = re.compile(r"\w+(?:['’.,]\w+)*")
SENTENCE = re.compile(r"(?<=[.?!])\s+")


@dataclass(frozen=True)
class Step:
    """A step of a plan, with every gap filled.

    Parameters
    ----------
    name, title : str
        Its key, and its heading.
    minutes : float
        How long it may take.
    start : float
        Minutes from the start of the session.
    say, ask, then : str
        What is read aloud: first, as a question, and last.
    do, listen : tuple of str
        What the trainer does, and listens for.
    shown : tuple of Shown
        What the room sees.
    acts : mapping of str to float
        Minutes by kind of act.
    late : str
        What to do if it is left out.
    """

    name: str
    title: str
    minutes: float
    start: float
    say: str = ""
    ask: str = ""
    then: str = ""
    do: tuple[str, ...] = ()
    listen: tuple[str, ...] = ()
    shown: tuple[Shown, ...] = ()
    acts: Mapping[str, float] = field(default_factory=dict)
    late: str = ""

    @property
    def words(self) -> int:
        """How many words are read aloud."""
        shown = (text for each in self.shown for text in each.aloud)
        aloud = (self.say, self.ask, self.then, *shown)
        return sum(len(WORD.findall(text)) for text in aloud)

    @property
    def needs(self) -> float:
        """Minutes that it takes at least: reading aloud, and the acts."""
        return self.words / PACE + sum(self.acts.values())

    @property
    def clock(self) -> str:
        """When it starts."""
        return clock(self.start)

    @property
    def cue(self) -> str:
        """The line that a trainer looks for on the lectern: what to ask, turn over or do."""
        asked = (each.title for each in self.shown if each.kind in ("predict", "check", "explain"))
        came = [each.answer for each in self.shown if each.kind == "came"]
        turned = came and WORDS.say("plan.turn", came=came)
        told = self.ask or next(asked, "") or turned or next(iter((*self.do, self.say)))
        if told == self.ask and len(told.split()) <= GLANCE:
            return told
        return SENTENCE.split(told)[-1 if told.endswith("?") else 0]

    @property
    def timing(self) -> str:
        """What the time is for, besides reading aloud."""
        acts = [
            WORDS.say("plan.act_takes", what=WORDS[f"plan.act.{kind}"], takes=takes)
            for kind, takes in self.acts.items()
        ]
        return WORDS.say("plan.takes", acts=acts)


@dataclass(frozen=True)
class Part:
    """Steps of a long plan that belong together."""

    title: str
    steps: tuple[Step, ...]

    @property
    def minutes(self) -> float:
        """How long they may take together."""
        return sum(step.minutes for step in self.steps)


@dataclass(frozen=True)
class Plan:
    """A session plan."""

    name: str
    title: str
    minutes: int
    aim: str
    prints: tuple[Mapping[str, str], ...]
    before: tuple[str, ...]
    late: tuple[Step, ...]
    parts: tuple[Part, ...]

    @property
    def steps(self) -> tuple[Step, ...]:
        """Its steps in order."""
        return tuple(step for part in self.parts for step in part.steps)

    @property
    def needs(self) -> float:
        """Minutes that it takes at least."""
        return sum(step.needs for step in self.steps)


@dataclass(frozen=True)
class Copies:
    """A page to print: how often, its title, the name of its file, and who gets one."""

    count: int
    title: str
    file: str
    who: str


def clock(minutes: float) -> str:
    """Return a time from the start as hours and minutes.

    Parameters
    ----------
    minutes : float
        Minutes from the start.

    Examples
    --------
    >>> clock(0), clock(75)
    ('0:00', '1:15')
    """
    return f"{int(minutes) // 60}:{int(minutes) % 60:02d}"


def names() -> list[str]:
    """Return the names of the plans, the shortest first."""
    return sorted(file_names("plans"), key=lambda name: _read(name)["minutes"])


def _read(name: str) -> dict[str, Any]:
    if name not in file_names("plans"):
        raise ValueError(f"There is no plan '{name}'.")
    return file_of("plans", name)


def _known(said: Iterable[str], known: tuple[str, ...], where: str) -> None:
    if strange := [key for key in said if key not in known]:
        raise ValueError(f"{where} has '{strange[0]}'; it can have {', '.join(known)}.")


def _step(plan: str, name: str) -> dict[str, Any]:
    """Return a step as it stands in a file, and the facts that its words may name."""
    found = [each for each in _read(plan)["step"] if each["name"] == name]
    if len(found) != 1:
        raise ValueError(f"The plan '{plan}' has {len(found)} steps '{name}'; it needs one.")
    (said,) = found
    _known(said, STEP, f"The step '{plan}/{name}'")
    held = _step(*said["like"].split("/")) if "like" in said else {"facts": {}}
    return {**held, **said, "facts": held["facts"] | _read(plan).get("facts", {})}


def plan_from(said: Mapping[str, Any], name: str) -> Plan:
    """Return a plan from what its file holds.

    Parameters
    ----------
    said : mapping
        The tables of the file.
    name : str
        Its name.

    Raises
    ------
    ValueError
        If something is missing, unknown, or names what is not there; or if the minutes of the steps
        do not add up to those of the plan.
    """
    _known(said, KEYS, f"The plan '{name}'")
    parts = said.get("part") or [{"title": "", "steps": [each["name"] for each in said["step"]]}]
    order = [step for part in parts for step in part["steps"]]
    if sorted(order) != sorted(each["name"] for each in said["step"]):
        raise ValueError(f"The parts of the plan '{name}' do not name each step once.")
    made: dict[str, Step] = {}
    start = 0.0
    for each in order:
        try:
            made[each] = _made(_step(name, each), said, start)
        except (ValueError, KeyError) as problem:
            raise ValueError(f"The step '{name}/{each}': {problem}") from problem
        start += made[each].minutes
    if start != said["minutes"]:
        raise ValueError(f"The steps of '{name}' take {start:g} minutes, not {said['minutes']}.")
    known = facts(said.get("facts", {})) | {"minutes": said["minutes"]}
    for each in said["late"]:
        if each not in made:
            raise ValueError(f"'{each}' in 'late' of the plan '{name}' is not one of its steps.")
    return Plan(
        name,
        said["title"],
        said["minutes"],
        fill(said["aim"], known),
        tuple(said["print"]),
        tuple(fill(line, known) for line in said["before"]),
        tuple(made[each] for each in said["late"]),
        tuple(Part(part["title"], tuple(made[each] for each in part["steps"])) for part in parts),
    )


def _made(held: Mapping[str, Any], plan: Mapping[str, Any], start: float) -> Step:
    known = facts(held["facts"]) | {"minutes": plan["minutes"]}
    acts = held.get("acts", {})
    _known(acts, tuple(LEAST), "acts")
    if short := [kind for kind, takes in acts.items() if takes < LEAST[kind]]:
        raise ValueError(
            f"'{short[0]}' takes {acts[short[0]]} minutes; it needs {LEAST[short[0]]}."
        )
    words: dict[str, Any] = {
        key: fill(held.get(key, ""), known) for key in ("say", "ask", "then", "late")
    }
    for key in ("do", "listen"):
        words[key] = tuple(fill(line, known) for line in held.get(key, ()))
    return Step(
        held["name"],
        fill(held["title"], known),
        held["minutes"],
        start,
        shown=tuple(shown(each, held.get("lesson", "")) for each in held.get("show", ())),
        acts=acts,
        **words,
    )


@cache
def plan(name: str) -> Plan:
    """Return the plan of a name, such as ``"90-minutes"``."""
    return plan_from(_read(name), name)


# --- the pages -----------------------------------------------------------------------------------


def prints(told: Plan) -> list[Copies]:
    """Return what is printed for a plan."""
    return [each for entry in told.prints for each in _copies(entry, told.name)]


def _copies(entry: Mapping[str, str], plan_name: str) -> list[Copies]:
    count, who = ROOM[entry["for"]], WORDS[f"plan.sheet_for.{entry['for']}"]
    if "game" in entry:
        told = game(entry["game"])
        mine, theirs = (1, WORDS["plan.sheet_for.room"]), (count, who)
        return [
            Copies(n, WORDS.say(f"game.{kind}", title=told.title), f"game-{told.name}-{kind}", whom)
            for kind, (n, whom) in (("trainer", mine), ("table", theirs), ("cards", theirs))
        ]
    file = entry["sheet"]
    if file == f"plan-{plan_name}":
        return [Copies(count, WORDS["plan.itself"], file, who)]
    if file.startswith("card-"):
        count, who = ceil(count / handouts.CARDS), WORDS["plan.sheet_for.card"]
    return [Copies(count, title_of(handouts.sheets()[f"{file}.html"]), file, who)]


def lessons(told: Plan) -> list[str]:
    """Return the numbers of the lessons that a plan shows."""
    return sorted({_step(told.name, step.name).get("lesson", "") for step in told.steps} - {""})


def guessed(told: Plan) -> list[str]:
    """Return the numbers of the lessons whose predictions the room has on paper."""
    sheets = [entry.get("sheet", "") for entry in told.prints]
    return [each.removeprefix("predict-") for each in sheets if each.startswith("predict-")]


def sheets() -> dict[str, str]:
    """Return a page for each plan, by the name of its file: the lectern's page comes first."""
    return {f"plan-{name}.html": plan_page(plan(name)) for name in names()}


def plan_page(told: Plan) -> str:
    """Return a plan as a page to print."""
    body = render(
        "plan.html",
        plan=told,
        prints=prints(told),
        games=any("game" in entry for entry in told.prints),
        guides=[(f"guide-{each}", guides.title(each)) for each in lessons(told)],
        guessed=guessed(told),
        long=len(told.steps) > FEW,
        pace=PACE,
        say=WORDS.say,
        words=WORDS["plan"],
    )
    return sheet(told.title, body, style="plan.css")
