"""The four things a learner does in a lesson: predict, explain, check, keep a card.

Each is a form that remembers: what was locked, written or answered is in the record and comes back
after a restart. All text is shown as text, never as HTML.
"""

from __future__ import annotations

import asyncio
import atexit
from collections.abc import Callable
from typing import Any

import traitlets as t

from toolkit.learning.answers import (
    CONFIDENCE,
    answer_field,
    fits,
    holds,
    in_words,
    sharing,
)
from toolkit.learning.fields import Button, Choice, Field, Slider, Text
from toolkit.learning.items.base import (
    NOT_ATTEMPTED,
    RIGHT,
    Feedback,
    not_attempted,
    not_yet,
    right,
)
from toolkit.learning.record import Record
from toolkit.learning.words import Ask, Check, Explain
from toolkit.screen.form import WORDS, Form
from toolkit.screen.ids import numbered


class Draft:
    """Input of a form that is not locked yet, stored so that a reload or a restart loses nothing.

    It stands in the record as ``draft/`` and the key of what it will become.

    Parameters
    ----------
    form : Form
        The form.
    key : str
        Where its content will be kept.
    record : Record
        The learner's record.
    trouble : callable
        Called after a draft could not be saved.
    """

    PAUSE = 1  # seconds between two writes while somebody types

    def __init__(self, form: Form, key: str, record: Record, trouble: Callable[[], None]) -> None:
        self.form, self.record, self.trouble = form, record, trouble
        self.key = f"draft/{key}"
        self._kept = dict(form.value)
        self._timer: asyncio.TimerHandle | None = None
        form.observe(self._changed, "value")
        self.resume()

    def resume(self) -> None:
        """Put a draft back into its form, as far as the form still asks for it."""
        held = (self.record.get(self.key) or {}).get("value")
        if isinstance(held, dict):
            fit = {name: each for name, each in held.items() if self.form.takes(name, each)}
            self.form.value = {**self.form.value, **fit}

    def done(self) -> None:
        """Drop the draft: what stands in the form is kept, or has started afresh."""
        self._kept = dict(self.form.value)
        self.save()

    def close(self) -> None:
        """Follow the form no more; what stands in it now stays a draft."""
        self.form.unobserve(self._changed, "value")
        self.save()

    def save(self) -> None:
        """Write the draft now, or drop it if it says nothing new."""
        if self._timer:
            self._timer.cancel()
            self._timer = None
            atexit.unregister(self.save)
        value, held = dict(self.form.value), self.record.get(self.key)
        if value == self._kept:
            if held is not None:
                self.record.drop(self.key)
            return
        if held is None or held.get("value") != value:
            self.record.put(self.key, {"kind": "draft", "value": value})
            if self.record.trouble:
                self.trouble()

    def _changed(self, _change: object) -> None:
        if self._timer:
            return
        try:
            self._timer = asyncio.get_running_loop().call_later(self.PAUSE, self.save)
            atexit.register(self.save)  # closing the tab ends the kernel within the second
        except RuntimeError:  # without a kernel
            self.save()


class KeptForm(Form):
    """A form that keeps what was entered under a key of the learner's record.

    Parameters
    ----------
    key : str
        Where it stands in the record, such as ``"03/predict/dice"``.
    record : Record
        The learner's record.
    *fields : Field
        The controls.
    """

    # True once there is nothing left to hide: whatever follows may be shown.
    revealed = t.Bool(False)

    def __init__(self, key: str, record: Record, *fields: Field, title: str) -> None:
        self.key = key
        self.record = record
        self._words = ""
        self._draft: Draft | None = None
        super().__init__(*fields, title=title, model_id=numbered(key.replace("/", "-")))
        self._remember(record.get(key))
        if self._start:
            self._draft = Draft(self, key, record, lambda: self._say(self._words))
        if record.trouble:  # told before anything is entered, and by one form only
            self.status = record.news() or self.status

    def wait_for(self, guess: Prediction) -> None:
        """Show nothing before a prediction is locked or skipped: the question tells its result."""
        said = WORDS.say("predict.first")

        def opened(_change: object = None) -> None:
            # A trainer may show an answer although nobody predicted.
            self.waits = "" if guess.revealed or self.status else said

        guess.observe(opened, "revealed")
        self.observe(opened, "status")
        opened()

    def _remember(self, entry: dict | None) -> None:
        """Take up what the record holds under this key; each form says how."""

    def _keep(self, **entry: Any) -> None:
        self.record.put(self.key, entry)
        if self._draft:
            self._draft.done()

    def _say(self, words: str) -> None:
        self._words = words
        self.status = "\n".join(part for part in (words, self.record.trouble) if part)


