"""Lesson 12, the score: each forecast and what came, then how it does beside two others."""

from __future__ import annotations

import pandas as pd

from toolkit import evidence
from toolkit.charts import shapes
from toolkit.charts.cases import forecast_chart
from toolkit.charts.figure import Figure
from toolkit.course.lesson import Lesson
from toolkit.lessons.l12_nine_cases.labs.casefile import WORDS
from toolkit.lessons.l12_nine_cases.labs.room import CaseRoom, case_room
from toolkit.models.cases import reviews
from toolkit.screen.lab import Lab

SCORES = ("Brier score", "always 50%", "always the base rate")  # columns of `reviews.scores`


class Score(Lab):
    """The forecasts of the case that has ended last, and the score of all that can be checked.

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
        room.observe(self._opened, "ended")

    @property
    def shut(self) -> bool:
        """True until a case has been played to its end."""
        return not self.room.ended

    def drawn(self, _value: dict) -> Figure:
        """Draw the learner's own forecasts, then their score beside those of two others."""
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
            "case": cases[-1].case if cases else "",
        }
        said = {key: WORDS.say(f"score.{key}", **facts) for key in ("title", "description")}
        provenance = (WORDS.provenance("illustrative"), WORDS.provenance("scored"))
        scores = shapes.bars(
            bars[0 if cases else 1 :],
            {own: "fifth", other: "calm"},
            x=words["x"],
            most=1,
            width=300,
            provenance=provenance,
            **said,
        )
        if not cases:
            return scores
        made = _forecasts(cases[-1])
        head, said_, came = words["columns"]
        table = pd.DataFrame(
            {
                head: [*made["name"], *scores.table.iloc[:, 0]],
                said_: [*made["said"], *[""] * len(scores.table)],
                came: [*made["told"], *[""] * len(scores.table)],
                words["x"]: [*[""] * len(made), *bars["value"].round(2)],
            }
        )
        forecasts = forecast_chart(
            made,
            x=WORDS.say("score.said", **facts),
            provenance=provenance,
            table=table,
            **said,
        )
        return shapes.beside(forecasts, scores, said["title"], said["description"], table)


def _forecasts(sitting: reviews.Sitting) -> pd.DataFrame:
    """Return the forecasts of a case: what was said in per cent, and what happened."""
    rows = []
    for count, review in enumerate(sitting.reviews):
        month = reviews.BASELINE + count * sitting.every
        came = reviews.came_true(evidence.case(sitting.case), month, sitting.every)[reviews.ASKED]
        if came is not None and review.better is not None:
            told = WORDS["score"]["came" if came else "missed"]
            name = WORDS.say("score.stretch", month=month, last=month + sitting.every - 1)
            rows.append((name, round(100 * review.better), 100 * came, told))
    return pd.DataFrame(rows, columns=["name", "said", "came", "told"])


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
