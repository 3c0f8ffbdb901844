"""Lesson 08: what its text says about dialects is what the model does."""

from __future__ import annotations

import re
from dataclasses import replace
from importlib.resources import files

import numpy as np
import pytest
import vl_convert

from tests.lessons.test_labs import answer
from toolkit import evidence
from toolkit.charts.film import standing
from toolkit.charts.sheets import LEVERS, lever_lines
from toolkit.course import Lesson
from toolkit.learning.record import Record
from toolkit.learning.words import words_of
from toolkit.lessons.l08_dialects import labs
from toolkit.models.journeys import MONTHS
from toolkit.models.journeys.lifecycle import dialect_distance, journey
from toolkit.models.logics import FIVE
from toolkit.models.logics.base import at_stage
from toolkit.models.pathway import perform, practice_from, usual_practice

OTHERS = ("food_bank", "clinic")
SILENT = {"step": "", "place": "{key}", "said": ""}


@pytest.fixture(scope="module")
def this(tmp_path_factory) -> Lesson:
    return Lesson(words_of("08"), Record(tmp_path_factory.mktemp("dialects") / "my-record.json"))


# --- the places -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("place", "load"), [(labs.WARD, 0.9), (labs.CLINIC, 0.85), (labs.FOOD_BANK, 1.0)]
)
def test_a_place_has_the_hours_that_its_load_asks_for(place, load):
    assert place.load == pytest.approx(load)
    assert len(place.stages) == labs.STAGES


def test_the_signs_of_a_place_are_words_of_the_sentences_about_it():
    said = {"Consult": "consultation", "Assess": "assessment", "Admit": "admission",
            "Refer": "referral", "Treat": "treatment"}  # fmt: skip
    for place in labs.PLACES.values():
        for stage in place.stages:
            word = said.get(stage, re.split("[ -]", stage.lower())[0])
            assert word in at_stage(stage).replace("packing", "pack"), (stage, at_stage(stage))


def test_a_food_bank_has_no_patients(this):
    figure = this.play("speak").figure
    said = [figure.title, figure.description, *figure.trace["said"]]
    assert not any("patient" in text for text in said)


def test_the_settings_begin_as_the_text_says():
    """Section 2: seven people at a time, and about a third of the work."""
    for place in labs.PLACES.values():
        start = usual_practice(place)
        assert {round(size) for size in start.batch} == {7}
        assert start.standardisation == pytest.approx([1 / 3] * 5, abs=0.03)


# --- the sheet --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("before", "after", "text", "way"),
    [
        ((7.0,), (2.6,), "7 → 3", "less"),
        ((0.35,), (0.752,), "35 → 75", "more"),
        ((0.351,), (0.349,), "35", "as it was"),  # it moved, by less than a sheet shows
    ],
)
def test_a_line_of_a_sheet_says_what_was_and_what_is(before, after, text, way):
    lever = "batch" if before[0] >= 1 else "standardisation"
    row = lever_lines("The ward", lever, ["Admit"], before, after).iloc[0]
    assert (row["text"], row["way"]) == (text, way)
    assert row["lever"] == LEVERS[lever][0]


def test_a_setting_with_one_value_stands_for_the_whole_pathway():
    assert list(lever_lines("W", "release", ["Admit", "Go"], 1.0, 0.8)["stage"]) == [
        "whole pathway"
    ]
    assert len(lever_lines("W", "split", ["Admit", "Go"], (0.4, 0.6), (0.5, 0.5))) == 2


def test_a_phone_shows_the_sheets_below_each_other(this):
    figure = this.play("speak").figure
    for spec, size in ((figure.spec, (590, 640)), (figure.spec.narrow, (250, 310))):
        drawn = vl_convert.vegalite_to_svg({**spec, "datasets": figure.datasets})
        assert size[0] <= float(re.search(r'width="(\d+)', drawn)[1]) <= size[1]


