"""An exercise on the screen: check, hints one by one, and a solution that explains."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from toolkit.learning.fields import Button
from toolkit.learning.items import NOT_ATTEMPTED, RIGHT, Item
from toolkit.learning.record import Record
from toolkit.screen.form import WORDS
from toolkit.screen.questions import KeptForm


class Exercise(KeptForm):
    """One item of any kind; what was answered, checked and looked up is in the record.

    Parameters
    ----------
    key : str
        Where it stands in the record, such as ``"02/exercise/batch"``.
    item : Item
        What is asked.
    record : Record
        The learner's record.
    written : callable, optional
        The function that the learner wrote, where the item asks for one.
    """

    def __init__(
        self,
        key: str,
        item: Item,
        record: Record,
        written: Callable[..., Any] | None = None,
    ) -> None:
        self.item = item
        self.written = written
        self.outcome = NOT_ATTEMPTED
        self.hinted = 0
        self.seen = False
        self._said = ""
        super().__init__(
            key,
            record,
            *item.fields(),
            Button("check", WORDS.say("exercise.check")),
            Button("hint", WORDS.say("exercise.hint"), quiet=True),
            Button("solution", WORDS.say("exercise.solution"), quiet=True),
            title=item.question,
        )
        if self.outcome == NOT_ATTEMPTED:
            self.hidden = list(item.later)
        self.heading = "" if item.fields() else item.question
        self.on_press("check", self.check)
        self.on_press("hint", self.hint)
        self.on_press("solution", self.solution)

    @property
    def _answer(self) -> dict[str, Any]:
        return {"answer": self.written} if not self.item.fields() else dict(self.value)

    def check(self) -> None:
        """Say which of the three outcomes it is, and why; nothing that was entered is lost."""
        self._mark()
        if self.outcome != NOT_ATTEMPTED:
            self._note()
        self._tell()

    def hint(self) -> None:
        """Show one hint more."""
        self.hinted = min(self.hinted + 1, len(self.item.hints))
        self._note()
        self._tell()

    def solution(self) -> None:
        """Show the solution, and keep that it was seen."""
        self.seen = True
        self._note()
        self._tell()

    def _mark(self) -> None:
        feedback = self.item.mark(self._answer)
        self.outcome, self._said = feedback.outcome, feedback.words
        self.revealed, self.judged = self.outcome == RIGHT, self.outcome
        if self.outcome != NOT_ATTEMPTED:
            self.hidden = []

    def _note(self) -> None:
        given = {} if self.written else {"value": dict(self.value)}
        self._keep(
            kind="exercise", outcome=self.outcome, hints=self.hinted, solution=self.seen, **given
        )

    def _tell(self) -> None:
        hints, most = self.item.hints[: self.hinted], len(self.item.hints)
        lines = [self._said]
        lines += [
            WORDS.say("exercise.hinted", number=number, most=most, hint=hint)
            for number, hint in enumerate(hints, 1)
        ]
        lines += [WORDS.say("exercise.solved", solution=self.item.solution)] if self.seen else []
        self._say("\n".join(filter(None, lines)))

    def _remember(self, entry: dict | None) -> None:
        if self.written:
            self._mark()
            if self.outcome == NOT_ATTEMPTED:  # she has not begun
                self._said = self.judged = ""
        if entry:
            hinted = entry.get("hints", 0)
            self.hinted = min(hinted, len(self.item.hints)) if isinstance(hinted, int) else 0
            self.seen = entry.get("solution") is True
            held = entry.get("value")
            if isinstance(held, dict) and not self.written:
                self.value = {**self.value, **{k: v for k, v in held.items() if k in self.value}}
                if entry.get("outcome") != NOT_ATTEMPTED:
                    self._mark_kept()
        self._tell()

    def _mark_kept(self) -> None:
        """Mark what the record holds; where the exercise has changed since, start afresh."""
        try:
            self._mark()
        except (KeyError, TypeError, IndexError, AttributeError, ValueError):
            self.reset()
