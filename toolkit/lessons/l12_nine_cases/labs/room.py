"""Lesson 12, the case room itself: a case opens step by step, each step after a commitment."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import ipywidgets as widgets
import traitlets as t

from toolkit import evidence
from toolkit.charts.figure import Figure
from toolkit.course.lesson import Lesson
from toolkit.evidence import Case
from toolkit.learning.record import Record
from toolkit.lessons.l12_nine_cases.labs.casefile import CASES, WORDS, lines, listed
from toolkit.lessons.l12_nine_cases.labs.review import case_figure, questions
from toolkit.lessons.l12_nine_cases.labs.verdict import happened, log, news
from toolkit.models.cases import decisions, reviews
from toolkit.screen.form import Form
from toolkit.screen.ids import mimebundle, numbered
from toolkit.screen.live import LiveChart
from toolkit.screen.messages import caught, readable
from toolkit.screen.questions import Draft

APART = "0 16px"  # pixels between the chart and the review, where they stand side by side


def case_room(this: Lesson) -> CaseRoom:
    """Work through one case, review by review."""
    return this._act(lambda _key, _none, record: CaseRoom(record), "act", "room", None)


class CaseRoom(widgets.VBox):
    """One case at a time: read, commit, and see what opens.

    Parameters
    ----------
    record : Record
        The learner's record; every commitment is kept in it at once.
    """

    PLACE = "12/room"
    # True once something has been decided and the months after it have been played, so that what
    # the model makes of it may be shown.
    revealed = t.Bool(False)
    held = t.Dict()  # the case that was played last, and what was decided in it
    ended = t.Bool(False)  # True once a case has been played to its end

    def __init__(self, record: Record) -> None:
        self.record = record
        name = str((record.get(self.PLACE) or {}).get("case"))
        name = name if name in CASES else "A"
        brief = {key: title.split(":")[0] for key, title in CASES.items()}  # or it is cut off
        self.chooser = Form(
            *WORDS.fields(
                "room",
                value={"case": name},
                options={"case": brief},
            ),
            title=WORDS.say("room.choose"),
        )
        self.chooser.add_class("dio-stacked")  # it stands in a slim column
        self.review = Form(*questions(), title=WORDS.say("room.review"))
        self.story, self.past, self.problem, self.lately = (widgets.HTML() for _ in range(4))
        self.sitting, self.trouble = reviews.Sitting(name), ""
        self.decided = reviews.Sitting(name)
        self.draft: Draft | None = None
        self.seen: tuple[str, int] | None = None  # case and month up to which it was played
        self._load()
        self.chart = self._new_chart()
        self._tell()
        self.chooser.observe(self._chosen, "value")
        self.chooser.on_press("show", self.show_all)
        self.chooser.on_press("again", self.start_again)
        self.review.on_press("commit", self.commit)
        # Side by side where there is room, one below the other where there is not.
        side = widgets.Layout(flex="1 1 270px", min_width="0")
        self.side = widgets.VBox((self.chooser, self.review), layout=side)
        self.table = widgets.Box(
            (self.chart, self.side), layout=widgets.Layout(flex_flow="row wrap", grid_gap=APART)
        )
        children = (self.table, self.problem, self.lately, self.past, self.story)
        super().__init__(children, model_id=numbered("case-room"))
        played, others = replace(self.sitting, reviews=self.sitting.reviews[:-1]), self._others()
        if self.done or played.reviews:  # the months after the last decision wait to be played
            self._decide(self.sitting if self.done else played)
        elif others:
            self._decide(others[-1])
        self.ended = self.ended or bool(others)

    @property
    def case(self) -> Case:
        """The case on the table."""
        return evidence.case(self.sitting.case)

    @property
    def figure(self) -> Figure:
        """The chart as it should be shown now."""
        case, each = self.case, self.sitting
        since = None if each.shown else self.since
        return case_figure(case, case.tracked_measure, each.every, each.month, each.over, since)

    @property
    def since(self) -> int:
        """How many months were open before the last decision."""
        each = self.sitting
        return reviews.BASELINE + each.every * (len(each.reviews) - 1) if each.reviews else 0

    @property
    def waits(self) -> bool:
        """Whether the months that are open have still to be played; a trainer need not."""
        return not self.sitting.shown and self.seen != (self.sitting.case, self.sitting.month)

    @property
    def done(self) -> bool:
        """Whether the case has ended and been played to its end."""
        return self.sitting.over and not self.waits

    @property
    def finished(self) -> list[reviews.Sitting]:
        """The cases that have ended and been played to their end, with forecasts in them."""
        own = [self.sitting] if self.done and self.sitting.reviews else []
        return [*self._others(), *own]

    @property
    def decision(self) -> tuple[int, str]:
        """Month and choice of the decision that the model takes up."""
        each = self.decided
        return decisions.fork(each.case, [said.choice for said in each.reviews], each.every)

    @property
    def key(self) -> str:
        """Where this case stands in the record."""
        return f"12/case/{self.sitting.case}"

    @caught
    def commit(self) -> None:
        """Keep what the learner says and open the next stretch; at the end, go to the next case."""
        if self.waits:
            return
        if self.sitting.over:
            names = list(CASES)
            following = names[(names.index(self.sitting.case) + 1) % len(names)]
            self.chooser.set(case=following)
            return
        said = self.review.value
        better = None if said["better"] is None else said["better"] / 100
        try:
            review = reviews.Review(said["choice"], better=better)
        except ValueError as problem:
            self.review.status = WORDS.say("room.refused", problem=problem)
            return
        self._become(self.sitting.commit(review))

    @caught
    def show_all(self) -> None:
        """Open the rest of the case; what was committed stays."""
        self._become(replace(self.sitting, shown=True))

    @caught
    def start_again(self) -> None:
        """Begin at the first review; what was committed before stays in the record, set aside."""
        self.record.set_aside(self.key)
        self.sitting, self.seen = reviews.Sitting(self.sitting.case), None
        self._begin()

    def skip(self) -> None:
        """Open what waits for the end of a case."""
        self.show_all()

    @caught
    def _played(self) -> None:
        """Ask for the next decision, or tell the verdict, once the open months have been seen."""
        if self.waits:
            self.seen = self.sitting.case, self.sitting.month
            self._tell()
            if self.sitting.reviews:
                self._decide(self.sitting)

    def _decide(self, sitting: reviews.Sitting) -> None:
        self.decided = sitting
        self.held = {"case": sitting.case, **sitting.entry()}
        self.revealed = True
        self.ended = self.ended or sitting.over

    def _become(self, sitting: reviews.Sitting) -> None:
        self.sitting, self.trouble = sitting, ""
        self.record.put(self.key, sitting.entry())
        if self.draft:
            self.draft.done()
        self._begin()

    @caught
    def _chosen(self) -> None:
        name = self.chooser.value["case"]
        if name != self.sitting.case:
            evidence.case(name)  # an unknown case is refused before anything changes
            self.sitting = reviews.Sitting(name)
            self.record.put(self.PLACE, {"kind": "place", "case": name})
            self._load()
            self._begin()

    def _load(self) -> None:
        self.trouble = ""
        entry = self.record.get(self.key)
        if entry is None:
            return
        try:
            self.sitting = reviews.Sitting.of_entry(self.sitting.case, entry)
        except ValueError as problem:
            self.record.set_aside(self.key)
            self.trouble = WORDS.say("room.set_aside", problem=problem)
        if self.sitting.over:  # seen in an earlier session
            self.seen = self.sitting.case, self.sitting.month

    def _others(self) -> list[reviews.Sitting]:
        """Return the other cases that are finished; what cannot be read waits for its own turn."""
        found = []
        for name in reviews.NINE:
            entry = self.record.get(f"12/case/{name}")
            if entry is not None and name != self.sitting.case:
                try:
                    other = reviews.Sitting.of_entry(name, entry)
                except ValueError:
                    continue
                if other.over and other.reviews:
                    found.append(other)
        return found

    def _new_chart(self) -> LiveChart:
        """Return a chart whose stage stands at its beginning."""
        chart = LiveChart(self.figure)
        chart.layout = widgets.Layout(flex="1 1 600px", min_width="0")
        chart.add_class("dio-case")
        facts = {"since": self.since, "last": self.sitting.month - 1, "over": self.sitting.over}
        said = {name: WORDS.say(f"case.play.{name}", **facts) for name in WORDS["case"]["play"]}
        said["later"] = said["press"]
        chart.texts = {**chart.texts, "stage": {**chart.texts["stage"], **said}}
        chart.on_played(self._played)
        return chart

    def _renew(self) -> None:
        """Begin the play anew: a stage that has been played would show another case at its end."""
        self.chart = self._new_chart()
        self.table.children = (self.chart, self.side)

    def _begin(self) -> None:
        self._renew()
        self._tell()
        if self.done:
            self._decide(self.sitting)

    def _tell(self) -> None:
        """Put the words and questions beside the chart that belong to where the case stands."""
        case, each = self.case, self.sitting
        self.chooser.value = {**self.chooser.value, "case": case.id}
        copied = case.copied[:1].lower() + case.copied[1:]
        approach = WORDS["endings"]["logics"][case.approach]
        more = listed(lines("background", case=case, copied=copied, approach=approach))
        summary = WORDS.say("room.background", approach=approach)
        self.story.value = readable(f"<details><summary>{summary}</summary>{more}</details>")
        asked = WORDS.fields("over") if each.over else questions(each.month, each.every)
        self.lately.value = "" if self.waits or each.over else readable(happened(each))
        if self.draft:
            self.draft.close()
        with self.review.hold_sync():
            self.review.value = dict.fromkeys(("choice", "better"))
            self.review.fields = [field.spec() for field in asked]
            self._say()
            self.draft = Draft(self.review, f"{self.key}/{each.month}", self.record, self._say)
        self.past.value = readable(log(each, self.waits))

    def _say(self) -> None:
        said = (self.trouble, news(self.sitting, self.waits), self.record.trouble)
        words = "\n".join(line for line in said if line)
        self.review.waits, self.review.status = (words, "") if self.waits else ("", words)

    def _repr_mimebundle_(self, **_: Any) -> dict:
        """Show the room; a viewer without a kernel gets the first year of its case."""
        figure = self.figure
        page = {"text/html": f"{self.story.value}{figure.to_html()}"}
        return mimebundle(self.model_id, {**figure.to_static(), **page})
