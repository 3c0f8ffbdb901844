"""Look under the bonnet: the two laws about logics, and how often each of them held."""

from __future__ import annotations

from toolkit.labs.common import PLAYED
from toolkit.labs.compare.choices import DRAWS, NAMES, WORLDS, world
from toolkit.labs.lesson import Lesson, Page
from toolkit.labs.tables import page
from toolkit.laws import LAWS

STRENGTH = {
    "law": "a law of this model: it held in nine draws of ten, or more",
    "tendency": "no law: a tendency, which held in two draws of three, or more",
    "it depends": "not to be claimed: it depends on the place",
}


def laws(_this: Lesson) -> Page:
    """Look under the bonnet: the two laws about logics, and how often each of them held."""
    rows = []
    for name in ("4", "5"):
        law = LAWS[name]
        verdict = law.test(world())
        low, high = verdict.interval
        # a place tried with five logics counts five times, so its tries are not five draws
        range_ = f" (for all such places: {low:.0%} to {high:.0%})" if name == "5" else ""
        rows.append(
            (
                law.claim, law.held_if, str(int(verdict.tried.sum())),
                f"{verdict.share:.0%}{range_}",
                STRENGTH[verdict.strength],
            )
        )  # fmt: skip
        for row in verdict.detail.itertuples():
            said, held = "it comes first of the five", row.best_single if name == "5" else row.held
            if name == "4":
                said = (
                    f"it finds nothing left in {row.nothing_left:.0%}, is flat in {row.flat:.0%}; "
                    f"another still finds something in {row.another_finds:.0%}"
                )
            rows.append((f"– {NAMES[row.approach]}", said, str(DRAWS), f"{held:.0%}", ""))
    heads = ["Law", "It counts as held if", "Tried", "Held", "What may be said"]
    return page(heads, rows, "", (WORLDS, PLAYED))
