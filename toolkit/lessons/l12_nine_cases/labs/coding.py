"""Lesson 12, coding: a group says of each case what it was, in four respects."""

from __future__ import annotations

import html
from typing import Any

import ipywidgets as widgets
import traitlets as t

from toolkit import evidence
from toolkit.course.lesson import Lesson
from toolkit.learning.record import Record
from toolkit.lessons.l12_nine_cases.labs.casefile import CASES, WORDS, told
from toolkit.models.cases import comparison, reviews
from toolkit.screen.form import Form
from toolkit.screen.ids import mimebundle, numbered
from toolkit.screen.messages import caught
from toolkit.screen.questions import Prediction


def code_first(this: Lesson) -> Coding:
    """Let the first group code the cases."""
    return _coding(this, "first")


def code_second(this: Lesson) -> Coding:
    """Let a second group code them, here or elsewhere."""
    return _coding(this, "second")


def _coding(this: Lesson, who: str) -> Coding:
    guess = this.predict("nine")
    return this._act(lambda key, who, record: Coding(key, who, record, guess), "codes", who, who)


class Coding(widgets.VBox):
    """A form in which one group codes the cases.

    Parameters
    ----------
    key : str
        Where the codes stand in the record.
    who : str
        ``"first"`` or ``"second"`` group; the second may paste codes made elsewhere, or skip.
    record : Record
        The learner's record.
    guess : Prediction
        What must be locked or skipped first: the stories tell how the cases ended.
    """

    # True once there are codes to compare, there is no such group, or a trainer went on without.
    revealed = t.Bool(False)
    held = t.Dict()  # the codes that are kept
    status = t.Unicode()

    def __init__(self, key: str, who: str, record: Record, guess: Prediction) -> None:
        self.key, self.who, self.record, self.guess = key, who, record, guess
        self.codes: dict[str, dict[str, str]] = {}
        trouble = self._remember(record.get(key))
        name = next((case for case in reviews.NINE if case not in self.codes), "A")
        names = ("case", *comparison.DIMENSIONS, "keep", "pasted", "take", "skip")
        self.form = Form(
            *WORDS.fields(
                "coding",
                *(name for name in names if who == "second" or name not in ("pasted", "take")),
                value={"case": name},
                options={"case": CASES, **comparison.CODES},
                who=who,
                asks=comparison.DIMENSIONS,
            ),
            title=WORDS.say("coding.title", who=who),
        )
        self.file, self.problem = widgets.HTML(), widgets.HTML()
        self._turn(name)
        self._say(trouble)
        self.form.observe(self._chosen, "value")
        for button, act in (("keep", self.keep), ("take", self.take), ("skip", self.skip)):
            self.form.on_press(button, act)
        said = html.escape(WORDS.say("coding.curtain")) if who == "first" else ""
        self.curtain = widgets.HTML(f'<p class="dio-status dio-shut">{said}</p>' if said else "")
        self.groups = Form(
            *WORDS.fields("groups", value={"two": ["yes"] if self.codes else []}),
            title=WORDS.say("coding.title", who=who),
        )
        super().__init__(model_id=numbered(key.replace("/", "-")))
        self.held = dict(self.codes)
        self.groups.observe(self._show, "value")
        guess.observe(self._show, "revealed")
        self._show()

    @property
    def there(self) -> bool:
        """Whether there is such a group."""
        return self.who == "first" or bool(self.groups.value["two"])

    def _show(self, _change: object = None) -> None:
        """Show the form of a group that is there, once the prediction is locked."""
        if not self.guess.revealed:
            self.children = (self.curtain,)
            return
        asked = () if self.who == "first" else (self.groups,)
        coding = (self.file, self.form, self.problem) if self.there else ()
        self.children = (*asked, *coding)
        self.revealed = bool(self.codes) or not self.there

    @caught
    def keep(self) -> None:
        """Keep the codes of the case on the table and go on to the next."""
        value = self.form.value
        missing = [ask for d, ask in comparison.DIMENSIONS.items() if value[d] is None]
        if missing:
            self._say(WORDS.say("coding.missing", missing=missing))
            return
        self.codes[value["case"]] = {d: value[d] for d in comparison.DIMENSIONS}
        self._keep()
        left = [name for name in reviews.NINE if name not in self.codes]
        if left:
            self.form.set(case=left[0])

    @caught
    def take(self) -> None:
        """Read the codes that were pasted."""
        try:
            self.codes |= comparison.read_codes(self.form.value["pasted"] or "")
        except ValueError as problem:
            self._say(str(problem))
            return
        self._keep()
        self._turn(self.form.value["case"])

    def skip(self) -> None:
        """Go on without codes of this group; nothing is kept."""
        self.revealed = True
        self._say(WORDS.say("coding.skipped"))

    def _keep(self) -> None:
        self.record.put(self.key, {"kind": "codes", "codes": self.codes})
        self._say("")
        self.revealed, self.held = True, dict(self.codes)

    def _say(self, words: str) -> None:
        count = WORDS.say("coding.count", coded=len(self.codes), all=len(reviews.NINE))
        lines = [words, count, comparison.write_codes(self.codes), self.record.trouble]
        self.form.status = self.status = "\n".join(line for line in lines if line)

    def _remember(self, entry: dict | None) -> str:
        if entry is None:
            return ""
        try:
            self.codes = comparison.read_codes(comparison.write_codes(entry["codes"]))
        except (ValueError, KeyError, TypeError, AttributeError) as problem:
            self.record.set_aside(self.key)
            return WORDS.say("coding.set_aside", problem=problem)
        return ""

    def _turn(self, name: str) -> None:
        """Lay one case on the table."""
        case = evidence.case(name)
        said = self.codes.get(name, dict.fromkeys(comparison.DIMENSIONS))
        self.form.set(**said)
        self.turned = name
        # From the start to the end of the programme: what came after it was another one.
        start, stop = case.start_month, reviews.ended(case)
        cycles = reviews.monthly(case, "learning_cycles")
        year = reviews.YEAR
        tests = cycles[start : start + year].sum(), cycles[max(start, stop - year) : stop].sum()
        self.file.value = told(
            case,
            "file",
            measure=reviews.MEASURES[case.tracked_measure][0],
            tests=tests,
            themes=case.themes.nlargest(4, "interviews").to_dict("records"),
        )

    @caught
    def _chosen(self) -> None:
        if self.form.value["case"] != self.turned:
            self._turn(self.form.value["case"])

    def _repr_mimebundle_(self, **_: Any) -> dict:
        """Show the form; where there is no kernel, the questions can still be read."""
        asks = "\n".join(f"[ ] {ask}" for ask in comparison.DIMENSIONS.values())
        return mimebundle(self.model_id, {"text/plain": f"{self.form.title}\n{asks}"})
