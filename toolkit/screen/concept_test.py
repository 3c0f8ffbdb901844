"""The concept inventory: sixteen questions before the course and sixteen after it.

Each asks for an answer and for the reason; only both together count. The two forms ask for the same
ideas on other ground. The keys are digests, so that nobody reads them by looking into a file.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

from toolkit.learning.fields import Button, Choice
from toolkit.learning.gain import gain_in_words, gain_worked_out
from toolkit.learning.record import Record
from toolkit.screen.form import WORDS
from toolkit.screen.questions import KeptForm
from toolkit.text.words import Table, in_each_language, read_words

FORMS = ("A", "B")
RIGHT, OTHER_REASON, OTHER_ANSWER, NOT_YET, OPEN = (
    "right",
    "right answer, another reason",
    "right reason, another answer",
    "not yet",
    "left open",
)
STANDING: Table[str] = Table(WORDS, "concept.standing")


def digest(salt: str, form: str, name: str, answer: str, reason: str) -> str:
    """Return what stands in the file in place of an answer and its reason."""
    return hashlib.sha256("\n".join((salt, form, name, answer, reason)).encode()).hexdigest()


@dataclass(frozen=True)
class ConceptItem:
    """One question of one form; ``because`` says of each reason what to think of it."""

    form: str
    number: int
    name: str
    concept: str
    lessons: tuple[str, ...]
    because: Mapping[str, str]
    question: str
    answers: Mapping[str, str]
    reasons: Mapping[str, str]
    key: str
    salt: str

    @property
    def place(self) -> str:
        """Where it stands in the learner's record."""
        return f"inventory/{self.form}/{self.name}"

    def hits(self, answer: str, reason: str) -> bool:
        """Return whether answer and reason are both right."""
        return digest(self.salt, self.form, self.name, answer, reason) == self.key

    def standing(self, answer: str | None, reason: str | None) -> str:
        """Return one of the five things that can be said of an answer and its reason."""
        if answer is None or reason is None:
            return OPEN
        if self.hits(answer, reason):
            return RIGHT
        if any(self.hits(answer, other) for other in self.reasons):
            return OTHER_REASON
        return OTHER_ANSWER if any(self.hits(a, reason) for a in self.answers) else NOT_YET

    def given(self, record: Record) -> tuple[str | None, str | None]:
        """Return answer and reason from the record, or twice None."""
        entry = record.get(self.place) or {}
        answer, reason = entry.get("answer"), entry.get("reason")
        fits = answer in list(self.answers) and reason in list(self.reasons)
        return (answer, reason) if fits else (None, None)


Sheet = Mapping[str, ConceptItem]


def parse_concept_test(held: Mapping[str, Any]) -> dict[str, dict[str, ConceptItem]]:
    """Return the items of each form, by name, in order.

    Parameters
    ----------
    held : mapping
        What stands in the TOML: a salt, and ``[[item]]`` tables with a part for each form.

    Returns
    -------
    dict of str to dict
        Letter of a form to its items.

    Raises
    ------
    ValueError
        If an item lacks something; the message names the item.
    """
    sheets: dict[str, dict[str, ConceptItem]] = {form: {} for form in FORMS}
    for number, table in enumerate(held.get("item", ()), 1):
        name = table.get("name", "?")
        parts = {form: table.get(form, {}) for form in FORMS}
        shared = {key: each for key, each in table.items() if key not in FORMS}
        shared["lessons"] = tuple(table.get("lessons", ()))
        for form, own in parts.items():
            try:
                sheets[form][name] = ConceptItem(
                    form=form, number=number, salt=held["salt"], **shared, **own
                )
            except (TypeError, KeyError) as problem:
                raise ValueError(f"Item '{name}', form {form}: {problem}.") from problem
    return sheets


@in_each_language
def form_items(form: str) -> Sheet:
    """Return the items of one form; ValueError if there is no such form."""
    if form not in FORMS:
        raise ValueError(f"There is no form '{form}'; there is {' and '.join(FORMS)}.")
    return parse_concept_test(read_words(files("toolkit.learning"), "inventory.toml"))[form]