class Prediction(KeptForm):
    """A prediction that is locked before anything is revealed, and then checked.

    The first answer that is locked counts. Whoever predicts again keeps both; whoever has seen the
    result before the first answer is told so, and the answer does not count.

    Attributes
    ----------
    revealed : bool
        True once it is locked, or skipped by a trainer.
    held : dict
        What was locked last: ``answer``, ``sure`` and, at a table, ``agree``; empty before that.
    came : bool or None
        Whether the answer that counts is right; None while that is open, or where only the learner
        can say.
    """

    held = t.Dict()

    def __init__(self, key: str, ask: Ask, record: Record) -> None:
        self.ask = ask
        self.sealed = False
        self.came: bool | None = None
        self._entry: dict[str, Any] = {}  # as in the record; empty before the first lock
        self._outcome: Any = None
        seats = sharing(record)
        agree = Slider("agree", WORDS.say("predict.agree", seats=seats), min=1, max=seats)
        super().__init__(
            key,
            record,
            answer_field(ask),
            Choice("sure", WORDS.say("predict.sure"), options=CONFIDENCE),
            *([agree] if seats > 1 else []),
            Button("lock", WORDS.say("predict.lock")),
            Button("skip", WORDS.say("predict.skip"), quiet=True, trainer=True),
            Button("again", WORDS.say("predict.again"), quiet=True),
            title=ask.question,
        )
        self.on_press("lock", self.lock)
        self.on_press("skip", self.skip)
        self.on_press("again", self.again)

    @property
    def answer(self) -> Any:
        """What was locked last, or None while nothing is locked."""
        return self.held.get("answer")

    @property
    def counted(self) -> Any:
        """The first answer that was locked, which is the one that counts; None before that."""
        return self._entry.get("answer")

    @property
    def words(self) -> str:
        """The prediction in words, such as ``"70 patients (fairly sure)"``; empty if none."""
        return self._in_words(self.held)

    @property
    def told(self) -> str:
        """What was predicted, and the verdict; empty before there is one."""
        return (
            WORDS.say("labs.settled", predicted=self.words, verdict=v)
            if (v := self.verdict)
            else ""
        )

    @property
    def verdict(self) -> str:
        """What was predicted and what is right, in words; empty while one of them is open."""
        if self.came is None:
            return ""
        return WORDS.say(
            "predict.verdict",
            came=in_words(self.ask, self._outcome),
            right=holds(self.ask, self._last["answer"], self._outcome),
            later="later" in self._entry,
            first=self.came,
            because=self.ask.because,
        )

    def lock(self) -> None:
        """Lock the prediction, if there is one and it says how sure it is."""
        answer = self.value["answer"]
        if answer is None or not str(answer).strip():
            self._say(WORDS.say(f"predict.{'unmoved' if self.ask.kind == 'order' else 'nothing'}"))
            return
        if isinstance(answer, list) and None in answer:
            self._say(WORDS.say("predict.undrawn", count=answer.count(None)))
            return
        if self.value["sure"] is None:
            self._say(WORDS.say("predict.unsure"))
            return
        there = self.record.get(self.key)  # as it is now: another window may have been quicker
        first = self._locked_in(there)
        if first and not self._entry:
            self._take(first)
            self._say("\n".join([WORDS.say("predict.elsewhere"), self._words]))
            return
        if first:
            entry = {**first, "later": [*first.get("later", []), dict(self.value)]}
        else:
            seen = self.revealed or (there or {}).get("kind") == "skipped"
            entry = {"kind": "prediction", **self.value, **({"after": True} if seen else {})}
        self._keep(**entry)
        self._take(entry)

    def settle(self, outcome: Any) -> None:
        """Hold the prediction that counts against the result, and keep both side by side.

        Parameters
        ----------
        outcome : object
            The result, in the form of an answer: a number, the key of an option, keys in order, or
            the numbers of a curve.
        """
        if not self._entry or self.ask.kind == "text":
            return
        self.came, self._outcome = holds(self.ask, self.counted, outcome), outcome
        now = {**self._entry, "outcome": outcome, "came": self.came}
        gone = self.record.get(self.key) is None  # started afresh meanwhile: it stays so
        if not now.get("after") and now != self._entry and not gone:
            self._entry = now
            self.record.put(self.key, now)
        self._tell()

    def skip(self) -> None:
        """Go on without a prediction; that the result was seen is kept."""
        if self._entry:
            return
        if not self._locked_in(self.record.get(self.key)):
            self.record.put(self.key, {"kind": "skipped"})
        self.revealed = True
        self._say(WORDS.say("predict.skipped"))

    def again(self) -> None:
        """Open the form once more; what was locked before stays, and the first of it counts."""
        self.sealed = False
        self.locked = ["again", "skip"]
        self._say(WORDS.say("predict.open", first=self._in_words(self._entry)))

    @property
    def _last(self) -> dict[str, Any]:
        return self._entry.get("later", [self._entry])[-1]

    def _in_words(self, said: dict) -> str:
        if said.get("answer") is None:
            return ""
        answer, sure = in_words(self.ask, said["answer"]), CONFIDENCE[said["sure"]]
        counted = self.ask.kind in ("slider", "curve")
        return WORDS.say("predict.given", answer=answer, sure=sure, counted=counted)

    def _fits(self, said: Any) -> bool:
        told = isinstance(said, dict) and fits(self.ask, said.get("answer"))
        return told and said.get("sure") in list(CONFIDENCE)

    def _locked_in(self, entry: dict | None) -> dict:
        """Return an entry of the record that this question can have been answered with, or {}."""
        if entry is None or not self._fits(entry):
            return {}
        tries = entry.get("later")
        later = [each for each in tries if self._fits(each)] if isinstance(tries, list) else []
        held = {name: said for name, said in entry.items() if name != "later"}
        return {**held, "later": later} if later else held

    def _take(self, entry: dict) -> None:
        """Take up an entry: the form shows what was locked last."""
        self._entry = entry
        self.value = {**self.value, **{n: x for n, x in self._last.items() if n in self.value}}
        if self._draft:
            self._draft.done()
        outcome, came = entry.get("outcome"), entry.get("came")
        if isinstance(came, bool) and outcome is not None and fits(self.ask, outcome):
            self.came, self._outcome = came, outcome
        self.sealed = True
        self.locked = [*self.value, "lock", "skip"]
        self._tell()
        self.held = dict(self.value)
        self.revealed = True

    def _tell(self) -> None:
        said = WORDS.say(
            "predict.locked",
            last=self._in_words(self._last),
            first=self._in_words(self._entry) if "later" in self._entry else "",
            after=self._entry.get("after"),
            came="" if self.came is None else in_words(self.ask, self._outcome),
        )
        self._say(said)

    def _remember(self, entry: dict | None) -> None:
        self.locked = ["again"]
        if kept := self._locked_in(entry):
            self._take(kept)
        elif entry and entry.get("kind") == "skipped":
            self.revealed = True
            self._say(WORDS.say("predict.skipped"))


