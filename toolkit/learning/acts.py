"""The four things a learner does in a lesson: predict, explain, check, keep a card.

Each is a form that remembers: what was locked, written or answered is in the record and comes back
after a restart. All text is shown as text, never as HTML.
"""

from __future__ import annotations

from typing import Any

import traitlets as t

from toolkit.learning.answers import answer_field, fits, holds, in_words
from toolkit.learning.record import Record
from toolkit.learning.words import Ask, Check, Explain
from toolkit.widgets.form import Button, Choice, Field, Form, Slider, Text
from toolkit.widgets.shown import numbered

# How sure somebody says to be, as a probability; used later for calibration.
CONFIDENCE = {"0.5": "just guessing", "0.7": "fairly sure", "0.9": "very sure"}
TABLE = "about/table"  # where the record says how many people share this screen
MOST = 6  # people that see one screen well


def people(record: Record) -> int:
    """Return how many share this screen, by the record; one if it does not say."""
    told = (record.get(TABLE) or {}).get("people")
    return told if isinstance(told, int) and 1 <= told <= MOST else 1


class Act(Form):
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
        super().__init__(*fields, title=title, model_id=numbered(key.replace("/", "-")))
        self._remember(record.get(key))
        if record.trouble:  # told before anything is entered, and by one form only
            self.status = record.news() or self.status

    def _remember(self, entry: dict | None) -> None:
        """Take up what the record holds under this key; each act says how."""

    def _keep(self, **entry: Any) -> None:
        self.record.put(self.key, entry)

    def _say(self, words: str) -> None:
        self.status = "\n".join(part for part in (words, self.record.trouble) if part)


class Prediction(Act):
    """A prediction that is locked before anything is revealed, and then held against what came.

    Attributes
    ----------
    revealed : bool
        True once it is locked, or skipped by a trainer.
    came : bool or None
        Whether it came as predicted; None while that is open, or where only the learner can say.
    """

    def __init__(self, key: str, ask: Ask, record: Record) -> None:
        self.ask = ask
        self.sealed = False
        self.came: bool | None = None
        seats = people(record)
        agree = Slider("agree", f"How many of the {seats} of you agree?", min=1, max=seats)
        super().__init__(
            key,
            record,
            answer_field(ask),
            Choice("sure", "How sure are you?", options=CONFIDENCE),
            *([agree] if seats > 1 else []),
            Button("lock", "Lock in my prediction"),
            Button("skip", "Skip (for trainers)", quiet=True),
            Button("again", "Predict again", quiet=True),
            title=ask.question,
        )
        self.on_press("lock", self.lock)
        self.on_press("skip", self.skip)
        self.on_press("again", self.again)

    @property
    def answer(self) -> Any:
        """What was predicted, or None while it is open or if it was skipped."""
        return self.value["answer"] if self.sealed else None

    @property
    def words(self) -> str:
        """The prediction in words, such as ``"70 patients, fairly sure"``; empty if none."""
        if self.answer is None:
            return ""
        return f"{in_words(self.ask, self.answer)}, {CONFIDENCE[self.value['sure']]}"

    def lock(self) -> None:
        """Lock the prediction, if there is one and it says how sure it is."""
        answer = self.value["answer"]
        if answer is None or not str(answer).strip():
            self._say(
                "Nothing is chosen yet. Say what you expect first: a wrong guess teaches as well."
            )
        elif self.value["sure"] is None:
            self._say("One more thing: say how sure you are.")
        else:
            self._keep(kind="prediction", **self.value)
            self._seal()

    def settle(self, outcome: Any) -> None:
        """Hold the locked prediction against what came, and keep both side by side.

        Parameters
        ----------
        outcome : object
            What came, in the form of an answer: a number, the key of an option, keys in order, or
            the numbers of a curve.
        """
        if not self.sealed or self.ask.kind == "text":
            return
        self.came = holds(self.ask, self.answer, outcome)
        held = self.record.get(self.key) or {}
        now = {"kind": "prediction", **self.value, "outcome": outcome, "came": self.came}
        if held != now:
            self.record.put(self.key, now)
        self._tell(outcome)

    def skip(self) -> None:
        """Go on without a prediction; nothing is kept."""
        self.revealed = True
        self._say("Skipped. The result is shown without a prediction.")

    def again(self) -> None:
        """Open the form once more; what comes after stays in sight."""
        self.record.drop(self.key)
        self.sealed, self.came = False, None
        self.locked = ["again"]
        self._say("")

    def _seal(self) -> None:
        self.sealed = True
        self.locked = [*self.value, "lock", "skip"]
        self._tell()
        self.revealed = True

    def _tell(self, outcome: Any = None) -> None:
        said = f"Locked: {self.words}. You find it again in the result below."
        if self.came is not None:
            verdict = "That counts as right." if self.came else "That is not what you predicted."
            said += f"\nWhat came: {in_words(self.ask, outcome)}. {verdict}"
        self._say(said)

    def _remember(self, entry: dict | None) -> None:
        self.locked = ["again"]
        if entry and fits(self.ask, entry.get("answer")) and entry.get("sure") in list(CONFIDENCE):
            kept = {name: entry[name] for name in self.value if name in entry}
            self.value = {**self.value, **kept}
            self._seal()


