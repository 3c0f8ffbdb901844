"""Slides for the projector: one deck for each session plan, from the same words.

A deck is one page that needs nothing but itself: charts are pictures in it, and the stage of the
lessons plays in it. It goes on by the keys of a clicker; answers are covered until then.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from markupsafe import Markup

from toolkit.charts.figure import Figure
from toolkit.room.page import own, render
from toolkit.room.plans import Plan, Step, names, plan
from toolkit.room.shown import Shown
from toolkit.text.words import Words, page_language

WORDS = Words("toolkit.room")
SCREEN = Words("toolkit.screen")
MOST = 110  # words on a slide
MADE_UP = "△"  # its marks are explained in the course, and a slide has little room
LARGER = (1.5, 1.35, 1.2)  # the letters of a chart on a slide, beside those in a lesson
PAGE = {"width": 480, "height": 270}  # a chart on a slide: at most so wide, and at least so high
PAGE = {"width": 480, "height": 270}  # a chart on a slide: at most so wide, and at least so high
# What can be read in an SVG: Vega keeps a label that it hides. A scale may lose every other number.
NAME = re.compile(r'<text(?![^>]*opacity="0")[^>]*>([^<]*[^\W\d_][^<]*)<')
CLIP = re.compile(r"\bclip\d+")
SIZE = re.compile("fontSize|FontSize|labelLimit|titleLimit")
STAGE = re.compile(r"/\* The stage.*", re.DOTALL)  # the end of style.css


@dataclass(frozen=True)
class Slide:
    """One slide.

    Parameters
    ----------
    kind : str
        How it is laid out: a kind of `Shown`, ``"told"``, ``"ask"``, ``"title"``, ``"answer"``,
        ``"chart"`` or ``"end"``.
    step : Step
        The step that it belongs to.
    title : str
        Its heading.
    shown : Shown, optional
        What is on it besides.
    """

    kind: str
    step: Step
    title: str
    shown: Shown | None = None


def slides(told: Plan) -> list[Slide]:
    """Return the slides of a plan, in order; each step has at least one."""
    return [slide for step in told.steps for slide in _of(step)]


def _of(step: Step) -> Iterator[Slide]:
    for each in step.shown:
        if each.before and not has_room(each):
            yield Slide("told", step, step.title, each)
        if each.kind == "came":
            yield Slide("answer", step, each.title, each)
            if each.figure:
                yield Slide("chart", step, each.figure.title, each)
        else:
            yield Slide(each.kind, step, each.title or step.title, each)
        if each.kind == "case" and each.because:  # how it ended needs the room that the chart has
            yield Slide("end", step, step.title, each)
    if step.ask:
        yield Slide("ask", step, step.ask)
    elif not step.shown:
        yield Slide("title", step, step.title)


def has_room(shown: Shown) -> bool:
    """Return whether what stands before a question has room on the slide of the question."""
    words = " ".join((shown.title, *shown.before, *shown.options, *shown.lines)).split()
    return len(words) <= MOST


def marks_line(figure: Figure) -> str:
    """Return where the figures of a chart come from, on one line where they are made up."""
    told = (
        re.split(r":| \(", text)[0] if text.startswith(MADE_UP) else text
        for text, _ in figure.chips
    )
    return " · ".join(dict.fromkeys(told))


def larger(spec: Any, by: float) -> Any:
    """Return a Vega-Lite specification with letters that are larger by a factor."""
    if isinstance(spec, Mapping):
        return {key: _grown(key, value, by) for key, value in spec.items()}
    return [larger(each, by) for each in spec] if isinstance(spec, list) else spec


def _grown(key: str, value: Any, by: float) -> Any:
    if SIZE.search(key) and isinstance(value, int | float) and not isinstance(value, bool):
        return value * by
    return larger(value, by)


def address(svg: str) -> str:
    """Return an SVG picture as an address that holds it: its ids stay its own."""
    return f"data:image/svg+xml;base64,{base64.b64encode(svg.encode()).decode()}"


@cache
def picture(shown: Shown) -> str:
    """Return the picture or the chart of a slide as an address that holds it."""
    return address(chart_svg(shown.figure) if shown.figure else shown.picture)


def chart_svg(figure: Figure) -> str:
    """Return a chart as SVG, without its title, which stands above it."""
    import vl_convert  # desktop only, and slow to start

    spec = dict(figure.spec)

    def drawn(by: float, **sides: float) -> str:
        told = {**larger(spec, by), **sides, "datasets": figure.datasets}
        made = vl_convert.vegalite_to_svg(told)
        # Vega numbers its clips on from one picture to the next.
        seen: dict[str, int] = {}
        return CLIP.sub(lambda found: f"clip{seen.setdefault(found[0], len(seen))}", made)

    usual = drawn(1)
    if spec.get("usermeta", {}).get("firm"):  # its words stand at fixed places
        return usual
    sides = {}
    if "layer" in spec and isinstance(spec["height"], int):  # no grid: its cells fit their names
        sides = {
            "width": min(spec["width"], PAGE["width"]),
            "height": max(spec["height"], PAGE["height"]),
        }
    # An axis hides labels that would overlap: then the letters were too large.
    tried = (drawn(by, **shape) for shape in (sides, {}) for by in LARGER)
    whole = (made for made in tried if len(NAME.findall(made)) >= len(NAME.findall(usual)))
    return next(whole, usual)


def sheets() -> dict[str, str]:
    """Return a deck for each plan, by the name of its file."""
    return {f"deck-{name}.html": deck(plan(name)) for name in names()}


def deck(told: Plan) -> str:
    """Return the slides of a plan as one page.

    Parameters
    ----------
    told : Plan
        The plan.
    """
    made = slides(told)
    traces = {
        str(n): slide.shown.figure.trace
        for n, slide in enumerate(made)
        if slide.kind == "watch" and slide.shown and slide.shown.figure
    }
    return str(
        render(
            "deck.html",
            plan=told,
            slides=made,
            fits=has_room,
            marks=marks_line,
            picture=picture,
            traces=traces,
            texts=SCREEN["stage"],
            words=WORDS["deck"],
            say=WORDS.say,
            style=Markup("".join(STAGE.findall(own("style.css", "toolkit.screen")))),
            language=page_language(),
        )
    )
