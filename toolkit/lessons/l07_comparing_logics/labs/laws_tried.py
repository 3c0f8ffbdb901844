"""Look under the bonnet: two patterns about logics, how often each held, and judged by what."""

from __future__ import annotations

import numpy as np

from toolkit.course.common import PLAYED
from toolkit.course.lesson import Lesson, Page
from toolkit.lessons.l07_comparing_logics.labs.choices import DRAWS, NAMES, WORLDS, world
from toolkit.models.laws import LAWS
from toolkit.models.laws.causes import by_judge
from toolkit.models.laws.where import INTEGRATED, JUDGES
from toolkit.screen.tables import page

STRENGTH = {
    "firm": "a firm pattern of this model: in nine draws of ten, or more",
    "tendency": "a tendency of this model: in two draws of three, or more",
    "it depends": "not to be claimed: it depends on the place",
}
ALL = NAMES | {INTEGRATED: "All five, heard by turns"}


def laws(_this: Lesson) -> Page:
    """Look under the bonnet: two patterns about logics, and how often each of them held."""
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
        if name == "4":
            rows += [_ceiling(row) for row in verdict.detail.to_dict("records")]
    for row in by_judge(world()).to_dict("records"):
        first = ", ".join(f"{NAMES[n]} {row[n]:.0%}" for n in NAMES)
        words = JUDGES[row["judge"]].words
        rows.append((f"– if what counts is {words}", first, str(DRAWS), f"{row['held']:.0%}", ""))
    heads = ["Pattern", "It counts as held if; which comes first alone", "Tried", "Held", "It is"]
    return page(heads, rows, "", (WORLDS, PLAYED))


def _ceiling(row: dict) -> tuple[str, str, str, str, str]:
    """Return how often one way comes to its end."""
    said = f"it finds nothing left in {row['nothing_left']:.0%}, is flat in {row['flat']:.0%}"
    single = not np.isnan(row["held"])
    if single:
        said += f"; another still finds something in {row['another_finds']:.0%}"
    held = f"{row['held']:.0%}" if single else ""
    return f"– {ALL[row['approach']]}", said, str(DRAWS), held, ""
