"""Lesson 12, the score: how good the forecasts were, beside two that know nothing."""

from __future__ import annotations

import pandas as pd

from toolkit import evidence
from toolkit.charts import shapes
from toolkit.charts.figure import Figure
from toolkit.course.lesson import Lesson
from toolkit.evidence.cases import ILLUSTRATIVE
from toolkit.lessons.l12_nine_cases.labs.casefile import WORDS
from toolkit.lessons.l12_nine_cases.labs.room import CaseRoom, case_room
from toolkit.models.cases import reviews
from toolkit.screen.lab import Lab

SCORES = ("Brier score", "always 50%", "always the base rate")  # columns of `reviews.scores`


class Score(Lab):
    """The score of all forecasts that can be checked by now.

    Parameters
    ----------
    room : CaseRoom
        Where forecasts are made.
    """

    def __init__(self, room: CaseRoom) -> None:
        self.room = room
        super().__init__("score", (), self.drawn, after=(room,))
        self.curtain.value = f'<p class="dio-status dio-shut">{WORDS.say("score.curtain")}</p>'
        room.observe(self.redraw, "held")

    def drawn(self, _value: dict) -> Figure:
        """Draw the score beside those of two forecasters who know nothing."""
        cases, words = self.room.finished, WORDS["score"]
        scored = reviews.scores(cases or _all_nine()).set_index("event")
        row = scored.loc[reviews.ASKED].to_dict()
        own, other = words["series"]
        bars = pd.DataFrame(
            {
                "category": words["bars"],
                "series": [own, other, other],
                "value": [row[name] for name in SCORES],
            }
        )
        facts = {
            "row": row,
            "cases": len(cases),
            "made": int(row["forecasts"]),
            "came": row["happened"] * row["forecasts"],
        }
        return shapes.bars(
            bars[0 if cases else 1 :],
            {own: "fifth", other: "calm"},
            x=words["x"],
            title=WORDS.say("score.title", **facts),
            description=WORDS.say("score.description", **facts),
            provenance=(ILLUSTRATIVE, WORDS.provenance("scored")),
            most=1,
            width=420,
        )


def _all_nine() -> list[reviews.Sitting]:
    """Return all cases as somebody reviews them who always says 50%."""
    even = reviews.Review("persist", better=0.5)
    return [
        reviews.Sitting(name, 6, (even,) * len(reviews.reviews_of(evidence.case(name))))
        for name in reviews.NINE
    ]


def score(this: Lesson) -> Lab:
    """See how good your forecasts were."""
    return Score(case_room(this))