def test_each_row_is_named_by_its_place_and_its_stage(this):
    names = {row["text"] for row in this.play("speak").figure.datasets["stages"]}
    assert names == {
        f"{place}: {stage.lower()}"
        for place, key in (("Ward", "ward"), ("Food bank", "food_bank"))
        for stage in labs.PLACES[key].stages
    }


def test_one_line_marks_where_all_stages_began(this):
    first = this.play("speak").figure.datasets["first"]
    assert [row["text"] for row in first] == ["7 at first", "35 at first"]
    for row in this.play("speak").figure.datasets["cells"]:
        assert row["now"] == pytest.approx(int(row["text"]) / (7, 100)[row["column"]])
        assert row["start"] == pytest.approx((1, 0.35)[row["column"]])


def test_settings_that_end_the_same_are_framed_in_both_places(this):
    figure = this.play("speak").figure
    framed = {(row["column"], row["row"]) for row in figure.datasets["alike"]}
    last = {(row["column"], row["row"]): row["text"] for row in figure.datasets["cells"]}
    below = {key: last[key[0], key[1] + 1] for key in last if (key[0], key[1] + 1) in last}
    assert framed == {key for key, text in below.items() if last[key] == text}
    assert len(framed) == labs.speak().alike


@pytest.mark.parametrize("other", OTHERS)
def test_a_sheet_fills_as_the_months_pass(other):
    found = labs.speak(other)
    rows = found.chart
    for key in ("ward", other):
        runs = labs._journey(key).runs
        for tick, at in enumerate(found.clock):
            now = rows[(rows["place"] == key) & (rows["at"] <= tick)]
            now = now.drop_duplicates(["lever", "stage"], keep="last")
            kept = practice_from(runs.practices[labs._month(at, key == "ward")], 0)
            for lever in labs.SHOWN:
                shown = now[now["lever"] == LEVERS[lever][0]].set_index("stage")["now"]
                assert shown[list(labs.PLACES[key].stages)].tolist() == (
                    labs.on_sheet(lever, getattr(kept, lever)).tolist()
                )


# --- one change in two places -----------------------------------------------------------------


def test_two_at_a_time_helps_in_one_place_and_harms_in_the_other():
    """Section 1: the same change, at the third stage, with which the lab begins."""
    ward, bank = labs.first().people
    assert ward["at"] == at_stage("Treat")
    assert ward["change"] < 0 < bank["change"]


def test_an_option_names_the_stage_of_each_place(this):
    options = this.play("first").form.fields[0]["options"]
    for n, (_, text) in enumerate(options):
        ward, bank = (labs.PLACES[key].stages[n] for key in labs.BOTH)
        assert text == f"{ward} (food bank: {bank.lower()})"


def test_what_comes_of_the_first_choice_is_not_told_before_it_is_played(this):
    figure = this.play("first").figure
    now = {row["series"] for row in figure.datasets["bars"]} & set(figure.trace["grows"])
    assert now == {"days, groups of two at one stage"}


@pytest.mark.parametrize("stage", range(5))
def test_small_groups_wait_less_for_each_other_and_getting_ready_costs_the_rest(stage):
    """Said below the chart of the first choice; without getting ready, nobody takes longer."""
    for key in labs.BOTH:
        place = labs.PLACES[key]
        (before, _), (after, _) = (labs._tried(key, at) for at in (None, stage))
        assert round(before.batch[stage]) == 7
        assert after.batch[stage] == labs.SMALL == 2
        was, now = (perform(each, place) for each in (before, after))
        assert now.process[stage] < was.process[stage]
        assert now.hours[stage] > was.hours[stage]
        ready = replace(place, setup=[0.0] * 5)
        free = [perform(each, ready).lead_time for each in (before, after)]
        assert free[1] < free[0]


def test_the_first_choice_begins_where_the_run_of_lean_begins():
    assert [each["was"] for each in labs.first().people] == labs.speak().started


# --- lean in two places -----------------------------------------------------------------------


