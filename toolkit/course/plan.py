"""The dialect canvas and the plan on one page: what is asked, what is still open, what it comes to.

A record may hold part of an entry, or an entry that something else wrote: what is no text is left.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from toolkit.learning.answers import CONFIDENCE
from toolkit.learning.document import cleaned
from toolkit.learning.export import Listed, Section, html_page
from toolkit.learning.record import Record
from toolkit.learning.words import words_of
from toolkit.models import readiness
from toolkit.models.readiness import ASKED, LEVELS, SEEN, SHORT, WEAK
from toolkit.text.lists import listed

CANVAS, READINESS = "13/canvas/plan", "13/readiness/place"
QUESTIONS, NEAREST, DATA, CARD = (
    "13/questions/place", "13/nearest/place", "13/data/own", "13/card/service",
)  # fmt: skip
TITLE = "Our dialect: a plan on one page"
ABOUT = (
    "From the course Dialects of Improvement, made on your own computer. It is a plan to be tested "
    "and not a promise. Please name no patient in it."
)

# On paper in two columns of small type, or a full canvas would not fit on one sheet.
PRINTED = (
    "@media print { @page { size: A4; margin: 11mm; } body { font: 8.5pt/1.25 Arial, sans-serif; }"
    " h1 { font-size: 14pt; margin: 0; } main { columns: 2; column-gap: 7mm; }"
    " h2 { margin-top: 0.6em; padding-top: 0.3em; border-top-width: 1px; font-size: 11.5pt; }"
    " h2, h3, p { margin-bottom: 0.3em; } h3 { margin-top: 0.5em; font-size: 9.5pt; }"
    " dl { margin: 0; } dt { margin-top: 0.3em; } }"
)


@dataclass(frozen=True)
class Prompt:
    """One line of the canvas: its short name, what is asked, a word of help, the part it is in."""

    short: str
    asked: str
    note: str
    part: str


WANT, TEST, RULE = "What we want and carry over", "The first test", "Decided beforehand"
PROMPTS = {
    "aim": Prompt("aim", "Our aim, in one sentence", "What gets better, for whom, by how much, "
                  "by when.", WANT),
    "admired": Prompt("what we admire", "What we admire, and where we saw it", "", WANT),
    "core": Prompt("core", "The core: what we keep as it is", "What it would not work without.",
                   WANT),
    "context": Prompt("context", "Why it works there. In this context …", "For example: on wards "
                      "where the same team works every day", WANT),
    "does": Prompt("what people do", "… this, which people do there …", "For example: ten minutes "
                   "of talk at the start of each shift", WANT),
    "mechanism": Prompt("mechanism", "… sets off this mechanism …", "What it changes in what "
                        "people know, want or can do.", WANT),
    "outcome": Prompt("outcome", "… which brings this outcome.", "", WANT),
    "need": Prompt("what it needs here", "Here, the mechanism would need …", "What is there "
                   "already, and what has to be made.", WANT),
    "edge": Prompt("edge", "The edge: what we adapt, and to what", "Names, times, tools, who does "
                   "it.", WANT),
    "measure": Prompt("measure", "What we will measure, how often, and who looks", "Something that "
                      "patients feel, and something next door that might get worse.", TEST),
    "test": Prompt("first test", "The first test: who does what, where, with how many",
                   "So small that it can start next week.", TEST),
    "expect": Prompt("prediction", "What we expect to see, with a number", "", TEST),
    "sure": Prompt("how sure", "How sure are you?", "", TEST),
    "when": Prompt("when we look", "When we look at what came", "", TEST),
    "persist": Prompt("when we go on", "We go on if …", "A figure and a date.", RULE),
    "switch": Prompt("when we switch", "We switch to another way if …", "A figure and a date, and "
                     "which way.", RULE),
    "stop": Prompt("when we stop", "We stop if …", "A figure and a date, and who says so.", RULE),
}  # fmt: skip
CHAIN = ("context", "does", "mechanism", "outcome", "need")
NUMBERED = re.compile(
    r"\d|\b(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|twenty|thirty|forty|fifty|"
    r"half|halves?d?|third|quarter|twice|double|dozen|hundred|none|nobody|zero)\b",
    re.IGNORECASE,
)


def texts(entry: object) -> dict[str, str]:
    """Return the lines of the canvas that an entry holds as text; how sure, only if it is known."""
    held = entry if isinstance(entry, Mapping) else {}
    said = {name: held.get(name) for name in PROMPTS}
    if said["sure"] not in list(CONFIDENCE):
        said["sure"] = ""
    return {name: text.strip() if isinstance(text, str) else "" for name, text in said.items()}


def has_number(text: str) -> bool:
    """Say whether a sentence names a figure, in digits or in a word."""
    return bool(NUMBERED.search(text))


def open_points(entry: object) -> list[str]:
    """Return what to think of next: lines still empty, a prediction or rules without a figure.

    Parameters
    ----------
    entry : mapping
        The canvas as it stands, at any state.

    Returns
    -------
    list of str
        Sentences; none if nothing is open.
    """
    said = texts(entry)
    if not any(said.values()):
        return ["Your canvas is still empty. Begin wherever you are surest."]
    words = []
    if empty := [PROMPTS[name].short for name, text in said.items() if not text]:
        words.append(f"Still open: {listed(empty, most=None)}.")
    if said["aim"] and not has_number(said["aim"]):
        words.append("Your aim names no figure: by how much, by when?")
    if said["expect"] and not has_number(said["expect"]):
        words.append(
            "Your prediction has no number yet. Even a rough one can turn out wrong, and then it "
            "teaches."
        )
    rules = [said[name] for name in ("persist", "switch", "stop") if said[name]]
    if rules and not all(map(has_number, rules)):
        words.append(
            "A rule names no figure. Say at which figure, and when: afterwards it is hard to agree."
        )
    return words


def why_it_works(entry: object) -> str:
    """Return context, mechanism and outcome as a sentence; dots stand for what is open."""
    said = {name: text.rstrip(" .;,…") or "…" for name, text in texts(entry).items()}
    if all(said[name] == "…" for name in CHAIN):
        return ""
    return (
        f"In this context: {said['context']}, what people do: {said['does']}, sets off: "
        f"{said['mechanism']}, which brings: {said['outcome']}. Here the mechanism would need: "
        f"{said['need']}."
    )


def plan_parts(record: Record) -> list[Section]:
    """Return the plan as parts of a page: canvas, place and data, as far as the record holds them.

    Parameters
    ----------
    record : Record
        The learner's record.

    Returns
    -------
    list of Part
        None of them is empty; no part at all if nothing was entered.
    """
    return [part for part in (_canvas(record), _place(record), _data(record)) if part is not None]


def page_parts(record: Record) -> list[Section]:
    """Return the plan with the card of its lesson, for a page of its own."""
    return [*plan_parts(record), *_card(record)]


def one_page(record: Record) -> str:
    """Return the plan as a page of HTML that goes on one sheet when it is printed."""
    made = html_page(TITLE, ABOUT, cleaned(page_parts(record)))
    return made.replace("</style>", f"{PRINTED}\n</style>", 1)


def _canvas(record: Record) -> Section | None:
    entry = record.get(CANVAS)
    said = texts(entry)
    if not any(said.values()):
        return None
    said["sure"] = CONFIDENCE.get(said["sure"], "")
    lists = []
    for part in (WANT, TEST, RULE):
        pairs = [
            (prompt.asked, said[name])
            for name, prompt in PROMPTS.items()
            if prompt.part == part and said[name] and name not in CHAIN
        ]
        if part == WANT and (why := why_it_works(entry)):
            pairs.insert(min(3, len(pairs)), ("Why it works", why))
        if pairs:
            lists.append(Listed(part, pairs))
    return Section("The plan", " ".join(open_points(entry)), lists=lists)


def _judged(entry: Mapping[str, Any]) -> list[tuple[str, str]]:
    held = readiness.judged(entry)
    pairs = []
    if held:
        told = [f"{ASKED[key].short}: {LEVELS[level]}" for key, level in held.items()]
        pairs.append(("How ready we are and what fits, weakest first", "; ".join(told) + "."))
    if weak := [key for key, level in held.items() if level in WEAK][:3]:
        pairs.append(("What to ask first", " ".join(ASKED[key].first for key in weak)))
    if isinstance(practice := entry.get("practice"), str) and practice.strip() and pairs:
        pairs.insert(0, ("The practice we think of", practice.strip()))
    return pairs


def _place(record: Record) -> Section | None:
    pairs = _judged(record.get(READINESS) or {})
    seen = record.get(QUESTIONS) or {}
    ticked = seen.get("seen")
    if told := [w for n, w in SEEN.items() if isinstance(ticked, list) and n in ticked]:
        pairs.append(("What we see", "; ".join(told) + "."))
        if isinstance(words := seen.get("words"), str) and words:
            pairs.append(("What the five logics make of it", words))
    if near := readiness.nearest_cases(record.get(NEAREST) or {}):
        pairs.append(("Cases to read", "\n".join(map(_near, near))))
    if not pairs:
        return None
    return Section("Our place", lists=[Listed("In our own judgement", pairs)])


def _near(near: readiness.Near) -> str:
    told = [near.case.kind]
    for sort, names in (("alike", near.compared.alike), ("different", near.compared.differs)):
        told += [f"{sort}: {listed([SHORT[name] for name in names], most=None)}"] if names else []
    return f"{near.case.name} ({'; '.join(told)})."


def _data(record: Record) -> Section | None:
    entry = record.get(DATA) or {}
    keys = ("name", "measure", "title", "words")
    held = {key: entry[key].strip() for key in keys if isinstance(entry.get(key), str)}
    if not any(held.get(key) for key in ("title", "words")):
        return None
    where = "The sample of the course: made up, and not our own figures."
    names = {
        "name": "Where from", "measure": "What was counted", "title": "What the chart shows",
        "words": "In words",
    }  # fmt: skip
    if entry.get("source") == "sample":
        held["name"] = where
    pairs = [(names[key], held[key]) for key in keys if held.get(key)]
    return Section("Our data", lists=[Listed("The last chart", pairs)])


def _card(record: Record) -> list[Section]:
    entry = record.get(CARD) or {}
    try:
        prompts = words_of("13").card
    except ValueError:
        return []
    pairs = [
        (prompt, entry[name].strip())
        for name, prompt in prompts.items()
        if isinstance(entry.get(name), str) and entry[name].strip()
    ]
    return [Section("My card", lists=[Listed("In my service", pairs)])] if pairs else []
