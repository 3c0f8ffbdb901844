"""Lesson 00: five people look at one place, five findings without names, and five with."""

from __future__ import annotations

import html
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tests import ROOT
from toolkit import evidence
from toolkit.charts.film import standing
from toolkit.course import Lesson
from toolkit.learning.record import Record
from toolkit.learning.words import words_of
from toolkit.lessons.l00_start_here import labs, worked
from toolkit.models.journeys import DYNAMICS
from toolkit.models.logics import ANYWHERE, FIVE
from toolkit.models.pathway import stack_contexts, stack_practices
from toolkit.models.pathway.performance import accepted

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


def seen(this, glasses):
    """Return what the lab shows with a pair of glasses on, or with everything in sight."""
    if glasses == labs.NOBODY:
        return this.play("look").figure
    lab = this.play("through")
    lab.form.set(glasses=glasses)
    return lab.figure


def staged(this, glasses):
    return seen(this, glasses).trace


@pytest.mark.parametrize("glasses", EVERYONE)
def test_people_on_the_stage_are_as_many_as_the_model_has_in_each_place(this, glasses):
    trace = staged(this, glasses)
    place = labs._site(labs.FIRST).performance
    (lane,) = trace["lanes"]
    begun = sum(trace["each"] * len(queue) for queue in standing(lane, 0))
    for tick in range(trace["ticks"] + 1):
        *there, done = [trace["each"] * len(queue) for queue in standing(lane, tick)]
        stand = labs.people_there(place, labs.MIDDLE + tick)
        np.testing.assert_allclose(there, stand, atol=trace["each"] / 2)
        assert done == pytest.approx(place.throughput / 7 * tick, abs=trace["each"])
        told = f" {done + sum(there) - begun} people have come in and {done} have finished"
        if glasses == labs.NOBODY:
            assert tick == 0 or told in trace["said"][tick]
            assert f"{sum(there)} " in trace["said"][tick]
    assert ("Fewer finish than come in" in trace["said"][-1]) == (glasses == labs.NOBODY)
    assert done + sum(there) - begun > done


@pytest.mark.parametrize("name", labs.PLACES)
def test_queues_grow_by_those_who_come_and_do_not_finish(name):
    site = labs._site(name)
    place, x = site.performance, stack_practices([site.practice])
    needed, low = accepted(x, stack_contexts([site.context]))
    asked = site.context.demand * (needed + low).item()
    come, standing, grows = labs.queues(place)
    assert 7 * come[0] == pytest.approx(asked)
    assert 7 * grows.sum() == pytest.approx(asked - place.throughput)
    assert grows.sum() > 0
    np.testing.assert_allclose(labs.people_there(place, 0), standing)


@pytest.mark.parametrize("name", labs.PLACES)
def test_the_months_on_the_chart_are_those_in_which_the_queues_grow(name):
    site = labs._site(name)
    place, months = site.performance, np.array(site.history)
    whole = np.arange(2 * labs.MIDDLE + 1)
    assert labs.lead_times(place, whole).mean() == pytest.approx(place.lead_time)
    begins = 2 * labs.MIDDLE * np.arange(labs.YEAR) / labs.YEAR
    ends = 2 * labs.MIDDLE * (np.arange(labs.YEAR) + 1) / labs.YEAR
    noise = 1 + 4 * DYNAMICS.noise
    assert (labs.lead_times(place, begins) / noise < months).all()
    assert (months < labs.lead_times(place, ends) * noise).all()


def test_the_weeks_on_the_stage_are_a_month_of_the_chart(this):
    trace, site = labs._looked_at(labs.NOBODY), labs._site(labs.FIRST)
    per_day = trace.ended["home"][-1] / labs.DAYS
    stayed = np.mean(trace.ended["inside"]) / per_day
    assert stayed == pytest.approx(site.history[labs.WATCHED - 1], rel=0.08)
    assert labs.MIDDLE == 2 * labs.MIDDLE / labs.YEAR * (labs.WATCHED - 1)
    found = labs.through("service_improvement")
    assert found.marks["at"].tolist() == [labs.WATCHED]
    title = seen(this, "service_improvement").title
    assert f"rose from {site.history[0]:.0f} to {site.history[-1]:.0f} days" in title


