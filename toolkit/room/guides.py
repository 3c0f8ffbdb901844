"""A guide for the trainer of one lesson, from its words and the lesson's own figures.

A guide is ``facilitator/guides/NN.toml``. Somebody reads it who has never taught improvement and
has until tomorrow morning. All of these are needed, except where it says otherwise:

``idea``
    The one idea of the lesson, in one to three sentences that the trainer can say aloud.
``terms``
    Up to five ids of the glossary (``data/glossary.csv``) that people will ask about. Their
    definitions are taken from there.
``[facts]``
    The figures that the words name; see `toolkit.room.facts`.
``holds`` (may be left out)
    A list of expressions that must be true of the facts, one for each thing that the words say
    without its figure: ``"better > now"`` where they say that it helps. A guide whose words are no
    longer true is refused.
``[predict.NAME]``
    One for each prediction of the lesson, in the lesson's order. The page takes the question, its
    options, the text before it, what counts as right and the reason from the lesson; do not say
    them again. ``usual`` is what people are likely to predict, and why it is tempting. ``comes``
    is what the trainer says when the result is on the screen: facts, then what they mean.
``[[debrief]]`` (three)
    ``ask``, a question; ``strong`` and ``weak``, an answer of each kind in a learner's words;
    ``then``, what the trainer says or asks after the weak one.
``[[objection]]`` (one or two)
    ``says``, what a consultant may say, in the words of one; ``reply``, an honest reply that rests
    on at least one source, and says where the evidence stops.
``limits``
    A list: what the lesson does not prove.
``access``
    A list: what to do in the room for this lesson, besides what `words.toml` says for all.
``skip``, ``close``
    What to leave out first when time runs short; the last thing to say.

The words are templates (`toolkit.text.templates`) and may hold ``**bold**`` and sources such as
``[Little 1961](#source-little1961)``, whose keys stand in ``data/references.csv``. The page lists
them at its end. **No figure is typed**: a result, a setting or a size is a fact. Digits may stand
only in the number of a lesson (lesson 05), and in a sentence with a source. What a trainer does is
counted in words (two minutes).

`guide` reads and fills one, `sheets` makes the pages.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from jinja2.meta import find_undeclared_variables
from markupsafe import Markup

from toolkit import evidence
from toolkit.landing.lessons import lesson_minutes
from toolkit.learning.answers import answer_field
from toolkit.learning.answers import in_words as answer_in_words
from toolkit.learning.words import Ask, words_of
from toolkit.room.facts import as_html, evaluate, facts, marks_of, outcome
from toolkit.room.lessons import FOLDED, HEADING, PICTURE, cells, short_title
from toolkit.room.page import file_names, file_of, prose, render, sheet
from toolkit.text.templates import environment, fill
from toolkit.text.words import Words

WORDS = Words("toolkit.room")
TEXTS = ("idea", "skip", "close")
LISTS = ("terms", "limits", "access")
TABLES = {"debrief": ("ask", "strong", "weak", "then"), "objection": ("says", "reply")}
PREDICT = ("usual", "comes")
KEYS = (*TEXTS, *LISTS, *TABLES, "facts", "holds", "predict")
PACE = 220  # words a minute, read aloud or in silence
# Minutes that tables of people need for each thing they do; our own estimate.
TAKES = {"predict": 4, "play": 5, "explain": 5, "check": 2, "show": 2, "card": 4}
SHOWN = re.compile(r'this\.show\("(\w+)"\)')


@dataclass(frozen=True)
class GuidePrediction:
    """A prediction of the lesson as its guide tells it.

    ``before`` is what the lesson says before it asks, as HTML, and empty where it says nothing;
    ``note`` stands under the question, with how near a number must be; ``right`` is what counts as
    right, in words, and empty where only the learner can say; ``marks`` say where the figures of
    ``right`` and ``comes`` come from.
    """

    name: str
    ask: Ask
    before: Markup
    note: str
    right: str
    usual: str
    comes: str
    marks: tuple[str, ...]


@dataclass(frozen=True)
class Guide:
    """The guide of one lesson, with every gap filled; texts are Markdown.

    ``alone`` and ``room`` are the minutes that the lesson takes one reader, and a group.
    """

    number: str
    title: str
    alone: int
    room: int
    idea: str
    predictions: tuple[GuidePrediction, ...]
    debrief: tuple[Mapping[str, str], ...]
    objection: tuple[Mapping[str, str], ...]
    limits: tuple[str, ...]
    access: tuple[str, ...]
    terms: tuple[str, ...]
    skip: str
    close: str


def with_guide() -> list[str]:
    """Return the lessons that have a guide, such as ``["00", "01"]``, in order."""
    return file_names("guides")


@cache
def guide(number: str) -> Guide:
    """Return the guide of a lesson.

    Parameters
    ----------
    number : str
        Such as ``"03"``.

    Raises
    ------
    ValueError
        If the file lacks something, has something unknown, or names a fact that is not there.
    """
    said = file_of("guides", number)
    words = words_of(number)
    _complete({"holds": [], **said}, KEYS, f"Guide {number}")
    _complete(said["predict"], tuple(words.predict), f"Guide {number}, [predict]")
    known = facts(said["facts"], number)
    for claim in said.get("holds", ()):
        if not evaluate(claim, known):
            raise ValueError(f"Guide {number} rests on '{claim}', which is not true.")

    def told(name: str, texts: Mapping[str, str], keys: tuple[str, ...]) -> dict[str, str]:
        _complete(texts, keys, f"Guide {number}, [{name}]")
        return {key: fill(texts[key], known) for key in keys}

    rest: dict[str, Any] = {name: fill(said[name], known) for name in TEXTS}
    rest |= {name: tuple(fill(each, known) for each in said[name]) for name in LISTS}
    rest |= {
        name: tuple(told(name, each, keys) for each in said[name]) for name, keys in TABLES.items()
    }
    return Guide(
        number=number,
        title=words.title,
        alone=int(lesson_minutes(cells(number)[0][1])),
        room=_minutes_in_a_room(number),
        predictions=tuple(
            GuidePrediction(
                name,
                ask,
                _before(number, name),
                answer_field(ask).note,
                _right(number, name),
                **told(f"predict.{name}", said["predict"][name], PREDICT),
                marks=_marks(number, name, said),
            )
            for name, ask in words.predict.items()
        ),
        **rest,
    )


def _complete(said: Mapping[str, Any], keys: tuple[str, ...], where: str) -> None:
    """Refuse a table that lacks an entry or has one that nothing reads."""
    if wrong := [*(k for k in said if k not in keys), *(k for k in keys if k not in said)]:
        how = "does not have" if wrong[0] in keys else "cannot have"
        raise ValueError(f"{where} {how} '{wrong[0]}'; it has {', '.join(keys)}.")


def _right(number: str, name: str) -> str:
    came = outcome(number, name)
    return "" if came is None else answer_in_words(words_of(number).predict[name], came)


def _marks(number: str, name: str, said: Mapping[str, Any]) -> tuple[str, ...]:
    """Return where the figures that a prediction tells come from, with links to their sources."""
    tree = environment().parse(said["predict"][name]["comes"])
    used = sorted(find_undeclared_variables(tree) & said["facts"].keys())
    table = {**said["facts"], "": {"predict": name}}
    lines = []
    for each in marks_of(table, ["", *used], number):
        cited = "; ".join(f"[{evidence.cite(key)}](#source-{key})" for key in each.sources)
        lines.append(f"{each.mark} {each.label}" + (f" ({cited})" if cited else ""))
    return tuple(dict.fromkeys(lines))


# --- what the notebook of the lesson says -----------------------------------------------------


def _before(number: str, name: str) -> Markup:
    """Return what a lesson says and shows before a prediction, from the last heading on."""
    said = cells(number)
    asks = f'this.predict("{name}")'
    at = next(place for place, (_, text) in enumerate(said) if asks in text)
    parts: list[Markup] = []
    for kind, text in reversed(said[:at]):
        if kind == "markdown":
            told = PICTURE.sub("", FOLDED.sub("", HEADING.split(text)[-1]))
            parts.insert(0, prose(told.strip()))
            if HEADING.search(text):
                break
        elif shown := SHOWN.fullmatch(text.strip()):
            parts.insert(0, as_html(number, shown[1]))
        else:
            break
    return Markup("\n").join(filter(None, parts))


def _minutes_in_a_room(number: str) -> int:
    """Estimate how long a lesson takes a group that talks, to the next five minutes."""
    prose, code = (
        "\n".join(text for kind, text in cells(number) if kind == wanted)
        for wanted in ("markdown", "code")
    )
    words = len(FOLDED.sub("", prose).split())
    done = sum(takes * code.count(f"this.{verb}(") for verb, takes in TAKES.items())
    return 5 * math.ceil((words / PACE + done) / 5)


# --- the pages --------------------------------------------------------------------------------


def sheets() -> dict[str, str]:
    """Return a page for each guide, by the name of its file."""
    return {f"guide-{number}.html": guide_page(guide(number)) for number in with_guide()}


def ready(number: str) -> list[str]:
    """Return in Markdown what a trainer needs who starts in a quarter of an hour."""
    games = [name for name in file_names("games") if file_of("games", name)["lesson"] == number]
    facts = {"number": number, "games": games}
    return [said for each in WORDS["guide.ready"] if (said := fill(each, facts))]


def guide_page(told: Guide) -> str:
    """Return a guide as a page to print."""
    body = render(
        "guide.html",
        guide=told,
        terms=[evidence.term(key) for key in told.terms],
        access_all=tuple(WORDS["guide.access_all"]),
        ready=ready(told.number),
        say=WORDS.say,
        words=WORDS["guide"],
    )
    return sheet(title(told.number), body)


def title(number: str) -> str:
    """Return the title of a guide's page."""
    return WORDS.say("guide.title", number=number, name=short_title(number))