def done(form: str) -> str:
    """Return where the record says that a form is finished."""
    return f"inventory/{form}/done"


def standings(items: Sheet, record: Record) -> dict[str, str]:
    """Return what can be said of each item, by name."""
    return {name: item.standing(*item.given(record)) for name, item in items.items()}


def total(form: str, record: Record) -> int | None:
    """Return how many items of a finished form are right, answer and reason; None before that."""
    if record.get(done(form)) is None:
        return None
    return list(standings(form_items(form), record).values()).count(RIGHT)


def gain_arithmetic(record: Record) -> list[str]:
    """Return the arithmetic behind the words that `Closing` says after the second form."""
    items, right = form_items(FORMS[-1]), total(FORMS[-1], record) or 0
    blind = sum(1 / len(item.answers) / len(item.reasons) for item in items.values())
    guess = WORDS.say("concept.guessing", blind=blind, most=len(items))
    return [guess, *gain_worked_out(total(FORMS[0], record), right, len(items))]


class TwoTier(KeptForm):
    """An answer and its reason, kept once both are chosen; whether they are right is not said."""

    def __init__(self, item: ConceptItem, record: Record) -> None:
        self.item = item
        title = f"{item.number} · {item.question}"
        super().__init__(
            item.place,
            record,
            Choice("answer", title, options=item.answers),
            Choice("reason", WORDS.say("concept.reason"), options=item.reasons),
            title=title,
        )
        self.locked = record.get(done(item.form)) is not None
        self.observe(self._chosen, "value")

    def _chosen(self, _change: object = None) -> None:
        missing = [name for name in ("answer", "reason") if self.value[name] is None]
        if missing:
            self._say(WORDS.say(f"concept.missing.{missing[0]}") if len(missing) == 1 else "")
        elif self.item.given(self.record) != (self.value["answer"], self.value["reason"]):
            self._keep(kind="inventory", **self.value)
            self._say(WORDS.say("concept.kept"))

    def _remember(self, entry: dict | None) -> None:
        answer, reason = self.item.given(self.record) if entry else (None, None)
        self.value = {"answer": answer, "reason": reason}


class Closing(KeptForm):
    """The end of a form: what is still open, then the total, and after form B the gain."""

    def __init__(self, form: str, record: Record, acts: Mapping[str, TwoTier]) -> None:
        self.form, self.items, self.acts = form, form_items(form), acts
        super().__init__(
            done(form),
            record,
            Button("done", WORDS.say("concept.done")),
            Button("leave", WORDS.say("concept.leave"), quiet=True),
            Button("again", WORDS.say("concept.again"), quiet=True),
            title=WORDS.say("concept.end", form=form, most=len(self.items)),
        )
        self.on_press("done", self.done)
        self.on_press("leave", self.leave)
        self.on_press("again", self.again)

    def done(self) -> None:
        """Finish if everything is answered; otherwise say what is open."""
        found = standings(self.items, self.record)
        left = [str(self.items[name].number) for name, said in found.items() if said == OPEN]
        if not left:
            self.leave()
            return
        self._say(WORDS.say("concept.open", left=left, most=len(self.items)))

    def leave(self) -> None:
        """Finish, whatever is open."""
        self._keep(kind="inventory", done=True)
        self._finished()

    def again(self) -> None:
        """Open the form once more, with all answers in it."""
        self.record.drop(self.key)
        self._lock(False)
        self.revealed = False
        self._say(WORDS.say("concept.reopened"))

    def _lock(self, on: bool) -> None:
        self.locked = ["done", "leave"] if on else ["again"]
        for act in self.acts.values():
            act.locked = on

    def _finished(self) -> None:
        self._lock(True)
        most, right = len(self.items), total(self.form, self.record) or 0
        before = self.form == FORMS[0]
        lines = [WORDS.say("concept.finished", right=right, most=most, before=before)]
        if not before:
            lines.append(gain_in_words(total(FORMS[0], self.record), right, most))
        self._say("\n".join(lines))
        self.revealed = True

    def _remember(self, entry: dict | None) -> None:
        if entry:
            self._finished()
        else:
            self.locked = ["again"]
