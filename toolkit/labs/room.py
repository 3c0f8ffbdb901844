"""The case room itself: one case that opens step by step, each step after a commitment."""

from __future__ import annotations

import html
import os
from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import wraps
from typing import Any

import ipywidgets as widgets

from toolkit import caseroom, evidence
from toolkit.charts.caseroom import JUDGED, case_chart
from toolkit.charts.figure import PICTURE, Figure
from toolkit.charts.words import course, number
from toolkit.evidence import Case, Provenance
from toolkit.learning.record import Record
from toolkit.widgets.form import Button, Choice, Form, Select, Slider, Text
from toolkit.widgets.live import LiveChart
from toolkit.widgets.shown import mimebundle, numbered

CASES = {name: f"{name} · {evidence.case(name).title}" for name in caseroom.NINE}
LIMITS = Provenance("computed", note="the limits, from the twelve months before each review")


def banner(case: Case) -> str:
    """Return the line that stands wherever a case appears: it is illustrative."""
    chip, note = html.escape(case.source), html.escape(case.provenance.note)
    return f"<p><strong>{chip}.</strong> {note}</p>"


def spoken(name: str) -> str:
    """Return an approach or another name of the data as words."""
    return name.replace("_", " ")


def readable(words: str) -> str:
    """Set words in the size and line height of the forms; JupyterLab's own are for one line."""
    return f'<div style="font-size: 15px; line-height: 1.45">{words}</div>'


def listed(items: Iterable[tuple[str, str]]) -> str:
    """Return pairs of a label and a text as an HTML list, everything escaped."""
    rows = (
        f"<li><strong>{html.escape(a)}</strong> {html.escape(b)}</li>"
        for a, b in items
        if b.strip()
    )
    return f"<ul>{''.join(rows)}</ul>"


def caught(action: Callable[[Any], None]) -> Callable[..., None]:
    """Show an error of a callback in the lab; without this it would vanish."""

    @wraps(action)
    def safely(self: Any, _change: object = None) -> None:
        try:
            action(self)
            self.problem.value = ""
        except Exception as problem:
            words = html.escape(str(problem) or type(problem).__name__)
            self.problem.value = f'<p class="dio-problem" role="alert">{words}</p>'

    return safely


def case_figure(
    case: Case, measure: str, every: int, until: int, hindsight: bool = False
) -> Figure:
    """Return the chart of the open months of a case.

    Parameters
    ----------
    case : Case
        One of the nine.
    measure : str
        One of `caseroom.MEASURES`.
    every, until : int
        Months from one review to the next; months that are open.
    hindsight : bool
        Whether the ceiling is named.

    Returns
    -------
    Figure
        Of the open months alone.
    """
    name, unit, better = caseroom.MEASURES[measure]
    months, bands = caseroom.opened(case, measure, every, until)
    counts = months["judged"].value_counts()
    counted = ", ".join(
        f"{counts[how]} {JUDGED[how][0]}" for how in ("inside", "better", "worse") if how in counts
    )
    last = bands.iloc[-1]
    words = [
        f"Case {case.id}, {name} in {unit}; {'less' if better < 0 else 'more'} is better.",
        course(months["month"], months["value"], "", "month"),
        f"Months after the first year: {counted}." if counted else "",
        f"Limits from month {last['start']:.0f}: {number(last['low'])} to {number(last['high'])}.",
    ]
    missing = months.loc[months["value"].isna(), "month"].tolist()
    if missing:
        words.append(f"No figure for month {', '.join(map(str, missing))}; nothing is filled in.")
    return case_chart(
        months,
        bands,
        caseroom.events(case, until, hindsight),
        title=f"Case {case.id} to month {until}: {name}, {unit}",
        description=" ".join(word for word in words if word),
        provenance=(case.provenance, LIMITS),
        unit=f"{name}, {unit}",
    )


