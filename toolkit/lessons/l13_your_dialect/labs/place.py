"""The own place: how ready it is, and whether the practice suits it."""

from __future__ import annotations

import ipywidgets as widgets

from toolkit.course.lesson import Lesson
from toolkit.lessons.l13_your_dialect.labs.noted import WORDS, AutosavedForm, Room
from toolkit.lessons.l13_your_dialect.labs.plant import Plant, Roots
from toolkit.models import readiness as known


class Readiness(Room):
    """What goes with success and three kinds of fit, judged by those who work there."""

    def __init__(self, this: Lesson) -> None:
        asked = WORDS.fields(
            "readiness",
            value={"practice": "", "ready": {}, "fit": {}},
            options={"ready": known.LEVELS, "fit": known.LEVELS},
            rows={
                name: {key: each.question for key, each in rows.items()}
                for name, rows in (("ready", known.FACTORS), ("fit", known.FIT))
            },
        )
        super().__init__(AutosavedForm("13/readiness/place", "readiness", this.record, *asked))
        beside = widgets.Box((self.form, Roots(this.record)))
        beside.add_class("dio-beside")
        self.children = (beside,)

    def _tell(self) -> None:
        Plant.grow_all(self.form.record)
        held = known.judgements(self.form.value)
        key, level = next(iter(held.items()), ("", ""))
        if level in known.WEAK:
            weakest = {"asked": known.ASKED[key], "level": known.LEVELS[level]}
            self._say(WORDS.say("readiness.weakest", **weakest))
        else:
            whole = len(held) == len(known.ASKED)
            self._say(WORDS.say("readiness.not_weak") if whole else "")


def readiness(this: Lesson) -> Readiness:
    """Judge how ready your place is, and how well the practice fits it."""
    return Readiness(this)
