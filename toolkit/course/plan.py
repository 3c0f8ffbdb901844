"""The dialect canvas and the plan on one page: what is asked, what is still open, what it comes to.

A record may hold part of an entry, or an entry that something else wrote: what is no text is left.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from toolkit.learning.answers import CONFIDENCE
from toolkit.learning.document import cleaned
from toolkit.learning.export import Listed, Section, html_page
from toolkit.learning.record import Record
from toolkit.learning.words import words_of
from toolkit.models import readiness
from toolkit.models.readiness import ASKED, LEVELS, WEAK
from toolkit.text.words import Table, Words

CANVAS, READINESS = "13/canvas/plan", "13/readiness/place"
DATA, CARD = "13/data/own", "13/card/service"
WORDS = Words("toolkit.course")
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
    """One line of the canvas: its short name, what is asked, and a word of help."""

    short: str
    asked: str
    note: str = ""


LABELS: Table[str] = Table(WORDS, "plan.labels")
PROMPTS: Table[Prompt] = Table(WORDS, "plan.prompts", lambda said: Prompt(**said))
# The parts of the canvas, with their lines in order.
PARTS = {
    "want": (
        "aim", "admired", "core", "context", "does", "mechanism", "outcome", "need", "edge",
    ),
    "test": ("measure", "test", "expect", "sure", "when"),
    "rule": ("persist", "switch", "stop"),
}  # fmt: skip
# Those that are asked for first.
SHORT = ("core", "test", "expect", "when", "persist", "stop")
CHAIN = ("context", "does", "mechanism", "outcome", "need")
NUMBERED = re.compile(
    r"\d|\b(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|twenty|thirty|forty|fifty|"
    r"half|halves?d?|third|quarter|twice|double|dozen|hundred|none|nobody|zero)\b",
    re.IGNORECASE,
)

# A prediction and a rule need a figure in digits: “ten minutes each morning” is no rule.
FIGURE = re.compile(r"\d")
DATED = re.compile(
    r"\b(?:jan|feb|mar|apr|may|june?|july?|aug|sep|oct|nov|dec|mon|tues|wednes|thurs|fri|satur|sun)"
    r"[a-z]*\b|\b(?:days?|weeks?|fortnights?|months?|quarters?|years?|spring|summer|autumn|winter|"
    r"easter|christmas|tomorrow)\b|\b20\d\d\b|\d[./]\d",
    re.IGNORECASE,
)


def texts(entry: object) -> dict[str, str]:
    """Return the lines of the canvas that an entry holds as text; how sure, only if it is known."""
    held = entry if isinstance(entry, Mapping) else {}
    said = {name: held.get(name) for name in PROMPTS}
    if said["sure"] not in list(CONFIDENCE):
        said["sure"] = ""
    return {name: text.strip() if isinstance(text, str) else "" for name, text in said.items()}


def is_whole(entry: object) -> bool:
    """Say whether a canvas holds more than the lines that are asked for first."""
    return any(text for name, text in texts(entry).items() if name not in SHORT)


def has_number(text: str) -> bool:
    """Say whether a sentence names a figure, in digits or in a word."""
    return bool(NUMBERED.search(text))


def open_points(entry: object, of: Collection[str] | None = None) -> list[str]:
    """Return what to think of next: lines still empty, or without a figure or a date.

    Parameters
    ----------
    entry : mapping
        The canvas as it stands, at any state.
    of : collection of str, optional
        The lines that are asked for; all, if nothing is said.

    Returns
    -------
    list of str
        Sentences; none if nothing is open.
    """
    said = texts(entry)
    if not any(said.values()):
        return [WORDS.say("plan.empty")]
    words = []
    wanted = PROMPTS if of is None else of
    if empty := [PROMPTS[name].short for name, text in said.items() if name in wanted and not text]:
        first = len(wanted) if len(wanted) < len(PROMPTS) else 0
        words.append(WORDS.say("plan.open", names=empty, first=first))
    if said["aim"] and not has_number(said["aim"]):
        words.append(WORDS.say("plan.aim"))
    if said["expect"] and not FIGURE.search(said["expect"]):
        words.append(WORDS.say("plan.prediction"))
    if said["when"] and not DATED.search(said["when"]):
        words.append(WORDS.say("plan.date"))
    vague = [
        PROMPTS[name].short
        for name in PARTS["rule"]
        if (text := said[name]) and not (FIGURE.search(text) and DATED.search(text))
    ]
    if vague:
        words.append(WORDS.say("plan.rule", names=vague))
    return words


def why_it_works(entry: object) -> str:
    """Return context, mechanism and outcome as a sentence; dots stand for what is open."""
    said = {name: text.rstrip(" .;,…") or "…" for name, text in texts(entry).items()}
    if all(said[name] == "…" for name in CHAIN):
        return ""
    return WORDS.say("plan.why", **said)


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


def head() -> tuple[str, str]:
    """Return the title of the plan, and the paragraph under it."""
    return WORDS.say("plan.title"), WORDS.say("plan.about")


def one_page(record: Record) -> str:
    """Return the plan as a page of HTML that goes on one sheet when it is printed."""
    made = html_page(*head(), cleaned(page_parts(record)))
    return made.replace("</style>", f"{PRINTED}\n</style>", 1)


def _canvas(record: Record) -> Section | None:
    entry = record.get(CANVAS)
    said = texts(entry)
    practice = (record.get(READINESS) or {}).get("practice")
    named = practice.strip() if isinstance(practice, str) else ""
    if not named and not any(said.values()):
        return None
    said["sure"] = CONFIDENCE.get(said["sure"], "")
    lists = []
    for part, names in PARTS.items():
        pairs = [
            (PROMPTS[name].asked, said[name]) for name in names if said[name] and name not in CHAIN
        ]
        if part == "want" and (why := why_it_works(entry)):
            pairs.insert(min(3, len(pairs)), (LABELS["why"], why))
        if part == "want" and named:
            pairs.insert(0, (LABELS["practice"], named))
        if pairs:
            lists.append(Listed(WORDS.say(f"plan.parts.{part}"), pairs))
    missing = open_points(entry, None if is_whole(entry) else SHORT)
    return Section(LABELS["plan"], " ".join(missing), lists=lists)


def _judged(entry: Mapping[str, Any]) -> list[tuple[str, str]]:
    held = readiness.judgements(entry)
    pairs = []
    if held:
        told = [f"{ASKED[key].short}: {LEVELS[level]}" for key, level in held.items()]
        pairs.append((LABELS["ready"], WORDS.say("plan.told", told=told)))
    if weak := [key for key, level in held.items() if level in WEAK][:3]:
        pairs.append((LABELS["first"], " ".join(ASKED[key].first for key in weak)))
    return pairs


def _place(record: Record) -> Section | None:
    pairs = _judged(record.get(READINESS) or {})
    return Section(LABELS["place"], lists=[Listed(LABELS["judged"], pairs)]) if pairs else None


def _data(record: Record) -> Section | None:
    entry = record.get(DATA) or {}
    keys = ("name", "measure", "title", "words")
    held = {key: entry[key].strip() for key in keys if isinstance(entry.get(key), str)}
    if held.get("title"):
        held["words"] = ""
    made_up = entry.get("source") == "sample"
    if made_up or not any(held.get(key) for key in ("title", "words")):
        return None
    pairs = [(WORDS.say(f"plan.data.{key}"), held[key]) for key in keys if held.get(key)]
    return Section(LABELS["data"], lists=[Listed(LABELS["last"], pairs)])


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
    return [Section(LABELS["card"], lists=[Listed(LABELS["service"], pairs)])] if pairs else []