def test_the_chart_counts_what_the_stage_plays(this):
    figure = this.play("look").figure
    ended = labs._looked_at(labs.NOBODY).ended
    more = ended["came"][-1] - ended["home"][-1]
    assert more > 0
    assert f"{more} more people came in" in figure.title


@pytest.mark.parametrize("glasses", FIVE)
def test_each_person_has_a_chart_of_their_own_figures(this, glasses):
    logic, site = FIVE[glasses], labs._site(labs.FIRST)
    reading, found = logic.look(site), labs.through(glasses)
    drawn = [name for name in ("stages", "shares", "months") if found[name] is not None]
    assert len(drawn) == 1
    if drawn == ["stages"]:
        assert max(found.stages, key=found.stages.get) == logic.find(reading).where
        assert set(found.stages) == set(site.context.stages)
        told = max(found.stages.values())
    elif drawn == ["months"]:
        assert found.months["value"].tolist() == list(site.history)
        told = max(site.history)
    else:
        assert found.shares == {name: round(100 * reading.facts[name]) for name in logic.facts}
        told = found.shares["low_given"]
        assert f"{told:.0f}%" in logic.find(reading).what
    assert any(f"{told:.{digits}f}" in seen(this, glasses).title for digits in (0, 1))


def test_the_staff_nurse_sees_the_months_rise_as_the_queues_grow():
    site = labs._site(labs.FIRST)
    nurse = FIVE["service_improvement"]
    told = f"risen from {site.history[0]:.0f} to {site.history[-1]:.0f} days, more than"
    assert told in nurse.find(nurse.look(site)).what.replace("\n", " ")
    level = replace(site, history=(site.performance.lead_time, 31.0) * 6)
    assert "no more than usual" in nurse.find(nurse.look(level)).what.replace("\n", " ")


def test_the_waits_of_the_exercise_hold_no_days_of_care():
    found, place = worked.share(), labs._site(worked.CASE).performance
    assert worked.CASE in labs.PLACES
    assert found["whole"] == pytest.approx(sum(place.collecting) + sum(place.queueing))
    assert found["whole"] < place.lead_time - place.gate_wait - sum(place.process) + 1e-6


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


@pytest.mark.parametrize("glasses", FIVE)
def test_the_words_say_whether_anybody_is_grey(this, glasses):
    trace = staged(this, glasses)
    (lane,) = trace["lanes"]
    grey = any(
        not {"person", *["staff"] * place["staff"]} <= {*lane["lens"].get(n, ())}
        for n, place in enumerate(lane["places"])
    )
    assert ("Nobody is grey." in trace["said"][-1]) != grey
    assert ("does not look at are grey." in trace["said"][-1]) == grey


def test_whose_glasses_point_at_theatre_is_shown_and_told_after_the_prediction(this):
    assert not this.play("look").shut
    assert "glasses" not in this.play("look").form.value
    lab = this.play("through")
    assert lab.shut
    guess = this.predict("theatre")
    guess.set(answer=3, sure="0.7")
    guess.press("lock")
    assert not lab.shut
    for glasses in FIVE:
        assert not lab.chart.verdict.startswith("You predicted")
        lab.form.set(glasses=glasses)
    assert "Result: 2 of 5" in lab.chart.verdict
    assert "theatre" not in labs.glasses(this).truth


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
        change = logic.change(site)
        assert row["finds"] == str(finding)
        assert row["where"] in {*site.context.stages, ANYWHERE}
        assert (row["at"] == "") == (change is None)
        assert change is None or row["changes"] == change.words


def test_the_first_place_is_told_in_figures():
    found, case = labs.place(), evidence.case(labs.FIRST)
    assert found.table["stage"].tolist() == list(case.context["stages"])
    assert tuple(found.table["hours"]) == labs._site(labs.FIRST).performance.hours
    assert found.demand == case.context["demand"]