class Explanation(KeptForm):
    """Two sentences in the learner's own words, then a model answer to hold against them."""

    ENOUGH = 20  # characters: less than that is a word, not an explanation

    def __init__(self, key: str, explain: Explain, record: Record) -> None:
        self.explain = explain
        super().__init__(
            key,
            record,
            Text("text", explain.prompt, rows=3),
            Button("compare", WORDS.say("explain.compare")),
            Button("skip", WORDS.say("explain.skip"), quiet=True, trainer=True),
            title=explain.prompt,
        )
        self.on_press("compare", self.compare)
        self.on_press("skip", self.reveal)

    def compare(self) -> None:
        """Keep what was written and show the model answer."""
        if len((self.value["text"] or "").strip()) < self.ENOUGH:
            self._say(WORDS.say("explain.short"))
            return
        self._keep(kind="explanation", text=self.value["text"])
        self.reveal()

    def reveal(self) -> None:
        """Show the model answer."""
        self.revealed = True
        self._say("\n".join([WORDS.say("explain.answer"), *self.explain.answer]))

    def _remember(self, entry: dict | None) -> None:
        if entry and isinstance(entry.get("text"), str):
            self.value = {"text": entry["text"]}
            self.reveal()


class Question(KeptForm):
    """One question with a reason for every answer: not attempted, not yet, or right."""

    def __init__(self, key: str, check: Check, record: Record) -> None:
        self.check = check
        note = WORDS.say("check.lesson", lesson=check.lesson) if check.lesson else ""
        super().__init__(
            key,
            record,
            Choice("answer", check.question, options=check.options, note=note),
            Button("check", WORDS.say("check.check")),
            title=check.question,
        )
        self.on_press("check", self.mark)

    @property
    def feedback(self) -> Feedback:
        """Which of the three outcomes it is, and why."""
        answer = self.value["answer"]
        if answer is None:
            return not_attempted("choose")
        said = right if answer == self.check.right else not_yet
        return said(self.check.because[answer])

    @property
    def outcome(self) -> str:
        """``"not attempted"``, ``"not yet"`` or ``"right"``."""
        return self.feedback.outcome

    def mark(self) -> None:
        """Say which of the three it is, and why."""
        if self.outcome != NOT_ATTEMPTED:
            self._keep(kind="check", answer=self.value["answer"], outcome=self.outcome)
        self._tell()

    def show(self) -> None:
        """Show the right answer and its reason to a room; nothing is kept."""
        answer = self.check.right
        said = WORDS.say("check.shown", answer=self.check.options[answer])
        self.judged = RIGHT
        self._say("\n".join([said, self.check.because[answer]]))

    def _tell(self) -> None:
        self.revealed, self.judged = self.outcome == RIGHT, self.outcome
        self._say(self.feedback.words)

    def _remember(self, entry: dict | None) -> None:
        if entry and entry.get("answer") in list(self.check.options):
            self.value = {"answer": entry["answer"]}
            self._tell()


class Card(KeptForm):
    """What a learner takes home to the own service."""

    def __init__(self, key: str, prompts: dict[str, str], record: Record) -> None:
        super().__init__(
            key,
            record,
            *(Text(name, prompt, value="", rows=2) for name, prompt in prompts.items()),
            Button("keep", WORDS.say("card.keep")),
            title=WORDS.say("card.title"),
        )
        self.on_press("keep", self.keep)

    def keep(self) -> None:
        """Put the card into the record."""
        if not any((text or "").strip() for text in self.value.values()):
            self._say(WORDS.say("card.empty"))
            return
        self._keep(kind="card", **self.value)
        self.revealed = True
        self._say(WORDS.say("card.kept", saved=self.record.saved))

    def _remember(self, entry: dict | None) -> None:
        if entry:
            self.value = {name: str(entry.get(name) or "") for name in self.value}
