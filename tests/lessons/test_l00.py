"""Lesson 00: five people look at one place, five findings without names, and five with."""

from __future__ import annotations

import html
import json
from pathlib import Path

import numpy as np
import pytest

from tests import ROOT
from toolkit import evidence
from toolkit.charts.film import standing
from toolkit.course import Lesson
from toolkit.learning.record import Record
from toolkit.learning.words import words_of
from toolkit.lessons.l00_start_here import labs
from toolkit.models.logics import ANYWHERE, FIVE

LESSON = ROOT / "notebooks" / "00-start-here.ipynb"
NUMBER = {name: str(n) for n, name in enumerate(labs.UNNAMED, 1)}


@pytest.fixture
def this(tmp_path) -> Lesson:
    return Lesson(words_of("00"), Record(tmp_path / "my-record.json"))


def plain(shown) -> str:
    return shown._repr_mimebundle_()["text/plain"]


def html_of(shown) -> str:
    return shown._repr_mimebundle_()["text/html"]


def text_of(path: Path) -> str:
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    return "\n".join("".join(c["source"]) for c in cells if c["cell_type"] == "markdown")


# --- five people look at one place --------------------------------------------------------------

EVERYONE = (labs.NOBODY, *FIVE)


def staged(this, glasses):
    lab = this.play("look")
    lab.form.set(glasses=glasses)
    return lab.figure.trace


@pytest.mark.parametrize("glasses", EVERYONE)
def test_people_on_the_stage_are_as_many_as_the_model_has_in_each_place(this, glasses):
    trace = staged(this, glasses)
    place = labs._site(labs.FIRST).performance
    weeks = np.array([place.collecting, place.queueing, place.process]).sum(axis=0) / 7
    inside = place.throughput * np.append(place.gate_wait / 7, weeks)
    (lane,) = trace["lanes"]
    begun = sum(trace["each"] * len(queue) for queue in standing(lane, 0))
    for tick in range(trace["ticks"] + 1):
        *there, done = [trace["each"] * len(queue) for queue in standing(lane, tick)]
        grown = tick * labs._grows(labs.FIRST)
        np.testing.assert_allclose(there, inside + grown, atol=trace["each"] / 2)
        assert done == pytest.approx(place.throughput / 7 * tick, abs=trace["each"])
        told = f" {done + sum(there) - begun} people have come in and {done} have finished"
        assert tick == 0 or told in trace["said"][tick]
        assert f"{sum(there)} " in trace["said"][tick]
    assert "Fewer finish than come in" in trace["said"][-1]
    assert done + sum(there) - begun > done
    assert sum(place.throughput * each for each in weeks) == pytest.approx(
        place.throughput * (place.lead_time - place.gate_wait) / 7
    )


def test_queues_grow_by_those_who_come_and_do_not_finish():
    place, case = labs._site(labs.FIRST).performance, evidence.case(labs.FIRST)
    habits = labs._site(labs.FIRST).practice
    declined = case.context["low_benefit"] * habits.threshold
    come = case.context["demand"] * (1 - declined)
    more = 7 * labs._grows(labs.FIRST).sum()
    assert more == pytest.approx(come - place.throughput, rel=0.05)


def test_the_chart_counts_what_the_stage_plays(this):
    figure = this.play("look").figure
    ended = labs._looked_at(labs.NOBODY).ended
    more = ended["came"][-1] - ended["home"][-1]
    assert more > 0
    assert f"{more} more people came in" in figure.title


def test_every_pair_of_glasses_looks_at_the_same_run(this):
    moves = [staged(this, glasses)["lanes"][0]["moves"] for glasses in EVERYONE]
    assert all(each == moves[0] for each in moves)


@pytest.mark.parametrize("glasses", FIVE)
def test_what_is_in_sight_follows_from_what_the_logic_measures(this, glasses):
    logic, (lane,) = FIVE[glasses], staged(this, glasses)["lanes"]
    measures, lens = {*logic.columns, *logic.facts}, lane["lens"]
    stages = labs._site(labs.FIRST).context.stages
    inside = range(1, len(stages) + 1)
    assert ("person" in lens.get(0, ())) == bool(measures & {"gate_wait", "unmet_need"})
    waits = {"collecting_days", "queueing_days", "process_days", "flow_efficiency"}
    hours = {"utilisation", "hours_per_patient", "cycle_cost"}
    for place in inside:
        assert ("person" in lens.get(place, ())) == bool(measures & waits)
        assert ("staff" in lens.get(place, ())) == bool(measures & hours)
    kinds = bool(measures & {"low_given", "equity_gap"})
    assert {"need", "little"} <= {*lane["looks"]} or not kinds
    assert bool(lane["looks"]) == kinds
    where = logic.find(logic.look(labs._site(labs.FIRST))).where
    marked = [stages[place - 1] for place in inside if "here" in lens.get(place, ())]
    assert marked == [where] * (where != ANYWHERE)