class CaseRoom(widgets.VBox):
    """One case at a time: read, commit, and see what opens.

    Parameters
    ----------
    record : Record
        The learner's record; every commitment is kept in it at once.
    """

    PLACE = "12/room"

    def __init__(self, record: Record) -> None:
        self.record = record
        name = str((record.get(self.PLACE) or {}).get("case"))
        name = name if name in CASES else "A"
        self.chooser = Form(
            Select("case", "Case", name, options=CASES),
            Select("measure", "Measure in the chart", "", options=self._measures(name)),
            Select("pace", "Reviews", "6", options=caseroom.PACES),
            Button("show", "Open everything (for trainers)", quiet=True),
            Button("again", "Start this case again", quiet=True),
            title="Choose a case",
        )
        self.review = Form(*self._questions(), title="Review of the case")
        self.story, self.past, self.problem = (widgets.HTML() for _ in range(3))
        self.sitting, self.trouble = caseroom.Sitting(name), ""
        self._load()
        self.chart = LiveChart(self.figure)
        self._tell()
        self.chooser.observe(self._chosen, "value")
        self.chooser.on_press("show", self.show_all)
        self.chooser.on_press("again", self.start_again)
        self.review.on_press("commit", self.commit)
        # Side by side where there is room, one below the other where there is not.
        self.chart.layout = widgets.Layout(flex="1 1 600px", min_width="0")
        self.review.layout = widgets.Layout(flex="1 1 270px", min_width="0")
        table = widgets.Box((self.chart, self.review), layout=widgets.Layout(flex_flow="row wrap"))
        children = (self.chooser, self.story, table, self.problem, self.past)
        super().__init__(children, model_id=numbered("case-room"))

    @property
    def case(self) -> Case:
        """The case on the table."""
        return evidence.case(self.sitting.case)

    @property
    def figure(self) -> Figure:
        """The chart as it should be shown now."""
        measure = self.chooser.value["measure"] or self.case.tracked_measure
        each = self.sitting
        return case_figure(self.case, measure, each.every, each.month, each.over)

    @property
    def key(self) -> str:
        """Where this case stands in the record."""
        return f"12/case/{self.sitting.case}"

    @caught
    def commit(self) -> None:
        """Keep what the learner says and open the next stretch; at the end, go to the next case."""
        if self.sitting.over:
            names = list(CASES)
            following = names[(names.index(self.sitting.case) + 1) % len(names)]
            self.chooser.set(case=following)
            return
        said = self.review.value
        chances = {
            name: None if said[name] is None else said[name] / 100 for name in caseroom.FORECASTS
        }
        try:
            review = caseroom.Review(said["choice"], reason=said["reason"], **chances)
        except ValueError as problem:
            self.review.status = f"Not committed yet. {problem}"
            return
        self._become(self.sitting.commit(review))

    @caught
    def show_all(self) -> None:
        """Open the rest of the case; what was committed stays."""
        self._become(replace(self.sitting, shown=True))

    @caught
    def start_again(self) -> None:
        """Begin at the first review; what was committed before stays in the record, set aside."""
        if (entry := self.record.get(self.key)) is not None:
            self._set_aside(entry)
        self.sitting = caseroom.Sitting(self.sitting.case, self.sitting.every)
        self._show()

    def _become(self, sitting: caseroom.Sitting) -> None:
        self.sitting, self.trouble = sitting, ""
        self.record.put(self.key, sitting.entry())
        self._show()

    @caught
    def _chosen(self) -> None:
        value = self.chooser.value
        if value["case"] != self.sitting.case:
            evidence.case(value["case"])  # an unknown case is refused before anything changes
            self.sitting = caseroom.Sitting(value["case"], int(value["pace"]))
            self.record.put(self.PLACE, {"kind": "place", "case": value["case"]})
            self._load()
            self.chooser.set(measure="")
            self._show()
        elif int(value["pace"]) != self.sitting.every:
            self.sitting = caseroom.Sitting(value["case"], int(value["pace"]))
            self._show()
        else:  # another measure: what stands half written in the review stays
            self.chart.show(self.figure)

    def _load(self) -> None:
        self.trouble = ""
        entry = self.record.get(self.key)
        if entry is None:
            return
        try:
            self.sitting = caseroom.Sitting.of_entry(self.sitting.case, entry)
        except ValueError as problem:
            self._set_aside(entry)
            self.trouble = (
                f"{problem} It was set aside in your record, and nothing in it was changed. "
                "The case starts from its first review."
            )

    def _set_aside(self, entry: dict) -> None:
        count = 1 + len(self.record.keys(f"{self.key} set aside"))
        self.record.put(f"{self.key} set aside {count}", entry)
        self.record.drop(self.key)

    def _show(self) -> None:
        self.chart.show(self.figure)
        self._tell()

    @staticmethod
    def _measures(name: str) -> dict[str, str]:
        names = {key: label for key, (label, *_) in caseroom.MEASURES.items()}
        judged = names.pop(evidence.case(name).tracked_measure)
        return {"": f"judged by: {judged}", **names}

    def _questions(self, month: int = caseroom.BASELINE, every: int = 6) -> tuple:
        likely = {"min": 0, "max": 100, "step": 5, "unit": "%"}
        return (
            Choice("choice", f"Month {month}: what would you do?", options=caseroom.CHOICES),
            Slider(
                "running",
                "How likely is it that this programme is still running at month "
                f"{min(month + caseroom.YEAR, caseroom.MONTHS)}?",
                **likely,
            ),
            Slider(
                "better",
                f"How likely is it that one of months {month} to {month + every - 1} is better "
                "than the limits?",
                **likely,
            ),
            Text("reason", "Your reason, in a sentence", rows=2, longest=600),
            Button("commit", f"Commit, and open months {month} to {month + every - 1}"),
        )

    def _tell(self) -> None:
        """Put the words and questions beside the chart that belong to where the case stands."""
        case, each = self.case, self.sitting
        self.chooser.locked = ["pace"] if each.reviews or each.shown else []
        fields = [dict(field) for field in self.chooser.fields]
        options = list(self._measures(case.id).items())
        fields[1]["options"] = [list(pair) for pair in options]
        with self.chooser.hold_sync():
            self.chooser.value = {**self.chooser.value, "case": case.id, "pace": str(each.every)}
            if fields != self.chooser.fields:
                self.chooser.fields = fields
        copied = case.copied[:1].lower() + case.copied[1:] or "nothing ready-made"
        self.story.value = readable(
            banner(case)
            + listed(
                [
                    ("The place.", case.setting),
                    (f"Why {spoken(case.approach)}?", case.why_chosen),
                    ("The aim it stated:", f"{case.stated_aim}. What it copied: {copied}."),
                ]
            )
        )
        asked = (Button("commit", "Go to the next case"),)
        if not each.over:
            asked = self._questions(each.month, each.every)
        with self.review.hold_sync():
            self.review.value = dict.fromkeys(("choice", "reason", "running", "better"))
            self.review.fields = [field.spec() for field in asked]
            words = self._ending() if each.over else self._opened()
            told = (self.trouble, words, self.record.trouble)
            self.review.status = "\n".join(word for word in told if word)
        self.past.value = self._log()

    def _opened(self) -> str:
        """Say what the last commitment opened."""
        each = self.sitting
        if not each.reviews:
            return "The first year is open. Read the chart, then commit; then the next months open."
        start = each.month - each.every
        months, _ = caseroom.opened(self.case, self.case.tracked_measure, each.every, each.month)
        held = months["judged"].iloc[start:].value_counts()
        counted = ", ".join(f"{count} {JUDGED.get(how, (how,))[0]}" for how, count in held.items())
        happened = caseroom.events(self.case, each.month)
        told = " ".join(
            f"Month {e.month}: {e.text}" for e in happened.itertuples() if e.month >= start
        )
        choice = each.reviews[-1].choice
        return (
            f"Kept: {choice}. Months {start} to {each.month - 1} are open: {counted}. "
            f"{told or 'Nothing else is on record.'}"
        )

    def _ending(self) -> str:
        case = self.case
        when = f" in month {case.outcome_month}" if case.outcome_month < caseroom.MONTHS else ""
        return f"The whole record is open: {case.outcome}{when}. The verdict stands below."

    def _verdict(self) -> str:
        """Say how the case ended and how the forecasts did, without calling them right or wrong."""
        case = self.case
        done = [*self._others(), self.sitting]
        lines = [
            ("How it ended.", case.outcome_text),
            ("How it was adopted.", case.how_adopted),
            (
                "Did the approach suit the problem?",
                f"{spoken(case.selection).capitalize()}, in our judgement. {case.selection_reason}",
            ),
            *self._scores("This case", [self.sitting]),
            *(self._scores(f"All {len(done)} of your cases", done) if len(done) > 1 else ()),
            (
                "Not right or wrong.",
                "Another choice has no record to be held against, a good forecast can miss, and "
                "few forecasts say little about a forecaster. Ask how your reasons changed. The "
                "base rate counts all nine cases, this one too: nobody knows it beforehand.",
            ),
        ]
        return f"<p><strong>The verdict</strong></p>{listed(lines)}"

    @staticmethod
    def _scores(which: str, sittings: list[caseroom.Sitting]) -> list[tuple[str, str]]:
        return [
            (
                f"{which}: {caseroom.FORECASTS[row.event]}.",
                f"In {row.forecasts} forecasts you said {100 * row.said:.0f} % on average; it "
                f"happened in {100 * row.happened:.0f} %. Brier score {row[5]:.2f} (0 is best); "
                f"always saying the base rate of the nine cases {row[6]:.2f}; always saying 50 % "
                f"{row[7]:.2f}.",
            )
            for row in caseroom.scores(sittings).itertuples()
        ]

    def _others(self) -> list[caseroom.Sitting]:
        """Return the other cases that are finished; what cannot be read waits for its own turn."""
        found = []
        for name in caseroom.NINE:
            entry = self.record.get(f"12/case/{name}")
            if entry is not None and name != self.sitting.case:
                try:
                    other = caseroom.Sitting.of_entry(name, entry)
                except ValueError:
                    continue
                if other.over and other.reviews:
                    found.append(other)
        return found

    def _log(self) -> str:
        case, each = self.case, self.sitting
        happened = caseroom.events(case, each.month, hindsight=each.over)
        rows = [
            (f"Month {e.month}, {e.kind}:", e.text + ("" if e.about_approach else " (anyway)"))
            for e in happened.itertuples()
        ]
        said = []
        for count, review in enumerate(each.reviews):
            month = caseroom.BASELINE + count * each.every
            came = caseroom.came_true(case, month, each.every) if each.over else {}
            truth = {True: ", and it was so", False: ", and it was not", None: ""}
            chances = "; ".join(
                f"{what} {100 * getattr(review, name):.0f} %{truth[came.get(name)]}"
                for name, what in (
                    ("running", "still running"),
                    ("better", "better than the limits"),
                )
            )
            said.append((f"Month {month}, you: {review.choice}", f"({chances}) {review.reason}"))
        parts = [("What you said", said), ("On record so far", rows)]
        return readable(
            (self._verdict() if each.over else "")
            + "".join(
                f"<details open><summary>{title}</summary>{listed(items)}</details>"
                for title, items in parts
                if items
            )
        )

    def _repr_mimebundle_(self, **_: Any) -> dict:
        """Show the room; a viewer without a kernel gets the first year of its case."""
        figure = self.figure
        static: dict[str, Any] = {
            "text/plain": f"{figure.title}\n{figure.description}",
            "text/html": f"{self.story.value}{figure.to_html()}",
        }
        if os.environ.get(PICTURE):
            static["image/png"] = figure.to_mimebundle()[0]["image/png"]
        return mimebundle(self.model_id, static)