def test_getting_ready_for_small_groups_is_why_the_food_bank_takes_longer(this):
    found = labs.speak()
    assert list(found.larger) == ["food_bank"]
    assert found.larger["food_bank"] < found.started[1] < found.days[1]
    told = labs._journey("food_bank")
    end, free = told.dialect.settings, replace(labs.FOOD_BANK, setup=(0.0,) * 5)
    skill = float(told.runs.mastery[0, -1])
    small, large = (
        perform(each, free, skill).lead_time
        for each in (end, replace(end, batch=told.dialect.start.batch))
    )
    assert small < large
    said = this.play("speak").figure.trace["said"]
    assert [n for n, text in enumerate(said) if "for many small groups" in text] == [len(said) - 1]
    assert f"({found.days[1]} days, not {found.started[1]})" in said[-1]  # the other place
    assert labs.speak("clinic").larger == {}


def test_the_days_are_those_of_the_runs():
    found = labs.speak()
    for tick, at in enumerate(found.clock):
        for key, days in zip(labs.BOTH, found.trace.ended["people"][tick], strict=True):
            lead = labs._journey(key).runs.performance.lead_time[0, max(at[0] - 1, 0)]
            assert days == round(7 * lead)
    assert found.trace.ended["people"][-1] == found.days


def test_a_prediction_says_of_which_places_it_was_where_others_are_shown(tmp_path):
    lesson = Lesson(words_of("08"), Record(tmp_path / "my-record.json"))
    answer(lesson.predict("tongue"))
    speak = lesson.play("speak")
    said = "Your prediction was about the ward and the food bank."
    assert said not in speak.draw({"other": "food_bank"}).description
    assert speak.draw({"other": "clinic"}).description.endswith(said)


@pytest.mark.parametrize("approach", list(FIVE))
def test_every_approach_ends_in_different_settings_at_the_ward_and_the_food_bank(approach):
    """Said below the heading of section 3."""
    ends = []
    for key in labs.BOTH:
        place = labs.PLACES[key]
        grown = journey(place, usual_practice(place), "contextualise", approach, noise=labs.SEED)
        settings = grown.dialect.settings
        ends.append(np.concatenate([np.atleast_1d(getattr(settings, v)) for v in LEVERS]))
    assert not np.allclose(*ends, atol=0.01)


@pytest.mark.parametrize("key", list(labs.PLACES))
def test_lean_moves_one_of_ten_settings_each_month(key):
    told = labs._journey(key)
    moved = [told.change(month) for month in range(MONTHS)]
    assert {change.lever for change in moved} == set(labs.SHOWN) == set(told.dialect.touched)
    for month, change in enumerate(moved):
        did = labs._change(told, month)
        assert did["more"] == (change.lever == "standardisation")  # lean’s two moves
        assert at_stage(change.where) in labs._in_words(did)


@pytest.mark.parametrize("other", OTHERS)
def test_the_two_teams_part_in_the_first_month_in_which_they_move_no_setting_alike(other):
    found = labs.speak(other)
    told = [labs._journey(key) for key in ("ward", other)]

    def did(month):
        for each in told:
            change = each.change(month)
            yield change.lever, each.context.stages.index(change.where)

    assert all(len(set(did(month))) == 1 for month in range(found.parts - 1))
    assert len(set(did(found.parts - 1))) == 2
    assert [labs._in_words(labs._change(each, found.parts - 1)) for each in told] == found.did


@pytest.mark.parametrize("other", OTHERS)
def test_the_stage_shows_the_settings_of_the_model_at_every_tick(other):
    found = labs.speak(other)
    told = found.trace.told(SILENT, str.format, str)
    for lane, key in zip(told["lanes"], ("ward", other), strict=True):
        runs = labs._journey(key).runs
        for tick, at in enumerate(found.clock):
            kept = practice_from(runs.practices[labs._month(at, key == "ward")], 0)
            assert [len(queue) for queue in standing(lane, tick)] == [*map(round, kept.batch)]
            if tick:
                boards = [lane["shown"][n][1][tick - 1] for n in range(5)]
                assert boards == [f"{100 * share:.0f}%" for share in kept.standardisation]