class Explanation(Act):
    """Two sentences in the learner's own words, then a model answer to hold against them."""

    ENOUGH = 20  # characters: less than that is a word, not an explanation

    def __init__(self, key: str, explain: Explain, record: Record) -> None:
        self.explain = explain
        super().__init__(
            key,
            record,
            Text("text", explain.prompt, rows=3),
            Button("compare", "Compare with a model answer"),
            Button("skip", "Skip (for trainers)", quiet=True),
            title=explain.prompt,
        )
        self.on_press("compare", self.compare)
        self.on_press("skip", self.reveal)

    def compare(self) -> None:
        """Keep what was written and show the model answer."""
        if len((self.value["text"] or "").strip()) < self.ENOUGH:
            self._say("Write a sentence or two first; then the model answer has something to add.")
            return
        self._keep(kind="explanation", text=self.value["text"])
        self.reveal()

    def reveal(self) -> None:
        """Show the model answer."""
        self.revealed = True
        self._say("A model answer\n" + "\n".join(self.explain.answer))

    def _remember(self, entry: dict | None) -> None:
        if entry and isinstance(entry.get("text"), str):
            self.value = {"text": entry["text"]}
            self.reveal()


class Question(Act):
    """One question with a reason for every answer: not attempted, not yet, or right."""

    def __init__(self, key: str, check: Check, record: Record) -> None:
        self.check = check
        super().__init__(
            key,
            record,
            Choice("answer", check.question, options=check.options, note=self._from(check)),
            Button("check", "Check my answer"),
            title=check.question,
        )
        self.on_press("check", self.mark)

    @staticmethod
    def _from(check: Check) -> str:
        return f"From lesson {check.lesson}" if check.lesson else ""

    @property
    def outcome(self) -> str:
        """``"not attempted"``, ``"not yet"`` or ``"right"``."""
        if self.value["answer"] is None:
            return "not attempted"
        return "right" if self.value["answer"] == self.check.right else "not yet"

    def mark(self) -> None:
        """Say which of the three it is, and why."""
        if self.outcome == "not attempted":
            self._say("Not attempted: choose an answer first.")
            return
        self._keep(kind="check", answer=self.value["answer"], outcome=self.outcome)
        self._tell()

    def _tell(self) -> None:
        self.revealed = self.outcome == "right"
        word = "Right." if self.revealed else "Not yet."
        self._say(f"{word} {self.check.because[self.value['answer']]}")

    def _remember(self, entry: dict | None) -> None:
        if entry and entry.get("answer") in list(self.check.options):
            self.value = {"answer": entry["answer"]}
            self._tell()


class Card(Act):
    """What a learner takes home to the own service."""

    def __init__(self, key: str, prompts: dict[str, str], record: Record) -> None:
        super().__init__(
            key,
            record,
            *(Text(name, prompt, value="", rows=2) for name, prompt in prompts.items()),
            Button("keep", "Keep my card"),
            title="In my service",
        )
        self.on_press("keep", self.keep)

    def keep(self) -> None:
        """Put the card into the record."""
        if not any((text or "").strip() for text in self.value.values()):
            self._say("The card is still empty.")
            return
        self._keep(kind="card", **self.value)
        self.revealed = True
        kept = "Kept in your record on this computer. " if self.record.saved else ""
        self._say(f"{kept}Please name no patient.")

    def _remember(self, entry: dict | None) -> None:
        if entry:
            self.value = {name: str(entry.get(name) or "") for name in self.value}
