"""Write your dialect down on a canvas, and take everything home on one page."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable
from typing import Any

import ipywidgets as widgets

from toolkit.course import plan as planning
from toolkit.course.lesson import Lesson
from toolkit.learning.answers import CONFIDENCE
from toolkit.learning.document import KIND, document
from toolkit.learning.export import Section
from toolkit.learning.fields import Select, Text
from toolkit.learning.record import Record
from toolkit.learning.words import lesson_folders, words_of
from toolkit.lessons.l13_your_dialect.labs.noted import WORDS, AutosavedForm, Room
from toolkit.lessons.l13_your_dialect.labs.plant import Plant, drawn
from toolkit.models import readiness as known
from toolkit.screen.form import Form
from toolkit.screen.ids import mimebundle, numbered
from toolkit.screen.messages import readable
from toolkit.screen.tables import table_html

PAGE, FILE = "my-plan.html", "my-plan.docx"
PLAIN = "list-style: none; padding: 0"  # a list whose marks say what is there
AT_ONCE = 2  # of the first boxes; the plant grows before the next are asked for


class Canvas(AutosavedForm):
    """The own dialect written down: core, edge, mechanism, measures, first test, rules."""

    def __init__(self, this: Lesson) -> None:
        fields = [
            Select(
                name,
                prompt.asked,
                "",
                prompt.note,
                options={"": WORDS.say("canvas.unsaid"), **CONFIDENCE},
            )
            if name == "sure"
            else Text(name, prompt.asked, value="", note=prompt.note, rows=2, longest=1000)
            for name, prompt in planning.PROMPTS.items()
        ]
        super().__init__(planning.CANVAS, "canvas", this.record, *fields, *WORDS.fields("canvas"))
        self.add_class("dio-canvas")
        self.on_press("next", self.next)
        self.on_press("look", self.look)
        self.on_press("more", self.open_all)
        self.on_press("fewer", self.close)
        self._all = self.fields
        said = planning.texts(self.value)
        filled = [at for at, name in enumerate(planning.SHORT, 1) if said[name]]
        self._open = max([AT_ONCE, *filled])  # how many of the first boxes are seen
        self._open += -self._open % AT_ONCE
        self.short = not planning.is_whole(self.value)
        if self.short:
            self.close()
        else:
            self.open_all()
        if any(planning.texts(self.value).values()):
            self._say(WORDS.say("canvas.as_left"))

    def open_all(self) -> None:
        """Show all boxes."""
        self.short = False
        gone = {"more", "fewer"} if planning.is_whole(self.value) else {"more"}
        self.hidden = []
        self.fields = [each for each in self._all if each["name"] not in {"next", *gone}]

    def next(self) -> None:
        """Show the next boxes, and what the own chart says about them."""
        self._open += AT_ONCE
        self._hide()
        data = _held(self.record, planning.DATA)
        usual = data.get("usual") if data.get("source") == "file" else ""
        due = usual and self._open < len(planning.SHORT)
        self._say(WORDS.say("canvas.usual", usual=usual) if due else "")

    def _hide(self) -> None:
        later = planning.SHORT[self._open :]
        self.hidden = [*later, "look", "more"] if later else ["next"]

    def close(self) -> None:
        """Show the first boxes only; all of them stay once another is filled in."""
        if planning.is_whole(self.value):
            self._say(WORDS.say("canvas.other"))
            return
        self.short = True
        few = (*planning.SHORT, "next", "look", "more")
        self.fields = [each for each in self._all if each["name"] in few]
        self._hide()

    def look(self) -> None:
        """Say what is still open, and how the mechanism reads as a sentence."""
        short = not planning.is_whole(self.value)
        words = planning.open_points(self.value, planning.SHORT if short else None)
        self.revealed = not words
        sentence = planning.why_it_works(self.value)
        done = WORDS.say("canvas.done_short" if short else "canvas.done")
        self._say("\n".join(filter(None, [sentence, *(words or [done])])))

    def _keep_all(self, _change: object = None) -> None:
        super()._keep_all()
        if self.record.trouble:
            self._say("")


class Growing(Room):
    """The canvas beside its drawing, under what was written in the lessons before."""

    def __init__(self, this: Lesson) -> None:
        self.plant = Plant(this.record)
        super().__init__(Canvas(this))
        beside = widgets.Box((self.form, self.plant))
        beside.add_class("dio-beside")
        written = _written(this.record)
        self.children = (widgets.HTML(written), beside) if written else (beside,)
        self._follow()
        self.form.observe(self._follow, "fields")

    def _follow(self, _change: object = None) -> None:
        """Give every part its place once all boxes are asked for."""
        self.plant.whole = not self.form.short
        self.plant.grow()

    def _tell(self) -> None:
        Plant.grow_all(self.form.record)


class Preview(Plant):
    """The plan to be read, drawn anew like its plant."""

    parts: tuple[Section, ...] = ()

    def grow(self) -> None:
        """Read the record again and show what it comes to."""
        self.parts = tuple(planning.page_parts(self.record))
        self.value = _preview(self.record, self.parts, drawn(self.record))


class Plan(widgets.VBox):
    """The plan on one page: to be read here, and to be saved once there is something to save.

    Parameters
    ----------
    this : Lesson
        The lesson; its record holds what the plan is made of.
    """

    def __init__(self, this: Lesson) -> None:
        self.record = this.record
        self.form = Form(*WORDS.fields("plan"), title=WORDS.say("plan.title"))
        self.shown = Preview(self.record)
        self.shown.remove_class("dio-growing")
        for name, act in (("page", self.page), ("file", self.file)):
            self.form.on_press(name, act)
        super().__init__(model_id=numbered("13-plan"))
        self.shown.observe(self._offer, "value")
        self._offer()

    def _offer(self, _change: object = None) -> None:
        self.children = (self.shown, self.form) if self.shown.parts else (self.shown,)

    def page(self) -> None:
        """Hand over the plan as a page."""
        self.shown.grow()
        self._hand_over_page()
        self._told("page", PAGE)

    def file(self) -> None:
        """Hand over the plan as a document; where none can be made, as a page."""
        self.shown.grow()
        try:
            content = document(*planning.head(), planning.page_parts(self.record))
        except ImportError:
            self._hand_over_page()
            self._told("no_file", PAGE)
            return
        self.form.hand_over(FILE, KIND, content)
        self._told("file", FILE)

    def _told(self, key: str, file: str = "") -> None:
        self.form.status = WORDS.say(f"plan.{key}", file=file)

    def _hand_over_page(self) -> None:
        page = planning.one_page(self.record)
        plain = re.sub("<title>.*?</title>", "", drawn(self.record), flags=re.DOTALL)
        plant = f'<figure style="width: 80mm; margin: 0">{plain}</figure>'
        page = page.replace("<section>", f"{plant}\n<section>", 1)
        self.form.hand_over(PAGE, "text/html", page.encode("utf-8"))

    def _repr_mimebundle_(self, **_: Any) -> dict:
        """Show the plan; what was typed does not go into the stored lesson."""
        plain = f"{self.form.title}\n{WORDS.say('plan.without_kernel')}"
        return mimebundle(self.model_id, {"text/plain": plain})


def _written(record: Record) -> str:
    """Return the cards of the lessons before as HTML, folded; everything escaped."""
    folded = []
    for key, entry in sorted(record.of_kind("card")):
        number = key.partition("/")[0]
        if number not in lesson_folders() or number == "13":
            continue
        words = words_of(number)
        pairs = [
            (prompt, text.strip())
            for name, prompt in words.card.items()
            if isinstance(text := entry.get(name), str) and text.strip()
        ]
        if pairs:
            table = table_html(WORDS["plan"]["heads"], pairs, "")
            title = html.escape(f"{number} · {words.title.partition(':')[0]}")
            folded.append(f"<p><strong>{title}</strong></p>{table}")
    if not folded:
        return ""
    told = html.escape(WORDS.say("written.some", count=len(folded)))
    return readable(f"<details><summary>{told}</summary>{''.join(folded)}</details>")


def _held(record: Record, key: str) -> dict[str, Any]:
    """Return an entry of the record with its texts only."""
    entry = record.get(key) or {}
    return {name: text.strip() for name, text in entry.items() if isinstance(text, str)}


def have(record: Record) -> list[tuple[bool, str]]:
    """Return what a learner takes home, and what is not there yet."""
    said, data = planning.texts(record.get(planning.CANVAS)), _held(record, planning.DATA)
    answers = known.judgements(record.get(planning.READINESS) or {})
    own = data.get("measure", "") if data.get("source") == "file" else ""
    there = {
        "chart": bool(own),
        "place": bool(answers),
        **{
            name: all(said[box] for box in planning.SHORT[at : at + AT_ONCE])
            for name, at in zip(("test", "expect", "rule"), range(0, 6, AT_ONCE), strict=True)
        },
    }
    facts = {"measure": own, "answered": len(answers), "asked": len(known.ASKED)}
    return [
        (held, WORDS.say(f"end.have.{name}", there=held, **facts)) for name, held in there.items()
    ]


def monday(record: Record) -> list[str]:
    """Return what a learner can do on Monday, from what was written and what is still missing."""
    said, card = planning.texts(record.get(planning.CANVAS)), _held(record, planning.CARD)
    held = known.judgements(record.get(planning.READINESS) or {})
    weak = [known.ASKED[key].first for key, level in held.items() if level in known.WEAK]
    own = _held(record, planning.DATA).get("source") == "file"
    facts = {**said, "people": card.get("people", ""), "need": card.get("first", "")}
    steps = [WORDS.say("end.monday.people", **facts)]
    steps += [WORDS.say("end.monday.weak", ask=ask) for ask in weak[:1]]
    steps += [WORDS.say(f"end.monday.{name}", **facts)
              for name, due in (("need", facts["need"]), ("chart", not own)) if due]  # fmt: skip
    return [*steps, WORDS.say("end.monday.test", **facts), WORDS.say("end.monday.when", **facts)]


def _listed(tag: str, lines: Iterable[str], style: str = "") -> str:
    each = "".join(f"<li>{html.escape(line)}</li>" for line in lines)
    return f'<{tag} style="{style}">{each}</{tag}>'


def _preview(record: Record, parts: Iterable[Section], plant: str) -> str:
    """Return the end of the course as HTML: plant, what one has, Monday, and the plan, folded."""
    said = {name: html.escape(title) for name, title in WORDS["end"]["title"].items()}
    marked = [f"{'✓' if there else '–'} {words}" for there, words in have(record)]
    shown = (
        f"<h3>{said['have']}</h3>{_listed('ul', marked, PLAIN)}"
        f"<h3>{said['monday']}</h3>{_listed('ol', monday(record))}"
    )
    made = "".join(_part(part) for part in parts)
    folded = f"<details><summary>{said['plan']}</summary>{made}</details>" if made else ""
    beside = f'<div class="dio-plan"><div class="dio-growing">{plant}</div><div>{shown}</div></div>'
    # The course ends below its last form.
    return readable(f'<div class="dio-form">{beside}{folded}</div>')


def _part(part: Section) -> str:
    """Return a part of the plan as HTML."""
    made = [f'<h3 style="break-after: avoid">{html.escape(part.title)}</h3>']
    if part.words:
        made.append(f"<p>{html.escape(part.words)}</p>")
    for each in part.lists:
        title = html.escape(each.title)
        made.append(f'<p style="break-after: avoid"><strong>{title}</strong></p>')
        made += [
            f'<p style="break-inside: avoid"><em>{html.escape(asked)}</em><br>'
            f"{html.escape(said)}</p>"
            for asked, said in each.pairs
        ]
    return "".join(made)


def canvas(this: Lesson) -> Growing:
    """Write your dialect down: core, periphery, mechanism, measures, first test, stop rule."""
    return Growing(this)


def plan(this: Lesson) -> Plan:
    """Take everything home on one page."""
    card = this.card()

    def keep() -> None:
        card.keep()
        Plant.grow_all(this.record)

    card.on_press("keep", keep)
    return Plan(this)