@pytest.mark.parametrize("other", OTHERS)
def test_the_stage_counts_the_same_settings_up_to_the_end_of_the_sheets(this, other):
    found = labs.speak(other)
    same = found.trace.ended["same"]
    assert (same[0], same[-1]) == (found.settings, found.alike)
    said = this.play("speak").draw({"other": other}).trace["said"]
    both = [labs._monthly(labs._journey(key)) for key in ("ward", other)]
    for (month, now), text, number in zip(found.clock, said, same, strict=True):
        if now == "year":
            assert f", {number} of {found.settings} settings " in text
            assert number == labs._agree(*(each[month] for each in both)).sum()


@pytest.mark.parametrize("other", OTHERS)
def test_the_marks_on_the_stage_are_the_settings_that_the_words_name(other):
    found = labs.speak(other)
    lanes = list(found.trace.lanes.values())
    told = [labs._journey(key) for key in ("ward", other)]
    for tick, (month, now) in enumerate(found.clock):
        lit = [
            {(v, n) for v, where in labs.SHOWN.items() for n in lane.lit[where][tick]}
            for lane in lanes
        ]
        months = {"alike": range(month), "first": [month - 1], "both": [month - 1]}
        moved = [
            {
                (change.lever, each.context.stages.index(change.where))
                for change in (each.change(m) for m in months.get(now, []))
            }
            for each in told
        ]
        if now == "year":
            assert lit[0] == lit[1]
            assert len(lit[0]) == found.trace.ended["same"][tick]
        elif now == "slower":
            wanted = {("batch", n) for n in range(5)}
            assert lit == [wanted if each.context.name in found.larger else set() for each in told]
        elif now == "first":
            assert lit == [moved[0], set()]
        else:
            assert lit == moved
        assert now != "alike" or moved[0] == moved[1]


@pytest.mark.parametrize("other", OTHERS)
def test_the_month_in_which_the_teams_part_is_seen_one_team_at_a_time(this, other):
    found = labs.speak(other)
    said = this.play("speak").draw({"other": other}).trace["said"]
    first = found.clock.index((found.parts, "first"))
    assert found.clock[first + 1] == (found.parts, "both")
    assert {first, first + 1} <= set(found.trace.turns)
    lanes = found.trace.told(SILENT, str.format, str)["lanes"]

    def there(lane, tick):
        boards = [texts[tick - 1] for _, texts in lane["shown"].values()] if tick else []
        return [len(queue) for queue in standing(lane, tick)], boards

    ward, place = ([there(lane, first + n) for n in range(2)] for lane in lanes)
    assert ward[0] == ward[1]
    assert place[0] != place[1]
    assert said[first].endswith(f" The ward {found.did[0]}.")
    name = labs.WORDS["names"][other]
    assert said[first + 1] == f"{said[first]} {name} {found.did[1]}. So the two teams part."


def test_there_is_time_to_read_what_the_teams_do_as_they_part():
    """A play takes a second for each tick, up to so many (LONGEST in stage.js)."""
    script = files("toolkit.screen").joinpath("stage.js").read_text(encoding="utf-8")
    longest = int(re.search(r"const LONGEST = (\d+);", script)[1])
    assert labs.speak().trace.ticks <= longest


def test_a_band_holds_what_is_compared(this):
    figure = this.play("speak").figure
    bands = {(row["column"], row["row"], row["lines"]) for row in figure.datasets["bands"]}
    ward = {
        (row["column"], row["row"])
        for row in figure.datasets["cells"]
        if row["place"] == "The ward"
    }
    assert bands == {(*at, 2) for at in ward}


# --- one place again --------------------------------------------------------------------------


@pytest.mark.parametrize("key", list(labs.PLACES))
def test_with_other_luck_a_place_ends_elsewhere(key):
    own, *others = (labs._journey(key, luck).dialect for luck in range(labs.SEED, labs.SEED + 4))
    assert all(dialect_distance(own, other) > 0 for other in others)