def test_two_of_the_five_look_where_the_queue_is_longest(this):
    names = labs.WORDS["names"]
    place = labs._site(labs.FIRST)
    there = labs.people_there(place.performance, labs.MIDDLE)
    longest = ("gate", *place.context.stages)[there.argmax()]
    assert longest == "Theatre"
    found = [names[row["id"]] for row in labs._readings(labs.FIRST) if row["where"] == longest]
    assert found == ["the physiotherapist", "the theatre manager"]
    assert labs.in_the_queue() == len(found)
    assert all(name in this.words.predict["theatre"].because for name in found)


def test_the_first_questions_are_those_of_the_logics():
    text = text_of(LESSON)
    for logic in FIVE.values():
        assert f"| {logic.name} | {logic.question} |" in text


@pytest.mark.parametrize("place", labs.PLACES)
def test_first_changes_are_different_if_they_leave_different_practices(this, place):
    lab = labs.glasses(this)
    lab.form.set(place=place)
    said = labs._readings(place)
    made = [row["practice"] for row in said if row["practice"]]
    assert len(labs._first(said)) == sum(each not in made[:n] for n, each in enumerate(made))
    assert f"lead to {len(labs._first(said))} different first changes" in lab.figure.title


def test_two_people_may_choose_the_same_change_in_other_words():
    said = {row["id"]: row for row in labs._readings("E")}
    assert said["lean"]["changes"] != said["constraints"]["changes"]
    assert said["lean"]["practice"] == said["constraints"]["practice"]
    assert len(labs._first(tuple(said.values()))) == 3


@pytest.mark.parametrize("place", labs.PLACES)
def test_lean_finds_the_stage_where_people_spend_longest(place):
    here = labs._site(place).performance
    days = np.array([here.collecting, here.queueing, here.process]).sum(axis=0)
    told = next(row for row in labs._readings(place) if row["id"] == "lean")
    assert told["where"] == here.stages[days.argmax()]
    assert f"{days.max():.1f} days" in told["what"]
    assert f"{here.hours[days.argmax()]:.1f} hours of staff time" in told["what"]


@pytest.mark.parametrize("place", labs.PLACES)
def test_value_finds_the_stage_with_most_staff_time_and_lost_benefit_together(place):
    frame = FIVE["value"].look(labs._site(place)).frame.set_index("stage")
    told = next(row for row in labs._readings(place) if row["id"] == "value")
    together = frame["hours_per_patient"] * frame["outcome_lost"]
    assert told["where"] == together.idxmax()


@pytest.mark.parametrize("place", labs.PLACES)
def test_sorting_people_by_need_takes_staff_time(place):
    site = labs._site(place)
    less = replace(site, practice=replace(site.practice, need_first=0.0))
    assert sum(less.performance.hours) < sum(site.performance.hours)


def test_where_sorting_is_the_limit_less_of_it_brings_care_to_more_people():
    told = next(row for row in labs._readings("D") if row["id"] == "prudent")
    assert "Sorting people by need takes staff time" in told["changes"]
    assert told["changes"].endswith(
        "Then more people get care, and so do more of those with high need."
    )
    site = labs._site("D")
    after = replace(site, practice=told["practice"]).performance
    assert after.unmet_need < site.performance.unmet_need / 2
    assert after.throughput > site.performance.throughput
    # at first the queue outside holds back even some of those who go first; then nobody
    assert after.gate_wait == 0 < site.performance.gate_wait
    assert 0 < site.practice.need_first < 1
    assert site.performance.equity_gap > after.equity_gap > 0


@pytest.mark.parametrize("place", labs.PLACES)
def test_need_that_care_does_not_reach_is_at_no_stage(place):
    told = next(row for row in labs._readings(place) if row["id"] == "prudent")
    assert (told["where"] == ANYWHERE) == ("Care does not reach" in told["what"])


def test_the_sentences_follow_the_place(this):
    lab = labs.glasses(this)
    for act in lab.after:
        act.press("skip")
    assert lab.children == (lab.form, lab.problem, lab.chart, lab.said)
    for place in labs.PLACES:
        lab.form.set(place=place)
        for row in labs._readings(place):
            new = place != labs.FIRST  # the findings there stand above the lab
            assert (html.escape(row["what"]) in lab.said.value) == new
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