def test_nobody_looks_at_everything_and_no_two_at_the_same():
    seen = {name: labs.in_sight(name) for name in FIVE}
    assert len(set(seen.values())) == len(FIVE)
    assert all(0 < len(each) < len(labs.THINGS) for each in seen.values())
    assert labs.in_sight(labs.NOBODY) == labs.THINGS


def test_every_measure_of_a_logic_stands_on_the_stage():
    read = {measure for logic in FIVE.values() for measure in (*logic.columns, *logic.facts)}
    assert read == labs.SHOWN.keys()


def test_each_kind_of_person_has_its_share_among_any_that_come_in_a_row():
    told = labs.kinds(1000, 0.18, 0.11)
    for first in range(0, 900, 7):
        part = told[first : first + 100]
        assert part.count("little") == pytest.approx(11, abs=1)
        assert part.count("need") == pytest.approx(18, abs=2)


# --- the five findings --------------------------------------------------------------------------


def test_the_findings_stand_without_names_and_in_another_order(this):
    shown = plain(this.show("unnamed"))
    assert set(labs.UNNAMED) == set(FIVE)
    assert list(labs.UNNAMED) != list(FIVE)
    for logic in FIVE.values():
        assert logic.name not in shown
        assert logic.question not in shown
    for row in labs._readings(labs.FIRST):
        assert f"Finding: {NUMBER[row['id']]}. " in shown
        assert row["what"].rstrip(".") in shown


@pytest.mark.parametrize("place", labs.PLACES)
def test_a_reading_is_what_the_logics_themselves_say(place):
    site = labs._site(place)
    for row, logic in zip(labs._readings(place), FIVE.values(), strict=True):
        finding = logic.find(logic.look(site))
        change = logic.change(site, finding)
        assert row["finds"] == str(finding)
        assert row["where"] in {*site.context.stages, ANYWHERE}
        assert (row["at"] == "") == (change is None)
        assert change is None or row["changes"] == change.words


def test_the_first_place_is_told_in_figures():
    found, case = labs.place(), evidence.case(labs.FIRST)
    assert found.table["stage"].tolist() == list(case.context["stages"])
    assert tuple(found.table["hours"]) == labs._site(labs.FIRST).performance.hours
    assert found.demand == case.context["demand"]


def test_the_first_questions_are_those_of_the_logics(this):
    asked = {"aim": "service_improvement", "needed": "prudent"}
    for name, logic in asked.items():
        assert FIVE[logic].question in this.predict(name).ask.question
        assert set(this.predict(name).ask.options) == set(NUMBER.values())
    text = text_of(LESSON)
    for logic in FIVE.values():
        assert f"| {logic.name} | {logic.question} |" in text


def test_a_prediction_is_recalled_at_the_place_it_was_about(this):
    lab = labs.glasses(this)
    this.predict("aim").set(answer="1", sure="0.7")
    this.predict("aim").press("lock")
    for name in ("needed", "different"):
        this.predict(name).press("skip")
    assert "You predicted “finding 1" in lab.figure.description
    lab.form.set(place=labs.PLACES[-1])
    assert "You predicted" not in lab.figure.description


def test_the_sentences_follow_the_place(this):
    lab = labs.glasses(this)
    for act in lab.after:
        act.press("skip")
    assert lab.children[:3] == (lab.form, lab.problem, lab.said)
    for place in labs.PLACES:
        lab.form.set(place=place)
        for row in labs._readings(place):
            assert html.escape(row["what"]) in lab.said.value
            assert html.escape(row["changes"]) in lab.said.value
        assert evidence.case(place).context["name"].lower() in lab.figure.description


def test_what_the_lesson_says_of_the_places_is_so():
    told = [labs._readings(place) for place in labs.PLACES]
    silent = [[row["id"] for row in rows if not row["at"]] for rows in told]
    assert any(silent), "nowhere is one of the five left with nothing to change"
    assert all(len(each) < len(FIVE) for each in silent)
    same_stage = [
        (a["changes"], b["changes"])
        for rows in told
        for i, a in enumerate(rows)
        for b in rows[i + 1 :]
        if a["where"] == b["where"] != ANYWHERE and a["at"] and b["at"]
    ]
    assert any(a != b for a, b in same_stage)
    for number in range(len(FIVE)):
        assert len({rows[number]["finds"] for rows in told}) > len(labs.PLACES) / 2
    assert not any(silent[labs.PLACES.index(labs.FIRST)]), "the first place should show all five"


# --- the welcome --------------------------------------------------------------------------------


def test_where_a_lesson_is_not_there_its_title_stands_without_a_link(monkeypatch):
    monkeypatch.setattr(labs, "notebooks", dict)
    assert labs._linked("05") == f"05 · {words_of('05').title}"


def test_each_mark_is_explained(this):
    shown = plain(this.show("marks"))
    for mark, word in {"●": "published", "◆": "computed", "△": "illustrative"}.items():
        assert f"Mark: {mark}. Word: {word}" in shown
    assert "○" in shown


def test_every_blind_spot_is_told(this):
    shown = html_of(labs.blind(this))
    for logic in FIVE.values():
        assert html.escape(logic.blind_spot) in shown