def test_other_luck_changes_the_ward_about_as_much_as_another_place(this):
    """Section 4, and what is said of the question at the end."""
    found = labs.luck()
    assert found.there == labs.speak().alike
    assert abs(found.mean - found.there) < 1
    assert found.trace.ended["same"][0] == found.settings == labs.speak().settings == 10
    assert found.mean == np.mean(found.trace.ended["same"][1:]) == labs.other_luck()
    assert "Part of a dialect is luck".lower() in this.play("luck").figure.description.lower()
    assert "about as much as moving to a food bank" in this.words.predict["luck"].because
    last = this.words.check["service"]
    assert "Both use lean" in last.question
    assert "With lean, in the model, other luck changed" in last.because[last.right]
    assert "about as much as moving to a food bank" in last.because[last.right]


def test_each_run_has_a_dot_at_how_much_ends_as_in_the_first_run():
    found = labs.luck()
    place, first = labs.WARD, labs._journey("ward").dialect.settings
    dots = found.chart.set_index("at")["value"]
    table = found.table.set_index(["row", "stage"])
    ends = {"food_bank": labs._journey("food_bank").dialect.settings} | {
        str(n): labs._journey("ward", labs.SEED + n).dialect.settings
        for n in range(1, labs.AGAIN + 1)
    }
    assert list(ends) == list(table)
    for column, end in ends.items():
        alike = [
            (lever, stage)
            for lever, scale in (("batch", 1), ("standardisation", 100))
            for stage, here, there in zip(
                place.stages, getattr(first, lever), getattr(end, lever), strict=True
            )
            if round(scale * here) == round(scale * there)
        ]
        assert list(table.index[table[column] == "same"]) == alike
        assert len(alike) == (found.there if column == found.other else dots[int(column)])


# --- the soup kitchen -------------------------------------------------------------------------


def test_the_figures_of_the_kitchen_are_the_published_ones(this):
    held = evidence.published_cases().frame
    row = held[held["measure"].fillna("").str.contains("Harlem")].iloc[0]
    assert row["verified"]
    assert "The wait before is the longest wait" in row["caveat"]
    assert "partners’ own" in row["caveat"]
    said = this.words.check["kitchen"].because["own"]
    assert f"from up to {row['before']:.0f} minutes to {row['after']:.0f}" in said
    assert "The figures are the partners’ own (New York Times 2013)" in said


# --- four scenes and four rules ---------------------------------------------------------------


def test_each_rule_is_broken_in_one_scene():
    assert sorted(scene["rule"] for scene in labs.SCENES.values()) == list(labs.RULES)


def test_each_scene_is_answered_by_itself_and_kept(tmp_path):
    lesson = Lesson(words_of("08"), Record(tmp_path / "my-record.json"))
    form = labs.corridor(lesson)
    form.press("check")
    assert form.status == labs.MATCHING["nothing"]
    form.set(rules={"trolley": "1", "porter": "3"})
    form.press("check")
    assert form.status.startswith("1 of your 4 answers matches ours")
    assert labs.SCENES["trolley"]["why"] in form.status
    assert labs.RULES["3"]["asks"] in form.status
    assert labs.SCENES["porter"]["why"] not in form.status
    form.set(rules={name: scene["rule"] for name, scene in labs.SCENES.items()})
    form.press("check")
    assert form.revealed
    again = labs.corridor(Lesson(lesson.words, Record(lesson.record.path)))
    assert (again.value, again.status) == (form.value, form.status)


def test_a_rule_that_does_not_exist_is_not_taken_up(tmp_path):
    lesson = Lesson(words_of("08"), Record(tmp_path / "my-record.json"))
    lesson.record.put("08/match/corridor", {"kind": "matching", "rules": {"porter": "9"}})
    assert labs.corridor(lesson).value["rules"] == {}
