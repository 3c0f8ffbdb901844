"""Sort what was seen on a walk into the eight wastes, and hear a reason for each."""

from __future__ import annotations

from dataclasses import dataclass

from toolkit.course.lesson import Lesson
from toolkit.learning.fields import Button, Select
from toolkit.learning.record import Record
from toolkit.screen.questions import Act

WASTES = {
    "transport": "transport",
    "inventory": "inventory: things or people piled up",
    "motion": "motion of staff",
    "waiting": "waiting",
    "overproduction": "overproduction: before or beyond what is asked for",
    "overprocessing": "over-processing: more work than the need calls for",
    "defects": "defects: what has to be put right",
    "skills": "skills not used",
}


@dataclass(frozen=True)
class Seen:
    """Something seen on a walk through a service, the waste it shows, and why."""

    what: str
    waste: str
    why: str
    ask: str


WALK = {
    "shelf": Seen(
        "A store cupboard holds dressings for five months; some are out of date.", "inventory",
        "What lies there was paid for and helps nobody yet.", "What is piled up here?",
    ),
    "label": Seen(
        "A blood tube without a name: the patient has to come back.", "defects",
        "The first try was of no use, so all of it is done again.",
        "Why does the patient have to come back?",
    ),
    "keys": Seen(
        "A nurse walks to the other end of the ward for keys, eleven times in a shift.", "motion",
        "It is the nurse who moves, not the patient, and the walking treats nobody.",
        "Who moves: the patient, or a member of staff?",
    ),
    "history": Seen(
        "Four people ask the same patient the same questions and write down the same answers.",
        "overprocessing",
        "One good record would serve; the other three are more work than the need calls for.",
        "The answers are right. Was asking four times needed?",
    ),
    "bed": Seen(
        "A patient is pushed across the site for a scan that could be done on the ward.",
        "transport", "The patient is moved, and nothing about the patient is better for it.",
        "Who moves: the patient, or a member of staff?",
    ),
    "bloods": Seen(
        "Bloods are taken every morning from everybody, in case a doctor asks for them.",
        "overproduction", "It is made before anybody asked for it, and much of it nobody needs.",
        "Who asked for these results?",
    ),
    "physio": Seen(
        "An experienced therapist spends the mornings booking ambulances.", "skills",
        "What this person alone can do is not done in that time.",
        "The bookings are needed. Who could make them?",
    ),
    "ready": Seen(
        "A man sits dressed on his bed; the medicines to take home come at four.", "waiting",
        "He is ready and nothing happens for him until the bag comes.",
        "What does this man do all day?",
    ),
}  # fmt: skip


class Sorting(Act):
    """Eight things seen on a walk, to be sorted into the eight wastes, each with a reason."""

    def __init__(self, key: str, record: Record) -> None:
        super().__init__(
            key,
            record,
            *(
                Select(name, f"{n}. {seen.what}", options=WASTES)
                for n, (name, seen) in enumerate(WALK.items(), 1)
            ),
            Button("check", "Check my sorting"),
            title="Which waste does each of these show?",
        )
        self.on_press("check", self.mark)

    def mark(self) -> None:
        """Say of each what it is and why, or what to ask; what is not sorted stays open."""
        if not any(self.value.values()):
            self._say("Not attempted: choose a waste for at least one line first.")
            return
        self._keep(kind="sorting", sorted=dict(self.value))
        self._tell()

    def _tell(self) -> None:
        right = [name for name, seen in WALK.items() if self.value[name] == seen.waste]
        lines = [f"{len(right)} of {len(WALK)} as we would sort them."]
        for n, (name, seen) in enumerate(WALK.items(), 1):
            if name in right:
                lines.append(f"{n}. Right, {seen.waste}. {seen.why}")
            elif self.value[name]:
                lines.append(f"{n}. Not yet. Ask yourself: {seen.ask}")
            else:
                lines.append(f"{n}. Not attempted.")
        self.revealed = len(right) == len(WALK)
        self._say("\n".join(lines))

    def _remember(self, entry: dict | None) -> None:
        held = entry.get("sorted") if entry else None
        if isinstance(held, dict):
            self.value = {n: held.get(n) if held.get(n) in list(WASTES) else None for n in WALK}
            self._tell()


def wastes(this: Lesson) -> Sorting:
    """Sort what was seen on a walk into the eight wastes."""
    return Sorting(f"{this.words.number}/sort/wastes", this.record)
