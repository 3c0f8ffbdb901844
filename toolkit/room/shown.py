"""What a step of a session puts before the room, in the words and figures of the lessons.

A step lists it under ``show``. Each entry is one of:

``{ story = 3 }``
    The picture that opens the lesson, and so many paragraphs of its story.
``{ predict = "dice", before = 1 }``
    A question of the lesson, and so many paragraphs of what its section says before it.
``{ came = "dice" }``
    The result of that question, with a chart: that of the lab of the same name, or ``lab``, where
    it shows the result. ``settings`` change it. With ``why = false`` it does not say why, so that
    the room can; with ``drawn = false`` it has no chart, where that tells a later answer too.
``{ watch = "dice" }``
    The stage of a lab, to be played where the lab starts, or at ``settings``.
``{ chart = "occupancy" }``, ``{ page = "unnamed" }``
    A chart, or a table to be read out, each with a ``title`` if it needs one.
``{ case = "B", month = 24 }``
    A case of lesson 12 as far as it is open; with ``end = true``, how it ended.
``{ explain = "dice" }``, ``{ check = "busy" }``, ``{ card = 3 }``
    A question to talk about, a question with one right answer, so many lines of the card.
``{ text = "…", lines = ["…"] }``
    A few words of the plan's own, and lines to read out if it has any.

Each may name a ``lesson`` other than that of the step.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from toolkit import evidence
from toolkit.charts.figure import Figure
from toolkit.learning.answers import in_words
from toolkit.learning.words import lesson_folders, words_of
from toolkit.lessons.l12_nine_cases.labs.review import case_figure
from toolkit.models.cases import reviews
from toolkit.room.facts import outcome
from toolkit.room.lessons import FOLDED, HEADING, NOTEBOOKS, cells
from toolkit.room.lessons import unkept_lesson as lesson_of
from toolkit.room.page import LETTERS
from toolkit.screen.live import LiveChart
from toolkit.text.words import Words

WORDS = Words("toolkit.room")
EVERY = 6  # months from one review of a case to the next
LINK = re.compile(r"!?\[([^\]]*)\]\([^)]*\)")
MARKS = re.compile(r"[*_`]")
STYLE = re.compile(r' style="[^"]*"| tabindex="0"| data-lm-suppress-shortcuts="true"')


@dataclass(frozen=True, eq=False)
class Shown:
    """One thing that a step shows, told from others by identity, so it can be kept.

    Parameters
    ----------
    kind : str
        The key that the plan calls it by.
    title : str
        The line above it.
    aloud : tuple of str
        All that the trainer reads out.
    before : tuple of str
        The part of it that comes before the title.
    lines : tuple of str
        Lines below the title.
    options : tuple of str
        The answers to a question, in order.
    right : str
        The answer, covered until the trainer turns it over.
    because : tuple of str
        What explains it.
    figure : Figure, optional
        The chart, with what the stage plays.
    table : str
        A table, as HTML.
    picture : str
        An SVG picture.
    alt : str
        What the picture or chart shows, in words.
    note : str
        Where the figures come from.
    """

    kind: str
    title: str
    aloud: tuple[str, ...] = ()
    before: tuple[str, ...] = ()
    lines: tuple[str, ...] = ()
    options: tuple[str, ...] = ()
    right: str = ""
    because: tuple[str, ...] = ()
    figure: Figure | None = None
    table: str = ""
    picture: str = ""
    alt: str = ""
    note: str = ""

    @property
    def lettered(self) -> tuple[tuple[str, str], ...]:
        """The answers, each with its letter."""
        return tuple(zip(LETTERS, self.options, strict=False))

    @property
    def answer(self) -> str:
        """The right answer, after its letter where it has one."""
        letter = next((letter for letter, text in self.lettered if text == self.right), "")
        return f"{letter}: {self.right}" if letter else self.right

    @property
    def ended(self) -> str:
        """What the stage says when its play is over; empty where there is no stage."""
        return self.figure.trace["said"][-1] if self.figure and self.figure.trace else ""


def shown(entry: Mapping[str, Any], lesson: str = "") -> Shown:
    """Return what an entry of ``show`` puts before the room.

    Parameters
    ----------
    entry : mapping
        As the plan has it.
    lesson : str
        The lesson that it means if it names none, such as ``"03"``.

    Raises
    ------
    ValueError
        If it has an unknown key, or names something that is not there.
    """
    return _shown(json.dumps(entry), lesson)


@cache
def _shown(entry: str, lesson: str) -> Shown:
    rest = json.loads(entry)
    number = rest.pop("lesson", lesson)
    kinds = [kind for kind in MAKERS if kind in rest]
    if len(kinds) != 1:
        raise ValueError(f"{entry} needs exactly one of {', '.join(MAKERS)}.")
    (kind,) = kinds
    if number not in lesson_folders() and kind not in ("text", "case"):
        raise ValueError(f"There is no lesson '{number}'.")
    what = rest.pop(kind)
    try:
        return MAKERS[kind](number, what, **rest)
    except TypeError as problem:
        raise ValueError(f"{entry}: {problem}") from problem


# --- what the notebook says ---------------------------------------------------------------------


def _paragraphs(text: str) -> list[str]:
    """Return what of a cell can be read out: no heading, picture, table, list mark or note."""
    parts = re.split(r"\n\n|\n(?=- )", FOLDED.sub("", text))
    kept = [part.strip().removeprefix("- ") for part in parts]
    return [MARKS.sub("", LINK.sub(r"\1", part)) for part in kept if part and _is_said(part)]


def _is_said(part: str) -> bool:
    return not part.startswith(("#", "!", "|", "<", ">")) and not re.fullmatch(r"\*[^*]+\*", part)


def _story(number: str, how_many: int) -> Shown:
    texts = [text for kind, text in cells(number) if kind == "markdown"]
    drawn = re.search(r"!\[([^\]]*)\]\((images/[^)]+)\)", "\n\n".join(texts))
    heading = re.search(r"^## (?:\d+ · )?(.+)$", "\n\n".join(texts), re.MULTILINE)
    if not drawn or not heading:
        raise ValueError(f"Lesson {number} has no picture or no story at its start.")
    told = next(text for text in texts if heading[0] in text)
    picture = NOTEBOOKS / drawn[2]
    return Shown(
        "story",
        heading[1],
        aloud=tuple(_paragraphs(told)[:how_many]),
        picture=picture.read_text(encoding="utf-8"),
        alt=drawn[1],
        note=WORDS.say("plan.composite"),
    )


def _before(number: str, name: str, how_many: int) -> tuple[str, ...]:
    """Return the last paragraphs that the lesson has in the section that asks a question."""
    said: list[str] = []
    for kind, text in cells(number):
        if f'this.predict("{name}")' in text:
            if how_many > len(said):
                raise ValueError(f"Before '{name}', its section says {len(said)}, not {how_many}.")
            return tuple(said[len(said) - how_many :])
        if kind == "markdown":
            *above, here = HEADING.split(text)
            said = [*([] if above else said), *_paragraphs(here)]
    raise ValueError(f"Lesson {number} never asks '{name}'.")


# --- what the lesson's words and labs say -------------------------------------------------------


def _of(number: str, table: Mapping[str, Any], name: str) -> Any:
    if name not in table:
        raise ValueError(f"Lesson {number} has no '{name}'; it has {', '.join(table)}.")
    return table[name]


def _predict(number: str, name: str, before: int = 0) -> Shown:
    ask = _of(number, words_of(number).predict, name)
    options = tuple(ask.options.values())
    lines: tuple[str, ...] = (ask.note,) if ask.note else ()
    if ask.kind == "slider":
        lines += (WORDS.say("plan.scale", low=ask.min, high=ask.max, unit=ask.unit),)
    told = _before(number, name, before)
    return Shown(
        "predict",
        ask.question,
        aloud=(*told, ask.question, *options, *lines),
        before=told,
        lines=lines,
        options=options,
    )


def _draw(number: str, name: str, settings: Mapping[str, Any], result: bool) -> Figure:
    """Return the chart of a lab where it starts, or where it shows the result."""
    lab = lesson_of(number).play(name)
    at = {**lab.form.value, **(lab.reveal_at if result else {})}
    for key, value in settings.items():
        at[key] = type(_of(number, at, key))(value)
    return lab.draw(at)


def _came(
    number: str,
    name: str,
    lab: str = "",
    settings: Mapping[str, Any] | None = None,
    why: bool = True,
    drawn: bool = True,
) -> Shown:
    ask = _of(number, words_of(number).predict, name)
    came = outcome(number, name)
    if came is None:
        raise ValueError(f"Only the learner can say what '{name}' of lesson {number} comes to.")
    figure = _draw(number, lab or name, settings or {}, result=True) if drawn else None
    right = in_words(ask, came)
    because = ask.because if why else ""
    return Shown(
        "came",
        ask.question,
        aloud=tuple(filter(None, (right, figure.title if figure else "", because))),
        options=tuple(ask.options.values()) if ask.kind == "choice" else (),
        right=right,
        because=tuple(filter(None, (because,))),
        figure=figure,
        alt=figure.description if figure else "",
    )


def _watch(number: str, name: str, settings: Mapping[str, Any] | None = None) -> Shown:
    figure = _draw(number, name, settings or {}, result=False)
    if not figure.trace or not figure.trace["lanes"]:
        raise ValueError(f"'{name}' of lesson {number} has no stage at these settings.")
    return Shown("watch", "", figure=figure, alt=figure.description)


def _chart(
    number: str, name: str, title: str = "", settings: Mapping[str, Any] | None = None
) -> Shown:
    this = lesson_of(number)
    made = _of(number, this.labs, name)(this, **(settings or {}))
    figure = made if isinstance(made, Figure) else _draw(number, name, {}, result=False)
    title = title or figure.title
    return Shown("chart", title, aloud=(title,), figure=figure, alt=figure.description)


def _page(number: str, name: str, title: str = "") -> Shown:
    made = lesson_of(number).show(name)
    if isinstance(made, LiveChart):
        raise ValueError(f"'{name}' of lesson {number} is a chart, not a table.")
    held = made._repr_mimebundle_()
    table = re.sub(r'<a href="[^"]*">(.*?)</a>', r"\1", STYLE.sub("", held["text/html"]))
    return Shown("page", title, aloud=(held["text/plain"],), table=table)


def _case(_number: str, name: str, month: int, end: bool = False) -> Shown:
    case = evidence.case(name)
    figure = case_figure(case, case.tracked_measure, EVERY, month, hindsight=end)
    first = month <= reviews.BASELINE
    happened = reviews.events(case, month, hindsight=end)
    since = 0 if first else month - reviews.YEAR
    told = happened[(happened["month"] >= since) & (happened["kind"] != "ceiling")]
    lines = [WORDS.say("plan.event", **each) for each in told[["month", "text"]].to_dict("records")]
    opening = (case.setting, case.why_chosen, case.how_adopted) if first else ()
    end_of_it = (case.outcome_text,) if end else ()
    return Shown(
        "case",
        case.title if first else figure.title,
        aloud=(*opening, *lines, *end_of_it),
        lines=tuple(lines),
        because=end_of_it,
        figure=figure,
        alt=figure.description,
    )


def _check(number: str, name: str) -> Shown:
    ask = _of(number, words_of(number).check, name)
    options, because = tuple(ask.options.values()), ask.because[ask.right]
    return Shown(
        "check",
        ask.question,
        aloud=(ask.question, *options, because),
        options=options,
        right=ask.options[ask.right],
        because=(because,),
    )


def _explain(number: str, name: str) -> Shown:
    ask = _of(number, words_of(number).explain, name)
    return Shown("explain", ask.prompt, aloud=(ask.prompt,), because=ask.answer)


def _card(number: str, lines: int) -> Shown:
    said = tuple(words_of(number).card.values())[:lines]
    return Shown("card", WORDS.say("plan.card"), aloud=said, lines=said)


def _text(_number: str, text: str, lines: Sequence[str] = ()) -> Shown:
    return Shown("text", text, aloud=tuple(lines), lines=tuple(lines))


MAKERS: dict[str, Callable[..., Shown]] = {
    "story": _story,
    "predict": _predict,
    "came": _came,
    "watch": _watch,
    "chart": _chart,
    "page": _page,
    "case": _case,
    "explain": _explain,
    "check": _check,
    "card": _card,
    "text": _text,
}
